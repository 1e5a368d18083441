/* Geometries onto the page: from metres to px, cut to the window, as simple as the page can show. */
#ifndef REPORT_OUTLINE_H
#define REPORT_OUTLINE_H

#include <thuso/geo.h>

#include "scene.h"

typedef struct {
	double x_min, y_max; /* of the window's corner, m */
	double px_per_m;
	double width, height; /* of the window, px */
} MapView;

/* The view that shows bounds (x_min y_min x_max y_max, m) with a margin in a window of that width, and of a height between the two. */
MapView map_view_fit(const double bounds[4], double width, double least_height, double most_height);
void map_view_point(const MapView *view, double x_m, double y_m, double *x, double *y);
gboolean map_view_has(const MapView *view, double x_px, double y_px);

/* The rings of a polygon as parts of the scene's current path. Vertices are put on a lattice of half a px, so that neighbours go on
 * sharing their edges; what repeats, lies on a straight line, or is a ring smaller than a px is dropped. */
void map_rings(Scene *scene, const MapView *view, const ThusoGeometry *polygon);

#endif
