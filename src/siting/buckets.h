/* Points in squares as wide as a distance: those near a place lie in its square or beside it. */
#ifndef THUSO_SITING_BUCKETS_H
#define THUSO_SITING_BUCKETS_H

#include <glib.h>

typedef struct {
	const double *x, *y;
	double width_m;
	gint64 n;
	gint64 *point; /* n: by row of squares, then column, then index; points without a place are left out */
} Buckets;

/* FALSE with an error (memory). `width_m` > 0. The arrays are not owned. */
gboolean buckets_init(Buckets *buckets, const double *x, const double *y, gint64 n, double width_m, GError **error);
void buckets_clear(Buckets *buckets);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Buckets, buckets_clear)

/* Calls func for every point within `width_m` of (x, y), the edge included, by square and index. */
typedef void (*BucketFunc)(gint64 point, double metres, gpointer data);
void buckets_within(const Buckets *buckets, double x, double y, BucketFunc func, gpointer data);

#endif
