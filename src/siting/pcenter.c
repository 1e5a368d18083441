/* p-center: the least greatest cost of anybody to the nearest site (Hakimi 1964); weights do not count.
 *
 * Halving over the costs that occur (Minieka 1970): do p sites have everybody within r? The radius is proven when they do for it and not
 * for the next smaller one. */
#include "fewest.h"

#include <stdlib.h>
#include <string.h>

static char *why_not(const Task *task)
{
	g_autofree char *unreached = task_unreached(task, INFINITY);
	if (!unreached)
		return g_strdup("no allowed set of sites reaches everybody; allow more sites");
	return g_strdup_printf("no site reaches %s; leave them out or add sites", unreached);
}

static int compare_costs(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;
	return (x > y) - (x < y);
}

/* The different costs of pairs that can be chosen, ascending. */
static double *list_costs(const Task *task, gint64 *n, GError **error)
{
	const ThusoLocation *location = task->location;
	double *cost = thuso_array_new(location->start[location->n_sites] + 1, sizeof *cost, "costs", error);
	gint64 all = 0;
	if (!cost)
		return NULL;
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++)
			cost[all++] = cost_of(location, k);
	qsort(cost, (gsize) all, sizeof *cost, compare_costs);
	*n = 0;
	for (gint64 k = 0; k < all; k++)
		if (*n == 0 || cost[k] != cost[*n - 1])
			cost[(*n)++] = cost[k];
	return cost;
}

/* Greatest cost of a row to the set; INFINITY = somebody is not reached. `work`: n_demand. */
static double radius_of(const Task *task, const guint8 *set, double *work)
{
	const ThusoLocation *location = task->location;
	double most = 0;
	for (gint64 i = 0; i < location->n_demand; i++)
		work[i] = INFINITY;
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; set[j] && k < location->start[j + 1]; k++)
			work[location->demand[k]] = MIN(work[location->demand[k]], cost_of(location, k));
	for (gint64 i = 0; i < location->n_demand; i++)
		most = MAX(most, work[i]);
	return most;
}

/* Every row within the radius, whether it weighs or not. */
static Program *rows_within(const Task *task, double radius, GError **error)
{
	g_auto(ProgramParts) parts = { 0 };
	if (!task_pairs_within(task, radius, &parts, error))
		return NULL;
	for (gint64 i = 0; i < parts.n_rows; i++)
		parts.other[i] = 1;
	return program_new(&parts, task->choice, error);
}

static gboolean ask(const Task *task, double radius, const guint8 *hint, guint8 *set, Answer *answer, GError **error)
{
	g_autoptr(Program) program = rows_within(task, radius, error);
	*answer = ANSWER_NO;
	return program && (program->constant > 0 || fewest_ask(task, program, -1, 0, hint, set, answer, error));
}

static gint64 index_of(const double *cost, gint64 n, double value)
{
	const double *at = bsearch(&value, cost, (gsize) n, sizeof *cost, compare_costs);
	return at ? at - cost : n - 1;
}

typedef struct {
	double *cost, *work;
	gint64 n, low, high; /* low: known not to do (-1 = none), high: does, by `set` */
	guint8 *set, *trial;
	Answer answer;
} Halving;

static gboolean halve(const Task *task, Halving *h, GError **error)
{
	h->low = -1;
	h->high = h->n - 1;
	h->answer = ANSWER_NO;
	if (h->n == 0)
		return TRUE;
	if (!ask(task, h->cost[h->high], NULL, h->set, &h->answer, error))
		return FALSE;
	if (h->answer != ANSWER_YES)
		return TRUE;
	h->high = index_of(h->cost, h->n, radius_of(task, h->set, h->work));
	while (h->low + 1 < h->high) {
		gint64 middle = h->low + (h->high - h->low) / 2;
		Answer answer;
		if (!ask(task, h->cost[middle], h->set, h->trial, &answer, error))
			return FALSE;
		if (answer == ANSWER_UNKNOWN)
			break;
		if (answer == ANSWER_NO) {
			h->low = middle;
			continue;
		}
		memcpy(h->set, h->trial, (gsize) task->location->n_sites);
		h->high = index_of(h->cost, h->n, radius_of(task, h->set, h->work));
	}
	return TRUE;
}

/* Other sets of as many sites with the same greatest cost or less. */
static gboolean add_alternatives(const Task *task, ThusoPlan *plan, const Halving *h, GError **error)
{
	double radius = h->cost[h->high];
	g_autoptr(Program) rows = rows_within(task, radius, error);
	PlanNumbers alike = { 0, radius, 0, 0, 1 };
	return rows && plan_add_alternatives(task, plan, rows, h->set, &alike, error);
}

static ThusoPlan *make_plan(const Task *task, const Halving *h, GError **error)
{
	if (h->answer == ANSWER_UNKNOWN)
		return task_no_plan_in_time(task, error);
	if (h->answer == ANSWER_NO)
		return task->location->n_demand == 0 ? plan_infeasible(task, g_strdup("there is no demand"))
		                                     : plan_infeasible(task, why_not(task));
	double radius = h->cost[h->high];
	g_autoptr(Program) program = task_people_program(task, radius, error);
	if (!program)
		return NULL;
	PlanNumbers numbers = { 1, 0, program_value(program, h->set), 0, INFINITY };
	g_autoptr(ThusoPlan) plan = plan_of_set(task, program, h->set, &numbers, INFINITY, 1, error);
	/* Gains of a greatest cost do not add up. */
	for (gint32 k = 0; plan && k < plan->n_sites; k++)
		plan->site[k].gain = NAN;
	if (plan && task->options->alternatives > 0 && !add_alternatives(task, plan, h, error))
		return NULL;
	if (plan)
		plan_set_numbers(task, plan, radius, h->low + 1 <= h->high ? h->cost[h->low + 1] : radius);
	return g_steal_pointer(&plan);
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	if (!task_begin(&task, context, &thuso_model_pcenter, location, options, error))
		return NULL;
	ThusoPlan *plan = plan_if_forbidden(&task);
	if (plan)
		return plan;
	g_autofree guint8 *set = thuso_new(guint8, MAX(location->n_sites, 1)), *trial = thuso_new(guint8, MAX(location->n_sites, 1));
	Halving h = { .set = set, .trial = trial };
	if ((h.cost = list_costs(&task, &h.n, error)) &&
	    (h.work = thuso_array_new(location->n_demand, sizeof(double), "costs", error)) && halve(&task, &h, error))
		plan = make_plan(&task, &h, error);
	thuso_array_free(h.cost);
	thuso_array_free(h.work);
	return plan;
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ NULL },
};

const ThusoModel thuso_model_pcenter = {
	.about = {
		.name = "pcenter",
		.title = "p-center problem",
		.summary = "Choose p sites so that the person with the longest way has the shortest one; weights do not count.",
		.source = "Hakimi 1964; Minieka 1970",
		.params = params,
	},
	.objective = "greatest cost",
	.needs_sites = TRUE,
	.solve = solve,
};
