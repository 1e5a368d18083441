/* What centres can serve (D12, D13): use against capacity, catchments that fill up, people refused (method: README.md, "Capacity").
 *
 * Capacity is stated in a unit of the planner's, such as visits a year; what one person asks of it is stated too, and without it nothing is
 * worked out. Demand is people after demand factors, the buffer's included, since they come as well. */
#include <math.h>
#include <string.h>

#include "capacity.h"
#include "rows.h"
#include "siting.h"
#include "standards.h"

const ThusoParam centre_capacity_params[] = {
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the capacity" },
	{ "unit", THUSO_PARAM_TEXT, .required = TRUE, .help = "of the field, such as visits/year" },
	{ "visits_per_person", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 1e-6, 1e6,
	  .help = "what one person asks of it, in the same unit; without it utilisation and refused people stay empty" },
	{ NULL },
};
static const char *const method_choices[] = { "ordered", "optimal", NULL };
static const char *const order_choices[] = { "capacity", "people", "id", NULL };
const ThusoParam capacity_params[] = {
	{ "method", THUSO_PARAM_CHOICE, .choices = method_choices, .default_text = "ordered", .origin = "sourced",
	  .source = "AccessMod 5, zonal coverage",
	  .help = "ordered: one centre after the other takes the nearest people until full; optimal: as many people as possible, "
	          "then the "
	          "least travel in all" },
	{ "order", THUSO_PARAM_CHOICE, .choices = order_choices, .default_text = "capacity", .origin = "sourced",
	  .source = "AccessMod 5, zonal coverage", .help = "ordered: which centre is first, the largest of these" },
	{ "under", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 10, "70 %", .origin = "sourced",
	  .source = "AccessMod 5 (worthwhile at 70 %)", .help = "below this share of the capacity a centre is under-used" },
	{ "over", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 10, "100 %", .origin = "derived", .source = "a full centre",
	  .help = "above it a centre is over-used" },
	{ NULL },
};

struct CapacityRule {
	const char *field, *unit;
	double per_person; /* NaN = not stated */
	gboolean optimal;
	const char *order;
	double under, over; /* shares of the capacity */
	int column;         /* of the centres' table */
};

/* --- what the study says -------------------------------------------------------------------------------------------------- */

static gboolean check_rule(const Block *capacity, const CapacityRule *rule, GError **error)
{
	if (rule->under < rule->over)
		return TRUE;
	block_error(capacity, "under", error, THUSO_ERROR_USAGE, "`under` must be less than `over`");
	return FALSE;
}

static gboolean find_column(const Run *run, const Block *block, CapacityRule *rule, GError **error)
{
	const ThusoTable *table = run->centres->n_tables > 0 ? run->centres->table[0] : NULL;
	rule->column = table ? thuso_table_find_column(table, rule->field) : -1;
	if (rule->column >= 0)
		return TRUE;
	g_autofree const char **names = table ? thuso_table_column_names(table) : NULL;
	const char *nearest = names ? thuso_nearest_name(rule->field, names) : NULL;
	block_error(block, "field", error, THUSO_ERROR_INPUT, "the layer of `centres` has no field '%s'%s%s%s", rule->field,
	            nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return FALSE;
}

gboolean run_read_capacity(Run *run, GError **error)
{
	Block centres = block_get(&run->top, "centres"), block = block_get(&centres, "capacity"),
	      how = block_get(&run->top, "capacity");
	if (!block_has(&centres, "capacity")) {
		if (!block_has(&run->top, "capacity"))
			return TRUE;
		block_error(&run->top, "capacity", error, THUSO_ERROR_USAGE,
		            "`capacity` says what happens when centres are full, but `centres` has no `capacity` field");
		return FALSE;
	}
	CapacityRule *rule = run->capacity = g_new0(CapacityRule, 1);
	*rule = (CapacityRule){
		.field = block_text(&block, "field"),
		.unit = block_text(&block, "unit"),
		.per_person = block_quantity(&block, "visits_per_person", NULL),
		.optimal = block_has(&how, "method") && strcmp(block_text(&how, "method"), "optimal") == 0,
		.order = block_text(&how, "order"),
		.under = block_quantity(&how, "under", NULL),
		.over = block_quantity(&how, "over", NULL),
	};
	if (!check_rule(&how, rule, error) || !find_column(run, &block, rule, error))
		return FALSE;
	if (isnan(rule->per_person))
		thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "no_visits_per_person", "centres", NULL,
		                                          "the capacity of centres is stated, but not what one person asks of it "
		                                          "(`visits_per_person`): utilisation, refused people and provision stay empty",
		                                          1, NULL });
	return TRUE;
}

const char *run_capacity_unit(const Run *run)
{
	return run->capacity && run->capacity->unit ? run->capacity->unit : "";
}

/* --- capacities ------------------------------------------------------------------------------------------------------------- */

static double class_capacity(const Run *run, const ThusoPlace *place)
{
	const Plan *plan = run_plan(run);
	for (guint i = 0; run->siting && i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind == STEP_NEW && step->class >= 0 && run_site(run, step->site) == place)
			return run->siting->classes[step->class].capacity;
	}
	return NAN;
}

/* In the planner's unit; NaN = not stated. */
static gboolean capacity_of(const Run *run, const Centre *centre, double *capacity, GError **error)
{
	const ThusoPlace *place = centre->place;
	*capacity = NAN;
	if (centre->is_planned) {
		*capacity = class_capacity(run, place);
		return TRUE;
	}
	const ThusoTable *table = run->centres->table[place->layer];
	g_autofree char *text = place->row >= 0 ? thuso_table_as_text(table, place->row, run->capacity->column) : NULL;
	*capacity = thuso_table_as_real(table, place->row, run->capacity->column);
	if (!text || !*g_strstrip(text) || (*capacity >= 0 && isfinite(*capacity)))
		return TRUE;
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "centres: field %s of %s is '%s', no number of 0 or more; correct it, or leave it empty where the capacity is not known",
	    run->capacity->field, place->id, text);
	return FALSE;
}

static void tell_missing(const Run *run, const StateCapacity *own, const State *state)
{
	gint64 n = 0;
	const char *first = NULL;
	for (gint32 i = 0; i < state->n_centres; i++)
		if (isnan(own->capacity[i]) && !state->centres[i].is_planned) {
			first = first ? first : state->centres[i].place->id;
			n++;
		}
	if (!first || state->name != run->main_trip->now.name)
		return;
	g_autofree char *message = g_strdup_printf("field %s is empty for %" G_GINT64_FORMAT
	                                           " open centre(s), the first is %s; they never fill up, and have no utilisation",
	                                           run->capacity->field, n, first);
	thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "no_capacity", "centres", first, message, n, NULL });
}

/* --- demand ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
	DemandRows rows;
	ThusoSitePairs *pairs;
} Demand;

static void demand_clear(Demand *demand)
{
	rows_clear(&demand->rows);
	thuso_site_pairs_free(demand->pairs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Demand, demand_clear)

/* By cell: people after demand factors. */
static const double *demand_of(const Run *run)
{
	return run->demand->weighted ? run->demand->weighted : run->demand->people;
}

/* Takes out pairs beyond the cell's own limit. */
static void keep_near(const Run *run, Demand *demand, gint32 n_sites)
{
	ThusoLimit limit = group_limit(run->main_trip->standard);
	ThusoSitePairs *pairs = demand->pairs;
	gint64 kept = 0, start = 0;
	for (gint32 j = 0; j < n_sites; j++) {
		gint64 end = pairs->start[j + 1];
		for (gint64 k = start; k < end; k++) {
			gint64 cell = demand->rows.cell[pairs->demand[k]];
			if (pairs->cost[k] > thuso_ticks_value(run->measure, thuso_limit_at(&limit, cell)))
				continue;
			pairs->demand[kept] = pairs->demand[k];
			pairs->cost[kept++] = pairs->cost[k];
		}
		pairs->start[j + 1] = kept;
		start = end;
	}
}

static gboolean find_demand(const Run *run, const State *state, Demand *demand, GError **error)
{
	ThusoTravel travel = run_travel(run, run->main_trip, run->main_trip->limit);
	if (!rows_find(run, demand_of(run), NULL, &demand->rows, error))
		return FALSE;
	demand->pairs = thuso_site_pairs(run->context, run->main_trip->ground->surface, &travel, state->cells, state->n_centres,
	                                 demand->rows.cell, demand->rows.n, error);
	if (demand->pairs)
		keep_near(run, demand, state->n_centres);
	return demand->pairs != NULL;
}

/* --- allocation ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
	gint32 site;
	double key;
} Turn;

/* The greater first, ties by id, which is the order of sites. */
static int by_turn(gconstpointer a, gconstpointer b)
{
	const Turn *p = a, *q = b;
	if (p->key != q->key)
		return p->key > q->key ? -1 : 1;
	return (p->site > q->site) - (p->site < q->site);
}

static gint32 *turns(const Run *run, const State *state, const StateCapacity *own)
{
	g_autoptr(GArray) turn = g_array_new(FALSE, FALSE, sizeof(Turn));
	gint32 *order = thuso_new(gint32, MAX(state->n_centres, 1));
	for (gint32 i = 0; i < state->n_centres; i++) {
		double key = strcmp(run->capacity->order, "capacity") == 0 ? own->capacity[i]
		             : strcmp(run->capacity->order, "people") == 0 ? own->demand[i]
		                                                           : 0;
		g_array_append_vals(turn, &(Turn){ i, isnan(key) ? INFINITY : key }, 1);
	}
	g_array_sort(turn, by_turn);
	for (gint32 i = 0; i < state->n_centres; i++)
		order[i] = g_array_index(turn, Turn, i).site;
	return order;
}

/* Places in people, what the allocation counts; not stated = never full. */
static double *places_of(const Run *run, const State *state, const StateCapacity *own)
{
	double *places = thuso_new(double, MAX(state->n_centres, 1));
	for (gint32 i = 0; i < state->n_centres; i++)
		places[i] = isnan(own->capacity[i]) ? INFINITY : own->capacity[i] / run->capacity->per_person;
	return places;
}

static void take_allocation(const State *state, const Demand *demand, const ThusoAllocation *allocation, StateCapacity *own)
{
	for (gint32 i = 0; i < state->n_centres; i++) {
		own->allocated[i] = allocation->load[i];
		own->refused[i] = allocation->refused_near[i];
	}
	gint64 n = demand->pairs->start[state->n_centres];
	for (gint64 k = 0; k < n; k++)
		own->cell_allocated[demand->rows.cell[demand->pairs->demand[k]]] += allocation->people[k];
	own->total_allocated = allocation->assigned;
	own->total_refused = allocation->refused;
}

static gboolean allocate(const Run *run, const State *state, const Demand *demand, StateCapacity *own, GError **error)
{
	g_autofree double *places = places_of(run, state, own);
	ThusoAllocationProblem problem;
	thuso_allocation_problem_default(&problem);
	problem.n_demand = demand->rows.n;
	problem.n_sites = state->n_centres;
	problem.start = demand->pairs->start;
	problem.demand = demand->pairs->demand;
	problem.cost = demand->pairs->cost;
	problem.weight = demand->rows.people;
	problem.capacity = places;
	g_autoptr(ThusoAllocator) allocator = thuso_allocator_new(&problem, error);
	if (!allocator)
		return FALSE;
	g_autofree gint32 *order = turns(run, state, own);
	g_autoptr(ThusoAllocation) allocation =
	    run->capacity->optimal ? thuso_allocate_optimal(run->context, allocator, NULL, THUSO_ALLOCATE_PEOPLE, error)
	                           : thuso_allocate_ordered(run->context, allocator, order, state->n_centres, error);
	if (allocation)
		take_allocation(state, demand, allocation, own);
	return allocation != NULL;
}

/* Demand within the limit of the nearest centre, the buffer's included: what use is measured by. */
static void find_nearest_demand(const Run *run, const State *state, StateCapacity *own)
{
	g_autofree ThusoSum *sum = thuso_new(ThusoSum, MAX(state->n_centres, 1));
	gint64 n = thuso_grid_n(&run->region->grid);
	for (gint64 cell = 0; cell < n; cell++)
		if (state->reach[cell] == THUSO_REACH_SERVED && state->nearest[cell] >= 0)
			thuso_sum_add(&sum[state->nearest[cell]], demand_of(run)[cell]);
	for (gint32 i = 0; i < state->n_centres; i++)
		own->demand[i] = thuso_sum(&sum[i]);
}

static gboolean fill_state(const Run *run, State *state, GError **error)
{
	StateCapacity *own = state->capacity = g_new0(StateCapacity, 1);
	gint32 n = MAX(state->n_centres, 1);
	own->capacity = thuso_new(double, n);
	own->demand = thuso_new(double, n);
	own->allocated = thuso_new(double, n);
	own->refused = thuso_new(double, n);
	for (gint32 i = 0; i < state->n_centres; i++)
		if (!capacity_of(run, &state->centres[i], &own->capacity[i], error))
			return FALSE;
	find_nearest_demand(run, state, own);
	tell_missing(run, own, state);
	if (isnan(run->capacity->per_person))
		return TRUE;
	own->cell_allocated = thuso_array_new(thuso_grid_n(&run->region->grid), sizeof(double), "people by full centres", error);
	g_auto(Demand) demand = { 0 };
	return own->cell_allocated && find_demand(run, state, &demand, error) && allocate(run, state, &demand, own, error);
}

gboolean run_fill_capacity(Run *run, GError **error)
{
	return !run->capacity || (fill_state(run, &run->main_trip->now, error) && fill_state(run, &run->main_trip->plan, error));
}

void state_capacity_free(StateCapacity *capacity)
{
	if (!capacity)
		return;
	g_free(capacity->capacity);
	g_free(capacity->demand);
	g_free(capacity->allocated);
	g_free(capacity->refused);
	thuso_array_free(capacity->cell_allocated);
	g_free(capacity);
}

/* --- what tables say --------------------------------------------------------------------------------------------------------------- */

double centre_utilisation(const Run *run, const State *state, gint32 centre)
{
	const StateCapacity *own = state->capacity;
	if (!own || isnan(run->capacity->per_person) || !(own->capacity[centre] > 0))
		return NAN;
	return own->demand[centre] * run->capacity->per_person / own->capacity[centre];
}

const char *run_use_words(const Run *run, double utilisation)
{
	if (isnan(utilisation))
		return NULL;
	return utilisation < run->capacity->under ? "under" : utilisation > run->capacity->over ? "over" : "adequate";
}

void unit_provision(const Run *run, const State *state, const ThusoLevel *level, gint32 unit, Provided *provided)
{
	const StateCapacity *own = state->capacity;
	ThusoSum capacity = { 0 }, demand = { 0 }, allocated = { 0 }, refused = { 0 };
	*provided = (Provided){ NAN, NAN, NAN, NAN, NULL };
	if (!own || !own->cell_allocated)
		return;
	gboolean is_known = TRUE;
	for (gint32 i = 0; i < state->n_centres; i++) {
		gint32 area = state->centres[i].place->area;
		if (area < 0 || level->unit_of_area[area] != unit)
			continue;
		is_known &= !isnan(own->capacity[i]);
		thuso_sum_add(&capacity, isnan(own->capacity[i]) ? 0 : own->capacity[i]);
	}
	for (gint64 s = 0; s < run->n_shares; s++) {
		const ThusoPeopleShare *share = &run->shares[s];
		if (level->unit_of_area[share->area] != unit || !run->region->covered[share->cell])
			continue;
		double here = run->demand->weighted ? share->weighted : share->people, all = demand_of(run)[share->cell];
		double given = all > 0 ? here * (own->cell_allocated[share->cell] / all) : 0;
		thuso_sum_add(&demand, here);
		thuso_sum_add(&allocated, given);
		if (state->reach[share->cell] == THUSO_REACH_SERVED)
			thuso_sum_add(&refused, here - given);
	}
	provided->allocated = thuso_sum(&allocated);
	provided->refused = MAX(thuso_sum(&refused), 0);
	if (!is_known)
		return;
	provided->capacity = thuso_sum(&capacity);
	provided->asked = thuso_sum(&demand) * run->capacity->per_person;
	double ratio = provided->capacity > 0 ? provided->asked / provided->capacity : INFINITY;
	provided->words = !(provided->capacity > 0)      ? "none"
	                  : ratio > run->capacity->over  ? "under-provided"
	                  : ratio < run->capacity->under ? "over-provided"
	                                                 : "sufficient";
}
