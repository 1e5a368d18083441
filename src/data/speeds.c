/* Class tables `class,label,speed_km_per_h,mode`, as AccessMod users know them (there the third column is `speed`). */
#include <thuso/data.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

#include "input.h"
#include "speeds.h"

static const struct {
	const char *word;
	int mode; /* ThusoMode of friction.h */
} modes[] = {
	{ "WALKING", 0 }, { "BICYCLING", 1 }, { "CYCLING", 1 }, { "MOTORIZED", 2 }, { "MOTORISED", 2 },
};

typedef struct {
	char *name, *label;
	double speed_m_per_s;
	int mode;
	char *row;
} Entry;

typedef struct {
	char *where;
	const ThusoTable *table;
	int class_column, label_column, speed_column, mode_column;
	GArray *entries; /* of Entry */
} Reading;

static void entry_clear(gpointer data)
{
	Entry *entry = data;
	g_free(entry->name);
	g_free(entry->label);
	g_free(entry->row);
}

static void reading_clear(Reading *reading)
{
	g_free(reading->where);
	if (reading->entries)
		g_array_free(reading->entries, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static int find_either(const ThusoTable *table, const char *name, const char *other)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const char *column = thuso_table_column(table, (int) i)->name;
		if (g_ascii_strcasecmp(column, name) == 0 || (other && g_ascii_strcasecmp(column, other) == 0))
			return (int) i;
	}
	return -1;
}

static gboolean find_columns(Reading *reading, GError **error)
{
	reading->class_column = find_either(reading->table, "class", NULL);
	reading->label_column = find_either(reading->table, "label", NULL);
	reading->speed_column = find_either(reading->table, "speed_km_per_h", "speed");
	reading->mode_column = find_either(reading->table, "mode", NULL);
	const char *missing = reading->class_column < 0   ? "class"
	                      : reading->speed_column < 0 ? "speed_km_per_h"
	                      : reading->mode_column < 0  ? "mode"
	                                                  : NULL;
	if (missing)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s has no column %s; a speed table has the columns class,label,speed_km_per_h,mode", reading->where,
		            missing);
	return missing == NULL;
}

static gboolean wrong(const Reading *reading, const char *row, const char *what, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s, row %s: %s", reading->where, row, what);
	return FALSE;
}

/* "class main: the speed is "fast", ..." */
static gboolean wrong_cell(const Reading *reading, gint64 row, int column, const char *name, const char *what, GError **error)
{
	g_autofree char *place = thuso_data_fid(reading->table, row), *cell = thuso_data_text(reading->table, row, column);
	g_autofree char *raw =
	    g_strdup_printf("class %s: the %s is %s%s%s; %s", name, thuso_table_column(reading->table, column)->name,
	                    cell ? "\"" : "", cell ? cell : "empty", cell ? "\"" : "", what);
	g_autofree char *line = thuso_escape(raw);
	return wrong(reading, place, line, error);
}

static gboolean read_mode(const char *text, int *mode)
{
	for (guint i = 0; text && i < G_N_ELEMENTS(modes); i++)
		if (g_ascii_strcasecmp(text, modes[i].word) == 0) {
			*mode = modes[i].mode;
			return TRUE;
		}
	return FALSE;
}

/* `thuso new --layers` writes DECIDE for classes that it does not know. */
static gboolean is_open(const Reading *reading, gint64 row)
{
	g_autofree char *text = thuso_data_text(reading->table, row, reading->speed_column);
	return text && strcmp(text, "DECIDE") == 0;
}

static gboolean read_entry(Reading *reading, gint64 row, GError **error)
{
	g_autofree char *name = thuso_data_text(reading->table, row, reading->class_column);
	g_autofree char *mode = thuso_data_text(reading->table, row, reading->mode_column);
	g_autofree char *place = thuso_data_fid(reading->table, row);
	Entry entry = { 0 };
	double speed;
	if (!name)
		return wrong(reading, place, "the class is empty", error);
	if (is_open(reading, row))
		return wrong_cell(reading, row, reading->speed_column, name,
		                  "it is still to be decided: how fast, in km/h (0 = not passable), and in which mode", error);
	if (!thuso_data_number(reading->table, row, reading->speed_column, &speed) || !(speed >= 0))
		return wrong_cell(reading, row, reading->speed_column, name, "it must be a number of 0 or more, in km/h", error);
	if (!read_mode(mode, &entry.mode))
		return wrong_cell(reading, row, reading->mode_column, name, "the mode must be WALKING, BICYCLING or MOTORIZED", error);
	entry.speed_m_per_s = speed / 3.6;
	entry.label = thuso_data_text(reading->table, row, reading->label_column);
	entry.name = g_steal_pointer(&name);
	if (!entry.label)
		entry.label = g_strdup(entry.name);
	entry.row = g_steal_pointer(&place);
	g_array_append_val(reading->entries, entry);
	return TRUE;
}

static int by_class(const void *a, const void *b)
{
	const Entry *p = a, *q = b;
	int order = thuso_id_compare(p->name, q->name);
	return order != 0 ? order : thuso_id_compare(p->row, q->row);
}

/* "3" and "3.0" are one class. */
static gboolean same_class(const char *a, const char *b)
{
	double m, n;
	return strcmp(a, b) == 0 || (thuso_parse_real(a, &m) && thuso_parse_real(b, &n) && m == n);
}

static gboolean check_twice(const Reading *reading, GError **error)
{
	for (guint i = 1; i < reading->entries->len; i++)
		for (guint j = 0; j < i; j++) {
			const Entry *a = &g_array_index(reading->entries, Entry, j), *b = &g_array_index(reading->entries, Entry, i);
			if (!same_class(a->name, b->name))
				continue;
			g_autofree char *what = g_strdup_printf("the class %s stands in row %s already; keep one", b->name, a->row);
			return wrong(reading, b->row, what, error);
		}
	return TRUE;
}

static ThusoSpeedTable *make_table(Reading *reading)
{
	ThusoSpeedTable *table = g_new0(ThusoSpeedTable, 1);
	gsize n = reading->entries->len;
	table->n = (int) n;
	table->class_name = thuso_new(char *, n);
	table->label = thuso_new(char *, n);
	table->speed_m_per_s = thuso_new(double, n);
	table->mode = thuso_new(int, n);
	for (gsize i = 0; i < n; i++) {
		Entry *entry = &g_array_index(reading->entries, Entry, i);
		table->class_name[i] = g_steal_pointer(&entry->name);
		table->label[i] = g_steal_pointer(&entry->label);
		table->speed_m_per_s[i] = entry->speed_m_per_s;
		table->mode[i] = entry->mode;
	}
	return table;
}

static void warn_fast(ThusoContext *context, const ThusoSource *source, const Reading *reading, const ThusoSpeedTable *table)
{
	g_auto(ThusoTally) fast = { 0 };
	for (int i = 0; i < table->n; i++)
		if (table->speed_m_per_s[i] > THUSO_SPEED_HIGH_M_PER_S)
			thuso_tally_add(&fast, table->class_name[i], 0, NULL);
	thuso_tally_find(context, &fast, &(ThusoFinding){ THUSO_WARNING, "speed_high", source->name },
	                 "%s: %" G_GINT64_FORMAT " classes are faster than 160 km/h (first: %s); speeds are in km/h", reading->where,
	                 fast.n, fast.first);
}

ThusoSpeedTable *thuso_speed_table_read(ThusoContext *context, const ThusoSource *source, GError **error)
{
	g_autoptr(ThusoTable) rows = thuso_read_layer(context, source, THUSO_READ_TABLE, NULL, error);
	if (!rows)
		return NULL;
	g_auto(Reading) reading = { .where = thuso_data_where(source), .table = rows };
	reading.entries = g_array_new(FALSE, TRUE, sizeof(Entry));
	g_array_set_clear_func(reading.entries, entry_clear);
	if (!find_columns(&reading, error))
		return NULL;
	for (gint64 row = 0; row < rows->n_rows; row++)
		if (!read_entry(&reading, row, error))
			return NULL;
	if (rows->n_rows == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no rows; a speed table needs a row for each class",
		            reading.where);
		return NULL;
	}
	g_array_sort(reading.entries, by_class);
	if (!check_twice(&reading, error))
		return NULL;
	g_autoptr(ThusoSpeedTable) table = make_table(&reading);
	warn_fast(context, source, &reading, table);
	return g_steal_pointer(&table);
}

void thuso_speed_table_free(ThusoSpeedTable *table)
{
	if (!table)
		return;
	for (int i = 0; i < table->n; i++) {
		g_free(table->class_name[i]);
		g_free(table->label[i]);
	}
	g_free(table->class_name);
	g_free(table->label);
	g_free(table->speed_m_per_s);
	g_free(table->mode);
	g_free(table);
}

int thuso_speed_table_find(const ThusoSpeedTable *table, const char *class_name)
{
	double number, other;
	for (int i = 0; i < table->n; i++)
		if (strcmp(table->class_name[i], class_name) == 0)
			return i;
	if (!thuso_parse_real(class_name, &number))
		return -1;
	for (int i = 0; i < table->n; i++)
		if (thuso_parse_real(table->class_name[i], &other) && other == number)
			return i;
	return -1;
}
