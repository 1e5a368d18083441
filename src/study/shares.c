/* Coverage of areas by people's shares: a cell on a border between municipalities holds people of both. */
#include "run.h"

/* Fields of the state, one element a share. */
typedef struct {
	double *people;
	guint8 *covered, *reach;
	gint32 *area;
	gint64 *cost;
} Gathered;

static gboolean gather(const Run *run, const State *state, Gathered *g, GError **error)
{
	gint64 n = run->n_shares;
	g->people = thuso_array_new(n, sizeof *g->people, "people by area", error);
	g->covered = g->people ? thuso_array_new(n, 1, "people by area", error) : NULL;
	g->reach = g->covered ? thuso_array_new(n, 1, "people by area", error) : NULL;
	g->area = g->reach ? thuso_array_new(n, sizeof *g->area, "people by area", error) : NULL;
	g->cost = g->area ? thuso_array_new(n, sizeof *g->cost, "people by area", error) : NULL;
	for (gint64 i = 0; g->cost && i < n; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		g->people[i] = share->people;
		g->covered[i] = run->region->covered[share->cell];
		g->reach[i] = state->reach[share->cell];
		g->area[i] = share->area;
		g->cost[i] = state->cost[share->cell];
	}
	return g->cost != NULL;
}

gboolean run_coverage(const Run *run, const State *state, const gint32 *unit_of_area, gint32 n_units, ThusoCoverage *coverage,
                      GError **error)
{
	Gathered g = { 0 };
	/* Shares in a row of their own: coverage looks at cells one by one, never at their neighbours. */
	ThusoGrid row = { .cell_m = 1, .n_cols = (gint32) run->n_shares, .n_rows = 1 };
	gboolean ok = gather(run, state, &g, error);
	if (ok) {
		ThusoState view = { &row, g.people, g.covered, g.area, g.cost, NULL, g.reach, run->measure };
		ok = thuso_coverage_by_unit(&view, unit_of_area, n_units, coverage, error);
	}
	thuso_array_free(g.people);
	thuso_array_free(g.covered);
	thuso_array_free(g.reach);
	thuso_array_free(g.area);
	thuso_array_free(g.cost);
	return ok;
}

gboolean run_total(const Run *run, const State *state, ThusoCoverage *total, GError **error)
{
	g_autofree gint32 *one = thuso_new(gint32, MAX(run->region->levels[0].n, 1));
	return run_coverage(run, state, one, 1, total, error);
}
