/* Allocation under capacities against plain methods: loops, shortest paths over single rows, and the prices' own proof. */
#include <thuso/catchment.h>

#include <string.h>

#include "../support/allocation-world.h"

#define N_CASES 4000

/* Whole people, tenths (exact as decimals) and sevenths (no short decimals). */
static const double scales[] = { 1, 0.1, 1 / 7.0, 1e6 / 3, 1e-5 };

static ThusoAllocator *allocator_of(const World *world)
{
	GError *error = NULL;
	ThusoAllocator *allocator = thuso_allocator_new(&world->problem, &error);
	g_assert_no_error(error);
	return allocator;
}

static ThusoAllocation *optimal(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open)
{
	GError *error = NULL;
	ThusoAllocation *allocation =
	    thuso_allocate_optimal(context, allocator, open, THUSO_ALLOCATE_PEOPLE | THUSO_ALLOCATE_CLOSED_PRICES, &error);
	g_assert_no_error(error);
	return allocation;
}

static ThusoAllocation *ordered(ThusoContext *context, ThusoAllocator *allocator, const gint32 *order, gint32 n)
{
	GError *error = NULL;
	ThusoAllocation *allocation = thuso_allocate_ordered(context, allocator, order, n, &error);
	g_assert_no_error(error);
	return allocation;
}

static void random_open(Random *random, guint8 *open, int n)
{
	for (int site = 0; site < n; site++)
		open[site] = random_below(random, 3) > 0;
}

/* Fisher and Yates; the first *n of them are the order. */
static void random_order(Random *random, gint32 *order, int n_sites, gint32 *n)
{
	for (int i = 0; i < n_sites; i++)
		order[i] = i;
	for (int i = n_sites - 1; i > 0; i--) {
		int other = random_below(random, i + 1);
		gint32 site = order[i];
		order[i] = order[other];
		order[other] = site;
	}
	*n = random_below(random, 3) == 0 ? random_below(random, n_sites + 1) : n_sites;
}

/* --- by hand ---------------------------------------------------------------------------------------------------------------- */

/* Three rows of 10 on a line, two sites; row 2 is out of reach of both. */
static const gint64 hand_start[] = { 0, 2, 4 };
static const guint32 hand_demand[] = { 0, 1, 0, 1 };
static const double hand_cost[] = { 1, 2, 3, 7 }, hand_weight[] = { 10, 10, 10 };

static void test_by_hand(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	double capacity[] = { 12, 5 };
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = 3, problem.n_sites = 2;
	problem.start = hand_start, problem.demand = hand_demand, problem.cost = hand_cost;
	problem.weight = hand_weight, problem.capacity = capacity;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
	/* Site 0 takes row 0 and 2 of row 1; the other 8 of row 1 find 5 places at site 1. */
	g_autoptr(ThusoAllocation) first = ordered(context, allocator, (gint32[]){ 0, 1 }, 2);
	g_assert_cmpfloat(first->people[0], ==, 10);
	g_assert_cmpfloat(first->people[1], ==, 2);
	g_assert_cmpfloat(first->people[2], ==, 0);
	g_assert_cmpfloat(first->people[3], ==, 5);
	g_assert_cmpfloat(first->cost, ==, 10 + 4 + 35);
	g_assert_cmpfloat(first->refused, ==, 3);
	g_assert_cmpfloat(first->refused_near[0], ==, 3);
	g_assert_cmpfloat(first->unreachable, ==, 10);
	g_assert_cmpfloat(first->utilisation[1], ==, 1);
	/* The best: site 1 takes 5 of row 0 (2 more a person, row 1 would cost 5 more); 3 of row 1, the dearer ones, stay out. */
	g_autoptr(ThusoAllocation) best = optimal(context, allocator, NULL);
	g_assert_cmpfloat(best->assigned, ==, 17);
	g_assert_cmpfloat(best->cost, ==, 5 * 1 + 7 * 2 + 5 * 3);
	g_assert_cmpfloat(best->people[0], ==, 5);
	g_assert_cmpfloat(best->people[2], ==, 5);
	g_assert_cmpfloat(best->people[1], ==, 7);
	g_assert_null(first->price);
}

static void test_by_hand_unserved(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	double capacity[] = { 10, INFINITY };
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = 3, problem.n_sites = 2;
	problem.start = hand_start, problem.demand = hand_demand, problem.cost = hand_cost;
	problem.weight = hand_weight, problem.capacity = capacity;
	/* Row 0 to site 1 and row 1 to site 0 cost 3 + 2, row 0 to site 0 and row 1 left out 1 + unserved: at 4 a tie, and served. */
	const struct {
		double unserved, assigned, cost;
	} rows[] = { { NAN, 20, 20 + 30 }, { 7, 20, 50 }, { 4, 20, 50 }, { 3.9, 10, 10 }, { 2.5, 10, 10 }, { 0.5, 0, 0 } };
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		problem.unserved = rows[i].unserved;
		g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
		g_autoptr(ThusoAllocation) best = optimal(context, allocator, NULL);
		g_assert_cmpfloat(best->assigned, ==, rows[i].assigned);
		g_assert_cmpfloat(best->cost, ==, rows[i].cost);
	}
}

/* --- degenerate --------------------------------------------------------------------------------------------------------------- */

static void test_empty(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	gint64 start[] = { 0, 0, 0 };
	for (int n_rows = 0; n_rows < 2; n_rows++)
		for (gint32 n_sites = 0; n_sites < 3; n_sites++) {
			ThusoAllocationProblem problem;
			thuso_allocation_problem_default(&problem);
			problem.n_demand = n_rows, problem.n_sites = n_sites, problem.start = start;
			g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
			g_assert_nonnull(allocator);
			g_autoptr(ThusoAllocation) best = optimal(context, allocator, NULL);
			g_autoptr(ThusoAllocation) first = ordered(context, allocator, NULL, 0);
			g_assert_cmpfloat(best->unreachable, ==, n_rows);
			g_assert_cmpfloat(first->unreachable, ==, n_rows);
			g_assert_cmpfloat(best->assigned + best->refused + best->cost, ==, 0);
		}
}

static void assert_input_error(const ThusoAllocationProblem *problem, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_allocator_new(problem, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, part);
}

static void test_wrong_input(void)
{
	gint64 start[] = { 0, 2 };
	guint32 demand[] = { 0, 1 };
	double cost[] = { 1, 2 }, weight[] = { 1, 1 }, capacity[] = { 1 };
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = 2, problem.n_sites = 1, problem.start = start, problem.demand = demand;
	problem.cost = cost, problem.weight = weight, problem.capacity = capacity;
	weight[1] = -1;
	assert_input_error(&problem, "demand row 1: -1 people");
	weight[1] = INFINITY;
	assert_input_error(&problem, "demand row 1");
	weight[1] = G_MAXDOUBLE, weight[0] = G_MAXDOUBLE;
	assert_input_error(&problem, "people in all");
	weight[1] = 1, weight[0] = 1, cost[0] = NAN;
	assert_input_error(&problem, "pair 0");
	cost[0] = 1, capacity[0] = NAN;
	assert_input_error(&problem, "site 0: capacity");
	capacity[0] = 1, demand[1] = 0;
	assert_input_error(&problem, "site 0: demand row 0");
	demand[1] = 2;
	assert_input_error(&problem, "site 0: demand row 2");
	demand[1] = 1, problem.unserved = -1;
	assert_input_error(&problem, "left out");
	problem.unserved = NAN;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_allocate_ordered(context, allocator, (gint32[]){ 0, 0 }, 2, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
}

static void test_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(World) world = world_on_map(1, 200, 5, 0.8);
	g_autoptr(ThusoAllocator) allocator = allocator_of(world);
	thuso_context_cancel(context);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_allocate_optimal(context, allocator, NULL, THUSO_ALLOCATE_TOTALS, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_clear_error(&error);
	g_assert_null(thuso_allocate_ordered(context, allocator, (gint32[]){ 0 }, 1, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

/* --- ordered ------------------------------------------------------------------------------------------------------------------ */

/* The rule, word for word. */
static void plain_ordered(const World *world, const gint32 *order, gint32 n_order, double *people)
{
	g_autofree double *left = g_memdup2(world->weight, (gsize) (world->problem.n_demand + 1) * sizeof *left);
	for (gint32 i = 0; i < n_order; i++) {
		double room = world->capacity[order[i]];
		for (;;) {
			gint64 best = -1;
			for (gint64 pair = world->start[order[i]]; pair < world->start[order[i] + 1]; pair++)
				if (left[world->demand[pair]] > 0 && (best < 0 || world->cost[pair] < world->cost[best]))
					best = pair;
			if (best < 0 || !(room > 0))
				break;
			people[best] = MIN(room, left[world->demand[best]]);
			left[world->demand[best]] -= people[best];
			room -= people[best];
		}
	}
}

static void test_ordered_against_loop(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) world = world_random(&random, 12, 6, 1, 1);
		g_autofree gint32 *order = g_new(gint32, (gsize) world->problem.n_sites + 1);
		gint32 n_order;
		random_order(&random, order, world->problem.n_sites, &n_order);
		g_autofree double *people = g_new0(double, (gsize) world->start[world->problem.n_sites] + 1);
		g_autofree guint8 *open = g_new0(guint8, (gsize) world->problem.n_sites + 1);
		plain_ordered(world, order, n_order, people);
		for (gint32 i = 0; i < n_order; i++)
			open[order[i]] = 1;
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoAllocation) found = ordered(context, allocator, order, n_order);
		for (gint64 pair = 0; pair < world->start[world->problem.n_sites]; pair++)
			CHECK(&random, found->people[pair] == people[pair]);
		check_people(&random, world, open, found);
		/* No order serves more than the best allocation, nor as many more cheaply. */
		g_autoptr(ThusoAllocation) best = optimal(context, allocator, open);
		CHECK(&random, best->assigned >= found->assigned);
		CHECK(&random, best->assigned > found->assigned || best->cost <= found->cost);
	}
}

/* --- optimal ------------------------------------------------------------------------------------------------------------------- */

static void test_optimal_against_paths(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= 3 * N_CASES; seed++) {
		Random random = random_new(seed);
		double people_scale = scales[seed % 5], cost_scale = scales[seed / 5 % 5];
		int large = seed % 50 == 0 ? 4 : 1;
		g_autoptr(World) world = world_random(&random, 10 * large, 6 * large, people_scale, cost_scale);
		Random again = random_new(seed);
		g_autoptr(World) whole = world_random(&again, 10 * large, 6 * large, 1, 1);
		double unserved = random_below(&random, 3) == 0 ? (double) random_below(&random, 12) : (double) NAN;
		world->problem.unserved = cost_scale * unserved;
		if (random_below(&random, 20) == 0)
			world->problem.cost = whole->problem.cost = NULL;
		g_autofree guint8 *open = g_new0(guint8, (gsize) world->problem.n_sites + 1);
		random_open(&random, open, world->problem.n_sites);
		PlainFlow plain = plain_flow(whole, open, unserved);
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoAllocation) found = optimal(context, allocator, open);
		check_people(&random, world, open, found);
		check_proof(&random, world, open, found);
		double assigned = plain.assigned * people_scale, cost = plain.cost * people_scale * cost_scale;
		/* Scaled costs make ties between serving and leaving out uneven in the last digit. */
		gboolean is_exact = isnan(unserved) || cost_scale == 1;
		double left = is_exact ? 0 : unserved * cost_scale;
		CHECK(&random, !is_exact || fabs(found->assigned - assigned) <= 1e-9 * assigned);
		cost += left * (world->total - assigned);
		double found_cost = found->cost + left * (world->total - found->assigned);
		CHECK(&random, fabs(found_cost - cost) <= 1e-9 * fmax(cost, fmax(world->largest, left) * world->total * 1e-3));
		CHECK(&random,
		      people_scale != 1 || !is_exact || (found->assigned == plain.assigned && found->refused == floor(found->refused)));
	}
}

/* What a plan costs in the order that `optimal` minimises: people first. */
static gboolean no_worse(const ThusoAllocation *a, const ThusoAllocation *b, double size)
{
	double more = a->assigned - b->assigned;
	return more > 1e-9 * size || (fabs(more) <= 1e-9 * size && a->cost <= b->cost + 1e-9 * fmax(1, b->cost));
}

static void test_more_is_never_worse(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) world = world_random(&random, 12, 6, scales[seed % 5], 1);
		int n_sites = world->problem.n_sites;
		if (n_sites == 0)
			continue;
		g_autofree guint8 *open = g_new0(guint8, (gsize) n_sites);
		random_open(&random, open, n_sites);
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoAllocation) before = optimal(context, allocator, open);
		open[random_below(&random, n_sites)] = 1;
		g_autoptr(ThusoAllocation) with_site = optimal(context, allocator, open);
		CHECK(&random, no_worse(with_site, before, world->total));
		world->capacity[random_below(&random, n_sites)] += scales[seed % 5] * random_below(&random, 5);
		g_autoptr(ThusoAllocator) larger = allocator_of(world);
		g_autoptr(ThusoAllocation) with_room = optimal(context, larger, open);
		CHECK(&random, no_worse(with_room, with_site, world->total));
		for (int site = 0; site < n_sites; site++)
			world->capacity[site] = INFINITY;
		g_autoptr(ThusoAllocator) unbounded = allocator_of(world);
		g_autoptr(ThusoAllocation) free_choice = optimal(context, unbounded, open);
		CHECK(&random, free_choice->refused == 0 && with_room->assigned <= free_choice->assigned * (1 + 1e-12));
	}
}

/* The prices of one set of open sites bound the cost of every other set. */
static void test_prices_of_closed_sites(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) world = world_random(&random, 12, 6, 1, 1);
		world->problem.unserved = random_below(&random, 2) == 0 ? (double) random_below(&random, 12) : (double) NAN;
		for (int site = 0; site < world->problem.n_sites; site++)
			world->capacity[site] = MIN(world->capacity[site], world->total);
		g_autofree guint8 *open = g_new0(guint8, (gsize) world->problem.n_sites + 1);
		random_open(&random, open, world->problem.n_sites);
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoAllocation) one = optimal(context, allocator, open);
		for (int i = 0; i < 4; i++) {
			random_open(&random, open, world->problem.n_sites);
			g_autoptr(ThusoAllocation) other = optimal(context, allocator, open);
			double bound = 0, cost = other->cost + other->unserved * (other->refused + other->unreachable);
			for (gint64 row = 0; row < world->problem.n_demand; row++)
				bound += world->weight[row] * one->row[row];
			for (int site = 0; site < world->problem.n_sites; site++)
				bound -= open[site] ? world->capacity[site] * one->price[site] : 0;
			CHECK(&random, bound <= cost + 1e-9 * fmax(1, cost));
		}
	}
}

/* One allocator for many sets of open sites gives what a new one gives, to the bit. */
static void test_used_again(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	Random random = random_new(7);
	g_autoptr(World) world = world_on_map(7, 2000, 30, 0.8);
	g_autoptr(ThusoAllocator) allocator = allocator_of(world);
	guint8 open[30];
	for (int i = 0; i < 20; i++) {
		random_open(&random, open, 30);
		GError *error = NULL;
		g_autoptr(ThusoAllocation) totals = thuso_allocate_optimal(context, allocator, open, THUSO_ALLOCATE_TOTALS, &error);
		g_assert_no_error(error);
		g_autoptr(ThusoAllocator) fresh = allocator_of(world);
		g_autoptr(ThusoAllocation) all = optimal(context, fresh, open);
		g_assert_null(totals->people);
		g_assert_cmpfloat(totals->assigned, ==, all->assigned);
		g_assert_cmpfloat(totals->cost, ==, all->cost);
		for (int site = 0; site < 30; site++)
			g_assert_true(totals->price[site] == (open[site] ? all->price[site] : 0) && totals->load[site] == all->load[site]);
		check_proof(&random, world, open, all);
	}
}

static void solve_map(int n_rows, int n_sites, double room, gboolean costs)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	Random random = random_new(3);
	g_autoptr(World) world = world_on_map(3, n_rows, n_sites, room);
	if (!costs)
		world->problem.cost = NULL;
	g_autoptr(ThusoAllocator) allocator = allocator_of(world);
	gint64 before = g_get_monotonic_time();
	g_autoptr(ThusoAllocation) found = optimal(context, allocator, NULL);
	g_test_message("%d sites x %d rows, %d pairs, places for %g of all, %s: %.3f s, assigned %.6f", n_sites, n_rows,
	               (int) world->start[n_sites], room, costs ? "costs" : "no costs",
	               (double) (g_get_monotonic_time() - before) * 1e-6, found->assigned / world->total);
	check_people(&random, world, NULL, found);
	check_proof(&random, world, NULL, found);
}

static void test_on_map(void)
{
	static const double room[] = { 0.5, 0.9, 1, 1.02, 1.2, 2 };
	gboolean is_long = g_getenv("THUSO_LONG") != NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(room); i++)
		for (int costs = 0; costs < 2; costs++)
			solve_map(is_long ? 100000 : 5000, is_long ? 500 : 60, room[i], costs);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/allocation/by-hand", test_by_hand);
	g_test_add_func("/allocation/by-hand/unserved", test_by_hand_unserved);
	g_test_add_func("/allocation/empty", test_empty);
	g_test_add_func("/allocation/wrong-input", test_wrong_input);
	g_test_add_func("/allocation/cancel", test_cancel);
	g_test_add_func("/allocation/ordered/against-loop", test_ordered_against_loop);
	g_test_add_func("/allocation/optimal/against-paths", test_optimal_against_paths);
	g_test_add_func("/allocation/optimal/more-is-never-worse", test_more_is_never_worse);
	g_test_add_func("/allocation/optimal/prices-of-closed-sites", test_prices_of_closed_sites);
	g_test_add_func("/allocation/optimal/used-again", test_used_again);
	g_test_add_func("/allocation/optimal/on-map", test_on_map);
	return g_test_run();
}
