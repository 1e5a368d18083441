/* Where people live inside a polygon (dasymetric mapping: Ngidi et al. 2017; weights are features or covered area a cell). */
#include "spread.h"

#include <math.h>

#include "cells.h"
#include "input.h"

/* Cells of the carried-on grid: 1 GB where one polygon covers all of it, and some seconds. */
#define MAX_CELLS ((double) (1 << 26))

/* The analysis grid carried on to hold the box: a ward that reaches beyond the grid keeps the people who live out there. */
static gboolean extend(ThusoSpread *spread, const ThusoGrid *grid, const ThusoSource *people, const double box[4], GError **error)
{
	double own[4];
	thuso_data_grid_box(grid, own);
	double left = MAX(0, ceil((own[0] - box[0]) / grid->cell_m)), right = MAX(0, ceil((box[2] - own[2]) / grid->cell_m));
	double top = MAX(0, ceil((box[3] - own[3]) / grid->cell_m)), bottom = MAX(0, ceil((own[1] - box[1]) / grid->cell_m));
	double n_cols = left + right + grid->n_cols, n_rows = top + bottom + grid->n_rows;
	double max_cells = MAX(MAX_CELLS, 4.0 * (double) thuso_grid_n(grid));
	if (!(n_cols < G_MAXINT32 && n_rows < G_MAXINT32 && n_cols * n_rows <= max_cells)) {
		g_autofree char *where = thuso_data_where(people);
		char east[G_ASCII_DTOSTR_BUF_SIZE], north[G_ASCII_DTOSTR_BUF_SIZE];
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		    "%s: its polygons reach %s km from west to east and %s km from south to north, too far beyond the study area to "
		    "be spread in its cells: clip them, or use a larger cell",
		    where, g_ascii_formatd(east, sizeof east, "%.0f", n_cols * grid->cell_m / 1000),
		    g_ascii_formatd(north, sizeof north, "%.0f", n_rows * grid->cell_m / 1000));
		return FALSE;
	}
	spread->grid = *grid;
	spread->d_col = (gint32) left;
	spread->d_row = (gint32) top;
	spread->grid.n_cols += (gint32) (left + right);
	spread->grid.n_rows += (gint32) (top + bottom);
	spread->grid.x_min -= left * grid->cell_m;
	spread->grid.y_max += top * grid->cell_m;
	return TRUE;
}

static gboolean add_points(const ThusoSpread *spread, const ThusoGeometry *points, ThusoVector *cells, GError **error)
{
	for (gint64 i = 0; i < points->n_points; i++) {
		ThusoCellValue one = { thuso_grid_cell(&spread->grid, points->x[i], points->y[i]), 1 };
		if (one.cell >= 0 && !thuso_vector_push(cells, &one, "points of a spread layer", error))
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	gboolean points, polygons;
} Kinds;

static gboolean add_feature(const ThusoSpread *spread, const ThusoSource *source, const ThusoGeometry *geometry, Kinds *kinds,
                            ThusoVector *cells, GError **error)
{
	if (geometry->type == THUSO_POINT) {
		kinds->points = TRUE;
		return add_points(spread, geometry, cells, error);
	}
	if (geometry->type == THUSO_POLYGON) {
		kinds->polygons = TRUE;
		return thuso_cells_cover(&spread->grid, geometry, cells, error);
	}
	g_autofree char *where = thuso_data_where(source);
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "%s holds lines, and people are spread over points or polygons; give houses, settlements or the like, or buffer the "
	    "lines first",
	    where);
	return FALSE;
}

static gboolean read_one(ThusoSpread *spread, ThusoContext *context, const ThusoLayerQuery *query, Kinds *kinds,
                         ThusoVector *cells, GError **error)
{
	g_autoptr(ThusoFeatures) features = thuso_data_layer(context, query, error);
	if (!features)
		return FALSE;
	for (gint64 row = 0; row < features->table->n_rows; row++)
		if (!thuso_context_go_on(context, error) ||
		    !add_feature(spread, query->source, features->geometry[row], kinds, cells, error))
			return FALSE;
	if (features->table->n_rows > 0)
		return TRUE;
	g_autofree char *where = thuso_data_where(query->source);
	thuso_data_find(context, &(ThusoFinding){ THUSO_WARNING, "no_features", query->source->name },
	                "%s has no feature where the people are; check its CRS and extent", where);
	return TRUE;
}

static gboolean read_layers(ThusoSpread *spread, ThusoContext *context, const ThusoSource *const *sources, int n,
                            ThusoGeometryType required, ThusoVector *cells, GError **error)
{
	static const char *const no_fields[] = { NULL };
	double box[4];
	Kinds kinds = { FALSE, FALSE };
	thuso_data_grid_box(&spread->grid, box);
	for (int i = 0; i < n; i++) {
		ThusoLayerQuery query = {
			.source = sources[i], .required = required, .fields = no_fields, .crs = spread->grid.crs, .box = box
		};
		if (!read_one(spread, context, &query, &kinds, cells, error))
			return FALSE;
		thuso_cells_merge(cells);
	}
	if (kinds.points && kinds.polygons)
		thuso_data_find(context, &(ThusoFinding){ THUSO_WARNING, "spread_mixed", sources[0]->name },
		                "spread: points count 1 each and polygons count by their area in cells, so points weigh far more where "
		                "both are given; use one kind");
	return TRUE;
}

gboolean thuso_spread_read(ThusoSpread *spread, ThusoContext *context, const ThusoRegion *region, const ThusoDemandSpec *spec,
                           const double box[4], GError **error)
{
	*spread = (ThusoSpread){
		.grid = region->grid,
		.by_feature = spec->n_spread > 0,
		.by_avoidance = spec->n_avoid > 0,
		.spread = THUSO_VECTOR(ThusoCellValue),
		.avoid = THUSO_VECTOR(ThusoCellValue),
		.region = region,
	};
	if (!spread->by_feature && !spread->by_avoidance)
		return TRUE;
	return extend(spread, &region->grid, spec->people, box, error) &&
	       read_layers(spread, context, spec->spread, spec->n_spread, THUSO_ANY_GEOMETRY, &spread->spread, error) &&
	       read_layers(spread, context, spec->avoid, spec->n_avoid, THUSO_POLYGON, &spread->avoid, error);
}

void thuso_spread_clear(ThusoSpread *spread)
{
	thuso_vector_clear(&spread->spread);
	thuso_vector_clear(&spread->avoid);
}

/* Multiplies the areas by what the layers say, unless nothing would be left. */
static gboolean apply(ThusoVector *cells, const ThusoVector *spread, const ThusoVector *avoid)
{
	ThusoCellValue *value = cells->data;
	double total = 0;
	for (int pass = 0; pass < 2; pass++)
		for (gint64 i = 0; i < cells->n && (pass == 0 || total > 0); i++) {
			double factor = spread ? thuso_cells_value(spread, value[i].cell) : 1;
			if (avoid)
				factor *= 1 - MIN(1, thuso_cells_value(avoid, value[i].cell));
			if (pass == 0)
				total += value[i].value * factor;
			else
				value[i].value *= factor;
		}
	return total > 0;
}

gboolean thuso_spread_weigh(const ThusoSpread *spread, ThusoVector *cells)
{
	const ThusoVector *features = spread->by_feature ? &spread->spread : NULL;
	const ThusoVector *avoid = spread->by_avoidance ? &spread->avoid : NULL;
	if (!features && !avoid)
		return TRUE;
	if (apply(cells, features, avoid))
		return TRUE;
	if (features && avoid)
		apply(cells, NULL, avoid);
	return FALSE;
}

gint64 thuso_spread_cell(const ThusoSpread *spread, gint64 cell)
{
	const ThusoGrid *grid = &spread->region->grid;
	gint64 row = cell / spread->grid.n_cols - spread->d_row, col = cell % spread->grid.n_cols - spread->d_col;
	if (row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols)
		return -1;
	gint64 own = row * grid->n_cols + col;
	return spread->region->near_area[own] ? own : -1;
}
