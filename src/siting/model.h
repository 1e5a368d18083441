/* What the location models share: a problem made ready, pairs within a limit, and a set of sites turned into a plan. */
#ifndef SITING_MODEL_H
#define SITING_MODEL_H

#include "program.h"
#include "search.h"

extern const ThusoModel thuso_model_pmedian, thuso_model_mclp, thuso_model_lscp, thuso_model_pcenter, thuso_model_pdispersion,
    thuso_model_backup, thuso_model_cmclp, thuso_model_cpmedian, thuso_model_huff;

typedef struct {
	ThusoContext *context;
	const ThusoModel *model;
	const ThusoLocation *location;
	const ThusoLocateOptions *options;
	Choice *choice;
	gint64 start, deadline; /* of the monotonic clock */
	double people;          /* all of them */
} Task;
gboolean task_begin(Task *task, ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                    const ThusoLocateOptions *options, GError **error);
void task_clear(Task *task);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Task, task_clear)

static inline double weight_of(const ThusoLocation *location, gint64 i)
{
	return location->weight ? location->weight[i] : 1;
}
static inline double cost_of(const ThusoLocation *location, gint64 k)
{
	return location->cost ? location->cost[k] : 0;
}

/* Pairs of the problem as parts of a program. Within: only pairs of cost <= limit, and without their costs. Else costs times weights, and
 * rows without weight lose their pairs. `other` is filled with the weights. */
gboolean task_pairs_within(const Task *task, double limit, ProgramParts *parts, GError **error);
gboolean task_pairs_weighted(const Task *task, ProgramParts *parts, GError **error);
/* People within the limit as a program of its own: for putting a plan's sites in order. */
Program *task_people_program(const Task *task, double limit, GError **error);
gboolean task_charges(const Task *task, ProgramParts *parts, GError **error);
void parts_clear(ProgramParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProgramParts, parts_clear)

/* A search ready for the task's gap, time and seed. */
void task_search(const Task *task, Search *search, const Program *program);

/* --- plans ------------------------------------------------------------------------------------------------------------------------ */

/* How a plan's numbers follow from the program's values: objective = sign * value + offset. */
typedef struct {
	double sign, offset;
	double value, bound; /* of the program */
	double served_from;  /* values from here on leave somebody unserved: gains are told below it only; INFINITY = always */
} PlanNumbers;

/* The plan of a set, in the order of greedy gains over `program` (NULL = by index). `limit` INFINITY = people count once they are reached;
 * `n_nearest` 2 = two sites a person. */
ThusoPlan *plan_of_set(const Task *task, const Program *program, const guint8 *in, const PlanNumbers *numbers, double limit,
                       int n_nearest, GError **error);
/* Nothing can be chosen. Takes `why`. */
ThusoPlan *plan_infeasible(const Task *task, char *why);
/* The quotas and budgets alone forbid every set: then the plan that says so, else NULL. */
ThusoPlan *plan_if_forbidden(const Task *task);
/* Further plans, found by a search over sets of the same number of sites. */
gboolean plan_add_alternatives(const Task *task, ThusoPlan *plan, const Program *program, const guint8 *in,
                               const PlanNumbers *numbers, GError **error);
void plan_set_numbers(const Task *task, ThusoPlan *plan, double objective, double bound);
gboolean plan_fill_assigned(ThusoPlan *plan, GArray *assigned, GError **error);

/* The common case: one program, one search, one plan. `hopeless`: values from here on are no plan (INFINITY: all are). */
typedef struct {
	double sign, offset, hopeless, limit;
	int n_nearest;
	char *(*why_not)(const Task *task); /* a sentence where the search proves that there is none */
} Solving;
/* Time ran out before there was a plan: NULL, with the error. */
ThusoPlan *task_no_plan_in_time(const Task *task, GError **error);
ThusoPlan *task_solve(const Task *task, const Program *program, const Solving *solving, GError **error);

/* "12 demand rows (500 people), the first is d7": rows that no site reaches within the limit; NULL = none. */
char *task_unreached(const Task *task, double limit);

#endif
