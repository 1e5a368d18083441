/* The audit of layers against each other: what covers the study area, what lies between its municipalities, what is cut off. */
#include "audit.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

/* Between two municipalities that meet lies no strip as narrow as this; and what is smaller is the coarseness of the grid. */
static const double gap_m = 5000;
enum { LEAST_GAP_CELLS = 8 };
/* Pieces with fewer people than this share are islands and farms behind a river. */
static const double least_cut_off = 0.001;

void audit_find(const Run *run, ThusoSeverity severity, const char *check, const char *layer, const char *feature, gint64 count,
                gint64 cell, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	double x, y;
	if (cell >= 0)
		thuso_grid_centre(&run->region->grid, cell, &x, &y);
	g_autoptr(GBytes) point = cell >= 0 ? thuso_point_to_wkb(x, y) : NULL;
	thuso_find(run->context, &(ThusoFinding){ severity, check, layer, feature, message, count, point });
}

/* --- what the layers cover -------------------------------------------------------------------------------------------- */

/* Each layer's own part was said when it was read; this is what is left of the study area. */
static void check_cover(const Run *run)
{
	gint64 n_area = 0, n_without = 0, first = -1;
	double people = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&run->region->grid); cell++) {
		n_area += run->region->area[cell] >= 0;
		if (run->region->area[cell] < 0 || run->region->covered[cell])
			continue;
		first = first < 0 ? cell : first;
		n_without++;
		people += run->demand->people[cell];
	}
	double share = n_area > 0 ? (double) n_without / (double) n_area : 0;
	if (share <= 0.001)
		return;
	g_autofree char *count = thuso_format_count(rint(people));
	audit_find(
	    run, share > 0.05 ? THUSO_WARNING : THUSO_INFO, "coverage", "study area", NULL, 1, first,
	    "the layers cover %.1f %% of the study area; %s people elsewhere are reported as no_data: give layers that cover it, or "
	    "say with area: window which part they cover",
	    100 * (1 - share), count);
}

/* --- between the municipalities ----------------------------------------------------------------------------------------- */

/* A gap's cells by the municipalities on their sides. */
typedef struct {
	gint64 *beside; /* a municipality: how many cells of gaps it lies beside */
	gint64 n_cells, first;
	double people;
} Gaps;

/* The first area from a cell in a direction, not farther than `reach` cells, or -1. */
static gint32 area_towards(const Run *run, gint64 row, gint64 col, int d_row, int d_col, int reach)
{
	const ThusoGrid *grid = &run->region->grid;
	for (int i = 1; i <= reach; i++) {
		gint64 r = row + (gint64) d_row * i, c = col + (gint64) d_col * i;
		if (r < 0 || c < 0 || r >= grid->n_rows || c >= grid->n_cols)
			return -1;
		gint32 area = run->region->area[r * grid->n_cols + c];
		if (area >= 0)
			return area;
	}
	return -1;
}

/* A cell of no municipality with two of them close by on opposite sides, in three of four directions: the mouth of a border at the edge
 * of the study area has them in one. `sides` takes the areas, -1 = none. */
static gboolean is_between(const Run *run, gint64 cell, int reach, gint32 sides[8])
{
	static const int ways[4][2] = { { 0, 1 }, { 1, 0 }, { 1, 1 }, { 1, -1 } };
	const gint64 n_cols = run->region->grid.n_cols, row = cell / n_cols, col = cell % n_cols;
	gboolean differ = FALSE;
	int n = 0;
	for (int w = 0; w < 4; w++) {
		gint32 *a = &sides[2 * w], *b = &sides[2 * w + 1];
		*a = area_towards(run, row, col, ways[w][0], ways[w][1], reach);
		*b = *a >= 0 ? area_towards(run, row, col, -ways[w][0], -ways[w][1], reach) : -1;
		n += *a >= 0 && *b >= 0;
		differ |= *a >= 0 && *b >= 0 && *a != *b;
	}
	return n >= 3 && differ;
}

static void find_gaps(const Run *run, int reach, Gaps *gaps)
{
	for (gint64 cell = 0; cell < thuso_grid_n(&run->region->grid); cell++) {
		gint32 sides[8];
		if (!run->region->near_area[cell] || run->region->area[cell] >= 0 || !is_between(run, cell, reach, sides))
			continue;
		gaps->first = gaps->n_cells++ == 0 ? cell : gaps->first;
		gaps->people += run->demand->people[cell];
		for (int i = 0; i < 8; i++)
			if (sides[i] >= 0)
				gaps->beside[sides[i]]++;
	}
}

/* The municipality beside most of the gaps but `other`. */
static gint32 most_beside(const Gaps *gaps, gint32 n, gint32 other)
{
	gint32 most = -1;
	for (gint32 i = 0; i < n; i++)
		if (i != other && (most < 0 || gaps->beside[i] > gaps->beside[most]))
			most = i;
	return most;
}

static void check_gaps(const Run *run)
{
	const ThusoLevel *areas = &run->region->levels[0];
	g_autofree gint64 *beside = thuso_new(gint64, MAX(areas->n, 1));
	Gaps gaps = { .beside = beside, .first = -1 };
	if (areas->n > 1)
		find_gaps(run, (int) (gap_m / run->region->grid.cell_m / 2), &gaps);
	if (gaps.n_cells < LEAST_GAP_CELLS)
		return;
	Block area = block_get(&run->top, "area"), boundaries = block_get(&area, "boundaries");
	g_autoptr(ThusoSource) source = study_source(run->study, &boundaries, NULL);
	g_autofree char *count = thuso_format_count(rint(gaps.people));
	const gint32 a = most_beside(&gaps, areas->n, -1), b = most_beside(&gaps, areas->n, a);
	const double km2 = (double) gaps.n_cells * run->region->grid.cell_m * run->region->grid.cell_m / 1e6;
	audit_find(
	    run, THUSO_WARNING, "gap", source ? source->name : "boundaries", areas->id[a], gaps.n_cells, gaps.first,
	    "a gap of %.1f km2 lies between municipalities, most of it beside %s and %s, and belongs to none; %s people live there "
	    "and count for no municipality: mend the boundaries, so that neighbours share their border",
	    km2, areas->id[a], areas->id[b], count);
}

/* --- cut off ------------------------------------------------------------------------------------------------------------- */

/* By component: its people of the study area, and a centre in it. */
typedef struct {
	double people, most;
	gint64 cell; /* where most of them live */
	gboolean has_centre;
} Piece;

static GHashTable *find_pieces(const Run *run, const Ground *ground)
{
	GHashTable *pieces = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	for (gint64 cell = 0; cell < thuso_grid_n(&run->region->grid); cell++) {
		const double people = run->region->area[cell] >= 0 ? run->demand->people[cell] : 0;
		if (ground->component[cell] < 0 || !(people > 0))
			continue;
		Piece *piece = g_hash_table_lookup(pieces, &ground->component[cell]);
		if (!piece) {
			piece = g_new0(Piece, 1);
			g_hash_table_insert(pieces, &ground->component[cell], piece);
		}
		piece->people += people;
		if (people > piece->most) {
			piece->most = people;
			piece->cell = cell;
		}
	}
	for (gint64 i = 0; i < run->centres->n; i++) {
		const ThusoPlace *place = &run->centres->place[i];
		Piece *piece = place->open && place->cell >= 0 && ground->component[place->cell] >= 0
		                   ? g_hash_table_lookup(pieces, &ground->component[place->cell])
		                   : NULL;
		if (piece)
			piece->has_centre = TRUE;
	}
	return pieces;
}

/* The candidate or centre nearest to a cell, to name where that is; NULL = none has a name. */
static const char *place_near(const Run *run, gint64 cell)
{
	double x, y, least = INFINITY;
	const ThusoPlace *nearest = NULL;
	thuso_grid_centre(&run->region->grid, cell, &x, &y);
	for (gint64 i = 0; i < run->candidates->n; i++) {
		const ThusoPlace *place = &run->candidates->place[i];
		double d = hypot(place->x - x, place->y - y);
		if (d < least) {
			least = d;
			nearest = place;
		}
	}
	return !nearest ? NULL : nearest->place ? nearest->place : nearest->title;
}

static gboolean has_open_centre(const Run *run)
{
	for (gint64 i = 0; i < run->centres->n; i++)
		if (run->centres->place[i].open)
			return TRUE;
	return FALSE;
}

static gboolean check_cut_off(Run *run, GError **error)
{
	if (!has_open_centre(run))
		return TRUE;
	if (!run_make_ground(run, run->main_trip, error))
		return FALSE;
	g_autoptr(GHashTable) pieces = find_pieces(run, run->main_trip->ground);
	GHashTableIter iter;
	gpointer value;
	double all = 0, cut = 0;
	gint64 n = 0;
	const Piece *largest = NULL;
	g_hash_table_iter_init(&iter, pieces);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		all += ((const Piece *) value)->people;
	g_hash_table_iter_init(&iter, pieces);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Piece *piece = value;
		if (piece->has_centre || piece->people < least_cut_off * all)
			continue;
		n++;
		cut += piece->people;
		if (!largest || piece->people > largest->people || (piece->people == largest->people && piece->cell < largest->cell))
			largest = piece;
	}
	if (!largest)
		return TRUE;
	const char *near = place_near(run, largest->cell);
	g_autofree char *count = thuso_format_count(rint(cut)), *most = thuso_format_count(rint(largest->people));
	audit_find(
	    run, THUSO_WARNING, "cut_off", "travel", near, n, largest->cell,
	    "%s people in %" G_GINT64_FORMAT
	    " places cannot come to any open centre by any way; most of them, %s, around %s: look for a bridge or a road that the "
	    "layers lack, or for a barrier that can be crossed",
	    count, n, most, near ? near : "the place marked");
	return TRUE;
}

gboolean audit_layers(Run *run, GError **error)
{
	check_cover(run);
	check_gaps(run);
	return audit_people(run, error) && check_cut_off(run, error);
}
