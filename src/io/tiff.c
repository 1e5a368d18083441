/* Width, height and bands of a TIFF's first directory, before GDAL allocates for them: a file of 500 bytes with 65,535 bands takes
 * GDAL 1.3 GB to open. Source: TIFF 6.0 specification, section 2; BigTIFF. */
#include "tiff.h"

#include <stdio.h>
#include <string.h>

#define TAG_WIDTH   256
#define TAG_HEIGHT  257
#define TAG_BANDS   277
#define TYPE_SHORT  3
#define MAX_ENTRIES 4096

typedef struct {
	FILE *file;
	gboolean little, big_tiff;
} Tiff;

static guint64 number(const Tiff *tiff, const guint8 *b, int n)
{
	guint64 value = 0;
	for (int i = 0; i < n; i++)
		value = (value << 8) | b[tiff->little ? n - 1 - i : i];
	return value;
}

static gboolean read_at(const Tiff *tiff, guint64 at, guint8 *bytes, gsize n)
{
	return at <= G_MAXINT64 && fseeko(tiff->file, (off_t) at, SEEK_SET) == 0 && fread(bytes, 1, n, tiff->file) == n;
}

static gboolean read_header(Tiff *tiff, guint64 *directory)
{
	guint8 b[16];
	if (!read_at(tiff, 0, b, sizeof b))
		return FALSE;
	tiff->little = b[0] == 'I';
	guint64 version = number(tiff, b + 2, 2);
	tiff->big_tiff = version == 43;
	*directory = tiff->big_tiff ? number(tiff, b + 8, 8) : number(tiff, b + 4, 4);
	return (memcmp(b, "II", 2) == 0 || memcmp(b, "MM", 2) == 0) && (version == 42 || version == 43);
}

static gboolean read_directory(const Tiff *tiff, guint64 at, ThusoTiffSize *size)
{
	guint8 b[20];
	gsize n_count = tiff->big_tiff ? 8 : 2, n_entry = tiff->big_tiff ? 20 : 12, value_at = tiff->big_tiff ? 12 : 8;
	if (!read_at(tiff, at, b, n_count))
		return FALSE;
	guint64 n = MIN(number(tiff, b, (int) n_count), MAX_ENTRIES);
	for (guint64 i = 0; i < n; i++) {
		if (!read_at(tiff, at + n_count + i * n_entry, b, n_entry))
			return FALSE;
		guint64 tag = number(tiff, b, 2), value = number(tiff, b + value_at, number(tiff, b + 2, 2) == TYPE_SHORT ? 2 : 4);
		if (tag == TAG_WIDTH)
			size->n_cols = value;
		else if (tag == TAG_HEIGHT)
			size->n_rows = value;
		else if (tag == TAG_BANDS)
			size->n_bands = value;
	}
	return size->n_cols > 0 && size->n_rows > 0;
}

gboolean thuso_tiff_size(const char *path, ThusoTiffSize *size)
{
	*size = (ThusoTiffSize){ 0, 0, 1 };
	Tiff tiff = { .file = fopen(path, "rb") };
	guint64 directory = 0;
	gboolean good = tiff.file && read_header(&tiff, &directory) && read_directory(&tiff, directory, size);
	if (tiff.file)
		fclose(tiff.file);
	return good;
}
