/* See siting-world.h. Nothing here shares a line with src/siting. */
#include "siting-world.h"

#include <string.h>

static const char *const quadrants[] = { "HN-HP", "HN-LP", "LN-HP", "LN-LP" };
static const double quadrant_scores[] = { 1.0, 0.9, 0.6, 0.4 };
static const char *const private_land[] = { "private", "unknown", NULL };

/* --- the world -------------------------------------------------------------------------------------------------------------- */

void siting_world_travel(SitingWorld *w)
{
	gint64 k = 0;
	for (int i = 0; i < w->sites.n; i++) {
		w->reach_start[i] = k;
		w->gained[i] = w->within[i] = 0;
		for (int d = 0; d < w->sites.n_demand; d++) {
			if (!w->reaches[i][d])
				continue;
			w->reach_cells[k++] = (guint32) d;
			w->within[i] += w->demand_people[d];
			w->gained[i] += w->demand_served[d] ? 0 : w->demand_people[d];
		}
	}
	w->reach_start[w->sites.n] = k;
}

static void fill_sites(SitingWorld *w, Random *random)
{
	int far = 1 + random_below(random, 8);
	for (int i = 0; i < w->sites.n; i++) {
		g_snprintf(w->id_text[i], sizeof w->id_text[i], "c%02d", i);
		w->id[i] = w->id_text[i];
		w->x[i] = 500000 + 1000 * random_below(random, far);
		w->y[i] = 1000 * random_below(random, far) - 3000;
		w->area[i] = random_below(random, w->sites.n_areas + 1) - 1;
		w->need[i] = random_below(random, 6) == 0 ? (double) NAN : random_below(random, 5) / 4.0;
		w->zone[i] = random_below(random, 6) == 0 ? NULL : quadrants[random_below(random, 4)];
		w->land[i] = random_below(random, 6) == 0 ? (double) NAN : random_below(random, 10);
		w->status[i] = random_below(random, 5) == 0 ? "private" : random_below(random, 4) == 0 ? NULL : "municipal";
		for (int d = 0; d < w->sites.n_demand; d++)
			w->reaches[i][d] = (guint8) (random_below(random, 4) == 0);
	}
	for (int d = 0; d < w->sites.n_demand; d++) {
		w->demand_people[d] = random_below(random, 40) / 4.0;
		w->demand_served[d] = (guint8) random_below(random, 2);
	}
}

static void fill_spec(SitingWorld *w, Random *random)
{
	ThusoCriterionUse silent = { .weight = 1, .best = NAN, .worst = NAN, .over = NAN, .under = NAN };
	for (int c = 0; c < WORLD_CRITERIA; c++) {
		w->criteria[c] = silent;
		w->criteria[c].weight = 1 + random_below(random, 5);
	}
	w->criteria[0].use = w->criteria[0].name = "people_gained";
	w->criteria[1].use = w->criteria[1].name = "need";
	w->criteria[2].use = w->criteria[2].name = "zone";
	w->criteria[2].score_names = quadrants, w->criteria[2].score_values = quadrant_scores, w->criteria[2].n_scores = 4;
	w->criteria[3].use = "attribute", w->criteria[3].name = "land", w->criteria[3].column = w->land;
	w->criteria[3].best = 2, w->criteria[3].worst = 7;
	w->exclude[0] = w->exclude[1] = silent;
	w->exclude[0].use = "attribute", w->exclude[0].name = "land", w->exclude[0].column = w->land;
	w->exclude[0].over = 8, w->exclude[0].under = 1;
	w->exclude[1].use = "attribute", w->exclude[1].name = "status", w->exclude[1].text_column = w->status;
	w->exclude[1].values = private_land;
	w->spec = (ThusoRankingSpec){ w->criteria,
		                          1 + random_below(random, WORLD_CRITERIA),
		                          w->exclude,
		                          random_below(random, 3),
		                          (ThusoMissing) random_below(random, 3),
		                          1000.0 * random_below(random, 4) };
}

void siting_world_fill(SitingWorld *w, Random *random)
{
	static const char *const area_title[WORLD_AREAS] = { "Ruraldale", "Karoo", "Bergrivier", "Kust" };
	memset(w, 0, sizeof *w);
	w->sites = (ThusoSites){ .n = random_below(random, WORLD_SITES + 1),
		                     .id = w->id,
		                     .title = w->id,
		                     .x = w->x,
		                     .y = w->y,
		                     .cell = w->cell,
		                     .area = w->area,
		                     .n_areas = 1 + random_below(random, WORLD_AREAS),
		                     .area_id = area_title,
		                     .area_title = area_title,
		                     .area_has_centre = w->area_has_centre,
		                     .people_gained = w->gained,
		                     .people_within = w->within,
		                     .mean_cost = w->mean,
		                     .need = w->need,
		                     .zone = w->zone,
		                     .need_min = 0,
		                     .need_max = 1,
		                     .reach_start = w->reach_start,
		                     .reach_cells = w->reach_cells,
		                     .n_demand = random_below(random, WORLD_DEMAND + 1),
		                     .demand_people = w->demand_people,
		                     .demand_served = w->demand_served,
		                     .limit_text = "60 min by taxi" };
	for (int a = 0; a < w->sites.n_areas; a++)
		w->area_has_centre[a] = (guint8) random_below(random, 2);
	fill_sites(w, random);
	siting_world_travel(w);
	fill_spec(w, random);
}

/* --- the plain ranking ------------------------------------------------------------------------------------------------------- */

static double value_of(const SitingWorld *w, int c, int i)
{
	switch (c) {
	case 0:
		return w->gained[i];
	case 1:
		return w->need[i];
	case 2:
		for (int q = 0; q < 4; q++)
			if (w->zone[i] && strcmp(w->zone[i], quadrants[q]) == 0)
				return quadrant_scores[q];
		return NAN;
	default:
		return w->land[i];
	}
}

/* -2 = in, -1 = a value is missing, else the exclusion. */
static int plain_out(const SitingWorld *w, int i)
{
	if (w->spec.n_exclude > 0 && (w->land[i] > 8 || w->land[i] < 1))
		return 0;
	if (w->spec.n_exclude > 1 && w->status[i] && strcmp(w->status[i], "private") == 0)
		return 1;
	for (int c = 0; w->spec.missing == THUSO_MISSING_EXCLUDE && c < w->spec.n_criteria; c++)
		if (isnan(value_of(w, c, i)))
			return -1;
	return -2;
}

static double plain_u(const SitingWorld *w, const int *out, int c, double value)
{
	double most = 0;
	for (int i = 0; i < w->sites.n; i++)
		if (out[i] == -2)
			most = fmax(most, w->gained[i]);
	switch (c) {
	case 0:
		return most > 0 ? value / most : 0;
	case 3:
		return fmin(1, fmax(0, (7 - value) / 5));
	default:
		return value;
	}
}

static void plain_parts(const SitingWorld *w, const int *out, PlainRanking *p, int c)
{
	double known = 0;
	int n_known = 0;
	for (int i = 0; i < w->sites.n; i++) {
		double value = value_of(w, c, i);
		p->part[i][c] = isnan(value) ? NAN : plain_u(w, out, c, value);
		if (out[i] == -2 && !isnan(value))
			known += p->part[i][c], n_known++;
	}
	for (int i = 0; i < w->sites.n; i++)
		if (isnan(p->part[i][c]))
			p->part[i][c] = w->spec.missing == THUSO_MISSING_MEAN && n_known > 0 ? known / n_known : 0;
}

static gboolean comes_before(const SitingWorld *w, const PlainRanking *p, int i, int j)
{
	if (fabs(p->score[i] - p->score[j]) > 1e-8)
		return p->score[i] > p->score[j];
	if (w->gained[i] != w->gained[j])
		return w->gained[i] > w->gained[j];
	return i < j;
}

static void plain_list(const SitingWorld *w, const int *out, PlainRanking *p)
{
	gboolean done[WORLD_SITES] = { FALSE };
	for (;;) {
		int best = -1;
		for (int i = 0; i < w->sites.n; i++)
			if (out[i] == -2 && !done[i] && (best < 0 || comes_before(w, p, i, best)))
				best = i;
		if (best < 0)
			return;
		done[best] = TRUE;
		p->folded_into[best] = -1;
		for (int k = p->n - 1; k >= 0; k--) {
			int listed = p->site[k];
			double d = hypot(w->x[best] - w->x[listed], w->y[best] - w->y[listed]);
			if (w->area[best] == w->area[listed] && d < w->spec.spacing_m)
				p->folded_into[best] = listed;
		}
		if (p->folded_into[best] < 0)
			p->site[p->n++] = best;
	}
}

static void plain_gains(const SitingWorld *w, PlainRanking *p)
{
	for (int k = 0; k < p->n; k++)
		for (int d = 0; d < w->sites.n_demand; d++) {
			gboolean before = FALSE;
			for (int j = 0; j < k; j++)
				before = before || w->reaches[p->site[j]][d];
			if (!w->reaches[p->site[k]][d])
				continue;
			p->overlap[k] += before ? w->demand_people[d] : 0;
			p->gained_in_order[k] += !before && !w->demand_served[d] ? w->demand_people[d] : 0;
		}
}

void plain_rank(const SitingWorld *w, PlainRanking *p)
{
	int out[WORLD_SITES];
	memset(p, 0, sizeof *p);
	for (int i = 0; i < w->sites.n; i++) {
		p->folded_into[i] = -2;
		out[i] = plain_out(w, i);
		if (out[i] != -2) {
			p->excluded[p->n_excluded] = i;
			p->excluded_by[p->n_excluded++] = out[i];
		}
	}
	double weights = 0;
	for (int c = 0; c < w->spec.n_criteria; c++) {
		plain_parts(w, out, p, c);
		weights += w->criteria[c].weight;
	}
	for (int i = 0; i < w->sites.n; i++)
		for (int c = 0; c < w->spec.n_criteria; c++)
			p->score[i] += 100 * w->criteria[c].weight / weights * p->part[i][c];
	plain_list(w, out, p);
	plain_gains(w, p);
	for (int a = 0; a < WORLD_AREAS; a++)
		p->best_of_area[a] = -1;
	for (int k = 0; k < p->n; k++) {
		int area = w->area[p->site[k]];
		for (int j = 0; area >= 0 && j <= k; j++)
			p->rank_in_area[k] += w->area[p->site[j]] == area;
		if (area >= 0 && p->best_of_area[area] < 0)
			p->best_of_area[area] = k;
	}
}

/* --- four candidates ---------------------------------------------------------------------------------------------------------- */

static const char *const hand_id[] = { "1", "2", "3", "4" };
static const char *const hand_area[] = { "Ruraldale" };
static const double hand_x[] = { 0, 1000, 2000, 9000 }, hand_y[] = { 0, 0, 0, 0 };
static const gint64 hand_cell[] = { 0, 1, 2, -1 };
static const gint32 hand_in[] = { 0, 0, 0, 0 };
static const guint8 hand_has_centre[] = { 0 };
static const double hand_gained[] = { 50, 100, 100, 0 }, hand_within[] = { 60, 100, 120, 5 };

void hand_fill(Hand *hand)
{
	*hand = (Hand){ .sites = { .n = 4,
		                       .id = hand_id,
		                       .title = hand_id,
		                       .x = hand_x,
		                       .y = hand_y,
		                       .cell = hand_cell,
		                       .area = hand_in,
		                       .n_areas = 1,
		                       .area_id = hand_area,
		                       .area_title = hand_area,
		                       .area_has_centre = hand_has_centre,
		                       .people_gained = hand_gained,
		                       .people_within = hand_within,
		                       .limit_text = "60 min by taxi" } };
	for (int c = 0; c < 3; c++)
		hand->use[c] = (ThusoCriterionUse){ .weight = 1, .best = NAN, .worst = NAN, .over = NAN, .under = NAN };
	hand->use[0].use = hand->use[0].name = "people_gained";
}

ThusoGeometry hand_geometry(ThusoGeometryType type, gint64 n, const double *x, const double *y, gint64 *part_start)
{
	part_start[0] = 0, part_start[1] = n;
	return (ThusoGeometry){
		.type = type, .n_points = n, .n_parts = 1, .x = (double *) x, .y = (double *) y, .part_start = part_start
	};
}

ThusoRanking *rank_ok(const ThusoSites *sites, const ThusoRankingSpec *spec)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(GError) error = NULL;
	ThusoRanking *ranking = thuso_rank(context, sites, spec, &error);
	g_assert_no_error(error);
	g_assert_nonnull(ranking);
	return ranking;
}
