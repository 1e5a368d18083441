/* Method.md sections 2 and 3 written down plainly over simple arrays, to hold the friction room against: which cells are
 * passable and how fast, which steps exist, what they cost. No snapping, no indices, no caches: every step asks every barrier. */
#ifndef THUSO_TESTS_PLAIN_WORLD_H
#define THUSO_TESTS_PLAIN_WORLD_H

#include <thuso/friction.h>

typedef struct {
	double x0, y0, x1, y1;
} PlainSegment;

typedef struct {
	ThusoGrid grid;
	int neighbours;
	gboolean guard_corners;
	double *speed_m_per_s; /* 0 = not passable */
	ThusoMode *mode;
	const float *elevation_m; /* NULL = flat */
	const char *walking;      /* "tobler", "langmuir" or "none": what corrects walking */
	gboolean cycling;         /* cycling is corrected by the balance of powers */
	double *friction_s_per_m; /* NULL, or instead of speeds: the slowness of a friction raster (negative = not passable) */
	gboolean friction_is_added;
	ThusoLengths *lengths;
	PlainSegment *barriers;
	gint64 n_barriers;
	guint8 *along;   /* bit k: a road leads directly along step k (0..7) */
	guint8 *bridged; /* bit k: and crosses a barrier in one of the two cells, with its bridge flag set */
} PlainWorld;

typedef enum { PLAIN_NO, PLAIN_YES, PLAIN_EITHER } PlainAnswer; /* either: a road near a crossing, which only laws judge */

/* From a spec whose slope functions are tobler, langmuir or none, and cycling or none. */
PlainWorld *plain_world_new(const ThusoSurfaceSpec *spec);
void plain_world_free(PlainWorld *world);
PlainAnswer plain_step_exists(const PlainWorld *world, gint64 cell, int d_row, int d_col);
double plain_step_seconds(const PlainWorld *world, gint64 cell, int d_row, int d_col);
/* The speed that solves the balance of powers, by bisection, and what holds it back; relative to the flat. */
double plain_cycling_stretch(double slope);
double plain_step_metres(const PlainWorld *world, gint64 cell, int d_row, int d_col);

#endif
