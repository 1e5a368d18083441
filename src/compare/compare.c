/* The job: both results opened, compared part by part. */
#include "job.h"

#include <string.h>

static ThusoTable *change_table(void)
{
	static const struct {
		const char *name, *title;
		ThusoColumnType type;
	} columns[] = {
		{ "kind", "What changed", THUSO_TEXT },
		{ "level", "Level or plan", THUSO_TEXT },
		{ "id", "Site, area, input or parameter", THUSO_TEXT },
		{ "title", "Title", THUSO_TEXT },
		{ "change", "How it changed", THUSO_TEXT },
		{ "old", "Then", THUSO_TEXT },
		{ "new", "Now", THUSO_TEXT },
		{ "difference", "Now less then", THUSO_REAL },
	};
	ThusoTable *table = thuso_table_new("change", "Changes between two results",
	                                    "What differs between an older and a newer result", THUSO_NO_GEOMETRY);
	for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
		thuso_table_add_column(table, columns[c].name, columns[c].title, "", columns[c].type);
	return table;
}

static ThusoTable *summary_table(void)
{
	ThusoTable *table = thuso_table_new("summary", "Summary", "Counts of changes", THUSO_NO_GEOMETRY);
	thuso_table_add_column(table, "name", "Name", "", THUSO_TEXT);
	thuso_table_add_column(table, "value", "Value", "", THUSO_REAL);
	return table;
}

/* Files of one name in two folders are told apart by their paths. */
static void name_results(Job *job)
{
	g_autofree char *old = g_path_get_basename(job->old.path), *new = g_path_get_basename(job->new.path);
	gboolean alike = strcmp(old, new) == 0;
	job->old.name = g_strdup(alike ? job->old.path : old);
	job->new.name = g_strdup(alike ? job->new.path : new);
}

static void job_clear(Job *job)
{
	result_clear(&job->old);
	result_clear(&job->new);
	g_clear_pointer(&job->change, thuso_table_free);
	g_clear_pointer(&job->summary, thuso_table_free);
	g_clear_pointer(&job->notes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

static ThusoComparison *comparison_of(Job *job)
{
	ThusoComparison *comparison = g_new0(ThusoComparison, 1);
	comparison->change = g_steal_pointer(&job->change);
	comparison->summary = g_steal_pointer(&job->summary);
	g_ptr_array_add(job->notes, NULL);
	comparison->notes = (char **) g_ptr_array_free(g_steal_pointer(&job->notes), FALSE);
	return comparison;
}

static ThusoComparison *compare(Job *job, GError **error)
{
	job->change = change_table();
	job->summary = summary_table();
	job->notes = g_ptr_array_new_with_free_func(g_free);
	name_results(job);
	if (!result_open(job->context, &job->old, error) || !result_open(job->context, &job->new, error) ||
	    !compare_sites(job, error) || !compare_people(job, error) || !compare_provenance(job, error))
		return NULL;
	return comparison_of(job);
}

ThusoComparison *thuso_compare(ThusoContext *context, const char *old_path, const char *new_path, GError **error)
{
	g_auto(Job) job = { .context = context, .old.path = old_path, .new.path = new_path };
	return compare(&job, error);
}

ThusoComparison *thuso_compare_tables(ThusoContext *context, const char *old_path, const char *new_path, const GPtrArray *tables,
                                      GError **error)
{
	g_auto(Job) job = { .context = context, .old.path = old_path, .new.path = new_path, .new.tables = tables };
	return compare(&job, error);
}

double thuso_comparison_value(const ThusoComparison *comparison, const char *name)
{
	for (gint64 row = 0; row < comparison->summary->n_rows; row++)
		if (strcmp(thuso_table_text(comparison->summary, row, 0), name) == 0)
			return thuso_table_real(comparison->summary, row, 1);
	return NAN;
}

void thuso_comparison_free(ThusoComparison *comparison)
{
	if (comparison == NULL)
		return;
	thuso_table_free(comparison->change);
	thuso_table_free(comparison->summary);
	g_strfreev(comparison->notes);
	g_free(comparison);
}
