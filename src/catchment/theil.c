/* Equity: Theil's T, which falls into a part between groups and a part within them. */
#include "equity.h"

/* x ln x; nobody's nothing adds nothing. */
static inline double entropy(double x)
{
	return x > 0 ? x * log(x) : 0;
}

static double compute(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	double people = thuso_people_in_all(data, rows, n), access = thuso_access_of_all(data, rows, n);
	if (!(access > 0))
		return NAN;
	ThusoSum sum = { 0 };
	for (gint64 i = 0; i < n; i++)
		thuso_sum_add(&sum, thuso_people_in(data, rows[i]) / people * entropy(data->access[rows[i]] / (access / people)));
	return thuso_sum(&sum);
}

/* --- parts by group; the last group is those in none ------------------------------------------------------------------------- */

typedef struct {
	ThusoSum people, access, within; /* within: people * x ln x, x = access / mean of the group */
} Group;

static Group *group_of(Group *groups, const ThusoEquityData *data, gint64 row)
{
	gint32 group = data->group[row];
	return &groups[group < 0 ? data->n_groups : group];
}

static void add_groups(Group *groups, const ThusoEquityData *data)
{
	for (gint64 row = 0; row < data->n; row++) {
		if (!thuso_row_counts(data, row, -1))
			continue;
		Group *group = group_of(groups, data, row);
		thuso_sum_add(&group->people, thuso_people_in(data, row));
		thuso_sum_add(&group->access, thuso_people_in(data, row) * data->access[row]);
	}
	for (gint64 row = 0; row < data->n; row++) {
		if (!thuso_row_counts(data, row, -1))
			continue;
		Group *group = group_of(groups, data, row);
		double mean = thuso_sum(&group->access) / thuso_sum(&group->people);
		if (mean > 0)
			thuso_sum_add(&group->within, thuso_people_in(data, row) * entropy(data->access[row] / mean));
	}
}

/* Parts of a group with share p of the people and s of the access: between s ln(s / p), within s * its own T. */
static void sum_groups(const Group *groups, gint32 n, ThusoTheil *theil, double *between_of, double *within_of)
{
	ThusoSum people = { 0 }, access = { 0 }, between = { 0 }, within = { 0 };
	for (gint32 g = 0; g <= n; g++) {
		thuso_sum_add(&people, thuso_sum(&groups[g].people));
		thuso_sum_add(&access, thuso_sum(&groups[g].access));
	}
	gboolean defined = thuso_sum(&access) > 0;
	for (gint32 g = 0; g <= n; g++) {
		double p = thuso_sum(&groups[g].people) / thuso_sum(&people), s = thuso_sum(&groups[g].access) / thuso_sum(&access);
		gboolean counts = defined && s > 0;
		double part_between = counts ? p * entropy(s / p) : 0;
		double part_within = counts ? s * thuso_sum(&groups[g].within) / thuso_sum(&groups[g].people) : 0;
		thuso_sum_add(&between, part_between);
		thuso_sum_add(&within, part_within);
		if (between_of != NULL && g < n)
			between_of[g] = part_between;
		if (within_of != NULL && g < n)
			within_of[g] = part_within;
	}
	theil->between = defined ? thuso_sum(&between) : NAN;
	theil->within = defined ? thuso_sum(&within) : NAN;
	theil->total = theil->between + theil->within;
}

gboolean thuso_theil_by_group(const ThusoEquityData *data, ThusoTheil *theil, double *between_of, double *within_of,
                              GError **error)
{
	if (data->group == NULL) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		                    "equity: Theil's index between groups needs groups; add a field that holds them");
		return FALSE;
	}
	if (!thuso_equity_check(data, error))
		return FALSE;
	Group *groups = thuso_array_new((gint64) data->n_groups + 1, sizeof *groups, "groups of people", error);
	if (groups == NULL)
		return FALSE;
	add_groups(groups, data);
	sum_groups(groups, data->n_groups, theil, between_of, within_of);
	thuso_array_free(groups);
	return TRUE;
}

const ThusoEquityIndex thuso_equity_theil = {
	.about = {
		.name = "theil",
		.title = "Theil's T",
		.summary = "sum of p(i) x(i) ln x(i), x = access / mean; = s ln(s / p) between groups + s T within them.",
		.source = "Theil 1967",
	},
	.range = "0 (all alike) to ln(people)",
	.by_access = TRUE,
	.compute = compute,
};
