/* Coverage of areas by people's shares: a cell on a border between municipalities holds people of both. */
#include "run.h"

/* Fields of the state, one element a share. */
typedef struct {
	double *people;
	guint8 *covered, *reach;
	gint32 *area;
	gint64 *cost;
} Gathered;

static gboolean gather(const Run *run, const State *state, gboolean weighted, Gathered *g, GError **error)
{
	gint64 n = run->n_shares;
	g->people = thuso_array_new(n, sizeof *g->people, "people by area", error);
	g->covered = g->people ? thuso_array_new(n, 1, "people by area", error) : NULL;
	g->reach = g->covered ? thuso_array_new(n, 1, "people by area", error) : NULL;
	g->area = g->reach ? thuso_array_new(n, sizeof *g->area, "people by area", error) : NULL;
	g->cost = g->area ? thuso_array_new(n, sizeof *g->cost, "people by area", error) : NULL;
	for (gint64 i = 0; g->cost && i < n; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		g->people[i] = weighted ? share->weighted : share->people;
		g->covered[i] = run->region->covered[share->cell];
		g->reach[i] = state->reach[share->cell];
		g->area[i] = share->area;
		g->cost[i] = state->cost[share->cell];
	}
	return g->cost != NULL;
}

/* Level n_levels is the whole study area as one unit. */
static ThusoCoverage *count(const Run *run, const State *state, int level, gboolean weighted, GError **error)
{
	const ThusoRegion *region = run->region;
	const gboolean is_total = level == region->n_levels;
	const gint32 n_units = is_total ? 1 : region->levels[level].n;
	g_autofree gint32 *one = is_total ? thuso_new(gint32, MAX(region->levels[0].n, 1)) : NULL;
	g_autofree ThusoCoverage *coverage = thuso_new(ThusoCoverage, MAX(n_units, 1));
	Gathered g = { 0 };
	/* Shares in a row of their own: coverage looks at cells one by one, never at their neighbours. */
	ThusoGrid row = { .cell_m = 1, .n_cols = (gint32) run->n_shares, .n_rows = 1 };
	gboolean ok = gather(run, state, weighted, &g, error);
	if (ok) {
		ThusoState view = { &row, g.people, g.covered, g.area, g.cost, NULL, g.reach, run->measure };
		ok = thuso_coverage_by_unit(&view, is_total ? one : region->levels[level].unit_of_area, n_units, coverage, error);
	}
	thuso_array_free(g.people);
	thuso_array_free(g.covered);
	thuso_array_free(g.reach);
	thuso_array_free(g.area);
	thuso_array_free(g.cost);
	return ok ? g_steal_pointer(&coverage) : NULL;
}

const ThusoCoverage *run_coverage(const Run *run, const State *state, int level, GError **error)
{
	if (!state->coverage[level])
		state->coverage[level] = count(run, state, level, FALSE, error);
	return state->coverage[level];
}

const ThusoCoverage *run_coverage_weighted(const Run *run, const State *state, int level, GError **error)
{
	if (!run->demand->weighted)
		return run_coverage(run, state, level, error);
	if (!state->weighted[level])
		state->weighted[level] = count(run, state, level, TRUE, error);
	return state->weighted[level];
}

const ThusoCoverage *run_total(const Run *run, const State *state, GError **error)
{
	return run_coverage(run, state, run->region->n_levels, error);
}

void state_clear_coverage(const Run *run, State *state)
{
	for (int level = 0; state->coverage && level <= run->region->n_levels; level++) {
		g_free(state->coverage[level]);
		g_free(state->weighted[level]);
	}
	g_clear_pointer(&state->coverage, g_free);
	g_clear_pointer(&state->weighted, g_free);
}

/* One level of one state: nobody else writes there. */
static gboolean count_one(gint64 index, int worker, gpointer data, GError **error)
{
	const Run *run = data;
	const int n_levels = run->region->n_levels + 1, level = (int) (index % n_levels);
	const Trip *trip = &run->trips[index / n_levels / 2];
	(void) worker;
	const State *state = index / n_levels % 2 ? &trip->plan : &trip->now;
	return run_coverage(run, state, level, error) && run_coverage_weighted(run, state, level, error);
}

gboolean run_count_people(Run *run, GError **error)
{
	return thuso_parallel(run->context, 2 * (gint64) run->n_trips * (run->region->n_levels + 1), count_one, run, error);
}
