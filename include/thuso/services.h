/* Where departments serve people: points, and clusters of them that lie within walking distance of one place (src/siting/README.md). */
#ifndef THUSO_SERVICES_H
#define THUSO_SERVICES_H

#include <thuso/geo.h>

G_BEGIN_DECLS

/* Points where a department serves people, in a CRS of metres. Arrays are not owned. */
typedef struct {
	gint64 n;
	const double *x, *y;           /* NaN = no place */
	const char *const *department; /* elements may be NULL: not known */
} ThusoServicePoints;

/* Metres: coordinates hold no more, so exactly the distance is within it in every projection. */
#define THUSO_PLACE_SLACK_M 1e-3

/* What makes a cluster. */
typedef struct {
	double within_m;                   /* > 0: straight line from the cluster's place to each of its points */
	gint32 min_departments;            /* at least so many different ones, 2 or more */
	const ThusoGrid *grid;             /* of `people`; NULL = people are not counted */
	const double *people;              /* grid-long */
	gint64 n_centres;                  /* existing centres, to name the nearest */
	const double *centre_x, *centre_y; /* NaN = no place */
} ThusoClusterSpec;
void thuso_cluster_spec_default(ThusoClusterSpec *spec); /* 1 km, 2 departments */

typedef struct {
	gint64 point; /* the service point at its middle: the cluster's place */
	double x, y;
	gint64 n_points;
	gint32 n_departments;
	char *departments;     /* different ones by name: "Home Affairs, Labour, SASSA" */
	double farthest_m;     /* of its points from the place */
	double people_within;  /* whose cell's centre is within the distance of the place, in a straight line; NaN = not counted */
	gint64 nearest_centre; /* index, -1 = there is none */
	double nearest_centre_m;
} ThusoCluster;

typedef struct {
	gint64 n; /* in the order in which they were found: most departments first */
	ThusoCluster *cluster;
	gint64 *cluster_of; /* a service point: its cluster, -1 = in none */
	gint64 n_left_out;  /* service points without a place or a department */
} ThusoClusters;
void thuso_clusters_free(ThusoClusters *clusters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoClusters, thuso_clusters_free)

/* Precincts: the service point with the most different departments within the distance (then the most points, then the least sum of
 * distances, then the lowest index) takes all points there; what is left is looked at again, until no place has enough departments. So
 * every point of a cluster is within the distance of one address, no point counts twice, and a chain of points is no cluster. Names of
 * departments are compared without regard to case. Errors: THUSO_ERROR_USAGE (distance or number out of range), _LIMIT, _CANCELLED. */
ThusoClusters *thuso_clusters(ThusoContext *context, const ThusoServicePoints *points, const ThusoClusterSpec *spec,
                              GError **error);

G_END_DECLS
#endif
