/* Measure: the balanced floating catchment area. Weights add up to 1 by row, so nobody is counted at several sites, and by site, so
 * nothing is given out twice. */
#include "measure.h"

static void share_by_row(const ThusoSupply *supply, const double *weight, const double *by_row, double *share)
{
	for (gint64 pair = 0; pair < supply->start[supply->n_sites]; pair++) {
		double all = by_row[supply->demand[pair]];
		share[pair] = all > 0 ? weight[pair] / all : 0;
	}
}

static void share_by_site(const ThusoSupply *supply, const double *weight, double *share)
{
	for (gint32 site = 0; site < supply->n_sites; site++) {
		ThusoSum sum = { 0 };
		for (gint64 pair = supply->start[site]; pair < supply->start[site + 1]; pair++)
			thuso_sum_add(&sum, weight[pair]);
		double all = thuso_sum(&sum);
		for (gint64 pair = supply->start[site]; pair < supply->start[site + 1]; pair++)
			share[pair] = all > 0 ? weight[pair] / all : 0;
	}
}

static gboolean compute(const ThusoSupply *supply, const double *weight, double *access, GError **error)
{
	gint64 n_pairs = MAX(supply->start[supply->n_sites], 1);
	double *by_row = thuso_weights_by_row(supply, weight, error), *draw = NULL, *reach = NULL;
	gboolean done = by_row != NULL && (draw = thuso_array_new(n_pairs, sizeof *draw, "shares by row", error)) != NULL &&
	                (reach = thuso_array_new(n_pairs, sizeof *reach, "shares by site", error)) != NULL;
	if (done) {
		share_by_row(supply, weight, by_row, draw);
		share_by_site(supply, weight, reach);
		done = thuso_two_steps(supply, draw, reach, access, error);
	}
	thuso_array_free(by_row);
	thuso_array_free(draw);
	thuso_array_free(reach);
	return done;
}

static const ThusoParam params[] = { MEASURE_DECAY, MEASURE_LIMIT_OPTIONAL, MEASURE_END };

const ThusoAccessMeasure thuso_measure_bfca = {
	.about = {
		.name = "bfca",
		.title = "Balanced floating catchment area",
		.summary = "R(j) = S(j) / sum of P(i) W(ij)/W(i.); access = sum of R(j) W(ij)/W(.j); dots are sums.",
		.source = "Paez, Higgins and Vivona 2019",
		.params = params,
	},
	.unit = "supply a person",
	.compute = compute,
};
