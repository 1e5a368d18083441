/* A text table: separators, quotes, kinds of columns, numbers; as a table, as points, row by row, and with
 * another table joined by `id`. */
#include "fuzz.h"

#include <math.h>

/* `join`: the path of a table to join by `id`, or NULL. */
static void read_as(const char *path, ThusoReadWhat what, const char *x, const char *y, const char *join)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSource) source = fuzz_source(path);
	source->crs = g_strdup("EPSG:32735");
	source->x = g_strdup(x);
	source->y = g_strdup(y);
	if (join) {
		source->join = g_new0(ThusoJoin, 1);
		source->join->path = g_strdup(join);
		source->join->key = g_strdup("id");
		source->join->to = g_strdup("id");
	}
	g_autoptr(ThusoTable) table = thuso_read_layer(fuzz_context(), source, what, NULL, &error);
	fuzz_either(table, error);
	if (table)
		fuzz_check_table(table, FALSE);
}

/* Row by row: as many cells as columns, each number finite. */
static void read_rows(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoRows) rows = thuso_rows_open(fuzz_context(), path, &error);
	fuzz_either(rows, error);
	gint64 line = 0;
	char *const *cells;
	while (rows && (cells = thuso_rows_next(rows, &error))) {
		fuzz_must(thuso_rows_line(rows) > line);
		line = thuso_rows_line(rows);
		for (int c = 0; thuso_rows_columns(rows)[c]; c++) {
			g_autoptr(GError) wrong = NULL;
			double value = 0;
			fuzz_must(g_utf8_validate(cells[c], -1, NULL));
			gboolean good = thuso_rows_real(rows, c, &value, &wrong);
			fuzz_either(good, wrong);
			fuzz_must(!good || isfinite(value));
		}
	}
	if (error)
		fuzz_either(FALSE, error);
}

static void read_table(const uint8_t *data, size_t size)
{
	FuzzPart rest = { data, size }, part, other;
	if (!fuzz_part(&rest, &part))
		return;
	const char *path = fuzz_file(part.data, part.size, "x.csv");
	gboolean has_join = fuzz_part(&rest, &other);
	read_as(path, THUSO_READ_TABLE, NULL, NULL, has_join ? fuzz_file(other.data, other.size, "join.csv") : NULL);
	read_as(path, THUSO_READ_GEOMETRY, "x", "y", NULL);
	read_rows(path);
}

const FuzzReader fuzz_table = { "table", TRUE, read_table };
