/* Mobile stops for what a plan leaves. Private to this room. */
#ifndef STUDY_MOBILE_H
#define STUDY_MOBILE_H

#include "run.h"

extern const ThusoParam mobile_params[]; /* the keys of the block `mobile` */

/* What the block `mobile` says, before an hour's work. */
gboolean mobile_check(const Run *run, GError **error);
/* The table `mobile_stops`; `wanted`: grid-long, 1 = people there are left to a mobile service. Nothing where the study has no block. */
gboolean tables_mobile(const Run *run, const guint8 *wanted, GPtrArray *tables, GError **error);

#endif
