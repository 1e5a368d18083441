/* Location set covering: the fewest sites that have everybody, or a share of the people, within the limit (Toregas et al. 1971). */
#include "fewest.h"

static gboolean is_partial(const Task *task)
{
	return task->location->target >= 0 && task->location->target < 1;
}

/* Everybody: each row counts one, so that a search for none left is one in whole numbers. */
static gboolean make_program(const Task *task, Program **program, double *allowed, GError **error)
{
	g_auto(ProgramParts) parts = { 0 };
	if (!task_pairs_within(task, task->location->limit, &parts, error))
		return FALSE;
	*allowed = 0;
	if (is_partial(task))
		*allowed = MAX((1 - task->location->target) * task->people, 0) + 1e-9 * task->people;
	else
		for (gint64 i = 0; i < parts.n_rows; i++)
			parts.other[i] = 1;
	*program = program_new(&parts, task->choice, error);
	return *program != NULL;
}

static char *why_not(const Task *task)
{
	g_autofree char *unreached = task_unreached(task, task->location->limit);
	if (!unreached)
		return g_strdup(
		    "no allowed set of sites has everybody within the limit: the number of sites, quotas or budgets forbid it");
	return g_strdup_printf("no site has %s within the limit; raise the limit, add sites, or ask for a share of the people",
	                       unreached);
}

static char *why_not_the_share(const Task *task, const Program *program)
{
	double share = task->people > 0 ? 100 * (1 - program->constant / task->people) : 0;
	return g_strdup_printf("no allowed set of sites has %g %% of the people within the limit; all sites together have %.6g %%",
	                       100 * task->location->target, share);
}

/* Gains in people, and the count as the objective. */
static ThusoPlan *make_plan(const Task *task, const guint8 *set, gint32 fewest, gint32 lower, GError **error)
{
	g_autoptr(Program) people = task_people_program(task, task->location->limit, error);
	if (!people)
		return NULL;
	PlanNumbers numbers = { 1, 0, program_value(people, set), 0, INFINITY };
	g_autoptr(ThusoPlan) plan = plan_of_set(task, people, set, &numbers, task->location->limit, 1, error);
	if (!plan)
		return NULL;
	for (gint32 k = 0; k < plan->n_sites; k++)
		plan->site[k].gain = plan->site[k].people_added;
	plan_set_numbers(task, plan, fewest, lower);
	return g_steal_pointer(&plan);
}

/* Sets of as many sites that will do as well. */
static gboolean add_alternatives(const Task *task, ThusoPlan *plan, const Program *program, const guint8 *set, double allowed,
                                 GError **error)
{
	double objective = plan->objective, bound = plan->bound;
	/* A plan of the fewest sites is as good as any other: all values up to `allowed` are alike. */
	PlanNumbers numbers = { 0, objective, allowed, 0, program->grain > 0 ? allowed + program->grain : allowed };
	if (!plan_add_alternatives(task, plan, program, set, &numbers, error))
		return FALSE;
	plan_set_numbers(task, plan, objective, bound);
	return TRUE;
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	g_autoptr(Program) program = NULL;
	double allowed;
	gint32 fewest, lower;
	Answer answer;
	if (!task_begin(&task, context, &thuso_model_lscp, location, options, error) ||
	    !make_program(&task, &program, &allowed, error))
		return NULL;
	ThusoPlan *forbidden = plan_if_forbidden(&task);
	if (forbidden)
		return forbidden;
	g_autofree guint8 *set = thuso_new(guint8, MAX(location->n_sites, 1));
	if (program->constant > allowed)
		return plan_infeasible(&task, is_partial(&task) ? why_not_the_share(&task, program) : why_not(&task));
	if (!fewest_find(&task, program, allowed, set, &fewest, &lower, &answer, error))
		return NULL;
	if (answer == ANSWER_UNKNOWN)
		return task_no_plan_in_time(&task, error);
	if (answer == ANSWER_NO)
		return plan_infeasible(&task, is_partial(&task) ? why_not_the_share(&task, program) : why_not(&task));
	g_autoptr(ThusoPlan) plan = make_plan(&task, set, fewest, lower, error);
	if (!plan || !add_alternatives(&task, plan, program, set, allowed, error))
		return NULL;
	return g_steal_pointer(&plan);
}

static const ThusoParam params[] = {
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "within it a site reaches a person" },
	{ "target", THUSO_PARAM_QUANTITY, THUSO_SHARE, .min = 0, .max = 1,
	  .help = "share of the people that will do; everybody without it" },
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "no more than this" },
	{ NULL },
};

const ThusoModel thuso_model_lscp = {
	.about = {
		.name = "lscp",
		.title = "Location set covering problem",
		.summary = "Choose the fewest sites that have everybody, or a share of the people, within the limit.",
		.source = "Toregas, Swain, ReVelle and Bergman 1971; partial cover: Daskin and Owen 1999",
		.params = params,
	},
	.objective = "sites",
	.needs_limit = TRUE,
	.ignores_costs = TRUE,
	.solve = solve,
};
