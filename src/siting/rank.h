/* The steps of a ranking, each in its own file: uses checked, exclusions, parts and scores, spacing, gains in order, reasons. */
#ifndef THUSO_SITING_RANK_H
#define THUSO_SITING_RANK_H

#include "criterion.h"

#define STAYS       (-2) /* out_by: the candidate is ranked */
#define OUT_MISSING (-1) /* out_by: no value for a criterion, and the study excludes such sites */

typedef struct {
	ThusoContext *context;
	const ThusoSites *sites;
	const ThusoRankingSpec *spec;
	const ThusoCriterion **criterion, **exclusion; /* of spec->criteria, spec->exclude */
	double *value, *part;                          /* of criterion c and site i at [c * n + i] */
	gboolean *is_score;                            /* n_criteria: the value is the part */
	double *best, *worst;                          /* n_criteria; NaN for class criteria */
	gint64 *n_missing;                             /* n_criteria */
	int *out_by, *out_criterion;                   /* n */
	double *out_value, *out_threshold;             /* n */
	char **out_phrase;                             /* n; NULL = stays */
	double *score;                                 /* n */
	gint64 *order;                                 /* n_order sites, best first */
	gint64 n_order;
} ThusoScoring;

gboolean thuso_scoring_new(ThusoScoring *scoring, ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec,
                           GError **error);
void thuso_scoring_clear(ThusoScoring *scoring); /* also after a failure */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoScoring, thuso_scoring_clear)

/* In this order: */
gboolean thuso_scoring_exclude(ThusoScoring *scoring, GError **error);
gboolean thuso_scoring_score(ThusoScoring *scoring, GError **error);

/* Scores are rounded to this step, so that the last digit of a sum never decides between equal sites. */
#define SCORE_STEPS 1e9
/* 100 * sum(w u) / sum(w) in such steps; part u of criterion c at part[c * stride]. */
double thuso_score_steps(const double *part, gint64 stride, const double *weight, int n_criteria);

/* Down the order: into[k] = position of the listed site that takes site k in, or -1 = listed itself. */
gboolean thuso_spacing_fold(const ThusoSites *sites, const gint64 *order, gint64 n_order, double spacing_m, gint64 *into,
                            GError **error);

/* Down `site`: people not served now whom it reaches first, and people it reaches whom a site before it also reaches (may be
 * NULL). All NaN when the sites carry no travel. */
gboolean thuso_gains_in_order(const ThusoSites *sites, const gint64 *site, gint64 n, double *gained, double *overlap,
                              GError **error);

/* Why the site stands where it stands, in one or two sentences; caller frees. */
char *thuso_site_reason(const ThusoScoring *scoring, gint64 site);

#endif
