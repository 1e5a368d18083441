/* Tiles of a grid as blocks of a search. */
#include "tiles.h"

#include "labels.h"

#include <string.h>

#define LABEL_BITS 62 /* of cost and index together: sums of two stay below 2^63 */

static gint64 n_tiles(const Tiles *tiles)
{
	return tiles->n_tile_cols * tiles->n_tile_rows;
}

static gint64 n_cells(const Tiles *tiles)
{
	return (gint64) tiles->side * tiles->side;
}

/* --- setting up --------------------------------------------------------------------------------------------------------- */

static int bits_for(gint64 n_ids)
{
	return n_ids <= 1 ? 0 : 64 - __builtin_clzll((guint64) n_ids - 1);
}

/* Costs that do not fit beside an index are not reached: 2^62 ticks are 500,000 years, 2^40 with four million centres 48 days. */
static gint64 beyond_of(const ThusoTravel *travel, int id_bits)
{
	const gint64 most = (G_GINT64_CONSTANT(1) << (LABEL_BITS - id_bits)) - 2;
	return (MIN(travel->limit_ticks, most) + 1) << id_bits;
}

/* The search runs from the centres: with `arriving` against the traveller, so it gets on where they get off. */
static void set_links(Tiles *tiles, const ThusoTravel *travel)
{
	const gint64 wait = MIN(travel->wait_ticks, tiles->beyond >> tiles->id_bits) << tiles->id_bits;
	tiles->link[0] = tiles->arriving ? 0 : wait;
	tiles->link[1] = tiles->arriving ? wait : 0;
}

static void set_size(Tiles *tiles)
{
	const ThusoGrid *grid = thuso_surface_grid(tiles->surface[0]);
	tiles->shift = thuso_surface_tile_shift(tiles->surface[0]);
	tiles->side = 1 << tiles->shift;
	tiles->n_tile_cols = ((gint64) grid->n_cols + tiles->side - 1) >> tiles->shift;
	tiles->n_tile_rows = ((gint64) grid->n_rows + tiles->side - 1) >> tiles->shift;
}

gboolean tiles_init(Tiles *tiles, ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, gint64 n_ids,
                    ThusoSlabPool *pool, GError **error)
{
	*tiles = (Tiles){ .context = context,
		              .surface = { surface, travel->riding },
		              .n_layers = travel->riding ? 2 : 1,
		              .measure = travel->measure,
		              .arriving = travel->direction == THUSO_TO_CENTRE,
		              .id_bits = bits_for(n_ids) };
	tiles->beyond = beyond_of(travel, tiles->id_bits);
	tiles->n_workers = thuso_context_threads(context);
	set_links(tiles, travel);
	set_size(tiles);
	const gint64 n = tiles->n_layers * n_tiles(tiles);
	return (tiles->form = thuso_array_new(n, 1, "the tiles of a search", error)) &&
	       (tiles->least = thuso_array_new(n_tiles(tiles), sizeof(gint64), "the tiles of a search", error)) &&
	       (tiles->slabs[LABELS_40_BIT] =
	            thuso_slabs_new(pool, n, labels_40_bytes((gsize) n_cells(tiles)), "travel costs", error)) &&
	       (tiles->slabs[LABELS_64_BIT] =
	            thuso_slabs_new(pool, n, (gsize) n_cells(tiles) * sizeof(gint64), "travel costs", error)) &&
	       (tiles->worker = thuso_array_new(tiles->n_workers, sizeof *tiles->worker, "the threads of a search", error));
}

static void worker_clear(TileWorker *worker)
{
	Field *field = &worker->field;
	thuso_array_free(field->label);
	thuso_array_free(field->ticks);
	thuso_array_free(field->run);
	thuso_array_free(field->linked);
	thuso_vector_clear(&field->exits);
	queue_clear(&field->queue);
	for (int i = 0; i < MAX_LAYERS * N_BANDS; i++)
		thuso_surface_window_free(worker->window[i / N_BANDS][i % N_BANDS]);
}

void tiles_clear_workers(Tiles *tiles)
{
	for (int i = 0; tiles->worker && i < tiles->n_workers; i++)
		worker_clear(&tiles->worker[i]);
	g_clear_pointer(&tiles->worker, thuso_array_free);
}

void tiles_clear(Tiles *tiles)
{
	tiles_clear_workers(tiles);
	thuso_slabs_free(tiles->slabs[LABELS_40_BIT]);
	thuso_slabs_free(tiles->slabs[LABELS_64_BIT]);
	thuso_array_free(tiles->form);
	thuso_array_free(tiles->least);
}

/* --- the field of a thread ------------------------------------------------------------------------------------------------ */

static gint32 band_rows(const Tiles *tiles)
{
	return tiles->side / N_BANDS;
}

static gboolean load_band(TileWorker *worker, int layer, gint32 band, GError **error)
{
	if (!worker->loaded[layer][band])
		worker->loaded[layer][band] = thuso_surface_window_load(
		    worker->window[layer][band], worker->row + band * band_rows(worker->tiles), worker->col, error);
	return worker->loaded[layer][band];
}

static gboolean fill_run(Field *field, guint32 run, GError **error)
{
	TileWorker *worker = field->owner;
	const guint32 cell = run * THUSO_WINDOW_RUN;
	int layer;
	gint32 row, col;
	field_place(field, cell, &layer, &row, &col);
	const gint32 band = row / band_rows(worker->tiles);
	if (!load_band(worker, layer, band, error))
		return FALSE;
	worker->touched[layer][band] = TRUE;
	thuso_surface_window_ticks(worker->window[layer][band], row % band_rows(worker->tiles), col,
	                           field->ticks + (gsize) cell * (gsize) field->n_steps);
	field->run[run] = RUN_READY;
	return TRUE;
}

static gint64 large_ticks(const Field *field, guint32 cell, int step)
{
	const TileWorker *worker = field->owner;
	int layer;
	gint32 row, col;
	field_place(field, cell, &layer, &row, &col);
	return surface_ticks(worker->tiles->surface[layer], worker->tiles->measure, worker->tiles->arriving, worker->row + row,
	                     worker->col + col, step);
}

static gboolean worker_init(const Tiles *tiles, TileWorker *worker, GError **error)
{
	Field *field = &worker->field;
	const gint32 side = tiles->side;
	(void) field_shape(field, side, side, THUSO_WINDOW_RUN, tiles->n_layers, thuso_surface_neighbours(tiles->surface[0]));
	field->id_bits = tiles->id_bits;
	memcpy(field->link, tiles->link, sizeof field->link);
	field->fill = fill_run;
	field->large = large_ticks;
	field->owner = worker;
	field->context = tiles->context;
	worker->tiles = tiles;
	field->exits = THUSO_VECTOR(FieldExit);
	const gint64 n = tiles->n_layers * (gint64) field->n_layer;
	for (int layer = 0; layer < tiles->n_layers; layer++)
		for (int band = 0; band < N_BANDS; band++)
			if (!(worker->window[layer][band] = thuso_surface_window_new(tiles->surface[layer], tiles->measure, tiles->arriving,
			                                                             band_rows(tiles), side, error)))
				return FALSE;
	return (field->label = thuso_array_new(n, sizeof(gint64), "a tile's labels", error)) &&
	       (field->ticks = thuso_array_new(n * field->n_steps, sizeof(guint32), "a tile's step costs", error)) &&
	       (field->run = thuso_array_new(n / THUSO_WINDOW_RUN, 1, "a tile's step costs", error)) &&
	       (tiles->n_layers == 1 || (field->linked = thuso_array_new(field->n_layer, 1, "a tile's links", error)));
}

/* --- labels at rest --------------------------------------------------------------------------------------------------------- */

/* Cells first .. of a slab, `n_rows` times a row of the tile, to rows `stride` apart. */
static gboolean get_labels(const Tiles *tiles, gint64 slab, gsize first, gint32 n_rows, gint32 n_row, gint64 stride,
                           gint64 *label, GError **error)
{
	const LabelForm form = tiles->form[slab];
	gpointer memory;
	if (form == LABELS_NONE) {
		for (gint32 row = 0; row < n_rows; row++)
			memset(label + row * stride, 0, (gsize) n_row * sizeof *label);
		return TRUE;
	}
	if (!thuso_slabs_pin(tiles->slabs[form], slab, FALSE, &memory, error))
		return FALSE;
	for (gint32 row = 0; row < n_rows; row++) {
		const gsize at = first + (gsize) row * (gsize) tiles->side;
		if (form == LABELS_40_BIT)
			labels_40_get(memory, (gsize) n_cells(tiles), at, (gsize) n_row, tiles->beyond, label + row * stride);
		else
			memcpy(label + row * stride, (const gint64 *) memory + at, (gsize) n_row * sizeof *label);
	}
	thuso_slabs_unpin(tiles->slabs[form], slab, FALSE);
	return TRUE;
}

static gboolean put_rows(const Tiles *tiles, LabelForm form, gpointer memory, gsize row, gsize n_rows, gint64 stride,
                         const gint64 *label)
{
	const gsize side = (gsize) tiles->side;
	gboolean fits = TRUE;
	for (const gsize end = row + n_rows; row < end; row++) {
		const gint64 *from = label + (gint64) row * stride;
		if (form == LABELS_40_BIT)
			fits &= labels_40_put(memory, side * side, row * side, side, tiles->beyond, from);
		else
			memcpy((gint64 *) memory + row * side, from, side * sizeof *label);
	}
	return fits;
}

/* A tile goes into 64 bits when a label of it does not fit into 40, or has an index in it; once there it stays. A slab that was there
 * takes the bands that were touched, a new one all. */
static gboolean put_labels(Tiles *tiles, gint64 slab, const gboolean touched[N_BANDS], gint64 stride, const gint64 *label,
                           GError **error)
{
	const gsize n_rows = (gsize) band_rows(tiles);
	gboolean is_new = tiles->form[slab] == LABELS_NONE;
	if (is_new)
		tiles->form[slab] = tiles->id_bits > 0 ? LABELS_64_BIT : LABELS_40_BIT;
	for (gboolean fits = FALSE; !fits;) {
		const LabelForm form = tiles->form[slab];
		gpointer memory;
		if (!thuso_slabs_pin(tiles->slabs[form], slab, TRUE, &memory, error))
			return FALSE;
		fits = TRUE;
		for (gsize band = 0; band < N_BANDS; band++)
			if (is_new || touched[band])
				fits &= put_rows(tiles, form, memory, band * n_rows, n_rows, stride, label);
		thuso_slabs_unpin(tiles->slabs[form], slab, TRUE);
		if (!fits) {
			thuso_slabs_drop(tiles->slabs[form], slab);
			tiles->form[slab] = LABELS_64_BIT;
		}
		is_new = !fits;
	}
	return TRUE;
}

gboolean tiles_labels(Tiles *tiles, int layer, gint64 tile, gint32 row, gint32 n_rows, gint32 col, gint32 n_cols, gint64 *label,
                      GError **error)
{
	return get_labels(tiles, layer * n_tiles(tiles) + tile, (gsize) row << tiles->shift | (gsize) col, n_rows, n_cols, n_cols,
	                  label, error);
}

/* --- one tile ----------------------------------------------------------------------------------------------------------------- */

/* Labels of the margin are what the last tile said to its neighbours: forgotten. */
static gboolean load_labels(const Tiles *tiles, Field *field, gint64 tile, GError **error)
{
	for (int layer = 0; layer < field->n_layers; layer++) {
		memset(field->label + (gsize) layer * field->n_layer, 0, (gsize) field->n_layer * sizeof *field->label);
		if (tiles->form[layer * n_tiles(tiles) + tile] != LABELS_NONE &&
		    !get_labels(tiles, layer * n_tiles(tiles) + tile, 0, tiles->side, tiles->side, field->stride,
		                field->label + field_cell(field, layer, 0, 0), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean store_labels(Tiles *tiles, const TileWorker *worker, gint64 tile, GError **error)
{
	const Field *field = &worker->field;
	for (int layer = 0; layer < field->n_layers; layer++)
		if (!put_labels(tiles, layer * n_tiles(tiles) + tile, worker->touched[layer], field->stride,
		                field->label + field_cell(field, layer, 0, 0), error))
			return FALSE;
	return TRUE;
}

static void forget_runs(Field *field)
{
	memset(field->run, RUN_MARGIN, (gsize) field->n_layers * field->n_layer / THUSO_WINDOW_RUN);
	for (int layer = 0; layer < field->n_layers; layer++)
		for (gint32 row = 0; row < field->n_rows; row++)
			memset(field->run + field_cell(field, layer, row, 0) / THUSO_WINDOW_RUN, RUN_EMPTY,
			       (gsize) (field->stride - 2 * FIELD_LEFT) / THUSO_WINDOW_RUN);
}

static void find_links(TileWorker *worker)
{
	Field *field = &worker->field;
	const gint32 n_rows = band_rows(worker->tiles);
	for (gint32 row = 0; row < field->n_rows; row++)
		for (gint32 col = 0; col < field->n_cols; col++)
			field->linked[field_cell(field, 0, row, col)] =
			    thuso_surface_window_passable(worker->window[0][row / n_rows], row % n_rows, col) &&
			    thuso_surface_window_passable(worker->window[1][row / n_rows], row % n_rows, col);
}

static gboolean load_all(TileWorker *worker, gint64 *least, GError **error)
{
	*least = G_MAXINT64;
	for (int layer = 0; layer < worker->field.n_layers; layer++)
		for (gint32 band = 0; band < N_BANDS; band++) {
			if (!load_band(worker, layer, band, error))
				return FALSE;
			*least = MIN(*least, thuso_surface_window_least(worker->window[layer][band]));
		}
	return TRUE;
}

/* The first time all of a tile is looked at, for the width of its buckets; where there are links always. */
static gboolean open_tile(Tiles *tiles, TileWorker *worker, gint64 tile, GError **error)
{
	worker->row = (gint32) (tile / tiles->n_tile_cols) << tiles->shift;
	worker->col = (gint32) (tile % tiles->n_tile_cols) << tiles->shift;
	memset(worker->loaded, 0, sizeof worker->loaded);
	memset(worker->touched, 0, sizeof worker->touched);
	forget_runs(&worker->field);
	if (tiles->least[tile] > 0 && worker->field.n_layers == 1)
		return TRUE;
	if (!load_all(worker, &tiles->least[tile], error))
		return FALSE;
	if (worker->field.n_layers == 2)
		find_links(worker);
	return TRUE;
}

static guint32 cell_of_node(const Tiles *tiles, const Field *field, guint32 node)
{
	const guint32 in_layer = node & (guint32) (n_cells(tiles) - 1);
	return field_cell(field, (int) (node >> (2 * tiles->shift)), (gint32) (in_layer >> tiles->shift),
	                  (gint32) (in_layer & (guint32) (tiles->side - 1)));
}

/* The labels that are news, in the field; the smallest of them, 0 when there are none. */
static gint64 take_in(const Tiles *tiles, Field *field, const Message *inbox, gint64 n)
{
	gint64 smallest = 0;
	for (gint64 i = 0; i < n; i++) {
		gint64 *label = &field->label[cell_of_node(tiles, field, inbox[i].node)];
		if (inbox[i].label - tiles->beyond < *label) {
			*label = inbox[i].label - tiles->beyond;
			smallest = MIN(smallest, *label);
		}
	}
	return smallest;
}

static void push_news(const Tiles *tiles, Field *field, const Message *inbox, gint64 n)
{
	for (gint64 i = 0; i < n; i++) {
		const guint32 cell = cell_of_node(tiles, field, inbox[i].node);
		if (inbox[i].label - tiles->beyond == field->label[cell])
			queue_push(&field->queue, field->label[cell], cell);
	}
}

static gboolean send_exits(const Tiles *tiles, const Field *field, gint64 tile, ThusoVector *outbox, GError **error)
{
	const gint64 tile_row = tile / tiles->n_tile_cols, tile_col = tile % tiles->n_tile_cols;
	const FieldExit *exits = field->exits.data;
	for (gint64 i = 0; i < field->exits.n; i++) {
		int layer;
		gint32 row, col;
		field_place(field, exits[i].cell, &layer, &row, &col);
		const gint64 to = (tile_row + (row >> tiles->shift)) * tiles->n_tile_cols + tile_col + (col >> tiles->shift);
		const guint32 mask = (guint32) tiles->side - 1;
		const guint32 node =
		    (guint32) layer << (2 * tiles->shift) | ((guint32) row & mask) << tiles->shift | ((guint32) col & mask);
		if (!thuso_vector_push(outbox, &(Message){ (guint32) to, node, exits[i].label + tiles->beyond },
		                       "the messages of a search", error))
			return FALSE;
	}
	return TRUE;
}

static gint64 bucket_width(const Tiles *tiles, gint64 least)
{
	return MIN(least, (G_MAXINT64 / STEPS_A_BUCKET) >> tiles->id_bits) * STEPS_A_BUCKET << tiles->id_bits;
}

static gboolean solve_tile(gpointer world, guint32 block, const Message *inbox, gint64 n, int index, ThusoVector *outbox,
                           GError **error)
{
	Tiles *tiles = world;
	TileWorker *worker = &tiles->worker[index];
	Field *field = &worker->field;
	if (!field->label && !worker_init(tiles, worker, error))
		return FALSE;
	guint8 *linked = field->linked;
	/* A tile without roads is a field of one layer. */
	field->n_layers = tiles->n_layers == 2 && thuso_surface_tile_used(tiles->surface[1], block) ? 2 : 1;
	if (field->n_layers == 1)
		field->linked = NULL;
	gboolean good = load_labels(tiles, field, block, error);
	const gint64 smallest = good ? take_in(tiles, field, inbox, n) : 0;
	if (good && smallest < 0 && (good = open_tile(tiles, worker, block, error))) {
		queue_reset(&field->queue, smallest, bucket_width(tiles, tiles->least[block]));
		push_news(tiles, field, inbox, n);
		good = field_solve(field, error) && store_labels(tiles, worker, block, error) &&
		       send_exits(tiles, field, block, outbox, error);
	}
	field->linked = linked;
	return good;
}

/* --- the search ------------------------------------------------------------------------------------------------------------------ */

static gboolean seed(const Tiles *tiles, gint64 cell, gint64 index, ThusoVector *seeds, GError **error)
{
	const gint32 n_cols = thuso_surface_grid(tiles->surface[0])->n_cols;
	const gint64 row = cell / n_cols, col = cell % n_cols, mask = tiles->side - 1;
	const gint64 block = (row >> tiles->shift) * tiles->n_tile_cols + (col >> tiles->shift);
	const Message message = { (guint32) block, (guint32) ((row & mask) << tiles->shift | (col & mask)),
		                      tiles->id_bits > 0 ? index : 0 };
	return thuso_vector_push(seeds, &message, "the centres of a search", error);
}

static guint32 count_used(const Tiles *tiles)
{
	guint32 n = 0;
	for (gint64 tile = 0; tile < n_tiles(tiles); tile++)
		n += thuso_surface_tile_used(tiles->surface[0], tile) ? 1 : 0;
	return n;
}

gboolean tiles_search(Tiles *tiles, const gint64 *centres, gint32 n_centres, GError **error)
{
	ThusoVector seeds = THUSO_VECTOR(Message);
	const Blocks blocks = { (guint32) n_tiles(tiles), count_used(tiles), solve_tile, tiles };
	gboolean good = TRUE;
	for (gint32 i = 0; good && tiles->beyond > 0 && i < n_centres; i++)
		if (thuso_surface_passable(tiles->surface[0], centres[i]))
			good = seed(tiles, centres[i], i, &seeds, error);
	good = good && blocks_run(tiles->context, &blocks, seeds.data, seeds.n, error);
	thuso_vector_clear(&seeds);
	tiles_clear_workers(tiles);
	return good;
}
