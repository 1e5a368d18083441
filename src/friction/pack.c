/* Rasters into tiles: every cell is judged once, and what is not passable looks alike however it came about. */
#include "surface.h"

#include <math.h>
#include <string.h>

typedef struct {
	ThusoSurface *surface;
	const ThusoSurfaceStrip *strip;
	const guint8 *closed;
	gint32 first_row;
	gpointer ground, height; /* of the tile in work */
	double least_s_per_m;
	gint64 n_passable;
	guint16 *open_class; /* by class: itself, or 0 = not passable; classes only */
	guint8 *used;        /* by class: does the tile have it? */
} Packing;

static gboolean set_bad(const Packing *packing, gint32 row, gint32 col, const char *what, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "row %d, column %d of the grid: %s; set such cells to the raster's no-data value", packing->first_row + row + 1,
	            col + 1, what);
	return FALSE;
}

static gboolean is_closed(const Packing *packing, gint64 index)
{
	const ThusoSurfaceStrip *strip = packing->strip;
	const gint64 cell = (gint64) packing->first_row * packing->surface->grid.n_cols + index;
	return (strip->height_m && strip->height_m[index] == THUSO_NO_HEIGHT) ||
	       (strip->height_exact_m && !isfinite(strip->height_exact_m[index])) ||
	       (packing->closed && (packing->closed[cell / 8] >> (cell % 8) & 1));
}

static inline void note_least(Packing *packing, double least_s_per_m)
{
	packing->least_s_per_m = least_s_per_m < packing->least_s_per_m ? least_s_per_m : packing->least_s_per_m;
}

static gboolean bad_class(const Packing *packing, gint32 row, gint32 col, gint32 n, GError **error)
{
	const guint16 *from = packing->strip->ground_class + (gint64) row * packing->surface->grid.n_cols + col;
	for (gint32 i = 0; i < n; i++)
		if (from[i] >= packing->surface->classes.n)
			return set_bad(packing, row, col + i, "its class has no entry among the classes", error);
	return TRUE;
}

/* No branch a cell: this runs over every cell of the country. */
static gboolean pack_classes(Packing *packing, gint32 row, gint32 col, gint32 n, gint64 to, GError **error)
{
	const gint64 from = (gint64) row * packing->surface->grid.n_cols + col;
	const ThusoSurfaceStrip *strip = packing->strip;
	const guint16 *classes = strip->ground_class + from, *open_class = packing->open_class;
	guint16 *ground = (guint16 *) packing->ground + to, most = 0;
	for (gint32 i = 0; i < n; i++)
		most = MAX(most, classes[i]);
	if (most >= packing->surface->classes.n)
		return bad_class(packing, row, col, n, error);
	for (gint32 i = 0; i < n; i++)
		ground[i] = open_class[classes[i]];
	for (gint32 i = 0; strip->height_m && i < n; i++)
		ground[i] = strip->height_m[from + i] == THUSO_NO_HEIGHT ? 0 : ground[i];
	for (gint32 i = 0; (packing->closed || strip->height_exact_m) && i < n; i++)
		ground[i] = is_closed(packing, from + i) ? 0 : ground[i];
	for (gint32 i = 0; i < n; i++) {
		packing->used[ground[i]] = 1;
		packing->n_passable += ground[i] != 0;
	}
	return TRUE;
}

static void least_of_used(Packing *packing)
{
	const SurfaceClass *classes = packing->surface->classes.data;
	for (gint64 i = 1; i < packing->surface->classes.n; i++)
		if (packing->used[i])
			note_least(packing, classes[i].least_s_per_m);
	memset(packing->used, 0, (gsize) packing->surface->classes.n);
}

static gboolean pack_values(Packing *packing, gint32 row, gint32 col, gint32 n, gint64 to, GError **error)
{
	const ThusoSurface *surface = packing->surface;
	const gint64 from = (gint64) row * surface->grid.n_cols + col;
	const gboolean is_speed = surface->kind == THUSO_GROUND_SPEED, zero_counts = surface->walking_everywhere_s_per_m > 0;
	const ThusoSlopeFunction *slope = surface->slope[PART_WALKING];
	const double stretch = slope ? slope->least : 1;
	float *ground = (float *) packing->ground + to;
	for (gint32 i = 0; i < n; i++) {
		const float value = packing->strip->ground[from + i];
		ground[i] = NAN;
		if (isinf(value) && (value > 0) == is_speed)
			return set_bad(packing, row, col + i, is_speed ? "the speed is infinite" : "the friction is negative", error);
		if (!is_speed && value < 0)
			return set_bad(packing, row, col + i, "the friction is negative", error);
		if (!(value > 0 || (zero_counts && value == 0)) || isinf(value) || is_closed(packing, from + i))
			continue;
		ground[i] = value;
		packing->n_passable++;
		note_least(packing, is_speed ? stretch / (double) value : (double) value + surface->walking_everywhere_s_per_m * stretch);
	}
	return TRUE;
}

static gboolean is_packed(const Packing *packing, gint64 at)
{
	return packing->surface->kind == THUSO_GROUND_CLASSES ? ((const guint16 *) packing->ground)[at] != 0
	                                                      : !isnan(((const float *) packing->ground)[at]);
}

/* Heights of cells that are not passable are 0, so that no sum is not a number. */
static void pack_heights(Packing *packing, gint32 row, gint32 col, gint32 n, gint64 to)
{
	const gint64 from = (gint64) row * packing->surface->grid.n_cols + col;
	if (packing->surface->heights == THUSO_HEIGHTS_INT16)
		for (gint32 i = 0; i < n; i++)
			((gint16 *) packing->height)[to + i] = is_packed(packing, to + i) ? packing->strip->height_m[from + i] : 0;
	if (packing->surface->heights == THUSO_HEIGHTS_FLOAT)
		for (gint32 i = 0; i < n; i++)
			((float *) packing->height)[to + i] = is_packed(packing, to + i) ? packing->strip->height_exact_m[from + i] : 0;
}

static void clear_tile(const Packing *packing, gpointer buffer, gsize bytes)
{
	const gsize n = (gsize) 1 << (2 * packing->surface->tile_shift);
	memset(buffer, 0, bytes);
	if (packing->surface->kind != THUSO_GROUND_CLASSES)
		for (gsize i = 0; i < n; i++)
			((float *) buffer)[i] = NAN;
}

static gboolean store_tile(const Packing *packing, gint64 tile, gconstpointer buffer, gsize bytes, GError **error)
{
	gpointer slab;
	ThusoSurface *surface = packing->surface;
	if (!isfinite(packing->least_s_per_m))
		return TRUE;
	if (!thuso_slabs_pin(surface->tiles, tile, TRUE, &slab, error))
		return FALSE;
	memcpy(slab, buffer, bytes);
	thuso_slabs_unpin(surface->tiles, tile, TRUE);
	surface->tile_least[tile] = packing->least_s_per_m;
	return TRUE;
}

static gsize tile_bytes(const ThusoSurface *surface)
{
	const gsize n = (gsize) 1 << (2 * surface->tile_shift);
	return surface->height_offset + (surface->heights == THUSO_HEIGHTS_INT16   ? n * 2
	                                 : surface->heights == THUSO_HEIGHTS_FLOAT ? n * 4
	                                                                           : 0);
}

static gboolean pack_tile(Packing *packing, gint32 tile_row, gint32 tile_col, gpointer buffer, GError **error)
{
	const ThusoSurface *surface = packing->surface;
	const gint32 side = surface_side(surface), col = tile_col * side;
	const gint32 n_cols = MIN(side, surface->grid.n_cols - col), n_rows = MIN(side, surface->grid.n_rows - packing->first_row);
	const gsize bytes = tile_bytes(surface);
	packing->ground = buffer;
	packing->height = (guint8 *) buffer + surface->height_offset;
	packing->least_s_per_m = INFINITY;
	if (n_cols < side || n_rows < side)
		clear_tile(packing, buffer, bytes);
	for (gint32 row = 0; row < n_rows; row++) {
		const gint64 to = (gint64) row * side;
		if (!(surface->kind == THUSO_GROUND_CLASSES ? pack_classes : pack_values)(packing, row, col, n_cols, to, error))
			return FALSE;
		pack_heights(packing, row, col, n_cols, to);
	}
	if (packing->used)
		least_of_used(packing);
	return store_tile(packing, (gint64) tile_row * surface->n_tile_cols + tile_col, buffer, bytes, error);
}

static gboolean packing_begin(Packing *packing, gpointer *buffer, GError **error)
{
	const ThusoSurface *surface = packing->surface;
	const SurfaceClass *classes = surface->classes.data;
	if (!(*buffer = thuso_array_new((gint64) tile_bytes(surface), 1, "a tile of the surface", error)))
		return FALSE;
	if (surface->kind != THUSO_GROUND_CLASSES)
		return TRUE;
	if (!(packing->open_class = thuso_array_new(surface->classes.n, sizeof(guint16), "classes", error)) ||
	    !(packing->used = thuso_array_new(surface->classes.n, 1, "classes", error)))
		return FALSE;
	for (gint64 i = 0; i < surface->classes.n; i++)
		packing->open_class[i] = classes[i].speed_m_per_s == 0 ? 0 : (guint16) i;
	return TRUE;
}

gboolean surface_pack(ThusoSurface *surface, gint32 tile_row, const ThusoSurfaceStrip *strip, const guint8 *closed,
                      GError **error)
{
	Packing packing = { .surface = surface, .strip = strip, .closed = closed, .first_row = tile_row * surface_side(surface) };
	gpointer buffer = NULL;
	gboolean done = packing_begin(&packing, &buffer, error);
	for (gint32 tile_col = 0; done && tile_col < surface->n_tile_cols; tile_col++)
		done = pack_tile(&packing, tile_row, tile_col, buffer, error);
	__atomic_add_fetch(&surface->n_passable, packing.n_passable, __ATOMIC_RELAXED);
	thuso_array_free(packing.open_class);
	thuso_array_free(packing.used);
	thuso_array_free(buffer);
	return done;
}
