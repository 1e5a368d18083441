/* Slope functions: how much faster or slower than on the flat somebody moves on a slope. Sources stand in the descriptors. */
#include <thuso/friction.h>

#include <math.h>

/* Naismith 1892: 5 km/h on the flat, and 1 min more for every 10 m climbed. */
#define NAISMITH_FLAT_S_PER_M  0.72
#define NAISMITH_CLIMB_S_PER_M 6.0
/* Langmuir 1984 as GRASS r.walk has it: less time on moderate descents, more on steep ones. */
#define LANGMUIR_DESCENT_S_PER_M 1.9998
#define LANGMUIR_STEEP           (-0.2125)

static const ThusoParam no_params[] = { { .name = NULL } };

static double none_factor(double slope)
{
	(void) slope;
	return 1;
}
static void none_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / none_factor(slope[i]);
}

/* exp(-3.5 |s + 0.05|) / exp(-0.175), written so that the factor of the flat is 1 to the last bit. */
static double tobler_factor(double slope)
{
	return exp(3.5 * (0.05 - fabs(slope + 0.05)));
}
static void tobler_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / tobler_factor(slope[i]);
}

static double naismith_factor(double slope)
{
	return NAISMITH_FLAT_S_PER_M / (NAISMITH_FLAT_S_PER_M + NAISMITH_CLIMB_S_PER_M * fmax(slope, 0));
}
static void naismith_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / naismith_factor(slope[i]);
}

static double langmuir_factor(double slope)
{
	double slowness = NAISMITH_FLAT_S_PER_M;
	if (slope >= 0)
		slowness += NAISMITH_CLIMB_S_PER_M * slope;
	else if (slope >= LANGMUIR_STEEP)
		slowness += LANGMUIR_DESCENT_S_PER_M * slope;
	else
		slowness -= LANGMUIR_DESCENT_S_PER_M * slope;
	return NAISMITH_FLAT_S_PER_M / slowness;
}
static void langmuir_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / langmuir_factor(slope[i]);
}

/* Speeds in m/s, slopes in percent; the sign counts (some programs take |slope| and so lose the faster descent). */
static double irmischer_clarke_path_factor(double slope)
{
	const double percent = 100 * slope;
	return (0.11 + exp(-(percent + 5) * (percent + 5) / 1800)) / (0.11 + exp(-25.0 / 1800));
}
static void irmischer_clarke_path_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / irmischer_clarke_path_factor(slope[i]);
}

static double irmischer_clarke_off_path_factor(double slope)
{
	const double percent = 100 * slope;
	return (0.11 + 0.67 * exp(-(percent + 2) * (percent + 2) / 1800)) / (0.11 + 0.67 * exp(-4.0 / 1800));
}
static void irmischer_clarke_off_path_stretch(const double *slope, double *stretch, int n)
{
	for (int i = 0; i < n; i++)
		stretch[i] = 1 / irmischer_clarke_off_path_factor(slope[i]);
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
	.least = 1 / 1.1913,
};
static const ThusoSlopeFunction none = {
	.about = { .name = "none",
	           .title = "No slope correction",
	           .summary = "The speed on the flat counts everywhere.",
	           .source = "by definition",
	           .params = no_params },
	.stretch = none_stretch,
	.least = 1 / 1,
};
static const ThusoSlopeFunction naismith = {
	.about = { .name = "naismith",
	           .title = "Naismith's rule",
	           .summary = "5 km/h and 1 minute for every 10 m climbed; descents cost nothing extra.",
	           .source = "Naismith 1892, Scottish Mountaineering Club Journal 2; scaled to the speed on the flat",
	           .params = no_params },
	.stretch = naismith_stretch,
	.least = 1 / 1,
};
static const ThusoSlopeFunction langmuir = {
	.about = { .name = "langmuir",
	           .title = "Naismith's rule with Langmuir's corrections",
	           .summary = "Naismith's rule, faster on descents down to 21 % and slower on steeper ones, as in GRASS r.walk.",
	           .source = "Langmuir 1984, Mountaincraft and Leadership; coefficients of GRASS r.walk; scaled to the flat",
	           .params = no_params },
	.stretch = langmuir_stretch,
	.least = 1 / 2.4404,
};
static const ThusoSlopeFunction irmischer_clarke_path = {
	.about = { .name = "irmischer-clarke",
	           .title = "Irmischer and Clarke, on paths",
	           .summary = "Measured with GPS on paths; fastest on a 5 % descent, never below 10 % of the flat's speed.",
	           .source = "Irmischer and Clarke 2018, Cartography and Geographic Information Science 45(2); scaled to the flat",
	           .params = no_params },
	.stretch = irmischer_clarke_path_stretch,
	.least = 1 / 1.0127,
};
static const ThusoSlopeFunction irmischer_clarke_off_path = {
	.about = { .name = "irmischer-clarke-off-path",
	           .title = "Irmischer and Clarke, off paths",
	           .summary = "Measured with GPS in wooded hills off paths; fastest on a 2 % descent.",
	           .source = "Irmischer and Clarke 2018, Cartography and Geographic Information Science 45(2); scaled to the flat",
	           .params = no_params },
	.stretch = irmischer_clarke_off_path_stretch,
	.least = 1 / 1.002,
};

const ThusoSlopeFunction *const thuso_slope_functions[] = {
	&tobler, &none, &naismith, &langmuir, &irmischer_clarke_path, &irmischer_clarke_off_path, NULL,
};
