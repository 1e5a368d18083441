/* The audit of the people's polygons: each place once, where they say that they lie, and as many people as live anywhere. */
#include "audit.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

/* Fewer people a square kilometre live in no municipality of South Africa (the least settled ones have some 0.3). */
static const double least_density = 0.15;
/* Of a polygon's cells: borders that do not quite agree are no overlap. */
static const double polygon_overlap = 0.25;

typedef struct {
	const Run *run;
	ThusoFeatures *features;
	const char *layer;
	int id_column;
	gint32 *home;  /* a row: the municipality of a point inside it, or -1 */
	gint64 *owner; /* a cell: the row that has it, or -1 */
	gint64 row, n_cells, n_taken, other;
} Polygons;

static void polygons_clear(Polygons *polygons)
{
	thuso_features_free(polygons->features);
	thuso_array_free(polygons->home);
	thuso_array_free(polygons->owner);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Polygons, polygons_clear)

static char *name_of(const Polygons *polygons, gint64 row)
{
	const ThusoTable *table = polygons->features->table;
	char *name = polygons->id_column >= 0 ? thuso_table_as_text(table, row, polygons->id_column) : NULL;
	return name ? name : thuso_table_as_text(table, row, 0);
}

static gint64 cell_of(const Polygons *polygons, gint64 row)
{
	double x, y;
	return thuso_geometry_point(polygons->features->geometry[row], &x, &y, NULL)
	           ? thuso_grid_cell(&polygons->run->region->grid, x, y)
	           : -1;
}

/* --- where they say that they lie ------------------------------------------------------------------------------------------ */

/* A field that names the municipality of nearly every polygon that lies in the study area, or says so. */
static gboolean names_areas(const Polygons *polygons, int column, gint64 *n_wrong, gint64 *first)
{
	const ThusoTable *table = polygons->features->table;
	gint64 n = 0;
	*n_wrong = 0;
	*first = -1;
	if (thuso_table_column(table, column)->type != THUSO_TEXT)
		return FALSE;
	for (gint64 row = 0; row < table->n_rows; row++) {
		int says = audit_named_area(polygons->run, thuso_table_text(table, row, column));
		if (says < 0 && polygons->home[row] < 0)
			continue;
		n++;
		if (says == polygons->home[row] || says < 0)
			continue;
		*first = *first < 0 ? row : *first;
		(*n_wrong)++;
	}
	return n > 0 && 10 * (n - *n_wrong) >= 8 * n;
}

static void check_homes(const Polygons *polygons)
{
	const ThusoTable *table = polygons->features->table;
	for (int c = 0; c < (int) table->columns->len; c++) {
		gint64 n_wrong, first;
		if (!names_areas(polygons, c, &n_wrong, &first) || n_wrong == 0)
			continue;
		Block demand = block_get(&polygons->run->top, "demand"), people = block_get(&demand, "people");
		g_autofree char *name = name_of(polygons, first);
		audit_find(
		    polygons->run, THUSO_WARNING, "wrong_municipality", polygons->layer, name, n_wrong, cell_of(polygons, first),
		    "%" G_GINT64_FORMAT
		    " polygons of people lie outside the municipality that field '%s' names (first: %s), so their %s counts elsewhere or "
		    "nowhere: correct the shape or the field",
		    n_wrong, thuso_table_column(table, c)->name, name, block_text(&people, "field"));
		return;
	}
}

/* --- each place once ----------------------------------------------------------------------------------------------------------- */

static void take_cell(gint64 cell, gpointer data)
{
	Polygons *polygons = data;
	polygons->n_cells++;
	if (polygons->owner[cell] == 0) {
		polygons->owner[cell] = polygons->row + 1;
	} else {
		polygons->n_taken++;
		polygons->other = polygons->owner[cell] - 1;
	}
}

static gboolean check_overlaps(Polygons *polygons, GError **error)
{
	const ThusoGrid *grid = &polygons->run->region->grid;
	gint64 n = 0, first = -1, other = -1;
	polygons->owner = thuso_array_new(thuso_grid_n(grid), sizeof *polygons->owner, "polygons of cells", error);
	if (!polygons->owner)
		return FALSE;
	for (polygons->row = 0; polygons->row < polygons->features->table->n_rows; polygons->row++) {
		polygons->n_cells = polygons->n_taken = 0;
		if (!thuso_context_go_on(polygons->run->context, error) ||
		    !thuso_grid_inside(grid, polygons->features->geometry[polygons->row], take_cell, polygons, error))
			return FALSE;
		if (polygons->n_taken < 4 || (double) polygons->n_taken < polygon_overlap * (double) polygons->n_cells)
			continue;
		first = first < 0 ? polygons->row : first;
		other = other < 0 ? polygons->other : other;
		n++;
	}
	if (n == 0)
		return TRUE;
	g_autofree char *a = name_of(polygons, first), *b = name_of(polygons, other);
	audit_find(polygons->run, THUSO_WARNING, "overlap", polygons->layer, a, n, cell_of(polygons, first),
	           "%" G_GINT64_FORMAT " polygons of people lie over others (first: %s over %s), so people there count twice: keep "
	                               "one of them, or mend the shapes",
	           n, a, b);
	return TRUE;
}

/* --- as many as live anywhere ----------------------------------------------------------------------------------------------------- */

static void check_density(const Run *run)
{
	const ThusoGrid *grid = &run->region->grid;
	double people = 0, km2 = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		if (run->region->area[cell] < 0)
			continue;
		people += run->demand->people[cell];
		km2 += grid->cell_m * grid->cell_m / 1e6;
	}
	if (people >= least_density * km2)
		return;
	Block demand = block_get(&run->top, "demand"), block = block_get(&demand, "people");
	g_autoptr(ThusoSource) source = study_source(run->study, &block, NULL);
	const char *field = block_text(&block, "field");
	g_autofree char *count = thuso_format_count(rint(people)), *area = thuso_format_count(rint(km2));
	audit_find(
	    run, THUSO_WARNING, "few_people", source ? source->name : "people", NULL, 1, -1,
	    "%s%s%s has %s people on %s km2, fewer than anywhere: see whether it counts in thousands, or shares instead of people",
	    field ? "field " : "the raster", field ? field : "", field ? " of the people's layer" : "", count, area);
}

static gboolean read_polygons(Polygons *polygons, ThusoSource *source, const Block *block, GError **error)
{
	const Run *run = polygons->run;
	/* Everything was read once and its findings are known: what reading says a second time is not kept. */
	g_autoptr(ThusoContext) quiet = thuso_context_new();
	polygons->features = thuso_features_read(quiet, run->region, source, THUSO_ANY_GEOMETRY, NULL, TRUE, error);
	if (!polygons->features)
		return FALSE;
	polygons->id_column =
	    block_has(block, "id") ? thuso_table_find_column(polygons->features->table, block_text(block, "id")) : -1;
	gint64 n = polygons->features->table->n_rows;
	polygons->home = thuso_array_new(MAX(n, 1), sizeof *polygons->home, "municipalities of polygons", error);
	for (gint64 row = 0; polygons->home && row < n; row++) {
		gint64 cell = cell_of(polygons, row);
		polygons->home[row] = cell >= 0 ? run->region->area[cell] : -1;
	}
	return polygons->home != NULL;
}

gboolean audit_people(const Run *run, GError **error)
{
	Block demand = block_get(&run->top, "demand"), block = block_get(&demand, "people");
	check_density(run);
	if (run->demand->n_polygons == 0)
		return TRUE;
	g_autoptr(ThusoSource) source = study_source(run->study, &block, error);
	g_auto(Polygons) polygons = { .run = run, .layer = source ? source->name : "people" };
	if (!source || !read_polygons(&polygons, source, &block, error))
		return FALSE;
	check_homes(&polygons);
	return check_overlaps(&polygons, error);
}
