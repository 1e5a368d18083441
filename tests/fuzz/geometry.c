/* WKB as layers hold it: read, made valid, written, read again, laid over a grid. */
#include "fuzz.h"

#include <thuso/geo.h>

#include <math.h>

static void add_up(gint64 cell, double area_cells, gpointer data)
{
	fuzz_must(cell >= 0 && cell < 400 && area_cells > 0 && area_cells <= 1);
	*(double *) data += area_cells;
}

static void count(gint64 cell, gpointer data)
{
	fuzz_must(cell >= 0 && cell < 400);
	++*(gint64 *) data;
}

static void lay_over_grid(const ThusoGeometry *polygon)
{
	ThusoGrid grid = { .x_min = -10, .y_max = 10, .cell_m = 1, .n_cols = 20, .n_rows = 20 };
	double area = 0;
	gint64 n = 0;
	fuzz_must(thuso_grid_cover(&grid, polygon, add_up, &area, NULL));
	fuzz_must(thuso_grid_inside(&grid, polygon, count, &n, NULL));
	fuzz_must(area <= 400.000001 && n <= 400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoGeometry) geometry = thuso_geometry_from_wkb(data, size, &error);
	fuzz_must((geometry == NULL) == (error != NULL));
	if (!geometry)
		return 0;
	for (gint64 i = 0; i < geometry->n_points; i++)
		fuzz_must(isfinite(geometry->x[i]) && isfinite(geometry->y[i]));
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, NULL);
	gsize n = 0;
	gconstpointer again = wkb ? g_bytes_get_data(wkb, &n) : NULL;
	g_autoptr(ThusoGeometry) second = again ? thuso_geometry_from_wkb(again, n, NULL) : NULL;
	fuzz_must(!wkb || second != NULL);
	if (geometry->type != THUSO_POLYGON || geometry->n_points == 0 || geometry->n_points > 1000)
		return 0;
	gboolean was_valid;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, &was_valid, NULL);
	if (valid && valid->n_points > 0)
		lay_over_grid(valid);
	return 0;
}
