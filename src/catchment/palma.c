/* Equity: what the richest tenth has on average, over what the poorest four tenths have. */
#include "equity.h"

#define POOREST 0.4
#define RICHEST 0.9
#define SLACK   1e-9 /* of the total: a sum's last digit never moves the border, as in quantile.c */

/* The first standing at which the running sum of people reaches share q of all. */
static double standing_at(const ThusoEquityData *data, const double *standing, const gint64 *rows, gint64 n, double q)
{
	ThusoSum total = { 0 }, running = { 0 };
	for (gint64 i = 0; i < n; i++)
		thuso_sum_add(&total, thuso_people_in(data, rows[i]));
	double wanted = q * thuso_sum(&total) - SLACK * thuso_sum(&total);
	gint64 i = 0;
	for (; i < n - 1; i++) {
		thuso_sum_add(&running, thuso_people_in(data, rows[i]));
		if (thuso_sum(&running) >= wanted)
			break;
	}
	return standing[rows[i]];
}

static double mean_access(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	return thuso_access_of_all(data, rows, n) / thuso_people_in_all(data, rows, n);
}

static double compute(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	if (n == 0)
		return NAN;
	const double *standing = data->standing != NULL ? data->standing : data->access;
	double poor = standing_at(data, standing, rows, n, POOREST), rich = standing_at(data, standing, rows, n, RICHEST);
	gint64 n_poor = 0, first_rich = n;
	while (n_poor < n && standing[rows[n_poor]] <= poor)
		n_poor++;
	while (first_rich > 0 && standing[rows[first_rich - 1]] > rich)
		first_rich--;
	double of_poor = mean_access(data, rows, n_poor);
	return of_poor > 0 ? mean_access(data, rows + first_rich, n - first_rich) / of_poor : NAN;
}

const ThusoEquityIndex thuso_equity_palma = {
	.about = {
		.name = "palma",
		.title = "Palma ratio",
		.summary = "Mean access of those above the 90 % quantile of standing, over that of those up to the 40 % quantile.",
		.source = "Palma 2011; as a ratio of mean access: R package accessibility, palma_ratio",
	},
	.range = "0 and more; 1 = both alike",
	.compute = compute,
};
