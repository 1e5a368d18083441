/* Memory refused to the ranking, its sensitivity, the location models, the roll-out and the clusters. */
#include <thuso/location.h>
#include <thuso/rollout.h>
#include <thuso/sensitivity.h>

#include "../support/plain-location.h"
#include "../support/refusals.h"
#include "../support/siting-world.h"

#include <string.h>

/* --- ranking ----------------------------------------------------------------------------------------------------------------- */

static void busy_world(SitingWorld *world)
{
	guint64 seed = 0;
	Random random;
	do {
		random = random_new(++seed);
		siting_world_fill(world, &random);
	} while (world->sites.n < 12 || world->spec.n_criteria < WORLD_CRITERIA || world->spec.n_exclude < 2 ||
	         world->spec.spacing_m == 0 || world->sites.n_demand < 20);
}

static gboolean rank(gpointer data, GError **error)
{
	const SitingWorld *world = data;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRanking) ranking = thuso_rank(context, &world->sites, &world->spec, error);
	PlainRanking plain;
	if (!ranking)
		return FALSE;
	plain_rank(world, &plain);
	g_assert_cmpint(ranking->n, ==, plain.n);
	for (int k = 0; k < plain.n; k++)
		g_assert_cmpint(ranking->site[k], ==, plain.site[k]);
	return TRUE;
}

static gboolean begin_programme(gpointer data, GError **error)
{
	const SitingWorld *world = data;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRanking) ranking = thuso_rank(context, &world->sites, &world->spec, error);
	gint64 site[WORLD_AREAS];
	double gained[WORLD_AREAS];
	const gint32 n = ranking ? thuso_first_phase(&world->sites, ranking, site, gained, error) : -1;
	g_assert_cmpint(n, <=, WORLD_AREAS);
	return n >= 0;
}

static gboolean draw(gpointer data, GError **error)
{
	const SitingWorld *world = data;
	g_autoptr(ThusoContext) context = thuso_context_new();
	thuso_context_set_threads(context, 1);
	g_autoptr(ThusoScores) scores = thuso_scores_new(context, &world->sites, &world->spec, error);
	const ThusoScores *levels[] = { scores };
	const ThusoSensitivityOptions options = { 5, 1, 0.2, 3 };
	g_autoptr(ThusoSensitivity) result = scores ? thuso_sensitivity(context, levels, 1, &options, error) : NULL;
	if (!result)
		return FALSE;
	for (gint64 i = 0; i < result->n; i++)
		g_assert_cmpint(result->best[i], <=, result->worst[i]);
	return TRUE;
}

static gboolean agree(gpointer data, GError **error)
{
	const gint64 rank_of[] = { 1, 2, 3, 0 }, other[] = { 2, 1, 3, 4 };
	ThusoRankAgreement agreement;
	(void) data;
	if (!thuso_rank_agreement(rank_of, other, 4, 2, &agreement, error))
		return FALSE;
	g_assert_cmpint(agreement.n_common, ==, 3);
	g_assert_cmpint(agreement.n_top, ==, 2);
	return TRUE;
}

static void test_ranking(gconstpointer work)
{
	g_autofree SitingWorld *world = g_new0(SitingWorld, 1);
	busy_world(world);
	refuse_each(REFUSE_MEMORY, *(const RefusalWork *) work, world, NULL);
}

/* --- location models ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	PlainLocation plain;
	const ThusoModel *model;
	double objective; /* as it came out before */
	gint32 alternatives;
} Locating;

static gboolean locate(gpointer data, GError **error)
{
	Locating *l = data;
	g_autoptr(ThusoContext) context = thuso_context_new();
	ThusoLocateOptions options;
	thuso_context_set_threads(context, 1);
	thuso_locate_options_default(&options);
	options.alternatives = l->alternatives;
	options.loss = 0.2;
	g_autoptr(ThusoPlan) plan = thuso_locate(context, l->model, &l->plain.location, &options, error);
	if (!plan)
		return FALSE;
	const double objective = plan->status == THUSO_PLAN_INFEASIBLE ? -1 : plan->objective;
	if (isnan(l->objective))
		l->objective = objective;
	g_assert_cmpfloat(objective, ==, l->objective);
	return TRUE;
}

/* What a model needs to have a plan at all. */
static void suit(Locating *l)
{
	ThusoLocation *location = &l->plain.location;
	const gboolean backup = strcmp(l->model->about.name, "backup") == 0;
	location->n_levels = MIN(location->n_levels, 1);
	location->sites = 4;
	location->limit = 60;
	location->target = strcmp(l->model->about.name, "lscp") == 0 ? 0.5 : backup ? 1 : (double) NAN;
	location->unserved = l->model->needs_capacity || strstr(l->model->about.name, "pmedian") ? 200 : (double) NAN;
	location->charge = NULL;
	for (gint32 j = 0; j < location->n_sites; j++)
		l->plain.capacity[j] = 40 + 10 * j;
	location->capacity = l->model->needs_capacity ? l->plain.capacity : NULL;
}

/* A start that was refused its memory is one start fewer: the search proves the same optimum without it. */
static void test_model(gconstpointer model)
{
	long n = 0;
	for (guint32 seed = 1; seed <= 3; seed++) {
		Locating l = { .model = model, .objective = NAN, .alternatives = seed % 2 ? 0 : 3 };
		plain_location_random(&l.plain, seed);
		suit(&l);
		if (!l.model->needs_pairs_of_sites)
			n += refuse_some(REFUSE_MEMORY, locate, &l, NULL, 40);
		plain_location_clear(&l.plain);
	}
	if (n == 0)
		g_test_skip("a model of pairs of sites");
}

/* --- roll-out ----------------------------------------------------------------------------------------------------------------- */

static gboolean roll_out(gpointer data, GError **error)
{
	const gint64 start[] = { 0, 2, 4, 6 };
	const guint32 demand[] = { 0, 1, 1, 2, 2, 3 };
	const double people[] = { 10, 20, 30, 40 }, cost[] = { 3, 2, 4 }, budget[] = { 4, 4, 4 };
	ThusoRolloutSpec spec = { .n_sites = 3,
		                      .start = start,
		                      .demand = demand,
		                      .n_demand = 4,
		                      .people = people,
		                      .cost = cost,
		                      .n_years = 3,
		                      .budget = budget,
		                      .carries_over = TRUE };
	g_autoptr(ThusoContext) context = thuso_context_new();
	(void) data;
	thuso_context_set_threads(context, 1);
	thuso_locate_options_default(&spec.options);
	g_autoptr(ThusoRollout) rollout = thuso_rollout(context, &spec, error);
	if (!rollout)
		return FALSE;
	/* 70 people in the first year by site 2, which costs 4; then 90 by site 0, 100 in the third. */
	g_assert_cmpint(rollout->best.year[2], ==, 0);
	g_assert_cmpfloat(rollout->best.people[2], ==, 100);
	return TRUE;
}

static void test_rollout(void)
{
	refuse_some(REFUSE_MEMORY, roll_out, NULL, NULL, 0); /* its searches are those of the models */
}

/* --- clusters ------------------------------------------------------------------------------------------------------------------ */

static gboolean gather(gpointer data, GError **error)
{
	const double x[] = { 0, 100, 200, 9000 }, y[] = { 0, 0, 0, 0 };
	const char *const department[] = { "SASSA", "Home Affairs", "SAPS", "SASSA" };
	const ThusoServicePoints points = { 4, x, y, department };
	ThusoClusterSpec spec;
	g_autoptr(ThusoContext) context = thuso_context_new();
	(void) data;
	thuso_cluster_spec_default(&spec);
	spec.n_centres = 1, spec.centre_x = x, spec.centre_y = y;
	g_autoptr(ThusoClusters) clusters = thuso_clusters(context, &points, &spec, error);
	if (!clusters)
		return FALSE;
	g_assert_cmpint(clusters->n, ==, 1);
	g_assert_cmpstr(clusters->cluster[0].departments, ==, "Home Affairs, SAPS, SASSA");
	return TRUE;
}

static void test_clusters(void)
{
	refuse_each(REFUSE_MEMORY, gather, NULL, NULL);
}

void add_siting_refusals(void)
{
	static const RefusalWork works[] = { rank, begin_programme, draw, agree };
	g_test_add_data_func("/refusals/siting/rank", &works[0], test_ranking);
	g_test_add_data_func("/refusals/siting/first-phase", &works[1], test_ranking);
	g_test_add_data_func("/refusals/siting/sensitivity", &works[2], test_ranking);
	g_test_add_data_func("/refusals/siting/agreement", &works[3], test_ranking);
	for (const ThusoModel *const *model = thuso_models; *model; model++) {
		g_autofree char *name = g_strconcat("/refusals/siting/", (*model)->about.name, NULL);
		g_test_add_data_func(name, *model, test_model);
	}
	g_test_add_func("/refusals/siting/rollout", test_rollout);
	g_test_add_func("/refusals/siting/clusters", test_clusters);
}
