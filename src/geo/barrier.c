/* Barrier lines against steps, in whole numbers and with centres moved by an infinitesimal vector (simulation of simplicity,
 * Edelsbrunner and Mucke 1990).
 *
 * Every end of a step is thought moved by (-e*e, e) on the map, x east and y north, e being smaller than any distance. Then no end
 * lies on a barrier and no barrier's vertex lies on a step, so "crosses" needs no special cases, and because all ends move alike
 * the answers are those of one true picture: an outline that closes cannot leak. Ties of the orientation test go to the sign of
 * the first term that the move adds: see side_of_end() and side_of_vertex(). */
#include "geometry.h"
#include "snap.h"

#include <string.h>

#define HALF          (THUSO_SNAP / 2)
#define MARGIN_CELLS  3    /* segments farther off the grid than this meet no step */
#define MAX_BIN_SHIFT 30   /* bins of up to 2^30 cells a side */
#define LEAST_BINS    1024 /* below this there is no point in larger bins */
#define N_FORWARD     8    /* the other steps are the same ones the other way */

typedef struct {
	ThusoSnapped p, q;
} Segment;

struct ThusoBarrierLines {
	ThusoGrid grid;
	ThusoVector segments; /* of Segment, as long as a point */
	int bin_shift;        /* a bin has 2^bin_shift cells a side */
	gint64 n_bin_cols, n_bin_rows;
	gint64 *bin_start;   /* n_bins + 1 */
	gint64 *bin_segment; /* numbers of the segments that pass the bin */
};

/* The steps that lead east or south. */
static const int forward[N_FORWARD] = { 0, 5, 6, 7, 12, 13, 14, 15 };

/* --- the test -------------------------------------------------------------------------------------------------------- */

/* Twice the signed area of a, b, c on the map, where v grows southward. */
static ThusoWide orientation(ThusoSnapped a, ThusoSnapped b, ThusoSnapped c)
{
	return (ThusoWide) (b.v - a.v) * (c.u - a.u) - (ThusoWide) (b.u - a.u) * (c.v - a.v);
}

/* Sign of what moving the third point by (-e*e, e) adds for the direction from one end to the other: e * dx + e*e * dy. */
static int sign_of_move(ThusoSnapped from, ThusoSnapped to)
{
	gint64 dx = to.u - from.u, dy = from.v - to.v;
	gint64 leading = dx != 0 ? dx : dy;
	return (leading > 0) - (leading < 0);
}

static int side_of_end(ThusoSnapped p, ThusoSnapped q, ThusoSnapped end)
{
	ThusoWide area = orientation(p, q, end);
	return area != 0 ? (area > 0 ? 1 : -1) : sign_of_move(p, q);
}

/* Here the step moves and the vertex stays: as if the vertex moved the other way. */
static int side_of_vertex(ThusoSnapped a, ThusoSnapped b, ThusoSnapped vertex)
{
	ThusoWide area = orientation(a, b, vertex);
	return area != 0 ? (area > 0 ? 1 : -1) : -sign_of_move(a, b);
}

static gboolean crosses(const Segment *segment, ThusoSnapped a, ThusoSnapped b)
{
	return side_of_end(segment->p, segment->q, a) != side_of_end(segment->p, segment->q, b) &&
	       side_of_vertex(a, b, segment->p) != side_of_vertex(a, b, segment->q);
}

/* --- which part of a segment lies in a band of rows ------------------------------------------------------------------ */

typedef struct {
	double u_min, u_max; /* a little wider than true: it only chooses what is tested exactly */
} Span;

static double u_at(const Segment *segment, double v)
{
	const ThusoSnapped *p = &segment->p, *q = &segment->q;
	return (double) p->u + (v - (double) p->v) * ((double) (q->u - p->u) / (double) (q->v - p->v));
}

/* FALSE when the segment does not reach the band v0 .. v1 (v0 <= v1, borders included). */
static gboolean span_in_band(const Segment *segment, gint64 v0, gint64 v1, Span *span)
{
	const ThusoSnapped *p = &segment->p, *q = &segment->q;
	gint64 v_min = MIN(p->v, q->v), v_max = MAX(p->v, q->v);
	if (v_max < v0 || v_min > v1)
		return FALSE;
	double u_p = (double) p->u, u_q = (double) q->u;
	double from = v_min < v0 ? u_at(segment, (double) v0) : p->v < q->v ? u_p : u_q;
	double to = v_max > v1 ? u_at(segment, (double) v1) : p->v < q->v ? u_q : u_p;
	if (v_min == v_max) {
		from = u_p;
		to = u_q;
	}
	span->u_min = MIN(from, to) - 2;
	span->u_max = MAX(from, to) + 2;
	return TRUE;
}

/* Floor of (position - offset) / size for rows and columns, within low .. high. */
static gint64 number_at(double position, double size, gint64 low, gint64 high)
{
	return (gint64) CLAMP(floor(position / size), (double) low, (double) high);
}

/* --- blocked steps --------------------------------------------------------------------------------------------------- */

static void block_step(const ThusoBarrierLines *barriers, const Segment *segment, gint64 row, gint64 col, int step,
                       guint16 *blocked)
{
	const ThusoSnapped a = { col * THUSO_SNAP + HALF, row * THUSO_SNAP + HALF };
	const ThusoSnapped b = { a.u + thuso_step_col[step] * THUSO_SNAP, a.v + thuso_step_row[step] * THUSO_SNAP };
	if (!crosses(segment, a, b))
		return;
	gint64 to_row = row + thuso_step_row[step], to_col = col + thuso_step_col[step];
	blocked[row * barriers->grid.n_cols + col] |= (guint16) (1U << step);
	blocked[to_row * barriers->grid.n_cols + to_col] |= (guint16) (1U << thuso_step_opposite[step]);
}

/* All steps of one direction that begin in the row and whose box the segment meets. */
static void block_row(const ThusoBarrierLines *barriers, const Segment *segment, gint64 row, int step, guint16 *blocked)
{
	gint64 d_row = thuso_step_row[step], d_col = thuso_step_col[step], n_cols = barriers->grid.n_cols;
	gint64 v = row * THUSO_SNAP + HALF;
	Span span;
	if (row + d_row >= barriers->grid.n_rows || !span_in_band(segment, v, v + d_row * THUSO_SNAP, &span))
		return;
	double east_of = span.u_min - (double) (MAX(d_col, 0) * THUSO_SNAP + HALF);
	double west_of = span.u_max - (double) (MIN(d_col, 0) * THUSO_SNAP + HALF);
	gint64 first = MAX(number_at(east_of, (double) THUSO_SNAP, -8, n_cols + 8), MAX(-d_col, 0));
	gint64 last = MIN(number_at(west_of, (double) THUSO_SNAP, -8, n_cols + 8), n_cols - 1 - MAX(d_col, 0));
	for (gint64 col = first; col <= last; col++)
		block_step(barriers, segment, row, col, step, blocked);
}

static void block_segment(const ThusoBarrierLines *barriers, const Segment *segment, guint16 *blocked)
{
	gint64 n_rows = barriers->grid.n_rows;
	gint64 v_min = MIN(segment->p.v, segment->q.v), v_max = MAX(segment->p.v, segment->q.v);
	for (int i = 0; i < N_FORWARD; i++) {
		int step = forward[i];
		gint64 reach = thuso_step_row[step];
		gint64 first = MAX(thuso_snap_cell(v_min - HALF) - reach, 0), last = MIN(thuso_snap_cell(v_max - HALF), n_rows - 1);
		for (gint64 row = first; row <= last; row++)
			block_row(barriers, segment, row, step, blocked);
	}
}

void thuso_barrier_lines_block(const ThusoBarrierLines *barriers, guint16 *blocked)
{
	const Segment *segments = barriers->segments.data;
	for (gint64 i = 0; i < barriers->segments.n; i++)
		block_segment(barriers, &segments[i], blocked);
}

/* --- the index ------------------------------------------------------------------------------------------------------- */

typedef gboolean (*BinFunc)(gint64 bin, gpointer data);

static double bin_size(const ThusoBarrierLines *barriers)
{
	return (double) THUSO_SNAP * (double) ((gint64) 1 << barriers->bin_shift);
}

/* Calls for every bin that the segment passes, until TRUE. The outermost bins reach outward without end, so what crosses off the
 * grid is found as well. */
static gboolean for_each_bin(const ThusoBarrierLines *barriers, const Segment *segment, BinFunc func, gpointer data)
{
	double size = bin_size(barriers);
	double v_min = (double) MIN(segment->p.v, segment->q.v), v_max = (double) MAX(segment->p.v, segment->q.v);
	gint64 first = number_at(v_min - 2, size, 0, barriers->n_bin_rows - 1);
	gint64 last = number_at(v_max + 2, size, 0, barriers->n_bin_rows - 1);
	for (gint64 row = first; row <= last; row++) {
		Span span;
		gint64 v0 = row == 0 ? G_MININT64 / 2 : row * (gint64) size - 2;
		gint64 v1 = row == barriers->n_bin_rows - 1 ? G_MAXINT64 / 2 : (row + 1) * (gint64) size + 2;
		if (!span_in_band(segment, v0, v1, &span))
			continue;
		gint64 first_col = number_at(span.u_min, size, 0, barriers->n_bin_cols - 1);
		gint64 last_col = number_at(span.u_max, size, 0, barriers->n_bin_cols - 1);
		for (gint64 col = first_col; col <= last_col; col++)
			if (func(row * barriers->n_bin_cols + col, data))
				return TRUE;
	}
	return FALSE;
}

static gboolean count_bin(gint64 bin, gpointer data)
{
	gint64 *start = data;
	start[bin + 1]++;
	return FALSE;
}

typedef struct {
	gint64 *next, *segment, number;
} Filling;

static gboolean fill_bin(gint64 bin, gpointer data)
{
	Filling *filling = data;
	filling->segment[filling->next[bin]++] = filling->number;
	return FALSE;
}

static gint64 side_in_bins(gint64 n_cells, int shift)
{
	return ((n_cells - 1) >> shift) + 1;
}

/* As many bins as segments, or fewer: on a large grid with few barriers an index by cell would be larger than the grid. */
static void choose_bins(ThusoBarrierLines *barriers)
{
	gint64 most = MAX(barriers->segments.n, LEAST_BINS);
	for (int shift = 0; shift <= MAX_BIN_SHIFT; shift++) {
		barriers->bin_shift = shift;
		barriers->n_bin_cols = side_in_bins(barriers->grid.n_cols, shift);
		barriers->n_bin_rows = side_in_bins(barriers->grid.n_rows, shift);
		if (barriers->n_bin_cols * barriers->n_bin_rows <= most)
			return;
	}
}

static gboolean build_index(ThusoBarrierLines *barriers, GError **error)
{
	choose_bins(barriers);
	const Segment *segments = barriers->segments.data;
	gint64 n_bins = barriers->n_bin_cols * barriers->n_bin_rows, n = barriers->segments.n;
	gint64 *start = barriers->bin_start = thuso_array_new(n_bins + 1, sizeof(gint64), "the index of barrier lines", error);
	if (!start)
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		for_each_bin(barriers, &segments[i], count_bin, start);
	for (gint64 bin = 0; bin < n_bins; bin++)
		start[bin + 1] += start[bin];
	barriers->bin_segment = thuso_array_new(start[n_bins], sizeof(gint64), "the index of barrier lines", error);
	gint64 *next = barriers->bin_segment ? thuso_array_new(n_bins, sizeof(gint64), "the index of barrier lines", error) : NULL;
	if (!next)
		return FALSE;
	memcpy(next, start, (gsize) n_bins * sizeof(gint64));
	Filling filling = { next, barriers->bin_segment, 0 };
	for (; filling.number < n; filling.number++)
		for_each_bin(barriers, &segments[filling.number], fill_bin, &filling);
	thuso_array_free(next);
	return TRUE;
}

static gboolean is_near(const ThusoGrid *grid, const Segment *segment)
{
	gint64 margin = MARGIN_CELLS * THUSO_SNAP;
	const ThusoSnapped *p = &segment->p, *q = &segment->q;
	return MAX(p->u, q->u) >= -margin && MIN(p->u, q->u) <= grid->n_cols * THUSO_SNAP + margin && MAX(p->v, q->v) >= -margin &&
	       MIN(p->v, q->v) <= grid->n_rows * THUSO_SNAP + margin;
}

static gboolean add_line(ThusoBarrierLines *barriers, const ThusoGeometry *line, GError **error)
{
	for (gint32 part = 0; part < line->n_parts; part++)
		for (gint64 i = line->part_start[part]; i + 1 < line->part_start[part + 1]; i++) {
			const Segment segment = { thuso_snap_point(&barriers->grid, line->x[i], line->y[i]),
				                      thuso_snap_point(&barriers->grid, line->x[i + 1], line->y[i + 1]) };
			gboolean has_length = segment.p.u != segment.q.u || segment.p.v != segment.q.v;
			if (has_length && is_near(&barriers->grid, &segment) &&
			    !thuso_vector_push(&barriers->segments, &segment, "barrier lines", error))
				return FALSE;
		}
	return TRUE;
}

ThusoBarrierLines *thuso_barrier_lines_new(const ThusoGrid *grid, const ThusoGeometry *const *lines, gint64 n, GError **error)
{
	g_autoptr(ThusoBarrierLines) barriers = g_new0(ThusoBarrierLines, 1);
	barriers->grid = *grid;
	barriers->segments = THUSO_VECTOR(Segment);
	for (gint64 i = 0; i < n; i++)
		if (!add_line(barriers, lines[i], error))
			return NULL;
	return build_index(barriers, error) ? g_steal_pointer(&barriers) : NULL;
}

void thuso_barrier_lines_free(ThusoBarrierLines *barriers)
{
	if (!barriers)
		return;
	thuso_vector_clear(&barriers->segments);
	thuso_array_free(barriers->bin_start);
	thuso_array_free(barriers->bin_segment);
	g_free(barriers);
}

/* --- arbitrary pieces ------------------------------------------------------------------------------------------------ */

typedef struct {
	const ThusoBarrierLines *barriers;
	Segment piece;
} Crossing;

static gboolean crosses_in_bin(gint64 bin, gpointer data)
{
	const Crossing *crossing = data;
	const ThusoBarrierLines *barriers = crossing->barriers;
	const Segment *segments = barriers->segments.data;
	for (gint64 i = barriers->bin_start[bin]; i < barriers->bin_start[bin + 1]; i++)
		if (crosses(&segments[barriers->bin_segment[i]], crossing->piece.p, crossing->piece.q))
			return TRUE;
	return FALSE;
}

gboolean thuso_barrier_lines_cross(const ThusoBarrierLines *barriers, double x0, double y0, double x1, double y1)
{
	Crossing crossing = { barriers, { thuso_snap_point(&barriers->grid, x0, y0), thuso_snap_point(&barriers->grid, x1, y1) } };
	if (crossing.piece.p.u == crossing.piece.q.u && crossing.piece.p.v == crossing.piece.q.v)
		return FALSE;
	return for_each_bin(barriers, &crossing.piece, crosses_in_bin, &crossing);
}
