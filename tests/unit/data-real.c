/* Real layers, where they are: one municipality at 90 m and the country at 5 km. Skipped, saying so, where they are not. */
#include "../support/data-fixture.h"

#include <math.h>

/* NULL with the test skipped where the file is not there. */
static ThusoSource *real_source(Fixture *fixture, const char *file, const char *layer)
{
	const char *root = g_getenv("THUSO_SOURCE");
	g_autofree char *path = g_build_filename(root ? root : ".", "..", "shared", "data", file, NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_autofree char *why = g_strdup_printf("%s is not there", file);
		g_test_skip(why);
		return NULL;
	}
	ThusoSource *source = thuso_source_new(layer ? layer : file);
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_steal_pointer(&path);
	source->layer = g_strdup(layer);
	g_ptr_array_add(fixture->sources, source);
	return source;
}

static double share_covered(ThusoRegion *region)
{
	double n_area = 0, n_covered = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++) {
		n_area += region->area[cell] >= 0;
		n_covered += region->area[cell] >= 0 && region->covered[cell];
	}
	return n_covered / n_area;
}

#define DEMO "demo_swellendam/swellendam.gpkg"

static void read_demo_layers(Fixture *fixture, ThusoRegion *region)
{
	GError *error = NULL;
	float *heights =
	    thuso_elevation_read(fixture->context, region, real_source(fixture, "demo_swellendam/dem_srtm90.tif", NULL), &error);
	g_assert_no_error(error);
	assert_near(share_covered(region), 0.547, 0.01);
	thuso_array_free(heights);
	ThusoRoadsSpec spec = { .source = real_source(fixture, DEMO, "roads"), .class_field = "TYPE", .oneway_field = "ONEWAY" };
	g_autoptr(ThusoSpeedTable) speeds = thuso_speed_table_read(
	    fixture->context,
	    fixture_text(fixture, "speeds", "csv", NULL, "class,speed_km_per_h,mode\nNational road,120,MOTORIZED\n"), &error);
	g_assert_no_error(error);
	spec.speeds = speeds;
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	g_test_message("%s", error->message);
	assert_says(&error, THUSO_ERROR_INPUT, "values of TYPE have no speed| km)");
	spec.other = "walking";
	g_autoptr(ThusoRoads) roads = thuso_roads_read(fixture->context, region, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpint(roads->n, >, 300);
}

static void test_demo(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	GError *error = NULL;
	ThusoRegionSpec spec = { .boundaries = real_source(fixture, DEMO, "municipality"),
		                     .id = "CAT_B",
		                     .title = "MUNICNAME",
		                     .window = real_source(fixture, DEMO, "study_window"),
		                     .buffer_m = 10000,
		                     .cell_m = 90,
		                     .crs = "auto" };
	if (!spec.boundaries)
		return;
	g_autoptr(ThusoRegion) region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(thuso_crs_authority(region->grid.crs), ==, UTM34S);
	g_assert_cmpstr(region->levels[0].id[0], ==, "WC034");
	assert_near(share_covered(region), 0.547, 0.01);
	const ThusoSource *buildings[] = { real_source(fixture, DEMO, "buildings_osm") };
	const ThusoSource *water[] = { real_source(fixture, DEMO, "water_polygons"), real_source(fixture, DEMO, "protected_areas") };
	ThusoDemandSpec people = { .people = real_source(fixture, DEMO, "wards"),
		                       .field = "POPULATION",
		                       .id = "WARD",
		                       .spread = buildings,
		                       .n_spread = 1,
		                       .avoid = water,
		                       .n_avoid = 2 };
	g_autoptr(ThusoDemand) demand = thuso_demand_read(fixture->context, region, &people, &error);
	g_assert_no_error(error);
	assert_near(demand->people_in, 35916, 1e-4);
	assert_near(demand->on_grid + demand->outside, 35916, 35916e-9);
	g_assert_cmpint(demand->n_polygons, ==, 5);
	read_demo_layers(fixture, region);
	ThusoPlacesSpec places = { .source = real_source(fixture, DEMO, "schools_natemis_2018"),
		                       .prefix = "school",
		                       .id = "natemis",
		                       .near = real_source(fixture, DEMO, "places"),
		                       .near_title = "NAME",
		                       .within_area = TRUE,
		                       .min_spacing_m = 1000 };
	g_autoptr(ThusoPlaces) schools = thuso_places_read(fixture->context, region, &places, 1, demand->people, &error);
	g_assert_no_error(error);
	g_assert_cmpint(schools->n, >, 10);
	g_assert_nonnull(schools->place[0].place);
	g_autofree char *findings = fixture_findings(fixture);
	g_test_message("%s", findings);
}

static void test_country(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	GError *error = NULL;
	static const ThusoLevelSpec levels[] = { { "district", "DISTRICT", NULL }, { "province", "PROVINCE", NULL } };
	const char *file = "boundaries/za_mdb_2011.gpkg";
	ThusoRegionSpec spec = { .boundaries = real_source(fixture, file, "local_municipality_2011"),
		                     .id = "CAT_B",
		                     .title = "MUNICNAME",
		                     .levels = levels,
		                     .n_levels = 2,
		                     .buffer_m = 10000,
		                     .cell_m = 5000,
		                     .crs = "auto" };
	if (!spec.boundaries)
		return;
	g_autoptr(ThusoRegion) region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpint(region->levels[0].n, ==, 234);
	g_assert_cmpint(region->levels[1].n, ==, 52);
	g_assert_cmpint(region->levels[2].n, ==, 9);
	ThusoDemandSpec people = { .people = real_source(fixture, file, "ward_2011"), .field = "POPULATION", .id = "WARD" };
	g_autoptr(ThusoDemand) demand = thuso_demand_read(fixture->context, region, &people, &error);
	g_assert_no_error(error);
	assert_near(demand->people_in, 51770544, 0.05);
	assert_near(demand->on_grid + demand->outside, 51770544, 0.05);
	g_assert_cmpfloat(demand->outside, <, 0.001 * 51770544);
	g_assert_cmpint(demand->n_polygons, >, 4200);
	g_autofree char *findings = fixture_findings(fixture);
	g_test_message("%s", findings);
}

void add_real_tests(void)
{
	g_test_add_func("/data/real/swellendam", test_demo);
	g_test_add_func("/data/real/country", test_country);
}
