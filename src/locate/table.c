/* A CSV as all tables of this room are: columns by name in any order, ids, numbers from 0 on. */
#include "job.h"

#include <math.h>
#include <string.h>

gboolean table_open(Table *table, ThusoContext *context, const char *path, GError **error)
{
	table->path = path;
	table->rows = thuso_rows_open(context, path, error);
	return table->rows != NULL;
}

void table_close(Table *table)
{
	g_clear_pointer(&table->rows, thuso_rows_close);
}

int table_find(const Table *table, const char *name)
{
	const char *const *columns = thuso_rows_columns(table->rows);
	for (int i = 0; columns[i]; i++)
		if (g_ascii_strcasecmp(columns[i], name) == 0)
			return i;
	return -1;
}

int table_need(const Table *table, const char *name, const char *what, GError **error)
{
	int column = table_find(table, name);
	if (column >= 0)
		return column;
	const char *const *columns = thuso_rows_columns(table->rows);
	const char *nearest = thuso_nearest_name(name, columns);
	g_autofree char *all = g_strjoinv(", ", (char **) columns);
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no column %s%s%s%s: its header must be %s; it is %.300s", table->path, name,
	                nearest ? " (is it '" : "", nearest ? nearest : "", nearest ? "'?)" : "", what, all);
	return -1;
}

gboolean table_refuse(const Table *table, GError **error, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	g_autofree char *text = g_strdup_vprintf(format, list);
	va_end(list);
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s, line %" G_GINT64_FORMAT ": %s", table->path, thuso_rows_line(table->rows),
	                text);
	return FALSE;
}

static const double MOST = 1e15; /* a double still holds every whole number up to here */

gboolean table_amount(Table *table, char *const *cells, int column, double *value, GError **error)
{
	const char *name = thuso_rows_columns(table->rows)[column];
	if (!cells[column][0])
		return table_refuse(table, error, "%s is empty: write a number, 0 for none", name);
	if (!thuso_rows_real(table->rows, column, value, error))
		return FALSE;
	if (*value > MOST)
		return table_refuse(table, error, "%s %s is beyond 1e15, where sums lose people: correct it, or use a larger unit", name,
		                    cells[column]);
	if (*value < 0)
		return table_refuse(table, error, "%s %s is negative: write a number from 0 on", name, cells[column]);
	*value = fabs(*value); /* -0 */
	return TRUE;
}

gboolean table_id(const Table *table, char *const *cells, int column, GError **error)
{
	if (cells[column][0])
		return TRUE;
	return table_refuse(table, error, "no %s is given: fill in its id", thuso_rows_columns(table->rows)[column]);
}
