/* Progress and messages on stderr. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

enum { BAR = 28 };

typedef enum { SHOW_NONE, SHOW_PLAIN, SHOW_BAR } Show;

static struct {
	Show show;
	gboolean quiet, verbose, bar_drawn, journal;
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

/* The journal takes one line as one message and the number before it as its priority (sd-daemon(3)). */
static const char *priority(ThusoSeverity severity)
{
	return !view.journal ? "" : severity == THUSO_INFO ? "<6>" : severity == THUSO_WARNING ? "<4>" : "<3>";
}

static void on_log(ThusoSeverity severity, const char *message, gpointer data)
{
	(void) data;
	if (view.quiet || (severity == THUSO_INFO && !view.verbose))
		return;
	g_autofree char *line = thuso_escape(message);
	wipe_bar();
	fprintf(stderr, "%s%s: %s\n", priority(severity), thuso_severity_name(severity), view.journal ? line : message);
}

void print_error_line(const char *command, const char *line)
{
	fprintf(stderr, "%sthuso%s%s: %s\n", priority(THUSO_SERIOUS), command ? " " : "", command ? command : "", line);
}

/* systemd says which stream is the journal's; a child whose stderr goes elsewhere inherits the variable too. */
static gboolean stderr_is_journal(void)
{
	const char *stream = g_getenv("JOURNAL_STREAM");
	struct stat st;
	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return FALSE;
	g_autofree char *ours = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) st.st_dev, (guint64) st.st_ino);
	return strcmp(stream, ours) == 0;
}

void watch_context(ThusoContext *context, const Options *options)
{
	const char *how = options->progress ? options->progress : "auto";
	view.quiet = options->quiet;
	view.verbose = options->verbose;
	view.percent = -1;
	view.journal = options->log && strcmp(options->log, "auto") != 0 ? strcmp(options->log, "journal") == 0 : stderr_is_journal();
	if (strcmp(how, "none") == 0 || ((options->quiet || view.journal) && strcmp(how, "auto") == 0))
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
