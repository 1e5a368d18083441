/* Plans and roll-outs as bytes, and what they depend on as a sum. Private to steps*.c. */
#ifndef STUDY_STEPS_BYTES_H
#define STUDY_STEPS_BYTES_H

#include <thuso/rollout.h>

/* Everything that an answer depends on, the program itself included. */
void sum_location(GChecksum *sum, const ThusoModel *model, const ThusoLocation *location, const ThusoLocateOptions *options);
void sum_rollout(GChecksum *sum, const ThusoRolloutSpec *spec);

GByteArray *plan_to_bytes(const ThusoPlan *plan);
ThusoPlan *plan_from_bytes(const guint8 *bytes, gsize n); /* NULL: these are no bytes of plan_to_bytes */
GByteArray *rollout_to_bytes(const ThusoRollout *rollout, const ThusoRolloutSpec *spec);
ThusoRollout *rollout_from_bytes(const guint8 *bytes, gsize n, const ThusoRolloutSpec *spec);

#endif
