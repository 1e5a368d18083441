/* Comparison of methods (DPSA guideline, p. 80: buffers ignore real distance and time): the same people and centres, four ways to say who
 * is served. Every search is the engine's own. */
#include "methods.h"

#include <string.h>

const Method methods[N_METHODS] = {
	[METHOD_BUFFER] = { "buffer", "straight line to a centre" },
	[METHOD_ROADS] = { "roads", "distance along roads, and in a straight line to them" },
	[METHOD_WALKING] = { "walking", "on foot over the terrain" },
	[METHOD_TRIP] = { "trip", "the study's own trip" },
};

/* --- the radius ---------------------------------------------------------------------------------------------------------- */

/* NaN where the study does not say it. */
static double radius_of(const Run *run, const Block *block)
{
	if (block_has(block, "buffer"))
		return block_quantity(block, "buffer", NULL);
	if (block_has(block, "speed"))
		return run->main_trip->limit * block_quantity(block, "speed", NULL);
	return run->measure == THUSO_MEASURE_DISTANCE ? run->main_trip->limit : NAN;
}

gboolean methods_check(const Run *run, GError **error)
{
	if (!block_has(&run->top, "methods"))
		return TRUE;
	Block block = block_get(&run->top, "methods");
	if (block_has(&block, "speed") && (block_has(&block, "buffer") || run->measure == THUSO_MEASURE_DISTANCE)) {
		block_error(&block, "speed", error, THUSO_ERROR_USAGE, "methods: `speed` turns a limit of time into a distance, but %s",
		            block_has(&block, "buffer") ? "`buffer` states one; keep one of them"
		                                        : "the limit is a distance; take it out");
		return FALSE;
	}
	if (isfinite(radius_of(run, &block)))
		return TRUE;
	block_error(&block, NULL, error, THUSO_ERROR_USAGE,
	            "methods: the limit is a time, and buffers need a distance, which is to be decided: write `buffer: 25 km` (usual "
	            "are 5, 10, "
	            "15, 25 or 40 km), or `speed: 60 km/h` by which the limit becomes one");
	return FALSE;
}

/* --- buffers -------------------------------------------------------------------------------------------------------------- */

/* Squared distance to the nearest centre of the state, on the grid. */
static double straight_squared(const Run *run, const State *state, gint64 cell)
{
	double x, y, least = INFINITY;
	thuso_grid_centre(&run->region->grid, cell, &x, &y);
	for (gint32 i = 0; i < state->n_centres; i++) {
		double cx, cy;
		thuso_grid_centre(&run->region->grid, state->cells[i], &cx, &cy);
		least = fmin(least, (x - cx) * (x - cx) + (y - cy) * (y - cy));
	}
	return least;
}

static void serve_by_buffer(const Run *run, const State *state, double radius, guint8 *served)
{
	for (gint64 i = 0; i < run->n_shares; i++) {
		gint64 cell = run->shares[i].cell;
		served[cell] = straight_squared(run, state, cell) <= radius * radius;
	}
}

/* --- along roads ----------------------------------------------------------------------------------------------------------- */

/* The nearest road cell of every cell, and how far it is in a straight line. */
typedef struct {
	ThusoSurface *roads;
	gint64 *road_cells; /* ascending */
	gint32 n_roads;
	gint32 *nearest; /* a cell: index of its road cell, -1 = none in reach */
} Access;

static void access_clear(Access *access)
{
	thuso_surface_free(access->roads);
	thuso_array_free(access->road_cells);
	thuso_array_free(access->nearest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Access, access_clear)

static ThusoTravel in_metres(const Run *run, double limit)
{
	return (ThusoTravel){ .measure = THUSO_MEASURE_DISTANCE,
		                  .direction = run->direction,
		                  .limit_ticks = thuso_ticks(THUSO_MEASURE_DISTANCE, limit) };
}

static gboolean list_road_cells(const Run *run, Access *access, GError **error)
{
	gint64 n = thuso_surface_n_passable(access->roads), at = 0;
	if (n > G_MAXINT32) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		                    "methods: roads pass through more than 2147483647 cells; take larger ones");
		return FALSE;
	}
	access->road_cells = thuso_array_new(MAX(n, 1), sizeof *access->road_cells, "cells with roads", error);
	for (gint64 cell = 0; access->road_cells && cell < thuso_grid_n(&run->region->grid); cell++)
		if (thuso_surface_passable(access->roads, cell))
			access->road_cells[at++] = cell;
	access->n_roads = (gint32) at;
	return access->road_cells != NULL;
}

/* On ground without anything on it every road cell is a source: the way to the nearest is at most 3 % longer than a straight line. */
static gboolean find_nearest_roads(const Run *run, double radius, Access *access, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	g_autoptr(ThusoSurface) bare = run_make_bare(run, error);
	ThusoTravel travel = in_metres(run, radius);
	access->nearest = bare ? thuso_array_new(n, sizeof *access->nearest, "nearest roads", error) : NULL;
	gint64 *cost = access->nearest ? thuso_array_new(n, sizeof *cost, "ways to roads", error) : NULL;
	gboolean ok = cost && thuso_access_nearest(run->context, bare, &travel, access->road_cells, access->n_roads, cost,
	                                           access->nearest, error);
	thuso_array_free(cost);
	return ok;
}

/* Metres in a straight line from a cell to its road cell; INFINITY = none. */
static double to_road(const Run *run, const Access *access, gint64 cell)
{
	double x, y, rx, ry;
	if (access->nearest[cell] < 0)
		return INFINITY;
	thuso_grid_centre(&run->region->grid, cell, &x, &y);
	thuso_grid_centre(&run->region->grid, access->road_cells[access->nearest[cell]], &rx, &ry);
	return hypot(x - rx, y - ry);
}

/* One search a centre, since each begins with its own way to the road. */
typedef struct {
	const double *from_road; /* a centre, m */
	double *least;           /* a road cell: metres to the nearest centre */
	GMutex mutex;
} AlongRoads;

static gboolean take_nearer(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                            GError **error)
{
	AlongRoads *along = data;
	(void) worker;
	(void) error;
	g_mutex_lock(&along->mutex);
	for (gint64 i = 0; i < n; i++) {
		double metres = thuso_ticks_value(THUSO_MEASURE_DISTANCE, ticks[i]) + along->from_road[source];
		along->least[cells[i]] = fmin(along->least[cells[i]], metres);
	}
	g_mutex_unlock(&along->mutex);
	return TRUE;
}

static gboolean search_roads(const Run *run, const State *state, const Access *access, double radius, double *least,
                             GError **error)
{
	g_autofree double *from_road = thuso_new(double, MAX(state->n_centres, 1));
	g_autofree gint64 *sources = thuso_new(gint64, MAX(state->n_centres, 1));
	AlongRoads along = { .from_road = from_road, .least = least };
	ThusoTravel travel = in_metres(run, radius);
	gint32 n = 0;
	for (gint32 i = 0; i < state->n_centres; i++) {
		double metres = to_road(run, access, state->cells[i]);
		if (!(metres <= radius))
			continue;
		sources[n] = access->road_cells[access->nearest[state->cells[i]]];
		from_road[n++] = metres;
	}
	g_mutex_init(&along.mutex);
	gboolean ok = thuso_access_each(run->context, access->roads, &travel, sources, n, NULL, take_nearer, &along, error);
	g_mutex_clear(&along.mutex);
	return ok;
}

static gboolean serve_by_roads(const Run *run, const State *state, const Access *access, double radius, guint8 *served,
                               GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	double *least = thuso_array_new(n, sizeof *least, "distances along roads", error);
	for (gint64 cell = 0; least && cell < n; cell++)
		least[cell] = INFINITY;
	gboolean ok = least && search_roads(run, state, access, radius, least, error);
	for (gint64 i = 0; ok && i < run->n_shares; i++) {
		gint64 cell = run->shares[i].cell;
		double own = to_road(run, access, cell);
		served[cell] = own <= radius && own + least[access->road_cells[access->nearest[cell]]] <= radius;
	}
	thuso_array_free(least);
	return ok;
}

/* --- on foot ---------------------------------------------------------------------------------------------------------------- */

static gboolean serve_on_foot(Run *run, const State *state, guint8 *served, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	const double limit = run->main_trip->limit;
	ThusoTravel travel = { .measure = run->measure,
		                   .direction = run->direction,
		                   .limit_ticks = thuso_ticks(run->measure, limit) };
	gint64 *cost = run_make_walked(run, error) ? thuso_array_new(n, sizeof *cost, "ways on foot", error) : NULL;
	gboolean ok = cost && thuso_access_nearest(run->context, run->walked.surface, &travel, state->cells, state->n_centres, cost,
	                                           NULL, error);
	for (gint64 cell = 0; ok && cell < n; cell++)
		served[cell] = cost[cell] <= travel.limit_ticks;
	thuso_array_free(cost);
	return ok;
}

static void serve_by_trip(const Run *run, const State *state, guint8 *served)
{
	for (gint64 cell = 0; cell < thuso_grid_n(&run->region->grid); cell++)
		served[cell] = state->reach[cell] == THUSO_REACH_SERVED;
}

/* --- all of them ----------------------------------------------------------------------------------------------------------------- */

static gboolean compare_state(Run *run, int s, const Access *access, GError **error)
{
	Methods *compared = run->methods;
	const State *state = s == 0 ? &run->main_trip->now : &run->main_trip->plan;
	for (int m = 0; m < N_METHODS; m++)
		if ((m != METHOD_ROADS || access->roads) &&
		    !(compared->served[s][m] = thuso_array_new(thuso_grid_n(&run->region->grid), 1, "comparison of methods", error)))
			return FALSE;
	serve_by_buffer(run, state, compared->radius, compared->served[s][METHOD_BUFFER]);
	serve_by_trip(run, state, compared->served[s][METHOD_TRIP]);
	return serve_on_foot(run, state, compared->served[s][METHOD_WALKING], error) &&
	       (!access->roads || serve_by_roads(run, state, access, compared->radius, compared->served[s][METHOD_ROADS], error));
}

gboolean methods_compare(Run *run, GError **error)
{
	if (!block_has(&run->top, "methods"))
		return TRUE;
	Block block = block_get(&run->top, "methods");
	g_auto(Access) access = { 0 };
	run->methods = g_new0(Methods, 1);
	run->methods->radius = radius_of(run, &block);
	if (!run_make_roads(run, &access.roads, error))
		return FALSE;
	if (access.roads && (!list_road_cells(run, &access, error) || !find_nearest_roads(run, run->methods->radius, &access, error)))
		return FALSE;
	return compare_state(run, 0, &access, error) && compare_state(run, 1, &access, error);
}

void methods_free(Methods *compared)
{
	for (int s = 0; compared && s < 2; s++)
		for (int m = 0; m < N_METHODS; m++)
			thuso_array_free(compared->served[s][m]);
	g_free(compared);
}
