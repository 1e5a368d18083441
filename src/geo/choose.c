/* The CRS that `crs: auto` takes (src/geo/README.md): the inputs' own, else UTM, else an equal-area one made for the area. */
#include <thuso/geo.h>

#include <math.h>
#include <stdlib.h>

#define UTM_REACH_DEG 4.0 /* from the central meridian: half a zone and a degree; the scale errs by 0.2 % there */
#define UTM_SOUTH_DEG (-80.0)
#define UTM_NORTH_DEG 84.0

/* The grid-ready CRS that all grid-ready inputs share; NULL when there is none or they differ. Degrees have no say: they are
 * transformed anyhow. */
static ThusoCrs *common_crs(ThusoCrs *const *inputs, int n_inputs)
{
	ThusoCrs *common = NULL;
	for (int i = 0; i < n_inputs; i++) {
		if (!inputs[i] || !thuso_crs_is_grid_ready(inputs[i]))
			continue;
		if (common && !thuso_crs_equal(common, inputs[i]))
			return NULL;
		common = common ? common : inputs[i];
	}
	return common;
}

static gboolean check_area(const double area_wsen[4], GError **error)
{
	double west = area_wsen[0], south = area_wsen[1], east = area_wsen[2], north = area_wsen[3];
	if (west >= -180 && east <= 180 && south >= -90 && north <= 90 && west <= east && south <= north)
		return TRUE;
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "no reference system can be chosen for the area %.6g..%.6g east, %.6g..%.6g north: these are not degrees; check the "
	    "boundary layer's CRS or set crs in the study",
	    west, east, south, north);
	return FALSE;
}

/* 1..60, or 0 when the area does not fit one zone of one hemisphere. */
static int utm_zone(const double area_wsen[4], gboolean *south)
{
	double centre = (area_wsen[0] + area_wsen[2]) / 2;
	int zone = CLAMP((int) floor((centre + 180) / 6) + 1, 1, 60);
	double meridian = zone * 6 - 183;
	*south = area_wsen[3] <= 0;
	gboolean fits = area_wsen[0] >= meridian - UTM_REACH_DEG && area_wsen[2] <= meridian + UTM_REACH_DEG;
	gboolean one_side = *south ? area_wsen[1] >= UTM_SOUTH_DEG : area_wsen[1] >= 0 && area_wsen[3] <= UTM_NORTH_DEG;
	return fits && one_side ? zone : 0;
}

static ThusoCrs *laea_crs(int lat, int lon, GError **error)
{
	g_autofree char *wkt = g_strdup_printf(
	    "PROJCRS[\"Lambert azimuthal equal area, %d %s %d %s\",BASEGEOGCRS[\"WGS 84\",DATUM[\"World Geodetic System 1984\","
	    "ELLIPSOID[\"WGS 84\",6378137,298.257223563,LENGTHUNIT[\"metre\",1]]],PRIMEM[\"Greenwich\",0,ANGLEUNIT[\"degree\","
	    "0.0174532925199433]],ID[\"EPSG\",4326]],CONVERSION[\"Lambert azimuthal equal area\",METHOD[\"Lambert Azimuthal Equal "
	    "Area\",ID[\"EPSG\",9820]],PARAMETER[\"Latitude of natural "
	    "origin\",%d,ANGLEUNIT[\"degree\",0.0174532925199433],ID[\"EPSG\","
	    "8801]],PARAMETER[\"Longitude of natural origin\",%d,ANGLEUNIT[\"degree\",0.0174532925199433],ID[\"EPSG\",8802]],"
	    "PARAMETER[\"False easting\",0,LENGTHUNIT[\"metre\",1],ID[\"EPSG\",8806]],PARAMETER[\"False northing\",0,LENGTHUNIT["
	    "\"metre\",1],ID[\"EPSG\",8807]]],CS[Cartesian,2],AXIS[\"(E)\",east,ORDER[1],LENGTHUNIT[\"metre\",1]],AXIS[\"(N)\",north,"
	    "ORDER[2],LENGTHUNIT[\"metre\",1]]]",
	    abs(lat), lat < 0 ? "S" : "N", abs(lon), lon < 0 ? "W" : "E", lat, lon);
	return thuso_crs_new(wkt, error);
}

ThusoCrs *thuso_crs_choose(ThusoCrs *const *inputs, int n_inputs, const double area_wsen[4], GError **error)
{
	ThusoCrs *common = common_crs(inputs, n_inputs);
	if (common)
		return thuso_crs_ref(common);
	if (!check_area(area_wsen, error))
		return NULL;
	gboolean south;
	int zone = utm_zone(area_wsen, &south);
	if (zone == 0)
		return laea_crs((int) lround((area_wsen[1] + area_wsen[3]) / 2), (int) lround((area_wsen[0] + area_wsen[2]) / 2), error);
	g_autofree char *code = g_strdup_printf("EPSG:%d", (south ? 32700 : 32600) + zone);
	return thuso_crs_new(code, error);
}
