/* Analytic laws: how much longer than the straight line the cheapest way over a flat uniform grid can be. */
#include "check.h"

#define SIDE 181 /* cells; holds (72, 17) and (169, 70), whose directions are the worst to five digits */

static gboolean worst_percent(ThusoContext *context, int neighbours, double *percent, GError **error)
{
	const gint64 corner = 0;
	const SelfWorld world = { SIDE, SIDE, 1, .speed_m_per_s = 1, .neighbours = neighbours, .sources = &corner, .n_sources = 1 };
	g_autofree double *cost_s = thuso_new(double, SIDE *SIDE);
	if (!self_costs(context, &world, cost_s, NULL, error))
		return FALSE;
	*percent = 0;
	for (int cell = 1; cell < SIDE * SIDE; cell++)
		*percent = MAX(*percent, 100 * (cost_s[cell] / hypot(cell / SIDE, cell % SIDE) - 1));
	return TRUE;
}

static gboolean run(ThusoContext *context, SelfRows *rows, GError **error)
{
	double eight, sixteen;
	if (!worst_percent(context, 8, &eight, error) || !worst_percent(context, 16, &sixteen, error))
		return FALSE;
	self_row(rows, "8 neighbours, greatest detour", "%", 8.24, eight, 0.005);
	self_row(rows, "16 neighbours, greatest detour", "%", 2.75, sixteen, 0.005);
	return TRUE;
}

const SelfCheck self_elongation = {
	.name = "elongation",
	.source = "Goodchild 1977, Environment and Planning A 9; 1/cos(22.5 deg) and 1/cos(13.28 deg)",
	.run = run,
};
