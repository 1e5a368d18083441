/* The study area on the grid: which cell is whose, what is near, what the data cover. */
#include "region.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "cells.h"
#include "input.h"

typedef struct {
	ThusoContext *context;
	const ThusoRegionSpec *spec;
	ThusoRegion *region;
	char *where; /* the boundaries in words */
} Building;

/* --- grid ----------------------------------------------------------------------------------------------------------- */

/* What a run takes a cell with two trips, and the share of the machine's memory that it may take: refused at once, not after an
 * hour of paging. */
static const double bytes_per_cell = 160, memory_share = 0.9;

static double most_cells(void)
{
	double memory = (double) sysconf(_SC_PHYS_PAGES) * (double) sysconf(_SC_PAGESIZE);
	return memory > 0 ? MIN((double) G_MAXINT32, memory_share * memory / bytes_per_cell) : G_MAXINT32;
}

static gboolean too_large(double n_cells, double cell_m, GError **error)
{
	char cells[G_ASCII_DTOSTR_BUF_SIZE], now[G_ASCII_DTOSTR_BUF_SIZE], enough[G_ASCII_DTOSTR_BUF_SIZE],
	    most[G_ASCII_DTOSTR_BUF_SIZE];
	double cure = ceil(1.01 * cell_m * sqrt(n_cells / most_cells()));
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_LIMIT,
	    "area: the grid would have %s million cells of %s m, and this machine's memory holds %s million; use a larger cell "
	    "(cell: %s m) or a smaller area",
	    g_ascii_formatd(cells, sizeof cells, "%.0f", n_cells / 1e6), g_ascii_formatd(now, sizeof now, "%g", cell_m),
	    g_ascii_formatd(most, sizeof most, "%.0f", most_cells() / 1e6), g_ascii_formatd(enough, sizeof enough, "%.0f", cure));
	return FALSE;
}

gboolean thuso_region_fit_grid(ThusoRegion *region, const ThusoRegionSpec *spec, GError **error)
{
	const ThusoLevel *level = &region->levels[0];
	double cell = spec->cell_m, buffer = spec->buffer_m;
	double all[4] = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (gint32 i = 0; i < level->n; i++) {
		double box[4];
		thuso_data_bounds(level->outline[i], box);
		all[0] = MIN(all[0], box[0]);
		all[1] = MIN(all[1], box[1]);
		all[2] = MAX(all[2], box[2]);
		all[3] = MAX(all[3], box[3]);
	}
	double n_cells = (all[2] - all[0] + 2 * buffer) / cell * ((all[3] - all[1] + 2 * buffer) / cell);
	if (!(n_cells <= most_cells()))
		return too_large(n_cells, cell, error);
	ThusoCrs *crs = region->grid.crs;
	if (!thuso_grid_fit(&region->grid, crs, cell, all[0] - buffer, all[1] - buffer, all[2] + buffer, all[3] + buffer, error))
		return FALSE;
	region->grid.crs = crs;
	if (thuso_grid_n(&region->grid) > G_MAXINT32)
		return too_large((double) thuso_grid_n(&region->grid), cell, error);
	gint64 n = thuso_grid_n(&region->grid);
	region->area = thuso_array_new(n, sizeof *region->area, "areas of cells", error);
	region->edge = region->area ? thuso_array_new(n, 1, "cells on the area's edge", error) : NULL;
	region->near_area = region->edge ? thuso_array_new(n, 1, "cells near the area", error) : NULL;
	region->covered = region->near_area ? thuso_array_new(n, 1, "covered cells", error) : NULL;
	return region->covered != NULL;
}

typedef struct {
	gint32 *area;
	gint32 index;
	gint64 n_double;
	gint32 first_other; /* whose cell was claimed twice first */
} Filling;

static void fill_area(gint64 cell, gpointer data)
{
	Filling *filling = data;
	if (filling->area[cell] < 0) {
		filling->area[cell] = filling->index;
		return;
	}
	if (filling->n_double++ == 0)
		filling->first_other = filling->area[cell];
}

static gboolean fill_centres(Building *building, GError **error)
{
	ThusoRegion *region = building->region;
	const ThusoLevel *level = &region->levels[0];
	gint64 n = thuso_grid_n(&region->grid), n_double = 0;
	gint32 first = -1, other = -1;
	for (gint64 cell = 0; cell < n; cell++)
		region->area[cell] = -1;
	for (gint32 i = 0; i < level->n; i++) {
		Filling filling = { .area = region->area, .index = i };
		if (!thuso_grid_inside(&region->grid, level->outline[i], fill_area, &filling, error))
			return FALSE;
		if (filling.n_double > 0 && first < 0) {
			first = i;
			other = filling.first_other;
		}
		n_double += filling.n_double;
	}
	if (n_double == 0)
		return TRUE;
	ThusoFinding kind = { THUSO_WARNING, "overlap", building->spec->boundaries->name, level->id[other], .count = n_double };
	thuso_data_find(building->context, &kind,
	                "%s: areas overlap in %" G_GINT64_FORMAT
	                " cells (first: %s and %s); the lower id has them: mend the boundaries",
	                building->where, n_double, level->id[other], level->id[first]);
	return TRUE;
}

typedef struct {
	gint64 cell;
	double share;
	gint32 area;
} Claim;

static int by_claim(const void *a, const void *b)
{
	const Claim *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	if (p->share != q->share)
		return p->share > q->share ? -1 : 1;
	return (p->area > q->area) - (p->area < q->area);
}

static gboolean claim_edges(const ThusoRegion *region, gint32 index, ThusoVector *cover, ThusoVector *claims, GError **error)
{
	cover->n = 0;
	if (!thuso_cells_cover(&region->grid, region->levels[0].outline[index], cover, error))
		return FALSE;
	const ThusoCellValue *value = cover->data;
	for (gint64 i = 0; i < cover->n; i++) {
		Claim claim = { value[i].cell, value[i].value, index };
		if (region->area[claim.cell] < 0 && !thuso_vector_push(claims, &claim, "cells on the area's edge", error))
			return FALSE;
	}
	return TRUE;
}

/* A cell on the coast whose centre lies in the sea still holds people of the area: it goes to the area that covers most. */
static gboolean fill_edges(Building *building, GError **error)
{
	ThusoRegion *region = building->region;
	ThusoVector claims = THUSO_VECTOR(Claim), cover = THUSO_VECTOR(ThusoCellValue);
	gboolean ok = TRUE;
	for (gint32 i = 0; ok && i < region->levels[0].n; i++)
		ok = thuso_context_go_on(building->context, error) && claim_edges(region, i, &cover, &claims, error);
	Claim *claim = claims.data;
	if (ok && claims.n > 0) {
		qsort(claim, (size_t) claims.n, sizeof *claim, by_claim);
		for (gint64 i = 0; i < claims.n; i++)
			if (i == 0 || claim[i].cell != claim[i - 1].cell) {
				region->area[claim[i].cell] = claim[i].area;
				region->edge[claim[i].cell] = 1;
			}
	}
	thuso_vector_clear(&claims);
	thuso_vector_clear(&cover);
	return ok;
}

static void mark(gint64 cell, gpointer data)
{
	guint8 *cells = data;
	cells[cell] = 1;
}

static gboolean fill_near(Building *building, GError **error)
{
	ThusoRegion *region = building->region;
	const ThusoLevel *level = &region->levels[0];
	if (building->spec->buffer_m > 0) {
		g_autoptr(ThusoGeometry) near_area =
		    thuso_geometry_union((const ThusoGeometry *const *) level->outline, level->n, building->spec->buffer_m, error);
		if (!near_area)
			return FALSE;
		if (!thuso_grid_inside(&region->grid, near_area, mark, region->near_area, error))
			return FALSE;
	}
	gint64 n = thuso_grid_n(&region->grid);
	for (gint64 cell = 0; cell < n; cell++)
		if (region->area[cell] >= 0)
			region->near_area[cell] = 1;
	return TRUE;
}

/* --- window --------------------------------------------------------------------------------------------------------- */

static gboolean report_window(Building *building, GError **error)
{
	const ThusoRegion *region = building->region;
	gint64 n = thuso_grid_n(&region->grid), n_area = 0, n_covered = 0;
	for (gint64 cell = 0; cell < n; cell++) {
		n_area += region->area[cell] >= 0;
		n_covered += region->area[cell] >= 0 && region->covered[cell];
	}
	g_autofree char *where = thuso_data_where(building->spec->window);
	if (n_covered == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s does not touch the study area; check its CRS, or leave the window out where the data cover all", where);
		return FALSE;
	}
	g_autofree char *share = thuso_data_percent((double) n_covered / (double) n_area);
	if (n_covered < n_area)
		thuso_data_find(building->context,
		                &(ThusoFinding){ THUSO_INFO, "window", building->spec->window->name, .count = n_area - n_covered },
		                "%s covers %s of the study area; people in the rest are reported as no data", where, share);
	return TRUE;
}

static gboolean fill_covered(Building *building, GError **error)
{
	ThusoRegion *region = building->region;
	gint64 n = thuso_grid_n(&region->grid);
	if (!building->spec->window) {
		memcpy(region->covered, region->near_area, (gsize) n);
		return TRUE;
	}
	ThusoLayerQuery query = { .source = building->spec->window, .required = THUSO_POLYGON, .crs = region->grid.crs };
	g_autoptr(ThusoFeatures) window = thuso_data_layer(building->context, &query, error);
	if (!window)
		return FALSE;
	for (gint64 row = 0; row < window->table->n_rows; row++)
		if (!thuso_grid_inside(&region->grid, window->geometry[row], mark, region->covered, error))
			return FALSE;
	for (gint64 cell = 0; cell < n; cell++)
		region->covered[cell] = region->covered[cell] && region->near_area[cell];
	return report_window(building, error);
}

gboolean thuso_region_fill(ThusoContext *context, ThusoRegion *region, const ThusoRegionSpec *spec, GError **error)
{
	g_autofree char *where = thuso_data_where(spec->boundaries);
	Building building = { context, spec, region, where };
	return fill_centres(&building, error) && fill_edges(&building, error) && fill_near(&building, error) &&
	       fill_covered(&building, error);
}
