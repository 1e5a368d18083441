/* Small worlds for tests: shapes made by hand, and whole random worlds from a seed. */
#ifndef THUSO_TESTS_RANDOM_WORLD_H
#define THUSO_TESTS_RANDOM_WORLD_H

#include <thuso/friction.h>

/* splitmix64 (Steele, Lea and Flood 2014): the same numbers everywhere. */
guint64 random_bits(guint64 *state);
double random_unit(guint64 *state);      /* 0 <= x < 1 */
int random_below(guint64 *state, int n); /* 0 .. n-1 */

/* One part; a polygon is closed if it is not. */
ThusoGeometry *shape_new(ThusoGeometryType type, const double *x, const double *y, int n);

typedef struct {
	guint64 seed;
	ThusoGrid grid;
	ThusoCrs *crs;
	ThusoSurfaceSpec spec; /* points into what follows */
	guint8 *passable;
	float *elevation_m;
	gint32 *ground;
	double ground_speed_m_per_s[8];
	ThusoMode ground_mode[8];
	GPtrArray *shapes; /* ThusoGeometry, owned */
	const ThusoGeometry *barrier_polygons[8], *barrier_lines[8];
	ThusoSurfaceRoad roads[8];
} RandomWorld;

/* 5..`max_side` cells a side; mixed modes, holes, slopes, barriers and roads in all combinations. */
RandomWorld *random_world_new(guint64 seed, int max_side);
void random_world_free(RandomWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RandomWorld, random_world_free)

#endif
