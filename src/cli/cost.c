/* `thuso cost`: travel cost from points over rasters, without a study. */
#include <thuso/cost.h>
#include <thuso/param.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

enum { LEGEND_ROWS = 20 };

static struct {
	char *speed, *friction, *landcover, *speeds, *elevation, *barriers, *sources, *points;
	char *measure, *direction, *slope, *cycling_slope, *corners, *lengths, *limit, *memory;
	char *nearest, *od, *paths;
	int neighbours;
} asked = { .neighbours = 16 };

static const GOptionEntry entries[] = {
	{ "speed", 0, 0, G_OPTION_ARG_FILENAME, &asked.speed, "raster of walking speeds in km/h; 0 or nodata: nobody goes there",
	  "RASTER" },
	{ "friction", 0, 0, G_OPTION_ARG_FILENAME, &asked.friction,
	  "raster in seconds per metre; alone 0 or nodata: nobody goes there; beside --elevation a penalty added to walking",
	  "RASTER" },
	{ "landcover", 0, 0, G_OPTION_ARG_FILENAME, &asked.landcover, "raster of classes, with --speeds", "RASTER" },
	{ "speeds", 0, 0, G_OPTION_ARG_FILENAME, &asked.speeds,
	  "table class,label,speed_km_per_h,mode (WALKING, BICYCLING, MOTORIZED; speed 0: nobody goes there)", "TABLE" },
	{ "elevation", 0, 0, G_OPTION_ARG_FILENAME, &asked.elevation, "raster of heights in metres on the same grid", "RASTER" },
	{ "barriers", 0, 0, G_OPTION_ARG_FILENAME, &asked.barriers, "lines, which block steps, and polygons, which block cells",
	  "LAYER" },
	{ "sources", 0, 0, G_OPTION_ARG_FILENAME, &asked.sources,
	  "points: PATH[,layer=NAME][,id=FIELD][,where=SQL][,crs=CRS]; a CSV has x,y in the raster's CRS or lon,lat", "POINTS" },
	{ "measure", 0, 0, G_OPTION_ARG_STRING, &asked.measure, "time (seconds) or distance (metres); time", "WHAT" },
	{ "direction", 0, 0, G_OPTION_ARG_STRING, &asked.direction, "to the sources, or from them; to", "WAY" },
	{ "neighbours", 0, 0, G_OPTION_ARG_INT, &asked.neighbours, "8 or 16; 16", "N" },
	{ "slope", 0, 0, G_OPTION_ARG_STRING, &asked.slope, "how slopes slow walking (thuso list slopes); tobler", "NAME" },
	{ "cycling-slope", 0, 0, G_OPTION_ARG_STRING, &asked.cycling_slope, "how slopes slow cycling; cycling", "NAME" },
	{ "corners", 0, 0, G_OPTION_ARG_STRING, &asked.corners,
	  "guard: a diagonal between two blocked cells is blocked; cut: it is not; guard", "HOW" },
	{ "lengths", 0, 0, G_OPTION_ARG_STRING, &asked.lengths, "ground: on the ellipsoid; planar: as the map's metres say; ground",
	  "HOW" },
	{ "limit", 0, 0, G_OPTION_ARG_STRING, &asked.limit, "search no farther: '2 h', '25 km'", "COST" },
	{ "memory", 0, 0, G_OPTION_ARG_STRING, &asked.memory,
	  "bound of the memory, '2 GB'; the rest goes to a file beside the output", "BYTES" },
	{ "nearest", 0, 0, G_OPTION_ARG_FILENAME, &asked.nearest,
	  "raster of the nearest source: its id, or its place in the order of ids", "RASTER" },
	{ "od", 0, 0, G_OPTION_ARG_FILENAME, &asked.od, "table from,to,cost between the sources", "TABLE" },
	{ "paths", 0, 0, G_OPTION_ARG_FILENAME, &asked.paths, "GeoPackage with the least-cost ways as lines, between all sources",
	  "GPKG" },
	{ "points", 0, 0, G_OPTION_ARG_FILENAME, &asked.points,
	  "with --paths: ways from these points to their nearest source instead", "POINTS" },
	{ NULL },
};

static gboolean choose_slope(const char *option, const char *text, const ThusoSlopeFunction **slope, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; thuso_slope_functions[i]; i++)
		g_ptr_array_add(names, (gpointer) thuso_slope_functions[i]->about.name);
	g_ptr_array_add(names, NULL);
	int index;
	if (!text)
		return TRUE;
	if (!choose(option, text, (const char *const *) names->pdata, &index, error))
		return FALSE;
	*slope = thuso_slope_functions[index];
	return TRUE;
}

/* --- PATH,key=value,... ----------------------------------------------------------------------------------------------------- */

static const char *const keys[] = { "layer", "id", "where", "crs", "x", "y", NULL };

/* The next ",key=" with a known key; `key` gets its index. */
static const char *next_key(const char *text, int *key)
{
	for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ','))
		for (int i = 0; keys[i]; i++)
			if (g_str_has_prefix(comma + 1, keys[i]) && comma[1 + strlen(keys[i])] == '=') {
				*key = i;
				return comma;
			}
	return NULL;
}

/* A word before a "=" that is no key: outside of `where`, whose text may hold such things. */
static gboolean check_word(const char *option, const char *value, gboolean is_where, GError **error)
{
	const char *comma = is_where ? NULL : strrchr(value, ','), *equals = comma ? strchr(comma, '=') : NULL;
	if (!equals)
		return TRUE;
	g_autofree char *word = g_strndup(comma + 1, (gsize) (equals - comma - 1));
	const char *nearest = thuso_nearest_name(word, keys);
	return misused(error, "--%s: '%s' is no key of a layer%s%s%s; known are layer, id, where, crs, x, y", option, word,
	               nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

static ThusoSource *read_source(const char *option, const char *text, char **id, GError **error)
{
	g_autoptr(ThusoSource) source = thuso_source_new(NULL);
	char **fields[] = { &source->layer, id, &source->where, &source->crs, &source->x, &source->y };
	int key = -1, next = -1;
	const char *end;
	do {
		end = next_key(text, &next);
		g_autofree char *value = end ? g_strndup(text, (gsize) (end - text)) : g_strdup(text);
		if (!check_word(option, value, key >= 0 && fields[key] == &source->where, error))
			return NULL;
		if (!value[0] || (key >= 0 && !fields[key])) {
			misused(error, key >= 0 && !fields[key] ? "--%s takes no id" : "--%s: a path or a value is empty", option);
			return NULL;
		}
		if (key < 0) {
			g_strfreev(source->paths);
			source->paths = g_new0(char *, 2);
			source->paths[0] = g_strdup(value);
			source->name = g_path_get_basename(value);
		} else {
			g_free(*fields[key]);
			*fields[key] = g_steal_pointer(&value);
		}
		key = next;
		text = end ? end + strlen(keys[next]) + 2 : NULL;
	} while (end);
	return g_steal_pointer(&source);
}

/* --- options to what the library takes -------------------------------------------------------------------------------------- */

typedef struct {
	ThusoSource *barriers, *sources, *points;
	char *source_id, *point_id;
} Layers;

static void layers_clear(Layers *layers)
{
	g_clear_pointer(&layers->barriers, thuso_source_free);
	g_clear_pointer(&layers->sources, thuso_source_free);
	g_clear_pointer(&layers->points, thuso_source_free);
	g_free(layers->source_id);
	g_free(layers->point_id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layers, layers_clear)

static gboolean read_layers(Layers *layers, ThusoCostSpec *spec, GError **error)
{
	if (asked.barriers && !(layers->barriers = read_source("barriers", asked.barriers, NULL, error)))
		return FALSE;
	if (asked.sources && !(layers->sources = read_source("sources", asked.sources, &layers->source_id, error)))
		return FALSE;
	if (asked.points && !(layers->points = read_source("points", asked.points, &layers->point_id, error)))
		return FALSE;
	spec->barriers = layers->barriers;
	spec->sources = layers->sources;
	spec->source_id = layers->source_id;
	spec->points = layers->points;
	spec->point_id = layers->point_id;
	return TRUE;
}

static gboolean read_choices(ThusoCostSpec *spec, GError **error)
{
	static const char *const measures[] = { "time", "distance", NULL }, *const directions[] = { "to", "from", NULL },
	                         *const corners[] = { "guard", "cut", NULL }, *const lengths[] = { "ground", "planar", NULL };
	int measure, direction, corner, length;
	double memory = 0;
	if (!choose("measure", asked.measure, measures, &measure, error) ||
	    !choose("direction", asked.direction, directions, &direction, error) ||
	    !choose("corners", asked.corners, corners, &corner, error) ||
	    !choose("lengths", asked.lengths, lengths, &length, error) ||
	    !choose_slope("slope", asked.slope, &spec->walking_slope, error) ||
	    !choose_slope("cycling-slope", asked.cycling_slope, &spec->cycling_slope, error) ||
	    !read_quantity("limit", asked.limit, measure == 0 ? THUSO_TIME : THUSO_LENGTH, &spec->limit, error) ||
	    !read_quantity("memory", asked.memory, THUSO_BYTES, &memory, error))
		return FALSE;
	if (asked.memory && !(memory >= 1))
		return misused(error, "--memory must be more than nothing, for example '2 GB'");
	spec->measure = measure == 0 ? THUSO_MEASURE_TIME : THUSO_MEASURE_DISTANCE;
	spec->direction = direction == 0 ? THUSO_TO_CENTRE : THUSO_FROM_CENTRE;
	spec->guard_corners = corner == 0;
	spec->lengths = length == 0 ? THUSO_LENGTHS_GROUND : THUSO_LENGTHS_PLANAR;
	spec->memory_bytes = (gint64) MIN(memory, 9e18);
	spec->neighbours = asked.neighbours;
	return TRUE;
}

static void tell_need(gint64 need, gint64 least, gpointer data)
{
	const Options *options = data;
	if (options->quiet)
		return;
	g_autofree char *all = thuso_format_quantity(ceil((double) need / 1e6) * 1e6, THUSO_BYTES),
	                *bound = thuso_format_quantity(ceil((double) least / 1e6) * 1e6, THUSO_BYTES);
	end_progress();
	fprintf(stderr, "needs about %s of memory; --memory bounds it (%s at least)\n", all, bound);
}

/* --- the result ---------------------------------------------------------------------------------------------------------------- */

static void print_json(const ThusoContext *context, const ThusoCostSpec *spec, const ThusoCostResult *result, double seconds)
{
	gboolean is_time = spec->measure == THUSO_MEASURE_TIME;
	ThusoJson *json = thuso_json_new();
	thuso_json_texts(json, "results", result->written);
	thuso_json_text(json, "measure", is_time ? "time" : "distance");
	thuso_json_text(json, "unit", is_time ? "s" : "m");
	thuso_json_number(json, "cells", (double) result->n_cells);
	thuso_json_number(json, "passable", result->n_passable < 0 ? NAN : (double) result->n_passable);
	thuso_json_number(json, "reached", result->n_reached < 0 ? NAN : (double) result->n_reached);
	thuso_json_number(json, "greatest", result->greatest);
	thuso_json_number(json, "mean", result->mean);
	thuso_json_number(json, "off_grid", (double) result->n_off_grid);
	thuso_json_number(json, "on_barrier", (double) result->n_on_barrier);
	thuso_json_number(json, "need_bytes", (double) result->need_bytes);
	thuso_json_number(json, "spilled_bytes", (double) result->spilled_bytes);
	thuso_json_number(json, "seconds", seconds);
	thuso_json_table(json, "sources", result->sources, -1);
	g_autoptr(ThusoTable) findings = findings_table(context);
	thuso_json_table(json, "findings", findings, -1);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

static void print_cost(const char *what, double value, ThusoMeasure measure)
{
	g_autofree char *text = thuso_format_quantity(round(value), measure == THUSO_MEASURE_TIME ? THUSO_TIME : THUSO_LENGTH);
	printf("%-14s %s\n", what, text);
}

/* Which number of the raster is which source, where it is not the id itself. */
static void print_legend(const ThusoTable *sources)
{
	gboolean differs = FALSE;
	for (gint64 row = 0; row < sources->n_rows && !differs; row++) {
		g_autofree char *value = thuso_table_as_text(sources, row, 1);
		differs = strcmp(value, thuso_table_text(sources, row, 0)) != 0;
	}
	if (!differs)
		return;
	printf("values of the raster of nearest sources:\n");
	for (gint64 row = 0; row < MIN(sources->n_rows, LEGEND_ROWS); row++) {
		g_autofree char *id = fit_text(thuso_table_text(sources, row, 0), 60, FALSE);
		printf("  %6" G_GINT64_FORMAT "  %s\n", thuso_table_integer(sources, row, 1), g_strchomp(id));
	}
	if (sources->n_rows > LEGEND_ROWS)
		printf("  ... and %" G_GINT64_FORMAT " more (--json lists all)\n", sources->n_rows - LEGEND_ROWS);
}

static void print_text(const ThusoCostSpec *spec, const ThusoCostResult *result, double seconds)
{
	g_autofree char *cells = thuso_format_count((double) result->n_cells),
	                *passable = thuso_format_count((double) result->n_passable),
	                *reached = thuso_format_count((double) result->n_reached),
	                *sources = thuso_format_count((double) result->n_sources);
	printf("%-14s %s\n", "cells", cells);
	if (result->n_passable >= 0)
		printf("%-14s %s\n%-14s %s\n", "passable", passable, "reached", reached);
	printf("%-14s %s", "sources", sources);
	if (result->n_off_grid > 0)
		printf(", left out: %" G_GINT64_FORMAT " off the rasters", result->n_off_grid);
	if (result->n_on_barrier > 0)
		printf(", left out: %" G_GINT64_FORMAT " where nobody can go", result->n_on_barrier);
	printf("\n");
	if (result->n_reached > 0) {
		print_cost("greatest cost", result->greatest, spec->measure);
		print_cost("mean cost", result->mean, spec->measure);
	}
	if (result->spilled_bytes > 0) {
		g_autofree char *spilled = thuso_format_quantity(ceil((double) result->spilled_bytes / 1e6) * 1e6, THUSO_BYTES);
		printf("%-14s %s\n", "spilled", spilled);
	}
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	printf("%-14s %s s\n", "took", g_ascii_formatd(buffer, sizeof buffer, "%.2f", seconds));
	if (spec->nearest)
		print_legend(result->sources);
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	ThusoCostSpec spec;
	g_auto(Layers) layers = { 0 };
	g_auto(ThusoCostResult) result = { 0 };
	gint64 start = g_get_monotonic_time();
	thuso_cost_spec_default(&spec);
	spec.speed = asked.speed;
	spec.friction = asked.friction;
	spec.landcover = asked.landcover;
	spec.speeds = asked.speeds;
	spec.elevation = asked.elevation;
	spec.output = options->output;
	spec.nearest = asked.nearest;
	spec.od = asked.od;
	spec.paths = asked.paths;
	spec.overwrite = options->overwrite;
	spec.planned = tell_need;
	spec.planned_data = (gpointer) options;
	if (!read_choices(&spec, error) || !read_layers(&layers, &spec, error) || !thuso_cost_run(context, &spec, &result, error))
		return FALSE;
	end_progress();
	double seconds = (double) (g_get_monotonic_time() - start) / 1e6;
	if (options->json) {
		print_json(context, &spec, &result, seconds);
		return TRUE;
	}
	if (!options->quiet)
		print_text(&spec, &result, seconds);
	for (char **path = result.written; *path; path++) {
		g_autofree char *line = thuso_escape(*path);
		printf("result: %s\n", line);
	}
	return TRUE;
}

const Command command_cost = {
	.name = "cost",
	.arguments = "",
	.summary = "travel cost from points over rasters, without a study",
	.text = "Computes for every cell the time or distance to (or from) the nearest of the sources, over a raster of speeds, "
	        "friction or "
	        "classes, with slopes where there is an elevation. All rasters lie on one grid of square cells, in metres or in "
	        "degrees. COST "
	        "is a GeoTIFF in seconds or metres, NaN where nothing is reached. Sources off the rasters or where nobody can go are "
	        "reported "
	        "and left out, never moved. The cost is exact for the grid, and the same for any number of threads.",
	.example = "thuso cost --landcover landcover.tif --speeds speeds.csv --elevation dem.tif --barriers rivers.gpkg "
	           "--sources clinics.gpkg,id=code --limit '2 h' --output time.tif --nearest nearest.tif --od clinics.csv",
	.options = entries,
	.min_arguments = 0,
	.max_arguments = 0,
	.run = run,
};
