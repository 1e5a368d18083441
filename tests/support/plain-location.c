/* Every set of sites, one after the other. */
#include "plain-location.h"

#include <thuso/catchment.h>

#include <math.h>
#include <string.h>

static double pick(GRand *random, gboolean whole, double most)
{
	double value = g_rand_double_range(random, 0, most);
	return whole ? floor(value) : value;
}

static void random_pairs(PlainLocation *p, GRand *random, gboolean whole)
{
	double density = g_rand_double_range(random, 0.3, 1.1);
	gboolean ties = g_rand_int_range(random, 0, 3) == 0;
	for (int i = 0; i < p->location.n_demand; i++) {
		p->weight[i] = ties ? 1 : pick(random, whole, 20);
		for (int j = 0; j < p->location.n_sites; j++)
			p->cost_of[i][j] = g_rand_double(random) < density ? pick(random, whole, ties ? 4 : 100) : INFINITY;
	}
}

/* Nested: the groups of a level lie in those of the level before; crossing: they are drawn alone. */
static void random_levels(PlainLocation *p, GRand *random)
{
	int n_levels = g_rand_int_range(random, 0, PLAIN_LEVELS + 1);
	gboolean nested = g_rand_int_range(random, 0, 3) > 0;
	static const char *const names[] = { "province", "district", "municipality" };
	for (int l = 0; l < n_levels; l++) {
		int n_groups = l + 2;
		ThusoQuotaLevel *level = &p->level[l];
		for (int j = 0; j < p->location.n_sites; j++) {
			int above = l > 0 ? p->group_of_site[l - 1][j] : 0;
			gint32 group = g_rand_int_range(random, -1, n_groups);
			if (nested && l > 0)
				group = above < 0 ? -1 : CLAMP(above + g_rand_int_range(random, 0, 2), 0, n_groups - 1);
			p->group_of_site[l][j] = group;
		}
		if (nested && l > 0) {
			/* Group numbers are made so that each lies in one group above: pair them up. */
			for (int j = 0; j < p->location.n_sites; j++) {
				int above = p->group_of_site[l - 1][j];
				p->group_of_site[l][j] = above < 0 ? -1 : (above * 2 + (j & 1)) % PLAIN_SITES;
			}
			n_groups = PLAIN_SITES;
		}
		for (int g = 0; g < n_groups; g++) {
			p->min[l][g] = g_rand_int_range(random, 0, 4) == 0 ? g_rand_int_range(random, 0, 2) : 0;
			p->max[l][g] = g_rand_int_range(random, 0, 2) ? g_rand_int_range(random, 1, 4) : G_MAXINT32;
		}
		*level = (ThusoQuotaLevel){ names[l], n_groups, p->group_id, p->group_of_site[l], p->min[l], p->max[l] };
	}
	p->location.level = p->level;
	p->location.n_levels = n_levels;
}

static void random_budgets(PlainLocation *p, GRand *random, gboolean whole)
{
	int n = g_rand_int_range(random, 0, 4) < 2 ? 0 : g_rand_int_range(random, 1, PLAIN_BUDGETS + 1);
	for (int b = 0; b < n; b++) {
		for (int j = 0; j < p->location.n_sites; j++)
			p->budget_cost[b][j] = p->state[j] == THUSO_SITE_FIXED ? 0 : pick(random, whole, 10);
		p->budget[b] = (ThusoBudget){ b == 0 ? "budget" : "second budget", p->budget_cost[b], pick(random, whole, 30) };
	}
	p->location.budget = p->budget;
	p->location.n_budgets = n;
}

void plain_location_pack(PlainLocation *p)
{
	gint64 n = 0;
	for (int j = 0; j < p->location.n_sites; j++) {
		p->start[j] = n;
		for (guint32 i = 0; i < p->location.n_demand; i++)
			if (isfinite(p->cost_of[i][j])) {
				p->demand[n] = i;
				p->cost[n++] = p->cost_of[i][j];
			}
	}
	p->start[p->location.n_sites] = n;
	p->location.start = p->start;
	p->location.demand = p->demand;
	p->location.cost = p->cost;
	p->location.weight = p->weight;
	p->location.state = p->state;
}

void plain_location_random(PlainLocation *p, guint32 seed)
{
	static const char *const groups[] = { "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9" };
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	gboolean whole = g_rand_int_range(random, 0, 2);
	memset(p, 0, sizeof *p);
	memcpy(p->group_id, groups, sizeof groups);
	thuso_location_default(&p->location);
	p->location.n_sites = g_rand_int_range(random, 1, PLAIN_SITES + 1);
	p->location.n_demand = g_rand_int_range(random, 1, PLAIN_DEMAND + 1);
	random_pairs(p, random, whole);
	for (int j = 0; j < p->location.n_sites; j++) {
		int r = g_rand_int_range(random, 0, 12);
		p->state[j] = r == 0 ? THUSO_SITE_FIXED : r == 1 ? THUSO_SITE_FORBIDDEN : THUSO_SITE_FREE;
		p->pull[j] = g_rand_double_range(random, 0.5, 3);
		p->charge[j] = pick(random, whole, 15);
		p->capacity[j] = g_rand_int_range(random, 0, 8) ? 1 + pick(random, whole, 60) : INFINITY;
	}
	random_levels(p, random);
	random_budgets(p, random, whole);
	p->location.sites =
	    p->location.n_budgets && g_rand_int_range(random, 0, 3) == 0 ? -1 : g_rand_int_range(random, 1, p->location.n_sites + 1);
	p->location.limit = pick(random, whole, 80);
	p->location.pull = p->pull;
	plain_location_pack(p);
	p->words = g_strdup_printf("seed %u: %d sites, %d rows, p %d, %d levels, %d budgets", seed, p->location.n_sites,
	                           (int) p->location.n_demand, p->location.sites, p->location.n_levels, p->location.n_budgets);
}

void plain_location_clear(PlainLocation *p)
{
	g_clear_pointer(&p->words, g_free);
}

static double count(guint set)
{
	return __builtin_popcount(set);
}

gboolean plain_is_allowed(const PlainLocation *p, guint set)
{
	const ThusoLocation *l = &p->location;
	for (int j = 0; j < l->n_sites; j++)
		if ((p->state[j] == THUSO_SITE_FIXED && !(set >> j & 1)) || (p->state[j] == THUSO_SITE_FORBIDDEN && (set >> j & 1)))
			return FALSE;
	if (l->sites >= 0 && count(set) > l->sites)
		return FALSE;
	for (int v = 0; v < l->n_levels; v++)
		for (int g = 0; g < l->level[v].n_groups; g++) {
			int n = 0;
			for (int j = 0; j < l->n_sites; j++)
				n += (set >> j & 1) && l->level[v].group_of_site[j] == g;
			if (n < l->level[v].min[g] || n > l->level[v].max[g])
				return FALSE;
		}
	for (int b = 0; b < l->n_budgets; b++) {
		double sum = 0;
		for (int j = 0; j < l->n_sites; j++)
			sum += set >> j & 1 ? l->budget[b].cost[j] : 0;
		if (sum > l->budget[b].most * (1 + 1e-12) + 1e-12)
			return FALSE;
	}
	return TRUE;
}

static double all_people(const PlainLocation *p)
{
	double sum = 0;
	for (int i = 0; i < p->location.n_demand; i++)
		sum += p->weight[i];
	return sum;
}

/* People with `times` chosen sites within the limit. */
static double people_within(const PlainLocation *p, guint set, int times, int *n_without)
{
	double sum = 0;
	*n_without = 0;
	for (int i = 0; i < p->location.n_demand; i++) {
		int n = 0;
		for (int j = 0; j < p->location.n_sites; j++)
			n += (set >> j & 1) && p->cost_of[i][j] <= p->location.limit;
		sum += n >= times ? p->weight[i] : 0;
		*n_without += n < 1;
	}
	return sum;
}

static double charges(const PlainLocation *p, guint set)
{
	double sum = 0;
	for (int j = 0; p->location.charge && j < p->location.n_sites; j++)
		sum += (set >> j & 1) && p->state[j] != THUSO_SITE_FIXED ? p->location.charge[j] : 0;
	return sum;
}

static double nearest(const PlainLocation *p, guint set, int i)
{
	double least = INFINITY;
	for (int j = 0; j < p->location.n_sites; j++)
		if (set >> j & 1)
			least = MIN(least, p->cost_of[i][j]);
	return least;
}

static double value_pmedian(const PlainLocation *p, guint set)
{
	double sum = 0;
	for (int i = 0; i < p->location.n_demand; i++) {
		double least = nearest(p, set, i);
		if (isfinite(p->location.unserved))
			least = MIN(least, p->location.unserved);
		if (isinf(least) && p->weight[i] > 0)
			return NAN;
		sum += p->weight[i] > 0 ? p->weight[i] * least : 0;
	}
	return sum;
}

static double value_pcenter(const PlainLocation *p, guint set)
{
	double most = 0;
	for (int i = 0; i < p->location.n_demand; i++)
		most = MAX(most, nearest(p, set, i));
	return isinf(most) ? NAN : most;
}

static double value_lscp(const PlainLocation *p, guint set)
{
	int n_without;
	double people = people_within(p, set, 1, &n_without);
	if (p->location.target >= 0 && p->location.target < 1)
		return people >= p->location.target * all_people(p) - 2e-9 * all_people(p) ? count(set) : NAN;
	return n_without == 0 ? count(set) : NAN;
}

static double value_huff(const PlainLocation *p, guint set)
{
	double sum = 0;
	for (int i = 0; i < p->location.n_demand; i++) {
		double pull = 0;
		for (int j = 0; j < p->location.n_sites; j++)
			if ((set >> j & 1) && isfinite(p->cost_of[i][j]))
				pull += p->pull[j] * pow(p->location.limit / MAX(p->cost_of[i][j], p->location.limit / 1000), 2);
		sum += p->weight[i] * pull / (1 + pull);
	}
	return sum;
}

static double value_pdispersion(const PlainLocation *p, guint set)
{
	double least = INFINITY;
	if (count(set) != p->location.sites)
		return NAN;
	for (int a = 0; a < p->location.n_sites; a++)
		for (int b = 0; b < p->location.n_sites; b++)
			if (a != b && (set >> a & 1) && (set >> b & 1))
				least = MIN(least, p->cost_of[a][b]);
	return least;
}

/* Every way to give each row to one chosen site; the least cost with people left out, INFINITY = nobody may be and somebody is. */
static double assign_rows(const PlainLocation *p, guint set, int row, double *room, double limit, gboolean covers)
{
	if (row == p->location.n_demand)
		return 0;
	double own = covers ? 1 : p->location.unserved, best = INFINITY;
	if (p->weight[row] == 0)
		return assign_rows(p, set, row + 1, room, limit, covers);
	if (!isnan(own))
		best = p->weight[row] * own + assign_rows(p, set, row + 1, room, limit, covers);
	for (int j = 0; j < p->location.n_sites; j++) {
		if (!(set >> j & 1) || !(p->cost_of[row][j] <= limit) || isinf(p->cost_of[row][j]) || room[j] < p->weight[row] - 1e-9)
			continue;
		room[j] -= p->weight[row];
		double cost = covers ? 0 : p->weight[row] * p->cost_of[row][j];
		best = MIN(best, cost + assign_rows(p, set, row + 1, room, limit, covers));
		room[j] += p->weight[row];
	}
	return best;
}

static double value_single(const PlainLocation *p, guint set, double limit, gboolean covers)
{
	double room[PLAIN_SITES];
	memcpy(room, p->capacity, sizeof room);
	double left = assign_rows(p, set, 0, room, limit, covers);
	return isinf(left) ? NAN : covers ? all_people(p) - left : left;
}

/* One set's transportation problem, by the allocation that is tested on its own. */
static double value_split(const PlainLocation *p, guint set, double limit, gboolean covers)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	gint64 start[PLAIN_SITES + 1] = { 0 }, n = 0;
	guint32 demand[PLAIN_DEMAND * PLAIN_SITES];
	double cost[PLAIN_DEMAND * PLAIN_SITES];
	guint8 open[PLAIN_SITES];
	for (int j = 0; j < p->location.n_sites; j++) {
		for (guint32 i = 0; i < p->location.n_demand; i++)
			if (isfinite(p->cost_of[i][j]) && p->cost_of[i][j] <= limit) {
				demand[n] = i;
				cost[n++] = covers ? 0 : p->cost_of[i][j];
			}
		start[j + 1] = n;
		open[j] = set >> j & 1;
	}
	problem.n_demand = p->location.n_demand;
	problem.n_sites = p->location.n_sites;
	problem.start = start;
	problem.demand = demand;
	problem.cost = cost;
	problem.weight = p->weight;
	problem.capacity = p->capacity;
	problem.unserved = covers ? NAN : p->location.unserved;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, NULL);
	g_autoptr(ThusoAllocation) got = thuso_allocate_optimal(context, allocator, open, THUSO_ALLOCATE_TOTALS, NULL);
	double left = got->refused + got->unreachable;
	if (covers)
		return got->assigned;
	if (isnan(p->location.unserved))
		return left > 1e-9 * all_people(p) ? NAN : got->cost;
	return got->cost + p->location.unserved * left;
}

double plain_value(const PlainLocation *p, const char *model, guint set)
{
	gboolean covers = strcmp(model, "cmclp") == 0;
	if (covers || strcmp(model, "cpmedian") == 0) {
		double limit = covers ? p->location.limit : INFINITY;
		double value = p->location.is_single ? value_single(p, set, limit, covers) : value_split(p, set, limit, covers);
		return covers ? value - charges(p, set) : value;
	}
	int n_without;
	if (strcmp(model, "pmedian") == 0)
		return value_pmedian(p, set);
	if (strcmp(model, "pcenter") == 0)
		return value_pcenter(p, set);
	if (strcmp(model, "lscp") == 0)
		return value_lscp(p, set);
	if (strcmp(model, "huff") == 0)
		return value_huff(p, set) - charges(p, set);
	if (strcmp(model, "pdispersion") == 0)
		return value_pdispersion(p, set);
	double people = people_within(p, set, strcmp(model, "backup") == 0 ? 2 : 1, &n_without);
	if (strcmp(model, "backup") == 0 && p->location.target > 0 && n_without > 0)
		return NAN;
	return people - charges(p, set);
}

gboolean plain_best(const PlainLocation *p, const char *model, double *best, guint *set)
{
	const ThusoModel *about = thuso_model_find(model);
	gboolean any = FALSE;
	for (guint s = 0; s < 1u << p->location.n_sites; s++) {
		double value = plain_is_allowed(p, s) ? plain_value(p, model, s) : NAN;
		if (isnan(value) || (any && (about->maximises ? value <= *best : value >= *best)))
			continue;
		any = TRUE;
		*best = value;
		*set = s;
	}
	return any;
}
