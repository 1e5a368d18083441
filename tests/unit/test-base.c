/* base: tables, units, names, the parallel loop, progress. */
#include <thuso/base.h>
#include <thuso/slabs.h>
#include <thuso/param.h>
#include <thuso/table.h>

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

/* --- units ---------------------------------------------------------------------------------------------------------- */

static void test_units(void)
{
	static const struct {
		const char *text;
		guint dimensions;
		double value;
	} good[] = {
		{ "60 min", THUSO_TIME, 3600 }, { "2h", THUSO_TIME, 7200 },        { "25 km", THUSO_LENGTH, 25000 },
		{ " 90 m ", THUSO_LENGTH, 90 }, { "4.5 km/h", THUSO_SPEED, 1.25 }, { "20 %", THUSO_SHARE, 0.2 },
		{ "0.2", THUSO_SHARE, 0.2 },    { "-10 %", THUSO_SHARE, -0.1 },    { "2 GB", THUSO_BYTES, 2e9 },
		{ "8 M", THUSO_MONEY, 8e6 },    { "1e3", THUSO_NUMBER, 1000 },     { "45 min", THUSO_TIME | THUSO_LENGTH, 2700 },
	};
	static const struct {
		const char *text;
		guint dimensions;
	} bad[] = {
		{ "60", THUSO_TIME },    { "60 mins", THUSO_TIME }, { "60 km", THUSO_TIME },   { "", THUSO_NUMBER },
		{ "nan", THUSO_NUMBER }, { "inf", THUSO_NUMBER },   { "0x10", THUSO_NUMBER },  { "1,5 km", THUSO_LENGTH },
		{ "km", THUSO_LENGTH },  { "1e999", THUSO_NUMBER }, { "10 % 5", THUSO_SHARE }, { "--5 m", THUSO_LENGTH },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		double value;
		g_assert_true(thuso_parse_quantity(good[i].text, good[i].dimensions, &value, NULL, &error));
		g_assert_cmpfloat_with_epsilon(value, good[i].value, 1e-12 * fabs(good[i].value));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		double value;
		g_assert_false(thuso_parse_quantity(bad[i].text, bad[i].dimensions, &value, NULL, &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, "such as"));
	}
}

static void assert_text(char *text, const char *expected)
{
	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void test_formats(void)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	assert_text(thuso_format_count(1234567.4), "1,234,567");
	assert_text(thuso_format_count(999), "999");
	assert_text(thuso_format_count(-1000), "-1,000");
	assert_text(thuso_format_quantity(3600, THUSO_TIME), "60 min");
	assert_text(thuso_format_quantity(5 * 3600 + 300, THUSO_TIME), "5 h 5 min");
	assert_text(thuso_format_quantity(25000, THUSO_LENGTH), "25 km");
	assert_text(thuso_format_quantity(1.25, THUSO_SPEED), "4.5 km/h");
	g_assert_cmpstr(thuso_format_real(buffer, 0.1), ==, "0.1");
	g_assert_cmpfloat(g_ascii_strtod(thuso_format_real(buffer, 1.0 / 3), NULL), ==, 1.0 / 3);
}

static void test_locale(void)
{
	/* A comma locale, where the machine has one, changes nothing. */
	double value;
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		g_test_message("no de_DE.UTF-8 here; checked in the C locale only");
	g_assert_true(thuso_parse_quantity("4.5 km/h", THUSO_SPEED, &value, NULL, NULL));
	g_assert_cmpfloat(value, ==, 4.5 * (1 / 3.6));
	g_assert_cmpstr(thuso_format_real(buffer, 0.5), ==, "0.5");
	assert_text(thuso_format_quantity(1500, THUSO_LENGTH), "1.5 km");
	setlocale(LC_ALL, "C");
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

static void test_names(void)
{
	const char *const known[] = { "people_gained", "people_within", "need", "zone", "slope", NULL };
	g_assert_cmpstr(thuso_nearest_name("pepole_gained", known), ==, "people_gained");
	g_assert_cmpstr(thuso_nearest_name("slop", known), ==, "slope");
	g_assert_cmpstr(thuso_nearest_name("SLOPE", known), ==, "slope");
	g_assert_null(thuso_nearest_name("accessibility", known));
	assert_text(thuso_escape("a\nb\tc\x01"), "a\\nb\\tc\\u0001");
	assert_text(thuso_escape("caf\xc3\xa9"), "caf\xc3\xa9");
	assert_text(thuso_escape("\xe2\x80\xae"), "\\u202e");
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

static void test_table(void)
{
	g_autoptr(ThusoTable) table = thuso_table_new("t", "T", "", THUSO_POINT);
	int name = thuso_table_add_column(table, "name", "Name", "", THUSO_TEXT);
	int count = thuso_table_add_column(table, "count", "Count", "people", THUSO_INTEGER);
	for (int i = 0; i < 1000; i++) {
		gint64 row = thuso_table_add_row(table, NULL);
		g_assert_cmpint(row, ==, i);
		thuso_table_set_text(table, row, name, i % 2 ? "odd" : "even");
		thuso_table_set_integer(table, row, count, i);
	}
	int share = thuso_table_extend(table, "share", "Share", "%", THUSO_REAL, NULL);
	g_assert_true(thuso_table_is_null(table, 999, share));
	thuso_table_set_real(table, 3, share, 0.25);
	thuso_table_set_real(table, 4, share, NAN);
	g_assert_true(thuso_table_is_null(table, 4, share));
	g_assert_true(isnan(thuso_table_real(table, 4, share)));
	g_assert_cmpfloat(thuso_table_real(table, 7, count), ==, 7);
	/* Texts are interned. */
	g_assert_true(thuso_table_text(table, 1, name) == thuso_table_text(table, 3, name));
	assert_text(thuso_table_as_text(table, 3, share), "0.25");
	g_assert_null(thuso_table_as_text(table, 4, share));
	thuso_table_set_text(table, 0, name, " 12,5 ");
	g_assert_cmpfloat(thuso_table_as_real(table, 0, name), ==, 12.5);
	thuso_table_set_text(table, 0, name, "0,125");
	g_assert_cmpfloat(thuso_table_as_real(table, 0, name), ==, 0.125);
	thuso_table_set_text(table, 0, name, "13,731");
	g_assert_true(isnan(thuso_table_as_real(table, 0, name)));
	thuso_table_set_text(table, 0, name, "12.5 km");
	g_assert_true(isnan(thuso_table_as_real(table, 0, name)));
	g_assert_cmpint(thuso_table_find_column(table, "nothing"), ==, -1);
}

static void test_vector_refuses(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_array_new(G_MAXINT64 / 4, 8, "a huge thing", &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT);
	g_assert_nonnull(strstr(error->message, "a huge thing"));
	g_clear_error(&error);
	ThusoVector vector = THUSO_VECTOR(double);
	g_assert_false(thuso_vector_reserve(&vector, G_MAXINT64 / 4, "another", &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT);
	thuso_vector_clear(&vector);
}

/* --- the parallel loop ---------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 fail_from;
	gint64 *square;
	gint calls;
} Squares;

static gboolean square(gint64 index, int worker, gpointer data, GError **error)
{
	Squares *squares = data;
	g_assert_cmpint(worker, >=, 0);
	g_atomic_int_inc(&squares->calls);
	if (index >= squares->fail_from) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "row %" G_GINT64_FORMAT, index);
		return FALSE;
	}
	squares->square[index] = index * index;
	return TRUE;
}

static void test_parallel(void)
{
	enum { N = 20000 };
	for (int threads = 1; threads <= 5; threads++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autofree gint64 *results = g_new0(gint64, N);
		Squares squares = { G_MAXINT64, results, 0 };
		g_autoptr(GError) error = NULL;
		thuso_context_set_threads(context, threads);
		g_assert_true(thuso_parallel(context, N, square, &squares, &error));
		g_assert_cmpint(squares.calls, ==, N);
		for (gint64 i = 0; i < N; i++)
			g_assert_cmpint(results[i], ==, i * i);
		/* The error of the lowest failing index, whatever the order of work. */
		squares.fail_from = 777;
		g_assert_false(thuso_parallel(context, N, square, &squares, &error));
		g_assert_cmpstr(error->message, ==, "row 777");
	}
}

static void test_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	gint64 results[4];
	Squares squares = { G_MAXINT64, results, 0 };
	thuso_context_cancel(context);
	g_assert_false(thuso_parallel(context, 4, square, &squares, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_assert_cmpint(squares.calls, ==, 0);
}

/* --- progress and findings ------------------------------------------------------------------------------------------ */

static void never_back(double fraction, const char *what, gpointer data)
{
	double *last = data;
	g_assert_nonnull(what);
	g_assert_cmpfloat(fraction, >=, *last);
	*last = fraction;
}

static void test_progress(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	double last = 0;
	thuso_context_set_progress(context, never_back, &last);
	thuso_stage(context, "one", 0, 0.5);
	thuso_progress(context, 0.5);
	g_assert_cmpfloat(last, ==, 0.25);
	thuso_progress(context, 2);
	thuso_stage(context, "two", 0.4, 1);
	thuso_progress(context, 1);
	g_assert_cmpfloat(last, ==, 1);
}

static void test_findings(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	thuso_find(context, &(ThusoFinding){ THUSO_WARNING, "duplicate_id", "wards", "7", "two\nlines", 0, NULL });
	const GPtrArray *findings = thuso_context_findings(context);
	g_assert_cmpuint(findings->len, ==, 1);
	const ThusoFinding *finding = g_ptr_array_index(findings, 0);
	g_assert_cmpstr(finding->message, ==, "two\\nlines");
	g_assert_cmpint(finding->count, ==, 1);
}

static gpointer make_count(void)
{
	return g_new0(int, 1);
}

static int n_destroyed;

static void count_destroyed(gpointer data)
{
	n_destroyed++;
	g_free(data);
}

/* One object a key, of each context its own, freed with it. */
static void test_keep(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoContext) other = thuso_context_new();
	gpointer a = thuso_context_keep(context, "a", make_count, count_destroyed);
	g_assert_true(thuso_context_keep(context, "a", make_count, count_destroyed) == a);
	g_assert_true(thuso_context_keep(context, "b", make_count, count_destroyed) != a);
	g_assert_true(thuso_context_keep(other, "a", make_count, count_destroyed) != a);
	n_destroyed = 0;
	thuso_context_free(g_steal_pointer(&context));
	g_assert_cmpint(n_destroyed, ==, 2);
}

static void test_hash(void)
{
	g_autofree char *dir = g_dir_make_tmp("thuso-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(dir, "abc", NULL);
	g_assert_true(g_file_set_contents(file, "abc", 3, NULL));
	/* FIPS 180-2, appendix B.1 */
	assert_text(thuso_file_sha256(file, NULL), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_file_sha256("/no/such/file", &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_remove(file);
	g_rmdir(dir);
}

/* A folder's sum is that of its regular files, whatever the order they were made in; a name counts as its bytes do. */
static void test_hash_folder(void)
{
	static const char *const order[][2] = { { "a", "b" }, { "b", "a" }, { "a", "c" } };
	char *sum[3];
	for (int i = 0; i < 3; i++) {
		g_autofree char *folder = g_dir_make_tmp("thuso-hash-XXXXXX", NULL);
		g_autofree char *first = g_build_filename(folder, order[i][0], NULL),
		                *second = g_build_filename(folder, order[i][1], NULL);
		g_assert_true(g_file_set_contents(first, "abc", -1, NULL));
		g_assert_true(g_file_set_contents(second, "abc", -1, NULL));
		sum[i] = thuso_file_sha256(folder, NULL);
		g_assert_nonnull(sum[i]);
		g_unlink(first), g_unlink(second), g_rmdir(folder);
	}
	g_assert_cmpstr(sum[0], ==, sum[1]);
	g_assert_cmpstr(sum[0], !=, sum[2]);
	for (int i = 0; i < 3; i++)
		g_free(sum[i]);
}

/* Slabs hold what was put in, whatever was pushed out to the file in between. */
typedef struct {
	ThusoSlabs *slabs[2];
	gint64 n;
} SlabWork;

static gboolean count_up(gint64 index, int worker, gpointer data, GError **error)
{
	const SlabWork *work = data;
	(void) worker;
	for (int round = 0; round < 20; round++)
		for (int set = 0; set < 2; set++) {
			guint32 *slab;
			gpointer memory;
			if (!thuso_slabs_pin(work->slabs[set], index, TRUE, &memory, error))
				return FALSE;
			slab = memory;
			for (int k = 0; k < 256; k++) {
				g_assert_cmpuint(slab[k], ==, (guint32) round * (guint32) (index + k + set));
				slab[k] += (guint32) (index + k + set);
			}
			thuso_slabs_unpin(work->slabs[set], index, TRUE);
		}
	return TRUE;
}

static void test_slabs(void)
{
	static const gint64 budget[] = { 0, 1, 9000, 40000 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	thuso_context_set_threads(context, 4);
	for (gsize i = 0; i < G_N_ELEMENTS(budget); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoSlabPool) pool = thuso_slab_pool_new(budget[i], g_get_tmp_dir());
		SlabWork work = { { thuso_slabs_new(pool, 64, 1024, "one", &error), thuso_slabs_new(pool, 64, 1000, "two", &error) },
			              64 };
		gpointer memory;
		g_assert_false(thuso_slabs_exists(work.slabs[0], 3));
		g_assert_true(thuso_slabs_pin(work.slabs[0], 3, FALSE, &memory, &error));
		g_assert_null(memory);
		g_assert_true(thuso_parallel(context, work.n - 1, count_up, &work, &error));
		g_assert_no_error(error);
		g_assert_true(thuso_slabs_exists(work.slabs[1], 62));
		g_assert_false(thuso_slabs_exists(work.slabs[1], 63));
		g_assert_cmpint(thuso_slab_pool_spilled(pool) > 0, ==, budget[i] > 0);
		if (budget[i])
			g_assert_cmpint(thuso_slab_pool_in_use(pool), <=, MAX(budget[i], 4 * 1024));
		thuso_slabs_drop(work.slabs[1], 62);
		g_assert_false(thuso_slabs_exists(work.slabs[1], 62));
		g_assert_true(thuso_slabs_pin(work.slabs[1], 62, TRUE, &memory, &error));
		g_assert_cmpuint(*(guint32 *) memory, ==, 0);
		thuso_slabs_unpin(work.slabs[1], 62, FALSE);
		thuso_slabs_free(work.slabs[0]);
		thuso_slabs_free(work.slabs[1]);
		g_assert_cmpint(thuso_slab_pool_in_use(pool), ==, 0);
	}
}

static void test_slabs_refuse(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSlabPool) pool = thuso_slab_pool_new(1, "/nonexistent-folder");
	g_autoptr(ThusoSlabs) slabs = thuso_slabs_new(pool, 2, 64, "labels", &error);
	gpointer memory;
	g_assert_true(thuso_slabs_pin(slabs, 0, TRUE, &memory, &error));
	thuso_slabs_unpin(slabs, 0, TRUE);
	g_assert_false(thuso_slabs_pin(slabs, 1, TRUE, &memory, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, "/nonexistent-folder"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/units", test_units);
	g_test_add_func("/base/formats", test_formats);
	g_test_add_func("/base/locale", test_locale);
	g_test_add_func("/base/names", test_names);
	g_test_add_func("/base/table", test_table);
	g_test_add_func("/base/vector-refuses", test_vector_refuses);
	g_test_add_func("/base/parallel", test_parallel);
	g_test_add_func("/base/cancel", test_cancel);
	g_test_add_func("/base/progress", test_progress);
	g_test_add_func("/base/findings", test_findings);
	g_test_add_func("/base/keep", test_keep);
	g_test_add_func("/base/hash", test_hash);
	g_test_add_func("/base/hash-folder", test_hash_folder);
	g_test_add_func("/base/slabs", test_slabs);
	g_test_add_func("/base/slabs-refuse", test_slabs_refuse);
	return g_test_run();
}
