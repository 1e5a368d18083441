/* Text tables: RFC 4180 with the separators that spreadsheets of comma countries write, and what their numbers look like. */
#include "csv.h"
#include "private.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

#define SAMPLE_ROWS    50    /* looked at to find the separator */
#define MAX_COLUMNS    10000 /* beyond that it is no table */
#define MAX_INT_DIGITS 18    /* longer ones are codes */

static const char separators[] = { ',', ';', '\t', '|' };

/* Cells of the record at *at outside quotes; *at moves behind it. */
static gint32 count_cells(const char **at, char separator)
{
	gint32 n = 1;
	gboolean quoted = FALSE;
	const char *p = *at;
	for (; *p && (quoted || (*p != '\n' && *p != '\r')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == separator && !quoted)
			n++;
	}
	while (*p == '\n' || *p == '\r')
		p++;
	*at = p;
	return n;
}

char thuso_csv_separator(const char *text)
{
	char best = ',';
	gint64 best_score = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(separators); i++) {
		const char *at = text;
		gint32 header = count_cells(&at, separators[i]);
		gint64 n_rows = 1, n_alike = 1;
		for (; *at && n_rows < SAMPLE_ROWS; n_rows++)
			n_alike += count_cells(&at, separators[i]) == header;
		gint64 score = header > 1 ? header * n_alike * 1000 / n_rows : 0;
		if (score > best_score) {
			best_score = score;
			best = separators[i];
		}
	}
	return best;
}

char thuso_csv_stated(const char *text, gsize *length)
{
	gboolean quoted = *text == '"';
	const char *p = text + quoted;
	*length = 0;
	if (g_ascii_strncasecmp(p, "sep=", 4) != 0 || !p[4] || strchr("\r\n\"", p[4]) || (quoted && p[5] != '"'))
		return '\0';
	const char *end = p + 5 + quoted;
	if (*end != '\r' && *end != '\n')
		return '\0';
	end += end[0] == '\r' && end[1] == '\n' ? 2 : 1;
	*length = (gsize) (end - text);
	return p[4];
}

typedef struct {
	char *at;
	gint64 line;
	const char *name;
	char separator;
} Cursor;

/* Moves over a line end; "\r\n" is one. */
static void next_line(Cursor *cursor)
{
	if (cursor->at[0] == '\r' && cursor->at[1] == '\n')
		cursor->at++;
	cursor->at++;
	cursor->line++;
}

/* Resolves the quotes of the cell at the cursor in place. NULL where they are not closed. */
static char *quoted_cell(Cursor *cursor, GError **error)
{
	gint64 first_line = cursor->line;
	char *start = ++cursor->at, *to = start;
	for (;;) {
		char c = *cursor->at;
		if (c == '\0') {
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "%s, line %" G_GINT64_FORMAT
			                ": a quote is opened and never closed: close it or double quotes inside texts",
			                cursor->name, first_line);
			return NULL;
		}
		if (c == '"' && cursor->at[1] != '"')
			break;
		if (c == '"')
			cursor->at++;
		cursor->line += c == '\n';
		*to++ = *cursor->at++;
	}
	cursor->at++;
	/* What stands between the closing quote and the separator belongs to the text. */
	while (*cursor->at && *cursor->at != cursor->separator && *cursor->at != '\n' && *cursor->at != '\r')
		*to++ = *cursor->at++;
	*to = '\0';
	return start;
}

static char *plain_cell(Cursor *cursor)
{
	char *start = cursor->at;
	while (*cursor->at && *cursor->at != cursor->separator && *cursor->at != '\n' && *cursor->at != '\r')
		cursor->at++;
	return start;
}

static gboolean parse_row(Cursor *cursor, ThusoCsv *csv, GError **error)
{
	ThusoCsvRow row = { csv->cells.n, cursor->line, 0 };
	for (;;) {
		char *skip = cursor->at;
		while (*skip == ' ' && cursor->separator != ' ')
			skip++;
		gboolean quoted = *skip == '"';
		if (quoted)
			cursor->at = skip;
		char *cell = quoted ? quoted_cell(cursor, error) : plain_cell(cursor);
		if (!cell || !thuso_vector_push(&csv->cells, &cell, "table cells", error))
			return FALSE;
		if (++row.n > MAX_COLUMNS) {
			thuso_set_error(error, THUSO_ERROR_INPUT, "%s, line %" G_GINT64_FORMAT ": more than %d columns: this is no table",
			                cursor->name, row.line, MAX_COLUMNS);
			return FALSE;
		}
		char end = *cursor->at;
		Cursor before = *cursor;
		if (end == cursor->separator && end)
			cursor->at++;
		else if (end)
			next_line(cursor);
		*before.at = '\0';
		if (!quoted)
			g_strstrip(cell);
		if (end != cursor->separator || !end)
			break;
	}
	return thuso_vector_push(&csv->rows, &row, "table rows", error);
}

/* A row without any text: an empty line, or the separators that a spreadsheet leaves behind. */
static gboolean is_blank(const ThusoCsv *csv, const ThusoCsvRow *row)
{
	for (gint32 i = 0; i < row->n; i++)
		if (thuso_csv_cell(csv, row, i)[0])
			return FALSE;
	return TRUE;
}

gboolean thuso_csv_parse(ThusoCsv *csv, char *text, const char *name, GError **error)
{
	csv->cells = THUSO_VECTOR(char *);
	csv->rows = THUSO_VECTOR(ThusoCsvRow);
	gsize n_stated = 0;
	char stated = thuso_csv_stated(text, &n_stated);
	csv->separator = stated ? stated : thuso_csv_separator(text);
	Cursor cursor = { text + n_stated, stated ? 2 : 1, name, csv->separator };
	while (*cursor.at) {
		if (!parse_row(&cursor, csv, error))
			return FALSE;
		const ThusoCsvRow *row = (const ThusoCsvRow *) csv->rows.data + csv->rows.n - 1;
		if (is_blank(csv, row)) {
			csv->cells.n = row->first;
			csv->rows.n--;
		}
	}
	return TRUE;
}

void thuso_csv_clear(ThusoCsv *csv)
{
	thuso_vector_clear(&csv->cells);
	thuso_vector_clear(&csv->rows);
}

const char *thuso_csv_cell(const ThusoCsv *csv, const ThusoCsvRow *row, gint32 column)
{
	return column < row->n ? ((char **) csv->cells.data)[row->first + column] : "";
}

/* --- numbers -------------------------------------------------------------------------------------------------------- */

static gsize n_digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* A space between thousands: plain, no-break or narrow no-break; its length in bytes, 0 = none. */
static gsize space_length(const char *p)
{
	return *p == ' ' ? 1 : strncmp(p, "\xC2\xA0", 2) == 0 ? 2 : strncmp(p, "\xE2\x80\xAF", 3) == 0 ? 3 : 0;
}

/* [+-]digits, and no code: "0" and "10" but not "007". */
static gboolean is_integer(const char *cell)
{
	const char *p = cell + (*cell == '-' || *cell == '+');
	gsize n = n_digits(p);
	return n > 0 && n <= MAX_INT_DIGITS && p[n] == '\0' && (n == 1 || *p != '0');
}

static gboolean is_code(const char *cell)
{
	gsize n = n_digits(cell);
	return cell[n] == '\0' && ((n > 1 && cell[0] == '0') || n > MAX_INT_DIGITS);
}

static gboolean is_real(const char *cell)
{
	const char *p = cell + (*cell == '-' || *cell == '+');
	gsize n = n_digits(p), n_after = 0;
	p += n;
	if (*p == '.')
		p += 1 + (n_after = n_digits(p + 1));
	if (n + n_after == 0)
		return FALSE;
	if (*p == 'e' || *p == 'E') {
		p += 1 + (p[1] == '-' || p[1] == '+');
		gsize n_exponent = n_digits(p);
		if (n_exponent == 0)
			return FALSE;
		p += n_exponent;
	}
	return *p == '\0' && isfinite(g_ascii_strtod(cell, NULL));
}

/* Digits, maybe in thousands set apart by one kind of sign (`.` or a space), and maybe `,` and digits. */
static gboolean is_comma_number(const char *cell, gboolean *dotted, gboolean *comma, gboolean *thousands_like)
{
	const char *p = cell + (*cell == '-' || *cell == '+');
	gsize n = n_digits(p), first = n;
	gboolean dots = p[n] == '.';
	*dotted = *comma = *thousands_like = FALSE;
	if (n == 0)
		return FALSE;
	p += n;
	for (gsize gap; first <= 3 && (gap = dots ? *p == '.' : space_length(p)) > 0 && n_digits(p + gap) == 3; p += gap + 3)
		*dotted = TRUE;
	if (*p == ',') {
		gsize after = n_digits(p + 1);
		*comma = after > 0;
		*thousands_like = !*dotted && first <= 3 && after == 3 && cell[0] != '0';
		p += 1 + after;
		if (after == 0)
			return FALSE;
	}
	return *p == '\0';
}

/* "1.234" but not "0.234", "-1.234" or "1.2345": a point between thousands, or a decimal point. */
static gboolean is_dotted_thousands(const char *cell)
{
	gsize n = n_digits(cell);
	return n >= 1 && n <= 3 && cell[0] != '0' && cell[n] == '.' && n_digits(cell + n + 1) == 3 && cell[n + 4] == '\0';
}

gboolean thuso_csv_is_missing(const char *cell)
{
	static const char *const words[] = { "NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "-", NULL };
	return g_strv_contains(words, cell);
}

void thuso_csv_look(ThusoCsvSigns *signs, const char *cell)
{
	if (thuso_csv_is_missing(cell)) {
		signs->n_missing++;
		return;
	}
	signs->n++;
	if (is_code(cell))
		return;
	gboolean dotted, comma, thousands_like;
	signs->n_integer += is_integer(cell);
	signs->n_real += is_real(cell);
	signs->n_with_point += strchr(cell, '.') != NULL || *cell == '-';
	signs->n_point_thousands += is_dotted_thousands(cell);
	if (is_comma_number(cell, &dotted, &comma, &thousands_like)) {
		signs->n_comma++;
		signs->n_dotted += dotted;
		signs->n_with_comma += comma;
		signs->n_thousands_like += thousands_like;
	}
}

ThusoCsvKind thuso_csv_kind(const ThusoCsvSigns *signs)
{
	if (signs->n == 0)
		return THUSO_CSV_TEXT;
	if (signs->n_integer == signs->n)
		return THUSO_CSV_INTEGER;
	if (signs->n_real == signs->n)
		return THUSO_CSV_REAL;
	if (signs->comma_allowed && signs->n_comma == signs->n && signs->n_with_comma > 0)
		return THUSO_CSV_REAL_COMMA;
	return THUSO_CSV_TEXT;
}

double thuso_csv_number(const char *cell, ThusoCsvKind kind)
{
	if (kind != THUSO_CSV_REAL_COMMA)
		return g_ascii_strtod(cell, NULL);
	g_autofree char *plain = g_new(char, strlen(cell) + 1);
	char *to = plain;
	for (const char *p = cell; *p; p++) {
		gsize gap = space_length(p);
		if (gap)
			p += gap - 1;
		else if (*p != '.')
			*to++ = *p == ',' ? '.' : *p;
	}
	*to = '\0';
	return g_ascii_strtod(plain, NULL);
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

/* What a spreadsheet would take for a formula. */
static gboolean is_formula(const char *text)
{
	double number;
	return *text && strchr("=+-@\t\r", *text) && !thuso_parse_real(text, &number);
}

char *thuso_csv_text(const char *text)
{
	gsize n = strlen(text);
	g_autofree char *plain = g_strconcat(is_formula(text) ? "'" : "", text, NULL);
	if (!strpbrk(plain, ",\"\r\n;\t|") && (n == 0 || (!g_ascii_isspace(text[0]) && !g_ascii_isspace(text[n - 1]))))
		return g_steal_pointer(&plain);
	g_auto(GStrv) parts = g_strsplit(plain, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);
	return g_strdup_printf("\"%s\"", doubled);
}
