/* The origin-destination table (D7): demand polygons by centres of the plan, within the search limit, and who runs short of it. */
#include <math.h>
#include <string.h>

#include "tables.h"

/* A pair: the people of a demand polygon that reach a site, and what they need on average. */
typedef struct {
	gint32 polygon;
	double cost, people;
} Pair;

/* What a worker adds up for one site: the polygons that it reaches. */
typedef struct {
	double *sum, *people; /* n_polygons each, 0 between sites */
} Tally;

typedef struct {
	const Run *run;
	gint64 n_pieces;
	ThusoDemandPiece *pieces; /* sorted by cell, polygon: they meet a search's cells in one pass */
	gint32 n_polygons;
	char *const *polygon_id;
	ThusoVector *pairs; /* one vector a site */
	gint32 n_sites;
	Tally *tally; /* one a worker */
	int n_workers;
} Od;

static int by_cell(const void *a, const void *b)
{
	const ThusoDemandPiece *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->polygon > q->polygon) - (p->polygon < q->polygon);
}

/* Only people on assessed ground: the others are no_data everywhere. */
static void keep_piece(Od *od, gint32 polygon, gint64 cell, double people)
{
	if (people > 0 && od->run->region->covered[cell])
		od->pieces[od->n_pieces++] = (ThusoDemandPiece){ polygon, cell, people };
}

/* Where people came by point or raster, the municipalities stand for demand polygons. */
static gboolean gather_pieces(Od *od, GError **error)
{
	const ThusoRegion *region = od->run->region;
	const ThusoDemand *demand = od->run->demand;
	gint64 n = thuso_grid_n(&region->grid);
	gboolean by_polygon = demand->n_polygons > 0;
	od->pieces = thuso_array_new(by_polygon ? demand->n_pieces : n, sizeof *od->pieces, "OD table", error);
	od->n_polygons = by_polygon ? demand->n_polygons : region->levels[0].n;
	od->polygon_id = by_polygon ? demand->polygon_id : region->levels[0].id;
	for (gint64 i = 0; od->pieces && by_polygon && i < demand->n_pieces; i++)
		keep_piece(od, demand->pieces[i].polygon, demand->pieces[i].cell, demand->pieces[i].people);
	for (gint64 cell = 0; od->pieces && !by_polygon && cell < n; cell++)
		if (region->area[cell] >= 0)
			keep_piece(od, region->area[cell], cell, demand->people[cell]);
	if (od->pieces)
		qsort(od->pieces, (size_t) od->n_pieces, sizeof *od->pieces, by_cell);
	return od->pieces != NULL;
}

static gboolean push_pairs(Od *od, gint64 site, Tally *tally, GError **error)
{
	gboolean ok = TRUE;
	for (gint32 p = 0; p < od->n_polygons; p++) {
		Pair pair = { p, tally->sum[p] / tally->people[p], tally->people[p] };
		if (ok && tally->people[p] > 0)
			ok = thuso_vector_push(&od->pairs[site], &pair, "OD table", error);
		tally->sum[p] = tally->people[p] = 0;
	}
	return ok;
}

static gboolean add_reach(gint64 site, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                          GError **error)
{
	Od *od = data;
	Tally *tally = &od->tally[worker];
	gint64 next = 0;
	for (gint64 i = 0; i < n; i++) {
		double cost = thuso_ticks_value(od->run->measure, ticks[i]);
		while (next < od->n_pieces && od->pieces[next].cell < cells[i])
			next++;
		for (; next < od->n_pieces && od->pieces[next].cell == cells[i]; next++) {
			tally->sum[od->pieces[next].polygon] += od->pieces[next].people * cost;
			tally->people[od->pieces[next].polygon] += od->pieces[next].people;
		}
	}
	return push_pairs(od, site, tally, error);
}

static gboolean od_prepare(Od *od, GError **error)
{
	if (!gather_pieces(od, error))
		return FALSE;
	od->n_workers = thuso_context_threads(od->run->context);
	od->pairs = thuso_new(ThusoVector, MAX(od->n_sites, 1));
	for (gint32 i = 0; i < od->n_sites; i++)
		od->pairs[i] = THUSO_VECTOR(Pair);
	od->tally = thuso_new(Tally, od->n_workers);
	for (int w = 0; w < od->n_workers; w++) {
		Tally *tally = &od->tally[w];
		tally->sum = thuso_array_new(od->n_polygons, sizeof(double), "OD table", error);
		tally->people = tally->sum ? thuso_array_new(od->n_polygons, sizeof(double), "OD table", error) : NULL;
		if (!tally->people)
			return FALSE;
	}
	return TRUE;
}

static void od_clear(Od *od)
{
	for (int w = 0; od->tally && w < od->n_workers; w++) {
		thuso_array_free(od->tally[w].sum);
		thuso_array_free(od->tally[w].people);
	}
	for (gint32 i = 0; od->pairs && i < od->n_sites; i++)
		thuso_vector_clear(&od->pairs[i]);
	thuso_array_free(od->pieces);
	g_free(od->tally);
	g_free(od->pairs);
}

/* Cells that matter: those of the pieces. */
static guint8 *wanted_cells(const Od *od, GError **error)
{
	guint8 *wanted = thuso_array_new(thuso_grid_n(&od->run->region->grid), 1, "OD table", error);
	for (gint64 i = 0; wanted && i < od->n_pieces; i++)
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
	if (!od_prepare(od, error))
		return FALSE;
	guint8 *wanted = wanted_cells(od, error);
	ThusoTravel travel = run_travel(run, run->main_trip, run->search_limit);
	gboolean ok = wanted &&
	              thuso_reach_cache_each(run->cache, run->context, run->main_trip->ground->surface, &travel, plan->cells,
	                                     plan->n_centres, wanted, add_reach, od, error) &&
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
	Od od = { .run = run, .n_sites = run->main_trip->plan.n_centres };
	gboolean ok = od_fill(&od, &run->main_trip->plan, table, error);
	od_clear(&od);
	if (ok)
		tables_take(tables, g_steal_pointer(&table));
	return ok;
}
