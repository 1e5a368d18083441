/* A field as a Cloud Optimized GeoTIFF, written, synced, and read back bit for bit: GDAL reports some failed writes as success. */
#include "private.h"

#include <cpl_string.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define COMPARE_ROWS 256

gboolean thuso_sync_file(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	gboolean good = file >= 0 && fsync(file) == 0;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written out: %s: check the disk", path, g_strerror(errno));
	if (file >= 0 && close(file) != 0 && good) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written out: %s: check the disk", path, g_strerror(errno));
		good = FALSE;
	}
	return good;
}

static GDALDatasetH memory_copy(const ThusoGrid *grid, const float *values, const char *name, const char *unit, GError **error)
{
	OGRSpatialReferenceH srs = thuso_srs_new(thuso_crs_wkt(grid->crs), error);
	if (!srs)
		return NULL;
	GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("MEM"), "", grid->n_cols, grid->n_rows, 0, GDT_Float32, NULL);
	g_autofree char *pointer = g_strdup_printf("DATAPOINTER=%p", (const void *) values);
	char *options[] = { pointer, NULL };
	double transform[6] = { grid->x_min, grid->cell_m, 0, grid->y_max, 0, -grid->cell_m };
	gboolean good = dataset && GDALAddBand(dataset, GDT_Float32, options) == CE_None &&
	                GDALSetGeoTransform(dataset, transform) == CE_None && GDALSetSpatialRef(dataset, srs) == CE_None;
	OSRRelease(srs);
	if (!good) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "GDAL cannot make a raster in memory");
		if (dataset)
			GDALClose(dataset);
		return NULL;
	}
	GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
	GDALSetRasterNoDataValue(band, NAN);
	GDALSetDescription(band, name ? name : "");
	if (unit && unit[0])
		GDALSetRasterUnitType(band, unit);
	return dataset;
}

static int CPL_STDCALL go_on(double fraction G_GNUC_UNUSED, const char *message G_GNUC_UNUSED, void *context)
{
	return thuso_context_go_on(context, NULL);
}

static gboolean same_rows(GDALRasterBandH band, const ThusoGrid *grid, const float *values, float *rows)
{
	for (gint32 row = 0; row < grid->n_rows; row += COMPARE_ROWS) {
		gint32 n_rows = MIN(COMPARE_ROWS, grid->n_rows - row);
		if (GDALRasterIO(band, GF_Read, 0, row, grid->n_cols, n_rows, rows, grid->n_cols, n_rows, GDT_Float32, 0, 0) != CE_None)
			return FALSE;
		const float *written = values + (gint64) row * grid->n_cols;
		for (gint64 i = 0; i < (gint64) n_rows * grid->n_cols; i++)
			if (rows[i] != written[i] && !(isnan(rows[i]) && isnan(written[i])))
				return FALSE;
	}
	return TRUE;
}

static gboolean verify(const char *path, const ThusoGrid *grid, const float *values, GError **error)
{
	static const char *const drivers[] = { "GTiff", NULL };
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	float *rows = thuso_array_new((gint64) COMPARE_ROWS * grid->n_cols, sizeof(float), "raster rows", error);
	GDALDatasetH dataset = rows ? GDALOpenEx(path, GDAL_OF_RASTER, drivers, NULL, NULL) : NULL;
	gboolean good = dataset && GDALGetRasterXSize(dataset) == grid->n_cols && GDALGetRasterYSize(dataset) == grid->n_rows &&
	                same_rows(GDALGetRasterBand(dataset, 1), grid, values, rows) && !messages.failure;
	if (rows && !good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s was not written as it should be: %s: check the disk", path,
		                thuso_messages_failure(&messages, "its values differ when read again"));
	if (dataset)
		GDALClose(dataset);
	thuso_array_free(rows);
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}

static gboolean create(ThusoContext *context, const char *path, GDALDatasetH source, GError **error)
{
	static const char *const options[] = {
		"COMPRESS=DEFLATE",
		"PREDICTOR=YES",
		"BLOCKSIZE=512",
		"NUM_THREADS=1",
		"OVERVIEW_RESAMPLING=AVERAGE",
		"BIGTIFF=IF_SAFER",
		NULL,
	};
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GDALDatasetH dataset =
	    GDALCreateCopy(GDALGetDriverByName("COG"), path, source, FALSE, (CSLConstList) options, go_on, context);
	if (dataset)
		GDALClose(dataset);
	gboolean good = thuso_context_go_on(context, error);
	if (good && (!dataset || messages.failure)) {
		good = FALSE;
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written: %s: check the folder and the disk", path,
		                thuso_messages_failure(&messages, "no reason given"));
	}
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}

gboolean thuso_write_cog(ThusoContext *context, const char *path, const ThusoGrid *grid, const float *values,
                         const char *band_name, const char *unit, GError **error)
{
	thuso_io_init();
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	GStatBuf info;
	if (g_lstat(absolute, &info) == 0) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s exists already: name another file", path);
		return FALSE;
	}
	GDALDatasetH source = memory_copy(grid, values, band_name, unit, error);
	if (!source)
		return FALSE;
	gboolean good =
	    create(context, absolute, source, error) && thuso_sync_file(absolute, error) && verify(absolute, grid, values, error);
	GDALClose(source);
	if (!good)
		g_unlink(absolute);
	return good;
}
