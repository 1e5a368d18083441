/* The order of work of a study. Each step stands in a file of its own; this one only says what comes after what. */
#include <string.h>

#include "capacity.h"
#include "measures.h"
#include "mobile.h"
#include "methods.h"
#include "monitoring.h"
#include "result.h"
#include "schedule.h"
#include "sensitivity.h"
#include "siting.h"
#include "standards.h"
#include "steps.h"
#include "tables.h"

typedef struct {
	gpointer data;
	GDestroyNotify destroy;
} Owned;

static void owned_free(gpointer data)
{
	Owned *owned = data;
	owned->destroy(owned->data);
	g_free(owned);
}

gpointer run_own(Run *run, gpointer data, GDestroyNotify destroy)
{
	Owned *owned = g_new(Owned, 1);
	*owned = (Owned){ data, destroy };
	g_ptr_array_add(run->owned, owned);
	return data;
}

ThusoSource *run_source(Run *run, ThusoSource *source)
{
	if (source)
		g_ptr_array_add(run->sources, source);
	return source;
}

Run *run_new(ThusoContext *context, ThusoStudy *study)
{
	Run *run = g_new0(Run, 1);
	run->context = context;
	run->study = study;
	run->top = study_block(study);
	run->walking_factor = 1;
	run->sources = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_source_free);
	run->barriers = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_features_free);
	run->services = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_features_free);
	run->plans = g_ptr_array_new_with_free_func((GDestroyNotify) plan_free);
	run->owned = g_ptr_array_new_with_free_func(owned_free);
	return run;
}

static void state_clear(const Run *run, State *state)
{
	state_clear_coverage(run, state);
	state_capacity_free(state->capacity);
	g_free(state->centres);
	g_free(state->cells);
	thuso_array_free(state->cost);
	thuso_array_free(state->nearest);
	thuso_array_free(state->reach);
}

static void trips_free(Run *run)
{
	for (int i = 0; i < run->n_trips; i++) {
		ground_clear(&run->trips[i].driven);
		thuso_surface_free(run->trips[i].riding);
		state_clear(run, &run->trips[i].now);
		state_clear(run, &run->trips[i].plan);
	}
	g_free(run->trips);
	ground_clear(&run->walked);
	methods_free(run->methods);
}

void run_free(Run *run)
{
	if (!run)
		return;
	thuso_reach_cache_free(run->cache);
	sensitivity_free(run->sensitivity);
	measures_free(run->measures);
	run_free_standards(run);
	g_free(run->capacity);
	steps_free(run->steps);
	trips_free(run);
	thuso_ranking_free(run->ranking);
	thuso_site_reach_free(run->site_reach);
	for (gsize i = 0; i < G_N_ELEMENTS(run->site_arrays); i++)
		thuso_array_free(run->site_arrays[i]);
	g_ptr_array_unref(run->owned);
	g_free(run->criteria);
	g_free(run->exclude);
	thuso_site_pairs_free(run->site_pairs);
	thuso_rollout_free(run->rollout);
	g_ptr_array_unref(run->plans);
	siting_free(run->siting);
	if (run->usable)
		g_array_unref(run->usable);
	thuso_zones_free(run->zones);
	thuso_places_free(run->candidates);
	thuso_places_free(run->centres);
	g_ptr_array_unref(run->services);
	g_ptr_array_unref(run->barriers);
	thuso_roads_free(run->roads);
	thuso_speed_table_free(run->road_speeds);
	thuso_speed_table_free(run->landcover_speeds);
	thuso_array_free(run->landcover);
	thuso_array_free(run->slope);
	thuso_array_free(run->elevation);
	thuso_array_free(run->shares);
	thuso_demand_free(run->demand);
	thuso_region_free(run->region);
	g_ptr_array_unref(run->sources);
	g_free(run->bands);
	g_free(run->area_has_centre);
	g_free(run);
}

static gboolean compute(Run *run, const char *path, GError **error)
{
	return run_plan_trips(run, error) && run_read_inputs(run, error) && run_monitor(run, error) &&
	       run_settle_standards(run, error) && run_check_standards(run, error) && run_read_capacity(run, error) &&
	       run_resolve_criteria(run, error) && siting_read(run, &run->siting, error) && rollout_check(run, error) &&
	       mobile_check(run, error) && methods_check(run, error) && sensitivity_read(run, error) && measures_read(run, error) &&
	       run_guard_inputs(run, path, error) && schedule_check_inputs(run, error) && run_travel_now(run, error) &&
	       run_rank(run, error) && run_make_plans(run, error) && run_rollout(run, error) && run_travel_plan(run, error) &&
	       run_travel_standards(run, error) && run_fill_capacity(run, error) && run_count_people(run, error) &&
	       methods_compare(run, error) && run_measures(run, error) && run_sensitivity(run, error);
}

static gboolean make_tables(const Run *run, const char *path, GPtrArray *tables, GError **error)
{
	thuso_stage(run->context, "tables", 0.86, 0.93);
	return tables_sites(run, tables, error) && tables_plans(run, tables, error) && tables_infrastructure(run, tables, error) &&
	       tables_sensitivity(run, tables, error) && tables_areas(run, tables, error) && tables_access(run, tables, error) &&
	       tables_trips(run, tables, error) && tables_methods(run, tables, error) && tables_measures(run, tables, error) &&
	       tables_standards(run, tables, error) && tables_services(run, tables, error) && tables_zones(run, tables, error) &&
	       tables_od(run, tables, error) && tables_provenance(run, tables, error) && schedule_compare(run, path, tables, error);
}

static void report_cache(const Run *run, const char *folder)
{
	gint64 n_found, n_searched;
	if (!run->cache)
		return;
	thuso_reach_cache_count(run->cache, &n_found, &n_searched);
	thuso_log(run->context, THUSO_INFO,
	          "reach of candidates and centres: %" G_GINT64_FORMAT " searches found in %s, %" G_GINT64_FORMAT " made", n_found,
	          folder, n_searched);
}

ThusoRunResult *run_into(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, const char *path,
                         struct Schedule *schedule, GError **error)
{
	gint64 start = g_get_monotonic_time();
	/* The lock and the overwrite question come before an hour's work, not after it. */
	g_autoptr(ThusoOutput) output = thuso_output_open(context, path, options->overwrite, error);
	g_autoptr(Run) run = run_new(context, study);
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_table_free);
	run->schedule = schedule;
	if (options->cache) {
		run->cache = thuso_reach_cache_new(options->cache, THUSO_REACH_CACHE_BYTES);
		run->steps = steps_new(context, options->cache, options->resumes);
	}
	if (!output || !result_report_check(study, path, options->overwrite, error) || !compute(run, path, error) ||
	    !make_tables(run, path, tables, error))
		return NULL;
	report_cache(run, options->cache);
	g_autoptr(ThusoRunResult) result = result_write(run, output, path, tables, start, error);
	if (!result || !result_report(context, study, path, options->overwrite, &result->written, error))
		return NULL;
	steps_done(run->steps);
	return g_steal_pointer(&result);
}

ThusoRunResult *thuso_study_run(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, GError **error)
{
	if (options->is_scheduled)
		return schedule_run(context, study, options, error);
	return run_into(context, study, options, options->output ? options->output : study->output, NULL, error);
}
