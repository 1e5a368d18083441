/* SITES: which sites there are, what is decided about them, and the groups that quotas count by. */
#include "job.h"

#include <math.h>
#include <string.h>

static const char header[] = "site[,fixed][,forbidden][,capacity][,cost][,pull][,min_people][,group...]";

typedef enum { FIXED, FORBIDDEN, CAPACITY, COST, PULL, MIN_PEOPLE, N_KNOWN } Known;
static const char *const known[] = { "fixed", "forbidden", "capacity", "cost", "pull", "min_people", NULL };

typedef struct {
	Problem *problem;
	Table table;
	int site, column[N_KNOWN];
	int *level; /* the column of each level */
} Reading;

static gboolean read_word(const Reading *reading, char *const *cells, Known what, gboolean *is_yes, GError **error)
{
	static const char *const words[] = { "yes", "no", "true", "false", "1", "0", NULL };
	int column = reading->column[what];
	*is_yes = FALSE;
	if (column < 0 || !cells[column][0])
		return TRUE;
	for (int i = 0; words[i]; i++)
		if (g_ascii_strcasecmp(cells[column], words[i]) == 0) {
			*is_yes = i % 2 == 0;
			return TRUE;
		}
	const char *nearest = thuso_nearest_name(cells[column], words);
	return table_refuse(&reading->table, error, "%s '%s' is not understood%s%s%s: write yes or no", known[what], cells[column],
	                    nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

static gboolean read_state(const Reading *reading, char *const *cells, GError **error)
{
	gboolean is_fixed, is_forbidden;
	if (!read_word(reading, cells, FIXED, &is_fixed, error) || !read_word(reading, cells, FORBIDDEN, &is_forbidden, error))
		return FALSE;
	if (is_fixed && is_forbidden)
		return table_refuse(&reading->table, error, "site '%s' is fixed and forbidden: leave one of them", cells[reading->site]);
	guint8 state = is_fixed ? THUSO_SITE_FIXED : is_forbidden ? THUSO_SITE_FORBIDDEN : THUSO_SITE_FREE;
	return thuso_vector_push(&reading->problem->state, &state, "sites", error);
}

/* An empty cell, and a column that is not there, is `otherwise`. */
static gboolean read_amount(Reading *reading, char *const *cells, Known what, double otherwise, ThusoVector *to, GError **error)
{
	int column = reading->column[what];
	double value = otherwise;
	if (column >= 0 && cells[column][0] && !table_amount(&reading->table, cells, column, &value, error))
		return FALSE;
	if (what == PULL && !(value > 0))
		return table_refuse(&reading->table, error, "pull 0: a site that attracts nobody is forbidden, or has a pull above 0");
	return thuso_vector_push(to, &value, "sites", error);
}

static gboolean read_group(Reading *reading, Level *level, const char *cell, GError **error)
{
	gboolean is_new;
	gint64 group = cell[0] ? ids_add(&level->groups, cell, &is_new, error) : -1;
	if (cell[0] && group < 0)
		return FALSE;
	gint32 kept = (gint32) group;
	(void) reading;
	return thuso_vector_push(&level->of_site, &kept, "groups of sites", error);
}

static gboolean read_row(Reading *reading, char *const *cells, GError **error)
{
	Problem *problem = reading->problem;
	gboolean is_new;
	const char *id = cells[reading->site];
	double threshold = isnan(problem->spec->min_people) ? 0 : problem->spec->min_people;
	if (!table_id(&reading->table, cells, reading->site, error) || ids_add(&problem->sites, id, &is_new, error) < 0)
		return FALSE;
	if (!is_new)
		return table_refuse(&reading->table, error, "site '%s' is there twice: leave one row of it", id);
	if (!read_state(reading, cells, error) || !read_amount(reading, cells, CAPACITY, INFINITY, &problem->capacity, error) ||
	    !read_amount(reading, cells, COST, NAN, &problem->site_cost, error) ||
	    !read_amount(reading, cells, PULL, 1, &problem->pull, error) ||
	    !read_amount(reading, cells, MIN_PEOPLE, threshold, &problem->charge, error))
		return FALSE;
	for (int i = 0; i < problem->n_levels; i++)
		if (!read_group(reading, &problem->levels[i], cells[reading->level[i]], error))
			return FALSE;
	return TRUE;
}

/* Columns that are none of the known ones are levels. */
static void take_columns(Reading *reading)
{
	Problem *problem = reading->problem;
	const char *const *columns = thuso_rows_columns(reading->table.rows);
	gint64 n = g_strv_length((char **) columns);
	for (int i = 0; i < N_KNOWN; i++)
		reading->column[i] = table_find(&reading->table, known[i]);
	reading->level = thuso_new(int, n);
	problem->levels = thuso_new(Level, n);
	for (int c = 0; c < n; c++) {
		gboolean is_level = c != reading->site;
		for (int i = 0; i < N_KNOWN; i++)
			is_level = is_level && c != reading->column[i];
		if (!is_level)
			continue;
		reading->level[problem->n_levels] = c;
		problem->levels[problem->n_levels++] =
		    (Level){ .name = g_strdup(columns[c]), .groups = IDS_NONE, .of_site = THUSO_VECTOR(gint32) };
	}
}

static gboolean read_rows(Reading *reading, GError **error)
{
	GError *cause = NULL;
	char *const *cells;
	while ((cells = thuso_rows_next(reading->table.rows, &cause)))
		if (!read_row(reading, cells, error))
			return FALSE;
	gint64 n = ids_n(&reading->problem->sites);
	if (!cause && n == 0)
		g_set_error(&cause, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no site below its header", reading->table.path);
	if (!cause)
		return TRUE;
	g_propagate_error(error, cause);
	return FALSE;
}

gboolean read_sites(Problem *problem, GError **error)
{
	Reading reading = { .problem = problem };
	if (!problem->spec->sites)
		return TRUE;
	gboolean good = table_open(&reading.table, problem->context, problem->spec->sites, error) &&
	                (reading.site = table_need(&reading.table, "site", header, error)) >= 0;
	if (good) {
		take_columns(&reading);
		good = read_rows(&reading, error);
	}
	if (good && reading.column[CAPACITY] < 0)
		thuso_vector_clear(&problem->capacity);
	if (good && reading.column[PULL] < 0)
		thuso_vector_clear(&problem->pull);
	if (good && reading.column[MIN_PEOPLE] < 0 && isnan(problem->spec->min_people))
		thuso_vector_clear(&problem->charge);
	table_close(&reading.table);
	g_free(reading.level);
	return good;
}
