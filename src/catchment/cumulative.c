/* Measure: how much there is within the limit. */
#include "measure.h"

gboolean thuso_weighted_supply(const ThusoSupply *supply, const double *weight, double *access, GError **error)
{
	ThusoSum *sums = thuso_row_sums_new(supply, error);
	if (sums == NULL)
		return FALSE;
	for (gint32 site = 0; site < supply->n_sites; site++)
		for (gint64 pair = supply->start[site]; pair < supply->start[site + 1]; pair++)
			thuso_sum_add(&sums[supply->demand[pair]], thuso_supply_of(supply, site) * weight[pair]);
	thuso_row_sums_take(sums, supply, access);
	return TRUE;
}

static const ThusoParam params[] = { MEASURE_LIMIT, MEASURE_END };

const ThusoAccessMeasure thuso_measure_cumulative = {
	.about = {
		.name = "cumulative",
		.title = "Cumulative opportunities",
		.summary = "The supply of all sites within the limit: sum of S(j) over d(ij) <= limit.",
		.source = "Ingram 1971; Wachs and Kumagai 1973",
		.params = params,
	},
	.unit = "supply",
	.decay = &thuso_decay_within,
	.compute = thuso_weighted_supply,
};
