/* People whom each candidate reaches, against one plain search a candidate, for any number of threads. */
#include "../support/siting-world.h"

#include <string.h>

#define LIMIT_S 400.0

/* A small country of 90 m cells: some water, some cells without data, people here and there. */
typedef struct {
	ThusoGrid grid;
	guint8 passable[400], covered[400], served[400];
	double people[400];
	gint32 area[400], nearest[400];
	gint64 cost[400], cells[12];
	gint64 n_sites;
	ThusoState now;
	ThusoSurface *surface;
} Country;

static void country_fill(Country *country, Random *random, ThusoContext *context)
{
	memset(country, 0, sizeof *country);
	country->grid = (ThusoGrid){
		.x_min = 0, .y_max = 1800, .cell_m = 90, .n_cols = 1 + random_below(random, 20), .n_rows = 1 + random_below(random, 20)
	};
	gint64 n_cells = thuso_grid_n(&country->grid);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		country->passable[cell] = (guint8) (random_below(random, 5) > 0);
		country->covered[cell] = (guint8) (random_below(random, 12) > 0);
		country->people[cell] = random_below(random, 2) ? random_real(random) * 50 : 0;
		country->area[cell] = random_below(random, 4) - 1;
		country->served[cell] = (guint8) (country->covered[cell] ? random_below(random, 6) : THUSO_REACH_NO_DATA);
	}
	country->n_sites = random_below(random, 12);
	for (gint64 i = 0; i < country->n_sites; i++)
		country->cells[i] = random_below(random, (int) n_cells + 1) - 1;
	country->now = (ThusoState){ &country->grid, country->people,  country->covered, country->area,
		                         country->cost,  country->nearest, country->served,  THUSO_MEASURE_TIME };
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &country->grid, spec.passable = country->passable, spec.walking_m_per_s = 1, spec.walking_slope = NULL;
	spec.lengths = THUSO_LENGTHS_PLANAR;
	g_autoptr(GError) error = NULL;
	country->surface = thuso_surface_new(context, &spec, &error);
	g_assert_no_error(error);
}

static gboolean is_demand(const Country *country, gint64 cell)
{
	return country->people[cell] > 0 && country->covered[cell] && country->area[cell] >= 0;
}

/* The candidate as the only centre of a search over the whole country. */
static void check_site(Country *country, ThusoContext *context, Random *random, const ThusoTravel *travel,
                       const ThusoSiteReach *reach, gint64 i)
{
	gint64 n_cells = thuso_grid_n(&country->grid), k = reach->reach_start[i];
	ThusoTravel unbounded = *travel;
	unbounded.limit_ticks = THUSO_NO_LIMIT;
	gint64 cost[400];
	for (gint64 cell = 0; cell < n_cells; cell++)
		cost[cell] = THUSO_UNREACHED;
	if (country->cells[i] >= 0 && country->passable[country->cells[i]])
		CHECK(random, thuso_access_nearest(context, country->surface, &unbounded, &country->cells[i], 1, cost, NULL, NULL));
	double within = 0, gained = 0, cost_people = 0;
	for (gint64 cell = 0; cell < n_cells; cell++) {
		if (!is_demand(country, cell) || cost[cell] > travel->limit_ticks)
			continue;
		CHECK(random, k < reach->reach_start[i + 1] && reach->demand_cell[reach->reach_cells[k]] == cell);
		k++;
		within += country->people[cell];
		gained += country->served[cell] == THUSO_REACH_SERVED ? 0 : country->people[cell];
		cost_people += country->people[cell] * (double) cost[cell] / THUSO_TICKS_PER_S;
	}
	CHECK(random, k == reach->reach_start[i + 1]);
	CHECK(random, about(reach->people_within[i], within));
	CHECK(random, about(reach->people_gained[i], gained));
	CHECK(random, about(reach->mean_cost[i], within > 0 ? cost_people / within : NAN));
}

static void check_demand(const Country *country, Random *random, const ThusoSiteReach *reach)
{
	gint64 k = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&country->grid); cell++) {
		if (!is_demand(country, cell))
			continue;
		CHECK(random, reach->demand_cell[k] == cell && reach->demand_people[k] == country->people[cell]);
		CHECK(random, reach->demand_served[k] == (country->served[cell] == THUSO_REACH_SERVED));
		k++;
	}
	CHECK(random, reach->n_demand == k);
}

static void check_same(Random *random, const ThusoSiteReach *a, const ThusoSiteReach *b, gint64 n)
{
	gsize bytes = (gsize) n * sizeof(double);
	CHECK(random, memcmp(a->reach_start, b->reach_start, (gsize) (n + 1) * sizeof(gint64)) == 0);
	CHECK(random, memcmp(a->reach_cells, b->reach_cells, (gsize) a->reach_start[n] * sizeof(guint32)) == 0);
	CHECK(random,
	      memcmp(a->people_within, b->people_within, bytes) == 0 && memcmp(a->people_gained, b->people_gained, bytes) == 0);
	CHECK(random, memcmp(a->mean_cost, b->mean_cost, bytes) == 0);
}

static void test_reach_against_plain_search(void)
{
	for (guint64 seed = 1; seed <= 300; seed++) {
		Random random = random_new(seed);
		g_autoptr(ThusoContext) one = thuso_context_new(), three = thuso_context_new();
		thuso_context_set_threads(one, 1);
		thuso_context_set_threads(three, 3);
		g_autofree Country *country = g_new(Country, 1);
		country_fill(country, &random, one);
		ThusoTravel travel = { THUSO_MEASURE_TIME, seed % 2 ? THUSO_TO_CENTRE : THUSO_FROM_CENTRE,
			                   thuso_ticks(THUSO_MEASURE_TIME, LIMIT_S) };
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoSiteReach) reach =
		    thuso_site_reach(one, NULL, country->surface, &travel, country->cells, country->n_sites, &country->now, NULL, &error);
		g_assert_no_error(error);
		check_demand(country, &random, reach);
		for (gint64 i = 0; i < country->n_sites; i++)
			check_site(country, one, &random, &travel, reach, i);
		g_autoptr(ThusoSiteReach) again = thuso_site_reach(three, NULL, country->surface, &travel, country->cells,
		                                                   country->n_sites, &country->now, NULL, &error);
		g_assert_no_error(error);
		check_same(&random, reach, again, country->n_sites);
		thuso_surface_free(country->surface);
	}
}

/* One search for several limits gives what a search for each of them gives, to the bit, with each limit's own people served. */
static void test_reach_of_several_limits(void)
{
	enum { N = 3 };
	for (guint64 seed = 1; seed <= 200; seed++) {
		Random random = random_new(seed);
		g_autoptr(ThusoContext) context = thuso_context_new();
		static Country country;
		static guint8 served[N][400];
		country_fill(&country, &random, context);
		ThusoTravel travel = { THUSO_MEASURE_TIME, THUSO_TO_CENTRE, thuso_ticks(THUSO_MEASURE_TIME, LIMIT_S), NULL, 0 };
		ThusoLimit limit[N];
		ThusoState now[N];
		ThusoSiteReach *reach[N] = { NULL };
		for (int l = 0; l < N; l++) {
			limit[l] = (ThusoLimit){ thuso_ticks(THUSO_MEASURE_TIME, LIMIT_S * (1 + random_below(&random, 8)) / 8), NULL };
			for (int cell = 0; cell < 400; cell++)
				served[l][cell] = (guint8) (country.covered[cell] ? random_below(&random, 6) : THUSO_REACH_NO_DATA);
			now[l] = country.now;
			now[l].reach = served[l];
		}
		CHECK(&random, thuso_site_reach_limits(context, NULL, country.surface, &travel, country.cells, country.n_sites, limit,
		                                       now, N, reach, NULL));
		for (int l = 0; l < N; l++) {
			ThusoTravel alone = travel;
			alone.limit_ticks = limit[l].ticks;
			g_autoptr(ThusoSiteReach) wanted =
			    thuso_site_reach(context, NULL, country.surface, &alone, country.cells, country.n_sites, &now[l], NULL, NULL);
			CHECK(&random, wanted->n_demand == reach[l]->n_demand);
			CHECK(&random, memcmp(wanted->demand_served, reach[l]->demand_served, (gsize) wanted->n_demand) == 0);
			check_same(&random, wanted, reach[l], country.n_sites);
			thuso_site_reach_free(reach[l]);
		}
		thuso_surface_free(country.surface);
	}
}

static void test_reach_is_cancelled(void)
{
	Random random = random_new(7);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree Country *country = g_new(Country, 1);
	country_fill(country, &random, context);
	country->passable[0] = 1;
	thuso_surface_free(country->surface);
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &country->grid, spec.passable = country->passable, spec.walking_slope = NULL, spec.lengths = THUSO_LENGTHS_PLANAR;
	country->surface = thuso_surface_new(context, &spec, NULL);
	g_assert_nonnull(country->surface);
	gint64 cell = 0;
	ThusoTravel travel = { THUSO_MEASURE_TIME, THUSO_TO_CENTRE, thuso_ticks(THUSO_MEASURE_TIME, LIMIT_S) };
	thuso_context_cancel(context);
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_site_reach(context, NULL, country->surface, &travel, &cell, 1, &country->now, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	thuso_surface_free(country->surface);
}

void add_site_reach_tests(void)
{
	g_test_add_func("/siting/reach/against-plain-search", test_reach_against_plain_search);
	g_test_add_func("/siting/reach/several-limits", test_reach_of_several_limits);
	g_test_add_func("/siting/reach/cancelled", test_reach_is_cancelled);
}
