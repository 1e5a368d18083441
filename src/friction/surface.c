/* The surface that a trip travels over: ground and heights of every cell by tiles, 4 bytes a cell with classes and whole metres. */
#include "window.h"

#include <math.h>

void thuso_surface_spec_default(ThusoSurfaceSpec *spec)
{
	*spec = (ThusoSurfaceSpec){
		.walking_m_per_s = 1.25, /* 4.5 km/h */
		.walking_slope = thuso_slope_function_find("tobler"),
		.cycling_slope = thuso_slope_function_find("cycling"),
		.lengths = THUSO_LENGTHS_GROUND,
		.guard_corners = TRUE,
		.neighbours = 16,
	};
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static gboolean check_numbers(int neighbours, int tile_shift, GError **error)
{
	if (neighbours != 8 && neighbours != 16) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "neighbours are 8 or 16, not %d", neighbours);
		return FALSE;
	}
	if (tile_shift != 0 && (tile_shift < 4 || tile_shift > 8)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "tiles have sides of 2^4 to 2^8 cells, not 2^%d", tile_shift);
		return FALSE;
	}
	return TRUE;
}

ThusoSurface *surface_alloc(const ThusoGrid *grid, int neighbours, int tile_shift, ThusoLengthsKind lengths, GError **error)
{
	if (!check_numbers(neighbours, tile_shift, error))
		return NULL;
	g_autoptr(ThusoSurface) surface = g_new0(ThusoSurface, 1);
	surface->grid = *grid;
	surface->neighbours = neighbours;
	surface->tile_shift = tile_shift ? tile_shift : THUSO_TILE_SHIFT;
	surface->n_tile_rows = ((grid->n_rows - 1) >> surface->tile_shift) + 1;
	surface->n_tile_cols = ((grid->n_cols - 1) >> surface->tile_shift) + 1;
	surface->classes = THUSO_VECTOR(SurfaceClass);
	surface->lengths = thuso_lengths_new(&surface->grid, lengths, error);
	return surface->lengths ? g_steal_pointer(&surface) : NULL;
}

gboolean surface_open_tiles(ThusoSurface *surface, ThusoSlabPool *pool, GError **error)
{
	const gint64 n_tiles = (gint64) surface->n_tile_rows * surface->n_tile_cols;
	const gsize n = (gsize) 1 << (2 * surface->tile_shift);
	const gsize height = surface->heights == THUSO_HEIGHTS_NONE ? 0 : surface->heights == THUSO_HEIGHTS_INT16 ? 2 : 4;
	surface->height_offset = n * (surface->kind == THUSO_GROUND_CLASSES ? 2 : 4);
	if (!pool)
		pool = surface->own_pool = thuso_slab_pool_new(0, NULL);
	surface->tile_least = thuso_array_new(n_tiles, sizeof(double), "tiles of the surface", error);
	if (!surface->tile_least)
		return FALSE;
	for (gint64 tile = 0; tile < n_tiles; tile++)
		surface->tile_least[tile] = INFINITY;
	surface->tiles = thuso_slabs_new(pool, n_tiles, surface->height_offset + n * height, "the surface", error);
	surface->steps =
	    surface->tiles ? thuso_slabs_new(pool, n_tiles, n * sizeof(guint16), "the steps of the surface", error) : NULL;
	return surface->steps != NULL;
}

gboolean surface_add_class(ThusoSurface *surface, double speed_m_per_s, ThusoMode mode, GError **error)
{
	SurfaceClass class = { .speed_m_per_s = speed_m_per_s, .mode = mode };
	const SurfacePart part = mode == THUSO_WALKING ? PART_WALKING : PART_CYCLING;
	const gboolean stretched = mode != THUSO_MOTORISED && surface->slope[part];
	class.slowness_s_per_m[stretched ? part : PART_FIXED] = fmin(1 / speed_m_per_s, MAX_SLOWNESS);
	return thuso_vector_push(&surface->classes, &class, "speed classes", error);
}

static SurfaceParts parts_of(const ThusoSurface *surface)
{
	gboolean occurs[N_PARTS] = { FALSE };
	if (surface->walking_everywhere_s_per_m > 0)
		return surface->heights != THUSO_HEIGHTS_NONE ? PARTS_ADDED : PARTS_FIXED;
	if (surface->kind != THUSO_GROUND_CLASSES)
		return surface->kind == THUSO_GROUND_SPEED && surface->slope[PART_WALKING] ? PARTS_WALKING : PARTS_FIXED;
	for (gint64 i = 1; i < surface->classes.n; i++)
		for (int part = 0; part < N_PARTS; part++)
			occurs[part] |= ((const SurfaceClass *) surface->classes.data)[i].slowness_s_per_m[part] > 0;
	if (occurs[PART_CYCLING])
		return PARTS_ALL;
	if (!occurs[PART_WALKING])
		return PARTS_FIXED;
	return occurs[PART_FIXED] ? PARTS_WALKING_FIXED : PARTS_WALKING;
}

static double least_stretch(const ThusoSurface *surface, int part)
{
	return part != PART_FIXED && surface->slope[part] ? surface->slope[part]->least : 1;
}

static void fill_tables(ThusoSurface *surface, gint64 index)
{
	SurfaceClass *class = (SurfaceClass *) surface->classes.data + index;
	const gboolean passable = class->speed_m_per_s > 0;
	const SurfacePart main = surface->parts == PARTS_WALKING ? PART_WALKING : PART_FIXED;
	const double everywhere = surface->parts == PARTS_FIXED ? surface->walking_everywhere_s_per_m : 0;
	class->least_s_per_m = passable ? surface->walking_everywhere_s_per_m * least_stretch(surface, PART_WALKING) : INFINITY;
	for (int part = 0; part < N_PARTS; part++) {
		class->least_s_per_m += passable ? class->slowness_s_per_m[part] * least_stretch(surface, part) : 0;
		const double fixed = part == PART_FIXED ? everywhere : 0;
		surface->table[part][index] = passable ? (class->slowness_s_per_m[part] + fixed) * HALF_TICKS_PER_S : 0;
	}
	surface->table_distance[index] = passable ? HALF_TICKS_PER_M : INFINITY;
	if (!passable)
		surface->table[main][index] = INFINITY;
}

gboolean surface_set_parts(ThusoSurface *surface, GError **error)
{
	const gint64 n = surface->classes.n;
	surface->parts = parts_of(surface);
	for (int part = 0; part < N_PARTS; part++)
		if (!(surface->table[part] = thuso_array_new(MAX(n, 1), sizeof(double), "classes", error)))
			return FALSE;
	if (!(surface->table_distance = thuso_array_new(MAX(n, 1), sizeof(double), "classes", error)))
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		fill_tables(surface, i);
	return TRUE;
}

void thuso_surface_free(ThusoSurface *surface)
{
	if (!surface)
		return;
	thuso_slabs_free(surface->tiles);
	thuso_slabs_free(surface->steps);
	thuso_slab_pool_free(surface->own_pool);
	thuso_array_free(surface->tile_least);
	for (int part = 0; part < N_PARTS; part++)
		thuso_array_free(surface->table[part]);
	thuso_array_free(surface->table_distance);
	thuso_vector_clear(&surface->classes);
	thuso_lengths_free(surface->lengths);
	g_free(surface);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

int thuso_surface_tile_shift(const ThusoSurface *surface)
{
	return surface->tile_shift;
}

gint64 thuso_surface_n_passable(const ThusoSurface *surface)
{
	return surface->n_passable;
}

gboolean thuso_surface_tile_used(const ThusoSurface *surface, gint64 tile)
{
	return tile >= 0 && tile < (gint64) surface->n_tile_rows * surface->n_tile_cols && isfinite(surface->tile_least[tile]);
}

const ThusoGrid *thuso_surface_grid(const ThusoSurface *surface)
{
	return &surface->grid;
}

int thuso_surface_neighbours(const ThusoSurface *surface)
{
	return surface->neighbours;
}

/* Where a cell stands: its tile, and its place in it. */
static gint64 tile_of(const ThusoSurface *surface, gint64 cell, gint64 *place)
{
	const gint64 row = cell / surface->grid.n_cols, col = cell % surface->grid.n_cols;
	const int shift = surface->tile_shift;
	const gint64 mask = surface_side(surface) - 1;
	*place = ((row & mask) << shift) + (col & mask);
	return (row >> shift) * surface->n_tile_cols + (col >> shift);
}

static gboolean is_on_grid(const ThusoSurface *surface, gint64 cell)
{
	return cell >= 0 && cell < thuso_grid_n(&surface->grid);
}

/* The walking speed that a value of a raster stands for. */
static double speed_of_value(const ThusoSurface *surface, float value)
{
	if (isnan(value))
		return 0;
	return surface->kind == THUSO_GROUND_SPEED ? (double) value : 1 / ((double) value + surface->walking_everywhere_s_per_m);
}

double thuso_surface_speed(const ThusoSurface *surface, gint64 cell, ThusoMode *mode)
{
	gint64 place = 0;
	gpointer slab;
	if (mode)
		*mode = THUSO_WALKING;
	const gint64 tile = is_on_grid(surface, cell) ? tile_of(surface, cell, &place) : -1;
	if (!thuso_surface_tile_used(surface, tile) || !thuso_slabs_pin(surface->tiles, tile, FALSE, &slab, NULL))
		return 0;
	double speed_m_per_s;
	if (surface->kind == THUSO_GROUND_CLASSES) {
		const SurfaceClass *class = (const SurfaceClass *) surface->classes.data + ((const guint16 *) slab)[place];
		speed_m_per_s = class->speed_m_per_s;
		if (mode)
			*mode = class->mode;
	} else
		speed_m_per_s = speed_of_value(surface, ((const float *) slab)[place]);
	thuso_slabs_unpin(surface->tiles, tile, FALSE);
	return speed_m_per_s;
}

gboolean thuso_surface_passable(const ThusoSurface *surface, gint64 cell)
{
	return thuso_surface_speed(surface, cell, NULL) > 0;
}

guint16 thuso_surface_steps(const ThusoSurface *surface, gint64 cell)
{
	gint64 place = 0;
	gpointer slab;
	ThusoSurfaceWindow window;
	_Alignas(64) guint8 memory[CELL_WINDOW_BYTES];
	if (!is_on_grid(surface, cell))
		return 0;
	const gint64 tile = tile_of(surface, cell, &place);
	if (!surface->has_steps || !thuso_slabs_exists(surface->steps, tile))
		return window_of_cell(&window, surface, THUSO_MEASURE_DISTANCE, FALSE, cell, memory, NULL)
		           ? window_plain_steps(&window, 0, 0)
		           : 0;
	if (!thuso_slabs_pin(surface->steps, tile, FALSE, &slab, NULL))
		return 0;
	const guint16 steps = ((const guint16 *) slab)[place];
	thuso_slabs_unpin(surface->steps, tile, FALSE);
	return steps;
}

gboolean thuso_surface_step_exists(const ThusoSurface *surface, gint64 cell, int step)
{
	return step >= 0 && step < 16 && (thuso_surface_steps(surface, cell) >> step & 1) != 0;
}
