/* Rasters: GeoTIFF and ASCII grids, band 1, north-up. */
#include "raster.h"
#include "text_grid.h"
#include "tiff.h"

#include <math.h>

#define MAX_BANDS       512
#define MAX_LOOKED_AT   1000000            /* blocks asked for one by one */
#define THUSO_MAX_CELLS ((gint64) 1 << 36) /* 69 thousand million: a country at 5 m */

void thuso_raster_close(ThusoRaster *raster)
{
	if (!raster)
		return;
	if (raster->dataset)
		GDALClose(raster->dataset);
	thuso_array_free(raster->held);
	thuso_array_free(raster->block);
	thuso_array_free(raster->pixels);
	thuso_array_free(raster->numbers);
	g_free(raster->path);
	g_free(raster->info.crs);
	g_free(raster);
}

static gboolean check_size(const char *path, double n_cols, double n_rows, double n_bands, GError **error)
{
	if (n_cols >= 1 && n_rows >= 1 && n_cols <= G_MAXINT32 && n_rows <= G_MAXINT32 &&
	    n_cols * n_rows <= (double) THUSO_MAX_CELLS && n_bands <= MAX_BANDS)
		return TRUE;
	if (n_cols < 1 || n_rows < 1) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s says it has %.0f columns and %.0f rows: export it again", path, n_cols,
		                n_rows);
		return FALSE;
	}
	thuso_set_error(
	    error, THUSO_ERROR_LIMIT,
	    "%s says it has %.0f columns, %.0f rows and %.0f bands, over the limit of %d columns or rows, %" G_GINT64_FORMAT
	    " cells and %d bands: cut out the part that is needed (gdal_translate -projwin)",
	    path, n_cols, n_rows, n_bands, G_MAXINT32, THUSO_MAX_CELLS, MAX_BANDS);
	return FALSE;
}

static gboolean check_declared(const char *absolute, const char *path, const ThusoFormat *format, GError **error)
{
	ThusoTiffSize size;
	if (!g_str_equal(format->drivers[0], "GTiff") || !thuso_tiff_size(absolute, &size))
		return TRUE;
	return check_size(path, (double) size.n_cols, (double) size.n_rows, (double) size.n_bands, error);
}

/* GDAL finds the type of an ASCII grid by its first part; the open option says it for the whole. */
static gboolean check_text_grid(ThusoRaster *raster, const char *absolute, const ThusoFormat *format, GError **error)
{
	static const char *const real[] = { "DATATYPE=Float32", NULL };
	ThusoTextGrid grid;
	if (!g_str_equal(format->drivers[0], "AAIGrid"))
		return TRUE;
	if (!thuso_text_grid_look(absolute, raster->path, &grid, error))
		return FALSE;
	raster->open_options = grid.has_decimals ? real : NULL;
	return grid.n_cols == 0 || check_size(raster->path, (double) grid.n_cols, (double) grid.n_rows, 1, error);
}

static gboolean read_place(ThusoRaster *raster, GError **error)
{
	double *t = raster->info.transform;
	if (GDALGetGeoTransform(raster->dataset, t) != CE_None) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s does not say where it lies: give it a georeference (gdal_translate -a_ullr)", raster->path);
		return FALSE;
	}
	for (int i = 0; i < 6; i++)
		if (!isfinite(t[i])) {
			thuso_set_error(error, THUSO_ERROR_INPUT, "%s has a georeference that is no number: export it again", raster->path);
			return FALSE;
		}
	if (t[2] != 0 || t[4] != 0 || t[1] <= 0 || t[5] >= 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is rotated or not north-up: warp it first (gdalwarp IN.tif OUT.tif)",
		                raster->path);
		return FALSE;
	}
	return TRUE;
}

/* South-oriented systems (Lo zones) turn a raster upside down in some programs and not in others. */
static gboolean check_axes(const ThusoRaster *raster, OGRSpatialReferenceH srs, GError **error)
{
	gboolean turned = FALSE;
	for (int i = 0; i < 2 && OSRIsProjected(srs); i++) {
		OGRAxisOrientation axis = OAO_Other;
		OSRGetAxis(srs, NULL, i, &axis);
		turned |= axis == OAO_South || axis == OAO_West;
	}
	if (turned)
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s is a raster in %s, whose axes point south and west: warp it to UTM first (gdalwarp "
		                "-t_srs EPSG:32735)",
		                raster->path, OSRGetName(srs));
	return !turned;
}

static gboolean read_crs(ThusoRaster *raster, const char *given, gboolean may_lack, GError **error)
{
	if (given) {
		g_autoptr(ThusoCrs) crs = thuso_stated_crs(given, raster->path, error);
		if (!crs)
			return FALSE;
		raster->info.crs = g_strdup(thuso_crs_wkt(crs));
	} else {
		raster->info.crs = thuso_srs_wkt(GDALGetSpatialRef(raster->dataset));
	}
	if (!raster->info.crs && may_lack)
		return TRUE;
	if (!raster->info.crs) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s does not say in which CRS it is: say so with `crs:`", raster->path);
		return FALSE;
	}
	OGRSpatialReferenceH srs = given ? thuso_srs_new(raster->info.crs, error) : GDALGetSpatialRef(raster->dataset);
	gboolean good = srs && check_axes(raster, srs, error);
	if (given && srs)
		OSRRelease(srs);
	return good;
}

static ThusoPixel pixel_of(const ThusoRaster *raster)
{
	if (raster->scale != 1 || raster->offset != 0)
		return THUSO_PIXEL_OTHER;
	return raster->type == GDT_Byte     ? THUSO_PIXEL_BYTE
	       : raster->type == GDT_UInt16 ? THUSO_PIXEL_UINT16
	       : raster->type == GDT_Int16  ? THUSO_PIXEL_INT16
	                                    : THUSO_PIXEL_OTHER;
}

/* GDAL up to 3.6 has no type for signed bytes and gives -1 as 255. */
static gboolean check_signs(const ThusoRaster *raster, GError **error)
{
	if (g_strcmp0(GDALGetMetadataItem(raster->band, "PIXELTYPE", "IMAGE_STRUCTURE"), "SIGNEDBYTE") != 0)
		return TRUE;
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s, band 1, holds signed bytes, which are read as 0 to 255: export it as Int16 from the program that made it",
	    raster->path);
	return FALSE;
}

/* Nothing here is in feet, and a picture's red is no height, class or count. */
static gboolean check_meaning(const ThusoRaster *raster, GError **error)
{
	const char *unit = GDALGetRasterUnitType(raster->band);
	gboolean feet = g_ascii_strncasecmp(unit, "ft", 2) == 0 || strstr(unit, "foot") != NULL || strstr(unit, "feet") != NULL;
	if (feet) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s, band 1, is in feet (its unit: %s): convert it to metres (gdal_calc.py --calc='A*0.3048')",
		                raster->path, unit);
		return FALSE;
	}
	if (GDALGetRasterColorInterpretation(raster->band) != GCI_RedBand || GDALGetRasterCount(raster->dataset) < 3)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s is a picture (red, green, blue), whose numbers are colours: name the raster of values it was made from",
	                raster->path);
	return FALSE;
}

static gboolean read_band(ThusoRaster *raster, GError **error)
{
	int n_bands = GDALGetRasterCount(raster->dataset), found = FALSE;
	raster->band = n_bands > 0 ? GDALGetRasterBand(raster->dataset, 1) : NULL;
	if (!raster->band) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no band: export it again", raster->path);
		return FALSE;
	}
	raster->type = GDALGetRasterDataType(raster->band);
	if (!check_signs(raster, error) || !check_meaning(raster, error))
		return FALSE;
	if (GDALDataTypeIsComplex(raster->type)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s, band 1, holds complex numbers: export one real band", raster->path);
		return FALSE;
	}
	raster->scale = GDALGetRasterScale(raster->band, &found);
	if (!found)
		raster->scale = 1;
	raster->offset = GDALGetRasterOffset(raster->band, &found);
	if (!found)
		raster->offset = 0;
	raster->info.is_integer = GDALDataTypeIsInteger(raster->type) && raster->scale == 1 && raster->offset == 0;
	raster->info.pixel = pixel_of(raster);
	GDALGetBlockSize(raster->band, &raster->block_cols, &raster->block_rows);
	raster->held_row = -1;
	raster->info.nodata = GDALGetRasterNoDataValue(raster->band, &found);
	raster->info.has_nodata = found != 0;
	/* -3.4e38 is written with fewer digits than a float has. */
	if (found && raster->type == GDT_Float32)
		raster->info.nodata = (double) (float) CLAMP(raster->info.nodata, -(double) G_MAXFLOAT, (double) G_MAXFLOAT);
	int flags = GDALGetMaskFlags(raster->band);
	raster->has_mask = (flags & (GMF_PER_DATASET | GMF_ALPHA)) != 0 && (flags & GMF_ALL_VALID) == 0;
	if (n_bands > 1 && raster->context && !raster->has_mask)
		thuso_log(raster->context, THUSO_WARNING, "%s has %d bands: band 1 is used", raster->path, n_bands);
	return TRUE;
}

/* Blocks that a TIFF does not store are no data where it says so, and else 0, which a program that was stopped leaves behind as well. */
static void tell_empty_blocks(const ThusoRaster *raster)
{
	gint64 n_x = (raster->info.n_cols - 1) / raster->block_cols + 1, n_y = (raster->info.n_rows - 1) / raster->block_rows + 1,
	       n = 0;
	if (raster->info.has_nodata || raster->has_mask || n_x * n_y > MAX_LOOKED_AT || !raster->context ||
	    !g_str_equal(GDALGetDriverShortName(GDALGetDatasetDriver(raster->dataset)), "GTiff"))
		return;
	for (gint64 i = 0; i < n_x * n_y; i++) {
		char key[64];
		g_snprintf(key, sizeof key, "BLOCK_OFFSET_%d_%d", (int) (i % n_x), (int) (i / n_x));
		const char *at = GDALGetMetadataItem(raster->band, key, "TIFF");
		n += !at || g_str_equal(at, "0");
	}
	ThusoFinding finding = { THUSO_WARNING, "empty_blocks", raster->path, NULL, NULL, n, NULL };
	if (n > 0)
		thuso_io_find(raster->context, &finding,
		              "%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
		              " blocks of band 1 are not stored and are read as 0: state its nodata value (gdal_edit.py -a_nodata), or "
		              "export it again",
		              raster->path, n, n_x * n_y);
}

typedef struct {
	const char *crs; /* overrides what the file says; NULL */
	gboolean may_lack_crs;
} Opening;

static gboolean fill_in(ThusoRaster *raster, const Opening *how, GError **error)
{
	raster->info.n_cols = GDALGetRasterXSize(raster->dataset);
	raster->info.n_rows = GDALGetRasterYSize(raster->dataset);
	return check_size(raster->path, raster->info.n_cols, raster->info.n_rows, GDALGetRasterCount(raster->dataset), error) &&
	       read_place(raster, error) && read_band(raster, error) && read_crs(raster, how->crs, how->may_lack_crs, error);
}

static ThusoRaster *open_raster(ThusoContext *context, const char *path, const Opening *how, GError **error)
{
	thuso_io_init();
	const ThusoFormat *format = thuso_format_of(path, TRUE, error);
	g_autofree char *absolute = format ? thuso_guard_path(path, format, error) : NULL;
	if (!absolute || !check_declared(absolute, path, format, error))
		return NULL;
	g_autoptr(ThusoRaster) raster = g_new0(ThusoRaster, 1);
	raster->path = g_strdup(path);
	raster->context = context;
	if (!check_text_grid(raster, absolute, format, error))
		return NULL;
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	raster->dataset = GDALOpenEx(absolute, GDAL_OF_RASTER | GDAL_OF_READONLY, format->drivers, raster->open_options, NULL);
	gboolean good = raster->dataset != NULL && !messages.failure;
	if (!good)
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read as %s: %s: check or export it again", path,
		                format->drivers[0],
		                thuso_messages_failure(&messages, "its content is of another kind than its ending says"));
	good = good && fill_in(raster, how, error);
	if (good)
		tell_empty_blocks(raster);
	thuso_messages_end(&messages, good ? context : NULL, path);
	return good ? g_steal_pointer(&raster) : NULL;
}

ThusoRaster *thuso_raster_open(ThusoContext *context, const char *path, const char *crs, GError **error)
{
	return open_raster(context, path, &(Opening){ crs, FALSE }, error);
}

ThusoRaster *thuso_raster_again(const ThusoRaster *raster, GError **error)
{
	const char *drivers[] = { GDALGetDriverShortName(GDALGetDatasetDriver(raster->dataset)), NULL };
	g_autoptr(ThusoRaster) again = g_new0(ThusoRaster, 1);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	again->open_options = raster->open_options;
	again->dataset =
	    GDALOpenEx(GDALGetDescription(raster->dataset), GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, again->open_options, NULL);
	again->path = g_strdup(raster->path);
	gboolean good = again->dataset && GDALGetRasterXSize(again->dataset) == raster->info.n_cols &&
	                GDALGetRasterYSize(again->dataset) == raster->info.n_rows && read_band(again, NULL) &&
	                again->type == raster->type;
	if (good) {
		again->context = raster->context;
		again->info = raster->info;
		again->info.crs = g_strdup(raster->info.crs);
	} else {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be opened again: %s: do not change it during a run", raster->path,
		                thuso_messages_failure(&messages, "it was changed"));
	}
	thuso_messages_end(&messages, NULL, NULL);
	return good ? g_steal_pointer(&again) : NULL;
}

ThusoRaster *thuso_raster_open_any(ThusoContext *context, const char *path, GError **error)
{
	return open_raster(context, path, &(Opening){ NULL, TRUE }, error);
}

const ThusoRasterInfo *thuso_raster_info(const ThusoRaster *raster)
{
	return &raster->info;
}

guint8 *thuso_raster_mask(ThusoRaster *raster, gint32 row, gint32 n_rows, GError **error)
{
	guint8 *mask = thuso_array_new((gint64) n_rows * raster->info.n_cols, 1, "raster mask", error);
	if (mask && GDALRasterIO(GDALGetMaskBand(raster->band), GF_Read, 0, row, raster->info.n_cols, n_rows, mask,
	                         raster->info.n_cols, n_rows, GDT_Byte, 0, 0) == CE_None)
		return mask;
	thuso_array_free(mask);
	return NULL;
}

/* NaN where the file's mask says so. */
static gboolean apply_mask(ThusoRaster *raster, gint32 row, gint32 n_rows, double *values, GError **error)
{
	gint64 n = (gint64) n_rows * raster->info.n_cols;
	guint8 *mask = thuso_raster_mask(raster, row, n_rows, error);
	for (gint64 i = 0; mask && i < n; i++)
		if (!mask[i])
			values[i] = NAN;
	thuso_array_free(mask);
	return mask != NULL;
}

static void apply_nodata(const ThusoRaster *raster, gint64 n, double *values)
{
	gboolean compare = raster->info.has_nodata && !isnan(raster->info.nodata);
	gboolean scaled = raster->scale != 1 || raster->offset != 0;
	for (gint64 i = 0; i < n; i++) {
		if (compare && values[i] == raster->info.nodata)
			values[i] = NAN;
		else if (scaled)
			values[i] = values[i] * raster->scale + raster->offset;
	}
}

gboolean thuso_raster_end(ThusoRaster *raster, ThusoMessages *messages, gboolean good, gint32 row, gint32 n_rows, GError **error)
{
	if ((!good || messages->failure) && !(error && *error)) {
		good = FALSE;
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s, band 1, is damaged or cut off in rows %d to %d: %s: copy or export it again", raster->path, row + 1,
		                row + n_rows, thuso_messages_failure(messages, "no reason given"));
	}
	thuso_messages_end(messages, good ? raster->context : NULL, raster->path);
	return good;
}

gboolean thuso_raster_read(ThusoRaster *raster, gint32 row, gint32 n_rows, double *values, GError **error)
{
	g_return_val_if_fail(row >= 0 && n_rows > 0 && row <= raster->info.n_rows - n_rows, FALSE);
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = GDALRasterIO(raster->band, GF_Read, 0, row, raster->info.n_cols, n_rows, values, raster->info.n_cols, n_rows,
	                             GDT_Float64, 0, 0) == CE_None;
	if (good) {
		apply_nodata(raster, (gint64) n_rows * raster->info.n_cols, values);
		good = !raster->has_mask || apply_mask(raster, row, n_rows, values, error);
	}
	return thuso_raster_end(raster, &messages, good, row, n_rows, error);
}
