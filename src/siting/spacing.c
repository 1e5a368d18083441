/* Spacing: down the order, a site closer than the spacing to a listed one of its municipality is folded into it. */
#include "rank.h"

/* Listed sites in square buckets at least as wide as the spacing, so that a neighbour is in one of nine. */
typedef struct {
	const ThusoSites *sites;
	const gint64 *order;
	double side_m;
	guint64 mask;
	gint64 *head; /* bucket's latest listed position + 1, 0 = none */
	gint64 *next; /* by position */
} Buckets;

#define LEAST_SIDE_M 1.0 /* keeps bucket numbers small for a spacing of millimetres */

static guint64 bucket_of(const Buckets *b, double column, double row, gint32 area)
{
	guint64 key = (guint64) (gint64) column * 0x9E3779B97F4A7C15u ^ (guint64) (gint64) row * 0xC2B2AE3D27D4EB4Fu ^
	              (guint64) area * 0x165667B19E3779F9u;
	key ^= key >> 32;
	key *= 0xD6E8FEB86659FD93u;
	return (key ^ key >> 32) & b->mask;
}

static gboolean is_neighbour(const Buckets *b, gint64 listed, gint64 site, double spacing_m)
{
	const ThusoSites *sites = b->sites;
	gint64 other = b->order[listed];
	double dx = sites->x[site] - sites->x[other], dy = sites->y[site] - sites->y[other];
	return sites->area[other] == sites->area[site] && sqrt(dx * dx + dy * dy) < spacing_m;
}

/* The highest listed neighbour, or -1. */
static gint64 find_neighbour(const Buckets *b, gint64 site, double spacing_m)
{
	const ThusoSites *sites = b->sites;
	double column = floor(sites->x[site] / b->side_m), row = floor(sites->y[site] / b->side_m);
	gint64 found = -1;
	for (int k = 0; k < 9; k++) {
		guint64 bucket = bucket_of(b, column + k % 3 - 1, row + k / 3 - 1, sites->area[site]);
		for (gint64 listed = b->head[bucket] - 1; listed >= 0; listed = b->next[listed] - 1)
			if ((found < 0 || listed < found) && is_neighbour(b, listed, site, spacing_m))
				found = listed;
	}
	return found;
}

static void list_site(Buckets *b, gint64 position)
{
	const ThusoSites *sites = b->sites;
	gint64 site = b->order[position];
	double column = floor(sites->x[site] / b->side_m), row = floor(sites->y[site] / b->side_m);
	guint64 bucket = bucket_of(b, column, row, sites->area[site]);
	b->next[position] = b->head[bucket];
	b->head[bucket] = position + 1;
}

static gboolean is_placed(const ThusoSites *sites, gint64 site)
{
	return isfinite(sites->x[site]) && isfinite(sites->y[site]);
}

gboolean thuso_spacing_fold(const ThusoSites *sites, const gint64 *order, gint64 n_order, double spacing_m, gint64 *into,
                            GError **error)
{
	for (gint64 k = 0; k < n_order; k++)
		into[k] = -1;
	if (!(spacing_m > 0))
		return TRUE;
	guint64 n_buckets = 16;
	while (n_buckets < 2 * (guint64) n_order)
		n_buckets *= 2;
	Buckets b = { sites, order, MAX(spacing_m, LEAST_SIDE_M), n_buckets - 1, NULL, NULL };
	b.head = thuso_array_new((gint64) n_buckets, sizeof(gint64), "neighbouring candidates", error);
	b.next = b.head != NULL ? thuso_array_new(n_order, sizeof(gint64), "neighbouring candidates", error) : NULL;
	for (gint64 k = 0; b.next != NULL && k < n_order; k++) {
		if (!is_placed(sites, order[k]))
			continue;
		into[k] = find_neighbour(&b, order[k], spacing_m);
		if (into[k] < 0)
			list_site(&b, k);
	}
	gboolean ok = b.next != NULL;
	thuso_array_free(b.head);
	thuso_array_free(b.next);
	return ok;
}
