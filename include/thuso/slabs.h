/* Slabs: many pieces of equal size that live in memory as far as a budget goes, and else in a file that is gone when the process
 * ends. What was never written takes no room anywhere. */
#ifndef THUSO_SLABS_H
#define THUSO_SLABS_H

#include <thuso/base.h>

G_BEGIN_DECLS

/* A budget that several sets of slabs share. Outlives its sets. */
typedef struct ThusoSlabPool ThusoSlabPool;
/* `budget_bytes` 0 = no bound, no file. `folder` is where the spill file goes (made when first needed, without a name where the
 * system can, so nothing is left behind). */
ThusoSlabPool *thuso_slab_pool_new(gint64 budget_bytes, const char *folder);
void thuso_slab_pool_free(ThusoSlabPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSlabPool, thuso_slab_pool_free)
gint64 thuso_slab_pool_in_use(const ThusoSlabPool *pool);  /* bytes in memory now */
gint64 thuso_slab_pool_spilled(const ThusoSlabPool *pool); /* bytes written to the file so far */

typedef struct ThusoSlabs ThusoSlabs;
/* `n` slabs of `bytes` each, none of them there yet; `what` names them in errors. */
ThusoSlabs *thuso_slabs_new(ThusoSlabPool *pool, gint64 n, gsize bytes, const char *what, GError **error);
void thuso_slabs_free(ThusoSlabs *slabs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSlabs, thuso_slabs_free)
gboolean thuso_slabs_exists(const ThusoSlabs *slabs, gint64 i);

/* Holds slab `i` in memory until thuso_slabs_unpin and gives it in *slab, aligned to 64 bytes. One that is not there becomes a
 * zeroed one with `create`, else *slab is NULL (nothing to unpin). Any thread; the same slab may be pinned by several. Writers of a
 * slab see to it themselves that nobody else has it pinned. */
gboolean thuso_slabs_pin(ThusoSlabs *slabs, gint64 i, gboolean create, gpointer *slab, GError **error);
void thuso_slabs_unpin(ThusoSlabs *slabs, gint64 i, gboolean changed);
/* Forgets slab `i`, which nobody has pinned: it is as if it had never been. */
void thuso_slabs_drop(ThusoSlabs *slabs, gint64 i);

G_END_DECLS
#endif
