/* The plain world: overlay by testing every cell, barriers by testing every segment. */
#include "plain-world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- plain geometry ----------------------------------------------------------------------------------------------- */

static double turn(double ax, double ay, double bx, double by, double cx, double cy)
{
	return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

static gboolean segments_cross(double x0, double y0, double x1, double y1, const PlainSegment *s)
{
	return turn(x0, y0, x1, y1, s->x0, s->y0) * turn(x0, y0, x1, y1, s->x1, s->y1) < 0 &&
	       turn(s->x0, s->y0, s->x1, s->y1, x0, y0) * turn(s->x0, s->y0, s->x1, s->y1, x1, y1) < 0;
}

static gboolean crosses_barrier(const PlainWorld *world, double x0, double y0, double x1, double y1)
{
	for (gint64 i = 0; i < world->n_barriers; i++)
		if (segments_cross(x0, y0, x1, y1, &world->barriers[i]))
			return TRUE;
	return FALSE;
}

static gboolean is_inside(const ThusoGeometry *polygon, double x, double y)
{
	gboolean inside = FALSE;
	for (gint32 part = 0; part < polygon->n_parts; part++)
		for (gint64 i = polygon->part_start[part]; i + 1 < polygon->part_start[part + 1]; i++) {
			const double xa = polygon->x[i], ya = polygon->y[i], xb = polygon->x[i + 1], yb = polygon->y[i + 1];
			if ((ya > y) != (yb > y) && x < xa + (y - ya) / (yb - ya) * (xb - xa))
				inside = !inside;
		}
	return inside;
}

/* --- roads -------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 cell; /* -1 = off the grid */
	gboolean crossed;
} Passage;

static int compare_doubles(gconstpointer a, gconstpointer b)
{
	const double *p = a, *q = b;
	return (*p > *q) - (*p < *q);
}

/* Where along the segment (0..1) it passes from cell to cell, with both ends. */
static GArray *cuts_of(const ThusoGrid *grid, double x0, double y0, double x1, double y1)
{
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(double));
	const double ends[2] = { 0, 1 };
	g_array_append_vals(cuts, ends, 2);
	for (gint32 i = 0; i <= MAX(grid->n_cols, grid->n_rows); i++) {
		const double tx = (grid->x_min + i * grid->cell_m - x0) / (x1 - x0);
		const double ty = (grid->y_max - i * grid->cell_m - y0) / (y1 - y0);
		if (tx > 0 && tx < 1)
			g_array_append_val(cuts, tx);
		if (ty > 0 && ty < 1)
			g_array_append_val(cuts, ty);
	}
	g_array_sort(cuts, compare_doubles);
	return cuts;
}

static void pass_segment(const PlainWorld *world, GArray *passages, double x0, double y0, double x1, double y1)
{
	g_autoptr(GArray) cuts = cuts_of(&world->grid, x0, y0, x1, y1);
	for (guint i = 0; i + 1 < cuts->len; i++) {
		const double t = g_array_index(cuts, double, i), u = g_array_index(cuts, double, i + 1), m = (t + u) / 2;
		const gint64 cell = thuso_grid_cell(&world->grid, x0 + m * (x1 - x0), y0 + m * (y1 - y0));
		const gboolean crossed =
		    crosses_barrier(world, x0 + t * (x1 - x0), y0 + t * (y1 - y0), x0 + u * (x1 - x0), y0 + u * (y1 - y0));
		if (passages->len == 0 || g_array_index(passages, Passage, passages->len - 1).cell != cell)
			g_array_append_val(passages, ((Passage){ cell, FALSE }));
		g_array_index(passages, Passage, passages->len - 1).crossed |= crossed;
	}
}

static GArray *passages_of(const PlainWorld *world, const ThusoGeometry *line)
{
	GArray *passages = g_array_new(FALSE, FALSE, sizeof(Passage));
	for (gint32 part = 0; part < line->n_parts; part++) {
		for (gint64 i = line->part_start[part]; i + 1 < line->part_start[part + 1]; i++)
			pass_segment(world, passages, line->x[i], line->y[i], line->x[i + 1], line->y[i + 1]);
		g_array_append_val(passages, ((Passage){ -1, FALSE }));
	}
	return passages;
}

static void mark(guint8 *bits, const ThusoGrid *grid, gint64 from, gint64 to)
{
	const gint64 d_row = to / grid->n_cols - from / grid->n_cols, d_col = to % grid->n_cols - from % grid->n_cols;
	for (int step = 0; step < 8; step++)
		if (thuso_step_row[step] == d_row && thuso_step_col[step] == d_col) {
			bits[from] |= (guint8) (1u << step);
			bits[to] |= (guint8) (1u << thuso_step_opposite[step]);
		}
}

/* --- overlay ------------------------------------------------------------------------------------------------------ */

static gboolean has_data(const ThusoSurfaceSpec *spec, gint64 cell)
{
	return (!spec->passable || spec->passable[cell]) && (!spec->elevation_m || isfinite(spec->elevation_m[cell]));
}

static gboolean in_barrier(const ThusoSurfaceSpec *spec, gint64 cell)
{
	double x, y;
	thuso_grid_centre(spec->grid, cell, &x, &y);
	for (gint64 i = 0; i < spec->n_barrier_polygons; i++)
		if (is_inside(spec->barrier_polygons[i], x, y))
			return TRUE;
	return FALSE;
}

static void lay_ground(PlainWorld *world, const ThusoSurfaceSpec *spec, gint64 cell)
{
	if (!has_data(spec, cell) || in_barrier(spec, cell))
		return;
	world->speed_m_per_s[cell] = spec->walking_m_per_s;
	world->mode[cell] = THUSO_WALKING;
	if (spec->ground) {
		const gint32 ground = spec->ground[cell];
		world->speed_m_per_s[cell] = ground < 0 ? 0 : spec->ground_speed_m_per_s[ground];
		world->mode[cell] = ground < 0 ? THUSO_WALKING : spec->ground_mode[ground];
	}
}

static void lay_road_cell(PlainWorld *world, const ThusoSurfaceSpec *spec, gint64 cell, const ThusoSurfaceRoad *road,
                          double *laid)
{
	const double speed_m_per_s = road->speed_m_per_s == 0 ? spec->walking_m_per_s : road->speed_m_per_s;
	if (!has_data(spec, cell) || (in_barrier(spec, cell) && !road->bridge) || speed_m_per_s <= laid[cell])
		return;
	laid[cell] = world->speed_m_per_s[cell] = speed_m_per_s;
	world->mode[cell] = road->speed_m_per_s == 0 ? THUSO_WALKING : road->mode;
}

static void lay_road(PlainWorld *world, const ThusoSurfaceSpec *spec, const ThusoSurfaceRoad *road, double *laid)
{
	g_autoptr(GArray) passages = passages_of(world, road->line);
	for (guint i = 0; i < passages->len; i++) {
		const Passage *passage = &g_array_index(passages, Passage, i), *last = i ? passage - 1 : NULL;
		if (passage->cell < 0)
			continue;
		lay_road_cell(world, spec, passage->cell, road, laid);
		if (!last || last->cell < 0)
			continue;
		mark(world->along, &world->grid, last->cell, passage->cell);
		if (road->bridge && (last->crossed || passage->crossed))
			mark(world->bridged, &world->grid, last->cell, passage->cell);
	}
}

static void add_barriers(PlainWorld *world, const ThusoSurfaceSpec *spec)
{
	g_autoptr(GArray) segments = g_array_new(FALSE, FALSE, sizeof(PlainSegment));
	for (gint64 l = 0; l < spec->n_barrier_lines; l++) {
		const ThusoGeometry *line = spec->barrier_lines[l];
		for (gint32 part = 0; part < line->n_parts; part++)
			for (gint64 i = line->part_start[part]; i + 1 < line->part_start[part + 1]; i++)
				g_array_append_val(segments, ((PlainSegment){ line->x[i], line->y[i], line->x[i + 1], line->y[i + 1] }));
	}
	world->n_barriers = segments->len;
	world->barriers = g_new0(PlainSegment, MAX(segments->len, 1));
	if (segments->len)
		memcpy(world->barriers, segments->data, segments->len * sizeof(PlainSegment));
}

PlainWorld *plain_world_new(const ThusoSurfaceSpec *spec)
{
	const gint64 n = thuso_grid_n(spec->grid);
	PlainWorld *world = g_new0(PlainWorld, 1);
	*world = (PlainWorld){ .grid = *spec->grid,
		                   .neighbours = spec->neighbours,
		                   .guard_corners = spec->guard_corners,
		                   .elevation_m = spec->elevation_m,
		                   .walking = spec->walking_slope ? spec->walking_slope->about.name : "none",
		                   .cycling = spec->cycling_slope != NULL,
		                   .speed_m_per_s = thuso_new(double, n),
		                   .mode = thuso_new(ThusoMode, n),
		                   .along = thuso_new(guint8, n),
		                   .bridged = thuso_new(guint8, n) };
	g_autofree double *laid = thuso_new(double, n);
	world->lengths = thuso_lengths_new(spec->grid, spec->lengths, NULL);
	g_assert_nonnull(world->lengths);
	add_barriers(world, spec);
	for (gint64 cell = 0; cell < n; cell++)
		lay_ground(world, spec, cell);
	for (gint64 i = 0; i < spec->n_roads; i++)
		lay_road(world, spec, &spec->roads[i], laid);
	return world;
}

void plain_world_free(PlainWorld *world)
{
	thuso_lengths_free(world->lengths);
	g_free(world->speed_m_per_s);
	g_free(world->mode);
	g_free(world->along);
	g_free(world->bridged);
	g_free(world->friction_s_per_m);
	g_free(world->barriers);
	g_free(world);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

/* The cells that a step touches, as (row, column) differences; the between-cells of a knight's move are those whose squares the
 * segment passes: written out for the eight moves. */
static int touched(int d_row, int d_col, int rows[4], int cols[4])
{
	static const int knight[8][6] = {
		{ -1, 2, 0, 1, -1, 1 },  { -2, 1, -1, 0, -1, 1 }, { -2, -1, -1, 0, -1, -1 }, { -1, -2, 0, -1, -1, -1 },
		{ 1, -2, 0, -1, 1, -1 }, { 2, -1, 1, 0, 1, -1 },  { 2, 1, 1, 0, 1, 1 },      { 1, 2, 0, 1, 1, 1 },
	};
	rows[0] = cols[0] = 0;
	rows[1] = d_row;
	cols[1] = d_col;
	for (int i = 0; i < 8; i++)
		if (knight[i][0] == d_row && knight[i][1] == d_col) {
			for (int j = 0; j < 2; j++) {
				rows[2 + j] = knight[i][2 + 2 * j];
				cols[2 + j] = knight[i][3 + 2 * j];
			}
			return 4;
		}
	return 2;
}

static double speed_at(const PlainWorld *world, gint64 row, gint64 col)
{
	if (row < 0 || col < 0 || row >= world->grid.n_rows || col >= world->grid.n_cols)
		return 0;
	return world->speed_m_per_s[row * world->grid.n_cols + col];
}

static gboolean has_bit(const guint8 *bits, gint64 cell, int d_row, int d_col)
{
	for (int step = 0; step < 8; step++)
		if (thuso_step_row[step] == d_row && thuso_step_col[step] == d_col)
			return bits[cell] >> step & 1;
	return FALSE;
}

PlainAnswer plain_step_exists(const PlainWorld *world, gint64 cell, int d_row, int d_col)
{
	const gint64 row = cell / world->grid.n_cols, col = cell % world->grid.n_cols;
	int rows[4], cols[4];
	const int n = touched(d_row, d_col, rows, cols);
	if (n == 4 && world->neighbours == 8)
		return PLAIN_NO;
	for (int i = 0; i < n; i++)
		if (speed_at(world, row + rows[i], col + cols[i]) == 0)
			return PLAIN_NO;
	if (n == 2 && d_row && d_col && world->guard_corners && speed_at(world, row + d_row, col) == 0 &&
	    speed_at(world, row, col + d_col) == 0 && !has_bit(world->along, cell, d_row, d_col))
		return PLAIN_NO;
	double x0, y0, x1, y1;
	thuso_grid_centre(&world->grid, cell, &x0, &y0);
	thuso_grid_centre(&world->grid, cell + (gint64) d_row * world->grid.n_cols + d_col, &x1, &y1);
	if (!crosses_barrier(world, x0, y0, x1, y1) || has_bit(world->bridged, cell, d_row, d_col))
		return PLAIN_YES;
	return has_bit(world->along, cell, d_row, d_col) ? PLAIN_EITHER : PLAIN_NO;
}

double plain_step_metres(const PlainWorld *world, gint64 cell, int d_row, int d_col)
{
	return thuso_lengths_step(world->lengths, (gint32) (cell / world->grid.n_cols), (gint32) (cell % world->grid.n_cols), d_row,
	                          d_col);
}

/* Riding: 73.2 W = v (88.3 kg g (0.0077 + s) + 0.6 kg/m3 * 0.559 m2 v^2), at most what stops within 10 m. */
static double plain_riding_speed(double slope)
{
	const double top = sqrt(2 * 9.81 * 10 * fmax(0.35 + fmin(slope, 0), 1e-6));
	double low = 0, high = top;
	for (int i = 0; i < 64; i++) {
		const double v = (low + high) / 2, watts = v * (88.3 * 9.81 * (0.0077 + slope) + 0.5 * 1.2 * 0.559 * v * v);
		*(watts > 0.976 * 75 ? &high : &low) = v;
	}
	return high;
}

double plain_cycling_stretch(double slope)
{
	const double pushing = exp(-3.5 * (fabs(slope + 0.05) - 0.05));
	return plain_riding_speed(0) / fmax(plain_riding_speed(fmax(-1, fmin(1, slope))), pushing);
}

static double plain_walking_stretch(const char *name, double slope)
{
	if (g_str_equal(name, "tobler"))
		return exp(-0.175) / exp(-3.5 * fabs(slope + 0.05));
	if (g_str_equal(name, "none"))
		return 1;
	g_assert_cmpstr(name, ==, "langmuir");
	/* GRASS r.walk: a = 0.72, b = 6, c = 1.9998, d = -1.9998. */
	return (0.72 + slope * (slope >= 0 ? 6 : slope >= -0.2125 ? 1.9998 : -1.9998)) / 0.72;
}

static double plain_slowness(const PlainWorld *world, gint64 cell, double slope)
{
	if (world->friction_s_per_m && !world->friction_is_added)
		return world->friction_s_per_m[cell];
	if (world->friction_s_per_m)
		return 0.72 * plain_walking_stretch("langmuir", slope) + world->friction_s_per_m[cell];
	double slowness = 1 / world->speed_m_per_s[cell];
	if (world->elevation_m && world->mode[cell] == THUSO_WALKING)
		slowness *= plain_walking_stretch(world->walking, slope);
	if (world->elevation_m && world->mode[cell] == THUSO_CYCLING && world->cycling)
		slowness *= plain_cycling_stretch(slope);
	return slowness;
}

double plain_step_seconds(const PlainWorld *world, gint64 cell, int d_row, int d_col)
{
	const gint64 n_cols = world->grid.n_cols, to = cell + d_row * n_cols + d_col;
	const double length_m = plain_step_metres(world, cell, d_row, d_col);
	const double rise_m = world->elevation_m ? (double) world->elevation_m[to] - (double) world->elevation_m[cell] : 0;
	int rows[4], cols[4];
	const int n = touched(d_row, d_col, rows, cols);
	double seconds = 0;
	for (int i = 0; i < n; i++)
		seconds += length_m / n * plain_slowness(world, cell + rows[i] * n_cols + cols[i], rise_m / length_m);
	return seconds;
}
