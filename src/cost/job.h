/* What the files of this room share: one call of thuso_cost_run. */
#ifndef COST_JOB_H
#define COST_JOB_H

#include <thuso/cost.h>
#include <thuso/data.h>

#define COST_ROWS 128 /* of a strip that is read */

/* --- files.c: results under temporary names beside their targets --------------------------------------------------------- */

typedef enum { FILE_OUTPUT, FILE_NEAREST, FILE_OD, FILE_PATHS, N_FILES } CostFile;
/* Refuses names that stand there already, that are inputs, or that are given twice. */
ThusoTargets *files_plan(const ThusoCostSpec *spec, GError **error);

/* --- ground.c, rasters.c: the inputs as strips ---------------------------------------------------------------------------- */

typedef enum { GROUND_SPEED, GROUND_FRICTION, GROUND_CLASSES } GroundKind;
typedef struct {
	ThusoRaster *ground, *elevation;
	guint64 *strange; /* bits: values of 16 bits that the table does not know, or negative ones */
} Hand;

typedef struct {
	ThusoContext *context;
	GroundKind kind;
	gboolean is_added;               /* friction beside heights */
	ThusoRaster *ground, *elevation; /* elevation may be NULL */
	const char *ground_path, *elevation_path;
	ThusoGrid grid;
	ThusoCrs *crs; /* the grid's, or NULL */
	/* Pixels of up to 16 bits become classes through `map`; others are looked up by value. */
	ThusoGroundClass *classes;
	int n_classes;
	guint16 *map;         /* NULL = ground is read as numbers */
	guint16 strange_code; /* in `map`: none of the table, or negative; 0 = there are none */
	double *class_value;  /* classes 1..n_classes-1, ascending, for pixels of more bits */
	const char *table;
	Hand *hands; /* one a thread */
	int n_hands;
} Rasters;
gboolean rasters_open(Rasters *rasters, ThusoContext *context, const ThusoCostSpec *spec, GError **error);
void rasters_clear(Rasters *rasters);
gboolean ground_prepare(Rasters *rasters, GError **error);
gboolean ground_check(const Rasters *rasters, GError **error); /* after reading: were there strange values? */
gboolean ground_read(gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, int worker, gpointer data, GError **error);

/* --- places.c: points on the grid ------------------------------------------------------------------------------------------ */

typedef struct {
	char *id;
	double x, y; /* the grid's CRS */
	gint64 cell; /* -1 = off the grid */
	gboolean used;
	gint32 value; /* in the raster of the nearest */
} Place;
typedef struct {
	Place *place; /* sorted by id */
	gint64 n, n_used;
	gboolean ids_are_values;
} Places;
gboolean places_read(Places *places, ThusoContext *context, const Rasters *rasters, const ThusoSource *source, const char *id,
                     GError **error);
/* Reports those off the grid or where nobody can go; `role` as in "source". Counts may be NULL. */
void places_check(Places *places, ThusoContext *context, const ThusoSurface *surface, const char *layer, const char *role,
                  gint64 *n_off_grid, gint64 *n_on_barrier);
void places_clear(Places *places);
void places_cure(GError *error); /* of a layer's reader: in the words of the command line */
ThusoTable *places_table(const Places *places, GError **error);

/* --- the results ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	ThusoContext *context;
	const ThusoCostSpec *spec;
	ThusoCostResult *result;
	ThusoTargets *files;
	Rasters rasters;
	ThusoFeatures *barriers;
	ThusoSurface *surface;
	ThusoSlabPool *pool;
	gboolean od_by_tiles; /* the table between sources within the bound of the memory, search by search */
	ThusoTravel travel;
	Places sources, points; /* points: with paths, or none */
	const Place **used;     /* the sources that are used, in order */
	gint64 *cells;          /* theirs */
	gint32 n_used;
	ThusoCosts *costs; /* or NULL */
} Job;
gboolean job_write_rasters(Job *job, GError **error);
gint64 job_raster_bytes(const ThusoGrid *grid, int n_threads, gboolean with_nearest);
gboolean job_write_od(Job *job, GError **error);
gboolean job_check_paths(const Job *job, GError **error); /* are they too many? */
gboolean job_write_paths(Job *job, GError **error);

#endif
