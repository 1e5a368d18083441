/* A series of results: a folder with one dated folder a run, and `latest`, a symbolic link to the newest (src/out/README.md). */
#ifndef THUSO_SERIES_H
#define THUSO_SERIES_H

#include <thuso/base.h>

G_BEGIN_DECLS

typedef struct ThusoSeries ThusoSeries;

/* Makes the folder, takes its lock (THUSO_ERROR_LOCKED when another run holds it), removes what a killed run left, puts into place what one
 * had finished, and sets `latest` right. Call before computing. Errors: _LOCKED, _FAILED (not writable), _USAGE (`latest` is a file or
 * a folder of somebody else's). */
ThusoSeries *thuso_series_open(ThusoContext *context, const char *folder, GError **error);
/* Removes what was not put into place, and lets go of the lock. */
void thuso_series_free(ThusoSeries *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSeries, thuso_series_free)

/* The folder in which the next result is to be made; it does not exist yet. */
const char *thuso_series_next(const ThusoSeries *series);
/* The folder of the newest result, absolute; NULL = there is none. */
const char *thuso_series_last(const ThusoSeries *series);

/* Names what was made FOLDER/DAY (`day`: "2026-11-29"; DAY-2 and so on for further runs of a day) in one step, switches `latest`, then removes the
 * oldest results beyond `keep` (0 = none). Only folders that this function named are ever removed, and only while they hold no file of
 * anybody else's: others stay, with a warning. Returns the final folder, caller frees. Once it has begun, a kill or an error loses
 * nothing: the next thuso_series_open ends the work. */
char *thuso_series_commit(ThusoSeries *series, const char *day, int keep, GError **error);

G_END_DECLS
#endif
