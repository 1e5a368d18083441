/* Heights, land cover, speed tables, roads, features and zones: hand-made layers, and every refusal. */
#include "../support/data-fixture.h"

#include <math.h>
#include <string.h>

/* --- rasters --------------------------------------------------------------------------------------------------------- */

static const double corner[] = { EAST0, NORTH0 };

static ThusoSource *filled(Fixture *fixture, int n_cols, int n_rows, double value, int odd, double odd_value)
{
	g_autofree double *values = g_new(double, (gsize) (n_cols * n_rows));
	for (int i = 0; i < n_cols * n_rows; i++)
		values[i] = i == odd ? odd_value : value;
	return fixture_raster(fixture, "raster", UTM34S, corner, 1000, n_cols, n_rows, values);
}

static gint64 n_covered(const ThusoRegion *region)
{
	gint64 n = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++)
		n += region->covered[cell];
	return n;
}

static void test_elevation(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 1000);
	GError *error = NULL;
	float *heights = thuso_elevation_read(fixture->context, region, filled(fixture, 10, 8, 123, -1, 0), &error);
	g_assert_no_error(error);
	assert_near((double) heights[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 500)], 123, 1e-3);
	g_assert_true(isnan(heights[thuso_grid_cell(&region->grid, EAST0 + 15500, NORTH0 + 500)]));
	g_assert_cmpint(n_covered(region), ==, 80);
	const ThusoFinding *coverage = fixture_finding(fixture, "coverage");
	g_assert_cmpint(coverage->severity, ==, THUSO_WARNING);
	g_assert_cmpint(coverage->count, ==, 80);
	g_assert_nonnull(strstr(coverage->message, "50.0 %"));
	thuso_array_free(heights);
	/* What is gone already is not said again. */
	fixture_fresh_context(fixture);
	heights = thuso_elevation_read(fixture->context, region, filled(fixture, 10, 8, 5, -1, 0), &error);
	g_assert_no_error(error);
	g_assert_null(fixture_finding(fixture, "coverage"));
	thuso_array_free(heights);
}

static void test_elevation_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	GError *error = NULL;
	g_assert_null(thuso_elevation_read(fixture->context, region, filled(fixture, 20, 8, 5, 21, -32768), &error));
	assert_says(&error, THUSO_ERROR_INPUT, "raster_|heights below|in 1 cells|-32768 at 501500, 6206500|nodata");
	const double far[] = { EAST0 + 90000, NORTH0 }, value = 5;
	const ThusoSource *elsewhere = fixture_raster(fixture, "raster", UTM34S, far, 1000, 1, 1, &value);
	g_assert_null(thuso_elevation_read(fixture->context, region, elsewhere, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "raster");
}

static void test_landcover(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	GError *error = NULL;
	gint32 *classes = thuso_landcover_read(fixture->context, region, filled(fixture, 20, 8, 3, 0, -9999), &error);
	g_assert_no_error(error);
	g_assert_cmpint(classes[0], ==, -1);
	g_assert_cmpint(classes[1], ==, 3);
	g_assert_cmpint(n_covered(region), ==, 159);
	g_assert_cmpint(fixture_finding(fixture, "coverage")->severity, ==, THUSO_INFO);
	thuso_array_free(classes);
	g_assert_null(thuso_landcover_read(fixture->context, region, filled(fixture, 20, 8, 3, 5, 1.5), &error));
	assert_says(&error, THUSO_ERROR_INPUT, "no whole numbers|in 1 cells|1.5 at 505500|class numbers");
	g_assert_null(thuso_landcover_read(fixture->context, region, filled(fixture, 20, 8, 3, 5, -2), &error));
	assert_says(&error, THUSO_ERROR_INPUT, "no whole numbers|-2 at");
}

/* --- speed tables ---------------------------------------------------------------------------------------------------- */

static ThusoSpeedTable *speeds_of(Fixture *fixture, const char *text, GError **error)
{
	return thuso_speed_table_read(fixture->context, fixture_text(fixture, "speeds", "csv", NULL, text), error);
}

static void test_speeds(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	GError *error = NULL;
	g_autoptr(ThusoSpeedTable) table = speeds_of(fixture,
	                                             "class,label,speed_km_per_h,mode\n10,Tar,90,MOTORIZED\n2.0,Bush,3.6,walking\n"
	                                             "7,,18,Bicycling\n8,Rail,200,motorised\n9,Dam,0,WALKING\n",
	                                             &error);
	g_assert_no_error(error);
	g_assert_cmpint(table->n, ==, 5);
	int bush = thuso_speed_table_find(table, "2"), tar = thuso_speed_table_find(table, "10.0");
	assert_near(table->speed_m_per_s[bush], 1, 1e-12);
	g_assert_cmpint(table->mode[bush], ==, 0);
	assert_near(table->speed_m_per_s[tar], 25, 1e-12);
	g_assert_cmpint(table->mode[tar], ==, 2);
	g_assert_cmpint(table->mode[thuso_speed_table_find(table, "7")], ==, 1);
	g_assert_cmpstr(table->label[thuso_speed_table_find(table, "7")], ==, "7");
	g_assert_cmpint(thuso_speed_table_find(table, "11"), ==, -1);
	g_assert_cmpint(thuso_speed_table_find(table, "track"), ==, -1);
	g_assert_cmpint(fixture_finding(fixture, "speed_high")->count, ==, 1);
	g_autoptr(ThusoSpeedTable) accessmod = speeds_of(fixture, "class,label,speed,mode\n1.0,Built_area,6.0,BICYCLING\n", &error);
	g_assert_no_error(error);
	g_assert_cmpint(thuso_speed_table_find(accessmod, "1"), ==, 0);
}

static void test_speed_refusals(void)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "class,label,mode\n1,a,WALKING\n", "speeds_|no column speed_km_per_h|class,label,speed_km_per_h,mode" },
		{ "klas,speed_km_per_h,mode\n1,2,WALKING\n", "no column class" },
		{ "class,speed_km_per_h\n1,2\n", "no column mode" },
		{ "class,speed_km_per_h,mode\n1,2,WALKING\n2,-1,WALKING\n", "row 3|speed" },
		{ "class,speed_km_per_h,mode\n1,fast,WALKING\n", "row 2|speed" },
		{ "class,speed_km_per_h,mode\n1,2,FLYING\n", "row 2|WALKING, BICYCLING or MOTORIZED" },
		{ "class,speed_km_per_h,mode\n1,2,WALKING\n,2,WALKING\n", "row 3|class is empty" },
		{ "class,speed_km_per_h,mode\na,2,WALKING\nb,2,WALKING\na,3,WALKING\n", "row 4|class a stands in row 2" },
		{ "class,speed_km_per_h,mode\n", "no rows" },
	};
	g_autoptr(Fixture) fixture = fixture_new();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		g_assert_null(speeds_of(fixture, cases[i].text, &error));
		assert_says(&error, THUSO_ERROR_INPUT, cases[i].words);
	}
}

/* --- roads ----------------------------------------------------------------------------------------------------------- */

static Layer *some_roads(void)
{
	Layer *layer = layer_new();
	layer_line(layer, 0, 0, 5000, 0, "'type': 'tar', 'ow': 'yes', 'br': 'F', 'v': 90");
	layer_line(layer, 0, 1000, 12400, 1000, "'type': 'track', 'ow': 'no', 'br': 'T', 'v': 20");
	layer_line(layer, 0, 2000, 3000, 2000, "'type': 'path', 'ow': null, 'br': 'F', 'v': 5");
	layer_line(layer, 0, 3000, 100, 3000, "'type': null, 'ow': 'F', 'br': 'F', 'v': 200");
	layer_line(layer, 0, 4000, 100, 4000, "'type': 'closed', 'ow': '', 'br': 'F', 'v': 50");
	layer_line(layer, 90000, 0, 95000, 0, "'type': 'rail', 'ow': 'yes', 'br': 'F', 'v': 50");
	return layer;
}

static ThusoRoads *roads_of(Fixture *fixture, const ThusoRegion *region, const ThusoRoadsSpec *spec)
{
	GError *error = NULL;
	ThusoRoads *roads = thuso_roads_read(fixture->context, region, spec, &error);
	g_assert_no_error(error);
	return roads;
}

static void test_roads(void)
{
	static const char *const yes[] = { "t", NULL };
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = some_roads();
	GError *error = NULL;
	g_autoptr(ThusoSpeedTable) speeds =
	    speeds_of(fixture, "class,speed_km_per_h,mode\ntar,90,MOTORIZED\nclosed,0,WALKING\n", &error);
	ThusoRoadsSpec spec = { .source = fixture_layer(fixture, layer, "roads"),
		                    .class_field = "type",
		                    .speeds = speeds,
		                    .oneway_field = "ow",
		                    .bridge_field = "br",
		                    .bridge_values = yes };
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT,
	            "roads_|values of type have no speed: track (12 km), path (3 km), without a class (0 km)|other: walking");
	spec.other = "walking";
	g_autoptr(ThusoRoads) roads = roads_of(fixture, region, &spec);
	g_assert_cmpint(roads->n, ==, 4);
	int n_motorised = 0, n_walking = 0, n_bridges = 0;
	for (gint64 i = 0; i < roads->n; i++) {
		n_motorised += roads->mode[i] == 2 && fabs(roads->speed_m_per_s[i] - 25) < 1e-12;
		n_walking += roads->mode[i] == 0 && roads->speed_m_per_s[i] == 0;
		n_bridges += roads->bridge[i];
	}
	g_assert_cmpint(n_motorised, ==, 1);
	g_assert_cmpint(n_walking, ==, 3);
	g_assert_cmpint(n_bridges, ==, 1);
	g_assert_nonnull(strstr(fixture_finding(fixture, "road_class")->message, "for walking only: track (12 km)"));
	g_assert_cmpint(fixture_finding(fixture, "oneway")->count, ==, 1);
	g_assert_cmpint(fixture_finding(fixture, "road_closed")->count, ==, 1);
	spec.other = "ignore";
	spec.bridge_field = NULL;
	g_autoptr(ThusoRoads) few = roads_of(fixture, region, &spec);
	g_assert_cmpint(few->n, ==, 1);
	g_assert_cmpint(few->bridge[0], ==, 1);
}

static void test_road_speeds(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = some_roads();
	ThusoRoadsSpec spec = { .source = fixture_layer(fixture, layer, "roads"), .speed_field = "v", .bridge_field = "type" };
	g_autoptr(ThusoRoads) roads = roads_of(fixture, region, &spec);
	g_assert_cmpint(roads->n, ==, 5);
	g_assert_cmpint(fixture_finding(fixture, "speed_high")->count, ==, 1);
	layer_line(layer, 0, 5000, 100, 5000, "'v': null");
	layer_line(layer, 0, 6000, 100, 6000, "'v': 0");
	spec.source = fixture_layer(fixture, layer, "roads");
	GError *error = NULL;
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "roads_|field v is empty or 0 in 2 roads|feature 6|other: walking");
	spec.other = "ignore";
	g_autoptr(ThusoRoads) kept = roads_of(fixture, region, &spec);
	g_assert_cmpint(kept->n, ==, 5);
	g_assert_cmpint(fixture_finding(fixture, "road_speed")->count, ==, 2);
	layer_line(layer, 0, 7000, 100, 7000, "'v': -5");
	spec.source = fixture_layer(fixture, layer, "roads");
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "field v holds no speed|1 roads|feature 8");
	spec.other = "walk";
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_USAGE, "walking or ignore");
	spec = (ThusoRoadsSpec){ .source = spec.source };
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_USAGE, "class|speed");
	spec.class_field = "type";
	g_assert_null(thuso_roads_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_USAGE, "speeds table");
	g_autoptr(Layer) far = layer_new();
	layer_line(far, 90000, 0, 95000, 0, "'v': 3, 'br': 'no'");
	spec = (ThusoRoadsSpec){ .source = fixture_layer(fixture, far, "roads"), .speed_field = "v" };
	g_autoptr(ThusoRoads) none = roads_of(fixture, region, &spec);
	g_assert_cmpint(none->n, ==, 0);
	g_assert_nonnull(fixture_finding(fixture, "no_roads"));
	g_autoptr(Layer) plain = layer_new();
	layer_line(plain, 0, 0, 5000, 0, "'v': 3, 'br': 'no'");
	spec = (ThusoRoadsSpec){ .source = fixture_layer(fixture, plain, "roads"), .speed_field = "v", .bridge_field = "br" };
	g_autoptr(ThusoRoads) no_bridge = roads_of(fixture, region, &spec);
	g_assert_cmpint(no_bridge->bridge[0], ==, 0);
	g_assert_nonnull(strstr(fixture_finding(fixture, "no_bridges")->message, "it holds no"));
}

static void test_roads_shuffled(void)
{
	GRand *random = g_rand_new_with_seed(3);
	g_autoptr(Layer) layer = layer_new();
	for (int i = 0; i < 100; i++)
		layer_line(layer, 100 * (i % 10), 100 * (i % 7), 100 * (i % 9), 50 * (i % 13), "'v': %d", 10 + i % 3);
	g_autofree char *first = NULL;
	for (int k = 0; k < 3; k++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
		ThusoRoadsSpec spec = { .source = fixture_layer(fixture, layer, "roads"), .speed_field = "v" };
		g_autoptr(ThusoRoads) roads = roads_of(fixture, region, &spec);
		g_autoptr(GString) text = g_string_new(NULL);
		for (gint64 i = 0; i < roads->n; i++)
			g_string_append_printf(text, "%a %a %a %a %a\n", roads->line[i]->x[0], roads->line[i]->y[0], roads->line[i]->x[1],
			                       roads->line[i]->y[1], roads->speed_m_per_s[i]);
		if (!first)
			first = g_strdup(text->str);
		g_assert_cmpstr(text->str, ==, first);
		layer_shuffle(layer, random);
	}
	g_rand_free(random);
}

/* --- features -------------------------------------------------------------------------------------------------------- */

static void test_features(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = layer_new();
	layer_point(layer, 100, 100, "'name': 'in', 'n': 1, 'r': 0.5");
	layer_point(layer, 90000, 100, "'name': 'off', 'n': 2, 'r': 1.5");
	layer_point(layer, 19999, 7999, "'name': null, 'n': 3, 'r': 2.5");
	const ThusoSource *source = fixture_layer(fixture, layer, "points");
	GError *error = NULL;
	g_autoptr(ThusoFeatures) near_ones = thuso_features_read(fixture->context, region, source, THUSO_POINT, NULL, FALSE, &error);
	g_assert_no_error(error);
	g_assert_cmpint(near_ones->table->n_rows, ==, 2);
	int n = thuso_table_find_column(near_ones->table, "n"), name = thuso_table_find_column(near_ones->table, "name");
	g_assert_cmpint(thuso_table_integer(near_ones->table, 1, n), ==, 3);
	g_assert_true(thuso_table_is_null(near_ones->table, 1, name));
	g_assert_cmpstr(thuso_table_text(near_ones->table, 0, name), ==, "in");
	assert_near(near_ones->geometry[1]->x[0], EAST0 + 19999, 1e-9);
	g_assert_nonnull(thuso_table_geometry(near_ones->table, 1));
	g_autoptr(ThusoFeatures) all = thuso_features_read(fixture->context, region, source, THUSO_POINT, NULL, TRUE, &error);
	g_assert_cmpint(all->table->n_rows, ==, 3);
	g_assert_null(thuso_features_read(fixture->context, region, source, THUSO_LINE, NULL, TRUE, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "points_|must hold lines|3 features");
}

/* --- zones ----------------------------------------------------------------------------------------------------------- */

static Layer *some_zones(void)
{
	Layer *layer = layer_new();
	layer_rect(layer, 0, 0, 5000, 8000, "'need': 10, 'pot': 1, 'cat': 'Services', 'role': 'node'");
	layer_rect(layer, 5000, 0, 10000, 8000, "'need': 20, 'pot': 4, 'cat': null, 'role': ''");
	layer_rect(layer, 10000, 0, 15000, 8000, "'need': 30, 'pot': 2, 'cat': 'Tourism', 'role': 'x'");
	layer_rect(layer, 15000, 0, 18000, 8000, "'need': null, 'pot': 9, 'cat': 'Tourism', 'role': 'x'");
	layer_rect(layer, 17000, 0, 19000, 8000, "'need': 40, 'pot': 3, 'cat': 'Tourism', 'role': 'x'");
	layer_rect(layer, 22000, 0, 23000, 1000, "'need': 999, 'pot': 999, 'cat': 'Far', 'role': 'x'");
	return layer;
}

static void test_zones(void)
{
	g_autoptr(Layer) layer = some_zones();
	GRand *random = g_rand_new_with_seed(11);
	for (int k = 0; k < 4; k++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 3000);
		ThusoZonesSpec spec = { .source = fixture_layer(fixture, layer, "nsdp"),
			                    .need = "need",
			                    .potential = "pot",
			                    .quantiles = TRUE,
			                    .category = "cat",
			                    .role = "role" };
		GError *error = NULL;
		g_autoptr(ThusoZones) zones = thuso_zones_read(fixture->context, region, &spec, 1, &error);
		g_assert_no_error(error);
		g_assert_cmpint(zones->n, ==, 6);
		/* Over the zones of the area, not the one in the buffer: need 10 20 30 40, potential 1 2 3 4 9. */
		assert_near(zones->need_break, 25, 1e-12);
		assert_near(zones->potential_break, 3, 1e-12);
		static const struct {
			double x;
			const char *quadrant, *category, *role;
		} expected[] = {
			{ 2500, "LN-LP", "Services", "node" }, { 7500, "LN-HP", NULL, NULL },      { 12500, "HN-LP", "Tourism", "x" },
			{ 15500, NULL, "Tourism", "x" },       { 18500, "HN-HP", "Tourism", "x" },
		};
		for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
			gint32 zone = zones->zone[thuso_grid_cell(&region->grid, EAST0 + expected[i].x, NORTH0 + 500)];
			g_assert_cmpstr(zones->quadrant[zone], ==, expected[i].quadrant);
			g_assert_cmpstr(zones->category[zone], ==, expected[i].category);
			g_assert_cmpstr(zones->role[zone], ==, expected[i].role);
		}
		g_assert_cmpint(zones->zone[thuso_grid_cell(&region->grid, EAST0 + 19500, NORTH0 + 500)], ==, -1);
		/* Both claim it; the first by shape has it, whatever the order in the file. */
		gint32 claimed = zones->zone[thuso_grid_cell(&region->grid, EAST0 + 17500, NORTH0 + 500)];
		assert_near(zones->potential[claimed], 9, 1e-12);
		g_assert_cmpint(fixture_finding(fixture, "overlap")->count, ==, 1);
		g_assert_cmpint(fixture_finding(fixture, "no_quadrant")->count, ==, 1);
		g_assert_cmpint(fixture_finding(fixture, "no_zone")->count, ==, 8);
		layer_shuffle(layer, random);
	}
	g_rand_free(random);
}

static void test_zone_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = some_zones();
	g_autoptr(Layer) points = layer_new();
	g_autoptr(Layer) texts = layer_new();
	layer_point(points, 100, 100, "'need': 1, 'pot': 2");
	layer_rect(texts, 0, 0, 5000, 8000, "'need': 'high', 'pot': 1");
	ThusoZonesSpec specs[2] = { { .source = fixture_layer(fixture, layer, "nsdp"),
		                          .need = "need",
		                          .potential = "pot",
		                          .need_break = 20,
		                          .potential_break = 2 } };
	GError *error = NULL;
	specs[1] = specs[0];
	g_autoptr(ThusoZones) stated = thuso_zones_read(fixture->context, region, specs, 1, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(stated->quadrant[stated->zone[thuso_grid_cell(&region->grid, EAST0 + 7500, NORTH0 + 500)]], ==, "HN-HP");
	specs[1].need_break = 21;
	g_assert_null(thuso_zones_read(fixture->context, region, specs, 2, &error));
	assert_says(&error, THUSO_ERROR_USAGE, "same breaks");
	specs[0].source = fixture_layer(fixture, points, "points");
	g_assert_null(thuso_zones_read(fixture->context, region, specs, 1, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "points_|no polygon|join");
	specs[0].source = fixture_layer(fixture, texts, "texts");
	g_assert_null(thuso_zones_read(fixture->context, region, specs, 1, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "texts_|field need holds no number in 1 zones|feature 0");
	g_assert_null(thuso_zones_read(fixture->context, region, specs, 0, &error));
	assert_says(&error, THUSO_ERROR_USAGE, "at least one layer");
}

void add_layer_tests(void)
{
	g_test_add_func("/data/elevation", test_elevation);
	g_test_add_func("/data/elevation/refusals", test_elevation_refusals);
	g_test_add_func("/data/landcover", test_landcover);
	g_test_add_func("/data/speeds", test_speeds);
	g_test_add_func("/data/speeds/refusals", test_speed_refusals);
	g_test_add_func("/data/roads/classes", test_roads);
	g_test_add_func("/data/roads/speeds", test_road_speeds);
	g_test_add_func("/data/roads/shuffled", test_roads_shuffled);
	g_test_add_func("/data/features", test_features);
	g_test_add_func("/data/zones", test_zones);
	g_test_add_func("/data/zones/refusals", test_zone_refusals);
}
