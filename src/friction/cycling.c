/* Cycling on slopes: the balance of powers of somebody who rides to get somewhere (Martin et al. 1998), held back by the brakes on the way
 * down, and on foot beside the bicycle where that is faster.
 *
 *     efficiency * power = v * (m g (rolling + s) + air v^2),   air = density * drag area / 2
 *
 * Rolling resistance, drag area and the bicycle's mass are the means of 557 cyclists stopped in Vancouver (Tengattini and Bigazzi 2018,
 * Physical characteristics and resistance parameters of typical urban cyclists, Journal of Sports Sciences 36(20)), the efficiency is
 * Martin's. 75 W is what a person who does not train keeps up for hours; it gives 17.8 km/h on the flat. */
#include "elementary.h"
#include "slopes.h"

#include <math.h>

#define POWER_W       75.0
#define EFFICIENCY    0.976
#define MASS_KG       88.3 /* a person of 70 kg, a bicycle and its load of 18.3 kg */
#define GRAVITY       9.81
#define ROLLING       0.0077
#define DRAG_AREA_M2  0.559
#define AIR_KG_PER_M3 1.2
/* Braking: slow enough to stop within 10 m with 0.35 g on the flat (8.3 m/s); the slope takes its part of that. */
#define SIGHT_M       10.0
#define BRAKING       0.35
#define LEAST_BRAKING 1e-6
/* Pushing: 3.6 km/h on the flat, on slopes as Tobler's walker. */
#define PUSHING_M_PER_S 1.0

#define N_ROUNDS        7

/* Newton's method from above: the balance is convex in v and is not negative at the start, so every round comes closer from above, and
 * seven rounds leave less than 1e-9 wherever riding is faster than pushing (a test holds them against bisection). */
static inline double riding_speed(double slope)
{
	const double air = AIR_KG_PER_M3 * DRAG_AREA_M2 / 2, push = MASS_KG * GRAVITY * (ROLLING + slope);
	const double grip = BRAKING + (slope < 0 ? slope : 0);
	const double limit = __builtin_sqrt(2 * GRAVITY * SIGHT_M * (grip > LEAST_BRAKING ? grip : LEAST_BRAKING));
	double v = limit;
	for (int i = 0; i < N_ROUNDS; i++) {
		const double over = v * (push + air * (v * v)) - EFFICIENCY * POWER_W;
		v = over > 0 ? v - over / (push + 3 * air * (v * v)) : v;
	}
	return v;
}

static inline double pushing_speed(double slope)
{
	const double power = -3.5 * LOG2_E * (fabs(slope + 0.05) - 0.05);
	return PUSHING_M_PER_S * exp2_of(power > -MAX_POWER ? power : -MAX_POWER);
}

static inline double speed_of(double slope)
{
	/* Beyond, one pushes anyway; keeps the numbers small. */
	const double mild = slope < 1 ? slope : 1;
	const double riding = riding_speed(mild > -1 ? mild : -1), pushing = pushing_speed(slope);
	return riding > pushing ? riding : pushing;
}

WIDE static void cycling_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	const double flat = speed_of(0);
	for (int i = 0; i < n; i++)
		stretch[i] = flat / speed_of(slope[i]);
}

static const ThusoParam no_params[] = { { .name = NULL } };

const ThusoSlopeFunction slope_cycling = {
	.about = { .name = "cycling",
	           .title = "Cycling, a balance of powers",
	           .summary = "75 W against gravity, rolling and air; brakes limit descents, and steep slopes are walked beside the "
	                      "bicycle.",
	           .source = "Martin et al. 1998, Journal of Applied Biomechanics 14(3); resistances of Tengattini and Bigazzi 2018; "
	                     "scaled to "
	                     "the flat",
	           .params = no_params },
	.stretch = cycling_stretch,
	.least = 0.6,
};
