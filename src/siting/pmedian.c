/* p-median: the least sum of people times cost to their nearest site (Hakimi 1964). */
#include "model.h"

static char *why_not(const Task *task)
{
	char *unreached = task_unreached(task, INFINITY);
	if (!unreached)
		return g_strdup(
		    "no allowed set of sites reaches everybody; allow more sites, or give the cost of a person left unserved");
	char *why = g_strdup_printf("no site reaches %s; leave them out, or give the cost of a person left unserved", unreached);
	g_free(unreached);
	return why;
}

/* What a row costs when nobody reaches it: as stated, or more than any plan that serves everybody. */
static double fill_other(const Task *task, ProgramParts *parts)
{
	double all = 1;
	if (isfinite(task->location->unserved)) {
		for (gint64 i = 0; i < parts->n_rows; i++)
			parts->other[i] = weight_of(task->location, i) * task->location->unserved;
		return INFINITY;
	}
	for (gint64 i = 0; i < parts->n_rows; i++)
		parts->other[i] = 0;
	for (gint64 k = 0; k < parts->start[task->location->n_sites]; k++)
		parts->other[parts->row[k]] = MAX(parts->other[parts->row[k]], parts->cost[k]);
	for (gint64 i = 0; i < parts->n_rows; i++)
		all += parts->other[i];
	all = ceil(all);
	for (gint64 i = 0; i < parts->n_rows; i++)
		parts->other[i] = weight_of(task->location, i) > 0 ? all : 0;
	return all;
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	g_auto(ProgramParts) parts = { 0 };
	if (!task_begin(&task, context, &thuso_model_pmedian, location, options, error) || !task_pairs_weighted(&task, &parts, error))
		return NULL;
	double hopeless = fill_other(&task, &parts);
	g_autoptr(Program) program = program_new(&parts, task.choice, error);
	Solving solving = { 1, 0, hopeless, INFINITY, 1, why_not };
	return program ? task_solve(&task, program, &solving, error) : NULL;
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ "unserved", THUSO_PARAM_QUANTITY, THUSO_NUMBER | THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "cost of a person whom no chosen site reaches; without it everyone must be served" },
	{ NULL },
};

const ThusoModel thuso_model_pmedian = {
	.about = {
		.name = "pmedian",
		.title = "p-median problem",
		.summary = "Choose p sites so that the people's costs to their nearest sites add up to the least.",
		.source = "Hakimi 1964",
		.params = params,
	},
	.objective = "people times cost",
	.needs_sites = TRUE,
	.solve = solve,
};
