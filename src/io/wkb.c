/* WKB in the form that a GeoPackage layer declares: little-endian, single or multi, with its bounds.
 * Source: OGC 06-103r4, section 8. */
#include "private.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 8 /* of nested collections */

typedef struct {
	const guint8 *bytes;
	gsize size, at;
	GByteArray *out;
	ThusoBounds *bounds;
} Walk;

enum { WKB_POINT = 1, WKB_LINE, WKB_POLYGON, WKB_MULTI_POINT, WKB_MULTI_LINE, WKB_MULTI_POLYGON, WKB_COLLECTION };

static gboolean read_u32(Walk *walk, gboolean little, guint32 *value)
{
	if (walk->size - walk->at < 4)
		return FALSE;
	memcpy(value, walk->bytes + walk->at, 4);
	*value = little ? GUINT32_FROM_LE(*value) : GUINT32_FROM_BE(*value);
	walk->at += 4;
	return TRUE;
}

static void write_u32(GByteArray *out, guint32 value)
{
	guint32 little = GUINT32_TO_LE(value);
	g_byte_array_append(out, (const guint8 *) &little, 4);
}

static void write_head(GByteArray *out, guint32 type)
{
	const guint8 order = 1;
	g_byte_array_append(out, &order, 1);
	write_u32(out, type);
}

static gboolean copy_points(Walk *walk, gboolean little, guint32 n)
{
	if ((walk->size - walk->at) / 16 < n)
		return FALSE;
	for (guint32 i = 0; i < n; i++) {
		double xy[2];
		guint64 raw[2];
		memcpy(raw, walk->bytes + walk->at, 16);
		raw[0] = little ? GUINT64_FROM_LE(raw[0]) : GUINT64_FROM_BE(raw[0]);
		raw[1] = little ? GUINT64_FROM_LE(raw[1]) : GUINT64_FROM_BE(raw[1]);
		memcpy(xy, raw, 16);
		if (!isfinite(xy[0]) || !isfinite(xy[1]))
			return FALSE;
		walk->at += 16;
		walk->bounds->x_min = MIN(walk->bounds->x_min, xy[0]);
		walk->bounds->x_max = MAX(walk->bounds->x_max, xy[0]);
		walk->bounds->y_min = MIN(walk->bounds->y_min, xy[1]);
		walk->bounds->y_max = MAX(walk->bounds->y_max, xy[1]);
		raw[0] = GUINT64_TO_LE(raw[0]);
		raw[1] = GUINT64_TO_LE(raw[1]);
		g_byte_array_append(walk->out, (const guint8 *) raw, 16);
	}
	return TRUE;
}

static gboolean copy_ring(Walk *walk, gboolean little)
{
	guint32 n;
	if (!read_u32(walk, little, &n))
		return FALSE;
	write_u32(walk->out, n);
	return copy_points(walk, little, n);
}

static gboolean read_head(Walk *walk, gboolean *little, guint32 *type)
{
	if (walk->at >= walk->size)
		return FALSE;
	*little = walk->bytes[walk->at++] == 1;
	return read_u32(walk, *little, type);
}

static gboolean copy_geometry(Walk *walk, int depth)
{
	gboolean little;
	guint32 type, n;
	if (depth > MAX_DEPTH || !read_head(walk, &little, &type))
		return FALSE;
	write_head(walk->out, type);
	if (type == WKB_POINT)
		return copy_points(walk, little, 1);
	if (type == WKB_LINE)
		return copy_ring(walk, little);
	if (type < WKB_POINT || type > WKB_COLLECTION || !read_u32(walk, little, &n))
		return FALSE;
	write_u32(walk->out, n);
	for (guint32 i = 0; i < n; i++)
		if (type == WKB_POLYGON ? !copy_ring(walk, little) : !copy_geometry(walk, depth + 1))
			return FALSE;
	return TRUE;
}

guint32 thuso_wkb_type(GBytes *wkb)
{
	Walk walk = { 0 };
	gboolean little;
	guint32 type;
	walk.bytes = g_bytes_get_data(wkb, &walk.size);
	return read_head(&walk, &little, &type) && type >= WKB_POINT && type <= WKB_COLLECTION ? type : 0;
}

gboolean thuso_wkb_normalise(GBytes *wkb, ThusoWkbForm form, GByteArray *out, ThusoBounds *bounds)
{
	Walk walk = { .out = out, .bounds = bounds };
	walk.bytes = g_bytes_get_data(wkb, &walk.size);
	guint32 type = thuso_wkb_type(wkb);
	if (form == THUSO_WKB_MULTI && type >= WKB_POINT && type <= WKB_POLYGON) {
		write_head(out, type + 3);
		write_u32(out, 1);
	}
	if (form == THUSO_WKB_SINGLE && type >= WKB_MULTI_POINT && type <= WKB_MULTI_POLYGON) {
		gboolean little;
		guint32 n;
		if (!read_head(&walk, &little, &type) || !read_u32(&walk, little, &n) || n != 1)
			return FALSE;
	}
	return copy_geometry(&walk, 0) && walk.at == walk.size;
}
