/* What may be opened: regular files of known formats. GDAL never sees a name that it could read as a
 * connection, a URL or a virtual file: it gets the absolute path of a regular file and the drivers of that file's ending. */
#include "private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const ThusoFormat formats[] = {
	{ "gpkg", THUSO_FORMAT_VECTOR, FALSE, TRUE, { "GPKG" } },
	{ "shp", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "ESRI Shapefile" } },
	{ "dbf", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "ESRI Shapefile" } },
	{ "geojson", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "GeoJSON" } },
	{ "json", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "GeoJSON" } },
	{ "geojsonl", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "GeoJSONSeq" } },
	{ "geojsons", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "GeoJSONSeq" } },
	{ "gml", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "GML" } },
	{ "kml", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "LIBKML", "KML" } },
	{ "kmz", THUSO_FORMAT_VECTOR, TRUE, FALSE, { "LIBKML" } },
	{ "gdb", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "OpenFileGDB" } },
	{ "sqlite", THUSO_FORMAT_VECTOR, FALSE, TRUE, { "SQLite" } },
	{ "sqlite3", THUSO_FORMAT_VECTOR, FALSE, TRUE, { "SQLite" } },
	{ "db", THUSO_FORMAT_VECTOR, FALSE, TRUE, { "SQLite" } },
	{ "osm", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "OSM" } },
	{ "pbf", THUSO_FORMAT_VECTOR, FALSE, FALSE, { "OSM" } },
	{ "xlsx", THUSO_FORMAT_VECTOR, TRUE, FALSE, { "XLSX" } },
	{ "ods", THUSO_FORMAT_VECTOR, TRUE, FALSE, { "ODS" } },
	{ "csv", THUSO_FORMAT_TABLE, FALSE, FALSE, { NULL } },
	{ "tsv", THUSO_FORMAT_TABLE, FALSE, FALSE, { NULL } },
	{ "txt", THUSO_FORMAT_TABLE, FALSE, FALSE, { NULL } },
	{ "tif", THUSO_FORMAT_RASTER, FALSE, FALSE, { "GTiff" } },
	{ "tiff", THUSO_FORMAT_RASTER, FALSE, FALSE, { "GTiff" } },
	{ "asc", THUSO_FORMAT_RASTER, FALSE, FALSE, { "AAIGrid" } },
};

static char *known_endings(gboolean raster)
{
	GString *list = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if ((formats[i].kind == THUSO_FORMAT_RASTER) == raster)
			g_string_append_printf(list, "%s.%s", list->len ? " " : "", formats[i].ending);
	return g_string_free(list, FALSE);
}

const ThusoFormat *thuso_format_of(const char *path, gboolean raster, GError **error)
{
	g_autofree char *base = g_path_get_basename(path);
	const char *dot = strrchr(base, '.');
	for (gsize i = 0; dot && i < G_N_ELEMENTS(formats); i++) {
		if (g_ascii_strcasecmp(dot + 1, formats[i].ending) != 0)
			continue;
		if ((formats[i].kind == THUSO_FORMAT_RASTER) == raster)
			return &formats[i];
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is a %s, and a %s is needed here: name another file", path,
		                raster ? "layer or table" : "raster", raster ? "raster" : "layer or table");
		return NULL;
	}
	g_autofree char *known = known_endings(raster);
	thuso_set_error(error, THUSO_ERROR_INPUT, "%s: the ending is none that is read here: convert it to one of %s", path, known);
	return NULL;
}

ThusoFileKind thuso_file_kind(const char *path)
{
	static const ThusoFileKind kinds[] = { THUSO_FILE_LAYERS, THUSO_FILE_TABLE, THUSO_FILE_RASTER };
	const char *dot = strrchr(path, '.');
	for (gsize i = 0; dot && i < G_N_ELEMENTS(formats); i++)
		if (g_ascii_strcasecmp(dot + 1, formats[i].ending) == 0)
			return kinds[formats[i].kind];
	return THUSO_FILE_OTHER;
}

/* Says what is wrong with a name that is no file on this machine. */
static gboolean refuse_foreign(const char *path, GError **error)
{
	if (g_str_has_prefix(path, "/vsi")) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: virtual file systems are not read: copy or unpack the file and name the copy", path);
		return FALSE;
	}
	if (strstr(path, "://")) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: nothing is fetched from the network: download the file and name the copy",
		                path);
		return FALSE;
	}
	return TRUE;
}

static gboolean is_regular(const char *path, const struct stat *info, const char *cure, GError **error)
{
	if (!S_ISREG(info->st_mode)) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is no regular file (%s): %s", path,
		                S_ISDIR(info->st_mode)    ? "a folder"
		                : S_ISFIFO(info->st_mode) ? "a pipe"
		                                          : "a device or socket",
		                cure);
		return FALSE;
	}
	return TRUE;
}

/* Does `name` belong to the file `base`: the same stem, in any case, and another ending? */
static gboolean is_companion(const char *name, const char *base)
{
	const char *dot = strrchr(base, '.');
	gsize n = dot ? (gsize) (dot - base) : strlen(base);
	return g_ascii_strncasecmp(name, base, n) == 0 && name[n] != '\0' && strchr("._-", name[n]) && !g_str_equal(name, base);
}

/* Drivers try many names beside a file (x.SHX, x.tif.ovr, x-journal, x_rpc.txt): a pipe among them would block for ever. Links and folders
 * are left alone, since they can be opened and are then what they are. */
static gboolean check_companions(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		if (!is_companion(name, base))
			continue;
		g_autofree char *full = g_build_filename(folder, name, NULL);
		struct stat info;
		if (stat(full, &info) == 0 && !S_ISDIR(info.st_mode) &&
		    !is_regular(full, &info, "it belongs to the input beside it; take it away or put a file there", error))
			return FALSE;
	}
	return TRUE;
}

/* A folder format holds regular files only, no links. */
static gboolean check_folder(const char *path, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &why);
	if (!folder) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s", path, why->message);
		return FALSE;
	}
	for (const char *name = g_dir_read_name(folder); name; name = g_dir_read_name(folder)) {
		g_autofree char *full = g_build_filename(path, name, NULL);
		struct stat info;
		if (lstat(full, &info) != 0 || !S_ISREG(info.st_mode)) {
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "%s holds %s, which is no regular file: copy the folder as its program wrote it", path, name);
			return FALSE;
		}
	}
	return TRUE;
}

char *thuso_guard_path(const char *path, const ThusoFormat *format, GError **error)
{
	if (!refuse_foreign(path, error))
		return NULL;
	/* An absolute path cannot be taken for "DRIVER:something". */
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	struct stat info;
	if (stat(absolute, &info) != 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be opened: %s: check the path", path, g_strerror(errno));
		return NULL;
	}
	if (!refuse_foreign(absolute, error))
		return NULL;
	if (S_ISDIR(info.st_mode) && g_str_equal(format->ending, "gdb"))
		return check_folder(absolute, error) ? g_steal_pointer(&absolute) : NULL;
	if (!is_regular(path, &info, "name a file", error))
		return NULL;
	if (access(absolute, R_OK) != 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s cannot be read: %s: check its permissions", path, g_strerror(errno));
		return NULL;
	}
	if (info.st_size == 0) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s is empty (0 bytes): copy or export it again", path);
		return NULL;
	}
	return check_companions(absolute, error) ? g_steal_pointer(&absolute) : NULL;
}
