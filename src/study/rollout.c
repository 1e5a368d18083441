/* The roll-out of a study: the first plan's new sites over the years of its budgets. */
#include <string.h>

#include "siting.h"
#include "steps.h"

static gint32 n_years_of(const Block *block)
{
	return (gint32) block_integer(block, "years", 1);
}

gboolean rollout_check(const Run *run, GError **error)
{
	if (!block_has(&run->top, "rollout"))
		return TRUE;
	Block block = block_get(&run->top, "rollout");
	int n = block_n(&block, "budget"), n_years = n_years_of(&block);
	if (n == 1 || n == n_years)
		return TRUE;
	block_error(&block, "budget", error, THUSO_ERROR_USAGE,
	            "rollout: %d budgets for %d years; give one amount for each year, or one for every year", n, n_years);
	return FALSE;
}

/* --- what is asked ---------------------------------------------------------------------------------------------------- */

typedef struct {
	GArray *step; /* of guint: places of the new sites among the plan's steps */
	gint64 *start;
	guint32 *demand;
	double *people, *cost, *budget;
	guint8 *is_upgrade;
} Parts;

static void parts_clear(Parts *parts)
{
	g_array_unref(parts->step);
	thuso_array_free(parts->start);
	thuso_array_free(parts->demand);
	thuso_array_free(parts->people);
	g_free(parts->cost);
	g_free(parts->budget);
	g_free(parts->is_upgrade);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static const PlanStep *step_of(const Plan *plan, const Parts *parts, guint i)
{
	return &g_array_index(plan->steps, PlanStep, g_array_index(parts->step, guint, i));
}

static gboolean find_costs(const Run *run, const Plan *plan, Parts *parts, GError **error)
{
	parts->cost = thuso_new(double, MAX(parts->step->len, 1));
	parts->is_upgrade = thuso_new(guint8, MAX(parts->step->len, 1));
	for (guint i = 0; i < parts->step->len; i++) {
		const PlanStep *step = step_of(plan, parts, i);
		parts->cost[i] = step->capital;
		parts->is_upgrade[i] = strcmp(step->word, "upgrade") == 0;
		if (!isnan(step->capital))
			continue;
		block_error(&run->top, "rollout", error, THUSO_ERROR_USAGE,
		            "rollout: planned site %s has no cost; write `cost` at its layer in `candidates`, or `capital` in `classes`",
		            run_site(run, step->site)->id);
		return FALSE;
	}
	return TRUE;
}

/* Whom the centres that stay reach is served whatever opens. */
static gboolean find_people(const Run *run, const Plan *plan, Parts *parts, GError **error)
{
	const ThusoSiteReach *reach = run->site_reach;
	if (!(parts->people = thuso_array_new(reach->n_demand, sizeof(double), "people to serve", error)))
		return FALSE;
	memcpy(parts->people, reach->demand_people, (gsize) reach->n_demand * sizeof(double));
	for (guint i = 0; i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		gint64 n = 0;
		const guint32 *row = step->kind == STEP_KEPT ? run_site_rows(run, step->site, &n) : NULL;
		for (gint64 k = 0; k < n; k++)
			parts->people[row[k]] = 0;
	}
	return TRUE;
}

static gboolean find_pairs(const Run *run, const Plan *plan, Parts *parts, GError **error)
{
	gint64 n, all = 0;
	if (!(parts->start = thuso_array_new((gint64) parts->step->len + 1, sizeof(gint64), "planned sites", error)))
		return FALSE;
	for (guint i = 0; i < parts->step->len; i++) {
		run_site_rows(run, step_of(plan, parts, i)->site, &n);
		parts->start[i + 1] = all += n;
	}
	if (!(parts->demand = thuso_array_new(all, sizeof(guint32), "people by planned site", error)))
		return FALSE;
	for (guint i = 0; i < parts->step->len; i++) {
		const guint32 *row = run_site_rows(run, step_of(plan, parts, i)->site, &n);
		if (n > 0)
			memcpy(parts->demand + parts->start[i], row, (gsize) n * sizeof *row);
	}
	return TRUE;
}

static void find_budgets(const Block *block, Parts *parts)
{
	gint32 n = n_years_of(block);
	parts->budget = thuso_new(double, n);
	for (gint32 t = 0; t < n; t++)
		parts->budget[t] = block_item_quantity(block, "budget", block_n(block, "budget") > 1 ? t : 0, NULL);
}

static gboolean find_parts(const Run *run, const Plan *plan, const Block *block, Parts *parts, GError **error)
{
	parts->step = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < plan->steps->len; i++)
		if (g_array_index(plan->steps, PlanStep, i).kind == STEP_NEW)
			g_array_append_val(parts->step, i);
	find_budgets(block, parts);
	return find_costs(run, plan, parts, error) && find_people(run, plan, parts, error) && find_pairs(run, plan, parts, error);
}

/* --- what comes back --------------------------------------------------------------------------------------------------- */

static void tell_unopened(const Run *run, const Plan *plan, const Parts *parts)
{
	gint64 n = 0;
	const char *first = NULL;
	for (guint i = 0; i < parts->step->len; i++)
		if (run->rollout->best.year[i] < 0) {
			first = first ? first : run_site(run, step_of(plan, parts, i)->site)->id;
			n++;
		}
	if (n == 0)
		return;
	g_autofree char *message =
	    g_strdup_printf("%" G_GINT64_FORMAT " planned site(s) open in no year of the roll-out, the first is "
	                    "%s: the budgets do not pay for them, or pay for others that serve more",
	                    n, first);
	thuso_find(run->context, &(ThusoFinding){ THUSO_INFO, "not_opened", "rollout", first, message, n, NULL });
}

static void keep_years(Run *run, Plan *plan, const Parts *parts, gint32 start)
{
	for (guint i = 0; i < parts->step->len; i++) {
		PlanStep *step = &g_array_index(plan->steps, PlanStep, g_array_index(parts->step, guint, i));
		gint32 year = run->rollout->best.year[i];
		step->year = year < 0 ? 0 : start + year;
		step->greedy_year = run->rollout->greedy.year[i] < 0 ? 0 : start + run->rollout->greedy.year[i];
	}
	PlanPhase row = { 0,
		              NULL,
		              "roll-out",
		              thuso_plan_status_name(run->rollout->status),
		              g_strdup(run->rollout->is_greedy ? "discounted people-years of new sites (greedy: nothing better was found)"
		                                               : "discounted people-years of new sites"),
		              g_strdup(""),
		              run->rollout->objective,
		              run->rollout->bound,
		              run->rollout->gap };
	g_array_append_val(plan->phases, row);
}

gboolean run_rollout(Run *run, GError **error)
{
	if (!block_has(&run->top, "rollout"))
		return TRUE;
	Block block = block_get(&run->top, "rollout");
	Plan *plan = g_ptr_array_index(run->plans, 0);
	g_auto(Parts) parts = { 0 };
	thuso_stage(run->context, "roll-out", 0.80, 0.80);
	if (!find_parts(run, plan, &block, &parts, error))
		return FALSE;
	ThusoRolloutSpec spec = { .n_sites = (gint32) parts.step->len,
		                      .start = parts.start,
		                      .demand = parts.demand,
		                      .n_demand = run->site_reach->n_demand,
		                      .people = parts.people,
		                      .cost = parts.cost,
		                      .is_upgrade = parts.is_upgrade,
		                      .n_years = n_years_of(&block),
		                      .budget = parts.budget,
		                      .discount = block_quantity(&block, "discount", NULL),
		                      .growth = block_quantity(&block, "growth", NULL),
		                      .carries_over = strcmp(block_text(&block, "carry_over"), "yes") == 0 };
	double seconds = block_quantity(&block, "time_limit", NULL);
	thuso_locate_options_default(&spec.options);
	spec.options.gap = block_quantity(&block, "gap", NULL);
	spec.options.seconds = isnan(seconds) ? INFINITY : seconds;
	if (!(run->rollout = steps_rollout(run->steps, run->context, &spec, error)))
		return FALSE;
	keep_years(run, plan, &parts, (gint32) block_integer(&block, "start", 0));
	tell_unopened(run, plan, &parts);
	return TRUE;
}
