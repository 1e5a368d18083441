/* A made-up region of five municipalities in UTM 34S: an inner town and four sectors around it with wavy borders. */
#include "out-result.h"

#include <math.h>
#include <string.h>

#define CENTRE_X      600000.0
#define CENTRE_Y      6250000.0
#define RADIUS_M      38000.0
#define INNER_M       14000.0
#define CELL_M        500.0
#define N_SECTORS     4
#define N_AREAS       (N_SECTORS + 1)
#define N_ARC         90 /* points along a quarter of a ring */
#define N_RADIAL      30
#define N_CANDIDATES  80
#define N_TOWNS       9
#define LIMIT_MIN     60.0
#define SEARCH_MIN    180.0
#define WALKING_SHARE 3.2 /* how much slower walking is than riding here */

static const char *const area_titles[N_AREAS] = { "Middelrivier", "Noordhoek & Sons", "Oosberg", "Suidpunt",
	                                              "Weskus <Langeberg>" };
static const double bands[] = { 15, 30, 45, 60, 90, 120, 180 };
static const char *const band_labels[] = { "0 – 15 min",   "15 – 30 min",   "30 – 45 min", "45 – 60 min", "60 – 90 min",
	                                       "90 – 120 min", "120 – 180 min", "not reached", "no data" };
#define N_BANDS ((int) G_N_ELEMENTS(bands))

static const struct {
	const char *id, *title;
	double dx, dy; /* m from the middle */
	gboolean is_open;
} centres[] = {
	{ "T1", "Middelrivier Thusong", 1500, -2500, TRUE },
	{ "T2", "Oosberg Thusong", 24000, 6000, TRUE },
	{ "T3", "Suidpunt Thusong", -3000, -24000, TRUE },
	{ "T4", "Weskus (closed)", -23000, 9000, FALSE },
};
#define N_CENTRES ((int) G_N_ELEMENTS(centres))

static guint64 mix(guint64 *state)
{
	guint64 z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double uniform(guint64 *state)
{
	return (double) (mix(state) >> 11) / 9007199254740992.0;
}

/* --- shapes ----------------------------------------------------------------------------------------------------------- */

static double outer_radius(double angle)
{
	return RADIUS_M * (1 + 0.08 * sin(3 * angle) + 0.05 * cos(5 * angle) + 0.02 * sin(17 * angle));
}

static double inner_radius(double angle)
{
	return INNER_M * (1 + 0.12 * cos(2 * angle) + 0.05 * sin(7 * angle));
}

/* The border between two sectors bends a little on its way out. */
static double border_angle(int sector, double share)
{
	return (sector + 0.35) * G_PI / 2 + 0.12 * sin(share * 5 + sector);
}

/* Sector 4 is sector 0 again, a full turn on. */
static double turned(int sector, double share)
{
	return border_angle(sector % N_SECTORS, share) + (sector / N_SECTORS) * 2 * G_PI;
}

typedef struct {
	double x[1024], y[1024];
	gint64 n;
} Ring;

static void push(Ring *ring, double radius, double angle)
{
	ring->x[ring->n] = CENTRE_X + radius * cos(angle);
	ring->y[ring->n++] = CENTRE_Y + radius * sin(angle);
}

static GBytes *ring_wkb(Ring *ring)
{
	gint64 starts[2] = { 0, ring->n + 1 };
	ring->x[ring->n] = ring->x[0];
	ring->y[ring->n] = ring->y[0];
	ThusoGeometry geometry = { THUSO_POLYGON, ring->n + 1, 1, ring->x, ring->y, starts };
	GError *error = NULL;
	GBytes *wkb = thuso_geometry_to_wkb(&geometry, &error);
	g_assert_no_error(error);
	return wkb;
}

/* Points `from` to `to` of a sector's arc. Neighbours must get the very same corners, so the last point is the next sector's first. */
static void push_arc(Ring *ring, int sector, double (*radius)(double), int from, int to)
{
	double share = radius == outer_radius ? 1 : 0, begin = turned(sector, share), end = turned(sector + 1, share);
	int step = to >= from ? 1 : -1;
	for (int i = from; i != to + step; i += step) {
		double angle = i == N_ARC ? turned((sector + 1) % N_SECTORS, share) : begin + (end - begin) * i / N_ARC;
		push(ring, radius(angle), angle);
	}
}

static GBytes *area_wkb(int area)
{
	Ring ring = { .n = 0 };
	for (int k = 0; area == 0 && k < N_SECTORS; k++)
		push_arc(&ring, k, inner_radius, 0, N_ARC - 1);
	if (area == 0)
		return ring_wkb(&ring);
	int s = area - 1;
	push_arc(&ring, s, inner_radius, 0, N_ARC);
	for (int i = 1; i < N_RADIAL; i++) {
		double share = (double) i / N_RADIAL, a0 = turned((s + 1) % N_SECTORS, share);
		push(&ring, inner_radius(a0) + (outer_radius(a0) - inner_radius(a0)) * share, a0);
	}
	push_arc(&ring, s, outer_radius, N_ARC, 0);
	for (int i = N_RADIAL - 1; i > 0; i--) {
		double share = (double) i / N_RADIAL, a0 = turned(s, share);
		push(&ring, inner_radius(a0) + (outer_radius(a0) - inner_radius(a0)) * share, a0);
	}
	return ring_wkb(&ring);
}

/* The municipality of a point, or -1. */
static int area_at(ThusoGeometry *const *areas, double x, double y)
{
	for (int a = 0; a < N_AREAS; a++)
		if (thuso_geometry_contains(areas[a], x, y))
			return a;
	return -1;
}

/* The same for the centre of every cell, worked out once. */
static gint32 *cell_areas(const ThusoGrid *grid, ThusoGeometry *const *areas)
{
	gint32 *cells = thuso_new(gint32, thuso_grid_n(grid));
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		double x, y;
		thuso_grid_centre(grid, cell, &x, &y);
		cells[cell] = area_at(areas, x, y);
	}
	return cells;
}

/* --- travel ----------------------------------------------------------------------------------------------------------- */

static double travel_min(double x, double y, double to_x, double to_y)
{
	double ridge = 1.3 + 0.6 * sin((x + 0.6 * y) / 5200) + 0.4 * cos((y - x) / 3900);
	return hypot(x - to_x, y - to_y) / 1000 * 2.1 * MAX(ridge, 0.4);
}

/* A corner of the region for which there are no layers. */
static gboolean is_uncovered(double x, double y)
{
	return hypot(x - CENTRE_X + 30000, y - CENTRE_Y + 20000) < 11000;
}

/* Cost and nearest centre; with the plan, three further centres exist. */
static void fill_cost(const ThusoGrid *grid, const gint32 *areas, double slower, gboolean plan, float *cost, gint32 *nearest)
{
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		double x, y, best = INFINITY;
		thuso_grid_centre(grid, cell, &x, &y);
		nearest[cell] = -1;
		for (int c = 0; c < N_CENTRES; c++) {
			if (!centres[c].is_open && !plan)
				continue;
			double cost_min = slower * travel_min(x, y, CENTRE_X + centres[c].dx, CENTRE_Y + centres[c].dy);
			if (cost_min < best) {
				best = cost_min;
				nearest[cell] = c;
			}
		}
		gboolean reached = best <= SEARCH_MIN && areas[cell] >= 0 && !is_uncovered(x, y);
		cost[cell] = reached ? (float) best : NAN;
		nearest[cell] = reached ? nearest[cell] : -1;
	}
}

/* --- tables ----------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name, *title, *unit;
	ThusoColumnType type;
} Column;

static ThusoTable *new_table(OutSample *sample, const char *name, const char *title, ThusoGeometryType type,
                             const Column *columns, int n)
{
	ThusoTable *table = thuso_table_new(name, title, "Made up for tests", type);
	for (int i = 0; i < n; i++)
		thuso_table_add_column(table, columns[i].name, columns[i].title, columns[i].unit, columns[i].type);
	if (type != THUSO_NO_GEOMETRY)
		thuso_table_set_crs(table, thuso_crs_wkt(sample->crs));
	g_ptr_array_add(sample->result.tables, table);
	return table;
}

static gint64 add_row(ThusoTable *table)
{
	GError *error = NULL;
	gint64 row = thuso_table_add_row(table, &error);
	g_assert_no_error(error);
	return row;
}

static void add_point(ThusoTable *table, gint64 row, double x, double y)
{
	g_autoptr(GBytes) wkb = thuso_point_to_wkb(x, y);
	thuso_table_set_geometry(table, row, wkb);
}

static void add_areas(OutSample *sample, GBytes *const *wkbs)
{
	static const Column columns[] = {
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Municipality", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
		{ "people_served_now", "People served now", "people", THUSO_REAL },
		{ "has_centre", "Has an open centre", "", THUSO_INTEGER },
	};
	ThusoTable *table = new_table(sample, "municipalities", "Municipalities", THUSO_POLYGON, columns, G_N_ELEMENTS(columns));
	for (int a = 0; a < N_AREAS; a++) {
		gint64 row = add_row(table);
		g_autofree char *id = g_strdup_printf("WC%03d", a + 31);
		thuso_table_set_text(table, row, 0, id);
		thuso_table_set_text(table, row, 1, area_titles[a]);
		thuso_table_set_real(table, row, 2, 21000.0 + 3100.5 * a);
		thuso_table_set_real(table, row, 3, 9000.0 + 1000.25 * a);
		thuso_table_set_integer(table, row, 4, a % 2);
		thuso_table_set_geometry(table, row, wkbs[a]);
	}
}

static void add_districts(OutSample *sample, GBytes *const *wkbs)
{
	static const Column columns[] = { { "id", "Code", "", THUSO_TEXT }, { "title", "District", "", THUSO_TEXT } };
	ThusoTable *table = new_table(sample, "district", "Districts", THUSO_POLYGON, columns, G_N_ELEMENTS(columns));
	for (int d = 0; d < 2; d++) {
		const ThusoGeometry *members[3];
		gint64 n = 0;
		for (int a = 0; a < N_AREAS; a++) {
			gsize size;
			gconstpointer data = g_bytes_get_data(wkbs[a], &size);
			if ((a == 0 || a == 1 || a == 4) == (d == 0))
				members[n++] = thuso_geometry_from_wkb(data, size, NULL);
		}
		GError *error = NULL;
		g_autoptr(ThusoGeometry) joined = thuso_geometry_union(members, n, 0, &error);
		g_assert_no_error(error);
		g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(joined, &error);
		g_assert_no_error(error);
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, d == 0 ? "DC1" : "DC2");
		thuso_table_set_text(table, row, 1, d == 0 ? "Northern District" : "Southern District");
		thuso_table_set_geometry(table, row, wkb);
		for (gint64 i = 0; i < n; i++)
			thuso_geometry_free((ThusoGeometry *) members[i]);
	}
}

static void add_ranked(OutSample *sample, ThusoGeometry *const *areas)
{
	static const Column columns[] = {
		{ "rank", "Rank", "", THUSO_INTEGER },
		{ "rank_in_municipality", "Rank in its municipality", "", THUSO_INTEGER },
		{ "site", "Site", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "municipality", "Municipality", "", THUSO_TEXT },
		{ "score", "Score", "of 100", THUSO_REAL },
		{ "people_gained", "People gained", "people", THUSO_REAL },
		{ "reason", "Reason", "", THUSO_TEXT },
	};
	static const Column out_columns[] = {
		{ "site", "Site", "", THUSO_TEXT },
		{ "criterion", "Criterion", "", THUSO_TEXT },
		{ "value", "Value", "", THUSO_REAL },
	};
	static const char *const towns[N_TOWNS] = { "Buffeljags", "Karringmelk", "Protea Hoogte",   "Stormsvlei", "Slangrivier",
		                                        "Bontebok",   "Suurbraak",   "Malgas Sekondêr", "O'Connor" };
	ThusoTable *ranked = new_table(sample, "ranked_sites", "Ranked sites", THUSO_POINT, columns, G_N_ELEMENTS(columns));
	ThusoTable *out = new_table(sample, "excluded_sites", "Excluded sites", THUSO_POINT, out_columns, G_N_ELEMENTS(out_columns));
	guint64 state = 20261121;
	int rank = 0, in_area[N_AREAS] = { 0 };
	for (int i = 0; i < N_CANDIDATES; i++) {
		double x = CENTRE_X + (uniform(&state) - 0.5) * 2 * RADIUS_M, y = CENTRE_Y + (uniform(&state) - 0.5) * 2 * RADIUS_M;
		int area = area_at(areas, x, y);
		g_autofree char *site = g_strdup_printf("school:%d", 100 + i), *title = g_strdup_printf("%s School", towns[i % N_TOWNS]);
		if (area < 0)
			continue;
		ThusoTable *table = i % 6 == 5 ? out : ranked;
		gint64 row = add_row(table);
		add_point(table, row, x, y);
		thuso_table_set_text(table, row, thuso_table_find_column(table, "site"), site);
		if (table == out) {
			thuso_table_set_text(table, row, 1, "slope");
			thuso_table_set_real(table, row, 2, 24.5);
			continue;
		}
		thuso_table_set_integer(table, row, 0, ++rank);
		thuso_table_set_integer(table, row, 1, ++in_area[area]);
		thuso_table_set_text(table, row, 3, title);
		thuso_table_set_text(table, row, 4, area_titles[area]);
		thuso_table_set_real(table, row, 5, 90.0 - rank * 0.7);
		thuso_table_set_real(table, row, 6, 5000.0 / rank);
		thuso_table_set_text(table, row, 7, "5,000 people gained; high need (0.82)");
	}
}

static void add_planned(OutSample *sample)
{
	static const Column columns[] = {
		{ "plan", "Plan", "", THUSO_TEXT },         { "step", "Step", "", THUSO_INTEGER },
		{ "site", "Site", "", THUSO_TEXT },         { "title", "Name", "", THUSO_TEXT },
		{ "kind", "What happens", "", THUSO_TEXT }, { "people_added", "People added", "people", THUSO_REAL },
	};
	ThusoTable *ranked = out_sample_table(sample, "ranked_sites");
	ThusoTable *table = new_table(sample, "planned_sites", "Planned sites", THUSO_POINT, columns, G_N_ELEMENTS(columns));
	for (int c = 0; c < 2; c++) {
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, "brownfields");
		thuso_table_set_text(table, row, 2, centres[c].id);
		thuso_table_set_text(table, row, 3, centres[c].title);
		thuso_table_set_text(table, row, 4, "existing");
		add_point(table, row, CENTRE_X + centres[c].dx, CENTRE_Y + centres[c].dy);
	}
	for (int i = 0; i < 4; i++) {
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, "brownfields");
		thuso_table_set_integer(table, row, 1, i + 1);
		thuso_table_set_text(table, row, 2, thuso_table_text(ranked, i * 3, 2));
		thuso_table_set_text(table, row, 3, thuso_table_text(ranked, i * 3, 3));
		thuso_table_set_text(table, row, 4, i == 2 ? "upgrade" : "new");
		thuso_table_set_real(table, row, 5, 4000.0 - 700 * i);
		thuso_table_set_geometry(table, row, thuso_table_geometry(ranked, i * 3));
	}
}

static void add_centres(OutSample *sample)
{
	static const Column columns[] = {
		{ "id", "Register number", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "is_open", "Open", "", THUSO_INTEGER },
		{ "people", "People in the catchment", "people", THUSO_REAL },
	};
	ThusoTable *table = new_table(sample, "centres", "Thusong centres", THUSO_POINT, columns, G_N_ELEMENTS(columns));
	for (int c = 0; c < N_CENTRES; c++) {
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, centres[c].id);
		thuso_table_set_text(table, row, 1, centres[c].title);
		thuso_table_set_integer(table, row, 2, centres[c].is_open);
		thuso_table_set_real(table, row, 3, 12000 + 100.5 * c);
		add_point(table, row, CENTRE_X + centres[c].dx, CENTRE_Y + centres[c].dy);
	}
}

static void add_issues(OutSample *sample)
{
	static const Column columns[] = {
		{ "severity", "Severity", "", THUSO_TEXT }, { "check", "Check", "", THUSO_TEXT },    { "layer", "Layer", "", THUSO_TEXT },
		{ "message", "Message", "", THUSO_TEXT },   { "count", "Count", "", THUSO_INTEGER },
	};
	static const char *const severities[] = { "error", "warning", "info" };
	ThusoTable *table = new_table(sample, "quality_issues", "Data quality", THUSO_ANY_GEOMETRY, columns, G_N_ELEMENTS(columns));
	guint64 state = 7;
	for (int i = 0; i < 7; i++) {
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, severities[i % 3]);
		thuso_table_set_text(table, row, 1, "on_barrier");
		thuso_table_set_text(table, row, 2, "schools");
		thuso_table_set_text(table, row, 3, "the point lies on a barrier: move it");
		thuso_table_set_integer(table, row, 4, 1 + i);
		if (i < 6)
			add_point(table, row, CENTRE_X + (uniform(&state) - 0.5) * RADIUS_M, CENTRE_Y + (uniform(&state) - 0.5) * RADIUS_M);
	}
}

static int band_of(double cost)
{
	for (int b = 0; b < N_BANDS; b++)
		if (cost <= bands[b])
			return b;
	return -1;
}

static void polygonize(ThusoContext *context, const ThusoGrid *grid, const gint32 *classes, gint32 n, GBytes **wkbs)
{
	GError *error = NULL;
	memset(wkbs, 0, sizeof(GBytes *) * (gsize) n);
	thuso_polygonize(context, grid, classes, n, wkbs, &error);
	g_assert_no_error(error);
}

/* The band of every cell; inside the region also the class of those not reached and of those not covered. */
static void fill_classes(const ThusoGrid *grid, const gint32 *areas, const float *cost, gint32 *classes)
{
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		double x, y;
		thuso_grid_centre(grid, cell, &x, &y);
		classes[cell] = isnan(cost[cell]) ? -1 : band_of((double) cost[cell]);
		if (classes[cell] < 0 && areas[cell] >= 0)
			classes[cell] = is_uncovered(x, y) ? N_BANDS + 1 : N_BANDS;
	}
}

static void add_bands(OutSample *sample, ThusoContext *context, const gint32 *areas, const char *state, const char *trip,
                      const float *cost)
{
	static const Column columns[] = {
		{ "state", "State", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "lower", "From", "min", THUSO_REAL },
		{ "upper", "To", "min", THUSO_REAL },
		{ "label", "Band", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
		{ "share", "Share of people", "", THUSO_REAL },
	};
	ThusoTable *table = out_sample_table(sample, "travel_bands");
	if (table == NULL)
		table =
		    new_table(sample, "travel_bands", "Travel time to the nearest centre", THUSO_POLYGON, columns, G_N_ELEMENTS(columns));
	g_autofree gint32 *classes = thuso_new(gint32, thuso_grid_n(&sample->grid));
	fill_classes(&sample->grid, areas, cost, classes);
	GBytes *wkbs[N_BANDS + 2];
	polygonize(context, &sample->grid, classes, N_BANDS + 2, wkbs);
	for (int b = 0; b < N_BANDS + 2; b++) {
		if (wkbs[b] == NULL)
			continue;
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, state);
		thuso_table_set_text(table, row, 1, trip);
		thuso_table_set_real(table, row, 2, b >= N_BANDS ? NAN : b > 0 ? bands[b - 1] : 0);
		thuso_table_set_real(table, row, 3, b < N_BANDS ? bands[b] : NAN);
		thuso_table_set_text(table, row, 4, band_labels[b]);
		thuso_table_set_real(table, row, 5, 1000.0 * (b + 1));
		thuso_table_set_real(table, row, 6, 0.125);
		thuso_table_set_geometry(table, row, wkbs[b]);
		g_bytes_unref(wkbs[b]);
	}
}

static void add_catchments(OutSample *sample, ThusoContext *context, const char *state, const char *trip, const gint32 *nearest)
{
	static const Column columns[] = {
		{ "state", "State", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "site", "Centre", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
	};
	ThusoTable *table = out_sample_table(sample, "catchments");
	if (table == NULL)
		table = new_table(sample, "catchments", "Catchments", THUSO_POLYGON, columns, G_N_ELEMENTS(columns));
	GBytes *wkbs[N_CENTRES];
	polygonize(context, &sample->grid, nearest, N_CENTRES, wkbs);
	for (int c = 0; c < N_CENTRES; c++) {
		if (wkbs[c] == NULL)
			continue;
		gint64 row = add_row(table);
		thuso_table_set_text(table, row, 0, state);
		thuso_table_set_text(table, row, 1, trip);
		thuso_table_set_text(table, row, 2, centres[c].id);
		thuso_table_set_real(table, row, 3, 10000.0 + c);
		thuso_table_set_geometry(table, row, wkbs[c]);
		g_bytes_unref(wkbs[c]);
	}
}

static GBytes *square(const ThusoGrid *grid, gint64 cell)
{
	double x, y, h = grid->cell_m / 2;
	thuso_grid_centre(grid, cell, &x, &y);
	Ring ring = { .x = { x - h, x + h, x + h, x - h }, .y = { y - h, y - h, y + h, y + h }, .n = 4 };
	return ring_wkb(&ring);
}

static void add_cells(OutSample *sample, const float *cost)
{
	static const Column columns[] = { { "people", "People", "people", THUSO_REAL },
		                              { "cost", "Travel time", "min", THUSO_REAL } };
	ThusoTable *table = new_table(sample, "demand_cells", "Where people live", THUSO_POLYGON, columns, G_N_ELEMENTS(columns));
	guint64 state = 99;
	for (gint64 cell = 0; cell < thuso_grid_n(&sample->grid); cell++) {
		double people = uniform(&state) * 40;
		if (isnan(cost[cell]) || people < 32)
			continue;
		g_autoptr(GBytes) wkb = square(&sample->grid, cell);
		gint64 row = add_row(table);
		thuso_table_set_real(table, row, 0, people);
		thuso_table_set_real(table, row, 1, (double) cost[cell]);
		thuso_table_set_geometry(table, row, wkb);
	}
}

static void add_residual(OutSample *sample, ThusoContext *context, const float *cost)
{
	static const Column columns[] = { { "people", "People", "people", THUSO_REAL },
		                              { "form", "Form of service", "", THUSO_TEXT } };
	ThusoTable *table = new_table(sample, "residual_demand", "People left without a centre", THUSO_POLYGON, columns, 2);
	g_autofree gint32 *classes = thuso_new(gint32, thuso_grid_n(&sample->grid));
	for (gint64 cell = 0; cell < thuso_grid_n(&sample->grid); cell++)
		classes[cell] = (double) cost[cell] > 2 * LIMIT_MIN ? 0 : -1;
	GBytes *wkb;
	polygonize(context, &sample->grid, classes, 1, &wkb);
	if (wkb == NULL)
		return;
	gint64 row = add_row(table);
	thuso_table_set_real(table, row, 0, 800);
	thuso_table_set_text(table, row, 1, "mobile");
	thuso_table_set_geometry(table, row, wkb);
	g_bytes_unref(wkb);
}

static void add_parameters(OutSample *sample)
{
	static const Column columns[] = { { "name", "Parameter", "", THUSO_TEXT }, { "value", "Value", "", THUSO_TEXT } };
	ThusoTable *table = new_table(sample, "parameters", "Parameters of the study", THUSO_NO_GEOMETRY, columns, 2);
	gint64 row = add_row(table);
	thuso_table_set_text(table, row, 0, "standards.limit");
	thuso_table_set_text(table, row, 1, "60 min");
}

/* --- the interface ---------------------------------------------------------------------------------------------------- */

static void set_result(OutSample *sample)
{
	sample->result.title = "Langeberg & <coast> 2026";
	sample->result.date = "2026-11-21";
	sample->result.grid = &sample->grid;
	sample->result.cost = sample->cost;
	sample->result.cost_unit = "min";
	sample->result.bands = bands;
	sample->result.n_bands = N_BANDS;
	sample->result.run_json = "{\"seconds\": 1.5, \"threads\": 2}\n";
	double reach = RADIUS_M * 1.12;
	sample->result.extent[0] = CENTRE_X - reach;
	sample->result.extent[1] = CENTRE_Y - reach;
	sample->result.extent[2] = CENTRE_X + reach;
	sample->result.extent[3] = CENTRE_Y + reach;
}

static void add_travel(OutSample *sample, ThusoContext *context, const gint32 *areas, gboolean many)
{
	gint64 n = thuso_grid_n(&sample->grid);
	g_autofree float *cost = thuso_new(float, n);
	g_autofree gint32 *nearest = thuso_new(gint32, n);
	sample->cost = thuso_new(float, n);
	fill_cost(&sample->grid, areas, 1, FALSE, sample->cost, nearest);
	add_bands(sample, context, areas, "now", "taxi", sample->cost);
	add_catchments(sample, context, "now", "taxi", nearest);
	for (int k = 0; many && k < 3; k++) {
		gboolean plan = k > 0, walk = k != 1;
		fill_cost(&sample->grid, areas, walk ? WALKING_SHARE : 1, plan, cost, nearest);
		add_bands(sample, context, areas, plan ? "brownfields" : "now", walk ? "walk" : "taxi", cost);
		add_catchments(sample, context, plan ? "brownfields" : "now", walk ? "walk" : "taxi", nearest);
	}
	add_cells(sample, sample->cost);
	if (many)
		add_residual(sample, context, sample->cost);
}

OutSample *out_sample_new(ThusoContext *context, gboolean many)
{
	OutSample *sample = g_new0(OutSample, 1);
	GError *error = NULL;
	sample->crs = thuso_crs_new("EPSG:32734", &error);
	g_assert_no_error(error);
	double reach = RADIUS_M * 1.15;
	thuso_grid_fit(&sample->grid, sample->crs, CELL_M, CENTRE_X - reach, CENTRE_Y - reach, CENTRE_X + reach, CENTRE_Y + reach,
	               &error);
	g_assert_no_error(error);
	sample->result.tables = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_table_free);
	GBytes *wkbs[N_AREAS];
	ThusoGeometry *areas[N_AREAS];
	for (int a = 0; a < N_AREAS; a++) {
		gsize size;
		wkbs[a] = area_wkb(a);
		gconstpointer data = g_bytes_get_data(wkbs[a], &size);
		areas[a] = thuso_geometry_from_wkb(data, size, &error);
		g_assert_no_error(error);
	}
	g_autofree gint32 *cells = cell_areas(&sample->grid, areas);
	if (many)
		add_parameters(sample);
	add_areas(sample, wkbs);
	if (many)
		add_districts(sample, wkbs);
	add_travel(sample, context, cells, many);
	add_centres(sample);
	add_ranked(sample, areas);
	add_planned(sample);
	add_issues(sample);
	for (int a = 0; a < N_AREAS; a++) {
		g_bytes_unref(wkbs[a]);
		thuso_geometry_free(areas[a]);
	}
	set_result(sample);
	return sample;
}

void out_sample_free(OutSample *sample)
{
	if (sample == NULL)
		return;
	g_ptr_array_unref(sample->result.tables);
	thuso_crs_unref(sample->crs);
	g_free(sample->cost);
	g_free(sample);
}

ThusoTable *out_sample_table(const OutSample *sample, const char *name)
{
	for (guint i = 0; i < sample->result.tables->len; i++) {
		ThusoTable *table = g_ptr_array_index(sample->result.tables, i);
		if (g_str_equal(table->name, name))
			return table;
	}
	return NULL;
}
