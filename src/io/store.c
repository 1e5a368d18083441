/* A new GeoPackage: its frame, reference systems, styles, project, and the check of what was written. Our own SQL, because equal
 * content must give equal bytes. Source: OGC 12-128r15 (GeoPackage 1.2.1); layer_styles and qgis_projects as QGIS 3.22 writes them.
 *
 * The file has no journal while it is written: it is new, and whatever goes wrong removes it. */
#include "store.h"

#include <cpl_conv.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_OWN_SRS 200001 /* systems without an authority; above all codes of EPSG and ESRI */

static const char frame[] =
    "PRAGMA page_size=4096;PRAGMA encoding='UTF-8';PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA secure_delete=ON;PRAGMA application_id=1196444487;"
    "PRAGMA user_version=10200;BEGIN;"
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL,srs_id INTEGER NOT NULL PRIMARY KEY,organization TEXT NOT NULL,"
    "organization_coordsys_id INTEGER NOT NULL,definition TEXT NOT NULL,description TEXT);"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY,data_type TEXT NOT NULL,identifier TEXT UNIQUE,"
    "description TEXT DEFAULT '',last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),min_x DOUBLE,"
    "min_y DOUBLE,max_x DOUBLE,max_y DOUBLE,srs_id INTEGER,CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES "
    "gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL,column_name TEXT NOT NULL,geometry_type_name TEXT NOT NULL,"
    "srs_id INTEGER NOT NULL,z TINYINT NOT NULL,m TINYINT NOT NULL,CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    "CONSTRAINT uk_gc_table_name UNIQUE (table_name),CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES "
    "gpkg_contents(table_name),CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined Cartesian SRS',-1,'NONE',-1,'undefined','undefined Cartesian coordinate "
    "reference system');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined geographic SRS',0,'NONE',0,'undefined','undefined geographic coordinate "
    "reference system');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('WGS 84 geodetic',4326,'EPSG',4326,'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID["
    "\"WGS "
    "84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY["
    "\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS["
    "\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]','longitude/latitude coordinates in decimal degrees on the WGS 84 "
    "spheroid');";

static const char extensions_table[] = "CREATE TABLE gpkg_extensions (table_name TEXT,column_name TEXT,extension_name TEXT NOT "
                                       "NULL,definition TEXT NOT NULL,scope TEXT "
                                       "NOT NULL,CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))";

static const char styles_table[] =
    "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema "
    "TEXT(256), "
    "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault "
    "BOOLEAN, "
    "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ','now')))";

static void system_free(gpointer data)
{
	StoreSystem *system = data;
	g_free(system->text);
	g_free(system);
}

static void table_free(gpointer data)
{
	StoreTable *table = data;
	g_free(table->name);
	g_free(table);
}

static void store_free(ThusoStore *store)
{
	g_ptr_array_unref(store->systems);
	g_ptr_array_unref(store->tables);
	g_free(store->path);
	g_free(store->date);
	g_free(store);
}

gboolean thuso_store_fail(ThusoStore *store, const char *what, GError **error)
{
	/* A cancelled run interrupts the statement at work. */
	if (thuso_context_go_on(store->context, error))
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written (%s): %s: check the disk and try again", store->path,
		                what, sqlite3_errmsg(store->db));
	return FALSE;
}

gboolean thuso_store_run(ThusoStore *store, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *sql = sqlite3_vmprintf(format, args);
	va_end(args);
	int code = sql ? sqlite3_exec(store->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code == SQLITE_OK || thuso_store_fail(store, "its tables", error);
}

/* --- reference systems ---------------------------------------------------------------------------------------------------- */

static char *wkt1(OGRSpatialReferenceH srs)
{
	static const char *const gdal_wkt[] = { "FORMAT=WKT1_GDAL", NULL }, *const wkt2[] = { "FORMAT=WKT2_2019", NULL };
	char *wkt = NULL;
	/* Some systems have no form in WKT 1; readers take WKT 2 there as well. */
	if (OSRExportToWktEx(srs, &wkt, gdal_wkt) != OGRERR_NONE || !wkt || !wkt[0]) {
		CPLFree(wkt);
		wkt = NULL;
		OSRExportToWktEx(srs, &wkt, wkt2);
	}
	char *copy = g_strdup(wkt ? wkt : "undefined");
	CPLFree(wkt);
	return copy;
}

static gboolean write_system(ThusoStore *store, OGRSpatialReferenceH srs, gint32 *id, GError **error)
{
	const char *authority = OSRGetAuthorityName(srs, NULL), *code = OSRGetAuthorityCode(srs, NULL);
	gint64 number = code ? g_ascii_strtoll(code, NULL, 10) : 0;
	gboolean known = authority && number > 0 && number < FIRST_OWN_SRS;
	*id = known ? (gint32) number : FIRST_OWN_SRS + (gint32) store->systems->len;
	if (known && *id == 4326)
		return TRUE;
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	g_autofree char *definition = wkt1(srs);
	thuso_messages_end(&messages, NULL, NULL);
	const char *name = OSRGetName(srs);
	return thuso_store_run(store, error, "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES(%Q,%d,%Q,%d,%Q,NULL)",
	                       name && name[0] ? name : "unnamed", *id, known ? authority : "NONE", *id, definition);
}

gboolean thuso_store_system(ThusoStore *store, const char *crs, gint32 *id, GError **error)
{
	for (guint i = 0; i < store->systems->len; i++) {
		const StoreSystem *system = g_ptr_array_index(store->systems, i);
		*id = system->id;
		if (g_str_equal(system->text, crs))
			return TRUE;
	}
	OGRSpatialReferenceH srs = thuso_srs_new(crs, error);
	gboolean good = srs && write_system(store, srs, id, error);
	if (srs)
		OSRRelease(srs);
	if (!good)
		return FALSE;
	StoreSystem *system = g_new0(StoreSystem, 1);
	system->text = g_strdup(crs);
	system->id = *id;
	g_ptr_array_add(store->systems, system);
	return TRUE;
}

gboolean thuso_store_extension(ThusoStore *store, const char *table, const char *column, const char *extension,
                               const char *definition, const char *scope, GError **error)
{
	if (!store->has_extensions && !thuso_store_run(store, error, "%s", extensions_table))
		return FALSE;
	store->has_extensions = TRUE;
	return thuso_store_run(store, error, "INSERT INTO gpkg_extensions VALUES(%Q,%Q,%Q,%Q,%Q)", table, column, extension,
	                       definition, scope);
}

/* --- opening and closing ---------------------------------------------------------------------------------------------------- */

/* "1970-01-01T00:00:00Z" as the standard's format wants it, with milliseconds. */
static char *full_date(const char *date, GError **error)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(date, NULL);
	g_autoptr(GDateTime) utc = time ? g_date_time_to_utc(time) : NULL;
	if (!utc) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "the date %s is none: write it like 1970-01-01T00:00:00Z", date);
		return NULL;
	}
	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.000Z", g_date_time_get_year(utc), g_date_time_get_month(utc),
	                       g_date_time_get_day_of_month(utc), g_date_time_get_hour(utc), g_date_time_get_minute(utc),
	                       g_date_time_get_second(utc));
}

/* Makes the empty file ourselves: SQLite would open one that is there, or follow a link. */
static gboolean make_file(const char *path, GError **error)
{
	int file = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0666);
	if (file >= 0 && close(file) == 0)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be made: %s: check the folder", path, g_strerror(errno));
	return FALSE;
}

ThusoStore *thuso_store_create(ThusoContext *context, const char *path, const char *date, GError **error)
{
	thuso_io_init();
	g_autofree char *stamp = full_date(date, error);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	if (!stamp || !make_file(absolute, error))
		return NULL;
	g_autoptr(ThusoStore) store = g_new0(ThusoStore, 1);
	store->context = context;
	store->path = g_steal_pointer(&absolute);
	store->date = g_steal_pointer(&stamp);
	store->systems = g_ptr_array_new_with_free_func(system_free);
	store->tables = g_ptr_array_new_with_free_func(table_free);
	int code = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(store->db, frame, NULL, NULL, NULL);
	if (code != SQLITE_OK) {
		thuso_store_fail(store, "its frame", error);
		return NULL;
	}
	thuso_sqlite_watch(store->db, context);
	return g_steal_pointer(&store);
}

void thuso_store_abandon(ThusoStore *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	g_unlink(store->path);
	store_free(store);
}

/* --- styles and project -------------------------------------------------------------------------------------------------------- */

static gboolean make_styles(ThusoStore *store, GError **error)
{
	if (store->has_styles)
		return TRUE;
	store->has_styles = TRUE;
	/* Unregistered it would be hidden from QGIS as soon as another attribute table is registered. */
	return thuso_store_run(store, error, styles_table) &&
	       thuso_store_run(store, error,
	                       "INSERT INTO gpkg_contents(table_name,data_type,identifier,description,last_change,srs_id) "
	                       "VALUES('layer_styles','attributes','layer_styles','',%Q,0)",
	                       store->date);
}

gboolean thuso_store_add_style(ThusoStore *store, const char *table, const char *style_name, const char *qml, GError **error)
{
	const StoreTable *found = NULL;
	for (guint i = 0; i < store->tables->len && !found; i++) {
		const StoreTable *candidate = g_ptr_array_index(store->tables, i);
		found = g_str_equal(candidate->name, table) ? candidate : NULL;
	}
	if (!found) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s has no table %s to style: add the table first", store->path, table);
		return FALSE;
	}
	return make_styles(store, error) &&
	       thuso_store_run(
	           store, error,
	           "INSERT INTO layer_styles(f_table_catalog,f_table_schema,f_table_name,f_geometry_column,styleName,styleQML,"
	           "styleSLD,useAsDefault,description,owner,update_time) VALUES('','',%Q,%Q,%Q,%Q,'',1,'','',%Q)",
	           table, found->has_geometry ? THUSO_STORE_GEOMETRY : "", style_name, qml, store->date);
}

gboolean thuso_store_add_project(ThusoStore *store, const char *name, gconstpointer qgz, gsize size, GError **error)
{
	if (!store->has_projects &&
	    !thuso_store_run(store, error, "CREATE TABLE qgis_projects(name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"))
		return FALSE;
	store->has_projects = TRUE;
	g_autofree char *day = g_strndup(store->date, strlen("1970-01-01T00:00:00"));
	g_autofree char *metadata = g_strdup_printf("{\"last_modified_time\":\"%s\",\"last_modified_user\":\"thuso\"}", day);
	/* QGIS keeps the archive as a text of hexadecimal digits. */
	GString *hex = g_string_sized_new(2 * size + 1);
	for (gsize i = 0; i < size; i++) {
		static const char digits[] = "0123456789abcdef";
		guint8 byte = ((const guint8 *) qgz)[i];
		g_string_append_c(hex, digits[byte >> 4]);
		g_string_append_c(hex, digits[byte & 15]);
	}
	gboolean good = thuso_store_run(store, error, "INSERT INTO qgis_projects VALUES(%Q,%Q,%Q)", name, metadata, hex->str);
	g_string_free(hex, TRUE);
	return good;
}

/* --- the end -------------------------------------------------------------------------------------------------------------------- */

static gboolean answer_is(sqlite3 *db, const char *sql, const char *expected, char **answer)
{
	sqlite3_stmt *statement = NULL;
	gboolean row = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
	g_free(*answer);
	*answer = g_strdup(row ? (const char *) sqlite3_column_text(statement, 0) : sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return g_strcmp0(*answer, expected) == 0;
}

/* Looks at one table again; `what` says what differs. */
static gboolean verify_table(sqlite3 *db, const StoreTable *table, char **what)
{
	g_autofree char *expected = g_strdup_printf("%" G_GINT64_FORMAT, table->n_rows);
	g_autofree char *indexed = g_strdup_printf("%" G_GINT64_FORMAT, table->n_indexed);
	char *count = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table->name);
	char *check = sqlite3_mprintf("SELECT rtreecheck('rtree_%q_%q')", table->name, THUSO_STORE_GEOMETRY);
	char *rows = sqlite3_mprintf("SELECT count(*) FROM \"rtree_%w_%w_rowid\"", table->name, THUSO_STORE_GEOMETRY);
	gboolean good = answer_is(db, count, expected, what) &&
	                (!table->has_geometry || (answer_is(db, check, "ok", what) && answer_is(db, rows, indexed, what)));
	sqlite3_free(count);
	sqlite3_free(check);
	sqlite3_free(rows);
	return good;
}

static gboolean verify(const ThusoStore *store, GError **error)
{
	sqlite3 *db = NULL;
	g_autofree char *what = NULL;
	const char *where = "the file";
	gboolean good = sqlite3_open_v2(store->path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
	if (good)
		thuso_sqlite_watch(db, store->context);
	good = good && answer_is(db, "PRAGMA integrity_check", "ok", &what) &&
	       answer_is(db, "SELECT count(*) FROM pragma_foreign_key_check", "0", &what) &&
	       answer_is(db, "PRAGMA application_id", "1196444487", &what);
	for (guint i = 0; good && i < store->tables->len; i++) {
		const StoreTable *table = g_ptr_array_index(store->tables, i);
		good = verify_table(db, table, &what);
		where = table->name;
	}
	sqlite3_close(db);
	if (!good && thuso_context_go_on(store->context, error))
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s was not written as it should be (%s: %s): check the disk and try again",
		                store->path, where, what ? what : "it cannot be opened");
	return good;
}

static gboolean close_file(ThusoStore *store, GError **error)
{
	if (!thuso_store_run(store, error, "COMMIT; PRAGMA journal_mode=DELETE"))
		return FALSE;
	if (sqlite3_close(store->db) != SQLITE_OK)
		return thuso_store_fail(store, "its end", error);
	store->db = NULL;
	return TRUE;
}

gboolean thuso_store_finish(ThusoStore *given, GError **error)
{
	g_autoptr(ThusoStore) store = given;
	if (!close_file(store, error) || !thuso_sync_file(store->path, error) || !verify(store, error))
		return FALSE;
	store_free(g_steal_pointer(&store));
	return TRUE;
}
