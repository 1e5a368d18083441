/* Windows: tiles unpacked into planes of numbers, with what lies two cells around. */
#include "window.h"

#include "elementary.h"

#include <math.h>

/* --- memory ------------------------------------------------------------------------------------------------------- */

static gint32 whole_runs(gint32 n_cols)
{
	return (n_cols + RUN - 1) / RUN * RUN;
}

static gsize plane_cells(gint32 n_rows, gint32 n_cols)
{
	return (gsize) (n_rows + 2 * REACH) * (gsize) (whole_runs(n_cols) + 2 * MARGIN);
}

/* Blocks of ground lengths that a row of the window can meet; 0 where one length holds everywhere. */
static gint32 most_blocks(const ThusoSurface *surface, gint32 n_cols)
{
	ThusoLengthRun run;
	if (thuso_lengths_uniform(surface->lengths))
		return 0;
	thuso_lengths_run(surface->lengths, 0, 0, &run);
	/* Two more beside the grid. */
	return run.end == G_MAXINT32 ? 3 : (whole_runs(n_cols) + 2 * REACH) / (run.end - run.first) + 4;
}

static gsize whole_lines(gsize bytes)
{
	return (bytes + 63) / 64 * 64;
}

static gpointer carve(guint8 **memory, gsize bytes)
{
	guint8 *piece = *memory;
	*memory += whole_lines(bytes);
	return piece;
}

gsize window_bytes(const ThusoSurface *surface, gint32 n_rows, gint32 n_cols)
{
	const gsize n = plane_cells(n_rows, n_cols), n_blocks = (gsize) most_blocks(surface, n_cols);
	return N_PARTS * whole_lines(n * sizeof(double)) + whole_lines(n * sizeof(float)) + whole_lines(n * sizeof(guint16)) +
	       whole_lines(n_blocks * sizeof(LengthBlock)) + whole_lines((gsize) (n_rows + REACH) * n_blocks * sizeof(LengthPiece));
}

/* --- what does not change when the window moves ------------------------------------------------------------------- */

static void set_offsets(ThusoSurfaceWindow *window)
{
	for (int step = 0; step < 16; step++) {
		const int d_row = thuso_step_row[step], d_col = thuso_step_col[step];
		window->offset[step] = window_at(window, d_row, d_col);
		if (step < 8)
			continue;
		/* The segment of a knight's move leaves the cell over the long side, and so passes the straight neighbour on that side
		 * and the diagonal one: (0, 1) and (1, 1) for (1, 2). */
		window->between[step][0] = window_at(window, d_row / 2, d_col / 2);
		/* cppcheck-suppress zerodivcond ; a knight's move has no zero */
		window->between[step][1] = window_at(window, d_row / ABS(d_row), d_col / ABS(d_col));
	}
}

static void set_planar(ThusoSurfaceWindow *window)
{
	for (int step = 0; step < 16; step++) {
		window->planar_m[step] = thuso_lengths_step(window->surface->lengths, 0, 0, thuso_step_row[step], thuso_step_col[step]);
		window->planar_inverse[step] = 1 / window->planar_m[step];
	}
}

void window_init(ThusoSurfaceWindow *window, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint32 n_rows,
                 gint32 n_cols, gpointer memory)
{
	guint8 *rest = memory;
	const gsize n = plane_cells(n_rows, n_cols);
	const gboolean timed = measure == THUSO_MEASURE_TIME;
	*window = (ThusoSurfaceWindow){ .surface = surface,
		                            .measure = measure,
		                            .arriving = arriving,
		                            .parts = timed ? surface->parts : PARTS_FIXED,
		                            .n_rows = n_rows,
		                            .n_cols = whole_runs(n_cols) };
	window->stride = window->n_cols + 2 * MARGIN;
	window->has_heights = window->parts != PARTS_FIXED && surface->heights != THUSO_HEIGHTS_NONE;
	window->walking_everywhere = window->parts == PARTS_ADDED ? surface->walking_everywhere_s_per_m * HALF_TICKS_PER_S : 0;
	for (int part = 0; part < N_PARTS; part++)
		window->plane[part] = (double *) carve(&rest, n * sizeof(double)) + REACH * window->stride + MARGIN;
	window->height = (float *) carve(&rest, n * sizeof(float)) + REACH * window->stride + MARGIN;
	window->steps = (guint16 *) carve(&rest, n * sizeof(guint16)) + REACH * window->stride + MARGIN;
	window->main = window->plane[window->parts == PARTS_WALKING ? PART_WALKING : PART_FIXED];
	window->max_blocks = most_blocks(surface, n_cols);
	window->blocks = carve(&rest, (gsize) window->max_blocks * sizeof(LengthBlock));
	window->pieces = carve(&rest, 0);
	set_offsets(window);
	if (window->max_blocks == 0)
		set_planar(window);
}

ThusoSurfaceWindow *thuso_surface_window_new(const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint32 n_rows,
                                             gint32 n_cols, GError **error)
{
	g_autofree ThusoSurfaceWindow *window = g_new0(ThusoSurfaceWindow, 1);
	gpointer memory = thuso_array_new((gint64) window_bytes(surface, n_rows, n_cols) + 64, 1, "a window of the surface", error);
	if (!memory)
		return NULL;
	guint8 *aligned = (guint8 *) memory + (64 - (guintptr) memory % 64) % 64;
	window_init(window, surface, measure, arriving, n_rows, n_cols, aligned);
	window->memory = memory;
	return g_steal_pointer(&window);
}

void thuso_surface_window_free(ThusoSurfaceWindow *window)
{
	if (!window)
		return;
	thuso_array_free(window->memory);
	g_free(window);
}

/* --- lengths ------------------------------------------------------------------------------------------------------ */

static void set_piece(LengthPiece *restrict piece, const ThusoLengthRun *restrict run)
{
	const double width = run->last - run->first;
	for (int way = 0; way < THUSO_LENGTH_WAYS; way++) {
		const double first = 1 / run->at_m[way], last = 1 / (run->at_m[way] + width * run->per_cell_m[way]);
		piece->at_m[way] = run->at_m[way];
		piece->per_cell_m[way] = run->per_cell_m[way];
		piece->inverse[way] = first;
		piece->inverse_per_cell[way] = width > 0 ? (last - first) / width : 0;
	}
}

/* Beyond the grid, where no step leads, lengths do not go on changing: they only have to stay above 0. */
static gint32 end_of_run(const ThusoGrid *grid, gint32 col, ThusoLengthRun *run)
{
	if (col >= 0 && col < grid->n_cols)
		return MIN(run->end, grid->n_cols);
	for (int way = 0; way < THUSO_LENGTH_WAYS; way++)
		run->per_cell_m[way] = 0;
	return col < 0 ? 0 : G_MAXINT32;
}

static void load_lengths(ThusoSurfaceWindow *window)
{
	const gint32 first_col = window->col - REACH, end_col = window->col + window->n_cols + REACH;
	if (window->max_blocks == 0)
		return;
	for (gint32 row = -REACH; row < window->n_rows; row++) {
		gint32 n = 0;
		for (gint32 col = first_col; col < end_col; n++) {
			ThusoLengthRun run;
			thuso_lengths_run(window->surface->lengths, window->row + row, col, &run);
			const gint32 end = end_of_run(&window->surface->grid, col, &run);
			set_piece(&window->pieces[(row + REACH) * window->max_blocks + n], &run);
			window->blocks[n] = (LengthBlock){ run.first, end };
			col = end;
		}
		window->n_blocks = n;
	}
}

static void least_lengths(const ThusoSurfaceWindow *window, double *straight_m, double *knight_m)
{
	*straight_m = *knight_m = INFINITY;
	for (int step = 0; window->max_blocks == 0 && step < window->surface->neighbours; step++)
		*(step < 8 ? straight_m : knight_m) = fmin(*(step < 8 ? straight_m : knight_m), window->planar_m[step]);
	for (gint32 row = 0; window->max_blocks > 0 && row < window->n_rows + REACH; row++)
		for (gint32 b = 0; b < window->n_blocks; b++)
			for (int way = 0; way < THUSO_LENGTH_WAYS; way++) {
				const LengthPiece *piece = &window->pieces[row * window->max_blocks + b];
				const gint32 first = MAX(window->col - REACH, window->blocks[b].first) - window->blocks[b].first;
				const gint32 last = MIN(window->col + window->n_cols + REACH, window->blocks[b].end) - window->blocks[b].first;
				const gboolean knight = thuso_length_way_row[way] > 1 || ABS(thuso_length_way_col[way]) > 1;
				double *least = knight ? knight_m : straight_m;
				if (knight && window->surface->neighbours == 8)
					continue;
				*least = fmin(*least, fmin(piece->at_m[way] + first * piece->per_cell_m[way],
				                           piece->at_m[way] + last * piece->per_cell_m[way]));
			}
}

/* --- ground and heights ------------------------------------------------------------------------------------------- */

static void clear_row(ThusoSurfaceWindow *window, gint64 at, gint32 n)
{
	double *restrict main = (double *) (guintptr) window->main + at;
	for (gint32 i = 0; i < n; i++)
		main[i] = INFINITY;
	for (int part = 0; part < N_PARTS; part++)
		if (window->plane[part] != window->main)
			memset(window->plane[part] + at, 0, (gsize) n * sizeof(double));
	memset(window->height + at, 0, (gsize) n * sizeof(float));
}

static void unpack_table(double *restrict plane, const guint16 *restrict class, const double *restrict table, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		plane[i] = table[class[i]];
}

static void unpack_classes(ThusoSurfaceWindow *window, gint64 at, const guint16 *class, gint32 n)
{
	const ThusoSurface *surface = window->surface;
	if (window->measure == THUSO_MEASURE_DISTANCE) {
		unpack_table(window->plane[PART_FIXED] + at, class, surface->table_distance, n);
		return;
	}
	if (window->parts == PARTS_WALKING || window->parts == PARTS_WALKING_FIXED || window->parts == PARTS_ALL)
		unpack_table(window->plane[PART_WALKING] + at, class, surface->table[PART_WALKING], n);
	if (window->parts == PARTS_ALL)
		unpack_table(window->plane[PART_CYCLING] + at, class, surface->table[PART_CYCLING], n);
	if (window->parts != PARTS_WALKING)
		unpack_table(window->plane[PART_FIXED] + at, class, surface->table[PART_FIXED], n);
}

WIDE static void unpack_speed(double *restrict plane, const float *restrict speed, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		plane[i] = speed[i] > 0 ? HALF_TICKS_PER_S / (double) speed[i] : INFINITY;
}

WIDE static void unpack_friction(double *restrict plane, const float *restrict friction, double everywhere, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		plane[i] = friction[i] >= 0 ? ((double) friction[i] + everywhere) * HALF_TICKS_PER_S : INFINITY;
}

WIDE static void unpack_passable(double *restrict plane, const float *restrict value, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		plane[i] = value[i] >= 0 ? HALF_TICKS_PER_M : INFINITY;
}

static void unpack_values(ThusoSurfaceWindow *window, gint64 at, const float *value, gint32 n)
{
	const ThusoSurface *surface = window->surface;
	double *main = (double *) (guintptr) window->main + at;
	if (window->measure == THUSO_MEASURE_DISTANCE)
		unpack_passable(main, value, n);
	else if (surface->kind == THUSO_GROUND_SPEED)
		unpack_speed(main, value, n);
	else
		unpack_friction(main, value, window->parts == PARTS_FIXED ? surface->walking_everywhere_s_per_m : 0, n);
}

WIDE static void unpack_int16(float *restrict height, const gint16 *restrict from, float sign, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		height[i] = sign * (float) from[i];
}

WIDE static void unpack_float(float *restrict height, const float *restrict from, float sign, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		height[i] = sign * from[i];
}

static void unpack_row(ThusoSurfaceWindow *window, gint64 at, const guint8 *slab, gint64 place, gint32 n)
{
	const ThusoSurface *surface = window->surface;
	const guint8 *heights = slab + surface->height_offset;
	const float sign = window->arriving ? -1 : 1;
	if (surface->kind == THUSO_GROUND_CLASSES)
		unpack_classes(window, at, (const guint16 *) (gconstpointer) slab + place, n);
	else
		unpack_values(window, at, (const float *) (gconstpointer) slab + place, n);
	if (window->has_heights && surface->heights == THUSO_HEIGHTS_INT16)
		unpack_int16(window->height + at, (const gint16 *) (gconstpointer) heights + place, sign, n);
	if (window->has_heights && surface->heights == THUSO_HEIGHTS_FLOAT)
		unpack_float(window->height + at, (const float *) (gconstpointer) heights + place, sign, n);
}

/* --- tiles -------------------------------------------------------------------------------------------------------- */

/* Where a tile and a rectangle of the grid meet; rows and columns of the grid. */
typedef struct {
	gint64 tile; /* -1 = off the grid */
	gint64 row, col, end_row, end_col;
} Meeting;

static gint64 place_in_tile(const ThusoSurface *surface, gint64 row, gint64 col)
{
	const gint64 mask = surface_side(surface) - 1;
	return ((row & mask) << surface->tile_shift) + (col & mask);
}

/* The part of the rectangle in the tile row and column given, which may lie off the grid. */
static Meeting meeting_of(const ThusoSurface *surface, gint64 tile_row, gint64 tile_col, const Meeting *all)
{
	const gint64 side = surface_side(surface);
	const gboolean on_grid = tile_row >= 0 && tile_col >= 0 && tile_row < surface->n_tile_rows && tile_col < surface->n_tile_cols;
	return (Meeting){ .tile = on_grid ? tile_row * surface->n_tile_cols + tile_col : -1,
		              .row = MAX(all->row, tile_row * side),
		              .col = MAX(all->col, tile_col * side),
		              .end_row = MIN(all->end_row, (tile_row + 1) * side),
		              .end_col = MIN(all->end_col, (tile_col + 1) * side) };
}

typedef gboolean (*MeetingFunc)(ThusoSurfaceWindow *window, const Meeting *meeting, GError **error);

/* Calls func for every tile, real or beyond the grid, that the window grown by `reach` cells meets. */
static gboolean each_meeting(ThusoSurfaceWindow *window, gint32 reach, MeetingFunc func, GError **error)
{
	const int shift = window->surface->tile_shift;
	const Meeting all = { -1, (gint64) window->row - reach, (gint64) window->col - reach,
		                  (gint64) window->row + window->n_rows + reach, (gint64) window->col + window->n_cols + reach };
	for (gint64 tile_row = all.row >> shift; tile_row <= (all.end_row - 1) >> shift; tile_row++)
		for (gint64 tile_col = all.col >> shift; tile_col <= (all.end_col - 1) >> shift; tile_col++) {
			const Meeting meeting = meeting_of(window->surface, tile_row, tile_col, &all);
			if (!func(window, &meeting, error))
				return FALSE;
		}
	return TRUE;
}

static gint64 at_of(const ThusoSurfaceWindow *window, gint64 row, gint64 col)
{
	return (row - window->row) * window->stride + (col - window->col);
}

static gboolean load_ground(ThusoSurfaceWindow *window, const Meeting *meeting, GError **error)
{
	const ThusoSurface *surface = window->surface;
	const gint32 n = (gint32) (meeting->end_col - meeting->col);
	gpointer slab = NULL;
	if (thuso_surface_tile_used(surface, meeting->tile) && !thuso_slabs_pin(surface->tiles, meeting->tile, FALSE, &slab, error))
		return FALSE;
	for (gint64 row = meeting->row; row < meeting->end_row; row++)
		if (slab)
			unpack_row(window, at_of(window, row, meeting->col), slab, place_in_tile(surface, row, meeting->col), n);
		else
			clear_row(window, at_of(window, row, meeting->col), n);
	if (slab)
		thuso_slabs_unpin(surface->tiles, meeting->tile, FALSE);
	return TRUE;
}

static gboolean note_steps(ThusoSurfaceWindow *window, const Meeting *meeting, GError **error)
{
	(void) error;
	window->has_steps |= meeting->tile >= 0 && thuso_slabs_exists(window->surface->steps, meeting->tile);
	return TRUE;
}

/* Only the window's own cells: a step exists both ways or not at all. */
static gboolean load_steps(ThusoSurfaceWindow *window, const Meeting *meeting, GError **error)
{
	const ThusoSurface *surface = window->surface;
	const gint64 n = meeting->end_col - meeting->col;
	const gboolean kept = meeting->tile >= 0 && thuso_slabs_exists(surface->steps, meeting->tile);
	gpointer slab = NULL;
	if (kept && !thuso_slabs_pin(surface->steps, meeting->tile, FALSE, &slab, error))
		return FALSE;
	for (gint64 row = meeting->row; row < meeting->end_row; row++) {
		guint16 *to = window->steps + at_of(window, row, meeting->col);
		if (kept)
			memcpy(to, (const guint16 *) slab + place_in_tile(surface, row, meeting->col), (gsize) n * sizeof(guint16));
		for (gint64 i = 0; !kept && i < n; i++)
			to[i] = window_plain_steps(window, (gint32) (row - window->row), (gint32) (meeting->col + i - window->col));
	}
	if (kept)
		thuso_slabs_unpin(surface->steps, meeting->tile, FALSE);
	return TRUE;
}

gboolean thuso_surface_window_load(ThusoSurfaceWindow *window, gint32 row, gint32 col, GError **error)
{
	window->row = row;
	window->col = col;
	window->has_steps = FALSE;
	window->least = 0;
	load_lengths(window);
	if (!each_meeting(window, REACH, load_ground, error))
		return FALSE;
	if (window->surface->has_steps)
		each_meeting(window, 0, note_steps, NULL);
	return !window->has_steps || each_meeting(window, 0, load_steps, error);
}

gboolean window_of_cell(ThusoSurfaceWindow *window, const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving,
                        gint64 cell, gpointer memory, GError **error)
{
	g_assert(window_bytes(surface, 1, RUN) <= CELL_WINDOW_BYTES);
	window_init(window, surface, measure, arriving, 1, RUN, memory);
	return thuso_surface_window_load(window, (gint32) (cell / surface->grid.n_cols), (gint32) (cell % surface->grid.n_cols),
	                                 error);
}

gboolean thuso_surface_window_passable(const ThusoSurfaceWindow *window, gint32 row, gint32 col)
{
	return window->main[window_at(window, row, col)] < INFINITY;
}

/* --- the least step ----------------------------------------------------------------------------------------------- */

static double least_slowness(const ThusoSurfaceWindow *window, gint32 reach)
{
	const ThusoSurface *surface = window->surface;
	const int shift = surface->tile_shift;
	const gint64 first_row = MAX((gint64) window->row - reach, 0) >> shift,
	             first_col = MAX((gint64) window->col - reach, 0) >> shift;
	const gint64 last_row = MIN((gint64) window->row + window->n_rows + reach, surface->grid.n_rows) - 1,
	             last_col = MIN((gint64) window->col + window->n_cols + reach, surface->grid.n_cols) - 1;
	double least = INFINITY;
	for (gint64 row = first_row; row <= last_row >> shift; row++)
		for (gint64 col = first_col; col <= last_col >> shift; col++)
			least = fmin(least, surface->tile_least[row * surface->n_tile_cols + col]);
	return least;
}

/* A step of one of the window's cells has that cell at one end; the others that it touches lie in the window or around it. */
gint64 thuso_surface_window_least(const ThusoSurfaceWindow *window)
{
	const gboolean timed = window->measure == THUSO_MEASURE_TIME;
	const double here = timed ? least_slowness(window, 0) : 1, around = timed ? least_slowness(window, REACH) : 1;
	double straight_m, knight_m;
	least_lengths(window, &straight_m, &knight_m);
	const double straight = straight_m / 2 * (here + around), knight = knight_m / 4 * (here + 3 * around);
	const double least = fmin(straight, knight) * (timed ? THUSO_TICKS_PER_S : THUSO_TICKS_PER_M);
	/* Below the rounding of sums, and of each step to whole ticks. */
	return least < INFINITY ? (gint64) fmin(fmax(1, floor(least * (1 - 1e-9) - 1)), (double) THUSO_STEP_TICKS_MAX) : 1;
}
