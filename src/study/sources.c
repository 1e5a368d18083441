/* From the study file's source blocks to ThusoSource: relative paths, patterns, the study's data file. */
#include "study.h"

#include <glob.h>
#include <string.h>

static gboolean no_such_file(const Block *block, const char *key, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	gboolean has_folder = g_file_test(folder, G_FILE_TEST_IS_DIR);
	block_error(block, key, error, THUSO_ERROR_INPUT, "no such file: %s (%s); paths are relative to the study file", path,
	            has_folder ? "the folder exists, the file does not" : "the folder does not exist either");
	return FALSE;
}

/* Sorted by name (glob's own order in the C locale would do, but must not depend on the locale). */
static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static gboolean add_matches(const Block *block, const char *pattern, GPtrArray *paths, GError **error)
{
	glob_t found = { 0 };
	int status = glob(pattern, GLOB_NOSORT, NULL, &found);
	guint first = paths->len;
	for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
		g_ptr_array_add(paths, g_strdup(found.gl_pathv[i]));
	globfree(&found);
	if (paths->len == first) {
		block_error(block, "path", error, THUSO_ERROR_INPUT, "no file matches the pattern %s", pattern);
		return FALSE;
	}
	qsort(paths->pdata + first, paths->len - first, sizeof(gpointer), compare_names);
	return TRUE;
}

static gboolean add_paths(const ThusoStudy *study, const Block *block, GPtrArray *paths, GError **error)
{
	for (int i = 0; i < block_n(block, "path"); i++) {
		g_autofree char *path = study_path(study, block_item_text(block, "path", i));
		if (strpbrk(block_item_text(block, "path", i), "*?[") && !g_file_test(path, G_FILE_TEST_EXISTS)) {
			if (!add_matches(block, path, paths, error))
				return FALSE;
		} else if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
			return no_such_file(block, "path", path, error);
		} else {
			g_ptr_array_add(paths, g_steal_pointer(&path));
		}
	}
	return TRUE;
}

static gboolean data_file(const ThusoStudy *study, const Block *block, GPtrArray *paths, GError **error)
{
	if (!study->data) {
		block_error(block, NULL, error, THUSO_ERROR_USAGE, "'%s' names a layer but no file: give `path`, or `data` under `study`",
		            block->name);
		return FALSE;
	}
	if (!g_file_test(study->data, G_FILE_TEST_EXISTS)) {
		Block top = study_block(study), head = block_get(&top, "study");
		return no_such_file(&head, "data", study->data, error);
	}
	g_ptr_array_add(paths, g_strdup(study->data));
	return TRUE;
}

static char **steal_strv(GPtrArray *array)
{
	g_ptr_array_add(array, NULL);
	return (char **) g_ptr_array_free(array, FALSE);
}

ThusoJoin *study_join(const ThusoStudy *study, const Block *source, GError **error)
{
	Block block = block_get(source, "join");
	g_autofree char *path = study_path(study, block_text(&block, "path"));
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		no_such_file(&block, "path", path, error);
		return NULL;
	}
	g_autofree const char **fields = block_texts(&block, "fields");
	ThusoJoin *join = g_new0(ThusoJoin, 1);
	join->path = g_steal_pointer(&path);
	join->layer = g_strdup(block_text(&block, "layer"));
	join->key = g_strdup(block_text(&block, "key"));
	join->to = g_strdup(block_text(&block, "to"));
	join->fields = g_strdupv((char **) fields);
	return join;
}

static const char *either(const Block *block, const char *a, const char *b)
{
	return block_has(block, a) ? block_text(block, a) : block_text(block, b);
}

static char *name_of(const char *layer, const char *first_path)
{
	return layer ? g_strdup(layer) : g_path_get_basename(first_path);
}

ThusoSource *study_source(const ThusoStudy *study, const Block *block, GError **error)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	const char *layer = block_text(block, "layer");
	gboolean ok;
	if (!block_has(block, "path") && !layer) {
		block_error(block, NULL, error, THUSO_ERROR_USAGE,
		            "'%s' names no data: give `layer` (of the study's data file) or `path`", block->name);
		ok = FALSE;
	} else {
		ok = block_has(block, "path") ? add_paths(study, block, paths, error) : data_file(study, block, paths, error);
	}
	if (!ok) {
		g_ptr_array_unref(paths);
		return NULL;
	}
	g_autofree char *name = name_of(layer, g_ptr_array_index(paths, 0));
	g_autoptr(ThusoSource) source = thuso_source_new(name);
	g_strfreev(source->paths);
	source->paths = steal_strv(paths);
	source->layer = g_strdup(layer);
	source->where = g_strdup(block_text(block, "where"));
	source->crs = g_strdup(block_text(block, "crs"));
	source->x = g_strdup(either(block, "x", "lon"));
	source->y = g_strdup(either(block, "y", "lat"));
	source->max_age_s = block_has(block, "max_age") ? block_quantity(block, "max_age", NULL) : 0;
	if (block_has(block, "join") && !(source->join = study_join(study, block, error)))
		return NULL;
	return g_steal_pointer(&source);
}

ThusoSource *study_layer(const ThusoStudy *study, const Block *at, const char *layer, GError **error)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	if (!data_file(study, at, paths, error)) {
		g_ptr_array_unref(paths);
		return NULL;
	}
	ThusoSource *source = thuso_source_new(layer);
	g_strfreev(source->paths);
	source->paths = steal_strv(paths);
	source->layer = g_strdup(layer);
	return source;
}

ThusoSource *study_file(const ThusoStudy *study, const Block *at, const char *key, GError **error)
{
	g_autofree char *path = study_path(study, block_text(at, key));
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		no_such_file(at, key, path, error);
		return NULL;
	}
	g_autofree char *name = g_path_get_basename(path);
	ThusoSource *source = thuso_source_new(name);
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_steal_pointer(&path);
	return source;
}
