/* What a zip archive declares to unpack to. */
#ifndef THUSO_IO_ARCHIVE_H
#define THUSO_IO_ARCHIVE_H

#include <glib.h>

typedef struct {
	gint64 n_members;
	guint64 unpacked_bytes; /* as declared; G_MAXUINT64 where the sum is larger */
	gboolean is_plausible;  /* no member declares more than its packed bytes can hold */
	gint64 n_kml;           /* members called *.kml */
} ThusoArchive;

/* Reads the central directory. FALSE where `path` is no zip archive, or a damaged one. */
gboolean thuso_archive_look(const char *path, ThusoArchive *archive);

/* Unpacks every member into nothing and holds it against its size and checksum, which readers do not all do. NULL, or what is wrong (a caller's
 * g_free). To be called after thuso_archive_look has bounded the work. O(unpacked bytes). */
char *thuso_archive_damage(const char *path);

#endif
