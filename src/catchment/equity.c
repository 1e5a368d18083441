/* The indices of equity there are, one line each; inputs checked, rows picked and sorted for all of them. */
#include "equity.h"

#include <stdlib.h>
#include <string.h>

const ThusoEquityIndex *const thuso_equity_indices[] = {
	&thuso_equity_gini,
	&thuso_equity_palma,
	&thuso_equity_theil,
	&thuso_equity_concentration,
	&thuso_equity_concentration_corrected,
	NULL,
};

const ThusoEquityIndex *thuso_equity_index_find(const char *name)
{
	for (int i = 0; thuso_equity_indices[i] != NULL; i++)
		if (strcmp(thuso_equity_indices[i]->about.name, name) == 0)
			return thuso_equity_indices[i];
	return NULL;
}

/* --- checks ------------------------------------------------------------------------------------------------------------- */

static gboolean set_row_error(const char *what, gint64 row, double value, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "equity: %s of row %" G_GINT64_FORMAT " is %g; numbers of 0 and more are expected", what, row + 1, value);
	return FALSE;
}

gboolean thuso_equity_check(const ThusoEquityData *data, GError **error)
{
	for (gint64 row = 0; row < data->n; row++) {
		if (isinf(data->access[row]) || data->access[row] < 0)
			return set_row_error("access", row, data->access[row], error);
		if (data->people != NULL && (!isfinite(data->people[row]) || data->people[row] < 0))
			return set_row_error("people", row, data->people[row], error);
		if (data->group != NULL && (data->group[row] < -1 || data->group[row] >= data->n_groups))
			return set_row_error("group", row, (double) data->group[row], error);
	}
	return TRUE;
}

static gboolean check_use(const ThusoEquityIndex *index, const ThusoEquityData *data, gint32 group, GError **error)
{
	const char *missing = index->needs_standing && data->standing == NULL ? "a standing, such as income a head"
	                      : group >= 0 && data->group == NULL             ? "groups"
	                                                                      : NULL;
	if (missing == NULL)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "equity: the index \"%s\" needs %s; add a field that holds it",
	            index->about.name, missing);
	return FALSE;
}

/* --- rows in order -------------------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b, void *data)
{
	const double *key = data;
	gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;
	if (key[i] != key[j])
		return key[i] < key[j] ? -1 : 1;
	return (i > j) - (i < j);
}

static gint64 pick_rows(const ThusoEquityData *data, const double *key, gint32 group, gint64 *rows)
{
	gint64 n = 0;
	for (gint64 row = 0; row < data->n; row++)
		if (thuso_people_in(data, row) > 0 && !isnan(key[row]) && (group < 0 || data->group[row] == group))
			rows[n++] = row;
	qsort_r(rows, (gsize) n, sizeof *rows, compare_rows, (gpointer) key);
	return n;
}

gboolean thuso_equity(const ThusoEquityIndex *index, const ThusoEquityData *data, gint32 group, double *value, GError **error)
{
	if (!check_use(index, data, group, error) || !thuso_equity_check(data, error))
		return FALSE;
	gint64 *rows = thuso_array_new(MAX(data->n, 1), sizeof *rows, "rows in order", error);
	if (rows == NULL)
		return FALSE;
	const double *key = index->by_access || data->standing == NULL ? data->access : data->standing;
	*value = index->compute(data, rows, pick_rows(data, key, group, rows));
	thuso_array_free(rows);
	return TRUE;
}

/* --- sums ----------------------------------------------------------------------------------------------------------------- */

double thuso_people_in_all(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	ThusoSum sum = { 0 };
	for (gint64 i = 0; i < n; i++)
		thuso_sum_add(&sum, isnan(data->access[rows[i]]) ? 0 : thuso_people_in(data, rows[i]));
	return thuso_sum(&sum);
}

double thuso_access_of_all(const ThusoEquityData *data, const gint64 *rows, gint64 n)
{
	ThusoSum sum = { 0 };
	for (gint64 i = 0; i < n; i++)
		thuso_sum_add(&sum, isnan(data->access[rows[i]]) ? 0 : thuso_people_in(data, rows[i]) * data->access[rows[i]]);
	return thuso_sum(&sum);
}
