/* Weights from comparisons in pairs: the analytic hierarchy process (Saaty 1980), principal eigenvector and consistency. */
#include <thuso/siting.h>

/* Mean consistency index of random reciprocal matrices of 1, 2, 3, ... (Saaty 1980). */
static const double random_index[] = { 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59 };

/* 3 against 0.33, 7 against 0.14, 8 against 0.13: what two digits make of a reciprocal. */
#define RECIPROCAL_SLACK 0.05

#define MOST_STEPS       1000000
#define SETTLED          1e-15 /* change of a weight in a step */

typedef struct {
	int n;
	double *a;               /* n * n, exactly reciprocal */
	const char *const *name; /* n, or NULL */
} Comparisons;

/* --- the matrix made reciprocal --------------------------------------------------------------------------------------------- */

static char *name_of(const Comparisons *c, int i)
{
	return c->name != NULL ? g_strdup_printf("\"%s\"", c->name[i]) : g_strdup_printf("%d", i + 1);
}

static gboolean set_pair_error(const Comparisons *c, int i, int j, const char *wrong, GError **error)
{
	g_autofree char *row = name_of(c, i), *column = name_of(c, j);
	thuso_set_error(error, THUSO_ERROR_USAGE, "comparison of %s with %s: %s", row, column, wrong);
	return FALSE;
}

static gboolean check_number(const Comparisons *c, int i, int j, double value, GError **error)
{
	if (isnan(value) || (value > 0 && isfinite(value)))
		return TRUE;
	g_autofree char *wrong = g_strdup_printf(
	    "%g is no comparison; give 1 for alike, 3, 5, 7, 9 for more and more important, 1/3 to 1/9 for less", value);
	return set_pair_error(c, i, j, wrong, error);
}

/* The side of 1 and more is taken as meant, the other as its reciprocal. */
static gboolean set_pair(Comparisons *c, int i, int j, double here, double there, GError **error)
{
	if (isnan(here) && isnan(there))
		return set_pair_error(c, i, j, "is missing; say how much more important the first is than the second", error);
	double product = here * there;
	if (fabs(product - 1) > RECIPROCAL_SLACK) {
		g_autofree char *wrong = g_strdup_printf(
		    "is %g, but the other way round it is %g; one must be 1 divided by the other, or be left empty", here, there);
		return set_pair_error(c, i, j, wrong, error);
	}
	gboolean from_here = isnan(there) || here >= 1;
	c->a[i * c->n + j] = from_here ? here : 1 / there;
	c->a[j * c->n + i] = from_here ? 1 / here : there;
	return TRUE;
}

static gboolean make_reciprocal(Comparisons *c, const double *matrix, GError **error)
{
	for (int i = 0; i < c->n; i++)
		for (int j = 0; j < c->n; j++)
			if (!check_number(c, i, j, matrix[i * c->n + j], error))
				return FALSE;
	for (int i = 0; i < c->n; i++) {
		if (!isnan(matrix[i * c->n + i]) && matrix[i * c->n + i] != 1)
			return set_pair_error(c, i, i, "must be 1: nothing is more important than itself", error);
		c->a[i * c->n + i] = 1;
		for (int j = i + 1; j < c->n; j++)
			if (!set_pair(c, i, j, matrix[i * c->n + j], matrix[j * c->n + i], error))
				return FALSE;
	}
	return TRUE;
}

/* --- the principal eigenvector ---------------------------------------------------------------------------------------------- */

/* next = a w, its sum; one step of the power iteration before scaling. */
static double multiply(const Comparisons *c, const double *w, double *next)
{
	double sum = 0;
	for (int i = 0; i < c->n; i++) {
		next[i] = 0;
		for (int j = 0; j < c->n; j++)
			next[i] += c->a[i * c->n + j] * w[j];
		sum += next[i];
	}
	return sum;
}

/* A matrix of positive numbers has one eigenvector of positive numbers, and the iteration goes there (Perron 1907). The weights add up
 * to 1, so the sum of a w is the eigenvalue. */
static gboolean iterate(const Comparisons *c, double *w, double *eigenvalue, GError **error)
{
	g_autofree double *next = thuso_new(double, c->n);
	for (int i = 0; i < c->n; i++)
		w[i] = 1.0 / c->n;
	for (int step = 0; step < MOST_STEPS; step++) {
		double change = 0;
		*eigenvalue = multiply(c, w, next);
		for (int i = 0; i < c->n; i++) {
			next[i] /= *eigenvalue;
			change = fmax(change, fabs(next[i] - w[i]));
			w[i] = next[i];
		}
		if (change <= SETTLED)
			return TRUE;
	}
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	                    "comparisons: they contradict each other so much that no weights come out; compare anew, from 1/9 to 9");
	return FALSE;
}

static void set_consistency(int n, double eigenvalue, ThusoAhp *ahp)
{
	ahp->eigenvalue = n <= 2 ? n : fmax(eigenvalue, n);
	ahp->index = n <= 2 ? 0 : (ahp->eigenvalue - n) / (n - 1);
	ahp->random_index = n <= (int) G_N_ELEMENTS(random_index) ? random_index[n - 1] : NAN;
	ahp->ratio = n <= 2 ? 0 : ahp->index / ahp->random_index;
}

gboolean thuso_ahp(const double *matrix, int n, const char *const *names, double *weights, ThusoAhp *ahp, GError **error)
{
	if (n < 1) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "comparisons: there is nothing to compare; name the criteria");
		return FALSE;
	}
	g_autofree double *a = g_new0(double, (gsize) n *(gsize) n);
	Comparisons comparisons = { n, a, names };
	double eigenvalue = n;
	if (!make_reciprocal(&comparisons, matrix, error) || !iterate(&comparisons, weights, &eigenvalue, error))
		return FALSE;
	set_consistency(n, eigenvalue, ahp);
	return TRUE;
}

int thuso_ahp_worst(const double *matrix, int n, const double *weights, int *column)
{
	int row = 0;
	double worst = -1;
	*column = 0;
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++) {
			double here = matrix[i * n + j], value = isnan(here) ? 1 / matrix[j * n + i] : here;
			double off = fabs(log(value * weights[j] / weights[i]));
			if (off > worst * (1 + 1e-9))
				worst = off, row = i, *column = j;
		}
	return row;
}
