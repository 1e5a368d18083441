/* Well-known binary: ISO 19125/SQL-MM and the extended form of PostGIS are read, ISO 2D is written. */
#include "geometry.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 16 /* of collections in collections */
#define EWKB_Z    0x80000000U
#define EWKB_M    0x40000000U
#define EWKB_SRID 0x20000000U

enum { WKB_POINT = 1, WKB_LINE, WKB_POLYGON, WKB_MULTIPOINT, WKB_MULTILINE, WKB_MULTIPOLYGON, WKB_COLLECTION };

typedef struct {
	const guint8 *at, *end;
	gboolean swap; /* byte order of the geometry at hand differs from the machine's */
	gint64 n_more; /* doubles a point beyond x and y */
	ThusoBuilder *builder;
	gint32 n_closed; /* rings */
} Reader;

static gboolean set_bad(GError **error, const char *what)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "a geometry is damaged: %s; repair the layer or leave the feature out",
	            what);
	return FALSE;
}

static gboolean read_count(Reader *reader, guint32 *value, GError **error)
{
	if (reader->end - reader->at < 4)
		return set_bad(error, "its bytes end too early");
	memcpy(value, reader->at, 4);
	*value = reader->swap ? GUINT32_SWAP_LE_BE(*value) : *value;
	reader->at += 4;
	return TRUE;
}

static double read_double(Reader *reader)
{
	guint64 bits;
	double value;
	memcpy(&bits, reader->at, 8);
	bits = reader->swap ? GUINT64_SWAP_LE_BE(bits) : bits;
	memcpy(&value, &bits, 8);
	reader->at += 8;
	return value;
}

/* Checks the declared number against the bytes that are there, before anything is allocated for it. */
static gboolean points_fit(const Reader *reader, gint64 n, GError **error)
{
	gint64 left = (gint64) (reader->end - reader->at);
	return n <= left / (8 * (2 + reader->n_more)) || set_bad(error, "its bytes end too early");
}

static void read_xy(Reader *reader, double *x, double *y)
{
	*x = read_double(reader);
	*y = read_double(reader);
	reader->at += 8 * reader->n_more;
}

static gboolean read_point(Reader *reader, GError **error)
{
	double x, y;
	if (!points_fit(reader, 1, error))
		return FALSE;
	read_xy(reader, &x, &y);
	if (isnan(x) && isnan(y))
		return TRUE; /* how WKB writes POINT EMPTY */
	if (!isfinite(x) || !isfinite(y))
		return set_bad(error, "a coordinate is not a finite number");
	return thuso_builder_point(reader->builder, x, y, error) && thuso_builder_end_part(reader->builder, error);
}

static gboolean read_points(Reader *reader, GError **error)
{
	guint32 n;
	if (!read_count(reader, &n, error) || !points_fit(reader, n, error) || !thuso_builder_reserve(reader->builder, n, error))
		return FALSE;
	for (guint32 i = 0; i < n; i++) {
		double x, y;
		read_xy(reader, &x, &y);
		if (!isfinite(x) || !isfinite(y))
			return set_bad(error, "a coordinate is not a finite number");
		if (!thuso_builder_point(reader->builder, x, y, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_line(Reader *reader, GError **error)
{
	return read_points(reader, error) && thuso_builder_end_part(reader->builder, error);
}

static gboolean read_ring(Reader *reader, gboolean is_shell, GError **error)
{
	ThusoBuilder *builder = reader->builder;
	gint64 start = builder->x.n;
	if (!read_points(reader, error))
		return FALSE;
	if (builder->x.n == start)
		return TRUE;
	const double *x = builder->x.data, *y = builder->y.data;
	const gboolean is_open = x[start] != x[builder->x.n - 1] || y[start] != y[builder->x.n - 1];
	if (is_open && !thuso_builder_point(builder, x[start], y[start], error))
		return FALSE;
	reader->n_closed += is_open;
	gint64 n = builder->x.n - start;
	double *ring_x = (double *) builder->x.data + start, *ring_y = (double *) builder->y.data + start;
	double area = thuso_ring_area(ring_x, ring_y, n);
	if (is_shell ? area < 0 : area > 0)
		thuso_ring_reverse(ring_x, ring_y, n);
	return thuso_builder_end_part(builder, error);
}

static gboolean read_polygon(Reader *reader, GError **error)
{
	guint32 n;
	if (!read_count(reader, &n, error))
		return FALSE;
	for (guint32 i = 0; i < n; i++)
		if (!read_ring(reader, i == 0, error))
			return FALSE;
	return TRUE;
}

/* ISO adds 1000 for Z, 2000 for M, 3000 for both; PostGIS sets high bits. */
static gboolean read_header(Reader *reader, guint32 *type, GError **error)
{
	if (reader->end - reader->at < 5)
		return set_bad(error, "its bytes end too early");
	guint8 order = *reader->at++;
	if (order > 1)
		return set_bad(error, "it is not WKB");
	reader->swap = (order == 1) != (G_BYTE_ORDER == G_LITTLE_ENDIAN);
	guint32 code, srid;
	if (!read_count(reader, &code, error) || ((code & EWKB_SRID) && !read_count(reader, &srid, error)))
		return FALSE;
	guint32 plain = code & ~(EWKB_Z | EWKB_M | EWKB_SRID), dimension = plain / 1000;
	reader->n_more = (dimension == 3 ? 2 : dimension != 0) + ((code & EWKB_Z) != 0) + ((code & EWKB_M) != 0);
	*type = plain % 1000;
	if (dimension <= 3 && *type >= WKB_POINT && *type <= WKB_COLLECTION)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "a geometry has the WKB type %u, which is not read; turn curves and surfaces into lines and polygons", code);
	return FALSE;
}

static ThusoGeometryType kind_of(guint32 type)
{
	static const ThusoGeometryType kinds[] = { THUSO_NO_GEOMETRY, THUSO_POINT, THUSO_LINE,    THUSO_POLYGON,
		                                       THUSO_POINT,       THUSO_LINE,  THUSO_POLYGON, THUSO_NO_GEOMETRY };
	return kinds[type];
}

static gboolean read_geometry(Reader *reader, guint32 only, int depth, GError **error);

static gboolean read_members(Reader *reader, guint32 only, int depth, GError **error)
{
	guint32 n;
	if (depth >= MAX_DEPTH)
		return set_bad(error, "its collections are nested too deeply");
	if (!read_count(reader, &n, error))
		return FALSE;
	for (guint32 i = 0; i < n; i++)
		if (!read_geometry(reader, only, depth + 1, error))
			return FALSE;
	return TRUE;
}

/* A kind is settled by the first member; an empty one of another kind does not make a mixture. */
static gboolean settle_kind(Reader *reader, guint32 type, gint64 n_before, ThusoGeometryType before, GError **error)
{
	ThusoGeometryType kind = kind_of(type);
	if (kind == THUSO_NO_GEOMETRY)
		return TRUE;
	gboolean has_points = reader->builder->x.n > n_before;
	if (n_before > 0 && has_points && kind != before) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "a geometry collection mixes points, lines and polygons; split the layer by kind");
		return FALSE;
	}
	if (has_points || before == THUSO_NO_GEOMETRY)
		reader->builder->type = kind;
	return TRUE;
}

/* `only`: the type that a member of a Multi geometry must have; 0 = any. */
static gboolean read_geometry(Reader *reader, guint32 only, int depth, GError **error)
{
	guint32 type = 0;
	gint64 n_before = reader->builder->x.n;
	ThusoGeometryType before = reader->builder->type;
	if (!read_header(reader, &type, error))
		return FALSE;
	if (only != 0 && type != only)
		return set_bad(error, "a part is of another kind than the whole");
	gboolean ok;
	if (type == WKB_POINT)
		ok = read_point(reader, error);
	else if (type == WKB_LINE)
		ok = read_line(reader, error);
	else if (type == WKB_POLYGON)
		ok = read_polygon(reader, error);
	else
		ok = read_members(reader, type == WKB_COLLECTION ? 0 : type - 3, depth, error);
	return ok && settle_kind(reader, type, n_before, before, error);
}

ThusoGeometry *thuso_geometry_from_wkb(gconstpointer wkb, gsize size, GError **error)
{
	ThusoBuilder builder;
	thuso_builder_init(&builder, THUSO_NO_GEOMETRY);
	Reader reader = { .at = wkb, .end = wkb ? (const guint8 *) wkb + size : NULL, .builder = &builder };
	ThusoGeometry *geometry = NULL;
	gboolean ok = wkb ? read_geometry(&reader, 0, 0, error) : set_bad(error, "it has no bytes");
	if (ok && reader.at != reader.end)
		ok = set_bad(error, "bytes follow its end");
	if (ok)
		geometry = thuso_builder_finish(&builder, TRUE, error);
	if (geometry)
		geometry->n_closed = reader.n_closed;
	thuso_builder_clear(&builder);
	return geometry;
}

/* --- writing --------------------------------------------------------------------------------------------------------- */

static guint8 *put_byte(guint8 *at)
{
	*at = G_BYTE_ORDER == G_LITTLE_ENDIAN;
	return at + 1;
}

static guint8 *put_count(guint8 *at, gint64 value)
{
	guint32 narrow = (guint32) value;
	memcpy(at, &narrow, 4);
	return at + 4;
}

static guint8 *put_header(guint8 *at, guint32 type)
{
	return put_count(put_byte(at), type);
}

static guint8 *put_xy(guint8 *at, double x, double y)
{
	memcpy(at, &x, 8);
	memcpy(at + 8, &y, 8);
	return at + 16;
}

static guint8 *put_part(guint8 *at, const ThusoGeometry *geometry, gint32 part)
{
	at = put_count(at, thuso_part_size(geometry, part));
	for (gint64 i = geometry->part_start[part]; i < geometry->part_start[part + 1]; i++)
		at = put_xy(at, geometry->x[i], geometry->y[i]);
	return at;
}

static gboolean is_shell(const ThusoGeometry *arranged, gint32 part)
{
	gint64 start = arranged->part_start[part];
	return part == 0 || thuso_ring_area(arranged->x + start, arranged->y + start, thuso_part_size(arranged, part)) >= 0;
}

static guint8 *put_polygons(guint8 *at, const ThusoGeometry *arranged)
{
	gint32 n_polygons = 0;
	guint8 *count = put_header(at, WKB_MULTIPOLYGON);
	at = put_count(count, 0);
	for (gint32 part = 0, n_rings; part < arranged->n_parts; part += n_rings, n_polygons++) {
		for (n_rings = 1; part + n_rings < arranged->n_parts && !is_shell(arranged, part + n_rings);)
			n_rings++;
		at = put_count(put_header(at, WKB_POLYGON), n_rings);
		for (gint32 i = 0; i < n_rings; i++)
			at = put_part(at, arranged, part + i);
	}
	put_count(count, n_polygons);
	return at;
}

static guint8 *put_lines(guint8 *at, const ThusoGeometry *geometry)
{
	at = put_count(put_header(at, WKB_MULTILINE), geometry->n_parts);
	for (gint32 part = 0; part < geometry->n_parts; part++)
		at = put_part(put_header(at, WKB_LINE), geometry, part);
	return at;
}

static guint8 *put_points(guint8 *at, const ThusoGeometry *geometry)
{
	if (geometry->n_points != 1)
		at = put_count(put_header(at, WKB_MULTIPOINT), geometry->n_points);
	for (gint64 i = 0; i < geometry->n_points; i++)
		at = put_xy(put_header(at, WKB_POINT), geometry->x[i], geometry->y[i]);
	return at;
}

static GBytes *write_wkb(const ThusoGeometry *geometry, GError **error)
{
	if (geometry->n_points > G_MAXUINT32) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "a geometry of %" G_GINT64_FORMAT " points is too large for WKB; split it", geometry->n_points);
		return NULL;
	}
	/* At most a header and a count a part, and a header a point. */
	gint64 most = 9 + 18 * (gint64) geometry->n_parts + (geometry->type == THUSO_POINT ? 21 : 16) * geometry->n_points;
	guint8 *bytes = thuso_array_new(most, 1, "a geometry as WKB", error);
	if (!bytes)
		return NULL;
	guint8 *end = geometry->type == THUSO_POLYGON ? put_polygons(bytes, geometry)
	              : geometry->type == THUSO_LINE  ? put_lines(bytes, geometry)
	                                              : put_points(bytes, geometry);
	return g_bytes_new_with_free_func(bytes, (gsize) (end - bytes), thuso_array_free, bytes);
}

GBytes *thuso_geometry_to_wkb(const ThusoGeometry *geometry, GError **error)
{
	if (geometry->type == THUSO_NO_GEOMETRY || geometry->type == THUSO_ANY_GEOMETRY) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "a geometry without a kind cannot be written as WKB");
		return NULL;
	}
	if (geometry->type != THUSO_POLYGON || geometry->arranged)
		return write_wkb(geometry, error);
	g_autoptr(ThusoGeometry) arranged = thuso_geometry_arrange(geometry, error);
	return arranged ? write_wkb(arranged, error) : NULL;
}

GBytes *thuso_point_to_wkb(double x, double y)
{
	guint8 bytes[21];
	put_xy(put_header(bytes, WKB_POINT), x, y);
	return g_bytes_new(bytes, sizeof bytes);
}
