/* Which sets of sites may be chosen: quotas as a forest of bounds on counts, and linear bounds (budgets, quotas that cross the forest).
 *
 * Over the forest alone everything is exact and fast (it is a generalised matroid: Frank 1984): the cheapest set, and by how much a set
 * gets dearer when one site must enter or leave it. Linear bounds are for the caller to price, and are checked. */
#ifndef SITING_CHOICE_H
#define SITING_CHOICE_H

#include <math.h>

#include <thuso/location.h>

enum { SITE_FREE, SITE_IN, SITE_OUT };

typedef struct {
	gint32 n_sites;
	/* Node 0 holds all sites; a parent has a lower number than its children. */
	gint32 n_nodes;
	gint32 *parent, *least, *most;
	gint32 *node_of_site; /* the innermost */
	char **name;          /* of the node, for messages: "municipality WC034" */
	/* Linear bounds, least <= sum of factors of the chosen <= most, factors >= 0, by site. */
	gint32 n_rows;
	double *row_least, *row_most;
	double *row_scale; /* the largest factor */
	char **row_name;
	gboolean *row_is_money;
	gint32 *row_start, *row_of; /* n_sites + 1; rows of site j */
	double *factor;
	guint8 *state; /* of the problem: SITE_FREE, ... */
} Choice;

#define CHOICE_SLACK 1e-12 /* of a linear bound, for sums of decimal costs */
/* By how much rounding may move a linear bound. */
static inline double choice_slack(const Choice *choice, gint32 row)
{
	double size = isfinite(choice->row_most[row]) ? fabs(choice->row_most[row]) : fabs(choice->row_least[row]);
	return CHOICE_SLACK * (size + choice->row_scale[row]);
}
static inline double choice_factor(const Choice *choice, gint32 site, gint32 row)
{
	for (gint32 e = choice->row_start[site]; e < choice->row_start[site + 1]; e++)
		if (choice->row_of[e] == row)
			return choice->factor[e];
	return 0;
}

/* Levels, budgets, p. `exactly`: p sites, no fewer. */
Choice *choice_new(const ThusoLocation *location, gboolean exactly, GError **error);
void choice_free(Choice *choice);
/* One more linear bound: factors (n_sites) of the chosen add up to `least` at least. */
gboolean choice_add_least(Choice *choice, const char *name, const double *factor, double least, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Choice, choice_free)

/* Counts that are left once `state` is decided: what the free sites may still do. */
typedef struct {
	const Choice *choice;
	gint32 *least, *most;         /* n_nodes, of free sites */
	double *row_least, *row_most; /* n_rows, of free sites */
	gint32 n_free;
	gint32 *site; /* free sites, ascending */
	/* Work space. */
	gint32 *order, *list, *first, *mandatory, *count, *n_list;
	double *best_out, *best_in;
	guint8 *taken;
} Room;

Room *room_new(const Choice *choice);
void room_free(Room *room);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Room, room_free)

/* Decides what follows from `state` (n_sites; changed in place) and fills the room. FALSE: no set goes with it. */
gboolean room_enter(Room *room, guint8 *state);

/* The same without deciding anything or asking whether it goes together: for looking at one bound alone. */
void room_enter_as_it_is(Room *room, const guint8 *state);

/* The cheapest set of free sites: `chosen` gets positions in room->site, ascending; returns how many. value: n_free. */
gint32 room_cheapest(Room *room, const double *value, gint32 *chosen);
/* What the cheapest set of the last call costs more when free site k must change: enter it, or leave it; INFINITY = it cannot. n_free. */
void room_changes(Room *room, const double *value, const gint32 *chosen, gint32 n, double *dearer);

/* --- a set of sites and single moves on it -------------------------------------------------------------------------------- */

typedef struct {
	const Choice *choice;
	guint8 *in; /* n_sites */
	gint32 n_in;
	gint32 *count; /* n_nodes */
	double *sum;   /* n_rows */
	gint32 *need;  /* n_nodes: sites that must still come to reach the least of the nodes within */
} Picked;

Picked *picked_new(const Choice *choice);
void picked_free(Picked *picked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picked, picked_free)
void picked_clear(Picked *picked);
void picked_add(Picked *picked, gint32 site);
void picked_drop(Picked *picked, gint32 site);
gboolean picked_is_allowed(const Picked *picked); /* all bounds hold */
/* Would the most of every bound still hold with `in` (or -1) added and `out` (or -1) dropped, and every least of the forest still be within
 * reach? For complete sets: whether the move leads to an allowed set, when `complete`. */
gboolean picked_can(const Picked *picked, gint32 in, gint32 out, gboolean complete);

/* Some allowed set with low `value` (n_sites), or FALSE: picks into `picked`. Exact for the forest and one budget beside it; where bounds cross
 * in a large problem the search may give up, and *gave_up (may be NULL) tells that FALSE is no proof. */
gboolean choice_some(const Choice *choice, const guint8 *state, const double *value, Picked *picked, gboolean *gave_up);
/* Why nothing can be chosen: a sentence, caller frees. */
char *choice_obstacle(const Choice *choice, const ThusoLocation *location);

#endif
