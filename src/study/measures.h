/* The blocks `measures` and `equity`: measures of access beside served and unserved, and how evenly they are spread. Private to this room. */
#ifndef STUDY_MEASURES_H
#define STUDY_MEASURES_H

#include <thuso/measures.h>

#include "rows.h"

extern const ThusoParam measure_params[], equity_params[];

typedef struct {
	Block block;
	const ThusoAccessMeasure *measure;
	char *name; /* column suffix: "2sfca" */
	Trip *trip;
	ThusoDecayOptions options;
	double *steps;         /* uppers, then weights */
	const char *supply;    /* field of the centres, or NULL = 1 each */
	double supply_planned; /* of a planned site */
	double per;            /* people, where the measure is a supply a person; else 1 */
	double *access[2];     /* now, plan: by demand row, times `per` */
} Measure;

/* Demand rows: cells with people that all layers cover, the buffer's too, because they compete. */
typedef struct Measures {
	Measure *measure;
	int n;
	DemandRows rows;
	guint32 *row_of; /* a cell's row + 1, 0 = none */
	int level;       /* whose units are the groups of equity; -1 = no equity */
} Measures;

/* NULL without an error where the study has no block. Needs trips, region and centres. */
gboolean measures_read(Run *run, GError **error);
void measures_free(Measures *measures);
/* After the plan's travel. */
gboolean run_measures(Run *run, GError **error);
/* A cell's access in state 0 (now) or 1 (plan); NaN where not all layers cover it. */
double measure_at(const Measures *measures, const Measure *measure, int state, gint64 cell);

/* tables_measures.c: columns of demand_cells and of the area layers, which are there already; the tables `measures` and `equity`. */
gboolean tables_measures(const Run *run, GPtrArray *tables, GError **error);
gboolean measures_facts(const Run *run, ThusoTable *parameters, GError **error);

#endif
