/* The inner loop of every search: what the kernel (kernel.h) needs around it. */
#include "field.h"

#define BATCH_SIZE 16

/* Cells of a bucket that are worked on together. */
typedef struct {
	guint32 cell[BATCH_SIZE];
	gint64 label[BATCH_SIZE];
} Batch;

/* Neighbours that can be had for less, as far as is known; eight are stored at a time. */
typedef struct {
	gint64 cell[16 * BATCH_SIZE + 8], label[16 * BATCH_SIZE + 8];
} Offers;

gboolean field_shape(Field *field, gint32 n_rows, gint32 n_cols, gint32 align, int n_layers, int n_steps)
{
	const gint64 stride = ((gint64) n_cols + 2 * FIELD_LEFT + align - 1) / align * align;
	const gint64 n_layer = ((gint64) n_rows + 2 * FIELD_ABOVE) * stride;
	if (stride > G_MAXINT32 || n_layer > (gint64) G_MAXUINT32 / n_layers)
		return FALSE;
	field->n_rows = n_rows;
	field->n_cols = n_cols;
	field->stride = (gint32) stride;
	field->n_layer = (guint32) n_layer;
	field->n_layers = n_layers;
	field->n_steps = n_steps;
	for (int step = 0; step < 16; step++)
		field->offset[step] = thuso_step_row[step] * stride + thuso_step_col[step];
	return TRUE;
}

void field_place(const Field *field, guint32 cell, int *layer, gint32 *row, gint32 *col)
{
	*layer = cell >= field->n_layer;
	const guint32 at = cell - (*layer ? field->n_layer : 0);
	*row = (gint32) (at / (guint32) field->stride) - FIELD_ABOVE;
	*col = (gint32) (at % (guint32) field->stride) - FIELD_LEFT;
}

/* --- the neighbours of one cell ------------------------------------------------------------------------------------- */

/* Steps that do not fit into 32 bits: rare, so one at a time. */
static void relax_large(Field *field, guint32 cell, gint64 label)
{
	const guint32 *ticks = field->ticks + (gsize) cell * (gsize) field->n_steps;
	for (int step = 0; step < field->n_steps; step++) {
		if (ticks[step] != THUSO_STEP_LARGE)
			continue;
		const guint32 to = (guint32) (cell + field->offset[step]);
		const gint64 large = field->large(field, cell, step);
		if (large >= 0 && large < -label >> field->id_bits)
			field_offer(field, to, label + (large << field->id_bits));
	}
}

/* --- bucket by bucket -------------------------------------------------------------------------------------------------- */

/* The items of the next batch. */
static inline void prefetch(const Field *field, const Bucket *bucket, int n_steps)
{
	for (guint32 i = bucket->n > BATCH_SIZE ? bucket->n - BATCH_SIZE : 0; i < bucket->n; i++) {
		const guint32 cell = bucket->item[i].cell;
		__builtin_prefetch(field->ticks + (gsize) cell * (gsize) n_steps);
		for (int row = -1; row <= 1; row++)
			__builtin_prefetch(field->label + (gint64) cell + row * (gint64) field->stride);
	}
}

static gboolean exit_at(Field *field, guint32 cell, gint64 label, GError **error)
{
	return thuso_vector_push(&field->exits, &(FieldExit){ cell, label }, "the messages of a search", error);
}

static inline void change_layer(Field *field, guint32 cell, gint64 label)
{
	const int layer = cell >= field->n_layer;
	const guint32 below = layer ? cell - field->n_layer : cell;
	if (__atomic_load_n(&field->linked[below], __ATOMIC_RELAXED) && field->link[layer] < -label)
		field_offer(field, layer ? below : cell + field->n_layer, label + field->link[layer]);
}

static inline void mark(Field *field, guint32 cell)
{
	field->settled[cell / 64] |= G_GUINT64_CONSTANT(1) << cell % 64;
	field->settled_64[cell / 4096] |= G_GUINT64_CONSTANT(1) << cell / 64 % 64;
}

/* Cell i of the batch needs its step costs, or is outside: then it leaves the batch. */
static gboolean make_ready(Field *field, Batch *batch, int *i, int *n, GError **error)
{
	const guint32 cell = batch->cell[*i];
	if (__atomic_load_n(&field->run[cell / THUSO_WINDOW_RUN], __ATOMIC_RELAXED) != RUN_MARGIN)
		return field->fill(field, cell / THUSO_WINDOW_RUN, error);
	if (!exit_at(field, cell, batch->label[*i], error))
		return FALSE;
	--*n;
	batch->cell[*i] = batch->cell[*n];
	batch->label[*i] = batch->label[*n];
	--*i;
	return TRUE;
}

static gboolean finish(Field *field, GError **error)
{
	if (!field->queue.no_memory)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
	            "no memory left for the search queue (%.1f MB); take larger cells or a lower limit",
	            (double) field->queue.no_memory / 1e6);
	return FALSE;
}

/* --- the kernel, for the machine's instructions ------------------------------------------------------------------------ */

#define KERNEL_NAME solve_plain
#include "kernel.h"

#if defined(__x86_64__)
#define KERNEL_NAME   solve_avx512
#define KERNEL_AVX512 1
#include "kernel.h"

/* All that KERNEL_TARGET names, and no more may stand there. */
static gboolean has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

gboolean field_solve(Field *field, GError **error)
{
	field->exits.n = 0;
#if defined(__x86_64__)
	if (has_avx512())
		return solve_avx512(field, error);
#endif
	return solve_plain(field, error);
}
