/* Rows of changes, and rows found by their key. */
#include "job.h"

#include <thuso/param.h>

enum { KIND, LEVEL, ID, TITLE, CHANGE, OLD, NEW, DIFFERENCE };

static char *text_of(const char *text, double number)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return text != NULL ? g_strdup(text) : isnan(number) ? NULL : g_strdup(thuso_format_real(buffer, number));
}

gboolean add_change(Job *job, const Change *change, GError **error)
{
	gint64 row = thuso_table_add_row(job->change, error);
	if (row < 0)
		return FALSE;
	g_autofree char *old = text_of(change->old, change->old_number), *new = text_of(change->new, change->new_number);
	thuso_table_set_text(job->change, row, KIND, change->kind);
	thuso_table_set_text(job->change, row, LEVEL, change->level);
	thuso_table_set_text(job->change, row, ID, change->id);
	thuso_table_set_text(job->change, row, TITLE, change->title);
	thuso_table_set_text(job->change, row, CHANGE, change->change);
	thuso_table_set_text(job->change, row, OLD, old);
	thuso_table_set_text(job->change, row, NEW, new);
	thuso_table_set_real(job->change, row, DIFFERENCE, change->new_number - change->old_number);
	return TRUE;
}

gboolean add_summary(Job *job, const char *name, double value, GError **error)
{
	gint64 row = thuso_table_add_row(job->summary, error);
	if (row < 0)
		return FALSE;
	thuso_table_set_text(job->summary, row, 0, name);
	thuso_table_set_real(job->summary, row, 1, value);
	return TRUE;
}

/* --- keys ----------------------------------------------------------------------------------------------------------------- */

static char *key_of(const Keyed *keyed, gint64 row)
{
	g_autofree char *first = thuso_table_as_text(keyed->table, row, keyed->first);
	g_autofree char *second = keyed->second >= 0 ? thuso_table_as_text(keyed->table, row, keyed->second) : NULL;
	return g_strconcat(first != NULL ? first : "", "\n", second, NULL);
}

void keyed_init(Keyed *keyed, const ThusoTable *table, const char *first, const char *second)
{
	keyed->table = table;
	keyed->row = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	keyed->first = table != NULL ? thuso_table_find_column(table, first) : -1;
	keyed->second = table != NULL && second != NULL ? thuso_table_find_column(table, second) : -1;
	for (gint64 row = keyed_n(keyed) - 1; row >= 0; row--)
		g_hash_table_replace(keyed->row, key_of(keyed, row), GSIZE_TO_POINTER((gsize) row + 1));
}

void keyed_clear(Keyed *keyed)
{
	g_clear_pointer(&keyed->row, g_hash_table_unref);
}

gint64 keyed_n(const Keyed *keyed)
{
	return keyed->table != NULL && keyed->first >= 0 ? keyed->table->n_rows : 0;
}

gint64 keyed_find(const Keyed *keyed, const Keyed *other, gint64 row)
{
	g_autofree char *key = key_of(other, row);
	return (gint64) GPOINTER_TO_SIZE(g_hash_table_lookup(keyed->row, key)) - 1;
}

/* --- cells ----------------------------------------------------------------------------------------------------------------- */

const char *text_at(const ThusoTable *table, gint64 row, const char *column)
{
	int c = table != NULL ? thuso_table_find_column(table, column) : -1;
	return c >= 0 && thuso_table_column(table, c)->type == THUSO_TEXT ? thuso_table_text(table, row, c) : NULL;
}

double number_at(const ThusoTable *table, gint64 row, const char *column)
{
	int c = table != NULL ? thuso_table_find_column(table, column) : -1;
	return c >= 0 ? thuso_table_as_real(table, row, c) : NAN;
}
