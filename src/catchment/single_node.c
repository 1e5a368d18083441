/* What holds at a node of the search for a single assignment: pairs banned, rows required, and what follows from room. */
#include "single.h"

#include <string.h>

/* --- what a node says ----------------------------------------------------------------------------------------------------------- */

gboolean node_ban(Single *single, gint64 pair, GError **error)
{
	if (single->banned[pair])
		return TRUE;
	single->banned[pair] = 1;
	return thuso_vector_push(&single->trail, &pair, "decisions of single assignment", error);
}

gboolean node_require(Single *single, guint32 row, GError **error)
{
	if (single->must[row])
		return TRUE;
	single->must[row] = 1;
	gint64 entry = -1 - (gint64) row;
	return thuso_vector_push(&single->trail, &entry, "decisions of single assignment", error);
}

void node_undo(Single *single, gint64 length)
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
		if (low < end && problem->demand[low] == row && low != kept && !node_ban(single, low, error))
			return FALSE;
	}
	return TRUE;
}

gboolean node_decide(Single *single, const Branch *branch, GError **error)
{
	if (branch->is_banned)
		return branch->pair < 0 ? node_require(single, branch->row, error) : node_ban(single, branch->pair, error);
	return ban_others(single, branch->row, branch->pair, error) && (branch->pair < 0 || node_require(single, branch->row, error));
}

/* --- rows and room --------------------------------------------------------------------------------------------------------------- */

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
			if (!node_ban(single, pair, error))
				return FALSE;
		}
	return TRUE;
}

gboolean node_propagate(Single *single, GError **error)
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
