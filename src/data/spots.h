/* Points with a value, and the nearest of them. Private to this room. */
#ifndef THUSO_DATA_SPOTS_H
#define THUSO_DATA_SPOTS_H

#include <glib.h>

typedef struct {
	double x, y;
	gint32 value; /* >= 0 */
} ThusoSpot;

/* An array of ThusoSpot, in the order that thuso_spots_nearest needs; the order before does not matter. */
void thuso_spots_sort(GArray *spots);
/* Value of the nearest spot within the distance (ties: the lowest value), -1 = none. */
gint32 thuso_spots_nearest(const GArray *spots, double x, double y, double within);

#endif
