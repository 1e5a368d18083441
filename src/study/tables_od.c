/* The origin-destination table (D7): demand polygons by centres of the plan, within the search limit, and who runs short of it. */
#include <math.h>
#include <string.h>

#include "tables.h"

/* A pair: the people of a demand polygon that reach a site, and what they need on average. */
typedef struct {
	gint32 polygon;
	double cost, people;
} Pair;

/* People came by polygon, or else the municipalities stand for them. */
typedef struct {
	gint64 n_pieces;
	ThusoDemandPiece *pieces; /* sorted by polygon, cell */
	gboolean owned;
	char *const *polygon_id;
	ThusoVector *pairs; /* one vector a site */
	gint64 **cost;      /* one grid a worker, THUSO_UNREACHED outside a search */
	const Run *run;
} Od;

static gboolean pieces_by_municipality(Od *od, GError **error)
{
	const ThusoRegion *region = od->run->region;
	const double *people = od->run->demand->people;
	gint64 n = thuso_grid_n(&region->grid);
	g_autofree gint64 *count = thuso_new(gint64, region->levels[0].n + 1);
	for (gint64 cell = 0; cell < n; cell++)
		if (region->area[cell] >= 0 && people[cell] > 0)
			count[region->area[cell] + 1]++;
	for (gint32 a = 0; a < region->levels[0].n; a++)
		count[a + 1] += count[a];
	od->n_pieces = count[region->levels[0].n];
	od->pieces = thuso_array_new(od->n_pieces, sizeof(ThusoDemandPiece), "demand of municipalities", error);
	od->owned = TRUE;
	od->polygon_id = region->levels[0].id;
	for (gint64 cell = 0; od->pieces && cell < n; cell++)
		if (region->area[cell] >= 0 && people[cell] > 0)
			od->pieces[count[region->area[cell]]++] = (ThusoDemandPiece){ region->area[cell], cell, people[cell] };
	return od->pieces != NULL;
}

static gboolean push_pair(Od *od, gint64 site, gint32 polygon, double cost, double people, GError **error)
{
	Pair pair = { polygon, cost / people, people };
	return people <= 0 || thuso_vector_push(&od->pairs[site], &pair, "OD table", error);
}

/* One site's reach: the cells' costs are laid out on the worker's grid, so that every piece finds its own in one step. */
static gboolean add_reach(gint64 site, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                          GError **error)
{
	Od *od = data;
	gint64 *cost = od->cost[worker];
	double sum = 0, people = 0;
	gboolean ok = TRUE;
	for (gint64 i = 0; i < n; i++)
		cost[cells[i]] = ticks[i];
	for (gint64 i = 0; ok && i < od->n_pieces; i++) {
		const ThusoDemandPiece *piece = &od->pieces[i];
		if (i > 0 && piece->polygon != od->pieces[i - 1].polygon) {
			ok = push_pair(od, site, od->pieces[i - 1].polygon, sum, people, error);
			sum = people = 0;
		}
		if (cost[piece->cell] != THUSO_UNREACHED) {
			sum += piece->people * thuso_ticks_value(od->run->measure, cost[piece->cell]);
			people += piece->people;
		}
	}
	if (ok && od->n_pieces > 0)
		ok = push_pair(od, site, od->pieces[od->n_pieces - 1].polygon, sum, people, error);
	for (gint64 i = 0; i < n; i++)
		cost[cells[i]] = THUSO_UNREACHED;
	return ok;
}

static gboolean od_prepare(Od *od, gint32 n_sites, GError **error)
{
	const ThusoDemand *demand = od->run->demand;
	int n_workers = thuso_context_threads(od->run->context);
	gint64 n = thuso_grid_n(&od->run->region->grid);
	if (demand->n_polygons > 0) {
		od->pieces = demand->pieces;
		od->n_pieces = demand->n_pieces;
		od->polygon_id = demand->polygon_id;
	} else if (!pieces_by_municipality(od, error)) {
		return FALSE;
	}
	od->pairs = thuso_new(ThusoVector, MAX(n_sites, 1));
	for (gint32 i = 0; i < n_sites; i++)
		od->pairs[i] = THUSO_VECTOR(Pair);
	od->cost = thuso_new(gint64 *, n_workers);
	for (int w = 0; w < n_workers; w++) {
		if (!(od->cost[w] = thuso_array_new(n, sizeof(gint64), "OD table", error)))
			return FALSE;
		for (gint64 cell = 0; cell < n; cell++)
			od->cost[w][cell] = THUSO_UNREACHED;
	}
	return TRUE;
}

static void od_clear(Od *od, gint32 n_sites)
{
	for (int w = 0; od->cost && w < thuso_context_threads(od->run->context); w++)
		thuso_array_free(od->cost[w]);
	for (gint32 i = 0; od->pairs && i < n_sites; i++)
		thuso_vector_clear(&od->pairs[i]);
	if (od->owned)
		thuso_array_free(od->pieces);
	g_free(od->cost);
	g_free(od->pairs);
}

/* Cells that matter: those of the pieces on assessed ground. */
static guint8 *wanted_cells(const Od *od, GError **error)
{
	guint8 *wanted = thuso_array_new(thuso_grid_n(&od->run->region->grid), 1, "OD table", error);
	for (gint64 i = 0; wanted && i < od->n_pieces; i++)
		if (od->pieces[i].people > 0 && od->run->region->covered[od->pieces[i].cell])
			wanted[od->pieces[i].cell] = 1;
	return wanted;
}

static gboolean od_rows(const Od *od, ThusoTable *table, const State *state, GError **error)
{
	for (gint32 site = 0; site < state->n_centres; site++)
		for (gint64 i = 0; i < od->pairs[site].n; i++) {
			const Pair *pair = &((const Pair *) od->pairs[site].data)[i];
			Row row;
			if (!row_begin(&row, table, error))
				return FALSE;
			row_text(&row, state->centres[site].place->id);
			row_text(&row, od->polygon_id[pair->polygon]);
			row_real(&row, run_display(od->run, pair->cost));
			row_real(&row, pair->people);
		}
	return TRUE;
}

static gboolean od_fill(Od *od, const State *plan, ThusoTable *table, GError **error)
{
	const Run *run = od->run;
	if (!od_prepare(od, plan->n_centres, error))
		return FALSE;
	guint8 *wanted = wanted_cells(od, error);
	ThusoTravel travel = { run->measure, run->direction, thuso_ticks(run->measure, run->search_limit) };
	gboolean ok = wanted &&
	              thuso_access_each(run->context, run->main_trip->surface, &travel, plan->cells, plan->n_centres, wanted,
	                                add_reach, od, error) &&
	              od_rows(od, table, plan, error);
	thuso_array_free(wanted);
	return ok;
}

gboolean tables_od(const Run *run, GPtrArray *tables, GError **error)
{
	const ColumnSpec columns[] = {
		{ "site", "Centre or planned site", "", THUSO_TEXT },
		{ "demand", "Demand polygon", "", THUSO_TEXT },
		{ "cost", "Mean travel cost of its people who reach the site", COST_UNIT(run), THUSO_REAL },
		{ "people", "Its people who reach the site within the search limit", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table = tables_new(run, "od", "Origin-destination table", THUSO_NO_GEOMETRY, columns);
	Od od = { .run = run };
	gboolean ok = od_fill(&od, &run->main_trip->plan, table, error);
	od_clear(&od, run->main_trip->plan.n_centres);
	if (ok)
		tables_take(tables, g_steal_pointer(&table));
	return ok;
}
