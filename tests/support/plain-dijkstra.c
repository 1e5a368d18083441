/* Dijkstra 1959, by scanning. */
#include "plain-dijkstra.h"

#include <string.h>

#define N_LINKS 17 /* the steps, and the change of layer */

/* Nodes are cells on foot, 0 .. n - 1, and with a riding layer the same cells on a vehicle, n .. 2n - 1. */
typedef struct {
	const ThusoSurface *layer[2];
	const ThusoTravel *travel;
	gint64 n, n_nodes;
	gint64 *ticks[2]; /* by cell and step: what is paid where the search takes the step; -1 = there is none */
} World;

/* All steps as a window has them, which the tests of friction hold against single steps; asked one by one they take their time. */
static gint64 *tabulate(const ThusoSurface *surface, const ThusoTravel *travel)
{
	const ThusoGrid *grid = thuso_surface_grid(surface);
	const gboolean arriving = travel->direction == THUSO_TO_CENTRE;
	const gint64 n_cols = grid->n_cols;
	const int n_steps = thuso_surface_neighbours(surface);
	guint32 run[16 * THUSO_WINDOW_RUN];
	gint64 *ticks = thuso_new(gint64, thuso_grid_n(grid) * 16);
	g_autoptr(ThusoSurfaceWindow) window =
	    thuso_surface_window_new(surface, travel->measure, arriving, grid->n_rows, grid->n_cols, NULL);
	g_assert_true(thuso_surface_window_load(window, 0, 0, NULL));
	for (gint64 i = 0; i < thuso_grid_n(grid) * 16; i++) {
		const gint64 cell = i / 16, col = cell % n_cols;
		const int step = (int) (i % 16);
		if (step == 0 && col % THUSO_WINDOW_RUN == 0)
			thuso_surface_window_ticks(window, (gint32) (cell / n_cols), (gint32) col, run);
		const guint32 found = step < n_steps ? run[(int) (col % THUSO_WINDOW_RUN) * n_steps + step] : THUSO_STEP_NONE;
		const gint64 other = cell + thuso_step_row[step] * n_cols + thuso_step_col[step];
		ticks[i] = found;
		if (found == THUSO_STEP_NONE)
			ticks[i] = -1;
		else if (found == THUSO_STEP_LARGE)
			ticks[i] = arriving ? thuso_surface_step_ticks(surface, travel->measure, other, thuso_step_opposite[step])
			                    : thuso_surface_step_ticks(surface, travel->measure, cell, step);
	}
	return ticks;
}

static World world_of(const ThusoSurface *surface, const ThusoTravel *travel)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	World world = { { surface, travel->riding }, travel, n, travel->riding ? 2 * n : n, { NULL, NULL } };
	for (int layer = 0; layer < 2 && world.layer[layer]; layer++)
		world.ticks[layer] = tabulate(world.layer[layer], travel);
	return world;
}

/* The neighbour in direction `step`, or -1 off the grid. */
static gint64 neighbour(const ThusoSurface *surface, gint64 cell, int step)
{
	const ThusoGrid *grid = thuso_surface_grid(surface);
	const gint64 row = cell / grid->n_cols + thuso_step_row[step], col = cell % grid->n_cols + thuso_step_col[step];
	if (row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols)
		return -1;
	return row * grid->n_cols + col;
}

/* From a node, which is nearer to the centre, to another: what somebody pays between them; -1 = no way. */
static gint64 link_ticks(const World *world, gint64 node, int link, gint64 *other)
{
	const gboolean to = world->travel->direction == THUSO_TO_CENTRE;
	const int layer = node >= world->n;
	const gint64 cell = node - layer * world->n;
	if (link < 16) {
		*other = neighbour(world->layer[0], cell, link) + layer * world->n;
		return world->ticks[layer][cell * 16 + link];
	}
	*other = layer ? cell : cell + world->n;
	if (world->n_nodes == world->n || !thuso_surface_passable(world->layer[0], cell) ||
	    !thuso_surface_passable(world->layer[1], cell))
		return -1;
	/* The traveller gets on for the wait and off for nothing; towards the centre they come from the other node. */
	return (to ? layer == 1 : layer == 0) ? world->travel->wait_ticks : 0;
}

static gint64 cheapest_open(const gint64 *cost, const guint8 *closed, gint64 n)
{
	gint64 best = -1;
	for (gint64 node = 0; node < n; node++)
		if (!closed[node] && cost[node] != THUSO_UNREACHED && (best < 0 || cost[node] < cost[best]))
			best = node;
	return best;
}

static void close_node(const World *world, gint64 node, gint64 *cost)
{
	for (int link = 0; link < N_LINKS; link++) {
		gint64 other;
		const gint64 ticks = link_ticks(world, node, link, &other);
		if (ticks >= 0 && ticks <= world->travel->limit_ticks - cost[node] && cost[node] + ticks < cost[other])
			cost[other] = cost[node] + ticks;
	}
}

/* Lowest index over tight links, asked again and again until nobody changes. */
static void spread_nearest(const World *world, const gint64 *cost, gint32 *nearest)
{
	for (gboolean changed = TRUE; changed;) {
		changed = FALSE;
		for (gint64 node = 0; node < world->n_nodes; node++)
			for (int link = 0; link < N_LINKS && nearest[node] >= 0; link++) {
				gint64 other;
				const gint64 ticks = link_ticks(world, node, link, &other);
				if (ticks < 0 || cost[other] == THUSO_UNREACHED || cost[node] + ticks != cost[other])
					continue;
				if (nearest[other] < 0 || nearest[node] < nearest[other]) {
					nearest[other] = nearest[node];
					changed = TRUE;
				}
			}
	}
}

void plain_nearest(const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *centres, gint32 n_centres, gint64 *cost,
                   gint32 *nearest)
{
	const World world = world_of(surface, travel);
	g_autofree guint8 *closed = thuso_new(guint8, world.n_nodes);
	g_autofree gint64 *costs = thuso_new(gint64, world.n_nodes);
	g_autofree gint32 *indices = thuso_new(gint32, world.n_nodes);
	for (gint64 node = 0; node < world.n_nodes; node++) {
		costs[node] = THUSO_UNREACHED;
		indices[node] = -1;
	}
	for (gint32 i = n_centres - 1; i >= 0; i--)
		if (thuso_surface_passable(surface, centres[i]) && travel->limit_ticks >= 0) {
			costs[centres[i]] = 0;
			indices[centres[i]] = i;
		}
	for (gint64 node; (node = cheapest_open(costs, closed, world.n_nodes)) >= 0; closed[node] = 1)
		close_node(&world, node, costs);
	spread_nearest(&world, costs, indices);
	memcpy(cost, costs, (gsize) world.n * sizeof *cost);
	memcpy(nearest, indices, (gsize) world.n * sizeof *nearest);
	g_free(world.ticks[0]);
	g_free(world.ticks[1]);
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
				if (!thuso_surface_step_exists(surface, cell, step))
					continue;
				const gint64 other = neighbour(surface, cell, step);
				const gint64 lowest = MIN(component[cell], component[other]);
				changed = changed || component[cell] != lowest || component[other] != lowest;
				component[cell] = component[other] = lowest;
			}
	}
}
