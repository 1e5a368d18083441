/* The kernel: labels settled bucket by bucket, where a search spends its time. Included by field.c once for each set of instructions
 * (KERNEL_NAME, KERNEL_AVX512), and compiled for 8 and for 16 neighbours. */
#define KERNEL_PASTE_(a, b) a##_##b
#define KERNEL_PASTE(a, b)  KERNEL_PASTE_(a, b)
#define KERNEL_FUNC(what)   KERNEL_PASTE(KERNEL_NAME, what)

#ifdef KERNEL_AVX512
#include <immintrin.h>
#define KERNEL_TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#else
#define KERNEL_TARGET
#endif
#define KERNEL_INLINE KERNEL_TARGET static inline __attribute__((always_inline))

/* What the neighbours of one cell are offered: appended to `offers` from n on, the new count is returned. Nothing is stored yet: so many
 * cells are compared before the first of their answers is needed, which keeps the processor busy where branches would stall it. */
#ifdef KERNEL_AVX512
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
/* The labels are gathered one by one: they were just stored one by one, and a wide load of such memory would wait for the stores. */
KERNEL_INLINE int KERNEL_FUNC(compare)(const Field *field, guint32 cell, gint64 label, const guint32 *ticks, const gint64 *offset,
                                       Offers *offers, int n, gboolean *special)
{
	const __m512i step = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *) (const void *) ticks));
	const __m512i offer = _mm512_add_epi64(_mm512_set1_epi64(label), _mm512_sll_epi64(step, _mm_cvtsi32_si128(field->id_bits)));
	const __m512i to = _mm512_add_epi64(_mm512_set1_epi64(cell), _mm512_loadu_si512(offset));
	const __m512i known = _mm512_i64gather_epi64(to, field->label, 8);
	const __mmask8 better = _mm512_cmplt_epi64_mask(offer, known);
	const __mmask8 plain = _mm512_mask_cmplt_epu64_mask(better, step, _mm512_set1_epi64(THUSO_STEP_LARGE));
	*special |= _mm512_mask_cmpeq_epu64_mask(better, step, _mm512_set1_epi64(THUSO_STEP_LARGE)) != 0;
	_mm512_storeu_si512(offers->label + n, _mm512_maskz_compress_epi64(plain, offer));
	_mm512_storeu_si512(offers->cell + n, _mm512_maskz_compress_epi64(plain, to));
	return n + __builtin_popcount(plain);
}
#pragma GCC diagnostic pop
#else
KERNEL_INLINE int KERNEL_FUNC(compare)(const Field *field, guint32 cell, gint64 label, const guint32 *ticks, const gint64 *offset,
                                       Offers *offers, int n, gboolean *special)
{
	for (int k = 0; k < 8; k++) {
		const gint64 to = cell + offset[k], offer = label + ((gint64) ticks[k] << field->id_bits);
		const gboolean better = offer < field->label[to], plain = ticks[k] < THUSO_STEP_LARGE;
		offers->cell[n] = to;
		offers->label[n] = offer;
		n += better & plain;
		*special |= better & (ticks[k] == THUSO_STEP_LARGE);
	}
	return n;
}
#endif

/* The items at the end of a bucket that still stand, as cells with their labels. */
KERNEL_INLINE int KERNEL_FUNC(take)(Field *field, Bucket *bucket, Batch *batch)
{
	const int n = (int) MIN(bucket->n, BATCH_SIZE);
	const QueueItem *item = bucket->item + bucket->n - n;
	int n_live = 0;
	bucket->n -= (guint32) n;
	for (int i = 0; i < n; i++) {
		const gint64 label = field->label[item[i].cell];
		batch->cell[n_live] = item[i].cell;
		batch->label[n_live] = label;
		n_live += (guint32) label == item[i].key;
	}
	return n_live;
}

KERNEL_INLINE void KERNEL_FUNC(relax)(Field *field, const Batch *batch, int n_cells, int n_steps)
{
	Offers offers;
	gboolean special = FALSE;
	int n = 0;
	for (int i = 0; i < n_cells; i++)
		for (int first = 0; first < n_steps; first += 8)
			n = KERNEL_FUNC(compare)(field, batch->cell[i], batch->label[i],
			                         field->ticks + (gsize) batch->cell[i] * (gsize) n_steps + first, field->offset + first,
			                         &offers, n, &special);
	for (int i = 0; i < n; i++)
		field_offer(field, (guint32) offers.cell[i], offers.label[i]);
	for (int i = 0; special && i < n_cells; i++)
		relax_large(field, batch->cell[i], batch->label[i]);
}

/* With buckets no wider than the least step no cell of a bucket improves another one in it. A wider bucket, or a link without cost,
 * only means that a cell may be worked on again: every improvement is pushed, so nothing is missed. */
KERNEL_INLINE gboolean KERNEL_FUNC(bucket)(Field *field, Bucket *bucket, int n_steps, GError **error)
{
	while (bucket->n > 0) {
		Batch batch;
		int n = KERNEL_FUNC(take)(field, bucket, &batch);
		prefetch(field, bucket, n_steps);
		for (int i = 0; i < n; i++)
			if (G_UNLIKELY(__atomic_load_n(&field->run[batch.cell[i] / THUSO_WINDOW_RUN], __ATOMIC_ACQUIRE) != RUN_READY) &&
			    !make_ready(field, &batch, &i, &n, error))
				return FALSE;
		KERNEL_FUNC(relax)(field, &batch, n, n_steps);
		for (int i = 0; field->settled && i < n; i++)
			mark(field, batch.cell[i]);
		for (int i = 0; field->linked && i < n; i++)
			change_layer(field, batch.cell[i], batch.label[i]);
	}
	return TRUE;
}

KERNEL_INLINE gboolean KERNEL_FUNC(all)(Field *field, int n_steps, GError **error)
{
	Queue *queue = &field->queue;
	for (;;) {
		Bucket *bucket = queue_lowest(queue);
		if (!bucket) {
			if (!queue_refill(queue, field->label))
				break;
			if (!thuso_context_go_on(field->context, error))
				return FALSE;
			continue;
		}
		if (!KERNEL_FUNC(bucket)(field, bucket, n_steps, error))
			return FALSE;
		queue_done(queue);
	}
	return finish(field, error);
}

KERNEL_TARGET static gboolean KERNEL_NAME(Field *field, GError **error)
{
	return field->n_steps == 8 ? KERNEL_FUNC(all)(field, 8, error) : KERNEL_FUNC(all)(field, 16, error);
}

#undef KERNEL_NAME
#undef KERNEL_AVX512
#undef KERNEL_PASTE_
#undef KERNEL_PASTE
#undef KERNEL_FUNC
#undef KERNEL_TARGET
#undef KERNEL_INLINE
