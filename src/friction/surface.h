/* The inside of a surface, shared by the files of this room. */
#ifndef THUSO_FRICTION_SURFACE_H
#define THUSO_FRICTION_SURFACE_H

#include <thuso/friction.h>

typedef struct {
	double speed_m_per_s, slowness_s_per_m;
	ThusoMode mode;
} SurfaceClass;

struct ThusoSurface {
	ThusoGrid grid;
	int neighbours;
	int tile_shift;
	guint16 *cell_class; /* index into `classes`; 0 = not passable */
	guint16 *steps;      /* bit k: step k exists */
	ThusoVector classes; /* SurfaceClass; the first stands for "not passable" */
	ThusoLengths *lengths;
	const float *elevation_m;           /* NULL = flat */
	const ThusoSlopeFunction *slope[3]; /* by mode; NULL = not corrected */
	double least_length_m;              /* of all steps that exist; infinite when there is none */
	gint64 offset[16];                  /* cell number of the neighbour minus that of the cell */
	gint64 between[16][2];              /* the same for the two cells that a knight's move passes between */
};

/* What the overlay found out cell by cell, needed only while the surface is made. */
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

/* overlay.c: fills `cell_class`, `classes` and the flags (n cells, zeroed). */
gboolean surface_overlay(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, guint8 *flags,
                         GError **error);
/* bridge.c: sets in `blocked` the steps that barrier lines cross, except where roads cross them. */
gboolean surface_block_lines(ThusoContext *context, const ThusoSurfaceSpec *spec, const ThusoSurface *surface, guint16 *blocked,
                             GError **error);
/* steps.c: turns `surface->steps` from blocked into existing steps, and finds the least length. */
gboolean surface_find_steps(ThusoContext *context, const ThusoSurfaceSpec *spec, ThusoSurface *surface, const guint8 *flags,
                            GError **error);

/* The straight or diagonal step (0..7) between two neighbouring cells, or -1. */
int surface_step_between(const ThusoSurface *surface, gint64 from, gint64 to);

#endif
