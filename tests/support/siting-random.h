/* Random small instances for property tests: splitmix64 (Steele, Lea and Flood 2014), and a check that prints the seed it failed on. */
#ifndef TESTS_SITING_RANDOM_H
#define TESTS_SITING_RANDOM_H

#include <glib.h>
#include <math.h>

typedef struct {
	guint64 state, seed;
} Random;

static inline Random random_new(guint64 seed)
{
	return (Random){ seed * 0x9E3779B97F4A7C15u, seed };
}

static inline guint64 random_next(Random *random)
{
	guint64 z = random->state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

/* 0 .. n - 1 */
static inline int random_below(Random *random, int n)
{
	return (int) (random_next(random) % (guint64) n);
}

/* [0, 1) */
static inline double random_real(Random *random)
{
	return (double) (random_next(random) >> 11) * 0x1p-53;
}

#define CHECK(random, condition)                                                                                                 \
	do {                                                                                                                         \
		if (!(condition)) {                                                                                                      \
			g_printerr("# failed with seed %" G_GUINT64_FORMAT "\n", (random)->seed);                                            \
			g_assert_true(condition);                                                                                            \
		}                                                                                                                        \
	} while (0)

/* Both NaN, or equal to 1e-9 of their size. */
static inline gboolean about(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return a == b || fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

#endif
