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
	gboolean has_mask; /* a mask of the file, beside nodata */
};

#endif
