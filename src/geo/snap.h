/* Lines in whole numbers: positions relative to the grid's corner in 1/65536 of a cell, u eastward and v southward. Rounding is
 * downward, so a point is in the same cell before and after; shared vertices stay shared. */
#ifndef THUSO_GEO_SNAP_H
#define THUSO_GEO_SNAP_H

#include <thuso/geo.h>

#include <math.h>

#define THUSO_SNAP_BITS 16
#define THUSO_SNAP      ((gint64) 1 << THUSO_SNAP_BITS)
#define THUSO_SNAP_MOST 562949953421312.0 /* 2^49: four times the largest grid; farther off is as good as there */

__extension__ typedef __int128 ThusoWide; /* products of two differences, at most 2^100 */

typedef struct {
	gint64 u, v;
} ThusoSnapped;

static inline gint64 thuso_snap(double cells)
{
	return (gint64) floor(CLAMP(cells * (double) THUSO_SNAP, -THUSO_SNAP_MOST, THUSO_SNAP_MOST));
}

static inline ThusoSnapped thuso_snap_point(const ThusoGrid *grid, double x, double y)
{
	return (ThusoSnapped){ thuso_snap((x - grid->x_min) / grid->cell_m), thuso_snap((grid->y_max - y) / grid->cell_m) };
}

/* Shifts of negative numbers are arithmetic with every compiler that this program knows; floor, not truncation, is meant. */
static inline gint64 thuso_snap_cell(gint64 position)
{
	return position >> THUSO_SNAP_BITS;
}

#endif
