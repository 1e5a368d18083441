/* The nearest of many points, in a straight line. */
#include "spots.h"

#include <math.h>

static int by_place(const void *a, const void *b)
{
	const ThusoSpot *p = a, *q = b;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->value > q->value) - (p->value < q->value);
}

void thuso_spots_sort(GArray *spots)
{
	g_array_sort(spots, by_place);
}

/* First spot whose y is at least that. */
static guint lower_bound(const GArray *spots, double y)
{
	guint from = 0, to = spots->len;
	while (from < to) {
		guint middle = from + (to - from) / 2;
		if (g_array_index(spots, ThusoSpot, middle).y < y)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static void consider(const ThusoSpot *spot, double x, double y, double *best, gint32 *value)
{
	double d = hypot(spot->x - x, spot->y - y);
	if (d < *best || (d == *best && (*value < 0 || spot->value < *value))) {
		*best = d;
		*value = spot->value;
	}
}

/* Value of the nearest spot within the distance, -1 = none. ThusoSpots are sorted by y: both ways from y, until none can be nearer. */
gint32 thuso_spots_nearest(const GArray *spots, double x, double y, double within)
{
	guint start = lower_bound(spots, y);
	double best = within;
	gint32 value = -1;
	for (guint up = start; up < spots->len && g_array_index(spots, ThusoSpot, up).y - y <= best; up++)
		consider(&g_array_index(spots, ThusoSpot, up), x, y, &best, &value);
	for (guint down = start; down > 0 && y - g_array_index(spots, ThusoSpot, down - 1).y <= best; down--)
		consider(&g_array_index(spots, ThusoSpot, down - 1), x, y, &best, &value);
	return value;
}
