/* Where people live inside a polygon: densities from layers of features, on a grid that holds the whole polygon. */
#ifndef THUSO_DATA_SPREAD_H
#define THUSO_DATA_SPREAD_H

#include <thuso/data.h>

typedef struct {
	ThusoGrid grid;        /* cells of the analysis grid, carried on over all polygons that reach beyond it */
	gint32 d_row, d_col;   /* a cell's row and column here minus those on the analysis grid */
	gboolean by_feature;   /* spread layers were given */
	gboolean by_avoidance; /* avoid layers were given */
	ThusoVector spread;    /* features (points) or covered cells (polygons) a cell; ThusoCellValue, merged */
	ThusoVector avoid;     /* covered share of a cell, merged */
	const ThusoRegion *region;
} ThusoSpread;

/* `box` (x_min, y_min, x_max, y_max) holds all polygons that are to be spread; it is used only where layers are given. */
gboolean thuso_spread_read(ThusoSpread *spread, ThusoContext *context, const ThusoRegion *region, const ThusoDemandSpec *spec,
                           const double box[4], GError **error);
void thuso_spread_clear(ThusoSpread *spread);
/* Turns a polygon's areas a cell (ThusoCellValue) into weights; FALSE where the layers give no weight and areas had to do. */
gboolean thuso_spread_weigh(const ThusoSpread *spread, ThusoVector *cells);
/* The analysis grid's cell, or -1 where it is off the grid or outside area and buffer. */
gint64 thuso_spread_cell(const ThusoSpread *spread, gint64 cell);

#endif
