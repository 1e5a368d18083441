/* Measure: spatial availability. Each site's supply is given out among those who reach it, by their number and their cost, and nothing
 * is left or given twice. */
#include "measure.h"

static gboolean compute(const ThusoSupply *supply, const double *weight, double *access, GError **error)
{
	if (!thuso_two_steps(supply, weight, weight, access, error))
		return FALSE;
	for (gint64 row = 0; row < supply->n_demand; row++)
		access[row] *= thuso_people_of(supply, row);
	return TRUE;
}

static const ThusoParam params[] = { MEASURE_DECAY, MEASURE_LIMIT_OPTIONAL, MEASURE_END };

const ThusoAccessMeasure thuso_measure_spatial_availability = {
	.about = {
		.name = "spatial_availability",
		.title = "Spatial availability",
		.summary = "sum of S(j) P(i) f(d(ij)) / sum over k of P(k) f(d(kj)): all rows together have all the supply.",
		.source = "Soukhov, Paez, Higgins and Mohamed 2023",
		.params = params,
	},
	.unit = "supply",
	.compute = compute,
};
