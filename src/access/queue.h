/* A monotone bucket queue of cells by label, with several levels (Denardo and Fox 1979; Cherkassky, Goldberg and Silverstein
 * 1999).
 *
 * The lowest level has 64 buckets of 2^shift labels, each next one 64 buckets as wide as all of the level below. An item goes to
 * the level of the highest digit in which it differs from the bucket now worked on, and comes down level by level: eleven levels
 * hold any label, so no ratio of step costs can blow the queue up.
 *
 * Labels stand in the field, not here: an item is a cell and the lower half of the label it was pushed with. A cell that was improved
 * since has another label, and the old item is passed over. Where the halves agree by chance a cell is worked on twice, which
 * changes nothing. */
#ifndef THUSO_ACCESS_QUEUE_H
#define THUSO_ACCESS_QUEUE_H

#include <thuso/base.h>

#define QUEUE_DIGIT_BITS 6
#define QUEUE_BUCKETS    (1 << QUEUE_DIGIT_BITS)
#define QUEUE_LEVELS     11

typedef struct {
	guint32 cell, key;
} QueueItem;

typedef struct {
	QueueItem *item;
	guint32 n, capacity;
} Bucket;

typedef struct {
	int shift;
	gsize no_memory; /* bytes that were refused, or 0: an item was lost, and the search must fail */
	guint64 now;     /* bucket number (label >> shift) now worked on */
	guint64 filled[QUEUE_LEVELS];
	Bucket bucket[QUEUE_LEVELS][QUEUE_BUCKETS];
} Queue;

void queue_clear(Queue *queue); /* frees */
/* Empties; from now on labels from `first` on are pushed, in buckets no wider than `width`. */
void queue_reset(Queue *queue, gint64 first, gint64 width);
/* Not for callers: makes room, or sets no_memory. */
gboolean queue_grow(Queue *queue, Bucket *bucket);
/* Brings the lowest items to level 0; FALSE when there are none. `label` is the field's. */
gboolean queue_refill(Queue *queue, const gint64 *label);

/* `label` is not below the bucket now worked on. */
static inline void queue_push(Queue *queue, gint64 label, guint32 cell)
{
	const guint64 number = (guint64) label >> queue->shift, differs = number ^ queue->now;
	const int level = differs < QUEUE_BUCKETS ? 0 : (63 - __builtin_clzll(differs)) / QUEUE_DIGIT_BITS;
	const guint digit = (guint) (number >> (QUEUE_DIGIT_BITS * level)) % QUEUE_BUCKETS;
	Bucket *bucket = &queue->bucket[level][digit];
	if (G_UNLIKELY(bucket->n == bucket->capacity) && !queue_grow(queue, bucket))
		return;
	bucket->item[bucket->n++] = (QueueItem){ cell, (guint32) label };
	queue->filled[level] |= G_GUINT64_CONSTANT(1) << digit;
}

/* The lowest bucket of level 0, or NULL when that level is empty; the queue works on it from now on. */
static inline Bucket *queue_lowest(Queue *queue)
{
	if (!queue->filled[0])
		return NULL;
	const int digit = __builtin_ctzll(queue->filled[0]);
	queue->now = (queue->now & ~(guint64) (QUEUE_BUCKETS - 1)) | (guint64) digit;
	return &queue->bucket[0][digit];
}

/* After the lowest bucket was emptied. */
static inline void queue_done(Queue *queue)
{
	queue->filled[0] &= queue->filled[0] - 1;
}

#endif
