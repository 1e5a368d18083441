/* Is an OSM file in PBF whole? */
#ifndef THUSO_IO_PBF_H
#define THUSO_IO_PBF_H

#include <glib.h>

/* Walks over its blocks: the last one must end with the file. `name` as the study names it. O(blocks). */
gboolean thuso_pbf_check(const char *absolute, const char *name, GError **error);

#endif
