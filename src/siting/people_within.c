/* Criterion: people within the limit of the site, whether an open centre serves them already or not. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_copy_values(sites, use, sites->weighted_within != NULL ? sites->weighted_within : sites->people_within,
	                         "the travel of a standard", values, error);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) use;
	if (sites->weighted_within != NULL)
		value = sites->people_within[site];
	const char *limit = sites->limit_text != NULL ? sites->limit_text : "the limit";
	g_autofree char *people = thuso_format_count(value);
	return g_strdup_printf("%s%s people in all within %s", score <= SCORE_LOW ? "only " : "", people, limit);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_BEST(THUSO_NUMBER, NULL, "by default the largest value of any candidate"),
	PARAM_WORST(THUSO_NUMBER, "0", "nobody within the limit"),
	PARAM_OVER(THUSO_NUMBER),
	PARAM_UNDER(THUSO_NUMBER),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_people_within = {
	.about = {
		.name = "people_within",
		.title = "People within the limit",
		.summary = "People within the limit of the site, served already or not.",
		.source = "CSIR/DPSA access guideline: people per service point",
		.params = params,
	},
	.unit = "people",
	.dimension = THUSO_NUMBER,
	.best = NAN,
	.worst = 0,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.range = thuso_count_range,
	.phrase = phrase,
};
