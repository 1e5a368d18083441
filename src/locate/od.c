/* OD: the costs between demand and sites, one row a pair, in any order; then by site as the solver wants them. */
#include "job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "demand,site,cost (or from,to,cost)";

typedef struct {
	Problem *problem;
	Table table;
	int demand, site, cost;
} Reading;

/* `demand` and `site`, or what `thuso cost --od` calls them. */
static gboolean find_columns(Reading *reading, GError **error)
{
	Table *table = &reading->table;
	reading->demand = table_find(table, "demand");
	reading->site = table_find(table, "site");
	if (reading->demand < 0 && reading->site < 0) {
		reading->demand = table_find(table, "from");
		reading->site = table_find(table, "to");
	}
	if (reading->demand < 0)
		reading->demand = table_need(table, reading->site < 0 || table_find(table, "to") < 0 ? "demand" : "from", header, error);
	else if (reading->site < 0)
		reading->site = table_need(table, table_find(table, "from") == reading->demand ? "to" : "site", header, error);
	if (reading->demand < 0 || reading->site < 0)
		return FALSE;
	reading->cost = table_need(table, "cost", header, error);
	return reading->cost >= 0;
}

static gboolean open_od(Reading *reading, Problem *problem, GError **error)
{
	reading->problem = problem;
	return table_open(&reading->table, problem->context, problem->spec->od, error) && find_columns(reading, error);
}

/* The id's number: one of those that another table lists, or a new one where none does. */
static gint64 number_of(const Reading *reading, Ids *ids, const char *list, const char *what, const char *id, GError **error)
{
	gboolean is_new;
	gint64 number = list ? ids_find(ids, id) : ids_add(ids, id, &is_new, error);
	if (number >= 0 || !list)
		return number;
	g_autofree char *suggestion = ids_suggest(ids, id);
	table_refuse(&reading->table, error, "%s '%s' is not in %s%s: add it there, or take the row out", what, id, list, suggestion);
	return -1;
}

static gboolean read_row(Reading *reading, char *const *cells, Pair *pair, GError **error)
{
	Problem *problem = reading->problem;
	const ThusoLocateSpec *spec = problem->spec;
	const char *demand = cells[reading->demand], *site = cells[reading->site];
	if (!table_id(&reading->table, cells, reading->demand, error) || !table_id(&reading->table, cells, reading->site, error))
		return FALSE;
	gint64 to = number_of(reading, &problem->sites, spec->sites, "site", site, error), from = -1;
	if (to >= 0 && problem->pairs_of_sites)
		from = number_of(reading, &problem->sites, spec->sites, "site", demand, error);
	else if (to >= 0)
		from = number_of(reading, &problem->demand, spec->demand, "demand", demand, error);
	if (from < 0)
		return FALSE;
	*pair = (Pair){ (guint32) from, (guint32) to, NAN };
	return !cells[reading->cost][0] || table_amount(&reading->table, cells, reading->cost, &pair->cost, error);
}

gboolean read_od(Problem *problem, ThusoVector *pairs, GError **error)
{
	Reading reading = { 0 };
	GError *cause = NULL;
	gboolean good = open_od(&reading, problem, &cause);
	char *const *cells;
	while (good && (cells = thuso_rows_next(reading.table.rows, &cause))) {
		Pair pair;
		good = read_row(&reading, cells, &pair, &cause) && thuso_vector_push(pairs, &pair, "costs of the OD table", &cause);
	}
	if (!cause && pairs->n == 0)
		g_set_error(&cause, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no row below its header", reading.table.path);
	if (!cause && ids_n(&problem->sites) > G_MAXINT32)
		g_set_error(&cause, THUSO_ERROR, THUSO_ERROR_LIMIT, "more than %d sites", G_MAXINT32);
	table_close(&reading.table);
	if (!cause)
		return TRUE;
	g_propagate_error(error, cause);
	return FALSE;
}

/* --- a pair that is there twice ---------------------------------------------------------------------------------------------- */

static gboolean is_pair(const Reading *reading, char *const *cells, const char *demand, const char *site)
{
	return strcmp(cells[reading->demand], demand) == 0 && strcmp(cells[reading->site], site) == 0;
}

/* The lines of a row are not kept: they are looked up when there is something to say about them. */
static gboolean refuse_repeated(Problem *problem, const char *demand, const char *site, GError **error)
{
	Reading reading = { 0 };
	GError *cause = NULL;
	char *const *cells;
	gint64 first = 0;
	gboolean good = open_od(&reading, problem, &cause);
	while (good && (cells = thuso_rows_next(reading.table.rows, &cause))) {
		if (!is_pair(&reading, cells, demand, site))
			continue;
		if (first) {
			table_refuse(&reading.table, &cause,
			             "demand '%s' and site '%s' have a row already on line %" G_GINT64_FORMAT ": leave one of them", demand,
			             site, first);
			break;
		}
		first = thuso_rows_line(reading.table.rows);
	}
	table_close(&reading.table);
	if (!cause)
		g_set_error(&cause, THUSO_ERROR, THUSO_ERROR_INPUT, "%s changed while it was read: run again", problem->spec->od);
	g_propagate_error(error, cause);
	return FALSE;
}

/* --- by site ------------------------------------------------------------------------------------------------------------------- */

/* A counting sort by site. Rows without a cost stay until the repeated ones are found. */
static gboolean scatter(Problem *problem, const ThusoVector *pairs, GError **error)
{
	gint64 n_sites = ids_n(&problem->sites);
	const Pair *pair = pairs->data;
	const guint32 *demand_rank = problem->pairs_of_sites ? problem->site_rank : problem->demand_rank;
	problem->start = thuso_array_new(n_sites + 2, sizeof *problem->start, "costs by site", error);
	problem->row = problem->start ? thuso_array_new(pairs->n, sizeof *problem->row, "costs by site", error) : NULL;
	problem->cost = problem->row ? thuso_array_new(pairs->n, sizeof *problem->cost, "costs by site", error) : NULL;
	if (!problem->cost)
		return FALSE;
	/* start[j + 1] is where the next pair of site j goes, and so ends up as the start of site j + 1. */
	for (gint64 i = 0; i < pairs->n; i++)
		problem->start[problem->site_rank[pair[i].site] + 2]++;
	for (gint64 j = 2; j <= n_sites; j++)
		problem->start[j] += problem->start[j - 1];
	for (gint64 i = 0; i < pairs->n; i++) {
		gint64 at = problem->start[problem->site_rank[pair[i].site] + 1]++;
		problem->row[at] = demand_rank[pair[i].demand];
		problem->cost[at] = pair[i].cost;
	}
	return TRUE;
}

typedef struct {
	guint32 row;
	double cost;
} Reach;

static int by_row(const void *a, const void *b)
{
	const Reach *p = a, *q = b;
	return (p->row > q->row) - (p->row < q->row);
}

static gboolean is_ascending(const guint32 *row, gint64 n)
{
	for (gint64 i = 1; i < n; i++)
		if (row[i - 1] > row[i])
			return FALSE;
	return TRUE;
}

static gboolean sort_site(gint64 site, int worker, gpointer data, GError **error)
{
	Problem *problem = data;
	gint64 first = problem->start[site], n = problem->start[site + 1] - first;
	guint32 *row = problem->row + first;
	double *cost = problem->cost + first;
	(void) worker;
	if (is_ascending(row, n))
		return TRUE;
	Reach *reach = thuso_array_new(n, sizeof *reach, "costs of a site", error);
	for (gint64 i = 0; reach && i < n; i++)
		reach[i] = (Reach){ row[i], cost[i] };
	if (reach)
		qsort(reach, (gsize) n, sizeof *reach, by_row);
	for (gint64 i = 0; reach && i < n; i++) {
		row[i] = reach[i].row;
		cost[i] = reach[i].cost;
	}
	thuso_array_free(reach);
	return reach != NULL;
}

/* Takes out the rows without a cost, site by site. */
static gboolean compact(Problem *problem, GError **error)
{
	gint64 to = 0, n_sites = ids_n(&problem->sites);
	for (gint64 j = 0; j < n_sites; j++) {
		gint64 from = problem->start[j], end = problem->start[j + 1];
		problem->start[j] = to;
		for (gint64 i = from; i < end; i++) {
			if (i > from && problem->row[i] == problem->row[i - 1])
				return refuse_repeated(problem, problem->demand_id[problem->row[i]], problem->site_id[j], error);
			if (isnan(problem->cost[i]))
				continue;
			problem->row[to] = problem->row[i];
			problem->cost[to++] = problem->cost[i];
		}
	}
	problem->start[n_sites] = to;
	return TRUE;
}

gboolean order_od(Problem *problem, ThusoVector *pairs, GError **error)
{
	gboolean good = scatter(problem, pairs, error);
	thuso_vector_clear(pairs);
	return good && thuso_parallel(problem->context, ids_n(&problem->sites), sort_site, problem, error) && compact(problem, error);
}
