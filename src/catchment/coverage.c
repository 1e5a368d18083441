/* Who is served, unit by unit, with the denominators that every table shares. */
#include "groups.h"

typedef struct {
	ThusoSum people, no_data, in_state[THUSO_REACH_SERVED + 1], cost_people;
	gint64 worst_ticks; /* -1 = nobody reaches a centre */
} Sums;

typedef struct {
	const ThusoState *state;
	const gint32 *unit_of_area;
} UnitRule;

static inline gint32 unit_of_cell(const UnitRule *rule, gint64 cell)
{
	gint32 area = rule->state->area[cell];
	return area < 0 || rule->unit_of_area == NULL ? area : rule->unit_of_area[area];
}

static gint32 assessed_unit(gint64 cell, gconstpointer data)
{
	const UnitRule *rule = data;
	if (!(rule->state->people[cell] > 0) || rule->state->reach[cell] == THUSO_REACH_NO_DATA)
		return -1;
	return unit_of_cell(rule, cell);
}

static void add_cell(Sums *sums, const ThusoState *state, gint64 cell)
{
	double people = state->people[cell];
	ThusoReach reach = state->reach[cell];
	thuso_sum_add(&sums->people, people);
	thuso_sum_add(&sums->in_state[reach], people);
	if (reach < THUSO_REACH_UNSERVED)
		return;
	thuso_sum_add(&sums->cost_people, people * thuso_ticks_value(state->measure, state->cost[cell]));
	sums->worst_ticks = MAX(sums->worst_ticks, state->cost[cell]);
}

static double sum_from_to(const Sums *sums, ThusoReach first, ThusoReach last)
{
	ThusoSum total = { 0 };
	for (int reach = (int) first; reach <= (int) last; reach++)
		thuso_sum_add(&total, thuso_sum(&sums->in_state[reach]));
	return thuso_sum(&total);
}

static void fill_coverage(ThusoCoverage *coverage, const Sums *sums, ThusoMeasure measure)
{
	coverage->people = thuso_sum(&sums->people);
	coverage->no_data = thuso_sum(&sums->in_state[THUSO_REACH_NO_DATA]);
	coverage->assessed = sum_from_to(sums, THUSO_REACH_ON_BARRIER, THUSO_REACH_SERVED);
	coverage->served = thuso_sum(&sums->in_state[THUSO_REACH_SERVED]);
	coverage->unserved = sum_from_to(sums, THUSO_REACH_ON_BARRIER, THUSO_REACH_UNSERVED);
	coverage->unreachable = sum_from_to(sums, THUSO_REACH_ON_BARRIER, THUSO_REACH_BEYOND_SEARCH);
	coverage->on_barrier = thuso_sum(&sums->in_state[THUSO_REACH_ON_BARRIER]);
	coverage->no_path = thuso_sum(&sums->in_state[THUSO_REACH_NO_PATH]);
	coverage->beyond_search = thuso_sum(&sums->in_state[THUSO_REACH_BEYOND_SEARCH]);
	coverage->in_mean = sum_from_to(sums, THUSO_REACH_UNSERVED, THUSO_REACH_SERVED);
	coverage->mean_cost = coverage->in_mean > 0 ? thuso_sum(&sums->cost_people) / coverage->in_mean : NAN;
	coverage->worst_cost = sums->worst_ticks >= 0 ? thuso_ticks_value(measure, sums->worst_ticks) : NAN;
}

static gboolean add_quantiles(const UnitRule *rule, gint32 n_units, ThusoCoverage *coverage, GError **error)
{
	g_auto(ThusoGroups) groups = { 0 };
	if (!thuso_groups_fill(&groups, thuso_grid_n(rule->state->grid), n_units, assessed_unit, rule, error))
		return FALSE;
	for (gint32 unit = 0; unit < n_units; unit++) {
		double quantile[3];
		thuso_groups_quantiles(&groups, rule->state, unit, quantile);
		coverage[unit].median_cost = quantile[0];
		coverage[unit].p95_cost = quantile[1];
		coverage[unit].p99_cost = quantile[2];
	}
	return TRUE;
}

gboolean thuso_coverage_by_unit(const ThusoState *state, const gint32 *unit_of_area, gint32 n_units, ThusoCoverage *coverage,
                                GError **error)
{
	UnitRule rule = { state, unit_of_area };
	Sums *sums = thuso_array_new(MAX(n_units, 1), sizeof *sums, "sums of people by area", error);
	if (sums == NULL)
		return FALSE;
	for (gint32 unit = 0; unit < n_units; unit++)
		sums[unit].worst_ticks = -1;
	gint64 n_cells = thuso_grid_n(state->grid);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		gint32 unit = state->people[cell] > 0 ? unit_of_cell(&rule, cell) : -1;
		if (unit >= 0)
			add_cell(&sums[unit], state, cell);
	}
	for (gint32 unit = 0; unit < n_units; unit++)
		fill_coverage(&coverage[unit], &sums[unit], state->measure);
	thuso_array_free(sums);
	return add_quantiles(&rule, n_units, coverage, error);
}
