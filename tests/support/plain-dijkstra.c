/* Dijkstra 1959, by scanning. */
#include "plain-dijkstra.h"

#include <string.h>

/* The neighbour in direction `step`, or -1 off the grid. */
static gint64 neighbour(const ThusoSurface *surface, gint64 cell, int step)
{
	const ThusoGrid *grid = thuso_surface_grid(surface);
	const gint64 row = cell / grid->n_cols + thuso_step_row[step], col = cell % grid->n_cols + thuso_step_col[step];
	if (row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols)
		return -1;
	return row * grid->n_cols + col;
}

/* What somebody pays between the cell, which is nearer to the centre, and its neighbour; -1 = no step. */
static gint64 ticks_between(const ThusoSurface *surface, const ThusoTravel *travel, gint64 cell, gint64 other, int step)
{
	if (travel->direction == THUSO_TO_CENTRE)
		return thuso_surface_step_ticks(surface, travel->measure, other, thuso_step_opposite[step]);
	return thuso_surface_step_ticks(surface, travel->measure, cell, step);
}

static gint64 cheapest_open(const gint64 *cost, const guint8 *closed, gint64 n)
{
	gint64 best = -1;
	for (gint64 cell = 0; cell < n; cell++)
		if (!closed[cell] && cost[cell] != THUSO_UNREACHED && (best < 0 || cost[cell] < cost[best]))
			best = cell;
	return best;
}

static void close_cell(const ThusoSurface *surface, const ThusoTravel *travel, gint64 cell, gint64 *cost)
{
	for (int step = 0; step < 16; step++) {
		const gint64 other = neighbour(surface, cell, step);
		const gint64 ticks = other < 0 ? -1 : ticks_between(surface, travel, cell, other, step);
		if (ticks >= 0 && (ticks <= travel->limit_ticks - cost[cell]) && cost[cell] + ticks < cost[other])
			cost[other] = cost[cell] + ticks;
	}
}

/* Lowest index over tight steps, asked again and again until nobody changes. */
static void spread_nearest(const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *cost, gint32 *nearest)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	for (gboolean changed = TRUE; changed;) {
		changed = FALSE;
		for (gint64 cell = 0; cell < n; cell++)
			for (int step = 0; step < 16 && nearest[cell] >= 0; step++) {
				const gint64 other = neighbour(surface, cell, step);
				const gint64 ticks = other < 0 ? -1 : ticks_between(surface, travel, cell, other, step);
				if (ticks < 0 || cost[other] == THUSO_UNREACHED || cost[cell] + ticks != cost[other])
					continue;
				if (nearest[other] < 0 || nearest[cell] < nearest[other]) {
					nearest[other] = nearest[cell];
					changed = TRUE;
				}
			}
	}
}

void plain_nearest(const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *centres, gint32 n_centres, gint64 *cost,
                   gint32 *nearest)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	g_autofree guint8 *closed = thuso_new(guint8, n);
	for (gint64 cell = 0; cell < n; cell++) {
		cost[cell] = THUSO_UNREACHED;
		nearest[cell] = -1;
	}
	for (gint32 i = n_centres - 1; i >= 0; i--)
		if (thuso_surface_passable(surface, centres[i]) && travel->limit_ticks >= 0) {
			cost[centres[i]] = 0;
			nearest[centres[i]] = i;
		}
	for (gint64 cell; (cell = cheapest_open(cost, closed, n)) >= 0; closed[cell] = 1)
		close_cell(surface, travel, cell, cost);
	spread_nearest(surface, travel, cost, nearest);
}

void plain_components(const ThusoSurface *surface, gint64 *component)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	for (gint64 cell = 0; cell < n; cell++)
		component[cell] = thuso_surface_passable(surface, cell) ? cell : -1;
	for (gboolean changed = TRUE; changed;) {
		changed = FALSE;
		for (gint64 cell = 0; cell < n; cell++)
			for (int step = 0; step < 16; step++) {
				if (thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, cell, step) < 0)
					continue;
				const gint64 other = neighbour(surface, cell, step);
				const gint64 lowest = MIN(component[cell], component[other]);
				changed = changed || component[cell] != lowest || component[other] != lowest;
				component[cell] = component[other] = lowest;
			}
	}
}
