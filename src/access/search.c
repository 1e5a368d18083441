/* Dijkstra's algorithm with a bucket queue, exact in integer ticks. */
#include "search.h"

#define CELLS_BETWEEN_CHECKS (1 << 16)
#define PREFETCH_AHEAD       4

void search_init(Search *search, ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel)
{
	const gint64 n_cols = thuso_surface_grid(surface)->n_cols;
	*search = (Search){
		.context = context,
		.surface = surface,
		.n_cols = n_cols,
		.measure = travel->measure,
		.arriving = travel->direction == THUSO_TO_CENTRE,
		.limit_ticks = MIN(travel->limit_ticks, THUSO_UNREACHED - 1),
	};
	for (int step = 0; step < 16; step++)
		search->offset[step] = thuso_step_row[step] * n_cols + thuso_step_col[step];
	queue_init(&search->queue, thuso_surface_least_ticks(surface, travel->measure));
}

void search_clear(Search *search)
{
	queue_clear(&search->queue);
}

gboolean search_seed(Search *search, gint64 cell, gint32 index, GError **error)
{
	if (search->limit_ticks < 0 || !thuso_surface_passable(search->surface, cell) || search->cost[cell] == 0)
		return TRUE;
	search->cost[cell] = 0;
	if (search->nearest)
		search->nearest[cell] = index;
	return queue_push(&search->queue, 0, cell, error);
}

/* All tight neighbours of a cell are settled before it (a step is at least one tick, and not less than the width of a bucket),
 * each offers its final `nearest`: so the least of those that offer the final cost is the least over tight steps. */
static inline gboolean relax(Search *search, gint64 cell, gint64 ticks, gint64 from, GError **error)
{
	if (ticks < search->cost[cell]) {
		search->cost[cell] = ticks;
		if (search->nearest)
			search->nearest[cell] = search->nearest[from];
		return queue_push(&search->queue, ticks, cell, error);
	}
	if (search->nearest && ticks == search->cost[cell] && search->nearest[from] < search->nearest[cell])
		search->nearest[cell] = search->nearest[from];
	return TRUE;
}

/* Neighbours that cost no more than this cell gain nothing from it. */
static guint16 useful_steps(const Search *search, gint64 cell, gint64 cost)
{
	guint16 useful = 0;
	for (guint left = thuso_surface_steps(search->surface, cell); left; left &= left - 1) {
		const int step = __builtin_ctz(left);
		useful |= (guint16) ((search->cost[cell + search->offset[step]] > cost) << step);
	}
	return useful;
}

static gboolean settle_plain(Search *search, gint64 cell, gint64 cost, GError **error)
{
	gint64 ticks[16];
	const guint16 useful = useful_steps(search, cell, cost);
	thuso_surface_cell_ticks(search->surface, search->measure, cell, useful, search->arriving, ticks);
	for (guint left = useful; left; left &= left - 1) {
		const int step = __builtin_ctz(left);
		if (ticks[step] <= search->limit_ticks - cost &&
		    !relax(search, cell + search->offset[step], cost + ticks[step], cell, error))
			return FALSE;
	}
	return TRUE;
}

static gint64 ask_surface(const Search *search, gint64 cell, int step)
{
	gint64 ticks[16];
	thuso_surface_cell_ticks(search->surface, search->measure, cell, (guint16) (1u << step), search->arriving, ticks);
	return ticks[step];
}

static gboolean settle_cached(Search *search, gint64 cell, gint64 cost, GError **error)
{
	const guint32 *row = cache_row(search->cache, cell);
	if (!row)
		return settle_plain(search, cell, cost, error);
	for (guint left = thuso_surface_steps(search->surface, cell); left; left &= left - 1) {
		const int step = __builtin_ctz(left);
		const gint64 ticks = row[step] == CACHE_TOO_LARGE ? ask_surface(search, cell, step) : row[step];
		if (ticks <= search->limit_ticks - cost && !relax(search, cell + search->offset[step], cost + ticks, cell, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean settle(Search *search, gint64 cell, gint64 cost, GError **error)
{
	if (search->settled) {
		search->settled[cell / 64] |= G_GUINT64_CONSTANT(1) << cell % 64;
		search->settled_64[cell / 4096] |= G_GUINT64_CONSTANT(1) << cell / 64 % 64;
	}
	if (++search->n_settled % CELLS_BETWEEN_CHECKS == 0 && !thuso_context_go_on(search->context, error))
		return FALSE;
	return search->cache ? settle_cached(search, cell, cost, error) : settle_plain(search, cell, cost, error);
}

/* Cells of one bucket lie anywhere along the wave front: without this each costs a trip to main memory. */
static inline void prefetch_next(const Search *search)
{
	const gint64 cell = queue_ahead(&search->queue, PREFETCH_AHEAD);
	if (cell < 0)
		return;
	for (int row = -2; row <= 2; row++)
		__builtin_prefetch(search->cost + cell + row * search->n_cols);
	if (search->cache)
		__builtin_prefetch(search->cache->ticks + cell * search->cache->stride);
	else
		thuso_surface_prefetch(search->surface, cell);
}

gboolean search_run(Search *search, GError **error)
{
	Queue *queue = &search->queue;
	for (;;) {
		if (queue_is_empty(queue) && !queue_refill(queue, error))
			return FALSE;
		if (queue_is_empty(queue))
			return TRUE;
		const QueueItem item = queue_take(queue);
		prefetch_next(search);
		/* A cell that was improved since stands in the queue again with its better cost. */
		if (item.ticks == search->cost[item.cell] && !settle(search, item.cell, item.ticks, error))
			return FALSE;
	}
}
