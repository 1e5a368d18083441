/* Labels packed and unpacked: a few nanoseconds a cell count here, so the loops are compiled for several sets of instructions. */
#include "labels.h"

#define NOT_REACHED ((G_GINT64_CONSTANT(1) << 40) - 1)

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&                                 \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

CLONES void labels_40_get(gconstpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, gint64 *label)
{
	const guint32 *low = (const guint32 *) slab + first;
	const guint8 *high = (const guint8 *) ((const guint32 *) slab + n_slab) + first;
	for (gsize i = 0; i < n; i++) {
		const gint64 stored = (gint64) low[i] | (gint64) high[i] << 32;
		label[i] = stored == NOT_REACHED ? 0 : stored - beyond;
	}
}

CLONES gboolean labels_40_put(gpointer slab, gsize n_slab, gsize first, gsize n, gint64 beyond, const gint64 *label)
{
	guint32 *low = (guint32 *) slab + first;
	guint8 *high = (guint8 *) ((guint32 *) slab + n_slab) + first;
	gint64 too_large = 0;
	for (gsize i = 0; i < n; i++) {
		const gint64 cost = label[i] + beyond, stored = label[i] < 0 ? cost : NOT_REACHED;
		too_large |= (label[i] < 0) & (cost >= NOT_REACHED);
		low[i] = (guint32) stored;
		high[i] = (guint8) (stored >> 32);
	}
	return !too_large;
}
