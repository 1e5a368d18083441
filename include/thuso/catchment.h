/* Who is served: states, bands, catchment profiles, coverage by area (src/catchment/README.md). Fields in, tables out. */
#ifndef THUSO_CATCHMENT_H
#define THUSO_CATCHMENT_H

#include <thuso/access.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* Why a cell is what it is, in this order of precedence. */
typedef enum {
	THUSO_REACH_NO_DATA,       /* not all layers cover the cell */
	THUSO_REACH_ON_BARRIER,    /* the cell itself is not passable */
	THUSO_REACH_NO_PATH,       /* no centre in its component */
	THUSO_REACH_BEYOND_SEARCH, /* a path exists, longer than the search limit */
	THUSO_REACH_UNSERVED,      /* reached, cost above the standard's limit */
	THUSO_REACH_SERVED
} ThusoReach;

/* One state (now or plan) of one trip, cell by cell; all arrays are grid-long and not owned. */
typedef struct {
	const ThusoGrid *grid;
	const double *people;
	const guint8 *covered; /* 1 = assessed */
	const gint32 *area;    /* smallest-level area or -1 */
	const gint64 *cost;    /* ticks */
	const gint32 *nearest; /* centre index or -1 */
	const guint8 *reach;   /* ThusoReach */
	ThusoMeasure measure;
} ThusoState;

/* The standard's limit: one for all, or one a cell where settlement types differ. */
typedef struct {
	gint64 ticks;
	const gint64 *cell_ticks; /* grid-long, -1 = nobody there is near enough; or NULL */
} ThusoLimit;
static inline gint64 thuso_limit_at(const ThusoLimit *limit, gint64 cell)
{
	return limit->cell_ticks != NULL ? limit->cell_ticks[cell] : limit->ticks;
}

/* Fills reach[] from cost, components and passability. centres as given to the search: those
 * off the grid (-1) or on cells that are not passable make nothing reachable. */
void thuso_reach_classify(const ThusoSurface *surface, const guint8 *covered, const gint64 *cost, const gint64 *component,
                          const gint64 *centres, gint32 n_centres, const ThusoLimit *limit, guint8 *reach);

/* People counted over cells in ascending order, so the sums are the same everywhere. Costs in seconds or metres. */
typedef struct {
	double people, assessed, no_data;
	double served, unserved, unreachable, no_path, beyond_search, on_barrier;
	double in_mean;                         /* people who reach a centre */
	double mean_cost;                       /* over them; NaN when nobody */
	double median_cost, p95_cost, p99_cost; /* over everyone assessed; NaN when more than 1-q cannot reach (for p95: > 5 %) */
	double worst_cost;                      /* greatest cost of a cell with people that reaches a centre; NaN = nobody does */
} ThusoCoverage;

/* One coverage per unit: unit_of_cell = unit_of_area[state->area[cell]] (unit_of_area NULL = the area itself). Cells outside
 * every area count nowhere. coverage: n_units. */
gboolean thuso_coverage_by_unit(const ThusoState *state, const gint32 *unit_of_area, gint32 n_units, ThusoCoverage *coverage,
                                GError **error);

/* A catchment: everyone assessed whose nearest centre this is. Mean, quantiles and worst cost are over all its people, inside and
 * in the buffer (weighted: sort by (cost, cell), the first where the running sum >= q * total - 1e-9 * total); NaN when it has
 * nobody. `inside` counts the study area only; `all` with the buffer. n_cells counts assessed cells with or without people.
 * The catchments' people_inside add up to the in_mean of the whole area, their people_within_limit to its served. `near_area`
 * NULL = the whole grid; its edge is where a cell has a side on a cell outside or on the end of the grid. */
typedef struct {
	double people_inside, people_all, people_within_limit; /* within limit (THUSO_REACH_SERVED): inside the area */
	double mean_cost, median_cost, p95_cost, p99_cost, worst_cost;
	gint64 n_cells;
	gboolean touches_edge; /* its cells touch the edge of the buffered area */
} ThusoCatchment;
gboolean thuso_catchments(const ThusoState *state, gint32 n_centres, const guint8 *near_area, ThusoCatchment *catchments,
                          GError **error);

/* Bands (a, b] over `upper` (strictly ascending, seconds or metres; the first includes 0): band[cell] = index, or -1 = not
 * reached, no data, or above the last bound. people: n_bands sums inside the area. */
gboolean thuso_bands(const ThusoState *state, const double *upper, int n_bands, gint32 *band, double *people, GError **error);

/* The weighted quantile, in ticks: the first cost where the running sum of people >= q * total - 1e-9 * total. Arrays are sorted in
 * place together by (cost, cell); sorted ones cost one pass. NaN for no people; INFINITY where it falls on THUSO_UNREACHED. */
double thuso_weighted_quantile(gint64 *cost, gint64 *cell, double *people, gint64 n, double q);

/* --- capacity: who goes where when centres are full (src/catchment/README.md, "Capacity") ------------------------------------ */

/* Sites x demand rows. Pairs by site: the rows that site j reaches stand at start[j] .. start[j+1]-1, strictly ascending; a missing pair is
 * out of reach. Arrays are not owned and outlive the allocator. */
typedef struct {
	gint64 n_demand; /* pairs and rows together stay below 2^32 */
	gint32 n_sites;
	const gint64 *start;    /* n_sites + 1 */
	const guint32 *demand;  /* start[n_sites] */
	const double *cost;     /* start[n_sites], finite, >= 0; NULL = 0 for all */
	const double *weight;   /* n_demand, finite, >= 0: people, divisible; NULL = 1 each */
	const double *capacity; /* n_sites, >= 0: people; INFINITY = none; NULL = none anywhere */
	/* Cost of a person left out: whoever would cost more is, ties are served. NaN = nobody is left out who can be placed. `ordered` does
	 * not look at it. */
	double unserved;
} ThusoAllocationProblem;
void thuso_allocation_problem_default(ThusoAllocationProblem *problem); /* all zero, unserved NaN */

/* A checked problem and the room to solve it in, for any number of solves, one at a time. */
typedef struct ThusoAllocator ThusoAllocator;
/* THUSO_ERROR_INPUT names the site or row that is wrong; THUSO_ERROR_LIMIT for memory and for 2^32 pairs. */
ThusoAllocator *thuso_allocator_new(const ThusoAllocationProblem *problem, GError **error);
void thuso_allocator_free(ThusoAllocator *allocator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoAllocator, thuso_allocator_free)

/* People in = assigned + refused + unreachable, and so in each row. Refused people are within reach of an open site and assigned to none;
 * for unreachable ones no open site is within reach. Loads keep to capacities to 1e-12 of them. */
typedef struct {
	double assigned, refused, unreachable;
	double cost;          /* sum of people * cost over the assigned */
	gint32 n_sites;       /* as the problem's */
	double *load;         /* n_sites */
	double *utilisation;  /* n_sites: load / capacity; NaN where that is INFINITY or 0, and for closed sites */
	double *refused_near; /* n_sites: refused people whose nearest open site it is (the lowest of equal ones) */
	double *people;       /* by pair, in the problem's order: people of that row at that site; or NULL (not asked for) */
	/* Only `optimal` (else NULL): the proof. row[i] = min(unserved, cost[i,j] + price[j] over the open j); price >= 0, and 0 where a site
	 * is not full; people are only where row = cost + price, and people left out only where row = unserved. So
	 * cost + unserved * left out = sum(weight * row) - sum(capacity * price over the open), the least there is. */
	double *price; /* n_sites: cost of one place less; closed sites: see THUSO_ALLOCATE_CLOSED_PRICES, else 0 */
	double *row;   /* n_demand */
	/* What a person left out counts: as the problem says, but 1024 (n_sites + 1) largest costs at most; (n_sites + 1) where it says NaN. */
	double unserved;
} ThusoAllocation;
void thuso_allocation_free(ThusoAllocation *allocation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoAllocation, thuso_allocation_free)

/* AccessMod's rule: the sites of `order` (n_order different ones; the others are closed) take the nearest people, by cost, then row, who are
 * not yet taken, until full; the last row is split. O(pairs log pairs). */
ThusoAllocation *thuso_allocate_ordered(ThusoContext *context, ThusoAllocator *allocator, const gint32 *order, gint32 n_order,
                                        GError **error);

typedef enum {
	THUSO_ALLOCATE_TOTALS = 0,            /* totals, loads and prices */
	THUSO_ALLOCATE_PEOPLE = 1 << 0,       /* `people` too */
	THUSO_ALLOCATE_CLOSED_PRICES = 1 << 1 /* closed sites get the least price at which nobody would change to them: then
	                                         sum(weight * row) - sum(capacity * price over the open) bounds
	                                         cost + unserved * left out from below for every other set of open sites too */
} ThusoAllocateFlags;
/* As many people as possible are assigned, and among all such allocations at the least cost; with a finite `unserved` at the least
 * cost + unserved * people left out. A transportation problem, solved exactly in whole numbers: people in ticks of 10^-d or 2^-k of a
 * person, costs in ticks of 2^-k (at least 46 bits of the largest cost up to 8,000 sites). open: n_sites, NULL = all. */
ThusoAllocation *thuso_allocate_optimal(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open,
                                        ThusoAllocateFlags flags, GError **error);

typedef enum {
	THUSO_SINGLE_OPTIMAL,    /* nothing is better by more than the gap asked for */
	THUSO_SINGLE_FEASIBLE,   /* a plan, and a bound */
	THUSO_SINGLE_INFEASIBLE, /* proven: there is no plan */
	THUSO_SINGLE_UNKNOWN     /* no plan found within the nodes, none ruled out */
} ThusoSingleStatus;

typedef struct {
	double gap;        /* relative, at which a plan is good enough; 0 means 1e-9 */
	gint64 most_nodes; /* of the search; 0 = heuristics and bound only; -1 = by the problem's size, some seconds' worth */
} ThusoSingleOptions;
void thuso_single_options_default(ThusoSingleOptions *options); /* gap 0, nodes by size */

/* A demand row to one site as a whole. Everyone is assigned, unless `unserved` says what a person left out costs. */
typedef struct {
	ThusoSingleStatus status;
	double objective;          /* cost + unserved * left out; NaN where there is no plan */
	double bound;              /* no plan costs less; NaN where infeasible */
	double gap;                /* (objective - bound) / max(objective, 1e-12) */
	double assigned, left_out; /* people */
	double cost;               /* of the assigned */
	double unserved;           /* as the objective counts it: see ThusoAllocation; NaN where nobody may be left out */
	gint64 n_nodes;
	gint64 stuck; /* infeasible: the first row that no site can take, whatever the others do; else -1 */
	gint32 n_sites;
	gint32 *site;        /* n_demand: -1 = left out, or no plan. Rows of nobody: the nearest open site */
	double *load;        /* n_sites */
	double *utilisation; /* as ThusoAllocation's */
} ThusoSingle;
void thuso_single_free(ThusoSingle *single);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSingle, thuso_single_free)

/* Branch and bound on the transportation problem, with regret greedy, shifts and swaps for plans (Martello and Toth 1990, ch. 7). Exact for
 * some hundred rows and tens of sites where places are not scarce; else a plan with its gap. A cancelled context stops the search: the
 * best plan so far, if there is one, else THUSO_ERROR_CANCELLED. open: n_sites, NULL = all; options NULL = default. */
ThusoSingle *thuso_allocate_single(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open,
                                   const ThusoSingleOptions *options, GError **error);

G_END_DECLS
#endif
