/* The marks of the map, the same on the map and in its legend. */
#ifndef REPORT_MARKS_H
#define REPORT_MARKS_H

#include "scene.h"

typedef enum {
	MARK_OPEN,    /* a centre that is open */
	MARK_SHUT,    /* a centre that is not */
	MARK_PLANNED, /* a site of the plan */
	MARK_TOP,     /* one of the best ranks, with its number */
	MARK_BEST,    /* the best of a municipality */
	MARK_OTHER,   /* a lower rank */
	N_MARKS
} Mark;

/* px from the middle to the edge. */
double mark_radius(Mark mark);
/* Draws it around 0, 0 moved to x, y; `number` (or NULL) stands in it. */
void mark_draw(Scene *scene, Mark mark, double x, double y, double scale, const char *number);
const char *mark_title(Mark mark); /* for the legend */
const char *mark_name(Mark mark);  /* for programs */

#endif
