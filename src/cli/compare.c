/* `thuso compare`: what changed between two results. */
#include <thuso/compare.h>
#include <thuso/param.h>

#include <stdio.h>
#include <string.h>

#include "command.h"

#define MOST_AREAS 10 /* on the terminal; all are in --output and --json */

enum { KIND, LEVEL, ID, TITLE, CHANGE, OLD, NEW, DIFFERENCE };

typedef struct {
	const ThusoComparison *c;
	const Options *options;
} Print;

static gboolean is_kind(const ThusoTable *table, gint64 row, const char *kind)
{
	return strcmp(thuso_table_text(table, row, KIND), kind) == 0;
}

static const char *or_none(const char *text, const char *none)
{
	return text != NULL && *text != '\0' ? text : none;
}

/* A whole number with its sign: "+1,234". */
static char *signed_count(double value)
{
	if (isnan(value))
		return g_strdup("");
	g_autofree char *count = thuso_format_count(fabs(value));
	return g_strconcat(value > 0 ? "+" : value < 0 ? "-" : "", count, NULL);
}

static double value(const Print *print, const char *name)
{
	return thuso_comparison_value(print->c, name);
}

/* --- ranking and plans ------------------------------------------------------------------------------------------------------ */

static void print_sites_table(const Print *print, const char *kind, const char *number)
{
	const TextColumn columns[] = {
		{ number, TRUE, 0 }, { "then", TRUE, 0 }, { "", FALSE, 0 }, { "Site", FALSE, 20 }, { "Title", FALSE, 40 },
	};
	enum { N = G_N_ELEMENTS(columns) };
	const ThusoTable *t = print->c->change;
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	gint64 n = 0, all = 0;
	for (gint64 row = 0; row < t->n_rows; row++) {
		if (!is_kind(t, row, kind) || ++all > print->options->top)
			continue;
		const int column[N] = { NEW, OLD, CHANGE, ID, TITLE };
		for (int c = 0; c < N; c++)
			g_ptr_array_add(cells, g_strdup(or_none(thuso_table_text(t, row, column[c]), column[c] <= TITLE ? "" : "-")));
		n++;
	}
	if (n > 0)
		print_columns(columns, N, (char *const *) cells->pdata, n);
	if (all > n)
		printf("... and %" G_GINT64_FORMAT " more (--top N shows more; --output FILE.csv holds all)\n", all - n);
}

static void print_ranking(const Print *print)
{
	printf("Ranking: %.0f sites then, %.0f now: %.0f up, %.0f down, %.0f new, %.0f gone, %.0f in their place\n",
	       value(print, "sites_old"), value(print, "sites_new"), value(print, "sites_up"), value(print, "sites_down"),
	       value(print, "sites_added"), value(print, "sites_gone"), value(print, "sites_same"));
	print_sites_table(print, "ranked_site", "Rank");
	printf("\nPlanned sites: %.0f added, %.0f dropped, %.0f in both\n", value(print, "planned_added"),
	       value(print, "planned_dropped"), value(print, "planned_same"));
	print_sites_table(print, "planned_site", "Step");
	double opened = value(print, "centres_opened"), closed = value(print, "centres_closed"), more = value(print, "centres_new"),
	       less = value(print, "centres_gone");
	if (opened + closed + more + less > 0) {
		printf("\nCentres: %.0f opened, %.0f closed, %.0f new, %.0f gone\n", opened, closed, more, less);
		print_sites_table(print, "centre", "Open");
	}
}

/* --- people ------------------------------------------------------------------------------------------------------------------- */

static void print_areas(const Print *print, const char *kind)
{
	static const TextColumn columns[] = {
		{ "Level", FALSE, 20 }, { "Area", FALSE, 32 }, { "", FALSE, 0 },
		{ "then", TRUE, 0 },    { "now", TRUE, 0 },    { "difference", TRUE, 0 },
	};
	enum { N = G_N_ELEMENTS(columns) };
	const ThusoTable *t = print->c->change;
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	gint64 n = 0, of_level = 0;
	for (gint64 row = 0; row < t->n_rows; row++) {
		if (!is_kind(t, row, kind))
			continue;
		const char *level = thuso_table_text(t, row, LEVEL);
		of_level = row > 0 && g_strcmp0(level, thuso_table_text(t, row - 1, LEVEL)) == 0 ? of_level + 1 : 1;
		if (of_level > MOST_AREAS)
			continue;
		double old = thuso_table_as_real(t, row, OLD), new = thuso_table_as_real(t, row, NEW);
		g_ptr_array_add(cells, g_strdup(level));
		g_ptr_array_add(cells, g_strdup(or_none(thuso_table_text(t, row, TITLE), thuso_table_text(t, row, ID))));
		g_ptr_array_add(cells, g_strdup(thuso_table_text(t, row, CHANGE)));
		g_ptr_array_add(cells, isnan(old) ? g_strdup("-") : thuso_format_count(old));
		g_ptr_array_add(cells, isnan(new) ? g_strdup("-") : thuso_format_count(new));
		g_ptr_array_add(cells, signed_count(thuso_table_real(t, row, DIFFERENCE)));
		n++;
	}
	if (n > 0)
		print_columns(columns, N, (char *const *) cells->pdata, n);
}

static void print_state(const Print *print, const char *what, const char *state)
{
	g_autofree char *of_old = g_strdup_printf("served_%s_old", state), *of_new = g_strdup_printf("served_%s_new", state),
	                *of_gained = g_strdup_printf("gained_%s", state), *of_lost = g_strdup_printf("lost_%s", state),
	                *kind = g_strdup_printf("people_served_%s", state);
	double old = value(print, of_old), new = value(print, of_new);
	if (isnan(old) || isnan(new))
		return;
	g_autofree char *then = thuso_format_count(old), *now = thuso_format_count(new), *moved = signed_count(new - old),
	                *gained = thuso_format_count(value(print, of_gained)), *lost = thuso_format_count(value(print, of_lost));
	printf("\nPeople served %s: %s then, %s now (%s); areas gained %s and lost %s\n", what, then, now, moved, gained, lost);
	print_areas(print, kind);
}

/* --- inputs, parameters -------------------------------------------------------------------------------------------------------- */

static char *list_line(const ThusoTable *t, gint64 row)
{
	const char *old = thuso_table_text(t, row, OLD), *new = thuso_table_text(t, row, NEW);
	gboolean is_input = is_kind(t, row, "input");
	return g_strdup_printf("%s: %s%s%s%s%s", thuso_table_text(t, row, ID), thuso_table_text(t, row, CHANGE), is_input ? "" : ", ",
	                       is_input ? "" : or_none(old, "none"), is_input ? "" : " -> ", is_input ? "" : or_none(new, "none"));
}

static void print_list(const Print *print, const char *kind, const char *title)
{
	const ThusoTable *t = print->c->change;
	gint64 n = 0;
	for (gint64 row = 0; row < t->n_rows; row++)
		n += is_kind(t, row, kind);
	if (n > 0)
		printf("\n%s: %" G_GINT64_FORMAT "\n", title, n);
	for (gint64 row = 0, shown = 0; row < t->n_rows; row++) {
		if (!is_kind(t, row, kind) || ++shown > print->options->top)
			continue;
		g_autofree char *line = list_line(t, row), *plain = thuso_escape(line);
		print_wrapped(plain, 2);
	}
	if (n > print->options->top)
		printf("  ... and %" G_GINT64_FORMAT " more\n", n - print->options->top);
}

static void print_text(const Print *print)
{
	print_ranking(print);
	print_state(print, "by open centres", "now");
	print_state(print, "with the plan", "plan");
	print_list(print, "input", "Inputs that changed");
	print_list(print, "parameter", "Parameters that changed");
	print_list(print, "program", "Program and libraries that changed");
	if (print->c->change->n_rows == 0)
		printf("\nNothing changed that is compared here.\n");
	for (char **note = print->c->notes; *note != NULL; note++) {
		g_autofree char *line = g_strdup_printf("note: %s", *note), *plain = thuso_escape(line);
		print_wrapped(plain, 0);
	}
}

static void print_json(const Print *print)
{
	ThusoJson *json = thuso_json_new();
	thuso_json_text(json, "old", print->options->arguments[0]);
	thuso_json_text(json, "new", print->options->arguments[1]);
	thuso_json_open(json, "summary");
	for (gint64 row = 0; row < print->c->summary->n_rows; row++)
		thuso_json_number(json, thuso_table_text(print->c->summary, row, 0), thuso_table_real(print->c->summary, row, 1));
	thuso_json_close(json);
	thuso_json_table(json, "changes", print->c->change, -1);
	thuso_json_texts(json, "notes", print->c->notes);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

/* --- the command ----------------------------------------------------------------------------------------------------------------- */

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	if (options->top < 0) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "--top must be 0 or more");
		return FALSE;
	}
	if (options->output && !thuso_comparison_check_path(options->output, options->overwrite, error))
		return FALSE;
	g_autoptr(ThusoComparison) comparison = thuso_compare(context, options->arguments[0], options->arguments[1], error);
	if (!comparison)
		return FALSE;
	end_progress();
	if (options->output && !thuso_comparison_write(comparison, options->output, options->overwrite, error))
		return FALSE;
	Print print = { comparison, options };
	if (options->json)
		print_json(&print);
	else if (!options->quiet)
		print_text(&print);
	if (options->output && !options->json) {
		g_autofree char *line = thuso_escape(options->output);
		printf("result: %s\n", line);
	}
	return TRUE;
}

static const GOptionEntry compare_options[] = {
	{ "top", 0, 0, G_OPTION_ARG_INT, &given.top, "how many sites, inputs and parameters the text shows of each (20)", "N" },
	{ NULL },
};

const Command command_compare = {
	.name = "compare",
	.arguments = "OLD.gpkg NEW.gpkg",
	.summary = "what changed between two results",
	.text =
	    "Compares two GeoPackages that `thuso run` or `thuso rank` wrote: sites up, down, new and gone in the ranking, planned "
	    "sites "
	    "added and dropped, centres opened and closed, people served gained and lost by municipality and larger levels, inputs "
	    "that changed (by their SHA-256) and parameters that changed. Text for people, --json, or all changes as a table with "
	    "--output FILE.csv. Ends with 0 whether anything changed or not; what one of the results lacks is noted.",
	.example = "thuso compare results/2025.gpkg results/2026.gpkg --output change.csv",
	.options = compare_options,
	.min_arguments = 2,
	.max_arguments = 2,
	.run = run,
};
