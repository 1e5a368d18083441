/* What is left of a program once some sites are decided: the free sites, and the rows that they can still serve better. */
#include "program.h"

#include <string.h>

#define ROWWISE_PAIRS 4000000 /* up to here pairs are kept by row too: a row's near sites are all that a bound looks at */

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
		           .rest = p->rest,
		           .people = p->people,
		           .capacity = p->capacity };
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
	for (gint32 c = 0; c < of->n_cols + of->n_held; c++) {
		if (c < of->n_cols && state[site_of(of, c)] != SITE_IN)
			continue;
		*constant += of->charge && c < of->n_cols ? of->charge[c] : 0;
		for (gint64 k = of->start[c]; k < of->start[c + 1]; k++) {
			guint32 i = of->row[k];
			if (of->program->kind == ROWS_PULLED) {
				left->rest[i] += of->cost[k];
			} else if (of->program->kind == ROWS_SHARED) {
				left->n_left[i] += matters(of, left, k);
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
	if (of->program->kind == ROWS_SHARED)
		return left->other[i] * of->people[i];
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
	    (pulled && !(part->away = thuso_array_new(part->n_rows, sizeof(double), what, error))) ||
	    (of->people && !(part->people = thuso_array_new(part->n_rows, sizeof(double), what, error))))
		return FALSE;
	for (gint64 i = 0; i < of->n_rows; i++) {
		gint64 to = left->into[i];
		if (to < 0)
			continue;
		part->from[to] = i;
		part->need[to] = left->need[i];
		part->other[to] = of->people ? left->other[i] : row_now(of, left, i);
		if (of->people)
			part->people[to] = of->people[i];
		if (pulled) {
			part->rest[to] = left->rest[i];
			part->away[to] = of->away ? of->away[i] : of->other[i] * of->rest[i];
		}
	}
	return TRUE;
}

static void take_column(Part *part, const Part *of, const Left *left, gint32 c, gint64 *n)
{
	for (gint64 k = of->start[c]; k < of->start[c + 1]; k++) {
		if (left->into[of->row[k]] < 0 || !matters(of, left, k))
			continue;
		part->row[*n] = (guint32) left->into[of->row[k]];
		if (of->cost)
			part->cost[*n] = of->cost[k];
		++*n;
	}
}

/* Is column c of `of` held in the part: chosen, now or before, and still to be filled by others? */
static gboolean is_held(const Part *of, const guint8 *state, gint32 c)
{
	return of->program->kind == ROWS_SHARED && (c >= of->n_cols || state[site_of(of, c)] == SITE_IN);
}

static void take_columns(Part *part, const Part *of, const guint8 *state, const Left *left)
{
	gint32 to = 0, n_held = 0;
	gint64 n = 0;
	for (gint32 c = 0; c < of->n_cols; c++) {
		if (state[site_of(of, c)] != SITE_FREE)
			continue;
		part->site[to] = site_of(of, c);
		part->charge[to] = of->charge ? of->charge[c] : 0;
		if (of->capacity)
			part->capacity[to] = of->capacity[c];
		take_column(part, of, left, c, &n);
		part->start[++to] = n;
	}
	for (gint32 c = 0; c < of->n_cols + of->n_held; c++) {
		if (!is_held(of, state, c))
			continue;
		part->held[n_held++] = c < of->n_cols ? site_of(of, c) : of->held[c - of->n_cols];
		part->capacity[to] = of->capacity[c];
		take_column(part, of, left, c, &n);
		part->start[++to] = n;
	}
}

static gboolean take_pairs(Part *part, const Part *of, const guint8 *state, const Left *left, GError **error)
{
	static const char what[] = "pairs of a part";
	gint64 n = 0;
	for (gint64 i = 0; i < of->n_rows; i++)
		n += left->into[i] >= 0 ? left->n_left[i] : 0;
	for (gint32 c = 0; c < of->n_cols; c++)
		part->n_cols += state[site_of(of, c)] == SITE_FREE;
	for (gint32 c = 0; c < of->n_cols + of->n_held; c++)
		part->n_held += is_held(of, state, c);
	gint64 n_all = (gint64) part->n_cols + part->n_held;
	if (!(part->site = thuso_array_new(part->n_cols, sizeof(gint32), what, error)) ||
	    !(part->charge = thuso_array_new(part->n_cols, sizeof(double), what, error)) ||
	    !(part->start = thuso_array_new(n_all + 1, sizeof(gint64), what, error)) ||
	    !(part->row = thuso_array_new(n, sizeof(guint32), what, error)) ||
	    (of->cost && !(part->cost = thuso_array_new(n, sizeof(double), what, error))) ||
	    (of->capacity && (!(part->capacity = thuso_array_new(n_all, sizeof(double), what, error)) ||
	                      !(part->held = thuso_array_new(part->n_held, sizeof(gint32), what, error)))))
		return FALSE;
	take_columns(part, of, state, left);
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
		good = program_turn(part->n_cols, part->start, part->row, part->cost, part->n_rows, &part->row_start, &part->col,
		                    &part->row_cost, error);
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
	thuso_array_free(part->held);
	thuso_array_free(part->people);
	thuso_array_free(part->capacity);
	thuso_array_free(part->row_start);
	thuso_array_free(part->col);
	thuso_array_free(part->row_cost);
	g_free(part);
}
