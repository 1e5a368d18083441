/* The parts of reading places: regular candidates, unique ids, spacing, names of what is near. */
#ifndef THUSO_DATA_PLACES_H
#define THUSO_DATA_PLACES_H

#include "input.h"

typedef struct {
	ThusoContext *context;
	const ThusoRegion *region;
	const ThusoPlacesSpec *specs;
	int n_specs;
	const double *people;
	ThusoVector places; /* of ThusoPlace */
} ThusoPlacesJob;

void thuso_place_clear(ThusoPlace *place);
/* One candidate per square of `every_m`, at its most populated cell. */
gboolean thuso_places_lattice(ThusoPlacesJob *job, int layer, GError **error);
/* Makes ids unique ("#2", "#3" by position) and sorts by id. */
gboolean thuso_places_unique(ThusoPlacesJob *job, GError **error);
/* Of neighbours of one spec nearer than min_spacing_m the lower id stays. The places are sorted by id. */
gboolean thuso_places_space(ThusoPlacesJob *job, GError **error);
/* Places that stand on each other are a finding. */
gboolean thuso_places_report_same(ThusoPlacesJob *job, GError **error);
/* Gives every place of the specs with `near` the title of the nearest feature of that layer. */
gboolean thuso_places_name(ThusoPlacesJob *job, GError **error);

#endif
