/* Cost to the nearest centre for every cell: one search from all centres at once. */
#include "search.h"

#include <math.h>

static double ticks_per_unit(ThusoMeasure measure)
{
	return measure == THUSO_MEASURE_DISTANCE ? THUSO_TICKS_PER_M : THUSO_TICKS_PER_S;
}

gint64 thuso_ticks(ThusoMeasure measure, double value)
{
	const double ticks = floor(value * ticks_per_unit(measure));
	if (!(ticks >= 0)) /* NaN too: nothing is within such a limit */
		return -1;
	return ticks >= 0x1p63 ? THUSO_NO_LIMIT : (gint64) ticks;
}

double thuso_ticks_value(ThusoMeasure measure, gint64 ticks)
{
	return ticks == THUSO_UNREACHED ? INFINITY : (double) ticks / ticks_per_unit(measure);
}

static gboolean seed_all(Search *search, const gint64 *centres, gint32 n_centres, GError **error)
{
	for (gint32 i = 0; i < n_centres; i++)
		if (!search_seed(search, centres[i], i, error))
			return FALSE;
	return TRUE;
}

gboolean thuso_access_nearest(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel,
                              const gint64 *centres, gint32 n_centres, gint64 *cost, gint32 *nearest, GError **error)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	Search search;
	for (gint64 cell = 0; cell < n; cell++)
		cost[cell] = THUSO_UNREACHED;
	for (gint64 cell = 0; nearest && cell < n; cell++)
		nearest[cell] = -1;
	search_init(&search, context, surface, travel);
	search.cost = cost;
	search.nearest = nearest;
	const gboolean done = seed_all(&search, centres, n_centres, error) && search_run(&search, error);
	search_clear(&search);
	return done;
}
