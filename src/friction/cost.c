/* What a step costs (src/friction/README.md). The one place where lengths, speeds and slopes become ticks, so that all code rounds
 * alike. */
#include "surface.h"

#include <math.h>

#define WHOLE_FROM 0x1p52 /* doubles from here on have no fraction */

/* llround, without the call: below 2^52 adding a half is exact, so nothing is rounded twice. */
static inline gint64 round_ticks(double ticks)
{
	if (ticks < WHOLE_FROM)
		return ticks < 1 ? 1 : (gint64) (ticks + 0.5);
	return ticks < (double) THUSO_STEP_TICKS_MAX ? (gint64) ticks : THUSO_STEP_TICKS_MAX;
}

/* Modes share the slope of the step, so each slope function is asked once a step. */
typedef struct {
	double slope;
	double stretch[3]; /* slowness on the slope / slowness on the flat, by mode; 0 = not yet known */
} StepSlope;

static inline double slowness(const ThusoSurface *surface, gint64 cell, StepSlope *slope)
{
	const SurfaceClass *class = (const SurfaceClass *) surface->classes.data + surface->cell_class[cell];
	double *stretch = &slope->stretch[class->mode];
	if (*stretch == 0) {
		*stretch = 1;
		if (surface->slope[class->mode])
			surface->slope[class->mode]->stretch(&slope->slope, stretch, 1);
	}
	return class->slowness_s_per_m * *stretch;
}

static inline gint64 step_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 from, gint32 row, gint32 col, int step)
{
	const double length_m = thuso_lengths_step(surface->lengths, row, col, thuso_step_row[step], thuso_step_col[step]);
	if (measure == THUSO_MEASURE_DISTANCE)
		return round_ticks(length_m * THUSO_TICKS_PER_M);
	const gint64 to = from + surface->offset[step];
	StepSlope slope = { 0 };
	if (surface->elevation_m)
		slope.slope = ((double) surface->elevation_m[to] - (double) surface->elevation_m[from]) / length_m;
	/* Added pairwise, so that the way back adds the same numbers in the same order. */
	const double ends = slowness(surface, from, &slope) + slowness(surface, to, &slope);
	if (step < 8)
		return round_ticks(length_m / 2 * ends * THUSO_TICKS_PER_S);
	const double between =
	    slowness(surface, from + surface->between[step][0], &slope) + slowness(surface, from + surface->between[step][1], &slope);
	return round_ticks(length_m / 4 * (ends + between) * THUSO_TICKS_PER_S);
}

gint64 thuso_surface_step_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, int step)
{
	if (!thuso_surface_step_exists(surface, cell, step))
		return -1;
	return step_ticks(surface, measure, cell, (gint32) (cell / surface->grid.n_cols), (gint32) (cell % surface->grid.n_cols),
	                  step);
}

void thuso_surface_cell_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, guint16 wanted, gboolean arriving,
                              gint64 ticks[16])
{
	const gint32 row = (gint32) (cell / surface->grid.n_cols), col = (gint32) (cell % surface->grid.n_cols);
	for (guint left = wanted; left; left &= left - 1) {
		const int step = __builtin_ctz(left);
		if (arriving)
			ticks[step] = step_ticks(surface, measure, cell + surface->offset[step], row + thuso_step_row[step],
			                         col + thuso_step_col[step], thuso_step_opposite[step]);
		else
			ticks[step] = step_ticks(surface, measure, cell, row, col, step);
	}
}

void thuso_surface_prefetch(const ThusoSurface *surface, gint64 cell)
{
	__builtin_prefetch(surface->steps + cell);
	for (int row = -2; row <= 2; row++) {
		const gint64 near = cell + row * (gint64) surface->grid.n_cols;
		__builtin_prefetch(surface->cell_class + near);
		if (surface->elevation_m)
			__builtin_prefetch(surface->elevation_m + near);
	}
}

gint64 thuso_surface_least_ticks(const ThusoSurface *surface, ThusoMeasure measure)
{
	double least_s_per_m = INFINITY;
	if (!isfinite(surface->least_length_m))
		return 1;
	for (gint64 i = 1; i < surface->classes.n; i++) {
		const SurfaceClass *class = (const SurfaceClass *) surface->classes.data + i;
		const ThusoSlopeFunction *slope = surface->slope[class->mode];
		least_s_per_m = fmin(least_s_per_m, class->slowness_s_per_m * (slope && surface->elevation_m ? slope->least : 1));
	}
	const double least = measure == THUSO_MEASURE_DISTANCE ? surface->least_length_m * THUSO_TICKS_PER_M
	                                                       : surface->least_length_m * least_s_per_m * THUSO_TICKS_PER_S;
	/* Below the rounding of the sums above, and of each step to whole ticks. */
	return (gint64) fmin(fmax(1, floor(least * (1 - 1e-9) - 1)), (double) THUSO_STEP_TICKS_MAX);
}
