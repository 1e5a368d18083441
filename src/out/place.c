/* Putting a result into its place so that a reader finds the old one, the new one or none, never half of one.
 *
 * Files are written and synced in a folder .NAME.tmp-XXXXXX beside the target (same file system, so a rename is atomic). Then a
 * journal with their names is synced in there, every old file is saved beside it under a second name, and the new files are renamed
 * into place, the GeoPackage last: until that moment the old result (or none) stands. Removing the journal is the commit. A rename
 * that fails is undone at once; a killed run is undone by the next one that gets the lock. Where the old result cannot be replaced the
 * temporary folder becomes NAME-DATE: the work is not lost. */
#include "place.h"

#include "lock.h"
#include "sync.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_BYTES 180 /* leaves room for endings within the 255 of a file name */
#define JOURNAL        "placing"
#define OLD_PREFIX     "old-"
#define KEPT           "kept" /* stands in a temporary folder whose files are whole and wait for a name */
#define MOST_A_DAY     1000
#define TEMPLATE_X     "XXXXXX"

struct ThusoPlace {
	char *path, *folder, *name;
	char *temporary; /* NULL where there is none */
	ThusoLock *lock;
	gboolean made_folder;
	gboolean fresh[THUSO_N_FILES]; /* stands in the temporary folder and is to be put into place */
};

static const char *const endings[THUSO_N_FILES] = {
	[THUSO_FILE_GPKG] = ".gpkg",           [THUSO_FILE_QGZ] = ".qgz",      [THUSO_FILE_COST] = "_cost.tif",
	[THUSO_FILE_COST_STYLE] = "_cost.qml", [THUSO_FILE_RUN] = ".run.json",
};

static char *final_path(const ThusoPlace *place, ThusoFile file)
{
	g_autofree char *base = g_strconcat(place->name, endings[file], NULL);
	return g_build_filename(place->folder, base, NULL);
}

static char *path_in(const ThusoPlace *place, const char *folder, const char *prefix, ThusoFile file)
{
	g_autofree char *base = g_strconcat(prefix, place->name, endings[file], NULL);
	return g_build_filename(folder, base, NULL);
}

static gboolean exists(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

/* --- checks before anything is computed ------------------------------------------------------------------------------- */

static gboolean check_name(ThusoPlace *place, GError **error)
{
	g_autofree char *base = g_path_get_basename(place->path), *shown = thuso_escape(place->path);
	if (!g_str_has_suffix(base, endings[THUSO_FILE_GPKG])) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "the output %s does not end in .gpkg: results are GeoPackages", shown);
		return FALSE;
	}
	place->name = g_strndup(base, strlen(base) - strlen(endings[THUSO_FILE_GPKG]));
	gsize length = strlen(place->name);
	gboolean good =
	    length > 0 && length <= NAME_MAX_BYTES && strchr(".- ", place->name[0]) == NULL && place->name[length - 1] != ' ';
	for (const char *p = place->name; *p != '\0'; p++)
		good = good && (g_ascii_isalnum(*p) || strchr("_. -", *p) != NULL);
	if (!good)
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_USAGE,
		    "the output name of %s is not allowed: begin with a letter, digit or _, use A-Z a-z 0-9 _ - . and blanks, at most %d",
		    shown, NAME_MAX_BYTES);
	return good;
}

static gboolean make_folder(ThusoPlace *place, GError **error)
{
	g_autofree char *shown = thuso_escape(place->folder);
	if (g_file_test(place->folder, G_FILE_TEST_IS_DIR))
		return TRUE;
	place->made_folder = !exists(place->folder);
	if (g_mkdir_with_parents(place->folder, 0777) == 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
	            "cannot make the output folder %s (%s): make it, or choose another output", shown, g_strerror(errno));
	place->made_folder = FALSE;
	return FALSE;
}

/* A file of the result that stands there: may it be replaced? */
static gboolean check_target(const char *path, gboolean overwrite, GError **error)
{
	struct stat st;
	g_autofree char *shown = thuso_escape(path);
	if (lstat(path, &st) != 0)
		return TRUE;
	if (!S_ISREG(st.st_mode)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s is %s and cannot be replaced: choose another output", shown,
		            S_ISLNK(st.st_mode) ? "a symbolic link" : "no regular file");
		return FALSE;
	}
	if (overwrite)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "%s is there already: give --overwrite to replace that result, or another output", shown);
	return FALSE;
}

/* SQLite would play a journal that belongs to the old file into the new one. */
static gboolean check_not_edited(const ThusoPlace *place, GError **error)
{
	static const char *const sides[] = { "-wal", "-journal" };
	for (gsize i = 0; i < G_N_ELEMENTS(sides); i++) {
		g_autofree char *side = g_strconcat(place->path, sides[i], NULL), *shown = thuso_escape(side);
		if (!exists(side))
			continue;
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LOCKED,
		            "%s shows that the result is being edited: close it in QGIS and run again, or delete that file if no program "
		            "has it open",
		            shown);
		return FALSE;
	}
	return TRUE;
}

/* Does another program hold a lock of SQLite's for writing? Readers do not hinder: they keep the file that they have open. */
static gboolean check_not_locked(const ThusoPlace *place, int fd, GError **error)
{
	enum { PENDING_BYTE = 0x40000000, LOCK_BYTES = 512 }; /* of SQLite's file format */
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = PENDING_BYTE, .l_len = LOCK_BYTES };
	if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return TRUE;
	g_autofree char *shown = thuso_escape(place->path);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LOCKED,
	            "%s is being changed by another program (process %ld): close it there and run again, or choose another output",
	            shown, (long) lock.l_pid);
	return FALSE;
}

/* Shares refuse to open for writing what a desktop holds open; a file marked as read-only is not meant to be replaced. */
static gboolean check_writable(const ThusoPlace *place, ThusoFile file, GError **error)
{
	g_autofree char *path = final_path(place, file), *shown = thuso_escape(path);
	struct stat st;
	if (stat(path, &st) != 0)
		return TRUE;
	errno = EACCES;
	int fd = (st.st_mode & 0222) != 0 ? open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1;
	if (fd < 0) {
		gboolean busy = errno == EBUSY || errno == ETXTBSY;
		g_set_error(error, THUSO_ERROR, busy ? THUSO_ERROR_LOCKED : THUSO_ERROR_FAILED, "cannot replace %s (%s): %s", shown,
		            g_strerror(errno),
		            busy ? "close it in the program that has it open and run again, or choose another output"
		                 : "make it writable, or choose another output");
		return FALSE;
	}
	gboolean good = file != THUSO_FILE_GPKG || check_not_locked(place, fd, error);
	close(fd);
	return good;
}

static gboolean check_targets(const ThusoPlace *place, gboolean overwrite, GError **error)
{
	for (int i = 0; i < THUSO_N_FILES; i++) {
		g_autofree char *path = final_path(place, (ThusoFile) i);
		if (!check_target(path, overwrite, error))
			return FALSE;
	}
	if (!check_not_edited(place, error))
		return FALSE;
	for (int i = 0; i < THUSO_N_FILES; i++)
		if (!check_writable(place, (ThusoFile) i, error))
			return FALSE;
	return TRUE;
}

static gboolean take_lock(ThusoPlace *place, GError **error)
{
	g_autofree char *base = g_strdup_printf(".%s%s.lock", place->name, endings[THUSO_FILE_GPKG]);
	place->lock = thuso_lock_take(place->folder, base, place->path, error);
	return place->lock != NULL;
}

/* --- undoing and cleaning --------------------------------------------------------------------------------------------- */

/* Two names of one file: saving gave the old one a second name, and nothing has taken the first yet. */
static gboolean same_file(const char *a, const char *b)
{
	struct stat x, y;
	return lstat(a, &x) == 0 && lstat(b, &y) == 0 && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

/* Brings one file back to what it was before the journal was written: the new one returns to the temporary folder, then the old
 * one to its place. In this order it can be broken off and begun again at any point. */
static gboolean undo_file(const ThusoPlace *place, const char *temporary, ThusoFile file, gboolean has_new)
{
	g_autofree char *final = final_path(place, file), *fresh = path_in(place, temporary, "", file);
	g_autofree char *old = path_in(place, temporary, OLD_PREFIX, file);
	if (has_new && !exists(fresh) && exists(final) && rename(final, fresh) != 0)
		return FALSE;
	if (same_file(old, final))
		return unlink(old) == 0;
	return !exists(old) || rename(old, final) == 0;
}

/* Undoes what the journal in `temporary` says was begun. */
static gboolean undo(const ThusoPlace *place, const char *temporary, GError **error)
{
	g_autofree char *journal = g_build_filename(temporary, JOURNAL, NULL), *shown = thuso_escape(temporary);
	g_autofree char *text = NULL;
	if (!exists(journal))
		return TRUE;
	gboolean good = g_file_get_contents(journal, &text, NULL, NULL);
	g_auto(GStrv) lines = g_strsplit(good ? text : "", "\n", -1);
	for (int i = 0; i < THUSO_N_FILES; i++)
		good = undo_file(place, temporary, (ThusoFile) i, g_strv_contains((const char *const *) lines, endings[i])) && good;
	good = good && thuso_sync_path(place->folder, NULL) && unlink(journal) == 0;
	if (!good)
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_FAILED,
		    "cannot bring back the result that stood at %s: its files are in %s, move them by hand (names there begin with %s)",
		    place->path, shown, OLD_PREFIX);
	return good;
}

/* Our own folder holds only files; links in it are removed, not followed. */
static void remove_folder(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	if (dir == NULL)
		return;
	for (const char *base = g_dir_read_name(dir); base != NULL; base = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(folder, base, NULL);
		unlink(path);
	}
	g_dir_close(dir);
	rmdir(folder);
}

static gboolean is_temporary(const ThusoPlace *place, const char *base)
{
	struct stat st;
	g_autofree char *prefix = g_strdup_printf(".%s.tmp-", place->name);
	g_autofree char *path = g_build_filename(place->folder, base, NULL);
	return g_str_has_prefix(base, prefix) && strlen(base) == strlen(prefix) + strlen(TEMPLATE_X) && lstat(path, &st) == 0 &&
	       S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* --- keeping what cannot be put into place ------------------------------------------------------------------------------- */

/* NAME-DATE, NAME-DATE-2, ... beside the target: names inside stay, so that the project finds its layers. Returns the folder, NULL where it
 * cannot be named; caller frees. */
static char *name_kept(const ThusoPlace *place, const char *temporary)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");
	for (int i = 1; i < MOST_A_DAY; i++) {
		g_autofree char *base =
		    i == 1 ? g_strdup_printf("%s-%s", place->name, day) : g_strdup_printf("%s-%s-%d", place->name, day, i);
		g_autofree char *path = g_build_filename(place->folder, base, NULL), *mark = g_build_filename(path, KEPT, NULL);
		if (exists(path))
			continue;
		if (rename(temporary, path) != 0)
			return NULL;
		unlink(mark);
		chmod(path, 0755);
		thuso_sync_path(place->folder, NULL);
		return g_steal_pointer(&path);
	}
	return NULL;
}

/* Of the old result nothing may be left in there: those names would be taken for the new one's. */
static void remove_saved(const char *temporary)
{
	g_autoptr(GDir) dir = g_dir_open(temporary, 0, NULL);
	for (const char *base; dir != NULL && (base = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *path = g_build_filename(temporary, base, NULL);
		if (g_str_has_prefix(base, OLD_PREFIX))
			unlink(path);
	}
}

/* The old result stands as it was, but it could not be replaced: hours of work stay beside it. The mark keeps the folder from the next run's
 * broom should it have no name by then. */
static void keep(ThusoPlace *place, GError **error)
{
	g_autofree char *mark = g_build_filename(place->temporary, KEPT, NULL);
	remove_saved(place->temporary);
	if (!thuso_sync_write(mark, "", 0, NULL))
		return;
	g_autofree char *path = name_kept(place, place->temporary);
	g_autofree char *shown = thuso_escape(path != NULL ? path : place->temporary);
	if (error != NULL && *error != NULL) {
		g_autofree char *message = g_strdup_printf("%s; the new one is kept whole in %s: close the old one where it is open, "
		                                           "then put the new one in its place or run again",
		                                           (*error)->message, shown);
		g_free((*error)->message);
		(*error)->message = g_steal_pointer(&message);
	}
	g_clear_pointer(&place->temporary, g_free);
}

/* Under the lock no other run of this result lives, so every such folder was left by a killed one. */
static gboolean recover(const ThusoPlace *place, GError **error)
{
	GDir *dir = g_dir_open(place->folder, 0, NULL);
	if (dir == NULL)
		return TRUE;
	gboolean good = TRUE;
	for (const char *base = g_dir_read_name(dir); good && base != NULL; base = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(place->folder, base, NULL);
		if (!is_temporary(place, base))
			continue;
		g_autofree char *kept = g_build_filename(path, KEPT, NULL);
		if (exists(kept)) {
			g_free(name_kept(place, path));
			continue;
		}
		good = undo(place, path, error);
		if (good)
			remove_folder(path);
	}
	g_dir_close(dir);
	return good;
}

/* --- putting into place ----------------------------------------------------------------------------------------------- */

/* The old file keeps its name and gets a second one; on file systems without links it moves. */
static gboolean save_old(const char *final, const char *old)
{
	if (!exists(final))
		return TRUE;
	if (link(final, old) == 0)
		return TRUE;
	return rename(final, old) == 0;
}

static gboolean put_file(const ThusoPlace *place, ThusoFile file, GError **error)
{
	g_autofree char *final = final_path(place, file), *fresh = path_in(place, place->temporary, "", file);
	g_autofree char *old = path_in(place, place->temporary, OLD_PREFIX, file), *shown = thuso_escape(final);
	gboolean good = save_old(final, old);
	if (good && place->fresh[file])
		good = rename(fresh, final) == 0;
	else if (good && exists(final))
		good = unlink(final) == 0;
	if (!good)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot put %s into place (%s): the result is as it was before",
		            shown, g_strerror(errno));
	return good;
}

static gboolean write_journal(const ThusoPlace *place, GError **error)
{
	g_autofree char *path = g_build_filename(place->temporary, JOURNAL, NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < THUSO_N_FILES; i++) {
		if (place->fresh[i])
			g_string_append_printf(text, "%s\n", endings[i]);
	}
	return thuso_sync_write(path, text->str, text->len, error) && thuso_sync_path(place->temporary, error);
}

static gboolean sync_files(ThusoPlace *place, GError **error)
{
	for (int i = 0; i < THUSO_N_FILES; i++) {
		g_autofree char *path = thuso_place_temporary(place, (ThusoFile) i);
		place->fresh[i] = exists(path);
		if (place->fresh[i] && !thuso_sync_path(path, error))
			return FALSE;
	}
	return thuso_sync_path(place->temporary, error);
}

static gboolean put_files(const ThusoPlace *place, GError **error)
{
	for (int i = THUSO_N_FILES - 1; i >= 0; i--)
		if (!put_file(place, (ThusoFile) i, error))
			return FALSE;
	return thuso_sync_path(place->folder, error);
}

/* The error that made us undo is the one to tell, unless undoing failed too: that is worse. */
static gboolean undo_after_error(const ThusoPlace *place, GError **error)
{
	GError *worse = NULL;
	if (!undo(place, place->temporary, &worse)) {
		g_clear_error(error);
		g_propagate_error(error, worse);
	}
	return FALSE;
}

/* QGIS keeps a raster's statistics beside it; those of the old one would be shown for the new one. */
static void remove_statistics(const ThusoPlace *place)
{
	g_autofree char *cost = final_path(place, THUSO_FILE_COST), *statistics = g_strconcat(cost, ".aux.xml", NULL);
	unlink(statistics);
}

static char **list_written(const ThusoPlace *place)
{
	GPtrArray *paths = g_ptr_array_new();
	for (int i = 0; i < THUSO_N_FILES; i++) {
		char *path = final_path(place, (ThusoFile) i);
		if (exists(path))
			g_ptr_array_add(paths, path);
		else
			g_free(path);
	}
	g_ptr_array_add(paths, NULL);
	return (char **) g_ptr_array_free(paths, FALSE);
}

/* The folder itself where a link leads to it: files in it are never reached through links. */
static gboolean resolve_folder(ThusoPlace *place, GError **error)
{
	char *real = realpath(place->folder, NULL);
	if (real == NULL) {
		g_autofree char *shown = thuso_escape(place->folder);
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot use the output folder %s (%s): choose another output", shown,
		            g_strerror(errno));
		return FALSE;
	}
	g_free(place->folder);
	place->folder = g_strdup(real);
	free(real);
	return TRUE;
}

/* --- the interface ---------------------------------------------------------------------------------------------------- */

ThusoPlace *thuso_place_open(const char *path, gboolean overwrite, GError **error)
{
	g_autoptr(ThusoPlace) place = g_new0(ThusoPlace, 1);
	place->path = g_canonicalize_filename(path, NULL);
	place->folder = g_path_get_dirname(place->path);
	if (!check_name(place, error) || !make_folder(place, error) || !resolve_folder(place, error) || !take_lock(place, error) ||
	    !recover(place, error) || !check_targets(place, overwrite, error))
		return NULL;
	return g_steal_pointer(&place);
}

void thuso_place_free(ThusoPlace *place)
{
	if (place == NULL)
		return;
	thuso_place_discard(place);
	thuso_lock_free(place->lock);
	if (place->made_folder)
		rmdir(place->folder);
	g_free(place->path);
	g_free(place->folder);
	g_free(place->name);
	g_free(place);
}

const char *thuso_place_path(const ThusoPlace *place)
{
	return place->path;
}

const char *thuso_place_name(const ThusoPlace *place)
{
	return place->name;
}

const char *thuso_place_folder(const ThusoPlace *place)
{
	return place->folder;
}

gboolean thuso_place_begin(ThusoPlace *place, GError **error)
{
	g_return_val_if_fail(place->temporary == NULL, FALSE);
	g_autofree char *base = g_strdup_printf(".%s.tmp-%s", place->name, TEMPLATE_X);
	g_autofree char *template = g_build_filename(place->folder, base, NULL);
	if (g_mkdtemp_full(template, 0700) == NULL) {
		g_autofree char *shown = thuso_escape(place->folder);
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot make a temporary folder in %s (%s): make the folder writable",
		            shown, g_strerror(errno));
		return FALSE;
	}
	place->temporary = g_steal_pointer(&template);
	return TRUE;
}

char *thuso_place_temporary(const ThusoPlace *place, ThusoFile file)
{
	return path_in(place, place->temporary, "", file);
}

gboolean thuso_place_write(const ThusoPlace *place, ThusoFile file, const void *data, gsize size, GError **error)
{
	g_autofree char *path = thuso_place_temporary(place, file);
	return thuso_sync_write(path, data, size, error);
}

gboolean thuso_place_commit(ThusoPlace *place, gboolean overwrite, char ***written, GError **error)
{
	g_autofree char *journal = g_build_filename(place->temporary, JOURNAL, NULL);
	if (!sync_files(place, error))
		return FALSE;
	if (!check_targets(place, overwrite, error)) {
		keep(place, error);
		return FALSE;
	}
	if (!write_journal(place, error))
		return FALSE;
	if (!put_files(place, error)) {
		undo_after_error(place, error);
		if (!exists(journal))
			keep(place, error);
		return FALSE;
	}
	if (unlink(journal) != 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot finish %s (%s): the result is as it was before", place->path,
		            g_strerror(errno));
		return undo_after_error(place, error);
	}
	thuso_sync_path(place->temporary, NULL);
	remove_statistics(place);
	place->made_folder = FALSE;
	thuso_place_discard(place);
	if (written != NULL)
		*written = list_written(place);
	return TRUE;
}

void thuso_place_discard(ThusoPlace *place)
{
	if (place->temporary == NULL)
		return;
	/* A journal that is still there means that undoing failed: what is in the folder is all that is left of the old result. */
	g_autofree char *journal = g_build_filename(place->temporary, JOURNAL, NULL);
	if (!exists(journal))
		remove_folder(place->temporary);
	g_clear_pointer(&place->temporary, g_free);
}
