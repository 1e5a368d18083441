/* The dated folders of a series, and their markers. A marker names the files that the program put there: a folder goes only while it holds
 * no others, so that the notes that somebody laid beside a result never vanish with it. */
#include "series.h"

#include "sync.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARKER      ".thuso-result"
#define MARKER_PART ".thuso-result.part"
#define MAGIC       "thuso result\n"

void series_folder_free(SeriesFolder *folder)
{
	if (folder == NULL)
		return;
	g_free(folder->name);
	g_free(folder->day);
	g_strfreev(folder->files);
	g_free(folder);
}

/* --- trees ---------------------------------------------------------------------------------------------------------------- */

static gboolean is_folder(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Files below `path`, relative to it. */
static void list_files(const char *path, const char *prefix, GPtrArray *files)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *full = g_build_filename(path, name, NULL), *relative = g_strconcat(prefix, name, NULL);
		g_autofree char *deeper = g_strconcat(relative, "/", NULL);
		if (is_folder(full))
			list_files(full, deeper, files);
		else
			g_ptr_array_add(files, g_steal_pointer(&relative));
	}
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *files_of(const char *path)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	list_files(path, "", files);
	g_ptr_array_sort(files, by_name);
	return files;
}

gboolean series_remove_tree(const char *path)
{
	if (!is_folder(path))
		return unlink(path) == 0 || errno == ENOENT;
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	gboolean good = TRUE;
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *full = g_build_filename(path, name, NULL);
		good = series_remove_tree(full) && good;
	}
	return rmdir(path) == 0 && good;
}

/* --- markers --------------------------------------------------------------------------------------------------------------- */

gboolean series_mark(const char *path, gint64 number, const char *day, GError **error)
{
	g_autoptr(GPtrArray) files = files_of(path);
	g_autoptr(GString) text = g_string_new(MAGIC);
	g_string_append_printf(text, "%" G_GINT64_FORMAT "\n%s\n", number, day);
	for (guint i = 0; i < files->len; i++)
		g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(files, i));
	g_autofree char *part = g_build_filename(path, MARKER_PART, NULL), *marker = g_build_filename(path, MARKER, NULL);
	if (!thuso_sync_write(part, text->str, text->len, error) || !thuso_sync_path(path, error))
		return FALSE;
	if (rename(part, marker) == 0 && thuso_sync_path(path, error))
		return TRUE;
	if (error != NULL && *error == NULL)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot write %s (%s): make the folder writable", marker,
		            g_strerror(errno));
	return FALSE;
}

SeriesFolder *series_read_mark(const char *parent, const char *name)
{
	g_autofree char *path = g_build_filename(parent, name, MARKER, NULL), *text = NULL;
	struct stat st;
	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || !g_file_get_contents(path, &text, NULL, NULL) ||
	    !g_str_has_prefix(text, MAGIC))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text + strlen(MAGIC), "\n", -1);
	if (g_strv_length(lines) < 2 || g_ascii_strtoll(lines[0], NULL, 10) < 1)
		return NULL;
	SeriesFolder *folder = g_new0(SeriesFolder, 1);
	folder->name = g_strdup(name);
	folder->number = g_ascii_strtoll(lines[0], NULL, 10);
	folder->day = g_strdup(lines[1]);
	folder->files = g_strdupv(lines + 2);
	return folder;
}

static int by_number(gconstpointer a, gconstpointer b)
{
	const SeriesFolder *p = *(SeriesFolder *const *) a, *q = *(SeriesFolder *const *) b;
	return p->number != q->number ? (p->number < q->number ? -1 : 1) : strcmp(p->name, q->name);
}

GPtrArray *series_list(const char *parent)
{
	GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify) series_folder_free);
	g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *path = g_build_filename(parent, name, NULL);
		if (!g_regex_match_simple("^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]+)?$", name, 0, 0) || !is_folder(path))
			continue;
		SeriesFolder *folder = series_read_mark(parent, name);
		if (folder != NULL)
			g_ptr_array_add(folders, folder);
	}
	g_ptr_array_sort(folders, by_number);
	return folders;
}

/* --- what others put there ---------------------------------------------------------------------------------------------------- */

/* QGIS and SQLite put files beside those that they open: NAME.gpkg-wal, NAME_cost.tif.aux.xml, NAME.qgz~. */
static gboolean is_beside(const char *file, char *const *ours)
{
	static const char *const ends[] = { "-wal", "-shm", "-journal", ".aux.xml", "~", NULL };
	for (; *ours != NULL; ours++)
		if (**ours != '\0' && g_str_has_prefix(file, *ours) && g_strv_contains(ends, file + strlen(*ours)))
			return TRUE;
	return FALSE;
}

char *series_foreign_file(const char *parent, const SeriesFolder *folder)
{
	g_autofree char *path = g_build_filename(parent, folder->name, NULL);
	g_autoptr(GPtrArray) files = files_of(path);
	for (guint i = 0; i < files->len; i++) {
		const char *file = g_ptr_array_index(files, i);
		if (strcmp(file, MARKER) != 0 && !g_strv_contains((const char *const *) folder->files, file) &&
		    !is_beside(file, folder->files))
			return g_strdup(file);
	}
	return NULL;
}
