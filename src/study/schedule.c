/* A run that nobody watches: its result becomes the newest of a series, with what changed since the last one. */
#include "schedule.h"

#include <thuso/series.h>

#include <string.h>

#include "result.h"

static void schedule_clear(Schedule *schedule)
{
	g_free(schedule->day);
	g_free(schedule->last);
	g_free(schedule->not_compared);
	g_clear_pointer(&schedule->layers, g_ptr_array_unref);
	g_clear_pointer(&schedule->comparison, thuso_comparison_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Schedule, schedule_clear)

static void layer_fields_free(gpointer data)
{
	LayerFields *layer = data;
	g_free(layer->name);
	g_free(layer->fields);
	g_free(layer);
}

const char *schedule_date(const Run *run, const char *stated)
{
	return stated ? stated : run->schedule ? run->schedule->day : NULL;
}

/* A result of the past that cannot be read is no reason to have no result now. */
gboolean schedule_compare(const Run *run, const char *path, GPtrArray *tables, GError **error)
{
	Schedule *schedule = run->schedule;
	g_autoptr(GError) why = NULL;
	if (!schedule || !schedule->last)
		return TRUE;
	schedule->comparison = thuso_compare_tables(run->context, schedule->last, path, tables, &why);
	if (schedule->comparison) {
		ThusoComparison *comparison = schedule->comparison;
		g_ptr_array_add(tables, g_steal_pointer(&comparison->change));
		return TRUE;
	}
	if (why->code == THUSO_ERROR_CANCELLED) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	schedule->not_compared = g_strdup(why->message);
	thuso_log(run->context, THUSO_WARNING, "what changed since the last result cannot be said: %s", why->message);
	return TRUE;
}

/* --- into the series --------------------------------------------------------------------------------------------------- */

static char *today(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	return g_date_time_format(now, "%Y-%m-%d");
}

/* The result before this one, if it is of the same name. */
static char *last_result(ThusoContext *context, const ThusoSeries *series, const char *base)
{
	const char *folder = thuso_series_last(series);
	g_autofree char *path = folder ? g_build_filename(folder, base, NULL) : NULL;
	if (path && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return g_steal_pointer(&path);
	if (path)
		thuso_log(context, THUSO_WARNING, "there is no %s in the last result's folder %s: what changed since then cannot be said",
		          base, folder);
	return NULL;
}

static char *series_folder(const ThusoStudy *study, const ThusoRunOptions *options, GError **error)
{
	Block top = study_block(study), schedule = block_get(&top, "schedule");
	if (options->output)
		return g_strdup(options->output);
	if (block_has(&top, "schedule"))
		return study_path(study, block_text(&schedule, "folder"));
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "%s: a scheduled run needs the block `schedule: {folder: reports}`, or --output FOLDER", study->file);
	return NULL;
}

/* As the files are named once the folder has its dated name. */
static void rename_written(char **written, const char *from, const char *to)
{
	for (; *written; written++) {
		if (!g_str_has_prefix(*written, from))
			continue;
		char *path = g_strconcat(to, *written + strlen(from), NULL);
		g_free(*written);
		*written = path;
	}
}

static gboolean commit(const ThusoStudy *study, ThusoSeries *series, Schedule *schedule, ThusoRunResult *result, GError **error)
{
	Block top = study_block(study), block = block_get(&top, "schedule");
	int keep = (int) block_integer(&block, "keep", 0);
	g_autofree char *made_in = g_strdup(thuso_series_next(series));
	if (!(result->folder = thuso_series_commit(series, schedule->day, keep, error)))
		return FALSE;
	rename_written(result->written, made_in, result->folder);
	result->last = g_steal_pointer(&schedule->last);
	result->comparison = g_steal_pointer(&schedule->comparison);
	result->not_compared = g_steal_pointer(&schedule->not_compared);
	return TRUE;
}

ThusoRunResult *schedule_run(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, GError **error)
{
	g_autofree char *folder = series_folder(study, options, error), *base = g_path_get_basename(study->output);
	g_autoptr(ThusoSeries) series = folder ? thuso_series_open(context, folder, error) : NULL;
	if (!series)
		return NULL;
	g_auto(Schedule) schedule = { .day = today(), .last = last_result(context, series, base) };
	schedule.layers = g_ptr_array_new_with_free_func(layer_fields_free);
	g_autofree char *path = g_build_filename(thuso_series_next(series), base, NULL);
	g_autoptr(ThusoRunResult) result = run_into(context, study, options, path, &schedule, error);
	if (!result || !commit(study, series, &schedule, result, error))
		return NULL;
	return g_steal_pointer(&result);
}
