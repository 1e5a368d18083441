/* What single steps cost, and bounds. The arithmetic is that of windows (ticks.c), on a window of one cell. */
#include "window.h"

#include <math.h>

#define WHOLE_FROM 0x1p52 /* doubles from here on have no fraction; added to smaller ones it rounds them, halves to even */

static gint64 round_ticks(double ticks)
{
	if (ticks < WHOLE_FROM)
		return ticks < 1 ? 1 : (gint64) (ticks + WHOLE_FROM - WHOLE_FROM);
	return ticks < (double) THUSO_STEP_TICKS_MAX ? (gint64) ticks : THUSO_STEP_TICKS_MAX;
}

static gboolean cell_costs(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, gboolean arriving, double costs[16])
{
	ThusoSurfaceWindow window;
	_Alignas(64) guint8 memory[CELL_WINDOW_BYTES];
	if (cell < 0 || cell >= thuso_grid_n(&surface->grid) ||
	    !window_of_cell(&window, surface, measure, arriving, cell, memory, NULL))
		return FALSE;
	window_costs(&window, 0, 0, costs);
	return TRUE;
}

gint64 thuso_surface_step_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, int step)
{
	double costs[16];
	if (step < 0 || step >= surface->neighbours || !cell_costs(surface, measure, cell, FALSE, costs))
		return -1;
	return costs[step] < INFINITY ? round_ticks(costs[step]) : -1;
}

gint64 thuso_surface_least_ticks(const ThusoSurface *surface, ThusoMeasure measure)
{
	const gint64 n_tiles = (gint64) surface->n_tile_rows * surface->n_tile_cols;
	double least_s_per_m = INFINITY;
	for (gint64 tile = 0; tile < n_tiles; tile++)
		least_s_per_m = fmin(least_s_per_m, surface->tile_least[tile]);
	if (!isfinite(least_s_per_m))
		return 1;
	const double per_m = measure == THUSO_MEASURE_DISTANCE ? THUSO_TICKS_PER_M : least_s_per_m * THUSO_TICKS_PER_S;
	/* Below the rounding of sums, and of each step to whole ticks. */
	const double least = thuso_lengths_least(surface->lengths) * per_m * (1 - 1e-9) - 1;
	return (gint64) fmin(fmax(1, floor(least)), (double) THUSO_STEP_TICKS_MAX);
}
