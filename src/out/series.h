/* What the files of a series share: its folders as they lie on the disk, and the marker that says which are ours. */
#ifndef THUSO_OUT_SERIES_H
#define THUSO_OUT_SERIES_H

#include <thuso/series.h>

/* --- series_folders.c ------------------------------------------------------------------------------------------------------ */

/* A folder that a commit has marked as a whole result. */
typedef struct {
	char *name;    /* in the series' folder */
	gint64 number; /* runs are counted from 1; clocks may jump, this does not */
	char *day;
	char **files; /* relative, NULL-terminated: what the program put there */
} SeriesFolder;
void series_folder_free(SeriesFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SeriesFolder, series_folder_free)

/* Marks `path` as a whole result, in one step and synced. */
gboolean series_mark(const char *path, gint64 number, const char *day, GError **error);
/* What the marker in PARENT/NAME says, or NULL where there is none of ours. */
SeriesFolder *series_read_mark(const char *parent, const char *name);
/* The dated folders of `parent` with a marker, by number. */
GPtrArray *series_list(const char *parent); /* of SeriesFolder */
/* The first file in it that the program did not put there, nor QGIS beside one of its files; NULL = none. Caller frees. */
char *series_foreign_file(const char *parent, const SeriesFolder *folder);
/* A folder with all that is in it; links in it are removed, not followed. */
gboolean series_remove_tree(const char *path);

#endif
