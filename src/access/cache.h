/* Step costs kept for searches that pass the same cells many times. A row is computed when a cell is first settled, by
 * whichever thread comes first, and is the same whoever does it. */
#ifndef THUSO_ACCESS_CACHE_H
#define THUSO_ACCESS_CACHE_H

#include <thuso/access.h>

#define CACHE_TOO_LARGE G_MAXUINT32 /* a step that does not fit: ask the surface */

typedef struct {
	const ThusoSurface *surface;
	ThusoMeasure measure;
	gboolean arriving;
	int stride; /* ticks a cell */
	gpointer memory;
	guint32 *ticks; /* in `memory`, rows aligned to cache lines; undefined where a step does not exist */
	guint8 *state;  /* by cell: empty, being filled, ready */
} StepCache;

enum { CACHE_EMPTY, CACHE_FILLING, CACHE_READY };

/* FALSE where the surface is too large for a cache: searches then ask the surface. */
gboolean cache_init(StepCache *cache, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving);
void cache_clear(StepCache *cache);

/* Not for callers: fills the row unless another thread is at it. */
const guint32 *cache_fill(StepCache *cache, gint64 cell);

/* The ticks of the steps of a cell, or NULL when another thread is just filling the row. */
static inline const guint32 *cache_row(StepCache *cache, gint64 cell)
{
	if (__atomic_load_n(&cache->state[cell], __ATOMIC_ACQUIRE) == CACHE_READY)
		return cache->ticks + cell * cache->stride;
	return cache_fill(cache, cell);
}

#endif
