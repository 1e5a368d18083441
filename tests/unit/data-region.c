/* The study area: ids, levels, grid, buffer, window, and every refusal. */
#include "../support/data-fixture.h"

#include <math.h>
#include <string.h>

static void test_id_order(void)
{
	/* In this order, whichever way they are compared: a total order, so sorting cannot depend on the file's order. */
	static const char *const ids[] = { "1", "02", "2", "9",  "10",         "100", "2147483647",
		                               "",  "-1", "0", "1a", "2147483648", "9x",  "WC01" };
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		for (guint j = 0; j < G_N_ELEMENTS(ids); j++)
			g_assert_cmpint(thuso_id_compare(ids[i], ids[j]), ==, (i > j) - (i < j));
}

static gint64 count(const ThusoRegion *region, gint32 area)
{
	gint64 n = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++)
		n += region->area[cell] == area;
	return n;
}

static void test_two(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 3000);
	g_assert_cmpint(region->grid.n_cols, ==, 26);
	g_assert_cmpint(region->grid.n_rows, ==, 14);
	assert_near(region->grid.x_min, EAST0 - 3000, 1e-9);
	assert_near(region->grid.y_max, NORTH0 + 11000, 1e-9);
	g_assert_cmpint(region->n_levels, ==, 3);
	g_assert_cmpstr(region->levels[0].name, ==, "municipality");
	g_assert_cmpstr(region->levels[0].id[1], ==, "WC02");
	g_assert_cmpstr(region->levels[0].title[1], ==, "East");
	g_assert_cmpint(region->levels[0].unit_of_area[1], ==, 1);
	g_assert_cmpstr(region->levels[1].name, ==, "district");
	g_assert_cmpint(region->levels[1].n, ==, 1);
	g_assert_cmpstr(region->levels[1].title[0], ==, "DC1");
	assert_near(thuso_geometry_area(region->levels[2].outline[0]), 160e6, 1);
	g_assert_cmpint(count(region, 0), ==, 80);
	g_assert_cmpint(count(region, 1), ==, 80);
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++) {
		double x, y;
		thuso_grid_centre(&region->grid, cell, &x, &y);
		double dx = MAX(0, MAX(EAST0 - x, x - EAST0 - 20000)), dy = MAX(0, MAX(NORTH0 - y, y - NORTH0 - 8000));
		double distance = sqrt(dx * dx + dy * dy);
		/* A circle of chords lies a little inside the circle. */
		if (distance < 2900 || distance > 3000)
			g_assert_cmpint(region->near_area[cell], ==, distance < 2900);
		g_assert_cmpint(region->covered[cell], ==, region->near_area[cell]);
	}
	g_assert_cmpuint(thuso_context_findings(fixture->context)->len, ==, 0);
}

static void test_degrees_auto(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) two = two_municipalities();
	g_autoptr(Layer) degrees = layer_new();
	degrees->degrees = TRUE;
	layer_rect(degrees, 0, 0, 10000, 8000, "'id': 2");
	layer_rect(degrees, 10000, 0, 20000, 8000, "'id': 11");
	ThusoRegionSpec spec = { .boundaries = fixture_layer(fixture, degrees, "b"), .id = "id", .cell_m = 500, .crs = "auto" };
	GError *error = NULL;
	g_autoptr(ThusoRegion) region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(thuso_crs_authority(region->grid.crs), ==, UTM34S);
	g_assert_cmpstr(region->levels[0].id[0], ==, "2");
	g_assert_cmpstr(region->levels[0].title[1], ==, "11");
	/* An edge that is straight in degrees bends 1 m off the straight one in metres here. */
	assert_near(thuso_geometry_area(region->levels[0].outline[0]), 80e6, 80e6 * 1e-3);
	/* With an input that has a metre CRS of its own, auto keeps it. */
	G_GNUC_UNUSED g_autoptr(ThusoCrs) lambert = thuso_crs_new("+proj=laea +lat_0=-34 +lon_0=21 +datum=WGS84 +units=m", &error);
	g_assert_no_error(error);
	spec.boundaries = fixture_layer(fixture, two, "b");
	g_autoptr(ThusoRegion) kept = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(thuso_crs_authority(kept->grid.crs), ==, UTM34S);
}

/* A cape of 300 m in cells of 1 km: no centre is inside, but its people count. */
static void test_coast(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, 0, 0, 4000, 4000, "'id': 'A', 'dc': 'D', 'pr': 'P'");
	layer_rect(layer, 4000, 1300, 6000, 1400, "'id': 'B', 'dc': 'D', 'pr': 'P'");
	layer_rect(layer, 4000, 1000, 6000, 1300, "'id': 'C', 'dc': 'D', 'pr': 'P'");
	g_autoptr(Layer) named = layer_new();
	for (guint i = 0; i < layer->features->len; i++)
		g_ptr_array_add(named->features, g_strdup(layer->features->pdata[i]));
	ThusoRegionSpec spec = { .boundaries = fixture_layer(fixture, named, "b"), .id = "id", .cell_m = 1000, .crs = UTM34S };
	GError *error = NULL;
	g_autoptr(ThusoRegion) region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	g_assert_cmpint(count(region, 0), ==, 16);
	g_assert_cmpint(count(region, 1), ==, 0);
	g_assert_cmpint(count(region, 2), ==, 2);
	gint64 cell = thuso_grid_cell(&region->grid, EAST0 + 4500, NORTH0 + 1500);
	g_assert_cmpint(region->area[cell], ==, 2);
	g_assert_cmpint(region->near_area[cell], ==, 1);
}

static void test_parts(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, 0, 0, 4000, 4000, "'id': 'A', 'name': 'Mainland', 'dc': 'D1', 'pr': 'P'");
	layer_rect(layer, 6000, 0, 8000, 2000, "'id': 'A', 'name': 'Mainland', 'dc': 'D2', 'pr': 'P'");
	layer_rect(layer, 3000, 0, 5000, 4000, "'id': 'B', 'name': 'Neighbour', 'dc': 'D2', 'pr': 'P'");
	const double bow[] = { 8000, 0, 10000, 2000, 10000, 0, 8000, 2000 };
	layer_add(layer, "Polygon", bow, 4, "'id': 'C', 'name': 'Bow', 'dc': 'D2', 'pr': 'P'");
	layer_raw(layer, "null", "'id': 'E', 'name': 'Nothing', 'dc': 'D2', 'pr': 'P'");
	g_autoptr(ThusoRegion) region = fixture_region(fixture, layer, 1000, 0);
	g_assert_cmpint(region->levels[0].n, ==, 3);
	g_assert_cmpstr(region->levels[0].title[0], ==, "Mainland");
	assert_near(thuso_geometry_area(region->levels[0].outline[0]), 20e6, 1);
	assert_near(thuso_geometry_area(region->levels[0].outline[2]), 2e6, 1);
	/* A's parts disagree on the district: the lowest id has it. */
	g_assert_cmpint(region->levels[1].unit_of_area[0], ==, 0);
	g_assert_cmpint(region->levels[1].unit_of_area[1], ==, 1);
	g_assert_cmpint(count(region, 0), ==, 20);
	g_assert_cmpint(count(region, 1), ==, 4);
	g_assert_cmpstr(fixture_finding(fixture, "level_differs")->feature, ==, "A");
	g_assert_cmpint(fixture_finding(fixture, "overlap")->count, ==, 4);
	g_assert_cmpint(fixture_finding(fixture, "empty_geometry")->count, ==, 1);
	const ThusoFinding *invalid = fixture_finding(fixture, "invalid_geometry");
	g_assert_cmpint(invalid->count, ==, 1);
	g_assert_nonnull(invalid->wkb);
}

static void test_shuffled(void)
{
	g_autoptr(Layer) layer = layer_new();
	GRand *random = g_rand_new_with_seed(7);
	for (int i = 0; i < 40; i++)
		layer_rect(layer, 500 * (i % 8), 700 * (i / 8), 500 * (i % 8) + 640, 700 * (i / 8) + 700,
		           "'id': '%d', 'name': 'N%d', 'dc': 'D%d', 'pr': 'P'", i % 37, i % 37, i % 3);
	g_autofree char *first = NULL;
	for (int k = 0; k < 4; k++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region(fixture, layer, 100, 500);
		g_autofree char *area = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) region->area,
		                                                    (gsize) thuso_grid_n(&region->grid) * sizeof(gint32));
		g_autoptr(GString) all = g_string_new(area);
		for (gint32 i = 0; i < region->levels[0].n; i++) {
			g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(region->levels[0].outline[i], NULL);
			g_autofree char *shape = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, wkb);
			g_string_append_printf(all, "%s %s %d %s\n", region->levels[0].id[i], region->levels[0].title[i],
			                       region->levels[1].unit_of_area[i], shape);
		}
		if (!first)
			first = g_strdup(all->str);
		g_assert_cmpstr(all->str, ==, first);
		layer_shuffle(layer, random);
	}
	g_rand_free(random);
}

static void test_window(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) two = two_municipalities();
	g_autoptr(Layer) window = layer_new();
	g_autoptr(Layer) far = layer_new();
	layer_rect(window, 0, 0, 15000, 8000, "'note': 'DEM'");
	layer_rect(far, 90000, 0, 95000, 8000, "'note': 'elsewhere'");
	ThusoRegionSpec spec = { .boundaries = fixture_layer(fixture, two, "b"),
		                     .id = "id",
		                     .cell_m = 1000,
		                     .crs = UTM34S,
		                     .window = fixture_layer(fixture, window, "window") };
	GError *error = NULL;
	g_autoptr(ThusoRegion) region = thuso_region_new(fixture->context, &spec, &error);
	g_assert_no_error(error);
	gint64 n_covered = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++)
		n_covered += region->covered[cell];
	g_assert_cmpint(n_covered, ==, 120);
	g_assert_nonnull(strstr(fixture_finding(fixture, "window")->message, "75.0 %"));
	spec.window = fixture_layer(fixture, far, "window");
	g_assert_null(thuso_region_new(fixture->context, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "window|does not touch");
}

static void refuse(Fixture *fixture, const ThusoRegionSpec *spec, int code, const char *words)
{
	GError *error = NULL;
	g_assert_null(thuso_region_new(fixture->context, spec, &error));
	assert_says(&error, code, words);
}

static void test_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) layer = two_municipalities();
	const ThusoRegionSpec good = { .boundaries = fixture_layer(fixture, layer, "b"), .id = "id", .cell_m = 1000, .crs = UTM34S };
	ThusoRegionSpec spec = good;
	spec.crs = "EPSG:4326";
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "degrees|EPSG:32734|auto");
	spec.crs = "EPSG:2048";
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "cannot carry a grid|EPSG:32734|auto");
	spec.crs = "EPSG:999999";
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "area: crs:");
	spec = good;
	spec.cell_m = 0.1;
	refuse(fixture, &spec, THUSO_ERROR_LIMIT, "16000 million cells|larger cell|use a larger cell (cell:");
	spec.cell_m = 0;
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "cell must be");
	spec = good;
	spec.buffer_m = -1;
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "buffer must be");
	spec = good;
	spec.id = NULL;
	refuse(fixture, &spec, THUSO_ERROR_USAGE, "boundaries and id");
	spec.id = "naam";
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "naam|name");
}

static void test_bad_layers(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	static const ThusoLevelSpec levels[] = { { "district", "dc", NULL } };
	ThusoRegionSpec spec = { .id = "id", .cell_m = 1000, .crs = UTM34S, .levels = levels, .n_levels = 1 };
	g_autoptr(Layer) layer = two_municipalities();
	layer_rect(layer, 0, 9000, 9000, 10000, "'id': ' ', 'dc': 'DC1'");
	spec.boundaries = fixture_layer(fixture, layer, "b");
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "b_|field id of feature 2 is empty");
	g_autoptr(Layer) no_level = two_municipalities();
	layer_rect(no_level, 0, 9000, 9000, 10000, "'id': 'WC03', 'dc': null");
	spec.boundaries = fixture_layer(fixture, no_level, "b");
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "field dc of level district of feature 2 is empty");
	g_autoptr(Layer) twins = two_municipalities();
	layer_rect(twins, 0, 9000, 9000, 10000, "'id': 'WC01', 'name': 'Elsewhere', 'dc': 'DC1'");
	spec.boundaries = fixture_layer(fixture, twins, "b");
	spec.title = "name";
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "different titles|first: WC01");
	spec.title = NULL;
	g_autoptr(Layer) points = layer_new();
	layer_point(points, 1, 1, "'id': 'A', 'dc': 'B'");
	layer_point(points, 2, 1, "'id': 'C', 'dc': 'B'");
	spec.boundaries = fixture_layer(fixture, points, "b");
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "must hold polygons|2 features|(first: feature");
	ThusoSource *empty = fixture_layer(fixture, layer, "b");
	empty->where = g_strdup("id = 'nowhere'");
	spec.boundaries = empty;
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "no area where id = 'nowhere'|another where");
	g_autoptr(Layer) two = two_municipalities();
	ThusoSource *no_earth = fixture_layer(fixture, two, "b");
	g_free(no_earth->crs);
	no_earth->crs = g_strdup("EPSG:4326");
	spec.boundaries = no_earth;
	refuse(fixture, &spec, THUSO_ERROR_INPUT, "CRS");
}

void add_region_tests(void)
{
	g_test_add_func("/data/region/id-order", test_id_order);
	g_test_add_func("/data/region/two", test_two);
	g_test_add_func("/data/region/degrees-auto", test_degrees_auto);
	g_test_add_func("/data/region/coast", test_coast);
	g_test_add_func("/data/region/parts", test_parts);
	g_test_add_func("/data/region/shuffled", test_shuffled);
	g_test_add_func("/data/region/window", test_window);
	g_test_add_func("/data/region/refusals", test_refusals);
	g_test_add_func("/data/region/bad-layers", test_bad_layers);
}
