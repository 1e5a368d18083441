/* Every criterion by hand, the index of features against plain loops, and the contract that the registry holds to. */
#include "../support/siting-world.h"

#include <string.h>

/* --- criteria by hand --------------------------------------------------------------------------------------------------------------- */

static void evaluate_ok(const Hand *h, const ThusoCriterionUse *use, double *values, gboolean *is_score)
{
	const ThusoCriterion *criterion = thuso_criterion_find(use->use);
	g_autoptr(GError) error = NULL;
	g_assert_nonnull(criterion);
	*is_score = TRUE;
	g_assert_true(criterion->evaluate(&h->sites, use, values, is_score, &error));
	g_assert_no_error(error);
}

static void assert_phrase(const Hand *h, const ThusoCriterionUse *use, gint64 site, double value, double score,
                          const char *wanted)
{
	g_autofree char *phrase = thuso_criterion_find(use->use)->phrase(&h->sites, use, site, value, score);
	g_assert_cmpstr(phrase, ==, wanted);
}

static void test_people_criteria(void)
{
	Hand h;
	hand_fill(&h);
	double values[4];
	gboolean is_score;
	evaluate_ok(&h, &h.use[0], values, &is_score);
	g_assert_false(is_score);
	g_assert_cmpfloat(values[1], ==, 100);
	assert_phrase(&h, &h.use[0], 1, 12340, 1, "12,340 people within 60 min by taxi who reach no open centre now");
	assert_phrase(&h, &h.use[0], 1, 1, 1, "1 person within 60 min by taxi who reaches no open centre now");
	assert_phrase(&h, &h.use[0], 1, 0.2, 1, "less than one person within 60 min by taxi who reaches no open centre now");
	h.use[1].use = h.use[1].name = "people_within";
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_cmpfloat(values[2], ==, 120);
	double best = NAN, worst = NAN;
	thuso_criterion_find("people_within")->range(&h.sites, values, &best, &worst);
	g_assert_cmpfloat(best, ==, 120);
	g_assert_cmpfloat(worst, ==, 0);
	assert_phrase(&h, &h.use[1], 2, 34000, 0.9, "34,000 people in all within 60 min by taxi");
	assert_phrase(&h, &h.use[1], 2, 34, 0.1, "only 34 people in all within 60 min by taxi");
}

static void test_zone_criteria(void)
{
	static const char *const zone[] = { "HN-HP", "LN-LP", NULL, "HN-LP" };
	static const char *const names[] = { "HN-HP", "LN-LP", "HN-LP" };
	static const double need[] = { 0.82, 0.1, NAN, 0.5 }, scores[] = { 1, 0.4, 0.9 };
	Hand h;
	hand_fill(&h);
	h.sites.need = need, h.sites.need_min = 0.1, h.sites.need_max = 0.9, h.sites.zone = zone;
	h.use[1].use = h.use[1].name = "need";
	double values[4], best = NAN, worst = NAN;
	gboolean is_score;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_true(isnan(values[2]));
	thuso_criterion_find("need")->range(&h.sites, values, &best, &worst);
	g_assert_cmpfloat(best, ==, 0.9);
	g_assert_cmpfloat(worst, ==, 0.1);
	assert_phrase(&h, &h.use[1], 0, 0.82, 0.9, "high need (0.82)");
	assert_phrase(&h, &h.use[1], 1, 0.1, 0, "low need (0.1)");
	h.use[2].use = h.use[2].name = "zone", h.use[2].score_names = names, h.use[2].score_values = scores, h.use[2].n_scores = 3;
	evaluate_ok(&h, &h.use[2], values, &is_score);
	g_assert_true(is_score);
	g_assert_cmpfloat(values[0], ==, 1);
	g_assert_cmpfloat(values[1], ==, 0.4);
	g_assert_true(isnan(values[2]));
	assert_phrase(&h, &h.use[2], 0, 1, 1, "zone HN-HP");
	h.use[2].n_scores = 2;
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_criterion_find("zone")->evaluate(&h.sites, &h.use[2], values, &is_score, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_assert_nonnull(strstr(error->message, "\"HN-LP\" (candidate 4, 1 in all)"));
}

static void test_slope_criterion(void)
{
	static const float slope[] = { 0.02f, 0.14f, NAN };
	Hand h;
	hand_fill(&h);
	h.sites.slope_share = slope;
	h.use[1].use = h.use[1].name = "slope";
	double values[4];
	gboolean is_score;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_cmpfloat(values[1], ==, (double) 0.14f);
	g_assert_true(isnan(values[2]) && isnan(values[3])); /* no height; off the grid */
	assert_phrase(&h, &h.use[1], 0, 0.02, 0.9, "gentle slope (2 %)");
	assert_phrase(&h, &h.use[1], 1, (double) 0.14f, 0.05, "steep: 14 %");
	assert_phrase(&h, &h.use[1], 1, 0.0751, 0.5, "slope of 8 %");
	assert_phrase(&h, &h.use[1], 1, 0.004, 0.9, "gentle slope (0.4 %)");
}

static void test_feature_criteria(void)
{
	static const double px[] = { 1300 }, py[] = { 400 };
	static const double qx[] = { 1900, 2500, 2500, 1900, 1900 }, qy[] = { -100, -100, 100, 100, -100 };
	gint64 starts[2][2];
	ThusoGeometry point = hand_geometry(THUSO_POINT, 1, px, py, starts[0]),
	              square = hand_geometry(THUSO_POLYGON, 5, qx, qy, starts[1]);
	const ThusoGeometry *both[] = { &point, &square }, *polygons[] = { &square };
	Hand h;
	hand_fill(&h);
	h.use[1].use = "distance_to", h.use[1].name = "distance_to_ranks", h.use[1].layer = "taxi_ranks";
	h.use[1].features = both, h.use[1].n_features = 2;
	double values[4];
	gboolean is_score;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_false(is_score);
	g_assert_cmpfloat_with_epsilon(values[0], sqrt(1300 * 1300 + 400 * 400), 1e-9);
	g_assert_cmpfloat_with_epsilon(values[1], 500, 1e-9);
	g_assert_cmpfloat(values[2], ==, 0);
	g_assert_cmpfloat_with_epsilon(values[3], 6500, 1e-9);
	assert_phrase(&h, &h.use[1], 0, 1360.1, 0.5, "1.4 km from the nearest of taxi_ranks");
	assert_phrase(&h, &h.use[1], 0, 304, 0.5, "300 m from the nearest of taxi_ranks");
	assert_phrase(&h, &h.use[1], 0, 38499, 0.5, "38 km from the nearest of taxi_ranks");
	assert_phrase(&h, &h.use[1], 0, 0, 1, "at one of taxi_ranks");
	h.use[1].use = "near";
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_cmpfloat_with_epsilon(values[1], 500, 1e-9);
	h.use[1].n_features = 0;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_true(isinf(values[1])); /* nothing there: nobody is too near */
	h.use[2].use = h.use[2].name = "inside", h.use[2].layer = "floodline", h.use[2].features = polygons, h.use[2].n_features = 1;
	evaluate_ok(&h, &h.use[2], values, &is_score);
	g_assert_cmpfloat(values[1], ==, 0);
	g_assert_cmpfloat(values[2], ==, 1);
	h.use[2].features = both, h.use[2].n_features = 2;
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_criterion_find("inside")->evaluate(&h.sites, &h.use[2], values, &is_score, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
}

/* --- the index of features against a loop over all of them -------------------------------------------------------------------------- */

#define MAX_FEATURES 40
#define MAX_POINTS   8

typedef struct {
	ThusoGeometry geometry[MAX_FEATURES];
	const ThusoGeometry *feature[MAX_FEATURES];
	double x[MAX_FEATURES][MAX_POINTS], y[MAX_FEATURES][MAX_POINTS];
	gint64 part_start[MAX_FEATURES][2];
	int n;
} Layer;

/* Points, lines and polygons of very different size, some far off, some empty, many sharing coordinates. */
static void layer_fill(Layer *layer, Random *random, gboolean only_polygons)
{
	layer->n = random_below(random, MAX_FEATURES + 1);
	for (int i = 0; i < layer->n; i++) {
		ThusoGeometryType type = only_polygons ? THUSO_POLYGON : (ThusoGeometryType) (THUSO_POINT + random_below(random, 3));
		int n = type == THUSO_POINT ? 1 : type == THUSO_LINE ? 2 + random_below(random, 6) : 4 + random_below(random, 4);
		double size = random_below(random, 5) == 0 ? 20000 : 900, far = random_below(random, 10) == 0 ? 1e6 : 0;
		double x = random_below(random, 20) * 500 + far, y = random_below(random, 20) * 500;
		for (int k = 0; k < n; k++) {
			layer->x[i][k] = x + size * random_real(random);
			layer->y[i][k] = y + size * random_real(random);
		}
		if (type == THUSO_POLYGON)
			layer->x[i][n - 1] = layer->x[i][0], layer->y[i][n - 1] = layer->y[i][0];
		layer->geometry[i] =
		    hand_geometry(type, random_below(random, 15) == 0 ? 0 : n, layer->x[i], layer->y[i], layer->part_start[i]);
		layer->feature[i] = &layer->geometry[i];
	}
}

static void test_features_against_loops(void)
{
	for (guint64 seed = 1; seed <= 2000; seed++) {
		Random random = random_new(seed);
		Layer layer;
		gboolean only_polygons = seed % 2;
		layer_fill(&layer, &random, only_polygons);
		Hand h;
		hand_fill(&h);
		double x[4], y[4], values[4];
		for (int i = 0; i < 4; i++)
			x[i] = random_below(&random, 20) * 500 + random_below(&random, 2) * 137, y[i] = random_below(&random, 20) * 500;
		h.sites.x = x, h.sites.y = y;
		h.use[1].name = h.use[1].layer = "features", h.use[1].features = layer.feature, h.use[1].n_features = layer.n;
		gboolean is_score;
		h.use[1].use = "near";
		evaluate_ok(&h, &h.use[1], values, &is_score);
		for (int i = 0; i < 4; i++) {
			double nearest = INFINITY;
			for (int f = 0; f < layer.n; f++)
				if (layer.geometry[f].n_points > 0)
					nearest = fmin(nearest, thuso_geometry_distance(layer.feature[f], x[i], y[i]));
			CHECK(&random, values[i] == nearest);
		}
		h.use[1].use = "inside";
		if (only_polygons)
			evaluate_ok(&h, &h.use[1], values, &is_score);
		for (int i = 0; only_polygons && i < 4; i++) {
			gboolean inside = FALSE;
			for (int f = 0; f < layer.n; f++)
				inside = inside || (layer.geometry[f].n_points > 0 && thuso_geometry_contains(layer.feature[f], x[i], y[i]));
			CHECK(&random, values[i] == inside);
		}
	}
}

/* --- columns of the candidates ---------------------------------------------------------------------------------------------------- */

static void test_column_criteria(void)
{
	static const double column[] = { 3.25, NAN, 12000, 0 };
	static const char *const text[] = { "municipal", "private", NULL, "tribal" };
	static const char *const names[] = { "municipal", "private", "tribal" }, *const listed[] = { "private", NULL };
	static const double scores[] = { 1, 0.2, 0.7 };
	Hand h;
	hand_fill(&h);
	h.use[1].use = "attribute", h.use[1].name = "land", h.use[1].column = column, h.use[1].text_column = text;
	double values[4];
	gboolean is_score;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_false(is_score);
	g_assert_cmpfloat(values[0], ==, 3.25);
	g_assert_true(isnan(values[1]));
	assert_phrase(&h, &h.use[1], 0, 3.25, 1, "land: 3.25");
	assert_phrase(&h, &h.use[1], 0, 12000, 1, "land: 12,000");
	h.use[1].score_names = names, h.use[1].score_values = scores, h.use[1].n_scores = 3;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_true(is_score);
	g_assert_cmpfloat(values[3], ==, 0.7);
	g_assert_true(isnan(values[2]));
	assert_phrase(&h, &h.use[1], 0, 1, 1, "land: municipal");
	h.use[1].n_scores = 0, h.use[1].values = listed;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_cmpfloat(values[0], ==, 0);
	g_assert_cmpfloat(values[1], ==, 1);
	g_assert_true(isnan(values[2]));
	h.use[2].use = h.use[2].name = "sql", h.use[2].column = column;
	evaluate_ok(&h, &h.use[2], values, &is_score);
	g_assert_cmpfloat(values[2], ==, 12000);
}

/* Different departments within the distance, the edge included; names without regard to case; unknown departments count nowhere. */
static void test_departments(void)
{
	static const double x[] = { 0, 1000, 2001, 2000, 1000, NAN, 500 }, y[] = { 0, 0, 0, 0, 0, 0, 0 };
	static const char *const department[] = { "SASSA", " sassa ", "Labour", "Home Affairs", "Labour", "SARS", NULL };
	Hand h;
	hand_fill(&h); /* sites at 0, 1000, 2000, 9000 m */
	ThusoServicePoints services = { G_N_ELEMENTS(x), x, y, department };
	double values[4], best = NAN, worst = NAN;
	gboolean is_score;
	h.sites.services = &services;
	h.use[0].use = h.use[0].name = "departments_within";
	evaluate_ok(&h, &h.use[0], values, &is_score);
	g_assert_false(is_score);
	g_assert_cmpfloat(values[0], ==, 2); /* SASSA here and at 1000 m, Labour at 1000 m */
	g_assert_cmpfloat(values[1], ==, 3);
	g_assert_cmpfloat(values[2], ==, 3);
	g_assert_cmpfloat(values[3], ==, 0);
	thuso_criterion_find("departments_within")->range(&h.sites, values, &best, &worst);
	g_assert_cmpfloat(best, ==, 3);
	assert_phrase(&h, &h.use[0], 0, 1, 1, "1 department within 1 km");
	h.use[0].within = 999;
	evaluate_ok(&h, &h.use[0], values, &is_score);
	g_assert_cmpfloat(values[0], ==, 1);
	g_assert_cmpfloat(values[2], ==, 2);
	assert_phrase(&h, &h.use[0], 0, 2, 1, "2 departments within 999 m");
	h.sites.services = NULL;
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_criterion_find("departments_within")->evaluate(&h.sites, &h.use[0], values, &is_score, &error));
	g_assert_nonnull(strstr(error->message, "`department`"));
}

/* Cheap is good; kinds by a table; both say what they need. */
static void test_cost_and_kind(void)
{
	static const double capital[] = { 8e6, NAN, 2e6, 5e6 }, scores[] = { 1, 0.5 };
	static const char *const kind[] = { "upgrade", "new", "new", NULL }, *const names[] = { "upgrade", "new" };
	Hand h;
	hand_fill(&h);
	double values[4], best = NAN, worst = NAN;
	gboolean is_score;
	h.sites.capital = capital;
	h.sites.kind = kind;
	h.use[0].use = h.use[0].name = "cost";
	evaluate_ok(&h, &h.use[0], values, &is_score);
	thuso_criterion_find("cost")->range(&h.sites, values, &best, &worst);
	g_assert_cmpfloat(best, ==, 2e6);
	g_assert_cmpfloat(worst, ==, 8e6);
	ThusoRankingSpec spec = { h.use, 1, NULL, 0, THUSO_MISSING_WORST, 0 };
	g_autoptr(ThusoRanking) r = rank_ok(&h.sites, &spec);
	g_assert_cmpint(r->site[0], ==, 2);
	g_assert_cmpfloat_with_epsilon(r->score[1], 50, 1e-9); /* 5 million, half way */
	h.use[1].use = h.use[1].name = "kind";
	h.use[1].score_names = names, h.use[1].score_values = scores, h.use[1].n_scores = 2;
	evaluate_ok(&h, &h.use[1], values, &is_score);
	g_assert_true(is_score && values[0] == 1 && values[1] == 0.5 && isnan(values[3]));
	assert_phrase(&h, &h.use[1], 0, 1, 1, "kind upgrade");
	h.use[1].n_scores = 0;
	g_autoptr(GError) error = NULL;
	g_assert_false(thuso_criterion_find("kind")->evaluate(&h.sites, &h.use[1], values, &is_score, &error));
	g_assert_nonnull(strstr(error->message, "`scores`"));
}

/* --- the registry's contract --------------------------------------------------------------------------------------------------------- */

static void check_params(const ThusoCriterion *criterion)
{
	static const char *const known[] = { "use",   "name",   "weight", "best",  "worst",  "over", "under", "layer",
		                                 "field", "scores", "values", "query", "within", "by",   NULL };
	gboolean has_layer = FALSE, has_weight = FALSE;
	g_assert_nonnull(criterion->about.params);
	for (const ThusoParam *p = criterion->about.params; p->name != NULL; p++) {
		g_assert_true(g_strv_contains(known, p->name));
		g_assert_true(p->help != NULL && *p->help != '\0');
		g_assert_true(p->kind != THUSO_PARAM_QUANTITY || p->dimensions != 0);
		g_assert_true((p->kind != THUSO_PARAM_MAP && p->kind != THUSO_PARAM_LIST) || p->item != NULL);
		g_assert_true((p->default_text == NULL) == (p->origin == NULL));
		double value;
		if (p->kind == THUSO_PARAM_QUANTITY && p->default_text != NULL)
			g_assert_true(thuso_parse_quantity(p->default_text, p->dimensions, &value, NULL, NULL));
		has_layer = has_layer || strcmp(p->name, "layer") == 0;
		has_weight = has_weight || strcmp(p->name, "weight") == 0;
	}
	g_assert_true(has_layer == criterion->needs_layer);
	g_assert_true(has_weight == criterion->scores);
}

/* Every criterion evaluates, is phrased and ranges on a small world without an error, and no name stands twice. */
static void test_contract(void)
{
	static const double column[] = { 1, 2, NAN, 3 }, need[] = { 0, 1, 0.5, 0.5 }, scores[] = { 0.5 };
	static const float slope[] = { 0, 0.1f, 0.2f };
	static const char *const text[] = { "a", "a", NULL, "a" };
	static const double qx[] = { 900, 1100, 1100, 900, 900 }, qy[] = { -9, -9, 9, 9, -9 };
	gint64 starts[2];
	ThusoGeometry square = hand_geometry(THUSO_POLYGON, 5, qx, qy, starts);
	const ThusoGeometry *features[] = { &square };
	ThusoServicePoints services = { 4, qx, qy, text };
	for (int i = 0; thuso_criteria[i] != NULL; i++) {
		const ThusoCriterion *c = thuso_criteria[i];
		g_assert_true(thuso_criterion_find(c->about.name) == c);
		g_assert_true(c->about.title && c->about.summary && c->about.source && c->unit);
		g_assert_true(g_str_has_suffix(c->about.summary, "."));
		g_assert_true(c->scores || c->excludes);
		check_params(c);
		Hand h;
		hand_fill(&h);
		h.sites.need = need, h.sites.need_max = 1, h.sites.zone = text, h.sites.slope_share = slope;
		h.sites.kind = text, h.sites.capital = column, h.sites.services = &services;
		gboolean by_class = strcmp(c->about.name, "zone") == 0 || strcmp(c->about.name, "kind") == 0;
		ThusoCriterionUse use = { .use = c->about.name,
			                      .name = c->about.name,
			                      .weight = 1,
			                      .best = c->scores ? 1 : NAN,
			                      .worst = 0,
			                      .over = NAN,
			                      .under = NAN,
			                      .features = features,
			                      .n_features = 1,
			                      .layer = "square",
			                      .column = column,
			                      .text_column = text,
			                      .score_names = text,
			                      .score_values = scores,
			                      .n_scores = by_class };
		double values[4];
		gboolean is_score = FALSE;
		g_autoptr(GError) error = NULL;
		g_assert_true(c->evaluate(&h.sites, &use, values, &is_score, &error));
		g_assert_no_error(error);
		for (int k = 0; k < 4; k++) {
			g_autofree char *phrase =
			    c->phrase != NULL && !isnan(values[k]) ? c->phrase(&h.sites, &use, k, values[k], 0.5) : NULL;
			g_assert_true(phrase == NULL || *phrase != '\0');
		}
		ThusoRankingSpec spec = { &use, 1, NULL, 0, THUSO_MISSING_MEAN, 0 };
		if (c->scores) {
			g_autoptr(ThusoRanking) r = rank_ok(&h.sites, &spec);
			g_assert_cmpint(r->n, ==, 4);
		}
	}
	g_assert_null(thuso_criterion_find("nothing"));
}

void add_criteria_tests(void)
{
	g_test_add_func("/siting/criteria/people", test_people_criteria);
	g_test_add_func("/siting/criteria/zone", test_zone_criteria);
	g_test_add_func("/siting/criteria/slope", test_slope_criterion);
	g_test_add_func("/siting/criteria/features", test_feature_criteria);
	g_test_add_func("/siting/criteria/features-against-loops", test_features_against_loops);
	g_test_add_func("/siting/criteria/columns", test_column_criteria);
	g_test_add_func("/siting/criteria/departments", test_departments);
	g_test_add_func("/siting/criteria/cost-and-kind", test_cost_and_kind);
	g_test_add_func("/siting/criteria/contract", test_contract);
}
