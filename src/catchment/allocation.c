/* A capacity problem checked and put into whole numbers, and the `ordered` allocation: AccessMod's rule (Ray and Ebener 2008).
 *
 * People and costs become whole ticks, so that sums, comparisons and the prices of the optimal allocation are exact and no
 * tolerance decides anything. */
#include "allocation.h"

#include <stdlib.h>

#define PEOPLE_BITS   60    /* everyone together stays below 2^60 ticks */
#define COST_BITS     52    /* the largest cost, unless there are thousands of sites */
#define MOST_DEAR     1024  /* times (n_sites + 1) * largest cost: an `unserved` up to there counts as stated */
#define MOST_DECIMALS 6     /* people with up to so many decimals count in ticks of 10^-d */
#define SLACK         1e-12 /* of a capacity, where people are no short decimals: the last digit of a sum refuses nobody */

void thuso_allocation_problem_default(ThusoAllocationProblem *problem)
{
	*problem = (ThusoAllocationProblem){ .unserved = NAN };
}

/* --- checks ---------------------------------------------------------------------------------------------------------------- */

static gboolean wrong(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean wrong(GError **error, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	if (error != NULL)
		*error = g_error_new_valist(THUSO_ERROR, THUSO_ERROR_INPUT, format, values);
	va_end(values);
	return FALSE;
}

static gboolean is_number(double value)
{
	return isfinite(value) && value >= 0;
}

static gboolean check_numbers(const ThusoAllocationProblem *problem, gint64 n_pairs, GError **error)
{
	for (gint64 row = 0; problem->weight != NULL && row < problem->n_demand; row++)
		if (!is_number(problem->weight[row]))
			return wrong(error, "demand row %" G_GINT64_FORMAT ": %g people; give a number from 0 on", row, problem->weight[row]);
	for (gint32 site = 0; problem->capacity != NULL && site < problem->n_sites; site++)
		if (!(problem->capacity[site] >= 0))
			return wrong(error, "site %d: capacity %g; give a number from 0 on", site, problem->capacity[site]);
	for (gint64 pair = 0; problem->cost != NULL && pair < n_pairs; pair++)
		if (!is_number(problem->cost[pair]))
			return wrong(error, "pair %" G_GINT64_FORMAT " (demand row %u): cost %g; give a number from 0 on", pair,
			             problem->demand[pair], problem->cost[pair]);
	if (!isnan(problem->unserved) && !(problem->unserved >= 0))
		return wrong(error, "a person left out costs %g; give a number from 0 on", problem->unserved);
	return TRUE;
}

static gboolean check_pairs(const ThusoAllocationProblem *problem, GError **error)
{
	for (gint32 site = 0; site < problem->n_sites; site++) {
		if (problem->start[site + 1] < problem->start[site])
			return wrong(error, "site %d: its pairs end before they start", site);
		for (gint64 pair = problem->start[site]; pair < problem->start[site + 1]; pair++)
			if (problem->demand[pair] >= problem->n_demand ||
			    (pair > problem->start[site] && problem->demand[pair] <= problem->demand[pair - 1]))
				return wrong(error, "site %d: demand row %u does not exist or is out of order; list each once, ascending", site,
				             problem->demand[pair]);
	}
	return TRUE;
}

static gboolean check_problem(const ThusoAllocationProblem *problem, GError **error)
{
	if (problem->n_demand < 0 || problem->n_sites < 0 || problem->start[0] != 0)
		return wrong(error, "%d sites and %" G_GINT64_FORMAT " demand rows, pairs from %" G_GINT64_FORMAT "; count from 0",
		             problem->n_sites, problem->n_demand, problem->n_sites < 0 ? 0 : problem->start[0]);
	if (!check_pairs(problem, error))
		return FALSE;
	gint64 n_pairs = problem->start[problem->n_sites];
	if (n_pairs + problem->n_demand < (gint64) G_MAXUINT32)
		return check_numbers(problem, n_pairs, error);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
	            "%" G_GINT64_FORMAT " pairs of sites and demand rows are too many (2^32); lower the limit or merge rows",
	            n_pairs);
	return FALSE;
}

/* --- ticks ----------------------------------------------------------------------------------------------------------------- */

/* A whole number of ticks, as far as a double can tell. */
static gboolean is_whole(double ticks)
{
	return ticks < 0x1p48 && fabs(ticks - nearbyint(ticks)) <= ticks * 0x1p-51;
}

static gboolean is_decimal(const ThusoAllocator *allocator, double total, double scale)
{
	if (!(total * scale < 0x1p48))
		return FALSE;
	for (gint64 row = 0; row < allocator->problem.n_demand; row++)
		if (!is_whole(row_weight(allocator, row) * scale))
			return FALSE;
	for (gint32 site = 0; site < allocator->problem.n_sites; site++) {
		double capacity = site_capacity(allocator, site);
		if (capacity < total && !is_whole(capacity * scale))
			return FALSE;
	}
	return TRUE;
}

/* Returns the slack of capacities. */
static double choose_people_ticks(ThusoAllocator *allocator, double total)
{
	double scale = 1;
	for (int decimals = 0; decimals <= MOST_DECIMALS; decimals++, scale *= 10)
		if (is_decimal(allocator, total, scale)) {
			allocator->ticks_a_person = scale;
			return 0;
		}
	int exponent = 0;
	frexp(total, &exponent);
	allocator->ticks_a_person = ldexp(1, MIN(PEOPLE_BITS - exponent, 1000));
	return SLACK;
}

static gboolean set_people(ThusoAllocator *allocator, GError **error)
{
	ThusoSum sum = { 0 };
	for (gint64 row = 0; row < allocator->problem.n_demand; row++)
		thuso_sum_add(&sum, row_weight(allocator, row));
	double total = thuso_sum(&sum);
	if (!isfinite(total))
		return wrong(error, "the demand rows have %g people in all; give numbers that can be added", total);
	double slack = choose_people_ticks(allocator, total);
	for (gint64 row = 0; row < allocator->problem.n_demand; row++)
		allocator->people[row] = llrint(row_weight(allocator, row) * allocator->ticks_a_person);
	for (gint32 site = 0; site < allocator->problem.n_sites; site++) {
		double capacity = site_capacity(allocator, site), ticks = capacity * allocator->ticks_a_person;
		allocator->capacity[site] = capacity >= total && capacity > 0 ? NEVER
		                            : slack > 0                       ? (gint64) (ticks * (1 + slack))
		                                                              : llrint(ticks);
	}
	return TRUE;
}

/* No detour over the sites costs more than n_sites times the largest cost, so who is left out at (n_sites + 1) times that is left out only
 * where nobody more can be placed. A dear `unserved` takes some bits from the costs, up to MOST_DEAR; beyond, that detour stands for it. Ties
 * are served: being left out costs a tick more. */
static void set_costs(ThusoAllocator *allocator)
{
	const ThusoAllocationProblem *problem = &allocator->problem;
	double largest = 0, detours = problem->n_sites + 1.0;
	for (gint64 pair = 0; pair < allocator->n_pairs; pair++)
		largest = MAX(largest, pair_cost(allocator, pair));
	if (!(largest > 0))
		largest = problem->unserved > 0 && isfinite(problem->unserved) ? problem->unserved : 1;
	if (problem->unserved > detours * largest)
		largest = MIN(problem->unserved / detours, MOST_DEAR * largest);
	int exponent, bits = MIN(COST_BITS, 59 - (int) g_bit_storage((gulong) problem->n_sites + 2));
	frexp(largest, &exponent);
	allocator->cost_shift = bits - exponent;
	for (gint64 pair = 0; pair < allocator->n_pairs; pair++)
		allocator->cost[pair] = llrint(ldexp(pair_cost(allocator, pair), allocator->cost_shift));
	gint64 detour = ((gint64) problem->n_sites + 1) * llrint(ldexp(largest, allocator->cost_shift)) + 1;
	double unserved = ldexp(problem->unserved, allocator->cost_shift);
	gboolean is_stated = unserved < (double) detour;
	allocator->unserved = is_stated ? llrint(unserved) + 1 : detour;
	allocator->unserved_cost = is_stated ? problem->unserved : cost_of_ticks(allocator, detour);
	allocator->must = allocator->unserved + detour;
}

/* --- the allocator ---------------------------------------------------------------------------------------------------------- */

ThusoAllocator *thuso_allocator_new(const ThusoAllocationProblem *problem, GError **error)
{
	if (!check_problem(problem, error))
		return NULL;
	g_autoptr(ThusoAllocator) allocator = thuso_array_new(1, sizeof *allocator, "an allocation problem", error);
	if (allocator == NULL)
		return NULL;
	allocator->problem = *problem;
	allocator->n_pairs = problem->start[problem->n_sites];
	allocator->cost = thuso_array_new(allocator->n_pairs, sizeof *allocator->cost, "costs of pairs", error);
	if (allocator->cost == NULL)
		return NULL;
	allocator->people = thuso_array_new(problem->n_demand, sizeof *allocator->people, "people of demand rows", error);
	if (allocator->people == NULL)
		return NULL;
	allocator->capacity = thuso_array_new(problem->n_sites, sizeof *allocator->capacity, "capacities", error);
	if (allocator->capacity == NULL || !set_people(allocator, error))
		return NULL;
	set_costs(allocator);
	return g_steal_pointer(&allocator);
}

void thuso_allocator_free(ThusoAllocator *allocator)
{
	if (allocator == NULL)
		return;
	thuso_array_free(allocator->cost);
	thuso_array_free(allocator->people);
	thuso_array_free(allocator->capacity);
	transport_free(allocator->transport);
	thuso_array_free(allocator);
}

ThusoAllocation *allocation_new(const ThusoAllocator *allocator, gboolean with_people, GError **error)
{
	gint32 n = allocator->problem.n_sites;
	g_autoptr(ThusoAllocation) allocation = thuso_array_new(1, sizeof *allocation, "an allocation", error);
	if (allocation == NULL)
		return NULL;
	allocation->n_sites = n;
	allocation->unserved = NAN;
	allocation->load = thuso_array_new(n, sizeof(double), "loads of sites", error);
	if (allocation->load == NULL)
		return NULL;
	allocation->utilisation = thuso_array_new(n, sizeof(double), "utilisation of sites", error);
	if (allocation->utilisation == NULL)
		return NULL;
	allocation->refused_near = thuso_array_new(n, sizeof(double), "refused people by site", error);
	if (allocation->refused_near == NULL)
		return NULL;
	if (with_people) {
		allocation->people = thuso_array_new(allocator->n_pairs, sizeof(double), "people of pairs", error);
		if (allocation->people == NULL)
			return NULL;
	}
	for (gint32 site = 0; site < n; site++)
		allocation->utilisation[site] = NAN;
	return g_steal_pointer(&allocation);
}

void thuso_allocation_free(ThusoAllocation *allocation)
{
	if (allocation == NULL)
		return;
	thuso_array_free(allocation->load);
	thuso_array_free(allocation->utilisation);
	thuso_array_free(allocation->refused_near);
	thuso_array_free(allocation->people);
	thuso_array_free(allocation->price);
	thuso_array_free(allocation->row);
	thuso_array_free(allocation);
}

void allocation_set_load(const ThusoAllocator *allocator, ThusoAllocation *allocation, gint32 site, gint64 ticks)
{
	double capacity = site_capacity(allocator, site);
	allocation->load[site] = people_of_ticks(allocator, ticks);
	if (isfinite(capacity) && capacity > 0)
		allocation->utilisation[site] = allocation->load[site] / capacity;
}

/* --- ordered ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 cost;
	gint64 pair; /* rows ascend with it */
} NearPair;

typedef struct {
	ThusoAllocator *allocator;
	ThusoAllocation *allocation;
	gint64 *left;    /* by row, ticks not yet taken */
	gint32 *nearest; /* by row: the nearest site of the order, -1 = out of reach */
	gint64 *nearest_cost;
	NearPair *near; /* of one site */
	ThusoSum assigned, cost;
} Ordered;

static int compare_near(gconstpointer a, gconstpointer b)
{
	const NearPair *p = a, *q = b;
	if (p->cost != q->cost)
		return p->cost < q->cost ? -1 : 1;
	return (p->pair > q->pair) - (p->pair < q->pair);
}

static gint64 list_near(Ordered *ordered, gint32 site)
{
	const ThusoAllocator *allocator = ordered->allocator;
	gint64 n = 0;
	for (gint64 pair = allocator->problem.start[site]; pair < allocator->problem.start[site + 1]; pair++) {
		guint32 row = allocator->problem.demand[pair];
		gint64 cost = allocator->cost[pair];
		gint32 nearest = ordered->nearest[row];
		if (nearest < 0 || cost < ordered->nearest_cost[row] || (cost == ordered->nearest_cost[row] && site < nearest)) {
			ordered->nearest[row] = site;
			ordered->nearest_cost[row] = cost;
		}
		if (ordered->left[row] > 0)
			ordered->near[n++] = (NearPair){ cost, pair };
	}
	qsort(ordered->near, (gsize) n, sizeof *ordered->near, compare_near);
	return n;
}

static void fill_site(Ordered *ordered, gint32 site)
{
	const ThusoAllocator *allocator = ordered->allocator;
	gint64 n = list_near(ordered, site), free_ticks = allocator->capacity[site], load = 0;
	for (gint64 i = 0; i < n && free_ticks > 0; i++) {
		gint64 pair = ordered->near[i].pair;
		guint32 row = allocator->problem.demand[pair];
		gint64 taken = MIN(free_ticks, ordered->left[row]);
		double people = pair_people(allocator, row, taken);
		ordered->left[row] -= taken;
		free_ticks -= taken;
		load += taken;
		ordered->allocation->people[pair] = people;
		thuso_sum_add(&ordered->assigned, people);
		thuso_sum_add(&ordered->cost, people * pair_cost(allocator, pair));
	}
	allocation_set_load(allocator, ordered->allocation, site, load);
}

static void count_left(Ordered *ordered)
{
	ThusoSum refused = { 0 }, unreachable = { 0 };
	for (gint64 row = 0; row < ordered->allocator->problem.n_demand; row++) {
		if (ordered->left[row] == 0)
			continue;
		double people = pair_people(ordered->allocator, row, ordered->left[row]);
		gint32 nearest = ordered->nearest[row];
		thuso_sum_add(nearest < 0 ? &unreachable : &refused, people);
		if (nearest >= 0)
			ordered->allocation->refused_near[nearest] += people;
	}
	ordered->allocation->assigned = thuso_sum(&ordered->assigned);
	ordered->allocation->cost = thuso_sum(&ordered->cost);
	ordered->allocation->refused = thuso_sum(&refused);
	ordered->allocation->unreachable = thuso_sum(&unreachable);
}

static gboolean check_order(const ThusoAllocator *allocator, const gint32 *order, gint32 n_order, GError **error)
{
	g_autofree guint8 *seen = thuso_new(guint8, allocator->problem.n_sites + 1);
	for (gint32 i = 0; i < n_order; i++) {
		if (order[i] < 0 || order[i] >= allocator->problem.n_sites || seen[order[i]]) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "order of sites, place %d: site %d does not exist or stands there twice", i + 1, order[i]);
			return FALSE;
		}
		seen[order[i]] = 1;
	}
	return TRUE;
}

static gboolean ordered_new(Ordered *ordered, GError **error)
{
	const ThusoAllocationProblem *problem = &ordered->allocator->problem;
	gint64 longest = 0;
	for (gint32 site = 0; site < problem->n_sites; site++)
		longest = MAX(longest, problem->start[site + 1] - problem->start[site]);
	ordered->allocation = allocation_new(ordered->allocator, TRUE, error);
	if (ordered->allocation == NULL)
		return FALSE;
	ordered->left = thuso_array_new(problem->n_demand, sizeof(gint64), "people not yet taken", error);
	if (ordered->left == NULL)
		return FALSE;
	ordered->nearest = thuso_array_new(problem->n_demand, sizeof(gint32), "nearest sites", error);
	if (ordered->nearest == NULL)
		return FALSE;
	ordered->nearest_cost = thuso_array_new(problem->n_demand, sizeof(gint64), "costs to nearest sites", error);
	if (ordered->nearest_cost == NULL)
		return FALSE;
	ordered->near = thuso_array_new(longest, sizeof(NearPair), "pairs of a site", error);
	return ordered->near != NULL;
}

static void ordered_clear(Ordered *ordered)
{
	thuso_array_free(ordered->left);
	thuso_array_free(ordered->nearest);
	thuso_array_free(ordered->nearest_cost);
	thuso_array_free(ordered->near);
	thuso_allocation_free(ordered->allocation);
}

ThusoAllocation *thuso_allocate_ordered(ThusoContext *context, ThusoAllocator *allocator, const gint32 *order, gint32 n_order,
                                        GError **error)
{
	if (!check_order(allocator, order, n_order, error))
		return NULL;
	Ordered ordered = { .allocator = allocator };
	gboolean good = ordered_new(&ordered, error);
	for (gint64 row = 0; good && row < allocator->problem.n_demand; row++) {
		ordered.left[row] = allocator->people[row];
		ordered.nearest[row] = -1;
	}
	for (gint32 i = 0; good && i < n_order; i++) {
		good = thuso_context_go_on(context, error);
		if (good)
			fill_site(&ordered, order[i]);
	}
	if (good)
		count_left(&ordered);
	ThusoAllocation *allocation = good ? g_steal_pointer(&ordered.allocation) : NULL;
	ordered_clear(&ordered);
	return allocation;
}
