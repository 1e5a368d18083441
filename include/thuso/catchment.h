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

/* Fills reach[] from cost, components and passability. `limit_ticks` is the standard's. centres as given to the search: those
 * off the grid (-1) or on cells that are not passable make nothing reachable. */
void thuso_reach_classify(const ThusoSurface *surface, const guint8 *covered, const gint64 *cost, const gint64 *component,
                          const gint64 *centres, gint32 n_centres, gint64 limit_ticks, guint8 *reach);

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
	double people_inside, people_all, people_within_limit; /* within limit: inside the area */
	double mean_cost, median_cost, p95_cost, p99_cost, worst_cost;
	gint64 n_cells;
	gboolean touches_edge; /* its cells touch the edge of the buffered area */
} ThusoCatchment;
gboolean thuso_catchments(const ThusoState *state, gint32 n_centres, gint64 limit_ticks, const guint8 *near_area,
                          ThusoCatchment *catchments, GError **error);

/* Bands (a, b] over `upper` (strictly ascending, seconds or metres; the first includes 0): band[cell] = index, or -1 = not
 * reached, no data, or above the last bound. people: n_bands sums inside the area. */
gboolean thuso_bands(const ThusoState *state, const double *upper, int n_bands, gint32 *band, double *people, GError **error);

/* The weighted quantile, in ticks: the first cost where the running sum of people >= q * total - 1e-9 * total. Arrays are sorted in
 * place together by (cost, cell); sorted ones cost one pass. NaN for no people; INFINITY where it falls on THUSO_UNREACHED. */
double thuso_weighted_quantile(gint64 *cost, gint64 *cell, double *people, gint64 n, double q);

G_END_DECLS
#endif
