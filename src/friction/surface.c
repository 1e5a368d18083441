/* The surface that a trip travels over: a class and the existing steps of every cell, 4 bytes a cell. */
#include "surface.h"

#include <math.h>

static void set_offsets(ThusoSurface *surface)
{
	const gint64 n_cols = surface->grid.n_cols;
	for (int step = 0; step < 16; step++) {
		const gint64 d_row = thuso_step_row[step], d_col = thuso_step_col[step];
		surface->offset[step] = d_row * n_cols + d_col;
		if (step < 8)
			continue;
		/* The segment of a knight's move leaves the cell over the long side, and so passes the straight neighbour on that side
		 * and the diagonal one: (0, 1) and (1, 1) for (1, 2). */
		surface->between[step][0] = d_row / 2 * n_cols + d_col / 2;
		surface->between[step][1] = d_row / ABS(d_row) * n_cols + d_col / ABS(d_col);
	}
}

static const ThusoSlopeFunction *correction(const ThusoSlopeFunction *function, const float *elevation_m)
{
	return elevation_m ? function : NULL;
}

static gboolean check_spec(const ThusoSurfaceSpec *spec, GError **error)
{
	if (spec->neighbours != 8 && spec->neighbours != 16) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "neighbours are 8 or 16, not %d", spec->neighbours);
		return FALSE;
	}
	if (!isfinite(spec->walking_m_per_s) || spec->walking_m_per_s < 1e-3 || spec->walking_m_per_s > 1e3) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "the walking speed is %g m/s; give one like 4.5 km/h",
		            spec->walking_m_per_s);
		return FALSE;
	}
	return TRUE;
}

static ThusoSurface *surface_alloc(const ThusoSurfaceSpec *spec, GError **error)
{
	g_autoptr(ThusoSurface) surface = g_new0(ThusoSurface, 1);
	const gint64 n = thuso_grid_n(spec->grid);
	surface->grid = *spec->grid;
	surface->neighbours = spec->neighbours;
	surface->tile_shift = spec->tile_shift ? spec->tile_shift : THUSO_TILE_SHIFT;
	surface->classes = THUSO_VECTOR(SurfaceClass);
	surface->elevation_m = spec->elevation_m;
	surface->slope[THUSO_WALKING] = correction(spec->walking_slope, spec->elevation_m);
	surface->slope[THUSO_CYCLING] = correction(spec->cycling_slope, spec->elevation_m);
	set_offsets(surface);
	if (!(surface->cell_class = thuso_array_new(n, sizeof(guint16), "the classes of the surface", error)) ||
	    !(surface->steps = thuso_array_new(n, sizeof(guint16), "the steps of the surface", error)) ||
	    !(surface->lengths = thuso_lengths_new(&surface->grid, spec->lengths, error)))
		return NULL;
	return g_steal_pointer(&surface);
}

static gboolean surface_fill(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, GError **error)
{
	guint8 *flags = thuso_array_new(thuso_grid_n(spec->grid), 1, "the overlay of the surface", error);
	if (!flags)
		return FALSE;
	const gboolean done = surface_overlay(context, spec, surface, flags, error) &&
	                      surface_block_lines(context, spec, surface, surface->steps, error) &&
	                      surface_find_steps(context, spec, surface, flags, error);
	thuso_array_free(flags);
	return done;
}

void thuso_surface_spec_default(ThusoSurfaceSpec *spec)
{
	*spec = (ThusoSurfaceSpec){
		.walking_m_per_s = 1.25, /* 4.5 km/h */
		.walking_slope = thuso_slope_function_find("tobler"),
		.lengths = THUSO_LENGTHS_GROUND,
		.guard_corners = TRUE,
		.neighbours = 16,
	};
}

ThusoSurface *thuso_surface_new(ThusoContext *context, const ThusoSurfaceSpec *spec, GError **error)
{
	if (!check_spec(spec, error))
		return NULL;
	g_autoptr(ThusoSurface) surface = surface_alloc(spec, error);
	if (!surface || !surface_fill(context, spec, surface, error))
		return NULL;
	return g_steal_pointer(&surface);
}

void thuso_surface_free(ThusoSurface *surface)
{
	if (!surface)
		return;
	thuso_array_free(surface->cell_class);
	thuso_array_free(surface->steps);
	thuso_vector_clear(&surface->classes);
	thuso_lengths_free(surface->lengths);
	g_free(surface);
}

const ThusoGrid *thuso_surface_grid(const ThusoSurface *surface)
{
	return &surface->grid;
}

int thuso_surface_neighbours(const ThusoSurface *surface)
{
	return surface->neighbours;
}

static gboolean is_on_grid(const ThusoSurface *surface, gint64 cell)
{
	return cell >= 0 && cell < thuso_grid_n(&surface->grid);
}

gboolean thuso_surface_passable(const ThusoSurface *surface, gint64 cell)
{
	return is_on_grid(surface, cell) && surface->cell_class[cell] != 0;
}

double thuso_surface_speed(const ThusoSurface *surface, gint64 cell, ThusoMode *mode)
{
	const guint16 class = is_on_grid(surface, cell) ? surface->cell_class[cell] : 0;
	const SurfaceClass *found = (const SurfaceClass *) surface->classes.data + class;
	if (mode)
		*mode = found->mode;
	return found->speed_m_per_s;
}

guint16 thuso_surface_steps(const ThusoSurface *surface, gint64 cell)
{
	return is_on_grid(surface, cell) ? surface->steps[cell] : 0;
}

gboolean thuso_surface_step_exists(const ThusoSurface *surface, gint64 cell, int step)
{
	return step >= 0 && step < 16 && (thuso_surface_steps(surface, cell) >> step & 1) != 0;
}
