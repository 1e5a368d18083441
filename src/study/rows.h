/* Cells with people as demand rows, for whatever looks at costs between sites and people. Private to this room. */
#ifndef STUDY_ROWS_H
#define STUDY_ROWS_H

#include "run.h"

typedef struct {
	gint64 n;
	gint64 *cell; /* ascending */
	double *people;
} DemandRows;

/* The assessed cells, buffer included, where `people` (grid-long) is above 0; with `wanted` (grid-long, or NULL) only those of it. */
gboolean rows_find(const Run *run, const double *people, const guint8 *wanted, DemandRows *rows, GError **error);
void rows_clear(DemandRows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DemandRows, rows_clear)

#endif
