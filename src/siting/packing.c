/* Branch and bound with bit sets: sites in conflict are covered by cliques, of each of which one site can be chosen at most; a branch with
 * fewer cliques than sites still wanted holds nothing (E. Tomita and others 2010, for cliques of the complement). */
#include "packing.h"

#include <string.h>

typedef struct {
	const Task *task;
	gint32 n, n_words;
	guint64 *conflict; /* n x n_words: sites nearer than `least` */
	Picked *picked;
	gint32 wanted;
	guint64 n_nodes;
	gboolean stopped;
	GError *error;
} Packing;

static gboolean has(const guint64 *bits, gint32 i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static void put(guint64 *bits, gint32 i)
{
	bits[i / 64] |= G_GUINT64_CONSTANT(1) << (i % 64);
}

static void take_out(guint64 *bits, gint32 i)
{
	bits[i / 64] &= ~(G_GUINT64_CONSTANT(1) << (i % 64));
}

static gint32 first_of(const guint64 *bits, gint32 n_words)
{
	for (gint32 w = 0; w < n_words; w++)
		if (bits[w])
			return w * 64 + __builtin_ctzll(bits[w]);
	return -1;
}

/* Candidates in cliques, one after the other: order[k] with clique number bound[k], ascending; returns how many. */
static gint32 cover(const Packing *p, const guint64 *candidates, gint32 *order, gint32 *bound)
{
	g_autofree guint64 *left = g_memdup2(candidates, (gsize) p->n_words * 8), *clique = thuso_new(guint64, p->n_words);
	gint32 n = 0, number = 0;
	for (gint32 first; (first = first_of(left, p->n_words)) >= 0;) {
		number++;
		memcpy(clique, left, (gsize) p->n_words * 8);
		for (gint32 site = first; site >= 0; site = first_of(clique, p->n_words)) {
			take_out(left, site);
			take_out(clique, site);
			order[n] = site;
			bound[n++] = number;
			for (gint32 w = 0; w < p->n_words; w++)
				clique[w] &= p->conflict[(gsize) site * (gsize) p->n_words + (gsize) w];
		}
	}
	return n;
}

static gboolean may_go_on(Packing *p)
{
	if (p->n_nodes++ % 256 != 0)
		return !p->stopped;
	if (!thuso_context_go_on(p->task->context, &p->error) || g_get_monotonic_time() > p->task->deadline)
		p->stopped = TRUE;
	return !p->stopped;
}

/* TRUE when a set was found: `picked` holds it. */
static gboolean extend(Packing *p, const guint64 *candidates)
{
	gint32 needs = p->wanted - p->picked->n_in;
	if (needs == 0)
		return picked_is_allowed(p->picked);
	if (!may_go_on(p))
		return FALSE;
	g_autofree gint32 *order = thuso_new(gint32, p->n), *bound = thuso_new(gint32, p->n);
	g_autofree guint64 *left = g_memdup2(candidates, (gsize) p->n_words * 8), *next = thuso_new(guint64, p->n_words);
	gint32 n = cover(p, candidates, order, bound);
	/* From the last clique back: once those that are left lie in too few cliques, nothing is to be found. */
	for (gint32 k = n - 1; k >= 0 && bound[k] >= needs; k--) {
		gint32 site = order[k];
		take_out(left, site);
		if (!picked_can(p->picked, site, -1, FALSE))
			continue;
		for (gint32 w = 0; w < p->n_words; w++)
			next[w] = left[w] & ~p->conflict[(gsize) site * (gsize) p->n_words + (gsize) w];
		picked_add(p->picked, site);
		if (extend(p, next))
			return TRUE;
		picked_drop(p->picked, site);
		if (p->stopped)
			return FALSE;
	}
	return FALSE;
}

static gboolean start(Packing *p, const double *distance, double least, guint64 *candidates)
{
	const Choice *choice = p->task->choice;
	for (gint32 a = 0; a < p->n; a++) {
		guint64 *row = p->conflict + (gsize) a * (gsize) p->n_words;
		for (gint32 b = 0; b < p->n; b++)
			if (a != b && distance[(gsize) a * (gsize) p->n + (gsize) b] < least)
				put(row, b);
	}
	for (gint32 j = 0; j < p->n; j++)
		if (choice->state[j] == SITE_FREE)
			put(candidates, j);
	for (gint32 j = 0; j < p->n; j++) {
		if (choice->state[j] != SITE_IN)
			continue;
		const guint64 *row = p->conflict + (gsize) j * (gsize) p->n_words;
		for (gint32 b = 0; b < p->n; b++)
			if (choice->state[b] == SITE_IN && has(row, b))
				return FALSE;
		for (gint32 w = 0; w < p->n_words; w++)
			candidates[w] &= ~row[w];
		picked_add(p->picked, j);
	}
	return TRUE;
}

gboolean packing_ask(const Task *task, const double *distance, double least, gint32 n_wanted, guint8 *set, Answer *answer,
                     GError **error)
{
	g_autoptr(Picked) picked = picked_new(task->choice);
	gint32 n = task->choice->n_sites;
	Packing p = { .task = task, .n = n, .n_words = n / 64 + 1, .picked = picked, .wanted = n_wanted };
	if (!(p.conflict = thuso_array_new((gint64) n * p.n_words, sizeof(guint64), "sites that are too near", error)))
		return FALSE;
	g_autofree guint64 *candidates = thuso_new(guint64, p.n_words);
	gboolean found = start(&p, distance, least, candidates) && extend(&p, candidates);
	thuso_array_free(p.conflict);
	*answer = found ? ANSWER_YES : p.stopped ? ANSWER_UNKNOWN : ANSWER_NO;
	if (found)
		memcpy(set, picked->in, (gsize) n);
	g_clear_error(&p.error);
	return TRUE;
}
