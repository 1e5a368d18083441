/* Equity: twice the area between the Lorenz curve and the line of equal shares. */
#include "equity.h"

/* 1 - the trapezoids under the curve, whose points are the running shares of people and of access. */
static double compute(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	double people = thuso_people_in_all(data, rows, n), access = thuso_access_of_all(data, rows, n);
	if (!(access > 0))
		return NAN;
	ThusoSum running = { 0 }, area = { 0 };
	for (gint64 i = 0; i < n; i++) {
		double here = thuso_people_in(data, rows[i]), before = thuso_sum(&running);
		thuso_sum_add(&running, here * data->access[rows[i]]);
		thuso_sum_add(&area, here * (before + thuso_sum(&running)));
	}
	return 1 - thuso_sum(&area) / people / access;
}

const ThusoEquityIndex thuso_equity_gini = {
	.about = {
		.name = "gini",
		.title = "Gini index",
		.summary = "1 - twice the area under the Lorenz curve of access over people.",
		.source = "Gini 1912; Lorenz 1905",
	},
	.range = "0 (all alike) to 1",
	.by_access = TRUE,
	.compute = compute,
};
