/* The area of a convex polygon inside a square by cutting it along the square's sides (Sutherland and Hodgman 1974): plain code that
 * the sweep of `geo`, and the sharing of people over it, are held against. */
#ifndef THUSO_TESTS_PLAIN_COVER_H
#define THUSO_TESTS_PLAIN_COVER_H

/* `xy` holds n points in order; the square is (x, y)-(x + side, y + side). */
double plain_cover(const double *xy, int n, double x, double y, double side);
double plain_area(const double *xy, int n);

#endif
