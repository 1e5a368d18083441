/* OSM PBF is a row of blocks without an end mark: a file that is cut off in the length of a block reads like a whole one.
 * Source: wiki.openstreetmap.org/wiki/PBF_Format (fileformat.proto). */
#include "pbf.h"
#include "private.h"

#include <stdio.h>

#define MAX_HEAD_BYTES 65536 /* by the format */
#define FIELD_SIZE     3     /* of a block's head: the bytes that follow it */
#define WIRE_VARINT    0
#define WIRE_BYTES     2

static gboolean read_varint(const guint8 *bytes, gsize size, gsize *at, guint64 *value)
{
	*value = 0;
	for (int shift = 0; *at < size && shift < 64; shift += 7) {
		guint8 b = bytes[(*at)++];
		*value |= (guint64) (b & 0x7F) << shift;
		if (b < 0x80)
			return TRUE;
	}
	return FALSE;
}

/* The size that a block's head declares for what follows; -1 where it is no head. */
static gint64 declared_size(const guint8 *head, gsize size)
{
	guint64 key, value;
	for (gsize at = 0; at < size;) {
		if (!read_varint(head, size, &at, &key) || !read_varint(head, size, &at, &value))
			return -1;
		if (key == (FIELD_SIZE << 3 | WIRE_VARINT))
			return value <= G_MAXINT32 ? (gint64) value : -1;
		if ((key & 7) == WIRE_BYTES)
			at = value <= size - at ? at + value : size;
		else if ((key & 7) != WIRE_VARINT)
			return -1;
	}
	return -1;
}

/* FALSE where the file ends within the block or what stands there is none. */
static gboolean step_over(FILE *file, gint64 size, gint64 *at)
{
	guint8 length[4];
	g_autofree guint8 *head = NULL;
	if (fread(length, 1, sizeof length, file) != sizeof length)
		return FALSE;
	gint64 n = (gint64) length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3];
	if (n > MAX_HEAD_BYTES || !(head = g_malloc((gsize) n + 1)) || fread(head, 1, (gsize) n, file) != (gsize) n)
		return FALSE;
	gint64 block = declared_size(head, (gsize) n);
	if (block < 0 || block > size - *at - 4 - n)
		return FALSE;
	*at += 4 + n + block;
	return fseeko(file, (off_t) *at, SEEK_SET) == 0;
}

gboolean thuso_pbf_check(const char *absolute, const char *name, GError **error)
{
	FILE *file = fopen(absolute, "rb");
	gint64 size = 0, at = 0;
	gboolean good =
	    file && fseeko(file, 0, SEEK_END) == 0 && (size = (gint64) ftello(file)) > 0 && fseeko(file, 0, SEEK_SET) == 0;
	while (good && at < size)
		good = step_over(file, size, &at);
	if (file)
		fclose(file);
	if (!good)
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s is damaged or cut off at byte %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
		                ": download or copy it again",
		                name, at, size);
	return good;
}
