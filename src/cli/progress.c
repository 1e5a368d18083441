/* Progress and messages on stderr. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

enum { BAR = 28 };

typedef enum { SHOW_NONE, SHOW_PLAIN, SHOW_BAR } Show;

static struct {
	Show show;
	gboolean quiet, verbose, bar_drawn;
	int percent; /* last shown */
	char what[80];
} view;

static void wipe_bar(void)
{
	if (view.bar_drawn)
		fputs("\r\033[K", stderr);
	view.bar_drawn = FALSE;
}

static void draw_bar(int percent, const char *what)
{
	char bar[BAR + 1];
	int full = percent * BAR / 100;
	for (int i = 0; i < BAR; i++)
		bar[i] = i < full ? '=' : i == full ? '>' : ' ';
	bar[BAR] = '\0';
	fprintf(stderr, "\r[%s] %3d%% %s\033[K", bar, percent, what);
	view.bar_drawn = TRUE;
}

static void on_progress(double fraction, const char *what, gpointer data)
{
	(void) data;
	int percent = (int) (100 * fraction);
	if (percent == view.percent && strcmp(view.what, what) == 0)
		return;
	view.percent = percent;
	g_strlcpy(view.what, what, sizeof view.what);
	if (view.show == SHOW_BAR)
		draw_bar(percent, what);
	else
		fprintf(stderr, "%d%% %s\n", percent, what);
	fflush(stderr);
}

static void on_log(ThusoSeverity severity, const char *message, gpointer data)
{
	(void) data;
	if (view.quiet || (severity == THUSO_INFO && !view.verbose))
		return;
	wipe_bar();
	fprintf(stderr, "%s: %s\n", thuso_severity_name(severity), message);
}

void watch_context(ThusoContext *context, const Options *options)
{
	const char *how = options->progress ? options->progress : "auto";
	view.quiet = options->quiet;
	view.verbose = options->verbose;
	view.percent = -1;
	if (strcmp(how, "none") == 0 || (options->quiet && strcmp(how, "auto") == 0))
		view.show = SHOW_NONE;
	else
		view.show = strcmp(how, "auto") == 0 && isatty(STDERR_FILENO) ? SHOW_BAR : SHOW_PLAIN;
	if (view.show != SHOW_NONE)
		thuso_context_set_progress(context, on_progress, NULL);
	thuso_context_set_log(context, on_log, NULL);
}

void end_progress(void)
{
	wipe_bar();
	fflush(stderr);
}
