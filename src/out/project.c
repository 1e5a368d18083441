/* The QGIS project. It is written by hand, as small as QGIS 3.22 accepts it; three things that QGIS demands without saying so:
 * layer ids longer than ten characters, a projectCrs with WKT beside ProjectionsEnabled, and a DefaultViewExtent. */
#include "project.h"

#include "print-layout.h"
#include "qml.h"

#define HEAD        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
#define VIEW_MARGIN 0.04 /* of the width, left free on each side of the first view */

/* One entry of the layer tree; a layer with several parts has several. */
typedef struct {
	char *id, *name;
	const ThusoLayer *layer; /* NULL = the cost raster */
	const ThusoPart *part;   /* NULL = all of it */
	ThusoLayer family;       /* rows of one kind of geometry, where the table mixes them; `layer` then points to it */
	gboolean is_family;
	ThusoGroup group;
	gboolean shown;
} Entry;

static const char *const group_titles[THUSO_N_GROUPS] = { "Sites", "Access", "Areas", "Tables" };
/* Top to bottom in the tree. Outlines of areas must be drawn over the bands, so the order is not that of the enumeration. */
static const ThusoGroup group_order[THUSO_N_GROUPS] = { THUSO_GROUP_SITES, THUSO_GROUP_AREAS, THUSO_GROUP_ACCESS,
	                                                    THUSO_GROUP_TABLES };

static void free_entry(gpointer data)
{
	Entry *entry = data;
	g_free(entry->id);
	g_free(entry->name);
	g_free(entry);
}

static const char *layer_title(const ThusoLayer *layer)
{
	return layer->table.title != NULL && layer->table.title[0] != '\0' ? layer->table.title : layer->table.name;
}

static Entry *add_entry(GPtrArray *entries, const ThusoLayer *layer, guint part)
{
	Entry *entry = g_new0(Entry, 1);
	const ThusoPart *first = layer->parts->len > 0 ? g_ptr_array_index(layer->parts, part) : NULL;
	entry->layer = layer;
	entry->part = layer->parts->len > 1 ? first : NULL;
	entry->id = g_strdup_printf("thuso_layer_%s_%u", layer->table.name, part);
	entry->name = first != NULL ? g_strdup_printf("%s: %s", layer_title(layer), first->title) : g_strdup(layer_title(layer));
	entry->group = layer->style->group;
	entry->shown = layer->style->shown && part == 0;
	g_ptr_array_add(entries, entry);
	return entry;
}

/* A table with points, lines and polygons is three layers to QGIS. */
static void add_families(GPtrArray *entries, const ThusoLayer *layer)
{
	static const struct {
		ThusoGeometryType family;
		const char *name;
	} families[] = { { THUSO_POINT, "points" }, { THUSO_LINE, "lines" }, { THUSO_POLYGON, "areas" } };
	for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
		if (!thuso_layer_has_family(layer, families[i].family))
			continue;
		Entry *entry = add_entry(entries, layer, 0);
		entry->family = thuso_layer_family(layer, families[i].family);
		entry->is_family = TRUE;
		entry->layer = &entry->family;
		g_free(entry->id);
		g_free(entry->name);
		entry->id = g_strdup_printf("thuso_layer_%s_%s", layer->table.name, families[i].name);
		entry->name = g_strdup_printf("%s: %s", layer_title(layer), families[i].name);
	}
}

static GPtrArray *list_entries(const ThusoResult *result, const GPtrArray *layers)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(free_entry);
	for (guint i = 0; i < layers->len; i++) {
		const ThusoLayer *layer = g_ptr_array_index(layers, i);
		if (layer->table.geometry_type == THUSO_ANY_GEOMETRY)
			add_families(entries, layer);
		for (guint part = 0; layer->table.geometry_type != THUSO_ANY_GEOMETRY && part < MAX(layer->parts->len, 1); part++)
			add_entry(entries, layer, part);
	}
	if (result->cost != NULL) {
		Entry *entry = g_new0(Entry, 1);
		entry->id = g_strdup("thuso_layer_travel_cost");
		entry->name = g_strdup_printf("Travel cost (%s)", result->cost_unit);
		entry->group = THUSO_GROUP_ACCESS;
		g_ptr_array_add(entries, entry);
	}
	return entries;
}

static void write_crs(ThusoXml *xml, const ThusoCrs *crs)
{
	thuso_xml_open(xml, "spatialrefsys", NULL);
	thuso_xml_text(xml, "wkt", thuso_crs_wkt(crs));
	thuso_xml_text(xml, "authid", thuso_crs_authority(crs));
	thuso_xml_text(xml, "description", thuso_crs_name(crs));
	thuso_xml_text(xml, "geographicflag", thuso_crs_is_geographic(crs) ? "true" : "false");
	thuso_xml_close(xml);
}

static void write_tree(const GPtrArray *entries, ThusoXml *xml)
{
	thuso_xml_open(xml, "layer-tree-group", NULL);
	for (int g = 0; g < THUSO_N_GROUPS; g++) {
		gboolean opened = FALSE;
		for (guint i = 0; i < entries->len; i++) {
			const Entry *entry = g_ptr_array_index(entries, i);
			if (entry->group != group_order[g])
				continue;
			if (!opened)
				thuso_xml_open(xml, "layer-tree-group", "name", group_titles[entry->group], "checked", "Qt::Checked", "expanded",
				               entry->group == THUSO_GROUP_TABLES ? "0" : "1", NULL);
			opened = TRUE;
			thuso_xml_leaf(xml, "layer-tree-layer", "id", entry->id, "name", entry->name, "checked",
			               entry->shown ? "Qt::Checked" : "Qt::Unchecked", "expanded", entry->shown ? "1" : "0", NULL);
		}
		if (opened)
			thuso_xml_close(xml);
	}
	thuso_xml_close(xml);
}

static void write_extent(ThusoXml *xml, const char *element, const double extent[4])
{
	static const char *const names[4] = { "xmin", "ymin", "xmax", "ymax" };
	thuso_xml_open(xml, element, NULL);
	for (int i = 0; i < 4; i++) {
		g_autofree char *value = thuso_xml_real(extent[i]);
		thuso_xml_text(xml, names[i], value);
	}
	thuso_xml_close(xml);
}

static void first_view(const ThusoResult *result, double view[4])
{
	double margin = MAX(result->extent[2] - result->extent[0], result->extent[3] - result->extent[1]) * VIEW_MARGIN;
	for (int i = 0; i < 4; i++)
		view[i] = result->extent[i] + (i < 2 ? -margin : margin);
}

static void write_canvas(const ThusoResult *result, ThusoXml *xml)
{
	double view[4];
	first_view(result, view);
	thuso_xml_open(xml, "mapcanvas", "name", "theMapCanvas", "annotationsVisible", "1", NULL);
	thuso_xml_text(xml, "units", thuso_crs_is_geographic(result->grid->crs) ? "degrees" : "meters");
	write_extent(xml, "extent", view);
	thuso_xml_text(xml, "rotation", "0");
	thuso_xml_open(xml, "destinationsrs", NULL);
	write_crs(xml, result->grid->crs);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

static void write_view(const ThusoResult *result, ThusoXml *xml)
{
	double view[4];
	first_view(result, view);
	g_autofree char *x_min = thuso_xml_real(view[0]), *y_min = thuso_xml_real(view[1]);
	g_autofree char *x_max = thuso_xml_real(view[2]), *y_max = thuso_xml_real(view[3]);
	thuso_xml_open(xml, "ProjectViewSettings", "UseProjectScales", "0", NULL);
	thuso_xml_leaf(xml, "Scales", NULL);
	thuso_xml_open(xml, "DefaultViewExtent", "xmin", x_min, "ymin", y_min, "xmax", x_max, "ymax", y_max, NULL);
	write_crs(xml, result->grid->crs);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

static const char *geometry_name(ThusoGeometryType type)
{
	switch (type) {
	case THUSO_POINT:
		return "Point";
	case THUSO_LINE:
		return "Line";
	case THUSO_POLYGON:
		return "Polygon";
	case THUSO_NO_GEOMETRY:
		return "No geometry";
	default:
		return "Unknown geometry";
	}
}

static void write_layer_head(const Entry *entry, const char *source, const ThusoCrs *crs, ThusoXml *xml)
{
	thuso_xml_text(xml, "id", entry->id);
	thuso_xml_text(xml, "datasource", source);
	thuso_xml_text(xml, "layername", entry->name);
	if (crs != NULL) {
		thuso_xml_open(xml, "srs", NULL);
		write_crs(xml, crs);
		thuso_xml_close(xml);
	}
	if (entry->layer == NULL || entry->layer->table.description == NULL)
		return;
	thuso_xml_open(xml, "resourceMetadata", NULL);
	thuso_xml_text(xml, "title", layer_title(entry->layer));
	thuso_xml_text(xml, "abstract", entry->layer->table.description);
	thuso_xml_close(xml);
}

static char *layer_source(const Entry *entry, const char *name)
{
	const ThusoTable *table = &entry->layer->table;
	g_autofree char *source = g_strdup_printf("./%s.gpkg|layername=%s", name, table->name);
	if (entry->is_family)
		return g_strdup_printf("%s|geometrytype=%s", source, geometry_name(table->geometry_type));
	if (entry->part != NULL)
		return g_strdup_printf("%s|subset=%s", source, entry->part->sql);
	return g_steal_pointer(&source);
}

static void write_vector(const Entry *entry, const ThusoResult *result, const char *name, ThusoXml *xml)
{
	const ThusoTable *table = &entry->layer->table;
	gboolean spatial = table->geometry_type != THUSO_NO_GEOMETRY;
	g_autoptr(ThusoLook) look = entry->part != NULL ? thuso_layer_part_look(entry->layer) : thuso_layer_look(entry->layer);
	double hidden = thuso_look_hidden_beyond(look);
	g_autofree char *scale = thuso_xml_real(hidden);
	g_autofree char *source = layer_source(entry, name);
	g_autoptr(ThusoCrs) crs = spatial ? thuso_crs_new(table->crs, NULL) : NULL;
	thuso_xml_open(xml, "maplayer", "type", "vector", "geometry", geometry_name(table->geometry_type), "labelsEnabled",
	               thuso_look_has_labels(look) ? "1" : "0", "hasScaleBasedVisibilityFlag", hidden > 0 ? "1" : "0", "minScale",
	               scale, "maxScale", "0", "readOnly", "0", NULL);
	write_layer_head(entry, source, spatial ? (crs != NULL ? crs : result->grid->crs) : NULL, xml);
	thuso_xml_open(xml, "provider", "encoding", "UTF-8", NULL);
	thuso_xml_content(xml, "ogr");
	thuso_xml_close(xml);
	if (spatial)
		thuso_look_write(look, xml);
	thuso_qml_aliases(table, xml);
	thuso_xml_close(xml);
}

static void write_raster(const Entry *entry, const ThusoResult *result, const GPtrArray *layers, const char *name, ThusoXml *xml)
{
	g_autofree char *source = g_strdup_printf("./%s_cost.tif", name);
	thuso_xml_open(xml, "maplayer", "type", "raster", "hasScaleBasedVisibilityFlag", "0", NULL);
	write_layer_head(entry, source, result->grid->crs, xml);
	thuso_xml_text(xml, "provider", "gdal");
	thuso_qml_pipe(result, layers, xml);
	thuso_xml_text(xml, "blendMode", "0");
	thuso_xml_close(xml);
}

static void write_type(ThusoXml *xml, const char *element, const char *type, const char *value)
{
	thuso_xml_open(xml, element, "type", type, NULL);
	thuso_xml_content(xml, value);
	thuso_xml_close(xml);
}

static void write_properties(ThusoXml *xml)
{
	thuso_xml_open(xml, "properties", NULL);
	thuso_xml_open(xml, "SpatialRefSys", NULL);
	write_type(xml, "ProjectionsEnabled", "int", "1");
	thuso_xml_close(xml);
	thuso_xml_open(xml, "Paths", NULL);
	write_type(xml, "Absolute", "bool", "false");
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

/* The legend of a printed map lists what the map shows. */
static void write_layouts(const ThusoResult *result, const GPtrArray *entries, ThusoXml *xml)
{
	g_autoptr(GArray) shown = g_array_new(FALSE, TRUE, sizeof(ThusoLegendEntry));
	for (int g = 0; g < THUSO_N_GROUPS; g++)
		for (guint i = 0; i < entries->len; i++) {
			const Entry *entry = g_ptr_array_index(entries, i);
			ThusoLegendEntry line = { entry->id, entry->name };
			if (entry->group == group_order[g] && entry->shown)
				g_array_append_val(shown, line);
		}
	thuso_print_layouts(result, (const ThusoLegendEntry *) (gconstpointer) shown->data, shown->len, xml);
}

char *thuso_project_xml(const ThusoResult *result, const GPtrArray *layers, const char *name)
{
	g_autoptr(GPtrArray) entries = list_entries(result, layers);
	ThusoXml *xml = thuso_xml_new(HEAD);
	thuso_xml_open(xml, "qgis", "version", THUSO_QGIS_VERSION, "projectname", result->title, NULL);
	thuso_xml_text(xml, "title", result->title);
	thuso_xml_open(xml, "projectCrs", NULL);
	write_crs(xml, result->grid->crs);
	thuso_xml_close(xml);
	write_tree(entries, xml);
	thuso_xml_leaf(xml, "relations", NULL);
	write_canvas(result, xml);
	thuso_xml_open(xml, "projectlayers", NULL);
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = g_ptr_array_index(entries, i);
		if (entry->layer != NULL)
			write_vector(entry, result, name, xml);
		else
			write_raster(entry, result, layers, name, xml);
	}
	thuso_xml_close(xml);
	write_view(result, xml);
	write_layouts(result, entries, xml);
	write_properties(xml);
	return thuso_xml_finish(xml);
}
