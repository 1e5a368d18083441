/* What the criteria share: the rows of their parameter tables, and values that more than one of them computes. */
#ifndef THUSO_SITING_CRITERION_H
#define THUSO_SITING_CRITERION_H

#include <thuso/siting.h>

/* --- parameter rows (constant expressions, so macros) -------------------------------------------------------------------- */

#define PARAM_USE                                                                                                                \
	{                                                                                                                            \
		.name = "use", .kind = THUSO_PARAM_TEXT, .required = TRUE,                                                               \
		.help = "The criterion's name; `thuso list criteria` shows them"                                                         \
	}
#define PARAM_NAME                                                                                                               \
	{                                                                                                                            \
		.name = "name", .kind = THUSO_PARAM_TEXT,                                                                                \
		.help = "Name in the result's columns; needed where the same criterion is used twice"                                    \
	}
#define PARAM_WEIGHT                                                                                                             \
	{                                                                                                                            \
		.name = "weight", .kind = THUSO_PARAM_QUANTITY, .dimensions = THUSO_NUMBER, .min = 0, .max = 1e9, .default_text = "1",   \
		.origin = "sourced", .source = "AccessMod 5, suitability analysis: equal weights by default",                            \
		.help = "Share of the score, relative to the other weights; above 0"                                                     \
	}
#define PARAM_BEST(dims, text, words)                                                                                            \
	{                                                                                                                            \
		.name = "best", .kind = THUSO_PARAM_QUANTITY, .dimensions = dims, .default_text = text,                                  \
		.origin = (text) != NULL ? "derived" : NULL, .help = "The value that scores 1; " words                                   \
	}
#define PARAM_WORST(dims, text, words)                                                                                           \
	{                                                                                                                            \
		.name = "worst", .kind = THUSO_PARAM_QUANTITY, .dimensions = dims, .default_text = text,                                 \
		.origin = (text) != NULL ? "derived" : NULL, .help = "The value that scores 0; " words                                   \
	}
#define PARAM_OVER(dims)                                                                                                         \
	{                                                                                                                            \
		.name = "over", .kind = THUSO_PARAM_QUANTITY, .dimensions = dims,                                                        \
		.help = "Exclusion: sites with a value above this are out"                                                               \
	}
#define PARAM_UNDER(dims)                                                                                                        \
	{                                                                                                                            \
		.name = "under", .kind = THUSO_PARAM_QUANTITY, .dimensions = dims,                                                       \
		.help = "Exclusion: sites with a value below this are out"                                                               \
	}
#define PARAM_LAYER                                                                                                              \
	{                                                                                                                            \
		.name = "layer", .kind = THUSO_PARAM_TEXT,                                                                               \
		.help = "The features: a layer of the data file; the other source keys (path, where, crs) may stand beside it"           \
	}
#define PARAM_SCORES(words)                                                                                                      \
	{                                                                                                                            \
		.name = "scores", .kind = THUSO_PARAM_MAP, .item = &thuso_class_score_item, .help = words                                \
	}
#define PARAM_END                                                                                                                \
	{                                                                                                                            \
		.name = NULL                                                                                                             \
	}

extern const ThusoParam thuso_class_score_item; /* one class's score, 0..1 */

/* --- the criteria, one file each ------------------------------------------------------------------------------------------ */

extern const ThusoCriterion thuso_criterion_people_gained, thuso_criterion_people_within, thuso_criterion_need,
    thuso_criterion_zone, thuso_criterion_distance_to, thuso_criterion_slope, thuso_criterion_attribute, thuso_criterion_sql,
    thuso_criterion_inside, thuso_criterion_near, thuso_criterion_departments_within, thuso_criterion_kind, thuso_criterion_cost;

/* --- values that more than one criterion needs ---------------------------------------------------------------------------- */

/* values[n] = the score of each site's class; NaN where the class is NULL. A class without a score is an error that names it. */
gboolean thuso_class_scores(const ThusoSites *sites, const ThusoCriterionUse *use, const char *const *class_of_site,
                            double *values, GError **error);
/* values[n] = `of` (an array of ThusoSites or a column of the use); error when it is NULL: `what` is missing. */
gboolean thuso_copy_values(const ThusoSites *sites, const ThusoCriterionUse *use, const double *of, const char *what,
                           double *values, GError **error);
/* Largest value that is not NaN; 0 when there is none. */
double thuso_largest_value(const double *values, gint64 n);
/* Does the exclusion list values? An empty list is none. */
static inline gboolean thuso_has_values(const ThusoCriterionUse *use)
{
	return use->values != NULL && use->values[0] != NULL;
}
/* values[n] = straight-line metres to the nearest feature; INFINITY when the layer is empty, NaN for a site without a place. */
gboolean thuso_site_distances(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, GError **error);
char *thuso_distance_phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score);
/* The range of a count of people: 0 is worst, the largest value best. */
void thuso_count_range(const ThusoSites *sites, const double *values, double *best, double *worst);
/* "name: 3.2" */
char *thuso_number_phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score);

/* From here on a score is a strong point, or a weak one, in the words of a phrase. */
#define SCORE_HIGH (2.0 / 3)
#define SCORE_LOW  (1.0 / 3)

#endif
