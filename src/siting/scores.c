/* Ranking again with other weights: parts kept by candidate, scores sorted by their steps. */
#include <thuso/sensitivity.h>

#include "buckets.h"
#include "scores.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STEPS (100 * SCORE_STEPS)
#define DIGIT_BITS 13
#define MOST_PAIRS (G_GINT64_CONSTANT(1) << 25) /* of neighbours: 128 MB */
#define N_DIGITS   3                            /* 39 bits; scores take 37 */

/* --- what is kept ------------------------------------------------------------------------------------------------------- */

/* Where scores are equal: more people gained, then the lower id. Sites stand in this order, and the sort keeps it. */
static int compare_ties(const void *a, const void *b, void *data)
{
	const double *gained = data;
	gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;
	if (gained[i] != gained[j])
		return gained[i] > gained[j] ? -1 : 1;
	return (i > j) - (i < j);
}

static gboolean order_by_ties(ThusoScores *scores, const ThusoScoring *scoring, GError **error)
{
	const double *people = scoring->sites->people_gained;
	double *gained = thuso_array_new(scores->n, sizeof *gained, "the candidates' scores", error);
	if (!gained)
		return FALSE;
	for (gint64 i = 0; i < scores->n; i++)
		gained[i] = !people || isnan(people[i]) ? -1 : people[i];
	for (gint64 k = 0; k < scores->n_in; k++)
		scores->site[k] = scoring->order[k];
	qsort_r(scores->site, (gsize) scores->n_in, sizeof *scores->site, compare_ties, gained);
	thuso_array_free(gained);
	return TRUE;
}

static gboolean make_arrays(ThusoScores *scores, GError **error)
{
	const char *what = "the candidates' scores";
	return (scores->site = thuso_array_new(scores->n_in, sizeof *scores->site, what, error)) &&
	       (scores->part = thuso_array_new(scores->n_in * scores->n_criteria, sizeof *scores->part, what, error)) &&
	       (scores->x = thuso_array_new(scores->n, sizeof *scores->x, what, error)) &&
	       (scores->y = thuso_array_new(scores->n, sizeof *scores->y, what, error)) &&
	       (scores->area = thuso_array_new(scores->n, sizeof *scores->area, what, error));
}

static void copy_places(ThusoScores *scores, const ThusoSites *sites)
{
	for (gint64 i = 0; i < scores->n; i++) {
		scores->x[i] = sites->x[i];
		scores->y[i] = sites->y[i];
		scores->area[i] = sites->area[i];
	}
	scores->sites = (ThusoSites){ .n = scores->n, .x = scores->x, .y = scores->y, .area = scores->area };
}

/* --- neighbours --------------------------------------------------------------------------------------------------------- */

typedef struct {
	const ThusoScores *scores;
	gint64 site, n;
	guint32 *near; /* NULL = they are counted only */
} Neighbours;

/* As spacing.c has it: closer than the spacing, in the same municipality. */
static void look_at(gint64 other, double metres, gpointer data)
{
	Neighbours *neighbours = data;
	const ThusoScores *s = neighbours->scores;
	double dx = s->x[neighbours->site] - s->x[other], dy = s->y[neighbours->site] - s->y[other];
	(void) metres;
	if (other == neighbours->site || s->area[other] != s->area[neighbours->site] || !(sqrt(dx * dx + dy * dy) < s->spacing_m))
		return;
	if (neighbours->near)
		neighbours->near[neighbours->n] = (guint32) other;
	neighbours->n++;
}

/* Counts, or with `near` fills; FALSE where there are more than `most`. */
static gboolean find_neighbours(ThusoScores *scores, const Buckets *buckets, gint64 most)
{
	Neighbours neighbours = { scores, 0, 0, scores->near };
	for (gint64 i = 0; i < scores->n; i++) {
		neighbours.site = i;
		if (isfinite(scores->x[i]) && isfinite(scores->y[i]))
			buckets_within(buckets, scores->x[i], scores->y[i], look_at, &neighbours);
		if (neighbours.n > most)
			return FALSE;
		scores->near_start[i + 1] = neighbours.n;
	}
	return TRUE;
}

static gboolean keep_neighbours(ThusoScores *scores, gint64 most_pairs, GError **error)
{
	g_auto(Buckets) buckets = { 0 };
	/* The squares are a trifle wider: the two ways to a distance may differ in the last digit. */
	if (!(scores->spacing_m > 0))
		return TRUE;
	if (!(scores->near_start = thuso_array_new(scores->n + 1, sizeof(gint64), "neighbouring candidates", error)) ||
	    !buckets_init(&buckets, scores->x, scores->y, scores->n, MAX(scores->spacing_m, 1) * (1 + 1e-9), error))
		return FALSE;
	if (!find_neighbours(scores, &buckets, most_pairs)) {
		thuso_array_free(g_steal_pointer(&scores->near_start));
		return TRUE;
	}
	scores->near = thuso_array_new(scores->near_start[scores->n], sizeof(guint32), "neighbouring candidates", error);
	return scores->near && find_neighbours(scores, &buckets, most_pairs);
}

/* --- all of it ---------------------------------------------------------------------------------------------------------- */

static gboolean keep(ThusoScores *scores, const ThusoScoring *scoring, GError **error)
{
	int n_criteria = scores->n_criteria = scoring->spec->n_criteria;
	scores->n = scoring->sites->n;
	scores->n_in = scoring->n_order;
	scores->spacing_m = scoring->spec->spacing_m;
	scores->weight = thuso_new(double, n_criteria);
	if (!make_arrays(scores, error) || !order_by_ties(scores, scoring, error))
		return FALSE;
	copy_places(scores, scoring->sites);
	for (int c = 0; c < n_criteria; c++)
		scores->weight[c] = scoring->spec->criteria[c].weight;
	for (gint64 k = 0; k < scores->n_in; k++)
		for (int c = 0; c < n_criteria; c++)
			scores->part[k * n_criteria + c] = scoring->part[c * scores->n + scores->site[k]];
	return TRUE;
}

ThusoScores *scores_new(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, gint64 most_pairs,
                        GError **error)
{
	g_auto(ThusoScoring) scoring = { 0 };
	g_autoptr(ThusoScores) scores = g_new0(ThusoScores, 1);
	if (!thuso_scoring_new(&scoring, context, sites, spec, error) || !thuso_scoring_exclude(&scoring, error) ||
	    !thuso_scoring_score(&scoring, error) || !keep(scores, &scoring, error) || !keep_neighbours(scores, most_pairs, error))
		return NULL;
	return g_steal_pointer(&scores);
}

ThusoScores *thuso_scores_new(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, GError **error)
{
	return scores_new(context, sites, spec, MOST_PAIRS, error);
}

void thuso_scores_free(ThusoScores *scores)
{
	if (!scores)
		return;
	thuso_array_free(scores->site);
	thuso_array_free(scores->part);
	thuso_array_free(scores->x);
	thuso_array_free(scores->y);
	thuso_array_free(scores->area);
	thuso_array_free(scores->near_start);
	thuso_array_free(scores->near);
	g_free(scores->weight);
	g_free(scores);
}

/* --- one ranking -------------------------------------------------------------------------------------------------------- */

gboolean scores_room_init(ScoresRoom *room, const ThusoScores *scores, GError **error)
{
	const char *what = "a ranking with other weights";
	return (room->entry = thuso_array_new(scores->n_in, sizeof *room->entry, what, error)) &&
	       (room->other = thuso_array_new(scores->n_in, sizeof *room->other, what, error)) &&
	       (room->order = thuso_array_new(scores->n_in, sizeof *room->order, what, error)) &&
	       (room->into = thuso_array_new(scores->n_in, sizeof *room->into, what, error)) &&
	       (room->is_taken = thuso_array_new(scores->n, 1, what, error));
}

void scores_room_clear(ScoresRoom *room)
{
	thuso_array_free(room->entry);
	thuso_array_free(room->other);
	thuso_array_free(room->order);
	thuso_array_free(room->into);
	thuso_array_free(room->is_taken);
}

/* Least significant digit first, which leaves equal keys in their order. */
static void sort_entries(ScoresRoom *room, gint64 n)
{
	enum { N_BUCKETS = 1 << DIGIT_BITS };
	for (int digit = 0; digit < N_DIGITS; digit++) {
		gint64 start[N_BUCKETS + 1] = { 0 };
		int shift = digit * DIGIT_BITS;
		for (gint64 k = 0; k < n; k++)
			start[(room->entry[k].key >> shift & (N_BUCKETS - 1)) + 1]++;
		for (int b = 0; b < N_BUCKETS; b++)
			start[b + 1] += start[b];
		for (gint64 k = 0; k < n; k++)
			room->other[start[room->entry[k].key >> shift & (N_BUCKETS - 1)]++] = room->entry[k];
		ScoresEntry *sorted = room->other;
		room->other = room->entry;
		room->entry = sorted;
	}
}

/* Down the order: whoever is listed takes in its neighbours. into[k] < 0: listed. */
static void fold_known(const ThusoScores *scores, ScoresRoom *room)
{
	memset(room->is_taken, 0, (gsize) scores->n);
	for (gint64 k = 0; k < scores->n_in; k++) {
		gint64 site = room->order[k];
		room->into[k] = room->is_taken[site] ? 0 : -1;
		for (gint64 i = scores->near_start[site]; room->into[k] < 0 && i < scores->near_start[site + 1]; i++)
			room->is_taken[scores->near[i]] = 1;
	}
}

gboolean scores_rank(const ThusoScores *scores, const double *weights, ScoresRoom *room, gint64 *rank, GError **error)
{
	for (gint64 k = 0; k < scores->n_in; k++) {
		double steps = thuso_score_steps(scores->part + k * scores->n_criteria, 1, weights, scores->n_criteria);
		room->entry[k] = (ScoresEntry){ (guint64) (MOST_STEPS - CLAMP(steps, 0, MOST_STEPS)), scores->site[k] };
	}
	sort_entries(room, scores->n_in);
	for (gint64 k = 0; k < scores->n_in; k++)
		room->order[k] = room->entry[k].site;
	if (scores->near_start)
		fold_known(scores, room);
	else if (!thuso_spacing_fold(&scores->sites, room->order, scores->n_in, scores->spacing_m, room->into, error))
		return FALSE;
	memset(rank, 0, (gsize) scores->n * sizeof *rank);
	gint64 n_listed = 0;
	for (gint64 k = 0; k < scores->n_in; k++)
		if (room->into[k] < 0)
			rank[room->order[k]] = ++n_listed;
	return TRUE;
}

gboolean thuso_scores_rank(const ThusoScores *scores, const double *weights, gint64 *rank, GError **error)
{
	g_auto(ScoresRoom) room = { 0 };
	return scores_room_init(&room, scores, error) && scores_rank(scores, weights ? weights : scores->weight, &room, rank, error);
}

/* --- two rankings ------------------------------------------------------------------------------------------------------- */

/* place[r - 1] = site of rank r, and how many there are. */
static gint64 sites_by_rank(const gint64 *rank, gint64 n, gint64 *site)
{
	gint64 most = 0;
	for (gint64 i = 0; i < n; i++)
		if (rank[i] > 0) {
			site[rank[i] - 1] = i;
			most = MAX(most, rank[i]);
		}
	return most;
}

void ranks_agree(const gint64 *rank, const gint64 *other, gint64 n, gint64 top, gint64 *room, ThusoRankAgreement *agreement)
{
	gint64 *site = room, *dense = room + n, n_common = 0, at = 0;
	gint64 n_rank = sites_by_rank(rank, n, site);
	for (gint64 r = 0; r < n_rank; r++)
		if (other[site[r]] > 0)
			dense[site[r]] = ++n_common;
	gint64 n_other = sites_by_rank(other, n, site);
	*agreement = (ThusoRankAgreement){ .n_common = n_common };
	double squares = 0;
	for (gint64 r = 0; r < n_other; r++) {
		if (rank[site[r]] == 0)
			continue;
		double d = (double) (dense[site[r]] - ++at);
		squares += d * d;
		agreement->n_top += r < top && rank[site[r]] <= top;
	}
	double m = (double) n_common;
	agreement->correlation = n_common < 2 ? NAN : 1 - 6 * squares / (m * (m * m - 1));
}

gboolean thuso_rank_agreement(const gint64 *rank, const gint64 *other, gint64 n, gint64 top, ThusoRankAgreement *agreement,
                              GError **error)
{
	gint64 *room = thuso_array_new(2 * n, sizeof *room, "two rankings", error);
	if (room)
		ranks_agree(rank, other, n, top, room, agreement);
	thuso_array_free(room);
	return room != NULL;
}
