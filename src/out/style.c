/* The list of styles and what they share. */
#include "style.h"

const char *const thuso_title_columns[] = { "title", "name", "site", "id", NULL };

const ThusoStyle *const thuso_styles[] = {
	&thuso_style_ranked_sites,   &thuso_style_planned_sites,
	&thuso_style_centres,        &thuso_style_stops,
	&thuso_style_clusters,       &thuso_style_excluded_sites,
	&thuso_style_issues_point,   &thuso_style_issues_line,
	&thuso_style_issues_polygon, &thuso_style_points,
	&thuso_style_lines,          &thuso_style_residual,
	&thuso_style_zones,          &thuso_style_level,
	&thuso_style_municipalities, &thuso_style_catchments,
	&thuso_style_buffers,        &thuso_style_bands,
	&thuso_style_cell_points,    &thuso_style_cells,
	&thuso_style_table,          NULL,
};

int thuso_style_find(const char *table, ThusoGeometryType geometry)
{
	ThusoGeometryType as = geometry == THUSO_ANY_GEOMETRY ? THUSO_POINT : geometry;
	int generic = -1;
	for (int i = 0; thuso_styles[i] != NULL; i++) {
		if (thuso_styles[i]->geometry != as)
			continue;
		if (thuso_styles[i]->table == NULL)
			generic = i;
		else if (g_str_equal(thuso_styles[i]->table, table))
			return i;
	}
	return generic;
}

gboolean thuso_layer_has(const ThusoLayer *layer, const char *column)
{
	return thuso_table_find_column(&layer->table, column) >= 0;
}

gboolean thuso_layer_has_family(const ThusoLayer *layer, ThusoGeometryType family)
{
	return (layer->families & (1u << family)) != 0;
}

char *thuso_layer_family_filter(const ThusoLayer *layer, ThusoGeometryType family, const char *filter)
{
	static const char *const names[] = { [THUSO_POINT] = "Point", [THUSO_LINE] = "Line", [THUSO_POLYGON] = "Polygon" };
	if (layer->table.geometry_type != THUSO_ANY_GEOMETRY)
		return g_strdup(filter);
	return g_strdup_printf("geometry_type($geometry) = '%s'%s%s", names[family], filter != NULL ? " AND " : "",
	                       filter != NULL ? filter : "");
}

ThusoLayer thuso_layer_family(const ThusoLayer *layer, ThusoGeometryType family)
{
	ThusoLayer part = *layer;
	part.table.geometry_type = family;
	part.families = 1u << family;
	part.place = thuso_style_find(layer->table.name, family);
	part.style = thuso_styles[part.place];
	return part;
}

static char *quote(const char *text, char mark, gboolean escape_backslash)
{
	GString *out = g_string_new(NULL);
	g_string_append_c(out, mark);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == mark || (escape_backslash && *p == '\\'))
			g_string_append_c(out, *p);
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, mark);
	return g_string_free(out, FALSE);
}

char *thuso_layer_first(const ThusoLayer *layer, const char *const *columns)
{
	for (int i = 0; columns[i] != NULL; i++)
		if (thuso_layer_has(layer, columns[i]))
			return quote(columns[i], '"', FALSE);
	return NULL;
}

GPtrArray *thuso_layer_values(const ThusoLayer *layer, const char *column)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	int c = thuso_table_find_column(&layer->table, column);
	if (c < 0 || thuso_table_column(&layer->table, c)->type != THUSO_TEXT)
		return values;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (gint64 row = 0; row < layer->table.n_rows; row++) {
		const char *text = thuso_table_text(&layer->table, row, c);
		if (text != NULL && g_hash_table_add(seen, (gpointer) text))
			g_ptr_array_add(values, g_strdup(text));
	}
	return values;
}

char *thuso_expression_text(const char *text)
{
	return quote(text, '\'', TRUE);
}

char *thuso_expression_equals(const char *column, const char *value)
{
	g_autofree char *name = quote(column, '"', FALSE), *text = thuso_expression_text(value);
	return g_strdup_printf("%s = %s", name, text);
}

void thuso_layer_label(ThusoLook *look, const ThusoLayer *layer, const ThusoLabel *form)
{
	g_autofree char *title = thuso_layer_first(layer, thuso_title_columns);
	if (title == NULL)
		return;
	ThusoLabel label = *form;
	label.expression = title;
	thuso_look_add_label(look, &label);
}

static ThusoLook *new_look(const ThusoLayer *layer)
{
	ThusoLook *look = thuso_look_new();
	g_autofree char *name = thuso_layer_first(layer, thuso_title_columns);
	if (name != NULL)
		thuso_look_set_name(look, name);
	if (layer->style->label != NULL)
		layer->style->label(look, layer);
	return look;
}

ThusoLook *thuso_layer_part_look(const ThusoLayer *layer)
{
	ThusoLook *look = new_look(layer);
	layer->style->draw(look, layer, 0);
	return look;
}

ThusoLook *thuso_layer_look(const ThusoLayer *layer)
{
	if (layer->parts->len < 2)
		return thuso_layer_part_look(layer);
	ThusoLook *look = new_look(layer);
	for (guint i = 0; i < layer->parts->len; i++) {
		const ThusoPart *part = g_ptr_array_index(layer->parts, i);
		thuso_look_add_rule(look, 0, part->expression, part->title, NULL);
		if (i > 0)
			thuso_look_uncheck(look);
		layer->style->draw(look, layer, 1);
	}
	return look;
}
