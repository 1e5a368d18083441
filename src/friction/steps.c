/* Which steps exist (src/friction/README.md): all touched cells passable, no barrier line crossed, no diagonal squeezed between
 * two blocked cells. Every rule is the same seen from both ends, so a step exists both ways or not at all. */
#include "surface.h"

#include <math.h>

typedef struct {
	const ThusoSurfaceSpec *spec;
	ThusoSurface *surface;
	const guint8 *flags;
	double *row_least_m; /* shortest step that begins in the row */
} StepSearch;

int surface_step_between(const ThusoSurface *surface, gint64 from, gint64 to)
{
	const gint32 n_cols = surface->grid.n_cols;
	const gint64 d_row = to / n_cols - from / n_cols, d_col = to % n_cols - from % n_cols;
	for (int step = 0; step < 8; step++)
		if (thuso_step_row[step] == d_row && thuso_step_col[step] == d_col)
			return step;
	return -1;
}

/* A diagonal needs one passable cell beside it, or a road through the corner. */
static gboolean corner_is_open(const StepSearch *search, gint64 cell, int step)
{
	const ThusoSurface *surface = search->surface;
	if (!search->spec->guard_corners || (search->flags[cell] & cell_road_diagonal(step)))
		return TRUE;
	return surface->cell_class[cell + surface->offset[step - 1]] || surface->cell_class[cell + surface->offset[(step + 1) % 8]];
}

static gboolean step_is_open(const StepSearch *search, gint64 cell, int step)
{
	const ThusoSurface *surface = search->surface;
	if (!surface->cell_class[cell + surface->offset[step]])
		return FALSE;
	if (step >= 8)
		return surface->cell_class[cell + surface->between[step][0]] && surface->cell_class[cell + surface->between[step][1]];
	return step % 2 == 0 || corner_is_open(search, cell, step);
}

static guint16 open_steps(const StepSearch *search, gint32 row, gint32 col)
{
	const ThusoSurface *surface = search->surface;
	const gint64 cell = (gint64) row * surface->grid.n_cols + col;
	guint16 steps = 0;
	if (!surface->cell_class[cell])
		return 0;
	for (int step = 0; step < surface->neighbours; step++) {
		const gint32 to_row = row + thuso_step_row[step], to_col = col + thuso_step_col[step];
		if (to_row < 0 || to_row >= surface->grid.n_rows || to_col < 0 || to_col >= surface->grid.n_cols)
			continue;
		if (!(surface->steps[cell] & (1u << step)) && step_is_open(search, cell, step))
			steps |= (guint16) (1u << step);
	}
	return steps;
}

/* Each step has the same length both ways, so half of the directions is enough. */
static double least_length(const ThusoSurface *surface, gint32 row, gint32 col, guint16 steps)
{
	double least_m = INFINITY;
	for (int step = 0; step < surface->neighbours; step++)
		if ((steps & (1u << step)) && step % 8 < 4)
			least_m = fmin(least_m, thuso_lengths_step(surface->lengths, row, col, thuso_step_row[step], thuso_step_col[step]));
	return least_m;
}

static gboolean find_row(gint64 index, int worker, gpointer data, GError **error)
{
	StepSearch *search = data;
	ThusoSurface *surface = search->surface;
	const gint32 row = (gint32) index;
	double least_m = INFINITY;
	(void) worker;
	(void) error;
	for (gint32 col = 0; col < surface->grid.n_cols; col++) {
		guint16 *steps = &surface->steps[index * surface->grid.n_cols + col];
		*steps = open_steps(search, row, col);
		least_m = fmin(least_m, least_length(surface, row, col, *steps));
	}
	search->row_least_m[row] = least_m;
	return TRUE;
}

gboolean surface_find_steps(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, const guint8 *flags,
                            GError **error)
{
	StepSearch search = { spec, surface, flags, NULL };
	search.row_least_m = thuso_array_new(surface->grid.n_rows, sizeof(double), "step lengths", error);
	if (!search.row_least_m)
		return FALSE;
	const gboolean done = thuso_parallel(context, surface->grid.n_rows, find_row, &search, error);
	surface->least_length_m = INFINITY;
	for (gint32 row = 0; done && row < surface->grid.n_rows; row++)
		surface->least_length_m = fmin(surface->least_length_m, search.row_least_m[row]);
	thuso_array_free(search.row_least_m);
	return done;
}
