/* Worlds drawn as text: '.' is walked, '#' has no data; rows end with a line feed. Cells of 100 m, planar lengths, flat, walking
 * at 1 m/s. Coordinates of shapes are in cells from the north-west corner, south and east positive, as one reads the drawing. */
#ifndef THUSO_TESTS_SMALL_WORLD_H
#define THUSO_TESTS_SMALL_WORLD_H

#include <thuso/friction.h>

typedef struct {
	ThusoContext *context;
	ThusoGrid grid;
	ThusoSurfaceSpec spec;
	guint8 *passable;
	float *elevation_m;
	GPtrArray *shapes;
	GPtrArray *lines, *polygons;
	GArray *roads;
} SmallWorld;

SmallWorld *small_world_new(const char *drawing);
SmallWorld *small_world_plain(int n_rows, int n_cols);
void small_world_free(SmallWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmallWorld, small_world_free)

/* Points as x0, y0, x1, y1, ...; n is the count of numbers. */
void small_world_barrier_line(SmallWorld *world, const double *xy, int n);
void small_world_barrier_polygon(SmallWorld *world, const double *xy, int n);
void small_world_road(SmallWorld *world, const double *xy, int n, double speed_m_per_s, gboolean bridge);
#define SMALL_XY(...) ((const double[]){ __VA_ARGS__ }), (int) (sizeof((double[]){ __VA_ARGS__ }) / sizeof(double))

ThusoSurface *small_world_surface(SmallWorld *world);
gint64 small_world_cell(const SmallWorld *world, int row, int col);

#endif
