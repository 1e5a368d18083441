/* The two results, read table by table as far as they have them. */
#include "job.h"

#include <string.h>

/* A result has at least one of these, with this column. */
static const struct {
	const char *table, *column;
} signs[] = {
	{ "run", "sha256" },
	{ "parameters", "origin" },
	{ "ranked_sites", "rank_in_municipality" },
};

void note(Job *job, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_ptr_array_add(job->notes, g_strdup_vprintf(format, args));
	va_end(args);
}

static ThusoTable *read_rows(ThusoContext *context, const Result *result, const char *table, const char *where,
                             const char *const *columns, GError **error)
{
	g_autoptr(ThusoSource) source = thuso_source_new(result->name);
	g_free(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(result->path);
	source->layer = g_strdup(table);
	source->where = g_strdup(where);
	return thuso_read_layer(context, source, THUSO_READ_TABLE, columns, error);
}

gboolean result_has(const Result *result, const char *table)
{
	return g_strv_contains((const char *const *) result->layers, table);
}

/* The columns of `wanted` that the table has, NULL-terminated; NULL where one that it must have lacks. */
static const char **columns_there(const ThusoTable *table, const char *const *wanted)
{
	g_autoptr(GPtrArray) there = g_ptr_array_new();
	for (; *wanted != NULL; wanted++) {
		gboolean is_needed = **wanted != '?';
		const char *name = is_needed ? *wanted : *wanted + 1;
		if (thuso_table_find_column(table, name) >= 0)
			g_ptr_array_add(there, (gpointer) name);
		else if (is_needed)
			return NULL;
	}
	g_ptr_array_add(there, NULL);
	return (const char **) g_ptr_array_free(g_steal_pointer(&there), FALSE);
}

static const ThusoTable *find_table(const Result *result, const char *name)
{
	for (guint i = 0; i < result->tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(result->tables, i);
		if (strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static gboolean copy_column(const ThusoTable *from, int c, ThusoTable *to, GError **error)
{
	const ThusoColumn *column = thuso_table_column(from, c);
	int at = thuso_table_extend(to, column->name, column->title, column->unit, column->type, error);
	for (gint64 row = 0; at >= 0 && row < from->n_rows; row++) {
		if (thuso_table_is_null(from, row, c))
			continue;
		if (column->type == THUSO_TEXT)
			thuso_table_set_text(to, row, at, thuso_table_text(from, row, c));
		else if (column->type == THUSO_INTEGER)
			thuso_table_set_integer(to, row, at, thuso_table_integer(from, row, c));
		else
			thuso_table_set_real(to, row, at, thuso_table_real(from, row, c));
	}
	return at >= 0;
}

/* As reading it from the file would give it, without geometry. */
static ThusoTable *copy_table(const ThusoTable *from, const char *const *columns, GError **error)
{
	g_autofree const char **there = columns_there(from, columns);
	g_autoptr(ThusoTable) to = there != NULL ? thuso_table_new(from->name, "", "", THUSO_NO_GEOMETRY) : NULL;
	for (gint64 row = 0; to != NULL && row < from->n_rows; row++)
		if (thuso_table_add_row(to, error) < 0)
			return NULL;
	for (const char **name = there; to != NULL && *name != NULL; name++)
		if (!copy_column(from, thuso_table_find_column(from, *name), to, error))
			return NULL;
	return g_steal_pointer(&to);
}

/* First without a row, to see the columns: a layer of polygons that is no level is not worth the reading. */
ThusoTable *result_read(Job *job, const Result *result, const char *table, const char *const *columns, GError **error)
{
	if (!thuso_context_go_on(job->context, error) || !result_has(result, table))
		return NULL;
	if (result->tables != NULL)
		return copy_table(find_table(result, table), columns, error);
	g_autoptr(ThusoTable) empty = read_rows(job->context, result, table, "1 = 0", NULL, error);
	g_autofree const char **there = empty != NULL ? columns_there(empty, columns) : NULL;
	return there != NULL ? read_rows(job->context, result, table, NULL, there, error) : NULL;
}

/* Its tables may be there and empty, so a column is looked for, and not a row. */
static gboolean is_result(ThusoContext *context, const Result *result)
{
	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
		const char *const columns[] = { signs[i].column, NULL };
		g_autoptr(ThusoTable) table =
		    result_has(result, signs[i].table) ? read_rows(context, result, signs[i].table, "1 = 0", columns, NULL) : NULL;
		if (table != NULL)
			return TRUE;
	}
	return FALSE;
}

/* A table without rows is not written. The largest levels are written first. */
static char **tables_to_be_written(const GPtrArray *tables)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	for (guint i = tables->len; i > 0; i--) {
		const ThusoTable *table = g_ptr_array_index(tables, i - 1);
		if (table->n_rows > 0)
			g_strv_builder_add(names, table->name);
	}
	return g_strv_builder_end(names);
}

gboolean result_open(ThusoContext *context, Result *result, GError **error)
{
	if (result->tables != NULL) {
		result->layers = tables_to_be_written(result->tables);
		return TRUE;
	}
	if (!g_str_has_suffix(result->path, ".gpkg")) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s is no GeoPackage; give the .gpkg that `thuso run` wrote",
		            result->path);
		return FALSE;
	}
	if (!(result->layers = thuso_list_layers(result->path, error)))
		return FALSE;
	if (is_result(context, result))
		return TRUE;
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "%s is no result of thuso: it has no table run, parameters or ranked_sites; give the .gpkg that `thuso run` wrote",
	    result->path);
	return FALSE;
}

void result_clear(Result *result)
{
	g_strfreev(result->layers);
	g_free(result->name);
}
