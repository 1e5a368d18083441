/* The analysis grid and its 16 steps. */
#include <thuso/geo.h>

#include <math.h>

#define MAX_SIDE 2147483647.0 /* rows or columns: their numbers are gint32 */

const gint8 thuso_step_row[16] = { 0, -1, -1, -1, 0, 1, 1, 1, -1, -2, -2, -1, 1, 2, 2, 1 };
const gint8 thuso_step_col[16] = { 1, 1, 0, -1, -1, -1, 0, 1, 2, 1, -1, -2, -2, -1, 1, 2 };
const gint8 thuso_step_opposite[16] = { 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11 };

/* The greatest multiple that is not above the value, and the least not below it, whatever the division rounded to. */
static double multiple_below(double value, double cell_m)
{
	double k = floor(value / cell_m);
	if (k * cell_m > value)
		k--;
	return (k + 1) * cell_m <= value ? k + 1 : k;
}

static double multiple_above(double value, double cell_m)
{
	return -multiple_below(-value, cell_m);
}

static gboolean check_extent(ThusoCrs *crs, double cell_m, const double wsen[4], GError **error)
{
	if (crs && !thuso_crs_is_grid_ready(crs)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "\"%s\" cannot be the grid's CRS: it must be projected, in metres, with axes east and north; use crs: auto",
		            thuso_crs_name(crs));
		return FALSE;
	}
	if (!isfinite(cell_m) || cell_m <= 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "the cell size is %.6g m; it must be greater than 0", cell_m);
		return FALSE;
	}
	if (isfinite(wsen[0]) && isfinite(wsen[1]) && isfinite(wsen[2]) && isfinite(wsen[3]) && wsen[0] <= wsen[2] &&
	    wsen[1] <= wsen[3])
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "no grid fits the extent %.6g..%.6g east, %.6g..%.6g north: it is empty or not finite; check the boundary layer",
	            wsen[0], wsen[2], wsen[1], wsen[3]);
	return FALSE;
}

gboolean thuso_grid_fit(ThusoGrid *grid, ThusoCrs *crs, double cell_m, double x_min, double y_min, double x_max, double y_max,
                        GError **error)
{
	const double wsen[4] = { x_min, y_min, x_max, y_max };
	if (!check_extent(crs, cell_m, wsen, error))
		return FALSE;
	double west = multiple_below(x_min, cell_m), east = multiple_above(x_max, cell_m);
	double south = multiple_below(y_min, cell_m), north = multiple_above(y_max, cell_m);
	double n_cols = MAX(east - west, 1), n_rows = MAX(north - south, 1);
	if (!(n_cols <= MAX_SIDE) || !(n_rows <= MAX_SIDE)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "a grid of %.0f columns and %.0f rows is too large (at most 2147483647 each); use a larger cell than %.6g m",
		            n_cols, n_rows, cell_m);
		return FALSE;
	}
	grid->x_min = west * cell_m;
	grid->y_max = (south + n_rows) * cell_m;
	grid->cell_m = cell_m;
	grid->n_cols = (gint32) n_cols;
	grid->n_rows = (gint32) n_rows;
	grid->crs = crs;
	return TRUE;
}

gint64 thuso_grid_cell(const ThusoGrid *grid, double x, double y)
{
	double col = floor((x - grid->x_min) / grid->cell_m), row = floor((grid->y_max - y) / grid->cell_m);
	if (!(col >= 0 && col < grid->n_cols && row >= 0 && row < grid->n_rows))
		return -1;
	return (gint64) row * grid->n_cols + (gint64) col;
}

void thuso_grid_centre(const ThusoGrid *grid, gint64 cell, double *x, double *y)
{
	*x = grid->x_min + ((double) (cell % grid->n_cols) + 0.5) * grid->cell_m;
	*y = grid->y_max - ((double) (cell / grid->n_cols) + 0.5) * grid->cell_m;
}
