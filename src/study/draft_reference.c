/* What a study does not say, as comments: the schema itself, so that it cannot disagree with the program. */
#include "draft.h"

#include <string.h>

#include "schema.h"

/* A block of the text: from its key at the start of a line to the next such key. */
static char *block_of(const char *text, const char *name)
{
	g_autofree char *head = g_strdup_printf("\n%s:", name);
	const char *start = strstr(text, head), *end = start;
	if (!start)
		return NULL;
	do
		end = strchr(end + 1, '\n');
	while (end && (end[1] == ' ' || end[1] == '#' || end[1] == '\n'));
	return g_strndup(start, end ? (gsize) (end - start) : strlen(start));
}

static gboolean says(const char *block, const char *key)
{
	const char *starts[] = { " ", "{" };
	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
		g_autofree char *word = g_strdup_printf("%s%s:", starts[i], key);
		if (strstr(block, word))
			return TRUE;
	}
	return FALSE;
}

static const ThusoParam *keys_of(const ThusoParam *param)
{
	return param->block ? param->block : param->item && param->item->block ? param->item->block : NULL;
}

/* Keys of a source are the same everywhere, and `thuso list study` has them. */
static gboolean is_source_key(const ThusoParam *param)
{
	static const char *const keys[] = { "path", "layer", "where", "crs", "x", "y", "lon", "lat", "join", NULL };
	return g_strv_contains(keys, param->name);
}

static void add_keys(GString *out, const ThusoParam *params, int depth, const char *block)
{
	for (const ThusoParam *p = params; p && p->name; p++) {
		if (p->kind == THUSO_PARAM_LATER || is_source_key(p) || (block && says(block, p->name)))
			continue;
		g_string_append_printf(out, "#%*s%s:%s%s   # %s%s\n", 2 * depth + 1, "", p->name, p->default_text ? " " : "",
		                       p->default_text ? p->default_text : "", p->required ? "needed: " : "", p->help);
		if (depth < 3 && keys_of(p))
			add_keys(out, keys_of(p), depth + 1, NULL);
	}
}

char *draft_reference(const char *text)
{
	g_autoptr(GString) out = g_string_new("\n# Every other block and key, with its default where it has one:\n");
	for (const ThusoParam *p = study_schema; p->name; p++) {
		g_autofree char *block = block_of(text, p->name);
		if (p->kind == THUSO_PARAM_LATER || !keys_of(p))
			continue;
		g_autoptr(GString) keys = g_string_new(NULL);
		add_keys(keys, keys_of(p), 1, block);
		if (keys->len)
			g_string_append_printf(out, "#\n# %s:   # %s\n%s", p->name, p->help, keys->str);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
