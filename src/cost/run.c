/* Travel cost over rasters: the order of work. */
#include "job.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* What the process takes beside the arrays counted here: code, GDAL, PROJ's tables. */
#define BASE_BYTES ((gint64) 72 << 20)
/* Below this share of what it would like the search would read and write its tiles all the time. */
#define LEAST_SHARE 16
#define LEAST_BYTES ((gint64) 8 << 20) /* a thread's window and tiles */

void thuso_cost_spec_default(ThusoCostSpec *spec)
{
	*spec = (ThusoCostSpec){
		.measure = THUSO_MEASURE_TIME,
		.direction = THUSO_TO_CENTRE,
		.neighbours = 16,
		.guard_corners = TRUE,
		.lengths = THUSO_LENGTHS_GROUND,
		.limit = INFINITY,
	};
}

void thuso_cost_result_clear(ThusoCostResult *result)
{
	g_clear_pointer(&result->sources, thuso_table_free);
	g_clear_pointer(&result->written, g_strfreev);
}

static gboolean misused(const char *what, GError **error)
{
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, what);
	return FALSE;
}

static gboolean check_spec(const ThusoCostSpec *spec, GError **error)
{
	int n_ground = (spec->speed != NULL) + (spec->friction != NULL) + (spec->landcover != NULL);
	if (n_ground != 1)
		return misused("give one of --speed, --friction and --landcover: what travel goes over", error);
	if ((spec->landcover != NULL) != (spec->speeds != NULL))
		return misused("--landcover and --speeds go together: the classes and the table class,label,speed_km_per_h,mode", error);
	if (!spec->sources)
		return misused("--sources is missing: the points that costs are counted to or from", error);
	if (!spec->output && !spec->od && !spec->paths)
		return misused("give --output COST.tif, --od OD.csv or --paths PATHS.gpkg: what is to be computed", error);
	if (spec->nearest && !spec->output)
		return misused("--nearest goes with --output", error);
	if (spec->points && !spec->paths)
		return misused("--points goes with --paths: the places from which ways to the nearest source are drawn", error);
	if (spec->walking_slope && !spec->elevation && strcmp(spec->walking_slope->about.name, "none") != 0)
		return misused("--slope needs --elevation: without heights everything is flat", error);
	if (spec->cycling_slope && !spec->elevation && strcmp(spec->cycling_slope->about.name, "none") != 0)
		return misused("--cycling-slope needs --elevation: without heights everything is flat", error);
	if (spec->walking_slope && spec->friction && strcmp(spec->walking_slope->about.name, "langmuir") != 0)
		return misused(
		    "--friction beside --elevation is added to walking by Langmuir's rule, as in GRASS r.walk; leave --slope out", error);
	if (spec->neighbours != 8 && spec->neighbours != 16)
		return misused("--neighbours must be 8 or 16", error);
	if (!(spec->limit >= 0))
		return misused("--limit must not be negative", error);
	return TRUE;
}

/* --- memory ----------------------------------------------------------------------------------------------------------------- */

static gint64 surface_bytes(const Job *job, const ThusoRasterSurfaceSpec *surface)
{
	gint64 ground = surface->kind == THUSO_GROUND_CLASSES ? (gint64) sizeof(guint16) : (gint64) sizeof(float);
	gint64 height = surface->heights == THUSO_HEIGHTS_NONE    ? 0
	                : surface->heights == THUSO_HEIGHTS_INT16 ? (gint64) sizeof(gint16)
	                                                          : (gint64) sizeof(float);
	return thuso_grid_n(&job->rasters.grid) * (ground + height);
}

static gint64 reading_bytes(const Job *job)
{
	const Rasters *rasters = &job->rasters;
	gint64 a_thread = thuso_raster_memory(rasters->ground) + (rasters->elevation ? thuso_raster_memory(rasters->elevation) : 0) +
	                  (gint64) COST_ROWS * rasters->grid.n_cols * (gint64) (2 * sizeof(float));
	return a_thread * rasters->n_hands;
}

static gboolean needs_costs(const ThusoCostSpec *spec)
{
	return spec->output || (spec->paths && spec->points);
}

/* The pool takes what the budget leaves beside what does not come from it. */
static gboolean plan_memory(Job *job, const ThusoRasterSurfaceSpec *surface, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	const ThusoGrid *grid = &job->rasters.grid;
	int n_threads = thuso_context_threads(job->context);
	gboolean with_nearest = spec->nearest || spec->points;
	gint64 writing = spec->output ? job_raster_bytes(grid, n_threads, spec->nearest != NULL) : 0;
	gint64 fixed = BASE_BYTES + MAX(reading_bytes(job), writing) + (spec->od ? thuso_grid_n(grid) : 0);
	/* Searches one by one hold step costs and labels beside the pool; where the bound leaves no room for them they go by tiles. */
	gint64 each = spec->od ? thuso_access_each_memory(grid, spec->neighbours, FALSE, n_threads) : 0;
	gint64 costs = thuso_costs_memory(grid, with_nearest, n_threads);
	gint64 pool = surface_bytes(job, surface) + (needs_costs(spec) || spec->paths ? costs : 0);
	job->od_by_tiles = spec->od && spec->memory_bytes > 0 && fixed + pool + each > spec->memory_bytes;
	if (job->od_by_tiles)
		pool = surface_bytes(job, surface) + costs;
	gint64 least = fixed + MIN(pool, MAX(LEAST_BYTES * n_threads, pool / LEAST_SHARE));
	job->result->need_bytes = fixed + pool + (job->od_by_tiles ? 0 : each);
	if (spec->planned)
		spec->planned(job->result->need_bytes, least, spec->planned_data);
	if (spec->memory_bytes > 0 && spec->memory_bytes < least) {
		g_autofree char *given = thuso_format_quantity((double) spec->memory_bytes, THUSO_BYTES),
		                *enough = thuso_format_quantity(ceil((double) least / 1e6) * 1e6, THUSO_BYTES),
		                *all = thuso_format_quantity(ceil((double) job->result->need_bytes / 1e6) * 1e6, THUSO_BYTES);
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "--memory %s is too little: at least %s are needed (%s to work without a spill file)", given, enough, all);
		return FALSE;
	}
	g_autofree char *folder = g_path_get_dirname(spec->output ? spec->output : spec->od ? spec->od : spec->paths);
	if (spec->memory_bytes > 0)
		job->pool = thuso_slab_pool_new(spec->memory_bytes - fixed, folder);
	return TRUE;
}

/* --- the surface -------------------------------------------------------------------------------------------------------------- */

static gboolean read_barriers(Job *job, GError **error)
{
	const ThusoSource *source = job->spec->barriers;
	if (!source)
		return TRUE;
	ThusoRegion region = { .grid = job->rasters.grid };
	const char *no_fields[] = { NULL };
	GError *cause = NULL;
	job->barriers = thuso_features_read(job->context, &region, source, THUSO_ANY_GEOMETRY, no_fields, TRUE, &cause);
	if (!job->barriers) {
		places_cure(cause);
		g_propagate_error(error, cause);
	}
	for (gint64 i = 0; job->barriers && i < job->barriers->table->n_rows; i++)
		if (job->barriers->geometry[i]->type == THUSO_POINT) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "%s: feature %" G_GINT64_FORMAT
			            " is a point; barriers are lines, which block steps, and polygons, which block cells",
			            source->name, thuso_table_integer(job->barriers->table, i, 0));
			return FALSE;
		}
	return job->barriers != NULL;
}

static ThusoRasterSurfaceSpec surface_spec(Job *job)
{
	const ThusoCostSpec *spec = job->spec;
	Rasters *rasters = &job->rasters;
	gboolean by_number = !rasters->map && rasters->kind != GROUND_CLASSES;
	ThusoRasterSurfaceSpec surface = {
		.grid = &rasters->grid,
		.kind = !by_number                      ? THUSO_GROUND_CLASSES
		        : rasters->kind == GROUND_SPEED ? THUSO_GROUND_SPEED
		                                        : THUSO_GROUND_FRICTION,
		.classes = rasters->classes,
		.n_classes = rasters->n_classes,
		.is_friction = rasters->kind == GROUND_FRICTION,
		.friction_is_added = rasters->is_added,
		.lengths = spec->lengths,
		.guard_corners = spec->guard_corners,
		.neighbours = spec->neighbours,
		.read = ground_read,
		.data = rasters,
	};
	if (rasters->elevation) {
		gboolean small = thuso_raster_info(rasters->elevation)->pixel != THUSO_PIXEL_OTHER;
		surface.heights = small ? THUSO_HEIGHTS_INT16 : THUSO_HEIGHTS_FLOAT;
		surface.walking_slope = spec->walking_slope;
		surface.cycling_slope = spec->cycling_slope;
		if (!surface.walking_slope)
			surface.walking_slope = thuso_slope_function_find(spec->friction ? "langmuir" : "tobler");
		if (!surface.cycling_slope)
			surface.cycling_slope = thuso_slope_function_find("cycling");
	}
	return surface;
}

static gboolean make_surface(Job *job, ThusoRasterSurfaceSpec *surface, GError **error)
{
	gint64 n = job->barriers ? job->barriers->table->n_rows : 0, n_lines = 0, n_polygons = 0;
	g_autofree const ThusoGeometry **lines = thuso_new(const ThusoGeometry *, n + 1),
	                               **polygons = thuso_new(const ThusoGeometry *, n + 1);
	for (gint64 i = 0; i < n; i++) {
		const ThusoGeometry *geometry = job->barriers->geometry[i];
		if (geometry->type == THUSO_LINE)
			lines[n_lines++] = geometry;
		else
			polygons[n_polygons++] = geometry;
	}
	surface->barrier_lines = lines;
	surface->n_barrier_lines = n_lines;
	surface->barrier_polygons = polygons;
	surface->n_barrier_polygons = n_polygons;
	surface->pool = job->pool;
	thuso_stage(job->context, "reading the rasters", 0.02, 0.15);
	job->surface = thuso_surface_new_rasters(job->context, surface, error);
	g_clear_pointer(&job->barriers, thuso_features_free);
	return job->surface && ground_check(&job->rasters, error);
}

/* --- sources ------------------------------------------------------------------------------------------------------------------- */

static gboolean take_sources(Job *job, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	ThusoCostResult *result = job->result;
	Places *sources = &job->sources;
	places_check(sources, job->context, job->surface, spec->sources->name, "source", &result->n_off_grid, &result->n_on_barrier);
	result->n_sources = sources->n;
	result->sources = places_table(sources, error);
	if (!result->sources)
		return FALSE;
	if (sources->n_used == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: none of the %" G_GINT64_FORMAT " sources can be used: %" G_GINT64_FORMAT
		            " lie off the rasters and %" G_GINT64_FORMAT
		            " where nobody can go; check their coordinates and reference system",
		            spec->sources->name, sources->n, result->n_off_grid, result->n_on_barrier);
		return FALSE;
	}
	if (sources->n_used > G_MAXINT32) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "%s: more than %d sources", spec->sources->name, G_MAXINT32);
		return FALSE;
	}
	job->cells = thuso_array_new(sources->n_used, sizeof *job->cells, "sources", error);
	job->used = job->cells ? thuso_array_new(sources->n_used, sizeof *job->used, "sources", error) : NULL;
	for (gint64 i = 0; job->used && i < sources->n; i++) {
		if (!sources->place[i].used)
			continue;
		job->cells[job->n_used] = sources->place[i].cell;
		job->used[job->n_used++] = &sources->place[i];
	}
	if (job->used && spec->points)
		places_check(&job->points, job->context, job->surface, spec->points->name, "point", NULL, NULL);
	return job->used && (!spec->paths || job_check_paths(job, error));
}

/* --- the work --------------------------------------------------------------------------------------------------------------------- */

static gboolean search(Job *job, double until, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	if (!needs_costs(spec))
		return TRUE;
	thuso_stage(job->context, "searching", 0.15, until);
	job->costs = thuso_costs_new(job->context, job->surface, &job->travel, job->cells, job->n_used, spec->nearest || spec->points,
	                             job->pool, error);
	return job->costs != NULL;
}

/* Results with further searches take most of the time where they are asked for. */
static gboolean write_results(Job *job, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	gboolean more = spec->od || spec->paths;
	double searched = more ? 0.4 : 0.85, written = more ? 0.5 : 0.98;
	if (!search(job, searched, error))
		return FALSE;
	thuso_stage(job->context, "writing the rasters", searched, written);
	if (spec->output && !job_write_rasters(job, error))
		return FALSE;
	if (spec->paths && spec->points) {
		thuso_stage(job->context, "drawing paths", written, spec->od ? 0.6 : 0.98);
		if (!job_write_paths(job, error))
			return FALSE;
	}
	if (job->pool)
		job->result->spilled_bytes = thuso_slab_pool_spilled(job->pool);
	g_clear_pointer(&job->costs, thuso_costs_free);
	if (spec->od) {
		thuso_stage(job->context, "searching from every source", 0.6, spec->paths && !spec->points ? 0.8 : 0.98);
		if (!job_write_od(job, error))
			return FALSE;
	}
	if (spec->paths && !spec->points) {
		thuso_stage(job->context, "drawing paths", spec->od ? 0.8 : 0.5, 0.98);
		if (!job_write_paths(job, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean open_inputs(Job *job, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	thuso_stage(job->context, "opening the inputs", 0, 0.02);
	if (!rasters_open(&job->rasters, job->context, spec, error))
		return FALSE;
	job->result->n_cells = thuso_grid_n(&job->rasters.grid);
	if (spec->paths && !job->rasters.crs) {
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "--paths: %s does not say its reference system, and a layer needs one: gdal_translate -a_srs EPSG:CODE %s OUT.tif",
		    job->rasters.ground_path, job->rasters.ground_path);
		return FALSE;
	}
	return places_read(&job->sources, job->context, &job->rasters, spec->sources, spec->source_id, error) &&
	       (!spec->points || places_read(&job->points, job->context, &job->rasters, spec->points, spec->point_id, error)) &&
	       read_barriers(job, error);
}

static gboolean work(Job *job, GError **error)
{
	const ThusoCostSpec *spec = job->spec;
	if (!check_spec(spec, error) || !(job->files = files_plan(spec, error)) || !open_inputs(job, error))
		return FALSE;
	ThusoRasterSurfaceSpec surface = surface_spec(job);
	if (!plan_memory(job, &surface, error) || !make_surface(job, &surface, error) || !take_sources(job, error))
		return FALSE;
	job->travel = (ThusoTravel){
		.measure = spec->measure,
		.direction = spec->direction,
		.limit_ticks = isinf(spec->limit) ? THUSO_NO_LIMIT : thuso_ticks(spec->measure, spec->limit),
	};
	if (!write_results(job, error) || !thuso_context_go_on(job->context, error) ||
	    !thuso_targets_place(job->files, &job->result->written, error))
		return FALSE;
	if (job->pool)
		job->result->spilled_bytes = thuso_slab_pool_spilled(job->pool);
	thuso_stage(job->context, "done", 0.98, 1);
	thuso_progress(job->context, 1);
	return TRUE;
}

gboolean thuso_cost_run(ThusoContext *context, const ThusoCostSpec *spec, ThusoCostResult *result, GError **error)
{
	Job job = { .context = context, .spec = spec, .result = result };
	*result = (ThusoCostResult){ .n_passable = -1, .n_reached = -1, .greatest = NAN, .mean = NAN };
	gboolean good = work(&job, error);
	thuso_costs_free(job.costs);
	thuso_surface_free(job.surface);
	thuso_features_free(job.barriers);
	thuso_slab_pool_free(job.pool);
	rasters_clear(&job.rasters);
	places_clear(&job.sources);
	places_clear(&job.points);
	thuso_array_free(job.cells);
	thuso_array_free(job.used);
	thuso_targets_free(job.files);
	if (!good)
		thuso_cost_result_clear(result);
	return good;
}
