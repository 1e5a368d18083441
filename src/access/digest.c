/* What a search sees of a surface, as a digest: two surfaces of one digest give the same answers, whatever they were made of. */
#include "reach_cache.h"

#define CHUNK_ROWS 16
#define CHUNK_COLS 64

typedef struct {
	const ThusoSurface *surface;
	ThusoMeasure measure;
	gint32 side, n_tile_cols;
	ThusoSurfaceWindow **window; /* one a worker */
	Fold *fold;                  /* one a tile */
} Digest;

/* A step of so many ticks that the window does not hold them. */
static void add_large(const Digest *digest, Fold *fold, gint32 row, gint32 col, const guint32 *ticks, int neighbours)
{
	const ThusoGrid *grid = thuso_surface_grid(digest->surface);
	for (int i = 0; i < THUSO_WINDOW_RUN * neighbours; i++) {
		if (ticks[i] != THUSO_STEP_LARGE)
			continue;
		const gint64 cell = (gint64) row * grid->n_cols + col + i / neighbours;
		const gint64 exact = thuso_surface_step_ticks(digest->surface, digest->measure, cell, i % neighbours);
		fold_add(fold, &exact, sizeof exact);
	}
}

static gboolean fold_chunk(const Digest *digest, ThusoSurfaceWindow *window, Fold *fold, gint32 row, gint32 col, gint32 n_rows,
                           gint32 n_cols, GError **error)
{
	const int neighbours = thuso_surface_neighbours(digest->surface);
	guint32 ticks[THUSO_WINDOW_RUN * 16];
	if (!thuso_surface_window_load(window, row, col, error))
		return FALSE;
	for (gint32 r = 0; r < n_rows; r++)
		for (gint32 c = 0; c < n_cols; c += THUSO_WINDOW_RUN) {
			guint32 passable = 0;
			gboolean large = FALSE;
			for (gint32 i = 0; i < THUSO_WINDOW_RUN; i++)
				passable |= (guint32) thuso_surface_window_passable(window, r, c + i) << i;
			if (passable) {
				thuso_surface_window_ticks(window, r, c, ticks);
				fold_add(fold, ticks, (gsize) (THUSO_WINDOW_RUN * neighbours) * sizeof *ticks);
				for (int i = 0; i < THUSO_WINDOW_RUN * neighbours; i++)
					large |= ticks[i] == THUSO_STEP_LARGE;
				if (large)
					add_large(digest, fold, row + r, col + c, ticks, neighbours);
			}
			fold_add(fold, &passable, sizeof passable);
		}
	return TRUE;
}

static gboolean fold_tile(gint64 tile, int worker, gpointer data, GError **error)
{
	Digest *digest = data;
	const gint32 side = digest->side, n_rows = MIN(side, CHUNK_ROWS), n_cols = MIN(side, CHUNK_COLS),
	             row = (gint32) (tile / digest->n_tile_cols) * side, col = (gint32) (tile % digest->n_tile_cols) * side;
	ThusoSurfaceWindow **window = &digest->window[worker];
	fold_start(&digest->fold[tile]);
	if (!thuso_surface_tile_used(digest->surface, tile))
		return TRUE;
	if (!*window && !(*window = thuso_surface_window_new(digest->surface, digest->measure, FALSE, n_rows, n_cols, error)))
		return FALSE;
	for (gint32 r = 0; r < side; r += n_rows)
		for (gint32 c = 0; c < side; c += n_cols)
			if (!fold_chunk(digest, *window, &digest->fold[tile], row + r, col + c, n_rows, n_cols, error))
				return FALSE;
	return TRUE;
}

gboolean surface_digest(ThusoContext *context, const ThusoSurface *surface, ThusoMeasure measure, GChecksum *sum, GError **error)
{
	const ThusoGrid *grid = thuso_surface_grid(surface);
	const gint32 side = 1 << thuso_surface_tile_shift(surface), n_tile_cols = (grid->n_cols + side - 1) / side;
	const gint64 n_tiles = (gint64) ((grid->n_rows + side - 1) / side) * n_tile_cols;
	const int n_workers = thuso_context_threads(context);
	const gint32 shape[] = { grid->n_rows, grid->n_cols, side, thuso_surface_neighbours(surface), (gint32) measure };
	g_autofree ThusoSurfaceWindow **window = thuso_new(ThusoSurfaceWindow *, n_workers);
	Fold *fold = thuso_array_new(n_tiles, sizeof *fold, "the digest of a surface", error);
	Digest digest = { surface, measure, side, n_tile_cols, window, fold };
	const gboolean done = fold && thuso_parallel(context, n_tiles, fold_tile, &digest, error);
	g_checksum_update(sum, (const guchar *) shape, sizeof shape);
	for (gint64 tile = 0; done && tile < n_tiles; tile++)
		g_checksum_update(sum, (const guchar *) &fold[tile], sizeof *fold);
	for (int i = 0; i < n_workers; i++)
		thuso_surface_window_free(window[i]);
	thuso_array_free(fold);
	return done;
}
