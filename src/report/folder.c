/* The folder of a report. The list of its files stands in it (contents.txt): only a folder that holds these files and no other is taken for
 * a report and may be replaced, so that no mistyped --output ever costs anybody a folder. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <thuso/base.h>
#include <unistd.h>

#define CONTENTS  "contents.txt"
#define MAGIC     "thuso report"
#define MOST_WORD 60    /* letters of a file name's part */
#define OLD_S     86400 /* a folder of a killed run is removed after a day */

struct Folder {
	char *path;      /* final */
	char *temporary; /* beside it */
	gboolean replaces;
	GPtrArray *names;
};

static gboolean fail(GError **error, ThusoErrorCode code, const char *what, const char *path, const char *why)
{
	g_autofree char *shown = thuso_escape(path);
	g_set_error(error, THUSO_ERROR, (int) code, "%s %s: %s", what, shown, why);
	return FALSE;
}

/* The files that a report's folder lists, or NULL where it is none. */
static char **listed_files(const char *path)
{
	g_autofree char *file = g_build_filename(path, CONTENTS, NULL), *text = NULL;
	if (!g_file_get_contents(file, &text, NULL, NULL) || !g_str_has_prefix(text, MAGIC "\n"))
		return NULL;
	return g_strsplit(text + strlen(MAGIC "\n"), "\n", -1);
}

static gboolean check_foreign(const char *path, GDir *dir, GError **error)
{
	g_auto(GStrv) listed = listed_files(path);
	for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
		if (strcmp(name, CONTENTS) == 0 && listed)
			continue;
		if (listed && g_strv_contains((const char *const *) listed, name))
			continue;
		g_autofree char *why =
		    g_strdup_printf("it holds %s, which is no part of a report: move that away, or name another --output", name);
		return fail(error, THUSO_ERROR_USAGE, "will not replace", path, why);
	}
	return TRUE;
}

static gboolean check_target(Folder *folder, gboolean overwrite, GError **error)
{
	struct stat info;
	if (lstat(folder->path, &info) != 0)
		return errno == ENOENT || fail(error, THUSO_ERROR_FAILED, "cannot look at", folder->path, g_strerror(errno));
	if (!S_ISDIR(info.st_mode))
		return fail(error, THUSO_ERROR_USAGE, "cannot write to", folder->path, "it is no folder: name another --output");
	GDir *dir = g_dir_open(folder->path, 0, error);
	if (!dir)
		return FALSE;
	gboolean empty = g_dir_read_name(dir) == NULL;
	/* cppcheck-suppress leakReturnValNotUsed ; it returns nothing */
	g_dir_rewind(dir);
	gboolean ok = check_foreign(folder->path, dir, error);
	g_dir_close(dir);
	folder->replaces = TRUE;
	if (ok && !empty && !overwrite)
		return fail(error, THUSO_ERROR_USAGE, "a report stands at", folder->path,
		            "give --overwrite to replace it, or name another --output");
	return ok;
}

static gboolean make_temporary(Folder *folder, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(folder->path), *base = g_path_get_basename(folder->path);
	g_autofree char *name = g_strdup_printf(".%s.part-%s", base, "XXXXXX"), *template = g_build_filename(parent, name, NULL);
	if (g_mkdir_with_parents(parent, 0777) != 0 || !g_mkdtemp_full(template, 0777))
		return fail(error, THUSO_ERROR_FAILED, "cannot make a folder in", parent, g_strerror(errno));
	folder->temporary = g_steal_pointer(&template);
	return TRUE;
}

/* Our own files only; a folder inside is left, and then this one stays too. */
static void remove_folder(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		unlink(file);
	}
	if (dir)
		g_dir_close(dir);
	rmdir(path);
}

/* What a killed run left behind, if it is old enough to be nobody's any more. */
static void sweep(const Folder *folder)
{
	g_autofree char *parent = g_path_get_dirname(folder->path), *base = g_path_get_basename(folder->path);
	g_autofree char *prefix = g_strdup_printf(".%s.part-", base);
	GDir *dir = g_dir_open(parent, 0, NULL);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(parent, name, NULL);
		struct stat info;
		if (strcmp(path, folder->temporary) == 0) /* clocks of a share and of this machine may differ by more than a day */
			continue;
		if (g_str_has_prefix(name, prefix) && lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_mtime < now - OLD_S)
			remove_folder(path);
	}
	if (dir)
		g_dir_close(dir);
}

Folder *folder_open(const char *path, gboolean overwrite, GError **error)
{
	g_autoptr(Folder) folder = g_new0(Folder, 1);
	folder->path = g_canonicalize_filename(path, NULL);
	folder->names = g_ptr_array_new_with_free_func(g_free);
	if (!check_target(folder, overwrite, error) || !make_temporary(folder, error))
		return NULL;
	sweep(folder);
	return g_steal_pointer(&folder);
}

gboolean folder_check(const char *path, gboolean overwrite, GError **error)
{
	Folder folder = { .path = g_canonicalize_filename(path, NULL) };
	gboolean ok = check_target(&folder, overwrite, error);
	g_free(folder.path);
	return ok;
}

void folder_free(Folder *folder)
{
	if (!folder)
		return;
	if (folder->temporary)
		remove_folder(folder->temporary);
	g_free(folder->temporary);
	g_free(folder->path);
	g_ptr_array_unref(folder->names);
	g_free(folder);
}

char *folder_path(Folder *folder, const char *name)
{
	g_ptr_array_add(folder->names, g_strdup(name));
	return g_build_filename(folder->temporary, name, NULL);
}

static gboolean write_file(const char *path, gconstpointer data, gsize size, GFileSetContentsFlags flags, GError **error)
{
	return g_file_set_contents_full(path, data, (gssize) size, flags, 0666, error);
}

gboolean folder_write(Folder *folder, const char *name, gconstpointer data, gsize size, GError **error)
{
	g_autofree char *path = folder_path(folder, name);
	return write_file(path, data, size, G_FILE_SET_CONTENTS_NONE, error);
}

static gboolean write_contents(Folder *folder, GError **error)
{
	g_autoptr(GString) text = g_string_new(MAGIC "\n");
	for (guint i = 0; i < folder->names->len; i++)
		g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(folder->names, i));
	g_autofree char *path = g_build_filename(folder->temporary, CONTENTS, NULL);
	return write_file(path, text->str, text->len, G_FILE_SET_CONTENTS_NONE, error);
}

/* Exchanged in one step where the file system can; else the old one steps aside first and comes back on an error. */
static gboolean exchange(Folder *folder, GError **error)
{
	if (renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0)
		return TRUE;
	g_autofree char *aside = g_strconcat(folder->temporary, ".old", NULL);
	if (rename(folder->path, aside) != 0)
		return fail(error, THUSO_ERROR_FAILED, "cannot replace", folder->path, g_strerror(errno));
	if (rename(folder->temporary, folder->path) != 0) {
		int why = errno;
		rename(aside, folder->path);
		return fail(error, THUSO_ERROR_FAILED, "cannot replace", folder->path, g_strerror(why));
	}
	remove_folder(aside);
	g_clear_pointer(&folder->temporary, g_free);
	return TRUE;
}

/* Hundreds of files reach the disk together, before the folder gets its name. */
static gboolean sync_all(const Folder *folder, GError **error)
{
	int fd = open(folder->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok = fd >= 0 && syncfs(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	return ok || fail(error, THUSO_ERROR_FAILED, "cannot write to", folder->temporary, g_strerror(why));
}

gboolean folder_commit(Folder *folder, char ***written, GError **error)
{
	if (!write_contents(folder, error) || !sync_all(folder, error))
		return FALSE;
	if (folder->replaces) {
		if (!exchange(folder, error))
			return FALSE;
	} else if (renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_NOREPLACE) == 0 ||
	           (errno == EINVAL && rename(folder->temporary, folder->path) == 0)) {
		g_clear_pointer(&folder->temporary, g_free);
	} else {
		return fail(error, THUSO_ERROR_FAILED, "cannot put the report at", folder->path, g_strerror(errno));
	}
	GPtrArray *paths = g_ptr_array_new();
	for (guint i = 0; i < folder->names->len; i++)
		g_ptr_array_add(paths, g_build_filename(folder->path, g_ptr_array_index(folder->names, i), NULL));
	g_ptr_array_add(paths, NULL);
	*written = (char **) g_ptr_array_free(paths, FALSE);
	return TRUE;
}

gboolean file_put(const char *path, gboolean overwrite, GBytes *bytes, GError **error)
{
	gsize size;
	gconstpointer data = g_bytes_get_data(bytes, &size);
	if (!overwrite && g_file_test(path, G_FILE_TEST_EXISTS))
		return fail(error, THUSO_ERROR_USAGE, "a file stands at", path,
		            "give --overwrite to replace it, or name another --output");
	return write_file(path, data, size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, error);
}

char *file_word(const char *text)
{
	GString *word = g_string_new(NULL);
	for (const char *p = text; *p && word->len < MOST_WORD; p++)
		if (g_ascii_isalnum(*p) || *p == '_' || *p == '-')
			g_string_append_c(word, *p);
		else if (word->len > 0 && word->str[word->len - 1] != '-')
			g_string_append_c(word, '-');
	return g_string_free(word, FALSE);
}
