/* Exclusion and criterion: the site lies inside a polygon of a layer (a flood line, a node of the spatial plan). */
#include "criterion.h"
#include "feature_tree.h"

static gboolean only_polygons(const ThusoCriterionUse *use, GError **error)
{
	for (gint64 i = 0; i < use->n_features; i++)
		if (use->features[i]->type != THUSO_POLYGON && use->features[i]->n_points > 0) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "ranking: layer %s, feature %" G_GINT64_FORMAT
			            " is no polygon, and \"%s\" asks whether sites lie inside; use a "
			            "polygon layer, or `near` with a distance",
			            use->layer, i + 1, use->name);
			return FALSE;
		}
	return TRUE;
}

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	*is_score = FALSE;
	if (!only_polygons(use, error))
		return FALSE;
	g_autoptr(ThusoFeatureTree) tree = thuso_feature_tree_new(use->features, use->n_features, error);
	if (tree == NULL)
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++) {
		gboolean placed = isfinite(sites->x[i]) && isfinite(sites->y[i]);
		values[i] = placed ? (double) thuso_feature_tree_inside(tree, sites->x[i], sites->y[i]) : (double) NAN;
	}
	return TRUE;
}

static gboolean is_out(const ThusoCriterionUse *use, const ThusoSites *sites, gint64 site, double value)
{
	(void) use, (void) sites, (void) site;
	return value > 0;
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) site, (void) score;
	return g_strdup_printf("%s %s", value > 0 ? "inside" : "outside", use->layer != NULL ? use->layer : use->name);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	PARAM_LAYER,
	PARAM_BEST(THUSO_NUMBER, "1", "1 = inside is good, 0 = outside is good"),
	PARAM_WORST(THUSO_NUMBER, "0", "the other of the two"),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_inside = {
	.about = {
		.name = "inside",
		.title = "Inside a polygon",
		.summary = "Takes out sites inside the polygons of a layer, or scores them for it.",
		.source = "AccessMod 5, suitability analysis: exclusion areas",
		.params = params,
	},
	.unit = "",
	.dimension = THUSO_NUMBER,
	.best = 1,
	.worst = 0,
	.scores = TRUE,
	.excludes = TRUE,
	.needs_layer = TRUE,
	.evaluate = evaluate,
	.is_out = is_out,
	.phrase = phrase,
};
