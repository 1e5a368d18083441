/* Measures of access of a study: centres and planned sites as supply, people of area and buffer as demand (src/catchment/README.md). */
#include "measures.h"

#include <string.h>

#include "siting.h"

static const ThusoParam weight_item[] = {
	{ "weight", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1, .help = "the zone's weight" },
	{ NULL },
};

const ThusoParam measure_params[] = {
	{ "use", THUSO_PARAM_TEXT, .required = TRUE, .help = "a measure (thuso list measures)" },
	{ "name", THUSO_PARAM_TEXT, .help = "column name (the measure's)" },
	{ "trip", THUSO_PARAM_TEXT, .help = "one of the trips (the first standard's)" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 1, 1e7,
	  .help = "size of a catchment (the limit of the trip's standard); gravity: every pair by its decay, up to search_limit" },
	{ "supply", THUSO_PARAM_TEXT, .help = "number field of the centres: staff, counters, visits a year (1 each)" },
	{ "supply_planned", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e12, .help = "the same of a planned site; goes with `supply`" },
	{ "per", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 1, 1e9, "100000", .origin = "derived", .source = "numbers that can be read",
	  .help = "measures that are a supply a person: per so many people" },
	{ "decay", THUSO_PARAM_TEXT, .help = "what a cost is worth (thuso list decays), where the measure leaves it open" },
	{ "exponent", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 100, .help = "of the decay power" },
	{ "unit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 0, 1e7, .help = "of the decay power: the cost that weighs 1" },
	{ "half", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 0, 1e7,
	  .help = "of the decay exponential: the cost that weighs one half" },
	{ "steps", THUSO_PARAM_MAP, .item = weight_item, .help = "of the decay steps: {10 min: 1, 20 min: 0.68, 30 min: 0.22}" },
	{ NULL },
};

const ThusoParam equity_params[] = {
	{ "by", THUSO_PARAM_TEXT, .default_text = "municipality", .origin = "derived", .source = "the smallest level",
	  .help = "level whose areas are the groups: municipality, or one of area.levels" },
	{ NULL },
};

/* --- what the blocks say -------------------------------------------------------------------------------------------------------- */

static gboolean unknown(const Block *block, const char *key, const char *what, GPtrArray *names, GError **error)
{
	g_ptr_array_add(names, NULL);
	const char *name = block_text(block, key);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	block_error(block, key, error, THUSO_ERROR_USAGE, "%s: '%s' is no %s; use one of: %s%s%s%s", key, name, what, all,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return FALSE;
}

static gboolean read_measure(Measure *m, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	if ((m->measure = thuso_access_measure_find(block_text(&m->block, "use"))))
		return TRUE;
	for (int i = 0; thuso_access_measures[i]; i++)
		g_ptr_array_add(names, (gpointer) thuso_access_measures[i]->about.name);
	return unknown(&m->block, "use", "measure of access", names, error);
}

static gboolean read_trip(Run *run, Measure *m, GError **error)
{
	m->trip = block_has(&m->block, "trip") ? run_find_trip(run, &m->block, "trip", error) : run->main_trip;
	return m->trip != NULL;
}

/* Times where the standards are times, else lengths. */
static gboolean read_cost(const Run *run, const Block *block, const char *key, double *value, GError **error)
{
	ThusoDimension found, wanted = run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH;
	if (!block_has(block, key))
		return TRUE;
	*value = block_quantity(block, key, &found);
	if (found == wanted)
		return TRUE;
	block_error(block, key, error, THUSO_ERROR_USAGE, "measures: `%s` is a %s like the standards, not '%s'", key,
	            wanted == THUSO_TIME ? "time" : "distance", block_text(block, key));
	return FALSE;
}

static gboolean read_steps(const Run *run, Measure *m, GError **error)
{
	int n = m->options.n_steps = block_n(&m->block, "steps");
	m->steps = thuso_new(double, 2 * n + 1);
	for (int i = 0; i < n; i++) {
		g_autoptr(GError) inner = NULL;
		guint wanted = run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH;
		if (!thuso_parse_quantity(block_item_name(&m->block, "steps", i), wanted, &m->steps[i], NULL, &inner)) {
			block_error(&m->block, "steps", error, THUSO_ERROR_USAGE, "steps: %s", inner->message);
			return FALSE;
		}
		m->steps[n + i] = block_item_quantity(&m->block, "steps", i, NULL);
	}
	m->options.step_upper = m->steps;
	m->options.step_weight = m->steps + n;
	return TRUE;
}

static gboolean read_decay(const Run *run, Measure *m, GError **error)
{
	const char *name = block_text(&m->block, "decay");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	if (name && m->measure->decay) {
		block_error(&m->block, "decay", error, THUSO_ERROR_USAGE, "'%s' has a decay of its own (%s); take `decay` out",
		            m->measure->about.name, m->measure->decay->about.name);
		return FALSE;
	}
	if (name && !(m->options.decay = thuso_decay_find(name))) {
		for (int i = 0; thuso_decays[i]; i++)
			g_ptr_array_add(names, (gpointer) thuso_decays[i]->about.name);
		return unknown(&m->block, "decay", "decay", names, error);
	}
	m->options.exponent = block_quantity(&m->block, "exponent", NULL);
	return read_cost(run, &m->block, "unit", &m->options.unit, error) &&
	       read_cost(run, &m->block, "half", &m->options.half, error) && read_steps(run, m, error);
}

static gboolean is_param(const ThusoParam *params, const char *name)
{
	for (; params && params->name; params++)
		if (strcmp(params->name, name) == 0)
			return TRUE;
	return FALSE;
}

/* A key that the measure and its decay do not take would be half obeyed. */
static gboolean takes_all(const Measure *m, GError **error)
{
	static const char *const always[] = { "use", "name", "trip", "supply", "supply_planned", "per", "decay", NULL };
	const ThusoDecay *decay = m->measure->decay ? m->measure->decay : m->options.decay;
	for (const ThusoParam *p = measure_params; p->name; p++) {
		if (!block_has(&m->block, p->name) || g_strv_contains(always, p->name) || is_param(m->measure->about.params, p->name) ||
		    (decay && is_param(decay->about.params, p->name)))
			continue;
		block_error(&m->block, p->name, error, THUSO_ERROR_USAGE, "'%s' takes no `%s`; see `thuso list measures` and `decays`",
		            m->measure->about.name, p->name);
		return FALSE;
	}
	return TRUE;
}

/* The standard's limit is the catchment unless the study says another; steps end with the last one, and a decay that needs no limit goes as
 * far as is searched. */
static gboolean read_limit(const Run *run, Measure *m, GError **error)
{
	const ThusoDecay *decay = m->measure->decay ? m->measure->decay : m->options.decay;
	if (!read_cost(run, &m->block, "limit", &m->options.limit, error))
		return FALSE;
	if (isnan(m->options.limit) && decay && decay->needs_limit)
		m->options.limit = m->trip->limit;
	else if (isnan(m->options.limit) && m->options.n_steps > 0)
		m->options.limit = m->steps[m->options.n_steps - 1];
	if (!isnan(m->options.limit) && m->options.limit > run->search_limit) {
		block_error(&m->block, "limit", error, THUSO_ERROR_USAGE,
		            "measures: the catchment is beyond `search_limit` of `travel`; raise that");
		return FALSE;
	}
	return TRUE;
}

static gboolean read_supply(const Run *run, Measure *m, GError **error)
{
	gboolean a_person = strstr(m->measure->unit, "a person") != NULL;
	m->supply = block_text(&m->block, "supply");
	m->supply_planned = block_quantity(&m->block, "supply_planned", NULL);
	m->per = a_person ? block_quantity(&m->block, "per", NULL) : 1;
	const char *key = NULL, *what = NULL;
	const ThusoTable *table = run->centres->n_tables > 0 ? run->centres->table[0] : NULL;
	if (block_has(&m->block, "per") && !a_person)
		key = "per", what = "goes with a measure that is a supply a person";
	else if (!m->supply && !isnan(m->supply_planned))
		key = "supply_planned", what = "goes with `supply`; without it every site counts 1";
	else if (m->supply && isnan(m->supply_planned))
		key = "supply", what = "says what the centres have; add `supply_planned`, what a planned site will have";
	else if (m->supply && (!table || thuso_table_find_column(table, m->supply) < 0))
		key = "supply", what = "is no field of the centres' layer";
	if (what)
		block_error(&m->block, key, error, THUSO_ERROR_USAGE, "measures: `%s` %s", key, what);
	return what == NULL;
}

static gboolean read_name(Measures *measures, int i, GError **error)
{
	Measure *m = &measures->measure[i];
	const char *given = block_text(&m->block, "name");
	m->name =
	    g_strcanon(g_ascii_strdown(given ? given : m->measure->about.name, -1), "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
	for (int k = 0; k < i; k++)
		if (strcmp(measures->measure[k].name, m->name) == 0) {
			block_error(&m->block, NULL, error, THUSO_ERROR_USAGE, "two measures are called '%s'; give each a `name`", m->name);
			return FALSE;
		}
	return TRUE;
}

static gboolean read_one(Run *run, Measures *measures, int i, GError **error)
{
	Measure *m = &measures->measure[i];
	m->block = block_item(&run->top, "measures", i);
	thuso_decay_options_default(&m->options);
	if (!read_measure(m, error) || !read_trip(run, m, error) || !read_decay(run, m, error) || !takes_all(m, error) ||
	    !read_limit(run, m, error) || !read_supply(run, m, error) || !read_name(measures, i, error))
		return FALSE;
	/* What is left out or does not fit shows before any travel: a measure of nobody. */
	g_autoptr(GError) inner = NULL;
	const gint64 start[] = { 0 };
	ThusoSupply nobody = { .start = start };
	double access;
	if (thuso_access(m->measure, &nobody, &m->options, &access, &inner))
		return TRUE;
	block_error(&m->block, NULL, error, THUSO_ERROR_USAGE, "%s", inner->message);
	return FALSE;
}

static gboolean read_equity(const Run *run, Measures *measures, GError **error)
{
	measures->level = -1;
	if (!block_has(&run->top, "equity"))
		return TRUE;
	Block block = block_get(&run->top, "equity");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int l = 0; l < run->region->n_levels && measures->level < 0; l++) {
		if (strcmp(run->region->levels[l].name, block_text(&block, "by")) == 0)
			measures->level = l;
		g_ptr_array_add(names, run->region->levels[l].name);
	}
	return measures->level >= 0 || unknown(&block, "by", "level of `area`", names, error);
}

gboolean measures_read(Run *run, GError **error)
{
	int n = block_n(&run->top, "measures");
	if (n == 0 && block_has(&run->top, "equity")) {
		block_error(&run->top, "equity", error, THUSO_ERROR_USAGE,
		            "equity: of what? add `measures`, for example measures: [{use: 2sfca}]");
		return FALSE;
	}
	if (n == 0)
		return TRUE;
	Measures *measures = run->measures = g_new0(Measures, 1);
	measures->measure = thuso_new(Measure, n);
	measures->n = n;
	for (int i = 0; i < n; i++)
		if (!read_one(run, measures, i, error))
			return FALSE;
	return read_equity(run, measures, error);
}

void measures_free(Measures *measures)
{
	if (!measures)
		return;
	for (int i = 0; i < measures->n; i++) {
		thuso_array_free(measures->measure[i].access[0]);
		thuso_array_free(measures->measure[i].access[1]);
		g_free(measures->measure[i].name);
		g_free(measures->measure[i].steps);
	}
	g_free(measures->measure);
	rows_clear(&measures->rows);
	thuso_array_free(measures->row_of);
	g_free(measures);
}

/* --- demand and supply ---------------------------------------------------------------------------------------------------------- */

static gboolean make_rows(const Run *run, Measures *measures, GError **error)
{
	if (!rows_find(run, run->demand->people, NULL, &measures->rows, error) ||
	    !(measures->row_of = thuso_array_new(thuso_grid_n(&run->region->grid), sizeof(guint32), "people to measure", error)))
		return FALSE;
	for (gint64 row = 0; row < measures->rows.n; row++)
		measures->row_of[measures->rows.cell[row]] = (guint32) row + 1;
	return TRUE;
}

static gboolean supply_of(const Run *run, const Measure *m, const State *state, double *supply, GError **error)
{
	const ThusoTable *table = m->supply ? run->centres->table[0] : NULL;
	int column = table ? thuso_table_find_column(table, m->supply) : -1;
	for (gint32 j = 0; j < state->n_centres; j++) {
		const Centre *centre = &state->centres[j];
		if (!m->supply)
			supply[j] = 1;
		else if (centre->is_planned)
			supply[j] = m->supply_planned;
		else
			supply[j] = centre->place->row >= 0 ? thuso_table_as_real(table, centre->place->row, column) : NAN;
		if (isfinite(supply[j]) && supply[j] >= 0)
			continue;
		block_error(&m->block, "supply", error, THUSO_ERROR_INPUT,
		            "measures: centre %s has no number of 0 or more in field '%s'; fill it in, or leave the centre out of `open`",
		            centre->place->id, m->supply);
		return FALSE;
	}
	return TRUE;
}

static gboolean measure_state(Run *run, const Measures *measures, Measure *m, int which, GError **error)
{
	const State *state = which == 0 ? &m->trip->now : &m->trip->plan;
	double limit = isnan(m->options.limit) ? run->search_limit : m->options.limit;
	ThusoTravel travel = run_travel(run, m->trip, limit);
	g_autofree double *supply = thuso_new(double, MAX(state->n_centres, 1));
	m->access[which] = thuso_array_new(measures->rows.n, sizeof(double), "access of people", error);
	if (!m->access[which] || !supply_of(run, m, state, supply, error))
		return FALSE;
	g_autoptr(ThusoSitePairs) pairs = thuso_site_pairs(run->context, m->trip->ground->surface, &travel, state->cells,
	                                                   state->n_centres, measures->rows.cell, measures->rows.n, error);
	if (!pairs)
		return FALSE;
	ThusoSupply all = { measures->rows.n, state->n_centres,      pairs->start, pairs->demand,
		                pairs->cost,      measures->rows.people, supply };
	if (!thuso_access(m->measure, &all, &m->options, m->access[which], error))
		return FALSE;
	for (gint64 row = 0; row < measures->rows.n; row++)
		m->access[which][row] *= m->per;
	return TRUE;
}

double measure_at(const Measures *measures, const Measure *measure, int state, gint64 cell)
{
	guint32 row = measures->row_of[cell];
	return row > 0 ? measure->access[state][row - 1] : NAN;
}

gboolean run_measures(Run *run, GError **error)
{
	Measures *measures = run->measures;
	if (!measures)
		return TRUE;
	thuso_stage(run->context, "measures of access", 0.86, 0.86);
	if (!make_rows(run, measures, error))
		return FALSE;
	for (int i = 0; i < measures->n; i++)
		if (!measure_state(run, measures, &measures->measure[i], 0, error) ||
		    !measure_state(run, measures, &measures->measure[i], 1, error))
			return FALSE;
	return TRUE;
}
