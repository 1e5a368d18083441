/* A study in memory and a run of it over a region without places, for what a study says before any layer is read. */
#ifndef FUZZ_STUDY_PARTS_H
#define FUZZ_STUDY_PARTS_H

#include "../../src/study/run.h"

/* Takes nothing; the caller frees with run_free. The study must outlive it. */
Run *fuzz_run(ThusoContext *context, ThusoStudy *study);

#endif
