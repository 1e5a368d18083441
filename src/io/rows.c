/* Text tables of any length, row by row: a block of the file at a time, cells cut out of it in place. What a row may look like is
 * that of csv.c, which holds whole tables. */
#include "csv.h"
#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <thuso/param.h>

#define BLOCK_BYTES  ((gsize) 4 << 20)
#define MOST_BYTES   ((gsize) 64 << 20) /* of a row */
#define SAMPLE_BYTES ((gsize) 64 << 10) /* looked at to find the separator */
#define MOST_COLUMNS 10000
#define BETWEEN      4096 /* rows between two looks whether the run was asked to stop */

typedef struct {
	gint64 comma_line, dot_line; /* first number of that kind, 0 = none */
	gint64 n_comma, n_thousands_like;
} Signs;

struct ThusoRows {
	ThusoContext *context;
	char *path;
	int file;
	char *buffer; /* capacity + 1 bytes; buffer[size] = 0 */
	gsize capacity, size, at;
	const char *feed;          /* the next line feed from the cursor on, or the end of the block; NULL = not looked for */
	gboolean at_end, has_high; /* has_high: bytes beyond ASCII were seen */
	char separator;
	gint64 line, next_line, n_rows;
	GPtrArray *columns; /* names, NULL-terminated */
	int n_columns;
	ThusoVector cells; /* of char *: the row's */
	GPtrArray *mended; /* texts of the row that were not UTF-8 */
	gint64 n_mended, first_mended;
	Signs *signs;
	gboolean is_told; /* findings of the whole are told once, at the end */
};

static gboolean refuse(const ThusoRows *rows, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(const ThusoRows *rows, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s, line %" G_GINT64_FORMAT ": %s", rows->path, rows->line, text);
	return FALSE;
}

/* --- blocks ------------------------------------------------------------------------------------------------------------------ */

static gboolean check_text(const ThusoRows *rows, const char *from, gsize n, GError **error)
{
	const guint8 *start = (const guint8 *) rows->buffer;
	gboolean is_first = from == rows->buffer && rows->n_rows == 0 && rows->n_columns == 0;
	gboolean is_wide = is_first && n >= 2 && ((start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF));
	if (!is_wide && !memchr(from, 0, n))
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s is no UTF-8 text (%s): save it as \"CSV UTF-8\"", rows->path,
	                is_wide ? "it is UTF-16" : "it holds zero bytes");
	return FALSE;
}

static gboolean is_ascii(const char *from, gsize n)
{
	guint8 all = 0;
	for (gsize i = 0; i < n; i++)
		all |= (guint8) from[i];
	return all < 0x80;
}

/* The row in work begins the buffer afterwards. */
static gboolean refill(ThusoRows *rows, GError **error)
{
	rows->size -= rows->at;
	memmove(rows->buffer, rows->buffer + rows->at, rows->size);
	rows->at = 0;
	rows->feed = NULL;
	if (rows->size == rows->capacity) {
		if (rows->capacity >= MOST_BYTES)
			return refuse(rows, error,
			              "a row of more than %" G_GSIZE_FORMAT " MB: a quote is opened and never closed, or this is no table",
			              MOST_BYTES >> 20);
		rows->capacity *= 2;
		rows->buffer = g_realloc(rows->buffer, rows->capacity + 1);
	}
	char *to = rows->buffer + rows->size;
	gssize n;
	do
		n = read(rows->file, to, rows->capacity - rows->size);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s", rows->path, g_strerror(errno));
		return FALSE;
	}
	rows->at_end = n == 0;
	rows->size += (gsize) n;
	rows->buffer[rows->size] = '\0';
	rows->has_high = rows->has_high || !is_ascii(to, (gsize) n);
	return check_text(rows, to, (gsize) n, error);
}

/* --- where a row ends ---------------------------------------------------------------------------------------------------------- */

static const char *skip_blanks(const ThusoRows *rows, const char *p)
{
	while (*p == ' ' && rows->separator != ' ')
		p++;
	return p;
}

/* Behind the quote that closes the text at p (which is behind the one that opens it); NULL where the block ends first. */
static const char *closing(const char *p, const char *end)
{
	for (p = memchr(p, '"', (gsize) (end - p)); p && p[1] == '"';)
		p = memchr(p + 2, '"', (gsize) (end - p - 2));
	return p ? p + 1 : NULL;
}

/* A row with quotes: line ends inside of them are text. */
static const char *quoted_end(const ThusoRows *rows, const char *p, const char *end, gboolean *is_open)
{
	*is_open = FALSE;
	for (;;) {
		const char *quote = skip_blanks(rows, p);
		if (*quote == '"' && !(p = closing(quote + 1, end))) {
			*is_open = TRUE;
			return NULL;
		}
		while (p < end && *p != rows->separator && *p != '\n' && *p != '\r')
			p++;
		if (p == end)
			return NULL;
		if (*p != rows->separator)
			return p;
		p++;
	}
}

/* Where lines end with "\r" alone, the next "\n" is not looked for anew on every line. */
static const char *plain_end(ThusoRows *rows, const char *p, const char *end)
{
	const char *feed = rows->feed >= p && rows->feed <= end ? rows->feed : memchr(p, '\n', (gsize) (end - p));
	rows->feed = feed ? feed : end;
	const char *back = memchr(p, '\r', (gsize) (rows->feed - p));
	return back ? back : rows->feed < end ? rows->feed : NULL;
}

/* The line end of the row at the cursor; at the end of the file, where the text ends. NULL with an error. */
static char *row_end(ThusoRows *rows, GError **error)
{
	for (;;) {
		const char *start = rows->buffer + rows->at, *limit = rows->buffer + rows->size;
		gboolean is_open = FALSE;
		const char *end = plain_end(rows, start, limit);
		if (memchr(start, '"', (gsize) ((end ? end : limit) - start)))
			end = quoted_end(rows, start, limit, &is_open);
		/* What follows a "\r" must be seen: it may be its "\n". */
		if (end && (end + 1 < limit || *end == '\n' || rows->at_end))
			return rows->buffer + (end - rows->buffer);
		if (rows->at_end && !is_open)
			return rows->buffer + rows->size;
		if (rows->at_end) {
			refuse(rows, error, "a quote is opened and never closed: close it or double quotes inside texts");
			return NULL;
		}
		if (!refill(rows, error))
			return NULL;
	}
}

/* --- cells ---------------------------------------------------------------------------------------------------------------------- */

static char *trimmed(char *from, char *to)
{
	while (to > from && g_ascii_isspace(to[-1]))
		to--;
	*to = '\0';
	while (g_ascii_isspace(*from))
		from++;
	return from;
}

/* Resolves doubled quotes in place; *at moves behind the cell. What stands behind the closing quote belongs to the text. */
static char *unquote(char *quote, const char *end, char separator, char **at)
{
	char *start = quote + 1, *to = start, *p = start;
	for (; *p != '"' || p[1] == '"'; *to++ = *p++)
		p += *p == '"';
	char *closed = to;
	for (p++; p < end && *p != separator; p++)
		*to++ = *p;
	while (to > closed && g_ascii_isspace(to[-1]))
		to--;
	*at = p;
	*to = '\0';
	return start;
}

static gboolean cut(ThusoRows *rows, char *end, GError **error)
{
	char *p = rows->buffer + rows->at;
	gboolean has_quotes = memchr(p, '"', (gsize) (end - p)) != NULL, is_last;
	rows->cells.n = 0;
	do {
		char *start = p, *quote = has_quotes ? (char *) skip_blanks(rows, p) : p, *cell;
		if (has_quotes && quote < end && *quote == '"') {
			cell = unquote(quote, end, rows->separator, &p);
			is_last = p >= end;
		} else {
			while (p < end && *p != rows->separator)
				p++;
			is_last = p >= end;
			cell = trimmed(start, p);
		}
		if (!thuso_vector_push(&rows->cells, &cell, "cells of a row", error))
			return FALSE;
		p++;
	} while (!is_last && rows->cells.n <= MOST_COLUMNS);
	if (rows->cells.n > MOST_COLUMNS)
		return refuse(rows, error, "more than %d columns: this is no table", MOST_COLUMNS);
	return TRUE;
}

static void mend(ThusoRows *rows)
{
	char **cell = rows->cells.data;
	g_ptr_array_set_size(rows->mended, 0);
	for (gint64 i = 0; i < rows->cells.n; i++) {
		char *owned = NULL;
		cell[i] = (char *) thuso_repair_text(cell[i], &owned);
		if (!owned)
			continue;
		g_ptr_array_add(rows->mended, owned);
		if (rows->n_mended++ == 0)
			rows->first_mended = rows->line;
	}
}

/* Cuts the next row that is not blank; FALSE without an error at the end. */
static gboolean take_row(ThusoRows *rows, GError **error)
{
	for (;;) {
		rows->line = rows->next_line;
		char *end = row_end(rows, error);
		if (!end || (end == rows->buffer + rows->at && end == rows->buffer + rows->size))
			return FALSE;
		char *start = rows->buffer + rows->at;
		for (const char *p = start; (p = memchr(p, '\n', (gsize) (end - p))); p++)
			rows->next_line++; /* inside quotes */
		gsize over = *end == '\r' && end[1] == '\n' ? 2 : *end ? 1 : 0;
		if (!cut(rows, end, error))
			return FALSE;
		rows->at = (gsize) (end - rows->buffer) + over;
		rows->next_line++;
		for (gint64 i = 0; i < rows->cells.n; i++)
			if (((char **) rows->cells.data)[i][0]) {
				if (rows->has_high)
					mend(rows);
				return TRUE;
			}
	}
}

/* --- opening -------------------------------------------------------------------------------------------------------------------- */

static gboolean open_file(ThusoRows *rows, GError **error)
{
	const ThusoFormat *format = thuso_format_of(rows->path, FALSE, error);
	if (format && format->kind != THUSO_FORMAT_TABLE) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: a text table is needed here: export it as CSV", rows->path);
		return FALSE;
	}
	g_autofree char *absolute = format ? thuso_guard_path(rows->path, format, error) : NULL;
	if (!absolute)
		return FALSE;
	struct stat info;
	rows->file = open(absolute, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (rows->file >= 0 && fstat(rows->file, &info) == 0 && S_ISREG(info.st_mode))
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s", rows->path,
	                rows->file < 0 ? g_strerror(errno) : "it is no regular file");
	return FALSE;
}

static gboolean read_start(ThusoRows *rows, GError **error)
{
	rows->capacity = BLOCK_BYTES;
	rows->buffer = g_malloc(rows->capacity + 1);
	rows->line = rows->next_line = 1;
	/* A file system may give less than was asked for. */
	while (rows->size < SAMPLE_BYTES && !rows->at_end)
		if (!refill(rows, error))
			return FALSE;
	if (rows->size >= 3 && memcmp(rows->buffer, "\xEF\xBB\xBF", 3) == 0)
		rows->at = 3;
	gsize sample = MIN(rows->size, SAMPLE_BYTES);
	char kept = rows->buffer[sample];
	rows->buffer[sample] = '\0';
	gsize n_stated = 0;
	rows->separator = thuso_csv_stated(rows->buffer + rows->at, &n_stated);
	rows->at += n_stated;
	rows->next_line += n_stated > 0;
	if (n_stated == 0)
		rows->separator = thuso_csv_separator(rows->buffer + rows->at);
	rows->buffer[sample] = kept;
	return TRUE;
}

static gboolean read_header(ThusoRows *rows, GError **error)
{
	GError *cause = NULL;
	if (!take_row(rows, &cause)) {
		if (cause)
			g_propagate_error(error, cause);
		else
			thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no header line: name its columns in the first line", rows->path);
		return FALSE;
	}
	char *const *cell = rows->cells.data;
	gint64 n = rows->cells.n;
	while (n > 0 && !cell[n - 1][0])
		n--;
	for (gint64 i = 0; i < n; i++) {
		if (cell[i][0] && g_ptr_array_find_with_equal_func(rows->columns, cell[i], g_str_equal, NULL))
			return refuse(rows, error, "two columns are called %s: rename one", cell[i]);
		g_ptr_array_add(rows->columns, cell[i][0] ? g_strdup(cell[i]) : g_strdup_printf("column_%" G_GINT64_FORMAT, i + 1));
	}
	g_ptr_array_add(rows->columns, NULL);
	rows->n_columns = (int) n;
	rows->signs = thuso_new(Signs, n);
	return TRUE;
}

ThusoRows *thuso_rows_open(ThusoContext *context, const char *path, GError **error)
{
	g_autoptr(ThusoRows) rows = g_new0(ThusoRows, 1);
	rows->context = context;
	rows->path = g_strdup(path);
	rows->file = -1;
	rows->columns = g_ptr_array_new_with_free_func(g_free);
	rows->mended = g_ptr_array_new_with_free_func(g_free);
	rows->cells = THUSO_VECTOR(char *);
	if (!open_file(rows, error) || !read_start(rows, error) || !read_header(rows, error))
		return NULL;
	return g_steal_pointer(&rows);
}

void thuso_rows_close(ThusoRows *rows)
{
	if (!rows)
		return;
	if (rows->file >= 0)
		close(rows->file);
	thuso_vector_clear(&rows->cells);
	g_ptr_array_unref(rows->columns);
	g_ptr_array_unref(rows->mended);
	g_free(rows->signs);
	g_free(rows->buffer);
	g_free(rows->path);
	g_free(rows);
}

const char *const *thuso_rows_columns(const ThusoRows *rows)
{
	return (const char *const *) rows->columns->pdata;
}

gint64 thuso_rows_line(const ThusoRows *rows)
{
	return rows->line;
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------ */

static void tell_signs(const ThusoRows *rows, int column)
{
	const Signs *signs = &rows->signs[column];
	if (signs->n_comma == 0 || signs->n_thousands_like < signs->n_comma)
		return;
	ThusoFinding finding = { THUSO_WARNING, "decimal_comma", rows->path, NULL, NULL, signs->n_comma, NULL };
	thuso_io_find(rows->context, &finding,
	              "%s, column %s: numbers like 1,234 are read with a decimal comma: write them without a sign between thousands",
	              rows->path, thuso_rows_columns(rows)[column]);
}

static void tell(ThusoRows *rows)
{
	if (rows->is_told)
		return;
	rows->is_told = TRUE;
	for (int i = 0; i < rows->n_columns; i++)
		tell_signs(rows, i);
	if (rows->n_mended == 0)
		return;
	g_autofree char *line = g_strdup_printf("%" G_GINT64_FORMAT, rows->first_mended);
	ThusoFinding finding = { THUSO_WARNING, "encoding", rows->path, line, NULL, rows->n_mended, NULL };
	thuso_io_find(rows->context, &finding,
	              "%s: %" G_GINT64_FORMAT
	              " texts are not UTF-8 and were read as Windows-1252 (first: line %s): save it as \"CSV UTF-8\"",
	              rows->path, rows->n_mended, line);
}

static gboolean check_width(const ThusoRows *rows, GError **error)
{
	gint64 n = rows->cells.n;
	if (n < rows->n_columns)
		return refuse(rows, error,
		              "%" G_GINT64_FORMAT " cells, and the header has %d: complete the row, or export the file again", n,
		              rows->n_columns);
	while (n > rows->n_columns && !((char **) rows->cells.data)[n - 1][0])
		n--;
	if (n == rows->n_columns)
		return TRUE;
	return refuse(rows, error,
	              "%" G_GINT64_FORMAT
	              " cells, and the header has %d: quote texts that hold the separator `%c`, or name the further columns",
	              rows->cells.n, rows->n_columns, rows->separator);
}

char *const *thuso_rows_next(ThusoRows *rows, GError **error)
{
	GError *cause = NULL;
	if (rows->n_rows % BETWEEN == 0 && !thuso_context_go_on(rows->context, error))
		return NULL;
	if (!take_row(rows, &cause) || !check_width(rows, &cause)) {
		if (cause)
			g_propagate_error(error, cause);
		else
			tell(rows);
		return NULL;
	}
	rows->n_rows++;
	return rows->cells.data;
}

/* --- numbers ----------------------------------------------------------------------------------------------------------------------- */

/* Digits with at most one point: below 2^53 and with at most 22 decimals the quotient of two exact doubles is the number rounded once,
 * as strtod would have it (Clinger 1990). FALSE for all others. */
static gboolean simple_number(const char *p, double *value)
{
	static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
		                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	guint64 number = 0;
	int n_digits = 0, n_after = 0;
	for (; g_ascii_isdigit(*p); p++, n_digits++)
		number = number * 10 + (guint64) (*p - '0');
	for (p += *p == '.'; g_ascii_isdigit(*p) && n_digits < 19; p++, n_digits++, n_after++)
		number = number * 10 + (guint64) (*p - '0');
	if (*p || n_digits == 0 || n_digits > 18 || number > G_GUINT64_CONSTANT(1) << 53)
		return FALSE;
	*value = (double) number / tens[n_after];
	return TRUE;
}

/* "12,5" as "12.5": digits, one comma, digits. NULL for all else. */
static char *with_point(const char *cell)
{
	const char *digits = cell + (*cell == '-' || *cell == '+');
	gsize before = strspn(digits, "0123456789"), after = digits[before] == ',' ? strspn(digits + before + 1, "0123456789") : 0;
	if (before == 0 || after == 0 || digits[before + 1 + after])
		return NULL;
	char *plain = g_strdup(cell);
	plain[(gsize) (digits - cell) + before] = '.';
	return plain;
}

static gboolean note_signs(ThusoRows *rows, int column, const char *cell, gboolean is_comma, GError **error)
{
	Signs *signs = &rows->signs[column];
	gint64 *first = is_comma ? &signs->comma_line : &signs->dot_line;
	*first = *first ? *first : rows->line;
	if (is_comma) {
		gsize before = strspn(cell, "0123456789");
		signs->n_comma++;
		signs->n_thousands_like += before <= 3 && *cell != '0' && strlen(cell + before) == 4;
	}
	if (!signs->comma_line || !signs->dot_line)
		return TRUE;
	return refuse(rows, error,
	              "column %s has decimal commas (line %" G_GINT64_FORMAT ") and decimal points (line %" G_GINT64_FORMAT
	              "): write one of them",
	              thuso_rows_columns(rows)[column], signs->comma_line, signs->dot_line);
}

gboolean thuso_rows_real(ThusoRows *rows, int column, double *value, GError **error)
{
	const char *cell = ((char **) rows->cells.data)[column];
	gboolean is_simple = simple_number(cell, value);
	if (is_simple && rows->separator == ',')
		return TRUE;
	if ((is_simple || thuso_parse_real(cell, value)))
		return rows->separator == ',' || !strchr(cell, '.') || note_signs(rows, column, cell, FALSE, error);
	g_autofree char *plain = rows->separator == ',' ? NULL : with_point(cell);
	if (plain && thuso_parse_real(plain, value))
		return note_signs(rows, column, cell, TRUE, error);
	return refuse(rows, error, "%s '%.60s' is no number: write one such as 12.5", thuso_rows_columns(rows)[column], cell);
}
