/* The edge table of scan conversion (Wylie et al. 1967): edges sorted by their first row, and those active in the row at hand. The
 * order is that of the first row and then of the input, so sums come out the same every time. */
#include "sweep.h"

#include <stdlib.h>

void thuso_sweep_init(ThusoSweep *sweep)
{
	*sweep = (ThusoSweep){ .edges = THUSO_VECTOR(ThusoEdge) };
}

gboolean thuso_sweep_add(ThusoSweep *sweep, const ThusoEdge *edge, GError **error)
{
	return thuso_vector_push(&sweep->edges, edge, "edges of a polygon", error);
}

/* A merge sort is stable and needs no array of rows, of which a tall grid has more than a small polygon has edges. */
static void sort_by_first(ThusoEdge *edges, ThusoEdge *scratch, gint64 n)
{
	for (gint64 width = 1; width < n; width *= 2) {
		for (gint64 start = 0; start < n; start += 2 * width) {
			gint64 i = start, middle = MIN(start + width, n), j = middle, end = MIN(start + 2 * width, n);
			for (gint64 k = start; k < end; k++)
				scratch[k] = i < middle && (j >= end || edges[i].first <= edges[j].first) ? edges[i++] : edges[j++];
		}
		for (gint64 k = 0; k < n; k++)
			edges[k] = scratch[k];
	}
}

gboolean thuso_sweep_start(ThusoSweep *sweep, GError **error)
{
	gint64 n = sweep->edges.n;
	ThusoEdge *edges = sweep->edges.data, *scratch = thuso_array_new(n, sizeof(ThusoEdge), "edges of a polygon", error);
	sweep->active = scratch ? thuso_array_new(n, sizeof(gint64), "edges of a polygon", error) : NULL;
	if (!sweep->active) {
		thuso_array_free(scratch);
		return FALSE;
	}
	sort_by_first(edges, scratch, n);
	thuso_array_free(scratch);
	sweep->last = -1;
	for (gint64 i = 0; i < n; i++)
		sweep->last = MAX(sweep->last, edges[i].last);
	sweep->row = n > 0 ? edges[0].first : 0;
	return TRUE;
}

gboolean thuso_sweep_row(ThusoSweep *sweep, gint32 *row)
{
	const ThusoEdge *edges = sweep->edges.data;
	if (sweep->row > sweep->last)
		return FALSE;
	gint64 n_kept = 0;
	for (gint64 i = 0; i < sweep->n_active; i++)
		if (edges[sweep->active[i]].last >= sweep->row)
			sweep->active[n_kept++] = sweep->active[i];
	sweep->n_active = n_kept;
	if (n_kept == 0 && sweep->next < sweep->edges.n)
		sweep->row = MAX(sweep->row, edges[sweep->next].first);
	while (sweep->next < sweep->edges.n && edges[sweep->next].first <= sweep->row)
		sweep->active[sweep->n_active++] = sweep->next++;
	*row = sweep->row++;
	return TRUE;
}

void thuso_sweep_clear(ThusoSweep *sweep)
{
	thuso_vector_clear(&sweep->edges);
	thuso_array_free(sweep->active);
	sweep->active = NULL;
}
