/* The fewest sites, by halving over p. Each question is a search that ends with the first set that will do, or with a bound that says
 * none does. Halving asks the clear cases first and leaves the close ones to the end. */
#include "fewest.h"

#include <string.h>

#include "local.h"

static double hopeless_of(const Program *program, double allowed)
{
	if (program->grain > 0)
		return floor(allowed / program->grain + 1e-6) * program->grain + program->grain;
	return allowed + 1e-9 * (fabs(allowed) + fabs(program->constant)) + 1e-12;
}

/* Drops the sites that lose least until `most` are left. */
static void shorten(const Program *program, const guint8 *hint, gint32 most, guint8 *set)
{
	memcpy(set, hint, (gsize) program->n_sites);
	g_autoptr(Local) local = local_new(program, NULL);
	if (!local)
		return;
	local_set(local, hint);
	while (local_picked(local)->n_in > most) {
		gint32 best = -1;
		double most_left = -INFINITY;
		for (gint32 j = 0; j < program->n_sites; j++) {
			if (!local_picked(local)->in[j] || program->choice->state[j] != SITE_FREE ||
			    !picked_can(local_picked(local), -1, j, TRUE))
				continue;
			double left = -local_loss(local, j);
			if (left > most_left) {
				most_left = left;
				best = j;
			}
		}
		if (best < 0)
			break;
		local_drop(local, best);
	}
	memcpy(set, local_picked(local)->in, (gsize) program->n_sites);
}

gboolean fewest_ask(const Task *task, const Program *program, gint32 most, double allowed, const guint8 *hint, guint8 *set,
                    Answer *answer, GError **error)
{
	g_auto(Search) search = { 0 };
	Choice *choice = task->choice;
	gint32 before = choice->most[0];
	g_autofree guint8 *start = thuso_new(guint8, MAX(program->n_sites, 1));
	if (most >= 0)
		choice->most[0] = MIN(before, most);
	if (hint)
		shorten(program, hint, choice->most[0], start);
	task_search(task, &search, program);
	search.gap = 0;
	search.hopeless = hopeless_of(program, allowed);
	search.enough = program->grain > 0 ? search.hopeless - program->grain / 2 : search.hopeless;
	search.hint = hint ? start : NULL;
	search.quickly = TRUE;
	gboolean good = search_run(&search, error);
	choice->most[0] = before;
	if (!good)
		return FALSE;
	const Found *best = search_best(&search);
	if (best)
		memcpy(set, best->in, (gsize) program->n_sites);
	*answer = best ? ANSWER_YES : search.is_complete ? ANSWER_NO : ANSWER_UNKNOWN;
	return TRUE;
}

static gint32 count(const Program *program, const guint8 *set)
{
	gint32 n = 0;
	for (gint32 j = 0; j < program->n_sites; j++)
		n += set[j];
	return n;
}

/* Greedy until it will do; a start, no more. */
static gboolean start(const Task *task, const Program *program, double allowed, guint8 *set)
{
	const Choice *choice = task->choice;
	g_autoptr(Local) local = local_new(program, NULL);
	if (!local)
		return FALSE;
	for (gint32 j = 0; j < program->n_sites; j++)
		set[j] = choice->state[j] == SITE_IN;
	local_set(local, set);
	if (!local_greedy(local, task->context))
		return FALSE;
	memcpy(set, local_picked(local)->in, (gsize) program->n_sites);
	return program_value(program, set) < hopeless_of(program, allowed);
}

static gint32 fixed_sites(const Choice *choice)
{
	gint32 n = 0;
	for (gint32 j = 0; j < choice->n_sites; j++)
		n += choice->state[j] == SITE_IN;
	return n;
}

gboolean fewest_find(const Task *task, const Program *program, double allowed, guint8 *set, gint32 *fewest, gint32 *lower,
                     Answer *answer, GError **error)
{
	gint32 low = fixed_sites(task->choice) - 1; /* so few will not do */
	g_autofree guint8 *trial = thuso_new(guint8, MAX(program->n_sites, 1));
	*answer = ANSWER_YES;
	if (!start(task, program, allowed, set) && !fewest_ask(task, program, -1, allowed, NULL, set, answer, error))
		return FALSE;
	*fewest = *answer == ANSWER_YES ? count(program, set) : -1;
	while (*answer == ANSWER_YES && low + 1 < *fewest) {
		gint32 most = low + 1 + (*fewest - low - 2) / 2;
		Answer own;
		if (!fewest_ask(task, program, most, allowed, set, trial, &own, error))
			return FALSE;
		if (own == ANSWER_UNKNOWN)
			break;
		if (own == ANSWER_NO) {
			low = most;
			continue;
		}
		memcpy(set, trial, (gsize) program->n_sites);
		*fewest = count(program, set);
	}
	*lower = low + 1;
	return TRUE;
}
