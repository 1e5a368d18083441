/* Measure: the enhanced two-step floating catchment area, weighted by zones of travel. */
#include "measure.h"

static const ThusoParam params[] = { MEASURE_STEPS, MEASURE_END };

const ThusoAccessMeasure thuso_measure_e2sfca = {
	.about = {
		.name = "e2sfca",
		.title = "Enhanced two-step floating catchment area",
		.summary = "R(j) = S(j) / sum of P(k) W(kj); access = sum of R(j) W(ij); W is the weight of the travel zone.",
		.source = "Luo and Qi 2009",
		.params = params,
	},
	.unit = "supply a person",
	.decay = &thuso_decay_steps,
	.compute = thuso_floating_catchment,
};
