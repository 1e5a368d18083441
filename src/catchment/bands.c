/* Travel bands, half-open (a, b]: compared in ticks, so that a cell at exactly 60 min lies in the band that ends there. */
#include <thuso/catchment.h>

static gboolean bounds_in_ticks(ThusoMeasure measure, const double *upper, int n_bands, gint64 *bound, GError **error)
{
	for (int b = 0; b < n_bands; b++) {
		if (!isfinite(upper[b]) || upper[b] < 0 || (b > 0 && upper[b] <= upper[b - 1])) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
			            "bands: bound %d is not above the one before it; give the bands in ascending order, each once", b + 1);
			return FALSE;
		}
		bound[b] = thuso_ticks(measure, upper[b]);
	}
	return TRUE;
}

/* The first bound at or above the cost, or -1. */
static gint32 band_of(gint64 ticks, const gint64 *bound, int n_bands)
{
	int from = 0, to = n_bands;
	while (from < to) {
		int middle = from + (to - from) / 2;
		if (ticks <= bound[middle])
			to = middle;
		else
			from = middle + 1;
	}
	return from < n_bands ? from : -1;
}

gboolean thuso_bands(const ThusoState *state, const double *upper, int n_bands, gint32 *band, double *people, GError **error)
{
	g_autofree gint64 *bound = g_new0(gint64, (gsize) n_bands + 1);
	if (!bounds_in_ticks(state->measure, upper, n_bands, bound, error))
		return FALSE;
	g_autofree ThusoSum *sums = g_new0(ThusoSum, (gsize) n_bands + 1);
	gint64 n_cells = thuso_grid_n(state->grid);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		gboolean reached = state->reach[cell] >= THUSO_REACH_UNSERVED;
		band[cell] = reached ? band_of(state->cost[cell], bound, n_bands) : -1;
		if (band[cell] >= 0 && state->area[cell] >= 0 && state->people[cell] > 0)
			thuso_sum_add(&sums[band[cell]], state->people[cell]);
	}
	for (int b = 0; b < n_bands; b++)
		people[b] = thuso_sum(&sums[b]);
	return TRUE;
}
