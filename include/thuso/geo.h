/* Reference systems, the analysis grid, geometries, and how lines and polygons meet the grid. The only place for PROJ and GEOS. */
#ifndef THUSO_GEO_H
#define THUSO_GEO_H

#include <thuso/base.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* --- reference systems ------------------------------------------------------------------------------------------- */

typedef struct ThusoCrs ThusoCrs; /* immutable, reference counted; axis order is always x = east, y = north where it can be */

/* `text` is WKT (1 or 2), PROJJSON, a PROJ string or AUTHORITY:CODE. No URL, no network, no file. */
ThusoCrs *thuso_crs_new(const char *text, GError **error);
ThusoCrs *thuso_crs_ref(ThusoCrs *crs);
void thuso_crs_unref(ThusoCrs *crs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoCrs, thuso_crs_unref)
const char *thuso_crs_name(const ThusoCrs *crs);      /* "WGS 84 / UTM zone 34S" */
const char *thuso_crs_authority(const ThusoCrs *crs); /* "EPSG:32734", or "" when it has none */
const char *thuso_crs_wkt(const ThusoCrs *crs);       /* WKT2:2019 */
gboolean thuso_crs_is_geographic(const ThusoCrs *crs);
/* Projected, metres, axes east and north: fit to be a grid's. South-oriented Lo systems are not. */
gboolean thuso_crs_is_grid_ready(const ThusoCrs *crs);
gboolean thuso_crs_equal(const ThusoCrs *a, const ThusoCrs *b);

/* The CRS that `crs: auto` takes (src/geo/README.md): the inputs' common grid-ready CRS, else the UTM zone when the
 * area (degrees WGS 84: west, south, east, north) fits it, else Lambert azimuthal equal area centred on the area. */
ThusoCrs *thuso_crs_choose(ThusoCrs *const *inputs, int n_inputs, const double area_wsen[4], GError **error);

typedef struct ThusoTransform ThusoTransform; /* for one thread at a time */
ThusoTransform *thuso_transform_new(const ThusoCrs *from, const ThusoCrs *to, GError **error);
void thuso_transform_free(ThusoTransform *transform);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoTransform, thuso_transform_free)
/* In place, x = east or longitude, y = north or latitude. FALSE when any point has no image (it becomes NaN). */
gboolean thuso_transform_points(ThusoTransform *transform, double *x, double *y, gint64 n);

/* --- the grid ---------------------------------------------------------------------------------------------------- */

/* North-up squares. Row 0 is the northernmost; cell = row * n_cols + col. */
typedef struct {
	double x_min, y_max; /* outer corner of cell 0, CRS units (m) */
	double cell_m;       /* side, CRS units (m) */
	gint32 n_cols, n_rows;
	ThusoCrs *crs; /* not owned by copies */
} ThusoGrid;

/* The smallest grid whose edges are multiples of `cell_m` and that holds the extent. Error over 2^31-1 rows or columns. */
gboolean thuso_grid_fit(ThusoGrid *grid, ThusoCrs *crs, double cell_m, double x_min, double y_min, double x_max, double y_max,
                        GError **error);
static inline gint64 thuso_grid_n(const ThusoGrid *grid)
{
	return (gint64) grid->n_cols * grid->n_rows;
}
/* Cell of a point, half-open (west and north edges belong to the cell), or -1 off the grid. */
gint64 thuso_grid_cell(const ThusoGrid *grid, double x, double y);
void thuso_grid_centre(const ThusoGrid *grid, gint64 cell, double *x, double *y);

/* Slope of the ground as rise over run, from heights in metres, by finite differences over the 3 x 3 cells around (Horn 1981);
 * NaN where a height around is missing. Both arrays hold thuso_grid_n(grid) values. */
void thuso_grid_slope(const ThusoGrid *grid, const float *elevation_m, float *slope);

/* Ground lengths of steps (src/geo/README.md): geodesic distance between cell centres, tabulated per block of cells and
 * direction (linear within a block) with error below 0.01 %; symmetric: L(a,b) = L(b,a). */
typedef struct ThusoLengths ThusoLengths;
typedef enum { THUSO_LENGTHS_GROUND, THUSO_LENGTHS_PLANAR } ThusoLengthsKind;
ThusoLengths *thuso_lengths_new(const ThusoGrid *grid, ThusoLengthsKind kind, GError **error);
void thuso_lengths_free(ThusoLengths *lengths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoLengths, thuso_lengths_free)
/* Length in metres of the step from (row, col) by (d_row, d_col); |d| <= 2 with the 16 neighbours only. */
double thuso_lengths_step(const ThusoLengths *lengths, gint32 row, gint32 col, int d_row, int d_col);
/* The same for many cells of a row: where first <= col < end the step from (row, col) by thuso_length_way_row[w], thuso_length_way_col[w]
 * has the length at_m[w] + (double) (col - first) * per_cell_m[w], to the last bit. Every other step is one of these the other way. `end`
 * is G_MAXINT32 for the last run of a row; `last` is where lengths were measured last. From `first` to `last` they change by less than
 * 2 %. Cells off the grid have the lengths of the nearest run, continued. */
#define THUSO_LENGTH_WAYS 8
extern const gint8 thuso_length_way_row[THUSO_LENGTH_WAYS], thuso_length_way_col[THUSO_LENGTH_WAYS];
typedef struct {
	gint32 first, last, end;
	double at_m[THUSO_LENGTH_WAYS], per_cell_m[THUSO_LENGTH_WAYS];
} ThusoLengthRun;
void thuso_lengths_run(const ThusoLengths *lengths, gint32 row, gint32 col, ThusoLengthRun *run);
gboolean thuso_lengths_uniform(const ThusoLengths *lengths); /* one length for a direction, everywhere (planar) */
double thuso_lengths_least(const ThusoLengths *lengths);     /* no step is shorter, m */

/* --- geometries -------------------------------------------------------------------------------------------------- */

/* Flat coordinates: part i has points part_start[i] .. part_start[i+1]-1. A polygon's part is a closed ring (first point =
 * last); shells and holes are told apart by even-odd, not by order, so a multipolygon is just more rings. What the functions
 * here make is `arranged`: every shell counter-clockwise and followed by its holes, clockwise. A geometry made by hand leaves
 * it FALSE, and the nesting is found out where it is needed. Arrays are thuso_array_new's. */
typedef struct {
	ThusoGeometryType type;
	gint64 n_points;
	gint32 n_parts;
	double *x, *y;
	gint64 *part_start; /* n_parts + 1 */
	gboolean arranged;
	gint32 n_closed; /* rings that the WKB left open; they were closed */
} ThusoGeometry;

/* Reads WKB (2D, any byte order; Point, LineString, Polygon, their Multi forms and collections of one kind; Z and M are
 * dropped). NULL with THUSO_ERROR_INPUT for anything else, NaN or a truncated text; an empty geometry has 0 points. */
ThusoGeometry *thuso_geometry_from_wkb(gconstpointer wkb, gsize size, GError **error);
void thuso_geometry_free(ThusoGeometry *geometry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoGeometry, thuso_geometry_free)
/* A copy that GEOS made valid (rings that cross themselves are rebuilt), or the same shape where nothing was wrong. */
ThusoGeometry *thuso_geometry_valid(const ThusoGeometry *geometry, gboolean *was_valid, GError **error);
/* In place. Long edges are split before the call where curvature would matter (`max_edge`, in source units; 0 = never). */
gboolean thuso_geometry_transform(ThusoGeometry *geometry, ThusoTransform *transform, double max_edge, GError **error);
/* ISO WKB: MultiPolygon with shells and holes put together, MultiLineString, or Point/MultiPoint. */
GBytes *thuso_geometry_to_wkb(const ThusoGeometry *geometry, GError **error);
GBytes *thuso_point_to_wkb(double x, double y);
void thuso_geometry_bounds(const ThusoGeometry *geometry, double *x_min, double *y_min, double *x_max, double *y_max);
double thuso_geometry_area(const ThusoGeometry *geometry); /* even-odd, CRS units squared; NaN without memory */
gboolean thuso_geometry_contains(const ThusoGeometry *geometry, double x, double y); /* polygon, even-odd, half-open */
double thuso_geometry_distance(const ThusoGeometry *geometry, double x, double y);   /* 0 inside a polygon; CRS units */
/* A point of the geometry: the point itself, a line's middle vertex, a point inside a polygon. */
gboolean thuso_geometry_point(const ThusoGeometry *geometry, double *x, double *y, GError **error);
/* Union of many polygons, grown by `buffer_m` (0 = not). */
ThusoGeometry *thuso_geometry_union(const ThusoGeometry *const *polygons, gint64 n, double buffer_m, GError **error);

/* --- geometry onto the grid -------------------------------------------------------------------------------------- */

/* Exact area of the polygon in every cell it touches, in cells (1 = the whole cell). Adds up to area / cell_m^2 minus what
 * lies off the grid. Cells come in ascending order, each once. FALSE with an error where there is no memory for its edges. */
typedef void (*ThusoCoverFunc)(gint64 cell, double area_cells, gpointer data);
gboolean thuso_grid_cover(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoCoverFunc func, gpointer data,
                          GError **error);

/* Cells whose centre is inside (even-odd, half-open: a centre on a shared edge belongs to exactly one of two neighbours). */
typedef void (*ThusoCellFunc)(gint64 cell, gpointer data);
gboolean thuso_grid_inside(const ThusoGrid *grid, const ThusoGeometry *polygon, ThusoCellFunc func, gpointer data,
                           GError **error);

/* The cells that a line passes, in order, as steps: func(from, to) with from = -1 at the start of a part (or where it comes
 * back onto the grid). Consecutive cells share an edge; where the line goes exactly through a corner the step is diagonal.
 * `segment` is the index of the point at which the line's segment in cell `to` begins. */
typedef void (*ThusoStepFunc)(gint64 from, gint64 to, gint64 segment, gpointer data);
void thuso_grid_trace(const ThusoGrid *grid, const ThusoGeometry *line, ThusoStepFunc func, gpointer data);

/* The 16 neighbours, in the order every part of the program uses: 0..7 east, north-east, ... counter-clockwise; 8..15 the
 * knight moves, counter-clockwise from east-north-east. Row numbers grow southward. thuso_step_opposite[k] is the way back. */
extern const gint8 thuso_step_row[16], thuso_step_col[16], thuso_step_opposite[16];

/* Lines against steps: which steps between cell centres does a barrier cross? Coordinates are snapped to 1/65536 of a cell
 * and compared in integers with all centres moved by one infinitesimal vector, so shared vertices stay shared, a line
 * through a centre has one well-defined side, and a closed line never leaks. */
typedef struct ThusoBarrierLines ThusoBarrierLines; /* an index of segments by cell */
ThusoBarrierLines *thuso_barrier_lines_new(const ThusoGrid *grid, const ThusoGeometry *const *lines, gint64 n, GError **error);
void thuso_barrier_lines_free(ThusoBarrierLines *barriers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoBarrierLines, thuso_barrier_lines_free)
/* Sets bit k of blocked[cell] for every step k (0..15) from the cell that a barrier crosses; symmetric. blocked: n cells. */
void thuso_barrier_lines_block(const ThusoBarrierLines *barriers, guint16 *blocked);
/* Does the straight piece (x0,y0)-(x1,y1), which lies on the grid, cross a barrier segment? From centre to centre it is what
 * thuso_barrier_lines_block says of that step. Any thread may ask. */
gboolean thuso_barrier_lines_cross(const ThusoBarrierLines *barriers, double x0, double y0, double x1, double y1);

G_END_DECLS
#endif
