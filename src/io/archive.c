/* A zip archive's list of members, read before anything is unpacked. GDAL's own list takes time with the square of their number.
 * Source: PKWARE APPNOTE 6.3, sections 4.3.12 to 4.3.16 and 4.5.3. */
#include "archive.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define LOCAL_BYTES       30 /* of the fixed part of a member's own header */
#define PIECE_BYTES       ((gsize) 64 << 10)
#define FLAG_ENCRYPTED    1
#define METHOD_STORE      0
#define METHOD_DEFLATE    8
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

typedef struct {
	char *name;
	guint64 at, packed, unpacked; /* at: its local header */
	guint32 crc;
	guint flags, method;
} Member;

static void member_clear(gpointer member)
{
	g_free(((Member *) member)->name);
}

static void note(GArray *members, const guint8 *b, gsize n_name, guint64 unpacked, guint64 packed)
{
	Member member = {
		.name = g_strndup((const char *) b + MEMBER_BYTES, n_name),
		.at = little(b + 42, 4),
		.packed = packed,
		.unpacked = unpacked,
		.crc = (guint32) little(b + 16, 4),
		.flags = (guint) little(b + 8, 2),
		.method = (guint) little(b + 10, 2),
	};
	g_array_append_val(members, member);
}

/* Notes the members too where there is a list for them. */
static gboolean walk(const guint8 *directory, gsize size, ThusoArchive *archive, GArray *members)
{
	gsize at = 0;
	for (; at + MEMBER_BYTES <= size && memcmp(directory + at, "PK\1\2", 4) == 0; archive->n_members++) {
		const guint8 *b = directory + at;
		gsize n_name = little(b + 28, 2), n_extra = little(b + 30, 2), n_comment = little(b + 32, 2);
		if (size - at - MEMBER_BYTES < n_name + n_extra + n_comment)
			return FALSE;
		guint64 unpacked, packed;
		member_sizes(b, b + MEMBER_BYTES + n_name, n_extra, &unpacked, &packed);
		const char *name = (const char *) b + MEMBER_BYTES;
		archive->n_kml += n_name > 4 && g_ascii_strncasecmp(name + n_name - 4, ".kml", 4) == 0;
		if (members)
			note(members, b, n_name, unpacked, packed);
		if (packed <= G_MAXUINT64 / MAX_RATIO && unpacked > packed * MAX_RATIO)
			archive->is_plausible = FALSE;
		archive->unpacked_bytes += MIN(unpacked, G_MAXUINT64 - archive->unpacked_bytes);
		at += MEMBER_BYTES + n_name + n_extra + n_comment;
	}
	return at == size && archive->n_members > 0;
}

static gboolean look(FILE *file, ThusoArchive *archive, GArray *members)
{
	*archive = (ThusoArchive){ .is_plausible = TRUE };
	guint64 at = 0, size = 0;
	gboolean good = find_directory(file, &at, &size) && size <= MAX_DIRECTORY;
	g_autofree guint8 *directory = good ? g_try_malloc(size + 1) : NULL;
	return directory && read_at(file, at, directory, size) && walk(directory, size, archive, members);
}

gboolean thuso_archive_look(const char *path, ThusoArchive *archive)
{
	*archive = (ThusoArchive){ .is_plausible = TRUE };
	FILE *file = fopen(path, "rb");
	gboolean good = file && look(file, archive, NULL);
	if (file)
		fclose(file);
	return good;
}

/* --- members against their checksums ----------------------------------------------------------------------------------------- */

typedef struct {
	guint32 table[256];
	guint8 in[PIECE_BYTES], out[PIECE_BYTES];
} Unpacking;

static void fill_table(guint32 *table)
{
	for (guint32 i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = (table[i] >> 1) ^ (table[i] & 1 ? 0xEDB88320 : 0);
	}
}

static guint32 crc_over(const guint32 *table, guint32 crc, const guint8 *bytes, gsize n)
{
	for (gsize i = 0; i < n; i++)
		crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xFF];
	return crc;
}

/* Writes `size` and `crc` of what a deflated member holds. FALSE where it cannot be unpacked or is longer than declared. */
static gboolean inflate(FILE *file, const Member *member, Unpacking *work, guint64 *size, guint32 *crc)
{
	g_autoptr(GConverter) converter = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW));
	guint64 left = member->packed;
	gsize n_in = 0, at = 0;
	for (GConverterResult result = G_CONVERTER_CONVERTED; result != G_CONVERTER_FINISHED;) {
		if (at == n_in && left > 0) {
			n_in = fread(work->in, 1, MIN(left, PIECE_BYTES), file);
			at = 0;
			left -= n_in;
			if (n_in == 0)
				return FALSE;
		}
		gsize n_read = 0, n_written = 0;
		result = g_converter_convert(converter, work->in + at, n_in - at, work->out, PIECE_BYTES,
		                             left == 0 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL);
		*size += n_written;
		if (result == G_CONVERTER_ERROR || *size > member->unpacked ||
		    (n_read == 0 && n_written == 0 && result != G_CONVERTER_FINISHED))
			return FALSE;
		*crc = crc_over(work->table, *crc, work->out, n_written);
		at += n_read;
	}
	return TRUE;
}

static gboolean copy(FILE *file, const Member *member, Unpacking *work, guint64 *size, guint32 *crc)
{
	for (gsize n; *size < member->packed; *size += n) {
		n = fread(work->in, 1, MIN(member->packed - *size, PIECE_BYTES), file);
		if (n == 0)
			return FALSE;
		*crc = crc_over(work->table, *crc, work->in, n);
	}
	return TRUE;
}

static const char *damage_of(FILE *file, const Member *member, Unpacking *work)
{
	guint8 head[LOCAL_BYTES];
	if (member->flags & FLAG_ENCRYPTED)
		return "is encrypted";
	if (member->method != METHOD_STORE && member->method != METHOD_DEFLATE)
		return NULL; /* the reader knows it or says so */
	if (!read_at(file, member->at, head, sizeof head) || memcmp(head, "PK\3\4", 4) != 0 ||
	    fseeko(file, (off_t) (little(head + 26, 2) + little(head + 28, 2)), SEEK_CUR) != 0)
		return "is missing";
	guint64 size = 0;
	guint32 crc = 0xFFFFFFFF;
	gboolean unpacks = (member->method == METHOD_DEFLATE ? inflate : copy)(file, member, work, &size, &crc);
	return !unpacks || size != member->unpacked || ~crc != member->crc ? "does not fit its checksum" : NULL;
}

char *thuso_archive_damage(const char *path)
{
	ThusoArchive archive;
	FILE *file = fopen(path, "rb");
	g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(Member));
	g_array_set_clear_func(members, member_clear);
	char *damage = NULL;
	Unpacking *work = g_new(Unpacking, 1);
	fill_table(work->table);
	if (!file || !look(file, &archive, members))
		damage = g_strdup("it is no zip archive");
	for (guint i = 0; !damage && i < members->len; i++) {
		const Member *member = &g_array_index(members, Member, i);
		const char *wrong = damage_of(file, member, work);
		damage = wrong ? g_strdup_printf("%s inside %s", member->name, wrong) : NULL;
	}
	g_free(work);
	if (file)
		fclose(file);
	return damage;
}
