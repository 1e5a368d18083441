/* `thuso new`: a study to start from. */
#include <thuso/study.h>

#include <stdio.h>

#include "command.h"

/* Whatever is odd in the layers is what `thuso check` is for. */
static void no_log(ThusoSeverity severity, const char *message, gpointer data)
{
	(void) severity;
	(void) message;
	(void) data;
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	if (options->layers && options->from_demo)
		return misused(error, "--layers and --from-demo are two ways to begin; give one of them");
	if (options->full && !options->layers)
		return misused(error, "--full goes with --layers; `thuso list study` has every key");
	if (options->layers && !options->verbose)
		thuso_context_set_log(context, no_log, NULL);
	g_autofree char *study =
	    options->layers ? thuso_study_new_from_layers(context, options->arguments[0], options->layers, options->full, error)
	                    : thuso_study_new(options->arguments[0], options->from_demo, error);
	if (!study)
		return FALSE;
	end_progress();
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
	else if (!options->quiet && options->layers)
		printf("Next: look whether each layer has the right role, fill in every DECIDE, then: thuso check %s\n", study);
	else if (!options->quiet)
		printf("Next: put your layers into the folder `layers` beside it, fill in the study file, then: thuso check %s\n", study);
	return TRUE;
}

static const GOptionEntry options[] = {
	{ "from-demo", 0, 0, G_OPTION_ARG_NONE, &given.from_demo, "a copy of the demonstration region, ready to run", NULL },
	{ "layers", 0, 0, G_OPTION_ARG_FILENAME, &given.layers, "look at the layers of this folder and write the study from them",
	  "FOLDER" },
	{ "full", 0, 0, G_OPTION_ARG_NONE, &given.full, "with --layers: every other block and key too, as comments", NULL },
	{ NULL },
};

const Command command_new = {
	.name = "new",
	.arguments = "DIR",
	.summary = "a commented study file: from your layers, or to fill in",
	.text = "Makes DIR with study.yaml, reference tables of speeds, and a folder for the layers. Decisions of policy stand in it "
	        "as DECIDE. With --layers the study is written from the layers of a folder: what each is for is guessed from its "
	        "shape, name, "
	        "fields and values and can be read and mended in the study; layers without a use are listed in it with the reason. "
	        "Nothing that stands there is overwritten.",
	.example = "thuso new langeberg --layers data/langeberg",
	.options = options,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
