/* A set of sites as a plan: their order with gains that add up, who goes where, and what holds the plan back. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "local.h"

enum { EXACT_ORDER = 60 }; /* capacitated plans of more sites are put in order by estimates of the gains */

#define EXACT    1e-9  /* a gap of this is none */
#define ROUNDING 1e-10 /* ... and neither is what rounding does to a value, where the objective is the small rest of it */

void thuso_plan_free(ThusoPlan *plan)
{
	if (!plan)
		return;
	g_free(plan->site);
	thuso_array_free(plan->assigned);
	g_strfreev(plan->binding);
	g_free(plan->alternative_site);
	g_free(plan->alternative_objective);
	g_free(plan);
}

void plan_set_numbers(const Task *task, ThusoPlan *plan, double objective, double bound)
{
	/* A bound that rounding left on the wrong side of the objective is the objective. */
	bound = task->model->maximises ? MAX(bound, objective) : MIN(bound, objective);
	plan->objective = objective;
	plan->bound = bound;
	plan->gap = fabs(bound - objective) / MAX(fabs(objective), 1e-12);
	plan->status = plan->gap <= EXACT * (1 + 1e-6) ? THUSO_PLAN_OPTIMAL : THUSO_PLAN_FEASIBLE;
	plan->seconds = (double) (g_get_monotonic_time() - task->start) / 1e6;
}

ThusoPlan *plan_infeasible(const Task *task, char *why)
{
	ThusoPlan *plan = g_new0(ThusoPlan, 1);
	plan->status = THUSO_PLAN_INFEASIBLE;
	plan->objective = plan->bound = plan->gap = NAN;
	plan->seconds = (double) (g_get_monotonic_time() - task->start) / 1e6;
	plan->binding = thuso_new(char *, 2);
	plan->binding[0] = why;
	return plan;
}

ThusoPlan *plan_if_forbidden(const Task *task)
{
	const Choice *choice = task->choice;
	g_autoptr(Picked) picked = picked_new(choice);
	g_autofree double *value = thuso_new(double, MAX(choice->n_sites, 1));
	gboolean gave_up;
	if (choice_some(choice, choice->state, value, picked, &gave_up) || gave_up)
		return NULL;
	return plan_infeasible(task, choice_obstacle(choice, task->location));
}

/* --- order ------------------------------------------------------------------------------------------------------------------------- */

static void add_site(ThusoPlan *plan, const Task *task, gint32 site)
{
	plan->site[plan->n_sites++] = (ThusoPlanSite){ .site = site, .is_fixed = task->choice->state[site] == SITE_IN, .gain = NAN };
}

static gint32 best_of(Local *local, const guint8 *in, gint32 n_sites)
{
	gint32 best = -1;
	double most = -INFINITY;
	for (gint32 j = 0; j < local_picked(local)->choice->n_sites; j++) {
		if (!in[j] || local_picked(local)->in[j])
			continue;
		double gain = n_sites <= EXACT_ORDER ? local_exact_gain(local, j) : local_gain(local, j);
		if (gain > most) {
			most = gain;
			best = j;
		}
	}
	return best;
}

/* Values after each site, by a plain count, so that they are those of the objective to the last digit. */
static gboolean order_sites(ThusoPlan *plan, const Task *task, const Program *program, const guint8 *in,
                            const PlanNumbers *numbers, GError **error)
{
	gint32 n = task->choice->n_sites, n_in = 0;
	for (gint32 j = 0; j < n; j++)
		n_in += in[j];
	g_autofree guint8 *now = thuso_new(guint8, MAX(n, 1));
	g_autoptr(Local) local = program ? local_new(program, error) : NULL;
	if (program && !local)
		return FALSE;
	for (gint32 j = 0; j < n; j++)
		if (in[j] && task->choice->state[j] == SITE_IN)
			add_site(plan, task, j);
	if (local) {
		for (gint32 k = 0; k < plan->n_sites; k++)
			now[plan->site[k].site] = 1;
		local_set(local, now);
		for (gint32 j; (j = best_of(local, in, n_in)) >= 0; local_add(local, j))
			add_site(plan, task, j);
	} else {
		for (gint32 j = 0; j < n; j++)
			if (in[j] && task->choice->state[j] != SITE_IN)
				add_site(plan, task, j);
	}
	memset(now, 0, (gsize) MAX(n, 0));
	double before = program ? program_value(program, now) : NAN;
	for (gint32 k = 0; program && k < plan->n_sites; k++) {
		now[plan->site[k].site] = 1;
		double after = k + 1 == plan->n_sites ? numbers->value : program_value(program, now);
		if (before < numbers->served_from || task->model->maximises)
			plan->site[k].gain = before - after;
		before = after;
	}
	return TRUE;
}

static gboolean count_people(ThusoPlan *plan, const Task *task, double limit, GError **error)
{
	const ThusoLocation *location = task->location;
	guint8 *reached = thuso_array_new(location->n_demand, 1, "people reached", error);
	if (!reached)
		return FALSE;
	ThusoSum total = { 0 };
	for (gint32 s = 0; s < plan->n_sites; s++) {
		gint32 j = plan->site[s].site;
		ThusoSum added = { 0 };
		for (gint64 k = location->start[j]; k < location->start[j + 1]; k++) {
			guint32 i = location->demand[k];
			if (reached[i] || (location->cost && location->cost[k] > limit))
				continue;
			reached[i] = 1;
			thuso_sum_add(&added, weight_of(location, i));
			thuso_sum_add(&total, weight_of(location, i));
		}
		plan->site[s].people_added = thuso_sum(&added);
		plan->site[s].people_total = thuso_sum(&total);
	}
	thuso_array_free(reached);
	return TRUE;
}

/* --- who goes where ---------------------------------------------------------------------------------------------------------------- */

static int by_demand(gconstpointer a, gconstpointer b)
{
	const ThusoAssignment *x = a, *y = b;
	if (x->demand != y->demand)
		return x->demand < y->demand ? -1 : 1;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->site - y->site;
}

gboolean plan_fill_assigned(ThusoPlan *plan, GArray *assigned, GError **error)
{
	g_array_sort(assigned, by_demand);
	plan->n_assigned = assigned->len;
	plan->assigned = thuso_array_new(plan->n_assigned, sizeof *plan->assigned, "who goes where", error);
	if (plan->assigned && assigned->len > 0)
		memcpy(plan->assigned, assigned->data, assigned->len * sizeof *plan->assigned);
	return plan->assigned != NULL;
}

/* The nearest chosen sites of each row, `n_nearest` of them; of equal costs the lowest site. */
static gboolean assign(ThusoPlan *plan, const Task *task, const guint8 *in, double limit, int n_nearest, GError **error)
{
	const ThusoLocation *location = task->location;
	gint64 n = location->n_demand * n_nearest;
	ThusoAssignment *near = thuso_array_new(n, sizeof *near, "who goes where", error);
	if (!near)
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		near[i].site = -1;
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; in[j] && k < location->start[j + 1]; k++) {
			ThusoAssignment *row = near + (gint64) location->demand[k] * n_nearest;
			ThusoAssignment own = { location->demand[k], j, weight_of(location, location->demand[k]), cost_of(location, k) };
			for (int q = 0; q < n_nearest && (!location->cost || own.cost <= limit); q++) {
				ThusoAssignment other = row[q];
				if (other.site >= 0 && other.cost <= own.cost)
					continue;
				row[q] = own;
				own = other;
				if (own.site < 0)
					break;
			}
		}
	for (gint64 i = 0; i < n; i++)
		if (near[i].site >= 0)
			near[plan->n_assigned++] = near[i];
	plan->assigned = near;
	return TRUE;
}

/* --- what binds ---------------------------------------------------------------------------------------------------------------------- */

/* Does some site that is not chosen, inside `node` and ruled out by nothing else inside it, bring anything? */
static gboolean would_help(Local *local, gint32 node)
{
	const Choice *choice = local_picked(local)->choice;
	for (gint32 j = 0; j < choice->n_sites; j++) {
		if (local_picked(local)->in[j] || choice->state[j] != SITE_FREE || !(local_gain(local, j) > 0))
			continue;
		gint32 a = choice->node_of_site[j];
		while (a >= 0 && a != node && local_picked(local)->count[a] < choice->most[a])
			a = choice->parent[a];
		if (a == node)
			return TRUE;
	}
	return FALSE;
}

static void bind_counts(GPtrArray *binding, Local *local)
{
	const Picked *picked = local_picked(local);
	const Choice *choice = picked->choice;
	for (gint32 a = 0; a < choice->n_nodes; a++) {
		if (picked->count[a] >= choice->most[a] && would_help(local, a))
			g_ptr_array_add(binding, g_strdup_printf("%s: %d of at most %d", choice->name[a], picked->count[a], choice->most[a]));
		else if (choice->least[a] > 0 && picked->count[a] == choice->least[a] && choice->least[a] < choice->most[a])
			g_ptr_array_add(binding,
			                g_strdup_printf("%s: %d of at least %d", choice->name[a], picked->count[a], choice->least[a]));
	}
}

static void bind_rows(GPtrArray *binding, Local *local)
{
	const Picked *picked = local_picked(local);
	const Choice *choice = picked->choice;
	for (gint32 r = 0; r < choice->n_rows; r++) {
		gboolean binds = FALSE;
		for (gint32 j = 0; j < choice->n_sites && !binds; j++)
			for (gint32 e = choice->row_start[j]; e < choice->row_start[j + 1]; e++)
				binds = binds || (choice->row_of[e] == r && !picked->in[j] && choice->state[j] == SITE_FREE &&
				                  local_gain(local, j) > 0 && picked->sum[r] + choice->factor[e] > choice->row_most[r]);
		ThusoDimension kind = choice->row_is_money[r] ? THUSO_MONEY : THUSO_NUMBER;
		g_autofree char *has = thuso_format_quantity(picked->sum[r], kind),
		                *may = thuso_format_quantity(choice->row_most[r], kind);
		if (binds)
			g_ptr_array_add(binding, g_strdup_printf("%s: %s of at most %s", choice->row_name[r], has, may));
	}
}

static gboolean find_binding(ThusoPlan *plan, const Program *program, const guint8 *in, GError **error)
{
	g_autoptr(Local) local = local_new(program, error);
	GPtrArray *binding = g_ptr_array_new();
	if (local) {
		local_set(local, in);
		bind_counts(binding, local);
		bind_rows(binding, local);
	}
	g_ptr_array_add(binding, NULL);
	plan->binding = (char **) g_ptr_array_free(binding, FALSE);
	return local != NULL;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------------- */

ThusoPlan *plan_of_set(const Task *task, const Program *program, const guint8 *in, const PlanNumbers *numbers, double limit,
                       int n_nearest, GError **error)
{
	g_autoptr(ThusoPlan) plan = g_new0(ThusoPlan, 1);
	gint32 n = 0;
	for (gint32 j = 0; j < task->choice->n_sites; j++)
		n += in[j];
	plan->site = thuso_new(ThusoPlanSite, MAX(n, 1));
	if (!order_sites(plan, task, program, in, numbers, error) || !count_people(plan, task, limit, error) ||
	    !assign(plan, task, in, limit, n_nearest, error) || (program && !find_binding(plan, program, in, error)))
		return NULL;
	if (!plan->binding)
		plan->binding = thuso_new(char *, 1);
	double bound = numbers->value - numbers->bound <= ROUNDING * fabs(numbers->value) ? numbers->value : numbers->bound;
	plan_set_numbers(task, plan, numbers->sign * numbers->value + numbers->offset, numbers->sign * bound + numbers->offset);
	return g_steal_pointer(&plan);
}

/* The same search once more over sets of as many sites, kept wide enough for the asked loss. */
gboolean plan_add_alternatives(const Task *task, ThusoPlan *plan, const Program *program, const guint8 *in,
                               const PlanNumbers *numbers, GError **error)
{
	g_auto(Search) search = { 0 };
	Choice *choice = task->choice;
	gint32 least = choice->least[0], most = choice->most[0], width = plan->n_sites;
	if (task->options->alternatives == 0)
		return TRUE;
	task_search(task, &search, program);
	search.hint = in;
	search.sign = numbers->sign;
	search.offset = numbers->offset;
	search.hopeless = numbers->served_from;
	search.keep = task->options->alternatives + 1;
	/* Where all sets that will do are alike, the loss keeps none out. */
	search.loss = numbers->sign == 0 ? INFINITY : task->options->loss * fabs(plan->objective);
	choice->least[0] = choice->most[0] = width;
	gboolean good = search_run(&search, error);
	choice->least[0] = least;
	choice->most[0] = most;
	if (!good)
		return FALSE;
	plan->n_alternative_sites = width;
	plan->alternative_site = thuso_new(gint32, MAX(width, 1) * MAX((gint32) search.found->len, 1));
	plan->alternative_objective = thuso_new(double, MAX((gint32) search.found->len, 1));
	for (guint f = 0; f < search.found->len && plan->n_alternatives < task->options->alternatives; f++) {
		const Found *found = g_ptr_array_index(search.found, f);
		/* What was found on the way may be farther from the best than is asked for. */
		gboolean is_within = found->value <= numbers->value + search.loss + ROUNDING * fabs(numbers->value);
		if (!is_within || memcmp(found->in, in, (gsize) choice->n_sites) == 0)
			continue;
		gint32 a = plan->n_alternatives++, k = 0;
		for (gint32 j = 0; j < choice->n_sites; j++)
			if (found->in[j])
				plan->alternative_site[a * width + k++] = j;
		plan->alternative_objective[a] = numbers->sign * found->value + numbers->offset;
	}
	return TRUE;
}
