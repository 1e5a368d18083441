/* What a run has worked out and the next one need not: plans and roll-outs, kept by content until the run is done. */
#ifndef STUDY_STEPS_H
#define STUDY_STEPS_H

#include <thuso/rollout.h>

typedef struct Steps Steps;

/* `folder` is made when there is something to keep. `resumes`: what lies there is taken; else everything is worked out anew. */
Steps *steps_new(ThusoContext *context, const char *folder, gboolean resumes);
/* The run has its result: what it kept is of no use any more. */
void steps_done(Steps *steps);
void steps_free(Steps *steps);

/* As thuso_locate and thuso_rollout. `steps` NULL = nothing is kept. */
ThusoPlan *steps_locate(Steps *steps, ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                        const ThusoLocateOptions *options, GError **error);
ThusoRollout *steps_rollout(Steps *steps, ThusoContext *context, const ThusoRolloutSpec *spec, GError **error);

#endif
