/* Making result tables: columns from a list, rows written left to right. */
#ifndef STUDY_TABLES_H
#define STUDY_TABLES_H

#include "run.h"

typedef struct {
	const char *name, *title, *unit;
	ThusoColumnType type;
} ColumnSpec;

/* A table with these columns (the list ends with a NULL name), in the grid's CRS. */
ThusoTable *tables_new(const Run *run, const char *name, const char *title, ThusoGeometryType type, const ColumnSpec *columns);
void tables_add_columns(ThusoTable *table, const ColumnSpec *columns);
/* Takes the table. Empty ones are left out of the files by `out`: an empty layer opens as an error in QGIS. */
void tables_take(GPtrArray *tables, ThusoTable *table);

/* A column of people after demand factors at the end of the table, where the study has some. */
void tables_add_weighted(const Run *run, ThusoTable *table, const char *name, const char *title);

/* A row being written; each call fills the next column. An error stays in the row and ends the table's making. */
typedef struct {
	ThusoTable *table;
	gint64 row;
	int column;
} Row;
gboolean row_begin(Row *row, ThusoTable *table, GError **error);
void row_text(Row *row, const char *value);
void row_integer(Row *row, gint64 value);
void row_real(Row *row, double value); /* NaN and infinity become NULL */
void row_null(Row *row);
void row_point(Row *row, double x, double y);

/* tables_plans.c: what the planner entered at a candidate or a centre under `key` (responsible, land_status, risk, service_blocks), from
 * the field that the study names for it, or else from a field of that name; NULL = nothing. Caller frees. */
char *run_carried(const Run *run, const ThusoPlace *place, gboolean is_candidate, const char *key);

/* tables_infrastructure.c: one row a new site, in the sections of the guideline. */
gboolean tables_infrastructure(const Run *run, GPtrArray *tables, GError **error);

/* tables_plans.c: planned_sites, which stands between the other point layers. */
gboolean tables_planned(const Run *run, GPtrArray *tables, GError **error);

/* tables_provenance.c: a derived row of `parameters`. */
gboolean tables_fact(ThusoTable *parameters, const char *name, const char *value, const char *unit, const char *source,
                     GError **error);

/* A column's unit that depends on the measure. */
#define COST_UNIT(run) run_display_unit(run)

#endif
