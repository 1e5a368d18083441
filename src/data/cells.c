/* Values of few cells of a large grid, in ascending order of cells. */
#include "cells.h"

#include <stdlib.h>

typedef struct {
	ThusoVector *cells;
	GError **error;
	gboolean ok;
} Collecting;

static void collect(gint64 cell, double area_cells, gpointer data)
{
	Collecting *collecting = data;
	ThusoCellValue value = { cell, area_cells };
	if (collecting->ok && area_cells > 0)
		collecting->ok = thuso_vector_push(collecting->cells, &value, "cells of a polygon", collecting->error);
}

gboolean thuso_cells_cover(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoVector *cells, GError **error)
{
	Collecting collecting = { cells, error, TRUE };
	return thuso_grid_cover(grid, polygon, collect, &collecting, error) && collecting.ok;
}

static int by_cell_and_value(const void *a, const void *b)
{
	const ThusoCellValue *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->value > q->value) - (p->value < q->value);
}

void thuso_cells_merge(ThusoVector *cells)
{
	ThusoCellValue *value = cells->data;
	if (cells->n < 2)
		return;
	qsort(value, (size_t) cells->n, sizeof *value, by_cell_and_value);
	gint64 last = 0;
	for (gint64 i = 1; i < cells->n; i++) {
		if (value[i].cell == value[last].cell)
			value[last].value += value[i].value;
		else
			value[++last] = value[i];
	}
	cells->n = last + 1;
}

double thuso_cells_value(const ThusoVector *cells, gint64 cell)
{
	const ThusoCellValue *value = cells->data;
	gint64 low = 0, high = cells->n;
	while (low < high) {
		gint64 middle = low + (high - low) / 2;
		if (value[middle].cell < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return low < cells->n && value[low].cell == cell ? value[low].value : 0;
}
