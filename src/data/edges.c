/* Cells on the edge of the study area: whose people live there? See README.md, "Study area". */
#include "demand.h"

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
