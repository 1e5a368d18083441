/* Opening a vector or table file with the one driver that its ending names, after every look that can be had without GDAL. */
#include "archive.h"
#include "geojson.h"
#include "pbf.h"
#include "private.h"
#include "shapefile.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_UNPACKED_BYTES ((gint64) 2 << 30) /* budget of a zipped format */
#define MAX_ZIP_MEMBERS    10000              /* GDAL takes 0.4 s to list so many, and time grows with the square */

static const char *const open_options_gpkg[] = { "IMMUTABLE=YES", NULL };
static const char *const open_options_gml[] = { "WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO", NULL };
static const char *const open_options_gdb[] = { "LIST_ALL_TABLES=NO", NULL };
static const char *const open_options_sqlite[] = { "IMMUTABLE=YES", "LIST_VIRTUAL_OGR=NO", "LIST_ALL_TABLES=YES", NULL };
static const char *const open_options_none[] = { NULL };

/* GDAL makes a URI of an immutable file's path and leaves a % as it is, which SQLite then decodes. Without the option a file in WAL
 * mode is refused instead. The SQLite driver knows the option too, without saying so, and otherwise takes an empty -wal away. */
static gboolean may_be_immutable(const ThusoFormat *format, const char *absolute)
{
	return g_str_equal(format->drivers[0], "GPKG") && !strchr(absolute, '%');
}

static const char *const *open_options(const ThusoFormat *format, const char *absolute)
{
	const char *driver = format->drivers[0];
	return may_be_immutable(format, absolute)   ? open_options_gpkg
	       : g_str_equal(driver, "GML")         ? open_options_gml
	       : g_str_equal(driver, "OpenFileGDB") ? open_options_gdb
	       : g_str_equal(driver, "SQLite")      ? (strchr(absolute, '%') ? open_options_sqlite + 1 : open_options_sqlite)
	                                            : open_options_none;
}

/* Of several documents in a .kmz the reader takes one. */
static void tell_documents(ThusoContext *context, const ThusoArchive *archive, const char *path)
{
	ThusoFinding finding = { THUSO_WARNING, "documents", path, NULL, NULL, archive->n_kml, NULL };
	if (context && archive->n_kml > 1)
		thuso_io_find(context, &finding,
		              "%s holds %" G_GINT64_FORMAT
		              " .kml files and only doc.kml, or else the first, is read: save the others as files of their own",
		              path, archive->n_kml);
}

static gboolean check_members(ThusoContext *context, const ThusoArchive *archive, const char *absolute, const char *path,
                              GError **error)
{
	g_autofree char *damage = thuso_archive_damage(absolute);
	if (damage)
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is damaged: %s: save or copy it again", path, damage);
	else
		tell_documents(context, archive, path);
	return !damage;
}

/* What a zipped format unpacks to, before anything is unpacked. */
static gboolean check_zip(ThusoContext *context, const char *absolute, const char *path, GError **error)
{
	ThusoArchive archive;
	if (!thuso_archive_look(absolute, &archive) || !archive.is_plausible) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is damaged: it is no%s zip archive: save or copy it again", path,
		                archive.is_plausible ? "" : " true");
		return FALSE;
	}
	if (archive.n_members <= MAX_ZIP_MEMBERS && archive.unpacked_bytes <= (guint64) MAX_UNPACKED_BYTES)
		return check_members(context, &archive, absolute, path, error);
	thuso_set_error(error, THUSO_ERROR_LIMIT,
	                "%s unpacks to %" G_GUINT64_FORMAT " MB in %" G_GINT64_FORMAT " files, over the limit of %" G_GINT64_FORMAT
	                " MB and %d files: save what is needed as CSV or GeoPackage",
	                path, archive.unpacked_bytes >> 20, archive.n_members, MAX_UNPACKED_BYTES >> 20, MAX_ZIP_MEMBERS);
	return FALSE;
}

/* The OSM reader's index grows beyond memory into files of its own: they go to a private folder. */
static gboolean make_folder(ThusoInput *input, GError **error)
{
	g_autoptr(GError) why = NULL;
	input->folder = g_dir_make_tmp("thuso-XXXXXX", &why);
	if (!input->folder) {
		thuso_set_error(error, THUSO_ERROR_FAILED, "cannot make a temporary folder to read %s: %s: set TMPDIR", input->path,
		                why->message);
		return FALSE;
	}
	CPLSetThreadLocalConfigOption("CPL_TMPDIR", input->folder);
	return TRUE;
}

void thuso_input_close(ThusoInput *input)
{
	if (!input)
		return;
	if (input->dataset)
		GDALClose(input->dataset);
	sqlite3_close(input->db);
	if (input->folder) {
		CPLSetThreadLocalConfigOption("CPL_TMPDIR", NULL);
		g_rmdir(input->folder);
		g_free(input->folder);
	}
	if (input->warnings)
		g_ptr_array_unref(input->warnings);
	g_strfreev(input->layers);
	g_free(input->absolute);
	g_free(input->path);
	g_free(input);
}

static gboolean check_geojson(ThusoInput *input, const char *absolute, GError **error)
{
	g_autoptr(GError) why = NULL;
	gboolean by_lines = g_str_equal(input->format->drivers[0], "GeoJSONSeq");
	if (thuso_geojson_look(absolute, by_lines, &input->n_expected, &why))
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read whole: %s", input->path, why->message);
	return FALSE;
}

static gboolean check_before(ThusoContext *context, ThusoInput *input, const char *absolute, const char *layer, GError **error)
{
	const ThusoFormat *format = input->format;
	if (format->is_zip && !check_zip(context, absolute, input->path, error))
		return FALSE;
	if (g_str_equal(format->drivers[0], "ESRI Shapefile") && !thuso_shapefile_check(absolute, input->path, error))
		return FALSE;
	if (g_str_has_prefix(format->drivers[0], "GeoJSON") && !check_geojson(input, absolute, error))
		return FALSE;
	if (g_str_equal(format->ending, "pbf") && !thuso_pbf_check(absolute, input->path, error))
		return FALSE;
	if (g_str_equal(format->drivers[0], "OSM") && !make_folder(input, error))
		return FALSE;
	if (!format->is_sqlite)
		return TRUE;
	input->db = thuso_sqlite_open(context, absolute, input->path, may_be_immutable(format, absolute), error);
	return input->db && (!layer || thuso_sqlite_check_table(input->db, input->path, layer, error));
}

static ThusoInput *open_anew(ThusoContext *context, const ThusoFormat *format, const char *absolute, const char *path,
                             const char *layer, GError **error)
{
	g_autoptr(ThusoInput) input = g_new0(ThusoInput, 1);
	input->n_expected = -1;
	input->path = g_strdup(path);
	input->absolute = g_strdup(absolute);
	input->format = format;
	if (!thuso_kept_identify(input)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s was taken away while it was opened: put it back", path);
		return NULL;
	}
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	gboolean good = check_before(context, input, absolute, layer, error);
	if (good) {
		input->dataset =
		    GDALOpenEx(absolute, GDAL_OF_VECTOR | GDAL_OF_READONLY, format->drivers, open_options(format, absolute), NULL);
		good = input->dataset && !messages.failure;
		if (!good)
			thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read as %s: %s: check or export it again", path,
			                format->drivers[0],
			                thuso_messages_failure(&messages, "its content is of another kind than its ending says"));
	}
	input->warnings = g_ptr_array_ref(messages.warnings);
	thuso_messages_end(&messages, good ? context : NULL, path);
	return good ? g_steal_pointer(&input) : NULL;
}

/* All that may have changed since the file was kept is looked at again; each read finds the same warnings. */
static ThusoInput *open_kept(ThusoContext *context, const char *absolute, const char *path, const char *layer, GError **error)
{
	g_autoptr(ThusoInput) input = thuso_kept_take(context, absolute);
	if (!input)
		return NULL;
	g_free(input->path);
	input->path = g_strdup(path);
	if (!thuso_sqlite_check_beside(absolute, path, error) || (layer && !thuso_sqlite_check_table(input->db, path, layer, error)))
		return NULL;
	thuso_messages_report(input->warnings, context, path);
	return g_steal_pointer(&input);
}

ThusoInput *thuso_input_open(ThusoContext *context, const char *path, const char *layer, GError **error)
{
	thuso_io_init();
	const ThusoFormat *format = thuso_format_of(path, FALSE, error);
	g_autofree char *absolute = format ? thuso_guard_path(path, format, error) : NULL;
	if (!absolute)
		return NULL;
	g_autoptr(GError) refused = NULL;
	ThusoInput *kept = open_kept(context, absolute, path, layer, &refused);
	if (refused) {
		g_propagate_error(error, g_steal_pointer(&refused));
		return NULL;
	}
	return kept ? kept : open_anew(context, format, absolute, path, layer, error);
}

/* How the names of tables begin that carry indexes, styles, projects and SpatiaLite's own lists. */
static const char *const service_tables[] = {
	"sqlite_",
	"rtree_",
	"idx_",
	"layer_styles",
	"qgis_projects",
	"geometry_columns",
	"geom_cols_ref_sys",
	"spatial_ref_sys",
	"views_geometry_columns",
	"virts_geometry",
	"vector_layers",
	"vector_coverages",
	"raster_coverages",
	"data_licenses",
	"spatialite_history",
	"spatialindex",
	"knn",
	"elementarygeometries",
	"se_vector_",
	"se_raster_",
	"se_external_graphics",
	"se_fonts",
	"iso_metadata",
	"wms_",
	"sql_statements_log",
	"stored_procedures",
	"stored_variables",
	"rl2map_configurations",
};

/* Tables that are no layers, and views: they are not read, so they are not offered. */
static gboolean is_service_table(const ThusoInput *input, OGRLayerH layer)
{
	const char *name = OGR_L_GetName(layer);
	/* A spreadsheet's empty sheets. */
	if (!input->db)
		return g_str_equal(input->format->ending, "xlsx") && OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(layer)) == 0;
	for (gsize i = 0; i < G_N_ELEMENTS(service_tables); i++)
		if (g_ascii_strncasecmp(name, service_tables[i], strlen(service_tables[i])) == 0)
			return TRUE;
	return !thuso_sqlite_check_table(input->db, input->path, name, NULL);
}

const char *const *thuso_input_layers(ThusoInput *input)
{
	if (input->layers)
		return (const char *const *) input->layers;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; i < GDALDatasetGetLayerCount(input->dataset); i++) {
		OGRLayerH layer = GDALDatasetGetLayer(input->dataset, i);
		if (layer && !is_service_table(input, layer))
			g_ptr_array_add(names, g_strdup(OGR_L_GetName(layer)));
	}
	g_ptr_array_add(names, NULL);
	input->layers = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
	return (const char *const *) input->layers;
}

/* By comparing names: GDAL's own look-up also opens what is not listed. */
static OGRLayerH find_layer(const ThusoInput *input, const char *name)
{
	for (int i = 0; i < GDALDatasetGetLayerCount(input->dataset); i++) {
		OGRLayerH layer = GDALDatasetGetLayer(input->dataset, i);
		if (layer && g_str_equal(OGR_L_GetName(layer), name))
			return layer;
	}
	return NULL;
}

OGRLayerH thuso_input_layer(ThusoInput *input, const char *name, GError **error)
{
	const char *const *names = thuso_input_layers(input);
	g_autofree char *list = thuso_io_list(names);
	OGRLayerH layer = NULL;
	if (!name && g_strv_length(input->layers) == 1)
		layer = find_layer(input, names[0]);
	else if (name)
		layer = find_layer(input, name);
	if (layer && input->db && !thuso_sqlite_check_table(input->db, input->path, OGR_L_GetName(layer), error))
		return NULL;
	if (layer)
		return layer;
	const char *near = name ? thuso_nearest_name(name, names) : NULL;
	if (!names[0])
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s holds no layer or table: check or export it again", input->path);
	else if (!name)
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s holds several layers: say which with `layer:` (%s)", input->path, list);
	else
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s has no layer %s%s%s%s; it has: %s", input->path, name,
		                near ? " (nearest: " : "", near ? near : "", near ? ")" : "", list);
	return NULL;
}

char **thuso_list_layers(const char *path, GError **error)
{
	const ThusoFormat *format = thuso_format_of(path, FALSE, error);
	if (!format)
		return NULL;
	if (format->kind == THUSO_FORMAT_TABLE) {
		g_autofree char *absolute = thuso_guard_path(path, format, error);
		if (!absolute)
			return NULL;
		char **names = g_new0(char *, 2);
		names[0] = g_path_get_basename(path);
		*strrchr(names[0], '.') = '\0';
		return names;
	}
	g_autoptr(ThusoInput) input = thuso_input_open(NULL, path, NULL, error);
	if (!input)
		return NULL;
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	thuso_input_layers(input);
	thuso_messages_end(&messages, NULL, NULL);
	return g_steal_pointer(&input->layers);
}
