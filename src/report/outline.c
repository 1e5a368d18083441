/* Geometries onto the page. Simplifying by a common lattice needs no topology: a vertex that two polygons share falls onto the same point
 * in both, and a ring that is dropped as an island is dropped as a hole as well, since both have the same vertices. */
#include "outline.h"

#include <math.h>
#include <string.h>

#define LATTICE  2.0  /* points a px */
#define MARGIN   0.05 /* of the window, around what is shown */
#define OVER     4.0  /* px beyond the window that rings are cut at */
#define LEAST_PX 0.75 /* area of a ring that is drawn, px^2 */

typedef struct {
	double x, y;
} Point;

MapView map_view_fit(const double bounds[4], double width, double least_height, double most_height)
{
	double dx = bounds[2] - bounds[0], dy = bounds[3] - bounds[1], inner = width * (1 - 2 * MARGIN);
	MapView view = { .width = width };
	view.px_per_m = inner / dx;
	double height = dy * view.px_per_m / (1 - 2 * MARGIN);
	view.height = round(CLAMP(height, least_height, most_height));
	if (height > view.height)
		view.px_per_m = view.height * (1 - 2 * MARGIN) / dy;
	view.x_min = (bounds[0] + bounds[2]) / 2 - width / 2 / view.px_per_m;
	view.y_max = (bounds[1] + bounds[3]) / 2 + view.height / 2 / view.px_per_m;
	return view;
}

void map_view_point(const MapView *view, double x_m, double y_m, double *x, double *y)
{
	*x = (x_m - view->x_min) * view->px_per_m;
	*y = (view->y_max - y_m) * view->px_per_m;
}

gboolean map_view_has(const MapView *view, double x_px, double y_px)
{
	return x_px >= 0 && y_px >= 0 && x_px <= view->width && y_px <= view->height;
}

/* The ring on the lattice without repeats and without points on a straight line. */
static void snap_ring(const MapView *view, const ThusoGeometry *polygon, gint32 part, GArray *ring)
{
	g_array_set_size(ring, 0);
	for (gint64 i = polygon->part_start[part]; i < polygon->part_start[part + 1]; i++) {
		Point p;
		map_view_point(view, polygon->x[i], polygon->y[i], &p.x, &p.y);
		p.x = floor(p.x * LATTICE + 0.5) / LATTICE;
		p.y = floor(p.y * LATTICE + 0.5) / LATTICE;
		const Point *a = ring->len > 0 ? &g_array_index(ring, Point, ring->len - 1) : NULL;
		if (a && fabs(a->x - p.x) + fabs(a->y - p.y) < 0.5 / LATTICE)
			continue;
		const Point *b = ring->len > 1 ? a - 1 : NULL;
		double cross = b ? (a->x - b->x) * (p.y - a->y) - (a->y - b->y) * (p.x - a->x) : 1;
		if (fabs(cross) < 0.1 / (LATTICE * LATTICE))
			g_array_set_size(ring, ring->len - 1);
		g_array_append_val(ring, p);
	}
	const Point *all = (const Point *) (gpointer) ring->data;
	if (ring->len > 1 && fabs(all[0].x - all[ring->len - 1].x) + fabs(all[0].y - all[ring->len - 1].y) < 0.5 / LATTICE)
		g_array_set_size(ring, ring->len - 1);
}

static double ring_area(const GArray *ring)
{
	double twice = 0;
	for (guint i = 0; i < ring->len; i++) {
		const Point *p = &g_array_index(ring, Point, i), *q = &g_array_index(ring, Point, (i + 1) % ring->len);
		twice += p->x * q->y - q->x * p->y;
	}
	return fabs(twice) / 2;
}

/* How far inside one side of the window a point lies. */
static double inside_by(const MapView *view, int side, const Point *p)
{
	switch (side) {
	case 0:
		return p->x + OVER;
	case 1:
		return view->width + OVER - p->x;
	case 2:
		return p->y + OVER;
	default:
		return view->height + OVER - p->y;
	}
}

/* Cuts a ring at one side (Sutherland and Hodgman 1974). Pieces stay joined along the cut, outside of the window, where nothing is seen. */
static void cut_ring(const MapView *view, int side, const GArray *from, GArray *to)
{
	g_array_set_size(to, 0);
	for (guint i = 0; i < from->len; i++) {
		Point p = g_array_index(from, Point, i), q = g_array_index(from, Point, (i + 1) % from->len);
		double a = inside_by(view, side, &p), b = inside_by(view, side, &q);
		if (a >= 0)
			g_array_append_val(to, p);
		if ((a >= 0) != (b >= 0)) {
			double t = a / (a - b);
			Point cut = { p.x + t * (q.x - p.x), p.y + t * (q.y - p.y) };
			g_array_append_val(to, cut);
		}
	}
}

typedef enum { RING_OUTSIDE, RING_ACROSS, RING_INSIDE } RingPlace;

/* Where a part lies, told by its bounds on the page. */
static RingPlace place_of(const MapView *view, const ThusoGeometry *polygon, gint32 part)
{
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	for (gint64 i = polygon->part_start[part]; i < polygon->part_start[part + 1]; i++) {
		double x = polygon->x[i], y = polygon->y[i];
		x0 = x < x0 ? x : x0;
		x1 = x > x1 ? x : x1;
		y0 = y < y0 ? y : y0;
		y1 = y > y1 ? y : y1;
	}
	Point low, high;
	map_view_point(view, x0, y1, &low.x, &low.y);
	map_view_point(view, x1, y0, &high.x, &high.y);
	if (!(high.x >= -OVER && high.y >= -OVER && low.x <= view->width + OVER && low.y <= view->height + OVER))
		return RING_OUTSIDE;
	gboolean inside = low.x >= -OVER && low.y >= -OVER && high.x <= view->width + OVER && high.y <= view->height + OVER;
	return inside ? RING_INSIDE : RING_ACROSS;
}

void map_rings(Scene *scene, const MapView *view, const ThusoGeometry *polygon)
{
	GArray *ring = g_array_new(FALSE, FALSE, sizeof(Point)), *other = g_array_new(FALSE, FALSE, sizeof(Point));
	for (gint32 part = 0; part < polygon->n_parts; part++) {
		RingPlace place = place_of(view, polygon, part);
		if (place == RING_OUTSIDE)
			continue;
		snap_ring(view, polygon, part, ring);
		if (ring->len < 3 || ring_area(ring) < LEAST_PX)
			continue;
		for (int side = 0; side < 4 && place == RING_ACROSS; side++) {
			cut_ring(view, side, ring, other);
			GArray *swap = ring;
			ring = other;
			other = swap;
		}
		for (guint i = 0; i < ring->len && ring->len > 2; i++) {
			const Point *p = &g_array_index(ring, Point, i);
			if (i == 0)
				scene_move(scene, p->x, p->y);
			else
				scene_line(scene, p->x, p->y);
		}
	}
	g_array_unref(ring);
	g_array_unref(other);
}
