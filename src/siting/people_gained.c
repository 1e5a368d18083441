/* Criterion: people whom the site brings within the limit and whom no open centre serves now (src/catchment/README.md). */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_copy_values(sites, use, sites->weighted_gained != NULL ? sites->weighted_gained : sites->people_gained,
	                         "the travel of a standard", values, error);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) use, (void) score;
	/* In words people are people; what demand factors make of them is a number of the table. */
	if (sites->weighted_gained != NULL)
		value = sites->people_gained[site];
	const char *limit = sites->limit_text != NULL ? sites->limit_text : "the limit";
	if (value < 0.5)
		return g_strdup_printf("less than one person within %s who reaches no open centre now", limit);
	g_autofree char *people = thuso_format_count(value);
	gboolean one = value < 1.5;
	return g_strdup_printf("%s %s within %s who %s no open centre now", people, one ? "person" : "people", limit,
	                       one ? "reaches" : "reach");
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_BEST(THUSO_NUMBER, NULL, "by default the largest gain of any candidate"),
	PARAM_WORST(THUSO_NUMBER, "0", "nobody gained"),
	PARAM_OVER(THUSO_NUMBER),
	PARAM_UNDER(THUSO_NUMBER),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_people_gained = {
	.about = {
		.name = "people_gained",
		.title = "People gained",
		.summary = "People within the limit of the site and of no open centre, counted for the site alone.",
		.source = "Church and ReVelle 1974 (covering); src/catchment/README.md",
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
