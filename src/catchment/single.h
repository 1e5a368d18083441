/* Plans of single assignment on the transportation problem's arrays (single_plan.c), and the search for the best (single.c,
 * single_node.c). */
#ifndef THUSO_CATCHMENT_SINGLE_H
#define THUSO_CATCHMENT_SINGLE_H

#include "allocation.h"

/* A plan in the making: pairs are the transport's, so pairs banned at the node do not exist. */
typedef struct {
	ThusoAllocator *allocator;
	const Transport *transport;
	guint32 *choice;         /* by row: its pair; NO_CHOICE = not placed, or a row of nobody */
	gint64 *room;            /* n + 1: ticks free, below 0 too many; the last is being left out */
	gint32 *first;           /* n + 1: rows at a site are a list */
	gint32 *next, *previous; /* by row; -1 = end */
	gint64 effort;           /* evaluations that may still be spent */
	gboolean may_leave_out;
} Plan;

#define NO_CHOICE G_MAXUINT32

/* What a person costs at a pair of the transport, as the caller stated it. */
static inline double transport_cost(const ThusoAllocator *allocator, gint64 pair)
{
	const Transport *t = allocator->transport;
	return t->site[pair] < t->n ? pair_cost(allocator, t->origin[pair]) : allocator->unserved_cost;
}

gboolean plan_new(Plan *plan, ThusoAllocator *allocator, GError **error);
void plan_clear(Plan *plan);

/* Everyone out, everything free: where every plan starts. Also tells the plan what the transport is now. */
void plan_reset(Plan *plan);
/* Rows that the transportation problem leaves whole stay where it has them, the others go where most of them is; shifts and swaps then
 * take from each site what it has too many, the cheapest by person first. */
void plan_round(Plan *plan);
/* Rows in the order of what their second choice with room costs more than the first, prices counted. */
gboolean plan_greedy(Plan *plan, GError **error);
/* Shifts of one row and swaps of two, as long as they gain and effort lasts. */
void plan_improve(Plan *plan);
/* FALSE where a row is not placed; else the cost, people left out included. */
gboolean plan_cost(const Plan *plan, double *cost);

/* --- the search (single.c) and its nodes (single_node.c) --- */

/* A decision, and those before it: all of the row at the pair, or nothing of it there. */
typedef struct {
	gint64 parent; /* branch, or -1 */
	gint64 pair;   /* the problem's; -1 = being left out */
	double bound;  /* of the node that was branched on */
	guint32 row;
	gboolean is_banned;
} Branch;

/* An open branch. */
typedef struct {
	double bound;
	gint64 branch;
} Open;

typedef struct {
	ThusoContext *context;
	ThusoAllocator *allocator;
	const guint8 *open;
	guint8 *banned;       /* by pair */
	guint8 *must;         /* by row: may not be left out */
	ThusoVector trail;    /* gint64: a pair, or -1 - row of a new `must` */
	ThusoVector branches; /* Branch: all there were */
	ThusoVector heap;     /* Open: least bound first, then the latest */
	gint64 root_trail;    /* what the root bans holds everywhere */
	gint64 *only;         /* by row: its only pair, -1 = none, -2 = several */
	gint64 *room;         /* by site */
	Plan plan;
	gint32 *best_site;   /* by row */
	double best;         /* INFINITY = no plan */
	double least_pruned; /* bounds of what was cut off */
	double gap;
	gint64 n_nodes;
} Single;

static inline gboolean is_open(const Single *single, gint32 site)
{
	return single->open == NULL || single->open[site];
}

gboolean node_ban(Single *single, gint64 pair, GError **error);
gboolean node_require(Single *single, guint32 row, GError **error);
/* Takes back what was banned and required since the trail was that long. */
void node_undo(Single *single, gint64 length);
gboolean node_decide(Single *single, const Branch *branch, GError **error);
/* Bans what no longer fits. FALSE, without an error, where some row or site can no longer be satisfied. */
gboolean node_propagate(Single *single, GError **error);

#endif
