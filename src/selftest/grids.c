/* Toy grids of other programs' own tests, their numbers written down again, and the rules of friction worked by hand. */
#include "check.h"

#define EXACT 1e-5 /* s: costs are rounded to 2^-18 s a step */

static const gint64 first = 0;

static gboolean run_mean_friction(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const double slowness[9] = { 1, 2, 1, 1, 10, 1, 1, 1, 1 };
	const SelfWorld world = { 3, 3, 1, slowness, .neighbours = 8, .sources = &first, .n_sources = 1 };
	double cost_s[9];
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "one east, frictions 1 and 2", "s", 1.5, cost_s[1], EXACT);
	self_row(rows, "one south", "s", 1, cost_s[3], EXACT);
	self_row(rows, "south, then into friction 10", "s", 6.5, cost_s[4], EXACT);
	self_row(rows, "two south", "s", 2, cost_s[6], EXACT);
	return TRUE;
}

/* From the first to the last cell a knight's move is cheapest: its four cells 1, 2, 2, 3 have the mean 2. */
static gboolean run_knight_friction(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const double slowness[6] = { 1, 2, 9, 9, 2, 3 };
	SelfWorld world = { 2, 3, 1, slowness, .neighbours = 16, .sources = &first, .n_sources = 1 };
	double cost_s[6];
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "16 neighbours: 2 sqrt 5", "s", 2 * sqrt(5), cost_s[5], EXACT);
	world.neighbours = 8;
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "8 neighbours: 1.5 sqrt 2 + 2.5", "s", 1.5 * sqrt(2) + 2.5, cost_s[5], EXACT);
	return TRUE;
}

static gboolean run_uniform(ThusoContext *context, SelfRows *rows, GError **error)
{
	const gint64 centre = 24;
	const SelfWorld large = { 7, 7, 1, .speed_m_per_s = 1, .neighbours = 8, .sources = &centre, .n_sources = 1 };
	const SelfWorld small = { 3, 3, 1, .speed_m_per_s = 1, .neighbours = 8, .sources = &first, .n_sources = 1 };
	double cost_s[49];
	if (!self_costs(context, &large, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "7 x 7, centre to corner: 3 sqrt 2", "s", 3 * sqrt(2), cost_s[48], EXACT);
	if (!self_costs(context, &small, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "3 x 3, corner to corner: 2 sqrt 2", "s", 2 * sqrt(2), cost_s[8], EXACT);
	return TRUE;
}

static gboolean run_limit(ThusoContext *context, SelfRows *rows, GError **error)
{
	const SelfWorld world = { 1, 5, 1, .speed_m_per_s = 1, .neighbours = 8, .limit_s = 3.5, .sources = &first, .n_sources = 1 };
	double cost_s[5];
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "third cell on", "s", 3, cost_s[3], EXACT);
	self_row(rows, "fourth cell on, over the limit", "s", INFINITY, cost_s[4], EXACT);
	return TRUE;
}

static gboolean run_blocked_source(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const double slowness[3] = { 0, 1, 1 };
	const SelfWorld world = { 1, 3, 1, slowness, .neighbours = 8, .sources = &first, .n_sources = 1 };
	double cost_s[3];
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "cell beside a source without data", "s", INFINITY, cost_s[1], EXACT);
	return TRUE;
}

/* Cells in this source are counted from 1, row by row, on a raster of 5 x 5. */
static gboolean run_target(ThusoContext *context, SelfRows *rows, GError **error)
{
	const gint64 target = 13 - 1;
	const SelfWorld world = { 5, 5, 1, .speed_m_per_s = 1, .neighbours = 8, .sources = &target, .n_sources = 1 };
	double cost_s[25];
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	self_row(rows, "at the target, cell 13", "s", 0, cost_s[13 - 1], 0);
	return TRUE;
}

static gboolean run_nearest(ThusoContext *context, SelfRows *rows, GError **error)
{
	const gint64 targets[2] = { 3 - 1, 23 - 1 };
	const SelfWorld world = { 5, 5, 1, .speed_m_per_s = 1, .neighbours = 8, .sources = targets, .n_sources = 2 };
	gint32 nearest[25];
	if (!self_costs(context, &world, NULL, nearest, error))
		return FALSE;
	self_row(rows, "nearest to cell 1 of 3 and 23", "cell", 3, (double) targets[nearest[1 - 1] == 1] + 1, 0);
	self_row(rows, "nearest to cell 25 of 3 and 23", "cell", 23, (double) targets[nearest[25 - 1] == 1] + 1, 0);
	return TRUE;
}

/* Cells that the target `which` serves among first..last. */
static int served(const gint32 *nearest, int from, int to, int which)
{
	int n = 0;
	for (int cell = from; cell <= to; cell++)
		n += nearest[cell - 1] == which;
	return n;
}

static gboolean run_split(ThusoContext *context, SelfRows *rows, GError **error)
{
	const gint64 targets[2] = { 1 - 1, 25 - 1 };
	double slowness[25];
	for (int cell = 1; cell <= 25; cell++)
		slowness[cell - 1] = cell >= 11 && cell <= 15 ? 0 : 1;
	const SelfWorld world = { 5, 5, 1, slowness, .neighbours = 8, .sources = targets, .n_sources = 2 };
	gint32 nearest[25];
	if (!self_costs(context, &world, NULL, nearest, error))
		return FALSE;
	self_row(rows, "cells 1 to 10 nearest to 1", "cells", 10, served(nearest, 1, 10, 0), 0);
	self_row(rows, "cells 11 to 15, no data, nearest to none", "cells", 5, served(nearest, 11, 15, -1), 0);
	self_row(rows, "cells 16 to 25 nearest to 25", "cells", 10, served(nearest, 16, 25, 1), 0);
	return TRUE;
}

#define XARRAY "xarray-spatial, test_cost_distance.py (MIT)"
#define TERRA  "terra, test_costDist.R"
const SelfCheck self_mean_friction = { "mean-friction", XARRAY, run_mean_friction };
const SelfCheck self_uniform = { "uniform", XARRAY, run_uniform };
const SelfCheck self_limit = { "limit", XARRAY, run_limit };
const SelfCheck self_blocked_source = { "blocked-source", XARRAY, run_blocked_source };
const SelfCheck self_target = { "target", TERRA, run_target };
const SelfCheck self_nearest = { "nearest", TERRA, run_nearest };
const SelfCheck self_split = { "split", TERRA, run_split };
const SelfCheck self_knight_friction = {
	.name = "knight-friction",
	.source = "GRASS r.cost -k and AccessMod: mean of the four touched cells, worked by hand",
	.run = run_knight_friction,
};
