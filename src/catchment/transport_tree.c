/* The basis of the transportation problem: a tree of sites and of the rows that are split among several.
 *
 * A pair that enters closes one cycle. Around it people move until some pair is empty, which leaves. Of several that empty together the first
 * one, seen from the cycle's top in the direction of the entering pair, leaves: the tree then stays strongly feasible (every empty pair
 * points away from the root), and the method cannot cycle (Cunningham 1976, mirrored). */
#include "transport.h"

static inline gboolean is_row(const Tree *tree, gint32 node)
{
	return node > tree->n;
}

static inline gint64 *amount_of(const Tree *tree, gint32 node)
{
	guint32 arc = tree->node[node].arc;
	return arc == NO_PAIR ? &tree->room[node] : &tree->transport->amount[arc];
}

/* --- links ------------------------------------------------------------------------------------------------------------------- */

static void link_under(Tree *tree, gint32 node, gint32 parent, guint32 arc)
{
	Node *own = &tree->node[node], *above = &tree->node[parent];
	own->parent = parent;
	own->arc = arc;
	own->previous = -1;
	own->next = above->child;
	if (own->next >= 0)
		tree->node[own->next].previous = node;
	above->child = node;
}

static void unlink_node(Tree *tree, gint32 node)
{
	const Node *own = &tree->node[node];
	if (own->previous >= 0)
		tree->node[own->previous].next = own->next;
	else
		tree->node[own->parent].child = own->next;
	if (own->next >= 0)
		tree->node[own->next].previous = own->previous;
}

static gint32 make_split(Tree *tree, guint32 row)
{
	gint32 node = tree->spare[--tree->n_spare], site = tree->transport->site[tree->base[row]];
	tree->node[node] = (Node){ .child = -1, .row = row, .depth = tree->node[site].depth + 1 };
	tree->price[node] = tree_row_price(tree, row);
	link_under(tree, node, site, tree->base[row]);
	tree->split[row] = node;
	return node;
}

/* A row of which a pair left: its pair to the parent stays; when that is all, it is a leaf again. */
static void settle_row(Tree *tree, guint32 row)
{
	gint32 node = tree->split[row];
	tree->base[row] = tree->node[node].arc;
	if (tree->node[node].child >= 0)
		return;
	unlink_node(tree, node);
	tree->split[row] = 0;
	tree->spare[tree->n_spare++] = node;
}

/* The part of the tree under `top` hangs from `under` by its node `root`. */
static void hang(Tree *tree, gint32 top, gint32 root, gint32 under, guint32 arc)
{
	for (gint32 node = root;;) {
		gint32 parent = tree->node[node].parent;
		guint32 old_arc = tree->node[node].arc;
		unlink_node(tree, node);
		link_under(tree, node, under, arc);
		if (node == top)
			return;
		under = node;
		arc = old_arc;
		node = parent;
	}
}

static void shift(Tree *tree, gint32 root, gint64 by)
{
	gint32 n = 0;
	tree->stack[n++] = root;
	while (n > 0) {
		Node *node = &tree->node[tree->stack[--n]];
		tree->price[tree->stack[n]] += by;
		node->depth = tree->node[node->parent].depth + 1;
		for (gint32 child = node->child; child >= 0; child = tree->node[child].next)
			tree->stack[n++] = child;
	}
}

/* --- the cycle --------------------------------------------------------------------------------------------------------------- */

/* From the entering row's end people come down from the top: pairs of rows to their parents empty. From the entering site's end they go
 * up: pairs of parents to sites empty. */
typedef struct {
	gint32 tail, head; /* nodes of the row's and of the site's end */
	gint64 tail_amount, head_amount;
	gint32 tail_leaves, head_leaves; /* node whose arc to its parent empties first; -1 = none of the tree */
} Cycle;

static void look_at_tail(const Tree *tree, Cycle *cycle, gint32 node)
{
	if (!is_row(tree, node) || *amount_of(tree, node) > cycle->tail_amount)
		return;
	cycle->tail_amount = *amount_of(tree, node);
	cycle->tail_leaves = node;
}

static void look_at_head(const Tree *tree, Cycle *cycle, gint32 node)
{
	if (is_row(tree, node) || *amount_of(tree, node) >= cycle->head_amount)
		return;
	cycle->head_amount = *amount_of(tree, node);
	cycle->head_leaves = node;
}

static void look_around(const Tree *tree, Cycle *cycle)
{
	gint32 tail = cycle->tail, head = cycle->head;
	while (tail != head)
		if (tree->node[tail].depth >= tree->node[head].depth) {
			look_at_tail(tree, cycle, tail);
			tail = tree->node[tail].parent;
		} else {
			look_at_head(tree, cycle, head);
			head = tree->node[head].parent;
		}
}

static void move_around(const Tree *tree, const Cycle *cycle, gint64 amount)
{
	gint32 tail = cycle->tail, head = cycle->head;
	while (tail != head)
		if (tree->node[tail].depth >= tree->node[head].depth) {
			*amount_of(tree, tail) += is_row(tree, tail) ? -amount : amount;
			tail = tree->node[tail].parent;
		} else {
			*amount_of(tree, head) += is_row(tree, head) ? amount : -amount;
			head = tree->node[head].parent;
		}
}

static void replace(Tree *tree, const Cycle *cycle, guint32 pair, gint64 gain)
{
	gboolean by_tail = cycle->tail_amount <= cycle->head_amount;
	gint32 top = by_tail ? cycle->tail_leaves : cycle->head_leaves;
	gint32 row = is_row(tree, top) ? top : tree->node[top].parent;
	if (by_tail) {
		hang(tree, top, cycle->tail, cycle->head, pair);
		shift(tree, cycle->tail, -gain);
	} else {
		hang(tree, top, cycle->head, cycle->tail, pair);
		shift(tree, cycle->head, gain);
	}
	if (is_row(tree, row))
		settle_row(tree, tree->node[row].row);
}

void tree_enter(Tree *tree, guint32 pair, gint32 site, gint64 gain)
{
	Transport *t = tree->transport;
	Cycle cycle = { .head = site, .tail_amount = NEVER, .head_amount = NEVER, .tail_leaves = -1, .head_leaves = -1 };
	guint32 row = pair == NO_PAIR ? 0 : t->row[pair];
	gint32 split = pair == NO_PAIR ? tree->n : tree->split[row];
	gboolean is_leaf = split == 0;
	cycle.tail = is_leaf ? t->site[tree->base[row]] : split;
	if (is_leaf)
		cycle.tail_amount = t->amount[tree->base[row]];
	look_around(tree, &cycle);
	gint64 amount = MIN(cycle.tail_amount, cycle.head_amount);
	move_around(tree, &cycle, amount);
	*(pair == NO_PAIR ? &tree->room[site] : &t->amount[pair]) += amount;
	if (is_leaf) {
		t->amount[tree->base[row]] -= amount;
		if (cycle.tail_leaves < 0 && cycle.tail_amount <= cycle.head_amount) {
			tree->base[row] = pair; /* the whole row changed */
			return;
		}
		cycle.tail = make_split(tree, row);
	}
	replace(tree, &cycle, pair, gain);
}

/* --- the first tree ------------------------------------------------------------------------------------------------------------ */

gboolean tree_new(Tree *tree, ThusoAllocator *allocator, GError **error)
{
	gint64 n = allocator->transport->n;
	*tree = (Tree){ .allocator = allocator, .transport = allocator->transport, .n = (gint32) n };
	tree->node = thuso_array_new(2 * n + 2, sizeof *tree->node, "sites of an allocation", error);
	if (tree->node == NULL)
		return FALSE;
	tree->price = thuso_array_new(2 * n + 2, sizeof *tree->price, "prices of sites", error);
	if (tree->price == NULL)
		return FALSE;
	tree->room = thuso_array_new(n + 1, sizeof *tree->room, "places of sites", error);
	if (tree->room == NULL)
		return FALSE;
	tree->spare = thuso_array_new(n + 1, sizeof *tree->spare, "sites of an allocation", error);
	if (tree->spare == NULL)
		return FALSE;
	tree->stack = thuso_array_new(2 * n + 2, sizeof *tree->stack, "sites of an allocation", error);
	if (tree->stack == NULL)
		return FALSE;
	tree->base = thuso_array_new(allocator->problem.n_demand, sizeof *tree->base, "demand rows of an allocation", error);
	if (tree->base == NULL)
		return FALSE;
	tree->split = thuso_array_new(allocator->problem.n_demand, sizeof *tree->split, "demand rows of an allocation", error);
	if (tree->split == NULL)
		return FALSE;
	tree->node[n] = (Node){ .parent = -1, .child = -1, .next = -1, .previous = -1 };
	for (gint32 site = 0; site < tree->n; site++) {
		tree->node[site] = (Node){ .child = -1, .depth = 1 };
		link_under(tree, site, tree->n, NO_PAIR);
		tree->room[site] = allocator->capacity[tree->transport->site_of[site]];
	}
	for (gint32 i = 0; i <= tree->n; i++)
		tree->spare[tree->n_spare++] = (gint32) (2 * n + 1) - i;
	return TRUE;
}

void tree_clear(Tree *tree)
{
	thuso_array_free(tree->node);
	thuso_array_free(tree->price);
	thuso_array_free(tree->room);
	thuso_array_free(tree->spare);
	thuso_array_free(tree->stack);
	thuso_array_free(tree->base);
	thuso_array_free(tree->split);
}
