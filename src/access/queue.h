/* A monotone bucket queue of (ticks, cell) with several levels (Denardo and Fox 1979; Cherkassky, Goldberg and Silverstein
 * 1999).
 *
 * The lowest level has 64 buckets of 2^shift ticks, each next one 64 buckets as wide as all of the level below. An item goes to
 * the level of the highest digit in which it differs from the bucket now worked on, and comes down level by level: eleven
 * levels hold any 63 bit cost, so no ratio of step costs can blow the queue up. With 2^shift <= the least step no cell of a
 * bucket can improve another one of the same bucket: their order is free, and nothing is ever compared. */
#ifndef THUSO_ACCESS_QUEUE_H
#define THUSO_ACCESS_QUEUE_H

#include <thuso/base.h>

#define QUEUE_DIGIT_BITS 6
#define QUEUE_BUCKETS    (1 << QUEUE_DIGIT_BITS)
#define QUEUE_LEVELS     11

typedef struct {
	gint64 ticks, cell;
} QueueItem;

typedef struct {
	int shift;
	guint64 now;                                     /* bucket number (ticks >> shift) now worked on */
	guint64 filled[QUEUE_LEVELS];                    /* bit b: bucket b of the level holds items */
	ThusoVector bucket[QUEUE_LEVELS][QUEUE_BUCKETS]; /* QueueItem */
} Queue;

void queue_init(Queue *queue, gint64 least_ticks);
void queue_clear(Queue *queue); /* frees */
void queue_reset(Queue *queue); /* empties, keeps the memory */

/* `ticks` is not below the item taken last. */
static inline gboolean queue_push(Queue *queue, gint64 ticks, gint64 cell, GError **error)
{
	const guint64 number = (guint64) ticks >> queue->shift, differs = number ^ queue->now;
	const int level = differs ? (63 - __builtin_clzll(differs)) / QUEUE_DIGIT_BITS : 0;
	const guint digit = (guint) (number >> (QUEUE_DIGIT_BITS * level)) % QUEUE_BUCKETS;
	ThusoVector *bucket = &queue->bucket[level][digit];
	if (bucket->n == bucket->capacity && !thuso_vector_reserve(bucket, bucket->n + 1, "the search queue", error))
		return FALSE;
	((QueueItem *) bucket->data)[bucket->n++] = (QueueItem){ ticks, cell };
	queue->filled[level] |= G_GUINT64_CONSTANT(1) << digit;
	return TRUE;
}

/* Brings the items of the lowest costs to level 0; queue_is_empty tells afterwards whether there are any. */
gboolean queue_refill(Queue *queue, GError **error);
static inline gboolean queue_is_empty(const Queue *queue) /* level 0 */
{
	return queue->filled[0] == 0;
}

/* An item of the lowest bucket; not when empty. */
static inline QueueItem queue_take(Queue *queue)
{
	const int digit = __builtin_ctzll(queue->filled[0]);
	ThusoVector *bucket = &queue->bucket[0][digit];
	queue->now = (queue->now & ~(guint64) (QUEUE_BUCKETS - 1)) | (guint64) digit;
	const QueueItem item = ((QueueItem *) bucket->data)[--bucket->n];
	if (bucket->n == 0)
		queue->filled[0] &= queue->filled[0] - 1;
	return item;
}

/* The cell that comes `ahead` items later, or -1: for prefetching. */
static inline gint64 queue_ahead(const Queue *queue, gint64 ahead)
{
	const ThusoVector *bucket = &queue->bucket[0][queue->now % QUEUE_BUCKETS];
	return bucket->n > ahead ? ((const QueueItem *) bucket->data)[bucket->n - 1 - ahead].cell : -1;
}

#endif
