/* An open raster, for the files of this room that hand it to GDAL. */
#ifndef THUSO_IO_RASTER_H
#define THUSO_IO_RASTER_H

#include "private.h"

struct ThusoRaster {
	char *path;
	ThusoContext *context;
	GDALDatasetH dataset;
	GDALRasterBandH band;
	ThusoRasterInfo info;
	GDALDataType type;
	double scale, offset;
	gboolean has_mask;               /* a mask of the file, beside nodata */
	const char *const *open_options; /* of GDAL's driver; NULL */

	/* raster_rows.c: reading by blocks, past GDAL's cache, which several threads with a handle each would only fill with copies. */
	gint32 block_cols, block_rows;
	gint32 held_row;      /* first row of what `held` has; -1 = nothing */
	gpointer held, block; /* one row of blocks as rows of pixels; one block */
	gpointer pixels;      /* one row as in the file */
	double *numbers;      /* one row */
};

/* NaN, or 0 bytes, where the file's mask says that there is nothing: mask[i] = 0. Caller frees with thuso_array_free. */
guint8 *thuso_raster_mask(ThusoRaster *raster, gint32 row, gint32 n_rows, GError **error);
/* Ends `messages` and turns what GDAL said into an error. `good` is what the call itself returned. */
gboolean thuso_raster_end(ThusoRaster *raster, ThusoMessages *messages, gboolean good, gint32 row, gint32 n_rows, GError **error);

#endif
