/* The inside of the transportation problem: a basis as a tree of sites and split rows (transport_tree.c), and who enters it. */
#ifndef THUSO_CATCHMENT_TRANSPORT_H
#define THUSO_CATCHMENT_TRANSPORT_H

#include "allocation.h"

#define NO_PAIR G_MAXUINT32 /* the arc of a site's free places */

/* A node of the tree: site j at j, the root (free places, and people left out) at n, split rows behind. Rows at one site are leaves
 * that nobody needs to write down: their price is cost + price of that site. */
typedef struct {
	gint32 parent, child, next, previous; /* -1 = none */
	gint32 depth;
	guint32 arc; /* pair that joins it to the parent; NO_PAIR = a site's free places */
	guint32 row; /* of a split row */
} Node;

typedef struct {
	ThusoAllocator *allocator;
	Transport *transport;
	gint32 n;      /* sites, and the number of the root */
	Node *node;    /* 2 n + 2 */
	gint64 *price; /* by node: on every arc of the tree the price of the row = cost + price of the site */
	gint64 *room;  /* n: ticks free */
	guint32 *base; /* by row: a pair of the basis */
	gint32 *split; /* by row: its node, or 0 */
	gint32 *spare; /* nodes for rows that are not in use */
	gint32 n_spare;
	gint32 *stack; /* 2 n + 2 */
} Tree;

gboolean tree_new(Tree *tree, ThusoAllocator *allocator, GError **error);
void tree_clear(Tree *tree);

/* The pair comes into the basis; NO_PAIR: the free places of `site`. `gain` > 0: what a person saves who changes to it. */
void tree_enter(Tree *tree, guint32 pair, gint32 site, gint64 gain);

static inline gint64 tree_row_price(const Tree *tree, gint64 row)
{
	const Transport *t = tree->transport;
	return t->cost[tree->base[row]] + tree->price[t->site[tree->base[row]]];
}

#endif
