/* Results as a planner opens them: a folder with the GeoPackage (styles, embedded project), the .qgz, the COG and the run's
 * record, written beside the target, verified and renamed. Knows only fields and tables. */
#ifndef THUSO_OUT_H
#define THUSO_OUT_H

#include <thuso/geo.h>
#include <thuso/io.h>
#include <thuso/table.h>

G_BEGIN_DECLS

typedef struct {
	const char *path;  /* .../NAME.gpkg */
	const char *title; /* study name */
	const char *date;  /* "2026-11-21" of the study, or NULL = 1970-01-01 */
	const ThusoGrid *grid;
	GPtrArray
	    *tables; /* of ThusoTable *, any order: out orders layers (points, lines, polygons) and knows styles by table name */
	const float *cost;     /* grid-long, minutes or kilometres, NaN = not reached; NULL = no raster */
	const char *cost_unit; /* "min" or "km" */
	const double *bands;   /* upper bounds in cost_unit, for raster and band colours */
	int n_bands;
	double extent[4];     /* x_min y_min x_max y_max of the study area: the first view */
	const char *run_json; /* content of NAME.run.json */
	gboolean overwrite;   /* replace a result that stands there */
} ThusoResult;

/* Locks the output path (error THUSO_ERROR_LOCKED when another run holds it, or when QGIS is editing the old result) and refuses an
 * existing result unless `overwrite`; call before computing. Makes the folder, undoes what a killed run left half done. The lock
 * (.NAME.gpkg.lock beside the target) dies with the process. NAME is made of A-Z a-z 0-9 _ - . and blanks. */
typedef struct ThusoOutput ThusoOutput;
ThusoOutput *thuso_output_open(ThusoContext *context, const char *path, gboolean overwrite, GError **error);
void thuso_output_free(ThusoOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoOutput, thuso_output_free)
/* Writes all files into a temporary folder beside the target, verifies, then renames them into place: all of them or, on any
 * error, none. Tables without rows are left out (a reader takes a missing layer as an empty one). Without `cost` or `run_json`
 * these files are not written, and those of an older result of that name go. `written` (may be NULL) gets the final paths,
 * NULL-terminated, GeoPackage first; caller frees with g_strfreev. */
gboolean thuso_output_write(ThusoOutput *output, const ThusoResult *result, char ***written, GError **error);

/* Step i of n (0-based) of the sequential ramp for travel cost, 0xRRGGBBAA: light near, dark far, safe for the colour-blind. For whoever
 * draws the bands besides QGIS. */
guint32 thuso_ramp(int i, int n);

/* --- one JSON document -------------------------------------------------------------------------------------------- */

/* An object built member by member, for `--json` and the run's record. Numbers that are not finite become null. */
typedef struct ThusoJson ThusoJson;
ThusoJson *thuso_json_new(void);
void thuso_json_text(ThusoJson *json, const char *name, const char *value); /* NULL becomes null */
void thuso_json_number(ThusoJson *json, const char *name, double value);
void thuso_json_texts(ThusoJson *json, const char *name, char *const *values); /* NULL-terminated */
/* An array with one object a row; geometries are left out. `n_rows` < 0 = all. */
void thuso_json_table(ThusoJson *json, const char *name, const ThusoTable *table, gint64 n_rows);
/* A member that is an object itself: what follows goes into it until thuso_json_close. */
void thuso_json_open(ThusoJson *json, const char *name);
void thuso_json_close(ThusoJson *json);
/* A member that is an array of objects: each is opened (name NULL) and closed, then the array. */
void thuso_json_open_list(ThusoJson *json, const char *name);
/* The document with a line end; frees `json`. Caller frees the text. */
char *thuso_json_end(ThusoJson *json);

G_END_DECLS
#endif
