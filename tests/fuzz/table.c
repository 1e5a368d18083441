/* A text table: separators, quotes, kinds of columns, numbers; as a table and as points. */
#include "fuzz.h"

#include <thuso/io.h>

#include <math.h>

static void read_as(const char *path, ThusoReadWhat what, const char *x, const char *y)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = thuso_source_new("fuzz");
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(path);
	source->crs = g_strdup("EPSG:32735");
	source->x = g_strdup(x);
	source->y = g_strdup(y);
	g_autoptr(ThusoTable) table = thuso_read_layer(context, source, what, NULL, &error);
	fuzz_must((table == NULL) == (error != NULL));
	for (gint64 row = 0; table && row < table->n_rows; row++)
		for (guint c = 0; c < table->columns->len; c++) {
			g_autofree char *text = thuso_table_as_text(table, row, (int) c);
			fuzz_must(!text || g_utf8_validate(text, -1, NULL));
			double value = thuso_table_as_real(table, row, (int) c);
			fuzz_must(isnan(value) || isfinite(value));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size, ".csv");
	read_as(path, THUSO_READ_TABLE, NULL, NULL);
	read_as(path, THUSO_READ_GEOMETRY, "x", "y");
	return 0;
}
