/* Quotas: how many sites each group of a level must and may have. */
#include "job.h"

#include <string.h>

#include <thuso/param.h>

static const char header[] = "level,group,min,max[,count]";
static const char *const columns[] = { "level", "group", "min", "max", "count", NULL };
enum { LEVEL, GROUP, MIN_SITES, MAX_SITES, COUNT, N_COLUMNS };

typedef struct {
	gint32 min, max;
	gboolean counts_new; /* sites beside the fixed ones */
	gint64 line;         /* 0 = there is none */
} Bounds;

typedef struct {
	Problem *problem;
	Table table;
	int column[N_COLUMNS];
	Bounds **own; /* by level, by group as it came; NULL = the level has no row */
	Bounds *all;  /* by level: group `*` */
} Reading;

static gboolean find_columns(Reading *reading, GError **error)
{
	const char *const *names = thuso_rows_columns(reading->table.rows);
	for (int i = 0; i < N_COLUMNS; i++) {
		reading->column[i] =
		    i == COUNT ? table_find(&reading->table, columns[i]) : table_need(&reading->table, columns[i], header, error);
		if (reading->column[i] < 0 && i != COUNT)
			return FALSE;
	}
	for (int c = 0; names[c]; c++) {
		gboolean is_known = FALSE;
		for (int i = 0; i < N_COLUMNS; i++)
			is_known = is_known || reading->column[i] == c;
		if (is_known)
			continue;
		const char *nearest = thuso_nearest_name(names[c], columns);
		return table_refuse(&reading->table, error, "column '%s' is none of a quota%s%s%s: the header is %s", names[c],
		                    nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "", header);
	}
	return TRUE;
}

static int find_level(const Reading *reading, const char *name, GError **error)
{
	const Problem *problem = reading->problem;
	g_autofree const char **names = thuso_new(const char *, problem->n_levels + 1);
	for (int i = 0; i < problem->n_levels; i++)
		names[i] = problem->levels[i].name;
	for (int i = 0; i < problem->n_levels; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	for (int i = 0; i < problem->n_levels; i++)
		if (g_ascii_strcasecmp(names[i], name) == 0)
			return i;
	const char *nearest = thuso_nearest_name(name, names);
	g_autofree char *all = g_strjoinv(", ", (char **) names);
	table_refuse(&reading->table, error, "level '%s' is no column of groups in %s%s%s%s: %s%.300s", name, problem->spec->sites,
	             nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "",
	             problem->n_levels ? "those are " : "it has none; add a column with the group of each site", all);
	return -1;
}

static gboolean read_bound(Reading *reading, char *const *cells, int what, gint32 otherwise, gint32 *bound, GError **error)
{
	const char *cell = cells[reading->column[what]];
	gint64 value = otherwise;
	if (cell[0] && (!thuso_parse_integer(cell, &value) || value < 0 || value > G_MAXINT32))
		return table_refuse(&reading->table, error,
		                    "%s '%.60s' is no number of sites: write a whole number, or nothing for no bound", columns[what],
		                    cell);
	*bound = (gint32) value;
	return TRUE;
}

static gboolean read_count(Reading *reading, char *const *cells, gboolean *counts_new, GError **error)
{
	static const char *const words[] = { "total", "new", NULL };
	const char *cell = reading->column[COUNT] >= 0 ? cells[reading->column[COUNT]] : "";
	*counts_new = g_ascii_strcasecmp(cell, words[1]) == 0;
	if (!cell[0] || *counts_new || g_ascii_strcasecmp(cell, words[0]) == 0)
		return TRUE;
	const char *nearest = thuso_nearest_name(cell, words);
	return table_refuse(&reading->table, error, "count '%s' is not known%s%s%s: write new, or total (with the fixed sites)", cell,
	                    nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

/* Where the row's bounds go; NULL with an error. */
static Bounds *find_bounds(Reading *reading, char *const *cells, GError **error)
{
	const char *group = cells[reading->column[GROUP]];
	if (!table_id(&reading->table, cells, reading->column[LEVEL], error) ||
	    !table_id(&reading->table, cells, reading->column[GROUP], error))
		return NULL;
	int i = find_level(reading, cells[reading->column[LEVEL]], error);
	if (i < 0)
		return NULL;
	Level *level = &reading->problem->levels[i];
	level->is_used = TRUE;
	if (strcmp(group, "*") == 0)
		return &reading->all[i];
	if (!reading->own[i] && !(reading->own[i] = thuso_array_new(ids_n(&level->groups), sizeof(Bounds), "quotas", error)))
		return NULL;
	gint64 number = ids_find(&level->groups, group);
	if (number >= 0)
		return &reading->own[i][number];
	g_autofree char *suggestion = ids_suggest(&level->groups, group);
	table_refuse(&reading->table, error, "no site of %s is in %s '%s'%s: correct it, or take the row out",
	             reading->problem->spec->sites, level->name, group, suggestion);
	return NULL;
}

static gboolean read_row(Reading *reading, char *const *cells, GError **error)
{
	Bounds *bounds = find_bounds(reading, cells, error), read = { .line = thuso_rows_line(reading->table.rows) };
	if (!bounds || !read_bound(reading, cells, MIN_SITES, 0, &read.min, error) ||
	    !read_bound(reading, cells, MAX_SITES, G_MAXINT32, &read.max, error) ||
	    !read_count(reading, cells, &read.counts_new, error))
		return FALSE;
	if (bounds->line)
		return table_refuse(&reading->table, error, "%s '%s' has a row already on line %" G_GINT64_FORMAT ": leave one of them",
		                    cells[reading->column[LEVEL]], cells[reading->column[GROUP]], bounds->line);
	if (read.min > read.max)
		return table_refuse(&reading->table, error, "min %d is over max %d: no number of sites is both", read.min, read.max);
	*bounds = read;
	return TRUE;
}

static gint32 plus(gint32 bound, gint32 n)
{
	return bound > G_MAXINT32 - n ? G_MAXINT32 : bound + n;
}

/* A group's own row counts before that of all groups. */
static gboolean apply(const Reading *reading, int i, GError **error)
{
	const Problem *problem = reading->problem;
	Level *level = &problem->levels[i];
	gint64 n_groups = ids_n(&level->groups), n_sites = ids_n(&problem->sites);
	gint32 *n_fixed = thuso_array_new(n_groups, sizeof *n_fixed, "quotas", error);
	gboolean good = n_fixed && ids_order(&level->groups, &level->group_rank, &level->group_id, error) &&
	                (level->min = thuso_array_new(n_groups, sizeof *level->min, "quotas", error)) &&
	                (level->max = thuso_array_new(n_groups, sizeof *level->max, "quotas", error)) &&
	                (level->group_of_site = thuso_array_new(n_sites, sizeof(gint32), "groups of sites", error));
	const gint32 *of_site = level->of_site.data;
	const guint8 *state = problem->state.data;
	for (gint64 s = 0; good && s < n_sites; s++) {
		level->group_of_site[problem->site_rank[s]] = of_site[s] < 0 ? -1 : (gint32) level->group_rank[of_site[s]];
		if (of_site[s] >= 0)
			n_fixed[of_site[s]] += state[s] == THUSO_SITE_FIXED;
	}
	for (gint64 g = 0; good && g < n_groups; g++) {
		const Bounds *own = reading->own[i] ? &reading->own[i][g] : NULL, *bounds = own && own->line ? own : &reading->all[i];
		guint32 to = level->group_rank[g];
		gint32 beside = bounds->counts_new ? n_fixed[g] : 0;
		level->min[to] = bounds->line ? (bounds->min ? plus(bounds->min, beside) : 0) : 0;
		level->max[to] = bounds->line ? plus(bounds->max, beside) : G_MAXINT32;
	}
	thuso_array_free(n_fixed);
	return good;
}

/* The levels that quotas name, as the solver has them. */
static void hand_over(Problem *problem)
{
	problem->quota = thuso_new(ThusoQuotaLevel, problem->n_levels);
	for (int i = 0; i < problem->n_levels; i++) {
		const Level *level = &problem->levels[i];
		if (!level->is_used)
			continue;
		problem->quota[problem->location.n_levels++] = (ThusoQuotaLevel){
			.name = level->name,
			.n_groups = (gint32) ids_n(&level->groups),
			.group_id = level->group_id,
			.group_of_site = level->group_of_site,
			.min = level->min,
			.max = level->max,
		};
	}
	problem->location.level = problem->quota;
}

/* Groups that are all numbers, or yes and no: what stands in the known columns. */
static gboolean looks_like_values(const Level *level)
{
	static const char *const words[] = { "yes", "no", "true", "false", NULL };
	double number;
	for (gint64 i = 0; i < ids_n(&level->groups); i++) {
		g_autofree char *text = g_ascii_strdown(ids_text(&level->groups, i), -1);
		if (!g_strv_contains(words, text) && !thuso_parse_real(text, &number))
			return FALSE;
	}
	return ids_n(&level->groups) > 0;
}

/* A column that is nearly a known one, and no quota's level: a slip of the pen would be no error otherwise. */
static void doubt(const Problem *problem)
{
	static const char *const known[] = { "fixed", "forbidden", "capacity", "cost", "pull", "min_people", NULL };
	for (int i = 0; i < problem->n_levels; i++) {
		const Level *level = &problem->levels[i];
		const char *nearest = level->is_used || !looks_like_values(level) ? NULL : thuso_nearest_name(level->name, known);
		if (!nearest)
			continue;
		g_autofree char *message = g_strdup_printf("%s: column '%s' is read as groups of sites; did you mean '%s'?",
		                                           problem->spec->sites, level->name, nearest);
		ThusoFinding finding = { THUSO_WARNING, "unknown_column", problem->spec->sites, NULL, message, 1, NULL };
		thuso_find(problem->context, &finding);
	}
}

static gboolean read_rows(Reading *reading, GError **error)
{
	GError *cause = NULL;
	char *const *cells;
	while ((cells = thuso_rows_next(reading->table.rows, &cause)))
		if (!read_row(reading, cells, error))
			return FALSE;
	if (!cause)
		return TRUE;
	g_propagate_error(error, cause);
	return FALSE;
}

gboolean read_quota(Problem *problem, GError **error)
{
	Reading reading = { .problem = problem };
	gboolean good = TRUE;
	if (problem->spec->quota) {
		reading.own = thuso_new(Bounds *, problem->n_levels + 1);
		reading.all = thuso_new(Bounds, problem->n_levels + 1);
		good = table_open(&reading.table, problem->context, problem->spec->quota, error) && find_columns(&reading, error) &&
		       read_rows(&reading, error);
	}
	for (int i = 0; good && i < problem->n_levels; i++)
		good = !problem->levels[i].is_used || apply(&reading, i, error);
	for (int i = 0; reading.own && i < problem->n_levels; i++)
		thuso_array_free(reading.own[i]);
	table_close(&reading.table);
	g_free(reading.own);
	g_free(reading.all);
	if (!good)
		return FALSE;
	hand_over(problem);
	doubt(problem);
	return TRUE;
}
