/* Least-cost ways as lines: between all sources, or from points to their nearest source. */
#include "job.h"

#include <math.h>

#define MOST_PATHS 1000000

typedef struct {
	Job *job;
	ThusoLengths *lengths;
	ThusoTable *table;
	int from, to, cost, length;
	ThusoVector cells; /* gint64 */
} Paths;

static void step_between(const ThusoGrid *grid, gint64 a, gint64 b, int *d_row, int *d_col)
{
	*d_row = (int) (b / grid->n_cols - a / grid->n_cols);
	*d_col = (int) (b % grid->n_cols - a % grid->n_cols);
}

static void reverse(ThusoVector *vector)
{
	gint64 *cells = vector->data;
	for (gint64 i = 0, k = vector->n - 1; i < k; i++, k--) {
		gint64 cell = cells[i];
		cells[i] = cells[k];
		cells[k] = cell;
	}
}

static double length_of(const Paths *paths)
{
	const ThusoGrid *grid = &paths->job->rasters.grid;
	const gint64 *cells = paths->cells.data;
	double length = 0;
	for (gint64 i = 1; i < paths->cells.n; i++) {
		int d_row, d_col;
		step_between(grid, cells[i - 1], cells[i], &d_row, &d_col);
		length += thuso_lengths_step(paths->lengths, (gint32) (cells[i - 1] / grid->n_cols),
		                             (gint32) (cells[i - 1] % grid->n_cols), d_row, d_col);
	}
	return length;
}

/* Vertices where the direction stays the same are left out. NULL without an error: a way of no length has no line. */
static GBytes *line_of(const Paths *paths, GError **error)
{
	const ThusoGrid *grid = &paths->job->rasters.grid;
	const gint64 *cells = paths->cells.data;
	gint64 n = paths->cells.n;
	if (n < 2)
		return NULL;
	g_autoptr(ThusoGeometry) line = g_new0(ThusoGeometry, 1);
	*line = (ThusoGeometry){ .type = THUSO_LINE, .n_parts = 1 };
	if (!(line->x = thuso_array_new(n, sizeof(double), "a path", error)) ||
	    !(line->y = thuso_array_new(n, sizeof(double), "a path", error)) ||
	    !(line->part_start = thuso_array_new(2, sizeof(gint64), "a path", error)))
		return NULL;
	int last_row = 0, last_col = 0;
	for (gint64 i = 0; i < n; i++) {
		int d_row = 0, d_col = 0;
		if (i + 1 < n)
			step_between(grid, cells[i], cells[i + 1], &d_row, &d_col);
		if (i == 0 || i + 1 == n || d_row != last_row || d_col != last_col) {
			thuso_grid_centre(grid, cells[i], &line->x[line->n_points], &line->y[line->n_points]);
			line->n_points++;
		}
		last_row = d_row;
		last_col = d_col;
	}
	line->part_start[1] = line->n_points;
	return thuso_geometry_to_wkb(line, error);
}

/* Where `arriving` is FALSE the traveller starts at the source, at the end of the traced way. */
static gboolean add_path(Paths *paths, ThusoCosts *costs, gint64 cell, gint64 ticks, gboolean arriving, gint64 row,
                         GError **error)
{
	const Job *job = paths->job;
	paths->cells.n = 0;
	if (!thuso_costs_path(costs, cell, &paths->cells, error))
		return FALSE;
	if (!arriving)
		reverse(&paths->cells);
	thuso_table_set_real(paths->table, row, paths->cost, thuso_ticks_value(job->spec->measure, ticks));
	thuso_table_set_real(paths->table, row, paths->length, length_of(paths));
	GError *cause = NULL;
	g_autoptr(GBytes) wkb = line_of(paths, &cause);
	if (cause) {
		g_propagate_error(error, cause);
		return FALSE;
	}
	if (wkb)
		thuso_table_set_geometry(paths->table, row, wkb);
	return TRUE;
}

static gboolean add_from(Paths *paths, gint32 from, GError **error)
{
	Job *job = paths->job;
	ThusoTravel travel = job->travel;
	travel.direction = THUSO_FROM_CENTRE;
	g_autoptr(ThusoCosts) costs =
	    thuso_costs_new(job->context, job->surface, &travel, &job->cells[from], 1, FALSE, job->pool, error);
	for (gint32 to = 0; costs && to < job->n_used; to++) {
		gint64 ticks;
		if (to == from)
			continue;
		if (!thuso_context_go_on(job->context, error) || !thuso_costs_cell(costs, job->cells[to], &ticks, NULL, error))
			return FALSE;
		if (ticks == THUSO_UNREACHED)
			continue;
		gint64 row = thuso_table_add_row(paths->table, error);
		if (row < 0 || !add_path(paths, costs, job->cells[to], ticks, FALSE, row, error))
			return FALSE;
		thuso_table_set_text(paths->table, row, paths->from, job->used[from]->id);
		thuso_table_set_text(paths->table, row, paths->to, job->used[to]->id);
	}
	return costs != NULL;
}

gboolean job_check_paths(const Job *job, GError **error)
{
	if (job->spec->points && job->points.n > MOST_PATHS)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "--paths from %" G_GINT64_FORMAT " points would be more than %d lines; take fewer points", job->points.n,
		            MOST_PATHS);
	else if (!job->spec->points && (gint64) job->n_used * (job->n_used - 1) > MOST_PATHS)
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		    "--paths between %d sources would be more than %d lines; take fewer sources, or --points for the ways to the nearest",
		    job->n_used, MOST_PATHS);
	else
		return TRUE;
	return FALSE;
}

static gboolean add_pairs(Paths *paths, GError **error)
{
	const Job *job = paths->job;
	for (gint32 from = 0; from < job->n_used; from++) {
		if (!add_from(paths, from, error))
			return FALSE;
		thuso_progress(job->context, (double) (from + 1) / job->n_used);
	}
	return TRUE;
}

static gboolean add_points(Paths *paths, GError **error)
{
	Job *job = paths->job;
	gboolean good = TRUE;
	for (gint64 i = 0; good && i < job->points.n; i++) {
		const Place *point = &job->points.place[i];
		gint64 row = thuso_table_add_row(paths->table, error), ticks = THUSO_UNREACHED;
		gint32 nearest = -1;
		good = row >= 0 && thuso_context_go_on(job->context, error) &&
		       (!point->used || thuso_costs_cell(job->costs, point->cell, &ticks, &nearest, error));
		if (good)
			thuso_table_set_text(paths->table, row, paths->from, point->id);
		if (!good || ticks == THUSO_UNREACHED)
			continue;
		thuso_table_set_text(paths->table, row, paths->to, job->used[nearest]->id);
		good = add_path(paths, job->costs, point->cell, ticks, job->spec->direction == THUSO_TO_CENTRE, row, error);
	}
	return good;
}

static gboolean make_table(Paths *paths, GError **error)
{
	const Job *job = paths->job;
	const ThusoCostSpec *spec = job->spec;
	gboolean is_time = spec->measure == THUSO_MEASURE_TIME;
	const char *unit = is_time ? "s" : "m", *cost = is_time ? "Time" : "Distance";
	paths->table =
	    thuso_table_new("paths", "Least-cost paths",
	                    spec->points ? "From each point to its nearest source, along cell centres; without a line where none is "
	                                   "reached."
	                                 : "Between the sources, along cell centres, from the first vertex to the last.",
	                    THUSO_LINE);
	thuso_table_set_crs(paths->table, thuso_crs_wkt(job->rasters.crs));
	paths->from =
	    thuso_table_add_column(paths->table, spec->points ? "id" : "from", spec->points ? "Point" : "From", "", THUSO_TEXT);
	paths->to = thuso_table_add_column(paths->table, spec->points ? "nearest" : "to", spec->points ? "Nearest source" : "To", "",
	                                   THUSO_TEXT);
	paths->cost = thuso_table_add_column(paths->table, "cost", cost, unit, THUSO_REAL);
	paths->length = thuso_table_add_column(paths->table, "length_m", "Length", "m", THUSO_REAL);
	paths->cells = THUSO_VECTOR(gint64);
	paths->lengths = thuso_lengths_new(&job->rasters.grid, spec->lengths, error);
	return paths->lengths != NULL;
}

static gboolean store(const Paths *paths, GError **error)
{
	const Job *job = paths->job;
	g_autoptr(ThusoStore) store =
	    thuso_store_create(job->context, thuso_targets_temporary(job->files, FILE_PATHS), "1970-01-01T00:00:00Z", error);
	if (!store || !thuso_store_add(store, paths->table, error))
		return FALSE;
	return thuso_store_finish(g_steal_pointer(&store), error);
}

gboolean job_write_paths(Job *job, GError **error)
{
	Paths paths = { .job = job };
	gboolean good = make_table(&paths, error) && (job->spec->points ? add_points(&paths, error) : add_pairs(&paths, error)) &&
	                store(&paths, error);
	thuso_vector_clear(&paths.cells);
	thuso_lengths_free(paths.lengths);
	thuso_table_free(paths.table);
	return good;
}
