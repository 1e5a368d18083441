/* A lock on what a run writes; it dies with the process. */
#ifndef THUSO_OUT_LOCK_H
#define THUSO_OUT_LOCK_H

#include <thuso/base.h>

typedef struct ThusoLock ThusoLock;

/* Takes the lock FOLDER/BASE. `target` is what the message names as being written. THUSO_ERROR_LOCKED when another process holds it. */
ThusoLock *thuso_lock_take(const char *folder, const char *base, const char *target, GError **error);
/* Removes the file and lets go; NULL is fine. */
void thuso_lock_free(ThusoLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoLock, thuso_lock_free)

#endif
