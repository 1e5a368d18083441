/* Criterion: the need of the policy zone in which the site lies; more need, more score. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_copy_values(sites, use, sites->need, "`zones` with a `need` field", values, error);
}

static void range(const ThusoSites *sites, const double *values, double *best, double *worst)
{
	(void) values;
	/* Zones without a single need have no range: then nobody has a value either. */
	if (isnan(*best))
		*best = isfinite(sites->need_max) ? sites->need_max : 0;
	if (isnan(*worst))
		*worst = isfinite(sites->need_min) ? sites->need_min : 0;
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) use, (void) site;
	const char *word = score >= SCORE_HIGH ? "high" : score <= SCORE_LOW ? "low" : "middling";
	g_autofree char *number = thuso_format_quantity(value, THUSO_NUMBER);
	return g_strdup_printf("%s need (%s)", word, number);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_BEST(THUSO_NUMBER, NULL, "by default the largest need of any zone"),
	PARAM_WORST(THUSO_NUMBER, NULL, "by default the smallest need of any zone"),
	PARAM_OVER(THUSO_NUMBER),
	PARAM_UNDER(THUSO_NUMBER),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_need = {
	.about = {
		.name = "need",
		.title = "Need of the zone",
		.summary = "The need index of the policy zone in which the site lies.",
		.source = "National Spatial Development Perspective 2006: need and potential",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_NUMBER,
	.best = NAN,
	.worst = NAN,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.range = range,
	.phrase = phrase,
};
