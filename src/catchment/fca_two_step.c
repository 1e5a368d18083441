/* Measure: the two-step floating catchment area. */
#include "measure.h"

gboolean thuso_floating_catchment(const ThusoSupply *supply, const double *weight, double *access, GError **error)
{
	return thuso_two_steps(supply, weight, weight, access, error);
}

static const ThusoParam params[] = { MEASURE_LIMIT, MEASURE_END };

const ThusoAccessMeasure thuso_measure_2sfca = {
	.about = {
		.name = "2sfca",
		.title = "Two-step floating catchment area",
		.summary = "R(j) = S(j) / people within the limit of j; access = sum of R(j) within the limit of i.",
		.source = "Luo and Wang 2003",
		.params = params,
	},
	.unit = "supply a person",
	.decay = &thuso_decay_within,
	.compute = thuso_floating_catchment,
};
