/* Draws: weights moved at random, each draw with a seed of its own, so that threads and their order change nothing. */
#include "scores.h"

#include <string.h>

void thuso_sensitivity_options_default(ThusoSensitivityOptions *options)
{
	*options = (ThusoSensitivityOptions){ .draws = 1000, .seed = 1, .weights = 0.2, .top = 10 };
}

/* --- chance: splitmix64 (Steele, Lea and Flood 2014) -------------------------------------------------------------------- */

static guint64 mix(guint64 z)
{
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static guint64 next(guint64 *state)
{
	return mix(*state += 0x9E3779B97F4A7C15u);
}

/* [0, 1) */
static double next_real(guint64 *state)
{
	return (double) (next(state) >> 11) * 0x1p-53;
}

/* Even over the range, never below 0. Where everything was drawn as 0 there is no score: the stated weights stand in. */
static void draw_weights(const double *stated, int n, double range, guint64 *state, double *weight)
{
	double sum = 0;
	for (int c = 0; c < n; c++) {
		double moved = stated[c] * (1 + range * (2 * next_real(state) - 1));
		sum += weight[c] = fmax(0, moved);
	}
	if (!(sum > 0))
		memcpy(weight, stated, (gsize) n * sizeof *weight);
}

/* --- draws -------------------------------------------------------------------------------------------------------------- */

/* What one thread works in and counts. Counts are whole numbers, so that adding them up in any order is the same. */
typedef struct {
	ScoresRoom room;
	gint64 *rank, *agree;                    /* n, 2 n */
	gint64 *best, *worst, *n_listed, *n_top; /* n */
} Worker;

typedef struct {
	ThusoContext *context;
	const ThusoScores *const *levels;
	int n_levels;
	const ThusoSensitivityOptions *options;
	const gint64 *base; /* n: ranks as stated */
	ThusoSensitivity *result;
	Worker *worker;
} Draws;

static gboolean worker_init(Worker *worker, const ThusoScores *largest, gint64 n, GError **error)
{
	const char *what = "draws of weights";
	return scores_room_init(&worker->room, largest, error) && (worker->rank = thuso_array_new(n, sizeof(gint64), what, error)) &&
	       (worker->agree = thuso_array_new(2 * n, sizeof(gint64), what, error)) &&
	       (worker->best = thuso_array_new(n, sizeof(gint64), what, error)) &&
	       (worker->worst = thuso_array_new(n, sizeof(gint64), what, error)) &&
	       (worker->n_listed = thuso_array_new(n, sizeof(gint64), what, error)) &&
	       (worker->n_top = thuso_array_new(n, sizeof(gint64), what, error));
}

static void worker_clear(Worker *worker)
{
	scores_room_clear(&worker->room);
	thuso_array_free(worker->rank);
	thuso_array_free(worker->agree);
	thuso_array_free(worker->best);
	thuso_array_free(worker->worst);
	thuso_array_free(worker->n_listed);
	thuso_array_free(worker->n_top);
}

static void count_rank(gint64 *best, gint64 *worst, gint64 low, gint64 high)
{
	if (high == 0)
		return;
	*best = *best == 0 ? low : MIN(*best, low);
	*worst = MAX(*worst, high);
}

static gboolean draw_one(gint64 draw, int number, gpointer data, GError **error)
{
	Draws *draws = data;
	ThusoSensitivity *result = draws->result;
	Worker *w = &draws->worker[number];
	guint64 state = mix(draws->options->seed + 0x9E3779B97F4A7C15u) ^ mix((guint64) draw + 1);
	double *weight = result->weight + draw * result->n_criteria;
	draw_weights(draws->levels[0]->weight, result->n_criteria, draws->options->weights, &state, weight);
	gint32 level = result->level[draw] = (gint32) (next_real(&state) * draws->n_levels);
	if (!thuso_context_go_on(draws->context, error) || !scores_rank(draws->levels[level], weight, &w->room, w->rank, error))
		return FALSE;
	for (gint64 i = 0; i < result->n; i++) {
		count_rank(&w->best[i], &w->worst[i], w->rank[i], w->rank[i]);
		w->n_listed[i] += w->rank[i] > 0;
		w->n_top[i] += w->rank[i] > 0 && w->rank[i] <= draws->options->top;
	}
	ThusoRankAgreement agreement;
	ranks_agree(draws->base, w->rank, result->n, draws->options->top, w->agree, &agreement);
	result->correlation[draw] = agreement.correlation;
	result->n_top_kept[draw] = agreement.n_top;
	return TRUE;
}

static void add_worker(ThusoSensitivity *result, const Worker *worker)
{
	for (gint64 i = 0; i < result->n; i++) {
		count_rank(&result->best[i], &result->worst[i], worker->best[i], worker->worst[i]);
		result->n_listed[i] += worker->n_listed[i];
		result->n_top[i] += worker->n_top[i];
	}
}

static ThusoSensitivity *result_new(const ThusoScores *base, gint64 draws, GError **error)
{
	const char *what = "draws of weights";
	g_autoptr(ThusoSensitivity) r = g_new0(ThusoSensitivity, 1);
	r->n = base->n;
	r->draws = draws;
	r->n_criteria = base->n_criteria;
	gboolean ok = (r->best = thuso_array_new(r->n, sizeof(gint64), what, error)) &&
	              (r->worst = thuso_array_new(r->n, sizeof(gint64), what, error)) &&
	              (r->n_listed = thuso_array_new(r->n, sizeof(gint64), what, error)) &&
	              (r->n_top = thuso_array_new(r->n, sizeof(gint64), what, error)) &&
	              (r->weight = thuso_array_new(draws * r->n_criteria, sizeof(double), what, error)) &&
	              (r->level = thuso_array_new(draws, sizeof(gint32), what, error)) &&
	              (r->n_top_kept = thuso_array_new(draws, sizeof(gint64), what, error)) &&
	              (r->correlation = thuso_array_new(draws, sizeof(double), what, error));
	return ok ? g_steal_pointer(&r) : NULL;
}

static gboolean check(const ThusoScores *const *levels, int n_levels, const ThusoSensitivityOptions *options, GError **error)
{
	const char *wrong = NULL;
	if (n_levels < 1 || options->draws < 1 || options->top < 1)
		wrong = "there must be at least one level, one draw and one site in the top";
	else if (!(options->weights >= 0 && options->weights <= 1))
		wrong = "the range of the weights lies between 0 and 1";
	for (int l = 1; !wrong && l < n_levels; l++)
		if (levels[l]->n != levels[0]->n || levels[l]->n_criteria != levels[0]->n_criteria)
			wrong = "all levels must have the same candidates and criteria";
	if (wrong)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "sensitivity: %s", wrong);
	return wrong == NULL;
}

/* Levels may leave different numbers of candidates; rooms are for the most. */
static gboolean init_workers(Draws *draws, int n_workers, GError **error)
{
	const ThusoScores *largest = draws->levels[0];
	for (int l = 1; l < draws->n_levels; l++)
		if (draws->levels[l]->n_in > largest->n_in)
			largest = draws->levels[l];
	for (int i = 0; i < n_workers; i++)
		if (!worker_init(&draws->worker[i], largest, draws->result->n, error))
			return FALSE;
	return TRUE;
}

ThusoSensitivity *thuso_sensitivity(ThusoContext *context, const ThusoScores *const *levels, int n_levels,
                                    const ThusoSensitivityOptions *options, GError **error)
{
	if (!check(levels, n_levels, options, error))
		return NULL;
	int n_workers = thuso_context_threads(context);
	g_autoptr(ThusoSensitivity) result = result_new(levels[0], options->draws, error);
	gint64 *base = result ? thuso_array_new(result->n, sizeof *base, "draws of weights", error) : NULL;
	Draws draws = { context, levels, n_levels, options, base, result, thuso_new(Worker, n_workers) };
	gboolean ok = base && thuso_scores_rank(levels[0], NULL, base, error) && init_workers(&draws, n_workers, error) &&
	              thuso_parallel(context, options->draws, draw_one, &draws, error);
	for (int i = 0; i < n_workers; i++) {
		if (ok)
			add_worker(result, &draws.worker[i]);
		worker_clear(&draws.worker[i]);
	}
	g_free(draws.worker);
	thuso_array_free(base);
	return ok ? g_steal_pointer(&result) : NULL;
}

void thuso_sensitivity_free(ThusoSensitivity *sensitivity)
{
	if (!sensitivity)
		return;
	thuso_array_free(sensitivity->best);
	thuso_array_free(sensitivity->worst);
	thuso_array_free(sensitivity->n_listed);
	thuso_array_free(sensitivity->n_top);
	thuso_array_free(sensitivity->weight);
	thuso_array_free(sensitivity->level);
	thuso_array_free(sensitivity->n_top_kept);
	thuso_array_free(sensitivity->correlation);
	g_free(sensitivity);
}
