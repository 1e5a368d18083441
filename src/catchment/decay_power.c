/* Decay: an inverse power of the cost. */
#include "measure.h"

static gboolean check(const ThusoDecayOptions *options, GError **error)
{
	if (options->exponent > 0 && isfinite(options->exponent) && options->unit > 0 && isfinite(options->unit))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "measure: the decay \"power\" needs `exponent` and `unit`, both above 0, for example exponent: 1, unit: 1 min");
	return FALSE;
}

static double weight(const ThusoDecayOptions *options, double cost)
{
	return cost <= options->unit ? 1 : pow(cost / options->unit, -options->exponent);
}

static const ThusoParam params[] = {
	{ .name = "exponent",
	  .kind = THUSO_PARAM_QUANTITY,
	  .dimensions = THUSO_NUMBER,
	  .required = TRUE,
	  .help = "How fast the weight falls with the cost" },
	{ .name = "unit",
	  .kind = THUSO_PARAM_QUANTITY,
	  .dimensions = THUSO_TIME | THUSO_LENGTH,
	  .required = TRUE,
	  .help = "The cost that weighs 1; shorter travel weighs no more" },
	MEASURE_LIMIT_OPTIONAL,
	MEASURE_END,
};

const ThusoDecay thuso_decay_power = {
	.about = {
		.name = "power",
		.title = "Inverse power",
		.summary = "(cost / unit) to the power of -exponent, at most 1.",
		.source = "Hansen 1959",
		.params = params,
	},
	.check = check,
	.weight = weight,
};
