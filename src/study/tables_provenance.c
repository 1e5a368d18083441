/* Where the numbers come from: parameters with their origin, the run with input hashes and the people audit, data quality findings. */
#include <math.h>
#include <string.h>

#include "measures.h"
#include "sensitivity.h"
#include "siting.h"
#include "schedule.h"
#include "tables.h"
#include "weights.h"

/* --- parameters ----------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoTable *table;
	GError *error; /* the first one */
} Parameters;

static void parameter_row(const char *name, const char *value, gboolean given, const ThusoParam *param, gpointer data)
{
	Parameters *parameters = data;
	Row row;
	if (parameters->error || !row_begin(&row, parameters->table, &parameters->error))
		return;
	/* "60 min" splits into value and unit; texts have no unit. */
	const char *unit = param->kind == THUSO_PARAM_QUANTITY ? strchr(value, ' ') : NULL;
	g_autofree char *number = unit ? g_strndup(value, (gsize) (unit - value)) : g_strdup(value);
	row_text(&row, name);
	row_text(&row, number);
	row_text(&row, unit ? unit + 1 : "");
	row_text(&row, given ? "user" : param->origin ? param->origin : "derived");
	row_text(&row, given ? "study file" : param->source);
}

/* The source that the planner names beside a standard belongs to its limit. */
static void name_standard_sources(const Run *run, ThusoTable *table)
{
	for (gint64 row = 0; row < table->n_rows; row++)
		for (int i = 0; i < block_n(&run->top, "standards"); i++) {
			Block standard = block_item(&run->top, "standards", i);
			g_autofree char *one = g_strdup_printf("standards.%d.limit", i + 1);
			const char *name = thuso_table_text(table, row, 0), *source = block_text(&standard, "source");
			if (source && (strcmp(name, one) == 0 || strcmp(name, "standards.limit") == 0))
				thuso_table_set_text(table, row, 4, source);
		}
}

gboolean tables_fact(ThusoTable *table, const char *name, const char *value, const char *unit, const char *source, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, name);
	row_text(&row, value);
	row_text(&row, unit);
	row_text(&row, "derived");
	row_text(&row, source);
	return TRUE;
}

static gboolean number_fact(ThusoTable *table, const char *name, double value, const char *unit, const char *source,
                            GError **error)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return tables_fact(table, name, thuso_format_real(buffer, value), unit, source, error);
}

/* What the study left open and the program worked out: the grid, the search limit, the zones' breaks, the criteria's ranges. */
static gboolean derived_facts(const Run *run, ThusoTable *table, GError **error)
{
	const ThusoGrid *grid = &run->region->grid;
	const char *authority = thuso_crs_authority(grid->crs);
	g_autofree char *size = g_strdup_printf("%d x %d", grid->n_cols, grid->n_rows);
	Block travel = block_get(&run->top, "travel");
	gboolean ok =
	    tables_fact(table, "grid.crs", *authority ? authority : thuso_crs_name(grid->crs), "", "src/geo/README.md", error) &&
	    tables_fact(table, "grid.cells", size, "", "src/geo/README.md", error);
	g_autofree char *limit = run_limit_text(run, run->main_trip);
	ok = ok && tables_fact(table, "standards.in_words", limit, "", "the first standard, as reports say it", error);
	if (ok && !block_has(&travel, "search_limit"))
		ok = number_fact(table, "travel.search_limit", run_display(run, run->search_limit), run_display_unit(run),
		                 "3 h, or 100 km where the standard is a distance", error);
	if (ok && run->zones)
		ok = number_fact(table, "zones.need_break", run->zones->need_break, "", "high = at or above", error) &&
		     number_fact(table, "zones.potential_break", run->zones->potential_break, "", "high = at or above", error);
	for (int c = 0; ok && c < run->n_criteria; c++) {
		g_autofree char *best = g_strdup_printf("ranking.%s.best", run->criteria[c].name),
		                *worst = g_strdup_printf("ranking.%s.worst", run->criteria[c].name);
		g_autofree char *within = g_strdup_printf("ranking.%s.within", run->criteria[c].name);
		if (run->criteria[c].within > 0)
			ok = number_fact(table, within, run->criteria[c].within, "m",
			                 "parliamentary reply NW3446 (2023), unless the study says it", error);
		if (ok && run->criteria[c].n_scores == 0)
			ok = number_fact(table, best, run->ranking->best[c], "", "the range as used, in base units (m, share)", error) &&
			     number_fact(table, worst, run->ranking->worst[c], "", "the range as used, in base units (m, share)", error);
	}
	return ok;
}

static gboolean parameters(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "name", "Parameter", "", THUSO_TEXT }, { "value", "Value", "", THUSO_TEXT },
		{ "unit", "Unit", "", THUSO_TEXT },      { "origin", "Origin: user, sourced or derived", "", THUSO_TEXT },
		{ "source", "Source", "", THUSO_TEXT },  { NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table =
	    tables_new(run, "parameters", "Parameters and where they come from", THUSO_NO_GEOMETRY, columns);
	Parameters all = { table, NULL };
	block_walk(&run->top, "", parameter_row, &all);
	if (all.error) {
		g_propagate_error(error, all.error);
		return FALSE;
	}
	name_standard_sources(run, table);
	if (!derived_facts(run, table, error) || !sensitivity_facts(run, table, error) || !measures_facts(run, table, error) ||
	    !weights_facts(run, table, error))
		return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- run ------------------------------------------------------------------------------------------------------------ */

static gboolean run_row(ThusoTable *table, const char *kind, const char *name, const char *value, const char *hash,
                        GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, kind);
	row_text(&row, name);
	row_text(&row, value);
	row_text(&row, hash);
	return TRUE;
}

/* Relative to the study file, so that the same study in another folder gives the same bytes. */
char *relative_path(const char *dir, const char *path)
{
	g_auto(GStrv) from = g_strsplit(dir, "/", -1), to = g_strsplit(path, "/", -1);
	guint same = 0;
	while (from[same] && to[same] && strcmp(from[same], to[same]) == 0)
		same++;
	GString *relative = g_string_new(NULL);
	for (guint i = same; from[i]; i++)
		g_string_append(relative, "../");
	for (guint i = same; to[i]; i++)
		g_string_append_printf(relative, "%s%s", i > same ? "/" : "", to[i]);
	return g_string_free(relative, FALSE);
}

static gboolean input_rows(const Run *run, ThusoTable *table, GError **error)
{
	g_autoptr(GPtrArray) paths = run_input_paths(run);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autofree char *name = relative_path(run->study->dir, path), *hash = thuso_file_sha256(path, error);
		if (!hash || !run_row(table, "input", name, NULL, hash, error))
			return FALSE;
	}
	return TRUE;
}

/* People in = people out, to the person: what came in, where it went, and who is served. */
static gboolean audit_rows(const Run *run, ThusoTable *table, GError **error)
{
	const ThusoDemand *demand = run->demand;
	const ThusoCoverage *a = run_total(run, &run->main_trip->now, error),
	                    *b = a ? run_total(run, &run->main_trip->plan, error) : NULL;
	if (!b)
		return FALSE;
	const struct {
		const char *name;
		double value;
	} rows[] = {
		{ "people_read", demand->people_read },
		{ "people_in", demand->people_in },
		{ "people_on_grid", demand->on_grid },
		{ "people_off_grid", demand->outside },
		{ "people_inside_area", a->people },
		{ "people_in_buffer_and_beyond", demand->on_grid - a->people },
		{ "people_assessed", a->assessed },
		{ "people_no_data", a->no_data },
		{ "people_served_now", a->served },
		{ "people_unserved_now", a->unserved },
		{ "people_unreachable_now", a->unreachable },
		{ "people_served_plan", b->served },
		{ "people_unserved_plan", b->unserved },
		{ "people_unreachable_plan", b->unreachable },
		{ "people_out", a->served + a->unserved + a->no_data + (demand->on_grid - a->people) + demand->outside },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buffer[G_ASCII_DTOSTR_BUF_SIZE];
		if (!run_row(table, "audit", rows[i].name, thuso_format_real(buffer, rows[i].value), NULL, error))
			return FALSE;
	}
	return TRUE;
}

/* Paths as the study writes them: a result must not depend on the folder that the study lies in. */
static char *as_written(const Run *run, const char *message)
{
	g_autofree char *prefix = g_strconcat(run->study->dir, "/", NULL);
	g_auto(GStrv) parts = g_strsplit(message, prefix, -1);
	return g_strjoinv("", parts);
}

static gboolean message_rows(const Run *run, ThusoTable *table, GError **error)
{
	const GPtrArray *findings = thuso_context_findings(run->context);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		g_autofree char *message = as_written(run, finding->message);
		if (finding->severity != THUSO_INFO && !run_row(table, "message", finding->layer, message, NULL, error))
			return FALSE;
	}
	return TRUE;
}

/* A scheduled run tells the next one what its layers were. */
static gboolean field_rows(const Run *run, ThusoTable *table, GError **error)
{
	for (guint i = 0; run->schedule && i < run->schedule->layers->len; i++) {
		const LayerFields *layer = g_ptr_array_index(run->schedule->layers, i);
		if (!run_row(table, FIELDS_KIND, layer->name, layer->fields, NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean run_table(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "kind", "Kind: program, library, input, audit, message, fields", "", THUSO_TEXT },
		{ "name", "Name", "", THUSO_TEXT },
		{ "value", "Value", "", THUSO_TEXT },
		{ "sha256", "SHA-256", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table = tables_new(run, "run", "How this result was made", THUSO_NO_GEOMETRY, columns);
	g_auto(GStrv) libraries = thuso_io_versions();
	if (!run_row(table, "program", "thuso", THUSO_VERSION, NULL, error))
		return FALSE;
	for (char **library = libraries; *library; library++) {
		g_auto(GStrv) parts = g_strsplit(*library, " ", 2);
		if (!run_row(table, "library", parts[0], parts[1], NULL, error))
			return FALSE;
	}
	if (!input_rows(run, table, error) || !audit_rows(run, table, error) || !message_rows(run, table, error) ||
	    !field_rows(run, table, error))
		return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- findings ------------------------------------------------------------------------------------------------------- */

ThusoTable *table_findings(const Run *run, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "severity", "Severity", "", THUSO_TEXT },
		{ "check", "Check", "", THUSO_TEXT },
		{ "layer", "Layer", "", THUSO_TEXT },
		{ "feature", "First feature", "", THUSO_TEXT },
		{ "message", "What is wrong, and what to do", "", THUSO_TEXT },
		{ "count", "Features concerned", "", THUSO_INTEGER },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table =
	    thuso_table_new("quality_issues", "Data quality findings", "What the audit of the inputs found", THUSO_ANY_GEOMETRY);
	thuso_table_set_crs(table, thuso_crs_wkt(run->region->grid.crs));
	tables_add_columns(table, columns);
	const GPtrArray *findings = thuso_context_findings(run->context);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		Row row;
		if (!row_begin(&row, table, error))
			return NULL;
		row_text(&row, thuso_severity_name(finding->severity));
		row_text(&row, finding->check);
		row_text(&row, finding->layer);
		row_text(&row, finding->feature);
		g_autofree char *message = as_written(run, finding->message);
		row_text(&row, message);
		row_integer(&row, finding->count);
		if (finding->wkb)
			thuso_table_set_geometry(table, row.row, finding->wkb);
	}
	return g_steal_pointer(&table);
}

gboolean tables_provenance(const Run *run, GPtrArray *tables, GError **error)
{
	ThusoTable *findings = table_findings(run, error);
	if (!findings)
		return FALSE;
	tables_take(tables, findings);
	return parameters(run, tables, error) && run_table(run, tables, error);
}

/* --- summary -------------------------------------------------------------------------------------------------------- */

static gint32 areas_without_centre(const Run *run)
{
	gint32 n = 0;
	for (gint32 a = 0; a < run->region->levels[0].n; a++)
		n += !run->area_has_centre[a];
	return n;
}

/* One row a plan: its widest gap, in percent, and its name. */
static gboolean plan_rows(const Run *run, ThusoTable *table, GError **error)
{
	for (guint p = 0; run->siting && p < run->plans->len; p++) {
		const Plan *plan = g_ptr_array_index(run->plans, p);
		double gap = 0;
		for (guint i = 0; i < plan->phases->len; i++)
			if (g_array_index(plan->phases, PlanPhase, i).phase > 0)
				gap = fmax(gap, g_array_index(plan->phases, PlanPhase, i).gap);
		Row row;
		if (!row_begin(&row, table, error))
			return FALSE;
		row_text(&row, p == 0 ? "plan" : "further_plan");
		row_real(&row, 100 * gap);
		row_text(&row, plan->name);
	}
	return TRUE;
}

ThusoTable *table_summary(const Run *run, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "name", "Name", "", THUSO_TEXT },
		{ "value", "Value", "", THUSO_REAL },
		{ "text", "In words", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table = tables_new(run, "summary", "Summary", THUSO_NO_GEOMETRY, columns);
	const ThusoCoverage *a = run_total(run, &run->main_trip->now, error),
	                    *b = a ? run_total(run, &run->main_trip->plan, error) : NULL;
	if (!b)
		return NULL;
	g_autofree char *limit = run_limit_text(run, run->main_trip);
	const struct {
		const char *name;
		double value;
		const char *text;
	} rows[] = {
		{ "people", a->people, "people in the study area" },
		{ "people_no_data", a->no_data, "of them where a layer has no data" },
		{ "people_served_now", a->served, limit },
		{ "people_served_plan", b->served, limit },
		{ "people_assessed", a->assessed, "people assessed" },
		{ "people_unreachable_now", a->unreachable, "people who cannot reach any centre" },
		{ "centres_open", (double) run->main_trip->now.n_centres, "open centres" },
		{ "areas_without_centre", (double) areas_without_centre(run), "municipalities without an open centre" },
		{ "sites_planned", (double) run_plan(run)->n_new,
		  run->siting ? "planned sites" : "planned sites: the best of every municipality without an open centre" },
		{ "sites_ranked", (double) run->ranking->n, "ranked sites" },
		{ "findings", (double) thuso_context_findings(run->context)->len, "data quality findings" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Row row;
		if (!row_begin(&row, table, error))
			return NULL;
		row_text(&row, rows[i].name);
		row_real(&row, rows[i].value);
		row_text(&row, rows[i].text);
	}
	return plan_rows(run, table, error) ? g_steal_pointer(&table) : NULL;
}
