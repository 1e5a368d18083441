/* Reading every layer that the study names, in the order in which they depend on each other. */
#include "run.h"

#include <math.h>
#include <string.h>

/* A block's source, remembered for the run table. */
static ThusoSource *source_of(Run *run, const Block *block, GError **error)
{
	return run_source(run, study_source(run->study, block, error));
}

/* The item of a list of sources: a block, or the name of a layer. */
static ThusoSource *item_source(Run *run, const Block *block, const char *key, int i, GError **error)
{
	const char *word = block_item_text(block, key, i);
	Block item = block_item(block, key, i);
	if (word)
		return run_source(run, study_layer(run->study, block, word, error));
	return source_of(run, &item, error);
}

static ThusoSource *file_of(Run *run, const Block *block, const char *key, GError **error)
{
	return run_source(run, study_file(run->study, block, key, error));
}

/* --- study area --------------------------------------------------------------------------------------------------- */

/* For `crs: auto`: the rasters' systems; the boundaries' own is added by the region. */
static gboolean raster_crs(Run *run, GPtrArray *list, GError **error)
{
	Block travel = block_get(&run->top, "travel");
	const char *const keys[] = { "elevation", "landcover" };
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (!block_has(&travel, keys[i]))
			continue;
		Block block = block_get(&travel, keys[i]);
		g_autoptr(ThusoSource) source = study_source(run->study, &block, error);
		g_autoptr(ThusoRaster) raster = source ? thuso_raster_open(run->context, source->paths[0], source->crs, error) : NULL;
		ThusoCrs *crs = raster ? thuso_crs_new(thuso_raster_info(raster)->crs, error) : NULL;
		if (!crs)
			return FALSE;
		g_ptr_array_add(list, crs);
	}
	return TRUE;
}

static gboolean read_region(Run *run, GError **error)
{
	Block area = block_get(&run->top, "area"), boundaries = block_get(&area, "boundaries"), window = block_get(&area, "window");
	int n_levels = block_n(&area, "levels");
	g_autofree ThusoLevelSpec *levels = thuso_new(ThusoLevelSpec, MAX(n_levels, 1));
	for (int i = 0; i < n_levels; i++) {
		Block level = block_item(&area, "levels", i);
		if (strcmp(block_item_name(&area, "levels", i), "municipality") == 0) {
			block_error(&level, NULL, error, THUSO_ERROR_USAGE,
			            "levels: 'municipality' is the name of the areas themselves; call the larger level otherwise");
			return FALSE;
		}
		levels[i] =
		    (ThusoLevelSpec){ block_item_name(&area, "levels", i), block_text(&level, "id"), block_text(&level, "title") };
	}
	g_autoptr(GPtrArray) crs = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_crs_unref);
	if (!raster_crs(run, crs, error))
		return FALSE;

	ThusoSource *source = source_of(run, &boundaries, error);
	if (!source)
		return FALSE;
	if (block_has(&area, "where") && source->where) {
		block_error(&area, "where", error, THUSO_ERROR_USAGE, "`where` stands both under area and under boundaries; keep one");
		return FALSE;
	}
	if (block_has(&area, "where"))
		source->where = g_strdup(block_text(&area, "where"));
	ThusoSource *window_source = NULL;
	if (block_has(&area, "window") && !(window_source = source_of(run, &window, error)))
		return FALSE;
	ThusoRegionSpec spec = {
		.boundaries = source,
		.id = block_text(&area, "id"),
		.title = block_has(&area, "title") ? block_text(&area, "title") : NULL,
		.levels = levels,
		.n_levels = n_levels,
		.window = window_source,
		.buffer_m = block_quantity(&area, "buffer", NULL),
		.cell_m = block_quantity(&area, "cell", NULL),
		.crs = block_text(&area, "crs"),
		.input_crs = (ThusoCrs *const *) crs->pdata,
		.n_input_crs = (int) crs->len,
	};
	run->region = thuso_region_new(run->context, &spec, error);
	return run->region != NULL;
}

/* --- terrain ------------------------------------------------------------------------------------------------------ */

static gboolean read_elevation(Run *run, const Block *travel, GError **error)
{
	Block block = block_get(travel, "elevation");
	if (!block_has(travel, "elevation"))
		return TRUE;
	ThusoSource *source = source_of(run, &block, error);
	if (!source || !(run->elevation = thuso_elevation_read(run->context, run->region, source, error)))
		return FALSE;
	run->slope = thuso_array_new(thuso_grid_n(&run->region->grid), sizeof(float), "slopes", error);
	if (!run->slope)
		return FALSE;
	thuso_grid_slope(&run->region->grid, run->elevation, run->slope);
	return TRUE;
}

/* Class values become rows of the speed table; a class that the table does not name would silently stop people. */
static gboolean index_classes(Run *run, const Block *block, GError **error)
{
	g_autoptr(GHashTable) rows = g_hash_table_new(NULL, NULL);
	gint64 n = thuso_grid_n(&run->region->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		gint32 value = run->landcover[cell];
		if (value < 0)
			continue;
		gpointer row;
		if (!g_hash_table_lookup_extended(rows, GINT_TO_POINTER(value), NULL, &row)) {
			g_autofree char *name = g_strdup_printf("%d", value);
			int found = thuso_speed_table_find(run->landcover_speeds, name);
			if (found < 0) {
				block_error(block, "speeds", error, THUSO_ERROR_INPUT,
				            "land cover class %d has no speed in %s; add a row `%d,LABEL,SPEED,WALKING` (speed 0 = not passable)",
				            value, block_text(block, "speeds"), value);
				return FALSE;
			}
			row = GINT_TO_POINTER(found);
			g_hash_table_insert(rows, GINT_TO_POINTER(value), row);
		}
		run->landcover[cell] = GPOINTER_TO_INT(row);
	}
	return TRUE;
}

static gboolean read_landcover(Run *run, const Block *travel, GError **error)
{
	Block block = block_get(travel, "landcover");
	if (!block_has(travel, "landcover"))
		return TRUE;
	ThusoSource *source = source_of(run, &block, error), *speeds = source ? file_of(run, &block, "speeds", error) : NULL;
	if (!speeds)
		return FALSE;
	run->landcover_speeds = thuso_speed_table_read(run->context, speeds, error);
	run->landcover = run->landcover_speeds ? thuso_landcover_read(run->context, run->region, source, error) : NULL;
	return run->landcover && index_classes(run, &block, error);
}

static gboolean check_road_keys(const Block *roads, GError **error)
{
	gboolean by_class = block_has(roads, "class"), by_field = block_has(roads, "speed");
	if (by_class == by_field || by_class != block_has(roads, "speeds")) {
		block_error(roads, NULL, error, THUSO_ERROR_USAGE,
		            "roads need their speed: `class` with `speeds` (a table), or `speed` (a field in km/h)");
		return FALSE;
	}
	return TRUE;
}

static gboolean read_roads(Run *run, const Block *travel, GError **error)
{
	Block roads = block_get(travel, "roads"), bridges = block_get(travel, "bridges");
	if (!block_has(travel, "roads") && bridges.node) {
		block_error(travel, "bridges", error, THUSO_ERROR_USAGE, "`bridges` names a field of roads, but `travel` has no `roads`");
		return FALSE;
	}
	if (!block_has(travel, "roads"))
		return TRUE;
	if (!check_road_keys(&roads, error))
		return FALSE;
	ThusoSource *source = source_of(run, &roads, error);
	if (!source)
		return FALSE;
	if (block_has(&roads, "speeds")) {
		ThusoSource *speeds = file_of(run, &roads, "speeds", error);
		if (!speeds || !(run->road_speeds = thuso_speed_table_read(run->context, speeds, error)))
			return FALSE;
	}
	g_autofree const char **values = bridges.node ? block_texts(&bridges, "values") : NULL;
	ThusoRoadsSpec spec = {
		.source = source,
		.class_field = block_text(&roads, "class"),
		.speed_field = block_text(&roads, "speed"),
		.speeds = run->road_speeds,
		.other = block_text(&roads, "other"),
		.oneway_field = block_text(&roads, "oneway"),
		.bridge_field = bridges.node ? block_text(&bridges, "field") : NULL,
		.bridge_values = values,
	};
	run->roads = thuso_roads_read(run->context, run->region, &spec, error);
	return run->roads != NULL;
}

static gboolean read_barriers(Run *run, const Block *travel, GError **error)
{
	for (int i = 0; i < block_n(travel, "barriers"); i++) {
		ThusoSource *source = item_source(run, travel, "barriers", i, error);
		const char *none[] = { NULL };
		ThusoFeatures *features =
		    source ? thuso_features_read(run->context, run->region, source, THUSO_ANY_GEOMETRY, none, FALSE, error) : NULL;
		if (!features)
			return FALSE;
		g_ptr_array_add(run->barriers, features);
	}
	return TRUE;
}

/* --- people ------------------------------------------------------------------------------------------------------- */

static gboolean source_list(Run *run, const Block *block, const char *key, GPtrArray *list, GError **error)
{
	for (int i = 0; i < block_n(block, key); i++) {
		ThusoSource *source = item_source(run, block, key, i, error);
		if (!source)
			return FALSE;
		g_ptr_array_add(list, source);
	}
	return TRUE;
}

/* The people layer again, joined with the factor's own table. */
static ThusoSource *factor_source(Run *run, const Block *people, const Block *factor, GError **error)
{
	ThusoSource *source = run_source(run, study_source(run->study, people, error));
	if (!source)
		return NULL;
	ThusoJoin *join = study_join(run->study, factor, error);
	if (!join)
		return NULL;
	thuso_join_free(source->join);
	source->join = join;
	return source;
}

static gboolean read_factor(Run *run, const Block *people, const Block *block, ThusoDemandFactor *factor, GError **error)
{
	int n = block_n(block, "classes");
	const char **name = run_own(run, thuso_new(const char *, MAX(n, 1)), g_free);
	double *share = run_own(run, thuso_new(double, MAX(n, 1)), g_free);
	for (int c = 0; c < n; c++) {
		name[c] = block_item_name(block, "classes", c);
		share[c] = block_item_quantity(block, "classes", c, NULL);
	}
	*factor = (ThusoDemandFactor){ NULL, block_text(block, "field"), name, share, n };
	if (!block_has(block, "join"))
		return TRUE;
	factor->source = factor_source(run, people, block, error);
	return factor->source != NULL;
}

static gboolean read_weights(Run *run, const Block *demand, const Block *people, ThusoDemandSpec *spec, GError **error)
{
	Block growth = block_get(demand, "growth"), group = block_get(demand, "group");
	int n = spec->n_factors = block_n(demand, "factors");
	ThusoDemandFactor *factors = run_own(run, thuso_new(ThusoDemandFactor, MAX(n, 1)), g_free);
	spec->factors = factors;
	for (int f = 0; f < n; f++) {
		Block block = block_item(demand, "factors", f);
		if (!read_factor(run, people, &block, &factors[f], error))
			return FALSE;
	}
	if (block_has(demand, "group"))
		spec->group_field = block_text(&group, "field");
	if (!block_has(demand, "growth"))
		return TRUE;
	if (block_has(&growth, "rate") == block_has(&growth, "field")) {
		block_error(&growth, "rate", error, THUSO_ERROR_USAGE, "growth needs either a `rate` or a `field` with the rate");
		return FALSE;
	}
	spec->growth_years = (double) block_integer(&growth, "years", 0);
	spec->growth_rate = block_quantity(&growth, "rate", NULL);
	spec->growth_field = block_text(&growth, "field");
	return TRUE;
}

static gboolean read_demand(Run *run, GError **error)
{
	Block demand = block_get(&run->top, "demand"), people = block_get(&demand, "people"), spread = block_get(&demand, "spread"),
	      control = block_get(&demand, "control");
	g_autoptr(GPtrArray) layers = g_ptr_array_new(), avoid = g_ptr_array_new();
	ThusoSource *source = source_of(run, &people, error), *totals = NULL;
	if (!source || !source_list(run, &spread, "layers", layers, error) || !source_list(run, &spread, "avoid", avoid, error))
		return FALSE;
	if (block_has(&demand, "control") && !(totals = source_of(run, &control, error)))
		return FALSE;
	ThusoDemandSpec spec = {
		.people = source,
		.field = block_text(&people, "field"),
		.id = block_text(&people, "id"),
		.spread = (const ThusoSource *const *) layers->pdata,
		.n_spread = (int) layers->len,
		.avoid = (const ThusoSource *const *) avoid->pdata,
		.n_avoid = (int) avoid->len,
		.control = totals,
		.control_id = totals ? block_text(&control, "id") : NULL,
		.control_field = totals ? block_text(&control, "field") : NULL,
	};
	if (!read_weights(run, &demand, &people, &spec, error))
		return FALSE;
	GError *inner = NULL;
	if (!(run->demand = thuso_demand_read(run->context, run->region, &spec, &inner)))
		block_pass(&run->top, "demand", inner, error);
	run->shares = run->demand ? thuso_demand_shares(run->demand, run->region, &run->n_shares, error) : NULL;
	return run->shares != NULL;
}

/* --- places and zones --------------------------------------------------------------------------------------------- */

static gboolean near_of(Run *run, const Block *block, ThusoPlacesSpec *spec, GError **error)
{
	Block near = block_get(block, "near");
	if (!block_has(block, "near"))
		return TRUE;
	spec->near = source_of(run, &near, error);
	spec->near_title = block_text(&near, "title");
	return spec->near != NULL;
}

/* Which centres are open is policy: it must be said, and the error shows what the data offer. */
static gboolean open_of(Run *run, const Block *centres, const ThusoSource *source, ThusoPlacesSpec *spec, const char ***values,
                        GError **error)
{
	Block open = block_get(centres, "open");
	if (!block_has(centres, "open")) {
		g_autoptr(ThusoTable) table = thuso_read_layer(run->context, source, THUSO_READ_TABLE, NULL, NULL);
		g_autofree const char **names = table ? thuso_table_column_names(table) : NULL;
		g_autofree char *fields = names ? g_strjoinv(", ", (char **) names) : NULL;
		block_error(centres, NULL, error, THUSO_ERROR_USAGE,
		            "which centres are open now is to be decided: write `open: all`, or `open: {field: FIELD, values: [...]}`; "
		            "fields are: %s",
		            fields ? fields : "(unreadable)");
		return FALSE;
	}
	if (open.node) {
		spec->open_field = block_text(&open, "field");
		spec->open_values = *values = block_texts(&open, "values");
	}
	return TRUE;
}

static gboolean read_centres(Run *run, GError **error)
{
	Block centres = block_get(&run->top, "centres");
	g_autofree const char **values = NULL;
	ThusoPlacesSpec spec = { .cost = NAN, .kind = "" };
	if (!block_has(&run->top, "centres")) {
		thuso_find(run->context,
		           &(ThusoFinding){ THUSO_WARNING, "no_centres", "centres", NULL,
		                            "the study names no existing centres: everyone counts as unserved now", 1, NULL });
		run->centres = thuso_places_read(run->context, run->region, NULL, 0, run->demand->people, error);
		return run->centres != NULL;
	}
	if (!(spec.source = source_of(run, &centres, error)) || !near_of(run, &centres, &spec, error) ||
	    !open_of(run, &centres, spec.source, &spec, &values, error))
		return FALSE;
	spec.prefix = block_text(&centres, "prefix");
	spec.id = block_text(&centres, "id");
	spec.title = block_text(&centres, "title");
	run->centres = thuso_places_read(run->context, run->region, &spec, 1, run->demand->people, error);
	return run->centres != NULL;
}

static gboolean candidate_spec(Run *run, const Block *block, ThusoPlacesSpec *spec, GError **error)
{
	gboolean is_lattice = block_has(block, "every");
	if (is_lattice && (block_has(block, "layer") || block_has(block, "path"))) {
		block_error(block, "every", error, THUSO_ERROR_USAGE,
		            "`every` makes candidates of its own: take out `layer` or `path`, or `every`");
		return FALSE;
	}
	if (block_has(block, "min_people") && !is_lattice) {
		block_error(block, "min_people", error, THUSO_ERROR_USAGE,
		            "`min_people` goes with `every`; candidates of a layer are taken as they are");
		return FALSE;
	}
	if (!is_lattice && !(spec->source = source_of(run, block, error)))
		return FALSE;
	spec->prefix = block_text(block, "prefix");
	spec->id = block_text(block, "id");
	spec->title = block_text(block, "title");
	spec->kind = block_text(block, "kind");
	spec->cost = block_quantity(block, "cost", NULL);
	spec->within_area = strcmp(block_text(block, "within"), "area") == 0;
	spec->min_spacing_m = block_has(block, "min_spacing") ? block_quantity(block, "min_spacing", NULL) : 0;
	spec->every_m = is_lattice ? block_quantity(block, "every", NULL) : 0;
	spec->min_people = block_quantity(block, "min_people", NULL);
	return near_of(run, block, spec, error);
}

/* Both stand in one plan: an id must say which one is meant. Both lists are sorted by id. */
static gboolean ids_differ(const Run *run, GError **error)
{
	gint64 c = 0;
	for (gint64 i = 0; i < run->candidates->n; i++) {
		const char *id = run->candidates->place[i].id;
		while (c < run->centres->n && thuso_id_compare(run->centres->place[c].id, id) < 0)
			c++;
		if (c == run->centres->n || thuso_id_compare(run->centres->place[c].id, id) != 0)
			continue;
		Block block = block_item(&run->top, "candidates", run->candidates->place[i].layer);
		block_error(&block, NULL, error, THUSO_ERROR_USAGE,
		            "'%s' is the id of a candidate and of a centre; give these candidates a `prefix`, such as `prefix: school`",
		            id);
		return FALSE;
	}
	return TRUE;
}

static gboolean read_candidates(Run *run, GError **error)
{
	int n = block_n(&run->top, "candidates");
	g_autofree ThusoPlacesSpec *specs = thuso_new(ThusoPlacesSpec, MAX(n, 1));
	for (int i = 0; i < n; i++) {
		Block block = block_item(&run->top, "candidates", i);
		if (!candidate_spec(run, &block, &specs[i], error))
			return FALSE;
	}
	run->candidates = thuso_places_read(run->context, run->region, specs, n, run->demand->people, error);
	if (!run->candidates)
		return FALSE;
	if (run->candidates->n > 0)
		return ids_differ(run, error);
	Block first = block_item(&run->top, "candidates", 0);
	block_error(&first, NULL, error, THUSO_ERROR_INPUT,
	            "no candidate lies in the study area: check the layers' filters and reference systems, or add `{every: 2 km}`");
	return FALSE;
}

static gboolean read_zones(Run *run, GError **error)
{
	int n = block_n(&run->top, "zones");
	if (n == 0)
		return TRUE;
	g_autofree ThusoZonesSpec *specs = thuso_new(ThusoZonesSpec, n);
	for (int i = 0; i < n; i++) {
		Block block = block_item(&run->top, "zones", i), breaks = block_get(&block, "breaks");
		specs[i] = (ThusoZonesSpec){
			.source = source_of(run, &block, error),
			.need = block_text(&block, "need"),
			.potential = block_text(&block, "potential"),
			.quantiles = breaks.node == NULL,
			.need_break = breaks.node ? block_quantity(&breaks, "need", NULL) : NAN,
			.potential_break = breaks.node ? block_quantity(&breaks, "potential", NULL) : NAN,
			.category = block_text(&block, "category"),
			.role = block_text(&block, "role"),
			.within_m = block_quantity(&block, "within", NULL),
		};
		if (!specs[i].source)
			return FALSE;
	}
	run->zones = thuso_zones_read(run->context, run->region, specs, n, error);
	return run->zones != NULL;
}

static gboolean read_services(Run *run, GError **error)
{
	for (int i = 0; i < block_n(&run->top, "services"); i++) {
		Block block = block_item(&run->top, "services", i);
		ThusoSource *source = source_of(run, &block, error);
		ThusoFeatures *features =
		    source ? thuso_features_read(run->context, run->region, source, THUSO_POINT, NULL, TRUE, error) : NULL;
		if (!features)
			return FALSE;
		g_ptr_array_add(run->services, features);
		const char *department = block_text(&block, "department");
		if (department && thuso_table_find_column(features->table, department) < 0) {
			g_autofree const char **names = thuso_table_column_names(features->table);
			const char *nearest = thuso_nearest_name(department, names);
			block_error(&block, "department", error, THUSO_ERROR_INPUT, "layer %s has no field '%s'%s%s%s", source->name,
			            department, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
			return FALSE;
		}
	}
	return TRUE;
}

gboolean run_read_inputs(Run *run, GError **error)
{
	Block travel = block_get(&run->top, "travel");
	thuso_stage(run->context, "study area", 0, 0.03);
	if (!read_region(run, error))
		return FALSE;
	thuso_stage(run->context, "terrain", 0.03, 0.10);
	if (!read_elevation(run, &travel, error) || !read_landcover(run, &travel, error))
		return FALSE;
	thuso_stage(run->context, "people", 0.10, 0.20);
	if (!read_demand(run, error))
		return FALSE;
	thuso_stage(run->context, "roads and barriers", 0.20, 0.26);
	if (!read_roads(run, &travel, error) || !read_barriers(run, &travel, error))
		return FALSE;
	thuso_stage(run->context, "centres, candidates and zones", 0.26, 0.30);
	return read_centres(run, error) && read_candidates(run, error) && read_zones(run, error) && read_services(run, error);
}
