/* Prices of full sites: the cost of the cheapest way, over changes of rows from site to site, to a place that is free.
 *
 * Kept as a forest of shortest paths, by (cost, edges). Where an edge of the forest rose, only the sites below it get new prices: Dijkstra
 * among them, started from the prices of the others, which stand (Ramalingam and Reps 1996). Counting edges keeps ties, of
 * which a problem without costs is full, on shortest ways (Edmonds and Karp 1972). */
#include "transport.h"

enum { UNKNOWN, STANDS, FALLEN, SETTLED };

/* Marks the sites of the way from `site` as standing or fallen; the stack holds those not yet known. */
static void mark_way(Search *search, gint32 site)
{
	gint32 n = 0;
	while (search->node[site].mark == UNKNOWN && !search->node[site].is_broken) {
		search->stack[n++] = site;
		site = search->node[site].edge[search->node[site].parent].to;
	}
	if (search->node[site].mark == UNKNOWN)
		search->node[site].mark = FALLEN;
	while (n > 0)
		search->node[search->stack[--n]].mark = search->node[site].mark;
}

static void mark_all(Search *search)
{
	for (gint32 site = 0; site <= search->n; site++) {
		const Node *node = &search->node[site];
		search->node[site].mark = !node->is_full || node->is_dead ? STANDS : UNKNOWN;
	}
	for (gint32 site = 0; site < search->n; site++)
		mark_way(search, site);
}

static void offer(Search *search, gint32 site, gint32 edge, gint64 rise, gint32 hops)
{
	Node *node = &search->node[site];
	if (rise >= NEVER || rise > node->rise || (rise == node->rise && hops >= node->rise_hops))
		return;
	node->rise = rise;
	node->rise_hops = hops;
	node->rise_parent = edge;
}

static void enqueue(Search *search, gint32 site)
{
	const Node *node = &search->node[site];
	if (!heap_push(&search->queue, (HeapItem){ node->rise, (guint32) node->rise_hops, (guint32) site }))
		search->no_memory = TRUE;
}

/* The best way of a fallen site straight to one that stands. */
static void offer_standing(Search *search, gint32 site)
{
	Node *node = &search->node[site];
	node->rise = NEVER;
	node->rise_hops = G_MAXINT32;
	node->rise_parent = -1;
	for (gint32 e = 0; e < node->n_edges; e++)
		if (search->node[node->edge[e].to].mark == STANDS)
			offer(search, site, e, edge_slack(search, node, &node->edge[e]), search->node[node->edge[e].to].hops + 1);
	if (node->rise < NEVER)
		enqueue(search, site);
}

static void settle(Search *search, gint32 site)
{
	Node *node = &search->node[site];
	node->mark = SETTLED;
	node->price += node->rise;
	node->hops = node->rise_hops;
	node->parent = node->rise_parent;
	node->is_broken = FALSE;
	for (gint32 i = 0; i < node->n_in; i++) {
		gint32 other = node->in[i].from;
		Node *from = &search->node[other];
		if (from->mark != FALLEN)
			continue;
		gint64 rise = from->rise;
		gint32 hops = from->rise_hops;
		offer(search, other, node->in[i].edge, edge_slack(search, from, &from->edge[node->in[i].edge]), node->hops + 1);
		if (from->rise != rise || from->rise_hops != hops)
			enqueue(search, other);
	}
}

/* A site with people always has a way: to leave one of them out. One without stays full of nobody, too dear for anyone. */
static void bury(Search *search)
{
	for (gint32 site = 0; site < search->n; site++) {
		Node *node = &search->node[site];
		if (node->mark != FALLEN)
			continue;
		node->is_dead = TRUE;
		node->is_broken = FALSE;
		node->price = search->allocator->must;
	}
}

void price_repair(Search *search)
{
	mark_all(search);
	search->queue.n = 0;
	for (gint32 site = 0; site < search->n; site++)
		if (search->node[site].mark == FALLEN)
			offer_standing(search, site);
	while (search->queue.n > 0 && !search->no_memory) {
		HeapItem item = heap_pop(&search->queue);
		const Node *node = &search->node[item.b];
		if (node->mark == FALLEN && node->rise == item.key && node->rise_hops == (gint32) item.a)
			settle(search, (gint32) item.b);
	}
	bury(search);
}
