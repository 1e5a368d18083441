/* GDAL, set up once: only the drivers that the study file's formats need, no network, nothing written beside inputs.
 *
 * Drivers off the list are taken out of the registry as well, so that a file cannot reach them through a side door (an overview
 * or a mask that names another file). */
#include "private.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <spatialite.h>

/* Ours, so that reading OSM does not depend on which files GDAL was installed with. */
#define OSM_CONFIG "/vsimem/thuso/osmconf.ini"

static const char *const drivers[] = {
	"GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "GML", "LIBKML",  "KML", "OpenFileGDB", "SQLite",
	"OSM",  "XLSX",           "ODS",     "GTiff",      "COG", "AAIGrid", "MEM", "Memory",
};

static const char *const settings[][2] = {
	{ "GDAL_DRIVER_PATH", "disable" },
	{ "OGR_DRIVER_PATH", "disable" },
	{ "GDAL_DISABLE_READDIR_ON_OPEN", "TRUE" },
	{ "CPL_VSIL_CURL_ALLOWED_FILENAME", "none" },
	{ "OGR_SQLITE_LOAD_EXTENSIONS", "" },
	{ "OGR_XLSX_HEADERS", "FORCE" },
	{ "OGR_ODS_HEADERS", "FORCE" },
	{ "GML_SKIP_RESOLVE_ELEMS", "ALL" },
	{ "GML_SAVE_RESOLVED_TO", "SAME" },
	{ "OSM_CONFIG_FILE", OSM_CONFIG },
	{ "SHAPE_RESTORE_SHX", "NO" },
	{ "OGR_SETFIELD_NUMERIC_WARNING", "YES" },    /* how a word among numbers is noticed */
	{ "GDAL_CONFIG_FILE", "/vsimem/thuso/none" }, /* the user's settings file is not read */
	{ "OGR_ENABLE_PARTIAL_REPROJECTION", "NO" },
};

static const char osm_config[] =
    "attribute_name_laundering=yes\n"
    "closed_ways_are_polygons=aeroway,amenity,boundary,building,craft,geological,historic,landuse,leisure,military,natural,"
    "office,"
    "place,shop,sport,tourism,highway=platform,public_transport=platform\n"
    "[points]\nosm_id=yes\nattributes=name,place,amenity,highway,office,shop,man_made,barrier,ref,population\n"
    "unsignificant=created_by,converted_by,source,time,ele,attribution\nignore=created_by,converted_by,source,time,note\n"
    "[lines]\nosm_id=yes\n"
    "attributes=name,highway,waterway,barrier,railway,surface,maxspeed,oneway,bridge,tunnel,ford,access,layer,man_made,ref\n"
    "ignore=created_by,converted_by,source,time,note\n"
    "[multipolygons]\nosm_id=yes\n"
    "attributes=name,type,amenity,admin_level,boundary,building,landuse,leisure,natural,office,place,shop,tourism,water,"
    "waterway\n"
    "ignore=area,created_by,converted_by,source,time,note\n"
    "[multilinestrings]\nosm_id=yes\nattributes=name,type\nignore=area,created_by,converted_by,source,time,note\n"
    "[other_relations]\nosm_id=yes\nattributes=name,type\nignore=area,created_by,converted_by,source,time,note\n";

/* Whatever would fetch something gets nothing: no reader opens a socket. */
static CPLHTTPResult *no_network(const char *url, CSLConstList options G_GNUC_UNUSED, GDALProgressFunc progress G_GNUC_UNUSED,
                                 void *progress_data G_GNUC_UNUSED, CPLHTTPFetchWriteFunc write G_GNUC_UNUSED,
                                 void *write_data G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	CPLError(CE_Failure, CPLE_NotSupported, "refers to %s, and nothing is fetched from the network", url);
	/* NULL would hand the request to the handler before ours. */
	CPLHTTPResult *nothing = CPLCalloc(1, sizeof *nothing);
	nothing->nStatus = 1;
	nothing->pszErrBuf = CPLStrdup("no network");
	return nothing;
}

static void keep_listed_drivers(void)
{
	for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
		GDALDriverH driver = GDALGetDriver(i);
		gboolean listed = FALSE;
		for (gsize k = 0; k < G_N_ELEMENTS(drivers); k++)
			listed |= g_str_equal(GDALGetDriverShortName(driver), drivers[k]);
		if (!listed) {
			GDALDeregisterDriver(driver);
			GDALDestroyDriver(driver);
		}
	}
}

/* GDAL's settings of the user's environment are not ours: some let damaged blocks read as 0 (GTIFF_IGNORE_READ_ERRORS) or holes as land
 * (OGR_ORGANIZE_POLYGONS). Where its own files lie is left. */
static void clear_environment(void)
{
	static const char *const prefixes[] = { "GDAL_", "OGR_",    "GTIFF_", "GML_", "SHAPE_",  "OSM_",
		                                    "OSR_",  "LIBKML_", "CPL_",   "VSI_", "AAIGRID_" };
	g_auto(GStrv) names = g_listenv();
	for (char **name = names; *name; name++)
		for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
			if (g_str_has_prefix(*name, prefixes[i]) && !g_str_equal(*name, "GDAL_DATA"))
				g_unsetenv(*name);
	g_unsetenv("SPATIALITE_SECURITY");
}

static gpointer set_up(gpointer data G_GNUC_UNUSED)
{
	clear_environment();
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
		CPLSetConfigOption(settings[i][0], settings[i][1]);
	/* GDAL's own worker threads have no handler of ours; the library prints nothing. */
	CPLSetErrorHandler(CPLQuietErrorHandler);
	CPLHTTPSetFetchCallback(no_network, NULL);
	OSRSetPROJEnableNetwork(FALSE);
	GDALAllRegister();
	keep_listed_drivers();
	VSILFILE *file = VSIFileFromMemBuffer(OSM_CONFIG, (GByte *) CPLStrdup(osm_config), sizeof osm_config - 1, TRUE);
	if (file)
		VSIFCloseL(file);
	return NULL;
}

void thuso_io_init(void)
{
	static GOnce once = G_ONCE_INIT;
	g_once(&once, set_up, NULL);
}

char **thuso_io_versions(void)
{
	thuso_io_init();
	int geos[3] = { 0 }, proj[3] = { 0 };
	OGRGetGEOSVersion(&geos[0], &geos[1], &geos[2]);
	OSRGetPROJVersion(&proj[0], &proj[1], &proj[2]);
	g_autofree char *lines =
	    g_strdup_printf("GDAL %s\nPROJ %d.%d.%d\nGEOS %d.%d.%d\nSQLite %s\nSpatiaLite %s", GDALVersionInfo("RELEASE_NAME"),
	                    proj[0], proj[1], proj[2], geos[0], geos[1], geos[2], sqlite3_libversion(), spatialite_version());
	return g_strsplit(lines, "\n", -1);
}
