/* The comparison of methods as tables: people by method and area, where they disagree with the study's own trip, and the buffers. */
#include <math.h>

#include "methods.h"
#include "tables.h"

#include <thuso/param.h>

/* --- people by method ------------------------------------------------------------------------------------------------------- */

typedef struct {
	double assessed, served, only_method, only_trip, outside_buffer;
} Count;

/* Whom the method serves of each unit; one unit where `unit_of_area` is NULL. */
static void count_people(const Run *run, int s, int m, const gint32 *unit_of_area, Count *counts)
{
	guint8 *const *served = run->methods->served[s];
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		if (!run->region->covered[share->cell])
			continue;
		Count *count = &counts[unit_of_area ? unit_of_area[share->area] : 0];
		const gboolean by_method = served[m][share->cell], by_trip = served[METHOD_TRIP][share->cell];
		count->assessed += share->people;
		count->served += by_method ? share->people : 0;
		count->only_method += by_method && !by_trip ? share->people : 0;
		count->only_trip += by_trip && !by_method ? share->people : 0;
		count->outside_buffer += by_method && !served[METHOD_BUFFER][share->cell] ? share->people : 0;
	}
}

/* How near is near enough by this method. Caller frees. */
static char *limit_of(const Run *run, int m)
{
	if (m == METHOD_TRIP)
		return run_limit_text(run, run->main_trip);
	if (m == METHOD_WALKING)
		return thuso_format_quantity(run->main_trip->limit, run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
	return thuso_format_quantity(run->methods->radius, THUSO_LENGTH);
}

static gboolean method_row(const Run *run, ThusoTable *table, const char *const unit[3], int s, int m, const Count *count,
                           GError **error)
{
	g_autofree char *limit = limit_of(run, m);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, unit[0]);
	row_text(&row, unit[1]);
	row_text(&row, unit[2]);
	row_text(&row, s == 0 ? run->main_trip->now.name : run->main_trip->plan.name);
	row_text(&row, methods[m].name);
	row_text(&row, methods[m].title);
	row_text(&row, limit);
	row_real(&row, count->assessed);
	row_real(&row, count->served);
	row_real(&row, count->assessed > 0 ? 100 * count->served / count->assessed : NAN);
	row_real(&row, count->only_method);
	row_real(&row, count->only_trip);
	row_real(&row, count->assessed > 0 ? 100 * (count->only_method + count->only_trip) / count->assessed : NAN);
	row_real(&row, count->outside_buffer);
	return TRUE;
}

/* Level n_levels is the whole study area. */
static gboolean method_rows(const Run *run, ThusoTable *table, int l, int s, int m, GError **error)
{
	const ThusoLevel *level = l < run->region->n_levels ? &run->region->levels[l] : NULL;
	const gint32 n = level ? level->n : 1;
	g_autofree Count *counts = thuso_new(Count, MAX(n, 1));
	count_people(run, s, m, level ? level->unit_of_area : NULL, counts);
	for (gint32 u = 0; u < n; u++) {
		const char *unit[] = { level ? level->name : "study area", level ? level->id[u] : "all",
			                   level ? level->title[u] : "Study area" };
		if (!method_row(run, table, unit, s, m, &counts[u], error))
			return FALSE;
	}
	return TRUE;
}

static ThusoTable *methods_table(const Run *run)
{
	static const ColumnSpec columns[] = {
		{ "level", "Level", "", THUSO_TEXT },
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "state", "State", "", THUSO_TEXT },
		{ "method", "Method", "", THUSO_TEXT },
		{ "method_title", "Who counts as served", "", THUSO_TEXT },
		{ "limit", "Near enough", "", THUSO_TEXT },
		{ "people_assessed", "People assessed", "people", THUSO_REAL },
		{ "people_served", "People served by this method", "people", THUSO_REAL },
		{ "share_served", "Share served, of assessed people", "%", THUSO_REAL },
		{ "people_only_method", "Served by this method, not by the study's trip", "people", THUSO_REAL },
		{ "people_only_trip", "Served by the study's trip, not by this method", "people", THUSO_REAL },
		{ "share_disagree", "Share of assessed people for whom it answers otherwise", "%", THUSO_REAL },
		{ "people_outside_buffer", "Served by this method, outside every buffer", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	return tables_new(run, "methods", "Comparison of methods", THUSO_NO_GEOMETRY, columns);
}

/* --- the buffers --------------------------------------------------------------------------------------------------------------- */

enum { N_CORNERS = 72 };

static GBytes *circle(const Run *run, gint64 cell, double radius, GError **error)
{
	double x, y, xs[N_CORNERS + 1], ys[N_CORNERS + 1];
	gint64 starts[] = { 0, N_CORNERS + 1 };
	thuso_grid_centre(&run->region->grid, cell, &x, &y);
	for (int i = 0; i <= N_CORNERS; i++) {
		double angle = 2 * G_PI * (i % N_CORNERS) / N_CORNERS;
		xs[i] = x + radius * cos(angle);
		ys[i] = y + radius * sin(angle);
	}
	ThusoGeometry shape = { THUSO_POLYGON, N_CORNERS + 1, 1, xs, ys, starts };
	return thuso_geometry_to_wkb(&shape, error);
}

static double people_inside(const Run *run, gint64 centre, double radius)
{
	double cx, cy, people = 0;
	thuso_grid_centre(&run->region->grid, centre, &cx, &cy);
	for (gint64 i = 0; i < run->n_shares; i++) {
		double x, y;
		thuso_grid_centre(&run->region->grid, run->shares[i].cell, &x, &y);
		if (run->region->covered[run->shares[i].cell] && (x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius)
			people += run->shares[i].people;
	}
	return people;
}

static gboolean buffer_rows(const Run *run, ThusoTable *table, const State *state, GError **error)
{
	const double radius = run->methods->radius;
	for (gint32 i = 0; i < state->n_centres; i++) {
		g_autoptr(GBytes) wkb = circle(run, state->cells[i], radius, error);
		Row row;
		if (!wkb || !row_begin(&row, table, error))
			return FALSE;
		row_text(&row, state->name);
		row_text(&row, state->centres[i].place->id);
		row_text(&row, state->centres[i].place->title);
		row_real(&row, radius / 1000);
		row_real(&row, people_inside(run, state->cells[i], radius));
		row_text(&row, "comparison only: a straight line is no way");
		thuso_table_set_geometry(table, row.row, wkb);
	}
	return TRUE;
}

static gboolean add_buffers(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "state", "State", "", THUSO_TEXT },
		{ "site", "Centre", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "radius", "Radius", "km", THUSO_REAL },
		{ "people_inside", "Assessed people inside (those in two buffers count in both)", "people", THUSO_REAL },
		{ "note", "Note", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table =
	    tables_new(run, "buffers", "Straight-line buffers: for comparison only, no access", THUSO_POLYGON, columns);
	if (!buffer_rows(run, table, &run->main_trip->now, error) || !buffer_rows(run, table, &run->main_trip->plan, error))
		return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_methods(const Run *run, GPtrArray *tables, GError **error)
{
	if (!run->methods)
		return TRUE;
	g_autoptr(ThusoTable) table = methods_table(run);
	for (int l = run->region->n_levels; l >= 0; l--)
		for (int s = 0; s < 2; s++)
			for (int m = 0; m < N_METHODS; m++)
				if (run->methods->served[s][m] && !method_rows(run, table, l, s, m, error))
					return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return add_buffers(run, tables, error);
}
