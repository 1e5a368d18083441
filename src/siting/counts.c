/* Centres by province: counted from the rows, so that parts add up to the whole, and held against what the register states. */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

#define NOT_STATED "not stated"
#define ALL        "all"

typedef struct {
	const char *province;
	gint64 centres, functional, not_functional, not_known, flagged;
} Count;

/* --- counts of the rows ----------------------------------------------------------------------------------------------------- */

static Count *count_of(GArray *counts, const char *province)
{
	for (guint i = 0; i < counts->len; i++)
		if (strcmp(g_array_index(counts, Count, i).province, province) == 0)
			return &g_array_index(counts, Count, i);
	Count count = { .province = province };
	g_array_append_val(counts, count);
	return &g_array_index(counts, Count, counts->len - 1);
}

static void add_centre(Count *count, const Monitor *monitor, gint64 row)
{
	count->centres++;
	count->functional += monitor->status_known[row] && monitor->is_functional[row];
	count->not_functional += monitor->status_known[row] && !monitor->is_functional[row];
	count->not_known += !monitor->status_known[row];
	count->flagged += monitor->n_flags[row] > 0;
}

/* By name; those without a province after them. */
static int by_province(const void *a, const void *b)
{
	const Count *p = a, *q = b;
	gboolean p_last = strcmp(p->province, NOT_STATED) == 0, q_last = strcmp(q->province, NOT_STATED) == 0;
	return p_last != q_last ? p_last - q_last : strcmp(p->province, q->province);
}

static gboolean add_row(ThusoTable *table, const Count *count, GError **error)
{
	gint64 row = thuso_table_add_row(table, error);
	if (row < 0)
		return FALSE;
	const gint64 numbers[] = { count->centres, count->functional, count->not_functional, count->not_known, count->flagged };
	thuso_table_set_text(table, row, 0, count->province);
	for (int c = 0; c < (int) G_N_ELEMENTS(numbers); c++)
		thuso_table_set_integer(table, row, c + 1, numbers[c]);
	return TRUE;
}

/* --- what the register states ------------------------------------------------------------------------------------------------- */

typedef struct {
	char *province;
	double total, functional, not_functional; /* NaN = not stated */
} Stated;

static double stated_number(const ThusoTable *table, gint64 row, const char *name)
{
	int column = thuso_table_find_column(table, name);
	return column >= 0 ? thuso_table_as_real(table, row, column) : NAN;
}

static gboolean is_all(const char *province)
{
	return g_ascii_strcasecmp(province, ALL) == 0;
}

static void check_parts(const Monitor *monitor, const Stated *stated)
{
	double parts = stated->functional + stated->not_functional;
	if (isnan(parts) || isnan(stated->total) || parts == stated->total)
		return;
	monitor_find(
	    monitor->context, "totals_do_not_add_up", stated->province, 1,
	    "the register states %g centres for %s, but %g functional and %g not functional make %g; ask its keeper which is right",
	    stated->total, stated->province, stated->functional, stated->not_functional, parts);
}

static void check_number(const Monitor *monitor, const char *province, const char *what, double stated, gint64 counted)
{
	if (isnan(stated) || stated == (double) counted)
		return;
	monitor_find(monitor->context, "totals_differ_from_rows", province, 1,
	             "the register states %g %s for %s, and has %" G_GINT64_FORMAT " in its rows; the rows are counted", stated, what,
	             province, counted);
}

static void check_rows(const Monitor *monitor, const Stated *stated, const GArray *counts, const Count *all)
{
	const Count *count = is_all(stated->province) ? all : NULL;
	for (guint i = 0; count == NULL && i < counts->len; i++)
		if (strcmp(g_array_index(counts, Count, i).province, stated->province) == 0)
			count = &g_array_index(counts, Count, i);
	const Count none = { .province = stated->province };
	count = count != NULL ? count : &none;
	check_number(monitor, stated->province, "centres", stated->total, count->centres);
	if (count->not_known > 0)
		return;
	check_number(monitor, stated->province, "functional centres", stated->functional, count->functional);
	check_number(monitor, stated->province, "centres that are not functional", stated->not_functional, count->not_functional);
}

/* The provinces' own numbers against the whole's. */
static void check_sum(const Monitor *monitor, const char *what, const char *column)
{
	const ThusoTable *table = monitor->reg->stated;
	double whole = NAN, sum = 0;
	gint64 n = 0;
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_autofree char *province = thuso_table_as_text(table, row, thuso_table_find_column(table, "province"));
		double value = stated_number(table, row, column);
		if (province != NULL && is_all(province))
			whole = value;
		else
			sum += value, n++;
	}
	if (n == 0 || isnan(whole) || isnan(sum) || whole == sum)
		return;
	monitor_find(monitor->context, "totals_do_not_add_up", ALL, 1,
	             "the register states %g %s in all, but its provinces make %g; ask its keeper which is right", whole, what, sum);
}

static gboolean check_stated(const Monitor *monitor, const GArray *counts, const Count *all, GError **error)
{
	const ThusoTable *table = monitor->reg->stated;
	if (table == NULL)
		return TRUE;
	if (monitor_column(table, "province", "needed there; `all` is the whole", error) == -2)
		return FALSE;
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_autofree char *province = thuso_table_as_text(table, row, thuso_table_find_column(table, "province"));
		if (province == NULL)
			continue;
		Stated stated = { g_strstrip(province), stated_number(table, row, "total"), stated_number(table, row, "functional"),
			              stated_number(table, row, "not_functional") };
		check_parts(monitor, &stated);
		check_rows(monitor, &stated, counts, all);
	}
	check_sum(monitor, "centres", "total");
	check_sum(monitor, "functional centres", "functional");
	check_sum(monitor, "centres that are not functional", "not_functional");
	return TRUE;
}

gboolean monitor_count(Monitor *monitor, GError **error)
{
	g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(Count));
	Count all = { .province = ALL };
	for (gint64 row = 0; row < monitor->n; row++) {
		const char *province = monitor->centre[row].province;
		add_centre(count_of(counts, province != NULL ? province : NOT_STATED), monitor, row);
		add_centre(&all, monitor, row);
	}
	if (counts->len > 0)
		qsort(counts->data, counts->len, sizeof(Count), by_province);
	for (guint i = 0; i < counts->len; i++)
		if (!add_row(monitor->counts, &g_array_index(counts, Count, i), error))
			return FALSE;
	return add_row(monitor->counts, &all, error) && check_stated(monitor, counts, &all, error);
}
