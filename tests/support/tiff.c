/* GeoTIFFs made byte by byte. */
#include "tiff.h"

#include <string.h>

static void put(GByteArray *out, gconstpointer data, gsize size)
{
	g_byte_array_append(out, data, (guint) size);
}

static void put_16(GByteArray *out, guint value)
{
	guint16 v = GUINT16_TO_LE((guint16) value);
	put(out, &v, 2);
}

static void put_32(GByteArray *out, gsize value)
{
	guint32 v = GUINT32_TO_LE((guint32) value);
	put(out, &v, 4);
}

/* An entry of the directory; long values go to `tail`, which follows at `tail_at`. */
static void entry(GByteArray *directory, GByteArray *tail, gsize tail_at, guint tag, guint type, gsize n, gconstpointer values)
{
	static const gsize size[] = { [2] = 1, [3] = 2, [4] = 4, [12] = 8 };
	put_16(directory, tag);
	put_16(directory, type);
	put_32(directory, n);
	guint8 short_value[4] = { 0 };
	if (n * size[type] <= 4) {
		memcpy(short_value, values, n * size[type]);
		put(directory, short_value, 4);
		return;
	}
	put_32(directory, tail_at + tail->len);
	put(tail, values, n * size[type]);
	if (tail->len % 2)
		put(tail, "", 1);
}

/* Appends the pixels block by block; gives the blocks' places and sizes. */
static void put_blocks(GByteArray *file, const Tiff *t, const guint8 *pixels, GArray *offsets, GArray *sizes)
{
	gsize bytes = t->bits / 8u;
	guint32 wide = t->tile ? t->tile : t->n_cols, tall = t->tile ? t->tile : t->rows ? t->rows : t->n_rows;
	for (guint32 row = 0; row < t->n_rows; row += tall)
		for (guint32 col = 0; col < t->n_cols; col += wide) {
			guint32 offset = file->len;
			for (guint32 r = 0; r < tall && (t->tile || row + r < t->n_rows); r++)
				for (guint32 c = 0; c < wide; c++) {
					static const guint8 rest[8] = { 0 };
					gboolean there = row + r < t->n_rows && col + c < t->n_cols;
					put(file, there ? pixels + ((gsize) (row + r) * t->n_cols + col + c) * bytes : rest, bytes);
				}
			guint32 size = file->len - offset;
			g_array_append_val(offsets, offset);
			g_array_append_val(sizes, size);
		}
}

void tiff_write(const char *path, const Tiff *t, gconstpointer pixels)
{
	GByteArray *file = g_byte_array_new(), *directory = g_byte_array_new(), *tail = g_byte_array_new();
	GArray *offsets = g_array_new(FALSE, FALSE, 4), *sizes = g_array_new(FALSE, FALSE, 4);
	put(file, "II*", 4);
	put_32(file, 0);
	put_blocks(file, t, pixels, offsets, sizes);
	if (file->len % 2)
		put(file, "", 1);
	const guint16 one = 1, keys[] = { 1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, t->epsg };
	const guint32 rows = t->rows ? t->rows : t->n_rows;
	const double scale[] = { t->cell, t->cell, 0 }, tie[] = { 0, 0, 0, t->x, t->y, 0 };
	guint n = 13u + (t->tile ? 1u : 0u) + (t->epsg ? 1u : 0u) + (t->nodata ? 1u : 0u) - 1u;
	gsize at = file->len, tail_at = at + 2 + 12 * n + 4;
#define ENTRY(tag, type, count, values) entry(directory, tail, tail_at, tag, type, count, values)
	ENTRY(256, 4, 1, &t->n_cols);
	ENTRY(257, 4, 1, &t->n_rows);
	ENTRY(258, 3, 1, &t->bits);
	ENTRY(259, 3, 1, &one);
	ENTRY(262, 3, 1, &one);
	if (!t->tile)
		ENTRY(273, 4, offsets->len, offsets->data);
	ENTRY(277, 3, 1, &one);
	if (!t->tile) {
		ENTRY(278, 4, 1, &rows);
		ENTRY(279, 4, sizes->len, sizes->data);
	} else {
		ENTRY(322, 4, 1, &t->tile);
		ENTRY(323, 4, 1, &t->tile);
		ENTRY(324, 4, offsets->len, offsets->data);
		ENTRY(325, 4, sizes->len, sizes->data);
	}
	ENTRY(339, 3, 1, &t->format);
	ENTRY(33550, 12, 3, scale);
	ENTRY(33922, 12, 6, tie);
	if (t->epsg)
		ENTRY(34735, 3, G_N_ELEMENTS(keys), keys);
	if (t->nodata)
		ENTRY(42113, 2, strlen(t->nodata) + 1, t->nodata);
#undef ENTRY
	g_assert_cmpuint(directory->len, ==, 12 * n);
	guint32 first = GUINT32_TO_LE((guint32) at);
	memcpy(file->data + 4, &first, 4);
	put_16(file, n);
	put(file, directory->data, directory->len);
	put_32(file, 0);
	put(file, tail->data, tail->len);
	g_assert_true(g_file_set_contents(path, (const char *) file->data, file->len, NULL));
	g_byte_array_unref(file);
	g_byte_array_unref(directory);
	g_byte_array_unref(tail);
	g_array_unref(offsets);
	g_array_unref(sizes);
}
