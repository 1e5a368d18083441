/* Unit tests of the geo room: reference systems, the grid, lengths. Geometries, fields and barriers are in tests/support. */
#include "../support/geo-plain.h"
#include "../support/sizes.h"

#include <geodesic.h>

#include <math.h>
#include <string.h>

/* --- reference systems ------------------------------------------------------------------------------------------------ */

/* What GDAL writes into files, without codes. */
#define WKT1_UTM34S                                                                                                              \
	"PROJCS[\"WGS 84 / UTM zone 34S\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"         \
	"PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER["                \
	"\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",21],PARAMETER[\"scale_factor\",0.9996],PARAMETER["                 \
	"\"false_easting\",500000],PARAMETER[\"false_northing\",10000000],UNIT[\"metre\",1],AXIS[\"Easting\",EAST],AXIS["            \
	"\"Northing\","                                                                                                              \
	"NORTH]]"
#define WKT1_ESRI_ALBERS                                                                                                         \
	"PROJCS[\"Africa_Albers_Equal_Area_Conic\",GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,"    \
	"298.257223563]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Albers\"],PARAMETER["           \
	"\"False_Easting\",0.0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",25.0],PARAMETER["                   \
	"\"Standard_Parallel_1\",20.0],PARAMETER[\"Standard_Parallel_2\",-23.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT["         \
	"\"Meter\","                                                                                                                 \
	"1.0]]"
#define WKT1_TOWGS84                                                                                                             \
	"GEOGCS[\"Hartebeesthoek94\",DATUM[\"Hartebeesthoek94\",SPHEROID[\"WGS 84\",6378137,298.257223563],TOWGS84[0,0,0,0,0,0,0],"  \
	"AUTHORITY[\"EPSG\",\"6148\"]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4148\"]]"
#define WKT1_COMPOUND                                                                                                            \
	"COMPD_CS[\"both\"," WKT1_UTM34S                                                                                             \
	",VERT_CS[\"EGM96 height\",VERT_DATUM[\"EGM96 geoid\",2005],UNIT[\"metre\",1],AXIS[\"Up\",UP]]]"

/* EPSG:9221 as ESRI writes it: no code, and the axes in the other order. */
#define WKT1_ESRI_9221                                                                                                           \
	"PROJCS[\"Hartebeesthoek94_ZAF_BSU_Albers_25E\",GEOGCS[\"GCS_Hartebeesthoek_1994\",DATUM[\"D_Hartebeesthoek_1994\","         \
	"SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],"            \
	"PROJECTION[\"Albers\"],PARAMETER[\"False_Easting\",1400000.0],PARAMETER[\"False_Northing\",1300000.0],PARAMETER["           \
	"\"Central_Meridian\",25.0],PARAMETER[\"Standard_Parallel_1\",-22.0],PARAMETER[\"Standard_Parallel_2\",-38.0],PARAMETER["    \
	"\"Latitude_Of_Origin\",-30.0],UNIT[\"Meter\",1.0]]"

static void test_crs_reading(void)
{
	static const struct {
		const char *text, *name, *authority;
		gboolean geographic, grid_ready;
	} cases[] = {
		{ "EPSG:32734", "WGS 84 / UTM zone 34S", "EPSG:32734", FALSE, TRUE },
		{ " epsg:32734\n", "WGS 84 / UTM zone 34S", "EPSG:32734", FALSE, TRUE },
		{ "urn:ogc:def:crs:EPSG::32734", "WGS 84 / UTM zone 34S", "EPSG:32734", FALSE, TRUE },
		{ "EPSG:4326", "WGS 84", "EPSG:4326", TRUE, FALSE },
		{ "OGC:CRS84", "WGS 84 (CRS84)", "OGC:CRS84", TRUE, FALSE },
		{ "EPSG:4979", "WGS 84", "EPSG:4979", TRUE, FALSE },
		{ "EPSG:4148", "Hartebeesthoek94", "EPSG:4148", TRUE, FALSE },
		{ "EPSG:3857", "WGS 84 / Pseudo-Mercator", "EPSG:3857", FALSE, TRUE },
		{ "ESRI:102022", "Africa_Albers_Equal_Area_Conic", "ESRI:102022", FALSE, TRUE },
		{ "ESRI:102568", "Hartebeesthoek94_Lo31_(E-N)", "ESRI:102568", FALSE, TRUE },
		{ "EPSG:9221", "Hartebeesthoek94 / ZAF BSU Albers 25E", "EPSG:9221", FALSE, TRUE },
		{ "EPSG:2048", "Hartebeesthoek94 / Lo19", "EPSG:2048", FALSE, FALSE },
		{ "EPSG:2263", "NAD83 / New York Long Island (ftUS)", "EPSG:2263", FALSE, FALSE },
		{ "+proj=utm +zone=34 +south +datum=WGS84", "unknown", "EPSG:32734", FALSE, TRUE },
		{ "+proj=tmerc +lon_0=31 +datum=WGS84 +units=m +type=crs", "unknown", "", FALSE, TRUE },
		{ WKT1_UTM34S, "WGS 84 / UTM zone 34S", "EPSG:32734", FALSE, TRUE },
		{ WKT1_COMPOUND, "WGS 84 / UTM zone 34S", "EPSG:32734", FALSE, TRUE },
		{ WKT1_ESRI_ALBERS, "Africa_Albers_Equal_Area_Conic", "ESRI:102022", FALSE, TRUE },
		{ WKT1_ESRI_9221, "Hartebeesthoek94 / ZAF BSU Albers 25E", "EPSG:9221", FALSE, TRUE },
		{ WKT1_TOWGS84, "Hartebeesthoek94", "EPSG:4148", TRUE, FALSE },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoCrs) crs = plain_crs(cases[i].text);
		g_assert_cmpstr(thuso_crs_name(crs), ==, cases[i].name);
		g_assert_cmpstr(thuso_crs_authority(crs), ==, cases[i].authority);
		g_assert_cmpint(thuso_crs_is_geographic(crs), ==, cases[i].geographic);
		g_assert_cmpint(thuso_crs_is_grid_ready(crs), ==, cases[i].grid_ready);
		g_autoptr(ThusoCrs) again = plain_crs(thuso_crs_wkt(crs));
		g_assert_true(thuso_crs_equal(crs, again));
		g_assert_cmpstr(thuso_crs_authority(again), ==, cases[i].authority);
	}
	for (int code = 2046; code <= 2055; code++) {
		g_autofree char *text = g_strdup_printf("EPSG:%d", code);
		g_autoptr(ThusoCrs) lo = plain_crs(text);
		g_assert_false(thuso_crs_is_grid_ready(lo));
	}
}

static void test_crs_refusal(void)
{
	g_autofree char *long_text = g_strnfill(300000, 'A');
	memcpy(long_text, "GEOGCS[\"", 8);
	const char *texts[] = { "",
		                    "   ",
		                    "https://epsg.io/32734.wkt",
		                    "file:///etc/hosts",
		                    "/etc/hosts",
		                    "wgs84.prj",
		                    "@wgs84.prj",
		                    "WGS 84",
		                    "EPSG:99999",
		                    "EPSG:",
		                    "NOBODY:1",
		                    "EPSG:5773",
		                    "EPSG:4978",
		                    "+proj=pipeline +step +proj=utm +zone=34",
		                    "+proj=longlat +ellps=clrk66 +nadgrids=/etc/hosts",
		                    "+proj=longlat +ellps=clrk66 +nadgrids=@/etc/hosts",
		                    "+init=epsg:32734",
		                    "+proj=axisswap +order=2,1",
		                    "PROJCS[\"cut off\",",
		                    "{\"type\":",
		                    "GEOGCS[\"\xff\xfe\"]",
		                    "LOCAL_CS[\"plan\",UNIT[\"metre\",1]]",
		                    long_text };
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("text %u", i);
		g_assert_null(thuso_crs_new(texts[i], &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
		g_assert_null(strchr(error->message, '\n'));
		g_assert_cmpuint(strlen(error->message), <, 500);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_crs_new(NULL, &error));
	g_autoptr(ThusoCrs) mercator = plain_crs("+proj=merc +a=6378137 +b=6378137 +nadgrids=@null");
	g_assert_true(thuso_crs_is_grid_ready(mercator));
}

static void test_crs_equal(void)
{
	static const char *const same[][2] = {
		{ "EPSG:32734", WKT1_UTM34S },
		{ "EPSG:32734", "+proj=utm +zone=34 +south +datum=WGS84" },
		{ "EPSG:4326", "OGC:CRS84" },
		{ "EPSG:32734", WKT1_COMPOUND },
		{ "EPSG:4148", WKT1_TOWGS84 },
		{ "ESRI:102022", WKT1_ESRI_ALBERS },
		{ "EPSG:4326", "+proj=longlat +datum=WGS84" },
		{ "EPSG:9221", WKT1_ESRI_9221 },
	};
	static const char *const different[][2] = {
		{ "EPSG:32734", "EPSG:32735" }, { "EPSG:32734", "EPSG:32634" }, { "EPSG:4326", "EPSG:4148" },
		{ "EPSG:4326", "EPSG:32734" },  { "EPSG:2054", "ESRI:102568" }, { "EPSG:3857", "EPSG:32734" },
	};
	for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autoptr(ThusoCrs) a = plain_crs(same[i][0]), b = plain_crs(same[i][1]);
		g_test_message("%s = %.60s", same[i][0], same[i][1]);
		g_assert_true(thuso_crs_equal(a, b));
		g_assert_true(thuso_crs_equal(b, a));
	}
	for (guint i = 0; i < G_N_ELEMENTS(different); i++) {
		g_autoptr(ThusoCrs) a = plain_crs(different[i][0]), b = plain_crs(different[i][1]);
		g_assert_false(thuso_crs_equal(a, b));
		g_assert_false(thuso_crs_equal(b, a));
	}
}

/* Numbers for 31.02 E, 29.86 S by GDAL's own tools. */
static void test_transform(void)
{
	static const struct {
		const char *crs;
		double x, y;
	} cases[] = {
		{ "EPSG:4326", 31.02, -29.86 },        { "EPSG:4148", 31.02, -29.86 },        { "EPSG:2054", -1932.4, 3304594.4 },
		{ "ESRI:102568", 1932.4, -3304594.4 }, { "EPSG:9221", 1975787.5, 1300688.1 },
	};
	g_autoptr(ThusoCrs) degrees = plain_crs("EPSG:4326");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoCrs) crs = plain_crs(cases[i].crs);
		GError *error = NULL;
		g_autoptr(ThusoTransform) there = thuso_transform_new(degrees, crs, &error),
		                          back = thuso_transform_new(crs, degrees, &error);
		g_assert_no_error(error);
		double x = 31.02, y = -29.86;
		g_assert_true(thuso_transform_points(there, &x, &y, 1));
		g_assert_cmpfloat_with_epsilon(x, cases[i].x, 0.06);
		g_assert_cmpfloat_with_epsilon(y, cases[i].y, 0.06);
		g_assert_true(thuso_transform_points(back, &x, &y, 1));
		g_assert_cmpfloat_with_epsilon(x, 31.02, 1e-9);
		g_assert_cmpfloat_with_epsilon(y, -29.86, 1e-9);
		g_assert_true(thuso_transform_points(back, NULL, NULL, 0));
	}
	g_autoptr(ThusoCrs) utm = plain_crs("EPSG:32734");
	g_autoptr(ThusoTransform) to_utm = thuso_transform_new(degrees, utm, NULL);
	double x[3] = { 21, NAN, 21 }, y[3] = { -34, 0, 91 };
	g_assert_false(thuso_transform_points(to_utm, x, y, 3));
	g_assert_cmpfloat_with_epsilon(x[0], 500000, 1e-6);
	g_assert_true(isnan(x[1]) && isnan(y[1]) && isnan(x[2]) && isnan(y[2]));
}

static void check_choice(const char *const *inputs, const double area[4], const char *name)
{
	ThusoCrs *crs[4] = { NULL };
	int n = 0;
	for (; inputs && inputs[n]; n++)
		crs[n] = plain_crs(inputs[n]);
	GError *error = NULL;
	g_autoptr(ThusoCrs) chosen = thuso_crs_choose(crs, n, area, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(thuso_crs_name(chosen), ==, name);
	g_assert_true(thuso_crs_is_grid_ready(chosen));
	while (n > 0)
		thuso_crs_unref(crs[--n]);
}

static void test_crs_choose(void)
{
	static const double swellendam[4] = { 20.1, -34.5, 20.9, -33.8 }, country[4] = { 16.4, -34.9, 32.9, -22.1 };
	static const double gauteng[4] = { 27.1, -26.9, 29.1, -25.1 }, cape[4] = { 17.7, -34.9, 24.3, -30.4 };
	static const double kenya[4] = { 36.5, -1.5, 37.2, 0.5 }, europe[4] = { 11.0, 47, 12, 48 };
	check_choice(NULL, swellendam, "WGS 84 / UTM zone 34S");
	check_choice((const char *[]){ "EPSG:4326", "EPSG:32733", NULL }, swellendam, "WGS 84 / UTM zone 33S");
	check_choice((const char *[]){ "EPSG:32733", WKT1_UTM34S, NULL }, swellendam, "WGS 84 / UTM zone 34S");
	check_choice((const char *[]){ "EPSG:32733", "EPSG:32735", NULL }, swellendam, "WGS 84 / UTM zone 34S");
	check_choice((const char *[]){ "EPSG:2048", "EPSG:4148", NULL }, swellendam, "WGS 84 / UTM zone 34S");
	check_choice((const char *[]){ WKT1_UTM34S, "EPSG:32734", "EPSG:4148", NULL }, country, "WGS 84 / UTM zone 34S");
	check_choice(NULL, country, "Lambert azimuthal equal area, 29 S 25 E");
	check_choice(NULL, gauteng, "WGS 84 / UTM zone 35S");
	check_choice(NULL, cape, "WGS 84 / UTM zone 34S");
	check_choice(NULL, kenya, "Lambert azimuthal equal area, 1 S 37 E");
	check_choice(NULL, europe, "WGS 84 / UTM zone 32N");
	static const double metres[4] = { 240000, 6100000, 300000, 6200000 };
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_crs_choose(NULL, 0, metres, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_clear_error(&error);
	static const double nothing[4] = { NAN, NAN, NAN, NAN };
	g_assert_null(thuso_crs_choose(NULL, 0, nothing, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
}

static gboolean use_crs(gint64 index, int worker, gpointer data, GError **error)
{
	(void) worker;
	const ThusoCrs *shared = data;
	g_autoptr(ThusoCrs) own = thuso_crs_new(index % 2 ? "EPSG:32734" : WKT1_UTM34S, error);
	if (!own)
		return FALSE;
	g_assert_true(thuso_crs_equal(own, shared));
	g_autoptr(ThusoCrs) degrees = thuso_crs_new("EPSG:4326", error);
	g_autoptr(ThusoTransform) transform = thuso_transform_new(degrees, shared, error);
	double x = 21, y = -34;
	return transform && thuso_transform_points(transform, &x, &y, 1) && fabs(x - 500000) < 1e-6;
}

static void test_crs_threads(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	thuso_context_set_threads(context, 4);
	g_autoptr(ThusoCrs) shared = plain_crs("EPSG:32734");
	GError *error = NULL;
	g_assert_true(thuso_parallel(context, 24, use_crs, shared, &error));
	g_assert_no_error(error);
}

/* --- the grid -------------------------------------------------------------------------------------------------------- */

static void test_grid_fit(void)
{
	static const struct {
		double cell, west, south, east, north;
		double x_min, y_max;
		gint32 n_cols, n_rows;
	} cases[] = {
		{ 100, 0, 0, 1000, 500, 0, 500, 10, 5 },
		{ 100, 1, 1, 999, 499, 0, 500, 10, 5 },
		{ 100, -1, -1, 1001, 501, -100, 600, 12, 7 },
		{ 30, 100, 100, 100, 100, 90, 120, 1, 1 },
		{ 90, 90, 90, 90, 90, 90, 180, 1, 1 },
		{ 0.25, 0.5, 0.5, 0.75, 1.6, 0.5, 1.75, 1, 5 },
		{ 1000, 5e6, -4e6, 5.0005e6, -3.9995e6, 5e6, -3.999e6, 1, 1 },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		ThusoGrid grid;
		GError *error = NULL;
		g_assert_true(
		    thuso_grid_fit(&grid, NULL, cases[i].cell, cases[i].west, cases[i].south, cases[i].east, cases[i].north, &error));
		g_assert_cmpfloat_with_epsilon(grid.x_min, cases[i].x_min, 1e-9);
		g_assert_cmpfloat_with_epsilon(grid.y_max, cases[i].y_max, 1e-9);
		g_assert_cmpint(grid.n_cols, ==, cases[i].n_cols);
		g_assert_cmpint(grid.n_rows, ==, cases[i].n_rows);
	}
	/* Multiples of a cell that binary numbers do not hold exactly: the extent is held all the same. */
	for (guint64 seed = 1; seed <= 100000; seed++) {
		PlainRandom random = { seed };
		double cell = plain_uniform(&random, 0.1, 100), west = plain_below(&random, 1000000) * cell, north = west + 7 * cell;
		ThusoGrid grid;
		g_assert_true(thuso_grid_fit(&grid, NULL, cell, west, west, north, north, NULL));
		g_assert_cmpfloat(grid.x_min, ==, west);
		g_assert_cmpfloat(grid.y_max, >=, north);
		g_assert_cmpfloat(grid.x_min + grid.n_cols * cell, >=, north * (1 - 1e-15));
		g_assert_cmpfloat(grid.y_max - grid.n_rows * cell, <=, west * (1 + 1e-15));
		g_assert_cmpint(grid.n_cols, <=, 9);
	}
}

static void test_grid_fit_errors(void)
{
	ThusoGrid grid;
	g_autoptr(ThusoCrs) degrees = plain_crs("EPSG:4326"), lo = plain_crs("EPSG:2048");
	static const double bad[][5] = { { 0, 0, 0, 1, 1 },     { -1, 0, 0, 1, 1 },  { NAN, 0, 0, 1, 1 },
		                             { 1, NAN, 0, 1, 1 },   { 1, 0, 0, -1, 1 },  { 1, 0, 0, INFINITY, 1 },
		                             { 1e-9, 0, 0, 10, 1 }, { 1, 0, 0, 1, 3e9 }, { 1, 0, 0, 1e300, 1 } };
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(thuso_grid_fit(&grid, NULL, bad[i][0], bad[i][1], bad[i][2], bad[i][3], bad[i][4], &error));
		g_assert_nonnull(error);
	}
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_grid_fit(&grid, degrees, 0.1, 20, -35, 21, -34, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_false(thuso_grid_fit(&grid, lo, 100, 0, 0, 1000, 1000, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
}

static void test_grid_cells(void)
{
	ThusoGrid grid = plain_grid(100, 200, 10, 7, 5);
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double x, y;
		thuso_grid_centre(&grid, cell, &x, &y);
		g_assert_cmpint(thuso_grid_cell(&grid, x, y), ==, cell);
		g_assert_cmpint(thuso_grid_cell(&grid, x - 5, y + 5), ==, cell); /* its own west and north edges */
	}
	g_assert_cmpint(thuso_grid_cell(&grid, 100, 250), ==, 0);
	g_assert_cmpint(thuso_grid_cell(&grid, 170, 250), ==, -1);
	g_assert_cmpint(thuso_grid_cell(&grid, 100, 200), ==, -1);
	g_assert_cmpint(thuso_grid_cell(&grid, 99.999, 225), ==, -1);
	g_assert_cmpint(thuso_grid_cell(&grid, NAN, 225), ==, -1);
	g_assert_cmpint(thuso_grid_cell(&grid, 1e300, -1e300), ==, -1);
}

static void test_steps(void)
{
	double last = -1;
	for (int step = 0; step < 16; step++) {
		double angle = atan2(-thuso_step_row[step], thuso_step_col[step]);
		angle = angle < 0 ? angle + 2 * G_PI : angle;
		last = step == 8 ? -1 : last;
		g_assert_cmpfloat(angle, >, last);
		last = angle;
		int back = thuso_step_opposite[step];
		g_assert_cmpint(thuso_step_row[back], ==, -thuso_step_row[step]);
		g_assert_cmpint(thuso_step_col[back], ==, -thuso_step_col[step]);
		int length2 = thuso_step_row[step] * thuso_step_row[step] + thuso_step_col[step] * thuso_step_col[step];
		g_assert_cmpint(length2, ==, step >= 8 ? 5 : 1 + step % 2);
	}
}

/* --- lengths --------------------------------------------------------------------------------------------------------- */

static void check_lengths(const char *text, double cell_m, const double wsen[4], guint64 seed)
{
	g_autoptr(ThusoCrs) crs = plain_crs(text), degrees = plain_crs("EPSG:4326");
	g_autoptr(ThusoTransform) to_degrees = thuso_transform_new(crs, degrees, NULL);
	ThusoGrid grid;
	GError *error = NULL;
	g_assert_true(thuso_grid_fit(&grid, crs, cell_m, wsen[0], wsen[1], wsen[2], wsen[3], &error));
	gint64 begin = g_get_monotonic_time();
	g_autoptr(ThusoLengths) lengths = thuso_lengths_new(&grid, THUSO_LENGTHS_GROUND, &error);
	g_assert_no_error(error);
	g_test_message("%s, %d x %d cells of %g m: %.0f ms", text, grid.n_rows, grid.n_cols, cell_m,
	               (double) (g_get_monotonic_time() - begin) / 1000);
	struct geod_geodesic earth;
	geod_init(&earth, 6378137, 1 / 298.257223563);
	PlainRandom random = { seed };
	double worst = 0;
	for (int i = 0; i < 20000; i++) {
		/* Half of them at the corners of blocks, whatever power of two those have. */
		gint32 row = plain_below(&random, grid.n_rows), col = plain_below(&random, grid.n_cols);
		if (i % 2) {
			row &= ~63;
			col = MIN(col | 63, grid.n_cols - 1);
		}
		int step = plain_below(&random, 16);
		gint32 to_row = row + thuso_step_row[step], to_col = col + thuso_step_col[step];
		if (to_row < 0 || to_col < 0 || to_row >= grid.n_rows || to_col >= grid.n_cols)
			continue;
		double x[2], y[2], true_m;
		thuso_grid_centre(&grid, (gint64) row * grid.n_cols + col, &x[0], &y[0]);
		thuso_grid_centre(&grid, (gint64) to_row * grid.n_cols + to_col, &x[1], &y[1]);
		g_assert_true(thuso_transform_points(to_degrees, x, y, 2));
		geod_inverse(&earth, y[0], x[0], y[1], x[1], &true_m, NULL, NULL);
		double there_m = thuso_lengths_step(lengths, row, col, thuso_step_row[step], thuso_step_col[step]);
		double back_m = thuso_lengths_step(lengths, to_row, to_col, -thuso_step_row[step], -thuso_step_col[step]);
		g_assert_cmpfloat(there_m, ==, back_m);
		worst = fmax(worst, fabs(there_m / true_m - 1));
	}
	g_test_message("worst relative error %.2g", worst);
	g_assert_cmpfloat(worst, <, 1e-4);
}

static void test_lengths_ground(void)
{
	check_lengths("EPSG:32734", 90, (const double[]){ 560000, 6180000, 640000, 6260000 }, 1);
	check_lengths("EPSG:32734", 1000, (const double[]){ 100000, 6000000, 900000, 6800000 }, 2);
	check_lengths("EPSG:3857", 500, (const double[]){ 1825000, -4200000, 3660000, -2520000 }, 3);
	check_lengths("ESRI:102022", 1000, (const double[]){ -900000, -4100000, 900000, -2300000 }, 4);
	check_lengths("EPSG:9221", 20000, (const double[]){ 600000, 600000, 2400000, 2400000 }, 5);
	check_lengths("+proj=laea +lat_0=-29 +lon_0=25 +datum=WGS84 +units=m", 250,
	              (const double[]){ -900000, -700000, 900000, 800000 }, 6);
}

/* By hand: at the central meridian of UTM the scale is 0.9996; Web Mercator's is 1/cos(latitude) on the sphere. */
static void test_lengths_by_hand(void)
{
	g_autoptr(ThusoCrs) utm = plain_crs("EPSG:32734"), mercator = plain_crs("EPSG:3857");
	ThusoGrid grid;
	g_assert_true(thuso_grid_fit(&grid, utm, 100, 499000, 6200000, 501000, 6202000, NULL));
	g_autoptr(ThusoLengths) lengths = thuso_lengths_new(&grid, THUSO_LENGTHS_GROUND, NULL);
	g_assert_cmpfloat_with_epsilon(thuso_lengths_step(lengths, 5, 5, 0, 1), 100 / 0.9996, 1e-3);
	g_assert_cmpfloat_with_epsilon(thuso_lengths_step(lengths, 5, 5, -1, 0), 100 / 0.9996, 1e-3);
	g_assert_cmpfloat_with_epsilon(thuso_lengths_step(lengths, 5, 5, 2, -1), 100 * sqrt(5) / 0.9996, 1e-3);
	/* At 34 degrees south, east-west: cos(34) * N(34) / a = 0.829904. */
	double y = -6378137 * log(tan(G_PI / 4 + 34 * G_PI / 360));
	g_assert_true(thuso_grid_fit(&grid, mercator, 100, 2200000, y - 1000, 2202000, y + 1000, NULL));
	g_autoptr(ThusoLengths) on_mercator = thuso_lengths_new(&grid, THUSO_LENGTHS_GROUND, NULL);
	g_assert_cmpfloat_with_epsilon(thuso_lengths_step(on_mercator, 10, 10, 0, 1), 82.9904, 0.01);
}

/* A world map: steps beyond the poles, and between cells on a pole, still have lengths; cells beyond a pole are refused. */
static void test_lengths_poles(void)
{
	g_autoptr(ThusoCrs) degrees = plain_crs("EPSG:4326");
	static const double north[] = { 90, 90.5, 89 };
	for (gsize i = 0; i < G_N_ELEMENTS(north); i++) {
		const ThusoGrid grid = { -180, north[i], 1, in_full(360, 24), (gint32) (2 * north[i]), degrees };
		GError *error = NULL;
		g_autoptr(ThusoLengths) lengths = thuso_lengths_new(&grid, THUSO_LENGTHS_GROUND, &error);
		g_assert_no_error(error);
		for (gint32 row = 0; row < grid.n_rows; row++)
			for (int step = 0; step < 16; step++) {
				const double length_m = thuso_lengths_step(lengths, row, 100, thuso_step_row[step], thuso_step_col[step]);
				g_assert_true(isfinite(length_m) && length_m > 0);
			}
	}
	const ThusoGrid beyond = { -180, 92, 1, 360, 10, degrees };
	g_assert_null(thuso_lengths_new(&beyond, THUSO_LENGTHS_GROUND, NULL));
}

static void test_lengths_planar(void)
{
	ThusoGrid grid = plain_grid(0, 0, 30, 500, 400);
	GError *error = NULL;
	g_autoptr(ThusoLengths) lengths = thuso_lengths_new(&grid, THUSO_LENGTHS_PLANAR, &error);
	g_assert_no_error(error);
	for (int step = 0; step < 16; step++) {
		double expected = 30 * sqrt(step >= 8 ? 5 : 1 + step % 2);
		g_assert_cmpfloat(thuso_lengths_step(lengths, 0, 0, thuso_step_row[step], thuso_step_col[step]), ==, expected);
		g_assert_cmpfloat(thuso_lengths_step(lengths, 399, 499, thuso_step_row[step], thuso_step_col[step]), ==, expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/geo/crs/reading", test_crs_reading);
	g_test_add_func("/geo/crs/refusal", test_crs_refusal);
	g_test_add_func("/geo/crs/equal", test_crs_equal);
	g_test_add_func("/geo/crs/transform", test_transform);
	g_test_add_func("/geo/crs/choose", test_crs_choose);
	g_test_add_func("/geo/crs/threads", test_crs_threads);
	g_test_add_func("/geo/grid/fit", test_grid_fit);
	g_test_add_func("/geo/grid/fit-errors", test_grid_fit_errors);
	g_test_add_func("/geo/grid/cells", test_grid_cells);
	g_test_add_func("/geo/lengths/poles", test_lengths_poles);
	g_test_add_func("/geo/grid/steps", test_steps);
	g_test_add_func("/geo/lengths/ground", test_lengths_ground);
	g_test_add_func("/geo/lengths/by-hand", test_lengths_by_hand);
	g_test_add_func("/geo/lengths/planar", test_lengths_planar);
	geo_add_shape_tests();
	geo_add_field_tests();
	geo_add_barrier_tests();
	return g_test_run();
}
