/* Branch and bound over the sites: Lagrangian bounds (dual.c), sites decided by what they would cost more, sets from greedy, interchange
 * and the prices. Depth first, with memory of what was cut off, so that the bound is known whenever the search stops.
 *
 * Sources: M. L. Fisher (1981), Management Science 27; J. E. Beasley (1985, 1993) for Lagrangian bounds and heuristics of location
 * problems; E. Balas, A. Ho (1980) for deciding sites by reduced costs. */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "dual.h"
#include "local.h"

#define EXACT       1e-9  /* what a gap of 0 means */
#define ROUNDING    3e-11 /* of a value: bounds cannot be told apart below it */
#define ROOT_STEPS  3000
#define ROUND_STEPS 100 /* between looks at whether the bound still climbs */
#define NODE_STEPS  40
#define REBUILD     0.05               /* share of the free sites that were decided: then rows and pairs are sifted anew */
#define MOST_BYTES  ((gint64) 1 << 30) /* of the nodes on the way down; a branch that would need more is left, with its bound */
#define SMALL_PAIRS 2000000
#define SHAKES      36 /* interchange restarts without a better set, at the start, each shaking more than the one before ... */
#define MOST_SHAKEN 12 /* ... up to so many sites (variable neighbourhoods: Hansen and Mladenovic 1997) */

void search_init(Search *search, ThusoContext *context, const Program *program)
{
	*search = (Search){ .context = context,
		                .program = program,
		                .deadline = G_MAXINT64,
		                .seed = 1,
		                .sign = 1,
		                .enough = -INFINITY,
		                .hopeless = INFINITY,
		                .keep = 1,
		                .bound = -INFINITY,
		                .lowest = INFINITY };
}

static void found_free(gpointer data)
{
	Found *found = data;
	g_free(found->in);
	g_free(found);
}

void search_clear(Search *search)
{
	g_clear_pointer(&search->found, g_ptr_array_unref);
}

const Found *search_best(const Search *search)
{
	return search->found && search->found->len > 0 ? g_ptr_array_index(search->found, 0) : NULL;
}

static double best_value(const Search *search)
{
	const Found *best = search_best(search);
	return best ? best->value : INFINITY;
}

/* --- what is cut off --------------------------------------------------------------------------------------------------------- */

/* A node whose bound reaches this holds nothing that is looked for. */
static double cutoff(const Search *search)
{
	double best = best_value(search), grain = search->program->grain, hopeless = search->hopeless;
	if (grain > 0 && isfinite(hopeless))
		hopeless -= grain * (1 - 1e-5);
	if (isinf(best))
		return hopeless;
	if (search->keep > 1) {
		const Found *last = g_ptr_array_index(search->found, search->found->len - 1);
		double most = best + search->loss + EXACT * fabs(best);
		return search->found->len < (guint) search->keep ? MIN(most, hopeless) : MIN(MIN(most, last->value), hopeless);
	}
	double worth = MAX(MAX(search->gap, EXACT) * fabs(search->sign * best + search->offset), ROUNDING * fabs(best));
	if (grain > 0)
		worth = MAX(worth, grain * (1 - 1e-5));
	return MIN(best - worth, hopeless);
}

/* A bound may be rounded up where all values are whole. */
static double round_up(const Search *search, double bound)
{
	double grain = search->program->grain;
	return grain > 0 && isfinite(bound) ? ceil(bound / grain - 1e-6) * grain : bound;
}

static void cut(Search *search, double bound)
{
	search->lowest = MIN(search->lowest, round_up(search, bound));
}

static gboolean is_over(Search *search)
{
	if (!search->stopped && (best_value(search) <= search->enough || g_get_monotonic_time() > search->deadline))
		search->stopped = TRUE;
	return search->stopped;
}

/* --- sets ----------------------------------------------------------------------------------------------------------------------- */

static gint32 compare_found(gconstpointer a, gconstpointer b, gpointer data)
{
	const Found *x = *(Found *const *) a, *y = *(Found *const *) b;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	/* The one with the lower sites first. */
	return -memcmp(x->in, y->in, (gsize) ((const Choice *) data)->n_sites);
}

static gboolean is_known(const Search *search, const guint8 *in, double value)
{
	for (guint i = 0; i < search->found->len; i++) {
		const Found *found = g_ptr_array_index(search->found, i);
		if (found->value == value && memcmp(found->in, in, (gsize) search->program->n_sites) == 0)
			return TRUE;
	}
	return FALSE;
}

/* `in` is allowed. TRUE when it is kept. */
static gboolean offer(Search *search, const guint8 *in)
{
	double value = program_value(search->program, in);
	gsize n = (gsize) search->program->n_sites;
	if (!(value < search->hopeless) || is_known(search, in, value))
		return FALSE;
	if (search->found->len >= (guint) search->keep) {
		const Found *last = g_ptr_array_index(search->found, search->found->len - 1);
		if (!(value < last->value))
			return FALSE;
		g_ptr_array_remove_index(search->found, search->found->len - 1);
	}
	Found *found = g_new(Found, 1);
	*found = (Found){ g_memdup2(in, n), value };
	g_ptr_array_add(search->found, found);
	g_ptr_array_sort_with_data(search->found, compare_found, search->program->choice);
	return TRUE;
}

static gboolean improve_and_offer(Search *search)
{
	Local *local = search->local;
	local_improve(local, search->context, search->deadline);
	return picked_is_allowed(local_picked(local)) && offer(search, local_picked(local)->in);
}

/* --- sets to start with --------------------------------------------------------------------------------------------------------- */

static gboolean start_greedily(Search *search)
{
	const Choice *choice = search->program->choice;
	Local *local = search->local;
	g_autofree guint8 *in = thuso_new(guint8, MAX(choice->n_sites, 1));
	for (gint32 j = 0; j < choice->n_sites; j++)
		in[j] = choice->state[j] == SITE_IN;
	local_set(local, in);
	if (local_greedy(local, search->context))
		return TRUE;
	/* Bounds that cross: any allowed set, cheap at what the sites bring alone. */
	local_set(local, in);
	g_autofree double *value = thuso_new(double, MAX(choice->n_sites, 1));
	for (gint32 j = 0; j < choice->n_sites; j++)
		value[j] = -local_gain(local, j);
	g_autoptr(Picked) picked = picked_new(choice);
	if (!choice_some(choice, choice->state, value, picked, NULL))
		return FALSE;
	local_set(local, picked->in);
	return TRUE;
}

static void shake(Search *search)
{
	int n_free = 0, without = 0;
	const Picked *picked = local_picked(search->local);
	for (gint32 j = 0; j < search->program->n_sites; j++)
		n_free += picked->in[j] && search->program->choice->state[j] == SITE_FREE;
	int most = search->quickly ? 2 : SHAKES;
	while (n_free > 0 && without < most && !is_over(search) && thuso_context_go_on(search->context, NULL)) {
		const Found *best = search_best(search);
		if (!best)
			return;
		local_set(search->local, best->in);
		local_shake(search->local, 1 + without % CLAMP(n_free / 2, 1, MOST_SHAKEN), &search->random);
		without = improve_and_offer(search) ? 0 : without + 1;
	}
}

static void start_sets(Search *search)
{
	if (search->hint) {
		local_set(search->local, search->hint);
		local_improve(search->local, search->context, search->deadline);
		if (picked_is_allowed(local_picked(search->local)))
			offer(search, local_picked(search->local)->in);
	}
	if (!start_greedily(search))
		return;
	if (picked_is_allowed(local_picked(search->local)))
		offer(search, local_picked(search->local)->in);
	improve_and_offer(search);
	if (search->program->start[search->program->n_sites] <= SMALL_PAIRS)
		shake(search);
}

/* --- nodes ------------------------------------------------------------------------------------------------------------------------ */

typedef struct {
	Search *search;
	guint8 *state;
	Room *room;
	Part *part;
	Dual *dual;
	const Part *of; /* the part that `part` was made of */
	double bound;
	int depth;
	int n_seen, next_try;
	gint64 bytes;
} Node;

/* What the node's copies of pairs and prices take. */
static gint64 bytes_of(const Part *part)
{
	gint64 n_pairs = part->start[part->n_cols + part->n_held];
	return n_pairs * (part->row_start ? 28 : part->cost ? 12 : 4) + part->n_rows * 80 + (gint64) part->n_cols * 60;
}

static void node_clear(Node *node)
{
	node->search->bytes -= node->bytes;
	dual_free(node->dual);
	part_free(node->part);
	room_free(node->room);
	g_free(node->state);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Node, node_clear)

static void fill_set(const Node *node, const gint32 *chosen, gint32 n, guint8 *in)
{
	for (gint32 j = 0; j < node->search->program->n_sites; j++)
		in[j] = node->state[j] == SITE_IN;
	for (gint32 k = 0; k < n; k++)
		in[node->part->site[chosen[k]]] = 1;
}

static void try_set(const Node *node, const gint32 *chosen, gint32 n)
{
	Search *search = node->search;
	g_autofree guint8 *in = thuso_new(guint8, MAX(search->program->n_sites, 1));
	fill_set(node, chosen, n, in);
	local_set(search->local, in);
	if (!picked_is_allowed(local_picked(search->local))) {
		g_autofree double *value = thuso_new(double, MAX(search->program->n_sites, 1));
		for (gint32 c = 0; c < node->part->n_cols; c++)
			value[node->part->site[c]] = node->dual->share[c] > 0 ? -node->dual->share[c] : 0;
		g_autoptr(Picked) picked = picked_new(search->program->choice);
		if (search->program->choice->n_rows == 0 || !choice_some(search->program->choice, node->state, value, picked, NULL))
			return;
		local_set(search->local, picked->in);
	}
	offer(search, local_picked(search->local)->in);
	improve_and_offer(search);
}

/* The sites with the greatest shares. */
static void try_shares(const Node *node)
{
	g_autofree double *value = thuso_new(double, MAX(node->part->n_cols, 1));
	g_autofree gint32 *chosen = thuso_new(gint32, MAX(node->part->n_cols, 1));
	for (gint32 c = 0; c < node->part->n_cols; c++)
		value[c] = -node->dual->share[c];
	gint32 n = room_cheapest(node->room, value, chosen);
	try_set(node, chosen, n);
}

/* Sets of the steps are tried now and then: often while they are new, then more rarely. */
static gboolean see(const gint32 *chosen, gint32 n, gpointer data)
{
	Node *node = data;
	if (is_over(node->search))
		return FALSE;
	if (node->depth == 0 && ++node->n_seen == node->next_try) {
		node->next_try += MAX(node->next_try / 2, 10);
		if (node->n_seen % 2)
			try_set(node, chosen, n);
		else
			try_shares(node);
	}
	return !is_over(node->search);
}

/* Rounds of steps as long as they close enough of what is open. */
static gboolean climb(Node *node, GError **error)
{
	Search *search = node->search;
	int most = node->depth == 0 ? ROOT_STEPS : 4 * NODE_STEPS, round = node->depth == 0 ? ROUND_STEPS : NODE_STEPS;
	for (int n = 0; n < most && !is_over(search); n += round) {
		double before = node->dual->bound, enough = cutoff(search);
		double upper = isfinite(enough) ? enough : node->dual->bound + MAX(0.05 * fabs(node->dual->bound), 1);
		if (isinf(upper))
			upper = node->part->constant + 1;
		if (!dual_climb(node->dual, search->context, upper, enough, round, see, node, error))
			return FALSE;
		node->bound = MAX(node->bound, node->dual->bound);
		if (node->dual->bound >= cutoff(search))
			break;
		if (isfinite(before) && node->dual->bound - before < (node->depth == 0 ? 0.01 : 0.1) * (upper - before))
			break;
	}
	return TRUE;
}

/* Decides free sites whose change would reach the cutoff. Returns how many. */
static gint32 decide_by_cost(Node *node)
{
	double limit = cutoff(node->search);
	g_autofree double *dearer = thuso_new(double, MAX(node->part->n_cols, 1));
	gint32 n = 0;
	if (isinf(limit))
		return 0;
	room_changes(node->room, node->dual->value, node->dual->chosen, node->dual->n_chosen, dearer);
	for (gint32 c = 0; c < node->part->n_cols; c++)
		if (node->dual->bound + dearer[c] >= limit) {
			node->state[node->part->site[c]] = node->room->taken[c] ? SITE_IN : SITE_OUT;
			n++;
		}
	if (n > 0)
		cut(node->search, limit);
	return n;
}

static gboolean enter(Node *node, const Part *of, const Dual *prices, GError **error)
{
	Search *search = node->search;
	g_autoptr(Part) part = part_new(search->program, of, node->state, error);
	if (!part)
		return FALSE;
	g_autoptr(Dual) dual = dual_new(part, node->room, error);
	if (!dual)
		return FALSE;
	if (prices)
		dual_start_from(dual, prices);
	else if (search_best(search))
		dual_start_at(dual, search_best(search)->in);
	else
		dual_start_at(dual, local_picked(search->local)->in);
	if (prices) {
		dual->step = MAX(prices->step, 1e-3);
		dual->blend = MAX(prices->blend, 1e-3);
	}
	dual_free(node->dual);
	part_free(node->part);
	node->dual = g_steal_pointer(&dual);
	node->part = g_steal_pointer(&part);
	search->bytes += bytes_of(node->part) - node->bytes;
	node->bytes = bytes_of(node->part);
	return TRUE;
}

/* Nothing is free any more: one set. */
static void settle(Node *node)
{
	Search *search = node->search;
	g_autoptr(Picked) picked = picked_new(search->program->choice);
	for (gint32 j = 0; j < search->program->n_sites; j++)
		if (node->state[j] == SITE_IN)
			picked_add(picked, j);
	if (!picked_is_allowed(picked))
		return;
	double bound = INFINITY;
	if (search->program->kind == ROWS_SHARED) {
		search->program->value_of(search->program->value_data, picked->in, &bound);
		for (gint32 j = 0; search->program->charge && j < search->program->n_sites; j++)
			bound += picked->in[j] ? search->program->charge[j] : 0;
	}
	offer(search, picked->in);
	cut(search, bound);
}

static int compare_shares(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;
	return (x < y) - (x > y);
}

/* --- diving --------------------------------------------------------------------------------------------------------------------------- */

#define DIVE_STEPS  60
#define DIVE_LEVELS 40
#define SURE        0.9   /* a share from here on is taken for one */
#define IDLE        0.003 /* ... and below for none */
#define DIVE_PART   6     /* at least one in so many of the sites that are still to come goes in at a level */

/* The share from which on sites go in at this level. */
static double dive_bar(const Node *node, gint32 *work)
{
	gint32 n = 0;
	for (gint32 c = 0; c < node->part->n_cols; c++)
		if (node->dual->share[c] >= IDLE)
			work[n++] = c;
	double sum = 0;
	g_autofree double *share = thuso_new(double, MAX(n, 1));
	for (gint32 k = 0; k < n; k++)
		sum += share[k] = node->dual->share[work[k]];
	qsort(share, (gsize) n, sizeof *share, compare_shares);
	gint32 most = MIN((gint32) (sum / DIVE_PART) + 1, n);
	return n == 0 ? 2 : MIN(share[most - 1], SURE);
}

static void dive_decide(Node *node)
{
	g_autofree gint32 *work = thuso_new(gint32, MAX(node->part->n_cols, 1));
	double bar = dive_bar(node, work);
	for (gint32 c = 0; c < node->part->n_cols; c++)
		if (node->dual->share[c] >= bar)
			node->state[node->part->site[c]] = SITE_IN;
		else if (node->dual->share[c] < IDLE)
			node->state[node->part->site[c]] = SITE_OUT;
}

/* Decides what the shares are sure of, prices what is left anew, and so on to a set: near the linear relaxation's and allowed. */
static gboolean dive(const Node *root, GError **error)
{
	Search *search = root->search;
	g_auto(Node) node = { .search = search, .bound = -INFINITY, .depth = 1 };
	node.state = g_memdup2(root->state, (gsize) MAX(search->program->n_sites, 1));
	node.room = room_new(search->program->choice);
	if (!room_enter(node.room, node.state) || node.room->n_free != root->part->n_cols)
		return TRUE;
	if (!enter(&node, root->part, root->dual, error))
		return FALSE;
	memcpy(node.dual->share, root->dual->share, (gsize) node.part->n_cols * sizeof(double));
	for (int level = 0; level < DIVE_LEVELS && !is_over(search); level++) {
		dive_decide(&node);
		if (!room_enter(node.room, node.state))
			return TRUE;
		if (node.room->n_free == 0) {
			settle(&node);
			break;
		}
		double upper = isfinite(cutoff(search)) ? cutoff(search) : node.dual->bound + 1;
		if (!enter(&node, node.part, node.dual, error) ||
		    !dual_climb(node.dual, search->context, upper, INFINITY, DIVE_STEPS, see, &node, error))
			return FALSE;
		try_shares(&node);
	}
	return TRUE;
}

/* Where the shares are least sure; among sure ones the site whose change costs least. */
static gint32 branching_site(const Node *node)
{
	gint32 best = 0;
	double most = -1;
	g_autofree double *dearer = thuso_new(double, MAX(node->part->n_cols, 1));
	double scale = MAX(fabs(cutoff(node->search) - node->dual->bound), 1e-12);
	room_changes(node->room, node->dual->value, node->dual->chosen, node->dual->n_chosen, dearer);
	for (gint32 c = 0; c < node->part->n_cols; c++) {
		double unsure = MIN(node->dual->share[c], 1 - node->dual->share[c]);
		double score = MAX(unsure, 0) + 0.05 * (node->dual->share[c] > 0.01 ? MIN(dearer[c] / scale, 1) : 0);
		if (score > most) {
			most = score;
			best = c;
		}
	}
	return best;
}

static gboolean visit(Search *search, const Part *of, const Dual *prices, const guint8 *state, double bound, int depth,
                      GError **error);

static gboolean branch(Node *node, GError **error)
{
	if (node->search->bytes > MOST_BYTES) {
		node->search->gave_up = TRUE;
		cut(node->search, node->bound);
		return TRUE;
	}
	gint32 c = branching_site(node), site = node->part->site[c];
	guint8 first = node->dual->share[c] >= 0.5 || (node->room->taken[c] && node->dual->share[c] > 0.2) ? SITE_IN : SITE_OUT;
	for (int turn = 0; turn < 2; turn++) {
		node->state[site] = turn == 0 ? first : first == SITE_IN ? SITE_OUT : SITE_IN;
		if (node->bound >= cutoff(node->search)) {
			cut(node->search, node->bound);
			return TRUE;
		}
		if (!visit(node->search, node->part, node->dual, node->state, node->bound, node->depth + 1, error)) {
			cut(node->search, node->bound);
			return FALSE;
		}
	}
	return TRUE;
}

/* Bound, sets, sites decided; TRUE in *open when the node must be branched on. */
static gboolean work(Node *node, const Part *of, const Dual *prices, gboolean *open, GError **error)
{
	Search *search = node->search;
	gboolean dived = FALSE;
	for (;;) {
		if (!room_enter(node->room, node->state))
			return TRUE;
		if (node->room->n_free == 0) {
			settle(node);
			return TRUE;
		}
		if (!enter(node, node->dual ? node->part : of, node->dual ? node->dual : prices, error) || !climb(node, error))
			return FALSE;
		if (node->depth == 0 && !dived && node->bound < cutoff(search) && !dive(node, error))
			return FALSE;
		dived = TRUE;
		if (node->depth > 0 && !is_over(search) && search->program->start[search->program->n_sites] <= SMALL_PAIRS)
			try_shares(node);
		if (node->bound >= cutoff(search) || search->stopped) {
			cut(search, node->bound);
			return TRUE;
		}
		gint32 n = decide_by_cost(node), n_free = node->room->n_free;
		/* Few: not worth sifting the pairs again, and the next node starts with them decided. */
		if (n < REBUILD * n_free + 1)
			break;
	}
	*open = TRUE;
	return TRUE;
}

/* After few decisions the room and the part no longer agree: branch on what is still free. */
static gboolean refresh(Node *node, gboolean *open, GError **error)
{
	gint32 n_free = 0;
	for (gint32 c = 0; c < node->part->n_cols; c++)
		n_free += node->state[node->part->site[c]] == SITE_FREE;
	if (n_free == node->part->n_cols)
		return TRUE;
	if (!room_enter(node->room, node->state)) {
		*open = FALSE;
		return TRUE;
	}
	if (node->room->n_free == 0) {
		settle(node);
		*open = FALSE;
		return TRUE;
	}
	return enter(node, node->part, node->dual, error) &&
	       dual_climb(node->dual, node->search->context, cutoff(node->search), cutoff(node->search), 1, NULL, NULL, error);
}

static gboolean visit(Search *search, const Part *of, const Dual *prices, const guint8 *state, double bound, int depth,
                      GError **error)
{
	gboolean open = FALSE;
	search->n_nodes++;
	if (is_over(search)) {
		cut(search, bound);
		return TRUE;
	}
	g_auto(Node) node = { .search = search, .bound = bound, .depth = depth, .next_try = 10 };
	node.state = g_memdup2(state, (gsize) MAX(search->program->n_sites, 1));
	node.room = room_new(search->program->choice);
	if (!work(&node, of, prices, &open, error) || (open && !refresh(&node, &open, error))) {
		cut(search, node.bound);
		return FALSE;
	}
	return !open || branch(&node, error);
}

/* --- the whole -------------------------------------------------------------------------------------------------------------------- */

static void conclude(Search *search)
{
	double best = best_value(search);
	search->is_complete = !search->stopped && !search->gave_up;
	search->bound = MIN(search->lowest, best);
}

gboolean search_run(Search *search, GError **error)
{
	GError *cause = NULL;
	g_autoptr(Local) local = thuso_context_go_on(search->context, error) ? local_new(search->program, error) : NULL;
	if (!local)
		return FALSE;
	search->found = g_ptr_array_new_with_free_func(found_free);
	search->local = local;
	search->random = search->seed;
	start_sets(search);
	gboolean good = visit(search, NULL, NULL, search->program->choice->state, -INFINITY, 0, &cause);
	search->local = NULL;
	if (!good && (!g_error_matches(cause, THUSO_ERROR, THUSO_ERROR_CANCELLED) || !search_best(search))) {
		g_propagate_error(error, cause);
		return FALSE;
	}
	search->stopped = search->stopped || !good;
	g_clear_error(&cause);
	conclude(search);
	return TRUE;
}
