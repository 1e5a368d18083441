/* SHA-256 of inputs, for the run's record: which bytes a result was made of. */
#include <thuso/base.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static gboolean add_file(GChecksum *sum, const char *path, GError **error)
{
	guchar buffer[1 << 16];
	gsize n;
	FILE *file = fopen(path, "rb");
	if (!file) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "cannot read %s: %s", path, g_strerror(errno));
		return FALSE;
	}
	while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
		g_checksum_update(sum, buffer, (gssize) n);
	gboolean ok = !ferror(file);
	if (!ok)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "cannot read %s to its end: %s", path, g_strerror(errno));
	fclose(file);
	return ok;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static gboolean add_folder(GChecksum *sum, const char *path, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	if (!dir) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "cannot read the folder %s: %s", path, g_strerror(errno));
		return FALSE;
	}
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(dir));)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_checksum_update(sum, (const guchar *) name, (gssize) strlen(name) + 1);
		if (g_file_test(file, G_FILE_TEST_IS_REGULAR) && !add_file(sum, file, error))
			return FALSE;
	}
	return TRUE;
}

char *thuso_file_sha256(const char *path, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gboolean ok = g_file_test(path, G_FILE_TEST_IS_DIR) ? add_folder(sum, path, error) : add_file(sum, path, error);
	return ok ? g_strdup(g_checksum_get_string(sum)) : NULL;
}
