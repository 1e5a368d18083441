/* Whom each candidate reaches: one bounded search a candidate, in parallel, kept as compressed rows of demand cells.
 *
 * Results are stored by candidate, so threads and their order change nothing. Each search keeps its own list of the exact length;
 * when all are there the lists move into one array, each freed as it is copied. */
#include <thuso/siting.h>

#include <string.h>
#include <unistd.h>

#define MEMORY_SHARE 0.75 /* of the machine's memory: the most that the lists may take */

/* What is kept for one limit. */
typedef struct {
	ThusoSiteReach *reach;
	ThusoLimit limit;
	guint32 **found; /* a list a candidate, reach_start[i + 1] long */
} Level;

typedef struct {
	const ThusoTravel *travel;
	Level *level;
	int n_levels;
	const guint32 *demand_of_cell; /* grid-long */
	const gint64 *site_of_source;
	gint64 n_sites;
	gint64 budget;         /* entries */
	volatile gssize taken; /* entries, by all threads */
} Search;

static gboolean is_demand(const ThusoState *now, gint64 cell)
{
	return now->people[cell] > 0 && now->covered[cell] && now->area[cell] >= 0;
}

static gboolean make_arrays(ThusoSiteReach *reach, gint64 n, GError **error)
{
	return (reach->people_gained = thuso_array_new(n, sizeof(double), "people by candidate", error)) != NULL &&
	       (reach->people_within = thuso_array_new(n, sizeof(double), "people by candidate", error)) != NULL &&
	       (reach->mean_cost = thuso_array_new(n, sizeof(double), "people by candidate", error)) != NULL &&
	       (reach->reach_start = thuso_array_new(n + 1, sizeof(gint64), "people by candidate", error)) != NULL &&
	       (reach->demand_cell = thuso_array_new(reach->n_demand, sizeof(gint64), "demand cells", error)) != NULL &&
	       (reach->demand_people = thuso_array_new(reach->n_demand, sizeof(double), "demand cells", error)) != NULL &&
	       (reach->demand_served = thuso_array_new(reach->n_demand, 1, "demand cells", error)) != NULL;
}

static gboolean count_demand(const ThusoState *now, ThusoSiteReach *reach, GError **error)
{
	gint64 n_cells = thuso_grid_n(now->grid);
	for (gint64 cell = 0; cell < n_cells; cell++)
		reach->n_demand += is_demand(now, cell);
	if (reach->n_demand < G_MAXUINT32)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
	            "%" G_GINT64_FORMAT " cells have people, more than the %u that a ranking can hold; use larger cells",
	            reach->n_demand, G_MAXUINT32 - 1);
	return FALSE;
}

static void fill_demand(const ThusoState *now, ThusoSiteReach *reach, guint32 *demand_of_cell, guint8 *wanted)
{
	gint64 n_cells = thuso_grid_n(now->grid), k = 0;
	for (gint64 cell = 0; cell < n_cells; cell++) {
		if (!is_demand(now, cell))
			continue;
		reach->demand_cell[k] = cell;
		reach->demand_people[k] = now->people[cell];
		reach->demand_served[k] = now->reach[cell] == THUSO_REACH_SERVED;
		demand_of_cell[cell] = (guint32) k++;
		wanted[cell] = 1;
	}
}

static gboolean take_room(Search *search, gint64 n, GError **error)
{
	if (g_atomic_pointer_add(&search->taken, (gssize) n) + n <= search->budget)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
	            "the cells that %" G_GINT64_FORMAT " candidates reach (of %" G_GINT64_FORMAT
	            " with people) take more than %.1f GB; use larger cells, fewer candidates or a shorter limit",
	            search->n_sites, search->level->reach->n_demand, (double) search->budget * sizeof(guint32) / 1e9);
	return FALSE;
}

static gint64 count_within(const ThusoLimit *limit, const gint64 *cells, const gint64 *ticks, gint64 n)
{
	gint64 n_within = 0;
	for (gint64 k = 0; k < n; k++)
		n_within += ticks[k] <= thuso_limit_at(limit, cells[k]);
	return n_within;
}

static gboolean keep_level(Search *search, const Level *level, gint64 site, const gint64 *cells, const gint64 *ticks, gint64 n,
                           GError **error)
{
	ThusoSiteReach *reach = level->reach;
	gint64 n_within = count_within(&level->limit, cells, ticks, n), at = 0;
	if (!take_room(search, n_within, error))
		return FALSE;
	guint32 *list = level->found[site] = thuso_array_new(n_within, sizeof(guint32), "cells that a candidate reaches", error);
	if (list == NULL)
		return FALSE;
	ThusoSum within = { 0 }, gained = { 0 }, cost_people = { 0 };
	for (gint64 k = 0; k < n; k++) {
		if (ticks[k] > thuso_limit_at(&level->limit, cells[k]))
			continue;
		guint32 demand = list[at++] = search->demand_of_cell[cells[k]];
		double people = reach->demand_people[demand];
		thuso_sum_add(&within, people);
		thuso_sum_add(&gained, reach->demand_served[demand] ? 0 : people);
		thuso_sum_add(&cost_people, people * thuso_ticks_value(search->travel->measure, ticks[k]));
	}
	reach->reach_start[site + 1] = n_within;
	reach->people_within[site] = thuso_sum(&within);
	reach->people_gained[site] = thuso_sum(&gained);
	reach->mean_cost[site] = n_within > 0 ? thuso_sum(&cost_people) / reach->people_within[site] : NAN;
	return TRUE;
}

static gboolean keep_reach(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                           GError **error)
{
	(void) worker;
	Search *search = data;
	for (int l = 0; l < search->n_levels; l++)
		if (!keep_level(search, &search->level[l], search->site_of_source[source], cells, ticks, n, error))
			return FALSE;
	return TRUE;
}

static gboolean join_lists(const Level *level, gint64 n_sites, GError **error)
{
	ThusoSiteReach *reach = level->reach;
	for (gint64 i = 0; i < n_sites; i++)
		reach->reach_start[i + 1] += reach->reach_start[i];
	gint64 n = reach->reach_start[n_sites];
	reach->reach_cells = thuso_array_new(n, sizeof(guint32), "cells that candidates reach", error);
	if (reach->reach_cells == NULL)
		return FALSE;
	for (gint64 i = 0; i < n_sites; i++) {
		gint64 length = reach->reach_start[i + 1] - reach->reach_start[i];
		if (length > 0)
			memcpy(reach->reach_cells + reach->reach_start[i], level->found[i], (gsize) length * sizeof(guint32));
		thuso_array_free(g_steal_pointer(&level->found[i]));
	}
	return TRUE;
}

/* Candidates off the grid or on cells that nobody can enter are no sources: they reach nobody. */
static gint64 pick_sources(const ThusoSurface *surface, const gint64 *cells, gint64 n, gint64 *source_cell,
                           gint64 *site_of_source)
{
	gint64 n_sources = 0;
	for (gint64 i = 0; i < n; i++) {
		if (cells[i] < 0 || !thuso_surface_passable(surface, cells[i]))
			continue;
		source_cell[n_sources] = cells[i];
		site_of_source[n_sources++] = i;
	}
	return n_sources;
}

static gint64 memory_budget(void)
{
	double bytes = (double) sysconf(_SC_PHYS_PAGES) * (double) sysconf(_SC_PAGESIZE);
	return (gint64) (MAX(bytes, 1e9) * MEMORY_SHARE / sizeof(guint32));
}

typedef struct {
	guint32 *demand_of_cell;
	guint8 *wanted;
	gint64 *source_cell, *site_of_source;
	Level *level;
	int n_levels;
	gint64 n_sites;
} Workspace;

static void clear_workspace(Workspace *work)
{
	for (int l = 0; l < work->n_levels; l++) {
		for (gint64 i = 0; work->level[l].found != NULL && i < work->n_sites; i++)
			thuso_array_free(work->level[l].found[i]);
		thuso_array_free(work->level[l].found);
		thuso_site_reach_free(work->level[l].reach);
	}
	g_free(work->level);
	thuso_array_free(work->demand_of_cell);
	thuso_array_free(work->wanted);
	thuso_array_free(work->source_cell);
	thuso_array_free(work->site_of_source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workspace, clear_workspace)

static gboolean make_workspace(Workspace *work, gint64 n_cells, gint64 n, int n_levels, GError **error)
{
	work->n_sites = n;
	work->n_levels = n_levels;
	work->level = thuso_new(Level, MAX(n_levels, 1));
	return (work->demand_of_cell = thuso_array_new(n_cells, sizeof(guint32), "demand cells", error)) != NULL &&
	       (work->wanted = thuso_array_new(n_cells, 1, "demand cells", error)) != NULL &&
	       (work->source_cell = thuso_array_new(n, sizeof(gint64), "candidates", error)) != NULL &&
	       (work->site_of_source = thuso_array_new(n, sizeof(gint64), "candidates", error)) != NULL;
}

static gboolean make_level(Workspace *work, Level *level, const ThusoLimit *limit, const ThusoState *now, GError **error)
{
	gint64 n = work->n_sites;
	level->limit = *limit;
	level->reach = g_new0(ThusoSiteReach, 1);
	level->found = thuso_array_new(n, sizeof(guint32 *), "candidates", error);
	if (level->found == NULL || !count_demand(now, level->reach, error) || !make_arrays(level->reach, n, error))
		return FALSE;
	fill_demand(now, level->reach, work->demand_of_cell, work->wanted);
	for (gint64 i = 0; i < n; i++)
		level->reach->mean_cost[i] = NAN;
	return TRUE;
}

gboolean thuso_site_reach_limits(ThusoContext *context, ThusoReachCache *cache, const ThusoSurface *surface,
                                 const ThusoTravel *travel, const gint64 *cells, gint64 n, const ThusoLimit *limit,
                                 const ThusoState *now, int n_limits, ThusoSiteReach **reach, GError **error)
{
	g_auto(Workspace) work = { 0 };
	if (!make_workspace(&work, thuso_grid_n(now->grid), n, n_limits, error))
		return FALSE;
	for (int l = 0; l < n_limits; l++)
		if (!make_level(&work, &work.level[l], &limit[l], &now[l], error))
			return FALSE;
	gint64 n_sources = pick_sources(surface, cells, n, work.source_cell, work.site_of_source);
	Search search = { travel, work.level, n_limits, work.demand_of_cell, work.site_of_source, n, memory_budget(), 0 };
	if (n_sources > 0 && !thuso_reach_cache_each(cache, context, surface, travel, work.source_cell, n_sources, work.wanted,
	                                             keep_reach, &search, error))
		return FALSE;
	for (int l = 0; l < n_limits; l++)
		if (!join_lists(&work.level[l], n, error))
			return FALSE;
	for (int l = 0; l < n_limits; l++)
		reach[l] = g_steal_pointer(&work.level[l].reach);
	return TRUE;
}

ThusoSiteReach *thuso_site_reach(ThusoContext *context, ThusoReachCache *cache, const ThusoSurface *surface,
                                 const ThusoTravel *travel, const gint64 *cells, gint64 n, const ThusoState *now,
                                 const ThusoLimit *limit, GError **error)
{
	const ThusoLimit whole = { travel->limit_ticks, NULL };
	ThusoSiteReach *reach = NULL;
	thuso_site_reach_limits(context, cache, surface, travel, cells, n, limit != NULL ? limit : &whole, now, 1, &reach, error);
	return reach;
}

void thuso_site_reach_free(ThusoSiteReach *reach)
{
	if (reach == NULL)
		return;
	thuso_array_free(reach->people_gained);
	thuso_array_free(reach->people_within);
	thuso_array_free(reach->mean_cost);
	thuso_array_free(reach->reach_start);
	thuso_array_free(reach->reach_cells);
	thuso_array_free(reach->demand_cell);
	thuso_array_free(reach->demand_people);
	thuso_array_free(reach->demand_served);
	g_free(reach);
}
