/* The profile of every centre's catchment: everyone assessed whose nearest centre it is. */
#include "groups.h"

typedef struct {
	ThusoSum inside, all, within_limit, cost_people;
	gint64 worst_ticks; /* -1 = nobody */
} Sums;

typedef struct {
	const ThusoState *state;
	const guint8 *near_area;
} CentreRule;

static inline gint32 centre_of_cell(const CentreRule *rule, gint64 cell)
{
	if (rule->state->reach[cell] < THUSO_REACH_UNSERVED || (rule->near_area != NULL && !rule->near_area[cell]))
		return -1;
	return rule->state->nearest[cell];
}

static gint32 peopled_centre(gint64 cell, gconstpointer data)
{
	const CentreRule *rule = data;
	return rule->state->people[cell] > 0 ? centre_of_cell(rule, cell) : -1;
}

static gboolean on_edge(const CentreRule *rule, gint64 cell)
{
	const ThusoGrid *grid = rule->state->grid;
	gint64 row = cell / grid->n_cols, col = cell % grid->n_cols;
	if (row == 0 || col == 0 || row == grid->n_rows - 1 || col == grid->n_cols - 1)
		return TRUE;
	const guint8 *near_area = rule->near_area;
	return near_area != NULL &&
	       !(near_area[cell - 1] && near_area[cell + 1] && near_area[cell - grid->n_cols] && near_area[cell + grid->n_cols]);
}

static void add_people(Sums *sums, const ThusoState *state, gint64 cell)
{
	double people = state->people[cell];
	gint64 ticks = state->cost[cell];
	thuso_sum_add(&sums->all, people);
	if (state->area[cell] >= 0) {
		thuso_sum_add(&sums->inside, people);
		if (state->reach[cell] == THUSO_REACH_SERVED)
			thuso_sum_add(&sums->within_limit, people);
	}
	thuso_sum_add(&sums->cost_people, people * thuso_ticks_value(state->measure, ticks));
	sums->worst_ticks = MAX(sums->worst_ticks, ticks);
}

static void fill_catchment(ThusoCatchment *catchment, const Sums *sums, ThusoMeasure measure)
{
	catchment->people_inside = thuso_sum(&sums->inside);
	catchment->people_all = thuso_sum(&sums->all);
	catchment->people_within_limit = thuso_sum(&sums->within_limit);
	catchment->mean_cost = catchment->people_all > 0 ? thuso_sum(&sums->cost_people) / catchment->people_all : NAN;
	catchment->worst_cost = sums->worst_ticks >= 0 ? thuso_ticks_value(measure, sums->worst_ticks) : NAN;
}

static gboolean add_quantiles(const CentreRule *rule, gint32 n_centres, ThusoCatchment *catchments, GError **error)
{
	g_auto(ThusoGroups) groups = { 0 };
	if (!thuso_groups_fill(&groups, thuso_grid_n(rule->state->grid), n_centres, peopled_centre, rule, error))
		return FALSE;
	for (gint32 centre = 0; centre < n_centres; centre++) {
		double quantile[3];
		thuso_groups_quantiles(&groups, rule->state, centre, quantile);
		catchments[centre].median_cost = quantile[0];
		catchments[centre].p95_cost = quantile[1];
		catchments[centre].p99_cost = quantile[2];
	}
	return TRUE;
}

gboolean thuso_catchments(const ThusoState *state, gint32 n_centres, const guint8 *near_area, ThusoCatchment *catchments,
                          GError **error)
{
	CentreRule rule = { state, near_area };
	Sums *sums = thuso_array_new(MAX(n_centres, 1), sizeof *sums, "sums of people by centre", error);
	if (sums == NULL)
		return FALSE;
	for (gint32 centre = 0; centre < n_centres; centre++) {
		catchments[centre] = (ThusoCatchment){ 0 };
		sums[centre].worst_ticks = -1;
	}
	gint64 n_cells = thuso_grid_n(state->grid);
	for (gint64 cell = 0; cell < n_cells; cell++) {
		gint32 centre = centre_of_cell(&rule, cell);
		if (centre < 0)
			continue;
		catchments[centre].n_cells++;
		if (!catchments[centre].touches_edge)
			catchments[centre].touches_edge = on_edge(&rule, cell);
		if (state->people[cell] > 0)
			add_people(&sums[centre], state, cell);
	}
	for (gint32 centre = 0; centre < n_centres; centre++)
		fill_catchment(&catchments[centre], &sums[centre], state->measure);
	thuso_array_free(sums);
	return add_quantiles(&rule, n_centres, catchments, error);
}
