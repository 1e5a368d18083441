/* The area of a convex polygon inside a square, plainly. */
#include "plain-cover.h"

#include <math.h>
#include <string.h>

#define MAX_POINTS 64

double plain_area(const double *xy, int n)
{
	double area = 0;
	for (int i = 0; i < n; i++) {
		int j = (i + 1) % n;
		area += (xy[2 * i] - xy[0]) * (xy[2 * j + 1] - xy[1]) - (xy[2 * j] - xy[0]) * (xy[2 * i + 1] - xy[1]);
	}
	return fabs(area) / 2;
}

/* Keeps what is at or above `limit` along `axis` (0 = x, 1 = y), or at or below it where `sign` is -1. */
static int cut(double *xy, int n, int axis, double sign, double limit)
{
	double kept[2 * MAX_POINTS];
	int n_kept = 0;
	for (int i = 0; i < n; i++) {
		const double *a = &xy[2 * i], *b = &xy[2 * ((i + 1) % n)];
		double da = sign * (a[axis] - limit), db = sign * (b[axis] - limit);
		if (da >= 0) {
			kept[2 * n_kept] = a[0];
			kept[2 * n_kept++ + 1] = a[1];
		}
		if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
			double t = da / (da - db);
			kept[2 * n_kept] = a[0] + t * (b[0] - a[0]);
			kept[2 * n_kept++ + 1] = a[1] + t * (b[1] - a[1]);
		}
	}
	memcpy(xy, kept, 2 * (unsigned) n_kept * sizeof *xy);
	return n_kept;
}

double plain_cover(const double *xy, int n, double x, double y, double side)
{
	double inside[2 * MAX_POINTS];
	memcpy(inside, xy, 2 * (unsigned) n * sizeof *xy);
	n = cut(inside, n, 0, 1, x);
	n = cut(inside, n, 0, -1, x + side);
	n = cut(inside, n, 1, 1, y);
	n = cut(inside, n, 1, -1, y + side);
	return n < 3 ? 0 : plain_area(inside, n);
}
