/* Is a Shapefile whole? GDAL reads a cut-off .dbf or .shp up to where it ends and says little, so the sizes that the
 * headers declare are held against the files. Source: ESRI Shapefile Technical Description, 1998; dBASE III file structure. */
#include "shapefile.h"
#include "private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SHP_HEADER_BYTES 100
#define SHX_RECORD_BYTES 8
#define SHP_LENGTH_AT    24 /* big-endian, in 16-bit words */
#define SHP_RECORD_BYTES 8  /* head of a shape: its number and its length */
#define DBF_FIELD_BYTES  32
#define DBF_TYPE_AT      11 /* of a field's description */
#define DBF_LENGTH_AT    16
#define DBF_END          0x0D
#define DBF_COUNT_AT     4 /* little-endian: u32 records, u16 header bytes, u16 record bytes */

/* Reads `n` bytes of the file's start. FALSE where there is no such file or it is shorter. */
static gboolean read_start(const char *path, guint8 *bytes, gsize n, gint64 *size)
{
	struct stat info;
	if (stat(path, &info) != 0)
		return FALSE;
	*size = info.st_size;
	FILE *file = fopen(path, "rb");
	gboolean whole = file && fread(bytes, 1, n, file) == n;
	if (file)
		fclose(file);
	return whole;
}

static gint64 big32(const guint8 *b)
{
	return ((gint64) b[0] << 24) | (b[1] << 16) | (b[2] << 8) | b[3];
}

static gint64 little(const guint8 *b, int n)
{
	gint64 value = 0;
	for (int i = n - 1; i >= 0; i--)
		value = (value << 8) | b[i];
	return value;
}

static char *sibling(const char *path, const char *lower, const char *upper)
{
	const char *dot = strrchr(path, '.');
	g_autofree char *stem = g_strndup(path, (gsize) (dot - path));
	char *name = g_strconcat(stem, lower, NULL);
	if (g_file_test(name, G_FILE_TEST_EXISTS))
		return name;
	g_free(name);
	return g_strconcat(stem, upper, NULL);
}

char *thuso_shapefile_dbf(const char *absolute)
{
	return sibling(absolute, ".dbf", ".DBF");
}

/* The columns' widths must fill a row, or every cell behind a wrong one is read from another place. A text's second byte of length is
 * used by some programs and not by others. */
static gboolean check_columns(FILE *file, gint64 head_bytes, gint64 row_bytes)
{
	guint8 field[DBF_FIELD_BYTES];
	gint64 sum = 1, sum_long = 1, n = 0; /* after the mark of deleted rows */
	if (fseeko(file, DBF_FIELD_BYTES, SEEK_SET) != 0)
		return FALSE;
	for (; (n + 2) * DBF_FIELD_BYTES <= head_bytes && fread(field, 1, sizeof field, file) == sizeof field && field[0] != DBF_END;
	     n++) {
		sum += field[DBF_LENGTH_AT];
		sum_long += field[DBF_LENGTH_AT] + (field[DBF_TYPE_AT] == 'C' ? 256 * field[DBF_LENGTH_AT + 1] : 0);
	}
	return n > 0 && (sum == row_bytes || sum_long == row_bytes);
}

/* Does another row stand behind those that are declared? Padding is none. */
static gboolean has_more_rows(FILE *file, gint64 needed, gint64 row_bytes, gint64 size)
{
	if (size - needed < row_bytes || fseeko(file, (off_t) needed, SEEK_SET) != 0)
		return FALSE;
	int mark = getc(file);
	return mark == ' ' || mark == '*';
}

static gboolean check_dbf(const char *path, const char *name, gint64 n, const guint8 *head, gint64 size, GError **error)
{
	gint64 head_bytes = little(head + DBF_COUNT_AT + 4, 2), row_bytes = little(head + DBF_COUNT_AT + 6, 2);
	FILE *file = fopen(path, "rb");
	const char *wrong = !file                                         ? "cannot be read"
	                    : !check_columns(file, head_bytes, row_bytes) ? "declares columns that do not fill its rows"
	                    : has_more_rows(file, head_bytes + n * row_bytes, row_bytes, size) ? "holds more rows than it declares"
	                                                                                       : NULL;
	if (file)
		fclose(file);
	if (wrong)
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: its .dbf is damaged: it %s: copy or export the Shapefile again, all its files", name, wrong);
	return !wrong;
}

/* Number of records by the .dbf; -1 where there is none; -2 with an error where it is cut off. */
static gint64 dbf_records(const char *path, const char *name, GError **error)
{
	guint8 head[12];
	gint64 size = 0;
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return -1;
	if (!read_start(path, head, sizeof head, &size)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: its .dbf is cut off: copy the Shapefile again, all its files", name);
		return -2;
	}
	gint64 n = little(head + DBF_COUNT_AT, 4);
	gint64 needed = little(head + DBF_COUNT_AT + 4, 2) + n * little(head + DBF_COUNT_AT + 6, 2);
	if (size < needed) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: its .dbf is cut off: %" G_GINT64_FORMAT " rows need %" G_GINT64_FORMAT " bytes and %" G_GINT64_FORMAT
		                " are there: copy the Shapefile again, all its files",
		                name, n, needed, size);
		return -2;
	}
	return check_dbf(path, name, n, head, size, error) ? n : -2;
}

static int by_offset(const void *a, const void *b)
{
	guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
	return (x > y) - (x < y);
}

/* Two rows that share one shape: the index was written over. */
static gboolean check_offsets(const char *shx, gint64 n, const char *name, GError **error)
{
	guint32 *offset = thuso_array_new(n, sizeof *offset, "offsets of a Shapefile", error);
	FILE *file = offset ? fopen(shx, "rb") : NULL;
	guint8 record[SHX_RECORD_BYTES];
	gint64 n_used = 0, n_twice = 0;
	if (file && fseeko(file, SHP_HEADER_BYTES, SEEK_SET) == 0)
		for (gint64 i = 0; i < n && fread(record, 1, sizeof record, file) == sizeof record; i++)
			if (big32(record) > 0) /* 0 = no shape */
				offset[n_used++] = (guint32) big32(record);
	if (file)
		fclose(file);
	if (n_used > 0)
		qsort(offset, (gsize) n_used, sizeof *offset, by_offset);
	for (gint64 i = 1; i < n_used; i++)
		n_twice += offset[i] == offset[i - 1];
	gboolean failed = !offset;
	thuso_array_free(offset);
	if (!failed && n_twice == 0)
		return TRUE;
	if (!failed)
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: its .shx is damaged: %" G_GINT64_FORMAT
		                " rows have the shape of another: copy the Shapefile again, all its files",
		                name, n_twice);
	return FALSE;
}

/* Each shape carries its number, from 1 (or, by some programs, from 0): the index must lead row by row to the shape of that number. */
static gboolean check_numbers(const char *shp, const char *shx, gint64 n, const char *name, GError **error)
{
	FILE *index = fopen(shx, "rb"), *shapes = fopen(shp, "rb");
	gboolean good = index && shapes && fseeko(index, SHP_HEADER_BYTES, SEEK_SET) == 0;
	gint64 first = -1, row = 0, found = 0;
	for (guint8 at[SHX_RECORD_BYTES], head[SHP_RECORD_BYTES]; good && row < n && fread(at, 1, sizeof at, index) == sizeof at;
	     row++) {
		if (big32(at) == 0)
			continue;
		good = fseeko(shapes, (off_t) (2 * big32(at)), SEEK_SET) == 0 && fread(head, 1, sizeof head, shapes) == sizeof head;
		found = good ? big32(head) - row : -1;
		first = first < 0 ? found : first;
		good = good && found == first && (found == 0 || found == 1);
	}
	if (index)
		fclose(index);
	if (shapes)
		fclose(shapes);
	if (!good)
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: its .shx is damaged: row %" G_GINT64_FORMAT
		                " leads to no shape or to that of another row: copy or export the Shapefile again, all its files",
		                name, row);
	return good;
}

gboolean thuso_shapefile_check(const char *absolute, const char *name, GError **error)
{
	g_autofree char *dbf = thuso_shapefile_dbf(absolute);
	gint64 n_rows = dbf_records(dbf, name, error);
	if (n_rows == -2)
		return FALSE;
	if (g_ascii_strcasecmp(strrchr(absolute, '.'), ".shp") != 0)
		return TRUE;
	guint8 head[SHP_HEADER_BYTES];
	gint64 size = 0;
	if (!read_start(absolute, head, sizeof head, &size) || size < 2 * big32(head + SHP_LENGTH_AT)) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s is cut off (%" G_GINT64_FORMAT " bytes): copy the Shapefile again, all its files", name, size);
		return FALSE;
	}
	g_autofree char *shx = sibling(absolute, ".shx", ".SHX");
	if (!read_start(shx, head, sizeof head, &size)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: its .shx is missing or cut off: copy the Shapefile again, all its files",
		                name);
		return FALSE;
	}
	gint64 n_shapes = (2 * big32(head + SHP_LENGTH_AT) - SHP_HEADER_BYTES) / SHX_RECORD_BYTES;
	if (size < 2 * big32(head + SHP_LENGTH_AT) || (n_rows >= 0 && n_rows != n_shapes)) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: %" G_GINT64_FORMAT " shapes in its .shx and %" G_GINT64_FORMAT
		                " rows in its .dbf do not go together: copy the Shapefile again, all its files",
		                name, n_shapes, n_rows);
		return FALSE;
	}
	return check_offsets(shx, n_shapes, name, error) && check_numbers(absolute, shx, n_shapes, name, error);
}
