/* The study file's schema: one row a key. Checks, defaults, the parameters table of a result and the reference page of
 * `thuso list study` all come from these tables. Shape and names: README.md, "The study file". */
#include <thuso/report.h>

#include "schema.h"
#include "measures.h"
#include "capacity.h"
#include "mobile.h"
#include "monitoring.h"
#include "sensitivity.h"

#include <string.h>

#define DPSA "DPSA Guideline on Improving Geographic Access to Government Service Points"

static const ThusoParam text_item[] = { { "text", THUSO_PARAM_TEXT, .help = "a text" }, { NULL } };

static const ThusoParam join_params[] = {
	{ "path", THUSO_PARAM_TEXT, .required = TRUE, .help = "the table's file (CSV, XLSX, ...)" },
	{ "layer", THUSO_PARAM_TEXT, .help = "its sheet or layer" },
	{ "key", THUSO_PARAM_TEXT, .required = TRUE, .help = "the table's column with the key" },
	{ "to", THUSO_PARAM_TEXT, .required = TRUE, .help = "the layer's column with the key" },
	{ "fields", THUSO_PARAM_LIST, .item = text_item, .help = "columns to bring (all)" },
	{ NULL },
};

/* A source is the same everywhere (`thuso list study`), so its keys are written once. */
#define SOURCE_KEYS                                                                                                              \
	{ "path", THUSO_PARAM_LIST, .item = text_item, .help = "file, list of files or a pattern; relative to the study file" },     \
	    { "layer", THUSO_PARAM_TEXT, .help = "layer of the file; without path: a layer of the study's data file" },              \
	    { "where", THUSO_PARAM_TEXT, .help = "OGR SQL filter" },                                                                 \
	    { "crs", THUSO_PARAM_TEXT, .help = "coordinate reference system where the file does not say it, such as EPSG:4326" },    \
	    { "x", THUSO_PARAM_TEXT, .help = "column of a point table with x or longitude" },                                        \
	    { "y", THUSO_PARAM_TEXT, .help = "column of a point table with y or latitude" },                                         \
	    { "lon", THUSO_PARAM_TEXT, .help = "same as x" }, { "lat", THUSO_PARAM_TEXT, .help = "same as y" },                      \
	    { "max_age",  THUSO_PARAM_QUANTITY,                                                                                      \
		  THUSO_TIME, 86400,                                                                                                     \
		  3.2e9,      .help = "how old its files may be in a scheduled run, such as 400 days (any age)" },                       \
	{                                                                                                                            \
		"join", THUSO_PARAM_BLOCK, .block = join_params, .help = "columns to bring from a table"                                 \
	}

/* A layer's name alone stands for {layer: NAME}. */
static gboolean any_word(const char *text)
{
	return *text != '\0';
}

static gboolean is_all(const char *text)
{
	return strcmp(text, "all") == 0;
}

static gboolean is_quantiles(const char *text)
{
	return strcmp(text, "quantiles") == 0;
}

static const ThusoParam source_params[] = { SOURCE_KEYS, { NULL } };
static const ThusoParam source_item[] = {
	{ "layer", THUSO_PARAM_BLOCK, .block = source_params, .shorthand = any_word, .help = "a source, or a layer's name" },
	{ NULL },
};
static const ThusoParam plain_source_item[] = {
	{ "layer", THUSO_PARAM_BLOCK, .block = source_params, .help = "a source" },
	{ NULL },
};

static const ThusoParam study_params[] = {
	{ "name", THUSO_PARAM_TEXT, .required = TRUE, .help = "title of the study, shown on maps" },
	{ "data", THUSO_PARAM_TEXT, .help = "file that `layer` alone refers to" },
	{ "date", THUSO_PARAM_TEXT, .help = "date of the study, YYYY-MM-DD; the time stamp inside the results" },
	{ NULL },
};

static const ThusoParam level_params[] = {
	{ "id", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the level's code" },
	{ "title", THUSO_PARAM_TEXT, .help = "field with its name" },
	{ NULL },
};
static const ThusoParam level_item[] = { { "level", THUSO_PARAM_BLOCK, .block = level_params, .help = "a larger level" },
	                                     { NULL } };

static const ThusoParam area_params[] = {
	{ "boundaries", THUSO_PARAM_BLOCK, .block = source_params, .required = TRUE, .help = "polygons of the municipalities" },
	{ "id", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the municipality's code" },
	{ "title", THUSO_PARAM_TEXT, .help = "field with its name" },
	{ "where", THUSO_PARAM_TEXT, .help = "OGR SQL filter that selects the study area" },
	{ "levels", THUSO_PARAM_MAP, .item = level_item, .help = "larger levels, smallest first: {district: {id: FIELD}}" },
	{ "window", THUSO_PARAM_BLOCK, .block = source_params, .help = "polygons of the part that the data cover" },
	{ "demarcation", THUSO_PARAM_TEXT, .help = "year of the boundaries, kept with the results" },
	{ "buffer", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 0, 1e6, "10 km", .origin = "sourced",
	  .source = DPSA ", p. 47 (at least 10 km)", .help = "how far around the area centres and people compete" },
	{ "crs", THUSO_PARAM_TEXT, .default_text = "auto", .origin = "derived", .source = "src/geo/README.md",
	  .help = "the grid's reference system: auto, or a projected one in metres" },
	{ "cell", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e5, .required = TRUE,
	  .help = "side of a grid cell: 90 m for a municipality, 250 m for a district, 1 km for the country" },
	{ NULL },
};

static const ThusoParam people_params[] = {
	SOURCE_KEYS,
	{ "field", THUSO_PARAM_TEXT, .help = "field with the count of people (polygons, points); a raster of counts has none" },
	{ "id", THUSO_PARAM_TEXT, .help = "field with the demand polygon's id (feature number)" },
	{ NULL },
};
static const char *const unmatched_choices[] = { "area", NULL };
static const ThusoParam spread_params[] = {
	{ "layers", THUSO_PARAM_LIST, .item = source_item, .required = TRUE,
	  .help = "where people live: dwellings (points) or built-up polygons" },
	{ "avoid", THUSO_PARAM_LIST, .item = source_item, .help = "polygons where nobody lives" },
	{ "unmatched", THUSO_PARAM_CHOICE, .choices = unmatched_choices, .default_text = "area", .origin = "derived",
	  .source = "src/geo/README.md", .help = "polygons without any spread feature are spread by area" },
	{ NULL },
};
static const ThusoParam control_params[] = {
	SOURCE_KEYS,
	{ "id", THUSO_PARAM_TEXT, .required = TRUE, .help = "column with the area's code" },
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "column with its official total" },
	{ NULL },
};
static const ThusoParam growth_params[] = {
	{ "rate", THUSO_PARAM_QUANTITY, THUSO_SHARE, -0.5, 0.5, .help = "a year, such as 1.2 %" },
	{ "field", THUSO_PARAM_TEXT, .help = "field of the people layer with the rate a year as a share (0.012), instead of `rate`" },
	{ "years", THUSO_PARAM_INTEGER, .min = 1, .max = 100, .required = TRUE, .help = "from the count to the planning year" },
	{ NULL },
};
static const ThusoParam group_params[] = {
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "field of the people layer that counts the target group" },
	{ NULL },
};
static const ThusoParam share_item[] = {
	{ "share", THUSO_PARAM_QUANTITY, THUSO_SHARE, -1, 5, .help = "more (50 %) or less (-10 %) demand of that class" },
	{ NULL },
};
static const ThusoParam factor_params[] = {
	{ "join", THUSO_PARAM_BLOCK, .block = join_params, .help = "table with the field, where the people layer has it not" },
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the value" },
	{ "classes", THUSO_PARAM_MAP, .item = share_item, .source = DPSA ", p. 46 (activity 3)",
	  .help =
	      "by standard deviations over the people features read (+1sd, +2sd, -1sd: the outermost takes what lies beyond), or by "
	      "values of the field; without it the field holds percentages" },
	{ NULL },
};
static const ThusoParam factor_item[] = { { "factor", THUSO_PARAM_BLOCK, .block = factor_params, .help = "a demand factor" },
	                                      { NULL } };
static const ThusoParam demand_params[] = {
	{ "people", THUSO_PARAM_BLOCK, .block = people_params, .required = TRUE,
	  .help = "people by polygon, point or raster of counts" },
	{ "spread", THUSO_PARAM_BLOCK, .block = spread_params, .help = "how people lie inside their polygons (evenly)" },
	{ "control", THUSO_PARAM_BLOCK, .block = control_params, .help = "official totals to scale to" },
	{ "growth", THUSO_PARAM_BLOCK, .block = growth_params, .help = "growth from the year of the count to the planning year" },
	{ "group", THUSO_PARAM_BLOCK, .block = group_params,
	  .help = "target group: `_weighted` people are these; people stay all residents" },
	{ "factors", THUSO_PARAM_LIST, .item = factor_item,
	  .help = "weights on demand, one after the other: `_weighted` people; rankings, plans and thresholds count them" },
	{ NULL },
};

static const char *const direction_choices[] = { "to", "from", NULL };
static const char *const neighbours_choices[] = { "8", "16", NULL };
static const char *const corners_choices[] = { "guard", "cut", NULL };
static const char *const lengths_choices[] = { "ground", "planar", NULL };
static const char *const other_choices[] = { "walking", "ignore", NULL };

static const ThusoParam landcover_params[] = {
	SOURCE_KEYS,
	{ "speeds", THUSO_PARAM_TEXT, .required = TRUE, .help = "class table: class,label,speed_km_per_h,mode" },
	{ NULL },
};
static const ThusoParam roads_params[] = {
	SOURCE_KEYS,
	{ "class", THUSO_PARAM_TEXT, .help = "field with the road class" },
	{ "speeds", THUSO_PARAM_TEXT, .help = "class table: class,label,speed_km_per_h,mode" },
	{ "speed", THUSO_PARAM_TEXT, .help = "field with the speed in km/h, instead of class and speeds" },
	{ "oneway", THUSO_PARAM_TEXT, .help = "field with the direction; reported, the grid has no one-way roads" },
	{ "other", THUSO_PARAM_CHOICE, .choices = other_choices,
	  .help = "what classes without a speed are; without it they stop the run" },
	{ NULL },
};
static const ThusoParam bridges_params[] = {
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "field of the roads" },
	{ "values", THUSO_PARAM_LIST, .item = text_item, .required = TRUE, .help = "values that mean: may cross barriers" },
	{ NULL },
};
static const ThusoParam walking_params[] = {
	{ "speed", THUSO_PARAM_QUANTITY, THUSO_SPEED, 0.1, 10, "4.5 km/h", .origin = "sourced", .source = DPSA ", p. 50",
	  .help = "on the flat, where no land cover says otherwise" },
	{ "slope", THUSO_PARAM_TEXT, .default_text = "tobler", .origin = "sourced", .source = "Tobler 1993",
	  .help = "slope function of walking, any of `thuso list slopes`" },
	{ NULL },
};
static const char *const riding_choices[] = { "roads", NULL };
static const ThusoParam trip_params[] = {
	{ "riding", THUSO_PARAM_CHOICE, .choices = riding_choices, .help = "roads: on roads the vehicle's speed counts" },
	{ "factor", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0.01, 2, "1", .origin = "derived", .source = "the class speed as it stands",
	  .help = "share of the class speed that the vehicle reaches" },
	{ "wait", THUSO_PARAM_QUANTITY, THUSO_TIME, 0, 86400, "0 s", .origin = "derived", .source = "no waiting",
	  .help = "waiting whenever one gets on; until then, and after, one walks" },
	{ NULL },
};
static const ThusoParam trip_item[] = { { "trip", THUSO_PARAM_BLOCK, .block = trip_params, .help = "a trip" }, { NULL } };
static const ThusoParam travel_params[] = {
	{ "direction", THUSO_PARAM_CHOICE, .choices = direction_choices, .default_text = "to", .origin = "derived",
	  .source = "src/friction/README.md", .help = "people travel to the centre, or the service from it" },
	{ "elevation", THUSO_PARAM_BLOCK, .block = source_params, .help = "heights in metres (flat)" },
	{ "landcover", THUSO_PARAM_BLOCK, .block = landcover_params, .help = "land cover classes (one walking speed everywhere)" },
	{ "roads", THUSO_PARAM_BLOCK, .block = roads_params, .help = "road lines" },
	{ "barriers", THUSO_PARAM_LIST, .item = plain_source_item,
	  .help = "lines that cannot be crossed, polygons that cannot be entered" },
	{ "bridges", THUSO_PARAM_BLOCK, .block = bridges_params, .shorthand = is_all, .default_text = "all", .origin = "derived",
	  .source = "src/friction/README.md", .help = "which roads carry people over barriers" },
	{ "walking", THUSO_PARAM_BLOCK, .block = walking_params, .help = "how people walk" },
	{ "trips", THUSO_PARAM_MAP, .item = trip_item, .required = TRUE,
	  .help = "ways to travel, by name: {walk: {}, taxi: {riding: roads}}" },
	{ "neighbours", THUSO_PARAM_CHOICE, .choices = neighbours_choices, .default_text = "16", .origin = "derived",
	  .source = "src/friction/README.md", .help = "8, or 16 with knight moves" },
	{ "corners", THUSO_PARAM_CHOICE, .choices = corners_choices, .default_text = "guard", .origin = "derived",
	  .source = "src/friction/README.md", .help = "guard: no slipping between two blocked cells" },
	{ "lengths", THUSO_PARAM_CHOICE, .choices = lengths_choices, .default_text = "ground", .origin = "derived",
	  .source = "src/geo/README.md", .help = "ground: on the ellipsoid" },
	{ "search_limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, .default_text = NULL, .origin = "derived",
	  .source = "3 h, or 100 km where the standard is a distance", .help = "how far to search; beyond is `beyond_search`" },
	{ NULL },
};

static const ThusoParam standard_params[] = {
	{ "service", THUSO_PARAM_TEXT, .required = TRUE, .help = "the service, such as thusong" },
	{ "settlement", THUSO_PARAM_TEXT, .default_text = "any", .origin = "derived", .source = "one standard for all settlements",
	  .help = "settlement type of `settlements`, or any" },
	{ "departments", THUSO_PARAM_LIST, .item = text_item,
	  .help =
	      "given at the service points of these departments (`services`) instead of the centres; the plan's sites give it too" },
	{ "trip", THUSO_PARAM_TEXT, .required = TRUE, .help = "one of the trips" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 1, 1e7, .required = TRUE,
	  .help = "how far is near enough, in minutes or kilometres: a policy decision; usual are 5, 10, 15, 25 or 40 km" },
	{ "min_people", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9, .help = "least people within the limit of a point" },
	{ "max_people", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9, .help = "most people within the limit of a point" },
	{ "source", THUSO_PARAM_TEXT, .help = "who decided the standard, and when" },
	{ NULL },
};
static const ThusoParam standard_item[] = {
	{ "standard", THUSO_PARAM_BLOCK, .block = standard_params, .help = "an access standard" }, { NULL }
};
static const ThusoParam density_item[] = {
	{ "density", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e7, .help = "people per km2 from which the type begins" },
	{ NULL },
};
static const ThusoParam settlements_params[] = {
	SOURCE_KEYS,
	{ "class", THUSO_PARAM_TEXT, .help = "field with the settlement type" },
	{ "within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e6, .help = "points: how far a place reaches; the nearest one counts" },
	{ "density", THUSO_PARAM_MAP, .item = density_item,
	  .help = "instead of a layer: types by people per km2, the sparsest first: {rural: 0, urban: 1000}" },
	{ "radius", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 0, 1e5, "1 km", .origin = "derived", .source = "src/study/README.md",
	  .help = "density: of the square this far to all sides of a cell" },
	{ NULL },
};
static const ThusoParam band_item[] = {
	{ "bound", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 1, 1e7, .help = "upper bound of a band" },
	{ NULL },
};

static const ThusoParam open_params[] = {
	{ "field", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the status" },
	{ "values", THUSO_PARAM_LIST, .item = text_item, .required = TRUE, .help = "values that count as open: a policy decision" },
	{ NULL },
};
static const ThusoParam near_params[] = { SOURCE_KEYS,
	                                      { "title", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the place's name" },
	                                      { NULL } };
static const ThusoParam centres_params[] = {
	SOURCE_KEYS,
	{ "prefix", THUSO_PARAM_TEXT, .help = "put before the id" },
	{ "id", THUSO_PARAM_TEXT, .help = "field with the id (feature number)" },
	{ "title", THUSO_PARAM_TEXT, .help = "field with the name" },
	{ "open", THUSO_PARAM_BLOCK, .block = open_params, .shorthand = is_all,
	  .help = "all, or {field: status, values: [...]}: which are open now" },
	{ "type", THUSO_PARAM_TEXT, .help = "field with the type of a centre, or one type for all" },
	{ "near", THUSO_PARAM_BLOCK, .block = near_params, .help = "layer that names places" },
	{ "responsible", THUSO_PARAM_TEXT, .help = "field with who is responsible, carried to the plan (`responsible`)" },
	{ "land_status", THUSO_PARAM_TEXT, .help = "field with the status of the land, carried to the plan (`land_status`)" },
	{ "risk", THUSO_PARAM_TEXT, .help = "field with the risk, carried to the plan (`risk`)" },
	{ "service_blocks", THUSO_PARAM_TEXT, .help = "field with the service blocks, carried to the plan (`service_blocks`)" },
	{ "capacity", THUSO_PARAM_BLOCK, .block = centre_capacity_params, .help = "what a centre can serve" },
	{ NULL },
};
static const ThusoParam services_params[] = {
	SOURCE_KEYS,
	{ "department", THUSO_PARAM_TEXT, .help = "field with the department" },
	{ NULL },
};
static const ThusoParam services_item[] = {
	{ "service", THUSO_PARAM_BLOCK, .block = services_params, .help = "a layer of service points" }, { NULL }
};
static const char *const within_choices[] = { "area", "buffer", NULL };
static const char *const kind_choices[] = { "new", "upgrade", NULL };
static const ThusoParam candidates_params[] = {
	SOURCE_KEYS,
	{ "prefix", THUSO_PARAM_TEXT, .help = "put before the id: school gives school:1234" },
	{ "id", THUSO_PARAM_TEXT, .help = "field with the id (feature number)" },
	{ "title", THUSO_PARAM_TEXT, .help = "field with the name" },
	{ "near", THUSO_PARAM_BLOCK, .block = near_params, .help = "layer that names places" },
	{ "within", THUSO_PARAM_CHOICE, .choices = within_choices, .default_text = "area", .origin = "derived",
	  .source = "a site of the programme lies in its municipality", .help = "area: drop candidates in the buffer" },
	{ "min_spacing", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 0, 1e6, .help = "thin out: the lower id of two nearer than this stays" },
	{ "kind", THUSO_PARAM_CHOICE, .choices = kind_choices, .default_text = "new", .origin = "derived",
	  .source = "a candidate is a new site unless said", .help = "new or upgrade" },
	{ "cost", THUSO_PARAM_QUANTITY, THUSO_MONEY, 0, 1e12, .help = "capital cost of a site" },
	{ "every", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e6,
	  .help = "regular candidates over populated cells, instead of a layer" },
	{ "min_people", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9, "1", .origin = "derived", .source = "populated cells only",
	  .help = "people that a square needs for a regular candidate" },
	{ "responsible", THUSO_PARAM_TEXT, .help = "field with who is responsible, carried to the plan (`responsible`)" },
	{ "land_status", THUSO_PARAM_TEXT, .help = "field with the status of the land, carried to the plan (`land_status`)" },
	{ "risk", THUSO_PARAM_TEXT, .help = "field with the risk, carried to the plan (`risk`)" },
	{ "service_blocks", THUSO_PARAM_TEXT, .help = "field with the service blocks, carried to the plan (`service_blocks`)" },
	{ NULL },
};
static const ThusoParam candidates_item[] = {
	{ "candidates", THUSO_PARAM_BLOCK, .block = candidates_params, .help = "a layer of candidates" }, { NULL }
};

static const ThusoParam breaks_params[] = {
	{ "need", THUSO_PARAM_QUANTITY, THUSO_NUMBER | THUSO_SHARE, .required = TRUE, .help = "high need from here" },
	{ "potential", THUSO_PARAM_QUANTITY, THUSO_NUMBER | THUSO_SHARE, .required = TRUE, .help = "high potential from here" },
	{ NULL },
};
static const ThusoParam zones_params[] = {
	SOURCE_KEYS,
	{ "need", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the need" },
	{ "potential", THUSO_PARAM_TEXT, .required = TRUE, .help = "field with the development potential" },
	{ "breaks", THUSO_PARAM_BLOCK, .block = breaks_params, .shorthand = is_quantiles, .required = TRUE,
	  .help = "quantiles (high = upper half of the zones), or {need: X, potential: Y}" },
	{ "category", THUSO_PARAM_TEXT, .help = "field with the NSDP category" },
	{ "role", THUSO_PARAM_TEXT, .help = "field with the PGDS role" },
	{ "within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e6,
	  .help = "a layer of points (nodes): how far each reaches, in a straight line; the nearest one counts" },
	{ NULL },
};
static const ThusoParam zones_item[] = { { "zones", THUSO_PARAM_BLOCK, .block = zones_params, .help = "a layer of policy zones" },
	                                     { NULL } };

enum { ANY_QUANTITY = THUSO_NUMBER | THUSO_TIME | THUSO_LENGTH | THUSO_SPEED | THUSO_SHARE | THUSO_MONEY };
static const ThusoParam score_item[] = {
	{ "score", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, .help = "0 (worst) to 1 (best)" },
	{ NULL },
};
/* What of a policy zone can be scored. */
static const char *const by_choices[] = { "quadrant", "category", "role", NULL };
static const ThusoParam criterion_params[] = {
	{ "use", THUSO_PARAM_TEXT, .required = TRUE, .help = "a criterion (thuso list criteria)" },
	{ "name", THUSO_PARAM_TEXT, .help = "column name of its value and score" },
	{ "weight", THUSO_PARAM_QUANTITY, THUSO_NUMBER | THUSO_SHARE, 0, 1e9, "1", .origin = "sourced",
	  .source = "equal weights unless stated (AccessMod)", .help = "relative weight" },
	{ "best", THUSO_PARAM_QUANTITY, ANY_QUANTITY, .help = "value that scores 1" },
	{ "worst", THUSO_PARAM_QUANTITY, ANY_QUANTITY, .help = "value that scores 0" },
	SOURCE_KEYS,
	{ "field", THUSO_PARAM_TEXT, .help = "field of the candidates' layer" },
	{ "scores", THUSO_PARAM_MAP, .item = score_item, .help = "score of each class" },
	{ "by", THUSO_PARAM_CHOICE, .choices = by_choices, .help = "zone: what of it is scored (quadrant)" },
	{ "within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e5, .help = "departments_within: how near (1 km)" },
	{ "query", THUSO_PARAM_TEXT, .help = "SELECT that returns the columns site and value" },
	{ NULL },
};
static const ThusoParam criterion_item[] = { { "criterion", THUSO_PARAM_BLOCK, .block = criterion_params, .help = "a criterion" },
	                                         { NULL } };
static const ThusoParam exclusion_params[] = {
	{ "use", THUSO_PARAM_TEXT, .required = TRUE, .help = "inside, near, slope, attribute and others (thuso list criteria)" },
	{ "name", THUSO_PARAM_TEXT, .help = "name in the table of excluded sites" },
	{ "over", THUSO_PARAM_QUANTITY, ANY_QUANTITY, .help = "out when the value is over this" },
	{ "under", THUSO_PARAM_QUANTITY, ANY_QUANTITY, .help = "out when the value is under this" },
	SOURCE_KEYS,
	{ "field", THUSO_PARAM_TEXT, .help = "field of the candidates' layer" },
	{ "values", THUSO_PARAM_LIST, .item = text_item, .help = "out when the field has one of these" },
	{ "within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e5, .help = "departments_within: how near (1 km)" },
	{ NULL },
};
static const ThusoParam exclusion_item[] = {
	{ "exclusion", THUSO_PARAM_BLOCK, .block = exclusion_params, .help = "an exclusion" }, { NULL }
};
static const ThusoParam judgement_item[] = {
	{ "comparison", THUSO_PARAM_TEXT, .help = "how much more important the first is: 1 (alike) to 9, or 1/2 to 1/9" }, { NULL }
};
static const ThusoParam ahp_item[] = {
	{ "criterion", THUSO_PARAM_MAP, .item = judgement_item, .help = "a criterion beside others: {need: 3, slope: 1/5}" }, { NULL }
};
static const char *const missing_choices[] = { "worst", "mean", "exclude", NULL };
static const ThusoParam ranking_params[] = {
	{ "criteria", THUSO_PARAM_LIST, .item = criterion_item, .required = TRUE, .help = "what makes a site good" },
	{ "ahp", THUSO_PARAM_MAP, .item = ahp_item,
	  .help = "weights from comparisons in pairs, instead of `weight`: {people_gained: {need: 3}}; the other way round follows" },
	{ "weights", THUSO_PARAM_BLOCK, .block = source_params,
	  .help = "the same from a table: a column `criterion`, then a column for each criterion" },
	{ "exclude", THUSO_PARAM_LIST, .item = exclusion_item, .help = "what rules a site out" },
	{ "missing", THUSO_PARAM_CHOICE, .choices = missing_choices, .default_text = "worst", .origin = "derived",
	  .source = "src/siting/README.md", .help = "how a missing value scores" },
	{ "spacing", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 0, 1e6, "0 m", .origin = "derived", .source = "every site is listed",
	  .help = "neighbours nearer than this, in the same municipality, become alternatives of the better one" },
	{ NULL },
};

/* --- siting ------------------------------------------------------------------------------------------------------------- */

static const char *const mode_choices[] = { "greenfields", "brownfields", "relocation", "reduction", NULL };
static const ThusoParam mode_item[] = {
	{ "mode", THUSO_PARAM_CHOICE, .choices = mode_choices, .help = "what happens to the open centres" },
	{ NULL },
};
static const char *const count_choices[] = { "new", "total", NULL };
static const char *const where_choices[] = { "no_centre", NULL };
static const char *const yes_choices[] = { "yes", "no", NULL };
static const ThusoParam quota_params[] = {
	{ "level", THUSO_PARAM_TEXT, .required = TRUE, .help = "municipality, or one of the area's levels" },
	{ "group", THUSO_PARAM_TEXT, .help = "code of one area of the level (each of them)" },
	{ "min", THUSO_PARAM_INTEGER, .min = 0, .max = 1e6, .help = "at least so many centres in an area" },
	{ "max", THUSO_PARAM_INTEGER, .min = 0, .max = 1e6, .help = "at most so many" },
	{ "count", THUSO_PARAM_CHOICE, .choices = count_choices, .default_text = "total", .origin = "derived",
	  .source = "a municipality's centres are those that stand there", .help = "new sites of the plan, or open centres too" },
	{ "where", THUSO_PARAM_CHOICE, .choices = where_choices, .help = "no_centre: only areas without an open centre" },
	{ "skip_empty", THUSO_PARAM_CHOICE, .choices = yes_choices, .default_text = "no", .origin = "derived",
	  .source = "a quota that cannot be met stops the run",
	  .help = "yes: areas with too few candidates for `min` are left out, with a finding" },
	{ NULL },
};
static const ThusoParam quota_item[] = { { "quota", THUSO_PARAM_BLOCK, .block = quota_params, .help = "a quota" }, { NULL } };

/* What a phase asks for, in the block itself or in a list of phases. */
#define PHASE_KEYS                                                                                                               \
	{ "sites", THUSO_PARAM_INTEGER, .min = 0, .max = 1e6,                                                                        \
	  .help = "how many new sites at most; without it, target and budget: as many as the quotas ask for" },                      \
	    { "target", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, .help = "stop when this share of the people is within the limit" }, \
	    { "budget", THUSO_PARAM_QUANTITY, THUSO_MONEY, 0, 1e15, .help = "capital cost of the new sites at most" },               \
	{                                                                                                                            \
		"quota", THUSO_PARAM_LIST, .item = quota_item, .help = "how many centres areas must and may have"                        \
	}
static const ThusoParam phase_params[] = { PHASE_KEYS, { NULL } };
static const ThusoParam phase_item[] = { { "phase", THUSO_PARAM_BLOCK, .block = phase_params, .help = "a phase" }, { NULL } };
static const char *const candidates_choices[] = { "all", "listed", NULL };

static const ThusoParam siting_params[] = {
	{ "mode", THUSO_PARAM_LIST, .item = mode_item, .required = TRUE,
	  .help =
	      "brownfields (open centres stay), greenfields (they do not count), relocation (some close, as many open), reduction "
	      "(some close); each of a list becomes a plan, the first one the result's" },
	{ "model", THUSO_PARAM_TEXT, .default_text = "mclp", .origin = "sourced", .source = "Church and ReVelle 1974",
	  .help = "what makes a plan good: a location model" },
	{ "phases", THUSO_PARAM_LIST, .item = phase_item,
	  .help = "one after the other, sites of earlier phases stay; of greenfields and brownfields" },
	PHASE_KEYS,
	{ "moves", THUSO_PARAM_INTEGER, .min = 0, .max = 1e6, .help = "relocation: how many open centres may close" },
	{ "keep", THUSO_PARAM_INTEGER, .min = 0, .max = 1e6, .help = "reduction: how many open centres stay" },
	{ "candidates", THUSO_PARAM_CHOICE, .choices = candidates_choices, .default_text = "all", .origin = "derived",
	  .source = "src/study/README.md", .help = "all that no exclusion took, or only those that the ranking lists (`spacing`)" },
	{ "min_people", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9, .help = "people whom a new site must add (covering models)" },
	{ "capacity", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e12, .help = "people whom a centre can serve (capacitated models)" },
	{ "decay", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0.01, 20, .help = "exponent of the cost in attendance models (2)" },
	{ "gap", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, "0.1 %", .origin = "derived", .source = "src/study/README.md",
	  .help = "a plan proven to be this near the best is good enough" },
	{ "time_limit", THUSO_PARAM_QUANTITY, THUSO_TIME, 1, 1e7,
	  .help = "for one phase: then the best plan so far, with its gap; it may differ between machines" },
	{ "seed", THUSO_PARAM_INTEGER, .min = 0, .max = 1e15, .default_text = "1", .origin = "derived", .source = "any number does",
	  .help = "of the solver's restarts" },
	{ "alternatives", THUSO_PARAM_INTEGER, .min = 0, .max = 1000, .help = "how many other plans to show, best first (none)" },
	{ "loss", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, "1 %", .origin = "derived", .source = "src/study/README.md",
	  .help = "how much worse an alternative may be" },
	{ "digital_under", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9,
	  .help = "residual demand of fewer people than this: a digital service (a mobile one)" },
	{ NULL },
};

static const ThusoParam class_params[] = {
	{ "capital", THUSO_PARAM_QUANTITY, THUSO_MONEY, 0, 1e12, .help = "cost of a new centre, where its candidate has none" },
	{ "operating", THUSO_PARAM_QUANTITY, THUSO_MONEY, 0, 1e12, .help = "cost of a year" },
	{ "capacity", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e12, .help = "of a new centre, in the unit of `centres.capacity`" },
	{ "min_people", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 0, 1e9, .required = TRUE,
	  .help = "people whom such a centre must add: a policy decision" },
	{ NULL },
};
static const ThusoParam class_item[] = { { "class", THUSO_PARAM_BLOCK, .block = class_params, .help = "a class of centres" },
	                                     { NULL } };

static const ThusoParam budget_item[] = { { "year", THUSO_PARAM_QUANTITY, THUSO_MONEY, 0, 1e15, .help = "of one year" },
	                                      { NULL } };
static const ThusoParam rollout_params[] = {
	{ "start", THUSO_PARAM_INTEGER, .min = 1900, .max = 3000, .required = TRUE, .help = "first year" },
	{ "years", THUSO_PARAM_INTEGER, .min = 1, .max = 30, .required = TRUE, .help = "how many years" },
	{ "budget", THUSO_PARAM_LIST, .item = budget_item, .required = TRUE,
	  .help = "for capital costs: one amount a year, or one for every year" },
	{ "currency", THUSO_PARAM_TEXT, .default_text = "ZAR", .origin = "derived", .source = "costs are in rand",
	  .help = "of all costs, for titles" },
	{ "discount", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, "0 %", .origin = "derived", .source = "a year is worth a year",
	  .help = "a year counts 1 / (1 + this) of the one before it" },
	{ "growth", THUSO_PARAM_QUANTITY, THUSO_SHARE, -0.5, 0.5, "0 %", .origin = "derived", .source = "the planning year's people",
	  .help = "of the people, a year" },
	{ "carry_over", THUSO_PARAM_CHOICE, .choices = yes_choices, .default_text = "no", .origin = "derived",
	  .source = "budgets of financial years", .help = "yes: what a year leaves may be spent later" },
	{ "gap", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0, 1, "0.1 %", .origin = "derived", .source = "src/study/README.md",
	  .help = "a roll-out proven to be this near the best is good enough" },
	{ "time_limit", THUSO_PARAM_QUANTITY, THUSO_TIME, 1, 1e7, .help = "then the best one so far, with its gap" },
	{ NULL },
};

static const ThusoParam methods_params[] = {
	{ "buffer", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e6,
	  .help =
	      "straight line and road distance that count as near enough (the first standard's limit, where that is a distance)" },
	{ "speed", THUSO_PARAM_QUANTITY, THUSO_SPEED, 0.1, 200,
	  .help = "instead of `buffer`, where the limit is a time: it times this speed is the distance" },
	{ NULL },
};

static const ThusoParam output_params[] = {
	{ "path", THUSO_PARAM_TEXT, .required = TRUE, .help = "the result, NAME.gpkg; its folder is made" },
	{ NULL },
};

static const ThusoParam schedule_params[] = {
	{ "folder", THUSO_PARAM_TEXT, .required = TRUE, .help = "gets a dated folder for each scheduled run, and the link `latest`" },
	{ "keep", THUSO_PARAM_INTEGER, .min = 1, .max = 10000, .help = "how many results stay; older ones go (all stay)" },
	{ NULL },
};

static const ThusoParam report_format[] = {
	{ "format", THUSO_PARAM_CHOICE, .choices = thuso_report_formats, .help = "a form of report" },
	{ NULL },
};
static const ThusoParam report_params[] = {
	{ "by", THUSO_PARAM_TEXT, .default_text = "municipality", .origin = "derived", .source = "the smallest level",
	  .help = "a page for each area of that level: municipality, or one of area.levels" },
	{ "formats", THUSO_PARAM_LIST, .item = report_format, .help = "html, pdf, xlsx, csv (all but pdf)" },
	{ NULL },
};

static const ThusoParam measure_item[] = {
	{ "measure", THUSO_PARAM_BLOCK, .block = measure_params, .help = "a measure of access" }, { NULL }
};

const ThusoParam study_schema[] = {
	{ "study", THUSO_PARAM_BLOCK, .block = study_params, .required = TRUE, .help = "name and data of the study" },
	{ "area", THUSO_PARAM_BLOCK, .block = area_params, .required = TRUE, .help = "study area, levels and grid" },
	{ "demand", THUSO_PARAM_BLOCK, .block = demand_params, .required = TRUE, .help = "people" },
	{ "travel", THUSO_PARAM_BLOCK, .block = travel_params, .required = TRUE, .help = "how people travel" },
	{ "standards", THUSO_PARAM_LIST, .item = standard_item, .required = TRUE,
	  .help = "access standards; the first one ranks the sites" },
	{ "settlements", THUSO_PARAM_BLOCK, .block = settlements_params, .help = "where which settlement type is, for `standards`" },
	{ "bands", THUSO_PARAM_LIST, .item = band_item, .required = TRUE, .help = "upper bounds of the travel bands, ascending" },
	{ "centres", THUSO_PARAM_BLOCK, .block = centres_params, .help = "existing centres" },
	{ "capacity", THUSO_PARAM_BLOCK, .block = capacity_params,
	  .help = "what happens when centres are full; needs `centres.capacity`" },
	{ "services", THUSO_PARAM_LIST, .item = services_item, .help = "service points of departments, for queries" },
	{ "candidates", THUSO_PARAM_LIST, .item = candidates_item, .required = TRUE, .help = "places where a centre could be" },
	{ "zones", THUSO_PARAM_LIST, .item = zones_item, .help = "NSDP and PGDS policy zones" },
	{ "ranking", THUSO_PARAM_BLOCK, .block = ranking_params, .required = TRUE, .help = "criteria, exclusions, spacing" },
	{ "siting", THUSO_PARAM_BLOCK, .block = siting_params,
	  .help = "where the next centres go (the best site of every municipality without one)" },
	{ "classes", THUSO_PARAM_MAP, .item = class_item, .help = "classes of centres with thresholds and costs: {hub: {...}}" },
	{ "mobile", THUSO_PARAM_BLOCK, .block = mobile_params, .help = "stops of a mobile service for what the plan leaves" },
	{ "rollout", THUSO_PARAM_BLOCK, .block = rollout_params, .help = "which planned site opens in which year" },
	{ "monitoring", THUSO_PARAM_BLOCK, .block = monitoring_params, .help = "a register of centres: flags, grades, counts" },
	{ "clusters", THUSO_PARAM_BLOCK, .block = clusters_params, .default_text = "within 1 km, 2 departments", .origin = "derived",
	  .source = "src/siting/README.md", .help = "departments within walking distance of one place" },
	{ "sensitivity", THUSO_PARAM_BLOCK, .block = sensitivity_params,
	  .help = "how sure ranks and plan are: weights, limit, walking speed and capacity moved" },
	{ "measures", THUSO_PARAM_LIST, .item = measure_item, .help = "measures of access beside served and unserved" },
	{ "equity", THUSO_PARAM_BLOCK, .block = equity_params, .help = "how evenly `measures` are spread, now and with the plan" },
	{ "methods", THUSO_PARAM_BLOCK, .block = methods_params,
	  .help = "a comparison: who counts as served by buffers, by road distance, on foot over the terrain, and by the study's own "
	          "trip" },
	{ "output", THUSO_PARAM_BLOCK, .block = output_params, .required = TRUE, .help = "where the results go" },
	{ "report", THUSO_PARAM_BLOCK, .block = report_params,
	  .help = "pages and workbook, in a folder `reports` beside the result" },
	{ "schedule", THUSO_PARAM_BLOCK, .block = schedule_params, .help = "where `thuso run --scheduled` puts its results" },
	{ NULL },
};
