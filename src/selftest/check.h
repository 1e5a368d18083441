/* What a check is, the tiny worlds it computes on, and where its numbers go. */
#ifndef SELFTEST_CHECK_H
#define SELFTEST_CHECK_H

#include <thuso/access.h>
#include <thuso/table.h>

typedef struct SelfRows SelfRows;

/* One entry here and one in the list of selftest.c is a new check. */
typedef struct {
	const char *name;
	const char *source;
	gboolean (*run)(ThusoContext *context, SelfRows *rows, GError **error);
} SelfCheck;
extern const SelfCheck self_tobler, self_walk_time, self_irmischer_clarke, self_naismith, self_elongation, self_mean_friction,
    self_knight_friction, self_uniform, self_limit, self_blocked_source, self_target, self_nearest, self_split, self_motorised,
    self_grass_walk, self_grass_cost;

/* `published` and `here` may be INFINITY: not reached. */
void self_row(SelfRows *rows, const char *quantity, const char *unit, double published, double here, double tolerance);

/* A world of n_rows x n_cols cells, planar, corners cut. */
typedef struct {
	int n_rows, n_cols;
	double cell_m;
	const double *slowness; /* s/m, cell by cell, 0 = no data; NULL = `speed_m_per_s` everywhere */
	double speed_m_per_s;
	ThusoMode mode;
	const float *elevation_m;        /* NULL = flat */
	const ThusoSlopeFunction *slope; /* NULL = none */
	int neighbours;
	double limit_s; /* 0 = none */
	const gint64 *sources;
	int n_sources;
} SelfWorld;

/* Seconds from the nearest source to every cell, INFINITY = not reached; nearest[cell] = which, -1 = none. Either may be NULL. */
gboolean self_costs(ThusoContext *context, const SelfWorld *world, double *cost_s, gint32 *nearest, GError **error);
/* Seconds for 1 km of ramp of the given slope (dz/dL in the direction of travel), by cells of 100 m. */
gboolean self_ramp(ThusoContext *context, const char *slope_function, double speed_m_per_s, ThusoMode mode, double slope,
                   double *seconds, GError **error);

#endif
