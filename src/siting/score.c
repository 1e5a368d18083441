/* Parts and scores: u = (value - worst) / (best - worst) held to 0..1, score = 100 * sum(w u) / sum(w) (src/siting/README.md). */
#include "rank.h"

#include <stdlib.h>

/* --- values, and candidates without one ----------------------------------------------------------------------------------- */

static void note_missing(ThusoScoring *s, int c, gint64 site)
{
	s->n_missing[c]++;
	if (s->spec->missing != THUSO_MISSING_EXCLUDE || s->out_by[site] != STAYS)
		return;
	s->out_by[site] = OUT_MISSING;
	s->out_criterion[site] = c;
	s->out_value[site] = s->out_threshold[site] = NAN;
	s->out_phrase[site] = g_strdup_printf("no value for %s", s->spec->criteria[c].name);
}

static gboolean evaluate(ThusoScoring *s, int c, GError **error)
{
	const ThusoSites *sites = s->sites;
	double *value = s->value + (gint64) c * sites->n;
	if (!s->criterion[c]->evaluate(sites, &s->spec->criteria[c], value, &s->is_score[c], error))
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++)
		if (isnan(value[i]) && (s->out_by[i] == STAYS || s->out_by[i] == OUT_MISSING))
			note_missing(s, c, i);
	return TRUE;
}

/* --- ranges ------------------------------------------------------------------------------------------------------------------ */

static void set_range_error(const ThusoScoring *s, int c, GError **error)
{
	const char *end = isnan(s->best[c]) ? "best" : "worst";
	const char *example = s->criterion[c]->dimension == THUSO_LENGTH  ? "2 km"
	                      : s->criterion[c]->dimension == THUSO_SHARE ? "15 %"
	                                                                  : "10";
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "ranking.criteria: \"%s\" does not say which value is the %s; add `%s`, for example %s: %s",
	            s->spec->criteria[c].name, end, end, end, example);
}

static void report_constant(const ThusoScoring *s, int c)
{
	g_autofree char *message = g_strdup_printf(
	    "the criterion \"%s\" cannot tell the candidates apart (best = worst); all score 0 on it", s->spec->criteria[c].name);
	ThusoFinding finding = { THUSO_WARNING, "constant_criterion", "candidates", NULL, message, 1, NULL };
	thuso_find(s->context, &finding);
}

static double stated_or(double stated, double by_default)
{
	return isnan(stated) ? by_default : stated;
}

/* Candidates that are out must not stretch a range; their values become NaN first. */
static gboolean find_range(ThusoScoring *s, int c, GError **error)
{
	double *value = s->value + (gint64) c * s->sites->n;
	for (gint64 i = 0; i < s->sites->n; i++)
		if (s->out_by[i] != STAYS)
			value[i] = NAN;
	s->best[c] = s->worst[c] = NAN;
	if (s->is_score[c])
		return TRUE;
	s->best[c] = stated_or(s->spec->criteria[c].best, s->criterion[c]->best);
	s->worst[c] = stated_or(s->spec->criteria[c].worst, s->criterion[c]->worst);
	if (s->criterion[c]->range != NULL)
		s->criterion[c]->range(s->sites, value, &s->best[c], &s->worst[c]);
	if (isnan(s->best[c]) || isnan(s->worst[c])) {
		set_range_error(s, c, error);
		return FALSE;
	}
	if (s->best[c] == s->worst[c] && s->sites->n > 0)
		report_constant(s, c);
	return TRUE;
}

/* --- parts and the score ----------------------------------------------------------------------------------------------------- */

static double part_of(double value, double best, double worst)
{
	if (best == worst)
		return 0;
	return CLAMP((value - worst) / (best - worst), 0, 1);
}

static void fill_parts(ThusoScoring *s, int c)
{
	gint64 n = s->sites->n, n_known = 0;
	const double *value = s->value + (gint64) c * n;
	double *part = s->part + (gint64) c * n;
	ThusoSum known = { 0 };
	for (gint64 i = 0; i < n; i++) {
		if (isnan(value[i]))
			continue;
		part[i] = s->is_score[c] ? value[i] : part_of(value[i], s->best[c], s->worst[c]);
		thuso_sum_add(&known, part[i]);
		n_known++;
	}
	double missing = s->spec->missing == THUSO_MISSING_MEAN && n_known > 0 ? thuso_sum(&known) / (double) n_known : 0;
	for (gint64 i = 0; i < n; i++)
		if (isnan(value[i]))
			part[i] = missing;
}

double thuso_score_steps(const double *part, gint64 stride, const double *weight, int n_criteria)
{
	ThusoSum total = { 0 }, weights = { 0 };
	for (int c = 0; c < n_criteria; c++) {
		thuso_sum_add(&total, weight[c] * part[c * stride]);
		thuso_sum_add(&weights, weight[c]);
	}
	return round(100 * thuso_sum(&total) / thuso_sum(&weights) * SCORE_STEPS);
}

/* --- the order --------------------------------------------------------------------------------------------------------------- */

static double gained_or_none(const ThusoSites *sites, gint64 site)
{
	return sites->people_gained == NULL || isnan(sites->people_gained[site]) ? -1 : sites->people_gained[site];
}

static int compare_sites(const void *a, const void *b, void *data)
{
	const ThusoScoring *s = data;
	gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;
	if (s->score[i] != s->score[j])
		return s->score[i] > s->score[j] ? -1 : 1;
	double gained_i = gained_or_none(s->sites, i), gained_j = gained_or_none(s->sites, j);
	if (gained_i != gained_j)
		return gained_i > gained_j ? -1 : 1;
	return (i > j) - (i < j);
}

gboolean thuso_scoring_score(ThusoScoring *scoring, GError **error)
{
	for (int c = 0; c < scoring->spec->n_criteria; c++)
		if (!thuso_context_go_on(scoring->context, error) || !evaluate(scoring, c, error))
			return FALSE;
	for (int c = 0; c < scoring->spec->n_criteria; c++) {
		if (!find_range(scoring, c, error))
			return FALSE;
		fill_parts(scoring, c);
	}
	g_autofree double *weight = thuso_new(double, scoring->spec->n_criteria);
	for (int c = 0; c < scoring->spec->n_criteria; c++)
		weight[c] = scoring->spec->criteria[c].weight;
	for (gint64 i = 0; i < scoring->sites->n; i++) {
		scoring->score[i] =
		    thuso_score_steps(scoring->part + i, scoring->sites->n, weight, scoring->spec->n_criteria) / SCORE_STEPS;
		if (scoring->out_by[i] == STAYS)
			scoring->order[scoring->n_order++] = i;
	}
	qsort_r(scoring->order, (gsize) scoring->n_order, sizeof(gint64), compare_sites, scoring);
	return TRUE;
}
