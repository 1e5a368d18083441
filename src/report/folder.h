/* The folder of a report: written beside its place, then put there as a whole. */
#ifndef REPORT_FOLDER_H
#define REPORT_FOLDER_H

#include <glib.h>

typedef struct Folder Folder;

/* Refuses what stands there already: anything but a report always, a report unless `overwrite`. Makes the new folder beside it. */
Folder *folder_open(const char *path, gboolean overwrite, GError **error);
/* Only the refusals. */
gboolean folder_check(const char *path, gboolean overwrite, GError **error);
/* Removes what was not committed. */
void folder_free(Folder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_free)

/* A new file of that name (A-Z a-z 0-9 _ - .); written through to the disk. */
gboolean folder_write(Folder *folder, const char *name, gconstpointer data, gsize size, GError **error);
/* Where another program's library may write a file of that name itself; counts as written. Caller frees. */
char *folder_path(Folder *folder, const char *name);
/* Puts the folder in its place. `written`: final paths in the order of writing, NULL-terminated; caller frees with g_strfreev. */
gboolean folder_commit(Folder *folder, char ***written, GError **error);

/* A file that takes the place of `path` at once, or an error; refuses an existing one unless `overwrite`. */
gboolean file_put(const char *path, gboolean overwrite, GBytes *bytes, GError **error);
/* `text` made of [A-Za-z0-9_-] alone; caller frees. */
char *file_word(const char *text);

#endif
