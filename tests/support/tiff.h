/* GeoTIFFs made byte by byte, for tests of reading: one band, not compressed, in strips or tiles. */
#ifndef SUPPORT_TIFF_H
#define SUPPORT_TIFF_H

#include <glib.h>

typedef struct {
	guint32 n_cols, n_rows;
	guint16 bits, format; /* 8, 16, 32 or 64; 1 unsigned, 2 signed, 3 float */
	guint32 rows;         /* of a strip; 0 = all in one */
	guint32 tile;         /* side of square tiles (a multiple of 16); 0 = strips */
	const char *nodata;   /* or NULL */
	double x, y, cell;    /* upper left corner */
	guint16 epsg;         /* projected; 0 = none */
} Tiff;
void tiff_write(const char *path, const Tiff *tiff, gconstpointer pixels);

#endif
