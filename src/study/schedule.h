/* What a scheduled run adds to a run: the result before it, what its layers were, and what changed. */
#ifndef STUDY_SCHEDULE_H
#define STUDY_SCHEDULE_H

#include <thuso/study.h>

#include "run.h"

#define FIELDS_KIND "fields" /* of rows of the table `run` */

/* A layer as the study reads it. */
typedef struct {
	char *name;   /* "world.gpkg, layer wards", relative to the study file */
	char *fields; /* "number CODE; text NAME" */
} LayerFields;

typedef struct Schedule {
	char *day;         /* of this run, "2026-11-29" */
	char *last;        /* the GeoPackage of the result before, or NULL */
	GPtrArray *layers; /* of LayerFields: what this run reads */
	ThusoComparison *comparison;
	char *not_compared; /* why not, though there is a last one */
} Schedule;

/* schedule.c: the run, its result in the series of the study's block `schedule`. */
ThusoRunResult *schedule_run(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, GError **error);
/* schedule.c: the table `change`; nothing where there is nothing to compare with. What hinders it is no error but `not_compared`. */
gboolean schedule_compare(const Run *run, const char *path, GPtrArray *tables, GError **error);
/* schedule.c: the date inside the result: the study's, else that of a scheduled run, else NULL. */
const char *schedule_date(const Run *run, const char *stated);

/* schedule_inputs.c: in a scheduled run, sources over their `max_age` are an error, and fields that are gone or of another kind since the last
 * result are findings. */
gboolean schedule_check_inputs(Run *run, GError **error);
/* schedule_inputs.c: a finding for each source over its `max_age`. */
void schedule_find_stale(const Run *run);

/* tables_provenance.c: `path` relative to the folder `dir`. Caller frees. */
char *relative_path(const char *dir, const char *path);

#endif
