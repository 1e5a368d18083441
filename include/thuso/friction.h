/* What a step costs: slope functions, modes, and the surface that a trip travels over. */
#ifndef THUSO_FRICTION_H
#define THUSO_FRICTION_H

#include <thuso/geo.h>
#include <thuso/param.h>

G_BEGIN_DECLS

typedef enum { THUSO_WALKING, THUSO_CYCLING, THUSO_MOTORISED } ThusoMode;

/* Speed on slope s = dz/dL in the direction of travel, as a factor of the speed on the flat (factor(0) = 1). */
typedef struct {
	ThusoDescriptor about;
	double (*factor)(double slope);
	double fastest; /* no slope has a larger factor */
} ThusoSlopeFunction;
extern const ThusoSlopeFunction *const thuso_slope_functions[]; /* NULL-terminated */
const ThusoSlopeFunction *thuso_slope_function_find(const char *name);

typedef struct {
	const ThusoGeometry *line;
	double speed_m_per_s; /* on this trip; 0 = the walker's speed */
	ThusoMode mode;
	gboolean bridge; /* may cross barriers */
} ThusoSurfaceRoad;

typedef struct {
	const ThusoGrid *grid;
	const guint8 *passable;   /* 0 = no data: nobody goes there; NULL = everywhere. Copied */
	const float *elevation_m; /* NULL = flat; NaN = not passable. Not copied: must outlive the surface */
	/* The ground, cell by cell, index into `ground_speed_m_per_s`/`ground_mode` (0 speed = not passable), or NULL: walking at
	 * `walking_m_per_s` everywhere. -1 = no class: not passable. */
	const gint32 *ground;
	const double *ground_speed_m_per_s;
	const ThusoMode *ground_mode;
	int n_ground;
	double walking_m_per_s;
	const ThusoSlopeFunction *walking_slope, *cycling_slope; /* NULL = none */
	const ThusoGeometry *const *barrier_polygons;            /* cells whose centre is inside are blocked, before roads */
	gint64 n_barrier_polygons;
	const ThusoGeometry *const *barrier_lines;
	gint64 n_barrier_lines;
	const ThusoSurfaceRoad *roads; /* where roads share a cell the fastest counts; `line` may be multipart */
	gint64 n_roads;
	ThusoLengthsKind lengths;
	gboolean guard_corners; /* a diagonal needs one passable side cell unless a road runs along it */
	int neighbours;         /* 8 or 16 */
} ThusoSurfaceSpec;
void thuso_surface_spec_default(ThusoSurfaceSpec *spec); /* 16 neighbours, guard, ground lengths, 4.5 km/h, Tobler */

typedef struct ThusoSurface ThusoSurface; /* immutable once made: shared by threads */
ThusoSurface *thuso_surface_new(ThusoContext *context, const ThusoSurfaceSpec *spec, GError **error);
void thuso_surface_free(ThusoSurface *surface);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSurface, thuso_surface_free)

const ThusoGrid *thuso_surface_grid(const ThusoSurface *surface);
int thuso_surface_neighbours(const ThusoSurface *surface);
gboolean thuso_surface_passable(const ThusoSurface *surface, gint64 cell);
/* Speed on the flat and mode of a cell, for maps and tests; 0 = not passable. */
double thuso_surface_speed(const ThusoSurface *surface, gint64 cell, ThusoMode *mode);
/* Does the step exist at all (both cells and the touched ones passable, corner rule, barriers)? Symmetric: a step exists both
 * ways or not at all. */
gboolean thuso_surface_step_exists(const ThusoSurface *surface, gint64 cell, int step);
/* The same for all steps of a cell: bit k says that step k exists. 0 where the cell is not passable. */
guint16 thuso_surface_steps(const ThusoSurface *surface, gint64 cell);

typedef enum { THUSO_MEASURE_TIME, THUSO_MEASURE_DISTANCE } ThusoMeasure; /* distance: the shortest way (slowness 1) */

/* Ticks: fixed point costs. 2^18 a second, 2^10 a metre. */
#define THUSO_TICKS_PER_S 262144.0
#define THUSO_TICKS_PER_M 1024.0
/* No step counts more than this (about 1,000 years): absurd slopes and speeds must not overflow a sum. */
#define THUSO_STEP_TICKS_MAX (G_GINT64_CONSTANT(1) << 53)
/* Ticks of the step from `cell` in travel direction `step` (0..15), 1..THUSO_STEP_TICKS_MAX; -1 where it does not exist. */
gint64 thuso_surface_step_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, int step);
/* Several steps of one cell at once, for searches: ticks[k] for the bits k set in `wanted`, which must all exist. `arriving`
 * FALSE: from the cell in direction k. TRUE: from the neighbour in direction k to the cell. The same ticks as above. */
void thuso_surface_cell_ticks(const ThusoSurface *surface, ThusoMeasure measure, gint64 cell, guint16 wanted, gboolean arriving,
                              gint64 ticks[16]);
/* A hint that thuso_surface_steps and thuso_surface_cell_ticks will soon be asked about the cell. */
void thuso_surface_prefetch(const ThusoSurface *surface, gint64 cell);
/* A bound from below on any step of the surface, in ticks, for queues (>= 1). */
gint64 thuso_surface_least_ticks(const ThusoSurface *surface, ThusoMeasure measure);

G_END_DECLS
#endif
