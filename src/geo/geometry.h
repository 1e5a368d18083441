/* Making geometries point by point, and the arithmetic of rings and edges that several files share. */
#ifndef THUSO_GEO_GEOMETRY_H
#define THUSO_GEO_GEOMETRY_H

#include <thuso/geo.h>

typedef struct {
	ThusoGeometryType type;
	ThusoVector x, y, start; /* double, double, gint64: where each part that was ended or is open begins */
	gint64 open;             /* the point at which the open part begins */
} ThusoBuilder;

void thuso_builder_init(ThusoBuilder *builder, ThusoGeometryType type);
void thuso_builder_clear(ThusoBuilder *builder);
gboolean thuso_builder_reserve(ThusoBuilder *builder, gint64 n_more_points, GError **error);
gboolean thuso_builder_point(ThusoBuilder *builder, double x, double y, GError **error);
/* Closes the open part; one without points is none. */
gboolean thuso_builder_end_part(ThusoBuilder *builder, GError **error);
/* Takes over what was built and leaves the builder empty. */
ThusoGeometry *thuso_builder_finish(ThusoBuilder *builder, gboolean arranged, GError **error);

/* The signed area of a ring: counter-clockwise is positive. */
double thuso_ring_area(const double *x, const double *y, gint64 n);
void thuso_ring_reverse(double *x, double *y, gint64 n);
/* An arranged copy: shells counter-clockwise, each followed by its holes, clockwise; rings without area are left out. */
ThusoGeometry *thuso_geometry_arrange(const ThusoGeometry *geometry, GError **error);
ThusoGeometry *thuso_geometry_copy(const ThusoGeometry *geometry, GError **error);

static inline gint64 thuso_part_size(const ThusoGeometry *geometry, gint32 part)
{
	return geometry->part_start[part + 1] - geometry->part_start[part];
}

/* Half-open: points are thought moved a little east and south, as the cells of the grid have it, so an edge's upper end counts and
 * its lower end does not. */
static inline gboolean thuso_edge_spans(double y0, double y1, double y)
{
	return (y0 >= y) != (y1 >= y);
}

/* Where the edge passes the height y. The same bits whichever way the edge runs, so neighbours agree about a shared one. */
static inline double thuso_edge_x_at(double x0, double y0, double x1, double y1, double y)
{
	if (y0 <= y1)
		return x0 + (y - y0) * ((x1 - x0) / (y1 - y0));
	return x1 + (y - y1) * ((x0 - x1) / (y0 - y1));
}

#endif
