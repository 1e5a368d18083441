/* Heights and land cover on the grid; what they do not cover is no data, never a guess. */
#include <thuso/data.h>

#include <math.h>

#include "input.h"

/* Land on earth lies between these; what is beyond is a nodata value that the file does not declare, or feet. */
#define HEIGHT_LOW_M  (-500.0)
#define HEIGHT_HIGH_M 9000.0
/* Single precision holds integers exactly up to here. */
#define CLASS_HIGH 16777216.0
/* Coverage below this is a warning (src/catchment/README.md). */
#define COVERAGE_LOW 0.95

typedef struct {
	ThusoContext *context;
	ThusoRegion *region;
	const ThusoSource *source;
	char *where;
	gint64 n_wrong, first_wrong; /* cells with impossible values */
	double wrong_value;
} Layer;

static float *read_values(Layer *layer, ThusoResample resample, GError **error)
{
	const ThusoGrid *grid = &layer->region->grid;
	float *values = thuso_array_new(thuso_grid_n(grid), sizeof *values, "a raster on the grid", error);
	if (values && !thuso_read_onto_grid(layer->context, layer->source, grid, resample, values, error)) {
		thuso_array_free(values);
		return NULL;
	}
	return values;
}

/* Takes the cells without a value out of `covered`, and says how much of the area that was covered till now is left. */
static gboolean take_away(Layer *layer, const float *values, GError **error)
{
	ThusoRegion *region = layer->region;
	gint64 n = thuso_grid_n(&region->grid), n_before = 0, n_left = 0, n_any = 0;
	for (gint64 cell = 0; cell < n; cell++) {
		gboolean inside = region->area[cell] >= 0 && region->covered[cell];
		gboolean known = !isnan(values[cell]);
		n_any += known && region->near_area[cell];
		n_before += inside;
		n_left += inside && known;
		if (region->near_area[cell] && !known)
			region->covered[cell] = 0;
	}
	if (n_any == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no value anywhere in the study area; check its CRS and extent",
		            layer->where);
		return FALSE;
	}
	if (n_left == n_before)
		return TRUE;
	double share = (double) n_left / (double) n_before;
	g_autofree char *percent = thuso_data_percent(share);
	ThusoFinding kind = { share < COVERAGE_LOW ? THUSO_WARNING : THUSO_INFO, "coverage", layer->source->name,
		                  .count = n_before - n_left };
	thuso_data_find(layer->context, &kind,
	                "%s covers %s of the part of the study area that the layers before it cover; people in the rest are reported "
	                "as no data: give a raster that covers it",
	                layer->where, percent);
	return TRUE;
}

static void note_wrong(Layer *layer, gint64 cell, float value)
{
	if (layer->n_wrong++ > 0)
		return;
	layer->first_wrong = cell;
	layer->wrong_value = (double) value;
}

static gboolean check_wrong(const Layer *layer, const char *what, const char *cure, GError **error)
{
	if (layer->n_wrong == 0)
		return TRUE;
	double x, y;
	char value[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE], north[G_ASCII_DTOSTR_BUF_SIZE];
	thuso_grid_centre(&layer->region->grid, layer->first_wrong, &x, &y);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s has %s in %" G_GINT64_FORMAT " cells (first: %s at %s, %s in the grid's CRS); %s", layer->where, what,
	            layer->n_wrong, g_ascii_formatd(value, sizeof value, "%.6g", layer->wrong_value),
	            g_ascii_formatd(east, sizeof east, "%.0f", x), g_ascii_formatd(north, sizeof north, "%.0f", y), cure);
	return FALSE;
}

float *thuso_elevation_read(ThusoContext *context, ThusoRegion *region, const ThusoSource *source, GError **error)
{
	g_autofree char *where = thuso_data_where(source);
	Layer layer = { .context = context, .region = region, .source = source, .where = where };
	float *heights = read_values(&layer, THUSO_RESAMPLE_CONTINUOUS, error);
	if (!heights)
		return NULL;
	gint64 n = thuso_grid_n(&region->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		double height = (double) heights[cell];
		if (region->near_area[cell] && !isnan(height) && !(height >= HEIGHT_LOW_M && height <= HEIGHT_HIGH_M))
			note_wrong(&layer, cell, heights[cell]);
	}
	if (check_wrong(&layer, "heights below -500 or above 9000 m",
	                "state the raster's nodata value (gdal_edit.py -a_nodata), or give heights in metres", error) &&
	    take_away(&layer, heights, error))
		return heights;
	thuso_array_free(heights);
	return NULL;
}

gint32 *thuso_landcover_read(ThusoContext *context, ThusoRegion *region, const ThusoSource *source, GError **error)
{
	g_autofree char *where = thuso_data_where(source);
	Layer layer = { .context = context, .region = region, .source = source, .where = where };
	float *values = read_values(&layer, THUSO_RESAMPLE_NEAREST, error);
	gint64 n = thuso_grid_n(&region->grid);
	gint32 *classes = values ? thuso_array_new(n, sizeof *classes, "land cover classes of cells", error) : NULL;
	gboolean ok = classes != NULL;
	for (gint64 cell = 0; ok && cell < n; cell++) {
		double value = (double) values[cell];
		gboolean good = value >= 0 && value <= CLASS_HIGH && value == floor(value);
		classes[cell] = good ? (gint32) value : -1;
		if (!good && !isnan(value) && region->near_area[cell])
			note_wrong(&layer, cell, values[cell]);
	}
	ok = ok &&
	     check_wrong(&layer, "values that are no whole numbers of 0 or more", "land cover must be a raster of class numbers",
	                 error) &&
	     take_away(&layer, values, error);
	thuso_array_free(values);
	if (!ok)
		g_clear_pointer(&classes, thuso_array_free);
	return classes;
}
