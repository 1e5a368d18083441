/* Values that a reader would change in silence because their column is of another type. */
#ifndef THUSO_IO_MISFITS_H
#define THUSO_IO_MISFITS_H

#include "private.h"

/* The feature numbers of a column whose values are no numbers of the column's kind. */
typedef struct {
	GHashTable *fids; /* gint64 * as a set; NULL = none */
	gint64 first;
	char *value;     /* of the first one, as it stands */
	const char *why; /* in words */
} ThusoMisfits;

/* What GDAL makes of a column's values. */
typedef enum {
	THUSO_FIELD_BOOLEAN,
	THUSO_FIELD_INTEGER_32,
	THUSO_FIELD_INTEGER,
	THUSO_FIELD_REAL,
	THUSO_FIELD_TEXT,
	THUSO_FIELD_OTHER
} ThusoFieldKind;

/* SQLite keeps any value in any column, and GDAL reads a text in a column of integers as 0, a long number in one of 32 bits cut off, and bytes
 * in one of texts up to the first zero. O(rows). */
gboolean thuso_misfits_of_table(sqlite3 *db, const char *table, const char *fid_column, const char *column, ThusoFieldKind kind,
                                ThusoMisfits *misfits, GError **error);
/* A .dbf keeps numbers as texts, and GDAL reads "many" as 0 and "10 20" as 10. `field` counts the file's fields from 0; without a .dbf there
 * are no misfits. O(bytes). */
gboolean thuso_misfits_of_dbf(const char *dbf, int field, gboolean integer, ThusoMisfits *misfits, GError **error);
gboolean thuso_misfits_has(const ThusoMisfits *misfits, gint64 fid);
void thuso_misfits_clear(ThusoMisfits *misfits);

#endif
