/* Plans of single assignment: greedy by regret, rounding, ejections, shifts and swaps (Martello and Toth 1990, ch. 7). */
#include "single.h"

#include <stdlib.h>

#define GAIN 1e-12 /* relative: below, a change is rounding and no gain */

gboolean plan_new(Plan *plan, ThusoAllocator *allocator, GError **error)
{
	*plan = (Plan){ .allocator = allocator, .may_leave_out = !isnan(allocator->problem.unserved) };
	plan->choice = thuso_array_new(allocator->problem.n_demand, sizeof *plan->choice, "choices of demand rows", error);
	if (plan->choice == NULL)
		return FALSE;
	plan->room = thuso_array_new((gint64) allocator->problem.n_sites + 1, sizeof *plan->room, "places of sites", error);
	if (plan->room == NULL)
		return FALSE;
	plan->first = thuso_array_new((gint64) allocator->problem.n_sites + 1, sizeof *plan->first, "rows of sites", error);
	if (plan->first == NULL)
		return FALSE;
	plan->next = thuso_array_new(allocator->problem.n_demand, sizeof *plan->next, "rows of sites", error);
	if (plan->next == NULL)
		return FALSE;
	plan->previous = thuso_array_new(allocator->problem.n_demand, sizeof *plan->previous, "rows of sites", error);
	return plan->previous != NULL;
}

void plan_clear(Plan *plan)
{
	thuso_array_free(plan->choice);
	thuso_array_free(plan->room);
	thuso_array_free(plan->first);
	thuso_array_free(plan->next);
	thuso_array_free(plan->previous);
}

void plan_reset(Plan *plan)
{
	plan->transport = plan->allocator->transport;
	for (gint64 row = 0; row < plan->allocator->problem.n_demand; row++)
		plan->choice[row] = NO_CHOICE;
	for (gint32 site = 0; site < plan->transport->n; site++)
		plan->room[site] = plan->allocator->capacity[plan->transport->site_of[site]];
	plan->room[plan->transport->n] = NEVER;
	for (gint32 site = 0; site <= plan->transport->n; site++)
		plan->first[site] = -1;
}

static void take_out(Plan *plan, gint64 row)
{
	gint32 site = plan->transport->site[plan->choice[row]], next = plan->next[row], previous = plan->previous[row];
	plan->room[site] += plan->allocator->people[row];
	plan->choice[row] = NO_CHOICE;
	if (next >= 0)
		plan->previous[next] = previous;
	if (previous >= 0)
		plan->next[previous] = next;
	else
		plan->first[site] = next;
}

static void place(Plan *plan, gint64 row, guint32 pair)
{
	gint32 site = plan->transport->site[pair];
	if (plan->choice[row] != NO_CHOICE)
		take_out(plan, row);
	plan->choice[row] = pair;
	plan->room[site] -= plan->allocator->people[row];
	plan->next[row] = plan->first[site];
	plan->previous[row] = -1;
	if (plan->first[site] >= 0)
		plan->previous[plan->first[site]] = (gint32) row;
	plan->first[site] = (gint32) row;
}

/* Being left out is a place only where it is allowed, and allowed to this row. */
static inline gboolean is_place(const Plan *plan, gint64 pair)
{
	return plan->transport->site[pair] < plan->transport->n ||
	       (plan->may_leave_out && plan->transport->cost[pair] == plan->allocator->unserved);
}

static inline gint64 priced(const Plan *plan, gint64 pair)
{
	const Transport *t = plan->transport;
	return t->cost[pair] + (t->site[pair] < t->n ? t->price[t->site[pair]] : 0);
}

/* The best place with room; *second is the price of the next best (NEVER = none). NO_CHOICE when nothing has room. */
static guint32 best_place(const Plan *plan, gint64 row, gint64 *second)
{
	const Transport *t = plan->transport;
	guint32 best = NO_CHOICE;
	gint64 least = NEVER;
	*second = NEVER;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
		if (!is_place(plan, pair) || plan->room[t->site[pair]] < plan->allocator->people[row])
			continue;
		gint64 price = priced(plan, pair);
		*second = MIN(*second, MAX(price, least));
		if (price < least) {
			least = price;
			best = (guint32) pair;
		}
	}
	return best;
}

/* The pair of a row with a site, or NO_CHOICE; sites of a row ascend. */
static guint32 pair_of(const Transport *t, gint64 row, gint32 site)
{
	gint64 low = t->row_start[row], high = t->row_start[row + 1];
	while (low < high) {
		gint64 middle = low + (high - low) / 2;
		if (t->site[middle] < site)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->row_start[row + 1] && t->site[low] == site ? (guint32) low : NO_CHOICE;
}

/* --- making room -------------------------------------------------------------------------------------------------------------- */

static double row_cost(const Plan *plan, gint64 row, gint64 from, gint64 to)
{
	return (double) plan->allocator->people[row] * (double) (plan->transport->cost[to] - plan->transport->cost[from]);
}

/* The cheapest row whose leaving the site of `pair` for a place with room lets `row` in there; *to is that place. */
static gint64 cheapest_ejection(Plan *plan, gint64 row, gint64 pair, guint32 *to, double *cost)
{
	const Transport *t = plan->transport;
	gint32 site = t->site[pair];
	gint64 best = -1, needed = plan->allocator->people[row] - plan->room[site];
	for (gint32 other = plan->first[site]; other >= 0; other = plan->next[other]) {
		if (plan->allocator->people[other] < needed)
			continue;
		for (gint64 place_pair = t->row_start[other]; place_pair < t->row_start[other + 1]; place_pair++) {
			plan->effort--;
			if (place_pair == plan->choice[other] || !is_place(plan, place_pair) ||
			    plan->room[t->site[place_pair]] < plan->allocator->people[other])
				continue;
			double more = row_cost(plan, other, plan->choice[other], place_pair);
			if (more < *cost) {
				*cost = more;
				*to = (guint32) place_pair;
				best = other;
			}
		}
	}
	return best;
}

static void place_by_ejection(Plan *plan, gint64 row)
{
	const Transport *t = plan->transport;
	gint64 ejected = -1;
	guint32 ejected_to = NO_CHOICE, own = NO_CHOICE;
	double least = INFINITY;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1] && plan->effort > 0; pair++) {
		if (t->site[pair] == t->n)
			continue;
		guint32 to = NO_CHOICE;
		double own_cost = (double) plan->allocator->people[row] * (double) t->cost[pair], cost = least - own_cost;
		gint64 other = cheapest_ejection(plan, row, pair, &to, &cost);
		if (other < 0)
			continue;
		least = cost + own_cost;
		ejected = other;
		ejected_to = to;
		own = (guint32) pair;
	}
	if (ejected < 0)
		return;
	place(plan, ejected, ejected_to);
	place(plan, row, own);
}

static void place_row(Plan *plan, gint64 row)
{
	gint64 second;
	guint32 pair = best_place(plan, row, &second);
	if (pair != NO_CHOICE)
		place(plan, row, pair);
	else
		place_by_ejection(plan, row);
}

/* --- first plans --------------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 key; /* larger first */
	guint32 row;
	guint32 pair;
} Turn;

static int compare_turns(gconstpointer a, gconstpointer b)
{
	const Turn *p = a, *q = b;
	if (p->key != q->key)
		return p->key > q->key ? -1 : 1;
	return (p->row > q->row) - (p->row < q->row);
}

static gboolean is_row_of_people(const Plan *plan, gint64 row)
{
	return plan->transport->row_start[row] < plan->transport->row_start[row + 1];
}

/* --- rounding ------------------------------------------------------------------------------------------------------------------- */

/* A shift (other = -1) or a swap that takes people from a site with too many. */
typedef struct {
	gint64 row, other;
	guint32 to, back;
	double cost; /* a person less too many, anywhere */
} Relief;

static inline gint64 too_many(const Plan *plan, gint32 site, gint64 more)
{
	gint64 room = plan->room[site] - more;
	return room < 0 ? -room : 0;
}

/* People too many at the two sites, less after `moved` go from one to the other. */
static gint64 relieved(const Plan *plan, gint32 from, gint32 to, gint64 moved)
{
	return too_many(plan, from, 0) + too_many(plan, to, 0) - too_many(plan, from, -moved) - too_many(plan, to, moved);
}

static void offer_relief(Relief *best, Relief relief, gint64 people)
{
	relief.cost /= (double) people;
	if (relief.cost < best->cost)
		*best = relief;
}

static void look_for_swap(Plan *plan, gint64 row, guint32 to, Relief *best)
{
	const Transport *t = plan->transport;
	gint32 here = t->site[plan->choice[row]], there = t->site[to];
	double cost = row_cost(plan, row, plan->choice[row], to);
	for (gint32 other = plan->first[there]; other >= 0 && plan->effort > 0; other = plan->next[other]) {
		plan->effort--;
		gint64 moved = plan->allocator->people[row] - plan->allocator->people[other];
		gint64 people = moved > 0 ? relieved(plan, here, there, moved) : 0;
		guint32 back = people > 0 ? pair_of(t, other, here) : NO_CHOICE;
		if (back != NO_CHOICE && is_place(plan, back))
			offer_relief(best, (Relief){ row, other, to, back, cost + row_cost(plan, other, plan->choice[other], back) }, people);
	}
}

static Relief find_relief(Plan *plan, gint32 site)
{
	const Transport *t = plan->transport;
	Relief best = { .row = -1, .cost = INFINITY };
	for (gint32 row = plan->first[site]; row >= 0; row = plan->next[row])
		for (gint64 to = t->row_start[row]; to < t->row_start[row + 1]; to++) {
			if (to == plan->choice[row] || !is_place(plan, to))
				continue;
			gint64 people = relieved(plan, site, t->site[to], plan->allocator->people[row]);
			if (people > 0)
				offer_relief(&best, (Relief){ row, -1, (guint32) to, 0, row_cost(plan, row, plan->choice[row], to) }, people);
			if (t->site[to] < t->n)
				look_for_swap(plan, row, (guint32) to, &best);
		}
	return best;
}

/* Each step leaves fewer people too many, so this ends. */
static void relieve(Plan *plan, gint32 site)
{
	while (plan->room[site] < 0 && plan->effort > 0) {
		Relief relief = find_relief(plan, site);
		if (relief.row < 0)
			return;
		place(plan, relief.row, relief.to);
		if (relief.other >= 0)
			place(plan, relief.other, relief.back);
	}
}

/* What no shift or swap could help is taken out, the smallest row that is enough, and placed anew. */
static void clear_site(Plan *plan, gint32 site, GArray *turns)
{
	while (plan->room[site] < 0) {
		gint32 best = plan->first[site];
		for (gint32 row = best; row >= 0; row = plan->next[row]) {
			gint64 people = plan->allocator->people[row], least = plan->allocator->people[best];
			if (least < -plan->room[site] ? people > least : people >= -plan->room[site] && people < least)
				best = row;
		}
		Turn turn = { plan->allocator->people[best], (guint32) best, NO_CHOICE };
		take_out(plan, best);
		g_array_append_val(turns, turn);
	}
}

/* The pair that has most of the row in the transportation problem. */
static guint32 largest_part(const Plan *plan, gint64 row)
{
	const Transport *t = plan->transport;
	gint64 best = -1;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++)
		if (is_place(plan, pair) && (best < 0 || t->amount[pair] > t->amount[best]))
			best = pair;
	return best < 0 ? NO_CHOICE : (guint32) best;
}

void plan_round(Plan *plan)
{
	gint32 n = plan->transport->n;
	for (gint64 row = 0; row < plan->allocator->problem.n_demand; row++) {
		guint32 pair = largest_part(plan, row);
		if (pair != NO_CHOICE)
			place(plan, row, pair);
	}
	gint64 before, after = 0;
	do {
		before = after;
		after = 0;
		for (gint32 site = 0; site < n; site++)
			relieve(plan, site);
		for (gint32 site = 0; site < n; site++)
			after += too_many(plan, site, 0);
	} while (after > 0 && after != before && plan->effort > 0);
	g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(Turn));
	for (gint32 site = 0; site < n; site++)
		clear_site(plan, site, turns);
	g_array_sort(turns, compare_turns);
	for (guint i = 0; i < turns->len; i++)
		place_row(plan, g_array_index(turns, Turn, i).row);
}

/* Regrets age as sites fill. A row whose first choice is full by its turn looks again and waits for the next round. */
static gint64 greedy_round(Plan *plan, Turn *turn, gint64 n)
{
	gint64 waiting = 0;
	for (gint64 i = 0; i < n; i++) {
		gint64 second;
		turn[i].pair = best_place(plan, turn[i].row, &second);
		turn[i].key = turn[i].pair == NO_CHOICE ? NEVER : second - priced(plan, turn[i].pair);
	}
	qsort(turn, (gsize) n, sizeof *turn, compare_turns);
	for (gint64 i = 0; i < n; i++)
		if (turn[i].pair == NO_CHOICE)
			place_by_ejection(plan, turn[i].row);
		else if (plan->room[plan->transport->site[turn[i].pair]] >= plan->allocator->people[turn[i].row])
			place(plan, turn[i].row, turn[i].pair);
		else
			turn[waiting++] = turn[i];
	return waiting;
}

gboolean plan_greedy(Plan *plan, GError **error)
{
	gint64 n_rows = plan->allocator->problem.n_demand, n = 0;
	Turn *turn = thuso_array_new(n_rows, sizeof *turn, "turns of demand rows", error);
	if (turn == NULL)
		return FALSE;
	for (gint64 row = 0; row < n_rows; row++)
		if (is_row_of_people(plan, row))
			turn[n++].row = (guint32) row;
	while (n > 0)
		n = greedy_round(plan, turn, n);
	thuso_array_free(turn);
	return TRUE;
}

/* --- improvement ------------------------------------------------------------------------------------------------------------- */

static gboolean shift_row(Plan *plan, gint64 row)
{
	const Transport *t = plan->transport;
	gint64 best = plan->choice[row];
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1]; pair++) {
		plan->effort--;
		if (t->cost[pair] < t->cost[best] && is_place(plan, pair) && plan->room[t->site[pair]] >= plan->allocator->people[row])
			best = pair;
	}
	if (best == plan->choice[row])
		return FALSE;
	place(plan, row, (guint32) best);
	return TRUE;
}

/* The row to the site of `to`, some row there to this row's site: the first such swap that gains. */
static gboolean swap_row(Plan *plan, gint64 row, gint64 to)
{
	const Transport *t = plan->transport;
	gint32 here = t->site[plan->choice[row]], there = t->site[to];
	gint64 people = plan->allocator->people[row];
	double gain = -row_cost(plan, row, plan->choice[row], to);
	for (gint32 other = plan->first[there]; other >= 0 && plan->effort > 0; other = plan->next[other]) {
		gint64 other_people = plan->allocator->people[other];
		plan->effort--;
		if (plan->room[there] + other_people < people || plan->room[here] + people < other_people)
			continue;
		guint32 back = pair_of(t, other, here);
		if (back == NO_CHOICE || !is_place(plan, back))
			continue;
		double loss = row_cost(plan, other, plan->choice[other], back);
		if (gain - loss <= GAIN * (fabs(gain) + fabs(loss)))
			continue;
		place(plan, other, back);
		place(plan, row, (guint32) to);
		return TRUE;
	}
	return FALSE;
}

static gboolean swap_anywhere(Plan *plan, gint64 row)
{
	const Transport *t = plan->transport;
	for (gint64 pair = t->row_start[row]; pair < t->row_start[row + 1] && plan->effort > 0; pair++)
		if (t->site[pair] < t->n && t->cost[pair] < t->cost[plan->choice[row]] && swap_row(plan, row, pair))
			return TRUE;
	return FALSE;
}

void plan_improve(Plan *plan)
{
	gint64 n_rows = plan->allocator->problem.n_demand;
	for (gboolean gained = TRUE; gained && plan->effort > 0;) {
		gained = FALSE;
		for (gint64 row = 0; row < n_rows && plan->effort > 0; row++)
			if (plan->choice[row] != NO_CHOICE)
				gained = shift_row(plan, row) || swap_anywhere(plan, row) || gained;
	}
}

gboolean plan_cost(const Plan *plan, double *cost)
{
	ThusoSum sum = { 0 };
	for (gint64 row = 0; row < plan->allocator->problem.n_demand; row++) {
		if (!is_row_of_people(plan, row))
			continue;
		if (plan->choice[row] == NO_CHOICE)
			return FALSE;
		thuso_sum_add(&sum, row_weight(plan->allocator, row) * transport_cost(plan->allocator, plan->choice[row]));
	}
	*cost = thuso_sum(&sum);
	return TRUE;
}
