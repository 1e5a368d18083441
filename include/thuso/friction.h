/* What a step costs: slope functions, modes, and the surface that a trip travels over. */
#ifndef THUSO_FRICTION_H
#define THUSO_FRICTION_H

#include <thuso/geo.h>
#include <thuso/param.h>
#include <thuso/slabs.h>

G_BEGIN_DECLS

typedef enum { THUSO_WALKING, THUSO_CYCLING, THUSO_MOTORISED } ThusoMode;

/* Slowness (s/m) on slope s = dz/dL in the direction of travel, as a multiple of that on the flat (stretch(0) = 1). Made of
 * elementary operations only, so that one value and a vector of them are rounded alike on every machine. */
typedef struct {
	ThusoDescriptor about;
	void (*stretch)(const double *slope, double *stretch, int n);
	double least; /* no slope has a smaller stretch */
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
	const float *elevation_m; /* NULL = flat; NaN = not passable. Copied */
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
	int tile_shift;         /* 0 = THUSO_TILE_SHIFT; the answer is the same for any */
} ThusoSurfaceSpec;
#define THUSO_TILE_SHIFT 7
void thuso_surface_spec_default(ThusoSurfaceSpec *spec); /* 16 neighbours, guard, ground lengths, 4.5 km/h, tobler, cycling */

typedef struct ThusoSurface ThusoSurface; /* immutable once made: shared by threads. Kept by tiles; empty ones take nothing */
ThusoSurface *thuso_surface_new(ThusoContext *context, const ThusoSurfaceSpec *spec, GError **error);
void thuso_surface_free(ThusoSurface *surface);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSurface, thuso_surface_free)

/* --- surfaces of rasters alone (`thuso cost`): read strip by strip by several threads, nothing held but the surface ------- */

typedef enum {
	THUSO_GROUND_CLASSES,  /* strip->ground_class: index into `classes`, 0 = not passable */
	THUSO_GROUND_SPEED,    /* strip->ground: walking speed in m/s, not above 0 or NaN = not passable */
	THUSO_GROUND_FRICTION, /* strip->ground: s/m, NaN = not passable; see `friction_is_added` */
} ThusoGroundKind;

typedef struct {
	double speed_m_per_s; /* 0 = not passable; not used with friction */
	ThusoMode mode;
	double friction_s_per_m; /* classes of a friction raster: then speed and mode are not used */
} ThusoGroundClass;

/* n_rows whole rows to be filled by the reader; arrays that the spec does not ask for are NULL. */
typedef struct {
	guint16 *ground_class;
	float *ground;
	gint16 *height_m;
	float *height_exact_m; /* NaN = not passable */
} ThusoSurfaceStrip;
#define THUSO_NO_HEIGHT G_MININT16 /* in height_m: not passable */
typedef gboolean (*ThusoStripFunc)(gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, int worker, gpointer data,
                                   GError **error);

typedef struct {
	const ThusoGrid *grid;
	ThusoGroundKind kind;
	const ThusoGroundClass *classes; /* n_classes entries, the first stands for "not passable" */
	int n_classes;                   /* up to 65,536 */
	gboolean is_friction;            /* classes carry friction, not speeds */
	/* Friction alone is the slowness (isotropic, 0 = not passable). Added: GRASS r.walk's model, walking slowness
	 * 0.72 * langmuir + friction whatever walking_slope says, 0 = no penalty. */
	gboolean friction_is_added;
	enum { THUSO_HEIGHTS_NONE, THUSO_HEIGHTS_INT16, THUSO_HEIGHTS_FLOAT } heights;
	const ThusoSlopeFunction *walking_slope, *cycling_slope; /* NULL = none */
	const ThusoGeometry *const *barrier_polygons;
	gint64 n_barrier_polygons;
	const ThusoGeometry *const *barrier_lines;
	gint64 n_barrier_lines;
	ThusoLengthsKind lengths;
	gboolean guard_corners;
	int neighbours;
	int tile_shift;      /* 0 = THUSO_TILE_SHIFT */
	ThusoStripFunc read; /* called from any worker; strips begin at multiples of the tile's side */
	gpointer data;
	ThusoSlabPool *pool; /* NULL = memory without bound */
} ThusoRasterSurfaceSpec;
ThusoSurface *thuso_surface_new_rasters(ThusoContext *context, const ThusoRasterSurfaceSpec *spec, GError **error);

/* --- asking a surface ------------------------------------------------------------------------------------------------- */

/* Where a spilled tile cannot be read back, questions about single cells are answered with "not passable"; windows tell the error. */

/* Tiles are squares of 2^shift cells a side, from the grid's first cell on; the search works tile by tile. */
int thuso_surface_tile_shift(const ThusoSurface *surface);
gint64 thuso_surface_n_passable(const ThusoSurface *surface);
/* Does the tile have a passable cell? */
gboolean thuso_surface_tile_used(const ThusoSurface *surface, gint64 tile);

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
/* A bound from below on any step of the surface, in ticks, for queues (>= 1). */
gint64 thuso_surface_least_ticks(const ThusoSurface *surface, ThusoMeasure measure);

/* A rectangle of a surface, unpacked to compute the ticks of many steps fast: the same ticks as thuso_surface_step_ticks. One a
 * thread. `arriving` FALSE: steps from the cell in direction k; TRUE: from the neighbour in direction k to the cell. */
typedef struct ThusoSurfaceWindow ThusoSurfaceWindow;
ThusoSurfaceWindow *thuso_surface_window_new(const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint32 n_rows,
                                             gint32 n_cols, GError **error);
void thuso_surface_window_free(ThusoSurfaceWindow *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSurfaceWindow, thuso_surface_window_free)
/* Moves the window: its first cell becomes (row, col) of the grid. It may reach beyond the grid, where nothing is passable. What lies two
 * cells around is loaded too, for the steps that lead out of the window. */
gboolean thuso_surface_window_load(ThusoSurfaceWindow *window, gint32 row, gint32 col, GError **error);
gboolean thuso_surface_window_passable(const ThusoSurfaceWindow *window, gint32 row, gint32 col); /* counted in the window */
/* The steps of THUSO_WINDOW_RUN cells side by side, from (row, col) of the window, col a multiple of it: ticks[i * neighbours + k]. */
#define THUSO_WINDOW_RUN 8
#define THUSO_STEP_NONE  G_MAXUINT32       /* there is no such step */
#define THUSO_STEP_LARGE (G_MAXUINT32 - 1) /* that many ticks or more: ask thuso_surface_step_ticks */
void thuso_surface_window_ticks(const ThusoSurfaceWindow *window, gint32 row, gint32 col, guint32 *ticks);
/* A bound from below on the steps of the window's cells, >= 1. */
gint64 thuso_surface_window_least(const ThusoSurfaceWindow *window);

G_END_DECLS
#endif
