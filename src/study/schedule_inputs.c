/* Are the layers of a scheduled run what they were, and new enough? Nobody looks at them before the result goes out. */
#include "schedule.h"

#include <glib/gstdio.h>
#include <string.h>
#include <thuso/io.h>

#define SECONDS_A_DAY 86400.0

/* --- age ----------------------------------------------------------------------------------------------------------------- */

/* Of the oldest of its files, s. */
static double age_of(const ThusoSource *source)
{
	double now = (double) g_get_real_time() / G_USEC_PER_SEC, age = 0;
	for (char **path = source->paths; *path; path++) {
		GStatBuf info;
		if (g_stat(*path, &info) == 0)
			age = MAX(age, now - (double) info.st_mtime);
	}
	return age;
}

/* Its files may be a table joined to it too, but it is the source's that the study dates. */
static char *stale_text(const ThusoSource *source)
{
	double age = age_of(source);
	if (source->max_age_s <= 0 || age <= source->max_age_s)
		return NULL;
	return g_strdup_printf(
	    "%s (%s) was last changed %.0f days ago and the study allows %.0f days: put the newer file there, or raise "
	    "`max_age`",
	    source->name, source->paths[0], floor(age / SECONDS_A_DAY), floor(source->max_age_s / SECONDS_A_DAY));
}

void schedule_find_stale(const Run *run)
{
	for (guint i = 0; i < run->sources->len; i++) {
		const ThusoSource *source = g_ptr_array_index(run->sources, i);
		g_autofree char *text = stale_text(source);
		if (text)
			thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "stale", source->name, NULL, text, 1, NULL });
	}
}

static gboolean refuse_stale(const Run *run, GError **error)
{
	g_autofree char *first = NULL;
	int n = 0;
	for (guint i = 0; i < run->sources->len; i++) {
		char *text = stale_text(g_ptr_array_index(run->sources, i));
		n += text != NULL;
		if (first)
			g_free(text);
		else
			first = text;
	}
	if (n == 0)
		return TRUE;
	g_autofree char *more = n > 1 ? g_strdup_printf("; %d more sources are too old", n - 1) : g_strdup("");
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s%s", first, more);
	return FALSE;
}

/* --- fields ---------------------------------------------------------------------------------------------------------------- */

static char *layer_name(const Run *run, const ThusoSource *source)
{
	g_autofree char *path = relative_path(run->study->dir, source->paths[0]);
	return source->layer ? g_strdup_printf("%s, layer %s", path, source->layer) : g_steal_pointer(&path);
}

static gboolean has_layer(const Schedule *schedule, const char *name)
{
	for (guint i = 0; i < schedule->layers->len; i++)
		if (strcmp(((const LayerFields *) g_ptr_array_index(schedule->layers, i))->name, name) == 0)
			return TRUE;
	return FALSE;
}

static char *fields_text(char *const *fields)
{
	GString *text = g_string_new(NULL);
	for (; fields[0] && fields[1]; fields += 2)
		g_string_append_printf(text, "%s%s %s", text->len ? "; " : "", fields[1], fields[0]);
	return g_string_free(text, FALSE);
}

static gboolean note_layer(Run *run, const ThusoSource *source, GError **error)
{
	g_autofree char *name = layer_name(run, source);
	if (has_layer(run->schedule, name))
		return TRUE;
	g_auto(GStrv) fields = thuso_source_fields(run->context, source, error);
	if (!fields)
		return FALSE;
	if (!fields[0])
		return TRUE; /* a raster */
	LayerFields *layer = g_new0(LayerFields, 1);
	layer->name = g_steal_pointer(&name);
	layer->fields = fields_text(fields);
	g_ptr_array_add(run->schedule->layers, layer);
	return TRUE;
}

/* The kind of the field in "number CODE; text NAME", or NULL; not owned. */
static const char *find_kind(char *const *fields, const char *name)
{
	for (; *fields; fields++) {
		const char *blank = strchr(*fields, ' ');
		if (blank && strcmp(blank + 1, name) == 0)
			return *fields;
	}
	return NULL;
}

static void find_change(const Run *run, const char *layer, const char *then, char *const *now)
{
	const char *blank = strchr(then, ' '), *there = blank ? find_kind(now, blank + 1) : NULL;
	if (!blank || g_strcmp0(there, then) == 0)
		return;
	int n_then = (int) (blank - then), n_now = there ? (int) (strchr(there, ' ') - there) : 0;
	g_autofree char *message =
	    there ? g_strdup_printf(
	                "field %s of %s was %.*s in the last result and is %.*s now: check the layer before the result is used",
	                blank + 1, layer, n_then, then, n_now, there)
	          : g_strdup_printf(
	                "field %s of %s was there in the last result and is gone: check the layer before the result is used",
	                blank + 1, layer);
	thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "schema_changed", layer, blank + 1, message, 1, NULL });
}

static void compare_fields(const Run *run, const char *layer, const char *then, const char *now)
{
	g_auto(GStrv) old = g_strsplit(then ? then : "", "; ", -1), new = g_strsplit(now, "; ", -1);
	for (char **field = old; *field; field++)
		find_change(run, layer, *field, new);
}

static void compare_layers(const Run *run, const ThusoTable *last)
{
	int kind = thuso_table_find_column(last, "kind"), name = thuso_table_find_column(last, "name"),
	    value = thuso_table_find_column(last, "value");
	for (gint64 row = 0; kind >= 0 && name >= 0 && value >= 0 && row < last->n_rows; row++) {
		if (g_strcmp0(thuso_table_text(last, row, kind), FIELDS_KIND) != 0)
			continue;
		const char *layer = thuso_table_text(last, row, name);
		for (guint i = 0; i < run->schedule->layers->len; i++) {
			const LayerFields *here = g_ptr_array_index(run->schedule->layers, i);
			if (g_strcmp0(here->name, layer) == 0)
				compare_fields(run, layer, thuso_table_text(last, row, value), here->fields);
		}
	}
}

/* What cannot be read of the last result is told where the results are compared. */
static void compare_with_last(const Run *run)
{
	static const char *const columns[] = { "kind", "name", "value", NULL };
	g_autoptr(ThusoStoreReader) reader = run->schedule->last ? thuso_store_open(run->context, run->schedule->last, NULL) : NULL;
	g_autoptr(ThusoTable) last = reader ? thuso_store_read(reader, "run", THUSO_READ_TABLE, columns, NULL) : NULL;
	if (last)
		compare_layers(run, last);
}

gboolean schedule_check_inputs(Run *run, GError **error)
{
	if (!run->schedule)
		return TRUE;
	if (!refuse_stale(run, error))
		return FALSE;
	for (guint i = 0; i < run->sources->len; i++)
		if (!note_layer(run, g_ptr_array_index(run->sources, i), error))
			return FALSE;
	compare_with_last(run);
	return TRUE;
}
