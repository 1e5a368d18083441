/* A surface made from a map: row-major arrays first, on which roads and barriers are laid, then tiles. */
#include "surface.h"

#include <math.h>

static gboolean check_spec(const ThusoSurfaceSpec *spec, GError **error)
{
	if (isfinite(spec->walking_m_per_s) && spec->walking_m_per_s >= 1e-3 && spec->walking_m_per_s <= 1e3)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "the walking speed is %g m/s; give one like 4.5 km/h",
	            spec->walking_m_per_s);
	return FALSE;
}

typedef struct {
	ThusoSurface *surface;
	const ThusoSurfaceSpec *spec;
	const SurfaceDraft *draft;
} Packing;

static gboolean pack_rows(gint64 tile_row, int worker, gpointer data, GError **error)
{
	const Packing *packing = data;
	const gint64 first = (tile_row << packing->surface->tile_shift) * packing->spec->grid->n_cols;
	ThusoSurfaceStrip strip = { .ground_class = packing->draft->cell_class + first };
	(void) worker;
	/* The strip is only read. */
	if (packing->spec->elevation_m)
		strip.height_exact_m = (float *) (guintptr) (packing->spec->elevation_m + first);
	return surface_pack(packing->surface, (gint32) tile_row, &strip, NULL, error);
}

static gboolean fill(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, SurfaceDraft *draft,
                     GError **error)
{
	Packing packing = { surface, spec, draft };
	return surface_overlay(context, spec, surface, draft, error) &&
	       (!draft->blocked || surface_block_lines(context, spec, surface, draft->blocked, error)) &&
	       surface_set_parts(surface, error) && surface_open_tiles(surface, NULL, error) &&
	       thuso_parallel(context, surface->n_tile_rows, pack_rows, &packing, error) &&
	       surface_find_steps(context, surface, spec->n_roads > 0 ? draft->flags : NULL, draft->blocked, error);
}

static gboolean make(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, GError **error)
{
	const gint64 n = thuso_grid_n(spec->grid);
	SurfaceDraft draft = { 0 };
	gboolean done = (draft.cell_class = thuso_array_new(n, sizeof(guint16), "the classes of the surface", error)) &&
	                (draft.flags = thuso_array_new(n, 1, "the overlay of the surface", error)) &&
	                (spec->n_barrier_lines == 0 ||
	                 (draft.blocked = thuso_array_new(n, sizeof(guint16), "the blocked steps of the surface", error)));
	done = done && fill(context, spec, surface, &draft, error);
	thuso_array_free(draft.cell_class);
	thuso_array_free(draft.flags);
	thuso_array_free(draft.blocked);
	return done;
}

ThusoSurface *thuso_surface_new(ThusoContext *context, const ThusoSurfaceSpec *spec, GError **error)
{
	if (!check_spec(spec, error))
		return NULL;
	g_autoptr(ThusoSurface) surface = surface_alloc(spec->grid, spec->neighbours, spec->tile_shift, spec->lengths, error);
	if (!surface)
		return NULL;
	surface->guard_corners = spec->guard_corners;
	surface->kind = THUSO_GROUND_CLASSES;
	surface->heights = spec->elevation_m ? THUSO_HEIGHTS_FLOAT : THUSO_HEIGHTS_NONE;
	surface->slope[PART_WALKING] = spec->elevation_m ? spec->walking_slope : NULL;
	surface->slope[PART_CYCLING] = spec->elevation_m ? spec->cycling_slope : NULL;
	return make(context, spec, surface, error) ? g_steal_pointer(&surface) : NULL;
}
