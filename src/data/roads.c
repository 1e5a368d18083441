/* Roads with speed and mode, from a class and a speed table or from a field of speeds. */
#include <thuso/data.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "speeds.h"

#define MODE_WALKING   0
#define MODE_MOTORISED 2

typedef enum { OTHER_IS_ERROR, OTHER_WALKS, OTHER_IS_IGNORED } Other;

/* A class that has no speed, with the length of its roads. */
typedef struct {
	char *name;
	ThusoSum length_m;
} Unknown;

typedef struct {
	ThusoGeometry *line;
	double speed_m_per_s;
	int mode;
	guint8 bridge;
} Road;

typedef struct {
	ThusoContext *context;
	const ThusoRoadsSpec *spec;
	char *where;
	ThusoFeatures *features;
	int class_column, speed_column, oneway_column, bridge_column;
	Other other;
	ThusoVector roads;  /* of Road */
	GPtrArray *unknown; /* of Unknown */
	ThusoTally no_speed, no_number, fast, closed, oneway, bridges;
} Reading;

static double length_of(const ThusoGeometry *line)
{
	ThusoSum length = { 0, 0 };
	for (gint32 part = 0; part < line->n_parts; part++)
		for (gint64 i = line->part_start[part] + 1; i < line->part_start[part + 1]; i++)
			thuso_sum_add(&length, hypot(line->x[i] - line->x[i - 1], line->y[i] - line->y[i - 1]));
	return thuso_sum(&length);
}

static void unknown_free(gpointer data)
{
	Unknown *unknown = data;
	g_free(unknown->name);
	g_free(unknown);
}

static void add_unknown(Reading *reading, const char *name, const ThusoGeometry *line)
{
	Unknown *unknown = NULL;
	for (guint i = 0; i < reading->unknown->len && !unknown; i++) {
		Unknown *other = g_ptr_array_index(reading->unknown, i);
		unknown = strcmp(other->name, name) == 0 ? other : NULL;
	}
	if (!unknown) {
		unknown = g_new0(Unknown, 1);
		unknown->name = g_strdup(name);
		g_ptr_array_add(reading->unknown, unknown);
	}
	thuso_sum_add(&unknown->length_m, length_of(line));
}

static gint by_length(gconstpointer a, gconstpointer b)
{
	const Unknown *p = *(Unknown *const *) a, *q = *(Unknown *const *) b;
	double m = rint(thuso_sum(&p->length_m) / 1000), n = rint(thuso_sum(&q->length_m) / 1000);
	return m != n ? (m > n ? -1 : 1) : strcmp(p->name, q->name);
}

/* "track (120 km), path (3 km)", the longest first. */
static char *list_unknown(Reading *reading)
{
	GString *list = g_string_new(NULL);
	g_ptr_array_sort(reading->unknown, by_length);
	for (guint i = 0; i < reading->unknown->len; i++) {
		const Unknown *unknown = g_ptr_array_index(reading->unknown, i);
		char km[G_ASCII_DTOSTR_BUF_SIZE];
		g_ascii_formatd(km, sizeof km, "%.0f", rint(thuso_sum(&unknown->length_m) / 1000));
		g_string_append_printf(list, "%s%s (%s km)", i > 0 ? ", " : "", unknown->name, km);
	}
	return g_string_free(list, FALSE);
}

/* --- one road -------------------------------------------------------------------------------------------------------- */

/* TRUE where the road has a speed; else it was tallied. */
static gboolean read_class(Reading *reading, gint64 row, const ThusoGeometry *line, Road *road)
{
	g_autofree char *name = thuso_data_text(reading->features->table, row, reading->class_column);
	int entry = name ? thuso_speed_table_find(reading->spec->speeds, name) : -1;
	if (entry < 0) {
		add_unknown(reading, name ? name : "without a class", line);
		return FALSE;
	}
	road->speed_m_per_s = reading->spec->speeds->speed_m_per_s[entry];
	road->mode = reading->spec->speeds->mode[entry];
	return TRUE;
}

static gboolean read_speed(Reading *reading, gint64 row, const char *fid, const ThusoGeometry *line, Road *road)
{
	double speed;
	gboolean number = thuso_data_number(reading->features->table, row, reading->speed_column, &speed);
	if (!number || speed < 0) {
		thuso_tally_add(&reading->no_number, fid, 0, line);
		return FALSE;
	}
	if (!(speed > 0)) {
		thuso_tally_add(&reading->no_speed, fid, length_of(line), line);
		return FALSE;
	}
	road->speed_m_per_s = speed / 3.6;
	road->mode = MODE_MOTORISED;
	if (road->speed_m_per_s > THUSO_SPEED_HIGH_M_PER_S)
		thuso_tally_add(&reading->fast, fid, speed, line);
	return TRUE;
}

static gboolean is_no(const char *text)
{
	static const char *const words[] = { "no", "n", "false", "f", "0" };
	for (guint i = 0; text && i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(text, words[i]) == 0)
			return TRUE;
	return text == NULL;
}

static guint8 read_bridge(Reading *reading, gint64 row, const char *fid)
{
	const char *const *values = reading->spec->bridge_values;
	if (reading->bridge_column < 0)
		return 1;
	g_autofree char *text = thuso_data_text(reading->features->table, row, reading->bridge_column);
	gboolean is_bridge = !values && !is_no(text);
	for (int i = 0; values && text && values[i]; i++)
		is_bridge = is_bridge || g_ascii_strcasecmp(values[i], text) == 0;
	if (is_bridge)
		thuso_tally_add(&reading->bridges, fid, 0, NULL);
	return is_bridge ? 1 : 0;
}

static gboolean take_road(Reading *reading, gint64 row, GError **error)
{
	const ThusoTable *table = reading->features->table;
	ThusoGeometry **line = &reading->features->geometry[row];
	g_autofree char *fid = thuso_data_fid(table, row);
	g_autofree char *oneway = thuso_data_text(table, row, reading->oneway_column);
	Road road = { 0 };
	gboolean known =
	    reading->class_column >= 0 ? read_class(reading, row, *line, &road) : read_speed(reading, row, fid, *line, &road);
	if (!known && reading->other != OTHER_WALKS)
		return TRUE;
	if (!is_no(oneway))
		thuso_tally_add(&reading->oneway, fid, 0, *line);
	if (!known)
		road.mode = MODE_WALKING;
	else if (!(road.speed_m_per_s > 0)) {
		/* In a road's record 0 means the walker's own speed; a class of speed 0 is closed instead. */
		thuso_tally_add(&reading->closed, fid, 0, *line);
		return TRUE;
	}
	road.bridge = read_bridge(reading, row, fid);
	road.line = *line;
	if (!thuso_vector_push(&reading->roads, &road, "roads", error))
		return FALSE;
	*line = NULL;
	return TRUE;
}

/* --- findings -------------------------------------------------------------------------------------------------------- */

static gboolean check_unknown(Reading *reading, GError **error)
{
	const ThusoRoadsSpec *spec = reading->spec;
	if (reading->no_number.n > 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: field %s holds no speed in km/h or a negative one in %" G_GINT64_FORMAT
		            " roads (first: feature %s); correct them",
		            reading->where, spec->speed_field, reading->no_number.n, reading->no_number.first);
		return FALSE;
	}
	if (reading->other == OTHER_IS_ERROR && reading->no_speed.n > 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: field %s is empty or 0 in %" G_GINT64_FORMAT
		            " roads (first: feature %s); give them a speed, or say what they are with other: walking or other: ignore",
		            reading->where, spec->speed_field, reading->no_speed.n, reading->no_speed.first);
		return FALSE;
	}
	if (reading->unknown->len == 0)
		return TRUE;
	g_autofree char *raw = list_unknown(reading);
	g_autofree char *list = thuso_escape(raw);
	if (reading->other == OTHER_IS_ERROR) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: these values of %s have no speed: %s; add them to the speed table, or say what they are with other: "
		            "walking or other: ignore",
		            reading->where, spec->class_field, list);
		return FALSE;
	}
	thuso_data_find(reading->context,
	                &(ThusoFinding){ THUSO_INFO, "road_class", spec->source->name, .count = reading->unknown->len },
	                "%s: these values of %s have no speed and are %s: %s", reading->where, spec->class_field,
	                reading->other == OTHER_WALKS ? "for walking only" : "left out", list);
	return TRUE;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The values of a field, sorted, ten at most: "(empty), F, no". */
static char *values_of(const ThusoTable *table, int column)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gint64 row = 0; row < table->n_rows; row++) {
		char *text = thuso_data_text(table, row, column);
		g_hash_table_add(seen, text ? text : g_strdup("(empty)"));
	}
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer key;
	g_hash_table_iter_init(&iterator, seen);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		g_ptr_array_add(values, key);
	g_ptr_array_sort(values, by_text);
	g_ptr_array_set_size(values, (gint) MIN(values->len, 10));
	g_ptr_array_add(values, NULL);
	return g_strjoinv(", ", (char **) values->pdata);
}

static void report(Reading *reading)
{
	const ThusoRoadsSpec *spec = reading->spec;
	const char *layer = spec->source->name;
	ThusoContext *context = reading->context;
	thuso_tally_find(context, &reading->no_speed, &(ThusoFinding){ THUSO_INFO, "road_speed", layer },
	                 "%s: %" G_GINT64_FORMAT " roads have no speed in field %s (first: feature %s) and are %s", reading->where,
	                 reading->no_speed.n, spec->speed_field, reading->no_speed.first,
	                 reading->other == OTHER_WALKS ? "for walking only" : "left out");
	thuso_tally_find(context, &reading->fast, &(ThusoFinding){ THUSO_WARNING, "speed_high", layer },
	                 "%s: %" G_GINT64_FORMAT " roads are faster than 160 km/h (first: feature %s); speeds are in km/h",
	                 reading->where, reading->fast.n, reading->fast.first);
	thuso_tally_find(context, &reading->closed, &(ThusoFinding){ THUSO_INFO, "road_closed", layer },
	                 "%s: %" G_GINT64_FORMAT " roads are of a class with speed 0 (first: feature %s) and are left out",
	                 reading->where, reading->closed.n, reading->closed.first);
	/* No feature is named: feature numbers change with the order of features, and there is nothing to mend. */
	if (reading->oneway.n > 0)
		thuso_data_find(context, &(ThusoFinding){ THUSO_INFO, "oneway", layer, .count = reading->oneway.n },
		                "%s: %" G_GINT64_FORMAT " roads are one-way; the grid lets people use them both ways", reading->where,
		                reading->oneway.n);
	if (reading->roads.n == 0)
		thuso_data_find(context, &(ThusoFinding){ THUSO_WARNING, "no_roads", layer },
		                "%s has no road in the study area and its buffer; check its CRS and extent", reading->where);
	if (reading->roads.n > 0 && reading->bridge_column >= 0 && reading->bridges.n == 0) {
		g_autofree char *values = values_of(reading->features->table, reading->bridge_column);
		thuso_data_find(context, &(ThusoFinding){ THUSO_WARNING, "no_bridges", layer },
		                "%s: field %s names no bridge, so no road crosses a barrier; it holds %s", reading->where,
		                spec->bridge_field, values);
	}
}

/* --- all roads ------------------------------------------------------------------------------------------------------- */

static int by_shape(const void *a, const void *b)
{
	const Road *p = a, *q = b;
	int order = thuso_data_compare(p->line, q->line);
	if (order == 0)
		order = (p->speed_m_per_s > q->speed_m_per_s) - (p->speed_m_per_s < q->speed_m_per_s);
	if (order == 0)
		order = (p->mode > q->mode) - (p->mode < q->mode);
	return order != 0 ? order : (p->bridge > q->bridge) - (p->bridge < q->bridge);
}

static ThusoRoads *make_roads(Reading *reading, GError **error)
{
	g_autoptr(ThusoRoads) roads = g_new0(ThusoRoads, 1);
	gint64 n = reading->roads.n, size = MAX(n, 1);
	Road *road = reading->roads.data;
	roads->line = thuso_array_new(size, sizeof *roads->line, "roads", error);
	roads->speed_m_per_s = roads->line ? thuso_array_new(size, sizeof *roads->speed_m_per_s, "speeds of roads", error) : NULL;
	roads->mode = roads->speed_m_per_s ? thuso_array_new(size, sizeof *roads->mode, "modes of roads", error) : NULL;
	roads->bridge = roads->mode ? thuso_array_new(size, sizeof *roads->bridge, "bridges", error) : NULL;
	if (!roads->bridge)
		return NULL;
	if (n > 0)
		qsort(road, (size_t) n, sizeof *road, by_shape);
	for (gint64 i = 0; i < n; i++) {
		roads->line[i] = g_steal_pointer(&road[i].line);
		roads->speed_m_per_s[i] = road[i].speed_m_per_s;
		roads->mode[i] = road[i].mode;
		roads->bridge[i] = road[i].bridge;
	}
	roads->n = n;
	return g_steal_pointer(&roads);
}

static gboolean check_spec(const ThusoRoadsSpec *spec, Other *other, GError **error)
{
	const char *wrong = NULL;
	*other = OTHER_IS_ERROR;
	if (spec->other && strcmp(spec->other, "walking") == 0)
		*other = OTHER_WALKS;
	else if (spec->other && strcmp(spec->other, "ignore") == 0)
		*other = OTHER_IS_IGNORED;
	else if (spec->other)
		wrong = "roads: other must be walking or ignore";
	if (!spec->class_field == !spec->speed_field)
		wrong = "roads: give either class with a speeds table, or speed, a field in km/h";
	else if (spec->class_field && !spec->speeds)
		wrong = "roads: class needs a speeds table with the columns class,label,speed_km_per_h,mode";
	if (wrong)
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, wrong);
	return wrong == NULL;
}

static gboolean open_layer(Reading *reading, const ThusoRegion *region, GError **error)
{
	const ThusoRoadsSpec *spec = reading->spec;
	const char *names[] = { spec->class_field, spec->speed_field, spec->oneway_field, spec->bridge_field };
	g_autofree const char **fields = thuso_data_fields(names, G_N_ELEMENTS(names));
	reading->features = thuso_features_read(reading->context, region, spec->source, THUSO_LINE, fields, FALSE, error);
	if (!reading->features)
		return FALSE;
	const ThusoTable *table = reading->features->table;
	return thuso_data_column(spec->source, table, spec->class_field, &reading->class_column, error) &&
	       thuso_data_column(spec->source, table, spec->speed_field, &reading->speed_column, error) &&
	       thuso_data_column(spec->source, table, spec->oneway_field, &reading->oneway_column, error) &&
	       thuso_data_column(spec->source, table, spec->bridge_field, &reading->bridge_column, error);
}

static void reading_clear(Reading *reading)
{
	Road *road = reading->roads.data;
	for (gint64 i = 0; i < reading->roads.n; i++)
		g_clear_pointer(&road[i].line, thuso_geometry_free);
	thuso_vector_clear(&reading->roads);
	g_free(reading->where);
	g_clear_pointer(&reading->features, thuso_features_free);
	g_clear_pointer(&reading->unknown, g_ptr_array_unref);
	ThusoTally *tallies[] = { &reading->no_speed, &reading->no_number, &reading->fast,
		                      &reading->closed,   &reading->oneway,    &reading->bridges };
	for (guint i = 0; i < G_N_ELEMENTS(tallies); i++)
		thuso_tally_clear(tallies[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

ThusoRoads *thuso_roads_read(ThusoContext *context, const ThusoRegion *region, const ThusoRoadsSpec *spec, GError **error)
{
	Other other;
	if (!check_spec(spec, &other, error))
		return NULL;
	g_auto(Reading) reading = {
		.context = context,
		.spec = spec,
		.where = thuso_data_where(spec->source),
		.other = other,
		.roads = THUSO_VECTOR(Road),
		.unknown = g_ptr_array_new_with_free_func(unknown_free),
	};
	if (!open_layer(&reading, region, error))
		return NULL;
	for (gint64 row = 0; row < reading.features->table->n_rows; row++)
		if (!thuso_context_go_on(context, error) || !take_road(&reading, row, error))
			return NULL;
	if (!check_unknown(&reading, error))
		return NULL;
	report(&reading);
	return make_roads(&reading, error);
}

void thuso_roads_free(ThusoRoads *roads)
{
	if (!roads)
		return;
	for (gint64 i = 0; i < roads->n; i++)
		thuso_geometry_free(roads->line[i]);
	thuso_array_free(roads->line);
	thuso_array_free(roads->speed_m_per_s);
	thuso_array_free(roads->mode);
	thuso_array_free(roads->bridge);
	g_free(roads);
}
