/* The location models there are, one line each, and the door to them. */
#include "model.h"

#include <string.h>

const ThusoModel *const thuso_models[] = {
	&thuso_model_pmedian, &thuso_model_mclp,  &thuso_model_lscp,     &thuso_model_pcenter, &thuso_model_pdispersion,
	&thuso_model_backup,  &thuso_model_cmclp, &thuso_model_cpmedian, &thuso_model_huff,    NULL,
};

const ThusoModel *thuso_model_find(const char *name)
{
	for (int i = 0; thuso_models[i]; i++)
		if (strcmp(thuso_models[i]->about.name, name) == 0)
			return thuso_models[i];
	return NULL;
}

const char *thuso_plan_status_name(ThusoPlanStatus status)
{
	static const char *const names[] = { "optimal", "feasible", "infeasible" };
	return names[status];
}

void thuso_location_default(ThusoLocation *location)
{
	*location = (ThusoLocation){ .sites = -1, .limit = NAN, .target = NAN, .unserved = NAN };
}

void thuso_locate_options_default(ThusoLocateOptions *options)
{
	*options = (ThusoLocateOptions){ .seconds = INFINITY, .seed = 1 };
}

/* --- what a model needs ---------------------------------------------------------------------------------------------------------- */

static gboolean misused(const ThusoModel *model, const char *what, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s: %s", model->about.name, what);
	return FALSE;
}

static gboolean check(const ThusoModel *model, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	if (model->needs_limit && location->cost && !(location->limit >= 0))
		return misused(model, "needs a limit: within it a site reaches a person", error);
	if (model->needs_sites && location->sites < 0 && !(location->target > 0) && location->n_budgets == 0)
		return misused(model, "needs the number of sites, or a budget", error);
	if (model->needs_capacity && !location->capacity)
		return misused(model, "needs the capacity of the sites", error);
	if (location->charge && !model->maximises)
		return misused(model, "has no people to weigh a threshold of sites against; use a covering model", error);
	if (location->target > 1 || location->target < 0)
		return misused(model, "the target is a share of the people, 0 to 100 %", error);
	if (!(options->gap >= 0) || !(options->seconds > 0) || options->alternatives < 0 || !(options->loss >= 0))
		return misused(model, "gap, time limit, alternatives and loss must not be negative", error);
	return TRUE;
}

ThusoPlan *thuso_locate(ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                        const ThusoLocateOptions *options, GError **error)
{
	if (!check(model, location, options, error))
		return NULL;
	return model->solve(context, location, options, error);
}
