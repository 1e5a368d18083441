/* Text tables (.csv, .tsv, .txt) as typed tables: separator and decimal sign are found and told. */
#include "csv.h"
#include "private.h"

#include <string.h>

#define MAX_FILE_BYTES ((gint64) 4 << 30) /* a text table is held in memory */

typedef struct {
	ThusoContext *context;
	const ThusoReadRequest *request;
	char *content;
	gsize size;
	ThusoCsv csv;
	gint32 n_columns;
	ThusoCsvKind *kinds;
	gint64 n_missing, n_short, first_short, n_repaired, first_repaired;
} Text;

static void text_clear(Text *text)
{
	thuso_csv_clear(&text->csv);
	g_free(text->content);
	g_free(text->kinds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

static const ThusoCsvRow *row_at(const Text *text, gint64 i)
{
	return (const ThusoCsvRow *) text->csv.rows.data + i;
}

/* The text without its byte order mark, or NULL with an error. */
static char *load(Text *text, const char *absolute, GError **error)
{
	const char *path = text->request->path;
	g_autoptr(GError) why = NULL;
	if (!g_file_get_contents(absolute, &text->content, &text->size, &why)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s", path, why->message);
		return NULL;
	}
	const guint8 *start = (const guint8 *) text->content;
	if ((gint64) text->size > MAX_FILE_BYTES) {
		thuso_set_error(error, THUSO_ERROR_LIMIT,
		                "%s has %" G_GSIZE_FORMAT " MB, over the limit of %" G_GINT64_FORMAT
		                " MB for text tables: convert it to a GeoPackage",
		                path, text->size >> 20, MAX_FILE_BYTES >> 20);
		return NULL;
	}
	gboolean wide = text->size >= 2 && ((start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF));
	if (wide || memchr(text->content, 0, text->size)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is no UTF-8 text (%s): save it as \"CSV UTF-8\"", path,
		                wide ? "it is UTF-16" : "it holds zero bytes");
		return NULL;
	}
	gboolean mark = text->size >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0;
	return text->content + (mark ? 3 : 0);
}

/* Names of the header, each once; columns without any name or value at the end do not count. */
static gboolean read_header(Text *text, ThusoTable *names, GError **error)
{
	const ThusoCsvRow *header = text->csv.rows.n ? row_at(text, 0) : NULL;
	for (gint32 i = 0; header && i < header->n; i++)
		if (thuso_csv_cell(&text->csv, header, i)[0])
			text->n_columns = i + 1;
	for (gint64 r = 1; r < text->csv.rows.n; r++) {
		const ThusoCsvRow *row = row_at(text, r);
		for (gint32 i = text->n_columns; i < row->n; i++) {
			if (!thuso_csv_cell(&text->csv, row, i)[0])
				continue;
			if (i < header->n) {
				text->n_columns = i + 1;
				continue;
			}
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "%s, line %" G_GINT64_FORMAT
			                ": %d cells and the header has %d: quote texts that hold the separator `%c`, or "
			                "name the further columns",
			                text->request->path, row->line, row->n, header->n, text->csv.separator);
			return FALSE;
		}
	}
	if (text->n_columns == 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no header line: name its columns in the first line",
		                text->request->path);
		return FALSE;
	}
	for (gint32 i = 0; i < text->n_columns; i++) {
		g_autofree char *owned = NULL, *number = g_strdup_printf("column_%d", i + 1);
		const char *cell = thuso_csv_cell(&text->csv, header, i);
		g_autofree char *name = thuso_table_free_name(names, cell[0] ? thuso_repair_text(cell, &owned) : number);
		thuso_table_add_column(names, name, name, "", THUSO_TEXT);
	}
	return TRUE;
}

static ThusoCsvSigns look_at_column(const Text *text, gint32 column)
{
	ThusoCsvSigns signs = { .comma_allowed = text->csv.separator != ',' };
	for (gint64 r = 1; r < text->csv.rows.n; r++) {
		const char *cell = thuso_csv_cell(&text->csv, row_at(text, r), column);
		if (cell[0])
			thuso_csv_look(&signs, cell);
	}
	return signs;
}

/* 1,234 or 1.234 everywhere: thousands for some, fractions for us. */
static void tell_ambiguous(const Text *text, const char *name, const char *check, const char *sign, gint64 n)
{
	ThusoFinding finding = { THUSO_WARNING, check, text->request->source->name, NULL, NULL, n, NULL };
	thuso_io_find(text->context, &finding,
	              "%s, column %s: numbers like 1%s234 are read with a decimal %s: write them without a sign between thousands",
	              text->request->path, name, sign, sign[0] == ',' ? "comma" : "point");
}

static void find_kinds(Text *text, const ThusoTable *names, const ThusoPointColumns *points)
{
	gboolean comma = FALSE;
	text->kinds = g_new0(ThusoCsvKind, (gsize) text->n_columns);
	for (gint32 i = 0; i < text->n_columns; i++) {
		ThusoCsvSigns signs = look_at_column(text, i);
		ThusoCsvKind kind = text->kinds[i] = thuso_csv_kind(&signs);
		const char *name = thuso_table_column(names, i + 1)->name;
		gboolean is_place = g_strcmp0(name, points->x) == 0 || g_strcmp0(name, points->y) == 0;
		comma |= kind == THUSO_CSV_REAL_COMMA;
		if (kind != THUSO_CSV_TEXT)
			text->n_missing += signs.n_missing;
		if (kind == THUSO_CSV_REAL_COMMA && signs.n_thousands_like == signs.n_with_comma && signs.n_dotted == 0)
			tell_ambiguous(text, name, "decimal_comma", ",", signs.n_with_comma);
		if (kind == THUSO_CSV_REAL && !is_place && signs.n_point_thousands > 0 && signs.n_point_thousands == signs.n_with_point)
			tell_ambiguous(text, name, "decimal_point", ".", signs.n_with_point);
	}
	char c = text->csv.separator;
	thuso_log(text->context, THUSO_INFO, "%s: columns are separated by %s, numbers have a decimal %s", text->request->path,
	          c == '\t'  ? "tab"
	          : c == ';' ? "`;`"
	          : c == ',' ? "`,`"
	                     : "`|`",
	          comma ? "comma" : "point");
}

static void set_cell(Text *text, ThusoTable *table, gint64 row, gint32 column, const char *cell)
{
	ThusoCsvKind kind = text->kinds[column];
	if (!cell[0] || (kind != THUSO_CSV_TEXT && thuso_csv_is_missing(cell)))
		return;
	if (kind == THUSO_CSV_INTEGER) {
		thuso_table_set_integer(table, row, column + 1, g_ascii_strtoll(cell, NULL, 10));
	} else if (kind != THUSO_CSV_TEXT) {
		thuso_table_set_real(table, row, column + 1, thuso_csv_number(cell, kind));
	} else {
		g_autofree char *owned = NULL;
		const char *valid = thuso_repair_text(cell, &owned);
		if (owned && text->n_repaired++ == 0)
			text->first_repaired = thuso_table_integer(table, row, 0);
		thuso_table_set_text(table, row, column + 1, valid);
	}
}

static gboolean fill(Text *text, ThusoTable *table, GError **error)
{
	for (gint64 r = 1; r < text->csv.rows.n; r++) {
		const ThusoCsvRow *row = row_at(text, r);
		gint64 to = thuso_table_add_row(table, error);
		if (to < 0 || (r % 4096 == 0 && !thuso_context_go_on(text->context, error)))
			return FALSE;
		thuso_table_set_integer(table, to, 0, row->line);
		for (gint32 i = 0; i < text->n_columns; i++)
			set_cell(text, table, to, i, thuso_csv_cell(&text->csv, row, i));
		if (row->n < text->n_columns && text->n_short++ == 0)
			text->first_short = row->line;
	}
	return TRUE;
}

static void report(const Text *text)
{
	const ThusoReadRequest *request = text->request;
	g_autofree char *short_line = g_strdup_printf("%" G_GINT64_FORMAT, text->first_short);
	g_autofree char *repaired_line = g_strdup_printf("%" G_GINT64_FORMAT, text->first_repaired);
	if (text->n_short)
		thuso_io_find(text->context,
		              &(ThusoFinding){ THUSO_WARNING, "short_row", request->source->name, short_line, NULL, text->n_short, NULL },
		              "%s: %" G_GINT64_FORMAT " rows have fewer cells than the header (first: line %s): the rest is empty",
		              request->path, text->n_short, short_line);
	if (text->n_repaired)
		thuso_io_find(
		    text->context,
		    &(ThusoFinding){ THUSO_WARNING, "encoding", request->source->name, repaired_line, NULL, text->n_repaired, NULL },
		    "%s: %" G_GINT64_FORMAT
		    " texts are not UTF-8 and were read as Windows-1252 (first: line %s): save it as \"CSV UTF-8\"",
		    request->path, text->n_repaired, repaired_line);
	if (text->n_missing)
		thuso_io_find(text->context,
		              &(ThusoFinding){ THUSO_INFO, "missing_number", request->source->name, NULL, NULL, text->n_missing, NULL },
		              "%s: %" G_GINT64_FORMAT " cells of number columns say NA or the like and are empty", request->path,
		              text->n_missing);
}

/* The whole file as a table, with room for points where they are asked for. */
static ThusoTable *parse(Text *text, ThusoPointColumns *points, GError **error)
{
	const ThusoReadRequest *request = text->request;
	const ThusoFormat *format = thuso_format_of(request->path, FALSE, error);
	g_autofree char *absolute = format ? thuso_guard_path(request->path, format, error) : NULL;
	char *start = absolute ? load(text, absolute, error) : NULL;
	if (!start || !thuso_csv_parse(&text->csv, start, request->path, error))
		return NULL;
	g_autofree char *base = g_path_get_basename(request->path);
	*strrchr(base, '.') = '\0';
	g_autoptr(ThusoTable) names = thuso_table_new(base, base, "", THUSO_NO_GEOMETRY);
	thuso_table_add_column(names, "_fid", "Line", "", THUSO_INTEGER);
	if (!read_header(text, names, error))
		return NULL;
	g_autofree const char **known = thuso_table_column_names(names);
	for (int i = 0; request->columns && request->columns[i] && !request->may_lack; i++)
		if (!g_strv_contains(known, request->columns[i])) {
			thuso_missing_field(request, request->columns[i], known + 1, error);
			return NULL;
		}
	if (!thuso_point_columns(request, known + 1, points, error))
		return NULL;
	find_kinds(text, names, points);
	static const ThusoColumnType types[] = { THUSO_TEXT, THUSO_INTEGER, THUSO_REAL, THUSO_REAL };
	g_autoptr(ThusoTable) table = thuso_table_new(base, base, "", points->x ? THUSO_POINT : THUSO_NO_GEOMETRY);
	thuso_table_add_column(table, "_fid", "Line", "", THUSO_INTEGER);
	for (gint32 i = 0; i < text->n_columns; i++)
		thuso_table_add_column(table, known[i + 1], known[i + 1], "", types[text->kinds[i]]);
	/* The names must outlive `names`. */
	for (gint32 i = 0; points->x && i <= text->n_columns; i++) {
		const char *name = thuso_table_column(table, i)->name;
		points->x = g_str_equal(name, points->x) ? name : points->x;
		points->y = g_str_equal(name, points->y) ? name : points->y;
	}
	return fill(text, table, error) ? g_steal_pointer(&table) : NULL;
}

ThusoTable *thuso_read_text_table(ThusoContext *context, const ThusoReadRequest *request, GError **error)
{
	g_auto(Text) text = { .context = context, .request = request };
	ThusoPointColumns points;
	g_autoptr(ThusoTable) table = parse(&text, &points, error);
	if (!table)
		return NULL;
	guint8 *keep = thuso_array_new(MAX(table->n_rows, 1), 1, "rows", error);
	if (!keep)
		return NULL;
	memset(keep, 1, (gsize) table->n_rows);
	gboolean good = (!request->source->where || thuso_filter_rows(request, table, keep, error)) &&
	                (!points.x || thuso_make_points(context, request, &points, table, keep, error));
	if (good) {
		report(&text);
		/* The coordinates stay only when they are asked for. */
		table = thuso_table_select(g_steal_pointer(&table), keep, request->columns, error);
	}
	thuso_array_free(keep);
	return good ? g_steal_pointer(&table) : NULL;
}
