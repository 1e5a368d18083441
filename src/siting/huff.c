/* Attendance by Huff's model: of several sites a person takes each with a chance by its pull, and stays away with the rest.
 *
 * Pull = attractiveness * (limit / cost)^decay, staying away = 1: half of the people attend where one site of attractiveness 1 lies at the
 * limit. The sum is concave in the pulls (Benati and Hansen 2002), which is what the bounds live on. */
#include "model.h"

#define LEAST_COST 1e-3 /* of the limit: nearer is no nearer, or the pull would have no bound */

static gboolean make_parts(const Task *task, ProgramParts *parts, GError **error)
{
	const ThusoLocation *location = task->location;
	double decay = location->decay > 0 ? location->decay : 2;
	if (!task_pairs_within(task, INFINITY, parts, error) ||
	    !(parts->cost = thuso_array_new(location->start[location->n_sites], sizeof(double), "pulls of sites", error)) ||
	    !(parts->rest = thuso_array_new(location->n_demand, sizeof(double), "pulls of sites", error)))
		return FALSE;
	parts->kind = ROWS_PULLED;
	for (gint64 i = 0; i < location->n_demand; i++)
		parts->rest[i] = 1;
	gint64 n = 0;
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++) {
			double cost = MAX(cost_of(location, k), LEAST_COST * location->limit);
			parts->cost[n++] = (location->pull ? location->pull[j] : 1) * pow(location->limit / cost, decay);
		}
	return TRUE;
}

/* Everybody goes to every site with a chance: the people of a pair are those who are expected. */
static gboolean expect(const Task *task, ThusoPlan *plan, GError **error)
{
	const ThusoLocation *location = task->location;
	g_autoptr(GArray) assigned = g_array_new(FALSE, FALSE, sizeof(ThusoAssignment));
	double decay = location->decay > 0 ? location->decay : 2;
	double *all = thuso_array_new(location->n_demand, sizeof *all, "pulls of sites", error);
	if (!all)
		return FALSE;
	for (int pass = 0; pass < 2; pass++)
		for (gint32 s = 0; s < plan->n_sites; s++) {
			gint32 j = plan->site[s].site;
			for (gint64 k = location->start[j]; k < location->start[j + 1]; k++) {
				guint32 i = location->demand[k];
				double cost = MAX(cost_of(location, k), LEAST_COST * location->limit);
				double pull = (location->pull ? location->pull[j] : 1) * pow(location->limit / cost, decay);
				if (pass == 0)
					all[i] += pull;
				else
					g_array_append_vals(
					    assigned, &(ThusoAssignment){ i, j, weight_of(location, i) * pull / (1 + all[i]), cost_of(location, k) },
					    1);
			}
		}
	thuso_array_free(all);
	thuso_array_free(g_steal_pointer(&plan->assigned));
	plan->n_assigned = 0;
	return plan_fill_assigned(plan, assigned, error);
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	g_auto(Task) task = { 0 };
	g_auto(ProgramParts) parts = { 0 };
	if (!(location->limit > 0)) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		                    "huff: needs a limit above 0: the cost at which half of the people attend");
		return NULL;
	}
	if (!task_begin(&task, context, &thuso_model_huff, location, options, error) || !make_parts(&task, &parts, error) ||
	    !task_charges(&task, &parts, error))
		return NULL;
	g_autoptr(Program) program = program_new(&parts, task.choice, error);
	Solving solving = { -1, task.people, INFINITY, INFINITY, 1, NULL };
	g_autoptr(ThusoPlan) plan = program ? task_solve(&task, program, &solving, error) : NULL;
	if (plan && plan->status != THUSO_PLAN_INFEASIBLE && !expect(&task, plan, error))
		return NULL;
	return g_steal_pointer(&plan);
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e9, .help = "how many sites may be chosen, fixed ones included" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .min = 0, .max = 1e12,
	  .help = "the cost at which half of the people attend, where there is one site" },
	{ "decay", THUSO_PARAM_QUANTITY, THUSO_NUMBER, .min = 0, .max = 20, .default_text = "2", .origin = "sourced",
	  .source = "Huff 1964, gravity with the square of the cost", .help = "exponent of the cost" },
	{ NULL },
};

const ThusoModel thuso_model_huff = {
	.about = {
		.name = "huff",
		.title = "Attendance (Huff)",
		.summary = "Choose p sites so that the most people attend, each taking a site with a chance by its pull.",
		.source = "Huff 1964; Benati and Hansen 2002",
		.params = params,
	},
	.maximises = TRUE,
	.objective = "people who attend",
	.needs_limit = TRUE,
	.needs_sites = TRUE,
	.solve = solve,
};
