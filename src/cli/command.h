/* What a command of `thuso` is: a row in the table of commands.c, from which help, man page and completion come. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <thuso/base.h>
#include <thuso/out.h>
#include <thuso/study.h>
#include <thuso/table.h>

/* Options as given; every command has the common ones. */
typedef struct {
	gboolean quiet, verbose, json, overwrite, from_demo, full, no_cache, scheduled, resume;
	gboolean is_told; /* set by a command that has printed its document: an error adds none */
	char *progress;   /* auto, plain, none */
	char *log;        /* auto, plain, journal */
	int threads;
	char *output, *layers;
	int top;
	char **arguments; /* NULL-terminated, never NULL */
	int n_arguments;
} Options;

typedef struct {
	const char *name;
	const char *arguments;       /* "STUDY" */
	const char *summary;         /* one line */
	const char *text;            /* a paragraph */
	const char *example;         /* a whole command line, or NULL */
	const GOptionEntry *options; /* besides the common ones; or NULL */
	int min_arguments, max_arguments;
	/* Prints its result; FALSE with an error. */
	gboolean (*run)(ThusoContext *context, const Options *options, GError **error);
} Command;

extern const Command *const commands[]; /* NULL-terminated */
extern const Command command_new, command_check, command_run, command_rank, command_list, command_cost, command_locate,
    command_report, command_map, command_compare, command_selftest, command_help;
extern Options given; /* filled by GOption, whose entries need addresses */
const Command *command_find(const char *name);
/* The common options, for help. */
const GOptionEntry *common_options(void);
/* run.c: --no-cache, for the commands that run a study. */
#define NO_CACHE_OPTION                                                                                                          \
	{                                                                                                                            \
		"no-cache", 0, 0, G_OPTION_ARG_NONE, &given.no_cache,                                                                    \
		    "compute all travel anew, and keep none of it; results do not depend on it", NULL                                    \
	}

/* asked.c: options as they were given; FALSE is an error of usage that names the option */
gboolean misused(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The index of `text` among `words`, the first when it was not given. */
gboolean choose(const char *option, const char *text, const char *const *words, int *index, GError **error);
/* `value` stays when `text` is NULL; dimensions: ThusoDimension bits. */
gboolean read_quantity(const char *option, const char *text, guint dimensions, double *value, GError **error);
ThusoTable *findings_table(const ThusoContext *context);

/* help.c */
void print_command_help(const Command *command);
void print_help(void);

/* text.c: what the terminal shows */
gboolean stdout_is_terminal(void);
/* Texts cut to and padded to a width in columns, wide characters counted twice. Caller frees. */
char *fit_text(const char *text, int width, gboolean align_right);
int text_width(const char *text);
typedef struct {
	const char *title;
	gboolean align_right;
	int most; /* widest the column may be; 0 = as its texts */
} TextColumn;
/* cells: n_rows * n_columns texts. */
void print_columns(const TextColumn *columns, int n_columns, char *const *cells, gint64 n_rows);
/* A paragraph wrapped at the terminal's width, every line indented. */
void print_wrapped(const char *text, int indent);
/* "title: 12" line: a share in words, "45.2 %". Caller frees. */
char *share_text(double part, double whole);

/* progress.c: a bar on a terminal, plain "NN% what" lines elsewhere; messages go above it */
void watch_context(ThusoContext *context, const Options *options);
void end_progress(void);
/* An error as a line on stderr; in the journal's form where messages are. */
void print_error_line(const char *command, const char *line);

/* scheduled.c: the result of a scheduled run as one paragraph, fit for a mail, and where it is */
void print_scheduled(const char *study, const ThusoRunResult *result);

#endif
