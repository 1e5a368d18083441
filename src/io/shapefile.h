/* Is a Shapefile whole? */
#ifndef THUSO_IO_SHAPEFILE_H
#define THUSO_IO_SHAPEFILE_H

#include <glib.h>

/* `absolute` is its .shp (or a lone .dbf), `name` as the study names it. */
gboolean thuso_shapefile_check(const char *absolute, const char *name, GError **error);

/* The .dbf that goes with it, in whatever case; caller frees. */
char *thuso_shapefile_dbf(const char *absolute);

#endif
