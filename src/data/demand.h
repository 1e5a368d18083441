/* The parts of reading people: by polygon, by pixel, and control totals. */
#ifndef THUSO_DATA_DEMAND_H
#define THUSO_DATA_DEMAND_H

#include "input.h"

typedef struct {
	ThusoContext *context;
	const ThusoRegion *region;
	const ThusoDemandSpec *spec;
	ThusoDemand *demand;
	char *where;            /* the people layer in words */
	ThusoSum read, outside; /* the audit's running sums */
	double expected;        /* people after control totals, from the totals themselves */
} ThusoDemandJob;

/* Places the people of polygons; `people`, `weight` (NULL = no weights) and `id` are a row's. Fills people, pieces and the sums. */
gboolean thuso_demand_polygons(ThusoDemandJob *job, const ThusoFeatures *features, const double *people, const double *weight,
                               char **id, GError **error);
/* factors.c: people in the planning year, in place; and the weight of each feature's people by group and factors (thuso_array_free). */
gboolean thuso_demand_grow(ThusoDemandJob *job, const ThusoFeatures *features, char **id, double *people, GError **error);
double *thuso_demand_weights(ThusoDemandJob *job, const ThusoFeatures *features, char **id, const double *people, GError **error);
/* Places the people of a raster of counts by area of overlap. */
gboolean thuso_demand_pixels(ThusoDemandJob *job, GError **error);
/* Gives up cells on the edge of the study area whose people are mostly a neighbour's. Needs the pieces of polygons. */
gboolean thuso_demand_settle_edges(const ThusoDemand *demand, ThusoRegion *region, GError **error);
/* Fills demand->home. Needs the pieces, and the edges settled. */
gboolean thuso_demand_find_homes(ThusoDemand *demand, const ThusoRegion *region, GError **error);
void thuso_demand_forget_homes(ThusoDemand *demand);
/* Scales people so that units add up to the official totals. */
gboolean thuso_demand_control(ThusoDemandJob *job, GError **error);

#endif
