/* Rasters onto the grid, by GDAL's warper: it writes straight into the caller's floats. Every cell depends on its own place only, so
 * threads do not change a value. Files are laid over one another in the source's order: the last one with a value counts. */
#include "raster.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal_alg.h>
#include <gdalwarper.h>
#include <math.h>

#define AVERAGE_FROM       1.5   /* cell over pixel from which cells take averages */
#define WARP_MEMORY_BYTES  256e6 /* fixed: chunks must not depend on the machine */
#define TRANSFORM_ERROR_PX 0.001 /* of the approximate transformer, source pixels */

typedef struct {
	ThusoContext *context;
	const ThusoSource *source;
	const ThusoGrid *grid;
	ThusoResample resample;
	OGRSpatialReferenceH srs; /* the grid's */
} Warp;

static int CPL_STDCALL go_on(double fraction G_GNUC_UNUSED, const char *message G_GNUC_UNUSED, void *context)
{
	return thuso_context_go_on(context, NULL);
}

/* A dataset whose only band is `values`. */
static GDALDatasetH wrap(const Warp *warp, float *values)
{
	const ThusoGrid *grid = warp->grid;
	GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("MEM"), "", grid->n_cols, grid->n_rows, 0, GDT_Float32, NULL);
	if (!dataset)
		return NULL;
	g_autofree char *pointer = g_strdup_printf("DATAPOINTER=%p", (void *) values);
	char *options[] = { pointer, NULL };
	double transform[6] = { grid->x_min, grid->cell_m, 0, grid->y_max, 0, -grid->cell_m };
	if (GDALAddBand(dataset, GDT_Float32, options) == CE_None && GDALSetGeoTransform(dataset, transform) == CE_None &&
	    GDALSetSpatialRef(dataset, warp->srs) == CE_None &&
	    GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, 1), NAN) == CE_None)
		return dataset;
	GDALClose(dataset);
	return NULL;
}

/* Side of the grid's cell over side of the raster's pixel, measured in the middle of the raster, or of the grid where that lies
 * in the raster. */
static double cell_over_pixel(const Warp *warp, const ThusoRaster *raster, GError **error)
{
	const ThusoRasterInfo *info = &raster->info;
	const ThusoGrid *grid = warp->grid;
	g_autoptr(ThusoCrs) crs = thuso_crs_new(info->crs, error);
	if (!crs)
		return NAN;
	ThusoTransform *inverse = thuso_transform_new(grid->crs, crs, error);
	ThusoTransform *transform = inverse ? thuso_transform_new(crs, grid->crs, error) : NULL;
	double ratio = NAN;
	if (transform) {
		const double *t = info->transform;
		double x = grid->x_min + grid->cell_m * grid->n_cols / 2, y = grid->y_max - grid->cell_m * grid->n_rows / 2;
		gboolean inside = thuso_transform_points(inverse, &x, &y, 1) && x >= t[0] && x <= t[0] + t[1] * info->n_cols &&
		                  y <= t[3] && y >= t[3] + t[5] * info->n_rows;
		if (!inside) {
			x = t[0] + t[1] * info->n_cols / 2;
			y = t[3] + t[5] * info->n_rows / 2;
		}
		double xs[] = { x, x + t[1], x }, ys[] = { y, y, y + t[5] };
		gboolean good = thuso_transform_points(transform, xs, ys, 3);
		double side = good ? sqrt(hypot(xs[1] - xs[0], ys[1] - ys[0]) * hypot(xs[2] - xs[0], ys[2] - ys[0])) : 0;
		ratio = side > 0 ? grid->cell_m / side : 1;
	}
	thuso_transform_free(inverse);
	thuso_transform_free(transform);
	return ratio;
}

/* The number of the alpha band, 0 = none. */
static int alpha_band(const ThusoRaster *raster)
{
	for (int i = 2; i <= GDALGetRasterCount(raster->dataset); i++)
		if (GDALGetRasterColorInterpretation(GDALGetRasterBand(raster->dataset, i)) == GCI_AlphaBand)
			return i;
	return 0;
}

static GDALResampleAlg algorithm_of(const Warp *warp, double ratio)
{
	return warp->resample == THUSO_RESAMPLE_NEAREST ? GRA_NearestNeighbour : ratio > AVERAGE_FROM ? GRA_Average : GRA_Bilinear;
}

static void free_transformers(GDALWarpOptions *options)
{
	if (options->pTransformerArg)
		GDALDestroyApproxTransformer(options->pTransformerArg); /* owns the one inside */
}

/* Place in the target to place in the raster. */
static gboolean set_transformers(GDALWarpOptions *options, const ThusoRaster *raster, GDALDatasetH target)
{
	g_autofree char *system = g_strconcat("SRC_SRS=", raster->info.crs, NULL);
	char *pairs[] = { system, NULL };
	void *exact = GDALCreateGenImgProjTransformer2(raster->dataset, target, pairs);
	if (!exact)
		return FALSE;
	options->pTransformerArg = GDALCreateApproxTransformer(GDALGenImgProjTransform, exact, TRANSFORM_ERROR_PX);
	if (!options->pTransformerArg) {
		GDALDestroyGenImgProjTransformer(exact);
		return FALSE;
	}
	GDALApproxTransformerOwnsSubtransformer(options->pTransformerArg, TRUE);
	options->pfnTransformer = GDALApproxTransform;
	return TRUE;
}

static double *one_value(double value)
{
	double *copy = CPLMalloc(sizeof *copy);
	*copy = value;
	return copy;
}

static GDALWarpOptions *warp_options(const Warp *warp, const ThusoRaster *raster, GDALDatasetH target, double ratio)
{
	GDALWarpOptions *options = GDALCreateWarpOptions();
	options->hSrcDS = raster->dataset;
	options->hDstDS = target;
	options->nBandCount = 1;
	options->panSrcBands = CPLMalloc(sizeof(int));
	options->panDstBands = CPLMalloc(sizeof(int));
	options->panSrcBands[0] = options->panDstBands[0] = 1;
	options->nSrcAlphaBand = alpha_band(raster);
	options->eResampleAlg = algorithm_of(warp, ratio);
	options->eWorkingDataType = GDALDataTypeUnion(raster->type, GDT_Float32);
	options->dfWarpMemoryLimit = WARP_MEMORY_BYTES;
	/* A float raster may hold NaN without declaring it. */
	if (raster->info.has_nodata || GDALDataTypeIsFloating(raster->type))
		options->padfSrcNoDataReal = one_value(raster->info.has_nodata ? raster->info.nodata : NAN);
	options->padfDstNoDataReal = one_value(NAN);
	options->pfnProgress = go_on;
	options->pProgressArg = warp->context;
	g_autofree char *threads = g_strdup_printf("%d", thuso_context_threads(warp->context));
	options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "NUM_THREADS", threads);
	options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "SAMPLE_GRID", "YES");
	if (options->eResampleAlg == GRA_Bilinear) {
		/* The four pixels around the place; GDAL would widen its kernel by the shape of each chunk. */
		options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "XSCALE", "1");
		options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "YSCALE", "1");
	}
	return options;
}

static gboolean run(const Warp *warp, const ThusoRaster *raster, GDALDatasetH target, double ratio, GError **error)
{
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GDALWarpOptions *options = warp_options(warp, raster, target, ratio);
	GDALWarpOperationH operation = set_transformers(options, raster, target) ? GDALCreateWarpOperation(options) : NULL;
	gboolean done = operation && GDALChunkAndWarpImage(operation, 0, 0, warp->grid->n_cols, warp->grid->n_rows) == CE_None &&
	                !messages.failure;
	if (operation)
		GDALDestroyWarpOperation(operation);
	free_transformers(options);
	GDALDestroyWarpOptions(options);
	gboolean good = thuso_context_go_on(warp->context, error);
	if (good && !done) {
		good = FALSE;
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: %s cannot be brought onto the grid: %s: check it and its CRS",
		                warp->source->name, raster->path, thuso_messages_failure(&messages, "no reason given"));
	}
	thuso_messages_end(&messages, good ? warp->context : NULL, warp->source->name);
	return good;
}

/* A scaled raster is warped raw into cells of its own, then laid over the others. */
static gboolean run_scaled(const Warp *warp, const ThusoRaster *raster, float *values, double ratio, GError **error)
{
	gint64 n = thuso_grid_n(warp->grid);
	float *own = thuso_array_new(n, sizeof(float), "raster on the grid", error);
	if (!own)
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		own[i] = NAN;
	GDALDatasetH target = wrap(warp, own);
	gboolean good = target && run(warp, raster, target, ratio, error);
	if (!target)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s: GDAL cannot make a raster in memory", warp->source->name);
	else
		GDALClose(target);
	for (gint64 i = 0; good && i < n; i++)
		if (!isnan(own[i]))
			values[i] = (float) ((double) own[i] * raster->scale + raster->offset);
	thuso_array_free(own);
	return good;
}

static gboolean add_file(const Warp *warp, const char *path, GDALDatasetH target, float *values, GError **error)
{
	g_autoptr(ThusoRaster) raster = thuso_raster_open(warp->context, path, warp->source->crs, error);
	if (!raster)
		return FALSE;
	double ratio = warp->resample == THUSO_RESAMPLE_NEAREST ? 1 : cell_over_pixel(warp, raster, error);
	if (isnan(ratio))
		return FALSE;
	if (raster->scale != 1 || raster->offset != 0)
		return run_scaled(warp, raster, values, ratio, error);
	return run(warp, raster, target, ratio, error);
}

gboolean thuso_read_onto_grid(ThusoContext *context, const ThusoSource *source, const ThusoGrid *grid, ThusoResample resample,
                              float *values, GError **error)
{
	thuso_io_init();
	if (!source->paths || !source->paths[0]) {
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s: no file is named: give its `path`", source->name);
		return FALSE;
	}
	Warp warp = { context, source, grid, resample, thuso_srs_new(thuso_crs_wkt(grid->crs), error) };
	if (!warp.srs)
		return FALSE;
	for (gint64 i = 0; i < thuso_grid_n(grid); i++)
		values[i] = NAN;
	GDALDatasetH target = wrap(&warp, values);
	gboolean good = target != NULL;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s: GDAL cannot make a raster in memory", source->name);
	for (int i = 0; good && source->paths[i]; i++)
		good = add_file(&warp, source->paths[i], target, values, error);
	if (target)
		GDALClose(target);
	OSRRelease(warp.srs);
	return good;
}
