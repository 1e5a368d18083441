/* Costs to the nearest of many centres, kept by tiles; and what is read off them. */
#include "costs.h"

#include <math.h>

static double ticks_per_unit(ThusoMeasure measure)
{
	return measure == THUSO_MEASURE_DISTANCE ? THUSO_TICKS_PER_M : THUSO_TICKS_PER_S;
}

gint64 thuso_ticks(ThusoMeasure measure, double value)
{
	const double ticks = floor(value * ticks_per_unit(measure));
	if (!(ticks >= 0)) /* NaN too: nothing is within such a limit */
		return -1;
	return ticks >= 0x1p63 ? THUSO_NO_LIMIT : (gint64) ticks;
}

double thuso_ticks_value(ThusoMeasure measure, gint64 ticks)
{
	return ticks == THUSO_UNREACHED ? INFINITY : (double) ticks / ticks_per_unit(measure);
}

ThusoCosts *thuso_costs_new(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *centres,
                            gint32 n_centres, gboolean with_nearest, ThusoSlabPool *pool, GError **error)
{
	g_autoptr(ThusoCosts) costs = g_new0(ThusoCosts, 1);
	costs->grid = *thuso_surface_grid(surface);
	costs->with_nearest = with_nearest;
	if (!tiles_init(&costs->tiles, context, surface, travel, with_nearest ? n_centres : 0, pool, error) ||
	    !tiles_search(&costs->tiles, centres, n_centres, error))
		return NULL;
	return g_steal_pointer(&costs);
}

void thuso_costs_free(ThusoCosts *costs)
{
	if (!costs)
		return;
	tiles_clear(&costs->tiles);
	g_free(costs);
}

/* What a thread works with: labels, step costs and the queue of a tile with its margin, generously. */
#define WORKER_BYTES ((gint64) 4 << 20)

gint64 thuso_costs_memory(const ThusoGrid *grid, gboolean with_nearest, int n_threads)
{
	return thuso_grid_n(grid) * (with_nearest ? 8 : 5) + n_threads * WORKER_BYTES;
}

/* --- rows --------------------------------------------------------------------------------------------------------------- */

void costs_unpack(const ThusoCosts *costs, const gint64 *label, gint64 n, gint64 *ticks, gint32 *nearest)
{
	const gint64 beyond = costs->tiles.beyond, mask = (G_GINT64_CONSTANT(1) << costs->tiles.id_bits) - 1;
	for (gint64 i = 0; i < n; i++) {
		ticks[i] = label[i] >= 0 ? THUSO_UNREACHED : (label[i] + beyond) >> costs->tiles.id_bits;
		if (nearest)
			nearest[i] = label[i] >= 0 ? -1 : (gint32) ((label[i] + beyond) & mask);
	}
}

static gboolean tile_rows(ThusoCosts *costs, gint64 tile_row, gint32 first, gint32 n_rows, gint64 *label, gint64 *ticks,
                          gint32 *nearest, GError **error)
{
	Tiles *tiles = &costs->tiles;
	const gint64 n_cols = costs->grid.n_cols;
	for (gint64 tile_col = 0; tile_col < tiles->n_tile_cols; tile_col++) {
		const gint64 col = tile_col << tiles->shift, n = MIN((gint64) tiles->side, n_cols - col);
		if (!tiles_labels(tiles, 0, tile_row * tiles->n_tile_cols + tile_col, first, n_rows, 0, tiles->side, label, error))
			return FALSE;
		for (gint32 row = 0; row < n_rows; row++)
			costs_unpack(costs, label + (gint64) row * tiles->side, n, ticks + row * n_cols + col,
			             nearest ? nearest + row * n_cols + col : NULL);
	}
	return TRUE;
}

gboolean thuso_costs_rows(ThusoCosts *costs, gint32 row, gint32 n_rows, gint64 *ticks, gint32 *nearest, GError **error)
{
	const gint32 side = costs->tiles.side;
	const gint64 n_cols = costs->grid.n_cols;
	g_return_val_if_fail(row >= 0 && n_rows > 0 && row <= costs->grid.n_rows - n_rows && (!nearest || costs->with_nearest),
	                     FALSE);
	gint64 *label = thuso_array_new((gint64) side * side, sizeof *label, "a tile's labels", error);
	gboolean good = label != NULL;
	for (gint32 done = 0; good && done < n_rows;) {
		const gint32 first = (row + done) % side, n = MIN(side - first, n_rows - done);
		good = tile_rows(costs, (row + done) / side, first, n, label, ticks + done * n_cols,
		                 nearest ? nearest + done * n_cols : NULL, error);
		done += n;
	}
	thuso_array_free(label);
	return good;
}

/* --- all at once -------------------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoCosts *costs;
	gint64 *ticks;
	gint32 *nearest;
} Whole;

static gboolean copy_strip(gint64 index, int worker, gpointer data, GError **error)
{
	const Whole *whole = data;
	const gint32 side = whole->costs->tiles.side, row = (gint32) index * side,
	             n_rows = MIN(side, whole->costs->grid.n_rows - row);
	const gint64 at = row * (gint64) whole->costs->grid.n_cols;
	(void) worker;
	return thuso_costs_rows(whole->costs, row, n_rows, whole->ticks + at, whole->nearest ? whole->nearest + at : NULL, error);
}

gboolean thuso_access_nearest(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel,
                              const gint64 *centres, gint32 n_centres, gint64 *cost, gint32 *nearest, GError **error)
{
	g_autoptr(ThusoCosts) costs = thuso_costs_new(context, surface, travel, centres, n_centres, nearest != NULL, NULL, error);
	Whole whole = { costs, cost, nearest };
	return costs && thuso_parallel(context, costs->tiles.n_tile_rows, copy_strip, &whole, error);
}
