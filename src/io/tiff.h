/* What a TIFF claims to be, read without opening it. */
#ifndef THUSO_IO_TIFF_H
#define THUSO_IO_TIFF_H

#include <glib.h>

typedef struct {
	guint64 n_cols, n_rows, n_bands;
} ThusoTiffSize;
/* FALSE where it is no TIFF or its first directory cannot be read: GDAL will say so better. */
gboolean thuso_tiff_size(const char *path, ThusoTiffSize *size);

#endif
