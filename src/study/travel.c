/* Trips: what the study states about travel, and the states now and plan. */
#include <math.h>
#include <string.h>

#include "siting.h"
#include "standards.h"

/* Where the study is silent: far enough for every standard in use, near enough to be searched. */
static const double default_search_s = 3 * 3600.0, default_search_m = 100e3;

/* --- what the study states ---------------------------------------------------------------------------------------- */

static gboolean same_measure(const Run *run, const Block *block, const char *key, ThusoDimension found, GError **error)
{
	if ((found == THUSO_LENGTH) == (run->measure == THUSO_MEASURE_DISTANCE))
		return TRUE;
	block_error(block, key, error, THUSO_ERROR_USAGE, "%s: the first standard is a %s, so this must be a %s too", key,
	            run->measure == THUSO_MEASURE_TIME ? "time" : "distance",
	            run->measure == THUSO_MEASURE_TIME ? "time" : "distance");
	return FALSE;
}

static gboolean plan_trip(Run *run, const Block *travel, int i, GError **error)
{
	Block block = block_item(travel, "trips", i);
	Trip *trip = &run->trips[i];
	trip->name = block_item_name(travel, "trips", i);
	trip->rides = block_text(&block, "riding") != NULL;
	trip->factor = block_quantity(&block, "factor", NULL);
	trip->now.name = "now";
	trip->wait = block_quantity(&block, "wait", NULL);
	if (trip->name[strspn(trip->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] || !*trip->name) {
		block_error(travel, "trips", error, THUSO_ERROR_USAGE, "a trip's name is made of letters, digits, _ and -; '%s' is not",
		            trip->name);
		return FALSE;
	}
	if (!trip->rides && block_has(&block, "factor")) {
		block_error(&block, "factor", error, THUSO_ERROR_USAGE,
		            "`factor` goes with `riding: roads`; walking takes its speed from `walking`");
		return FALSE;
	}
	if (!trip->rides && trip->wait > 0) {
		block_error(&block, "wait", error, THUSO_ERROR_USAGE, "`wait` goes with `riding: roads`; who walks waits for nobody");
		return FALSE;
	}
	if (trip->rides && !block_has(travel, "roads")) {
		block_error(&block, "riding", error, THUSO_ERROR_USAGE, "trip '%s' rides on roads, but `travel` has no `roads`",
		            trip->name);
		return FALSE;
	}
	return TRUE;
}

static gboolean plan_bands(Run *run, GError **error)
{
	int n = block_n(&run->top, "bands");
	run->bands = thuso_new(double, n + 1);
	for (int i = 0; i < n; i++) {
		ThusoDimension found;
		double bound = block_item_quantity(&run->top, "bands", i, &found);
		if (!same_measure(run, &run->top, "bands", found, error))
			return FALSE;
		if (i > 0 && bound <= run->bands[i - 1]) {
			block_error(&run->top, "bands", error, THUSO_ERROR_USAGE, "bands: the bounds must ascend; '%s' does not",
			            block_item_text(&run->top, "bands", i));
			return FALSE;
		}
		run->bands[i] = bound;
	}
	/* The rest, up to the search limit, is the last band. */
	run->n_bands = n;
	if (run->bands[n - 1] > run->search_limit) {
		g_autofree char *limit =
		    thuso_format_quantity(run->search_limit, run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
		block_error(
		    &run->top, "bands", error, THUSO_ERROR_USAGE,
		    "bands: '%s' is beyond `search_limit` of `travel` (%s), where nobody is found; raise that, or take the band out",
		    block_item_text(&run->top, "bands", n - 1), limit);
		return FALSE;
	}
	if (run->bands[n - 1] < run->search_limit)
		run->bands[run->n_bands++] = run->search_limit;
	return TRUE;
}

/* Waiting takes time; no way is longer for it, and the nearest by distance would not be where one waits least. */
static gboolean plan_waits(const Run *run, const Block *travel, GError **error)
{
	for (int i = 0; i < run->n_trips && run->measure == THUSO_MEASURE_DISTANCE; i++) {
		Block block = block_item(travel, "trips", i);
		if (run->trips[i].wait <= 0)
			continue;
		block_error(
		    &block, "wait", error, THUSO_ERROR_USAGE,
		    "trip '%s' waits, which takes time, but the standards are distances; state the limits as times, or take out `wait`",
		    run->trips[i].name);
		return FALSE;
	}
	return TRUE;
}

static gboolean plan_search_limit(Run *run, const Block *travel, GError **error)
{
	ThusoDimension found;
	run->search_limit = block_quantity(travel, "search_limit", &found);
	if (isnan(run->search_limit))
		run->search_limit = run->measure == THUSO_MEASURE_TIME ? default_search_s : default_search_m;
	else if (!same_measure(run, travel, "search_limit", found, error))
		return FALSE;
	for (int i = 0; i < run->n_trips; i++) {
		const Trip *trip = &run->trips[i];
		if (trip->has_standard && trip->limit > run->search_limit) {
			block_error(travel, "search_limit", error, THUSO_ERROR_USAGE,
			            "search_limit is below the standard of trip '%s'; raise it", trip->name);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean plan_slope(const Block *travel, GError **error)
{
	Block walking = block_get(travel, "walking");
	const char *name = block_text(&walking, "slope");
	if (thuso_slope_function_find(name))
		return TRUE;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const ThusoSlopeFunction *const *f = thuso_slope_functions; *f; f++)
		g_ptr_array_add(names, (gpointer) (*f)->about.name);
	g_ptr_array_add(names, NULL);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	block_error(&walking, "slope", error, THUSO_ERROR_USAGE, "slope function '%s' is not known%s%s%s; use one of: %s", name,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "", all);
	return FALSE;
}

gboolean run_plan_trips(Run *run, GError **error)
{
	Block travel = block_get(&run->top, "travel");
	if (!plan_slope(&travel, error))
		return FALSE;
	run->direction = strcmp(block_text(&travel, "direction"), "to") == 0 ? THUSO_TO_CENTRE : THUSO_FROM_CENTRE;
	run->n_trips = block_n(&travel, "trips");
	run->trips = thuso_new(Trip, run->n_trips);
	for (int i = 0; i < run->n_trips; i++)
		if (!plan_trip(run, &travel, i, error))
			return FALSE;
	return run_read_standards(run, error) && plan_waits(run, &travel, error) && plan_search_limit(run, &travel, error) &&
	       plan_bands(run, error);
}

Trip *run_find_trip(const Run *run, const Block *block, const char *key, GError **error)
{
	const char *name = block_text(block, key);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; i < run->n_trips; i++) {
		if (strcmp(run->trips[i].name, name) == 0)
			return &run->trips[i];
		g_ptr_array_add(names, (gpointer) run->trips[i].name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	block_error(block, key, error, THUSO_ERROR_USAGE, "trip '%s' is not among the trips of `travel`: %s%s%s%s", name, all,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return NULL;
}

/* --- states ------------------------------------------------------------------------------------------------------- */

static void report_on_barrier(const Run *run, const Trip *trip, const ThusoPlace *place, const char *role)
{
	g_autoptr(GBytes) point = thuso_point_to_wkb(place->x, place->y);
	g_autofree char *message =
	    g_strdup_printf("%s %s stands where nobody can go on trip %s (water, barrier or no data); it serves "
	                    "nobody and was not moved: correct its position or the layers there",
	                    role, place->id, trip->name);
	thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "on_barrier", "centres", place->id, message, 1, point });
}

static int compare_centres(gconstpointer a, gconstpointer b)
{
	return thuso_id_compare(((const Centre *) a)->place->id, ((const Centre *) b)->place->id);
}

/* Greenfields has no open centre, and of those that the plan closes none is left. */
static gboolean is_left(const Plan *plan, const Run *run, const ThusoPlace *place)
{
	if (plan->mode && !plan->mode->has_centres)
		return FALSE;
	for (gint32 j = 0; j < run->main_trip->now.n_centres; j++)
		if (run_site(run, j) == place)
			return plan->chosen[j];
	return TRUE;
}

/* Open centres, and with a plan its sites; sorted by id, as `nearest` breaks ties by order. */
static void gather_centres(const Run *run, const Trip *trip, State *state, const Plan *plan)
{
	GArray *centres = g_array_new(FALSE, FALSE, sizeof(Centre));
	for (gint64 i = 0; i < run->centres->n; i++) {
		const ThusoPlace *place = &run->centres->place[i];
		if (!place->open || place->cell < 0 || (plan && !is_left(plan, run, place)))
			continue;
		if (thuso_surface_passable(trip->ground->surface, place->cell))
			g_array_append_vals(centres, &(Centre){ place, FALSE }, 1);
		else if (!plan)
			report_on_barrier(run, trip, place, "centre");
	}
	for (guint i = 0; plan && i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		const ThusoPlace *place = run_site(run, step->site);
		if (step->kind != STEP_NEW)
			continue;
		if (thuso_surface_passable(trip->ground->surface, place->cell))
			g_array_append_vals(centres, &(Centre){ place, TRUE }, 1);
		else
			report_on_barrier(run, trip, place, "planned site");
	}
	g_array_sort(centres, compare_centres);
	state->n_centres = (gint32) centres->len;
	state->centres = (Centre *) (gpointer) g_array_free(centres, FALSE);
	state->cells = thuso_new(gint64, MAX(state->n_centres, 1));
	for (gint32 i = 0; i < state->n_centres; i++)
		state->cells[i] = state->centres[i].place->cell;
}

static gboolean search_state(Run *run, Trip *trip, State *state, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	ThusoTravel travel = run_travel(run, trip, run->search_limit);
	state->coverage = thuso_new(ThusoCoverage *, run->region->n_levels + 1);
	state->weighted = thuso_new(ThusoCoverage *, run->region->n_levels + 1);
	state->cost = thuso_array_new(n, sizeof(gint64), "travel costs", error);
	state->nearest = state->cost ? thuso_array_new(n, sizeof(gint32), "nearest centres", error) : NULL;
	state->reach = state->nearest ? thuso_array_new(n, 1, "states of cells", error) : NULL;
	if (!state->reach || !thuso_access_nearest(run->context, trip->ground->surface, &travel, state->cells, state->n_centres,
	                                           state->cost, state->nearest, error))
		return FALSE;
	ThusoLimit limit = group_limit(trip->standard);
	thuso_reach_classify(trip->ground->surface, run->region->covered, state->cost, trip->ground->component, state->cells,
	                     state->n_centres, &limit, state->reach);
	return TRUE;
}

gboolean run_travel_trip_now(Run *run, Trip *trip, GError **error)
{
	if (!run_make_ground(run, trip, error))
		return FALSE;
	gather_centres(run, trip, &trip->now, NULL);
	return search_state(run, trip, &trip->now, error);
}

gboolean run_travel_now(Run *run, GError **error)
{
	for (int i = 0; i < run->n_trips; i++) {
		Trip *trip = &run->trips[i];
		double from = 0.30 + 0.15 * i / run->n_trips, to = 0.30 + 0.15 * (i + 1) / run->n_trips;
		g_autofree char *what = g_strdup_printf("travel: %s", trip->name);
		thuso_stage(run->context, what, from, to);
		if (!run_travel_trip_now(run, trip, error))
			return FALSE;
	}
	return TRUE;
}

gboolean run_travel_plan(Run *run, GError **error)
{
	thuso_stage(run->context, "travel with the plan", 0.80, 0.86);
	for (int i = 0; i < run->n_trips; i++) {
		run->trips[i].plan.name = run_plan(run)->name;
		gather_centres(run, &run->trips[i], &run->trips[i].plan, run_plan(run));
		if (!search_state(run, &run->trips[i], &run->trips[i].plan, error))
			return FALSE;
	}
	return TRUE;
}

char *run_limit_text(const Run *run, const Trip *trip)
{
	return group_text(run, trip->standard);
}

gint32 state_find_centre(const State *state, const ThusoPlace *place)
{
	for (gint32 i = 0; i < state->n_centres; i++)
		if (state->centres[i].place == place)
			return i;
	return -1;
}

ThusoState run_state(const Run *run, const State *state)
{
	return (ThusoState){ &run->region->grid, run->demand->people, run->region->covered, run->region->area,
		                 state->cost,        state->nearest,      state->reach,         run->measure };
}

double run_display(const Run *run, double value)
{
	return value / (run->measure == THUSO_MEASURE_TIME ? 60.0 : 1000.0);
}

const char *run_display_unit(const Run *run)
{
	return run->measure == THUSO_MEASURE_TIME ? "min" : "km";
}
