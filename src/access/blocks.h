/* The outer loop of a search: blocks that are solved one by one by any number of threads, and messages between them.
 *
 * A block is a part of the world that settles labels by itself: a tile of a grid with its riding layer; another kind may be a part
 * of a road network, and a block may be on disk or on another machine. All the loop knows is a number for each, the smallest label that
 * waits for it, and messages (block, node, label). Blocks share no memory. A message says "this node can be had for this label":
 * the least one counts, so messages may come in any order, late, or twice, and the result is the same. */
#ifndef THUSO_ACCESS_BLOCKS_H
#define THUSO_ACCESS_BLOCKS_H

#include <thuso/base.h>

typedef struct {
	guint32 block, node;
	gint64 label;
} Message;

/* Takes what came in for the block, settles its labels, and appends to `outbox` (Message) what it has to say to others. It may leave labels
 * for later by a message to itself. Called for a block by one thread at a time. */
typedef gboolean (*SolveFunc)(gpointer world, guint32 block, const Message *inbox, gint64 n, int worker, ThusoVector *outbox,
                              GError **error);

typedef struct {
	guint32 n_blocks;
	guint32 n_expected; /* blocks that will be reached at most, for the progress */
	SolveFunc solve;
	gpointer world;
} Blocks;

/* From the seeds on until no message is left. */
gboolean blocks_run(ThusoContext *context, const Blocks *blocks, const Message *seeds, gint64 n_seeds, GError **error);

#endif
