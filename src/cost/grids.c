/* Costs as GeoTIFFs: strips are fetched, converted and put in the order of tiles by all threads, and written by whose turn it is. */
#include "job.h"

#include <math.h>
#include <pthread.h>

#define ROWS_AT_ONCE 128 /* fetched from the search: the height of its tiles */

typedef struct {
	gint64 *ticks;
	gint32 *nearest;
	float *cost;
	gpointer cost_tiles, nearest_tiles;
} Bench;

typedef struct {
	gint64 n_reached, greatest;
	__int128 sum; /* of ticks */
} Tally;

typedef struct {
	Job *job;
	ThusoRasterKind cost_kind, nearest_kind;
	ThusoRasterWriter *cost, *nearest;
	Bench *benches; /* one a thread */
	gint32 *value;  /* of the used sources, as in the raster */
	gint64 n_strips;
	gint64 taken; /* strips are taken in order, one at a time, so that whoever has the lowest is never kept waiting */
	pthread_mutex_t lock;
	pthread_cond_t turn;
	gint64 next; /* under lock: the strip to be written */
	gboolean failed;
	Tally tally; /* under lock; integers, so the order does not matter */
} Writing;

gint64 job_raster_bytes(const ThusoGrid *grid, int n_threads, gboolean with_nearest)
{
	ThusoRasterKind kind = { grid, FALSE, NULL, NULL };
	gint64 row = (gint64) grid->n_cols * ROWS_AT_ONCE, tiles = thuso_raster_writer_bytes(&kind);
	return n_threads * (row * (gint64) (sizeof(gint64) + sizeof(float)) + tiles + (with_nearest ? row * 4 + tiles : 0));
}

static gboolean bench_alloc(Bench *bench, const Writing *writing, GError **error)
{
	gint64 n = (gint64) writing->job->rasters.grid.n_cols * ROWS_AT_ONCE, bytes = thuso_raster_writer_bytes(&writing->cost_kind);
	if (bench->cost)
		return TRUE;
	if (!(bench->ticks = thuso_array_new(n, sizeof *bench->ticks, "rows of costs", error)) ||
	    !(bench->cost_tiles = thuso_array_new(bytes, 1, "rows of costs", error)))
		return FALSE;
	if (writing->nearest && (!(bench->nearest = thuso_array_new(n, sizeof *bench->nearest, "rows of nearest sources", error)) ||
	                         !(bench->nearest_tiles = thuso_array_new(bytes, 1, "rows of nearest sources", error))))
		return FALSE;
	return (bench->cost = thuso_array_new(n, sizeof *bench->cost, "rows of costs", error)) != NULL;
}

/* A row as floats. The units are powers of two, so that the division is exact and only the rounding to a float is not. */
static void convert_row(gint32 n, const gint64 *ticks, double per_tick, float *cost, Tally *tally)
{
	gint64 n_reached = 0, greatest = 0;
	guint64 low = 0, high = 0; /* sums of halves: a row cannot overflow them */
	for (gint32 i = 0; i < n; i++) {
		gboolean reached = ticks[i] != THUSO_UNREACHED;
		gint64 value = reached ? ticks[i] : 0;
		n_reached += reached;
		greatest = MAX(greatest, value);
		low += (guint64) value & G_MAXUINT32;
		high += (guint64) value >> 32;
		cost[i] = reached ? (float) ((double) value * per_tick) : NAN;
	}
	tally->n_reached += n_reached;
	tally->greatest = MAX(tally->greatest, greatest);
	tally->sum += ((__int128) high << 32) + low;
}

static void convert(const Job *job, gint32 n_rows, const gint64 *ticks, float *cost, Tally *tally)
{
	gint32 n_cols = job->rasters.grid.n_cols;
	double per_tick = 1 / (job->spec->measure == THUSO_MEASURE_TIME ? THUSO_TICKS_PER_S : THUSO_TICKS_PER_M);
	for (gint32 r = 0; r < n_rows; r++, ticks += n_cols, cost += n_cols)
		convert_row(n_cols, ticks, per_tick, cost, tally);
}

static gboolean fill_strip(Writing *writing, Bench *bench, gint32 first, gint32 n_rows, Tally *tally, GError **error)
{
	Job *job = writing->job;
	gint32 n_cols = job->rasters.grid.n_cols;
	for (gint32 r = 0; r < n_rows; r += ROWS_AT_ONCE) {
		gint32 n = MIN(ROWS_AT_ONCE, n_rows - r);
		gint64 n_cells = (gint64) n * n_cols;
		if (!thuso_costs_rows(job->costs, first + r, n, bench->ticks, bench->nearest, error))
			return FALSE;
		convert(job, n, bench->ticks, bench->cost, tally);
		thuso_raster_writer_pack(&writing->cost_kind, r, n, bench->cost, bench->cost_tiles);
		if (!writing->nearest)
			continue;
		for (gint64 i = 0; i < n_cells; i++)
			bench->nearest[i] = bench->nearest[i] < 0 ? 0 : writing->value[bench->nearest[i]];
		thuso_raster_writer_pack(&writing->nearest_kind, r, n, bench->nearest, bench->nearest_tiles);
	}
	thuso_raster_writer_pad(&writing->cost_kind, n_rows, bench->cost_tiles);
	if (writing->nearest)
		thuso_raster_writer_pad(&writing->nearest_kind, n_rows, bench->nearest_tiles);
	return TRUE;
}

/* FALSE when another thread failed. */
static gboolean wait_turn(Writing *writing, gint64 strip)
{
	pthread_mutex_lock(&writing->lock);
	while (writing->next != strip && !writing->failed)
		pthread_cond_wait(&writing->turn, &writing->lock);
	gboolean go = !writing->failed;
	pthread_mutex_unlock(&writing->lock);
	return go;
}

static void end_turn(Writing *writing, const Tally *tally, gboolean good)
{
	pthread_mutex_lock(&writing->lock);
	writing->next++;
	writing->failed |= !good;
	writing->tally.n_reached += tally->n_reached;
	writing->tally.greatest = MAX(writing->tally.greatest, tally->greatest);
	writing->tally.sum += tally->sum;
	pthread_cond_broadcast(&writing->turn);
	pthread_mutex_unlock(&writing->lock);
}

static gboolean write_strip(gint64 index, int worker, gpointer data, GError **error)
{
	(void) index; /* indices are handed out in runs */
	Writing *writing = data;
	Bench *bench = &writing->benches[worker];
	gint64 strip = __atomic_fetch_add(&writing->taken, 1, __ATOMIC_RELAXED);
	gint32 first = (gint32) (strip * THUSO_WRITER_ROWS),
	       n_rows = MIN(THUSO_WRITER_ROWS, writing->job->rasters.grid.n_rows - first);
	Tally tally = { 0 };
	gboolean good = bench_alloc(bench, writing, error) && fill_strip(writing, bench, first, n_rows, &tally, error);
	/* Where another strip failed its error ends the loop; this one has nothing to say. */
	if (!wait_turn(writing, strip))
		return good;
	good = good && thuso_raster_writer_put(writing->cost, bench->cost_tiles, error) &&
	       (!writing->nearest || thuso_raster_writer_put(writing->nearest, bench->nearest_tiles, error));
	end_turn(writing, &tally, good);
	thuso_progress(writing->job->context, (double) (strip + 1) / (double) writing->n_strips);
	return good;
}

static gboolean create(Writing *writing, GError **error)
{
	Job *job = writing->job;
	const ThusoGrid *grid = &job->rasters.grid;
	gboolean is_time = job->spec->measure == THUSO_MEASURE_TIME;
	writing->cost_kind = (ThusoRasterKind){ grid, FALSE, is_time ? "travel_time_s" : "travel_distance_m", is_time ? "s" : "m" };
	writing->nearest_kind = (ThusoRasterKind){ grid, TRUE, "nearest_source", "" };
	writing->cost =
	    thuso_raster_writer_new(job->context, thuso_targets_temporary(job->files, FILE_OUTPUT), &writing->cost_kind, error);
	if (!writing->cost || !job->spec->nearest)
		return writing->cost != NULL;
	writing->value = thuso_array_new(job->n_used, sizeof *writing->value, "sources", error);
	for (gint32 i = 0; writing->value && i < job->n_used; i++)
		writing->value[i] = job->used[i]->value;
	if (writing->value)
		writing->nearest = thuso_raster_writer_new(job->context, thuso_targets_temporary(job->files, FILE_NEAREST),
		                                           &writing->nearest_kind, error);
	return writing->nearest != NULL;
}

static gboolean write_all(Writing *writing, GError **error)
{
	const ThusoGrid *grid = &writing->job->rasters.grid;
	int n_workers = thuso_context_threads(writing->job->context);
	writing->benches = thuso_new(Bench, n_workers);
	writing->n_strips = ((gint64) grid->n_rows + THUSO_WRITER_ROWS - 1) / THUSO_WRITER_ROWS;
	gboolean good = thuso_parallel(writing->job->context, writing->n_strips, write_strip, writing, error);
	for (int i = 0; i < n_workers; i++) {
		Bench *bench = &writing->benches[i];
		thuso_array_free(bench->ticks);
		thuso_array_free(bench->nearest);
		thuso_array_free(bench->cost);
		thuso_array_free(bench->cost_tiles);
		thuso_array_free(bench->nearest_tiles);
	}
	g_free(writing->benches);
	return good && thuso_raster_writer_finish(g_steal_pointer(&writing->cost), error) &&
	       (!writing->nearest || thuso_raster_writer_finish(g_steal_pointer(&writing->nearest), error));
}

gboolean job_write_rasters(Job *job, GError **error)
{
	Writing writing = { .job = job };
	pthread_mutex_init(&writing.lock, NULL);
	pthread_cond_init(&writing.turn, NULL);
	gboolean good = create(&writing, error) && write_all(&writing, error);
	pthread_cond_destroy(&writing.turn);
	pthread_mutex_destroy(&writing.lock);
	thuso_raster_writer_abandon(writing.cost);
	thuso_raster_writer_abandon(writing.nearest);
	thuso_array_free(writing.value);
	if (!good)
		return FALSE;
	ThusoCostResult *result = job->result;
	double per_unit = job->spec->measure == THUSO_MEASURE_TIME ? THUSO_TICKS_PER_S : THUSO_TICKS_PER_M;
	result->n_reached = writing.tally.n_reached;
	result->n_passable = thuso_surface_n_passable(job->surface);
	if (result->n_reached > 0) {
		result->greatest = (double) writing.tally.greatest / per_unit;
		result->mean = (double) writing.tally.sum / per_unit / (double) result->n_reached;
	}
	return TRUE;
}
