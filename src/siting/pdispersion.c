/* p-dispersion: p sites whose nearest two are as far apart as can be (Kuby 1987). Halving over the distances that occur; each question is a
 * packing problem. */
#include "packing.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SITES = 20000 }; /* n x n distances */

static int compare_costs(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;
	return (x > y) - (x < y);
}

/* The shorter of the two ways between sites; without a pair they are never too near. */
static void fill_distances(const ThusoLocation *location, double *distance)
{
	gsize n = (gsize) location->n_sites;
	for (gsize k = 0; k < n * n; k++)
		distance[k] = INFINITY;
	for (gint32 j = 0; j < location->n_sites; j++)
		for (gint64 k = location->start[j]; k < location->start[j + 1]; k++) {
			gsize a = (gsize) j, b = location->demand[k];
			double cost = cost_of(location, k);
			distance[a * n + b] = MIN(distance[a * n + b], cost);
			distance[b * n + a] = MIN(distance[b * n + a], cost);
		}
}

/* Different finite distances between sites that may be chosen, ascending, then INFINITY. */
static gint64 list_distances(const Task *task, const double *distance, double *list)
{
	gsize n = (gsize) task->location->n_sites;
	gint64 all = 0, kept = 0;
	for (gsize a = 0; a < n; a++)
		for (gsize b = 0; b < a; b++)
			if (isfinite(distance[a * n + b]) && task->choice->state[a] != SITE_OUT && task->choice->state[b] != SITE_OUT)
				list[all++] = distance[a * n + b];
	qsort(list, (gsize) all, sizeof *list, compare_costs);
	for (gint64 k = 0; k < all; k++)
		if (kept == 0 || list[k] != list[kept - 1])
			list[kept++] = list[k];
	list[kept++] = INFINITY;
	return kept;
}

static double nearest_two(const Task *task, const double *distance, const guint8 *set)
{
	gsize n = (gsize) task->location->n_sites;
	double least = INFINITY;
	for (gsize a = 0; a < n; a++)
		for (gsize b = 0; b < a; b++)
			if (set[a] && set[b])
				least = MIN(least, distance[a * n + b]);
	return least;
}

typedef struct {
	double *distance, *list;
	gint64 n, low, high; /* low: does, by `set` (-1 = not known), high: known not to do */
	guint8 *set, *trial;
	Answer answer;
} Spreading;

static gint64 index_of(const Spreading *s, double value)
{
	gint64 k = s->n - 1;
	if (isinf(value))
		return k;
	const double *at = bsearch(&value, s->list, (gsize) (s->n - 1), sizeof *s->list, compare_costs);
	return at ? at - s->list : 0;
}

static gboolean spread(const Task *task, Spreading *s, GError **error)
{
	gint32 p = task->location->sites;
	s->high = s->n;
	if (!packing_ask(task, s->distance, 0, p, s->set, &s->answer, error))
		return FALSE;
	if (s->answer != ANSWER_YES)
		return TRUE;
	s->low = index_of(s, nearest_two(task, s->distance, s->set));
	while (s->low + 1 < s->high) {
		gint64 middle = s->low + (s->high - s->low) / 2;
		Answer answer;
		if (!packing_ask(task, s->distance, s->list[middle], p, s->trial, &answer, error))
			return FALSE;
		if (answer == ANSWER_UNKNOWN)
			break;
		if (answer == ANSWER_NO) {
			s->high = middle;
			continue;
		}
		memcpy(s->set, s->trial, (gsize) task->location->n_sites);
		s->low = index_of(s, nearest_two(task, s->distance, s->set));
	}
	return TRUE;
}

static ThusoPlan *make_plan(const Task *task, const Spreading *s, GError **error)
{
	if (s->answer == ANSWER_UNKNOWN)
		return task_no_plan_in_time(task, error);
	if (s->answer == ANSWER_NO) {
		gint32 n = 0;
		for (gint32 j = 0; j < task->choice->n_sites; j++)
			n += task->choice->state[j] != SITE_OUT;
		return plan_infeasible(task, n < task->location->sites
		                                 ? g_strdup_printf("there are %d sites to choose from, fewer than the %d asked for", n,
		                                                   task->location->sites)
		                                 : g_strdup_printf("the quotas and budgets allow no %d sites", task->location->sites));
	}
	PlanNumbers numbers = { 1, 0, 0, 0, INFINITY };
	g_autoptr(ThusoPlan) plan = plan_of_set(task, NULL, s->set, &numbers, INFINITY, 1, error);
	if (!plan)
		return NULL;
	/* Nobody is served by distances between sites. */
	for (gint32 k = 0; k < plan->n_sites; k++)
		plan->site[k].gain = plan->site[k].people_added = plan->site[k].people_total = NAN;
	g_clear_pointer(&plan->assigned, thuso_array_free);
	plan->n_assigned = 0;
	double objective = s->list[s->low];
	plan_set_numbers(task, plan, objective, s->high >= s->n ? s->list[s->n - 1] : s->list[s->high - 1]);
	if (isinf(objective)) {
		plan->gap = 0;
		plan->status = THUSO_PLAN_OPTIMAL;
	}
	return g_steal_pointer(&plan);
}

static gboolean check(const ThusoLocation *location, GError **error)
{
	if (location->sites < 2)
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "pdispersion: needs two sites at least to keep apart");
	else if (location->n_demand != location->n_sites)
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		                    "pdispersion: needs costs from site to site: the demand rows must be the sites");
	else if (location->n_sites > MOST_SITES)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "pdispersion: %d sites, more than the %d it can hold",
		            location->n_sites, MOST_SITES);
	else
		return TRUE;
	return FALSE;
}

static ThusoPlan *solve(ThusoContext *context, const ThusoLocation *location, const ThusoLocateOptions *options, GError **error)
{
	static const char what[] = "distances between sites";
	g_auto(Task) task = { 0 };
	gint64 n = location->n_sites;
	ThusoPlan *plan = NULL;
	if (!check(location, error) || !task_begin(&task, context, &thuso_model_pdispersion, location, options, error))
		return NULL;
	if ((plan = plan_if_forbidden(&task)))
		return plan;
	g_autofree guint8 *set = thuso_new(guint8, n), *trial = thuso_new(guint8, n);
	Spreading s = { .set = set, .trial = trial, .low = -1 };
	if ((s.distance = thuso_array_new(n * n, sizeof(double), what, error)) &&
	    (s.list = thuso_array_new(n * (n - 1) / 2 + 1, sizeof(double), what, error))) {
		fill_distances(location, s.distance);
		s.n = list_distances(&task, s.distance, s.list);
		if (spread(&task, &s, error))
			plan = make_plan(&task, &s, error);
	}
	thuso_array_free(s.distance);
	thuso_array_free(s.list);
	return plan;
}

static const ThusoParam params[] = {
	{ "sites", THUSO_PARAM_INTEGER, .min = 2, .max = 1e9, .required = TRUE,
	  .help = "how many sites are chosen, fixed ones included" },
	{ NULL },
};

const ThusoModel thuso_model_pdispersion = {
	.about = {
		.name = "pdispersion",
		.title = "p-dispersion problem",
		.summary = "Choose p sites so that the nearest two of them are as far apart as can be.",
		.source = "Kuby 1987; Erkut 1990",
		.params = params,
	},
	.maximises = TRUE,
	.objective = "least cost between two chosen sites",
	.needs_sites = TRUE,
	.needs_pairs_of_sites = TRUE,
	.solve = solve,
};
