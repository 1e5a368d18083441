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
	/* A second layer for riding, or NULL: passable on road cells only, with the vehicle's speeds, over the same grid. One gets on at
	 * a cell that both layers have for `wait_ticks`, and off for nothing; costs are asked of people on foot. */
	const ThusoSurface *riding;
	gint64 wait_ticks;
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

/* The same, kept by tiles: for rasters too large for the arrays above. `pool` NULL = memory without bound. */
typedef struct ThusoCosts ThusoCosts;
ThusoCosts *thuso_costs_new(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *centres,
                            gint32 n_centres, gboolean with_nearest, ThusoSlabPool *pool, GError **error);
void thuso_costs_free(ThusoCosts *costs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoCosts, thuso_costs_free)
/* Rows row .. row + n_rows - 1 as above; nearest may be NULL (must be without `with_nearest`). Any thread. */
gboolean thuso_costs_rows(ThusoCosts *costs, gint32 row, gint32 n_rows, gint64 *ticks, gint32 *nearest, GError **error);
/* One cell of it. */
gboolean thuso_costs_cell(ThusoCosts *costs, gint64 cell, gint64 *ticks, gint32 *nearest, GError **error);
/* The least-cost way between a cell and its centre as cells (gint64), the given cell first; none when it was not reached. Of equal ways
 * the one whose next step has the lowest number. With a riding layer cells repeat where one gets on or off. */
gboolean thuso_costs_path(ThusoCosts *costs, gint64 cell, ThusoVector *cells, GError **error);
/* What a search of the whole surface takes at most, bytes, beside the surface itself. */
gint64 thuso_costs_memory(const ThusoGrid *grid, gboolean with_nearest, int n_threads);

/* One bounded search per source, in parallel: calls func(source, cells, ticks, n, worker, data) with the wanted cells in reach,
 * ascending by cell. `wanted` (1 = report; NULL = all) has one byte a cell. Calls come from any thread and in any order, one
 * per source; arrays are valid during the call only. */
typedef gboolean (*ThusoReachFunc)(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                                   GError **error);
gboolean thuso_access_each(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *sources,
                           gint64 n_sources, const guint8 *wanted, ThusoReachFunc func, gpointer data, GError **error);
/* What it takes at most, bytes, where searches reach the whole surface; bounded ones take as much as they touch. */
gint64 thuso_access_each_memory(const ThusoGrid *grid, int neighbours, gboolean riding, int n_threads);

/* Answers of thuso_access_each that are kept in a folder, by the content of all that they depend on: a stale one is never found, a
 * damaged one counts as absent. A folder that cannot be written keeps nothing, which is no error. */
typedef struct ThusoReachCache ThusoReachCache;
/* Files in it take at most `max_bytes`; the longest unused go first. One run's, used by one caller at a time; surfaces that were asked
 * about must outlive it. */
ThusoReachCache *thuso_reach_cache_new(const char *folder, gint64 max_bytes);
void thuso_reach_cache_free(ThusoReachCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoReachCache, thuso_reach_cache_free)
#define THUSO_REACH_CACHE_BYTES (G_GINT64_CONSTANT(2) << 30)
/* As thuso_access_each, and sources in one cell are searched once. NULL = no cache. */
gboolean thuso_reach_cache_each(ThusoReachCache *cache, ThusoContext *context, const ThusoSurface *surface,
                                const ThusoTravel *travel, const gint64 *sources, gint64 n_sources, const guint8 *wanted,
                                ThusoReachFunc func, gpointer data, GError **error);
/* What is searched is on the disk after so many seconds (60) at the latest: a killed run goes on from there. An interrupted one keeps all. */
void thuso_reach_cache_set_piece(ThusoReachCache *cache, double seconds);
/* Cells whose search was found in the folder, and those that were searched, so far. */
void thuso_reach_cache_count(const ThusoReachCache *cache, gint64 *n_found, gint64 *n_searched);

/* Components of passable steps, taken both ways: component[cell] = lowest cell of its component, -1 = not passable. */
gboolean thuso_access_components(ThusoContext *context, const ThusoSurface *surface, gint64 *component, GError **error);

G_END_DECLS
#endif
