/* A run under other assumptions: another limit, walking speed, capacity or weights. Private to this room. */
#ifndef STUDY_VARIANT_H
#define STUDY_VARIANT_H

#include "siting.h"
#include "standards.h"

/* Shares all that it does not change with `base`, which must outlive it; findings and progress stay its own. Of the modes it plans the
 * first one. */
typedef struct {
	Run run;
	const Run *base;
	StandardGroup limit; /* the first standard with another limit, where it is moved */
} Variant;

Variant *variant_new(const Run *base);
void variant_free(Variant *variant);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Variant, variant_free)

/* Another limit of the main trip: the costs are as they were, who is served is told anew. Takes `reach` (grid-long; the state of every
 * cell at that limit) and `site_reach`. */
gboolean variant_set_limit(Variant *variant, double limit, guint8 *reach, ThusoSiteReach *site_reach, GError **error);
/* States of cells at another limit, from the costs of now. Free with thuso_array_free. */
guint8 *variant_reach(const Run *base, double limit, GError **error);
/* Walking speeds times `factor`: a search anew. Its surfaces go to `surfaces`, as a cache may still know them. */
gboolean variant_set_walking(Variant *variant, double factor, GPtrArray *surfaces, GError **error);
void variant_set_capacity(Variant *variant, double factor);
/* Criterion c with this weight; 0 = without it, which there must be others for. */
void variant_set_weight(Variant *variant, int c, double weight);

/* Ranking, then the plan. FALSE with THUSO_ERROR_INFEASIBLE: there is a ranking and no plan. */
gboolean variant_rank(Variant *variant, GError **error);
gboolean variant_plan(Variant *variant, GError **error);

#endif
