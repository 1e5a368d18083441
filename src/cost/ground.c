/* What the ground raster means: pixels to classes, speeds or friction; and the strips that the surface is made of. */
#include "job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

#define N_CODES        65536
#define KM_PER_H       3.6 /* in a m/s */
#define STRANGE_LISTED 20
#define ROWS_AT_ONCE   16 /* of pixels that go through doubles */

/* --- classes ------------------------------------------------------------------------------------------------------------- */

static gboolean wrong_value(const Rasters *rasters, const char *value, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s has the class \"%s\", which is no whole number; the classes of a raster are its values", rasters->table,
	            value);
	return FALSE;
}

typedef struct {
	double value;
	ThusoGroundClass what;
} ClassRow;

static int by_value(const void *a, const void *b)
{
	const ClassRow *p = a, *q = b;
	return (p->value > q->value) - (p->value < q->value);
}

static gboolean read_table(Rasters *rasters, GError **error)
{
	g_autoptr(ThusoSource) source = thuso_source_new(rasters->table);
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(rasters->table);
	g_autoptr(ThusoSpeedTable) table = thuso_speed_table_read(rasters->context, source, error);
	if (!table)
		return FALSE;
	if (table->n >= N_CODES - 1) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "%s has %d classes, over the limit of %d", rasters->table, table->n,
		            N_CODES - 2);
		return FALSE;
	}
	g_autofree ClassRow *rows = thuso_new(ClassRow, table->n);
	for (int i = 0; i < table->n; i++) {
		rows[i].what = (ThusoGroundClass){ table->speed_m_per_s[i], (ThusoMode) table->mode[i], 0 };
		if (!thuso_parse_real(table->class_name[i], &rows[i].value) || rows[i].value != floor(rows[i].value))
			return wrong_value(rasters, table->class_name[i], error);
	}
	qsort(rows, (gsize) table->n, sizeof *rows, by_value);
	rasters->n_classes = table->n + 1;
	rasters->classes = thuso_new(ThusoGroundClass, rasters->n_classes);
	rasters->class_value = thuso_new(double, rasters->n_classes);
	for (int i = 0; i < table->n; i++) {
		rasters->classes[i + 1] = rows[i].what;
		rasters->class_value[i + 1] = rows[i].value;
	}
	return TRUE;
}

/* --- pixels of up to 16 bits ----------------------------------------------------------------------------------------------- */

static int pixel_min(ThusoPixel pixel)
{
	return pixel == THUSO_PIXEL_INT16 ? G_MININT16 : 0;
}
static int pixel_max(ThusoPixel pixel)
{
	return pixel == THUSO_PIXEL_BYTE ? G_MAXUINT8 : pixel == THUSO_PIXEL_INT16 ? G_MAXINT16 : G_MAXUINT16;
}

/* Only negative ones, which are refused, and nodata have no class of their own. */
static void map_numbers(Rasters *rasters, const ThusoRasterInfo *info)
{
	gboolean is_friction = rasters->kind == GROUND_FRICTION;
	int most = pixel_max(info->pixel);
	rasters->classes = thuso_new(ThusoGroundClass, N_CODES);
	rasters->n_classes = 1;
	for (int value = 0; value <= most; value++) {
		if ((info->has_nodata && info->nodata == value) || (value == 0 && !rasters->is_added))
			continue;
		if (is_friction)
			rasters->classes[rasters->n_classes].friction_s_per_m = value;
		else
			rasters->classes[rasters->n_classes].speed_m_per_s = value / KM_PER_H;
		rasters->map[value] = (guint16) rasters->n_classes++;
	}
	if (info->pixel != THUSO_PIXEL_INT16)
		return;
	rasters->strange_code = (guint16) rasters->n_classes++; /* at most 32,768 numbers that are not negative */
	for (int value = G_MININT16; value < 0; value++)
		if (!info->has_nodata || info->nodata != value)
			rasters->map[(guint16) value] = rasters->strange_code;
}

static void map_classes(Rasters *rasters, const ThusoRasterInfo *info)
{
	rasters->strange_code = (guint16) rasters->n_classes++;
	rasters->classes = g_renew(ThusoGroundClass, rasters->classes, (gsize) rasters->n_classes);
	rasters->classes[rasters->strange_code] = (ThusoGroundClass){ 0 };
	int least = pixel_min(info->pixel), most = pixel_max(info->pixel);
	for (int value = least; value <= most; value++)
		rasters->map[(guint16) value] = info->has_nodata && info->nodata == value ? 0 : rasters->strange_code;
	for (int i = 1; i < rasters->strange_code; i++) {
		double value = rasters->class_value[i];
		if (value >= least && value <= most && !(info->has_nodata && info->nodata == value))
			rasters->map[(guint16) (int) value] = (guint16) i;
	}
}

gboolean ground_prepare(Rasters *rasters, GError **error)
{
	const ThusoRasterInfo *info = thuso_raster_info(rasters->ground);
	if (rasters->kind == GROUND_CLASSES && !read_table(rasters, error))
		return FALSE;
	/* With 0 as a penalty and no nodata, 65,536 numbers and "not passable" are one too many for codes. */
	gboolean too_many = rasters->is_added && info->pixel == THUSO_PIXEL_UINT16 && !info->has_nodata;
	if (info->pixel == THUSO_PIXEL_OTHER || too_many)
		return TRUE;
	rasters->map = thuso_new(guint16, N_CODES);
	if (rasters->kind == GROUND_CLASSES)
		map_classes(rasters, info);
	else
		map_numbers(rasters, info);
	return TRUE;
}

static gboolean note_strange(Rasters *rasters, Hand *hand, gint32 row, gint32 n_rows, const guint16 *codes, GError **error)
{
	static const guint16 bits = 64;
	g_autofree guint16 *same = thuso_new(guint16, N_CODES);
	for (int i = 0; i < N_CODES; i++)
		same[i] = (guint16) i;
	gint64 n = (gint64) n_rows * rasters->grid.n_cols;
	guint16 *values = thuso_array_new(n, sizeof *values, "values of a raster", error);
	if (!hand->strange)
		hand->strange = thuso_new(guint64, N_CODES / 64);
	gboolean good = values && thuso_raster_read_codes(hand->ground, row, n_rows, same, values, error);
	for (gint64 i = 0; good && i < n; i++)
		if (codes[i] == rasters->strange_code)
			hand->strange[values[i] / bits] |= G_GUINT64_CONSTANT(1) << (values[i] % bits);
	thuso_array_free(values);
	return good;
}

static gboolean read_mapped(Rasters *rasters, Hand *hand, gint32 row, gint32 n_rows, guint16 *codes, GError **error)
{
	if (!thuso_raster_read_codes(hand->ground, row, n_rows, rasters->map, codes, error))
		return FALSE;
	if (!rasters->strange_code)
		return TRUE;
	/* The strange code is the highest, so one maximum tells whether there is any. */
	gint64 n = (gint64) n_rows * rasters->grid.n_cols;
	guint16 highest = 0;
	for (gint64 i = 0; i < n; i++)
		highest = MAX(highest, codes[i]);
	return highest != rasters->strange_code || note_strange(rasters, hand, row, n_rows, codes, error);
}

static char *list_strange(const Rasters *rasters, int *n)
{
	gboolean is_signed = thuso_raster_info(rasters->ground)->pixel == THUSO_PIXEL_INT16;
	GString *list = g_string_new(NULL);
	*n = 0;
	for (int value = is_signed ? G_MININT16 : 0; value <= (is_signed ? G_MAXINT16 : G_MAXUINT16); value++) {
		guint16 code = (guint16) value;
		gboolean found = FALSE;
		for (int i = 0; i < rasters->n_hands && !found; i++)
			found = rasters->hands[i].strange && (rasters->hands[i].strange[code / 64] >> (code % 64) & 1);
		if (found && ++*n <= STRANGE_LISTED)
			g_string_append_printf(list, "%s%d", list->len ? ", " : "", value);
	}
	if (*n > STRANGE_LISTED)
		g_string_append(list, ", ...");
	return g_string_free(list, FALSE);
}

gboolean ground_check(const Rasters *rasters, GError **error)
{
	int n;
	g_autofree char *list = list_strange(rasters, &n);
	if (n == 0)
		return TRUE;
	if (rasters->kind == GROUND_CLASSES)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s has classes without a row in %s: %s; add a row for each (speed 0 = nobody goes there)",
		            rasters->ground_path, rasters->table, list);
	else
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s has negative values: %s; where that means no data say so (gdal_translate -a_nodata VALUE), else mend it",
		            rasters->ground_path, list);
	return FALSE;
}

/* --- other pixels ------------------------------------------------------------------------------------------------------------ */

static gboolean strange_at(const Rasters *rasters, gint64 cell, double value, const char *what, GError **error)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s holds %s at row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT ": %s",
	            rasters->ground_path, g_ascii_dtostr(buffer, sizeof buffer, value), cell / rasters->grid.n_cols + 1,
	            cell % rasters->grid.n_cols + 1, what);
	return FALSE;
}

static int compare_values(const void *a, const void *b)
{
	const double *p = a, *q = b;
	return (*p > *q) - (*p < *q);
}

static gboolean find_class(const Rasters *rasters, gint64 cell, double value, guint16 *code, GError **error)
{
	/* Numbers that are no integers in the file have a fraction or a scale. */
	if (value != floor(value) || !isfinite(value))
		return strange_at(rasters, cell, value,
		                  "classes are whole numbers; is it the right raster, and without a scale or offset (gdalinfo shows "
		                  "them, gdal_translate -a_scale 1 -a_offset 0 takes them away)?",
		                  error);
	const double *first = rasters->class_value + 1;
	const double *found = bsearch(&value, first, (gsize) rasters->n_classes - 1, sizeof *first, compare_values);
	if (!found && !thuso_raster_info(rasters->ground)->is_integer)
		return strange_at(rasters, cell, value,
		                  "that class has no row in the table of speeds; add one (speed 0 = nobody goes there), and see that the "
		                  "raster has no scale or offset (gdalinfo shows them)",
		                  error);
	if (!found)
		return strange_at(rasters, cell, value,
		                  "that class has no row in the table of speeds; add one (speed 0 = nobody goes there)", error);
	*code = (guint16) (found - rasters->class_value);
	return TRUE;
}

/* Large classes come through doubles, in which every Int32 is exact. */
static gboolean read_looked_up(Rasters *rasters, Hand *hand, gint32 row, gint32 n_rows, guint16 *codes, GError **error)
{
	gint32 n_cols = rasters->grid.n_cols;
	double *values = thuso_array_new((gint64) MIN(n_rows, ROWS_AT_ONCE) * n_cols, sizeof *values, "values of a raster", error);
	double last = NAN;
	guint16 last_code = 0;
	gboolean good = values != NULL;
	for (gint32 r = 0; good && r < n_rows; r += ROWS_AT_ONCE) {
		gint32 n = MIN(ROWS_AT_ONCE, n_rows - r);
		good = thuso_raster_read(hand->ground, row + r, n, values, error);
		for (gint64 i = 0; good && i < (gint64) n * n_cols; i++) {
			guint16 *code = &codes[(gint64) r * n_cols + i];
			*code = 0;
			if (isnan(values[i]))
				continue;
			if (values[i] != last)
				good = find_class(rasters, ((gint64) row + r) * n_cols + i, values[i], &last_code, error);
			last = values[i];
			*code = last_code;
		}
	}
	thuso_array_free(values);
	return good;
}

static gboolean read_numbers(Rasters *rasters, Hand *hand, gint32 row, gint32 n_rows, float *values, GError **error)
{
	if (!thuso_raster_read_floats(hand->ground, row, n_rows, values, error))
		return FALSE;
	gint64 n = (gint64) n_rows * rasters->grid.n_cols, first = (gint64) row * rasters->grid.n_cols;
	gboolean is_speed = rasters->kind == GROUND_SPEED;
	gboolean zero_blocks = !rasters->is_added;
	for (gint64 i = 0; i < n; i++) {
		if (values[i] < 0)
			return strange_at(rasters, first + i, (double) values[i],
			                  "negative values are refused; where it means no data say so (gdal_translate -a_nodata)", error);
		if (isinf(values[i]))
			return strange_at(rasters, first + i, (double) values[i], "that is no number; mend it or declare it as nodata",
			                  error);
		if (is_speed)
			values[i] = (float) ((double) values[i] / KM_PER_H);
		if (zero_blocks && values[i] == 0)
			values[i] = NAN;
	}
	return TRUE;
}

/* --- strips ------------------------------------------------------------------------------------------------------------------- */

static gboolean take_hand(Rasters *rasters, Hand *hand, GError **error)
{
	if (!hand->ground && !(hand->ground = thuso_raster_again(rasters->ground, error)))
		return FALSE;
	return !rasters->elevation || hand->elevation || (hand->elevation = thuso_raster_again(rasters->elevation, error)) != NULL;
}

static gboolean read_heights(Rasters *rasters, Hand *hand, gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, GError **error)
{
	if (strip->height_m)
		return thuso_raster_read_int16(hand->elevation, row, n_rows, THUSO_NO_HEIGHT, strip->height_m, error);
	if (!strip->height_exact_m)
		return TRUE;
	if (!thuso_raster_read_floats(hand->elevation, row, n_rows, strip->height_exact_m, error))
		return FALSE;
	gint64 n = (gint64) n_rows * rasters->grid.n_cols;
	for (gint64 i = 0; i < n; i++)
		if (!isfinite(strip->height_exact_m[i]))
			strip->height_exact_m[i] = NAN;
	return TRUE;
}

gboolean ground_read(gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, int worker, gpointer data, GError **error)
{
	Rasters *rasters = data;
	Hand *hand = &rasters->hands[worker];
	gboolean good = take_hand(rasters, hand, error);
	if (good && strip->ground_class)
		good = rasters->map ? read_mapped(rasters, hand, row, n_rows, strip->ground_class, error)
		                    : read_looked_up(rasters, hand, row, n_rows, strip->ground_class, error);
	else if (good)
		good = read_numbers(rasters, hand, row, n_rows, strip->ground, error);
	return good && read_heights(rasters, hand, row, n_rows, strip, error);
}
