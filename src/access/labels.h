/* Labels at rest: 40 bits in two planes while all of a tile fit, else 64. */
#ifndef THUSO_ACCESS_LABELS_H
#define THUSO_ACCESS_LABELS_H

#include <glib.h>

#define NO_LABEL_40 ((G_GINT64_CONSTANT(1) << 40) - 1)

static inline gsize labels_40_bytes(gsize n)
{
	return n * (sizeof(guint32) + sizeof(guint8));
}

static inline void labels_40_get(gconstpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, gint64 *label)
{
	const guint32 *low = (const guint32 *) slab + first;
	const guint8 *high = (const guint8 *) ((const guint32 *) slab + n_slab) + first;
	for (gsize i = 0; i < n; i++) {
		const gint64 stored = (gint64) low[i] | (gint64) high[i] << 32;
		label[i] = stored == NO_LABEL_40 ? beyond : stored;
	}
}

static inline void labels_40_put(gpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, const gint64 *label)
{
	guint32 *low = (guint32 *) slab + first;
	guint8 *high = (guint8 *) ((guint32 *) slab + n_slab) + first;
	for (gsize i = 0; i < n; i++) {
		const gint64 stored = label[i] >= beyond ? NO_LABEL_40 : label[i];
		low[i] = (guint32) stored;
		high[i] = (guint8) (stored >> 32);
	}
}

#endif
