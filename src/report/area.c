/* The areas that have a page: a municipality, a district, ..., or the whole study. */
#include <math.h>
#include <string.h>

#include "facts.h"

const Level *facts_level(const Facts *facts, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; i < facts->n_levels; i++) {
		if (strcmp(facts->levels[i].name, name) == 0)
			return &facts->levels[i];
		g_ptr_array_add(names, facts->levels[i].name);
	}
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s reports by %s; '%s' is none of them%s%s%s", facts->base_name, all,
	            name, nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return NULL;
}

/* --- numbers ---------------------------------------------------------------------------------------------------------------- */

static double state_real(const ThusoTable *table, gint64 row, const char *name, int state)
{
	g_autofree char *column = g_strconcat(name, state == STATE_NOW ? "_now" : "_plan", NULL);
	return cell_real(table, row, column);
}

static void read_numbers(const ThusoTable *table, gint64 row, AreaNumbers *n)
{
	n->people = cell_real(table, row, "people");
	n->assessed = cell_real(table, row, "people_assessed");
	n->no_data = cell_real(table, row, "people_no_data");
	n->centres_open = cell_real(table, row, "centres_open");
	for (int s = 0; s < N_STATES; s++) {
		n->served[s] = state_real(table, row, "people_served", s);
		n->unserved[s] = state_real(table, row, "people_unserved", s);
		n->unreachable[s] = state_real(table, row, "people_unreachable", s);
		n->share[s] = state_real(table, row, "share_served", s);
		n->mean[s] = state_real(table, row, "mean_cost", s);
		n->p95[s] = state_real(table, row, "p95_cost", s);
		n->in_mean[s] = state_real(table, row, "people_in_mean", s);
	}
}

/* NaN only where no row has a number. */
static void add_to(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

/* The whole study is the sum of its municipalities; a mean is one over the people in the means. Quantiles do not add up: left out. */
static void sum_numbers(const ThusoTable *table, AreaNumbers *n)
{
	for (double *value = (double *) n; value < (double *) (n + 1); value++)
		*value = NAN;
	double weighted[N_STATES] = { 0 };
	for (gint64 row = 0; row < table->n_rows; row++) {
		AreaNumbers one;
		read_numbers(table, row, &one);
		add_to(&n->people, one.people);
		add_to(&n->assessed, one.assessed);
		add_to(&n->no_data, one.no_data);
		add_to(&n->centres_open, one.centres_open);
		for (int s = 0; s < N_STATES; s++) {
			add_to(&n->served[s], one.served[s]);
			add_to(&n->unserved[s], one.unserved[s]);
			add_to(&n->unreachable[s], one.unreachable[s]);
			add_to(&n->in_mean[s], one.in_mean[s]);
			weighted[s] += one.in_mean[s] > 0 && !isnan(one.mean[s]) ? one.mean[s] * one.in_mean[s] : 0;
		}
	}
	for (int s = 0; s < N_STATES; s++) {
		n->share[s] = n->assessed > 0 ? 100 * n->served[s] / n->assessed : NAN;
		n->mean[s] = n->in_mean[s] > 0 ? weighted[s] / n->in_mean[s] : NAN;
	}
}

/* --- extent and members ------------------------------------------------------------------------------------------------------- */

static void find_bounds(Area *area)
{
	gboolean first = TRUE;
	for (gint64 i = 0; i < area->n_outlines; i++) {
		double x0, y0, x1, y1, *b = area->bounds;
		if (!area->outlines[i] || area->outlines[i]->n_points == 0)
			continue;
		thuso_geometry_bounds(area->outlines[i], &x0, &y0, &x1, &y1);
		b[0] = first ? x0 : fmin(b[0], x0);
		b[1] = first ? y0 : fmin(b[1], y0);
		b[2] = first ? x1 : fmax(b[2], x1);
		b[3] = first ? y1 : fmax(b[3], y1);
		first = FALSE;
	}
}

static void find_members(Area *area, const Facts *facts, const Level *level, gint64 row)
{
	const Level *municipalities = &facts->levels[0];
	gint64 n = municipalities->table->n_rows;
	area->member = thuso_new(guint8, n + 1);
	for (gint64 i = 0; i < n; i++) {
		if (area->is_all)
			area->member[i] = 1;
		else if (level == municipalities)
			area->member[i] = i == row;
		else
			area->member[i] = level->outlines[row] && !isnan(municipalities->x[i]) &&
			                  thuso_geometry_contains(level->outlines[row], municipalities->x[i], municipalities->y[i]);
	}
}

static void count_people(Area *area, const Facts *facts)
{
	int n = facts->n_bands + 2;
	for (int s = 0; s < N_STATES; s++) {
		if (!facts->cells[s])
			continue;
		area->people[s] = g_new0(double, (gsize) n);
		for (gint64 i = 0; i < facts->levels[0].table->n_rows; i++)
			for (int b = 0; area->member[i] && b < n; b++)
				area->people[s][b] += facts->cells[s][i * n + b];
	}
}

Area *area_new(const Facts *facts, const Level *level, gint64 row, GError **error)
{
	Area *area = g_new0(Area, 1);
	area->is_all = row < 0;
	area->level = level->name;
	area->outlines = area->is_all ? level->outlines : level->outlines + row;
	area->n_outlines = area->is_all ? level->table->n_rows : 1;
	area->id = area->is_all ? "" : cell_text(level->table, row, "id");
	area->title = area->is_all ? facts->study : cell_text(level->table, row, "title");
	if (!area->title)
		area->title = area->id;
	if (area->is_all) {
		sum_numbers(level->table, &area->numbers);
	} else {
		read_numbers(level->table, row, &area->numbers);
		area->nearest_centre = cell_text(level->table, row, "nearest_centre");
		area->best_site = cell_text(level->table, row, "best_site");
		area->has_centre = cell_real(level->table, row, "has_centre") > 0;
	}
	find_bounds(area);
	find_members(area, facts, level, row);
	count_people(area, facts);
	if (area->id && area->bounds[2] > area->bounds[0] && area->bounds[3] > area->bounds[1])
		return area;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "layer %s, row %" G_GINT64_FORMAT " has no id or no outline: compute the "
	            "result again",
	            level->table->name, row + 1);
	area_free(area);
	return NULL;
}

void area_free(Area *area)
{
	if (!area)
		return;
	g_free(area->member);
	for (int s = 0; s < N_STATES; s++)
		g_free(area->people[s]);
	g_free(area);
}

gboolean area_has_row(const Area *area, const Facts *facts, const ThusoTable *table, gint64 row)
{
	const char *id = cell_text(table, row, "municipality");
	gsize at = id ? GPOINTER_TO_SIZE(g_hash_table_lookup(facts->municipality_row, id)) : 0;
	return area->is_all || (at > 0 && area->member[at - 1]);
}

GArray *area_rows(const Area *area, const Facts *facts, FactsTable table)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	const ThusoTable *sites = facts->table[table];
	for (gint64 row = 0; sites && row < sites->n_rows; row++)
		if (area_has_row(area, facts, sites, row))
			g_array_append_val(rows, row);
	return rows;
}
