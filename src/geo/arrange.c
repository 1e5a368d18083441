/* Which rings are shells and which are holes, by nesting (even-odd). Only for geometries that did not come from WKB or GEOS. */
#include "geometry.h"

#include <math.h>

/* Where on its longest edge a ring is asked what it lies in: valid rings touch, if at all, at vertices. */
#define ON_EDGE 0.4375

typedef struct {
	const double *x, *y;
	gint64 n;
	double area; /* signed */
	double x_min, x_max, y_min, y_max;
	double x_on, y_on; /* a point of the ring */
	gint32 depth;      /* how many rings it lies in */
	gint32 parent;     /* the smallest of them, or -1 */
} Ring;

void thuso_ring_reverse(double *x, double *y, gint64 n)
{
	for (gint64 i = 0, j = n - 1; i < j; i++, j--) {
		double x_i = x[i], y_i = y[i];
		x[i] = x[j];
		y[i] = y[j];
		x[j] = x_i;
		y[j] = y_i;
	}
}

static void measure(Ring *ring)
{
	double longest = -1;
	ring->x_min = ring->y_min = INFINITY;
	ring->x_max = ring->y_max = -INFINITY;
	for (gint64 i = 0; i < ring->n; i++) {
		ring->x_min = fmin(ring->x_min, ring->x[i]);
		ring->x_max = fmax(ring->x_max, ring->x[i]);
		ring->y_min = fmin(ring->y_min, ring->y[i]);
		ring->y_max = fmax(ring->y_max, ring->y[i]);
		gint64 j = i + 1 < ring->n ? i + 1 : i;
		double dx = ring->x[j] - ring->x[i], dy = ring->y[j] - ring->y[i], length = hypot(dx, dy);
		if (length <= longest)
			continue;
		longest = length;
		ring->x_on = ring->x[i] + ON_EDGE * dx;
		ring->y_on = ring->y[i] + ON_EDGE * dy;
	}
	ring->area = thuso_ring_area(ring->x, ring->y, ring->n);
}

static gboolean holds(const Ring *ring, double x, double y)
{
	if (x < ring->x_min || x > ring->x_max || y < ring->y_min || y > ring->y_max)
		return FALSE;
	gboolean inside = FALSE;
	for (gint64 i = 0; i + 1 < ring->n; i++)
		if (thuso_edge_spans(ring->y[i], ring->y[i + 1], y) &&
		    x < thuso_edge_x_at(ring->x[i], ring->y[i], ring->x[i + 1], ring->y[i + 1], y))
			inside = !inside;
	return inside;
}

static void nest(Ring *rings, gint32 n)
{
	for (gint32 i = 0; i < n; i++) {
		rings[i].parent = -1;
		for (gint32 j = 0; j < n; j++) {
			if (i == j || rings[j].area == 0 || !holds(&rings[j], rings[i].x_on, rings[i].y_on))
				continue;
			rings[i].depth++;
			if (rings[i].parent < 0 || fabs(rings[j].area) < fabs(rings[rings[i].parent].area))
				rings[i].parent = j;
		}
	}
}

static gboolean add_ring(ThusoBuilder *builder, const Ring *ring, gboolean counter_clockwise, GError **error)
{
	gboolean as_is = (ring->area > 0) == counter_clockwise;
	for (gint64 i = 0; i < ring->n; i++) {
		gint64 k = as_is ? i : ring->n - 1 - i;
		if (!thuso_builder_point(builder, ring->x[k], ring->y[k], error))
			return FALSE;
	}
	return thuso_builder_end_part(builder, error);
}

static gboolean add_shell(ThusoBuilder *builder, const Ring *rings, gint32 n, gint32 shell, GError **error)
{
	if (rings[shell].area == 0 || rings[shell].depth % 2 != 0)
		return TRUE;
	if (!add_ring(builder, &rings[shell], TRUE, error))
		return FALSE;
	for (gint32 i = 0; i < n; i++)
		if (rings[i].parent == shell && rings[i].depth % 2 != 0 && rings[i].area != 0 &&
		    !add_ring(builder, &rings[i], FALSE, error))
			return FALSE;
	return TRUE;
}

ThusoGeometry *thuso_geometry_arrange(const ThusoGeometry *geometry, GError **error)
{
	gint32 n = geometry->n_parts;
	Ring *rings = thuso_array_new(n, sizeof(Ring), "rings", error);
	if (!rings)
		return NULL;
	for (gint32 i = 0; i < n; i++) {
		gint64 start = geometry->part_start[i];
		rings[i] = (Ring){ .x = geometry->x + start, .y = geometry->y + start, .n = thuso_part_size(geometry, i) };
		measure(&rings[i]);
	}
	nest(rings, n);
	ThusoBuilder builder;
	thuso_builder_init(&builder, geometry->type);
	gboolean ok = thuso_builder_reserve(&builder, geometry->n_points, error);
	for (gint32 i = 0; ok && i < n; i++)
		ok = add_shell(&builder, rings, n, i, error);
	ThusoGeometry *arranged = ok ? thuso_builder_finish(&builder, TRUE, error) : NULL;
	thuso_builder_clear(&builder);
	thuso_array_free(rings);
	return arranged;
}
