/* One call of `thuso locate`: what is asked for is checked, the tables become a problem, the solver's plan becomes files. */
#include "job.h"

#include <math.h>
#include <string.h>

void thuso_locate_spec_default(ThusoLocateSpec *spec)
{
	*spec = (ThusoLocateSpec){
		.n_sites = -1,
		.limit = NAN,
		.budget = NAN,
		.target = NAN,
		.unserved = NAN,
		.min_people = NAN,
		.decay = NAN,
	};
	thuso_locate_options_default(&spec->options);
}

void thuso_locate_result_clear(ThusoLocateResult *result)
{
	g_clear_pointer(&result->plan, thuso_plan_free);
	g_clear_pointer(&result->site_id, g_strfreev);
	g_clear_pointer(&result->written, g_strfreev);
}

static gboolean misused(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean misused(GError **error, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	g_autofree char *message = g_strdup_vprintf(format, list);
	va_end(list);
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, message);
	return FALSE;
}

static gboolean check_numbers(const ThusoLocateSpec *spec, GError **error)
{
	if (spec->n_sites != -1 && (spec->n_sites < 1 || spec->n_sites > G_MAXINT32))
		return misused(error, "-p must be 1 or more: how many sites are chosen, fixed ones included");
	if (spec->limit < 0)
		return misused(error, "--limit must not be negative");
	if (spec->budget < 0)
		return misused(error, "--budget must not be negative");
	if (spec->target < 0 || spec->target > 1)
		return misused(error, "--target must be from 0 to 100 %%: write '90 %%'");
	if (spec->unserved < 0)
		return misused(error, "--unserved must not be negative");
	if (spec->min_people < 0)
		return misused(error, "--min-people must not be negative");
	if (spec->decay <= 0)
		return misused(error, "--decay must be above 0");
	if (!(spec->options.gap >= 0 && spec->options.gap < 1))
		return misused(error, "--gap must be from 0 to below 100 %%: write 0 for a proven optimum, or '0.1 %%'");
	if (!(spec->options.seconds > 0))
		return misused(error, "--time-limit must be above 0");
	if (spec->options.alternatives < 0)
		return misused(error, "--alternatives must not be negative");
	if (!(spec->options.loss >= 0 && spec->options.loss < 1))
		return misused(error, "--loss must be from 0 to below 100 %%: write '1 %%'");
	if (spec->options.loss > 0 && spec->options.alternatives == 0)
		return misused(error, "--loss goes with --alternatives K: how many further plans are wanted");
	return TRUE;
}

/* The model's parameter of that name, or NULL. */
static const ThusoParam *takes(const ThusoModel *model, const char *name)
{
	for (const ThusoParam *param = model->about.params; param && param->name; param++)
		if (strcmp(param->name, name) == 0)
			return param;
	return NULL;
}

static gboolean takes_thresholds(const ThusoModel *model)
{
	return model->maximises && !model->needs_pairs_of_sites;
}

/* An option that would change nothing is refused: its author expects that it does. */
static gboolean check_use(const ThusoLocateSpec *spec, GError **error)
{
	const struct {
		const char *name;
		double value;
		const char *why;
	} options[] = {
		{ "limit", spec->limit, "people are sent as far as they must; leave pairs that are too far out of the OD table" },
		{ "target", spec->target, "it goes with models that cover a share of the people" },
		{ "unserved", spec->unserved, "it goes with models that minimise people times cost" },
		{ "decay", spec->decay, "it goes with models of attendance" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
		if (!isnan(options[i].value) && !takes(spec->model, options[i].name))
			return misused(error, "--%s has no meaning for --model %s: %s", options[i].name, spec->model->about.name,
			               options[i].why);
	return TRUE;
}

/* What the model must have, and what it has no use for. */
static gboolean check_model(const ThusoLocateSpec *spec, GError **error)
{
	const ThusoModel *model = spec->model;
	const char *name = model->about.name;
	if (model->needs_sites && spec->n_sites < 0 && isnan(spec->budget))
		return misused(error, "--model %s needs -p N, how many sites are chosen (fixed ones included), or --budget", name);
	if (model->needs_limit && isnan(spec->limit))
		return misused(error, "--model %s needs --limit: within which cost a site reaches people, as 5000 or '60 min'", name);
	if (model->needs_capacity && !spec->sites)
		return misused(error, "--model %s needs --sites SITES.csv with a column capacity: how many people a site can serve",
		               name);
	if (spec->says_assignment && !takes(model, "assignment"))
		return misused(error, "--assignment goes with models of limited capacity; %s sends everyone to the best site", name);
	if (!isnan(spec->min_people) && !takes_thresholds(model))
		return misused(error, "--min-people goes with models that maximise people; %s does not", name);
	if (model->needs_pairs_of_sites && spec->demand)
		return misused(error, "--model %s has no demand: its OD table gives the costs between sites; leave --demand out", name);
	return check_use(spec, error);
}

static gboolean check_spec(const ThusoLocateSpec *spec, GError **error)
{
	if (!spec->model)
		return misused(error, "--model is missing: what a good plan is (`thuso list models`)");
	if (!spec->od)
		return misused(error, "--od is missing: the table demand,site,cost");
	if (spec->quota && !spec->sites)
		return misused(error, "--quota needs --sites SITES.csv with a column for each level: the group of each site");
	if (!isnan(spec->budget) && !spec->sites)
		return misused(error, "--budget needs --sites SITES.csv with a column cost: what each site costs");
	return check_numbers(spec, error) && check_model(spec, error);
}

/* What only the tables show. */
static gboolean check_problem(Problem *problem, GError **error)
{
	const ThusoLocateSpec *spec = problem->spec;
	const ThusoModel *model = spec->model;
	if (model->needs_capacity && !problem->location.capacity) {
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "%s has no column capacity, and --model %s needs one: how many people each site can serve, empty for no bound",
		    spec->sites, model->about.name);
		return FALSE;
	}
	if (problem->location.charge && !takes_thresholds(model)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s has a column min_people, which goes with models that maximise people; %s does not: leave it out",
		            spec->sites, model->about.name);
		return FALSE;
	}
	if (!model->needs_capacity)
		problem->location.capacity = NULL;
	return TRUE;
}

static void fill_result(const Problem *problem, ThusoLocateResult *result)
{
	const ThusoLocation *location = &problem->location;
	ThusoSum people = { 0 };
	for (gint64 i = 0; i < location->n_demand; i++)
		thuso_sum_add(&people, location->weight ? location->weight[i] : 1);
	result->people = thuso_sum(&people);
	result->has_thresholds = location->charge != NULL;
	result->n_sites = location->n_sites;
	result->n_demand = location->n_demand;
	result->n_pairs = location->start[location->n_sites];
	result->site_id = g_new0(char *, (gsize) location->n_sites + 1);
	for (gint32 i = 0; i < location->n_sites; i++)
		result->site_id[i] = g_strdup(problem->site_id[i]);
}

static gboolean work(Problem *problem, ThusoTargets *targets, ThusoLocateResult *result, GError **error)
{
	ThusoContext *context = problem->context;
	const ThusoLocateSpec *spec = problem->spec;
	if (!check_problem(problem, error))
		return FALSE;
	thuso_stage(context, "choosing sites", 0.3, 0.95);
	result->plan = thuso_locate(context, spec->model, &problem->location, &spec->options, error);
	if (!result->plan)
		return FALSE;
	fill_result(problem, result);
	result->was_interrupted = !thuso_context_go_on(context, NULL);
	if (result->plan->status == THUSO_PLAN_INFEASIBLE) {
		result->written = g_new0(char *, 1);
		return TRUE;
	}
	thuso_stage(context, "writing the plan", 0.95, 1);
	return plan_write(problem, result->plan, targets, error) && thuso_targets_place(targets, &result->written, error);
}

gboolean thuso_locate_run(ThusoContext *context, const ThusoLocateSpec *spec, ThusoLocateResult *result, GError **error)
{
	*result = (ThusoLocateResult){ 0 };
	if (!check_spec(spec, error))
		return FALSE;
	g_autoptr(ThusoTargets) targets = plan_targets(spec, error);
	if (!targets)
		return FALSE;
	const ThusoParam *assignment = takes(spec->model, "assignment");
	ThusoLocateSpec asked = *spec;
	if (!spec->says_assignment)
		asked.is_single = assignment && g_strcmp0(assignment->default_text, "single") == 0;
	Problem problem = { 0 };
	thuso_stage(context, "reading the tables", 0, 0.3);
	gboolean good = problem_read(&problem, context, &asked, error) && work(&problem, targets, result, error);
	problem_clear(&problem);
	if (!good)
		thuso_locate_result_clear(result);
	return good;
}
