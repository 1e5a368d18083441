/* Measure: the three-step floating catchment area. People share themselves out among the sites they could use first, so that a site
 * near many others is not taken to be crowded by all. */
#include "measure.h"

/* G(ij) W(ij), where G(ij) = W(ij) / sum over the sites k of W(ik). */
static void select_and_weigh(const ThusoSupply *supply, const double *weight, const double *by_row, double *chosen)
{
	for (gint64 pair = 0; pair < supply->start[supply->n_sites]; pair++) {
		double all = by_row[supply->demand[pair]];
		chosen[pair] = all > 0 ? weight[pair] / all * weight[pair] : 0;
	}
}

static gboolean compute(const ThusoSupply *supply, const double *weight, double *access, GError **error)
{
	double *by_row = thuso_weights_by_row(supply, weight, error);
	if (by_row == NULL)
		return FALSE;
	double *chosen = thuso_array_new(MAX(supply->start[supply->n_sites], 1), sizeof *chosen, "selection weights", error);
	gboolean done = chosen != NULL;
	if (done) {
		select_and_weigh(supply, weight, by_row, chosen);
		done = thuso_two_steps(supply, chosen, chosen, access, error);
	}
	thuso_array_free(by_row);
	thuso_array_free(chosen);
	return done;
}

static const ThusoParam params[] = { MEASURE_STEPS, MEASURE_END };

const ThusoAccessMeasure thuso_measure_3sfca = {
	.about = {
		.name = "3sfca",
		.title = "Three-step floating catchment area",
		.summary = "G(ij) = W(ij) / sum of W(ik); R(j) = S(j) / sum of G(kj) P(k) W(kj); access = sum of G(ij) R(j) W(ij).",
		.source = "Wan, Zou and Sternberg 2012",
		.params = params,
	},
	.unit = "supply a person",
	.decay = &thuso_decay_steps,
	.compute = compute,
};
