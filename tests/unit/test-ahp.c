/* The analytic hierarchy process: Saaty's own examples, consistent matrices, and what is refused. */
#include <thuso/siting.h>

#include <string.h>

#include "../support/siting-random.h"

#define N_CASES 500

static ThusoAhp ahp_ok(const double *matrix, int n, double *weights)
{
	ThusoAhp ahp;
	GError *error = NULL;
	g_assert_true(thuso_ahp(matrix, n, NULL, weights, &ahp, &error));
	g_assert_no_error(error);
	return ahp;
}

/* --- Saaty's examples, to the digits he prints ---------------------------------------------------------------------------------- */

/* Brightness of four chairs at growing distance from a lamp (Saaty 1980): eigenvalue 4.39. */
static void test_chairs(void)
{
	const double matrix[] = { 1, 5, 6, 7, 1.0 / 5, 1, 4, 6, 1.0 / 6, 1.0 / 4, 1, 4, 1.0 / 7, 1.0 / 6, 1.0 / 4, 1 };
	const double wanted[] = { 0.61, 0.24, 0.10, 0.05 };
	double weights[4];
	ThusoAhp ahp = ahp_ok(matrix, 4, weights);
	for (int i = 0; i < 4; i++)
		g_assert_cmpfloat_with_epsilon(weights[i], wanted[i], 0.01);
	g_assert_cmpfloat_with_epsilon(ahp.eigenvalue, 4.39, 0.005);
	g_assert_cmpfloat_with_epsilon(ahp.index, (ahp.eigenvalue - 4) / 3, 1e-12);
	g_assert_cmpfloat_with_epsilon(ahp.ratio, ahp.index / 0.90, 1e-12);
}

/* What is drunk in the United States: coffee, wine, tea, beer, soft drinks, milk, water (Saaty 2008); left empty below. */
static void test_drinks(void)
{
	const double n = NAN, t = 1.0 / 3, q = 1.0 / 4, e = 1.0 / 9;
	const double matrix[] = { 1,   9, 5, 2, 1, 1, 0.5, n, 1, t,   e, e, e, e, n, n, 1, t, q, t, e, n, n, n, 1,
		                      0.5, 1, t, n, n, n, n,   1, 2, 0.5, n, n, n, n, n, 1, t, n, n, n, n, n, n, 1 };
	const double wanted[] = { 0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327 };
	double weights[7];
	ThusoAhp ahp = ahp_ok(matrix, 7, weights);
	for (int i = 0; i < 7; i++)
		g_assert_cmpfloat_with_epsilon(weights[i], wanted[i], 0.0005);
	g_assert_cmpfloat_with_epsilon(ahp.ratio, 0.022, 0.0005);
}

/* Buying a house by size, transport, neighbourhood, age, yard, modern facilities, condition, financing (Saaty 1990): eigenvalue 9.669,
 * index 0.238, ratio 0.169, above 0.10. */
static void test_house(void)
{
	const double n = NAN, t = 1.0 / 3, f = 1.0 / 5, s = 1.0 / 6, v = 1.0 / 7, g = 1.0 / 8;
	const double matrix[] = { 1, 5, 3, 7, 6, 6, t, 0.25, n, 1, t, 5,   3, 3, f, v,   n, n, 1, 6, 3, 4,
		                      6, f, n, n, n, 1, t, 0.25, v, g, n, n,   n, n, 1, 0.5, f, s, n, n, n, n,
		                      n, 1, f, s, n, n, n, n,    n, n, 1, 0.5, n, n, n, n,   n, n, n, 1 };
	const double wanted[] = { 0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333 };
	double weights[8];
	ThusoAhp ahp = ahp_ok(matrix, 8, weights);
	for (int i = 0; i < 8; i++)
		g_assert_cmpfloat_with_epsilon(weights[i], wanted[i], 0.001);
	g_assert_cmpfloat_with_epsilon(ahp.eigenvalue, 9.669, 0.001);
	g_assert_cmpfloat_with_epsilon(ahp.index, 0.238, 0.001);
	g_assert_cmpfloat_with_epsilon(ahp.ratio, 0.169, 0.001);
	g_assert_cmpfloat(ahp.ratio, >, THUSO_AHP_MOST_RATIO);
}

/* Where to live (Saaty 2005): Bethesda, Boston, Pittsburgh, Santa Fe by culture, family, housing, jobs, transport; the weights of the
 * cities on each, weighted by the criteria's. */
static void test_cities(void)
{
	const double n = NAN;
	const double criteria[] = { 1, n, 3, n, 5, 5, 1, 7, 1, 7, n, n, 1, n, 3, 2, n, 4, 1, 7, n, n, n, n, 1 };
	const double city[5][16] = {
		{ 1, n, 1, n, 2, 1, 2.5, 1, n, n, 1, n, 2, n, 2.5, 1 },   { 1, 2, n, 4, n, 1, n, 2, 3, 8, 1, 9, n, n, n, 1 },
		{ 1, 5, n, 2.5, n, 1, n, n, 2, 9, 1, 7, n, 4, n, 1 },     { 1, n, 3, 4, 2, 1, 6, 8, n, n, 1, 1, n, n, n, 1 },
		{ 1, 1.5, n, 4, n, 1, n, 2.5, 2, 3.5, 1, 9, n, n, n, 1 },
	};
	const double wanted[] = { 0.229, 0.275, 0.385, 0.111 };
	double weights[5], all[4] = { 0 };
	ahp_ok(criteria, 5, weights);
	for (int c = 0; c < 5; c++) {
		double of_city[4];
		ahp_ok(city[c], 4, of_city);
		for (int i = 0; i < 4; i++)
			all[i] += weights[c] * of_city[i];
	}
	for (int i = 0; i < 4; i++)
		g_assert_cmpfloat_with_epsilon(all[i], wanted[i], 0.0005);
}

/* --- laws ----------------------------------------------------------------------------------------------------------------------- */

/* Comparisons that are ratios of weights give the weights back, whatever is left empty below the diagonal. */
static void test_consistent(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		int n = 1 + random_below(&random, 17);
		double truth[17], matrix[17 * 17], weights[17], sum = 0;
		for (int i = 0; i < n; i++)
			sum += truth[i] = 0.05 + random_real(&random);
		for (int i = 0; i < n; i++)
			for (int j = 0; j < n; j++)
				matrix[i * n + j] = i == j ? 1 : i > j && random_below(&random, 2) == 0 ? NAN : truth[i] / truth[j];
		ThusoAhp ahp = ahp_ok(matrix, n, weights);
		double total = 0;
		for (int i = 0; i < n; i++) {
			CHECK(&random, fabs(weights[i] - truth[i] / sum) < 1e-12);
			total += weights[i];
		}
		CHECK(&random, fabs(total - 1) < 1e-12);
		CHECK(&random, fabs(ahp.eigenvalue - n) < 1e-9 && fabs(ahp.index) < 1e-9);
		CHECK(&random, n <= 15 ? fabs(ahp.ratio) < 1e-8 : isnan(ahp.ratio));
	}
}

/* Any comparisons on Saaty's scale: a w = eigenvalue w, the eigenvalue is n or more, names do not matter. */
static void test_eigenvector(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		int n = 2 + random_below(&random, 9);
		double matrix[100], turned[100], weights[10], of_turned[10];
		for (int i = 0; i < n; i++)
			for (int j = i; j < n; j++) {
				double value = i == j ? 1 : 1 + random_below(&random, 9);
				matrix[i * n + j] = random_below(&random, 2) == 0 ? value : 1 / value;
				matrix[j * n + i] = 1 / matrix[i * n + j];
			}
		for (int i = 0; i < n; i++)
			for (int j = 0; j < n; j++)
				turned[(n - 1 - i) * n + n - 1 - j] = matrix[i * n + j];
		ThusoAhp ahp = ahp_ok(matrix, n, weights), again = ahp_ok(turned, n, of_turned);
		CHECK(&random, ahp.eigenvalue >= n && fabs(ahp.eigenvalue - again.eigenvalue) < 1e-9);
		for (int i = 0; i < n; i++) {
			double product = 0;
			for (int j = 0; j < n; j++)
				product += matrix[i * n + j] * weights[j];
			CHECK(&random, fabs(product - ahp.eigenvalue * weights[i]) < 1e-9);
			CHECK(&random, fabs(weights[i] - of_turned[n - 1 - i]) < 1e-12);
		}
	}
}

static void test_small(void)
{
	double weights[2], one = 1, two[] = { 1, 3, NAN, 1 };
	ThusoAhp ahp = ahp_ok(&one, 1, weights);
	g_assert_cmpfloat(weights[0], ==, 1);
	g_assert_cmpfloat(ahp.ratio, ==, 0);
	ahp = ahp_ok(two, 2, weights);
	g_assert_cmpfloat_with_epsilon(weights[0], 0.75, 1e-14);
	g_assert_cmpfloat_with_epsilon(weights[1], 0.25, 1e-14);
	g_assert_cmpfloat(ahp.ratio, ==, 0);
}

/* Two digits after the point are good enough: 0.33 is one third. */
static void test_rounded(void)
{
	const double exact[] = { 1, 3, 8, 1.0 / 3, 1, 3, 1.0 / 8, 1.0 / 3, 1 }, rounded[] = { 1, 3, 8, 0.33, 1, 3, 0.13, 0.33, 1 };
	double of_exact[3], of_rounded[3];
	ahp_ok(exact, 3, of_exact), ahp_ok(rounded, 3, of_rounded);
	for (int i = 0; i < 3; i++)
		g_assert_cmpfloat(of_exact[i], ==, of_rounded[i]);
}

static void test_worst(void)
{
	/* Everything says 4 : 2 : 1 but the last comparison of a with c. */
	const double matrix[] = { 1, 2, 1.0 / 4, 0.5, 1, 2, 4, 0.5, 1 };
	double weights[3];
	ahp_ok(matrix, 3, weights);
	int column, row = thuso_ahp_worst(matrix, 3, weights, &column);
	g_assert_true(row >= 0 && row < column && column < 3);
	const double slip[] = { 1, 2, 4, 1.0 / 8, 0.5, 1, 2, 4, 0.25, 0.5, 1, 2, 8, 0.25, 0.5, 1 };
	double of_slip[4];
	ahp_ok(slip, 4, of_slip);
	row = thuso_ahp_worst(slip, 4, of_slip, &column);
	g_assert_cmpint(row, ==, 0);
	g_assert_cmpint(column, ==, 3);
}

/* --- refused ----------------------------------------------------------------------------------------------------------------------- */

static void assert_refused(const double *matrix, int n, const char *const *words)
{
	static const char *const names[] = { "need", "slope", "people" };
	double weights[3];
	ThusoAhp ahp;
	GError *error = NULL;
	g_assert_false(thuso_ahp(matrix, n, names, weights, &ahp, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	for (; *words != NULL; words++)
		if (strstr(error->message, *words) == NULL)
			g_error("no '%s' in: %s", *words, error->message);
	g_clear_error(&error);
}

static void test_refused(void)
{
	assert_refused((double[]){ 1, 3, 4, 1 }, 2, (const char *const[]){ "\"need\"", "\"slope\"", "3", "4", "1 divided by", NULL });
	assert_refused((double[]){ 1, NAN, NAN, 1 }, 2, (const char *const[]){ "\"need\"", "\"slope\"", "missing", NULL });
	assert_refused((double[]){ 1, 0, NAN, 1 }, 2, (const char *const[]){ "0 is no comparison", NULL });
	assert_refused((double[]){ 1, -3, -1.0 / 3, 1 }, 2, (const char *const[]){ "-3 is no comparison", NULL });
	assert_refused((double[]){ 1, INFINITY, 0.1, 1 }, 2, (const char *const[]){ "inf is no comparison", NULL });
	assert_refused((double[]){ 2, 3, NAN, 1 }, 2, (const char *const[]){ "\"need\" with \"need\"", "must be 1", NULL });
	assert_refused(NULL, 0, (const char *const[]){ "nothing to compare", NULL });
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ahp/saaty/chairs", test_chairs);
	g_test_add_func("/ahp/saaty/drinks", test_drinks);
	g_test_add_func("/ahp/saaty/house", test_house);
	g_test_add_func("/ahp/saaty/cities", test_cities);
	g_test_add_func("/ahp/consistent", test_consistent);
	g_test_add_func("/ahp/eigenvector", test_eigenvector);
	g_test_add_func("/ahp/small", test_small);
	g_test_add_func("/ahp/rounded", test_rounded);
	g_test_add_func("/ahp/worst", test_worst);
	g_test_add_func("/ahp/refused", test_refused);
	return g_test_run();
}
