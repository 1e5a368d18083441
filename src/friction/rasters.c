/* A surface of rasters alone: strips are read, judged and packed by all threads at once, and nothing else is held. */
#include "surface.h"

#include <math.h>

#define RWALK_FLAT_S_PER_M 0.72 /* 5 km/h, the walking slowness of GRASS r.walk */

typedef struct {
	const ThusoRasterSurfaceSpec *spec;
	ThusoSurface *surface;
	guint8 *closed;   /* a bit a cell: inside a barrier polygon; NULL = there is none */
	guint16 *blocked; /* steps that barrier lines cross; NULL = there is none */
	int n_workers;
	ThusoSurfaceStrip *strips; /* by worker */
} Reading;

/* --- classes ------------------------------------------------------------------------------------------------------ */

static gboolean add_friction_class(ThusoSurface *surface, double friction_s_per_m, GError **error)
{
	const double everywhere = surface->walking_everywhere_s_per_m, total = friction_s_per_m + everywhere;
	const gboolean passable = isfinite(friction_s_per_m) && (friction_s_per_m > 0 || everywhere > 0);
	SurfaceClass class = { .speed_m_per_s = passable ? 1 / total : 0, .mode = THUSO_WALKING };
	class.slowness_s_per_m[PART_FIXED] = passable ? fmin(friction_s_per_m, MAX_SLOWNESS) : 0;
	return thuso_vector_push(&surface->classes, &class, "friction classes", error);
}

static gboolean add_class(ThusoSurface *surface, const ThusoRasterSurfaceSpec *spec, int i, GError **error)
{
	const double speed = spec->classes[i].speed_m_per_s, friction = spec->classes[i].friction_s_per_m;
	if (i > 0 && spec->is_friction && friction < 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "class %d has the friction %g s/m; friction is not negative", i,
		            friction);
		return FALSE;
	}
	if (i > 0 && !spec->is_friction && !(speed == 0 || (isfinite(speed) && speed > 0 && isfinite(1 / speed)))) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "class %d has the speed %g m/s; give a speed of zero (not passable) or more", i, speed);
		return FALSE;
	}
	if (i > 0 && spec->is_friction)
		return add_friction_class(surface, friction, error);
	if (i > 0 && speed > 0)
		return surface_add_class(surface, speed, spec->classes[i].mode, error);
	return thuso_vector_push(&surface->classes, &(SurfaceClass){ .mode = THUSO_WALKING }, "classes", error);
}

static gboolean set_ground(ThusoSurface *surface, const ThusoRasterSurfaceSpec *spec, GError **error)
{
	const gboolean slopes = spec->heights != THUSO_HEIGHTS_NONE;
	const gboolean is_friction = spec->kind == THUSO_GROUND_FRICTION || (spec->kind == THUSO_GROUND_CLASSES && spec->is_friction);
	surface->kind = spec->kind;
	surface->heights = (int) spec->heights;
	surface->slope[PART_WALKING] = slopes ? spec->walking_slope : NULL;
	surface->slope[PART_CYCLING] = slopes ? spec->cycling_slope : NULL;
	if (is_friction && spec->friction_is_added) {
		surface->walking_everywhere_s_per_m = RWALK_FLAT_S_PER_M;
		surface->slope[PART_WALKING] = slopes ? thuso_slope_function_find("langmuir") : NULL;
	} else if (is_friction)
		surface->slope[PART_WALKING] = NULL;
	for (int i = 0; spec->kind == THUSO_GROUND_CLASSES && i < spec->n_classes; i++)
		if (!add_class(surface, spec, i, error))
			return FALSE;
	return TRUE;
}

/* --- barriers ----------------------------------------------------------------------------------------------------- */

static void close_cell(gint64 cell, gpointer data)
{
	((guint8 *) data)[cell / 8] |= (guint8) (1u << (cell % 8));
}

static gboolean lay_barriers(ThusoContext *context, Reading *reading, GError **error)
{
	const ThusoRasterSurfaceSpec *spec = reading->spec;
	const gint64 n = thuso_grid_n(spec->grid);
	if (spec->n_barrier_polygons > 0 && !(reading->closed = thuso_array_new(n / 8 + 1, 1, "barrier polygons on the grid", error)))
		return FALSE;
	for (gint64 i = 0; i < spec->n_barrier_polygons; i++) {
		if (!thuso_context_go_on(context, error) ||
		    !thuso_grid_inside(spec->grid, spec->barrier_polygons[i], close_cell, reading->closed, error))
			return FALSE;
	}
	if (spec->n_barrier_lines == 0)
		return TRUE;
	reading->blocked = thuso_array_new(n, sizeof(guint16), "barrier lines on the grid", error);
	g_autoptr(ThusoBarrierLines) lines =
	    reading->blocked ? thuso_barrier_lines_new(spec->grid, spec->barrier_lines, spec->n_barrier_lines, error) : NULL;
	if (!lines)
		return FALSE;
	thuso_barrier_lines_block(lines, reading->blocked);
	return TRUE;
}

/* --- strips ------------------------------------------------------------------------------------------------------- */

static gboolean open_strips(ThusoContext *context, Reading *reading, GError **error)
{
	const ThusoRasterSurfaceSpec *spec = reading->spec;
	const gint64 n = (gint64) MIN(surface_side(reading->surface), spec->grid->n_rows) * spec->grid->n_cols;
	const char *what = "strips of the rasters";
	reading->n_workers = thuso_context_threads(context);
	reading->strips = thuso_new(ThusoSurfaceStrip, reading->n_workers);
	for (int i = 0; i < reading->n_workers; i++) {
		ThusoSurfaceStrip *strip = &reading->strips[i];
		if ((spec->kind == THUSO_GROUND_CLASSES && !(strip->ground_class = thuso_array_new(n, sizeof(guint16), what, error))) ||
		    (spec->kind != THUSO_GROUND_CLASSES && !(strip->ground = thuso_array_new(n, sizeof(float), what, error))) ||
		    (spec->heights == THUSO_HEIGHTS_INT16 && !(strip->height_m = thuso_array_new(n, sizeof(gint16), what, error))) ||
		    (spec->heights == THUSO_HEIGHTS_FLOAT && !(strip->height_exact_m = thuso_array_new(n, sizeof(float), what, error))))
			return FALSE;
	}
	return TRUE;
}

static void close_reading(Reading *reading)
{
	for (int i = 0; reading->strips && i < reading->n_workers; i++) {
		thuso_array_free(reading->strips[i].ground_class);
		thuso_array_free(reading->strips[i].ground);
		thuso_array_free(reading->strips[i].height_m);
		thuso_array_free(reading->strips[i].height_exact_m);
	}
	g_free(reading->strips);
	thuso_array_free(reading->closed);
	thuso_array_free(reading->blocked);
}

static gboolean read_strip(gint64 tile_row, int worker, gpointer data, GError **error)
{
	const Reading *reading = data;
	const ThusoRasterSurfaceSpec *spec = reading->spec;
	const gint32 side = surface_side(reading->surface), row = (gint32) tile_row * side;
	/* The reader sees a copy, so that it cannot move the arrays. */
	ThusoSurfaceStrip strip = reading->strips[worker];
	return spec->read(row, MIN(side, spec->grid->n_rows - row), &strip, worker, spec->data, error) &&
	       surface_pack(reading->surface, (gint32) tile_row, &reading->strips[worker], reading->closed, error);
}

static gboolean read_all(ThusoContext *context, Reading *reading, GError **error)
{
	ThusoSurface *surface = reading->surface;
	return lay_barriers(context, reading, error) && open_strips(context, reading, error) &&
	       thuso_parallel(context, surface->n_tile_rows, read_strip, reading, error) &&
	       surface_find_steps(context, surface, NULL, reading->blocked, error);
}

static gboolean check_spec(const ThusoRasterSurfaceSpec *spec, GError **error)
{
	if (spec->kind != THUSO_GROUND_CLASSES || (spec->n_classes >= 1 && spec->n_classes <= 65536))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "%d classes of ground; up to 65,535 beside \"not passable\" are possible",
	            spec->n_classes);
	return FALSE;
}

ThusoSurface *thuso_surface_new_rasters(ThusoContext *context, const ThusoRasterSurfaceSpec *spec, GError **error)
{
	if (!check_spec(spec, error))
		return NULL;
	g_autoptr(ThusoSurface) surface = surface_alloc(spec->grid, spec->neighbours, spec->tile_shift, spec->lengths, error);
	if (!surface)
		return NULL;
	surface->guard_corners = spec->guard_corners;
	Reading reading = { .spec = spec, .surface = surface };
	const gboolean done = set_ground(surface, spec, error) && surface_set_parts(surface, error) &&
	                      surface_open_tiles(surface, spec->pool, error) && read_all(context, &reading, error);
	close_reading(&reading);
	return done ? g_steal_pointer(&surface) : NULL;
}
