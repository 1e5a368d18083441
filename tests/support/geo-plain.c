/* Plain code for the tests of the geo room. */
#include "geo-plain.h"

#include <geos_c.h>

#include <math.h>
#include <string.h>

static guint64 next(PlainRandom *random)
{
	guint64 z = random->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double plain_uniform(PlainRandom *random, double low, double high)
{
	return low + (high - low) * ((double) (next(random) >> 11) * 0x1p-53);
}

int plain_below(PlainRandom *random, int n)
{
	return (int) (next(random) % (guint64) n);
}

ThusoGrid plain_grid(double x, double y, double cell_m, gint32 n_cols, gint32 n_rows)
{
	return (ThusoGrid){ x, y + n_rows * cell_m, cell_m, n_cols, n_rows, NULL };
}

ThusoCrs *plain_crs(const char *text)
{
	GError *error = NULL;
	ThusoCrs *crs = thuso_crs_new(text, &error);
	g_assert_no_error(error);
	return crs;
}

ThusoGeometry *plain_geometry(const char *wkt)
{
	GEOSContextHandle_t geos = GEOS_init_r();
	GEOSWKTReader *reader = GEOSWKTReader_create_r(geos);
	GEOSGeometry *shape = GEOSWKTReader_read_r(geos, reader, wkt);
	g_assert_nonnull(shape);
	gsize size;
	unsigned char *wkb = GEOSGeomToWKB_buf_r(geos, shape, &size);
	GError *error = NULL;
	ThusoGeometry *geometry = thuso_geometry_from_wkb(wkb, size, &error);
	g_assert_no_error(error);
	GEOSFree_r(geos, wkb);
	GEOSGeom_destroy_r(geos, shape);
	GEOSWKTReader_destroy_r(geos, reader);
	GEOS_finish_r(geos);
	return geometry;
}

ThusoGeometry *plain_part(ThusoGeometryType type, const double *x, const double *y, gint64 n)
{
	ThusoGeometry *geometry = g_new0(ThusoGeometry, 1);
	geometry->type = type;
	geometry->n_points = n;
	geometry->n_parts = 1;
	geometry->x = thuso_array_new(n, sizeof(double), "x", NULL);
	geometry->y = thuso_array_new(n, sizeof(double), "y", NULL);
	geometry->part_start = thuso_array_new(2, sizeof(gint64), "parts", NULL);
	memcpy(geometry->x, x, (gsize) n * sizeof(double));
	memcpy(geometry->y, y, (gsize) n * sizeof(double));
	geometry->part_start[1] = n;
	return geometry;
}

static void append_ring(GString *wkt, const double *x, const double *y, const double *radius, int n, double scale)
{
	char text[2][G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append_c(wkt, '(');
	for (int i = 0; i <= n; i++) {
		double angle = 2 * G_PI * (i % n) / n, r = radius[i % n] * scale;
		g_string_append_printf(wkt, "%s%s %s", i ? "," : "", g_ascii_dtostr(text[0], sizeof text[0], *x + r * cos(angle)),
		                       g_ascii_dtostr(text[1], sizeof text[1], *y + r * sin(angle)));
	}
	g_string_append_c(wkt, ')');
}

ThusoGeometry *plain_star(PlainRandom *random, double x, double y, double radius, int n, gboolean hole)
{
	g_autoptr(GString) wkt = g_string_new("POLYGON(");
	g_autofree double *radii = thuso_new(double, n);
	for (int i = 0; i < n; i++)
		radii[i] = plain_uniform(random, 0.3 * radius, radius);
	append_ring(wkt, &x, &y, radii, n, 1);
	if (hole) {
		g_string_append_c(wkt, ',');
		append_ring(wkt, &x, &y, radii, n, 0.5);
	}
	g_string_append_c(wkt, ')');
	return plain_geometry(wkt->str);
}

/* --- area ------------------------------------------------------------------------------------------------------------ */

/* Keeps what lies where sign * (coordinate - limit) >= 0. */
static int clip(const double (*in)[2], int n, int axis, double limit, double sign, double (*out)[2])
{
	int n_out = 0;
	for (int i = 0; i < n; i++) {
		const double *a = in[i], *b = in[(i + 1) % n];
		double da = sign * (a[axis] - limit), db = sign * (b[axis] - limit);
		if (da >= 0) {
			out[n_out][0] = a[0];
			out[n_out++][1] = a[1];
		}
		if ((da < 0) != (db < 0) && da != 0 && db != 0) {
			double t = da / (da - db);
			out[n_out][!axis] = a[!axis] + t * (b[!axis] - a[!axis]);
			out[n_out++][axis] = limit;
		}
	}
	return n_out;
}

static double clipped_ring_area(const double *x, const double *y, int n, const double box[4])
{
	int most = 16 * (n + 4);
	g_autofree double(*a)[2] = (double(*)[2]) thuso_new(double, 2 * most);
	g_autofree double(*b)[2] = (double(*)[2]) thuso_new(double, 2 * most);
	for (int i = 0; i < n; i++) {
		a[i][0] = x[i];
		a[i][1] = y[i];
	}
	n = clip((const double(*)[2]) a, n, 0, box[0], 1, b);
	n = clip((const double(*)[2]) b, n, 1, box[1], 1, a);
	n = clip((const double(*)[2]) a, n, 0, box[2], -1, b);
	n = clip((const double(*)[2]) b, n, 1, box[3], -1, a);
	double twice = 0;
	for (int i = 0; i < n; i++) {
		int j = (i + 1) % n;
		twice += (a[i][0] - box[0]) * (a[j][1] - box[1]) - (a[j][0] - box[0]) * (a[i][1] - box[1]);
	}
	return twice / 2;
}

double plain_cell_area(const ThusoGrid *grid, const ThusoGeometry *arranged, gint64 cell)
{
	double x, y, half = grid->cell_m / 2, area = 0;
	thuso_grid_centre(grid, cell, &x, &y);
	const double box[4] = { x - half, y - half, x + half, y + half };
	for (gint32 part = 0; part < arranged->n_parts; part++) {
		gint64 start = arranged->part_start[part];
		area +=
		    clipped_ring_area(arranged->x + start, arranged->y + start, (int) (arranged->part_start[part + 1] - start - 1), box);
	}
	return area / (grid->cell_m * grid->cell_m);
}

/* --- lines ----------------------------------------------------------------------------------------------------------- */

static int compare_double(gconstpointer a, gconstpointer b)
{
	double x = *(const double *) a, y = *(const double *) b;
	return (x > y) - (x < y);
}

static void cut(GArray *at, double from, double to)
{
	for (double border = ceil(MIN(from, to)); border <= MAX(from, to) && from != to; border++) {
		double t = (border - from) / (to - from);
		if (t > 0 && t < 1)
			g_array_append_val(at, t);
	}
}

static void trace_segment(const ThusoGrid *grid, double u0, double v0, double u1, double v1, gint64 *cell, GString *steps)
{
	g_autoptr(GArray) at = g_array_new(FALSE, FALSE, sizeof(double));
	double t = 0, last = 0;
	g_array_append_val(at, t);
	cut(at, u0, u1);
	cut(at, v0, v1);
	t = 1;
	g_array_append_val(at, t);
	g_array_sort(at, compare_double);
	for (guint i = 1; i < at->len; i++) {
		t = g_array_index(at, double, i);
		if (t - last < 1e-12)
			continue;
		double middle = (t + last) / 2, col = floor(u0 + (u1 - u0) * middle), row = floor(v0 + (v1 - v0) * middle);
		last = t;
		gboolean on = col >= 0 && row >= 0 && col < grid->n_cols && row < grid->n_rows;
		gint64 now = on ? (gint64) row * grid->n_cols + (gint64) col : -1;
		if (now >= 0 && now != *cell)
			g_string_append_printf(steps, "%" G_GINT64_FORMAT ">%" G_GINT64_FORMAT " ", *cell, now);
		*cell = now;
	}
}

void plain_trace(const ThusoGrid *grid, const ThusoGeometry *line, GString *steps)
{
	for (gint32 part = 0; part < line->n_parts; part++) {
		gint64 cell = -1;
		for (gint64 i = line->part_start[part]; i + 1 < line->part_start[part + 1]; i++)
			if (line->x[i] != line->x[i + 1] || line->y[i] != line->y[i + 1])
				trace_segment(grid, (line->x[i] - grid->x_min) / grid->cell_m, (grid->y_max - line->y[i]) / grid->cell_m,
				              (line->x[i + 1] - grid->x_min) / grid->cell_m, (grid->y_max - line->y[i + 1]) / grid->cell_m, &cell,
				              steps);
	}
}

static double side(double ax, double ay, double bx, double by, double cx, double cy)
{
	return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

gboolean plain_crosses(const ThusoGeometry *line, double x0, double y0, double x1, double y1)
{
	const double dx = -1e-9, dy = 1e-5;
	if (x0 == x1 && y0 == y1)
		return FALSE;
	x0 += dx;
	x1 += dx;
	y0 += dy;
	y1 += dy;
	for (gint32 part = 0; part < line->n_parts; part++)
		for (gint64 i = line->part_start[part]; i + 1 < line->part_start[part + 1]; i++) {
			double px = line->x[i], py = line->y[i], qx = line->x[i + 1], qy = line->y[i + 1];
			if ((side(px, py, qx, qy, x0, y0) > 0) != (side(px, py, qx, qy, x1, y1) > 0) &&
			    (side(x0, y0, x1, y1, px, py) > 0) != (side(x0, y0, x1, y1, qx, qy) > 0))
				return TRUE;
		}
	return FALSE;
}
