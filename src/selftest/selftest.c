/* The list of checks, and the table of what they found. */
#include <thuso/selftest.h>

#include "check.h"

static const SelfCheck *const checks[] = {
	&self_tobler,    &self_walk_time,  &self_naismith,       &self_irmischer_clarke,
	&self_motorised, &self_elongation, &self_mean_friction,  &self_knight_friction,
	&self_uniform,   &self_limit,      &self_blocked_source, &self_target,
	&self_nearest,   &self_split,      &self_grass_walk,     &self_grass_cost,
};

struct SelfRows {
	ThusoTable *table;
	const SelfCheck *check;
	gint64 n_off;
	GError *error; /* of adding a row; told once, after the check */
};

/* Both not reached, or both numbers and close enough. */
static gboolean agree(double published, double here, double tolerance)
{
	if (!isfinite(published) || !isfinite(here))
		return isinf(published) && isinf(here);
	return fabs(here - published) <= tolerance;
}

void self_row(SelfRows *rows, const char *quantity, const char *unit, double published, double here, double tolerance)
{
	const gint64 row = rows->error ? -1 : thuso_table_add_row(rows->table, &rows->error);
	if (row < 0)
		return;
	const gboolean agrees = agree(published, here, tolerance);
	rows->n_off += !agrees;
	thuso_table_set_text(rows->table, row, THUSO_SELFTEST_CHECK, rows->check->name);
	thuso_table_set_text(rows->table, row, THUSO_SELFTEST_QUANTITY, quantity);
	thuso_table_set_text(rows->table, row, THUSO_SELFTEST_UNIT, unit);
	thuso_table_set_real(rows->table, row, THUSO_SELFTEST_PUBLISHED, isfinite(published) ? published : NAN);
	thuso_table_set_real(rows->table, row, THUSO_SELFTEST_HERE, isfinite(here) ? here : NAN);
	thuso_table_set_real(rows->table, row, THUSO_SELFTEST_TOLERANCE, tolerance);
	thuso_table_set_integer(rows->table, row, THUSO_SELFTEST_AGREES, agrees);
	thuso_table_set_text(rows->table, row, THUSO_SELFTEST_SOURCE, rows->check->source);
}

/* Columns in the order of the enum. */
static ThusoTable *table_new(void)
{
	ThusoTable *table =
	    thuso_table_new("selftest", "Agreement with published numbers", "computed by this program just now", THUSO_NO_GEOMETRY);
	thuso_table_add_column(table, "check", "Check", "", THUSO_TEXT);
	thuso_table_add_column(table, "quantity", "Quantity", "", THUSO_TEXT);
	thuso_table_add_column(table, "unit", "Unit", "", THUSO_TEXT);
	thuso_table_add_column(table, "published", "Published", "", THUSO_REAL);
	thuso_table_add_column(table, "here", "Here", "", THUSO_REAL);
	thuso_table_add_column(table, "tolerance", "Tolerance", "", THUSO_REAL);
	thuso_table_add_column(table, "agrees", "Agrees", "", THUSO_INTEGER);
	thuso_table_add_column(table, "source", "Source", "", THUSO_TEXT);
	return table;
}

ThusoTable *thuso_selftest(ThusoContext *context, gint64 *n_off, GError **error)
{
	g_autoptr(ThusoTable) table = table_new();
	SelfRows rows = { .table = table };
	for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
		rows.check = checks[i];
		if (!thuso_context_go_on(context, error) || !rows.check->run(context, &rows, error))
			return NULL;
		if (rows.error) {
			g_propagate_error(error, rows.error);
			return NULL;
		}
	}
	*n_off = rows.n_off;
	return g_steal_pointer(&table);
}
