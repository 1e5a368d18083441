/* Reading rasters, layers and tables that planners have; writing GeoPackages and rasters. The only place for GDAL, SQLite and
 * SpatiaLite. Inputs are opened read-only through an allow-list of drivers and are never changed. */
#ifndef THUSO_IO_H
#define THUSO_IO_H

#include <thuso/base.h>
#include <thuso/geo.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* --- sources (`thuso list study`) ----------------------------------------------------------------------------- */

typedef struct {
	char *path, *layer; /* the table to join */
	char *key;          /* its column */
	char *to;           /* the column of the layer */
	char **fields;      /* columns to bring; NULL = all */
} ThusoJoin;
void thuso_join_free(ThusoJoin *join); /* NULL is nothing */

/* Where something is read from. Paths are absolute or relative to the working folder; globs are already expanded. */
typedef struct {
	char *name;   /* as messages and findings name it: "wards", "dem_srtm90.tif" */
	char **paths; /* NULL-terminated; several rasters are mosaicked, several layers appended */
	char *layer;  /* NULL = the file's only layer */
	char *where;  /* OGR SQL filter, or NULL */
	char *crs;    /* overrides what the file says, or NULL */
	char *x, *y;  /* columns of a point table, or NULL: x/y, lon/lat, longitude/latitude are tried */
	ThusoJoin *join;
	double max_age_s; /* how old its files may be, for who asks; 0 = any age. Reading does not look at it */
} ThusoSource;

ThusoSource *thuso_source_new(const char *name);
void thuso_source_free(ThusoSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSource, thuso_source_free)

/* Sets up GDAL once (allow-listed drivers, no network, private config). Idempotent and thread-safe; called by every entry. */
void thuso_io_init(void);
/* NULL-terminated names of libraries and versions: "GDAL 3.6.2", "PROJ 9.1.1", ... Caller frees with g_strfreev. */
char **thuso_io_versions(void);

/* A layer or a table as a ThusoTable: fields (dates become text), geometry as WKB where there is one, crs as WKT in
 * table->crs. Rows come in the file's order with the column "_fid" first (feature id or line number). `fields` (NULL-
 * terminated; NULL = all) limits the columns; a missing one is an error that lists those there are and the nearest name.
 * Point tables (x/y columns; numbers with decimal point or comma) become points; without `crs` lon/lat columns are
 * EPSG:4326, x/y need one. CSV: `,` `;` or tab and decimal point or comma are detected and logged. Join: keys compared as
 * text and as numbers; unmatched keys of the layer are findings. Curves are made linear, Z and M dropped.
 * After the loop GDAL's error state and the row count are checked: a cut-off read is an error. */
typedef enum { THUSO_READ_TABLE, THUSO_READ_GEOMETRY } ThusoReadWhat; /* GEOMETRY: a layer without one is an error */
ThusoTable *thuso_read_layer(ThusoContext *context, const ThusoSource *source, ThusoReadWhat what, const char *const *fields,
                             GError **error);

/* A text table (.csv, .tsv, .txt) of any length, row by row, without holding it. Cells come without quotes and outer blanks, as UTF-8.
 * Separator and decimal sign are found; a row with fewer or more cells than the header is an error, as are zero bytes, a quote that
 * is not closed and columns of one name. Errors name file and line. */
typedef struct ThusoRows ThusoRows;
ThusoRows *thuso_rows_open(ThusoContext *context, const char *path, GError **error);
void thuso_rows_close(ThusoRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRows, thuso_rows_close)
const char *const *thuso_rows_columns(const ThusoRows *rows); /* NULL-terminated, of the header */
/* The next row's cells, one a column; NULL at the end, or with an error. They live until the next call. */
char *const *thuso_rows_next(ThusoRows *rows, GError **error);
gint64 thuso_rows_line(const ThusoRows *rows); /* the line of the file on which the row begins, from 1 */
/* The row's cell as a number: decimal point, or decimal comma where the separator is none; both in one column are an error, as is a
 * cell that is no number. An empty cell is the caller's. */
gboolean thuso_rows_real(ThusoRows *rows, int column, double *value, GError **error);

/* What a file is, without reading it whole: NULL-terminated layer names of a vector or table file. */
char **thuso_list_layers(const char *path, GError **error);
/* What a file's ending says it holds; the file itself is not looked at. */
typedef enum { THUSO_FILE_OTHER, THUSO_FILE_LAYERS, THUSO_FILE_TABLE, THUSO_FILE_RASTER } ThusoFileKind;
ThusoFileKind thuso_file_kind(const char *path);

/* The fields of a vector or table source, NULL-terminated: name, kind ("number", "text", "date", "other"; "cell" of a text table), name, kind, ...
 * None for a raster. Of several files, those of all. */
char **thuso_source_fields(ThusoContext *context, const ThusoSource *source, GError **error);

/* --- rasters ------------------------------------------------------------------------------------------------------ */

/* Pixels that fast reading knows; the others are read as numbers. */
typedef enum { THUSO_PIXEL_OTHER, THUSO_PIXEL_BYTE, THUSO_PIXEL_UINT16, THUSO_PIXEL_INT16 } ThusoPixel;

typedef struct {
	gint32 n_cols, n_rows;
	double transform[6]; /* GDAL geotransform; north-up checked */
	char *crs;           /* WKT; NULL with thuso_raster_open_any where the file has none */
	gboolean is_integer; /* band type */
	ThusoPixel pixel;    /* OTHER with a scale or an offset */
	gboolean has_nodata;
	double nodata;
} ThusoRasterInfo;

typedef struct ThusoRaster ThusoRaster; /* one open file; for one thread at a time */
ThusoRaster *thuso_raster_open(ThusoContext *context, const char *path, const char *crs,
                               GError **error);                                              /* crs overrides; NULL */
ThusoRaster *thuso_raster_open_any(ThusoContext *context, const char *path, GError **error); /* may lack a CRS */
/* A further handle on the same file, for another thread; cheap, as what the file says is known. */
ThusoRaster *thuso_raster_again(const ThusoRaster *raster, GError **error);
void thuso_raster_close(ThusoRaster *raster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRaster, thuso_raster_close)
const ThusoRasterInfo *thuso_raster_info(const ThusoRaster *raster);
/* n_rows rows from `row` as double, nodata as NaN, scale and offset applied. values: n_rows * n_cols. */
gboolean thuso_raster_read(ThusoRaster *raster, gint32 row, gint32 n_rows, double *values, GError **error);
/* The same by blocks as the file has them and without doubles, for reading in parallel through one handle a thread. Codes: a pixel of
 * BYTE, UINT16 or INT16 becomes map[its 16 bits] (65,536 entries; nodata is the caller's to map), 0 where the mask says nothing. */
gboolean thuso_raster_read_codes(ThusoRaster *raster, gint32 row, gint32 n_rows, const guint16 *map, guint16 *codes,
                                 GError **error);
/* BYTE, UINT16 or INT16 as they are, `missing` for none; a UINT16 over 32,767 is an error. */
gboolean thuso_raster_read_int16(ThusoRaster *raster, gint32 row, gint32 n_rows, gint16 missing, gint16 *values, GError **error);
gboolean thuso_raster_read_floats(ThusoRaster *raster, gint32 row, gint32 n_rows, float *values, GError **error); /* NaN = none */
/* What an open raster keeps for that, bytes. */
gint64 thuso_raster_memory(const ThusoRaster *raster);

/* The mosaic of the source's files on the grid, NaN where there is no data: nearest for classes; for continuous values bilinear,
 * or the average when the grid is coarser. values: thuso_grid_n(grid) floats. */
typedef enum { THUSO_RESAMPLE_NEAREST, THUSO_RESAMPLE_CONTINUOUS } ThusoResample;
gboolean thuso_read_onto_grid(ThusoContext *context, const ThusoSource *source, const ThusoGrid *grid, ThusoResample resample,
                              float *values, GError **error);

/* --- fields to polygons ------------------------------------------------------------------------------------------- */

/* One multipolygon per class 0..n_classes-1 made of its cells (classes < 0 are left out); neighbours share edges exactly.
 * wkbs: n_classes GBytes *, NULL for an empty class; caller unrefs. */
gboolean thuso_polygonize(ThusoContext *context, const ThusoGrid *grid, const gint32 *classes, gint32 n_classes, GBytes **wkbs,
                          GError **error);

/* --- SQL over layers (criterion `sql`) ------------------------------------------------------------------------------ */

/* Runs one read-only SELECT over `tables` (each becomes a SpatiaLite table `name` with its columns and `geometry`) in a private
 * in-memory database; an authorizer refuses writing, attaching and file functions. The result's columns are TEXT, INTEGER or
 * REAL by their values. */
ThusoTable *thuso_sql(ThusoContext *context, const ThusoTable *const *tables, int n_tables, const char *query, GError **error);

/* --- writing ------------------------------------------------------------------------------------------------------ */

/* A new GeoPackage 1.2, written at `path`, which must not exist; nothing else may have the file open. Tables are added top
 * layer first. `date` ("1970-01-01T00:00:00Z" form) is the time stamp inside, so equal content gives equal bytes. */
typedef struct ThusoStore ThusoStore;
ThusoStore *thuso_store_create(ThusoContext *context, const char *path, const char *date, GError **error);
void thuso_store_abandon(ThusoStore *store); /* closes and removes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoStore, thuso_store_abandon)
/* One layer or attribute table with aliases (gpkg_data_columns), title, description and a spatial index (bulk loaded). */
gboolean thuso_store_add(ThusoStore *store, const ThusoTable *table, GError **error);
gboolean thuso_store_add_style(ThusoStore *store, const char *table, const char *style_name, const char *qml, GError **error);
/* `qgz` is the zipped project, `name` as QGIS lists it. */
gboolean thuso_store_add_project(ThusoStore *store, const char *name, gconstpointer qgz, gsize size, GError **error);
/* Writes all out, syncs, closes, opens again read-only and compares row counts, integrity and indexes. Frees the store. */
gboolean thuso_store_finish(ThusoStore *store, GError **error);

/* --- reading what was written ------------------------------------------------------------------------------------- */

/* A GeoPackage of results, open for reading. One thread at a time. */
typedef struct ThusoStoreReader ThusoStoreReader;
ThusoStoreReader *thuso_store_open(ThusoContext *context, const char *path, GError **error);
void thuso_store_close(ThusoStoreReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoStoreReader, thuso_store_close)
/* Names of its layers and tables as the file lists them, NULL-terminated; they belong to the reader. */
const char *const *thuso_store_tables(const ThusoStoreReader *reader);
/* One of them with what it says of itself: title and description of the table, title and unit of each column. Rows in the order of
 * their keys; the key itself is no column. `fields` (NULL-terminated; NULL = all) limits the columns; those that the table lacks are
 * left out, since results of older versions lack some. Without THUSO_READ_GEOMETRY no geometry is read. Caller frees. */
ThusoTable *thuso_store_read(ThusoStoreReader *reader, const char *table, ThusoReadWhat what, const char *const *fields,
                             GError **error);

/* A Cloud Optimized GeoTIFF of one Float32 band, nodata NaN. */
gboolean thuso_write_cog(ThusoContext *context, const char *path, const ThusoGrid *grid, const float *values,
                         const char *band_name, const char *unit, GError **error);
/* A tiled GeoTIFF of one band, Float32 (nodata NaN) or Int32 (nodata 0), written from north to south while it is computed, strip by
 * strip. Tiles without data take no room. Not compressed (src/io/README.md says what that would cost). */
#define THUSO_WRITER_ROWS 256
typedef struct ThusoRasterWriter ThusoRasterWriter;
typedef struct {
	const ThusoGrid *grid; /* crs may be NULL */
	gboolean is_integer;
	const char *band_name, *unit;
} ThusoRasterKind;
ThusoRasterWriter *thuso_raster_writer_new(ThusoContext *context, const char *path, const ThusoRasterKind *kind, GError **error);
void thuso_raster_writer_abandon(ThusoRasterWriter *writer); /* closes and removes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRasterWriter, thuso_raster_writer_abandon)
/* Bytes of a strip of THUSO_WRITER_ROWS rows as tiles. */
gint64 thuso_raster_writer_bytes(const ThusoRasterKind *kind);
/* Puts n_rows rows (float or gint32), the strip's from `first` on, in the order of tiles; any thread, several at a time. What the last
 * strip lacks of THUSO_WRITER_ROWS rows is filled by _pad. */
void thuso_raster_writer_pack(const ThusoRasterKind *kind, gint32 first, gint32 n_rows, gconstpointer rows, gpointer tiles);
void thuso_raster_writer_pad(const ThusoRasterKind *kind, gint32 strip_rows, gpointer tiles);
/* The next strip; one thread at a time. */
gboolean thuso_raster_writer_put(ThusoRasterWriter *writer, gconstpointer tiles, GError **error);
/* Closes, syncs and looks whether all of it is there. Frees the writer. */
gboolean thuso_raster_writer_finish(ThusoRasterWriter *writer, GError **error);
/* Files that appear under their names only when all of them are complete. Until then they lie under temporary names beside their
 * targets. */
typedef struct {
	const char *option; /* as messages name it: "--output" */
	const char *path;   /* NULL = not wanted */
	const char *endings[3];
	gboolean is_raster; /* side files of an older one of that name (.aux.xml, .ovr, .msk) go */
} ThusoTarget;
typedef struct ThusoTargets ThusoTargets;
/* Refuses (THUSO_ERROR_USAGE) names that stand there already unless `overwrite`, that are one of `inputs` (NULL-terminated) by whatever
 * name or link, that are given twice, or that have another ending. `option` must outlive the targets. */
ThusoTargets *thuso_targets_new(const ThusoTarget *wanted, int n, const char *const *inputs, gboolean overwrite, GError **error);
void thuso_targets_free(ThusoTargets *targets); /* removes what is temporary */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoTargets, thuso_targets_free)
/* Where file i will stand, and where to write it until then (to be created exclusively); NULL = not wanted. */
const char *thuso_targets_final(const ThusoTargets *targets, int i);
const char *thuso_targets_temporary(const ThusoTargets *targets, int i);
/* Syncs and renames all, in order; `written` gets the final names, NULL-terminated (g_strfreev). */
gboolean thuso_targets_place(ThusoTargets *targets, char ***written, GError **error);

/* A cell of a CSV: quoted where it must be; a text that a spreadsheet would take for a formula (it begins with = + - @ or a tab and is
 * no number) gets a leading '. Caller frees. */
char *thuso_csv_text(const char *text);

/* A zip archive in memory with one member. */
GBytes *thuso_zip_one(const char *member, gconstpointer data, gsize size, GError **error);

G_END_DECLS
#endif
