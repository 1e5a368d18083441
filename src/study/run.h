/* A run in progress: what the steps of a study hand to each other. Private to this room; filled in the order of run.c. */
#ifndef STUDY_RUN_H
#define STUDY_RUN_H

#include <thuso/access.h>
#include <thuso/catchment.h>
#include <thuso/data.h>
#include <thuso/friction.h>
#include <thuso/monitoring.h>
#include <thuso/rollout.h>
#include <thuso/siting.h>

#include "study.h"

typedef struct StandardGroup StandardGroup;
typedef struct CapacityRule CapacityRule;
typedef struct StateCapacity StateCapacity;
typedef struct Standard Standard;

/* A centre of a state: an open one, or a planned site. */
typedef struct {
	const ThusoPlace *place;
	gboolean is_planned;
} Centre;

/* What people on foot, or on foot and in vehicles at once, travel over. */
typedef struct {
	ThusoSurface *surface;
	gint64 *component; /* grid-long */
} Ground;

/* One trip in one state. Arrays are grid-long. */
typedef struct {
	const char *name; /* "now" or the plan's name */
	Centre *centres;  /* by id; only those on passable cells */
	gint32 n_centres;
	gint64 *cells; /* of the centres */
	gint64 *cost;  /* ticks */
	gint32 *nearest;
	guint8 *reach;
	ThusoCoverage **coverage; /* by level, then of the whole study area; NULL until asked for */
	StateCapacity *capacity;  /* of the main trip where capacities are stated (capacity.h); else NULL */
	ThusoCoverage **weighted; /* the same of people after demand factors */
} State;

typedef struct {
	const char *name; /* "taxi" */
	gboolean rides;
	double factor;
	double wait; /* s */
	gboolean has_standard;
	double limit;                  /* s or m, the largest; where the trip has no standard, the first standard's */
	const StandardGroup *standard; /* its own, or the first one */
	const Ground *ground;          /* decides where one can stand: run->walked or `driven` */
	Ground driven;                 /* who rides without waiting: roads at vehicles' speeds */
	ThusoSurface *riding;          /* who waits: the layer of roads to change to; or NULL */
	State now, plan;
} Trip;

typedef struct {
	ThusoContext *context;
	ThusoStudy *study;
	ThusoReachCache *cache; /* or NULL */
	Block top;
	GPtrArray *sources; /* of ThusoSource: every one that was read, for the run table; owned */

	ThusoRegion *region;
	ThusoDemand *demand;
	ThusoPeopleShare *shares; /* of the study area, by cell and municipality */
	gint64 n_shares;
	float *elevation;  /* or NULL */
	float *slope;      /* share per cell, or NULL */
	gint32 *landcover; /* class index into landcover_speeds, or NULL */
	ThusoSpeedTable *landcover_speeds, *road_speeds;
	ThusoRoads *roads;
	GPtrArray *barriers; /* of ThusoFeatures */
	GPtrArray *services; /* of ThusoFeatures */
	ThusoPlaces *centres, *candidates;
	ThusoZones *zones;
	ThusoServicePoints service_points; /* of `services` with a department; monitoring.c */
	ThusoMonitoring *monitoring;       /* or NULL */

	ThusoSettlements *settlements; /* or NULL */
	Standard *standards;           /* standards.h */
	int n_standards;
	StandardGroup *groups;
	int n_groups;
	CapacityRule *capacity; /* or NULL */
	ThusoMeasure measure;   /* of the first standard */
	ThusoDirection direction;
	double search_limit; /* s or m */
	double *bands;       /* upper bounds, s or m; the last is search_limit */
	int n_bands;
	Trip *trips;
	int n_trips;
	Trip *main_trip; /* of the first standard */
	Ground walked;   /* shared by the trips that walk, and walk and wait; empty until asked for */
	guint8 *area_has_centre;

	/* Ranking */
	GArray *usable; /* of gint64: candidates on passable cells, in order of id */
	ThusoSiteReach *site_reach;
	ThusoSites sites;         /* points into what follows and into site_reach */
	const double *row_weight; /* by demand row of site_reach: people after demand factors, or as they are */
	gpointer site_arrays[16]; /* arrays that `sites` points to, freed with the run */
	ThusoCriterionUse *criteria, *exclude;
	int n_criteria, n_exclude;
	GPtrArray *owned; /* whatever criteria point to: closures of GDestroyNotify, see run_own */
	ThusoAhp *ahp;    /* weights.h; or NULL */
	ThusoMissing missing;
	ThusoRanking *ranking;

	/* Plans (siting.h) */
	struct Siting *siting;      /* or NULL */
	ThusoSitePairs *site_pairs; /* of centres and candidates, for models that look at costs; or NULL */
	GPtrArray *plans;           /* of Plan; the first is the state `plan` of every table */
	ThusoRollout *rollout;      /* of the first plan, or NULL */

	double walking_factor;           /* of all walking speeds; 1 but where sensitivity moves it */
	struct Sensitivity *sensitivity; /* sensitivity.h; or NULL */
	struct Measures *measures;       /* measures.h; or NULL */
	struct Methods *methods;         /* methods.h; or NULL */
	struct Steps *steps;             /* steps.h; NULL = nothing is kept for a run that goes on */
	struct Schedule *schedule;       /* schedule.h; NULL = an ordinary run. Not owned */
} Run;

Run *run_new(ThusoContext *context, ThusoStudy *study);
void run_free(Run *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)
/* Keeps `data` until the run ends. Returns it. */
gpointer run_own(Run *run, gpointer data, GDestroyNotify destroy);
/* Remembers a source that was read (takes it), for the inputs of the run table. Returns it; NULL in, NULL out. */
ThusoSource *run_source(Run *run, ThusoSource *source);

/* guard.c: every file that was read, sorted, each once; free with g_ptr_array_unref. */
GPtrArray *run_input_paths(const Run *run);
/* guard.c: an error when a file of the result at `output` (NAME.gpkg) is one of them. */
gboolean run_guard_inputs(const Run *run, const char *output, GError **error);

/* inputs.c: all layers, onto the grid. */
gboolean run_read_inputs(Run *run, GError **error);
/* travel.c: standards, bands and trips as the study states them; needs no layers. */
gboolean run_plan_trips(Run *run, GError **error);
/* ground.c: the surfaces of a trip. */
gboolean run_make_ground(Run *run, Trip *trip, GError **error);
/* ground.c: the walker's ground, for who needs it beside the trips' own. */
gboolean run_make_walked(Run *run, GError **error);
/* ground.c: roads alone, with the barriers that cut them; NULL without an error where there are none. And ground without anything on it. */
gboolean run_make_roads(const Run *run, ThusoSurface **surface, GError **error);
ThusoSurface *run_make_bare(const Run *run, GError **error);
void ground_clear(Ground *ground);
/* ground.c: what a search of this trip is asked, up to `limit` s or m. */
ThusoTravel run_travel(const Run *run, const Trip *trip, double limit);
/* ... in another measure than the study's. */
ThusoTravel run_travel_by(const Run *run, const Trip *trip, ThusoMeasure measure, double limit);
/* travel.c: the trip that a block names under `key`; an error lists those there are. */
Trip *run_find_trip(const Run *run, const Block *block, const char *key, GError **error);
/* travel.c: a place among the centres of a state, -1 = it is none, is not open, or stands where nobody can go. */
gint32 state_find_centre(const State *state, const ThusoPlace *place);
/* travel.c: grounds of all trips and the state `now`. */
gboolean run_travel_now(Run *run, GError **error);
/* travel.c: the same for one trip. */
gboolean run_travel_trip_now(Run *run, Trip *trip, GError **error);
/* travel.c: open centres and planned sites. */
gboolean run_travel_plan(Run *run, GError **error);
/* criteria.c: what the ranking block asks for, resolved. Needs the candidates. */
gboolean run_resolve_criteria(Run *run, GError **error);
/* rank.c: reach of every candidate, score, ranking. */
gboolean run_rank(Run *run, GError **error);

/* rank.c: the facts of every candidate (run->sites), and the ranking asked for. Searches only where site_reach and site_pairs are NULL. */
gboolean run_rank_facts(Run *run, GError **error);
ThusoRankingSpec run_ranking_spec(const Run *run);

/* The standard in words: "60 min by taxi". Caller frees. */
char *run_limit_text(const Run *run, const Trip *trip);
ThusoState run_state(const Run *run, const State *state);
/* shares.c: who is served, by unit of a level, and over the whole study area; owned by the state. NULL = error. One thread. */
const ThusoCoverage *run_coverage(const Run *run, const State *state, int level, GError **error);
/* ... of people after demand factors; where the study has none, the same as run_coverage. */
const ThusoCoverage *run_coverage_weighted(const Run *run, const State *state, int level, GError **error);
const ThusoCoverage *run_total(const Run *run, const State *state, GError **error);
/* shares.c: all of them ahead, on all threads. */
gboolean run_count_people(Run *run, GError **error);
void state_clear_coverage(const Run *run, State *state);
double run_display(const Run *run, double value); /* s to min, m to km */
const char *run_display_unit(const Run *run);

/* tables_*.c: result tables, appended to `tables` (of ThusoTable). */
gboolean tables_sites(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_areas(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_plans(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_access(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_zones(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_trips(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_od(const Run *run, GPtrArray *tables, GError **error);
gboolean tables_provenance(const Run *run, GPtrArray *tables, GError **error);
ThusoTable *table_findings(const Run *run, GError **error);
ThusoTable *table_summary(const Run *run, GError **error);

#endif
