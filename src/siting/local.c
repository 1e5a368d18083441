/* Fast interchange with the gains, losses and extras of M. G. C. Resende, R. F. Werneck (2007), "A fast swap-based local search procedure
 * for location problems", Annals of OR 150, for rows that one site serves; gains alone for the other kinds. */
#include "local_shared.h"

#include <string.h>

#define EXTRA_CELLS  60000000 /* of the table of extras; beyond it swaps are judged by a bound */
#define FIRST_OF_TWO 1e-3     /* backup: what the first of two sites counts, so that a pair can be found one by one */
#define WORTH        1e-10    /* of the objective: less is no improvement */

static gboolean is_shared(const Local *local)
{
	return local->program->kind == ROWS_SHARED;
}

static gboolean is_single(const Local *local)
{
	return local->program->kind == ROWS_SERVED && !local->program->times;
}

Local *local_new(const Program *program, GError **error)
{
	static const char what[] = "gains of sites";
	g_autoptr(Local) local = g_new0(Local, 1);
	gint64 n = program->n_rows;
	gint32 n_sites = program->n_sites;
	local->program = program;
	local->picked = picked_new(program->choice);
	local->free_slots = g_array_new(FALSE, FALSE, sizeof(gint32));
	local->extra = thuso_new(double *, MAX(n_sites, 1));
	if (!(local->gain = thuso_array_new(n_sites, sizeof(double), what, error)) ||
	    !(local->slot = thuso_array_new(n_sites, sizeof(gint32), what, error)))
		return NULL;
	memset(local->slot, -1, (gsize) n_sites * sizeof(gint32));
	for (gint64 i = 0; i < n; i++) {
		gint64 end = program->row_start[i + 1];
		local->scale += (program->row_cost && program->kind != ROWS_PULLED ? program->row_cost[end - 1] : program->other[i]) *
		                (program->people ? program->people[i] : 1);
	}
	if (is_single(local)) {
		if (!(local->near = thuso_array_new(n, sizeof(gint32), what, error)) ||
		    !(local->second = thuso_array_new(n, sizeof(gint32), what, error)) ||
		    !(local->near_cost = thuso_array_new(n, sizeof(double), what, error)) ||
		    !(local->second_cost = thuso_array_new(n, sizeof(double), what, error)) ||
		    !(local->loss = thuso_array_new(n_sites, sizeof(double), what, error)))
			return NULL;
	} else if (!(local->times = thuso_array_new(n, sizeof(gint32), what, error)) ||
	           !(local->pull = thuso_array_new(n, sizeof(double), what, error))) {
		return NULL;
	}
	return g_steal_pointer(&local);
}

void local_free(Local *local)
{
	if (!local)
		return;
	for (gint32 s = 0; s < local->n_slots; s++)
		thuso_array_free(local->extra[s]);
	g_free(local->extra);
	picked_free(local->picked);
	g_array_unref(local->free_slots);
	thuso_array_free(local->gain);
	thuso_array_free(local->slot);
	thuso_array_free(local->near);
	thuso_array_free(local->second);
	thuso_array_free(local->near_cost);
	thuso_array_free(local->second_cost);
	thuso_array_free(local->loss);
	thuso_array_free(local->times);
	thuso_array_free(local->pull);
	g_free(local);
}

const Picked *local_picked(const Local *local)
{
	return local->picked;
}

static double charge_of(const Local *local, gint32 site)
{
	return local->program->charge ? local->program->charge[site] : 0;
}

double local_gain(Local *local, gint32 site)
{
	if (is_shared(local))
		shared_know(local);
	return local->gain[site] - charge_of(local, site);
}

/* --- rows that one site serves ------------------------------------------------------------------------------------------------ */

static double pair_cost(const Program *p, gint64 k)
{
	return p->row_cost ? p->row_cost[k] : 0;
}

/* Adds (sign 1) or takes away (-1) what row i says of gains, losses and extras. */
static void tell_row(Local *local, gint64 i, double sign)
{
	const Program *p = local->program;
	double d1 = local->near_cost[i], d2 = local->second_cost[i];
	gint32 near = local->near[i];
	double *extra = near >= 0 && local->has_extra && local->slot[near] >= 0 ? local->extra[local->slot[near]] : NULL;
	if (near >= 0)
		local->loss[near] += sign * (d2 - d1);
	for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++) {
		double cost = pair_cost(p, k);
		if (!(cost < d2))
			break;
		gint32 j = p->site[k];
		if (cost < d1)
			local->gain[j] += sign * (d1 - cost);
		if (extra)
			extra[j] += sign * (d2 - MAX(cost, d1));
	}
}

static void find_near(Local *local, gint64 i)
{
	const Program *p = local->program;
	local->near[i] = local->second[i] = -1;
	local->near_cost[i] = local->second_cost[i] = p->other[i];
	for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++) {
		double cost = pair_cost(p, k);
		if (!(cost < p->other[i]))
			break;
		if (!local->picked->in[p->site[k]])
			continue;
		if (local->near[i] < 0) {
			local->near[i] = p->site[k];
			local->near_cost[i] = cost;
		} else {
			local->second[i] = p->site[k];
			local->second_cost[i] = cost;
			break;
		}
	}
}

static void take_slot(Local *local, gint32 site)
{
	gint32 n = local->program->n_sites;
	if (!local->has_extra)
		return;
	if (local->free_slots->len > 0) {
		local->slot[site] = g_array_index(local->free_slots, gint32, local->free_slots->len - 1);
		g_array_set_size(local->free_slots, local->free_slots->len - 1);
		memset(local->extra[local->slot[site]], 0, (gsize) n * sizeof(double));
		return;
	}
	double *extra = (gint64) (local->n_slots + 1) * n <= EXTRA_CELLS ? thuso_array_new(n, sizeof(double), "extras", NULL) : NULL;
	if (extra) {
		local->slot[site] = local->n_slots;
		local->extra[local->n_slots++] = extra;
	}
}

static void give_slot(Local *local, gint32 site)
{
	if (local->slot[site] >= 0)
		g_array_append_val(local->free_slots, local->slot[site]);
	local->slot[site] = -1;
}

static void add_single(Local *local, gint32 site)
{
	const Program *p = local->program;
	take_slot(local, site);
	for (gint64 e = p->start[site]; e < p->start[site + 1]; e++) {
		gint64 i = p->row[e];
		double cost = p->cost ? p->cost[e] : 0;
		if (!(cost < local->second_cost[i]))
			continue;
		tell_row(local, i, -1);
		if (cost < local->near_cost[i]) {
			local->second[i] = local->near[i];
			local->second_cost[i] = local->near_cost[i];
			local->near[i] = site;
			local->near_cost[i] = cost;
		} else {
			local->second[i] = site;
			local->second_cost[i] = cost;
		}
		tell_row(local, i, 1);
	}
}

static void drop_single(Local *local, gint32 site)
{
	const Program *p = local->program;
	for (gint64 e = p->start[site]; e < p->start[site + 1]; e++) {
		gint64 i = p->row[e];
		if (local->near[i] != site && local->second[i] != site)
			continue;
		tell_row(local, i, -1);
		find_near(local, i);
		tell_row(local, i, 1);
	}
	give_slot(local, site);
}

static void set_single(Local *local)
{
	const Program *p = local->program;
	for (gint32 j = 0; j < p->n_sites; j++)
		give_slot(local, j);
	local->has_extra = (gint64) MAX(local->picked->n_in, 1) * p->n_sites <= EXTRA_CELLS;
	memset(local->gain, 0, (gsize) p->n_sites * sizeof(double));
	memset(local->loss, 0, (gsize) p->n_sites * sizeof(double));
	for (gint32 j = 0; j < p->n_sites; j++)
		if (local->picked->in[j])
			take_slot(local, j);
	for (gint64 i = 0; i < p->n_rows; i++) {
		find_near(local, i);
		tell_row(local, i, 1);
	}
}

/* --- other rows --------------------------------------------------------------------------------------------------------------- */

/* What pair k of row i would take off the row's cost. */
static double pair_gain(const Local *local, gint64 i, gint64 k)
{
	const Program *p = local->program;
	if (p->kind == ROWS_PULLED) {
		double away = p->other[i] * p->rest[i];
		return away / local->pull[i] - away / (local->pull[i] + p->row_cost[k]);
	}
	int lacks = row_times(p, i) - local->times[i];
	return lacks == 1 ? p->other[i] : lacks == 2 ? FIRST_OF_TWO * p->other[i] : 0;
}

static void toggle(Local *local, gint32 site, gint32 by)
{
	const Program *p = local->program;
	for (gint64 e = p->start[site]; e < p->start[site + 1]; e++) {
		gint64 i = p->row[e];
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			local->gain[p->site[k]] -= pair_gain(local, i, k);
		local->times[i] += by;
		local->pull[i] += p->cost ? by * p->cost[e] : 0;
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			local->gain[p->site[k]] += pair_gain(local, i, k);
	}
}

static void set_other(Local *local)
{
	const Program *p = local->program;
	memset(local->gain, 0, (gsize) p->n_sites * sizeof(double));
	for (gint64 i = 0; i < p->n_rows; i++) {
		local->times[i] = 0;
		local->pull[i] = p->rest ? p->rest[i] : 0;
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			if (local->picked->in[p->site[k]]) {
				local->times[i]++;
				local->pull[i] += p->row_cost ? p->row_cost[k] : 0;
			}
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			local->gain[p->site[k]] += pair_gain(local, i, k);
	}
}

double local_exact_gain(Local *local, gint32 site)
{
	if (!is_shared(local))
		return local_gain(local, site);
	shared_know(local);
	return local->value - shared_value_with(local, site, -1) - charge_of(local, site);
}

double local_loss(Local *local, gint32 site)
{
	if (is_shared(local)) {
		shared_know(local);
		return shared_value_with(local, -1, site) - local->value - charge_of(local, site);
	}
	if (is_single(local))
		return local->loss[site] - charge_of(local, site);
	toggle(local, site, -1);
	double loss = local_gain(local, site);
	toggle(local, site, 1);
	return loss;
}

/* --- sets and moves -------------------------------------------------------------------------------------------------------------- */

void local_set(Local *local, const guint8 *in)
{
	picked_clear(local->picked);
	for (gint32 j = 0; j < local->program->n_sites; j++)
		if (in[j])
			picked_add(local->picked, j);
	local->is_known = FALSE;
	if (is_single(local))
		set_single(local);
	else if (!is_shared(local))
		set_other(local);
}

void local_add(Local *local, gint32 site)
{
	picked_add(local->picked, site);
	local->is_known = FALSE;
	if (is_single(local))
		add_single(local, site);
	else if (!is_shared(local))
		toggle(local, site, 1);
}

void local_drop(Local *local, gint32 site)
{
	picked_drop(local->picked, site);
	local->is_known = FALSE;
	if (is_single(local))
		drop_single(local, site);
	else if (!is_shared(local))
		toggle(local, site, -1);
}

static gboolean may_enter(const Local *local, gint32 site)
{
	return !local->picked->in[site] && local->program->choice->state[site] == SITE_FREE;
}

/* Whole numbers improve by whole numbers. */
static double worth(const Local *local)
{
	return local->program->grain > 0 ? local->program->grain / 2 : WORTH * local->scale;
}

/* The best site to add that is allowed; -1 = none. */
static gint32 best_entry(Local *local, double above, gboolean complete, double *gain)
{
	gint32 best = -1;
	*gain = above;
	for (gint32 j = 0; j < local->program->n_sites; j++)
		if (may_enter(local, j) && local_gain(local, j) > *gain && picked_can(local->picked, j, -1, complete)) {
			best = j;
			*gain = local_gain(local, j);
		}
	return best;
}

gboolean local_greedy(Local *local, ThusoContext *context)
{
	double gain;
	gint32 best;
	if (is_shared(local))
		while (thuso_context_go_on(context, NULL) && shared_add_best(local, worth(local)))
			;
	else
		while (thuso_context_go_on(context, NULL) && (best = best_entry(local, worth(local), FALSE, &gain)) >= 0)
			local_add(local, best);
	while (!picked_is_allowed(local->picked) && local->picked->need[0] > 0) {
		/* What the quotas still ask for, the best first. */
		gint32 needed = -1;
		double most = -INFINITY;
		for (gint32 j = 0; j < local->program->n_sites; j++) {
			gboolean helps = FALSE;
			for (gint32 a = local->program->choice->node_of_site[j]; a >= 0; a = local->program->choice->parent[a])
				helps = helps || local->picked->count[a] < local->program->choice->least[a];
			if (helps && may_enter(local, j) && local_gain(local, j) > most && picked_can(local->picked, j, -1, FALSE)) {
				needed = j;
				most = local_gain(local, j);
			}
		}
		if (needed < 0)
			return FALSE;
		local_add(local, needed);
	}
	return picked_is_allowed(local->picked);
}

/* The best site to put in the place of `out`. */
static gint32 best_partner(const Local *local, gint32 out, double *profit)
{
	const double *extra = local->slot[out] >= 0 ? local->extra[local->slot[out]] : NULL, *charge = local->program->charge;
	const double *gain = local->gain;
	double base = charge_of(local, out) - local->loss[out], most = *profit - base;
	gint32 best = -1;
	for (gint32 j = 0; j < local->program->n_sites; j++) {
		double own = gain[j] + (extra ? extra[j] : 0) - (charge ? charge[j] : 0);
		if (own > most && may_enter(local, j) && picked_can(local->picked, j, out, TRUE)) {
			most = own;
			best = j;
		}
	}
	*profit = most + base;
	return best;
}

static gboolean improve_single(Local *local, gint32 out)
{
	double profit = worth(local);
	gint32 in = best_partner(local, out, &profit);
	double alone = charge_of(local, out) - local->loss[out];
	if (alone > profit && picked_can(local->picked, -1, out, TRUE)) {
		local_drop(local, out);
		return TRUE;
	}
	if (in < 0)
		return FALSE;
	local_drop(local, out);
	local_add(local, in);
	return TRUE;
}

/* Without extras a swap is tried: out, the best in, and back when that is no better. Bounds are asked while `out` still counts. */
static gboolean improve_other(Local *local, gint32 out)
{
	gboolean may_leave = picked_can(local->picked, -1, out, TRUE);
	toggle(local, out, -1);
	double most = MAX(local_gain(local, out), may_leave ? 0 : -INFINITY) + worth(local);
	gint32 in = -1;
	for (gint32 j = 0; j < local->program->n_sites; j++)
		if (may_enter(local, j) && local_gain(local, j) > most && picked_can(local->picked, j, out, TRUE)) {
			most = local_gain(local, j);
			in = j;
		}
	gboolean leaves = in >= 0 || (may_leave && local_gain(local, out) < -worth(local));
	toggle(local, out, 1);
	if (leaves)
		local_drop(local, out);
	if (in >= 0)
		local_add(local, in);
	return leaves;
}

void local_improve(Local *local, ThusoContext *context, gint64 deadline)
{
	gboolean better = TRUE;
	while (better) {
		double gain;
		gint32 entry;
		better = FALSE;
		while (!is_shared(local) && (entry = best_entry(local, worth(local), TRUE, &gain)) >= 0) {
			local_add(local, entry);
			better = TRUE;
		}
		for (gint32 j = 0; j < local->program->n_sites; j++) {
			if (!local->picked->in[j] || local->program->choice->state[j] != SITE_FREE)
				continue;
			if (!thuso_context_go_on(context, NULL) || g_get_monotonic_time() > deadline)
				return;
			better = (is_shared(local)   ? shared_improve(local, j, worth(local))
			          : is_single(local) ? improve_single(local, j)
			                             : improve_other(local, j)) ||
			         better;
		}
	}
}

/* --- shaking ------------------------------------------------------------------------------------------------------------------- */

/* S. Vigna's splitmix64: the same numbers everywhere. */
static guint64 next_random(guint64 *state)
{
	guint64 z = (*state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static gint32 random_site(const Local *local, gboolean in, guint64 *random)
{
	gint32 n = local->program->n_sites;
	for (gint32 i = 0; i < 4 * n; i++) {
		gint32 j = (gint32) (next_random(random) % (guint64) n);
		if (local->picked->in[j] == in && local->program->choice->state[j] == SITE_FREE)
			return j;
	}
	return -1;
}

void local_shake(Local *local, int n, guint64 *random)
{
	for (int i = 0; i < n; i++) {
		gint32 out = random_site(local, TRUE, random), in = -1;
		for (int trial = 0; out >= 0 && in < 0 && trial < 30; trial++) {
			in = random_site(local, FALSE, random);
			if (in >= 0 && !picked_can(local->picked, in, out, TRUE))
				in = -1;
		}
		if (out < 0 || in < 0)
			continue;
		local_drop(local, out);
		local_add(local, in);
	}
}
