/* Demand factors (DPSA guideline, activity 3): growth to the planning year, the target group, and weights by percentage or class. People
 * stay what they are; the weights stand beside them. */
#include "demand.h"

#include <math.h>
#include <string.h>

#include <thuso/param.h>

typedef struct {
	ThusoDemandJob *job;
	const ThusoFeatures *features;
	char **id;
	const double *people;
	gint64 n;
} People;

static gboolean wrong_number(const People *p, const char *field, const char *what, const ThusoTally *wrong, GError **error)
{
	if (wrong->n == 0)
		return FALSE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: field %s %s in %" G_GINT64_FORMAT " features (first: %s); correct them", p->job->where, field, what,
	            wrong->n, wrong->first);
	return TRUE;
}

/* --- growth ------------------------------------------------------------------------------------------------------------ */

gboolean thuso_demand_grow(ThusoDemandJob *job, const ThusoFeatures *features, char **id, double *people, GError **error)
{
	const ThusoDemandSpec *spec = job->spec;
	People p = { job, features, id, people, features->table->n_rows };
	int column;
	if (!(spec->growth_years > 0))
		return TRUE;
	if (!thuso_data_column(spec->people, features->table, spec->growth_field, &column, error))
		return FALSE;
	g_auto(ThusoTally) wrong = { 0 }, empty = { 0 };
	for (gint64 row = 0; row < p.n; row++) {
		double rate = spec->growth_rate;
		if (column >= 0 && !thuso_data_number(features->table, row, column, &rate))
			rate = -1;
		if (isnan(rate))
			thuso_tally_add(&empty, id[row], people[row], features->geometry[row]);
		else if (!(rate >= -0.5 && rate <= 0.5))
			thuso_tally_add(&wrong, id[row], rate, features->geometry[row]);
		else
			people[row] *= pow(1 + rate, spec->growth_years);
	}
	thuso_tally_find(job->context, &empty, &(ThusoFinding){ THUSO_WARNING, "no_growth", spec->people->name },
	                 "%s: field %s is empty in %" G_GINT64_FORMAT " features (first: %s); their people do not grow", job->where,
	                 spec->growth_field, empty.n, empty.first);
	return !wrong_number(&p, spec->growth_field, "is no share a year between -0.5 and 0.5", &wrong, error);
}

/* --- group ------------------------------------------------------------------------------------------------------------- */

static gboolean weigh_group(const People *p, double *weight, GError **error)
{
	const ThusoDemandSpec *spec = p->job->spec;
	int column, people;
	if (!spec->group_field)
		return TRUE;
	/* The share is of the people as the layer counts them, so that growth takes the group along. */
	if (!thuso_data_column(spec->people, p->features->table, spec->group_field, &column, error) ||
	    !thuso_data_column(spec->people, p->features->table, spec->field, &people, error))
		return FALSE;
	g_auto(ThusoTally) wrong = { 0 }, empty = { 0 }, many = { 0 };
	for (gint64 row = 0; row < p->n; row++) {
		double group, all;
		if (!thuso_data_number(p->features->table, row, column, &group) || group < 0)
			thuso_tally_add(&wrong, p->id[row], 0, p->features->geometry[row]);
		else if (isnan(group))
			thuso_tally_add(&empty, p->id[row], p->people[row], p->features->geometry[row]);
		thuso_data_number(p->features->table, row, people, &all);
		if (group > all)
			thuso_tally_add(&many, p->id[row], group - all, p->features->geometry[row]);
		weight[row] *= all > 0 && group > 0 ? group / all : 0;
	}
	thuso_tally_find(p->job->context, &empty, &(ThusoFinding){ THUSO_WARNING, "no_group", spec->people->name },
	                 "%s: field %s is empty in %" G_GINT64_FORMAT " features (first: %s); they have nobody of the target group",
	                 p->job->where, spec->group_field, empty.n, empty.first);
	thuso_tally_find(p->job->context, &many, &(ThusoFinding){ THUSO_WARNING, "large_group", spec->people->name },
	                 "%s: field %s counts more than field %s in %" G_GINT64_FORMAT
	                 " features (first: %s); is it the right field?",
	                 p->job->where, spec->group_field, spec->field, many.n, many.first);
	return !wrong_number(p, spec->group_field, "holds no number of people or a negative one", &wrong, error);
}

/* --- values of a factor -------------------------------------------------------------------------------------------------- */

/* A factor's own reading of the people layer, with its join: rows of it by feature number. */
static GHashTable *rows_by_feature(const ThusoTable *table)
{
	GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gint64 row = 0; row < table->n_rows; row++)
		g_hash_table_insert(rows, thuso_data_fid(table, row), GSIZE_TO_POINTER((gsize) row + 1));
	return rows;
}

typedef struct {
	const ThusoDemandFactor *factor;
	ThusoTable *own;         /* of a factor with a join, else NULL */
	const ThusoTable *table; /* its own, or the people layer's */
	int column;
	gint64 *row; /* a feature's row of the table, -1 = none */
} Values;

static void values_clear(Values *values)
{
	thuso_table_free(values->own);
	thuso_array_free(values->row);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Values, values_clear)

static gboolean find_rows(const People *p, Values *values, GError **error)
{
	g_autoptr(GHashTable) rows = rows_by_feature(values->own);
	if ((gint64) g_hash_table_size(rows) != values->own->n_rows) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s: feature numbers repeat (people come from several files), so factor %s cannot tell them apart; merge the "
		            "files into one layer",
		            p->job->where, values->factor->field);
		return FALSE;
	}
	for (gint64 i = 0; i < p->n; i++) {
		g_autofree char *fid = thuso_data_fid(p->features->table, i);
		values->row[i] = (gint64) GPOINTER_TO_SIZE(g_hash_table_lookup(rows, fid)) - 1;
	}
	return TRUE;
}

static gboolean read_values(const People *p, const ThusoDemandFactor *factor, Values *values, GError **error)
{
	const ThusoSource *source = factor->source ? factor->source : p->job->spec->people;
	const char *fields[] = { factor->field, NULL };
	values->factor = factor;
	if (factor->source && !(values->own = thuso_read_layer(p->job->context, source, THUSO_READ_TABLE, fields, error)))
		return FALSE;
	values->table = values->own ? values->own : p->features->table;
	if (!thuso_data_column(source, values->table, factor->field, &values->column, error) ||
	    !(values->row = thuso_array_new(MAX(p->n, 1), sizeof(gint64), "demand factors", error)))
		return FALSE;
	for (gint64 i = 0; i < p->n; i++)
		values->row[i] = i;
	return !values->own || find_rows(p, values, error);
}

static gboolean number_of(const Values *values, gint64 i, double *number)
{
	*number = NAN;
	return values->row[i] < 0 || thuso_data_number(values->table, values->row[i], values->column, number);
}

static gboolean is_empty(const Values *values, gint64 i)
{
	g_autofree char *text = values->row[i] < 0 ? NULL : thuso_data_text(values->table, values->row[i], values->column);
	return text == NULL;
}

/* --- classes ------------------------------------------------------------------------------------------------------------- */

/* A percentage in the data has the range of a class's share in the study file. */
enum { LEAST_PERCENT = -100, MOST_PERCENT = 500 };

/* "+2sd" is 2, "-1sd" -1, anything else 0. */
static int deviation_of(const char *class)
{
	gboolean fits = (class[0] == '+' || class[0] == '-') && class[1] >= '1' && class[1] <= '9' && strcmp(class + 2, "sd") == 0;
	return fits ? (class[0] == '+' ? 1 : -1) * (class[1] - '0') : 0;
}

static int n_deviations(const ThusoDemandFactor *factor)
{
	int n = 0;
	for (int c = 0; c < factor->n_classes; c++)
		n += deviation_of(factor->class_name[c]) != 0;
	return n;
}

/* The class of a deviation z: z in (k-1, k] is the +k-th, and mirrored; beyond the outermost stated class, that one. -1 = none. */
static int class_of_deviation(const ThusoDemandFactor *factor, double z)
{
	int found = -1, best = 0;
	for (int c = 0; c < factor->n_classes; c++) {
		int k = deviation_of(factor->class_name[c]);
		gboolean same_side = (z > 0) == (k > 0) && z != 0;
		if (!same_side || !(fabs(z) > abs(k) - 1))
			continue;
		if (abs(k) > best) {
			best = abs(k);
			found = c;
		}
	}
	/* A class that is not stated leaves a gap, unless it lies beyond the outermost one. */
	gboolean is_outermost = TRUE;
	for (int c = 0; found >= 0 && c < factor->n_classes; c++)
		is_outermost &=
		    !((deviation_of(factor->class_name[c]) > 0) == (z > 0) && abs(deviation_of(factor->class_name[c])) > best);
	return found >= 0 && (fabs(z) <= best || is_outermost) ? found : -1;
}

static void spread_of(const People *p, const Values *values, double *mean, double *deviation)
{
	ThusoSum sum = { 0 }, squares = { 0 };
	double n = 0, value;
	for (gint64 i = 0; i < p->n; i++)
		if (number_of(values, i, &value) && !isnan(value)) {
			thuso_sum_add(&sum, value);
			n++;
		}
	*mean = thuso_sum(&sum) / n;
	for (gint64 i = 0; i < p->n; i++)
		if (number_of(values, i, &value) && !isnan(value))
			thuso_sum_add(&squares, (value - *mean) * (value - *mean));
	*deviation = sqrt(thuso_sum(&squares) / n);
}

static int class_of_text(const Values *values, gint64 i)
{
	g_autofree char *text = values->row[i] < 0 ? NULL : thuso_data_text(values->table, values->row[i], values->column);
	double number, other;
	for (int c = 0; text && c < values->factor->n_classes; c++)
		if (g_ascii_strcasecmp(text, values->factor->class_name[c]) == 0 ||
		    (thuso_parse_real(text, &number) && thuso_parse_real(values->factor->class_name[c], &other) && number == other))
			return c;
	return -1;
}

static gboolean check_classes(const ThusoDemandFactor *factor, GError **error)
{
	const int n_by_deviation = n_deviations(factor);
	if (n_by_deviation > 0 && n_by_deviation < factor->n_classes) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "demand: factor %s mixes classes by standard deviation (+1sd, -2sd) with values of the field; write one kind",
		            factor->field);
		return FALSE;
	}
	return TRUE;
}

/* Classes that take nobody are a slip of the study: the factor would change nothing, and nothing would say so. */
static gboolean check_taken(const People *p, const ThusoDemandFactor *factor, double deviation, const gint64 *n, GError **error)
{
	g_autoptr(GString) none = g_string_new(NULL);
	int n_none = 0;
	for (int c = 0; c < factor->n_classes; c++)
		if (n[c] == 0) {
			g_string_append_printf(none, "%s%s", none->len ? ", " : "", factor->class_name[c]);
			n_none++;
		}
	if (deviation == 0) {
		thuso_data_find(p->job->context, &(ThusoFinding){ THUSO_WARNING, "constant_factor", p->job->spec->people->name },
		                "%s: field %s has the same value everywhere, so no class by standard deviation takes anybody: the factor "
		                "changes nothing",
		                p->job->where, factor->field);
	} else if (isnan(deviation) && n_none == factor->n_classes && p->n > 0) {
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "%s: no feature has a value of field %s that is a class of its factor (%s); write the classes as the field has "
		    "them, or as +1sd, -1sd",
		    p->job->where, factor->field, none->str);
		return FALSE;
	} else if (isnan(deviation) && n_none > 0) {
		thuso_data_find(p->job->context,
		                &(ThusoFinding){ THUSO_WARNING, "unused_class", p->job->spec->people->name, .count = n_none },
		                "%s: factor %s: no feature is of class %s; is it written as the field has it?", p->job->where,
		                factor->field, none->str);
	}
	return TRUE;
}

static char *count_text(const ThusoDemandFactor *factor, const gint64 *n)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char share[G_ASCII_DTOSTR_BUF_SIZE];
	for (int c = 0; c < factor->n_classes; c++)
		g_string_append_printf(text, "%s%s (%s %%): %" G_GINT64_FORMAT, c ? ", " : "", factor->class_name[c],
		                       thuso_format_real(share, 100 * factor->class_share[c]), n[c]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean weigh_classes(const People *p, const Values *values, double *weight, GError **error)
{
	const ThusoDemandFactor *factor = values->factor;
	g_autofree gint64 *n = thuso_new(gint64, MAX(factor->n_classes, 1));
	g_auto(ThusoTally) wrong = { 0 }, empty = { 0 };
	const gboolean by_deviation = n_deviations(factor) > 0;
	double mean = NAN, deviation = NAN;
	if (!check_classes(factor, error))
		return FALSE;
	if (by_deviation)
		spread_of(p, values, &mean, &deviation);
	for (gint64 i = 0; i < p->n; i++) {
		double value;
		int c = -1;
		if (!by_deviation)
			c = class_of_text(values, i);
		else if (!number_of(values, i, &value))
			thuso_tally_add(&wrong, p->id[i], 0, p->features->geometry[i]);
		else if (!isnan(value) && deviation > 0)
			c = class_of_deviation(factor, (value - mean) / deviation);
		if (is_empty(values, i))
			thuso_tally_add(&empty, p->id[i], p->people[i], p->features->geometry[i]);
		if (c >= 0) {
			weight[i] *= 1 + factor->class_share[c];
			n[c]++;
		}
	}
	g_autofree char *counts = count_text(factor, n);
	char m[G_ASCII_DTOSTR_BUF_SIZE], d[G_ASCII_DTOSTR_BUF_SIZE];
	g_autofree char *moments =
	    by_deviation ? g_strdup_printf("; mean %s, standard deviation %s", g_ascii_formatd(m, sizeof m, "%.6g", mean),
	                                   g_ascii_formatd(d, sizeof d, "%.6g", deviation))
	                 : g_strdup("");
	thuso_data_find(p->job->context, &(ThusoFinding){ THUSO_INFO, "demand_factor", p->job->spec->people->name },
	                "factor %s: features by class: %s%s", factor->field, counts, moments);
	thuso_tally_find(p->job->context, &empty, &(ThusoFinding){ THUSO_WARNING, "no_factor", p->job->spec->people->name },
	                 "%s: factor %s has no value in %" G_GINT64_FORMAT " features (first: %s); their people keep their weight",
	                 p->job->where, factor->field, empty.n, empty.first);
	return !wrong_number(p, factor->field, "holds no number", &wrong, error) &&
	       (empty.n == p->n || check_taken(p, factor, deviation, n, error));
}

static gboolean weigh_percent(const People *p, const Values *values, double *weight, GError **error)
{
	g_auto(ThusoTally) wrong = { 0 };
	for (gint64 i = 0; i < p->n; i++) {
		double percent;
		if (!number_of(values, i, &percent) || percent < LEAST_PERCENT || percent > MOST_PERCENT)
			thuso_tally_add(&wrong, p->id[i], 0, p->features->geometry[i]);
		else if (!isnan(percent))
			weight[i] *= 1 + percent / 100;
	}
	return !wrong_number(p, values->factor->field, "is no percentage from -100 to 500", &wrong, error);
}

/* Rankings and plans count weighted people; with none of them every site is as good as any other. */
static gboolean somebody_counts(const People *p, const double *weight, GError **error)
{
	gboolean lives = FALSE;
	for (gint64 i = 0; i < p->n; i++) {
		if (p->people[i] * weight[i] > 0)
			return TRUE;
		lives |= p->people[i] > 0;
	}
	if (lives)
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "%s: `group` and `factors` of `demand` leave nobody: the weighted people are 0 everywhere; correct the field%s%s "
		    "or the shares",
		    p->job->where, p->job->spec->group_field ? " " : "", p->job->spec->group_field ? p->job->spec->group_field : "");
	return !lives;
}

double *thuso_demand_weights(ThusoDemandJob *job, const ThusoFeatures *features, char **id, const double *people, GError **error)
{
	const ThusoDemandSpec *spec = job->spec;
	People p = { job, features, id, people, features->table->n_rows };
	double *weight = thuso_array_new(MAX(p.n, 1), sizeof *weight, "weights of people", error);
	for (gint64 row = 0; weight && row < p.n; row++)
		weight[row] = 1;
	gboolean ok = weight && weigh_group(&p, weight, error);
	for (int f = 0; ok && f < spec->n_factors; f++) {
		g_auto(Values) values = { 0 };
		ok = read_values(&p, &spec->factors[f], &values, error) &&
		     (spec->factors[f].n_classes > 0 ? weigh_classes : weigh_percent)(&p, &values, weight, error);
	}
	ok = ok && somebody_counts(&p, weight, error);
	if (!ok)
		thuso_array_free(weight);
	return ok ? weight : NULL;
}
