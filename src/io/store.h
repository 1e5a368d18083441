/* The inside of a GeoPackage being written, shared by its two files. */
#ifndef THUSO_IO_STORE_H
#define THUSO_IO_STORE_H

#include "private.h"

#define THUSO_STORE_GEOMETRY "geom"
#define THUSO_STORE_KEY      "fid"

struct ThusoStore {
	ThusoContext *context;
	char *path;
	char *date; /* "1970-01-01T00:00:00.000Z" */
	sqlite3 *db;
	GPtrArray *systems; /* of StoreSystem: the reference systems written so far */
	GPtrArray *tables;  /* of StoreTable, in order */
	gboolean has_styles, has_projects, has_extensions, has_schema;
};

typedef struct {
	char *text; /* as tables name it */
	gint32 id;  /* srs_id */
} StoreSystem;

typedef struct {
	char *name;
	gint64 n_rows, n_indexed;
	gboolean has_geometry;
} StoreTable;

/* Runs one statement whose %-parts are sqlite3_mprintf's (%Q a text, %w inside "a name"). */
gboolean thuso_store_run(ThusoStore *store, GError **error, const char *format, ...);
gboolean thuso_store_fail(ThusoStore *store, const char *what, GError **error);
/* The srs_id of the CRS, which is written when it is new. */
gboolean thuso_store_system(ThusoStore *store, const char *crs, gint32 *id, GError **error);
gboolean thuso_store_extension(ThusoStore *store, const char *table, const char *column, const char *extension,
                               const char *definition, const char *scope, GError **error);

#endif
