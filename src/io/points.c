/* Point tables: which columns are the coordinates, and rows to points. */
#include "private.h"

#include <math.h>
#include <string.h>

static const char *const pairs[][2] = {
	{ "x", "y" }, { "lon", "lat" }, { "long", "lat" }, { "longitude", "latitude" }, { "lng", "lat" },
};

static const char *find_name(const char *const *names, const char *wanted)
{
	for (; *names; names++)
		if (g_ascii_strcasecmp(*names, wanted) == 0)
			return *names;
	return NULL;
}

static gboolean is_degrees(const char *x)
{
	return g_ascii_strncasecmp(x, "lon", 3) == 0 || g_ascii_strcasecmp(x, "lng") == 0;
}

static gboolean named_columns(const ThusoReadRequest *request, const char *const *names, ThusoPointColumns *points,
                              GError **error)
{
	const ThusoSource *source = request->source;
	if (!source->x || !source->y) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s: `x` and `y` go together: name both columns", source->name);
		return FALSE;
	}
	if (!g_strv_contains(names, source->x))
		return thuso_missing_field(request, source->x, names, error);
	if (!g_strv_contains(names, source->y))
		return thuso_missing_field(request, source->y, names, error);
	*points = (ThusoPointColumns){ source->x, source->y, is_degrees(source->x) };
	return TRUE;
}

gboolean thuso_point_columns(const ThusoReadRequest *request, const char *const *names, ThusoPointColumns *points, GError **error)
{
	memset(points, 0, sizeof *points);
	if (request->source->x || request->source->y)
		return named_columns(request, names, points, error);
	if (request->what != THUSO_READ_GEOMETRY)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(pairs) && !points->x; i++) {
		const char *x = find_name(names, pairs[i][0]), *y = find_name(names, pairs[i][1]);
		if (x && y)
			*points = (ThusoPointColumns){ x, y, is_degrees(x) };
	}
	if (points->x)
		return TRUE;
	g_autofree char *list = thuso_io_list(names);
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s: %s has no geometries and no columns x/y or lon/lat: name its coordinate columns with `x` and `y`; it has: %s",
	    request->source->name, request->path, list);
	return FALSE;
}

static char *points_crs(const ThusoReadRequest *request, const ThusoPointColumns *points, GError **error)
{
	if (!request->source->crs && !points->degrees) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: %s does not say in which CRS its columns %s and %s are: say so with `crs:`", request->source->name,
		                request->path, points->x, points->y);
		return NULL;
	}
	g_autoptr(ThusoCrs) crs =
	    thuso_stated_crs(request->source->crs ? request->source->crs : "EPSG:4326", request->source->name, error);
	return crs ? g_strdup(thuso_crs_wkt(crs)) : NULL;
}

static void report_lost(ThusoContext *context, const ThusoReadRequest *request, gint64 n, gint64 first_fid, gboolean off_earth)
{
	if (n == 0)
		return;
	g_autofree char *feature = g_strdup_printf("%" G_GINT64_FORMAT, first_fid);
	ThusoFinding finding = {
		THUSO_WARNING, off_earth ? "coordinates_off_earth" : "no_coordinates", request->source->name, feature, NULL, n, NULL,
	};
	thuso_io_find(context, &finding, "%s: %" G_GINT64_FORMAT " rows %s and are left out (first: row %s): fill in the coordinates",
	              request->path, n,
	              off_earth ? "have coordinates that are no longitude and latitude" : "have no usable coordinates", feature);
}

gboolean thuso_make_points(ThusoContext *context, const ThusoReadRequest *request, const ThusoPointColumns *points,
                           ThusoTable *table, guint8 *keep, GError **error)
{
	g_autofree char *crs = points_crs(request, points, error);
	if (!crs)
		return FALSE;
	g_autoptr(ThusoCrs) system = thuso_crs_new(crs, error);
	if (!system)
		return FALSE;
	thuso_table_set_crs(table, crs);
	gboolean degrees = thuso_crs_is_geographic(system);
	int x_column = thuso_table_find_column(table, points->x), y_column = thuso_table_find_column(table, points->y);
	gint64 n_lost[2] = { 0, 0 }, first[2] = { 0, 0 };
	for (gint64 i = 0; i < table->n_rows; i++) {
		if (!keep[i])
			continue;
		double x = thuso_table_as_real(table, i, x_column), y = thuso_table_as_real(table, i, y_column);
		gboolean missing = !isfinite(x) || !isfinite(y);
		if (missing || (degrees && (fabs(x) > 360 || fabs(y) > 90))) {
			if (n_lost[!missing]++ == 0)
				first[!missing] = thuso_table_integer(table, i, 0);
			keep[i] = 0;
			continue;
		}
		g_autoptr(GBytes) wkb = thuso_point_to_wkb(x, y);
		thuso_table_set_geometry(table, i, wkb);
	}
	report_lost(context, request, n_lost[0], first[0], FALSE);
	report_lost(context, request, n_lost[1], first[1], TRUE);
	return TRUE;
}
