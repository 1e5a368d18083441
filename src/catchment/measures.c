/* The measures of access there are, one line each; inputs checked and pairs weighed for all of them. */
#include "measure.h"

#include <string.h>

const ThusoAccessMeasure *const thuso_access_measures[] = {
	&thuso_measure_cumulative,
	&thuso_measure_gravity,
	&thuso_measure_2sfca,
	&thuso_measure_e2sfca,
	&thuso_measure_3sfca,
	&thuso_measure_bfca,
	&thuso_measure_spatial_availability,
	NULL,
};

const ThusoAccessMeasure *thuso_access_measure_find(const char *name)
{
	for (int i = 0; thuso_access_measures[i] != NULL; i++)
		if (strcmp(thuso_access_measures[i]->about.name, name) == 0)
			return thuso_access_measures[i];
	return NULL;
}

/* --- checks ------------------------------------------------------------------------------------------------------------- */

static gboolean set_input_error(const char *what, gint64 at, double value, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "measure: %s %" G_GINT64_FORMAT " is %g; numbers of 0 and more are expected", what, at + 1, value);
	return FALSE;
}

static gboolean check_values(const double *values, gint64 n, const char *what, GError **error)
{
	for (gint64 i = 0; values != NULL && i < n; i++)
		if (!isfinite(values[i]) || values[i] < 0)
			return set_input_error(what, i, values[i], error);
	return TRUE;
}

static gboolean check_supply(const ThusoSupply *supply, GError **error)
{
	gint64 n_pairs = supply->start[supply->n_sites];
	for (gint64 pair = 0; pair < n_pairs; pair++)
		if ((gint64) supply->demand[pair] >= supply->n_demand)
			return set_input_error("demand row of pair", pair, (double) supply->demand[pair], error);
	return check_values(supply->cost, n_pairs, "cost of pair", error) &&
	       check_values(supply->people, supply->n_demand, "people of demand row", error) &&
	       check_values(supply->supply, supply->n_sites, "supply of site", error);
}

static const ThusoDecay *decay_of(const ThusoAccessMeasure *measure, const ThusoDecayOptions *options)
{
	return measure->decay != NULL ? measure->decay : options->decay;
}

static gboolean check_options(const ThusoAccessMeasure *measure, const ThusoDecay *decay, const ThusoDecayOptions *options,
                              GError **error)
{
	if (decay == NULL) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "measure \"%s\": what is a cost worth? add `decay`, one of power, exponential, steps, within",
		            measure->about.name);
		return FALSE;
	}
	if (decay->needs_limit ? !(options->limit > 0) : options->limit <= 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "measure \"%s\": how far does a catchment reach? add `limit`, above 0, for example 60 min",
		            measure->about.name);
		return FALSE;
	}
	return decay->check == NULL || decay->check(options, error);
}

/* --- weights and sums --------------------------------------------------------------------------------------------------- */

static double *weigh_pairs(const ThusoSupply *supply, const ThusoDecay *decay, const ThusoDecayOptions *options, GError **error)
{
	gint64 n_pairs = supply->start[supply->n_sites];
	double *weight = thuso_array_new(MAX(n_pairs, 1), sizeof *weight, "weights of pairs", error);
	for (gint64 pair = 0; weight != NULL && pair < n_pairs; pair++)
		weight[pair] = supply->cost[pair] > options->limit ? 0 : decay->weight(options, supply->cost[pair]);
	return weight;
}

gboolean thuso_access(const ThusoAccessMeasure *measure, const ThusoSupply *supply, const ThusoDecayOptions *options,
                      double *access, GError **error)
{
	const ThusoDecay *decay = decay_of(measure, options);
	if (!check_options(measure, decay, options, error) || !check_supply(supply, error))
		return FALSE;
	double *weight = weigh_pairs(supply, decay, options, error);
	if (weight == NULL)
		return FALSE;
	if (supply->n_demand > 0)
		memset(access, 0, (gsize) supply->n_demand * sizeof *access);
	gboolean done = measure->compute(supply, weight, access, error);
	thuso_array_free(weight);
	return done;
}

ThusoSum *thuso_row_sums_new(const ThusoSupply *supply, GError **error)
{
	return thuso_array_new(MAX(supply->n_demand, 1), sizeof(ThusoSum), "sums by demand row", error);
}

void thuso_row_sums_take(ThusoSum *sums, const ThusoSupply *supply, double *access)
{
	for (gint64 row = 0; row < supply->n_demand; row++)
		access[row] = thuso_sum(&sums[row]);
	thuso_array_free(sums);
}

double *thuso_weights_by_row(const ThusoSupply *supply, const double *weight, GError **error)
{
	double *by_row = thuso_array_new(MAX(supply->n_demand, 1), sizeof *by_row, "weights by demand row", error);
	if (by_row == NULL)
		return NULL;
	ThusoSum *sums = thuso_row_sums_new(supply, error);
	if (sums == NULL) {
		thuso_array_free(by_row);
		return NULL;
	}
	for (gint64 pair = 0; pair < supply->start[supply->n_sites]; pair++)
		thuso_sum_add(&sums[supply->demand[pair]], weight[pair]);
	thuso_row_sums_take(sums, supply, by_row);
	return by_row;
}

gboolean thuso_two_steps(const ThusoSupply *supply, const double *draw, const double *reach, double *access, GError **error)
{
	ThusoSum *sums = thuso_row_sums_new(supply, error);
	if (sums == NULL)
		return FALSE;
	for (gint32 site = 0; site < supply->n_sites; site++) {
		ThusoSum drawn = { 0 };
		for (gint64 pair = supply->start[site]; pair < supply->start[site + 1]; pair++)
			thuso_sum_add(&drawn, thuso_people_of(supply, supply->demand[pair]) * draw[pair]);
		double people = thuso_sum(&drawn);
		double each = people > 0 ? thuso_supply_of(supply, site) / people : 0;
		for (gint64 pair = supply->start[site]; pair < supply->start[site + 1]; pair++)
			thuso_sum_add(&sums[supply->demand[pair]], each * reach[pair]);
	}
	thuso_row_sums_take(sums, supply, access);
	return TRUE;
}
