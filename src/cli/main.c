/* The command: finds what is asked for, runs it, says how it ended. A client of the public headers only. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

Options given = { .top = 20 };

/* For the signal handler, which may only set a flag. */
static ThusoContext *running;
static volatile sig_atomic_t stop_signal;

/* Known before the options are parsed: an error of parsing them is told as JSON too. */
static gboolean wants_json;

static void on_signal(int number)
{
	stop_signal = number;
	if (running)
		thuso_context_cancel(running);
}

static void watch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* A closed pipe or a file size limit is an error of writing, not a sudden death. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

const GOptionEntry *common_options(void)
{
	static const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output, "where the result goes; in a study instead of its `output`",
		  "PATH" },
		{ "overwrite", 0, 0, G_OPTION_ARG_NONE, &given.overwrite, "replace a result that stands there", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &given.json, "the result, or the error, as one JSON document on stdout", NULL },
		{ "threads", 0, 0, G_OPTION_ARG_INT, &given.threads,
		  "number of threads (as many as the machine has); results do not depend on it", "N" },
		{ "progress", 0, 0, G_OPTION_ARG_STRING, &given.progress, "auto, plain or none: a bar on a terminal, or lines `NN% what`",
		  "HOW" },
		{ "log", 0, 0, G_OPTION_ARG_STRING, &given.log,
		  "auto, plain or journal: messages with the priorities that systemd's journal knows (where stderr is the journal)",
		  "HOW" },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &given.quiet, "errors only", NULL },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &given.verbose, "also what was read and how", NULL },
		{ NULL },
	};
	return entries;
}

/* An error's code is the exit code; foreign domains (files, memory) are failures. A signal is told by its number. */
static int exit_code(const GError *error)
{
	if (error->domain != THUSO_ERROR)
		return THUSO_ERROR_FAILED;
	return error->code == THUSO_ERROR_CANCELLED && stop_signal == SIGTERM ? 143 : error->code;
}

static void print_error(const char *command, const GError *error)
{
	g_autofree char *line = thuso_escape(error->message);
	end_progress();
	if (wants_json && !given.is_told) {
		ThusoJson *json = thuso_json_new();
		thuso_json_open(json, "error");
		thuso_json_number(json, "code", exit_code(error));
		thuso_json_text(json, "message", line);
		thuso_json_close(json);
		g_autofree char *text = thuso_json_end(json);
		fputs(text, stdout);
		fflush(stdout);
	}
	print_error_line(command, line);
}

static gboolean unknown_command(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const Command *const *c = commands; *c; c++)
		g_ptr_array_add(names, (gpointer) (*c)->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "'%s' is no command%s%s%s; see `thuso --help`", name,
	            nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return FALSE;
}

static gboolean nearest_option(const Command *command, const char *message, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const GOptionEntry *e = common_options(); e->long_name; e++)
		g_ptr_array_add(names, (gpointer) e->long_name);
	for (const GOptionEntry *e = command->options; e && e->long_name; e++)
		g_ptr_array_add(names, (gpointer) e->long_name);
	g_ptr_array_add(names, NULL);
	const char *dashes = strstr(message, "Unknown option") ? strstr(message, "--") : NULL;
	const char *nearest = dashes ? thuso_nearest_name(dashes + 2, (const char *const *) names->pdata) : NULL;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s%s%s%s; see `thuso %s --help`", message,
	            nearest ? "; did you mean --" : "", nearest ? nearest : "", nearest ? "?" : "", command->name);
	return FALSE;
}

static gboolean parse(const Command *command, int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) parser = g_option_context_new(command->arguments);
	g_autoptr(GError) inner = NULL;
	g_option_context_set_help_enabled(parser, FALSE); /* --help is ours: the same text as the man page */
	g_option_context_add_main_entries(parser, common_options(), NULL);
	if (command->options)
		g_option_context_add_main_entries(parser, command->options, NULL);
	if (!g_option_context_parse(parser, argc, argv, &inner))
		return nearest_option(command, inner->message, error);
	given.arguments = *argv + 1;
	given.n_arguments = *argc - 1;
	const char *const progress[] = { "auto", "plain", "none", NULL };
	if (given.progress && !g_strv_contains(progress, given.progress)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "--progress: '%s' is not known; use auto, plain or none",
		            given.progress);
		return FALSE;
	}
	const char *const logs[] = { "auto", "plain", "journal", NULL };
	if (given.log && !g_strv_contains(logs, given.log)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "--log: '%s' is not known; use auto, plain or journal", given.log);
		return FALSE;
	}
	const gboolean takes_words = command->arguments && *command->arguments;
	if (given.n_arguments < command->min_arguments || given.n_arguments > command->max_arguments || given.threads < 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: write `thuso %s%s%s`",
		            given.threads < 0                            ? "--threads must not be negative"
		            : given.n_arguments < command->min_arguments ? "something is missing"
		                                                         : "too many words",
		            command->name, takes_words ? " " : "", takes_words ? command->arguments : "");
		return FALSE;
	}
	return TRUE;
}

static gboolean was_written(GError **error)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the result could not be written to stdout");
	return FALSE;
}

/* The exit status of what only prints. */
static int printed(const char *name, int code)
{
	g_autoptr(GError) error = NULL;
	if (was_written(&error))
		return code;
	print_error(name, error);
	return error->code;
}

static int run_command(const Command *command, int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = thuso_context_new();
	gboolean ok = parse(command, &argc, &argv, &error);
	if (ok) {
		thuso_context_set_threads(context, given.threads);
		watch_context(context, &given);
		running = context;
		ok = command->run(context, &given, &error);
		running = NULL;
		end_progress();
	}
	ok = ok && was_written(&error);
	if (ok)
		return 0;
	print_error(command->name, error);
	return exit_code(error);
}

static gboolean wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return TRUE;
	return FALSE;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* texts are UTF-8 everywhere; numbers never follow the locale */
	watch_signals();
	const char *word = argc > 1 ? argv[1] : NULL;
	if (!word || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		print_help();
		return printed(NULL, word ? 0 : THUSO_ERROR_USAGE);
	}
	if (strcmp(word, "--version") == 0) {
		printf("thuso %s\n", THUSO_VERSION);
		return printed(NULL, 0);
	}
	const Command *command = command_find(word);
	for (int i = 1; i < argc; i++)
		wants_json |= strcmp(argv[i], "--json") == 0;
	if (!command) {
		g_autoptr(GError) error = NULL;
		unknown_command(word, &error);
		print_error(NULL, error);
		return error->code;
	}
	if (wants_help(argc - 1, argv + 1)) {
		print_command_help(command);
		return printed(command->name, 0);
	}
	return run_command(command, argc - 1, argv + 1);
}
