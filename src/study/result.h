/* Handing the tables to `out`, and what the caller gets back. */
#ifndef STUDY_RESULT_H
#define STUDY_RESULT_H

#include <thuso/out.h>

#include "run.h"

/* Writes all files; `start` is the monotonic time at which the job began, in microseconds. Tables stay the caller's but for those
 * that the result keeps. */
ThusoRunResult *result_write(Run *run, ThusoOutput *output, const char *path, GPtrArray *tables, gint64 start, GError **error);

#endif
