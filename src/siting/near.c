/* Exclusion: the site is closer to a feature than `under` (straight line); an empty layer takes nobody out. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_site_distances(sites, use, values, error);
}

static const ThusoParam params[] = {
	PARAM_USE, PARAM_NAME, PARAM_LAYER, PARAM_UNDER(THUSO_LENGTH), PARAM_END,
};

const ThusoCriterion thuso_criterion_near = {
	.about = {
		.name = "near",
		.title = "Too near to a feature",
		.summary = "Takes out sites closer to a feature of a layer than a straight-line distance.",
		.source = "AccessMod 5, suitability analysis: exclusion areas with a buffer",
		.params = params,
	},
	.unit = "m",
	.dimension = THUSO_LENGTH,
	.best = NAN,
	.worst = NAN,
	.excludes = TRUE,
	.needs_layer = TRUE,
	.evaluate = evaluate,
	.phrase = thuso_distance_phrase,
};
