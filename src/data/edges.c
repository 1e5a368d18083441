/* Cells that two areas share: whose people live there? See README.md, "Study area". */
#include "demand.h"

#include <stdlib.h>

/* A polygon whose people lie to this share in one area, borders aside, lies in it: the rest is a sliver of inexact boundaries. */
static const double home_share = 0.95;

/* A polygon lives inside when most of its people do, by the cells whose area is not in doubt. One that has only cells in doubt is
 * taken as the area's own: nobody is lost for being small. */
static gboolean *find_insiders(const ThusoDemand *demand, const ThusoRegion *region)
{
	gboolean *inside = thuso_new(gboolean, MAX(demand->n_polygons, 1));
	g_autofree double *balance = thuso_new(double, MAX(demand->n_polygons, 1));
	for (gint64 i = 0; i < demand->n_pieces; i++) {
		const ThusoDemandPiece *piece = &demand->pieces[i];
		if (!region->edge[piece->cell])
			balance[piece->polygon] += region->area[piece->cell] >= 0 ? piece->people : -piece->people;
	}
	for (gint32 p = 0; p < demand->n_polygons; p++)
		inside[p] = balance[p] >= 0;
	return inside;
}

gboolean thuso_demand_settle_edges(const ThusoDemand *demand, ThusoRegion *region, GError **error)
{
	if (demand->n_polygons == 0)
		return TRUE;
	gint64 n = thuso_grid_n(&region->grid);
	g_autofree gboolean *inside = find_insiders(demand, region);
	double *balance = thuso_array_new(n, sizeof *balance, "people on the area's edge", error);
	if (!balance)
		return FALSE;
	for (gint64 i = 0; i < demand->n_pieces; i++) {
		const ThusoDemandPiece *piece = &demand->pieces[i];
		if (region->edge[piece->cell])
			balance[piece->cell] += inside[piece->polygon] ? piece->people : -piece->people;
	}
	for (gint64 cell = 0; cell < n; cell++)
		if (region->edge[cell] && !(balance[cell] > 0)) {
			region->edge[cell] = 0;
			region->area[cell] = -1;
		}
	thuso_array_free(balance);
	return TRUE;
}

/* --- borders inside the study area ------------------------------------------------------------------------------------ */

typedef struct {
	gint32 area;
	double people;
} Part;

static int by_area(const void *a, const void *b)
{
	const Part *p = a, *q = b;
	return (p->area > q->area) - (p->area < q->area);
}

/* The area with most of the people; `share` is its part of them. The lower area on a tie; -1 when there are none. */
static gint32 main_area(Part *parts, gint64 n, double *share)
{
	gint32 home = -1;
	double most = 0, all = 0;
	qsort(parts, (size_t) n, sizeof *parts, by_area);
	for (gint64 i = 0, end; i < n; i = end) {
		double people = 0;
		for (end = i; end < n && parts[end].area == parts[i].area; end++)
			people += parts[end].people;
		all += people;
		if (people > most) {
			most = people;
			home = parts[i].area;
		}
	}
	*share = all > 0 ? most / all : 0;
	return home;
}

/* No border runs by the cell: its four neighbours are of the same area. */
static gboolean is_interior(const ThusoRegion *region, gint64 cell)
{
	gint64 n_cols = region->grid.n_cols, row = cell / n_cols, col = cell % n_cols;
	const gint32 *area = region->area;
	if (row == 0 || col == 0 || row == region->grid.n_rows - 1 || col == n_cols - 1)
		return FALSE;
	return area[cell - 1] == area[cell] && area[cell + 1] == area[cell] && area[cell - n_cols] == area[cell] &&
	       area[cell + n_cols] == area[cell];
}

/* By the cells that no border runs by, where there are any: nearly all in one area, or no home. A polygon too small for that lies where
 * most of its people do. */
static gint32 home_of(const ThusoRegion *region, const ThusoDemandPiece *pieces, gint64 n, Part *parts)
{
	double share;
	gint64 n_interior = 0;
	for (gint64 i = 0; i < n; i++)
		if (is_interior(region, pieces[i].cell))
			parts[n_interior++] = (Part){ region->area[pieces[i].cell], pieces[i].people };
	gint32 home = main_area(parts, n_interior, &share);
	if (share > 0)
		return share >= home_share ? home : -1;
	for (gint64 i = 0; i < n; i++)
		parts[i] = (Part){ region->area[pieces[i].cell], pieces[i].people };
	return main_area(parts, n, &share);
}

gboolean thuso_demand_find_homes(ThusoDemand *demand, const ThusoRegion *region, GError **error)
{
	demand->home = thuso_array_new(demand->n_polygons, sizeof *demand->home, "areas of demand polygons", error);
	Part *parts = demand->home ? thuso_array_new(demand->n_pieces, sizeof *parts, "areas of demand polygons", error) : NULL;
	if (!parts)
		return FALSE;
	for (gint32 p = 0; p < demand->n_polygons; p++)
		demand->home[p] = -1;
	for (gint64 i = 0, end; i < demand->n_pieces; i = end) {
		for (end = i; end < demand->n_pieces && demand->pieces[end].polygon == demand->pieces[i].polygon; end++)
			;
		demand->home[demand->pieces[i].polygon] = home_of(region, &demand->pieces[i], end - i, parts);
	}
	thuso_array_free(parts);
	return TRUE;
}

void thuso_demand_forget_homes(ThusoDemand *demand)
{
	for (gint32 p = 0; p < demand->n_polygons; p++)
		demand->home[p] = -1;
}

/* --- shares ----------------------------------------------------------------------------------------------------------- */

static int by_cell_and_area(const void *a, const void *b)
{
	const ThusoPeopleShare *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	if (p->area != q->area)
		return p->area < q->area ? -1 : 1;
	return (p->people > q->people) - (p->people < q->people); /* so that sums do not depend on the sort */
}

static gint64 add_up(ThusoPeopleShare *share, gint64 n)
{
	gint64 kept = 0;
	qsort(share, (size_t) n, sizeof *share, by_cell_and_area);
	for (gint64 i = 0; i < n; i++)
		if (kept > 0 && share[kept - 1].cell == share[i].cell && share[kept - 1].area == share[i].area) {
			share[kept - 1].people += share[i].people;
			share[kept - 1].weighted += share[i].weighted;
		} else
			share[kept++] = share[i];
	return kept;
}

ThusoPeopleShare *thuso_demand_shares(const ThusoDemand *demand, const ThusoRegion *region, gint64 *n, GError **error)
{
	gint64 n_cells = thuso_grid_n(&region->grid), kept = 0;
	gboolean by_polygon = demand->n_polygons > 0;
	ThusoPeopleShare *share = thuso_array_new(by_polygon ? demand->n_pieces : n_cells, sizeof *share, "people by area", error);
	if (!share)
		return NULL;
	for (gint64 i = 0; by_polygon && i < demand->n_pieces; i++) {
		const ThusoDemandPiece *piece = &demand->pieces[i];
		gint32 home = demand->home[piece->polygon], area = region->area[piece->cell];
		if (area >= 0)
			share[kept++] = (ThusoPeopleShare){ piece->cell, home >= 0 ? home : area, piece->people, piece->weighted };
	}
	for (gint64 cell = 0; !by_polygon && cell < n_cells; cell++)
		if (region->area[cell] >= 0 && demand->people[cell] > 0)
			share[kept++] = (ThusoPeopleShare){ cell, region->area[cell], demand->people[cell],
				                                demand->weighted ? demand->weighted[cell] : 0 };
	*n = add_up(share, kept);
	return share;
}
