/* Unit tests of the geo room: reference systems, the grid, lengths, geometries. Fields and barriers are in tests/support. */
#include "../support/geo-plain.h"

#include <geodesic.h>

#include <math.h>
#include <string.h>

static ThusoCrs *crs_of(const char *text)
{
	GError *error = NULL;
	ThusoCrs *crs = thuso_crs_new(text, &error);
	g_assert_no_error(error);
	return crs;
}

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
		g_autoptr(ThusoCrs) crs = crs_of(cases[i].text);
		g_assert_cmpstr(thuso_crs_name(crs), ==, cases[i].name);
		g_assert_cmpstr(thuso_crs_authority(crs), ==, cases[i].authority);
		g_assert_cmpint(thuso_crs_is_geographic(crs), ==, cases[i].geographic);
		g_assert_cmpint(thuso_crs_is_grid_ready(crs), ==, cases[i].grid_ready);
		g_autoptr(ThusoCrs) again = crs_of(thuso_crs_wkt(crs));
		g_assert_true(thuso_crs_equal(crs, again));
		g_assert_cmpstr(thuso_crs_authority(again), ==, cases[i].authority);
	}
	for (int code = 2046; code <= 2055; code++) {
		g_autofree char *text = g_strdup_printf("EPSG:%d", code);
		g_autoptr(ThusoCrs) lo = crs_of(text);
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
		g_test_message("%.60s", texts[i]);
		g_assert_null(thuso_crs_new(texts[i], &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
		g_assert_null(strchr(error->message, '\n'));
		g_assert_cmpuint(strlen(error->message), <, 500);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_crs_new(NULL, &error));
	g_autoptr(ThusoCrs) mercator = crs_of("+proj=merc +a=6378137 +b=6378137 +nadgrids=@null");
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
		g_autoptr(ThusoCrs) a = crs_of(same[i][0]), b = crs_of(same[i][1]);
		g_test_message("%s = %.60s", same[i][0], same[i][1]);
		g_assert_true(thuso_crs_equal(a, b));
		g_assert_true(thuso_crs_equal(b, a));
	}
	for (guint i = 0; i < G_N_ELEMENTS(different); i++) {
		g_autoptr(ThusoCrs) a = crs_of(different[i][0]), b = crs_of(different[i][1]);
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
	g_autoptr(ThusoCrs) degrees = crs_of("EPSG:4326");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoCrs) crs = crs_of(cases[i].crs);
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
	g_autoptr(ThusoCrs) utm = crs_of("EPSG:32734");
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
		crs[n] = crs_of(inputs[n]);
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
	g_autoptr(ThusoCrs) shared = crs_of("EPSG:32734");
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
	g_autoptr(ThusoCrs) degrees = crs_of("EPSG:4326"), lo = crs_of("EPSG:2048");
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
	g_autoptr(ThusoCrs) crs = crs_of(text), degrees = crs_of("EPSG:4326");
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
	g_autoptr(ThusoCrs) utm = crs_of("EPSG:32734"), mercator = crs_of("EPSG:3857");
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

/* --- WKB ------------------------------------------------------------------------------------------------------------- */

static ThusoGeometry *from_hex(const char *hex, GError **error)
{
	gsize n = strlen(hex) / 2;
	g_autofree guint8 *bytes = g_new(guint8, n + 1);
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
	thuso_grid_cover(&grid, geometry, ignore_area, &sum);
	thuso_grid_inside(&grid, geometry, ignore_cell, &sum);
	thuso_grid_trace(&grid, geometry, ignore_step, &sum);
	thuso_geometry_contains(geometry, 3, 3);
	thuso_geometry_distance(geometry, 3, 3);
	thuso_geometry_point(geometry, &x, &y, NULL);
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, NULL, NULL);
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, NULL);
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
	polygons[2] = line;
	g_autoptr(GError) wrong = NULL;
	g_assert_null(thuso_geometry_union(polygons, 3, 0, &wrong));
	g_assert_error(wrong, THUSO_ERROR, THUSO_ERROR_INPUT);
}

/* The same edge from either end is split at the same points, to the last bit. */
static void test_geometry_split(void)
{
	g_autoptr(ThusoCrs) degrees = crs_of("EPSG:4326");
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
	g_autoptr(ThusoCrs) degrees = crs_of("EPSG:4326"), utm = crs_of("EPSG:32734"), lo = crs_of("EPSG:2048");
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
	g_assert_true(was_valid);
	g_autoptr(ThusoGeometry) lost = plain_geometry("POINT(21 95)");
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_geometry_transform(lost, to_utm, 0, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_clear_error(&error);
	g_autoptr(ThusoGeometry) endless = plain_geometry("LINESTRING(0 0,1e300 0)");
	g_assert_false(thuso_geometry_transform(endless, to_utm, 1e-3, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT);
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
	g_test_add_func("/geo/grid/steps", test_steps);
	g_test_add_func("/geo/lengths/ground", test_lengths_ground);
	g_test_add_func("/geo/lengths/by-hand", test_lengths_by_hand);
	g_test_add_func("/geo/lengths/planar", test_lengths_planar);
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
	geo_add_field_tests();
	geo_add_barrier_tests();
	return g_test_run();
}
