/* A field: a rectangle of cells in one piece of memory in which labels are settled, the inner loop of every search here.
 *
 * A label is a cost in ticks and, below it, the index of a centre in `id_bits` bits: the lesser label is the lesser cost and among
 * equal costs the lower index, so `nearest` comes with the costs. In the field labels are negative, the limit taken off: 0 is "not
 * reached", as in fresh memory. Around the cells lies a margin. A search that runs into it leaves the field: such labels are collected
 * as exits. A second layer of the same shape, for riding, may lie behind the first. */
#ifndef THUSO_ACCESS_FIELD_H
#define THUSO_ACCESS_FIELD_H

#include <thuso/access.h>

#include "queue.h"

#define FIELD_ABOVE 2                /* rows of margin above and below */
#define FIELD_LEFT  THUSO_WINDOW_RUN /* columns of margin left and right: runs begin at multiples of their length */
#define MAX_LAYERS  2
/* Width of a bucket in least steps. With 1 no cell is settled twice; with 4 one in twenty is, but so many cells come together that the
 * kernel is a fifth faster. */
#define STEPS_A_BUCKET 4

enum { RUN_EMPTY, RUN_BUSY, RUN_READY, RUN_MARGIN };

typedef struct {
	guint32 cell;
	gint64 label;
} FieldExit;

typedef struct Field Field;
struct Field {
	gint32 n_rows, n_cols; /* without the margin */
	gint32 stride;         /* cells from one row to the next */
	guint32 n_layer;       /* cells of a layer with its margin */
	int n_layers, n_steps;
	int id_bits;
	gint64 *label;           /* by cell; < 0, or 0 = not reached */
	guint32 *ticks;          /* by cell and step; of runs that are ready */
	guint8 *run;             /* by run of cells: what of `ticks` is there. May be shared by threads with `ticks` and `linked` */
	guint8 *linked;          /* by cell of the first layer: may one change to the second here? NULL with one layer */
	gint64 link[MAX_LAYERS]; /* label added on leaving this layer for the other */
	gint64 offset[16];       /* from a cell to its neighbours */
	/* Makes a run ready; a thread that finds another at it waits. */
	gboolean (*fill)(Field *field, guint32 run, GError **error);
	/* Ticks of a step that are too large for `ticks`. */
	gint64 (*large)(const Field *field, guint32 cell, int step);
	gpointer owner;
	ThusoContext *context;         /* asked now and then whether to go on */
	ThusoVector exits;             /* FieldExit, of the last solve */
	guint64 *settled, *settled_64; /* a bit a cell that was settled, and a bit a word of those; or NULL. `align` is 64 then */
	Queue queue;
};

/* Sets the sizes; no memory yet. Rows begin at multiples of `align` cells, itself a multiple of THUSO_WINDOW_RUN. FALSE where the cells
 * are too many to be counted. */
gboolean field_shape(Field *field, gint32 n_rows, gint32 n_cols, gint32 align, int n_layers, int n_steps);
/* Layer, row and column of a cell, also of the margin. */
void field_place(const Field *field, guint32 cell, int *layer, gint32 *row, gint32 *col);
/* Settles what was pushed; labels that came to stand in the margin are the exits. */
gboolean field_solve(Field *field, GError **error);

static inline guint32 field_cell(const Field *field, int layer, gint32 row, gint32 col)
{
	return (guint32) layer * field->n_layer + (guint32) ((row + FIELD_ABOVE) * (gint64) field->stride + FIELD_LEFT + col);
}

/* The step that a search takes from (row, col) in direction `step`, as the traveller takes it. */
static inline gint64 surface_ticks(const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint64 row, gint64 col,
                                   int step)
{
	const gint64 n_cols = thuso_surface_grid(surface)->n_cols, cell = row * n_cols + col;
	return arriving ? thuso_surface_step_ticks(surface, measure, cell + thuso_step_row[step] * n_cols + thuso_step_col[step],
	                                           thuso_step_opposite[step])
	                : thuso_surface_step_ticks(surface, measure, cell, step);
}

/* Offers a cell a label from outside. */
static inline void field_offer(Field *field, guint32 cell, gint64 label)
{
	if (label >= field->label[cell])
		return;
	field->label[cell] = label;
	queue_push(&field->queue, label, cell);
}

#endif
