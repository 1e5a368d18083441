/* Plain code that the geo room's fast code is held against, and what its tests share. */
#ifndef GEO_PLAIN_H
#define GEO_PLAIN_H

#include <thuso/geo.h>

/* A repeatable source of numbers (splitmix64, Vigna). */
typedef struct {
	guint64 state;
} PlainRandom;
double plain_uniform(PlainRandom *random, double low, double high);
int plain_below(PlainRandom *random, int n);

/* Cells of side `cell_m` with the lower left corner at (x, y) and no CRS. */
ThusoGrid plain_grid(double x, double y, double cell_m, gint32 n_cols, gint32 n_rows);
ThusoCrs *plain_crs(const char *text);
ThusoGeometry *plain_geometry(const char *wkt);
/* By hand: one part of n points, copied. */
ThusoGeometry *plain_part(ThusoGeometryType type, const double *x, const double *y, gint64 n);
/* A valid polygon, star-shaped about (x, y), of n corners; with a hole of half the size when `hole`. */
ThusoGeometry *plain_star(PlainRandom *random, double x, double y, double radius, int n, gboolean hole);

/* Area of the polygon in one cell, in cells: each ring clipped by the cell's four sides (Sutherland and Hodgman 1974). */
double plain_cell_area(const ThusoGrid *grid, const ThusoGeometry *arranged, gint64 cell);
/* The cells of a line by cutting each segment at every border and looking at the middle of each piece. Appends "from>to " texts. */
void plain_trace(const ThusoGrid *grid, const ThusoGeometry *line, GString *steps);
/* Does a segment cross the step between two ends that are moved by a small but real (-e*e, e)? */
gboolean plain_crosses(const ThusoGeometry *line, double x0, double y0, double x1, double y1);

void geo_add_shape_tests(void);
void geo_add_field_tests(void);
void geo_add_barrier_tests(void);

#endif
