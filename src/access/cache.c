/* The cache of step costs: memory and filling. */
#include "cache.h"

/* Address space; only rows that searches touch take memory. */
#define CACHE_LINE      64
#define CACHE_BYTES_MAX (G_GINT64_CONSTANT(1) << 30)

gboolean cache_init(StepCache *cache, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	const int stride = thuso_surface_neighbours(surface);
	*cache = (StepCache){ surface, measure, arriving, stride, NULL, NULL, NULL };
	if (n > CACHE_BYTES_MAX / (stride * (gint64) sizeof(guint32)))
		return FALSE;
	cache->memory = thuso_array_new(n * stride + CACHE_LINE / (gint64) sizeof(guint32), sizeof(guint32), "step costs", NULL);
	cache->state = thuso_array_new(n, 1, "step costs", NULL);
	cache->ticks = (guint32 *) (((guintptr) cache->memory + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
	if (cache->memory && cache->state)
		return TRUE;
	cache_clear(cache);
	return FALSE;
}

void cache_clear(StepCache *cache)
{
	g_clear_pointer(&cache->memory, thuso_array_free);
	g_clear_pointer(&cache->state, thuso_array_free);
}

const guint32 *cache_fill(StepCache *cache, gint64 cell)
{
	guint8 empty = CACHE_EMPTY;
	if (!__atomic_compare_exchange_n(&cache->state[cell], &empty, CACHE_FILLING, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
		return empty == CACHE_READY ? cache->ticks + cell * cache->stride : NULL;
	gint64 ticks[16];
	guint32 *row = cache->ticks + cell * cache->stride;
	const guint16 steps = thuso_surface_steps(cache->surface, cell);
	thuso_surface_cell_ticks(cache->surface, cache->measure, cell, steps, cache->arriving, ticks);
	for (int step = 0; step < cache->stride; step++)
		if (steps & (1u << step))
			row[step] = (guint32) MIN(ticks[step], (gint64) CACHE_TOO_LARGE);
	__atomic_store_n(&cache->state[cell], CACHE_READY, __ATOMIC_RELEASE);
	return row;
}
