/* People served, gained and lost, area by area of every level that both results have. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

/* Below half a person nothing is said: sums in another order may differ in the last digit. */
#define LEAST 0.5

/* Layers that are no level, and may be large. */
static const char *const others[] = {
	"ranked_sites",   "planned_sites",   "centres",    "excluded_sites",
	"quality_issues", "residual_demand", "catchments", "travel_bands",
	"demand_cells",   "access",          "od",         "plans",
	"clusters",       "sensitivity",     "rollout",    "flags",
	"change",         "parameters",      "run",        "trips",
	"methods",        "buffers",         NULL,
};

static const char *const level_columns[] = { "id", "people", "people_served_now", "centres_open", "?title", "?people_served_plan",
	                                         NULL };

typedef struct {
	char *name;
	ThusoTable *old, *new;
	Keyed old_by_id;
} Level;

static void level_free(gpointer data)
{
	Level *level = data;
	keyed_clear(&level->old_by_id);
	g_clear_pointer(&level->old, thuso_table_free);
	g_clear_pointer(&level->new, thuso_table_free);
	g_free(level->name);
	g_free(level);
}

/* --- levels ----------------------------------------------------------------------------------------------------------------- */

static gboolean read_level(Job *job, const char *name, GPtrArray *levels, GError **error)
{
	g_autoptr(GError) inner = NULL;
	Level *level = g_new0(Level, 1);
	g_ptr_array_add(levels, level);
	level->name = g_strdup(name);
	level->new = result_read(job, &job->new, name, level_columns, &inner); /* NULL: another layer, or a later version's */
	if (inner == NULL && level->new != NULL)
		level->old = result_read(job, &job->old, name, level_columns, &inner);
	keyed_init(&level->old_by_id, level->old, "id", NULL);
	if (inner != NULL) {
		g_propagate_error(error, g_steal_pointer(&inner));
		return FALSE;
	}
	if (level->new == NULL || level->old == NULL)
		g_ptr_array_set_size(levels, (int) levels->len - 1);
	return TRUE;
}

static gboolean read_levels(Job *job, GPtrArray *levels, GError **error)
{
	for (char **name = job->new.layers; *name != NULL; name++) {
		if (g_strv_contains(others, *name))
			continue;
		if (!result_has(&job->old, *name))
			note(job, "%s has no layer %s; people are not compared there", job->old.name, *name);
		else if (!read_level(job, *name, levels, error))
			return FALSE;
	}
	for (char **name = job->old.layers; *name != NULL; name++)
		if (!g_strv_contains(others, *name) && !result_has(&job->new, *name))
			note(job, "%s has no layer %s; people are not compared there", job->new.name, *name);
	return TRUE;
}

/* --- one level, one state ------------------------------------------------------------------------------------------------------ */

static gboolean is_changed(const Change *change)
{
	return isnan(change->old_number) != isnan(change->new_number) || fabs(change->new_number - change->old_number) >= LEAST;
}

static const char *word_of(gint64 before, const Change *change)
{
	if (before < 0)
		return "new";
	return isnan(change->old_number) || isnan(change->new_number) ? "changed"
	       : change->new_number > change->old_number              ? "gained"
	                                                              : "lost";
}

static int by_size(const void *a, const void *b)
{
	const Change *p = a, *q = b;
	double x = fabs(p->new_number - p->old_number), y = fabs(q->new_number - q->old_number);
	x = isnan(x) ? INFINITY : x, y = isnan(y) ? INFINITY : y;
	return x != y ? (x > y ? -1 : 1) : strcmp(p->id, q->id);
}

static GArray *changes_of(const Level *level, const char *column)
{
	GArray *changes = g_array_new(FALSE, TRUE, sizeof(Change));
	Keyed now = { 0 };
	keyed_init(&now, level->new, "id", NULL);
	for (gint64 row = 0; row < level->new->n_rows; row++) {
		gint64 before = keyed_find(&level->old_by_id, &now, row);
		Change change = { .kind = column,
			              .level = level->name,
			              .id = text_at(level->new, row, "id"),
			              .title = text_at(level->new, row, "title"),
			              .new_number = number_at(level->new, row, column),
			              .old_number = before >= 0 ? number_at(level->old, before, column) : NAN };
		change.change = word_of(before, &change);
		if (change.id != NULL && is_changed(&change))
			g_array_append_val(changes, change);
	}
	for (gint64 row = 0; row < level->old->n_rows; row++) {
		Change change = { .kind = column,
			              .level = level->name,
			              .id = text_at(level->old, row, "id"),
			              .title = text_at(level->old, row, "title"),
			              .change = "gone",
			              .new_number = NAN,
			              .old_number = number_at(level->old, row, column) };
		if (change.id != NULL && keyed_find(&now, &level->old_by_id, row) < 0)
			g_array_append_val(changes, change);
	}
	keyed_clear(&now);
	if (changes->len > 0)
		qsort(changes->data, changes->len, sizeof(Change), by_size);
	return changes;
}

static gboolean add_level(Job *job, const Level *level, const char *column, GError **error)
{
	if (thuso_table_find_column(level->old, column) < 0 || thuso_table_find_column(level->new, column) < 0)
		return TRUE;
	g_autoptr(GArray) changes = changes_of(level, column);
	for (guint i = 0; i < changes->len; i++)
		if (!add_change(job, &g_array_index(changes, Change, i), error))
			return FALSE;
	return TRUE;
}

/* --- totals ---------------------------------------------------------------------------------------------------------------------- */

static double sum_of(const ThusoTable *table, const char *column)
{
	ThusoSum sum = { 0 };
	if (thuso_table_find_column(table, column) < 0)
		return NAN;
	for (gint64 row = 0; row < table->n_rows; row++) {
		double value = number_at(table, row, column);
		thuso_sum_add(&sum, isnan(value) ? 0 : value);
	}
	return thuso_sum(&sum);
}

static gboolean add_gains(Job *job, const Level *level, const char *column, const char *gained, const char *lost, GError **error)
{
	g_autoptr(GArray) changes = changes_of(level, column);
	ThusoSum up = { 0 }, down = { 0 };
	for (guint i = 0; i < changes->len; i++) {
		const Change *change = &g_array_index(changes, Change, i);
		double old = isnan(change->old_number) ? 0 : change->old_number, new = isnan(change->new_number) ? 0 : change->new_number;
		thuso_sum_add(new > old ? &up : &down, fabs(new - old));
	}
	return add_summary(job, gained, thuso_sum(&up), error) && add_summary(job, lost, thuso_sum(&down), error);
}

static gboolean add_totals(Job *job, const GPtrArray *levels, GError **error)
{
	const Level *fewest = g_ptr_array_index(levels, 0), *most = fewest;
	for (guint i = 1; i < levels->len; i++) {
		const Level *level = g_ptr_array_index(levels, i);
		fewest = level->new->n_rows < fewest->new->n_rows ? level : fewest;
		most = level->new->n_rows > most->new->n_rows ? level : most;
	}
	return add_summary(job, "people_old", sum_of(fewest->old, "people"), error) &&
	       add_summary(job, "people_new", sum_of(fewest->new, "people"), error) &&
	       add_summary(job, "served_now_old", sum_of(fewest->old, "people_served_now"), error) &&
	       add_summary(job, "served_now_new", sum_of(fewest->new, "people_served_now"), error) &&
	       add_summary(job, "served_plan_old", sum_of(fewest->old, "people_served_plan"), error) &&
	       add_summary(job, "served_plan_new", sum_of(fewest->new, "people_served_plan"), error) &&
	       add_gains(job, most, "people_served_now", "gained_now", "lost_now", error) &&
	       add_gains(job, most, "people_served_plan", "gained_plan", "lost_plan", error);
}

gboolean compare_people(Job *job, GError **error)
{
	g_autoptr(GPtrArray) levels = g_ptr_array_new_with_free_func(level_free);
	if (!read_levels(job, levels, error))
		return FALSE;
	static const char *const states[] = { "people_served_now", "people_served_plan" };
	for (gsize s = 0; s < G_N_ELEMENTS(states); s++)
		for (guint i = 0; i < levels->len; i++)
			if (!add_level(job, g_ptr_array_index(levels, i), states[s], error))
				return FALSE;
	return levels->len == 0 || add_totals(job, levels, error);
}
