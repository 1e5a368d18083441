/* The access layers: catchments and travel bands of every trip and state, and the demand cells. */
#include <math.h>
#include <string.h>

#include "capacity.h"
#include "tables.h"

/* Over this many populated cells the layer holds points: squares would weigh several times as much. */
enum { MAX_SQUARES = 200000 };

static void clear_wkbs(GBytes **wkbs, gint32 n)
{
	for (gint32 i = 0; i < n; i++)
		g_clear_pointer(&wkbs[i], g_bytes_unref);
	g_free(wkbs);
}

/* People of the study area after demand factors by class of their cell (class -1 = none); with `reach` only those assessed who reach a
 * centre. Zeros where the study has no factors. */
static double *weighted_by_class(const Run *run, const gint32 *classes, gint32 n_classes, const guint8 *reach)
{
	double *people = thuso_new(double, MAX(n_classes, 1));
	g_autofree ThusoSum *sum = thuso_new(ThusoSum, MAX(n_classes, 1));
	for (gint64 cell = 0, n = thuso_grid_n(&run->region->grid); run->demand->weighted && cell < n; cell++)
		if (classes[cell] >= 0 && run->region->area[cell] >= 0 && (!reach || reach[cell] >= THUSO_REACH_UNSERVED))
			thuso_sum_add(&sum[classes[cell]], run->demand->weighted[cell]);
	for (gint32 c = 0; c < n_classes; c++)
		people[c] = thuso_sum(&sum[c]);
	return people;
}

/* --- catchments ----------------------------------------------------------------------------------------------------- */

static ThusoTable *catchment_table(const Run *run)
{
	const ColumnSpec columns[] = {
		{ "state", "State", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "site", "Centre", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "people", "People for whom it is the nearest", "people", THUSO_REAL },
		{ "people_within_limit", "Of them within the limit", "people", THUSO_REAL },
		{ "people_inside", "People inside the study area", "people", THUSO_REAL },
		{ "people_all", "People with the buffer", "people", THUSO_REAL },
		{ "mean_cost", "Mean travel cost", COST_UNIT(run), THUSO_REAL },
		{ "median_cost", "Half of the people need at most", COST_UNIT(run), THUSO_REAL },
		{ "p95_cost", "95 % need at most", COST_UNIT(run), THUSO_REAL },
		{ "p99_cost", "99 % need at most", COST_UNIT(run), THUSO_REAL },
		{ "worst_cost", "Worst case", COST_UNIT(run), THUSO_REAL },
		{ "capacity", "Capacity", run_capacity_unit(run), THUSO_REAL },
		{ "refused", "People refused, this the nearest centre", "people", THUSO_REAL },
		{ "touches_edge", "Touches the edge of the buffer", "1 = yes", THUSO_INTEGER },
		{ "people_allocated", "People whom it takes within its capacity, buffer included", "people", THUSO_REAL },
		{ "utilisation", "Utilisation: asked for within the limit, of its capacity", "%", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	ThusoTable *table = tables_new(run, "catchments", "Catchments of centres", THUSO_POLYGON, columns);
	tables_add_weighted(run, table, "people_weighted", "People inside the study area after demand factors");
	return table;
}

static gboolean catchment_row(const Run *run, ThusoTable *table, const Trip *trip, const State *state, gint32 i,
                              const ThusoCatchment *c, double weighted, GBytes *wkb, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, state->name);
	row_text(&row, trip->name);
	row_text(&row, state->centres[i].place->id);
	row_text(&row, state->centres[i].place->title);
	row_real(&row, c->people_inside);
	row_real(&row, trip->has_standard ? c->people_within_limit : NAN);
	row_real(&row, c->people_inside);
	row_real(&row, c->people_all);
	row_real(&row, run_display(run, c->mean_cost));
	row_real(&row, run_display(run, c->median_cost));
	row_real(&row, run_display(run, c->p95_cost));
	row_real(&row, run_display(run, c->p99_cost));
	row_real(&row, run_display(run, c->worst_cost));
	const StateCapacity *capacity = state->capacity;
	gboolean is_known = capacity && capacity->cell_allocated;
	row_real(&row, capacity ? capacity->capacity[i] : NAN);
	row_real(&row, is_known ? capacity->refused[i] : NAN);
	row_integer(&row, c->touches_edge);
	row_real(&row, is_known ? capacity->allocated[i] : NAN);
	row_real(&row, 100 * centre_utilisation(run, state, i));
	if (run->demand->weighted)
		row_real(&row, weighted);
	thuso_table_set_geometry(table, row.row, wkb);
	return TRUE;
}

static gboolean add_catchments(const Run *run, ThusoTable *table, const Trip *trip, const State *state, GError **error)
{
	const ThusoGrid *grid = &run->region->grid;
	gint64 n = thuso_grid_n(grid);
	g_autofree ThusoCatchment *catchments = thuso_new(ThusoCatchment, MAX(state->n_centres, 1));
	ThusoState view = run_state(run, state);
	gint32 *classes = thuso_array_new(n, sizeof(gint32), "catchments", error);
	if (!classes)
		return FALSE;
	for (gint64 cell = 0; cell < n; cell++)
		classes[cell] = run->region->near_area[cell] ? state->nearest[cell] : -1;
	GBytes **wkbs = thuso_new(GBytes *, MAX(state->n_centres, 1));
	g_autofree double *weighted = weighted_by_class(run, classes, state->n_centres, state->reach);
	gboolean ok = thuso_catchments(&view, state->n_centres, run->region->near_area, catchments, error) &&
	              thuso_polygonize(run->context, grid, classes, state->n_centres, wkbs, error);
	for (gint32 i = 0; ok && i < state->n_centres; i++)
		if (wkbs[i])
			ok = catchment_row(run, table, trip, state, i, &catchments[i], weighted[i], wkbs[i], error);
	clear_wkbs(wkbs, state->n_centres);
	thuso_array_free(classes);
	return ok;
}

/* --- travel bands --------------------------------------------------------------------------------------------------- */

static ThusoTable *band_table(const Run *run)
{
	const ColumnSpec columns[] = {
		{ "state", "State", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "lower", "Over", COST_UNIT(run), THUSO_REAL },
		{ "upper", "Up to", COST_UNIT(run), THUSO_REAL },
		{ "label", "Travel to the nearest centre", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
		{ "share", "Share of assessed people", "%", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	ThusoTable *table = tables_new(run, "travel_bands", "Travel to the nearest centre", THUSO_POLYGON, columns);
	tables_add_weighted(run, table, "people_weighted", "People after demand factors");
	return table;
}

static char *band_label(const Run *run, int band)
{
	char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
	if (band == run->n_bands)
		return g_strdup("not reached");
	if (band == run->n_bands + 1)
		return g_strdup("no data");
	thuso_format_real(low, band > 0 ? run_display(run, run->bands[band - 1]) : 0);
	thuso_format_real(high, run_display(run, run->bands[band]));
	return g_strdup_printf("%s \xe2\x80\x93 %s %s", low, high, run_display_unit(run));
}

static gboolean band_row(const Run *run, ThusoTable *table, const Trip *trip, const State *state, int band, double people,
                         double weighted, double assessed, GBytes *wkb, GError **error)
{
	gboolean reached = band < run->n_bands;
	g_autofree char *label = band_label(run, band);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, state->name);
	row_text(&row, trip->name);
	row_real(&row, !reached ? NAN : band > 0 ? run_display(run, run->bands[band - 1]) : 0);
	row_real(&row, reached ? run_display(run, run->bands[band]) : NAN);
	row_text(&row, label);
	row_real(&row, people);
	row_real(&row, band <= run->n_bands && assessed > 0 ? 100 * people / assessed : NAN);
	if (run->demand->weighted)
		row_real(&row, weighted);
	thuso_table_set_geometry(table, row.row, wkb);
	return TRUE;
}

/* Bands of the study area, then everybody else as classes of their own: not reached, and no data. */
static void complete_classes(const Run *run, const State *state, gint32 *classes, double *people)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	people[run->n_bands] = people[run->n_bands + 1] = 0;
	for (gint64 cell = 0; cell < n; cell++) {
		if (run->region->area[cell] < 0) {
			classes[cell] = -1;
		} else if (classes[cell] < 0) {
			int other = run->n_bands + (state->reach[cell] == THUSO_REACH_NO_DATA);
			people[other] += run->demand->people[cell];
			classes[cell] = other;
		}
	}
}

static gboolean add_bands(const Run *run, ThusoTable *table, const Trip *trip, const State *state, GError **error)
{
	const ThusoGrid *grid = &run->region->grid;
	int n_classes = run->n_bands + 2;
	g_autofree double *people = thuso_new(double, n_classes);
	ThusoState view = run_state(run, state);
	gint32 *classes = thuso_array_new(thuso_grid_n(grid), sizeof(gint32), "travel bands", error);
	if (!classes)
		return FALSE;
	GBytes **wkbs = thuso_new(GBytes *, n_classes);
	gboolean ok = thuso_bands(&view, run->bands, run->n_bands, classes, people, error);
	double all = 0;
	if (ok) {
		complete_classes(run, state, classes, people);
		for (int b = 0; b <= run->n_bands; b++)
			all += people[b]; /* assessed: everybody but "no data" */
		ok = thuso_polygonize(run->context, grid, classes, n_classes, wkbs, error);
	}
	g_autofree double *weighted = weighted_by_class(run, classes, ok ? n_classes : 0, NULL);
	for (int b = 0; ok && b < n_classes; b++)
		if (wkbs[b])
			ok = band_row(run, table, trip, state, b, people[b], weighted[b], all, wkbs[b], error);
	clear_wkbs(wkbs, n_classes);
	thuso_array_free(classes);
	return ok;
}

/* --- demand cells --------------------------------------------------------------------------------------------------- */

static GBytes *cell_shape(const ThusoGrid *grid, gint64 cell, gboolean as_point, GError **error)
{
	double x, y, h = grid->cell_m / 2;
	thuso_grid_centre(grid, cell, &x, &y);
	if (as_point)
		return thuso_point_to_wkb(x, y);
	double xs[] = { x - h, x + h, x + h, x - h, x - h }, ys[] = { y - h, y - h, y + h, y + h, y - h };
	gint64 starts[] = { 0, 5 };
	ThusoGeometry square = { THUSO_POLYGON, 5, 1, xs, ys, starts };
	return thuso_geometry_to_wkb(&square, error);
}

static double shown_cost(const Run *run, const State *state, gint64 cell)
{
	return run_display(run, thuso_ticks_value(run->measure, state->cost[cell]));
}

static gboolean demand_row(const Run *run, ThusoTable *table, gint64 cell, GError **error)
{
	const State *now = &run->main_trip->now, *plan = &run->main_trip->plan;
	gint32 nearest = now->nearest[cell], area = run->region->area[cell];
	gboolean assessed = run->region->covered[cell];
	g_autoptr(GBytes) wkb = cell_shape(&run->region->grid, cell, table->geometry_type == THUSO_POINT, error);
	Row row;
	if (!wkb || !row_begin(&row, table, error))
		return FALSE;
	row_real(&row, run->demand->people[cell]);
	row_real(&row, run->demand->weighted ? run->demand->weighted[cell] : run->demand->people[cell]);
	row_real(&row, assessed ? shown_cost(run, now, cell) : NAN);
	row_real(&row, assessed ? shown_cost(run, plan, cell) : NAN);
	row_text(&row, nearest >= 0 ? now->centres[nearest].place->id : NULL);
	row_text(&row, run->region->levels[0].id[area]);
	static const char *const words[] = {
		"no data", "unreachable: on barrier", "unreachable: no path", "unreachable: beyond search", "unserved", "served"
	};
	row_text(&row, words[now->reach[cell]]);
	thuso_table_set_geometry(table, row.row, wkb);
	return TRUE;
}

static gboolean demand_cells(const Run *run, GPtrArray *tables, GError **error)
{
	const ColumnSpec columns[] = {
		{ "people", "People", "people", THUSO_REAL },
		{ "people_weighted", "People after demand factors", "people", THUSO_REAL },
		{ "cost", "Travel to the nearest centre now", COST_UNIT(run), THUSO_REAL },
		{ "cost_plan", "Travel to the nearest centre with the plan", COST_UNIT(run), THUSO_REAL },
		{ "nearest", "Nearest centre now", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "access", "Access now", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	gint64 n = thuso_grid_n(&run->region->grid), n_populated = 0;
	for (gint64 cell = 0; cell < n; cell++)
		n_populated += run->region->area[cell] >= 0 && run->demand->people[cell] > 0;
	g_autoptr(ThusoTable) table =
	    tables_new(run, "demand_cells", "Where people live", n_populated > MAX_SQUARES ? THUSO_POINT : THUSO_POLYGON, columns);
	for (gint64 cell = 0; cell < n; cell++)
		if (run->region->area[cell] >= 0 && run->demand->people[cell] > 0 && !demand_row(run, table, cell, error))
			return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_access(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) catchments = catchment_table(run), bands = band_table(run);
	for (int s = 0; s < 2; s++)
		for (int t = 0; t < run->n_trips; t++) {
			/* The main trip first: it is the one that a map shows. */
			const Trip *trip = t == 0 ? run->main_trip : &run->trips[t <= run->main_trip - run->trips ? t - 1 : t];
			const State *state = s == 0 ? &trip->now : &trip->plan;
			if (!add_catchments(run, catchments, trip, state, error) || !add_bands(run, bands, trip, state, error))
				return FALSE;
		}
	tables_take(tables, g_steal_pointer(&bands));
	tables_take(tables, g_steal_pointer(&catchments));
	return demand_cells(run, tables, error);
}
