/* A hillside of this program's own, and what GRASS 8.2.1 computed on it. */
#include "check.h"

#define ROWS     4
#define COLS     5
#define N        (ROWS * COLS)
#define CORNER   (COLS - 1)
#define NEAR     1e-6 /* printed with six decimals */
#define NO_VALUE NAN

static const gint64 south_west = (ROWS - 1) * COLS;

static const float elevation_m[N] = {
	310, 318, 331, 340, 352, /**/
	305, 309, 322, 337, 349, /**/
	298, 301, NAN, 331, 360, /**/
	290, 296, 305, 318, 371, /**/
};
static const double walk_8[N] = {
	336, 413.823376, 521.646753, 605.470129, 749.470129, /**/
	234, 287.823376, 395.646753, 557.646753, 701.646753, /**/
	120, 167.823376, NO_VALUE,   491.823376, 737.823376, /**/
	0,   108,        234,        384,        774,        /**/
};
static const double walk_16[N] = {
	336, 400.996894, 508.820271, 605.470129, 736.643647, /**/
	234, 274.996894, 395.646753, 557.646753, 701.646753, /**/
	120, 167.823376, NO_VALUE,   491.823376, 724.996894, /**/
	0,   108,        234,        384,        774,        /**/
};

static const double slowness[N] = {
	1, 2, 4, 2, 1, /**/
	3, 1, 3, 1, 4, /**/
	2, 4, 0, 2, 3, /**/
	1, 3, 2, 4, 1, /**/
};
static const double cost_8[N] = {
	5.035534, 5.121320, 7.156854, 9.121320, 9.035534,  /**/
	4,        3.621320, 5.621320, 7.621320, 10.121320, /**/
	1.5,      3.535534, NO_VALUE, 7.328427, 9.828427,  /**/
	0,        2,        4.5,      7.5,      9.449747,  /**/
};

/* One cell to look at, and how many of all are the same. */
static gboolean compare(ThusoContext *context, SelfRows *rows, const SelfWorld *world, const char *what, const double *there,
                        GError **error)
{
	double here[N];
	int n_same = 0;
	if (!self_costs(context, world, here, NULL, error))
		return FALSE;
	for (int cell = 0; cell < N; cell++)
		n_same += isnan(there[cell]) ? isinf(here[cell]) : fabs(here[cell] - there[cell]) <= NEAR * (1 + there[cell]);
	g_autofree char *corner = g_strdup_printf("%s: north-east corner", what),
	                *all = g_strdup_printf("%s: cells that agree", what);
	self_row(rows, corner, "s", there[CORNER], here[CORNER], 1e-5);
	self_row(rows, all, "cells", N, n_same, 0);
	return TRUE;
}

static gboolean run_walk(ThusoContext *context, SelfRows *rows, GError **error)
{
	double flat[N];
	for (int cell = 0; cell < N; cell++)
		flat[cell] = isnan(elevation_m[cell]) ? 0 : 0.72;
	SelfWorld world = {
		.n_rows = ROWS,
		.n_cols = COLS,
		.cell_m = 100,
		.slowness = flat,
		.mode = THUSO_WALKING,
		.elevation_m = elevation_m,
		.slope = thuso_slope_function_find("langmuir"),
		.neighbours = 8,
		.sources = &south_west,
		.n_sources = 1,
	};
	if (!compare(context, rows, &world, "8 neighbours", walk_8, error))
		return FALSE;
	world.neighbours = 16;
	return compare(context, rows, &world, "16 neighbours", walk_16, error);
}

static gboolean run_cost(ThusoContext *context, SelfRows *rows, GError **error)
{
	const SelfWorld world = { ROWS, COLS, 1, slowness, .neighbours = 8, .sources = &south_west, .n_sources = 1 };
	return compare(context, rows, &world, "8 neighbours", cost_8, error);
}

const SelfCheck self_grass_walk = {
	.name = "grass-walk",
	.source = "GRASS 8.2.1 r.walk and r.walk -k, run on this 4 x 5 hillside without friction",
	.run = run_walk,
};
const SelfCheck self_grass_cost = {
	.name = "grass-cost",
	.source = "GRASS 8.2.1 r.cost, run on the frictions of this 4 x 5 grid",
	.run = run_cost,
};
