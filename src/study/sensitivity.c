/* Settings one after the other, each with its own plan, then draws of all at once (src/siting/README.md, "How sure a ranking is"). */
#include "sensitivity.h"

#include <string.h>

#include "standards.h"
#include "variant.h"

#define METHOD "src/siting/README.md"

static const ThusoParam limit_item[] = {
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 1, 1e7, .help = "another limit of the first standard" },
	{ NULL },
};

const ThusoParam sensitivity_params[] = {
	{ "draws", THUSO_PARAM_INTEGER, .min = 1, .max = 1e6, .default_text = "1000", .origin = "derived", .source = METHOD,
	  .help = "how often weights are drawn" },
	{ "weights", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, "20 %", .origin = "derived", .source = METHOD,
	  .help = "how far each weight is moved, down and up; draws are even between" },
	{ "limit", THUSO_PARAM_LIST, .item = limit_item, .help = "other limits of the first standard: [45 min, 90 min]" },
	{ "walking", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0.001, 0.9, .help = "how much slower and faster all walking may be: 10 %" },
	{ "capacity", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0.001, 0.9,
	  .help = "how much less and more a centre may serve, where the plan's model has capacities: 20 %" },
	{ "seed", THUSO_PARAM_INTEGER, .min = 0, .max = 1e15, .default_text = "1", .origin = "derived", .source = "any number does",
	  .help = "of the draws" },
	{ NULL },
};

/* --- what the block says ------------------------------------------------------------------------------------------------- */

static void clear_row(gpointer data)
{
	SensitivityRow *row = data;
	g_free(row->setting);
	g_free(row->value);
	g_free(row->first);
	g_free(row->note);
}

static Sensitivity *sensitivity_new(int n_criteria, int n_limits)
{
	Sensitivity *s = g_new0(Sensitivity, 1);
	thuso_sensitivity_options_default(&s->options);
	s->n_criteria = n_criteria;
	s->n_limits = n_limits;
	s->limit = thuso_new(double, n_limits + 1);
	s->limit_reach = thuso_new(guint8 *, n_limits + 1);
	s->limit_site_reach = thuso_new(ThusoSiteReach *, n_limits + 1);
	s->surfaces = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_surface_free);
	s->levels = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_scores_free);
	s->rows = g_array_new(FALSE, TRUE, sizeof(SensitivityRow));
	g_array_set_clear_func(s->rows, clear_row);
	return s;
}

void sensitivity_free(Sensitivity *s)
{
	if (!s)
		return;
	for (int l = 0; l < s->n_limits; l++) {
		thuso_array_free(s->limit_reach[l]);
		thuso_site_reach_free(s->limit_site_reach[l]);
	}
	for (int c = 0; s->rank_without && c < s->n_criteria; c++)
		thuso_array_free(s->rank_without[c]);
	g_free(s->rank_without);
	g_free(s->limit);
	g_free(s->limit_reach);
	g_free(s->limit_site_reach);
	g_ptr_array_unref(s->surfaces);
	g_ptr_array_unref(s->levels);
	g_array_unref(s->rows);
	thuso_sensitivity_free(s->draws);
	g_free(s);
}

static gboolean read_limits(const Run *run, const Block *block, Sensitivity *s, GError **error)
{
	ThusoDimension wanted = run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH;
	for (int l = 0; l < s->n_limits; l++) {
		ThusoDimension found;
		const char *text = block_item_text(block, "limit", l), *wrong = NULL;
		s->limit[l] = block_item_quantity(block, "limit", l, &found);
		if (found != wanted)
			wrong = wanted == THUSO_TIME ? "is no time, and the first standard is one"
			                             : "is no distance, and the first standard is one";
		else if (s->limit[l] > run->search_limit)
			wrong = "is beyond `search_limit` of `travel`; raise that";
		else if (s->limit[l] == run->main_trip->limit)
			wrong = "is the first standard's own limit; state others";
		if (!wrong)
			continue;
		block_error(block, "limit", error, THUSO_ERROR_USAGE, "sensitivity: limit '%s' %s", text, wrong);
		return FALSE;
	}
	return TRUE;
}

static gboolean read_others(const Run *run, const Block *block, Sensitivity *s, GError **error)
{
	const char *key = NULL, *wrong = NULL;
	s->options.draws = block_integer(block, "draws", s->options.draws);
	s->options.seed = (guint64) block_integer(block, "seed", 1);
	s->options.weights = block_quantity(block, "weights", NULL);
	s->walking = block_has(block, "walking") ? block_quantity(block, "walking", NULL) : 0;
	s->capacity = block_has(block, "capacity") ? block_quantity(block, "capacity", NULL) : 0;
	if (s->walking > 0 && run->measure == THUSO_MEASURE_DISTANCE)
		key = "walking", wrong = "the standards are distances, which no walking speed changes; take `walking` out";
	else if (s->capacity > 0 && !(run->siting && run->siting->model->needs_capacity))
		key = "capacity", wrong = "no plan of the study looks at capacities (`siting` with `capacity` and a model that needs it)";
	if (wrong)
		block_error(block, key, error, THUSO_ERROR_USAGE, "sensitivity: %s", wrong);
	return wrong == NULL;
}

gboolean sensitivity_read(Run *run, GError **error)
{
	if (!block_has(&run->top, "sensitivity"))
		return TRUE;
	Block block = block_get(&run->top, "sensitivity");
	run->sensitivity = sensitivity_new(run->n_criteria, block_n(&block, "limit"));
	return read_limits(run, &block, run->sensitivity, error) && read_others(run, &block, run->sensitivity, error);
}

/* --- travel for all limits at once ---------------------------------------------------------------------------------------- */

gboolean sensitivity_reach(Run *run, const gint64 *cells, gint64 n, GError **error)
{
	Sensitivity *s = run->sensitivity;
	int n_levels = s->n_limits + 1;
	double most = run->main_trip->limit;
	g_autofree ThusoState *now = thuso_new(ThusoState, n_levels);
	g_autofree ThusoLimit *limit = thuso_new(ThusoLimit, n_levels);
	g_autofree ThusoSiteReach **reach = thuso_new(ThusoSiteReach *, n_levels);
	now[0] = run_state(run, &run->main_trip->now);
	limit[0] = group_limit(run->main_trip->standard);
	for (int l = 0; l < s->n_limits; l++) {
		if (!(s->limit_reach[l] = variant_reach(run, s->limit[l], error)))
			return FALSE;
		now[l + 1] = now[0];
		now[l + 1].reach = s->limit_reach[l];
		limit[l + 1] = (ThusoLimit){ thuso_ticks(run->measure, s->limit[l]), NULL };
		most = MAX(most, s->limit[l]);
	}
	ThusoTravel travel = run_travel(run, run->main_trip, most);
	if (!thuso_site_reach_limits(run->context, run->cache, run->main_trip->ground->surface, &travel, cells, n, limit, now,
	                             n_levels, reach, error))
		return FALSE;
	run->site_reach = reach[0];
	for (int l = 0; l < s->n_limits; l++)
		s->limit_site_reach[l] = reach[l + 1];
	return TRUE;
}

/* --- people ---------------------------------------------------------------------------------------------------------------- */

static gboolean all_stay(const Plan *plan)
{
	return !plan->mode || (plan->mode->has_centres && !plan->mode->closes);
}

static double reach_site(const Run *run, gint32 site, guint8 *covered)
{
	const ThusoSiteReach *reach = run->site_reach;
	/* Without `siting` only the candidates were searched. */
	gint64 i = run->siting ? site : site - run->main_trip->now.n_centres;
	ThusoSum added = { 0 };
	for (gint64 k = reach->reach_start[i]; k < reach->reach_start[i + 1]; k++) {
		guint32 row = reach->reach_cells[k];
		thuso_sum_add(&added, covered[row] ? 0 : reach->demand_people[row]);
		covered[row] = 1;
	}
	return thuso_sum(&added);
}

/* People whom the sites of a plan made elsewhere serve in this run. */
static gboolean count_kept(const Run *run, const Plan *plan, double served_now, double *people, GError **error)
{
	const ThusoSiteReach *reach = run->site_reach;
	guint8 *covered = thuso_array_new(reach->n_demand, 1, "people reached by the plan", error);
	if (!covered)
		return FALSE;
	ThusoSum sum = { 0 };
	gint32 n_centres = run->main_trip->now.n_centres;
	if (all_stay(plan)) {
		thuso_sum_add(&sum, served_now);
		memcpy(covered, reach->demand_served, (gsize) reach->n_demand);
	}
	for (gint32 j = all_stay(plan) ? n_centres : 0; j < run_n_sites(run); j++)
		if (plan->chosen[j])
			thuso_sum_add(&sum, reach_site(run, j, covered));
	thuso_array_free(covered);
	*people = thuso_sum(&sum);
	return TRUE;
}

static void count_plan(const Plan *plan, const Plan *base, SensitivityRow *row)
{
	ThusoSum people = { 0 }, capital = { 0 }, operating = { 0 };
	thuso_sum_add(&people, plan->served);
	row->sites_new = row->sites_kept = 0;
	for (guint i = 0; i < plan->steps->len; i++) {
		const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
		if (step->kind != STEP_NEW)
			continue;
		thuso_sum_add(&people, step->added);
		thuso_sum_add(&capital, step->capital);
		thuso_sum_add(&operating, step->operating);
		row->sites_new++;
		row->sites_kept += base->chosen[step->site];
	}
	for (guint i = 0; i < plan->phases->len; i++)
		if (g_array_index(plan->phases, PlanPhase, i).phase > 0)
			row->objective = g_array_index(plan->phases, PlanPhase, i).objective;
	row->people_plan = thuso_sum(&people);
	row->capital = thuso_sum(&capital);
	row->operating = thuso_sum(&operating);
}

static double share(double people, double assessed)
{
	return assessed > 0 ? 100 * people / assessed : NAN;
}

/* Coverage now, with the base plan's sites, and with the run's own plan (none where it has none). */
static gboolean count_people(const Run *run, const Plan *base, SensitivityRow *row, GError **error)
{
	const ThusoCoverage *now = run_total(run, &run->main_trip->now, error);
	if (!now || !count_kept(run, base, now->served, &row->people_kept, error))
		return FALSE;
	row->people_now = now->served;
	row->people_plan = row->sites_new = row->sites_kept = row->capital = row->operating = row->objective = NAN;
	if (run->plans->len > 0 && !row->note)
		count_plan(run_plan(run), base, row);
	row->share_now = share(row->people_now, now->assessed);
	row->share_kept = share(row->people_kept, now->assessed);
	row->share_plan = share(row->people_plan, now->assessed);
	return TRUE;
}

/* --- ranks ------------------------------------------------------------------------------------------------------------------ */

static char *site_words(const Run *run, gint64 site)
{
	const char *id = run->sites.id[site], *title = run->sites.title[site];
	return title && strcmp(title, id) != 0 ? g_strdup_printf("%s (%s)", title, id) : g_strdup(id);
}

/* What rank[] says beside the ranks as stated. */
static gboolean compare_ranks(const Run *run, const gint64 *base, const gint64 *rank, SensitivityRow *row, GError **error)
{
	ThusoRankAgreement agreement;
	gint64 n = run->sites.n;
	if (!thuso_rank_agreement(base, rank, n, run->sensitivity->options.top, &agreement, error))
		return FALSE;
	row->correlation = agreement.correlation;
	row->top_kept = (double) agreement.n_top;
	for (gint64 i = 0; i < n; i++)
		if (rank[i] == 1)
			row->first = site_words(run, i);
	return TRUE;
}

static double seconds_since(gint64 start)
{
	return (double) (g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

/* What the settings work with. */
typedef struct {
	Run *run;
	Sensitivity *s;
	const Plan *plan;   /* as stated */
	gint64 *base, *now; /* ranks by usable candidate: as stated, and of the setting at work */
} Settings;

static SensitivityRow *add_row(Settings *settings, const char *moved, char *value, char *setting)
{
	SensitivityRow row = { .setting = setting, .moved = moved, .value = value };
	g_array_append_val(settings->s->rows, row);
	g_autofree char *stage = g_strdup_printf("sensitivity: %s", setting);
	thuso_stage(settings->run->context, stage, 0.86, 0.86);
	return &g_array_index(settings->s->rows, SensitivityRow, settings->s->rows->len - 1);
}

/* --- settings that change travel or capacity ---------------------------------------------------------------------------------- */

/* A setting for which there is no plan is a row all the same. */
static gboolean plan_or_note(Variant *variant, SensitivityRow *row, GError **error)
{
	g_autoptr(GError) inner = NULL;
	if (variant_plan(variant, &inner))
		return TRUE;
	if (!g_error_matches(inner, THUSO_ERROR, THUSO_ERROR_INFEASIBLE)) {
		g_propagate_error(error, g_steal_pointer(&inner));
		return FALSE;
	}
	row->note = g_strdup(inner->message);
	return TRUE;
}

static gboolean finish_setting(Settings *settings, Variant *variant, SensitivityRow *row, GError **error)
{
	return plan_or_note(variant, row, error) && count_people(&variant->run, settings->plan, row, error) &&
	       compare_ranks(settings->run, settings->base, settings->now, row, error);
}

/* Other travel is another level of the draws. */
static gboolean finish_travel(Settings *settings, Variant *variant, SensitivityRow *row, GError **error)
{
	ThusoRankingSpec spec = run_ranking_spec(&variant->run);
	ThusoScores *scores = thuso_scores_new(variant->run.context, &variant->run.sites, &spec, error);
	if (!scores)
		return FALSE;
	g_ptr_array_add(settings->s->levels, scores);
	return thuso_scores_rank(scores, NULL, settings->now, error) && variant_rank(variant, error) &&
	       finish_setting(settings, variant, row, error);
}

static gboolean try_limit(Settings *settings, int l, GError **error)
{
	Sensitivity *s = settings->s;
	char *value = thuso_format_quantity(s->limit[l], settings->run->measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
	SensitivityRow *row = add_row(settings, "limit", value, g_strdup_printf("limit %s", value));
	g_autoptr(Variant) variant = variant_new(settings->run);
	return variant_set_limit(variant, s->limit[l], g_steal_pointer(&s->limit_reach[l]), g_steal_pointer(&s->limit_site_reach[l]),
	                         error) &&
	       finish_travel(settings, variant, row, error);
}

static gboolean try_walking(Settings *settings, int sign, GError **error)
{
	double moved = settings->s->walking;
	g_autofree char *text = thuso_format_quantity(moved, THUSO_SHARE);
	char *value = g_strdup_printf("%s %s", text, sign < 0 ? "slower" : "faster");
	SensitivityRow *row = add_row(settings, "walking", value, g_strdup_printf("walking %s", value));
	g_autoptr(Variant) variant = variant_new(settings->run);
	return variant_set_walking(variant, 1 + sign * moved, settings->s->surfaces, error) &&
	       finish_travel(settings, variant, row, error);
}

/* Ranks do not look at capacities. */
static gboolean try_capacity(Settings *settings, int sign, GError **error)
{
	double moved = settings->s->capacity;
	g_autofree char *text = thuso_format_quantity(moved, THUSO_SHARE);
	char *value = g_strdup_printf("%s %s", text, sign < 0 ? "less" : "more");
	SensitivityRow *row = add_row(settings, "capacity", value, g_strdup_printf("capacity %s", value));
	g_autoptr(Variant) variant = variant_new(settings->run);
	variant_set_capacity(variant, 1 + sign * moved);
	memcpy(settings->now, settings->base, (gsize) settings->run->sites.n * sizeof *settings->now);
	return variant_rank(variant, error) && finish_setting(settings, variant, row, error);
}

/* --- settings that change weights ----------------------------------------------------------------------------------------------- */

/* Does the plan look at the ranking? Else it stays whatever the weights are. */
static gboolean plan_follows_ranks(const Run *run)
{
	return !run->siting || run->siting->only_listed;
}

static gboolean plan_for_weight(Settings *settings, int c, double weight, SensitivityRow *row, GError **error)
{
	if (!plan_follows_ranks(settings->run))
		return count_people(settings->run, settings->plan, row, error);
	g_autoptr(Variant) variant = variant_new(settings->run);
	variant_set_weight(variant, c, weight);
	return variant_rank(variant, error) && plan_or_note(variant, row, error) &&
	       count_people(&variant->run, settings->plan, row, error);
}

static gboolean try_weight(Settings *settings, int c, double weight, SensitivityRow *row, GError **error)
{
	const Run *run = settings->run;
	const ThusoScores *scores = g_ptr_array_index(settings->s->levels, 0);
	g_autofree double *weights = thuso_new(double, run->n_criteria);
	for (int k = 0; k < run->n_criteria; k++)
		weights[k] = k == c ? weight : run->criteria[k].weight;
	return thuso_scores_rank(scores, weights, settings->now, error) &&
	       compare_ranks(run, settings->base, settings->now, row, error) && plan_for_weight(settings, c, weight, row, error);
}

static gboolean try_weights(Settings *settings, int c, GError **error)
{
	const ThusoCriterionUse *use = &settings->run->criteria[c];
	for (int sign = -1; sign <= 1; sign += 2) {
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		double range = settings->s->options.weights, weight = use->weight * (1 + sign * range);
		if (range <= 0 || weight <= 0)
			continue;
		char *value = g_strdup(thuso_format_real(number, weight));
		g_autofree char *text = thuso_format_quantity(range, THUSO_SHARE);
		char *setting = g_strdup_printf("weight of %s %s %s", use->name, text, sign < 0 ? "less" : "more");
		if (!try_weight(settings, c, weight, add_row(settings, "weight", value, setting), error))
			return FALSE;
	}
	SensitivityRow *row = add_row(settings, "without", g_strdup("0"), g_strdup_printf("without %s", use->name));
	if (!try_weight(settings, c, 0, row, error))
		return FALSE;
	gint64 n = settings->run->sites.n;
	gint64 *kept = settings->s->rank_without[c] = thuso_array_new(n, sizeof *kept, "ranks without a criterion", error);
	if (kept)
		memcpy(kept, settings->now, (gsize) n * sizeof *kept);
	return kept != NULL;
}

/* --- draws ------------------------------------------------------------------------------------------------------------------------ */

/* The mean over the draws, or the least; draws with fewer than two common sites have no correlation. */
static void add_draws(Settings *settings, gboolean least)
{
	const ThusoSensitivity *draws = settings->s->draws;
	g_autofree char *n = thuso_format_count((double) draws->draws);
	SensitivityRow *row = add_row(settings, "draws", g_strdup_printf("%s of %s draws", least ? "least" : "mean", n),
	                              g_strdup_printf("draws, %s", least ? "least" : "mean"));
	row->people_now = row->share_now = row->people_kept = row->share_kept = row->people_plan = row->share_plan = NAN;
	row->sites_new = row->sites_kept = row->capital = row->operating = row->objective = row->correlation = NAN;
	ThusoSum correlation = { 0 };
	gint64 n_known = 0, top = 0, top_least = G_MAXINT64;
	for (gint64 i = 0; i < draws->draws; i++) {
		top += draws->n_top_kept[i];
		top_least = MIN(top_least, draws->n_top_kept[i]);
		if (isnan(draws->correlation[i]))
			continue;
		n_known++;
		thuso_sum_add(&correlation, draws->correlation[i]);
		row->correlation = isnan(row->correlation) ? draws->correlation[i] : MIN(row->correlation, draws->correlation[i]);
	}
	row->top_kept = least ? (double) top_least : (double) top / (double) draws->draws;
	if (!least && n_known > 0)
		row->correlation = thuso_sum(&correlation) / (double) n_known;
}

static gboolean draw(Settings *settings, GError **error)
{
	Sensitivity *s = settings->s;
	gint64 start = g_get_monotonic_time();
	thuso_stage(settings->run->context, "sensitivity: draws", 0.86, 0.86);
	s->draws = thuso_sensitivity(settings->run->context, (const ThusoScores *const *) s->levels->pdata, (int) s->levels->len,
	                             &s->options, error);
	if (!s->draws)
		return FALSE;
	thuso_log(settings->run->context, THUSO_INFO,
	          "sensitivity: %" G_GINT64_FORMAT " draws over %" G_GINT64_FORMAT " candidates, %.1f s", s->draws->draws,
	          s->draws->n, seconds_since(start));
	add_draws(settings, FALSE);
	add_draws(settings, TRUE);
	return TRUE;
}

/* --- all of it -------------------------------------------------------------------------------------------------------------------- */

static gboolean as_stated(Settings *settings, GError **error)
{
	Run *run = settings->run;
	ThusoRankingSpec spec = run_ranking_spec(run);
	g_autoptr(ThusoContext) quiet = thuso_context_quiet(run->context);
	SensitivityRow *row = add_row(settings, "nothing", g_strdup(""), g_strdup("as stated"));
	ThusoScores *scores = thuso_scores_new(quiet, &run->sites, &spec, error);
	if (!scores)
		return FALSE;
	g_ptr_array_add(settings->s->levels, scores);
	return thuso_scores_rank(scores, NULL, settings->base, error) && count_people(run, settings->plan, row, error) &&
	       compare_ranks(run, settings->base, settings->base, row, error);
}

static gboolean try_all(Settings *settings, GError **error)
{
	Sensitivity *s = settings->s;
	gboolean ok = as_stated(settings, error);
	for (int l = 0; ok && l < s->n_limits; l++)
		ok = try_limit(settings, l, error);
	for (int sign = -1; ok && s->walking > 0 && sign <= 1; sign += 2)
		ok = try_walking(settings, sign, error);
	for (int sign = -1; ok && s->capacity > 0 && sign <= 1; sign += 2)
		ok = try_capacity(settings, sign, error);
	if (s->n_criteria > 1)
		s->rank_without = thuso_new(gint64 *, s->n_criteria);
	for (int c = 0; ok && s->rank_without && c < s->n_criteria; c++)
		ok = try_weights(settings, c, error);
	return ok && draw(settings, error);
}

gboolean run_sensitivity(Run *run, GError **error)
{
	if (!run->sensitivity)
		return TRUE;
	gint64 n = run->sites.n, start = g_get_monotonic_time();
	Settings settings = { run, run->sensitivity, run_plan(run), NULL, NULL };
	settings.base = thuso_array_new(n, sizeof(gint64), "ranks", error);
	settings.now = settings.base ? thuso_array_new(n, sizeof(gint64), "ranks", error) : NULL;
	gboolean ok = settings.now && try_all(&settings, error);
	thuso_array_free(settings.base);
	thuso_array_free(settings.now);
	if (ok)
		thuso_log(run->context, THUSO_INFO, "sensitivity: %u rows, %.1f s with the draws", run->sensitivity->rows->len,
		          seconds_since(start));
	return ok;
}
