/* F. Barahona, R. Anbil (2000), "The volume algorithm: producing primal solutions with a subgradient method", Math. Prog. 87;
 * M. L. Fisher (1981) for the relaxation of the assignment rows. */
#include "dual.h"

#include <stdlib.h>
#include <string.h>

#define PARALLEL_PAIRS 400000 /* from here on a step is worth two threads */
#define CHUNKS         64
#define SAFETY         1e-11 /* share of the sums that rounding may have moved: a bound must never be too good */

static gint64 n_linear(const Dual *dual)
{
	return dual->room->choice->n_rows;
}

Dual *dual_new(const Part *part, Room *room, GError **error)
{
	static const char what[] = "prices of demand";
	g_autoptr(Dual) dual = g_new0(Dual, 1);
	dual->part = part;
	dual->room = room;
	dual->n = part->n_rows + room->choice->n_rows;
	dual->bound = -INFINITY;
	dual->step = 0.1;
	dual->blend = 0.1;
	gint64 n = dual->n, n_cols = part->n_cols;
	if (!(dual->price = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(dual->trial = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(dual->slope = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(dual->average = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(dual->value = thuso_array_new(n_cols, sizeof(double), what, error)) ||
	    !(dual->trial_value = thuso_array_new(n_cols, sizeof(double), what, error)) ||
	    !(dual->share = thuso_array_new(n_cols, sizeof(double), what, error)) ||
	    !(dual->chosen = thuso_array_new(n_cols, sizeof(gint32), what, error)) ||
	    !(dual->trial_chosen = thuso_array_new(n_cols, sizeof(gint32), what, error)))
		return NULL;
	gint32 n_lin = room->choice->n_rows;
	double pairs = part->n_cols > 0 ? (double) part->start[part->n_cols] / part->n_cols : 1;
	dual->row_factor = thuso_new(double, MAX(n_lin, 1));
	dual->row_now = thuso_new(double, MAX(n_lin, 1));
	/* A site's value is a sum over its rows: the price of a budget must move as far as they do together. */
	for (gint32 r = 0; r < n_lin; r++)
		dual->row_factor[r] = sqrt(MAX(pairs, 1)) / MAX(room->choice->row_scale[r], 1e-300);
	return g_steal_pointer(&dual);
}

void dual_free(Dual *dual)
{
	if (!dual)
		return;
	thuso_array_free(dual->price);
	thuso_array_free(dual->trial);
	thuso_array_free(dual->slope);
	thuso_array_free(dual->average);
	thuso_array_free(dual->value);
	thuso_array_free(dual->trial_value);
	thuso_array_free(dual->share);
	thuso_array_free(dual->chosen);
	thuso_array_free(dual->trial_chosen);
	g_free(dual->row_factor);
	g_free(dual->row_now);
	g_free(dual);
}

/* --- where prices may lie --------------------------------------------------------------------------------------------------- */

/* Above this a row rather pays for not being served. */
static double highest(const Part *part, gint64 i)
{
	if (part->program->kind == ROWS_PULLED)
		return part->away[i] / (part->rest[i] * part->rest[i]);
	return part->other[i] / part->need[i];
}

static double within(const Dual *dual, gint64 i, double price)
{
	if (i < dual->part->n_rows)
		return CLAMP(price, 0, highest(dual->part, i));
	gint64 r = i - dual->part->n_rows;
	if (price > 0)
		return isfinite(dual->room->row_most[r]) && dual->room->choice->row_most[r] < G_MAXINT32 * 1e6 ? price : 0;
	return dual->room->row_least[r] > 0 ? price : 0;
}

void dual_start_at(Dual *dual, const guint8 *in)
{
	const Part *part = dual->part;
	double *near = dual->trial, *times = dual->slope;
	for (gint64 i = 0; i < part->n_rows; i++) {
		near[i] = part->program->kind == ROWS_PULLED ? part->rest[i] : part->other[i];
		times[i] = 0;
	}
	for (gint32 c = 0; c < part->n_cols; c++)
		for (gint64 k = part->start[c]; in[part->site[c]] && k < part->start[c + 1]; k++) {
			guint32 i = part->row[k];
			times[i]++;
			if (part->program->kind == ROWS_PULLED)
				near[i] += part->cost[k];
			else
				near[i] = MIN(near[i], part->cost ? part->cost[k] : 0);
		}
	for (gint64 i = 0; i < part->n_rows; i++) {
		if (part->program->kind == ROWS_PULLED)
			dual->price[i] = part->away[i] / (near[i] * near[i]);
		else if (part->cost)
			dual->price[i] = within(dual, i, near[i]);
		else
			dual->price[i] = highest(part, i) * (times[i] < part->need[i] ? 1 : times[i] == part->need[i] ? 0.6 : 0.2);
	}
	memset(dual->price + part->n_rows, 0, (gsize) n_linear(dual) * sizeof(double));
	dual->bound = -INFINITY;
}

void dual_start_from(Dual *dual, const Dual *other)
{
	const Part *part = dual->part;
	for (gint64 i = 0; i < part->n_rows; i++)
		dual->price[i] = within(dual, i, other->price[part->from[i]]);
	for (gint64 r = 0; r < n_linear(dual); r++)
		dual->price[part->n_rows + r] = within(dual, part->n_rows + r, other->price[other->part->n_rows + r]);
	dual->bound = -INFINITY;
}

/* --- the bound at given prices ----------------------------------------------------------------------------------------------- */

typedef struct {
	const Part *part;
	const double *price;
	double *value;
} Pricing;

/* --- sites with room for so many people: each takes those on whom it saves most a person -------------------------------------- */

typedef struct {
	double saves; /* a person */
	guint32 row;
} Saving;

static int by_saving(const void *a, const void *b)
{
	const Saving *x = a, *y = b;
	if (x->saves != y->saves)
		return x->saves > y->saves ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* What column c saves at these prices; takes the people off `slope` unless it is NULL. */
static double fill_column(const Part *part, const double *price, gint32 c, double *slope)
{
	gint64 n_pairs = part->start[c + 1] - part->start[c], n = 0;
	g_autofree Saving *saving = thuso_new(Saving, MAX(n_pairs, 1));
	double room = part->capacity[c], saved = 0;
	for (gint64 k = part->start[c]; k < part->start[c + 1]; k++) {
		double saves = price[part->row[k]] - (part->cost ? part->cost[k] : 0);
		if (saves > 0)
			saving[n++] = (Saving){ saves, part->row[k] };
	}
	if (isfinite(room))
		qsort(saving, (gsize) n, sizeof *saving, by_saving);
	for (gint64 q = 0; q < n && room > 0; q++) {
		double people = MIN(part->people[saving[q].row], room);
		room -= people;
		saved += people * saving[q].saves;
		if (slope)
			slope[saving[q].row] -= people;
	}
	return saved;
}

static double held_value(const Part *part, const double *price)
{
	double sum = 0;
	for (gint32 h = 0; h < part->n_held; h++)
		sum -= fill_column(part, price, part->n_cols + h, NULL);
	return sum;
}

static double price_column(const Part *part, const double *price, gint32 c)
{
	if (part->program->kind == ROWS_SHARED)
		return part->charge[c] - fill_column(part, price, c, NULL);
	double value = part->charge[c];
	gint64 k = part->start[c], end = part->start[c + 1];
	if (part->program->kind == ROWS_PULLED)
		for (; k < end; k++)
			value -= price[part->row[k]] * part->cost[k];
	else if (part->cost)
		for (; k < end; k++) {
			double saves = price[part->row[k]] - part->cost[k];
			value -= saves > 0 ? saves : 0;
		}
	else
		for (; k < end; k++)
			value -= price[part->row[k]];
	return value;
}

static gboolean price_chunk(gint64 index, int worker, gpointer data, GError **error)
{
	Pricing *pricing = data;
	const Part *part = pricing->part;
	(void) worker, (void) error;
	gint32 first = (gint32) (index * part->n_cols / CHUNKS), end = (gint32) ((index + 1) * part->n_cols / CHUNKS);
	for (gint32 c = first; c < end; c++)
		pricing->value[c] = price_column(part, pricing->price, c);
	return TRUE;
}

/* Row by row only the sites nearer than the price matter, and they come first. */
static void price_by_rows(const Part *part, const double *price, double *value)
{
	memcpy(value, part->charge, (gsize) part->n_cols * sizeof(double));
	for (gint64 i = 0; i < part->n_rows; i++) {
		double most = price[i];
		for (gint64 k = part->row_start[i]; k < part->row_start[i + 1] && part->row_cost[k] < most; k++)
			value[part->col[k]] += part->row_cost[k] - most;
	}
}

/* How much a pulled row wants: where its slope is the price. */
static double wanted_pull(const Part *part, const double *price, gint64 i)
{
	if (!(price[i] > 0))
		return INFINITY;
	return MAX(sqrt(part->away[i] / price[i]) - part->rest[i], 0);
}

static double rows_constant(const Part *part, const double *price)
{
	double sum = 0;
	if (part->program->kind == ROWS_PULLED) {
		for (gint64 i = 0; i < part->n_rows; i++) {
			double pull = wanted_pull(part, price, i);
			sum += isinf(pull) ? 0 : part->away[i] / (part->rest[i] + pull) + price[i] * pull;
		}
		return sum;
	}
	for (gint64 i = 0; i < part->n_rows; i++)
		sum += (part->people ? part->people[i] : part->need[i]) * price[i];
	return sum;
}

static double linear_price(const Dual *dual, const double *price, gint64 r)
{
	return price[dual->part->n_rows + r] * dual->row_factor[r];
}

/* Linear bounds: their prices on the sites, and what they are worth. */
static double price_linear(const Dual *dual, const double *price, double *value)
{
	const Choice *choice = dual->room->choice;
	double sum = 0;
	for (gint64 r = 0; r < choice->n_rows; r++) {
		double own = linear_price(dual, price, r);
		if (own != 0)
			sum -= own * (own > 0 ? dual->room->row_most[r] : dual->room->row_least[r]);
	}
	for (gint32 c = 0; choice->n_rows > 0 && c < dual->part->n_cols; c++) {
		gint32 j = dual->part->site[c];
		for (gint32 e = choice->row_start[j]; e < choice->row_start[j + 1]; e++)
			value[c] += linear_price(dual, price, choice->row_of[e]) * choice->factor[e];
	}
	return sum;
}

static gboolean bound_at(Dual *dual, ThusoContext *context, const double *price, double *value, gint32 *chosen, gint32 *n_chosen,
                         double *bound, GError **error)
{
	const Part *part = dual->part;
	gint64 n_pairs = part->start[part->n_cols];
	if (part->row_start) {
		price_by_rows(part, price, value);
	} else if (n_pairs >= PARALLEL_PAIRS) {
		if (!thuso_parallel(context, CHUNKS, price_chunk, &(Pricing){ part, price, value }, error))
			return FALSE;
	} else {
		for (gint32 c = 0; c < part->n_cols; c++)
			value[c] = price_column(part, price, c);
	}
	double rows = rows_constant(part, price), held = held_value(part, price), linear = price_linear(dual, price, value), sum = 0,
	       size = 0;
	*n_chosen = room_cheapest(dual->room, value, chosen);
	for (gint32 k = 0; k < *n_chosen; k++) {
		sum += value[chosen[k]];
		size += fabs(value[chosen[k]]);
	}
	*bound =
	    part->constant + rows + held + linear + sum - SAFETY * (fabs(part->constant) + rows + fabs(held) + fabs(linear) + size);
	return TRUE;
}

/* Where the bound would rise: what each row lacks, given the chosen set. */
static void find_slope(Dual *dual, const double *price, const gint32 *chosen, gint32 n, double *slope)
{
	const Part *part = dual->part;
	const Choice *choice = dual->room->choice;
	gboolean pulled = part->program->kind == ROWS_PULLED;
	for (gint64 i = 0; i < part->n_rows; i++)
		slope[i] = pulled         ? MIN(wanted_pull(part, price, i), 1e6 * part->rest[i])
		           : part->people ? part->people[i]
		                          : part->need[i];
	for (gint32 h = 0; h < part->n_held; h++)
		fill_column(part, price, part->n_cols + h, slope);
	memset(dual->row_now, 0, (gsize) choice->n_rows * sizeof(double));
	for (gint32 q = 0; q < n; q++) {
		gint32 c = chosen[q], j = part->site[c];
		if (part->people)
			fill_column(part, price, c, slope);
		for (gint64 k = part->start[c]; !part->people && k < part->start[c + 1]; k++)
			if (pulled)
				slope[part->row[k]] -= part->cost[k];
			else if (!part->cost || part->cost[k] < price[part->row[k]])
				slope[part->row[k]] -= 1;
		for (gint32 e = choice->row_start[j]; e < choice->row_start[j + 1]; e++)
			dual->row_now[choice->row_of[e]] += choice->factor[e];
	}
	for (gint64 r = 0; r < choice->n_rows; r++) {
		double own = price[part->n_rows + r], over = dual->row_now[r] - dual->room->row_most[r],
		       under = dual->row_now[r] - dual->room->row_least[r];
		double to = own > 0 ? over : own < 0 ? under : over > 0 ? over : under < 0 ? under : 0;
		slope[part->n_rows + r] = to * dual->row_factor[r];
	}
}

/* --- climbing ------------------------------------------------------------------------------------------------------------------ */

static void keep(Dual *dual, double bound, gint32 n_chosen)
{
	double *value = dual->value, *price = dual->price;
	gint32 *chosen = dual->chosen;
	dual->bound = bound;
	dual->price = dual->trial;
	dual->trial = price;
	dual->value = dual->trial_value;
	dual->trial_value = value;
	dual->chosen = dual->trial_chosen;
	dual->trial_chosen = chosen;
	dual->n_chosen = n_chosen;
}

static gboolean begin(Dual *dual, ThusoContext *context, GError **error)
{
	memset(dual->share, 0, (gsize) dual->part->n_cols * sizeof(double));
	if (!bound_at(dual, context, dual->price, dual->value, dual->chosen, &dual->n_chosen, &dual->bound, error))
		return FALSE;
	find_slope(dual, dual->price, dual->chosen, dual->n_chosen, dual->average);
	for (gint32 k = 0; k < dual->n_chosen; k++)
		dual->share[dual->chosen[k]] = 1;
	return TRUE;
}

/* A step from the best prices along the averaged slope; components that would leave the box do not count. */
static gboolean take_step(Dual *dual, double upper)
{
	double norm = 0;
	for (gint64 i = 0; i < dual->n; i++) {
		double d = dual->average[i], p = dual->price[i];
		if (i < dual->part->n_rows && ((d < 0 && p <= 0) || (d > 0 && p >= highest(dual->part, i))))
			continue;
		norm += d * d;
	}
	if (!(norm > 1e-18))
		return FALSE;
	double gap = upper - dual->bound, floor = 1e-6 * (fabs(upper) + fabs(dual->bound) + 1e-9);
	double length = dual->step * MAX(gap, floor) / norm;
	for (gint64 i = 0; i < dual->n; i++)
		dual->trial[i] = within(dual, i, dual->price[i] + length * dual->average[i]);
	return TRUE;
}

/* How much of the new slope goes into the average: what makes it shortest, within bounds. */
static double blend_of(const Dual *dual)
{
	double above = 0, below = 0;
	for (gint64 i = 0; i < dual->n; i++) {
		double d = dual->average[i] - dual->slope[i];
		above += dual->average[i] * d;
		below += d * d;
	}
	double best = below > 0 ? above / below : dual->blend;
	return CLAMP(best, dual->blend / 10, dual->blend);
}

static double along(const Dual *dual)
{
	double dot = 0;
	for (gint64 i = 0; i < dual->n; i++)
		dot += dual->average[i] * dual->slope[i];
	return dot;
}

static void blend(Dual *dual, const gint32 *chosen, gint32 n)
{
	double a = blend_of(dual);
	for (gint64 i = 0; i < dual->n; i++)
		dual->average[i] += a * (dual->slope[i] - dual->average[i]);
	for (gint32 c = 0; c < dual->part->n_cols; c++)
		dual->share[c] -= a * dual->share[c];
	for (gint32 k = 0; k < n; k++)
		dual->share[chosen[k]] += a;
}

static void adapt(Dual *dual, gboolean is_better, double dot)
{
	if (is_better) {
		dual->n_red = 0;
		if (dot >= 0)
			dual->step = MIN(dual->step * 1.1, 2);
	} else if (++dual->n_red >= 15) {
		dual->n_red = 0;
		dual->step = MAX(dual->step * 0.66, 1e-5);
	}
}

gboolean dual_climb(Dual *dual, ThusoContext *context, double upper, double enough, int n_steps, DualFound found, gpointer data,
                    GError **error)
{
	double before = -INFINITY;
	if (!begin(dual, context, error))
		return FALSE;
	if (found && !found(dual->chosen, dual->n_chosen, data))
		return TRUE;
	for (int step = 0; step < n_steps && dual->bound < enough; step++) {
		gint32 n_chosen;
		double bound;
		if (!take_step(dual, upper))
			break;
		if (!thuso_context_go_on(context, error) ||
		    !bound_at(dual, context, dual->trial, dual->trial_value, dual->trial_chosen, &n_chosen, &bound, error))
			return FALSE;
		find_slope(dual, dual->trial, dual->trial_chosen, n_chosen, dual->slope);
		double dot = along(dual);
		blend(dual, dual->trial_chosen, n_chosen);
		gboolean goes_on = !found || found(dual->trial_chosen, n_chosen, data);
		gboolean is_better = bound > dual->bound;
		if (is_better)
			keep(dual, bound, n_chosen);
		adapt(dual, is_better, dot);
		if (!goes_on)
			break;
		dual->n_steps++;
		if (step % 100 == 99) {
			if (dual->bound - before < 0.01 * fabs(upper - dual->bound) && dual->blend > 1e-4)
				dual->blend /= 2;
			before = dual->bound;
		}
	}
	return TRUE;
}
