/* A zip archive of one member, with a fixed time so that equal content gives equal bytes (GDAL's own writer stamps the clock).
 * Source: PKWARE APPNOTE.TXT 6.3; CRC-32 of ISO 3309. */
#include "private.h"

#include <cpl_conv.h>
#include <string.h>

#define DOS_DATE       ((1980 - 1980) << 9 | 1 << 5 | 1) /* 1 January 1980, the first day there is */
#define METHOD_DEFLATE 8
#define VERSION_NEEDED 20
#define UTF8_NAMES     0x0800
#define LEVEL          9
#define ZLIB_HEAD      2 /* around the deflated data in zlib's own format */
#define ZLIB_TAIL      4

static guint32 crc32_of(const guint8 *data, gsize size)
{
	guint32 crc = 0xFFFFFFFF;
	for (gsize i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static void put(GByteArray *out, guint32 value, guint n_bytes)
{
	guint32 little = GUINT32_TO_LE(value);
	g_byte_array_append(out, (const guint8 *) &little, n_bytes);
}

/* What the local header and the directory say alike. */
typedef struct {
	const char *name;
	guint32 crc, packed, size;
} Member;

static void put_fields(GByteArray *out, const Member *member)
{
	put(out, VERSION_NEEDED, 2);
	put(out, UTF8_NAMES, 2);
	put(out, METHOD_DEFLATE, 2);
	put(out, 0, 2);
	put(out, DOS_DATE, 2);
	put(out, member->crc, 4);
	put(out, member->packed, 4);
	put(out, member->size, 4);
	put(out, (guint32) strlen(member->name), 2);
	put(out, 0, 2);
}

static void put_directory(GByteArray *out, const Member *member)
{
	guint32 at = out->len;
	put(out, 0x02014B50, 4);
	put(out, VERSION_NEEDED, 2);
	put_fields(out, member);
	put(out, 0, 2); /* comment */
	put(out, 0, 2); /* disk */
	put(out, 0, 2); /* internal attributes */
	put(out, 0, 4); /* external attributes */
	put(out, 0, 4); /* offset of the local header */
	g_byte_array_append(out, (const guint8 *) member->name, (guint) strlen(member->name));
	guint32 size = out->len - at;
	put(out, 0x06054B50, 4);
	put(out, 0, 4);
	put(out, 1, 2);
	put(out, 1, 2);
	put(out, size, 4);
	put(out, at, 4);
	put(out, 0, 2);
}

GBytes *thuso_zip_one(const char *member_name, gconstpointer data, gsize size, GError **error)
{
	if (!member_name[0] || strlen(member_name) > 200 || strchr(member_name, '/') || strchr(member_name, '\\')) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s is no name for a member of a zip archive", member_name);
		return NULL;
	}
	gsize packed = 0;
	guint8 *deflated = size < G_MAXINT32 ? CPLZLibDeflate(data, size, LEVEL, NULL, 0, &packed) : NULL;
	if (!deflated || packed < ZLIB_HEAD + ZLIB_TAIL || packed > G_MAXINT32) {
		CPLFree(deflated);
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s: %" G_GSIZE_FORMAT " bytes cannot be packed", member_name, size);
		return NULL;
	}
	packed -= ZLIB_HEAD + ZLIB_TAIL;
	Member member = { member_name, crc32_of(data, size), (guint32) packed, (guint32) size };
	GByteArray *out = g_byte_array_sized_new((guint) packed + 512);
	put(out, 0x04034B50, 4);
	put_fields(out, &member);
	g_byte_array_append(out, (const guint8 *) member_name, (guint) strlen(member_name));
	g_byte_array_append(out, deflated + ZLIB_HEAD, (guint) packed);
	CPLFree(deflated);
	put_directory(out, &member);
	return g_byte_array_free_to_bytes(out);
}
