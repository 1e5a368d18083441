/* Small layers, tables and rasters written by the tests of the room `data`, and questions about findings and errors. */
#include "data-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include <thuso/param.h>

Fixture *fixture_new(void)
{
	GError *error = NULL;
	Fixture *fixture = g_new0(Fixture, 1);
	fixture->dir = g_dir_make_tmp("thuso-data-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->sources = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_source_free);
	fixture->context = thuso_context_new();
	thuso_context_set_threads(fixture->context, 1);
	return fixture;
}

static void remove_files(const char *dir)
{
	GDir *files = g_dir_open(dir, 0, NULL);
	for (const char *name; files && (name = g_dir_read_name(files));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_assert_cmpint(g_remove(path), ==, 0);
	}
	if (files)
		g_dir_close(files);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
}

void fixture_free(Fixture *fixture)
{
	remove_files(fixture->dir);
	g_free(fixture->dir);
	g_ptr_array_unref(fixture->sources);
	thuso_context_free(fixture->context);
	g_free(fixture);
}

void fixture_fresh_context(Fixture *fixture)
{
	thuso_context_free(fixture->context);
	fixture->context = thuso_context_new();
	thuso_context_set_threads(fixture->context, 1);
}

/* --- layers ---------------------------------------------------------------------------------------------------------- */

Layer *layer_new(void)
{
	Layer *layer = g_new0(Layer, 1);
	layer->features = g_ptr_array_new_with_free_func(g_free);
	return layer;
}

void layer_free(Layer *layer)
{
	g_ptr_array_unref(layer->features);
	g_free(layer);
}

static void append_point(GString *text, const Layer *layer, double x, double y)
{
	char east[G_ASCII_DTOSTR_BUF_SIZE], north[G_ASCII_DTOSTR_BUF_SIZE];
	x += EAST0;
	y += NORTH0;
	if (layer->degrees) {
		g_autoptr(ThusoCrs) from = thuso_crs_new(UTM34S, NULL);
		g_autoptr(ThusoCrs) to = thuso_crs_new("EPSG:4326", NULL);
		g_autoptr(ThusoTransform) transform = thuso_transform_new(from, to, NULL);
		g_assert_true(thuso_transform_points(transform, &x, &y, 1));
	}
	g_string_append_printf(text, "[%s,%s]", thuso_format_real(east, x), thuso_format_real(north, y));
}

static void add_feature(Layer *layer, const char *geometry, const char *properties)
{
	g_autofree char *quoted = g_strdelimit(g_strdup(properties), "'", '"');
	g_ptr_array_add(layer->features,
	                g_strdup_printf("{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":%s}", quoted, geometry));
}

void layer_raw(Layer *layer, const char *geometry, const char *properties)
{
	add_feature(layer, geometry, properties);
}

G_GNUC_PRINTF(5, 0)
static void add(Layer *layer, const char *type, const double *xy, int n_points, const char *properties, va_list arguments)
{
	g_autofree char *text = g_strdup_vprintf(properties, arguments);
	g_autoptr(GString) geometry = g_string_new(NULL);
	gboolean ring = strcmp(type, "Polygon") == 0, single = strcmp(type, "Point") == 0;
	g_string_append_printf(geometry, "{\"type\":\"%s\",\"coordinates\":%s", type, ring ? "[[" : single ? "" : "[");
	for (int i = 0; i < n_points + ring; i++) {
		if (i > 0)
			g_string_append_c(geometry, ',');
		append_point(geometry, layer, xy[2 * (i % n_points)], xy[2 * (i % n_points) + 1]);
	}
	g_string_append(geometry, ring ? "]]}" : single ? "}" : "]}");
	add_feature(layer, geometry->str, text);
}

void layer_add(Layer *layer, const char *type, const double *xy, int n_points, const char *properties, ...)
{
	va_list arguments;
	va_start(arguments, properties);
	add(layer, type, xy, n_points, properties, arguments);
	va_end(arguments);
}

void layer_rect(Layer *layer, double x0, double y0, double x1, double y1, const char *properties, ...)
{
	const double xy[8] = { x0, y0, x1, y0, x1, y1, x0, y1 };
	va_list arguments;
	va_start(arguments, properties);
	add(layer, "Polygon", xy, 4, properties, arguments);
	va_end(arguments);
}

void layer_point(Layer *layer, double x, double y, const char *properties, ...)
{
	const double xy[2] = { x, y };
	va_list arguments;
	va_start(arguments, properties);
	add(layer, "Point", xy, 1, properties, arguments);
	va_end(arguments);
}

void layer_line(Layer *layer, double x0, double y0, double x1, double y1, const char *properties, ...)
{
	const double xy[4] = { x0, y0, x1, y1 };
	va_list arguments;
	va_start(arguments, properties);
	add(layer, "LineString", xy, 2, properties, arguments);
	va_end(arguments);
}

void layer_shuffle(Layer *layer, GRand *random)
{
	for (guint i = layer->features->len; i > 1; i--) {
		guint j = (guint) g_rand_int_range(random, 0, (gint32) i);
		gpointer held = layer->features->pdata[i - 1];
		layer->features->pdata[i - 1] = layer->features->pdata[j];
		layer->features->pdata[j] = held;
	}
}

ThusoSource *fixture_text(Fixture *fixture, const char *name, const char *extension, const char *crs, const char *text)
{
	GError *error = NULL;
	g_autofree char *file = g_strdup_printf("%s_%d.%s", name, fixture->n_files++, extension);
	ThusoSource *source = thuso_source_new(name);
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_build_filename(fixture->dir, file, NULL);
	source->crs = g_strdup(crs);
	g_file_set_contents(source->paths[0], text, -1, &error);
	g_assert_no_error(error);
	g_ptr_array_add(fixture->sources, source);
	return source;
}

ThusoSource *fixture_layer(Fixture *fixture, const Layer *layer, const char *name)
{
	g_autoptr(GString) text = g_string_new("{\"type\":\"FeatureCollection\",\"features\":[");
	for (guint i = 0; i < layer->features->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ",\n" : "", (char *) layer->features->pdata[i]);
	g_string_append(text, "]}");
	return fixture_text(fixture, name, "geojson", layer->degrees ? NULL : UTM34S, text->str);
}

ThusoSource *fixture_raster(Fixture *fixture, const char *name, const char *crs, const double ll[2], double pixel, int n_cols,
                            int n_rows, const double *values)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "ncols %d\nnrows %d\n", n_cols, n_rows);
	g_string_append_printf(text, "xllcorner %s\n", thuso_format_real(number, ll[0]));
	g_string_append_printf(text, "yllcorner %s\n", thuso_format_real(number, ll[1]));
	g_string_append_printf(text, "cellsize %s\nNODATA_value -9999\n", thuso_format_real(number, pixel));
	for (int row = 0; row < n_rows; row++)
		for (int col = 0; col < n_cols; col++)
			g_string_append_printf(text, "%s%c", thuso_format_real(number, values[row * n_cols + col]),
			                       col + 1 < n_cols ? ' ' : '\n');
	return fixture_text(fixture, name, "asc", crs, text->str);
}

/* --- regions --------------------------------------------------------------------------------------------------------- */

Layer *two_municipalities(void)
{
	Layer *layer = layer_new();
	layer_rect(layer, 0, 0, 10000, 8000, "'id': 'WC01', 'name': 'West', 'dc': 'DC1', 'pr': 'WC'");
	layer_rect(layer, 10000, 0, 20000, 8000, "'id': 'WC02', 'name': 'East', 'dc': 'DC1', 'pr': 'WC'");
	return layer;
}

ThusoRegion *fixture_region(Fixture *fixture, const Layer *boundaries, double cell_m, double buffer_m)
{
	static const ThusoLevelSpec levels[] = { { "district", "dc", NULL }, { "province", "pr", NULL } };
	GError *error = NULL;
	ThusoRegionSpec spec = {
		.boundaries = fixture_layer(fixture, boundaries, "municipalities"),
		.id = "id",
		.title = "name",
		.levels = levels,
		.n_levels = 2,
		.buffer_m = buffer_m,
		.cell_m = cell_m,
		.crs = UTM34S,
	};
	ThusoRegion *region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	return region;
}

ThusoRegion *fixture_region_of_two(Fixture *fixture, double cell_m, double buffer_m)
{
	g_autoptr(Layer) two = two_municipalities();
	return fixture_region(fixture, two, cell_m, buffer_m);
}

/* --- findings and errors --------------------------------------------------------------------------------------------- */

const ThusoFinding *fixture_finding(const Fixture *fixture, const char *check)
{
	const GPtrArray *findings = thuso_context_findings(fixture->context);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		if (strcmp(finding->check, check) == 0)
			return finding;
	}
	return NULL;
}

char *fixture_findings(const Fixture *fixture)
{
	const GPtrArray *findings = thuso_context_findings(fixture->context);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		g_string_append_printf(text, "%s %s %s %s %" G_GINT64_FORMAT " %s\n", thuso_severity_name(finding->severity),
		                       finding->check, finding->layer, finding->feature ? finding->feature : "-", finding->count,
		                       finding->message);
	}
	return g_string_free(text, FALSE);
}

void assert_says(GError **error, int code, const char *words)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	g_assert_error(*error, THUSO_ERROR, code);
	for (int i = 0; list[i]; i++)
		if (!strstr((*error)->message, list[i]))
			g_error("the message \"%s\" does not say \"%s\"", (*error)->message, list[i]);
	g_assert_null(strchr((*error)->message, '\n'));
	g_clear_error(error);
}
