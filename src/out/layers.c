/* Order, geometry and parts of the result's tables. */
#include "layers.h"

#include <string.h>

#define NAME_MAX_BYTES 60

static void free_part(gpointer data)
{
	ThusoPart *part = data;
	g_free(part->title);
	g_free(part->expression);
	g_free(part->sql);
	g_free(part);
}

static void free_layer(gpointer data)
{
	ThusoLayer *layer = data;
	g_free(layer->table.crs);
	g_ptr_array_unref(layer->parts);
	g_free(layer);
}

static gboolean check_name(const char *name, GHashTable *seen, GError **error)
{
	static const char *const reserved[] = { "gpkg_", "rtree_", "sqlite_", "layer_styles", "qgis_projects", "ogr_", NULL };
	g_autofree char *lower = g_ascii_strdown(name, -1), *shown = thuso_escape(name);
	gboolean plain = g_ascii_isalpha(name[0]) && strlen(name) <= NAME_MAX_BYTES;
	for (const char *p = name; *p != '\0'; p++)
		plain = plain && (g_ascii_isalnum(*p) || *p == '_');
	for (int i = 0; reserved[i] != NULL; i++)
		plain = plain && !g_str_has_prefix(lower, reserved[i]);
	if (!plain) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "\"%s\" cannot be the name of a result layer: use a letter, then letters, digits and _, at most %d", shown,
		            NAME_MAX_BYTES);
		return FALSE;
	}
	if (g_hash_table_contains(seen, lower)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "two result layers are named \"%s\": rename the area level", shown);
		return FALSE;
	}
	g_hash_table_add(seen, g_steal_pointer(&lower));
	return TRUE;
}

/* The family of a geometry, from the first five bytes of its WKB: all that is needed to find out what a mixed layer holds. */
static ThusoGeometryType wkb_family(GBytes *wkb)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(wkb, &size);
	if (size < 5)
		return THUSO_ANY_GEOMETRY;
	guint32 code;
	memcpy(&code, data + 1, sizeof code);
	code = data[0] == 1 ? GUINT32_FROM_LE(code) : GUINT32_FROM_BE(code);
	switch (code % 1000) {
	case 1:
	case 4:
		return THUSO_POINT;
	case 2:
	case 5:
		return THUSO_LINE;
	case 3:
	case 6:
		return THUSO_POLYGON;
	default:
		return THUSO_ANY_GEOMETRY;
	}
}

static guint find_families(const ThusoTable *table)
{
	guint families = 0;
	if (table->geometry_type != THUSO_ANY_GEOMETRY)
		return 1u << table->geometry_type;
	for (gint64 row = 0; row < table->n_rows; row++) {
		GBytes *wkb = thuso_table_geometry(table, row);
		families |= wkb != NULL ? 1u << wkb_family(wkb) : 0;
	}
	return families != 0 ? families : 1u << THUSO_POINT;
}

/* A layer of any geometry becomes one of a single kind where its rows allow it: QGIS then shows one layer, not three. */
static ThusoGeometryType settle_geometry(guint families)
{
	for (int g = THUSO_NO_GEOMETRY; g < THUSO_ANY_GEOMETRY; g++)
		if (families == 1u << g)
			return (ThusoGeometryType) g;
	return THUSO_ANY_GEOMETRY;
}

static char *sql_quote(const char *text, char mark)
{
	const char once[2] = { mark, '\0' }, twice[3] = { mark, mark, '\0' };
	g_auto(GStrv) pieces = g_strsplit(text, once, -1);
	g_autofree char *inner = g_strjoinv(twice, pieces);
	return g_strdup_printf("%c%s%c", mark, inner, mark);
}

static ThusoPart *new_part(const ThusoTable *table, gint64 row, const int *columns, int n_columns)
{
	g_autoptr(GString) title = g_string_new(NULL), expression = g_string_new(NULL), sql = g_string_new(NULL);
	for (int i = 0; i < n_columns; i++) {
		const char *name = thuso_table_column(table, columns[i])->name, *value = thuso_table_text(table, row, columns[i]);
		if (value == NULL)
			return NULL;
		g_autofree char *equal = thuso_expression_equals(name, value);
		g_autofree char *sql_name = sql_quote(name, '"'), *sql_value = sql_quote(value, '\'');
		const char *and = i > 0 ? " AND " : "";
		g_string_append_printf(title, "%s%s", i > 0 ? ", " : "", value);
		g_string_append_printf(expression, "%s%s", and, equal);
		g_string_append_printf(sql, "%s%s = %s", and, sql_name, sql_value);
	}
	ThusoPart *part = g_new0(ThusoPart, 1);
	part->title = g_string_free(g_steal_pointer(&title), FALSE);
	part->expression = g_string_free(g_steal_pointer(&expression), FALSE);
	part->sql = g_string_free(g_steal_pointer(&sql), FALSE);
	return part;
}

static gboolean same_part(gconstpointer a, gconstpointer b)
{
	return g_str_equal(((const ThusoPart *) a)->sql, ((const ThusoPart *) b)->sql);
}

/* Distinct combinations of the split columns, in the order in which the table has them. */
static GPtrArray *find_parts(const ThusoTable *table, const char *const *split)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func(free_part);
	int columns[G_N_ELEMENTS(((ThusoStyle *) NULL)->split)], n_columns = 0;
	for (int i = 0; split[i] != NULL; i++) {
		int c = thuso_table_find_column(table, split[i]);
		if (c >= 0 && thuso_table_column(table, c)->type == THUSO_TEXT)
			columns[n_columns++] = c;
	}
	for (gint64 row = 0; row < table->n_rows && n_columns > 0; row++) {
		ThusoPart *part = new_part(table, row, columns, n_columns);
		if (part != NULL && !g_ptr_array_find_with_equal_func(parts, part, same_part, NULL))
			g_ptr_array_add(parts, part);
		else if (part != NULL)
			free_part(part);
	}
	return parts;
}

static ThusoLayer *new_layer(const ThusoTable *table, const ThusoResult *result)
{
	ThusoLayer *layer = g_new0(ThusoLayer, 1);
	layer->table = *table;
	layer->families = find_families(table);
	layer->table.geometry_type = settle_geometry(layer->families);
	layer->table.crs = g_strdup(table->crs != NULL ? table->crs : thuso_crs_wkt(result->grid->crs));
	layer->place = thuso_style_find(table->name, layer->table.geometry_type);
	layer->style = thuso_styles[layer->place];
	layer->cell_m = result->grid->cell_m;
	layer->parts = find_parts(table, layer->style->split);
	layer->tables = result->tables;
	return layer;
}

static int geometry_order(const ThusoLayer *layer)
{
	switch (layer->table.geometry_type) {
	case THUSO_LINE:
		return 1;
	case THUSO_POLYGON:
		return 2;
	case THUSO_NO_GEOMETRY:
		return 3;
	default:
		return 0;
	}
}

/* Insertion keeps the given order among equals, as a sort of GLib's pointer arrays would not. Area levels come smallest first and
 * are turned round: the heavier line of the larger areas lies on top. */
static void insert_layer(GPtrArray *layers, ThusoLayer *layer)
{
	guint at = layers->len;
	gboolean before_equals = layer->style == &thuso_style_level;
	for (; at > 0; at--) {
		const ThusoLayer *other = g_ptr_array_index(layers, at - 1);
		int a = geometry_order(other), b = geometry_order(layer);
		if (a < b || (a == b && (other->place < layer->place || (other->place == layer->place && !before_equals))))
			break;
	}
	g_ptr_array_insert(layers, (int) at, layer);
}

GPtrArray *thuso_layers_new(const ThusoResult *result, GError **error)
{
	g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(free_layer);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < result->tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(result->tables, i);
		if (!check_name(table->name, seen, error))
			return NULL;
		if (table->n_rows > 0)
			insert_layer(layers, new_layer(table, result));
	}
	int level = 0;
	for (guint i = layers->len; i > 0; i--) {
		ThusoLayer *layer = g_ptr_array_index(layers, i - 1);
		if (layer->style == &thuso_style_level)
			layer->level = level++;
	}
	return g_steal_pointer(&layers);
}
