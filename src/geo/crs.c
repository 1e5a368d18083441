/* Reference systems: what PROJ knows about one, read once, so that the object is immutable and any thread may look at it. Only a code
 * that its text does not carry is looked for when first asked for, since that takes longer than all else together. */
#include "session.h"

#include <math.h>
#include <string.h>

#define MAX_TEXT_BYTES   (256 * 1024) /* the longest WKT of PROJ's own database has 30 kB */
#define SHOWN_BYTES      60           /* of the text, in messages */
#define LEAST_CONFIDENCE 25           /* per cent; what proj_identify() offers from here on is worth comparing */

struct ThusoCrs {
	gatomicrefcount refs;
	char *name, *wkt;
	char *authority; /* atomic: NULL until found or looked for in vain ("") */
	gboolean is_geographic, is_grid_ready;
};

/* --- which texts are taken ------------------------------------------------------------------------------------------ */

static char *shown(const char *text)
{
	g_autofree char *escaped = thuso_escape(text);
	if (strlen(escaped) <= SHOWN_BYTES)
		return g_steal_pointer(&escaped);
	g_autofree char *cut = g_strndup(escaped, SHOWN_BYTES);
	g_autofree char *valid = g_utf8_make_valid(cut, -1);
	return g_strconcat(valid, "...", NULL);
}

/* A definition may name a grid file, which PROJ would open wherever it lies. Only the empty grid may be named. */
static gboolean names_a_file(const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	if (strstr(lower, "+init") || strstr(lower, "+file") || strstr(lower, "parameterfile"))
		return TRUE;
	for (const char *p = lower; (p = strstr(p, "grids=")); p += strlen("grids="))
		if (!g_str_has_prefix(p, "grids=@null"))
			return TRUE;
	return FALSE;
}

static gboolean is_code(const char *text)
{
	return g_regex_match_simple("^[A-Za-z][A-Za-z0-9_]*:[A-Za-z0-9_.-]+$", text, 0, 0) ||
	       g_regex_match_simple("^urn:ogc:def:crs:[A-Za-z0-9_]+:[0-9.]*:[A-Za-z0-9_.-]+$", text, 0, 0);
}

static gboolean is_definition(const char *text)
{
	return *text == '{' || g_str_has_prefix(text, "+proj=") || g_str_has_prefix(text, "+type=crs") ||
	       g_regex_match_simple("^[A-Za-z_]+[A-Za-z0-9_]*\\s*[\\[(]", text, 0, 0);
}

static gboolean check_text(const char *text, GError **error)
{
	const char *reason = NULL;
	if (!*text)
		reason = "it is empty";
	else if (strlen(text) > MAX_TEXT_BYTES)
		reason = "it is longer than 256 kB";
	else if (!g_utf8_validate(text, -1, NULL))
		reason = "it is not UTF-8";
	else if (!is_code(text) && !is_definition(text))
		reason = "it is neither AUTHORITY:CODE nor WKT, PROJJSON or a PROJ string; files and URLs are not read";
	else if (strstr(text, "proj=pipeline") || strstr(text, "+step"))
		reason = "it is a pipeline of operations"; /* with +type=crs PROJ would take one of its steps for the whole */
	else if (!is_code(text) && names_a_file(text))
		reason = "it names a grid or parameter file, and files are not read";
	if (!reason)
		return TRUE;
	g_autofree char *text_shown = shown(text);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "\"%s\" is not a usable reference system: %s; write for example EPSG:32734", text_shown, reason);
	return FALSE;
}

/* --- what PROJ says about it ---------------------------------------------------------------------------------------- */

static gboolean is_bound(const PJ *pj)
{
	return proj_get_type(pj) == PJ_TYPE_BOUND_CRS;
}

static PJ *unbind(ThusoSession *session, PJ *pj)
{
	if (!pj || !is_bound(pj))
		return pj;
	PJ *base = proj_get_source_crs(session->context, pj);
	proj_destroy(pj);
	return base;
}

/* The horizontal part. A bound CRS (TOWGS84) keeps its shift unless what it binds has a code: then PROJ's own database knows the
 * better operation (GDAL strips TOWGS84 for the same reason). */
static PJ *horizontal(ThusoSession *session, PJ *pj)
{
	if (pj && proj_get_type(pj) == PJ_TYPE_COMPOUND_CRS) {
		PJ *first = proj_crs_get_sub_crs(session->context, pj, 0);
		proj_destroy(pj);
		pj = first;
	}
	if (!pj || !is_bound(pj))
		return pj;
	g_autoptr(ThusoPj) base = proj_get_source_crs(session->context, pj);
	if (!base || !proj_get_id_code(base, 0))
		return pj;
	proj_destroy(pj);
	return g_steal_pointer(&base);
}

static PJ *parse(ThusoSession *session, const char *text)
{
	/* Without the type a PROJ string is an operation, not a CRS. */
	gboolean add_type = *text == '+' && !strstr(text, "+type=crs");
	g_autofree char *full = g_strconcat(text, add_type ? " +type=crs" : "", NULL);
	return horizontal(session, proj_create(session->context, full));
}

static gboolean is_geographic_type(PJ_TYPE type)
{
	return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

static gboolean has_metre_axes_east_north(ThusoSession *session, const PJ *pj)
{
	g_autoptr(ThusoPj) cs = proj_crs_get_coordinate_system(session->context, pj);
	if (!cs || proj_cs_get_axis_count(session->context, cs) < 2)
		return FALSE;
	int n_east = 0, n_north = 0;
	for (int axis = 0; axis < 2; axis++) {
		const char *direction = NULL;
		double unit_m = 0;
		if (!proj_cs_get_axis_info(session->context, cs, axis, NULL, NULL, &direction, &unit_m, NULL, NULL, NULL) || unit_m != 1)
			return FALSE;
		n_east += g_ascii_strcasecmp(direction, "east") == 0;
		n_north += g_ascii_strcasecmp(direction, "north") == 0;
	}
	return n_east == 1 && n_north == 1;
}

static char *code_of(const PJ *pj)
{
	const char *authority = proj_get_id_auth_name(pj, 0), *code = proj_get_id_code(pj, 0);
	return authority && code ? g_strdup_printf("%s:%s", authority, code) : NULL;
}

/* Do they mean the same coordinates as these are stored (x, y), whatever order the authority writes the axes in? */
static gboolean same_as_stored(ThusoSession *session, const PJ *a, const PJ *b)
{
	g_autoptr(ThusoPj) xy_a = proj_normalize_for_visualization(session->context, a);
	g_autoptr(ThusoPj) xy_b = proj_normalize_for_visualization(session->context, b);
	return proj_is_equivalent_to_with_ctx(session->context, xy_a ? xy_a : a, xy_b ? xy_b : b,
	                                      PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) != 0;
}

static char *identify_with(ThusoSession *session, const PJ *pj, const char *authority)
{
	int *confidence = NULL;
	char *found = NULL;
	PJ_OBJ_LIST *list = proj_identify(session->context, pj, authority, NULL, &confidence);
	for (int i = 0; list && !found && i < proj_list_get_count(list) && confidence[i] >= LEAST_CONFIDENCE; i++) {
		g_autoptr(ThusoPj) candidate = proj_list_get(session->context, list, i);
		if (candidate && same_as_stored(session, pj, candidate))
			found = code_of(candidate);
	}
	proj_int_list_destroy(confidence);
	proj_list_destroy(list);
	return found;
}

/* The code of the entry of PROJ's database that means the same: GDAL's WKT of a raster has often lost its own. */
static char *identify(const ThusoCrs *crs)
{
	static const char *const authorities[] = { "EPSG", "ESRI" };
	g_autoptr(ThusoSession) session = thuso_session_new();
	g_autoptr(ThusoPj) pj = thuso_crs_open(crs, session, TRUE, NULL);
	char *found = NULL;
	for (guint i = 0; pj && !found && i < G_N_ELEMENTS(authorities); i++)
		found = identify_with(session, pj, authorities[i]);
	return found ? found : g_strdup("");
}

static ThusoCrs *describe(ThusoSession *session, const PJ *pj)
{
	static const char *const one_line[] = { "MULTILINE=NO", NULL };
	const char *wkt = proj_as_wkt(session->context, pj, PJ_WKT2_2019, one_line);
	if (!wkt)
		return NULL;
	ThusoCrs *crs = g_new0(ThusoCrs, 1);
	g_atomic_ref_count_init(&crs->refs);
	crs->wkt = g_strdup(wkt);
	g_autoptr(ThusoPj) bare = unbind(session, proj_clone(session->context, pj));
	crs->name = g_strdup(proj_get_name(bare) ? proj_get_name(bare) : "unnamed");
	crs->authority = code_of(bare);
	crs->is_geographic = is_geographic_type(proj_get_type(bare));
	crs->is_grid_ready = proj_get_type(bare) == PJ_TYPE_PROJECTED_CRS && has_metre_axes_east_north(session, bare);
	return crs;
}

static gboolean is_usable(ThusoSession *session, const PJ *pj)
{
	g_autoptr(ThusoPj) bare = unbind(session, proj_clone(session->context, pj));
	return bare && (is_geographic_type(proj_get_type(bare)) || proj_get_type(bare) == PJ_TYPE_PROJECTED_CRS);
}

ThusoCrs *thuso_crs_new(const char *text, GError **error)
{
	g_autofree char *stripped = g_strstrip(g_strdup(text ? text : ""));
	if (!check_text(stripped, error))
		return NULL;
	g_autoptr(ThusoSession) session = thuso_session_new();
	g_autoptr(ThusoPj) pj = parse(session, stripped);
	g_autofree char *text_shown = shown(stripped);
	if (!pj) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "PROJ does not know the reference system \"%s\" (%s); check its code or WKT", text_shown,
		            thuso_session_message(session));
		return NULL;
	}
	ThusoCrs *crs = is_usable(session, pj) ? describe(session, pj) : NULL;
	if (!crs)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "\"%s\" is not a map's reference system (neither geographic nor projected); give the layer's true CRS",
		            text_shown);
	return crs;
}

ThusoCrs *thuso_crs_ref(ThusoCrs *crs)
{
	g_atomic_ref_count_inc(&crs->refs);
	return crs;
}

void thuso_crs_unref(ThusoCrs *crs)
{
	if (!crs || !g_atomic_ref_count_dec(&crs->refs))
		return;
	g_free(crs->name);
	g_free(crs->authority);
	g_free(crs->wkt);
	g_free(crs);
}

const char *thuso_crs_name(const ThusoCrs *crs)
{
	return crs->name;
}

const char *thuso_crs_authority(const ThusoCrs *crs)
{
	char **authority = &((ThusoCrs *) crs)->authority;
	if (!g_atomic_pointer_get(authority)) {
		/* Two threads may look for it at once and find the same. */
		char *found = identify(crs);
		if (!g_atomic_pointer_compare_and_exchange(authority, NULL, found))
			g_free(found);
	}
	return g_atomic_pointer_get(authority);
}

const char *thuso_crs_wkt(const ThusoCrs *crs)
{
	return crs->wkt;
}

gboolean thuso_crs_is_geographic(const ThusoCrs *crs)
{
	return crs->is_geographic;
}

gboolean thuso_crs_is_grid_ready(const ThusoCrs *crs)
{
	return crs->is_grid_ready;
}

PJ *thuso_crs_open(const ThusoCrs *crs, ThusoSession *session, gboolean unbound, GError **error)
{
	PJ *pj = proj_create(session->context, crs->wkt);
	if (pj && unbound)
		pj = unbind(session, pj);
	if (!pj)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "PROJ cannot read its own text of \"%s\" again (%s)", crs->name,
		            thuso_session_message(session));
	return pj;
}

gboolean thuso_crs_equal(const ThusoCrs *a, const ThusoCrs *b)
{
	if (a == b || strcmp(a->wkt, b->wkt) == 0)
		return TRUE;
	if (a->is_geographic != b->is_geographic || a->is_grid_ready != b->is_grid_ready)
		return FALSE;
	g_autoptr(ThusoSession) session = thuso_session_new();
	g_autoptr(ThusoPj) pj_a = thuso_crs_open(a, session, FALSE, NULL);
	g_autoptr(ThusoPj) pj_b = thuso_crs_open(b, session, FALSE, NULL);
	if (!pj_a || !pj_b)
		return FALSE;
	return same_as_stored(session, pj_a, pj_b);
}
