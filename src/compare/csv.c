/* The table of changes as a CSV that spreadsheets open. */
#include <thuso/compare.h>
#include <thuso/param.h>

#include <string.h>
#include <unistd.h>

static gboolean set_path_error(GError **error, const char *format, const char *path)
{
	g_autofree char *text = g_strdup_printf("--output: %s %s", path, format);
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, text);
	return FALSE;
}

gboolean thuso_comparison_check_path(const char *path, gboolean overwrite, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	if (strlen(path) < 5 || g_ascii_strcasecmp(path + strlen(path) - 4, ".csv") != 0)
		return set_path_error(error, "must end in .csv", path);
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return set_path_error(error, "lies in a folder that does not exist: make it", path);
	if (!g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		return TRUE;
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return set_path_error(error, "is no regular file and cannot be replaced: choose another name", path);
	return overwrite || set_path_error(error, "is there already: give --overwrite to replace it, or another name", path);
}

/* A text that a spreadsheet would take for a formula gets a leading '. */
static void append_cell(GString *out, const char *text)
{
	double number;
	gboolean formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL && !thuso_parse_real(text, &number);
	if (!formula && strpbrk(text, ",;\"\r\n\t") == NULL) {
		g_string_append(out, text);
		return;
	}
	g_string_append(out, formula ? "\"'" : "\"");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

static void append_row(GString *out, const ThusoTable *table, gint64 row)
{
	for (guint c = 0; c < table->columns->len; c++) {
		g_autofree char *text =
		    row < 0 ? g_strdup(thuso_table_column(table, (int) c)->name) : thuso_table_as_text(table, row, (int) c);
		if (c > 0)
			g_string_append_c(out, ',');
		append_cell(out, text != NULL ? text : "");
	}
	g_string_append_c(out, '\n');
}

gboolean thuso_comparison_write(const ThusoComparison *comparison, const char *path, gboolean overwrite, GError **error)
{
	if (!thuso_comparison_check_path(path, overwrite, error))
		return FALSE;
	g_autoptr(GString) text = g_string_new(NULL);
	for (gint64 row = -1; row < comparison->change->n_rows; row++)
		append_row(text, comparison->change, row);
	g_autoptr(GError) why = NULL;
	if (g_file_set_contents_full(path, text->str, (gssize) text->len,
	                             G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, &why))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "--output: %s cannot be written: %s", path, why->message);
	return FALSE;
}
