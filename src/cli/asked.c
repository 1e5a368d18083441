/* What commands with many options share: words and quantities as they were given, findings as a table. */
#include <thuso/param.h>

#include <string.h>

#include "command.h"

gboolean misused(GError **error, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	g_autofree char *message = g_strdup_vprintf(format, list);
	va_end(list);
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, message);
	return FALSE;
}

gboolean choose(const char *option, const char *text, const char *const *words, int *index, GError **error)
{
	*index = 0;
	for (int i = 0; text && words[i]; i++)
		if (strcmp(text, words[i]) == 0) {
			*index = i;
			return TRUE;
		}
	if (!text)
		return TRUE;
	const char *nearest = thuso_nearest_name(text, words);
	g_autofree char *all = g_strjoinv(", ", (char **) words);
	return misused(error, "--%s: '%s' is not known%s%s%s; known are %s", option, text, nearest ? " (did you mean '" : "",
	               nearest ? nearest : "", nearest ? "'?)" : "", all);
}

gboolean read_quantity(const char *option, const char *text, guint dimensions, double *value, GError **error)
{
	if (!text || thuso_parse_quantity(text, dimensions, value, NULL, error))
		return TRUE;
	g_prefix_error(error, "--%s: ", option);
	return FALSE;
}

ThusoTable *findings_table(const ThusoContext *context)
{
	const GPtrArray *findings = thuso_context_findings(context);
	ThusoTable *table = thuso_table_new("findings", "Findings", "", THUSO_NO_GEOMETRY);
	static const char *const names[] = { "severity", "check", "layer", "feature", "message" };
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		thuso_table_add_column(table, names[i], names[i], "", THUSO_TEXT);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		gint64 row = thuso_table_add_row(table, NULL);
		if (row < 0)
			break;
		const char *texts[] = { thuso_severity_name(finding->severity), finding->check, finding->layer, finding->feature,
			                    finding->message };
		for (gsize k = 0; k < G_N_ELEMENTS(names); k++)
			thuso_table_set_text(table, row, (int) k, texts[k]);
	}
	return table;
}
