/* Hostile and damaged inputs: refused in one line, and left as they are. */
#include "../support/io-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_names(void)
{
	static const struct {
		const char *path, *word;
	} cases[] = {
		{ "/vsicurl/http://127.0.0.1:9/a.geojson", "virtual file systems" },
		{ "/vsizip/a.zip/a.gpkg", "virtual file systems" },
		{ "http://127.0.0.1:9/a.geojson", "nothing is fetched" },
		{ "postgresql://server/base.gpkg", "nothing is fetched" },
		{ "MEM:::DATAPOINTER=1.gpkg", "cannot be opened" },
		{ "PG:dbname=a.gpkg", "cannot be opened" },
		{ "no/such/file.gpkg", "cannot be opened" },
		{ "report.pdf", "none that is read here" },
		{ "dem.tif", "a layer or table is needed" },
		{ "/dev/null", "none that is read here" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoSource) source = io_source(g_strdup(cases[i].path));
		io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_INPUT, cases[i].path, cases[i].word, NULL);
	}
}

static void test_special_files(void)
{
	char *pipe = io_path("pipe.gpkg"), *folder = io_path("folder.geojson"), *zero = io_path("zero.csv");
	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_cmpint(symlink("/dev/zero", zero), ==, 0);
	g_autoptr(ThusoSource) a = io_source(pipe);
	g_autoptr(ThusoSource) b = io_source(folder);
	g_autoptr(ThusoSource) c = io_source(zero);
	io_assert_refused(a, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "a pipe", NULL);
	io_assert_refused(b, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "a folder", NULL);
	io_assert_refused(c, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "a device", NULL);
	/* A pipe beside a file that would be opened along with it. */
	g_autofree char *shp = io_write("side.shp", "x", 1), *dbf = io_path("side.dbf");
	g_assert_cmpint(mkfifo(dbf, 0600), ==, 0);
	g_autoptr(ThusoSource) d = io_source(g_strdup(shp));
	io_assert_refused(d, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "side.dbf", "a pipe", NULL);
	g_autofree char *gdb = io_path("links.gdb"), *link = io_path("links.gdb/a00000001.gdbtable");
	g_assert_cmpint(g_mkdir(gdb, 0700), ==, 0);
	g_assert_cmpint(symlink(shp, link), ==, 0);
	g_autoptr(ThusoSource) e = io_source(g_strdup(gdb));
	io_assert_refused(e, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "a00000001.gdbtable", "no regular file", NULL);
}

/* A VRT reads whatever it names, whichever ending it bears. */
static void test_vrt(void)
{
	g_autofree char *secret = io_write("secret.csv", "a,b\n1,2\n", -1);
	g_autofree char *vector = g_strdup_printf(
	    "<OGRVRTDataSource><OGRVRTLayer name=\"secret\"><SrcDataSource>%s</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
	    secret);
	static const char *const names[] = {
		"a.gpkg", "a.geojson", "a.gml", "a.kml", "a.xlsx", "a.sqlite", "a.osm", "a.ods", "a.shp"
	};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(ThusoSource) source = io_source(io_write(names[i], vector, -1));
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(GError) error = NULL;
		g_assert_null(thuso_read_layer(context, source, THUSO_READ_TABLE, NULL, &error));
		io_assert_message(error, THUSO_ERROR_INPUT, names[i]);
		g_autoptr(GError) list_error = NULL;
		g_assert_null(thuso_list_layers(source->paths[0], &list_error));
	}
	g_autofree char *raster =
	    io_write("a.tif",
	             "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand dataType=\"Byte\" band=\"1\"/>"
	             "</VRTDataset>",
	             -1);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_raster_open(NULL, raster, "EPSG:32734", &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "a.tif cannot be read as GTiff");
}

/* --- GeoPackages ------------------------------------------------------------------------------------------------------- */

static char *make_package(const char *name, int n_rows)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	char *path = io_path(name);
	ThusoStore *store = thuso_store_create(context, path, "1970-01-01T00:00:00Z", NULL);
	g_autoptr(ThusoTable) table = thuso_table_new("towns", "Towns", "", THUSO_POINT);
	thuso_table_set_crs(table, "EPSG:32734");
	int name_column = thuso_table_add_column(table, "name", "Name", "", THUSO_TEXT);
	for (int i = 0; i < n_rows; i++) {
		g_autoptr(GBytes) wkb = thuso_point_to_wkb(300000 + i, 6200000);
		thuso_table_add_row(table, NULL);
		thuso_table_set_text(table, i, name_column, "a town whose name is long enough to need many pages of the file");
		thuso_table_set_geometry(table, i, wkb);
	}
	g_assert_true(thuso_store_add(store, table, NULL));
	g_assert_true(thuso_store_finish(store, NULL));
	return path;
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *message = NULL;
	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		g_error("%s", message);
	sqlite3_close(db);
}

static void test_views(void)
{
	g_autofree char *path = make_package("view.gpkg", 3);
	run_sql(path, "CREATE VIEW spy AS SELECT fid, geom, name FROM towns;"
	              "INSERT INTO gpkg_contents(table_name,data_type,srs_id) VALUES('spy','features',32734);"
	              "INSERT INTO gpkg_geometry_columns VALUES('spy','geom','POINT',32734,0,0);"
	              "CREATE VIRTUAL TABLE rtree_words USING rtree(id, a, b);");
	g_autoptr(ThusoSource) source = io_source(g_strdup(path));
	source->layer = g_strdup("spy");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "layer spy is a view", "export it", NULL);
	g_free(source->layer);
	source->layer = g_strdup("SPY");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "layer SPY is a view", NULL);
	g_free(source->layer);
	source->layer = g_strdup("rtree_words");
	io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "layer rtree_words is a virtual table", NULL);
	/* The view is no layer, so the package has one only; its own index and triggers do not stand in the way. */
	g_clear_pointer(&source->layer, g_free);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 3);
	g_autofree char *contents = make_package("contents.gpkg", 3);
	run_sql(contents,
	        "ALTER TABLE gpkg_contents RENAME TO real_contents; CREATE VIEW gpkg_contents AS SELECT * FROM real_contents");
	g_autoptr(ThusoSource) hidden = io_source(g_strdup(contents));
	io_assert_refused(hidden, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "its own list of layers", NULL);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The names of the files that begin with "wal". */
static char **folder_state(void)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GDir) dir = g_dir_open(io_folder(), 0, NULL);
	for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir))
		if (g_str_has_prefix(name, "wal"))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	g_ptr_array_add(names, NULL);
	return (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* A file that another program edits is refused; one left in WAL mode is read without a trace. */
static void test_wal(void)
{
	g_autofree char *path = make_package("wal.gpkg", 3);
	sqlite3 *db = NULL;
	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA user_version=10201; PRAGMA user_version=10200", NULL, NULL, NULL);
	g_autoptr(ThusoSource) source = io_source(g_strdup(path));
	g_autofree char *before = thuso_file_sha256(path, NULL);
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "changes waiting", "wal.gpkg-wal", NULL);
	g_autofree char *after = thuso_file_sha256(path, NULL);
	g_assert_cmpstr(before, ==, after);
	sqlite3_close(db);
	g_autofree char *merged = thuso_file_sha256(path, NULL);
	g_auto(GStrv) files_before = folder_state();
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 3);
	g_autofree char *read = thuso_file_sha256(path, NULL);
	g_assert_cmpstr(merged, ==, read);
	g_auto(GStrv) files_after = folder_state();
	g_assert_true(g_strv_equal((const char *const *) files_before, (const char *const *) files_after));
	g_autofree char *journal = g_strconcat(path, "-journal", NULL);
	g_assert_true(g_file_set_contents(journal, "half written", -1, NULL));
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "wal.gpkg-journal", NULL);
}

/* --- files that stay open between the reads of a run ------------------------------------------------------------------ */

/* How many of the process's files are this one. */
static int n_open(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
	int n = 0;
	for (const char *name = folder ? g_dir_read_name(folder) : NULL; name; name = g_dir_read_name(folder)) {
		g_autofree char *link = g_build_filename("/proc/self/fd", name, NULL);
		g_autofree char *target = g_file_read_link(link, NULL);
		n += g_strcmp0(target, path) == 0;
	}
	return n;
}

static void assert_kept(ThusoContext *context, const ThusoSource *source, gint64 n_rows)
{
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, n_rows);
	g_assert_cmpint(n_open(source->paths[0]), >, 0);
}

static gpointer read_elsewhere(gpointer data)
{
	gpointer *both = data;
	g_autoptr(ThusoTable) table = io_read(both[0], both[1], THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 7);
	return NULL;
}

static void check_reads(const char *path, const char *other)
{
	static const char *const no_fields[] = { NULL };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) some = io_source(g_strdup(path));
	g_autoptr(ThusoSource) all = io_source(g_strdup(path));
	some->where = g_strdup("fid > 1");
	g_autoptr(ThusoTable) two = io_read(context, some, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(two->n_rows, ==, 2);
	int n_files = n_open(path);
	g_assert_cmpint(n_files, >, 0);
	/* Neither the filter nor the fields left out of one read show in the next. */
	g_autoptr(ThusoTable) bare = io_read(context, all, THUSO_READ_GEOMETRY, no_fields);
	g_assert_cmpint(bare->n_rows, ==, 3);
	g_autoptr(ThusoTable) whole = io_read(context, all, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(whole->n_rows, ==, 3);
	io_assert_cell(whole, 0, "name", "a town whose name is long enough to need many pages of the file");
	g_autoptr(ThusoTable) again = io_read(context, all, THUSO_READ_GEOMETRY, no_fields);
	g_assert_cmpint(again->n_rows, ==, 3);
	g_autoptr(ThusoTable) filtered = io_read(context, some, THUSO_READ_GEOMETRY, NULL);
	io_assert_cell(filtered, 0, "name", "a town whose name is long enough to need many pages of the file");
	g_assert_cmpint(n_open(path), ==, n_files);
	/* Another thread than the one that read first keeps nothing. */
	g_autoptr(ThusoSource) elsewhere = io_source(g_strdup(other));
	g_thread_join(g_thread_new("reader", read_elsewhere, (gpointer[]){ context, elsewhere }));
	g_assert_cmpint(n_open(other), ==, 0);
	thuso_context_free(g_steal_pointer(&context));
	g_assert_cmpint(n_open(path), ==, 0);
}

static void assert_refused_here(ThusoContext *context, const ThusoSource *source, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_read_layer(context, source, THUSO_READ_GEOMETRY, NULL, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, word);
}

static void damage_in_place(const char *path)
{
	FILE *file = fopen(path, "r+b");
	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, 4096, SEEK_SET), ==, 0);
	for (int i = 0; i < 4096; i++)
		g_assert_cmpint(fputc(0xA5, file), ==, 0xA5);
	g_assert_cmpint(fclose(file), ==, 0);
}

/* What is kept is never more trusted than the file that stands there now. */
static void test_kept(void)
{
	g_autofree char *plain = make_package("kept.gpkg", 3), *edited = make_package("edited.gpkg", 3);
	g_autofree char *replaced = make_package("replaced.gpkg", 3), *busy = make_package("busy.gpkg", 3);
	g_autofree char *damaged = make_package("struck.gpkg", 300), *other = make_package("other.gpkg", 7);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) fresh = io_source(g_strdup(plain));
	g_autoptr(ThusoTable) table = io_read(context, fresh, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 3);
	g_assert_cmpint(n_open(plain), ==, 0); /* so young that it could change unseen */
	g_usleep(2100 * 1000);
	check_reads(plain, other);

	g_autoptr(ThusoSource) a = io_source(g_strdup(edited));
	g_autoptr(ThusoSource) b = io_source(g_strdup(replaced));
	g_autoptr(ThusoSource) c = io_source(g_strdup(busy));
	g_autoptr(ThusoSource) d = io_source(g_strdup(damaged));
	assert_kept(context, a, 3);
	assert_kept(context, b, 3);
	assert_kept(context, c, 3);
	assert_kept(context, d, 300);
	run_sql(edited, "DELETE FROM towns WHERE fid = 1");
	g_autoptr(ThusoTable) fewer = io_read(context, a, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(fewer->n_rows, ==, 2);
	g_assert_cmpint(g_rename(other, replaced), ==, 0);
	g_autoptr(ThusoTable) more = io_read(context, b, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(more->n_rows, ==, 7);
	g_autofree char *journal = g_strconcat(busy, "-journal", NULL);
	g_assert_true(g_file_set_contents(journal, "half written", -1, NULL));
	assert_refused_here(context, c, "busy.gpkg-journal");
	damage_in_place(damaged);
	assert_refused_here(context, d, "is damaged");
	g_assert_cmpint(n_open(damaged), ==, 0);
}

/* Every page damaged in turn: a refusal, or all rows as they were. Never fewer rows. */
static void test_damaged_pages(void)
{
	g_autofree char *path = make_package("pages.gpkg", 300), *whole = NULL;
	gsize size;
	g_assert_true(g_file_get_contents(path, &whole, &size, NULL));
	int n_refused = 0;
	for (gsize page = 0; page < size / 4096; page++) {
		g_autofree char *bytes = g_memdup2(whole, size);
		memset(bytes + page * 4096 + (page ? 0 : 100), 0xA5, page ? 64 : 32);
		g_autoptr(ThusoSource) source = io_source(io_write("damaged.gpkg", bytes, (gssize) size));
		source->layer = g_strdup("towns");
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoTable) table = thuso_read_layer(context, source, THUSO_READ_GEOMETRY, NULL, &error);
		n_refused += table == NULL;
		if (table)
			g_assert_cmpint(table->n_rows, ==, 300);
		else
			g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	}
	g_assert_cmpint(n_refused, >, 10);
}

/* Any length: a refusal, never half the rows. */
static void test_cut_files(void)
{
	g_autofree char *path = make_package("whole.gpkg", 300), *whole = NULL;
	gsize size;
	g_assert_true(g_file_get_contents(path, &whole, &size, NULL));
	for (int i = 1; i < 20; i++) {
		g_autoptr(ThusoSource) source = io_source(io_write("cut.gpkg", whole, (gssize) (size * (gsize) i / 20)));
		source->layer = g_strdup("towns");
		io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "cut.gpkg", NULL);
	}
}

/* --- Shapefiles, made byte by byte ------------------------------------------------------------------------------------- */

static void put_big(GByteArray *bytes, guint32 value)
{
	guint32 big = GUINT32_TO_BE(value);
	g_byte_array_append(bytes, (const guint8 *) &big, 4);
}

static void put_little(GByteArray *bytes, guint32 value)
{
	guint32 little = GUINT32_TO_LE(value);
	g_byte_array_append(bytes, (const guint8 *) &little, 4);
}

static void put_double(GByteArray *bytes, double value)
{
	guint64 raw;
	memcpy(&raw, &value, 8);
	raw = GUINT64_TO_LE(raw);
	g_byte_array_append(bytes, (const guint8 *) &raw, 8);
}

static GByteArray *shape_head(guint32 n_bytes)
{
	GByteArray *bytes = g_byte_array_new();
	put_big(bytes, 9994);
	for (int i = 0; i < 5; i++)
		put_big(bytes, 0);
	put_big(bytes, n_bytes / 2);
	put_little(bytes, 1000);
	put_little(bytes, 1);
	for (int i = 0; i < 8; i++)
		put_double(bytes, i < 4 ? 20 + i : 0);
	return bytes;
}

/* Three points with a text of Latin-1 and a number. */
static GByteArray **make_shapefile(void)
{
	GByteArray *shp = shape_head(100 + 3 * 28), *shx = shape_head(100 + 3 * 8), *dbf = g_byte_array_new();
	static const guint8 head[12] = { 3, 26, 1, 1, 3, 0, 0, 0, 97, 0, 9, 0 };
	static const char fields[2][12] = { "NAME\0\0\0\0\0\0\0C", "N\0\0\0\0\0\0\0\0\0\0N" }, records[] =
	                                                                                           " Caf\xE9"
	                                                                                           "1234 Two 1234*Gone1234\x1A";
	static const guint8 zeros[20] = { 0 }, end = 0x0D;
	for (guint32 i = 0; i < 3; i++) {
		put_big(shp, i + 1);
		put_big(shp, 10);
		put_little(shp, 1);
		put_double(shp, 20 + i);
		put_double(shp, -34);
		put_big(shx, (100 + i * 28) / 2);
		put_big(shx, 10);
	}
	g_byte_array_append(dbf, head, 12);
	g_byte_array_append(dbf, zeros, 20);
	for (int i = 0; i < 2; i++) {
		static const guint8 lengths[20] = { 0, 0, 0, 0, 4 };
		g_byte_array_append(dbf, (const guint8 *) fields[i], 12);
		g_byte_array_append(dbf, lengths, 20);
	}
	g_byte_array_append(dbf, &end, 1);
	g_byte_array_append(dbf, (const guint8 *) records, sizeof records - 1);
	GByteArray **files = g_new0(GByteArray *, 3);
	files[0] = shp, files[1] = shx, files[2] = dbf;
	return files;
}

static void write_shapefile(GByteArray **files, int cut, guint n_left)
{
	static const char *const names[] = { "points.shp", "points.shx", "points.dbf" };
	for (int i = 0; i < 3; i++)
		g_free(io_write(names[i], files[i]->data, (gssize) (i == cut ? MIN(n_left, files[i]->len) : files[i]->len)));
}

static void test_shapefile(void)
{
	GByteArray **files = make_shapefile();
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_path("points.shp"));
	source->crs = g_strdup("EPSG:4326");
	write_shapefile(files, -1, 0);
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, NULL);
	g_assert_cmpint(table->n_rows, ==, 2); /* the third is marked as deleted */
	io_assert_cell(table, 0, "NAME", "Caf\xC3\xA9");
	io_assert_cell(table, 1, "N", "1234");
	for (int cut = 0; cut < 3; cut++)
		for (guint n = 1; n < files[cut]->len - (cut == 2); n += 5) {
			write_shapefile(files, cut, n);
			io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "points.shp", NULL);
		}
	for (int i = 0; i < 3; i++)
		g_byte_array_unref(files[i]);
	g_free(files);
}

/* --- rasters --------------------------------------------------------------------------------------------------------------- */

/* A TIFF of a few bytes that claims to be enormous. */
static char *tiff(const char *name, guint32 n_cols, guint32 n_rows, guint16 n_bands)
{
	GByteArray *bytes = g_byte_array_new();
	const guint32 tags[][3] = {
		{ 256, 4, n_cols }, { 257, 4, n_rows },  { 258, 3, 8 },      { 259, 3, 1 }, { 262, 3, 1 },
		{ 273, 4, 8 },      { 277, 3, n_bands }, { 278, 4, n_rows }, { 279, 4, 1 },
	};
	const guint16 n = GUINT16_TO_LE((guint16) G_N_ELEMENTS(tags));
	g_byte_array_append(bytes, (const guint8 *) "II*\0\x08\0\0\0", 8);
	g_byte_array_append(bytes, (const guint8 *) &n, 2);
	for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
		put_little(bytes, tags[i][0] | tags[i][1] << 16);
		put_little(bytes, 1);
		put_little(bytes, tags[i][2]);
	}
	put_little(bytes, 0);
	char *path = io_write(name, bytes->data, (gssize) bytes->len);
	g_byte_array_unref(bytes);
	return path;
}

static void test_raster_bombs(void)
{
	static const struct {
		guint32 n_cols, n_rows;
		guint16 n_bands;
	} cases[] = { { 10, 10, 65535 }, { 4000000000U, 10, 1 }, { 2000000000, 2000000000, 1 } };
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = tiff("bomb.tif", cases[i].n_cols, cases[i].n_rows, cases[i].n_bands);
		g_autoptr(GError) error = NULL;
		g_assert_null(thuso_raster_open(NULL, path, "EPSG:32734", &error));
		io_assert_message(error, THUSO_ERROR_LIMIT, "bomb.tif");
	}
	static const char *const grids[][2] = {
		{ "ncols 100000\nnrows 100000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n", "cut off" },
		{ "ncols 0\nnrows 5\nxllcorner 0\nyllcorner 0\ncellsize 1\n", "bomb.asc" },
		{ "ncols two\n", "bomb.asc" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(grids); i++) {
		g_autofree char *path = io_write("bomb.asc", grids[i][0], -1);
		g_autoptr(GError) error = NULL;
		g_assert_null(thuso_raster_open(NULL, path, "EPSG:32734", &error));
		io_assert_message(error, THUSO_ERROR_INPUT, grids[i][1]);
	}
}

void io_add_guard_tests(void)
{
	g_test_add_func("/io/guards/names", test_names);
	g_test_add_func("/io/guards/special-files", test_special_files);
	g_test_add_func("/io/guards/vrt", test_vrt);
	g_test_add_func("/io/guards/views", test_views);
	g_test_add_func("/io/guards/wal", test_wal);
	g_test_add_func("/io/guards/kept", test_kept);
	g_test_add_func("/io/guards/damaged-pages", test_damaged_pages);
	g_test_add_func("/io/guards/cut-files", test_cut_files);
	g_test_add_func("/io/guards/shapefile", test_shapefile);
	g_test_add_func("/io/guards/raster-bombs", test_raster_bombs);
}
