/* Reading a result. Every table and column may be absent (older versions, other studies): what is not there stays NULL or NaN, and the
 * sections leave out what they cannot say. */
#include "facts.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *name;
	ThusoReadWhat what;
} known_tables[FACTS_N_TABLES] = {
	[FACTS_RANKED] = { "ranked_sites", THUSO_READ_GEOMETRY },
	[FACTS_PLANNED] = { "planned_sites", THUSO_READ_GEOMETRY },
	[FACTS_CENTRES] = { "centres", THUSO_READ_GEOMETRY },
	[FACTS_EXCLUDED] = { "excluded_sites", THUSO_READ_GEOMETRY },
	[FACTS_ISSUES] = { "quality_issues", THUSO_READ_TABLE },
	[FACTS_RESIDUAL] = { "residual_demand", THUSO_READ_TABLE },
	[FACTS_CATCHMENTS] = { "catchments", THUSO_READ_TABLE },
	[FACTS_BANDS] = { "travel_bands", THUSO_READ_GEOMETRY },
	[FACTS_ACCESS] = { "access", THUSO_READ_TABLE },
	[FACTS_TRIPS] = { "trips", THUSO_READ_TABLE },
	[FACTS_METHODS] = { "methods", THUSO_READ_TABLE },
	[FACTS_STANDARDS] = { "standards", THUSO_READ_TABLE },
	[FACTS_STANDARDS_BY_AREA] = { "standards_by_area", THUSO_READ_TABLE },
	[FACTS_ZONES] = { "policy_zones", THUSO_READ_TABLE },
	[FACTS_INFRASTRUCTURE] = { "infrastructure_plan", THUSO_READ_TABLE },
	[FACTS_MOBILE] = { "mobile_stops", THUSO_READ_GEOMETRY },
	[FACTS_PLANS] = { "plans", THUSO_READ_TABLE },
	[FACTS_ALTERNATIVES] = { "alternatives", THUSO_READ_TABLE },
	[FACTS_ROLLOUT] = { "rollout", THUSO_READ_TABLE },
	[FACTS_SENSITIVITY] = { "sensitivity", THUSO_READ_TABLE },
	[FACTS_MEASURES] = { "measures", THUSO_READ_TABLE },
	[FACTS_EQUITY] = { "equity", THUSO_READ_TABLE },
	[FACTS_FLAGS] = { "flags", THUSO_READ_TABLE },
	[FACTS_CHANGE] = { "change", THUSO_READ_TABLE },
	[FACTS_PARAMETERS] = { "parameters", THUSO_READ_TABLE },
	[FACTS_OD] = { "od", THUSO_READ_TABLE },
	[FACTS_RUN] = { "run", THUSO_READ_TABLE },
};
/* Read elsewhere or not at all; no level of areas. */
static const char *const other_tables[] = { "municipalities", "demand_cells", "buffers", "layer_styles", "qgis_projects", NULL };

/* --- tables and levels ------------------------------------------------------------------------------------------------------ */

static ThusoGeometry *row_geometry(const ThusoTable *table, gint64 row, GError **error)
{
	GBytes *wkb = thuso_table_geometry(table, row);
	gsize size = 0;
	gconstpointer data = wkb ? g_bytes_get_data(wkb, &size) : NULL;
	ThusoGeometry *geometry = data ? thuso_geometry_from_wkb(data, size, error) : NULL;
	if (data && !geometry)
		g_prefix_error(error, "layer %s, row %" G_GINT64_FORMAT ": ", table->name, row + 1);
	return geometry;
}

/* Positions in degrees as two more columns, for the workbook and the CSV. */
static gboolean add_degrees(Facts *facts, ThusoTable *table, GError **error)
{
	if (table->geometry_type != THUSO_POINT || table->n_rows == 0 || has_column(table, "longitude") ||
	    has_column(table, "latitude"))
		return TRUE;
	g_autoptr(ThusoCrs) degrees = thuso_crs_new("EPSG:4326", error);
	g_autoptr(ThusoTransform) transform = degrees ? thuso_transform_new(facts->crs, degrees, error) : NULL;
	if (!transform)
		return FALSE;
	int longitude = thuso_table_extend(table, "longitude", "Longitude", "degrees", THUSO_REAL, error);
	int latitude = longitude >= 0 ? thuso_table_extend(table, "latitude", "Latitude", "degrees", THUSO_REAL, error) : -1;
	if (latitude < 0)
		return FALSE;
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_autoptr(ThusoGeometry) point = row_geometry(table, row, NULL);
		if (!point || point->n_points == 0)
			continue;
		double x = point->x[0], y = point->y[0];
		gboolean known = thuso_transform_points(transform, &x, &y, 1);
		thuso_table_set_real(table, row, longitude, known ? round(x * 1e6) / 1e6 : NAN);
		thuso_table_set_real(table, row, latitude, known ? round(y * 1e6) / 1e6 : NAN);
	}
	return TRUE;
}

static gboolean read_tables(Facts *facts, ThusoStoreReader *reader, GError **error)
{
	for (int t = 0; t < FACTS_N_TABLES; t++) {
		if (!g_strv_contains(thuso_store_tables(reader), known_tables[t].name))
			continue;
		facts->table[t] = thuso_store_read(reader, known_tables[t].name, known_tables[t].what, NULL, error);
		if (!facts->table[t] || !add_degrees(facts, facts->table[t], error))
			return FALSE;
		if (facts->table[t]->n_rows == 0)
			g_clear_pointer(&facts->table[t], thuso_table_free);
	}
	return TRUE;
}

/* A point inside, for the area's name. */
static gboolean place_name(Level *level, gint64 row, GError **error)
{
	level->x[row] = level->y[row] = NAN;
	const ThusoGeometry *outline = level->outlines[row];
	return !outline || outline->n_points == 0 || thuso_geometry_point(outline, &level->x[row], &level->y[row], error);
}

static gboolean add_level(Facts *facts, ThusoTable *table, const char *name, GError **error)
{
	Level *level = &facts->levels[facts->n_levels++];
	level->name = g_strdup(name);
	level->table = table;
	level->outlines = thuso_new(ThusoGeometry *, table->n_rows + 1);
	level->x = thuso_new(double, table->n_rows + 1);
	level->y = thuso_new(double, table->n_rows + 1);
	for (gint64 row = 0; row < table->n_rows; row++) {
		level->outlines[row] = row_geometry(table, row, error);
		if ((!level->outlines[row] && thuso_table_geometry(table, row)) || !place_name(level, row, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_known(const char *name)
{
	for (int t = 0; t < FACTS_N_TABLES; t++)
		if (strcmp(known_tables[t].name, name) == 0)
			return TRUE;
	return g_strv_contains(other_tables, name);
}

/* Larger levels lie over smaller ones in the file, so the smallest comes last. */
static gboolean read_levels(Facts *facts, ThusoStoreReader *reader, GError **error)
{
	const char *const *names = thuso_store_tables(reader);
	int n = (int) g_strv_length((char **) names);
	facts->levels = thuso_new(Level, n + 1);
	facts->others = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_table_free);
	if (!g_strv_contains(names, "municipalities")) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s is no result to report on: it has no layer municipalities; name the GeoPackage that `thuso run` wrote",
		            facts->path);
		return FALSE;
	}
	ThusoTable *table = thuso_store_read(reader, "municipalities", THUSO_READ_GEOMETRY, NULL, error);
	if (!table || !add_level(facts, table, "municipality", error))
		return FALSE;
	for (int i = n - 1; i >= 0; i--) {
		if (is_known(names[i]))
			continue;
		if (!(table = thuso_store_read(reader, names[i], THUSO_READ_GEOMETRY, NULL, error)))
			return FALSE;
		if (table->geometry_type == THUSO_NO_GEOMETRY || !has_column(table, "id") || !has_column(table, "people_assessed"))
			g_ptr_array_add(facts->others, table);
		else if (!add_level(facts, table, names[i], error))
			return FALSE;
	}
	return TRUE;
}

static gboolean check_areas(const Facts *facts, GError **error)
{
	const ThusoTable *areas = facts->levels[0].table;
	if (areas->n_rows > 0 && has_column(areas, "id") && areas->crs)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: layer municipalities has no rows, no column id or no reference system: compute the result again",
	            facts->path);
	return FALSE;
}

static GHashTable *index_of(const ThusoTable *table, const char *column)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		const char *id = cell_text(table, row, column);
		if (id && !g_hash_table_contains(index, id))
			g_hash_table_insert(index, (gpointer) id, GSIZE_TO_POINTER((gsize) row + 1));
	}
	return index;
}

/* --- bands -------------------------------------------------------------------------------------------------------------------- */

static int compare_bands(gconstpointer a, gconstpointer b)
{
	const Band *x = a, *y = b;
	return x->lower < y->lower ? -1 : x->lower > y->lower;
}

static gboolean is_main_trip(const Facts *facts, const ThusoTable *table, gint64 row)
{
	const char *trip = cell_text(table, row, "trip");
	return !facts->trip || g_strcmp0(trip, facts->trip) == 0;
}

static void collect_bands(Facts *facts)
{
	const ThusoTable *table = facts->table[FACTS_BANDS];
	g_autoptr(GArray) bands = g_array_new(FALSE, TRUE, sizeof(Band));
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		Band band = { cell_text(table, row, "label"), cell_real(table, row, "lower"), cell_real(table, row, "upper") };
		gboolean seen = !band.label || !is_main_trip(facts, table, row) || isnan(band.lower) || isnan(band.upper);
		for (guint i = 0; !seen && i < bands->len; i++)
			seen = !(g_array_index(bands, Band, i).lower < band.lower || g_array_index(bands, Band, i).lower > band.lower);
		if (!seen)
			g_array_append_val(bands, band);
	}
	g_array_sort(bands, compare_bands);
	facts->n_bands = (int) bands->len;
	facts->bands = g_new(Band, bands->len + 1);
	if (bands->len > 0)
		memcpy(facts->bands, bands->data, bands->len * sizeof(Band));
}

/* The band that a row of the bands' layer is; n_bands: not reached, n_bands + 1: no data. */
static int band_of_row(const Facts *facts, const ThusoTable *table, gint64 row)
{
	double lower = cell_real(table, row, "lower");
	const char *label = cell_text(table, row, "label");
	for (int i = 0; i < facts->n_bands; i++)
		if (facts->bands[i].lower <= lower && facts->bands[i].lower >= lower)
			return i;
	return facts->n_bands + (label && strstr(label, "no data") ? 1 : 0);
}

static gboolean read_band_shapes(Facts *facts, GError **error)
{
	const ThusoTable *table = facts->table[FACTS_BANDS];
	for (int s = 0; s < N_STATES; s++)
		facts->band_shapes[s] = thuso_new(ThusoGeometry *, facts->n_bands + 2);
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		const char *state = cell_text(table, row, "state");
		int s = g_strcmp0(state, "now") == 0 ? STATE_NOW : g_strcmp0(state, facts->plan) == 0 ? STATE_PLAN : -1;
		if (s < 0 || !is_main_trip(facts, table, row) || !thuso_table_geometry(table, row))
			continue;
		ThusoGeometry **slot = &facts->band_shapes[s][band_of_row(facts, table, row)];
		if (*slot)
			continue;
		if (!(*slot = row_geometry(table, row, error)))
			return FALSE;
	}
	return TRUE;
}

static int band_of_cost(const Facts *facts, double cost)
{
	for (int i = 0; i < facts->n_bands; i++)
		if (cost <= facts->bands[i].upper)
			return i;
	return facts->n_bands;
}

/* The people of every municipality by band, from the cells where they live. */
static void count_cells(Facts *facts, const ThusoTable *cells)
{
	static const char *const costs[N_STATES] = { "cost", "cost_plan" };
	int n = facts->n_bands + 2, municipality = thuso_table_find_column(cells, "municipality"),
	    people = thuso_table_find_column(cells, "people"), access = thuso_table_find_column(cells, "access");
	gint64 n_areas = facts->levels[0].table->n_rows;
	for (int s = 0; s < N_STATES; s++) {
		int cost = thuso_table_find_column(cells, costs[s]);
		if (cost < 0 || municipality < 0 || people < 0 || facts->n_bands == 0)
			continue;
		facts->cells[s] = g_new0(double, (gsize) n_areas *(gsize) n);
		for (gint64 row = 0; row < cells->n_rows; row++) {
			const char *id = thuso_table_text(cells, row, municipality);
			gsize area = id ? GPOINTER_TO_SIZE(g_hash_table_lookup(facts->municipality_row, id)) : 0;
			const char *word = access >= 0 ? thuso_table_text(cells, row, access) : NULL;
			double value = thuso_table_real(cells, row, cost), persons = thuso_table_real(cells, row, people);
			int band = g_strcmp0(word, "no data") == 0 ? n - 1 : isnan(value) ? n - 2 : band_of_cost(facts, value);
			if (area > 0 && persons > 0)
				facts->cells[s][(area - 1) * (gsize) n + (gsize) band] += persons;
		}
	}
}

static gboolean read_cells(Facts *facts, ThusoStoreReader *reader, GError **error)
{
	static const char *const fields[] = { "people", "cost", "cost_plan", "municipality", "access", NULL };
	if (!g_strv_contains(thuso_store_tables(reader), "demand_cells"))
		return TRUE;
	g_autoptr(ThusoTable) cells = thuso_store_read(reader, "demand_cells", THUSO_READ_TABLE, fields, error);
	if (!cells)
		return FALSE;
	count_cells(facts, cells);
	return TRUE;
}

/* --- what the numbers mean ------------------------------------------------------------------------------------------------------ */

static gboolean is_date(const char *text)
{
	return text && g_regex_match_simple("^\\d{4}-\\d{2}-\\d{2}$", text, 0, 0);
}

static const char *find_unit(const Facts *facts)
{
	const ThusoTable *areas = facts->levels[0].table;
	int column = thuso_table_find_column(areas, "mean_cost_now");
	const char *unit = column >= 0 ? thuso_table_column(areas, column)->unit : "";
	return unit && *unit ? unit : "min";
}

static void find_plan(Facts *facts)
{
	const ThusoTable *planned = facts->table[FACTS_PLANNED];
	for (gint64 row = 0; planned && row < planned->n_rows && !facts->has_plan; row++)
		if (cell_real(planned, row, "step") > 0 && cell_text(planned, row, "plan")) {
			facts->plan = cell_text(planned, row, "plan");
			facts->has_plan = TRUE;
		}
	const char *title = planned ? planned->title : "";
	if (g_str_has_prefix(title, "Plan: "))
		facts->plan_title = g_strdup(title + strlen("Plan: "));
	else
		facts->plan_title = g_strdelimit(g_strdup(facts->plan ? facts->plan : ""), "_", ' ');
}

static void find_words(Facts *facts)
{
	/* Several settlement types have a limit each: the study says them in words. */
	const char *words = parameter(facts, "standards.in_words");
	const char *limit = parameter(facts, "standards.1.limit"), *unit = parameter_field(facts, "standards.1.limit", "unit");
	const char *date = parameter(facts, "study.date"), *study = parameter(facts, "study.name");
	facts->study = study ? study : facts->base_name;
	facts->date = is_date(date) ? date : "1970-01-01";
	facts->trip = parameter(facts, "standards.1.trip");
	if (!facts->trip && facts->table[FACTS_BANDS])
		facts->trip = cell_text(facts->table[FACTS_BANDS], 0, "trip");
	const char *by = !facts->trip ? "" : strcmp(facts->trip, "walk") == 0 ? "on foot" : "by ";
	const char *what = g_str_has_suffix(by, " ") ? facts->trip : "";
	if (words)
		facts->limit = g_strdup(words);
	else if (limit)
		facts->limit = g_strdup_printf("%s %s%s%s%s", limit, unit ? unit : "", *by ? " " : "", by, what);
	else
		facts->limit = g_strdup("the standard");
	facts->unit = find_unit(facts);
	find_plan(facts);
}

/* --- the interface -------------------------------------------------------------------------------------------------------------- */

static char *stem(const char *path)
{
	char *name = g_path_get_basename(path), *dot = strrchr(name, '.');
	if (dot)
		*dot = '\0';
	return name;
}

static gboolean read_all(Facts *facts, ThusoStoreReader *reader, GError **error)
{
	if (!read_levels(facts, reader, error) || !check_areas(facts, error))
		return FALSE;
	facts->crs_text = g_strdup(facts->levels[0].table->crs);
	if (!(facts->crs = thuso_crs_new(facts->crs_text, error)) || !read_tables(facts, reader, error))
		return FALSE;
	facts->parameter_row = index_of(facts->table[FACTS_PARAMETERS], "name");
	facts->municipality_row = index_of(facts->levels[0].table, "id");
	find_words(facts);
	collect_bands(facts);
	return read_band_shapes(facts, error) && read_cells(facts, reader, error);
}

Facts *facts_read(ThusoContext *context, const char *path, GError **error)
{
	g_autoptr(ThusoStoreReader) reader = thuso_store_open(context, path, error);
	if (!reader)
		return NULL;
	g_autoptr(Facts) facts = g_new0(Facts, 1);
	facts->path = g_strdup(path);
	facts->base_name = stem(path);
	return read_all(facts, reader, error) ? g_steal_pointer(&facts) : NULL;
}

static void level_clear(Level *level)
{
	for (gint64 row = 0; level->outlines && row < level->table->n_rows; row++)
		if (level->outlines[row])
			thuso_geometry_free(level->outlines[row]);
	g_free(level->outlines);
	g_free(level->x);
	g_free(level->y);
	g_free(level->name);
	thuso_table_free(level->table);
}

void facts_free(Facts *facts)
{
	if (!facts)
		return;
	for (int s = 0; s < N_STATES; s++) {
		for (int i = 0; facts->band_shapes[s] && i < facts->n_bands + 2; i++)
			if (facts->band_shapes[s][i])
				thuso_geometry_free(facts->band_shapes[s][i]);
		g_free(facts->band_shapes[s]);
		g_free(facts->cells[s]);
	}
	for (int i = 0; i < facts->n_levels; i++)
		level_clear(&facts->levels[i]);
	g_free(facts->levels);
	for (int t = 0; t < FACTS_N_TABLES; t++)
		g_clear_pointer(&facts->table[t], thuso_table_free);
	g_clear_pointer(&facts->others, g_ptr_array_unref);
	g_clear_pointer(&facts->municipality_row, g_hash_table_unref);
	g_clear_pointer(&facts->parameter_row, g_hash_table_unref);
	g_clear_pointer(&facts->crs, thuso_crs_unref);
	g_free(facts->crs_text);
	g_free(facts->bands);
	g_free(facts->limit);
	g_free(facts->plan_title);
	g_free(facts->path);
	g_free(facts->base_name);
	g_free(facts);
}
