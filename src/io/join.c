/* Columns brought from a table: keys are compared as texts and, where both are whole numbers, as numbers. */
#include "private.h"

#include <thuso/param.h>

#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 18 /* of a key that is compared as a number */

typedef struct {
	const char *text;
	gint64 number; /* G_MININT64 = the key is no whole number */
	gint64 row;
} Key;

static gint64 as_number(const char *text)
{
	gsize n = strlen(text), sign = text[0] == '-';
	if (n == sign || n - sign > MAX_DIGITS || strspn(text + sign, "0123456789") != n - sign)
		return G_MININT64;
	return g_ascii_strtoll(text, NULL, 10);
}

static int by_text(const void *a, const void *b)
{
	const Key *p = a, *q = b;
	int order = strcmp(p->text, q->text);
	return order ? order : (p->row > q->row) - (p->row < q->row);
}

static int by_number(const void *a, const void *b)
{
	const Key *p = a, *q = b;
	int order = (p->number > q->number) - (p->number < q->number);
	return order ? order : (p->row > q->row) - (p->row < q->row);
}

static int match_text(const void *key, const void *element)
{
	return strcmp(((const Key *) key)->text, ((const Key *) element)->text);
}

static int match_number(const void *key, const void *element)
{
	gint64 a = ((const Key *) key)->number, b = ((const Key *) element)->number;
	return (a > b) - (a < b);
}

/* The keys of one table twice: sorted as texts and as numbers. `chunk` holds the texts. */
typedef struct {
	Key *texts, *numbers;
	gint64 n;
	GStringChunk *chunk;
} KeyIndex;

static void index_clear(KeyIndex *index)
{
	thuso_array_free(index->texts);
	thuso_array_free(index->numbers);
	g_string_chunk_free(index->chunk);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeyIndex, index_clear)

static gboolean index_keys(KeyIndex *index, const ThusoTable *table, int column, GError **error)
{
	index->texts = thuso_array_new(MAX(table->n_rows, 1), sizeof(Key), "join keys", error);
	index->numbers = index->texts ? thuso_array_new(MAX(table->n_rows, 1), sizeof(Key), "join keys", error) : NULL;
	if (!index->numbers)
		return FALSE;
	for (gint64 i = 0; i < table->n_rows; i++) {
		g_autofree char *text = thuso_table_as_text(table, i, column);
		if (!text || !g_strstrip(text)[0])
			continue;
		index->texts[index->n++] = (Key){ g_string_chunk_insert(index->chunk, text), as_number(text), i };
	}
	memcpy(index->numbers, index->texts, (gsize) index->n * sizeof(Key));
	qsort(index->texts, (gsize) index->n, sizeof(Key), by_text);
	qsort(index->numbers, (gsize) index->n, sizeof(Key), by_number);
	return TRUE;
}

static gboolean check_unique(const KeyIndex *index, const ThusoSource *source, const ThusoTable *from, GError **error)
{
	gint64 n_twice = 0;
	const Key *first = NULL;
	for (gint64 i = 1; i < index->n; i++)
		if (strcmp(index->texts[i].text, index->texts[i - 1].text) == 0) {
			n_twice++;
			if (!first)
				first = &index->texts[i];
		}
	if (n_twice == 0)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s: the join table %s has %s = %s more than once (row %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
	                " such rows): keep one row for each %s",
	                source->name, source->join->path, source->join->key, first->text, thuso_table_integer(from, first->row, 0),
	                n_twice, source->join->key);
	return FALSE;
}

/* Row of the join table, -1 = none, -2 = two rows are equal as numbers ("7" and "07"). */
static gint64 find_row(const KeyIndex *index, const char *text)
{
	Key key = { text, as_number(text), 0 };
	const Key *found = bsearch(&key, index->texts, (gsize) index->n, sizeof(Key), match_text);
	if (found)
		return found->row;
	if (key.number == G_MININT64)
		return -1;
	found = bsearch(&key, index->numbers, (gsize) index->n, sizeof(Key), match_number);
	if (!found)
		return -1;
	gint64 at = found - index->numbers;
	gboolean twice = (at > 0 && index->numbers[at - 1].number == key.number) ||
	                 (at + 1 < index->n && index->numbers[at + 1].number == key.number);
	return twice ? -2 : found->row;
}

static void copy_value(const ThusoTable *from, gint64 from_row, int from_column, ThusoTable *to, gint64 row, int column)
{
	if (thuso_table_is_null(from, from_row, from_column))
		return;
	if (thuso_table_column(from, from_column)->type == THUSO_TEXT)
		thuso_table_set_text(to, row, column, thuso_table_text(from, from_row, from_column));
	else if (thuso_table_column(from, from_column)->type == THUSO_INTEGER)
		thuso_table_set_integer(to, row, column, thuso_table_integer(from, from_row, from_column));
	else
		thuso_table_set_real(to, row, column, thuso_table_real(from, from_row, from_column));
}

/* Adds the join table's columns (all but the key and _fid) to `table`; target[c] is the new column of column c, or -1. */
/* Two fields of one name: which of them is meant must not be guessed in silence. */
static void report_renamed(ThusoContext *context, const ThusoSource *source, const char *field, const char *name)
{
	ThusoFinding finding = { THUSO_WARNING, "join_name", source->name, NULL, NULL, 1, NULL };
	thuso_io_find(context, &finding, "field %s stands in the layer and in %s; the table's is read under the name %s", field,
	              source->join->path, name);
}

static int *add_columns(ThusoContext *context, const ThusoTable *from, const ThusoSource *source, ThusoTable *table,
                        GError **error)
{
	g_autofree int *target = g_new(int, from->columns->len);
	for (int c = 0; c < (int) from->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(from, c);
		gboolean named = source->join->fields && g_strv_contains((const char *const *) source->join->fields, column->name);
		target[c] = -1;
		if (g_str_equal(column->name, "_fid") || (g_str_equal(column->name, source->join->key) && !named))
			continue;
		g_autofree char *name = thuso_table_free_name(table, column->name);
		if (!g_str_equal(name, column->name))
			report_renamed(context, source, column->name, name);
		target[c] = thuso_table_extend(table, name, column->title, column->unit, column->type, error);
		if (target[c] < 0)
			return NULL;
	}
	return g_steal_pointer(&target);
}

/* A spreadsheet takes "012A-1" for a text, but "0121" for a number, and codes that were cut out of longer ones alike. */
static gboolean lost_zeros(const KeyIndex *index, const char *text)
{
	const char *rest = text + strspn(text, "0");
	return rest != text && *rest && find_row(index, rest) >= 0;
}

static void report_unmatched(ThusoContext *context, const ThusoSource *source, const ThusoTable *table, gint64 n,
                             const char *first, const KeyIndex *index)
{
	if (n == 0)
		return;
	const gboolean zeros = lost_zeros(index, first);
	ThusoFinding finding = { THUSO_WARNING, "join_unmatched", source->name, first, NULL, n, NULL };
	thuso_io_find(context, &finding,
	              "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
	              " features find no row of %s by %s = %s (first: %s): their joined fields are "
	              "empty; %s",
	              n, table->n_rows, source->join->path, source->join->to, source->join->key, first,
	              zeros ? "the table has them without their leading zeros: write its codes as texts, as the layer has them"
	                    : "check the codes");
}

/* What the rows that nobody takes would have brought: ", with pop = 1,234" for each number that the join asks for by name. */
static char *lost_sums(const ThusoSource *source, const ThusoTable *from, const guint8 *used)
{
	GString *lost = g_string_new(NULL);
	for (char **field = source->join->fields; field && *field; field++) {
		int column = thuso_table_find_column(from, *field);
		ThusoSum sum = { 0, 0 };
		if (column < 0 || thuso_table_column(from, column)->type == THUSO_TEXT)
			continue;
		for (gint64 row = 0; row < from->n_rows; row++)
			if (!used[row] && !thuso_table_is_null(from, row, column))
				thuso_sum_add(&sum, thuso_table_real(from, row, column));
		g_autofree char *count = thuso_format_count(thuso_sum(&sum));
		g_string_append_printf(lost, "%s%s = %s", lost->len ? ", " : ", with ", *field, count);
	}
	return g_string_free(lost, FALSE);
}

/* Often the table covers more than the layer; sometimes a code is misspelt and its people are lost. */
static void report_unused(ThusoContext *context, const ThusoSource *source, const ThusoTable *from, const guint8 *used)
{
	int key = thuso_table_find_column(from, source->join->key);
	g_autofree char *first = NULL;
	gint64 n = 0;
	for (gint64 row = 0; row < from->n_rows; row++)
		if (!used[row] && n++ == 0)
			first = thuso_table_as_text(from, row, key);
	if (n == 0)
		return;
	g_autofree char *lost = lost_sums(source, from, used);
	ThusoFinding finding = { THUSO_INFO, "join_unused", source->name, first, NULL, n, NULL };
	thuso_io_find(context, &finding,
	              "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows of %s fit no feature (first: %s = %s)%s; check the codes "
	              "if they should",
	              n, from->n_rows, source->join->path, source->join->key, first ? first : "(empty)", lost);
}

static gboolean fill_columns(ThusoContext *context, const ThusoSource *source, ThusoTable *table, const ThusoTable *from,
                             const KeyIndex *index, GError **error)
{
	int to = thuso_table_find_column(table, source->join->to);
	g_autofree int *target = add_columns(context, from, source, table, error);
	if (!target)
		return FALSE;
	g_autofree char *first = NULL;
	gint64 n_unmatched = 0;
	g_autofree guint8 *used = thuso_new(guint8, MAX(from->n_rows, 1));
	for (gint64 i = 0; i < table->n_rows; i++) {
		g_autofree char *text = thuso_table_as_text(table, i, to);
		gint64 row = text && g_strstrip(text)[0] ? find_row(index, text) : -1;
		if (row == -2) {
			thuso_set_error(
			    error, THUSO_ERROR_INPUT,
			    "%s: %s = %s fits several rows of %s, which differ only in leading zeros: write the codes alike in both",
			    source->name, source->join->to, text, source->join->path);
			return FALSE;
		}
		if (row >= 0)
			used[row] = 1;
		if (row < 0 && n_unmatched++ == 0)
			first = g_strdup(text ? text : "(empty)");
		for (int c = 0; row >= 0 && c < (int) from->columns->len; c++)
			if (target[c] >= 0)
				copy_value(from, row, c, table, i, target[c]);
	}
	if (n_unmatched == table->n_rows && n_unmatched > 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: none of %" G_GINT64_FORMAT
		                " features finds a row of %s by %s = %s (first: %s): check the codes in both",
		                source->name, table->n_rows, source->join->path, source->join->to, source->join->key, first);
		return FALSE;
	}
	report_unmatched(context, source, table, n_unmatched, first, index);
	report_unused(context, source, from, used);
	return TRUE;
}

gboolean thuso_join_table(ThusoContext *context, const ThusoSource *source, ThusoTable *table, GError **error)
{
	const ThusoJoin *join = source->join;
	if (!join->path || !join->key || !join->to) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s: a join needs `path`, `key` and `to`", source->name);
		return FALSE;
	}
	g_autoptr(ThusoSource) other = thuso_source_new(source->name);
	g_strfreev(other->paths);
	other->paths = g_new0(char *, 2);
	other->paths[0] = g_strdup(join->path);
	other->layer = g_strdup(join->layer);
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	for (int i = 0; join->fields && join->fields[i]; i++)
		g_ptr_array_add(wanted, join->fields[i]);
	g_ptr_array_add(wanted, join->key);
	g_ptr_array_add(wanted, NULL);
	const char *const *fields = join->fields ? (const char *const *) wanted->pdata : NULL;
	g_autoptr(ThusoTable) from = thuso_read_layer(context, other, THUSO_READ_TABLE, fields, error);
	if (!from)
		return FALSE;
	int key = thuso_table_find_column(from, join->key);
	if (key < 0) {
		g_autofree const char **names = thuso_table_column_names(from);
		ThusoReadRequest request = { source, join->path, THUSO_READ_TABLE, NULL, FALSE };
		return thuso_missing_field(&request, join->key, names + 1, error);
	}
	g_auto(KeyIndex) index = { .chunk = g_string_chunk_new(4096) };
	return index_keys(&index, from, key, error) && check_unique(&index, source, from, error) &&
	       fill_columns(context, source, table, from, &index, error);
}
