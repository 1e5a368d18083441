/* DEMAND: the people of each demand row. */
#include "job.h"

static const char header[] = "demand,weight";

static gboolean read_row(Problem *problem, Table *table, char *const *cells, const int column[2], GError **error)
{
	gboolean is_new;
	double weight;
	if (!table_id(table, cells, column[0], error) || !table_amount(table, cells, column[1], &weight, error))
		return FALSE;
	if (ids_add(&problem->demand, cells[column[0]], &is_new, error) < 0)
		return FALSE;
	if (!is_new)
		return table_refuse(table, error, "demand '%s' is there twice: leave one row of it", cells[column[0]]);
	return thuso_vector_push(&problem->weight, &weight, "people of the demand", error);
}

gboolean read_demand(Problem *problem, GError **error)
{
	g_auto(Table) table = { 0 };
	GError *cause = NULL;
	int column[2];
	if (!problem->spec->demand)
		return TRUE;
	if (!table_open(&table, problem->context, problem->spec->demand, error) ||
	    (column[0] = table_need(&table, "demand", header, error)) < 0 ||
	    (column[1] = table_need(&table, "weight", header, error)) < 0)
		return FALSE;
	char *const *cells;
	while ((cells = thuso_rows_next(table.rows, &cause)))
		if (!read_row(problem, &table, cells, column, error))
			return FALSE;
	if (cause) {
		g_propagate_error(error, cause);
		return FALSE;
	}
	const double *weight = problem->weight.data;
	for (gint64 i = 0; i < ids_n(&problem->demand); i++)
		if (weight[i] > 0)
			return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            ids_n(&problem->demand) > 0
	                ? "%s: every weight is 0, so no plan is better than another: write the people of each row"
	                : "%s has no row of demand below its header",
	            table.path);
	return FALSE;
}
