/* Arithmetic for slope functions and costs that is rounded alike by every machine and by every width of vectors. */
#ifndef THUSO_FRICTION_ELEMENTARY_H
#define THUSO_FRICTION_ELEMENTARY_H

#include <glib.h>

#include <string.h>

/* The same C compiled for wider vectors, chosen when the program starts. Nothing in such a function may depend on the width: no sum over
 * the lanes, no library call, no fused multiply-add (the build has -ffp-contract=off). Sanitizers do not bear the choosing (THUSO_ONE_WIDTH
 * comes from the build). */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(THUSO_ONE_WIDTH)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

#define ALWAYS_INLINE  inline __attribute__((always_inline))

#define ROUND_TO_WHOLE 0x1.8p52 /* added to |x| < 2^51, the last bits hold x rounded to a whole number */

#define LOG2_E         1.44269504088896340736
#define MAX_POWER      330.0 /* of 2: no stretch is above 1e100, so that costs stay finite */

static inline guint64 bits_of(double x)
{
	guint64 bits;
	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline double from_bits(guint64 bits)
{
	double x;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* 2^x for -1000 <= x <= 1000, 1 for 0. Relative error below 1e-15 beside the 8e-17 for each unit of |x| by which x itself is rounded.
 * 2^f on -0.5..0.5 is 1 + f q(f), q interpolated at Chebyshev's points (degree 10 in all, error 6e-16). */
static inline double exp2_of(double x)
{
	const double sum = x + ROUND_TO_WHOLE, f = x - (sum - ROUND_TO_WHOLE);
	/* In pairs and pairs of pairs (Estrin): several short chains instead of one long one. */
	const double f2 = f * f, f4 = f2 * f2;
	const double q01 = 0.69314718055994615897 + f * 0.24022650695910076139;
	const double q23 = 0.055504108664651672007 + f * 0.0096181291076186655706;
	const double q45 = 0.0013333558200794592645 + f * 0.00015403530424776527587;
	const double q67 = 0.000015252672924850736404 + f * 1.3215451633221434374e-6;
	const double q89 = 1.0205905413765595794e-7 + f * 7.0709778665081385558e-9;
	const double q = (q01 + f2 * q23) + f4 * ((q45 + f2 * q67) + f4 * q89);
	return from_bits(bits_of(q * f + 1) + (bits_of(sum) << 52));
}

#endif
