/* What the audit of `thuso check` looks at in the layers as a whole; findings go to the context. */
#ifndef STUDY_AUDIT_H
#define STUDY_AUDIT_H

#include "run.h"

/* check.c: the municipality of that code, or -1. */
int audit_named_area(const Run *run, const char *text);
/* audit.c: coverage of the terrain, heights, gaps between municipalities, people, pieces that are cut off. */
gboolean audit_layers(Run *run, GError **error);
/* audit_people.c: polygons of people that overlap, lie elsewhere than they say, or hold too few. */
gboolean audit_people(const Run *run, GError **error);
void audit_find(const Run *run, ThusoSeverity severity, const char *check, const char *layer, const char *feature, gint64 count,
                gint64 cell, const char *format, ...) G_GNUC_PRINTF(8, 9);

#endif
