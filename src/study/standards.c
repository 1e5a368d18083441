/* Access standards: a limit by service, settlement type and trip, as the planner's template has it (method: README.md).
 *
 * Rows of one service, trip, measure and kind of points are a group: together they say for every cell what is near enough. The first
 * row's group ranks the sites; its limits are those of every table. The others are counted beside it. */
#include <math.h>
#include <string.h>

#include "siting.h"
#include "standards.h"

/* --- groups ------------------------------------------------------------------------------------------------------------ */

static ThusoMeasure measure_of(ThusoDimension dimension)
{
	return dimension == THUSO_LENGTH ? THUSO_MEASURE_DISTANCE : THUSO_MEASURE_TIME;
}

static gboolean same_points(const char **a, const char **b)
{
	return a && b ? g_strv_equal((const char *const *) a, (const char *const *) b) : a == b;
}

static int find_group(const Run *run, const char *service, const Trip *trip, ThusoMeasure measure, const char **departments)
{
	for (int g = 0; g < run->n_groups; g++) {
		const StandardGroup *group = &run->groups[g];
		if (strcmp(group->service, service) == 0 && group->trip == trip && group->measure == measure &&
		    same_points(group->departments, departments))
			return g;
	}
	return -1;
}

static gboolean is_repeated(const Run *run, const Standard *standard, int n, GError **error)
{
	for (int i = 0; i < n; i++) {
		const Standard *other = &run->standards[i];
		if (other->group != standard->group || g_ascii_strcasecmp(other->settlement, standard->settlement) != 0)
			continue;
		block_error(&standard->block, NULL, error, THUSO_ERROR_USAGE,
		            "service '%s' has two standards by trip '%s' for settlement '%s'; keep one", standard->service,
		            run->groups[standard->group].trip->name, standard->settlement);
		return TRUE;
	}
	return FALSE;
}

/* The measure of the study is the first standard's. */
static gboolean set_measure(Run *run, int i, const Block *block, Trip *trip, ThusoMeasure measure, const char **departments,
                            GError **error)
{
	if (i > 0)
		return TRUE;
	run->measure = measure;
	run->main_trip = trip;
	if (!departments)
		return TRUE;
	block_error(
	    block, "departments", error, THUSO_ERROR_USAGE,
	    "the first standard ranks the sites, so it is about the centres; write the standards of other departments after it");
	return FALSE;
}

static gboolean read_standard(Run *run, int i, GError **error)
{
	Standard *standard = &run->standards[i];
	Block block = block_item(&run->top, "standards", i);
	ThusoDimension found;
	*standard = (Standard){
		.block = block,
		.service = block_text(&block, "service"),
		.settlement = block_text(&block, "settlement"),
		.source = block_text(&block, "source"),
		.type = -1,
		.limit = block_quantity(&block, "limit", &found),
		.min_people = block_quantity(&block, "min_people", NULL),
		.max_people = block_quantity(&block, "max_people", NULL),
	};
	Trip *trip = run_find_trip(run, &block, "trip", error);
	if (!trip)
		return FALSE;
	if (standard->max_people < standard->min_people) {
		block_error(&block, "max_people", error, THUSO_ERROR_USAGE, "max_people is less than min_people");
		return FALSE;
	}
	const char **departments = block_has(&block, "departments") ? run_own(run, block_texts(&block, "departments"), g_free) : NULL;
	if (!set_measure(run, i, &block, trip, measure_of(found), departments, error))
		return FALSE;
	standard->group = find_group(run, standard->service, trip, measure_of(found), departments);
	if (standard->group < 0) {
		standard->group = run->n_groups++;
		run->groups[standard->group] = (StandardGroup){
			.service = standard->service, .trip = trip, .measure = measure_of(found), .departments = departments
		};
	}
	StandardGroup *group = &run->groups[standard->group];
	group->limit = fmax(group->limit, standard->limit);
	return !is_repeated(run, standard, i, error);
}

/* A trip's own standard is the first one about the centres in the study's measure. */
static void give_trips(Run *run)
{
	for (int g = run->n_groups - 1; g >= 0; g--) {
		StandardGroup *group = &run->groups[g];
		if (group->measure != run->measure || group->departments)
			continue;
		group->trip->standard = group;
		group->trip->has_standard = TRUE;
	}
	for (int i = 0; i < run->n_trips; i++) {
		Trip *trip = &run->trips[i];
		if (!trip->standard)
			trip->standard = run->main_trip->standard;
		trip->limit = trip->standard->limit;
	}
}

gboolean run_read_standards(Run *run, GError **error)
{
	run->n_standards = block_n(&run->top, "standards");
	run->standards = thuso_new(Standard, run->n_standards);
	run->groups = thuso_new(StandardGroup, run->n_standards);
	for (int i = 0; i < run->n_standards; i++)
		if (!read_standard(run, i, error))
			return FALSE;
	give_trips(run);
	return TRUE;
}

/* --- settlement types --------------------------------------------------------------------------------------------------- */

int run_n_settlements(const Run *run)
{
	return run->settlements ? run->settlements->n : 0;
}

int run_settlement(const Run *run, gint64 cell)
{
	return run->settlements ? run->settlements->type[cell] : 0;
}

static gboolean read_densities(const Block *block, ThusoSettlementsSpec *spec, GError **error)
{
	int n = spec->n = block_n(block, "density");
	if (block_has(block, "layer") || block_has(block, "path")) {
		block_error(block, "density", error, THUSO_ERROR_USAGE,
		            "settlement types come from a layer or from `density`, not from both; take one of them out");
		return FALSE;
	}
	const char **name = thuso_new(const char *, n);
	double *density = thuso_new(double, n);
	for (int i = 0; i < n; i++) {
		name[i] = block_item_name(block, "density", i);
		density[i] = block_item_quantity(block, "density", i, NULL);
	}
	spec->name = name;
	spec->density_per_km2 = density;
	return TRUE;
}

static gboolean read_settlements(Run *run, GError **error)
{
	Block block = block_get(&run->top, "settlements");
	if (!block_has(&run->top, "settlements"))
		return TRUE;
	ThusoSettlementsSpec spec = {
		.class_field = block_text(&block, "class"),
		.within_m = block_quantity(&block, "within", NULL),
		.radius_m = block_quantity(&block, "radius", NULL),
	};
	gboolean ok = block_has(&block, "density") ? read_densities(&block, &spec, error)
	                                           : (spec.source = run_source(run, study_source(run->study, &block, error))) != NULL;
	GError *inner = NULL;
	if (ok && !(run->settlements = thuso_settlements_read(run->context, run->region, &spec, run->demand->people, &inner)))
		block_pass(&run->top, "settlements", inner, error);
	g_free((gpointer) spec.name);
	g_free((gpointer) spec.density_per_km2);
	return run->settlements != NULL;
}

static gboolean find_type(const Run *run, Standard *standard, GError **error)
{
	if (g_ascii_strcasecmp(standard->settlement, "any") == 0)
		return TRUE;
	if (!run->settlements) {
		block_error(
		    &standard->block, "settlement", error, THUSO_ERROR_USAGE,
		    "settlement '%s': the study has no block `settlements` that says where it is; add one (`thuso list study`), or "
		    "write `any`",
		    standard->settlement);
		return FALSE;
	}
	standard->type = thuso_settlements_find(run->settlements, standard->settlement);
	if (standard->type >= 0)
		return TRUE;
	const char *nearest = thuso_nearest_name(standard->settlement, (const char *const *) run->settlements->name);
	g_autofree char *all = g_strjoinv(", ", run->settlements->name);
	block_error(&standard->block, "settlement", error, THUSO_ERROR_USAGE, "settlement '%s' is not known%s%s%s; there are: %s",
	            standard->settlement, nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "", all);
	return FALSE;
}

/* --- limits by cell ------------------------------------------------------------------------------------------------------ */

static gboolean has_one_limit(const Run *run, const StandardGroup *group)
{
	for (int t = 0; t <= run_n_settlements(run); t++)
		if (group->standard_of_type[t] < 0 || run->standards[group->standard_of_type[t]].limit != group->limit)
			return FALSE;
	return TRUE;
}

static gboolean fill_limits(Run *run, StandardGroup *group, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	if (has_one_limit(run, group))
		return TRUE;
	if (!(group->cell_ticks = thuso_array_new(n, sizeof(gint64), "limits of cells", error)))
		return FALSE;
	for (gint64 cell = 0; cell < n; cell++) {
		const Standard *standard = group_standard(run, group, cell);
		group->cell_ticks[cell] = standard ? thuso_ticks(group->measure, standard->limit) : -1;
	}
	return TRUE;
}

static void match_types(Run *run, int g)
{
	StandardGroup *group = &run->groups[g];
	int n = run_n_settlements(run), any = -1;
	group->standard_of_type = thuso_new(int, n + 1);
	for (int i = 0; i < run->n_standards; i++)
		if (run->standards[i].group == g && run->standards[i].type < 0)
			any = i;
	for (int t = 0; t <= n; t++)
		group->standard_of_type[t] = any;
	for (int i = 0; i < run->n_standards; i++)
		if (run->standards[i].group == g && run->standards[i].type >= 0)
			group->standard_of_type[run->standards[i].type] = i;
}

/* People of the study area for whom the group says nothing: for the first group an error, for the others a finding. */
static gboolean check_everybody(const Run *run, const StandardGroup *group, GError **error)
{
	double people = 0;
	int first = -1;
	for (gint64 i = 0; i < run->n_shares; i++) {
		gint64 cell = run->shares[i].cell;
		if (group_standard(run, group, cell))
			continue;
		people += run->shares[i].people;
		first = first < 0 ? run_settlement(run, cell) : first;
	}
	if (first < 0)
		return TRUE;
	g_autofree char *count = thuso_format_count(people);
	const char *where = first < run_n_settlements(run) ? run->settlements->name[first] : "(no type)";
	g_autofree char *what = g_strdup_printf(
	    "service '%s' by %s has no standard for %s people, the first of settlement type %s; add a row for it, or one with "
	    "`settlement: any`",
	    group->service, group->trip->name, count, where);
	if (group == run->main_trip->standard) {
		block_error(&run->top, "standards", error, THUSO_ERROR_USAGE, "%s", what);
		return FALSE;
	}
	thuso_find(run->context, &(ThusoFinding){ THUSO_INFO, "no_standard", "standards", NULL, what, 1, NULL });
	return TRUE;
}

gboolean run_settle_standards(Run *run, GError **error)
{
	if (!read_settlements(run, error))
		return FALSE;
	for (int i = 0; i < run->n_standards; i++)
		if (!find_type(run, &run->standards[i], error))
			return FALSE;
	for (int g = 0; g < run->n_groups; g++) {
		match_types(run, g);
		if (!check_everybody(run, &run->groups[g], error) || !fill_limits(run, &run->groups[g], error))
			return FALSE;
	}
	return TRUE;
}

const Standard *group_standard(const Run *run, const StandardGroup *group, gint64 cell)
{
	int standard = group->standard_of_type[run_settlement(run, cell)];
	return standard >= 0 ? &run->standards[standard] : NULL;
}

ThusoLimit group_limit(const StandardGroup *group)
{
	return (ThusoLimit){ thuso_ticks(group->measure, group->limit), group->cell_ticks };
}

char *group_text(const Run *run, const StandardGroup *group)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean on_foot = !group->trip->rides;
	int n = 0;
	for (int i = 0; i < run->n_standards; i++)
		n += &run->groups[run->standards[i].group] == group;
	for (int i = 0; i < run->n_standards; i++) {
		const Standard *standard = &run->standards[i];
		if (&run->groups[standard->group] != group)
			continue;
		g_autofree char *limit =
		    thuso_format_quantity(standard->limit, group->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
		g_string_append_printf(text, "%s%s", text->len ? ", " : "", limit);
		if (n > 1)
			g_string_append_printf(text, " (%s)", standard->settlement);
	}
	if (n == 0) { /* moved by a sensitivity run */
		g_autofree char *limit =
		    thuso_format_quantity(group->limit, group->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
		g_string_append(text, limit);
	}
	g_string_append_printf(text, on_foot && strcmp(group->trip->name, "walk") == 0 ? " on foot" : " by %s", group->trip->name);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- travel of the other groups ------------------------------------------------------------------------------------------- */

static gboolean is_given_by(const StandardGroup *group, const char *department)
{
	for (int i = 0; department && group->departments[i]; i++)
		if (g_ascii_strcasecmp(group->departments[i], department) == 0)
			return TRUE;
	return FALSE;
}

/* Service points of the departments on ground where one can stand. */
static GArray *points_of(const Run *run, const StandardGroup *group)
{
	GArray *cells = g_array_new(FALSE, FALSE, sizeof(gint64));
	const ThusoServicePoints *points = &run->service_points;
	gint64 n_stuck = 0;
	for (gint64 i = 0; i < points->n; i++) {
		if (!is_given_by(group, points->department[i]) || isnan(points->x[i]))
			continue;
		gint64 cell = thuso_grid_cell(&run->region->grid, points->x[i], points->y[i]);
		if (cell < 0 || !run->region->near_area[cell])
			continue;
		if (thuso_surface_passable(group->trip->ground->surface, cell))
			g_array_append_val(cells, cell);
		else
			n_stuck++;
	}
	g_autofree char *message =
	    g_strdup_printf("%" G_GINT64_FORMAT " service point(s) of %s stand where nobody can go on trip %s; they serve nobody and "
	                    "were not moved",
	                    n_stuck, group->service, group->trip->name);
	if (n_stuck > 0)
		thuso_find(run->context, &(ThusoFinding){ THUSO_WARNING, "on_barrier", "services", NULL, message, n_stuck, NULL });
	return cells;
}

static void add_state(const State *state, gboolean only_planned, GArray *cells)
{
	for (gint32 i = 0; i < state->n_centres; i++)
		if (!only_planned || state->centres[i].is_planned)
			g_array_append_val(cells, state->cells[i]);
}

static gboolean search(const Run *run, const StandardGroup *group, GArray *cells, Provision *provision, GError **error)
{
	gint64 n = thuso_grid_n(&run->region->grid);
	ThusoTravel travel = run_travel_by(run, group->trip, group->measure, group->limit);
	provision->is_own = TRUE;
	provision->n = (gint32) cells->len;
	provision->cells = (gint64 *) (gpointer) g_array_free(cells, FALSE);
	provision->cost = thuso_array_new(n, sizeof(gint64), "travel costs of a standard", error);
	provision->nearest = provision->cost ? thuso_array_new(n, sizeof(gint32), "travel costs of a standard", error) : NULL;
	return provision->nearest && thuso_access_nearest(run->context, group->trip->ground->surface, &travel, provision->cells,
	                                                  provision->n, provision->cost, provision->nearest, error);
}

static void borrow(const State *state, Provision *provision)
{
	*provision = (Provision){ state->n_centres, state->cells, state->cost, state->nearest, FALSE };
}

static gboolean travel_group(Run *run, StandardGroup *group, GError **error)
{
	if (group->measure == run->measure && !group->departments) {
		borrow(&group->trip->now, &group->now);
		borrow(&group->trip->plan, &group->plan);
		return TRUE;
	}
	for (int is_plan = 0; is_plan < 2; is_plan++) {
		GArray *cells = group->departments ? points_of(run, group) : g_array_new(FALSE, FALSE, sizeof(gint64));
		if (is_plan || !group->departments)
			add_state(is_plan ? &group->trip->plan : &group->trip->now, group->departments != NULL, cells);
		if (!search(run, group, cells, is_plan ? &group->plan : &group->now, error))
			return FALSE;
	}
	return TRUE;
}

/* A department that no layer of `services` names would be served by nobody, and the number look like a result. */
gboolean run_check_standards(const Run *run, GError **error)
{
	for (int i = 0; i < run->n_standards; i++) {
		const StandardGroup *group = &run->groups[run->standards[i].group];
		for (int d = 0; group->departments && group->departments[d]; d++) {
			gboolean found = FALSE;
			for (gint64 p = 0; p < run->service_points.n && !found; p++)
				found = run->service_points.department[p] &&
				        g_ascii_strcasecmp(run->service_points.department[p], group->departments[d]) == 0;
			if (found)
				continue;
			block_error(
			    &run->standards[i].block, "departments", error, THUSO_ERROR_INPUT,
			    "no service point of department '%s' is in the layers of `services`; write it as their `department` field "
			    "has it",
			    group->departments[d]);
			return FALSE;
		}
	}
	return TRUE;
}

gboolean run_travel_standards(Run *run, GError **error)
{
	for (int g = 0; g < run->n_groups; g++)
		if (!travel_group(run, &run->groups[g], error))
			return FALSE;
	return TRUE;
}

static void provision_clear(Provision *provision)
{
	if (!provision->is_own)
		return;
	g_free(provision->cells);
	thuso_array_free(provision->cost);
	thuso_array_free(provision->nearest);
}

void run_free_standards(Run *run)
{
	for (int g = 0; run->groups && g < run->n_groups; g++) {
		g_free(run->groups[g].standard_of_type);
		thuso_array_free(run->groups[g].cell_ticks);
		provision_clear(&run->groups[g].now);
		provision_clear(&run->groups[g].plan);
	}
	g_free(run->groups);
	g_free(run->standards);
	thuso_settlements_free(run->settlements);
}
