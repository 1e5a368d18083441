/* A polygon's edges met row by row, from north to south: what exact areas and centres inside have in common. */
#ifndef THUSO_GEO_SWEEP_H
#define THUSO_GEO_SWEEP_H

#include <thuso/geo.h>

typedef struct {
	double x0, y0, x1, y1; /* as the caller means them */
	gint32 first, last;    /* rows of the grid that the edge concerns, first <= last */
} ThusoEdge;

typedef struct {
	ThusoVector edges;        /* of ThusoEdge */
	gint64 *active, n_active; /* the edges of the row at hand, in a fixed order */
	gint64 next;              /* the first edge that no row has met */
	gint32 row, last;         /* the next row, and the last with an edge */
} ThusoSweep;

void thuso_sweep_init(ThusoSweep *sweep);
gboolean thuso_sweep_add(ThusoSweep *sweep, const ThusoEdge *edge, GError **error);
/* Sorts the edges; call once, after the last was added. */
gboolean thuso_sweep_start(ThusoSweep *sweep, GError **error);
/* Finds the edges of the next row that has any; FALSE after the last. */
gboolean thuso_sweep_row(ThusoSweep *sweep, gint32 *row);
void thuso_sweep_clear(ThusoSweep *sweep);

static inline const ThusoEdge *thuso_sweep_edge(const ThusoSweep *sweep, gint64 i)
{
	return (const ThusoEdge *) sweep->edges.data + sweep->active[i];
}

#endif
