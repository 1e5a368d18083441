/* The outer loop: the block with the smallest waiting label first. That order is not needed for the answer, only to do little twice. */
#include "blocks.h"

#include <pthread.h>

#define NOTHING G_MAXINT64

typedef struct {
	ThusoVector inbox; /* Message */
	gint64 smallest;   /* of the inbox */
	guint32 place;     /* in the heap, from 1 on; 0 = not there */
	gboolean working, known;
} Block;

typedef struct {
	const Blocks *blocks;
	ThusoContext *context;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	Block *block;
	guint32 *heap; /* block numbers by smallest label, from index 1 on */
	guint32 n_heap, n_working, n_known;
	gboolean stop;
} Loop;

/* --- a binary heap of blocks ------------------------------------------------------------------------------------------- */

static gboolean before(const Loop *loop, guint32 a, guint32 b)
{
	const gint64 x = loop->block[a].smallest, y = loop->block[b].smallest;
	return x != y ? x < y : a < b;
}

static void heap_put(Loop *loop, guint32 place, guint32 block)
{
	loop->heap[place] = block;
	loop->block[block].place = place;
}

static void heap_up(Loop *loop, guint32 place)
{
	const guint32 block = loop->heap[place];
	for (; place > 1 && before(loop, block, loop->heap[place / 2]); place /= 2)
		heap_put(loop, place, loop->heap[place / 2]);
	heap_put(loop, place, block);
}

static void heap_down(Loop *loop, guint32 place)
{
	const guint32 block = loop->heap[place];
	for (guint32 child; (child = 2 * place) <= loop->n_heap; place = child) {
		if (child < loop->n_heap && before(loop, loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!before(loop, loop->heap[child], block))
			break;
		heap_put(loop, place, loop->heap[child]);
	}
	heap_put(loop, place, block);
}

static guint32 heap_take(Loop *loop)
{
	const guint32 first = loop->heap[1], last = loop->heap[loop->n_heap--];
	loop->block[first].place = 0;
	if (last != first) {
		loop->heap[1] = last;
		heap_down(loop, 1);
	}
	return first;
}

/* --- messages ---------------------------------------------------------------------------------------------------------- */

static void queue_block(Loop *loop, guint32 number)
{
	Block *block = &loop->block[number];
	if (block->working || block->smallest == NOTHING)
		return;
	if (!block->place)
		heap_put(loop, ++loop->n_heap, number);
	heap_up(loop, block->place);
}

static gboolean deliver(Loop *loop, const Message *messages, gint64 n, GError **error)
{
	for (gint64 i = 0; i < n; i++) {
		g_assert(messages[i].block < loop->blocks->n_blocks);
		Block *block = &loop->block[messages[i].block];
		if (!thuso_vector_push(&block->inbox, &messages[i], "the messages of a search", error))
			return FALSE;
		if (messages[i].label < block->smallest) {
			block->smallest = messages[i].label;
			queue_block(loop, messages[i].block);
		}
	}
	return TRUE;
}

/* --- workers ----------------------------------------------------------------------------------------------------------- */

/* Waits for a block; FALSE when all is done. */
static gboolean next_block(Loop *loop, guint32 *number)
{
	while (!loop->stop && loop->n_heap == 0 && loop->n_working > 0)
		pthread_cond_wait(&loop->changed, &loop->lock);
	if (loop->stop || loop->n_heap == 0)
		return FALSE;
	*number = heap_take(loop);
	return TRUE;
}

/* The worker frees it: blocks that wait for nothing hold nothing. */
static ThusoVector take_inbox(Block *block)
{
	const ThusoVector inbox = block->inbox;
	block->inbox = THUSO_VECTOR(Message);
	block->smallest = NOTHING;
	block->working = TRUE;
	return inbox;
}

static gboolean work_on(Loop *loop, guint32 number, int worker, ThusoVector *outbox, GError **error)
{
	Block *block = &loop->block[number];
	ThusoVector inbox = take_inbox(block);
	loop->n_known += !block->known;
	block->known = TRUE;
	loop->n_working++;
	const double done = (double) loop->n_known / (double) MAX(loop->blocks->n_expected, loop->n_known);
	pthread_mutex_unlock(&loop->lock);
	outbox->n = 0;
	const gboolean good = thuso_context_go_on(loop->context, error) &&
	                      loop->blocks->solve(loop->blocks->world, number, inbox.data, inbox.n, worker, outbox, error);
	thuso_vector_clear(&inbox);
	thuso_progress(loop->context, done);
	pthread_mutex_lock(&loop->lock);
	loop->n_working--;
	block->working = FALSE;
	queue_block(loop, number);
	return good && deliver(loop, outbox->data, outbox->n, error);
}

static gboolean worker_run(gint64 index, int worker, gpointer data, GError **error)
{
	Loop *loop = data;
	ThusoVector outbox = THUSO_VECTOR(Message);
	guint32 number;
	gboolean good = TRUE;
	(void) index;
	pthread_mutex_lock(&loop->lock);
	while (good && next_block(loop, &number)) {
		good = work_on(loop, number, worker, &outbox, error);
		loop->stop |= !good;
		pthread_cond_broadcast(&loop->changed);
	}
	pthread_mutex_unlock(&loop->lock);
	thuso_vector_clear(&outbox);
	return good;
}

static gboolean loop_init(Loop *loop, ThusoContext *context, const Blocks *blocks, GError **error)
{
	*loop = (Loop){ .blocks = blocks, .context = context };
	pthread_mutex_init(&loop->lock, NULL);
	pthread_cond_init(&loop->changed, NULL);
	if (!(loop->block = thuso_array_new(blocks->n_blocks, sizeof(Block), "the blocks of a search", error)) ||
	    !(loop->heap = thuso_array_new((gint64) blocks->n_blocks + 1, sizeof(guint32), "the blocks of a search", error)))
		return FALSE;
	for (guint32 i = 0; i < blocks->n_blocks; i++)
		loop->block[i] = (Block){ .inbox = THUSO_VECTOR(Message), .smallest = NOTHING };
	return TRUE;
}

static void loop_clear(Loop *loop)
{
	for (guint32 i = 0; loop->block && i < loop->blocks->n_blocks; i++)
		thuso_vector_clear(&loop->block[i].inbox);
	thuso_array_free(loop->block);
	thuso_array_free(loop->heap);
	pthread_cond_destroy(&loop->changed);
	pthread_mutex_destroy(&loop->lock);
}

/* One index a thread: each goes on until there is no block left for anybody. */
gboolean blocks_run(ThusoContext *context, const Blocks *blocks, const Message *seeds, gint64 n_seeds, GError **error)
{
	Loop loop;
	const gboolean done = loop_init(&loop, context, blocks, error) && deliver(&loop, seeds, n_seeds, error) &&
	                      thuso_parallel(context, thuso_context_threads(context), worker_run, &loop, error);
	loop_clear(&loop);
	return done;
}
