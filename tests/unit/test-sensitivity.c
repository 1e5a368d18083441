/* Draws of weights and of travel: each draw ranked anew by plain loops, and what must hold whatever was drawn. */
#include <thuso/sensitivity.h>

#include <string.h>

#include "../../src/siting/scores.h"
#include "../support/siting-world.h"

#define N_CASES  200
#define N_DRAWS  25
#define N_LEVELS 3
#define TOP      3

/* A study under several travels: the same places, other people reached. */
typedef struct {
	SitingWorld world[N_LEVELS];
	int n_levels;
	ThusoSensitivityOptions options;
} Case;

static void case_fill(Case *c, Random *random)
{
	guint64 seed = random_next(random);
	c->n_levels = 1 + random_below(random, N_LEVELS);
	for (int l = 0; l < c->n_levels; l++) {
		Random again = random_new(seed);
		SitingWorld *w = &c->world[l];
		siting_world_fill(w, &again);
		for (int i = 0; l > 0 && i < w->sites.n; i++)
			for (int d = 0; d < w->sites.n_demand; d++)
				w->reaches[i][d] = (guint8) (random_below(random, 3) == 0);
		siting_world_travel(w);
	}
	c->options = (ThusoSensitivityOptions){ N_DRAWS, random_next(random), random_below(random, 11) / 10.0, TOP };
}

static ThusoSensitivity *run_case(const Case *c, int n_threads, Random *random)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	ThusoScores *levels[N_LEVELS];
	thuso_context_set_threads(context, n_threads);
	for (int l = 0; l < c->n_levels; l++) {
		/* Neighbours kept, or looked for anew in every ranking: the same. */
		gint64 most_pairs = random_below(random, 2) ? G_MAXINT64 : 0;
		levels[l] = scores_new(context, &c->world[l].sites, &c->world[l].spec, most_pairs, &error);
		CHECK(random, levels[l] != NULL);
	}
	ThusoSensitivity *result = thuso_sensitivity(context, (const ThusoScores *const *) levels, c->n_levels, &c->options, &error);
	CHECK(random, result != NULL);
	for (int l = 0; l < c->n_levels; l++)
		thuso_scores_free(levels[l]);
	return result;
}

/* --- by plain loops ------------------------------------------------------------------------------------------------------- */

static void ranks_of(const PlainRanking *plain, int *rank)
{
	memset(rank, 0, WORLD_SITES * sizeof *rank);
	for (int k = 0; k < plain->n; k++)
		rank[plain->site[k]] = k + 1;
}

/* Pearson's correlation of the ranks among the sites that both list; NaN below two. */
static double plain_correlation(const int *a, const int *b, int n)
{
	double x[WORLD_SITES], y[WORLD_SITES], mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
	int m = 0;
	for (int i = 0; i < n; i++) {
		if (!a[i] || !b[i])
			continue;
		x[m] = y[m] = 1;
		for (int j = 0; j < n; j++) {
			x[m] += a[j] && b[j] && a[j] < a[i];
			y[m] += a[j] && b[j] && b[j] < b[i];
		}
		mx += x[m], my += y[m], m++;
	}
	for (int i = 0; i < m; i++) {
		xx += (x[i] - mx / m) * (x[i] - mx / m);
		yy += (y[i] - my / m) * (y[i] - my / m);
		xy += (x[i] - mx / m) * (y[i] - my / m);
	}
	return m < 2 ? NAN : xy / sqrt(xx * yy);
}

typedef struct {
	int best[WORLD_SITES], worst[WORLD_SITES], listed[WORLD_SITES], top[WORLD_SITES];
} Count;

static void add_draw(Count *count, const int *rank, int n)
{
	for (int i = 0; i < n; i++) {
		if (!rank[i])
			continue;
		count->best[i] = count->listed[i] == 0 ? rank[i] : MIN(count->best[i], rank[i]);
		count->worst[i] = MAX(count->worst[i], rank[i]);
		count->listed[i]++;
		count->top[i] += rank[i] <= TOP;
	}
}

/* The weights are as the range says; the ranks that they give are the plain ranking's. */
static void check_draw(Case *c, const ThusoSensitivity *r, int draw, const int *stated, Count *count, Random *random)
{
	CHECK(random, r->level[draw] >= 0 && r->level[draw] < c->n_levels);
	SitingWorld *w = &c->world[r->level[draw]];
	ThusoCriterionUse kept[WORLD_CRITERIA];
	memcpy(kept, w->criteria, sizeof kept);
	for (int k = 0; k < w->spec.n_criteria; k++) {
		double weight = r->weight[draw * r->n_criteria + k];
		CHECK(random, weight >= 0 && fabs(weight - kept[k].weight) <= c->options.weights * kept[k].weight + 1e-12);
		w->criteria[k].weight = weight;
	}
	PlainRanking plain;
	int rank[WORLD_SITES], n_top = 0;
	plain_rank(w, &plain);
	ranks_of(&plain, rank);
	memcpy(w->criteria, kept, sizeof kept);
	add_draw(count, rank, (int) w->sites.n);
	for (int i = 0; i < w->sites.n; i++)
		n_top += rank[i] && rank[i] <= TOP && stated[i] && stated[i] <= TOP;
	CHECK(random, r->n_top_kept[draw] == n_top);
	CHECK(random, about(r->correlation[draw], plain_correlation(stated, rank, (int) w->sites.n)));
}

static void test_against_loops(void)
{
	static Case c;
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		case_fill(&c, &random);
		PlainRanking plain;
		int stated[WORLD_SITES];
		Count count = { 0 };
		plain_rank(&c.world[0], &plain);
		ranks_of(&plain, stated);
		g_autoptr(ThusoSensitivity) r = run_case(&c, 1 + random_below(&random, 3), &random);
		CHECK(&random, r->n == c.world[0].sites.n && r->draws == N_DRAWS);
		for (int draw = 0; draw < N_DRAWS; draw++)
			check_draw(&c, r, draw, stated, &count, &random);
		for (int i = 0; i < r->n; i++) {
			CHECK(&random, r->best[i] == count.best[i] && r->worst[i] == count.worst[i]);
			CHECK(&random, r->n_listed[i] == count.listed[i] && r->n_top[i] == count.top[i]);
		}
	}
}

/* --- laws ------------------------------------------------------------------------------------------------------------------- */

static void test_threads(void)
{
	static Case c;
	for (guint64 seed = 1; seed <= 40; seed++) {
		Random random = random_new(seed);
		case_fill(&c, &random);
		g_autoptr(ThusoSensitivity) one = run_case(&c, 1, &random), many = run_case(&c, 7, &random);
		gsize n = (gsize) one->n * sizeof(gint64);
		CHECK(&random, memcmp(one->best, many->best, n) == 0 && memcmp(one->worst, many->worst, n) == 0);
		CHECK(&random, memcmp(one->n_listed, many->n_listed, n) == 0 && memcmp(one->n_top, many->n_top, n) == 0);
		CHECK(&random, memcmp(one->weight, many->weight, (gsize) (N_DRAWS * one->n_criteria) * sizeof(double)) == 0);
		CHECK(&random, memcmp(one->level, many->level, N_DRAWS * sizeof(gint32)) == 0);
	}
}

/* A range of 0 % moves nothing: every draw is the ranking itself. */
static void test_no_range(void)
{
	static Case c;
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		case_fill(&c, &random);
		c.n_levels = 1;
		c.options.weights = 0;
		g_autoptr(ThusoRanking) ranking = rank_ok(&c.world[0].sites, &c.world[0].spec);
		g_autoptr(ThusoSensitivity) r = run_case(&c, 2, &random);
		gint64 rank[WORLD_SITES] = { 0 };
		for (gint64 k = 0; k < ranking->n; k++)
			rank[ranking->site[k]] = k + 1;
		for (int i = 0; i < r->n; i++) {
			CHECK(&random, r->best[i] == rank[i] && r->worst[i] == rank[i]);
			CHECK(&random, r->n_listed[i] == (rank[i] > 0 ? N_DRAWS : 0));
			CHECK(&random, r->n_top[i] == (rank[i] > 0 && rank[i] <= TOP ? N_DRAWS : 0));
		}
		for (int draw = 0; draw < N_DRAWS; draw++)
			CHECK(&random, isnan(r->correlation[draw]) ? ranking->n < 2 : r->correlation[draw] == 1);
	}
}

/* More draws of the same seed begin with the same draws, so a rank range only ever widens. */
static void test_more_draws(void)
{
	static Case c;
	for (guint64 seed = 1; seed <= 100; seed++) {
		Random random = random_new(seed);
		case_fill(&c, &random);
		g_autoptr(ThusoSensitivity) few = run_case(&c, 2, &random);
		c.options.draws = 3 * N_DRAWS;
		g_autoptr(ThusoSensitivity) more = run_case(&c, 2, &random);
		CHECK(&random, memcmp(few->weight, more->weight, (gsize) (N_DRAWS * few->n_criteria) * sizeof(double)) == 0);
		for (int i = 0; i < few->n; i++)
			if (few->best[i] > 0)
				CHECK(&random, more->best[i] <= few->best[i] && more->worst[i] >= few->worst[i]);
	}
}

/* Even draws: the mean of 20,000 weights of 10 +- 20 % lies within five standard errors of 10, and each tenth holds its share. */
static void test_distribution(void)
{
	Hand h;
	hand_fill(&h);
	h.use[0].weight = 10;
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoScores) scores = thuso_scores_new(context, &h.sites, &spec, NULL);
	const ThusoScores *levels[] = { scores, scores };
	ThusoSensitivityOptions options = { 20000, 7, 0.2, 10 };
	g_autoptr(ThusoSensitivity) r = thuso_sensitivity(context, levels, 2, &options, NULL);
	double sum = 0;
	int tenth[10] = { 0 }, second = 0;
	for (int draw = 0; draw < options.draws; draw++) {
		sum += r->weight[draw];
		tenth[CLAMP((int) ((r->weight[draw] - 8) / 0.4), 0, 9)]++;
		second += r->level[draw];
	}
	g_assert_cmpfloat(fabs(sum / 20000 - 10), <, 5 * (4 / sqrt(12)) / sqrt(20000));
	for (int i = 0; i < 10; i++)
		g_assert_cmpfloat(fabs(tenth[i] - 2000.0), <, 5 * sqrt(20000 * 0.1 * 0.9));
	g_assert_cmpfloat(fabs(second - 10000.0), <, 5 * sqrt(20000 * 0.25));
}

static void test_agreement_by_hand(void)
{
	/* 1 2 3 4 against 2 1 4 3: squares of differences 4; 1 - 6 * 4 / (4 * 15) = 0.6. One site is listed once only. */
	const gint64 a[] = { 1, 2, 3, 4, 0 }, b[] = { 2, 1, 5, 4, 3 };
	ThusoRankAgreement agreement;
	g_assert_true(thuso_rank_agreement(a, b, 5, 2, &agreement, NULL));
	g_assert_cmpint(agreement.n_common, ==, 4);
	g_assert_cmpint(agreement.n_top, ==, 2);
	g_assert_cmpfloat_with_epsilon(agreement.correlation, 0.6, 1e-12);
}

static void test_refused(void)
{
	Hand h;
	hand_fill(&h);
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoScores) scores = thuso_scores_new(context, &h.sites, &spec, NULL);
	const ThusoScores *levels[] = { scores };
	const ThusoSensitivityOptions wrong[] = { { 0, 1, 0.2, 10 }, { 10, 1, 1.5, 10 }, { 10, 1, NAN, 10 }, { 10, 1, 0.2, 0 } };
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(thuso_sensitivity(context, levels, 1, &wrong[i], &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	}
	g_autoptr(GError) error = NULL;
	ThusoSensitivityOptions options;
	thuso_sensitivity_options_default(&options);
	thuso_context_cancel(context);
	g_assert_null(thuso_sensitivity(context, levels, 1, &options, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

/* A quiet context keeps findings to itself, and stops with its parent. */
static void test_quiet(void)
{
	g_autoptr(ThusoContext) parent = thuso_context_new();
	g_autoptr(ThusoContext) quiet = thuso_context_quiet(parent);
	thuso_find(quiet, &(ThusoFinding){ THUSO_WARNING, "check", "layer", NULL, "message", 1, NULL });
	g_assert_cmpuint(thuso_context_findings(parent)->len, ==, 0);
	g_assert_true(thuso_context_go_on(quiet, NULL));
	thuso_context_cancel(parent);
	g_assert_false(thuso_context_go_on(quiet, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sensitivity/against-loops", test_against_loops);
	g_test_add_func("/sensitivity/threads", test_threads);
	g_test_add_func("/sensitivity/no-range", test_no_range);
	g_test_add_func("/sensitivity/more-draws", test_more_draws);
	g_test_add_func("/sensitivity/distribution", test_distribution);
	g_test_add_func("/sensitivity/agreement", test_agreement_by_hand);
	g_test_add_func("/sensitivity/refused", test_refused);
	g_test_add_func("/sensitivity/quiet", test_quiet);
	return g_test_run();
}
