/* Cells by group in compressed rows: count, place, sort one group at a time. */
#include "groups.h"

static const double quantile_share[3] = { 0.50, 0.95, 0.99 };

static gboolean make_sort_room(ThusoGroups *groups, gint32 n_groups, GError **error)
{
	gint64 longest = 1;
	for (gint32 g = 0; g < n_groups; g++)
		longest = MAX(longest, groups->start[g + 1] - groups->start[g]);
	groups->sort_cost = thuso_array_new(longest, sizeof(gint64), "costs of a group of cells", error);
	if (groups->sort_cost == NULL)
		return FALSE;
	groups->sort_cell = thuso_array_new(longest, sizeof(gint64), "cells of a group", error);
	if (groups->sort_cell == NULL)
		return FALSE;
	groups->sort_people = thuso_array_new(longest, sizeof(double), "people of a group of cells", error);
	return groups->sort_people != NULL;
}

/* start[g + 1] becomes the end of group g; placing then moves start[g] from the beginning to the end of its group, and one shift
 * puts the beginnings back. */
static void place_cells(ThusoGroups *groups, gint64 n_cells, gint32 n_groups, ThusoGroupFunc func, gconstpointer data)
{
	for (gint32 g = 0; g < n_groups; g++)
		groups->start[g + 1] += groups->start[g];
	for (gint64 cell = 0; cell < n_cells; cell++) {
		gint32 group = func(cell, data);
		if (group >= 0)
			groups->cell[groups->start[group]++] = cell;
	}
	for (gint32 g = n_groups; g > 0; g--)
		groups->start[g] = groups->start[g - 1];
	groups->start[0] = 0;
}

gboolean thuso_groups_fill(ThusoGroups *groups, gint64 n_cells, gint32 n_groups, ThusoGroupFunc func, gconstpointer data,
                           GError **error)
{
	*groups = (ThusoGroups){ 0 };
	groups->start = thuso_array_new((gint64) n_groups + 1, sizeof(gint64), "groups of cells", error);
	if (groups->start == NULL)
		return FALSE;
	gint64 n = 0;
	for (gint64 cell = 0; cell < n_cells; cell++) {
		gint32 group = func(cell, data);
		if (group >= 0)
			groups->start[group + 1]++, n++;
	}
	groups->cell = thuso_array_new(MAX(n, 1), sizeof(gint64), "cells by group", error);
	if (groups->cell == NULL)
		return FALSE;
	place_cells(groups, n_cells, n_groups, func, data);
	return make_sort_room(groups, n_groups, error);
}

void thuso_groups_clear(ThusoGroups *groups)
{
	thuso_array_free(groups->start);
	thuso_array_free(groups->cell);
	thuso_array_free(groups->sort_cost);
	thuso_array_free(groups->sort_cell);
	thuso_array_free(groups->sort_people);
	*groups = (ThusoGroups){ 0 };
}

void thuso_groups_quantiles(ThusoGroups *groups, const ThusoState *state, gint32 group, double quantile[3])
{
	const gint64 *cell = groups->cell + groups->start[group];
	gint64 n = groups->start[group + 1] - groups->start[group];
	for (gint64 i = 0; i < n; i++) {
		groups->sort_cost[i] = state->cost[cell[i]];
		groups->sort_cell[i] = cell[i];
		groups->sort_people[i] = state->people[cell[i]];
	}
	for (int k = 0; k < 3; k++) {
		double ticks = thuso_weighted_quantile(groups->sort_cost, groups->sort_cell, groups->sort_people, n, quantile_share[k]);
		quantile[k] = isfinite(ticks) ? thuso_ticks_value(state->measure, (gint64) ticks) : NAN;
	}
}
