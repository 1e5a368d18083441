/* Candidates made by a random generator, and the ranking worked out word for word from src/siting/README.md. */
#ifndef TESTS_SITING_WORLD_H
#define TESTS_SITING_WORLD_H

#include <thuso/siting.h>

#include "siting-random.h"

#define WORLD_SITES    24
#define WORLD_DEMAND   30
#define WORLD_AREAS    4
#define WORLD_CRITERIA 4

typedef struct {
	ThusoSites sites;
	ThusoRankingSpec spec;
	ThusoCriterionUse criteria[WORLD_CRITERIA], exclude[2];
	/* What the pointers above point to. */
	char id_text[WORLD_SITES][8];
	const char *id[WORLD_SITES], *zone[WORLD_SITES], *status[WORLD_SITES], *area_title[WORLD_AREAS];
	double x[WORLD_SITES], y[WORLD_SITES], gained[WORLD_SITES], within[WORLD_SITES], mean[WORLD_SITES], need[WORLD_SITES];
	double land[WORLD_SITES], demand_people[WORLD_DEMAND];
	gint64 cell[WORLD_SITES], reach_start[WORLD_SITES + 1];
	gint32 area[WORLD_SITES];
	guint8 area_has_centre[WORLD_AREAS], demand_served[WORLD_DEMAND], reaches[WORLD_SITES][WORLD_DEMAND];
	guint32 reach_cells[WORLD_SITES * WORLD_DEMAND];
} SitingWorld;

/* Coarse values, so that ties, equal places and missing values are common. The world must not move: it points into itself. */
void siting_world_fill(SitingWorld *world, Random *random);
/* Fills reach_start, reach_cells, gained and within from reaches[][]. */
void siting_world_travel(SitingWorld *world);

/* The ranking by the plainest loops there are. */
typedef struct {
	int n, n_excluded;
	int site[WORLD_SITES], folded_into[WORLD_SITES]; /* by site: the listed site, or -1 */
	int excluded[WORLD_SITES], excluded_by[WORLD_SITES];
	double score[WORLD_SITES]; /* by site */
	double part[WORLD_SITES][WORLD_CRITERIA];
	double gained_in_order[WORLD_SITES], overlap[WORLD_SITES]; /* by rank */
	int rank_in_area[WORLD_SITES], best_of_area[WORLD_AREAS];
} PlainRanking;
void plain_rank(const SitingWorld *world, PlainRanking *plain);

/* --- four candidates on a line, for numbers worked out by hand ------------------------------------------------------------------ */

typedef struct {
	ThusoSites sites;
	ThusoCriterionUse use[3]; /* [0] = people_gained; all weights 1, nothing else said */
} Hand;
void hand_fill(Hand *hand);
/* One part; `part_start` holds two numbers and must live as long as the geometry. */
ThusoGeometry hand_geometry(ThusoGeometryType type, gint64 n, const double *x, const double *y, gint64 *part_start);
/* The ranking; any error fails the test. */
ThusoRanking *rank_ok(const ThusoSites *sites, const ThusoRankingSpec *spec);

/* --- the other test files of siting ---------------------------------------------------------------------------------------------- */

void add_criteria_tests(void);
void add_site_reach_tests(void);

#endif
