/* Is an ASCII grid whole? GDAL takes a word among the numbers for 0, and whole numbers for all when the first decimal comes late. */
#include "text_grid.h"
#include "private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_TOKEN_BYTES 64 /* longer ones are no numbers */

typedef struct {
	FILE *file;
	const char *name;
	char token[MAX_TOKEN_BYTES + 1];
	gint64 n_values;
} Scan;

static gboolean is_space(int c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* FALSE at the end of the file. A token that is too long is cut, and then no number. */
static gboolean next_token(Scan *scan)
{
	int c = getc_unlocked(scan->file);
	gsize n = 0;
	while (is_space(c))
		c = getc_unlocked(scan->file);
	for (; c != EOF && !is_space(c); c = getc_unlocked(scan->file))
		if (n < MAX_TOKEN_BYTES)
			scan->token[n++] = (char) c;
	scan->token[n] = '\0';
	return n > 0;
}

/* Also with a decimal comma, as GDAL reads it. */
static gboolean is_number(const char *p, gboolean *decimal)
{
	p += *p == '-' || *p == '+';
	if (g_ascii_strcasecmp(p, "nan") == 0 || g_ascii_strcasecmp(p, "inf") == 0) {
		*decimal = TRUE;
		return TRUE;
	}
	gsize n = strspn(p, "0123456789");
	p += n;
	if (*p == '.' || *p == ',') {
		gsize after = strspn(p + 1, "0123456789");
		n += after;
		p += 1 + after;
		*decimal = TRUE;
	}
	if (n == 0)
		return FALSE;
	if (*p == 'e' || *p == 'E') {
		p += 1 + (p[1] == '-' || p[1] == '+');
		gsize n_exponent = strspn(p, "0123456789");
		if (n_exponent == 0)
			return FALSE;
		p += n_exponent;
		*decimal = TRUE;
	}
	return *p == '\0';
}

static gboolean refuse_header(const Scan *scan, const char *key, const char *what, GError **error)
{
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s: %s in its header %s: correct or export it again", scan->name, key, what);
	return FALSE;
}

/* Names and values up to the first number, which then stands in scan->token. GDAL takes a word for 0 and one of two values. */
static gboolean read_header(Scan *scan, ThusoTextGrid *grid, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	while (next_token(scan) && g_ascii_isalpha(scan->token[0]) && g_ascii_strcasecmp(scan->token, "nan") != 0) {
		char *key = g_ascii_strdown(scan->token, -1);
		gboolean decimal = FALSE;
		if (!g_hash_table_add(seen, key))
			return refuse_header(scan, key, "stands there twice", error);
		if (!next_token(scan))
			return TRUE;
		if (!is_number(scan->token, &decimal))
			return refuse_header(scan, key, "is no number", error);
		gint64 *size = g_str_equal(key, "ncols") ? &grid->n_cols : g_str_equal(key, "nrows") ? &grid->n_rows : NULL;
		if (!size)
			continue;
		*size = g_ascii_strtoll(scan->token, NULL, 10);
		if (decimal || *size < 1)
			return refuse_header(scan, key, "is no number of cells", error);
	}
	return TRUE;
}

static gboolean is_sized(const ThusoTextGrid *grid)
{
	return grid->n_cols > 0 && grid->n_rows > 0 && grid->n_cols <= G_MAXINT32 && grid->n_rows <= G_MAXINT32;
}

static gboolean read_values(Scan *scan, ThusoTextGrid *grid, GError **error)
{
	for (gboolean more = scan->token[0] != '\0'; more; more = next_token(scan)) {
		if (!is_number(scan->token, &grid->has_decimals)) {
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "%s, row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT
			                ": \"%s\" is no number: correct or export it again",
			                scan->name, scan->n_values / grid->n_cols + 1, scan->n_values % grid->n_cols + 1, scan->token);
			return FALSE;
		}
		scan->n_values++;
	}
	gint64 needed = grid->n_cols * grid->n_rows;
	if (scan->n_values == needed)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s is %s: %" G_GINT64_FORMAT " columns by %" G_GINT64_FORMAT " rows need %" G_GINT64_FORMAT
	                " numbers and %" G_GINT64_FORMAT " are there: export or copy it again",
	                scan->name, scan->n_values < needed ? "cut off" : "damaged", grid->n_cols, grid->n_rows, needed,
	                scan->n_values);
	return FALSE;
}

gboolean thuso_text_grid_look(const char *absolute, const char *name, ThusoTextGrid *grid, GError **error)
{
	*grid = (ThusoTextGrid){ 0 };
	Scan scan = { .file = fopen(absolute, "rb"), .name = name };
	if (!scan.file) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s", name, g_strerror(errno));
		return FALSE;
	}
	/* Without a header that can be read GDAL says better what is wrong. */
	gboolean good = read_header(&scan, grid, error) &&
	                (!is_sized(grid) || grid->n_rows > THUSO_MAX_CELLS / grid->n_cols || read_values(&scan, grid, error));
	fclose(scan.file);
	return good;
}
