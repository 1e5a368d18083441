/* p sites that keep their distance: an independent set of a conflict graph that the quotas allow. */
#ifndef SITING_PACKING_H
#define SITING_PACKING_H

#include "fewest.h"

/* Is there an allowed set of exactly `n_wanted` sites, fixed ones among them, no two of which are nearer than `least`? distance: n x n,
 * symmetric, INFINITY = never too near. On YES `set` is one. UNKNOWN when the deadline came first. FALSE with an error. */
gboolean packing_ask(const Task *task, const double *distance, double least, gint32 n_wanted, guint8 *set, Answer *answer,
                     GError **error);

#endif
