/* See variant.h. What a variant has of its own is told by comparing it with its base. */
#include "variant.h"

#include <string.h>

Variant *variant_new(const Run *base)
{
	Variant *variant = g_new0(Variant, 1);
	Run *run = &variant->run;
	variant->base = base;
	*run = *base;
	run->context = thuso_context_quiet(base->context);
	run->trips = run->main_trip = g_memdup2(base->main_trip, sizeof(Trip));
	run->n_trips = 1;
	run->trips->driven = run->walked = (Ground){ 0 };
	run->trips->plan = (State){ 0 };
	memset(run->site_arrays, 0, sizeof run->site_arrays);
	run->ranking = NULL;
	run->rollout = NULL;
	run->sensitivity = NULL;
	run->plans = g_ptr_array_new_with_free_func((GDestroyNotify) plan_free);
	if (base->siting) {
		run->siting = g_memdup2(base->siting, sizeof *base->siting);
		run->siting->n_modes = MIN(run->siting->n_modes, 1);
		run->siting->options.alternatives = 0;
	}
	return variant;
}

#define FREE_OWN(field, function)                                                                                                \
	do {                                                                                                                         \
		if (run->field != base->field)                                                                                           \
			function(run->field);                                                                                                \
	} while (0)

static void free_now(Run *run, const Run *base)
{
	State *now = &run->trips->now;
	const State *old = &base->main_trip->now;
	if (now->coverage != old->coverage)
		state_clear_coverage(run, now);
	if (now->reach != old->reach)
		thuso_array_free(now->reach);
	if (now->cost == old->cost)
		return;
	g_free(now->centres);
	g_free(now->cells);
	thuso_array_free(now->cost);
	thuso_array_free(now->nearest);
}

void variant_free(Variant *variant)
{
	if (!variant)
		return;
	Run *run = &variant->run;
	const Run *base = variant->base;
	free_now(run, base);
	ground_clear(&run->walked);
	ground_clear(&run->trips->driven);
	FREE_OWN(site_reach, thuso_site_reach_free);
	FREE_OWN(site_pairs, thuso_site_pairs_free);
	FREE_OWN(ranking, thuso_ranking_free);
	FREE_OWN(criteria, g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(run->site_arrays); i++)
		thuso_array_free(run->site_arrays[i]);
	g_ptr_array_unref(run->plans);
	g_free(run->siting);
	g_free(run->trips);
	thuso_context_free(run->context);
	g_free(variant);
}

/* --- what is moved ------------------------------------------------------------------------------------------------------ */

static ThusoCoverage **no_coverage(const Run *run)
{
	return thuso_new(ThusoCoverage *, run->region->n_levels + 1);
}

guint8 *variant_reach(const Run *base, double limit, GError **error)
{
	const Trip *trip = base->main_trip;
	const ThusoLimit whole = { thuso_ticks(base->measure, limit), NULL };
	guint8 *reach = thuso_array_new(thuso_grid_n(&base->region->grid), 1, "states of cells", error);
	if (reach)
		thuso_reach_classify(trip->ground->surface, base->region->covered, trip->now.cost, trip->ground->component,
		                     trip->now.cells, trip->now.n_centres, &whole, reach);
	return reach;
}

gboolean variant_set_limit(Variant *variant, double limit, guint8 *reach, ThusoSiteReach *site_reach, GError **error)
{
	Run *run = &variant->run;
	run->trips->limit = limit;
	run->trips->now.reach = reach;
	run->trips->now.coverage = no_coverage(run);
	run->trips->now.weighted = no_coverage(run);
	/* One limit for every settlement type. */
	variant->limit = *run->trips->standard;
	variant->limit.limit = limit;
	variant->limit.cell_ticks = NULL;
	run->trips->standard = &variant->limit;
	run->site_reach = site_reach;
	return run_rank_facts(run, error);
}

gboolean variant_set_walking(Variant *variant, double factor, GPtrArray *surfaces, GError **error)
{
	Run *run = &variant->run;
	run->walking_factor = factor;
	run->site_reach = NULL;
	run->site_pairs = NULL;
	run->trips->riding = NULL;
	run->trips->now = (State){ .name = "now" };
	gboolean ok = run_travel_trip_now(run, run->trips, error) && run_rank_facts(run, error);
	ThusoSurface **surface[] = { &run->walked.surface, &run->trips->driven.surface, &run->trips->riding };
	for (gsize i = 0; i < G_N_ELEMENTS(surface); i++)
		if (*surface[i])
			g_ptr_array_add(surfaces, g_steal_pointer(surface[i]));
	return ok;
}

void variant_set_capacity(Variant *variant, double factor)
{
	variant->run.siting->capacity *= factor;
}

void variant_set_weight(Variant *variant, int c, double weight)
{
	Run *run = &variant->run;
	run->criteria = g_memdup2(variant->base->criteria, (gsize) run->n_criteria * sizeof *run->criteria);
	run->criteria[c].weight = weight;
	if (weight > 0)
		return;
	run->n_criteria--;
	memmove(&run->criteria[c], &run->criteria[c + 1], (gsize) (run->n_criteria - c) * sizeof *run->criteria);
}

/* --- what comes of it --------------------------------------------------------------------------------------------------- */

gboolean variant_rank(Variant *variant, GError **error)
{
	ThusoRankingSpec spec = run_ranking_spec(&variant->run);
	variant->run.ranking = thuso_rank(variant->run.context, &variant->run.sites, &spec, error);
	return variant->run.ranking != NULL;
}

gboolean variant_plan(Variant *variant, GError **error)
{
	return run_make_plans(&variant->run, error);
}
