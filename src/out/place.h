/* The place where a result goes: lock, temporary folder, synced files, and putting all files there or none. */
#ifndef THUSO_OUT_PLACE_H
#define THUSO_OUT_PLACE_H

#include <thuso/base.h>

/* Files of a result NAME.gpkg, as they follow on NAME. */
typedef enum { THUSO_FILE_GPKG, THUSO_FILE_QGZ, THUSO_FILE_COST, THUSO_FILE_COST_STYLE, THUSO_FILE_RUN, THUSO_N_FILES } ThusoFile;

typedef struct ThusoPlace ThusoPlace;

/* Checks the path, makes the folder, takes the lock, undoes what a killed run left half done, refuses what stands there already
 * unless `overwrite`. */
ThusoPlace *thuso_place_open(const char *path, gboolean overwrite, GError **error);
/* Removes temporary folder and lock, and the folder if it was made for nothing. */
void thuso_place_free(ThusoPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoPlace, thuso_place_free)

const char *thuso_place_path(const ThusoPlace *place); /* of the GeoPackage, absolute */
const char *thuso_place_name(const ThusoPlace *place); /* NAME */
const char *thuso_place_folder(const ThusoPlace *place);

/* A new empty temporary folder beside the target. */
gboolean thuso_place_begin(ThusoPlace *place, GError **error);
/* Where a file is to be written before it is put into place; caller frees. */
char *thuso_place_temporary(const ThusoPlace *place, ThusoFile file);
/* Writes a new file there, syncs it and reads it back. */
gboolean thuso_place_write(const ThusoPlace *place, ThusoFile file, const void *data, gsize size, GError **error);
/* Syncs all files of the temporary folder and renames them to the target, all or none; older ones of the same result that have no
 * successor go. `written` (may be NULL) gets the final paths, GeoPackage first. */
gboolean thuso_place_commit(ThusoPlace *place, gboolean overwrite, char ***written, GError **error);
/* Removes the temporary folder. */
void thuso_place_discard(ThusoPlace *place);

#endif
