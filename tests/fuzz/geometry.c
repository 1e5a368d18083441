/* WKB as layers hold it: read, made valid, written, read again, laid over a grid. */
#include "fuzz.h"

#include "../../src/io/private.h"

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

/* What layers are written with: one or many, within its bounds. */
static void write_as_layer(GBytes *wkb)
{
	for (int form = THUSO_WKB_AS_IS; form <= THUSO_WKB_SINGLE; form++) {
		ThusoBounds bounds = { INFINITY, -INFINITY, INFINITY, -INFINITY };
		g_autoptr(GByteArray) out = g_byte_array_new();
		if (!thuso_wkb_normalise(wkb, (ThusoWkbForm) form, out, &bounds))
			continue;
		g_autoptr(ThusoGeometry) again = thuso_geometry_from_wkb(out->data, out->len, NULL);
		fuzz_must(again != NULL);
		for (gint64 i = 0; i < again->n_points; i++)
			fuzz_must(again->x[i] >= bounds.x_min && again->x[i] <= bounds.x_max && again->y[i] >= bounds.y_min &&
			          again->y[i] <= bounds.y_max);
	}
}

static void read_geometry(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoGeometry) geometry = thuso_geometry_from_wkb(data, size, &error);
	fuzz_either(geometry, error);
	if (!geometry)
		return;
	for (gint64 i = 0; i < geometry->n_points; i++)
		fuzz_must(isfinite(geometry->x[i]) && isfinite(geometry->y[i]));
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(geometry, NULL);
	gsize n = 0;
	gconstpointer again = wkb ? g_bytes_get_data(wkb, &n) : NULL;
	g_autoptr(ThusoGeometry) second = again ? thuso_geometry_from_wkb(again, n, NULL) : NULL;
	fuzz_must(!wkb || second != NULL);
	if (wkb)
		write_as_layer(wkb);
	if (geometry->type != THUSO_POLYGON || geometry->n_points == 0 || geometry->n_points > 1000)
		return;
	gboolean was_valid;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, &was_valid, NULL);
	if (valid && valid->n_points > 0)
		lay_over_grid(valid);
}

const FuzzReader fuzz_geometry = { "geometry", FALSE, read_geometry };
