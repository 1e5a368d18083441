/* Our own look at SQLite-based inputs before GDAL opens them: read-only, hardened, nothing of the file's own code is run. */
#include "private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define WATCH_STEPS          100000    /* virtual machine steps between looks at the context */
#define MAX_VALUE_BYTES      (1 << 30) /* longest text or blob */
#define HEADER_BYTES         100       /* of an SQLite file */
#define HEADER_WRITE_VERSION 18        /* offset; 2 = WAL */
static const char sqlite_magic[16] = "SQLite format 3";

static int watch(void *context)
{
	return context && !thuso_context_go_on(context, NULL);
}

void thuso_sqlite_watch(sqlite3 *db, ThusoContext *context)
{
	sqlite3_progress_handler(db, WATCH_STEPS, watch, context);
}

void thuso_sqlite_harden(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_exec(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", NULL, NULL, NULL);
}

/* In the mode PERSIST a journal stays where it was, its first bytes zero: nothing waits in it. */
static gboolean is_finished_journal(const char *side)
{
	FILE *file = fopen(side, "rb");
	int first = file ? getc(file) : EOF;
	if (file)
		fclose(file);
	return first == 0;
}

/* A file beside it that holds changes not yet in the database. */
static gboolean check_side_file(const char *absolute, const char *path, const char *ending, GError **error)
{
	g_autofree char *side = g_strconcat(absolute, ending, NULL);
	struct stat info;
	if (stat(side, &info) != 0 || info.st_size == 0 || (g_str_equal(ending, "-journal") && is_finished_journal(side)))
		return TRUE;
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s has changes waiting in %s%s: close the program that edits it (or open and close it there once), then run again", path,
	    path, ending);
	return FALSE;
}

gboolean thuso_sqlite_check_beside(const char *absolute, const char *path, GError **error)
{
	return check_side_file(absolute, path, "-wal", error) && check_side_file(absolute, path, "-journal", error);
}

static gboolean check_header(const char *absolute, const char *path, gboolean immutable_gdal, GError **error)
{
	guint8 header[HEADER_BYTES] = { 0 };
	FILE *file = fopen(absolute, "rb");
	gsize n = file ? fread(header, 1, sizeof header, file) : 0;
	if (file)
		fclose(file);
	if (n < sizeof header || memcmp(header, sqlite_magic, sizeof sqlite_magic) != 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is no SQLite database, whatever its name says: export or copy it again",
		                path);
		return FALSE;
	}
	if (header[HEADER_WRITE_VERSION] == 2 && !immutable_gdal) {
		thuso_set_error(
		    error, THUSO_ERROR_INPUT,
		    "%s is in WAL mode, which cannot be read without writing beside it: run PRAGMA journal_mode=DELETE on it, or "
		    "export it as a GeoPackage",
		    path);
		return FALSE;
	}
	return thuso_sqlite_check_beside(absolute, path, error);
}

/* A single value of a statement with one text parameter, as integer; -1 on any failure. */
static gint64 query_integer(sqlite3 *db, const char *sql, const char *text)
{
	sqlite3_stmt *statement = NULL;
	gint64 value = -1;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) {
		if (text)
			sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
		if (sqlite3_step(statement) == SQLITE_ROW)
			value = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return value;
}

static gboolean quick_check(sqlite3 *db, ThusoContext *context, const char *path, GError **error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	g_autofree char *answer =
	    g_strdup(code == SQLITE_ROW ? (const char *) sqlite3_column_text(statement, 0) : sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	if (g_strcmp0(answer, "ok") == 0)
		return TRUE;
	if (context && !thuso_context_go_on(context, error))
		return FALSE;
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s is damaged (%s): copy or export it again", path, answer);
	return FALSE;
}

/* As SQLite itself has understood the file: the texts of sqlite_master may say one thing in many ways, and its types and names may lie. */
#define NO_TABLES "FROM pragma_table_list WHERE schema = 'main' AND type IN ('view', 'virtual') AND "

/* The tables that describe the layers are read by GDAL before any layer is: they must be tables. */
static gboolean check_system_tables(sqlite3 *db, const char *path, GError **error)
{
	gint64 n = query_integer(db,
	                         "SELECT count(*) " NO_TABLES
	                         "(name LIKE 'gpkg\\_%' ESCAPE '\\' OR lower(name) IN ('geometry_columns', 'spatial_ref_sys'))",
	                         NULL);
	if (n == 0)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s: its own list of layers is a view or a virtual table, which is not read: export the layers to a new file",
	                path);
	return FALSE;
}

sqlite3 *thuso_sqlite_open(ThusoContext *context, const char *absolute, const char *path, gboolean immutable_gdal, GError **error)
{
	if (!check_header(absolute, path, immutable_gdal, error))
		return NULL;
	g_autofree char *escaped = g_uri_escape_string(absolute, "/", FALSE);
	g_autofree char *uri = g_strconcat("file:", escaped, "?mode=ro&immutable=1", NULL);
	sqlite3 *db = NULL;
	if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be opened: %s", path, db ? sqlite3_errmsg(db) : "no memory");
		sqlite3_close(db);
		return NULL;
	}
	thuso_sqlite_harden(db);
	thuso_sqlite_watch(db, context);
	if (!quick_check(db, context, path, error) || !check_system_tables(db, path, error)) {
		sqlite3_close(db);
		return NULL;
	}
	return db;
}

gboolean thuso_sqlite_check_table(sqlite3 *db, const char *path, const char *table, GError **error)
{
	if (query_integer(db, "SELECT count(*) " NO_TABLES "lower(name) = lower(?1)", table) == 0)
		return TRUE;
	gboolean is_view = query_integer(db, "SELECT count(*) " NO_TABLES "lower(name) = lower(?1) AND type = 'view'", table) == 1;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s, layer %s is a %s, which can run code and is not read: export it to a new file as a table", path, table,
	                is_view ? "view" : "virtual table");
	return FALSE;
}

gint64 thuso_sqlite_count(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table);
	gint64 n = sql ? query_integer(db, sql, NULL) : -1;
	sqlite3_free(sql);
	return n;
}

char *thuso_sqlite_type(sqlite3 *db, const char *table, const char *column)
{
	sqlite3_stmt *statement = NULL;
	char *type = NULL;
	if (sqlite3_prepare_v2(db, "SELECT type FROM pragma_table_xinfo(?1) WHERE name = ?2", -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
		if (sqlite3_step(statement) == SQLITE_ROW)
			type = g_strdup((const char *) sqlite3_column_text(statement, 0));
	}
	sqlite3_finalize(statement);
	return type;
}
