/* The result's files: written under temporary names beside their targets, put into place when all of them are complete. */
#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *option, *ends[3];
} kinds[N_FILES] = {
	[FILE_OUTPUT] = { "--output", { ".tif", ".tiff" } },
	[FILE_NEAREST] = { "--nearest", { ".tif", ".tiff" } },
	[FILE_OD] = { "--od", { ".csv" } },
	[FILE_PATHS] = { "--paths", { ".gpkg" } },
};
/* What other programs keep beside a raster: statistics and overviews of the old one would be shown with the new one. */
static const char *const sidecars[] = { ".aux.xml", ".ovr", ".msk" };

static gboolean check_ending(CostFile file, const char *path, GError **error)
{
	for (int i = 0; kinds[file].ends[i]; i++) {
		gsize length = strlen(path), end = strlen(kinds[file].ends[i]);
		if (length > end && g_ascii_strcasecmp(path + length - end, kinds[file].ends[i]) == 0)
			return TRUE;
	}
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s must end in %s", kinds[file].option, path, kinds[file].ends[0]);
	return FALSE;
}

static gboolean check_target(CostFile file, const char *path, gboolean overwrite, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	GStatBuf info;
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR) || access(folder, W_OK) != 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: the folder %s %s; choose another place", kinds[file].option,
		            folder, g_file_test(folder, G_FILE_TEST_IS_DIR) ? "is not writable" : "does not exist: make it");
		return FALSE;
	}
	if (g_lstat(path, &info) != 0)
		return TRUE;
	if (!S_ISREG(info.st_mode)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s: %s is no regular file and cannot be replaced: choose another name", kinds[file].option, path);
		return FALSE;
	}
	if (overwrite)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s is there already: give --overwrite to replace it, or another name",
	            kinds[file].option, path);
	return FALSE;
}

/* The same file, by whatever name or link. */
static gboolean same_file(const char *a, const char *b)
{
	GStatBuf x, y;
	if (g_stat(a, &x) == 0 && g_stat(b, &y) == 0)
		return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	g_autofree char *p = g_canonicalize_filename(a, NULL), *q = g_canonicalize_filename(b, NULL);
	return strcmp(p, q) == 0;
}

static gboolean check_input(CostFile file, const char *path, const char *input, GError **error)
{
	if (!input || !same_file(path, input))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s would replace the input %s; give another name", kinds[file].option,
	            path, input);
	return FALSE;
}

static gboolean check_inputs(CostFile file, const char *path, const ThusoCostSpec *spec, GError **error)
{
	const char *const inputs[] = { spec->speed, spec->friction, spec->landcover, spec->speeds, spec->elevation };
	const ThusoSource *const sources[] = { spec->barriers, spec->sources, spec->points };
	for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++)
		if (!check_input(file, path, inputs[i], error))
			return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
		for (char **input = sources[i] ? sources[i]->paths : NULL; input && *input; input++)
			if (!check_input(file, path, *input, error))
				return FALSE;
	return TRUE;
}

static char *temporary_name(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
	/* Processes in containers have the same numbers; the files themselves are created exclusively. */
	g_autofree char *random = g_uuid_string_random(), *name = g_strdup_printf(".%.8s.part.%s", random, base);
	return g_build_filename(folder, name, NULL);
}

gboolean files_plan(Files *files, const ThusoCostSpec *spec, GError **error)
{
	const char *const wanted[N_FILES] = { spec->output, spec->nearest, spec->od, spec->paths };
	files->overwrite = spec->overwrite;
	for (int i = 0; i < N_FILES; i++) {
		if (!wanted[i])
			continue;
		files->final[i] = g_canonicalize_filename(wanted[i], NULL);
		files->temporary[i] = temporary_name(files->final[i]);
		if (!check_ending((CostFile) i, wanted[i], error) ||
		    !check_target((CostFile) i, files->final[i], spec->overwrite, error) ||
		    !check_inputs((CostFile) i, files->final[i], spec, error))
			return FALSE;
		for (int k = 0; k < i; k++)
			if (files->final[k] && same_file(files->final[k], files->final[i])) {
				g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s and %s name the same file %s; give two names",
				            kinds[k].option, kinds[i].option, wanted[i]);
				return FALSE;
			}
	}
	return TRUE;
}

static gboolean sync_path(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	/* Some network file systems cannot sync a folder and say EINVAL; there is nothing more that one could do. */
	gboolean good = file >= 0 && (fsync(file) == 0 || errno == EINVAL);
	int why = errno;
	if (file >= 0)
		close(file);
	if (!good)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "%s cannot be written out (%s): check the disk", path,
		            g_strerror(why));
	return good;
}

static gboolean place(const Files *files, CostFile file, GError **error)
{
	const char *final = files->final[file];
	/* Between the check at the start and now somebody else may have put a file there. */
	gboolean linked = !files->overwrite && link(files->temporary[file], final) == 0;
	if (!files->overwrite && !linked && errno == EEXIST) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s appeared during the run: give --overwrite to replace it, or another name", final);
		return FALSE;
	}
	if ((linked ? g_unlink(files->temporary[file]) : g_rename(files->temporary[file], final)) != 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot put %s into place (%s): check the folder", final,
		            g_strerror(errno));
		return FALSE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(sidecars) && file <= FILE_NEAREST; i++) {
		g_autofree char *side = g_strconcat(final, sidecars[i], NULL);
		g_unlink(side);
	}
	return TRUE;
}

gboolean files_place(Files *files, char ***written, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	/* Rasters were synced as they were closed, the store as it was finished; syncing again costs nothing. */
	for (int i = 0; i < N_FILES; i++)
		if (files->final[i] && !sync_path(files->temporary[i], error))
			return FALSE;
	for (int i = 0; i < N_FILES; i++) {
		if (!files->final[i])
			continue;
		g_autofree char *folder = g_path_get_dirname(files->final[i]);
		if (!place(files, (CostFile) i, error) || !sync_path(folder, error))
			return FALSE;
		g_ptr_array_add(names, g_strdup(files->final[i]));
	}
	g_ptr_array_add(names, NULL);
	*written = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
	return TRUE;
}

void files_clear(Files *files)
{
	for (int i = 0; i < N_FILES; i++) {
		if (files->temporary[i])
			g_unlink(files->temporary[i]);
		g_free(files->temporary[i]);
		g_free(files->final[i]);
		files->temporary[i] = files->final[i] = NULL;
	}
}
