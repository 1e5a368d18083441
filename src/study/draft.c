/* The study that `thuso new --layers` writes: what the layers say is filled in, what only people can say is DECIDE. */
#include "draft.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

typedef struct {
	const DraftSpec *spec;
	const Guesses *guesses;
	const char *data; /* the file that `layer` alone refers to, or NULL */
	GString *text;
	Draft *draft;
	int n_open; /* road classes without a speed */
	const Look *table_of_people;
	const Look *speeds_roads, *speeds_landcover; /* tables of the folder that serve, or NULL */
} Writer;

void draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->study, g_free);
	g_clear_pointer(&draft->speeds_roads, g_free);
	g_clear_pointer(&draft->speeds_landcover, g_free);
}

/* --- words of YAML ---------------------------------------------------------------------------------------------------- */

static gboolean is_plain(const char *text)
{
	static const char *const words[] = { "yes", "no", "true", "false", "null", "on", "off", "y", "n", "~", NULL };
	g_autofree char *lower = g_ascii_strdown(text, -1);
	if (!*text || g_strv_contains(words, lower) || strchr("-/ ", *text) || g_str_has_suffix(text, " "))
		return *text == '/' && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == strlen(text);
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ") == strlen(text);
}

/* A scalar for a flow mapping: quoted where YAML would read something else. Caller frees. */
static char *word(const char *text)
{
	if (is_plain(text))
		return g_strdup(text);
	GString *out = g_string_new("\"");
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_printf(out, "\\%c", *c);
		else if ((guchar) *c < 0x20)
			g_string_append_printf(out, "\\x%02x", (guint) (guchar) *c);
		else
			g_string_append_c(out, *c);
	}
	return g_string_free(g_string_append_c(out, '"'), FALSE);
}

/* From one real path to another. Caller frees. */
static char *relative(const char *from, const char *to)
{
	g_auto(GStrv) a = g_strsplit(from, "/", -1), b = g_strsplit(to, "/", -1);
	GString *out = g_string_new(NULL);
	guint same = 0;
	while (a[same] && b[same] && strcmp(a[same], b[same]) == 0)
		same++;
	for (guint i = same; a[i]; i++)
		g_string_append(out, *a[i] ? "../" : "");
	for (guint i = same; b[i]; i++)
		g_string_append_printf(out, "%s%s", b[i], b[i + 1] ? "/" : "");
	return g_string_free(out, FALSE);
}

/* A comment holds no line end, whatever a layer's values do. */
static char *comment(const char *text)
{
	return thuso_escape(text);
}

static void line(Writer *writer, const char *text, const char *said)
{
	g_autofree char *safe = comment(said ? said : "");
	if (*safe)
		g_string_append_printf(writer->text, "%-60s # %s\n", text, safe);
	else
		g_string_append_printf(writer->text, "%s\n", text);
}

static void linef(Writer *writer, const char *said, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void linef(Writer *writer, const char *said, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	line(writer, text, said);
}

/* --- layers and fields in words ---------------------------------------------------------------------------------------- */

/* "layer: wards" of the study's file, or "path: ../x.gpkg, layer: wards". Caller frees. */
static char *ref(const Writer *writer, const Look *look)
{
	g_autofree char *layer = look->layer ? word(look->layer) : NULL;
	if (layer && writer->data && strcmp(writer->data, look->path) == 0)
		return g_strdup_printf("layer: %s", layer);
	g_autofree char *path = relative(writer->spec->dir, look->path), *quoted = word(path);
	return layer ? g_strdup_printf("path: %s, layer: %s", quoted, layer) : g_strdup_printf("path: %s", quoted);
}

static const char *shape_name(const Look *look)
{
	return look->shape == LOOK_POINTS     ? "point"
	       : look->shape == LOOK_LINES    ? "line"
	       : look->shape == LOOK_POLYGONS ? "polygon"
	       : look->shape == LOOK_RASTER   ? "pixel"
	                                      : "row";
}

static char *size_of(const Look *look)
{
	g_autofree char *n = thuso_format_count((double) look->n);
	return g_strdup_printf("%s %s%s", n, shape_name(look), look->n == 1 ? "" : "s");
}

/* The first values as a planner would know them: "DC3, DC4, ...", or with how often: "functional 3, closed 1". */
static char *values_of(const LookField *field, guint most, gboolean with_counts)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < MIN(field->values->len, most); i++) {
		g_string_append_printf(out, "%s%.40s", i ? ", " : "", (const char *) g_ptr_array_index(field->values, i));
		if (with_counts)
			g_string_append_printf(out, " (%" G_GINT64_FORMAT ")", g_array_index(field->counts, gint64, i));
	}
	if (field->n_distinct > most)
		g_string_append(out, ", ...");
	return g_string_free(out, FALSE);
}

/* ", id: FIELD" where the layer has one. Caller frees. */
static char *key_of(const Guess *guess, const char *rule, const char *key)
{
	const LookField *field = guess_field(guess, rule);
	g_autofree char *name = field ? word(field->name) : NULL;
	return field ? g_strdup_printf(", %s: %s", key, name) : g_strdup("");
}

/* The other layers that fit a role of which one is taken. */
static void others(Writer *writer, const char *indent, RoleId role)
{
	for (guint i = 0; i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		if (guess->role != &roles[role] || !guess->elsewhere)
			continue;
		g_autofree char *layer = ref(writer, guess->look), *size = size_of(guess->look);
		g_autofree char *said = g_strdup_printf("also %s: {%s}, %s; %s", roles[role].title, layer, size, guess->elsewhere);
		g_autofree char *safe = comment(said);
		g_string_append_printf(writer->text, "%s# %s\n", indent, safe);
	}
}

/* --- joins -------------------------------------------------------------------------------------------------------------- */

/* How many of the layer's keys a table's column has. */
static guint keys_in_common(const LookField *a, const LookField *b)
{
	guint n = 0;
	GHashTableIter iter;
	gpointer key;
	if (!a->all || !b->all)
		return 0;
	g_hash_table_iter_init(&iter, a->all);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		n += g_hash_table_contains(b->all, key) ? 1 : 0;
	return n;
}

/* The column of a table with the keys of the field: most of them, each once. */
static const LookField *key_column(const Look *table, const LookField *keys)
{
	const LookField *best = NULL;
	guint most = 0;
	for (guint i = 0; i < table->fields->len; i++) {
		const LookField *field = g_ptr_array_index(table->fields, i);
		guint n = keys->all ? keys_in_common(keys, field) : 0;
		if (n > most && 2 * (gint64) n >= keys->n_distinct) {
			best = field;
			most = n;
		}
	}
	return best;
}

static const LookField *column_of_people(const Look *table)
{
	Guess as_people = { .look = table, .role = &roles[ROLE_PEOPLE], .named = FALSE };
	return guess_field(&as_people, "people");
}

/* For people by area: a table that joins the layer and has a count. */
static const LookField *people_table(Writer *writer, const LookField *keys, const LookField **key)
{
	for (guint i = 0; keys && i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		const LookField *column = guess->look->shape == LOOK_TABLE ? key_column(guess->look, keys) : NULL;
		const LookField *people = column ? column_of_people(guess->look) : NULL;
		if (!people)
			continue;
		writer->table_of_people = guess->look;
		*key = column;
		return people;
	}
	return NULL;
}

/* --- blocks -------------------------------------------------------------------------------------------------------------- */

static void write_head(Writer *writer)
{
	g_autofree char *folder = relative(writer->spec->dir, writer->spec->folder), *base = g_path_get_basename(writer->spec->dir);
	g_autofree char *name = word(base), *data = writer->data ? relative(writer->spec->dir, writer->data) : NULL;
	g_autofree char *quoted = data ? word(data) : NULL, *safe = comment(*folder ? folder : ".");
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
	g_autofree char *id_word = word(id->name), *title_word = title ? word(title->name) : NULL, *values = values_of(id, 3, FALSE);
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
		line(writer, "  boundaries: DECIDE", "no layer here looks like municipalities (polygons with a code, each once)");
		line(writer, "  id: DECIDE", "the field with the municipality's code");
		line(writer, "  cell: 250 m", "90 m for a municipality, 250 m for a district, 1 km for the country");
		return;
	}
	g_autofree char *layer = ref(writer, area->look), *size = size_of(area->look), *id_said = NULL, *title_said = NULL;
	const LookField *id = guess_field(area, "id"), *title = guess_field(area, "title");
	g_autofree char *id_word = word(id->name), *title_word = title ? word(title->name) : NULL;
	g_autoptr(GString) levels = g_string_new(NULL), said = g_string_new(NULL);
	linef(writer, size, "  boundaries: {%s}", layer);
	others(writer, "  ", ROLE_BOUNDARIES);
	linef(writer, (id_said = values_of(id, 3, FALSE)), "  id: %s", id_word);
	if (title)
		linef(writer, (title_said = values_of(title, 3, FALSE)), "  title: %s", title_word);
	write_level(writer, area, "district", levels, said);
	write_level(writer, area, "province", levels, said);
	if (levels->len)
		linef(writer, said->str, "  levels: {%s}", levels->str);
	linef(writer, "a part of the layer as study area; without it, all of it", "  # where: \"%s = '%s'\"", id->name,
	      (const char *) g_ptr_array_index(id->values, 0));
	if (window) {
		g_autofree char *window_layer = ref(writer, window->look);
		linef(writer, "the part that the data cover", "  window: {%s}", window_layer);
	}
	line(writer, "  buffer: 10 km", "people and centres this far outside compete (DPSA guideline)");
	linef(writer, "90 m for a municipality, 250 m for a district, 1 km for the country", "  cell: %s", cell_for(area->look));
}

static void list_layers(Writer *writer, const char *key, const RoleId *ids, int n_ids)
{
	g_autoptr(GString) items = g_string_new(NULL);
	for (int r = 0; r < n_ids; r++)
		for (guint i = 0; i < writer->guesses->taken[ids[r]]->len; i++) {
			const Guess *guess = g_ptr_array_index(writer->guesses->taken[ids[r]], i);
			g_autofree char *layer = ref(writer, guess->look);
			g_string_append_printf(items, "%s{%s}", items->len ? ", " : "", layer);
		}
	if (items->len)
		linef(writer, NULL, "    %s: [%s]", key, items->str);
}

/* TRUE when people come by polygon, so that they can be spread. */
static gboolean write_people(Writer *writer)
{
	const Guess *area = guess_best(writer->guesses, ROLE_BOUNDARIES), *people = guess_best(writer->guesses, ROLE_PEOPLE),
	            *raster = guess_best(writer->guesses, ROLE_PEOPLE_RASTER);
	const LookField *field = people ? guess_field(people, "people") : NULL, *key = NULL;
	g_autoptr(GString) join = g_string_new(NULL);
	if (people && !field && (field = people_table(writer, guess_field(people, "id"), &key))) {
		g_autofree char *table = ref(writer, writer->table_of_people), *key_word = word(key->name),
		                *to = word(guess_field(people, "id")->name), *wanted = word(field->name);
		g_string_append_printf(join, ", join: {%s, key: %s, to: %s, fields: [%s]}", table, key_word, to, wanted);
	}
	if (!field && !raster && area && (field = guess_field(area, "people")))
		people = area;
	if (field) {
		g_autofree char *layer = ref(writer, people->look), *name = word(field->name), *id = key_of(people, "id", "id"),
		                *sum = thuso_format_count(field->sum), *size = size_of(people->look),
		                *said = g_strdup_printf("%s, %s people", size, sum);
		linef(writer, said, "  people: {%s%s, field: %s%s}", layer, join->str, name, id);
		others(writer, "  ", ROLE_PEOPLE);
		if (raster) {
			g_autofree char *other = ref(writer, raster->look);
			linef(writer, "a raster of counts, instead", "  # people: {%s}", other);
		}
		return people->look->shape == LOOK_POLYGONS;
	}
	if (raster) {
		g_autofree char *layer = ref(writer, raster->look);
		linef(writer, "a raster of counts", "  people: {%s}", layer);
		others(writer, "  ", ROLE_PEOPLE_RASTER);
	} else {
		line(writer, "  people: DECIDE", "no layer here counts people: polygons with a field, or a raster of counts");
	}
	return FALSE;
}

static void write_demand(Writer *writer)
{
	static const RoleId dwellings[] = { ROLE_DWELLINGS }, avoid[] = { ROLE_WATER, ROLE_PROTECTED };
	g_string_append(writer->text, "\ndemand:\n");
	if (write_people(writer) && writer->guesses->taken[ROLE_DWELLINGS]->len) {
		line(writer, "  spread:", "people live where the dwellings stand; without it, evenly");
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
	g_autofree char *path = table ? relative(writer->spec->dir, table->path) : g_strdup(own);
	return word(path);
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
	g_autofree char *layer = ref(writer, cover->look),
	                *speeds = speeds_path(writer, writer->speeds_landcover, "speeds_landcover.csv"),
	                *said = g_strdup_printf(
	                    "%u classes%s", cover->look->classes->len,
	                    writer->speeds_landcover ? "" : ": fill in how fast one walks on each, then take away the #");
	linef(writer, said, "  %slandcover: {%s, speeds: %s}", writer->speeds_landcover ? "" : "# ", layer, speeds);
	others(writer, "  ", ROLE_LANDCOVER);
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
	g_autofree char *layer = ref(writer, roads->look), *oneway = key_of(roads, "oneway", "oneway");
	if (speed && speed->n_filled == roads->look->n && speed->min > 0) {
		g_autofree char *name = word(speed->name), *values = values_of(speed, 3, FALSE);
		linef(writer, values, "  roads: {%s, speed: %s%s}", layer, name, oneway);
	} else {
		g_autoptr(GPtrArray) known = draft_known_speeds(context, writer->spec->geodata, error);
		if (!known)
			return FALSE;
		writer->speeds_roads = class->all ? speeds_for(writer, class->all) : NULL;
		g_autofree char *speeds = speeds_path(writer, writer->speeds_roads, "speeds_roads.csv"), *name = word(class->name),
		                *values = values_of(class, 12, TRUE);
		linef(writer, values, "  roads: {%s, class: %s, speeds: %s%s}", layer, name, speeds, oneway);
		if (!writer->speeds_roads)
			writer->draft->speeds_roads = draft_road_speeds(known, class, &writer->n_open);
		if (writer->n_open)
			linef(writer, NULL, "  # DECIDE in speeds_roads.csv: %d classes whose speed is not known", writer->n_open);
	}
	others(writer, "  ", ROLE_ROADS);
	g_autofree char *yes = bridge ? bridge_values(bridge) : g_strdup("");
	g_autofree char *bridge_word = bridge ? word(bridge->name) : NULL;
	if (*yes)
		linef(writer, "only these cross rivers and dams; `all`: every road does", "  bridges: {field: %s, values: [%s]}",
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
	line(writer, "  barriers:", "cannot be crossed, except by a road");
	for (guint i = 0; i < rivers->len + water->len; i++) {
		const Guess *guess = i < rivers->len ? g_ptr_array_index(rivers, i) : g_ptr_array_index(water, i - rivers->len);
		g_autofree char *layer = ref(writer, guess->look), *size = size_of(guess->look),
		                *filter = i < rivers->len ? rivers_filter(guess) : g_strdup("");
		g_autofree char *said = g_strdup_printf("%s%s", size, *filter ? "; small streams can be waded" : "");
		linef(writer, said, "    - {%s%s}", layer, filter);
	}
}

static gboolean write_travel(Writer *writer, ThusoContext *context, GError **error)
{
	const Guess *heights = guess_best(writer->guesses, ROLE_ELEVATION);
	gboolean has_roads = guess_best(writer->guesses, ROLE_ROADS) != NULL;
	g_string_append(writer->text, "\ntravel:\n");
	if (heights) {
		char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
		g_autofree char *layer = ref(writer, heights->look);
		thuso_format_real(low, floor(heights->look->min));
		thuso_format_real(high, ceil(heights->look->max));
		g_autofree char *said = g_strdup_printf("%s to %s m", low, high);
		linef(writer, said, "  elevation: {%s}", layer);
		others(writer, "  ", ROLE_ELEVATION);
	}
	write_landcover(writer);
	if (!write_roads(writer, context, error))
		return FALSE;
	write_barriers(writer);
	line(writer, "  trips:", NULL);
	line(writer, "    walk: {}", NULL);
	if (has_roads)
		line(writer, "    taxi: {riding: roads, factor: 0.85}", "the road's speed less 15 % (DPSA guideline: 10 to 20 %)");
	g_string_append_printf(
	    writer->text,
	    "\nstandards:\n  - {service: thusong, trip: %s, limit: DECIDE, source: DECIDE}   # usual limits: 5, 10, 15, 25 or "
	    "40 km; 30 or 60 min\n"
	    "bands: DECIDE   # of the limit's unit: [15 min, 30 min, 45 min, 60 min, 90 min, 120 min] or [5 km, 10 km, 15 km, "
	    "25 km, 40 km]\n",
	    has_roads ? "taxi" : "walk");
	return TRUE;
}

static void write_centres(Writer *writer)
{
	const Guess *centres = guess_best(writer->guesses, ROLE_CENTRES);
	if (!centres) {
		g_string_append(writer->text, "\n# centres: no layer of existing centres was found; everyone counts as unserved now\n");
		return;
	}
	const LookField *status = guess_field(centres, "status");
	g_autofree char *layer = ref(writer, centres->look), *id = key_of(centres, "id", "id"),
	                *title = key_of(centres, "title", "title"), *type = key_of(centres, "type", "type"),
	                *size = size_of(centres->look);
	g_string_append_c(writer->text, '\n');
	if (status) {
		g_autofree char *values = values_of(status, 8, TRUE), *name = word(status->name);
		g_autofree char *said = g_strdup_printf("%s: which values of %s count as open? %s", size, status->name, values);
		linef(writer, said, "centres: {%s%s%s%s, open: {field: %s, values: DECIDE}}", layer, id, title, type, name);
	} else {
		g_autofree char *said = g_strdup_printf("%s: all, or {field: FIELD, values: [...]}", size);
		linef(writer, said, "centres: {%s%s%s%s, open: DECIDE}", layer, id, title, type);
	}
	others(writer, "", ROLE_CENTRES);
}

static void write_services(Writer *writer)
{
	const GPtrArray *services = writer->guesses->taken[ROLE_SERVICES];
	if (services->len)
		line(writer, "services:", NULL);
	for (guint i = 0; i < services->len; i++) {
		const Guess *guess = g_ptr_array_index(services, i);
		const LookField *department = guess_field(guess, "department");
		g_autofree char *layer = ref(writer, guess->look), *key = key_of(guess, "department", "department"),
		                *said = department ? values_of(department, 6, TRUE) : size_of(guess->look);
		linef(writer, said, "  - {%s%s}", layer, key);
	}
}

/* "school" of a layer "schools_natemis_2018": the word that made it a candidate. Each once. */
static char *prefix_of(const Guess *guess, GHashTable *used)
{
	g_autofree char *pattern = guess_match(guess->role->words, guess->look->name, TRUE);
	g_auto(GStrv) parts = g_strsplit(pattern ? pattern : "", "*", -1);
	g_autofree char *joined = g_strjoinv("", parts);
	const char *start = joined + strspn(joined, "_");
	g_autofree char *prefix = g_strdup(*start ? start : guess->look->name);
	gsize n = strlen(prefix);
	while (n > 1 && prefix[n - 1] == '_')
		prefix[--n] = '\0';
	if (n > 2 && prefix[n - 1] == 's')
		prefix[n - 1] = '\0';
	if (g_hash_table_contains(used, prefix)) {
		g_free(prefix);
		prefix = g_strdup(guess->look->name);
	}
	g_hash_table_add(used, g_strdup(prefix));
	return g_steal_pointer(&prefix);
}

static void write_candidates(Writer *writer)
{
	const GPtrArray *list = writer->guesses->taken[ROLE_CANDIDATES];
	const Guess *places = guess_best(writer->guesses, ROLE_PLACES);
	g_autofree char *near = NULL;
	g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (places) {
		g_autofree char *layer = ref(writer, places->look), *title = key_of(places, "title", "title");
		near = g_strdup_printf(", near: {%s%s}", layer, title);
	}
	g_string_append(writer->text, "candidates:\n");
	for (guint i = 0; i < list->len; i++) {
		const Guess *guess = g_ptr_array_index(list, i);
		g_autofree char *layer = ref(writer, guess->look), *id = key_of(guess, "id", "id"),
		                *title = key_of(guess, "title", "title"), *size = size_of(guess->look), *prefix = prefix_of(guess, used),
		                *quoted = word(prefix);
		linef(writer, size, "  - {%s, prefix: %s%s%s%s}", layer, quoted, id, title, near ? near : "");
	}
	if (list->len)
		line(writer, "  # - {every: 2 km, min_people: 50}", "or anywhere that people live");
	else
		line(writer, "  - {every: 2 km, min_people: 50}", "no layer of candidates was found: anywhere that people live");
	others(writer, "  ", ROLE_PLACES);
}

static void write_zones(Writer *writer)
{
	const GPtrArray *zones = writer->guesses->taken[ROLE_ZONES];
	if (zones->len)
		g_string_append(writer->text, "\nzones:\n");
	for (guint i = 0; i < zones->len; i++) {
		const Guess *guess = g_ptr_array_index(zones, i);
		g_autofree char *layer = ref(writer, guess->look), *need = key_of(guess, "need", "need"),
		                *potential = key_of(guess, "potential", "potential"), *category = key_of(guess, "category", "category"),
		                *role = key_of(guess, "role", "role");
		linef(writer, "breaks: quantiles (high = upper half of the zones), or {need: X, potential: Y}",
		      "  - {%s%s%s, breaks: DECIDE%s%s}", layer, need, potential, category, role);
	}
}

static void write_ranking(Writer *writer)
{
	static const RoleId flood[] = { ROLE_FLOOD };
	const Guess *ranks = guess_best(writer->guesses, ROLE_RANKS);
	gboolean zones = writer->guesses->taken[ROLE_ZONES]->len > 0;
	g_string_append(writer->text, "\nranking:\n");
	line(writer, "  criteria:", "thuso list criteria");
	line(writer, zones ? "    - {use: people_gained, weight: DECIDE}" : "    - {use: people_gained, weight: 100}",
	     "people who reach this site in time and no open centre");
	if (zones)
		line(writer, "    - {use: need, weight: DECIDE}", "need of the policy zone");
	if (ranks) {
		g_autofree char *layer = ref(writer, ranks->look);
		linef(writer, NULL, "    # - {use: distance_to, %s, best: 0 m, worst: 2 km, weight: DECIDE}", layer);
	}
	for (guint i = 0; i < writer->guesses->taken[flood[0]]->len; i++) {
		const Guess *guess = g_ptr_array_index(writer->guesses->taken[flood[0]], i);
		g_autofree char *layer = ref(writer, guess->look);
		if (i == 0)
			line(writer, "  exclude:", "no site here, whatever its score");
		linef(writer, NULL, "    - {use: inside, %s}", layer);
	}
	g_autofree char *base = g_path_get_basename(writer->spec->dir), *path = g_strdup_printf("results/%s.gpkg", base);
	g_autofree char *quoted = word(path);
	linef(writer, NULL, "\noutput: {path: %s}", quoted);
}

/* --- what is not used ---------------------------------------------------------------------------------------------------- */

/* The layer whose keys a table has, and the columns, in words. */
static char *join_hint(const Writer *writer, const Look *table)
{
	static const struct {
		RoleId role;
		const char *what;
	} layers[] = { { ROLE_PEOPLE, "the people's layer" }, { ROLE_BOUNDARIES, "the municipalities" } };
	for (gsize i = 0; i < G_N_ELEMENTS(layers); i++) {
		const Guess *guess = guess_best(writer->guesses, layers[i].role);
		const LookField *keys = guess ? guess_field(guess, "id") : NULL, *key = keys ? key_column(table, keys) : NULL;
		if (!key)
			continue;
		g_autofree char *path = ref(writer, table);
		return g_strdup_printf("joins %s: join: {%s, key: %s, to: %s} (%u of %" G_GINT64_FORMAT " keys)%s", layers[i].what, path,
		                       key->name, keys->name, keys_in_common(keys, key), keys->n_distinct,
		                       layers[i].role == ROLE_BOUNDARIES ? "; totals of people go under demand: control" : "");
	}
	return NULL;
}

static char *why_unused(const Writer *writer, const Look *look, const Guess *guess)
{
	if (look->problem)
		return g_strdup(look->problem);
	char *hint = look->shape == LOOK_TABLE ? join_hint(writer, look) : NULL;
	if (hint)
		return hint;
	if (guess->role && guess->elsewhere)
		return g_strdup_printf("looks like %s, but %s", guess->role->title, guess->elsewhere);
	g_autoptr(GString) fields = g_string_new(NULL);
	for (guint i = 0; i < MIN(look->fields->len, 6); i++)
		g_string_append_printf(fields, "%s%s", i ? ", " : "", ((LookField *) g_ptr_array_index(look->fields, i))->name);
	return g_strdup_printf("no role that its name and fields say%s%s", fields->len ? "; fields: " : "", fields->str);
}

static gboolean is_used(const Writer *writer, const Guess *guess)
{
	if (guess->look == writer->table_of_people || guess->look == writer->speeds_roads || guess->look == writer->speeds_landcover)
		return TRUE;
	if (!guess->role || guess->look->problem || guess->role == &roles[ROLE_SPEEDS])
		return FALSE;
	/* Another layer of the same role is named where that stands; one that lies elsewhere is not. */
	return guess->cover >= 0;
}

static void write_unused(Writer *writer)
{
	gboolean any = FALSE;
	for (guint i = 0; i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		if (is_used(writer, guess))
			continue;
		g_autofree char *why = why_unused(writer, guess->look, guess), *path = relative(writer->spec->dir, guess->look->path),
		                *size = size_of(guess->look);
		g_autofree char *said = g_strdup_printf("%s%s%s%s%s%s: %s", path, guess->look->layer ? ", " : "",
		                                        guess->look->layer ? guess->look->layer : "", guess->look->shape ? " (" : "",
		                                        guess->look->shape ? size : "", guess->look->shape ? ")" : "", why);
		g_autofree char *safe = comment(said);
		g_string_append_printf(writer->text, "%s#   %s\n", any ? "" : "\n# Not used:\n", safe);
		any = TRUE;
	}
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
	write_centres(&writer);
	write_services(&writer);
	write_candidates(&writer);
	write_zones(&writer);
	write_ranking(&writer);
	write_unused(&writer);
	if (spec->full) {
		g_autofree char *reference = draft_reference(text->str);
		g_string_append(text, reference);
	}
	draft->study = g_strdup(text->str);
	return TRUE;
}
