/* Points from one reference system to another, x = east or longitude, y = north or latitude on both sides. */
#include "session.h"

#include <math.h>

struct ThusoTransform {
	ThusoSession *session;
	PJ *pj;                /* NULL: both sides are the same */
	double degrees_a_unit; /* what the result is multiplied with; 1 but for angles that are not degrees */
};

static ThusoTransform *between(ThusoSession *session, PJ *from, PJ *to)
{
	g_autoptr(ThusoPj) operation = proj_create_crs_to_crs_from_pj(session->context, from, to, NULL, NULL);
	PJ *normalized = operation ? proj_normalize_for_visualization(session->context, operation) : NULL;
	if (!normalized)
		return NULL;
	ThusoTransform *transform = g_new0(ThusoTransform, 1);
	transform->session = session;
	transform->pj = normalized;
	transform->degrees_a_unit = 1;
	return transform;
}

static void set_no_way(const ThusoCrs *from, const char *to, const ThusoSession *session, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "PROJ knows no way from \"%s\" to \"%s\" (%s); give the layer's true CRS or another crs in the study",
	            thuso_crs_name(from), to, thuso_session_message(session));
}

ThusoTransform *thuso_transform_new(const ThusoCrs *from, const ThusoCrs *to, GError **error)
{
	if (thuso_crs_equal(from, to)) {
		ThusoTransform *same = g_new0(ThusoTransform, 1);
		same->degrees_a_unit = 1;
		return same;
	}
	g_autoptr(ThusoSession) session = thuso_session_new();
	g_autoptr(ThusoPj) pj_from = thuso_crs_open(from, session, FALSE, error);
	g_autoptr(ThusoPj) pj_to = pj_from ? thuso_crs_open(to, session, FALSE, error) : NULL;
	if (!pj_to)
		return NULL;
	ThusoTransform *transform = between(session, pj_from, pj_to);
	if (transform)
		g_steal_pointer(&session);
	else
		set_no_way(from, thuso_crs_name(to), session, error);
	return transform;
}

static double degrees_a_unit(ThusoSession *session, const PJ *geographic)
{
	g_autoptr(ThusoPj) cs = proj_crs_get_coordinate_system(session->context, geographic);
	double radians = 0;
	if (cs && proj_cs_get_axis_info(session->context, cs, 0, NULL, NULL, NULL, &radians, NULL, NULL, NULL))
		return radians * (180 / G_PI);
	return 1;
}

ThusoTransform *thuso_transform_new_to_degrees(const ThusoCrs *crs, double *semi_major_m, double *flattening, GError **error)
{
	g_autoptr(ThusoSession) session = thuso_session_new();
	g_autoptr(ThusoPj) from = thuso_crs_open(crs, session, TRUE, error);
	if (!from)
		return NULL;
	g_autoptr(ThusoPj) geographic = proj_crs_get_geodetic_crs(session->context, from);
	g_autoptr(ThusoPj) ellipsoid = proj_get_ellipsoid(session->context, from);
	double inverse = 0;
	ThusoTransform *transform = NULL;
	if (geographic && ellipsoid && proj_ellipsoid_get_parameters(session->context, ellipsoid, semi_major_m, NULL, NULL, &inverse))
		transform = between(session, from, geographic);
	if (!transform) {
		set_no_way(crs, "its own longitudes and latitudes", session, error);
		return NULL;
	}
	*flattening = inverse > 0 ? 1 / inverse : 0;
	transform->degrees_a_unit = degrees_a_unit(session, geographic);
	g_steal_pointer(&session);
	return transform;
}

void thuso_transform_free(ThusoTransform *transform)
{
	if (!transform)
		return;
	proj_destroy(transform->pj);
	thuso_session_free(transform->session);
	g_free(transform);
}

gboolean thuso_transform_points(ThusoTransform *transform, double *x, double *y, gint64 n)
{
	const gsize stride = sizeof(double);
	if (transform->pj && n > 0)
		proj_trans_generic(transform->pj, PJ_FWD, x, stride, (gsize) n, y, stride, (gsize) n, NULL, 0, 0, NULL, 0, 0);
	gboolean all = TRUE;
	for (gint64 i = 0; i < n; i++) {
		if (isfinite(x[i]) && isfinite(y[i])) {
			x[i] *= transform->degrees_a_unit;
			y[i] *= transform->degrees_a_unit;
			continue;
		}
		x[i] = y[i] = NAN;
		all = FALSE;
	}
	return all;
}
