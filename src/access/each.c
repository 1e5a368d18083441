/* Bounded searches, one per source, in parallel. Each thread keeps one workspace; a search leaves it as it found it at a cost
 * proportional to the cells it reached. */
#include "search.h"

/* With fewer searches than this the cache is filled more than it is read. */
#define SOURCES_FOR_CACHE 4

typedef struct {
	Search search;
	gint64 *cost;
	guint64 *settled, *settled_64;
	ThusoVector cells, ticks; /* gint64 */
} Workspace;

typedef struct {
	const gint64 *sources;
	gint64 n_sources, n_done;
	const guint8 *wanted;
	gint64 n_cells;
	Workspace *workspaces;
	ThusoReachFunc func;
	gpointer data;
} Each;

static void workspace_clear(Workspace *workspace)
{
	search_clear(&workspace->search);
	thuso_array_free(workspace->cost);
	thuso_array_free(workspace->settled);
	thuso_array_free(workspace->settled_64);
	thuso_vector_clear(&workspace->cells);
	thuso_vector_clear(&workspace->ticks);
}

static gboolean workspace_alloc(Workspace *workspace, gint64 n, GError **error)
{
	workspace->cost = thuso_array_new(n, sizeof(gint64), "a search's costs", error);
	if (!workspace->cost || !(workspace->settled = thuso_array_new(n / 64 + 1, sizeof(guint64), "a search's cells", error)) ||
	    !(workspace->settled_64 = thuso_array_new(n / 4096 + 1, sizeof(guint64), "a search's cells", error)))
		return FALSE;
	for (gint64 cell = 0; cell < n; cell++)
		workspace->cost[cell] = THUSO_UNREACHED;
	workspace->search.cost = workspace->cost;
	workspace->search.settled = workspace->settled;
	workspace->search.settled_64 = workspace->settled_64;
	return TRUE;
}

/* Hands on a settled cell that is wanted, and makes the cell new again. */
static gboolean collect_cell(const Each *each, Workspace *workspace, gint64 cell, GError **error)
{
	const gint64 ticks = workspace->cost[cell];
	workspace->cost[cell] = THUSO_UNREACHED;
	if (each->wanted && !each->wanted[cell])
		return TRUE;
	return thuso_vector_push(&workspace->cells, &cell, "cells in reach", error) &&
	       thuso_vector_push(&workspace->ticks, &ticks, "cells in reach", error);
}

/* Two levels of bits give the settled cells in ascending order without sorting. */
static gboolean collect(const Each *each, Workspace *workspace, GError **error)
{
	workspace->cells.n = workspace->ticks.n = 0;
	for (gint64 block = 0; block <= each->n_cells / 4096; block++) {
		for (guint64 words = workspace->settled_64[block]; words; words &= words - 1) {
			const gint64 word = block * 64 + __builtin_ctzll(words);
			for (guint64 bits = workspace->settled[word]; bits; bits &= bits - 1)
				if (!collect_cell(each, workspace, word * 64 + __builtin_ctzll(bits), error))
					return FALSE;
			workspace->settled[word] = 0;
		}
		workspace->settled_64[block] = 0;
	}
	return TRUE;
}

static void show_progress(Each *each, ThusoContext *context)
{
	const gint64 done = __atomic_add_fetch(&each->n_done, 1, __ATOMIC_RELAXED);
	if (done % (each->n_sources / 256 + 1) == 0)
		thuso_progress(context, (double) done / (double) each->n_sources);
}

/* After an error the workspace is not clean; the loop then hands out no further work to use it. */
static gboolean search_one(gint64 index, int worker, gpointer data, GError **error)
{
	Each *each = data;
	Workspace *workspace = &each->workspaces[worker];
	if (!workspace->cost && !workspace_alloc(workspace, each->n_cells, error))
		return FALSE;
	queue_reset(&workspace->search.queue);
	if (!search_seed(&workspace->search, each->sources[index], 0, error) || !search_run(&workspace->search, error) ||
	    !collect(each, workspace, error))
		return FALSE;
	show_progress(each, workspace->search.context);
	return each->func(index, workspace->cells.data, workspace->ticks.data, workspace->cells.n, worker, each->data, error);
}

gboolean thuso_access_each(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *sources,
                           gint64 n_sources, const guint8 *wanted, ThusoReachFunc func, gpointer data, GError **error)
{
	const int n_workers = thuso_context_threads(context);
	StepCache cache = { 0 };
	Each each = { sources, n_sources, 0, wanted, thuso_grid_n(thuso_surface_grid(surface)), NULL, func, data };
	each.workspaces = thuso_array_new(n_workers, sizeof(Workspace), "searches", error);
	if (!each.workspaces)
		return FALSE;
	const gboolean cached =
	    n_sources >= SOURCES_FOR_CACHE && cache_init(&cache, surface, travel->measure, travel->direction == THUSO_TO_CENTRE);
	for (int i = 0; i < n_workers; i++) {
		search_init(&each.workspaces[i].search, context, surface, travel);
		each.workspaces[i].search.cache = cached ? &cache : NULL;
		each.workspaces[i].cells = each.workspaces[i].ticks = THUSO_VECTOR(gint64);
	}
	const gboolean done = thuso_parallel(context, n_sources, search_one, &each, error);
	for (int i = 0; i < n_workers; i++)
		workspace_clear(&each.workspaces[i]);
	thuso_array_free(each.workspaces);
	cache_clear(&cache);
	return done;
}
