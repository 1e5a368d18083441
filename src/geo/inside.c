/* Cells whose centre is inside a polygon: half-open even-odd scan conversion at the centres' heights. */
#include "geometry.h"
#include "sweep.h"

#include <math.h>
#include <stdlib.h>

static double centre_x(const ThusoGrid *grid, gint64 col)
{
	return grid->x_min + ((double) col + 0.5) * grid->cell_m;
}

static double centre_y(const ThusoGrid *grid, gint64 row)
{
	return grid->y_max - ((double) row + 0.5) * grid->cell_m;
}

/* The row nearest to a height, within -1 .. n_rows, for a search that looks one row farther on both sides. */
static gint64 near_row(const ThusoGrid *grid, double y)
{
	return (gint64) CLAMP(floor((grid->y_max - y) / grid->cell_m), -1.0, (double) grid->n_rows);
}

/* The rows whose centres the edge spans, by the same test that thuso_geometry_contains() makes. */
static gboolean find_rows(const ThusoGrid *grid, ThusoEdge *edge)
{
	gint32 first = (gint32) MAX(near_row(grid, fmax(edge->y0, edge->y1)) - 1, 0);
	gint32 last = (gint32) MIN(near_row(grid, fmin(edge->y0, edge->y1)) + 1, grid->n_rows - 1);
	while (first <= last && !thuso_edge_spans(edge->y0, edge->y1, centre_y(grid, first)))
		first++;
	while (first <= last && !thuso_edge_spans(edge->y0, edge->y1, centre_y(grid, last)))
		last--;
	edge->first = first;
	edge->last = last;
	return first <= last;
}

static gboolean add_edges(ThusoSweep *sweep, const ThusoGrid *grid, const ThusoGeometry *polygon, GError **error)
{
	for (gint32 part = 0; part < polygon->n_parts; part++)
		for (gint64 i = polygon->part_start[part]; i + 1 < polygon->part_start[part + 1]; i++) {
			ThusoEdge edge = { polygon->x[i], polygon->y[i], polygon->x[i + 1], polygon->y[i + 1], 0, 0 };
			if (edge.y0 != edge.y1 && find_rows(grid, &edge) && !thuso_sweep_add(sweep, &edge, error))
				return FALSE;
		}
	return TRUE;
}

/* How many of the row's centres lie west of the crossing. */
static gint32 centres_west_of(const ThusoGrid *grid, double x)
{
	gint64 n = (gint64) CLAMP(round((x - grid->x_min) / grid->cell_m), 0.0, (double) grid->n_cols);
	while (n > 0 && !(centre_x(grid, n - 1) < x))
		n--;
	while (n < grid->n_cols && centre_x(grid, n) < x)
		n++;
	return (gint32) n;
}

static int compare(gconstpointer a, gconstpointer b)
{
	gint32 x = *(const gint32 *) a, y = *(const gint32 *) b;
	return (x > y) - (x < y);
}

static void emit_row(const ThusoGrid *grid, const ThusoSweep *sweep, gint32 row, gint32 *ends, ThusoCellFunc func, gpointer data)
{
	double y = centre_y(grid, row);
	for (gint64 i = 0; i < sweep->n_active; i++) {
		const ThusoEdge *edge = thuso_sweep_edge(sweep, i);
		ends[i] = centres_west_of(grid, thuso_edge_x_at(edge->x0, edge->y0, edge->x1, edge->y1, y));
	}
	qsort(ends, (gsize) sweep->n_active, sizeof *ends, compare);
	for (gint64 i = 0; i + 1 < sweep->n_active; i += 2)
		for (gint32 col = ends[i]; col < ends[i + 1]; col++)
			func((gint64) row * grid->n_cols + col, data);
}

gboolean thuso_grid_inside(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoCellFunc func, gpointer data, GError **error)
{
	if (polygon->type != THUSO_POLYGON)
		return TRUE;
	ThusoSweep sweep;
	thuso_sweep_init(&sweep);
	gboolean good = add_edges(&sweep, grid, polygon, error) && thuso_sweep_start(&sweep, error);
	gint32 *ends = good ? thuso_array_new(sweep.edges.n, sizeof *ends, "edges of a polygon", error) : NULL;
	for (gint32 row; ends && thuso_sweep_row(&sweep, &row);)
		emit_row(grid, &sweep, row, ends, func, data);
	good = ends != NULL;
	thuso_array_free(ends);
	thuso_sweep_clear(&sweep);
	return good;
}
