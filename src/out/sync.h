/* Files and folders that survive a power cut. */
#ifndef THUSO_OUT_SYNC_H
#define THUSO_OUT_SYNC_H

#include <glib.h>

/* Writes a file that must not exist, follows no link, syncs it, and reads it back. */
gboolean thuso_sync_write(const char *path, const void *data, gsize size, GError **error);
/* Syncs a file or a folder. */
gboolean thuso_sync_path(const char *path, GError **error);

#endif
