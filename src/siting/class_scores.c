/* Class tables: a score for every class of a zone or of a text attribute. */
#include "criterion.h"

#include <string.h>

const ThusoParam thuso_class_score_item = { .name = "score",
	                                        .kind = THUSO_PARAM_QUANTITY,
	                                        .dimensions = THUSO_NUMBER | THUSO_SHARE,
	                                        .min = 0,
	                                        .max = 1,
	                                        .help = "0 (worst) to 1 (best)" };

static int find_class(const ThusoCriterionUse *use, const char *name)
{
	for (int i = 0; i < use->n_scores; i++)
		if (strcmp(use->score_names[i], name) == 0)
			return i;
	return -1;
}

static gboolean scores_in_range(const ThusoCriterionUse *use, GError **error)
{
	for (int i = 0; i < use->n_scores; i++)
		if (!(use->score_values[i] >= 0 && use->score_values[i] <= 1)) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
			            "ranking: the score of \"%s\" in the criterion \"%s\" is not between 0 and 1", use->score_names[i],
			            use->name);
			return FALSE;
		}
	return TRUE;
}

/* Every site with the same unknown class counts, so that one message shows how much hangs on it. */
static void set_unknown_class(const ThusoSites *sites, const ThusoCriterionUse *use, const char *const *class_of_site,
                              gint64 first, GError **error)
{
	gint64 count = 0;
	for (gint64 i = first; i < sites->n; i++)
		count += class_of_site[i] != NULL && strcmp(class_of_site[i], class_of_site[first]) == 0;
	g_autofree char *name = thuso_escape(class_of_site[first]);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "ranking: the class \"%s\" (candidate %s, %" G_GINT64_FORMAT
	            " in all) has no score in the criterion \"%s\"; add it to `scores`, from 0 (worst) to 1 (best)",
	            name, sites->id[first], count, use->name);
}

gboolean thuso_class_scores(const ThusoSites *sites, const ThusoCriterionUse *use, const char *const *class_of_site,
                            double *values, GError **error)
{
	if (!scores_in_range(use, error))
		return FALSE;
	for (gint64 i = 0; i < sites->n; i++) {
		int found = class_of_site[i] != NULL ? find_class(use, class_of_site[i]) : -1;
		if (class_of_site[i] != NULL && found < 0) {
			set_unknown_class(sites, use, class_of_site, i, error);
			return FALSE;
		}
		values[i] = found >= 0 ? use->score_values[found] : NAN;
	}
	return TRUE;
}
