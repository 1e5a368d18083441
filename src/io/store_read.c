/* A GeoPackage read as it was written: besides the rows, what its tables say of themselves (identifier, description, alias and unit of
 * each column), which GDAL of Debian 12 hands on only in part. Read through our own hardened handle, in the order of the rows' keys. */
#include "private.h"

#include <string.h>

#define GO_ON_ROWS 4096 /* rows between looks at the context */

struct ThusoStoreReader {
	ThusoContext *context;
	char *path;
	sqlite3 *db;
	char **tables;
};

/* One column of a table in the file. */
typedef struct {
	char *name;
	ThusoColumnType type;
	int column; /* of the ThusoTable */
} StoredColumn;

typedef struct {
	ThusoStoreReader *reader;
	ThusoTable *table;
	GArray *columns; /* of StoredColumn */
	char *key, *geometry;
} Reading;

static void stored_column_clear(gpointer data)
{
	g_free(((StoredColumn *) data)->name);
}

static void reading_clear(Reading *reading)
{
	g_clear_pointer(&reading->table, thuso_table_free);
	g_clear_pointer(&reading->columns, g_array_unref);
	g_free(reading->key);
	g_free(reading->geometry);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean fail(ThusoStoreReader *reader, const char *table, GError **error)
{
	if (!thuso_context_go_on(reader->context, error))
		return FALSE;
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s, table %s cannot be read: %s: compute the result again", reader->path,
	                table ? table : "gpkg_contents", sqlite3_errmsg(reader->db));
	return FALSE;
}

/* A statement with up to two text parameters; NULL where the file lacks the table (an error is set only when `error` is given). */
static sqlite3_stmt *prepare(ThusoStoreReader *reader, const char *sql, const char *first, const char *second)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(reader->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return NULL;
	const char *texts[] = { first, second };
	for (int i = 0; i < 2; i++)
		if (texts[i])
			sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	return statement;
}

/* The first row's columns as texts, or NULLs. */
static void look_up(ThusoStoreReader *reader, const char *sql, const char *first, const char *second, char *found[2])
{
	found[0] = found[1] = NULL;
	sqlite3_stmt *statement = prepare(reader, sql, first, second);
	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		for (int i = 0; i < MIN(2, sqlite3_column_count(statement)); i++)
			found[i] = g_strdup((const char *) sqlite3_column_text(statement, i));
	sqlite3_finalize(statement);
}

static gboolean list_tables(ThusoStoreReader *reader, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *statement = prepare(reader, "SELECT table_name FROM gpkg_contents ORDER BY rowid", NULL, NULL);
	int code = statement ? SQLITE_ROW : SQLITE_ERROR;
	while (statement && (code = sqlite3_step(statement)) == SQLITE_ROW)
		if (sqlite3_column_type(statement, 0) == SQLITE_TEXT)
			g_ptr_array_add(names, g_strdup((const char *) sqlite3_column_text(statement, 0)));
	sqlite3_finalize(statement);
	if (code != SQLITE_DONE)
		return fail(reader, NULL, error);
	g_ptr_array_add(names, NULL);
	reader->tables = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
	return TRUE;
}

ThusoStoreReader *thuso_store_open(ThusoContext *context, const char *path, GError **error)
{
	thuso_io_init();
	const ThusoFormat *format = thuso_format_of(path, FALSE, error);
	if (!format)
		return NULL;
	if (!g_str_equal(format->ending, "gpkg")) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s is no GeoPackage: name the .gpkg that `thuso run` wrote", path);
		return NULL;
	}
	g_autofree char *absolute = thuso_guard_path(path, format, error);
	if (!absolute)
		return NULL;
	g_autoptr(ThusoStoreReader) reader = g_new0(ThusoStoreReader, 1);
	reader->context = context;
	reader->path = g_strdup(path);
	reader->db = thuso_sqlite_open(context, absolute, path, FALSE, error);
	return reader->db && list_tables(reader, error) ? g_steal_pointer(&reader) : NULL;
}

void thuso_store_close(ThusoStoreReader *reader)
{
	if (!reader)
		return;
	sqlite3_close(reader->db);
	g_strfreev(reader->tables);
	g_free(reader->path);
	g_free(reader);
}

const char *const *thuso_store_tables(const ThusoStoreReader *reader)
{
	return (const char *const *) reader->tables;
}

/* The type of a column by SQLite's rules of affinity. */
static ThusoColumnType declared_type(const char *declared)
{
	g_autofree char *upper = g_ascii_strup(declared ? declared : "", -1);
	if (strstr(upper, "INT") || strstr(upper, "BOOL"))
		return THUSO_INTEGER;
	return strstr(upper, "REAL") || strstr(upper, "FLOA") || strstr(upper, "DOUB") ? THUSO_REAL : THUSO_TEXT;
}

static void add_column(Reading *reading, const char *name, const char *declared)
{
	static const char titles[] = "SELECT title, description FROM gpkg_data_columns WHERE table_name = ?1 AND column_name = ?2";
	char *said[2];
	look_up(reading->reader, titles, reading->table->name, name, said);
	StoredColumn column = { g_strdup(name), declared_type(declared), 0 };
	column.column = thuso_table_add_column(reading->table, name, said[0] ? said[0] : name, said[1] ? said[1] : "", column.type);
	g_array_append_val(reading->columns, column);
	g_free(said[0]);
	g_free(said[1]);
}

/* The columns that the table has, of those asked for. */
static gboolean find_columns(Reading *reading, const char *const *fields, GError **error)
{
	sqlite3_stmt *statement =
	    prepare(reading->reader, "SELECT name, type, pk FROM pragma_table_info(?1)", reading->table->name, NULL);
	int code = statement ? SQLITE_ROW : SQLITE_ERROR;
	while (statement && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *name = (const char *) sqlite3_column_text(statement, 0);
		if (sqlite3_column_int(statement, 2) > 0) {
			g_free(reading->key);
			reading->key = g_strdup(name);
		} else if (g_strcmp0(name, reading->geometry) != 0 && (!fields || g_strv_contains(fields, name))) {
			add_column(reading, name, (const char *) sqlite3_column_text(statement, 1));
		}
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || fail(reading->reader, reading->table->name, error);
}

/* "EPSG:32735", or the definition of a system that no authority knows. */
static char *crs_text(ThusoStoreReader *reader, const char *srs_id)
{
	static const char systems[] = "SELECT CASE WHEN upper(organization) = 'EPSG' THEN 'EPSG:' || organization_coordsys_id ELSE "
	                              "definition END FROM gpkg_spatial_ref_sys WHERE srs_id = CAST(?1 AS INTEGER)";
	char *said[2];
	look_up(reader, systems, srs_id, NULL, said);
	return said[0];
}

static ThusoGeometryType geometry_type(const char *name)
{
	g_autofree char *upper = g_ascii_strup(name ? name : "", -1);
	return strstr(upper, "POINT")     ? THUSO_POINT
	       : strstr(upper, "LINE")    ? THUSO_LINE
	       : strstr(upper, "POLYGON") ? THUSO_POLYGON
	                                  : THUSO_ANY_GEOMETRY;
}

static void describe(Reading *reading, const char *table, ThusoReadWhat what)
{
	static const char contents[] = "SELECT identifier, description FROM gpkg_contents WHERE table_name = ?1";
	static const char geometries[] = "SELECT column_name, geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?1";
	static const char systems[] = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?1";
	char *said[2], *form[2], *system[2];
	look_up(reading->reader, contents, table, NULL, said);
	look_up(reading->reader, geometries, table, NULL, form);
	look_up(reading->reader, systems, table, NULL, system);
	gboolean shape = form[0] && what == THUSO_READ_GEOMETRY;
	reading->geometry = form[0];
	reading->table = thuso_table_new(table, said[0] ? said[0] : table, said[1] ? said[1] : "",
	                                 shape ? geometry_type(form[1]) : THUSO_NO_GEOMETRY);
	g_autofree char *crs = shape && system[0] ? crs_text(reading->reader, system[0]) : NULL;
	if (crs)
		thuso_table_set_crs(reading->table, crs);
	g_free(form[1]);
	g_free(said[0]);
	g_free(said[1]);
	g_free(system[0]);
}

/* SELECT geometry or NULL, columns ... ORDER BY key */
static sqlite3_stmt *select_rows(const Reading *reading)
{
	gboolean shape = reading->table->geometry_type != THUSO_NO_GEOMETRY;
	sqlite3_str *sql = sqlite3_str_new(NULL);
	if (shape)
		sqlite3_str_appendf(sql, "SELECT \"%w\"", reading->geometry);
	else
		sqlite3_str_appendall(sql, "SELECT NULL");
	for (guint i = 0; i < reading->columns->len; i++)
		sqlite3_str_appendf(sql, ", \"%w\"", g_array_index(reading->columns, StoredColumn, i).name);
	sqlite3_str_appendf(sql, " FROM \"%w\"", reading->table->name);
	if (reading->key)
		sqlite3_str_appendf(sql, " ORDER BY \"%w\"", reading->key);
	char *text = sqlite3_str_finish(sql);
	sqlite3_stmt *statement = text ? prepare(reading->reader, text, NULL, NULL) : NULL;
	sqlite3_free(text);
	return statement;
}

/* The WKB inside a GeoPackage's blob, after its header and envelope; NULL for none or for what is no such blob. */
static GBytes *inner_wkb(const guint8 *blob, gsize size)
{
	static const gsize envelope[8] = { 0, 32, 48, 48, 64, 0, 0, 0 };
	if (size < 8 || blob[0] != 'G' || blob[1] != 'P')
		return NULL;
	gsize skip = 8 + envelope[(blob[3] >> 1) & 7];
	gboolean empty = (blob[3] >> 4) & 1;
	return empty || size <= skip ? NULL : g_bytes_new(blob + skip, size - skip);
}

static void set_value(ThusoTable *table, gint64 row, const StoredColumn *column, sqlite3_stmt *statement, int i)
{
	if (sqlite3_column_type(statement, i) == SQLITE_NULL)
		return;
	g_autofree char *owned = NULL;
	if (column->type == THUSO_INTEGER)
		thuso_table_set_integer(table, row, column->column, sqlite3_column_int64(statement, i));
	else if (column->type == THUSO_REAL)
		thuso_table_set_real(table, row, column->column, sqlite3_column_double(statement, i));
	else
		thuso_table_set_text(table, row, column->column,
		                     thuso_repair_text((const char *) sqlite3_column_text(statement, i), &owned));
}

static gboolean add_row(const Reading *reading, sqlite3_stmt *statement, GError **error)
{
	gint64 row = thuso_table_add_row(reading->table, error);
	if (row < 0)
		return FALSE;
	if (sqlite3_column_type(statement, 0) == SQLITE_BLOB) {
		g_autoptr(GBytes) wkb = inner_wkb(sqlite3_column_blob(statement, 0), (gsize) MAX(sqlite3_column_bytes(statement, 0), 0));
		if (wkb)
			thuso_table_set_geometry(reading->table, row, wkb);
	}
	for (guint i = 0; i < reading->columns->len; i++)
		set_value(reading->table, row, &g_array_index(reading->columns, StoredColumn, i), statement, (int) i + 1);
	return row % GO_ON_ROWS != 0 || thuso_context_go_on(reading->reader->context, error);
}

static gboolean read_rows(const Reading *reading, GError **error)
{
	sqlite3_stmt *statement = select_rows(reading);
	int code = statement ? SQLITE_ROW : SQLITE_ERROR;
	gboolean ok = TRUE;
	while (ok && code == SQLITE_ROW && (code = sqlite3_step(statement)) == SQLITE_ROW)
		ok = add_row(reading, statement, error);
	sqlite3_finalize(statement);
	return ok && (code == SQLITE_DONE || fail(reading->reader, reading->table->name, error));
}

ThusoTable *thuso_store_read(ThusoStoreReader *reader, const char *table, ThusoReadWhat what, const char *const *fields,
                             GError **error)
{
	g_auto(Reading) reading = { .reader = reader };
	if (!g_strv_contains((const char *const *) reader->tables, table)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no table %s: is it a result of `thuso run`?", reader->path, table);
		return NULL;
	}
	if (!thuso_sqlite_check_table(reader->db, reader->path, table, error))
		return NULL;
	describe(&reading, table, what);
	reading.columns = g_array_new(FALSE, TRUE, sizeof(StoredColumn));
	g_array_set_clear_func(reading.columns, stored_column_clear);
	if (!find_columns(&reading, fields, error) || !read_rows(&reading, error))
		return NULL;
	return g_steal_pointer(&reading.table);
}
