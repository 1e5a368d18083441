/* Typed tables, column by column. Texts are interned: a table of a million cells names each municipality once. */
#include <thuso/table.h>
#include <thuso/param.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const gsize value_size[] = { sizeof(const char *), sizeof(gint64), sizeof(double) };

static void column_free(gpointer data)
{
	ThusoColumn *column = data;
	thuso_vector_clear(&column->values);
	thuso_vector_clear(&column->nulls);
	g_free(column->name);
	g_free(column->title);
	g_free(column->unit);
	g_free(column);
}

ThusoTable *thuso_table_new(const char *name, const char *title, const char *description, ThusoGeometryType geometry_type)
{
	ThusoTable *table = g_new0(ThusoTable, 1);
	table->name = g_strdup(name);
	table->title = g_strdup(title);
	table->description = g_strdup(description);
	table->geometry_type = geometry_type;
	table->columns = g_ptr_array_new_with_free_func(column_free);
	table->geometries = THUSO_VECTOR(GBytes *);
	table->strings = g_string_chunk_new(4096);
	return table;
}

void thuso_table_free(ThusoTable *table)
{
	if (!table)
		return;
	for (gint64 i = 0; i < table->geometries.n; i++)
		g_clear_pointer(&((GBytes **) table->geometries.data)[i], g_bytes_unref);
	thuso_vector_clear(&table->geometries);
	g_ptr_array_unref(table->columns);
	g_string_chunk_free(table->strings);
	g_free(table->name);
	g_free(table->title);
	g_free(table->description);
	g_free(table->crs);
	g_free(table);
}

void thuso_table_set_crs(ThusoTable *table, const char *crs)
{
	char *copy = g_strdup(crs);
	g_free(table->crs);
	table->crs = copy;
}

/* Room for `n` values, the new ones NULL. */
static gboolean column_grow(ThusoColumn *column, gint64 n, GError **error)
{
	if (!thuso_vector_reserve(&column->values, n, column->name, error) ||
	    !thuso_vector_reserve(&column->nulls, n, column->name, error))
		return FALSE;
	gint64 old = column->nulls.n;
	memset((char *) column->values.data + (gsize) old * column->values.size, 0, (gsize) (n - old) * column->values.size);
	memset((char *) column->nulls.data + old, 1, (gsize) (n - old));
	column->values.n = column->nulls.n = n;
	return TRUE;
}

int thuso_table_extend(ThusoTable *table, const char *name, const char *title, const char *unit, ThusoColumnType type,
                       GError **error)
{
	ThusoColumn *column = g_new0(ThusoColumn, 1);
	column->name = g_strdup(name);
	column->title = g_strdup(title ? title : name);
	column->unit = g_strdup(unit ? unit : "");
	column->type = type;
	column->values.size = value_size[type];
	column->nulls.size = 1;
	if (table->n_rows > 0 && !column_grow(column, table->n_rows, error)) {
		column_free(column);
		return -1;
	}
	g_ptr_array_add(table->columns, column);
	return (int) table->columns->len - 1;
}

int thuso_table_add_column(ThusoTable *table, const char *name, const char *title, const char *unit, ThusoColumnType type)
{
	g_return_val_if_fail(table->n_rows == 0, -1);
	return thuso_table_extend(table, name, title, unit, type, NULL);
}

int thuso_table_find_column(const ThusoTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++)
		if (strcmp(thuso_table_column(table, (int) i)->name, name) == 0)
			return (int) i;
	return -1;
}

const ThusoColumn *thuso_table_column(const ThusoTable *table, int column)
{
	return g_ptr_array_index(table->columns, (guint) column);
}

const char **thuso_table_column_names(const ThusoTable *table)
{
	const char **names = g_new0(const char *, table->columns->len + 1);
	for (guint i = 0; i < table->columns->len; i++)
		names[i] = thuso_table_column(table, (int) i)->name;
	return names;
}

gint64 thuso_table_add_row(ThusoTable *table, GError **error)
{
	gint64 n = table->n_rows + 1;
	GBytes *none = NULL;
	for (guint i = 0; i < table->columns->len; i++)
		if (!column_grow(g_ptr_array_index(table->columns, i), n, error))
			return -1;
	if (table->geometry_type != THUSO_NO_GEOMETRY && !thuso_vector_push(&table->geometries, &none, table->name, error))
		return -1;
	table->n_rows = n;
	return n - 1;
}

/* The cell as a pointer, after checking type and bounds: a wrong index is a fault of the program, not of the input. */
static gpointer cell(const ThusoTable *table, gint64 row, int column, ThusoColumnType type)
{
	g_assert(row >= 0 && row < table->n_rows && column >= 0 && column < (int) table->columns->len);
	const ThusoColumn *c = thuso_table_column(table, column);
	g_assert(c->type == type);
	return (char *) c->values.data + (gsize) row * c->values.size;
}

static void set_nullness(ThusoTable *table, gint64 row, int column, gboolean is_null)
{
	const ThusoColumn *c = thuso_table_column(table, column);
	((guint8 *) c->nulls.data)[row] = is_null != 0;
}

void thuso_table_set_text(ThusoTable *table, gint64 row, int column, const char *value)
{
	const char **place = cell(table, row, column, THUSO_TEXT);
	*place = value ? g_string_chunk_insert_const(table->strings, value) : NULL;
	set_nullness(table, row, column, value == NULL);
}

void thuso_table_set_integer(ThusoTable *table, gint64 row, int column, gint64 value)
{
	*(gint64 *) cell(table, row, column, THUSO_INTEGER) = value;
	set_nullness(table, row, column, FALSE);
}

void thuso_table_set_real(ThusoTable *table, gint64 row, int column, double value)
{
	*(double *) cell(table, row, column, THUSO_REAL) = value;
	set_nullness(table, row, column, isnan(value));
}

void thuso_table_set_geometry(ThusoTable *table, gint64 row, GBytes *wkb)
{
	g_assert(table->geometry_type != THUSO_NO_GEOMETRY && row >= 0 && row < table->n_rows);
	GBytes **place = &((GBytes **) table->geometries.data)[row];
	g_clear_pointer(place, g_bytes_unref);
	*place = wkb ? g_bytes_ref(wkb) : NULL;
}

gboolean thuso_table_is_null(const ThusoTable *table, gint64 row, int column)
{
	g_assert(row >= 0 && row < table->n_rows);
	return ((const guint8 *) thuso_table_column(table, column)->nulls.data)[row] != 0;
}

const char *thuso_table_text(const ThusoTable *table, gint64 row, int column)
{
	return thuso_table_is_null(table, row, column) ? NULL : *(const char **) cell(table, row, column, THUSO_TEXT);
}

gint64 thuso_table_integer(const ThusoTable *table, gint64 row, int column)
{
	return thuso_table_is_null(table, row, column) ? 0 : *(gint64 *) cell(table, row, column, THUSO_INTEGER);
}

double thuso_table_real(const ThusoTable *table, gint64 row, int column)
{
	if (thuso_table_is_null(table, row, column))
		return NAN;
	if (thuso_table_column(table, column)->type == THUSO_INTEGER)
		return (double) *(gint64 *) cell(table, row, column, THUSO_INTEGER);
	return *(double *) cell(table, row, column, THUSO_REAL);
}

GBytes *thuso_table_geometry(const ThusoTable *table, gint64 row)
{
	g_assert(row >= 0 && row < table->n_rows);
	return table->geometry_type == THUSO_NO_GEOMETRY ? NULL : ((GBytes **) table->geometries.data)[row];
}

char *thuso_table_as_text(const ThusoTable *table, gint64 row, int column)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	if (thuso_table_is_null(table, row, column))
		return NULL;
	switch (thuso_table_column(table, column)->type) {
	case THUSO_TEXT:
		return g_strdup(thuso_table_text(table, row, column));
	case THUSO_INTEGER:
		return g_strdup_printf("%" G_GINT64_FORMAT, thuso_table_integer(table, row, column));
	case THUSO_REAL:
		return g_strdup(thuso_format_real(buffer, thuso_table_real(table, row, column)));
	}
	return NULL;
}

/* "13,731" may be thirteen thousand or thirteen and a bit: a number that can be read in two ways is none. "0,123" is a decimal. */
static gboolean is_ambiguous(const char *text)
{
	gsize digits = strspn(text, "0123456789"), groups = 0;
	const char *p = text + digits;
	if (digits == 0 || digits > 3 || *text == '0')
		return FALSE;
	for (; *p == ',' && strspn(p + 1, "0123456789") == 3; p += 4)
		groups++;
	return groups > 0 && *p == '\0';
}

double thuso_table_as_real(const ThusoTable *table, gint64 row, int column)
{
	if (thuso_table_column(table, column)->type != THUSO_TEXT)
		return thuso_table_real(table, row, column);
	const char *text = thuso_table_text(table, row, column);
	if (!text)
		return NAN;
	g_autofree char *plain = g_strstrip(g_strdup(text));
	if (is_ambiguous(plain))
		return NAN;
	if (!strchr(plain, '.'))
		g_strdelimit(plain, ",", '.');
	double value;
	return thuso_parse_real(plain, &value) ? value : NAN;
}
