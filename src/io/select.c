/* Rows and columns of tables: choosing some, putting several tables under one another. */
#include "private.h"

#include <string.h>

char *thuso_table_free_name(const ThusoTable *table, const char *name)
{
	char *free_name = g_strdup(name);
	for (int i = 2; thuso_table_find_column(table, free_name) >= 0; i++) {
		g_free(free_name);
		free_name = g_strdup_printf("%s_%d", name, i);
	}
	return free_name;
}

/* Copies a cell; the target column is of the same or a wider type (INTEGER to REAL to TEXT). */
static void copy_cell(const ThusoTable *from, gint64 from_row, int from_column, ThusoTable *to, gint64 row, int column)
{
	if (thuso_table_is_null(from, from_row, from_column))
		return;
	ThusoColumnType type = thuso_table_column(to, column)->type;
	if (type == THUSO_INTEGER) {
		thuso_table_set_integer(to, row, column, thuso_table_integer(from, from_row, from_column));
	} else if (type == THUSO_REAL) {
		thuso_table_set_real(to, row, column, thuso_table_real(from, from_row, from_column));
	} else if (thuso_table_column(from, from_column)->type == THUSO_TEXT) {
		thuso_table_set_text(to, row, column, thuso_table_text(from, from_row, from_column));
	} else {
		g_autofree char *text = thuso_table_as_text(from, from_row, from_column);
		thuso_table_set_text(to, row, column, text);
	}
}

/* columns[i] of `to` comes from column map[i] of `from`, -1 = stays NULL. */
static gboolean copy_rows(const ThusoTable *from, const guint8 *keep, ThusoTable *to, const int *map, GError **error)
{
	for (gint64 i = 0; i < from->n_rows; i++) {
		if (keep && !keep[i])
			continue;
		gint64 row = thuso_table_add_row(to, error);
		if (row < 0)
			return FALSE;
		for (guint c = 0; c < to->columns->len; c++)
			if (map[c] >= 0)
				copy_cell(from, i, map[c], to, row, (int) c);
		if (to->geometry_type != THUSO_NO_GEOMETRY)
			thuso_table_set_geometry(to, row, thuso_table_geometry(from, i));
	}
	return TRUE;
}

static gboolean is_named(const char *const *columns, const char *name)
{
	return !columns || g_str_equal(name, "_fid") || g_strv_contains(columns, name);
}

ThusoTable *thuso_table_select(ThusoTable *given, const guint8 *keep, const char *const *columns, GError **error)
{
	g_autoptr(ThusoTable) table = given;
	gboolean all = TRUE;
	for (guint c = 0; c < table->columns->len; c++)
		all &= is_named(columns, thuso_table_column(table, (int) c)->name);
	for (gint64 i = 0; keep && all && i < table->n_rows; i++)
		all = keep[i] != 0;
	if (all)
		return g_steal_pointer(&table);
	g_autoptr(ThusoTable) chosen = thuso_table_new(table->name, table->title, table->description, table->geometry_type);
	thuso_table_set_crs(chosen, table->crs);
	g_autofree int *map = g_new0(int, table->columns->len);
	for (guint c = 0; c < table->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(table, (int) c);
		if (is_named(columns, column->name))
			map[thuso_table_add_column(chosen, column->name, column->title, column->unit, column->type)] = (int) c;
	}
	return copy_rows(table, keep, chosen, map, error) ? g_steal_pointer(&chosen) : NULL;
}

static ThusoColumnType wider(ThusoColumnType a, ThusoColumnType b)
{
	if (a == b)
		return a;
	return a == THUSO_TEXT || b == THUSO_TEXT ? THUSO_TEXT : THUSO_REAL;
}

/* An empty table with the columns of all, each as wide as it must be. */
static ThusoTable *union_of(const GPtrArray *tables)
{
	const ThusoTable *first = g_ptr_array_index(tables, 0);
	ThusoTable *all = thuso_table_new(first->name, first->title, first->description, first->geometry_type);
	thuso_table_set_crs(all, first->crs);
	for (guint t = 0; t < tables->len; t++) {
		const ThusoTable *table = g_ptr_array_index(tables, t);
		if (table->geometry_type != all->geometry_type)
			all->geometry_type = THUSO_ANY_GEOMETRY;
		for (guint c = 0; c < table->columns->len; c++) {
			const ThusoColumn *column = thuso_table_column(table, (int) c);
			int old = thuso_table_find_column(all, column->name);
			if (old < 0)
				thuso_table_add_column(all, column->name, column->title, column->unit, column->type);
			else if (thuso_table_column(all, old)->type != column->type)
				((ThusoColumn *) g_ptr_array_index(all->columns, (guint) old))->type =
				    wider(thuso_table_column(all, old)->type, column->type);
		}
	}
	return all;
}

static gboolean check_alike(const ThusoSource *source, const GPtrArray *tables, GError **error)
{
	const ThusoTable *first = g_ptr_array_index(tables, 0);
	for (guint t = 1; t < tables->len; t++) {
		const ThusoTable *table = g_ptr_array_index(tables, t);
		gboolean both = first->geometry_type != THUSO_NO_GEOMETRY && table->geometry_type != THUSO_NO_GEOMETRY;
		if (!both && first->geometry_type != table->geometry_type) {
			thuso_set_error(error, THUSO_ERROR_INPUT, "%s: %s has geometries and %s has none: give files of one kind",
			                source->name, source->paths[first->geometry_type ? 0 : t],
			                source->paths[first->geometry_type ? t : 0]);
			return FALSE;
		}
		if (!both || g_strcmp0(first->crs, table->crs) == 0)
			continue;
		g_autoptr(ThusoCrs) a = first->crs ? thuso_crs_new(first->crs, error) : NULL;
		g_autoptr(ThusoCrs) b = a && table->crs ? thuso_crs_new(table->crs, error) : NULL;
		if (error && *error)
			return FALSE;
		if (a && b && thuso_crs_equal(a, b))
			continue;
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: %s is in %s and %s in %s: bring them into one CRS, or read them as two sources", source->name,
		                source->paths[0], a ? thuso_crs_name(a) : "no CRS", source->paths[t], b ? thuso_crs_name(b) : "no CRS");
		return FALSE;
	}
	return TRUE;
}

ThusoTable *thuso_table_append_all(ThusoContext *context, const ThusoSource *source, GPtrArray *tables, GError **error)
{
	if (tables->len == 1)
		return g_ptr_array_steal_index(tables, 0);
	if (!check_alike(source, tables, error))
		return NULL;
	g_autoptr(ThusoTable) all = union_of(tables);
	g_autofree int *map = g_new0(int, all->columns->len);
	for (guint t = 0; t < tables->len; t++) {
		const ThusoTable *table = g_ptr_array_index(tables, t);
		for (guint c = 0; c < all->columns->len; c++) {
			map[c] = thuso_table_find_column(table, thuso_table_column(all, (int) c)->name);
			if (map[c] < 0)
				thuso_io_find(context,
				              &(ThusoFinding){ THUSO_WARNING, "missing_field", source->name, NULL, NULL, table->n_rows, NULL },
				              "%s has no field %s, which other files of this source have: its rows are empty there",
				              source->paths[t], thuso_table_column(all, (int) c)->name);
		}
		if (!thuso_context_go_on(context, error) || !copy_rows(table, NULL, all, map, error))
			return NULL;
	}
	for (gint64 i = 0; i < all->n_rows; i++)
		thuso_table_set_integer(all, i, 0, i + 1);
	return g_steal_pointer(&all);
}
