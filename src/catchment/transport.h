/* The inside of the transportation problem: the graph of sites (transport_graph.c), its prices (transport_price.c). */
#ifndef THUSO_CATCHMENT_TRANSPORT_H
#define THUSO_CATCHMENT_TRANSPORT_H

#include "allocation.h"
#include "heap.h"

/* From a full site to another one: the rows now at the site by what it costs more a person to have them at the other. Items whose
 * row has left stay in the heap until they are on top. item: key = cost, a = pair here, b = pair there. */
typedef struct {
	gint32 to;
	gint64 least; /* key on top; NEVER = no row */
	Heap rows;
} Edge;

typedef struct {
	gint32 from, edge;
} EdgeIn;

typedef struct {
	gint64 room;  /* ticks free; below 0: that many too many */
	gint32 *slot; /* by site: its edge, or -1; n + 1 */
	Edge *edge;
	EdgeIn *in;
	gint32 n_edges, edges_room, n_in, in_room;
	gint64 n_items, n_live; /* items of all heaps; those whose row is here, each once */
	gboolean is_full;       /* edges are kept from the moment it is */
	gboolean is_broken;     /* the edge to its parent is no longer tight */
	gboolean is_dead;       /* full of nobody: capacity 0 */
	gint32 parent;          /* edge of the cheapest way to a place that is free */
	gint32 hops;            /* edges of that way */
	gint64 price;           /* its cost */
	/* While prices are repaired. */
	int mark;
	gint64 rise;
	gint32 rise_hops, rise_parent;
} Node;

typedef struct {
	ThusoContext *context;
	ThusoAllocator *allocator;
	Transport *transport;
	Node *node; /* n + 1: the last is being left out, where there is always room */
	gint32 n;
	gint32 *stack;  /* n + 1 */
	HeapItem *path; /* n + 1: items of the edges on the way to be filled */
	Heap queue;     /* of the repair */
	gboolean no_memory;
} Search;

static inline gint64 edge_slack(const Search *search, const Node *from, const Edge *edge)
{
	const Node *to = &search->node[edge->to];
	return edge->least >= NEVER || to->is_dead ? NEVER : edge->least + to->price - from->price;
}

/* From now on the site's edges are kept. */
void graph_fill(Search *search, gint32 site);
/* A row came to a site where it was not, or left it for good. */
void graph_arrive(Search *search, gint32 site, guint32 pair);
void graph_leave(Search *search, gint32 site, guint32 pair);
void graph_clear(Search *search);

/* Raises the prices of broken sites and of all whose way leads through them to what the cheapest way costs now. */
void price_repair(Search *search);

#endif
