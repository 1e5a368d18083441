/* How many features a GeoJSON file holds. */
#ifndef THUSO_IO_GEOJSON_H
#define THUSO_IO_GEOJSON_H

#include <glib.h>

/* Looks through the text without keeping it. *n_features = entries of "features", or lines of text where `by_lines`; -1 where it is no
 * collection. FALSE with an error (why, in words, without the file's name) where something in it would be passed over in silence: a
 * feature that is none, a key twice, a CRS that is no CRS. Other damage is left to the reader. O(bytes). */
gboolean thuso_geojson_look(const char *absolute, gboolean by_lines, gint64 *n_features, GError **error);

#endif
