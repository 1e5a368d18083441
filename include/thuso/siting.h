/* Candidate sites: criteria, exclusions, score, ranking (src/siting/README.md), and the best site of each municipality. */
#ifndef THUSO_SITING_H
#define THUSO_SITING_H

#include <thuso/catchment.h>
#include <thuso/param.h>
#include <thuso/services.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* What siting knows of the candidates. Arrays are n long unless said otherwise, not owned. NaN = missing. */
typedef struct {
	gint64 n;
	const char *const *id; /* sorted, unique */
	const char *const *title;
	const char *const *kind;
	const char *const *place; /* elements may be NULL */
	const double *x, *y;
	const gint64 *cell;
	const gint32 *area; /* municipality */
	gint32 n_areas;
	const char *const *area_id, *const *area_title; /* n_areas */
	const guint8 *area_has_centre;                  /* n_areas: an open centre inside the outline */
	/* From thuso_reach_people */
	const double *people_gained, *people_within, *mean_cost;
	/* The first two after demand factors: what the criteria of these names score. NULL where there are no factors. */
	const double *weighted_gained, *weighted_within;
	/* Policy zones at the site; NULL arrays when the study has none */
	const double *need;
	const char *const *zone;   /* quadrant, or NULL */
	double need_min, need_max; /* over all zones: the default range of `need` */
	const float *slope_share;  /* a cell: rise over run of the ground, NaN = none; grid-long; or NULL */
	/* People each candidate reaches: cells of `reach_cells[reach_start[i] .. reach_start[i+1])`, ascending, only cells that count
	 * for people_within (assessed, inside, within the limit). */
	const gint64 *reach_start;  /* n + 1 */
	const guint32 *reach_cells; /* index of demand cells 0..n_demand-1 */
	gint64 n_demand;
	const double *demand_people;        /* n_demand */
	const guint8 *demand_served;        /* n_demand: 1 = within the limit of an open centre */
	const char *limit_text;             /* "60 min by taxi", for the reasons */
	const double *capital;              /* cost of the site, NaN = not stated; or NULL */
	const ThusoServicePoints *services; /* of departments; or NULL */
} ThusoSites;

/* People within the limit of each source, from bounded searches: fills the arrays of ThusoSites that come from travel. */
typedef struct {
	double *people_gained, *people_within, *mean_cost; /* n each */
	gint64 *reach_start;                               /* n + 1 */
	guint32 *reach_cells;
	gint64 n_demand;     /* at most 2^32 - 1 */
	gint64 *demand_cell; /* n_demand: grid cell, ascending */
	double *demand_people;
	guint8 *demand_served;
} ThusoSiteReach;
/* Demand counts where people > 0, covered and area >= 0. `served` is `now`'s reach field. Candidates off the grid (-1) or on a
 * cell that is not passable reach nobody. mean_cost (seconds or metres) is over the people within; NaN where there are none.
 * THUSO_ERROR_LIMIT when the lists of reached cells would take more than three quarters of the machine's memory. `cache` or NULL.
 * `limit` NULL = the travel's; else cells beyond their own limit (at most the travel's) are not reached. */
ThusoSiteReach *thuso_site_reach(ThusoContext *context, ThusoReachCache *cache, const ThusoSurface *surface,
                                 const ThusoTravel *travel, const gint64 *cells, gint64 n, const ThusoState *now,
                                 const ThusoLimit *limit, GError **error);
/* The same for several limits from one search, which goes as far as the travel's limit: reach[k] is what thuso_site_reach gives for
 * limit[k] (at most the travel's) and now[k], states of the same people. All or nothing is filled. */
gboolean thuso_site_reach_limits(ThusoContext *context, ThusoReachCache *cache, const ThusoSurface *surface,
                                 const ThusoTravel *travel, const gint64 *cells, gint64 n, const ThusoLimit *limit,
                                 const ThusoState *now, int n_limits, ThusoSiteReach **reach, GError **error);
void thuso_site_reach_free(ThusoSiteReach *reach);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSiteReach, thuso_site_reach_free)

/* Costs in seconds or metres between sites and demand cells (n_demand grid cells, ascending: their places are the rows), up to the travel's limit: pairs by site, demand ascending. */
typedef struct {
	gint64 *start;   /* n + 1 */
	guint32 *demand; /* start[n] */
	double *cost;    /* start[n] */
} ThusoSitePairs;
/* THUSO_ERROR_LIMIT when the pairs would take more than half of the machine's memory. */
ThusoSitePairs *thuso_site_pairs(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel,
                                 const gint64 *cells, gint64 n, const gint64 *demand_cell, gint64 n_demand, GError **error);
void thuso_site_pairs_free(ThusoSitePairs *pairs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSitePairs, thuso_site_pairs_free)

/* --- criteria (a registry: one file each, one line in criteria.c) ----------------------------------------------------- */

/* What the study says for one criterion or exclusion, resolved: the study looked up layers and columns. NaN = not stated. */
typedef struct {
	const char *use;  /* descriptor name */
	const char *name; /* column suffix, unique in the ranking: "people_gained", "distance_to_taxi_ranks" */
	double weight;    /* 1 by default */
	double best, worst;
	double over, under;                   /* exclusions: threshold */
	double within;                        /* m: how near; 0 or NaN = the criterion's own */
	const ThusoGeometry *const *features; /* of `layer`, in the grid's CRS */
	gint64 n_features;
	const char *layer;              /* its name, for messages */
	const double *column;           /* n candidates: `attribute` and `sql` values */
	const char *const *text_column; /* n candidates: attribute as text, for `values` */
	const char *const *values;      /* NULL-terminated: exclusion of an attribute's values */
	const char *const *score_names;
	const double *score_values;
	int n_scores; /* class table of `zone` and text attributes */
} ThusoCriterionUse;

typedef struct {
	ThusoDescriptor about;
	const char *unit;         /* of the value: "people", "m", "%", "" */
	ThusoDimension dimension; /* of best, worst, over, under */
	double best, worst;       /* default range; NaN = the study must say, or `range` finds it */
	gboolean scores;          /* may be used in `criteria` */
	gboolean excludes;        /* may be used in `exclude` */
	gboolean needs_layer;     /* `layer` (a source) must be given */
	/* values[n], NaN = missing. Class criteria give u directly (0..1) and set *is_score. */
	gboolean (*evaluate)(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
	                     GError **error);
	/* Fills best and worst where they are still NaN and the data decide (people_gained: best = largest); or NULL. `values` holds
	 * NaN for candidates that are out. */
	void (*range)(const ThusoSites *sites, const double *values, double *best, double *worst);
	/* For exclusions: is the site out? Default (NULL): value > over, or value < under. */
	gboolean (*is_out)(const ThusoCriterionUse *use, const ThusoSites *sites, gint64 site, double value);
	/* One phrase for the reason, or NULL when it says nothing: "high need (0.82)"; caller frees. Exclusions give score = 0. */
	char *(*phrase)(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score);
} ThusoCriterion;
extern const ThusoCriterion *const thuso_criteria[]; /* NULL-terminated */
const ThusoCriterion *thuso_criterion_find(const char *name);

/* --- ranking ----------------------------------------------------------------------------------------------------------- */

typedef enum { THUSO_MISSING_WORST, THUSO_MISSING_MEAN, THUSO_MISSING_EXCLUDE } ThusoMissing;

typedef struct {
	const ThusoCriterionUse *criteria; /* at least one; weights above 0 */
	int n_criteria;
	const ThusoCriterionUse *exclude;
	int n_exclude;
	ThusoMissing missing;
	double spacing_m; /* 0 = list all; neighbours of the same municipality closer than this are folded into the higher one */
} ThusoRankingSpec;

typedef struct {
	gint64 n;             /* ranked sites, best first */
	gint64 *site;         /* index of the candidate, by rank */
	double *score;        /* 0..100, by rank */
	gint64 *rank_in_area; /* 1-based among the listed sites of its municipality; 0 = in none */
	double *gained_in_order, *overlap_with_higher;
	char **reason;
	char **alternatives; /* ids of the folded neighbours in order of score, "a,b", or NULL */
	/* Parts: value and u (0..1) of criterion c of rank i at [i * n_criteria + c]; value NaN where missing. */
	double *value, *part;
	double *best, *worst; /* ranges as used, n_criteria */
	/* Excluded candidates, by id; the first exclusion that holds, in the study's order: */
	gint64 n_excluded;
	gint64 *excluded_site;
	int *excluded_by;           /* index into exclude; -1 = missing value, then excluded_criterion */
	int *excluded_criterion;    /* index into criteria where excluded_by is -1; else -1 */
	double *excluded_value;     /* NaN where it is no number */
	double *excluded_threshold; /* `over` or `under`, whichever was broken; NaN where there is none */
	char **excluded_reason;
	gint64 *best_of_area; /* n_areas: rank index (0-based) of the best site, -1 = no candidate */
	gint64 *n_missing;    /* n_criteria: candidates without a value, among those that no exclusion took */
	int n_criteria;
} ThusoRanking;
/* Errors are THUSO_ERROR_USAGE (a criterion that cannot be computed as the study states it), _INPUT or _LIMIT. Findings of the
 * context: criteria that cannot tell the candidates apart (best = worst: all score 0 on them), and candidates without a value for
 * an exclusion (they stay in). Missing values of criteria are counted in n_missing; the caller reports them. */
ThusoRanking *thuso_rank(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, GError **error);
void thuso_ranking_free(ThusoRanking *ranking);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRanking, thuso_ranking_free)

/* The programme's first phase: the best site of every municipality without an open centre, in order of rank; gained[i] is the
 * marginal gain in that order (adds up to the total). `site` holds candidate indices. Returns the number of sites, -1 with an
 * error; site/gained: n_areas long. */
gint32 thuso_first_phase(const ThusoSites *sites, const ThusoRanking *ranking, gint64 *site, double *gained, GError **error);

/* --- weights from comparisons in pairs (AHP) ---------------------------------------------------------------------------- */

/* How far comparisons contradict each other (Saaty 1980). Above a ratio of 0.10 the caller warns: they are hardly better than chance
 * would be, and should be looked at again. */
typedef struct {
	double eigenvalue;   /* the principal one; n where the comparisons are consistent */
	double index;        /* (eigenvalue - n) / (n - 1) */
	double random_index; /* the mean index of random comparisons; NaN above 15 criteria, for which Saaty gives none */
	double ratio;        /* index / random index; 0 for one or two criteria, NaN above 15 */
} ThusoAhp;
#define THUSO_AHP_MOST_RATIO 0.10

/* matrix[i * n + j]: how much more important i is than j, on Saaty's scale from 1/9 to 9; NaN where it is left empty and follows from
 * the other way round. A pair whose product is off 1 by more than 0.05 is an error; within that, the number of 1 and more counts and the
 * other is its reciprocal. names (n, or NULL) are for messages. weights: n, they add up to 1. Errors: THUSO_ERROR_USAGE. */
gboolean thuso_ahp(const double *matrix, int n, const char *const *names, double *weights, ThusoAhp *ahp, GError **error);
/* The comparison furthest from the ratio of its weights, the first to be looked at again: returns its row, sets its column. */
int thuso_ahp_worst(const double *matrix, int n, const double *weights, int *column);

G_END_DECLS
#endif
