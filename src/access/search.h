/* One least-cost search, from any number of seeds, over a surface. */
#ifndef THUSO_ACCESS_SEARCH_H
#define THUSO_ACCESS_SEARCH_H

#include <thuso/access.h>

#include "cache.h"
#include "queue.h"

typedef struct {
	ThusoContext *context;
	const ThusoSurface *surface;
	ThusoMeasure measure;
	gboolean arriving;  /* people travel towards the seeds: costs are of the steps that arrive at a settled cell */
	gint64 limit_ticks; /* below THUSO_UNREACHED */
	gint64 n_cols, offset[16];
	gint64 *cost;        /* n cells, not owned; THUSO_UNREACHED before */
	gint32 *nearest;     /* n cells, not owned, or NULL */
	StepCache *cache;    /* not owned, or NULL */
	guint64 *settled;    /* one bit a cell, not owned, or NULL */
	guint64 *settled_64; /* one bit a word of `settled` */
	gint64 n_settled;
	Queue queue;
} Search;

void search_init(Search *search, ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel);
void search_clear(Search *search);
/* Seeds come in ascending order of index. A cell that is not passable seeds nothing. */
gboolean search_seed(Search *search, gint64 cell, gint32 index, GError **error);
gboolean search_run(Search *search, GError **error);

#endif
