/* Criterion and exclusion: the slope of the ground in the site's cell, rise over run. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	if (sites->slope_share == NULL) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "ranking: the criterion \"%s\" needs heights; add `travel.elevation` or remove the criterion", use->name);
		return FALSE;
	}
	for (gint64 i = 0; i < sites->n; i++)
		values[i] = sites->cell[i] >= 0 ? (double) sites->slope_share[sites->cell[i]] : NAN;
	return TRUE;
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) use, (void) site;
	double step = value < 0.01 ? 0.001 : 0.01;
	g_autofree char *slope = thuso_format_quantity(round(value / step) * step, THUSO_SHARE);
	if (score >= SCORE_HIGH)
		return g_strdup_printf("gentle slope (%s)", slope);
	return score <= SCORE_LOW ? g_strdup_printf("steep: %s", slope) : g_strdup_printf("slope of %s", slope);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_BEST(THUSO_SHARE, "0 %", "flat ground"),
	PARAM_WORST(THUSO_SHARE, NULL, "must be said, for example 15 %"),
	PARAM_OVER(THUSO_SHARE),
	PARAM_UNDER(THUSO_SHARE),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_slope = {
	.about = {
		.name = "slope",
		.title = "Slope of the site",
		.summary = "Slope of the ground in the site's cell, in percent (rise over run).",
		.source = "Geographic access guideline, suitability of sites; the range is the user's",
		.params = params,
	},
	.unit = "%",
	.dimension = THUSO_SHARE,
	.best = 0,
	.worst = NAN,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.phrase = phrase,
};
