/* Exact area of a polygon in every cell: signed areas summed along each row, as rasterisers of glyphs do (Nuutinen's and FreeType's
 * "cover and area"), in double and without sampling.
 *
 * In units of cells, u eastward and v southward from the grid's corner: a piece of edge that falls by dv at the mean position u
 * inside cell c gives that cell dv * (c + 1 - u) and every cell to the east of it dv. With shells counter-clockwise and holes
 * clockwise the sums are areas. Cells that no edge touches are wholly in or out, so their sum is rounded to 0 or 1 and rounding
 * errors do not travel along a row. */
#include "geometry.h"
#include "sweep.h"

#include <math.h>
#include <string.h>

#define LEAST_AREA 1e-12 /* cells (of the polygon's own area where that is below one cell): what is below is rounding */

typedef struct {
	const ThusoGrid *grid;
	gint64 col_min, n; /* the window of columns that the polygon reaches */
	double *area;      /* of the row's cells, from pieces of edge inside them; n + 1 */
	double *cover;     /* dv that begins to count east of the cell; n + 1 */
	guint8 *touched;   /* n + 1 */
	gint64 touched_min, touched_max;
	double sign, least;
	ThusoCoverFunc func;
	gpointer data;
} Cover;

/* One piece within one row and one cell of the window. */
static void add_piece(Cover *cover, gint64 cell, double u0, double v0, double u1, double v1)
{
	double dv = v1 - v0;
	cover->area[cell] += dv * ((double) (cell + 1) - (u0 + u1) / 2);
	cover->cover[cell] += dv;
	cover->touched[cell] = 1;
	cover->touched_min = MIN(cover->touched_min, cell);
	cover->touched_max = MAX(cover->touched_max, cell);
}

/* A piece within one row, u in 0 .. n of the window: cut at the borders of columns. Each cut point ends one piece and begins the
 * next, so that the heights add up. */
static void add_in_row(Cover *cover, double u0, double v0, double u1, double v1)
{
	gint64 cell = (gint64) floor(u0), last = (gint64) floor(u1);
	int step = cell < last ? 1 : -1;
	double slope = cell == last ? 0 : (v1 - v0) / (u1 - u0), u = u0, v = v0;
	for (; cell != last; cell += step) {
		double border = (double) (step > 0 ? cell + 1 : cell);
		double at = v0 + (border - u0) * slope;
		at = v0 < v1 ? CLAMP(at, v, v1) : CLAMP(at, v1, v);
		add_piece(cover, cell, u, v, border, at);
		u = border;
		v = at;
	}
	add_piece(cover, cell, u, v, u1, v1);
}

/* The height at which the piece passes a border of the window. */
static double v_at(double u0, double v0, double u1, double v1, double u)
{
	double v = v0 + (u - u0) * ((v1 - v0) / (u1 - u0));
	return v0 < v1 ? CLAMP(v, v0, v1) : CLAMP(v, v1, v0);
}

/* What lies west of the window counts for all its cells, so it is moved to the window's edge; what lies east counts for none, and
 * goes into the spare cell n. */
static void add_clipped(Cover *cover, double u0, double v0, double u1, double v1)
{
	double n = (double) cover->n;
	const double borders[2] = { u0 <= u1 ? 0 : n, u0 <= u1 ? n : 0 };
	double u = u0, v = v0;
	for (int i = 0; i < 2; i++) {
		double border = borders[i];
		if (!(u < border && border < u1) && !(u1 < border && border < u))
			continue;
		double at = v_at(u0, v0, u1, v1, border);
		add_in_row(cover, CLAMP(u, 0, n), v, CLAMP(border, 0, n), at);
		u = border;
		v = at;
	}
	add_in_row(cover, CLAMP(u, 0, n), v, CLAMP(u1, 0, n), v1);
}

static double u_at(const ThusoEdge *edge, double v)
{
	double u = edge->x0 + (v - edge->y0) * ((edge->x1 - edge->x0) / (edge->y1 - edge->y0));
	return edge->x0 < edge->x1 ? CLAMP(u, edge->x0, edge->x1) : CLAMP(u, edge->x1, edge->x0);
}

static void add_edge(Cover *cover, const ThusoEdge *edge, gint32 row)
{
	double top = row, bottom = (double) row + 1;
	double u0 = edge->x0, v0 = edge->y0, u1 = edge->x1, v1 = edge->y1;
	if (v0 < top || v0 > bottom) {
		v0 = v0 < top ? top : bottom;
		u0 = u_at(edge, v0);
	}
	if (v1 < top || v1 > bottom) {
		v1 = v1 < top ? top : bottom;
		u1 = u_at(edge, v1);
	}
	add_clipped(cover, u0, v0, u1, v1);
}

static void emit_row(Cover *cover, gint32 row)
{
	double east = 0; /* what all edges so far give to the cells east of them */
	gint64 first = (gint64) row * cover->grid->n_cols + cover->col_min;
	for (gint64 i = cover->touched_min; i <= MIN(cover->touched_max, cover->n - 1); i++) {
		if (!cover->touched[i])
			east = round(east);
		double area = CLAMP(cover->sign * (east + cover->area[i]), 0, 1);
		east += cover->cover[i];
		if (area > cover->least)
			cover->func(first + i, area, cover->data);
	}
	for (gint64 i = cover->touched_min; i <= cover->touched_max; i++) {
		cover->area[i] = cover->cover[i] = 0;
		cover->touched[i] = 0;
	}
	cover->touched_min = G_MAXINT64;
	cover->touched_max = -1;
}

/* --- the polygon in cells -------------------------------------------------------------------------------------------- */

static void find_window(Cover *cover, const ThusoGeometry *polygon)
{
	const ThusoGrid *grid = cover->grid;
	double x_min, y_min, x_max, y_max;
	thuso_geometry_bounds(polygon, &x_min, &y_min, &x_max, &y_max);
	double west = CLAMP(floor((x_min - grid->x_min) / grid->cell_m), 0.0, (double) grid->n_cols);
	double east = CLAMP(ceil((x_max - grid->x_min) / grid->cell_m), 0.0, (double) grid->n_cols);
	cover->col_min = (gint64) west;
	cover->n = (gint64) MAX(east - west, 0);
}

static gboolean find_rows(const ThusoGrid *grid, ThusoEdge *edge)
{
	double first = floor(fmin(edge->y0, edge->y1)), last = floor(fmax(edge->y0, edge->y1));
	if (!(last >= 0) || !(first < grid->n_rows))
		return FALSE;
	edge->first = (gint32) MAX(first, 0);
	edge->last = (gint32) MIN(last, grid->n_rows - 1);
	return TRUE;
}

static gboolean add_edges(ThusoSweep *sweep, const Cover *cover, const ThusoGeometry *polygon, GError **error)
{
	const ThusoGrid *grid = cover->grid;
	double x_min = grid->x_min + (double) cover->col_min * grid->cell_m;
	for (gint32 part = 0; part < polygon->n_parts; part++)
		for (gint64 i = polygon->part_start[part]; i + 1 < polygon->part_start[part + 1]; i++) {
			ThusoEdge edge = { (polygon->x[i] - x_min) / grid->cell_m,
				               (grid->y_max - polygon->y[i]) / grid->cell_m,
				               (polygon->x[i + 1] - x_min) / grid->cell_m,
				               (grid->y_max - polygon->y[i + 1]) / grid->cell_m,
				               0,
				               0 };
			if (find_rows(grid, &edge) && !thuso_sweep_add(sweep, &edge, error))
				return FALSE;
		}
	return TRUE;
}

static double signed_area(const ThusoGeometry *polygon)
{
	double area = 0;
	for (gint32 part = 0; part < polygon->n_parts; part++) {
		gint64 start = polygon->part_start[part];
		area += thuso_ring_area(polygon->x + start, polygon->y + start, thuso_part_size(polygon, part));
	}
	return area;
}

static gboolean sweep_rows(Cover *cover, const ThusoGeometry *polygon, GError **error)
{
	ThusoSweep sweep;
	thuso_sweep_init(&sweep);
	gboolean good = add_edges(&sweep, cover, polygon, error) && thuso_sweep_start(&sweep, error);
	for (gint32 row; good && thuso_sweep_row(&sweep, &row);) {
		for (gint64 i = 0; i < sweep.n_active; i++)
			add_edge(cover, thuso_sweep_edge(&sweep, i), row);
		emit_row(cover, row);
	}
	thuso_sweep_clear(&sweep);
	return good;
}

gboolean thuso_grid_cover(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoCoverFunc func, gpointer data, GError **error)
{
	if (polygon->type != THUSO_POLYGON || polygon->n_points == 0)
		return TRUE;
	g_autoptr(ThusoGeometry) arranged = NULL;
	if (!polygon->arranged && polygon->n_parts > 1) {
		arranged = thuso_geometry_arrange(polygon, error);
		if (!arranged)
			return FALSE;
		polygon = arranged;
	}
	Cover cover = { .grid = grid, .touched_min = G_MAXINT64, .touched_max = -1, .func = func, .data = data };
	find_window(&cover, polygon);
	double area = signed_area(polygon);
	if (cover.n == 0 || area == 0)
		return TRUE;
	/* Counter-clockwise on the map, an edge that falls (dv > 0) has the inside to its east: sums are positive. */
	cover.sign = area > 0 ? 1 : -1;
	cover.least = LEAST_AREA * MIN(1, fabs(area) / (grid->cell_m * grid->cell_m));
	g_autofree double *sums = g_new0(double, (gsize) (cover.n + 1) * 2);
	g_autofree guint8 *touched = g_new0(guint8, (gsize) cover.n + 1);
	cover.area = sums;
	cover.cover = sums + cover.n + 1;
	cover.touched = touched;
	return sweep_rows(&cover, polygon, error);
}
