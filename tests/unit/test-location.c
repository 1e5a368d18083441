/* Location models against every set of sites, laws of optima, and hand-worked cases. */
#include <thuso/location.h>

#include <math.h>
#include <string.h>

#include "../support/plain-location.h"

static int n_instances(void)
{
	const char *asked = g_getenv("THUSO_INSTANCES");
	return asked ? (int) g_ascii_strtoll(asked, NULL, 10) : 1500;
}

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
	for (int i = 0; i < n_instances(); i++) {
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
	return g_test_run();
}
