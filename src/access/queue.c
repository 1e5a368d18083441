/* The parts of the bucket queue that need not be fast. */
#include "queue.h"

void queue_init(Queue *queue, gint64 least_ticks)
{
	*queue = (Queue){ .shift = 63 - __builtin_clzll((guint64) MAX(least_ticks, 1)) };
	for (int level = 0; level < QUEUE_LEVELS; level++)
		for (int digit = 0; digit < QUEUE_BUCKETS; digit++)
			queue->bucket[level][digit] = THUSO_VECTOR(QueueItem);
}

void queue_clear(Queue *queue)
{
	for (int level = 0; level < QUEUE_LEVELS; level++)
		for (int digit = 0; digit < QUEUE_BUCKETS; digit++)
			thuso_vector_clear(&queue->bucket[level][digit]);
}

void queue_reset(Queue *queue)
{
	queue->now = 0;
	for (int level = 0; level < QUEUE_LEVELS; level++) {
		for (guint64 left = queue->filled[level]; left; left &= left - 1)
			queue->bucket[level][__builtin_ctzll(left)].n = 0;
		queue->filled[level] = 0;
	}
}

gboolean queue_refill(Queue *queue, GError **error)
{
	int level = 0;
	while (level < QUEUE_LEVELS && !queue->filled[level])
		level++;
	if (level == 0 || level == QUEUE_LEVELS)
		return TRUE;
	const int digit = __builtin_ctzll(queue->filled[level]);
	ThusoVector *bucket = &queue->bucket[level][digit];
	const QueueItem *items = bucket->data;
	const gint64 n = bucket->n;
	/* From the lowest item on all digits below differ at lower levels only, so no item comes back into this bucket. */
	gint64 lowest = items[0].ticks;
	for (gint64 i = 1; i < n; i++)
		lowest = MIN(lowest, items[i].ticks);
	queue->now = (guint64) lowest >> queue->shift;
	bucket->n = 0;
	queue->filled[level] &= queue->filled[level] - 1;
	for (gint64 i = 0; i < n; i++)
		if (!queue_push(queue, items[i].ticks, items[i].cell, error))
			return FALSE;
	return TRUE;
}
