/* Equity: does access go with standing? Below 0 it favours the poor, above 0 the rich. */
#include "equity.h"

typedef struct {
	double people, mean, least, most, covariance;
} Concentration;

/* One run of rows with the same standing: all have the mean rank of the run, so that the order of rows among equals does not matter. */
static gint64 add_run(const ThusoEquityData *data, const gint64 *rows, gint64 n, gint64 from, ThusoSum *below, double people,
                      double mean, ThusoSum *covariance)
{
	ThusoSum here = { 0 }, deviation = { 0 };
	gint64 i = from;
	for (; i < n && data->standing[rows[i]] == data->standing[rows[from]]; i++) {
		if (!thuso_row_counts(data, rows[i], -1))
			continue;
		thuso_sum_add(&here, thuso_people_in(data, rows[i]));
		thuso_sum_add(&deviation, thuso_people_in(data, rows[i]) * (data->access[rows[i]] - mean));
	}
	double rank = (thuso_sum(below) + thuso_sum(&here) / 2) / people;
	thuso_sum_add(covariance, thuso_sum(&deviation) / people * (rank - 0.5));
	thuso_sum_add(below, thuso_sum(&here));
	return i;
}

/* Of access and the fractional rank, weighted by people. */
static void measure(const ThusoEquityData *data, const gint64 *rows, gint64 n, Concentration *c)
{
	c->people = thuso_people_in_all(data, rows, n);
	c->mean = thuso_access_of_all(data, rows, n) / c->people;
	c->least = INFINITY, c->most = -INFINITY;
	for (gint64 i = 0; i < n; i++)
		if (thuso_row_counts(data, rows[i], -1)) {
			c->least = fmin(c->least, data->access[rows[i]]);
			c->most = fmax(c->most, data->access[rows[i]]);
		}
	ThusoSum below = { 0 }, covariance = { 0 };
	for (gint64 i = 0; i < n;)
		i = add_run(data, rows, n, i, &below, c->people, c->mean, &covariance);
	c->covariance = thuso_sum(&covariance);
}

static double compute_standard(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	Concentration c;
	measure(data, rows, n, &c);
	return c.mean > 0 ? 2 * c.covariance / c.mean : NAN;
}

static double compute_corrected(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	Concentration c;
	measure(data, rows, n, &c);
	return c.most > c.least ? 8 * c.covariance / (c.most - c.least) : NAN;
}

const ThusoEquityIndex thuso_equity_concentration = {
	.about = {
		.name = "concentration",
		.title = "Concentration index",
		.summary = "2 cov(access, rank) / mean access, where rank is the share of people of lower standing.",
		.source = "Kakwani, Wagstaff and van Doorslaer 1997",
	},
	.range = "-1 (all with the poorest) to 1 (all with the richest)",
	.needs_standing = TRUE,
	.compute = compute_standard,
};

const ThusoEquityIndex thuso_equity_concentration_corrected = {
	.about = {
		.name = "concentration_corrected",
		.title = "Corrected concentration index",
		.summary = "8 cov(access, rank) / (most - least access).",
		.source = "Erreygers 2009",
	},
	.range = "-1 to 1, whatever the mean",
	.needs_standing = TRUE,
	.compute = compute_corrected,
};
