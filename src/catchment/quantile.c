/* The weighted quantile, exact: sort by (cost, cell), walk the running sum of people.
 *
 * Three parallel arrays are sorted in place, so the tens of millions of cells of a country need no second copy: quicksort with the
 * median of three, heapsort where it would degenerate (Musser 1997), insertion for short runs. */
#include <thuso/catchment.h>

#define SHORT_RUN 16 /* elements: below, insertion is faster */

/* Relative slack of the running sum, so that a sum's last digit never moves a quantile. */
#define SLACK 1e-9

typedef struct {
	gint64 *cost, *cell;
	double *people;
} Columns;

static inline gboolean less(const Columns *c, gint64 a, gint64 b)
{
	return c->cost[a] < c->cost[b] || (c->cost[a] == c->cost[b] && c->cell[a] < c->cell[b]);
}

static inline void swap(const Columns *c, gint64 a, gint64 b)
{
	gint64 cost = c->cost[a], cell = c->cell[a];
	double people = c->people[a];
	c->cost[a] = c->cost[b], c->cell[a] = c->cell[b], c->people[a] = c->people[b];
	c->cost[b] = cost, c->cell[b] = cell, c->people[b] = people;
}

static void insertion_sort(const Columns *c, gint64 from, gint64 to)
{
	for (gint64 i = from + 1; i < to; i++)
		for (gint64 j = i; j > from && less(c, j, j - 1); j--)
			swap(c, j, j - 1);
}

static void sift_down(const Columns *c, gint64 from, gint64 root, gint64 n)
{
	for (gint64 child = 2 * root + 1; child < n; root = child, child = 2 * root + 1) {
		if (child + 1 < n && less(c, from + child, from + child + 1))
			child++;
		if (!less(c, from + root, from + child))
			return;
		swap(c, from + root, from + child);
	}
}

static void heap_sort(const Columns *c, gint64 from, gint64 to)
{
	gint64 n = to - from;
	for (gint64 root = n / 2 - 1; root >= 0; root--)
		sift_down(c, from, root, n);
	for (gint64 last = n - 1; last > 0; last--) {
		swap(c, from, from + last);
		sift_down(c, from, 0, last);
	}
}

/* The pivot (median of three) goes to `from`; returns where it ends up. */
static gint64 partition(const Columns *c, gint64 from, gint64 to)
{
	gint64 middle = from + (to - from) / 2, last = to - 1;
	if (less(c, middle, from))
		swap(c, middle, from);
	if (less(c, last, middle))
		swap(c, last, middle);
	if (less(c, middle, from))
		swap(c, middle, from);
	swap(c, from, middle);
	gint64 i = from, j = to;
	for (;;) {
		while (less(c, ++i, from))
			if (i == last)
				break;
		while (less(c, from, --j))
			;
		if (i >= j)
			break;
		swap(c, i, j);
	}
	swap(c, from, j);
	return j;
}

static void sort_run(const Columns *c, gint64 from, gint64 to, int depth)
{
	while (to - from > SHORT_RUN) {
		if (depth-- == 0) {
			heap_sort(c, from, to);
			return;
		}
		gint64 pivot = partition(c, from, to);
		if (pivot - from < to - pivot) {
			sort_run(c, from, pivot, depth);
			from = pivot + 1;
		} else {
			sort_run(c, pivot + 1, to, depth);
			to = pivot;
		}
	}
	insertion_sort(c, from, to);
}

static void sort_columns(const Columns *c, gint64 n)
{
	gint64 i = 1;
	while (i < n && !less(c, i, i - 1))
		i++;
	if (i >= n)
		return;
	int depth = 2;
	for (gint64 rest = n; rest > 1; rest /= 2)
		depth += 2;
	sort_run(c, 0, n, depth);
}

double thuso_weighted_quantile(gint64 *cost, gint64 *cell, double *people, gint64 n, double q)
{
	Columns columns = { cost, cell, people };
	sort_columns(&columns, n);
	ThusoSum total = { 0 }, running = { 0 };
	for (gint64 i = 0; i < n; i++)
		thuso_sum_add(&total, people[i]);
	double all = thuso_sum(&total);
	if (!(all > 0))
		return NAN;
	double wanted = q * all - SLACK * all;
	gint64 i = 0;
	for (; i < n - 1; i++) {
		thuso_sum_add(&running, people[i]);
		if (thuso_sum(&running) >= wanted)
			break;
	}
	return cost[i] == THUSO_UNREACHED ? INFINITY : (double) cost[i];
}
