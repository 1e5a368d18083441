/* Points in squares: sorted by square, found by bisection, so that neither the extent nor a far outlier costs memory. */
#include "buckets.h"

#include <thuso/base.h>

#include <stdlib.h>

static inline double square_of(const Buckets *buckets, double coordinate)
{
	return floor(coordinate / buckets->width_m);
}

static int compare_squares(double row_a, double column_a, double row_b, double column_b)
{
	if (row_a != row_b)
		return row_a < row_b ? -1 : 1;
	return (column_a > column_b) - (column_a < column_b);
}

static int compare_points(const void *a, const void *b, void *data)
{
	const Buckets *buckets = data;
	gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;
	int order = compare_squares(square_of(buckets, buckets->y[i]), square_of(buckets, buckets->x[i]),
	                            square_of(buckets, buckets->y[j]), square_of(buckets, buckets->x[j]));
	return order != 0 ? order : (i > j) - (i < j);
}

gboolean buckets_init(Buckets *buckets, const double *x, const double *y, gint64 n, double width_m, GError **error)
{
	*buckets = (Buckets){ .x = x, .y = y, .width_m = width_m };
	buckets->point = thuso_array_new(MAX(n, 1), sizeof *buckets->point, "points by square", error);
	if (buckets->point == NULL)
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		if (isfinite(x[i]) && isfinite(y[i]))
			buckets->point[buckets->n++] = i;
	qsort_r(buckets->point, (gsize) buckets->n, sizeof *buckets->point, compare_points, buckets);
	return TRUE;
}

void buckets_clear(Buckets *buckets)
{
	thuso_array_free(buckets->point);
	buckets->point = NULL;
}

/* The first point whose square is at or after (row, column). */
static gint64 first_at(const Buckets *buckets, double row, double column)
{
	gint64 from = 0, to = buckets->n;
	while (from < to) {
		gint64 middle = from + (to - from) / 2, point = buckets->point[middle];
		if (compare_squares(square_of(buckets, buckets->y[point]), square_of(buckets, buckets->x[point]), row, column) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

void buckets_within(const Buckets *buckets, double x, double y, BucketFunc func, gpointer data)
{
	double row = square_of(buckets, y), column = square_of(buckets, x);
	for (int above = -1; above <= 1; above++) {
		const double r = row + above;
		for (gint64 i = first_at(buckets, r, column - 1); i < buckets->n; i++) {
			gint64 point = buckets->point[i];
			if (square_of(buckets, buckets->y[point]) != r || square_of(buckets, buckets->x[point]) > column + 1)
				break;
			double metres = hypot(buckets->x[point] - x, buckets->y[point] - y);
			if (metres <= buckets->width_m)
				func(point, metres, data);
		}
	}
}
