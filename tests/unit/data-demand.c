/* People onto the grid: against plain cutting of polygons, and that nobody is lost or made. */
#include "../support/data-fixture.h"

#include <math.h>
#include <string.h>

#include "../support/plain-cover.h"

static ThusoDemand *read_demand(Fixture *fixture, ThusoRegion *region, const ThusoDemandSpec *spec)
{
	GError *error = NULL;
	ThusoDemand *demand = thuso_demand_read(fixture->context, region, spec, &error);
	g_assert_no_error(error);
	return demand;
}

static void refuse(Fixture *fixture, ThusoRegion *region, const ThusoDemandSpec *spec, int code, const char *words)
{
	GError *error = NULL;
	g_assert_null(thuso_demand_read(fixture->context, region, spec, &error));
	assert_says(&error, code, words);
}

/* What holds for every demand: the audit closes, cells and pieces tell the same, pieces are sorted, nobody lives out of reach. */
static void check_demand(ThusoRegion *region, const ThusoDemand *demand)
{
	double on_grid = 0, of_pieces = 0;
	gint64 n = thuso_grid_n(&region->grid);
	g_autofree double *pieces = g_new0(double, (gsize) n);
	for (gint64 cell = 0; cell < n; cell++) {
		on_grid += demand->people[cell];
		g_assert_cmpfloat(demand->people[cell], >=, 0);
		if (!region->near_area[cell])
			g_assert_cmpfloat(demand->people[cell], ==, 0);
	}
	assert_near(demand->people_in, demand->on_grid + demand->outside, 1e-9 * demand->people_in);
	assert_near(on_grid, demand->on_grid, 1e-9 * demand->people_in);
	for (gint64 i = 0; i < demand->n_pieces; i++) {
		const ThusoDemandPiece *piece = &demand->pieces[i];
		g_assert_true(i == 0 || piece[-1].polygon < piece->polygon ||
		              (piece[-1].polygon == piece->polygon && piece[-1].cell < piece->cell));
		g_assert_true(piece->polygon >= 0 && piece->polygon < demand->n_polygons && piece->people > 0);
		pieces[piece->cell] += piece->people;
		of_pieces += piece->people;
	}
	for (gint64 cell = 0; demand->n_polygons > 0 && cell < n; cell++)
		assert_near(pieces[cell], demand->people[cell], 1e-9 * (1 + demand->people[cell]));
	if (demand->n_polygons > 0)
		assert_near(of_pieces, on_grid, 1e-9 * demand->people_in);
}

/* --- polygons -------------------------------------------------------------------------------------------------------- */

#define N_WARDS 30

typedef struct {
	double xy[12];
	int n, people;
} Ward;

/* A convex polygon: points on an ellipse in order of angle. */
static Ward random_ward(GRand *random)
{
	Ward ward = { .n = g_rand_int_range(random, 3, 7), .people = g_rand_int_range(random, 0, 5000) };
	double x = g_rand_double_range(random, -9000, 29000), y = g_rand_double_range(random, -9000, 17000);
	double a = g_rand_double_range(random, 20, 6000), b = g_rand_double_range(random, 20, 6000);
	double angle = g_rand_double_range(random, 0, 1);
	for (int i = 0; i < ward.n; i++) {
		ward.xy[2 * i] = x + a * cos(angle);
		ward.xy[2 * i + 1] = y + b * sin(angle);
		angle += g_rand_double_range(random, 0.3, 1) * 2 * G_PI / ward.n;
	}
	return ward;
}

static void add_wards(Layer *layer, const Ward *wards, int n)
{
	for (int i = 0; i < n; i++)
		layer_add(layer, "Polygon", wards[i].xy, wards[i].n, "'ward': '%d', 'people': %d", i + 1, wards[i].people);
}

static void compare_plain(ThusoRegion *region, const ThusoDemand *demand, const Ward *wards, int n, guint seed)
{
	const ThusoGrid *grid = &region->grid;
	g_autofree double *expected = g_new0(double, (gsize) thuso_grid_n(grid));
	for (int i = 0; i < n; i++)
		for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
			double x, y;
			thuso_grid_centre(grid, cell, &x, &y);
			double area =
			    plain_cover(wards[i].xy, wards[i].n, x - grid->cell_m / 2 - EAST0, y - grid->cell_m / 2 - NORTH0, grid->cell_m);
			if (region->near_area[cell])
				expected[cell] += wards[i].people * area / plain_area(wards[i].xy, wards[i].n);
		}
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++)
		if (fabs(expected[cell] - demand->people[cell]) > 1e-6)
			g_error("seed %u, cell %d: plain %.9g, read %.9g", seed, (int) cell, expected[cell], demand->people[cell]);
}

static void test_random_wards(void)
{
	for (guint seed = 1; seed <= 12; seed++) {
		g_autoptr(Fixture) fixture = fixture_new();
		GRand *random = g_rand_new_with_seed(seed);
		g_autoptr(ThusoRegion) region =
		    fixture_region_of_two(fixture, g_rand_double_range(random, 300, 1500), g_rand_double_range(random, 0, 4000));
		g_autoptr(Layer) layer = layer_new();
		g_autoptr(Layer) degrees = layer_new();
		Ward wards[N_WARDS];
		double total = 0;
		for (int i = 0; i < N_WARDS; i++) {
			wards[i] = random_ward(random);
			total += wards[i].people;
		}
		add_wards(layer, wards, N_WARDS);
		ThusoDemandSpec spec = { .people = fixture_layer(fixture, layer, "wards"), .field = "people", .id = "ward" };
		g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
		check_demand(region, demand);
		assert_near(demand->people_in, total, 1e-9 * total);
		g_assert_cmpint(demand->n_features, ==, N_WARDS);
		compare_plain(region, demand, wards, N_WARDS, seed);
		degrees->degrees = TRUE;
		add_wards(degrees, wards, N_WARDS);
		spec.people = fixture_layer(fixture, degrees, "wards");
		g_autoptr(ThusoDemand) same = read_demand(fixture, region, &spec);
		check_demand(region, same);
		assert_near(same->people_in, total, 1e-9 * total);
		/* Edges are straight in degrees now, some metres beside where they were. */
		assert_near(same->on_grid, demand->on_grid, 0.01 * total);
		g_rand_free(random);
	}
}

static void add_bytes(GChecksum *sum, gconstpointer data, gint64 n, gsize size)
{
	g_checksum_update(sum, data, (gssize) ((gsize) n * size));
}

static char *fingerprint(ThusoRegion *region, const ThusoDemand *demand)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	add_bytes(sum, demand->people, thuso_grid_n(&region->grid), sizeof *demand->people);
	for (gint64 i = 0; i < demand->n_pieces; i++) {
		const ThusoDemandPiece *piece = &demand->pieces[i];
		add_bytes(sum, &piece->polygon, 1, sizeof piece->polygon);
		add_bytes(sum, &piece->cell, 1, sizeof piece->cell);
		add_bytes(sum, &piece->people, 1, sizeof piece->people);
	}
	for (gint32 i = 0; i < demand->n_polygons; i++)
		add_bytes(sum, demand->polygon_id[i], (gint64) strlen(demand->polygon_id[i]) + 1, 1);
	double audit[] = { demand->people_read, demand->people_in, demand->on_grid, demand->outside };
	add_bytes(sum, audit, 4, sizeof *audit);
	char *text = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return text;
}

/* Wards (some ids twice), houses and water in any order: the same bytes. */
static void test_shuffled(void)
{
	GRand *random = g_rand_new_with_seed(5);
	g_autoptr(Layer) wards = layer_new();
	g_autoptr(Layer) houses = layer_new();
	g_autoptr(Layer) water = layer_new();
	G_GNUC_UNUSED g_autoptr(Layer) control = two_municipalities();
	for (int i = 0; i < 60; i++) {
		Ward ward = random_ward(random);
		layer_add(wards, "Polygon", ward.xy, ward.n, "'ward': '%d', 'people': %d.7", i % 2, 100 + i % 2);
		ward = random_ward(random);
		layer_add(i % 2 ? water : houses, "Polygon", ward.xy, ward.n, "'n': 1");
	}
	g_autofree char *first = NULL;
	for (int k = 0; k < 4; k++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 700, 2000);
		const ThusoSource *spread[] = { fixture_layer(fixture, houses, "houses") };
		const ThusoSource *avoid[] = { fixture_layer(fixture, water, "water") };
		ThusoDemandSpec spec = { .people = fixture_layer(fixture, wards, "wards"),
			                     .field = "people",
			                     .id = "ward",
			                     .spread = spread,
			                     .n_spread = 1,
			                     .avoid = avoid,
			                     .n_avoid = 1,
			                     .control = fixture_text(fixture, "totals", "csv", NULL, "id,pop\nWC02,777\nWC01,1234.5\n"),
			                     .control_id = "id",
			                     .control_field = "pop" };
		g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
		check_demand(region, demand);
		spec.control = NULL;
		g_autoptr(ThusoDemand) unscaled = read_demand(fixture, region, &spec);
		g_autofree char *scaled_text = fingerprint(region, demand), *unscaled_text = fingerprint(region, unscaled);
		g_autofree char *text = g_strconcat(scaled_text, unscaled_text, NULL);
		if (!first)
			first = g_strdup(text);
		g_assert_cmpstr(text, ==, first);
		g_assert_nonnull(fixture_finding(fixture, "duplicate_id"));
		layer_shuffle(wards, random);
		layer_shuffle(houses, random);
		layer_shuffle(water, random);
	}
	g_rand_free(random);
}

static void test_points_shuffled(void)
{
	GRand *random = g_rand_new_with_seed(9);
	g_autoptr(Layer) homes = layer_new();
	for (int i = 0; i < 300; i++)
		layer_point(homes, g_rand_double_range(random, 0, 3000), g_rand_double_range(random, -500, 1000), "'n': %d.%d", i % 7, i);
	g_autofree char *first = NULL;
	for (int k = 0; k < 4; k++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
		ThusoDemandSpec spec = { .people = fixture_layer(fixture, homes, "homes"), .field = "n" };
		g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
		g_autofree char *text = fingerprint(region, demand);
		if (!first)
			first = g_strdup(text);
		g_assert_cmpstr(text, ==, first);
		layer_shuffle(homes, random);
	}
	g_rand_free(random);
}

static void test_people_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	static const struct {
		const char *properties, *words;
	} cases[] = {
		{ "'id': 'X', 'n': -3", "wards_|field n|1 features|feature X|correct" },
		{ "'id': 'X', 'n': 'many'", "field n|1 features|feature X" },
		{ "'id': 'X', 'n': 'NaN'", "field n|1 features|feature X" },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Layer) layer = layer_new();
		layer_rect(layer, 0, 0, 1000, 1000, "'id': 'A', 'n': '5'");
		layer_rect(layer, 0, 0, 1000, 1000, "%s", cases[i].properties);
		ThusoDemandSpec spec = { .people = fixture_layer(fixture, layer, "wards"), .field = "n", .id = "id" };
		refuse(fixture, region, &spec, THUSO_ERROR_INPUT, cases[i].words);
	}
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, 90000, 0, 91000, 1000, "'id': 'A', 'n': 5000");
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, layer, "wards"), .field = "n", .id = "id" };
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "none of its 5,000 people|CRS");
	spec.field = "people";
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "people");
	g_autoptr(Layer) lines = layer_new();
	layer_line(lines, 0, 0, 1000, 1000, "'n': 5");
	spec = (ThusoDemandSpec){ .people = fixture_layer(fixture, lines, "streets"), .field = "n" };
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "streets_|holds lines");
	g_autoptr(Layer) zero = layer_new();
	layer_rect(zero, 0, 0, 1000, 1000, "'n': 0");
	spec.people = fixture_layer(fixture, zero, "wards");
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "has 0 people");
}

static void test_odd_wards(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, 0, 0, 2000, 1000, "'id': '7', 'n': 10");
	layer_rect(layer, 0, 1000, 1000, 2000, "'id': '7', 'n': 5");
	layer_rect(layer, 3000, 0, 4000, 1000, "'id': '8', 'n': null");
	layer_rect(layer, 19000, 0, 21000, 1000, "'id': '9', 'n': 8");
	layer_raw(layer, "null", "'id': '6', 'n': 3");
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, layer, "wards"), .field = "n", .id = "id" };
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	check_demand(region, demand);
	assert_near(demand->people_in, 26, 1e-9);
	assert_near(demand->outside, 7, 1e-9);
	g_assert_cmpint(demand->n_polygons, ==, 2);
	g_assert_cmpstr(demand->polygon_id[0], ==, "7");
	g_assert_cmpstr(demand->polygon_id[1], ==, "9");
	g_assert_cmpint(demand->n_pieces, ==, 4);
	g_assert_cmpstr(fixture_finding(fixture, "duplicate_id")->feature, ==, "7");
	g_assert_cmpstr(fixture_finding(fixture, "missing_people")->feature, ==, "8");
	g_assert_cmpstr(fixture_finding(fixture, "people_without_place")->feature, ==, "6");
	g_assert_nonnull(strstr(fixture_finding(fixture, "people_outside")->message, "7 of 26 people"));
}

/* --- points and rasters ---------------------------------------------------------------------------------------------- */

static void test_points(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 1000);
	const char *text = "x;y;n\n500500;6200500;10\n500700,5;6200999;2,5\n499500;6200500;4\n400000;6200500;8\n";
	ThusoDemandSpec spec = { .people = fixture_text(fixture, "homes", "csv", UTM34S, text), .field = "n" };
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	check_demand(region, demand);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 500)], 12.5, 1e-12);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 - 500, NORTH0 + 500)], 4, 1e-12);
	assert_near(demand->outside, 8, 1e-12);
	g_assert_cmpint(demand->n_polygons, ==, 0);
	g_assert_cmpint(demand->n_features, ==, 4);
	/* WC02 has nobody: the layer may not cover the area. */
	g_assert_cmpstr(fixture_finding(fixture, "no_people")->feature, ==, "WC02");
	const ThusoSource *spread[] = { spec.people };
	spec.spread = spread;
	spec.n_spread = 1;
	G_GNUC_UNUSED g_autoptr(ThusoDemand) again = read_demand(fixture, region, &spec);
	g_assert_nonnull(fixture_finding(fixture, "spread_unused"));
	g_autoptr(Layer) multi = layer_new();
	const double xy[] = { 500, 500, 1500, 500 };
	layer_add(multi, "MultiPoint", xy, 2, "'n': 7");
	spec = (ThusoDemandSpec){ .people = fixture_layer(fixture, multi, "homes"), .field = "n" };
	g_autoptr(ThusoDemand) shared = read_demand(fixture, region, &spec);
	assert_near(shared->people[thuso_grid_cell(&region->grid, EAST0 + 1500, NORTH0 + 500)], 3.5, 1e-12);
}

static void test_raster_by_hand(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	/* Pixels of 1500 m from the corner of the area: the first covers one cell whole, two by half, one by a quarter. */
	const double values[] = { 0, -9999, 0, 0, 9, 18, 0, 36 };
	const double ll[] = { EAST0, NORTH0 };
	ThusoDemandSpec spec = { .people = fixture_raster(fixture, "people", UTM34S, ll, 1500, 4, 2, values) };
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	check_demand(region, demand);
	assert_near(demand->people_in, 63, 1e-9);
	assert_near(demand->outside, 0, 1e-9);
	g_assert_cmpint(demand->n_features, ==, 3);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 500)], 4, 1e-9);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 1500)], 2, 1e-9);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 1500, NORTH0 + 500)], 2 + 4, 1e-9);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 1500, NORTH0 + 1500)], 1 + 2, 1e-9);
	assert_near(demand->people[thuso_grid_cell(&region->grid, EAST0 + 2500, NORTH0 + 500)], 8, 1e-9);
}

static void test_raster_conserves(void)
{
	for (guint seed = 1; seed <= 6; seed++) {
		g_autoptr(Fixture) fixture = fixture_new();
		GRand *random = g_rand_new_with_seed(seed);
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, g_rand_double_range(random, 200, 1800), 1500);
		double values[30 * 20], total = 0;
		for (int i = 0; i < 30 * 20; i++) {
			values[i] = g_rand_boolean(random) ? g_rand_int_range(random, 0, 100) / 4.0 : 0;
			total += values[i];
		}
		/* UTM 34S (21, -34.3) is where the test world lies in degrees. */
		gboolean degrees = seed % 2 == 0;
		const double utm[] = { EAST0 - 8000, NORTH0 - 6000 }, wgs[] = { 20.95, -34.4 };
		ThusoDemandSpec spec = { .people = degrees ? fixture_raster(fixture, "people", "EPSG:4326", wgs, 0.0123, 30, 20, values)
			                                       : fixture_raster(fixture, "people", UTM34S, utm, 1100, 30, 20, values) };
		g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
		check_demand(region, demand);
		assert_near(demand->people_in, total, 1e-9 * total);
		g_assert_cmpfloat(demand->on_grid, >, 0.2 * total);
		g_assert_cmpfloat(demand->outside, >, 0);
		g_rand_free(random);
	}
}

/* Pixels of degrees that lie within the area whole leave nobody outside, not even by rounding. */
static void test_raster_inside(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 370, 0);
	double values[16 * 6];
	for (int i = 0; i < 16 * 6; i++)
		values[i] = 1.0 / (i + 3);
	const double ll[] = { 21.01, -34.33 };
	ThusoDemandSpec spec = { .people = fixture_raster(fixture, "people", "EPSG:4326", ll, 0.0103, 16, 6, values) };
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	check_demand(region, demand);
	g_assert_cmpfloat(demand->outside, ==, 0);
	g_assert_null(fixture_finding(fixture, "people_outside"));
}

static void test_raster_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	const double values[] = { 1, 2, 3, -4 }, ll[] = { EAST0, NORTH0 };
	ThusoDemandSpec spec = { .people = fixture_raster(fixture, "people", UTM34S, ll, 1000, 2, 2, values) };
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "people_|negative|1 pixels|row 2, column 2|nodata");
	const double good[] = { 1, 2, 3, 4 }, next[] = { EAST0 + 1000, NORTH0 }, beside[] = { EAST0 + 2000, NORTH0 };
	ThusoSource *tiles = fixture_raster(fixture, "people", UTM34S, ll, 1000, 2, 2, good);
	const ThusoSource *other = fixture_raster(fixture, "people", UTM34S, next, 1000, 2, 2, good);
	const ThusoSource *touching = fixture_raster(fixture, "people", UTM34S, beside, 1000, 2, 2, good);
	char *first = tiles->paths[0];
	char *overlapping[] = { first, other->paths[0], NULL }, *fine[] = { first, touching->paths[0], NULL }, **own = tiles->paths;
	spec.people = tiles;
	tiles->paths = overlapping;
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "overlap|count twice");
	tiles->paths = fine;
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	assert_near(demand->on_grid, 20, 1e-9);
	tiles->paths = own;
}

/* --- control totals -------------------------------------------------------------------------------------------------- */

static const ThusoSource *totals(Fixture *fixture, const char *text)
{
	return fixture_text(fixture, "totals", "csv", NULL, text);
}

static void test_control(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 2000);
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, -1000, 0, 5000, 8000, "'id': 'A', 'n': 600");
	layer_rect(layer, 5000, 0, 15000, 8000, "'id': 'B', 'n': 1000");
	layer_rect(layer, 15000, 0, 30000, 8000, "'id': 'C', 'n': 1500");
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, layer, "wards"),
		                     .field = "n",
		                     .id = "id",
		                     .control = totals(fixture, "id;pop\nWC01;2000\nWC02;500\nOTHER;99\n"),
		                     .control_id = "id",
		                     .control_field = "pop" };
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	check_demand(region, demand);
	/* A: 100 in the buffer, 500 in WC01; B: 500 each; C: 500 in WC02, 200 in the buffer, 800 outside. */
	assert_near(demand->people_read, 3100, 1e-9);
	assert_near(demand->people_in, 2000 + 500 + 300 + 800, 1e-9);
	assert_near(demand->outside, 800, 1e-9);
	double sums[3] = { 0 };
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++)
		sums[region->area[cell] + 1] += demand->people[cell];
	assert_near(sums[0], 300, 1e-9);
	assert_near(sums[1], 2000, 1e-9);
	assert_near(sums[2], 500, 1e-9);
	g_assert_nonnull(strstr(fixture_finding(fixture, "control_buffer")->message, "300 people"));
	g_assert_null(fixture_finding(fixture, "control_far_off"));
	spec.control = totals(fixture, "id,pop\nDC1,200\n");
	g_autoptr(ThusoDemand) district = read_demand(fixture, region, &spec);
	check_demand(region, district);
	assert_near(district->on_grid, 200 + 300, 1e-9);
	g_assert_cmpstr(fixture_finding(fixture, "control_far_off")->feature, ==, "DC1");
}

static void test_control_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = layer_new();
	layer_rect(layer, 0, 0, 5000, 8000, "'id': 'A', 'n': 600");
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "id,pop\nWC01,5\n", "totals_|no total for the municipality WC02|add rows" },
		{ "id,pop\nX,5\nY,6\n", "no total for any area|WC01, WC02|column" },
		{ "id,pop\nWC01,5\nWC02,-1\n", "row 3|0 or more" },
		{ "id,pop\nWC01,5\nWC02,a lot\n", "row 3|0 or more" },
		{ "id,pop\nWC01,5\n,6\n", "row 3|id is empty" },
		{ "id,pop\nWC01,5\nWC02,6\nWC01,7\n", "row 4|stands twice" },
		{ "id,pop\nWC01,5\nWC02,6\n", "1 areas have a total but no people|WC02" },
	};
	ThusoDemandSpec spec = {
		.people = fixture_layer(fixture, layer, "wards"), .field = "n", .control_id = "id", .control_field = "pop"
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		spec.control = totals(fixture, cases[i].text);
		refuse(fixture, region, &spec, THUSO_ERROR_INPUT, cases[i].words);
	}
	spec.control = totals(fixture, "id,pop\nWC01,5\nWC02,0\n");
	g_autoptr(ThusoDemand) demand = read_demand(fixture, region, &spec);
	assert_near(demand->on_grid, 5, 1e-12);
	spec.control_id = NULL;
	refuse(fixture, region, &spec, THUSO_ERROR_USAGE, "control needs");
}

/* People of an area by its shares. */
static double people_of(const ThusoPeopleShare *share, gint64 n, gint32 area)
{
	double people = 0;
	for (gint64 i = 0; i < n; i++)
		people += share[i].area == area ? share[i].people : 0;
	return people;
}

/* Cells of 3.5 km whose edges miss the border: wards that nest keep their people in their municipality; one that spans both does not. */
static void test_shares(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Layer) areas = two_municipalities();
	g_autoptr(ThusoRegion) region = fixture_region(fixture, areas, 3500, 0);
	g_autoptr(Layer) wards = layer_new();
	layer_rect(wards, 0, 0, 10000, 8000, "'X': 'a', 'n': 600");
	layer_rect(wards, 10000, 0, 20000, 8000, "'X': 'b', 'n': 900");
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, wards, "wards"), .field = "n", .id = "X" };
	g_autoptr(ThusoDemand) nested = read_demand(fixture, region, &spec);
	gint64 n = 0;
	ThusoPeopleShare *share = thuso_demand_shares(nested, region, &n, NULL);
	double inside = 0, by_cell = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&region->grid); cell++) {
		inside += region->area[cell] >= 0 ? nested->people[cell] : 0;
		by_cell += region->area[cell] == 0 ? nested->people[cell] : 0;
	}
	assert_near(people_of(share, n, 0) + people_of(share, n, 1), inside, 1e-9 * inside);
	assert_near(people_of(share, n, 0), 600, 1e-6);
	g_assert_cmpfloat(fabs(by_cell - 600), >, 10); /* the cells alone would not do */
	for (gint64 i = 1; i < n; i++)
		g_assert_true(share[i - 1].cell < share[i].cell ||
		              (share[i - 1].cell == share[i].cell && share[i - 1].area < share[i].area));
	thuso_array_free(share);

	g_autoptr(Layer) wide = layer_new();
	layer_rect(wide, 0, 0, 20000, 8000, "'X': 'a', 'n': 1000");
	spec.people = fixture_layer(fixture, wide, "wide");
	g_autoptr(ThusoDemand) spanning = read_demand(fixture, region, &spec);
	share = thuso_demand_shares(spanning, region, &n, NULL);
	g_assert_cmpint(spanning->home[0], ==, -1);
	assert_near(people_of(share, n, 0), 500, 100);
	thuso_array_free(share);
}

void add_demand_tests(void)
{
	g_test_add_func("/data/demand/shares", test_shares);
	g_test_add_func("/data/demand/random-wards", test_random_wards);
	g_test_add_func("/data/demand/shuffled", test_shuffled);
	g_test_add_func("/data/demand/points-shuffled", test_points_shuffled);
	g_test_add_func("/data/demand/refusals", test_people_refusals);
	g_test_add_func("/data/demand/odd-wards", test_odd_wards);
	g_test_add_func("/data/demand/points", test_points);
	g_test_add_func("/data/demand/raster-by-hand", test_raster_by_hand);
	g_test_add_func("/data/demand/raster-conserves", test_raster_conserves);
	g_test_add_func("/data/demand/raster-inside", test_raster_inside);
	g_test_add_func("/data/demand/raster-refusals", test_raster_refusals);
	g_test_add_func("/data/demand/control", test_control);
	g_test_add_func("/data/demand/control-refusals", test_control_refusals);
}
