/* From candidates and travel to the ranking: the facts of every candidate site, then siting's score and order. */
#include <math.h>
#include <string.h>

#include "sensitivity.h"
#include "siting.h"
#include "standards.h"

/* Candidates that stand where somebody can go. The others are findings and rows of excluded_sites; they are never moved. */
static gboolean find_usable(Run *run, GError **error)
{
	gint64 n_stuck = 0;
	const ThusoPlace *first = NULL;
	run->usable = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint64 i = 0; i < run->candidates->n; i++) {
		const ThusoPlace *place = &run->candidates->place[i];
		if (place->cell >= 0 && thuso_surface_passable(run->main_trip->ground->surface, place->cell)) {
			g_array_append_val(run->usable, i);
		} else {
			first = first ? first : place;
			n_stuck++;
		}
	}
	if (first) {
		g_autoptr(GBytes) point = thuso_point_to_wkb(first->x, first->y);
		g_autofree char *message = g_strdup_printf(
		    "%" G_GINT64_FORMAT " candidate(s) stand where nobody can go (water, barrier or no data), the first is %s; they are "
		    "listed in excluded_sites and were not moved",
		    n_stuck, first->id);
		thuso_find(run->context,
		           &(ThusoFinding){ THUSO_WARNING, "on_barrier", "candidates", first->id, message, n_stuck, point });
	}
	if (run->usable->len > 0)
		return TRUE;
	g_set_error_literal(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "candidates: every candidate stands on water, a barrier or where layers have no data; check the layers' reference "
	    "systems, or `window`");
	return FALSE;
}

static void find_areas_with_centre(Run *run)
{
	run->area_has_centre = thuso_new(guint8, MAX(run->region->levels[0].n, 1));
	for (gint64 i = 0; i < run->centres->n; i++)
		if (run->centres->place[i].open && run->centres->place[i].area >= 0)
			run->area_has_centre[run->centres->place[i].area] = 1;
}

/* --- facts -------------------------------------------------------------------------------------------------------- */

static gpointer fact_array(Run *run, int slot, gint64 n, gsize size, GError **error)
{
	return run->site_arrays[slot] = thuso_array_new(n, size, "candidates", error);
}

static const ThusoPlace *usable_place(const Run *run, gint64 i)
{
	return &run->candidates->place[g_array_index(run->usable, gint64, i)];
}

static gboolean zone_facts(Run *run, GError **error)
{
	ThusoSites *sites = &run->sites;
	if (!run->zones)
		return TRUE;
	double *need = fact_array(run, 8, sites->n, sizeof(double), error);
	const char **zone = need ? fact_array(run, 9, sites->n, sizeof(char *), error) : NULL;
	if (!zone)
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++) {
		gint32 at = run->zones->zone[sites->cell[i]];
		need[i] = at >= 0 ? run->zones->need[at] : NAN;
		zone[i] = at >= 0 ? run->zones->quadrant[at] : NULL;
	}
	sites->need = need;
	sites->zone = zone;
	sites->need_min = INFINITY;
	sites->need_max = -INFINITY;
	for (gint32 z = 0; z < run->zones->n; z++) {
		sites->need_min = fmin(sites->need_min, run->zones->need[z]);
		sites->need_max = fmax(sites->need_max, run->zones->need[z]);
	}
	return TRUE;
}

static gboolean place_facts(Run *run, GError **error)
{
	ThusoSites *sites = &run->sites;
	gint64 n = sites->n = run->usable->len;
	const char **id = fact_array(run, 0, n, sizeof(char *), error);
	const char **title = id ? fact_array(run, 1, n, sizeof(char *), error) : NULL;
	const char **kind = title ? fact_array(run, 2, n, sizeof(char *), error) : NULL;
	const char **place = kind ? fact_array(run, 3, n, sizeof(char *), error) : NULL;
	double *x = place ? fact_array(run, 4, n, sizeof(double), error) : NULL,
	       *y = x ? fact_array(run, 5, n, sizeof(double), error) : NULL;
	gint64 *cell = y ? fact_array(run, 6, n, sizeof(gint64), error) : NULL;
	gint32 *area = cell ? fact_array(run, 7, n, sizeof(gint32), error) : NULL;
	double *capital = area ? fact_array(run, 11, n, sizeof(double), error) : NULL;
	if (!capital)
		return FALSE;
	for (gint64 i = 0; i < n; i++) {
		const ThusoPlace *p = usable_place(run, i);
		id[i] = p->id;
		title[i] = p->title;
		kind[i] = p->kind;
		place[i] = p->place;
		x[i] = p->x;
		y[i] = p->y;
		cell[i] = p->cell;
		area[i] = p->area;
		capital[i] = p->cost;
	}
	*sites = (ThusoSites){ .n = n,
		                   .id = id,
		                   .title = title,
		                   .kind = kind,
		                   .place = place,
		                   .x = x,
		                   .y = y,
		                   .cell = cell,
		                   .area = area,
		                   .capital = capital,
		                   .services = run->service_points.n > 0 ? &run->service_points : NULL };
	return TRUE;
}

/* Plans want the open centres too: they come before the candidates. */
static const gint64 *all_cells(Run *run, gint32 n_centres, GError **error)
{
	if (n_centres == 0)
		return run->sites.cell;
	gint64 *cells = fact_array(run, 10, n_centres + run->sites.n, sizeof(gint64), error);
	for (gint64 i = 0; cells && i < n_centres + run->sites.n; i++)
		cells[i] = i < n_centres ? run->main_trip->now.cells[i] : run->sites.cell[i - n_centres];
	return cells;
}

/* Models that look at costs want them as far as is searched at all. */
static gboolean find_costs(Run *run, const gint64 *cells, gint64 n, GError **error)
{
	if (!run->siting || run->siting->model->ignores_costs || run->site_pairs)
		return TRUE;
	ThusoTravel travel = run_travel(run, run->main_trip, run->search_limit);
	run->site_pairs = thuso_site_pairs(run->context, run->main_trip->ground->surface, &travel, cells, n,
	                                   run->site_reach->demand_cell, run->site_reach->n_demand, error);
	return run->site_pairs != NULL;
}

/* What rankings and plans count: people after demand factors, where the study has some. */
static gboolean weighted_facts(Run *run, gint32 n_centres, GError **error)
{
	ThusoSites *sites = &run->sites;
	const ThusoSiteReach *reach = run->site_reach;
	run->row_weight = reach->demand_people;
	if (!run->demand->weighted)
		return TRUE;
	double *weight = fact_array(run, 13, reach->n_demand, sizeof(double), error);
	double *gained = weight ? fact_array(run, 14, sites->n, sizeof(double), error) : NULL;
	double *within = gained ? fact_array(run, 15, sites->n, sizeof(double), error) : NULL;
	for (gint64 i = 0; within && i < reach->n_demand; i++)
		weight[i] = run->demand->weighted[reach->demand_cell[i]];
	for (gint64 s = 0; within && s < sites->n; s++) {
		ThusoSum sum = { 0 }, new = { 0 };
		for (gint64 k = reach->reach_start[n_centres + s]; k < reach->reach_start[n_centres + s + 1]; k++) {
			guint32 row = reach->reach_cells[k];
			thuso_sum_add(&sum, weight[row]);
			thuso_sum_add(&new, reach->demand_served[row] ? 0 : weight[row]);
		}
		gained[s] = thuso_sum(&new);
		within[s] = thuso_sum(&sum);
	}
	run->row_weight = weight;
	sites->weighted_gained = gained;
	sites->weighted_within = within;
	return within != NULL;
}

static gboolean find_reach(Run *run, const gint64 *cells, gint64 n, GError **error)
{
	if (run->site_reach)
		return TRUE;
	if (run->sensitivity)
		return sensitivity_reach(run, cells, n, error);
	ThusoTravel travel = run_travel(run, run->main_trip, run->main_trip->limit);
	ThusoLimit limit = group_limit(run->main_trip->standard);
	ThusoState now = run_state(run, &run->main_trip->now);
	run->site_reach =
	    thuso_site_reach(run->context, run->cache, run->main_trip->ground->surface, &travel, cells, n, &now, &limit, error);
	return run->site_reach != NULL;
}

static gboolean travel_facts(Run *run, GError **error)
{
	ThusoSites *sites = &run->sites;
	gint32 n_centres = run->siting ? run->main_trip->now.n_centres : 0;
	const gint64 *cells = all_cells(run, n_centres, error);
	if (!cells || !find_reach(run, cells, n_centres + sites->n, error) || !find_costs(run, cells, n_centres + sites->n, error))
		return FALSE;
	sites->people_gained = run->site_reach->people_gained + n_centres;
	sites->people_within = run->site_reach->people_within + n_centres;
	sites->mean_cost = run->site_reach->mean_cost + n_centres;
	sites->reach_start = run->site_reach->reach_start + n_centres;
	sites->reach_cells = run->site_reach->reach_cells;
	sites->n_demand = run->site_reach->n_demand;
	sites->demand_people = run->site_reach->demand_people;
	sites->demand_served = run->site_reach->demand_served;
	return weighted_facts(run, n_centres, error);
}

gboolean run_rank_facts(Run *run, GError **error)
{
	const ThusoLevel *municipalities = &run->region->levels[0];
	if (!place_facts(run, error) || !zone_facts(run, error) || !travel_facts(run, error))
		return FALSE;
	run->sites.n_areas = municipalities->n;
	run->sites.area_id = (const char *const *) municipalities->id;
	run->sites.area_title = (const char *const *) municipalities->title;
	run->sites.area_has_centre = run->area_has_centre;
	run->sites.slope_share = run->slope;
	run->sites.limit_text = run_own(run, run_limit_text(run, run->main_trip), g_free);
	return TRUE;
}

/* Columns were made for every candidate; siting sees the usable ones only. */
static void compact_columns(Run *run, ThusoCriterionUse *uses, int n)
{
	for (int c = 0; c < n; c++) {
		double *numbers = uses[c].column ? run_own(run, thuso_new(double, run->usable->len), g_free) : NULL;
		const char **texts = uses[c].text_column ? run_own(run, thuso_new(const char *, run->usable->len), g_free) : NULL;
		for (guint i = 0; i < run->usable->len; i++) {
			gint64 candidate = g_array_index(run->usable, gint64, i);
			if (numbers)
				numbers[i] = uses[c].column[candidate];
			if (texts)
				texts[i] = uses[c].text_column[candidate];
		}
		uses[c].column = numbers;
		uses[c].text_column = texts;
	}
}

static void report_missing(const Run *run)
{
	static const char *const rules[] = { "scored as the worst", "scored as the mean", "excluded" };
	for (int c = 0; c < run->n_criteria; c++) {
		if (run->ranking->n_missing[c] == 0)
			continue;
		g_autofree char *message =
		    g_strdup_printf("criterion %s has no value for %" G_GINT64_FORMAT " candidate(s); they were %s (`missing`)",
		                    run->criteria[c].name, run->ranking->n_missing[c], rules[run->missing]);
		thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "missing_value", "candidates", NULL, message,
		                                          run->ranking->n_missing[c], NULL });
	}
}

/* Shares stand on assessed people, and the buffer is there to compete: where either is thin, the planner must know. */
static gboolean warn_thin_ground(const Run *run, GError **error)
{
	Block area = block_get(&run->top, "area");
	const ThusoCoverage *all = run_total(run, &run->main_trip->now, error);
	if (!all)
		return FALSE;
	if (all->people > 0 && all->assessed < 0.95 * all->people) {
		g_autofree char *message =
		    g_strdup_printf("only %.1f %% of the people live where all layers have data; every share is of these alone",
		                    100 * all->assessed / all->people);
		thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "assessed", "study area", NULL, message, 1, NULL });
	}
	gboolean has_centre = FALSE;
	for (gint64 i = 0; i < run->centres->n; i++)
		has_centre |= run->centres->place[i].area < 0 && run->centres->place[i].open;
	double people = 0;
	gint64 n = thuso_grid_n(&run->region->grid);
	for (gint64 cell = 0; cell < n; cell++)
		people += run->region->area[cell] < 0 ? run->demand->people[cell] : 0;
	if (block_quantity(&area, "buffer", NULL) > 0 && !(people >= 1) && !has_centre)
		thuso_find(run->context,
		           &(ThusoFinding){ THUSO_WARNING, "empty_buffer", "study area", NULL,
		                            "the buffer holds neither people nor centres: nobody from across the boundary competes, and "
		                            "catchments that touch its edge are marked (touches_edge)",
		                            1, NULL });
	return TRUE;
}

ThusoRankingSpec run_ranking_spec(const Run *run)
{
	Block ranking = block_get(&run->top, "ranking");
	return (ThusoRankingSpec){ run->criteria,  run->n_criteria, run->exclude,
		                       run->n_exclude, run->missing,    block_quantity(&ranking, "spacing", NULL) };
}

gboolean run_rank(Run *run, GError **error)
{
	find_areas_with_centre(run);
	if (!warn_thin_ground(run, error) || !find_usable(run, error))
		return FALSE;
	thuso_stage(run->context, "reach of every candidate", 0.45, 0.75);
	if (!run_rank_facts(run, error))
		return FALSE;
	compact_columns(run, run->criteria, run->n_criteria);
	compact_columns(run, run->exclude, run->n_exclude);
	thuso_stage(run->context, "ranking", 0.75, 0.80);
	ThusoRankingSpec spec = run_ranking_spec(run);
	g_autoptr(GError) inner = NULL;
	run->ranking = thuso_rank(run->context, &run->sites, &spec, &inner);
	if (!run->ranking)
		return block_pass(&run->top, "ranking", g_steal_pointer(&inner), error);
	report_missing(run);
	return TRUE;
}
