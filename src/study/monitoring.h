/* The blocks `monitoring` and `clusters` of the study file: the register of centres looked through, departments near one another. */
#ifndef STUDY_MONITORING_H
#define STUDY_MONITORING_H

#include <thuso/monitoring.h>

#include "run.h"

extern const ThusoParam monitoring_params[], clusters_params[];

/* Gathers the service points that have a department; with the block, reads the register with its tables and looks through it. Findings
 * come with it, so before the tables. */
gboolean run_monitor(Run *run, GError **error);
/* tables_services.c: register, register_counts and flags; flags and grade of `centres`; clusters. After the table `centres` is made. */
gboolean tables_services(const Run *run, GPtrArray *tables, GError **error);

#endif
