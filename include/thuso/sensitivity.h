/* How sure a ranking is: the same candidates ranked again with other weights, and with parts from other travel (src/siting/README.md). */
#ifndef THUSO_SENSITIVITY_H
#define THUSO_SENSITIVITY_H

#include <thuso/siting.h>

G_BEGIN_DECLS

/* What scores are made of: the parts of all candidates that no exclusion took, so that other weights cost a sum and a sort. Holds its
 * own copies. */
typedef struct ThusoScores ThusoScores;
/* Errors and findings are those of thuso_rank. */
ThusoScores *thuso_scores_new(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, GError **error);
void thuso_scores_free(ThusoScores *scores);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoScores, thuso_scores_free)
/* rank[site]: 1 and up for listed sites, 0 for those that an exclusion or a better neighbour (spacing) took. weights: one a criterion,
 * >= 0, not all 0; NULL = as the study states them, which gives the order of thuso_rank. O(n). */
gboolean thuso_scores_rank(const ThusoScores *scores, const double *weights, gint64 *rank, GError **error);

/* How alike two rankings of the same n candidates are. */
typedef struct {
	gint64 n_common;    /* sites listed in both */
	double correlation; /* Spearman's, of the ranks among these; NaN below two */
	gint64 n_top;       /* sites in the top `top` of both */
} ThusoRankAgreement;
gboolean thuso_rank_agreement(const gint64 *rank, const gint64 *other, gint64 n, gint64 top, ThusoRankAgreement *agreement,
                              GError **error);

typedef struct {
	gint64 draws;   /* at least 1 */
	guint64 seed;   /* each draw has its own, made of this one and its number */
	double weights; /* 0..1: each weight w is drawn evenly from w - weights * w to w + weights * w */
	gint64 top;     /* what counts as the top of the list */
} ThusoSensitivityOptions;
void thuso_sensitivity_options_default(ThusoSensitivityOptions *options); /* 1000 draws, seed 1, 20 %, the top 10 */

typedef struct {
	gint64 n, draws;
	int n_criteria;
	/* By candidate. The rank is that among the listed sites; a draw in which a better neighbour stands for the site counts in n_listed
	 * and n_top as a draw without it, and not in best and worst. */
	gint64 *best, *worst;     /* 0 = listed in no draw */
	gint64 *n_listed, *n_top; /* draws */
	/* By draw. */
	double *weight;     /* draws * n_criteria */
	gint32 *level;      /* which of the levels */
	gint64 *n_top_kept; /* sites of the top as stated that are in the draw's top */
	double *correlation;
} ThusoSensitivity;
/* levels: the parts as they stand, then under other travel; the same candidates and criteria each. A draw takes one of them, each as
 * likely as the others, and weights of its own; it is held against levels[0] with the weights as stated. The same for any number of
 * threads. Time O(draws * n), memory O(n) a thread. Errors: THUSO_ERROR_USAGE, _LIMIT. */
ThusoSensitivity *thuso_sensitivity(ThusoContext *context, const ThusoScores *const *levels, int n_levels,
                                    const ThusoSensitivityOptions *options, GError **error);
void thuso_sensitivity_free(ThusoSensitivity *sensitivity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSensitivity, thuso_sensitivity_free)

G_END_DECLS
#endif
