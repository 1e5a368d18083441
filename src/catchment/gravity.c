/* Measure: the supply of all sites, the less worth the farther it is. */
#include "measure.h"

static const ThusoParam params[] = { MEASURE_DECAY, MEASURE_LIMIT_OPTIONAL, MEASURE_END };

const ThusoAccessMeasure thuso_measure_gravity = {
	.about = {
		.name = "gravity",
		.title = "Gravity (potential)",
		.summary = "The supply of all sites, weighted by the decay: sum of S(j) f(d(ij)).",
		.source = "Hansen 1959",
		.params = params,
	},
	.unit = "supply",
	.compute = thuso_weighted_supply,
};
