/* Slope functions that stand in files of their own. */
#ifndef THUSO_FRICTION_SLOPES_H
#define THUSO_FRICTION_SLOPES_H

#include <thuso/friction.h>

extern const ThusoSlopeFunction slope_cycling;

#endif
