/* The cells that a source reaches, as bytes: a byte that says how wide ticks are, the number of runs, the runs of wanted cells side by
 * side as (gap, length - 1), both in seven bits a byte, then the ticks. */
#include "reach_cache.h"

#define VARINT_BYTES_MAX 10

static guint64 place_of(const ReachWanted *wanted, gint64 cell)
{
	return wanted->place ? wanted->place[cell] : (guint64) cell;
}

static guint8 *put_number(guint8 *at, guint64 number)
{
	for (; number >= 0x80; number >>= 7)
		*at++ = (guint8) (number | 0x80);
	*at++ = (guint8) number;
	return at;
}

/* NULL where the bytes end too early. */
static const guint8 *get_number(const guint8 *at, const guint8 *end, guint64 *number)
{
	*number = 0;
	for (int shift = 0; at && at < end && shift < 64; shift += 7) {
		*number |= (guint64) (*at & 0x7f) << shift;
		if (!(*at++ & 0x80))
			return at;
	}
	return NULL;
}

static gint64 count_runs(const ReachWanted *wanted, const gint64 *cells, gint64 n)
{
	gint64 n_runs = 0;
	for (gint64 i = 0; i < n; i++)
		n_runs += i == 0 || place_of(wanted, cells[i]) != place_of(wanted, cells[i - 1]) + 1;
	return n_runs;
}

static guint8 *put_runs(const ReachWanted *wanted, const gint64 *cells, gint64 n, guint8 *at)
{
	guint64 next = 0; /* the place after the last run */
	for (gint64 i = 0; i < n;) {
		const guint64 first = place_of(wanted, cells[i]);
		gint64 length = 1;
		while (i + length < n && place_of(wanted, cells[i + length]) == first + (guint64) length)
			length++;
		at = put_number(at, first - next);
		at = put_number(at, (guint64) length - 1);
		next = first + (guint64) length;
		i += length;
	}
	return at;
}

gboolean reach_encode(const ReachWanted *wanted, const gint64 *cells, const gint64 *ticks, gint64 n, ThusoVector *bytes,
                      GError **error)
{
	const gint64 n_runs = count_runs(wanted, cells, n);
	guint64 all = 0;
	for (gint64 i = 0; i < n; i++)
		all |= (guint64) ticks[i];
	const guint8 width = all >> 32 ? sizeof(gint64) : sizeof(guint32);
	bytes->n = 0;
	if (!thuso_vector_reserve(bytes, 1 + VARINT_BYTES_MAX * (2 * n_runs + 1) + n * width, "cached travel", error))
		return FALSE;
	guint8 *at = bytes->data;
	*at++ = width;
	at = put_runs(wanted, cells, n, put_number(at, (guint64) n_runs));
	for (gint64 i = 0; i < n; i++, at += width) {
		const guint32 narrow = (guint32) ticks[i];
		if (width == sizeof narrow)
			memcpy(at, &narrow, sizeof narrow);
		else
			memcpy(at, &ticks[i], sizeof ticks[i]);
	}
	bytes->n = at - (guint8 *) bytes->data;
	return TRUE;
}

static const guint8 *get_runs(const ReachWanted *wanted, const guint8 *at, const guint8 *end, gint64 n, gint64 *cells)
{
	guint64 n_runs, next = 0;
	gint64 done = 0;
	at = get_number(at, end, &n_runs);
	for (; at && n_runs > 0; n_runs--) {
		guint64 gap, more;
		at = get_number(at, end, &gap);
		at = get_number(at, end, &more);
		const guint64 left = (guint64) wanted->n - next;
		if (!at || gap >= left || more >= left - gap || more >= (guint64) (n - done))
			return NULL;
		next += gap;
		for (guint64 i = 0; i <= more; i++, next++)
			cells[done++] = wanted->cell ? wanted->cell[next] : (gint64) next;
	}
	return done == n ? at : NULL;
}

gboolean reach_decode(const ReachWanted *wanted, const guint8 *bytes, gsize n_bytes, gint64 n, ThusoVector *cells,
                      ThusoVector *ticks, GError **error)
{
	const guint8 *end = bytes + n_bytes;
	if (n_bytes < 2 || n < 0 || n > wanted->n)
		return FALSE;
	if (!thuso_vector_reserve(cells, n, "cached travel", error) || !thuso_vector_reserve(ticks, n, "cached travel", error))
		return FALSE;
	const guint8 width = *bytes, *at = get_runs(wanted, bytes + 1, end, n, cells->data);
	if (!at || (width != sizeof(guint32) && width != sizeof(gint64)) || end - at != n * width)
		return FALSE;
	gint64 *to = ticks->data;
	for (gint64 i = 0; i < n; i++, at += width) {
		guint32 narrow = 0;
		if (width == sizeof narrow)
			memcpy(&narrow, at, sizeof narrow), to[i] = narrow;
		else
			memcpy(&to[i], at, sizeof to[i]);
	}
	cells->n = ticks->n = n;
	return TRUE;
}
