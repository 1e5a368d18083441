/* Measures of access against the papers' formulas written out over full tables, laws, and cases worked out by hand. */
#include <thuso/measures.h>

#include <string.h>

#include "../support/siting-random.h"
#include "../support/measures-parts.h"

#define N_CASES 2000

/* --- the formulas, over a full table -------------------------------------------------------------------------------------- */

#define MOST 12

typedef struct {
	int n_rows, n_sites;
	double cost[MOST][MOST], people[MOST], supply[MOST]; /* cost[row][site]; INFINITY = no pair */
	gint64 start[MOST + 1];
	guint32 demand[MOST * MOST];
	double pair_cost[MOST * MOST];
} World;

static World random_world(Random *random)
{
	World w = { .n_rows = 1 + random_below(random, MOST), .n_sites = 1 + random_below(random, MOST) };
	for (int i = 0; i < w.n_rows; i++)
		w.people[i] = random_below(random, 4) == 0 ? 0 : random_below(random, 2000) / 4.0;
	gint64 n = 0;
	for (int j = 0; j < w.n_sites; j++) {
		w.supply[j] = random_below(random, 5) == 0 ? 0 : random_below(random, 900);
		for (int i = 0; i < w.n_rows; i++) {
			w.cost[i][j] = random_below(random, 3) == 0 ? INFINITY : random_below(random, 61) * 60.0;
			if (isinf(w.cost[i][j]))
				continue;
			w.demand[n] = (guint32) i;
			w.pair_cost[n++] = w.cost[i][j];
		}
		w.start[j + 1] = n;
	}
	return w;
}

static ThusoSupply supply_of(const World *w)
{
	return (ThusoSupply){ .n_demand = w->n_rows,
		                  .n_sites = w->n_sites,
		                  .start = w->start,
		                  .demand = w->demand,
		                  .cost = w->pair_cost,
		                  .people = w->people,
		                  .supply = w->supply };
}

static const double step_upper[] = { 600, 1200, 1800 }, step_weight[] = { 1, 0.68, 0.22 };

static ThusoDecayOptions options_of(const char *decay, double limit)
{
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	options.decay = thuso_decay_find(decay);
	options.limit = limit;
	options.exponent = 1.5, options.unit = 60, options.half = 900;
	options.step_upper = step_upper, options.step_weight = step_weight, options.n_steps = 3;
	return options;
}

static double plain_weight(const char *decay, double limit, double cost)
{
	if (isinf(cost) || cost > limit)
		return 0;
	if (strcmp(decay, "within") == 0)
		return 1;
	if (strcmp(decay, "steps") == 0)
		return cost <= 600 ? 1 : cost <= 1200 ? 0.68 : cost <= 1800 ? 0.22 : 0;
	if (strcmp(decay, "power") == 0)
		return cost <= 60 ? 1 : 1 / (cost / 60 * sqrt(cost / 60));
	return pow(2, -cost / 900);
}

static double row_sum(const World *w, double f[MOST][MOST], int i)
{
	double sum = 0;
	for (int j = 0; j < w->n_sites; j++)
		sum += f[i][j];
	return sum;
}

static double site_sum(const World *w, double f[MOST][MOST], int j)
{
	double sum = 0;
	for (int i = 0; i < w->n_rows; i++)
		sum += f[i][j];
	return sum;
}

/* What row i draws on site j, and how site j reaches it, in the words of each paper. */
static double draw(const char *name, const World *w, double f[MOST][MOST], int i, int j)
{
	double all = row_sum(w, f, i);
	if (strcmp(name, "3sfca") == 0)
		return all > 0 ? f[i][j] / all * f[i][j] : 0;
	if (strcmp(name, "bfca") == 0)
		return all > 0 ? f[i][j] / all : 0;
	return f[i][j];
}

static double reach(const char *name, const World *w, double f[MOST][MOST], int i, int j)
{
	double all = site_sum(w, f, j);
	if (strcmp(name, "bfca") == 0)
		return all > 0 ? f[i][j] / all : 0;
	return draw(name, w, f, i, j);
}

static double plain_access(const char *name, const World *w, double f[MOST][MOST], int i)
{
	double access = 0;
	for (int j = 0; j < w->n_sites; j++) {
		if (strcmp(name, "cumulative") == 0 || strcmp(name, "gravity") == 0) {
			access += w->supply[j] * f[i][j];
			continue;
		}
		double crowd = 0;
		for (int k = 0; k < w->n_rows; k++)
			crowd += w->people[k] * draw(name, w, f, k, j);
		if (crowd > 0)
			access += w->supply[j] / crowd * reach(name, w, f, i, j);
	}
	return strcmp(name, "spatial_availability") == 0 ? access * w->people[i] : access;
}

static void check_measure(Random *random, const World *w, const ThusoAccessMeasure *measure, const char *decay, double limit)
{
	const char *used = measure->decay != NULL ? measure->decay->about.name : decay;
	double f[MOST][MOST], access[MOST];
	for (int i = 0; i < w->n_rows; i++)
		for (int j = 0; j < w->n_sites; j++)
			f[i][j] = plain_weight(used, limit, w->cost[i][j]);
	ThusoSupply supply = supply_of(w);
	ThusoDecayOptions options = options_of(decay, limit);
	GError *error = NULL;
	g_assert_true(thuso_access(measure, &supply, &options, access, &error));
	g_assert_no_error(error);
	for (int i = 0; i < w->n_rows; i++)
		CHECK(random, about(access[i], plain_access(measure->about.name, w, f, i)));
}

static void test_against_formulas(void)
{
	static const char *const decays[] = { "within", "steps", "power", "exponential" };
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		World w = random_world(&random);
		double limit = (1 + random_below(&random, 60)) * 60.0;
		for (int m = 0; thuso_access_measures[m] != NULL; m++)
			check_measure(&random, &w, thuso_access_measures[m], decays[random_below(&random, 4)], limit);
	}
}

/* --- laws ------------------------------------------------------------------------------------------------------------------ */

/* All that is supplied at a site which somebody draws on is somewhere: sum of people * access = sum of supply. The balanced areas give
 * out each site's level of service once. */
static void check_given_out(Random *random, const World *w, const char *name, const char *decay)
{
	double access[MOST], given = 0, supplied = 0;
	ThusoSupply supply = supply_of(w);
	ThusoDecayOptions options = options_of(decay, 2400);
	g_assert_true(thuso_access(thuso_access_measure_find(name), &supply, &options, access, NULL));
	gboolean per_person = strcmp(name, "spatial_availability") != 0;
	for (int i = 0; i < w->n_rows; i++)
		given += per_person ? w->people[i] * access[i] : access[i];
	const char *used = strcmp(name, "2sfca") == 0 ? "within" : per_person ? "steps" : decay;
	for (int j = 0; j < w->n_sites; j++) {
		double crowd = 0;
		for (int i = 0; i < w->n_rows; i++)
			crowd += w->people[i] * plain_weight(used, 2400, w->cost[i][j]);
		supplied += crowd > 0 ? w->supply[j] : 0;
	}
	CHECK(random, about(given, supplied));
}

static void test_nothing_is_lost(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		World w = random_world(&random);
		check_given_out(&random, &w, "2sfca", "within");
		check_given_out(&random, &w, "e2sfca", "steps");
		check_given_out(&random, &w, "3sfca", "steps");
		check_given_out(&random, &w, "spatial_availability", "exponential");
	}
}

/* One site: three steps are two. Equal weights everywhere: everybody has the same. */
static void test_one_site(void)
{
	gint64 start[] = { 0, 3 };
	guint32 demand[] = { 0, 1, 2 };
	double cost[] = { 0, 900, 1500 }, people[] = { 100, 50, 10 }, places[] = { 40 }, two[3], three[3];
	ThusoSupply supply = { 3, 1, start, demand, cost, people, places };
	ThusoDecayOptions options = options_of("steps", NAN);
	g_assert_true(thuso_access(thuso_access_measure_find("e2sfca"), &supply, &options, two, NULL));
	g_assert_true(thuso_access(thuso_access_measure_find("3sfca"), &supply, &options, three, NULL));
	for (int i = 0; i < 3; i++)
		g_assert_cmpfloat_with_epsilon(two[i], three[i], 1e-15);
	/* 40 places over 100 + 0.68 * 50 + 0.22 * 10 people. */
	g_assert_cmpfloat_with_epsilon(two[0], 40 / 136.2, 1e-15);
	g_assert_cmpfloat_with_epsilon(two[1], 0.68 * 40 / 136.2, 1e-15);
}

/* The limit itself is in, as everywhere. */
static void test_limit_is_in(void)
{
	gint64 start[] = { 0, 2 };
	guint32 demand[] = { 0, 1 };
	double cost[] = { 3600, 3600.001 }, access[2];
	ThusoSupply supply = { 2, 1, start, demand, cost, NULL, NULL };
	ThusoDecayOptions options = options_of("within", 3600);
	g_assert_true(thuso_access(thuso_access_measure_find("cumulative"), &supply, &options, access, NULL));
	g_assert_cmpfloat(access[0], ==, 1);
	g_assert_cmpfloat(access[1], ==, 0);
}

/* --- the contract of both registries ------------------------------------------------------------------------------------------ */

static void test_contract(void)
{
	for (int m = 0; thuso_access_measures[m] != NULL; m++) {
		const ThusoDescriptor *about = &thuso_access_measures[m]->about;
		g_assert_true(about->source != NULL && about->summary != NULL && about->title != NULL);
		g_assert_true(thuso_access_measures[m]->unit != NULL);
		g_assert_true(thuso_access_measure_find(about->name) == thuso_access_measures[m]);
	}
	for (int d = 0; thuso_decays[d] != NULL; d++) {
		ThusoDecayOptions options = options_of(thuso_decays[d]->about.name, NAN);
		g_assert_true(thuso_decay_find(thuso_decays[d]->about.name) == thuso_decays[d]);
		g_assert_nonnull(thuso_decays[d]->about.source);
		double before = 1;
		for (double cost = 0; cost < 4000; cost += 7) {
			double weight = thuso_decays[d]->weight(&options, cost);
			g_assert_true(weight >= 0 && weight <= before);
			before = weight;
		}
	}
	g_assert_null(thuso_access_measure_find("nothing"));
	g_assert_null(thuso_decay_find("nothing"));
}

static void assert_refused(const char *measure, const ThusoSupply *supply, const ThusoDecayOptions *options, int code,
                           const char *word)
{
	double access[MOST];
	GError *error = NULL;
	g_assert_false(thuso_access(thuso_access_measure_find(measure), supply, options, access, &error));
	g_assert_error(error, THUSO_ERROR, code);
	if (strstr(error->message, word) == NULL)
		g_error("no '%s' in: %s", word, error->message);
	g_clear_error(&error);
}

static void test_errors(void)
{
	gint64 start[] = { 0, 2 };
	guint32 demand[] = { 0, 1 };
	double cost[] = { 5, 6 }, people[] = { 1, 2 }, places[] = { 3 };
	ThusoSupply supply = { 2, 1, start, demand, cost, people, places };
	ThusoDecayOptions options;
	thuso_decay_options_default(&options);
	assert_refused("gravity", &supply, &options, THUSO_ERROR_USAGE, "`decay`");
	assert_refused("bfca", &supply, &options, THUSO_ERROR_USAGE, "`decay`");
	assert_refused("2sfca", &supply, &options, THUSO_ERROR_USAGE, "`limit`");
	assert_refused("e2sfca", &supply, &options, THUSO_ERROR_USAGE, "step 1");
	options = options_of("power", -1);
	assert_refused("gravity", &supply, &options, THUSO_ERROR_USAGE, "`limit`");
	options = options_of("power", NAN), options.unit = 0;
	assert_refused("gravity", &supply, &options, THUSO_ERROR_USAGE, "`unit`");
	options = options_of("exponential", NAN), options.half = NAN;
	assert_refused("gravity", &supply, &options, THUSO_ERROR_USAGE, "`half`");
	double rising[] = { 0.5, 0.6, 0.1 }, folded[] = { 600, 600, 700 };
	options = options_of("steps", NAN), options.step_weight = rising;
	assert_refused("3sfca", &supply, &options, THUSO_ERROR_USAGE, "step 2");
	options = options_of("steps", NAN), options.step_upper = folded;
	assert_refused("3sfca", &supply, &options, THUSO_ERROR_USAGE, "step 2");
	options = options_of("within", 60), cost[1] = -1;
	assert_refused("2sfca", &supply, &options, THUSO_ERROR_INPUT, "cost of pair 2");
	cost[1] = 6, people[0] = NAN;
	assert_refused("2sfca", &supply, &options, THUSO_ERROR_INPUT, "people of demand row 1");
	people[0] = 1, places[0] = INFINITY;
	assert_refused("2sfca", &supply, &options, THUSO_ERROR_INPUT, "supply of site 1");
	places[0] = 1, demand[1] = 2;
	assert_refused("2sfca", &supply, &options, THUSO_ERROR_INPUT, "demand row of pair 2");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/measures/against-formulas", test_against_formulas);
	g_test_add_func("/measures/nothing-is-lost", test_nothing_is_lost);
	g_test_add_func("/measures/one-site", test_one_site);
	g_test_add_func("/measures/limit-is-in", test_limit_is_in);
	g_test_add_func("/measures/contract", test_contract);
	g_test_add_func("/measures/errors", test_errors);
	add_equity_tests();
	add_published_measure_tests();
	return g_test_run();
}
