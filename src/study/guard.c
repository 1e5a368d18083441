/* Which files a study reads, and that none of them is written over. */
#include "run.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* What a result's name may end in; all stand in one folder. */
static const char *const result_ends[] = { ".gpkg", ".qgz", "_cost.tif", "_cost.qml", ".run.json" };

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* A Shapefile is its .shp, .dbf, .prj and more; a raster may have a world file: everything of the same stem belongs to the input. */
static gboolean add_siblings(GPtrArray *paths, const char *path)
{
	const char *const many[] = { ".shp", ".tif", ".tiff", ".asc", NULL };
	const char *end = strrchr(path, '.');
	g_autofree char *kind = end ? g_ascii_strdown(end, -1) : NULL;
	if (!kind || !g_strv_contains(many, kind))
		return FALSE;
	g_autofree char *folder = g_path_get_dirname(path), *stem = g_path_get_basename(path);
	stem[strlen(stem) - strlen(end) + 1] = '\0';
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *full = g_build_filename(folder, name, NULL);
		if (g_str_has_prefix(name, stem) && g_file_test(full, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(paths, g_steal_pointer(&full));
	}
	return dir != NULL;
}

static void add_input(GPtrArray *paths, const char *path)
{
	g_autofree char *full = g_canonicalize_filename(path, NULL);
	if (!add_siblings(paths, full))
		g_ptr_array_add(paths, g_steal_pointer(&full));
}

GPtrArray *run_input_paths(const Run *run)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < run->sources->len; i++) {
		const ThusoSource *source = g_ptr_array_index(run->sources, i);
		for (char **path = source->paths; *path; path++)
			add_input(paths, *path);
		if (source->join)
			add_input(paths, source->join->path);
	}
	if (run->study->data)
		add_input(paths, run->study->data);
	add_input(paths, run->study->file);
	g_ptr_array_sort(paths, compare_texts);
	for (guint i = paths->len; i-- > 1;)
		if (strcmp(g_ptr_array_index(paths, i), g_ptr_array_index(paths, i - 1)) == 0)
			g_ptr_array_remove_index(paths, i);
	return paths;
}

/* The same file, by whatever name or link. */
static gboolean same_file(const char *a, const char *b)
{
	GStatBuf x, y;
	return g_stat(a, &x) == 0 && g_stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

gboolean run_guard_inputs(const Run *run, const char *output, GError **error)
{
	g_autoptr(GPtrArray) inputs = run_input_paths(run);
	g_autofree char *stem = g_strndup(output, strlen(output) - strlen(".gpkg"));
	for (gsize i = 0; i < G_N_ELEMENTS(result_ends); i++) {
		g_autofree char *file = g_strconcat(stem, result_ends[i], NULL);
		for (guint k = 0; k < inputs->len; k++)
			if (same_file(file, g_ptr_array_index(inputs, k))) {
				g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
				            "the result %s would replace an input of the study; give another output path", file);
				return FALSE;
			}
	}
	return TRUE;
}
