/* The table of changes as a CSV that spreadsheets open. */
#include <thuso/compare.h>
#include <thuso/io.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Results end in .gpkg, so no input can be meant. */
static ThusoTargets *target_of(const char *path, gboolean overwrite, GError **error)
{
	const ThusoTarget target = { .option = "--output", .path = path, .endings = { ".csv" } };
	const char *const inputs[] = { NULL };
	return thuso_targets_new(&target, 1, inputs, overwrite, error);
}

gboolean thuso_comparison_check_path(const char *path, gboolean overwrite, GError **error)
{
	g_autoptr(ThusoTargets) targets = target_of(path, overwrite, error);
	return targets != NULL;
}

static void append_row(GString *out, const ThusoTable *table, gint64 row)
{
	for (guint c = 0; c < table->columns->len; c++) {
		g_autofree char *text = row < 0 ? NULL : thuso_table_as_text(table, row, (int) c);
		g_autofree char *cell = thuso_csv_text(row < 0 ? thuso_table_column(table, (int) c)->name : text != NULL ? text : "");
		g_string_append_printf(out, "%s%s", c > 0 ? "," : "", cell);
	}
	g_string_append_c(out, '\n');
}

static gboolean write_all(int file, const char *from, gsize n)
{
	while (n > 0) {
		ssize_t written = write(file, from, n);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return FALSE;
		from += written;
		n -= (gsize) written;
	}
	return TRUE;
}

static gboolean write_text(const ThusoTargets *targets, const GString *text, GError **error)
{
	int file = open(thuso_targets_temporary(targets, 0), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	gboolean good = file >= 0 && write_all(file, text->str, text->len);
	int why = errno;
	if (file >= 0 && close(file) != 0 && good) {
		why = errno;
		good = FALSE;
	}
	if (!good)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "--output: %s cannot be written: %s", thuso_targets_final(targets, 0),
		            g_strerror(why));
	return good;
}

gboolean thuso_comparison_write(const ThusoComparison *comparison, const char *path, gboolean overwrite, GError **error)
{
	g_autoptr(ThusoTargets) targets = target_of(path, overwrite, error);
	if (targets == NULL)
		return FALSE;
	g_autoptr(GString) text = g_string_new(NULL);
	for (gint64 row = -1; row < comparison->change->n_rows; row++)
		append_row(text, comparison->change, row);
	g_auto(GStrv) written = NULL;
	return write_text(targets, text, error) && thuso_targets_place(targets, &written, error);
}
