/* A binary heap of keys with two small numbers; equal keys by the numbers, so that the order is the same everywhere. */
#ifndef THUSO_CATCHMENT_HEAP_H
#define THUSO_CATCHMENT_HEAP_H

#include <thuso/base.h>

#include <stdlib.h>

typedef struct {
	gint64 key;
	guint32 a, b;
} HeapItem;

typedef struct {
	HeapItem *item;
	guint32 n, room;
} Heap;

static inline gboolean heap_less(const HeapItem *p, const HeapItem *q)
{
	if (p->key != q->key)
		return p->key < q->key;
	return p->a != q->a ? p->a < q->a : p->b < q->b;
}

/* At the end, wherever it belongs; FALSE without memory. */
static inline gboolean heap_append(Heap *heap, HeapItem item)
{
	if (G_UNLIKELY(heap->n == heap->room)) {
		guint32 room = heap->room + heap->room / 2 + 4;
		HeapItem *grown = realloc(heap->item, room * sizeof *grown);
		if (grown == NULL)
			return FALSE;
		heap->item = grown;
		heap->room = room;
	}
	heap->item[heap->n++] = item;
	return TRUE;
}

static inline gboolean heap_push(Heap *heap, HeapItem item)
{
	if (!heap_append(heap, item))
		return FALSE;
	guint32 at = heap->n - 1;
	for (guint32 up = (at - 1) / 2; at > 0 && heap_less(&item, &heap->item[up]); at = up, up = (at - 1) / 2)
		heap->item[at] = heap->item[up];
	heap->item[at] = item;
	return TRUE;
}

static inline void heap_sift(Heap *heap, guint32 at)
{
	HeapItem item = heap->item[at];
	for (guint32 child = 2 * at + 1; child < heap->n; at = child, child = 2 * at + 1) {
		if (child + 1 < heap->n && heap_less(&heap->item[child + 1], &heap->item[child]))
			child++;
		if (!heap_less(&heap->item[child], &item))
			break;
		heap->item[at] = heap->item[child];
	}
	heap->item[at] = item;
}

static inline void heap_order(Heap *heap)
{
	for (guint32 at = heap->n / 2; at-- > 0;)
		heap_sift(heap, at);
}

static inline HeapItem heap_pop(Heap *heap)
{
	HeapItem first = heap->item[0];
	heap->item[0] = heap->item[--heap->n];
	if (heap->n > 1)
		heap_sift(heap, 0);
	return first;
}

static inline void heap_clear(Heap *heap)
{
	free(heap->item);
	*heap = (Heap){ 0 };
}

#endif
