/* The study that `thuso new --layers` writes: what the layers say is filled in, what only people can say is DECIDE. */
#include "draft_writer.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

void draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->study, g_free);
	g_clear_pointer(&draft->speeds_roads, g_free);
	g_clear_pointer(&draft->speeds_landcover, g_free);
}

/* --- blocks -------------------------------------------------------------------------------------------------------------- */

static void write_head(Writer *writer)
{
	g_autofree char *folder = draft_relative(writer->spec->dir, writer->spec->folder),
	                *base = g_path_get_basename(writer->spec->dir);
	g_autofree char *name = draft_word(base), *data = writer->data ? draft_relative(writer->spec->dir, writer->data) : NULL;
	g_autofree char *quoted = data ? draft_word(data) : NULL, *safe = thuso_escape(*folder ? folder : ".");
	g_string_append_printf(
	    writer->text,
	    "# Written by `thuso new --layers` from the layers of %s. Look whether each layer has the right role, and fill "
	    "in every\n# DECIDE: these are decisions of policy, or speeds, that no layer says. Then:\n"
	    "#   thuso check study.yaml      looks at the layers and says what is wrong\n"
	    "#   thuso run study.yaml        computes and writes the results\n"
	    "#   thuso list study            every key, with its default and where that comes from\n\n"
	    "study: {name: %s%s%s}\n",
	    safe, name, data ? ", data: " : "", quoted ? quoted : "");
}

static void write_level(Writer *writer, const Guess *guess, const char *level, GString *levels, GString *said)
{
	g_autofree char *title_rule = g_strdup_printf("%s_title", level);
	const LookField *id = guess_field(guess, level), *title = guess_field(guess, title_rule);
	(void) writer;
	if (!id)
		return;
	g_autofree char *id_word = draft_word(id->name), *title_word = title ? draft_word(title->name) : NULL,
	                *values = draft_values(id, 3, FALSE);
	g_string_append_printf(levels, "%s%s: {id: %s%s%s}", levels->len ? ", " : "", level, id_word, title ? ", title: " : "",
	                       title ? title_word : "");
	g_string_append_printf(said, "%s%s", said->len ? "; " : "", values);
}

/* The cell by the size of the area: finer cells take longer. */
static const char *cell_for(const Look *look)
{
	double w = (look->wsen[2] - look->wsen[0]) * 111.3 * cos((look->wsen[1] + look->wsen[3]) / 2 * G_PI / 180),
	       h = (look->wsen[3] - look->wsen[1]) * 111.0;
	return !look->has_bounds || w * h > 200000 ? "1 km" : w * h > 10000 ? "250 m" : "90 m";
}

static void write_area(Writer *writer)
{
	const Guess *area = guess_best(writer->guesses, ROLE_BOUNDARIES), *window = guess_best(writer->guesses, ROLE_WINDOW);
	g_string_append(writer->text, "\narea:\n");
	if (!area) {
		draft_line(writer, "  boundaries: DECIDE", "no layer here looks like municipalities (polygons with a code, each once)");
		draft_line(writer, "  id: DECIDE", "the field with the municipality's code");
		draft_line(writer, "  cell: 250 m", "90 m for a municipality, 250 m for a district, 1 km for the country");
		return;
	}
	g_autofree char *layer = draft_layer(writer, area->look), *size = draft_size(area->look);
	const LookField *id = guess_field(area, "id"), *title = guess_field(area, "title");
	g_autofree char *id_word = draft_word(id->name), *title_word = title ? draft_word(title->name) : NULL;
	g_autoptr(GString) levels = g_string_new(NULL), said = g_string_new(NULL);
	draft_linef(writer, size, "  boundaries: {%s}", layer);
	draft_others(writer, "  ", ROLE_BOUNDARIES);
	g_autofree char *ids = draft_values(id, 3, FALSE), *titles = title ? draft_values(title, 3, FALSE) : NULL;
	draft_linef(writer, ids, "  id: %s", id_word);
	if (title)
		draft_linef(writer, titles, "  title: %s", title_word);
	write_level(writer, area, "district", levels, said);
	write_level(writer, area, "province", levels, said);
	if (levels->len)
		draft_linef(writer, said->str, "  levels: {%s}", levels->str);
	g_autofree char *first = thuso_escape(g_ptr_array_index(id->values, 0)), *field = thuso_escape(id->name);
	draft_linef(writer, "a part of the layer as study area; without it, all of it", "  # where: \"%s = '%s'\"", field, first);
	if (window) {
		g_autofree char *window_layer = draft_layer(writer, window->look);
		draft_linef(writer, "the part that the data cover", "  window: {%s}", window_layer);
	}
	draft_line(writer, "  buffer: 10 km", "people and centres this far outside compete (DPSA guideline)");
	draft_linef(writer, "90 m for a municipality, 250 m for a district, 1 km for the country", "  cell: %s",
	            cell_for(area->look));
}

static void list_layers(Writer *writer, const char *key, const RoleId *ids, int n_ids)
{
	g_autoptr(GString) items = g_string_new(NULL);
	for (int r = 0; r < n_ids; r++)
		for (guint i = 0; i < writer->guesses->taken[ids[r]]->len; i++) {
			const Guess *guess = g_ptr_array_index(writer->guesses->taken[ids[r]], i);
			g_autofree char *layer = draft_layer(writer, guess->look);
			g_string_append_printf(items, "%s{%s}", items->len ? ", " : "", layer);
		}
	if (items->len)
		draft_linef(writer, NULL, "    %s: [%s]", key, items->str);
}

/* TRUE when people come by polygon, so that they can be spread. */
static gboolean write_people(Writer *writer)
{
	const Guess *area = guess_best(writer->guesses, ROLE_BOUNDARIES), *people = guess_best(writer->guesses, ROLE_PEOPLE),
	            *raster = guess_best(writer->guesses, ROLE_PEOPLE_RASTER);
	const LookField *field = people ? guess_field(people, "people") : NULL, *key = NULL;
	g_autoptr(GString) join = g_string_new(NULL);
	if (people && !field && (field = draft_people_table(writer, guess_field(people, "id"), &key))) {
		g_autofree char *table = draft_layer(writer, writer->table_of_people), *key_word = draft_word(key->name),
		                *to = draft_word(guess_field(people, "id")->name), *wanted = draft_word(field->name);
		g_string_append_printf(join, ", join: {%s, key: %s, to: %s, fields: [%s]}", table, key_word, to, wanted);
	}
	if (!field && !raster && area && (field = guess_field(area, "people")))
		people = area;
	if (field) {
		g_autofree char *layer = draft_layer(writer, people->look), *name = draft_word(field->name),
		                *id = draft_key(people, "id", "id"), *sum = thuso_format_count(field->sum),
		                *size = draft_size(people->look), *said = g_strdup_printf("%s, %s people", size, sum);
		draft_linef(writer, said, "  people: {%s%s, field: %s%s}", layer, join->str, name, id);
		draft_others(writer, "  ", ROLE_PEOPLE);
		if (raster) {
			g_autofree char *other = draft_layer(writer, raster->look);
			draft_linef(writer, "a raster of counts, instead", "  # people: {%s}", other);
		}
		return people->look->shape == LOOK_POLYGONS;
	}
	if (raster) {
		g_autofree char *layer = draft_layer(writer, raster->look);
		draft_linef(writer, "a raster of counts", "  people: {%s}", layer);
		draft_others(writer, "  ", ROLE_PEOPLE_RASTER);
	} else {
		draft_line(writer, "  people: DECIDE", "no layer here counts people: polygons with a field, or a raster of counts");
	}
	return FALSE;
}

static void write_demand(Writer *writer)
{
	static const RoleId dwellings[] = { ROLE_DWELLINGS }, avoid[] = { ROLE_WATER, ROLE_PROTECTED };
	g_string_append(writer->text, "\ndemand:\n");
	if (write_people(writer) && writer->guesses->taken[ROLE_DWELLINGS]->len) {
		draft_line(writer, "  spread:", "people live where the dwellings stand; without it, evenly");
		list_layers(writer, "layers", dwellings, 1);
		list_layers(writer, "avoid", avoid, 2);
	}
}

/* The table of the folder that has a speed for every class, or NULL. */
static const Look *speeds_for(const Writer *writer, GHashTable *classes)
{
	const GPtrArray *tables = writer->guesses->taken[ROLE_SPEEDS];
	for (guint i = 0; i < tables->len; i++) {
		const Guess *guess = g_ptr_array_index(tables, i);
		const LookField *field = guess_field(guess, "class");
		gboolean all = field->all != NULL;
		GHashTableIter iter;
		gpointer key;
		g_hash_table_iter_init(&iter, classes);
		while (all && g_hash_table_iter_next(&iter, &key, NULL))
			all = g_hash_table_contains(field->all, key);
		if (all)
			return guess->look;
	}
	return NULL;
}

static char *speeds_path(const Writer *writer, const Look *table, const char *own)
{
	g_autofree char *path = table ? draft_relative(writer->spec->dir, table->path) : g_strdup(own);
	return draft_word(path);
}

static void write_landcover(Writer *writer)
{
	const Guess *cover = guess_best(writer->guesses, ROLE_LANDCOVER);
	if (!cover)
		return;
	g_autoptr(GHashTable) classes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < cover->look->classes->len; i++)
		g_hash_table_add(classes, g_strdup_printf("%d", g_array_index(cover->look->classes, gint32, i)));
	writer->speeds_landcover = speeds_for(writer, classes);
	g_autofree char *layer = draft_layer(writer, cover->look),
	                *speeds = speeds_path(writer, writer->speeds_landcover, "speeds_landcover.csv"),
	                *said = g_strdup_printf(
	                    "%u classes%s", cover->look->classes->len,
	                    writer->speeds_landcover ? "" : ": fill in how fast one walks on each, then take away the #");
	draft_linef(writer, said, "  %slandcover: {%s, speeds: %s}", writer->speeds_landcover ? "" : "# ", layer, speeds);
	draft_others(writer, "  ", ROLE_LANDCOVER);
	if (!writer->speeds_landcover)
		writer->draft->speeds_landcover = draft_landcover_speeds(cover->look);
}

/* Values of a bridge field that mean one. */
static char *bridge_values(const LookField *field)
{
	static const char *const yes[] = { "yes", "y", "true", "t", "1", "viaduct", "bridge", "movable", "low_water_crossing", NULL };
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < field->values->len; i++) {
		const char *value = g_ptr_array_index(field->values, i);
		g_autofree char *lower = g_ascii_strdown(value, -1);
		if (g_strv_contains(yes, lower))
			g_string_append_printf(out, "%s\"%s\"", out->len ? ", " : "", value);
	}
	return g_string_free(out, FALSE);
}

static gboolean write_roads(Writer *writer, ThusoContext *context, GError **error)
{
	const Guess *roads = guess_best(writer->guesses, ROLE_ROADS);
	if (!roads)
		return TRUE;
	const LookField *class = guess_field(roads, "class"), *speed = guess_field(roads, "speed"),
	                *bridge = guess_field(roads, "bridge");
	g_autofree char *layer = draft_layer(writer, roads->look), *oneway = draft_key(roads, "oneway", "oneway");
	if (speed && speed->n_filled == roads->look->n && speed->min > 0) {
		g_autofree char *name = draft_word(speed->name), *values = g_strdup_printf("%.0f to %.0f km/h", speed->min, speed->max);
		draft_linef(writer, values, "  roads: {%s, speed: %s%s}", layer, name, oneway);
	} else {
		g_autoptr(GPtrArray) known = draft_known_speeds(context, writer->spec->geodata, error);
		if (!known)
			return FALSE;
		writer->speeds_roads = class->all ? speeds_for(writer, class->all) : NULL;
		g_autofree char *speeds = speeds_path(writer, writer->speeds_roads, "speeds_roads.csv"), *name = draft_word(class->name),
		                *values = draft_values(class, 12, TRUE);
		draft_linef(writer, values, "  roads: {%s, class: %s, speeds: %s%s}", layer, name, speeds, oneway);
		if (!writer->speeds_roads)
			writer->draft->speeds_roads = draft_road_speeds(known, class, &writer->n_open);
		if (writer->n_open)
			draft_linef(writer, NULL, "  # DECIDE in speeds_roads.csv: %d classes whose speed is not known", writer->n_open);
	}
	draft_others(writer, "  ", ROLE_ROADS);
	g_autofree char *yes = bridge ? bridge_values(bridge) : g_strdup("");
	g_autofree char *bridge_word = bridge ? draft_word(bridge->name) : NULL;
	if (*yes)
		draft_linef(writer, "only these cross rivers and dams; `all`: every road does", "  bridges: {field: %s, values: [%s]}",
		            bridge_word, yes);
	return TRUE;
}

/* Small streams can be waded: where a class says so, they are no barrier. */
static char *rivers_filter(const Guess *rivers)
{
	const LookField *class = guess_field(rivers, "class");
	static const char *const small[] = { "stream", "drain", "ditch", "brook", NULL };
	g_autoptr(GString) list = g_string_new(NULL);
	gboolean others = FALSE;
	for (guint i = 0; class && i < class->values->len; i++) {
		g_autofree char *lower = g_ascii_strdown(g_ptr_array_index(class->values, i), -1);
		if (g_strv_contains(small, lower))
			g_string_append_printf(list, "%s'%s'", list->len ? ", " : "", (const char *) g_ptr_array_index(class->values, i));
		else
			others = TRUE;
	}
	/* Names and values that SQL or YAML would have to quote are left to the planner. */
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	return list->len && others && strspn(class->name, plain) == strlen(class->name) && !g_ascii_isdigit(*class->name)
	           ? g_strdup_printf(", where: \"%s NOT IN (%s)\"", class->name, list->str)
	           : g_strdup("");
}

static void write_barriers(Writer *writer)
{
	const GPtrArray *rivers = writer->guesses->taken[ROLE_RIVERS], *water = writer->guesses->taken[ROLE_WATER];
	if (rivers->len + water->len == 0)
		return;
	draft_line(writer, "  barriers:", "cannot be crossed, except by a road");
	for (guint i = 0; i < rivers->len + water->len; i++) {
		const Guess *guess = i < rivers->len ? g_ptr_array_index(rivers, i) : g_ptr_array_index(water, i - rivers->len);
		g_autofree char *layer = draft_layer(writer, guess->look), *size = draft_size(guess->look),
		                *filter = i < rivers->len ? rivers_filter(guess) : g_strdup("");
		g_autofree char *said = g_strdup_printf("%s%s", size, *filter ? "; small streams can be waded" : "");
		draft_linef(writer, said, "    - {%s%s}", layer, filter);
	}
}

static gboolean write_travel(Writer *writer, ThusoContext *context, GError **error)
{
	const Guess *heights = guess_best(writer->guesses, ROLE_ELEVATION);
	gboolean has_roads = guess_best(writer->guesses, ROLE_ROADS) != NULL;
	g_string_append(writer->text, "\ntravel:\n");
	if (heights) {
		char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
		g_autofree char *layer = draft_layer(writer, heights->look);
		thuso_format_real(low, floor(heights->look->min));
		thuso_format_real(high, ceil(heights->look->max));
		g_autofree char *said = g_strdup_printf("%s to %s m", low, high);
		draft_linef(writer, said, "  elevation: {%s}", layer);
		draft_others(writer, "  ", ROLE_ELEVATION);
	}
	write_landcover(writer);
	if (!write_roads(writer, context, error))
		return FALSE;
	write_barriers(writer);
	draft_line(writer, "  trips:", NULL);
	draft_line(writer, "    walk: {}", NULL);
	if (has_roads)
		draft_line(writer, "    taxi: {riding: roads, factor: 0.85}", "the road's speed less 15 % (DPSA guideline: 10 to 20 %)");
	g_string_append_printf(
	    writer->text,
	    "\nstandards:\n  - {service: thusong, trip: %s, limit: DECIDE, source: DECIDE}   # usual limits: 5, 10, 15, 25 or "
	    "40 km; 30 or 60 min\n"
	    "bands: DECIDE   # of the limit's unit: [15 min, 30 min, 45 min, 60 min, 90 min, 120 min] or [5 km, 10 km, 15 km, "
	    "25 km, 40 km]\n",
	    has_roads ? "taxi" : "walk");
	return TRUE;
}

/* The file that most of the layers in use come from, when several do. */
static const char *main_file(const Guesses *guesses)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
	const char *best = NULL;
	int most = 1;
	for (guint i = 0; i < guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(guesses->guesses, Guess, i);
		if (!guess->role || !guess->look->layer)
			continue;
		int n = GPOINTER_TO_INT(g_hash_table_lookup(counts, guess->look->path)) + 1;
		g_hash_table_insert(counts, guess->look->path, GINT_TO_POINTER(n));
		if (n > most) {
			most = n;
			best = guess->look->path;
		}
	}
	return best;
}

gboolean draft_write(ThusoContext *context, const DraftSpec *spec, const Guesses *guesses, Draft *draft, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Writer writer = { .spec = spec, .guesses = guesses, .data = main_file(guesses), .text = text, .draft = draft };
	write_head(&writer);
	write_area(&writer);
	write_demand(&writer);
	if (!write_travel(&writer, context, error))
		return FALSE;
	draft_places(&writer);
	if (spec->full) {
		g_autofree char *reference = draft_reference(text->str);
		g_string_append(text, reference);
	}
	draft->study = g_strdup(text->str);
	return TRUE;
}
