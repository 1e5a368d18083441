/* A site's place in words: whom it brings, what else speaks for it, and its weak point where that is striking.
 *
 * "12,340 people within 60 min by taxi who reach no open centre now; Ruraldale has no open centre; high need (0.82), 300 m from
 * the nearest of taxi_ranks; but steep: 14 %." */
#include "rank.h"

#include <string.h>

#define MAX_STRONG 2    /* phrases that speak for a site */
#define STRONG     0.5  /* least part of a strong point */
#define STRIKING   0.25 /* greatest part of a weak point worth a word */

static double part_at(const ThusoScoring *s, int c, gint64 site)
{
	return s->part[(gint64) c * s->sites->n + site];
}

static gboolean is_missing(const ThusoScoring *s, int c, gint64 site)
{
	return isnan(s->value[(gint64) c * s->sites->n + site]);
}

static char *phrase_of(const ThusoScoring *s, int c, gint64 site)
{
	double value = s->value[(gint64) c * s->sites->n + site];
	if (s->criterion[c]->phrase == NULL || is_missing(s, c, site))
		return NULL;
	return s->criterion[c]->phrase(s->sites, &s->spec->criteria[c], site, value, part_at(s, c, site));
}

/* The gain always leads the sentence, so it is never listed again. */
static gboolean is_lead(const ThusoScoring *s, int c)
{
	return s->criterion[c] == &thuso_criterion_people_gained;
}

/* Is b a stronger point than a? Ties stay in the study's order. */
static int strongest(const ThusoScoring *s, gint64 site, const gboolean *used)
{
	int found = -1;
	double most = 0;
	for (int c = 0; c < s->spec->n_criteria; c++) {
		double u = part_at(s, c, site), contribution = s->spec->criteria[c].weight * u;
		if (is_lead(s, c) || used[c] || is_missing(s, c, site) || u < STRONG || contribution <= most)
			continue;
		found = c;
		most = contribution;
	}
	return found;
}

static char *strong_points(const ThusoScoring *s, gint64 site)
{
	g_autofree gboolean *used = g_new0(gboolean, (gsize) s->spec->n_criteria);
	GString *text = g_string_new(NULL);
	int n = 0;
	for (int c; n < MAX_STRONG && (c = strongest(s, site, used)) >= 0;) {
		used[c] = TRUE;
		g_autofree char *phrase = phrase_of(s, c, site);
		if (phrase == NULL)
			continue;
		g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", phrase);
		n++;
	}
	return g_string_free(text, FALSE);
}

/* The criterion that costs the site most, when it has next to nothing on it. */
static char *weak_point(const ThusoScoring *s, gint64 site)
{
	int found = -1;
	double most = 0;
	for (int c = 0; c < s->spec->n_criteria; c++) {
		double u = part_at(s, c, site), loss = s->spec->criteria[c].weight * (1 - u);
		if (is_lead(s, c) || s->best[c] == s->worst[c] || (u > STRIKING && !is_missing(s, c, site)) || loss <= most)
			continue;
		found = c;
		most = loss;
	}
	if (found < 0)
		return NULL;
	if (is_missing(s, found, site))
		return g_strdup_printf("%s is not known", s->spec->criteria[found].name);
	return phrase_of(s, found, site);
}

static char *lead(const ThusoScoring *s, gint64 site)
{
	const ThusoSites *sites = s->sites;
	const char *limit = sites->limit_text != NULL ? sites->limit_text : "the limit";
	if (sites->people_gained == NULL || isnan(sites->people_gained[site]))
		return NULL;
	if (sites->people_gained[site] > 0)
		return thuso_criterion_people_gained.phrase(sites, NULL, site, sites->people_gained[site], 1);
	gboolean anybody = sites->people_within == NULL || sites->people_within[site] > 0;
	return anybody ? g_strdup_printf("Adds nobody within %s: an open centre already serves them.", limit)
	               : g_strdup_printf("Adds nobody: no people live within %s.", limit);
}

static void append_clause(GString *text, const char *joint, const char *clause)
{
	if (clause == NULL || *clause == '\0')
		return;
	gboolean begins = text->len == 0 || text->str[text->len - 1] == '.';
	if (begins && text->len > 0)
		g_string_append_c(text, ' ');
	gsize start = text->len + (begins ? 0 : strlen(joint));
	g_string_append_printf(text, "%s%s", begins ? "" : joint, clause);
	if (begins)
		text->str[start] = g_ascii_toupper(text->str[start]);
}

char *thuso_site_reason(const ThusoScoring *scoring, gint64 site)
{
	const ThusoSites *sites = scoring->sites;
	gint32 area = sites->area[site];
	gboolean no_centre = area >= 0 && sites->area_has_centre != NULL && !sites->area_has_centre[area];
	g_autofree char *people = lead(scoring, site), *strong = strong_points(scoring, site), *weak = weak_point(scoring, site);
	g_autofree char *centre = no_centre ? g_strdup_printf("%s has no open centre", sites->area_title[area]) : NULL;
	GString *text = g_string_new(NULL);
	append_clause(text, "", people);
	append_clause(text, "; ", centre);
	append_clause(text, "; ", strong);
	append_clause(text, "; but ", weak);
	if (text->len > 0 && text->str[text->len - 1] != '.')
		g_string_append_c(text, '.');
	return g_string_free(text, FALSE);
}
