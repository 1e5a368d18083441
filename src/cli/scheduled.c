/* What a scheduled run says on stdout: one paragraph that can be mailed as it is, and where the result lies. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static double value(const ThusoTable *summary, const char *name)
{
	for (gint64 row = 0; row < summary->n_rows; row++)
		if (strcmp(thuso_table_text(summary, row, 0), name) == 0)
			return thuso_table_real(summary, row, 1);
	return 0;
}

static const char *words(const ThusoTable *summary, const char *name)
{
	for (gint64 row = 0; row < summary->n_rows; row++)
		if (strcmp(thuso_table_text(summary, row, 0), name) == 0)
			return thuso_table_text(summary, row, 2);
	return "";
}

static void add_state(GString *text, const ThusoTable *s)
{
	double assessed = value(s, "people_assessed"), n_sites = value(s, "sites_planned");
	g_autofree char *people = thuso_format_count(value(s, "people")), *now = thuso_format_count(value(s, "people_served_now")),
	                *plan = thuso_format_count(value(s, "people_served_plan")),
	                *share_now = share_text(value(s, "people_served_now"), assessed),
	                *share_plan = share_text(value(s, "people_served_plan"), assessed);
	g_string_append_printf(text, "of %s people, %s (%s) are within %s of an open centre", people, now, share_now,
	                       words(s, "people_served_now"));
	if (n_sites > 0)
		g_string_append_printf(text, "; with the %.0f planned site%s it would be %s (%s)", n_sites, n_sites > 1 ? "s" : "", plan,
		                       share_plan);
	g_string_append(text, ". ");
}

/* "3 up, 1 down": only what there is. TRUE where there is anything. */
typedef struct {
	const char *name, *word;
} Count;

static gboolean add_counts(GString *text, const char *what, const ThusoComparison *c, const Count *counts)
{
	gboolean any = FALSE;
	for (; counts->name; counts++) {
		double n = thuso_comparison_value(c, counts->name);
		if (!(n > 0))
			continue;
		gsize letters = strlen(counts->word) - (n < 1.5 && g_str_has_suffix(counts->word, "s"));
		g_string_append_printf(text, "%s%.0f %.*s", any ? ", " : what, n, (int) letters, counts->word);
		any = TRUE;
	}
	if (any)
		g_string_append(text, "; ");
	return any;
}

static gboolean add_served(GString *text, const ThusoComparison *c)
{
	double old = thuso_comparison_value(c, "served_now_old"), new = thuso_comparison_value(c, "served_now_new");
	if (isnan(old) || isnan(new) || fabs(new - old) < 0.5)
		return FALSE;
	g_autofree char *by = thuso_format_count(fabs(new - old)), *then = thuso_format_count(old);
	g_string_append_printf(text, "%s %s people served than the %s then; ", by, new > old ? "more" : "fewer", then);
	return TRUE;
}

static void add_changes(GString *text, const ThusoComparison *c, const char *since)
{
	static const Count ranking[] = {
		{ "sites_up", "up" }, { "sites_down", "down" }, { "sites_added", "new" }, { "sites_gone", "gone" }, { NULL, NULL }
	};
	static const Count plans[] = { { "planned_added", "added" }, { "planned_dropped", "dropped" }, { NULL, NULL } };
	static const Count centres[] = { { "centres_opened", "opened" },
		                             { "centres_closed", "closed" },
		                             { "centres_new", "new" },
		                             { "centres_gone", "gone" },
		                             { NULL, NULL } };
	static const Count inputs[] = { { "inputs_changed", "inputs" }, { "parameters_changed", "parameters" }, { NULL, NULL } };
	g_string_append_printf(text, "Since %s: ", since);
	gboolean any = add_served(text, c);
	any |= add_counts(text, "centres: ", c, centres);
	any |= add_counts(text, "ranking: ", c, ranking);
	any |= add_counts(text, "planned sites: ", c, plans);
	any |= add_counts(text, "changed: ", c, inputs);
	if (!any)
		g_string_append(text, "nothing changed; ");
	g_string_truncate(text, text->len - strlen("; "));
	g_string_append(text, ". ");
}

/* A result's folder is named by its date. */
static char *date_of(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	return g_path_get_basename(folder);
}

static const char *first_of(const ThusoTable *ranking, const char *column)
{
	int c = thuso_table_find_column(ranking, column);
	const char *text = ranking->n_rows > 0 && c >= 0 ? thuso_table_text(ranking, 0, c) : NULL;
	return text ? text : "";
}

static char *paragraph(const char *study, const ThusoRunResult *result)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *day = g_path_get_basename(result->folder), *last = result->last ? date_of(result->last) : NULL;
	g_string_append_printf(text, "%s, %s: ", study, day);
	add_state(text, result->summary);
	if (result->comparison)
		add_changes(text, result->comparison, last);
	else if (result->not_compared)
		g_string_append_printf(text, "What changed since %s cannot be said: %s. ", last, result->not_compared);
	if (result->ranking && result->ranking->n_rows > 0)
		g_string_append_printf(text, "First in the ranking: %s, %s. ", first_of(result->ranking, "title"),
		                       first_of(result->ranking, "municipality_title"));
	if (value(result->summary, "findings") > 0)
		g_string_append_printf(text, "Findings about the data: %.0f (the report lists them). ",
		                       value(result->summary, "findings"));
	g_string_append(text, "Indicative; policy may override.");
	return thuso_escape(text->str);
}

void print_scheduled(const char *study, const ThusoRunResult *result)
{
	g_autofree char *text = paragraph(study, result);
	print_wrapped(text, 0);
	for (char **path = result->written; *path; path++) {
		if (!g_str_has_suffix(*path, ".gpkg") && !g_str_has_suffix(*path, "/index.html"))
			continue;
		g_autofree char *line = thuso_escape(*path);
		printf("result: %s\n", line);
	}
}
