/* Where people live inside a polygon: hand-computed shares, and that spreading never empties a ward. */
#include "../support/data-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double at(ThusoRegion *region, const ThusoDemand *demand, double x, double y)
{
	return demand->people[thuso_grid_cell(&region->grid, EAST0 + x, NORTH0 + y)];
}

static ThusoDemand *read_spread(Fixture *fixture, ThusoRegion *region, const Layer *wards, const Layer *spread,
                                const Layer *avoid)
{
	GError *error = NULL;
	const ThusoSource *spreads[] = { spread ? fixture_layer(fixture, spread, "houses") : NULL };
	const ThusoSource *avoids[] = { avoid ? fixture_layer(fixture, avoid, "water") : NULL };
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, wards, "wards"),
		                     .field = "n",
		                     .id = "id",
		                     .spread = spreads,
		                     .n_spread = spread != NULL,
		                     .avoid = avoids,
		                     .n_avoid = avoid != NULL };
	ThusoDemand *demand = thuso_demand_read(fixture->context, region, &spec, &error);
	g_assert_no_error(error);
	assert_near(demand->people_in, demand->on_grid + demand->outside, 1e-9 * demand->people_in);
	return demand;
}

static void test_by_houses(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) wards = layer_new();
	g_autoptr(Layer) houses = layer_new();
	g_autoptr(Layer) water = layer_new();
	layer_rect(wards, 0, 0, 3000, 1000, "'id': 'A', 'n': 100");
	layer_rect(wards, 4000, 0, 5500, 1000, "'id': 'B', 'n': 60");
	layer_rect(wards, 8000, 0, 10000, 1000, "'id': 'C', 'n': 30");
	/* A: three houses west, one in the middle. B: one house in a cell that B fills by half. C: none. */
	for (int i = 0; i < 3; i++)
		layer_point(houses, 200 + 100 * i, 500, "'h': 1");
	layer_point(houses, 1500, 500, "'h': 1");
	layer_point(houses, 4500, 500, "'h': 1");
	layer_point(houses, 5700, 500, "'h': 1");
	g_autoptr(ThusoDemand) demand = read_spread(fixture, region, wards, houses, NULL);
	assert_near(at(region, demand, 500, 500), 75, 1e-9);
	assert_near(at(region, demand, 1500, 500), 25, 1e-9);
	assert_near(at(region, demand, 2500, 500), 0, 1e-9);
	assert_near(at(region, demand, 4500, 500), 40, 1e-9);
	assert_near(at(region, demand, 5500, 500), 20, 1e-9);
	assert_near(at(region, demand, 8500, 500), 15, 1e-9);
	g_assert_cmpint(demand->n_unmatched, ==, 1);
	const ThusoFinding *unmatched = fixture_finding(fixture, "spread_unmatched");
	g_assert_cmpstr(unmatched->feature, ==, "C");
	g_assert_nonnull(strstr(unmatched->message, "C with 30 people"));
	/* Water over the western half of A's first cell, all of its second, and all of C. */
	layer_rect(water, 0, 0, 500, 1000, "'w': 1");
	layer_rect(water, 1000, 0, 2000, 1000, "'w': 1");
	layer_rect(water, 7000, 0, 11000, 1000, "'w': 1");
	g_autoptr(ThusoDemand) dry = read_spread(fixture, region, wards, NULL, water);
	assert_near(at(region, dry, 500, 500), 100.0 / 3, 1e-9);
	assert_near(at(region, dry, 1500, 500), 0, 1e-9);
	assert_near(at(region, dry, 2500, 500), 200.0 / 3, 1e-9);
	assert_near(at(region, dry, 8500, 500), 15, 1e-9);
	g_autoptr(ThusoDemand) both = read_spread(fixture, region, wards, houses, water);
	assert_near(at(region, both, 500, 500), 100, 1e-9);
	assert_near(at(region, both, 4500, 500), 40, 1e-9);
}

static void test_by_polygons(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) wards = layer_new();
	g_autoptr(Layer) towns = layer_new();
	layer_rect(wards, 0, 0, 3000, 1000, "'id': 'A', 'n': 100");
	layer_rect(towns, 900, 0, 1300, 1000, "'t': 1");
	g_autoptr(ThusoDemand) demand = read_spread(fixture, region, wards, towns, NULL);
	assert_near(at(region, demand, 500, 500), 25, 1e-9);
	assert_near(at(region, demand, 1500, 500), 75, 1e-9);
	layer_point(towns, 2500, 500, "'t': 1");
	g_autoptr(ThusoDemand) mixed = read_spread(fixture, region, wards, towns, NULL);
	g_assert_nonnull(fixture_finding(fixture, "spread_mixed"));
	assert_near(at(region, mixed, 2500, 500), 100 / 1.4, 1e-9);
}

/* A ward that reaches beyond the grid: its houses out there keep their share. */
static void test_beyond_the_grid(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) wards = layer_new();
	g_autoptr(Layer) houses = layer_new();
	layer_rect(wards, 18000, -5000, 47000, 12000, "'id': 'A', 'n': 100");
	layer_point(houses, 18500, 500, "'h': 1");
	layer_point(houses, 40500, -2500, "'h': 1");
	layer_point(houses, 45500, 10500, "'h': 1");
	layer_point(houses, 19500, 11500, "'h': 1");
	g_autoptr(ThusoDemand) demand = read_spread(fixture, region, wards, houses, NULL);
	assert_near(at(region, demand, 18500, 500), 25, 1e-9);
	assert_near(demand->outside, 75, 1e-9);
	g_assert_cmpint(demand->n_unmatched, ==, 0);
	g_autoptr(Layer) west = layer_new();
	layer_rect(west, -31000, -5000, 2000, 12000, "'id': 'W', 'n': 100");
	layer_point(houses, 1500, 500, "'h': 1");
	layer_point(houses, -30500, -4500, "'h': 1");
	g_autoptr(ThusoDemand) westward = read_spread(fixture, region, west, houses, NULL);
	assert_near(at(region, westward, 1500, 500), 50, 1e-9);
	assert_near(westward->outside, 50, 1e-9);
	g_autoptr(ThusoDemand) by_area = read_spread(fixture, region, wards, NULL, NULL);
	assert_near(by_area->on_grid, 100.0 * 16 / (29 * 17), 1e-9);
}

/* Whatever is spread and avoided, every ward keeps its people. */
static void test_never_empties(void)
{
	for (guint seed = 1; seed <= 20; seed++) {
		g_autoptr(Fixture) fixture = fixture_new();
		GRand *random = g_rand_new_with_seed(seed);
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, g_rand_double_range(random, 400, 2500), 0);
		g_autoptr(Layer) wards = layer_new();
		g_autoptr(Layer) houses = layer_new();
		g_autoptr(Layer) water = layer_new();
		int people[20];
		for (int i = 0; i < 20; i++) {
			people[i] = g_rand_int_range(random, 1, 900);
			layer_rect(wards, 1000 * i, 100, 1000 * i + g_rand_double_range(random, 1, 1000),
			           g_rand_double_range(random, 101, 7900), "'id': '%d', 'n': %d", i, people[i]);
			double x = g_rand_double_range(random, -500, 20000), y = g_rand_double_range(random, -500, 8000);
			layer_point(houses, g_rand_double_range(random, 0, 20000), g_rand_double_range(random, 0, 8000), "'h': 1");
			layer_rect(water, x, y, x + 3000, y + 3000, "'w': 1");
		}
		g_autoptr(ThusoDemand) demand = read_spread(fixture, region, wards, seed % 3 ? houses : NULL, seed % 2 ? water : NULL);
		double sums[20] = { 0 };
		g_assert_cmpint(demand->n_polygons, ==, 20);
		for (gint64 i = 0; i < demand->n_pieces; i++)
			sums[atoi(demand->polygon_id[demand->pieces[i].polygon])] += demand->pieces[i].people;
		for (int i = 0; i < 20; i++)
			if (fabs(sums[i] - people[i]) > 1e-9 * people[i])
				g_error("seed %u: ward %d has %.12g of %d people", seed, i, sums[i], people[i]);
		g_rand_free(random);
	}
}

static void test_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) wards = layer_new();
	g_autoptr(Layer) lines = layer_new();
	g_autoptr(Layer) far = layer_new();
	layer_rect(wards, 0, 0, 3000, 1000, "'id': 'A', 'n': 100");
	layer_line(lines, 0, 0, 3000, 1000, "'s': 1");
	layer_point(far, 90000, 0, "'h': 1");
	const ThusoSource *layers[] = { fixture_layer(fixture, lines, "streets") };
	ThusoDemandSpec spec = { .people = fixture_layer(fixture, wards, "wards"), .field = "n", .spread = layers, .n_spread = 1 };
	GError *error = NULL;
	g_assert_null(thuso_demand_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "streets_|holds lines");
	layers[0] = fixture_layer(fixture, far, "houses");
	G_GNUC_UNUSED g_autoptr(ThusoDemand) demand = thuso_demand_read(fixture->context, region, &spec, &error);
	g_assert_no_error(error);
	g_assert_nonnull(fixture_finding(fixture, "no_features"));
	spec.n_spread = 0;
	spec.avoid = layers;
	spec.n_avoid = 1;
	g_assert_null(thuso_demand_read(fixture->context, region, &spec, &error));
	assert_says(&error, THUSO_ERROR_INPUT, "houses_|must hold polygons");
}

void add_spread_tests(void)
{
	g_test_add_func("/data/spread/by-houses", test_by_houses);
	g_test_add_func("/data/spread/by-polygons", test_by_polygons);
	g_test_add_func("/data/spread/beyond-the-grid", test_beyond_the_grid);
	g_test_add_func("/data/spread/never-empties", test_never_empties);
	g_test_add_func("/data/spread/refusals", test_refusals);
}
