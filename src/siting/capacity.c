/* Capacitated models on the search over sites: bounds from knapsacks of the sites (dual.c), sets valued as transportation problems, or as
 * generalised assignment where a demand row goes to one site as a whole (src/catchment). */
#include "capacity.h"

#include <thuso/catchment.h>

#include <string.h>

#define LEFT 1e-9 /* share of the people: nobody is left out below it */

typedef struct {
	const Task *task;
	const Program *program;
	ThusoAllocator *allocator; /* over the program's rows */
	double unserved;           /* a person */
	gboolean must;             /* nobody may be left out */
	GError *error;
} Sharing;

static double left_out(const ThusoAllocation *allocation)
{
	return allocation->refused + allocation->unreachable;
}

static double value_of(const Sharing *sharing, const ThusoAllocation *allocation)
{
	return allocation->cost + sharing->unserved * left_out(allocation) + sharing->program->constant;
}

static double guide_of(gpointer data, const guint8 *in, double *gain)
{
	Sharing *sharing = data;
	const Program *p = sharing->program;
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoAllocation) allocation =
	    thuso_allocate_optimal(sharing->task->context, sharing->allocator, in,
	                           gain ? THUSO_ALLOCATE_TOTALS | THUSO_ALLOCATE_CLOSED_PRICES : THUSO_ALLOCATE_TOTALS, &error);
	if (!allocation) {
		if (!sharing->error)
			sharing->error = g_steal_pointer(&error);
		if (gain)
			memset(gain, 0, (gsize) p->n_sites * sizeof(double));
		return INFINITY;
	}
	/* A site at price y a place takes y off the whole for each person at most; no more people come than it reaches. */
	for (gint32 j = 0; gain && j < p->n_sites; j++) {
		double reached = 0;
		for (gint64 k = p->start[j]; k < p->start[j + 1]; k++)
			reached += p->people[p->row[k]];
		gain[j] = in[j] ? 0 : allocation->price[j] * MIN(p->capacity[j], reached);
	}
	return value_of(sharing, allocation);
}

/* One transportation problem: its value, and whether it leaves somebody out. */
static double value_split(gpointer data, const guint8 *in, double *bound)
{
	Sharing *sharing = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoAllocation) allocation =
	    thuso_allocate_optimal(sharing->task->context, sharing->allocator, in, THUSO_ALLOCATE_TOTALS, &error);
	if (!allocation && !sharing->error)
		sharing->error = g_steal_pointer(&error);
	gboolean leaves =
	    allocation && sharing->must && (left_out(allocation) > LEFT * sharing->task->people || sharing->program->constant > 0);
	*bound = allocation && !leaves ? value_of(sharing, allocation) : INFINITY;
	return *bound;
}

static double value_whole(gpointer data, const guint8 *in, double *bound)
{
	Sharing *sharing = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSingle) single = thuso_allocate_single(sharing->task->context, sharing->allocator, in, NULL, &error);
	if (!single) {
		if (!sharing->error)
			sharing->error = g_steal_pointer(&error);
		*bound = -INFINITY;
		return INFINITY;
	}
	gboolean none = single->status == THUSO_SINGLE_INFEASIBLE, unknown = single->status == THUSO_SINGLE_UNKNOWN;
	*bound = none ? INFINITY : isnan(single->bound) ? -INFINITY : single->bound + sharing->program->constant;
	if (single->status == THUSO_SINGLE_OPTIMAL)
		*bound = single->objective + sharing->program->constant;
	return none || unknown || (sharing->must && sharing->program->constant > 0) ? INFINITY
	                                                                            : single->objective + sharing->program->constant;
}

/* --- the program -------------------------------------------------------------------------------------------------------------- */

static gboolean make_pairs(const Task *task, gboolean counts_people, double limit, ProgramParts *parts, GError **error)
{
	static const char what[] = "pairs of demand and sites";
	const ThusoLocation *location = task->location;
	gint64 n = 0;
	if (!task_pairs_within(task, limit, parts, error))
		return FALSE;
	if (!counts_people && !(parts->cost = thuso_array_new(location->start[location->n_sites], sizeof(double), what, error)))
		return FALSE;
	for (gint32 j = 0; !counts_people && j < location->n_sites; j++)
		for (gint64 k = location->start[j]; task->choice->state[j] != SITE_OUT && k < location->start[j + 1]; k++)
			if (!location->cost || location->cost[k] <= limit)
				parts->cost[n++] = cost_of(location, k);
	return TRUE;
}

static double greatest_cost(const ThusoLocation *location)
{
	double most = 0;
	for (gint64 k = 0; k < location->start[location->n_sites]; k++)
		most = MAX(most, cost_of(location, k));
	return most;
}

static gboolean make_program(Sharing *sharing, gboolean counts_people, double limit, Program **program, GError **error)
{
	const Task *task = sharing->task;
	const ThusoLocation *location = task->location;
	g_auto(ProgramParts) parts = { 0 };
	if (!make_pairs(task, counts_people, limit, &parts, error) || !task_charges(task, &parts, error) ||
	    !(parts.people = thuso_array_new(location->n_demand, sizeof(double), "people", error)) ||
	    !(parts.capacity = thuso_array_new(location->n_sites, sizeof(double), "capacities", error)))
		return FALSE;
	parts.kind = ROWS_SHARED;
	parts.is_whole = location->is_single;
	parts.value_of = location->is_single ? value_whole : value_split;
	parts.guide_of = guide_of;
	parts.value_data = sharing;
	for (gint64 i = 0; i < location->n_demand; i++) {
		parts.people[i] = weight_of(location, i);
		parts.other[i] = parts.people[i] > 0 ? sharing->unserved : 0;
	}
	memcpy(parts.capacity, location->capacity, (gsize) location->n_sites * sizeof(double));
	*program = program_new(&parts, task->choice, error);
	return *program != NULL;
}

static gboolean make_allocator(Sharing *sharing, GError **error)
{
	const Program *p = sharing->program;
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = p->n_rows;
	problem.n_sites = p->n_sites;
	problem.start = p->start;
	problem.demand = p->row;
	problem.cost = p->cost;
	problem.weight = p->people;
	problem.capacity = p->capacity;
	problem.unserved = sharing->must ? NAN : sharing->unserved;
	return (sharing->allocator = thuso_allocator_new(&problem, error)) != NULL;
}

/* Everybody needs a place: a bound on sets that the search can use before it values one. */
static gboolean ask_for_room(const Task *task, GError **error)
{
	g_autofree double *room = thuso_new(double, MAX(task->choice->n_sites, 1));
	for (gint32 j = 0; j < task->choice->n_sites; j++)
		room[j] = MIN(task->location->capacity[j], task->people);
	return choice_add_least(task->choice, "capacity for everybody", room, task->people * (1 - LEFT), error);
}

/* --- the plan ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoAllocator *allocator; /* over the problem's own rows */
	gint64 *start;
	guint32 *demand;
	double *cost;
} Final;

static void final_clear(Final *final)
{
	thuso_allocator_free(final->allocator);
	thuso_array_free(final->start);
	thuso_array_free(final->demand);
	thuso_array_free(final->cost);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Final, final_clear)

static gboolean final_begin(Final *final, const Sharing *sharing, gboolean counts_people, double limit, GError **error)
{
	const ThusoLocation *location = sharing->task->location;
	g_auto(ProgramParts) parts = { 0 };
	if (!make_pairs(sharing->task, FALSE, limit, &parts, error))
		return FALSE;
	final->start = g_steal_pointer(&parts.start);
	final->demand = g_steal_pointer(&parts.row);
	final->cost = g_steal_pointer(&parts.cost);
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = location->n_demand;
	problem.n_sites = location->n_sites;
	problem.start = final->start;
	problem.demand = final->demand;
	problem.cost = final->cost;
	problem.weight = location->weight;
	problem.capacity = location->capacity;
	/* Of the plans with the most people that the covering model looks for, the one with the least cost. */
	problem.unserved = sharing->must || counts_people ? NAN : sharing->unserved;
	return (final->allocator = thuso_allocator_new(&problem, error)) != NULL;
}

static void add_full(GPtrArray *binding, const Task *task, const double *load, const guint8 *in)
{
	for (gint32 j = 0; j < task->location->n_sites; j++) {
		double capacity = task->location->capacity[j];
		if (!in[j] || !isfinite(capacity) || load[j] < capacity * (1 - 1e-9))
			continue;
		g_autofree char *full = thuso_format_count(capacity);
		if (task->location->site_id)
			g_ptr_array_add(binding, g_strdup_printf("capacity of %s: full (%s)", task->location->site_id[j], full));
		else
			g_ptr_array_add(binding, g_strdup_printf("capacity of site %d: full (%s)", j + 1, full));
	}
}

static void extend_binding(ThusoPlan *plan, const Task *task, const double *load, const guint8 *in)
{
	GPtrArray *binding = g_ptr_array_new();
	for (char **text = plan->binding; *text; text++)
		g_ptr_array_add(binding, *text);
	add_full(binding, task, load, in);
	g_ptr_array_add(binding, NULL);
	g_free(plan->binding);
	plan->binding = (char **) g_ptr_array_free(binding, FALSE);
}

static gboolean take_split(ThusoPlan *plan, const Task *task, const Final *final, const guint8 *in, GError **error)
{
	g_autoptr(GArray) assigned = g_array_new(FALSE, FALSE, sizeof(ThusoAssignment));
	g_autoptr(ThusoAllocation) allocation =
	    thuso_allocate_optimal(task->context, final->allocator, in, THUSO_ALLOCATE_PEOPLE, error);
	if (!allocation)
		return FALSE;
	for (gint32 j = 0; j < task->location->n_sites; j++)
		for (gint64 k = final->start[j]; k < final->start[j + 1]; k++)
			if (allocation->people[k] > 0)
				g_array_append_vals(assigned, &(ThusoAssignment){ final->demand[k], j, allocation->people[k], final->cost[k] },
				                    1);
	extend_binding(plan, task, allocation->load, in);
	return plan_fill_assigned(plan, assigned, error);
}

static double pair_cost(const Final *final, gint32 site, gint64 row)
{
	for (gint64 k = final->start[site]; k < final->start[site + 1]; k++)
		if (final->demand[k] == row)
			return final->cost[k];
	return NAN;
}

static gboolean take_whole(ThusoPlan *plan, const Sharing *sharing, const Final *final, const guint8 *in, GError **error)
{
	const Task *task = sharing->task;
	g_autoptr(GArray) assigned = g_array_new(FALSE, FALSE, sizeof(ThusoAssignment));
	/* The rows of a program that cannot be split are the problem's own, but for those that count nothing. */
	g_autoptr(ThusoSingle) single = thuso_allocate_single(task->context, sharing->allocator, in, NULL, error);
	if (!single)
		return FALSE;
	gint64 own = 0;
	for (gint64 i = 0; i < task->location->n_demand; i++) {
		if (!sharing->program->origin || own >= sharing->program->n_rows || sharing->program->origin[own] != i)
			continue;
		gint32 site = single->site[own++];
		if (site >= 0)
			g_array_append_vals(
			    assigned, &(ThusoAssignment){ (guint32) i, site, weight_of(task->location, i), pair_cost(final, site, i) }, 1);
	}
	extend_binding(plan, task, single->load, in);
	return plan_fill_assigned(plan, assigned, error);
}

/* People of the plan as it fills up, site after site. */
static gboolean count_assigned(ThusoPlan *plan, const Task *task, const Final *final, GError **error)
{
	g_autofree guint8 *now = thuso_new(guint8, MAX(task->location->n_sites, 1));
	ThusoSum all = { 0 };
	double before = 0;
	for (gint64 a = 0; a < plan->n_assigned; a++)
		thuso_sum_add(&all, plan->assigned[a].people);
	for (gint32 s = 0; s < plan->n_sites; s++) {
		now[plan->site[s].site] = 1;
		g_autoptr(ThusoAllocation) allocation =
		    thuso_allocate_optimal(task->context, final->allocator, now, THUSO_ALLOCATE_TOTALS, error);
		if (!allocation)
			return FALSE;
		double total = s + 1 == plan->n_sites ? thuso_sum(&all) : MIN(allocation->assigned, thuso_sum(&all));
		plan->site[s].people_added = total - before;
		plan->site[s].people_total = before = total;
	}
	return TRUE;
}

static gboolean finish(ThusoPlan *plan, const Sharing *sharing, gboolean counts_people, double limit, GError **error)
{
	g_auto(Final) final = { 0 };
	g_autofree guint8 *in = thuso_new(guint8, MAX(sharing->task->location->n_sites, 1));
	for (gint32 s = 0; s < plan->n_sites; s++)
		in[plan->site[s].site] = 1;
	g_clear_pointer(&plan->assigned, thuso_array_free);
	plan->n_assigned = 0;
	if (!final_begin(&final, sharing, counts_people, limit, error))
		return FALSE;
	gboolean good = sharing->task->location->is_single ? take_whole(plan, sharing, &final, in, error)
	                                                   : take_split(plan, sharing->task, &final, in, error);
	return good && count_assigned(plan, sharing->task, &final, error);
}

/* --- solving ---------------------------------------------------------------------------------------------------------------------- */

static char *why_not(const Task *task)
{
	g_autofree char *unreached = task_unreached(task, INFINITY);
	if (unreached)
		return g_strdup_printf("no site reaches %s; leave them out, or give the cost of a person left unserved", unreached);
	return g_strdup(
	    "no allowed set of sites has room for everybody within reach; allow more sites, or give the cost of a person left "
	    "unserved");
}

ThusoPlan *capacity_solve(const Task *task, gboolean counts_people, double limit, GError **error)
{
	const ThusoLocation *location = task->location;
	Sharing sharing = { .task = task, .must = !counts_people && !isfinite(location->unserved) };
	sharing.unserved = counts_people ? 1 : sharing.must ? 10 * greatest_cost(location) + 1 : location->unserved;
	g_autoptr(Program) program = NULL;
	ThusoPlan *forbidden = plan_if_forbidden(task);
	if (forbidden)
		return forbidden;
	if (sharing.must && !ask_for_room(task, error))
		return NULL;
	if (!make_program(&sharing, counts_people, limit, &program, error))
		return NULL;
	sharing.program = program;
	Solving solving = { counts_people ? -1 : 1, counts_people ? task->people : 0, INFINITY, limit, 1, why_not };
	g_autoptr(ThusoPlan) plan = make_allocator(&sharing, error) ? task_solve(task, program, &solving, error) : NULL;
	if (plan && sharing.error && !g_error_matches(sharing.error, THUSO_ERROR, THUSO_ERROR_CANCELLED)) {
		g_propagate_error(error, g_steal_pointer(&sharing.error));
		g_clear_pointer(&plan, thuso_plan_free);
	}
	if (plan && plan->status != THUSO_PLAN_INFEASIBLE && !finish(plan, &sharing, counts_people, limit, error))
		g_clear_pointer(&plan, thuso_plan_free);
	thuso_allocator_free(sharing.allocator);
	g_clear_error(&sharing.error);
	return g_steal_pointer(&plan);
}
