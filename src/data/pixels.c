/* People of a raster of counts into cells, by area of overlap: every pixel's people arrive, whatever the two systems are. */
#include "demand.h"

#include <math.h>
#include <string.h>

#include "cells.h"

#define ROWS_AT_ONCE 64

typedef struct {
	ThusoDemandJob *job;
	const char *path;
	const ThusoRasterInfo *info;
	ThusoTransform *transform; /* NULL = the raster is in the grid's CRS */
	double *x_top, *y_top;     /* corners of the row at hand, n_cols + 1 each, in the grid's CRS */
	double *x_bottom, *y_bottom;
	double *values;
	ThusoVector cells;
	double grid_box[4];
	gint64 n_wrong, wrong_row, wrong_col; /* negative or infinite pixels; the first one */
} Pixels;

static void corners(Pixels *pixels, gint32 row, double *x, double *y)
{
	const double *t = pixels->info->transform;
	gint64 n = (gint64) pixels->info->n_cols + 1;
	for (gint64 col = 0; col < n; col++) {
		x[col] = t[0] + (double) col * t[1] + row * t[2];
		y[col] = t[3] + (double) col * t[4] + row * t[5];
	}
	if (pixels->transform)
		thuso_transform_points(pixels->transform, x, y, n);
}

static double quad_area(const double *x, const double *y)
{
	return fabs((x[2] - x[0]) * (y[3] - y[1]) - (x[3] - x[1]) * (y[2] - y[0])) / 2;
}

/* Shares the people of one pixel; corners are in order around it, the first repeated. */
static gboolean share(Pixels *pixels, double people, double *x, double *y, GError **error)
{
	ThusoDemandJob *job = pixels->job;
	const ThusoRegion *region = job->region;
	double box[4] = { MIN(MIN(x[0], x[1]), MIN(x[2], x[3])), MIN(MIN(y[0], y[1]), MIN(y[2], y[3])),
		              MAX(MAX(x[0], x[1]), MAX(x[2], x[3])), MAX(MAX(y[0], y[1]), MAX(y[2], y[3])) };
	gboolean placed = isfinite(box[0] + box[1] + box[2] + box[3]) && thuso_data_touches(box, pixels->grid_box);
	gint64 part_start[2] = { 0, 5 };
	ThusoGeometry quad = { .type = THUSO_POLYGON, .n_points = 5, .n_parts = 1, .x = x, .y = y, .part_start = part_start };
	pixels->cells.n = 0;
	if (placed && !thuso_cells_cover(&region->grid, &quad, &pixels->cells, error))
		return FALSE;
	const ThusoCellValue *value = pixels->cells.data;
	double on_grid = 0, whole = quad_area(x, y) / (region->grid.cell_m * region->grid.cell_m);
	for (gint64 i = 0; i < pixels->cells.n; i++)
		on_grid += value[i].value;
	/* The pieces may come out larger than the pixel by rounding, and must not make people. */
	whole = MAX(whole, on_grid);
	ThusoSum rest = { people, 0 };
	for (gint64 i = 0; i < pixels->cells.n; i++) {
		double part = people * (value[i].value / whole);
		if (!region->near_area[value[i].cell])
			continue;
		job->demand->people[value[i].cell] += part;
		thuso_sum_add(&rest, -part);
	}
	double outside = thuso_sum(&rest);
	if (outside > 1e-12 * people)
		thuso_sum_add(&job->outside, outside);
	return TRUE;
}

static gboolean read_row(Pixels *pixels, gint32 row, const double *values, GError **error)
{
	memcpy(pixels->x_top, pixels->x_bottom, ((gsize) pixels->info->n_cols + 1) * sizeof(double));
	memcpy(pixels->y_top, pixels->y_bottom, ((gsize) pixels->info->n_cols + 1) * sizeof(double));
	corners(pixels, row + 1, pixels->x_bottom, pixels->y_bottom);
	const ThusoDemandSpec *spec = pixels->job->spec;
	const double growth = spec->growth_years > 0 ? pow(1 + spec->growth_rate, spec->growth_years) : 1;
	for (gint32 col = 0; col < pixels->info->n_cols; col++) {
		double people = values[col];
		if (isnan(people) || people == 0)
			continue;
		if (people < 0 || isinf(people)) {
			if (pixels->n_wrong++ == 0) {
				pixels->wrong_row = row;
				pixels->wrong_col = col;
			}
			continue;
		}
		people *= growth;
		double x[5] = { pixels->x_top[col], pixels->x_top[col + 1], pixels->x_bottom[col + 1], pixels->x_bottom[col],
			            pixels->x_top[col] };
		double y[5] = { pixels->y_top[col], pixels->y_top[col + 1], pixels->y_bottom[col + 1], pixels->y_bottom[col],
			            pixels->y_top[col] };
		thuso_sum_add(&pixels->job->read, people);
		pixels->job->demand->n_features++;
		if (!share(pixels, people, x, y, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_rows(Pixels *pixels, ThusoRaster *raster, GError **error)
{
	gint32 n_rows = pixels->info->n_rows;
	corners(pixels, 0, pixels->x_bottom, pixels->y_bottom);
	for (gint32 row = 0; row < n_rows; row += ROWS_AT_ONCE) {
		gint32 n = MIN(ROWS_AT_ONCE, n_rows - row);
		if (!thuso_context_go_on(pixels->job->context, error) || !thuso_raster_read(raster, row, n, pixels->values, error))
			return FALSE;
		for (gint32 i = 0; i < n; i++)
			if (!read_row(pixels, row + i, pixels->values + (gint64) i * pixels->info->n_cols, error))
				return FALSE;
	}
	if (pixels->n_wrong == 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: %s has negative or infinite people in %" G_GINT64_FORMAT " pixels (first: row %" G_GINT64_FORMAT
	            ", column %" G_GINT64_FORMAT "); is its nodata value stated?",
	            pixels->job->where, pixels->path, pixels->n_wrong, pixels->wrong_row + 1, pixels->wrong_col + 1);
	return FALSE;
}

static gboolean allocate(Pixels *pixels, GError **error)
{
	gint64 n = (gint64) pixels->info->n_cols + 1;
	pixels->x_top = thuso_array_new(4 * n, sizeof(double), "corners of a raster row", error);
	if (!pixels->x_top)
		return FALSE;
	pixels->y_top = pixels->x_top + n;
	pixels->x_bottom = pixels->y_top + n;
	pixels->y_bottom = pixels->x_bottom + n;
	pixels->values = thuso_array_new(ROWS_AT_ONCE * n, sizeof(double), "rows of a raster", error);
	return pixels->values != NULL;
}

static gboolean read_file(ThusoDemandJob *job, const char *path, GError **error)
{
	const ThusoGrid *grid = &job->region->grid;
	g_autoptr(ThusoRaster) raster = thuso_raster_open(job->context, path, job->spec->people->crs, error);
	if (!raster)
		return FALSE;
	Pixels pixels = { .job = job, .path = path, .info = thuso_raster_info(raster), .cells = THUSO_VECTOR(ThusoCellValue) };
	thuso_data_grid_box(grid, pixels.grid_box);
	if (!pixels.info->crs) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: %s does not say its reference system; state it with crs:", job->where, path);
		return FALSE;
	}
	g_autoptr(ThusoCrs) from = thuso_crs_new(pixels.info->crs, error);
	if (!from)
		return FALSE;
	gboolean same = thuso_crs_equal(from, grid->crs);
	g_autoptr(ThusoTransform) transform = same ? NULL : thuso_transform_new(from, grid->crs, error);
	pixels.transform = transform;
	gboolean ok = (same || transform) && allocate(&pixels, error) && read_rows(&pixels, raster, error);
	thuso_array_free(pixels.x_top);
	thuso_array_free(pixels.values);
	thuso_vector_clear(&pixels.cells);
	return ok;
}

/* --- several files --------------------------------------------------------------------------------------------------- */

typedef struct {
	double box[4]; /* shrunk by half a pixel, so that neighbours do not touch */
	char *crs;
} Extent;

static gboolean read_extent(ThusoDemandJob *job, const char *path, Extent *extent, GError **error)
{
	g_autoptr(ThusoRaster) raster = thuso_raster_open(job->context, path, job->spec->people->crs, error);
	if (!raster)
		return FALSE;
	const ThusoRasterInfo *info = thuso_raster_info(raster);
	const double *t = info->transform;
	extent->box[0] = t[0] + t[1] / 2;
	extent->box[1] = t[3] + (info->n_rows - 0.5) * t[5];
	extent->box[2] = t[0] + (info->n_cols - 0.5) * t[1];
	extent->box[3] = t[3] + t[5] / 2;
	extent->crs = g_strdup(info->crs);
	return TRUE;
}

/* Tiles that overlap would count people twice. Only tiles of one CRS can be compared by their edges. */
static gboolean check_overlap(ThusoDemandJob *job, GError **error)
{
	char *const *paths = job->spec->people->paths;
	guint n = g_strv_length((char **) paths);
	g_autofree Extent *extents = thuso_new(Extent, n);
	gboolean ok = TRUE;
	for (guint i = 0; ok && i < n; i++) {
		ok = read_extent(job, paths[i], &extents[i], error);
		for (guint j = 0; ok && j < i; j++) {
			if (g_strcmp0(extents[i].crs, extents[j].crs) != 0 || !thuso_data_touches(extents[i].box, extents[j].box))
				continue;
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "%s: the rasters %s and %s overlap, so people would count twice; give tiles that only touch", job->where,
			            paths[j], paths[i]);
			ok = FALSE;
		}
	}
	for (guint i = 0; i < n; i++)
		g_free(extents[i].crs);
	return ok;
}

gboolean thuso_demand_pixels(ThusoDemandJob *job, GError **error)
{
	char *const *paths = job->spec->people->paths;
	if (!paths || !paths[0]) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "demand: people needs a field that counts people, or the path of a raster");
		return FALSE;
	}
	if (paths[1] && !check_overlap(job, error))
		return FALSE;
	for (int i = 0; paths[i]; i++)
		if (!read_file(job, paths[i], error))
			return FALSE;
	return TRUE;
}
