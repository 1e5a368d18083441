/* What a ranking works on: the study's uses checked against their criteria, and the arrays of a scoring. */
#include "rank.h"

/* --- uses --------------------------------------------------------------------------------------------------------------- */

static const ThusoCriterion *find_criterion(const ThusoCriterionUse *use, const char *where, GError **error)
{
	const ThusoCriterion *found = thuso_criterion_find(use->use);
	if (found != NULL)
		return found;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; thuso_criteria[i] != NULL; i++)
		g_ptr_array_add(names, (gpointer) thuso_criteria[i]->about.name);
	g_ptr_array_add(names, NULL);
	const char *nearest = thuso_nearest_name(use->use, (const char *const *) names->pdata);
	g_autofree char *name = thuso_escape(use->use);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "ranking.%s: there is no criterion \"%s\"; %s%s%s", where, name,
	            nearest != NULL ? "did you mean \"" : "`thuso list criteria` shows them", nearest != NULL ? nearest : "",
	            nearest != NULL ? "\"?" : "");
	return NULL;
}

static gboolean has_layer(const ThusoCriterion *criterion, const ThusoCriterionUse *use, const char *where, GError **error)
{
	if (!criterion->needs_layer || (use->layer != NULL && (use->features != NULL || use->n_features == 0)))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "ranking.%s: \"%s\" needs a `layer` of features, for example layer: taxi_ranks", where, use->name);
	return FALSE;
}

static const ThusoCriterion *check_criterion(const ThusoCriterionUse *use, GError **error)
{
	const ThusoCriterion *criterion = find_criterion(use, "criteria", error);
	if (criterion == NULL || !has_layer(criterion, use, "criteria", error))
		return NULL;
	const char *wrong = NULL;
	if (!criterion->scores)
		wrong = "only takes sites out; move it to `exclude`";
	else if (!(use->weight > 0) || isinf(use->weight))
		wrong = "has a weight that is not above 0; give it a weight or remove it";
	if (wrong == NULL)
		return criterion;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "ranking.criteria: \"%s\" %s", use->name, wrong);
	return NULL;
}

static const ThusoCriterion *check_exclusion(const ThusoCriterionUse *use, GError **error)
{
	const ThusoCriterion *criterion = find_criterion(use, "exclude", error);
	if (criterion == NULL || !has_layer(criterion, use, "exclude", error))
		return NULL;
	const char *wrong = NULL;
	if (!criterion->excludes)
		wrong = "only scores; move it to `criteria`";
	else if (criterion->is_out == NULL && !thuso_has_values(use) && isnan(use->over) && isnan(use->under))
		wrong = "says no threshold; add `over` or `under`";
	else if (use->over < use->under)
		wrong = "takes out every value: `over` is below `under`; with both, what lies between them stays";
	if (wrong == NULL)
		return criterion;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "ranking.exclude: \"%s\" %s", use->name, wrong);
	return NULL;
}

static gboolean check_uses(ThusoScoring *scoring, GError **error)
{
	const ThusoRankingSpec *spec = scoring->spec;
	if (spec->n_criteria < 1 || !(spec->spacing_m >= 0)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s",
		            spec->n_criteria < 1 ? "ranking: there are no criteria; add at least one, for example {use: people_gained}"
		                                 : "ranking: `spacing` is not a length of 0 m or more");
		return FALSE;
	}
	for (int c = 0; c < spec->n_criteria; c++)
		if ((scoring->criterion[c] = check_criterion(&spec->criteria[c], error)) == NULL)
			return FALSE;
	for (int e = 0; e < spec->n_exclude; e++)
		if ((scoring->exclusion[e] = check_exclusion(&spec->exclude[e], error)) == NULL)
			return FALSE;
	return TRUE;
}

/* --- the workspace -------------------------------------------------------------------------------------------------------- */

static gboolean make_site_arrays(ThusoScoring *s, GError **error)
{
	const char *what = "the candidates' scores";
	gint64 n = s->sites->n;
	gint64 n_values = n * s->spec->n_criteria;
	return (s->value = thuso_array_new(n_values, sizeof(double), what, error)) != NULL &&
	       (s->part = thuso_array_new(n_values, sizeof(double), what, error)) != NULL &&
	       (s->out_by = thuso_array_new(n, sizeof(int), what, error)) != NULL &&
	       (s->out_criterion = thuso_array_new(n, sizeof(int), what, error)) != NULL &&
	       (s->out_value = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (s->out_threshold = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (s->out_phrase = thuso_array_new(n, sizeof(char *), what, error)) != NULL &&
	       (s->score = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (s->order = thuso_array_new(n, sizeof(gint64), what, error)) != NULL;
}

gboolean thuso_scoring_new(ThusoScoring *scoring, ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec,
                           GError **error)
{
	gsize n_criteria = (gsize) MAX(spec->n_criteria, 0) + 1, n_exclude = (gsize) MAX(spec->n_exclude, 0) + 1;
	*scoring = (ThusoScoring){ .context = context, .sites = sites, .spec = spec };
	scoring->criterion = thuso_new(const ThusoCriterion *, n_criteria);
	scoring->exclusion = thuso_new(const ThusoCriterion *, n_exclude);
	scoring->is_score = thuso_new(gboolean, n_criteria);
	scoring->best = thuso_new(double, n_criteria);
	scoring->worst = thuso_new(double, n_criteria);
	scoring->n_missing = thuso_new(gint64, n_criteria);
	if (!check_uses(scoring, error) || !make_site_arrays(scoring, error))
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++) {
		scoring->out_by[i] = STAYS;
		scoring->out_criterion[i] = -1;
	}
	return TRUE;
}

void thuso_scoring_clear(ThusoScoring *scoring)
{
	for (gint64 i = 0; scoring->out_phrase != NULL && i < scoring->sites->n; i++)
		g_free(scoring->out_phrase[i]);
	thuso_array_free(scoring->value);
	thuso_array_free(scoring->part);
	thuso_array_free(scoring->out_by);
	thuso_array_free(scoring->out_criterion);
	thuso_array_free(scoring->out_value);
	thuso_array_free(scoring->out_threshold);
	thuso_array_free(scoring->out_phrase);
	thuso_array_free(scoring->score);
	thuso_array_free(scoring->order);
	g_free(scoring->criterion);
	g_free(scoring->exclusion);
	g_free(scoring->is_score);
	g_free(scoring->best);
	g_free(scoring->worst);
	g_free(scoring->n_missing);
	*scoring = (ThusoScoring){ 0 };
}
