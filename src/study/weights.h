/* Weights of the criteria from comparisons in pairs. Private to this room. */
#ifndef STUDY_WEIGHTS_H
#define STUDY_WEIGHTS_H

#include "run.h"

/* The criteria are resolved: with `ahp` or `weights` in the ranking their weights are set, and how consistent they are is told. */
gboolean run_weights(Run *run, GError **error);
/* Weights and consistency as rows of `parameters`. */
gboolean weights_facts(const Run *run, ThusoTable *parameters, GError **error);

#endif
