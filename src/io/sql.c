/* One SELECT of a planner over layers, in a private SpatiaLite database in memory. The functions that may be called stand in a list:
 * what reads files, opens sockets, or answers differently tomorrow (random, now) is not in it. */
#include "private.h"

#include <math.h>
#include <spatialite.h>
#include <string.h>

#define MAX_TEXT_BYTES (64 << 20) /* longest value in a query */
#define MAX_SQL_BYTES  100000
#define GO_ON_ROWS     1024
#define WATCH_STEPS    100000                /* virtual machine steps between looks at the context */
#define MAX_STEPS      ((gint64) 2000000000) /* of one query: a minute; counted, so that the answer does not hang on the machine */

/* SQLite's own; every name between spaces. */
static const char plain_functions[] =
    " abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce cos cosh count cume_dist degrees"
    " dense_rank exp first_value floor format glob group_concat hex ifnull iif instr lag last_value lead length like"
    " ln log log10 log2 lower ltrim max min mod nth_value ntile nullif percent_rank pi pow power printf quote radians"
    " rank replace round row_number rtrim sign sin sinh sqrt substr substring sum tan tanh total trim trunc typeof"
    " unicode upper ";

/* SpatiaLite's, with and without the prefix ST_. */
static const char geometry_functions[] =
    " addpoint area asbinary astext azimuth boundary buffer buildarea centroid closestpoint collect collectionextract"
    " concavehull contains convexhull coveredby covers crosses delaunaytriangulation difference dimension disjoint"
    " distance endpoint envelope envelopesintersects envintersects equals expand extent exteriorring frechetdistance"
    " geohash geometryn geometrytype geomfromtext geomfromwkb glength hausdorffdistance hexagonalgrid interiorringn"
    " intersection intersects isclosed isempty ispolygonccw ispolygoncw isring issimple isvalid isvalidreason length"
    " line_interpolate_point line_locate_point line_substring linefromtext linemerge makeline makepoint makepolygon"
    " makevalid maxdistance maxx maxy mbrcontains mbrdisjoint mbrequal mbrintersects mbrmaxx mbrmaxy mbrminx mbrminy"
    " mbroverlaps mbrtouches mbrwithin minx miny multi ndims node npoints nrings numgeometries numinteriorring"
    " numpoints offsetcurve overlaps perimeter point pointfromtext pointn pointonsurface polyfromtext polygonize"
    " ptdistwithin relate relatematch reverse segmentize sharedpaths shortestline simplify simplifypreservetopology"
    " singlesidedbuffer snap snaptogrid split squaregrid srid startpoint subdivide symdifference touches translate"
    " triangulargrid unaryunion union voronojdiagram within x y ";

typedef struct {
	ThusoContext *context;
	sqlite3 *db;
	void *cache; /* SpatiaLite's */
	const ThusoTable *const *tables;
	int n_tables;
	char *refused; /* what the authorizer said no to first */
	gint64 n_steps;
} Sql;

static void sql_clear(Sql *sql)
{
	sqlite3_close(sql->db);
	if (sql->cache)
		spatialite_cleanup_ex(sql->cache);
	g_free(sql->refused);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sql, sql_clear)

static gboolean fail(const Sql *sql, const char *query, GError **error)
{
	if (sql->context && !thuso_context_go_on(sql->context, error))
		return FALSE;
	const char *message = sqlite3_errmsg(sql->db);
	if (sql->n_steps >= MAX_STEPS)
		thuso_set_error(error, THUSO_ERROR_LIMIT,
		                "the query takes more than %" G_GINT64_FORMAT
		                " million steps: compare fewer places, or mend the query %s",
		                (gint64) (MAX_STEPS / 1000000), query);
	else if (sql->refused)
		thuso_set_error(error, THUSO_ERROR_USAGE, "the query may not use %s (%s): mend the query %s", sql->refused, message,
		                query);
	else
		thuso_set_error(error, THUSO_ERROR_USAGE, "the query fails (%s): mend the query %s", message, query);
	return FALSE;
}

/* Ends a query that goes on for ever, or whose run was cancelled. */
static int watch(void *data)
{
	Sql *sql = data;
	sql->n_steps += WATCH_STEPS;
	return sql->n_steps >= MAX_STEPS || (sql->context && !thuso_context_go_on(sql->context, NULL));
}

/* --- filling ----------------------------------------------------------------------------------------------------------------- */

static gboolean open_database(Sql *sql, GError **error)
{
	if (sqlite3_open_v2(":memory:", &sql->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "no database can be made in memory: %s", sqlite3_errmsg(sql->db));
		return FALSE;
	}
	sql->cache = spatialite_alloc_connection();
	spatialite_init_ex(sql->db, sql->cache, 0);
	spatialite_set_silent_mode(sql->cache);
	thuso_sqlite_harden(sql->db);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_limit(sql->db, SQLITE_LIMIT_LENGTH, MAX_TEXT_BYTES);
	sqlite3_limit(sql->db, SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES);
	sqlite3_progress_handler(sql->db, WATCH_STEPS, watch, sql);
	return TRUE;
}

static sqlite3_stmt *prepare_table(const Sql *sql, const ThusoTable *table)
{
	static const char *const types[] = { "TEXT", "INTEGER", "REAL" };
	gboolean taken = thuso_table_find_column(table, "geometry") >= 0;
	sqlite3_str *create = sqlite3_str_new(sql->db), *insert = sqlite3_str_new(sql->db);
	sqlite3_str_appendf(create, "CREATE TABLE \"%w\" (\"%w\" BLOB", table->name, taken ? "geometry_2" : "geometry");
	sqlite3_str_appendf(insert, "INSERT INTO \"%w\" VALUES(GeomFromWKB(?, 0)", table->name);
	for (guint c = 0; c < table->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(table, (int) c);
		sqlite3_str_appendf(create, ", \"%w\" %s", column->name, types[column->type]);
		sqlite3_str_appendall(insert, ",?");
	}
	sqlite3_str_appendall(create, ")");
	sqlite3_str_appendall(insert, ")");
	char *create_text = sqlite3_str_finish(create), *insert_text = sqlite3_str_finish(insert);
	sqlite3_stmt *statement = NULL;
	if (create_text && insert_text && sqlite3_exec(sql->db, create_text, NULL, NULL, NULL) == SQLITE_OK)
		sqlite3_prepare_v2(sql->db, insert_text, -1, &statement, NULL);
	sqlite3_free(create_text);
	sqlite3_free(insert_text);
	return statement;
}

static void bind_row(sqlite3_stmt *statement, const ThusoTable *table, gint64 row)
{
	GBytes *wkb = thuso_table_geometry(table, row);
	sqlite3_clear_bindings(statement);
	if (wkb)
		sqlite3_bind_blob64(statement, 1, g_bytes_get_data(wkb, NULL), g_bytes_get_size(wkb), SQLITE_STATIC);
	for (int c = 0; c < (int) table->columns->len; c++) {
		if (thuso_table_is_null(table, row, c))
			continue;
		if (thuso_table_column(table, c)->type == THUSO_TEXT)
			sqlite3_bind_text(statement, c + 2, thuso_table_text(table, row, c), -1, SQLITE_STATIC);
		else if (thuso_table_column(table, c)->type == THUSO_INTEGER)
			sqlite3_bind_int64(statement, c + 2, thuso_table_integer(table, row, c));
		else
			sqlite3_bind_double(statement, c + 2, thuso_table_real(table, row, c));
	}
}

static gboolean fill_table(const Sql *sql, const ThusoTable *table, GError **error)
{
	sqlite3_stmt *statement = prepare_table(sql, table);
	gboolean good = statement != NULL;
	for (gint64 i = 0; good && i < table->n_rows; i++) {
		bind_row(statement, table, i);
		good = sqlite3_step(statement) == SQLITE_DONE;
		sqlite3_reset(statement);
	}
	if (!good && (!sql->context || thuso_context_go_on(sql->context, error)))
		thuso_set_error(error, THUSO_ERROR_FAILED, "layer %s cannot be made a table for the query: %s", table->name,
		                sqlite3_errmsg(sql->db));
	sqlite3_finalize(statement);
	return good;
}

/* --- what a query may do -------------------------------------------------------------------------------------------------------- */

static gboolean is_listed(const char *list, const char *name)
{
	g_autofree char *spaced = g_strdup_printf(" %s ", name);
	return strstr(list, spaced) != NULL;
}

static gboolean may_call(const char *function)
{
	g_autofree char *name = g_ascii_strdown(function, -1);
	const char *geometry_name = g_str_has_prefix(name, "st_") ? name + strlen("st_") : name;
	return is_listed(plain_functions, name) || is_listed(geometry_functions, geometry_name);
}

static gboolean may_read(const Sql *sql, const char *table)
{
	for (int i = 0; i < sql->n_tables; i++)
		if (g_ascii_strcasecmp(sql->tables[i]->name, table) == 0)
			return TRUE;
	return FALSE;
}

static int authorize(void *data, int action, const char *first, const char *second, const char *database G_GNUC_UNUSED,
                     const char *trigger G_GNUC_UNUSED)
{
	Sql *sql = data;
	/* A query's own WITH tables are announced only where none of their columns is read, which tells nothing of any other table. */
	gboolean reads_nothing = action == SQLITE_READ && second && second[0] == '\0';
	if (action == SQLITE_SELECT || action == SQLITE_RECURSIVE || reads_nothing ||
	    (action == SQLITE_READ && may_read(sql, first)) || (action == SQLITE_FUNCTION && may_call(second)))
		return SQLITE_OK;
	if (!sql->refused && action == SQLITE_FUNCTION)
		sql->refused = g_strdup_printf("the function %s", second);
	else if (!sql->refused && action == SQLITE_READ)
		sql->refused = g_strdup_printf("the table %s", first);
	else if (!sql->refused)
		sql->refused = g_strdup("anything but SELECT");
	return SQLITE_DENY;
}

static sqlite3_stmt *prepare_query(Sql *sql, const char *query, GError **error)
{
	sqlite3_stmt *statement = NULL;
	const char *rest = NULL;
	sqlite3_set_authorizer(sql->db, authorize, sql);
	if (sqlite3_prepare_v2(sql->db, query, -1, &statement, &rest) != SQLITE_OK) {
		fail(sql, query, error);
		return NULL;
	}
	while (rest && (g_ascii_isspace(*rest) || *rest == ';'))
		rest++;
	if (statement && rest && *rest == '\0' && sqlite3_stmt_readonly(statement) && sqlite3_column_count(statement) > 0)
		return statement;
	thuso_set_error(error, THUSO_ERROR_USAGE, "the query must be one SELECT: %s", query);
	sqlite3_finalize(statement);
	return NULL;
}

/* --- the answer ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	int type; /* SQLITE_NULL, _INTEGER, _FLOAT, _TEXT */
	union {
		gint64 integer;
		double real;
		const char *text;
	} value;
} Cell;

/* A query can make texts of any bytes. */
static const char *keep_text(GStringChunk *texts, const char *text)
{
	g_autofree char *owned = NULL;
	return g_string_chunk_insert_const(texts, thuso_repair_text(text ? text : "", &owned));
}

static gboolean fetch_cell(sqlite3_stmt *statement, int c, GStringChunk *texts, Cell *cell, GError **error)
{
	cell->type = sqlite3_column_type(statement, c);
	switch (cell->type) {
	case SQLITE_INTEGER:
		cell->value.integer = sqlite3_column_int64(statement, c);
		return TRUE;
	case SQLITE_FLOAT:
		cell->value.real = sqlite3_column_double(statement, c);
		return TRUE;
	case SQLITE_TEXT:
		cell->value.text = keep_text(texts, (const char *) sqlite3_column_text(statement, c));
		return TRUE;
	case SQLITE_NULL:
		return TRUE;
	default:
		thuso_set_error(error, THUSO_ERROR_USAGE,
		                "the query's column %s is a geometry: select numbers or texts of it, such as ST_Area(geometry)",
		                sqlite3_column_name(statement, c));
		return FALSE;
	}
}

static gboolean fetch(Sql *sql, sqlite3_stmt *statement, const char *query, ThusoVector *cells, GStringChunk *texts,
                      GError **error)
{
	int n_columns = sqlite3_column_count(statement), code;
	for (gint64 row = 0; (code = sqlite3_step(statement)) == SQLITE_ROW; row++) {
		if (row % GO_ON_ROWS == 0 && sql->context && !thuso_context_go_on(sql->context, error))
			return FALSE;
		for (int c = 0; c < n_columns; c++) {
			Cell cell = { 0 };
			if (!fetch_cell(statement, c, texts, &cell, error) || !thuso_vector_push(cells, &cell, "answer of a query", error))
				return FALSE;
		}
	}
	return code == SQLITE_DONE || fail(sql, query, error);
}

/* The narrowest type that holds a column's values. */
static ThusoColumnType type_of(const Cell *cells, gint64 n_rows, int n_columns, int column)
{
	gboolean text = FALSE, real = FALSE, any = FALSE;
	for (gint64 i = 0; i < n_rows; i++) {
		int type = cells[i * n_columns + column].type;
		any |= type != SQLITE_NULL;
		text |= type == SQLITE_TEXT;
		real |= type == SQLITE_FLOAT;
	}
	return text ? THUSO_TEXT : real || !any ? THUSO_REAL : THUSO_INTEGER;
}

static void set_cell(ThusoTable *table, gint64 row, int column, const Cell *cell)
{
	if (cell->type == SQLITE_NULL)
		return;
	ThusoColumnType type = thuso_table_column(table, column)->type;
	if (type == THUSO_INTEGER) {
		thuso_table_set_integer(table, row, column, cell->value.integer);
	} else if (type == THUSO_REAL) {
		thuso_table_set_real(table, row, column, cell->type == SQLITE_INTEGER ? (double) cell->value.integer : cell->value.real);
	} else if (cell->type == SQLITE_TEXT) {
		thuso_table_set_text(table, row, column, cell->value.text);
	} else {
		char buffer[G_ASCII_DTOSTR_BUF_SIZE];
		g_autofree char *integer = g_strdup_printf("%" G_GINT64_FORMAT, cell->value.integer);
		thuso_table_set_text(table, row, column,
		                     cell->type == SQLITE_INTEGER ? integer : g_ascii_dtostr(buffer, sizeof buffer, cell->value.real));
	}
}

static ThusoTable *make_table(sqlite3_stmt *statement, const ThusoVector *vector, GError **error)
{
	int n_columns = sqlite3_column_count(statement);
	gint64 n_rows = vector->n / n_columns;
	const Cell *cells = vector->data;
	g_autoptr(ThusoTable) table = thuso_table_new("query", "Query", "", THUSO_NO_GEOMETRY);
	for (int c = 0; c < n_columns; c++) {
		g_autofree char *name = thuso_table_free_name(table, sqlite3_column_name(statement, c));
		thuso_table_add_column(table, name, name, "", type_of(cells, n_rows, n_columns, c));
	}
	for (gint64 i = 0; i < n_rows; i++) {
		if (thuso_table_add_row(table, error) < 0)
			return NULL;
		for (int c = 0; c < n_columns; c++)
			set_cell(table, i, c, &cells[i * n_columns + c]);
	}
	return g_steal_pointer(&table);
}

ThusoTable *thuso_sql(ThusoContext *context, const ThusoTable *const *tables, int n_tables, const char *query, GError **error)
{
	thuso_io_init();
	g_auto(Sql) sql = { .context = context, .tables = tables, .n_tables = n_tables };
	if (!open_database(&sql, error))
		return NULL;
	for (int i = 0; i < n_tables; i++)
		if (!fill_table(&sql, tables[i], error))
			return NULL;
	sqlite3_stmt *statement = prepare_query(&sql, query, error);
	if (!statement)
		return NULL;
	ThusoVector cells = THUSO_VECTOR(Cell);
	GStringChunk *texts = g_string_chunk_new(4096);
	ThusoTable *table = fetch(&sql, statement, query, &cells, texts, error) ? make_table(statement, &cells, error) : NULL;
	thuso_vector_clear(&cells);
	g_string_chunk_free(texts);
	sqlite3_finalize(statement);
	return table;
}
