/* Memory refused to catchments, coverage, measures and allocation. */
#include <thuso/catchment.h>
#include <thuso/measures.h>

#include "../support/allocation-world.h"
#include "../support/refusals.h"

#include <string.h>

enum { N_COLS = 12, N_ROWS = 9, N_CELLS = N_COLS * N_ROWS, N_CENTRES = 3, N_AREAS = 4 };

/* A state with everything in it, cell by cell. */
typedef struct {
	ThusoGrid grid;
	ThusoState state;
	double people[N_CELLS];
	guint8 covered[N_CELLS], reach[N_CELLS], near_area[N_CELLS];
	gint32 area[N_CELLS], nearest[N_CELLS];
	gint64 cost[N_CELLS];
} Map;

static void map_init(Map *map)
{
	*map = (Map){ .grid = { .cell_m = 100, .n_cols = N_COLS, .n_rows = N_ROWS } };
	for (int cell = 0; cell < N_CELLS; cell++) {
		map->people[cell] = cell % 7;
		map->covered[cell] = map->near_area[cell] = 1;
		map->area[cell] = cell % (N_AREAS + 1) - 1;
		map->nearest[cell] = cell % N_CENTRES;
		map->cost[cell] = (gint64) (cell % 40) * 60 * (gint64) THUSO_TICKS_PER_S;
		map->reach[cell] = cell % 40 <= 20 ? THUSO_REACH_SERVED : THUSO_REACH_UNSERVED;
	}
	map->state =
	    (ThusoState){ &map->grid, map->people, map->covered, map->area, map->cost, map->nearest, map->reach, THUSO_MEASURE_TIME };
}

static gboolean cover(gpointer data, GError **error)
{
	const Map *map = data;
	ThusoCoverage coverage[N_AREAS];
	double people = 0, wanted = 0;
	if (!thuso_coverage_by_unit(&map->state, NULL, N_AREAS, coverage, error))
		return FALSE;
	for (int cell = 0; cell < N_CELLS; cell++)
		wanted += map->area[cell] >= 0 ? map->people[cell] : 0;
	for (int a = 0; a < N_AREAS; a++)
		people += coverage[a].served + coverage[a].unserved;
	g_assert_cmpfloat(people, ==, wanted);
	return TRUE;
}

static gboolean catch (gpointer data, GError **error)
{
	const Map *map = data;
	ThusoCatchment catchment[N_CENTRES];
	double people = 0, wanted = 0;
	if (!thuso_catchments(&map->state, N_CENTRES, map->near_area, catchment, error))
		return FALSE;
	for (int cell = 0; cell < N_CELLS; cell++)
		wanted += map->people[cell];
	for (int k = 0; k < N_CENTRES; k++)
		people += catchment[k].people_all;
	g_assert_cmpfloat(people, ==, wanted);
	return TRUE;
}

static void test_map(gconstpointer work)
{
	Map map;
	map_init(&map);
	refuse_each(REFUSE_MEMORY, *(const RefusalWork *) work, &map, NULL);
}

/* --- allocation ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
	World *world;
	ThusoContext *context;
	gint32 *order;
	double cost; /* as it came out before; NaN = not yet */
	double unserved;
} Allocating;

static gboolean same_cost(Allocating *a, double cost)
{
	if (isnan(a->cost))
		a->cost = cost;
	g_assert_cmpfloat(cost, ==, a->cost);
	return TRUE;
}

static gboolean allocate_ordered(gpointer data, GError **error)
{
	Allocating *a = data;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&a->world->problem, error);
	g_autoptr(ThusoAllocation) allocation =
	    allocator ? thuso_allocate_ordered(a->context, allocator, a->order, a->world->problem.n_sites, error) : NULL;
	return allocation && same_cost(a, allocation->cost);
}

static gboolean allocate_optimal(gpointer data, GError **error)
{
	Allocating *a = data;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&a->world->problem, error);
	g_autoptr(ThusoAllocation) allocation =
	    allocator
	        ? thuso_allocate_optimal(a->context, allocator, NULL, THUSO_ALLOCATE_PEOPLE | THUSO_ALLOCATE_CLOSED_PRICES, error)
	        : NULL;
	return allocation && same_cost(a, allocation->cost);
}

static gboolean allocate_single(gpointer data, GError **error)
{
	Allocating *a = data;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&a->world->problem, error);
	ThusoSingleOptions options;
	thuso_single_options_default(&options);
	options.most_nodes = 20;
	g_autoptr(ThusoSingle) single = allocator ? thuso_allocate_single(a->context, allocator, NULL, &options, error) : NULL;
	return single && same_cost(a, single->status == THUSO_SINGLE_INFEASIBLE ? -1 : single->objective);
}

static void test_allocation(gconstpointer work)
{
	for (int left_out = 0; left_out < 2; left_out++) {
		Allocating a = { .world = world_on_map(7, 40, 8, 1.1), .context = thuso_context_new(), .cost = NAN };
		thuso_context_set_threads(a.context, 1);
		a.order = g_new0(gint32, (gsize) a.world->problem.n_sites);
		for (gint32 site = 0; site < a.world->problem.n_sites; site++)
			a.order[site] = site;
		a.world->problem.unserved = left_out ? 2 * a.world->largest : (double) NAN;
		refuse_each(REFUSE_MEMORY, *(const RefusalWork *) work, &a, NULL);
		g_free(a.order);
		thuso_context_free(a.context);
		world_free(a.world);
	}
}

/* --- measures and equity ---------------------------------------------------------------------------------------------------------- */

static const gint64 pair_start[] = { 0, 3, 5 };
static const guint32 pair_demand[] = { 0, 1, 3, 1, 2 };
static const double pair_cost[] = { 60, 600, 900, 120, 1500 }, row_people[] = { 10, 45, 40, 5 }, site_supply[] = { 5, 8 },
                    row_standing[] = { 3, 1, 2, 4 };
static const gint32 row_group[] = { 0, 1, 0, 1 };

static ThusoDecayOptions decay_of(void)
{
	static const double upper[] = { 600, 1800 }, weight[] = { 1, 0.5 };
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.limit = 1800, options.exponent = 2, options.unit = 60, options.half = 600;
	options.step_upper = upper, options.step_weight = weight, options.n_steps = 2;
	options.decay = thuso_decay_find("steps");
	return options;
}

static gboolean measure(gpointer data, GError **error)
{
	const ThusoSupply supply = { 4, 2, pair_start, pair_demand, pair_cost, row_people, site_supply };
	const ThusoDecayOptions options = decay_of();
	double access[4] = { 0 }, again[4] = { 0 };
	if (!thuso_access(data, &supply, &options, access, error))
		return FALSE;
	refuse_next(REFUSE_MEMORY, 0);
	g_assert_true(thuso_access(data, &supply, &options, again, NULL));
	for (int row = 0; row < 4; row++) {
		g_assert_cmpfloat(access[row], ==, again[row]);
		g_assert_cmpfloat(access[row], >=, 0);
	}
	g_assert_cmpfloat(access[0], >, 0);
	return TRUE;
}

static void test_measures(void)
{
	for (const ThusoAccessMeasure *const *each = thuso_access_measures; *each; each++)
		refuse_each(REFUSE_MEMORY, measure, (gpointer) *each, NULL);
}

static gboolean judge(gpointer data, GError **error)
{
	const double access[] = { 1, 2, 3, 4 };
	const ThusoEquityData rows = { 4, access, row_people, row_standing, row_group, 2 };
	double value = NAN;
	if (!thuso_equity(data, &rows, -1, &value, error))
		return FALSE;
	g_assert_true(isfinite(value));
	return TRUE;
}

static gboolean split(gpointer data, GError **error)
{
	const double access[] = { 1, 2, 3, 4 };
	const ThusoEquityData rows = { 4, access, row_people, row_standing, row_group, 2 };
	ThusoTheil theil;
	(void) data;
	if (!thuso_theil_by_group(&rows, &theil, NULL, NULL, error))
		return FALSE;
	g_assert_cmpfloat_with_epsilon(theil.total, theil.between + theil.within, 1e-12);
	return TRUE;
}

static void test_equity(void)
{
	for (const ThusoEquityIndex *const *each = thuso_equity_indices; *each; each++)
		refuse_each(REFUSE_MEMORY, judge, (gpointer) *each, NULL);
	refuse_each(REFUSE_MEMORY, split, NULL, NULL);
}

void add_catchment_refusals(void)
{
	static const RefusalWork works[] = { cover, catch, allocate_ordered, allocate_optimal, allocate_single };
	g_test_add_data_func("/refusals/catchment/coverage", &works[0], test_map);
	g_test_add_data_func("/refusals/catchment/catchments", &works[1], test_map);
	g_test_add_data_func("/refusals/catchment/ordered", &works[2], test_allocation);
	g_test_add_data_func("/refusals/catchment/optimal", &works[3], test_allocation);
	g_test_add_data_func("/refusals/catchment/single", &works[4], test_allocation);
	g_test_add_func("/refusals/catchment/measures", test_measures);
	g_test_add_func("/refusals/catchment/equity", test_equity);
}
