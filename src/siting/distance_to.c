/* Criterion: straight-line metres from the site to the nearest feature of a layer (0 inside a polygon), in the grid's CRS. */
#include "criterion.h"
#include "feature_tree.h"

gboolean thuso_site_distances(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, GError **error)
{
	g_autoptr(ThusoFeatureTree) tree = thuso_feature_tree_new(use->features, use->n_features, error);
	if (tree == NULL)
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++)
		values[i] = thuso_feature_tree_distance(tree, sites->x[i], sites->y[i]);
	return TRUE;
}

/* Two figures say enough in a sentence: 340 m, 1.2 km, 38 km. */
static double rounded_length(double metres)
{
	double step = metres < 100 ? 1 : metres < 1000 ? 10 : metres < 10000 ? 100 : 1000;
	return round(metres / step) * step;
}

char *thuso_distance_phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) site, (void) score;
	const char *layer = use->layer != NULL ? use->layer : use->name;
	if (value <= 0)
		return g_strdup_printf("at one of %s", layer);
	g_autofree char *length = thuso_format_quantity(rounded_length(value), THUSO_LENGTH);
	return g_strdup_printf("%s from the nearest of %s", length, layer);
}

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	if (!thuso_site_distances(sites, use, values, error))
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++)
		if (isinf(values[i])) {
			g_set_error(
			    error, THUSO_ERROR, THUSO_ERROR_INPUT,
			    "ranking: layer %s of the criterion \"%s\" has no features near the study area; check the layer and its CRS, or "
			    "remove the criterion",
			    use->layer, use->name);
			return FALSE;
		}
	return TRUE;
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_LAYER,
	PARAM_BEST(THUSO_LENGTH, "0 m", "0 m = at the feature; larger than `worst` where far is good"),
	PARAM_WORST(THUSO_LENGTH, NULL, "must be said, for example 2 km"),
	PARAM_OVER(THUSO_LENGTH),
	PARAM_UNDER(THUSO_LENGTH),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_distance_to = {
	.about = {
		.name = "distance_to",
		.title = "Distance to a feature",
		.summary = "Straight-line distance from the site to the nearest feature of a layer, 0 inside a polygon.",
		.source = "AccessMod 5, suitability analysis: distance factors",
		.params = params,
	},
	.unit = "m",
	.dimension = THUSO_LENGTH,
	.best = 0,
	.worst = NAN,
	.scores = TRUE,
	.excludes = TRUE,
	.needs_layer = TRUE,
	.evaluate = evaluate,
	.phrase = thuso_distance_phrase,
};
