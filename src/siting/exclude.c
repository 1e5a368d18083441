/* Exclusions: they come before any score, and each says what was broken. */
#include "rank.h"

static char *threshold_text(const ThusoCriterion *criterion, double threshold)
{
	if (g_strcmp0(criterion->unit, "people") == 0)
		return thuso_format_count(threshold);
	return thuso_format_quantity(threshold, criterion->dimension);
}

static char *exclusion_phrase(const ThusoScoring *s, int e, gint64 site, double value, double threshold)
{
	const ThusoCriterion *criterion = s->exclusion[e];
	const ThusoCriterionUse *use = &s->spec->exclude[e];
	g_autofree char *phrase = criterion->phrase != NULL ? criterion->phrase(s->sites, use, site, value, 0) : NULL;
	if (phrase == NULL)
		phrase = g_strdup(use->name);
	if (isnan(threshold))
		return g_steal_pointer(&phrase);
	g_autofree char *limit = threshold_text(criterion, threshold);
	return g_strdup_printf("%s, %s the limit of %s", phrase, threshold == use->over ? "over" : "under", limit);
}

/* `threshold` is the one that the value breaks, or NaN where the exclusion has none. */
static gboolean breaks(const ThusoScoring *s, int e, gint64 site, double value, double *threshold)
{
	const ThusoCriterionUse *use = &s->spec->exclude[e];
	*threshold = NAN;
	if (s->exclusion[e]->is_out != NULL)
		return s->exclusion[e]->is_out(use, s->sites, site, value);
	if (thuso_has_values(use))
		return value > 0;
	*threshold = value > use->over ? use->over : value < use->under ? use->under : NAN;
	return !isnan(*threshold);
}

static void take_out(ThusoScoring *s, int e, const double *values)
{
	for (gint64 i = 0; i < s->sites->n; i++) {
		double threshold;
		if (s->out_by[i] != STAYS || isnan(values[i]) || !breaks(s, e, i, values[i], &threshold))
			continue;
		s->out_by[i] = e;
		s->out_value[i] = thuso_has_values(&s->spec->exclude[e]) ? NAN : values[i];
		s->out_threshold[i] = threshold;
		s->out_phrase[i] = exclusion_phrase(s, e, i, values[i], threshold);
	}
}

static void report_unknown(const ThusoScoring *s, int e, const double *values)
{
	gint64 count = 0, first = -1;
	for (gint64 i = 0; i < s->sites->n; i++)
		if (isnan(values[i])) {
			first = first < 0 ? i : first;
			count++;
		}
	if (count == 0)
		return;
	g_autofree char *message = g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
	                                           " candidates have no value for the exclusion \"%s\" and stay in; give the value",
	                                           count, s->sites->n, s->spec->exclude[e].name);
	ThusoFinding finding = { THUSO_WARNING, "missing_value", "candidates", s->sites->id[first], message, count, NULL };
	thuso_find(s->context, &finding);
}

gboolean thuso_scoring_exclude(ThusoScoring *scoring, GError **error)
{
	double *values = thuso_array_new(scoring->sites->n, sizeof *values, "values of an exclusion", error);
	if (values == NULL)
		return FALSE;
	gboolean ok = TRUE;
	for (int e = 0; ok && e < scoring->spec->n_exclude; e++) {
		gboolean is_score = FALSE;
		ok = thuso_context_go_on(scoring->context, error) &&
		     scoring->exclusion[e]->evaluate(scoring->sites, &scoring->spec->exclude[e], values, &is_score, error);
		if (ok) {
			take_out(scoring, e, values);
			report_unknown(scoring, e, values);
		}
	}
	thuso_array_free(values);
	return ok;
}
