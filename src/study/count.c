/* What a plan does, counted: people added in order, people affected by a closure, moves, costs, and the reason in words. */
#include <string.h>

#include "siting.h"

double site_capital(const Run *run, gint32 site, int class)
{
	double own = run_site(run, site)->cost;
	return isnan(own) && class >= 0 ? run->siting->classes[class].capital : own;
}

static double cover(const Run *run, gint32 site, guint8 *covered, double *weighted)
{
	gint64 n;
	const guint32 *row = run_site_rows(run, site, &n);
	ThusoSum added = { 0 }, weight = { 0 };
	for (gint64 k = 0; k < n; k++) {
		thuso_sum_add(&added, covered[row[k]] ? 0 : run->site_reach->demand_people[row[k]]);
		thuso_sum_add(&weight, covered[row[k]] ? 0 : run->row_weight[row[k]]);
		covered[row[k]] = 1;
	}
	*weighted = thuso_sum(&weight);
	return thuso_sum(&added);
}

/* Kept centres first, then each new site. Where every centre stays, the base is the people served now, as every table says them. */
static gboolean count_added(const Run *run, Plan *plan, guint8 *covered, GError **error)
{
	ThusoSum base = { 0 };
	gboolean all_stay = plan->mode->has_centres && !plan->mode->closes;
	const ThusoCoverage *now = run_total(run, &run->main_trip->now, error);
	if (!now)
		return FALSE;
	for (guint i = 0; i < plan->steps->len; i++) {
		PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		double kept;
		if (step->kind == STEP_KEPT)
			thuso_sum_add(&base, cover(run, step->site, covered, &kept));
		else if (step->kind == STEP_NEW)
			step->added = cover(run, step->site, covered, &step->added_weighted);
	}
	plan->served = all_stay ? now->served : thuso_sum(&base);
	return TRUE;
}

/* People within the limit now whose nearest open centre closes, and those of them whom the plan still has within it. */
static void count_affected(const Run *run, Plan *plan, const guint8 *covered)
{
	const State *now = &run->main_trip->now;
	g_autofree ThusoSum *all = thuso_new(ThusoSum, MAX(now->n_centres, 1)), *within = thuso_new(ThusoSum, MAX(now->n_centres, 1));
	for (gint64 i = 0; i < run->site_reach->n_demand; i++) {
		gint32 nearest = now->nearest[run->site_reach->demand_cell[i]];
		if (nearest < 0 || !run->site_reach->demand_served[i])
			continue;
		thuso_sum_add(&all[nearest], run->site_reach->demand_people[i]);
		thuso_sum_add(&within[nearest], covered[i] ? run->site_reach->demand_people[i] : 0);
	}
	for (guint i = 0; i < plan->steps->len; i++) {
		PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind != STEP_CLOSED)
			continue;
		step->affected = thuso_sum(&all[step->site]);
		step->affected_within = thuso_sum(&within[step->site]);
	}
}

static double distance2(const ThusoPlace *a, const ThusoPlace *b)
{
	return (a->x - b->x) * (a->x - b->x) + (a->y - b->y) * (a->y - b->y);
}

/* Each new site, in order, takes the place of the nearest centre that closes and that no other took. */
static void pair_moves(const Run *run, Plan *plan)
{
	g_autofree guint8 *taken = thuso_new(guint8, MAX(run->main_trip->now.n_centres, 1));
	for (guint i = 0; i < plan->steps->len; i++) {
		PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind != STEP_NEW)
			continue;
		for (guint k = 0; k < plan->steps->len; k++) {
			const PlanStep *old = &g_array_index(plan->steps, PlanStep, k);
			if (old->kind == STEP_CLOSED && !taken[old->site] &&
			    (step->instead < 0 || distance2(run_site(run, old->site), run_site(run, step->site)) <
			                              distance2(run_site(run, step->instead), run_site(run, step->site))))
				step->instead = old->site;
		}
		if (step->instead >= 0) {
			taken[step->instead] = 1;
			step->word = "moved";
		}
	}
}

/* The class that its passes gave it, or else the largest whose threshold its people reach. */
static void set_class(const Run *run, PlanStep *step)
{
	const Siting *siting = run->siting;
	for (int c = 0; step->class < 0 && c < siting->n_classes; c++)
		if (step->added_weighted >= siting->classes[c].min_people || c + 1 == siting->n_classes)
			step->class = c;
	double threshold = step->class >= 0 ? siting->classes[step->class].min_people : siting->min_people;
	step->is_small = step->added_weighted < threshold;
	step->capital = site_capital(run, step->site, step->class);
	step->operating = step->class >= 0 ? siting->classes[step->class].operating : NAN;
}

static const ThusoPlace *centre_here(const Run *run, const ThusoPlace *place)
{
	for (gint32 j = 0; j < run->main_trip->now.n_centres; j++)
		if (run_site(run, j)->cell == place->cell)
			return run_site(run, j);
	return NULL;
}

static char *new_reason(const Run *run, const Plan *plan, const PlanStep *step)
{
	GString *why = g_string_new(NULL);
	g_autofree char *people = thuso_format_count(step->added);
	const ThusoPlace *place = run_site(run, step->site), *centre = centre_here(run, place);
	if (step->instead >= 0)
		g_string_append_printf(why, "Moved from %s. ", run_site(run, step->instead)->title);
	g_string_append_printf(why, "%s more people within %s", people, run->sites.limit_text);
	if (place->area >= 0 && !run->area_has_centre[place->area] && plan->mode->has_centres)
		g_string_append_printf(why, "; %s has no open centre", run->region->levels[0].title[place->area]);
	if (step->is_small)
		g_string_append(why, "; under the threshold, asked for by a quota");
	if (centre && step->instead < 0)
		g_string_append_printf(why, "; where %s is open now", centre->title);
	g_string_append_printf(why, ". Phase %d.", step->phase);
	return g_string_free(why, FALSE);
}

static char *closed_reason(const PlanStep *step)
{
	g_autofree char *all = thuso_format_count(step->affected), *within = thuso_format_count(step->affected_within);
	return g_strdup_printf(
	    "Closes: %s people within the limit have it as their nearest centre; %s of them stay within the limit.", all, within);
}

gboolean plan_count(const Run *run, Plan *plan, GError **error)
{
	guint8 *covered = thuso_array_new(run->site_reach->n_demand, 1, "people reached by the plan", error);
	if (!covered)
		return FALSE;
	gboolean ok = count_added(run, plan, covered, error);
	if (ok && plan->mode->closes) {
		count_affected(run, plan, covered);
		pair_moves(run, plan);
	}
	thuso_array_free(covered);
	for (guint i = 0; ok && i < plan->steps->len; i++) {
		PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind == STEP_NEW) {
			set_class(run, step);
			step->why = new_reason(run, plan, step);
		} else if (step->kind == STEP_CLOSED) {
			step->why = closed_reason(step);
		}
	}
	return ok;
}
