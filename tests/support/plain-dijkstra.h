/* A plain Dijkstra over thuso_surface_step_ticks alone: the answer the access room is held against. */
#ifndef THUSO_TESTS_PLAIN_DIJKSTRA_H
#define THUSO_TESTS_PLAIN_DIJKSTRA_H

#include <thuso/access.h>

/* As thuso_access_nearest, cell by cell scanned for the least cost: slow and obviously right. */
void plain_nearest(const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *centres, gint32 n_centres, gint64 *cost,
                   gint32 *nearest);
/* Components by joining both ends of every step until nothing changes. */
void plain_components(const ThusoSurface *surface, gint64 *component);

#endif
