/* Charts as scenes. Every bar carries its number, so that no scale has to be read off; colours differ in lightness too. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "scene.h"

#define CHART_WIDTH 460.0 /* px: readable on a phone, where a page shows it smaller */

/* Horizontal bars: a row a label, in each row one bar a series. */
typedef struct {
	const char *const *labels; /* n_rows */
	int n_rows;
	const char *const *series; /* names, n_series; one series needs no legend and its name may be NULL */
	int n_series;
	const double *values; /* n_rows * n_series; NaN = no bar */
	char *const *texts;   /* n_rows * n_series: what stands at the bar's end */
} BarChart;
Scene *chart_bars(const BarChart *chart);

/* Stacked bars: a row with a name above its bar; the whole width is `whole`. */
typedef struct {
	char *const *names;  /* n_rows */
	char *const *totals; /* n_rows: at the bar's end */
	int n_rows;
	char *const *parts; /* n_parts: for the legend; NULL = one part, no legend */
	int n_parts;
	const double *values; /* n_rows * n_parts */
	double whole;
} StackChart;
Scene *chart_stack(const StackChart *chart);

/* Steps to a level each: x = 0, 1, ...; y in percent. */
typedef struct {
	const char *name; /* or NULL */
	int n;
	const double *percent; /* n, from step 0 on */
} Curve;
Scene *chart_curves(const Curve *curves, int n_curves);

/* From the best to the worst of each row, with a mark where it stands. Small is good and lies left. */
typedef struct {
	char *const *names;
	const double *least, *most, *at;
	int n;
} RangeChart;
Scene *chart_ranges(const RangeChart *chart);

#endif
