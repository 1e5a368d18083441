/* Decay: everything within the limit counts alike. */
#include "measure.h"

static double weight(const ThusoDecayOptions *options, double cost)
{
	(void) options, (void) cost;
	return 1;
}

static const ThusoParam params[] = { MEASURE_LIMIT, MEASURE_END };

const ThusoDecay thuso_decay_within = {
	.about = {
		.name = "within",
		.title = "Within the limit",
		.summary = "1 up to the limit, 0 beyond it.",
		.source = "Ingram 1971; Luo and Wang 2003",
		.params = params,
	},
	.needs_limit = TRUE,
	.weight = weight,
};
