/* Tests of geometries: reading and writing WKB, measuring, repairing, uniting, transforming. */
#include "geo-plain.h"

#include <math.h>
#include <string.h>

/* --- WKB ------------------------------------------------------------------------------------------------------------- */

static ThusoGeometry *from_hex(const char *hex, GError **error)
{
	gsize n = strlen(hex) / 2;
	g_autofree guint8 *bytes = thuso_new(guint8, n + 1);
	for (gsize i = 0; i < n; i++)
		bytes[i] = (guint8) (g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
	return thuso_geometry_from_wkb(bytes, n, error);
}

#define LE_1   "000000000000F03F" /* 1.0 */
#define LE_2   "0000000000000040" /* 2.0 */
#define BE_1   "3FF0000000000000"
#define BE_2   "4000000000000000"
#define LE_NAN "000000000000F87F"
#define LE_INF "000000000000F07F"

static void test_wkb_points(void)
{
	static const char *const points[] = {
		"0101000000" LE_1 LE_2,                   /* little-endian */
		"0000000001" BE_1 BE_2,                   /* big-endian */
		"01E9030000" LE_1 LE_2 LE_1,              /* ISO Z */
		"01D1070000" LE_1 LE_2 LE_1,              /* ISO M */
		"01B90B0000" LE_1 LE_2 LE_1 LE_1,         /* ISO ZM */
		"0101000080" LE_1 LE_2 LE_1,              /* PostGIS Z */
		"01010000E0E6100000" LE_1 LE_2 LE_1 LE_1, /* PostGIS Z, M and SRID */
		"010400000001000000"
		"0000000001" BE_1 BE_2, /* members have a byte order of their own */
		"010700000001000000"
		"0101000000" LE_1 LE_2, /* a collection of one kind */
		"010400000002000000"
		"0101000000" LE_NAN LE_NAN "0101000000" LE_1 LE_2, /* POINT EMPTY among others */
	};
	for (guint i = 0; i < G_N_ELEMENTS(points); i++) {
		GError *error = NULL;
		g_autoptr(ThusoGeometry) point = from_hex(points[i], &error);
		g_assert_no_error(error);
		g_assert_cmpint(point->type, ==, THUSO_POINT);
		g_assert_cmpint(point->n_points, ==, 1);
		g_assert_cmpint(point->n_parts, ==, 1);
		g_assert_cmpfloat(point->x[0], ==, 1);
		g_assert_cmpfloat(point->y[0], ==, 2);
	}
	g_autoptr(GBytes) wkb = thuso_point_to_wkb(1, 2);
	g_autoptr(ThusoGeometry) point = thuso_geometry_from_wkb(g_bytes_get_data(wkb, NULL), g_bytes_get_size(wkb), NULL);
	g_assert_cmpfloat(point->y[0], ==, 2);
	g_autoptr(GBytes) again = thuso_geometry_to_wkb(point, NULL);
	g_assert_true(g_bytes_equal(wkb, again));
}

static void test_wkb_errors(void)
{
	static const char *const bad[] = {
		"",
		"01",
		"0201000000" LE_1 LE_2,      /* no byte order */
		"0101000000" LE_1,           /* cut off */
		"0101000000" LE_1 LE_2 "00", /* longer than it says */
		"0101000000" LE_1 LE_NAN,    /* half a point */
		"0101000000" LE_INF LE_2,
		"010200000001000000" LE_NAN LE_NAN, /* NaN in a line is not an empty point */
		"0102000000FFFFFFFF" LE_1 LE_2,     /* a lying count */
		"0103000000FFFFFFFF",
		"0106000000FFFFFFFF",
		"0108000000"
		"00000000", /* circular string */
		"0111000000"
		"00000000",             /* triangle */
		"01A10F0000" LE_1 LE_2, /* type 4001 */
		"010400000001000000"
		"010200000001000000" LE_1 LE_2, /* a line in a multipoint */
		"010700000002000000"
		"0101000000" LE_1 LE_2 "010200000001000000" LE_1 LE_2, /* mixed collection */
	};
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", bad[i]);
		g_assert_null(from_hex(bad[i], &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
		g_assert_null(from_hex(bad[i], NULL));
	}
	g_assert_null(thuso_geometry_from_wkb(NULL, 0, NULL));
	g_autoptr(GString) deep = g_string_new(NULL);
	for (int i = 0; i < 10000; i++)
		g_string_append(deep, "010700000001000000");
	g_assert_null(from_hex(deep->str, NULL));
}

static const char *const wkts[] = {
	"POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))",
	"MULTIPOLYGON(((0 0,0 10,10 10,10 0,0 0)),((20 0,30 0,30 10,20 10,20 0),(22 2,24 2,24 4,22 4,22 2),(26 2,28 2,28 4,26 2)))",
	"MULTILINESTRING((0 0,5 5,10 0),(1 1,2 2))",
	"LINESTRING(0 0,1 1)",
	"MULTIPOINT(1 2,3 4)",
	"GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)),MULTIPOLYGON(((5 5,6 5,6 6,5 5))))",
	"POLYGON EMPTY",
	"MULTIPOINT EMPTY",
	"MULTILINESTRING EMPTY",
};

static void test_wkb_round_trip(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(wkts); i++) {
		g_autoptr(ThusoGeometry) geometry = plain_geometry(wkts[i]);
		GError *error = NULL;
		g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, &error);
		g_assert_no_error(error);
		g_autoptr(ThusoGeometry) again = thuso_geometry_from_wkb(g_bytes_get_data(wkb, NULL), g_bytes_get_size(wkb), &error);
		g_assert_no_error(error);
		g_assert_cmpint(again->type, ==, geometry->type);
		g_assert_cmpint(again->n_points, ==, geometry->n_points);
		g_assert_cmpint(again->n_parts, ==, geometry->n_parts);
		g_assert_cmpint(again->part_start[again->n_parts], ==, again->n_points);
		for (gint64 k = 0; k < geometry->n_points; k++)
			g_assert_true(geometry->x[k] == again->x[k] && geometry->y[k] == again->y[k]);
		g_autoptr(GBytes) wkb_again = thuso_geometry_to_wkb(again, &error);
		g_assert_true(g_bytes_equal(wkb, wkb_again));
	}
	g_autoptr(ThusoGeometry) nothing = plain_geometry("GEOMETRYCOLLECTION EMPTY");
	g_assert_cmpint(nothing->n_points, ==, 0);
	g_assert_cmpint(nothing->type, ==, THUSO_NO_GEOMETRY);
}

/* An unclosed ring is closed, since some writers leave the last point out. */
static void test_wkb_unclosed(void)
{
	g_autoptr(ThusoGeometry) triangle = from_hex("0103000000"
	                                             "01000000"
	                                             "03000000" LE_1 LE_1 LE_2 LE_1 LE_2 LE_2,
	                                             NULL);
	g_assert_cmpint(triangle->n_points, ==, 4);
	g_assert_cmpfloat(triangle->x[3], ==, 1);
	g_assert_cmpfloat(thuso_geometry_area(triangle), ==, 0.5);
}

static void ignore_area(gint64 cell, double area, gpointer data)
{
	(void) cell;
	*(double *) data += area;
}

static void ignore_cell(gint64 cell, gpointer data)
{
	*(double *) data += (double) cell;
}

static void ignore_step(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	*(double *) data += (double) (from + to + segment);
}

/* Whatever bytes come in, nothing breaks; what is read is then used. */
static void use_geometry(const ThusoGeometry *geometry)
{
	ThusoGrid grid = plain_grid(0, 0, 3, 12, 5);
	double sum = 0, x, y;
	g_assert_true(thuso_grid_cover(&grid, geometry, ignore_area, &sum, NULL));
	g_assert_true(thuso_grid_inside(&grid, geometry, ignore_cell, &sum, NULL));
	thuso_grid_trace(&grid, geometry, ignore_step, &sum);
	thuso_geometry_contains(geometry, 3, 3);
	thuso_geometry_distance(geometry, 3, 3);
	thuso_geometry_point(geometry, &x, &y, NULL);
	gboolean was_valid;
	GError *error = NULL;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, &was_valid, &error);
	g_assert_true(valid != NULL || error != NULL);
	g_clear_error(&error);
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, &error);
	g_assert_true(wkb != NULL || error != NULL);
	g_clear_error(&error);
	guint16 blocked[60] = { 0 };
	g_autoptr(ThusoBarrierLines) barriers = thuso_barrier_lines_new(&grid, &geometry, 1, NULL);
	thuso_barrier_lines_block(barriers, blocked);
}

static void test_wkb_fuzz(void)
{
	int n_read = 0;
	for (guint64 seed = 1; seed <= 20000; seed++) {
		PlainRandom random = { seed };
		g_autoptr(ThusoGeometry) geometry = plain_geometry(wkts[seed % G_N_ELEMENTS(wkts)]);
		g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, NULL);
		gsize size = g_bytes_get_size(wkb);
		g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(wkb, NULL), size);
		for (int i = plain_below(&random, 4); i > 0; i--)
			bytes[plain_below(&random, (int) size)] = (guint8) plain_below(&random, 256);
		if (plain_below(&random, 4) == 0)
			size = (gsize) plain_below(&random, (int) size + 1);
		g_autofree guint8 *exact = g_memdup2(bytes, size); /* so that one byte too far is seen */
		g_autoptr(ThusoGeometry) read = thuso_geometry_from_wkb(exact, size, NULL);
		if (!read)
			continue;
		n_read++;
		use_geometry(read);
	}
	g_assert_cmpint(n_read, >, 2000);
	g_assert_cmpint(n_read, <, 19000);
}

/* --- geometries ------------------------------------------------------------------------------------------------------ */

static void test_geometry_measures(void)
{
	g_autoptr(ThusoGeometry) polygon = plain_geometry(wkts[0]), line = plain_geometry(wkts[2]), points = plain_geometry(wkts[4]);
	double x, y, x_min, y_min, x_max, y_max;
	g_assert_cmpfloat(thuso_geometry_area(polygon), ==, 96);
	g_assert_cmpfloat(thuso_geometry_area(line), ==, 0);
	thuso_geometry_bounds(line, &x_min, &y_min, &x_max, &y_max);
	g_assert_true(x_min == 0 && y_min == 0 && x_max == 10 && y_max == 5);
	g_assert_true(thuso_geometry_contains(polygon, 1, 1));
	g_assert_false(thuso_geometry_contains(polygon, 3, 3));
	g_assert_false(thuso_geometry_contains(line, 3, 3));
	g_assert_cmpfloat(thuso_geometry_distance(polygon, 1, 1), ==, 0);
	g_assert_cmpfloat(thuso_geometry_distance(polygon, 3, 3), ==, 1);
	g_assert_cmpfloat(thuso_geometry_distance(polygon, 13, 14), ==, 5);
	g_assert_cmpfloat(thuso_geometry_distance(line, 0, 5), ==, hypot(2.5, 2.5));
	g_assert_cmpfloat(thuso_geometry_distance(points, 3, 6), ==, 2);
	g_assert_true(thuso_geometry_point(points, &x, &y, NULL) && x == 1 && y == 2);
	g_assert_true(thuso_geometry_point(line, &x, &y, NULL) && x == 5 && y == 5);
	g_assert_true(thuso_geometry_point(polygon, &x, &y, NULL) && thuso_geometry_contains(polygon, x, y));
	g_autoptr(ThusoGeometry) empty = plain_geometry("POLYGON EMPTY");
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_geometry_point(empty, &x, &y, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_assert_true(isinf(thuso_geometry_distance(empty, 0, 0)));
}

static void test_geometry_valid(void)
{
	static const struct {
		const char *wkt;
		gboolean was_valid;
		double area;
		gint32 n_parts;
	} cases[] = {
		{ "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))", TRUE, 96, 2 },
		{ "POLYGON((0 0,2 2,2 0,0 2,0 0))", FALSE, 2, 2 },                                 /* a bow tie */
		{ "POLYGON((0 0,2 2,4 0,4 4,2 2,0 4,0 0))", FALSE, 8, 2 },                         /* touches itself */
		{ "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((1 1,2 1,2 2,1 2,1 1)))", FALSE, 80, 2 }, /* a hole given as a polygon */
		{ "POLYGON((0 0,4 0,4 4,0 4,0 0),(10 10,11 10,11 11,10 10))", FALSE, 16.5, 2 },    /* a hole outside */
		{ "POLYGON((0 0,4 0,8 0,0 0))", FALSE, 0, 0 },                                     /* no area */
		{ "POLYGON((0 0,4 0,4 4,4 9,4 4,0 4,0 0))", FALSE, 16, 1 },                        /* a spike */
		{ "POLYGON EMPTY", TRUE, 0, 0 },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoGeometry) polygon = plain_geometry(cases[i].wkt);
		gboolean was_valid;
		GError *error = NULL;
		g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(polygon, &was_valid, &error);
		g_assert_no_error(error);
		g_test_message("%s", cases[i].wkt);
		g_assert_cmpint(was_valid, ==, cases[i].was_valid);
		g_assert_cmpfloat_with_epsilon(thuso_geometry_area(valid), cases[i].area, 1e-12);
		g_assert_cmpint(valid->n_parts, ==, cases[i].n_parts);
		g_assert_cmpint(valid->type, ==, THUSO_POLYGON);
		g_autoptr(ThusoGeometry) again = thuso_geometry_valid(valid, &was_valid, &error);
		g_assert_nonnull(again);
		g_assert_true(was_valid);
	}
}

static void test_geometry_union(void)
{
	g_autoptr(ThusoGeometry) a = plain_geometry("POLYGON((0 0,10 0,10 10,0 10,0 0))");
	g_autoptr(ThusoGeometry) b = plain_geometry("POLYGON((10 0,20 0,20 10,10 10,10 0))");
	g_autoptr(ThusoGeometry) tie = plain_geometry("POLYGON((30 0,32 2,32 0,30 2,30 0))");
	g_autoptr(ThusoGeometry) line = plain_geometry("LINESTRING(0 0,1 1)");
	const ThusoGeometry *polygons[3] = { a, b, tie };
	GError *error = NULL;
	g_autoptr(ThusoGeometry) two = thuso_geometry_union(polygons, 2, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpint(two->n_parts, ==, 1);
	g_assert_cmpfloat(thuso_geometry_area(two), ==, 200);
	g_autoptr(ThusoGeometry) grown = thuso_geometry_union(polygons, 2, 5, &error);
	g_assert_no_error(error);
	g_assert_cmpfloat_with_epsilon(thuso_geometry_area(grown), 200 + 60 * 5 + G_PI * 25, 0.2);
	g_autoptr(ThusoGeometry) none = thuso_geometry_union(NULL, 0, 5, &error);
	g_assert_no_error(error);
	g_assert_cmpint(none->n_points, ==, 0);
	g_autoptr(ThusoGeometry) three = thuso_geometry_union(polygons, 3, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpfloat(thuso_geometry_area(three), ==, 202); /* the tie was repaired */
	polygons[2] = line;
	g_autoptr(GError) wrong = NULL;
	g_assert_null(thuso_geometry_union(polygons, 3, 0, &wrong));
	g_assert_error(wrong, THUSO_ERROR, THUSO_ERROR_INPUT);
}

/* The same edge from either end is split at the same points, to the last bit. */
static void test_geometry_split(void)
{
	g_autoptr(ThusoCrs) degrees = plain_crs("EPSG:4326");
	g_autoptr(ThusoTransform) same = thuso_transform_new(degrees, degrees, NULL);
	for (guint64 seed = 1; seed <= 500; seed++) {
		PlainRandom random = { seed };
		double x[2] = { plain_uniform(&random, 16, 33), plain_uniform(&random, 16, 33) };
		double y[2] = { plain_uniform(&random, -35, -22), plain_uniform(&random, -35, -22) };
		double x_back[2] = { x[1], x[0] }, y_back[2] = { y[1], y[0] };
		g_autoptr(ThusoGeometry) there = plain_part(THUSO_LINE, x, y, 2), back = plain_part(THUSO_LINE, x_back, y_back, 2);
		g_assert_true(thuso_geometry_transform(there, same, 0.1, NULL));
		g_assert_true(thuso_geometry_transform(back, same, 0.1, NULL));
		gint64 n = there->n_points;
		g_assert_cmpint(n, ==, back->n_points);
		g_assert_cmpint(n, ==, (gint64) ceil(hypot(x[1] - x[0], y[1] - y[0]) / 0.1) + 1);
		for (gint64 i = 0; i < n; i++) {
			g_assert_cmpfloat(there->x[i], ==, back->x[n - 1 - i]);
			g_assert_cmpfloat(there->y[i], ==, back->y[n - 1 - i]);
			g_assert_cmpfloat_with_epsilon(there->x[i], x[0] + (x[1] - x[0]) * (double) i / (double) (n - 1), 1e-12);
		}
	}
}

/* Neighbours that share an edge, digitised in opposite directions, share it after splitting and transforming too. */
static void test_geometry_transform(void)
{
	g_autoptr(ThusoGeometry) west = plain_geometry("POLYGON((20 -34,21 -34.5,21.3 -33.2,20 -33,20 -34))");
	g_autoptr(ThusoGeometry) east = plain_geometry("POLYGON((21 -34.5,22 -34,22 -33,21.3 -33.2,21 -34.5))");
	g_autoptr(ThusoCrs) degrees = plain_crs("EPSG:4326"), utm = plain_crs("EPSG:32734"), lo = plain_crs("EPSG:2048");
	g_autoptr(ThusoTransform) to_utm = thuso_transform_new(degrees, utm, NULL), to_lo = thuso_transform_new(utm, lo, NULL);
	g_assert_true(thuso_geometry_transform(west, to_utm, 0.01, NULL));
	g_assert_true(thuso_geometry_transform(east, to_utm, 0.01, NULL));
	g_assert_cmpint(west->n_points, >, 300);
	const ThusoGeometry *both[2] = { west, east };
	g_autoptr(ThusoGeometry) united = thuso_geometry_union(both, 2, 0, NULL);
	double sum = thuso_geometry_area(west) + thuso_geometry_area(east);
	g_assert_cmpfloat_with_epsilon(thuso_geometry_area(united), sum, 1e-9 * sum);
	g_assert_cmpint(united->n_parts, ==, 1);
	/* Every point of the shared edge stands in both outlines: the union has lost it from each. */
	g_assert_cmpint(united->n_points, <, west->n_points + east->n_points - 200);
	g_assert_true(thuso_geometry_transform(united, to_lo, 0, NULL));
	gboolean was_valid;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(united, &was_valid, NULL);
	g_assert_true(valid != NULL && was_valid);
	g_autoptr(ThusoGeometry) lost = plain_geometry("POINT(21 95)");
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_geometry_transform(lost, to_utm, 0, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_clear_error(&error);
	g_autoptr(ThusoGeometry) endless = plain_geometry("LINESTRING(0 0,1e300 0)");
	g_assert_false(thuso_geometry_transform(endless, to_utm, 1e-3, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT);
}

void geo_add_shape_tests(void)
{
	g_test_add_func("/geo/wkb/points", test_wkb_points);
	g_test_add_func("/geo/wkb/errors", test_wkb_errors);
	g_test_add_func("/geo/wkb/round-trip", test_wkb_round_trip);
	g_test_add_func("/geo/wkb/unclosed", test_wkb_unclosed);
	g_test_add_func("/geo/wkb/fuzz", test_wkb_fuzz);
	g_test_add_func("/geo/geometry/measures", test_geometry_measures);
	g_test_add_func("/geo/geometry/valid", test_geometry_valid);
	g_test_add_func("/geo/geometry/union", test_geometry_union);
	g_test_add_func("/geo/geometry/split", test_geometry_split);
	g_test_add_func("/geo/geometry/transform", test_geometry_transform);
}
