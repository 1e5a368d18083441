/* A surface as blocks: one a tile, with its riding layer where there is one. Labels are at rest in slabs, 5 bytes a cell as long as
 * they fit and else 8, and worked on in a field, one a thread. */
#ifndef THUSO_ACCESS_TILES_H
#define THUSO_ACCESS_TILES_H

#include "blocks.h"
#include "field.h"

typedef enum { LABELS_NONE, LABELS_40_BIT, LABELS_64_BIT } LabelForm;

typedef struct Tiles Tiles;

/* A tile's surface is unpacked in bands of rows when the first of their steps is asked for: a later solve needs a part of it only. */
#define N_BANDS 4

typedef struct {
	const Tiles *tiles;
	Field field;
	ThusoSurfaceWindow *window[MAX_LAYERS][N_BANDS];
	gint32 row, col; /* of the tile now in the field */
	gboolean loaded[MAX_LAYERS][N_BANDS];
	gboolean touched[MAX_LAYERS][N_BANDS]; /* a label of it may have changed */
} TileWorker;

struct Tiles {
	ThusoContext *context;
	const ThusoSurface *surface[MAX_LAYERS];
	int n_layers;
	ThusoMeasure measure;
	gboolean arriving; /* people travel towards the seeds */
	gint64 link[MAX_LAYERS];
	gint32 side, shift;
	gint64 n_tile_cols, n_tile_rows;
	int id_bits;
	gint64 beyond;
	ThusoSlabs *slabs[3]; /* by form; by layer * tiles + tile */
	guint8 *form;         /* the same */
	gint64 *least;        /* by tile: a bound from below on its steps, 0 = not yet known */
	TileWorker *worker;
	int n_workers;
};

/* `id_bits` 0: no `nearest`. */
gboolean tiles_init(Tiles *tiles, ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, gint64 n_ids,
                    ThusoSlabPool *pool, GError **error);
void tiles_clear(Tiles *tiles);
/* Frees what only the search needs. */
void tiles_clear_workers(Tiles *tiles);
/* Searches from the centres; those on cells that are not passable seed nothing. */
gboolean tiles_search(Tiles *tiles, const gint64 *centres, gint32 n_centres, GError **error);
/* Labels of a part of a tile as in a field: less than 0, tiles->beyond taken off, or 0 = not reached. Any thread. */
gboolean tiles_labels(Tiles *tiles, int layer, gint64 tile, gint32 row, gint32 n_rows, gint32 col, gint32 n_cols, gint64 *label,
                      GError **error);

#endif
