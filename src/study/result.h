/* Handing the tables to `out`, and what the caller gets back. */
#ifndef STUDY_RESULT_H
#define STUDY_RESULT_H

#include <thuso/out.h>

#include "run.h"

/* Writes all files; `start` is the monotonic time at which the job began, in microseconds. Tables stay the caller's but for those
 * that the result keeps. */
ThusoRunResult *result_write(Run *run, ThusoOutput *output, const char *path, GPtrArray *tables, gint64 start, GError **error);

/* run.c: all of a run with its result at `path`. `schedule` may be NULL. */
struct Schedule;
ThusoRunResult *run_into(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, const char *path,
                         struct Schedule *schedule, GError **error);

/* report.c: the study's `report` block, refused before computing and written after the result; nothing where there is no such block.
 * The paths of the report join `written`. */
gboolean result_report_check(const ThusoStudy *study, const char *path, gboolean overwrite, GError **error);
gboolean result_report(ThusoContext *context, const ThusoStudy *study, const char *path, gboolean overwrite, char ***written,
                       GError **error);

#endif
