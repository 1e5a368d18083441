/* Numbers that other programs published: those inside the program (`thuso selftest`), and those on data of other programs, which is
 * not part of the project: skipped where shared/data/published does not stand beside it. */
#include <thuso/access.h>
#include <thuso/location.h>
#include <thuso/selftest.h>

#include <stdlib.h>
#include <string.h>

#include "../support/sizes.h"

/* --- inside the program ------------------------------------------------------------------------------------------- */

static void test_selftest(void)
{
	GError *error = NULL;
	gint64 n_off = -1;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = thuso_selftest(context, &n_off, &error);
	g_assert_no_error(error);
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_assert_nonnull(thuso_table_text(table, row, THUSO_SELFTEST_SOURCE));
		if (!thuso_table_integer(table, row, THUSO_SELFTEST_AGREES))
			g_test_message("%s, %s: published %.9g, here %.9g", thuso_table_text(table, row, THUSO_SELFTEST_CHECK),
			               thuso_table_text(table, row, THUSO_SELFTEST_QUANTITY),
			               thuso_table_real(table, row, THUSO_SELFTEST_PUBLISHED),
			               thuso_table_real(table, row, THUSO_SELFTEST_HERE));
	}
	g_assert_cmpint(n_off, ==, 0);
	g_assert_cmpint(table->n_rows, >=, 41);
}

static void test_selftest_stops(void)
{
	g_autoptr(GError) error = NULL;
	gint64 n_off = -1;
	g_autoptr(ThusoContext) context = thuso_context_new();
	thuso_context_cancel(context);
	g_assert_null(thuso_selftest(context, &n_off, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

static char *command_output(const char *option)
{
	GError *error = NULL;
	const char *const words[] = { g_getenv("THUSO_EXE"), "selftest", option, NULL };
	char *text = NULL;
	int status = -1;
	g_assert_nonnull(words[0]);
	g_spawn_sync(NULL, (char **) words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_true(g_spawn_check_wait_status(status, NULL));
	return text;
}

static void test_selftest_command(void)
{
	g_autofree char *text = command_output(NULL), *json = command_output("--json");
	g_assert_nonnull(strstr(text, "Published"));
	g_assert_nonnull(strstr(text, "Goodchild 1977"));
	g_assert_nonnull(strstr(text, "numbers agree\n"));
	g_assert_null(strstr(text, "NO\n"));
	g_assert_true(g_str_has_prefix(json, "{\n  \"numbers\" : "));
	g_assert_nonnull(strstr(json, "\"published\" : 1319.9400000000001"));
}

/* --- on data of other programs ------------------------------------------------------------------------------------ */

/* The file's text, or NULL when the data is not there (the test is then skipped). */
static G_GNUC_NO_INLINE char *published(const char *name) /* inlined, gcc 12 takes the text for a local of this function */
{
	g_autofree char *path = g_build_filename(g_getenv("THUSO_SOURCE"), "..", "shared", "data", "published", name, NULL);
	char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		g_test_skip("no shared/data/published beside the project");
	return text;
}

/* The next number of a text in which other signs stand between numbers. */
static double next_number(const char **text)
{
	while (**text && !strchr("-0123456789", **text))
		(*text)++;
	char *end;
	const double value = g_ascii_strtod(*text, &end);
	g_assert_true(end > *text);
	*text = end;
	return value;
}

static double number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	g_assert_nonnull(at);
	at += strlen(key);
	return next_number(&at);
}

/* Motors (no slope), planar, corners cut: the rules of r.cost and AccessMod. slowness: s/m, 0 = no data. */
static gint64 *costs_from(const double *slowness, gint32 n_rows, gint32 n_cols, double cell_m, int neighbours,
                          const gint64 *sources, gint32 n_sources)
{
	GError *error = NULL;
	const ThusoGrid grid = { .y_max = n_rows * cell_m, .cell_m = cell_m, .n_cols = n_cols, .n_rows = n_rows };
	const int n = n_rows * n_cols;
	g_autofree gint32 *ground = thuso_new(gint32, n);
	g_autofree double *speed = thuso_new(double, n);
	g_autofree ThusoMode *mode = thuso_new(ThusoMode, n);
	for (int cell = 0; cell < n; cell++) {
		ground[cell] = slowness[cell] > 0 ? cell : -1;
		speed[cell] = slowness[cell] > 0 ? 1 / slowness[cell] : 0;
		mode[cell] = THUSO_MOTORISED;
	}
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &grid;
	spec.ground = ground;
	spec.ground_speed_m_per_s = speed;
	spec.ground_mode = mode;
	spec.n_ground = n;
	spec.lengths = THUSO_LENGTHS_PLANAR;
	spec.guard_corners = FALSE;
	spec.neighbours = neighbours;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSurface) surface = thuso_surface_new(context, &spec, &error);
	g_assert_no_error(error);
	const ThusoTravel travel = { THUSO_MEASURE_TIME, THUSO_FROM_CENTRE, THUSO_NO_LIMIT };
	gint64 *ticks = thuso_new(gint64, n);
	thuso_access_nearest(context, surface, &travel, sources, n_sources, ticks, NULL, &error);
	g_assert_no_error(error);
	return ticks;
}

/* The example of the r.cost manual: 6 x 7 cells, one start, whole numbers printed. With 16 neighbours the manual prints 9 at row 6,
 * column 4, which is the value of 8 neighbours (8.5); the knight's move from the start costs (3 + 5 + 5 + 2) / 4 * sqrt 5 = 8.385. */
static void test_rcost_manual(void)
{
	enum { ROWS = 6, COLS = 7, N = ROWS * COLS };
	const struct {
		int neighbours;
		const char *key;
	} cases[] = { { 8, "\"expected_8dir\":" }, { 16, "\"expected_16dir_manual\":" } };
	g_autofree char *text = published("grass/rcost_manual_grid.json");
	if (!text)
		return;
	double slowness[N];
	const char *at = strstr(text, "\"cost\":");
	for (int cell = 0; cell < N; cell++)
		slowness[cell] = next_number(&at);
	at = strstr(text, "\"start_row0_col0\":");
	at += strlen("\"start_row0_col0\":");
	const gint64 row = (gint64) next_number(&at), start = row * COLS + (gint64) next_number(&at);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree gint64 *ticks = costs_from(slowness, ROWS, COLS, 1, cases[i].neighbours, &start, 1);
		int n_same = 0;
		at = strstr(text, cases[i].key) + strlen(cases[i].key);
		for (int cell = 0; cell < N; cell++) {
			const double here = thuso_ticks_value(THUSO_MEASURE_TIME, ticks[cell]);
			const double manual = next_number(&at);
			n_same += (int) (here + 0.5) == (int) manual;
			if ((int) (here + 0.5) != (int) manual) {
				g_assert_cmpint(cell, ==, 5 * COLS + 3);
				g_assert_cmpfloat(manual, ==, 9);
				g_assert_cmpfloat_with_epsilon(here, 8.385254915624213, 1e-5);
			}
		}
		g_test_message("r.cost manual, %d neighbours: %d of %d cells", cases[i].neighbours, n_same, N);
		g_assert_cmpint(n_same, ==, cases[i].neighbours == 8 ? N : N - 1);
	}
}

/* AccessMod's own test of motorised travel on its demonstration data: 10 facilities, every class at 50 km/h, up to 60 min; a cell's
 * minutes are rounded up. Published: mean minutes to three decimals, and how many cells are not reached. */
static void test_accessmod_motorised(void)
{
	enum { MAX_MINUTES = 60, N_FACILITIES = 10 };
	const struct {
		int neighbours;
		double mean;
		int n_null;
	} cases[] = { { 16, 29.522, 31829 }, { 8, 29.419, 32283 } };
	g_autofree char *raster = published("accessmod/landcover_merged.asc"), *table = published("accessmod/facilities.csv");
	if (!raster || !table)
		return;
	const gint32 n_cols = (gint32) number_after(raster, "ncols"), n_rows = (gint32) number_after(raster, "nrows");
	const double nodata = number_after(raster, "NODATA_value"), cell_m = number_after(raster, "cellsize");
	const int n = n_rows * n_cols;
	g_assert_cmpint(n, ==, 227 * 196);
	g_autofree double *slowness = thuso_new(double, n);
	const char *at = strchr(strstr(raster, "NODATA_value"), '\n');
	for (int cell = 0; cell < n; cell++)
		slowness[cell] = next_number(&at) != nodata ? 3.6 / 50 : 0;
	gint64 facilities[N_FACILITIES];
	g_auto(GStrv) lines = g_strsplit(g_strstrip(table), "\n", -1);
	g_assert_cmpint(g_strv_length(lines), ==, N_FACILITIES + 1);
	for (int i = 0; i < N_FACILITIES; i++) { /* id,name,type,capacity,x,y,row,col */
		g_auto(GStrv) fields = g_strsplit(lines[i + 1], ",", -1);
		facilities[i] = g_ascii_strtoll(fields[6], NULL, 10) * n_cols + g_ascii_strtoll(fields[7], NULL, 10);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree gint64 *ticks = costs_from(slowness, n_rows, n_cols, cell_m, cases[i].neighbours, facilities, N_FACILITIES);
		double sum = 0;
		int n_null = 0;
		for (int cell = 0; cell < n; cell++) {
			const double minutes = ceil(thuso_ticks_value(THUSO_MEASURE_TIME, ticks[cell]) / 60);
			if (minutes <= MAX_MINUTES)
				sum += minutes;
			else
				n_null++;
		}
		g_test_message("AccessMod, %d neighbours: mean %.6f, null %d", cases[i].neighbours, sum / (n - n_null), n_null);
		g_assert_cmpint(n_null, ==, cases[i].n_null);
		g_assert_cmpfloat_with_epsilon(sum / (n - n_null), cases[i].mean, 0.0005);
	}
}

/* --- OR-Library's p-median files (J. E. Beasley) ---------------------------------------------------------------------------------- */

/* All costs between the nodes of a file, n x n; the last of two edges between the same nodes counts. NULL: the test is skipped. */
static double *orlib_costs(int file, gint32 *n, gint32 *p)
{
	g_autofree char *name = g_strdup_printf("orlib/pmed%d.txt", file), *text = published(name);
	const char *at = text;
	if (!text)
		return NULL;
	*n = (gint32) next_number(&at);
	gint32 n_edges = (gint32) next_number(&at);
	*p = (gint32) next_number(&at);
	double *cost = g_new(double, (gsize) *n *(gsize) *n);
	for (gint32 k = 0; k < *n * *n; k++)
		cost[k] = k % (*n + 1) == 0 ? 0 : INFINITY;
	for (gint32 e = 0; e < n_edges; e++) {
		gint32 a = (gint32) next_number(&at) - 1, b = (gint32) next_number(&at) - 1;
		cost[a * *n + b] = cost[b * *n + a] = next_number(&at);
	}
	/* Floyd and Warshall. */
	for (gint32 k = 0; k < *n; k++)
		for (gint32 i = 0; i < *n; i++)
			for (gint32 j = 0; j < *n; j++)
				cost[i * *n + j] = MIN(cost[i * *n + j], cost[i * *n + k] + cost[k * *n + j]);
	return cost;
}

static double orlib_value(const char *table, int file)
{
	g_autofree char *text = published(table), *name = g_strdup_printf("pmed%d ", file);
	const char *at = text ? strstr(text, name) : NULL;
	g_assert_nonnull(at);
	at += strlen(name);
	return next_number(&at);
}

static void solve_orlib(const char *model, const char *table)
{
	int last = in_full(20, 5);
	for (int file = 1; file <= last; file++) {
		gint32 n, p;
		g_autofree double *cost = orlib_costs(file, &n, &p);
		if (!cost)
			return;
		g_autofree gint64 *start = g_new(gint64, (gsize) n + 1);
		g_autofree guint32 *demand = g_new(guint32, (gsize) n * (gsize) n);
		for (gint32 j = 0; j <= n; j++)
			start[j] = (gint64) j * n;
		for (gint32 k = 0; k < n * n; k++)
			demand[k] = (guint32) (k % n);
		ThusoLocation location;
		ThusoLocateOptions options;
		thuso_location_default(&location);
		thuso_locate_options_default(&options);
		location.n_demand = location.n_sites = n;
		location.start = start;
		location.demand = demand;
		location.cost = cost;
		location.sites = p;
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoPlan) plan = thuso_locate(context, thuso_model_find(model), &location, &options, &error);
		g_assert_no_error(error);
		g_assert_cmpint(plan->status, ==, THUSO_PLAN_OPTIMAL);
		g_assert_cmpfloat(plan->objective, ==, orlib_value(table, file));
	}
}

static void test_orlib_median(void)
{
	solve_orlib("pmedian", "orlib/pmedopt.txt");
}

static void test_orlib_center(void)
{
	solve_orlib("pcenter", "orlib/kcenteropt.txt");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/published/selftest", test_selftest);
	g_test_add_func("/published/selftest-stops", test_selftest_stops);
	g_test_add_func("/published/selftest-command", test_selftest_command);
	g_test_add_func("/published/rcost-manual", test_rcost_manual);
	g_test_add_func("/published/accessmod-motorised", test_accessmod_motorised);
	g_test_add_func("/published/orlib/p-median", test_orlib_median);
	g_test_add_func("/published/orlib/p-center", test_orlib_center);
	return g_test_run();
}
