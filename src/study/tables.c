/* See tables.h. */
#include "tables.h"

#include <math.h>

void tables_add_columns(ThusoTable *table, const ColumnSpec *columns)
{
	for (; columns->name; columns++)
		thuso_table_add_column(table, columns->name, columns->title, columns->unit, columns->type);
}

ThusoTable *tables_new(const Run *run, const char *name, const char *title, ThusoGeometryType type, const ColumnSpec *columns)
{
	Block area = block_get(&run->top, "area");
	const char *demarcation = block_text(&area, "demarcation");
	g_autofree char *description =
	    g_strdup_printf("%s. Study: %s%s%s. Indicative; policy may override.", title, thuso_study_name(run->study),
	                    demarcation ? "; boundaries of " : "", demarcation ? demarcation : "");
	ThusoTable *table = thuso_table_new(name, title, description, type);
	if (type != THUSO_NO_GEOMETRY)
		thuso_table_set_crs(table, thuso_crs_wkt(run->region->grid.crs));
	tables_add_columns(table, columns);
	return table;
}

void tables_add_weighted(const Run *run, ThusoTable *table, const char *name, const char *title)
{
	if (run->demand->weighted)
		thuso_table_add_column(table, name, title, "people", THUSO_REAL);
}

void tables_take(GPtrArray *tables, ThusoTable *table)
{
	g_ptr_array_add(tables, table);
}

gboolean row_begin(Row *row, ThusoTable *table, GError **error)
{
	*row = (Row){ table, thuso_table_add_row(table, error), 0 };
	return row->row >= 0;
}

void row_text(Row *row, const char *value)
{
	thuso_table_set_text(row->table, row->row, row->column++, value);
}

void row_integer(Row *row, gint64 value)
{
	thuso_table_set_integer(row->table, row->row, row->column++, value);
}

void row_real(Row *row, double value)
{
	thuso_table_set_real(row->table, row->row, row->column++, isfinite(value) ? value : NAN);
}

void row_null(Row *row)
{
	row->column++; /* a new row is all NULL */
}

void row_point(Row *row, double x, double y)
{
	g_autoptr(GBytes) wkb = thuso_point_to_wkb(x, y);
	thuso_table_set_geometry(row->table, row->row, wkb);
}
