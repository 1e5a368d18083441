/* The transportation problem of people and sites, exactly: the primal simplex method on networks (Dantzig 1951), with whole numbers.
 *
 * Rows are many and sites few. A basis is a tree, and in it nearly every row is a leaf: all of it at one site. Leaves are not stored as
 * nodes, so a change of basis costs what the sites and the few split rows cost, not what the rows do. */
#include "transport.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SHARE         0.42 /* times the root of the number of pairs: pairs looked at for one change of basis */
#define LEAST_BLOCK         50   /* pairs */
#define STEPS_BETWEEN_LOOKS 256  /* changes between looks whether the run was cancelled */

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

/* --- the simplex method -------------------------------------------------------------------------------------------------------- */

/* A row's best two sites with what the second costs more: rows that would lose most choose first. */
typedef struct {
	gint64 regret;
	guint32 row;
} Choice;

static int compare_choices(gconstpointer a, gconstpointer b)
{
	const Choice *p = a, *q = b;
	if (p->regret != q->regret)
		return p->regret > q->regret ? -1 : 1;
	return (p->row > q->row) - (p->row < q->row);
}

static Choice choice_of(const Transport *t, gint64 row)
{
	gint64 best = NEVER, second = NEVER;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
		second = MIN(second, MAX(best, t->cost[pair]));
		best = MIN(best, t->cost[pair]);
	}
	return (Choice){ second - best, (guint32) row };
}

/* The whole row to its nearest site with room for it, or out. */
static void start_row(Tree *tree, guint32 row)
{
	Transport *t = tree->transport;
	gint64 people = tree->allocator->people[row], best = t->row_start[row + 1] - 1;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1] - 1; pair++)
		if (t->cost[pair] < t->cost[best] && tree->room[t->site[pair]] >= people)
			best = pair;
	t->amount[best] = people;
	tree->base[row] = (guint32) best;
	if (t->site[best] < tree->n)
		tree->room[t->site[best]] -= people;
}

static gboolean start_rows(Tree *tree, GError **error)
{
	const Transport *t = tree->transport;
	gint64 n_rows = tree->allocator->problem.n_demand, n = 0;
	Choice *choice = thuso_array_new(n_rows, sizeof *choice, "demand rows of an allocation", error);
	if (choice == NULL)
		return FALSE;
	for (gint64 row = 0; row < n_rows; row++)
		if (t->row_start[row] < t->row_start[row + 1])
			choice[n++] = choice_of(t, row);
	qsort(choice, (gsize) n, sizeof *choice, compare_choices);
	for (gint64 i = 0; i < n; i++)
		start_row(tree, choice[i].row);
	thuso_array_free(choice);
	return TRUE;
}

/* Who would gain most by a change. */
typedef struct {
	guint32 pair;
	gint32 site;
	gint64 gain;
} Entering;

static void price_row(const Tree *tree, gint64 row, Entering *best)
{
	const Transport *t = tree->transport;
	if (t->row_start[row] == t->row_start[row + 1])
		return;
	gint64 wanted = tree_row_price(tree, row) - best->gain;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
		gint64 price = t->cost[pair] + tree->price[t->site[pair]];
		if (price < wanted) {
			best->gain += wanted - price;
			wanted = price;
			best->pair = (guint32) pair;
			best->site = t->site[pair];
		}
	}
}

static void price_places(const Tree *tree, Entering *best)
{
	for (gint32 site = 0; site < tree->n; site++)
		if (-tree->price[site] > best->gain)
			*best = (Entering){ NO_PAIR, site, -tree->price[site] };
}

/* Rows from *at on, a block at a time and round again (block search, Grigoriadis 1986); FALSE when nobody would gain. */
static gboolean find_entering(const Tree *tree, gint64 block, gint64 *at, Entering *best)
{
	const Transport *t = tree->transport;
	gint64 n_rows = tree->allocator->problem.n_demand;
	*best = (Entering){ 0 };
	for (gint64 seen = 0, pairs = 0; seen <= n_rows; seen++) {
		if (*at == n_rows) {
			price_places(tree, best);
			*at = 0;
		} else {
			price_row(tree, *at, best);
			pairs += t->row_start[*at + 1] - t->row_start[*at];
			++*at;
		}
		if (pairs >= block && best->gain > 0)
			return TRUE;
	}
	return best->gain > 0;
}

static gboolean improve(ThusoContext *context, Tree *tree, GError **error)
{
	double n_pairs = (double) tree->transport->row_start[tree->allocator->problem.n_demand];
	gint64 at = 0, block = MAX((gint64) (BLOCK_SHARE * sqrt(n_pairs)), LEAST_BLOCK);
	Entering entering;
	for (guint64 step = 0; find_entering(tree, block, &at, &entering); step++) {
		if (step % STEPS_BETWEEN_LOOKS == 0 && !thuso_context_go_on(context, error))
			return FALSE;
		tree_enter(tree, entering.pair, entering.site, entering.gain);
	}
	return thuso_context_go_on(context, error);
}

static void keep_result(const Tree *tree)
{
	for (gint32 site = 0; site < tree->n; site++) {
		gint32 own = tree->transport->site_of[site];
		tree->transport->load[site] = tree->allocator->capacity[own] - tree->room[site];
		tree->transport->price[site] = tree->price[site];
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
	Tree tree;
	gboolean good = tree_new(&tree, allocator, error) && start_rows(&tree, error) && improve(context, &tree, error);
	if (good)
		keep_result(&tree);
	tree_clear(&tree);
	return good;
}
