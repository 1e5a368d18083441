/* Rasters: what they say, their values, onto the grid by nearest, bilinear and average; Cloud Optimized GeoTIFFs. */
#include "../support/io-fixture.h"

#include <math.h>
#include <string.h>

#define UTM "EPSG:32734"

/* An ASCII grid whose lower left corner is at (x, y). */
static char *ascii_grid(const char *name, int n_cols, int n_rows, double x, double y, double cell,
                        double (*value)(double x, double y))
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "ncols %d\nnrows %d\nxllcorner %.0f\nyllcorner %.0f\ncellsize %.0f\nNODATA_value -9999\n",
	                       n_cols, n_rows, x, y, cell);
	for (int r = 0; r < n_rows; r++)
		for (int c = 0; c < n_cols; c++) {
			double v = value(x + (c + 0.5) * cell, y + (n_rows - r - 0.5) * cell);
			g_string_append(text, g_ascii_dtostr(buffer, sizeof buffer, v));
			g_string_append_c(text, c + 1 < n_cols ? ' ' : '\n');
		}
	char *path = io_write(name, text->str, (gssize) text->len);
	g_string_free(text, TRUE);
	return path;
}

static double plane(double x, double y)
{
	return 0.05 * (x - 300000) - 0.02 * (y - 6239000) + 100;
}

static double blocks(double x, double y)
{
	return (double) (((int) floor(x / 60) * 7 + (int) floor(y / 60) * 3) % 5 + 1);
}

static double checkers(double x, double y)
{
	return ((int) floor(x / 10) + (int) floor(y / 10)) % 2 ? 10 : 20;
}

static double one(double x G_GNUC_UNUSED, double y G_GNUC_UNUSED)
{
	return 1;
}

static double two(double x G_GNUC_UNUSED, double y G_GNUC_UNUSED)
{
	return 2;
}

static void test_read(void)
{
	g_autofree char *path = io_write(
	    "small.asc",
	    "ncols 3\nnrows 2\nxllcorner 300000\nyllcorner 6000000\ncellsize 100\nNODATA_value -9999\n1 2 -9999\n4 5.5 6\n", -1);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_raster_open(NULL, path, NULL, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "crs:");
	g_autoptr(ThusoRaster) raster = thuso_raster_open(NULL, path, UTM, NULL);
	g_assert_nonnull(raster);
	const ThusoRasterInfo *info = thuso_raster_info(raster);
	g_assert_cmpint(info->n_cols, ==, 3);
	g_assert_cmpint(info->n_rows, ==, 2);
	g_assert_cmpfloat(info->transform[0], ==, 300000);
	g_assert_cmpfloat(info->transform[3], ==, 6000200);
	g_assert_cmpfloat(info->transform[5], ==, -100);
	g_assert_true(info->has_nodata && !info->is_integer);
	double values[6];
	g_assert_true(thuso_raster_read(raster, 0, 2, values, NULL));
	g_assert_cmpfloat(values[1], ==, 2);
	g_assert_true(isnan(values[2]));
	g_assert_cmpfloat(values[4], ==, 5.5);
	g_assert_true(thuso_raster_read(raster, 1, 1, values, NULL));
	g_assert_cmpfloat(values[0], ==, 4);
}

static void test_refusals(void)
{
	g_autofree char *path = ascii_grid("lo.asc", 4, 4, 0, 0, 100, one);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_raster_open(NULL, path, "EPSG:2054", &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "axes point south and west");
	g_clear_error(&error);
	g_autofree char *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_autofree char *cut = io_write("cut.asc", text, (gssize) strlen(text) - 8);
	g_autoptr(ThusoRaster) raster = thuso_raster_open(NULL, cut, UTM, &error);
	double values[16];
	g_assert_true(!raster || !thuso_raster_read(raster, 0, 4, values, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "cut off");
	g_clear_error(&error);
	g_autofree char *nowhere = io_path("nowhere.tif");
	g_assert_null(thuso_raster_open(NULL, nowhere, UTM, &error));
	io_assert_message(error, THUSO_ERROR_INPUT, "nowhere.tif cannot be opened");
}

static float *onto(ThusoContext *context, ThusoSource *source, const ThusoGrid *grid, ThusoResample resample)
{
	g_autoptr(GError) error = NULL;
	float *values = thuso_array_new(thuso_grid_n(grid), sizeof(float), "test", NULL);
	gboolean good = thuso_read_onto_grid(context, source, grid, resample, values, &error);
	g_assert_no_error(error);
	g_assert_true(good);
	return values;
}

static ThusoSource *raster_source(char *path)
{
	ThusoSource *source = io_source(path);
	source->crs = g_strdup(UTM);
	return source;
}

/* A plane comes back as itself, also where pixels and cells do not line up. */
static void test_bilinear(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("plane.asc", 60, 60, 299950, 6236950, 70, plane));
	ThusoGrid grid = io_grid(crs, 90, 30, 30);
	float *values = onto(context, source, &grid, THUSO_RESAMPLE_CONTINUOUS);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double x, y;
		thuso_grid_centre(&grid, cell, &x, &y);
		g_assert_cmpfloat(fabs((double) values[cell] - plane(x, y)), <, 1e-3);
	}
	thuso_array_free(values);
}

static void test_nearest(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("classes.asc", 100, 100, 300000, 6234000, 60, blocks));
	ThusoGrid grid = io_grid(crs, 45, 80, 90);
	float *values = onto(context, source, &grid, THUSO_RESAMPLE_NEAREST);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double x, y;
		thuso_grid_centre(&grid, cell, &x, &y);
		/* A centre on an edge between two pixels may take either. */
		if (fmod(x, 60) != 0 && fmod(y, 60) != 0)
			g_assert_cmpfloat((double) values[cell], ==, blocks(x, y));
	}
	thuso_array_free(values);
}

/* Coarse cells take the average: a checkerboard of 10 and 20 is 15 everywhere. */
static void test_average(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("checkers.asc", 200, 200, 300000, 6238000, 10, checkers));
	ThusoGrid grid = io_grid(crs, 100, 20, 20);
	float *values = onto(context, source, &grid, THUSO_RESAMPLE_CONTINUOUS);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++)
		g_assert_cmpfloat((double) values[cell], ==, 15);
	thuso_array_free(values);
}

/* The later file lies on top; where there is none, there is nothing. */
static void test_mosaic(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("left.asc", 6, 10, 300000, 6239000, 100, one));
	io_add_path(source, ascii_grid("right.asc", 3, 10, 300500, 6239000, 100, two));
	ThusoGrid grid = io_grid(crs, 100, 10, 10);
	float *values = onto(context, source, &grid, THUSO_RESAMPLE_NEAREST);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		gint64 col = cell % 10;
		if (col >= 8)
			g_assert_true(isnan(values[cell]));
		else
			g_assert_cmpfloat((double) values[cell], ==, col >= 5 ? 2 : 1);
	}
	thuso_array_free(values);
}

/* Another CRS, several threads: the same bytes. */
static void test_threads(void)
{
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32735", NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("bent.asc", 150, 150, 300000, 6230000, 90, plane));
	ThusoGrid grid = { .x_min = -256000, .y_max = 6220000, .cell_m = 45, .n_cols = 300, .n_rows = 320, .crs = crs };
	float *first = NULL;
	for (int threads = 1; threads <= 4; threads++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		thuso_context_set_threads(context, threads);
		float *values = onto(context, source, &grid, THUSO_RESAMPLE_CONTINUOUS);
		if (!first) {
			first = values;
			continue;
		}
		g_assert_true(memcmp(first, values, (gsize) thuso_grid_n(&grid) * 4) == 0);
		thuso_array_free(values);
	}
	gint64 n = 0;
	g_autoptr(ThusoCrs) source_crs = thuso_crs_new(UTM, NULL);
	ThusoTransform *transform = thuso_transform_new(crs, source_crs, NULL);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double x, y;
		thuso_grid_centre(&grid, cell, &x, &y);
		g_assert_true(thuso_transform_points(transform, &x, &y, 1));
		if (isnan(first[cell]) || x < 300090 || x > 313400 || y < 6230090 || y > 6243400)
			continue;
		g_assert_cmpfloat(fabs((double) first[cell] - plane(x, y)), <, 0.01);
		n++;
	}
	g_assert_cmpint(n, >, 1000);
	thuso_transform_free(transform);
	thuso_array_free(first);
}

static void test_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	g_autoptr(ThusoSource) source = raster_source(ascii_grid("cancel.asc", 10, 10, 300000, 6239000, 100, one));
	ThusoGrid grid = io_grid(crs, 100, 10, 10);
	float values[100];
	thuso_context_cancel(context);
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_read_onto_grid(context, source, &grid, THUSO_RESAMPLE_NEAREST, values, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

static void test_cog(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new(UTM, NULL);
	ThusoGrid grid = io_grid(crs, 90, 1100, 700);
	gint64 n = thuso_grid_n(&grid);
	float *values = thuso_array_new(n, sizeof(float), "test", NULL);
	for (gint64 i = 0; i < n; i++)
		values[i] = i % 17 == 0 ? NAN : (float) i * 0.37F;
	g_autofree char *a = io_path("cost.tif"), *b = io_path("again.tif");
	g_autoptr(GError) error = NULL;
	g_assert_true(thuso_write_cog(context, a, &grid, values, "travel_time_min", "min", &error));
	g_assert_true(thuso_write_cog(context, b, &grid, values, "travel_time_min", "min", &error));
	g_autofree char *hash_a = thuso_file_sha256(a, NULL), *hash_b = thuso_file_sha256(b, NULL);
	g_assert_cmpstr(hash_a, ==, hash_b);
	g_autoptr(ThusoRaster) raster = thuso_raster_open(context, a, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(thuso_raster_info(raster)->has_nodata && isnan(thuso_raster_info(raster)->nodata));
	g_autofree double *rows = g_new(double, 1100 * 700);
	g_assert_true(thuso_raster_read(raster, 0, 700, rows, &error));
	for (gint64 i = 0; i < n; i++)
		g_assert_true(isnan(values[i]) ? isnan(rows[i]) : (float) rows[i] == values[i]);
	/* Nothing is left beside it, and nothing is overwritten. */
	g_autofree char *notes = io_path("cost.tif.aux.xml"), *temporary = io_path("cost.tif.ovr.tmp");
	g_assert_false(g_file_test(notes, G_FILE_TEST_EXISTS) || g_file_test(temporary, G_FILE_TEST_EXISTS));
	g_assert_false(thuso_write_cog(context, a, &grid, values, "x", "", &error));
	io_assert_message(error, THUSO_ERROR_FAILED, "exists already");
	/* Back onto its own grid the values are themselves. */
	g_autoptr(ThusoSource) source = io_source(g_strdup(a));
	float *back = onto(context, source, &grid, THUSO_RESAMPLE_NEAREST);
	for (gint64 i = 0; i < n; i++)
		g_assert_true(isnan(values[i]) ? isnan(back[i]) : back[i] == values[i]);
	thuso_array_free(back);
	thuso_array_free(values);
}

static void test_real_terrain(void)
{
	const char *root = g_getenv("THUSO_SOURCE");
	g_autofree char *path =
	    root ? g_build_filename(root, "..", "shared", "data", "demo_swellendam", "dem_srtm90.tif", NULL) : NULL;
	if (!path || !g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_test_skip("the folder of real data is not here");
		return;
	}
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRaster) raster = thuso_raster_open(context, path, NULL, NULL);
	const ThusoRasterInfo *info = thuso_raster_info(raster);
	g_assert_cmpint(info->n_cols, ==, 795);
	g_assert_cmpint(info->n_rows, ==, 645);
	g_autoptr(ThusoCrs) crs = thuso_crs_new(info->crs, NULL);
	ThusoGrid grid = { info->transform[0], info->transform[3], info->transform[1], info->n_cols, info->n_rows, crs };
	g_autoptr(ThusoSource) source = io_source(g_strdup(path));
	float *values = onto(context, source, &grid, THUSO_RESAMPLE_CONTINUOUS);
	double least = INFINITY, most = -INFINITY;
	for (gint64 i = 0; i < thuso_grid_n(&grid); i++)
		if (!isnan(values[i])) {
			least = MIN(least, (double) values[i]);
			most = MAX(most, (double) values[i]);
		}
	g_assert_cmpfloat(least, ==, 6);
	g_assert_cmpfloat(most, ==, 1696);
	thuso_array_free(values);
}

void io_add_raster_tests(void)
{
	g_test_add_func("/io/rasters/read", test_read);
	g_test_add_func("/io/rasters/refusals", test_refusals);
	g_test_add_func("/io/rasters/bilinear", test_bilinear);
	g_test_add_func("/io/rasters/nearest", test_nearest);
	g_test_add_func("/io/rasters/average", test_average);
	g_test_add_func("/io/rasters/mosaic", test_mosaic);
	g_test_add_func("/io/rasters/threads", test_threads);
	g_test_add_func("/io/rasters/cancel", test_cancel);
	g_test_add_func("/io/rasters/cog", test_cog);
	g_test_add_func("/io/rasters/real-terrain", test_real_terrain);
}
