/* Capacitated location models: what they share. Rows are shared out to the chosen sites as far as these have room. */
#ifndef SITING_CAPACITY_H
#define SITING_CAPACITY_H

#include "model.h"

/* `limit`: pairs above it are out of reach; `counts_people`: pairs cost nothing and a person left out costs 1 (the covering model), else
 * costs count, and a person left out costs location->unserved, or must not be. */
ThusoPlan *capacity_solve(const Task *task, gboolean counts_people, double limit, GError **error);

#endif
