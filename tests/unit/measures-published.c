/* The values that the R package accessibility asserts in its own tests (tests/testthat), on its data where that stands beside the
 * project; the example of Soukhov and others always. */
#include <thuso/measures.h>

#include <stdlib.h>
#include <string.h>

#include "../support/measures-parts.h"

#define HALF_CUTOFF 5e-5 /* published to four digits */

/* --- the package's data ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	GHashTable *row; /* id -> row + 1 */
	double *people, *jobs, *income;
	gint32 *decile; /* 0..9, -1 = none */
	gint64 n;
} Land;

static char **lines_of(const char *name)
{
	g_autofree char *path =
	    g_build_filename(g_getenv("THUSO_SOURCE"), "..", "shared", "data", "published", "r_accessibility", name, NULL);
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	return g_strsplit(g_strstrip(text), "\n", -1);
}

static void land_free(Land *land)
{
	g_hash_table_unref(land->row);
	g_free(land->people), g_free(land->jobs), g_free(land->income), g_free(land->decile);
	g_free(land);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Land, land_free)

/* NULL (and the test skipped) where the data is not there. */
static Land *read_land(void)
{
	g_auto(GStrv) lines = lines_of("land_use_data.csv");
	if (lines == NULL) {
		g_test_skip("no shared/data/published/r_accessibility beside the project");
		return NULL;
	}
	guint n = g_strv_length(lines) - 1;
	Land *land = g_new0(Land, 1);
	land->row = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	land->people = g_new0(double, n), land->jobs = g_new0(double, n), land->income = g_new0(double, n);
	land->decile = g_new0(gint32, n);
	for (guint i = 0; i < n; i++) {
		g_auto(GStrv) field = g_strsplit(g_strstrip(lines[i + 1]), ",", -1);
		g_assert_cmpuint(g_strv_length(field), ==, 6);
		g_hash_table_insert(land->row, g_strdup(field[0]), GINT_TO_POINTER((int) i + 1));
		land->people[i] = g_ascii_strtod(field[1], NULL);
		land->jobs[i] = g_ascii_strtod(field[2], NULL);
		land->income[i] = strcmp(field[4], "nan") == 0 ? NAN : g_ascii_strtod(field[4], NULL);
		land->decile[i] = *field[5] == '\0' ? -1 : atoi(field[5]) - 1;
	}
	land->n = n;
	return land;
}

static int land_row(const Land *land, const char *id)
{
	int row = GPOINTER_TO_INT(g_hash_table_lookup(land->row, id)) - 1;
	g_assert_cmpint(row, >=, 0);
	return row;
}

/* Pairs by destination over the rows of the land table; all rows are demand and site. */
typedef struct {
	gint64 *start;
	guint32 *demand;
	double *cost;
} Pairs;

static void pairs_free(Pairs *pairs)
{
	g_free(pairs->start), g_free(pairs->demand), g_free(pairs->cost);
	g_free(pairs);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pairs, pairs_free)

static Pairs *read_pairs(const Land *land, const char *name)
{
	g_auto(GStrv) lines = lines_of(name);
	g_assert_nonnull(lines);
	guint n = g_strv_length(lines) - 1;
	Pairs *pairs = g_new0(Pairs, 1);
	pairs->start = g_new0(gint64, (gsize) land->n + 2);
	pairs->demand = g_new0(guint32, n), pairs->cost = g_new0(double, n);
	for (int pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < n; i++) {
			g_auto(GStrv) field = g_strsplit(g_strstrip(lines[i + 1]), ",", -1);
			int from = land_row(land, field[0]), to = land_row(land, field[1]);
			gint64 *at = &pairs->start[to + 1 + (1 - pass)];
			if (pass == 1) {
				pairs->demand[*at] = (guint32) from;
				pairs->cost[*at] = g_ascii_strtod(field[2], NULL);
			}
			(*at)++;
		}
		for (gint64 k = 1; pass == 0 && k <= land->n + 1; k++)
			pairs->start[k] += pairs->start[k - 1];
	}
	return pairs;
}

static double *access_of(const Land *land, const Pairs *pairs, const char *measure, const ThusoDecayOptions *options)
{
	ThusoSupply supply = { land->n, (gint32) land->n, pairs->start, pairs->demand, pairs->cost, land->people, land->jobs };
	double *access = g_new0(double, (gsize) land->n);
	GError *error = NULL;
	g_assert_true(thuso_access(thuso_access_measure_find(measure), &supply, options, access, &error));
	g_assert_no_error(error);
	return access;
}

static const char *const five[] = { "89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff",
	                                "89a88cdb5cfffff", "89a88cd909bffff", NULL };

static void assert_five(const Land *land, const double *access, const double wanted[5], double tolerance)
{
	for (int i = 0; i < 5; i++)
		g_assert_cmpfloat_with_epsilon(access[land_row(land, five[i])], wanted[i], tolerance);
}

/* test-floating_catchment_area.R: five cells, step decay of 45 min. */
static void test_floating_catchments(void)
{
	g_autoptr(Land) land = read_land();
	if (land == NULL)
		return;
	g_autoptr(Pairs) pairs = read_pairs(land, "travel_matrix_5x5.csv");
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.decay = thuso_decay_find("within"), options.limit = 45;
	g_autofree double *two = access_of(land, pairs, "2sfca", &options), *balanced = access_of(land, pairs, "bfca", &options);
	assert_five(land, two, (double[]){ 0.0152, 0.1491, 0.1491, 0.1068, 0 }, HALF_CUTOFF);
	assert_five(land, balanced, (double[]){ 0.0094, 0.1993, 0.1993, 0.1147, 0 }, HALF_CUTOFF);
}

/* test-gravity.R: exponential decay of 0.5 and 0.6 a minute; test-spatial_availability.R: no decay at all. */
static void test_gravity(void)
{
	g_autoptr(Land) land = read_land();
	if (land == NULL)
		return;
	g_autoptr(Pairs) pairs = read_pairs(land, "travel_matrix_from6.csv");
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.decay = thuso_decay_find("exponential"), options.half = G_LN2 / 0.5;
	g_autofree double *half = access_of(land, pairs, "gravity", &options);
	options.half = G_LN2 / 0.6;
	g_autofree double *six = access_of(land, pairs, "gravity", &options);
	g_assert_cmpfloat_with_epsilon(half[land_row(land, five[0])], 14.11, 0.005);
	g_assert_cmpfloat_with_epsilon(half[land_row(land, five[1])], 28.02, 0.005);
	g_assert_cmpfloat_with_epsilon(six[land_row(land, five[0])], 6.59, 0.005);
	g_assert_cmpfloat_with_epsilon(six[land_row(land, five[1])], 13.4, 0.005);
	g_autoptr(Pairs) small = read_pairs(land, "travel_matrix_5x5.csv");
	options.decay = thuso_decay_find("within"), options.limit = 1e9;
	g_autofree double *available = access_of(land, small, "spatial_availability", &options);
	assert_five(land, available, (double[]){ 94, 44, 218, 243, 0 }, 0.5);
}

/* Jobs within 30 min of those cells, NaN elsewhere: what the package's tests of inequality start from. `last` = one more left out. */
static double *jobs_of(const Land *land, const char *const *ids, const char *without)
{
	g_autoptr(Pairs) pairs = read_pairs(land, "travel_matrix_from6.csv");
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.limit = 30;
	g_autofree double *all = access_of(land, pairs, "cumulative", &options);
	double *access = g_new0(double, (gsize) land->n);
	for (gint64 i = 0; i < land->n; i++)
		access[i] = NAN;
	for (int i = 0; ids[i] != NULL; i++)
		if (without == NULL || strcmp(ids[i], without) != 0)
			access[land_row(land, ids[i])] = all[land_row(land, ids[i])];
	return access;
}

static void assert_index(const char *name, const Land *land, const double *access, double wanted)
{
	ThusoEquityData data = { .n = land->n, .access = access, .people = land->people, .standing = land->income };
	double value = NAN;
	GError *error = NULL;
	g_assert_true(thuso_equity(thuso_equity_index_find(name), &data, -1, &value, &error));
	g_assert_no_error(error);
	g_assert_cmpfloat_with_epsilon(value, wanted, HALF_CUTOFF);
}

/* test-gini_index.R, test-palma_ratio.R, test-concentration_index.R */
static void test_inequality(void)
{
	g_autoptr(Land) land = read_land();
	if (land == NULL)
		return;
	g_autofree double *access = jobs_of(land, five, NULL), *less = jobs_of(land, five, "89a88cdb5cfffff");
	assert_index("gini", land, access, 0.1386);
	assert_index("gini", land, less, 0.1148);
	assert_index("palma", land, access, 1.0911);
	assert_index("palma", land, less, 0.5249);
	assert_index("concentration", land, access, -0.0248);
	assert_index("concentration", land, less, -0.1148);
	assert_index("concentration_corrected", land, access, -0.1314);
	assert_index("concentration_corrected", land, less, -0.8282);
}

/* test-theil_t.R: between and within deciles of income, and each decile's part. */
static void test_theil(void)
{
	static const char *const ids[] = { "89a88cd900bffff", "89a88cdb57bffff", "89a88cdb597ffff",
		                               "89a88cdb5b3ffff", "89a88cdb5cfffff", NULL };
	g_autoptr(Land) land = read_land();
	if (land == NULL)
		return;
	g_autofree double *access = jobs_of(land, ids, NULL);
	ThusoEquityData data = { .n = land->n, .access = access, .people = land->people, .group = land->decile, .n_groups = 10 };
	ThusoTheil theil;
	double between[10], within[10];
	g_assert_true(thuso_theil_by_group(&data, &theil, between, within, NULL));
	g_assert_cmpfloat_with_epsilon(theil.between, 0.0515, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(theil.within, 0.0337, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(theil.total, 0.0852, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(between[0], 0.0243, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(between[2], -0.0579, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(between[5], -0.0042, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(between[9], 0.0894, HALF_CUTOFF);
	g_assert_cmpfloat_with_epsilon(within[9], 0.0337, HALF_CUTOFF);
	assert_index("theil", land, access, 0.0852);
}

/* Soukhov and others 2023, as the package's test has it: three places, three centres of work, exp(-0.1 t). */
static void test_soukhov(void)
{
	gint64 start[] = { 0, 3, 6, 9 };
	guint32 demand[] = { 0, 1, 2, 0, 1, 2, 0, 1, 2 };
	double cost[] = { 15, 30, 100, 30, 15, 100, 100, 100, 15 }, people[] = { 50000, 150000, 10000 };
	double jobs[] = { 100000, 100000, 10000 }, access[3];
	ThusoSupply supply = { 3, 3, start, demand, cost, people, jobs };
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.decay = thuso_decay_find("exponential"), options.half = G_LN2 / 0.1;
	g_assert_true(thuso_access(thuso_access_measure_find("spatial_availability"), &supply, &options, access, NULL));
	g_assert_cmpfloat_with_epsilon(access[0], 66833, 0.5);
	g_assert_cmpfloat_with_epsilon(access[1], 133203, 0.5);
	g_assert_cmpfloat_with_epsilon(access[2], 9963, 0.5);
}

void add_published_measure_tests(void)
{
	g_test_add_func("/measures/published/soukhov", test_soukhov);
	g_test_add_func("/measures/published/floating-catchments", test_floating_catchments);
	g_test_add_func("/measures/published/gravity", test_gravity);
	g_test_add_func("/measures/published/inequality", test_inequality);
	g_test_add_func("/measures/published/theil", test_theil);
}
