/* What centres can serve, and who is refused. Private to this room. */
#ifndef STUDY_CAPACITY_H
#define STUDY_CAPACITY_H

#include "run.h"

/* The keys of `centres.capacity` and of the block `capacity`. */
extern const ThusoParam centre_capacity_params[], capacity_params[];

/* Of the main trip's state, by centre; the study's unit for capacity, people for the rest. */
struct StateCapacity {
	double *capacity; /* NaN = not stated */
	double *demand;   /* within the limit, this the nearest; buffer included */
	double *allocated, *refused;
	double *cell_allocated; /* grid-long; NULL where visits per person are not stated */
	double total_allocated, total_refused;
};

/* What a unit of a level has and asks: NaN = not known. */
typedef struct {
	double capacity, asked; /* in the study's unit */
	double allocated, refused;
	const char *words; /* none, under-provided, sufficient, over-provided; or NULL */
} Provided;

/* Of the study: `centres.capacity` and `capacity`. Needs the centres. */
gboolean run_read_capacity(Run *run, GError **error);
/* Use, constrained catchments and refused people, now and with the plan. */
gboolean run_fill_capacity(Run *run, GError **error);
void state_capacity_free(StateCapacity *capacity);
const char *run_capacity_unit(const Run *run);

/* Share of the capacity that is asked for; NaN = not known. */
double centre_utilisation(const Run *run, const State *state, gint32 centre);
const char *run_use_words(const Run *run, double utilisation); /* under, adequate, over, or NULL */
void unit_provision(const Run *run, const State *state, const ThusoLevel *level, gint32 unit, Provided *provided);

#endif
