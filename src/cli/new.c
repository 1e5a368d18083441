/* `thuso new`: a study to start from. */
#include <thuso/study.h>

#include <stdio.h>

#include "command.h"

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	(void) context;
	g_autofree char *study = thuso_study_new(options->arguments[0], options->from_demo, error);
	if (!study)
		return FALSE;
	if (options->json) {
		ThusoJson *json = thuso_json_new();
		thuso_json_text(json, "study", study);
		g_autofree char *text = thuso_json_end(json);
		fputs(text, stdout);
		return TRUE;
	}
	printf("study: %s\n", study);
	if (!options->quiet && options->from_demo)
		printf("Next: thuso run %s\n", study);
	else if (!options->quiet)
		printf("Next: put your layers into the folder `layers` beside it, fill in the study file, then: thuso check %s\n", study);
	return TRUE;
}

static const GOptionEntry options[] = {
	{ "from-demo", 0, 0, G_OPTION_ARG_NONE, &given.from_demo, "a copy of the demonstration region, ready to run", NULL },
	{ NULL },
};

const Command command_new = {
	.name = "new",
	.arguments = "DIR",
	.summary = "a commented study file and an empty layer folder",
	.text = "Makes DIR with study.yaml, reference tables of speeds, and a folder for the layers. Decisions of policy stand in it "
	        "as DECIDE. "
	        "Nothing that stands there is overwritten.",
	.options = options,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
