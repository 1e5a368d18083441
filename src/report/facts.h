/* A result as the sections see it: its tables, the areas reported by, and what the numbers mean. Everything may be absent. */
#ifndef REPORT_FACTS_H
#define REPORT_FACTS_H

#include <thuso/geo.h>
#include <thuso/io.h>
#include <thuso/table.h>

typedef enum {
	FACTS_RANKED,
	FACTS_PLANNED,
	FACTS_CENTRES,
	FACTS_EXCLUDED,
	FACTS_ISSUES,
	FACTS_RESIDUAL,
	FACTS_CATCHMENTS,
	FACTS_BANDS,
	FACTS_ACCESS,
	FACTS_TRIPS,
	FACTS_METHODS,
	FACTS_STANDARDS,
	FACTS_STANDARDS_BY_AREA,
	FACTS_ZONES,
	FACTS_INFRASTRUCTURE,
	FACTS_MOBILE,
	FACTS_PLANS,
	FACTS_ALTERNATIVES,
	FACTS_ROLLOUT,
	FACTS_SENSITIVITY,
	FACTS_MEASURES,
	FACTS_EQUITY,
	FACTS_FLAGS,
	FACTS_CHANGE,
	FACTS_PARAMETERS,
	FACTS_OD,
	FACTS_RUN,
	FACTS_N_TABLES
} FactsTable;

typedef enum { STATE_NOW, STATE_PLAN, N_STATES } State;

/* A class of the travel cost: (lower, upper], the first with 0. */
typedef struct {
	const char *label;
	double lower, upper;
} Band;

/* What an area's row says; NaN where it says nothing. Shares are of 100. */
typedef struct {
	double people, assessed, no_data, centres_open;
	double served[N_STATES], unserved[N_STATES], unreachable[N_STATES], share[N_STATES], mean[N_STATES], p95[N_STATES],
	    in_mean[N_STATES];
} AreaNumbers;

/* An area that has a page; the whole study is one too (is_all). */
typedef struct {
	const char *level; /* "municipality", "district", ... */
	const char *id, *title;
	gboolean is_all;
	ThusoGeometry *const *outlines; /* what the map shows as the area: of one geometry, or of all municipalities */
	gint64 n_outlines;
	guint8 *member;   /* a municipality of the table each: is it in the area? */
	double bounds[4]; /* x_min y_min x_max y_max */
	AreaNumbers numbers;
	const char *nearest_centre, *best_site; /* ids */
	gboolean has_centre;
	double *people[N_STATES]; /* by band, then not reached, then no data; NULL where the result does not say */
} Area;

typedef struct {
	char *name; /* "municipality" */
	ThusoTable *table;
	ThusoGeometry **outlines; /* NULL for a row without */
	double *x, *y;            /* a point inside each, for its name; NaN for a row without */
} Level;

typedef struct {
	char *path, *base_name;
	ThusoTable *table[FACTS_N_TABLES]; /* NULL = not there, or without rows */
	GPtrArray *others;                 /* of ThusoTable: tables that no section knows, for the workbook */
	Level *levels;                     /* municipalities first */
	int n_levels;
	ThusoCrs *crs;
	char *crs_text;
	Band *bands;
	int n_bands;
	ThusoGeometry **band_shapes[N_STATES]; /* n_bands + 2 (not reached, no data), NULL where there is none */
	double *cells[N_STATES];               /* a municipality: n_bands + 2 numbers of people; NULL = no demand_cells */
	GHashTable *municipality_row;          /* id -> row + 1 */
	GHashTable *parameter_row;             /* name -> row + 1 */
	/* in words */
	const char *study, *date, *trip, *unit; /* unit of cost: "min" or "km" */
	const char *plan;                       /* id of the plan that the maps show; NULL = none */
	char *limit;                            /* "30 min by taxi", or "the standard" */
	char *plan_title;                       /* "one centre in every municipality" */
	gboolean has_plan;                      /* a step that adds something */
} Facts;

Facts *facts_read(ThusoContext *context, const char *path, GError **error);
void facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

/* The level of that name, or an error that lists those there are. */
const Level *facts_level(const Facts *facts, const char *name, GError **error);
/* The area of row `row` of the level; row -1: the whole study. */
Area *area_new(const Facts *facts, const Level *level, gint64 row, GError **error);
void area_free(Area *area);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Area, area_free)
/* Does a row of a table with the column `municipality` belong to the area? */
gboolean area_has_row(const Area *area, const Facts *facts, const ThusoTable *table, gint64 row);
/* Rows of a table of sites that belong to the area, in the table's order. */
GArray *area_rows(const Area *area, const Facts *facts, FactsTable table); /* of gint64 */

/* --- cells by column name; absent columns are NULL and NaN ------------------------------------------------------------- */

gboolean has_column(const ThusoTable *table, const char *column);
const char *cell_text(const ThusoTable *table, gint64 row, const char *column);
double cell_real(const ThusoTable *table, gint64 row, const char *column);
gboolean column_has_values(const ThusoTable *table, const char *column);
/* A site's name with the place it is near, where that says more; caller frees. */
char *site_name(const ThusoTable *table, gint64 row);
/* The name of a centre or site by its id, or the id itself; caller frees. */
char *site_name_of(const Facts *facts, const char *id);

/* The value of a parameter ("standards.1.limit"), or NULL. */
const char *parameter(const Facts *facts, const char *name);
const char *parameter_field(const Facts *facts, const char *name, const char *field);

/* --- numbers in words; caller frees -------------------------------------------------------------------------------------- */

char *count_text(double value);                    /* "12,345", "-" for none */
char *percent_text(double of_100);                 /* "43.3 %" */
char *cost_text(const Facts *facts, double value); /* "23.4 min" */
char *decimal_text(double value, int decimals);

#endif
