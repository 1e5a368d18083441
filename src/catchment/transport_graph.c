/* The graph of full sites: an edge's cost is the cheapest change of any row from one site to the other. */
#include "transport.h"

#include <stdlib.h>

#define FEW_ITEMS 4096 /* heaps are cleaned where more items than this are stale */

static gboolean grow(gpointer *array, gint32 *room, gsize size)
{
	gint32 wanted = *room + *room / 2 + 8;
	gpointer grown = realloc(*array, (gsize) wanted * size);
	if (grown == NULL)
		return FALSE;
	*array = grown;
	*room = wanted;
	return TRUE;
}

static Edge *new_edge(Search *search, gint32 from, gint32 to)
{
	Node *node = &search->node[from], *target = &search->node[to];
	if (node->n_edges == node->edges_room && !grow((gpointer *) &node->edge, &node->edges_room, sizeof *node->edge))
		return NULL;
	if (target->n_in == target->in_room && !grow((gpointer *) &target->in, &target->in_room, sizeof *target->in))
		return NULL;
	target->in[target->n_in++] = (EdgeIn){ from, node->n_edges };
	node->slot[to] = node->n_edges;
	node->edge[node->n_edges] = (Edge){ .to = to, .least = NEVER };
	return &node->edge[node->n_edges++];
}

static Edge *edge_between(Search *search, gint32 from, gint32 to)
{
	Node *node = &search->node[from];
	Edge *edge = node->slot[to] >= 0 ? &node->edge[node->slot[to]] : new_edge(search, from, to);
	search->no_memory = search->no_memory || edge == NULL;
	return edge;
}

/* The row of the pair joins the heaps of the site that it is at; in order, or at the end of each. */
static void add_row(Search *search, gint32 site, guint32 pair, gboolean in_order)
{
	const Transport *transport = search->transport;
	guint32 row = transport->row[pair];
	Node *node = &search->node[site];
	for (gint64 other = transport->row_start[row]; other < transport->row_start[row + 1]; other++) {
		if (other == pair)
			continue;
		Edge *edge = edge_between(search, site, transport->site[other]);
		if (edge == NULL)
			return;
		HeapItem item = { transport->cost[other] - transport->cost[pair], pair, (guint32) other };
		if (!(in_order ? heap_push(&edge->rows, item) : heap_append(&edge->rows, item)))
			search->no_memory = TRUE;
		edge->least = MIN(edge->least, item.key);
		node->n_items++;
		node->n_live++;
	}
}

static void fill_heaps(Search *search, gint32 site)
{
	const Transport *transport = search->transport;
	Node *node = &search->node[site];
	for (gint32 e = 0; e < node->n_edges; e++) {
		node->edge[e].rows.n = 0;
		node->edge[e].least = NEVER;
	}
	node->n_items = node->n_live = 0;
	for (gint64 i = transport->site_start[site]; i < transport->site_start[site + 1] && !search->no_memory; i++)
		if (transport->amount[transport->site_pairs[i]] > 0)
			add_row(search, site, transport->site_pairs[i], FALSE);
	for (gint32 e = 0; e < node->n_edges; e++)
		heap_order(&node->edge[e].rows);
}

void graph_fill(Search *search, gint32 site)
{
	Node *node = &search->node[site];
	node->is_full = TRUE;
	node->is_broken = TRUE;
	node->parent = -1;
	node->slot = malloc(((gsize) search->n + 1) * sizeof *node->slot);
	if (node->slot == NULL) {
		search->no_memory = TRUE;
		return;
	}
	for (gint32 other = 0; other <= search->n; other++)
		node->slot[other] = -1;
	fill_heaps(search, site);
}

void graph_arrive(Search *search, gint32 site, guint32 pair)
{
	Node *node = &search->node[site];
	if (!node->is_full)
		return;
	add_row(search, site, pair, TRUE);
	if (node->n_items > 2 * node->n_live + FEW_ITEMS)
		fill_heaps(search, site);
}

void graph_leave(Search *search, gint32 site, guint32 pair)
{
	const Transport *transport = search->transport;
	guint32 row = transport->row[pair];
	Node *node = &search->node[site];
	for (gint64 other = transport->row_start[row]; other < transport->row_start[row + 1]; other++) {
		if (other == pair)
			continue;
		Edge *edge = &node->edge[node->slot[transport->site[other]]];
		while (edge->rows.n > 0 && transport->amount[edge->rows.item[0].a] == 0) {
			heap_pop(&edge->rows);
			node->n_items--;
		}
		edge->least = edge->rows.n > 0 ? edge->rows.item[0].key : NEVER;
		node->n_live--;
	}
}

void graph_clear(Search *search)
{
	for (gint32 site = 0; search->node != NULL && site <= search->n; site++) {
		Node *node = &search->node[site];
		for (gint32 e = 0; e < node->n_edges; e++)
			heap_clear(&node->edge[e].rows);
		free(node->edge);
		free(node->slot);
		free(node->in);
	}
	thuso_array_free(search->node);
	thuso_array_free(search->stack);
	thuso_array_free(search->path);
	heap_clear(&search->queue);
}
