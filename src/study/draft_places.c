/* The places of a study that is written from layers: centres, services, candidates, zones; and what no role was found for. */
#include "draft_writer.h"

#include <string.h>

static void write_centres(Writer *writer)
{
	const Guess *centres = guess_best(writer->guesses, ROLE_CENTRES);
	if (!centres) {
		g_string_append(writer->text, "\n# centres: no layer of existing centres was found; everyone counts as unserved now\n");
		return;
	}
	const LookField *status = guess_field(centres, "status");
	g_autofree char *layer = draft_layer(writer, centres->look), *id = draft_key(centres, "id", "id"),
	                *title = draft_key(centres, "title", "title"), *type = draft_key(centres, "type", "type"),
	                *size = draft_size(centres->look);
	g_string_append_c(writer->text, '\n');
	if (status) {
		g_autofree char *values = draft_values(status, 8, TRUE), *name = draft_word(status->name);
		g_autofree char *said = g_strdup_printf("%s: which values of %s count as open? %s", size, status->name, values);
		draft_linef(writer, said, "centres: {%s%s%s%s, open: {field: %s, values: DECIDE}}", layer, id, title, type, name);
	} else {
		g_autofree char *said = g_strdup_printf("%s: all, or {field: FIELD, values: [...]}", size);
		draft_linef(writer, said, "centres: {%s%s%s%s, open: DECIDE}", layer, id, title, type);
	}
	draft_others(writer, "", ROLE_CENTRES);
}

static void write_services(Writer *writer)
{
	const GPtrArray *services = writer->guesses->taken[ROLE_SERVICES];
	if (services->len)
		draft_line(writer, "services:", NULL);
	for (guint i = 0; i < services->len; i++) {
		const Guess *guess = g_ptr_array_index(services, i);
		const LookField *department = guess_field(guess, "department");
		g_autofree char *layer = draft_layer(writer, guess->look), *key = draft_key(guess, "department", "department"),
		                *said = department ? draft_values(department, 6, TRUE) : draft_size(guess->look);
		draft_linef(writer, said, "  - {%s%s}", layer, key);
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
		g_autofree char *layer = draft_layer(writer, places->look), *title = draft_key(places, "title", "title");
		near = g_strdup_printf(", near: {%s%s}", layer, title);
	}
	g_string_append(writer->text, "candidates:\n");
	for (guint i = 0; i < list->len; i++) {
		const Guess *guess = g_ptr_array_index(list, i);
		g_autofree char *layer = draft_layer(writer, guess->look), *id = draft_key(guess, "id", "id"),
		                *title = draft_key(guess, "title", "title"), *size = draft_size(guess->look),
		                *prefix = prefix_of(guess, used), *quoted = draft_word(prefix);
		draft_linef(writer, size, "  - {%s, prefix: %s%s%s%s}", layer, quoted, id, title, near ? near : "");
	}
	if (list->len)
		draft_line(writer, "  # - {every: 2 km, min_people: 50}", "or anywhere that people live");
	else
		draft_line(writer, "  - {every: 2 km, min_people: 50}", "no layer of candidates was found: anywhere that people live");
	draft_others(writer, "  ", ROLE_PLACES);
}

static void write_zones(Writer *writer)
{
	const GPtrArray *zones = writer->guesses->taken[ROLE_ZONES];
	if (zones->len)
		g_string_append(writer->text, "\nzones:\n");
	for (guint i = 0; i < zones->len; i++) {
		const Guess *guess = g_ptr_array_index(zones, i);
		g_autofree char *layer = draft_layer(writer, guess->look), *need = draft_key(guess, "need", "need"),
		                *potential = draft_key(guess, "potential", "potential"),
		                *category = draft_key(guess, "category", "category"), *role = draft_key(guess, "role", "role");
		draft_linef(writer, "breaks: quantiles (high = upper half of the zones), or {need: X, potential: Y}",
		            "  - {%s%s%s, breaks: DECIDE%s%s}", layer, need, potential, category, role);
	}
}

static void write_ranking(Writer *writer)
{
	static const RoleId flood[] = { ROLE_FLOOD };
	const Guess *ranks = guess_best(writer->guesses, ROLE_RANKS);
	gboolean zones = writer->guesses->taken[ROLE_ZONES]->len > 0;
	g_string_append(writer->text, "\nranking:\n");
	draft_line(writer, "  criteria:", "thuso list criteria");
	draft_line(writer, zones ? "    - {use: people_gained, weight: DECIDE}" : "    - {use: people_gained, weight: 100}",
	           "people who reach this site in time and no open centre");
	if (zones)
		draft_line(writer, "    - {use: need, weight: DECIDE}", "need of the policy zone");
	if (ranks) {
		g_autofree char *layer = draft_layer(writer, ranks->look);
		draft_linef(writer, NULL, "    # - {use: distance_to, %s, best: 0 m, worst: 2 km, weight: DECIDE}", layer);
	}
	for (guint i = 0; i < writer->guesses->taken[flood[0]]->len; i++) {
		const Guess *guess = g_ptr_array_index(writer->guesses->taken[flood[0]], i);
		g_autofree char *layer = draft_layer(writer, guess->look);
		if (i == 0)
			draft_line(writer, "  exclude:", "no site here, whatever its score");
		draft_linef(writer, NULL, "    - {use: inside, %s}", layer);
	}
	g_autofree char *base = g_path_get_basename(writer->spec->dir), *path = g_strdup_printf("results/%s.gpkg", base);
	g_autofree char *quoted = draft_word(path);
	draft_linef(writer, NULL, "\noutput: {path: %s}", quoted);
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
		const LookField *keys = guess ? guess_field(guess, "id") : NULL, *key = keys ? draft_key_column(table, keys) : NULL;
		if (!key)
			continue;
		g_autofree char *path = draft_layer(writer, table);
		return g_strdup_printf("joins %s: join: {%s, key: %s, to: %s} (%u of %" G_GINT64_FORMAT " keys)%s", layers[i].what, path,
		                       key->name, keys->name, draft_keys_in_common(keys, key), keys->n_distinct,
		                       layers[i].role == ROLE_BOUNDARIES ? "; totals of people go under demand: control" : "");
	}
	return NULL;
}

static char *why_unused(const Writer *writer, const Look *look, const Guess *guess)
{
	if (look->problem) {
		/* Messages of reading name the file again, from the machine's root on. */
		g_auto(GStrv) parts = g_strsplit(look->problem, look->path, -1);
		g_autofree char *base = g_path_get_basename(look->path);
		return g_strjoinv(base, parts);
	}
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

static gboolean is_listed(const Writer *writer, const Guess *guess)
{
	const Look *look = guess->look;
	if (look->is_prose || look == writer->table_of_people || look == writer->speeds_roads || look == writer->speeds_landcover)
		return FALSE;
	if (!guess->role || look->problem || guess->role == &roles[ROLE_SPEEDS])
		return TRUE;
	/* Of roles with one layer the others are named where that stands. */
	return guess->elsewhere &&
	       (guess->role->several || guess->cover < 0 || !guess_best(writer->guesses, (RoleId) (guess->role - roles)));
}

static void write_unused(Writer *writer)
{
	gboolean any = FALSE;
	for (guint i = 0; i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		if (!is_listed(writer, guess))
			continue;
		g_autofree char *why = why_unused(writer, guess->look, guess),
		                *path = draft_relative(writer->spec->dir, guess->look->path), *size = draft_size(guess->look);
		g_autofree char *said = g_strdup_printf("%s%s%s%s%s%s: %s", path, guess->look->layer ? ", " : "",
		                                        guess->look->layer ? guess->look->layer : "", guess->look->shape ? " (" : "",
		                                        guess->look->shape ? size : "", guess->look->shape ? ")" : "", why);
		g_autofree char *safe = thuso_escape(said);
		g_string_append_printf(writer->text, "%s#   %s\n", any ? "" : "\n# Not used:\n", safe);
		any = TRUE;
	}
}

void draft_places(Writer *writer)
{
	write_centres(writer);
	write_services(writer);
	write_candidates(writer);
	write_zones(writer);
	write_ranking(writer);
	write_unused(writer);
}
