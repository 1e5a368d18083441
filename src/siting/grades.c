/* Grades by tables that the planner owns: topics with their most points, and the conditions of each grade. */
#include "monitor.h"

#include <string.h>

/* --- share of points --------------------------------------------------------------------------------------------------------- */

typedef struct {
	int *column; /* of the register, a topic */
	double *most;
	gint64 n;
	double sum;
} Topics;

static void topics_clear(Topics *topics)
{
	g_free(topics->column);
	g_free(topics->most);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Topics, topics_clear)

static gboolean set_table_error(const ThusoTable *table, gint64 row, const char *wrong, GError **error)
{
	thuso_set_error(error, THUSO_ERROR_USAGE, "monitoring: %s, row %" G_GINT64_FORMAT ": %s", table->name, row + 1, wrong);
	return FALSE;
}

static gboolean need_columns(const ThusoTable *table, const char *const *names, GError **error)
{
	for (; *names != NULL; names++)
		if (monitor_column(table, *names, "needed there", error) == -2)
			return FALSE;
	return TRUE;
}

static gboolean read_topics(const ThusoRegister *reg, Topics *topics, GError **error)
{
	static const char *const names[] = { "topic", "column", "most", NULL };
	const ThusoTable *table = reg->topics;
	if (table == NULL)
		return TRUE;
	if (!need_columns(table, names, error))
		return FALSE;
	topics->n = table->n_rows;
	topics->column = thuso_new(int, table->n_rows + 1);
	topics->most = thuso_new(double, table->n_rows + 1);
	for (gint64 i = 0; i < table->n_rows; i++) {
		g_autofree char *column = thuso_table_as_text(table, i, thuso_table_find_column(table, "column"));
		topics->most[i] = thuso_table_as_real(table, i, thuso_table_find_column(table, "most"));
		if (column == NULL || !(topics->most[i] > 0))
			return set_table_error(table, i, "a topic needs the register's column and its most points, above 0", error);
		if ((topics->column[i] = monitor_column(reg->table, column, "points of a topic", error)) == -2)
			return FALSE;
		topics->sum += topics->most[i];
	}
	return TRUE;
}

/* NaN where a topic has no points. */
static gboolean share_of(const Monitor *monitor, const Topics *topics, gint64 row, double *share, GError **error)
{
	ThusoSum points = { 0 };
	gboolean known = topics->n > 0;
	for (gint64 i = 0; i < topics->n; i++) {
		g_autofree char *text = thuso_table_as_text(monitor->reg->table, monitor->row[row], topics->column[i]);
		double value = thuso_table_as_real(monitor->reg->table, monitor->row[row], topics->column[i]);
		if (text != NULL && *g_strstrip(text) != '\0' && !(value >= 0 && value <= topics->most[i])) {
			thuso_set_error(error, THUSO_ERROR_INPUT, "monitoring: %s of centre %s is \"%s\"; points from 0 to %g are expected",
			                thuso_table_column(monitor->reg->table, topics->column[i])->name, monitor->centre[row].id, text,
			                topics->most[i]);
			return FALSE;
		}
		known = known && !isnan(value);
		thuso_sum_add(&points, isnan(value) ? 0 : value);
	}
	*share = known ? thuso_sum(&points) / topics->sum : NAN;
	return TRUE;
}

/* --- grades ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	char *name;
	double min_share, max_flags, min_blocks, min_days; /* NaN = not stated */
} Grade;

static void grade_clear(gpointer data)
{
	g_free(((Grade *) data)->name);
}

/* "80 %" or 0.8. */
static gboolean read_share(const ThusoTable *table, gint64 row, double *share, GError **error)
{
	int column = thuso_table_find_column(table, "min_share");
	g_autofree char *text = column >= 0 ? thuso_table_as_text(table, row, column) : NULL;
	*share = NAN;
	if (text == NULL || *g_strstrip(text) == '\0')
		return TRUE;
	if (thuso_parse_quantity(text, THUSO_SHARE, share, NULL, NULL) && *share >= 0 && *share <= 1)
		return TRUE;
	return set_table_error(table, row, "min_share is a share from 0 to 1, or 0 % to 100 %", error);
}

static gboolean read_condition(const ThusoTable *table, gint64 row, const char *name, double *value, GError **error)
{
	int column = thuso_table_find_column(table, name);
	g_autofree char *text = column >= 0 ? thuso_table_as_text(table, row, column) : NULL;
	*value = NAN;
	if (text == NULL || *g_strstrip(text) == '\0')
		return TRUE;
	*value = thuso_table_as_real(table, row, column);
	if (*value >= 0)
		return TRUE;
	g_autofree char *wrong = g_strdup_printf("%s is \"%s\"; a number of 0 or more is expected", name, text);
	return set_table_error(table, row, wrong, error);
}

static gboolean read_grade(const ThusoTable *table, gint64 row, const Topics *topics, Grade *grade, GError **error)
{
	grade->name = thuso_table_as_text(table, row, thuso_table_find_column(table, "grade"));
	if (grade->name == NULL || *g_strstrip(grade->name) == '\0')
		return set_table_error(table, row, "the grade has no name", error);
	if (!read_share(table, row, &grade->min_share, error) || !read_condition(table, row, "max_flags", &grade->max_flags, error) ||
	    !read_condition(table, row, "min_blocks", &grade->min_blocks, error) ||
	    !read_condition(table, row, "min_days", &grade->min_days, error))
		return FALSE;
	if (!isnan(grade->min_share) && topics->n == 0)
		return set_table_error(table, row, "min_share needs topics: a table of topic, column and most points", error);
	return TRUE;
}

static GArray *read_grades(const ThusoTable *table, const Topics *topics, GError **error)
{
	static const char *const names[] = { "grade", NULL };
	g_autoptr(GArray) grades = g_array_new(FALSE, TRUE, sizeof(Grade));
	g_array_set_clear_func(grades, grade_clear);
	if (table == NULL)
		return g_steal_pointer(&grades);
	if (!need_columns(table, names, error))
		return NULL;
	for (gint64 row = 0; row < table->n_rows; row++) {
		Grade grade = { 0 };
		gboolean good = read_grade(table, row, topics, &grade, error);
		g_array_append_val(grades, grade);
		if (!good)
			return NULL;
	}
	return g_steal_pointer(&grades);
}

/* Nothing stated is nothing asked; what is asked and not known does not hold. A share is not missed for the last digit of a sum. */
static gboolean fits(const Grade *grade, const ThusoCentreRecord *centre, int n_flags, double share)
{
	return (isnan(grade->min_share) || share >= grade->min_share - 1e-9) &&
	       (isnan(grade->max_flags) || n_flags <= grade->max_flags) &&
	       (isnan(grade->min_blocks) || centre->n_blocks >= grade->min_blocks) &&
	       (isnan(grade->min_days) || centre->days >= grade->min_days - 1e-9);
}

static const char *grade_of(const GArray *grades, const ThusoCentreRecord *centre, int n_flags, double share)
{
	for (guint i = 0; i < grades->len; i++) {
		const Grade *grade = &g_array_index(grades, Grade, i);
		if (fits(grade, centre, n_flags, share))
			return grade->name;
	}
	return NULL;
}

gboolean monitor_grade(Monitor *monitor, GError **error)
{
	g_auto(Topics) topics = { 0 };
	if (!read_topics(monitor->reg, &topics, error))
		return FALSE;
	g_autoptr(GArray) grades = read_grades(monitor->reg->grades, &topics, error);
	if (grades == NULL)
		return FALSE;
	gint64 none = 0;
	const char *first = NULL;
	for (gint64 row = 0; row < monitor->n; row++) {
		double share;
		if (!share_of(monitor, &topics, row, &share, error))
			return FALSE;
		const char *grade = grade_of(grades, &monitor->centre[row], monitor->n_flags[row], share);
		thuso_table_set_real(monitor->centres, row, CENTRE_SHARE, share);
		thuso_table_set_text(monitor->centres, row, CENTRE_GRADE, grade);
		first = grade == NULL && first == NULL ? monitor->centre[row].id : first;
		none += grade == NULL;
	}
	if (grades->len > 0 && none > 0)
		monitor_find(monitor->context, "no_grade", first, none,
		             "no grade fits %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
		             " centres (first: %s); end the table of grades with a row without conditions",
		             none, monitor->n, first);
	return TRUE;
}
