/* Slope functions: how much faster or slower than on the flat somebody moves on a slope. Sources stand in the descriptors. */
#include "slopes.h"

#include "elementary.h"

#include <math.h>

/* Naismith 1892: 5 km/h on the flat, and 1 min more for every 10 m climbed. */
#define NAISMITH_FLAT_S_PER_M  0.72
#define NAISMITH_CLIMB_S_PER_M 6.0
/* Langmuir 1984 as GRASS r.walk has it: less time on moderate descents, more on steep ones. */
#define LANGMUIR_DESCENT_S_PER_M 1.9998
#define LANGMUIR_STEEP           (-0.2125)

static const ThusoParam no_params[] = { { .name = NULL } };

static void none_stretch(const double *slope, double *stretch, int n)
{
	(void) slope;
	for (int i = 0; i < n; i++)
		stretch[i] = 1;
}

/* exp(3.5 |s + 0.05|) / exp(0.175), written so that the flat's is 1 to the last bit. Walls count as slopes of 6,500 %. */
WIDE static void tobler_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	for (int i = 0; i < n; i++) {
		const double power = 3.5 * LOG2_E * (fabs(slope[i] + 0.05) - 0.05);
		stretch[i] = exp2_of(power < MAX_POWER ? power : MAX_POWER);
	}
}

WIDE static void naismith_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 + NAISMITH_CLIMB_S_PER_M / NAISMITH_FLAT_S_PER_M * (slope[i] > 0 ? slope[i] : 0);
}

WIDE static void langmuir_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	const double climb = NAISMITH_CLIMB_S_PER_M / NAISMITH_FLAT_S_PER_M;
	const double descent = LANGMUIR_DESCENT_S_PER_M / NAISMITH_FLAT_S_PER_M;
	for (int i = 0; i < n; i++) {
		const double down = slope[i] >= LANGMUIR_STEEP ? descent : -descent;
		stretch[i] = 1 + (slope[i] >= 0 ? climb : down) * slope[i];
	}
}

/* Speeds in m/s, `base` + `bell` * exp(-(percent + best)^2 / 1800); the sign counts (some programs take |slope| and so lose the faster
 * descent). The flat's speed comes from the same arithmetic as all others, so its stretch is exactly 1. */
static inline double bell_speed(double slope, double bell, double best)
{
	const double percent = 100 * slope + best;
	const double power = -LOG2_E / 1800 * (percent * percent);
	return 0.11 + bell * exp2_of(power > -MAX_POWER ? power : -MAX_POWER);
}
WIDE static void irmischer_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	const double flat = bell_speed(0, 1, 5);
	for (int i = 0; i < n; i++)
		stretch[i] = flat / bell_speed(slope[i], 1, 5);
}
WIDE static void irmischer_off_path_stretch(const double *restrict slope, double *restrict stretch, int n)
{
	const double flat = bell_speed(0, 0.67, 2);
	for (int i = 0; i < n; i++)
		stretch[i] = flat / bell_speed(slope[i], 0.67, 2);
}

const ThusoSlopeFunction *thuso_slope_function_find(const char *name)
{
	for (int i = 0; thuso_slope_functions[i]; i++)
		if (g_strcmp0(thuso_slope_functions[i]->about.name, name) == 0)
			return thuso_slope_functions[i];
	return NULL;
}

static const ThusoSlopeFunction tobler = {
	.about = { .name = "tobler",
	           .title = "Tobler's hiking function",
	           .summary = "Walking is fastest (19 % above the flat) on a 5 % descent and slows exponentially from there.",
	           .source = "Tobler 1993, NCGIA Technical Report 93-1; scaled to the speed on the flat",
	           .params = no_params },
	.stretch = tobler_stretch,
	.least = 0.8394,
};
static const ThusoSlopeFunction none = {
	.about = { .name = "none",
	           .title = "No slope correction",
	           .summary = "The speed on the flat counts everywhere.",
	           .source = "by definition",
	           .params = no_params },
	.stretch = none_stretch,
	.least = 1,
};
static const ThusoSlopeFunction naismith = {
	.about = { .name = "naismith",
	           .title = "Naismith's rule",
	           .summary = "5 km/h and 1 minute for every 10 m climbed; descents cost nothing extra.",
	           .source = "Naismith 1892, Scottish Mountaineering Club Journal 2; scaled to the speed on the flat",
	           .params = no_params },
	.stretch = naismith_stretch,
	.least = 1,
};
static const ThusoSlopeFunction langmuir = {
	.about = { .name = "langmuir",
	           .title = "Naismith's rule with Langmuir's corrections",
	           .summary = "Naismith's rule, faster on descents down to 21 % and slower on steeper ones, as in GRASS r.walk.",
	           .source = "Langmuir 1984, Mountaincraft and Leadership; coefficients of GRASS r.walk; scaled to the flat",
	           .params = no_params },
	.stretch = langmuir_stretch,
	.least = 0.4097,
};
static const ThusoSlopeFunction irmischer = {
	.about = { .name = "irmischer",
	           .title = "Irmischer and Clarke, on paths",
	           .summary = "Measured with GPS on paths; fastest on a 5 % descent, never below 10 % of the flat's speed.",
	           .source = "Irmischer and Clarke 2018, Cartography and Geographic Information Science 45(2); scaled to the flat",
	           .params = no_params },
	.stretch = irmischer_stretch,
	.least = 0.9875,
};
static const ThusoSlopeFunction irmischer_off_path = {
	.about = { .name = "irmischer-off-path",
	           .title = "Irmischer and Clarke, off paths",
	           .summary = "Measured with GPS in wooded hills off paths; fastest on a 2 % descent.",
	           .source = "Irmischer and Clarke 2018, Cartography and Geographic Information Science 45(2); scaled to the flat",
	           .params = no_params },
	.stretch = irmischer_off_path_stretch,
	.least = 0.9980,
};

const ThusoSlopeFunction *const thuso_slope_functions[] = {
	&tobler, &none, &naismith, &langmuir, &irmischer, &irmischer_off_path, &slope_cycling, NULL,
};
