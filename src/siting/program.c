/* The normal form: building it, valuing a set, and what is left once some sites are decided. */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#define ROWWISE_PAIRS 4000000 /* up to here pairs are kept by row too: a row's near sites are all that a bound looks at */
#define MOST_WHOLE    1e15    /* sums of whole numbers up to here are exact */

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

/* Pairs by column to pairs by row. */
static gboolean turn(gint32 n_cols, const gint64 *start, const guint32 *row, const double *cost, gint64 n_rows,
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
static gboolean match_rows(Program *p, gint64 *into, GError **error)
{
	Mark *mark = thuso_array_new(p->n_rows, sizeof *mark, "rows that are alike", error);
	if (!mark)
		return FALSE;
	gint64 n = 0;
	for (gint64 i = 0; i < p->n_rows; i++) {
		gint64 length = p->row_start[i + 1] - p->row_start[i];
		into[i] = p->other[i] > 0 && length >= row_times(p, i) ? i : -1;
		if (p->other[i] > 0 && length < row_times(p, i))
			p->constant += p->other[i];
		guint64 hash = mix((guint64) length, (guint64) row_times(p, i));
		for (gint64 k = p->row_start[i]; k < p->row_start[i + 1]; k++)
			hash = mix(hash, (guint64) p->site[k]);
		if (into[i] >= 0)
			mark[n++] = (Mark){ hash, i };
	}
	gboolean merges = !p->cost && p->kind == ROWS_SERVED;
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
			p->other[into[to]] += p->other[i]; /* `into` of a kept row is its new number by now */
			into[i] = -1;
		} else if (to == i) {
			p->other[n] = p->other[i];
			if (p->rest)
				p->rest[n] = p->rest[i];
			if (p->times)
				p->times[n] = p->times[i];
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

static gboolean tidy(Program *p, GError **error)
{
	gint64 *into = thuso_array_new(p->n_rows, sizeof *into, "rows that are alike", error);
	gboolean good = into &&
	                turn(p->n_sites, p->start, p->row, p->cost, p->n_rows, &p->row_start, &p->site, &p->row_cost, error) &&
	                match_rows(p, into, error);
	if (good) {
		drop_rows(p, into);
		forget_rows(p);
		good = turn(p->n_sites, p->start, p->row, p->cost, p->n_rows, &p->row_start, &p->site, &p->row_cost, error);
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
		.charge = parts->charge,
		.choice = choice,
	};
	*parts = (ProgramParts){ 0 };
	if (!tidy(p, error))
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
	for (gint64 i = 0; i < p->n_rows; i++)
		thuso_sum_add(&sum, p->kind == ROWS_SERVED ? served_cost(p, in, i) : pulled_cost(p, in, i));
	return thuso_sum(&sum);
}

/* --- parts ---------------------------------------------------------------------------------------------------------------------- */

/* The whole program as a part whose rows and columns are the program's own arrays. */
static Part whole(const Program *p)
{
	return (Part){ .program = p,
		           .n_cols = p->n_sites,
		           .n_rows = p->n_rows,
		           .start = p->start,
		           .row = p->row,
		           .cost = p->cost,
		           .charge = p->charge,
		           .other = p->other,
		           .rest = p->rest };
}

static gint32 site_of(const Part *part, gint32 col)
{
	return part->site ? part->site[col] : col;
}

typedef struct {
	double *other, *rest; /* of.n_rows */
	guint8 *need;
	gint32 *n_left; /* free pairs that still matter */
	gint64 *into;
} Left;

static gboolean matters(const Part *of, const Left *left, gint64 k)
{
	guint32 i = of->row[k];
	if (left->need[i] == 0)
		return FALSE;
	return of->program->kind == ROWS_PULLED || (of->cost ? of->cost[k] : 0) < left->other[i];
}

/* What the sites that are in by now do to the rows. */
static void serve(const Part *of, const guint8 *state, Left *left, double *constant)
{
	for (gint32 c = 0; c < of->n_cols; c++) {
		if (state[site_of(of, c)] != SITE_IN)
			continue;
		*constant += of->charge ? of->charge[c] : 0;
		for (gint64 k = of->start[c]; k < of->start[c + 1]; k++) {
			guint32 i = of->row[k];
			if (of->program->kind == ROWS_PULLED) {
				left->rest[i] += of->cost[k];
			} else if (of->cost) {
				left->other[i] = MIN(left->other[i], of->cost[k]);
			} else if (left->need[i] > 0 && --left->need[i] == 0) {
				left->other[i] = 0;
			}
		}
	}
}

static void count_pairs(const Part *of, const guint8 *state, Left *left)
{
	for (gint32 c = 0; c < of->n_cols; c++)
		if (state[site_of(of, c)] == SITE_FREE)
			for (gint64 k = of->start[c]; k < of->start[c + 1]; k++)
				left->n_left[of->row[k]] += matters(of, left, k);
}

static double row_now(const Part *of, const Left *left, gint64 i)
{
	if (of->program->kind == ROWS_SERVED)
		return left->other[i];
	double away = of->away ? of->away[i] : of->other[i] * of->rest[i];
	return away / left->rest[i];
}

static gboolean take_rows(Part *part, const Part *of, Left *left, GError **error)
{
	static const char what[] = "rows of a part";
	ThusoSum settled = { part->constant, 0 };
	for (gint64 i = 0; i < of->n_rows; i++) {
		left->into[i] = left->n_left[i] >= left->need[i] && left->need[i] > 0 ? part->n_rows++ : -1;
		if (left->into[i] < 0)
			thuso_sum_add(&settled, row_now(of, left, i));
	}
	part->constant = thuso_sum(&settled);
	gboolean pulled = of->program->kind == ROWS_PULLED;
	if (!(part->from = thuso_array_new(part->n_rows, sizeof(gint64), what, error)) ||
	    !(part->other = thuso_array_new(part->n_rows, sizeof(double), what, error)) ||
	    !(part->need = thuso_array_new(part->n_rows, 1, what, error)) ||
	    (pulled && !(part->rest = thuso_array_new(part->n_rows, sizeof(double), what, error))) ||
	    (pulled && !(part->away = thuso_array_new(part->n_rows, sizeof(double), what, error))))
		return FALSE;
	for (gint64 i = 0; i < of->n_rows; i++) {
		gint64 to = left->into[i];
		if (to < 0)
			continue;
		part->from[to] = i;
		part->need[to] = left->need[i];
		part->other[to] = row_now(of, left, i);
		if (pulled) {
			part->rest[to] = left->rest[i];
			part->away[to] = of->away ? of->away[i] : of->other[i] * of->rest[i];
		}
	}
	return TRUE;
}

static gboolean take_pairs(Part *part, const Part *of, const guint8 *state, const Left *left, GError **error)
{
	static const char what[] = "pairs of a part";
	gint64 n = 0;
	for (gint64 i = 0; i < of->n_rows; i++)
		n += left->into[i] >= 0 ? left->n_left[i] : 0;
	for (gint32 c = 0; c < of->n_cols; c++)
		part->n_cols += state[site_of(of, c)] == SITE_FREE;
	if (!(part->site = thuso_array_new(part->n_cols, sizeof(gint32), what, error)) ||
	    !(part->charge = thuso_array_new(part->n_cols, sizeof(double), what, error)) ||
	    !(part->start = thuso_array_new(part->n_cols + 1, sizeof(gint64), what, error)) ||
	    !(part->row = thuso_array_new(n, sizeof(guint32), what, error)) ||
	    (of->cost && !(part->cost = thuso_array_new(n, sizeof(double), what, error))))
		return FALSE;
	gint32 to = 0;
	n = 0;
	for (gint32 c = 0; c < of->n_cols; c++) {
		if (state[site_of(of, c)] != SITE_FREE)
			continue;
		part->site[to] = site_of(of, c);
		part->charge[to] = of->charge ? of->charge[c] : 0;
		for (gint64 k = of->start[c]; k < of->start[c + 1]; k++) {
			if (left->into[of->row[k]] < 0 || !matters(of, left, k))
				continue;
			part->row[n] = (guint32) left->into[of->row[k]];
			if (of->cost)
				part->cost[n] = of->cost[k];
			n++;
		}
		part->start[++to] = n;
	}
	return TRUE;
}

static void left_clear(Left *left)
{
	thuso_array_free(left->other);
	thuso_array_free(left->rest);
	thuso_array_free(left->need);
	thuso_array_free(left->n_left);
	thuso_array_free(left->into);
}

static gboolean left_init(Left *left, const Part *of, GError **error)
{
	static const char what[] = "rows of a part";
	gint64 n = of->n_rows;
	if (!(left->other = thuso_array_new(n, sizeof(double), what, error)) ||
	    !(left->rest = thuso_array_new(n, sizeof(double), what, error)) || !(left->need = thuso_array_new(n, 1, what, error)) ||
	    !(left->n_left = thuso_array_new(n, sizeof(gint32), what, error)) ||
	    !(left->into = thuso_array_new(n, sizeof(gint64), what, error)))
		return FALSE;
	memcpy(left->other, of->other, (gsize) n * sizeof(double));
	if (of->rest)
		memcpy(left->rest, of->rest, (gsize) n * sizeof(double));
	for (gint64 i = 0; i < n; i++)
		left->need[i] = of->need ? of->need[i] : (guint8) row_times(of->program, i);
	return TRUE;
}

Part *part_new(const Program *program, const Part *of, const guint8 *state, GError **error)
{
	g_autoptr(Part) part = g_new0(Part, 1);
	Part all = whole(program);
	const Part *from = of ? of : &all;
	Left left = { 0 };
	part->program = program;
	part->constant = of ? of->constant : program->constant;
	gboolean good = left_init(&left, from, error);
	if (good) {
		serve(from, state, &left, &part->constant);
		count_pairs(from, state, &left);
		good = take_rows(part, from, &left, error) && take_pairs(part, from, state, &left, error);
	}
	left_clear(&left);
	if (good && part->cost && program->kind == ROWS_SERVED && part->start[part->n_cols] <= ROWWISE_PAIRS)
		good = turn(part->n_cols, part->start, part->row, part->cost, part->n_rows, &part->row_start, &part->col, &part->row_cost,
		            error);
	return good ? g_steal_pointer(&part) : NULL;
}

void part_free(Part *part)
{
	if (!part)
		return;
	thuso_array_free(part->site);
	thuso_array_free(part->from);
	thuso_array_free(part->start);
	thuso_array_free(part->row);
	thuso_array_free(part->cost);
	thuso_array_free(part->charge);
	thuso_array_free(part->other);
	thuso_array_free(part->rest);
	thuso_array_free(part->away);
	thuso_array_free(part->need);
	thuso_array_free(part->row_start);
	thuso_array_free(part->col);
	thuso_array_free(part->row_cost);
	g_free(part);
}
