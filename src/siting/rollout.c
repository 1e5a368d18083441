/* Which site opens when. A column for each site and year, a group for each site (it opens once), a budget for each year, and a demand row
 * for each year and each set of people whom the same sites reach: maximal covering (Church and ReVelle 1974) over the years.
 *
 * Greedy takes the nearest gain and so spends early what a later, larger site needs; the model looks at all years at once. */
#include <thuso/rollout.h>

#include <string.h>

#include "model.h"

typedef struct {
	ThusoContext *context;
	const ThusoRolloutSpec *spec;
	/* People whom the same sites reach, as one group. */
	gint32 n_groups;
	gint64 *start; /* by site, n_sites + 1 */
	guint32 *group;
	double *people;  /* n_groups */
	double *worth;   /* n_years: of one person of the first year */
	double *allowed; /* n_years: what may be spent until then (carried over) or in the year */
	guint8 *near;    /* work: n_groups */
} Years;

/* --- groups ---------------------------------------------------------------------------------------------------------- */

/* Each site splits the classes that it reaches in part: what is left together is reached by the same sites. */
static gboolean split_classes(const ThusoRolloutSpec *spec, guint32 *class, guint32 *n_classes, GError **error)
{
	g_autoptr(GHashTable) into = g_hash_table_new(NULL, NULL);
	*n_classes = 1;
	for (gint32 j = 0; j < spec->n_sites; j++) {
		g_hash_table_remove_all(into);
		for (gint64 k = spec->start[j]; k < spec->start[j + 1]; k++) {
			guint32 *own = &class[spec->demand[k]];
			gpointer found = g_hash_table_lookup(into, GUINT_TO_POINTER(*own + 1));
			if (!found) {
				found = GUINT_TO_POINTER(++*n_classes);
				g_hash_table_insert(into, GUINT_TO_POINTER(*own + 1), found);
			}
			*own = GPOINTER_TO_UINT(found) - 1;
		}
	}
	if (*n_classes < G_MAXINT32)
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "roll-out: too many sites overlap; plan fewer sites");
	return FALSE;
}

static gboolean count_people(Years *years, const guint32 *class, guint32 n_classes, guint32 *group_of, GError **error)
{
	const ThusoRolloutSpec *spec = years->spec;
	ThusoSum *sum = thuso_array_new(n_classes, sizeof *sum, "people by sites", error);
	if (!sum)
		return FALSE;
	for (gint64 i = 0; i < spec->n_demand; i++)
		if (class[i] > 0)
			thuso_sum_add(&sum[class[i]], spec->people[i]);
	for (guint32 c = 1; c < n_classes; c++)
		if (thuso_sum(&sum[c]) > 0) {
			years->people[years->n_groups] = thuso_sum(&sum[c]);
			group_of[c] = (guint32) ++years->n_groups;
		}
	thuso_array_free(sum);
	return TRUE;
}

/* Groups by site. `seen`: the last site that listed the group, plus one. */
static void list_groups(Years *years, const guint32 *class, const guint32 *group_of, guint32 *seen)
{
	const ThusoRolloutSpec *spec = years->spec;
	gint64 n = 0;
	for (gint32 j = 0; j < spec->n_sites; j++) {
		for (gint64 k = spec->start[j]; k < spec->start[j + 1]; k++) {
			guint32 group = group_of[class[spec->demand[k]]];
			if (group == 0 || seen[group] == (guint32) j + 1)
				continue;
			seen[group] = (guint32) j + 1;
			years->group[n++] = group - 1;
		}
		years->start[j + 1] = n;
	}
}

static gboolean make_groups(Years *years, GError **error)
{
	static const char what[] = "people by sites";
	const ThusoRolloutSpec *spec = years->spec;
	guint32 *class = thuso_array_new(spec->n_demand, sizeof *class, what, error), n_classes;
	if (!class || !split_classes(spec, class, &n_classes, error)) {
		thuso_array_free(class);
		return FALSE;
	}
	guint32 *group_of = thuso_array_new(n_classes, sizeof *group_of, what, error);
	guint32 *seen = group_of ? thuso_array_new((gint64) n_classes + 1, sizeof *seen, what, error) : NULL;
	gboolean ok = seen && (years->people = thuso_array_new(n_classes, sizeof(double), what, error)) &&
	              (years->start = thuso_array_new(spec->n_sites + 1, sizeof(gint64), what, error)) &&
	              (years->group = thuso_array_new(spec->start[spec->n_sites], sizeof(guint32), what, error)) &&
	              count_people(years, class, n_classes, group_of, error) &&
	              (years->near = thuso_array_new(years->n_groups, 1, what, error));
	if (ok)
		list_groups(years, class, group_of, seen);
	thuso_array_free(class);
	thuso_array_free(group_of);
	thuso_array_free(seen);
	return ok;
}

static void years_clear(Years *years)
{
	thuso_array_free(years->start);
	thuso_array_free(years->group);
	thuso_array_free(years->people);
	thuso_array_free(years->near);
	g_free(years->worth);
	g_free(years->allowed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Years, years_clear)

static gboolean years_init(Years *years, ThusoContext *context, const ThusoRolloutSpec *spec, GError **error)
{
	*years = (Years){ .context = context, .spec = spec };
	years->worth = thuso_new(double, MAX(spec->n_years, 1));
	years->allowed = thuso_new(double, MAX(spec->n_years, 1));
	double sum = 0;
	for (gint32 t = 0; t < spec->n_years; t++) {
		sum += spec->budget[t];
		years->worth[t] = t == 0 ? 1 : years->worth[t - 1] * (1 + spec->growth) / (1 + spec->discount);
		years->allowed[t] = spec->carries_over ? sum : spec->budget[t];
	}
	return make_groups(years, error);
}

/* --- schedules ------------------------------------------------------------------------------------------------------- */

static void schedule_init(ThusoSchedule *schedule, const ThusoRolloutSpec *spec)
{
	schedule->year = thuso_new(gint32, MAX(spec->n_sites, 1));
	schedule->people = thuso_new(double, MAX(spec->n_years, 1));
	schedule->people_years = thuso_new(double, MAX(spec->n_years, 1));
	schedule->spent = thuso_new(double, MAX(spec->n_years, 1));
	for (gint32 j = 0; j < spec->n_sites; j++)
		schedule->year[j] = -1;
}

static void schedule_clear(ThusoSchedule *schedule)
{
	g_free(schedule->year);
	g_free(schedule->people);
	g_free(schedule->people_years);
	g_free(schedule->spent);
}

/* People of the first year whom the sites open by year t reach. */
static double reached_by(const Years *years, const gint32 *year, gint32 t)
{
	ThusoSum sum = { 0 };
	memset(years->near, 0, (gsize) years->n_groups);
	for (gint32 j = 0; j < years->spec->n_sites; j++)
		for (gint64 k = years->start[j]; year[j] >= 0 && year[j] <= t && k < years->start[j + 1]; k++) {
			guint32 group = years->group[k];
			thuso_sum_add(&sum, years->near[group] ? 0 : years->people[group]);
			years->near[group] = 1;
		}
	return thuso_sum(&sum);
}

static double value_of(const Years *years, const gint32 *year)
{
	ThusoSum sum = { 0 };
	for (gint32 t = 0; t < years->spec->n_years; t++)
		thuso_sum_add(&sum, years->worth[t] * reached_by(years, year, t));
	return thuso_sum(&sum);
}

static void schedule_count(const Years *years, ThusoSchedule *schedule)
{
	const ThusoRolloutSpec *spec = years->spec;
	double grown = 1, people_years = 0;
	for (gint32 t = 0; t < spec->n_years; t++, grown *= 1 + spec->growth) {
		double people = reached_by(years, schedule->year, t);
		ThusoSum spent = { 0 };
		people_years += years->worth[t] * people;
		for (gint32 j = 0; j < spec->n_sites; j++)
			thuso_sum_add(&spent, schedule->year[j] == t ? spec->cost[j] : 0);
		schedule->people[t] = grown * people;
		schedule->people_years[t] = people_years;
		schedule->spent[t] = thuso_sum(&spent);
	}
}

static double slack_of(double allowed)
{
	return 1e-9 * MAX(fabs(allowed), 1);
}

/* Do the years' budgets hold? */
static gboolean is_paid(const Years *years, const gint32 *year)
{
	const ThusoRolloutSpec *spec = years->spec;
	double sum = 0;
	for (gint32 t = 0; t < spec->n_years; t++) {
		sum = spec->carries_over ? sum : 0;
		for (gint32 j = 0; j < spec->n_sites; j++)
			sum += year[j] == t ? spec->cost[j] : 0;
		if (sum > years->allowed[t] + slack_of(years->allowed[t]))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_upgrade(const ThusoRolloutSpec *spec, gint32 j)
{
	return spec->is_upgrade && spec->is_upgrade[j];
}

/* Sites that still fit open as early as they fit: the money is there. Upgrades first. */
static void fill_up(const Years *years, gint32 *year)
{
	for (int upgrade = 1; upgrade >= 0; upgrade--)
		for (gint32 j = 0; j < years->spec->n_sites; j++) {
			if (year[j] >= 0 || is_upgrade(years->spec, j) != upgrade)
				continue;
			for (year[j] = 0; year[j] < years->spec->n_years && !is_paid(years, year); year[j]++)
				;
			if (year[j] == years->spec->n_years)
				year[j] = -1;
		}
}

/* An upgrade and a later or missing place in the schedule: changed with a new site where nobody loses by it. */
static gboolean advance(const Years *years, gint32 *year, gint32 upgrade, gint32 other)
{
	gint32 last = years->spec->n_years - 1, a = year[upgrade], b = year[other];
	if (b < 0 || (a >= 0 && a <= b))
		return FALSE;
	double value = value_of(years, year), people = reached_by(years, year, last);
	year[upgrade] = b;
	year[other] = a;
	if (is_paid(years, year) && value_of(years, year) >= value * (1 - 1e-12) &&
	    reached_by(years, year, last) >= people * (1 - 1e-12))
		return TRUE;
	year[upgrade] = a;
	year[other] = b;
	return FALSE;
}

static void put_upgrades_first(const Years *years, gint32 *year)
{
	for (gboolean changed = TRUE; changed;) {
		changed = FALSE;
		for (gint32 j = 0; j < years->spec->n_sites; j++)
			for (gint32 k = 0; is_upgrade(years->spec, j) && k < years->spec->n_sites; k++)
				changed |= !is_upgrade(years->spec, k) && advance(years, year, j, k);
	}
}

/* --- greedy ------------------------------------------------------------------------------------------------------------ */

static double gain_of(const Years *years, gint32 j)
{
	ThusoSum sum = { 0 };
	for (gint64 k = years->start[j]; k < years->start[j + 1]; k++)
		thuso_sum_add(&sum, years->near[years->group[k]] ? 0 : years->people[years->group[k]]);
	return thuso_sum(&sum);
}

/* The affordable site that gains most for its cost; of equals an upgrade, then the first. -1 = none gains anything. */
static gint32 best_buy(const Years *years, const gint32 *year, double money)
{
	const ThusoRolloutSpec *spec = years->spec;
	gint32 best = -1;
	double most = 0;
	for (gint32 j = 0; j < spec->n_sites; j++) {
		if (year[j] >= 0 || spec->cost[j] > money + slack_of(money))
			continue;
		double gain = gain_of(years, j), rate = spec->cost[j] > 0 ? gain / spec->cost[j] : gain > 0 ? INFINITY : 0;
		if (rate > most || (best >= 0 && rate == most && is_upgrade(spec, j) && !is_upgrade(spec, best))) {
			best = j;
			most = rate;
		}
	}
	return best;
}

static void go_greedy(const Years *years, gint32 *year)
{
	const ThusoRolloutSpec *spec = years->spec;
	double money = 0;
	for (gint32 t = 0; t < spec->n_years; t++) {
		money = (spec->carries_over ? money : 0) + spec->budget[t];
		reached_by(years, year, t);
		for (gint32 j; (j = best_buy(years, year, money)) >= 0;) {
			year[j] = t;
			money -= spec->cost[j];
			for (gint64 k = years->start[j]; k < years->start[j + 1]; k++)
				years->near[years->group[k]] = 1;
		}
	}
	fill_up(years, year);
}

/* --- the model --------------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoLocation location;
	gint64 *start;
	guint32 *demand;
	double *weight;
	gint32 *group, *min, *max;
	const char **id;
	ThusoQuotaLevel once;
	ThusoBudget *budget;
} Expanded;

static void expanded_clear(Expanded *e)
{
	for (int b = 0; b < e->location.n_budgets; b++) {
		g_free((gpointer) e->budget[b].cost);
		g_free((gpointer) e->budget[b].name);
	}
	thuso_array_free(e->start);
	thuso_array_free(e->demand);
	thuso_array_free(e->weight);
	g_free(e->group);
	g_free(e->min);
	g_free(e->max);
	g_free(e->id);
	g_free(e->budget);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expanded, expanded_clear)

/* Column j * n_years + t opens site j in year t and serves in the rows of that year and later ones. */
static gboolean expand_pairs(const Years *years, Expanded *e, GError **error)
{
	const ThusoRolloutSpec *spec = years->spec;
	gint32 T = spec->n_years;
	gint64 n = years->start[spec->n_sites] * T * (T + 1) / 2, at = 0;
	if (!(e->start = thuso_array_new((gint64) spec->n_sites * T + 1, sizeof(gint64), "sites by year", error)) ||
	    !(e->demand = thuso_array_new(n, sizeof(guint32), "people by sites and year", error)) ||
	    !(e->weight = thuso_array_new((gint64) years->n_groups * T, sizeof(double), "people by year", error)))
		return FALSE;
	for (gint32 j = 0; j < spec->n_sites; j++)
		for (gint32 t = 0; t < T; t++) {
			for (gint32 s = t; s < T; s++)
				for (gint64 k = years->start[j]; k < years->start[j + 1]; k++)
					e->demand[at++] = (guint32) s * (guint32) years->n_groups + years->group[k];
			e->start[j * T + t + 1] = at;
		}
	return TRUE;
}

/* The last year counts `stress` times more than it is worth. */
static void weigh(const Years *years, Expanded *e, double stress)
{
	for (gint32 t = 0; t < years->spec->n_years; t++)
		for (gint32 g = 0; g < years->n_groups; g++)
			e->weight[(gint64) t * years->n_groups + g] =
			    years->people[g] * years->worth[t] * (t + 1 == years->spec->n_years ? 1 + stress : 1);
}

static void add_bounds(const Years *years, Expanded *e)
{
	const ThusoRolloutSpec *spec = years->spec;
	gint32 T = spec->n_years, n = spec->n_sites * T;
	e->group = thuso_new(gint32, MAX(n, 1));
	e->min = thuso_new(gint32, MAX(spec->n_sites, 1));
	e->max = thuso_new(gint32, MAX(spec->n_sites, 1));
	e->id = thuso_new(const char *, MAX(spec->n_sites, 1));
	e->budget = thuso_new(ThusoBudget, T);
	for (gint32 j = 0; j < n; j++)
		e->group[j] = j / T;
	for (gint32 j = 0; j < spec->n_sites; j++) {
		e->max[j] = 1;
		e->id[j] = "site";
	}
	for (gint32 t = 0; t < T; t++) {
		double *cost = thuso_new(double, MAX(n, 1));
		for (gint32 j = 0; j < n; j++)
			cost[j] = spec->carries_over ? (j % T <= t ? spec->cost[j / T] : 0) : (j % T == t ? spec->cost[j / T] : 0);
		e->budget[t] = (ThusoBudget){ g_strdup_printf("budget of year %d", t + 1), cost, years->allowed[t] };
	}
	e->once = (ThusoQuotaLevel){ "site", spec->n_sites, e->id, e->group, e->min, e->max };
	e->location.n_sites = n;
	e->location.n_demand = (gint64) years->n_groups * T;
	e->location.start = e->start;
	e->location.demand = e->demand;
	e->location.weight = e->weight;
	e->location.level = &e->once;
	e->location.n_levels = 1;
	e->location.budget = e->budget;
	e->location.n_budgets = T;
	e->location.sites = spec->n_sites;
}

static gboolean expand(const Years *years, Expanded *e, GError **error)
{
	*e = (Expanded){ 0 };
	thuso_location_default(&e->location);
	if (!expand_pairs(years, e, error))
		return FALSE;
	add_bounds(years, e);
	return TRUE;
}

static ThusoPlan *solve(const Years *years, Expanded *e, double stress, gint32 *year, GError **error)
{
	weigh(years, e, stress);
	g_autoptr(ThusoPlan) plan = thuso_locate(years->context, &thuso_model_mclp, &e->location, &years->spec->options, error);
	if (!plan || !thuso_context_go_on(years->context, error))
		return NULL;
	for (gint32 j = 0; j < years->spec->n_sites; j++)
		year[j] = -1;
	for (gint32 s = 0; s < plan->n_sites; s++)
		year[plan->site[s].site / years->spec->n_years] = plan->site[s].site % years->spec->n_years;
	fill_up(years, year);
	put_upgrades_first(years, year);
	return g_steal_pointer(&plan);
}

/* Most people-years, and in the last year no fewer people than greedy: where the first answer gives that up, the last year is stressed
 * until it does not. Greedy itself is the answer when nothing else qualifies. */
static gboolean improve(const Years *years, ThusoRollout *rollout, GError **error)
{
	static const double stresses[] = { 0, 1, 10, 1000 };
	const ThusoRolloutSpec *spec = years->spec;
	gint32 last = spec->n_years - 1;
	g_auto(Expanded) e = { 0 };
	g_autofree gint32 *year = thuso_new(gint32, MAX(spec->n_sites, 1));
	double least = reached_by(years, rollout->greedy.year, last);
	if (!expand(years, &e, error))
		return FALSE;
	for (gsize s = 0; s < G_N_ELEMENTS(stresses); s++) {
		g_autoptr(ThusoPlan) plan = solve(years, &e, stresses[s], year, error);
		if (!plan)
			return FALSE;
		if (s == 0)
			rollout->bound = plan->bound;
		if (reached_by(years, year, last) < least * (1 - 1e-12))
			continue;
		if (value_of(years, year) >= value_of(years, rollout->best.year)) {
			memcpy(rollout->best.year, year, (gsize) spec->n_sites * sizeof *year);
			rollout->is_greedy = FALSE;
		}
		break;
	}
	return TRUE;
}

ThusoRollout *thuso_rollout(ThusoContext *context, const ThusoRolloutSpec *spec, GError **error)
{
	g_autoptr(ThusoRollout) rollout = g_new0(ThusoRollout, 1);
	g_auto(Years) years = { 0 };
	if (!years_init(&years, context, spec, error))
		return NULL;
	schedule_init(&rollout->greedy, spec);
	schedule_init(&rollout->best, spec);
	go_greedy(&years, rollout->greedy.year);
	memcpy(rollout->best.year, rollout->greedy.year, (gsize) spec->n_sites * sizeof(gint32));
	put_upgrades_first(&years, rollout->best.year);
	rollout->is_greedy = TRUE;
	if (years.n_groups > 0 && !improve(&years, rollout, error))
		return NULL;
	schedule_count(&years, &rollout->greedy);
	schedule_count(&years, &rollout->best);
	rollout->objective = value_of(&years, rollout->best.year);
	rollout->bound = MAX(rollout->bound, rollout->objective);
	rollout->gap = (rollout->bound - rollout->objective) / MAX(rollout->objective, 1e-12);
	rollout->status = rollout->gap <= 1e-9 ? THUSO_PLAN_OPTIMAL : THUSO_PLAN_FEASIBLE;
	return g_steal_pointer(&rollout);
}

void thuso_rollout_free(ThusoRollout *rollout)
{
	if (!rollout)
		return;
	schedule_clear(&rollout->best);
	schedule_clear(&rollout->greedy);
	g_free(rollout);
}
