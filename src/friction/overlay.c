/* The overlay of ground, polygon barriers and roads (src/friction/README.md): which class every cell has. */
#include "surface.h"

#include <math.h>

#define MAX_CLASSES 65535

typedef struct {
	const ThusoSurfaceSpec *spec;
	ThusoSurface *surface;
	guint16 *cell_class;
	guint8 *flags;
	const ThusoSurfaceRoad *road; /* the one now being laid */
	guint16 road_class;
} Overlay;

static const SurfaceClass *class_at(const ThusoSurface *surface, guint16 index)
{
	return (const SurfaceClass *) surface->classes.data + index;
}

/* Few classes, many cells: a linear search over at most 65,535 of them is enough. */
static gboolean class_for(ThusoSurface *surface, double speed_m_per_s, ThusoMode mode, guint16 *index, GError **error)
{
	*index = 0;
	if (speed_m_per_s == 0)
		return TRUE;
	for (gint64 i = 1; i < surface->classes.n; i++) {
		const SurfaceClass *known = class_at(surface, (guint16) i);
		if (known->speed_m_per_s == speed_m_per_s && known->mode == mode) {
			*index = (guint16) i;
			return TRUE;
		}
	}
	if (surface->classes.n >= MAX_CLASSES) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "more than %d different speeds on one surface; round the speeds of roads or land cover classes",
		            MAX_CLASSES - 1);
		return FALSE;
	}
	*index = (guint16) surface->classes.n;
	return surface_add_class(surface, speed_m_per_s, mode, error);
}

/* A speed so small that its inverse is infinite would make NaN costs. */
static gboolean check_speed(double speed_m_per_s, const char *what, gint64 index, GError **error)
{
	if (speed_m_per_s == 0 || (isfinite(speed_m_per_s) && speed_m_per_s > 0 && isfinite(1 / speed_m_per_s)))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s %" G_GINT64_FORMAT " has the speed %g m/s; give a speed of zero (not passable) or more", what, index,
	            speed_m_per_s);
	return FALSE;
}

static void mark_no_data(Overlay *overlay)
{
	const ThusoSurfaceSpec *spec = overlay->spec;
	const gint64 n = thuso_grid_n(spec->grid);
	for (gint64 cell = 0; cell < n; cell++)
		if ((spec->passable && !spec->passable[cell]) || (spec->elevation_m && !isfinite(spec->elevation_m[cell])))
			overlay->flags[cell] = CELL_NO_DATA;
}

static gboolean lay_walking(Overlay *overlay, GError **error)
{
	guint16 walking;
	if (!class_for(overlay->surface, overlay->spec->walking_m_per_s, THUSO_WALKING, &walking, error))
		return FALSE;
	const gint64 n = thuso_grid_n(overlay->spec->grid);
	for (gint64 cell = 0; cell < n; cell++)
		if (!(overlay->flags[cell] & CELL_NO_DATA))
			overlay->cell_class[cell] = walking;
	return TRUE;
}

static guint16 *ground_classes(Overlay *overlay, GError **error)
{
	const ThusoSurfaceSpec *spec = overlay->spec;
	guint16 *index_of = thuso_array_new(spec->n_ground, sizeof(guint16), "land cover classes", error);
	for (int i = 0; index_of && i < spec->n_ground; i++)
		if (!check_speed(spec->ground_speed_m_per_s[i], "land cover class", i, error) ||
		    !class_for(overlay->surface, spec->ground_speed_m_per_s[i], spec->ground_mode[i], &index_of[i], error))
			g_clear_pointer(&index_of, thuso_array_free);
	return index_of;
}

static gboolean lay_ground(Overlay *overlay, GError **error)
{
	const ThusoSurfaceSpec *spec = overlay->spec;
	if (!spec->ground)
		return lay_walking(overlay, error);
	guint16 *index_of = ground_classes(overlay, error);
	if (!index_of)
		return FALSE;
	const gint64 n = thuso_grid_n(spec->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		const gint32 ground = spec->ground[cell];
		if (!(overlay->flags[cell] & CELL_NO_DATA) && ground >= 0 && ground < spec->n_ground)
			overlay->cell_class[cell] = index_of[ground];
	}
	thuso_array_free(index_of);
	return TRUE;
}

static void block_cell(gint64 cell, gpointer data)
{
	Overlay *overlay = data;
	overlay->flags[cell] |= CELL_BARRIER;
	overlay->cell_class[cell] = 0;
}

/* The faster road counts; of two equally fast ones the later mode, so that the order of roads never matters. */
static gboolean road_is_better(const ThusoSurface *surface, guint16 road_class, guint16 laid_class)
{
	const SurfaceClass *road = class_at(surface, road_class), *laid = class_at(surface, laid_class);
	if (road->speed_m_per_s != laid->speed_m_per_s)
		return road->speed_m_per_s > laid->speed_m_per_s;
	return road->mode > laid->mode;
}

static void lay_road_cell(Overlay *overlay, gint64 cell)
{
	guint16 *laid = &overlay->cell_class[cell];
	const guint8 flags = overlay->flags[cell];
	if ((flags & CELL_NO_DATA) || ((flags & CELL_BARRIER) && !overlay->road->bridge))
		return;
	if (!(flags & CELL_ROAD) || road_is_better(overlay->surface, overlay->road_class, *laid))
		*laid = overlay->road_class;
	overlay->flags[cell] |= CELL_ROAD;
}

static void lay_road_step(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	Overlay *overlay = data;
	(void) segment;
	lay_road_cell(overlay, to);
	const int step = from < 0 ? -1 : surface_step_between(overlay->surface, from, to);
	if (step >= 0 && step % 2 == 1) {
		overlay->flags[from] |= cell_road_diagonal(step);
		overlay->flags[to] |= cell_road_diagonal(thuso_step_opposite[step]);
	}
}

static gboolean lay_road(Overlay *overlay, gint64 index, GError **error)
{
	const ThusoSurfaceRoad *road = &overlay->spec->roads[index];
	if (!check_speed(road->speed_m_per_s, "road", index, error))
		return FALSE;
	const gboolean walked = road->speed_m_per_s == 0;
	const double speed_m_per_s = walked ? overlay->spec->walking_m_per_s : road->speed_m_per_s;
	if (!class_for(overlay->surface, speed_m_per_s, walked ? THUSO_WALKING : road->mode, &overlay->road_class, error))
		return FALSE;
	overlay->road = road;
	thuso_grid_trace(overlay->spec->grid, road->line, lay_road_step, overlay);
	return TRUE;
}

gboolean surface_overlay(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, SurfaceDraft *draft,
                         GError **error)
{
	Overlay overlay = { spec, surface, draft->cell_class, draft->flags, NULL, 0 };
	mark_no_data(&overlay);
	/* The class that is not passable: speed 0, so that no road is worse. */
	if (!thuso_vector_push(&surface->classes, &(SurfaceClass){ .mode = THUSO_WALKING }, "speed classes", error) ||
	    !lay_ground(&overlay, error))
		return FALSE;
	for (gint64 i = 0; i < spec->n_barrier_polygons; i++) {
		if (!thuso_context_go_on(context, error) ||
		    !thuso_grid_inside(spec->grid, spec->barrier_polygons[i], block_cell, &overlay, error))
			return FALSE;
	}
	for (gint64 i = 0; i < spec->n_roads; i++)
		if (!thuso_context_go_on(context, error) || !lay_road(&overlay, i, error))
			return FALSE;
	return TRUE;
}
