/* The plans of a study: each mode's phases through the solver, one after the other. */
#include <string.h>

#include "siting.h"
#include "steps.h"

typedef struct {
	Run *run;
	const Siting *siting;
	Plan *plan;
	guint8 *state; /* by site, of ThusoSiteState */
} Maker;

/* --- sites ---------------------------------------------------------------------------------------------------------- */

gint32 run_n_sites(const Run *run)
{
	return run->main_trip->now.n_centres + (gint32) run->usable->len;
}

const ThusoPlace *run_site(const Run *run, gint32 site)
{
	gint32 n_centres = run->main_trip->now.n_centres;
	return site < n_centres ? run->main_trip->now.centres[site].place
	                        : &run->candidates->place[g_array_index(run->usable, gint64, site - n_centres)];
}

const guint32 *run_site_rows(const Run *run, gint32 site, gint64 *n)
{
	const ThusoSiteReach *reach = run->site_reach;
	*n = reach->reach_start[site + 1] - reach->reach_start[site];
	return reach->reach_cells + reach->reach_start[site];
}

const Plan *run_plan(const Run *run)
{
	return g_ptr_array_index(run->plans, 0);
}

/* --- plans ---------------------------------------------------------------------------------------------------------- */

static void clear_step(gpointer data)
{
	g_free(((PlanStep *) data)->why);
}

static void clear_phase(gpointer data)
{
	g_free(((PlanPhase *) data)->objective_words);
	g_free(((PlanPhase *) data)->binding);
}

static void clear_alternative(gpointer data)
{
	g_free(((PlanAlternative *) data)->instead);
	g_free(((PlanAlternative *) data)->of);
}

static Plan *plan_new(const Run *run, const PlanMode *mode, const char *name)
{
	Plan *plan = g_new0(Plan, 1);
	plan->name = name;
	plan->mode = mode;
	plan->chosen = thuso_new(guint8, MAX(run_n_sites(run), 1));
	plan->steps = g_array_new(FALSE, TRUE, sizeof(PlanStep));
	plan->phases = g_array_new(FALSE, TRUE, sizeof(PlanPhase));
	plan->alternatives = g_array_new(FALSE, TRUE, sizeof(PlanAlternative));
	g_array_set_clear_func(plan->steps, clear_step);
	g_array_set_clear_func(plan->phases, clear_phase);
	g_array_set_clear_func(plan->alternatives, clear_alternative);
	return plan;
}

void plan_free(Plan *plan)
{
	if (!plan)
		return;
	g_free(plan->chosen);
	g_array_unref(plan->steps);
	g_array_unref(plan->phases);
	g_array_unref(plan->alternatives);
	g_free(plan);
}

static PlanStep *add_step(Plan *plan, gint32 site, StepKind kind, const char *word)
{
	PlanStep step = { .site = site,
		              .kind = kind,
		              .word = word,
		              .class = -1,
		              .instead = -1,
		              .added = NAN,
		              .affected = NAN,
		              .affected_within = NAN,
		              .capital = NAN,
		              .operating = NAN };
	g_array_append_val(plan->steps, step);
	return &g_array_index(plan->steps, PlanStep, plan->steps->len - 1);
}

/* --- one call of the solver ------------------------------------------------------------------------------------------- */

static void add_words(GString *words, const Ask *ask, const PhaseProblem *problem)
{
	const ThusoModel *model = ask->siting->model;
	g_string_append(words, model->objective);
	if (ask->run->demand->weighted)
		g_string_append(words, ", after demand factors");
	if (!model->ignores_costs && !model->maximises)
		g_string_append(words, ask->run->measure == THUSO_MEASURE_TIME ? ", in seconds" : ", in metres");
	double charge = ask->class >= 0 ? ask->siting->classes[ask->class].min_people : ask->siting->min_people;
	if (problem->location.charge && problem->charged <= 0 && charge > 0) {
		g_autofree char *count = thuso_format_count(charge);
		g_string_append_printf(words, ", less the threshold of %s for each new site", count);
	}
}

/* Quotas of a country bind by the hundred: the first few say it. */
static char *binding_words(char *const *binding)
{
	enum { MOST = 6 };
	GString *words = g_string_new(NULL);
	int n = (int) g_strv_length((char **) binding);
	for (int i = 0; i < MIN(n, MOST); i++)
		g_string_append_printf(words, "%s%s", i > 0 ? "; " : "", binding[i]);
	if (n > MOST)
		g_string_append_printf(words, "; and %d more", n - MOST);
	return g_string_free(words, FALSE);
}

/* The charge that keeps centres from moving for nothing is taken out again; the bound holds for the most sites that may be new. */
static void add_phase_row(Maker *maker, const Ask *ask, const PhaseProblem *problem, const ThusoPlan *found, int number,
                          gint32 n_new)
{
	g_autoptr(GString) words = g_string_new(NULL);
	add_words(words, ask, problem);
	PlanPhase phase = { number,
		                ask->class >= 0 ? maker->siting->classes[ask->class].name : NULL,
		                maker->siting->model->about.name,
		                thuso_plan_status_name(found->status),
		                g_string_free(g_steal_pointer(&words), FALSE),
		                binding_words(found->binding),
		                found->objective,
		                found->bound,
		                found->gap };
	if (problem->charged > 0) {
		gint32 most = MAX(maker->siting->moves, 0) + MAX(ask->phase->sites, 0);
		phase.objective += problem->charged * n_new;
		phase.bound += problem->charged * MAX(most, n_new);
		phase.gap = fabs(phase.bound - phase.objective) / MAX(fabs(phase.objective), 1e-12);
		phase.status = thuso_plan_status_name(phase.gap <= 1e-9 ? THUSO_PLAN_OPTIMAL : THUSO_PLAN_FEASIBLE);
	}
	g_array_append_val(maker->plan->phases, phase);
	thuso_log(maker->run->context, THUSO_INFO,
	          "plan %s, phase %d%s%s: %d new sites, objective %.6g, bound %.6g, gap %.3g %%, %.1f s", maker->plan->name, number,
	          phase.class ? ", " : "", phase.class ? phase.class : "", n_new, phase.objective, phase.bound, 100 * phase.gap,
	          found->seconds);
}

static gboolean infeasible(const Maker *maker, int number, const ThusoPlan *found, GError **error)
{
	g_autofree char *why = g_strjoinv("; ", found->binding);
	block_error(&maker->siting->block, NULL, error, THUSO_ERROR_INFEASIBLE,
	            "no feasible plan: %s, phase %d: %s; change the quota, the number of sites or the budget, or add candidates",
	            maker->plan->name, number, why);
	return FALSE;
}

/* Ids of the sites whose mark is `mark`, by comma. */
static char *list_sites(const Run *run, const guint8 *marks, guint8 mark, gint32 n)
{
	GString *list = g_string_new(NULL);
	for (gint32 j = 0; j < n; j++)
		if (marks[j] == mark)
			g_string_append_printf(list, "%s%s", list->len ? "," : "", run_site(run, j)->id);
	return g_string_free(list, FALSE);
}

static void add_alternatives(Maker *maker, const PhaseProblem *problem, const ThusoPlan *found, int number)
{
	enum { THEIRS = 1, OURS = 2 };
	g_autofree guint8 *marks = thuso_new(guint8, MAX(problem->location.n_sites, 1));
	for (gint32 a = 0; a < found->n_alternatives; a++) {
		double objective = found->alternative_objective[a];
		double loss = fabs(found->objective - objective) / MAX(fabs(found->objective), 1e-12);
		if (loss > maker->siting->options.loss * (1 + 1e-9) + 1e-12)
			continue;
		memset(marks, 0, (gsize) problem->location.n_sites);
		for (gint32 k = 0; k < found->n_alternative_sites; k++) {
			gint32 j = found->alternative_site[a * found->n_alternative_sites + k];
			if (j >= 0)
				marks[j] |= THEIRS;
		}
		for (gint32 s = 0; s < found->n_sites; s++)
			marks[found->site[s].site] |= OURS;
		PlanAlternative row = { number,
			                    (int) maker->plan->alternatives->len + 1,
			                    objective,
			                    loss,
			                    list_sites(maker->run, marks, OURS, problem->n_sites),
			                    list_sites(maker->run, marks, THEIRS, problem->n_sites) };
		g_array_append_val(maker->plan->alternatives, row);
	}
}

/* Sites that were chosen become fixed. Larger classes take no site under their threshold. Returns how many are new. */
static gint32 take_sites(Maker *maker, const Ask *ask, const PhaseProblem *problem, const ThusoPlan *found, int number)
{
	gint32 n_new = 0, n_centres = maker->run->main_trip->now.n_centres;
	for (gint32 s = 0; s < found->n_sites; s++) {
		gint32 j = found->site[s].site;
		if (j >= problem->n_sites || maker->state[j] == THUSO_SITE_FIXED)
			continue;
		if (ask->keeps_room && found->site[s].people_added < maker->siting->classes[ask->class].min_people)
			continue;
		maker->state[j] = THUSO_SITE_FIXED;
		if (j < n_centres)
			continue;
		PlanStep *step = add_step(maker->plan, j, STEP_NEW, run_site(maker->run, j)->kind);
		step->phase = number;
		step->class = ask->class;
		n_new++;
	}
	return n_new;
}

static gboolean solve(Maker *maker, const Ask *ask, int number, gboolean is_last, gint32 *n_new, GError **error)
{
	g_auto(PhaseProblem) problem = { 0 };
	ThusoLocateOptions options = maker->siting->options;
	if (!is_last)
		options.alternatives = 0;
	if (!phase_problem_new(&problem, ask, error))
		return FALSE;
	if (!maker->siting->model->needs_sites)
		problem.location.target = ask->phase->target;
	g_autoptr(ThusoPlan) found =
	    steps_locate(maker->run->steps, maker->run->context, maker->siting->model, &problem.location, &options, error);
	if (!found || !thuso_context_go_on(maker->run->context, error))
		return FALSE;
	if (found->status == THUSO_PLAN_INFEASIBLE)
		return infeasible(maker, number, found, error);
	*n_new = take_sites(maker, ask, &problem, found, number);
	add_phase_row(maker, ask, &problem, found, number, *n_new);
	add_alternatives(maker, &problem, found, number);
	return TRUE;
}

/* --- how many sites -------------------------------------------------------------------------------------------------- */

/* The registry's covering model whose objective is the number of sites. */
static const ThusoModel *fewest_model(void)
{
	for (int i = 0; thuso_models[i]; i++)
		if (thuso_models[i]->needs_limit && !thuso_models[i]->maximises && !thuso_models[i]->needs_sites &&
		    !thuso_models[i]->needs_capacity)
			return thuso_models[i];
	return NULL;
}

static gint32 count_state(const Maker *maker, guint8 state)
{
	gint32 n = 0;
	for (gint32 j = 0; j < run_n_sites(maker->run); j++)
		n += maker->state[j] == state;
	return n;
}

/* A target becomes the fewest sites that reach it; the model then makes the best of that many. */
static gboolean sites_for_target(Maker *maker, Ask *ask, int number, GError **error)
{
	Ask plain = *ask;
	Siting covering = *maker->siting;
	g_auto(PhaseProblem) problem = { 0 };
	covering.model = fewest_model();
	plain.siting = &covering;
	plain.class = -1;
	if (!phase_problem_new(&problem, &plain, error))
		return FALSE;
	problem.location.target = ask->phase->target;
	ThusoLocateOptions options = maker->siting->options;
	options.alternatives = 0;
	g_autoptr(ThusoPlan) found =
	    steps_locate(maker->run->steps, maker->run->context, covering.model, &problem.location, &options, error);
	if (!found || !thuso_context_go_on(maker->run->context, error))
		return FALSE;
	if (found->status != THUSO_PLAN_INFEASIBLE) {
		ask->sites = found->n_sites - count_state(maker, THUSO_SITE_FIXED);
		return TRUE;
	}
	if (ask->sites < 0 && isnan(ask->budget))
		return infeasible(maker, number, found, error);
	g_autofree char *message =
	    g_strdup_printf("plan %s, phase %d: the target of %g %% of the people is not reached with the sites "
	                    "and the budget that the phase has",
	                    maker->plan->name, number, 100 * ask->phase->target);
	thuso_find(maker->run->context, &(ThusoFinding){ THUSO_WARNING, "target", "siting", maker->plan->name, message, 1, NULL });
	return TRUE;
}

static gboolean find_number(Maker *maker, Ask *ask, int number, GError **error)
{
	const PlanMode *mode = maker->plan->mode;
	const Phase *phase = ask->phase;
	gint32 n_may_close = 0;
	for (gint32 j = 0; ask->decides_centres && j < maker->run->main_trip->now.n_centres; j++)
		n_may_close += maker->state[j] == THUSO_SITE_FREE;
	if (mode->closes)
		ask->sites = mode->opens ? n_may_close + MAX(phase->sites, 0) : maker->siting->keep;
	else
		ask->sites = phase->sites;
	if (phase->target >= 0 && maker->siting->model->needs_sites)
		return sites_for_target(maker, ask, number, error);
	if (ask->sites < 0 && isnan(phase->budget) && maker->siting->model->needs_sites)
		ask->sites = ask_need(ask);
	return TRUE;
}

/* --- phases ------------------------------------------------------------------------------------------------------------ */

static double spent(const Maker *maker, guint from)
{
	double sum = 0;
	for (guint i = from; i < maker->plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(maker->plan->steps, PlanStep, i);
		double capital = site_capital(maker->run, step->site, step->class);
		sum += isnan(capital) ? 0 : capital;
	}
	return sum;
}

/* Classes one after the other, the largest first, each where a site brings its threshold; the last one meets the quotas. */
static gboolean make_phase(Maker *maker, const Phase *phase, int number, gboolean is_last, GError **error)
{
	const Siting *siting = maker->siting;
	gboolean by_class = siting->n_classes > 0 && siting->model->maximises && !maker->plan->mode->closes;
	int n_passes = by_class ? siting->n_classes : 1;
	guint first = maker->plan->steps->len;
	Ask ask = { .run = maker->run,
		        .siting = siting,
		        .phase = phase,
		        .mode = maker->plan->mode,
		        .state = maker->state,
		        .decides_centres = maker->plan->mode->closes && number == 1,
		        .budget = phase->budget,
		        .class = -1 };
	if (!ask_check(&ask, TRUE, error) || !find_number(maker, &ask, number, error))
		return FALSE;
	for (int pass = 0; pass < n_passes; pass++) {
		gint32 n_new;
		ask.class = by_class ? pass : -1;
		ask.keeps_room = pass + 1 < n_passes;
		if (!solve(maker, &ask, number, is_last && !ask.keeps_room, &n_new, error))
			return FALSE;
		ask.sites = ask.sites < 0 ? -1 : ask.sites - n_new;
		ask.budget = phase->budget - spent(maker, first);
	}
	return TRUE;
}

/* --- a plan ------------------------------------------------------------------------------------------------------------ */

static void first_states(Maker *maker)
{
	const Run *run = maker->run;
	const PlanMode *mode = maker->plan->mode;
	gint32 n_centres = run->main_trip->now.n_centres, n = run_n_sites(run);
	for (gint32 j = 0; j < n_centres; j++) {
		gboolean may_close = mode->closes && run_site(run, j)->area >= 0;
		maker->state[j] = !mode->has_centres ? THUSO_SITE_FORBIDDEN : may_close ? THUSO_SITE_FREE : THUSO_SITE_FIXED;
	}
	for (gint32 j = n_centres; j < n; j++)
		maker->state[j] = mode->opens && !maker->siting->only_listed ? THUSO_SITE_FREE : THUSO_SITE_FORBIDDEN;
	for (gint64 i = 0; i < run->ranking->n && mode->opens; i++)
		maker->state[n_centres + run->ranking->site[i]] = THUSO_SITE_FREE;
	for (gint64 i = 0; i < run->ranking->n_excluded; i++)
		maker->state[n_centres + run->ranking->excluded_site[i]] = THUSO_SITE_FORBIDDEN;
}

/* Kept and closed centres stand before the new sites. */
static void add_centres(Maker *maker)
{
	Plan *plan = maker->plan;
	g_autoptr(GArray) new_sites = plan->steps;
	g_array_set_clear_func(new_sites, NULL);
	plan->steps = g_array_new(FALSE, TRUE, sizeof(PlanStep));
	g_array_set_clear_func(plan->steps, clear_step);
	for (int kept = 1; kept >= 0 && plan->mode->has_centres; kept--)
		for (gint32 j = 0; j < maker->run->main_trip->now.n_centres; j++)
			if ((maker->state[j] == THUSO_SITE_FIXED) == kept)
				add_step(plan, j, kept ? STEP_KEPT : STEP_CLOSED, kept ? "existing" : "closed");
	g_array_append_vals(plan->steps, new_sites->data, new_sites->len);
	plan->n_new = (gint32) new_sites->len;
	for (gint32 j = 0; j < run_n_sites(maker->run); j++)
		plan->chosen[j] = maker->state[j] == THUSO_SITE_FIXED;
}

static gboolean make_plan(Run *run, const PlanMode *mode, GError **error)
{
	g_autofree guint8 *state = thuso_new(guint8, MAX(run_n_sites(run), 1));
	Maker maker = { run, run->siting, plan_new(run, mode, mode->name), state };
	g_ptr_array_add(run->plans, maker.plan);
	first_states(&maker);
	int n_phases = mode->has_phases ? run->siting->n_phases : 1;
	for (int i = 0; i < n_phases; i++) {
		const Phase *phase = mode->has_phases ? &run->siting->phase[i] : &run->siting->own;
		if (!make_phase(&maker, phase, i + 1, i + 1 == n_phases, error))
			return FALSE;
	}
	add_centres(&maker);
	return plan_count(run, maker.plan, error);
}

/* --- without the block ------------------------------------------------------------------------------------------------- */

static void tell_empty_areas(const Run *run)
{
	for (gint32 a = 0; a < run->sites.n_areas; a++) {
		if (run->area_has_centre[a] || run->ranking->best_of_area[a] >= 0)
			continue;
		g_autofree char *message =
		    g_strdup_printf("municipality %s (%s) has no open centre and no candidate that may be one; add candidates there",
		                    run->sites.area_id[a], run->sites.area_title[a]);
		thuso_find(run->context,
		           &(ThusoFinding){ THUSO_WARNING, "no_candidate", "candidates", run->sites.area_id[a], message, 1, NULL });
	}
}

static gint64 rank_of(const Run *run, gint64 site)
{
	for (gint64 i = 0; i < run->ranking->n; i++)
		if (run->ranking->site[i] == site)
			return i;
	return -1;
}

/* The programme's first phase: the best site, by rank, of every municipality without an open centre. */
static gboolean first_phase(Run *run, GError **error)
{
	g_autofree gint64 *site = thuso_new(gint64, MAX(run->sites.n_areas, 1));
	g_autofree double *gain = thuso_new(double, MAX(run->sites.n_areas, 1));
	g_autofree double *weighted = thuso_new(double, MAX(run->sites.n_areas, 1));
	/* The same sites; what they gain counted once more after demand factors. */
	ThusoSites after = run->sites;
	after.demand_people = run->row_weight;
	gint32 n = thuso_first_phase(&after, run->ranking, site, weighted, error), n_centres = run->main_trip->now.n_centres;
	const ThusoCoverage *now = n >= 0 ? run_total(run, &run->main_trip->now, error) : NULL;
	if (!now || thuso_first_phase(&run->sites, run->ranking, site, gain, error) < 0)
		return FALSE;
	Plan *plan = plan_new(run, NULL, "one_per_municipality");
	g_ptr_array_add(run->plans, plan);
	plan->served = now->served;
	plan->n_new = n;
	for (gint32 j = 0; j < n_centres; j++) {
		plan->chosen[j] = 1;
		add_step(plan, j, STEP_KEPT, "existing");
	}
	for (gint32 i = 0; i < n; i++) {
		gint64 rank = rank_of(run, site[i]);
		gint32 j = n_centres + (gint32) site[i];
		plan->chosen[j] = 1;
		PlanStep *step = add_step(plan, j, STEP_NEW, run_site(run, j)->kind);
		step->added = gain[i];
		step->added_weighted = weighted[i];
		step->capital = run_site(run, j)->cost;
		step->why = g_strdup_printf("Best site of a municipality without an open centre (rank %" G_GINT64_FORMAT "). %s",
		                            rank + 1, rank >= 0 ? run->ranking->reason[rank] : "");
	}
	tell_empty_areas(run);
	return TRUE;
}

gboolean run_make_plans(Run *run, GError **error)
{
	if (!run->siting)
		return first_phase(run, error);
	thuso_stage(run->context, "plans", 0.80, 0.80);
	for (int i = 0; i < run->siting->n_modes; i++)
		if (!make_plan(run, run->siting->mode[i], error))
			return FALSE;
	return TRUE;
}
