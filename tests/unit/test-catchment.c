/* States, coverage, catchments, bands and quantiles against plain loops and numbers worked out by hand. */
#include <thuso/catchment.h>

#include <stdlib.h>
#include <string.h>

#include "../support/siting-random.h"

#define N_CASES 3000
#define S       ((gint64) THUSO_TICKS_PER_S) /* ticks of one second */

/* --- quantiles ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 cost, cell;
	double people;
} Row;

static int compare_rows(const void *a, const void *b)
{
	const Row *p = a, *q = b;
	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	return (p->cell > q->cell) - (p->cell < q->cell);
}

/* The definition, word for word. */
static double plain_quantile(Row *rows, gint64 n, double q)
{
	if (n > 0)
		qsort(rows, (gsize) n, sizeof *rows, compare_rows);
	long double total = 0, running = 0;
	for (gint64 i = 0; i < n; i++)
		total += rows[i].people;
	if (!(total > 0))
		return NAN;
	for (gint64 i = 0; i < n; i++) {
		running += rows[i].people;
		if (running >= q * total - 1e-9L * total)
			return rows[i].cost == THUSO_UNREACHED ? INFINITY : (double) rows[i].cost;
	}
	g_assert_not_reached();
}

static void test_quantile_by_hand(void)
{
	gint64 cost[] = { 30, 10, 20, THUSO_UNREACHED }, cell[] = { 0, 1, 2, 3 };
	double people[] = { 20, 50, 25, 5 };
	/* In order: 10 (50 people), 20 (75), 30 (95), unreached (100). */
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 4, 0.50), ==, 10);
	g_assert_cmpint(cost[0], ==, 10);
	g_assert_cmpint(cell[0], ==, 1);
	g_assert_cmpfloat(people[0], ==, 50);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 4, 0.500001), ==, 20);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 4, 0.75), ==, 20);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 4, 0.95), ==, 30);
	g_assert_true(isinf(thuso_weighted_quantile(cost, cell, people, 4, 0.96)));
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 4, 0), ==, 10);
	g_assert_true(isnan(thuso_weighted_quantile(cost, cell, people, 0, 0.5)));
	double nobody[] = { 0, 0, 0, 0 };
	g_assert_true(isnan(thuso_weighted_quantile(cost, cell, nobody, 4, 0.5)));
}

/* Sums that do not come out even must not push the quantile to the next row: ten times 0.1 is below 1 in doubles. */
static void test_quantile_slack(void)
{
	gint64 cost[20], cell[20];
	double people[20];
	for (int i = 0; i < 20; i++)
		cost[i] = i, cell[i] = i, people[i] = 0.1;
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 20, 0.95), ==, 18);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 20, 0.5), ==, 9);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, people, 20, 1), ==, 19);
	/* A billionth of the people decides nothing, a millionth does. */
	double nearly[] = { 95 - 1e-8, 5 + 1e-8 }, short_of[] = { 95 - 1e-4, 5 + 1e-4 };
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, nearly, 2, 0.95), ==, 0);
	g_assert_cmpfloat(thuso_weighted_quantile(cost, cell, short_of, 2, 0.95), ==, 1);
}

static gint64 shaped_cost(Random *random, int shape, int i, int n)
{
	switch (shape) {
	case 0:
		return i;
	case 1:
		return n - i;
	case 2:
		return MIN(i, n - i);
	case 3:
		return random_below(random, 4);
	case 4:
		return i % 17;
	default:
		return (gint64) (random_next(random) >> 24);
	}
}

static void test_quantile_against_sort(void)
{
	static const double q[] = { 0, 0.25, 0.5, 0.95, 0.99, 1 };
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		int n = seed % 100 == 0 ? 20000 : random_below(&random, 120), shape = random_below(&random, 6);
		g_autofree gint64 *cost = g_new(gint64, (gsize) n + 1), *cell = g_new(gint64, (gsize) n + 1);
		g_autofree double *people = g_new(double, (gsize) n + 1);
		g_autofree Row *rows = g_new(Row, (gsize) n + 1);
		for (int i = 0; i < n; i++) {
			cost[i] = random_below(&random, 40) == 0 ? THUSO_UNREACHED : shaped_cost(&random, shape, i, n);
			cell[i] = (i * 7919LL) % 20011;
			people[i] = random_real(&random) * (random_below(&random, 10) == 0 ? 1e6 : 1);
			rows[i] = (Row){ cost[i], cell[i], people[i] };
		}
		double wanted = plain_quantile(rows, n, q[seed % 6]), found = thuso_weighted_quantile(cost, cell, people, n, q[seed % 6]);
		CHECK(&random, wanted == found || (isnan(wanted) && isnan(found)));
		for (int i = 0; i < n; i++)
			CHECK(&random, cost[i] == rows[i].cost && cell[i] == rows[i].cell && people[i] == rows[i].people);
	}
}

/* --- random worlds -------------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoGrid grid;
	ThusoState state;
	gint32 n_areas, n_units, n_centres;
	double *people;
	guint8 *covered, *reach, *near_area;
	gint32 *area, *nearest, *unit_of_area;
	gint64 *cost;
	gint64 limit_ticks;
} World;

static void fill_cell(World *w, Random *random, gint64 cell)
{
	w->people[cell] = random_below(random, 3) == 0 ? 0 : random_real(random) * 100;
	w->area[cell] = random_below(random, w->n_areas + 1) - 1;
	w->near_area[cell] = w->area[cell] >= 0 || random_below(random, 3) > 0;
	w->reach[cell] = (guint8) random_below(random, THUSO_REACH_SERVED + 1);
	w->covered[cell] = w->reach[cell] != THUSO_REACH_NO_DATA;
	w->cost[cell] = THUSO_UNREACHED;
	w->nearest[cell] = -1;
	if (w->reach[cell] < THUSO_REACH_UNSERVED)
		return;
	/* Costs in sixteenths of the limit, so that ties and costs exactly at the limit are common. */
	gint64 step = w->limit_ticks / 16;
	w->cost[cell] =
	    w->reach[cell] == THUSO_REACH_SERVED ? step * random_below(random, 17) : step * (17 + random_below(random, 30));
	w->nearest[cell] = random_below(random, w->n_centres);
}

static World *world_new(Random *random)
{
	World *w = g_new0(World, 1);
	w->grid = (ThusoGrid){ .cell_m = 100, .n_cols = 1 + random_below(random, 12), .n_rows = 1 + random_below(random, 12) };
	w->n_areas = 1 + random_below(random, 5);
	w->n_units = 1 + random_below(random, 3);
	w->n_centres = 1 + random_below(random, 4);
	w->limit_ticks = 3600 * S;
	gsize n = (gsize) thuso_grid_n(&w->grid);
	w->people = thuso_new(double, n), w->covered = thuso_new(guint8, n), w->reach = thuso_new(guint8, n);
	w->near_area = thuso_new(guint8, n), w->area = thuso_new(gint32, n), w->nearest = thuso_new(gint32, n),
	w->cost = thuso_new(gint64, n);
	w->unit_of_area = g_new0(gint32, (gsize) w->n_areas);
	for (gint32 a = 0; a < w->n_areas; a++)
		w->unit_of_area[a] = random_below(random, w->n_units + 1) - 1;
	for (gint64 cell = 0; cell < (gint64) n; cell++)
		fill_cell(w, random, cell);
	w->state =
	    (ThusoState){ &w->grid, w->people,  w->covered, w->area,
		              w->cost,  w->nearest, w->reach,   random_below(random, 2) ? THUSO_MEASURE_TIME : THUSO_MEASURE_DISTANCE };
	return w;
}

static void world_free(World *w)
{
	g_free(w->people), g_free(w->covered), g_free(w->reach), g_free(w->near_area);
	g_free(w->area), g_free(w->nearest), g_free(w->unit_of_area), g_free(w->cost);
	g_free(w);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static double ticks_per_unit(const World *w)
{
	return w->state.measure == THUSO_MEASURE_TIME ? THUSO_TICKS_PER_S : THUSO_TICKS_PER_M;
}

/* Rows of the cells that `in` picks; quantile in seconds or metres, NaN where it falls on somebody unreached. */
static double plain_cost_quantile(const World *w, const guint8 *in, double q)
{
	gint64 n_cells = thuso_grid_n(&w->grid), n = 0;
	g_autofree Row *rows = g_new(Row, (gsize) n_cells);
	for (gint64 cell = 0; cell < n_cells; cell++)
		if (in[cell])
			rows[n++] = (Row){ w->cost[cell], cell, w->people[cell] };
	double ticks = plain_quantile(rows, n, q);
	return isfinite(ticks) ? ticks / ticks_per_unit(w) : NAN;
}

/* --- coverage --------------------------------------------------------------------------------------------------------------- */

static void check_unit(const World *w, Random *random, const gint32 *unit_of_area, gint32 unit, const ThusoCoverage *c)
{
	gint64 n_cells = thuso_grid_n(&w->grid);
	long double in_state[THUSO_REACH_SERVED + 1] = { 0 }, cost_people = 0;
	double worst = NAN;
	g_autofree guint8 *assessed = g_new0(guint8, (gsize) n_cells);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		if (w->area[cell] < 0 || (unit_of_area ? unit_of_area[w->area[cell]] : w->area[cell]) != unit || w->people[cell] <= 0)
			continue;
		in_state[w->reach[cell]] += w->people[cell];
		assessed[cell] = w->reach[cell] != THUSO_REACH_NO_DATA;
		if (w->cost[cell] == THUSO_UNREACHED || !assessed[cell])
			continue;
		double cost = (double) w->cost[cell] / ticks_per_unit(w);
		cost_people += w->people[cell] * cost;
		worst = isnan(worst) ? cost : fmax(worst, cost);
	}
	long double reached = in_state[THUSO_REACH_SERVED] + in_state[THUSO_REACH_UNSERVED];
	CHECK(random, about(c->served, (double) in_state[THUSO_REACH_SERVED]));
	CHECK(random, about(c->no_data, (double) in_state[THUSO_REACH_NO_DATA]));
	CHECK(random, about(c->on_barrier, (double) in_state[THUSO_REACH_ON_BARRIER]));
	CHECK(random, about(c->no_path, (double) in_state[THUSO_REACH_NO_PATH]));
	CHECK(random, about(c->beyond_search, (double) in_state[THUSO_REACH_BEYOND_SEARCH]));
	CHECK(random, about(c->in_mean, (double) reached));
	CHECK(random, about(c->mean_cost, reached > 0 ? (double) (cost_people / reached) : NAN));
	CHECK(random, about(c->worst_cost, worst));
	CHECK(random, about(c->median_cost, plain_cost_quantile(w, assessed, 0.5)));
	CHECK(random, about(c->p95_cost, plain_cost_quantile(w, assessed, 0.95)));
	CHECK(random, about(c->p99_cost, plain_cost_quantile(w, assessed, 0.99)));
	/* The denominators of src/catchment/README.md. */
	CHECK(random, about(c->people, c->assessed + c->no_data));
	CHECK(random, about(c->assessed, c->served + c->unserved));
	CHECK(random, about(c->unreachable, c->no_path + c->beyond_search + c->on_barrier));
	CHECK(random, about(c->assessed, c->in_mean + c->unreachable));
}

static void test_coverage_against_loops(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) w = world_new(&random);
		gboolean by_area = seed % 2;
		const gint32 *unit_of_area = by_area ? NULL : w->unit_of_area;
		gint32 n = by_area ? w->n_areas : w->n_units;
		g_autofree ThusoCoverage *coverage = g_new(ThusoCoverage, (gsize) n);
		memset(coverage, 0xAB, (gsize) n * sizeof *coverage);
		g_autoptr(GError) error = NULL;
		CHECK(&random, thuso_coverage_by_unit(&w->state, unit_of_area, n, coverage, &error));
		g_assert_no_error(error);
		for (gint32 unit = 0; unit < n; unit++)
			check_unit(w, &random, unit_of_area, unit, &coverage[unit]);
	}
}

/* 100 people in a row of cells: 60 served, 35 above the limit, 5 without a path; then one person more cannot reach. */
static void test_coverage_by_hand(void)
{
	ThusoGrid grid = { .cell_m = 100, .n_cols = 6, .n_rows = 1 };
	double people[] = { 60, 35, 5, 7, 11, 13 };
	guint8 covered[] = { 1, 1, 1, 0, 1, 1 };
	gint32 area[] = { 0, 0, 0, 0, -1, 1 }, nearest[] = { 0, 0, -1, -1, 0, 0 };
	gint64 cost[] = { 600 * S, 7200 * S, THUSO_UNREACHED, THUSO_UNREACHED, 60 * S, 0 };
	guint8 reach[] = { THUSO_REACH_SERVED,  THUSO_REACH_UNSERVED, THUSO_REACH_NO_PATH,
		               THUSO_REACH_NO_DATA, THUSO_REACH_SERVED,   THUSO_REACH_SERVED };
	ThusoState state = { &grid, people, covered, area, cost, nearest, reach, THUSO_MEASURE_TIME };
	ThusoCoverage c[3];
	g_assert_true(thuso_coverage_by_unit(&state, NULL, 3, c, NULL));
	g_assert_cmpfloat(c[0].people, ==, 107);
	g_assert_cmpfloat(c[0].assessed, ==, 100);
	g_assert_cmpfloat(c[0].no_data, ==, 7);
	g_assert_cmpfloat(c[0].unserved, ==, 40);
	g_assert_cmpfloat(c[0].unreachable, ==, 5);
	g_assert_cmpfloat(c[0].in_mean, ==, 95);
	g_assert_cmpfloat_with_epsilon(c[0].mean_cost, (60 * 600 + 35 * 7200) / 95.0, 1e-9);
	g_assert_cmpfloat(c[0].median_cost, ==, 600);
	g_assert_cmpfloat(c[0].p95_cost, ==, 7200); /* exactly 5 % cannot reach */
	g_assert_true(isnan(c[0].p99_cost));
	g_assert_cmpfloat(c[0].worst_cost, ==, 7200);
	g_assert_cmpfloat(c[1].mean_cost, ==, 0);
	g_assert_cmpfloat(c[2].people, ==, 0);
	g_assert_true(isnan(c[2].mean_cost) && isnan(c[2].median_cost) && isnan(c[2].worst_cost));
	people[2] = 6;
	g_assert_true(thuso_coverage_by_unit(&state, NULL, 3, c, NULL));
	g_assert_true(isnan(c[0].p95_cost));
	g_assert_cmpfloat(c[0].median_cost, ==, 600);
}

/* --- catchments --------------------------------------------------------------------------------------------------------------- */

static gboolean plain_edge(const World *w, gint64 cell)
{
	static const int side[4][2] = { { 0, 1 }, { 0, -1 }, { 1, 0 }, { -1, 0 } };
	gint64 row = cell / w->grid.n_cols, col = cell % w->grid.n_cols;
	for (int k = 0; k < 4; k++) {
		gint64 r = row + side[k][0], c = col + side[k][1];
		if (r < 0 || c < 0 || r >= w->grid.n_rows || c >= w->grid.n_cols || !w->near_area[r * w->grid.n_cols + c])
			return TRUE;
	}
	return FALSE;
}

static void check_catchment(const World *w, Random *random, gint32 centre, const ThusoCatchment *c)
{
	gint64 n_cells = thuso_grid_n(&w->grid), n = 0;
	long double inside = 0, all = 0, within = 0, cost_people = 0;
	double worst = NAN;
	gboolean edge = FALSE;
	g_autofree guint8 *in = g_new0(guint8, (gsize) n_cells);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		if (w->nearest[cell] != centre || w->reach[cell] == THUSO_REACH_NO_DATA || !w->near_area[cell])
			continue;
		n++;
		edge = edge || plain_edge(w, cell);
		double cost = (double) w->cost[cell] / ticks_per_unit(w);
		all += w->people[cell];
		inside += w->area[cell] >= 0 ? w->people[cell] : 0;
		within += w->area[cell] >= 0 && w->cost[cell] <= w->limit_ticks ? w->people[cell] : 0;
		cost_people += w->people[cell] * cost;
		in[cell] = w->people[cell] > 0;
		if (in[cell])
			worst = isnan(worst) ? cost : fmax(worst, cost);
	}
	CHECK(random, c->n_cells == n);
	CHECK(random, c->touches_edge == edge);
	CHECK(random, about(c->people_inside, (double) inside));
	CHECK(random, about(c->people_all, (double) all));
	CHECK(random, about(c->people_within_limit, (double) within));
	CHECK(random, about(c->mean_cost, all > 0 ? (double) (cost_people / all) : NAN));
	CHECK(random, about(c->worst_cost, worst));
	CHECK(random, about(c->median_cost, plain_cost_quantile(w, in, 0.5)));
	CHECK(random, about(c->p95_cost, plain_cost_quantile(w, in, 0.95)));
	CHECK(random, about(c->p99_cost, plain_cost_quantile(w, in, 0.99)));
}

/* Everyone who reaches a centre is in exactly one catchment. */
static void check_catchments_add_up(const World *w, Random *random, const ThusoCatchment *catchments)
{
	g_autofree ThusoCoverage *coverage = g_new0(ThusoCoverage, (gsize) w->n_areas);
	CHECK(random, thuso_coverage_by_unit(&w->state, NULL, w->n_areas, coverage, NULL));
	double in_mean = 0, served = 0, inside = 0, within = 0;
	for (gint32 a = 0; a < w->n_areas; a++)
		in_mean += coverage[a].in_mean, served += coverage[a].served;
	for (gint32 i = 0; i < w->n_centres; i++)
		inside += catchments[i].people_inside, within += catchments[i].people_within_limit;
	CHECK(random, about(in_mean, inside));
	CHECK(random, about(served, within));
}

static void test_catchments_against_loops(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) w = world_new(&random);
		g_autofree ThusoCatchment *catchments = g_new(ThusoCatchment, (gsize) w->n_centres);
		memset(catchments, 0xAB, (gsize) w->n_centres * sizeof *catchments);
		CHECK(&random, thuso_catchments(&w->state, w->n_centres, w->near_area, catchments, NULL));
		for (gint32 centre = 0; centre < w->n_centres; centre++)
			check_catchment(w, &random, centre, &catchments[centre]);
		check_catchments_add_up(w, &random, catchments);
		memset(w->near_area, 1, (gsize) thuso_grid_n(&w->grid));
		CHECK(&random, thuso_catchments(&w->state, w->n_centres, NULL, catchments, NULL));
		for (gint32 centre = 0; centre < w->n_centres; centre++)
			check_catchment(w, &random, centre, &catchments[centre]);
	}
}

/* --- bands ------------------------------------------------------------------------------------------------------------------------ */

static void test_bands_by_hand(void)
{
	ThusoGrid grid = { .cell_m = 100, .n_cols = 8, .n_rows = 1 };
	double people[] = { 1, 2, 4, 8, 16, 32, 64, 128 };
	guint8 covered[] = { 1, 1, 1, 1, 1, 1, 1, 0 };
	gint32 area[] = { 0, 0, 0, 0, 0, -1, 0, 0 }, nearest[] = { 0, 0, 0, 0, 0, 0, -1, 0 };
	gint64 cost[] = { 0, 900 * S, 900 * S + 1, 1800 * S, 1800 * S + 1, 1, THUSO_UNREACHED, 1 };
	guint8 reach[8];
	for (int i = 0; i < 8; i++)
		reach[i] = THUSO_REACH_SERVED;
	reach[6] = THUSO_REACH_NO_PATH;
	reach[7] = THUSO_REACH_NO_DATA;
	ThusoState state = { &grid, people, covered, area, cost, nearest, reach, THUSO_MEASURE_TIME };
	double upper[] = { 900, 1800 }, sums[2];
	gint32 band[8], wanted[] = { 0, 0, 1, 1, -1, 0, -1, -1 };
	g_assert_true(thuso_bands(&state, upper, 2, band, sums, NULL));
	for (int i = 0; i < 8; i++)
		g_assert_cmpint(band[i], ==, wanted[i]);
	g_assert_cmpfloat(sums[0], ==, 1 + 2);
	g_assert_cmpfloat(sums[1], ==, 4 + 8);
}

static void test_bands_order(void)
{
	ThusoGrid grid = { .cell_m = 100, .n_cols = 1, .n_rows = 1 };
	double people[] = { 1 };
	guint8 covered[] = { 1 }, reach[] = { THUSO_REACH_SERVED };
	gint32 area[] = { 0 }, nearest[] = { 0 }, band[1];
	gint64 cost[] = { 0 };
	ThusoState state = { &grid, people, covered, area, cost, nearest, reach, THUSO_MEASURE_TIME };
	const double wrong[][2] = { { 900, 900 }, { 900, 600 }, { -1, 600 }, { 900, NAN }, { 900, INFINITY } };
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		double sums[2];
		g_autoptr(GError) error = NULL;
		g_assert_false(thuso_bands(&state, wrong[i], 2, band, sums, &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	}
}

static void test_bands_against_loops(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) w = world_new(&random);
		gint64 n_cells = thuso_grid_n(&w->grid);
		double step = (double) (w->limit_ticks / 16) / ticks_per_unit(w), upper[4], sums[4], total = 0;
		int n = 1 + random_below(&random, 4);
		for (int b = 0; b < n; b++)
			upper[b] = step * (b * 8 + 4 + random_below(&random, 4)) + (random_below(&random, 2) ? step / 3 : 0);
		g_autofree gint32 *band = g_new(gint32, (gsize) n_cells);
		CHECK(&random, thuso_bands(&w->state, upper, n, band, sums, NULL));
		long double plain[4] = { 0 }, reached = 0;
		for (gint64 cell = 0; cell < n_cells; cell++) {
			gint32 expected = -1;
			double cost = (double) w->cost[cell] / ticks_per_unit(w);
			for (int b = n - 1; b >= 0 && w->cost[cell] != THUSO_UNREACHED; b--)
				if (cost <= upper[b])
					expected = b;
			CHECK(&random, band[cell] == expected);
			if (expected >= 0 && w->area[cell] >= 0)
				plain[expected] += w->people[cell], reached += w->people[cell];
		}
		for (int b = 0; b < n; b++) {
			CHECK(&random, about(sums[b], (double) plain[b]));
			total += sums[b];
		}
		CHECK(&random, about(total, (double) reached));
	}
}

/* --- states ---------------------------------------------------------------------------------------------------------------------- */

/* A street of ten cells of 90 m; the centre stands in cell 1, cell 6 is water; walking 1 m/s on the flat. */
static void test_states_by_hand(void)
{
	ThusoGrid grid = { .x_min = 0, .y_max = 90, .cell_m = 90, .n_cols = 10, .n_rows = 1 };
	guint8 passable[] = { 1, 1, 1, 1, 1, 1, 0, 1, 1, 1 }, covered[] = { 0, 1, 1, 1, 1, 1, 1, 1, 1, 0 };
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &grid, spec.passable = passable, spec.walking_m_per_s = 1, spec.walking_slope = NULL;
	spec.lengths = THUSO_LENGTHS_PLANAR;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSurface) surface = thuso_surface_new(context, &spec, &error);
	g_assert_no_error(error);
	gint64 centres[] = { -1, 1, 6 }, cost[10], component[10];
	gint32 nearest[10];
	ThusoTravel travel = { THUSO_MEASURE_TIME, THUSO_TO_CENTRE, thuso_ticks(THUSO_MEASURE_TIME, 270) };
	g_assert_true(thuso_access_nearest(context, surface, &travel, centres + 1, 2, cost, nearest, &error));
	g_assert_true(thuso_access_components(context, surface, component, &error));
	guint8 reach[10], wanted[] = { THUSO_REACH_NO_DATA,  THUSO_REACH_SERVED,        THUSO_REACH_SERVED,     THUSO_REACH_SERVED,
		                           THUSO_REACH_UNSERVED, THUSO_REACH_BEYOND_SEARCH, THUSO_REACH_ON_BARRIER, THUSO_REACH_NO_PATH,
		                           THUSO_REACH_NO_PATH,  THUSO_REACH_NO_DATA };
	thuso_reach_classify(surface, covered, cost, component, centres, 3,
	                     &(ThusoLimit){ thuso_ticks(THUSO_MEASURE_TIME, 180), NULL }, reach);
	for (int i = 0; i < 10; i++)
		g_assert_cmpint(reach[i], ==, wanted[i]);
	/* No centre at all: nobody has a path. */
	for (int i = 0; i < 10; i++)
		cost[i] = THUSO_UNREACHED;
	thuso_reach_classify(surface, covered, cost, component, NULL, 0, &(ThusoLimit){ 0, NULL }, reach);
	g_assert_cmpint(reach[1], ==, THUSO_REACH_NO_PATH);
	g_assert_cmpint(reach[6], ==, THUSO_REACH_ON_BARRIER);
}

/* Millions of tenths: plain addition is off in the tenth digit, the compensated sum is not. */
static void test_sum(void)
{
	ThusoSum sum = { 0 };
	thuso_sum_add(&sum, 1e8);
	for (int i = 0; i < 10000000; i++)
		thuso_sum_add(&sum, 0.1);
	thuso_sum_add(&sum, -1e8);
	g_assert_cmpfloat_with_epsilon(thuso_sum(&sum), 1e6, 1e-8);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/catchment/sum", test_sum);
	g_test_add_func("/catchment/quantile/by-hand", test_quantile_by_hand);
	g_test_add_func("/catchment/quantile/slack", test_quantile_slack);
	g_test_add_func("/catchment/quantile/against-sort", test_quantile_against_sort);
	g_test_add_func("/catchment/coverage/by-hand", test_coverage_by_hand);
	g_test_add_func("/catchment/coverage/against-loops", test_coverage_against_loops);
	g_test_add_func("/catchment/catchments/against-loops", test_catchments_against_loops);
	g_test_add_func("/catchment/bands/by-hand", test_bands_by_hand);
	g_test_add_func("/catchment/bands/order", test_bands_order);
	g_test_add_func("/catchment/bands/against-loops", test_bands_against_loops);
	g_test_add_func("/catchment/states/by-hand", test_states_by_hand);
	return g_test_run();
}
