/* Decay: halved again and again. */
#include "measure.h"

static gboolean check(const ThusoDecayOptions *options, GError **error)
{
	if (options->half > 0 && isfinite(options->half))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "measure: the decay \"exponential\" needs `half`, the cost that weighs one half, for example half: 20 min");
	return FALSE;
}

static double weight(const ThusoDecayOptions *options, double cost)
{
	return exp(-G_LN2 / options->half * cost);
}

static const ThusoParam params[] = {
	{ .name = "half",
	  .kind = THUSO_PARAM_QUANTITY,
	  .dimensions = THUSO_TIME | THUSO_LENGTH,
	  .required = TRUE,
	  .help = "The cost that weighs one half: ln 2 / b, where the weight is written exp(-b cost)" },
	MEASURE_LIMIT_OPTIONAL,
	MEASURE_END,
};

const ThusoDecay thuso_decay_exponential = {
	.about = {
		.name = "exponential",
		.title = "Negative exponential",
		.summary = "exp(-b cost), where b = ln 2 / half.",
		.source = "Wilson 1971",
		.params = params,
	},
	.check = check,
	.weight = weight,
};
