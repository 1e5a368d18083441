/* One table of a GeoPackage: columns and their titles, rows, geometries, extent and spatial index. */
#include "store.h"

#include <math.h>
#include <string.h>

#define GO_ON_ROWS 1024 /* rows between looks at the context */

typedef struct {
	ThusoStore *store;
	const ThusoTable *table;
	const char *geometry_name; /* GeoPackage's word for the type, or NULL */
	ThusoWkbForm form;
	gint32 srs_id;
	char **names; /* of the columns in the file */
	ThusoRtreeEntry *entries;
	gint64 n_entries;
	ThusoBounds bounds;
	GByteArray *blob;
} Job;

static void job_clear(Job *job)
{
	g_strfreev(job->names);
	thuso_array_free(job->entries);
	g_byte_array_unref(job->blob);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

/* The declared type: points stay single unless some are real multipoints, lines and polygons are multi. */
static void choose_type(Job *job)
{
	const ThusoTable *table = job->table;
	job->form = THUSO_WKB_MULTI;
	switch (table->geometry_type) {
	case THUSO_NO_GEOMETRY:
		return;
	case THUSO_LINE:
		job->geometry_name = "MULTILINESTRING";
		return;
	case THUSO_POLYGON:
		job->geometry_name = "MULTIPOLYGON";
		return;
	case THUSO_ANY_GEOMETRY:
		job->geometry_name = "GEOMETRY";
		job->form = THUSO_WKB_AS_IS;
		return;
	case THUSO_POINT:
		break;
	}
	job->geometry_name = "POINT";
	job->form = THUSO_WKB_SINGLE;
	for (gint64 i = 0; i < table->n_rows; i++) {
		GBytes *wkb = thuso_table_geometry(table, i);
		gsize size = wkb ? g_bytes_get_size(wkb) : 0;
		if (wkb && thuso_wkb_type(wkb) == 4 && size > 9 + 21) { /* more than a multipoint of one */
			job->geometry_name = "MULTIPOINT";
			job->form = THUSO_WKB_MULTI;
			return;
		}
	}
}

static gboolean is_taken(const Job *job, const char *name, guint n)
{
	if (g_ascii_strcasecmp(name, THUSO_STORE_KEY) == 0 || g_ascii_strcasecmp(name, THUSO_STORE_GEOMETRY) == 0)
		return TRUE;
	for (guint i = 0; i < n; i++)
		if (g_ascii_strcasecmp(name, job->names[i]) == 0)
			return TRUE;
	return FALSE;
}

/* SQLite's names do not tell upper from lower case, and two of them are taken. */
static void choose_names(Job *job)
{
	guint n = job->table->columns->len;
	job->names = thuso_new(char *, n + 1);
	for (guint c = 0; c < n; c++) {
		const char *name = thuso_table_column(job->table, (int) c)->name;
		char *chosen = g_strdup(name);
		for (int i = 2; is_taken(job, chosen, c); i++) {
			g_free(chosen);
			chosen = g_strdup_printf("%s_%d", name, i);
		}
		job->names[c] = chosen;
	}
}

static gboolean create_table(Job *job, GError **error)
{
	static const char *const types[] = { "TEXT", "INTEGER", "REAL" };
	sqlite3_str *sql = sqlite3_str_new(job->store->db);
	sqlite3_str_appendf(sql, "CREATE TABLE \"%w\" (\"%w\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", job->table->name,
	                    THUSO_STORE_KEY);
	if (job->geometry_name)
		sqlite3_str_appendf(sql, ", \"%w\" %s", THUSO_STORE_GEOMETRY, job->geometry_name);
	for (guint c = 0; c < job->table->columns->len; c++)
		sqlite3_str_appendf(sql, ", \"%w\" %s", job->names[c], types[thuso_table_column(job->table, (int) c)->type]);
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	gboolean good = thuso_store_run(job->store, error, "%s", text);
	sqlite3_free(text);
	return good;
}

/* Titles must be unique in gpkg_contents. */
static char *identifier_of(const Job *job)
{
	const char *title = job->table->title && job->table->title[0] ? job->table->title : job->table->name;
	char *sql = sqlite3_mprintf("SELECT 1 FROM gpkg_contents WHERE identifier=%Q", title);
	sqlite3_stmt *statement = NULL;
	gboolean taken =
	    sqlite3_prepare_v2(job->store->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	sqlite3_free(sql);
	return taken ? g_strdup_printf("%s (%s)", title, job->table->name) : g_strdup(title);
}

static gboolean register_table(Job *job, GError **error)
{
	g_autofree char *identifier = identifier_of(job);
	const char *description = job->table->description ? job->table->description : "";
	if (!thuso_store_run(job->store, error,
	                     "INSERT INTO gpkg_contents(table_name,data_type,identifier,description,last_change,srs_id) "
	                     "VALUES(%Q,%Q,%Q,%Q,%Q,%d)",
	                     job->table->name, job->geometry_name ? "features" : "attributes", identifier, description,
	                     job->store->date, job->srs_id))
		return FALSE;
	return !job->geometry_name || thuso_store_run(job->store, error, "INSERT INTO gpkg_geometry_columns VALUES(%Q,%Q,%Q,%d,0,0)",
	                                              job->table->name, THUSO_STORE_GEOMETRY, job->geometry_name, job->srs_id);
}

/* Titles and units of the columns, by the schema extension. */
static gboolean register_columns(Job *job, GError **error)
{
	ThusoStore *store = job->store;
	static const char definition[] = "http://www.geopackage.org/spec120/#extension_schema";
	if (!store->has_schema) {
		store->has_schema = TRUE;
		if (!thuso_store_run(
		        store, error,
		        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL,column_name TEXT NOT NULL,name TEXT,title TEXT,"
		        "description TEXT,mime_type TEXT,constraint_name TEXT,CONSTRAINT pk_gdc PRIMARY KEY (table_name, "
		        "column_name),CONSTRAINT gdc_tn UNIQUE (table_name, name));"
		        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,constraint_type TEXT NOT NULL,"
		        "value TEXT,min NUMERIC,min_is_inclusive BOOLEAN,max NUMERIC,max_is_inclusive BOOLEAN,description TEXT,"
		        "CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))") ||
		    !thuso_store_extension(store, "gpkg_data_columns", NULL, "gpkg_schema", definition, "read-write", error) ||
		    !thuso_store_extension(store, "gpkg_data_column_constraints", NULL, "gpkg_schema", definition, "read-write", error))
			return FALSE;
	}
	for (guint c = 0; c < job->table->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(job->table, (int) c);
		if (!thuso_store_run(store, error, "INSERT INTO gpkg_data_columns VALUES(%Q,%Q,%Q,%Q,%Q,NULL,NULL)", job->table->name,
		                     job->names[c], job->names[c], column->title ? column->title : column->name,
		                     column->unit && column->unit[0] ? column->unit : NULL))
			return FALSE;
	}
	return TRUE;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------- */

/* GeoPackage's blob: "GP", version, flags, srs_id, envelope (none for points), then WKB. */
static gboolean make_blob(Job *job, GBytes *wkb, ThusoBounds *bounds)
{
	gboolean is_point = thuso_wkb_type(wkb) == 1 || job->form == THUSO_WKB_SINGLE;
	const guint8 head[4] = { 'G', 'P', 0, is_point ? 0x01 : 0x03 };
	gint32 srs_id = GINT32_TO_LE(job->srs_id);
	g_byte_array_set_size(job->blob, 0);
	g_byte_array_append(job->blob, head, 4);
	g_byte_array_append(job->blob, (const guint8 *) &srs_id, 4);
	if (!is_point)
		g_byte_array_set_size(job->blob, 40);
	*bounds = (ThusoBounds){ INFINITY, -INFINITY, INFINITY, -INFINITY };
	if (!thuso_wkb_normalise(wkb, job->form, job->blob, bounds))
		return FALSE;
	double envelope[4] = { bounds->x_min, bounds->x_max, bounds->y_min, bounds->y_max };
	for (int i = 0; i < 4 && !is_point; i++) {
		guint64 raw;
		memcpy(&raw, &envelope[i], 8);
		raw = GUINT64_TO_LE(raw);
		memcpy(job->blob->data + 8 + 8 * i, &raw, 8);
	}
	return TRUE;
}

static gboolean bind_geometry(Job *job, sqlite3_stmt *statement, gint64 row, GError **error)
{
	GBytes *wkb = thuso_table_geometry(job->table, row);
	ThusoBounds bounds;
	if (!wkb)
		return TRUE;
	if (!make_blob(job, wkb, &bounds)) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s, layer %s: the geometry of row %" G_GINT64_FORMAT " is none of type %s",
		                job->store->path, job->table->name, row + 1, job->geometry_name);
		return FALSE;
	}
	if (!isfinite(bounds.x_min))
		return TRUE; /* empty: stored as NULL, so that index and table hold the same rows */
	job->entries[job->n_entries++] = thuso_rtree_entry(row + 1, &bounds);
	job->bounds.x_min = MIN(job->bounds.x_min, bounds.x_min);
	job->bounds.x_max = MAX(job->bounds.x_max, bounds.x_max);
	job->bounds.y_min = MIN(job->bounds.y_min, bounds.y_min);
	job->bounds.y_max = MAX(job->bounds.y_max, bounds.y_max);
	return sqlite3_bind_blob(statement, 2, job->blob->data, (int) job->blob->len, SQLITE_STATIC) == SQLITE_OK ||
	       thuso_store_fail(job->store, job->table->name, error);
}

static void bind_cells(const Job *job, sqlite3_stmt *statement, gint64 row, int at)
{
	for (int c = 0; c < (int) job->table->columns->len; c++, at++) {
		if (thuso_table_is_null(job->table, row, c))
			continue;
		switch (thuso_table_column(job->table, c)->type) {
		case THUSO_TEXT:
			sqlite3_bind_text(statement, at, thuso_table_text(job->table, row, c), -1, SQLITE_STATIC);
			break;
		case THUSO_INTEGER:
			sqlite3_bind_int64(statement, at, thuso_table_integer(job->table, row, c));
			break;
		case THUSO_REAL:
			sqlite3_bind_double(statement, at, thuso_table_real(job->table, row, c));
			break;
		}
	}
}

static sqlite3_stmt *prepare_insert(const Job *job)
{
	sqlite3_str *sql = sqlite3_str_new(job->store->db);
	sqlite3_str_appendf(sql, "INSERT INTO \"%w\" VALUES(?", job->table->name);
	for (guint c = 0; c < job->table->columns->len + (job->geometry_name != NULL); c++)
		sqlite3_str_appendall(sql, ",?");
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	sqlite3_stmt *statement = NULL;
	sqlite3_prepare_v2(job->store->db, text, -1, &statement, NULL);
	sqlite3_free(text);
	return statement;
}

static gboolean write_rows(Job *job, GError **error)
{
	sqlite3_stmt *statement = prepare_insert(job);
	gboolean good = statement != NULL || thuso_store_fail(job->store, job->table->name, error);
	for (gint64 i = 0; good && i < job->table->n_rows; i++) {
		sqlite3_clear_bindings(statement);
		sqlite3_bind_int64(statement, 1, i + 1);
		good = (i % GO_ON_ROWS || thuso_context_go_on(job->store->context, error)) &&
		       (!job->geometry_name || bind_geometry(job, statement, i, error));
		if (!good)
			break;
		bind_cells(job, statement, i, job->geometry_name ? 3 : 2);
		good = sqlite3_step(statement) == SQLITE_DONE || thuso_store_fail(job->store, job->table->name, error);
		sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return good;
}

/* --- extent and index -------------------------------------------------------------------------------------------------------- */

static gboolean write_extent(Job *job, GError **error)
{
	if (job->n_entries == 0)
		return TRUE;
	sqlite3_stmt *statement = NULL;
	sqlite3_prepare_v2(job->store->db, "UPDATE gpkg_contents SET min_x=?1,min_y=?2,max_x=?3,max_y=?4 WHERE table_name=?5", -1,
	                   &statement, NULL);
	sqlite3_bind_double(statement, 1, job->bounds.x_min);
	sqlite3_bind_double(statement, 2, job->bounds.y_min);
	sqlite3_bind_double(statement, 3, job->bounds.x_max);
	sqlite3_bind_double(statement, 4, job->bounds.y_max);
	sqlite3_bind_text(statement, 5, job->table->name, -1, SQLITE_STATIC);
	gboolean good = sqlite3_step(statement) == SQLITE_DONE || thuso_store_fail(job->store, "its extents", error);
	sqlite3_finalize(statement);
	return good;
}

/* The standard's triggers (annex F.3), which keep the index right when a planner edits the layer. @T, @R, @G and @I stand for the table,
 * its index, its geometry and its key. */
static const char *const triggers[] = {
	"CREATE TRIGGER \"@R_insert\" AFTER INSERT ON \"@T\" WHEN (new.\"@G\" NOT NULL AND NOT ST_IsEmpty(NEW.\"@G\")) BEGIN INSERT "
	"OR "
	"REPLACE INTO \"@R\" VALUES (NEW.\"@I\",ST_MinX(NEW.\"@G\"),ST_MaxX(NEW.\"@G\"),ST_MinY(NEW.\"@G\"),ST_MaxY(NEW.\"@G\")); "
	"END",
	"CREATE TRIGGER \"@R_update1\" AFTER UPDATE OF \"@G\" ON \"@T\" WHEN OLD.\"@I\" = NEW.\"@I\" AND (NEW.\"@G\" NOTNULL AND NOT "
	"ST_IsEmpty(NEW.\"@G\")) BEGIN INSERT OR REPLACE INTO \"@R\" VALUES (NEW.\"@I\",ST_MinX(NEW.\"@G\"),ST_MaxX(NEW.\"@G\"),"
	"ST_MinY(NEW.\"@G\"),ST_MaxY(NEW.\"@G\")); END",
	"CREATE TRIGGER \"@R_update2\" AFTER UPDATE OF \"@G\" ON \"@T\" WHEN OLD.\"@I\" = NEW.\"@I\" AND (NEW.\"@G\" ISNULL OR "
	"ST_IsEmpty(NEW.\"@G\")) BEGIN DELETE FROM \"@R\" WHERE id = OLD.\"@I\"; END",
	"CREATE TRIGGER \"@R_update3\" AFTER UPDATE ON \"@T\" WHEN OLD.\"@I\" != NEW.\"@I\" AND (NEW.\"@G\" NOTNULL AND NOT "
	"ST_IsEmpty(NEW.\"@G\")) BEGIN DELETE FROM \"@R\" WHERE id = OLD.\"@I\"; INSERT OR REPLACE INTO \"@R\" VALUES (NEW.\"@I\","
	"ST_MinX(NEW.\"@G\"),ST_MaxX(NEW.\"@G\"),ST_MinY(NEW.\"@G\"),ST_MaxY(NEW.\"@G\")); END",
	"CREATE TRIGGER \"@R_update4\" AFTER UPDATE ON \"@T\" WHEN OLD.\"@I\" != NEW.\"@I\" AND (NEW.\"@G\" ISNULL OR "
	"ST_IsEmpty(NEW.\"@G\")) BEGIN DELETE FROM \"@R\" WHERE id IN (OLD.\"@I\", NEW.\"@I\"); END",
	"CREATE TRIGGER \"@R_delete\" AFTER DELETE ON \"@T\" WHEN old.\"@G\" NOT NULL BEGIN DELETE FROM \"@R\" WHERE id = "
	"OLD.\"@I\"; END",
};

static char *fill_trigger(const char *pattern, const char *table, const char *index)
{
	GString *sql = g_string_new(NULL);
	for (const char *p = pattern; *p; p++) {
		if (*p != '@') {
			g_string_append_c(sql, *p);
			continue;
		}
		p++;
		g_string_append(sql, *p == 'T' ? table : *p == 'R' ? index : *p == 'G' ? THUSO_STORE_GEOMETRY : THUSO_STORE_KEY);
	}
	return g_string_free(sql, FALSE);
}

static gboolean write_index(Job *job, GError **error)
{
	ThusoStore *store = job->store;
	g_autofree char *name = g_strdup_printf("rtree_%s_%s", job->table->name, THUSO_STORE_GEOMETRY);
	if (!thuso_store_run(store, error, "CREATE VIRTUAL TABLE \"%w\" USING rtree(id, minx, maxx, miny, maxy)", name))
		return FALSE;
	if (thuso_rtree_fill(store->db, name, job->entries, job->n_entries) != SQLITE_OK)
		return thuso_store_fail(store, name, error);
	for (gsize i = 0; i < G_N_ELEMENTS(triggers); i++) {
		g_autofree char *sql = fill_trigger(triggers[i], job->table->name, name);
		if (!thuso_store_run(store, error, "%s", sql))
			return FALSE;
	}
	return thuso_store_extension(store, job->table->name, THUSO_STORE_GEOMETRY, "gpkg_rtree_index",
	                             "http://www.geopackage.org/spec120/#extension_rtree", "write-only", error);
}

/* Table names become file-internal SQL and layer names in QGIS: letters, digits, `_` and `-` only. */
static gboolean check_name(const Job *job, GError **error)
{
	const char *name = job->table->name;
	gboolean good = name && g_ascii_isalpha(name[0]) && strlen(name) < 64 && !g_str_has_prefix(name, "gpkg_") &&
	                !g_str_has_prefix(name, "rtree_") && !g_str_has_prefix(name, "sqlite_");
	for (const char *p = name; good && *p; p++)
		good = g_ascii_isalnum(*p) || *p == '_' || *p == '-';
	for (guint i = 0; good && i < job->store->tables->len; i++)
		good = g_ascii_strcasecmp(((StoreTable *) g_ptr_array_index(job->store->tables, i))->name, name) != 0;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED,
		                "%s cannot hold a table of the name %s: it is taken, or not of letters, digits, _ and -",
		                job->store->path, name ? name : "(none)");
	return good;
}

gboolean thuso_store_add(ThusoStore *store, const ThusoTable *table, GError **error)
{
	g_auto(Job) job = {
		.store = store,
		.table = table,
		.bounds = { INFINITY, -INFINITY, INFINITY, -INFINITY },
		.blob = g_byte_array_new(),
	};
	if (!check_name(&job, error))
		return FALSE;
	choose_type(&job);
	choose_names(&job);
	if (job.geometry_name) {
		if (!table->crs) {
			thuso_set_error(error, THUSO_ERROR_FAILED, "layer %s has geometries and no CRS", table->name);
			return FALSE;
		}
		job.entries = thuso_array_new(MAX(table->n_rows, 1), sizeof *job.entries, "spatial index", error);
		if (!job.entries || !thuso_store_system(store, table->crs, &job.srs_id, error))
			return FALSE;
	}
	if (!create_table(&job, error) || !register_table(&job, error) || !register_columns(&job, error) || !write_rows(&job, error))
		return FALSE;
	if (job.geometry_name && (!write_extent(&job, error) || !write_index(&job, error)))
		return FALSE;
	StoreTable *stored = g_new0(StoreTable, 1);
	*stored = (StoreTable){ g_strdup(table->name), table->n_rows, job.n_entries, job.geometry_name != NULL };
	g_ptr_array_add(store->tables, stored);
	return TRUE;
}
