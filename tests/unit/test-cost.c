/* `thuso cost` as a library: fast rows against plain ones for every kind of file, the writer, and runs that a plain search repeats. */
#include "../support/io-fixture.h"
#include "../support/tiff.h"

#include <thuso/cost.h>

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define UTM 32734

/* --- fast rows are the plain rows -------------------------------------------------------------------------------------- */

enum { COLS = 83, ROWS = 71 };

static gpointer make_pixels(guint16 bits, guint16 format)
{
	guint8 *pixels = g_malloc0((gsize) COLS * ROWS * bits / 8u);
	for (int i = 0; i < COLS * ROWS; i++) {
		int value = (i * 7919) % 251 - (format == 1 ? 0 : 100);
		if (bits == 8)
			pixels[i] = (guint8) value;
		else if (bits == 16)
			((gint16 *) (gpointer) pixels)[i] = (gint16) (value * 100);
		else if (bits == 32 && format == 3)
			((float *) (gpointer) pixels)[i] = (float) value * 0.1F;
		else if (bits == 32)
			((gint32 *) (gpointer) pixels)[i] = value * 100000;
		else
			((double *) (gpointer) pixels)[i] = value * 0.1;
	}
	return pixels;
}

static void compare_rows(const char *path, gint32 step)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoRaster) first = thuso_raster_open_any(NULL, path, &error);
	g_assert_no_error(error);
	g_autoptr(ThusoRaster) raster = thuso_raster_again(first, &error);
	g_assert_no_error(error);
	gboolean small = thuso_raster_info(raster)->pixel != THUSO_PIXEL_OTHER;
	g_autofree double *plain = g_new(double, COLS *ROWS);
	g_autofree float *floats = g_new(float, COLS *ROWS);
	g_autofree gint16 *heights = g_new(gint16, COLS * ROWS);
	g_autofree guint16 *codes = g_new(guint16, COLS * ROWS), *map = g_new(guint16, 65536);
	for (int i = 0; i < 65536; i++)
		map[i] = (guint16) (i ^ 0x5555);
	g_assert_true(thuso_raster_read(first, 0, ROWS, plain, &error));
	for (gint32 row = 0; row < ROWS; row += step) {
		gint32 n = MIN(step, ROWS - row);
		g_assert_true(thuso_raster_read_floats(raster, row, n, floats + row * COLS, &error));
		if (!small)
			continue;
		g_assert_true(thuso_raster_read_int16(raster, row, n, G_MININT16, heights + row * COLS, &error));
		g_assert_true(thuso_raster_read_codes(raster, row, n, map, codes + row * COLS, &error));
	}
	for (int i = 0; i < COLS * ROWS; i++) {
		g_assert_true(isnan(plain[i]) ? isnan(floats[i]) : floats[i] == (float) plain[i]);
		if (!small)
			continue;
		g_assert_cmpint(heights[i], ==, isnan(plain[i]) ? G_MININT16 : (gint16) plain[i]);
		if (!isnan(plain[i]))
			g_assert_cmpint(codes[i], ==, (guint16) ((guint16) (gint16) plain[i] ^ 0x5555));
	}
}

static void test_rows(void)
{
	static const struct {
		guint16 bits, format;
		const char *nodata;
	} kinds[] = { { 8, 1, "7" },    { 16, 1, "700" },    { 16, 2, "-700" }, { 32, 2, "0" }, { 32, 3, "1.5" },
		          { 64, 3, "nan" }, { 16, 2, "100000" }, { 32, 3, NULL },   { 8, 1, NULL } };
	static const guint32 layouts[][2] = { { 0, 0 }, { 1, 0 }, { 8, 0 }, { 0, 16 }, { 0, 64 } };
	g_autofree char *path = io_path("rows.tif");
	for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
		g_autofree gpointer pixels = make_pixels(kinds[k].bits, kinds[k].format);
		for (gsize l = 0; l < G_N_ELEMENTS(layouts); l++) {
			tiff_write(path,
			           &(Tiff){ COLS, ROWS, kinds[k].bits, kinds[k].format, layouts[l][0], layouts[l][1], kinds[k].nodata, 0, 100,
			                    1, UTM },
			           pixels);
			for (gint32 step = 1; step <= ROWS; step += step < 20 ? 7 : 25)
				compare_rows(path, step);
		}
	}
}

static void test_cut_off(void)
{
	g_autofree char *path = io_path("cut.tif"), *text = NULL;
	g_autofree gpointer pixels = make_pixels(16, 2);
	gsize size;
	tiff_write(path, &(Tiff){ COLS, ROWS, 16, 2, 1, 0, NULL, 0, 100, 1, UTM }, pixels);
	g_assert_true(g_file_get_contents(path, &text, &size, NULL));
	/* The directory stands at the end: move it to the front's promise of more rows than there are by cutting pixels is not possible, so
	 * one strip is pointed beyond the end. */
	guint32 at;
	memcpy(&at, text + 4, 4);
	for (guint i = 0; i < 12; i++) {
		guint16 tag;
		guint32 where, beyond = 100000000;
		memcpy(&tag, text + at + 2 + 12 * i, 2);
		memcpy(&where, text + at + 2 + 12 * i + 8, 4);
		if (tag == 273)
			memcpy(text + where + 4 * 50, &beyond, 4);
	}
	g_assert_true(g_file_set_contents(path, text, (gssize) size, NULL));
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoRaster) raster = thuso_raster_open_any(NULL, path, NULL);
	g_autofree gint16 *heights = g_new(gint16, COLS * ROWS);
	g_assert_true(thuso_raster_read_int16(raster, 0, 50, 0, heights, &error));
	g_assert_false(thuso_raster_read_int16(raster, 40, 20, 0, heights, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "damaged or cut off in rows 41 to 60");
}

static void test_high_heights(void)
{
	guint16 pixels[4] = { 1, 40000, 3, 65535 };
	g_autofree char *path = io_path("high.tif");
	gint16 heights[4];
	g_autoptr(GError) error = NULL;
	tiff_write(path, &(Tiff){ 4, 1, 16, 1, 0, 0, "65535", 0, 100, 1, UTM }, pixels);
	g_autoptr(ThusoRaster) raster = thuso_raster_open_any(NULL, path, NULL);
	g_assert_false(thuso_raster_read_int16(raster, 0, 1, -1, heights, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "40000");
	pixels[1] = 32767;
	tiff_write(path, &(Tiff){ 4, 1, 16, 1, 0, 0, "65535", 0, 100, 1, UTM }, pixels);
	g_autoptr(ThusoRaster) good = thuso_raster_open_any(NULL, path, NULL);
	g_assert_true(thuso_raster_read_int16(good, 0, 1, -1, heights, NULL));
	g_assert_true(heights[0] == 1 && heights[1] == 32767 && heights[2] == 3 && heights[3] == -1);
}

/* What the file's mask hides is no height, whatever stands there. */
static void test_hidden_heights(void)
{
	guint16 pixels[4] = { 1, 40000, 3, 50000 };
	guint8 shown[4] = { 255, 0, 255, 0 };
	g_autofree char *path = io_path("hidden.tif"), *mask = io_path("hidden.tif.msk"), *about = io_path("hidden.tif.msk.aux.xml");
	gint16 heights[4];
	g_autoptr(GError) error = NULL;
	tiff_write(path, &(Tiff){ 4, 1, 16, 1, 0, 0, NULL, 0, 100, 1, UTM }, pixels);
	tiff_write(mask, &(Tiff){ 4, 1, 8, 1, 0, 0, NULL, 0, 100, 1, UTM }, shown);
	g_assert_true(g_file_set_contents(
	    about, "<PAMDataset><Metadata><MDI key=\"INTERNAL_MASK_FLAGS_1\">2</MDI></Metadata></PAMDataset>\n", -1, NULL));
	g_autoptr(ThusoRaster) raster = thuso_raster_open_any(NULL, path, NULL);
	gboolean good = thuso_raster_read_int16(raster, 0, 1, -1, heights, &error);
	g_assert_no_error(error);
	g_assert_true(good && heights[0] == 1 && heights[1] == -1 && heights[2] == 3 && heights[3] == -1);
	g_clear_pointer(&raster, thuso_raster_close);
	shown[3] = 255;
	tiff_write(mask, &(Tiff){ 4, 1, 8, 1, 0, 0, NULL, 0, 100, 1, UTM }, shown);
	g_autoptr(ThusoRaster) bad = thuso_raster_open_any(NULL, path, NULL);
	g_assert_false(thuso_raster_read_int16(bad, 0, 1, -1, heights, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "50000");
}

/* --- the writer ------------------------------------------------------------------------------------------------------------ */

static void write_and_compare(gint32 n_cols, gint32 n_rows, gboolean is_integer)
{
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	ThusoGrid grid = io_grid(crs, 100, n_cols, n_rows);
	ThusoRasterKind kind = { &grid, is_integer, "band", "s" };
	g_autofree char *path = io_path("written.tif");
	g_autoptr(GError) error = NULL;
	gint64 n = thuso_grid_n(&grid);
	g_autofree float *values = g_new(float, (gsize) n);
	gint32 *integers = (gint32 *) (gpointer) values;
	for (gint64 i = 0; i < n; i++) {
		gboolean empty = (i % n_cols) / 256 == 1 || i % 11 == 0; /* a whole column of tiles */
		if (is_integer)
			integers[i] = empty ? 0 : (gint32) i * 3;
		else
			values[i] = empty ? NAN : (float) i * 0.3F;
	}
	g_autoptr(ThusoRasterWriter) writer = thuso_raster_writer_new(NULL, path, &kind, &error);
	g_assert_no_error(error);
	g_autofree gpointer tiles = g_malloc((gsize) thuso_raster_writer_bytes(&kind));
	for (gint32 row = 0; row < n_rows; row += THUSO_WRITER_ROWS) {
		gint32 strip = MIN(THUSO_WRITER_ROWS, n_rows - row);
		for (gint32 r = 0; r < strip; r += 100)
			thuso_raster_writer_pack(&kind, r, MIN(100, strip - r), values + (gint64) (row + r) * n_cols, tiles);
		thuso_raster_writer_pad(&kind, strip, tiles);
		g_assert_true(thuso_raster_writer_put(writer, tiles, &error));
	}
	g_assert_true(thuso_raster_writer_finish(g_steal_pointer(&writer), &error));
	g_autoptr(ThusoRaster) raster = thuso_raster_open(NULL, path, NULL, &error);
	g_assert_no_error(error);
	g_autofree double *back = g_new(double, (gsize) n);
	g_assert_true(thuso_raster_read(raster, 0, n_rows, back, &error));
	for (gint64 i = 0; i < n; i++) {
		gboolean empty = is_integer ? integers[i] == 0 : isnan(values[i]);
		g_assert_true(empty ? isnan(back[i]) : back[i] == (is_integer ? (double) integers[i] : (double) values[i]));
	}
	GStatBuf info;
	g_assert_cmpint(g_stat(path, &info), ==, 0);
	gint64 n_tiles = ((n_cols + 255) / 256 - (n_cols > 256)) * ((n_rows + 255) / 256);
	g_assert_cmpint(info.st_size, <, n_tiles * 256 * 256 * 4 + 4096); /* empty tiles take no room */
	g_unlink(path);
}

static void test_writer(void)
{
	for (int is_integer = 0; is_integer < 2; is_integer++) {
		write_and_compare(1, 1, is_integer);
		write_and_compare(256, 256, is_integer);
		write_and_compare(700, 513, is_integer);
	}
}

static void test_writer_abandoned(void)
{
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	ThusoGrid grid = io_grid(crs, 100, 300, 300);
	ThusoRasterKind kind = { &grid, FALSE, "band", "s" };
	g_autofree char *path = io_path("gone.tif");
	ThusoRasterWriter *writer = thuso_raster_writer_new(NULL, path, &kind, NULL);
	thuso_raster_writer_abandon(writer);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	/* Too few rows are an error, and no file. */
	g_autoptr(GError) error = NULL;
	writer = thuso_raster_writer_new(NULL, path, &kind, NULL);
	g_assert_false(thuso_raster_writer_finish(writer, &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "rows are missing");
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* --- runs ------------------------------------------------------------------------------------------------------------------ */

static double *costs_of(const ThusoCostSpec *spec, int n_threads, gint64 n)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_auto(ThusoCostResult) result = { 0 };
	g_autoptr(GError) error = NULL;
	thuso_context_set_threads(context, n_threads);
	gboolean good = thuso_cost_run(context, spec, &result, &error);
	g_assert_no_error(error);
	g_assert_true(good);
	double *values = g_new(double, (gsize) n);
	g_autoptr(ThusoRaster) raster = thuso_raster_open_any(NULL, spec->output, NULL);
	g_assert_true(thuso_raster_read(raster, 0, thuso_raster_info(raster)->n_rows, values, NULL));
	g_assert_cmpint(result.n_cells, ==, n);
	return values;
}

/* Speeds of 1 m/s in Byte, Int16, Float32 and Float64, tiled or not, are one surface. */
static void test_types_agree(void)
{
	enum { SIDE = 40 };
	g_autofree char *path = io_path("speed.tif"), *out = io_path("cost.tif"),
	                *points = io_write("p.csv", "x,y\n300050,6239950\n303950,6236050\n", -1);
	g_autoptr(ThusoSource) sources = io_source(g_strdup(points));
	ThusoCostSpec spec;
	thuso_cost_spec_default(&spec);
	spec.speed = path;
	spec.sources = sources;
	spec.output = out;
	spec.overwrite = TRUE;
	g_autofree double *first = NULL;
	for (int kind = 0; kind < 4; kind++) {
		static const guint16 bits[] = { 8, 16, 32, 64 }, format[] = { 1, 2, 3, 3 };
		guint8 *pixels = g_malloc0(SIDE * SIDE * 8);
		for (int i = 0; i < SIDE * SIDE; i++) {
			int value = i % 7 == 3 ? 0 : 1 + i % 30;
			if (kind == 0)
				pixels[i] = (guint8) value;
			else if (kind == 1)
				((gint16 *) (gpointer) pixels)[i] = (gint16) value;
			else if (kind == 2)
				((float *) (gpointer) pixels)[i] = (float) value;
			else
				((double *) (gpointer) pixels)[i] = value;
		}
		tiff_write(path, &(Tiff){ SIDE, SIDE, bits[kind], format[kind], 0, kind % 2 ? 16 : 0, NULL, 300000, 6240000, 100, UTM },
		           pixels);
		g_free(pixels);
		double *values = costs_of(&spec, 1 + kind, SIDE * SIDE);
		/* Whole numbers are kept as classes in double, the others as floats: equal but for that rounding. */
		for (int i = 0; first && i < SIDE * SIDE; i++)
			g_assert_true(isnan(first[i]) ? isnan(values[i]) : fabs(values[i] - first[i]) <= 1e-6 * first[i]);
		if (first)
			g_free(values);
		else
			first = values;
	}
}

static void test_cancelled(void)
{
	g_autofree char *path = io_path("speed.tif"), *out = io_path("never.tif"),
	                *points = io_write("p.csv", "x,y\n300050,6239950\n", -1);
	float pixels[4] = { 3.6F, 3.6F, 3.6F, 3.6F };
	tiff_write(path, &(Tiff){ 2, 2, 32, 3, 0, 0, NULL, 300000, 6240000, 100, UTM }, pixels);
	g_autoptr(ThusoSource) sources = io_source(g_strdup(points));
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_auto(ThusoCostResult) result = { 0 };
	g_autoptr(GError) error = NULL;
	ThusoCostSpec spec;
	thuso_cost_spec_default(&spec);
	spec.speed = path;
	spec.sources = sources;
	spec.output = out;
	thuso_context_cancel(context);
	g_assert_false(thuso_cost_run(context, &spec, &result, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cost/rows", test_rows);
	g_test_add_func("/cost/cut-off", test_cut_off);
	g_test_add_func("/cost/high-heights", test_high_heights);
	g_test_add_func("/cost/hidden-heights", test_hidden_heights);
	g_test_add_func("/cost/writer", test_writer);
	g_test_add_func("/cost/writer-abandoned", test_writer_abandoned);
	g_test_add_func("/cost/types-agree", test_types_agree);
	g_test_add_func("/cost/cancelled", test_cancelled);
	int failed = g_test_run();
	io_folder_remove();
	return failed;
}
