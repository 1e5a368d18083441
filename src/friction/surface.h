/* The inside of a surface, shared by the files of this room. */
#ifndef THUSO_FRICTION_SURFACE_H
#define THUSO_FRICTION_SURFACE_H

#include <thuso/friction.h>

/* Slowness has three parts: what the walking slope stretches, what the cycling slope stretches, and what no slope does. */
typedef enum { PART_WALKING, PART_CYCLING, PART_FIXED } SurfacePart;
#define N_PARTS 3

/* Which parts occur, so that the rest is not computed. */
typedef enum {
	PARTS_FIXED,         /* no slope counts */
	PARTS_WALKING,       /* nothing else */
	PARTS_ADDED,         /* walking is the same everywhere, the rest is added */
	PARTS_WALKING_FIXED, /* walking and vehicles */
	PARTS_ALL
} SurfaceParts;

typedef struct {
	double speed_m_per_s; /* on the flat; 0 = not passable */
	ThusoMode mode;
	double slowness_s_per_m[N_PARTS];
	double least_s_per_m; /* on the best slope */
} SurfaceClass;

struct ThusoSurface {
	ThusoGrid grid;
	int neighbours;
	gboolean guard_corners;
	int tile_shift;
	gint32 n_tile_rows, n_tile_cols;
	ThusoGroundKind kind;
	int heights; /* THUSO_HEIGHTS_... */
	SurfaceParts parts;
	double walking_everywhere_s_per_m;  /* PARTS_ADDED */
	const ThusoSlopeFunction *slope[2]; /* by part; NULL = not corrected */
	ThusoVector classes;                /* SurfaceClass; the first stands for "not passable" */
	double *table[N_PARTS];             /* half a tick per metre by class, as windows want it; the infinite one is not passable */
	double *table_distance;             /* the same where every passable cell counts alike */
	ThusoSlabPool *own_pool;            /* NULL when the caller gave one */
	ThusoSlabs *tiles;                  /* a tile's ground and, from height_offset on, its heights */
	gsize height_offset;
	gboolean has_steps; /* `steps` is complete */
	ThusoSlabs *steps; /* guint16 a cell: bit k says that step k exists; only tiles where the plain rule does not tell; or NULL */
	gint64 n_passable;
	double *tile_least; /* s/m on the best slope, by tile; infinite = empty */
	ThusoLengths *lengths;
};

/* Half a tick, so that a step's length times the sum over its two ends is its cost. */
#define HALF_TICKS_PER_S (THUSO_TICKS_PER_S / 2)
#define HALF_TICKS_PER_M (THUSO_TICKS_PER_M / 2)
/* Slower is not told apart: a single such metre is over THUSO_STEP_TICKS_MAX, and sums stay finite. */
#define MAX_SLOWNESS 1e100

static inline gint32 surface_side(const ThusoSurface *surface)
{
	return 1 << surface->tile_shift;
}

/* What row-major arrays hold while a surface is made from a map. */
typedef struct {
	guint16 *cell_class; /* index into surface->classes */
	guint8 *flags;       /* CELL_... */
	guint16 *blocked;    /* steps that barrier lines cross, or NULL */
} SurfaceDraft;

enum {
	CELL_NO_DATA = 1 << 0,
	CELL_BARRIER = 1 << 1,
	CELL_ROAD = 1 << 2,
	CELL_ROAD_DIAGONAL = 1 << 4 /* bits 4..7: a road runs along the diagonal step 1, 3, 5, 7 */
};
static inline guint8 cell_road_diagonal(int step)
{
	return (guint8) (CELL_ROAD_DIAGONAL << (step / 2));
}

/* surface.c: everything but the ground; surface->parts once the classes are known; the tables made of them. */
ThusoSurface *surface_alloc(const ThusoGrid *grid, int neighbours, int tile_shift, ThusoLengthsKind lengths, GError **error);
gboolean surface_open_tiles(ThusoSurface *surface, ThusoSlabPool *pool, GError **error);
gboolean surface_add_class(ThusoSurface *surface, double speed_m_per_s, ThusoMode mode, GError **error);
gboolean surface_set_parts(ThusoSurface *surface, GError **error);
/* overlay.c: fills `cell_class` and `flags` (n cells, zeroed) and surface->classes. */
gboolean surface_overlay(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, SurfaceDraft *draft,
                         GError **error);
/* bridge.c: sets in `blocked` the steps that barrier lines cross, except where roads cross them. */
gboolean surface_block_lines(ThusoContext *context, const ThusoSurfaceSpec *spec, const ThusoSurface *surface, guint16 *blocked,
                             GError **error);
/* pack.c: rows tile_row * side .. of the rasters into tiles. `closed` has a bit for every cell of the grid that is not passable whatever
 * the rasters say, or is NULL. */
gboolean surface_pack(ThusoSurface *surface, gint32 tile_row, const ThusoSurfaceStrip *strip, const guint8 *closed,
                      GError **error);
/* steps.c: once all tiles are there, keeps the steps of those where lines or roads change what the plain rule says. */
gboolean surface_find_steps(ThusoContext *context, ThusoSurface *surface, const guint8 *flags, const guint16 *blocked,
                            GError **error);

/* The straight or diagonal step (0..7) between two neighbouring cells, or -1. */
int surface_step_between(const ThusoSurface *surface, gint64 from, gint64 to);

#endif
