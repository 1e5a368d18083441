/* Single assignment: branch and bound, depth first, on the transportation problem.
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

/* A decision: what is banned first, and after that what is required instead. */
typedef struct {
	gint64 trail; /* its length before */
	guint32 row;
	gint64 pair; /* the problem's; -1 = being left out */
	double bound;
	gboolean is_second;
} Branch;

typedef struct {
	ThusoContext *context;
	ThusoAllocator *allocator;
	const guint8 *open;
	guint8 *banned;              /* by pair */
	guint8 *must;                /* by row: may not be left out */
	ThusoVector trail, branches; /* gint64: a pair, or -1 - row of a new `must`; Branch */
	gint64 *only;                /* by row: its only pair, -1 = none, -2 = several */
	gint64 *room;                /* by site */
	Plan plan;
	gint32 *best_site;   /* by row */
	double best;         /* INFINITY = no plan */
	double least_pruned; /* bounds of what was cut off */
	double gap;
	gint64 n_nodes;
} Single;

/* --- what a node says ----------------------------------------------------------------------------------------------------------- */

static gboolean ban(Single *single, gint64 pair, GError **error)
{
	if (single->banned[pair])
		return TRUE;
	single->banned[pair] = 1;
	return thuso_vector_push(&single->trail, &pair, "decisions of single assignment", error);
}

static gboolean require(Single *single, guint32 row, GError **error)
{
	if (single->must[row])
		return TRUE;
	single->must[row] = 1;
	gint64 entry = -1 - (gint64) row;
	return thuso_vector_push(&single->trail, &entry, "decisions of single assignment", error);
}

static void undo(Single *single, gint64 length)
{
	const gint64 *entry = single->trail.data;
	for (; single->trail.n > length; single->trail.n--) {
		gint64 last = entry[single->trail.n - 1];
		if (last >= 0)
			single->banned[last] = 0;
		else
			single->must[-1 - last] = 0;
	}
}

static gboolean ban_others(Single *single, guint32 row, gint64 kept, GError **error)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	for (gint32 site = 0; site < problem->n_sites; site++) {
		gint64 low = problem->start[site], end = problem->start[site + 1], high = end;
		while (low < high) {
			gint64 middle = low + (high - low) / 2;
			if (problem->demand[middle] < row)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < end && problem->demand[low] == row && low != kept && !ban(single, low, error))
			return FALSE;
	}
	return TRUE;
}

/* First: the row as a whole at the pair. Second: nothing of it. */
static gboolean decide(Single *single, const Branch *branch, GError **error)
{
	if (!branch->is_second)
		return ban_others(single, branch->row, branch->pair, error) && (branch->pair < 0 || require(single, branch->row, error));
	return branch->pair < 0 ? require(single, branch->row, error) : ban(single, branch->pair, error);
}

/* --- rows and room --------------------------------------------------------------------------------------------------------------- */

static inline gboolean is_open(const Single *single, gint32 site)
{
	return single->open == NULL || single->open[site];
}

static void list_only_pairs(Single *single)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	for (gint64 row = 0; row < problem->n_demand; row++)
		single->only[row] = -1;
	for (gint32 site = 0; site < problem->n_sites; site++)
		for (gint64 pair = problem->start[site]; is_open(single, site) && pair < problem->start[site + 1]; pair++)
			if (!single->banned[pair])
				single->only[problem->demand[pair]] = single->only[problem->demand[pair]] == -1 ? pair : -2;
}

/* Room that rows with nowhere else to go leave. */
static void count_room(Single *single)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	memcpy(single->room, single->allocator->capacity, (gsize) problem->n_sites * sizeof *single->room);
	for (gint32 site = 0; site < problem->n_sites; site++)
		for (gint64 pair = problem->start[site]; pair < problem->start[site + 1]; pair++)
			if (single->only[problem->demand[pair]] == pair && single->must[problem->demand[pair]])
				single->room[site] -= single->allocator->people[problem->demand[pair]];
}

/* Bans pairs that no longer fit; *changed when there were any. */
static gboolean ban_too_large(Single *single, gboolean *changed, GError **error)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	*changed = FALSE;
	for (gint32 site = 0; site < problem->n_sites; site++)
		for (gint64 pair = problem->start[site]; is_open(single, site) && pair < problem->start[site + 1]; pair++) {
			guint32 row = problem->demand[pair];
			if (single->banned[pair] || single->allocator->people[row] <= single->room[site] ||
			    (single->only[row] == pair && single->must[row]))
				continue;
			*changed = TRUE;
			if (!ban(single, pair, error))
				return FALSE;
		}
	return TRUE;
}

/* FALSE, without an error, where some row or site can no longer be satisfied. */
static gboolean propagate(Single *single, GError **error)
{
	const ThusoAllocationProblem *problem = &single->allocator->problem;
	for (gboolean changed = TRUE; changed;) {
		list_only_pairs(single);
		count_room(single);
		for (gint32 site = 0; site < problem->n_sites; site++)
			if (single->room[site] < 0)
				return FALSE;
		for (gint64 row = 0; row < problem->n_demand; row++)
			if (single->must[row] && single->only[row] == -1)
				return FALSE;
		if (!ban_too_large(single, &changed, error))
			return FALSE;
	}
	return TRUE;
}

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

static void make_plans(Single *single, gboolean is_root)
{
	Plan *plan = &single->plan;
	for (int i = 0; i < (is_root ? 2 : 1); i++) {
		plan->effort = is_root ? ROOT_EFFORT : NODE_EFFORT;
		plan_reset(plan);
		if (i == 0)
			plan_round(plan);
		else
			plan_greedy(plan);
		plan_improve(plan);
		keep_plan(single);
	}
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
			if (!(t->site[pair] < t->n ? ban(single, t->origin[pair], error) : require(single, (guint32) row, error)))
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

/* --- the search ------------------------------------------------------------------------------------------------------------------- */

/* TRUE when the node is done with, or *branch says how to go on; FALSE with an error. */
static gboolean visit(Single *single, Branch *branch, gboolean *goes_on, GError **error)
{
	GError *own = NULL;
	*goes_on = FALSE;
	single->n_nodes++;
	if (!propagate(single, &own)) {
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
	if (bound < limit(single))
		make_plans(single, single->n_nodes == 1);
	if (bound >= limit(single) || !choose_branch(single, branch)) {
		single->least_pruned = MIN(single->least_pruned, bound);
		return TRUE;
	}
	*goes_on = TRUE;
	return ban_by_price(single, bound, error);
}

/* Back to the last decision whose other side is still worth a look; FALSE when there is none. */
static gboolean backtrack(Single *single, Branch *next, GError **error)
{
	while (single->branches.n > 0) {
		Branch *last = &((Branch *) single->branches.data)[single->branches.n - 1];
		undo(single, last->trail);
		if (!last->is_second && last->bound < limit(single)) {
			last->is_second = TRUE;
			*next = *last;
			return decide(single, last, error);
		}
		if (!last->is_second)
			single->least_pruned = MIN(single->least_pruned, last->bound);
		single->branches.n--;
	}
	return FALSE;
}

/* *bound: nothing is better. FALSE with an error; *is_done when everything was looked at. */
static gboolean search(Single *single, gint64 most_nodes, double *bound, gboolean *is_done, GError **error)
{
	Branch branch = { .bound = -INFINITY };
	GError *own = NULL;
	*is_done = FALSE;
	for (gboolean goes_on = TRUE; goes_on;) {
		double open_bound = branch.bound;
		if (single->n_nodes > most_nodes && single->n_nodes > 0) {
			*bound = open_bound;
			break;
		}
		if (!visit(single, &branch, &goes_on, &own)) {
			*bound = open_bound;
			break;
		}
		if (goes_on) {
			branch.trail = single->trail.n;
			branch.is_second = FALSE;
			goes_on = thuso_vector_push(&single->branches, &branch, "decisions of single assignment", &own) &&
			          decide(single, &branch, &own);
		} else {
			goes_on = backtrack(single, &branch, &own);
			*is_done = !goes_on && own == NULL;
		}
		*bound = branch.bound;
	}
	for (gint64 i = 0; i < single->branches.n; i++)
		if (!((Branch *) single->branches.data)[i].is_second)
			*bound = MIN(*bound, ((Branch *) single->branches.data)[i].bound);
	if (*is_done)
		*bound = INFINITY;
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
