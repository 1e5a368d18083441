/* The tables of `thuso locate`: the OD table, demand, sites, quotas. The first two bytes say the model and how it is asked. */
#include "fuzz.h"

#include "../../src/locate/job.h"

#include <thuso/data.h>

#include <math.h>

#define MOST 12 /* sites and rows of a problem that is solved, too */

static const char *file_of(FuzzPart *rest, const char *name)
{
	FuzzPart part;
	return fuzz_part(rest, &part) && part.size > 0 ? fuzz_file(part.data, part.size, name) : NULL;
}

/* By site, then demand, each once; ids in their order. */
static void check_problem(const Problem *problem)
{
	const ThusoLocation *at = &problem->location;
	fuzz_must(at->start[0] == 0);
	for (gint32 j = 0; j < at->n_sites; j++)
		for (gint64 i = at->start[j]; i < at->start[j + 1]; i++) {
			fuzz_must(at->demand[i] < at->n_demand && isfinite(at->cost[i]) && at->cost[i] >= 0);
			fuzz_must(i == at->start[j] || at->demand[i - 1] < at->demand[i]);
		}
	for (gint32 j = 1; j < at->n_sites; j++)
		fuzz_must(thuso_id_compare(at->site_id[j - 1], at->site_id[j]) < 0);
	for (gint64 i = 1; i < at->n_demand; i++)
		fuzz_must(thuso_id_compare(at->demand_id[i - 1], at->demand_id[i]) < 0);
	for (gint64 i = 0; at->weight && i < at->n_demand; i++)
		fuzz_must(isfinite(at->weight[i]) && at->weight[i] >= 0);
}

/* Who is assigned is there, and no more people than there are. */
static void check_plan(const ThusoLocation *at, const ThusoPlan *plan)
{
	g_autofree double *people = g_new0(double, (gsize) at->n_demand + 1);
	for (gint32 i = 0; i < plan->n_sites; i++)
		fuzz_must(plan->site[i].site >= 0 && plan->site[i].site < at->n_sites);
	for (gint64 i = 0; i < plan->n_assigned; i++) {
		fuzz_must(plan->assigned[i].demand < at->n_demand && plan->assigned[i].people >= 0);
		people[plan->assigned[i].demand] = MAX(people[plan->assigned[i].demand], plan->assigned[i].people);
	}
	for (gint64 i = 0; i < at->n_demand; i++) {
		double all = at->weight ? at->weight[i] : 1;
		fuzz_must(people[i] <= all * (1 + 1e-9));
	}
	fuzz_must(plan->status == THUSO_PLAN_INFEASIBLE || (!isnan(plan->objective) && !isnan(plan->bound)));
}

static void solve(ThusoContext *context, const ThusoLocateSpec *spec, const Problem *problem)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoPlan) plan = thuso_locate(context, spec->model, &problem->location, &spec->options, &error);
	fuzz_must((plan == NULL) == (error != NULL));
	if (plan)
		check_plan(&problem->location, plan);
}

static void ask(ThusoLocateSpec *spec, uint8_t model, uint8_t how)
{
	guint n_models = 0;
	while (thuso_models[n_models])
		n_models++;
	thuso_locate_spec_default(spec);
	spec->model = thuso_models[model % n_models];
	spec->n_sites = how & 3;
	spec->limit = how & 4 ? 10 : NAN;
	spec->unserved = how & 8 ? 100 : NAN;
	spec->is_single = (how & 16) != 0;
	spec->min_people = how & 32 ? 5 : NAN;
	spec->options.seconds = 1;
	spec->options.alternatives = how & 64 ? 2 : 0;
}

static void read_locate(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	ThusoLocateSpec spec;
	Problem problem = { 0 };
	if (size < 2)
		return;
	FuzzPart rest = { data + 2, size - 2 };
	ask(&spec, data[0], data[1]);
	spec.od = file_of(&rest, "od.csv");
	spec.demand = spec.model->needs_pairs_of_sites ? NULL : file_of(&rest, "demand.csv");
	spec.sites = file_of(&rest, "sites.csv");
	spec.quota = spec.sites ? file_of(&rest, "quota.csv") : NULL;
	ThusoContext *context = fuzz_context();
	gboolean good = spec.od && problem_read(&problem, context, &spec, &error);
	if (spec.od)
		fuzz_either(good, error);
	if (good)
		check_problem(&problem);
	if (good && problem.location.n_sites <= MOST && problem.location.n_demand <= MOST)
		solve(context, &spec, &problem);
	if (spec.od)
		problem_clear(&problem);
}

const FuzzReader fuzz_locate = { "locate", TRUE, read_locate };
