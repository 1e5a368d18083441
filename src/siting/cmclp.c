/* Capacitated maximal covering: the most people within the limit who also find room (Chung, Schilling and Carbone 1983). */
#include "capacity.h"

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	if (!task_begin(&task, context, &thuso_model_cmclp, location, options, error))
		return NULL;
	return capacity_solve(&task, TRUE, location->cost ? location->limit : INFINITY, error);
}

static const char *const assignments[] = { "split", "single", NULL };
static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "within it a site reaches a person" },
	{ "assignment", THUSO_PARAM_CHOICE, .choices = assignments, .default_text = "split", .origin = "derived",
	  .source = "people of a row are many", .help = "may the people of a demand row go to several sites?" },
	{ NULL },
};

const ThusoModel thuso_model_cmclp = {
	.about = {
		.name = "cmclp",
		.title = "Capacitated maximal covering location problem",
		.summary = "Choose p sites so that the most people are within the limit of one that has room for them.",
		.source = "Chung, Schilling and Carbone 1983; Current and Storbeck 1988",
		.params = params,
	},
	.maximises = TRUE,
	.objective = "people within the limit who find room",
	.needs_limit = TRUE,
	.needs_sites = TRUE,
	.needs_capacity = TRUE,
	.solve = solve,
};
