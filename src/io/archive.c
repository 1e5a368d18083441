/* A zip archive's list of members, read before anything is unpacked. GDAL's own list takes time with the square of their number.
 * Source: PKWARE APPNOTE 6.3, sections 4.3.12 to 4.3.16 and 4.5.3. */
#include "archive.h"

#include <stdio.h>
#include <string.h>

#define MEMBER_BYTES      46 /* of the fixed part of a member's entry */
#define END_BYTES         22
#define END64_BYTES       56
#define LOCATOR64_BYTES   20
#define MAX_COMMENT_BYTES 65535
#define MAX_DIRECTORY     ((guint64) 64 << 20) /* bytes: beyond that nothing that is read here */
#define EXTRA_64          1
/* Deflate makes at most 1032 bytes of one. Source: zlib, technical details. */
#define MAX_RATIO 1032

static guint64 little(const guint8 *b, int n)
{
	guint64 value = 0;
	for (int i = n - 1; i >= 0; i--)
		value = (value << 8) | b[i];
	return value;
}

static gboolean read_at(FILE *file, guint64 at, guint8 *bytes, gsize n)
{
	return at <= G_MAXINT64 && fseeko(file, (off_t) at, SEEK_SET) == 0 && fread(bytes, 1, n, file) == n;
}

/* The archive of more than 65,535 members or 4 GB has its numbers in a second record before the last one. */
static gboolean find_directory64(FILE *file, guint64 end_at, guint64 *at, guint64 *size)
{
	guint8 b[END64_BYTES];
	if (end_at < LOCATOR64_BYTES || !read_at(file, end_at - LOCATOR64_BYTES, b, LOCATOR64_BYTES) || memcmp(b, "PK\6\7", 4) != 0 ||
	    !read_at(file, little(b + 8, 8), b, sizeof b) || memcmp(b, "PK\6\6", 4) != 0)
		return FALSE;
	*size = little(b + 40, 8);
	*at = little(b + 48, 8);
	return TRUE;
}

static gboolean find_directory(FILE *file, guint64 *at, guint64 *size)
{
	if (fseeko(file, 0, SEEK_END) != 0)
		return FALSE;
	guint64 length = (guint64) MAX(ftello(file), 0), n = MIN(length, END_BYTES + MAX_COMMENT_BYTES);
	g_autofree guint8 *tail = g_malloc(n + 1);
	if (n < END_BYTES || !read_at(file, length - n, tail, n))
		return FALSE;
	for (guint64 i = n - END_BYTES + 1; i-- > 0;) {
		const guint8 *b = tail + i;
		if (memcmp(b, "PK\5\6", 4) != 0)
			continue;
		*size = little(b + 12, 4);
		*at = little(b + 16, 4);
		if (*at != G_MAXUINT32 && *size != G_MAXUINT32 && little(b + 10, 2) != G_MAXUINT16)
			return TRUE;
		return find_directory64(file, length - n + i, at, size) || *at != G_MAXUINT32;
	}
	return FALSE;
}

/* The unpacked and the packed size of a member, from the field for large ones where the plain numbers are full. */
static void member_sizes(const guint8 *b, const guint8 *extra, gsize n_extra, guint64 *unpacked, guint64 *packed)
{
	*packed = little(b + 20, 4);
	*unpacked = little(b + 24, 4);
	for (gsize i = 0; i + 4 <= n_extra;) {
		gsize n = little(extra + i + 2, 2);
		const guint8 *value = extra + i + 4;
		gsize left = MIN(n, n_extra - i - 4);
		if (little(extra + i, 2) == EXTRA_64) {
			if (*unpacked == G_MAXUINT32 && left >= 8) {
				*unpacked = little(value, 8);
				value += 8;
				left -= 8;
			}
			if (*packed == G_MAXUINT32 && left >= 8)
				*packed = little(value, 8);
			return;
		}
		i += 4 + n;
	}
}

static gboolean walk(const guint8 *directory, gsize size, ThusoArchive *archive)
{
	gsize at = 0;
	for (; at + MEMBER_BYTES <= size && memcmp(directory + at, "PK\1\2", 4) == 0; archive->n_members++) {
		const guint8 *b = directory + at;
		gsize n_name = little(b + 28, 2), n_extra = little(b + 30, 2), n_comment = little(b + 32, 2);
		if (size - at - MEMBER_BYTES < n_name + n_extra + n_comment)
			return FALSE;
		guint64 unpacked, packed;
		member_sizes(b, b + MEMBER_BYTES + n_name, n_extra, &unpacked, &packed);
		if (packed <= G_MAXUINT64 / MAX_RATIO && unpacked > packed * MAX_RATIO)
			archive->is_plausible = FALSE;
		archive->unpacked_bytes += MIN(unpacked, G_MAXUINT64 - archive->unpacked_bytes);
		at += MEMBER_BYTES + n_name + n_extra + n_comment;
	}
	return at == size && archive->n_members > 0;
}

gboolean thuso_archive_look(const char *path, ThusoArchive *archive)
{
	*archive = (ThusoArchive){ 0, 0, TRUE };
	FILE *file = fopen(path, "rb");
	if (!file)
		return FALSE;
	guint64 at = 0, size = 0;
	gboolean good = find_directory(file, &at, &size) && size <= MAX_DIRECTORY;
	g_autofree guint8 *directory = good ? g_try_malloc(size + 1) : NULL;
	good = directory && read_at(file, at, directory, size) && walk(directory, size, archive);
	fclose(file);
	return good;
}
