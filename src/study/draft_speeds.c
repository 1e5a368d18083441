/* Tables of speeds for the classes that a layer has. */
#include "draft.h"

#include <string.h>

#include <thuso/param.h>

static void known_free(gpointer data)
{
	KnownSpeed *known = data;
	g_free(known->class_name);
	g_free(known->label);
	g_free(known->speed);
	g_free(known->mode);
	g_free(known->source);
	g_free(known);
}

static char *cell_of(const ThusoTable *table, gint64 row, const char *name, const char *otherwise)
{
	int column = thuso_table_find_column(table, name);
	char *text = column >= 0 ? thuso_table_as_text(table, row, column) : NULL;
	return text ? text : g_strdup(otherwise);
}

static gboolean add_known(ThusoContext *context, const char *path, const char *source, GPtrArray *known, GError **error)
{
	g_autoptr(ThusoSource) file = thuso_source_new(source);
	g_strfreev(file->paths);
	file->paths = g_new0(char *, 2);
	file->paths[0] = g_strdup(path);
	g_autoptr(ThusoTable) table = thuso_read_layer(context, file, THUSO_READ_TABLE, NULL, error);
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		KnownSpeed *speed = g_new0(KnownSpeed, 1);
		g_ptr_array_add(known, speed);
		speed->class_name = cell_of(table, row, "class", "");
		speed->label = cell_of(table, row, "label", "");
		speed->speed = cell_of(table, row, "speed_km_per_h", "");
		speed->mode = cell_of(table, row, "mode", "");
		speed->source = cell_of(table, row, "source", source);
	}
	return table != NULL;
}

GPtrArray *draft_known_speeds(ThusoContext *context, const char *geodata, GError **error)
{
	static const struct {
		const char *file, *source;
	} tables[] = { { "speeds_roads.csv", "geodata/README.md of thuso" }, { "speeds_osm.csv", "" } };
	g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(known_free);
	for (gsize i = 0; geodata && i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *path = g_build_filename(geodata, tables[i].file, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR) && !add_known(context, path, tables[i].source, known, error))
			return NULL;
	}
	return g_steal_pointer(&known);
}

static const KnownSpeed *find_known(const GPtrArray *known, const char *name)
{
	for (guint i = 0; i < known->len; i++) {
		const KnownSpeed *speed = g_ptr_array_index(known, i);
		if (strcmp(speed->class_name, name) == 0)
			return speed;
	}
	for (guint i = 0; i < known->len; i++) {
		const KnownSpeed *speed = g_ptr_array_index(known, i);
		if (g_ascii_strcasecmp(speed->class_name, name) == 0)
			return speed;
	}
	return NULL;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

char *draft_road_speeds(const GPtrArray *known, const LookField *classes, int *n_open)
{
	g_autoptr(GString) text = g_string_new("class,label,speed_km_per_h,mode,source\n");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; i < classes->values->len; i++)
		g_ptr_array_add(names, g_ptr_array_index(classes->values, i));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const KnownSpeed *speed = find_known(known, name);
		g_autofree char *class_cell = thuso_csv_text(name), *label = thuso_csv_text(speed ? speed->label : name),
		                *source =
		                    thuso_csv_text(speed ? speed->source : "to be decided: km/h, and walking, cycling or motorised");
		g_string_append_printf(text, "%s,%s,%s,%s,%s\n", class_cell, label, speed ? speed->speed : "DECIDE",
		                       speed ? speed->mode : "motorised", source);
		*n_open += speed == NULL;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *draft_landcover_speeds(const Look *raster)
{
	g_autoptr(GString) text = g_string_new("class,label,speed_km_per_h,mode,source\n");
	for (guint i = 0; i < raster->classes->len; i++)
		g_string_append_printf(text, "%d,DECIDE,DECIDE,walking,to be decided: what the class is, and km/h (0 = not passable)\n",
		                       g_array_index(raster->classes, gint32, i));
	return g_string_free(g_steal_pointer(&text), FALSE);
}
