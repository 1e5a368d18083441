/* Style files. What QGIS needs beyond the renderer was found by trying: the layer's geometry type, aliases by field name, and
 * the raster's pipe. */
#include "qml.h"

#include "symbol.h"

#include <math.h>

#define HEAD "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"

static const char *geometry_code(ThusoGeometryType type)
{
	switch (type) {
	case THUSO_LINE:
		return "1";
	case THUSO_POLYGON:
		return "2";
	default:
		return "0";
	}
}

void thuso_qml_aliases(const ThusoTable *table, ThusoXml *xml)
{
	thuso_xml_open(xml, "aliases", NULL);
	for (guint i = 0; i < table->columns->len; i++) {
		const ThusoColumn *column = thuso_table_column(table, (int) i);
		gboolean has_unit = column->unit != NULL && column->unit[0] != '\0';
		const char *title = column->title != NULL && column->title[0] != '\0' ? column->title : column->name;
		g_autofree char *alias = has_unit ? g_strdup_printf("%s (%s)", title, column->unit) : g_strdup(title);
		g_autofree char *index = g_strdup_printf("%u", i + 1); /* the key "fid" is QGIS's field 0 */
		thuso_xml_leaf(xml, "alias", "field", column->name, "index", index, "name", alias, NULL);
	}
	thuso_xml_close(xml);
}

char *thuso_qml_layer(const ThusoLayer *layer)
{
	g_autoptr(ThusoLook) look = thuso_layer_look(layer);
	double hidden = thuso_look_hidden_beyond(look);
	g_autofree char *scale = thuso_xml_real(hidden);
	ThusoXml *xml = thuso_xml_new(HEAD);
	thuso_xml_open(xml, "qgis", "version", THUSO_QGIS_VERSION, "styleCategories", "Symbology|Labeling|Fields|Rendering|MapTips",
	               "labelsEnabled", thuso_look_has_labels(look) ? "1" : "0", "hasScaleBasedVisibilityFlag",
	               hidden > 0 ? "1" : "0", "minScale", scale, "maxScale", "0", NULL);
	thuso_look_write(look, xml);
	thuso_qml_aliases(&layer->table, xml);
	/* Without it QGIS takes the style for all the layers that it makes of a table with several kinds of geometry. */
	if (layer->table.geometry_type != THUSO_ANY_GEOMETRY)
		thuso_xml_text(xml, "layerGeometryType", geometry_code(layer->table.geometry_type));
	return thuso_xml_finish(xml);
}

static double greatest_cost(const ThusoResult *result)
{
	double greatest = 0;
	gint64 n = thuso_grid_n(result->grid);
	for (gint64 i = 0; i < n; i++)
		if (!isnan(result->cost[i]) && (double) result->cost[i] > greatest)
			greatest = (double) result->cost[i];
	return greatest;
}

/* As many classes as the travel bands have, so that the raster and the polygons wear the same colours. */
static int count_classes(const ThusoResult *result, const GPtrArray *layers, gboolean has_rest)
{
	int n = result->n_bands + (has_rest ? 1 : 0);
	for (guint i = 0; i < layers->len; i++) {
		const ThusoLayer *layer = g_ptr_array_index(layers, i);
		if (layer->style != &thuso_style_bands)
			continue;
		n = MAX(n, thuso_style_count_bands(layer));
	}
	return n;
}

static void write_item(ThusoXml *xml, const char *value, ThusoColor color, const char *label)
{
	g_autofree char *hex = thuso_color_hex(color);
	thuso_xml_leaf(xml, "item", "value", value, "color", hex, "alpha", "255", "label", label, NULL);
}

static void write_items(const ThusoResult *result, int n_classes, gboolean has_rest, ThusoXml *xml)
{
	double lower = 0;
	for (int i = 0; i < result->n_bands; i++) {
		g_autofree char *from = thuso_xml_real(lower), *to = thuso_xml_real(result->bands[i]);
		g_autofree char *label = g_strdup_printf("%s \342\200\223 %s %s", from, to, result->cost_unit);
		write_item(xml, to, thuso_ramp(i, n_classes), label);
		lower = result->bands[i];
	}
	g_autofree char *from = thuso_xml_real(lower);
	g_autofree char *label = g_strdup_printf("over %s %s", from, result->cost_unit);
	if (has_rest)
		write_item(xml, "inf", thuso_ramp(n_classes - 1, n_classes), label);
}

void thuso_qml_pipe(const ThusoResult *result, const GPtrArray *layers, ThusoXml *xml)
{
	double greatest = greatest_cost(result);
	gboolean has_rest = result->n_bands == 0 || greatest > result->bands[result->n_bands - 1];
	int n_classes = count_classes(result, layers, has_rest);
	g_autofree char *max = thuso_xml_real(has_rest ? greatest : result->bands[result->n_bands - 1]);
	thuso_xml_open(xml, "pipe", NULL);
	thuso_xml_open(xml, "rasterrenderer", "type", "singlebandpseudocolor", "band", "1", "opacity", "0.8", "alphaBand", "-1",
	               "nodataColor", "", "classificationMin", "0", "classificationMax", max, NULL);
	thuso_xml_leaf(xml, "rasterTransparency", NULL);
	thuso_xml_open(xml, "rastershader", NULL);
	thuso_xml_open(xml, "colorrampshader", "colorRampType", "DISCRETE", "classificationMode", "1", "clip", "0", "minimumValue",
	               "0", "maximumValue", max, "labelPrecision", "0", NULL);
	write_items(result, n_classes, has_rest, xml);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

char *thuso_qml_raster(const ThusoResult *result, const GPtrArray *layers)
{
	ThusoXml *xml = thuso_xml_new(HEAD);
	thuso_xml_open(xml, "qgis", "version", THUSO_QGIS_VERSION, "styleCategories", "AllStyleCategories",
	               "hasScaleBasedVisibilityFlag", "0", NULL);
	thuso_qml_pipe(result, layers, xml);
	thuso_xml_text(xml, "blendMode", "0");
	return thuso_xml_finish(xml);
}
