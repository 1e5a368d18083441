/* Text tables row by row: against what was written, whatever its separators, quotes and line ends; and what is wrong with them. */
#include "../support/io-fixture.h"
#include "../support/sizes.h"

#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

/* All rows as texts, each cell in [], each row with its line; an error's message at the end. */
static char *read_all(const char *text, gssize size, ThusoContext *context)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_write("rows.csv", text, size);
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, &error);
	int n = rows ? (int) g_strv_length((char **) thuso_rows_columns(rows)) : 0;
	char *const *cells;
	while (rows && (cells = thuso_rows_next(rows, &error))) {
		g_string_append_printf(out, "%d:", (int) thuso_rows_line(rows));
		for (int i = 0; i < n; i++)
			g_string_append_printf(out, "[%s]", cells[i]);
		g_string_append_c(out, ' ');
	}
	const char *message = error ? error->message : "";
	g_string_append(out, g_str_has_prefix(message, path) ? message + strlen(path) : message);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void assert_rows(const char *text, const char *expected)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree char *got = read_all(text, -1, context);
	g_assert_cmpstr(got, ==, expected);
}

static void test_forms(void)
{
	assert_rows("a,b\n1,2\n3,4\n", "2:[1][2] 3:[3][4] ");
	assert_rows("\xEF\xBB\xBF"
	            "a,b\r\n1,2\r\n\r\n,\r\n 3 ,\t4",
	            "2:[1][2] 5:[3][4] ");
	assert_rows("a;b\r1;2,5\r3;4\r", "2:[1][2,5] 3:[3][4] ");
	assert_rows("a\tb\n\"x\ty\"\t\"say \"\"no\"\"\"\n", "2:[x\ty][say \"no\"] ");
	assert_rows("a,b\n\"two\nlines\", \"q\" \n5\" pipe,6\n", "2:[two\nlines][q] 4:[5\" pipe][6] ");
	assert_rows("a,b\n1,\"\"\n\"\",\"\"\n2,\n", "2:[1][] 4:[2][] ");
	assert_rows("a,b,,\n1,2,,\n", "2:[1][2] ");
	assert_rows("a\n", "");
	assert_rows("a,b\n1,\"x\"y\n", "2:[1][xy] ");
}

static void test_refused(void)
{
	assert_rows("a,b\n1\n", ", line 2: 1 cells, and the header has 2: complete the row, or export the file again");
	assert_rows("a,b\n1,2,3\n",
	            ", line 2: 3 cells, and the header has 2: quote texts that hold the separator `,`, or name the further "
	            "columns");
	assert_rows("a,b\n1,2\n\"x,2\n3,4\n",
	            "2:[1][2] , line 3: a quote is opened and never closed: close it or double quotes inside "
	            "texts");
	assert_rows("a,b,a\n", ", line 1: two columns are called a: rename one");
	assert_rows("\n\n", " has no header line: name its columns in the first line");
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree char *zero = read_all("a,b\n1,\0002\n", 9, context), *wide = read_all("\xFF\xFE"
	                                                                                 "a\0,\0",
	                                                                                 6, context);
	g_assert_nonnull(strstr(zero, "zero bytes"));
	g_assert_nonnull(strstr(wide, "UTF-16"));
	g_autofree char *latin = read_all("a,b\nS\xFC"
	                                  "d,2\n",
	                                  -1, context);
	g_assert_cmpstr(latin, ==,
	                "2:[S\xC3\xBC"
	                "d][2] ");
	g_assert_nonnull(io_finding(context, "encoding"));
}

static void test_no_text_table(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_write("rows.gpkg", "a,b\n", -1);
	g_assert_null(thuso_rows_open(context, path, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "export it as CSV");
}

/* --- random tables ------------------------------------------------------------------------------------------------------------ */

static char *random_cell(GRand *rand, char separator)
{
	static const char *const bits[] = { "a", "\"", "\n", "\r\n", "0", "Zo\xC3\xAB", "'", "x y", ";", "," };
	g_autoptr(GString) text = g_string_new(NULL);
	for (int n = g_rand_int_range(rand, 0, 4); n > 0; n--)
		g_string_append(text, bits[g_rand_int_range(rand, 0, G_N_ELEMENTS(bits))]);
	gboolean plain = !strpbrk(text->str, "\"\r\n;,") && !strchr(text->str, separator);
	if (plain && g_rand_boolean(rand))
		return g_string_free(g_steal_pointer(&text), FALSE);
	g_auto(GStrv) parts = g_strsplit(text->str, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);
	return g_strdup_printf("\"%s\"", doubled);
}

/* The text that a written cell stands for. */
static char *meant(const char *cell)
{
	if (*cell != '"')
		return g_strdup(cell);
	g_autofree char *inner = g_strndup(cell + 1, strlen(cell) - 2);
	g_auto(GStrv) parts = g_strsplit(inner, "\"\"", -1);
	return g_strjoinv("\"", parts);
}

static void random_table(guint32 seed, int n_rows, int n_columns)
{
	static const char separators[] = ",;\t|";
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	char separator = separators[g_rand_int_range(rand, 0, 4)];
	const char *end = ends[g_rand_int_range(rand, 0, 3)];
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);
	for (int c = 0; c < n_columns; c++)
		g_string_append_printf(text, "%.*sc%d", c > 0, &separator, c);
	for (int r = 0; r < n_rows; r++) {
		g_string_append(text, end);
		for (int c = 0; c < n_columns; c++) {
			g_autofree char *cell = c == 0 ? g_strdup_printf("r%d", r) : random_cell(rand, separator);
			g_string_append_printf(text, "%.*s%s", c > 0, &separator, cell);
			g_ptr_array_add(expected, meant(cell));
		}
	}
	if (g_rand_boolean(rand))
		g_string_append(text, end);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_write("random.csv", text->str, (gssize) text->len);
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, &error);
	g_assert_no_error(error);
	char *const *cells;
	guint n = 0;
	for (; (cells = thuso_rows_next(rows, &error)); n++)
		for (int c = 0; c < n_columns; c++)
			g_assert_cmpstr(cells[c], ==, g_ptr_array_index(expected, n * (guint) n_columns + (guint) c));
	g_assert_no_error(error);
	g_assert_cmpint((int) n, ==, n_rows);
}

static void test_random(void)
{
	for (int i = 0; i < in_full(300, 80); i++) {
		guint32 seed = (guint32) g_test_rand_int();
		g_test_message("seed %u", seed);
		random_table(seed, g_test_rand_int_range(0, 30), g_test_rand_int_range(2, 6));
	}
	random_table(7, 400000, 4); /* several blocks */
}

/* --- numbers --------------------------------------------------------------------------------------------------------------------- */

static gboolean number_of(const char *cell, char separator, double *value)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree char *text = g_strdup_printf("a%cb\n%s%cx\n", separator, cell, separator),
	                *path = io_write("number.csv", text, -1);
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, &error);
	g_assert_nonnull(thuso_rows_next(rows, &error));
	return thuso_rows_real(rows, 0, value, NULL);
}

/* The short way to a number gives the bits of strtod. */
static void test_numbers(void)
{
	g_autofree char *path = io_path("numbers.csv");
	g_autoptr(GString) text = g_string_new("a\n");
	for (int i = 0; i < 20000; i++) {
		guint64 digits = (guint64) g_test_rand_int() << 32 | (guint32) g_test_rand_int();
		int keep = g_test_rand_int_range(1, 19), after = g_test_rand_int_range(0, keep + 1);
		g_autofree char *all = g_strdup_printf("%019" G_GUINT64_FORMAT, digits % G_GUINT64_CONSTANT(1000000000000000000));
		g_string_append_printf(text, "%.*s.%.*s\n", keep - after, all, after, all + keep - after);
	}
	g_string_append(text, "9007199254740993\n0.1\n5e-3\n-0\n.5\n7.\n+12.25\n123456789012345678901234567890\n");
	g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, &error);
	char *const *cells;
	int n = 0;
	for (; (cells = thuso_rows_next(rows, &error)); n++) {
		double value, expected = g_ascii_strtod(cells[0], NULL);
		g_assert_true(thuso_rows_real(rows, 0, &value, &error));
		g_assert_true(memcmp(&value, &expected, sizeof value) == 0);
	}
	g_assert_no_error(error);
	g_assert_cmpint(n, ==, 20008);
}

static void test_decimal_comma(void)
{
	double value;
	g_assert_true(number_of("12,5", ';', &value) && value == 12.5);
	g_assert_true(number_of("-0,25", '\t', &value) && value == -0.25);
	g_assert_true(number_of("12.5", ';', &value) && value == 12.5);
	static const char *const wrong[] = { "1.234,5", "1,2,3", "1,", ",5",    "nan", "inf", "0x10",
		                                 "12 5",    "1e999", "x",  "1.2.3", "--1", "." };
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(number_of(wrong[i], ';', &value));
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *path = io_write("mixed.csv", "a;b\n1,5;1\n2.5;2\n", -1);
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, NULL);
	g_assert_nonnull(thuso_rows_next(rows, NULL));
	g_assert_true(thuso_rows_real(rows, 0, &value, NULL));
	g_assert_nonnull(thuso_rows_next(rows, NULL));
	g_assert_false(thuso_rows_real(rows, 0, &value, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "decimal commas (line 2) and decimal points (line 3)");
}

/* --- written cells ----------------------------------------------------------------------------------------------------------------- */

static void test_csv_text(void)
{
	static const char *const cells[][2] = {
		{ "abc", "abc" },
		{ "a,b", "\"a,b\"" },
		{ "say \"x\"", "\"say \"\"x\"\"\"" },
		{ "=1+1", "'=1+1" },
		{ "+27 82 1", "'+27 82 1" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "-5", "-5" },
		{ "+1.5e3", "+1.5e3" },
		{ "-cmd|x", "\"'-cmd|x\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ " x", "\" x\"" },
		{ "", "" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
		g_autofree char *got = thuso_csv_text(cells[i][0]);
		g_assert_cmpstr(got, ==, cells[i][1]);
	}
}

void io_add_row_tests(void)
{
	g_test_add_func("/io/rows/forms", test_forms);
	g_test_add_func("/io/rows/refused", test_refused);
	g_test_add_func("/io/rows/no-text-table", test_no_text_table);
	g_test_add_func("/io/rows/random", test_random);
	g_test_add_func("/io/rows/numbers", test_numbers);
	g_test_add_func("/io/rows/decimal-comma", test_decimal_comma);
	g_test_add_func("/io/rows/csv-text", test_csv_text);
}
