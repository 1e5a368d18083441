/* The result as a planner gets it: files, order, styles, project; and what stays there when writing fails, is killed or refused. */
#include "../support/out-result.h"
#include "../../src/out/layers.h"
#include "../../src/out/place.h"
#include "../../src/out/project.h"
#include "../../src/out/qml.h"
#include "../../src/out/symbol.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_KILLS 60

/* --- helpers ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	char *folder, *path; /* of a target test.gpkg */
	ThusoContext *context;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void) data;
	GError *error = NULL;
	fixture->folder = g_dir_make_tmp("thuso-out-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->path = g_build_filename(fixture->folder, "test.gpkg", NULL);
	fixture->context = thuso_context_new();
}

static void remove_tree(const char *path)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return;
	GDir *dir = S_ISDIR(st.st_mode) ? g_dir_open(path, 0, NULL) : NULL;
	for (const char *base = dir != NULL ? g_dir_read_name(dir) : NULL; base != NULL; base = g_dir_read_name(dir)) {
		g_autofree char *child = g_build_filename(path, base, NULL);
		remove_tree(child);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_remove(path);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void) data;
	remove_tree(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->path);
	thuso_context_free(fixture->context);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Names in a folder, hidden ones too, sorted and joined. */
static char *list_folder(const char *folder)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(folder, 0, NULL);
	for (const char *base = g_dir_read_name(dir); base != NULL; base = g_dir_read_name(dir))
		g_ptr_array_add(names, g_strdup(base));
	g_dir_close(dir);
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **) names->pdata);
}

static char *read_text(const char *folder, const char *base)
{
	g_autofree char *path = g_build_filename(folder, base, NULL);
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

static void write_text(const char *folder, const char *base, const char *text)
{
	GError *error = NULL;
	g_autofree char *path = g_build_filename(folder, base, NULL);
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

static void write_sample(Fixture *fixture, const char *path, OutSample *sample, gboolean overwrite, char ***written)
{
	GError *error = NULL;
	sample->result.path = path;
	g_autoptr(ThusoOutput) output = thuso_output_open(fixture->context, path, overwrite, &error);
	g_assert_no_error(error);
	g_assert_true(thuso_output_write(output, &sample->result, written, &error));
	g_assert_no_error(error);
}

static gboolean refuses(Fixture *fixture, const char *path, gboolean overwrite, int code, const char *says)
{
	GError *error = NULL;
	ThusoOutput *output = thuso_output_open(fixture->context, path, overwrite, &error);
	if (output != NULL) {
		g_test_message("%s was accepted", path);
		thuso_output_free(output);
		return FALSE;
	}
	gboolean good =
	    g_error_matches(error, THUSO_ERROR, code) && strstr(error->message, says) != NULL && strchr(error->message, '\n') == NULL;
	if (!good)
		g_test_message("%s: error %d \"%s\", expected %d with \"%s\"", path, error->code, error->message, code, says);
	g_error_free(error);
	return good;
}

/* --- XML -------------------------------------------------------------------------------------------------------------- */

/* What a parser finds: "element@attribute=value" and "element:text". */
static void on_start(GMarkupParseContext *parser, const char *element, const char **names, const char **values, gpointer data,
                     GError **error)
{
	(void) parser;
	(void) error;
	for (int i = 0; names[i] != NULL; i++)
		g_ptr_array_add(data, g_strdup_printf("%s@%s=%s", element, names[i], values[i]));
}

static void on_text(GMarkupParseContext *parser, const char *text, gsize size, gpointer data, GError **error)
{
	(void) error;
	g_ptr_array_add(data, g_strdup_printf("%s:%.*s", g_markup_parse_context_get_element(parser), (int) size, text));
}

static GPtrArray *parse(const char *xml)
{
	static const GMarkupParser parser = { .start_element = on_start, .text = on_text };
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, G_MARKUP_PREFIX_ERROR_POSITION, found, NULL);
	g_markup_parse_context_parse(context, xml, -1, &error);
	g_assert_no_error(error);
	g_markup_parse_context_end_parse(context, &error);
	g_assert_no_error(error);
	return found;
}

static int count(const GPtrArray *found, const char *what)
{
	int n = 0;
	for (guint i = 0; i < found->len; i++)
		n += g_str_equal(g_ptr_array_index(found, i), what);
	return n;
}

static int count_prefix(const GPtrArray *found, const char *prefix)
{
	int n = 0;
	for (guint i = 0; i < found->len; i++)
		n += g_str_has_prefix(g_ptr_array_index(found, i), prefix);
	return n;
}

static void test_xml(void)
{
	ThusoXml *xml = thuso_xml_new("");
	thuso_xml_open(xml, "a", "b", "<\"'&>\x01", "left-out", NULL, NULL);
	thuso_xml_text(xml, "c", "]]>\x1b \xff é");
	thuso_xml_leaf(xml, "d", NULL);
	g_autofree char *text = thuso_xml_finish(xml);
	g_autoptr(GPtrArray) found = parse(text);
	g_assert_cmpint(count(found, "a@b=<\"'&>\xef\xbf\xbd"), ==, 1);
	g_assert_cmpint(count(found, "c:]]>\xef\xbf\xbd \xef\xbf\xbd é"), ==, 1);
	g_assert_null(strstr(text, "left-out"));
	g_assert_null(strstr(text, "&#x1"));
}

static void test_ramp(void)
{
	/* The ends of the ramp, one class, and lightness falling all the way: that is what makes it a sequence. */
	g_assert_cmphex(thuso_ramp(0, 7), ==, 0xedf8b1ff);
	g_assert_cmphex(thuso_ramp(6, 7), ==, 0x253494ff);
	g_assert_cmphex(thuso_ramp(0, 1), ==, 0xedf8b1ff);
	for (int n = 2; n <= 20; n++) {
		double before = 1e9;
		for (int i = 0; i < n; i++) {
			ThusoColor c = thuso_ramp(i, n);
			double light =
			    0.2126 * (double) (c >> 24) + 0.7152 * (double) ((c >> 16) & 0xff) + 0.0722 * (double) ((c >> 8) & 0xff);
			g_assert_cmpfloat(light, <, before);
			before = light;
		}
	}
}

/* --- styles and project ----------------------------------------------------------------------------------------------- */

static const ThusoLayer *find_layer(const GPtrArray *layers, const char *name)
{
	for (guint i = 0; i < layers->len; i++) {
		const ThusoLayer *layer = g_ptr_array_index(layers, i);
		if (g_str_equal(layer->table.name, name))
			return layer;
	}
	g_assert_not_reached();
}

static void test_registry(void)
{
	for (int i = 0; thuso_styles[i] != NULL; i++) {
		g_assert_cmpuint(strlen(thuso_styles[i]->name), <=, 30);
		g_assert_nonnull(thuso_styles[i]->draw);
		for (int j = 0; j < i; j++)
			g_assert_false(thuso_styles[i]->geometry == thuso_styles[j]->geometry &&
			               g_strcmp0(thuso_styles[i]->table, thuso_styles[j]->table) == 0);
	}
	g_assert_true(thuso_styles[thuso_style_find("centres", THUSO_POINT)] == &thuso_style_centres);
	g_assert_true(thuso_styles[thuso_style_find("centres", THUSO_POLYGON)] == &thuso_style_level);
	g_assert_true(thuso_styles[thuso_style_find("anything", THUSO_POINT)] == &thuso_style_points);
	g_assert_true(thuso_styles[thuso_style_find("anything", THUSO_LINE)] == &thuso_style_lines);
	g_assert_true(thuso_styles[thuso_style_find("anything", THUSO_NO_GEOMETRY)] == &thuso_style_table);
}

static void test_order(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char *const expected[] = { "ranked_sites",    "planned_sites", "centres",   "excluded_sites", "quality_issues",
		                                    "residual_demand", "province",      "district",  "municipalities", "catchments",
		                                    "travel_bands",    "demand_cells",  "parameters" };
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	ThusoTable *province = thuso_table_new("province", "Provinces", "", THUSO_POLYGON);
	thuso_table_add_row(province, &error);
	g_ptr_array_add(sample->result.tables, province);
	g_ptr_array_add(sample->result.tables, thuso_table_new("clusters", "Empty", "", THUSO_POINT));
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(layers->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < layers->len; i++)
		g_assert_cmpstr(((const ThusoLayer *) g_ptr_array_index(layers, i))->table.name, ==, expected[i]);
	/* Larger areas have the heavier line. */
	g_assert_cmpint(find_layer(layers, "district")->level, ==, 0);
	g_assert_cmpint(find_layer(layers, "province")->level, ==, 1);
}

static void test_layer_names(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char *const bad[] = { "",        "a b", "../x",   "gpkg_contents", "layer_styles",
		                               "rtree_x", "1st", "sql\"x", "SQLITE_x",      "Centres" };
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, FALSE);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_ptr_array_add(sample->result.tables, thuso_table_new(bad[i], "Bad", "", THUSO_NO_GEOMETRY));
		GError *error = NULL;
		g_assert_null(thuso_layers_new(&sample->result, &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
		g_error_free(error);
		g_ptr_array_remove_index(sample->result.tables, sample->result.tables->len - 1);
	}
}

/* In the GeoPackage the bands of every state and trip are there, but only the first is ticked; each band has its own colour. */
static void test_bands_style(Fixture *fixture, gconstpointer data)
{
	(void) data;
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	g_assert_no_error(error);
	const ThusoLayer *bands = find_layer(layers, "travel_bands");
	g_assert_cmpuint(bands->parts->len, ==, 4);
	g_autofree char *qml = thuso_qml_layer(bands);
	g_autoptr(GPtrArray) found = parse(qml);
	g_assert_cmpint(count(found, "rule@filter=\"state\" = 'now' AND \"trip\" = 'taxi'"), ==, 1);
	g_assert_cmpint(count_prefix(found, "rule@filter=\"state\""), ==, 4);
	g_assert_cmpint(count(found, "rule@checkstate=0"), ==, 3);
	g_assert_cmpint(count(found, "rule@filter=\"label\" = '0 – 15 min'"), ==, 4);
	g_assert_cmpint(count(found, "Option@value=237,248,177,255"), >=, 4); /* nearest: the ramp's light end */
	g_assert_cmpint(count(found, "prop@v=37,52,148,255"), >=, 4);         /* farthest: its dark end */
	g_assert_cmpint(count(found, "layer@class=LinePatternFill"), ==, 4);  /* no data */
	g_assert_cmpint(thuso_style_count_bands(bands), ==, 7);
	g_assert_cmpint(count(found, "alias@name=People (people)"), ==, 1);
	g_assert_cmpint(count(found, "alias@name=From (min)"), ==, 1);
	g_assert_cmpint(count(found, "alias@name=Share of people"), ==, 1);
	g_assert_cmpint(count(found, "layerGeometryType:2"), ==, 1);
	g_assert_cmpint(count_prefix(found, "alias@field="), ==, (int) bands->table.columns->len);
	/* Every property is written in both forms. */
	g_assert_cmpint(count_prefix(found, "Option@value="), ==, count_prefix(found, "prop@v="));
}

static void test_project(Fixture *fixture, gconstpointer data)
{
	(void) data;
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	g_autofree char *xml = thuso_project_xml(&sample->result, layers, "my study");
	g_autoptr(GPtrArray) found = parse(xml);
	g_assert_cmpint(count(found, "title:Langeberg & <coast> 2026"), ==, 1);
	g_assert_cmpint(
	    count(found, "datasource:./my study.gpkg|layername=travel_bands|subset=\"state\" = 'now' AND \"trip\" = 'walk'"), ==, 1);
	g_assert_cmpint(count(found, "layer-tree-layer@name=Travel time to the nearest centre: now, taxi"), ==,
	                3); /* in the tree, and in the legends of two layouts */
	g_assert_cmpint(count(found, "datasource:./my study_cost.tif"), ==, 1);
	g_assert_cmpint(count(found, "ProjectionsEnabled:1"), ==, 1);
	g_assert_cmpint(count(found, "authid:EPSG:32734"), >=, 3);
	g_assert_cmpint(count(found, "Absolute:false"), ==, 1);
	g_assert_cmpint(count_prefix(found, "DefaultViewExtent@xmin="), ==, 1);
	g_assert_cmpint(count(found, "layer-tree-layer@checked=Qt::Checked"), ==,
	                3 * 6); /* ranked, planned, centres, 2 outlines, 1 of 4 bands */
	g_assert_cmpint(count_prefix(found, "Layout@name="), ==, 2);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < found->len; i++) {
		const char *item = g_ptr_array_index(found, i);
		if (!g_str_has_prefix(item, "id:"))
			continue;
		g_assert_cmpuint(strlen(item + 3), >, 10);
		g_assert_true(g_hash_table_add(ids, (gpointer) (item + 3)));
		g_autofree char *leaf = g_strdup_printf("layer-tree-layer@id=%s", item + 3);
		g_assert_true(count(found, leaf) == 1 || count(found, leaf) == 3); /* layouts list what is shown */
	}
	g_assert_cmpuint(g_hash_table_size(ids), ==, 13 - 2 - 1 + 4 + 4 + 1); /* 12 tables, two of them in four parts, the raster */
}

/* Text from inputs reaches filters, legends and names only in quotes and escaped. */
static void test_hostile_text(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char evil[] = "it's \"x\" \\ <b>&\x02]]> | OR 1=1 --";
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	ThusoTable *bands = out_sample_table(sample, "travel_bands");
	thuso_table_set_text(bands, 0, thuso_table_find_column(bands, "label"), evil);
	thuso_table_set_text(bands, 1, thuso_table_find_column(bands, "trip"), evil);
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	g_autofree char *qml = thuso_qml_layer(find_layer(layers, "travel_bands"));
	g_autoptr(GPtrArray) found = parse(qml);
	g_assert_cmpint(count(found, "rule@filter=\"label\" = 'it''s \"x\" \\\\ <b>&\xef\xbf\xbd]]> | OR 1=1 --'"), ==, 5);
	g_autofree char *xml = thuso_project_xml(&sample->result, layers, "x");
	g_autoptr(GPtrArray) project = parse(xml);
	g_assert_cmpint(count(project,
	                      "datasource:./x.gpkg|layername=travel_bands|subset=\"state\" = 'now' AND \"trip\" = 'it''s \"x\" \\ "
	                      "<b>&\xef\xbf\xbd]]> | OR 1=1 --'"),
	                ==, 1);
}

/* A layer with points and polygons: QGIS makes two layers of it, and both find their symbols. */
static void test_mixed_geometry(Fixture *fixture, gconstpointer data)
{
	(void) data;
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	ThusoTable *issues = out_sample_table(sample, "quality_issues"), *residual = out_sample_table(sample, "residual_demand");
	g_autoptr(GPtrArray) before = thuso_layers_new(&sample->result, &error);
	g_assert_cmpint(find_layer(before, "quality_issues")->table.geometry_type, ==, THUSO_POINT);
	thuso_table_set_geometry(issues, 2, thuso_table_geometry(residual, 0));
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	const ThusoLayer *layer = find_layer(layers, "quality_issues");
	g_assert_cmpint(layer->table.geometry_type, ==, THUSO_ANY_GEOMETRY);
	g_autofree char *qml = thuso_qml_layer(layer);
	g_autoptr(GPtrArray) found = parse(qml);
	g_assert_cmpint(count(found, "rule@filter=geometry_type($geometry) = 'Polygon' AND \"severity\" = 'info'"), ==, 1);
	g_assert_cmpint(count_prefix(found, "layerGeometryType"), ==, 0);
	g_autofree char *xml = thuso_project_xml(&sample->result, layers, "x");
	g_autoptr(GPtrArray) project = parse(xml);
	g_assert_cmpint(count(project, "datasource:./x.gpkg|layername=quality_issues|geometrytype=Point"), ==, 1);
	g_assert_cmpint(count(project, "datasource:./x.gpkg|layername=quality_issues|geometrytype=Polygon"), ==, 1);
	g_assert_cmpint(count(project, "datasource:./x.gpkg|layername=quality_issues|geometrytype=Line"), ==, 0);
}

/* Raster and bands wear the same colours, also when costs go beyond the last bound. */
static void test_raster_style(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const double short_bands[] = { 30, 60 };
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, FALSE);
	g_autoptr(GPtrArray) layers = thuso_layers_new(&sample->result, &error);
	g_autofree char *qml = thuso_qml_raster(&sample->result, layers);
	g_autoptr(GPtrArray) found = parse(qml);
	g_assert_cmpint(count_prefix(found, "item@value="), ==, 7);
	g_assert_cmpint(count(found, "item@value=15"), ==, 1);
	g_assert_cmpint(count(found, "item@color=#edf8b1"), ==, 1);
	g_assert_cmpint(count(found, "item@color=#253494"), ==, 1);
	g_assert_cmpint(count(found, "item@label=120 – 180 min"), ==, 1);
	sample->result.bands = short_bands;
	sample->result.n_bands = 2;
	g_autofree char *open_ended = thuso_qml_raster(&sample->result, layers);
	g_autoptr(GPtrArray) rest = parse(open_ended);
	g_assert_cmpint(count(rest, "item@value=inf"), ==, 1);
	g_assert_cmpint(count(rest, "item@label=over 60 min"), ==, 1);
}

/* --- files ------------------------------------------------------------------------------------------------------------ */

static void assert_same_table(Fixture *fixture, const char *path, const ThusoTable *table)
{
	GError *error = NULL;
	g_autoptr(ThusoSource) source = thuso_source_new(table->name);
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(path);
	source->layer = g_strdup(table->name);
	ThusoReadWhat what = table->geometry_type == THUSO_NO_GEOMETRY ? THUSO_READ_TABLE : THUSO_READ_GEOMETRY;
	g_autoptr(ThusoTable) read = thuso_read_layer(fixture->context, source, what, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->n_rows, ==, table->n_rows);
	for (guint i = 0; i < table->columns->len; i++) {
		int c = thuso_table_find_column(read, thuso_table_column(table, (int) i)->name);
		g_assert_cmpint(c, >=, 0);
		for (gint64 row = 0; row < table->n_rows; row++) {
			g_autofree char *expected = thuso_table_as_text(table, row, (int) i), *got = thuso_table_as_text(read, row, c);
			g_assert_cmpstr(got, ==, expected);
		}
	}
	for (gint64 row = 0; row < table->n_rows && table->geometry_type != THUSO_NO_GEOMETRY; row++)
		g_assert_true((thuso_table_geometry(table, row) == NULL) == (thuso_table_geometry(read, row) == NULL));
}

static void test_write(Fixture *fixture, gconstpointer data)
{
	(void) data;
	GError *error = NULL;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	g_auto(GStrv) written = NULL;
	write_sample(fixture, fixture->path, sample, FALSE, &written);
	g_assert_cmpuint(g_strv_length(written), ==, 5);
	g_assert_cmpstr(written[0], ==, fixture->path);
	g_autofree char *listing = list_folder(fixture->folder);
	g_assert_cmpstr(listing, ==, "test.gpkg test.qgz test.run.json test_cost.qml test_cost.tif");
	g_auto(GStrv) names = thuso_list_layers(fixture->path, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(names[0], ==, "ranked_sites");
	for (guint i = 0; i < sample->result.tables->len; i++)
		assert_same_table(fixture, fixture->path, g_ptr_array_index(sample->result.tables, i));
	g_autofree char *run = read_text(fixture->folder, "test.run.json");
	g_assert_cmpstr(run, ==, sample->result.run_json);
}

/* What sqlite3 and ogrinfo say, where they are installed. */
static void test_outside_readers(Fixture *fixture, gconstpointer data)
{
	(void) data;
	g_autofree char *sqlite = g_find_program_in_path("sqlite3"), *ogrinfo = g_find_program_in_path("ogrinfo");
	if (sqlite == NULL || ogrinfo == NULL) {
		g_test_skip("sqlite3 or ogrinfo is not installed");
		return;
	}
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	write_sample(fixture, fixture->path, sample, FALSE, NULL);
	static const struct {
		const char *sql, *answer;
	} questions[] = {
		{ "pragma integrity_check", "ok\n" },
		{ "select count(*) from layer_styles s join gpkg_geometry_columns g on g.table_name=f_table_name and "
		  "g.column_name=f_geometry_column "
		  "where f_table_schema='' and f_table_catalog='' and useAsDefault=1",
		  "11\n" },
		{ "select count(*) from gpkg_geometry_columns", "11\n" },
		{ "select name, length(content) > 1000 from qgis_projects", "test|1\n" },
		{ "select table_name from gpkg_contents order by rowid limit 1", "ranked_sites\n" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
		const char *argv[] = { sqlite, "-readonly", fixture->path, questions[i].sql, NULL };
		g_autofree char *out = NULL;
		GError *error = NULL;
		g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(out, ==, questions[i].answer);
	}
	const char *argv[] = { ogrinfo, "-ro", "-al", "-q", fixture->path, NULL };
	g_autofree char *complaints = NULL;
	g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &complaints, NULL, NULL);
	g_assert_cmpstr(complaints, ==, "");
}

static void test_same_bytes(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char *const files[] = { "test.gpkg", "test.qgz", "test_cost.tif", "test_cost.qml", "test.run.json" };
	g_autofree char *one = g_build_filename(fixture->folder, "one", NULL), *two = g_build_filename(fixture->folder, "two", NULL);
	g_autofree char *first = g_build_filename(one, "test.gpkg", NULL), *second = g_build_filename(two, "test.gpkg", NULL);
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, TRUE);
	write_sample(fixture, first, sample, FALSE, NULL);
	g_usleep(2100000); /* zip archives count in steps of two seconds */
	g_autofree char *before = g_strdup(setlocale(LC_ALL, NULL));
	const char *comma = setlocale(LC_ALL, "de_DE.UTF-8");
	g_test_message("second run under %s", comma != NULL ? comma : "the same locale: de_DE.UTF-8 is not installed");
	g_autoptr(OutSample) again = out_sample_new(fixture->context, TRUE);
	thuso_context_set_threads(fixture->context, 3);
	write_sample(fixture, second, again, FALSE, NULL);
	setlocale(LC_ALL, before);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *a = g_build_filename(one, files[i], NULL), *b = g_build_filename(two, files[i], NULL);
		GError *error = NULL;
		g_autofree char *x = thuso_file_sha256(a, &error), *y = thuso_file_sha256(b, &error);
		g_assert_no_error(error);
		g_test_message("%s %s", files[i], x);
		g_assert_cmpstr(x, ==, y);
	}
}

static void test_without_cost(Fixture *fixture, gconstpointer data)
{
	(void) data;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, FALSE);
	write_sample(fixture, fixture->path, sample, FALSE, NULL);
	sample->result.cost = NULL;
	sample->result.run_json = NULL;
	write_text(fixture->folder, "test_cost.tif.aux.xml", "statistics that QGIS keeps of the raster");
	g_auto(GStrv) written = NULL;
	write_sample(fixture, fixture->path, sample, TRUE, &written);
	g_assert_cmpuint(g_strv_length(written), ==, 2);
	g_autofree char *listing = list_folder(fixture->folder);
	g_assert_cmpstr(listing, ==, "test.gpkg test.qgz"); /* the old raster would not belong to the new result */
}

/* --- refusals --------------------------------------------------------------------------------------------------------- */

static void test_names(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char *const bad[] = { "x.tif",     "x",      ".gpkg",   ".hidden.gpkg", "-x.gpkg",  "a;b.gpkg",
		                               "a\nb.gpkg", "é.gpkg", " x.gpkg", "x .gpkg",      "a\"b.gpkg" };
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *path = g_build_filename(fixture->folder, bad[i], NULL);
		g_assert_true(refuses(fixture, path, FALSE, THUSO_ERROR_USAGE, "output"));
	}
	g_autofree char *listing = list_folder(fixture->folder);
	g_assert_cmpstr(listing, ==, "");
	g_autofree char *good = g_build_filename(fixture->folder, "new", "Swellendam 2026_v1.2-b.gpkg", NULL);
	g_autoptr(GError) error = NULL;
	ThusoOutput *output = thuso_output_open(fixture->context, good, FALSE, &error);
	g_assert_no_error(error);
	thuso_output_free(output);
	g_autofree char *after = list_folder(fixture->folder);
	g_assert_cmpstr(after, ==, ""); /* nothing was written, so the folder made for it is gone again */
}

static void test_existing(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const char *const files[] = { "test.gpkg", "test.qgz", "test_cost.tif", "test_cost.qml", "test.run.json" };
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		write_text(fixture->folder, files[i], "mine");
		g_assert_true(refuses(fixture, fixture->path, FALSE, THUSO_ERROR_USAGE, "--overwrite"));
		g_autofree char *text = read_text(fixture->folder, files[i]);
		g_assert_cmpstr(text, ==, "mine");
		g_autofree char *path = g_build_filename(fixture->folder, files[i], NULL);
		g_remove(path);
	}
	g_assert_cmpint(symlink("elsewhere.gpkg", fixture->path), ==, 0);
	g_assert_true(refuses(fixture, fixture->path, TRUE, THUSO_ERROR_USAGE, "symbolic link"));
	g_remove(fixture->path);
	g_mkdir(fixture->path, 0777);
	g_assert_true(refuses(fixture, fixture->path, TRUE, THUSO_ERROR_USAGE, "no regular file"));
	g_rmdir(fixture->path);
	/* QGIS has the old result open for editing. */
	write_text(fixture->folder, "test.gpkg", "old");
	write_text(fixture->folder, "test.gpkg-wal", "edits");
	g_assert_true(refuses(fixture, fixture->path, TRUE, THUSO_ERROR_LOCKED, "QGIS"));
}

/* Runs `what` in a child of its own; returns its exit status. */
static int in_child(int (*what)(gpointer), gpointer data)
{
	pid_t pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0)
		_exit(what(data));
	int status;
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int open_as_nobody(gpointer data)
{
	Fixture *fixture = data;
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 77;
	return refuses(fixture, fixture->path, FALSE, THUSO_ERROR_FAILED, "writable") ? 0 : 1;
}

static void test_read_only_folder(Fixture *fixture, gconstpointer data)
{
	(void) data;
	g_assert_cmpint(g_chmod(fixture->folder, 0555), ==, 0);
	int status = in_child(open_as_nobody, fixture);
	g_assert_cmpint(g_chmod(fixture->folder, 0755), ==, 0);
	if (status == 77)
		g_test_skip("cannot give up root's rights here");
	else
		g_assert_cmpint(status, ==, 0);
	g_autofree char *missing = g_build_filename("/proc", "thuso-none", "x.gpkg", NULL);
	g_assert_true(refuses(fixture, missing, FALSE, THUSO_ERROR_FAILED, "folder"));
}

static void test_lock(Fixture *fixture, gconstpointer data)
{
	(void) data;
	int ready[2];
	GError *error = NULL;
	g_assert_cmpint(pipe(ready), ==, 0);
	pid_t pid = fork();
	if (pid == 0) {
		ThusoOutput *held = thuso_output_open(fixture->context, fixture->path, FALSE, NULL);
		if (write(ready[1], held != NULL ? "y" : "n", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	char answer = '?';
	g_assert_cmpint(read(ready[0], &answer, 1), ==, 1);
	g_assert_cmpint(answer, ==, 'y');
	g_autofree char *who = g_strdup_printf("(process %d) is writing %s", (int) pid, fixture->path);
	g_assert_true(refuses(fixture, fixture->path, TRUE, THUSO_ERROR_LOCKED, who));
	/* Another result in the same folder is free. */
	g_autofree char *other = g_build_filename(fixture->folder, "other.gpkg", NULL);
	G_GNUC_UNUSED g_autoptr(ThusoOutput) second = thuso_output_open(fixture->context, other, FALSE, &error);
	g_assert_no_error(error);
	/* The lock dies with the process, the file that it leaves does not stop anyone. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	g_autofree char *lock = g_build_filename(fixture->folder, ".test.gpkg.lock", NULL);
	g_assert_true(g_file_test(lock, G_FILE_TEST_EXISTS));
	ThusoOutput *output = thuso_output_open(fixture->context, fixture->path, FALSE, &error);
	g_assert_no_error(error);
	g_assert_true(refuses(fixture, fixture->path, TRUE, THUSO_ERROR_LOCKED, "another run")); /* within one process too */
	thuso_output_free(output);
	g_assert_false(g_file_test(lock, G_FILE_TEST_EXISTS));
	close(ready[0]);
	close(ready[1]);
}

/* --- failures --------------------------------------------------------------------------------------------------------- */

static void write_old(const char *folder)
{
	static const char *const files[] = { "test.gpkg", "test.qgz", "test_cost.tif", "test_cost.qml", "test.run.json" };
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		write_text(folder, files[i], "old");
}

static void assert_old(const char *folder)
{
	static const char *const files[] = { "test.gpkg", "test.qgz", "test_cost.tif", "test_cost.qml", "test.run.json" };
	g_autofree char *listing = list_folder(folder);
	g_assert_cmpstr(listing, ==, "test.gpkg test.qgz test.run.json test_cost.qml test_cost.tif");
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *text = read_text(folder, files[i]);
		g_assert_cmpstr(text, ==, "old");
	}
}

static void assert_fails(Fixture *fixture, OutSample *sample, int code, const char *says)
{
	GError *error = NULL;
	g_auto(GStrv) written = NULL;
	ThusoOutput *output = thuso_output_open(fixture->context, fixture->path, TRUE, &error);
	g_assert_no_error(error);
	g_assert_false(thuso_output_write(output, &sample->result, &written, &error));
	g_assert_error(error, THUSO_ERROR, code);
	g_assert_nonnull(strstr(error->message, says));
	g_assert_null(written);
	g_error_free(error);
	thuso_output_free(output);
	assert_old(fixture->folder);
}

static void test_failures_keep_old(Fixture *fixture, gconstpointer data)
{
	(void) data;
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, FALSE);
	write_old(fixture->folder);
	const char *run = sample->result.run_json, *date = sample->result.date;
	sample->result.run_json = "{ no json";
	assert_fails(fixture, sample, THUSO_ERROR_FAILED, "JSON");
	sample->result.run_json = run;
	sample->result.date = "last week";
	assert_fails(fixture, sample, THUSO_ERROR_USAGE, "2026-11-21");
	sample->result.date = date;
	sample->result.path = "elsewhere.gpkg";
	assert_fails(fixture, sample, THUSO_ERROR_FAILED, "locked");
	sample->result.path = NULL;
	thuso_context_cancel(fixture->context);
	assert_fails(fixture, sample, THUSO_ERROR_CANCELLED, "");
}

/* Files may not grow beyond a limit, as on a full disk: whichever file is hit, the old result stays. */
static int write_limited(gpointer data)
{
	void **both = data;
	Fixture *fixture = both[0];
	OutSample *sample = both[1];
	struct rlimit limit = { *(rlim_t *) both[2], *(rlim_t *) both[2] };
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 77;
	g_autoptr(GError) error = NULL;
	ThusoOutput *output = thuso_output_open(fixture->context, fixture->path, TRUE, &error);
	if (output == NULL)
		return 2;
	int status = thuso_output_write(output, &sample->result, NULL, &error) ? 1 : (error != NULL ? 0 : 3);
	thuso_output_free(output);
	return status;
}

static void test_full_disk(Fixture *fixture, gconstpointer data)
{
	(void) data;
	static const rlim_t limits[] = { 100, 2000, 50000, 300000 };
	g_autoptr(OutSample) sample = out_sample_new(fixture->context, FALSE);
	write_old(fixture->folder);
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		void *both[] = { fixture, sample, (void *) &limits[i] };
		int status = in_child(write_limited, both);
		g_test_message("files limited to %d bytes: status %d", (int) limits[i], status);
		g_assert_cmpint(status, ==, 0);
		assert_old(fixture->folder);
	}
}

/* --- putting into place ----------------------------------------------------------------------------------------------- */

static const char *const place_files[THUSO_N_FILES] = { "test.gpkg", "test.qgz", "test_cost.tif", "test_cost.qml",
	                                                    "test.run.json" };

/* What a run leaves that was killed in between is undone by the next one. */
static void test_recover(Fixture *fixture, gconstpointer data)
{
	(void) data;
	g_autofree char *left = g_build_filename(fixture->folder, ".test.tmp-ABC123", NULL);
	g_autofree char *foreign = g_build_filename(fixture->folder, ".test.tmp-mine", NULL);
	g_mkdir(left, 0700);
	g_mkdir(foreign, 0700);
	write_text(left, "placing", ".gpkg\n.qgz\n_cost.tif\n");
	write_text(fixture->folder, "test_cost.tif", "new"); /* placed, had no predecessor */
	write_text(fixture->folder, "test.qgz", "new");      /* placed over an old one */
	write_text(left, "old-test.qgz", "old");
	write_text(left, "test.gpkg", "new"); /* not placed yet */
	write_text(fixture->folder, "test.gpkg", "old");
	write_text(left, "old-test_cost.qml", "old"); /* had no successor, was taken away */
	write_text(left, "junk.tmp", "x");
	GError *error = NULL;
	ThusoOutput *output = thuso_output_open(fixture->context, fixture->path, TRUE, &error);
	g_assert_no_error(error);
	thuso_output_free(output);
	g_autofree char *listing = list_folder(fixture->folder);
	g_assert_cmpstr(listing, ==, ".test.tmp-mine test.gpkg test.qgz test_cost.qml");
	static const char *const old[] = { "test.gpkg", "test.qgz", "test_cost.qml" };
	for (gsize i = 0; i < G_N_ELEMENTS(old); i++) {
		g_autofree char *text = read_text(fixture->folder, old[i]);
		g_assert_cmpstr(text, ==, "old");
	}
}

/* A file that vanishes before it can be renamed: what was placed already is taken back. */
static void test_failed_rename(Fixture *fixture, gconstpointer data)
{
	(void) data;
	for (int with_old = 0; with_old < 2; with_old++) {
		if (with_old)
			write_old(fixture->folder);
		GError *error = NULL;
		g_autofree char *journal = NULL;
		ThusoPlace *place = thuso_place_open(fixture->path, TRUE, &error);
		g_assert_no_error(error);
		g_assert_true(thuso_place_begin(place, &error));
		for (int i = 0; i < THUSO_N_FILES; i++)
			g_assert_true(thuso_place_write(place, (ThusoFile) i, "new", 3, &error));
		/* A folder of the journal's name makes writing the journal fail; nothing may have moved by then. */
		g_autofree char *first = thuso_place_temporary(place, THUSO_FILE_GPKG), *temporary = g_path_get_dirname(first);
		journal = g_build_filename(temporary, "placing", NULL);
		g_mkdir(journal, 0700);
		g_assert_false(thuso_place_commit(place, TRUE, NULL, &error));
		g_assert_error(error, THUSO_ERROR, THUSO_ERROR_FAILED);
		g_clear_error(&error);
		g_rmdir(journal);
		/* A second name that is taken already by a folder makes saving the old GeoPackage, the last file, fail. */
		g_autofree char *taken = g_build_filename(temporary, "old-test.gpkg", NULL);
		g_autofree char *inside = g_build_filename(taken, "x", NULL);
		g_mkdir(taken, 0700);
		g_mkdir(inside, 0700);
		if (with_old) {
			g_assert_false(thuso_place_commit(place, TRUE, NULL, &error));
			g_assert_error(error, THUSO_ERROR, THUSO_ERROR_FAILED);
			g_clear_error(&error);
		}
		g_rmdir(inside);
		g_rmdir(taken);
		thuso_place_free(place);
		place = thuso_place_open(fixture->path, TRUE, &error);
		g_assert_no_error(error);
		thuso_place_free(place);
		if (with_old)
			assert_old(fixture->folder);
	}
}

static void place_version(const char *path, int version)
{
	char text[16];
	ThusoPlace *place = thuso_place_open(path, TRUE, NULL);
	if (place == NULL || !thuso_place_begin(place, NULL))
		_exit(1);
	g_snprintf(text, sizeof text, "%d", version);
	for (int i = 0; i < THUSO_N_FILES; i++)
		/* Every third version has no raster, so files come and go. */
		if (version % 3 != 0 || (i != THUSO_FILE_COST && i != THUSO_FILE_COST_STYLE))
			if (!thuso_place_write(place, (ThusoFile) i, text, strlen(text), NULL))
				_exit(2);
	if (!thuso_place_commit(place, TRUE, NULL, NULL))
		_exit(3);
	thuso_place_free(place);
}

/* Kills a writer at random moments: after recovery all files are of one version, and that one is whole. */
static void test_kills(Fixture *fixture, gconstpointer data)
{
	(void) data;
	guint32 seed = g_test_rand_int() & 0x7fffffff;
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	int last = 1, wait_us = 5000;
	place_version(fixture->path, last);
	g_test_message("seed %u", seed);
	for (int kill_no = 0; kill_no < N_KILLS; kill_no++) {
		pid_t pid = fork();
		if (pid == 0)
			for (int version = last + 1;; version++)
				place_version(fixture->path, version);
		g_usleep((gulong) g_rand_int_range(random, 500, 3 * wait_us));
		kill(pid, SIGKILL);
		int status;
		waitpid(pid, &status, 0);
		g_assert_true(WIFSIGNALED(status));
		GError *error = NULL;
		ThusoPlace *place = thuso_place_open(fixture->path, TRUE, &error);
		g_assert_no_error(error);
		thuso_place_free(place);
		g_autofree char *listing = list_folder(fixture->folder), *gpkg = read_text(fixture->folder, "test.gpkg");
		g_assert_nonnull(gpkg);
		/* The wait settles around the time that one version takes on this disk, however loaded the machine is. */
		wait_us = atoi(gpkg) > last ? MAX(wait_us * 3 / 4, 500) : MIN(wait_us * 2, 1000000);
		last = atoi(gpkg);
		g_assert_cmpstr(listing, ==,
		                last % 3 != 0 ? "test.gpkg test.qgz test.run.json test_cost.qml test_cost.tif"
		                              : "test.gpkg test.qgz test.run.json");
		for (int i = 0; i < THUSO_N_FILES; i++) {
			g_autofree char *text = read_text(fixture->folder, place_files[i]);
			if (text != NULL)
				g_assert_cmpstr(text, ==, gpkg);
		}
	}
	g_test_message("%d kills, version %d stands, last wait %d us", N_KILLS, last, wait_us);
	g_assert_cmpint(last, >, 1);
}

/* --- list ------------------------------------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/out/xml", test_xml);
	g_test_add_func("/out/ramp", test_ramp);
	g_test_add_func("/out/registry", test_registry);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
	ADD("/out/order", test_order);
	ADD("/out/layer-names", test_layer_names);
	ADD("/out/style/bands", test_bands_style);
	ADD("/out/style/mixed-geometry", test_mixed_geometry);
	ADD("/out/style/raster", test_raster_style);
	ADD("/out/style/hostile-text", test_hostile_text);
	ADD("/out/project", test_project);
	ADD("/out/write", test_write);
	ADD("/out/outside-readers", test_outside_readers);
	ADD("/out/same-bytes", test_same_bytes);
	ADD("/out/without-cost", test_without_cost);
	ADD("/out/refuse/names", test_names);
	ADD("/out/refuse/existing", test_existing);
	ADD("/out/refuse/read-only-folder", test_read_only_folder);
	ADD("/out/refuse/lock", test_lock);
	ADD("/out/fail/keeps-old", test_failures_keep_old);
	ADD("/out/fail/full-disk", test_full_disk);
	ADD("/out/fail/rename", test_failed_rename);
	ADD("/out/recover", test_recover);
	ADD("/out/kills", test_kills);
	return g_test_run();
}
