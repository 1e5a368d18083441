/* Allocation under capacities against plain methods: loops, shortest paths over single rows, and the prices' own proof. */
#include <thuso/catchment.h>

#include <string.h>
#include <sys/time.h>
#include <signal.h>
#include <time.h>

#include "../support/allocation-world.h"

#define N_CASES 4000

/* Whole people, tenths (exact as decimals) and sevenths (no short decimals). */
static const double scales[] = { 1, 0.1, 1 / 7.0, 1e6 / 3, 1e-5 };

static double cpu_s(void)
{
	return (double) clock() / CLOCKS_PER_SEC;
}

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
			g_autoptr(ThusoSingle) single = thuso_allocate_single(context, allocator, NULL, NULL, NULL);
			g_assert_cmpint(single->status, ==, n_rows == 0 ? THUSO_SINGLE_OPTIMAL : THUSO_SINGLE_INFEASIBLE);
			g_assert_cmpint(single->stuck, ==, n_rows == 0 ? -1 : 0);
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
	double before = cpu_s();
	g_autoptr(ThusoAllocation) found = optimal(context, allocator, NULL);
	g_test_message("%d sites x %d rows, %d pairs, places for %g of all, %s: %.3f s, assigned %.6f", n_sites, n_rows,
	               (int) world->start[n_sites], room, costs ? "costs" : "no costs", cpu_s() - before,
	               found->assigned / world->total);
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

/* --- single ---------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const World *world;
	const guint8 *open;
	double room[8], unserved, best;
} Enumeration;

/* Every way to put the rows from this one on, whole numbers only. */
static void enumerate(Enumeration *all, int row, double cost)
{
	const World *world = all->world;
	if (cost >= all->best)
		return;
	if (row == world->problem.n_demand) {
		all->best = cost;
		return;
	}
	double people = world->weight[row];
	for (int site = 0; site < world->problem.n_sites; site++)
		for (gint64 pair = world->start[site]; pair < world->start[site + 1]; pair++) {
			if ((int) world->demand[pair] != row || !all->open[site] || all->room[site] < people)
				continue;
			all->room[site] -= people;
			enumerate(all, row + 1, cost + people * (world->problem.cost != NULL ? world->cost[pair] : 0));
			all->room[site] += people;
		}
	if (!isnan(all->unserved))
		enumerate(all, row + 1, cost + people * all->unserved);
	else if (people == 0)
		enumerate(all, row + 1, cost);
}

static double best_of_all(const World *world, const guint8 *open)
{
	Enumeration all = { .world = world, .open = open, .unserved = world->problem.unserved, .best = INFINITY };
	for (int site = 0; site < world->problem.n_sites; site++)
		all.room[site] = world->capacity[site];
	enumerate(&all, 0, 0);
	return all.best;
}

static ThusoSingle *single_of(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open, gint64 most_nodes)
{
	GError *error = NULL;
	ThusoSingleOptions options;
	thuso_single_options_default(&options);
	options.most_nodes = most_nodes;
	ThusoSingle *single = thuso_allocate_single(context, allocator, open, &options, &error);
	g_assert_no_error(error);
	return single;
}

/* Rows are where they can be, sites hold them, and the figures are the plan's. */
static void check_plan(Random *random, const World *world, const guint8 *open, const ThusoSingle *single)
{
	double cost = 0, left_out = 0, size = fmax(world->total * world->largest, 1e-300);
	g_autofree double *load = g_new0(double, (gsize) world->problem.n_sites + 1);
	g_autofree guint8 *found = g_new0(guint8, (gsize) world->problem.n_demand + 1);
	for (int site = 0; site < world->problem.n_sites; site++)
		for (gint64 pair = world->start[site]; pair < world->start[site + 1]; pair++) {
			if (single->site[world->demand[pair]] != site)
				continue;
			CHECK(random, open == NULL || open[site]);
			found[world->demand[pair]] = 1;
			load[site] += world->weight[world->demand[pair]];
			cost += world->weight[world->demand[pair]] * (world->problem.cost != NULL ? world->cost[pair] : 0);
		}
	for (int site = 0; site < world->problem.n_sites; site++)
		CHECK(random,
		      load[site] <= world->capacity[site] * (1 + 1e-9) && fabs(load[site] - single->load[site]) <= 1e-9 * world->total);
	for (gint64 row = 0; row < world->problem.n_demand; row++) {
		CHECK(random, (single->site[row] >= 0) == found[row]);
		left_out += found[row] ? 0 : world->weight[row];
	}
	CHECK(random, !isnan(world->problem.unserved) || left_out == 0);
	CHECK(random, fabs(cost - single->cost) <= 1e-9 * size && fabs(left_out - single->left_out) <= 1e-9 * world->total);
	CHECK(random, fabs(single->assigned + left_out - world->total) <= 1e-9 * world->total);
	double objective = cost + (left_out > 0 ? single->unserved * left_out : 0);
	CHECK(random, fabs(objective - single->objective) <= 1e-9 * fmax(objective, size));
	CHECK(random, single->bound <= single->objective);
}

/* Rows of all sizes and capacities that just hold everyone: packing is what is hard. */
static void make_tight(Random *random, World *world)
{
	world->total = 0;
	for (gint64 row = 0; row < world->problem.n_demand; row++) {
		world->weight[row] = 1 + random_below(random, 30);
		world->total += world->weight[row];
	}
	for (int site = 0; site < world->problem.n_sites; site++)
		world->capacity[site] = ceil(world->total / world->problem.n_sites) + random_below(random, 9);
}

static void test_single_against_enumeration(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	int n_infeasible = 0, n_searched = 0;
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(World) world = world_random(&random, 9, 4, 1, 1);
		world->problem.unserved = random_below(&random, 2) == 0 ? (double) random_below(&random, 40) : (double) NAN;
		if (random_below(&random, 20) == 0)
			world->problem.cost = NULL;
		if (seed % 2 == 0)
			make_tight(&random, world);
		g_autofree guint8 *open = g_new0(guint8, (gsize) world->problem.n_sites + 1);
		random_open(&random, open, world->problem.n_sites);
		double best = best_of_all(world, open);
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoSingle) found = single_of(context, allocator, open, 1000000);
		CHECK(&random, found->status == (isinf(best) ? THUSO_SINGLE_INFEASIBLE : THUSO_SINGLE_OPTIMAL));
		n_infeasible += isinf(best);
		n_searched += found->n_nodes > 1;
		if (isfinite(best)) {
			check_plan(&random, world, open, found);
			CHECK(&random, fabs(found->objective - best) <= 1e-9 * fmax(1, best));
		}
		ThusoSingleOptions rough = { .gap = 0.05, .most_nodes = 1000000 };
		g_autoptr(ThusoSingle) near_best = thuso_allocate_single(context, allocator, open, &rough, NULL);
		CHECK(&random, near_best->status == found->status);
		CHECK(&random, isinf(best) || near_best->objective * 0.95 <= best + 1e-9 * fmax(1, best));
		for (gint64 most_nodes = 0; most_nodes < 4; most_nodes++) {
			g_autoptr(ThusoSingle) quick = single_of(context, allocator, open, most_nodes);
			CHECK(&random, isnan(quick->bound) || quick->bound <= best + 1e-12 * fmax(1, best));
			CHECK(&random, quick->status != THUSO_SINGLE_INFEASIBLE || isinf(best));
			if (quick->status > THUSO_SINGLE_FEASIBLE)
				continue;
			check_plan(&random, world, open, quick);
			CHECK(&random, quick->objective >= best * (1 - 1e-12));
			CHECK(&random, quick->status != THUSO_SINGLE_OPTIMAL || quick->objective <= best * (1 + 2e-9));
		}
	}
	g_test_message("%d of %d infeasible, %d needed a search", n_infeasible, N_CASES, n_searched);
	g_assert_cmpint(n_infeasible, >, N_CASES / 50);
	g_assert_cmpint(n_searched, >, N_CASES / 20);
}

static void test_single_by_hand(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	/* 0.1 three times fills 0.3, although the sum of the doubles is above it. */
	gint64 start[] = { 0, 4 };
	guint32 demand[] = { 0, 1, 2, 3 };
	double weight[] = { 0.1, 0.1, 0.1, 0 }, capacity[] = { 0.3 };
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = 4, problem.n_sites = 1, problem.start = start, problem.demand = demand;
	problem.weight = weight, problem.capacity = capacity;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
	g_autoptr(ThusoSingle) full = single_of(context, allocator, NULL, -1);
	g_assert_cmpint(full->status, ==, THUSO_SINGLE_OPTIMAL);
	g_assert_cmpint(full->site[3], ==, 0);
	g_assert_cmpint(full->stuck, ==, -1);
	/* Row 1 alone is larger than the site. */
	weight[1] = 0.4;
	g_autoptr(ThusoAllocator) larger = thuso_allocator_new(&problem, NULL);
	g_autoptr(ThusoSingle) stuck = single_of(context, larger, NULL, -1);
	g_assert_cmpint(stuck->status, ==, THUSO_SINGLE_INFEASIBLE);
	g_assert_cmpint(stuck->stuck, ==, 1);
	/* It is left out where that has a price. */
	problem.unserved = 5;
	g_autoptr(ThusoAllocator) priced = thuso_allocator_new(&problem, NULL);
	g_autoptr(ThusoSingle) out = single_of(context, priced, NULL, -1);
	g_assert_cmpint(out->status, ==, THUSO_SINGLE_OPTIMAL);
	g_assert_cmpint(out->site[1], ==, -1);
	g_assert_cmpfloat_with_epsilon(out->objective, 2, 1e-12);
}

static void test_single_on_map(void)
{
	static const struct {
		int n_rows, n_sites;
		double room;
	} sizes[] = { { 100, 10, 1.05 }, { 100, 10, 1.3 }, { 200, 15, 1.3 },    { 300, 20, 1.3 },
		          { 300, 30, 1.5 },  { 500, 20, 1.1 }, { 100000, 500, 1.2 } };
	g_autoptr(ThusoContext) context = thuso_context_new();
	gboolean is_long = g_getenv("THUSO_LONG") != NULL;
	gsize n = is_long ? G_N_ELEMENTS(sizes) : G_N_ELEMENTS(sizes) - 1;
	for (gsize i = 0; i < n; i++) {
		Random random = random_new(11 + i);
		g_autoptr(World) world = world_on_map(11 + i, sizes[i].n_rows, sizes[i].n_sites, sizes[i].room);
		g_autoptr(ThusoAllocator) allocator = allocator_of(world);
		g_autoptr(ThusoAllocation) split = optimal(context, allocator, NULL);
		double before = cpu_s();
		g_autoptr(ThusoSingle) quick = single_of(context, allocator, NULL, 0);
		double quick_s = cpu_s() - before;
		g_autoptr(ThusoSingle) found = single_of(context, allocator, NULL, is_long ? (sizes[i].n_rows > 1000 ? 2 : -1) : 300);
		g_test_message("%d rows, %d sites: root gap %.2e in %.3f s, then gap %.2e, %d nodes, %.3f s in all", sizes[i].n_rows,
		               sizes[i].n_sites, quick->gap, quick_s, found->gap, (int) found->n_nodes, cpu_s() - before);
		if (split->refused > 0) {
			g_assert_cmpint(found->status, ==, THUSO_SINGLE_INFEASIBLE);
			continue;
		}
		g_assert_cmpint(found->status, <=, THUSO_SINGLE_FEASIBLE);
		check_plan(&random, world, NULL, found);
		g_assert_cmpfloat(found->bound, >=, split->cost * (1 - 1e-12));
	}
}

static void test_single_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(World) world = world_on_map(1, 200, 5, 1.2);
	g_autoptr(ThusoAllocator) allocator = allocator_of(world);
	thuso_context_cancel(context);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_allocate_single(context, allocator, NULL, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

static ThusoContext *interrupted;

static void interrupt(int signal_number)
{
	(void) signal_number;
	thuso_context_cancel(interrupted);
}

/* Stopped in the middle of a long search: the best plan so far, with a bound. */
static void test_single_interrupted(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	Random random = random_new(13);
	g_autoptr(World) world = world_on_map(13, 200, 15, 1.3);
	g_autoptr(ThusoAllocator) allocator = allocator_of(world);
	interrupted = context;
	signal(SIGALRM, interrupt);
	struct itimerval soon = { .it_value = { .tv_usec = 300000 } };
	setitimer(ITIMER_REAL, &soon, NULL);
	g_autoptr(ThusoSingle) found = single_of(context, allocator, NULL, 100000000);
	signal(SIGALRM, SIG_DFL);
	g_assert_cmpint(found->status, ==, THUSO_SINGLE_FEASIBLE);
	g_assert_cmpfloat(found->bound, >, 0.9 * found->objective);
	check_plan(&random, world, NULL, found);
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
	g_test_add_func("/allocation/single/by-hand", test_single_by_hand);
	g_test_add_func("/allocation/single/against-enumeration", test_single_against_enumeration);
	g_test_add_func("/allocation/single/on-map", test_single_on_map);
	g_test_add_func("/allocation/single/cancel", test_single_cancel);
	g_test_add_func("/allocation/single/interrupted", test_single_interrupted);
	return g_test_run();
}
