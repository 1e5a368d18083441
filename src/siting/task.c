/* A location problem made ready for the solvers, and the common way from there to a plan. */
#include "model.h"

#include <string.h>

gboolean task_begin(Task *task, ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                    const ThusoLocateOptions *options, GError **error)
{
	ThusoSum people = { 0 };
	*task = (Task){ .context = context, .model = model, .location = location, .options = options };
	task->start = g_get_monotonic_time();
	double left = options->seconds * 1e6;
	task->deadline = left < 9e18 ? task->start + (gint64) left : G_MAXINT64;
	for (gint64 i = 0; i < location->n_demand; i++)
		thuso_sum_add(&people, weight_of(location, i));
	task->people = thuso_sum(&people);
	task->choice = choice_new(location, model->needs_pairs_of_sites, error);
	return task->choice != NULL;
}

void task_clear(Task *task)
{
	choice_free(task->choice);
}

void parts_clear(ProgramParts *parts)
{
	thuso_array_free(parts->start);
	thuso_array_free(parts->row);
	thuso_array_free(parts->cost);
	thuso_array_free(parts->other);
	thuso_array_free(parts->rest);
	thuso_array_free(parts->times);
	thuso_array_free(parts->people);
	thuso_array_free(parts->capacity);
	thuso_array_free(parts->charge);
}

/* Room for as many pairs as there may be; sites that are out bring none. */
static gboolean make_parts(const Task *task, gboolean with_cost, ProgramParts *parts, GError **error)
{
	static const char what[] = "pairs of demand and sites";
	const ThusoLocation *location = task->location;
	gint64 n = location->start[location->n_sites];
	parts->n_rows = location->n_demand;
	if (!(parts->start = thuso_array_new(location->n_sites + 1, sizeof(gint64), what, error)) ||
	    !(parts->row = thuso_array_new(n, sizeof(guint32), what, error)) ||
	    (with_cost && !(parts->cost = thuso_array_new(n, sizeof(double), what, error))) ||
	    !(parts->other = thuso_array_new(location->n_demand, sizeof(double), what, error)))
		return FALSE;
	for (gint64 i = 0; i < location->n_demand; i++)
		parts->other[i] = weight_of(location, i);
	return TRUE;
}

gboolean task_pairs_within(const Task *task, double limit, ProgramParts *parts, GError **error)
{
	const ThusoLocation *location = task->location;
	gint64 n = 0;
	if (!make_parts(task, FALSE, parts, error))
		return FALSE;
	for (gint32 j = 0; j < location->n_sites; j++) {
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++)
			if (!location->cost || location->cost[k] <= limit)
				parts->row[n++] = location->demand[k];
		parts->start[j + 1] = n;
	}
	return TRUE;
}

Program *task_people_program(const Task *task, double limit, GError **error)
{
	g_auto(ProgramParts) parts = { 0 };
	return task_pairs_within(task, limit, &parts, error) ? program_new(&parts, task->choice, error) : NULL;
}

gboolean task_pairs_weighted(const Task *task, ProgramParts *parts, GError **error)
{
	const ThusoLocation *location = task->location;
	gint64 n = 0;
	if (!make_parts(task, TRUE, parts, error))
		return FALSE;
	for (gint32 j = 0; j < location->n_sites; j++) {
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++) {
			double weight = weight_of(location, location->demand[k]);
			if (!(weight > 0))
				continue;
			parts->row[n] = location->demand[k];
			parts->cost[n++] = weight * cost_of(location, k);
		}
		parts->start[j + 1] = n;
	}
	return TRUE;
}

gboolean task_charges(const Task *task, ProgramParts *parts, GError **error)
{
	const ThusoLocation *location = task->location;
	if (!location->charge)
		return TRUE;
	if (!(parts->charge = thuso_array_new(location->n_sites, sizeof(double), "thresholds of sites", error)))
		return FALSE;
	for (gint32 j = 0; j < location->n_sites; j++)
		parts->charge[j] = task->choice->state[j] == SITE_IN ? 0 : location->charge[j];
	return TRUE;
}

void task_search(const Task *task, Search *search, const Program *program)
{
	search_init(search, task->context, program);
	search->gap = task->options->gap;
	search->deadline = task->deadline;
	search->seed = task->options->seed;
}

ThusoPlan *task_no_plan_in_time(const Task *task, GError **error)
{
	if (thuso_context_go_on(task->context, error))
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "%s: no plan was found, and none was proven impossible; give more time, or loosen the quotas",
		            task->model->about.name);
	return NULL;
}

ThusoPlan *task_solve(const Task *task, const Program *program, const Solving *solving, GError **error)
{
	g_auto(Search) search = { 0 };
	ThusoPlan *forbidden = plan_if_forbidden(task);
	if (forbidden)
		return forbidden;
	task_search(task, &search, program);
	search.hopeless = solving->hopeless;
	search.sign = solving->sign;
	search.offset = solving->offset;
	if (!search_run(&search, error))
		return NULL;
	const Found *best = search_best(&search);
	if (!best && !search.is_complete)
		return task_no_plan_in_time(task, error);
	if (!best)
		return plan_infeasible(task, solving->why_not ? solving->why_not(task) : choice_obstacle(task->choice, task->location));
	PlanNumbers numbers = { solving->sign, solving->offset, best->value, search.bound, solving->hopeless };
	g_autoptr(ThusoPlan) plan = plan_of_set(task, program, best->in, &numbers, solving->limit, solving->n_nearest, error);
	if (!plan || !plan_add_alternatives(task, plan, program, best->in, &numbers, error))
		return NULL;
	return g_steal_pointer(&plan);
}

char *task_unreached(const Task *task, double limit)
{
	const ThusoLocation *location = task->location;
	g_autofree guint8 *reached = thuso_new(guint8, MAX(location->n_demand, 1));
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++)
			if (!location->cost || location->cost[k] <= limit)
				reached[location->demand[k]] = 1;
	gint64 n = 0, first = -1;
	ThusoSum people = { 0 };
	for (gint64 i = 0; i < location->n_demand; i++) {
		if (reached[i])
			continue;
		n++;
		first = first < 0 ? i : first;
		thuso_sum_add(&people, weight_of(location, i));
	}
	if (n == 0)
		return NULL;
	g_autofree char *count = thuso_format_count(thuso_sum(&people));
	if (!location->demand_id)
		return g_strdup_printf("%" G_GINT64_FORMAT " demand rows (%s people)", n, count);
	return g_strdup_printf("%" G_GINT64_FORMAT " demand row%s (%s people; the first is %s)", n, n == 1 ? "" : "s", count,
	                       location->demand_id[first]);
}
