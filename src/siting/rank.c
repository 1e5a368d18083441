/* The ranking: exclusions, scores, order, spacing, gains in order, reasons, put into one result by rank. */
#include "rank.h"

static gboolean make_ranked_arrays(ThusoRanking *r, gint64 n, int n_criteria, GError **error)
{
	const char *what = "the ranking";
	gint64 n_values = n * n_criteria;
	return (r->site = thuso_array_new(n, sizeof(gint64), what, error)) != NULL &&
	       (r->score = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (r->rank_in_area = thuso_array_new(n, sizeof(gint64), what, error)) != NULL &&
	       (r->gained_in_order = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (r->overlap_with_higher = thuso_array_new(n, sizeof(double), what, error)) != NULL &&
	       (r->reason = thuso_array_new(n, sizeof(char *), what, error)) != NULL &&
	       (r->alternatives = thuso_array_new(n, sizeof(char *), what, error)) != NULL &&
	       (r->value = thuso_array_new(n_values, sizeof(double), what, error)) != NULL &&
	       (r->part = thuso_array_new(n_values, sizeof(double), what, error)) != NULL;
}

static gboolean make_other_arrays(ThusoRanking *r, gint64 n_excluded, gint32 n_areas, int n_criteria, GError **error)
{
	const char *what = "the ranking";
	return (r->excluded_site = thuso_array_new(n_excluded, sizeof(gint64), what, error)) != NULL &&
	       (r->excluded_by = thuso_array_new(n_excluded, sizeof(int), what, error)) != NULL &&
	       (r->excluded_criterion = thuso_array_new(n_excluded, sizeof(int), what, error)) != NULL &&
	       (r->excluded_value = thuso_array_new(n_excluded, sizeof(double), what, error)) != NULL &&
	       (r->excluded_threshold = thuso_array_new(n_excluded, sizeof(double), what, error)) != NULL &&
	       (r->excluded_reason = thuso_array_new(n_excluded, sizeof(char *), what, error)) != NULL &&
	       (r->best_of_area = thuso_array_new(n_areas, sizeof(gint64), what, error)) != NULL &&
	       (r->best = thuso_array_new(n_criteria, sizeof(double), what, error)) != NULL &&
	       (r->worst = thuso_array_new(n_criteria, sizeof(double), what, error)) != NULL &&
	       (r->n_missing = thuso_array_new(n_criteria, sizeof(gint64), what, error)) != NULL;
}

/* position[k] = rank of order[k] when it is listed. A folded site's id goes to the site that took it in. */
static void list_sites(ThusoRanking *r, const ThusoScoring *s, const gint64 *into, gint64 *position)
{
	r->n = 0;
	for (gint64 k = 0; k < s->n_order; k++) {
		if (into[k] < 0) {
			position[k] = r->n;
			r->site[r->n++] = s->order[k];
			continue;
		}
		char **ids = &r->alternatives[position[into[k]]];
		char *longer = *ids == NULL ? g_strdup(s->sites->id[s->order[k]]) : g_strjoin(",", *ids, s->sites->id[s->order[k]], NULL);
		g_free(*ids);
		*ids = longer;
	}
}

static gboolean fold_and_list(ThusoRanking *r, const ThusoScoring *s, GError **error)
{
	gint64 *into = thuso_array_new(s->n_order, sizeof *into, "neighbouring candidates", error);
	gint64 *position = into != NULL ? thuso_array_new(s->n_order, sizeof *position, "neighbouring candidates", error) : NULL;
	gboolean ok = position != NULL && thuso_spacing_fold(s->sites, s->order, s->n_order, s->spec->spacing_m, into, error);
	if (ok)
		list_sites(r, s, into, position);
	thuso_array_free(into);
	thuso_array_free(position);
	return ok;
}

static gboolean fill_areas(ThusoRanking *r, const ThusoSites *sites, GError **error)
{
	gint64 *n_in_area = thuso_array_new(sites->n_areas, sizeof *n_in_area, "candidates by area", error);
	if (n_in_area == NULL)
		return FALSE;
	for (gint32 area = 0; area < sites->n_areas; area++)
		r->best_of_area[area] = -1;
	for (gint64 i = 0; i < r->n; i++) {
		gint32 area = sites->area[r->site[i]];
		if (area < 0)
			continue;
		r->rank_in_area[i] = ++n_in_area[area];
		if (r->best_of_area[area] < 0)
			r->best_of_area[area] = i;
	}
	thuso_array_free(n_in_area);
	return TRUE;
}

static void fill_excluded(ThusoRanking *r, ThusoScoring *s)
{
	for (gint64 i = 0; i < s->sites->n; i++) {
		if (s->out_by[i] == STAYS)
			continue;
		gint64 k = r->n_excluded++;
		r->excluded_site[k] = i;
		r->excluded_by[k] = s->out_by[i];
		r->excluded_criterion[k] = s->out_criterion[i];
		r->excluded_value[k] = s->out_value[i];
		r->excluded_threshold[k] = s->out_threshold[i];
		r->excluded_reason[k] = g_steal_pointer(&s->out_phrase[i]);
	}
}

static gboolean fill_ranked(ThusoRanking *r, const ThusoScoring *s, GError **error)
{
	for (gint64 i = 0; i < r->n; i++) {
		if (i % 4096 == 0 && !thuso_context_go_on(s->context, error))
			return FALSE;
		gint64 site = r->site[i];
		r->score[i] = s->score[site];
		r->reason[i] = thuso_site_reason(s, site);
		for (int c = 0; c < r->n_criteria; c++) {
			r->value[i * r->n_criteria + c] = s->value[c * s->sites->n + site];
			r->part[i * r->n_criteria + c] = s->part[c * s->sites->n + site];
		}
	}
	return TRUE;
}

static gboolean fill_ranking(ThusoRanking *r, ThusoScoring *s, GError **error)
{
	const ThusoSites *sites = s->sites;
	int n_criteria = r->n_criteria = s->spec->n_criteria;
	if (!make_ranked_arrays(r, s->n_order, n_criteria, error) ||
	    !make_other_arrays(r, sites->n - s->n_order, sites->n_areas, n_criteria, error))
		return FALSE;
	for (int c = 0; c < n_criteria; c++) {
		r->best[c] = s->best[c];
		r->worst[c] = s->worst[c];
		r->n_missing[c] = s->n_missing[c];
	}
	fill_excluded(r, s);
	return fold_and_list(r, s, error) && fill_areas(r, sites, error) && fill_ranked(r, s, error) &&
	       thuso_gains_in_order(sites, r->site, r->n, r->gained_in_order, r->overlap_with_higher, error);
}

ThusoRanking *thuso_rank(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, GError **error)
{
	g_auto(ThusoScoring) scoring = { 0 };
	if (!thuso_scoring_new(&scoring, context, sites, spec, error) || !thuso_scoring_exclude(&scoring, error) ||
	    !thuso_scoring_score(&scoring, error))
		return NULL;
	g_autoptr(ThusoRanking) ranking = g_new0(ThusoRanking, 1);
	return fill_ranking(ranking, &scoring, error) ? g_steal_pointer(&ranking) : NULL;
}

static void free_texts(char **texts, gint64 n)
{
	for (gint64 i = 0; texts != NULL && i < n; i++)
		g_free(texts[i]);
	thuso_array_free(texts);
}

void thuso_ranking_free(ThusoRanking *ranking)
{
	if (ranking == NULL)
		return;
	free_texts(ranking->reason, ranking->n);
	free_texts(ranking->alternatives, ranking->n);
	free_texts(ranking->excluded_reason, ranking->n_excluded);
	thuso_array_free(ranking->site);
	thuso_array_free(ranking->score);
	thuso_array_free(ranking->rank_in_area);
	thuso_array_free(ranking->gained_in_order);
	thuso_array_free(ranking->overlap_with_higher);
	thuso_array_free(ranking->value);
	thuso_array_free(ranking->part);
	thuso_array_free(ranking->best);
	thuso_array_free(ranking->worst);
	thuso_array_free(ranking->excluded_site);
	thuso_array_free(ranking->excluded_by);
	thuso_array_free(ranking->excluded_criterion);
	thuso_array_free(ranking->excluded_value);
	thuso_array_free(ranking->excluded_threshold);
	thuso_array_free(ranking->best_of_area);
	thuso_array_free(ranking->n_missing);
	g_free(ranking);
}
