/* Writing a result: every file into a temporary folder, each verified, then all into place. */
#include <thuso/out.h>

#include "layers.h"
#include "place.h"
#include "project.h"
#include "qml.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include <sys/statvfs.h>

#define ROWS_AT_ONCE     64
#define BYTES_PER_NUMBER 4 /* at least what a cell of a table takes in the GeoPackage, for the check of free space */

struct ThusoOutput {
	ThusoContext *context;
	ThusoPlace *place;
	gboolean overwrite;
};

static char *store_date(const ThusoResult *result, GError **error)
{
	const char *date = result->date != NULL ? result->date : "1970-01-01";
	if (g_regex_match_simple("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", date, 0, 0))
		return g_strdup_printf("%sT00:00:00Z", date);
	g_autofree char *shown = thuso_escape(date);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "the study's date \"%s\" is no date: write it as 2026-11-21", shown);
	return NULL;
}

static double bytes_needed(const ThusoResult *result, const GPtrArray *layers)
{
	double bytes = 0;
	for (guint i = 0; i < layers->len; i++) {
		const ThusoTable *table = &((const ThusoLayer *) g_ptr_array_index(layers, i))->table;
		bytes += (double) table->n_rows * table->columns->len * BYTES_PER_NUMBER;
		for (gint64 row = 0; row < table->n_rows && table->geometry_type != THUSO_NO_GEOMETRY; row++) {
			GBytes *wkb = thuso_table_geometry(table, row);
			bytes += wkb != NULL ? (double) g_bytes_get_size(wkb) : 0;
		}
	}
	return bytes + (result->cost != NULL ? (double) thuso_grid_n(result->grid) : 0);
}

static gboolean check_free_space(const ThusoOutput *output, double needed, GError **error)
{
	struct statvfs fs;
	const char *folder = thuso_place_folder(output->place);
	if (statvfs(folder, &fs) != 0)
		return TRUE;
	double free_bytes = (double) fs.f_bavail * (double) fs.f_frsize;
	if (free_bytes >= needed)
		return TRUE;
	g_autofree char *shown = thuso_escape(folder);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
	            "the disk of %s has %.0f MB free and the result needs at least %.0f MB: make room", shown, free_bytes / 1e6,
	            needed / 1e6);
	return FALSE;
}

static gboolean add_layers(ThusoStore *store, const GPtrArray *layers, GError **error)
{
	for (guint i = 0; i < layers->len; i++) {
		const ThusoLayer *layer = g_ptr_array_index(layers, i);
		if (!thuso_store_add(store, &layer->table, error))
			return FALSE;
	}
	for (guint i = 0; i < layers->len; i++) {
		const ThusoLayer *layer = g_ptr_array_index(layers, i);
		g_autofree char *qml = thuso_qml_layer(layer);
		if (layer->table.geometry_type != THUSO_NO_GEOMETRY &&
		    !thuso_store_add_style(store, layer->table.name, layer->style->name, qml, error))
			return FALSE;
	}
	return TRUE;
}

/* Every table must be found again by name; thuso_store_finish has compared rows and indexes. */
static gboolean verify_store(const char *path, const GPtrArray *layers, GError **error)
{
	g_auto(GStrv) names = thuso_list_layers(path, error);
	if (names == NULL)
		return FALSE;
	for (guint i = 0; i < layers->len; i++) {
		const char *name = ((const ThusoLayer *) g_ptr_array_index(layers, i))->table.name;
		if (g_strv_contains((const char *const *) names, name))
			continue;
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "layer %s is missing in the written file %s: check the disk", name,
		            path);
		return FALSE;
	}
	return TRUE;
}

static gboolean write_store(ThusoOutput *output, const ThusoResult *result, const GPtrArray *layers, GBytes *qgz, GError **error)
{
	g_autofree char *path = thuso_place_temporary(output->place, THUSO_FILE_GPKG), *date = store_date(result, error);
	if (date == NULL)
		return FALSE;
	g_autoptr(ThusoStore) store = thuso_store_create(output->context, path, date, error);
	if (store == NULL || !add_layers(store, layers, error))
		return FALSE;
	gsize size;
	gconstpointer data = g_bytes_get_data(qgz, &size);
	if (!thuso_store_add_project(store, thuso_place_name(output->place), data, size, error))
		return FALSE;
	return thuso_store_finish(g_steal_pointer(&store), error) && verify_store(path, layers, error);
}

static gboolean write_project(ThusoOutput *output, const ThusoResult *result, const GPtrArray *layers, GBytes **qgz,
                              GError **error)
{
	const char *name = thuso_place_name(output->place);
	g_autofree char *xml = thuso_project_xml(result, layers, name), *member = g_strconcat(name, ".qgs", NULL);
	*qgz = thuso_zip_one(member, xml, strlen(xml), error);
	if (*qgz == NULL)
		return FALSE;
	gsize size;
	gconstpointer data = g_bytes_get_data(*qgz, &size);
	return thuso_place_write(output->place, THUSO_FILE_QGZ, data, size, error);
}

/* Every value is read again, as Float32 keeps it. */
static gboolean verify_cost(ThusoOutput *output, const char *path, const ThusoResult *result, GError **error)
{
	g_autoptr(ThusoRaster) raster = thuso_raster_open(output->context, path, NULL, error);
	if (raster == NULL)
		return FALSE;
	const ThusoRasterInfo *info = thuso_raster_info(raster);
	gint32 n_cols = result->grid->n_cols, n_rows = result->grid->n_rows;
	gboolean good = info->n_cols == n_cols && info->n_rows == n_rows;
	double *values = thuso_array_new((gint64) ROWS_AT_ONCE * n_cols, sizeof *values, "rows of the cost raster", error);
	if (values == NULL)
		return FALSE;
	for (gint32 row = 0; good && row < n_rows; row += ROWS_AT_ONCE) {
		gint32 n = MIN(ROWS_AT_ONCE, n_rows - row);
		if (!thuso_raster_read(raster, row, n, values, error)) {
			thuso_array_free(values);
			return FALSE;
		}
		const float *cost = result->cost + (gint64) row * n_cols;
		for (gint64 i = 0; good && i < (gint64) n * n_cols; i++)
			good = isnan(cost[i]) ? isnan(values[i]) : values[i] == (double) cost[i];
	}
	thuso_array_free(values);
	if (!good)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
		            "the cost raster %s reads back differently than written: check the disk", path);
	return good;
}

static gboolean write_cost(ThusoOutput *output, const ThusoResult *result, const GPtrArray *layers, GError **error)
{
	if (result->cost == NULL)
		return TRUE;
	g_autofree char *path = thuso_place_temporary(output->place, THUSO_FILE_COST), *qml = thuso_qml_raster(result, layers);
	g_autofree char *band = g_strdup_printf("travel_cost_%s", result->cost_unit);
	return thuso_write_cog(output->context, path, result->grid, result->cost, band, result->cost_unit, error) &&
	       verify_cost(output, path, result, error) &&
	       thuso_place_write(output->place, THUSO_FILE_COST_STYLE, qml, strlen(qml), error);
}

/* A record that other programs cannot parse is worth nothing, so it is parsed before it is written. */
static gboolean write_run(ThusoOutput *output, const ThusoResult *result, GError **error)
{
	if (result->run_json == NULL)
		return TRUE;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) cause = NULL;
	if (!json_parser_load_from_data(parser, result->run_json, -1, &cause)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
		            "the run's record for %s is no JSON (%s): report this as a fault of the program",
		            thuso_place_path(output->place), cause->message);
		return FALSE;
	}
	return thuso_place_write(output->place, THUSO_FILE_RUN, result->run_json, strlen(result->run_json), error);
}

static gboolean write_files(ThusoOutput *output, const ThusoResult *result, const GPtrArray *layers, GError **error)
{
	g_autoptr(GBytes) qgz = NULL;
	if (!thuso_context_go_on(output->context, error) || !write_project(output, result, layers, &qgz, error))
		return FALSE;
	if (!thuso_context_go_on(output->context, error) || !write_store(output, result, layers, qgz, error))
		return FALSE;
	thuso_progress(output->context, 0.7);
	if (!thuso_context_go_on(output->context, error) || !write_cost(output, result, layers, error))
		return FALSE;
	thuso_progress(output->context, 0.95);
	return write_run(output, result, error) && thuso_context_go_on(output->context, error);
}

static gboolean check_result(const ThusoOutput *output, const ThusoResult *result, GError **error)
{
	g_autofree char *path = result->path != NULL ? g_canonicalize_filename(result->path, NULL) : NULL;
	if (path == NULL || g_str_equal(path, thuso_place_path(output->place)))
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the result %s is not the output %s that was locked", path,
	            thuso_place_path(output->place));
	return FALSE;
}

static void log_left_out(ThusoContext *context, const ThusoResult *result)
{
	for (guint i = 0; i < result->tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(result->tables, i);
		if (table->n_rows == 0)
			thuso_log(context, THUSO_INFO, "layer %s has no rows and is left out of the result", table->name);
	}
}

ThusoOutput *thuso_output_open(ThusoContext *context, const char *path, gboolean overwrite, GError **error)
{
	ThusoPlace *place = thuso_place_open(path, overwrite, error);
	if (place == NULL)
		return NULL;
	ThusoOutput *output = g_new0(ThusoOutput, 1);
	output->context = context;
	output->place = place;
	output->overwrite = overwrite;
	return output;
}

void thuso_output_free(ThusoOutput *output)
{
	if (output == NULL)
		return;
	thuso_place_free(output->place);
	g_free(output);
}

gboolean thuso_output_write(ThusoOutput *output, const ThusoResult *result, char ***written, GError **error)
{
	if (!check_result(output, result, error))
		return FALSE;
	g_autoptr(GPtrArray) layers = thuso_layers_new(result, error);
	if (layers == NULL || !check_free_space(output, bytes_needed(result, layers), error) ||
	    !thuso_place_begin(output->place, error))
		return FALSE;
	log_left_out(output->context, result);
	gboolean good = write_files(output, result, layers, error) &&
	                thuso_place_commit(output->place, output->overwrite || result->overwrite, written, error);
	thuso_place_discard(output->place);
	if (good)
		thuso_progress(output->context, 1);
	return good;
}
