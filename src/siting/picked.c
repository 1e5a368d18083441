/* A set of sites and single moves on it; some allowed set. */
#include "choice.h"

#include <string.h>

/* --- single moves ------------------------------------------------------------------------------------------------------------ */

Picked *picked_new(const Choice *choice)
{
	Picked *picked = g_new0(Picked, 1);
	picked->choice = choice;
	picked->in = thuso_new(guint8, MAX(choice->n_sites, 1));
	picked->count = thuso_new(gint32, choice->n_nodes);
	picked->need = thuso_new(gint32, choice->n_nodes);
	picked->sum = thuso_new(double, MAX(choice->n_rows, 1));
	picked_clear(picked);
	return picked;
}

void picked_free(Picked *picked)
{
	if (!picked)
		return;
	g_free(picked->in);
	g_free(picked->count);
	g_free(picked->need);
	g_free(picked->sum);
	g_free(picked);
}

/* need of a node = what its own least and those inside still ask for, the greater of the two. Small forests: done anew each time. */
static void count_needs(Picked *picked)
{
	const Choice *choice = picked->choice;
	memset(picked->need, 0, (gsize) choice->n_nodes * sizeof(gint32));
	for (gint32 a = choice->n_nodes - 1; a >= 0; a--) {
		picked->need[a] = MAX(picked->need[a], choice->least[a] - picked->count[a]);
		if (choice->parent[a] >= 0)
			picked->need[choice->parent[a]] += picked->need[a];
	}
}

void picked_clear(Picked *picked)
{
	const Choice *choice = picked->choice;
	memset(picked->in, 0, (gsize) choice->n_sites);
	memset(picked->count, 0, (gsize) choice->n_nodes * sizeof(gint32));
	memset(picked->sum, 0, (gsize) choice->n_rows * sizeof(double));
	picked->n_in = 0;
	count_needs(picked);
}

static void change(Picked *picked, gint32 site, gint32 by)
{
	const Choice *choice = picked->choice;
	picked->in[site] = by > 0;
	picked->n_in += by;
	for (gint32 a = choice->node_of_site[site]; a >= 0; a = choice->parent[a])
		picked->count[a] += by;
	for (gint32 e = choice->row_start[site]; e < choice->row_start[site + 1]; e++)
		picked->sum[choice->row_of[e]] += by * choice->factor[e];
	if (choice->n_nodes > 1 || choice->least[0] > 0)
		count_needs(picked);
}

void picked_add(Picked *picked, gint32 site)
{
	change(picked, site, 1);
}

void picked_drop(Picked *picked, gint32 site)
{
	change(picked, site, -1);
}

gboolean picked_is_allowed(const Picked *picked)
{
	const Choice *choice = picked->choice;
	for (gint32 a = 0; a < choice->n_nodes; a++)
		if (picked->count[a] < choice->least[a] || picked->count[a] > choice->most[a])
			return FALSE;
	for (gint32 r = 0; r < choice->n_rows; r++)
		if (picked->sum[r] > choice->row_most[r] + choice_slack(choice, r) ||
		    picked->sum[r] < choice->row_least[r] - choice_slack(choice, r))
			return FALSE;
	return TRUE;
}

static gboolean row_allows(const Picked *picked, gint32 row, gint32 in, gint32 out, gboolean complete)
{
	const Choice *choice = picked->choice;
	double before = picked->sum[row], enters = in >= 0 ? choice_factor(choice, in, row) : 0,
	       leaves = out >= 0 ? choice_factor(choice, out, row) : 0, after = before + enters - leaves;
	if (enters > leaves && after > choice->row_most[row] + choice_slack(choice, row))
		return FALSE;
	return !complete || leaves <= enters || after >= choice->row_least[row] - choice_slack(choice, row);
}

static gboolean rows_allow(const Picked *picked, gint32 in, gint32 out, gboolean complete)
{
	const Choice *choice = picked->choice;
	for (gint32 e = in >= 0 ? choice->row_start[in] : 0; in >= 0 && e < choice->row_start[in + 1]; e++)
		if (!row_allows(picked, choice->row_of[e], in, out, complete))
			return FALSE;
	for (gint32 e = out >= 0 ? choice->row_start[out] : 0; out >= 0 && e < choice->row_start[out + 1]; e++)
		if (!row_allows(picked, choice->row_of[e], in, out, complete))
			return FALSE;
	return TRUE;
}

/* Adding to an incomplete set: room must remain for what the nodes inside still need. */
static gboolean leaves_room(const Picked *picked, gint32 in)
{
	const Choice *choice = picked->choice;
	gint32 saved = 0; /* by how much the need of the node before on the way fell */
	for (gint32 a = choice->node_of_site[in]; a >= 0; a = choice->parent[a]) {
		gint32 own = choice->least[a] - picked->count[a] - 1, inside = -saved;
		for (gint32 b = a + 1; b < choice->n_nodes; b++)
			if (choice->parent[b] == a)
				inside += picked->need[b];
		gint32 need = MAX(MAX(own, inside), 0);
		if (picked->count[a] + 1 > choice->most[a] - need)
			return FALSE;
		saved = picked->need[a] - need;
	}
	return TRUE;
}

gboolean picked_can(const Picked *picked, gint32 in, gint32 out, gboolean complete)
{
	const Choice *choice = picked->choice;
	if (!complete && out < 0)
		return leaves_room(picked, in) && rows_allow(picked, in, out, FALSE);
	gint32 a = in >= 0 ? choice->node_of_site[in] : -1, b = out >= 0 ? choice->node_of_site[out] : -1;
	while (a != b) {
		if (a > b) {
			if (picked->count[a] + 1 > choice->most[a])
				return FALSE;
			a = choice->parent[a];
		} else {
			if (complete && picked->count[b] - 1 < choice->least[b])
				return FALSE;
			b = choice->parent[b];
		}
	}
	return rows_allow(picked, in, out, complete);
}

/* --- some allowed set --------------------------------------------------------------------------------------------------------- */

/* Of the search where bounds cross: small problems are searched through, large ones given up after some seconds. */
#define MOST_TRIALS 20000
#define MOST_LOOKS  50000000 /* trials times sites */

typedef struct {
	const Choice *choice;
	const double *value; /* n_sites */
	Picked *picked;
	int n_trials;
} Some;

static void pick(Picked *picked, const guint8 *state, const Room *room, const gint32 *chosen, gint32 n)
{
	picked_clear(picked);
	for (gint32 j = 0; j < picked->choice->n_sites; j++)
		if (state[j] == SITE_IN)
			change(picked, j, 1);
	for (gint32 i = 0; i < n; i++)
		change(picked, room->site[chosen[i]], 1);
}

static gint32 broken_row(const Picked *picked, gboolean *is_over)
{
	const Choice *choice = picked->choice;
	for (gint32 r = 0; r < choice->n_rows; r++) {
		*is_over = picked->sum[r] > choice->row_most[r] + choice_slack(choice, r);
		if (*is_over || picked->sum[r] < choice->row_least[r] - choice_slack(choice, r))
			return r;
	}
	return -1;
}

static void cheapest_with(Some *some, Room *room, const guint8 *state, gint32 row, double price, double *value, gint32 *chosen)
{
	for (gint32 k = 0; k < room->n_free; k++) {
		gint32 j = room->site[k];
		double own = isinf(price) ? 0 : some->value[j];
		value[k] = own + (row >= 0 ? (isinf(price) ? 1 : price) * choice_factor(some->choice, j, row) : 0);
	}
	gint32 n = room_cheapest(room, value, chosen);
	pick(some->picked, state, room, chosen, n);
}

/* The lowest price of a row's factor at which the cheapest set keeps the bound, by halving. The dearest price decides. */
static gboolean bargain(Some *some, Room *room, const guint8 *state, gint32 row, double *value, gint32 *chosen)
{
	double scale = 0, low = 0, high;
	for (gint32 k = 0; k < room->n_free; k++)
		scale = MAX(scale, fabs(some->value[room->site[k]]));
	high = scale > 0 ? 4 * scale / some->choice->row_scale[row] : 1;
	cheapest_with(some, room, state, row, INFINITY, value, chosen);
	gboolean is_over;
	if (broken_row(some->picked, &is_over) >= 0)
		return FALSE;
	for (int i = 0; i < 40; i++) {
		double price = i == 0 ? high : (low + high) / 2;
		cheapest_with(some, room, state, row, price, value, chosen);
		if (broken_row(some->picked, &is_over) < 0)
			high = price;
		else if (i == 0)
			return (cheapest_with(some, room, state, row, INFINITY, value, chosen), TRUE);
		else
			low = price;
	}
	cheapest_with(some, room, state, row, high, value, chosen);
	return broken_row(some->picked, &is_over) < 0;
}

/* The free site of the row whose decision bites most: chosen where it is over, not chosen where it is under. */
static gint32 site_of_row(const Some *some, const Room *room, gint32 row, gboolean is_over)
{
	gint32 best = -1;
	double most = 0;
	for (gint32 k = 0; k < room->n_free; k++) {
		gint32 j = room->site[k];
		double factor = some->picked->in[j] == is_over ? choice_factor(some->choice, j, row) : 0;
		if (factor > most) {
			most = factor;
			best = j;
		}
	}
	return best;
}

static int most_trials(const Choice *choice)
{
	return MIN(MOST_TRIALS, MOST_LOOKS / MAX(choice->n_sites, 1));
}

static gboolean some_search(Some *some, const guint8 *given)
{
	const Choice *choice = some->choice;
	if (some->n_trials++ > most_trials(choice))
		return FALSE;
	g_autofree guint8 *state = g_memdup2(given, (gsize) MAX(choice->n_sites, 1));
	g_autoptr(Room) room = room_new(choice);
	if (!room_enter(room, state))
		return FALSE;
	g_autofree double *value = thuso_new(double, MAX(room->n_free, 1));
	g_autofree gint32 *chosen = thuso_new(gint32, MAX(room->n_free, 1));
	cheapest_with(some, room, state, -1, 0, value, chosen);
	gboolean is_over;
	gint32 row = broken_row(some->picked, &is_over);
	if (row < 0)
		return TRUE;
	gint32 site = site_of_row(some, room, row, is_over);
	if (is_over && bargain(some, room, state, row, value, chosen))
		return TRUE;
	/* With one bound beside the forest the bargain is the last word. */
	if (site < 0 || (choice->n_rows == 1 && is_over && choice->row_least[row] <= 0))
		return FALSE;
	state[site] = is_over ? SITE_OUT : SITE_IN;
	if (some_search(some, state))
		return TRUE;
	state[site] = is_over ? SITE_IN : SITE_OUT;
	return some_search(some, state);
}

gboolean choice_some(const Choice *choice, const guint8 *state, const double *value, Picked *picked, gboolean *gave_up)
{
	Some some = { choice, value, picked, 0 };
	gboolean found = some_search(&some, state);
	if (gave_up)
		*gave_up = !found && some.n_trials > most_trials(choice);
	return found;
}
