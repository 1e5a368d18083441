/* Who would count as served by other ways to measure access, so that a planner can defend the study's own. */
#ifndef STUDY_METHODS_H
#define STUDY_METHODS_H

#include "run.h"

typedef enum {
	METHOD_BUFFER,  /* straight line to the nearest centre, up to `radius` */
	METHOD_ROADS,   /* along roads, and in a straight line to them, up to `radius` */
	METHOD_WALKING, /* on foot over the terrain, up to the first standard's limit */
	METHOD_TRIP,    /* the study's own: the trip of the first standard */
	N_METHODS
} MethodId;

typedef struct {
	const char *name, *title;
} Method;
extern const Method methods[N_METHODS];

/* What the study compares. `served` has a byte a cell, by state (now, plan) and method; NULL = the method has nothing to measure by (no
 * roads). Cells without people are not looked at by METHOD_BUFFER. */
typedef struct Methods {
	double radius; /* m */
	guint8 *served[2][N_METHODS];
} Methods;

/* The radius that the study states, or an error that says what to decide. */
gboolean methods_check(const Run *run, GError **error);
gboolean methods_compare(Run *run, GError **error);
void methods_free(Methods *compared);
/* tables_methods.c: the tables `methods` and `buffers`; none without the block. */
gboolean tables_methods(const Run *run, GPtrArray *tables, GError **error);

#endif
