/* The criteria there are, one line each, and what more than one of them computes. */
#include "criterion.h"

#include <string.h>

const ThusoCriterion *const thuso_criteria[] = {
	&thuso_criterion_people_gained,
	&thuso_criterion_people_within,
	&thuso_criterion_need,
	&thuso_criterion_zone,
	&thuso_criterion_distance_to,
	&thuso_criterion_slope,
	&thuso_criterion_departments_within,
	&thuso_criterion_kind,
	&thuso_criterion_cost,
	&thuso_criterion_attribute,
	&thuso_criterion_sql,
	&thuso_criterion_inside,
	&thuso_criterion_near,
	NULL,
};

const ThusoCriterion *thuso_criterion_find(const char *name)
{
	for (int i = 0; thuso_criteria[i] != NULL; i++)
		if (strcmp(thuso_criteria[i]->about.name, name) == 0)
			return thuso_criteria[i];
	return NULL;
}

gboolean thuso_copy_values(const ThusoSites *sites, const ThusoCriterionUse *use, const double *of, const char *what,
                           double *values, GError **error)
{
	if (of == NULL) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "ranking: the criterion \"%s\" needs %s; add it or remove the criterion", use->name, what);
		return FALSE;
	}
	if (sites->n > 0)
		memcpy(values, of, (gsize) sites->n * sizeof *values);
	return TRUE;
}

double thuso_largest_value(const double *values, gint64 n)
{
	double largest = NAN;
	for (gint64 i = 0; i < n; i++)
		if (!isnan(values[i]) && !(values[i] <= largest))
			largest = values[i];
	return isnan(largest) ? 0 : largest;
}

void thuso_count_range(const ThusoSites *sites, const double *values, double *best, double *worst)
{
	if (isnan(*best))
		*best = thuso_largest_value(values, sites->n);
	if (isnan(*worst))
		*worst = 0;
}

char *thuso_number_phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) site, (void) score;
	g_autofree char *number = fabs(value) >= 10000 ? thuso_format_count(value) : thuso_format_quantity(value, THUSO_NUMBER);
	return g_strdup_printf("%s: %s", use->name, number);
}
