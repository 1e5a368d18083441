/* Queries of planners: what they answer, and what they may not do. */
#include "../support/io-fixture.h"

#include <string.h>

static ThusoTable *points(void)
{
	ThusoTable *table = thuso_table_new("sites", "Sites", "", THUSO_POINT);
	thuso_table_add_column(table, "site", "", "", THUSO_TEXT);
	thuso_table_add_column(table, "people", "", "", THUSO_INTEGER);
	thuso_table_add_column(table, "share", "", "", THUSO_REAL);
	for (int i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("s%d", i);
		g_autoptr(GBytes) wkb = thuso_point_to_wkb(3 * i, 4 * i);
		thuso_table_add_row(table, NULL);
		thuso_table_set_text(table, i, 0, name);
		thuso_table_set_integer(table, i, 1, 100 * i);
		if (i)
			thuso_table_set_real(table, i, 2, 0.5 * i);
		thuso_table_set_geometry(table, i, wkb);
	}
	return table;
}

static ThusoTable *query(const char *sql, GError **error)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = points();
	const ThusoTable *tables[] = { table };
	return thuso_sql(context, tables, 1, sql, error);
}

static void test_answers(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoTable) table =
	    query("SELECT a.site, ST_Distance(a.geometry, b.geometry) AS metres, a.people + 1 AS more, a.share, NULL AS no_value, "
	          "CASE a.people WHEN 0 THEN 'none' WHEN 100 THEN 1 ELSE 2.5 END AS mixed FROM sites a JOIN sites b ON b.site = 's0' "
	          "ORDER BY a.site;",
	          &error);
	g_assert_no_error(error);
	g_assert_cmpint(table->n_rows, ==, 3);
	io_assert_cell(table, 0, "metres", "0");
	io_assert_cell(table, 1, "metres", "5");
	io_assert_cell(table, 2, "metres", "10");
	io_assert_cell(table, 2, "more", "201");
	io_assert_cell(table, 0, "share", "NULL");
	io_assert_cell(table, 1, "share", "0.5");
	io_assert_cell(table, 0, "mixed", "none");
	io_assert_cell(table, 2, "mixed", "2.5");
	g_assert_cmpint(thuso_table_column(table, 1)->type, ==, THUSO_REAL);
	g_assert_cmpint(thuso_table_column(table, 2)->type, ==, THUSO_INTEGER);
	g_assert_cmpint(thuso_table_column(table, 5)->type, ==, THUSO_TEXT);
}

static void test_allowed(void)
{
	static const char *const queries[] = {
		"SELECT count(*) FROM sites WHERE ST_Within(geometry, ST_Buffer(MakePoint(0, 0), 6))",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n",
		"SELECT site, rank() OVER (ORDER BY people DESC) FROM sites",
		"SELECT s.site FROM (SELECT site FROM sites WHERE people > 0) s UNION SELECT 'x'",
		"SELECT site, ST_Length(ST_ShortestLine(geometry, MakePoint(9, 9))), Distance(geometry, ST_Point(0, 0)) FROM sites",
		"SELECT ST_Area(ST_Intersection(GeomFromText('POLYGON((0 0,9 9,9 0,0 0))'), GeomFromText('POLYGON((1 1,5 1,5 8,1 1))')))",
		"SELECT substr(site, 2), round(X(geometry), 1), abs(-1), max(1, 2) FROM sites",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoTable) table = query(queries[i], &error);
		g_assert_no_error(error);
		g_assert_cmpint(table->n_rows, >, 0);
	}
}

static void test_refused(void)
{
	static const char *const queries[][2] = {
		{ "SELECT load_extension('x')", "load_extension" },
		{ "SELECT BlobFromFile('/etc/passwd')", "BlobFromFile" },
		{ "SELECT ImportSHP('a', 'b', 'c')", "ImportSHP" },
		{ "SELECT XB_LoadXML('http://127.0.0.1:9/')", "XB_LoadXML" },
		{ "SELECT random()", "random" },
		{ "SELECT date('now')", "date" },
		{ "SELECT current_timestamp", "current_timestamp" },
		{ "SELECT sqlite_version()", "sqlite_version" },
		{ "SELECT ST_Transform(geometry, 4326) FROM sites", "ST_Transform" },
		{ "SELECT ST_InitTopoGeo('x')", "ST_InitTopoGeo" },
		{ "SELECT InitSpatialMetadata(1)", "InitSpatialMetadata" },
		{ "SELECT * FROM sqlite_master", "sqlite_master" },
		{ "SELECT * FROM pragma_table_info('sites')", "" },
		{ "ATTACH '/dev/shm/x.db' AS x", "anything but SELECT" },
		{ "INSERT INTO sites(site) VALUES('x')", "anything but SELECT" },
		{ "DELETE FROM sites", "anything but SELECT" },
		{ "DROP TABLE sites", "anything but SELECT" },
		{ "CREATE TEMP TABLE t AS SELECT 1", "anything but SELECT" },
		{ "PRAGMA journal_mode", "anything but SELECT" },
		{ "VACUUM INTO '/dev/shm/x.db'", "" },
		{ "BEGIN", "anything but SELECT" },
		{ "SELECT 1; SELECT 2", "one SELECT" },
		{ "SELECT 1; DROP TABLE sites", "one SELECT" },
		{ "", "one SELECT" },
		{ "-- nothing", "one SELECT" },
		{ "SELECT geometry FROM sites", "is a geometry" },
		{ "SELECT nme FROM sites", "no such column: nme" },
		{ "SELECT \"nme\" FROM sites", "no such column: nme" },
		{ "SELEKT 1", "syntax error" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoTable) table = query(queries[i][0], &error);
		g_assert_null(table);
		io_assert_message(error, THUSO_ERROR_USAGE, queries[i][1]);
	}
}

/* The layer's own functions and columns keep their names. */
static void test_names(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = thuso_table_new("odd \"name\"", "", "", THUSO_NO_GEOMETRY);
	thuso_table_add_column(table, "a \"b\"", "", "", THUSO_INTEGER);
	thuso_table_add_column(table, "geometry", "", "", THUSO_TEXT);
	thuso_table_add_row(table, NULL);
	thuso_table_set_integer(table, 0, 0, 7);
	const ThusoTable *tables[] = { table };
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoTable) answer = thuso_sql(
	    context, tables, 1, "SELECT \"a \"\"b\"\"\" AS a, \"a \"\"b\"\"\" AS a, geometry FROM \"odd \"\"name\"\"\"", &error);
	g_assert_no_error(error);
	io_assert_cell(answer, 0, "a", "7");
	io_assert_cell(answer, 0, "a_2", "7");
	io_assert_cell(answer, 0, "geometry", "NULL");
}

static gpointer cancel_soon(gpointer context)
{
	g_usleep(100000);
	thuso_context_cancel(context);
	return NULL;
}

static void test_endless(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	GThread *thread = g_thread_new("cancel", cancel_soon, context);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_sql(context, NULL, 0,
	                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_thread_join(thread);
}

/* A query can make texts of any bytes; tables hold UTF-8. */
static void test_texts(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoTable) answer = query("SELECT char(55296) AS a, CAST(x'4bf6' AS TEXT) AS b", &error);
	g_assert_no_error(error);
	g_assert_true(g_utf8_validate(thuso_table_text(answer, 0, 0), -1, NULL));
	g_assert_cmpstr(thuso_table_text(answer, 0, 1), ==, "K\xc3\xb6");
}

void io_add_sql_tests(void)
{
	g_test_add_func("/io/sql/answers", test_answers);
	g_test_add_func("/io/sql/allowed", test_allowed);
	g_test_add_func("/io/sql/refused", test_refused);
	g_test_add_func("/io/sql/names", test_names);
	g_test_add_func("/io/sql/texts", test_texts);
	g_test_add_func("/io/sql/endless", test_endless);
}
