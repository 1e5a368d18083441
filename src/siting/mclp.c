/* Maximal covering: the most people within the limit of p sites (Church and ReVelle 1974). */
#include "model.h"

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	g_auto(ProgramParts) parts = { 0 };
	if (!task_begin(&task, context, &thuso_model_mclp, location, options, error) ||
	    !task_pairs_within(&task, location->limit, &parts, error) || !task_charges(&task, &parts, error))
		return NULL;
	g_autoptr(Program) program = program_new(&parts, task.choice, error);
	Solving solving = { -1, task.people, INFINITY, location->limit, 1, NULL };
	return program ? task_solve(&task, program, &solving, error) : NULL;
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "within it a site reaches a person" },
	{ NULL },
};

const ThusoModel thuso_model_mclp = {
	.about = {
		.name = "mclp",
		.title = "Maximal covering location problem",
		.summary = "Choose p sites so that the most people are within the limit.",
		.source = "Church and ReVelle 1974",
		.params = params,
	},
	.maximises = TRUE,
	.objective = "people within the limit",
	.needs_limit = TRUE,
	.ignores_costs = TRUE,
	.needs_sites = TRUE,
	.solve = solve,
};
