/* Classes to multipolygons: held against the cells themselves. */
#include "../support/io-fixture.h"

#include <math.h>
#include <string.h>

#define N_CLASSES 4

static ThusoGeometry *geometry_of(GBytes *wkb)
{
	gsize size;
	gconstpointer data = g_bytes_get_data(wkb, &size);
	g_autoptr(GError) error = NULL;
	ThusoGeometry *geometry = thuso_geometry_from_wkb(data, size, &error);
	g_assert_no_error(error);
	return geometry;
}

/* Area, validity and the class of every cell's centre. */
static void check_classes(const ThusoGrid *grid, const gint32 *classes)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	GBytes *wkbs[N_CLASSES];
	gboolean good = thuso_polygonize(context, grid, classes, N_CLASSES, wkbs, &error);
	g_assert_no_error(error);
	g_assert_true(good);
	for (gint32 c = 0; c < N_CLASSES; c++) {
		gint64 n_cells = 0;
		for (gint64 i = 0; i < thuso_grid_n(grid); i++)
			n_cells += classes[i] == c;
		if (n_cells == 0) {
			g_assert_null(wkbs[c]);
			continue;
		}
		g_autoptr(ThusoGeometry) geometry = geometry_of(wkbs[c]);
		double area = thuso_geometry_area(geometry) / grid->cell_m / grid->cell_m;
		g_assert_cmpfloat(fabs(area - (double) n_cells), <, 1e-6);
		gboolean was_valid = FALSE;
		g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, &was_valid, &error);
		g_assert_nonnull(valid);
		g_assert_true(was_valid);
		for (gint64 i = 0; i < thuso_grid_n(grid); i++) {
			double x, y;
			thuso_grid_centre(grid, i, &x, &y);
			g_assert_true(thuso_geometry_contains(geometry, x, y) == (classes[i] == c));
		}
		g_bytes_unref(wkbs[c]);
	}
}

static void check_picture(const char *picture)
{
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	gint32 classes[400], n_cols = (gint32) strcspn(picture, "\n"), n = 0;
	for (const char *p = picture; *p; p++)
		if (*p != '\n')
			classes[n++] = *p == '.' ? -1 : *p - '0';
	ThusoGrid grid = io_grid(crs, 90, n_cols, n / n_cols);
	check_classes(&grid, classes);
}

static void test_pictures(void)
{
	check_picture("0");
	check_picture("..\n..");
	check_picture("0.\n.0"); /* two pieces that touch at a corner */
	check_picture(".0\n0.");
	check_picture("000\n0.0\n000");                     /* a hole */
	check_picture("000\n0.0\n00.");                     /* the hole and the outside touch at a corner */
	check_picture("0000\n0.00\n00.0\n0000");            /* two holes that touch at a corner */
	check_picture("00000\n0...0\n0.0.0\n0...0\n00000"); /* an island in a lake */
	check_picture("00000\n01110\n01010\n01110\n00000");
	check_picture("00000\n0.0.0\n00.00\n0.0.0\n00000"); /* five holes in a cross */
	check_picture("0.0.0\n.0.0.\n0.0.0");
	check_picture("0123\n1230\n2301\n3012");
}

static void test_random(void)
{
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	for (int round = 0; round < 60; round++) {
		ThusoGrid grid = io_grid(crs, 30, g_test_rand_int_range(1, 30), g_test_rand_int_range(1, 30));
		gint64 n = thuso_grid_n(&grid);
		g_autofree gint32 *classes = g_new(gint32, (gsize) n);
		int n_classes = g_test_rand_int_range(1, N_CLASSES + 1);
		for (gint64 i = 0; i < n; i++)
			classes[i] = g_test_rand_int_range(-1, n_classes);
		check_classes(&grid, classes);
	}
}

/* All classes together fill the grid: no gap, no overlap. */
static void test_fills_the_grid(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	ThusoGrid grid = io_grid(crs, 90, 40, 40);
	gint32 classes[1600];
	for (int i = 0; i < 1600; i++)
		classes[i] = g_test_rand_int_range(0, N_CLASSES);
	GBytes *wkbs[N_CLASSES], *again[N_CLASSES];
	g_assert_true(thuso_polygonize(context, &grid, classes, N_CLASSES, wkbs, NULL));
	g_assert_true(thuso_polygonize(context, &grid, classes, N_CLASSES, again, NULL));
	ThusoGeometry *parts[N_CLASSES];
	for (int c = 0; c < N_CLASSES; c++) {
		g_assert_true(g_bytes_equal(wkbs[c], again[c]));
		parts[c] = geometry_of(wkbs[c]);
	}
	g_autoptr(ThusoGeometry) all = thuso_geometry_union((const ThusoGeometry *const *) parts, N_CLASSES, 0, NULL);
	g_assert_nonnull(all);
	g_assert_cmpint(all->n_parts, ==, 1); /* one square without holes: the edges meet exactly */
	g_assert_cmpfloat(thuso_geometry_area(all), ==, 1600 * 90.0 * 90.0);
	for (int c = 0; c < N_CLASSES; c++) {
		g_bytes_unref(wkbs[c]);
		g_bytes_unref(again[c]);
		thuso_geometry_free(parts[c]);
	}
}

static void test_cancel(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32734", NULL);
	ThusoGrid grid = io_grid(crs, 90, 2, 2);
	gint32 classes[4] = { 0, 0, 0, 0 };
	GBytes *wkbs[1];
	g_autoptr(GError) error = NULL;
	thuso_context_cancel(context);
	g_assert_false(thuso_polygonize(context, &grid, classes, 1, wkbs, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_assert_null(wkbs[0]);
}

void io_add_polygon_tests(void)
{
	g_test_add_func("/io/polygons/pictures", test_pictures);
	g_test_add_func("/io/polygons/random", test_random);
	g_test_add_func("/io/polygons/fills-the-grid", test_fills_the_grid);
	g_test_add_func("/io/polygons/cancel", test_cancel);
}
