/* Cells by group (a municipality, a centre), ascending within each, and the costs of one group at a time ready for quantiles. */
#ifndef THUSO_CATCHMENT_GROUPS_H
#define THUSO_CATCHMENT_GROUPS_H

#include <thuso/catchment.h>

/* The group of a cell, 0..n_groups-1, or -1 = none. */
typedef gint32 (*ThusoGroupFunc)(gint64 cell, gconstpointer data);

typedef struct {
	gint64 *start; /* n_groups + 1 */
	gint64 *cell;  /* of group g: cell[start[g]] .. cell[start[g + 1] - 1] */
	gint64 *sort_cost, *sort_cell;
	double *sort_people; /* room for the largest group */
} ThusoGroups;

/* Two passes over n_cells. Zero-initialised by the callee; thuso_groups_clear also after a failure. */
gboolean thuso_groups_fill(ThusoGroups *groups, gint64 n_cells, gint32 n_groups, ThusoGroupFunc func, gconstpointer data,
                           GError **error);
void thuso_groups_clear(ThusoGroups *groups);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoGroups, thuso_groups_clear)

/* The 50, 95 and 99 % quantile of the cost over the people of group g, in seconds or metres; NaN where it falls on somebody who
 * cannot reach a centre, and when there is nobody. */
void thuso_groups_quantiles(ThusoGroups *groups, const ThusoState *state, gint32 group, double quantile[3]);

#endif
