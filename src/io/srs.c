/* Reference systems between GDAL and the texts that tables carry. The one place that sets GDAL's axis order. */
#include "private.h"

#include <cpl_conv.h>
#include <string.h>

ThusoCrs *thuso_stated_crs(const char *text, const char *name, GError **error)
{
	g_autoptr(GError) why = NULL;
	ThusoCrs *crs = thuso_crs_new(text, &why);
	if (!crs)
		thuso_set_error(error, THUSO_ERROR_USAGE, "%s: `crs: %s`: %s", name, text, why->message);
	return crs;
}

OGRSpatialReferenceH thuso_srs_new(const char *text, GError **error)
{
	/* geo decides what a CRS text may be: no URL, no file, no network. */
	g_autoptr(ThusoCrs) crs = thuso_crs_new(text, error);
	if (!crs)
		return NULL;
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
	char *wkt = (char *) thuso_crs_wkt(crs);
	if (OSRImportFromWkt(srs, &wkt) != OGRERR_NONE) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "GDAL does not know the CRS %s (%s): give it as AUTHORITY:CODE",
		                thuso_crs_name(crs), thuso_messages_failure(&messages, "no reason given"));
		g_clear_pointer(&srs, OSRRelease);
	} else {
		OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
	}
	thuso_messages_end(&messages, NULL, NULL);
	return srs;
}

static gboolean is_undefined(OGRSpatialReferenceH srs)
{
	const char *name = OSRGetName(srs);
	return OSRIsLocal(srs) || (name && g_ascii_strncasecmp(name, "undefined", 9) == 0) ||
	       (name && g_ascii_strcasecmp(name, "unknown") == 0 && !OSRIsGeographic(srs) && !OSRIsProjected(srs));
}

char *thuso_srs_wkt(OGRSpatialReferenceH given)
{
	if (!given || is_undefined(given))
		return NULL;
	OGRSpatialReferenceH srs = OSRClone(given);
	if (OSRIsCompound(srs))
		OSRStripVertical(srs);
	if (OSRGetAxesCount(srs) == 3)
		OSRDemoteTo2D(srs, NULL);
	static const char *const options[] = { "FORMAT=WKT2_2019", NULL };
	char *wkt = NULL, *copy = NULL;
	if (OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt && wkt[0])
		copy = g_strdup(wkt);
	CPLFree(wkt);
	OSRRelease(srs);
	return copy;
}
