/* Classes of cells as multipolygons. The outline of every 4-connected piece is walked along cell edges with the piece on the left, so
 * shells run counter-clockwise, holes clockwise, and two neighbours have the very same corner coordinates. Where a piece touches
 * itself at a corner its outline is cut there into simple rings (a hole that touches the shell), which keeps polygons valid.
 * Source: Rosenfeld and Pfaltz 1966 (labels by rows); the edge walk is the usual one for rasters. */
#include "private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GO_ON_ROWS  64        /* rows between looks at the context */
#define GO_ON_CELLS (1 << 20) /* the same for cells */

typedef struct {
	gint32 col, row;  /* of the grid's corner lattice */
	gboolean pinched; /* another part of the same class touches here */
} Corner;

typedef struct {
	gint64 first; /* corner */
	gint32 n;
	gint32 class_index;
	guint32 piece;
	gint64 order; /* in which it was found */
	gboolean is_hole;
} Ring;

typedef struct {
	ThusoContext *context;
	const ThusoGrid *grid;
	const gint32 *classes;
	guint32 *piece;      /* a cell's piece: label of its first cell */
	guint8 *walked;      /* bit 0: the cell's north side is on a ring already found */
	ThusoVector corners; /* of Corner, all rings */
	ThusoVector rings;
	ThusoVector trace;   /* the ring being walked */
	ThusoVector kept;    /* of gint64: the part of the trace not yet cut off */
	ThusoVector pinches; /* of Pinch */
} Tracer;

typedef struct {
	gint64 key; /* the corner's place */
	gint64 at;  /* in the trace */
} Pinch;

static void tracer_clear(Tracer *tracer)
{
	thuso_array_free(tracer->piece);
	thuso_array_free(tracer->walked);
	thuso_vector_clear(&tracer->corners);
	thuso_vector_clear(&tracer->rings);
	thuso_vector_clear(&tracer->trace);
	thuso_vector_clear(&tracer->kept);
	thuso_vector_clear(&tracer->pinches);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tracer, tracer_clear)

/* Directions: 0 east, 1 north, 2 west, 3 south; rows count southward. */
static const int d_col[4] = { 1, 0, -1, 0 }, d_row[4] = { 0, -1, 0, 1 };

static gint32 class_at(const Tracer *tracer, gint32 row, gint32 col)
{
	const ThusoGrid *grid = tracer->grid;
	if (row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols)
		return -1;
	return tracer->classes[(gint64) row * grid->n_cols + col];
}

/* --- pieces ----------------------------------------------------------------------------------------------------------- */

static guint32 find_root(guint32 *parent, guint32 cell)
{
	while (parent[cell] != cell) {
		parent[cell] = parent[parent[cell]];
		cell = parent[cell];
	}
	return cell;
}

static void join_pieces(guint32 *parent, guint32 a, guint32 b)
{
	guint32 root_a = find_root(parent, a), root_b = find_root(parent, b);
	if (root_a < root_b)
		parent[root_b] = root_a;
	else
		parent[root_a] = root_b;
}

/* The label is the piece's first cell in row order. */
static gboolean label_pieces(Tracer *tracer, GError **error)
{
	const ThusoGrid *grid = tracer->grid;
	guint32 n = (guint32) thuso_grid_n(grid), width = (guint32) grid->n_cols;
	const gint32 *classes = tracer->classes;
	for (guint32 cell = 0; cell < n; cell++) {
		if (cell % GO_ON_CELLS == 0 && !thuso_context_go_on(tracer->context, error))
			return FALSE;
		tracer->piece[cell] = cell;
		if (cell % width && classes[cell] == classes[cell - 1])
			join_pieces(tracer->piece, cell, cell - 1);
		if (cell >= width && classes[cell] == classes[cell - width])
			join_pieces(tracer->piece, cell, cell - width);
	}
	for (guint32 cell = 0; cell < n; cell++)
		tracer->piece[cell] = tracer->piece[tracer->piece[cell]];
	return TRUE;
}

/* --- rings ------------------------------------------------------------------------------------------------------------- */

/* Walks the ring that has the north side of cell (row, col), westward, into tracer->trace. */
static gboolean walk_ring(Tracer *tracer, gint32 row, gint32 col, GError **error)
{
	const gint32 own = class_at(tracer, row, col);
	const gint32 first_row = row, first_col = col;
	int direction = 2;
	tracer->trace.n = 0;
	do {
		if (direction == 2)
			tracer->walked[(gint64) row * tracer->grid->n_cols + col] = 1;
		int right = (direction + 3) & 3;
		gint32 ahead_row = row + d_row[direction], ahead_col = col + d_col[direction];
		gint32 side_row = ahead_row + d_row[right], side_col = ahead_col + d_col[right];
		gboolean ahead = class_at(tracer, ahead_row, ahead_col) == own, side = class_at(tracer, side_row, side_col) == own;
		/* The end of the cell's edge in this direction: its corner ahead on the right. */
		Corner corner = { col + (direction == 0 || direction == 1), row + (direction == 0 || direction == 3), !ahead && side };
		if (!ahead) {
			direction = (direction + 1) & 3;
		} else if (!side) {
			row = ahead_row;
			col = ahead_col;
			continue;
		} else {
			row = side_row;
			col = side_col;
			direction = right;
		}
		if (!thuso_vector_push(&tracer->trace, &corner, "outlines", error))
			return FALSE;
	} while (row != first_row || col != first_col || direction != 2);
	return TRUE;
}

static int by_key(const void *a, const void *b)
{
	const Pinch *p = a, *q = b;
	if (p->key != q->key)
		return p->key < q->key ? -1 : 1;
	return (p->at > q->at) - (p->at < q->at);
}

/* partner[i] = the earlier place in the trace at the same corner, or -1. NULL (no error) where the ring never meets itself. */
static gint64 *find_partners(Tracer *tracer, GError **error)
{
	const Corner *trace = tracer->trace.data;
	tracer->pinches.n = 0;
	for (gint64 i = 0; i < tracer->trace.n; i++) {
		Pinch pinch = { (gint64) trace[i].row * ((gint64) tracer->grid->n_cols + 1) + trace[i].col, i };
		if (trace[i].pinched && !thuso_vector_push(&tracer->pinches, &pinch, "outlines", error))
			return NULL;
	}
	Pinch *pinches = tracer->pinches.data;
	gint64 n = tracer->pinches.n;
	if (n < 2)
		return NULL;
	qsort(pinches, (gsize) n, sizeof *pinches, by_key);
	gint64 *partner = NULL;
	for (gint64 i = 1; i < n; i++) {
		if (pinches[i].key != pinches[i - 1].key)
			continue;
		if (!partner) {
			partner = thuso_array_new(tracer->trace.n, sizeof *partner, "outlines", error);
			if (!partner)
				return NULL;
			memset(partner, 0xFF, (gsize) tracer->trace.n * sizeof *partner);
		}
		partner[pinches[i].at] = pinches[i - 1].at;
	}
	return partner;
}

/* Adds the ring of the kept trace from `from` on. */
static gboolean add_ring(Tracer *tracer, gint64 from, guint32 piece, GError **error)
{
	const Corner *trace = tracer->trace.data;
	const gint64 *kept = tracer->kept.data;
	gint64 n = tracer->kept.n - from;
	Ring ring = { tracer->corners.n, (gint32) n, tracer->classes[piece], piece, tracer->rings.n, FALSE };
	double twice_area = 0;
	for (gint64 i = 0; i < n; i++) {
		const Corner *a = &trace[kept[from + i]], *b = &trace[kept[from + (i + 1) % n]];
		twice_area += (double) b->col * a->row - (double) a->col * b->row;
		if (!thuso_vector_push(&tracer->corners, a, "outlines", error))
			return FALSE;
	}
	if (n > G_MAXINT32 - 1) {
		thuso_set_error(error, THUSO_ERROR_LIMIT, "an outline has more than %d corners: take larger cells", G_MAXINT32);
		return FALSE;
	}
	ring.is_hole = twice_area < 0;
	return thuso_vector_push(&tracer->rings, &ring, "outlines", error);
}

/* The trace as simple rings: whenever it comes back to a corner, the loop since then is a ring of its own. Loops of a walk along one
 * piece never interleave, so a stack is enough. */
static gboolean cut_rings(Tracer *tracer, guint32 piece, GError **error)
{
	g_autoptr(GError) why = NULL;
	gint64 *partner = find_partners(tracer, &why);
	gboolean good = why == NULL;
	if (!good)
		g_propagate_error(error, g_steal_pointer(&why));
	tracer->kept.n = 0;
	for (gint64 i = 0; good && i < tracer->trace.n; i++) {
		if (!partner || partner[i] < 0) {
			good = thuso_vector_push(&tracer->kept, &i, "outlines", error);
			continue;
		}
		const gint64 *kept = tracer->kept.data;
		gint64 from = tracer->kept.n - 1;
		while (kept[from] != partner[i])
			from--;
		good = add_ring(tracer, from, piece, error);
		tracer->kept.n = from + 1;
	}
	thuso_array_free(partner);
	return good && add_ring(tracer, 0, piece, error);
}

static gboolean trace_rings(Tracer *tracer, gint32 n_classes, GError **error)
{
	const ThusoGrid *grid = tracer->grid;
	for (gint32 row = 0; row < grid->n_rows; row++) {
		if (row % GO_ON_ROWS == 0 && !thuso_context_go_on(tracer->context, error))
			return FALSE;
		for (gint32 col = 0; col < grid->n_cols; col++) {
			gint64 cell = (gint64) row * grid->n_cols + col;
			gint32 own = tracer->classes[cell];
			if (own < 0 || own >= n_classes || tracer->walked[cell] || class_at(tracer, row - 1, col) == own)
				continue;
			if (!walk_ring(tracer, row, col, error) || !cut_rings(tracer, tracer->piece[cell], error))
				return FALSE;
		}
	}
	return TRUE;
}

/* --- WKB --------------------------------------------------------------------------------------------------------------- */

static int by_class(const void *a, const void *b)
{
	const Ring *p = a, *q = b;
	if (p->class_index != q->class_index)
		return p->class_index < q->class_index ? -1 : 1;
	if (p->piece != q->piece)
		return p->piece < q->piece ? -1 : 1;
	if (p->is_hole != q->is_hole)
		return p->is_hole ? 1 : -1;
	return (p->order > q->order) - (p->order < q->order);
}

static guint8 *put_head(guint8 *at, guint32 type, guint32 n)
{
	guint32 words[2] = { GUINT32_TO_LE(type), GUINT32_TO_LE(n) };
	*at = 1;
	memcpy(at + 1, words, 8);
	return at + 9;
}

static guint8 *put_corner(const Tracer *tracer, guint8 *at, const Corner *corner)
{
	const ThusoGrid *grid = tracer->grid;
	double xy[2] = { grid->x_min + corner->col * grid->cell_m, grid->y_max - corner->row * grid->cell_m };
	guint64 raw[2];
	memcpy(raw, xy, 16);
	raw[0] = GUINT64_TO_LE(raw[0]);
	raw[1] = GUINT64_TO_LE(raw[1]);
	memcpy(at, raw, 16);
	return at + 16;
}

static guint8 *put_ring(const Tracer *tracer, guint8 *at, const Ring *ring)
{
	const Corner *corners = (const Corner *) tracer->corners.data + ring->first;
	guint32 n = GUINT32_TO_LE((guint32) ring->n + 1);
	memcpy(at, &n, 4);
	at += 4;
	for (gint32 i = 0; i <= ring->n; i++)
		at = put_corner(tracer, at, &corners[i % ring->n]);
	return at;
}

/* The rings of one class, sorted by piece, as a multipolygon. */
static GBytes *class_wkb(const Tracer *tracer, const Ring *rings, gint64 n, GError **error)
{
	gsize size = 9;
	guint32 n_pieces = 0;
	for (gint64 i = 0; i < n; i++) {
		size += 4 + 16 * ((gsize) rings[i].n + 1) + (rings[i].is_hole ? 0 : 9);
		n_pieces += !rings[i].is_hole;
	}
	guint8 *wkb = thuso_array_new((gint64) size, 1, "outlines", error);
	if (!wkb)
		return NULL;
	guint8 *at = put_head(wkb, 6, n_pieces);
	for (gint64 i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && rings[next].is_hole; next++)
			;
		at = put_head(at, 3, (guint32) (next - i));
		for (gint64 k = i; k < next; k++)
			at = put_ring(tracer, at, &rings[k]);
	}
	return g_bytes_new_with_free_func(wkb, size, thuso_array_free, wkb);
}

static gboolean make_wkbs(Tracer *tracer, GBytes **wkbs, GError **error)
{
	Ring *rings = tracer->rings.data;
	gint64 n = tracer->rings.n;
	if (n > 0)
		qsort(rings, (gsize) n, sizeof *rings, by_class);
	for (gint64 i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && rings[next].class_index == rings[i].class_index; next++)
			;
		wkbs[rings[i].class_index] = class_wkb(tracer, rings + i, next - i, error);
		if (!wkbs[rings[i].class_index])
			return FALSE;
	}
	return TRUE;
}

gboolean thuso_polygonize(ThusoContext *context, const ThusoGrid *grid, const gint32 *classes, gint32 n_classes, GBytes **wkbs,
                          GError **error)
{
	memset(wkbs, 0, (gsize) n_classes * sizeof *wkbs);
	gint64 n = thuso_grid_n(grid);
	if (n >= G_MAXUINT32) {
		thuso_set_error(error, THUSO_ERROR_LIMIT,
		                "the grid has %" G_GINT64_FORMAT " cells, too many to outline: take larger cells", n);
		return FALSE;
	}
	g_auto(Tracer) tracer = {
		.context = context,
		.grid = grid,
		.classes = classes,
		.corners = THUSO_VECTOR(Corner),
		.rings = THUSO_VECTOR(Ring),
		.trace = THUSO_VECTOR(Corner),
		.kept = THUSO_VECTOR(gint64),
		.pinches = THUSO_VECTOR(Pinch),
	};
	tracer.piece = thuso_array_new(n, sizeof *tracer.piece, "pieces of the grid", error);
	tracer.walked = tracer.piece ? thuso_array_new(n, 1, "outlines", error) : NULL;
	if (tracer.walked && label_pieces(&tracer, error) && trace_rings(&tracer, n_classes, error) &&
	    make_wkbs(&tracer, wkbs, error))
		return TRUE;
	for (gint32 i = 0; i < n_classes; i++)
		g_clear_pointer(&wkbs[i], g_bytes_unref);
	return FALSE;
}
