/* GeoPackages written and read again; the same bytes twice; what goes wrong leaves nothing behind; zip archives. */
#include "../support/io-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static const char date[] = "2026-03-01T12:00:00Z";

/* WKB of a polygon, a square of side `side`. */
static GBytes *square(double x, double y, double side)
{
	double xs[] = { x, x + side, x + side, x, x }, ys[] = { y, y, y + side, y + side, y };
	gint64 start[] = { 0, 5 };
	ThusoGeometry geometry = { THUSO_POLYGON, 5, 1, xs, ys, start };
	return thuso_geometry_to_wkb(&geometry, NULL);
}

static GBytes *line(double x, double y)
{
	double xs[] = { x, x + 100 }, ys[] = { y, y + 50 };
	gint64 start[] = { 0, 2 };
	ThusoGeometry geometry = { THUSO_LINE, 2, 1, xs, ys, start };
	return thuso_geometry_to_wkb(&geometry, NULL);
}

static ThusoTable *layer(const char *name, ThusoGeometryType type, const char *crs, gint64 n)
{
	ThusoTable *table = thuso_table_new(name, "A layer", "made by a test", type);
	thuso_table_set_crs(table, crs);
	int text = thuso_table_add_column(table, "name", "Name", "", THUSO_TEXT);
	int people = thuso_table_add_column(table, "people", "People", "people", THUSO_INTEGER);
	int share = thuso_table_add_column(table, "share", "Share", "%", THUSO_REAL);
	for (gint64 i = 0; i < n; i++) {
		g_autofree char *value = g_strdup_printf("caf\xC3\xA9 '%d'", (int) i);
		double x = 300000 + 100.1 * (double) (i % 97), y = 6200000 + 77.7 * (double) (i / 97);
		g_autoptr(GBytes) wkb = type == THUSO_POINT  ? thuso_point_to_wkb(x, y)
		                        : type == THUSO_LINE ? line(x, y)
		                                             : square(x, y, 50);
		thuso_table_add_row(table, NULL);
		if (i % 3)
			thuso_table_set_text(table, i, text, value);
		thuso_table_set_integer(table, i, people, i * 1000000007);
		thuso_table_set_real(table, i, share, (double) i / 3);
		if (type != THUSO_NO_GEOMETRY && i % 50 != 49)
			thuso_table_set_geometry(table, i, wkb);
	}
	return table;
}

static void add(ThusoStore *store, ThusoTable *table)
{
	g_autoptr(GError) error = NULL;
	gboolean good = thuso_store_add(store, table, &error);
	g_assert_no_error(error);
	g_assert_true(good);
	thuso_table_free(table);
}

/* One of everything. */
static char *write_package(const char *name)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	char *path = io_path(name);
	ThusoStore *store = thuso_store_create(context, path, date, &error);
	g_assert_no_error(error);
	add(store, layer("ranked_sites", THUSO_POINT, "EPSG:32734", 120));
	add(store, layer("roads", THUSO_LINE, "EPSG:4326", 60));
	add(store, layer("municipalities", THUSO_POLYGON, "+proj=laea +lat_0=-30 +lon_0=25 +datum=WGS84 +units=m", 2700));
	add(store, layer("africa", THUSO_POLYGON, "ESRI:102022", 52));
	add(store, layer("quality_issues", THUSO_ANY_GEOMETRY, "EPSG:32734", 10));
	add(store, layer("empty_points", THUSO_POINT, "EPSG:32734", 0));
	add(store, layer("run", THUSO_NO_GEOMETRY, NULL, 5));
	add(store, layer("nothing", THUSO_NO_GEOMETRY, NULL, 0));
	g_assert_true(thuso_store_add_style(store, "ranked_sites", "Sites", "<qgis version=\"3.22.0\"/>", &error));
	g_assert_true(thuso_store_add_style(store, "municipalities", "It's a style", "<qgis/>", &error));
	g_assert_true(thuso_store_add_project(store, "overview", "PK\1\xFF", 4, &error));
	gboolean good = thuso_store_finish(store, &error);
	g_assert_no_error(error);
	g_assert_true(good);
	return path;
}

static void test_round_trip(void)
{
	static const struct {
		const char *name;
		ThusoGeometryType type;
		gint64 n;
		const char *authority;
	} cases[] = {
		{ "ranked_sites", THUSO_POINT, 120, "EPSG:32734" },    { "roads", THUSO_LINE, 60, "EPSG:4326" },
		{ "municipalities", THUSO_POLYGON, 2700, "" },         { "africa", THUSO_POLYGON, 52, "ESRI:102022" },
		{ "quality_issues", THUSO_POLYGON, 10, "EPSG:32734" }, { "empty_points", THUSO_POINT, 0, "EPSG:32734" },
	};
	g_autofree char *path = write_package("result.gpkg");
	g_auto(GStrv) names = thuso_list_layers(path, NULL);
	g_autofree char *joined = g_strjoinv(" ", names);
	g_assert_cmpstr(joined, ==, "ranked_sites roads municipalities africa quality_issues empty_points run nothing");
	for (gsize k = 0; k < G_N_ELEMENTS(cases); k++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(ThusoSource) source = io_source(g_strdup(path));
		source->layer = g_strdup(cases[k].name);
		g_autoptr(ThusoTable) back = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
		g_autoptr(ThusoTable) made = layer(cases[k].name, k == 4 ? THUSO_ANY_GEOMETRY : cases[k].type, "EPSG:32734", cases[k].n);
		g_assert_cmpint(back->n_rows, ==, cases[k].n);
		g_assert_cmpint(back->geometry_type, ==, cases[k].type);
		g_autoptr(ThusoCrs) crs = thuso_crs_new(back->crs, NULL);
		g_assert_cmpstr(thuso_crs_authority(crs), ==, cases[k].authority);
		for (gint64 i = 0; i < cases[k].n; i++) {
			for (int c = 0; c < 3; c++) {
				g_autofree char *a = thuso_table_as_text(made, i, c), *b = thuso_table_as_text(back, i, c + 1);
				g_assert_cmpstr(a, ==, b);
			}
			GBytes *a = thuso_table_geometry(made, i), *b = thuso_table_geometry(back, i);
			g_assert_true((a == NULL) == (b == NULL));
			g_assert_true(!a || g_bytes_equal(a, b));
		}
	}
}

static void test_same_bytes(void)
{
	g_autofree char *a = write_package("bytes_a.gpkg"), *b = write_package("bytes_b.gpkg");
	g_autofree char *hash_a = thuso_file_sha256(a, NULL), *hash_b = thuso_file_sha256(b, NULL);
	g_assert_cmpstr(hash_a, ==, hash_b);
	g_autofree char *journal = io_path("bytes_a.gpkg-journal");
	g_assert_false(g_file_test(journal, G_FILE_TEST_EXISTS));
}

/* The checks of the field: validate_gpkg.py, rtreecheck, styles registered, and so on. */
static void test_checks(void)
{
	const char *root = g_getenv("THUSO_SOURCE");
	g_autofree char *script = root ? g_build_filename(root, "..", "shared", "checks", "check_gpkg.sh", NULL) : NULL;
	g_autofree char *sqlite = g_find_program_in_path("sqlite3"), *ogrinfo = g_find_program_in_path("ogrinfo");
	if (!script || !g_file_test(script, G_FILE_TEST_EXISTS) || !sqlite || !ogrinfo) {
		g_test_skip("check_gpkg.sh or its programs are not here");
		return;
	}
	g_autofree char *path = write_package("checked.gpkg");
	char *arguments[] = { (char *) "sh", script, path, NULL };
	g_autofree char *out = NULL, *err = NULL;
	int status = 1;
	g_assert_true(g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL));
	if (status != 0)
		g_error("%s%s", out, err);
}

/* Index sizes around one node, one level and two; thuso_store_finish compares every one with rtreecheck. */
static void test_index_sizes(void)
{
	static const gint64 sizes[] = { 1, 50, 51, 52, 53, 102, 2600, 2601, 2602, 2653, 5000 };
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(GError) error = NULL;
		g_autofree char *path = io_path("index.gpkg");
		ThusoStore *store = thuso_store_create(context, path, date, &error);
		add(store, layer("cells", THUSO_POLYGON, "EPSG:32734", sizes[i]));
		gboolean good = thuso_store_finish(store, &error);
		g_assert_no_error(error);
		g_assert_true(good);
		g_remove(path);
	}
}

static void test_names(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_path("names.gpkg");
	ThusoStore *store = thuso_store_create(context, path, date, &error);
	/* Columns that are taken by the file itself, or differ in case only. */
	g_autoptr(ThusoTable) table = thuso_table_new("t", "T", "", THUSO_POINT);
	thuso_table_set_crs(table, "EPSG:32734");
	static const char *const columns[] = { "fid", "GEOM", "Name", "name", "a \"quoted\" one" };
	for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
		thuso_table_add_column(table, columns[c], columns[c], "", THUSO_INTEGER);
	thuso_table_add_row(table, NULL);
	for (int c = 0; c < (int) G_N_ELEMENTS(columns); c++)
		thuso_table_set_integer(table, 0, c, 10 + c);
	g_assert_true(thuso_store_add(store, table, &error));
	g_assert_false(thuso_store_add(store, table, NULL)); /* the name is taken */
	static const char *const bad[] = { "a b", "a\"b", "gpkg_x", "rtree_x", "1a", "", "sqlite_a", "../x" };
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(ThusoTable) other = thuso_table_new(bad[i], "", "", THUSO_NO_GEOMETRY);
		g_autoptr(GError) refused = NULL;
		g_assert_false(thuso_store_add(store, other, &refused));
		io_assert_message(refused, THUSO_ERROR_FAILED, "cannot hold a table of the name");
	}
	g_assert_false(thuso_store_add_style(store, "nobody", "x", "<qgis/>", NULL));
	g_assert_true(thuso_store_finish(store, &error));
	g_autoptr(ThusoSource) source = io_source(g_strdup(path));
	g_autoptr(ThusoTable) back = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	io_assert_cell(back, 0, "fid_2", "10");
	io_assert_cell(back, 0, "GEOM_2", "11");
	io_assert_cell(back, 0, "name_2", "13");
	io_assert_cell(back, 0, "a \"quoted\" one", "14");
}

static void test_geometry_kinds(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_path("kinds.gpkg");
	ThusoStore *store = thuso_store_create(context, path, date, &error);
	g_autoptr(ThusoTable) table = thuso_table_new("wrong", "", "", THUSO_POINT);
	g_autoptr(GBytes) polygon = square(0, 0, 1);
	thuso_table_set_crs(table, "EPSG:32734");
	thuso_table_add_row(table, NULL);
	thuso_table_set_geometry(table, 0, polygon);
	g_autoptr(GBytes) rubbish = g_bytes_new_static("\1\1\0\0\0rubbish", 12);
	g_autoptr(ThusoTable) broken = thuso_table_new("broken", "", "", THUSO_ANY_GEOMETRY);
	thuso_table_set_crs(broken, "EPSG:32734");
	thuso_table_add_row(broken, NULL);
	thuso_table_set_geometry(broken, 0, rubbish);
	g_assert_false(thuso_store_add(store, broken, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "layer broken: the geometry of row 1");
	g_clear_error(&error);
	g_autoptr(ThusoTable) nowhere = thuso_table_new("nowhere", "", "", THUSO_POINT);
	g_assert_false(thuso_store_add(store, nowhere, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "no CRS");
	thuso_store_abandon(store);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void test_failures(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_write("there.gpkg", "mine", 4);
	g_assert_null(thuso_store_create(context, path, date, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "there.gpkg cannot be made");
	g_clear_error(&error);
	g_autofree char *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "mine");
	g_autofree char *nowhere = io_path("no/such/folder.gpkg");
	g_assert_null(thuso_store_create(context, nowhere, date, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "cannot be made");
	g_clear_error(&error);
	g_autofree char *dated = io_path("dated.gpkg");
	g_assert_null(thuso_store_create(context, dated, "yesterday", &error));
	io_assert_message(error, THUSO_ERROR_USAGE, "yesterday");
	g_clear_error(&error);
	ThusoStore *store = thuso_store_create(context, dated, date, &error);
	thuso_context_cancel(context);
	g_autoptr(ThusoTable) table = layer("cells", THUSO_POLYGON, "EPSG:32734", 100);
	g_assert_false(thuso_store_add(store, table, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	thuso_store_abandon(store);
	g_assert_false(g_file_test(dated, G_FILE_TEST_EXISTS));
}

/* A disk that is full, in a child of its own: an error, and no file. */
static void test_full_disk(void)
{
	if (g_test_subprocess()) {
		struct rlimit limit = { 300000, 300000 };
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(GError) error = NULL;
		g_autofree char *path = io_path("full.gpkg");
		ThusoStore *store = thuso_store_create(context, path, date, &error);
		g_autoptr(ThusoTable) table = layer("cells", THUSO_POLYGON, "EPSG:32734", 20000);
		if (thuso_store_add(store, table, &error))
			g_assert_false(thuso_store_finish(g_steal_pointer(&store), &error));
		thuso_store_abandon(store);
		io_assert_message(error, THUSO_ERROR_FAILED, "full.gpkg");
		g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
		g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
		ThusoGrid grid = io_grid(crs, 90, 1000, 1000);
		float *values = thuso_array_new(1000000, sizeof(float), "test", NULL);
		for (int i = 0; i < 1000000; i++)
			values[i] = (float) sin(i * 1.7) * 1e6F;
		g_autofree char *tif = io_path("full.tif");
		g_autoptr(GError) why = NULL;
		g_assert_false(thuso_write_cog(context, tif, &grid, values, "x", "", &why));
		io_assert_message(why, THUSO_ERROR_FAILED, "full.tif");
		g_assert_false(g_file_test(tif, G_FILE_TEST_EXISTS));
		thuso_array_free(values);
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

/* The archive is read by the reader of zipped KML. */
static void test_zip(void)
{
	static const char kml[] =
	    "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document id=\"d\"><name>places</name><Placemark>"
	    "<name>A</name><Point><coordinates>20.5,-34.25</coordinates></Point></Placemark></Document></kml>";
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) a = thuso_zip_one("doc.kml", kml, sizeof kml - 1, &error);
	g_autoptr(GBytes) b = thuso_zip_one("doc.kml", kml, sizeof kml - 1, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(a, b));
	gsize size;
	gconstpointer data = g_bytes_get_data(a, &size);
	g_assert_cmpuint(size, <, sizeof kml + 200);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_write("zipped.kmz", data, (gssize) size));
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	io_assert_cell(table, 0, "Name", "A");
	g_assert_null(thuso_zip_one("../doc.kml", kml, 1, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "no name for a member");
	g_autoptr(GBytes) empty = thuso_zip_one("empty", "", 0, NULL);
	g_assert_nonnull(empty);
}

/* Read as it was written: titles, units, NULLs, geometries, in the order of the rows. */
static void test_read_back(void)
{
	g_autofree char *path = write_package("back.gpkg");
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStoreReader) reader = thuso_store_open(context, path, &error);
	g_assert_no_error(error);
	g_autofree char *names = g_strjoinv(" ", (char **) thuso_store_tables(reader));
	g_assert_true(g_str_has_prefix(names, "ranked_sites roads municipalities africa quality_issues empty_points run nothing"));
	g_autoptr(ThusoTable) back = thuso_store_read(reader, "municipalities", THUSO_READ_GEOMETRY, NULL, &error);
	g_assert_no_error(error);
	g_autoptr(ThusoTable) made = layer("municipalities", THUSO_POLYGON, "EPSG:32734", 2700);
	g_assert_cmpint(back->n_rows, ==, made->n_rows);
	g_assert_cmpuint(back->columns->len, ==, made->columns->len);
	g_assert_cmpstr(back->description, ==, "made by a test");
	g_assert_true(g_str_has_prefix(back->title, "A layer"));
	g_assert_cmpint(back->geometry_type, ==, THUSO_POLYGON);
	g_autoptr(ThusoCrs) crs = thuso_crs_new(back->crs, &error);
	g_assert_no_error(error);
	g_assert_true(thuso_crs_is_grid_ready(crs));
	for (int c = 0; c < 3; c++) {
		const ThusoColumn *a = thuso_table_column(made, c), *b = thuso_table_column(back, c);
		g_assert_cmpstr(a->name, ==, b->name);
		g_assert_cmpstr(a->title, ==, b->title);
		g_assert_cmpstr(a->unit, ==, b->unit);
		g_assert_cmpint(a->type, ==, b->type);
		for (gint64 i = 0; i < made->n_rows; i++) {
			g_autofree char *x = thuso_table_as_text(made, i, c), *y = thuso_table_as_text(back, i, c);
			g_assert_cmpstr(x, ==, y);
		}
	}
	for (gint64 i = 0; i < made->n_rows; i++) {
		GBytes *a = thuso_table_geometry(made, i), *b = thuso_table_geometry(back, i);
		g_assert_true((a == NULL) == (b == NULL));
		g_assert_true(a == NULL || g_bytes_equal(a, b));
	}
}

static void test_read_back_parts(void)
{
	static const char *const fields[] = { "share", "not_there", NULL };
	g_autofree char *path = write_package("parts.gpkg");
	g_autofree char *csv = io_write("no.csv", "a,b\n1,2\n", -1);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStoreReader) reader = thuso_store_open(context, path, &error);
	g_autoptr(ThusoTable) some = thuso_store_read(reader, "ranked_sites", THUSO_READ_TABLE, fields, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(some->columns->len, ==, 1);
	g_assert_cmpint(some->n_rows, ==, 120);
	g_assert_null(thuso_table_geometry(some, 0));
	g_autoptr(ThusoTable) none = thuso_store_read(reader, "ranked", THUSO_READ_TABLE, NULL, &error);
	g_assert_null(none);
	io_assert_message(error, THUSO_ERROR_INPUT, "ranked");
	g_clear_error(&error);
	g_autoptr(ThusoStoreReader) wrong = thuso_store_open(context, csv, &error);
	g_assert_null(wrong);
	io_assert_message(error, THUSO_ERROR_USAGE, "no.csv");
	g_clear_error(&error);
}

void io_add_store_tests(void)
{
	g_test_add_func("/io/store/round-trip", test_round_trip);
	g_test_add_func("/io/store/read-back", test_read_back);
	g_test_add_func("/io/store/read-back-parts", test_read_back_parts);
	g_test_add_func("/io/store/same-bytes", test_same_bytes);
	g_test_add_func("/io/store/checks", test_checks);
	g_test_add_func("/io/store/index-sizes", test_index_sizes);
	g_test_add_func("/io/store/names", test_names);
	g_test_add_func("/io/store/geometry-kinds", test_geometry_kinds);
	g_test_add_func("/io/store/failures", test_failures);
	g_test_add_func("/io/store/full-disk", test_full_disk);
	g_test_add_func("/io/store/zip", test_zip);
}
