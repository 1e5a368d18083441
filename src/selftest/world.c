/* Tiny worlds: from a few numbers to a surface and its costs. */
#include "check.h"

#define RAMP_STEPS  10
#define RAMP_CELL_M 100.0

/* Every cell is a class of its own, so that any slowness can stand anywhere. */
typedef struct {
	ThusoGrid grid;
	gint32 *ground;
	double *speed;
	ThusoMode *mode;
} Ground;

static void ground_init(Ground *ground, const SelfWorld *world)
{
	const int n = world->n_rows * world->n_cols;
	*ground = (Ground){
		.grid = { .y_max = world->n_rows * world->cell_m,
		          .cell_m = world->cell_m,
		          .n_cols = world->n_cols,
		          .n_rows = world->n_rows },
		.ground = thuso_new(gint32, n),
		.speed = thuso_new(double, n),
		.mode = thuso_new(ThusoMode, n),
	};
	for (int cell = 0; cell < n; cell++) {
		const double slowness = world->slowness ? world->slowness[cell] : 1 / world->speed_m_per_s;
		ground->ground[cell] = slowness > 0 ? cell : -1;
		ground->speed[cell] = slowness > 0 ? 1 / slowness : 0;
		ground->mode[cell] = world->mode;
	}
}

static void ground_clear(Ground *ground)
{
	g_free(ground->ground);
	g_free(ground->speed);
	g_free(ground->mode);
}

static ThusoSurface *surface_new(ThusoContext *context, const SelfWorld *world, const Ground *ground, GError **error)
{
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &ground->grid;
	spec.elevation_m = world->elevation_m;
	spec.ground = ground->ground;
	spec.ground_speed_m_per_s = ground->speed;
	spec.ground_mode = ground->mode;
	spec.n_ground = world->n_rows * world->n_cols;
	spec.walking_slope = world->slope;
	spec.cycling_slope = NULL;
	spec.lengths = THUSO_LENGTHS_PLANAR;
	spec.guard_corners = FALSE;
	spec.neighbours = world->neighbours;
	return thuso_surface_new(context, &spec, error);
}

gboolean self_costs(ThusoContext *context, const SelfWorld *world, double *cost_s, gint32 *nearest, GError **error)
{
	const int n = world->n_rows * world->n_cols;
	const ThusoTravel travel = {
		.measure = THUSO_MEASURE_TIME,
		.direction = THUSO_FROM_CENTRE,
		.limit_ticks = world->limit_s > 0 ? thuso_ticks(THUSO_MEASURE_TIME, world->limit_s) : THUSO_NO_LIMIT,
	};
	Ground ground;
	ground_init(&ground, world);
	g_autofree gint64 *ticks = thuso_new(gint64, n);
	g_autoptr(ThusoSurface) surface = surface_new(context, world, &ground, error);
	gboolean ok =
	    surface && thuso_access_nearest(context, surface, &travel, world->sources, world->n_sources, ticks, nearest, error);
	for (int cell = 0; ok && cost_s && cell < n; cell++)
		cost_s[cell] = thuso_ticks_value(THUSO_MEASURE_TIME, ticks[cell]);
	ground_clear(&ground);
	return ok;
}

gboolean self_ramp(ThusoContext *context, const char *slope_function, double speed_m_per_s, ThusoMode mode, double slope,
                   double *seconds, GError **error)
{
	const gint64 source = 0;
	float elevation_m[RAMP_STEPS + 1];
	double cost_s[RAMP_STEPS + 1];
	const SelfWorld world = {
		.n_rows = 1,
		.n_cols = RAMP_STEPS + 1,
		.cell_m = RAMP_CELL_M,
		.speed_m_per_s = speed_m_per_s,
		.mode = mode,
		.elevation_m = elevation_m,
		.slope = thuso_slope_function_find(slope_function),
		.neighbours = 8,
		.sources = &source,
		.n_sources = 1,
	};
	if (!world.slope) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
		            "the self-test asks for the slope function '%s', which does not exist", slope_function);
		return FALSE;
	}
	for (int i = 0; i <= RAMP_STEPS; i++)
		elevation_m[i] = (float) (1000 + slope * RAMP_CELL_M * i);
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	*seconds = cost_s[RAMP_STEPS];
	return TRUE;
}
