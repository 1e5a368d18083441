/* Cells that two areas share: whose people live there? See README.md, "Study area". */
#include "demand.h"

#include <math.h>
#include <stdlib.h>

#include <thuso/param.h>

/* An area may differ from its polygons by this much before it is said. */
static const double border_tolerance = 0.01;

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

/* The area that holds most of a polygon's people; the lower one on a tie, -1 when most live outside. */
static gint32 home_of(Part *parts, gint64 n)
{
	gint32 home = -1;
	double most = -1;
	qsort(parts, (size_t) n, sizeof *parts, by_area);
	for (gint64 i = 0, end; i < n; i = end) {
		double people = 0;
		for (end = i; end < n && parts[end].area == parts[i].area; end++)
			people += parts[end].people;
		if (people > most) {
			most = people;
			home = parts[i].area;
		}
	}
	return home;
}

/* Adds every polygon's people to its home area. */
static gboolean add_homes(const ThusoDemandJob *job, double *by_polygon)
{
	const ThusoDemand *demand = job->demand;
	Part *parts = thuso_array_new(demand->n_pieces, sizeof *parts, "pieces", NULL);
	for (gint64 i = 0, end; parts && i < demand->n_pieces; i = end) {
		double people = 0;
		for (end = i; end < demand->n_pieces && demand->pieces[end].polygon == demand->pieces[i].polygon; end++) {
			const ThusoDemandPiece *piece = &demand->pieces[end];
			parts[end - i] = (Part){ job->region->area[piece->cell], piece->people };
			people += piece->people;
		}
		gint32 home = home_of(parts, end - i);
		if (home >= 0)
			by_polygon[home] += people;
	}
	thuso_array_free(parts);
	return parts != NULL;
}

void thuso_demand_compare_areas(const ThusoDemandJob *job)
{
	const ThusoLevel *level = &job->region->levels[0];
	gint64 n = thuso_grid_n(&job->region->grid);
	g_autofree double *by_polygon = thuso_new(double, level->n), *by_cell = thuso_new(double, level->n);
	gint32 worst = -1, n_off = 0;
	double worst_share = 0;
	if (job->demand->n_polygons == 0 || !add_homes(job, by_polygon))
		return;
	for (gint64 cell = 0; cell < n; cell++)
		if (job->region->area[cell] >= 0)
			by_cell[job->region->area[cell]] += job->demand->people[cell];
	for (gint32 i = 0; i < level->n; i++) {
		double share = fabs(by_cell[i] - by_polygon[i]) / MAX(by_polygon[i], 1);
		n_off += share > border_tolerance;
		if (share > worst_share) {
			worst_share = share;
			worst = i;
		}
	}
	if (n_off == 0)
		return;
	g_autofree char *cells = thuso_format_count(by_cell[worst]), *polygons = thuso_format_count(by_polygon[worst]);
	thuso_data_find(
	    job->context, &(ThusoFinding){ THUSO_WARNING, "borders", job->spec->people->name, level->id[worst], .count = n_off },
	    "%s: on the grid %d areas differ by more than 1 %% from the people of the polygons that lie in them (most: %s, %s on the "
	    "grid, %s in its polygons), since a cell belongs to one area; use a smaller cell, or `control` totals",
	    job->where, n_off, level->id[worst], cells, polygons);
}
