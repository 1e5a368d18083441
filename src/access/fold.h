/* A fast hash against damage and for long contents: four lanes, each step one-to-one in what it adds and in what was there, so that a
 * single change always shows (after xxHash, Collet 2012). Where it names content, SHA-256 is taken over the folds. */
#ifndef ACCESS_FOLD_H
#define ACCESS_FOLD_H

#include <glib.h>
#include <string.h>

#define FOLD_LANES 4

typedef struct {
	guint64 lane[FOLD_LANES];
} Fold;

static inline guint64 fold_turn(guint64 word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void fold_stripe(Fold *fold, const guint64 word[FOLD_LANES])
{
	for (int i = 0; i < FOLD_LANES; i++)
		fold->lane[i] = fold_turn(fold->lane[i] + word[i] * G_GUINT64_CONSTANT(0xc2b2ae3d27d4eb4f), 31) *
		                G_GUINT64_CONSTANT(0x9e3779b185ebca87);
}

static inline void fold_start(Fold *fold)
{
	*fold = (Fold){ { 0x9e3779b1, 0x85ebca87, 0xc2b2ae3d, 0x27d4eb4f } };
}

/* One piece; the same bytes in other pieces are other content. */
static inline void fold_add(Fold *fold, gconstpointer data, gsize bytes)
{
	guint64 word[FOLD_LANES];
	const guint8 *at = data;
	gsize left = bytes;
	for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
		memcpy(word, at, sizeof word);
		fold_stripe(fold, word);
	}
	memset(word, 0, sizeof word);
	if (left > 0)
		memcpy(word, at, left);
	fold_stripe(fold, word);
	fold_stripe(fold, (guint64[FOLD_LANES]){ bytes, bytes, bytes, bytes });
}

static inline guint64 fold_sum(const Fold *fold)
{
	guint64 sum = fold->lane[0];
	for (int i = 1; i < FOLD_LANES; i++)
		sum = (fold_turn(sum, 27) ^ fold->lane[i]) * G_GUINT64_CONSTANT(0x9e3779b185ebca87);
	return sum ^ sum >> 29;
}

#endif
