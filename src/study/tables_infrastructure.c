/* The infrastructure plan (D22): what the DPSA guideline asks for, one row a new site of the plan, in the order of its sections. */
#include <math.h>
#include <string.h>

#include "capacity.h"
#include "siting.h"
#include "tables.h"

#define NEAR_M 1000.0 /* departments within walking distance, where the study's clusters say nothing else */

static ThusoTable *plan_table(const Run *run)
{
	Block rollout = block_get(&run->top, "rollout");
	const char *money = block_has(&run->top, "rollout") ? block_text(&rollout, "currency") : "ZAR";
	const ColumnSpec columns[] = {
		{ "site", "Site", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "place", "Nearest place", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "municipality_title", "Municipality", "", THUSO_TEXT },
		{ "form", "Service model: form", "", THUSO_TEXT },
		{ "service_blocks", "Service model: service blocks", "", THUSO_TEXT },
		{ "departments_near", "Service model: departments within walking distance", "", THUSO_TEXT },
		{ "people_added", "Demand: people served whom nobody served before", "people", THUSO_REAL },
		{ "people_nearest", "Demand: people for whom it will be the nearest", "people", THUSO_REAL },
		{ "people_within_limit", "Access: of them within the limit", "people", THUSO_REAL },
		{ "mean_cost", "Access: their mean travel", COST_UNIT(run), THUSO_REAL },
		{ "worst_cost", "Access: the longest travel", COST_UNIT(run), THUSO_REAL },
		{ "kind", "Assets: new or upgrade", "", THUSO_TEXT },
		{ "land_status", "Assets: status of the land", "", THUSO_TEXT },
		{ "capacity", "Assets: capacity", run_capacity_unit(run), THUSO_REAL },
		{ "utilisation", "Assets: utilisation to be expected", "%", THUSO_REAL },
		{ "year", "Finance: year", "", THUSO_INTEGER },
		{ "capital", "Finance: capital cost", money, THUSO_REAL },
		{ "operating", "Finance: operating cost a year", money, THUSO_REAL },
		{ "responsible", "Monitoring: responsible", "", THUSO_TEXT },
		{ "risk", "Monitoring: risk", "", THUSO_TEXT },
		{ "indicator", "Monitoring: what to measure", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	return tables_new(run, "infrastructure_plan", "Infrastructure plan: the plan's new sites", THUSO_NO_GEOMETRY, columns);
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp(*(const char *const *) a, *(const char *const *) b);
}

/* Different departments with a service point this near, by name. Caller frees. */
static char *departments_near(const Run *run, const ThusoPlace *place)
{
	Block clusters = block_get(&run->top, "clusters");
	double within = block_has(&run->top, "clusters") ? block_quantity(&clusters, "within", NULL) : NEAR_M;
	const ThusoServicePoints *points = &run->service_points;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (gint64 i = 0; i < points->n; i++)
		if (points->department[i] && hypot(points->x[i] - place->x, points->y[i] - place->y) <= within + THUSO_PLACE_SLACK_M)
			g_ptr_array_add(names, (gpointer) points->department[i]);
	g_ptr_array_sort(names, compare_texts);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < names->len; i++)
		if (i == 0 || g_ascii_strcasecmp(g_ptr_array_index(names, i), g_ptr_array_index(names, i - 1)) != 0)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", (const char *) g_ptr_array_index(names, i));
	return g_string_free(text, FALSE);
}

static void carry(const Run *run, Row *row, const ThusoPlace *place, const char *key)
{
	g_autofree char *text = run_carried(run, place, TRUE, key);
	row_text(row, text);
}

static gboolean site_row(const Run *run, ThusoTable *table, const PlanStep *step, const ThusoCatchment *catchments,
                         GError **error)
{
	const State *plan = &run->main_trip->plan;
	const ThusoPlace *place = run_site(run, step->site);
	gint32 centre = state_find_centre(plan, place);
	const ThusoCatchment *c = centre >= 0 ? &catchments[centre] : NULL;
	g_autofree char *near = departments_near(run, place), *people = thuso_format_count(step->added);
	g_autofree char *indicator = g_strdup_printf("%s more people within %s", people, run->sites.limit_text);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, place->id);
	row_text(&row, place->title);
	row_text(&row, place->place);
	row_text(&row, place->area >= 0 ? run->region->levels[0].id[place->area] : NULL);
	row_text(&row, place->area >= 0 ? run->region->levels[0].title[place->area] : NULL);
	row_text(&row, step->class >= 0 ? run->siting->classes[step->class].name : NULL);
	carry(run, &row, place, "service_blocks");
	row_text(&row, *near ? near : NULL);
	row_real(&row, step->added);
	row_real(&row, c ? c->people_inside : NAN);
	row_real(&row, c ? c->people_within_limit : NAN);
	row_real(&row, c ? run_display(run, c->mean_cost) : NAN);
	row_real(&row, c ? run_display(run, c->worst_cost) : NAN);
	row_text(&row, step->word);
	carry(run, &row, place, "land_status");
	row_real(&row, plan->capacity && centre >= 0 ? plan->capacity->capacity[centre] : NAN);
	row_real(&row, centre >= 0 ? 100 * centre_utilisation(run, plan, centre) : NAN);
	step->year > 0 ? row_integer(&row, step->year) : row_null(&row);
	row_real(&row, step->capital);
	row_real(&row, step->operating);
	carry(run, &row, place, "responsible");
	carry(run, &row, place, "risk");
	row_text(&row, indicator);
	return TRUE;
}

gboolean tables_infrastructure(const Run *run, GPtrArray *tables, GError **error)
{
	const State *state = &run->main_trip->plan;
	const Plan *plan = run_plan(run);
	g_autoptr(ThusoTable) table = plan_table(run);
	g_autofree ThusoCatchment *catchments = thuso_new(ThusoCatchment, MAX(state->n_centres, 1));
	ThusoState view = run_state(run, state);
	if (!thuso_catchments(&view, state->n_centres, run->region->near_area, catchments, error))
		return FALSE;
	for (guint i = 0; i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind == STEP_NEW && !site_row(run, table, step, catchments, error))
			return FALSE;
	}
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}
