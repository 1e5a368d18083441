/* Which steps exist (src/friction/README.md): all touched cells passable, no barrier line crossed, no diagonal squeezed between
 * two blocked cells. Every rule is the same seen from both ends, so a step exists both ways or not at all. Most tiles follow from
 * passability alone; only those where lines or roads tell otherwise keep their steps. */
#include "window.h"

typedef struct {
	ThusoSurface *surface;
	const guint8 *flags;          /* or NULL */
	const guint16 *blocked;       /* or NULL */
	ThusoSurfaceWindow **windows; /* by worker */
} StepSearch;

int surface_step_between(const ThusoSurface *surface, gint64 from, gint64 to)
{
	const gint32 n_cols = surface->grid.n_cols;
	const gint64 d_row = to / n_cols - from / n_cols, d_col = to % n_cols - from % n_cols;
	for (int step = 0; step < 8; step++)
		if (thuso_step_row[step] == d_row && thuso_step_col[step] == d_col)
			return step;
	return -1;
}

static inline gboolean is_open(const ThusoSurfaceWindow *window, gint64 at)
{
	return window->main[at] < INFINITY;
}

/* With the guard, a diagonal needs one passable cell beside it. */
static guint16 open_steps(const ThusoSurfaceWindow *window, gint64 at, gboolean guard)
{
	guint16 steps = 0;
	if (!is_open(window, at))
		return 0;
	for (int step = 0; step < window->surface->neighbours; step++) {
		gboolean open = is_open(window, at + window->offset[step]);
		if (step >= 8)
			open = open && is_open(window, at + window->between[step][0]) && is_open(window, at + window->between[step][1]);
		else if (step % 2 == 1 && guard)
			open =
			    open && (is_open(window, at + window->offset[step - 1]) || is_open(window, at + window->offset[(step + 1) % 8]));
		steps |= (guint16) ((guint) open << step);
	}
	return steps;
}

guint16 window_plain_steps(const ThusoSurfaceWindow *window, gint32 row, gint32 col)
{
	return open_steps(window, window_at(window, row, col), window->surface->guard_corners);
}

/* A road exactly through a corner opens it. */
static guint16 road_diagonals(guint8 flags)
{
	guint16 steps = 0;
	for (int step = 1; step < 8; step += 2)
		if (flags & cell_road_diagonal(step))
			steps |= (guint16) (1u << step);
	return steps;
}

static guint16 steps_of(const StepSearch *search, const ThusoSurfaceWindow *window, gint32 row, gint32 col, gint64 cell)
{
	guint16 steps = window_plain_steps(window, row, col);
	if (search->flags)
		steps |= road_diagonals(search->flags[cell]) & open_steps(window, window_at(window, row, col), FALSE);
	return search->blocked ? steps & (guint16) ~search->blocked[cell] : steps;
}

/* Can the tile have other steps than the plain ones? */
static gboolean is_touched(const StepSearch *search, gint32 row, gint32 col, gint32 n_rows, gint32 n_cols)
{
	for (gint32 r = row; r < row + n_rows; r++) {
		const gint64 first = (gint64) r * search->surface->grid.n_cols + col;
		for (gint64 cell = first; cell < first + n_cols; cell++)
			if ((search->blocked && search->blocked[cell]) || (search->flags && search->flags[cell] >= CELL_ROAD_DIAGONAL))
				return TRUE;
	}
	return FALSE;
}

static gboolean find_tile(gint64 tile, int worker, gpointer data, GError **error)
{
	const StepSearch *search = data;
	ThusoSurface *surface = search->surface;
	ThusoSurfaceWindow *window = search->windows[worker];
	const gint32 side = surface_side(surface);
	const gint32 row = (gint32) (tile / surface->n_tile_cols) * side, col = (gint32) (tile % surface->n_tile_cols) * side;
	const gint32 n_rows = MIN(side, surface->grid.n_rows - row), n_cols = MIN(side, surface->grid.n_cols - col);
	gpointer slab;
	if (!thuso_surface_tile_used(surface, tile) || !is_touched(search, row, col, n_rows, n_cols))
		return TRUE;
	if (!thuso_surface_window_load(window, row, col, error) || !thuso_slabs_pin(surface->steps, tile, TRUE, &slab, error))
		return FALSE;
	for (gint32 r = 0; r < n_rows; r++)
		for (gint32 c = 0; c < n_cols; c++)
			((guint16 *) slab)[r * side + c] =
			    steps_of(search, window, r, c, (gint64) (row + r) * surface->grid.n_cols + col + c);
	thuso_slabs_unpin(surface->steps, tile, TRUE);
	return TRUE;
}

gboolean surface_find_steps(ThusoContext *context, ThusoSurface *surface, const guint8 *flags, const guint16 *blocked,
                            GError **error)
{
	StepSearch search = { surface, flags, blocked, NULL };
	const int n_workers = thuso_context_threads(context);
	const gint32 side = surface_side(surface);
	gboolean done = TRUE;
	if (!flags && !blocked)
		return TRUE;
	search.windows = thuso_new(ThusoSurfaceWindow *, n_workers);
	for (int i = 0; done && i < n_workers; i++) {
		search.windows[i] = thuso_surface_window_new(surface, THUSO_MEASURE_DISTANCE, FALSE, side, side, error);
		done = search.windows[i] != NULL;
	}
	done = done && thuso_parallel(context, (gint64) surface->n_tile_rows * surface->n_tile_cols, find_tile, &search, error);
	for (int i = 0; i < n_workers; i++)
		thuso_surface_window_free(search.windows[i]);
	g_free(search.windows);
	surface->has_steps = TRUE;
	return done;
}
