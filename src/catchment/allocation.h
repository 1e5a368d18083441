/* A capacity problem in whole numbers, and the transportation problem on it (allocation.c, transport.c). */
#ifndef THUSO_CATCHMENT_ALLOCATION_H
#define THUSO_CATCHMENT_ALLOCATION_H

#include <thuso/catchment.h>

/* Above any distance of the search, far from overflow when two are added. */
#define NEVER (G_MAXINT64 / 4)

typedef struct Transport Transport;

struct ThusoAllocator {
	ThusoAllocationProblem problem;
	gint64 n_pairs;
	gint64 *cost;          /* by pair, ticks */
	gint64 *people;        /* by row, ticks */
	gint64 *capacity;      /* by site, ticks; NEVER = none */
	double ticks_a_person; /* 10^d or 2^k */
	int cost_shift;        /* cost = ticks * 2^-cost_shift */
	gint64 unserved;       /* ticks: of a person left out */
	double unserved_cost;  /* the same as the caller stated it, where that counts */
	gint64 must;           /* ticks: of a person who may not be left out; above what any detour costs */
	Transport *transport;  /* made when first needed */
};

static inline double people_of_ticks(const ThusoAllocator *allocator, gint64 ticks)
{
	return (double) ticks / allocator->ticks_a_person;
}

static inline double cost_of_ticks(const ThusoAllocator *allocator, gint64 ticks)
{
	return ldexp((double) ticks, -allocator->cost_shift);
}

static inline double pair_cost(const ThusoAllocator *allocator, gint64 pair)
{
	return allocator->problem.cost != NULL ? allocator->problem.cost[pair] : 0;
}

static inline double row_weight(const ThusoAllocator *allocator, gint64 row)
{
	return allocator->problem.weight != NULL ? allocator->problem.weight[row] : 1;
}

static inline double site_capacity(const ThusoAllocator *allocator, gint32 site)
{
	return allocator->problem.capacity != NULL ? allocator->problem.capacity[site] : INFINITY;
}

/* People of a pair as the caller sees them: a whole row is its weight to the last digit. */
static inline double pair_people(const ThusoAllocator *allocator, gint64 row, gint64 ticks)
{
	return ticks == allocator->people[row] ? row_weight(allocator, row) : people_of_ticks(allocator, ticks);
}

/* What the branch and bound of single assignment adds; NULL fields = nothing. */
typedef struct {
	const guint8 *open;   /* n_sites */
	const guint8 *banned; /* by pair */
	const guint8 *must;   /* by row: may not be left out at any price */
} TransportLimits;

/* The transportation problem's answer, in ticks, in the order of its own arrays: rows, in each the open sites ascending, last the pair that
 * stands for being left out (site = n). */
struct Transport {
	gint32 n;        /* sites that take part */
	gint32 *site_of; /* n: the problem's site */
	gint64 *row_start;
	gint32 *site;    /* by pair: 0..n-1, or n = left out */
	guint32 *row;    /* by pair */
	guint32 *origin; /* by pair: the problem's pair */
	gint64 *cost, *amount;
	gint64 *site_start;   /* n + 1 */
	guint32 *site_pairs;  /* pairs of a site, by row */
	gint64 *load, *price; /* n */
};

gboolean transport_solve(ThusoContext *context, ThusoAllocator *allocator, const TransportLimits *limits, GError **error);
void transport_free(Transport *transport);

/* An allocation with its arrays of sites, all zero (utilisation NaN). */
ThusoAllocation *allocation_new(const ThusoAllocator *allocator, gboolean with_people, GError **error);
void allocation_set_load(const ThusoAllocator *allocator, ThusoAllocation *allocation, gint32 site, gint64 ticks);

#endif
