/* Criterion: how many different departments serve people within walking distance of the site (src/siting/README.md, "Clusters"). */
#include "buckets.h"
#include "criterion.h"

#define WITHIN_M 1000.0

typedef struct {
	const gint32 *department; /* a service point: its number, -1 = not known */
	gint64 *seen_by;          /* a department: the last site that counted it, + 1 */
	gint64 site;
	gint32 n;
} Count;

/* Names are the same without regard to case and outer blanks, as clusters have them. */
static gint32 number_departments(const ThusoServicePoints *points, gint32 *department)
{
	g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gint64 i = 0; i < points->n; i++) {
		g_autofree char *plain = points->department[i] ? g_strstrip(g_strdup(points->department[i])) : NULL;
		department[i] = -1;
		if (!plain || *plain == '\0')
			continue;
		char *name = g_utf8_casefold(plain, -1);
		gint32 next = (gint32) g_hash_table_size(numbers) + 1, known = GPOINTER_TO_INT(g_hash_table_lookup(numbers, name));
		department[i] = (known ? known : next) - 1;
		if (known)
			g_free(name);
		else
			g_hash_table_insert(numbers, name, GINT_TO_POINTER(next));
	}
	return (gint32) g_hash_table_size(numbers);
}

static void count_point(gint64 point, double metres, gpointer data)
{
	Count *count = data;
	gint32 department = count->department[point];
	(void) metres;
	if (department < 0 || count->seen_by[department] == count->site + 1)
		return;
	count->seen_by[department] = count->site + 1;
	count->n++;
}

static gboolean count_all(const ThusoSites *sites, const Buckets *buckets, Count *count, double *values)
{
	for (gint64 i = 0; i < sites->n; i++) {
		gboolean placed = isfinite(sites->x[i]) && isfinite(sites->y[i]);
		count->site = i;
		count->n = 0;
		if (placed)
			buckets_within(buckets, sites->x[i], sites->y[i], count_point, count);
		values[i] = placed ? count->n : (double) NAN;
	}
	return TRUE;
}

static gboolean evaluate(const ThusoSites *sites, const ThusoCriterionUse *use, double *values, gboolean *is_score,
                         GError **error)
{
	const ThusoServicePoints *points = sites->services;
	*is_score = FALSE;
	if (points == NULL || points->n == 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "ranking: \"%s\" needs service points of departments; name a `department` field in `services`", use->name);
		return FALSE;
	}
	double within = (use->within > 0 ? use->within : WITHIN_M) + THUSO_PLACE_SLACK_M;
	gint32 *department = thuso_array_new(points->n, sizeof *department, "departments", error);
	if (department == NULL)
		return FALSE;
	Count count = { .department = department };
	count.seen_by = thuso_new(gint64, number_departments(points, department) + 1);
	g_auto(Buckets) buckets = { 0 };
	gboolean ok =
	    buckets_init(&buckets, points->x, points->y, points->n, within, error) && count_all(sites, &buckets, &count, values);
	g_free(count.seen_by);
	thuso_array_free(department);
	return ok;
}

static char *phrase(const ThusoSites *sites, const ThusoCriterionUse *use, gint64 site, double value, double score)
{
	(void) sites, (void) site, (void) score;
	g_autofree char *within = thuso_format_quantity(use->within > 0 ? use->within : WITHIN_M, THUSO_LENGTH);
	return g_strdup_printf("%.0f department%s within %s", value, value == 1 ? "" : "s", within);
}

static const ThusoParam params[] = {
	PARAM_USE,
	PARAM_NAME,
	PARAM_WEIGHT,
	{ .name = "within",
	  .kind = THUSO_PARAM_QUANTITY,
	  .dimensions = THUSO_LENGTH,
	  .min = 1,
	  .max = 1e5,
	  .default_text = "1 km",
	  .origin = "derived",
	  .source = "parliamentary reply NW3446 (2023), operational guidelines, item i",
	  .help = "How near a service point must be, in a straight line" },
	PARAM_BEST(THUSO_NUMBER, NULL, "by default the largest number of any candidate"),
	PARAM_WORST(THUSO_NUMBER, "0", "no department near"),
	PARAM_OVER(THUSO_NUMBER),
	PARAM_UNDER(THUSO_NUMBER),
	PARAM_END,
};

const ThusoCriterion thuso_criterion_departments_within = {
	.about = {
		.name = "departments_within",
		.title = "Departments within walking distance",
		.summary = "How many different departments have a service point near the site, so that a precinct could grow.",
		.source = "DPSA Guideline on Improving Geographic Access to Government Service Points: clusters, precincts",
		.params = params,
	},
	.unit = "departments",
	.dimension = THUSO_NUMBER,
	.best = NAN,
	.worst = 0,
	.scores = TRUE,
	.excludes = TRUE,
	.evaluate = evaluate,
	.range = thuso_count_range,
	.phrase = phrase,
};
