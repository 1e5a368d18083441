/* Criterion and exclusion: a column of the candidates, as a number with a range or as a text with a class table. */
#include "criterion.h"

#include <string.h>

static gboolean is_listed(const char *text, const char *const *values)
{
	for (int i = 0; values[i] != NULL; i++)
		if (strcmp(values[i], text) == 0)
			return TRUE;
	return FALSE;
}

static gboolean match_values(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, GError **error)
{
	if (!isnan(use->over) || !isnan(use->under)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "ranking: the exclusion \"%s\" has `values` and a threshold; use one of them, or two exclusions", use->name);
		return FALSE;
	}
	for (gint64 i = 0; i < sites->n; i++)
		values[i] = use->text_column[i] != NULL ? (double) is_listed(use->text_column[i], use->values) : (double) NAN;
	return TRUE;
}

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = use->n_scores > 0;
	gboolean by_text = use->n_scores > 0 || thuso_has_values(use);
	if (by_text && use->text_column == NULL)
		return thuso_copy_values(sites, use, NULL, "a `field` of the candidates", values, error);
	if (use->n_scores > 0)
		return thuso_class_scores(sites, use, use->text_column, values, error);
	if (thuso_has_values(use))
		return match_values(sites, use, values, error);
	return thuso_copy_values(sites, use, use->column, "a `field` of the candidates", values, error);
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	if (use->n_scores == 0 && !thuso_has_values(use))
		return thuso_number_phrase(sites, use, site, value, score);
	const char *text = use->text_column[site];
	return text != NULL ? g_strdup_printf("%s: %s", use->name, text) : NULL;
}

static const ThusoParam text_item = { .name = "value",
	                                  .kind = THUSO_PARAM_TEXT,
	                                  .help = "One value of the field, as it stands there" };

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	{ .name = "field", .kind = THUSO_PARAM_TEXT, .required = TRUE, .help = "Column of the candidates' layer" },
	PARAM_BEST(THUSO_NUMBER, NULL, "must be said for a number field without `scores`"),
	PARAM_WORST(THUSO_NUMBER, NULL, "must be said for a number field without `scores`"),
	PARAM_SCORES("Score of each text of the field"),
	PARAM_OVER(THUSO_NUMBER),
	PARAM_UNDER(THUSO_NUMBER),
	{ .name = "values",
	  .kind = THUSO_PARAM_LIST,
	  .item = &text_item,
	  .help = "Exclusion: sites with one of these texts are out" },
	PARAM_END,
};

const ThusoCriterion thuso_criterion_attribute = {
	.about = {
		.name = "attribute",
		.title = "Attribute of the candidate",
		.summary = "A column of the candidates: a number between `worst` and `best`, or a text with a table of scores.",
		.source = "Weighted sum of standardised factors: AccessMod 5, suitability analysis",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_NUMBER,
	.best = NAN,
	.worst = NAN,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.phrase = phrase,
};
