/* What every role does with a layer: names for messages, tallies of odd features, sums that hold, geometries in one CRS. */
#ifndef THUSO_DATA_INPUT_H
#define THUSO_DATA_INPUT_H

#include <thuso/data.h>

/* Features that share an oddity. `first` is the lowest id, not the first in the file, so that the order of the features does
 * not show in the findings. Zero-initialise. */
typedef struct {
	gint64 n;
	char *first;
	double value; /* of `first` */
	double total; /* of all */
	GBytes *wkb;  /* a point of `first`, or NULL */
} ThusoTally;
void thuso_tally_add(ThusoTally *tally, const char *feature, double value, const ThusoGeometry *geometry);
void thuso_tally_clear(ThusoTally *tally);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoTally, thuso_tally_clear)

/* Makes a finding of a tally that is not empty; `kind` gives severity, check and layer. */
void thuso_tally_find(ThusoContext *context, const ThusoTally *tally, const ThusoFinding *kind, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Makes a finding with `count` at least 1; `kind` gives all but the message. */
void thuso_data_find(ThusoContext *context, const ThusoFinding *kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The source as messages name it: "wards (layer wards of demo.gpkg)". Caller frees. */
char *thuso_data_where(const ThusoSource *source);
/* A share as "54.7 %"; caller frees. */
char *thuso_data_percent(double share);

/* NULL-terminated array of the names that are not NULL, each once; free the array only. */
const char **thuso_data_fields(const char *const *names, int n);
/* Index of a column that must be there; the error names the nearest column. `name` NULL gives -1. */
gboolean thuso_data_column(const ThusoSource *source, const ThusoTable *table, const char *name, int *column, GError **error);
/* The feature number as text: the file's, or the place in the file. Caller frees. */
char *thuso_data_fid(const ThusoTable *table, gint64 row);
/* A cell as text without blanks around it, or NULL where it is empty or `column` is -1. Caller frees. */
char *thuso_data_text(const ThusoTable *table, gint64 row, int column);
/* FALSE where the cell holds something that is no finite number. An empty cell gives NaN. */
gboolean thuso_data_number(const ThusoTable *table, gint64 row, int column, double *value);

/* Order of geometries by their coordinates: the same whatever the order in the file. NULL comes first. */
int thuso_data_compare(const ThusoGeometry *a, const ThusoGeometry *b);
/* Do the bounds of two geometries or boxes (x_min, y_min, x_max, y_max) share a point? */
gboolean thuso_data_touches(const double a[4], const double b[4]);
void thuso_data_bounds(const ThusoGeometry *geometry, double box[4]);
void thuso_data_grid_box(const ThusoGrid *grid, double box[4]);

typedef struct {
	const ThusoSource *source;
	ThusoGeometryType required;
	const char *const *fields;
	const ThusoCrs *crs;       /* of the geometries; NULL = as in the file */
	const double *box;         /* keep what touches it (crs); NULL = all */
	gboolean keep_lost;        /* rows without a usable geometry stay, with a NULL geometry */
	const ThusoRegion *region; /* keep points near the area only; NULL = all */
} ThusoLayerQuery;
/* Layers as geometries that are valid and not empty, with the rows kept. */
ThusoFeatures *thuso_data_layer(ThusoContext *context, const ThusoLayerQuery *query, GError **error);
/* Moves a geometry of the CRS `from` in place; long edges of degrees are split so that they stay where they were. */
gboolean thuso_data_transform(ThusoGeometry *geometry, ThusoTransform *transform, const ThusoCrs *from, GError **error);

#endif
