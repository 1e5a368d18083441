/* Bounded searches, one per source, in parallel, in one field that is the whole grid. Step costs are computed once, by whichever
 * thread comes first, and shared. A thread's labels are left as they were found at a cost proportional to the cells reached. Memory is
 * address space until it is touched. */
#include "field.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Step costs are computed for pieces of the grid at a time. */
#define CHUNK_ROWS 16
#define CHUNK_COLS 64
/* Step costs beyond this are forgotten between batches of sources; these go along a curve, so few are computed twice. */
#define STEP_BYTES_MAX ((gsize) 1 << 30)
#define BATCH          2048
#define CURVE_SHIFT    5 /* sources in one square of 32 x 32 cells stay in their order */
#define WORD           64

typedef struct Each Each;

typedef struct {
	const Each *each;
	Field field;
	ThusoSurfaceWindow *window[MAX_LAYERS];
	ThusoVector cells, ticks; /* gint64: what is handed on */
} Worker;

struct Each {
	ThusoContext *context;
	const ThusoSurface *surface[MAX_LAYERS];
	ThusoMeasure measure;
	gboolean arriving;
	gint64 beyond, least;
	Field shape; /* the parts that all threads share */
	gint64 n_chunk_cols;
	guint8 *chunk;   /* state, by layer and chunk */
	gint64 n_filled; /* chunks */
	guint64 *wanted; /* a bit a cell of the field; NULL = all */
	const gint64 *sources;
	gint64 *order; /* of the sources along the curve */
	gint64 n_sources, n_done, batch;
	Worker *worker;
	ThusoReachFunc func;
	gpointer data;
};

/* --- memory that is there when touched ------------------------------------------------------------------------------------- */

/* `dense`: a search touches a little of many rows, and with small pages much of its time would go into finding them. */
static gpointer sparse_new(gsize bytes, gboolean dense, const char *what, GError **error)
{
	gpointer memory = mmap(NULL, MAX(bytes, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
#ifdef MADV_HUGEPAGE
	if (memory != MAP_FAILED && dense)
		madvise(memory, bytes, MADV_HUGEPAGE);
#endif
	if (memory != MAP_FAILED)
		return memory;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "no address space for %s (%" G_GSIZE_FORMAT " bytes); take larger cells",
	            what, bytes);
	return NULL;
}

static void sparse_free(gpointer memory, gsize bytes)
{
	if (memory)
		munmap(memory, MAX(bytes, 1));
}

static gsize n_in_field(const Field *field)
{
	return (gsize) field->n_layers * field->n_layer;
}

static gsize ticks_bytes(const Field *field)
{
	return n_in_field(field) * (gsize) field->n_steps * sizeof(guint32);
}

static gsize n_words(const Field *field)
{
	return n_in_field(field) / WORD + 1;
}

/* --- step costs ---------------------------------------------------------------------------------------------------------------- */

static gint64 n_chunks(const Each *each)
{
	return each->n_chunk_cols * (((gint64) each->shape.n_rows + CHUNK_ROWS - 1) / CHUNK_ROWS);
}

/* Whichever layer a search comes to first: both write the same. */
static void link_chunk(const Each *each, Worker *worker, gint32 row, gint32 col, gint32 n_rows, gint32 n_cols)
{
	const ThusoGrid *grid = thuso_surface_grid(each->surface[0]);
	for (gint32 r = row; r < row + n_rows; r++)
		for (gint32 c = col; c < MIN(col + n_cols, grid->n_cols); c++) {
			const gint64 cell = (gint64) r * grid->n_cols + c;
			const guint8 linked =
			    thuso_surface_passable(each->surface[0], cell) && thuso_surface_passable(each->surface[1], cell);
			__atomic_store_n(&worker->field.linked[field_cell(&worker->field, 0, r, c)], linked, __ATOMIC_RELAXED);
		}
}

static gboolean fill_chunk(const Each *each, Worker *worker, int layer, gint32 row, gint32 col, GError **error)
{
	Field *field = &worker->field;
	const gint32 n_rows = MIN(CHUNK_ROWS, field->n_rows - row), n_cols = MIN(CHUNK_COLS, field->stride - 2 * FIELD_LEFT - col);
	if (!thuso_surface_window_load(worker->window[layer], row, col, error))
		return FALSE;
	for (gint32 r = 0; r < n_rows; r++)
		for (gint32 c = 0; c < n_cols; c += THUSO_WINDOW_RUN)
			thuso_surface_window_ticks(worker->window[layer], r, c,
			                           field->ticks +
			                               (gsize) field_cell(field, layer, row + r, col + c) * (gsize) field->n_steps);
	if (field->linked)
		link_chunk(each, worker, row, col, n_rows, n_cols);
	for (gint32 r = 0; r < n_rows; r++)
		for (gint32 c = 0; c < n_cols; c += THUSO_WINDOW_RUN)
			__atomic_store_n(&field->run[field_cell(field, layer, row + r, col + c) / THUSO_WINDOW_RUN], RUN_READY,
			                 __ATOMIC_RELEASE);
	return TRUE;
}

static gboolean fill_run(Field *field, guint32 run, GError **error)
{
	Worker *worker = field->owner;
	Each *each = (Each *) worker->each;
	int layer;
	gint32 row, col;
	guint8 state = RUN_EMPTY;
	field_place(field, run * THUSO_WINDOW_RUN, &layer, &row, &col);
	row -= row % CHUNK_ROWS;
	col -= col % CHUNK_COLS;
	guint8 *chunk = &each->chunk[layer * n_chunks(each) + row / CHUNK_ROWS * each->n_chunk_cols + col / CHUNK_COLS];
	if (__atomic_compare_exchange_n(chunk, &state, RUN_BUSY, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
		const gboolean good = fill_chunk(each, worker, layer, row, col, error);
		__atomic_add_fetch(&each->n_filled, 1, __ATOMIC_RELAXED);
		__atomic_store_n(chunk, good ? RUN_READY : RUN_EMPTY, __ATOMIC_RELEASE);
		return good;
	}
	while (__atomic_load_n(chunk, __ATOMIC_ACQUIRE) == RUN_BUSY)
		sched_yield();
	if (__atomic_load_n(chunk, __ATOMIC_ACQUIRE) == RUN_READY)
		return TRUE;
	return fill_run(field, run, error); /* the other thread failed; so will this one, with its own error */
}

static gint64 large_ticks(const Field *field, guint32 cell, int step)
{
	const Worker *worker = field->owner;
	int layer;
	gint32 row, col;
	field_place(field, cell, &layer, &row, &col);
	return surface_ticks(worker->each->surface[layer], worker->each->measure, worker->each->arriving, row, col, step);
}

static void forget_steps(Each *each)
{
	Field *shape = &each->shape;
	madvise(shape->ticks, ticks_bytes(shape), MADV_DONTNEED);
	madvise(shape->run, n_in_field(shape) / THUSO_WINDOW_RUN, MADV_DONTNEED);
	memset(each->chunk, RUN_EMPTY, (gsize) (shape->n_layers * n_chunks(each)));
	each->n_filled = 0;
	/* Between sources all labels are 0, as fresh memory is. */
	for (int i = 0; i < thuso_context_threads(each->context); i++)
		if (each->worker[i].field.label)
			madvise(each->worker[i].field.label, n_in_field(shape) * sizeof(gint64), MADV_DONTNEED);
}

/* --- setting up ------------------------------------------------------------------------------------------------------------------ */

static gboolean shape_init(Each *each, const ThusoTravel *travel, GError **error)
{
	const ThusoGrid *grid = thuso_surface_grid(each->surface[0]);
	Field *shape = &each->shape;
	if (!field_shape(shape, grid->n_rows, grid->n_cols, WORD, travel->riding ? 2 : 1,
	                 thuso_surface_neighbours(each->surface[0]))) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "%d rows and %d columns are too many for one search a site; take larger cells", grid->n_rows, grid->n_cols);
		return FALSE;
	}
	const gint64 wait = MIN(travel->wait_ticks, each->beyond);
	shape->link[0] = each->arriving ? 0 : wait;
	shape->link[1] = each->arriving ? wait : 0;
	each->n_chunk_cols = ((gint64) shape->stride + CHUNK_COLS - 1) / CHUNK_COLS;
	return (shape->ticks = sparse_new(ticks_bytes(shape), ticks_bytes(shape) <= STEP_BYTES_MAX, "step costs", error)) &&
	       (shape->run = sparse_new(n_in_field(shape) / THUSO_WINDOW_RUN, FALSE, "step costs", error)) &&
	       (!travel->riding || (shape->linked = sparse_new(shape->n_layer, FALSE, "links", error))) &&
	       (each->chunk = thuso_array_new(shape->n_layers * n_chunks(each), 1, "step costs", error));
}

gint64 thuso_access_each_memory(const ThusoGrid *grid, int neighbours, gboolean riding, int n_threads)
{
	const gint64 a_cell = neighbours * (gint64) sizeof(guint32) + n_threads * (gint64) sizeof(gint64);
	return thuso_grid_n(grid) * (riding ? 2 : 1) * a_cell;
}

static gboolean worker_init(const Each *each, Worker *worker, GError **error)
{
	Field *field = &worker->field;
	*field = each->shape;
	field->fill = fill_run;
	field->large = large_ticks;
	field->owner = worker;
	field->context = each->context;
	field->exits = THUSO_VECTOR(FieldExit);
	for (int layer = 0; layer < field->n_layers; layer++)
		if (!(worker->window[layer] =
		          thuso_surface_window_new(each->surface[layer], each->measure, each->arriving, CHUNK_ROWS, CHUNK_COLS, error)))
			return FALSE;
	return (field->label = sparse_new(n_in_field(field) * sizeof(gint64), TRUE, "a search's labels", error)) &&
	       (field->settled = sparse_new(n_words(field) * sizeof(guint64), FALSE, "a search's cells", error)) &&
	       (field->settled_64 = thuso_array_new((gint64) n_words(field) / WORD + 1, sizeof(guint64), "a search's cells", error));
}

static void worker_clear(Worker *worker)
{
	Field *field = &worker->field;
	sparse_free(field->label, n_in_field(field) * sizeof(gint64));
	sparse_free(field->settled, n_words(field) * sizeof(guint64));
	thuso_array_free(field->settled_64);
	thuso_vector_clear(&field->exits);
	thuso_vector_clear(&worker->cells);
	thuso_vector_clear(&worker->ticks);
	queue_clear(&field->queue);
	for (int layer = 0; layer < MAX_LAYERS; layer++)
		thuso_surface_window_free(worker->window[layer]);
}

static void each_clear(Each *each)
{
	for (int i = 0; each->worker && i < thuso_context_threads(each->context); i++)
		worker_clear(&each->worker[i]);
	thuso_array_free(each->worker);
	sparse_free(each->shape.ticks, ticks_bytes(&each->shape));
	sparse_free(each->shape.run, n_in_field(&each->shape) / THUSO_WINDOW_RUN);
	sparse_free(each->shape.linked, each->shape.n_layer);
	thuso_array_free(each->chunk);
	sparse_free(each->wanted, n_words(&each->shape) * sizeof(guint64));
	thuso_array_free(each->order);
}

static gboolean spread_wanted(Each *each, const guint8 *wanted, GError **error)
{
	const Field *shape = &each->shape;
	if (!wanted)
		return TRUE;
	each->wanted = sparse_new(n_words(shape) * sizeof(guint64), FALSE, "cells that are wanted", error);
	if (!each->wanted)
		return FALSE;
	for (gint32 row = 0; row < shape->n_rows; row++)
		for (gint32 col = 0; col < shape->n_cols; col++)
			if (wanted[row * (gint64) shape->n_cols + col]) {
				const guint32 cell = field_cell(shape, 0, row, col);
				each->wanted[cell / WORD] |= G_GUINT64_CONSTANT(1) << cell % WORD;
			}
	return TRUE;
}

/* --- sources along a curve: those near each other follow each other, and find their steps in the cache ------------------------------ */

static guint64 interleave(guint64 x)
{
	x = (x | x << 16) & G_GUINT64_CONSTANT(0x0000ffff0000ffff);
	x = (x | x << 8) & G_GUINT64_CONSTANT(0x00ff00ff00ff00ff);
	x = (x | x << 4) & G_GUINT64_CONSTANT(0x0f0f0f0f0f0f0f0f);
	x = (x | x << 2) & G_GUINT64_CONSTANT(0x3333333333333333);
	return (x | x << 1) & G_GUINT64_CONSTANT(0x5555555555555555);
}

typedef struct {
	guint64 place;
	gint64 index;
} CurvePlace;

static int by_place(gconstpointer a, gconstpointer b)
{
	const CurvePlace *p = a, *q = b;
	if (p->place != q->place)
		return p->place < q->place ? -1 : 1;
	return (p->index > q->index) - (p->index < q->index);
}

static gboolean order_sources(Each *each, GError **error)
{
	const gint64 n_cols = thuso_surface_grid(each->surface[0])->n_cols;
	CurvePlace *place = thuso_array_new(each->n_sources, sizeof *place, "the order of sources", error);
	each->order = place ? thuso_array_new(each->n_sources, sizeof *each->order, "the order of sources", error) : NULL;
	for (gint64 i = 0; each->order && i < each->n_sources; i++) {
		const guint64 row = (guint64) MAX(each->sources[i], 0) / (guint64) n_cols,
		              col = (guint64) MAX(each->sources[i], 0) % (guint64) n_cols;
		place[i] = (CurvePlace){ interleave(row >> CURVE_SHIFT) << 1 | interleave(col >> CURVE_SHIFT), i };
	}
	if (each->order)
		qsort(place, (size_t) each->n_sources, sizeof *place, by_place);
	for (gint64 i = 0; each->order && i < each->n_sources; i++)
		each->order[i] = place[i].index;
	thuso_array_free(place);
	return each->order != NULL;
}

/* --- one source ------------------------------------------------------------------------------------------------------------------------ */

/* The wanted ones among the settled cells of a word, which lie side by side because rows begin at multiples of a word. */
static gboolean hand_on(const Each *each, Worker *worker, guint32 first, guint64 bits, GError **error)
{
	const Field *field = &worker->field;
	int layer;
	gint32 row, col;
	if (!thuso_vector_reserve(&worker->cells, worker->cells.n + WORD, "cells in reach", error) ||
	    !thuso_vector_reserve(&worker->ticks, worker->ticks.n + WORD, "cells in reach", error))
		return FALSE;
	gint64 *cells = (gint64 *) worker->cells.data + worker->cells.n, *ticks = (gint64 *) worker->ticks.data + worker->ticks.n;
	field_place(field, first, &layer, &row, &col);
	const gint64 grid_cell = row * (gint64) field->n_cols + col;
	gint64 n = 0;
	for (; bits; bits &= bits - 1, n++) {
		const int bit = __builtin_ctzll(bits);
		cells[n] = grid_cell + bit;
		ticks[n] = field->label[first + (guint32) bit] + each->beyond;
	}
	worker->cells.n += n;
	worker->ticks.n += n;
	return TRUE;
}

/* All labels of a word that are set were settled. */
static gboolean collect_word(const Each *each, Worker *worker, gsize word, GError **error)
{
	Field *field = &worker->field;
	const guint32 first = (guint32) (word * WORD);
	const guint64 bits = field->settled[word] & (each->wanted ? each->wanted[word] : G_MAXUINT64);
	const gboolean good = !bits || first >= field->n_layer || hand_on(each, worker, first, bits, error);
	field->settled[word] = 0;
	memset(field->label + first, 0, WORD * sizeof *field->label);
	return good;
}

/* Two levels of bits give the settled cells in ascending order without sorting. */
static gboolean collect(const Each *each, Worker *worker, GError **error)
{
	Field *field = &worker->field;
	worker->cells.n = worker->ticks.n = 0;
	for (gsize block = 0; block <= n_words(field) / WORD; block++) {
		for (guint64 words = field->settled_64[block]; words; words &= words - 1)
			if (!collect_word(each, worker, block * WORD + (gsize) __builtin_ctzll(words), error))
				return FALSE;
		field->settled_64[block] = 0;
	}
	return TRUE;
}

static void show_progress(Each *each)
{
	const gint64 done = __atomic_add_fetch(&each->n_done, 1, __ATOMIC_RELAXED);
	if (done % (each->n_sources / 256 + 1) == 0)
		thuso_progress(each->context, (double) done / (double) each->n_sources);
}

/* After an error the worker is not clean; the loop then hands out no further work to use it. */
static gboolean search_one(gint64 index, int number, gpointer data, GError **error)
{
	Each *each = data;
	Worker *worker = &each->worker[number];
	Field *field = &worker->field;
	const gint64 source = each->order[each->batch + index], n_cols = each->shape.n_cols;
	if (!field->settled_64 && !worker_init(each, worker, error))
		return FALSE;
	queue_reset(&field->queue, -each->beyond, each->least * STEPS_A_BUCKET);
	if (each->beyond > 0 && thuso_surface_passable(each->surface[0], each->sources[source]))
		field_offer(field,
		            field_cell(field, 0, (gint32) (each->sources[source] / n_cols), (gint32) (each->sources[source] % n_cols)),
		            -each->beyond);
	if (!field_solve(field, error) || !collect(each, worker, error))
		return FALSE;
	show_progress(each);
	return each->func(source, worker->cells.data, worker->ticks.data, worker->cells.n, number, each->data, error);
}

static gboolean search_all(Each *each, GError **error)
{
	const gsize chunk_bytes = (gsize) (CHUNK_ROWS * CHUNK_COLS * each->shape.n_steps) * sizeof(guint32);
	for (each->batch = 0; each->batch < each->n_sources; each->batch += BATCH) {
		if ((gsize) each->n_filled * chunk_bytes > STEP_BYTES_MAX)
			forget_steps(each);
		if (!thuso_parallel(each->context, MIN(BATCH, each->n_sources - each->batch), search_one, each, error))
			return FALSE;
	}
	return TRUE;
}

gboolean thuso_access_each(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, const gint64 *sources,
                           gint64 n_sources, const guint8 *wanted, ThusoReachFunc func, gpointer data, GError **error)
{
	Each each = { .context = context,
		          .surface = { surface, travel->riding },
		          .measure = travel->measure,
		          .arriving = travel->direction == THUSO_TO_CENTRE,
		          .beyond = MIN(travel->limit_ticks, (G_GINT64_CONSTANT(1) << 62) - 2) + 1,
		          .sources = sources,
		          .n_sources = n_sources,
		          .func = func,
		          .data = data };
	each.least = thuso_surface_least_ticks(surface, travel->measure);
	if (travel->riding)
		each.least = MIN(each.least, thuso_surface_least_ticks(travel->riding, travel->measure));
	each.worker = thuso_array_new(thuso_context_threads(context), sizeof(Worker), "searches", error);
	for (int i = 0; each.worker && i < thuso_context_threads(context); i++)
		each.worker[i] = (Worker){ .each = &each, .cells = THUSO_VECTOR(gint64), .ticks = THUSO_VECTOR(gint64) };
	const gboolean done = each.worker && shape_init(&each, travel, error) && spread_wanted(&each, wanted, error) &&
	                      order_sources(&each, error) && search_all(&each, error);
	each_clear(&each);
	return done;
}
