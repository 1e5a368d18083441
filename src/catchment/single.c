/* Single assignment: branch and bound on the transportation problem; down to where a branch ends, then on at the least bound.
 *
 * A node bans pairs and says of rows that they may not be left out. Its bound is the transportation problem's cost, where rows may be split;
 * prices then ban every pair that would bring the bound up to the best plan. It branches on the largest split row: all of it
 * at the site that has most of it, or none. */
#include "single.h"

#include <string.h>

#define LEAST_GAP    1e-9
#define NODES_EFFORT 1e9       /* nodes by size: this / (pairs + rows)^1.3 */
#define ROOT_EFFORT  100000000 /* evaluations of plan improvement */
#define NODE_EFFORT  200000

/* --- bound, plans, prices ---------------------------------------------------------------------------------------------------------- */

/* The cost of the transportation problem's answer; INFINITY where it leaves somebody out who must not be. */
static double node_bound(const Single *single)
{
	const Transport *t = single->allocator->transport;
	ThusoSum sum = { 0 };
	for (gint64 row = 0; row < single->allocator->problem.n_demand; row++) {
		for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
			if (t->amount[pair] == 0)
				continue;
			if (t->site[pair] == t->n && single->must[row])
				return INFINITY;
			double people = pair_people(single->allocator, row, t->amount[pair]);
			thuso_sum_add(&sum, people * transport_cost(single->allocator, pair));
		}
	}
	return thuso_sum(&sum);
}

/* What a plan must stay under to be worth finding. */
static double limit(const Single *single)
{
	return isfinite(single->best) ? single->best - single->gap * fabs(single->best) : INFINITY;
}

static void keep_plan(Single *single)
{
	const Transport *t = single->allocator->transport;
	double cost;
	if (!plan_cost(&single->plan, &cost) || cost >= single->best)
		return;
	single->best = cost;
	for (gint64 row = 0; row < single->allocator->problem.n_demand; row++) {
		guint32 pair = single->plan.choice[row];
		single->best_site[row] = pair == NO_CHOICE || t->site[pair] == t->n ? -1 : t->site_of[t->site[pair]];
	}
}

static gboolean make_plans(Single *single, gboolean is_root, GError **error)
{
	Plan *plan = &single->plan;
	for (int i = 0; i < (is_root ? 2 : 1); i++) {
		plan->effort = is_root ? ROOT_EFFORT : NODE_EFFORT;
		plan_reset(plan);
		if (i == 0)
			plan_round(plan);
		else if (!plan_greedy(plan, error))
			return FALSE;
		plan_improve(plan);
		keep_plan(single);
	}
	return TRUE;
}

static gint64 least_price(const Transport *t, gint64 row)
{
	gint64 least = NEVER;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++)
		least = MIN(least, t->cost[pair] + (t->site[pair] < t->n ? t->price[t->site[pair]] : 0));
	return least;
}

/* A whole row at a pair costs at least its people times what the pair is too dear by prices: bans what cannot be in a better plan. */
static gboolean ban_by_price(Single *single, double bound, GError **error)
{
	const Transport *t = single->allocator->transport;
	for (gint64 row = 0; isfinite(single->best) && row < single->allocator->problem.n_demand; row++) {
		gint64 least = least_price(t, row);
		for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
			gint64 price = t->cost[pair] + (t->site[pair] < t->n ? t->price[t->site[pair]] : 0);
			double with = bound + row_weight(single->allocator, row) * cost_of_ticks(single->allocator, price - least);
			if (t->amount[pair] > 0 || !(with >= limit(single)) || (t->site[pair] == t->n && single->must[row]))
				continue;
			single->least_pruned = MIN(single->least_pruned, with);
			if (!(t->site[pair] < t->n ? node_ban(single, t->origin[pair], error) : node_require(single, (guint32) row, error)))
				return FALSE;
		}
	}
	return TRUE;
}

/* The largest split row, at the pair that has most of it; FALSE when no row is split. */
static gboolean choose_branch(const Single *single, Branch *branch)
{
	const Transport *t = single->allocator->transport;
	gint64 largest = 0;
	for (gint64 row = 0; row < single->allocator->problem.n_demand; row++) {
		gint64 most = t->row_start[row], people = single->allocator->people[row];
		for (gint64 pair = most + 1; pair < t->row_start[row + 1]; pair++)
			if (t->amount[pair] > t->amount[most])
				most = pair;
		if (people <= largest || t->amount[most] == people)
			continue;
		largest = people;
		branch->row = (guint32) row;
		branch->pair = t->site[most] == t->n ? -1 : (gint64) t->origin[most];
	}
	return largest > 0;
}

/* --- open branches ---------------------------------------------------------------------------------------------------------------- */

static gboolean is_before(const Open *a, const Open *b)
{
	return a->bound != b->bound ? a->bound < b->bound : a->branch > b->branch;
}

static gboolean push_open(Single *single, Open item, GError **error)
{
	if (!thuso_vector_push(&single->heap, &item, "decisions of single assignment", error))
		return FALSE;
	Open *open = single->heap.data;
	gint64 at = single->heap.n - 1;
	for (; at > 0 && is_before(&item, &open[(at - 1) / 2]); at = (at - 1) / 2)
		open[at] = open[(at - 1) / 2];
	open[at] = item;
	return TRUE;
}

static Open pop_open(Single *single)
{
	Open *open = single->heap.data, first = open[0], item = open[--single->heap.n];
	gint64 at = 0, n = single->heap.n;
	for (gint64 child = 1; child < n; at = child, child = 2 * at + 1) {
		if (child + 1 < n && is_before(&open[child + 1], &open[child]))
			child++;
		if (!is_before(&open[child], &item))
			break;
		open[at] = open[child];
	}
	open[at] = item;
	return first;
}

/* --- the search ------------------------------------------------------------------------------------------------------------------- */

/* *goes_on: the node is split, at *branch; else it is done with. branch->bound comes as the parent's. FALSE with an error. */
static gboolean visit(Single *single, Branch *branch, gboolean *goes_on, GError **error)
{
	GError *own = NULL;
	*goes_on = FALSE;
	single->n_nodes++;
	if (!node_propagate(single, &own)) {
		if (own == NULL)
			return TRUE;
		g_propagate_error(error, own);
		return FALSE;
	}
	TransportLimits limits = { single->open, single->banned, single->must };
	if (!transport_solve(single->context, single->allocator, &limits, error))
		return FALSE;
	double bound = node_bound(single);
	if (isinf(bound))
		return TRUE;
	branch->bound = MAX(branch->bound, bound);
	if (bound < limit(single) && !make_plans(single, single->n_nodes == 1, error))
		return FALSE;
	if (bound >= limit(single) || !choose_branch(single, branch)) {
		single->least_pruned = MIN(single->least_pruned, bound);
		return TRUE;
	}
	*goes_on = TRUE;
	return ban_by_price(single, bound, error);
}

/* Two branches from here: the one that bans waits, the other is gone into. *at is the branch we are at. */
static gboolean go_down(Single *single, Branch branch, gint64 *at, GError **error)
{
	branch.parent = *at;
	branch.is_banned = TRUE;
	if (!thuso_vector_push(&single->branches, &branch, "decisions of single assignment", error) ||
	    !push_open(single, (Open){ branch.bound, single->branches.n - 1 }, error))
		return FALSE;
	branch.is_banned = FALSE;
	if (!thuso_vector_push(&single->branches, &branch, "decisions of single assignment", error))
		return FALSE;
	*at = single->branches.n - 1;
	return node_decide(single, &branch, error);
}

/* To the open branch with the least bound. FALSE when none could hold a better plan, or with an error. */
static gboolean go_elsewhere(Single *single, Branch *branch, gint64 *at, GError **error)
{
	if (single->heap.n == 0)
		return FALSE;
	Open next = pop_open(single);
	if (next.bound >= limit(single)) {
		single->least_pruned = MIN(single->least_pruned, next.bound);
		return FALSE;
	}
	const Branch *branches = single->branches.data;
	*at = next.branch;
	*branch = branches[next.branch];
	node_undo(single, single->root_trail);
	for (gint64 i = next.branch; i >= 0; i = branches[i].parent)
		if (!node_decide(single, &branches[i], error))
			return FALSE;
	return TRUE;
}

/* *bound: nothing is better. *is_done when everything was looked at. FALSE with an error; plan and bound stand all the same. */
static gboolean search(Single *single, gint64 most_nodes, double *bound, gboolean *is_done, GError **error)
{
	Branch branch = { .bound = -INFINITY };
	GError *own = NULL;
	gint64 at = -1;
	gboolean goes_on = TRUE;
	*is_done = FALSE;
	while (!*is_done && own == NULL && (single->n_nodes == 0 || single->n_nodes <= most_nodes)) {
		*bound = branch.bound;
		gboolean is_root = single->n_nodes == 0;
		if (!visit(single, &branch, &goes_on, &own))
			break;
		*bound = branch.bound;
		if (is_root)
			single->root_trail = single->trail.n;
		*is_done = !(goes_on ? go_down(single, branch, &at, &own) : go_elsewhere(single, &branch, &at, &own)) && own == NULL;
	}
	if (own == NULL)
		*bound = *is_done ? INFINITY : branch.bound;
	if (!*is_done && single->heap.n > 0)
		*bound = MIN(*bound, ((Open *) single->heap.data)[0].bound);
	*bound = MIN(*bound, MIN(single->least_pruned, single->best));
	if (own != NULL)
		g_propagate_error(error, own);
	return own == NULL;
}

/* --- the answer -------------------------------------------------------------------------------------------------------------------- */

void thuso_single_options_default(ThusoSingleOptions *options)
{
	*options = (ThusoSingleOptions){ .gap = 0, .most_nodes = -1 };
}

void thuso_single_free(ThusoSingle *single)
{
	if (single == NULL)
		return;
	thuso_array_free(single->site);
	thuso_array_free(single->load);
	thuso_array_free(single->utilisation);
	thuso_array_free(single);
}

static ThusoSingle *answer_new(const ThusoAllocator *allocator, GError **error)
{
	g_autoptr(ThusoSingle) answer = thuso_array_new(1, sizeof *answer, "a single assignment", error);
	if (answer == NULL)
		return NULL;
	answer->status = THUSO_SINGLE_UNKNOWN;
	answer->objective = answer->bound = answer->gap = answer->assigned = answer->left_out = answer->cost = NAN;
	answer->unserved = isnan(allocator->problem.unserved) ? NAN : allocator->unserved_cost;
	answer->stuck = -1;
	answer->n_sites = allocator->problem.n_sites;
	answer->site = thuso_array_new(allocator->problem.n_demand, sizeof *answer->site, "sites of demand rows", error);
	if (answer->site == NULL)
		return NULL;
	answer->load = thuso_array_new(answer->n_sites, sizeof(double), "loads of sites", error);
	if (answer->load == NULL)
		return NULL;
	answer->utilisation = thuso_array_new(answer->n_sites, sizeof(double), "utilisation of sites", error);
	if (answer->utilisation == NULL)
		return NULL;
	for (gint32 site = 0; site < answer->n_sites; site++)
		answer->utilisation[site] = NAN;
	for (gint64 row = 0; row < allocator->problem.n_demand; row++)
		answer->site[row] = -1;
	return g_steal_pointer(&answer);
}

static gboolean single_new(Single *single, GError **error)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	single->trail = THUSO_VECTOR(gint64);
	single->branches = THUSO_VECTOR(Branch);
	single->heap = THUSO_VECTOR(Open);
	single->best = single->least_pruned = INFINITY;
	single->banned = thuso_array_new(single->allocator->n_pairs, 1, "banned pairs", error);
	if (single->banned == NULL)
		return FALSE;
	single->must = thuso_array_new(problem->n_demand, 1, "rows that must be served", error);
	if (single->must == NULL)
		return FALSE;
	single->only = thuso_array_new(problem->n_demand, sizeof *single->only, "pairs of rows", error);
	if (single->only == NULL)
		return FALSE;
	single->room = thuso_array_new(problem->n_sites, sizeof *single->room, "places of sites", error);
	if (single->room == NULL)
		return FALSE;
	single->best_site = thuso_array_new(problem->n_demand, sizeof *single->best_site, "sites of demand rows", error);
	if (single->best_site == NULL)
		return FALSE;
	for (gint64 row = 0; row < problem->n_demand; row++)
		single->must[row] = isnan(problem->unserved) && single->allocator->people[row] > 0;
	return plan_new(&single->plan, single->allocator, error);
}

static void single_clear(Single *single)
{
	thuso_array_free(single->banned);
	thuso_array_free(single->must);
	thuso_array_free(single->only);
	thuso_array_free(single->room);
	thuso_array_free(single->best_site);
	thuso_vector_clear(&single->trail);
	thuso_vector_clear(&single->branches);
	thuso_vector_clear(&single->heap);
	plan_clear(&single->plan);
}

/* The first row that is larger than every site it reaches; -1 = none. */
static gint64 stuck_row(const Single *single)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	for (gint64 row = 0; row < problem->n_demand; row++)
		single->only[row] = single->must[row] ? -1 : 0;
	for (gint32 site = 0; site < problem->n_sites; site++)
		for (gint64 pair = problem->start[site]; is_open(single, site) && pair < problem->start[site + 1]; pair++)
			if (single->allocator->people[problem->demand[pair]] <= single->allocator->capacity[site])
				single->only[problem->demand[pair]] = 0;
	for (gint64 row = 0; row < problem->n_demand; row++)
		if (single->only[row] < 0)
			return row;
	return -1;
}

/* Rows of nobody take no place: the nearest open site. */
static void place_nobody(const Single *single, ThusoSingle *answer)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	for (gint32 site = 0; site < problem->n_sites; site++)
		for (gint64 pair = problem->start[site]; is_open(single, site) && pair < problem->start[site + 1]; pair++) {
			guint32 row = problem->demand[pair];
			if (single->allocator->people[row] > 0)
				continue;
			if (answer->site[row] < 0 || single->allocator->cost[pair] < single->allocator->cost[single->only[row]]) {
				answer->site[row] = site;
				single->only[row] = pair;
			}
		}
}

static void add_loads(const Single *single, ThusoSingle *answer)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	ThusoSum assigned = { 0 }, cost = { 0 }, left_out = { 0 };
	for (gint64 row = 0; row < problem->n_demand; row++)
		if (answer->site[row] < 0)
			thuso_sum_add(&left_out, row_weight(single->allocator, row));
	for (gint32 site = 0; site < problem->n_sites; site++) {
		double capacity = site_capacity(single->allocator, site), people = 0;
		for (gint64 pair = problem->start[site]; pair < problem->start[site + 1]; pair++) {
			guint32 row = problem->demand[pair];
			if (answer->site[row] != site)
				continue;
			people += row_weight(single->allocator, row);
			thuso_sum_add(&assigned, row_weight(single->allocator, row));
			thuso_sum_add(&cost, row_weight(single->allocator, row) * pair_cost(single->allocator, pair));
		}
		answer->load[site] = people;
		if (is_open(single, site) && isfinite(capacity) && capacity > 0)
			answer->utilisation[site] = people / capacity;
	}
	answer->assigned = thuso_sum(&assigned);
	answer->cost = thuso_sum(&cost);
	answer->left_out = thuso_sum(&left_out);
	answer->objective = answer->cost + (answer->left_out > 0 ? answer->unserved * answer->left_out : 0);
}

static void fill_answer(const Single *single, double bound, gboolean is_done, ThusoSingle *answer)
{
	answer->n_nodes = single->n_nodes;
	if (isinf(single->best)) {
		answer->status = is_done ? THUSO_SINGLE_INFEASIBLE : THUSO_SINGLE_UNKNOWN;
		answer->bound = isfinite(bound) ? bound : NAN;
		return;
	}
	memcpy(answer->site, single->best_site, (gsize) single->allocator->problem.n_demand * sizeof *answer->site);
	place_nobody(single, answer);
	add_loads(single, answer);
	answer->bound = MIN(bound, answer->objective);
	answer->gap = (answer->objective - answer->bound) / fmax(answer->objective, 1e-12);
	answer->status = answer->gap <= single->gap * (1 + 1e-6) ? THUSO_SINGLE_OPTIMAL : THUSO_SINGLE_FEASIBLE;
}

/* Few enough that the search takes some seconds. */
static gint64 nodes_by_size(const ThusoAllocator *allocator)
{
	double size = (double) (allocator->n_pairs + allocator->problem.n_demand + 1);
	return (gint64) MIN(NODES_EFFORT / pow(size, 1.3), 1e6);
}

static gboolean solve(Single *single, const ThusoSingleOptions *options, ThusoSingle *answer, GError **error)
{
	answer->stuck = stuck_row(single);
	if (answer->stuck >= 0) {
		answer->status = THUSO_SINGLE_INFEASIBLE;
		return TRUE;
	}
	single->gap = options->gap > 0 ? options->gap : LEAST_GAP;
	gint64 most_nodes = options->most_nodes >= 0 ? options->most_nodes : nodes_by_size(single->allocator);
	double bound;
	gboolean is_done;
	GError *own = NULL;
	search(single, most_nodes, &bound, &is_done, &own);
	if (own != NULL && !(isfinite(single->best) && g_error_matches(own, THUSO_ERROR, THUSO_ERROR_CANCELLED))) {
		g_propagate_error(error, own);
		return FALSE;
	}
	g_clear_error(&own);
	fill_answer(single, bound, is_done, answer);
	return TRUE;
}

ThusoSingle *thuso_allocate_single(ThusoContext *context, ThusoAllocator *allocator, const guint8 *open,
                                   const ThusoSingleOptions *options, GError **error)
{
	ThusoSingleOptions usual;
	thuso_single_options_default(&usual);
	Single single = { .context = context, .allocator = allocator, .open = open };
	ThusoSingle *answer = answer_new(allocator, error);
	gboolean good =
	    answer != NULL && single_new(&single, error) && solve(&single, options != NULL ? options : &usual, answer, error);
	single_clear(&single);
	if (!good)
		g_clear_pointer(&answer, thuso_single_free);
	return answer;
}
