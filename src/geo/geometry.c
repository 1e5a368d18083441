/* Flat geometries: making, measuring and asking them. Whatever needs GEOS is in shape.c. */
#include "geometry.h"

#include <math.h>
#include <string.h>

/* --- making ---------------------------------------------------------------------------------------------------------- */

void thuso_builder_init(ThusoBuilder *builder, ThusoGeometryType type)
{
	*builder = (ThusoBuilder){ type, THUSO_VECTOR(double), THUSO_VECTOR(double), THUSO_VECTOR(gint64), 0 };
}

void thuso_builder_clear(ThusoBuilder *builder)
{
	thuso_vector_clear(&builder->x);
	thuso_vector_clear(&builder->y);
	thuso_vector_clear(&builder->start);
	builder->open = 0;
}

gboolean thuso_builder_reserve(ThusoBuilder *builder, gint64 n_more_points, GError **error)
{
	return thuso_vector_reserve(&builder->x, builder->x.n + n_more_points, "points", error) &&
	       thuso_vector_reserve(&builder->y, builder->y.n + n_more_points, "points", error);
}

gboolean thuso_builder_point(ThusoBuilder *builder, double x, double y, GError **error)
{
	return thuso_vector_push(&builder->x, &x, "points", error) && thuso_vector_push(&builder->y, &y, "points", error);
}

gboolean thuso_builder_end_part(ThusoBuilder *builder, GError **error)
{
	if (builder->x.n == builder->open)
		return TRUE;
	if (builder->start.n >= G_MAXINT32 - 1) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "a geometry has more than %d parts; split it", G_MAXINT32 - 1);
		return FALSE;
	}
	if (!thuso_vector_push(&builder->start, &builder->open, "parts", error))
		return FALSE;
	builder->open = builder->x.n;
	return TRUE;
}

ThusoGeometry *thuso_builder_finish(ThusoBuilder *builder, gboolean arranged, GError **error)
{
	gint64 n_parts = builder->start.n;
	if (!thuso_vector_push(&builder->start, &builder->open, "parts", error))
		return NULL;
	ThusoGeometry *geometry = g_new0(ThusoGeometry, 1);
	geometry->type = builder->type;
	geometry->n_points = builder->open;
	geometry->n_parts = (gint32) n_parts;
	geometry->x = builder->x.data;
	geometry->y = builder->y.data;
	geometry->part_start = builder->start.data;
	geometry->arranged = arranged;
	thuso_builder_init(builder, builder->type);
	return geometry;
}

void thuso_geometry_free(ThusoGeometry *geometry)
{
	if (!geometry)
		return;
	thuso_array_free(geometry->x);
	thuso_array_free(geometry->y);
	thuso_array_free(geometry->part_start);
	g_free(geometry);
}

static gboolean add_part(ThusoBuilder *builder, const ThusoGeometry *geometry, gint32 part, GError **error)
{
	for (gint64 i = geometry->part_start[part]; i < geometry->part_start[part + 1]; i++)
		if (!thuso_builder_point(builder, geometry->x[i], geometry->y[i], error))
			return FALSE;
	return thuso_builder_end_part(builder, error);
}

ThusoGeometry *thuso_geometry_copy(const ThusoGeometry *geometry, GError **error)
{
	ThusoBuilder builder;
	thuso_builder_init(&builder, geometry->type);
	gboolean ok = thuso_builder_reserve(&builder, geometry->n_points, error);
	for (gint32 part = 0; ok && part < geometry->n_parts; part++)
		ok = add_part(&builder, geometry, part, error);
	ThusoGeometry *copy = ok ? thuso_builder_finish(&builder, geometry->arranged, error) : NULL;
	thuso_builder_clear(&builder);
	return copy;
}

/* --- measuring ------------------------------------------------------------------------------------------------------- */

double thuso_ring_area(const double *x, const double *y, gint64 n)
{
	double twice = 0; /* about the ring's first point: coordinates of millions of metres would eat the digits */
	for (gint64 i = 0; i + 1 < n; i++)
		twice += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
	return twice / 2;
}

void thuso_geometry_bounds(const ThusoGeometry *geometry, double *x_min, double *y_min, double *x_max, double *y_max)
{
	*x_min = *y_min = INFINITY;
	*x_max = *y_max = -INFINITY;
	for (gint64 i = 0; i < geometry->n_points; i++) {
		*x_min = fmin(*x_min, geometry->x[i]);
		*x_max = fmax(*x_max, geometry->x[i]);
		*y_min = fmin(*y_min, geometry->y[i]);
		*y_max = fmax(*y_max, geometry->y[i]);
	}
}

double thuso_geometry_area(const ThusoGeometry *geometry)
{
	if (geometry->type != THUSO_POLYGON)
		return 0;
	g_autoptr(ThusoGeometry) arranged = NULL;
	if (!geometry->arranged && geometry->n_parts > 1) {
		arranged = thuso_geometry_arrange(geometry, NULL);
		if (!arranged)
			return NAN;
		geometry = arranged;
	}
	double area = 0;
	for (gint32 part = 0; part < geometry->n_parts; part++) {
		gint64 start = geometry->part_start[part];
		area += thuso_ring_area(geometry->x + start, geometry->y + start, thuso_part_size(geometry, part));
	}
	return fabs(area);
}

gboolean thuso_geometry_contains(const ThusoGeometry *geometry, double x, double y)
{
	gboolean inside = FALSE;
	if (geometry->type != THUSO_POLYGON)
		return FALSE;
	for (gint32 part = 0; part < geometry->n_parts; part++)
		for (gint64 i = geometry->part_start[part]; i + 1 < geometry->part_start[part + 1]; i++) {
			double y0 = geometry->y[i], y1 = geometry->y[i + 1];
			if (thuso_edge_spans(y0, y1, y) && x < thuso_edge_x_at(geometry->x[i], y0, geometry->x[i + 1], y1, y))
				inside = !inside;
		}
	return inside;
}

static double edge_distance(double x0, double y0, double x1, double y1, double x, double y)
{
	double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
	double t = length2 > 0 ? ((x - x0) * dx + (y - y0) * dy) / length2 : 0;
	t = CLAMP(t, 0, 1);
	return hypot(x - (x0 + t * dx), y - (y0 + t * dy));
}

double thuso_geometry_distance(const ThusoGeometry *geometry, double x, double y)
{
	if (thuso_geometry_contains(geometry, x, y))
		return 0;
	double least = INFINITY;
	for (gint32 part = 0; part < geometry->n_parts; part++) {
		gint64 last = geometry->part_start[part + 1] - 1;
		for (gint64 i = geometry->part_start[part]; i <= last; i++) {
			gint64 j = i < last ? i + 1 : i;
			least = fmin(least, edge_distance(geometry->x[i], geometry->y[i], geometry->x[j], geometry->y[j], x, y));
		}
	}
	return least;
}

/* --- transforming ---------------------------------------------------------------------------------------------------- */

/* Splits an edge from its lexicographically first end, so that both neighbours of a shared edge get the same points. */
static gboolean add_split_edge(ThusoBuilder *builder, const double from[2], const double to[2], double max_edge, GError **error)
{
	double pieces = max_edge > 0 ? ceil(hypot(to[0] - from[0], to[1] - from[1]) / max_edge) : 1;
	if (!(pieces < 1e9)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "an edge from %.6g, %.6g is too long to be split every %.6g units",
		            from[0], from[1], max_edge);
		return FALSE;
	}
	gboolean forward = from[0] < to[0] || (from[0] == to[0] && from[1] <= to[1]);
	const double *first = forward ? from : to, *second = forward ? to : from;
	gint64 n = MAX((gint64) pieces, 1);
	for (gint64 i = 1; i < n; i++) {
		double t = (double) (forward ? i : n - i) / (double) n;
		if (!thuso_builder_point(builder, first[0] + (second[0] - first[0]) * t, first[1] + (second[1] - first[1]) * t, error))
			return FALSE;
	}
	return thuso_builder_point(builder, to[0], to[1], error);
}

static gboolean add_split_part(ThusoBuilder *builder, const ThusoGeometry *geometry, gint32 part, double max_edge, GError **error)
{
	gint64 start = geometry->part_start[part], end = geometry->part_start[part + 1];
	if (start < end && !thuso_builder_point(builder, geometry->x[start], geometry->y[start], error))
		return FALSE;
	for (gint64 i = start; i + 1 < end; i++) {
		const double from[2] = { geometry->x[i], geometry->y[i] }, to[2] = { geometry->x[i + 1], geometry->y[i + 1] };
		if (!add_split_edge(builder, from, to, max_edge, error))
			return FALSE;
	}
	return thuso_builder_end_part(builder, error);
}

static gboolean split_edges(ThusoGeometry *geometry, double max_edge, GError **error)
{
	ThusoBuilder builder;
	thuso_builder_init(&builder, geometry->type);
	gboolean ok = TRUE;
	for (gint32 part = 0; ok && part < geometry->n_parts; part++)
		ok = add_split_part(&builder, geometry, part, max_edge, error);
	ThusoGeometry *split = ok ? thuso_builder_finish(&builder, geometry->arranged, error) : NULL;
	thuso_builder_clear(&builder);
	if (!split)
		return FALSE;
	ThusoGeometry old = *geometry;
	*geometry = *split;
	*split = old;
	thuso_geometry_free(split);
	return TRUE;
}

/* A system whose axes are a mirror of the other's (south and east, say) turns every ring round. */
static void keep_rings_turned(ThusoGeometry *geometry)
{
	double first = thuso_ring_area(geometry->x, geometry->y, thuso_part_size(geometry, 0));
	for (gint32 part = 0; first < 0 && part < geometry->n_parts; part++) {
		gint64 start = geometry->part_start[part];
		thuso_ring_reverse(geometry->x + start, geometry->y + start, thuso_part_size(geometry, part));
	}
}

gboolean thuso_geometry_transform(ThusoGeometry *geometry, ThusoTransform *transform, double max_edge, GError **error)
{
	gboolean has_edges = geometry->type == THUSO_LINE || geometry->type == THUSO_POLYGON;
	if (max_edge > 0 && has_edges && !split_edges(geometry, max_edge, error))
		return FALSE;
	if (!thuso_transform_points(transform, geometry->x, geometry->y, geometry->n_points)) {
		gint64 first = 0;
		while (!isnan(geometry->x[first]))
			first++;
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "point %" G_GINT64_FORMAT " of a geometry has no place in the analysis CRS; check the layer's CRS",
		            first + 1);
		return FALSE;
	}
	if (geometry->type == THUSO_POLYGON && geometry->arranged && geometry->n_parts > 0)
		keep_rings_turned(geometry);
	return TRUE;
}
