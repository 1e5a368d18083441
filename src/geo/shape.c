/* What needs GEOS: repairing, uniting and growing polygons, and a point inside one. Each call has a GEOS context of its own, so
 * any thread may call. */
#include "geometry.h"

#include <geos_c.h>

#include <math.h>

#define QUADRANT_SEGMENTS 16  /* of a buffer's arcs: the outline errs by 0.5 % of the buffer's width */
#define LEAST_RING_POINTS 4   /* what GEOS takes for a ring */
#define FARTHEST          1e9 /* of what can be repaired, in the layer's unit: more than the earth in feet */

typedef struct {
	GEOSContextHandle_t handle;
	char *message;
} Geos;

static void keep_message(const char *message, void *data)
{
	Geos *geos = data;
	g_free(geos->message);
	geos->message = thuso_escape(message);
}

static void geos_open(Geos *geos)
{
	geos->message = NULL;
	geos->handle = GEOS_init_r();
	GEOSContext_setErrorMessageHandler_r(geos->handle, keep_message, geos);
}

static void geos_close(Geos *geos)
{
	GEOS_finish_r(geos->handle);
	g_free(geos->message);
}

static void destroy(Geos *geos, GEOSGeometry *shape)
{
	if (shape)
		GEOSGeom_destroy_r(geos->handle, shape);
}

static gpointer set_failed(const Geos *geos, const char *what, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s failed (%s); repair the layer's polygons", what,
	            geos->message ? geos->message : "GEOS gives no reason");
	return NULL;
}

/* --- to GEOS --------------------------------------------------------------------------------------------------------- */

static GEOSGeometry *ring_of(Geos *geos, const ThusoGeometry *polygon, gint32 part)
{
	gint64 start = polygon->part_start[part], n = thuso_part_size(polygon, part);
	if (n < LEAST_RING_POINTS || n > G_MAXUINT)
		return NULL;
	GEOSCoordSequence *points =
	    GEOSCoordSeq_copyFromArrays_r(geos->handle, polygon->x + start, polygon->y + start, NULL, NULL, (unsigned) n);
	return points ? GEOSGeom_createLinearRing_r(geos->handle, points) : NULL;
}

static gboolean is_hole(const ThusoGeometry *polygon, gint32 part)
{
	gint64 start = polygon->part_start[part];
	return thuso_ring_area(polygon->x + start, polygon->y + start, thuso_part_size(polygon, part)) < 0;
}

/* One polygon from the shell `part` on; *n_rings is how many parts it has. NULL when the shell is too short to be one. */
static GEOSGeometry *polygon_of(Geos *geos, const ThusoGeometry *polygon, gint32 part, gint32 *n_rings)
{
	for (*n_rings = 1; part + *n_rings < polygon->n_parts && is_hole(polygon, part + *n_rings);)
		(*n_rings)++;
	GEOSGeometry *shell = ring_of(geos, polygon, part);
	if (!shell)
		return NULL;
	g_autofree GEOSGeometry **holes = thuso_new(GEOSGeometry *, *n_rings);
	unsigned n_holes = 0;
	for (gint32 i = 1; i < *n_rings; i++)
		if ((holes[n_holes] = ring_of(geos, polygon, part + i)))
			n_holes++;
	return GEOSGeom_createPolygon_r(geos->handle, shell, holes, n_holes);
}

/* A MultiPolygon; parts too short to be rings have no area and are left out (*complete says whether any was). */
static GEOSGeometry *to_geos(Geos *geos, const ThusoGeometry *polygon, gboolean *complete)
{
	g_autofree GEOSGeometry **members = thuso_new(GEOSGeometry *, MAX(polygon->n_parts, 1));
	unsigned n = 0;
	*complete = TRUE;
	for (gint32 part = 0, n_rings; part < polygon->n_parts; part += n_rings) {
		members[n] = polygon_of(geos, polygon, part, &n_rings);
		if (members[n])
			n++;
		else
			*complete = FALSE;
	}
	return GEOSGeom_createCollection_r(geos->handle, GEOS_MULTIPOLYGON, members, n);
}

/* --- from GEOS ------------------------------------------------------------------------------------------------------- */

static gboolean add_ring(Geos *geos, ThusoBuilder *builder, const GEOSGeometry *ring, gboolean is_shell, GError **error)
{
	const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(geos->handle, ring);
	unsigned n = 0;
	if (!points || !GEOSCoordSeq_getSize_r(geos->handle, points, &n) || n == 0)
		return TRUE;
	if (!thuso_builder_reserve(builder, n, error))
		return FALSE;
	double *x = (double *) builder->x.data + builder->x.n, *y = (double *) builder->y.data + builder->y.n;
	GEOSCoordSeq_copyToArrays_r(geos->handle, points, x, y, NULL, NULL);
	builder->x.n += n;
	builder->y.n += n;
	double area = thuso_ring_area(x, y, n);
	if (is_shell ? area < 0 : area > 0)
		thuso_ring_reverse(x, y, n);
	return thuso_builder_end_part(builder, error);
}

/* Polygons only: lines and points that repairing leaves over have no area. */
static gboolean add_polygons(Geos *geos, ThusoBuilder *builder, const GEOSGeometry *shape, GError **error)
{
	int type = GEOSGeomTypeId_r(geos->handle, shape);
	gboolean ok = TRUE;
	if (type == GEOS_POLYGON) {
		int n_holes = GEOSGetNumInteriorRings_r(geos->handle, shape);
		ok = add_ring(geos, builder, GEOSGetExteriorRing_r(geos->handle, shape), TRUE, error);
		for (int i = 0; ok && i < n_holes; i++)
			ok = add_ring(geos, builder, GEOSGetInteriorRingN_r(geos->handle, shape, i), FALSE, error);
	} else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
		int n = GEOSGetNumGeometries_r(geos->handle, shape);
		for (int i = 0; ok && i < n; i++)
			ok = add_polygons(geos, builder, GEOSGetGeometryN_r(geos->handle, shape, i), error);
	}
	return ok;
}

static ThusoGeometry *from_geos(Geos *geos, const GEOSGeometry *shape, GError **error)
{
	ThusoBuilder builder;
	thuso_builder_init(&builder, THUSO_POLYGON);
	ThusoGeometry *polygon = NULL;
	if (add_polygons(geos, &builder, shape, error))
		polygon = thuso_builder_finish(&builder, TRUE, error);
	thuso_builder_clear(&builder);
	return polygon;
}

/* --- repairing ------------------------------------------------------------------------------------------------------- */

/* GEOS does not come to an end with rings that cross themselves between here and the end of the doubles. */
static gboolean is_on_earth(const ThusoGeometry *geometry, GError **error)
{
	for (gint64 i = 0; i < geometry->n_points; i++)
		if (!(fabs(geometry->x[i]) <= FARTHEST && fabs(geometry->y[i]) <= FARTHEST)) {
			char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
			            "a ring crosses itself and has a point at %s, %s, which is nowhere on the earth: correct that point",
			            g_ascii_formatd(x, sizeof x, "%.6g", geometry->x[i]),
			            g_ascii_formatd(y, sizeof y, "%.6g", geometry->y[i]));
			return FALSE;
		}
	return TRUE;
}

static ThusoGeometry *repaired(Geos *geos, const ThusoGeometry *arranged, gboolean *was_valid, GError **error)
{
	gboolean complete;
	GEOSGeometry *shape = to_geos(geos, arranged, &complete);
	if (!shape)
		return set_failed(geos, "reading a polygon", error);
	*was_valid = complete && GEOSisValid_r(geos->handle, shape) == 1;
	ThusoGeometry *result = NULL;
	if (*was_valid) {
		result = thuso_geometry_copy(arranged, error);
	} else if (is_on_earth(arranged, error)) {
		GEOSGeometry *valid = GEOSMakeValid_r(geos->handle, shape);
		result = valid ? from_geos(geos, valid, error) : set_failed(geos, "making a polygon valid", error);
		destroy(geos, valid);
	}
	destroy(geos, shape);
	return result;
}

ThusoGeometry *thuso_geometry_valid(const ThusoGeometry *geometry, gboolean *was_valid, GError **error)
{
	gboolean ignored = TRUE;
	was_valid = was_valid ? was_valid : &ignored;
	*was_valid = TRUE;
	if (geometry->type != THUSO_POLYGON || geometry->n_points == 0)
		return thuso_geometry_copy(geometry, error);
	g_autoptr(ThusoGeometry) arranged = geometry->arranged ? NULL : thuso_geometry_arrange(geometry, error);
	if (!geometry->arranged && !arranged)
		return NULL;
	Geos geos;
	geos_open(&geos);
	ThusoGeometry *valid = repaired(&geos, arranged ? arranged : geometry, was_valid, error);
	geos_close(&geos);
	return valid;
}

/* --- uniting --------------------------------------------------------------------------------------------------------- */

static GEOSGeometry *shape_of(Geos *geos, const ThusoGeometry *polygon, gboolean repair)
{
	gboolean complete;
	g_autoptr(ThusoGeometry) arranged = polygon->arranged ? NULL : thuso_geometry_arrange(polygon, NULL);
	if (!polygon->arranged && !arranged)
		return NULL;
	GEOSGeometry *shape = to_geos(geos, arranged ? arranged : polygon, &complete);
	if (!shape || !repair)
		return shape;
	GEOSGeometry *valid = GEOSMakeValid_r(geos->handle, shape);
	destroy(geos, shape);
	return valid;
}

static GEOSGeometry *unite(Geos *geos, const ThusoGeometry *const *polygons, gint64 n, gboolean repair)
{
	g_autofree GEOSGeometry **members = g_new(GEOSGeometry *, (gsize) MAX(n, 1));
	unsigned n_members = 0;
	for (gint64 i = 0; i < n; i++)
		if ((members[n_members] = shape_of(geos, polygons[i], repair)))
			n_members++;
	GEOSGeometry *all = GEOSGeom_createCollection_r(geos->handle, GEOS_GEOMETRYCOLLECTION, members, n_members);
	GEOSGeometry *united = all && n_members == n ? GEOSUnaryUnion_r(geos->handle, all) : NULL;
	destroy(geos, all);
	return united;
}

static gboolean check_union(const ThusoGeometry *const *polygons, gint64 n, double buffer_m, GError **error)
{
	gint64 others = 0;
	for (gint64 i = 0; i < n; i++)
		others += polygons[i]->n_points > 0 && polygons[i]->type != THUSO_POLYGON;
	if (others == 0 && n <= G_MAXINT && isfinite(buffer_m) && buffer_m >= 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%" G_GINT64_FORMAT " geometries (%" G_GINT64_FORMAT
	            " of them not polygons) cannot be united with a buffer of %.6g m",
	            n, others, buffer_m);
	return FALSE;
}

ThusoGeometry *thuso_geometry_union(const ThusoGeometry *const *polygons, gint64 n, double buffer_m, GError **error)
{
	if (!check_union(polygons, n, buffer_m, error))
		return NULL;
	Geos geos;
	geos_open(&geos);
	GEOSGeometry *united = unite(&geos, polygons, n, FALSE);
	if (!united)
		united = unite(&geos, polygons, n, TRUE);
	if (united && buffer_m > 0) {
		GEOSGeometry *grown = GEOSBuffer_r(geos.handle, united, buffer_m, QUADRANT_SEGMENTS);
		destroy(&geos, united);
		united = grown;
	}
	ThusoGeometry *result = united ? from_geos(&geos, united, error) : set_failed(&geos, "uniting polygons", error);
	destroy(&geos, united);
	geos_close(&geos);
	return result;
}

/* --- a point of the geometry ----------------------------------------------------------------------------------------- */

static void longest_part_middle(const ThusoGeometry *line, double *x, double *y)
{
	double longest = -1;
	for (gint32 part = 0; part < line->n_parts; part++) {
		gint64 start = line->part_start[part], n = thuso_part_size(line, part);
		double length = 0;
		for (gint64 i = start; i + 1 < start + n; i++)
			length += hypot(line->x[i + 1] - line->x[i], line->y[i + 1] - line->y[i]);
		if (length <= longest)
			continue;
		longest = length;
		*x = line->x[start + n / 2];
		*y = line->y[start + n / 2];
	}
}

static gboolean point_inside(const ThusoGeometry *polygon, double *x, double *y, GError **error)
{
	Geos geos;
	geos_open(&geos);
	GEOSGeometry *shape = shape_of(&geos, polygon, FALSE);
	GEOSGeometry *point = shape ? GEOSPointOnSurface_r(geos.handle, shape) : NULL;
	gboolean ok = point && GEOSGeomGetX_r(geos.handle, point, x) == 1 && GEOSGeomGetY_r(geos.handle, point, y) == 1;
	if (!ok)
		set_failed(&geos, "finding a point inside a polygon", error);
	destroy(&geos, point);
	destroy(&geos, shape);
	geos_close(&geos);
	return ok;
}

gboolean thuso_geometry_point(const ThusoGeometry *geometry, double *x, double *y, GError **error)
{
	if (geometry->n_points == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "an empty geometry has no point; leave the feature out");
		return FALSE;
	}
	if (geometry->type == THUSO_POLYGON)
		return point_inside(geometry, x, y, error);
	*x = geometry->x[0];
	*y = geometry->y[0];
	if (geometry->type == THUSO_LINE)
		longest_part_middle(geometry, x, y);
	return TRUE;
}
