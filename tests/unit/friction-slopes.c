/* Slope functions: check values, contracts, and the arithmetic against libm. */
#include "../support/friction-parts.h"
#include "../support/plain-world.h"

#include <math.h>

/* --- slope functions ---------------------------------------------------------------------------------------------- */

static double factor_of(const ThusoSlopeFunction *function, double slope)
{
	double stretch;
	function->stretch(&slope, &stretch, 1);
	return 1 / stretch;
}

static void test_slope_check_values(void)
{
	static const double km_per_h[5][2] = { { -0.10, 4.500 }, { -0.05, 5.361 }, { 0, 4.500 }, { 0.10, 3.171 }, { 0.20, 2.235 } };
	const ThusoSlopeFunction *tobler = thuso_slope_function_find("tobler");
	for (int i = 0; i < 5; i++)
		g_assert_cmpfloat_with_epsilon(4.5 * factor_of(tobler, km_per_h[i][0]), km_per_h[i][1], 5e-4);
	/* 12 min for a kilometre on the flat, and 10 min more for its 100 m of climbing. */
	g_assert_cmpfloat_with_epsilon(factor_of(thuso_slope_function_find("naismith"), 0.1), 12.0 / 22.0, 1e-12);
	g_assert_cmpfloat(factor_of(thuso_slope_function_find("naismith"), -0.3), ==, 1);
	/* r.walk: 0.72 - 1.9998 * 0.1 and 0.72 + 1.9998 * 0.3 seconds per metre. */
	g_assert_cmpfloat_with_epsilon(factor_of(thuso_slope_function_find("langmuir"), -0.1), 0.72 / 0.52002, 1e-12);
	g_assert_cmpfloat_with_epsilon(factor_of(thuso_slope_function_find("langmuir"), -0.3), 0.72 / 1.31994, 1e-12);
	/* Largest speeds of the publication: 1.11 m/s at -5 % on paths, 0.78 m/s at -2 % off them. */
	g_assert_cmpfloat_with_epsilon(factor_of(thuso_slope_function_find("irmischer"), -0.05) * (0.11 + exp(-25.0 / 1800)), 1.11,
	                               1e-12);
	g_assert_cmpfloat_with_epsilon(
	    factor_of(thuso_slope_function_find("irmischer-off-path"), -0.02) * (0.11 + 0.67 * exp(-4.0 / 1800)), 0.78, 1e-12);
}

static void test_slope_contract(void)
{
	for (int i = 0; thuso_slope_functions[i]; i++) {
		const ThusoSlopeFunction *function = thuso_slope_functions[i];
		g_assert_true(thuso_slope_function_find(function->about.name) == function);
		g_assert_true(function->about.title && function->about.summary && *function->about.source && function->about.params);
		g_assert_cmpfloat(factor_of(function, 0), ==, 1);
		for (int k = -30000; k <= 30000; k++) {
			const double factor = factor_of(function, k / 10000.0);
			g_assert_cmpfloat(factor, >, 0);
			g_assert_cmpfloat(factor, <=, 1 / function->least);
		}
	}
	g_assert_null(thuso_slope_function_find("tobbler"));
}

/* A value and a vector of them are one arithmetic, wherever in the vector it stands. */
static void test_slope_vectors(void)
{
	for (int i = 0; thuso_slope_functions[i]; i++)
		for (int n = 1; n <= 128; n += 9) {
			double slope[128], stretch[128], one;
			for (int k = 0; k < n; k++)
				slope[k] = (k * 37 % 128 - 64) / 50.0;
			thuso_slope_functions[i]->stretch(slope, stretch, n);
			for (int k = 0; k < n; k++) {
				thuso_slope_functions[i]->stretch(&slope[k], &one, 1);
				g_assert_cmpfloat(one, ==, stretch[k]);
			}
		}
}

/* Walls: no cost may be infinite or not a number. */
static void test_slope_walls(void)
{
	static const double walls[8] = { 10, -10, 1e3, -1e3, 1e10, -1e10, 1e38, -1e38 };
	for (int i = 0; thuso_slope_functions[i]; i++)
		for (int k = 0; k < 8; k++) {
			double stretch;
			thuso_slope_functions[i]->stretch(&walls[k], &stretch, 1);
			g_assert_cmpfloat(stretch, >, 0);
			g_assert_cmpfloat(stretch, <=, 1e100);
		}
}

/* exp by polynomial, through Tobler's function, against libm's in long double. */
static void test_exponential(void)
{
	double worst = 0;
	for (int k = -200000; k <= 200000; k++) {
		const double slope = k / 100000.0;
		const long double true_stretch = expl(3.5L * (fabsl((long double) slope + (long double) 0.05) - (long double) 0.05));
		double stretch;
		thuso_slope_functions[0]->stretch(&slope, &stretch, 1);
		worst = fmax(worst, (double) fabsl((long double) stretch / true_stretch - 1));
	}
	g_test_message("largest relative error on slopes up to 200 %%: %.3g", worst);
	g_assert_cmpfloat(worst, <, 2e-15);
	for (int k = 20; k <= 600; k++) {
		const double slope = k / 10.0;
		const long double true_stretch = expl(3.5L * (fabsl((long double) slope + (long double) 0.05) - (long double) 0.05));
		double stretch;
		thuso_slope_functions[0]->stretch(&slope, &stretch, 1);
		g_assert_cmpfloat((double) fabsl((long double) stretch / true_stretch - 1), <, 1e-15 * (1 + 3.5 * slope));
	}
}

/* The balance of powers against bisection; what a rider knows of slopes. */
static void test_cycling(void)
{
	const ThusoSlopeFunction *cycling = thuso_slope_function_find("cycling");
	double last = INFINITY;
	for (int k = -20000; k <= 20000; k++) {
		const double slope = k / 20000.0, expected = plain_cycling_stretch(slope);
		double stretch;
		cycling->stretch(&slope, &stretch, 1);
		g_assert_cmpfloat(fabs(stretch / expected - 1), <, 1e-13);
		/* Slower the steeper it climbs; on descents fastest where brakes and drag meet. */
		g_assert_true(slope <= 0 || stretch >= last);
		last = stretch;
	}
	static const double at[6][3] = { { 0.05, 3.0, 3.8 },   { 0.02, 1.6, 2.0 },  { -0.02, 0.6, 0.7 },
		                             { -0.05, 0.6, 0.75 }, { 0.20, 8.0, 12.0 }, { -0.25, 1.0, 2.0 } };
	for (int i = 0; i < 6; i++) {
		g_assert_cmpfloat(1 / factor_of(cycling, at[i][0]), >, at[i][1]);
		g_assert_cmpfloat(1 / factor_of(cycling, at[i][0]), <, at[i][2]);
	}
}

void add_slope_tests(void)
{
	g_test_add_func("/friction/slope/check-values", test_slope_check_values);
	g_test_add_func("/friction/slope/contract", test_slope_contract);
	g_test_add_func("/friction/slope/vectors", test_slope_vectors);
	g_test_add_func("/friction/slope/walls", test_slope_walls);
	g_test_add_func("/friction/slope/exponential", test_exponential);
	g_test_add_func("/friction/slope/cycling", test_cycling);
}
