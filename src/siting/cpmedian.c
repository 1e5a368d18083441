/* Capacitated p-median: the least sum of people times cost when sites have room for so many (Mulvey and Beck 1984). */
#include "capacity.h"

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	if (!task_begin(&task, context, &thuso_model_cpmedian, location, options, error))
		return NULL;
	return capacity_solve(&task, FALSE, INFINITY, error);
}

static const char *const assignments[] = { "single", "split", NULL };
static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ "unserved", THUSO_PARAM_QUANTITY, THUSO_NUMBER | THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "cost of a person left out; without it everyone must be served" },
	{ "assignment", THUSO_PARAM_CHOICE, .choices = assignments, .default_text = "single", .origin = "sourced",
	  .source = "Mulvey and Beck 1984", .help = "may the people of a demand row go to several sites?" },
	{ NULL },
};

const ThusoModel thuso_model_cpmedian = {
	.about = {
		.name = "cpmedian",
		.title = "Capacitated p-median problem",
		.summary = "Choose p sites with room for so many people each so that the costs add up to the least.",
		.source = "Mulvey and Beck 1984",
		.params = params,
	},
	.objective = "people times cost",
	.needs_sites = TRUE,
	.needs_capacity = TRUE,
	.solve = solve,
};
