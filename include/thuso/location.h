/* Location models: which sites to open so that people are served best, under quotas and budgets, with a proven bound.
 *
 * A problem is stated once (ThusoLocation), a model says what is good (thuso_models), and every answer says how far from the best it
 * can be at most. Formulations, solvers and sources: src/siting/README.md. */
#ifndef THUSO_LOCATION_H
#define THUSO_LOCATION_H

#include <thuso/param.h>

G_BEGIN_DECLS

typedef enum {
	THUSO_SITE_FREE,
	THUSO_SITE_FIXED,    /* is in every plan: an existing centre that stays, or an earlier phase's site */
	THUSO_SITE_FORBIDDEN /* in none */
} ThusoSiteState;

/* How many chosen sites (fixed ones count) each group of a level must and may have. Levels may be nested (municipality, district,
 * province) or cross each other. */
typedef struct {
	const char *name; /* "municipality" */
	gint32 n_groups;
	const char *const *group_id; /* n_groups */
	const gint32 *group_of_site; /* n_sites; -1 = in no group */
	const gint32 *min, *max;     /* n_groups; 0 and G_MAXINT32 bind nothing */
} ThusoQuotaLevel;

/* The chosen sites' costs add up to `most` at most. Fixed sites count: give them cost 0 where they are paid for already. */
typedef struct {
	const char *name;   /* "budget", "budget of 2027" */
	const double *cost; /* n_sites, >= 0 */
	double most;
} ThusoBudget;

/* The problem. Arrays are not owned. Sites and demand rows are in the order of their ids: ties go to the lowest index. */
typedef struct {
	gint64 n_demand;
	gint32 n_sites;
	const char *const *demand_id; /* n_demand, or NULL: for messages */
	const char *const *site_id;   /* n_sites, or NULL */
	/* Pairs by site: demand rows of site j at start[j] .. start[j+1]-1, ascending. A missing pair is unreachable. */
	const gint64 *start;    /* n_sites + 1 */
	const guint32 *demand;  /* start[n_sites] */
	const double *cost;     /* start[n_sites], finite, >= 0; NULL = 0 for all: each pair counts as within the limit */
	const double *weight;   /* n_demand, finite, >= 0: people; NULL = 1 each */
	const guint8 *state;    /* n_sites, of ThusoSiteState; NULL = all free */
	const double *capacity; /* n_sites, >= 0, INFINITY = none: people; NULL = none. Capacitated models only */
	const double *pull;     /* n_sites, > 0: attractiveness, `huff` only; NULL = 1 each */
	const double *charge; /* n_sites, >= 0, in the objective's unit: what a site must bring to be worth choosing (people served by
	                         * `mclp`: the threshold of a site). Maximising models only; fixed sites pay nothing. NULL = 0 */
	const ThusoQuotaLevel *level;
	int n_levels;
	const ThusoBudget *budget;
	int n_budgets;
	gint32 sites;       /* p: at most so many are chosen, fixed ones included (`pdispersion`: exactly); -1 = no bound */
	double limit;       /* within it a site reaches a person: covering models, `huff` (half attend there). NaN = none given */
	double target;      /* share of all people who must be covered, 0..1: `lscp`; `backup` takes 1 only; NaN = none given */
	double unserved;    /* cost of a person whom no chosen site reaches (`pmedian`, `cpmedian`); NaN = everyone must be served */
	gboolean is_single; /* capacitated models: a demand row goes to one site as a whole; else it may be split */
	double decay;       /* `huff`: exponent of the cost; 2 where it is not above 0 */
} ThusoLocation;
void thuso_location_default(ThusoLocation *location); /* all zero but: sites -1, NaN limits */

typedef struct {
	double gap;          /* relative, at which a plan is good enough; 0 means 1e-9 */
	double seconds;      /* stop then with the best plan so far; INFINITY = work until the gap is proven */
	guint64 seed;        /* of restarts */
	gint32 alternatives; /* how many further distinct plans, best first; 0 = none */
	double loss;         /* ... not more than this share of the objective worse than the best plan */
} ThusoLocateOptions;
void thuso_locate_options_default(ThusoLocateOptions *options); /* gap 0, no time limit, seed 1, no alternatives, loss 0 */

typedef enum { THUSO_PLAN_OPTIMAL, THUSO_PLAN_FEASIBLE, THUSO_PLAN_INFEASIBLE } ThusoPlanStatus;
const char *thuso_plan_status_name(ThusoPlanStatus status); /* "optimal", "feasible", "infeasible" */

/* One site of a plan, in order: fixed ones first, then each time the one that brings most. */
typedef struct {
	gint32 site;
	gboolean is_fixed;
	double gain; /* of the objective by this site, after those before it; they add up to the objective of a maximising model. A
	                      * minimising one: how much less the objective is; NaN until everybody is served */
	double people_added; /* people reached (within the limit, where there is one) and not before; they add up to people_total */
	double people_total; /* after this site */
} ThusoPlanSite;

/* Who goes where: `people` of a demand row to a site. Split rows and people with two sites (`backup`) have several. */
typedef struct {
	guint32 demand;
	gint32 site;
	double people, cost;
} ThusoAssignment;

typedef struct {
	ThusoPlanStatus status;
	double objective, bound, gap; /* NaN where infeasible */
	double seconds;               /* wall; not a result: differs from run to run */
	gint32 n_sites;
	ThusoPlanSite *site;
	gint64 n_assigned;
	ThusoAssignment *assigned; /* by demand, then cost, then site */
	char **binding;            /* NULL-terminated: what holds the plan back, or what cannot be met, in words */
	/* Further plans, best first: alternative a chooses alternative_site[a * n_alternative_sites ...]; -1 fills up. */
	gint32 n_alternatives, n_alternative_sites;
	gint32 *alternative_site;
	double *alternative_objective;
} ThusoPlan;
void thuso_plan_free(ThusoPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoPlan, thuso_plan_free)

/* A location model: a registry, one file each, one line in models.c. */
typedef struct ThusoModel ThusoModel;
struct ThusoModel {
	ThusoDescriptor about;
	gboolean maximises;
	const char *objective;         /* what the number is: "people within the limit" */
	gboolean needs_limit;          /* a covering model */
	gboolean needs_sites;          /* `sites` must be given */
	gboolean needs_capacity;       /* a capacitated model */
	gboolean ignores_costs;        /* looks only at whether a pair is within the limit, so `cost` may be left out */
	gboolean needs_pairs_of_sites; /* demand rows are the sites themselves (`pdispersion`) */
	ThusoPlan *(*solve)(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error);
};
extern const ThusoModel *const thuso_models[]; /* NULL-terminated */
const ThusoModel *thuso_model_find(const char *name);

/* The best plan found, with its bound. An infeasible problem is a plan too (status, `binding` says what cannot be met). A cancelled
 * context stops the search: the best plan so far comes back where there is one, and thuso_context_go_on tells the caller.
 * Errors: THUSO_ERROR_USAGE (the model needs what is not there), _LIMIT (memory), _CANCELLED (before there was a plan). The same for any
 * number of threads; only a time limit makes the answer depend on the machine. */
ThusoPlan *thuso_locate(ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                        const ThusoLocateOptions *options, GError **error);

G_END_DECLS
#endif
