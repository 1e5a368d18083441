/* Allocation problems that own their arrays, random small ones and large ones on a map, and the checks of an answer. */
#ifndef TESTS_ALLOCATION_WORLD_H
#define TESTS_ALLOCATION_WORLD_H

#include <thuso/catchment.h>

#include "siting-random.h"

typedef struct {
	ThusoAllocationProblem problem;
	gint64 *start;
	guint32 *demand;
	double *cost, *weight, *capacity;
	double largest; /* cost */
	double total;   /* people */
} World;

/* Whole numbers, small, with many ties; then people times people_scale and costs times cost_scale. */
World *world_random(Random *random, int most_rows, int most_sites, double people_scale, double cost_scale);
/* Rows and sites in clusters on a plane, each row reaches its 5 to 50 nearest sites (as far as there are so many); capacities
 * together hold `room` times everyone. Real numbers. */
World *world_on_map(guint64 seed, int n_rows, int n_sites, double room);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* People add up by row, site and in all; capacities hold. */
void check_people(Random *random, const World *world, const guint8 *open, const ThusoAllocation *allocation);
/* The prices prove that nothing is better: feasible, and equal where people are. */
void check_proof(Random *random, const World *world, const guint8 *open, const ThusoAllocation *allocation);

/* The least cost of the most people by shortest paths over single rows and sites (Bellman and Ford), whole numbers only. Stops where a
 * person costs more than `unserved` (NaN = never). */
typedef struct {
	double assigned, cost;
} PlainFlow;
PlainFlow plain_flow(const World *world, const guint8 *open, double unserved);

#endif
