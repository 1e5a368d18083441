/* The area layers: one a level, with who is served now and with the plan (src/catchment/README.md). */
#include <math.h>
#include <string.h>

#include "capacity.h"
#include "tables.h"

static void add_state_columns(const Run *run, ThusoTable *table, const char *state, const char *words)
{
	const struct {
		const char *name, *title, *unit;
	} columns[] = {
		{ "people_served", "People served", "people" },
		{ "people_unserved", "People unserved", "people" },
		{ "people_unreachable", "Of them unreachable", "people" },
		{ "people_no_path", "Unreachable: no path to any centre", "people" },
		{ "people_beyond_search", "Unreachable: beyond the search limit", "people" },
		{ "people_on_barrier", "Unreachable: live on a barrier", "people" },
		{ "share_served", "Share served, of assessed people", "%" },
		{ "mean_cost", "Mean travel cost of people who reach a centre", COST_UNIT(run) },
		{ "p95_cost", "95 % of all assessed people need at most (empty: over 5 % reach no centre)", COST_UNIT(run) },
		{ "people_in_mean", "People in the mean", "people" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *name = g_strdup_printf("%s_%s", columns[i].name, state);
		g_autofree char *title = g_strdup_printf("%s, %s", columns[i].title, words);
		thuso_table_add_column(table, name, title, columns[i].unit, THUSO_REAL);
	}
}

static void write_state(const Run *run, Row *row, const ThusoCoverage *c)
{
	row_real(row, c->served);
	row_real(row, c->unserved);
	row_real(row, c->unreachable);
	row_real(row, c->no_path);
	row_real(row, c->beyond_search);
	row_real(row, c->on_barrier);
	row_real(row, c->assessed > 0 ? 100 * c->served / c->assessed : NAN);
	row_real(row, run_display(run, c->mean_cost));
	row_real(row, run_display(run, c->p95_cost));
	row_real(row, c->in_mean);
}

/* The open centre that is nearest to most people of each unit; it may lie across the boundary. Ties: the lower id. */
static gint32 *most_used_centres(const Run *run, const ThusoLevel *level, GError **error)
{
	const State *now = &run->main_trip->now;
	gint32 n_centres = MAX(now->n_centres, 1);
	double *people = thuso_array_new((gint64) level->n * n_centres, sizeof *people, "people by area and centre", error);
	if (!people)
		return NULL;
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		gint32 nearest = now->nearest[share->cell];
		if (nearest >= 0)
			people[(gint64) level->unit_of_area[share->area] * n_centres + nearest] += share->people;
	}
	gint32 *most = thuso_new(gint32, MAX(level->n, 1));
	for (gint32 u = 0; u < level->n; u++) {
		most[u] = -1;
		for (gint32 c = 0; c < now->n_centres; c++) {
			double here = people[(gint64) u * n_centres + c];
			if (here > 0 && (most[u] < 0 || here > people[(gint64) u * n_centres + most[u]]))
				most[u] = c;
		}
	}
	thuso_array_free(people);
	return most;
}

static int open_centres_in(const Run *run, const ThusoLevel *level, gint32 unit)
{
	int n = 0;
	for (gint64 i = 0; i < run->centres->n; i++) {
		const ThusoPlace *place = &run->centres->place[i];
		n += place->open && place->area >= 0 && level->unit_of_area[place->area] == unit;
	}
	return n;
}

/* Rank index of the best site in a unit: ranks ascend, so the least over its municipalities. */
static gint64 best_site_in(const Run *run, const ThusoLevel *level, gint32 unit)
{
	gint64 best = -1;
	for (gint32 a = 0; a < run->sites.n_areas; a++) {
		gint64 here = level->unit_of_area[a] == unit ? run->ranking->best_of_area[a] : -1;
		if (here >= 0 && (best < 0 || here < best))
			best = here;
	}
	return best;
}

static gboolean add_outline(Row *row, const ThusoGeometry *outline, GError **error)
{
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(outline, error);
	if (wkb)
		thuso_table_set_geometry(row->table, row->row, wkb);
	return wkb != NULL;
}

typedef struct {
	const ThusoCoverage *now, *plan;
	const ThusoCoverage *weighted_now, *weighted_plan;
	gint32 *most_used;
} LevelFacts;

static void add_capacity_columns(const Run *run, ThusoTable *table)
{
	static const char *const states[][2] = { { "now", "now" }, { "plan", "with the plan" } };
	const char *unit = run_capacity_unit(run);
	for (gsize s = 0; run->capacity && s < G_N_ELEMENTS(states); s++) {
		const struct {
			const char *name, *title, *unit;
		} columns[] = {
			{ "people_allocated", "People whom a centre takes within its capacity", "people" },
			{ "people_refused", "People within the limit whom no centre takes", "people" },
			{ "capacity", "Capacity of the centres inside", unit },
			{ "capacity_asked", "What the area's people ask for", unit },
		};
		for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
			g_autofree char *name = g_strdup_printf("%s_%s", columns[i].name, states[s][0]);
			g_autofree char *title = g_strdup_printf("%s, %s", columns[i].title, states[s][1]);
			thuso_table_add_column(table, name, title, columns[i].unit, THUSO_REAL);
		}
	}
}

static void write_capacity(const Run *run, Row *row, const Provided *provided)
{
	if (!run->capacity)
		return;
	row_real(row, provided->allocated);
	row_real(row, provided->refused);
	row_real(row, provided->capacity);
	row_real(row, provided->asked);
}

static void add_weighted_columns(const Run *run, ThusoTable *table)
{
	static const ColumnSpec columns[] = {
		{ "people_weighted", "People after demand factors", "people", THUSO_REAL },
		{ "people_served_weighted_now", "Of them served, now", "people", THUSO_REAL },
		{ "share_served_weighted_now", "Share served after demand factors, now", "%", THUSO_REAL },
		{ "people_served_weighted_plan", "Of them served, with the plan", "people", THUSO_REAL },
		{ "share_served_weighted_plan", "Share served after demand factors, with the plan", "%", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	if (run->demand->weighted)
		tables_add_columns(table, columns);
}

static void write_weighted(const Run *run, Row *row, const ThusoCoverage *now, const ThusoCoverage *plan)
{
	if (!run->demand->weighted)
		return;
	row_real(row, now->people);
	row_real(row, now->served);
	row_real(row, now->assessed > 0 ? 100 * now->served / now->assessed : NAN);
	row_real(row, plan->served);
	row_real(row, plan->assessed > 0 ? 100 * plan->served / plan->assessed : NAN);
}

static gboolean area_row(const Run *run, ThusoTable *table, const ThusoLevel *level, gint32 unit, const LevelFacts *facts,
                         GError **error)
{
	const ThusoCoverage *now = &facts->now[unit];
	int open = open_centres_in(run, level, unit);
	gint64 best = best_site_in(run, level, unit);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, level->id[unit]);
	row_text(&row, level->title[unit]);
	row_real(&row, now->people);
	row_real(&row, now->assessed);
	row_real(&row, now->no_data);
	write_state(run, &row, now);
	write_state(run, &row, &facts->plan[unit]);
	row_integer(&row, open);
	row_integer(&row, open > 0);
	gint32 most = facts->most_used[unit];
	row_text(&row, most >= 0 ? run->main_trip->now.centres[most].place->id : NULL);
	row_text(&row, best >= 0 ? run->sites.id[run->ranking->site[best]] : NULL);
	Provided now_provided, plan_provided;
	unit_provision(run, &run->main_trip->now, level, unit, &now_provided);
	unit_provision(run, &run->main_trip->plan, level, unit, &plan_provided);
	row_text(&row, now_provided.words);
	write_capacity(run, &row, &now_provided);
	write_capacity(run, &row, &plan_provided);
	write_weighted(run, &row, &facts->weighted_now[unit], &facts->weighted_plan[unit]);
	return add_outline(&row, level->outline[unit], error);
}

static ThusoTable *area_table(const Run *run, const ThusoLevel *level)
{
	static const ColumnSpec head[] = {
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "people", "People", "people", THUSO_REAL },
		{ "people_assessed", "People assessed", "people", THUSO_REAL },
		{ "people_no_data", "People where a layer has no data", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	static const ColumnSpec tail[] = {
		{ "centres_open", "Open centres inside", "", THUSO_INTEGER },
		{ "has_centre", "Has an open centre", "1 = yes", THUSO_INTEGER },
		{ "nearest_centre", "Open centre nearest to most people", "", THUSO_TEXT },
		{ "best_site", "Best site", "", THUSO_TEXT },
		{ "provision", "Provision now: capacity inside against what its people ask", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	gboolean smallest = level == &run->region->levels[0];
	g_autofree char *title = smallest ? g_strdup("Municipalities") : g_strdup(level->name);
	*title = g_ascii_toupper(*title); /* "District": a legend's word, not the study file's */
	ThusoTable *table = tables_new(run, smallest ? "municipalities" : level->name, title, THUSO_POLYGON, head);
	add_state_columns(run, table, "now", "now");
	add_state_columns(run, table, "plan", "with the plan");
	tables_add_columns(table, tail);
	add_capacity_columns(run, table);
	add_weighted_columns(run, table);
	return table;
}

static gboolean add_level(const Run *run, int l, GPtrArray *tables, GError **error)
{
	const ThusoLevel *level = &run->region->levels[l];
	g_autoptr(ThusoTable) table = area_table(run, level);
	const ThusoCoverage *now = run_coverage(run, &run->main_trip->now, l, error),
	                    *plan = now ? run_coverage(run, &run->main_trip->plan, l, error) : NULL;
	const ThusoCoverage *weighted_now = plan ? run_coverage_weighted(run, &run->main_trip->now, l, error) : NULL,
	                    *weighted_plan = weighted_now ? run_coverage_weighted(run, &run->main_trip->plan, l, error) : NULL;
	g_autofree gint32 *most = weighted_plan ? most_used_centres(run, level, error) : NULL;
	if (!most)
		return FALSE;
	LevelFacts facts = { now, plan, weighted_now, weighted_plan, most };
	for (gint32 unit = 0; unit < level->n; unit++)
		if (!area_row(run, table, level, unit, &facts, error))
			return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* People by what happens to them, one row each, so that the unreachable are never a difference to be worked out. */
static const ColumnSpec access_columns[] = {
	{ "level", "Level", "", THUSO_TEXT },
	{ "id", "Code", "", THUSO_TEXT },
	{ "title", "Name", "", THUSO_TEXT },
	{ "state", "State", "", THUSO_TEXT },
	{ "trip", "Trip", "", THUSO_TEXT },
	{ "category", "Category", "", THUSO_TEXT },
	{ "people", "People", "people", THUSO_REAL },
	{ "share", "Share of the area's assessed people", "%", THUSO_REAL },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

typedef struct {
	const char *category;
	double people;
} Category;

static gboolean access_row(ThusoTable *table, const ThusoLevel *level, gint32 unit, const Trip *trip, const State *state,
                           const Category *c, double assessed, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, level->name);
	row_text(&row, level->id[unit]);
	row_text(&row, level->title[unit]);
	row_text(&row, state->name);
	row_text(&row, trip->name);
	row_text(&row, c->category);
	row_real(&row, c->people);
	row_real(&row, assessed > 0 ? 100 * c->people / assessed : NAN);
	return TRUE;
}

/* A trip without a standard has nobody served or unserved, only people who reach a centre. */
static gboolean access_rows(const Run *run, ThusoTable *table, int l, const Trip *trip, const State *state, GError **error)
{
	const ThusoLevel *level = &run->region->levels[l];
	const ThusoCoverage *coverage = run_coverage(run, state, l, error);
	if (!coverage)
		return FALSE;
	for (gint32 u = 0; u < level->n; u++) {
		const ThusoCoverage *c = &coverage[u];
		double reached = c->served + c->unserved - c->unreachable;
		const Category rows[] = {
			{ trip->has_standard ? "served" : "reached", trip->has_standard ? c->served : reached },
			{ trip->has_standard ? "reached beyond the limit" : NULL, reached - c->served },
			{ "unreachable: no path", c->no_path },
			{ "unreachable: beyond search", c->beyond_search },
			{ "unreachable: on barrier", c->on_barrier },
			{ "no data", c->no_data },
		};
		for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
			if (rows[i].category &&
			    !access_row(table, level, u, trip, state, &rows[i], i + 1 < G_N_ELEMENTS(rows) ? c->assessed : 0, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean access_table(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table = tables_new(run, "access", "People with and without access", THUSO_NO_GEOMETRY, access_columns);
	for (int l = 0; l < run->region->n_levels; l++)
		for (int t = 0; t < run->n_trips; t++)
			if (!access_rows(run, table, l, &run->trips[t], &run->trips[t].now, error) ||
			    !access_rows(run, table, l, &run->trips[t], &run->trips[t].plan, error))
				return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_areas(const Run *run, GPtrArray *tables, GError **error)
{
	for (int l = 0; l < run->region->n_levels; l++)
		if (!add_level(run, l, tables, error))
			return FALSE;
	return access_table(run, tables, error);
}
