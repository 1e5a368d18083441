/* Input roles on the analysis grid: the study area and its levels, people, terrain, land cover, roads, places, zones; and the audit. */
#ifndef THUSO_DATA_H
#define THUSO_DATA_H

#include <thuso/geo.h>
#include <thuso/io.h>

G_BEGIN_DECLS

/* --- study area --------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;       /* "district" */
	const char *id, *title; /* fields; title NULL = id */
} ThusoLevelSpec;

typedef struct {
	const ThusoSource *boundaries;
	const char *id, *title;       /* fields of the smallest level */
	const ThusoLevelSpec *levels; /* the larger levels, smallest first */
	int n_levels;
	const ThusoSource *window; /* NULL = the data cover everything */
	double buffer_m;
	double cell_m;
	const char *crs;            /* "auto" or a CRS */
	ThusoCrs *const *input_crs; /* of the other layers, for auto */
	int n_input_crs;
} ThusoRegionSpec;

typedef struct {
	char *name; /* "municipality" for the smallest, else the level's name */
	gint32 n;
	char **id, **title;      /* n each, sorted by id (thuso_id_compare) */
	ThusoGeometry **outline; /* n, in the grid's CRS */
	gint32 *unit_of_area;    /* unit of each smallest-level area, n_areas long (identity for the smallest level) */
} ThusoLevel;

typedef struct {
	ThusoGrid grid;
	ThusoLevel *levels; /* [0] = municipality, then larger */
	int n_levels;       /* at least 1 */
	gint32 *area; /* a cell's area (index into levels[0]) or -1: centre inside, or else the area that covers most of the cell */
	guint8 *edge; /* 1 = the area has the cell by cover only; thuso_demand_read gives it up where the people are a neighbour's */
	guint8 *near_area; /* 1 = inside the study area plus buffer; outside nothing is computed */
	guint8 *covered;   /* 1 = all layers cover the cell; starts as the window, each terrain layer takes away */
} ThusoRegion;

ThusoRegion *thuso_region_new(ThusoContext *context, const ThusoRegionSpec *spec, GError **error);
void thuso_region_free(ThusoRegion *region);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRegion, thuso_region_free)

/* Ids compare as numbers if both are integers in 1..2^31-1, else bytewise (src/access/README.md). Where only one is such an integer it
 * comes first, so that a mixed set has one order ("2", "10", "1a"). Equal only when the texts are. */
int thuso_id_compare(const char *a, const char *b);

/* --- people ------------------------------------------------------------------------------------------------------- */

/* A weight on the demand of each feature of the people layer: 1 + share of its class, or 1 + the field's percentage. */
typedef struct {
	const ThusoSource
	    *source; /* the people layer again with a join of its own; NULL = a field of the people layer as it is read */
	const char *field;
	/* Classes: "+2sd" (the second standard deviation above the mean over the features read; the outermost class stated takes what lies
	 * beyond it) and so on, or values of the field. Without classes the field holds percentages. */
	const char *const *class_name;
	const double *class_share;
	int n_classes;
} ThusoDemandFactor;

typedef struct {
	const ThusoSource *people;
	const char *field;                /* count; NULL for a raster of counts */
	const char *id;                   /* id of demand polygons; NULL = feature number */
	const ThusoSource *const *spread; /* layers whose features say where people live; NULL/0 = by area */
	int n_spread;
	const ThusoSource *const *avoid; /* polygons where nobody lives */
	int n_avoid;
	const ThusoSource *control; /* official totals, or NULL */
	const char *control_id, *control_field;
	double growth_years; /* 0 = none */
	double growth_rate;  /* share a year, where there is no field */
	const char *growth_field;
	const char *group_field;          /* count of the target group, or NULL; people of polygons and points */
	const ThusoDemandFactor *factors; /* people of polygons and points */
	int n_factors;
} ThusoDemandSpec;

/* A piece of a demand polygon in a cell. */
typedef struct {
	gint32 polygon;
	gint64 cell;
	double people, weighted;
} ThusoDemandPiece;

typedef struct {
	double *weighted; /* the same after group and factors, or NULL where there are none */
	double *people;   /* a cell, as placed; 0 outside `near_area`, whose people count as outside */
	/* Demand polygons with people near the area, when people came by polygon (else n_polygons = 0): ids, sorted, and the pieces
	 * sorted by polygon, cell. Polygons that share an id are one. */
	gint32 n_polygons;
	char **polygon_id;
	ThusoDemandPiece *pieces;
	gint64 n_pieces;
	/* The area that a polygon lies in, n_polygons long; -1 = it spans several, or lies outside. All -1 with control totals, which
	 * are kept cell by cell. */
	gint32 *home;
	/* The audit: people_in = on_grid + outside, to 1e-9; with control totals people_in is after scaling, people_read before. */
	double people_read, people_in, on_grid, outside;
	gint64 n_features, n_unmatched; /* unmatched: polygons where spread and avoid leave no place to live, spread by area */
} ThusoDemand;

/* Where people come by polygon, cells on the edge of the study area whose people are mostly those of polygons outside it leave the
 * area (region->area becomes -1), so that the area counts its own people on a coast and none of its neighbours'. */
ThusoDemand *thuso_demand_read(ThusoContext *context, ThusoRegion *region, const ThusoDemandSpec *spec, GError **error);
void thuso_demand_free(ThusoDemand *demand);

/* People of the study area by cell and area: a cell on a border between municipalities holds people of both. Those of a polygon with
 * a home count there, the others where the cell counts. Sorted by cell, area; free with thuso_array_free. NULL with an error. */
typedef struct {
	gint64 cell;
	gint32 area;
	double people, weighted; /* weighted: 0 without group and factors */
} ThusoPeopleShare;
ThusoPeopleShare *thuso_demand_shares(const ThusoDemand *demand, const ThusoRegion *region, gint64 *n, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoDemand, thuso_demand_free)

/* --- terrain, land cover, lines ------------------------------------------------------------------------------------ */

/* Heights in metres on the grid (NaN = none). Cells without a height lose `covered`. Caller frees with thuso_array_free. */
float *thuso_elevation_read(ThusoContext *context, ThusoRegion *region, const ThusoSource *source, GError **error);
/* Class values on the grid, -1 = none; cells without a class lose `covered`. */
gint32 *thuso_landcover_read(ThusoContext *context, ThusoRegion *region, const ThusoSource *source, GError **error);

/* A class table `class,label,speed_km_per_h,mode`; classes are texts (road classes) or numbers (land cover). */
typedef struct {
	int n;
	char **class_name, **label;
	double *speed_m_per_s;
	int *mode; /* 0 walking, 1 cycling, 2 motorised: ThusoMode of friction.h */
} ThusoSpeedTable;
ThusoSpeedTable *thuso_speed_table_read(ThusoContext *context, const ThusoSource *source, GError **error);
void thuso_speed_table_free(ThusoSpeedTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSpeedTable, thuso_speed_table_free)
int thuso_speed_table_find(const ThusoSpeedTable *table, const char *class_name); /* -1 = none; "3" also finds "3.0" */

typedef struct {
	const ThusoSource *source;
	const char *class_field, *speed_field; /* one of them; speed in km/h */
	const ThusoSpeedTable *speeds;         /* with class_field */
	const char *other;                     /* what classes without a speed are: "walking", "ignore", or NULL = error */
	const char *oneway_field;              /* read and reported; the grid has no one-way roads */
	const char *bridge_field;              /* NULL = every road bridges */
	const char *const *bridge_values;
} ThusoRoadsSpec;

typedef struct {
	gint64 n;
	ThusoGeometry **line;  /* in the grid's CRS, clipped to nothing: whole lines */
	double *speed_m_per_s; /* 0 = walking only (its speed is the walker's) */
	int *mode;
	guint8 *bridge; /* may carry people over a barrier */
} ThusoRoads;
ThusoRoads *thuso_roads_read(ThusoContext *context, const ThusoRegion *region, const ThusoRoadsSpec *spec, GError **error);
void thuso_roads_free(ThusoRoads *roads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRoads, thuso_roads_free)

/* Any layer as geometries in the grid's CRS with its table; features off the buffered area are left out unless `keep_all`.
 * Invalid geometries are repaired with a finding, empty ones are findings and dropped. Sorted by nothing: the file's order. */
typedef struct {
	ThusoTable *table;        /* the rows kept */
	ThusoGeometry **geometry; /* table->n_rows */
} ThusoFeatures;
ThusoFeatures *thuso_features_read(ThusoContext *context, const ThusoRegion *region, const ThusoSource *source,
                                   ThusoGeometryType required, const char *const *fields, gboolean keep_all, GError **error);
void thuso_features_free(ThusoFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoFeatures, thuso_features_free)

/* --- places: centres, candidates, service points -------------------------------------------------------------------- */

typedef struct {
	char *id;      /* unique; "school:1234" with a prefix */
	char *title;   /* may equal id */
	char *kind;    /* "new", "upgrade", ... for candidates; "" else */
	double x, y;   /* grid CRS */
	gint64 cell;   /* always near the area: places elsewhere are findings and left out */
	gint32 area;   /* index of the municipality whose outline holds the place, or -1 (buffer) */
	double cost;   /* capital, NaN = not stated */
	gint64 row;    /* row of `table` of the layer it came from, or -1 (made by `every`) */
	int layer;     /* which of the specs */
	gboolean open; /* centres only */
	char *place;   /* name of the nearest place, or NULL */
} ThusoPlace;

typedef struct {
	const ThusoSource *source; /* NULL with `every_m` */
	const char *prefix, *id, *title, *kind;
	const char *cost_field;
	double cost;             /* NaN = not stated; used where there is no cost_field */
	const ThusoSource *near; /* layer that names places */
	const char *near_title;
	gboolean within_area;           /* drop those in the buffer (said, not as an error) */
	double min_spacing_m;           /* 0 = none; the lower id stays */
	double every_m, min_people;     /* regular candidates over populated cells */
	const char *open_field;         /* centres */
	const char *const *open_values; /* NULL = all open */
} ThusoPlacesSpec;

typedef struct {
	ThusoPlace *place; /* sorted by id */
	gint64 n;
	ThusoTable **table; /* one per spec, NULL for `every` */
	int n_tables;
} ThusoPlaces;
/* Duplicate ids, ids that are missing, points off the area, status values that no rule names: findings or errors that say what to do.
 * `people` (a cell) serves `every`. No places at all is not an error here. */
ThusoPlaces *thuso_places_read(ThusoContext *context, const ThusoRegion *region, const ThusoPlacesSpec *specs, int n_specs,
                               const double *people, GError **error);
void thuso_places_free(ThusoPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoPlaces, thuso_places_free)

/* --- policy zones --------------------------------------------------------------------------------------------------- */

typedef struct {
	const ThusoSource *source;
	const char *need, *potential;       /* number fields */
	gboolean quantiles;                 /* else the stated breaks */
	double need_break, potential_break; /* high = at or above */
	const char *category, *role;        /* text fields or NULL */
	double within_m;                    /* a layer of points: how far each reaches, the nearest one counts; NaN = polygons only */
} ThusoZonesSpec;

typedef struct {
	gint32 n;
	ThusoGeometry **outline;
	double *need, *potential;           /* NaN = missing */
	char **quadrant;                    /* "HN-HP", ... or NULL where need or potential is missing */
	char **category, **role;            /* or NULL */
	double need_break, potential_break; /* as used */
	gint32 *zone;                       /* a cell's zone (centre), -1 = none */
} ThusoZones;
ThusoZones *thuso_zones_read(ThusoContext *context, const ThusoRegion *region, const ThusoZonesSpec *specs, int n_specs,
                             GError **error);
void thuso_zones_free(ThusoZones *zones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoZones, thuso_zones_free)

/* --- settlement types ---------------------------------------------------------------------------------------------- */

#define THUSO_SETTLEMENT_TYPES 100 /* at most */

/* A layer (polygons: the cell's centre decides; points: the nearest within `within_m`), or densities of people. */
typedef struct {
	const ThusoSource *source; /* NULL = densities */
	const char *class_field;
	double within_m; /* points */
	const char *const *name;
	const double *density_per_km2; /* n, ascending: a type begins here */
	int n;
	double radius_m; /* the density is that of the square this far to all sides of the cell */
} ThusoSettlementsSpec;

typedef struct {
	int n;
	char **name;  /* of a layer sorted; of densities as given */
	guint8 *type; /* a cell's type; n = none */
} ThusoSettlements;
/* `people` (a cell) serves densities. Errors: THUSO_ERROR_USAGE, _INPUT. */
ThusoSettlements *thuso_settlements_read(ThusoContext *context, const ThusoRegion *region, const ThusoSettlementsSpec *spec,
                                         const double *people, GError **error);
int thuso_settlements_find(const ThusoSettlements *settlements, const char *name); /* -1 = none; case does not matter */
void thuso_settlements_free(ThusoSettlements *settlements);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoSettlements, thuso_settlements_free)

G_END_DECLS
#endif
