/* Location problems small enough to try every set of sites, and the trying: plain code that the solvers are held against. */
#ifndef PLAIN_LOCATION_H
#define PLAIN_LOCATION_H

#include <thuso/location.h>

enum { PLAIN_SITES = 10, PLAIN_DEMAND = 14, PLAIN_LEVELS = 3, PLAIN_BUDGETS = 2 };

typedef struct {
	ThusoLocation location;
	double cost_of[PLAIN_DEMAND][PLAIN_SITES]; /* INFINITY = no pair */
	gint64 start[PLAIN_SITES + 1];
	guint32 demand[PLAIN_DEMAND * PLAIN_SITES];
	double cost[PLAIN_DEMAND * PLAIN_SITES], weight[PLAIN_DEMAND], capacity[PLAIN_SITES], pull[PLAIN_SITES], charge[PLAIN_SITES];
	guint8 state[PLAIN_SITES];
	ThusoQuotaLevel level[PLAIN_LEVELS];
	gint32 group_of_site[PLAIN_LEVELS][PLAIN_SITES], min[PLAIN_LEVELS][PLAIN_SITES], max[PLAIN_LEVELS][PLAIN_SITES];
	const char *group_id[PLAIN_SITES];
	ThusoBudget budget[PLAIN_BUDGETS];
	double budget_cost[PLAIN_BUDGETS][PLAIN_SITES];
	char *words; /* what kind of instance it is, for messages */
} PlainLocation;

/* A random instance: nested and crossing levels, budgets, fixed and forbidden sites, sparse pairs, whole or decimal numbers. */
void plain_location_random(PlainLocation *plain, guint32 seed);
/* Fills the compressed pairs from cost_of. */
void plain_location_pack(PlainLocation *plain);
void plain_location_clear(PlainLocation *plain);

gboolean plain_is_allowed(const PlainLocation *plain, guint set);
/* The objective of a set by the model's definition; NaN = the set does not do (somebody is not served, the target is missed). */
double plain_value(const PlainLocation *plain, const char *model, guint set);
/* The best over all allowed sets; FALSE = none does. `n_best` (may be NULL): how many sets of `best`'s number of sites reach it. */
gboolean plain_best(const PlainLocation *plain, const char *model, double *best, guint *set);

#endif
