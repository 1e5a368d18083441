/* Cells by name, parameters, and numbers as a council member reads them. */
#include <math.h>
#include <string.h>
#include <thuso/param.h>

#include "facts.h"

#define DASH "\xe2\x80\x93"

gboolean has_column(const ThusoTable *table, const char *column)
{
	return table && thuso_table_find_column(table, column) >= 0;
}

const char *cell_text(const ThusoTable *table, gint64 row, const char *column)
{
	int c = thuso_table_find_column(table, column);
	if (c < 0 || thuso_table_column(table, c)->type != THUSO_TEXT)
		return NULL;
	const char *text = thuso_table_text(table, row, c);
	return text && *text ? text : NULL;
}

double cell_real(const ThusoTable *table, gint64 row, const char *column)
{
	int c = thuso_table_find_column(table, column);
	return c < 0 ? NAN : thuso_table_as_real(table, row, c);
}

gboolean column_has_values(const ThusoTable *table, const char *column)
{
	int c = table ? thuso_table_find_column(table, column) : -1;
	for (gint64 row = 0; c >= 0 && row < table->n_rows; row++)
		if (!thuso_table_is_null(table, row, c))
			return TRUE;
	return FALSE;
}

char *site_name(const ThusoTable *table, gint64 row)
{
	const char *title = cell_text(table, row, "title"), *place = cell_text(table, row, "place");
	if (!title)
		title = cell_text(table, row, "site");
	if (!title)
		title = "a site without a name";
	return place && !strstr(title, place) ? g_strdup_printf("%s, %s", title, place) : g_strdup(title);
}

static char *find_name(const ThusoTable *table, const char *id)
{
	for (gint64 row = 0; table && row < table->n_rows; row++)
		if (g_strcmp0(cell_text(table, row, "site"), id) == 0)
			return site_name(table, row);
	return NULL;
}

char *site_name_of(const Facts *facts, const char *id)
{
	char *name = find_name(facts->table[FACTS_CENTRES], id);
	if (!name)
		name = find_name(facts->table[FACTS_RANKED], id);
	if (!name)
		name = find_name(facts->table[FACTS_PLANNED], id);
	return name ? name : g_strdup(id);
}

const char *parameter_field(const Facts *facts, const char *name, const char *field)
{
	const ThusoTable *table = facts->table[FACTS_PARAMETERS];
	gsize row = table ? GPOINTER_TO_SIZE(g_hash_table_lookup(facts->parameter_row, name)) : 0;
	return row > 0 ? cell_text(table, (gint64) row - 1, field) : NULL;
}

const char *parameter(const Facts *facts, const char *name)
{
	return parameter_field(facts, name, "value");
}

char *count_text(double value)
{
	return isnan(value) ? g_strdup(DASH) : thuso_format_count(value);
}

char *decimal_text(double value, int decimals)
{
	char format[] = "%.0f", buffer[G_ASCII_DTOSTR_BUF_SIZE];
	format[2] = (char) ('0' + decimals);
	if (isnan(value))
		return g_strdup(DASH);
	return g_strdup(g_ascii_formatd(buffer, sizeof buffer, format, value));
}

char *percent_text(double of_100)
{
	g_autofree char *number = decimal_text(of_100, 1);
	return isnan(of_100) ? g_strdup(DASH) : g_strconcat(number, " %", NULL);
}

char *cost_text(const Facts *facts, double value)
{
	g_autofree char *number = decimal_text(value, 1);
	return isnan(value) ? g_strdup(DASH) : g_strconcat(number, " ", facts->unit, NULL);
}
