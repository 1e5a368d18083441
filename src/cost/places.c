/* Points on the grid: sources, and the points that paths begin at. */
#include "job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

static gboolean is_text_table(const char *path)
{
	static const char *const ends[] = { ".csv", ".tsv", ".txt" };
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		gsize length = strlen(path), end = strlen(ends[i]);
		if (length > end && g_ascii_strcasecmp(path + length - end, ends[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean has_column(const ThusoTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++)
		if (g_ascii_strcasecmp(thuso_table_column(table, (int) i)->name, name) == 0)
			return TRUE;
	return FALSE;
}

/* Columns of such names are read as degrees. */
static gboolean is_longitude(const char *name)
{
	return g_ascii_strncasecmp(name, "lon", 3) == 0 || g_ascii_strcasecmp(name, "lng") == 0;
}

static gboolean refuse_degrees(const Rasters *rasters, const ThusoSource *source, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s has longitudes and latitudes, but %s does not say its reference system: give it one (gdal_translate -a_srs)",
	            source->name, rasters->ground_path);
	return FALSE;
}

/* A table of x,y that does not say its CRS is in the rasters'; where these have none, any metric one leaves the numbers as they are. */
static gboolean table_crs(const Rasters *rasters, const ThusoSource *source, char **crs, GError **error)
{
	const char *grid_crs = rasters->crs ? thuso_crs_wkt(rasters->crs) : "EPSG:3857";
	if (source->crs || !source->paths[0])
		return TRUE;
	if (source->x && source->y) {
		if (!is_longitude(source->x))
			*crs = g_strdup(grid_crs);
		else if (!rasters->crs)
			return refuse_degrees(rasters, source, error);
		return TRUE;
	}
	if (source->x || source->y || !is_text_table(source->paths[0]))
		return TRUE;
	/* What there is to find is found when the points are read. */
	g_autoptr(ThusoContext) silent = thuso_context_new();
	g_autoptr(ThusoTable) table = thuso_read_layer(silent, source, THUSO_READ_TABLE, NULL, error);
	if (!table)
		return FALSE;
	if (has_column(table, "x") && has_column(table, "y"))
		*crs = g_strdup(grid_crs);
	else if (!rasters->crs && (has_column(table, "lat") || has_column(table, "latitude")))
		return refuse_degrees(rasters, source, error);
	return TRUE;
}

/* Readers tell the cure as it is written in a study file; here a layer is PATH,key=value. */
void places_cure(GError *error)
{
	static const char said[] = "`crs:`";
	const char *at = error->domain == THUSO_ERROR ? strstr(error->message, said) : NULL;
	if (!at)
		return;
	char *message =
	    g_strdup_printf("%.*s`,crs=EPSG:CODE` behind its path%s", (int) (at - error->message), error->message, at + strlen(said));
	g_free(error->message);
	error->message = message;
}

static ThusoFeatures *read_points(ThusoContext *context, const Rasters *rasters, const ThusoSource *source, const char *id,
                                  GError **error)
{
	g_autofree char *crs = NULL;
	if (!table_crs(rasters, source, &crs, error))
		return NULL;
	ThusoSource points = *source;
	if (crs)
		points.crs = crs;
	ThusoRegion region = { .grid = rasters->grid };
	const char *fields[] = { id, NULL };
	GError *cause = NULL;
	ThusoFeatures *features = thuso_features_read(context, &region, &points, THUSO_POINT, fields, TRUE, &cause);
	if (!features) {
		places_cure(cause);
		g_propagate_error(error, cause);
	}
	return features;
}

static gboolean read_place(Places *places, const ThusoFeatures *features, gint64 row, int column, const ThusoSource *source,
                           GError **error)
{
	Place *place = &places->place[row];
	const ThusoGeometry *point = features->geometry[row];
	if (point->n_points != 1) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: feature %" G_GINT64_FORMAT " has %" G_GINT64_FORMAT
		            " points, and one is needed: split it (QGIS: Multipart to singleparts)",
		            source->name, thuso_table_integer(features->table, row, 0), point->n_points);
		return FALSE;
	}
	place->x = point->x[0];
	place->y = point->y[0];
	place->id = column >= 0 ? thuso_table_as_text(features->table, row, column) : g_strdup_printf("%" G_GINT64_FORMAT, row + 1);
	if (place->id)
		g_strstrip(place->id);
	if (place->id && place->id[0])
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: the point at %.6g %.6g (feature %" G_GINT64_FORMAT ") has no id in the field %s; fill it in", source->name,
	            place->x, place->y, thuso_table_integer(features->table, row, 0),
	            thuso_table_column(features->table, column)->name);
	return FALSE;
}

static int by_id(const void *a, const void *b)
{
	return thuso_id_compare(((const Place *) a)->id, ((const Place *) b)->id);
}

/* "01" and "+1" are other ids than "1": only the text that the number has itself can be told again from it. */
static gboolean is_value(const char *id, gint64 *value)
{
	char text[24];
	if (!thuso_parse_integer(id, value) || *value < 1 || *value > G_MAXINT32)
		return FALSE;
	g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, *value);
	return strcmp(text, id) == 0;
}

static gboolean sort_places(Places *places, const ThusoSource *source, GError **error)
{
	qsort(places->place, (gsize) places->n, sizeof *places->place, by_id);
	places->ids_are_values = TRUE;
	gint64 value;
	for (gint64 i = 0; i < places->n; i++) {
		places->ids_are_values = places->ids_are_values && is_value(places->place[i].id, &value);
		if (i == 0 || strcmp(places->place[i].id, places->place[i - 1].id) != 0)
			continue;
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: the id %s stands there twice, at %.10g %.10g and at %.10g %.10g; ids must tell the points apart",
		            source->name, places->place[i].id, places->place[i - 1].x, places->place[i - 1].y, places->place[i].x,
		            places->place[i].y);
		return FALSE;
	}
	for (gint64 i = 0; i < places->n; i++)
		places->place[i].value =
		    places->ids_are_values && is_value(places->place[i].id, &value) ? (gint32) value : (gint32) (i + 1);
	return TRUE;
}

gboolean places_read(Places *places, ThusoContext *context, const Rasters *rasters, const ThusoSource *source, const char *id,
                     GError **error)
{
	g_autoptr(ThusoFeatures) features = read_points(context, rasters, source, id, error);
	if (!features)
		return FALSE;
	gint64 n = features->table->n_rows;
	int column = id ? thuso_table_find_column(features->table, id) : -1;
	if (n == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s holds no points; at least one is needed", source->name);
		return FALSE;
	}
	places->place = thuso_array_new(n, sizeof *places->place, "points", error);
	if (!places->place)
		return FALSE;
	places->n = n;
	for (gint64 row = 0; row < n; row++) {
		if (!read_place(places, features, row, column, source, error))
			return FALSE;
		places->place[row].cell = thuso_grid_cell(&rasters->grid, places->place[row].x, places->place[row].y);
	}
	return sort_places(places, source, error);
}

static void report(ThusoContext *context, const Place *place, const char *layer, const char *role)
{
	gboolean off = place->cell < 0;
	g_autofree char *message =
	    g_strdup_printf("%s %s at %.10g %.10g %s; it is left out", role, place->id, place->x, place->y,
	                    off ? "lies off the rasters" : "lies where nobody can go (no data, speed 0 or a barrier)");
	g_autoptr(GBytes) wkb = thuso_point_to_wkb(place->x, place->y);
	thuso_find(context, &(ThusoFinding){ THUSO_WARNING, off ? "off_grid" : "on_barrier", layer, place->id, message, 1, wkb });
}

void places_check(Places *places, ThusoContext *context, const ThusoSurface *surface, const char *layer, const char *role,
                  gint64 *n_off_grid, gint64 *n_on_barrier)
{
	for (gint64 i = 0; i < places->n; i++) {
		Place *place = &places->place[i];
		place->used = place->cell >= 0 && thuso_surface_passable(surface, place->cell);
		places->n_used += place->used;
		if (place->used)
			continue;
		report(context, place, layer, role);
		gint64 *n = place->cell < 0 ? n_off_grid : n_on_barrier;
		if (n)
			++*n;
	}
}

void places_clear(Places *places)
{
	for (gint64 i = 0; i < places->n; i++)
		g_free(places->place[i].id);
	thuso_array_free(places->place);
	*places = (Places){ 0 };
}

ThusoTable *places_table(const Places *places, GError **error)
{
	g_autoptr(ThusoTable) table = thuso_table_new("sources", "Sources", "", THUSO_NO_GEOMETRY);
	int id = thuso_table_add_column(table, "id", "Id", "", THUSO_TEXT);
	int nearest = thuso_table_add_column(table, "nearest", "Value in the raster of the nearest", "", THUSO_INTEGER);
	int x = thuso_table_add_column(table, "x", "x", "", THUSO_REAL), y = thuso_table_add_column(table, "y", "y", "", THUSO_REAL);
	int state = thuso_table_add_column(table, "state", "State", "", THUSO_TEXT);
	for (gint64 i = 0; i < places->n; i++) {
		const Place *place = &places->place[i];
		gint64 row = thuso_table_add_row(table, error);
		if (row < 0)
			return NULL;
		thuso_table_set_text(table, row, id, place->id);
		thuso_table_set_integer(table, row, nearest, place->value);
		thuso_table_set_real(table, row, x, place->x);
		thuso_table_set_real(table, row, y, place->y);
		thuso_table_set_text(table, row, state, place->used ? "used" : place->cell < 0 ? "off grid" : "not passable");
	}
	return g_steal_pointer(&table);
}
