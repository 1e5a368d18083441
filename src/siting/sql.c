/* Criterion: a number for each candidate from the planner's own SQL; the study has run the query. */
#include "criterion.h"

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	return thuso_copy_values(sites, use, use->column, "a `query` that gives each candidate a number", values, error);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	{ .name = "query",
	  .kind = THUSO_PARAM_TEXT,
	  .required = TRUE,
	  .help = "SELECT that gives each candidate's id and a number; a candidate it leaves out has no value" },
	PARAM_BEST(THUSO_NUMBER, NULL, "must be said"),
	PARAM_WORST(THUSO_NUMBER, NULL, "must be said"),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_sql = {
	.about = {
		.name = "sql",
		.title = "Own query",
		.summary = "A number for each candidate from a query over the study's layers.",
		.source = "SpatiaLite SQL; the meaning is the user's",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_NUMBER,
	.best = NAN,
	.worst = NAN,
	.scores = TRUE,
	.evaluate = evaluate,
	.phrase = thuso_number_phrase,
};
