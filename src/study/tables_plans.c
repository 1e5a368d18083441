/* What the plans say: planned sites, plans with their bounds, alternatives, the roll-out by year. */
#include <math.h>
#include <string.h>

#include "siting.h"
#include "tables.h"

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : NAN;
}

/* Of costs; without a roll-out the study names no currency. */
static const char *currency(const Run *run)
{
	Block block = block_get(&run->top, "rollout");
	return block_has(&run->top, "rollout") ? block_text(&block, "currency") : "";
}

/* --- planned_sites --------------------------------------------------------------------------------------------------- */

static ThusoTable *planned_table(const Run *run)
{
	const char *money = currency(run);
	const ColumnSpec columns[] = {
		{ "plan", "Plan", "", THUSO_TEXT },
		{ "step", "Step", "", THUSO_INTEGER },
		{ "site", "Site", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "place", "Nearest place", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "municipality_title", "Municipality", "", THUSO_TEXT },
		{ "kind", "Kind", "", THUSO_TEXT },
		{ "form", "Form of service", "", THUSO_TEXT },
		{ "people_added", "People added by this step", "people", THUSO_REAL },
		{ "share_added", "Added, share of assessed people", "%", THUSO_REAL },
		{ "people_total", "People served after this step", "people", THUSO_REAL },
		{ "share_total", "Served, share of assessed people", "%", THUSO_REAL },
		{ "mean_saving", "Mean saving of travel", run->siting ? COST_UNIT(run) : "", THUSO_REAL },
		{ "year", "Year", "", THUSO_INTEGER },
		{ "capital", "Capital cost", money, THUSO_REAL },
		{ "operating", "Operating cost a year", money, THUSO_REAL },
		{ "reason", "Reason", "", THUSO_TEXT },
		{ "responsible", "Responsible", "", THUSO_TEXT },
		{ "land_status", "Land status", "", THUSO_TEXT },
		{ "risk", "Risk", "", THUSO_TEXT },
		{ "service_blocks", "Service blocks", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	static const ColumnSpec more[] = {
		{ "phase", "Phase", "", THUSO_INTEGER },
		{ "people_affected", "People within the limit now whose nearest centre closes", "people", THUSO_REAL },
		{ "people_still_within", "Of them within the limit of the plan", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	ThusoTable *table = tables_new(run, "planned_sites", run->siting ? "Planned sites" : "Plan: one centre in every municipality",
	                               THUSO_POINT, columns);
	if (run->siting)
		tables_add_columns(table, more);
	tables_add_weighted(run, table, "people_added_weighted", "People added by this step, after demand factors");
	return table;
}

/* By step of the plan whose state was searched: how much less its people travel than now; who reaches no centre now travels as far as
 * was searched. NaN for other plans, and where nobody has the site as the nearest. */
static double *mean_savings(const Run *run, const Plan *plan, GError **error)
{
	const State *now = &run->main_trip->now, *then = &run->main_trip->plan;
	double *saving = thuso_new(double, MAX(plan->steps->len, 1));
	for (guint i = 0; i < plan->steps->len; i++)
		saving[i] = NAN;
	if (!run->siting || plan != run_plan(run))
		return saving;
	ThusoSum *sum = thuso_array_new(2 * (gint64) then->n_centres, sizeof *sum, "savings", error);
	if (!sum) {
		g_free(saving);
		return NULL;
	}
	for (gint64 i = 0; i < run->site_reach->n_demand; i++) {
		gint64 cell = run->site_reach->demand_cell[i];
		if (then->nearest[cell] < 0)
			continue;
		double before = fmin(thuso_ticks_value(run->measure, now->cost[cell]), run->search_limit);
		double after = thuso_ticks_value(run->measure, then->cost[cell]), people = run->site_reach->demand_people[i];
		thuso_sum_add(&sum[2 * then->nearest[cell]], people * (before - after));
		thuso_sum_add(&sum[2 * then->nearest[cell] + 1], people);
	}
	for (guint i = 0; i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		for (gint32 c = 0; step->kind == STEP_NEW && c < then->n_centres; c++)
			if (then->centres[c].place == run_site(run, step->site) && thuso_sum(&sum[2 * c + 1]) > 0)
				saving[i] = thuso_sum(&sum[2 * c]) / thuso_sum(&sum[2 * c + 1]);
	}
	thuso_array_free(sum);
	return saving;
}

typedef struct {
	double assessed, served, saving;
	int step;
} Totals;

/* What the planner entered at a candidate or a centre, in the order of the table's columns. */
static const char *const carried_fields[] = { "responsible", "land_status", "risk", "service_blocks" };

char *run_carried(const Run *run, const ThusoPlace *place, gboolean is_candidate, const char *key)
{
	const ThusoPlaces *places = is_candidate ? run->candidates : run->centres;
	const ThusoTable *table = places->n_tables > place->layer ? places->table[place->layer] : NULL;
	Block block = is_candidate ? block_item(&run->top, "candidates", place->layer) : block_get(&run->top, "centres");
	const char *field = block_has(&block, key) ? block_text(&block, key) : key;
	int column = table && place->row >= 0 ? thuso_table_find_column(table, field) : -1;
	return column >= 0 ? thuso_table_as_text(table, place->row, column) : NULL;
}

static gboolean planned_row(const Run *run, ThusoTable *table, const Plan *plan, const PlanStep *step, Totals *totals,
                            GError **error)
{
	const ThusoPlace *place = run_site(run, step->site);
	const ThusoLevel *areas = &run->region->levels[0];
	gboolean is_new = step->kind == STEP_NEW;
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	totals->step += is_new;
	totals->served += is_new ? step->added : 0;
	row_text(&row, plan->name);
	row_integer(&row, is_new ? totals->step : 0);
	row_text(&row, place->id);
	row_text(&row, place->title);
	row_text(&row, place->place);
	row_text(&row, place->area >= 0 ? areas->id[place->area] : NULL);
	row_text(&row, place->area >= 0 ? areas->title[place->area] : NULL);
	row_text(&row, step->word);
	row_text(&row, step->class >= 0 ? run->siting->classes[step->class].name : NULL);
	row_real(&row, is_new ? step->added : NAN);
	row_real(&row, is_new ? percent(step->added, totals->assessed) : NAN);
	row_real(&row, totals->served);
	row_real(&row, percent(totals->served, totals->assessed));
	row_real(&row, run_display(run, totals->saving));
	if (step->year > 0)
		row_integer(&row, step->year);
	else
		row_null(&row);
	row_real(&row, is_new ? step->capital : place->cost);
	row_real(&row, step->operating);
	row_text(&row, step->why ? step->why : "open now");
	if (run->siting) {
		row.column = thuso_table_find_column(table, "phase");
		if (is_new)
			row_integer(&row, step->phase);
		else
			row_null(&row);
		row_real(&row, step->affected);
		row_real(&row, step->affected_within);
	}
	row.column = thuso_table_find_column(table, "responsible");
	for (gsize i = 0; i < G_N_ELEMENTS(carried_fields); i++) {
		g_autofree char *text = run_carried(run, place, step->site >= run->main_trip->now.n_centres, carried_fields[i]);
		row_text(&row, text);
	}
	if (run->demand->weighted && is_new) {
		row.column = thuso_table_find_column(table, "people_added_weighted");
		row_real(&row, step->added_weighted);
	}
	row_point(&row, place->x, place->y);
	return TRUE;
}

gboolean tables_planned(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table = planned_table(run);
	const ThusoCoverage *all = run_total(run, &run->main_trip->now, error);
	for (guint p = 0; all && p < run->plans->len; p++) {
		const Plan *plan = g_ptr_array_index(run->plans, p);
		Totals totals = { all->assessed, plan->served, NAN, 0 };
		g_autofree double *saving = mean_savings(run, plan, error);
		if (!saving)
			return FALSE;
		for (guint i = 0; i < plan->steps->len; i++) {
			totals.saving = saving[i];
			if (!planned_row(run, table, plan, &g_array_index(plan->steps, PlanStep, i), &totals, error))
				return FALSE;
		}
	}
	if (all)
		tables_take(tables, g_steal_pointer(&table));
	return all != NULL;
}

/* --- plans, alternatives --------------------------------------------------------------------------------------------- */

static const ColumnSpec plan_columns[] = {
	{ "plan", "Plan", "", THUSO_TEXT },
	{ "phase", "Phase", "", THUSO_INTEGER },
	{ "class", "Class of centres", "", THUSO_TEXT },
	{ "model", "Model", "", THUSO_TEXT },
	{ "objective", "Objective", "", THUSO_REAL },
	{ "bound", "No plan is better than", "", THUSO_REAL },
	{ "gap", "Gap between them, share of the objective", "%", THUSO_REAL },
	{ "status", "Status: optimal (proven) or feasible", "", THUSO_TEXT },
	{ "binding", "What holds the plan back", "", THUSO_TEXT },
	{ "objective_text", "What the objective is", "", THUSO_TEXT },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

static gboolean plan_row(ThusoTable *table, const Plan *plan, const PlanPhase *phase, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, plan->name);
	if (phase->phase > 0)
		row_integer(&row, phase->phase);
	else
		row_null(&row);
	row_text(&row, phase->class);
	row_text(&row, phase->model);
	row_real(&row, phase->objective);
	row_real(&row, phase->bound);
	row_real(&row, 100 * phase->gap);
	row_text(&row, phase->status);
	row_text(&row, phase->binding);
	row_text(&row, phase->objective_words);
	return TRUE;
}

static gboolean plans(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table =
	    tables_new(run, "plans", "Plans and how far from the best they can be", THUSO_NO_GEOMETRY, plan_columns);
	for (guint p = 0; p < run->plans->len; p++) {
		const Plan *plan = g_ptr_array_index(run->plans, p);
		for (guint i = 0; i < plan->phases->len; i++)
			if (!plan_row(table, plan, &g_array_index(plan->phases, PlanPhase, i), error))
				return FALSE;
	}
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

static const ColumnSpec alternative_columns[] = {
	{ "plan", "Plan", "", THUSO_TEXT },
	{ "phase", "Phase", "", THUSO_INTEGER },
	{ "alternative", "Alternative, the best first", "", THUSO_INTEGER },
	{ "objective", "Objective", "", THUSO_REAL },
	{ "loss", "Worse than the plan by", "%", THUSO_REAL },
	{ "without", "Sites of the plan that it has not", "", THUSO_TEXT },
	{ "with", "Sites that it has instead", "", THUSO_TEXT },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

static gboolean alternative_row(ThusoTable *table, const Plan *plan, const PlanAlternative *a, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, plan->name);
	row_integer(&row, a->phase);
	row_integer(&row, a->number);
	row_real(&row, a->objective);
	row_real(&row, 100 * a->loss);
	row_text(&row, a->instead);
	row_text(&row, a->of);
	return TRUE;
}

static gboolean alternatives(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table =
	    tables_new(run, "alternatives", "Other plans that are nearly as good", THUSO_NO_GEOMETRY, alternative_columns);
	for (guint p = 0; p < run->plans->len; p++) {
		const Plan *plan = g_ptr_array_index(run->plans, p);
		for (guint i = 0; i < plan->alternatives->len; i++)
			if (!alternative_row(table, plan, &g_array_index(plan->alternatives, PlanAlternative, i), error))
				return FALSE;
	}
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- rollout --------------------------------------------------------------------------------------------------------- */

static ThusoTable *rollout_table(const Run *run)
{
	const char *money = currency(run);
	const ColumnSpec columns[] = {
		{ "plan", "Plan", "", THUSO_TEXT },
		{ "year", "Year", "", THUSO_INTEGER },
		{ "opened", "Sites opened", "", THUSO_INTEGER },
		{ "sites", "Which", "", THUSO_TEXT },
		{ "budget", "Budget of the year", money, THUSO_REAL },
		{ "capital", "Capital cost of the sites opened", money, THUSO_REAL },
		{ "operating", "Operating cost of all new sites that are open", money, THUSO_REAL },
		{ "people_served", "People served", "people", THUSO_REAL },
		{ "share_served", "Share of assessed people", "%", THUSO_REAL },
		{ "people_years", "Discounted people-years of new sites until then", "", THUSO_REAL },
		{ "greedy_opened", "Sites opened, year by year without looking ahead", "", THUSO_INTEGER },
		{ "greedy_people_served", "People served, year by year without looking ahead", "people", THUSO_REAL },
		{ "greedy_people_years", "People-years, year by year without looking ahead", "", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	return tables_new(run, "rollout", "Roll-out by year", THUSO_NO_GEOMETRY, columns);
}

typedef struct {
	gint64 opened, greedy;
	double operating; /* of all that are open; NaN where nobody said */
	GString *sites;
} YearFacts;

static void count_year(const Run *run, const Plan *plan, int year, YearFacts *facts)
{
	*facts = (YearFacts){ .operating = NAN, .sites = g_string_new(NULL) };
	for (guint i = 0; i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		facts->greedy += step->greedy_year == year;
		if (step->year == year) {
			facts->opened++;
			g_string_append_printf(facts->sites, "%s%s", facts->sites->len ? "," : "", run_site(run, step->site)->id);
		}
		if (step->year > 0 && step->year <= year && !isnan(step->operating))
			facts->operating = (isnan(facts->operating) ? 0 : facts->operating) + step->operating;
	}
}

static gboolean rollout_row(const Run *run, ThusoTable *table, const Block *block, gint32 t, double assessed, GError **error)
{
	const Plan *plan = run_plan(run);
	const ThusoRollout *r = run->rollout;
	double grown = pow(1 + block_quantity(block, "growth", NULL), t), base = plan->served * grown;
	int year = (int) block_integer(block, "start", 0) + t;
	YearFacts facts;
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	count_year(run, plan, year, &facts);
	row_text(&row, plan->name);
	row_integer(&row, year);
	row_integer(&row, facts.opened);
	row_text(&row, facts.sites->str);
	row_real(&row, block_item_quantity(block, "budget", block_n(block, "budget") > 1 ? t : 0, NULL));
	row_real(&row, r->best.spent[t]);
	row_real(&row, facts.operating);
	row_real(&row, base + r->best.people[t]);
	row_real(&row, percent(base + r->best.people[t], assessed * grown));
	row_real(&row, r->best.people_years[t]);
	row_integer(&row, facts.greedy);
	row_real(&row, base + r->greedy.people[t]);
	row_real(&row, r->greedy.people_years[t]);
	g_string_free(facts.sites, TRUE);
	return TRUE;
}

static gboolean rollout(const Run *run, GPtrArray *tables, GError **error)
{
	Block block = block_get(&run->top, "rollout");
	g_autoptr(ThusoTable) table = rollout_table(run);
	const ThusoCoverage *all = run_total(run, &run->main_trip->now, error);
	for (gint32 t = 0; all && t < block_integer(&block, "years", 0); t++)
		if (!rollout_row(run, table, &block, t, all->assessed, error))
			return FALSE;
	if (all)
		tables_take(tables, g_steal_pointer(&table));
	return all != NULL;
}

gboolean tables_plans(const Run *run, GPtrArray *tables, GError **error)
{
	if (!run->siting)
		return TRUE;
	return plans(run, tables, error) && (run->siting->options.alternatives == 0 || alternatives(run, tables, error)) &&
	       (!run->rollout || rollout(run, tables, error)) && tables_residual(run, tables, error);
}
