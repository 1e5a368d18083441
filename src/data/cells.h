/* Values of few cells of a large grid, in ascending order of cells. */
#ifndef THUSO_DATA_CELLS_H
#define THUSO_DATA_CELLS_H

#include <thuso/data.h>

typedef struct {
	gint64 cell;
	double value;
} ThusoCellValue;

/* Appends the polygon's exact area in every cell it touches, in cells; `cells` is a ThusoVector of ThusoCellValue. */
gboolean thuso_cells_cover(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoVector *cells, GError **error);
/* Sorts and adds up what falls into one cell; the sum does not depend on the order in which values came. */
void thuso_cells_merge(ThusoVector *cells);
/* Value of a cell in a merged vector, 0 where there is none. */
double thuso_cells_value(const ThusoVector *cells, gint64 cell);

#endif
