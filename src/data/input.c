/* Names for messages, tallies of odd features, sums that hold. */
#include "input.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

/* A point of the geometry for the map of findings; a geometry that has none is a finding without a place. */
static GBytes *point_of(const ThusoGeometry *geometry)
{
	double x, y;
	if (!geometry || geometry->n_points == 0 || !thuso_geometry_point(geometry, &x, &y, NULL))
		return NULL;
	return thuso_point_to_wkb(x, y);
}

void thuso_tally_add(ThusoTally *tally, const char *feature, double value, const ThusoGeometry *geometry)
{
	tally->n++;
	tally->total += value;
	if (tally->first && thuso_id_compare(feature, tally->first) >= 0)
		return;
	g_free(tally->first);
	tally->first = g_strdup(feature);
	tally->value = value;
	g_clear_pointer(&tally->wkb, g_bytes_unref);
	tally->wkb = point_of(geometry);
}

void thuso_tally_clear(ThusoTally *tally)
{
	g_clear_pointer(&tally->first, g_free);
	g_clear_pointer(&tally->wkb, g_bytes_unref);
}

G_GNUC_PRINTF(3, 0)
static void find(ThusoContext *context, const ThusoFinding *kind, const char *format, va_list arguments)
{
	g_autofree char *raw = g_strdup_vprintf(format, arguments);
	g_autofree char *message = thuso_escape(raw);
	ThusoFinding finding = *kind;
	finding.message = message;
	finding.count = MAX(finding.count, 1);
	thuso_find(context, &finding);
}

void thuso_tally_find(ThusoContext *context, const ThusoTally *tally, const ThusoFinding *kind, const char *format, ...)
{
	if (tally->n == 0)
		return;
	ThusoFinding finding = *kind;
	finding.feature = tally->first;
	finding.count = tally->n;
	finding.wkb = tally->wkb;
	va_list arguments;
	va_start(arguments, format);
	find(context, &finding, format, arguments);
	va_end(arguments);
}

void thuso_data_find(ThusoContext *context, const ThusoFinding *kind, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	find(context, kind, format, arguments);
	va_end(arguments);
}

char *thuso_data_where(const ThusoSource *source)
{
	const char *path = source->paths && source->paths[0] ? source->paths[0] : "no file";
	const char *more = source->paths && source->paths[0] && source->paths[1] ? " and others" : "";
	g_autofree char *raw =
	    source->layer ? g_strdup_printf("layer %s of %s%s", source->layer, path, more) : g_strconcat(path, more, NULL);
	return thuso_escape(raw);
}

char *thuso_data_percent(double share)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	return g_strconcat(g_ascii_formatd(number, sizeof number, "%.1f", 100.0 * share), " %", NULL);
}

const char **thuso_data_fields(const char *const *names, int n)
{
	GPtrArray *fields = g_ptr_array_new();
	for (int i = 0; i < n; i++) {
		gboolean known = names[i] == NULL;
		for (guint j = 0; j < fields->len && !known; j++)
			known = strcmp(names[i], g_ptr_array_index(fields, j)) == 0;
		if (!known)
			g_ptr_array_add(fields, (gpointer) names[i]);
	}
	g_ptr_array_add(fields, NULL);
	return (const char **) g_ptr_array_free(fields, FALSE);
}

gboolean thuso_data_column(const ThusoSource *source, const ThusoTable *table, const char *name, int *column, GError **error)
{
	*column = name ? thuso_table_find_column(table, name) : -1;
	if (!name || *column >= 0)
		return TRUE;
	g_autofree const char **known = thuso_table_column_names(table);
	const char *nearest = thuso_nearest_name(name, known);
	g_autofree char *where = thuso_data_where(source);
	g_autofree char *list = g_strjoinv(", ", (char **) known);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no field \"%s\"; it has %s%s%s%s", where, name, list,
	            nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
	return FALSE;
}

char *thuso_data_fid(const ThusoTable *table, gint64 row)
{
	int column = thuso_table_find_column(table, "_fid");
	char *text = column >= 0 ? thuso_table_as_text(table, row, column) : NULL;
	return text ? text : g_strdup_printf("%" G_GINT64_FORMAT, row + 1);
}

char *thuso_data_text(const ThusoTable *table, gint64 row, int column)
{
	char *text = column >= 0 ? thuso_table_as_text(table, row, column) : NULL;
	if (!text)
		return NULL;
	g_strstrip(text);
	if (text[0] == '\0')
		g_clear_pointer(&text, g_free);
	return text;
}

gboolean thuso_data_number(const ThusoTable *table, gint64 row, int column, double *value)
{
	*value = NAN;
	if (thuso_table_is_null(table, row, column))
		return TRUE;
	if (thuso_table_column(table, column)->type == THUSO_TEXT) {
		g_autofree char *text = thuso_data_text(table, row, column);
		if (!text)
			return TRUE;
	}
	*value = thuso_table_as_real(table, row, column);
	return isfinite(*value);
}

static int compare_coordinates(const double *a, const double *b, gint64 n)
{
	for (gint64 i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

int thuso_data_compare(const ThusoGeometry *a, const ThusoGeometry *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->n_points != b->n_points)
		return a->n_points < b->n_points ? -1 : 1;
	int order = compare_coordinates(a->x, b->x, a->n_points);
	if (order == 0)
		order = compare_coordinates(a->y, b->y, a->n_points);
	if (order == 0)
		order = (a->n_parts > b->n_parts) - (a->n_parts < b->n_parts);
	for (gint32 i = 0; i < a->n_parts && order == 0; i++)
		order = (a->part_start[i] > b->part_start[i]) - (a->part_start[i] < b->part_start[i]);
	return order;
}

gboolean thuso_data_touches(const double a[4], const double b[4])
{
	return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

void thuso_data_bounds(const ThusoGeometry *geometry, double box[4])
{
	thuso_geometry_bounds(geometry, &box[0], &box[1], &box[2], &box[3]);
}

void thuso_data_grid_box(const ThusoGrid *grid, double box[4])
{
	box[0] = grid->x_min;
	box[1] = grid->y_max - grid->n_rows * grid->cell_m;
	box[2] = grid->x_min + grid->n_cols * grid->cell_m;
	box[3] = grid->y_max;
}
