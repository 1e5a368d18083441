/* The study area: boundaries, levels and window on the analysis grid. */
#include "region.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

typedef struct {
	ThusoContext *context;
	const ThusoRegionSpec *spec;
	ThusoRegion *region;
	ThusoFeatures *features;
	ThusoCrs *from;       /* of the boundaries as read */
	char *where;          /* the boundaries in words */
	ThusoMember *members; /* a row each */
	char **texts;         /* n_rows * (2 + 2 * n_levels): id, title, then those of the levels */
	gint64 n_texts;
} Building;

/* --- reading ------------------------------------------------------------------------------------------------------- */

static gboolean check_spec(const ThusoRegionSpec *spec, GError **error)
{
	const char *wrong = NULL;
	if (!spec->boundaries || !spec->id)
		wrong = "area: boundaries and id are needed: the layer and the field that identifies an area";
	else if (!(spec->cell_m > 0) || !isfinite(spec->cell_m))
		wrong = "area: cell must be a length above 0, for example 90 m";
	else if (!(spec->buffer_m >= 0) || !isfinite(spec->buffer_m))
		wrong = "area: buffer must be a length of 0 or more, for example 10 km";
	if (wrong)
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, wrong);
	return wrong == NULL;
}

static const char **boundary_fields(const ThusoRegionSpec *spec)
{
	g_autofree const char **names = thuso_new(const char *, 2 + 2 * (gsize) spec->n_levels);
	names[0] = spec->id;
	names[1] = spec->title;
	for (int i = 0; i < spec->n_levels; i++) {
		names[2 + 2 * i] = spec->levels[i].id;
		names[3 + 2 * i] = spec->levels[i].title;
	}
	return thuso_data_fields(names, 2 + 2 * spec->n_levels);
}

/* The ids and titles of all levels of a row; an id that is missing is an error. */
static gboolean read_texts(Building *building, gint64 row, const int *columns, GError **error)
{
	const ThusoRegionSpec *spec = building->spec;
	int width = 2 + 2 * spec->n_levels;
	char **texts = &building->texts[row * width];
	for (int i = 0; i < width; i += 2) {
		texts[i] = thuso_data_text(building->features->table, row, columns[i]);
		if (!texts[i]) {
			g_autofree char *fid = thuso_data_fid(building->features->table, row);
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "%s: the field %s%s%s of feature %s is empty; every area needs one", building->where,
			            i == 0 ? spec->id : spec->levels[i / 2 - 1].id, i == 0 ? "" : " of level ",
			            i == 0 ? "" : spec->levels[i / 2 - 1].name, fid);
			return FALSE;
		}
		texts[i + 1] = thuso_data_text(building->features->table, row, columns[i + 1]);
		if (!texts[i + 1])
			texts[i + 1] = g_strdup(texts[i]);
	}
	return TRUE;
}

static gboolean read_members(Building *building, GError **error)
{
	const ThusoRegionSpec *spec = building->spec;
	const ThusoTable *table = building->features->table;
	int width = 2 + 2 * spec->n_levels;
	g_autofree int *columns = g_new(int, (gsize) width);
	gboolean ok = thuso_data_column(spec->boundaries, table, spec->id, &columns[0], error) &&
	              thuso_data_column(spec->boundaries, table, spec->title, &columns[1], error);
	for (int i = 0; ok && i < spec->n_levels; i++)
		ok = thuso_data_column(spec->boundaries, table, spec->levels[i].id, &columns[2 + 2 * i], error) &&
		     thuso_data_column(spec->boundaries, table, spec->levels[i].title, &columns[3 + 2 * i], error);
	if (!ok)
		return FALSE;
	building->n_texts = table->n_rows * width;
	building->texts = thuso_array_new(building->n_texts, sizeof *building->texts, "ids of areas", error);
	building->members = building->texts ? thuso_array_new(table->n_rows, sizeof *building->members, "areas", error) : NULL;
	if (!building->members)
		return FALSE;
	for (gint64 row = 0; row < table->n_rows; row++) {
		if (!read_texts(building, row, columns, error))
			return FALSE;
		building->members[row].id = building->texts[row * width];
		building->members[row].title = building->texts[row * width + 1];
	}
	return TRUE;
}

static gboolean read_boundaries(Building *building, GError **error)
{
	const ThusoRegionSpec *spec = building->spec;
	g_autofree const char **fields = boundary_fields(spec);
	ThusoLayerQuery query = { .source = spec->boundaries, .required = THUSO_POLYGON, .fields = fields };
	building->where = thuso_data_where(spec->boundaries);
	building->features = thuso_data_layer(building->context, &query, error);
	if (!building->features)
		return FALSE;
	if (building->features->table->n_rows == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no area%s%s; name a layer of polygons%s", building->where,
		            spec->boundaries->where ? " where " : "", spec->boundaries->where ? spec->boundaries->where : "",
		            spec->boundaries->where ? " or another where" : "");
		return FALSE;
	}
	building->from = thuso_crs_new(building->features->table->crs, error);
	return building->from && read_members(building, error);
}

/* --- reference system ---------------------------------------------------------------------------------------------- */

static gboolean stretch(const ThusoGeometry *geometry, ThusoTransform *transform, double wsen[4], GError **error)
{
	gint64 n = geometry->n_points;
	double *x = thuso_array_new(2 * n, sizeof *x, "points of a boundary", error);
	if (!x)
		return FALSE;
	double *y = x + n;
	memcpy(x, geometry->x, (gsize) n * sizeof *x);
	memcpy(y, geometry->y, (gsize) n * sizeof *y);
	thuso_transform_points(transform, x, y, n);
	for (gint64 i = 0; i < n; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i])) {
			wsen[0] = -INFINITY; /* no place on earth */
			continue;
		}
		wsen[0] = MIN(wsen[0], x[i]);
		wsen[1] = MIN(wsen[1], y[i]);
		wsen[2] = MAX(wsen[2], x[i]);
		wsen[3] = MAX(wsen[3], y[i]);
	}
	thuso_array_free(x);
	return TRUE;
}

static gboolean area_in_degrees(Building *building, double wsen[4], GError **error)
{
	g_autoptr(ThusoCrs) degrees = thuso_crs_new("EPSG:4326", error);
	g_autoptr(ThusoTransform) transform = degrees ? thuso_transform_new(building->from, degrees, error) : NULL;
	if (!transform)
		return FALSE;
	wsen[0] = wsen[1] = INFINITY;
	wsen[2] = wsen[3] = -INFINITY;
	for (gint64 row = 0; row < building->features->table->n_rows; row++)
		if (!stretch(building->features->geometry[row], transform, wsen, error))
			return FALSE;
	if (wsen[0] <= wsen[2] && wsen[0] >= -180 && wsen[2] <= 180 && wsen[1] >= -90 && wsen[3] <= 90)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: the coordinates are no places on earth in %s; check the layer's CRS (crs: overrides what the file says)",
	            building->where, thuso_crs_name(building->from));
	return FALSE;
}

static ThusoCrs *choose_auto(Building *building, const double wsen[4], GError **error)
{
	const ThusoRegionSpec *spec = building->spec;
	g_autofree ThusoCrs **inputs = thuso_new(ThusoCrs *, 1 + (gsize) spec->n_input_crs);
	int n = 0;
	inputs[n++] = building->from;
	for (int i = 0; i < spec->n_input_crs; i++)
		if (spec->input_crs[i])
			inputs[n++] = spec->input_crs[i];
	return thuso_crs_choose(inputs, n, wsen, error);
}

static ThusoCrs *choose_stated(const char *text, const double wsen[4], GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(ThusoCrs) crs = thuso_crs_new(text, &cause);
	if (!crs) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "area: crs: %s", cause->message);
		return NULL;
	}
	if (thuso_crs_is_grid_ready(crs))
		return g_steal_pointer(&crs);
	g_autoptr(ThusoCrs) better = thuso_crs_choose(NULL, 0, wsen, NULL);
	const char *code = better ? thuso_crs_authority(better) : "";
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	            "area: crs: %s (%s) %s; use crs: auto or a projected CRS in metres that grows east and north%s%s%s%s%s", text,
	            thuso_crs_name(crs), thuso_crs_is_geographic(crs) ? "is in degrees" : "cannot carry a grid",
	            better ? ", for example " : "", code, better && code[0] ? " (" : "", better ? thuso_crs_name(better) : "",
	            better && code[0] ? ")" : "");
	return NULL;
}

static gboolean project(Building *building, GError **error)
{
	double wsen[4];
	const char *text = building->spec->crs;
	if (!area_in_degrees(building, wsen, error))
		return FALSE;
	gboolean is_auto = !text || strcmp(text, "auto") == 0;
	ThusoCrs *crs = is_auto ? choose_auto(building, wsen, error) : choose_stated(text, wsen, error);
	building->region->grid.crs = crs;
	if (!crs)
		return FALSE;
	gboolean same = thuso_crs_equal(building->from, crs);
	g_autoptr(ThusoTransform) transform = same ? NULL : thuso_transform_new(building->from, crs, error);
	if (!same && !transform)
		return FALSE;
	for (gint64 row = 0; row < building->features->table->n_rows; row++) {
		ThusoGeometry *geometry = building->features->geometry[row];
		if (transform && !thuso_data_transform(geometry, transform, building->from, error)) {
			g_prefix_error(error, "%s, area %s in %s: ", building->where, building->members[row].id, thuso_crs_name(crs));
			return FALSE;
		}
		building->members[row].geometry = geometry;
	}
	return TRUE;
}

/* --- levels --------------------------------------------------------------------------------------------------------- */

static gboolean smallest_level(Building *building, GError **error)
{
	ThusoLevel *level = &building->region->levels[0];
	gint64 n_rows = building->features->table->n_rows;
	level->name = g_strdup("municipality");
	gboolean ok =
	    thuso_level_group(building->context, building->spec->boundaries->name, building->members, n_rows, TRUE, level, error);
	/* Members whose geometry was not taken over leave it with the features. */
	for (gint64 row = 0; row < n_rows; row++)
		building->features->geometry[row] = building->members[row].geometry;
	level->unit_of_area = ok ? thuso_array_new(level->n, sizeof *level->unit_of_area, "areas", error) : NULL;
	for (gint32 i = 0; level->unit_of_area && i < level->n; i++)
		level->unit_of_area[i] = i;
	return level->unit_of_area != NULL;
}

/* What the rows of an area say of a larger level: the lowest id wins where they disagree, which is a finding. */
static void areas_of_level(Building *building, int k, ThusoMember *areas, ThusoTally *differing)
{
	int width = 2 + 2 * building->spec->n_levels;
	for (gint64 row = 0; row < building->features->table->n_rows; row++) {
		ThusoMember *area = &areas[building->members[row].unit];
		char *id = building->texts[row * width + 2 * k], *title = building->texts[row * width + 2 * k + 1];
		int order = area->id ? thuso_id_compare(id, area->id) : -1;
		if (area->id && order != 0)
			thuso_tally_add(differing, building->members[row].id, 0, NULL);
		if (order < 0 || (order == 0 && strcmp(title, area->title) < 0)) {
			area->id = id;
			area->title = title;
		}
	}
}

static gboolean larger_level(Building *building, int k, GError **error)
{
	const ThusoLevel *smallest = &building->region->levels[0];
	ThusoLevel *level = &building->region->levels[k];
	const char *layer = building->spec->boundaries->name;
	level->name = g_strdup(building->spec->levels[k - 1].name);
	g_autofree ThusoMember *areas = g_new0(ThusoMember, (gsize) smallest->n);
	g_auto(ThusoTally) differing = { 0 };
	areas_of_level(building, k, areas, &differing);
	thuso_tally_find(building->context, &differing, &(ThusoFinding){ THUSO_WARNING, "level_differs", layer },
	                 "%s: %" G_GINT64_FORMAT " parts of areas name another %s than the rest of their area (first: area %s); the "
	                 "lowest id is used: give all parts of an area the same",
	                 building->where, differing.n, level->name, differing.first);
	for (gint32 i = 0; i < smallest->n; i++)
		areas[i].geometry = smallest->outline[i];
	level->unit_of_area = thuso_array_new(smallest->n, sizeof *level->unit_of_area, "areas", error);
	if (!level->unit_of_area || !thuso_level_group(building->context, layer, areas, smallest->n, FALSE, level, error))
		return FALSE;
	for (gint32 i = 0; i < smallest->n; i++)
		level->unit_of_area[i] = areas[i].unit;
	return TRUE;
}

static gboolean build_levels(Building *building, GError **error)
{
	ThusoRegion *region = building->region;
	region->n_levels = 1 + building->spec->n_levels;
	region->levels = g_new0(ThusoLevel, (gsize) region->n_levels);
	gboolean ok = smallest_level(building, error);
	for (int k = 1; ok && k < region->n_levels; k++)
		ok = thuso_context_go_on(building->context, error) && larger_level(building, k, error);
	return ok;
}

/* -------------------------------------------------------------------------------------------------------------------- */

static void building_clear(Building *building)
{
	for (gint64 i = 0; building->texts && i < building->n_texts; i++)
		g_free(building->texts[i]);
	thuso_array_free(building->texts);
	thuso_array_free(building->members);
	g_free(building->where);
	g_clear_pointer(&building->features, thuso_features_free);
	g_clear_pointer(&building->from, thuso_crs_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Building, building_clear)

ThusoRegion *thuso_region_new(ThusoContext *context, const ThusoRegionSpec *spec, GError **error)
{
	if (!check_spec(spec, error))
		return NULL;
	g_autoptr(ThusoRegion) region = g_new0(ThusoRegion, 1);
	g_auto(Building) building = { .context = context, .spec = spec, .region = region };
	if (!read_boundaries(&building, error) || !project(&building, error) || !build_levels(&building, error) ||
	    !thuso_region_fit_grid(region, spec, error) || !thuso_region_fill(context, region, spec, error))
		return NULL;
	return g_steal_pointer(&region);
}

void thuso_region_free(ThusoRegion *region)
{
	if (!region)
		return;
	for (int k = 0; k < region->n_levels; k++)
		thuso_level_clear(&region->levels[k]);
	g_free(region->levels);
	thuso_array_free(region->area);
	thuso_array_free(region->edge);
	thuso_array_free(region->near_area);
	thuso_array_free(region->covered);
	g_clear_pointer(&region->grid.crs, thuso_crs_unref);
	g_free(region);
}
