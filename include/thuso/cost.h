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
	const ThusoSource *sources;  /* points */
	const char *source_id;       /* field, or NULL: 1, 2, ... in the file's order */
	ThusoMeasure measure;
	ThusoDirection direction;
	int neighbours;
	const ThusoSlopeFunction *walking_slope, *cycling_slope;
	gboolean guard_corners;
	ThusoLengthsKind lengths;
	double limit;                              /* seconds or metres; INFINITY = none */
	gint64 memory_bytes;                       /* 0 = no bound */
	const char *output, *nearest, *od, *paths; /* NULL = not wanted; one of output, od and paths at least */
	gboolean overwrite;
} ThusoCostSpec;

typedef struct {
	gint64 n_cells, n_passable, n_reached;
	gint64 n_sources, n_off_grid, n_on_barrier;
	gint64 need_bytes, spilled_bytes;
	double greatest, mean; /* over reached cells, seconds or metres */
} ThusoCostResult;

gboolean thuso_cost_run(ThusoContext *context, const ThusoCostSpec *spec, ThusoCostResult *result, GError **error);

G_END_DECLS
#endif
