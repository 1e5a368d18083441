/* The normal form: building it, and valuing a set. */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#define MOST_WHOLE 1e15 /* sums of whole numbers up to here are exact */

/* --- rows by their sites ------------------------------------------------------------------------------------------------------- */

typedef struct {
	double cost;
	gint32 site;
} Pair;

static int by_cost(const void *a, const void *b)
{
	const Pair *x = a, *y = b;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->site - y->site;
}

static void sort_row(gint32 *site, double *cost, gint64 n, GArray *pairs)
{
	gboolean sorted = TRUE;
	for (gint64 k = 1; k < n && sorted; k++)
		sorted = cost[k - 1] <= cost[k];
	if (sorted)
		return;
	g_array_set_size(pairs, (guint) n);
	Pair *pair = (Pair *) (gpointer) pairs->data;
	for (gint64 k = 0; k < n; k++)
		pair[k] = (Pair){ cost[k], site[k] };
	qsort(pair, (gsize) n, sizeof *pair, by_cost);
	for (gint64 k = 0; k < n; k++) {
		site[k] = pair[k].site;
		cost[k] = pair[k].cost;
	}
}

gboolean program_turn(gint32 n_cols, const gint64 *start, const guint32 *row, const double *cost, gint64 n_rows,
                      gint64 **row_start, gint32 **col, double **row_cost, GError **error)
{
	static const char what[] = "pairs of demand and sites";
	gint64 n = start[n_cols];
	if (!(*row_start = thuso_array_new(n_rows + 1, sizeof(gint64), what, error)) ||
	    !(*col = thuso_array_new(n, sizeof(gint32), what, error)) ||
	    (cost && !(*row_cost = thuso_array_new(n, sizeof(double), what, error))))
		return FALSE;
	gint64 *at = thuso_array_new(n_rows + 1, sizeof(gint64), what, error);
	if (!at)
		return FALSE;
	for (gint64 k = 0; k < n; k++)
		(*row_start)[row[k] + 1]++;
	for (gint64 i = 0; i < n_rows; i++)
		at[i + 1] = (*row_start)[i + 1] += (*row_start)[i];
	for (gint32 j = 0; j < n_cols; j++)
		for (gint64 k = start[j]; k < start[j + 1]; k++) {
			gint64 place = at[row[k]]++;
			(*col)[place] = j;
			if (cost)
				(*row_cost)[place] = cost[k];
		}
	thuso_array_free(at);
	g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
	for (gint64 i = 0; cost && i < n_rows; i++)
		sort_row(*col + (*row_start)[i], *row_cost + (*row_start)[i], (*row_start)[i + 1] - (*row_start)[i], pairs);
	return TRUE;
}

/* --- rows that are alike ---------------------------------------------------------------------------------------------------- */

typedef struct {
	guint64 hash;
	gint64 row;
} Mark;

static int by_mark(const void *a, const void *b)
{
	const Mark *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static guint64 mix(guint64 hash, guint64 value)
{
	hash = (hash ^ value) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 29);
}

static gboolean is_alike(const Program *p, gint64 a, gint64 b)
{
	gint64 n = p->row_start[a + 1] - p->row_start[a];
	return row_times(p, a) == row_times(p, b) && n == p->row_start[b + 1] - p->row_start[b] &&
	       memcmp(p->site + p->row_start[a], p->site + p->row_start[b], (gsize) n * sizeof(gint32)) == 0;
}

/* into[i] = the first row like row i (itself where it is), -1 = the row goes. */
static gboolean match_rows(Program *p, gboolean is_whole, gint64 *into, GError **error)
{
	Mark *mark = thuso_array_new(p->n_rows, sizeof *mark, "rows that are alike", error);
	if (!mark)
		return FALSE;
	gint64 n = 0;
	for (gint64 i = 0; i < p->n_rows; i++) {
		gint64 length = p->row_start[i + 1] - p->row_start[i];
		into[i] = p->other[i] > 0 && length >= row_times(p, i) ? i : -1;
		if (p->other[i] > 0 && length < row_times(p, i))
			p->constant += p->other[i] * (p->people ? p->people[i] : 1);
		guint64 hash = mix((guint64) length, (guint64) row_times(p, i));
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			hash = mix(hash, (guint64) p->site[k]);
		if (into[i] >= 0)
			mark[n++] = (Mark){ hash, i };
	}
	gboolean merges = !p->cost && (p->kind == ROWS_SERVED || (p->kind == ROWS_SHARED && !is_whole));
	if (merges)
		qsort(mark, (gsize) n, sizeof *mark, by_mark);
	for (gint64 m = 1; merges && m < n; m++)
		for (gint64 q = m - 1; q >= 0 && mark[q].hash == mark[m].hash; q--)
			if (into[mark[q].row] == mark[q].row && is_alike(p, mark[q].row, mark[m].row)) {
				into[mark[m].row] = mark[q].row;
				break;
			}
	thuso_array_free(mark);
	return TRUE;
}

static void drop_rows(Program *p, gint64 *into)
{
	gint64 n = 0, k = 0;
	for (gint64 i = 0; i < p->n_rows; i++) {
		gint64 to = into[i];
		if (to >= 0 && to < i) {
			/* `into` of a kept row is its new number by now. */
			if (p->people)
				p->people[into[to]] += p->people[i];
			else
				p->other[into[to]] += p->other[i];
			into[i] = -1;
		} else if (to == i) {
			p->other[n] = p->other[i];
			if (p->rest)
				p->rest[n] = p->rest[i];
			if (p->times)
				p->times[n] = p->times[i];
			if (p->people)
				p->people[n] = p->people[i];
			if (p->origin)
				p->origin[n] = i;
			into[i] = n++;
		}
	}
	for (gint32 j = 0; j < p->n_sites; j++) {
		gint64 first = p->start[j];
		p->start[j] = k;
		for (gint64 e = first; e < p->start[j + 1]; e++) {
			if (into[p->row[e]] < 0)
				continue;
			p->row[k] = (guint32) into[p->row[e]];
			if (p->cost)
				p->cost[k] = p->cost[e];
			k++;
		}
	}
	p->start[p->n_sites] = k;
	p->n_rows = n;
}

static void forget_rows(Program *p)
{
	g_clear_pointer(&p->row_start, thuso_array_free);
	g_clear_pointer(&p->site, thuso_array_free);
	g_clear_pointer(&p->row_cost, thuso_array_free);
}

static gboolean tidy(Program *p, gboolean is_whole, GError **error)
{
	gint64 *into = thuso_array_new(p->n_rows, sizeof *into, "rows that are alike", error);
	gboolean good =
	    into && program_turn(p->n_sites, p->start, p->row, p->cost, p->n_rows, &p->row_start, &p->site, &p->row_cost, error) &&
	    match_rows(p, is_whole, into, error);
	if (good) {
		drop_rows(p, into);
		forget_rows(p);
		good = program_turn(p->n_sites, p->start, p->row, p->cost, p->n_rows, &p->row_start, &p->site, &p->row_cost, error);
	}
	thuso_array_free(into);
	return good;
}

/* Whole numbers throughout: then every value is one, and a bound may be rounded up. */
static double find_grain(const Program *p)
{
	double sum = 0;
	if (p->kind != ROWS_SERVED || p->constant != floor(p->constant))
		return 0;
	for (gint64 i = 0; i < p->n_rows; i++) {
		if (p->other[i] != floor(p->other[i]))
			return 0;
		sum += p->other[i];
	}
	for (gint64 k = 0; p->cost && k < p->start[p->n_sites]; k++)
		if (p->cost[k] != floor(p->cost[k]))
			return 0;
	for (gint32 j = 0; p->charge && j < p->n_sites; j++) {
		if (p->charge[j] != floor(p->charge[j]))
			return 0;
		sum += p->charge[j];
	}
	return sum + p->constant < MOST_WHOLE ? 1 : 0;
}

Program *program_new(ProgramParts *parts, Choice *choice, GError **error)
{
	g_autoptr(Program) p = g_new0(Program, 1);
	*p = (Program){
		.kind = parts->kind,
		.n_sites = choice->n_sites,
		.n_rows = parts->n_rows,
		.start = parts->start,
		.row = parts->row,
		.cost = parts->cost,
		.other = parts->other,
		.rest = parts->rest,
		.times = parts->times,
		.people = parts->people,
		.capacity = parts->capacity,
		.value_of = parts->value_of,
		.guide_of = parts->guide_of,
		.value_data = parts->value_data,
		.charge = parts->charge,
		.choice = choice,
	};
	gboolean is_whole = parts->is_whole;
	*parts = (ProgramParts){ 0 };
	if ((p->people && !(p->origin = thuso_array_new(p->n_rows, sizeof(gint64), "demand rows", error))) ||
	    !tidy(p, is_whole, error))
		return NULL;
	p->grain = find_grain(p);
	return g_steal_pointer(&p);
}

void program_free(Program *p)
{
	if (!p)
		return;
	thuso_array_free(p->start);
	thuso_array_free(p->row);
	thuso_array_free(p->cost);
	thuso_array_free(p->other);
	thuso_array_free(p->rest);
	thuso_array_free(p->times);
	thuso_array_free(p->people);
	thuso_array_free(p->capacity);
	thuso_array_free(p->origin);
	thuso_array_free(p->charge);
	forget_rows(p);
	g_free(p);
}

/* --- the value of a set ------------------------------------------------------------------------------------------------------- */

static double served_cost(const Program *p, const guint8 *in, gint64 i)
{
	int times = 0;
	for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
		if (in[p->site[k]] && ++times == row_times(p, i))
			return p->row_cost ? MIN(p->row_cost[k], p->other[i]) : 0;
	return p->other[i];
}

static double pulled_cost(const Program *p, const guint8 *in, gint64 i)
{
	double pull = 0;
	for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
		if (in[p->site[k]])
			pull += p->row_cost[k];
	return p->other[i] * p->rest[i] / (p->rest[i] + pull);
}

double program_value(const Program *p, const guint8 *in)
{
	ThusoSum sum = { p->constant, 0 };
	for (gint32 j = 0; p->charge && j < p->n_sites; j++)
		if (in[j])
			thuso_sum_add(&sum, p->charge[j]);
	double bound;
	if (p->kind == ROWS_SHARED)
		thuso_sum_add(&sum, p->value_of(p->value_data, in, &bound) - p->constant);
	for (gint64 i = 0; i < p->n_rows && p->kind != ROWS_SHARED; i++)
		thuso_sum_add(&sum, p->kind == ROWS_SERVED ? served_cost(p, in, i) : pulled_cost(p, in, i));
	return thuso_sum(&sum);
}
