/* roll-out: against every schedule of small instances, and its laws. The seed is printed by the test framework. */
#include <thuso/rollout.h>

#include <string.h>

enum { MAX_SITES = 6, MAX_YEARS = 4, N_DEMAND = 12 };

typedef struct {
	ThusoRolloutSpec spec;
	gint64 start[MAX_SITES + 1];
	guint32 demand[MAX_SITES * N_DEMAND];
	double people[N_DEMAND], cost[MAX_SITES], budget[MAX_YEARS];
	guint8 is_upgrade[MAX_SITES];
} World;

static int whole(int low, int high)
{
	return g_test_rand_int_range(low, high + 1);
}

static void world_init(World *w)
{
	*w = (World){ 0 };
	ThusoRolloutSpec *s = &w->spec;
	*s = (ThusoRolloutSpec){ .n_sites = whole(0, 5),
		                     .n_demand = N_DEMAND,
		                     .n_years = whole(1, MAX_YEARS),
		                     .discount = whole(0, 3) * 0.05,
		                     .growth = whole(-1, 2) * 0.02,
		                     .carries_over = whole(0, 1),
		                     .start = w->start,
		                     .demand = w->demand,
		                     .people = w->people,
		                     .cost = w->cost,
		                     .budget = w->budget,
		                     .is_upgrade = w->is_upgrade };
	thuso_locate_options_default(&s->options);
	for (int i = 0; i < N_DEMAND; i++)
		w->people[i] = whole(0, 3) ? whole(1, 50) : 0;
	for (gint32 j = 0; j < s->n_sites; j++) {
		gint64 n = w->start[j];
		for (guint32 i = 0; i < N_DEMAND; i++)
			if (whole(0, 2) == 0)
				w->demand[n++] = i;
		w->start[j + 1] = n;
		w->cost[j] = whole(0, 6);
		w->is_upgrade[j] = (guint8) whole(0, 1);
	}
	for (gint32 t = 0; t < s->n_years; t++)
		w->budget[t] = whole(0, 9);
}

static double reached(const World *w, const gint32 *year, gint32 t)
{
	gboolean near[N_DEMAND] = { FALSE };
	double sum = 0;
	for (gint32 j = 0; j < w->spec.n_sites; j++)
		for (gint64 k = w->start[j]; year[j] >= 0 && year[j] <= t && k < w->start[j + 1]; k++)
			near[w->demand[k]] = TRUE;
	for (int i = 0; i < N_DEMAND; i++)
		sum += near[i] ? w->people[i] : 0;
	return sum;
}

static double value(const World *w, const gint32 *year)
{
	double sum = 0, worth = 1;
	for (gint32 t = 0; t < w->spec.n_years; t++, worth *= (1 + w->spec.growth) / (1 + w->spec.discount))
		sum += worth * reached(w, year, t);
	return sum;
}

static gboolean is_paid(const World *w, const gint32 *year)
{
	double money = 0;
	for (gint32 t = 0; t < w->spec.n_years; t++) {
		money = (w->spec.carries_over ? money : 0) + w->budget[t];
		for (gint32 j = 0; j < w->spec.n_sites; j++)
			money -= year[j] == t ? w->cost[j] : 0;
		if (money < 0)
			return FALSE;
	}
	return TRUE;
}

/* The best of all schedules, and of those that have at least `least` people in the last year. */
static void all_schedules(const World *w, double least, double *best, double *best_with)
{
	gint32 year[MAX_SITES], n_years = w->spec.n_years, n = 1;
	*best = *best_with = -1;
	for (gint32 j = 0; j < w->spec.n_sites; j++)
		n *= n_years + 1;
	for (gint32 code = 0; code < n; code++) {
		gint32 rest = code;
		for (gint32 j = 0; j < w->spec.n_sites; j++, rest /= n_years + 1)
			year[j] = rest % (n_years + 1) - 1;
		if (!is_paid(w, year))
			continue;
		double own = value(w, year);
		*best = MAX(*best, own);
		if (reached(w, year, n_years - 1) >= least - 1e-9)
			*best_with = MAX(*best_with, own);
	}
}

static void check_schedule(const World *w, const ThusoSchedule *schedule)
{
	double people_years = 0, worth = 1, grown = 1;
	g_assert_true(is_paid(w, schedule->year));
	for (gint32 t = 0; t < w->spec.n_years; t++) {
		double people = reached(w, schedule->year, t), spent = 0;
		people_years += worth * people;
		for (gint32 j = 0; j < w->spec.n_sites; j++)
			spent += schedule->year[j] == t ? w->cost[j] : 0;
		g_assert_cmpfloat_with_epsilon(schedule->people[t], grown * people, 1e-9);
		g_assert_cmpfloat_with_epsilon(schedule->people_years[t], people_years, 1e-9);
		g_assert_cmpfloat_with_epsilon(schedule->spent[t], spent, 1e-9);
		worth *= (1 + w->spec.growth) / (1 + w->spec.discount);
		grown *= 1 + w->spec.growth;
	}
}

/* No upgrade waits for a site that it could change places with. */
static void check_upgrades(const World *w, const gint32 *year)
{
	gint32 n = w->spec.n_sites, last = w->spec.n_years - 1;
	for (gint32 u = 0; u < n; u++)
		for (gint32 k = 0; k < n; k++) {
			gint32 changed[MAX_SITES];
			if (!w->is_upgrade[u] || w->is_upgrade[k] || year[k] < 0 || (year[u] >= 0 && year[u] <= year[k]))
				continue;
			memcpy(changed, year, (gsize) n * sizeof *year);
			changed[u] = year[k];
			changed[k] = year[u];
			g_assert_true(!is_paid(w, changed) || value(w, changed) < value(w, year) - 1e-12 ||
			              reached(w, changed, last) < reached(w, year, last) - 1e-12);
		}
}

static void test_against_all_schedules(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	int n_greedy_trapped = 0, n_given_up = 0;
	for (int round = 0; round < 1500; round++) {
		World w;
		g_autoptr(GError) error = NULL;
		double best, best_with;
		world_init(&w);
		g_autoptr(ThusoRollout) rollout = thuso_rollout(context, &w.spec, &error);
		g_assert_no_error(error);
		check_schedule(&w, &rollout->best);
		check_schedule(&w, &rollout->greedy);
		gint32 last = w.spec.n_years - 1;
		double least = reached(&w, rollout->greedy.year, last);
		all_schedules(&w, least, &best, &best_with);
		g_assert_cmpfloat(reached(&w, rollout->best.year, last), >=, least - 1e-9);
		g_assert_cmpfloat_with_epsilon(rollout->objective, value(&w, rollout->best.year), 1e-9);
		g_assert_cmpfloat(rollout->bound, >=, best - 1e-7);
		g_assert_cmpfloat(rollout->objective, <=, best_with + 1e-7);
		g_assert_cmpfloat(rollout->objective, >=, value(&w, rollout->greedy.year) - 1e-9);
		/* Where the best of all keeps the last year, it is the answer. */
		if (best_with >= best - 1e-9 && rollout->objective < best - 1e-7)
			n_given_up++;
		n_greedy_trapped += value(&w, rollout->greedy.year) < best_with - 1e-6;
		check_upgrades(&w, rollout->best.year);
	}
	/* The solver may return one of several best schedules that is short in the last year: rare, and then the next best is told. */
	g_assert_cmpint(n_given_up, <=, 15);
	g_assert_cmpint(n_greedy_trapped, >, 50);
	g_test_message("greedy was beaten in %d of 1500, the best given up in %d", n_greedy_trapped, n_given_up);
}

/* The small site that is nearest for its cost takes the money that the large one needs. */
static void test_greedy_trap(void)
{
	World w = { .start = { 0, 1, 2 }, .demand = { 0, 1 }, .people = { 30, 100 }, .cost = { 2, 10 }, .budget = { 10, 2 } };
	w.spec = (ThusoRolloutSpec){ .n_sites = 2,
		                         .start = w.start,
		                         .demand = w.demand,
		                         .n_demand = 2,
		                         .people = w.people,
		                         .cost = w.cost,
		                         .n_years = 2,
		                         .budget = w.budget };
	thuso_locate_options_default(&w.spec.options);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoRollout) rollout = thuso_rollout(context, &w.spec, NULL);
	g_assert_cmpint(rollout->greedy.year[0], ==, 0);
	g_assert_cmpint(rollout->greedy.year[1], ==, -1);
	g_assert_cmpint(rollout->best.year[1], ==, 0);
	g_assert_cmpint(rollout->best.year[0], ==, 1);
	g_assert_cmpfloat(rollout->objective, ==, 230);
	g_assert_cmpstr(thuso_plan_status_name(rollout->status), ==, "optimal");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rollout/greedy-trap", test_greedy_trap);
	g_test_add_func("/rollout/against-all-schedules", test_against_all_schedules);
	return g_test_run();
}
