/* What the blocks `siting`, `classes` and `rollout` say, and the plans that are made of it. Private to this room. */
#ifndef STUDY_SITING_H
#define STUDY_SITING_H

#include <thuso/location.h>
#include <thuso/rollout.h>

#include "run.h"

/* What a mode does with the open centres of the study area. Those of the buffer are never the planner's to close. */
typedef struct {
	const char *name;
	gboolean has_centres; /* they are sites */
	gboolean closes;      /* ... that may close */
	gboolean opens;       /* candidates may open */
	gboolean has_phases;  /* `phases` are its own; else one phase, of the block's own keys */
} PlanMode;

typedef struct {
	int level;    /* of the region */
	gint32 group; /* one unit, or -1 = each */
	gint32 min, max;
	gboolean counts_new, no_centre, skip_empty;
	Block block; /* for messages */
} Quota;

typedef struct {
	gint32 sites;          /* new ones; -1 = not said */
	double target, budget; /* NaN = not said */
	Quota *quota;
	int n_quotas;
} Phase;

typedef struct {
	const char *name;
	double capital, operating; /* NaN = not said */
	double min_people;
	double capacity; /* in the unit of `centres.capacity`; NaN = not said */
} SiteClass;

typedef struct Siting {
	Block block;
	const ThusoModel *model;
	const PlanMode **mode;
	int n_modes;
	Phase *phase; /* of modes with phases */
	int n_phases;
	Phase own; /* of the others: the block's own keys */
	gint32 moves, keep;
	gboolean only_listed;
	double min_people; /* NaN = none */
	double capacity;   /* NaN = none */
	double digital_under;
	double decay; /* NaN = the model's own */
	ThusoLocateOptions options;
	SiteClass *classes; /* largest threshold first */
	int n_classes;
} Siting;

/* siting.c: NULL without an error where the study has no block. Needs the region's levels. */
gboolean siting_read(const Run *run, Siting **siting, GError **error);
void siting_free(Siting *siting);

/* What a plan does with one site. */
typedef enum { STEP_KEPT, STEP_CLOSED, STEP_NEW } StepKind;
typedef struct {
	gint32 site; /* 0 .. n_centres - 1: open centres by id; then usable candidates */
	StepKind kind;
	const char *word;  /* "existing", "closed", "new", "upgrade", "moved" */
	int phase;         /* 1 ...; 0 = none */
	int class;         /* index into the classes, or -1 */
	gboolean is_small; /* asked for by a quota, under its threshold */
	double added;
	double added_weighted;            /* after demand factors; the same where there are none */
	double affected, affected_within; /* closed: people whose nearest open centre it is; of them within the limit of the plan */
	gint32 instead;                   /* moved: the site that closes for it; -1 = none */
	double capital, operating;        /* NaN = not said */
	int year, greedy_year;            /* of the roll-out, 0 = none */
	char *why;                        /* the reason; NULL = the table makes one */
} PlanStep;

/* One run of the solver. */
typedef struct {
	int phase;
	const char *class; /* or NULL */
	const char *model, *status;
	char *objective_words, *binding;
	double objective, bound, gap;
} PlanPhase;

typedef struct {
	int phase, number; /* 1 ... */
	double objective, loss;
	char *instead, *of; /* sites that the plan has not, and those that it has instead */
} PlanAlternative;

typedef struct {
	const char *name;
	const PlanMode *mode; /* NULL: the programme's first phase, where the study has no block */
	guint8 *chosen;       /* by site */
	GArray *steps;        /* of PlanStep: kept, closed, new in order */
	GArray *phases;       /* of PlanPhase */
	GArray *alternatives; /* of PlanAlternative */
	double served;        /* people within the limit before the first new site */
	gint32 n_new;
} Plan;
void plan_free(Plan *plan);

/* plans.c: all plans of the study into run->plans; needs the ranking. */
gboolean run_make_plans(Run *run, GError **error);
/* ... the plan whose state is `plan` in every table. */
const Plan *run_plan(const Run *run);
gint32 run_n_sites(const Run *run); /* open centres and usable candidates */
const ThusoPlace *run_site(const Run *run, gint32 site);
/* Demand rows (of run->site_reach) that a site reaches within the limit; needs the block `siting`. */
const guint32 *run_site_rows(const Run *run, gint32 site, gint64 *n);

/* One call of the solver: what is decided so far and what this phase asks for. */
typedef struct {
	const Run *run;
	const Siting *siting;
	const Phase *phase;
	const PlanMode *mode;
	const guint8 *state;      /* by site, of ThusoSiteState */
	gboolean decides_centres; /* the first phase of a mode that closes */
	gint32 sites;             /* new ones at most; -1 = no bound */
	double budget;            /* left; NaN = none */
	int class;                /* whose threshold and cost count, -1 = none */
	gboolean keeps_room;      /* for smaller classes, where quotas ask for sites */
} Ask;

/* problem.c: an Ask as a location problem. Arrays stay with it. */
typedef struct {
	ThusoLocation location;
	gint32 n_sites; /* the others at the end keep room */
	GPtrArray *owned;
	guint32 *demand; /* with costs: own rows */
	double *weight;
	double charged; /* what keeps open centres open where moving brings nothing: in the objective, a new site */
} PhaseProblem;
gboolean phase_problem_new(PhaseProblem *problem, const Ask *ask, GError **error);
void phase_problem_clear(PhaseProblem *problem);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PhaseProblem, phase_problem_clear)
/* problem.c: new sites that the quotas ask for beyond those that are there. */
gint32 ask_need(const Ask *ask);
/* problem.c: an error (INFEASIBLE) or, with skip_empty, a finding for every area that cannot have its least. */
gboolean ask_check(const Ask *ask, gboolean tell, GError **error);

/* count.c: people added by each step, base, affected people and moves: once the plan's set is known. */
gboolean plan_count(const Run *run, Plan *plan, GError **error);
/* count.c: capital and operating of a step's site as its class and candidate say. */
double site_capital(const Run *run, gint32 site, int class);

/* rollout.c (of this room): which planned site opens when; nothing where the study has no block. Needs costs. */
gboolean run_rollout(Run *run, GError **error);
gboolean rollout_check(const Run *run, GError **error);

/* residual.c (of this room): people whom the plan leaves, in pieces. */
gboolean tables_residual(const Run *run, GPtrArray *tables, GError **error);

#endif
