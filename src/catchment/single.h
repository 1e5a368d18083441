/* Plans of single assignment on the transportation problem's arrays (single_plan.c), and the search for the best (single.c). */
#ifndef THUSO_CATCHMENT_SINGLE_H
#define THUSO_CATCHMENT_SINGLE_H

#include "allocation.h"

/* A plan in the making: pairs are the transport's, so pairs banned at the node do not exist. */
typedef struct {
	ThusoAllocator *allocator;
	const Transport *transport;
	guint32 *choice; /* by row: its pair; NO_CHOICE = not placed, or a row of nobody */
	gint64 *room;    /* n + 1: ticks free; the last is being left out */
	gint64 effort;   /* evaluations that may still be spent */
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
/* Rows that the transportation problem leaves whole stay where it has them, the others are placed by price, larger ones first. */
void plan_round(Plan *plan);
/* Rows in the order of what their second choice with room costs more than the first, prices counted. */
void plan_greedy(Plan *plan);
/* Shifts of one row and swaps of two, as long as they gain and effort lasts. */
void plan_improve(Plan *plan);
/* FALSE where a row is not placed; else the cost, people left out included. */
gboolean plan_cost(const Plan *plan, double *cost);

#endif
