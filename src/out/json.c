/* One JSON document, by json-glib: its builder escapes and its generator writes numbers without regard to the locale. */
#include <thuso/out.h>

#include <json-glib/json-glib.h>
#include <math.h>

struct ThusoJson {
	JsonBuilder *builder;
	GString *open; /* what is open besides the document, the innermost last: { or [ */
};

ThusoJson *thuso_json_new(void)
{
	ThusoJson *json = g_new0(ThusoJson, 1);
	json->builder = json_builder_new();
	json->open = g_string_new(NULL);
	json_builder_begin_object(json->builder);
	return json;
}

static void add_text(JsonBuilder *builder, const char *value)
{
	if (!value) {
		json_builder_add_null_value(builder);
		return;
	}
	/* Names of files are bytes, and JSON is UTF-8. */
	g_autofree char *mended = g_utf8_validate(value, -1, NULL) ? NULL : g_utf8_make_valid(value, -1);
	json_builder_add_string_value(builder, mended ? mended : value);
}

static void add_number(JsonBuilder *builder, double value)
{
	if (!isfinite(value))
		json_builder_add_null_value(builder);
	else if (value == floor(value) && fabs(value) < 1e15)
		json_builder_add_int_value(builder, (gint64) value);
	else
		json_builder_add_double_value(builder, value);
}

void thuso_json_text(ThusoJson *json, const char *name, const char *value)
{
	json_builder_set_member_name(json->builder, name);
	add_text(json->builder, value);
}

void thuso_json_number(ThusoJson *json, const char *name, double value)
{
	json_builder_set_member_name(json->builder, name);
	add_number(json->builder, value);
}

void thuso_json_texts(ThusoJson *json, const char *name, char *const *values)
{
	json_builder_set_member_name(json->builder, name);
	json_builder_begin_array(json->builder);
	for (; values && *values; values++)
		add_text(json->builder, *values);
	json_builder_end_array(json->builder);
}

static void add_row(JsonBuilder *builder, const ThusoTable *table, gint64 row)
{
	json_builder_begin_object(builder);
	for (int c = 0; c < (int) table->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(table, c);
		json_builder_set_member_name(builder, column->name);
		if (column->type == THUSO_TEXT)
			add_text(builder, thuso_table_text(table, row, c));
		else
			add_number(builder, thuso_table_real(table, row, c));
	}
	json_builder_end_object(builder);
}

void thuso_json_table(ThusoJson *json, const char *name, const ThusoTable *table, gint64 n_rows)
{
	gint64 n = n_rows < 0 ? table->n_rows : MIN(n_rows, table->n_rows);
	json_builder_set_member_name(json->builder, name);
	json_builder_begin_array(json->builder);
	for (gint64 row = 0; row < n; row++)
		add_row(json->builder, table, row);
	json_builder_end_array(json->builder);
}

void thuso_json_open(ThusoJson *json, const char *name)
{
	if (name)
		json_builder_set_member_name(json->builder, name);
	json_builder_begin_object(json->builder);
	g_string_append_c(json->open, '{');
}

void thuso_json_open_list(ThusoJson *json, const char *name)
{
	json_builder_set_member_name(json->builder, name);
	json_builder_begin_array(json->builder);
	g_string_append_c(json->open, '[');
}

void thuso_json_close(ThusoJson *json)
{
	gboolean is_list = json->open->str[json->open->len - 1] == '[';
	g_string_truncate(json->open, json->open->len - 1);
	if (is_list)
		json_builder_end_array(json->builder);
	else
		json_builder_end_object(json->builder);
}

char *thuso_json_end(ThusoJson *json)
{
	json_builder_end_object(json->builder);
	g_autoptr(JsonNode) root = json_builder_get_root(json->builder);
	g_autoptr(JsonGenerator) generator = json_generator_new();
	json_generator_set_root(generator, root);
	json_generator_set_pretty(generator, TRUE);
	g_autofree char *text = json_generator_to_data(generator, NULL);
	g_object_unref(json->builder);
	g_string_free(json->open, TRUE);
	g_free(json);
	return g_strconcat(text, "\n", NULL);
}
