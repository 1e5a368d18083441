/* The parts of the bucket queue that need not be fast. */
#include "queue.h"

#include <stdlib.h>

#define LEAST_CAPACITY 64

void queue_clear(Queue *queue)
{
	for (int level = 0; level < QUEUE_LEVELS; level++)
		for (int digit = 0; digit < QUEUE_BUCKETS; digit++)
			free(queue->bucket[level][digit].item);
	*queue = (Queue){ 0 };
}

void queue_reset(Queue *queue, gint64 first, gint64 width)
{
	for (int level = 0; level < QUEUE_LEVELS; level++) {
		for (guint64 left = queue->filled[level]; left; left &= left - 1)
			queue->bucket[level][__builtin_ctzll(left)].n = 0;
		queue->filled[level] = 0;
	}
	queue->shift = 63 - __builtin_clzll((guint64) MAX(width, 1));
	queue->now = (guint64) first >> queue->shift;
	queue->no_memory = 0;
}

gboolean queue_grow(Queue *queue, Bucket *bucket)
{
	const gsize capacity = MAX(2 * (gsize) bucket->capacity, LEAST_CAPACITY);
	QueueItem *item = capacity <= G_MAXUINT32 ? realloc(bucket->item, capacity * sizeof *item) : NULL;
	if (!item) {
		queue->no_memory = capacity * sizeof *item;
		return FALSE;
	}
	bucket->item = item;
	bucket->capacity = (guint32) capacity;
	return TRUE;
}

static inline gboolean is_stale(QueueItem item, const gint64 *label)
{
	return (guint32) label[item.cell] != item.key;
}

gboolean queue_refill(Queue *queue, const gint64 *label)
{
	while (!queue->filled[0]) {
		int level = 1;
		while (level < QUEUE_LEVELS && !queue->filled[level])
			level++;
		if (level == QUEUE_LEVELS)
			return FALSE;
		Bucket *bucket = &queue->bucket[level][__builtin_ctzll(queue->filled[level])];
		const guint32 n = bucket->n;
		/* From the lowest item on all digits of this level and above agree, so no item comes back into this bucket. */
		gint64 lowest = G_MAXINT64;
		for (guint32 i = 0; i < n; i++)
			if (!is_stale(bucket->item[i], label))
				lowest = MIN(lowest, label[bucket->item[i].cell]);
		queue->filled[level] &= queue->filled[level] - 1;
		bucket->n = 0;
		if (lowest == G_MAXINT64)
			continue;
		queue->now = (guint64) lowest >> queue->shift;
		for (guint32 i = 0; i < n; i++)
			if (!is_stale(bucket->item[i], label))
				queue_push(queue, label[bucket->item[i].cell], bucket->item[i].cell);
	}
	return TRUE;
}
