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

/* The world as rasters: what `rasters.read` gives out. */
typedef struct {
	const RandomWorld *world;
	ThusoRasterSurfaceSpec spec;
	ThusoGroundClass classes[16];
	guint16 *ground_class;
	float *ground;
	gint16 *height_m;
	float *height_exact_m;
} RandomRasters;

/* 5..`max_side` cells a side; mixed modes, holes, slopes, barriers and roads in all combinations. */
RandomWorld *random_world_new(guint64 seed, int max_side);
void random_world_free(RandomWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RandomWorld, random_world_free)

/* Takes away the world's roads, makes its heights whole metres for THUSO_HEIGHTS_INT16, and makes its speeds those of floats (and all its
 * people walkers) for THUSO_GROUND_SPEED, so that a surface of world->spec and one of the rasters must be the same. Friction is drawn
 * anew. */
RandomRasters *random_rasters_new(RandomWorld *world, ThusoGroundKind kind, gboolean is_friction, gboolean is_added);
void random_rasters_free(RandomRasters *rasters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RandomRasters, random_rasters_free)

#endif
