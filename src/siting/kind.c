/* Criterion: what the candidate is, a building to be used again or a new site, by a class table. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = TRUE;
	if (use->n_scores == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "ranking: the criterion \"%s\" needs `scores`, for example {upgrade: 1, new: 0.5}", use->name);
		return FALSE;
	}
	return thuso_class_scores(sites, use, sites->kind, values, error);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) use, (void) value, (void) score;
	return sites->kind[site] != NULL && *sites->kind[site] != '\0' ? g_strdup_printf("kind %s", sites->kind[site]) : NULL;
}

static const ThusoParam params[] = {
	PARAM_USE,    PARAM_NAME,
	PARAM_WEIGHT, PARAM_SCORES("Score of each `kind` of the candidates: new, upgrade, or what the study calls them"),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_kind = {
	.about = {
		.name = "kind",
		.title = "Kind of candidate",
		.summary = "What the candidate is, a building to be used again or a new site, scored by a table.",
		.source = "DPSA Guideline on Improving Geographic Access to Government Service Points: use of existing buildings",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_NUMBER,
	.best = 1,
	.worst = 0,
	.scores = TRUE,
	.evaluate = evaluate,
	.phrase = phrase,
};
