/* Layers as geometries in one CRS, valid and not empty, with the rows they belong to. */
#include "input.h"

#include <math.h>

/* A parallel of 0.02 degrees bends less than 0.1 m away from its chord at any latitude where people live. */
#define MAX_EDGE_DEGREES 0.02
/* Between projected systems of one country edges bend less: 2 km keeps them within centimetres. */
#define MAX_EDGE_M 2000.0

typedef struct {
	ThusoContext *context;
	const ThusoLayerQuery *query;
	const ThusoTable *table;
	ThusoTransform *transform; /* NULL = the layer is in the right CRS */
	ThusoCrs *from;
	ThusoTally missing, no_image, repaired, wrong_type, open;
} Reading;

gboolean thuso_data_transform(ThusoGeometry *geometry, ThusoTransform *transform, const ThusoCrs *from, GError **error)
{
	double max_edge = thuso_crs_is_geographic(from) ? MAX_EDGE_DEGREES : MAX_EDGE_M;
	return thuso_geometry_transform(geometry, transform, geometry->type == THUSO_POINT ? 0 : max_edge, error);
}

static gboolean is_kept(const ThusoLayerQuery *query, const ThusoGeometry *geometry)
{
	if (query->region && geometry->type == THUSO_POINT) {
		for (gint64 i = 0; i < geometry->n_points; i++) {
			gint64 cell = thuso_grid_cell(&query->region->grid, geometry->x[i], geometry->y[i]);
			if (cell >= 0 && query->region->near_area[cell])
				return TRUE;
		}
		return FALSE;
	}
	if (!query->box)
		return TRUE;
	double box[4];
	thuso_data_bounds(geometry, box);
	return thuso_data_touches(box, query->box);
}

/* NULL without an error: the feature has no place, which is tallied. */
static ThusoGeometry *read_geometry(Reading *reading, gint64 row, const char *fid, GError **error)
{
	GBytes *wkb = thuso_table_geometry(reading->table, row);
	g_autoptr(ThusoGeometry) geometry = NULL;
	if (wkb) {
		gsize size;
		gconstpointer data = g_bytes_get_data(wkb, &size);
		geometry = thuso_geometry_from_wkb(data, size, error);
		if (!geometry)
			return NULL;
	}
	if (!geometry || geometry->n_points == 0) {
		thuso_tally_add(&reading->missing, fid, 0, NULL);
		return NULL;
	}
	ThusoGeometryType required = reading->query->required;
	if (required != THUSO_ANY_GEOMETRY && geometry->type != required) {
		thuso_tally_add(&reading->wrong_type, fid, 0, NULL);
		return NULL;
	}
	GError *cause = NULL;
	if (reading->transform && !thuso_data_transform(geometry, reading->transform, reading->from, &cause)) {
		if (cause && cause->code != THUSO_ERROR_INPUT) {
			g_propagate_error(error, cause);
			return NULL;
		}
		g_clear_error(&cause);
		thuso_tally_add(&reading->no_image, fid, 0, NULL);
		return NULL;
	}
	return g_steal_pointer(&geometry);
}

static ThusoGeometry *make_valid(Reading *reading, ThusoGeometry *geometry, const char *fid, GError **error)
{
	G_GNUC_UNUSED g_autoptr(ThusoGeometry) owned = geometry;
	gboolean was_valid = TRUE;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(geometry, &was_valid, error);
	if (!valid)
		return NULL;
	if (was_valid)
		return g_steal_pointer(&valid);
	if (valid->n_points == 0) {
		thuso_tally_add(&reading->missing, fid, 0, NULL);
		return NULL;
	}
	thuso_tally_add(&reading->repaired, fid, 0, valid);
	return g_steal_pointer(&valid);
}

/* FALSE on errors only; *geometry stays NULL where the feature has no place or is not wanted (*keep tells). */
static gboolean take_row(Reading *reading, gint64 row, ThusoGeometry **geometry, gboolean *keep, GError **error)
{
	g_autofree char *fid = thuso_data_fid(reading->table, row);
	GError *cause = NULL;
	g_autoptr(ThusoGeometry) read = read_geometry(reading, row, fid, &cause);
	gboolean touches = read && is_kept(reading->query, read);
	if (touches && read->n_closed > 0)
		thuso_tally_add(&reading->open, fid, 0, read);
	if (!cause && touches && read->type == THUSO_POLYGON)
		read = make_valid(reading, g_steal_pointer(&read), fid, &cause);
	if (cause) {
		g_autofree char *where = thuso_data_where(reading->query->source);
		g_propagate_prefixed_error(error, cause, "%s, feature %s: ", where, fid);
		return FALSE;
	}
	*keep = read ? touches || reading->query->keep_lost : reading->query->keep_lost;
	*geometry = *keep ? g_steal_pointer(&read) : NULL;
	return TRUE;
}

static void copy_cell(ThusoTable *to, gint64 to_row, const ThusoTable *from, gint64 row, int column)
{
	if (thuso_table_is_null(from, row, column))
		return;
	switch (thuso_table_column(from, column)->type) {
	case THUSO_TEXT:
		thuso_table_set_text(to, to_row, column, thuso_table_text(from, row, column));
		break;
	case THUSO_INTEGER:
		thuso_table_set_integer(to, to_row, column, thuso_table_integer(from, row, column));
		break;
	case THUSO_REAL:
		thuso_table_set_real(to, to_row, column, thuso_table_real(from, row, column));
		break;
	}
}

static ThusoTable *keep_rows(const ThusoTable *from, const guint8 *keep, GError **error)
{
	g_autoptr(ThusoTable) to = thuso_table_new(from->name, from->title, from->description, from->geometry_type);
	if (from->crs)
		thuso_table_set_crs(to, from->crs);
	for (guint c = 0; c < from->columns->len; c++) {
		const ThusoColumn *column = g_ptr_array_index(from->columns, c);
		thuso_table_add_column(to, column->name, column->title, column->unit, column->type);
	}
	for (gint64 row = 0; row < from->n_rows; row++) {
		if (!keep[row])
			continue;
		gint64 to_row = thuso_table_add_row(to, error);
		if (to_row < 0)
			return NULL;
		for (guint c = 0; c < from->columns->len; c++)
			copy_cell(to, to_row, from, row, (int) c);
		if (thuso_table_geometry(from, row))
			thuso_table_set_geometry(to, to_row, thuso_table_geometry(from, row));
	}
	return g_steal_pointer(&to);
}

static const char *plural(ThusoGeometryType type)
{
	return type == THUSO_POINT ? "points" : type == THUSO_LINE ? "lines" : "polygons";
}

static gboolean report(Reading *reading, GError **error)
{
	const ThusoLayerQuery *query = reading->query;
	g_autofree char *where = thuso_data_where(query->source);
	if (reading->wrong_type.n > 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s must hold %s, but %" G_GINT64_FORMAT
		            " features are something else (first: feature %s); give a layer of %s",
		            where, plural(query->required), reading->wrong_type.n, reading->wrong_type.first, plural(query->required));
		return FALSE;
	}
	const char *layer = query->source->name;
	thuso_tally_find(reading->context, &reading->missing, &(ThusoFinding){ THUSO_WARNING, "empty_geometry", layer },
	                 "%s: %" G_GINT64_FORMAT
	                 " features have no geometry (first: feature %s); they are left out: give them one or "
	                 "delete them",
	                 where, reading->missing.n, reading->missing.first);
	thuso_tally_find(reading->context, &reading->no_image, &(ThusoFinding){ THUSO_WARNING, "no_place", layer },
	                 "%s: %" G_GINT64_FORMAT
	                 " features lie where the map's reference system has no place for them (first: feature "
	                 "%s); they are left out: check the layer's CRS and coordinates",
	                 where, reading->no_image.n, reading->no_image.first);
	thuso_tally_find(
	    reading->context, &reading->open, &(ThusoFinding){ THUSO_WARNING, "open_ring", layer },
	    "%s: %" G_GINT64_FORMAT
	    " polygons have a ring that is not closed (first: feature %s); it was closed by a straight line: look whether "
	    "a piece is missing",
	    where, reading->open.n, reading->open.first);
	thuso_tally_find(reading->context, &reading->repaired, &(ThusoFinding){ THUSO_WARNING, "invalid_geometry", layer },
	                 "%s: %" G_GINT64_FORMAT
	                 " polygons cross themselves (first: feature %s); they were repaired: look whether the "
	                 "repair is what you mean",
	                 where, reading->repaired.n, reading->repaired.first);
	return TRUE;
}

static gboolean set_up(Reading *reading, GError **error)
{
	const ThusoLayerQuery *query = reading->query;
	g_autofree char *where = thuso_data_where(query->source);
	if (!reading->table->crs) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s does not say its reference system; state it with crs:, for example "
		            "crs: EPSG:4326 for degrees",
		            where);
		return FALSE;
	}
	reading->from = thuso_crs_new(reading->table->crs, error);
	if (!reading->from) {
		g_prefix_error(error, "%s: ", where);
		return FALSE;
	}
	if (!query->crs || thuso_crs_equal(reading->from, query->crs))
		return TRUE;
	reading->transform = thuso_transform_new(reading->from, query->crs, error);
	if (!reading->transform)
		g_prefix_error(error, "%s: ", where);
	return reading->transform != NULL;
}

static void reading_clear(Reading *reading)
{
	g_clear_pointer(&reading->transform, thuso_transform_free);
	g_clear_pointer(&reading->from, thuso_crs_unref);
	thuso_tally_clear(&reading->missing);
	thuso_tally_clear(&reading->no_image);
	thuso_tally_clear(&reading->repaired);
	thuso_tally_clear(&reading->wrong_type);
	thuso_tally_clear(&reading->open);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean read_rows(Reading *reading, ThusoFeatures *features, ThusoTable *table, GError **error)
{
	guint8 *keep = thuso_array_new(MAX(table->n_rows, 1), sizeof *keep, "rows of a layer", error);
	if (!keep)
		return FALSE;
	gint64 n = 0;
	gboolean ok = set_up(reading, error);
	for (gint64 row = 0; ok && row < table->n_rows; row++) {
		gboolean kept = FALSE;
		ThusoGeometry *geometry = NULL;
		ok = thuso_context_go_on(reading->context, error) && take_row(reading, row, &geometry, &kept, error);
		keep[row] = kept ? 1 : 0;
		if (ok && kept)
			features->geometry[n++] = geometry;
	}
	ok = ok && report(reading, error);
	if (ok && n < table->n_rows) {
		g_autoptr(ThusoTable) kept_rows = keep_rows(table, keep, error);
		ok = kept_rows != NULL;
		if (ok) {
			g_clear_pointer(&features->table, thuso_table_free);
			features->table = g_steal_pointer(&kept_rows);
		}
	}
	thuso_array_free(keep);
	/* After an error the table still has all rows, of which the geometries read so far are the first. */
	return ok;
}

ThusoFeatures *thuso_data_layer(ThusoContext *context, const ThusoLayerQuery *query, GError **error)
{
	g_autoptr(ThusoFeatures) features = g_new0(ThusoFeatures, 1);
	ThusoTable *table = thuso_read_layer(context, query->source, THUSO_READ_GEOMETRY, query->fields, error);
	features->table = table;
	if (!table)
		return NULL;
	features->geometry = thuso_array_new(MAX(table->n_rows, 1), sizeof *features->geometry, "geometries of a layer", error);
	g_auto(Reading) reading = { .context = context, .query = query, .table = table };
	if (!features->geometry || !read_rows(&reading, features, table, error))
		return NULL;
	return g_steal_pointer(&features);
}

ThusoFeatures *thuso_features_read(ThusoContext *context, const ThusoRegion *region, const ThusoSource *source,
                                   ThusoGeometryType required, const char *const *fields, gboolean keep_all, GError **error)
{
	double box[4];
	thuso_data_grid_box(&region->grid, box);
	ThusoLayerQuery query = {
		.source = source,
		.required = required,
		.fields = fields,
		.crs = region->grid.crs,
		.box = keep_all ? NULL : box,
		.region = keep_all ? NULL : region,
	};
	return thuso_data_layer(context, &query, error);
}

void thuso_features_free(ThusoFeatures *features)
{
	if (!features)
		return;
	for (gint64 row = 0; features->geometry && features->table && row < features->table->n_rows; row++)
		thuso_geometry_free(features->geometry[row]);
	thuso_array_free(features->geometry);
	thuso_table_free(features->table);
	g_free(features);
}
