/* The search: least travel cost over a surface, exact in integer ticks (src/access/README.md). A narrow door: the inside may change. */
#ifndef THUSO_ACCESS_H
#define THUSO_ACCESS_H

#include <thuso/friction.h>

G_BEGIN_DECLS

typedef enum { THUSO_TO_CENTRE, THUSO_FROM_CENTRE } ThusoDirection;

typedef struct {
	ThusoMeasure measure;
	ThusoDirection direction;
	gint64 limit_ticks; /* costs above are not reached; THUSO_NO_LIMIT */
} ThusoTravel;
#define THUSO_NO_LIMIT  G_MAXINT64
#define THUSO_UNREACHED G_MAXINT64
/* Largest tick count that stands for `value` seconds or metres or less. */
gint64 thuso_ticks(ThusoMeasure measure, double value);
double thuso_ticks_value(ThusoMeasure measure, gint64 ticks); /* seconds or metres; INFINITY for THUSO_UNREACHED */

/* Cost to (or from) the nearest of the centres, and which it is: cost[cell] in ticks or THUSO_UNREACHED; nearest[cell] = index
 * into `centres` of the lowest index over tight steps (callers order centres by id), -1 = not reached. Centres on cells that
 * are not passable reach nothing (the caller reports them). Several centres may share a cell. nearest may be NULL. */
gboolean thuso_access_nearest(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel,
                              const gint64 *centres, gint32 n_centres, gint64 *cost, gint32 *nearest, GError **error);

/* One bounded search per source, in parallel: calls func(source, cells, ticks, n, worker, data) with the wanted cells in reach,
 * ascending by cell. `wanted` (1 = report; NULL = all) has one byte a cell. Calls come from any thread and in any order, one
 * per source; arrays are valid during the call only. */
typedef gboolean (*ThusoReachFunc)(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                                   GError **error);
gboolean thuso_access_each(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *sources,
                           gint64 n_sources, const guint8 *wanted, ThusoReachFunc func, gpointer data, GError **error);

/* Components of passable steps, taken both ways: component[cell] = lowest cell of its component, -1 = not passable. */
gboolean thuso_access_components(ThusoContext *context, const ThusoSurface *surface, gint64 *component, GError **error);

G_END_DECLS
#endif
