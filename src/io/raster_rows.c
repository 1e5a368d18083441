/* Rows of rasters in the file's own type, by blocks and past GDAL's block cache: every thread has a handle of its own, and rows are
 * read once, so a cache would only cost copies. One row of blocks is kept, for requests that end within it. */
#include "raster.h"

#include <math.h>
#include <string.h>

static gsize pixel_bytes(const ThusoRaster *raster)
{
	return (gsize) GDALGetDataTypeSizeBytes(raster->type);
}

static gboolean is_striped(const ThusoRaster *raster)
{
	return raster->block_cols == raster->info.n_cols;
}

gint64 thuso_raster_memory(const ThusoRaster *raster)
{
	gint64 block = (gint64) raster->block_rows * raster->block_cols * (gint64) pixel_bytes(raster);
	gint64 band = (gint64) raster->block_rows * raster->info.n_cols * (gint64) pixel_bytes(raster);
	return (raster->block_rows > 1 ? 2 * block + band : block) + 16 * (gint64) raster->info.n_cols;
}

static gboolean allocate(gpointer *array, gint64 n, gsize size, GError **error)
{
	if (!*array)
		*array = thuso_array_new(n, size, "rows of a raster", error);
	return *array != NULL;
}

/* Rows skip .. skip + n_rows - 1 of the row of blocks number `band`. */
static gboolean read_tiles(ThusoRaster *raster, gint32 band, gint32 skip, gint32 n_rows, guint8 *rows, GError **error)
{
	gsize size = pixel_bytes(raster), line = size * (gsize) raster->info.n_cols, width = size * (gsize) raster->block_cols;
	if (!allocate(&raster->block, (gint64) raster->block_cols * raster->block_rows, size, error))
		return FALSE;
	for (gint32 col = 0, i = 0; col < raster->info.n_cols; col += raster->block_cols, i++) {
		gsize used = size * (gsize) MIN(raster->block_cols, raster->info.n_cols - col);
		if (GDALReadBlock(raster->band, i, band, raster->block) != CE_None)
			return FALSE;
		const guint8 *from = (const guint8 *) raster->block + (gsize) skip * width;
		for (gint32 r = 0; r < n_rows; r++)
			memcpy(rows + (gsize) r * line + size * (gsize) col, from + (gsize) r * width, used);
	}
	return TRUE;
}

static gboolean hold(ThusoRaster *raster, gint32 band, gint32 n_rows, GError **error)
{
	gint32 first = band * raster->block_rows;
	if (raster->held_row == first)
		return TRUE;
	raster->held_row = -1;
	if (!allocate(&raster->held, (gint64) raster->block_rows * raster->info.n_cols, pixel_bytes(raster), error))
		return FALSE;
	gboolean good = is_striped(raster) ? GDALReadBlock(raster->band, 0, band, raster->held) == CE_None
	                                   : read_tiles(raster, band, 0, n_rows, raster->held, error);
	if (good)
		raster->held_row = first;
	return good;
}

static gboolean read_native(ThusoRaster *raster, gint32 row, gint32 n_rows, guint8 *rows, GError **error)
{
	gsize line = pixel_bytes(raster) * (gsize) raster->info.n_cols;
	for (gint32 end = row + n_rows, n = 0; row < end; row += n, rows += (gsize) n * line) {
		gint32 band = row / raster->block_rows, first = band * raster->block_rows;
		gint32 there = MIN(raster->block_rows, raster->info.n_rows - first), skip = row - first;
		n = MIN(end - row, there - skip);
		gboolean whole = n == there, good;
		if (whole && is_striped(raster) && n == raster->block_rows)
			good = GDALReadBlock(raster->band, 0, band, rows) == CE_None;
		else if (whole && !is_striped(raster))
			good = read_tiles(raster, band, 0, n, rows, error);
		else if ((good = hold(raster, band, there, error)))
			memcpy(rows, (const guint8 *) raster->held + (gsize) skip * line, (gsize) n * line);
		if (!good)
			return FALSE;
	}
	return TRUE;
}

static gint64 n_pixels(const ThusoRaster *raster, gint32 n_rows)
{
	return (gint64) n_rows * raster->info.n_cols;
}

/* --- codes ------------------------------------------------------------------------------------------------------------ */

static gboolean read_codes(ThusoRaster *raster, gint32 row, gint32 n_rows, const guint16 *map, guint16 *codes, GError **error)
{
	gint64 n = n_pixels(raster, n_rows);
	if (raster->info.pixel == THUSO_PIXEL_BYTE) {
		/* Into the second half of the room, from where they spread without meeting what is not read yet. */
		guint8 *bytes = (guint8 *) codes + n;
		if (!read_native(raster, row, n_rows, bytes, error))
			return FALSE;
		for (gint64 i = 0; i < n; i++)
			codes[i] = map[bytes[i]];
	} else {
		if (!read_native(raster, row, n_rows, (guint8 *) codes, error))
			return FALSE;
		for (gint64 i = 0; i < n; i++)
			codes[i] = map[codes[i]];
	}
	if (!raster->has_mask)
		return TRUE;
	guint8 *mask = thuso_raster_mask(raster, row, n_rows, error);
	for (gint64 i = 0; mask && i < n; i++)
		if (!mask[i])
			codes[i] = 0;
	thuso_array_free(mask);
	return mask != NULL;
}

gboolean thuso_raster_read_codes(ThusoRaster *raster, gint32 row, gint32 n_rows, const guint16 *map, guint16 *codes,
                                 GError **error)
{
	g_return_val_if_fail(row >= 0 && n_rows > 0 && row <= raster->info.n_rows - n_rows, FALSE);
	g_return_val_if_fail(raster->info.pixel != THUSO_PIXEL_OTHER, FALSE);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = read_codes(raster, row, n_rows, map, codes, error);
	return thuso_raster_end(raster, &messages, good, row, n_rows, error);
}

/* --- small integers ------------------------------------------------------------------------------------------------------ */

static gboolean too_high(const ThusoRaster *raster, guint16 value, GError **error)
{
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s, band 1, holds the value %u, over 32,767: where that means no data say so (gdal_translate -a_nodata %u), else "
	    "export it as Float32 (gdal_translate -ot Float32)",
	    raster->path, value, value);
	return FALSE;
}

/* What the file calls no data becomes `missing`, and so does what its mask hides; `mask` may be NULL. */
static gboolean replace_nodata(const ThusoRaster *raster, gint64 n, const guint8 *mask, gint16 missing, gint16 *values,
                               GError **error)
{
	double nodata = raster->info.nodata;
	gboolean is_unsigned = raster->info.pixel == THUSO_PIXEL_UINT16;
	gboolean compare = raster->info.has_nodata && nodata == floor(nodata) && nodata >= (is_unsigned ? 0 : G_MININT16) &&
	                   nodata <= (is_unsigned ? G_MAXUINT16 : G_MAXINT16);
	gint16 bits = compare ? (is_unsigned ? (gint16) (guint16) nodata : (gint16) nodata) : missing;
	for (gint64 i = 0; is_unsigned && i < n; i++)
		if (values[i] < 0 && !(compare && values[i] == bits) && !(mask && !mask[i]))
			return too_high(raster, (guint16) values[i], error);
	for (gint64 i = 0; compare && i < n; i++)
		values[i] = values[i] == bits ? missing : values[i];
	for (gint64 i = 0; mask && i < n; i++)
		values[i] = mask[i] ? values[i] : missing;
	return TRUE;
}

static gboolean read_int16(ThusoRaster *raster, gint32 row, gint32 n_rows, gint16 missing, gint16 *values, GError **error)
{
	gint64 n = n_pixels(raster, n_rows);
	gboolean bytes = raster->info.pixel == THUSO_PIXEL_BYTE;
	guint8 *from = (guint8 *) values + (bytes ? n : 0);
	if (!read_native(raster, row, n_rows, from, error))
		return FALSE;
	for (gint64 i = 0; bytes && i < n; i++)
		values[i] = from[i];
	guint8 *mask = raster->has_mask ? thuso_raster_mask(raster, row, n_rows, error) : NULL;
	gboolean good = (mask || !raster->has_mask) && replace_nodata(raster, n, mask, missing, values, error);
	thuso_array_free(mask);
	return good;
}

gboolean thuso_raster_read_int16(ThusoRaster *raster, gint32 row, gint32 n_rows, gint16 missing, gint16 *values, GError **error)
{
	g_return_val_if_fail(row >= 0 && n_rows > 0 && row <= raster->info.n_rows - n_rows, FALSE);
	g_return_val_if_fail(raster->info.pixel != THUSO_PIXEL_OTHER, FALSE);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = read_int16(raster, row, n_rows, missing, values, error);
	return thuso_raster_end(raster, &messages, good, row, n_rows, error);
}

/* --- numbers -------------------------------------------------------------------------------------------------------------- */

/* Scaled and compared in double, then rounded once. */
static gboolean convert_row(ThusoRaster *raster, gint32 row, float *values, GError **error)
{
	gint32 n = raster->info.n_cols;
	gboolean compare = raster->info.has_nodata && !isnan(raster->info.nodata);
	int size = GDALGetDataTypeSizeBytes(raster->type);
	gpointer numbers = raster->numbers;
	if (!allocate(&raster->pixels, n, (gsize) size, error) || !allocate(&numbers, n, sizeof(double), error))
		return FALSE;
	raster->numbers = numbers;
	if (!read_native(raster, row, 1, raster->pixels, error))
		return FALSE;
	GDALCopyWords(raster->pixels, raster->type, size, raster->numbers, GDT_Float64, sizeof(double), n);
	for (gint32 i = 0; i < n; i++) {
		double value = raster->numbers[i];
		values[i] = compare && value == raster->info.nodata ? NAN : (float) (value * raster->scale + raster->offset);
	}
	return TRUE;
}

static gboolean read_floats(ThusoRaster *raster, gint32 row, gint32 n_rows, float *values, GError **error)
{
	gint64 n = n_pixels(raster, n_rows);
	if (raster->type == GDT_Float32 && raster->scale == 1 && raster->offset == 0) {
		if (!read_native(raster, row, n_rows, (guint8 *) values, error))
			return FALSE;
		float nodata = (float) raster->info.nodata;
		for (gint64 i = 0; raster->info.has_nodata && i < n; i++)
			values[i] = values[i] == nodata ? NAN : values[i];
	} else {
		for (gint32 r = 0; r < n_rows; r++)
			if (!convert_row(raster, row + r, values + n_pixels(raster, r), error))
				return FALSE;
	}
	if (!raster->has_mask)
		return TRUE;
	guint8 *mask = thuso_raster_mask(raster, row, n_rows, error);
	for (gint64 i = 0; mask && i < n; i++)
		if (!mask[i])
			values[i] = NAN;
	thuso_array_free(mask);
	return mask != NULL;
}

gboolean thuso_raster_read_floats(ThusoRaster *raster, gint32 row, gint32 n_rows, float *values, GError **error)
{
	g_return_val_if_fail(row >= 0 && n_rows > 0 && row <= raster->info.n_rows - n_rows, FALSE);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = read_floats(raster, row, n_rows, values, error);
	return thuso_raster_end(raster, &messages, good, row, n_rows, error);
}
