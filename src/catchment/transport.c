/* The transportation problem of people and sites, exactly: successive shortest paths on the graph of sites.
 *
 * Everyone starts at the nearest open site, whatever its capacity; that is the cheapest there is. Then people leave the sites that have too
 * many, each time over the cheapest chain of changes (a row from this site to the next, another from there on) to a site with
 * room, or out. Rows are never nodes: an edge between two sites is a heap of the rows that can change, so a search sees sites
 * only. Jewell 1958, Iri 1960, Busacker and Gowen 1960; with potentials, Edmonds and Karp 1972. */
#include "transport.h"

#include <string.h>

/* --- the problem's arrays by row ------------------------------------------------------------------------------------------- */

typedef struct {
	gpointer *array;
	gint64 n;
	gsize size;
} Room;

static Transport *transport_new(const ThusoAllocator *allocator, GError **error)
{
	Transport *t = thuso_array_new(1, sizeof *t, "a transportation problem", error);
	if (t == NULL)
		return NULL;
	gint64 rows = allocator->problem.n_demand, sites = allocator->problem.n_sites, pairs = allocator->n_pairs + rows;
	const Room rooms[] = {
		{ (gpointer *) &t->site_of, sites, sizeof *t->site_of },
		{ (gpointer *) &t->load, sites, sizeof *t->load },
		{ (gpointer *) &t->price, sites, sizeof *t->price },
		{ (gpointer *) &t->site_start, sites + 1, sizeof *t->site_start },
		{ (gpointer *) &t->row_start, rows + 2, sizeof *t->row_start },
		{ (gpointer *) &t->site, pairs, sizeof *t->site },
		{ (gpointer *) &t->row, pairs, sizeof *t->row },
		{ (gpointer *) &t->origin, pairs, sizeof *t->origin },
		{ (gpointer *) &t->cost, pairs, sizeof *t->cost },
		{ (gpointer *) &t->amount, pairs, sizeof *t->amount },
		{ (gpointer *) &t->site_pairs, allocator->n_pairs, sizeof *t->site_pairs },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
		*rooms[i].array = thuso_array_new(rooms[i].n, rooms[i].size, "the pairs of an allocation", error);
		if (*rooms[i].array == NULL) {
			transport_free(t);
			return NULL;
		}
	}
	return t;
}

void transport_free(Transport *transport)
{
	if (transport == NULL)
		return;
	thuso_array_free(transport->site_of);
	thuso_array_free(transport->load);
	thuso_array_free(transport->price);
	thuso_array_free(transport->site_start);
	thuso_array_free(transport->row_start);
	thuso_array_free(transport->site);
	thuso_array_free(transport->row);
	thuso_array_free(transport->origin);
	thuso_array_free(transport->cost);
	thuso_array_free(transport->amount);
	thuso_array_free(transport->site_pairs);
	thuso_array_free(transport);
}

static inline gboolean takes_part(const ThusoAllocator *allocator, const TransportLimits *limits, gint64 pair)
{
	return allocator->people[allocator->problem.demand[pair]] > 0 && (limits->banned == NULL || !limits->banned[pair]);
}

/* row_start[row + 1] becomes the end of the row's pairs with one more for being left out. Rows of nobody have none. */
static void count_pairs(const ThusoAllocator *allocator, const TransportLimits *limits, Transport *t)
{
	const ThusoAllocationProblem *problem = &allocator->problem;
	memset(t->row_start, 0, ((gsize) problem->n_demand + 2) * sizeof *t->row_start);
	t->n = 0;
	for (gint32 site = 0; site < problem->n_sites; site++) {
		if (limits->open != NULL && !limits->open[site])
			continue;
		t->site_of[t->n++] = site;
		for (gint64 pair = problem->start[site]; pair < problem->start[site + 1]; pair++)
			t->row_start[problem->demand[pair] + 1] += takes_part(allocator, limits, pair);
	}
	for (gint64 row = 0; row < problem->n_demand; row++)
		t->row_start[row + 1] += t->row_start[row] + (allocator->people[row] > 0);
}

static inline gint64 place_pair(Transport *t, gint64 row, gint32 site, gint64 cost, gint64 origin)
{
	gint64 at = t->row_start[row]++;
	t->site[at] = site;
	t->row[at] = (guint32) row;
	t->cost[at] = cost;
	t->origin[at] = (guint32) origin;
	t->amount[at] = 0;
	return at;
}

/* Placing moves row_start[row] from the beginning to the end of the row; one shift puts the beginnings back. */
static void place_pairs(const ThusoAllocator *allocator, const TransportLimits *limits, Transport *t)
{
	const ThusoAllocationProblem *problem = &allocator->problem;
	gint64 n = 0;
	for (gint32 i = 0; i < t->n; i++) {
		t->site_start[i] = n;
		for (gint64 pair = problem->start[t->site_of[i]]; pair < problem->start[t->site_of[i] + 1]; pair++)
			if (takes_part(allocator, limits, pair))
				t->site_pairs[n++] = (guint32) place_pair(t, problem->demand[pair], i, allocator->cost[pair], pair);
	}
	t->site_start[t->n] = n;
	for (gint64 row = 0; row < problem->n_demand; row++)
		if (allocator->people[row] > 0)
			place_pair(t, row, t->n, limits->must != NULL && limits->must[row] ? allocator->must : allocator->unserved, 0);
	memmove(t->row_start + 1, t->row_start, (gsize) problem->n_demand * sizeof *t->row_start);
	t->row_start[0] = 0;
}

/* --- the search -------------------------------------------------------------------------------------------------------------- */

static gboolean search_new(Search *search, GError **error)
{
	search->n = search->transport->n;
	search->node = thuso_array_new((gint64) search->n + 1, sizeof *search->node, "sites of an allocation", error);
	if (search->node == NULL)
		return FALSE;
	search->stack = thuso_array_new((gint64) search->n + 1, sizeof *search->stack, "sites of an allocation", error);
	if (search->stack == NULL)
		return FALSE;
	search->path = thuso_array_new((gint64) search->n + 1, sizeof *search->path, "sites of an allocation", error);
	return search->path != NULL;
}

/* Everyone to the nearest site; whoever costs less left out, out. */
static void start_nearest(Search *search)
{
	Transport *t = search->transport;
	for (gint32 site = 0; site < t->n; site++)
		search->node[site].room = search->allocator->capacity[t->site_of[site]];
	search->node[t->n].room = NEVER;
	for (gint64 row = 0; row < search->allocator->problem.n_demand; row++) {
		if (t->row_start[row] == t->row_start[row + 1])
			continue;
		gint64 best = t->row_start[row];
		for (gint64 pair = best + 1; pair < t->row_start[row + 1]; pair++)
			if (t->cost[pair] < t->cost[best])
				best = pair;
		t->amount[best] = search->allocator->people[row];
		search->node[t->site[best]].room -= t->amount[best];
	}
	for (gint32 site = 0; site < t->n; site++)
		if (search->node[site].room <= 0)
			graph_fill(search, site);
}

/* The way from a site to the next room, into `path`; -1 where it is broken. *amount comes with what the source has too many. */
static gint32 follow(Search *search, gint32 source, gint64 *amount, gint32 *end)
{
	gint32 n = 0, site = source;
	while (search->node[site].room <= 0) {
		const Node *node = &search->node[site];
		if (node->is_broken)
			return -1;
		const Edge *edge = &node->edge[node->parent];
		search->path[n] = edge->rows.item[0];
		*amount = MIN(*amount, search->transport->amount[search->path[n].a]);
		n++;
		site = edge->to;
	}
	*amount = MIN(*amount, search->node[site].room);
	*end = site;
	return n;
}

static void change(Search *search, HeapItem item, gint64 amount)
{
	Transport *t = search->transport;
	gboolean is_new = t->amount[item.b] == 0;
	t->amount[item.a] -= amount;
	t->amount[item.b] += amount;
	if (is_new)
		graph_arrive(search, t->site[item.b], item.b);
	if (t->amount[item.a] == 0)
		graph_leave(search, t->site[item.a], item.a);
}

/* People leave the source until it has none too many (TRUE) or its way is broken (FALSE). */
static gboolean drain(Search *search, gint32 source)
{
	Node *from = &search->node[source];
	while (from->room < 0 && !search->no_memory) {
		gint64 amount = -from->room;
		gint32 end = -1, n = follow(search, source, &amount, &end);
		if (n < 0)
			return FALSE;
		for (gint32 i = 0; i < n; i++)
			change(search, search->path[i], amount);
		for (gint32 i = 0; i < n; i++) {
			Node *node = &search->node[search->transport->site[search->path[i].a]];
			node->is_broken = edge_slack(search, node, &node->edge[node->parent]) != 0;
		}
		from->room += amount;
		if (end == search->n)
			continue;
		search->node[end].room -= amount;
		if (search->node[end].room == 0)
			graph_fill(search, end);
	}
	return TRUE;
}

/* One round: prices, then every site with too many as far as its way holds. */
static gboolean drain_all(Search *search, GError **error)
{
	for (gboolean is_done = FALSE; !is_done;) {
		if (!thuso_context_go_on(search->context, error))
			return FALSE;
		price_repair(search);
		is_done = TRUE;
		for (gint32 site = 0; site < search->n; site++)
			is_done = drain(search, site) && is_done;
		if (search->no_memory) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
			            "not enough memory to allocate people to %d sites; lower the limit or merge rows", search->n);
			return FALSE;
		}
	}
	price_repair(search);
	return TRUE;
}

static void keep_result(const Search *search)
{
	for (gint32 site = 0; site < search->n; site++) {
		gint32 own = search->transport->site_of[site];
		search->transport->load[site] = search->allocator->capacity[own] - search->node[site].room;
		search->transport->price[site] = search->node[site].price;
	}
}

gboolean transport_solve(ThusoContext *context, ThusoAllocator *allocator, const TransportLimits *limits, GError **error)
{
	if (allocator->transport == NULL)
		allocator->transport = transport_new(allocator, error);
	if (allocator->transport == NULL)
		return FALSE;
	count_pairs(allocator, limits, allocator->transport);
	place_pairs(allocator, limits, allocator->transport);
	Search search = { .context = context, .allocator = allocator, .transport = allocator->transport };
	gboolean good = search_new(&search, error);
	if (good) {
		start_nearest(&search);
		good = drain_all(&search, error);
	}
	if (good)
		keep_result(&search);
	graph_clear(&search);
	return good;
}
