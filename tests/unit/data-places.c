/* Centres and candidates: ids, positions, spacing, the lattice, and what is said about those left out. */
#include "../support/data-fixture.h"

#include <math.h>
#include <string.h>

static ThusoPlaces *read_places(Fixture *fixture, const ThusoRegion *region, const ThusoPlacesSpec *specs, int n,
                                const double *people)
{
	GError *error = NULL;
	ThusoPlaces *places = thuso_places_read(fixture->context, region, specs, n, people, &error);
	g_assert_no_error(error);
	return places;
}

static void refuse(Fixture *fixture, const ThusoRegion *region, const ThusoPlacesSpec *spec, int code, const char *words)
{
	GError *error = NULL;
	g_assert_null(thuso_places_read(fixture->context, region, spec, 1, NULL, &error));
	assert_says(&error, code, words);
}

static Layer *schools(void)
{
	Layer *layer = layer_new();
	layer_point(layer, 15500, 500, "'emis': 10, 'name': 'East', 'cost': 7, 'status': 'Functional'");
	layer_point(layer, 500, 500, "'emis': 9, 'name': 'West', 'cost': null, 'status': 'closed'");
	layer_point(layer, 900, 500, "'emis': 9, 'name': 'West annex', 'cost': 1, 'status': 'closed'");
	layer_point(layer, 700, 500, "'emis': 9, 'name': null, 'cost': 2, 'status': null");
	layer_point(layer, -500, 500, "'emis': null, 'name': 'In the buffer', 'cost': 3, 'status': 'planned'");
	layer_point(layer, 70000, 500, "'emis': 3, 'name': 'Far', 'cost': 3, 'status': 'functional '");
	const double rect[] = { 4000, 4000, 5000, 4000, 5000, 5000, 4000, 5000 };
	layer_add(layer, "Polygon", rect, 4, "'emis': 11, 'name': 'Campus', 'cost': 3, 'status': 'functional '");
	return layer;
}

static char *ids_of(const ThusoPlaces *places)
{
	GString *text = g_string_new(NULL);
	for (gint64 i = 0; i < places->n; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "", places->place[i].id);
	return g_string_free(text, FALSE);
}

static void test_candidates(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 2000);
	g_autoptr(Layer) layer = schools();
	ThusoPlacesSpec spec = { .source = fixture_layer(fixture, layer, "schools"),
		                     .id = "emis",
		                     .title = "name",
		                     .kind = "new",
		                     .cost_field = "cost",
		                     .cost = 8 };
	g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, NULL);
	g_autofree char *ids = ids_of(places);
	/* The fifth feature has no id: its number is 4. Duplicates are numbered from west to east. */
	g_assert_cmpstr(ids, ==, "4 9 10 11 9#2 9#3");
	const ThusoPlace *first = &places->place[1], *annex = &places->place[5];
	g_assert_cmpstr(first->title, ==, "West");
	g_assert_cmpstr(annex->title, ==, "West annex");
	g_assert_cmpstr(first->kind, ==, "new");
	assert_near(first->cost, 8, 1e-12);
	assert_near(annex->cost, 1, 1e-12);
	g_assert_cmpint(first->area, ==, 0);
	g_assert_cmpint(places->place[0].area, ==, -1);
	g_assert_cmpint(places->place[2].area, ==, 1);
	g_assert_cmpint(first->cell, ==, thuso_grid_cell(&region->grid, first->x, first->y));
	g_assert_cmpint(thuso_table_integer(places->table[0], annex->row, thuso_table_find_column(places->table[0], "cost")), ==, 1);
	g_assert_true(first->open);
	g_assert_null(first->place);
	assert_near(places->place[3].x, EAST0 + 4500, 500);
	g_assert_cmpstr(fixture_finding(fixture, "missing_id")->feature, ==, "4");
	g_assert_cmpint(fixture_finding(fixture, "duplicate_id")->count, ==, 2);
	g_assert_cmpint(fixture_finding(fixture, "off_grid")->count, ==, 1);
	spec.prefix = "school";
	spec.within_area = TRUE;
	spec.title = NULL;
	g_autoptr(ThusoPlaces) inside = read_places(fixture, region, &spec, 1, NULL);
	g_autofree char *inside_ids = ids_of(inside);
	g_assert_cmpstr(inside_ids, ==, "school:10 school:11 school:9 school:9#2 school:9#3");
	g_assert_cmpstr(inside->place[0].title, ==, "school:10");
	g_assert_cmpstr(fixture_finding(fixture, "in_buffer")->feature, ==, "school:4");
}

static void test_open(void)
{
	static const char *const open_values[] = { "functional", NULL }, *const wrong[] = { "open", NULL };
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 2000);
	g_autoptr(Layer) layer = schools();
	ThusoPlacesSpec spec = {
		.source = fixture_layer(fixture, layer, "centres"), .id = "name", .open_field = "status", .open_values = open_values
	};
	g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, NULL);
	for (gint64 i = 0; i < places->n; i++)
		g_assert_cmpint(places->place[i].open, ==,
		                strcmp(places->place[i].id, "East") == 0 || strcmp(places->place[i].id, "Campus") == 0);
	g_assert_nonnull(strstr(fixture_finding(fixture, "closed")->message, "status is: closed (2), (empty) (1), planned (1)"));
	g_assert_null(fixture_finding(fixture, "none_open"));
	spec.open_values = wrong;
	G_GNUC_UNUSED g_autoptr(ThusoPlaces) none = read_places(fixture, region, &spec, 1, NULL);
	const ThusoFinding *none_open = fixture_finding(fixture, "none_open");
	g_assert_cmpint(none_open->severity, ==, THUSO_WARNING);
	g_assert_nonnull(strstr(none_open->message, "closed (2), (empty) (1), Functional (1), functional (1), planned (1)"));
	spec.open_values = NULL;
	g_autoptr(ThusoPlaces) all = read_places(fixture, region, &spec, 1, NULL);
	g_assert_true(all->place[0].open);
}

static void test_layers_together(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) a = layer_new();
	g_autoptr(Layer) b = layer_new();
	g_autoptr(Layer) towns = layer_new();
	layer_point(a, 500, 500, "'id': 1");
	layer_point(a, 1500, 500, "'id': 2");
	layer_point(b, 500, 500, "'id': 1");
	layer_point(towns, 1400, 500, "'t': 'Barrydale'");
	layer_point(towns, 0, 500, "'t': 'Zoar'");
	layer_point(towns, 0, 600, "'t': null");
	layer_point(towns, -60000, 500, "'t': 'Abroad'");
	ThusoPlacesSpec specs[] = { { .source = fixture_layer(fixture, a, "a"),
		                          .id = "id",
		                          .near = fixture_layer(fixture, towns, "towns"),
		                          .near_title = "t",
		                          .cost = NAN },
		                        { .source = fixture_layer(fixture, b, "b"), .id = "id", .cost = NAN } };
	g_autoptr(ThusoPlaces) places = read_places(fixture, region, specs, 2, NULL);
	g_autofree char *ids = ids_of(places);
	g_assert_cmpstr(ids, ==, "1 2 1#2");
	g_assert_cmpint(places->place[0].layer, ==, 0);
	g_assert_cmpint(places->place[2].layer, ==, 1);
	g_assert_cmpstr(places->place[0].place, ==, "Zoar");
	g_assert_cmpstr(places->place[1].place, ==, "Barrydale");
	g_assert_null(places->place[2].place);
	g_assert_true(isnan(places->place[0].cost));
	g_assert_cmpint(places->n_tables, ==, 2);
	g_assert_cmpint(fixture_finding(fixture, "same_place")->count, ==, 1);
	specs[0].near_title = NULL;
	refuse(fixture, region, specs, THUSO_ERROR_USAGE, "title is needed");
	specs[0].near_title = "tt";
	refuse(fixture, region, specs, THUSO_ERROR_INPUT, "towns|tt");
}

/* Against the plain rule: in order of ids, keep what has no kept neighbour. */
static void test_spacing(void)
{
	for (guint seed = 1; seed <= 5; seed++) {
		g_autoptr(Fixture) fixture = fixture_new();
		GRand *random = g_rand_new_with_seed(seed);
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
		g_autoptr(Layer) layer = layer_new();
		double x[200], y[200], spacing = g_rand_double_range(random, 50, 2500);
		gboolean kept[200];
		int n_kept = 0;
		for (int i = 0; i < 200; i++) {
			x[i] = g_rand_double_range(random, 0, 20000);
			y[i] = g_rand_double_range(random, 0, 8000);
			kept[i] = TRUE;
			for (int j = 0; j < i; j++)
				kept[i] = kept[i] && !(kept[j] && hypot(x[i] - x[j], y[i] - y[j]) < spacing);
			n_kept += kept[i];
			layer_point(layer, x[i], y[i], "'id': %d", i + 1);
		}
		layer_shuffle(layer, random);
		ThusoPlacesSpec spec = { .source = fixture_layer(fixture, layer, "sites"), .id = "id", .min_spacing_m = spacing };
		g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, NULL);
		g_assert_cmpint(places->n, ==, n_kept);
		for (gint64 i = 0; i < places->n; i++) {
			int id = (int) g_ascii_strtoll(places->place[i].id, NULL, 10) - 1;
			if (!kept[id])
				g_error("seed %u: place %d should have gone", seed, id + 1);
		}
		g_assert_cmpint(fixture_finding(fixture, "min_spacing")->count, ==, 200 - n_kept);
		g_rand_free(random);
	}
}

static void test_lattice(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 2000);
	g_autofree double *people = g_new0(double, (gsize) thuso_grid_n(&region->grid));
	/* Square (0,0)-(2000,2000): 3 + 5 + 5; the more northern of the two fives is the lower cell. */
	people[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 500)] = 3;
	people[thuso_grid_cell(&region->grid, EAST0 + 1500, NORTH0 + 500)] = 5;
	people[thuso_grid_cell(&region->grid, EAST0 + 500, NORTH0 + 1500)] = 5;
	people[thuso_grid_cell(&region->grid, EAST0 + 2500, NORTH0 + 500)] = 2;
	people[thuso_grid_cell(&region->grid, EAST0 - 500, NORTH0 + 500)] = 900;
	ThusoPlacesSpec spec = { .every_m = 2000, .min_people = 10, .kind = "mobile", .cost = 4 };
	g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, people);
	g_assert_cmpint(places->n, ==, 1);
	g_assert_cmpstr(places->place[0].id, ==, "grid:250_3100");
	g_assert_cmpstr(places->place[0].kind, ==, "mobile");
	assert_near(places->place[0].x, EAST0 + 500, 1e-9);
	assert_near(places->place[0].y, NORTH0 + 1500, 1e-9);
	g_assert_cmpint(places->place[0].row, ==, -1);
	g_assert_cmpint(places->place[0].area, ==, 0);
	g_assert_null(places->table[0]);
	spec.min_people = 1;
	g_autoptr(ThusoPlaces) more = read_places(fixture, region, &spec, 1, people);
	g_assert_cmpint(more->n, ==, 2);
	spec.min_people = 1000;
	g_autoptr(ThusoPlaces) none = read_places(fixture, region, &spec, 1, people);
	g_assert_cmpint(none->n, ==, 0);
	g_assert_nonnull(fixture_finding(fixture, "no_candidates"));
	refuse(fixture, region, &spec, THUSO_ERROR_USAGE, "every");
}

static void test_slips(void)
{
	static const struct {
		const char *text, *slip;
	} cases[] = {
		{ "lon,lat\n-34.3,21.05\n", "swapped" },
		{ "lon,lat\n21.05,34.3\n", "latitude has the wrong sign" },
		{ "lon,lat\n-21.05,-34.3\n", "longitude has the wrong sign" },
		{ "lon,lat\n18.4,-33.9\n", "are left out" },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
		ThusoPlacesSpec spec = { .source = fixture_text(fixture, "centres", "csv", NULL, cases[i].text) };
		g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, NULL);
		g_assert_cmpint(places->n, ==, 0);
		g_assert_nonnull(strstr(fixture_finding(fixture, "off_grid")->message, cases[i].slip));
	}
}

static void test_refusals(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(ThusoRegion) region = fixture_region_of_two(fixture, 1000, 0);
	g_autoptr(Layer) layer = layer_new();
	layer_point(layer, 500, 500, "'id': 1, 'cost': 'dear'");
	layer_point(layer, 600, 500, "'id': 2, 'cost': '-5'");
	const ThusoSource *source = fixture_layer(fixture, layer, "sites");
	ThusoPlacesSpec spec = { .source = source, .id = "id", .cost_field = "cost" };
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "sites_|field cost holds no cost or a negative one in 2 places|first: 1");
	spec.cost_field = "kost";
	refuse(fixture, region, &spec, THUSO_ERROR_INPUT, "no field \"kost\"|cost");
	spec = (ThusoPlacesSpec){ .source = source };
	g_autoptr(ThusoPlaces) places = read_places(fixture, region, &spec, 1, NULL);
	g_assert_cmpint(fixture_finding(fixture, "missing_id")->severity, ==, THUSO_INFO);
	g_assert_cmpint(places->n, ==, 2);
}

void add_place_tests(void)
{
	g_test_add_func("/data/places/candidates", test_candidates);
	g_test_add_func("/data/places/open", test_open);
	g_test_add_func("/data/places/layers-together", test_layers_together);
	g_test_add_func("/data/places/spacing", test_spacing);
	g_test_add_func("/data/places/lattice", test_lattice);
	g_test_add_func("/data/places/slips", test_slips);
	g_test_add_func("/data/places/refusals", test_refusals);
}
