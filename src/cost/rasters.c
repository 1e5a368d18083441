/* The input rasters: opened, and whether they lie on one grid of squares. */
#include "job.h"

#include <math.h>
#include <string.h>

/* In cells: origins may differ by what a decimal text loses; far corners by what a text of the cell's size loses over the raster. */
#define ORIGIN_TOLERANCE 1e-6
#define CORNER_TOLERANCE 1e-3

static const char *text(char *buffer, double value)
{
	return g_ascii_dtostr(buffer, G_ASCII_DTOSTR_BUF_SIZE, value);
}

static void place_of(const ThusoRasterInfo *info, double box[4])
{
	const double *t = info->transform;
	box[0] = t[0];
	box[1] = t[3] + t[5] * info->n_rows;
	box[2] = t[0] + t[1] * info->n_cols;
	box[3] = t[3];
}

static gboolean check_squares(const char *path, const ThusoRasterInfo *info, GError **error)
{
	char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE], c[G_ASCII_DTOSTR_BUF_SIZE];
	double width = info->transform[1], height = -info->transform[5];
	if (fabs(width - height) * MAX(info->n_cols, info->n_rows) <= CORNER_TOLERANCE * width)
		return TRUE;
	const char *side = text(c, MIN(width, height));
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s has cells of %s by %s, and squares are needed: resample it first (gdalwarp -tr %s %s %s squares.tif)", path,
	            text(a, width), text(b, height), side, side, path);
	return FALSE;
}

/* The command that brings `path` onto the grid of the other raster. */
static char *align_command(const Rasters *rasters, const char *path, gboolean classes)
{
	char n[4][G_ASCII_DTOSTR_BUF_SIZE];
	double box[4];
	const ThusoRasterInfo *info = thuso_raster_info(rasters->ground);
	place_of(info, box);
	g_autofree char *quoted = g_shell_quote(rasters->ground_path), *in = g_shell_quote(path);
	const char *authority = rasters->crs ? thuso_crs_authority(rasters->crs) : "";
	g_autofree char *srs = !rasters->crs  ? g_strdup("")
	                       : authority[0] ? g_strdup_printf("-t_srs %s ", authority)
	                                      : g_strdup_printf("-t_srs \"$(gdalsrsinfo -o wkt2 %s)\" ", quoted);
	return g_strdup_printf("gdalwarp %s-te %s %s %s %s -ts %d %d -r %s %s aligned.tif", srs, text(n[0], box[0]),
	                       text(n[1], box[1]), text(n[2], box[2]), text(n[3], box[3]), info->n_cols, info->n_rows,
	                       classes ? "near" : "bilinear", in);
}

static char *what_differs(const Rasters *rasters, const ThusoRasterInfo *a, const ThusoRasterInfo *b, const ThusoCrs *crs)
{
	char n[4][G_ASCII_DTOSTR_BUF_SIZE];
	double p[4], q[4];
	if (!rasters->crs != !crs)
		return g_strdup_printf("only %s says its reference system (gdal_translate -a_srs gives one to the other)",
		                       crs ? rasters->elevation_path : rasters->ground_path);
	if (crs && !thuso_crs_equal(rasters->crs, crs))
		return g_strdup_printf("it is in %s and the other in %s", thuso_crs_name(crs), thuso_crs_name(rasters->crs));
	if (fabs(a->transform[1] - b->transform[1]) * MIN(a->n_cols, b->n_cols) > CORNER_TOLERANCE * a->transform[1])
		return g_strdup_printf("its cells have a side of %s and the other's %s", text(n[0], b->transform[1]),
		                       text(n[1], a->transform[1]));
	place_of(a, p);
	place_of(b, q);
	if (fabs(p[0] - q[0]) > ORIGIN_TOLERANCE * a->transform[1] || fabs(p[3] - q[3]) > ORIGIN_TOLERANCE * a->transform[1])
		return g_strdup_printf("its upper left corner is at %s %s and the other's at %s %s", text(n[0], q[0]), text(n[1], q[3]),
		                       text(n[2], p[0]), text(n[3], p[3]));
	if (a->n_cols != b->n_cols || a->n_rows != b->n_rows)
		return g_strdup_printf("it has %d columns and %d rows and the other %d and %d", b->n_cols, b->n_rows, a->n_cols,
		                       a->n_rows);
	return NULL;
}

static gboolean check_same(const Rasters *rasters, GError **error)
{
	const ThusoRasterInfo *info = thuso_raster_info(rasters->elevation);
	g_autoptr(ThusoCrs) crs = info->crs ? thuso_crs_new(info->crs, error) : NULL;
	if (info->crs && !crs)
		return FALSE;
	g_autofree char *differs = what_differs(rasters, thuso_raster_info(rasters->ground), info, crs);
	if (!differs)
		return TRUE;
	g_autofree char *command = align_command(rasters, rasters->elevation_path, FALSE);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s does not lie on the grid of %s: %s; align it: %s",
	            rasters->elevation_path, rasters->ground_path, differs, command);
	return FALSE;
}

static gboolean check_lengths(const Rasters *rasters, ThusoLengthsKind lengths, GError **error)
{
	const char *path = rasters->ground_path;
	if (!rasters->crs && lengths == THUSO_LENGTHS_GROUND)
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "%s does not say its reference system, so lengths on the ground are not known: give it one (gdal_translate -a_srs "
		    "EPSG:CODE %s OUT.tif), or take the cells as metres (--lengths planar)",
		    path, path);
	else if (rasters->crs && lengths == THUSO_LENGTHS_PLANAR && thuso_crs_is_geographic(rasters->crs))
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "--lengths planar: %s is in degrees, which are no lengths; use --lengths ground", path);
	else if (rasters->crs && lengths == THUSO_LENGTHS_PLANAR && !thuso_crs_is_grid_ready(rasters->crs))
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "--lengths planar: %s is in %s, whose unit is not the metre; use --lengths ground", path,
		            thuso_crs_name(rasters->crs));
	else
		return TRUE;
	return FALSE;
}

static void set_grid(Rasters *rasters)
{
	const ThusoRasterInfo *info = thuso_raster_info(rasters->ground);
	rasters->grid = (ThusoGrid){
		.x_min = info->transform[0],
		.y_max = info->transform[3],
		.cell_m = info->transform[1],
		.n_cols = info->n_cols,
		.n_rows = info->n_rows,
		.crs = rasters->crs,
	};
}

gboolean rasters_open(Rasters *rasters, ThusoContext *context, const ThusoCostSpec *spec, GError **error)
{
	rasters->context = context;
	rasters->kind = spec->speed ? GROUND_SPEED : spec->friction ? GROUND_FRICTION : GROUND_CLASSES;
	rasters->is_added = spec->friction && spec->elevation;
	rasters->ground_path = spec->speed ? spec->speed : spec->friction ? spec->friction : spec->landcover;
	rasters->elevation_path = spec->elevation;
	rasters->table = spec->speeds;
	rasters->ground = thuso_raster_open_any(context, rasters->ground_path, error);
	if (!rasters->ground)
		return FALSE;
	const ThusoRasterInfo *info = thuso_raster_info(rasters->ground);
	if (info->crs && !(rasters->crs = thuso_crs_new(info->crs, error)))
		return FALSE;
	if (!check_squares(rasters->ground_path, info, error) || !check_lengths(rasters, spec->lengths, error))
		return FALSE;
	set_grid(rasters);
	if (spec->elevation && !(rasters->elevation = thuso_raster_open_any(context, spec->elevation, error)))
		return FALSE;
	if (rasters->elevation && !check_same(rasters, error))
		return FALSE;
	rasters->n_hands = thuso_context_threads(context);
	rasters->hands = thuso_new(Hand, rasters->n_hands);
	return ground_prepare(rasters, error);
}

void rasters_clear(Rasters *rasters)
{
	for (int i = 0; i < rasters->n_hands; i++) {
		thuso_raster_close(rasters->hands[i].ground);
		thuso_raster_close(rasters->hands[i].elevation);
		g_free(rasters->hands[i].strange);
	}
	g_free(rasters->hands);
	g_free(rasters->classes);
	g_free(rasters->map);
	g_free(rasters->class_value);
	thuso_raster_close(rasters->ground);
	thuso_raster_close(rasters->elevation);
	if (rasters->crs)
		thuso_crs_unref(rasters->crs);
	*rasters = (Rasters){ 0 };
}
