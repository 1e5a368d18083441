/* A phase of a plan as a location problem: which sites are open, fixed or out, quotas, budget, thresholds, pairs.
 *
 * Sites: open centres by id, then usable candidates by id, then places that keep room for smaller classes. */
#include <string.h>

#include "siting.h"

#define CHARGE_OF_MOVE 0.5 /* people: what a new site of a relocation must bring, so that no centre moves for nothing */

/* --- areas and quotas ----------------------------------------------------------------------------------------------------- */

static gint32 area_of(const Run *run, gint32 site)
{
	return run_site(run, site)->area;
}

static gint32 unit_of(const Run *run, const Quota *quota, gint32 area)
{
	return area >= 0 ? run->region->levels[quota->level].unit_of_area[area] : -1;
}

/* By unit of the quota's level: does it hold an open centre? */
static guint8 *units_with_centre(const Run *run, const Quota *quota)
{
	guint8 *has = thuso_new(guint8, MAX(run->region->levels[quota->level].n, 1));
	for (gint32 a = 0; a < run->region->levels[0].n; a++)
		if (run->area_has_centre[a])
			has[unit_of(run, quota, a)] = 1;
	return has;
}

typedef struct {
	const Quota *quota;
	gint32 n;        /* units */
	guint8 *applies; /* n: the quota is about this unit */
	gint32 *have;    /* n: sites that count and are decided */
	gint32 *can;     /* n: sites that count and may still be chosen */
} Counts;

static gboolean counts_in(const Ask *ask, const Quota *quota, gint32 site)
{
	gboolean is_centre = site < ask->run->main_trip->now.n_centres;
	return !quota->counts_new || !is_centre;
}

static void counts_init(Counts *counts, const Ask *ask, const Quota *quota)
{
	const Run *run = ask->run;
	*counts = (Counts){ .quota = quota, .n = run->region->levels[quota->level].n };
	counts->applies = thuso_new(guint8, MAX(counts->n, 1));
	counts->have = thuso_new(gint32, MAX(counts->n, 1));
	counts->can = thuso_new(gint32, MAX(counts->n, 1));
	g_autofree guint8 *has = units_with_centre(run, quota);
	for (gint32 u = 0; u < counts->n; u++)
		counts->applies[u] = (quota->group < 0 || quota->group == u) && !(quota->no_centre && ask->mode->has_centres && has[u]);
	for (gint32 j = 0; j < run_n_sites(run); j++) {
		gint32 unit = unit_of(run, quota, area_of(run, j));
		if (unit < 0 || !counts_in(ask, quota, j))
			continue;
		counts->have[unit] += ask->state[j] == THUSO_SITE_FIXED;
		counts->can[unit] += ask->state[j] == THUSO_SITE_FREE;
	}
}

static void counts_clear(Counts *counts)
{
	g_free(counts->applies);
	g_free(counts->have);
	g_free(counts->can);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Counts, counts_clear)

static gint32 least_of(const Counts *counts, gint32 unit)
{
	if (!counts->applies[unit])
		return 0;
	gint32 can = counts->have[unit] + counts->can[unit];
	return counts->quota->skip_empty ? MIN(counts->quota->min, can) : counts->quota->min;
}

/* What stands there already is no offence: then the area gets nothing new. */
static gint32 most_of(const Counts *counts, gint32 unit)
{
	return counts->applies[unit] ? MAX(counts->quota->max, counts->have[unit]) : G_MAXINT32;
}

static void tell_skipped(const Ask *ask, const Counts *counts, gint32 unit)
{
	const ThusoLevel *level = &ask->run->region->levels[counts->quota->level];
	g_autofree char *message = g_strdup_printf(
	    "%s %s (%s) can have %d of the %d centres of the quota: it has no more candidates that may be sites; "
	    "add candidates there",
	    level->name, level->id[unit], level->title[unit], counts->have[unit] + counts->can[unit], counts->quota->min);
	thuso_find(ask->run->context,
	           &(ThusoFinding){ THUSO_WARNING, "no_candidate", "candidates", level->id[unit], message, 1, NULL });
}

gboolean ask_check(const Ask *ask, gboolean tell, GError **error)
{
	for (int q = 0; q < ask->phase->n_quotas; q++) {
		const Quota *quota = &ask->phase->quota[q];
		const ThusoLevel *level = &ask->run->region->levels[quota->level];
		g_auto(Counts) counts = { 0 };
		counts_init(&counts, ask, quota);
		for (gint32 u = 0; u < counts.n; u++) {
			if (!counts.applies[u] || counts.have[u] + counts.can[u] >= quota->min)
				continue;
			if (!quota->skip_empty) {
				block_error(&quota->block, "min", error, THUSO_ERROR_INFEASIBLE,
				            "%s %s (%s) must have %d centre(s) and can have %d: no other candidate there may be a site; add "
				            "candidates, loosen `exclude`, or write skip_empty: yes",
				            level->name, level->id[u], level->title[u], quota->min, counts.have[u] + counts.can[u]);
				return FALSE;
			}
			if (tell)
				tell_skipped(ask, &counts, u);
		}
	}
	return TRUE;
}

/* --- what the quotas ask for ----------------------------------------------------------------------------------------------- */

/* The area of the unit that has most candidates left for `extra`; -1 = none. */
static gint32 roomiest(const Run *run, const Quota *quota, gint32 unit, const gint32 *free_sites, const gint32 *extra)
{
	gint32 best = -1;
	for (gint32 a = 0; a < run->region->levels[0].n; a++)
		if (unit_of(run, quota, a) == unit && free_sites[a] > extra[a] &&
		    (best < 0 || free_sites[a] - extra[a] > free_sites[best] - extra[best]))
			best = a;
	return best;
}

/* Sites by area that meet every least, the smallest level first: exact where levels nest. */
static gint32 *needed_by_area(const Ask *ask)
{
	const Run *run = ask->run;
	gint32 n_areas = run->region->levels[0].n;
	gint32 *extra = thuso_new(gint32, MAX(n_areas, 1));
	g_autofree gint32 *free_sites = thuso_new(gint32, MAX(n_areas, 1));
	for (gint32 j = run->main_trip->now.n_centres; j < run_n_sites(run); j++)
		if (area_of(run, j) >= 0 && ask->state[j] == THUSO_SITE_FREE)
			free_sites[area_of(run, j)]++;
	for (int l = 0; l < run->region->n_levels; l++)
		for (int q = 0; q < ask->phase->n_quotas; q++) {
			const Quota *quota = &ask->phase->quota[q];
			if (quota->level != l || quota->min == 0)
				continue;
			g_auto(Counts) counts = { 0 };
			counts_init(&counts, ask, quota);
			for (gint32 a = 0; a < n_areas; a++)
				counts.have[unit_of(run, quota, a)] += extra[a];
			for (gint32 u = 0; u < counts.n; u++)
				for (gint32 a; counts.applies[u] && counts.have[u] < quota->min; counts.have[u]++) {
					if ((a = roomiest(run, quota, u, free_sites, extra)) < 0)
						break;
					extra[a]++;
				}
		}
	return extra;
}

gint32 ask_need(const Ask *ask)
{
	g_autofree gint32 *extra = needed_by_area(ask);
	gint32 n = 0;
	for (gint32 a = 0; a < ask->run->region->levels[0].n; a++)
		n += extra[a];
	return n;
}

/* --- the problem ----------------------------------------------------------------------------------------------------------- */

static gpointer keep(PhaseProblem *problem, gpointer data)
{
	g_ptr_array_add(problem->owned, data);
	return data;
}

static gboolean add_quota(PhaseProblem *problem, const Ask *ask, const Quota *quota, const gint32 *room_area,
                          ThusoQuotaLevel *level)
{
	const Run *run = ask->run;
	g_auto(Counts) counts = { 0 };
	counts_init(&counts, ask, quota);
	gint32 *group = keep(problem, thuso_new(gint32, MAX(problem->location.n_sites, 1)));
	gint32 *min = keep(problem, thuso_new(gint32, MAX(counts.n, 1))), *max = keep(problem, thuso_new(gint32, MAX(counts.n, 1)));
	for (gint32 j = 0; j < problem->location.n_sites; j++) {
		gint32 area = j < problem->n_sites ? area_of(run, j) : room_area[j - problem->n_sites];
		group[j] = j >= problem->n_sites || counts_in(ask, quota, j) ? unit_of(run, quota, area) : -1;
	}
	for (gint32 u = 0; u < counts.n; u++) {
		min[u] = least_of(&counts, u);
		max[u] = most_of(&counts, u);
	}
	*level = (ThusoQuotaLevel){ run->region->levels[quota->level].name,
		                        counts.n,
		                        (const char *const *) run->region->levels[quota->level].id,
		                        group,
		                        min,
		                        max };
	return TRUE;
}

/* At least so many of a kind of sites are chosen: open centres that may close, or these and the candidates. */
static void add_least(PhaseProblem *problem, const Ask *ask, gboolean centres_only, gint32 least, ThusoQuotaLevel *level)
{
	static const char *const id[] = { "that stay" }, *const all[] = { "of the plan" };
	gint32 *group = keep(problem, thuso_new(gint32, MAX(problem->location.n_sites, 1)));
	gint32 *bounds = keep(problem, thuso_new(gint32, 2));
	for (gint32 j = 0; j < problem->location.n_sites; j++) {
		gboolean is_centre = j < ask->run->main_trip->now.n_centres;
		group[j] = ask->state[j] == THUSO_SITE_FREE && (is_centre || !centres_only) ? 0 : -1;
	}
	bounds[0] = MAX(least, 0);
	bounds[1] = G_MAXINT32;
	*level =
	    (ThusoQuotaLevel){ centres_only ? "open centres" : "centres", 1, centres_only ? id : all, group, &bounds[0], &bounds[1] };
}

static gboolean has_most(const Phase *phase)
{
	for (int q = 0; q < phase->n_quotas; q++)
		if (phase->quota[q].max < G_MAXINT32)
			return TRUE;
	return FALSE;
}

/* No centre closes for nothing: in a reduction `keep` of them stay, in a relocation no more close than sites open (unless quotas say
 * at most how many an area may have: then they may have to). */
static int add_stay(PhaseProblem *problem, const Ask *ask, ThusoQuotaLevel *level)
{
	gint32 n = 0, n_levels = 0;
	for (gint32 j = 0; j < ask->run->main_trip->now.n_centres; j++)
		n += ask->state[j] == THUSO_SITE_FREE;
	add_least(problem, ask, TRUE, ask->mode->opens ? n - ask->siting->moves : MIN(ask->siting->keep, n), &level[n_levels++]);
	if (ask->mode->opens && !has_most(ask->phase))
		add_least(problem, ask, FALSE, n, &level[n_levels++]);
	return n_levels;
}

static void add_quotas(PhaseProblem *problem, const Ask *ask, const gint32 *room_area)
{
	ThusoQuotaLevel *level = keep(problem, thuso_new(ThusoQuotaLevel, ask->phase->n_quotas + 2));
	int n = 0;
	for (int q = 0; q < ask->phase->n_quotas; q++)
		add_quota(problem, ask, &ask->phase->quota[q], room_area, &level[n++]);
	if (ask->decides_centres)
		n += add_stay(problem, ask, &level[n]);
	problem->location.level = level;
	problem->location.n_levels = n;
}

static gboolean no_cost(const Ask *ask, gint32 site, GError **error)
{
	block_error(&ask->siting->block, "budget", error, THUSO_ERROR_USAGE,
	            "siting: a budget needs the cost of every candidate, and %s has none; write `cost` at its layer in `candidates`, "
	            "or `capital` in `classes`",
	            run_site(ask->run, site)->id);
	return FALSE;
}

static gboolean add_budget(PhaseProblem *problem, const Ask *ask, GError **error)
{
	if (isnan(ask->budget))
		return TRUE;
	ThusoBudget *budget = keep(problem, thuso_new(ThusoBudget, 1));
	double *cost = keep(problem, thuso_new(double, MAX(problem->location.n_sites, 1)));
	int class = ask->class >= 0 ? ask->class : ask->siting->n_classes > 0 ? 0 : -1;
	for (gint32 j = ask->run->main_trip->now.n_centres; j < problem->n_sites; j++) {
		if (ask->state[j] != THUSO_SITE_FREE)
			continue;
		cost[j] = site_capital(ask->run, j, class);
		if (isnan(cost[j]))
			return no_cost(ask, j, error);
	}
	for (gint32 j = problem->n_sites; j < problem->location.n_sites; j++) {
		double least = ask->siting->classes[ask->siting->n_classes - 1].capital;
		cost[j] = isnan(least) ? 0 : least;
	}
	*budget = (ThusoBudget){ "budget", cost, MAX(ask->budget, 0) };
	problem->location.budget = budget;
	problem->location.n_budgets = 1;
	return TRUE;
}

static void add_charges(PhaseProblem *problem, const Ask *ask)
{
	const Siting *siting = ask->siting;
	double charge = ask->class >= 0 ? siting->classes[ask->class].min_people : siting->min_people;
	if (!siting->model->maximises)
		return;
	if (!(charge > 0) && ask->mode->closes && ask->mode->opens)
		charge = problem->charged = CHARGE_OF_MOVE;
	if (!(charge > 0))
		return;
	double *charges = keep(problem, thuso_new(double, MAX(problem->location.n_sites, 1)));
	for (gint32 j = ask->run->main_trip->now.n_centres; j < problem->n_sites; j++)
		charges[j] = ask->state[j] == THUSO_SITE_FREE ? charge : 0;
	problem->location.charge = charges;
}

/* Within the limit: the rows that the ranking found, as they lie there. */
static void add_reach(PhaseProblem *problem, const Run *run, gint64 *start)
{
	memcpy(start, run->site_reach->reach_start, ((gsize) problem->n_sites + 1) * sizeof *start);
	problem->location.n_demand = run->site_reach->n_demand;
	problem->location.demand = run->site_reach->reach_cells;
	problem->location.weight = run->row_weight;
}

/* With costs: people whom no site that may be chosen reaches are nobody's, and left out. */
static gboolean add_costs(PhaseProblem *problem, const Ask *ask, gint64 *start, GError **error)
{
	const Run *run = ask->run;
	const ThusoSitePairs *pairs = run->site_pairs;
	gint64 n_demand = run->site_reach->n_demand, n = 0;
	guint32 *into = thuso_array_new(n_demand, sizeof *into, "demand rows", error);
	guint32 *demand = into ? thuso_array_new(pairs->start[problem->n_sites], sizeof *demand, "costs from sites", error) : NULL;
	double *weight = demand ? thuso_array_new(n_demand, sizeof *weight, "demand rows", error) : NULL;
	for (gint32 j = 0; weight && j < problem->n_sites; j++)
		for (gint64 k = pairs->start[j]; ask->state[j] != THUSO_SITE_FORBIDDEN && k < pairs->start[j + 1]; k++)
			into[pairs->demand[k]] = 1;
	for (gint64 i = 0; weight && i < n_demand; i++)
		if (into[i]) {
			weight[n] = run->row_weight[i];
			into[i] = (guint32) n++;
		}
	for (gint64 k = 0; weight && k < pairs->start[problem->n_sites]; k++)
		demand[k] = into[pairs->demand[k]];
	thuso_array_free(into);
	problem->demand = demand;
	problem->weight = weight;
	memcpy(start, pairs->start, ((gsize) problem->n_sites + 1) * sizeof *start);
	problem->location.n_demand = n;
	problem->location.demand = demand;
	problem->location.weight = weight;
	problem->location.cost = pairs->cost;
	problem->location.unserved = run->search_limit;
	return weight != NULL;
}

static gboolean add_pairs(PhaseProblem *problem, const Ask *ask, GError **error)
{
	gint64 *start = keep(problem, thuso_new(gint64, problem->location.n_sites + 1));
	if (ask->siting->model->ignores_costs)
		add_reach(problem, ask->run, start);
	else if (!add_costs(problem, ask, start, error))
		return FALSE;
	for (gint32 j = problem->n_sites; j < problem->location.n_sites; j++)
		start[j + 1] = start[j];
	problem->location.start = start;
	problem->location.limit = ask->run->main_trip->limit;
	problem->location.decay = isnan(ask->siting->decay) ? 0 : ask->siting->decay;
	return TRUE;
}

static void add_sites(PhaseProblem *problem, const Ask *ask)
{
	gint32 n = problem->location.n_sites, fixed = 0;
	guint8 *state = keep(problem, thuso_new(guint8, MAX(n, 1)));
	const char **id = keep(problem, thuso_new(const char *, MAX(n, 1)));
	for (gint32 j = 0; j < n; j++) {
		state[j] = j < problem->n_sites ? ask->state[j] : THUSO_SITE_FREE;
		id[j] = j < problem->n_sites ? run_site(ask->run, j)->id : "(room for a smaller class)";
		fixed += state[j] == THUSO_SITE_FIXED;
	}
	problem->location.state = state;
	problem->location.site_id = id;
	problem->location.sites = ask->sites < 0 ? -1 : fixed + ask->sites;
}

static void add_capacity(PhaseProblem *problem, const Ask *ask)
{
	if (!ask->siting->model->needs_capacity)
		return;
	double *capacity = keep(problem, thuso_new(double, MAX(problem->location.n_sites, 1)));
	for (gint32 j = 0; j < problem->location.n_sites; j++)
		capacity[j] = ask->siting->capacity;
	problem->location.capacity = capacity;
}

gboolean phase_problem_new(PhaseProblem *problem, const Ask *ask, GError **error)
{
	g_autofree gint32 *room = ask->keeps_room ? needed_by_area(ask) : NULL;
	g_autoptr(GArray) room_area = g_array_new(FALSE, FALSE, sizeof(gint32));
	for (gint32 a = 0; room && a < ask->run->region->levels[0].n; a++)
		for (gint32 k = 0; k < room[a]; k++)
			g_array_append_val(room_area, a);
	*problem = (PhaseProblem){ .owned = g_ptr_array_new_with_free_func(g_free), .n_sites = run_n_sites(ask->run) };
	thuso_location_default(&problem->location);
	problem->location.n_sites = problem->n_sites + (gint32) room_area->len;
	add_sites(problem, ask);
	add_quotas(problem, ask, (const gint32 *) (gpointer) room_area->data);
	add_charges(problem, ask);
	add_capacity(problem, ask);
	return add_budget(problem, ask, error) && add_pairs(problem, ask, error);
}

void phase_problem_clear(PhaseProblem *problem)
{
	if (problem->owned)
		g_ptr_array_unref(problem->owned);
	thuso_array_free(problem->demand);
	thuso_array_free(problem->weight);
}
