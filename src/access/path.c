/* Ways traced back from final costs: from a cell to the neighbour whose cost and step add up to the cell's, until the centre. Nothing is
 * stored for it during the search. */
#include "costs.h"

typedef struct {
	gint64 row, col;
	int layer;
	gint64 label;
} Node;

static gboolean read_label(ThusoCosts *costs, Node *node, GError **error)
{
	Tiles *tiles = &costs->tiles;
	const gint64 tile = (node->row >> tiles->shift) * tiles->n_tile_cols + (node->col >> tiles->shift);
	const gint64 mask = tiles->side - 1;
	return tiles_labels(tiles, node->layer, tile, (gint32) (node->row & mask), 1, (gint32) (node->col & mask), 1, &node->label,
	                    error);
}

gboolean thuso_costs_cell(ThusoCosts *costs, gint64 cell, gint64 *ticks, gint32 *nearest, GError **error)
{
	Node node = { cell / costs->grid.n_cols, cell % costs->grid.n_cols, 0, 0 };
	if (!read_label(costs, &node, error))
		return FALSE;
	costs_unpack(costs, &node.label, 1, ticks, nearest);
	return TRUE;
}

/* The search came to `to` from `from` in the direction opposite to `step`. */
static gint64 step_label(const ThusoCosts *costs, const Node *to, const Node *from, int step)
{
	const Tiles *tiles = &costs->tiles;
	const gint64 ticks = surface_ticks(tiles->surface[to->layer], tiles->measure, tiles->arriving, from->row, from->col,
	                                   thuso_step_opposite[step]);
	return ticks < 0 || ticks > tiles->beyond >> tiles->id_bits ? -1 : ticks << tiles->id_bits;
}

static gboolean is_on_grid(const ThusoCosts *costs, const Node *node)
{
	return node->row >= 0 && node->col >= 0 && node->row < costs->grid.n_rows && node->col < costs->grid.n_cols;
}

/* *found: `node` became the one before it. */
static gboolean go_back_step(ThusoCosts *costs, Node *node, gboolean *found, GError **error)
{
	const ThusoSurface *surface = costs->tiles.surface[node->layer];
	const guint16 steps = thuso_surface_steps(surface, node->row * costs->grid.n_cols + node->col);
	*found = FALSE;
	for (guint left = steps; left && !*found; left &= left - 1) {
		const int step = __builtin_ctz(left);
		Node from = { node->row + thuso_step_row[step], node->col + thuso_step_col[step], node->layer, 0 };
		if (!is_on_grid(costs, &from))
			continue;
		if (!read_label(costs, &from, error))
			return FALSE;
		const gint64 ticks = step_label(costs, node, &from, step);
		if (from.label >= 0 || ticks < 0 || from.label + ticks != node->label)
			continue;
		*node = from;
		*found = TRUE;
	}
	return TRUE;
}

static gboolean go_back_link(ThusoCosts *costs, Node *node, gboolean *found, GError **error)
{
	Node from = { node->row, node->col, 1 - node->layer, 0 };
	*found = FALSE;
	if (costs->tiles.n_layers < 2)
		return TRUE;
	if (!read_label(costs, &from, error))
		return FALSE;
	*found = from.label < 0 && from.label + costs->tiles.link[from.layer] == node->label;
	if (*found)
		*node = from;
	return TRUE;
}

static gboolean at_centre(const ThusoCosts *costs, const Node *node)
{
	return node->layer == 0 && (node->label + costs->tiles.beyond) >> costs->tiles.id_bits == 0;
}

static gboolean push_cell(const ThusoCosts *costs, const Node *node, ThusoVector *cells, GError **error)
{
	const gint64 cell = node->row * costs->grid.n_cols + node->col;
	return thuso_vector_push(cells, &cell, "the cells of a path", error);
}

gboolean thuso_costs_path(ThusoCosts *costs, gint64 cell, ThusoVector *cells, GError **error)
{
	Node node = { cell / costs->grid.n_cols, cell % costs->grid.n_cols, 0, 0 };
	gboolean found = TRUE, linked = FALSE;
	cells->n = 0;
	if (cell < 0 || cell >= thuso_grid_n(&costs->grid))
		return TRUE;
	if (!read_label(costs, &node, error))
		return FALSE;
	if (node.label >= 0)
		return TRUE;
	while (found) {
		if (!push_cell(costs, &node, cells, error))
			return FALSE;
		if (at_centre(costs, &node))
			return TRUE;
		if (!go_back_step(costs, &node, &found, error))
			return FALSE;
		/* Where both links are free one would lead back and forth. */
		if (!found && !linked && !go_back_link(costs, &node, &found, error))
			return FALSE;
		linked = cells->n > 0 && node.row * costs->grid.n_cols + node.col == ((const gint64 *) cells->data)[cells->n - 1];
	}
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the way from cell %" G_GINT64_FORMAT " is lost: an internal error",
	            cell);
	return FALSE;
}
