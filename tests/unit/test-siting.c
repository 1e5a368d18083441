/* Criteria, exclusions, scores, ranking and the first phase against numbers worked out by hand and plain loops. */
#include <thuso/siting.h>

#include <stdlib.h>
#include <string.h>

#include "../support/siting-world.h"

#define N_CASES 4000

/* --- random worlds against the plain ranking ---------------------------------------------------------------------------------- */

static void check_listed(const SitingWorld *w, const PlainRanking *p, const ThusoRanking *r, Random *random)
{
	CHECK(random, r->n == p->n);
	for (int k = 0; k < p->n; k++) {
		CHECK(random, r->site[k] == p->site[k]);
		CHECK(random, fabs(r->score[k] - p->score[p->site[k]]) < 1e-8);
		CHECK(random, r->rank_in_area[k] == p->rank_in_area[k]);
		CHECK(random, about(r->gained_in_order[k], p->gained_in_order[k]));
		CHECK(random, about(r->overlap_with_higher[k], p->overlap[k]));
		for (int c = 0; c < w->spec.n_criteria; c++)
			CHECK(random, about(r->part[k * w->spec.n_criteria + c], p->part[p->site[k]][c]));
		CHECK(random, r->reason[k] != NULL && r->reason[k][0] != '\0' && g_str_has_suffix(r->reason[k], "."));
		CHECK(random,
		      strstr(r->reason[k], "nan") == NULL && strstr(r->reason[k], "  ") == NULL && strstr(r->reason[k], "..") == NULL);
	}
	for (int a = 0; a < w->sites.n_areas; a++)
		CHECK(random, r->best_of_area[a] == p->best_of_area[a]);
}

/* Alternatives of a listed site: those folded into it, in the order in which the plain ranking would have them. */
static void check_folded(const SitingWorld *w, const PlainRanking *p, const ThusoRanking *r, Random *random)
{
	for (int k = 0; k < p->n; k++) {
		int n = 0, n_wanted = 0;
		g_auto(GStrv) ids = g_strsplit(r->alternatives[k] != NULL ? r->alternatives[k] : "", ",", -1);
		for (; ids[n] != NULL; n++) {
			int site = atoi(ids[n] + 1);
			CHECK(random, p->folded_into[site] == p->site[k]);
			CHECK(random, n == 0 || p->score[atoi(ids[n - 1] + 1)] > p->score[site] - 1e-8);
		}
		for (int i = 0; i < w->sites.n; i++)
			n_wanted += p->folded_into[i] == p->site[k];
		CHECK(random, n == n_wanted);
		CHECK(random, (n == 0) == (r->alternatives[k] == NULL));
	}
}

static void check_excluded(const PlainRanking *p, const ThusoRanking *r, Random *random)
{
	CHECK(random, r->n_excluded == p->n_excluded);
	for (int k = 0; k < p->n_excluded; k++) {
		CHECK(random, r->excluded_site[k] == p->excluded[k]);
		CHECK(random, r->excluded_by[k] == p->excluded_by[k]);
		CHECK(random, (r->excluded_criterion[k] >= 0) == (r->excluded_by[k] == -1));
		CHECK(random, r->excluded_reason[k] != NULL && r->excluded_reason[k][0] != '\0');
	}
}

static double union_of(const SitingWorld *w, const gint64 *site, gint64 n)
{
	double people = 0;
	for (int d = 0; d < w->sites.n_demand; d++) {
		gboolean reached = FALSE;
		for (gint64 k = 0; k < n; k++)
			reached = reached || w->reaches[site[k]][d];
		people += reached && !w->demand_served[d] ? w->demand_people[d] : 0;
	}
	return people;
}

/* One site a municipality without a centre, in order of rank; gains that add up to the people of the union. */
static void check_first_phase(const SitingWorld *w, const ThusoRanking *r, Random *random)
{
	gint64 site[WORLD_AREAS];
	double gained[WORLD_AREAS], total = 0;
	gint32 n = thuso_first_phase(&w->sites, r, site, gained, NULL), n_wanted = 0;
	for (int a = 0; a < w->sites.n_areas; a++)
		n_wanted += !w->area_has_centre[a] && r->best_of_area[a] >= 0;
	CHECK(random, n == n_wanted);
	gint64 last = -1;
	for (gint32 i = 0; i < n; i++) {
		gint64 k = 0;
		while (r->site[k] != site[i])
			k++;
		CHECK(random, k > last && r->rank_in_area[k] == 1 && !w->area_has_centre[w->area[site[i]]]);
		last = k;
		total += gained[i];
		CHECK(random, about(total, union_of(w, site, i + 1)));
	}
}

static void test_rank_against_loops(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		SitingWorld w;
		siting_world_fill(&w, &random);
		PlainRanking plain;
		plain_rank(&w, &plain);
		g_autoptr(ThusoRanking) r = rank_ok(&w.sites, &w.spec);
		check_listed(&w, &plain, r, &random);
		check_folded(&w, &plain, r, &random);
		check_excluded(&plain, r, &random);
		double total = 0;
		for (gint64 k = 0; k < r->n; k++)
			total += r->gained_in_order[k];
		CHECK(&random, about(total, union_of(&w, r->site, r->n)));
		check_first_phase(&w, r, &random);
	}
}

/* Everyone who is listed or folded or excluded is there once. */
static void test_nobody_is_lost(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		SitingWorld w;
		siting_world_fill(&w, &random);
		g_autoptr(ThusoRanking) r = rank_ok(&w.sites, &w.spec);
		gint64 n = r->n + r->n_excluded;
		for (gint64 k = 0; k < r->n; k++)
			for (const char *p = r->alternatives[k]; p != NULL; p = strchr(p + 1, ','))
				n++;
		CHECK(&random, n == w.sites.n);
	}
}

/* --- laws ------------------------------------------------------------------------------------------------------------------------ */

static void check_same_order(const ThusoRanking *a, const ThusoRanking *b, Random *random)
{
	CHECK(random, a->n == b->n);
	for (gint64 k = 0; k < a->n; k++) {
		CHECK(random, a->site[k] == b->site[k]);
		CHECK(random, fabs(a->score[k] - b->score[k]) < 1e-8);
		CHECK(random, g_strcmp0(a->alternatives[k], b->alternatives[k]) == 0);
	}
}

static void test_weights_scale(void)
{
	static const double factor[] = { 1.0 / 3, 0.1, 7, 1e6, 1e-6 };
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		SitingWorld w;
		siting_world_fill(&w, &random);
		g_autoptr(ThusoRanking) before = rank_ok(&w.sites, &w.spec);
		for (int c = 0; c < WORLD_CRITERIA; c++)
			w.criteria[c].weight *= factor[seed % 5];
		g_autoptr(ThusoRanking) after = rank_ok(&w.sites, &w.spec);
		check_same_order(before, after, &random);
	}
}

static void test_order_of_criteria(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		SitingWorld w;
		siting_world_fill(&w, &random);
		g_autoptr(ThusoRanking) before = rank_ok(&w.sites, &w.spec);
		for (int c = 0; c < w.spec.n_criteria / 2; c++) {
			ThusoCriterionUse kept = w.criteria[c];
			w.criteria[c] = w.criteria[w.spec.n_criteria - 1 - c];
			w.criteria[w.spec.n_criteria - 1 - c] = kept;
		}
		g_autoptr(ThusoRanking) after = rank_ok(&w.sites, &w.spec);
		check_same_order(before, after, &random);
	}
}

/* The same candidates come in another order of features: the study sorts by id, and the answer is the same text for text. */
static void test_order_of_candidates(void)
{
	for (guint64 seed = 1; seed <= N_CASES / 4; seed++) {
		Random random = random_new(seed);
		g_autofree SitingWorld *w = g_new(SitingWorld, 1), *moved = g_new(SitingWorld, 1);
		siting_world_fill(w, &random);
		random = random_new(seed);
		siting_world_fill(moved, &random);
		/* Continuous needs: no ties, so an index decides nothing. */
		int n = (int) w->sites.n, to[WORLD_SITES];
		for (int i = 0; i < n; i++) {
			w->need[i] = isnan(w->need[i]) ? NAN : random_real(&random);
			to[i] = i;
		}
		for (int i = n - 1; i > 0; i--) {
			int j = random_below(&random, i + 1), kept = to[i];
			to[i] = to[j], to[j] = kept;
		}
		for (int i = 0; i < n; i++) {
			int k = to[i];
			moved->id[k] = w->id[i], moved->x[k] = w->x[i], moved->y[k] = w->y[i], moved->area[k] = w->area[i];
			moved->need[k] = w->need[i], moved->zone[k] = w->zone[i], moved->land[k] = w->land[i],
			moved->status[k] = w->status[i];
			memcpy(moved->reaches[k], w->reaches[i], sizeof w->reaches[i]);
		}
		siting_world_travel(moved);
		w->spec.n_criteria = moved->spec.n_criteria = MAX(w->spec.n_criteria, 2);
		w->spec.missing = moved->spec.missing = THUSO_MISSING_EXCLUDE;
		g_autoptr(ThusoRanking) a = rank_ok(&w->sites, &w->spec), b = rank_ok(&moved->sites, &moved->spec);
		CHECK(&random, a->n == b->n && a->n_excluded == b->n_excluded);
		for (gint64 k = 0; k < a->n; k++) {
			CHECK(&random, strcmp(w->id[a->site[k]], moved->id[b->site[k]]) == 0);
			CHECK(&random, a->score[k] == b->score[k] && strcmp(a->reason[k], b->reason[k]) == 0);
			CHECK(&random, g_strcmp0(a->alternatives[k], b->alternatives[k]) == 0);
		}
	}
}

/* --- scores, ties, missing values by hand ------------------------------------------------------------------------------------------ */

static void test_score_by_hand(void)
{
	static const double owned[] = { 10, 4, 7, NAN };
	Hand h;
	hand_fill(&h);
	h.use[0].weight = 3;
	h.use[1].use = "attribute", h.use[1].name = "owned", h.use[1].column = owned, h.use[1].best = 0, h.use[1].worst = 8;
	ThusoRankingSpec spec = { h.use, 2, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoRanking) r = rank_ok(&h.sites, &spec);
	/* 1: (3*0.5 + 0)/4; 2: (3 + 0.5)/4; 3: (3 + 0.125)/4; 4: nothing, and no value. */
	static const double score[] = { 87.5, 78.125, 37.5, 0 };
	static const gint64 site[] = { 1, 2, 0, 3 };
	for (int k = 0; k < 4; k++) {
		g_assert_cmpint(r->site[k], ==, site[k]);
		g_assert_cmpfloat(r->score[k], ==, score[k]);
	}
	g_assert_cmpfloat(r->best[0], ==, 100);
	g_assert_cmpfloat(r->worst[0], ==, 0);
	g_assert_cmpfloat(r->value[1 * 2 + 1], ==, 7);
	g_assert_cmpfloat(r->part[1 * 2 + 1], ==, 0.125);
	g_assert_cmpint(r->n_missing[1], ==, 1);
	g_assert_true(isnan(r->value[3 * 2 + 1]));
	g_assert_true(isnan(r->gained_in_order[0])); /* no travel given */
}

static void test_missing_rules(void)
{
	static const double owned[] = { 8, 4, NAN, 0 };
	Hand h;
	hand_fill(&h);
	h.use[1].use = "attribute", h.use[1].name = "owned", h.use[1].column = owned, h.use[1].best = 8, h.use[1].worst = 0;
	ThusoRankingSpec spec = { h.use + 1, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoRanking) worst = rank_ok(&h.sites, &spec);
	g_assert_cmpint(worst->site[2], ==, 2); /* 0 points as site 4, more people gained */
	g_assert_cmpfloat(worst->score[2], ==, 0);
	spec.missing = THUSO_MISSING_MEAN;
	g_autoptr(ThusoRanking) mean = rank_ok(&h.sites, &spec);
	g_assert_cmpint(mean->site[1], ==, 1); /* 50 points each and 100 gained each: the lower id */
	g_assert_cmpint(mean->site[2], ==, 2);
	g_assert_cmpfloat(mean->score[2], ==, 50);
	spec.missing = THUSO_MISSING_EXCLUDE;
	g_autoptr(ThusoRanking) out = rank_ok(&h.sites, &spec);
	g_assert_cmpint(out->n, ==, 3);
	g_assert_cmpint(out->n_excluded, ==, 1);
	g_assert_cmpint(out->excluded_by[0], ==, -1);
	g_assert_cmpint(out->excluded_criterion[0], ==, 0);
	g_assert_cmpstr(out->excluded_reason[0], ==, "no value for owned");
}

/* Equal scores: more people gained first, then the lower id. */
static void test_ties(void)
{
	static const double same[] = { 1, 1, 1, 1 };
	Hand h;
	hand_fill(&h);
	h.use[1].use = "attribute", h.use[1].name = "same", h.use[1].column = same, h.use[1].best = 2, h.use[1].worst = 0;
	ThusoRankingSpec spec = { h.use + 1, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoRanking) r = rank_ok(&h.sites, &spec);
	static const gint64 site[] = { 1, 2, 0, 3 };
	for (int k = 0; k < 4; k++) {
		g_assert_cmpint(r->site[k], ==, site[k]);
		g_assert_cmpfloat(r->score[k], ==, 50);
	}
}

/* Nobody gains anything: the criterion cannot tell sites apart, adds nothing, and says so. */
static void test_constant_criterion(void)
{
	static const double none[] = { 0, 0, 0, 0 };
	Hand h;
	hand_fill(&h);
	h.sites.people_gained = none;
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRanking) r = thuso_rank(context, &h.sites, &spec, NULL);
	g_assert_nonnull(r);
	for (int k = 0; k < 4; k++) {
		g_assert_cmpint(r->site[k], ==, k);
		g_assert_cmpfloat(r->score[k], ==, 0);
	}
	const GPtrArray *findings = thuso_context_findings(context);
	g_assert_cmpint(findings->len, ==, 1);
	g_assert_cmpstr(((const ThusoFinding *) findings->pdata[0])->check, ==, "constant_criterion");
}

static void test_no_candidates(void)
{
	Hand h;
	hand_fill(&h);
	h.sites.n = 0;
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 5000 };
	g_autoptr(ThusoRanking) r = rank_ok(&h.sites, &spec);
	g_assert_cmpint(r->n, ==, 0);
	g_assert_cmpint(r->best_of_area[0], ==, -1);
	gint64 site[1];
	double gained[1];
	g_assert_cmpint(thuso_first_phase(&h.sites, r, site, gained, NULL), ==, 0);
}

/* Sites 1000 m apart on a line: closer than the spacing is folded, exactly the spacing is not. */
static void test_spacing_by_hand(void)
{
	Hand h;
	hand_fill(&h);
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 1000 };
	g_autoptr(ThusoRanking) exact = rank_ok(&h.sites, &spec);
	g_assert_cmpint(exact->n, ==, 4);
	spec.spacing_m = 1000.001;
	g_autoptr(ThusoRanking) wider = rank_ok(&h.sites, &spec);
	g_assert_cmpint(wider->n, ==, 2);
	g_assert_cmpint(wider->site[0], ==, 1);
	g_assert_cmpstr(wider->alternatives[0], ==, "3,1");
	g_assert_cmpint(wider->site[1], ==, 3);
	g_assert_null(wider->alternatives[1]);
	static const gint32 apart[] = { 0, -1, 0, 0 };
	h.sites.area = apart;
	g_autoptr(ThusoRanking) boundary = rank_ok(&h.sites, &spec);
	g_assert_cmpint(boundary->n, ==, 4); /* the middle one lies in no municipality, the others 2 km apart */
	g_assert_cmpint(boundary->rank_in_area[0], ==, 0);
	g_assert_cmpint(boundary->rank_in_area[1], ==, 1);
	g_assert_cmpint(boundary->best_of_area[0], ==, 1);
}

/* --- exclusions -------------------------------------------------------------------------------------------------------------------- */

static void test_exclusions_by_hand(void)
{
	static const float slope[] = { 0.02f, 0.24f, 0.02f };
	static const double px[] = { 2400 }, py[] = { 0 };
	static const char *const text[] = { "private", "private", NULL, "tribal" }, *const listed[] = { "private", NULL };
	gint64 starts[2];
	ThusoGeometry point = hand_geometry(THUSO_POINT, 1, px, py, starts);
	const ThusoGeometry *points[] = { &point };
	Hand h;
	hand_fill(&h);
	h.sites.slope_share = slope;
	ThusoCriterionUse out[3] = { h.use[1], h.use[1], h.use[1] };
	out[0].use = out[0].name = "slope", out[0].over = 0.20;
	out[1].use = out[1].name = "near", out[1].under = 500, out[1].layer = "clinics", out[1].features = points,
	out[1].n_features = 1;
	out[2].use = "attribute", out[2].name = "land_status", out[2].text_column = text, out[2].values = listed;
	ThusoRankingSpec spec = { h.use, 1, out, 3, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRanking) r = thuso_rank(context, &h.sites, &spec, NULL);
	g_assert_nonnull(r);
	g_assert_cmpint(r->n_excluded, ==, 3);
	static const int by[] = { 2, 0, 1 };
	static const char *const reason[] = { "land_status: private", "steep: 24 %, over the limit of 20 %",
		                                  "400 m from the nearest of clinics, under the limit of 500 m" };
	for (int k = 0; k < 3; k++) {
		g_assert_cmpint(r->excluded_site[k], ==, k);
		g_assert_cmpint(r->excluded_by[k], ==, by[k]);
		g_assert_cmpstr(r->excluded_reason[k], ==, reason[k]);
	}
	g_assert_true(isnan(r->excluded_value[0]) && isnan(r->excluded_threshold[0]));
	g_assert_cmpfloat(r->excluded_value[1], ==, (double) 0.24f);
	g_assert_cmpfloat(r->excluded_threshold[1], ==, 0.20);
	g_assert_cmpfloat(r->excluded_threshold[2], ==, 500);
	/* Those that are out stretch no range: the only site left gains nobody. */
	g_assert_cmpint(r->n, ==, 1);
	g_assert_cmpfloat(r->best[0], ==, 0);
	/* Site 4 is off the grid and has no slope, site 3 no status; both are told. */
	const GPtrArray *findings = thuso_context_findings(context);
	int told = 0;
	for (guint i = 0; i < findings->len; i++)
		told += strcmp(((const ThusoFinding *) findings->pdata[i])->check, "missing_value") == 0;
	g_assert_cmpint(told, ==, 2);
}

/* --- reasons ------------------------------------------------------------------------------------------------------------------------ */

static char *reason_of(const Hand *h, int n_criteria, gint64 site)
{
	ThusoRankingSpec spec = { h->use, n_criteria, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoRanking) r = rank_ok(&h->sites, &spec);
	for (gint64 k = 0; k < r->n; k++)
		if (r->site[k] == site)
			return g_strdup(r->reason[k]);
	g_assert_not_reached();
}

static void assert_reason(const Hand *h, int n_criteria, gint64 site, const char *wanted)
{
	g_autofree char *reason = reason_of(h, n_criteria, site);
	g_assert_cmpstr(reason, ==, wanted);
}

static void test_reasons(void)
{
	static const float slope[] = { 0.01f, 0.14f, 0.05f };
	static const double need[] = { 0.3, 0.82, NAN, 0.9 }, gained[] = { 0, 12340.4, 1, 0 }, within[] = { 500, 20000, 10, 0 };
	Hand h;
	hand_fill(&h);
	h.sites.slope_share = slope, h.sites.need = need, h.sites.need_min = 0, h.sites.need_max = 1;
	h.sites.people_gained = gained, h.sites.people_within = within;
	h.use[1].use = h.use[1].name = "need";
	h.use[2].use = h.use[2].name = "slope", h.use[2].worst = 0.15;
	assert_reason(
	    &h, 3, 1,
	    "12,340 people within 60 min by taxi who reach no open centre now; Ruraldale has no open centre; high need (0.82); but "
	    "steep: 14 %.");
	assert_reason(&h, 3, 0,
	              "Adds nobody within 60 min by taxi: an open centre already serves them. Ruraldale has no open centre; gentle "
	              "slope (1 %).");
	assert_reason(&h, 3, 2,
	              "1 person within 60 min by taxi who reaches no open centre now; Ruraldale has no open centre; slope of 5 %; "
	              "but need is not "
	              "known.");
	static const guint8 has_centre[] = { 1 };
	h.sites.area_has_centre = has_centre;
	assert_reason(&h, 1, 0, "Adds nobody within 60 min by taxi: an open centre already serves them.");
	assert_reason(&h, 1, 3, "Adds nobody: no people live within 60 min by taxi.");
	assert_reason(&h, 2, 3, "Adds nobody: no people live within 60 min by taxi. High need (0.9).");
}

/* --- wrong studies --------------------------------------------------------------------------------------------------------------------- */

static void assert_refused(const Hand *h, const ThusoRankingSpec *spec, const char *words)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_rank(context, &h->sites, spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_assert_nonnull(strstr(error->message, words));
	g_assert_null(strchr(error->message, '\n'));
}

static void test_wrong_studies(void)
{
	static const char *const text[] = { "a", "b", "c", "d" }, *const listed[] = { "a", NULL };
	static const double over_one[] = { 1.5 };
	Hand h;
	hand_fill(&h);
	ThusoCriterionUse clean = h.use[1];
	ThusoRankingSpec spec = { h.use, 1, h.use + 1, 0, THUSO_MISSING_WORST, 0 };
	static const double weights[] = { 0, -1, NAN, INFINITY };
	for (guint i = 0; i < G_N_ELEMENTS(weights); i++) {
		h.use[0].weight = weights[i];
		assert_refused(&h, &spec, "weight that is not above 0");
	}
	h.use[0].weight = 1;
	spec.n_criteria = 0;
	assert_refused(&h, &spec, "there are no criteria");
	spec.n_criteria = 1;
	spec.spacing_m = -1;
	assert_refused(&h, &spec, "`spacing`");
	spec.spacing_m = 0;
	h.use[0].use = "people_gain";
	assert_refused(&h, &spec, "did you mean \"people_gained\"?");
	h.use[0].use = "near", h.use[0].layer = "clinics";
	assert_refused(&h, &spec, "only takes sites out");
	h.use[0].use = "distance_to", h.use[0].layer = NULL;
	assert_refused(&h, &spec, "needs a `layer`");
	h.use[0].use = h.use[0].name = "slope";
	assert_refused(&h, &spec, "needs heights");
	static const float slope[] = { 0, 0, 0, 0 };
	h.sites.slope_share = slope;
	assert_refused(&h, &spec, "add `worst`, for example worst: 15 %");
	h.use[0].use = h.use[0].name = "need";
	assert_refused(&h, &spec, "`zones`");
	h.use[0].use = h.use[0].name = "zone";
	assert_refused(&h, &spec, "`zones`");
	h.sites.zone = text;
	assert_refused(&h, &spec, "needs `scores`");
	h.use[0].score_names = text, h.use[0].score_values = over_one, h.use[0].n_scores = 1;
	assert_refused(&h, &spec, "not between 0 and 1");
	h.use[0] = clean, h.use[0].use = h.use[0].name = "people_gained";
	spec.n_exclude = 1;
	h.use[1].use = h.use[1].name = "slope";
	assert_refused(&h, &spec, "says no threshold");
	h.use[1].use = h.use[1].name = "zone";
	assert_refused(&h, &spec, "only scores");
	h.use[1].use = h.use[1].name = "attribute", h.use[1].values = listed;
	assert_refused(&h, &spec, "needs a `field`");
	h.use[1].text_column = text, h.use[1].over = 1;
	assert_refused(&h, &spec, "`values` and a threshold");
	h.use[1].values = NULL;
	assert_refused(&h, &spec, "needs a `field`");
}

static void test_empty_layer(void)
{
	Hand h;
	hand_fill(&h);
	h.use[0].use = h.use[0].name = "distance_to", h.use[0].layer = "taxi_ranks", h.use[0].worst = 2000;
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_rank(context, &h.sites, &spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_assert_nonnull(strstr(error->message, "layer taxi_ranks"));
}

static void test_cancel(void)
{
	Hand h;
	hand_fill(&h);
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	thuso_context_cancel(context);
	g_assert_null(thuso_rank(context, &h.sites, &spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/siting/rank/against-loops", test_rank_against_loops);
	g_test_add_func("/siting/rank/nobody-is-lost", test_nobody_is_lost);
	g_test_add_func("/siting/rank/weights-scale", test_weights_scale);
	g_test_add_func("/siting/rank/order-of-criteria", test_order_of_criteria);
	g_test_add_func("/siting/rank/order-of-candidates", test_order_of_candidates);
	g_test_add_func("/siting/rank/score-by-hand", test_score_by_hand);
	g_test_add_func("/siting/rank/missing", test_missing_rules);
	g_test_add_func("/siting/rank/ties", test_ties);
	g_test_add_func("/siting/rank/constant-criterion", test_constant_criterion);
	g_test_add_func("/siting/rank/no-candidates", test_no_candidates);
	g_test_add_func("/siting/rank/spacing", test_spacing_by_hand);
	g_test_add_func("/siting/rank/exclusions", test_exclusions_by_hand);
	g_test_add_func("/siting/rank/reasons", test_reasons);
	g_test_add_func("/siting/rank/wrong-studies", test_wrong_studies);
	g_test_add_func("/siting/rank/empty-layer", test_empty_layer);
	g_test_add_func("/siting/rank/cancel", test_cancel);
	add_criteria_tests();
	add_site_reach_tests();
	return g_test_run();
}
