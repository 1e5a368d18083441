/* A small made-up region with everything that a result may hold: what the tests of `out` write and QGIS is shown. */
#ifndef THUSO_TESTS_OUT_RESULT_H
#define THUSO_TESTS_OUT_RESULT_H

#include <thuso/out.h>

typedef struct {
	ThusoResult result; /* path is NULL: the caller's to set */
	ThusoGrid grid;
	ThusoCrs *crs;
	float *cost;
} OutSample;

/* Aborts the test on any failure. `many` adds a second trip and the plan's state, a district level and tables. */
OutSample *out_sample_new(ThusoContext *context, gboolean many);
void out_sample_free(OutSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutSample, out_sample_free)
/* The table of that name. */
ThusoTable *out_sample_table(const OutSample *sample, const char *name);

#endif
