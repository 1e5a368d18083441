/* From tables and fields to files, and the short form that the command prints. */
#include "result.h"

#include "schedule.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

/* What may differ between two equal runs stands here, and nowhere else. */
static char *run_record(const Run *run, gint64 start)
{
	struct utsname machine = { 0 };
	struct rusage usage = { 0 };
	uname(&machine);
	getrusage(RUSAGE_SELF, &usage);
	double seconds = (double) (g_get_monotonic_time() - start) / 1e6;
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) begun = g_date_time_add_seconds(now, -seconds);
	g_autofree char *when = g_date_time_format_iso8601(begun);
	ThusoJson *json = thuso_json_new();
	thuso_json_text(json, "started", when);
	thuso_json_number(json, "milliseconds", round(1000 * seconds));
	thuso_json_number(json, "threads", thuso_context_threads(run->context));
	thuso_json_number(json, "peak_memory_mb", round((double) usage.ru_maxrss / 1000));
	thuso_json_text(json, "system", machine.sysname);
	thuso_json_text(json, "release", machine.release);
	thuso_json_text(json, "machine", machine.machine);
	return thuso_json_end(json);
}

/* Minutes or kilometres to the nearest open centre, for the raster. */
static float *cost_raster(const Run *run, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	const gint64 *cost = run->main_trip->now.cost;
	float *values = thuso_array_new(n, sizeof(float), "cost raster", error);
	for (gint64 cell = 0; values && cell < n; cell++)
		values[cell] = run->region->near_area[cell] && cost[cell] != THUSO_UNREACHED
		                   ? (float) run_display(run, thuso_ticks_value(run->measure, cost[cell]))
		                   : NAN;
	return values;
}

static void area_extent(const Run *run, double extent[4])
{
	const ThusoLevel *areas = &run->region->levels[0];
	for (gint32 i = 0; i < areas->n; i++) {
		double x0, y0, x1, y1;
		thuso_geometry_bounds(areas->outline[i], &x0, &y0, &x1, &y1);
		extent[0] = i ? fmin(extent[0], x0) : x0;
		extent[1] = i ? fmin(extent[1], y0) : y0;
		extent[2] = i ? fmax(extent[2], x1) : x1;
		extent[3] = i ? fmax(extent[3], y1) : y1;
	}
}

static ThusoTable *take_table(GPtrArray *tables, const char *name)
{
	for (guint i = 0; i < tables->len; i++)
		if (strcmp(((ThusoTable *) g_ptr_array_index(tables, i))->name, name) == 0)
			return g_ptr_array_steal_index(tables, i);
	return NULL;
}

ThusoRunResult *result_write(Run *run, ThusoOutput *output, const char *path, GPtrArray *tables, gint64 start, GError **error)
{
	Block head = block_get(&run->top, "study");
	g_autoptr(ThusoRunResult) result = g_new0(ThusoRunResult, 1);
	g_autofree double *bands = thuso_new(double, run->n_bands);
	for (int i = 0; i < run->n_bands; i++)
		bands[i] = run_display(run, run->bands[i]);
	thuso_stage(run->context, "writing", 0.93, 1);
	if (!(result->summary = table_summary(run, error)))
		return NULL;
	float *cost = cost_raster(run, error);
	if (!cost)
		return NULL;
	g_autofree char *record = run_record(run, start);
	ThusoResult files = {
		.path = path,
		.title = thuso_study_name(run->study),
		.date = schedule_date(run, block_text(&head, "date")),
		.grid = &run->region->grid,
		.tables = tables,
		.cost = cost,
		.cost_unit = run_display_unit(run),
		.bands = bands,
		.n_bands = run->n_bands,
		.run_json = record,
	};
	area_extent(run, files.extent);
	gboolean ok = thuso_output_write(output, &files, &result->written, error);
	thuso_array_free(cost);
	if (!ok)
		return NULL;
	result->ranking = take_table(tables, "ranked_sites");
	result->areas = take_table(tables, "municipalities");
	result->plans = take_table(tables, "plans");
	result->rollout = take_table(tables, "rollout");
	thuso_progress(run->context, 1);
	return g_steal_pointer(&result);
}

void thuso_run_result_free(ThusoRunResult *result)
{
	if (!result)
		return;
	g_strfreev(result->written);
	thuso_table_free(result->ranking);
	thuso_table_free(result->summary);
	thuso_table_free(result->areas);
	thuso_table_free(result->plans);
	thuso_table_free(result->rollout);
	thuso_comparison_free(result->comparison);
	g_free(result->not_compared);
	g_free(result->folder);
	g_free(result->last);
	g_free(result);
}
