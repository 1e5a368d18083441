/* Worlds drawn as text. */
#include "small-world.h"

#include "random-world.h"

#include <string.h>

SmallWorld *small_world_plain(int n_rows, int n_cols)
{
	SmallWorld *world = g_new0(SmallWorld, 1);
	world->context = thuso_context_new();
	world->grid =
	    (ThusoGrid){ .x_min = 1000, .y_max = 100.0 * n_rows, .cell_m = 100, .n_cols = n_cols, .n_rows = n_rows, .crs = NULL };
	world->passable = g_malloc((gsize) n_rows * (gsize) n_cols);
	memset(world->passable, 1, (gsize) n_rows * (gsize) n_cols);
	world->shapes = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_geometry_free);
	world->lines = g_ptr_array_new();
	world->polygons = g_ptr_array_new();
	world->roads = g_array_new(FALSE, FALSE, sizeof(ThusoSurfaceRoad));
	thuso_surface_spec_default(&world->spec);
	world->spec.grid = &world->grid;
	world->spec.passable = world->passable;
	world->spec.lengths = THUSO_LENGTHS_PLANAR;
	world->spec.walking_m_per_s = 1;
	return world;
}

SmallWorld *small_world_new(const char *drawing)
{
	const int n_cols = (int) (strchr(drawing, '\n') - drawing), n_rows = (int) strlen(drawing) / (n_cols + 1);
	SmallWorld *world = small_world_plain(n_rows, n_cols);
	for (int row = 0; row < n_rows; row++)
		for (int col = 0; col < n_cols; col++)
			world->passable[row * n_cols + col] = drawing[row * (n_cols + 1) + col] != '#';
	return world;
}

void small_world_free(SmallWorld *world)
{
	if (!world)
		return;
	thuso_context_free(world->context);
	g_free(world->passable);
	g_free(world->elevation_m);
	g_ptr_array_unref(world->lines);
	g_ptr_array_unref(world->polygons);
	g_ptr_array_unref(world->shapes);
	g_array_unref(world->roads);
	g_free(world);
}

static ThusoGeometry *small_shape(SmallWorld *world, ThusoGeometryType type, const double *xy, int n)
{
	double x[64], y[64];
	g_assert_cmpint(n, <=, 128);
	for (int i = 0; i < n / 2; i++) {
		x[i] = world->grid.x_min + world->grid.cell_m * xy[2 * i];
		y[i] = world->grid.y_max - world->grid.cell_m * xy[2 * i + 1];
	}
	ThusoGeometry *shape = shape_new(type, x, y, n / 2);
	g_ptr_array_add(world->shapes, shape);
	return shape;
}

void small_world_barrier_line(SmallWorld *world, const double *xy, int n)
{
	g_ptr_array_add(world->lines, small_shape(world, THUSO_LINE, xy, n));
}

void small_world_barrier_polygon(SmallWorld *world, const double *xy, int n)
{
	g_ptr_array_add(world->polygons, small_shape(world, THUSO_POLYGON, xy, n));
}

void small_world_road(SmallWorld *world, const double *xy, int n, double speed_m_per_s, gboolean bridge)
{
	const ThusoSurfaceRoad road = { small_shape(world, THUSO_LINE, xy, n), speed_m_per_s, THUSO_MOTORISED, bridge };
	g_array_append_val(world->roads, road);
}

ThusoSurface *small_world_surface(SmallWorld *world)
{
	GError *error = NULL;
	world->spec.elevation_m = world->elevation_m;
	world->spec.barrier_lines = (const ThusoGeometry *const *) world->lines->pdata;
	world->spec.n_barrier_lines = world->lines->len;
	world->spec.barrier_polygons = (const ThusoGeometry *const *) world->polygons->pdata;
	world->spec.n_barrier_polygons = world->polygons->len;
	world->spec.roads = (const ThusoSurfaceRoad *) (gconstpointer) world->roads->data;
	world->spec.n_roads = world->roads->len;
	ThusoSurface *surface = thuso_surface_new(world->context, &world->spec, &error);
	g_assert_no_error(error);
	g_assert_nonnull(surface);
	return surface;
}

gint64 small_world_cell(const SmallWorld *world, int row, int col)
{
	return (gint64) row * world->grid.n_cols + col;
}
