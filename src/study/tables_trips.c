/* Trips side by side: what changes for the same people when they travel otherwise than by the first standard's trip, for example when
 * nobody can pay a taxi, or waits for it. */
#include <math.h>

#include "tables.h"

/* People of a unit on one trip against the main one. */
typedef struct {
	double lost, won;      /* served on the main trip only; on this one only */
	double people_on_both; /* who reach a centre on either */
	double more;           /* people times what this one costs more, seconds or metres */
} Change;

static void count_changes(const Run *run, const State *main_state, const State *state, const gint32 *unit_of_area,
                          Change *changes)
{
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		Change *change = &changes[unit_of_area ? unit_of_area[share->area] : 0];
		const gboolean main_served = main_state->reach[share->cell] == THUSO_REACH_SERVED,
		               served = state->reach[share->cell] == THUSO_REACH_SERVED;
		change->lost += main_served && !served ? share->people : 0;
		change->won += served && !main_served ? share->people : 0;
		if (main_state->reach[share->cell] < THUSO_REACH_UNSERVED || state->reach[share->cell] < THUSO_REACH_UNSERVED)
			continue;
		change->people_on_both += share->people;
		change->more += share->people * (thuso_ticks_value(run->measure, state->cost[share->cell]) -
		                                 thuso_ticks_value(run->measure, main_state->cost[share->cell]));
	}
}

static void write_state(const Run *run, Row *row, const ThusoCoverage *c, const Change *change)
{
	row_real(row, c->served);
	row_real(row, c->assessed > 0 ? 100 * c->served / c->assessed : NAN);
	row_real(row, c->in_mean);
	row_real(row, run_display(run, c->mean_cost));
	row_real(row, run_display(run, c->p95_cost));
	row_real(row, change->lost);
	row_real(row, change->won);
	row_real(row, change->people_on_both > 0 ? run_display(run, change->more / change->people_on_both) : NAN);
}

typedef struct {
	const ThusoCoverage *coverage[2];
	Change *change[2];
} TripFacts;

static gboolean trip_row(const Run *run, ThusoTable *table, const char *const unit[3], const Trip *trip, const TripFacts *facts,
                         gint32 u, GError **error)
{
	g_autofree char *limit = run_limit_text(run, trip);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, unit[0]);
	row_text(&row, unit[1]);
	row_text(&row, unit[2]);
	row_text(&row, trip->name);
	row_integer(&row, trip == run->main_trip);
	row_text(&row, limit);
	row_real(&row, trip->rides ? trip->wait / 60 : NAN);
	row_real(&row, facts->coverage[0][u].assessed);
	for (int s = 0; s < 2; s++)
		write_state(run, &row, &facts->coverage[s][u], &facts->change[s][u]);
	return TRUE;
}

/* Level n_levels is the whole study area. */
static gboolean trip_rows(const Run *run, ThusoTable *table, int l, const Trip *trip, GError **error)
{
	const ThusoLevel *level = l < run->region->n_levels ? &run->region->levels[l] : NULL;
	const gint32 n = level ? level->n : 1;
	const State *states[] = { &trip->now, &trip->plan }, *main_states[] = { &run->main_trip->now, &run->main_trip->plan };
	g_autofree Change *now = thuso_new(Change, MAX(n, 1)), *plan = thuso_new(Change, MAX(n, 1));
	TripFacts facts = { .change = { now, plan } };
	for (int s = 0; s < 2; s++) {
		if (!(facts.coverage[s] = run_coverage(run, states[s], l, error)))
			return FALSE;
		count_changes(run, main_states[s], states[s], level ? level->unit_of_area : NULL, facts.change[s]);
	}
	for (gint32 u = 0; u < n; u++) {
		const char *unit[] = { level ? level->name : "study area", level ? level->id[u] : "all",
			                   level ? level->title[u] : "Study area" };
		if (!trip_row(run, table, unit, trip, &facts, u, error))
			return FALSE;
	}
	return TRUE;
}

static void add_state_columns(const Run *run, ThusoTable *table, const char *state, const char *words)
{
	const struct {
		const char *name, *title, *unit;
	} columns[] = {
		{ "people_served", "People served", "people" },
		{ "share_served", "Share served, of assessed people", "%" },
		{ "people_reached", "People who reach a centre at all", "people" },
		{ "mean_cost", "Mean travel cost of people who reach a centre", COST_UNIT(run) },
		{ "p95_cost", "95 % of all assessed people need at most (empty: over 5 % reach no centre)", COST_UNIT(run) },
		{ "people_lost", "Served on the first standard's trip, not on this one", "people" },
		{ "people_won", "Served on this trip, not on the first standard's", "people" },
		{ "cost_more", "What it costs more than that trip, mean of the people who reach a centre on both", COST_UNIT(run) },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *name = g_strdup_printf("%s_%s", columns[i].name, state),
		                *title = g_strdup_printf("%s, %s", columns[i].title, words);
		thuso_table_add_column(table, name, title, columns[i].unit, THUSO_REAL);
	}
}

gboolean tables_trips(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec head[] = {
		{ "level", "Level", "", THUSO_TEXT },
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "is_main", "The first standard's trip, which the others are held against", "1 = yes", THUSO_INTEGER },
		{ "limit", "Served means", "", THUSO_TEXT },
		{ "wait", "Waiting for a ride", "min", THUSO_REAL },
		{ "people_assessed", "People assessed", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	if (run->n_trips < 2)
		return TRUE;
	g_autoptr(ThusoTable) table = tables_new(run, "trips", "Trips side by side", THUSO_NO_GEOMETRY, head);
	add_state_columns(run, table, "now", "now");
	add_state_columns(run, table, "plan", "with the plan");
	for (int l = run->region->n_levels; l >= 0; l--)
		for (int t = 0; t < run->n_trips; t++)
			if (!trip_rows(run, table, l, &run->trips[t], error))
				return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}
