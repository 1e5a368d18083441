/* Measures of access in the result: columns beside people and coverage, the table `measures`, and `equity`. */
#include <math.h>
#include <string.h>

#include "measures.h"
#include "tables.h"

static const char *const state_names[] = { "now", "plan" }, *const state_words[] = { "now", "with the plan" };

static ThusoTable *find_table(const GPtrArray *tables, const char *name)
{
	for (guint i = 0; i < tables->len; i++)
		if (strcmp(((ThusoTable *) g_ptr_array_index(tables, i))->name, name) == 0)
			return g_ptr_array_index(tables, i);
	return NULL;
}

/* "supply per 100,000 people" */
static char *unit_of(const Measure *m)
{
	if (!strstr(m->measure->unit, "a person"))
		return g_strdup(m->supply ? m->supply : "centres");
	g_autofree char *per = thuso_format_count(m->per);
	return g_strdup_printf("%s per %s people", m->supply ? m->supply : "centres", per);
}

/* -1 where there is no memory: the tables have their rows already. */
static int add_column(ThusoTable *table, const Measure *m, int state, GError **error)
{
	g_autofree char *name = g_strdup_printf("access_%s_%s", m->name, state_names[state]), *unit = unit_of(m),
	                *title = g_strdup_printf("%s, %s, %s", m->measure->about.title, m->trip->name, state_words[state]);
	return thuso_table_extend(table, name, title, unit, THUSO_REAL, error);
}

/* --- demand_cells: a row a cell with people of the study area, ascending --------------------------------------------------------- */

static gboolean mark_cells(const Run *run, ThusoTable *table, const Measure *m, int state, GError **error)
{
	int column = add_column(table, m, state, error);
	if (column < 0)
		return FALSE;
	gint64 n = thuso_grid_n(&run->region->grid), row = 0;
	for (gint64 cell = 0; cell < n; cell++)
		if (run->region->area[cell] >= 0 && run->demand->people[cell] > 0)
			thuso_table_set_real(table, row++, column, measure_at(run->measures, m, state, cell));
	g_assert(row == table->n_rows);
	return TRUE;
}

/* --- means of areas -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoSum people, access;
} Mean;

static void add_to(Mean *mean, double people, double access)
{
	if (isnan(access))
		return;
	thuso_sum_add(&mean->people, people);
	thuso_sum_add(&mean->access, people * access);
}

static double mean_of(const Mean *mean)
{
	return thuso_sum(&mean->people) > 0 ? thuso_sum(&mean->access) / thuso_sum(&mean->people) : NAN;
}

static gboolean mark_areas(const Run *run, ThusoTable *table, const ThusoLevel *level, const Measure *m, int state,
                           GError **error)
{
	int column = add_column(table, m, state, error);
	if (column < 0)
		return FALSE;
	g_autofree Mean *mean = thuso_new(Mean, MAX(level->n, 1));
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		add_to(&mean[level->unit_of_area[share->area]], share->people, measure_at(run->measures, m, state, share->cell));
	}
	for (gint32 unit = 0; unit < level->n; unit++)
		thuso_table_set_real(table, unit, column, mean_of(&mean[unit]));
	return TRUE;
}

/* --- measures ---------------------------------------------------------------------------------------------------------------------------- */

static gboolean measure_row(const Run *run, ThusoTable *table, const Measure *m, int state, GError **error)
{
	const State *at = state == 0 ? &m->trip->now : &m->trip->plan;
	g_autofree char *unit = unit_of(m);
	Mean mean = { 0 }, none = { 0 };
	for (gint64 i = 0; i < run->n_shares; i++) {
		double access = measure_at(run->measures, m, state, run->shares[i].cell);
		add_to(&mean, run->shares[i].people, access);
		add_to(&none, access > 0 ? 0 : run->shares[i].people, access);
	}
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, m->name);
	row_text(&row, m->measure->about.title);
	row_text(&row, at->name);
	row_text(&row, m->trip->name);
	row_real(&row, mean_of(&mean));
	row_text(&row, unit);
	row_real(&row, thuso_sum(&mean.people));
	row_real(&row, thuso_sum(&none.people));
	row_integer(&row, at->n_centres);
	row_text(&row, m->measure->about.summary);
	row_text(&row, m->measure->about.source);
	return TRUE;
}

static gboolean measures_table(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "measure", "Measure", "", THUSO_TEXT },
		{ "title", "Title", "", THUSO_TEXT },
		{ "state", "State", "", THUSO_TEXT },
		{ "trip", "Trip", "", THUSO_TEXT },
		{ "mean", "Mean of all assessed people", "", THUSO_REAL },
		{ "unit", "Unit", "", THUSO_TEXT },
		{ "people", "People assessed", "people", THUSO_REAL },
		{ "people_with_none", "Of them without any access", "people", THUSO_REAL },
		{ "centres", "Centres, the buffer's too", "", THUSO_INTEGER },
		{ "formula", "Formula", "", THUSO_TEXT },
		{ "source", "Source", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table = tables_new(run, "measures", "Measures of access", THUSO_NO_GEOMETRY, columns);
	for (int i = 0; i < run->measures->n; i++)
		for (int state = 0; state < 2; state++)
			if (!measure_row(run, table, &run->measures->measure[i], state, error))
				return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- equity ------------------------------------------------------------------------------------------------------------------------------ */

#define N_FIFTHS 5

/* Rows of equity: people's shares. Standing: the need of the zone, the neediest lowest. */
typedef struct {
	const Run *run;
	ThusoTable *table;
	const Measure *measure;
	int state;
	double *access, *people, *standing; /* n_shares; standing NULL without zones */
	gint32 *unit, *fifth;               /* n_shares */
} Equity;

static gboolean equity_row(const Equity *e, const char *by, const char *group, const char *title, const char *index, double value,
                           double people, GError **error)
{
	Row row;
	if (!row_begin(&row, e->table, error))
		return FALSE;
	row_text(&row, e->measure->name);
	row_text(&row, e->state == 0 ? e->measure->trip->now.name : e->measure->trip->plan.name);
	row_text(&row, by);
	row_text(&row, group);
	row_text(&row, title);
	row_text(&row, index);
	row_real(&row, value);
	row_real(&row, people);
	return TRUE;
}

/* Mean and people of a group, then each index that can be computed of it. */
static gboolean group_rows(const Equity *e, const gint32 *groups, gint32 n_groups, gint32 group, const char *by, const char *id,
                           const char *title, GError **error)
{
	gint64 n = e->run->n_shares;
	ThusoEquityData data = { n, e->access, e->people, e->standing, groups, n_groups };
	Mean mean = { 0 };
	for (gint64 i = 0; i < n; i++)
		if (group < 0 || groups[i] == group)
			add_to(&mean, e->people[i], e->access[i]);
	double people = thuso_sum(&mean.people);
	if (!equity_row(e, by, id, title, "mean", mean_of(&mean), people, error))
		return FALSE;
	for (int k = 0; thuso_equity_indices[k]; k++) {
		double value;
		if (thuso_equity_indices[k]->needs_standing && !e->standing)
			continue;
		if (!thuso_equity(thuso_equity_indices[k], &data, group, &value, error) ||
		    !equity_row(e, by, id, title, thuso_equity_indices[k]->about.name, value, people, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean theil_rows(const Equity *e, const gint32 *groups, gint32 n_groups, const char *by, GError **error)
{
	ThusoEquityData data = { e->run->n_shares, e->access, e->people, e->standing, groups, n_groups };
	ThusoTheil theil;
	return thuso_theil_by_group(&data, &theil, NULL, NULL, error) &&
	       equity_row(e, by, NULL, NULL, "theil_between", theil.between, NAN, error) &&
	       equity_row(e, by, NULL, NULL, "theil_within", theil.within, NAN, error);
}

static gboolean level_rows(const Equity *e, GError **error)
{
	const ThusoLevel *level = &e->run->region->levels[e->run->measures->level];
	if (!theil_rows(e, e->unit, level->n, level->name, error))
		return FALSE;
	for (gint32 u = 0; u < level->n; u++)
		if (!group_rows(e, e->unit, level->n, u, level->name, level->id[u], level->title[u], error))
			return FALSE;
	return TRUE;
}

static gboolean fifth_rows(const Equity *e, GError **error)
{
	static const char *const titles[] = { "highest need", "second", "third", "fourth", "lowest need" };
	if (!e->standing)
		return TRUE;
	if (!theil_rows(e, e->fifth, N_FIFTHS, "need", error))
		return FALSE;
	for (gint32 f = 0; f < N_FIFTHS; f++) {
		const char id[] = { (char) ('1' + f), '\0' };
		if (!group_rows(e, e->fifth, N_FIFTHS, f, "need", id, titles[f], error))
			return FALSE;
	}
	return TRUE;
}

static int compare_standing(const void *a, const void *b, void *data)
{
	const double *standing = data;
	gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;
	if (standing[i] != standing[j])
		return standing[i] < standing[j] ? -1 : 1;
	return (i > j) - (i < j);
}

/* Fifths of the people by need: people of equal need stay together, where the middle of them lies. */
static gboolean find_fifths(const Equity *e, GError **error)
{
	gint64 n = e->run->n_shares, n_known = 0;
	gint64 *order = thuso_array_new(n, sizeof *order, "fifths by need", error);
	ThusoSum total = { 0 }, below = { 0 };
	for (gint64 i = 0; order && i < n; i++) {
		e->fifth[i] = -1;
		if (isnan(e->standing[i]))
			continue;
		order[n_known++] = i;
		thuso_sum_add(&total, e->people[i]);
	}
	if (order)
		qsort_r(order, (gsize) n_known, sizeof *order, compare_standing, e->standing);
	for (gint64 from = 0, to; order && from < n_known; from = to) {
		ThusoSum here = { 0 };
		for (to = from; to < n_known && e->standing[order[to]] == e->standing[order[from]]; to++)
			thuso_sum_add(&here, e->people[order[to]]);
		double middle = (thuso_sum(&below) + thuso_sum(&here) / 2) / thuso_sum(&total);
		for (gint64 k = from; k < to; k++)
			e->fifth[order[k]] = CLAMP((gint32) (middle * N_FIFTHS), 0, N_FIFTHS - 1);
		thuso_sum_add(&below, thuso_sum(&here));
	}
	thuso_array_free(order);
	return order != NULL;
}

static gboolean equity_new(const Run *run, Equity *e, GError **error)
{
	const char *what = "equity";
	gint64 n = run->n_shares;
	if (!(e->access = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(e->people = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(e->unit = thuso_array_new(n, sizeof(gint32), what, error)) ||
	    !(e->fifth = thuso_array_new(n, sizeof(gint32), what, error)) ||
	    (run->zones && !(e->standing = thuso_array_new(n, sizeof(double), what, error))))
		return FALSE;
	const ThusoLevel *level = &run->region->levels[run->measures->level];
	for (gint64 i = 0; i < n; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		gint32 zone = run->zones ? run->zones->zone[share->cell] : -1;
		e->people[i] = share->people;
		e->unit[i] = level->unit_of_area[share->area];
		if (e->standing)
			e->standing[i] = zone >= 0 ? -run->zones->need[zone] : NAN;
	}
	return !e->standing || find_fifths(e, error);
}

static void equity_clear(Equity *e)
{
	thuso_array_free(e->access);
	thuso_array_free(e->people);
	thuso_array_free(e->standing);
	thuso_array_free(e->unit);
	thuso_array_free(e->fifth);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Equity, equity_clear)

static gboolean measure_equity(Equity *e, const Measure *m, int state, GError **error)
{
	e->measure = m;
	e->state = state;
	for (gint64 i = 0; i < e->run->n_shares; i++)
		e->access[i] = measure_at(e->run->measures, m, state, e->run->shares[i].cell);
	return group_rows(e, NULL, 0, -1, NULL, NULL, "everyone", error) && level_rows(e, error) && fifth_rows(e, error);
}

static gboolean equity_table(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "measure", "Measure", "", THUSO_TEXT },
		{ "state", "State", "", THUSO_TEXT },
		{ "groups", "Groups (empty: everyone)", "", THUSO_TEXT },
		{ "group_id", "Group", "", THUSO_TEXT },
		{ "group_title", "Name", "", THUSO_TEXT },
		{ "indicator", "Mean, or index of equity", "", THUSO_TEXT },
		{ "value", "Value", "", THUSO_REAL },
		{ "people", "People", "people", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	if (run->measures->level < 0)
		return TRUE;
	g_autoptr(ThusoTable) table = tables_new(run, "equity", "How evenly access is spread", THUSO_NO_GEOMETRY, columns);
	g_auto(Equity) equity = { .run = run, .table = table };
	if (!equity_new(run, &equity, error))
		return FALSE;
	for (int i = 0; i < run->measures->n; i++)
		for (int state = 0; state < 2; state++)
			if (!measure_equity(&equity, &run->measures->measure[i], state, error))
				return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- all of it ---------------------------------------------------------------------------------------------------------------------------- */

gboolean tables_measures(const Run *run, GPtrArray *tables, GError **error)
{
	if (!run->measures)
		return TRUE;
	for (int i = 0; i < run->measures->n; i++)
		for (int state = 0; state < 2; state++) {
			const Measure *m = &run->measures->measure[i];
			if (!mark_cells(run, find_table(tables, "demand_cells"), m, state, error))
				return FALSE;
			for (int l = 0; l < run->region->n_levels; l++) {
				const ThusoLevel *level = &run->region->levels[l];
				if (!mark_areas(run, find_table(tables, l == 0 ? "municipalities" : level->name), level, m, state, error))
					return FALSE;
			}
		}
	return measures_table(run, tables, error) && equity_table(run, tables, error);
}

/* Formulas and where they come from. */
gboolean measures_facts(const Run *run, ThusoTable *parameters, GError **error)
{
	for (int i = 0; run->measures && i < run->measures->n; i++) {
		const Measure *m = &run->measures->measure[i];
		const ThusoDecay *decay = m->measure->decay ? m->measure->decay : m->options.decay;
		g_autofree char *formula = g_strdup_printf("measures.%s.formula", m->name),
		                *weight = g_strdup_printf("measures.%s.decay", m->name),
		                *limit = g_strdup_printf("measures.%s.limit", m->name);
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		thuso_format_real(number, run_display(run, isnan(m->options.limit) ? run->search_limit : m->options.limit));
		if (!tables_fact(parameters, formula, m->measure->about.summary, "", m->measure->about.source, error) ||
		    !tables_fact(parameters, weight, decay->about.summary, "", decay->about.source, error) ||
		    !tables_fact(parameters, limit, number, run_display_unit(run), "the catchment as used", error))
			return FALSE;
	}
	for (int k = 0; run->measures && run->measures->level >= 0 && thuso_equity_indices[k]; k++) {
		const ThusoDescriptor *about = &thuso_equity_indices[k]->about;
		g_autofree char *name = g_strdup_printf("equity.%s.formula", about->name);
		if (!tables_fact(parameters, name, about->summary, "", about->source, error))
			return FALSE;
	}
	return TRUE;
}
