/* Access standards by service, settlement type and trip, and who keeps to them. Private to this room. */
#ifndef STUDY_STANDARDS_H
#define STUDY_STANDARDS_H

#include "run.h"

/* One row of `standards`. */
struct Standard {
	Block block;
	const char *service, *settlement, *source; /* settlement "any" = all that have no row of their own */
	int type;                                  /* of run->settlements; -1 = any */
	int group;
	double limit;                  /* s or m */
	double min_people, max_people; /* NaN = not stated */
};

/* Who reaches what: costs to the nearest point that gives the service. */
typedef struct {
	gint32 n; /* points */
	gint64 *cells;
	gint64 *cost; /* ticks of the group's measure */
	gint32 *nearest;
	gboolean is_own; /* cost and nearest are searched for this group; else the trip's */
} Provision;

/* The rows of one service, trip, measure and kind of points: one limit a cell. */
struct StandardGroup {
	const char *service;
	Trip *trip;
	ThusoMeasure measure;
	const char **departments; /* NULL = the centres */
	double limit;             /* the largest */
	int *standard_of_type;    /* n_types + 1, the last for cells without a type: index into run->standards, -1 = none */
	gint64 *cell_ticks;       /* grid-long where limits differ; else NULL */
	Provision now, plan;
};

/* Type of a cell: 0 .. n_types, the last where there is none. */
int run_settlement(const Run *run, gint64 cell);
int run_n_settlements(const Run *run);
/* The row that says what is near enough at a cell, or NULL. */
const Standard *group_standard(const Run *run, const StandardGroup *group, gint64 cell);
ThusoLimit group_limit(const StandardGroup *group);
/* "30 min by taxi", "15 min (town), 30 min (village) on foot". Caller frees. */
char *group_text(const Run *run, const StandardGroup *group);

/* Of the study: reads the rows; needs the trips, no layers. */
gboolean run_read_standards(Run *run, GError **error);
/* Settlement types, and each group's limits by cell; needs the people. */
gboolean run_settle_standards(Run *run, GError **error);
/* Departments that no service point has are an error. Needs the service points. */
gboolean run_check_standards(const Run *run, GError **error);
/* Costs of the groups that no trip's states answer: other points, or the other measure. Needs the plan. */
gboolean run_travel_standards(Run *run, GError **error);
void run_free_standards(Run *run);

/* presets.c: NULL-terminated. */
extern const ThusoDescriptor *const study_presets[];

gboolean tables_standards(const Run *run, GPtrArray *tables, GError **error);

#endif
