/* Control totals: the people of a unit's cells scaled so that they add up to the official number. */
#include "demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

/* Totals that differ this much from the people read are rarely meant. */
#define FACTOR_LOW  0.5
#define FACTOR_HIGH 2.0
#define MAX_LISTED  10

typedef struct {
	char *id;
	char *row; /* in words */
	double total;
} Total;

typedef struct {
	ThusoDemandJob *job;
	char *where;
	GArray *totals; /* of Total, sorted by id */
} Control;

static void total_clear(gpointer data)
{
	Total *total = data;
	g_free(total->id);
	g_free(total->row);
}

static void control_clear(Control *control)
{
	g_free(control->where);
	if (control->totals)
		g_array_free(control->totals, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Control, control_clear)

static int by_id(const void *a, const void *b)
{
	return strcmp(((const Total *) a)->id, ((const Total *) b)->id);
}

static gboolean wrong_row(const Control *control, const char *row, const char *what, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s, row %s: %s", control->where, row, what);
	return FALSE;
}

static gboolean read_total(Control *control, const ThusoTable *table, gint64 row, const int columns[2], GError **error)
{
	g_autofree char *name = thuso_data_fid(table, row);
	g_autofree char *id = thuso_data_text(table, row, columns[0]);
	double value;
	if (!id)
		return wrong_row(control, name, "the id is empty; every total needs the id of its area", error);
	if (!thuso_data_number(table, row, columns[1], &value) || !(value >= 0))
		return wrong_row(control, name, "the total is no number of 0 or more; correct it", error);
	Total total = { g_steal_pointer(&id), g_steal_pointer(&name), value };
	g_array_append_val(control->totals, total);
	return TRUE;
}

static gboolean read_totals(Control *control, GError **error)
{
	const ThusoDemandSpec *spec = control->job->spec;
	const char *names[] = { spec->control_id, spec->control_field };
	g_autofree const char **fields = thuso_data_fields(names, 2);
	if (!spec->control_id || !spec->control_field) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "demand: control needs the fields id and field");
		return FALSE;
	}
	g_autoptr(ThusoTable) table = thuso_read_layer(control->job->context, spec->control, THUSO_READ_TABLE, fields, error);
	int columns[2];
	if (!table || !thuso_data_column(spec->control, table, spec->control_id, &columns[0], error) ||
	    !thuso_data_column(spec->control, table, spec->control_field, &columns[1], error))
		return FALSE;
	for (gint64 row = 0; row < table->n_rows; row++)
		if (!read_total(control, table, row, columns, error))
			return FALSE;
	g_array_sort(control->totals, by_id);
	for (guint i = 1; i < control->totals->len; i++) {
		const Total *total = &g_array_index(control->totals, Total, i);
		if (strcmp(total->id, total[-1].id) == 0)
			return wrong_row(control, total->row, "the id stands twice; give one total for each area", error);
	}
	return TRUE;
}

/* The total of a unit: the same text, or the same number written otherwise ("101" and "101.0"). */
static const Total *find_total(const Control *control, const char *id)
{
	const Total key = { .id = (char *) id };
	const Total *found = bsearch(&key, control->totals->data, control->totals->len, sizeof(Total), by_id);
	double number, other;
	if (found || !thuso_parse_real(id, &number))
		return found;
	for (guint i = 0; i < control->totals->len; i++) {
		const Total *total = &g_array_index(control->totals, Total, i);
		if (thuso_parse_real(total->id, &other) && other == number)
			return total;
	}
	return NULL;
}

static gint32 n_found(const Control *control, const ThusoLevel *level)
{
	gint32 n = 0;
	for (gint32 i = 0; i < level->n; i++)
		n += find_total(control, level->id[i]) != NULL;
	return n;
}

static void list_missing(const Control *control, const ThusoLevel *level, GString *list)
{
	gint32 n = 0;
	for (gint32 i = 0; i < level->n; i++) {
		if (find_total(control, level->id[i]))
			continue;
		if (n < MAX_LISTED)
			g_string_append_printf(list, "%s%s", n > 0 ? ", " : "", level->id[i]);
		n++;
	}
	if (n > MAX_LISTED)
		g_string_append_printf(list, " and %d more", n - MAX_LISTED);
}

/* The smallest level of which every unit has a total; a metro's code may be a municipality's and a district's. */
static const ThusoLevel *find_level(const Control *control, GError **error)
{
	const ThusoRegion *region = control->job->region;
	const ThusoLevel *nearest = &region->levels[0];
	double share = -1;
	for (int k = 0; k < region->n_levels; k++) {
		const ThusoLevel *level = &region->levels[k];
		gint32 n = n_found(control, level);
		if (n == level->n)
			return level;
		if ((double) n / level->n > share) {
			share = (double) n / level->n;
			nearest = level;
		}
	}
	g_autoptr(GString) list = g_string_new(NULL);
	list_missing(control, nearest, list);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            share > 0 ? "%s has no total for the %s %s; add rows for them"
	                      : "%s has no total for any area: it misses the %s %s; name the column with the areas' ids",
	            control->where, nearest->name, list->str);
	return NULL;
}

/* --- scaling ----------------------------------------------------------------------------------------------------------- */

static gint32 unit_of(const ThusoRegion *region, const ThusoLevel *level, gint64 cell)
{
	return region->area[cell] < 0 ? -1 : level->unit_of_area[region->area[cell]];
}

static void sum_units(const ThusoDemandJob *job, const ThusoLevel *level, ThusoSum *sums, ThusoSum *buffer)
{
	gint64 n = thuso_grid_n(&job->region->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		gint32 unit = unit_of(job->region, level, cell);
		thuso_sum_add(unit < 0 ? buffer : &sums[unit], job->demand->people[cell]);
	}
}

/* Factors in place of the sums; a unit without people cannot be scaled to some. */
static gboolean find_factors(Control *control, const ThusoLevel *level, const ThusoSum *sums, double *factors, GError **error)
{
	ThusoDemandJob *job = control->job;
	g_auto(ThusoTally) empty = { 0 }, far = { 0 };
	ThusoSum expected = { job->expected, 0 };
	for (gint32 unit = 0; unit < level->n; unit++) {
		double people = thuso_sum(&sums[unit]), total = find_total(control, level->id[unit])->total;
		factors[unit] = people > 0 ? total / people : 1;
		if (!(people > 0) && total > 0)
			thuso_tally_add(&empty, level->id[unit], total, level->outline[unit]);
		else if (people > 0 && (factors[unit] < FACTOR_LOW || factors[unit] > FACTOR_HIGH))
			thuso_tally_add(&far, level->id[unit], factors[unit], level->outline[unit]);
		thuso_sum_add(&expected, total - people);
	}
	job->expected = thuso_sum(&expected);
	char factor[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(factor, sizeof factor, "%.3g", far.value);
	thuso_tally_find(job->context, &far, &(ThusoFinding){ THUSO_WARNING, "control_far_off", job->spec->control->name },
	                 "%s: the totals of %" G_GINT64_FORMAT
	                 " areas are less than half or more than twice their people (first: %s, "
	                 "scaled by %s); check year and units",
	                 control->where, far.n, far.first, factor);
	if (empty.n == 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: %" G_GINT64_FORMAT
	            " areas have a total but no people in %s to scale (first: %s); give people there or a total "
	            "of 0",
	            control->where, empty.n, job->where, empty.first);
	return FALSE;
}

/* With pieces, cells are added up from them again, so that both tell the same number. */
static void scale(ThusoDemandJob *job, const ThusoLevel *level, const double *factors)
{
	ThusoDemand *demand = job->demand;
	gint64 n = thuso_grid_n(&job->region->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		gint32 unit = unit_of(job->region, level, cell);
		if (unit >= 0) {
			demand->people[cell] = demand->n_pieces > 0 ? 0 : demand->people[cell] * factors[unit];
			if (demand->weighted)
				demand->weighted[cell] = demand->n_pieces > 0 ? 0 : demand->weighted[cell] * factors[unit];
		}
	}
	for (gint64 i = 0; i < demand->n_pieces; i++) {
		ThusoDemandPiece *piece = &demand->pieces[i];
		gint32 unit = unit_of(job->region, level, piece->cell);
		if (unit < 0)
			continue;
		piece->people *= factors[unit];
		piece->weighted *= factors[unit];
		demand->people[piece->cell] += piece->people;
		if (demand->weighted)
			demand->weighted[piece->cell] += piece->weighted;
	}
}

gboolean thuso_demand_control(ThusoDemandJob *job, GError **error)
{
	g_auto(Control) control = { .job = job, .where = thuso_data_where(job->spec->control) };
	control.totals = g_array_new(FALSE, TRUE, sizeof(Total));
	g_array_set_clear_func(control.totals, total_clear);
	const ThusoLevel *level = read_totals(&control, error) ? find_level(&control, error) : NULL;
	if (!level)
		return FALSE;
	g_autofree ThusoSum *sums = g_new0(ThusoSum, (gsize) level->n);
	g_autofree double *factors = g_new0(double, (gsize) level->n);
	ThusoSum buffer = { 0, 0 };
	sum_units(job, level, sums, &buffer);
	if (!find_factors(&control, level, sums, factors, error))
		return FALSE;
	scale(job, level, factors);
	g_autofree char *unscaled = thuso_format_count(rint(thuso_sum(&buffer)));
	if (thuso_sum(&buffer) > 0)
		thuso_data_find(job->context, &(ThusoFinding){ THUSO_INFO, "control_buffer", job->spec->control->name },
		                "%s: the totals are of the areas alone; %s people in the buffer stay as they were read", control.where,
		                unscaled);
	return TRUE;
}
