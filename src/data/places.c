/* Centres, candidates and service points: places with unique ids on the grid, and why others were left out. */
#include "places.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LISTED 10

typedef struct {
	ThusoPlacesJob *job;
	int layer;
	const ThusoPlacesSpec *spec;
	char *where;
	const ThusoFeatures *features;
	int id_column, title_column, cost_column, open_column;
	double (*boxes)[4]; /* of the areas' outlines */
	GHashTable *closed; /* status that is not open -> GUINT count */
	gint64 n_open, n_read;
	ThusoTally no_id, off_grid, in_buffer, wrong_cost, no_status, misspelt;
} Layer;

void thuso_place_clear(ThusoPlace *place)
{
	g_clear_pointer(&place->id, g_free);
	g_clear_pointer(&place->title, g_free);
	g_clear_pointer(&place->kind, g_free);
	g_clear_pointer(&place->place, g_free);
}

/* --- one place ------------------------------------------------------------------------------------------------------- */

static gint32 find_area(const Layer *layer, double x, double y)
{
	const ThusoLevel *level = &layer->job->region->levels[0];
	for (gint32 i = 0; i < level->n; i++) {
		const double *box = layer->boxes[i];
		if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && thuso_geometry_contains(level->outline[i], x, y))
			return i;
	}
	return -1;
}

/* "Fuctional" is meant to be "functional"; "non-functional" is not. */
static gboolean looks_like_one(const char *status, const char *const *values)
{
	g_autofree char *lower = g_utf8_strdown(status, -1);
	const char *near = thuso_nearest_name(lower, values);
	glong a = g_utf8_strlen(status, -1), b = near ? g_utf8_strlen(near, -1) : 0;
	return near && a > 3 && ABS(a - b) <= 2;
}

static gboolean read_open(Layer *layer, gint64 row, const char *id)
{
	const char *const *values = layer->spec->open_values;
	if (layer->open_column < 0 || !values)
		return TRUE;
	char *status = thuso_data_text(layer->features->table, row, layer->open_column);
	for (int i = 0; status && values[i]; i++)
		if (g_ascii_strcasecmp(values[i], status) == 0) {
			g_free(status);
			return TRUE;
		}
	if (!status)
		thuso_tally_add(&layer->no_status, id, 0, layer->features->geometry[row]);
	else if (looks_like_one(status, values))
		thuso_tally_add(&layer->misspelt, id, (double) row, layer->features->geometry[row]);
	if (!status)
		status = g_strdup("(empty)");
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(layer->closed, status));
	g_hash_table_replace(layer->closed, status, GUINT_TO_POINTER(count + 1));
	return FALSE;
}

static double read_cost(Layer *layer, gint64 row, const char *id)
{
	double cost;
	if (layer->cost_column < 0)
		return layer->spec->cost;
	if (!thuso_data_number(layer->features->table, row, layer->cost_column, &cost) || cost < 0)
		thuso_tally_add(&layer->wrong_cost, id, 0, layer->features->geometry[row]);
	return isnan(cost) ? layer->spec->cost : cost;
}

static char *read_id(Layer *layer, gint64 row)
{
	const ThusoTable *table = layer->features->table;
	g_autofree char *id = thuso_data_text(table, row, layer->id_column);
	if (!id) {
		id = thuso_data_fid(table, row);
		if (layer->id_column >= 0)
			thuso_tally_add(&layer->no_id, id, 0, layer->features->geometry[row]);
	}
	return layer->spec->prefix ? g_strdup_printf("%s:%s", layer->spec->prefix, id) : g_strdup(id);
}

static gboolean take_place(Layer *layer, gint64 row, GError **error)
{
	const ThusoRegion *region = layer->job->region;
	const ThusoGeometry *geometry = layer->features->geometry[row];
	g_autofree char *id = read_id(layer, row);
	ThusoPlace place = { .row = row, .layer = layer->layer };
	if (!thuso_geometry_point(geometry, &place.x, &place.y, error)) {
		g_prefix_error(error, "%s, feature %s: ", layer->where, id);
		return FALSE;
	}
	place.cell = thuso_grid_cell(&region->grid, place.x, place.y);
	if (place.cell < 0 || !region->near_area[place.cell]) {
		thuso_tally_add(&layer->off_grid, id, (double) row, geometry);
		return TRUE;
	}
	place.area = find_area(layer, place.x, place.y);
	if (layer->spec->within_area && place.area < 0) {
		thuso_tally_add(&layer->in_buffer, id, 0, geometry);
		return TRUE;
	}
	place.cost = read_cost(layer, row, id);
	place.open = read_open(layer, row, id);
	layer->n_open += place.open;
	layer->n_read++;
	place.title = thuso_data_text(layer->features->table, row, layer->title_column);
	if (!place.title)
		place.title = g_strdup(id);
	place.kind = g_strdup(layer->spec->kind ? layer->spec->kind : "");
	place.id = g_steal_pointer(&id);
	if (thuso_vector_push(&layer->job->places, &place, "places", error))
		return TRUE;
	thuso_place_clear(&place);
	return FALSE;
}

/* --- coordinates that are turned round --------------------------------------------------------------------------------- */

static gboolean falls_inside(const Layer *layer, ThusoTransform *transform, double x, double y)
{
	const ThusoRegion *region = layer->job->region;
	if (!thuso_transform_points(transform, &x, &y, 1))
		return FALSE;
	gint64 cell = thuso_grid_cell(&region->grid, x, y);
	return cell >= 0 && region->near_area[cell];
}

static const char *how_turned(const Layer *layer, ThusoTransform *transform, double x, double y)
{
	if (falls_inside(layer, transform, y, x))
		return "latitude and longitude look swapped";
	if (falls_inside(layer, transform, x, -y))
		return "the latitude has the wrong sign";
	if (falls_inside(layer, transform, -x, y))
		return "the longitude has the wrong sign";
	return NULL;
}

/* The first place left out, as the file has it: a frequent slip explains it better than "outside". */
static const char *guess_slip(const Layer *layer)
{
	const ThusoTable *table = layer->features->table;
	GBytes *wkb = thuso_table_geometry(table, (gint64) layer->off_grid.value);
	g_autoptr(ThusoCrs) from = table->crs ? thuso_crs_new(table->crs, NULL) : NULL;
	if (!from || !wkb)
		return NULL;
	gsize size;
	gconstpointer data = g_bytes_get_data(wkb, &size);
	g_autoptr(ThusoGeometry) geometry = thuso_geometry_from_wkb(data, size, NULL);
	g_autoptr(ThusoTransform) transform = thuso_transform_new(from, layer->job->region->grid.crs, NULL);
	if (!geometry || !transform || geometry->n_points == 0)
		return NULL;
	if (!thuso_crs_is_geographic(from))
		return fabs(geometry->x[0]) <= 180 && fabs(geometry->y[0]) <= 90
		           ? "the coordinates look like degrees, but the file says metres; state crs: EPSG:4326"
		           : NULL;
	return how_turned(layer, transform, geometry->x[0], geometry->y[0]);
}

/* --- findings -------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *status;
	guint count;
} Status;

static gint by_count(gconstpointer a, gconstpointer b)
{
	const Status *p = a, *q = b;
	return p->count != q->count ? (p->count > q->count ? -1 : 1) : strcmp(p->status, q->status);
}

static void report_closed(Layer *layer)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Status));
	g_autoptr(GString) list = g_string_new(NULL);
	GHashTableIter iterator;
	gpointer key, value;
	gint64 n_closed = 0;
	g_hash_table_iter_init(&iterator, layer->closed);
	while (g_hash_table_iter_next(&iterator, &key, &value)) {
		Status status = { key, GPOINTER_TO_UINT(value) };
		n_closed += status.count;
		g_array_append_val(all, status);
	}
	if (n_closed == 0)
		return;
	g_array_sort(all, by_count);
	for (guint i = 0; i < MIN(all->len, MAX_LISTED); i++) {
		const Status *status = &g_array_index(all, Status, i);
		g_string_append_printf(list, "%s%s (%u)", i > 0 ? ", " : "", status->status, status->count);
	}
	if (all->len > MAX_LISTED)
		g_string_append_printf(list, " and %u others", all->len - MAX_LISTED);
	ThusoFinding kind = { THUSO_INFO, "closed", layer->spec->source->name, .count = n_closed };
	if (layer->n_open > 0) {
		thuso_data_find(layer->job->context, &kind, "%s: %" G_GINT64_FORMAT " places are not open, their %s is: %s", layer->where,
		                n_closed, layer->spec->open_field, list->str);
		return;
	}
	kind.severity = THUSO_WARNING;
	kind.check = "none_open";
	thuso_data_find(layer->job->context, &kind, "%s: no place is open; %s holds %s: name the values that mean open", layer->where,
	                layer->spec->open_field, list->str);
}

static void report_misspelt(Layer *layer)
{
	const ThusoPlacesSpec *spec = layer->spec;
	if (layer->misspelt.n == 0)
		return;
	g_autofree char *status = thuso_data_text(layer->features->table, (gint64) layer->misspelt.value, layer->open_column);
	g_autofree char *lower = g_utf8_strdown(status, -1);
	thuso_tally_find(layer->job->context, &layer->misspelt,
	                 &(ThusoFinding){ THUSO_WARNING, "unknown_status", spec->source->name },
	                 "%s: %" G_GINT64_FORMAT
	                 " places (first: %s) are not open because their %s is '%s', which looks like '%s': correct it, or add it to "
	                 "the values that mean open",
	                 layer->where, layer->misspelt.n, layer->misspelt.first, spec->open_field, status,
	                 thuso_nearest_name(lower, spec->open_values));
}

static void report(Layer *layer)
{
	const ThusoPlacesSpec *spec = layer->spec;
	const char *name = spec->source->name;
	ThusoContext *context = layer->job->context;
	const char *slip = layer->off_grid.n > 0 ? guess_slip(layer) : NULL;
	thuso_tally_find(context, &layer->no_id, &(ThusoFinding){ THUSO_WARNING, "missing_id", name },
	                 "%s: field %s is empty in %" G_GINT64_FORMAT " places (first: feature %s); the feature number is their id",
	                 layer->where, spec->id, layer->no_id.n, layer->no_id.first);
	if (layer->id_column < 0 && layer->n_read > 0)
		thuso_data_find(context, &(ThusoFinding){ THUSO_INFO, "missing_id", name },
		                "%s: no id field is named, so places are called by their feature number, which may change when the layer "
		                "is saved again",
		                layer->where);
	thuso_tally_find(context, &layer->off_grid, &(ThusoFinding){ THUSO_WARNING, "off_grid", name },
	                 "%s: %" G_GINT64_FORMAT " places lie outside the study area and its buffer (first: %s) and are left out%s%s",
	                 layer->where, layer->off_grid.n, layer->off_grid.first, slip ? ": " : "", slip ? slip : "");
	thuso_tally_find(context, &layer->in_buffer, &(ThusoFinding){ THUSO_INFO, "in_buffer", name },
	                 "%s: %" G_GINT64_FORMAT " places lie in the buffer (first: %s) and are left out, as within: area asks",
	                 layer->where, layer->in_buffer.n, layer->in_buffer.first);
	report_closed(layer);
	thuso_tally_find(context, &layer->no_status, &(ThusoFinding){ THUSO_WARNING, "missing_status", name },
	                 "%s: field %s is empty in %" G_GINT64_FORMAT " places (first: %s), which count as not open: fill it in",
	                 layer->where, spec->open_field, layer->no_status.n, layer->no_status.first);
	report_misspelt(layer);
	if (layer->features->table->n_rows == 0)
		thuso_data_find(context, &(ThusoFinding){ THUSO_WARNING, "no_places", name }, "%s holds no place%s%s: check the layer%s",
		                layer->where, spec->source->where ? " where " : "", spec->source->where ? spec->source->where : "",
		                spec->source->where ? " and the filter" : "");
}

static gboolean check_cost(const Layer *layer, GError **error)
{
	if (layer->wrong_cost.n == 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: field %s holds no cost or a negative one in %" G_GINT64_FORMAT " places (first: %s); correct them",
	            layer->where, layer->spec->cost_field, layer->wrong_cost.n, layer->wrong_cost.first);
	return FALSE;
}

/* --- one layer ------------------------------------------------------------------------------------------------------- */

static gboolean find_columns(Layer *layer, GError **error)
{
	const ThusoPlacesSpec *spec = layer->spec;
	const ThusoTable *table = layer->features->table;
	return thuso_data_column(spec->source, table, spec->id, &layer->id_column, error) &&
	       thuso_data_column(spec->source, table, spec->title, &layer->title_column, error) &&
	       thuso_data_column(spec->source, table, spec->cost_field, &layer->cost_column, error) &&
	       thuso_data_column(spec->source, table, spec->open_field, &layer->open_column, error);
}

static void layer_clear(Layer *layer)
{
	g_free(layer->where);
	g_free(layer->boxes);
	g_clear_pointer(&layer->closed, g_hash_table_unref);
	ThusoTally *tallies[] = { &layer->no_id,      &layer->off_grid,  &layer->in_buffer,
		                      &layer->wrong_cost, &layer->no_status, &layer->misspelt };
	for (guint i = 0; i < G_N_ELEMENTS(tallies); i++)
		thuso_tally_clear(tallies[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layer, layer_clear)

static ThusoTable *take_table(ThusoFeatures *features)
{
	for (gint64 row = 0; row < features->table->n_rows; row++)
		g_clear_pointer(&features->geometry[row], thuso_geometry_free);
	return g_steal_pointer(&features->table);
}

static ThusoTable *read_layer(ThusoPlacesJob *job, int index, GError **error)
{
	const ThusoLevel *level = &job->region->levels[0];
	const ThusoPlacesSpec *spec = &job->specs[index];
	g_autoptr(ThusoFeatures) features =
	    thuso_features_read(job->context, job->region, spec->source, THUSO_ANY_GEOMETRY, NULL, TRUE, error);
	if (!features)
		return NULL;
	g_auto(Layer) layer = { .job = job, .layer = index, .spec = spec, .features = features };
	layer.where = thuso_data_where(spec->source);
	layer.closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	layer.boxes = g_malloc_n((gsize) level->n, sizeof *layer.boxes);
	for (gint32 i = 0; i < level->n; i++)
		thuso_data_bounds(level->outline[i], layer.boxes[i]);
	if (!find_columns(&layer, error))
		return NULL;
	for (gint64 row = 0; row < features->table->n_rows; row++)
		if (!thuso_context_go_on(job->context, error) || !take_place(&layer, row, error))
			return NULL;
	if (!check_cost(&layer, error))
		return NULL;
	report(&layer);
	return take_table(features);
}

static gboolean read_specs(ThusoPlacesJob *job, ThusoPlaces *places, GError **error)
{
	places->table = g_new0(ThusoTable *, (gsize) MAX(job->n_specs, 1));
	places->n_tables = job->n_specs;
	for (int i = 0; i < job->n_specs; i++) {
		if (job->specs[i].source)
			places->table[i] = read_layer(job, i, error);
		if (job->specs[i].source ? !places->table[i] : !thuso_places_lattice(job, i, error))
			return FALSE;
	}
	return TRUE;
}

ThusoPlaces *thuso_places_read(ThusoContext *context, const ThusoRegion *region, const ThusoPlacesSpec *specs, int n_specs,
                               const double *people, GError **error)
{
	g_autoptr(ThusoPlaces) places = g_new0(ThusoPlaces, 1);
	ThusoPlacesJob job = {
		.context = context,
		.region = region,
		.specs = specs,
		.n_specs = n_specs,
		.people = people,
		.places = THUSO_VECTOR(ThusoPlace),
	};
	gboolean ok = read_specs(&job, places, error) && thuso_places_unique(&job, error) && thuso_places_space(&job, error) &&
	              thuso_places_report_same(&job, error) && thuso_places_name(&job, error);
	places->place = job.places.data;
	places->n = job.places.n;
	return ok ? g_steal_pointer(&places) : NULL;
}

void thuso_places_free(ThusoPlaces *places)
{
	if (!places)
		return;
	for (gint64 i = 0; i < places->n; i++)
		thuso_place_clear(&places->place[i]);
	ThusoVector vector = { places->place, places->n, places->n, sizeof *places->place };
	thuso_vector_clear(&vector);
	for (int i = 0; i < places->n_tables; i++)
		thuso_table_free(places->table[i]);
	g_free(places->table);
	g_free(places);
}
