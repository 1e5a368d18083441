/* Line barriers against steps, and the roads that bridge them (src/friction/README.md).
 *
 * A road bridges where its own line crosses a barrier; one that runs along the bank opens nothing. The crossing and the step
 * that the barrier blocks need not lie in the same cell: a cell's centre may stand on one bank while the road in the cell is
 * on the other. So from each crossing the road is followed both ways until road and cell centre are on the same bank, and the
 * blocked steps on the way are opened: the road never breaks, and the barrier is open nowhere else. Maps cut roads into ways
 * (the bridge is often a way of its own, shorter than a cell), so the search goes on along ways that start where one ends. */
#include "surface.h"

#include <math.h>
#include <stdlib.h>

/* A road that keeps to the wrong bank for more ways than this has left its bridge behind; also bounds hostile input. */
#define MAX_WAYS 16

typedef struct {
	double x, y;
} Point;

/* One passage of the road through one cell. */
typedef struct {
	gint64 cell, segment;
	gboolean first; /* of a run of neighbouring cells */
	gboolean crossed;
	Point in, out;
} Visit;

typedef struct {
	const ThusoSurface *surface;
	const ThusoBarrierLines *lines;
	guint16 *blocked;
	const ThusoGeometry *road;
	gint32 part;        /* of the visit last made */
	ThusoVector visits; /* Visit, of this road */
	ThusoVector open;   /* Point: ends of ways whose bridge is not finished */
	ThusoVector known;  /* Point: such ends dealt with, sorted */
	GError *error;      /* of the trace, which cannot return one */
} Bridges;

static Visit *visit_at(const Bridges *bridges, gint64 i)
{
	return (Visit *) bridges->visits.data + i;
}

/* --- pieces of the road in a cell (Liang and Barsky 1984) --------------------------------------------------------- */

static gboolean clip_side(double direction, double distance, double *t_in, double *t_out)
{
	if (direction == 0)
		return distance >= 0;
	const double t = distance / direction;
	if (direction < 0)
		*t_in = fmax(*t_in, t);
	else
		*t_out = fmin(*t_out, t);
	return *t_in <= *t_out;
}

/* The piece of a segment in a cell. Both cells beside an edge compute the point on it alike. */
static gboolean clip(const ThusoGrid *grid, gint64 cell, Point a, Point b, Point piece[2])
{
	const double col = (double) (cell % grid->n_cols), row = (double) (cell / grid->n_cols);
	const double west = grid->x_min + col * grid->cell_m, east = grid->x_min + (col + 1) * grid->cell_m;
	const double north = grid->y_max - row * grid->cell_m, south = grid->y_max - (row + 1) * grid->cell_m;
	const double dx = b.x - a.x, dy = b.y - a.y;
	double t_in = 0, t_out = 1;
	if (!clip_side(-dx, a.x - west, &t_in, &t_out) || !clip_side(dx, east - a.x, &t_in, &t_out) ||
	    !clip_side(-dy, a.y - south, &t_in, &t_out) || !clip_side(dy, north - a.y, &t_in, &t_out))
		return FALSE;
	piece[0] = t_in == 0 ? a : (Point){ a.x + t_in * dx, a.y + t_in * dy };
	piece[1] = t_out == 1 ? b : (Point){ a.x + t_out * dx, a.y + t_out * dy };
	return TRUE;
}

static Point vertex(const ThusoGeometry *line, gint64 i)
{
	return (Point){ line->x[i], line->y[i] };
}

static gint32 part_of(const ThusoGeometry *line, gint64 point, gint32 part)
{
	while (part > 0 && line->part_start[part] > point)
		part--;
	while (part + 1 < line->n_parts && line->part_start[part + 1] <= point)
		part++;
	return part;
}

static void survey_visit(Bridges *bridges, Visit *visit)
{
	const ThusoGeometry *line = bridges->road;
	bridges->part = part_of(line, visit->segment, bridges->part);
	const gint64 last = line->part_start[bridges->part + 1] - 1;
	gboolean begun = FALSE;
	visit->in = visit->out = vertex(line, visit->segment);
	for (gint64 s = visit->segment; s < last; s++) {
		Point piece[2];
		if (!clip(&bridges->surface->grid, visit->cell, vertex(line, s), vertex(line, s + 1), piece))
			break;
		visit->in = begun ? visit->in : piece[0];
		visit->out = piece[1];
		begun = TRUE;
		visit->crossed =
		    visit->crossed || thuso_barrier_lines_cross(bridges->lines, piece[0].x, piece[0].y, piece[1].x, piece[1].y);
		if (piece[1].x != line->x[s + 1] || piece[1].y != line->y[s + 1])
			break;
	}
}

static void add_visit(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	Bridges *bridges = data;
	Visit visit = { .cell = to, .segment = segment, .first = from < 0 };
	if (bridges->error)
		return;
	survey_visit(bridges, &visit);
	thuso_vector_push(&bridges->visits, &visit, "the cells of a road", &bridges->error);
}

static gboolean survey_road(Bridges *bridges, const ThusoGeometry *road, GError **error)
{
	bridges->road = road;
	bridges->part = 0;
	bridges->visits.n = 0;
	thuso_grid_trace(&bridges->surface->grid, road, add_visit, bridges);
	if (!bridges->error)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&bridges->error));
	return FALSE;
}

/* --- from the crossing both ways ---------------------------------------------------------------------------------- */

static gboolean on_other_bank(const Bridges *bridges, const Visit *visit, Point point)
{
	double x, y;
	thuso_grid_centre(&bridges->surface->grid, visit->cell, &x, &y);
	return thuso_barrier_lines_cross(bridges->lines, x, y, point.x, point.y);
}

static gboolean has_next(const Bridges *bridges, gint64 i, int way)
{
	if (way < 0)
		return !visit_at(bridges, i)->first;
	return i + 1 < bridges->visits.n && !visit_at(bridges, i + 1)->first;
}

static void open_step(Bridges *bridges, gint64 i, int way)
{
	const gint64 a = visit_at(bridges, i)->cell, b = visit_at(bridges, i + way)->cell;
	const int step = surface_step_between(bridges->surface, a, b);
	if (step < 0)
		return;
	bridges->blocked[a] &= (guint16) ~(1u << step);
	bridges->blocked[b] &= (guint16) ~(1u << thuso_step_opposite[step]);
}

/* Follows the road from visit i, where it is on the other bank than the cell's centre, until it no longer is. */
static gboolean follow(Bridges *bridges, gint64 i, int way, GError **error)
{
	for (; has_next(bridges, i, way); i += way) {
		const Visit *next = visit_at(bridges, i + way);
		open_step(bridges, i, way);
		if (next->crossed || !on_other_bank(bridges, next, next->in))
			return TRUE;
	}
	const Visit *end = visit_at(bridges, i);
	return thuso_vector_push(&bridges->open, way > 0 ? &end->out : &end->in, "ends of bridges", error);
}

/* The steps to both sides are open in any case: the road runs along them and crosses there. */
static gboolean open_crossing(Bridges *bridges, gint64 i, GError **error)
{
	const Visit *visit = visit_at(bridges, i);
	for (int way = -1; way <= 1; way += 2) {
		if (has_next(bridges, i, way))
			open_step(bridges, i, way);
		if (on_other_bank(bridges, visit, way > 0 ? visit->out : visit->in) && !follow(bridges, i, way, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean bridge_road(Bridges *bridges, const ThusoGeometry *road, GError **error)
{
	if (!survey_road(bridges, road, error))
		return FALSE;
	for (gint64 i = 0; i < bridges->visits.n; i++)
		if (visit_at(bridges, i)->crossed && !open_crossing(bridges, i, error))
			return FALSE;
	return TRUE;
}

/* --- on along the next way ---------------------------------------------------------------------------------------- */

static int compare_points(gconstpointer a, gconstpointer b)
{
	const Point *p = a, *q = b;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return p->y < q->y ? -1 : p->y > q->y;
}

static gboolean holds(const ThusoVector *points, Point point)
{
	return points->n > 0 && bsearch(&point, points->data, (gsize) points->n, sizeof(Point), compare_points);
}

static void sort_points(ThusoVector *points)
{
	if (points->n > 1)
		qsort(points->data, (gsize) points->n, sizeof(Point), compare_points);
}

/* Moves the open ends that are new into `batch`, each once, and into `known`. */
static gboolean take_open(Bridges *bridges, ThusoVector *batch, GError **error)
{
	batch->n = 0;
	sort_points(&bridges->open);
	for (gint64 i = 0; i < bridges->open.n; i++) {
		const Point point = ((const Point *) bridges->open.data)[i];
		if (!holds(&bridges->known, point) && !holds(batch, point) && !thuso_vector_push(batch, &point, "ends of bridges", error))
			return FALSE;
	}
	bridges->open.n = 0;
	for (gint64 i = 0; i < batch->n; i++)
		if (!thuso_vector_push(&bridges->known, (const Point *) batch->data + i, "ends of bridges", error))
			return FALSE;
	sort_points(&bridges->known);
	return TRUE;
}

static gboolean touches(const ThusoGeometry *road, const ThusoVector *batch)
{
	for (gint32 part = 0; part < road->n_parts; part++)
		if (road->part_start[part] < road->part_start[part + 1] &&
		    (holds(batch, vertex(road, road->part_start[part])) || holds(batch, vertex(road, road->part_start[part + 1] - 1))))
			return TRUE;
	return FALSE;
}

static gboolean continue_road(Bridges *bridges, const ThusoGeometry *road, const ThusoVector *batch, GError **error)
{
	if (!survey_road(bridges, road, error))
		return FALSE;
	for (gint64 i = 0; i < bridges->visits.n; i++) {
		const Visit *visit = visit_at(bridges, i);
		if (visit->crossed)
			continue;
		if (!has_next(bridges, i, -1) && holds(batch, visit->in) && !follow(bridges, i, 1, error))
			return FALSE;
		if (!has_next(bridges, i, 1) && holds(batch, visit->out) && !follow(bridges, i, -1, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean continue_bridges(Bridges *bridges, const ThusoSurfaceSpec *spec, ThusoVector *batch, ThusoContext *context,
                                 GError **error)
{
	for (int round = 0; round < MAX_WAYS && bridges->open.n > 0; round++) {
		if (!thuso_context_go_on(context, error) || !take_open(bridges, batch, error))
			return FALSE;
		for (gint64 i = 0; batch->n > 0 && i < spec->n_roads; i++)
			if (touches(spec->roads[i].line, batch) && !continue_road(bridges, spec->roads[i].line, batch, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean open_bridges(ThusoContext *context, const ThusoSurfaceSpec *spec, Bridges *bridges, GError **error)
{
	for (gint64 i = 0; i < spec->n_roads; i++) {
		if (!thuso_context_go_on(context, error))
			return FALSE;
		if (spec->roads[i].bridge && !bridge_road(bridges, spec->roads[i].line, error))
			return FALSE;
	}
	ThusoVector batch = THUSO_VECTOR(Point);
	const gboolean done = continue_bridges(bridges, spec, &batch, context, error);
	thuso_vector_clear(&batch);
	return done;
}

gboolean surface_block_lines(ThusoContext *context, const ThusoSurfaceSpec *spec, const ThusoSurface *surface, guint16 *blocked,
                             GError **error)
{
	g_autoptr(ThusoBarrierLines) lines = thuso_barrier_lines_new(spec->grid, spec->barrier_lines, spec->n_barrier_lines, error);
	if (!lines)
		return FALSE;
	thuso_barrier_lines_block(lines, blocked);
	Bridges bridges = { .surface = surface,
		                .lines = lines,
		                .blocked = blocked,
		                .visits = THUSO_VECTOR(Visit),
		                .open = THUSO_VECTOR(Point),
		                .known = THUSO_VECTOR(Point) };
	const gboolean done = open_bridges(context, spec, &bridges, error);
	thuso_vector_clear(&bridges.visits);
	thuso_vector_clear(&bridges.open);
	thuso_vector_clear(&bridges.known);
	return done;
}
