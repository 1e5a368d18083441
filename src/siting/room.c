/* What the free sites may still do, and the cheapest set of them. */
#include "choice.h"

#include <stdlib.h>
#include <string.h>

/* --- what the free sites may still do ------------------------------------------------------------------------------------- */

Room *room_new(const Choice *choice)
{
	Room *room = g_new0(Room, 1);
	gint32 n = MAX(choice->n_sites, 1), n_nodes = choice->n_nodes;
	room->choice = choice;
	room->least = thuso_new(gint32, n_nodes);
	room->most = thuso_new(gint32, n_nodes);
	room->row_least = thuso_new(double, MAX(choice->n_rows, 1));
	room->row_most = thuso_new(double, MAX(choice->n_rows, 1));
	room->site = thuso_new(gint32, n);
	room->order = thuso_new(gint32, n);
	room->taken = thuso_new(guint8, n);
	room->first = thuso_new(gint32, n_nodes + 1);
	room->mandatory = thuso_new(gint32, n_nodes);
	room->count = thuso_new(gint32, n_nodes);
	room->n_list = thuso_new(gint32, n_nodes);
	room->best_out = thuso_new(double, n_nodes);
	room->best_in = thuso_new(double, n_nodes);
	return room;
}

void room_free(Room *room)
{
	if (!room)
		return;
	g_free(room->least);
	g_free(room->most);
	g_free(room->row_least);
	g_free(room->row_most);
	g_free(room->site);
	g_free(room->order);
	g_free(room->list);
	g_free(room->taken);
	g_free(room->first);
	g_free(room->mandatory);
	g_free(room->count);
	g_free(room->n_list);
	g_free(room->best_out);
	g_free(room->best_in);
	g_free(room);
}

static void reset_bounds(Room *room, const guint8 *state)
{
	const Choice *choice = room->choice;
	memcpy(room->least, choice->least, (gsize) choice->n_nodes * sizeof(gint32));
	memcpy(room->most, choice->most, (gsize) choice->n_nodes * sizeof(gint32));
	memcpy(room->row_least, choice->row_least, (gsize) choice->n_rows * sizeof(double));
	memcpy(room->row_most, choice->row_most, (gsize) choice->n_rows * sizeof(double));
	for (gint32 j = 0; j < choice->n_sites; j++) {
		if (state[j] != SITE_IN)
			continue;
		for (gint32 a = choice->node_of_site[j]; a >= 0; a = choice->parent[a]) {
			room->least[a]--;
			if (room->most[a] != G_MAXINT32)
				room->most[a]--;
		}
		for (gint32 e = choice->row_start[j]; e < choice->row_start[j + 1]; e++) {
			room->row_least[choice->row_of[e]] -= choice->factor[e];
			room->row_most[choice->row_of[e]] -= choice->factor[e];
		}
	}
}

/* Do the counts of the forest go together? `count` gets the free sites of each node. */
static gboolean counts_fit(Room *room, const guint8 *state)
{
	const Choice *choice = room->choice;
	g_autofree gint32 *can = thuso_new(gint32, choice->n_nodes), *need = thuso_new(gint32, choice->n_nodes);
	memset(room->count, 0, (gsize) choice->n_nodes * sizeof(gint32));
	for (gint32 j = 0; j < choice->n_sites; j++)
		if (state[j] == SITE_FREE) {
			room->count[choice->node_of_site[j]]++;
			can[choice->node_of_site[j]]++;
		}
	for (gint32 a = choice->n_nodes - 1; a >= 0; a--) {
		can[a] = MIN(can[a], room->most[a]);
		need[a] = MAX(need[a], room->least[a]);
		if (need[a] > can[a] || room->most[a] < 0)
			return FALSE;
		gint32 parent = choice->parent[a];
		if (parent >= 0) {
			can[parent] += can[a];
			need[parent] += need[a];
			room->count[parent] += room->count[a];
		}
	}
	return TRUE;
}

static gboolean rows_fit(const Room *room, const guint8 *state)
{
	const Choice *choice = room->choice;
	g_autofree double *sum = thuso_new(double, MAX(choice->n_rows, 1));
	for (gint32 j = 0; j < choice->n_sites; j++)
		for (gint32 e = choice->row_start[j]; state[j] == SITE_FREE && e < choice->row_start[j + 1]; e++)
			sum[choice->row_of[e]] += choice->factor[e];
	for (gint32 r = 0; r < choice->n_rows; r++)
		if (room->row_most[r] < -choice_slack(choice, r) || sum[r] < room->row_least[r] - choice_slack(choice, r))
			return FALSE;
	return TRUE;
}

/* Sites that must or cannot be chosen, one bound at a time. TRUE when something was decided. */
static gboolean decide(Room *room, guint8 *state)
{
	const Choice *choice = room->choice;
	gboolean changed = FALSE;
	for (gint32 j = 0; j < choice->n_sites; j++) {
		if (state[j] != SITE_FREE)
			continue;
		guint8 next = SITE_FREE;
		for (gint32 a = choice->node_of_site[j]; a >= 0; a = choice->parent[a]) {
			if (room->most[a] <= 0)
				next = SITE_OUT;
			else if (next == SITE_FREE && room->least[a] > 0 && room->least[a] == room->count[a])
				next = SITE_IN;
		}
		for (gint32 e = choice->row_start[j]; next != SITE_OUT && e < choice->row_start[j + 1]; e++)
			if (choice->factor[e] > room->row_most[choice->row_of[e]] + choice_slack(choice, choice->row_of[e]))
				next = SITE_OUT;
		if (next == SITE_FREE)
			continue;
		/* One at a time would be cleaner and slower: bounds of this pass are stale for later sites, which only delays what follows. */
		state[j] = next;
		changed = TRUE;
	}
	return changed;
}

gboolean room_enter(Room *room, guint8 *state)
{
	const Choice *choice = room->choice;
	do {
		reset_bounds(room, state);
		if (!counts_fit(room, state) || !rows_fit(room, state))
			return FALSE;
	} while (decide(room, state));
	room->n_free = 0;
	for (gint32 j = 0; j < choice->n_sites; j++)
		if (state[j] == SITE_FREE)
			room->site[room->n_free++] = j;
	return TRUE;
}

void room_enter_as_it_is(Room *room, const guint8 *state)
{
	reset_bounds(room, state);
	room->n_free = 0;
	for (gint32 j = 0; j < room->choice->n_sites; j++)
		if (state[j] == SITE_FREE)
			room->site[room->n_free++] = j;
}

/* --- the cheapest set ------------------------------------------------------------------------------------------------------ */

typedef struct {
	const double *value;
} Values;

static int by_value(gconstpointer a, gconstpointer b, gpointer data)
{
	const double *value = ((Values *) data)->value;
	gint32 x = *(const gint32 *) a, y = *(const gint32 *) b;
	if (value[x] != value[y])
		return value[x] < value[y] ? -1 : 1;
	return x - y;
}

static gboolean is_wanted(const Room *room, gint32 site)
{
	for (gint32 a = room->choice->node_of_site[site]; a >= 0; a = room->choice->parent[a])
		if (room->least[a] > 0)
			return TRUE;
	return FALSE;
}

/* Free sites that can be in a cheapest set, in order of value. */
static gint32 sort_candidates(Room *room, const double *value, gboolean some_least)
{
	gint32 n = 0;
	for (gint32 k = 0; k < room->n_free; k++)
		if (value[k] < 0 || (some_least && is_wanted(room, room->site[k])))
			room->order[n++] = k;
	if (n > 1)
		g_qsort_with_data(room->order, n, sizeof *room->order, by_value, &(Values){ value });
	return n;
}

static gboolean is_full(const Room *room, gint32 from, gint32 below)
{
	for (gint32 a = from; a >= 0 && a != below; a = room->choice->parent[a])
		if (room->count[a] >= room->most[a])
			return TRUE;
	return FALSE;
}

static void take(Room *room, gint32 k)
{
	room->taken[k] = 1;
	for (gint32 a = room->choice->node_of_site[room->site[k]]; a >= 0; a = room->choice->parent[a])
		room->count[a]++;
}

/* The nodes' sites in order of value, one list after the other, for nodes that want some. */
static void make_lists(Room *room, gint32 n_order)
{
	const Choice *choice = room->choice;
	gint32 n = 0;
	memset(room->n_list, 0, (gsize) choice->n_nodes * sizeof(gint32));
	for (gint32 i = 0; i < n_order; i++)
		for (gint32 a = choice->node_of_site[room->site[room->order[i]]]; a >= 0; a = choice->parent[a])
			if (room->least[a] > 0) {
				room->n_list[a]++;
				n++;
			}
	room->list = g_renew(gint32, room->list, (gsize) MAX(n, 1));
	n = 0;
	for (gint32 a = 0; a < choice->n_nodes; a++) {
		room->first[a] = n;
		n += room->n_list[a];
		room->n_list[a] = 0;
	}
	for (gint32 i = 0; i < n_order; i++)
		for (gint32 a = choice->node_of_site[room->site[room->order[i]]]; a >= 0; a = choice->parent[a])
			if (room->least[a] > 0)
				room->list[room->first[a] + room->n_list[a]++] = room->order[i];
}

static void take_least(Room *room)
{
	for (gint32 a = room->choice->n_nodes - 1; a >= 0; a--) {
		if (room->least[a] <= 0)
			continue;
		for (gint32 i = 0; i < room->n_list[a] && room->count[a] < room->least[a]; i++) {
			gint32 k = room->list[room->first[a] + i];
			if (!room->taken[k] && !is_full(room, room->choice->node_of_site[room->site[k]], a))
				take(room, k);
		}
	}
}

gint32 room_cheapest(Room *room, const double *value, gint32 *chosen)
{
	const Choice *choice = room->choice;
	gboolean some_least = FALSE;
	for (gint32 a = 0; a < choice->n_nodes && !some_least; a++)
		some_least = room->least[a] > 0;
	memset(room->taken, 0, (gsize) room->n_free);
	memset(room->count, 0, (gsize) choice->n_nodes * sizeof(gint32));
	gint32 n_order = sort_candidates(room, value, some_least);
	if (some_least) {
		make_lists(room, n_order);
		take_least(room);
	}
	for (gint32 i = 0; i < n_order && value[room->order[i]] < 0 && room->count[0] < room->most[0]; i++)
		if (!room->taken[room->order[i]] && !is_full(room, choice->node_of_site[room->site[room->order[i]]], -1))
			take(room, room->order[i]);
	gint32 n = 0;
	for (gint32 k = 0; k < room->n_free; k++)
		if (room->taken[k])
			chosen[n++] = k;
	return n;
}

/* best_out: the dearest chosen site of a node that may leave as far as the nodes inside go; best_in: the cheapest that may come. */
static void gather_best(Room *room, const double *value)
{
	const Choice *choice = room->choice;
	for (gint32 a = 0; a < choice->n_nodes; a++) {
		room->best_out[a] = -INFINITY;
		room->best_in[a] = INFINITY;
	}
	for (gint32 k = 0; k < room->n_free; k++) {
		gint32 a = choice->node_of_site[room->site[k]];
		if (room->taken[k])
			room->best_out[a] = MAX(room->best_out[a], value[k]);
		else
			room->best_in[a] = MIN(room->best_in[a], value[k]);
	}
	for (gint32 a = choice->n_nodes - 1; a > 0; a--) {
		gint32 parent = choice->parent[a];
		if (room->count[a] > room->least[a])
			room->best_out[parent] = MAX(room->best_out[parent], room->best_out[a]);
		if (room->count[a] < room->most[a])
			room->best_in[parent] = MIN(room->best_in[parent], room->best_in[a]);
	}
}

static double dearer_with(const Room *room, const double *value, gint32 k)
{
	double best = -INFINITY;
	gint32 a = room->choice->node_of_site[room->site[k]];
	for (; a >= 0; a = room->choice->parent[a]) {
		best = MAX(best, room->best_out[a]);
		if (room->count[a] >= room->most[a])
			break;
	}
	if (a < 0)
		best = MAX(best, 0);
	return MAX(value[k] - best, 0);
}

static double dearer_without(const Room *room, const double *value, gint32 k)
{
	double best = INFINITY;
	gint32 a = room->choice->node_of_site[room->site[k]];
	for (; a >= 0; a = room->choice->parent[a]) {
		best = MIN(best, room->best_in[a]);
		if (room->count[a] <= room->least[a])
			break;
	}
	if (a < 0)
		best = MIN(best, 0);
	return MAX(best - value[k], 0);
}

void room_changes(Room *room, const double *value, const gint32 *chosen, gint32 n, double *dearer)
{
	const Choice *choice = room->choice;
	memset(room->taken, 0, (gsize) room->n_free);
	memset(room->count, 0, (gsize) choice->n_nodes * sizeof(gint32));
	for (gint32 i = 0; i < n; i++)
		take(room, chosen[i]);
	gather_best(room, value);
	for (gint32 k = 0; k < room->n_free; k++)
		dearer[k] = room->taken[k] ? dearer_without(room, value, k) : dearer_with(room, value, k);
}
