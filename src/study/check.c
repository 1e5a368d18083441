/* `thuso check`: the audit of the inputs, and what a run will cost. Computes no travel (but which places are connected at all). */
#include <math.h>
#include <string.h>

#include <thuso/out.h>

#include "capacity.h"
#include "mobile.h"
#include "measures.h"
#include "audit.h"
#include "methods.h"
#include "monitoring.h"
#include "schedule.h"
#include "sensitivity.h"
#include "siting.h"
#include "standards.h"
#include "tables.h"

/* Rough costs of a run, measured on the demonstration region and the country at 1 km on two cores; for a planner's patience. */
static const double bytes_per_cell = 90, bytes_per_cell_and_trip = 75, seconds_per_cell_and_search = 0.6e-6,
                    seconds_per_candidate_cell = 0.15e-6;

/* --- what the audit looks at besides what reading found --------------------------------------------------------------- */

/* A layer that gives no candidate at all is more often a wrong filter than a wish. */
static void check_empty_layers(const Run *run)
{
	for (int spec = 0; spec < run->candidates->n_tables; spec++)
		if (run->candidates->table[spec] && run->candidates->table[spec]->n_rows == 0)
			thuso_find(run->context,
			           &(ThusoFinding){ THUSO_WARNING, "empty_layer", run->candidates->table[spec]->name, NULL,
			                            "a candidate layer holds no feature in the study area; check its filter", 1, NULL });
}

int audit_named_area(const Run *run, const char *text)
{
	const ThusoLevel *areas = &run->region->levels[0];
	for (gint32 i = 0; text && i < areas->n; i++)
		if (strcmp(areas->id[i], text) == 0)
			return i;
	return -1;
}

/* Any column of a places layer whose values are codes of municipalities is taken as the register's word for where a point lies. */
static int municipality_column(const Run *run, const ThusoTable *table)
{
	for (int c = 0; c < (int) table->columns->len; c++) {
		gint64 hits = 0, filled = 0;
		if (thuso_table_column(table, c)->type != THUSO_TEXT)
			continue;
		for (gint64 row = 0; row < table->n_rows; row++) {
			const char *text = thuso_table_text(table, row, c);
			filled += text != NULL;
			hits += text && audit_named_area(run, text) >= 0;
		}
		if (hits > 0 && 10 * hits >= 8 * filled)
			return c;
	}
	return -1;
}

static void check_municipalities(const Run *run, const ThusoPlaces *places, const char *role)
{
	for (int t = 0; t < places->n_tables; t++) {
		int column = places->table[t] ? municipality_column(run, places->table[t]) : -1;
		gint64 n_wrong = 0;
		const ThusoPlace *first = NULL;
		for (gint64 i = 0; column >= 0 && i < places->n; i++) {
			const ThusoPlace *place = &places->place[i];
			if (place->layer != t || place->row < 0)
				continue;
			int says = audit_named_area(run, thuso_table_text(places->table[t], place->row, column));
			if (says < 0 || says == place->area)
				continue;
			first = first ? first : place;
			n_wrong++;
		}
		if (!first)
			continue;
		g_autoptr(GBytes) point = thuso_point_to_wkb(first->x, first->y);
		g_autofree char *message = g_strdup_printf(
		    "%" G_GINT64_FORMAT
		    " of the %s lie outside the municipality that field '%s' names, the first is %s; correct position or field",
		    n_wrong, role, thuso_table_column(places->table[t], column)->name, first->id);
		thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "wrong_municipality", places->table[t]->name, first->id, message,
		                                          n_wrong, point });
	}
}

static gboolean on_no_data(const Run *run, const ThusoPlace *place)
{
	return place->cell >= 0 && !run->region->covered[place->cell];
}

static gboolean in_barrier_polygon(const Run *run, const ThusoPlace *place)
{
	for (guint i = 0; i < run->barriers->len; i++) {
		const ThusoFeatures *features = g_ptr_array_index(run->barriers, i);
		for (gint64 j = 0; j < features->table->n_rows; j++)
			if (features->geometry[j]->type == THUSO_POLYGON &&
			    thuso_geometry_contains(features->geometry[j], place->x, place->y))
				return TRUE;
	}
	return FALSE;
}

static void report_places(const Run *run, const char *role, const char *check, const char *where, gint64 n,
                          const ThusoPlace *first)
{
	if (n == 0)
		return;
	g_autoptr(GBytes) point = thuso_point_to_wkb(first->x, first->y);
	g_autofree char *message =
	    g_strdup_printf("%" G_GINT64_FORMAT " of the %s stand %s, the first is %s; they are left out of a run, never moved", n,
	                    role, where, first->id);
	thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, check, role, first->id, message, n, point });
}

static void check_ground(const Run *run, const ThusoPlaces *places, const char *role)
{
	gint64 n_no_data = 0, n_barrier = 0;
	const ThusoPlace *first_no_data = NULL, *first_barrier = NULL;
	for (gint64 i = 0; i < places->n; i++) {
		const ThusoPlace *place = &places->place[i];
		if (on_no_data(run, place)) {
			first_no_data = first_no_data ? first_no_data : place;
			n_no_data++;
		} else if (in_barrier_polygon(run, place)) {
			first_barrier = first_barrier ? first_barrier : place;
			n_barrier++;
		}
	}
	report_places(run, role, "no_data", "where a layer has no data", n_no_data, first_no_data);
	report_places(run, role, "on_barrier", "in a barrier polygon", n_barrier, first_barrier);
}

static gboolean audit(Run *run, GError **error)
{
	check_empty_layers(run);
	schedule_find_stale(run);
	check_municipalities(run, run->centres, "centres");
	check_municipalities(run, run->candidates, "candidates");
	check_ground(run, run->centres, "centres");
	check_ground(run, run->candidates, "candidates");
	return audit_layers(run, error);
}

/* --- result ----------------------------------------------------------------------------------------------------------- */

static gboolean fill_areas(const Run *run, ThusoTable *table, GError **error)
{
	const ThusoLevel *areas = &run->region->levels[0];
	g_autofree double *people = thuso_new(double, MAX(areas->n, 1)), *no_data = thuso_new(double, MAX(areas->n, 1));
	g_autofree gint64 *candidates = thuso_new(gint64, MAX(areas->n, 1)), *centres = thuso_new(gint64, MAX(areas->n, 1));
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		people[share->area] += share->people;
		no_data[share->area] += run->region->covered[share->cell] ? 0 : share->people;
	}
	for (gint64 i = 0; i < run->candidates->n; i++)
		if (run->candidates->place[i].area >= 0)
			candidates[run->candidates->place[i].area]++;
	for (gint64 i = 0; i < run->centres->n; i++)
		if (run->centres->place[i].open && run->centres->place[i].area >= 0)
			centres[run->centres->place[i].area]++;
	for (gint32 a = 0; a < areas->n; a++) {
		Row row;
		if (!row_begin(&row, table, error))
			return FALSE;
		row_text(&row, areas->id[a]);
		row_text(&row, areas->title[a]);
		row_real(&row, people[a]);
		row_real(&row, no_data[a]);
		row_integer(&row, candidates[a]);
		row_integer(&row, centres[a]);
	}
	return TRUE;
}

static void estimate(const Run *run, ThusoCheckResult *result)
{
	double cells = (double) result->n_cells, reach = fmin(cells, 20000), n_candidates = (double) run->candidates->n;
	/* Other limits keep lists of their own, other walking speeds search all candidates again. */
	const Sensitivity *s = run->sensitivity;
	double n_lists = s ? 1 + s->n_limits : 1, n_searches = s && s->walking > 0 ? 3 : 1;
	result->memory_bytes =
	    150e6 + cells * (bytes_per_cell + run->n_trips * bytes_per_cell_and_trip) + n_candidates * reach * 4 * n_lists;
	result->seconds = 2 + cells * run->n_trips * 4 * seconds_per_cell_and_search +
	                  n_searches * n_candidates * reach * seconds_per_candidate_cell / thuso_context_threads(run->context);
}

static gboolean write_findings(const Run *run, const ThusoTable *findings, const char *path, gboolean overwrite, GError **error)
{
	Block head = block_get(&run->top, "study");
	g_autoptr(ThusoOutput) output = thuso_output_open(run->context, path, overwrite, error);
	if (!output || !run_guard_inputs(run, path, error))
		return FALSE;
	g_autoptr(GPtrArray) tables = g_ptr_array_new();
	g_ptr_array_add(tables, (gpointer) findings);
	const ThusoGrid *grid = &run->region->grid;
	ThusoResult files = {
		.path = path,
		.title = thuso_study_name(run->study),
		.date = block_text(&head, "date"),
		.grid = grid,
		.tables = tables,
		.extent = { grid->x_min, grid->y_max - grid->cell_m * grid->n_rows, grid->x_min + grid->cell_m * grid->n_cols,
		            grid->y_max },
	};
	return thuso_output_write(output, &files, NULL, error);
}

ThusoCheckResult *thuso_study_check(ThusoContext *context, ThusoStudy *study, const char *findings_path, gboolean overwrite,
                                    GError **error)
{
	static const ColumnSpec columns[] = {
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
		{ "people_no_data", "Of them without data", "people", THUSO_REAL },
		{ "candidates", "Candidates", "", THUSO_INTEGER },
		{ "centres_open", "Open centres", "", THUSO_INTEGER },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(Run) run = run_new(context, study);
	g_autoptr(ThusoCheckResult) result = g_new0(ThusoCheckResult, 1);
	if (!run_plan_trips(run, error) || !run_read_inputs(run, error) || !run_monitor(run, error) ||
	    !run_settle_standards(run, error) || !run_check_standards(run, error) || !run_read_capacity(run, error) ||
	    !run_resolve_criteria(run, error) || !siting_read(run, &run->siting, error) || !rollout_check(run, error) ||
	    !mobile_check(run, error) || !sensitivity_read(run, error) || !measures_read(run, error) || !methods_check(run, error))
		return NULL;
	if (!audit(run, error))
		return NULL;
	const ThusoGrid *grid = &run->region->grid;
	result->n_cols = grid->n_cols;
	result->n_rows = grid->n_rows;
	result->n_cells = thuso_grid_n(grid);
	result->cell_m = grid->cell_m;
	result->crs = g_strdup(*thuso_crs_authority(grid->crs) ? thuso_crs_authority(grid->crs) : thuso_crs_name(grid->crs));
	estimate(run, result);
	result->areas = tables_new(run, "areas", "People, candidates and centres by municipality", THUSO_NO_GEOMETRY, columns);
	if (!fill_areas(run, result->areas, error) || !(result->findings = table_findings(run, error)))
		return NULL;
	if (findings_path && result->findings->n_rows > 0 && !write_findings(run, result->findings, findings_path, overwrite, error))
		return NULL;
	thuso_stage(context, "checked", 1, 1);
	return g_steal_pointer(&result);
}

void thuso_check_result_free(ThusoCheckResult *result)
{
	if (!result)
		return;
	thuso_table_free(result->areas);
	thuso_table_free(result->findings);
	g_free(result->crs);
	g_free(result);
}
