/* The kernel: labels settled bucket by bucket, where a search spends its time. Included by field.c once for each set of instructions
 * (KERNEL_NAME, KERNEL_AVX512), and compiled for 8 and for 16 neighbours. */
#define KERNEL_PASTE_(a, b) a##_##b
#define KERNEL_PASTE(a, b)  KERNEL_PASTE_(a, b)
#define KERNEL_FUNC(what)   KERNEL_PASTE(KERNEL_NAME, what)

#ifdef KERNEL_AVX512
#include <immintrin.h>
#define KERNEL_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,bmi,bmi2,lzcnt")))
#else
#define KERNEL_TARGET
#endif
#define KERNEL_INLINE KERNEL_TARGET static inline __attribute__((always_inline))

#ifdef KERNEL_AVX512
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
/* Which of eight offers improve on what is known; *special: those whose ticks stand for something else. The labels are gathered one by
 * one: they were just stored one by one, and a wide load of such memory would wait until all stores are through. */
KERNEL_INLINE guint KERNEL_FUNC(compare)(const Field *field, guint32 cell, gint64 label, const guint32 *ticks,
                                         const gint64 *offset, gint64 *offers, guint *special)
{
	const __m512i step = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *) (const void *) ticks));
	const __m512i offer = _mm512_add_epi64(_mm512_set1_epi64(label), _mm512_sll_epi64(step, _mm_cvtsi32_si128(field->id_bits)));
	const __m512i known = _mm512_i64gather_epi64(_mm512_loadu_si512(offset), field->label + cell, 8);
	const __mmask8 better = _mm512_cmplt_epi64_mask(offer, known);
	*special = _mm512_mask_cmpge_epu64_mask(better, step, _mm512_set1_epi64(THUSO_STEP_LARGE));
	_mm512_storeu_si512(offers, offer);
	return better;
}
#pragma GCC diagnostic pop
#else
KERNEL_INLINE guint KERNEL_FUNC(compare)(const Field *field, guint32 cell, gint64 label, const guint32 *ticks,
                                         const gint64 *offset, gint64 *offers, guint *special)
{
	guint better = 0;
	*special = 0;
	for (int k = 0; k < 8; k++) {
		offers[k] = label + ((gint64) ticks[k] << field->id_bits);
		better |= (guint) (offers[k] < field->label[cell + offset[k]]) << k;
		*special |= (guint) (ticks[k] >= THUSO_STEP_LARGE) << k;
	}
	*special &= better;
	return better;
}
#endif

KERNEL_INLINE void KERNEL_FUNC(relax)(Field *field, guint32 cell, gint64 label, int n_steps)
{
	const guint32 *ticks = field->ticks + (gsize) cell * (gsize) n_steps;
	guint any_special = 0;
	for (int first = 0; first < n_steps; first += 8) {
		gint64 offers[8];
		guint special;
		const guint better = KERNEL_FUNC(compare)(field, cell, label, ticks + first, field->offset + first, offers, &special);
		any_special |= special;
		for (guint left = better & ~special; left; left &= left - 1) {
			const int k = __builtin_ctz(left);
			improve(field, (guint32) (cell + field->offset[first + k]), offers[k]);
		}
	}
	if (G_UNLIKELY(any_special))
		relax_large(field, cell, label);
}

/* With buckets no wider than the least step no cell of a bucket improves another one in it. A wider bucket, or a link without cost,
 * only means that a cell may be worked on again: every improvement is pushed, so nothing is missed. */
KERNEL_INLINE gboolean KERNEL_FUNC(bucket)(Field *field, Bucket *bucket, int n_steps, GError **error)
{
	while (bucket->n > 0) {
		const QueueItem item = bucket->item[--bucket->n];
		const gint64 label = field->label[item.cell];
		prefetch(field, bucket, n_steps);
		if ((guint32) label != item.key)
			continue;
		if (G_UNLIKELY(__atomic_load_n(&field->run[item.cell / THUSO_WINDOW_RUN], __ATOMIC_ACQUIRE) != RUN_READY)) {
			if (field->run[item.cell / THUSO_WINDOW_RUN] == RUN_MARGIN) {
				if (!exit_at(field, item.cell, label, error))
					return FALSE;
				continue;
			}
			if (!field->fill(field, item.cell / THUSO_WINDOW_RUN, error))
				return FALSE;
		}
		if (field->settled)
			mark(field, item.cell);
		KERNEL_FUNC(relax)(field, item.cell, label, n_steps);
		if (field->linked)
			change_layer(field, item.cell, label);
	}
	return TRUE;
}

KERNEL_INLINE gboolean KERNEL_FUNC(all)(Field *field, gint64 bound, int n_steps, GError **error)
{
	Queue *queue = &field->queue;
	for (;;) {
		Bucket *bucket = queue_lowest(queue);
		if (!bucket) {
			if (!queue_refill(queue, field->label))
				break;
			continue;
		}
		if ((gint64) (queue->now << queue->shift) > bound)
			break;
		if (!KERNEL_FUNC(bucket)(field, bucket, n_steps, error))
			return FALSE;
		queue_done(queue);
	}
	return finish(field, error);
}

KERNEL_TARGET static gboolean KERNEL_NAME(Field *field, gint64 bound, GError **error)
{
	return field->n_steps == 8 ? KERNEL_FUNC(all)(field, bound, 8, error) : KERNEL_FUNC(all)(field, bound, 16, error);
}

#undef KERNEL_NAME
#undef KERNEL_AVX512
#undef KERNEL_PASTE_
#undef KERNEL_PASTE
#undef KERNEL_FUNC
#undef KERNEL_TARGET
#undef KERNEL_INLINE
