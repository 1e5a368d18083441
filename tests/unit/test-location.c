/* Location models against every set of sites, laws of optima, and hand-worked cases. */
#include <thuso/location.h>

#include <math.h>
#include <string.h>

#include "../support/plain-location.h"
#include "../support/sizes.h"

static ThusoPlan *solve(const ThusoLocation *location, const char *model, const ThusoLocateOptions *given)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	ThusoLocateOptions options;
	thuso_locate_options_default(&options);
	ThusoPlan *plan = thuso_locate(context, thuso_model_find(model), location, given ? given : &options, &error);
	g_assert_no_error(error);
	return plan;
}

static guint set_of(const ThusoPlan *plan)
{
	guint set = 0;
	for (gint32 k = 0; k < plan->n_sites; k++)
		set |= 1u << plan->site[k].site;
	return set;
}

static double tolerance(double value)
{
	return 2e-9 * MAX(fabs(value), 1);
}

#define assert_near(a, b, words)                                                                                                 \
	G_STMT_START                                                                                                                 \
	{                                                                                                                            \
		if ((a) != (b) && !(fabs((a) - (b)) <= tolerance(b)))                                                                    \
			g_error("%s: %.17g is not %.17g (" #a " against " #b ")", words, (double) (a), (double) (b));                        \
	}                                                                                                                            \
	G_STMT_END

static void check_gains(const ThusoPlan *plan, const ThusoModel *model, const char *words)
{
	double gains = 0, added = 0;
	for (gint32 k = 0; k < plan->n_sites; k++) {
		gains += plan->site[k].gain;
		added += plan->site[k].people_added;
		if (!model->needs_pairs_of_sites)
			assert_near(plan->site[k].people_total, added, words);
	}
	if (model->maximises && !model->needs_pairs_of_sites && !isnan(gains))
		assert_near(gains, plan->objective, words);
}

static void check_against_all(const PlainLocation *plain, const char *model)
{
	double best = NAN;
	guint set = 0;
	gboolean any = plain_best(plain, model, &best, &set);
	g_autoptr(ThusoPlan) plan = solve(&plain->location, model, NULL);
	if (any != (plan->status != THUSO_PLAN_INFEASIBLE))
		g_error("%s, %s: %s, but trying every set says %s (%g)", plain->words, model, thuso_plan_status_name(plan->status),
		        any ? "there is one" : "there is none", best);
	if (!any) {
		g_assert_nonnull(plan->binding[0]);
		g_assert_cmpint((int) strlen(plan->binding[0]), >, 10);
		return;
	}
	assert_near(plan->objective, best, plain->words);
	g_assert_cmpint(plan->status, ==, THUSO_PLAN_OPTIMAL);
	assert_near(plan->bound, best, plain->words);
	if (!plain_is_allowed(plain, set_of(plan)))
		g_error("%s, %s: the plan's set is not allowed", plain->words, model);
	assert_near(plain_value(plain, model, set_of(plan)), plan->objective, plain->words);
	check_gains(plan, thuso_model_find(model), plain->words);
}

typedef void (*Prepare)(PlainLocation *plain, GRand *random);

static void check_many(const char *model, Prepare prepare, guint32 first)
{
	for (int i = 0; i < in_full(600, 100); i++) {
		PlainLocation plain;
		guint32 seed = first + (guint32) i;
		g_autoptr(GRand) random = g_rand_new_with_seed(seed ^ 0x5bd1e995);
		plain_location_random(&plain, seed);
		if (prepare)
			prepare(&plain, random);
		check_against_all(&plain, model);
		plain_location_clear(&plain);
	}
}

static void prepare_unserved(PlainLocation *plain, GRand *random)
{
	if (g_rand_int_range(random, 0, 2))
		plain->location.unserved = floor(g_rand_double_range(random, 10, 200));
}

static void prepare_charge(PlainLocation *plain, GRand *random)
{
	if (g_rand_int_range(random, 0, 3) == 0)
		plain->location.charge = plain->charge;
}

static void prepare_target(PlainLocation *plain, GRand *random)
{
	if (g_rand_int_range(random, 0, 2))
		plain->location.target = g_rand_double_range(random, 0.3, 1);
}

static void prepare_backup(PlainLocation *plain, GRand *random)
{
	if (plain->location.sites < 0)
		plain->location.sites = plain->location.n_sites;
	if (g_rand_int_range(random, 0, 3) == 0)
		plain->location.target = 1;
	if (g_rand_int_range(random, 0, 3) == 0)
		plain->location.charge = plain->charge;
}

static void prepare_huff(PlainLocation *plain, GRand *random)
{
	(void) random;
	plain->location.limit = MAX(plain->location.limit, 1);
}

/* Demand rows are the sites. */
static void prepare_pdispersion(PlainLocation *plain, GRand *random)
{
	ThusoLocation *location = &plain->location;
	location->n_demand = location->n_sites = MAX(location->n_sites, 2);
	location->sites = g_rand_int_range(random, 2, location->n_sites + 1);
	for (int a = 0; a < location->n_sites; a++)
		for (int b = 0; b < location->n_sites; b++)
			plain->cost_of[a][b] = g_rand_double(random) < 0.8 ? floor(g_rand_double_range(random, 0, 50)) : INFINITY;
	plain_location_pack(plain);
}

static void test_pdispersion(void)
{
	check_many("pdispersion", prepare_pdispersion, 70000);
}

static void prepare_capacity(PlainLocation *plain, GRand *random)
{
	plain->location.capacity = plain->capacity;
	plain->location.is_single = g_rand_int_range(random, 0, 2);
	if (plain->location.is_single) {
		plain->location.n_sites = MIN(plain->location.n_sites, 5);
		plain->location.n_demand = MIN(plain->location.n_demand, 6);
		plain->location.sites = MIN(plain->location.sites, plain->location.n_sites);
		plain_location_pack(plain);
	}
}

static void prepare_cmclp(PlainLocation *plain, GRand *random)
{
	prepare_capacity(plain, random);
	prepare_charge(plain, random);
}

static void prepare_cpmedian(PlainLocation *plain, GRand *random)
{
	prepare_capacity(plain, random);
	prepare_unserved(plain, random);
}

static void test_cmclp(void)
{
	check_many("cmclp", prepare_cmclp, 80000);
}

static void test_cpmedian(void)
{
	check_many("cpmedian", prepare_cpmedian, 90000);
}

static void test_pmedian(void)
{
	check_many("pmedian", prepare_unserved, 1000);
}

static void test_mclp(void)
{
	check_many("mclp", prepare_charge, 20000);
}

static void test_lscp(void)
{
	check_many("lscp", prepare_target, 30000);
}

static void test_pcenter(void)
{
	check_many("pcenter", NULL, 40000);
}

static void test_backup(void)
{
	check_many("backup", prepare_backup, 50000);
}

static void test_huff(void)
{
	check_many("huff", prepare_huff, 60000);
}

/* --- laws ----------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	gboolean (*relax)(PlainLocation *plain); /* FALSE = nothing to relax */
} Law;

static gboolean relax_sites(PlainLocation *plain)
{
	if (plain->location.sites < 0)
		return FALSE;
	plain->location.sites++;
	return TRUE;
}

static gboolean relax_quotas(PlainLocation *plain)
{
	for (int l = 0; l < plain->location.n_levels; l++)
		for (int g = 0; g < plain->level[l].n_groups; g++) {
			plain->min[l][g] = 0;
			plain->max[l][g] = MIN(plain->max[l][g], G_MAXINT32 - 1) + 1;
		}
	return plain->location.n_levels > 0;
}

static gboolean relax_budgets(PlainLocation *plain)
{
	for (int b = 0; b < plain->location.n_budgets; b++)
		plain->budget[b].most = plain->budget[b].most * 1.5 + 1;
	return plain->location.n_budgets > 0;
}

/* A candidate that was forbidden may be chosen now. */
static gboolean relax_forbidden(PlainLocation *plain)
{
	for (int j = 0; j < plain->location.n_sites; j++)
		if (plain->state[j] == THUSO_SITE_FORBIDDEN) {
			plain->state[j] = THUSO_SITE_FREE;
			return TRUE;
		}
	return FALSE;
}

static gboolean relax_limit(PlainLocation *plain)
{
	plain->location.limit *= 1.3;
	return TRUE;
}

static gboolean relax_capacity(PlainLocation *plain)
{
	for (int j = 0; j < plain->location.n_sites; j++)
		plain->capacity[j] *= 1.3;
	return plain->location.capacity != NULL;
}

static void check_law(const char *model, Prepare prepare, const Law *law)
{
	const ThusoModel *about = thuso_model_find(model);
	for (guint32 seed = 1; seed <= 60; seed++) {
		PlainLocation plain;
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		plain_location_random(&plain, seed + 500000);
		if (prepare)
			prepare(&plain, random);
		g_autoptr(ThusoPlan) before = solve(&plain.location, model, NULL);
		if (law->relax(&plain)) {
			g_autoptr(ThusoPlan) after = solve(&plain.location, model, NULL);
			double gain = (about->maximises ? 1 : -1) * (after->objective - before->objective);
			if (before->status != THUSO_PLAN_INFEASIBLE &&
			    (after->status == THUSO_PLAN_INFEASIBLE || gain < -tolerance(before->objective)))
				g_error("%s, %s: %g becomes %g when %s is relaxed", plain.words, model, before->objective, after->objective,
				        law->name);
		}
		plain_location_clear(&plain);
	}
}

static void test_laws(void)
{
	static const Law laws[] = { { "the number of sites", relax_sites }, { "the quotas", relax_quotas },
		                        { "a budget", relax_budgets },          { "a forbidden site", relax_forbidden },
		                        { "the capacity", relax_capacity },     { "the limit", relax_limit } };
	static const struct {
		const char *model;
		Prepare prepare;
	} models[] = { { "pmedian", prepare_unserved }, { "mclp", prepare_charge },
		           { "lscp", prepare_target },      { "pcenter", NULL },
		           { "backup", prepare_backup },    { "cmclp", prepare_cmclp },
		           { "cpmedian", prepare_cpmedian } };
	for (gsize m = 0; m < G_N_ELEMENTS(models); m++)
		for (gsize l = 0; l < G_N_ELEMENTS(laws); l++)
			check_law(models[m].model, models[m].prepare, &laws[l]);
}

/* --- larger problems: points on a square ------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoLocation location;
	gint64 *start;
	guint32 *demand;
	double *cost, *weight, *budget_cost;
	gint32 *province, *district, *min, *max;
	char **names;
	ThusoQuotaLevel level[2];
	ThusoBudget budget;
} Square;

static void square_free(Square *square)
{
	g_free(square->start);
	g_free(square->demand);
	g_free(square->cost);
	g_free(square->weight);
	g_free(square->budget_cost);
	g_free(square->province);
	g_free(square->district);
	g_free(square->min);
	g_free(square->max);
	g_strfreev(square->names);
	g_free(square);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Square, square_free)

/* Sites in 4 provinces of 4 districts each; pairs up to `reach`. */
static Square *square_new(gint32 n_sites, gint64 n_demand, double reach, guint32 seed)
{
	Square *square = g_new0(Square, 1);
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	GArray *demand = g_array_new(FALSE, FALSE, sizeof(guint32)), *cost = g_array_new(FALSE, FALSE, sizeof(double));
	g_autofree double *x = thuso_new(double, n_demand), *y = thuso_new(double, n_demand);
	thuso_location_default(&square->location);
	square->weight = thuso_new(double, n_demand);
	square->start = thuso_new(gint64, n_sites + 1);
	square->province = thuso_new(gint32, n_sites);
	square->district = thuso_new(gint32, n_sites);
	square->budget_cost = thuso_new(double, n_sites);
	for (gint64 i = 0; i < n_demand; i++) {
		x[i] = g_rand_double(random);
		y[i] = g_rand_double(random);
		square->weight[i] = ceil(g_rand_double_range(random, 0, 100));
	}
	for (gint32 j = 0; j < n_sites; j++) {
		double u = g_rand_double(random), v = g_rand_double(random);
		square->province[j] = (gint32) (u * 2) * 2 + (gint32) (v * 2);
		square->district[j] = (gint32) (u * 4) * 4 + (gint32) (v * 4);
		square->budget_cost[j] = ceil(g_rand_double_range(random, 1, 9));
		for (gint64 i = 0; i < n_demand; i++) {
			double distance = hypot(x[i] - u, y[i] - v);
			guint32 own = (guint32) i;
			if (distance <= reach) {
				g_array_append_val(demand, own);
				g_array_append_val(cost, distance);
			}
		}
		square->start[j + 1] = demand->len;
	}
	square->demand = (guint32 *) (gpointer) g_array_free(demand, FALSE);
	square->cost = (double *) (gpointer) g_array_free(cost, FALSE);
	square->location.n_sites = n_sites;
	square->location.n_demand = n_demand;
	square->location.start = square->start;
	square->location.demand = square->demand;
	square->location.cost = square->cost;
	square->location.weight = square->weight;
	square->location.limit = reach;
	return square;
}

static void square_add_quotas(Square *square, gint32 most_in_district, double budget)
{
	square->names = thuso_new(char *, 17);
	square->min = thuso_new(gint32, 16);
	square->max = thuso_new(gint32, 16);
	for (int g = 0; g < 16; g++) {
		square->names[g] = g_strdup_printf("D%d", g);
		square->min[g] = g % 5 == 0 ? 1 : 0;
		square->max[g] = most_in_district;
	}
	const char *const *names = (const char *const *) square->names;
	static const gint32 province_min[] = { 1, 1, 1, 1 }, province_max[] = { 4, 3, 4, 3 };
	square->level[0] = (ThusoQuotaLevel){ "district", 16, names, square->district, square->min, square->max };
	square->level[1] = (ThusoQuotaLevel){ "province", 4, names, square->province, province_min, province_max };
	square->budget = (ThusoBudget){ "budget", square->budget_cost, budget };
	square->location.level = square->level;
	square->location.n_levels = 2;
	square->location.budget = &square->budget;
	square->location.n_budgets = 1;
}

/* Quotas on two levels and a budget, on problems too large to try every set: proven, allowed, and never better than with fewer bounds. */
static void test_constrained(void)
{
	for (guint32 seed = 1; seed <= 6; seed++) {
		static const char *const models[] = { "mclp", "pmedian" };
		for (int m = 0; m < 2; m++) {
			g_autoptr(Square) square = square_new(60, 400, m == 0 ? 0.15 : 2, seed);
			square->location.sites = 10;
			g_autoptr(ThusoPlan) open = solve(&square->location, models[m], NULL);
			square_add_quotas(square, 1, 40);
			g_autoptr(ThusoPlan) bound = solve(&square->location, models[m], NULL);
			g_assert_cmpint(open->status, ==, THUSO_PLAN_OPTIMAL);
			g_assert_cmpint(bound->status, ==, THUSO_PLAN_OPTIMAL);
			double gain = (m == 0 ? 1 : -1) * (open->objective - bound->objective), money = 0;
			g_assert_cmpfloat(gain, >=, -tolerance(open->objective));
			gint32 in_district[16] = { 0 }, in_province[4] = { 0 };
			for (gint32 k = 0; k < bound->n_sites; k++) {
				in_district[square->district[bound->site[k].site]]++;
				in_province[square->province[bound->site[k].site]]++;
				money += square->budget_cost[bound->site[k].site];
			}
			g_assert_cmpfloat(money, <=, 40);
			for (int g = 0; g < 16; g++)
				g_assert_true(in_district[g] >= square->min[g] && in_district[g] <= 1);
			for (int g = 0; g < 4; g++)
				g_assert_true(in_province[g] >= 1 && in_province[g] <= square->level[1].max[g]);
		}
	}
}

static void assert_same(const ThusoPlan *a, const ThusoPlan *b)
{
	g_assert_cmpint(a->n_sites, ==, b->n_sites);
	g_assert_cmpfloat(a->objective, ==, b->objective);
	g_assert_cmpfloat(a->bound, ==, b->bound);
	for (gint32 k = 0; k < a->n_sites; k++)
		g_assert_cmpint(a->site[k].site, ==, b->site[k].site);
}

/* Large enough that prices are found by all threads. */
static void test_threads(void)
{
	g_autoptr(Square) square = square_new(1500, 4000, 0.15, 3);
	ThusoLocateOptions options;
	thuso_locate_options_default(&options);
	options.gap = 0.02;
	square->location.sites = 12;
	ThusoPlan *plan[3];
	for (int t = 0; t < 3; t++) {
		g_autoptr(ThusoContext) context = thuso_context_new();
		thuso_context_set_threads(context, 1 << t);
		plan[t] = thuso_locate(context, thuso_model_find("mclp"), &square->location, &options, NULL);
		g_assert_nonnull(plan[t]);
		g_assert_cmpfloat(plan[t]->gap, <=, 0.02 * (1 + 1e-9));
	}
	assert_same(plan[0], plan[1]);
	assert_same(plan[0], plan[2]);
	for (int t = 0; t < 3; t++)
		thuso_plan_free(plan[t]);
}

/* Time runs out: a plan with a bound on the right side. */
static void test_time_limit(void)
{
	g_autoptr(Square) square = square_new(400, 3000, 0.1, 5);
	ThusoLocateOptions options;
	thuso_locate_options_default(&options);
	square->location.sites = 20;
	options.seconds = 0.05;
	g_autoptr(ThusoPlan) hasty = solve(&square->location, "mclp", &options);
	options.seconds = INFINITY;
	options.gap = 0.01;
	g_autoptr(ThusoPlan) better = solve(&square->location, "mclp", &options);
	g_assert_cmpfloat(hasty->objective, <=, better->bound * (1 + 1e-9));
	g_assert_cmpfloat(hasty->bound, >=, better->objective * (1 - 1e-9));
	g_assert_cmpfloat(better->gap, <=, 0.01);
}

/* Cancelled before the start: an error. Cancelled at work (by another thread): the best plan so far. */
static gpointer cancel_soon(gpointer data)
{
	g_usleep(100000);
	thuso_context_cancel(data);
	return NULL;
}

static void test_cancel(void)
{
	g_autoptr(Square) square = square_new(400, 3000, 0.1, 6);
	ThusoLocateOptions options;
	thuso_locate_options_default(&options);
	square->location.sites = 25;
	g_autoptr(ThusoContext) stopped = thuso_context_new();
	g_autoptr(GError) error = NULL;
	thuso_context_cancel(stopped);
	g_assert_null(thuso_locate(stopped, thuso_model_find("mclp"), &square->location, &options, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_clear_error(&error);
	g_autoptr(ThusoContext) context = thuso_context_new();
	GThread *thread = g_thread_new("cancel", cancel_soon, context);
	g_autoptr(ThusoPlan) plan = thuso_locate(context, thuso_model_find("mclp"), &square->location, &options, &error);
	g_thread_join(thread);
	g_assert_no_error(error);
	g_assert_nonnull(plan);
	g_assert_cmpfloat(plan->bound, >=, plan->objective);
	g_assert_cmpint(plan->n_sites, ==, 25);
}

/* Further plans against all sets of as many sites. */
static void test_alternatives(void)
{
	for (guint32 seed = 1; seed <= 150; seed++) {
		PlainLocation plain;
		plain_location_random(&plain, seed + 700000);
		ThusoLocateOptions options;
		thuso_locate_options_default(&options);
		options.alternatives = 4;
		options.loss = 0.2;
		g_autoptr(ThusoPlan) plan = solve(&plain.location, "mclp", &options);
		int n = 0;
		for (guint set = 0; plan->status != THUSO_PLAN_INFEASIBLE && set < 1u << plain.location.n_sites; set++)
			if (__builtin_popcount(set) == plan->n_sites && set != set_of(plan) && plain_is_allowed(&plain, set) &&
			    plain_value(&plain, "mclp", set) >= plan->objective * (1 - 0.2) - 1e-9)
				n++;
		if (plan->status != THUSO_PLAN_INFEASIBLE && plan->n_alternatives != MIN(n, 4))
			g_error("%s: %d further plans, and %d sets are within the loss", plain.words, plan->n_alternatives, n);
		for (int a = 0; a < plan->n_alternatives; a++) {
			guint set = 0;
			for (int k = 0; k < plan->n_alternative_sites; k++)
				set |= 1u << plan->alternative_site[a * plan->n_alternative_sites + k];
			g_assert_true(plain_is_allowed(&plain, set));
			assert_near(plain_value(&plain, "mclp", set), plan->alternative_objective[a], plain.words);
			g_assert_true(a == 0 || plan->alternative_objective[a] <= plan->alternative_objective[a - 1] + 1e-9);
		}
		plain_location_clear(&plain);
	}
}

/* --- by hand -------------------------------------------------------------------------------------------------------------------------- */

/* Three sites on a line at 0, 10 and 20; people at 1 (5), 9 (3), 11 (3) and 19 (5). */
static void line(PlainLocation *plain, int sites, double limit)
{
	static const double at[] = { 0, 10, 20 }, home[] = { 1, 9, 11, 19 }, people[] = { 5, 3, 3, 5 };
	memset(plain, 0, sizeof *plain);
	thuso_location_default(&plain->location);
	plain->location.n_sites = 3;
	plain->location.n_demand = 4;
	plain->location.sites = sites;
	plain->location.limit = limit;
	for (int i = 0; i < 4; i++) {
		plain->weight[i] = people[i];
		for (int j = 0; j < 3; j++)
			plain->cost_of[i][j] = fabs(at[j] - home[i]);
	}
	plain_location_pack(plain);
}

static void test_by_hand(void)
{
	PlainLocation plain;
	line(&plain, 1, 9);
	g_autoptr(ThusoPlan) median = solve(&plain.location, "pmedian", NULL);
	g_assert_cmpint(median->site[0].site, ==, 1);
	g_assert_cmpfloat(median->objective, ==, 5 * 9 + 3 + 3 + 5 * 9);
	g_autoptr(ThusoPlan) cover = solve(&plain.location, "mclp", NULL);
	g_assert_cmpfloat(cover->objective, ==, 16);
	line(&plain, 2, 1);
	g_autoptr(ThusoPlan) two = solve(&plain.location, "mclp", NULL);
	g_assert_cmpfloat(two->objective, ==, 11);
	g_assert_cmpint(two->site[0].site, ==, 1); /* 6 people, then 5 */
	g_assert_cmpfloat(two->site[1].people_added, ==, 5);
	g_assert_cmpint(two->site[1].site, ==, 0); /* the lower of two equal ones */
	g_assert_cmpstr(two->binding[0], ==, "sites: 2 of at most 2");
	line(&plain, -1, 1);
	g_autoptr(ThusoPlan) all = solve(&plain.location, "lscp", NULL);
	g_assert_cmpfloat(all->objective, ==, 3);
	line(&plain, 2, 1);
	g_autoptr(ThusoPlan) far = solve(&plain.location, "pcenter", NULL);
	g_assert_cmpfloat(far->objective, ==, 9);
	line(&plain, 1, 0.5);
	g_autoptr(ThusoPlan) nobody = solve(&plain.location, "lscp", NULL);
	g_assert_cmpint(nobody->status, ==, THUSO_PLAN_INFEASIBLE);
	g_assert_nonnull(strstr(nobody->binding[0], "4 demand rows (16 people"));
}

/* A municipality without a candidate is named. */
static void test_infeasible_says_what(void)
{
	PlainLocation plain;
	line(&plain, 2, 1);
	static const gint32 group[] = { 0, 0, -1 }, min[] = { 1, 1 }, max[] = { 2, 2 };
	static const char *const ids[] = { "WC034", "WC035" };
	ThusoQuotaLevel level = { "municipality", 2, ids, group, min, max };
	plain.location.level = &level;
	plain.location.n_levels = 1;
	g_autoptr(ThusoPlan) plan = solve(&plain.location, "mclp", NULL);
	g_assert_cmpint(plan->status, ==, THUSO_PLAN_INFEASIBLE);
	g_assert_cmpstr(plan->binding[0], ==, "municipality WC035 has no candidate, and needs 1");
	plain.location.n_levels = 0;
	static const double cost[] = { 5, 6, 7 };
	static const guint8 state[] = { THUSO_SITE_FIXED, THUSO_SITE_FREE, THUSO_SITE_FREE };
	ThusoBudget budget = { "budget", cost, 4 };
	plain.location.state = state;
	plain.location.budget = &budget;
	plain.location.n_budgets = 1;
	g_autoptr(ThusoPlan) poor = solve(&plain.location, "mclp", NULL);
	g_assert_cmpint(poor->status, ==, THUSO_PLAN_INFEASIBLE);
	g_assert_nonnull(strstr(poor->binding[0], "budget"));
}

static void test_registry(void)
{
	for (int i = 0; thuso_models[i]; i++) {
		const ThusoModel *model = thuso_models[i];
		g_assert_true(thuso_model_find(model->about.name) == model);
		g_assert_nonnull(model->about.title);
		g_assert_nonnull(model->about.summary);
		g_assert_nonnull(model->about.source);
		g_assert_nonnull(model->objective);
		for (const ThusoParam *p = model->about.params; p->name; p++)
			g_assert_nonnull(p->help);
	}
	g_assert_null(thuso_model_find("nothing"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/location/pmedian/every-set", test_pmedian);
	g_test_add_func("/location/mclp/every-set", test_mclp);
	g_test_add_func("/location/lscp/every-set", test_lscp);
	g_test_add_func("/location/pcenter/every-set", test_pcenter);
	g_test_add_func("/location/backup/every-set", test_backup);
	g_test_add_func("/location/pdispersion/every-set", test_pdispersion);
	g_test_add_func("/location/cmclp/every-set", test_cmclp);
	g_test_add_func("/location/cpmedian/every-set", test_cpmedian);
	g_test_add_func("/location/huff/every-set", test_huff);
	g_test_add_func("/location/laws", test_laws);
	g_test_add_func("/location/quotas-and-budget", test_constrained);
	g_test_add_func("/location/threads", test_threads);
	g_test_add_func("/location/time-limit", test_time_limit);
	g_test_add_func("/location/cancel", test_cancel);
	g_test_add_func("/location/alternatives", test_alternatives);
	g_test_add_func("/location/by-hand", test_by_hand);
	g_test_add_func("/location/infeasible", test_infeasible_says_what);
	g_test_add_func("/location/registry", test_registry);
	return g_test_run();
}
