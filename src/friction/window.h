/* The inside of a window: planes of numbers around the cells whose steps are asked for. */
#ifndef THUSO_FRICTION_WINDOW_H
#define THUSO_FRICTION_WINDOW_H

#include "surface.h"

#define RUN    THUSO_WINDOW_RUN
#define REACH  2 /* cells that a step goes at most */
#define MARGIN 8 /* cells beside a row: REACH, and rows begin at whole vectors */

/* Lengths of the steps of one row in one block of the table of ground lengths, with the chord of their inverses (thuso_lengths_run). */
typedef struct {
	double at_m[THUSO_LENGTH_WAYS], per_cell_m[THUSO_LENGTH_WAYS];
	double inverse[THUSO_LENGTH_WAYS], inverse_per_cell[THUSO_LENGTH_WAYS];
} LengthPiece;

typedef struct {
	gint32 first, end; /* columns of the grid */
} LengthBlock;

struct ThusoSurfaceWindow {
	const ThusoSurface *surface;
	ThusoMeasure measure;
	gboolean arriving;
	SurfaceParts parts;
	gint32 n_rows, n_cols;  /* n_cols is made whole runs */
	gint32 row, col;        /* of the grid; where the window's first cell is */
	gint64 stride;          /* cells from row to row of a plane */
	gint64 offset[16];      /* from a cell to its neighbour */
	gint64 between[16][2];  /* and to the two cells that a knight's move passes */
	double *plane[N_PARTS]; /* of its first cell; half a tick per metre; infinite = not passable */
	const double *main;     /* the plane that has the infinite ones */
	float *height;          /* negative heights where arriving */
	guint16 *steps;
	gboolean has_steps;   /* `steps` counts for the window as it is loaded */
	gboolean has_heights; /* and slopes count */
	double walking_everywhere;
	double planar_m[16], planar_inverse[16];
	gint32 n_blocks, max_blocks; /* 0 = planar */
	LengthBlock *blocks;
	LengthPiece *pieces; /* by row from -REACH on, and block */
	gint64 least;
	gpointer memory; /* all of the above arrays, or NULL when the caller has it */
};

/* Sets a window up in `memory` of window_bytes() bytes, aligned to 64. */
gsize window_bytes(const ThusoSurface *surface, gint32 n_rows, gint32 n_cols);
void window_init(ThusoSurfaceWindow *window, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint32 n_rows,
                 gint32 n_cols, gpointer memory);
static inline gint64 window_at(const ThusoSurfaceWindow *window, gint32 row, gint32 col)
{
	return row * window->stride + col;
}
/* steps.c: the steps of a cell as the plain rule has them. */
guint16 window_plain_steps(const ThusoSurfaceWindow *window, gint32 row, gint32 col);
/* ticks.c: the costs of one cell's steps in ticks, not rounded; infinite = there is none. */
void window_costs(const ThusoSurfaceWindow *window, gint32 row, gint32 col, double costs[16]);

/* The window of a single cell, on the stack of whoever asks. */
#define CELL_WINDOW_BYTES 16384
gboolean window_of_cell(ThusoSurfaceWindow *window, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving,
                        gint64 cell, gpointer memory, GError **error);

#endif
