/* Layers, fields and values as words of a study file. */
#include "draft_writer.h"

#include <string.h>

#include <thuso/param.h>

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
char *draft_word(const char *text)
{
	if (is_plain(text))
		return g_strdup(text);
	GString *out = g_string_new("\"");
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", (char) c);
		else if (g_unichar_iscntrl(c) || c == 0xFEFF || c == 0x2028 || c == 0x2029)
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(g_string_append_c(out, '"'), FALSE);
}

/* From one real path to another. Caller frees. */
char *draft_relative(const char *from, const char *to)
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

void draft_line(Writer *writer, const char *text, const char *said)
{
	g_autofree char *safe = thuso_escape(said ? said : "");
	if (*safe)
		g_string_append_printf(writer->text, "%-60s # %s\n", text, safe);
	else
		g_string_append_printf(writer->text, "%s\n", text);
}

void draft_linef(Writer *writer, const char *said, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	draft_line(writer, text, said);
}

/* --- layers and fields in words ---------------------------------------------------------------------------------------- */

/* "layer: wards" of the study's file, or "path: ../x.gpkg, layer: wards". Caller frees. */
char *draft_layer(const Writer *writer, const Look *look)
{
	g_autofree char *layer = look->layer ? draft_word(look->layer) : NULL;
	if (layer && writer->data && strcmp(writer->data, look->path) == 0)
		return g_strdup_printf("layer: %s", layer);
	g_autofree char *path = draft_relative(writer->spec->dir, look->path), *quoted = draft_word(path);
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

char *draft_size(const Look *look)
{
	g_autofree char *n = thuso_format_count((double) look->n);
	return g_strdup_printf("%s %s%s", n, shape_name(look), look->n == 1 ? "" : "s");
}

/* The first values as a planner would know them: "DC3, DC4, ...", or with how often: "functional 3, closed 1". */
char *draft_values(const LookField *field, guint most, gboolean with_counts)
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
char *draft_key(const Guess *guess, const char *rule, const char *key)
{
	const LookField *field = guess_field(guess, rule);
	g_autofree char *name = field ? draft_word(field->name) : NULL;
	return field ? g_strdup_printf(", %s: %s", key, name) : g_strdup("");
}

/* The other layers that fit a role of which one is taken. */
void draft_others(Writer *writer, const char *indent, RoleId role)
{
	for (guint i = 0; i < writer->guesses->guesses->len; i++) {
		const Guess *guess = &g_array_index(writer->guesses->guesses, Guess, i);
		if (guess->role != &roles[role] || !guess->elsewhere || guess->cover < 0)
			continue;
		g_autofree char *layer = draft_layer(writer, guess->look), *size = draft_size(guess->look);
		g_autofree char *said = g_strdup_printf("also %s: {%s}, %s; %s", roles[role].title, layer, size, guess->elsewhere);
		g_autofree char *safe = thuso_escape(said);
		g_string_append_printf(writer->text, "%s# %s\n", indent, safe);
	}
}
