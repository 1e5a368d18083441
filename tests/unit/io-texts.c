/* Text tables: separators, decimal signs, codes, quotes, coordinates, encodings, and what is wrong with them. */
#include "../support/io-fixture.h"
#include "../support/sizes.h"

#include <string.h>

static ThusoTable *read_text(ThusoContext *context, const char *text, ThusoReadWhat what)
{
	g_autoptr(ThusoSource) source = io_source(io_write("table.csv", text, -1));
	return io_read(context, source, what, NULL);
}

static ThusoColumnType type_of(const ThusoTable *table, const char *column)
{
	int c = thuso_table_find_column(table, column);
	g_assert_cmpint(c, >=, 0);
	return thuso_table_column(table, c)->type;
}

static void test_comma(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = read_text(context,
	                                        "\xEF\xBB\xBF"
	                                        "code,name, n ,share,mixed,long,empty\r\n"
	                                        "0123,\"Say \"\"Ward 1\"\", north\",5,0.25,1,12345678901234567890,\r\n"
	                                        "\r\n"
	                                        "0456,\"two\nlines\",-7,1e3,x,1,\r\n"
	                                        "0789,,NA,,2.5,2,",
	                                        THUSO_READ_TABLE);
	g_assert_cmpint(table->n_rows, ==, 3);
	g_assert_cmpint(table->geometry_type, ==, THUSO_NO_GEOMETRY);
	g_assert_cmpint(type_of(table, "code"), ==, THUSO_TEXT); /* a leading zero makes a code */
	g_assert_cmpint(type_of(table, "n"), ==, THUSO_INTEGER);
	g_assert_cmpint(type_of(table, "share"), ==, THUSO_REAL);
	g_assert_cmpint(type_of(table, "mixed"), ==, THUSO_TEXT);
	g_assert_cmpint(type_of(table, "long"), ==, THUSO_TEXT); /* too long for a number */
	g_assert_cmpint(type_of(table, "empty"), ==, THUSO_TEXT);
	io_assert_cell(table, 0, "code", "0123");
	io_assert_cell(table, 0, "name", "Say \"Ward 1\", north");
	io_assert_cell(table, 1, "name", "two\nlines");
	io_assert_cell(table, 2, "name", "NULL");
	io_assert_cell(table, 1, "share", "1000");
	io_assert_cell(table, 2, "n", "NULL"); /* NA in a number column */
	io_assert_cell(table, 0, "long", "12345678901234567890");
	/* _fid is the line of the file. */
	g_assert_cmpint(thuso_table_find_column(table, "_fid"), ==, 0);
	io_assert_cell(table, 0, "_fid", "2");
	io_assert_cell(table, 1, "_fid", "4");
	io_assert_cell(table, 2, "_fid", "6");
	g_assert_nonnull(io_finding(context, "missing_number"));
}

static void keep_log(ThusoSeverity severity G_GNUC_UNUSED, const char *message, gpointer data)
{
	g_string_append_printf(data, "%s\n", message);
}

static void test_decimal_comma(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GString) log = g_string_new(NULL);
	thuso_context_set_log(context, keep_log, log);
	g_autoptr(ThusoTable) table = read_text(context,
	                                        "id;pop;share;money;point;text\n"
	                                        "1;12;0,5;1.234,5;1.5;1,5\n"
	                                        "2;13;12;2.000;2.5;about 2\n"
	                                        "3;14;-3,25;1 000 000,25;3;\n",
	                                        THUSO_READ_TABLE);
	g_assert_cmpint(type_of(table, "pop"), ==, THUSO_INTEGER);
	g_assert_cmpint(type_of(table, "share"), ==, THUSO_REAL);
	g_assert_cmpint(type_of(table, "money"), ==, THUSO_REAL);
	g_assert_cmpint(type_of(table, "point"), ==, THUSO_REAL);
	g_assert_cmpint(type_of(table, "text"), ==, THUSO_TEXT);
	io_assert_cell(table, 0, "share", "0.5");
	io_assert_cell(table, 1, "share", "12");
	io_assert_cell(table, 2, "share", "-3.25");
	io_assert_cell(table, 0, "money", "1234.5");
	io_assert_cell(table, 1, "money", "2000");
	io_assert_cell(table, 2, "money", "1000000.25");
	g_assert_nonnull(strstr(log->str, "separated by `;`, numbers have a decimal comma"));
}

static void test_other_separators(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) tabs = read_text(context, "a\tb, c\td\n1\tx, y\t0,5\n\ty\t1,5\n", THUSO_READ_TABLE);
	io_assert_cell(tabs, 0, "b, c", "x, y");
	io_assert_cell(tabs, 1, "a", "NULL");
	io_assert_cell(tabs, 1, "d", "1.5");
	g_autoptr(ThusoTable) one = read_text(context, "ward\n1\n2\n", THUSO_READ_TABLE);
	g_assert_cmpuint(one->columns->len, ==, 2);
	g_autoptr(ThusoTable) twice = read_text(context, "a,a,,\n1,2,3,\n", THUSO_READ_TABLE);
	io_assert_cell(twice, 0, "a_2", "2");
	io_assert_cell(twice, 0, "column_3", "3");
	g_assert_cmpuint(twice->columns->len, ==, 4);
	g_autoptr(ThusoTable) header = read_text(context, "a,b\n", THUSO_READ_TABLE);
	g_assert_cmpint(header->n_rows, ==, 0);
}

/* 1,234 may be a thousand: that is said. */
static void test_ambiguous_comma(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = read_text(context, "a;b\n1,234;x\n5,678;y\n", THUSO_READ_TABLE);
	io_assert_cell(table, 0, "a", "1.234");
	const ThusoFinding *finding = io_finding(context, "decimal_comma");
	g_assert_nonnull(finding);
	g_assert_cmpint(finding->count, ==, 2);
}

static void test_short_rows_and_encoding(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = read_text(context, "a,b,c\nCaf\xE9 \x80,2\n\xC3\xA9t\xC3\xA9,3,4\n", THUSO_READ_TABLE);
	io_assert_cell(table, 0, "a", "Caf\xC3\xA9 \xE2\x82\xAC");
	io_assert_cell(table, 1, "a", "\xC3\xA9t\xC3\xA9");
	io_assert_cell(table, 0, "c", "NULL");
	const ThusoFinding *encoding = io_finding(context, "encoding"), *cut = io_finding(context, "short_row");
	g_assert_nonnull(encoding);
	g_assert_cmpint(encoding->count, ==, 1);
	g_assert_nonnull(cut);
	g_assert_cmpstr(cut->feature, ==, "2");
}

static void test_points(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    read_text(context, "name;Lon;LAT\nA;20,5;-34\nB;;-34\nC;20;abc\nD;200000;-34,5\nE;21;-33,25\n", THUSO_READ_GEOMETRY);
	g_assert_cmpint(table->n_rows, ==, 2);
	g_assert_cmpint(table->geometry_type, ==, THUSO_POINT);
	io_assert_cell(table, 1, "name", "E");
	io_assert_cell(table, 1, "_fid", "6");
	double x, y;
	gsize size;
	gconstpointer wkb = g_bytes_get_data(thuso_table_geometry(table, 1), &size);
	g_autoptr(ThusoGeometry) geometry = thuso_geometry_from_wkb(wkb, size, NULL);
	g_assert_true(thuso_geometry_point(geometry, &x, &y, NULL));
	g_assert_cmpfloat(x, ==, 21);
	g_assert_cmpfloat(y, ==, -33.25);
	g_autoptr(ThusoCrs) crs = thuso_crs_new(table->crs, NULL);
	g_assert_cmpstr(thuso_crs_authority(crs), ==, "EPSG:4326");
	const ThusoFinding *none = io_finding(context, "no_coordinates"), *off = io_finding(context, "coordinates_off_earth");
	g_assert_cmpint(none->count, ==, 2);
	g_assert_cmpstr(none->feature, ==, "3");
	g_assert_cmpint(off->count, ==, 1);
}

static void test_point_columns(void)
{
	g_autoptr(ThusoSource) source = io_source(io_write("points.csv", "Easting,Northing,x,y\n300000,6200000,1,2\n", -1));
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "crs:", "points.csv", NULL);
	source->crs = g_strdup("EPSG:32734");
	source->x = g_strdup("Easting");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_USAGE, "go together", NULL);
	source->y = g_strdup("Northng");
	io_assert_refused(source, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "Northng", "nearest: Northing", NULL);
	g_free(source->y);
	source->y = g_strdup("Northing");
	g_autoptr(ThusoContext) context = thuso_context_new();
	static const char *const fields[] = { "x", NULL };
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_GEOMETRY, fields);
	g_assert_cmpuint(table->columns->len, ==, 2); /* _fid and x: the coordinates were not asked for */
	g_assert_nonnull(thuso_table_geometry(table, 0));
	g_autoptr(ThusoSource) none = io_source(io_write("none.csv", "a,b\n1,2\n", -1));
	io_assert_refused(none, THUSO_READ_GEOMETRY, THUSO_ERROR_INPUT, "no columns x/y", "a, b", NULL);
	/* Without being asked for, coordinates make no points and lose no rows. */
	g_autoptr(ThusoSource) plain = io_source(io_write("plain.csv", "x,y\n1,2\n,3\n", -1));
	g_autoptr(ThusoTable) rows = io_read(context, plain, THUSO_READ_TABLE, NULL);
	g_assert_cmpint(rows->n_rows, ==, 2);
	g_assert_cmpint(rows->geometry_type, ==, THUSO_NO_GEOMETRY);
}

static void test_refusals(void)
{
	static const struct {
		const char *text;
		gssize size;
		const char *word;
	} cases[] = {
		{ "a,b\n1,\"open\n2,3\n", -1, "line 2: a quote is opened" },
		{ "a,b\n1,2\n3,4,5\n", -1, "line 3: 3 cells and the header has 2" },
		{ "\n\n", -1, "no header line" },
		{ "", 0, "is empty (0 bytes)" },
		{ "\xFF\xFE"
		  "a\0",
		  4, "UTF-16" },
		{ "a\0b\n1\n", 6, "zero bytes" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoSource) source = io_source(io_write("bad.csv", cases[i].text, cases[i].size));
		io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_INPUT, "bad.csv", cases[i].word, NULL);
	}
}

static void test_fields(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_write("fields.csv", "code,people,area\n1,2,3\n", -1));
	static const char *const good[] = { "area", "code", NULL }, *const bad[] = { "code", "pepole", NULL };
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_TABLE, good);
	g_autofree const char **names = thuso_table_column_names(table);
	g_autofree char *joined = g_strjoinv(" ", (char **) names);
	g_assert_cmpstr(joined, ==, "_fid code area");
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_read_layer(context, source, THUSO_READ_TABLE, bad, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "has no field pepole (nearest: people); it has: code, people, area");
}

static void test_where(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = io_source(io_write("where.csv", "code;people;share\nA;5;0,5\nB;50;1,5\nC;500;2,5\n", -1));
	source->where = g_strdup("people > 9 AND share < 2");
	g_autoptr(ThusoTable) table = io_read(context, source, THUSO_READ_TABLE, NULL);
	g_assert_cmpint(table->n_rows, ==, 1);
	io_assert_cell(table, 0, "code", "B");
	io_assert_cell(table, 0, "_fid", "3");
	g_free(source->where);
	source->where = g_strdup("peple > 9");
	io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_USAGE, "where: peple > 9", "nearest field: people", NULL);
	g_free(source->where);
	source->where = g_strdup("people >");
	io_assert_refused(source, THUSO_READ_TABLE, THUSO_ERROR_USAGE, "where: people >", NULL);
}

/* Any bytes: a table or a clean refusal, never a crash. Run under the sanitizers this is a small fuzzer. */
static void test_random_bytes(void)
{
	static const char alphabet[] = "ab01,;\t|\"\n\r .-eE\xE9";
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (int round = 0; round < in_full(400, 60); round++) {
		char text[200];
		int n = g_test_rand_int_range(1, (int) sizeof text);
		for (int i = 0; i < n; i++)
			text[i] = alphabet[g_test_rand_int_range(0, sizeof alphabet - 1)];
		g_autoptr(ThusoSource) source = io_source(io_write("random.csv", text, n));
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoTable) table = thuso_read_layer(context, source, THUSO_READ_TABLE, NULL, &error);
		g_assert_true((table != NULL) != (error != NULL));
		if (error)
			g_assert_cmpint(error->code, ==, THUSO_ERROR_INPUT);
	}
}

void io_add_text_tests(void)
{
	g_test_add_func("/io/texts/comma", test_comma);
	g_test_add_func("/io/texts/decimal-comma", test_decimal_comma);
	g_test_add_func("/io/texts/other-separators", test_other_separators);
	g_test_add_func("/io/texts/ambiguous-comma", test_ambiguous_comma);
	g_test_add_func("/io/texts/short-rows-and-encoding", test_short_rows_and_encoding);
	g_test_add_func("/io/texts/points", test_points);
	g_test_add_func("/io/texts/point-columns", test_point_columns);
	g_test_add_func("/io/texts/refusals", test_refusals);
	g_test_add_func("/io/texts/fields", test_fields);
	g_test_add_func("/io/texts/where", test_where);
	g_test_add_func("/io/texts/random-bytes", test_random_bytes);
}
