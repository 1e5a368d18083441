/* Layers: types, geometries, reference systems, filters, joins, several files, several layers, and the real data. */
#include "../support/io-fixture.h"

#include <math.h>
#include <string.h>

static const char utm_crs[] = "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::32734\"}},";

static char *collection(const char *crs, const char *features)
{
	return g_strdup_printf("{\"type\":\"FeatureCollection\",%s\"features\":[%s]}", crs, features);
}

static ThusoSource *geojson(const char *name, const char *crs, const char *features)
{
	g_autofree char *text = collection(crs, features);
	return io_source(io_write(name, text, -1));
}

static const char wards[] =
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"7\",\"people\":10,\"share\":0.5,\"day\":\"2011/10/09\",\"list\":[1,2]},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0,5],[10,0,5],[10,10,5],[0,10,5],[0,0,5]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"08\",\"people\":null,\"share\":2},"
    "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[20,0],[30,0],[30,10],[20,0]]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"C\",\"people\":30,\"share\":3},\"geometry\":null}";

static ThusoGeometry *geometry_at(const ThusoTable *table, gint64 row)
{
	gsize size;
	GBytes *wkb = thuso_table_geometry(table, row);
	g_assert_nonnull(wkb);
	gconstpointer data = g_bytes_get_data(wkb, &size);
	ThusoGeometry *geometry = thuso_geometry_from_wkb(data, size, NULL);
	g_assert_nonnull(geometry);
	return geometry;
}

static void test_geojson(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = geojson("wards.geojson", utm_crs, wards);
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 3);
	g_assert_cmpint(table->geometry_type, ==, THUSO_POLYGON);
	g_assert_cmpstr(thuso_table_column(table, 0)->name, ==, "_fid");
	io_assert_cell(table, 0, "code", "7");
	io_assert_cell(table, 1, "people", "NULL");
	io_assert_cell(table, 1, "share", "2");
	io_assert_cell(table, 0, "day", "2011-10-09");
	io_assert_cell(table, 0, "list", "1; 2");
	g_autoptr(ThusoCrs) crs = thuso_crs_new(table->crs, NULL);
	g_assert_cmpstr(thuso_crs_authority(crs), ==, "EPSG:32734");
	g_autoptr(ThusoGeometry) first = geometry_at(table, 0); /* its heights are dropped */
	g_assert_cmpfloat(thuso_geometry_area(first), ==, 100);
	g_autoptr(ThusoGeometry) second = geometry_at(table, 1);
	g_assert_cmpfloat(thuso_geometry_area(second), ==, 50);
	g_assert_null(thuso_table_geometry(table, 2));
}

/* The axis order is x = east everywhere, whatever the authority says. */
static void test_axis_order(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source =
	    io_source(io_write("places.kml",
	                       "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document "
	                       "id=\"places\"><name>places</name><Placemark>"
	                       "<name>A</name><Point><coordinates>20.5,-34.25,100</coordinates></Point></Placemark></Document></kml>",
	                       -1));
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	double x, y;
	g_autoptr(ThusoGeometry) geometry = geometry_at(table, 0);
	g_assert_true(thuso_geometry_point(geometry, &x, &y, NULL));
	g_assert_cmpfloat(x, ==, 20.5);
	g_assert_cmpfloat(y, ==, -34.25);
	io_assert_cell(table, 0, "Name", "A");
}

/* A circle of arcs becomes a polygon of many points. */
static void test_curves(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_write(
	    "circle.gml",
	    "<?xml version=\"1.0\"?><ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" "
	    "xmlns:gml=\"http://www.opengis.net/gml/3.2\" gml:id=\"f\"><ogr:featureMember><ogr:zone "
	    "gml:id=\"z.0\"><ogr:geometryProperty>"
	    "<gml:Surface gml:id=\"s\" "
	    "srsName=\"urn:ogc:def:crs:EPSG::32734\"><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring>"
	    "<gml:curveMember><gml:Curve gml:id=\"c\"><gml:segments><gml:ArcString><gml:posList>0 10 10 0 0 -10 -10 0 0 "
	    "10</gml:posList>"
	    "</gml:ArcString></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches>"
	    "</gml:Surface></ogr:geometryProperty><ogr:name>round</ogr:name></ogr:zone></ogr:featureMember></ogr:FeatureCollection>",
	    -1));
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_autoptr(ThusoGeometry) circle = geometry_at(table, 0);
	g_assert_cmpint(circle->n_points, >, 50);
	g_assert_cmpfloat(fabs(thuso_geometry_area(circle) / (100 * G_PI) - 1), <, 2e-3);
	/* GDAL would have left its notes beside the file. */
	g_autofree char *notes = io_path("circle.gfs");
	g_assert_false(g_file_test(notes, G_FILE_TEST_EXISTS));
}

static void test_crs(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_write(
	    "nocrs.gml",
	    "<?xml version=\"1.0\"?><ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" "
	    "xmlns:gml=\"http://www.opengis.net/gml/3.2\" gml:id=\"f\"><ogr:featureMember><ogr:zone "
	    "gml:id=\"z.0\"><ogr:geometryProperty>"
	    "<gml:Point gml:id=\"p\"><gml:pos>1 2</gml:pos></gml:Point></ogr:geometryProperty></ogr:zone></ogr:featureMember>"
	    "</ogr:FeatureCollection>",
	    -1));
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "does not say in which CRS", "crs:", NULL);
	source->crs = g_strdup("EPSG:32734");
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_autoptr(ThusoCrs) crs = thuso_crs_new(table->crs, NULL);
	g_assert_cmpstr(thuso_crs_authority(crs), ==, "EPSG:32734");
	/* A CRS that would have to be fetched is none. */
	g_autoptr(ThusoSource) linked = geojson(
	    "linked.geojson", "\"crs\":{\"type\":\"link\",\"properties\":{\"href\":\"http://127.0.0.1:9/crs\",\"type\":\"proj4\"}},",
	    "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}");
	io_assert_refused(linked, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "linked.geojson", NULL);
}

static void test_where(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = geojson("filter.geojson", utm_crs, wards);
	source->where = g_strdup("people > 20");
	static const char *const fields[] = { "code", NULL };
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, fields);
	g_assert_cmpint(table->n_rows, ==, 1);
	io_assert_cell(table, 0, "code", "C");
	g_free(source->where);
	source->where = g_strdup("\"peple\" > 20");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_USAGE, "peple", "nearest field: people", "filter.geojson", NULL);
	g_free(source->where);
	source->where = g_strdup("people = 12345");
	g_autoptr(ThusoTable) nothing = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(nothing->n_rows, ==, 0); /* nothing found is a result */
}

static ThusoJoin *join_of(char *path, const char *key, const char *to)
{
	ThusoJoin *join = g_new0(ThusoJoin, 1);
	join->path = path;
	join->key = g_strdup(key);
	join->to = g_strdup(to);
	return join;
}

static void test_join(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = geojson("join.geojson", utm_crs, wards);
	source->join = join_of(io_write("join.csv", "ward;need;people\n007;1,5;70\n8;2,5;80\n99;3,5;90\n", -1), "ward", "code");
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	io_assert_cell(table, 0, "need", "1.5"); /* 7 = 007 as numbers */
	io_assert_cell(table, 1, "need", "2.5"); /* 08 = 8 */
	io_assert_cell(table, 2, "need", "NULL");
	io_assert_cell(table, 0, "people", "10");
	io_assert_cell(table, 0, "people_2", "70"); /* the name was taken */
	const ThusoFinding *finding = io_finding(context, "join_unmatched");
	g_assert_cmpint(finding->count, ==, 1);
	g_assert_cmpstr(finding->feature, ==, "C");
	const ThusoFinding *unused = io_finding(context, "join_unused");
	g_assert_cmpint(unused->count, ==, 1);
	g_assert_cmpstr(unused->feature, ==, "99");
	static const char *const fields[] = { "need", NULL };
	g_autoptr(ThusoTable) few = io_read(context, source, THUSO_READ_GEOMETRY, fields);
	g_assert_cmpuint(few->columns->len, ==, 2);
	io_assert_cell(few, 1, "need", "2.5");
	static const char *const missing[] = { "ned", NULL };
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_read_layer(context, source, THUSO_READ_GEOMETRY, missing, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "nearest: need");
}

static void test_join_fields(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = geojson("join.geojson", utm_crs, wards);
	source->join = join_of(io_write("join.csv", "ward,need,other\n7,1,2\n55,1,3000\n56,1,2000\n", -1), "ward", "code");
	source->join->fields = g_strsplit("other", ",", -1);
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	/* What nobody takes is told with what it carries. */
	g_assert_nonnull(strstr(io_finding(context, "join_unused")->message, "other = 5,000"));
	g_assert_cmpint(thuso_table_find_column(table, "need"), ==, -1);
	io_assert_cell(table, 0, "other", "2");
}

static void test_join_refusals(void)
{
	static const struct {
		const char *text, *key, *to, *word;
	} cases[] = {
		{ "ward,a\n7,1\n8,2\n7,3\n", "ward", "code", "ward = 7 more than once" },
		{ "ward,a\n07,1\n007,2\n", "ward", "code", "leading zeros" },
		{ "ward,a\n7,1\n", "wrd", "code", "nearest: ward" },
		{ "ward,a\n7,1\n", "ward", "cod", "nearest: code" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoSource) source = geojson("join.geojson", utm_crs, wards);
		source->join = join_of(io_write("join.csv", cases[i].text, -1), cases[i].key, cases[i].to);
		io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, cases[i].word, NULL);
	}
}

static void test_several_files(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	static const char point[] =
	    "{\"type\":\"Feature\",\"properties\":{\"code\":5,\"extra\":1.5},\"geometry\":{\"type\":\"Point\","
	    "\"coordinates\":[1,2]}}";
	g_autoptr(ThusoSource) source = geojson("one.geojson", utm_crs, wards);
	g_autoptr(ThusoSource) other = geojson("two.geojson", utm_crs, point);
	io_add_path(source, g_strdup(other->paths[0]));
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 4);
	g_assert_cmpint(table->geometry_type, ==, THUSO_ANY_GEOMETRY);
	io_assert_cell(table, 3, "code", "5"); /* text and integer under one name become text */
	io_assert_cell(table, 3, "extra", "1.5");
	io_assert_cell(table, 0, "extra", "NULL");
	for (gint64 i = 0; i < table->n_rows; i++)
		g_assert_cmpint(thuso_table_integer(table, i, 0), ==, i + 1);
	g_assert_nonnull(io_finding(context, "missing_field"));
	g_autoptr(ThusoSource) degrees = geojson("three.geojson", "", point);
	io_add_path(source, g_strdup(degrees->paths[0]));
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "one CRS", "three.geojson", NULL);
}

/* A file of two layers, made by the store. */
static char *two_layers(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	char *path = io_path("two.gpkg");
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	ThusoStore *store = thuso_store_create(context, path, "2020-01-02T03:04:05Z", &error);
	g_assert_no_error(error);
	g_autoptr(ThusoTable) towns = thuso_table_new("towns", "Towns", "", THUSO_POINT);
	thuso_table_set_crs(towns, "EPSG:32734");
	int name = thuso_table_add_column(towns, "name", "Name", "", THUSO_TEXT);
	for (int i = 0; i < 200; i++) {
		g_autofree char *text = g_strdup_printf("town %d with a name that fills the page", i);
		g_autoptr(GBytes) wkb = thuso_point_to_wkb(300000 + i, 6200000 - i);
		thuso_table_add_row(towns, NULL);
		thuso_table_set_text(towns, i, name, text);
		thuso_table_set_geometry(towns, i, wkb);
	}
	g_autoptr(ThusoTable) codes = thuso_table_new("codes", "Codes", "", THUSO_NO_GEOMETRY);
	thuso_table_add_column(codes, "code", "Code", "", THUSO_TEXT);
	g_assert_true(thuso_store_add(store, towns, &error) && thuso_store_add(store, codes, &error));
	g_assert_true(thuso_store_add_style(store, "towns", "default", "<qgis/>", &error));
	g_assert_true(thuso_store_finish(store, &error));
	return path;
}

static void test_layers(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(two_layers());
	g_auto(GStrv) names = thuso_list_layers(source->paths[0], NULL);
	g_autofree char *joined = g_strjoinv(" ", names);
	g_assert_cmpstr(joined, ==, "towns codes"); /* not the styles */
	io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "several layers", "towns, codes", NULL);
	source->layer = g_strdup("town");
	io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "no layer town (nearest: towns)", NULL);
	g_free(source->layer);
	source->layer = g_strdup("codes");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "no geometries", NULL);
	g_free(source->layer);
	source->layer = g_strdup("towns");
	source->where = g_strdup("name LIKE 'town 7 %'");
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 1);
	io_assert_cell(table, 0, "_fid", "8");
	/* SQLite would take a missing field in quotes for a text and find nothing. */
	g_free(source->where);
	source->where = g_strdup("\"nme\" = 'town 7'");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_USAGE, "nme", "nearest field: name", NULL);
	g_auto(GStrv) table_names = thuso_list_layers("table.csv", NULL);
	g_assert_null(table_names);
}

static void test_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(two_layers());
	source->layer = g_strdup("towns");
	thuso_context_cancel(context);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_read_layer(context, source, THUSO_READ_GEOMETRY, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

static char *data_file(const char *name)
{
	const char *source = g_getenv("THUSO_SOURCE");
	g_autofree char *path = source ? g_build_filename(source, "..", "shared", "data", name, NULL) : NULL;
	if (path && g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	g_test_skip("the folder of real data is not here");
	return NULL;
}

static void test_real_layers(void)
{
	static const struct {
		const char *file, *layer;
		gint64 n_rows;
		ThusoGeometryType type;
	} cases[] = {
		{ "demo_swellendam/swellendam.gpkg", "wards", 5, THUSO_POLYGON },
		{ "demo_swellendam/swellendam.gpkg", "roads", 345, THUSO_LINE },
		{ "demo_swellendam/swellendam.gpkg", "places", 8, THUSO_POINT },
		{ "demo_swellendam/swellendam.gpkg", "buildings_osm", 4708, THUSO_POLYGON },
		{ "facilities/za_schools_natemis_2018.csv", NULL, 24190, THUSO_POINT },
		{ "facilities/za_who_health_2019.csv", NULL, 4287, THUSO_POINT },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		char *path = data_file(cases[i].file);
		if (!path)
			return;
		g_autofree char *before = thuso_file_sha256(path, NULL);
		g_autoptr(ThusoSource) source = io_source(path);
		source->layer = g_strdup(cases[i].layer);
		g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
		g_assert_cmpint(table->n_rows, ==, cases[i].n_rows);
		g_assert_cmpint(table->geometry_type, ==, cases[i].type);
		g_autofree char *after = thuso_file_sha256(path, NULL);
		g_assert_cmpstr(before, ==, after);
	}
}

/* Swellendam's projected population, and a table that holds every ward for two demarcations. */
static void test_real_join(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree char *package = data_file("demo_swellendam/swellendam.gpkg");
	if (!package)
		return;
	g_autoptr(ThusoSource) source = io_source(g_strdup(package));
	source->layer = g_strdup("municipality");
	source->join = join_of(data_file("population/za_lm_projection_2002_2031.csv"), "muni_code", "CAT_B");
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	io_assert_cell(table, 0, "pop_2011", "34076");
	g_autoptr(ThusoSource) wards_source = io_source(g_strdup(package));
	wards_source->layer = g_strdup("wards");
	wards_source->join = join_of(data_file("nsdp/za_development_need_indicators_2011.csv"), "geo_code", "WARD");
	io_assert_refused(wards_source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "more than once", "one row for each geo_code", NULL);
}

void io_add_layer_tests(void)
{
	g_test_add_func("/io/layers/geojson", test_geojson);
	g_test_add_func("/io/layers/axis-order", test_axis_order);
	g_test_add_func("/io/layers/curves", test_curves);
	g_test_add_func("/io/layers/crs", test_crs);
	g_test_add_func("/io/layers/where", test_where);
	g_test_add_func("/io/layers/join", test_join);
	g_test_add_func("/io/layers/join-fields", test_join_fields);
	g_test_add_func("/io/layers/join-refusals", test_join_refusals);
	g_test_add_func("/io/layers/several-files", test_several_files);
	g_test_add_func("/io/layers/layers", test_layers);
	g_test_add_func("/io/layers/cancel", test_cancel);
	g_test_add_func("/io/layers/real", test_real_layers);
	g_test_add_func("/io/layers/real-join", test_real_join);
}
