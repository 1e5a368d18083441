/* Typed tables: what the steps hand to each other beside fields, and all that `out` and `report` know.
 *
 * Column-wise, 64-bit row numbers, NULL per cell. A table may carry one geometry per row as WKB (ISO, 2D) in the CRS
 * that `crs` names; base knows nothing about what the bytes mean. */
#ifndef THUSO_TABLE_H
#define THUSO_TABLE_H

#include <thuso/base.h>

G_BEGIN_DECLS

typedef enum { THUSO_TEXT, THUSO_INTEGER, THUSO_REAL } ThusoColumnType;
typedef enum { THUSO_NO_GEOMETRY, THUSO_POINT, THUSO_LINE, THUSO_POLYGON, THUSO_ANY_GEOMETRY } ThusoGeometryType;

typedef struct {
	char *name;  /* as in the layer: people_served_now */
	char *title; /* for people: "People served now" */
	char *unit;  /* "people", "min", "km", "" */
	ThusoColumnType type;
	ThusoVector values; /* gint64, double, or const char * (interned in the table) */
	ThusoVector nulls;  /* guint8, 1 = NULL */
} ThusoColumn;

typedef struct {
	char *name;        /* layer or table name */
	char *title;       /* one line */
	char *description; /* what it is, with source and date */
	char *crs;         /* WKT or authority code of the geometries, or NULL */
	ThusoGeometryType geometry_type;
	gint64 n_rows;
	GPtrArray *columns;     /* of ThusoColumn */
	ThusoVector geometries; /* of GBytes *, one a row, NULL allowed; empty without geometry */
	GStringChunk *strings;
} ThusoTable;

ThusoTable *thuso_table_new(const char *name, const char *title, const char *description, ThusoGeometryType geometry_type);
void thuso_table_free(ThusoTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoTable, thuso_table_free)
void thuso_table_set_crs(ThusoTable *table, const char *crs);

/* Returns the column's index. The table has no rows yet; otherwise use thuso_table_extend. */
int thuso_table_add_column(ThusoTable *table, const char *name, const char *title, const char *unit, ThusoColumnType type);
/* The same for a table with rows, which are NULL in the new column. -1 and THUSO_ERROR_LIMIT where there is no memory for them; the table is then
 * as before. */
int thuso_table_extend(ThusoTable *table, const char *name, const char *title, const char *unit, ThusoColumnType type,
                       GError **error);
/* Index of the column of that name, or -1. */
int thuso_table_find_column(const ThusoTable *table, const char *name);
const ThusoColumn *thuso_table_column(const ThusoTable *table, int column);
/* NULL-terminated names; free the array only. */
const char **thuso_table_column_names(const ThusoTable *table);

/* Appends a row of NULLs and returns its number, or -1 with an error (memory). */
gint64 thuso_table_add_row(ThusoTable *table, GError **error);

/* Setting a REAL to NaN, or a TEXT to NULL, makes the cell NULL. Column type and setter must agree (checked). */
void thuso_table_set_text(ThusoTable *table, gint64 row, int column, const char *value);
void thuso_table_set_integer(ThusoTable *table, gint64 row, int column, gint64 value);
void thuso_table_set_real(ThusoTable *table, gint64 row, int column, double value);
void thuso_table_set_geometry(ThusoTable *table, gint64 row, GBytes *wkb); /* takes a reference of its own */

gboolean thuso_table_is_null(const ThusoTable *table, gint64 row, int column);
/* NULL for a NULL cell; numbers are not converted (TEXT columns only). */
const char *thuso_table_text(const ThusoTable *table, gint64 row, int column);
gint64 thuso_table_integer(const ThusoTable *table, gint64 row, int column); /* INTEGER columns only; 0 when NULL */
double thuso_table_real(const ThusoTable *table, gint64 row, int column);    /* REAL or INTEGER columns; NaN when NULL */
GBytes *thuso_table_geometry(const ThusoTable *table, gint64 row);           /* not owned; may be NULL */

/* Any cell as text, the way a planner would type it ("12", "0.25", "WC034"); NULL for NULL. Caller frees. */
char *thuso_table_as_text(const ThusoTable *table, gint64 row, int column);
/* Any cell as a number. Texts are read with decimal point or comma; NaN where there is no number, and for "13,731", which can be
 * read in two ways. */
double thuso_table_as_real(const ThusoTable *table, gint64 row, int column);

G_END_DECLS
#endif
