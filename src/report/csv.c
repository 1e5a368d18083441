/* The one writer of CSV (RFC 4180). Texts that begin with = + - @, a tab or a carriage return would be formulas to a spreadsheet: they get
 * an apostrophe in front, as OWASP advises. Numbers come from number columns and stay as they are. */
#include "csv.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void csv_append_text(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	gsize blanks = strspn(valid, " ");
	gboolean formula = valid[blanks] && strchr("=+-@\t\r", valid[blanks]);
	gboolean quote = formula || strpbrk(valid, "\",;\r\n\t") || g_str_has_prefix(valid, " ") || g_str_has_suffix(valid, " ");
	if (quote)
		g_string_append_c(out, '"');
	if (formula)
		g_string_append_c(out, '\'');
	for (const char *p = valid; *p; p++) {
		if (*p == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *p);
	}
	if (quote)
		g_string_append_c(out, '"');
}

static void append_cell(GString *out, const ThusoTable *table, gint64 row, int c)
{
	if (thuso_table_is_null(table, row, c))
		return;
	g_autofree char *text = thuso_table_as_text(table, row, c);
	if (thuso_table_column(table, c)->type == THUSO_TEXT)
		csv_append_text(out, text);
	else
		g_string_append(out, text);
}

char *csv_table(const ThusoTable *table, gsize *size)
{
	GString *out = g_string_new(BYTE_ORDER_MARK);
	int n = (int) table->columns->len;
	for (int c = 0; c < n; c++) {
		g_string_append(out, c ? "," : "");
		csv_append_text(out, thuso_table_column(table, c)->name);
	}
	g_string_append(out, "\r\n");
	for (gint64 row = 0; row < table->n_rows; row++) {
		for (int c = 0; c < n; c++) {
			g_string_append(out, c ? "," : "");
			append_cell(out, table, row, c);
		}
		g_string_append(out, "\r\n");
	}
	*size = out->len;
	return g_string_free(out, FALSE);
}
