/* Random worlds. Vertices are whole 65536ths of a cell, so that the snapping of barrier lines changes nothing. */
#include "random-world.h"

#include <math.h>
#include <string.h>

guint64 random_bits(guint64 *state)
{
	guint64 z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

double random_unit(guint64 *state)
{
	return (double) (random_bits(state) >> 11) * 0x1p-53;
}

int random_below(guint64 *state, int n)
{
	return (int) (random_bits(state) % (guint64) n);
}

ThusoGeometry *shape_new(ThusoGeometryType type, const double *x, const double *y, int n)
{
	ThusoGeometry *shape = g_new0(ThusoGeometry, 1);
	const gboolean close = type == THUSO_POLYGON && (x[0] != x[n - 1] || y[0] != y[n - 1]);
	shape->type = type;
	shape->n_points = n + close;
	shape->n_parts = 1;
	shape->x = thuso_array_new(n + 1, sizeof(double), "x", NULL);
	shape->y = thuso_array_new(n + 1, sizeof(double), "y", NULL);
	shape->part_start = thuso_array_new(2, sizeof(gint64), "parts", NULL);
	memcpy(shape->x, x, (gsize) n * sizeof(double));
	memcpy(shape->y, y, (gsize) n * sizeof(double));
	shape->x[n] = x[0];
	shape->y[n] = y[0];
	shape->part_start[1] = shape->n_points;
	return shape;
}

/* A vertex somewhere on the grid or up to two cells beside it. */
static void random_vertex(RandomWorld *world, guint64 *state, double *x, double *y)
{
	const ThusoGrid *grid = &world->grid;
	const double unit = grid->cell_m / 65536;
	*x = grid->x_min + unit * (random_below(state, (grid->n_cols + 4) * 65536) - 2 * 65536);
	*y = grid->y_max - unit * (random_below(state, (grid->n_rows + 4) * 65536) - 2 * 65536);
}

static const ThusoGeometry *random_shape(RandomWorld *world, guint64 *state, ThusoGeometryType type, int n)
{
	double x[8], y[8];
	for (int i = 0; i < n; i++)
		random_vertex(world, state, &x[i], &y[i]);
	ThusoGeometry *shape = shape_new(type, x, y, n);
	g_ptr_array_add(world->shapes, shape);
	return shape;
}

static void random_ground(RandomWorld *world, guint64 *state)
{
	const gint64 n = thuso_grid_n(&world->grid);
	static const ThusoMode modes[4] = { THUSO_WALKING, THUSO_WALKING, THUSO_CYCLING, THUSO_MOTORISED };
	const int n_ground = 1 + random_below(state, 8);
	for (int i = 0; i < n_ground; i++) {
		world->ground_speed_m_per_s[i] = random_below(state, 6) == 0 ? 0 : 0.3 + 2 * random_unit(state);
		world->ground_mode[i] = modes[random_below(state, 4)];
	}
	/* A hostile ratio of step costs now and then. */
	if (random_below(state, 8) == 0)
		world->ground_speed_m_per_s[0] = random_below(state, 2) ? 1e-7 : 1e6;
	world->ground = thuso_new(gint32, n);
	for (gint64 cell = 0; cell < n; cell++)
		world->ground[cell] = random_below(state, 20) == 0 ? -1 : random_below(state, n_ground);
	world->spec.ground = world->ground;
	world->spec.ground_speed_m_per_s = world->ground_speed_m_per_s;
	world->spec.ground_mode = world->ground_mode;
	world->spec.n_ground = n_ground;
}

static void random_holes(RandomWorld *world, guint64 *state)
{
	const gint64 n = thuso_grid_n(&world->grid);
	const int share = 5 + random_below(state, 20);
	world->passable = thuso_new(guint8, n);
	for (gint64 cell = 0; cell < n; cell++)
		world->passable[cell] = random_below(state, share) != 0;
	world->spec.passable = world->passable;
}

static void random_slopes(RandomWorld *world, guint64 *state)
{
	const gint64 n = thuso_grid_n(&world->grid);
	const gboolean nan = random_below(state, 2);
	const double height_m = random_below(state, 10) == 0 ? 5000 : 40;
	world->elevation_m = thuso_new(float, n);
	for (gint64 cell = 0; cell < n; cell++)
		world->elevation_m[cell] = nan && random_below(state, 30) == 0 ? (float) NAN : (float) (height_m * random_unit(state));
	world->spec.elevation_m = world->elevation_m;
}

static void random_barriers(RandomWorld *world, guint64 *state)
{
	world->spec.n_barrier_polygons = random_below(state, 3);
	for (int i = 0; i < world->spec.n_barrier_polygons; i++)
		world->barrier_polygons[i] = random_shape(world, state, THUSO_POLYGON, 3 + random_below(state, 3));
	world->spec.barrier_polygons = world->barrier_polygons;
	world->spec.n_barrier_lines = random_below(state, 4);
	for (int i = 0; i < world->spec.n_barrier_lines; i++)
		world->barrier_lines[i] = random_shape(world, state, THUSO_LINE, 2 + random_below(state, 5));
	world->spec.barrier_lines = world->barrier_lines;
}

static void random_roads(RandomWorld *world, guint64 *state)
{
	static const ThusoMode modes[3] = { THUSO_WALKING, THUSO_CYCLING, THUSO_MOTORISED };
	world->spec.n_roads = random_below(state, 6);
	for (int i = 0; i < world->spec.n_roads; i++)
		world->roads[i] = (ThusoSurfaceRoad){
			.line = random_shape(world, state, THUSO_LINE, 2 + random_below(state, 5)),
			.speed_m_per_s = random_below(state, 4) == 0 ? 0 : 0.5 + 20 * random_unit(state),
			.mode = modes[random_below(state, 3)],
			.bridge = random_below(state, 2) == 0,
		};
	world->spec.roads = world->roads;
}

static void random_grid(RandomWorld *world, guint64 *state, int max_side)
{
	/* The largest has several blocks of ground lengths on a small grid. */
	static const double sides_m[4] = { 100, 64, 1000, 20000 };
	world->crs = thuso_crs_new("EPSG:32735", NULL);
	g_assert_nonnull(world->crs);
	world->grid = (ThusoGrid){ .x_min = 500000,
		                       .y_max = 7000000,
		                       .cell_m = sides_m[random_below(state, 4)],
		                       .n_cols = 5 + random_below(state, max_side - 4),
		                       .n_rows = 5 + random_below(state, max_side - 4),
		                       .crs = world->crs };
}

RandomWorld *random_world_new(guint64 seed, int max_side)
{
	RandomWorld *world = g_new0(RandomWorld, 1);
	guint64 state = seed;
	world->seed = seed;
	world->shapes = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_geometry_free);
	random_grid(world, &state, max_side);
	thuso_surface_spec_default(&world->spec);
	world->spec.grid = &world->grid;
	world->spec.neighbours = random_below(&state, 2) ? 8 : 16;
	world->spec.guard_corners = random_below(&state, 3) != 0;
	world->spec.lengths = random_below(&state, 2) ? THUSO_LENGTHS_GROUND : THUSO_LENGTHS_PLANAR;
	const int slope = random_below(&state, 6);
	if (slope < 3)
		world->spec.walking_slope = slope < 2 ? NULL : thuso_slope_function_find("langmuir");
	if (random_below(&state, 3) == 0)
		world->spec.cycling_slope = NULL;
	world->spec.tile_shift = random_below(&state, 6) + 3;
	if (world->spec.tile_shift == 3)
		world->spec.tile_shift = 0;
	if (random_below(&state, 3))
		random_ground(world, &state);
	if (random_below(&state, 2))
		random_holes(world, &state);
	if (random_below(&state, 3))
		random_slopes(world, &state);
	if (random_below(&state, 3))
		random_barriers(world, &state);
	if (random_below(&state, 3))
		random_roads(world, &state);
	return world;
}

void random_world_free(RandomWorld *world)
{
	if (!world)
		return;
	g_ptr_array_unref(world->shapes);
	thuso_crs_unref(world->crs);
	g_free(world->passable);
	g_free(world->elevation_m);
	g_free(world->ground);
	g_free(world);
}

/* --- as rasters --------------------------------------------------------------------------------------------------- */

static gboolean read_strip(gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, int worker, gpointer data, GError **error)
{
	const RandomRasters *rasters = data;
	const gsize first = (gsize) row * (gsize) rasters->world->grid.n_cols,
	            n = (gsize) n_rows * (gsize) rasters->world->grid.n_cols;
	(void) worker;
	(void) error;
	if (strip->ground_class)
		memcpy(strip->ground_class, rasters->ground_class + first, n * sizeof(guint16));
	if (strip->ground)
		memcpy(strip->ground, rasters->ground + first, n * sizeof(float));
	if (strip->height_m)
		memcpy(strip->height_m, rasters->height_m + first, n * sizeof(gint16));
	if (strip->height_exact_m)
		memcpy(strip->height_exact_m, rasters->height_exact_m + first, n * sizeof(float));
	return TRUE;
}

/* 0 = not passable, else 1 + the ground's index. */
static guint16 raster_class(const RandomWorld *world, gint64 cell)
{
	if (world->passable && !world->passable[cell])
		return 0;
	return (guint16) (world->ground ? world->ground[cell] + 1 : 1);
}

static void set_classes(RandomRasters *rasters, RandomWorld *world, guint64 *state)
{
	const int n = world->ground ? world->spec.n_ground : 1;
	for (int i = 0; i < n; i++) {
		if (world->ground && rasters->spec.kind == THUSO_GROUND_SPEED) {
			world->ground_speed_m_per_s[i] = (double) (float) world->ground_speed_m_per_s[i];
			world->ground_mode[i] = THUSO_WALKING;
		}
		rasters->classes[i + 1] =
		    (ThusoGroundClass){ .speed_m_per_s = world->ground ? world->ground_speed_m_per_s[i] : world->spec.walking_m_per_s,
			                    .mode = world->ground ? world->ground_mode[i] : THUSO_WALKING,
			                    .friction_s_per_m = (double) (float) (random_below(state, 5) * random_unit(state)) };
	}
	rasters->spec.classes = rasters->classes;
	rasters->spec.n_classes = n + 1;
}

static void set_heights(RandomRasters *rasters, RandomWorld *world, gboolean whole)
{
	const gint64 n = thuso_grid_n(&world->grid);
	if (!world->elevation_m)
		return;
	rasters->spec.heights = whole ? THUSO_HEIGHTS_INT16 : THUSO_HEIGHTS_FLOAT;
	rasters->height_m = thuso_new(gint16, n);
	rasters->height_exact_m = world->elevation_m;
	for (gint64 cell = 0; whole && cell < n; cell++) {
		world->elevation_m[cell] = roundf(world->elevation_m[cell]);
		rasters->height_m[cell] = isnan(world->elevation_m[cell]) ? THUSO_NO_HEIGHT : (gint16) world->elevation_m[cell];
	}
}

RandomRasters *random_rasters_new(RandomWorld *world, ThusoGroundKind kind, gboolean is_friction, gboolean is_added)
{
	RandomRasters *rasters = g_new0(RandomRasters, 1);
	guint64 state = world->seed + 1000000;
	const gint64 n = thuso_grid_n(&world->grid);
	rasters->world = world;
	world->spec.n_roads = 0;
	rasters->spec = (ThusoRasterSurfaceSpec){ .grid = &world->grid,
		                                      .kind = kind,
		                                      .is_friction = is_friction,
		                                      .friction_is_added = is_added,
		                                      .walking_slope = world->spec.walking_slope,
		                                      .cycling_slope = world->spec.cycling_slope,
		                                      .barrier_polygons = world->spec.barrier_polygons,
		                                      .n_barrier_polygons = world->spec.n_barrier_polygons,
		                                      .barrier_lines = world->spec.barrier_lines,
		                                      .n_barrier_lines = world->spec.n_barrier_lines,
		                                      .lengths = world->spec.lengths,
		                                      .guard_corners = world->spec.guard_corners,
		                                      .neighbours = world->spec.neighbours,
		                                      .tile_shift = 4 + random_below(&state, 4),
		                                      .read = read_strip,
		                                      .data = rasters };
	set_classes(rasters, world, &state);
	set_heights(rasters, world, random_below(&state, 2) == 0);
	rasters->ground_class = thuso_new(guint16, n);
	rasters->ground = thuso_new(float, n);
	for (gint64 cell = 0; cell < n; cell++) {
		const guint16 class = rasters->ground_class[cell] = raster_class(world, cell);
		const double value =
		    kind == THUSO_GROUND_SPEED ? rasters->classes[class].speed_m_per_s : rasters->classes[class].friction_s_per_m;
		rasters->ground[cell] = class == 0 ? (float) NAN : (float) value;
	}
	return rasters;
}

void random_rasters_free(RandomRasters *rasters)
{
	if (!rasters)
		return;
	g_free(rasters->ground_class);
	g_free(rasters->ground);
	g_free(rasters->height_m);
	g_free(rasters);
}
