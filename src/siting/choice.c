/* Quotas, p and budgets as a forest of counts with linear bounds beside it.
 *
 * A. Frank (1984), "Generalized polymatroids"; counts with bounds over a laminar family are one, so the cheapest set is found greedily and
 * differs in one exchange from the cheapest that contains, or lacks, a given site. */
#include "choice.h"

#include <stdlib.h>
#include <string.h>

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

gboolean choice_add_least(Choice *choice, const char *name, const double *factor, double least, GError **error)
{
	gint32 r = choice->n_rows, n = choice->row_start[choice->n_sites], added = 0;
	gint32 *row_of = thuso_array_new(n + choice->n_sites, sizeof(gint32), "bounds on sites", error);
	double *all = row_of ? thuso_array_new(n + choice->n_sites, sizeof(double), "bounds on sites", error) : NULL;
	if (!all) {
		thuso_array_free(row_of);
		return FALSE;
	}
	choice->row_least = g_renew(double, choice->row_least, (gsize) r + 1);
	choice->row_most = g_renew(double, choice->row_most, (gsize) r + 1);
	choice->row_scale = g_renew(double, choice->row_scale, (gsize) r + 1);
	choice->row_name = g_renew(char *, choice->row_name, (gsize) r + 2);
	choice->row_is_money = g_renew(gboolean, choice->row_is_money, (gsize) r + 1);
	choice->row_least[r] = least;
	choice->row_most[r] = INFINITY;
	choice->row_scale[r] = 0;
	choice->row_name[r] = g_strdup(name);
	choice->row_name[r + 1] = NULL;
	choice->row_is_money[r] = FALSE;
	for (gint32 j = 0; j < choice->n_sites; j++) {
		gint32 first = choice->row_start[j];
		choice->row_start[j] = first + added;
		for (gint32 e = first; e < (j + 1 < choice->n_sites ? choice->row_start[j + 1] : n); e++) {
			row_of[e + added] = choice->row_of[e];
			all[e + added] = choice->factor[e];
		}
		if (factor[j] > 0) {
			gint32 end = (j + 1 < choice->n_sites ? choice->row_start[j + 1] : n) + added++;
			row_of[end] = r;
			all[end] = factor[j];
			choice->row_scale[r] = MAX(choice->row_scale[r], factor[j]);
		}
	}
	choice->row_start[choice->n_sites] = n + added;
	thuso_array_free(choice->row_of);
	thuso_array_free(choice->factor);
	choice->row_of = row_of;
	choice->factor = all;
	choice->n_rows = r + 1;
	return TRUE;
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

/* The sum of a row's factors over the set that the forest alone allows, where it is least (sign 1) or greatest (-1). */
static double extreme_sum(const Choice *choice, gint32 row, double sign)
{
	g_autoptr(Room) room = room_new(choice);
	room_enter_as_it_is(room, choice->state);
	g_autofree double *value = thuso_new(double, MAX(room->n_free, 1));
	g_autofree gint32 *chosen = thuso_new(gint32, MAX(room->n_free, 1));
	double sum = 0;
	for (gint32 j = 0; j < choice->n_sites; j++)
		sum += choice->state[j] == SITE_IN ? choice_factor(choice, j, row) : 0;
	for (gint32 k = 0; k < room->n_free; k++)
		value[k] = sign * choice_factor(choice, room->site[k], row);
	gint32 n = room_cheapest(room, value, chosen);
	for (gint32 k = 0; k < n; k++)
		sum += choice_factor(choice, room->site[chosen[k]], row);
	return sum;
}

static char *obstacle_of_row(const Choice *choice, gint32 row)
{
	ThusoDimension kind = choice->row_is_money[row] ? THUSO_MONEY : THUSO_NUMBER;
	double least = extreme_sum(choice, row, 1), most = extreme_sum(choice, row, -1);
	if (least > choice->row_most[row] + choice_slack(choice, row)) {
		g_autofree char *needs = thuso_format_quantity(least, kind), *has = thuso_format_quantity(choice->row_most[row], kind);
		return g_strdup_printf("%s: the fixed sites and the cheapest ones that the quotas ask for take %s, and there are %s",
		                       choice->row_name[row], needs, has);
	}
	if (most < choice->row_least[row] - choice_slack(choice, row)) {
		g_autofree char *has = thuso_format_quantity(most, kind), *needs = thuso_format_quantity(choice->row_least[row], kind);
		return g_strdup_printf("%s: the sites that may be chosen have %s at most, and it needs %s", choice->row_name[row], has,
		                       needs);
	}
	return NULL;
}

char *choice_obstacle(const Choice *choice, const ThusoLocation *location)
{
	char *why = obstacle_of_counts(choice);
	for (gint32 r = 0; !why && r < choice->n_rows; r++)
		why = obstacle_of_row(choice, r);
	(void) location;
	return why ? why : g_strdup("the quotas and budgets cannot be met together");
}
