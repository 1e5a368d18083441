/* Criterion and exclusion: the capital cost of the site, as its candidates' layer or the study states it. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_copy_values(sites, use, sites->capital, "`cost` at a layer of `candidates`", values, error);
}

/* The cheapest is best, the dearest worst. */
static void find_range(const ThusoSites *sites, const double *values, double *best, double *worst)
{
	double least = NAN;
	for (gint64 i = 0; i < sites->n; i++)
		if (!isnan(values[i]) && !(values[i] >= least))
			least = values[i];
	if (isnan(*best))
		*best = isnan(least) ? 0 : least;
	if (isnan(*worst))
		*worst = thuso_largest_value(values, sites->n);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) use, (void) site, (void) score;
	g_autofree char *cost = thuso_format_count(value);
	return g_strdup_printf("costs %s", cost);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_BEST(THUSO_MONEY, NULL, "by default the least cost of any candidate"),
	PARAM_WORST(THUSO_MONEY, NULL, "by default the largest cost of any candidate"),
	PARAM_OVER(THUSO_MONEY),
	PARAM_UNDER(THUSO_MONEY),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_cost = {
	.about = {
		.name = "cost",
		.title = "Capital cost",
		.summary = "What the site costs to build or to alter, as stated for its candidates.",
		.source = "DPSA Guideline on Improving Geographic Access to Government Service Points: costing",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_MONEY,
	.best = NAN,
	.worst = NAN,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.range = find_range,
	.phrase = phrase,
};
