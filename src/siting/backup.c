/* Backup coverage: the most people within the limit of two different sites (Hogan and ReVelle 1986).
 *
 * With a number of sites only the people with two sites count. Without one, or with a target of 100 %, everybody must have one site as
 * well; without one, the number is the fewest that does it (the set covering problem's), and of those sets the best is chosen. */
#include "fewest.h"

#include <string.h>

typedef struct {
	gboolean covers_all;
	double other; /* of a row that must have a site */
} Backup;

/* More than any plan that has everybody within the limit can cost. */
static double most_value(const Task *task)
{
	double most = task->people + 1;
	for (gint32 j = 0; task->location->charge && j < task->location->n_sites; j++)
		most += task->location->charge[j];
	return ceil(most);
}

static gint64 pairs_of(const ProgramParts *parts, gint32 n_sites)
{
	return parts->start[n_sites];
}

/* Rows of people with two sites; where everybody must have one, as many rows again that one site serves. */
static gboolean make_parts(const Task *task, const Backup *backup, ProgramParts *parts, GError **error)
{
	static const char what[] = "pairs of demand and sites";
	const ThusoLocation *location = task->location;
	gint64 n = location->n_demand;
	int copies = backup->covers_all ? 2 : 1;
	g_auto(ProgramParts) once = { 0 };
	if (!task_pairs_within(task, location->limit, &once, error))
		return FALSE;
	parts->n_rows = copies * n;
	gint64 n_pairs = copies * pairs_of(&once, location->n_sites), at = 0;
	if (parts->n_rows > G_MAXUINT32 - 1) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "backup: too many demand rows");
		return FALSE;
	}
	if (!(parts->start = thuso_array_new(location->n_sites + 1, sizeof(gint64), what, error)) ||
	    !(parts->row = thuso_array_new(n_pairs, sizeof(guint32), what, error)) ||
	    !(parts->other = thuso_array_new(parts->n_rows, sizeof(double), what, error)) ||
	    !(parts->times = thuso_array_new(parts->n_rows, 1, what, error)))
		return FALSE;
	for (gint64 i = 0; i < parts->n_rows; i++) {
		parts->other[i] = i < n ? weight_of(location, i) : backup->other;
		parts->times[i] = i < n ? 2 : 1;
	}
	for (gint32 j = 0; j < location->n_sites; j++) {
		for (int copy = 0; copy < copies; copy++)
			for (gint64 k = once.start[j]; k < once.start[j + 1]; k++)
				parts->row[at++] = once.row[k] + (guint32) (copy * n);
		parts->start[j + 1] = at;
	}
	return TRUE;
}

static char *why_not(const Task *task)
{
	g_autofree char *unreached = task_unreached(task, task->location->limit);
	if (!unreached)
		return g_strdup("no allowed set of sites has everybody within the limit");
	return g_strdup_printf("no site has %s within the limit; raise the limit, or give the number of sites without a target",
	                       unreached);
}

/* The set covering problem's number of sites becomes the most. Answer NO: there is none. */
static gboolean find_number(const Task *task, Answer *answer, GError **error)
{
	g_auto(ProgramParts) parts = { 0 };
	gint32 fewest, lower;
	g_autofree guint8 *set = thuso_new(guint8, MAX(task->location->n_sites, 1));
	if (!task_pairs_within(task, task->location->limit, &parts, error))
		return FALSE;
	for (gint64 i = 0; i < parts.n_rows; i++)
		parts.other[i] = 1;
	g_autoptr(Program) program = program_new(&parts, task->choice, error);
	*answer = ANSWER_NO;
	if (!program || (program->constant == 0 && !fewest_find(task, program, 0, set, &fewest, &lower, answer, error)))
		return FALSE;
	if (*answer == ANSWER_YES && fewest > lower)
		*answer = ANSWER_UNKNOWN;
	if (*answer == ANSWER_YES)
		task->choice->most[0] = MIN(task->choice->most[0], fewest);
	return TRUE;
}

/* The order also serves those without any site first; gains are of people with two sites only. */
static gboolean count_gains(const Task *task, ThusoPlan *plan, GError **error)
{
	const ThusoLocation *location = task->location;
	guint8 *times = thuso_array_new(location->n_demand, 1, "people with two sites", error);
	if (!times)
		return FALSE;
	for (gint32 s = 0; s < plan->n_sites; s++) {
		gint32 j = plan->site[s].site;
		ThusoSum gain = { 0 };
		for (gint64 k = location->start[j]; k < location->start[j + 1]; k++)
			if (cost_of(location, k) <= location->limit || !location->cost) {
				guint8 *own = &times[location->demand[k]];
				*own = MIN(*own + 1, 3);
				thuso_sum_add(&gain, *own == 2 ? weight_of(location, location->demand[k]) : 0);
			}
		plan->site[s].gain = thuso_sum(&gain) - (location->charge && !plan->site[s].is_fixed ? location->charge[j] : 0);
	}
	thuso_array_free(times);
	return TRUE;
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	g_auto(ProgramParts) parts = { 0 };
	Backup backup = { location->target > 0 || location->sites < 0, 0 };
	if (location->target > 0 && location->target < 1) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		                    "backup: the target is 100 % (everybody has one site besides) or left out");
		return NULL;
	}
	if (!task_begin(&task, context, &thuso_model_backup, location, options, error))
		return NULL;
	backup.other = most_value(&task);
	ThusoPlan *forbidden = plan_if_forbidden(&task);
	if (forbidden)
		return forbidden;
	Answer answer = ANSWER_YES;
	if (location->sites < 0 && !find_number(&task, &answer, error))
		return NULL;
	if (answer == ANSWER_UNKNOWN)
		return task_no_plan_in_time(&task, error);
	if (answer == ANSWER_NO)
		return plan_infeasible(&task, why_not(&task));
	if (!make_parts(&task, &backup, &parts, error) || !task_charges(&task, &parts, error))
		return NULL;
	g_autoptr(Program) program = program_new(&parts, task.choice, error);
	Solving solving = { -1, task.people, backup.covers_all ? backup.other : INFINITY, location->limit, 2, why_not };
	g_autoptr(ThusoPlan) plan = program ? task_solve(&task, program, &solving, error) : NULL;
	return plan && count_gains(&task, plan, error) ? g_steal_pointer(&plan) : NULL;
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9,
	  .help = "how many sites may be chosen, fixed ones included; without it the fewest that have everybody within the limit" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "within it a site reaches a person" },
	{ "target", THUSO_PARAM_QUANTITY, THUSO_SHARE, .min = 0, .max = 1, .help = "100 %: everybody must have one site besides" },
	{ NULL },
};

const ThusoModel thuso_model_backup = {
	.about = {
		.name = "backup",
		.title = "Backup coverage",
		.summary = "Choose p sites so that the most people have two different sites within the limit.",
		.source = "Hogan and ReVelle 1986",
		.params = params,
	},
	.maximises = TRUE,
	.objective = "people with two sites within the limit",
	.needs_limit = TRUE,
	.ignores_costs = TRUE,
	.solve = solve,
};
