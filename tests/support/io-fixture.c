/* What the tests of `io` share. */
#include "io-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

const char *io_folder(void)
{
	static char *folder;
	if (!folder)
		folder = g_dir_make_tmp("thuso-test-io-XXXXXX", NULL);
	g_assert_nonnull(folder);
	return folder;
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	g_remove(path);
}

void io_folder_remove(void)
{
	remove_all(io_folder());
}

char *io_path(const char *name)
{
	return g_build_filename(io_folder(), name, NULL);
}

char *io_write(const char *name, gconstpointer data, gssize size)
{
	char *path = io_path(name);
	g_assert_true(g_file_set_contents(path, data, size, NULL));
	return path;
}

void io_add_path(ThusoSource *source, char *path)
{
	guint n = g_strv_length(source->paths);
	source->paths = g_renew(char *, source->paths, n + 2);
	source->paths[n] = path;
	source->paths[n + 1] = NULL;
}

ThusoSource *io_source(char *path)
{
	ThusoSource *source = thuso_source_new("source");
	io_add_path(source, path);
	return source;
}

ThusoTable *io_read(ThusoContext *context, const ThusoSource *source, ThusoReadWhat what, const char *const *fields)
{
	g_autoptr(GError) error = NULL;
	ThusoTable *table = thuso_read_layer(context, source, what, fields, &error);
	g_assert_no_error(error);
	g_assert_nonnull(table);
	return table;
}

void io_assert_message(GError *error, ThusoErrorCode code, const char *word)
{
	g_assert_error(error, THUSO_ERROR, (int) code);
	if (!strstr(error->message, word))
		g_error("\"%s\" is not in: %s", word, error->message);
	g_assert_null(strchr(error->message, '\n'));
}

void io_assert_refused(const ThusoSource *source, ThusoReadWhat what, ThusoErrorCode code, ...)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	g_assert_null(thuso_read_layer(context, source, what, NULL, &error));
	va_list words;
	va_start(words, code);
	for (const char *word = va_arg(words, const char *); word; word = va_arg(words, const char *))
		io_assert_message(error, code, word);
	va_end(words);
}

const ThusoFinding *io_finding(const ThusoContext *context, const char *check)
{
	const GPtrArray *findings = thuso_context_findings(context);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		if (g_str_equal(finding->check, check))
			return finding;
	}
	return NULL;
}

char *io_cell(const ThusoTable *table, gint64 row, const char *column)
{
	int c = thuso_table_find_column(table, column);
	g_assert_cmpint(c, >=, 0);
	char *text = thuso_table_as_text(table, row, c);
	return text ? text : g_strdup("NULL");
}

ThusoGrid io_grid(ThusoCrs *crs, double cell_m, gint32 n_cols, gint32 n_rows)
{
	return (ThusoGrid){ .x_min = 300000, .y_max = 6240000, .cell_m = cell_m, .n_cols = n_cols, .n_rows = n_rows, .crs = crs };
}
