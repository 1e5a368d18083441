/* The tables as one problem: read as they come, then put into the order of ids, so that the order of rows does not matter. */
#include "job.h"

#include <math.h>
#include <string.h>

static gboolean order_demand(Problem *problem, GError **error)
{
	if (problem->pairs_of_sites) {
		problem->location.n_demand = ids_n(&problem->sites);
		problem->demand_id = problem->site_id;
		return TRUE;
	}
	gint64 n = ids_n(&problem->demand);
	if (!ids_order(&problem->demand, &problem->demand_rank, &problem->demand_id, error))
		return FALSE;
	problem->location.n_demand = n;
	if (problem->weight.n == 0)
		return TRUE;
	problem->row_weight = thuso_array_new(n, sizeof(double), "people of the demand", error);
	for (gint64 i = 0; problem->row_weight && i < n; i++)
		problem->row_weight[problem->demand_rank[i]] = ((const double *) problem->weight.data)[i];
	problem->location.weight = problem->row_weight;
	return problem->row_weight != NULL;
}

/* A column of SITES in the order of ids; none where it was not there. */
static gboolean order_amounts(const Problem *problem, const ThusoVector *from, double **to, GError **error)
{
	if (from->n == 0)
		return TRUE;
	*to = thuso_array_new(from->n, sizeof(double), "sites", error);
	for (gint64 i = 0; *to && i < from->n; i++)
		(*to)[problem->site_rank[i]] = ((const double *) from->data)[i];
	return *to != NULL;
}

static gboolean order_state(Problem *problem, GError **error)
{
	gint64 n = problem->state.n;
	if (n == 0)
		return TRUE;
	problem->site_state = thuso_array_new(n, 1, "sites", error);
	for (gint64 i = 0; problem->site_state && i < n; i++)
		problem->site_state[problem->site_rank[i]] = ((const guint8 *) problem->state.data)[i];
	problem->location.state = problem->site_state;
	return problem->site_state != NULL;
}

/* Without SITES each site has the common threshold. */
static gboolean fill_charge(Problem *problem, GError **error)
{
	gint64 n = ids_n(&problem->sites);
	if (problem->site_charge || isnan(problem->spec->min_people))
		return TRUE;
	problem->site_charge = thuso_array_new(n, sizeof(double), "sites", error);
	for (gint64 i = 0; problem->site_charge && i < n; i++)
		problem->site_charge[i] = problem->spec->min_people;
	return problem->site_charge != NULL;
}

/* A site without a cost would be free of charge: allowed only where it is there already. */
static gboolean make_budget(Problem *problem, GError **error)
{
	gint64 n = ids_n(&problem->sites);
	if (isnan(problem->spec->budget))
		return TRUE;
	for (gint64 i = 0; i < n; i++) {
		guint8 state = problem->site_state ? problem->site_state[i] : (guint8) THUSO_SITE_FREE;
		if (problem->paid && !isnan(problem->paid[i]))
			continue;
		if (state == THUSO_SITE_FREE || !problem->paid) {
			thuso_set_error(error, THUSO_ERROR_INPUT,
			                "%s: site '%s' has no cost, and --budget needs one of each site that may be chosen",
			                problem->spec->sites, problem->site_id[i]);
			return FALSE;
		}
		problem->paid[i] = 0;
	}
	problem->budget = (ThusoBudget){ "budget", problem->paid, problem->spec->budget };
	problem->location.budget = &problem->budget;
	problem->location.n_budgets = 1;
	return TRUE;
}

static gboolean order_sites(Problem *problem, GError **error)
{
	if (!ids_order(&problem->sites, &problem->site_rank, &problem->site_id, error) || !order_state(problem, error) ||
	    !order_amounts(problem, &problem->capacity, &problem->site_capacity, error) ||
	    !order_amounts(problem, &problem->site_cost, &problem->paid, error) ||
	    !order_amounts(problem, &problem->pull, &problem->site_pull, error) ||
	    !order_amounts(problem, &problem->charge, &problem->site_charge, error) || !fill_charge(problem, error) ||
	    !make_budget(problem, error))
		return FALSE;
	problem->location.n_sites = (gint32) ids_n(&problem->sites);
	problem->location.site_id = problem->site_id;
	problem->location.capacity = problem->site_capacity;
	problem->location.pull = problem->site_pull;
	problem->location.charge = problem->site_charge;
	return TRUE;
}

static void take_options(Problem *problem)
{
	const ThusoLocateSpec *spec = problem->spec;
	ThusoLocation *location = &problem->location;
	location->sites = (gint32) spec->n_sites;
	location->limit = spec->limit;
	location->target = spec->target;
	location->unserved = spec->unserved;
	location->is_single = spec->is_single;
	location->decay = isnan(spec->decay) ? 0 : spec->decay;
	location->demand_id = problem->demand_id;
	location->start = problem->start;
	location->demand = problem->row;
	location->cost = problem->cost;
}

gboolean problem_read(Problem *problem, ThusoContext *context, const ThusoLocateSpec *spec, GError **error)
{
	*problem = (Problem){
		.context = context,
		.spec = spec,
		.demand = IDS_NONE,
		.sites = IDS_NONE,
		.pairs_of_sites = spec->model->needs_pairs_of_sites,
		.weight = THUSO_VECTOR(double),
		.state = THUSO_VECTOR(guint8),
		.capacity = THUSO_VECTOR(double),
		.site_cost = THUSO_VECTOR(double),
		.pull = THUSO_VECTOR(double),
		.charge = THUSO_VECTOR(double),
	};
	ThusoVector pairs = THUSO_VECTOR(Pair);
	thuso_location_default(&problem->location);
	gboolean good = read_demand(problem, error) && read_sites(problem, error) && read_od(problem, &pairs, error) &&
	                order_sites(problem, error) && order_demand(problem, error) && order_od(problem, &pairs, error) &&
	                read_quota(problem, error);
	thuso_vector_clear(&pairs);
	take_options(problem);
	return good;
}

static void level_clear(Level *level)
{
	ids_clear(&level->groups);
	thuso_vector_clear(&level->of_site);
	thuso_array_free(level->group_rank);
	thuso_array_free(level->group_id);
	thuso_array_free(level->group_of_site);
	thuso_array_free(level->min);
	thuso_array_free(level->max);
	g_free(level->name);
}

void problem_clear(Problem *problem)
{
	ThusoVector *const vectors[] = { &problem->weight,    &problem->state, &problem->capacity,
		                             &problem->site_cost, &problem->pull,  &problem->charge };
	gpointer const arrays[] = { problem->demand_rank, problem->site_rank,  problem->start,         problem->row,
		                        problem->cost,        problem->row_weight, problem->site_capacity, problem->site_pull,
		                        problem->site_charge, problem->paid,       problem->site_state };
	for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++)
		thuso_vector_clear(vectors[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
		thuso_array_free(arrays[i]);
	if (problem->demand_id != problem->site_id)
		thuso_array_free(problem->demand_id);
	thuso_array_free(problem->site_id);
	for (int i = 0; i < problem->n_levels; i++)
		level_clear(&problem->levels[i]);
	ids_clear(&problem->demand);
	ids_clear(&problem->sites);
	g_free(problem->levels);
	g_free(problem->quota);
}
