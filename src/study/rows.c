/* See rows.h. */
#include "rows.h"

static gboolean is_row(const Run *run, const double *people, const guint8 *wanted, gint64 cell)
{
	return people[cell] > 0 && run->region->covered[cell] && (!wanted || wanted[cell]);
}

gboolean rows_find(const Run *run, const double *people, const guint8 *wanted, DemandRows *rows, GError **error)
{
	gint64 n_cells = thuso_grid_n(&run->region->grid), n = 0;
	for (gint64 cell = 0; cell < n_cells; cell++)
		n += is_row(run, people, wanted, cell);
	rows->n = 0;
	rows->cell = thuso_array_new(n, sizeof *rows->cell, "demand rows", error);
	rows->people = rows->cell ? thuso_array_new(n, sizeof *rows->people, "demand rows", error) : NULL;
	for (gint64 cell = 0; rows->people && cell < n_cells; cell++)
		if (is_row(run, people, wanted, cell)) {
			rows->cell[rows->n] = cell;
			rows->people[rows->n++] = people[cell];
		}
	return rows->people != NULL;
}

void rows_clear(DemandRows *rows)
{
	thuso_array_free(rows->cell);
	thuso_array_free(rows->people);
	*rows = (DemandRows){ 0 };
}
