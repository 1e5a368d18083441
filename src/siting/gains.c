/* Gains that add up: each person counts for the first site, in a stated order, that reaches them. */
#include "rank.h"

#include <stdlib.h>

static void gain_of_site(const ThusoSites *sites, gint64 site, guint8 *taken, double *gained, double *overlap)
{
	ThusoSum gain = { 0 }, shared = { 0 };
	for (gint64 k = sites->reach_start[site]; k < sites->reach_start[site + 1]; k++) {
		guint32 demand = sites->reach_cells[k];
		if (taken[demand])
			thuso_sum_add(&shared, sites->demand_people[demand]);
		else if (!sites->demand_served[demand])
			thuso_sum_add(&gain, sites->demand_people[demand]);
		taken[demand] = 1;
	}
	*gained = thuso_sum(&gain);
	*overlap = thuso_sum(&shared);
}

gboolean thuso_gains_in_order(const ThusoSites *sites, const gint64 *site, gint64 n, double *gained, double *overlap,
                              GError **error)
{
	gboolean has_travel = sites->reach_start != NULL;
	guint8 *taken = thuso_array_new(has_travel ? sites->n_demand : 0, 1, "people reached by higher sites", error);
	if (taken == NULL)
		return FALSE;
	for (gint64 i = 0; i < n; i++) {
		double gain = NAN, shared = NAN;
		if (has_travel)
			gain_of_site(sites, site[i], taken, &gain, &shared);
		gained[i] = gain;
		if (overlap != NULL)
			overlap[i] = shared;
	}
	thuso_array_free(taken);
	return TRUE;
}

static int compare_ranks(const void *a, const void *b)
{
	gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
	return (x > y) - (x < y);
}

gint32 thuso_first_phase(const ThusoSites *sites, const ThusoRanking *ranking, gint64 *site, double *gained, GError **error)
{
	gint32 n = 0;
	for (gint32 area = 0; area < sites->n_areas; area++)
		if (!sites->area_has_centre[area] && ranking->best_of_area[area] >= 0)
			site[n++] = ranking->best_of_area[area];
	qsort(site, (gsize) n, sizeof *site, compare_ranks);
	for (gint32 i = 0; i < n; i++)
		site[i] = ranking->site[site[i]];
	return thuso_gains_in_order(sites, site, n, gained, NULL, error) ? n : -1;
}
