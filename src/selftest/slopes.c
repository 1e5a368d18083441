/* Walking on slopes: published speeds against 1 km of ramp travelled by the engine. */
#include "check.h"

#define KM_PER_H (1 / 3.6)

typedef struct {
	const char *quantity;
	double slope;
	double published; /* km/h, m/s or s, as the check says */
} Ramp;

static gboolean speeds(ThusoContext *context, SelfRows *rows, const char *function, double flat_m_per_s, const Ramp *ramps, int n,
                       double unit_m_per_s, const char *unit, double tolerance, GError **error)
{
	for (int i = 0; i < n; i++) {
		double seconds;
		if (!self_ramp(context, function, flat_m_per_s, THUSO_WALKING, ramps[i].slope, &seconds, error))
			return FALSE;
		self_row(rows, ramps[i].quantity, unit, ramps[i].published, 1000 / seconds / unit_m_per_s, tolerance);
	}
	return TRUE;
}

static gboolean times(ThusoContext *context, SelfRows *rows, const char *function, double flat_m_per_s, const Ramp *ramps, int n,
                      GError **error)
{
	for (int i = 0; i < n; i++) {
		double seconds;
		if (!self_ramp(context, function, flat_m_per_s, THUSO_WALKING, ramps[i].slope, &seconds, error))
			return FALSE;
		self_row(rows, ramps[i].quantity, "s", ramps[i].published, seconds, 0.001);
	}
	return TRUE;
}

/* 6 exp(-3.5 |s + 0.05|) km/h, that is 5.037 km/h on the flat. */
static gboolean run_tobler(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const Ramp ramps[] = {
		{ "flat", 0, 5.037 },       { "5 % down", -0.05, 6.000 }, { "10 % down", -0.10, 5.037 },
		{ "10 % up", 0.10, 3.549 }, { "20 % up", 0.20, 2.501 },   { "30 % down", -0.30, 2.501 },
	};
	return speeds(context, rows, "tobler", 5.036742 * KM_PER_H, ramps, G_N_ELEMENTS(ramps), KM_PER_H, "km/h", 0.0005, error);
}

/* 0.72 s/m, 6 s for a metre climbed, -1.9998 s for a metre of moderate, 1.9998 s for a metre of steep descent. */
static gboolean run_walk_time(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const Ramp ramps[] = {
		{ "1 km flat", 0, 720 },
		{ "1 km, 100 m up", 0.10, 1320 },
		{ "1 km, 100 m down", -0.10, 520.02 },
		{ "1 km, 300 m down", -0.30, 1319.94 },
	};
	return times(context, rows, "langmuir", 1 / 0.72, ramps, G_N_ELEMENTS(ramps), error);
}

/* 5 km/h, and 10 minutes for 100 m climbed. */
static gboolean run_naismith(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const Ramp ramps[] = { { "1 km, 100 m up", 0.10, 1320 }, { "1 km, 100 m down", -0.10, 720 } };
	return times(context, rows, "naismith", 5 * KM_PER_H, ramps, G_N_ELEMENTS(ramps), error);
}

/* 0.11 + exp(-(S + 5)^2 / 1800) m/s with S in percent, that is 1.0962 m/s on the flat. */
static gboolean run_irmischer_clarke(ThusoContext *context, SelfRows *rows, GError **error)
{
	static const Ramp ramps[] = { { "flat", 0, 1.0962 }, { "5 % down", -0.05, 1.1100 }, { "25 % up", 0.25, 0.7165 } };
	return speeds(context, rows, "irmischer", 1.0962071, ramps, G_N_ELEMENTS(ramps), 1, "m/s", 0.00005, error);
}

/* Motors are not slowed by slopes. */
static gboolean run_motorised(ThusoContext *context, SelfRows *rows, GError **error)
{
	double seconds;
	if (!self_ramp(context, "tobler", 50 * KM_PER_H, THUSO_MOTORISED, 0.10, &seconds, error))
		return FALSE;
	self_row(rows, "1 km at 50 km/h, 100 m up", "s", 72, seconds, 0.001);
	return TRUE;
}

const SelfCheck self_tobler = {
	.name = "tobler",
	.source = "Tobler 1993, NCGIA Technical Report 93-1: 6 exp(-3.5 |s + 0.05|) km/h",
	.run = run_tobler,
};
const SelfCheck self_walk_time = {
	.name = "walk-time",
	.source = "GRASS r.walk, its manual's formula (Aitken 1977, Langmuir 1984) worked by hand",
	.run = run_walk_time,
};
const SelfCheck self_naismith = {
	.name = "naismith",
	.source = "Naismith 1892, metric form: 5 km/h and 1 h for 600 m climbed",
	.run = run_naismith,
};
const SelfCheck self_irmischer_clarke = {
	.name = "irmischer",
	.source = "Irmischer and Clarke 2018, CaGIS 45(2): 0.11 + exp(-(S + 5)^2 / 1800) m/s on paths",
	.run = run_irmischer_clarke,
};
const SelfCheck self_motorised = {
	.name = "motorised",
	.source = "AccessMod 5: motorised travel is not corrected for slope",
	.run = run_motorised,
};
