/* Inputs that changed by their hash, parameters, and the program itself. */
#include "job.h"

#include <string.h>

/* Both tables, or none of them and a note. */
static gboolean read_both(Job *job, const char *table, const char *const *columns, ThusoTable **old, ThusoTable **new,
                          GError **error)
{
	g_autoptr(GError) inner = NULL;
	*old = result_read(job, &job->old, table, columns, &inner);
	*new = inner == NULL ? result_read(job, &job->new, table, columns, &inner) : NULL;
	if (inner != NULL) {
		g_propagate_error(error, g_steal_pointer(&inner));
		return FALSE;
	}
	const Result *lacking = *old == NULL ? &job->old : *new == NULL ? &job->new : NULL;
	if (lacking != NULL)
		note(job, "%s has no table %s that can be compared", lacking->name, table);
	return TRUE;
}

/* A row's value as text: `of_row`; rows that are not of the kind are passed over. */
typedef struct {
	const char *kind;                                    /* of the change */
	const char *rows[3];                                 /* kinds of rows of the table `run`; NULL = all rows */
	char *(*value)(const ThusoTable *table, gint64 row); /* caller frees */
} Part;

static gboolean is_part(const Part *part, const ThusoTable *table, gint64 row)
{
	const char *kind = text_at(table, row, "kind");
	return part->rows[0] == NULL || (kind != NULL && g_strv_contains(part->rows, kind));
}

static gboolean add_part(Job *job, const Part *part, const char *name, const char *old, const char *new, gint64 *n,
                         GError **error)
{
	if (g_strcmp0(old, new) == 0)
		return TRUE;
	Change change = { .kind = part->kind,
		              .id = name,
		              .old = old,
		              .new = new,
		              .old_number = NAN,
		              .new_number = NAN,
		              .change = old == NULL   ? "new"
		                        : new == NULL ? "gone"
		                                      : "changed" };
	(*n)++;
	return add_change(job, &change, error);
}

static gboolean compare_part(Job *job, const Part *part, const ThusoTable *old, const ThusoTable *new, const char *by, gint64 *n,
                             GError **error)
{
	g_auto(Keyed) then = { 0 }, now = { 0 };
	keyed_init(&then, old, "name", by);
	keyed_init(&now, new, "name", by);
	for (gint64 row = 0; row < new->n_rows; row++) {
		if (!is_part(part, new, row))
			continue;
		gint64 before = keyed_find(&then, &now, row);
		g_autofree char *value = part->value(new, row), *was = before >= 0 ? part->value(old, before) : NULL;
		if (!add_part(job, part, text_at(new, row, "name"), was, value, n, error))
			return FALSE;
	}
	for (gint64 row = 0; row < old->n_rows; row++) {
		if (!is_part(part, old, row) || keyed_find(&now, &then, row) >= 0)
			continue;
		g_autofree char *was = part->value(old, row);
		if (!add_part(job, part, text_at(old, row, "name"), was, NULL, n, error))
			return FALSE;
	}
	return TRUE;
}

/* --- the parts ---------------------------------------------------------------------------------------------------------------- */

static char *hash_of(const ThusoTable *table, gint64 row)
{
	const char *hash = text_at(table, row, "sha256");
	return g_strdup(hash != NULL ? hash : "");
}

static char *version_of(const ThusoTable *table, gint64 row)
{
	const char *version = text_at(table, row, "value");
	return g_strdup(version != NULL ? version : "");
}

static char *parameter_of(const ThusoTable *table, gint64 row)
{
	g_autofree char *value = thuso_table_as_text(table, row, thuso_table_find_column(table, "value"));
	const char *unit = text_at(table, row, "unit");
	return g_strconcat(value != NULL ? value : "", unit != NULL && *unit != '\0' ? " " : "", unit, NULL);
}

static const Part inputs = { "input", { "input", NULL }, hash_of };
static const Part programs = { "program", { "program", "library", NULL }, version_of };
static const Part parameters = { "parameter", { NULL }, parameter_of };

gboolean compare_provenance(Job *job, GError **error)
{
	static const char *const run_columns[] = { "kind", "name", "value", "sha256", NULL };
	static const char *const parameter_columns[] = { "name", "value", "unit", NULL };
	g_autoptr(ThusoTable) old_run = NULL, new_run = NULL, old_parameters = NULL, new_parameters = NULL;
	if (!read_both(job, "run", run_columns, &old_run, &new_run, error) ||
	    !read_both(job, "parameters", parameter_columns, &old_parameters, &new_parameters, error))
		return FALSE;
	gint64 n_inputs = 0, n_parameters = 0, n_programs = 0;
	gboolean runs = old_run != NULL && new_run != NULL, both = old_parameters != NULL && new_parameters != NULL;
	return (!runs || compare_part(job, &inputs, old_run, new_run, "kind", &n_inputs, error)) &&
	       (!both || compare_part(job, &parameters, old_parameters, new_parameters, NULL, &n_parameters, error)) &&
	       (!runs || compare_part(job, &programs, old_run, new_run, "kind", &n_programs, error)) &&
	       add_summary(job, "inputs_changed", runs ? (double) n_inputs : NAN, error) &&
	       add_summary(job, "parameters_changed", both ? (double) n_parameters : NAN, error);
}
