/* What the files of this room share: one call of thuso_locate_run. */
#ifndef LOCATE_JOB_H
#define LOCATE_JOB_H

#include <thuso/io.h>
#include <thuso/locate.h>

/* --- ids.c: texts by number --------------------------------------------------------------------------------------------------- */

/* Numbered 0, 1, ... as they come. Zero-initialise with IDS_NONE. */
typedef struct {
	ThusoVector text;  /* char: one after the other, each with its zero */
	ThusoVector start; /* gint64: where each begins */
	guint32 *slots;    /* open addressing: number + 1, 0 = free */
	gint64 n_slots;    /* a power of 2 */
	gint64 last;       /* asked for last: tables are mostly sorted by one of their ids */
} Ids;
#define IDS_NONE ((Ids){ .text = THUSO_VECTOR(char), .start = THUSO_VECTOR(gint64) })
#define IDS_MOST ((gint64) G_MAXUINT32 - 1)
static inline gint64 ids_n(const Ids *ids)
{
	return ids->start.n;
}
const char *ids_text(const Ids *ids, gint64 i); /* until the next is added */
gint64 ids_find(Ids *ids, const char *id);      /* -1 = unknown */
/* The number of the id, new or known; -1 with an error. */
gint64 ids_add(Ids *ids, const char *id, gboolean *is_new, GError **error);
/* rank[i]: the place of id i in the order of thuso_id_compare. texts: the ids in that order; they live as long as the ids do. */
gboolean ids_order(const Ids *ids, guint32 **rank, const char ***texts, GError **error);
/* " (did you mean 'X'?)", or nothing. Caller frees. */
char *ids_suggest(const Ids *ids, const char *id);
void ids_clear(Ids *ids);

/* --- table.c: a CSV with what every table here is asked ------------------------------------------------------------------------ */

typedef struct {
	const char *path;
	ThusoRows *rows;
} Table;
gboolean table_open(Table *table, ThusoContext *context, const char *path, GError **error);
void table_close(Table *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_close)
/* The column of that name, upper or lower case, or -1. */
int table_find(const Table *table, const char *name);
/* The same, or -1 with an error that lists those there are. */
int table_need(const Table *table, const char *name, const char *what, GError **error);
/* FALSE with an error that names file and line. */
gboolean table_refuse(const Table *table, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* A number from 0 on. */
gboolean table_amount(Table *table, char *const *cells, int column, double *value, GError **error);
/* An id that is not empty. */
gboolean table_id(const Table *table, char *const *cells, int column, GError **error);

/* --- the problem -------------------------------------------------------------------------------------------------------------- */

/* A level of groups: a column of SITES. */
typedef struct {
	char *name;
	Ids groups;
	ThusoVector of_site; /* gint32: group of site i, -1 = none */
	gboolean is_used;    /* by a quota */
	/* In the order of ids, once `is_used`. */
	guint32 *group_rank;
	const char **group_id;
	gint32 *group_of_site, *min, *max;
} Level;

typedef struct {
	ThusoContext *context;
	const ThusoLocateSpec *spec;
	Ids demand, sites;       /* as they came */
	gboolean pairs_of_sites; /* demand rows are sites: `demand` is not used */
	ThusoVector weight;      /* double, by demand; empty = 1 each */
	/* By site as it came; empty without SITES. */
	ThusoVector state, capacity, site_cost, pull, charge;
	Level *levels;
	int n_levels;
	/* The same in the order of ids, as the solver has it. */
	ThusoLocation location;
	const char **demand_id, **site_id;
	guint32 *demand_rank, *site_rank;
	gint64 *start;
	guint32 *row;
	double *cost, *row_weight, *site_capacity, *site_pull, *site_charge, *paid;
	guint8 *site_state;
	ThusoQuotaLevel *quota; /* n_levels at most, of those that are used */
	ThusoBudget budget;
} Problem;

gboolean problem_read(Problem *problem, ThusoContext *context, const ThusoLocateSpec *spec, GError **error);
void problem_clear(Problem *problem);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Problem, problem_clear)

gboolean read_demand(Problem *problem, GError **error); /* demand.c */
gboolean read_sites(Problem *problem, GError **error);  /* sites.c */
/* od.c: the pairs, by site and demand as they came; then in order. */
typedef struct {
	guint32 demand, site;
	double cost; /* NaN = a row without one */
} Pair;
gboolean read_od(Problem *problem, ThusoVector *pairs, GError **error);
gboolean order_od(Problem *problem, ThusoVector *pairs, GError **error); /* empties `pairs` */
gboolean read_quota(Problem *problem, GError **error);                   /* quota.c: after the sites are in order */

/* --- plan.c: the plan as CSV ---------------------------------------------------------------------------------------------------- */

enum { FILE_PLAN, FILE_ASSIGNED, N_FILES };
ThusoTargets *plan_targets(const ThusoLocateSpec *spec, GError **error);
gboolean plan_write(const Problem *problem, const ThusoPlan *plan, const ThusoTargets *targets, GError **error);

#endif
