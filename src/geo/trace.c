/* The cells that a line passes, in order (after Amanatides and Woo 1987), in whole numbers: whether a line goes exactly through a
 * corner is decided exactly, and a line gives the same cells backward.
 *
 * A segment is open at both ends: a vertex that only touches a border or a corner visits nothing. A segment along a border runs in
 * the cell to the east or south, as the half-open cells have it. */
#include "geometry.h"
#include "snap.h"

typedef struct {
	gint64 at, first, last; /* cell number in this direction: now, at the segment's beginning, at its end */
	gint64 from, delta;     /* position of the segment's beginning, and its extent; snapped */
	gint64 n;               /* cells of the grid in this direction */
	int step;               /* 1, 0, -1 */
} Axis;

typedef struct {
	const ThusoGrid *grid;
	gint64 cell; /* the last one told, or -1 when the line is off the grid */
	ThusoStepFunc func;
	gpointer data;
} Trace;

static void axis_init(Axis *axis, gint64 from, gint64 to, gint64 n)
{
	axis->from = from;
	axis->delta = to - from;
	axis->n = n;
	axis->step = (axis->delta > 0) - (axis->delta < 0);
	/* Just after the beginning and just before the end: at a border that is the cell on the segment's own side. */
	axis->first = thuso_snap_cell(axis->step < 0 ? from - 1 : from);
	axis->last = thuso_snap_cell(axis->step > 0 ? to - 1 : to);
	axis->at = axis->first;
}

static gboolean on_grid(const Axis *axis)
{
	return axis->at >= 0 && axis->at < axis->n;
}

/* How far, from the beginning, the border is that the axis passes after k cells. */
static gint64 border(const Axis *axis, gint64 k)
{
	gint64 cell = axis->first + axis->step * k;
	return (axis->step > 0 ? (cell + 1) * THUSO_SNAP : cell * THUSO_SNAP) - axis->from;
}

/* Sign of t(a's next border) - t(b's next border), t being the fraction of the segment. An axis at its end has no next border. */
static int compare_next(const Axis *a, const Axis *b)
{
	if (a->at == a->last || b->at == b->last)
		return a->at == a->last ? (b->at == b->last ? 0 : 1) : -1;
	ThusoWide ta = (ThusoWide) ABS(border(a, ABS(a->at - a->first))) * ABS(b->delta);
	ThusoWide tb = (ThusoWide) ABS(border(b, ABS(b->at - b->first))) * ABS(a->delta);
	return (ta > tb) - (ta < tb);
}

/* Moves `axis` to the cell `to` at once and the other axis to where it then is, a corner counting as passed. */
static void jump(Axis *axis, Axis *other, gint64 to)
{
	axis->at = to;
	if (other->step == 0)
		return;
	gint64 passed = ABS(border(axis, ABS(to - axis->first) - 1));
	ThusoWide along = (ThusoWide) passed * ABS(other->delta);
	/* The other axis has passed k borders, the first at `lead` and then one a cell: lead + (k - 1) * SNAP <= along / |delta|. */
	gint64 reached = (gint64) (along / ABS(axis->delta)), lead = ABS(border(other, 0));
	gint64 k = reached < lead ? 0 : (reached - lead) / THUSO_SNAP + 1;
	other->at = other->first + other->step * MIN(k, ABS(other->last - other->first));
}

/* Brings a segment that begins off the grid to where it comes onto the grid; FALSE when it never does. */
static gboolean enter(Axis *axis, Axis *other)
{
	if (on_grid(axis))
		return TRUE;
	gint64 edge = axis->step > 0 ? 0 : axis->n - 1;
	gboolean comes =
	    axis->step > 0 ? axis->at < 0 && axis->last >= 0 : axis->step < 0 && axis->at >= axis->n && axis->last < axis->n;
	if (comes)
		jump(axis, other, edge);
	return comes;
}

static void tell(Trace *trace, gint64 col, gint64 row, gint64 segment)
{
	gint64 cell = row * trace->grid->n_cols + col;
	if (cell != trace->cell)
		trace->func(trace->cell, cell, segment, trace->data);
	trace->cell = cell;
}

static void trace_segment(Trace *trace, ThusoSnapped from, ThusoSnapped to, gint64 segment)
{
	Axis u, v;
	axis_init(&u, from.u, to.u, trace->grid->n_cols);
	axis_init(&v, from.v, to.v, trace->grid->n_rows);
	if (!on_grid(&u) || !on_grid(&v))
		trace->cell = -1;
	if (!enter(&u, &v) || !enter(&v, &u))
		return;
	while (on_grid(&u) && on_grid(&v)) {
		tell(trace, u.at, v.at, segment);
		if (u.at == u.last && v.at == v.last)
			return;
		int order = compare_next(&u, &v);
		u.at += order <= 0 ? u.step : 0;
		v.at += order >= 0 ? v.step : 0;
	}
	trace->cell = -1;
}

static void trace_part(Trace *trace, const ThusoGeometry *line, gint32 part)
{
	gint64 start = line->part_start[part], end = line->part_start[part + 1];
	gboolean has_length = FALSE;
	trace->cell = -1;
	for (gint64 i = start; i + 1 < end; i++) {
		ThusoSnapped from = thuso_snap_point(trace->grid, line->x[i], line->y[i]);
		ThusoSnapped to = thuso_snap_point(trace->grid, line->x[i + 1], line->y[i + 1]);
		if (from.u == to.u && from.v == to.v)
			continue;
		has_length = TRUE;
		trace_segment(trace, from, to, i);
	}
	gint64 cell = start < end ? thuso_grid_cell(trace->grid, line->x[start], line->y[start]) : -1;
	if (!has_length && cell >= 0)
		tell(trace, cell % trace->grid->n_cols, cell / trace->grid->n_cols, start);
}

void thuso_grid_trace(const ThusoGrid *grid, const ThusoGeometry *line, ThusoStepFunc func, gpointer data)
{
	Trace trace = { grid, -1, func, data };
	for (gint32 part = 0; part < line->n_parts; part++)
		trace_part(&trace, line, part);
}
