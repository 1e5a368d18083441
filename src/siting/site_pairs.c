/* What it costs from each site to each demand cell: for the models that look at costs, not only at a limit. */
#include <thuso/siting.h>

#include <string.h>
#include <unistd.h>

#define MEMORY_SHARE  0.5 /* of the machine's memory: the most that the pairs may take */
#define BYTES_OF_PAIR (sizeof(guint32) + sizeof(double))

typedef struct {
	const ThusoTravel *travel;
	const guint32 *demand_of_cell; /* grid-long */
	const gint64 *site_of_source;
	gint64 *start; /* n + 1: lengths, then places */
	guint32 **demand;
	double **cost;
	gint64 n_sites, budget; /* pairs */
	volatile gssize taken;
} Search;

static gboolean keep_pairs(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                           GError **error)
{
	Search *search = data;
	gint64 site = search->site_of_source[source];
	(void) worker;
	if (g_atomic_pointer_add(&search->taken, (gssize) n) + n > search->budget) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "the costs from %" G_GINT64_FORMAT
		            " sites to people within the search limit take more than %.1f GB; use larger "
		            "cells, fewer candidates (`candidates: listed`), a shorter search_limit, or a covering model",
		            search->n_sites, (double) search->budget * BYTES_OF_PAIR / 1e9);
		return FALSE;
	}
	search->demand[site] = thuso_array_new(n, sizeof(guint32), "costs from sites", error);
	search->cost[site] = search->demand[site] ? thuso_array_new(n, sizeof(double), "costs from sites", error) : NULL;
	if (!search->cost[site])
		return FALSE;
	search->start[site + 1] = n;
	for (gint64 k = 0; k < n; k++) {
		search->demand[site][k] = search->demand_of_cell[cells[k]];
		search->cost[site][k] = thuso_ticks_value(search->travel->measure, ticks[k]);
	}
	return TRUE;
}

static gboolean join(Search *search, ThusoSitePairs *pairs, GError **error)
{
	for (gint64 i = 0; i < search->n_sites; i++)
		search->start[i + 1] += search->start[i];
	gint64 n = search->start[search->n_sites];
	if (!(pairs->demand = thuso_array_new(n, sizeof(guint32), "costs from sites", error)) ||
	    !(pairs->cost = thuso_array_new(n, sizeof(double), "costs from sites", error)))
		return FALSE;
	for (gint64 i = 0; i < search->n_sites; i++) {
		gsize length = (gsize) (search->start[i + 1] - search->start[i]);
		if (length > 0) {
			memcpy(pairs->demand + search->start[i], search->demand[i], length * sizeof(guint32));
			memcpy(pairs->cost + search->start[i], search->cost[i], length * sizeof(double));
		}
		thuso_array_free(g_steal_pointer(&search->demand[i]));
		thuso_array_free(g_steal_pointer(&search->cost[i]));
	}
	return TRUE;
}

static gint64 memory_budget(void)
{
	double bytes = (double) sysconf(_SC_PHYS_PAGES) * (double) sysconf(_SC_PAGESIZE);
	return (gint64) (MAX(bytes, 1e9) * MEMORY_SHARE / BYTES_OF_PAIR);
}

typedef struct {
	guint32 *demand_of_cell;
	guint8 *wanted;
	gint64 *source_cell, *site_of_source;
	guint32 **demand;
	double **cost;
	gint64 n;
} Work;

static void work_clear(Work *work)
{
	for (gint64 i = 0; i < work->n; i++) {
		thuso_array_free(work->demand ? work->demand[i] : NULL);
		thuso_array_free(work->cost ? work->cost[i] : NULL);
	}
	thuso_array_free(work->demand_of_cell);
	thuso_array_free(work->wanted);
	thuso_array_free(work->source_cell);
	thuso_array_free(work->site_of_source);
	thuso_array_free(work->demand);
	thuso_array_free(work->cost);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean work_init(Work *work, const gint64 *demand_cell, gint64 n_demand, gint64 n_cells, gint64 n, GError **error)
{
	work->n = n;
	if (!(work->demand_of_cell = thuso_array_new(n_cells, sizeof(guint32), "demand cells", error)) ||
	    !(work->wanted = thuso_array_new(n_cells, 1, "demand cells", error)) ||
	    !(work->source_cell = thuso_array_new(n, sizeof(gint64), "sites", error)) ||
	    !(work->site_of_source = thuso_array_new(n, sizeof(gint64), "sites", error)) ||
	    !(work->demand = thuso_array_new(n, sizeof(guint32 *), "sites", error)) ||
	    !(work->cost = thuso_array_new(n, sizeof(double *), "sites", error)))
		return FALSE;
	for (gint64 i = 0; i < n_demand; i++) {
		work->demand_of_cell[demand_cell[i]] = (guint32) i;
		work->wanted[demand_cell[i]] = 1;
	}
	return TRUE;
}

ThusoSitePairs *thuso_site_pairs(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel,
                                 const gint64 *cells, gint64 n, const gint64 *demand_cell, gint64 n_demand, GError **error)
{
	g_autoptr(ThusoSitePairs) pairs = g_new0(ThusoSitePairs, 1);
	g_auto(Work) work = { 0 };
	if (!(pairs->start = thuso_array_new(n + 1, sizeof(gint64), "costs from sites", error)) ||
	    !work_init(&work, demand_cell, n_demand, thuso_grid_n(thuso_surface_grid(surface)), n, error))
		return NULL;
	gint64 n_sources = 0;
	for (gint64 i = 0; i < n; i++) {
		if (cells[i] < 0 || !thuso_surface_passable(surface, cells[i]))
			continue;
		work.source_cell[n_sources] = cells[i];
		work.site_of_source[n_sources++] = i;
	}
	Search search = { travel, work.demand_of_cell, work.site_of_source, pairs->start, work.demand, work.cost, n, memory_budget(),
		              0 };
	if (n_sources > 0 &&
	    !thuso_access_each(context, surface, travel, work.source_cell, n_sources, work.wanted, keep_pairs, &search, error))
		return NULL;
	return join(&search, pairs, error) ? g_steal_pointer(&pairs) : NULL;
}

void thuso_site_pairs_free(ThusoSitePairs *pairs)
{
	if (!pairs)
		return;
	thuso_array_free(pairs->start);
	thuso_array_free(pairs->demand);
	thuso_array_free(pairs->cost);
	g_free(pairs);
}
