#include "local_shared.h"

#include <string.h>

enum { TRIED = 5 }; /* sites with the greatest possible gains that are tried for a move */

void shared_know(Local *local)
{
	if (local->is_known)
		return;
	local->value = local->program->guide_of(local->program->value_data, local->picked->in, local->gain);
	local->is_known = TRUE;
}

double shared_value_with(Local *local, gint32 in, gint32 out)
{
	guint8 *set = local->picked->in;
	if (in >= 0)
		set[in] = 1;
	if (out >= 0)
		set[out] = 0;
	double value = local->program->guide_of(local->program->value_data, set, NULL);
	if (in >= 0)
		set[in] = 0;
	if (out >= 0)
		set[out] = 1;
	return value;
}

static double charge_of(const Local *local, gint32 site)
{
	return local->program->charge && site >= 0 ? local->program->charge[site] : 0;
}

/* Allowed sites with the greatest possible gains; returns how many. `complete` and `out` as picked_can has them. */
static int promising(const Local *local, const double *gain, gint32 out, gboolean complete, gint32 *site)
{
	int n = 0;
	for (gint32 j = 0; j < local->program->n_sites; j++) {
		double own = gain[j] - charge_of(local, j);
		if (local->picked->in[j] || local->program->choice->state[j] != SITE_FREE ||
		    (n == TRIED && own <= gain[site[n - 1]] - charge_of(local, site[n - 1])) ||
		    !picked_can(local->picked, j, out, complete))
			continue;
		int k = n < TRIED ? n++ : TRIED - 1;
		for (; k > 0 && gain[site[k - 1]] - charge_of(local, site[k - 1]) < own; k--)
			site[k] = site[k - 1];
		site[k] = j;
	}
	return n;
}

gboolean shared_add_best(Local *local, double worth)
{
	gint32 site[TRIED], best = -1;
	shared_know(local);
	double least = local->value - worth;
	int n = promising(local, local->gain, -1, FALSE, site);
	for (int k = 0; k < n; k++) {
		double value = shared_value_with(local, site[k], -1) + charge_of(local, site[k]);
		if (value < least) {
			least = value;
			best = site[k];
		}
	}
	if (best >= 0)
		local_add(local, best);
	return best >= 0;
}

gboolean shared_improve(Local *local, gint32 out, double worth)
{
	gint32 site[TRIED], best = -1;
	g_autofree double *gain = thuso_new(double, MAX(local->program->n_sites, 1));
	shared_know(local);
	gboolean leaves = FALSE;
	double least = local->value + charge_of(local, out) - worth;
	local->picked->in[out] = 0;
	double without = local->program->guide_of(local->program->value_data, local->picked->in, gain);
	local->picked->in[out] = 1;
	if (without < least && picked_can(local->picked, -1, out, TRUE)) {
		least = without;
		leaves = TRUE;
	}
	int n = promising(local, gain, out, TRUE, site);
	for (int k = 0; k < n; k++) {
		if (without - gain[site[k]] + charge_of(local, site[k]) >= least)
			continue;
		double value = shared_value_with(local, site[k], out) + charge_of(local, site[k]);
		if (value < least) {
			least = value;
			best = site[k];
		}
	}
	if (!leaves && best < 0)
		return FALSE;
	local_drop(local, out);
	if (best >= 0)
		local_add(local, best);
	return TRUE;
}
