/* thuso_read_layer: every file of a source, its points, its filter, its join, and the columns asked for. */
#include "private.h"

#include <string.h>

gboolean thuso_missing_field(const ThusoReadRequest *request, const char *name, const char *const *known, GError **error)
{
	g_autofree char *list = thuso_io_list(known);
	const char *near = thuso_nearest_name(name, known);
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s: %s%s%s has no field %s%s%s%s; it has: %s", request->source->name,
	                request->path, request->source->layer ? ", layer " : "", request->source->layer ? request->source->layer : "",
	                name, near ? " (nearest: " : "", near ? near : "", near ? ")" : "", list);
	return FALSE;
}

/* The columns to read: those asked for, and the key that the join needs. NULL = all. */
static GPtrArray *needed_columns(const ThusoSource *source, const char *const *fields)
{
	if (!fields)
		return NULL;
	GPtrArray *needed = g_ptr_array_new();
	for (int i = 0; fields[i]; i++)
		g_ptr_array_add(needed, (char *) fields[i]);
	if (source->join && source->join->to && !g_strv_contains(fields, source->join->to))
		g_ptr_array_add(needed, source->join->to);
	g_ptr_array_add(needed, NULL);
	return needed;
}

static ThusoTable *read_file(ThusoContext *context, const ThusoReadRequest *request, GError **error)
{
	const ThusoFormat *format = thuso_format_of(request->path, FALSE, error);
	if (!format)
		return NULL;
	return format->kind == THUSO_FORMAT_TABLE ? thuso_read_text_table(context, request, error)
	                                          : thuso_read_features(context, request, error);
}

static gboolean check_fields(const ThusoSource *source, const ThusoTable *table, const char *const *fields, GError **error)
{
	g_autofree const char **names = thuso_table_column_names(table);
	ThusoReadRequest request = { source, source->paths[0], THUSO_READ_TABLE, NULL, FALSE };
	for (int i = 0; fields && fields[i]; i++)
		if (thuso_table_find_column(table, fields[i]) < 0)
			return thuso_missing_field(&request, fields[i], names + 1, error);
	if (source->join && thuso_table_find_column(table, source->join->to) < 0)
		return thuso_missing_field(&request, source->join->to, names + 1, error);
	return TRUE;
}

ThusoTable *thuso_read_layer(ThusoContext *context, const ThusoSource *source, ThusoReadWhat what, const char *const *fields,
                             GError **error)
{
	thuso_io_init();
	if (!source->paths || !source->paths[0]) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s: no file is named: give its `path`", source->name);
		return NULL;
	}
	g_autoptr(GPtrArray) needed = needed_columns(source, fields);
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_table_free);
	for (int i = 0; source->paths[i]; i++) {
		ThusoReadRequest request = {
			.source = source,
			.path = source->paths[i],
			.what = what,
			.columns = needed ? (const char *const *) needed->pdata : NULL,
			.may_lack = source->join != NULL,
		};
		ThusoTable *table = read_file(context, &request, error);
		if (!table)
			return NULL;
		g_ptr_array_add(tables, table);
	}
	g_autoptr(ThusoTable) table = thuso_table_append_all(context, source, tables, error);
	if (!table)
		return NULL;
	if (source->join &&
	    ((source->join->to && !check_fields(source, table, NULL, error)) || !thuso_join_table(context, source, table, error)))
		return NULL;
	if (!check_fields(source, table, fields, error))
		return NULL;
	return thuso_table_select(g_steal_pointer(&table), NULL, fields, error);
}
