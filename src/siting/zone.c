/* Criterion: the policy zone's quadrant of need and potential, by a class table. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = TRUE;
	if (use->text_column != NULL && use->n_scores > 0)
		return thuso_class_scores(sites, use, use->text_column, values, error);
	if (sites->zone == NULL || use->n_scores == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "ranking: the criterion \"%s\" needs %s", use->name,
		            sites->zone == NULL ? "`zones` with `need` and `potential` fields; add them or remove the criterion"
		                                : "`scores`, for example {HN-HP: 1, HN-LP: 0.9, LN-HP: 0.6, LN-LP: 0.4}");
		return FALSE;
	}
	return thuso_class_scores(sites, use, sites->zone, values, error);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) value, (void) score;
	if (use->text_column != NULL)
		return use->text_column[site] != NULL ? g_strdup_printf("zone: %s", use->text_column[site]) : NULL;
	return sites->zone[site] != NULL ? g_strdup_printf("zone %s", sites->zone[site]) : NULL;
}

static const char *const by_choices[] = { "quadrant", "category", "role", NULL };
static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_SCORES("Score of each quadrant (HN-HP, HN-LP, LN-HP, LN-LP), NSDP category or PGDS role"),
	{ "by", THUSO_PARAM_CHOICE, .choices = by_choices, .default_text = "quadrant", .origin = "derived",
	  .source = "src/siting/README.md", .help = "what of the zone is scored" },
	PARAM_END,
};

const ThusoCriterion thuso_criterion_zone = {
	.about = {
		.name = "zone",
		.title = "Policy zone",
		.summary = "The quadrant of need and potential of the zone in which the site lies, or its NSDP category or PGDS role, scored by a table.",
		.source = "National Spatial Development Perspective 2006: need and potential",
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
