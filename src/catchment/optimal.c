/* The `optimal` allocation: the transportation problem's answer in people and costs, with the prices that prove it. */
#include "allocation.h"

/* Each part in the order of the rows, so that the sums are the same everywhere. */
static void add_people(const ThusoAllocator *allocator, ThusoAllocation *allocation)
{
	const Transport *t = allocator->transport;
	ThusoSum assigned = { 0 }, cost = { 0 }, refused = { 0 }, unreachable = { 0 };
	for (gint64 row = 0; row < allocator->problem.n_demand; row++) {
		gint64 nearest = t->row_start[row], out = t->row_start[row + 1] - 1;
		for (gint64 pair = t->row_start[row]; pair < out; pair++) {
			if (t->cost[pair] < t->cost[nearest])
				nearest = pair;
			if (t->amount[pair] == 0)
				continue;
			double people = pair_people(allocator, row, t->amount[pair]);
			thuso_sum_add(&assigned, people);
			thuso_sum_add(&cost, people * pair_cost(allocator, t->origin[pair]));
			if (allocation->people != NULL)
				allocation->people[t->origin[pair]] = people;
		}
		if (out < t->row_start[row] || t->amount[out] == 0)
			continue;
		double people = pair_people(allocator, row, t->amount[out]);
		thuso_sum_add(nearest < out ? &refused : &unreachable, people);
		if (nearest < out)
			allocation->refused_near[t->site_of[t->site[nearest]]] += people;
	}
	allocation->assigned = thuso_sum(&assigned);
	allocation->cost = thuso_sum(&cost);
	allocation->refused = thuso_sum(&refused);
	allocation->unreachable = thuso_sum(&unreachable);
}

static void set_row_prices(const ThusoAllocator *allocator, const gint64 *site_price, gint64 *row_price)
{
	const Transport *t = allocator->transport;
	for (gint64 row = 0; row < allocator->problem.n_demand; row++)
		row_price[row] = allocator->unserved;
	for (gint32 i = 0; i < t->n; i++)
		for (gint64 pair = allocator->problem.start[t->site_of[i]]; pair < allocator->problem.start[t->site_of[i] + 1]; pair++) {
			gint64 *price = &row_price[allocator->problem.demand[pair]];
			*price = MIN(*price, allocator->cost[pair] + site_price[t->site_of[i]]);
		}
}

/* The least price at which nobody would change to a site. */
static gint64 closed_price(const ThusoAllocator *allocator, const gint64 *row_price, gint32 site)
{
	gint64 price = 0;
	for (gint64 pair = allocator->problem.start[site]; pair < allocator->problem.start[site + 1]; pair++)
		price = MAX(price, row_price[allocator->problem.demand[pair]] - allocator->cost[pair]);
	return price;
}

/* No price is above that of a person left out, which counts a tick more inside. */
static double stated_price(const ThusoAllocator *allocator, gint64 price)
{
	return MIN(cost_of_ticks(allocator, price), allocator->unserved_cost);
}

static gboolean add_prices(const ThusoAllocator *allocator, const guint8 *open, ThusoAllocateFlags flags,
                           ThusoAllocation *allocation, GError **error)
{
	const Transport *t = allocator->transport;
	const ThusoAllocationProblem *problem = &allocator->problem;
	allocation->price = thuso_array_new(problem->n_sites, sizeof(double), "prices of sites", error);
	allocation->row =
	    thuso_array_new(problem->n_demand, sizeof(double), "prices of demand rows", allocation->price ? error : NULL);
	gint64 *site_price = thuso_array_new(problem->n_sites, sizeof(gint64), "prices of sites", allocation->row ? error : NULL);
	gint64 *row_price = thuso_array_new(problem->n_demand, sizeof(gint64), "prices of demand rows", site_price ? error : NULL);
	gboolean good = allocation->price != NULL && allocation->row != NULL && site_price != NULL && row_price != NULL;
	for (gint32 i = 0; good && i < t->n; i++)
		site_price[t->site_of[i]] = t->price[i];
	if (good)
		set_row_prices(allocator, site_price, row_price);
	for (gint32 site = 0; good && site < problem->n_sites; site++) {
		gboolean is_open = open == NULL || open[site];
		if (is_open ? allocator->capacity[site] == 0 : (flags & THUSO_ALLOCATE_CLOSED_PRICES) != 0)
			site_price[site] = closed_price(allocator, row_price, site);
		allocation->price[site] = stated_price(allocator, site_price[site]);
	}
	for (gint64 row = 0; good && row < problem->n_demand; row++)
		allocation->row[row] = stated_price(allocator, row_price[row]);
	allocation->unserved = allocator->unserved_cost;
	thuso_array_free(site_price);
	thuso_array_free(row_price);
	return good;
}

ThusoAllocation *thuso_allocate_optimal(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open,
                                        ThusoAllocateFlags flags, GError **error)
{
	if (!transport_solve(context, allocator, &(TransportLimits){ .open = open }, error))
		return NULL;
	g_autoptr(ThusoAllocation) allocation = allocation_new(allocator, (flags & THUSO_ALLOCATE_PEOPLE) != 0, error);
	if (allocation == NULL)
		return NULL;
	add_people(allocator, allocation);
	for (gint32 i = 0; i < allocator->transport->n; i++)
		allocation_set_load(allocator, allocation, allocator->transport->site_of[i], allocator->transport->load[i]);
	if (!add_prices(allocator, open, flags, allocation, error))
		return NULL;
	return g_steal_pointer(&allocation);
}
