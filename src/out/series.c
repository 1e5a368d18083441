/* A series of results. The next one is made in a hidden folder; marking it is the commit, after which it gets its dated name, `latest` is
 * switched and the oldest go. Each of these steps can be broken off: the next run that gets the lock ends them. */
#include "series.h"

#include "lock.h"
#include "sync.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK        ".thuso-lock"
#define NEXT        ".thuso-next"
#define GONE        ".thuso-gone"
#define LATEST      "latest"
#define LATEST_PART ".thuso-latest"
#define LATEST_TEXT "latest.txt" /* where a share knows no symbolic links */
#define MOST_A_DAY  1000000

struct ThusoSeries {
	ThusoContext *context;
	char *folder, *next;
	char *last; /* path of the newest result, or NULL */
	gint64 number;
	gboolean made_folder, is_marked;
	ThusoLock *lock;
};

static gboolean fail(GError **error, ThusoErrorCode code, const char *what, const char *path, const char *why)
{
	g_autofree char *shown = thuso_escape(path);
	g_set_error(error, THUSO_ERROR, (int) code, "%s %s: %s", what, shown, why);
	return FALSE;
}

static char *path_in(const ThusoSeries *series, const char *name)
{
	return g_build_filename(series->folder, name, NULL);
}

static gboolean exists(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

/* --- latest ------------------------------------------------------------------------------------------------------------------ */

static gboolean check_latest(const ThusoSeries *series, GError **error)
{
	g_autofree char *latest = path_in(series, LATEST);
	struct stat st;
	if (lstat(latest, &st) != 0 || S_ISLNK(st.st_mode))
		return TRUE;
	return fail(error, THUSO_ERROR_USAGE, "cannot make the link", latest,
	            "something else has that name: move it away, or name another folder");
}

/* The folder's name as a text, replaced in one step. */
static gboolean write_latest_text(const ThusoSeries *series, const char *name, GError **error)
{
	g_autofree char *path = path_in(series, LATEST_TEXT), *line = g_strconcat(name, "\n", NULL);
	return g_file_set_contents_full(path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}

static gboolean switch_latest(const ThusoSeries *series, const char *name, GError **error)
{
	g_autofree char *latest = path_in(series, LATEST), *part = path_in(series, LATEST_PART);
	g_autofree char *there = g_file_read_link(latest, NULL);
	if (g_strcmp0(there, name) == 0)
		return TRUE;
	unlink(part);
	if (symlink(name, part) != 0) {
		if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EACCES)
			return write_latest_text(series, name, error);
		return fail(error, THUSO_ERROR_FAILED, "cannot switch the link", latest, g_strerror(errno));
	}
	if (rename(part, latest) == 0)
		return thuso_sync_path(series->folder, error);
	int why = errno;
	unlink(part);
	return fail(error, THUSO_ERROR_FAILED, "cannot switch the link", latest, g_strerror(why));
}

/* --- into place ---------------------------------------------------------------------------------------------------------------- */

/* DAY, else DAY-2, DAY-3: one more than any that is there, so that the names of a day tell their order. */
static char *free_name(const ThusoSeries *series, const char *day)
{
	g_autoptr(GDir) dir = g_dir_open(series->folder, 0, NULL);
	gint64 most = 0;
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		if (!g_str_has_prefix(name, day))
			continue;
		const char *rest = name + strlen(day);
		if (*rest == '\0')
			most = MAX(most, 1);
		else if (*rest == '-')
			most = MAX(most, MIN(g_ascii_strtoll(rest + 1, NULL, 10), MOST_A_DAY));
	}
	return most == 0 ? g_strdup(day) : g_strdup_printf("%s-%" G_GINT64_FORMAT, day, most + 1);
}

static gboolean rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return TRUE;
	return (errno == EINVAL || errno == ENOSYS) && rename(from, to) == 0; /* not every file system can do more */
}

static gboolean place_next(ThusoSeries *series, const char *day, GError **error)
{
	g_autofree char *name = free_name(series, day), *path = path_in(series, name);
	if (!rename_new(series->next, path)) {
		g_autofree char *why = g_strdup_printf("%s; the result is whole and lies in %s: the next run will put it into place",
		                                       g_strerror(errno), series->next);
		return fail(error, THUSO_ERROR_FAILED, "cannot name the result", path, why);
	}
	series->is_marked = FALSE;
	if (!thuso_sync_path(series->folder, error))
		return FALSE;
	g_free(series->last);
	series->last = g_steal_pointer(&path);
	return switch_latest(series, name, error);
}

/* --- what is old ---------------------------------------------------------------------------------------------------------------- */

static void keep_foreign(const ThusoSeries *series, const char *name, const char *file)
{
	g_autofree char *shown = thuso_escape(file);
	thuso_log(series->context, THUSO_WARNING,
	          "%s/%s is older than the results to be kept, but stays: it holds %s, which is no part of the result",
	          series->folder, name, shown);
}

/* Renamed first, so that a kill leaves no half of a result under its name. */
static void remove_one(const ThusoSeries *series, const SeriesFolder *folder)
{
	g_autofree char *path = path_in(series, folder->name), *gone = path_in(series, GONE);
	g_autofree char *foreign = series_foreign_file(series->folder, folder);
	if (foreign != NULL) {
		keep_foreign(series, folder->name, foreign);
		return;
	}
	series_remove_tree(gone);
	if (rename(path, gone) != 0)
		thuso_log(series->context, THUSO_WARNING, "cannot remove the old result %s (%s): the next run tries again", path,
		          g_strerror(errno));
	else if (!series_remove_tree(gone))
		thuso_log(series->context, THUSO_WARNING, "cannot remove all of %s (%s): the next run tries again", gone,
		          g_strerror(errno));
	else
		thuso_log(series->context, THUSO_INFO, "removed the old result %s", path);
}

static void remove_oldest(const ThusoSeries *series, int keep)
{
	g_autoptr(GPtrArray) folders = series_list(series->folder);
	for (guint i = 0; keep > 0 && i + (guint) keep < folders->len; i++)
		remove_one(series, g_ptr_array_index(folders, i));
}

/* --- the interface --------------------------------------------------------------------------------------------------------------- */

static gboolean make_folder(ThusoSeries *series, GError **error)
{
	series->made_folder = !exists(series->folder);
	if (g_mkdir_with_parents(series->folder, 0777) == 0 && g_file_test(series->folder, G_FILE_TEST_IS_DIR))
		return TRUE;
	series->made_folder = FALSE;
	return fail(error, THUSO_ERROR_FAILED, "cannot make the folder of results", series->folder, g_strerror(errno));
}

/* Under the lock: whatever lies in the hidden folders was left by a killed run. What it had marked is whole. */
static gboolean recover(ThusoSeries *series, GError **error)
{
	g_autofree char *gone = path_in(series, GONE), *part = path_in(series, LATEST_PART);
	g_autoptr(SeriesFolder) next = series_read_mark(series->folder, NEXT);
	unlink(part);
	series_remove_tree(gone);
	if (next == NULL && exists(series->next) && !series_remove_tree(series->next))
		return fail(error, THUSO_ERROR_FAILED, "cannot remove what a killed run left in", series->next, g_strerror(errno));
	if (next != NULL) {
		thuso_log(series->context, THUSO_INFO, "the run before was stopped after its result was whole; it is put into place");
		return place_next(series, next->day, error);
	}
	return TRUE;
}

static gboolean find_last(ThusoSeries *series, GError **error)
{
	g_autoptr(GPtrArray) folders = series_list(series->folder);
	series->number = 1;
	if (folders->len == 0)
		return TRUE;
	const SeriesFolder *newest = g_ptr_array_index(folders, folders->len - 1);
	series->number = newest->number + 1;
	g_free(series->last);
	series->last = path_in(series, newest->name);
	return switch_latest(series, newest->name, error);
}

ThusoSeries *thuso_series_open(ThusoContext *context, const char *folder, GError **error)
{
	g_autoptr(ThusoSeries) series = g_new0(ThusoSeries, 1);
	series->context = context;
	series->folder = g_canonicalize_filename(folder, NULL);
	series->next = path_in(series, NEXT);
	if (!make_folder(series, error) || !(series->lock = thuso_lock_take(series->folder, LOCK, series->folder, error)) ||
	    !check_latest(series, error) || !recover(series, error) || !find_last(series, error))
		return NULL;
	return g_steal_pointer(&series);
}

void thuso_series_free(ThusoSeries *series)
{
	if (series == NULL)
		return;
	if (series->lock != NULL && !series->is_marked)
		series_remove_tree(series->next);
	thuso_lock_free(series->lock);
	if (series->made_folder)
		rmdir(series->folder); /* stays where there is anything in it */
	g_free(series->folder);
	g_free(series->next);
	g_free(series->last);
	g_free(series);
}

const char *thuso_series_next(const ThusoSeries *series)
{
	return series->next;
}

const char *thuso_series_last(const ThusoSeries *series)
{
	return series->last;
}

char *thuso_series_commit(ThusoSeries *series, const char *day, int keep, GError **error)
{
	if (!series_mark(series->next, series->number, day, error))
		return NULL;
	series->is_marked = TRUE;
	if (!place_next(series, day, error))
		return NULL;
	remove_oldest(series, keep);
	return g_strdup(series->last);
}
