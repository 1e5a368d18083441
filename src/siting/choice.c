/* Quotas, p and budgets as a forest of counts with linear bounds beside it.
 *
 * A. Frank (1984), "Generalized polymatroids"; counts with bounds over a laminar family are one, so the cheapest set is found greedily and
 * differs in one exchange from the cheapest that contains, or lacks, a given site. */
#include "choice.h"

#include <stdlib.h>
#include <string.h>

#define SLACK 1e-12 /* of a linear bound, for sums of decimal costs */

/* --- building --------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const ThusoQuotaLevel *level;
	gint32 group, n;
} Group;

static int by_size(gconstpointer a, gconstpointer b)
{
	const Group *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return x->group - y->group;
}

/* Groups whose bounds can bind, the largest first: whatever holds a group comes before it. */
static GArray *gather_groups(const ThusoLocation *location)
{
	GArray *groups = g_array_new(FALSE, FALSE, sizeof(Group));
	for (int l = 0; l < location->n_levels; l++) {
		const ThusoQuotaLevel *level = &location->level[l];
		g_autofree gint32 *n = thuso_new(gint32, MAX(level->n_groups, 1));
		for (gint32 j = 0; j < location->n_sites; j++)
			if (level->group_of_site[j] >= 0)
				n[level->group_of_site[j]]++;
		for (gint32 g = 0; g < level->n_groups; g++)
			if (level->min[g] > 0 || level->max[g] < n[g])
				g_array_append_vals(groups, &(Group){ level, g, n[g] }, 1);
	}
	g_array_sort(groups, by_size);
	return groups;
}

static char *group_name(const Group *group)
{
	return g_strdup_printf("%s %s", group->level->name, group->level->group_id[group->group]);
}

/* The node that holds all sites of the group innermost; -1 = they lie in several: the group crosses the forest. */
static gint32 node_around(const Choice *choice, const Group *group)
{
	gint32 node = -2;
	for (gint32 j = 0; j < choice->n_sites; j++) {
		if (group->level->group_of_site[j] != group->group)
			continue;
		if (node == -2)
			node = choice->node_of_site[j];
		else if (node != choice->node_of_site[j])
			return -1;
	}
	return node == -2 ? 0 : node;
}

static void add_node(Choice *choice, gint32 parent, gint32 least, gint32 most, char *name)
{
	gint32 n = choice->n_nodes++;
	choice->parent[n] = parent;
	choice->least[n] = least;
	choice->most[n] = most;
	choice->name[n] = name;
}

/* Crossing groups are kept by number of the list in `crossing`. */
static void plant(Choice *choice, const GArray *groups, GArray *crossing)
{
	for (guint i = 0; i < groups->len; i++) {
		const Group *group = &g_array_index(groups, Group, i);
		gint32 parent = node_around(choice, group);
		if (parent < 0) {
			g_array_append_val(crossing, i);
			continue;
		}
		gint32 node = choice->n_nodes;
		add_node(choice, parent, group->level->min[group->group], group->level->max[group->group], group_name(group));
		for (gint32 j = 0; j < choice->n_sites; j++)
			if (group->level->group_of_site[j] == group->group)
				choice->node_of_site[j] = node;
	}
}

static double factor_of(const ThusoLocation *location, const GArray *groups, const GArray *crossing, gint32 row, gint32 site)
{
	if (row < location->n_budgets)
		return location->budget[row].cost[site];
	const Group *group = &g_array_index(groups, Group, g_array_index(crossing, guint, row - location->n_budgets));
	return group->level->group_of_site[site] == group->group ? 1 : 0;
}

static void name_rows(Choice *choice, const ThusoLocation *location, const GArray *groups, const GArray *crossing)
{
	for (gint32 r = 0; r < choice->n_rows; r++) {
		choice->row_is_money[r] = r < location->n_budgets;
		if (r < location->n_budgets) {
			choice->row_most[r] = location->budget[r].most;
			choice->row_name[r] = g_strdup(location->budget[r].name);
			continue;
		}
		const Group *group = &g_array_index(groups, Group, g_array_index(crossing, guint, r - location->n_budgets));
		choice->row_least[r] = group->level->min[group->group];
		choice->row_most[r] = group->level->max[group->group];
		choice->row_name[r] = group_name(group);
	}
}

static gboolean fill_rows(Choice *choice, const ThusoLocation *location, const GArray *groups, const GArray *crossing,
                          GError **error)
{
	gint32 n = 0;
	for (int pass = 0; pass < 2; pass++) {
		n = 0;
		for (gint32 j = 0; j < choice->n_sites; j++) {
			for (gint32 r = 0; r < choice->n_rows; r++) {
				double factor = factor_of(location, groups, crossing, r, j);
				if (!(factor > 0))
					continue;
				if (pass == 1) {
					choice->row_of[n] = r;
					choice->factor[n] = factor;
					choice->row_scale[r] = MAX(choice->row_scale[r], factor);
				}
				n++;
			}
			choice->row_start[j + 1] = n;
		}
		if (pass == 0 && (!(choice->row_of = thuso_array_new(n, sizeof(gint32), "budgets and quotas", error)) ||
		                  !(choice->factor = thuso_array_new(n, sizeof(double), "budgets and quotas", error))))
			return FALSE;
	}
	return TRUE;
}

static gboolean make_rows(Choice *choice, const ThusoLocation *location, const GArray *groups, const GArray *crossing,
                          GError **error)
{
	gint32 n = choice->n_rows = location->n_budgets + (gint32) crossing->len;
	choice->row_least = thuso_new(double, MAX(n, 1));
	choice->row_most = thuso_new(double, MAX(n, 1));
	choice->row_scale = thuso_new(double, MAX(n, 1));
	choice->row_name = thuso_new(char *, n + 1);
	choice->row_is_money = thuso_new(gboolean, MAX(n, 1));
	name_rows(choice, location, groups, crossing);
	return (choice->row_start = thuso_array_new(choice->n_sites + 1, sizeof(gint32), "budgets and quotas", error)) &&
	       fill_rows(choice, location, groups, crossing, error);
}

Choice *choice_new(const ThusoLocation *location, gboolean exactly, GError **error)
{
	g_autoptr(Choice) choice = g_new0(Choice, 1);
	g_autoptr(GArray) groups = gather_groups(location);
	g_autoptr(GArray) crossing = g_array_new(FALSE, FALSE, sizeof(guint));
	gint32 n = choice->n_sites = location->n_sites;
	gint32 most_nodes = (gint32) groups->len + 1;
	choice->parent = thuso_new(gint32, most_nodes);
	choice->least = thuso_new(gint32, most_nodes);
	choice->most = thuso_new(gint32, most_nodes);
	choice->name = thuso_new(char *, most_nodes + 1);
	if (!(choice->node_of_site = thuso_array_new(n, sizeof(gint32), "sites", error)) ||
	    !(choice->state = thuso_array_new(n, 1, "sites", error)))
		return NULL;
	gint32 most = location->sites < 0 ? G_MAXINT32 : location->sites;
	add_node(choice, -1, exactly && location->sites > 0 ? location->sites : 0, most, g_strdup("sites"));
	plant(choice, groups, crossing);
	for (gint32 j = 0; j < n; j++)
		if (location->state)
			choice->state[j] = location->state[j] == THUSO_SITE_FIXED       ? SITE_IN
			                   : location->state[j] == THUSO_SITE_FORBIDDEN ? SITE_OUT
			                                                                : SITE_FREE;
	return make_rows(choice, location, groups, crossing, error) ? g_steal_pointer(&choice) : NULL;
}

void choice_free(Choice *choice)
{
	if (!choice)
		return;
	g_free(choice->parent);
	g_free(choice->least);
	g_free(choice->most);
	g_strfreev(choice->name);
	thuso_array_free(choice->node_of_site);
	thuso_array_free(choice->state);
	g_free(choice->row_least);
	g_free(choice->row_most);
	g_free(choice->row_scale);
	g_strfreev(choice->row_name);
	g_free(choice->row_is_money);
	thuso_array_free(choice->row_start);
	thuso_array_free(choice->row_of);
	thuso_array_free(choice->factor);
	g_free(choice);
}

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

static double slack(const Choice *choice, gint32 row)
{
	return SLACK * (fabs(choice->row_most[row]) + choice->row_scale[row]);
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
		if (room->row_most[r] < -slack(choice, r) || sum[r] < room->row_least[r] - slack(choice, r))
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
			if (choice->factor[e] > room->row_most[choice->row_of[e]] + slack(choice, choice->row_of[e]))
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
		if (picked->sum[r] > choice->row_most[r] + slack(choice, r) || picked->sum[r] < choice->row_least[r] - slack(choice, r))
			return FALSE;
	return TRUE;
}

static double factor_in(const Choice *choice, gint32 site, gint32 row)
{
	for (gint32 e = choice->row_start[site]; e < choice->row_start[site + 1]; e++)
		if (choice->row_of[e] == row)
			return choice->factor[e];
	return 0;
}

static gboolean row_allows(const Picked *picked, gint32 row, gint32 in, gint32 out, gboolean complete)
{
	const Choice *choice = picked->choice;
	double before = picked->sum[row], enters = in >= 0 ? factor_in(choice, in, row) : 0,
	       leaves = out >= 0 ? factor_in(choice, out, row) : 0, after = before + enters - leaves;
	if (enters > leaves && after > choice->row_most[row] + slack(choice, row))
		return FALSE;
	return !complete || leaves <= enters || after >= choice->row_least[row] - slack(choice, row);
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

#define MOST_TRIALS 20000 /* of the search where bounds cross: small problems are searched through, large ones given up */

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
		*is_over = picked->sum[r] > choice->row_most[r] + slack(choice, r);
		if (*is_over || picked->sum[r] < choice->row_least[r] - slack(choice, r))
			return r;
	}
	return -1;
}

static void cheapest_with(Some *some, Room *room, const guint8 *state, gint32 row, double price, double *value, gint32 *chosen)
{
	for (gint32 k = 0; k < room->n_free; k++) {
		gint32 j = room->site[k];
		double own = isinf(price) ? 0 : some->value[j];
		value[k] = own + (row >= 0 ? (isinf(price) ? 1 : price) * factor_in(some->choice, j, row) : 0);
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
		double factor = some->picked->in[j] == is_over ? factor_in(some->choice, j, row) : 0;
		if (factor > most) {
			most = factor;
			best = j;
		}
	}
	return best;
}

static gboolean some_search(Some *some, const guint8 *given)
{
	const Choice *choice = some->choice;
	if (some->n_trials++ > MOST_TRIALS)
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

gboolean choice_some(const Choice *choice, const guint8 *state, const double *value, Picked *picked)
{
	Some some = { choice, value, picked, 0 };
	return some_search(&some, state);
}

/* --- why not ------------------------------------------------------------------------------------------------------------------- */

static char *name_of_node(const Choice *choice, gint32 node)
{
	return node == 0 ? g_strdup("the plan") : g_strdup(choice->name[node]);
}

/* The first node of the forest, inner ones first, whose counts do not go together. */
static char *obstacle_of_counts(const Choice *choice)
{
	g_autofree gint32 *can = thuso_new(gint32, choice->n_nodes), *need = thuso_new(gint32, choice->n_nodes),
	                  *fixed = thuso_new(gint32, choice->n_nodes);
	for (gint32 j = 0; j < choice->n_sites; j++) {
		can[choice->node_of_site[j]] += choice->state[j] != SITE_OUT;
		fixed[choice->node_of_site[j]] += choice->state[j] == SITE_IN;
	}
	for (gint32 a = choice->n_nodes - 1; a >= 0; a--) {
		g_autofree char *name = name_of_node(choice, a);
		if (fixed[a] > choice->most[a])
			return g_strdup_printf("%s has %d fixed sites, more than the %d it may have", name, fixed[a], choice->most[a]);
		if (can[a] < choice->least[a] && can[a] == 0)
			return g_strdup_printf("%s has no candidate, and needs %d", name, choice->least[a]);
		if (can[a] < choice->least[a])
			return g_strdup_printf("%s can have %d sites at most, and needs %d", name, can[a], choice->least[a]);
		if (MAX(need[a], fixed[a]) > choice->most[a])
			return g_strdup_printf("%s may have %d sites, and the quotas and fixed sites inside it ask for %d", name,
			                       choice->most[a], MAX(need[a], fixed[a]));
		can[a] = MIN(can[a], choice->most[a]);
		need[a] = MAX(MAX(need[a], choice->least[a]), fixed[a]);
		if (need[a] > can[a])
			return g_strdup_printf("%s can have %d sites at most, and the quotas inside it ask for %d", name, can[a], need[a]);
		if (choice->parent[a] >= 0) {
			can[choice->parent[a]] += can[a];
			need[choice->parent[a]] += need[a];
			fixed[choice->parent[a]] += fixed[a];
		}
	}
	return NULL;
}

static char *obstacle_of_row(const Choice *choice, gint32 row)
{
	g_autoptr(Picked) picked = picked_new(choice);
	g_autofree double *value = thuso_new(double, MAX(choice->n_sites, 1));
	for (gint32 j = 0; j < choice->n_sites; j++)
		value[j] = factor_in(choice, j, row);
	Some some = { choice, value, picked, 0 };
	g_autoptr(Room) room = room_new(choice);
	g_autofree guint8 *state = g_memdup2(choice->state, (gsize) MAX(choice->n_sites, 1));
	reset_bounds(room, state);
	for (gint32 j = 0; j < choice->n_sites; j++)
		if (state[j] == SITE_FREE)
			room->site[room->n_free++] = j;
	g_autofree double *work = thuso_new(double, MAX(room->n_free, 1));
	g_autofree gint32 *chosen = thuso_new(gint32, MAX(room->n_free, 1));
	cheapest_with(&some, room, state, -1, 0, work, chosen);
	if (picked->sum[row] <= choice->row_most[row] + slack(choice, row))
		return NULL;
	ThusoDimension kind = choice->row_is_money[row] ? THUSO_MONEY : THUSO_NUMBER;
	g_autofree char *needs = thuso_format_quantity(picked->sum[row], kind),
	                *has = thuso_format_quantity(choice->row_most[row], kind);
	return g_strdup_printf("%s: the fixed sites and the cheapest ones that the quotas ask for take %s, and there are %s",
	                       choice->row_name[row], needs, has);
}

char *choice_obstacle(const Choice *choice, const ThusoLocation *location)
{
	char *why = obstacle_of_counts(choice);
	for (gint32 r = 0; !why && r < choice->n_rows; r++)
		why = obstacle_of_row(choice, r);
	(void) location;
	return why ? why : g_strdup("the quotas and budgets cannot be met together");
}
