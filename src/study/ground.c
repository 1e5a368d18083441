/* What trips travel over: one surface a trip, or two where somebody waits to ride. */
#include "run.h"

#include <string.h>

typedef enum {
	WALKED, /* every road, at the walker's speed */
	DRIVEN, /* the same, and vehicles at theirs on the roads of the classes that they use */
	RIDDEN, /* only the roads that vehicles use */
	ALONG,  /* only roads, all of them */
} RoadUse;

static gboolean vehicles_use(const Run *run, gint64 road)
{
	return run->roads->mode[road] == THUSO_MOTORISED && run->roads->speed_m_per_s[road] > 0;
}

static ThusoSurfaceRoad *roads_of(const Run *run, RoadUse use, double factor, gint64 *n)
{
	*n = 0;
	if (!run->roads)
		return NULL;
	ThusoSurfaceRoad *roads = thuso_new(ThusoSurfaceRoad, MAX(run->roads->n, 1));
	for (gint64 i = 0; i < run->roads->n; i++) {
		const gboolean ridden = (use == DRIVEN || use == RIDDEN) && vehicles_use(run, i);
		if (use == RIDDEN && !ridden)
			continue;
		roads[(*n)++] = (ThusoSurfaceRoad){
			.line = run->roads->line[i],
			.speed_m_per_s = ridden ? run->roads->speed_m_per_s[i] * factor : 0,
			.mode = ridden ? THUSO_MOTORISED : THUSO_WALKING,
			.bridge = run->roads->bridge[i],
		};
	}
	return roads;
}

static GPtrArray *barriers_of(const Run *run, ThusoGeometryType type)
{
	GPtrArray *shapes = g_ptr_array_new();
	for (guint i = 0; i < run->barriers->len; i++) {
		const ThusoFeatures *features = g_ptr_array_index(run->barriers, i);
		for (gint64 j = 0; j < features->table->n_rows; j++)
			if (features->geometry[j]->type == type)
				g_ptr_array_add(shapes, features->geometry[j]);
	}
	return shapes;
}

/* Slope functions: walking as the study says, cycling by the one function that is made for it. */
static void set_slopes(const Run *run, const Block *travel, ThusoSurfaceSpec *spec)
{
	Block walking = block_get(travel, "walking");
	spec->walking_m_per_s = block_quantity(&walking, "speed", NULL) * run->walking_factor;
	spec->walking_slope = thuso_slope_function_find(block_text(&walking, "slope"));
	spec->cycling_slope = thuso_slope_function_find("cycling");
}

/* `modes` and `speeds` have room for every class of the land cover. */
static void set_landcover(const Run *run, ThusoSurfaceSpec *spec, ThusoMode *modes, double *speeds)
{
	for (int i = 0; i < run->landcover_speeds->n; i++) {
		modes[i] = (ThusoMode) run->landcover_speeds->mode[i];
		speeds[i] = run->landcover_speeds->speed_m_per_s[i] * (modes[i] == THUSO_WALKING ? run->walking_factor : 1);
	}
	spec->ground = run->landcover;
	spec->ground_speed_m_per_s = speeds;
	spec->ground_mode = modes;
	spec->n_ground = run->landcover_speeds->n;
}

/* Who rides is on a road or nowhere. `nowhere` has a zero a cell. */
static void set_roads_only(ThusoSurfaceSpec *spec, const gint32 *nowhere)
{
	static const double no_speed = 0;
	static const ThusoMode walking = THUSO_WALKING;
	spec->ground = nowhere;
	spec->ground_speed_m_per_s = &no_speed;
	spec->ground_mode = &walking;
	spec->n_ground = 1;
}

static void set_rules(const Block *travel, ThusoSurfaceSpec *spec)
{
	spec->lengths = strcmp(block_text(travel, "lengths"), "ground") == 0 ? THUSO_LENGTHS_GROUND : THUSO_LENGTHS_PLANAR;
	spec->guard_corners = strcmp(block_text(travel, "corners"), "guard") == 0;
	spec->neighbours = strcmp(block_text(travel, "neighbours"), "8") == 0 ? 8 : 16;
}

/* A riding surface without any road is NULL without an error. */
static gboolean make_surface(const Run *run, RoadUse use, double factor, ThusoSurface **surface, GError **error)
{
	Block travel = block_get(&run->top, "travel");
	g_autoptr(GPtrArray) lines = barriers_of(run, THUSO_LINE), polygons = barriers_of(run, THUSO_POLYGON);
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	g_autofree ThusoSurfaceRoad *roads = roads_of(run, use, factor, &spec.n_roads);
	g_autofree ThusoMode *modes = run->landcover ? thuso_new(ThusoMode, run->landcover_speeds->n) : NULL;
	g_autofree double *speeds = run->landcover ? thuso_new(double, run->landcover_speeds->n) : NULL;
	gint32 *nowhere = NULL;
	spec.grid = &run->region->grid;
	spec.passable = run->region->covered;
	spec.elevation_m = run->elevation;
	spec.barrier_polygons = (const ThusoGeometry *const *) polygons->pdata;
	spec.n_barrier_polygons = polygons->len;
	spec.barrier_lines = (const ThusoGeometry *const *) lines->pdata;
	spec.n_barrier_lines = lines->len;
	spec.roads = roads;
	set_rules(&travel, &spec);
	set_slopes(run, &travel, &spec);
	const gboolean roads_only = use == RIDDEN || use == ALONG;
	if (roads_only && spec.n_roads == 0)
		return TRUE;
	if (roads_only) {
		if (!(nowhere = thuso_array_new(thuso_grid_n(spec.grid), sizeof *nowhere, "roads to ride on", error)))
			return FALSE;
		set_roads_only(&spec, nowhere);
	} else if (run->landcover) {
		set_landcover(run, &spec, modes, speeds);
	}
	*surface = thuso_surface_new(run->context, &spec, error);
	thuso_array_free(nowhere);
	return *surface != NULL;
}

static gboolean make_ground(const Run *run, RoadUse use, double factor, Ground *ground, GError **error)
{
	if (ground->component)
		return TRUE;
	if (!make_surface(run, use, factor, &ground->surface, error))
		return FALSE;
	ground->component = thuso_array_new(thuso_grid_n(&run->region->grid), sizeof(gint64), "components", error);
	return ground->component && thuso_access_components(run->context, ground->surface, ground->component, error);
}

void ground_clear(Ground *ground)
{
	thuso_surface_free(ground->surface);
	thuso_array_free(ground->component);
	*ground = (Ground){ 0 };
}

gboolean run_make_ground(Run *run, Trip *trip, GError **error)
{
	if (trip->rides && trip->wait <= 0) {
		trip->ground = &trip->driven;
		return make_ground(run, DRIVEN, trip->factor, &trip->driven, error);
	}
	trip->ground = &run->walked;
	return make_ground(run, WALKED, 1, &run->walked, error) &&
	       (!trip->rides || make_surface(run, RIDDEN, trip->factor, &trip->riding, error));
}

gboolean run_make_walked(Run *run, GError **error)
{
	return make_ground(run, WALKED, 1, &run->walked, error);
}

gboolean run_make_roads(const Run *run, ThusoSurface **surface, GError **error)
{
	*surface = NULL;
	return make_surface(run, ALONG, 1, surface, error);
}

ThusoSurface *run_make_bare(const Run *run, GError **error)
{
	Block travel = block_get(&run->top, "travel");
	ThusoSurfaceSpec spec;
	thuso_surface_spec_default(&spec);
	spec.grid = &run->region->grid;
	set_rules(&travel, &spec);
	return thuso_surface_new(run->context, &spec, error);
}

ThusoTravel run_travel_by(const Run *run, const Trip *trip, ThusoMeasure measure, double limit)
{
	/* A way is as long for who waits: the shortest over everything that can be walked, roads too. */
	const ThusoSurface *riding = measure == THUSO_MEASURE_TIME ? trip->riding : NULL;

	return (ThusoTravel){
		.measure = measure,
		.direction = run->direction,
		.limit_ticks = thuso_ticks(measure, limit),
		.riding = riding,
		.wait_ticks = riding ? thuso_ticks(measure, trip->wait) : 0,
	};
}

ThusoTravel run_travel(const Run *run, const Trip *trip, double limit)
{
	return run_travel_by(run, trip, run->measure, limit);
}
