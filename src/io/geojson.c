/* A look through a GeoJSON text before GDAL, which takes the second of two "features" and passes over entries that are no objects
 * without a word. Only the outline is followed: the nesting, the keys of the whole and the entries of "features".
 * Source: RFC 7946, RFC 8259. */
#include "geojson.h"
#include "private.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEY_BYTES 16 /* longer keys are none that matter here */
#define BUFFER_BYTES  (1 << 16)

typedef struct {
	FILE *file;
	guint8 *buffer;
	gsize size, at;
	char key[MAX_KEY_BYTES + 1];       /* the last text read */
	gint64 n_features, n_lists, n_crs; /* lists called "features", members called "crs" */
} Scan;

static int next(Scan *scan)
{
	if (scan->at == scan->size) {
		scan->size = fread(scan->buffer, 1, BUFFER_BYTES, scan->file);
		scan->at = 0;
	}
	return scan->size ? scan->buffer[scan->at++] : EOF;
}

static gboolean is_space(int c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int next_sign(Scan *scan)
{
	int c = next(scan);
	while (is_space(c))
		c = next(scan);
	return c;
}

/* Behind the quote that opens it; what is longer than a key that matters is cut. */
static void read_text(Scan *scan)
{
	gsize n = 0;
	for (int c = next(scan); c != EOF && c != '"'; c = next(scan)) {
		if (c == '\\')
			c = next(scan);
		if (n < MAX_KEY_BYTES)
			scan->key[n++] = (char) c;
	}
	scan->key[n] = '\0';
}

/* The rest of an object or a list whose bracket has been read. */
static void skip_nested(Scan *scan)
{
	for (gint64 depth = 1; depth > 0;) {
		int c = next(scan);
		if (c == EOF)
			return;
		if (c == '"')
			read_text(scan);
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
	}
}

/* A value whose first sign is `c`; returns the sign behind it. */
static int skip_value(Scan *scan, int c)
{
	if (c == '{' || c == '[') {
		skip_nested(scan);
		return next_sign(scan);
	}
	if (c == '"') {
		read_text(scan);
		return next_sign(scan);
	}
	while (c != EOF && c != ',' && c != '}' && c != ']')
		c = next(scan);
	return c;
}

static gboolean refuse_feature(gint64 number, GError **error)
{
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "its entry %" G_GINT64_FORMAT " is no feature ({\"type\": \"Feature\", ...}): delete or mend it", number);
	return FALSE;
}

static gboolean read_features(Scan *scan, int *after, GError **error)
{
	int c = next_sign(scan);
	while (c != ']' && c != EOF) {
		scan->n_features++;
		if (c != '{')
			return refuse_feature(scan->n_features, error);
		c = skip_value(scan, c);
		if (c == ',')
			c = next_sign(scan);
		else if (c != ']')
			return TRUE; /* the reader will say what is wrong */
	}
	*after = next_sign(scan);
	return TRUE;
}

/* One member of the whole; *c is its first sign, and then the sign behind it. */
static gboolean read_member(Scan *scan, int *c, GError **error)
{
	read_text(scan);
	g_autofree char *key = g_strdup(scan->key);
	if (next_sign(scan) != ':') {
		*c = EOF;
		return TRUE;
	}
	int first = next_sign(scan);
	gboolean is_crs = g_str_equal(key, "crs"), is_list = g_str_equal(key, "features");
	scan->n_crs += is_crs;
	scan->n_lists += is_list;
	if (scan->n_crs > 1 || scan->n_lists > 1) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "it has two members \"%s\", of which readers take one: put them together", key);
		return FALSE;
	}
	if (is_crs && first != '{' && first != 'n') {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "its member \"crs\" is no object, so that readers pass over it: write it as "
		                "{\"type\": \"name\", \"properties\": {\"name\": \"EPSG:4326\"}}, or take it away");
		return FALSE;
	}
	if (is_list && first == '[')
		return read_features(scan, c, error);
	*c = skip_value(scan, first);
	return TRUE;
}

static gboolean read_collection(Scan *scan, gint64 *n_features, GError **error)
{
	int c = next_sign(scan);
	if (c == 0xEF && next(scan) == 0xBB && next(scan) == 0xBF)
		c = next_sign(scan);
	if (c != '{')
		return TRUE;
	for (c = next_sign(scan); c == '"';) {
		if (!read_member(scan, &c, error))
			return FALSE;
		if (c == ',')
			c = next_sign(scan);
	}
	if (c == '}' && scan->n_lists == 1)
		*n_features = scan->n_features;
	return TRUE;
}

/* One object a line, maybe behind a record separator (RFC 8142). */
static gboolean read_lines(Scan *scan, gint64 *n_features, GError **error)
{
	int c = next_sign(scan);
	while (c != EOF) {
		if (c == 0x1E) {
			c = next_sign(scan);
			continue;
		}
		scan->n_features++;
		if (c != '{')
			return refuse_feature(scan->n_features, error);
		skip_nested(scan);
		for (c = next(scan); c == ' ' || c == '\t' || c == '\r'; c = next(scan))
			;
		if (c != '\n' && c != EOF && c != 0x1E) {
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "something stands behind feature %" G_GINT64_FORMAT " on its line: begin a new line for each feature",
			                scan->n_features);
			return FALSE;
		}
		if (c == '\n')
			c = next_sign(scan);
	}
	*n_features = scan->n_features;
	return TRUE;
}

gboolean thuso_geojson_look(const char *absolute, gboolean by_lines, gint64 *n_features, GError **error)
{
	*n_features = -1;
	Scan scan = { .file = fopen(absolute, "rb") };
	if (!scan.file)
		return TRUE;
	scan.buffer = g_malloc(BUFFER_BYTES);
	gboolean good = by_lines ? read_lines(&scan, n_features, error) : read_collection(&scan, n_features, error);
	g_free(scan.buffer);
	fclose(scan.file);
	return good;
}
