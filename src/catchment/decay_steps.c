/* Decay: zones of travel with a weight each, the last one's end is the catchment's. */
#include "measure.h"

static void set_step_error(int step, const char *wrong, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "measure: step %d of the decay %s; give zones in ascending order with weights from 1 down to 0, for example "
	            "10 min: 1, 20 min: 0.68, 30 min: 0.22",
	            step + 1, wrong);
}

static gboolean check(const ThusoDecayOptions *options, GError **error)
{
	if (options->n_steps < 1) {
		set_step_error(0, "is missing", error);
		return FALSE;
	}
	for (int s = 0; s < options->n_steps; s++) {
		double upper = options->step_upper[s], weight = options->step_weight[s];
		if (!isfinite(upper) || !(upper > (s > 0 ? options->step_upper[s - 1] : 0))) {
			set_step_error(s, "does not end beyond the one before it", error);
			return FALSE;
		}
		if (!(weight >= 0 && weight <= (s > 0 ? options->step_weight[s - 1] : 1))) {
			set_step_error(s, "weighs more than the one before it, or is no number from 0 to 1", error);
			return FALSE;
		}
	}
	return TRUE;
}

static double weight(const ThusoDecayOptions *options, double cost)
{
	for (int s = 0; s < options->n_steps; s++)
		if (cost <= options->step_upper[s])
			return options->step_weight[s];
	return 0;
}

const ThusoParam thuso_step_item = {
	.name = "weight",
	.kind = THUSO_PARAM_QUANTITY,
	.dimensions = THUSO_NUMBER,
	.min = 0,
	.max = 1,
	.help = "The zone's weight",
};

static const ThusoParam params[] = { MEASURE_STEPS, MEASURE_END };

const ThusoDecay thuso_decay_steps = {
	.about = {
		.name = "steps",
		.title = "Steps by travel zone",
		.summary = "The weight of the zone (a, b] in which the cost lies; 0 beyond the last.",
		.source = "Luo and Qi 2009",
		.params = params,
	},
	.check = check,
	.weight = weight,
};
