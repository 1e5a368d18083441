/* What the files of this room share; nobody outside includes it. */
#ifndef THUSO_IO_PRIVATE_H
#define THUSO_IO_PRIVATE_H

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <thuso/io.h>

G_BEGIN_DECLS

/* --- messages.c: GDAL's messages of one call ----------------------------------------------------------------------- */

typedef struct {
	char *failure;       /* the first one, or NULL */
	GPtrArray *warnings; /* distinct texts in the order they came */
	GPtrArray *losses;   /* texts that say that a value was changed to fit its field */
} ThusoMessages;

/* Collects what GDAL says on this thread until thuso_messages_end; calls nest. */
void thuso_messages_begin(ThusoMessages *messages);
/* Hands the warnings to the context as findings of `name` (context NULL: drops them) and frees all. */
void thuso_messages_end(ThusoMessages *messages, ThusoContext *context, const char *name);
void thuso_messages_report(const GPtrArray *warnings, ThusoContext *context, const char *name);
/* The first failure's text in one line, or `otherwise`. */
const char *thuso_messages_failure(const ThusoMessages *messages, const char *otherwise);

/* A finding with a formatted message. */
void thuso_io_find(ThusoContext *context, const ThusoFinding *finding, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* "a, b, c" of names, at most 40 of them. */
char *thuso_io_list(const char *const *names);

/* --- srs.c ---------------------------------------------------------------------------------------------------------- */

OGRSpatialReferenceH thuso_srs_new(const char *text, GError **error); /* traditional axis order; OSRDestroy... with OSRRelease */
/* WKT2:2019 of a two-dimensional, georeferenced system; NULL for none, a local or an undefined one. */
char *thuso_srs_wkt(OGRSpatialReferenceH srs);

/* The CRS that the study states for `name`; what is wrong with it is wrong in the study file, not in the input. */
ThusoCrs *thuso_stated_crs(const char *text, const char *name, GError **error);

/* --- guard.c: what may be opened ------------------------------------------------------------------------------------- */

typedef enum { THUSO_FORMAT_VECTOR, THUSO_FORMAT_TABLE, THUSO_FORMAT_RASTER } ThusoFormatKind;
typedef struct {
	const char *ending; /* "gpkg" */
	ThusoFormatKind kind;
	gboolean is_zip, is_sqlite;
	const char *drivers[3]; /* GDAL's short names, NULL-terminated; none for what this room parses itself */
} ThusoFormat;

/* The format that the path's ending names, or NULL with an error that lists the known ones. */
const ThusoFormat *thuso_format_of(const char *path, gboolean raster, GError **error);
/* The absolute path of a regular, readable, non-empty file (or an OpenFileGDB folder of regular files); else an error. */
char *thuso_guard_path(const char *path, const ThusoFormat *format, GError **error);

/* --- sqlite.c: our own hardened handle on an SQLite input ------------------------------------------------------------- */

sqlite3 *thuso_sqlite_open(ThusoContext *context, const char *absolute, const char *path, gboolean immutable_gdal,
                           GError **error);
/* The table must be a plain one: views and virtual tables run code of the file's author. An unknown name passes. */
gboolean thuso_sqlite_check_table(sqlite3 *db, const char *path, const char *table, GError **error);
/* No -wal and no -journal with changes that wait lies beside it. */
gboolean thuso_sqlite_check_beside(const char *absolute, const char *path, GError **error);
/* The declared type of a table's column, NULL where there is none of that name; caller frees. */
char *thuso_sqlite_type(sqlite3 *db, const char *table, const char *column);
gint64 thuso_sqlite_count(sqlite3 *db, const char *table); /* -1 when it cannot be counted */
void thuso_sqlite_harden(sqlite3 *db);
void thuso_sqlite_watch(sqlite3 *db, ThusoContext *context); /* cancels with the context */

/* --- input.c: an open vector or table file ------------------------------------------------------------------------------ */

typedef struct {
	char *path; /* as the study names it */
	const ThusoFormat *format;
	GDALDatasetH dataset;
	sqlite3 *db;  /* SQLite-based files only */
	char *folder; /* private temporary folder, or NULL */
	char *absolute;
	struct stat identity; /* of the file, before the first look at it */
	gboolean is_settled;  /* it had been left alone for a while by then: a later change shows in its times */
	GPtrArray *warnings;  /* what GDAL said when it opened it */
	gint64 n_expected;    /* features, where a look at the file has told; -1 */
	char **layers;        /* their names, once asked for */
} ThusoInput;

ThusoInput *thuso_input_open(ThusoContext *context, const char *path, const char *layer, GError **error);
void thuso_input_close(ThusoInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoInput, thuso_input_close)
const char *const *thuso_input_layers(ThusoInput *input); /* belong to the input */
OGRLayerH thuso_input_layer(ThusoInput *input, const char *name, GError **error);

/* --- kept.c: SQLite-based inputs stay open between the reads of a run ---------------------------------------------------- */

/* Notes which file it is; before any other look at it. */
gboolean thuso_kept_identify(ThusoInput *input);
/* The input that was kept of this file, if it is the very same file still; else NULL. The caller owns it. */
ThusoInput *thuso_kept_take(ThusoContext *context, const char *absolute);
/* Closes it, or keeps it for the next read. `layer` is what was read of it, whole and without an error. */
void thuso_kept_give(ThusoContext *context, ThusoInput *input, OGRLayerH layer);

/* --- reading: layer.c and its helpers ------------------------------------------------------------------------------------ */

typedef struct {
	const ThusoSource *source;
	const char *path;
	ThusoReadWhat what;
	const char *const *columns; /* NULL = all */
	gboolean may_lack;          /* columns missing here may come from the join */
} ThusoReadRequest;

ThusoTable *thuso_read_features(ThusoContext *context, const ThusoReadRequest *request, GError **error);
ThusoTable *thuso_read_text_table(ThusoContext *context, const ThusoReadRequest *request, GError **error);
gboolean thuso_join_table(ThusoContext *context, const ThusoSource *source, ThusoTable *table, GError **error);

/* Columns of a point table; x = NULL when no points are asked for. The names belong to `names`. */
typedef struct {
	const char *x, *y;
	gboolean degrees;
} ThusoPointColumns;
gboolean thuso_point_columns(const ThusoReadRequest *request, const char *const *names, ThusoPointColumns *points,
                             GError **error);
/* Sets the geometries of a THUSO_POINT table and its crs; keep[row] becomes 0 where there are no coordinates. */
gboolean thuso_make_points(ThusoContext *context, const ThusoReadRequest *request, const ThusoPointColumns *points,
                           ThusoTable *table, guint8 *keep, GError **error);

/* keep[row] becomes 0 where `where` does not hold. */
gboolean thuso_filter_rows(const ThusoReadRequest *request, const ThusoTable *table, guint8 *keep, GError **error);
/* Does OGR's own parser accept `where` for these fields? It names what it does not know, where SQLite would take the name of a
 * missing field for a text. */
gboolean thuso_filter_check(const ThusoReadRequest *request, OGRFeatureDefnH definition, const char *fid_name, GError **error);

/* Rows with keep[row] != 0 (NULL = all) and the columns named (NULL = all) plus _fid. Takes `table`. */
ThusoTable *thuso_table_select(ThusoTable *table, const guint8 *keep, const char *const *columns, GError **error);
/* The rows of all tables under the union of their columns; `_fid` counts 1..n. Takes the tables. */
ThusoTable *thuso_table_append_all(ThusoContext *context, const ThusoSource *source, GPtrArray *tables, GError **error);
/* A name that the table does not have yet: "name", else "name_2", ... */
char *thuso_table_free_name(const ThusoTable *table, const char *name);
gboolean thuso_missing_field(const ThusoReadRequest *request, const char *name, const char *const *known, GError **error);

/* Valid UTF-8: `text` itself or, read as Windows-1252, *owned. */
const char *thuso_repair_text(const char *text, char **owned);

/* --- wkb.c ------------------------------------------------------------------------------------------------------------- */

/* Appends `wkb` in little-endian order; with `multi` a single geometry becomes a multi geometry of one, otherwise a multi geometry of one
 * becomes single. Bounds are widened. FALSE where the bytes are no 2D geometry. */
typedef struct {
	double x_min, x_max, y_min, y_max;
} ThusoBounds;
typedef enum { THUSO_WKB_AS_IS, THUSO_WKB_MULTI, THUSO_WKB_SINGLE } ThusoWkbForm;
gboolean thuso_wkb_normalise(GBytes *wkb, ThusoWkbForm form, GByteArray *out, ThusoBounds *bounds);
guint32 thuso_wkb_type(GBytes *wkb); /* 1..7; 0 for rubbish */

/* --- rtree.c ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	gint64 id;
	float min_x, max_x, min_y, max_y;
} ThusoRtreeEntry;
ThusoRtreeEntry thuso_rtree_entry(gint64 id, const ThusoBounds *bounds);
/* Fills the empty SQLite R-tree `name` ("rtree_T_geom"); sorts `entries`. Returns an SQLite code. */
int thuso_rtree_fill(sqlite3 *db, const char *name, ThusoRtreeEntry *entries, gint64 n);

/* --- fsync ---------------------------------------------------------------------------------------------------------------- */

gboolean thuso_sync_file(const char *path, GError **error);

G_END_DECLS
#endif
