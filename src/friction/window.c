/* A rectangle of a surface for computing the ticks of many steps. */
#include "surface.h"

struct ThusoSurfaceWindow {
	const ThusoSurface *surface;
	ThusoMeasure measure;
	gboolean arriving;
	gint32 row, col, n_rows, n_cols;
};

int thuso_surface_tile_shift(const ThusoSurface *surface)
{
	return surface->tile_shift;
}

gboolean thuso_surface_tile_used(const ThusoSurface *surface, gint64 tile)
{
	(void) surface;
	(void) tile;
	return TRUE;
}

ThusoSurfaceWindow *thuso_surface_window_new(const ThusoSurface *surface, ThusoMeasure measure, gboolean arriving, gint32 n_rows,
                                             gint32 n_cols, GError **error)
{
	ThusoSurfaceWindow *window = g_new0(ThusoSurfaceWindow, 1);
	(void) error;
	*window = (ThusoSurfaceWindow){ surface, measure, arriving, 0, 0, n_rows, n_cols };
	return window;
}

void thuso_surface_window_free(ThusoSurfaceWindow *window)
{
	g_free(window);
}

gboolean thuso_surface_window_load(ThusoSurfaceWindow *window, gint32 row, gint32 col, GError **error)
{
	(void) error;
	window->row = row;
	window->col = col;
	return TRUE;
}

static gint64 cell_of(const ThusoSurfaceWindow *window, gint32 row, gint32 col)
{
	const ThusoGrid *grid = &window->surface->grid;
	row += window->row;
	col += window->col;
	return row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols ? -1 : (gint64) row * grid->n_cols + col;
}

gboolean thuso_surface_window_passable(const ThusoSurfaceWindow *window, gint32 row, gint32 col)
{
	return thuso_surface_passable(window->surface, cell_of(window, row, col));
}

void thuso_surface_window_ticks(const ThusoSurfaceWindow *window, gint32 row, gint32 col, guint32 *ticks)
{
	const int stride = window->surface->neighbours;
	for (int i = 0; i < THUSO_WINDOW_RUN; i++) {
		gint64 of_cell[16];
		const gint64 cell = cell_of(window, row, col + i);
		const guint16 steps = thuso_surface_steps(window->surface, cell);
		thuso_surface_cell_ticks(window->surface, window->measure, MAX(cell, 0), steps, window->arriving, of_cell);
		for (int k = 0; k < stride; k++)
			ticks[i * stride + k] = steps >> k & 1 ? (guint32) MIN(of_cell[k], (gint64) THUSO_STEP_LARGE) : THUSO_STEP_NONE;
	}
}

gint64 thuso_surface_window_least(const ThusoSurfaceWindow *window)
{
	return thuso_surface_least_ticks(window->surface, window->measure);
}
