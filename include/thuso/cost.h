/* Travel cost from points over rasters, without a study (`thuso cost`): reads rasters strip by strip, searches, writes GeoTIFF. */
#ifndef THUSO_COST_H
#define THUSO_COST_H

#include <thuso/access.h>
#include <thuso/io.h>

G_BEGIN_DECLS

/* Paths as the user gave them. Exactly one of speed, friction, landcover. */
typedef struct {
	const char *speed;           /* km/h, walking */
	const char *friction;        /* s/m; added to walking where there is an elevation */
	const char *landcover;       /* classes */
	const char *speeds;          /* the table of the classes */
	const char *elevation;       /* or NULL */
	const ThusoSource *barriers; /* lines and polygons, or NULL */
	const ThusoSource *sources;  /* points; a table of x,y without a CRS is in the rasters' */
	const char *source_id;       /* field, or NULL: 1, 2, ... in the file's order */
	const ThusoSource *points;   /* with `paths`: from each of these to its nearest source; NULL = between all sources */
	const char *point_id;
	ThusoMeasure measure;
	ThusoDirection direction;
	int neighbours;
	const ThusoSlopeFunction *walking_slope, *cycling_slope; /* NULL = Tobler, the cyclist; with friction NULL */
	gboolean guard_corners;
	ThusoLengthsKind lengths;
	double limit;                              /* seconds or metres; INFINITY = none */
	gint64 memory_bytes;                       /* 0 = no bound */
	const char *output, *nearest, *od, *paths; /* NULL = not wanted; one of output, od and paths at least; nearest with output */
	gboolean overwrite;
	/* Called before the long work begins, with what it will need without a bound, and the least bound it can work with; or NULL. */
	void (*planned)(gint64 need_bytes, gint64 least_bytes, gpointer data);
	gpointer planned_data;
} ThusoCostSpec;
void thuso_cost_spec_default(ThusoCostSpec *spec); /* time, to, 16 neighbours, guard, ground lengths, no limit */

typedef struct {
	gint64 n_cells, n_passable, n_reached; /* passable and reached are counted with `output` only, else -1 */
	gint64 n_sources, n_off_grid, n_on_barrier;
	gint64 need_bytes, spilled_bytes;
	double greatest, mean; /* over reached cells, seconds or metres; NaN without any */
	/* One row a source in the order of ids: id, nearest (its value in the raster), x, y, state (used, off grid, not passable). */
	ThusoTable *sources;
	char **written; /* NULL-terminated: the files, in the order output, nearest, od, paths */
} ThusoCostResult;
void thuso_cost_result_clear(ThusoCostResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoCostResult, thuso_cost_result_clear)

/* All rasters must share one grid. Sources off it or where nobody can go become findings and are left out. Files appear under their
 * names only when all of them are complete. */
gboolean thuso_cost_run(ThusoContext *context, const ThusoCostSpec *spec, ThusoCostResult *result, GError **error);

G_END_DECLS
#endif
