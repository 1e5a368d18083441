/* GeoTIFFs written from north to south while they are computed: tiles are put in order by many threads and written by one. */
#include "private.h"

#include <cpl_string.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define TILE THUSO_WRITER_ROWS
#define SIZE 4 /* bytes of a value, float or gint32 */

struct ThusoRasterWriter {
	ThusoContext *context;
	char *path;
	GDALDatasetH dataset;
	gint32 n_cols, n_rows, row;
};

static gint32 n_tile_cols(const ThusoGrid *grid)
{
	return (grid->n_cols - 1) / TILE + 1;
}

void thuso_raster_writer_abandon(ThusoRasterWriter *writer)
{
	if (!writer)
		return;
	if (writer->dataset) {
		ThusoMessages messages;
		thuso_messages_begin(&messages);
		GDALClose(writer->dataset);
		thuso_messages_end(&messages, NULL, NULL);
		g_unlink(writer->path);
	}
	g_free(writer->path);
	g_free(writer);
}

static gboolean describe(GDALDatasetH dataset, const ThusoRasterKind *kind, GError **error)
{
	const ThusoGrid *grid = kind->grid;
	double transform[6] = { grid->x_min, grid->cell_m, 0, grid->y_max, 0, -grid->cell_m };
	OGRSpatialReferenceH srs = grid->crs ? thuso_srs_new(thuso_crs_wkt(grid->crs), error) : NULL;
	if (grid->crs && !srs)
		return FALSE;
	gboolean good = GDALSetGeoTransform(dataset, transform) == CE_None && (!srs || GDALSetSpatialRef(dataset, srs) == CE_None);
	if (srs)
		OSRRelease(srs);
	GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
	good = good && GDALSetRasterNoDataValue(band, kind->is_integer ? 0 : NAN) == CE_None;
	GDALSetDescription(band, kind->band_name ? kind->band_name : "");
	return good && (!kind->unit || !kind->unit[0] || GDALSetRasterUnitType(band, kind->unit) == CE_None);
}

ThusoRasterWriter *thuso_raster_writer_new(ThusoContext *context, const char *path, const ThusoRasterKind *kind, GError **error)
{
	static const char *const options[] = {
		"TILED=YES",
		"BLOCKXSIZE=" G_STRINGIFY(THUSO_WRITER_ROWS),
		"BLOCKYSIZE=" G_STRINGIFY(THUSO_WRITER_ROWS),
		"SPARSE_OK=TRUE",
		"BIGTIFF=IF_NEEDED",
		"COMPRESS=NONE",
		NULL,
	};
	thuso_io_init();
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	GStatBuf info;
	if (g_lstat(absolute, &info) == 0) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s exists already: name another file", path);
		return NULL;
	}
	g_autoptr(ThusoRasterWriter) writer = g_new0(ThusoRasterWriter, 1);
	*writer = (ThusoRasterWriter){ context, g_steal_pointer(&absolute), NULL, kind->grid->n_cols, kind->grid->n_rows, 0 };
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	writer->dataset = GDALCreate(GDALGetDriverByName("GTiff"), writer->path, writer->n_cols, writer->n_rows, 1,
	                             kind->is_integer ? GDT_Int32 : GDT_Float32, (CSLConstList) options);
	gboolean good = writer->dataset && describe(writer->dataset, kind, error) && !messages.failure;
	if (!good && !(error && *error))
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written: %s: check the folder and the disk", path,
		                thuso_messages_failure(&messages, "no reason given"));
	thuso_messages_end(&messages, NULL, NULL);
	return good ? g_steal_pointer(&writer) : NULL;
}

gint64 thuso_raster_writer_bytes(const ThusoRasterKind *kind)
{
	return (gint64) n_tile_cols(kind->grid) * TILE * TILE * SIZE;
}

static void fill(gpointer at, gboolean is_integer, gint64 n)
{
	float *values = at;
	if (is_integer)
		memset(at, 0, (gsize) n * SIZE);
	for (gint64 i = 0; !is_integer && i < n; i++)
		values[i] = NAN;
}

void thuso_raster_writer_pack(const ThusoRasterKind *kind, gint32 first, gint32 n_rows, gconstpointer rows, gpointer tiles)
{
	gint32 n_cols = kind->grid->n_cols;
	for (gint32 t = 0; t < n_tile_cols(kind->grid); t++) {
		gint32 used = MIN(TILE, n_cols - t * TILE);
		guint8 *to = (guint8 *) tiles + ((gsize) t * TILE + (gsize) first) * TILE * SIZE;
		const guint8 *from = (const guint8 *) rows + (gsize) t * TILE * SIZE;
		for (gint32 r = 0; r < n_rows; r++, to += TILE * SIZE, from += (gsize) n_cols * SIZE) {
			memcpy(to, from, (gsize) used * SIZE);
			if (used < TILE)
				fill(to + (gsize) used * SIZE, kind->is_integer, TILE - used);
		}
	}
}

void thuso_raster_writer_pad(const ThusoRasterKind *kind, gint32 strip_rows, gpointer tiles)
{
	for (gint32 t = 0; strip_rows < TILE && t < n_tile_cols(kind->grid); t++)
		fill((guint8 *) tiles + ((gsize) t * TILE + (gsize) strip_rows) * TILE * SIZE, kind->is_integer,
		     (gint64) (TILE - strip_rows) * TILE);
}

gboolean thuso_raster_writer_put(ThusoRasterWriter *writer, gconstpointer tiles, GError **error)
{
	g_return_val_if_fail(writer->row < writer->n_rows, FALSE);
	GDALRasterBandH band = GDALGetRasterBand(writer->dataset, 1);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = TRUE;
	const guint8 *tile = tiles;
	for (gint32 t = 0; good && t <= (writer->n_cols - 1) / TILE; t++, tile += (gsize) TILE * TILE * SIZE)
		good = GDALWriteBlock(band, t, writer->row / TILE, (void *) (gsize) tile) == CE_None;
	good = good && !messages.failure;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written: %s: check the disk and its free space", writer->path,
		                thuso_messages_failure(&messages, "no reason given"));
	thuso_messages_end(&messages, NULL, NULL);
	writer->row = MIN(writer->row + TILE, writer->n_rows);
	return good;
}

static guint64 item(GDALRasterBandH band, const char *what, int x, int y)
{
	g_autofree char *name = g_strdup_printf("%s_%d_%d", what, x, y);
	const char *text = GDALGetMetadataItem(band, name, "TIFF");
	return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}

/* Does every tile that the file lists lie within it? GDAL was seen to report success after a failed write. */
static gboolean is_whole(const ThusoRasterWriter *writer, GDALDatasetH dataset, guint64 size)
{
	GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
	gboolean good = GDALGetRasterXSize(dataset) == writer->n_cols && GDALGetRasterYSize(dataset) == writer->n_rows;
	for (int y = 0; good && y <= (writer->n_rows - 1) / TILE; y++)
		for (int x = 0; good && x <= (writer->n_cols - 1) / TILE; x++) {
			guint64 offset = item(band, "BLOCK_OFFSET", x, y), bytes = item(band, "BLOCK_SIZE", x, y);
			good = offset == 0 || (bytes == (guint64) TILE * TILE * SIZE && offset <= size && bytes <= size - offset);
		}
	return good;
}

static gboolean verify(const ThusoRasterWriter *writer, GError **error)
{
	static const char *const drivers[] = { "GTiff", NULL };
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GStatBuf info = { 0 };
	GDALDatasetH dataset = GDALOpenEx(writer->path, GDAL_OF_RASTER, drivers, NULL, NULL);
	gboolean good =
	    dataset && g_stat(writer->path, &info) == 0 && is_whole(writer, dataset, (guint64) info.st_size) && !messages.failure;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s was not written as it should be: %s: check the disk", writer->path,
		                thuso_messages_failure(&messages, "tiles are missing"));
	if (dataset)
		GDALClose(dataset);
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}

gboolean thuso_raster_writer_finish(ThusoRasterWriter *writer, GError **error)
{
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GDALClose(writer->dataset);
	writer->dataset = NULL;
	gboolean good = !messages.failure && writer->row == writer->n_rows;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s cannot be written: %s: check the disk and its free space", writer->path,
		                thuso_messages_failure(&messages, "rows are missing"));
	thuso_messages_end(&messages, NULL, NULL);
	good = good && thuso_sync_file(writer->path, error) && verify(writer, error);
	if (!good)
		g_unlink(writer->path);
	thuso_raster_writer_abandon(writer);
	return good;
}
