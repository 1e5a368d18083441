/* SQLite files: GeoPackages and SpatiaLite. The first byte says whether what follows is a file, or SQL that spoils a good one. An error or
 * tables; the file stays as it was. */
#include "bad-database.h"

#include <string.h>

#define MOST_LAYERS 6

/* Two layers and a table. */
static GBytes *good_database(void)
{
	static const double at[] = { 100, 200, 300 };
	const char *path = fuzz_path("good.gpkg");
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStore) store = thuso_store_create(fuzz_context(), path, "2026-11-21T00:00:00Z", &error);
	for (int i = 0; store && i < 2; i++) {
		g_autoptr(ThusoTable) table =
		    thuso_table_new(i ? "wards" : "schools", "Title", "What it is", i ? THUSO_NO_GEOMETRY : THUSO_POINT);
		int id = thuso_table_add_column(table, "id", "Id", "", THUSO_TEXT),
		    n = thuso_table_add_column(table, "population", "People", "people", THUSO_INTEGER),
		    share = thuso_table_add_column(table, "share", "Share", "", THUSO_REAL),
		    title = thuso_table_add_column(table, "title", "Title", "", THUSO_TEXT);
		if (!i)
			thuso_table_set_crs(table, "EPSG:32735");
		for (int k = 0; k < 3; k++) {
			gint64 row = thuso_table_add_row(table, NULL);
			g_autoptr(GBytes) wkb = thuso_point_to_wkb(at[k], at[k]);
			thuso_table_set_text(table, row, id, k ? "C1" : "C2");
			thuso_table_set_text(table, row, title, "Town 1");
			thuso_table_set_integer(table, row, n, k);
			thuso_table_set_real(table, row, share, at[k]);
			if (!i)
				thuso_table_set_geometry(table, row, wkb);
		}
		if (!thuso_store_add(store, table, &error))
			g_error("%s", error->message);
	}
	if (!store || !thuso_store_finish(g_steal_pointer(&store), &error))
		g_error("%s", error->message);
	return fuzz_content(path);
}

static void read_as(ThusoContext *context, const char *path, const char *layer, ThusoReadWhat what)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSource) source = fuzz_source(path);
	source->layer = g_strdup(layer);
	g_autoptr(ThusoTable) table = thuso_read_layer(context, source, what, NULL, &error);
	fuzz_either(table, error);
	if (table)
		fuzz_check_table(table, TRUE);
}

static void read_layers(ThusoContext *context, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) layers = thuso_list_layers(path, &error);
	fuzz_either(layers, error);
	for (int i = 0; layers && layers[i] && i < MOST_LAYERS; i++) {
		read_as(context, path, layers[i], THUSO_READ_GEOMETRY);
		read_as(context, path, layers[i], THUSO_READ_TABLE);
	}
}

static void read_store(ThusoContext *context, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStoreReader) reader = thuso_store_open(context, path, &error);
	fuzz_either(reader, error);
	const char *const *tables = reader ? thuso_store_tables(reader) : NULL;
	for (int i = 0; tables && tables[i] && i < MOST_LAYERS; i++) {
		g_autoptr(ThusoTable) table = thuso_store_read(reader, tables[i], THUSO_READ_GEOMETRY, NULL, &error);
		fuzz_either(table, error);
		if (table)
			fuzz_check_table(table, TRUE);
		g_clear_error(&error);
	}
}

static void read_database(const uint8_t *data, size_t size)
{
	static GBytes *good;
	if (size == 0)
		return;
	FuzzPart part = { data + 1, size - 1 };
	good = good ? good : good_database();
	ThusoContext *context = fuzz_context();
	const char *name = *data & 2 ? "x.sqlite" : "x.gpkg";
	const char *path = *data & 1 ? fuzz_spoil(good, part, name) : fuzz_file(part.data, part.size, name);
	g_autoptr(GBytes) before = fuzz_content(path);
	read_layers(context, path);
	if (!(*data & 2))
		read_store(context, path);
	fuzz_check_untouched(path, before);
}

const FuzzReader fuzz_database = { "database", TRUE, read_database };
