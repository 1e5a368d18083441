/* Labels at rest, between the times that a tile is in a field. In a field they are negative, `beyond` taken off; 0 = not reached. */
#ifndef THUSO_ACCESS_LABELS_H
#define THUSO_ACCESS_LABELS_H

#include <glib.h>

/* 40 bits in two planes, as costs; of n_slab cells. */
static inline gsize labels_40_bytes(gsize n_slab)
{
	return n_slab * (sizeof(guint32) + sizeof(guint8));
}
void labels_40_get(gconstpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, gint64 *label);
/* FALSE: a label does not fit; the slab is spoilt then. */
gboolean labels_40_put(gpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, const gint64 *label);

#endif
