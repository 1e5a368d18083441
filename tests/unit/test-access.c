/* The search against a plain Dijkstra, and the laws of src/access/README.md. */
#include <thuso/access.h>

#include "../support/plain-dijkstra.h"
#include "../support/random-world.h"
#include "../support/sizes.h"
#include "../support/small-world.h"

#include <math.h>
#include <string.h>

enum { EAST, NORTH_EAST, NORTH, NORTH_WEST, WEST, SOUTH_WEST, SOUTH, SOUTH_EAST };

static const ThusoTravel to_centre = { .direction = THUSO_TO_CENTRE, .limit_ticks = THUSO_NO_LIMIT };
static const ThusoTravel from_centre = { .direction = THUSO_FROM_CENTRE, .limit_ticks = THUSO_NO_LIMIT };

static gint64 *costs_from(ThusoContext *context, const ThusoSurface *surface, const ThusoTravel *travel, gint64 centre)
{
	GError *error = NULL;
	gint64 *cost = thuso_new(gint64, thuso_grid_n(thuso_surface_grid(surface)));
	g_assert_true(thuso_access_nearest(context, surface, travel, &centre, 1, cost, NULL, &error));
	g_assert_no_error(error);
	return cost;
}

/* --- by hand ------------------------------------------------------------------------------------------------------ */

static void test_ticks(void)
{
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_TIME, 1), ==, 262144);
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_DISTANCE, 2.5), ==, 2560);
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_DISTANCE, 0.9999 / 1024), ==, 0);
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_TIME, -1), ==, -1);
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_TIME, NAN), ==, -1);
	g_assert_cmpint(thuso_ticks(THUSO_MEASURE_TIME, INFINITY), ==, THUSO_NO_LIMIT);
	g_assert_cmpfloat(thuso_ticks_value(THUSO_MEASURE_TIME, 3 * 262144 / 2), ==, 1.5);
	g_assert_true(isinf(thuso_ticks_value(THUSO_MEASURE_DISTANCE, THUSO_UNREACHED)));
}

/* 100 m cells, 1 m/s; the way around the missing cells is three straight steps, or knights where they fit. */
static void test_by_hand(void)
{
	g_autoptr(SmallWorld) world = small_world_new("...\n"
	                                              "##.\n"
	                                              "...\n");
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	const gint64 centres[3] = { 0, 3, 0 };
	gint64 cost[9];
	gint32 nearest[9];
	g_assert_true(thuso_access_nearest(world->context, surface, &to_centre, centres, 3, cost, nearest, NULL));
	/* (0,0) -> (0,1) -> diagonal to (1,2), beside (0,2) -> diagonal to (2,1) -> (2,0): 2 + 2 sqrt 2 steps. */
	const gint64 straight = 100 * 262144, diagonal = llround(100 * sqrt(2) * 262144);
	const gint64 expected[9] = { 0,
		                         straight,
		                         2 * straight,
		                         THUSO_UNREACHED,
		                         THUSO_UNREACHED,
		                         straight + diagonal,
		                         2 * straight + 2 * diagonal,
		                         straight + 2 * diagonal,
		                         2 * straight + diagonal };
	for (int cell = 0; cell < 9; cell++) {
		g_assert_cmpint(cost[cell], ==, expected[cell]);
		g_assert_cmpint(nearest[cell], ==, expected[cell] == THUSO_UNREACHED ? -1 : 0);
	}
}

/* Uphill to the centre on a 10 % slope: 4.5 km/h -> 3.171 km/h; from the centre downhill: 4.5 km/h. */
static void test_direction(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(1, 11);
	world->elevation_m = g_new(float, 11);
	world->spec.walking_m_per_s = 1.25;
	for (int i = 0; i < 11; i++)
		world->elevation_m[i] = (float) (10 * i);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	g_autofree gint64 *to = costs_from(world->context, surface, &to_centre, 10);
	g_autofree gint64 *from = costs_from(world->context, surface, &from_centre, 10);
	g_assert_cmpfloat_with_epsilon(thuso_ticks_value(THUSO_MEASURE_TIME, to[0]), 1000 / (3.17106 / 3.6), 0.1);
	g_assert_cmpfloat_with_epsilon(thuso_ticks_value(THUSO_MEASURE_TIME, from[0]), 800, 1e-3);
}

/* Two centres equally far: the lower index, also where the tie only arises further on. */
static void test_ties(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(1, 7);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	gint64 cost[7];
	for (int swap = 0; swap < 2; swap++) {
		const gint64 centres[3] = { swap ? 6 : 0, swap ? 0 : 6, 6 };
		gint32 nearest[7];
		g_assert_true(thuso_access_nearest(world->context, surface, &to_centre, centres, 3, cost, nearest, NULL));
		g_assert_cmpint(nearest[3], ==, 0);
		g_assert_cmpint(nearest[0], ==, swap ? 1 : 0);
		g_assert_cmpint(nearest[6], ==, swap ? 0 : 1);
	}
}

/* --- against the plain search ------------------------------------------------------------------------------------- */

typedef struct {
	RandomWorld *world;
	ThusoSurface *surface, *riding;
	gint64 n;
	ThusoTravel travel;
	gint64 centres[12];
	gint32 n_centres;
	gint64 *cost;
	gint32 *nearest;
	guint8 *wanted;
} Case;

/* The roads of the world that somebody drives on, as a layer of their own. */
static ThusoSurface *riding_layer(ThusoContext *context, const RandomWorld *world)
{
	static const double no_speed = 0;
	static const ThusoMode walking = THUSO_WALKING;
	ThusoSurfaceSpec spec = world->spec;
	ThusoSurfaceRoad roads[8];
	g_autofree gint32 *nowhere = thuso_new(gint32, thuso_grid_n(&world->grid));
	GError *error = NULL;
	spec.roads = roads;
	spec.n_roads = 0;
	for (gint64 i = 0; i < world->spec.n_roads; i++)
		if (world->roads[i].speed_m_per_s > 0)
			roads[spec.n_roads++] = world->roads[i];
	if (spec.n_roads == 0)
		return NULL;
	spec.ground = nowhere;
	spec.ground_speed_m_per_s = &no_speed;
	spec.ground_mode = &walking;
	spec.n_ground = 1;
	ThusoSurface *surface = thuso_surface_new(context, &spec, &error);
	g_assert_no_error(error);
	return surface;
}

static void case_init(Case *c, ThusoContext *context, guint64 seed)
{
	guint64 state = seed ^ 0x5eed;
	GError *error = NULL;
	*c = (Case){ .world = random_world_new(seed, seed % 8 ? 18 : 40) };
	c->n = thuso_grid_n(&c->world->grid);
	c->world->spec.tile_shift = 4 + random_below(&state, 3);
	c->travel = (ThusoTravel){ .measure = random_below(&state, 3) ? THUSO_MEASURE_TIME : THUSO_MEASURE_DISTANCE,
		                       .direction = random_below(&state, 2) ? THUSO_TO_CENTRE : THUSO_FROM_CENTRE,
		                       .limit_ticks = THUSO_NO_LIMIT };
	if (random_below(&state, 2))
		c->travel.limit_ticks = thuso_ticks(c->travel.measure, 1500 * random_unit(&state));
	if (random_below(&state, 2))
		c->travel.riding = c->riding = riding_layer(context, c->world);
	/* Where somebody rides, who walks on the road walks. */
	for (gint64 i = 0; c->riding && i < c->world->spec.n_roads; i++) {
		c->world->roads[i].speed_m_per_s = 0;
		c->world->roads[i].mode = THUSO_WALKING;
	}
	c->surface = thuso_surface_new(context, &c->world->spec, &error);
	g_assert_no_error(error);
	/* None at all, and so little that ways go on and off the road, among them. */
	c->travel.wait_ticks = random_below(&state, 4) ? random_below(&state, 200) * (gint64) 262144 : 0;
	c->n_centres = random_below(&state, 12);
	for (int i = 0; i < c->n_centres; i++)
		c->centres[i] = i && random_below(&state, 6) == 0 ? c->centres[i - 1] : random_below(&state, (int) c->n);
	c->cost = thuso_new(gint64, c->n);
	c->nearest = thuso_new(gint32, c->n);
	c->wanted = thuso_new(guint8, c->n);
	for (gint64 cell = 0; cell < c->n; cell++)
		c->wanted[cell] = random_below(&state, 3) == 0;
}

static void case_clear(Case *c)
{
	thuso_surface_free(c->surface);
	thuso_surface_free(c->riding);
	random_world_free(c->world);
	g_free(c->cost);
	g_free(c->nearest);
	g_free(c->wanted);
}

static void differ(const Case *c, const char *what, gint64 cell, gint64 cost, gint32 nearest)
{
	g_error("seed %" G_GUINT64_FORMAT " %s: cell %" G_GINT64_FORMAT ": cost %" G_GINT64_FORMAT
	        " nearest %d, plain %" G_GINT64_FORMAT " nearest %d",
	        c->world->seed, what, cell, cost, nearest, c->cost[cell], c->nearest[cell]);
}

/* The ways between two cells of a path that add up to the cell's cost: on foot and, where there is a riding layer, in it. */
static void check_path(const Case *c, ThusoCosts *costs, gint64 cell)
{
	ThusoVector cells = THUSO_VECTOR(gint64);
	GError *error = NULL;
	g_assert_true(thuso_costs_path(costs, cell, &cells, &error));
	g_assert_no_error(error);
	const gint64 *way = cells.data;
	if (c->cost[cell] == THUSO_UNREACHED) {
		g_assert_cmpint(cells.n, ==, 0);
		return;
	}
	g_assert_cmpint(way[0], ==, cell);
	g_assert_cmpint(way[cells.n - 1], ==, c->centres[c->nearest[cell]]);
	gint64 sum = 0;
	for (gint64 i = 0; i + 1 < cells.n && !c->riding; i++)
		for (int step = 0; step < 16; step++) {
			const gint32 n_cols = c->world->grid.n_cols;
			const gint64 from = c->travel.direction == THUSO_TO_CENTRE ? way[i] : way[i + 1], to = way[i] + way[i + 1] - from;
			if (from / n_cols + thuso_step_row[step] == to / n_cols && from % n_cols + thuso_step_col[step] == to % n_cols)
				sum += thuso_surface_step_ticks(c->surface, c->travel.measure, from, step);
		}
	if (!c->riding)
		g_assert_cmpint(sum, ==, c->cost[cell]);
	thuso_vector_clear(&cells);
}

/* Kept by tiles, in memory and spilled, row by row. */
static void compare_costs(ThusoContext *context, const Case *c, gint64 budget)
{
	g_autoptr(ThusoSlabPool) pool = thuso_slab_pool_new(budget, g_get_tmp_dir());
	const gint32 n_cols = c->world->grid.n_cols, n_rows = c->world->grid.n_rows;
	GError *error = NULL;
	g_autoptr(ThusoCosts) costs = thuso_costs_new(context, c->surface, &c->travel, c->centres, c->n_centres, TRUE, pool, &error);
	g_assert_no_error(error);
	g_autofree gint64 *ticks = thuso_new(gint64, 3 * n_cols);
	g_autofree gint32 *nearest = thuso_new(gint32, 3 * n_cols);
	for (gint32 row = 0; row < n_rows; row += 3) {
		const gint32 n = MIN(3, n_rows - row);
		g_assert_true(thuso_costs_rows(costs, row, n, ticks, nearest, &error));
		for (gint64 i = 0; i < n * (gint64) n_cols; i++) {
			const gint64 cell = row * (gint64) n_cols + i;
			if (ticks[i] != c->cost[cell] || nearest[i] != c->nearest[cell])
				differ(c, "by rows", cell, ticks[i], nearest[i]);
		}
	}
	for (gint64 cell = 0; cell < c->n; cell += 1 + c->n / 20)
		check_path(c, costs, cell);
	g_clear_pointer(&costs, thuso_costs_free);
}

static void compare_nearest(ThusoContext *context, const Case *c)
{
	g_autofree gint64 *cost = thuso_new(gint64, c->n);
	g_autofree gint32 *nearest = thuso_new(gint32, c->n);
	g_assert_true(thuso_access_nearest(context, c->surface, &c->travel, c->centres, c->n_centres, cost, nearest, NULL));
	for (gint64 cell = 0; cell < c->n; cell++)
		if (cost[cell] != c->cost[cell] || nearest[cell] != c->nearest[cell])
			differ(c, "nearest", cell, cost[cell], nearest[cell]);
	g_assert_true(thuso_access_nearest(context, c->surface, &c->travel, c->centres, c->n_centres, cost, NULL, NULL));
	g_assert_true(memcmp(cost, c->cost, (gsize) c->n * sizeof(gint64)) == 0);
}

typedef struct {
	const Case *c;
	const guint8 *wanted;
	gint n_calls; /* atomic */
} Reach;

/* The calls arrive on several threads, so each makes its own plain answer. */
static gboolean compare_reach(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                              GError **error)
{
	Reach *reach = data;
	const Case *c = reach->c;
	g_autofree gint64 *cost = thuso_new(gint64, c->n);
	g_autofree gint32 *nearest = thuso_new(gint32, c->n);
	gint64 k = 0;
	(void) worker;
	(void) error;
	plain_nearest(c->surface, &c->travel, &c->centres[source], 1, cost, nearest);
	for (gint64 cell = 0; cell < c->n; cell++) {
		if (cost[cell] == THUSO_UNREACHED || (reach->wanted && !reach->wanted[cell]))
			continue;
		if (k >= n || cells[k] != cell || ticks[k] != cost[cell])
			g_error("seed %" G_GUINT64_FORMAT ": source %" G_GINT64_FORMAT " cell %" G_GINT64_FORMAT " differs", c->world->seed,
			        source, cell);
		k++;
	}
	g_assert_cmpint(k, ==, n);
	g_atomic_int_inc(&reach->n_calls);
	return TRUE;
}

static void compare_each(ThusoContext *context, const Case *c)
{
	for (int some = 0; some < 2; some++) {
		Reach reach = { c, some ? c->wanted : NULL, 0 };
		GError *error = NULL;
		g_assert_true(thuso_access_each(context, c->surface, &c->travel, c->centres, c->n_centres, reach.wanted, compare_reach,
		                                &reach, &error));
		g_assert_no_error(error);
		g_assert_cmpint(reach.n_calls, ==, c->n_centres);
	}
}

static void compare_components(ThusoContext *context, const Case *c)
{
	g_autofree gint64 *plain = thuso_new(gint64, c->n), *component = thuso_new(gint64, c->n);
	plain_components(c->surface, plain);
	g_assert_true(thuso_access_components(context, c->surface, component, NULL));
	g_assert_true(memcmp(component, plain, (gsize) c->n * sizeof(gint64)) == 0);
	/* The components decide who is reached at all. */
	for (gint64 cell = 0; c->travel.limit_ticks == THUSO_NO_LIMIT && cell < c->n; cell++) {
		gboolean joined = FALSE;
		for (int i = 0; i < c->n_centres; i++)
			joined = joined || (component[cell] >= 0 && component[cell] == component[c->centres[i]]);
		g_assert_cmpint(joined, ==, c->cost[cell] != THUSO_UNREACHED);
	}
}

/* Does the riding layer matter at all? A test of what nobody uses would prove nothing. */
static gboolean riding_helps(const Case *c)
{
	ThusoTravel on_foot = c->travel;
	g_autofree gint64 *cost = thuso_new(gint64, c->n);
	g_autofree gint32 *nearest = thuso_new(gint32, c->n);
	on_foot.riding = NULL;
	plain_nearest(c->surface, &on_foot, c->centres, c->n_centres, cost, nearest);
	return memcmp(cost, c->cost, (gsize) c->n * sizeof *cost) != 0;
}

static void test_against_plain(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	const int n_worlds = in_full(2400, 200);
	int n_ridden = 0;
	for (guint64 seed = 1; seed <= (guint64) n_worlds; seed++) {
		Case c;
		case_init(&c, context, seed);
		plain_nearest(c.surface, &c.travel, c.centres, c.n_centres, c.cost, c.nearest);
		for (int n_threads = 1; n_threads <= 1 + (int) (seed % 4); n_threads++) {
			thuso_context_set_threads(context, n_threads);
			compare_nearest(context, &c);
			if (c.n < 400 && seed % 4 == 0)
				compare_each(context, &c);
			compare_costs(context, &c, (gint64) (seed % 3) * 3000);
		}
		compare_components(context, &c);
		n_ridden += c.riding && seed % 4 == 0 && riding_helps(&c);
		case_clear(&c);
	}
	g_assert_cmpint(n_ridden, >=, n_worlds / 100);
}

/* --- laws --------------------------------------------------------------------------------------------------------- */

static void test_flat_world(void)
{
	static const double worst[2] = { 1.0824, 1.0276 };
	const int side = 61, middle = 30;
	for (int i = 0; i < 2; i++) {
		g_autoptr(SmallWorld) world = small_world_plain(side, side);
		world->spec.neighbours = i ? 16 : 8;
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		g_autofree gint64 *cost = costs_from(world->context, surface, &to_centre, small_world_cell(world, middle, middle));
		double most = 1;
		for (int cell = 0; cell < side * side; cell++) {
			const double length_m = 100 * hypot(cell / side - middle, cell % side - middle);
			const double seconds = thuso_ticks_value(THUSO_MEASURE_TIME, cost[cell]);
			g_assert_cmpfloat(seconds, >=, length_m * (1 - 1e-8));
			most = length_m > 0 ? fmax(most, seconds / length_m) : most;
		}
		g_assert_cmpfloat(most, <=, worst[i]);
		g_assert_cmpfloat(most, >, worst[i] - 0.002); /* and that bound is met, so the neighbours are what they say */
	}
}

/* The eight ways to turn and mirror a square, as (row, col) -> (row, col). */
static gint64 turned(int way, gint64 cell, gint64 side)
{
	gint64 row = cell / side, col = cell % side;
	if (way & 1)
		col = side - 1 - col;
	if (way & 2)
		row = side - 1 - row;
	return way & 4 ? col * side + row : row * side + col;
}

static void test_mirror_and_turn(void)
{
	enum { SIDE = 15, N = SIDE * SIDE };
	guint64 state = 7;
	gint32 ground[N], turned_ground[N];
	float height[N];
	const double speeds[4] = { 1.2, 0.7, 3, 0 };
	const ThusoMode modes[4] = { THUSO_WALKING, THUSO_WALKING, THUSO_MOTORISED, THUSO_WALKING };
	for (int cell = 0; cell < N; cell++) {
		ground[cell] = random_below(&state, 4);
		height[cell] = (float) (30 * random_unit(&state));
	}
	ground[N / 2] = 0;
	g_autofree gint64 *first = NULL;
	for (int way = 0; way < 8; way++) {
		g_autoptr(SmallWorld) world = small_world_plain(SIDE, SIDE);
		world->elevation_m = g_new(float, N);
		for (int cell = 0; cell < N; cell++) {
			turned_ground[turned(way, cell, SIDE)] = ground[cell];
			world->elevation_m[turned(way, cell, SIDE)] = height[cell];
		}
		world->spec.ground = turned_ground;
		world->spec.ground_speed_m_per_s = speeds;
		world->spec.ground_mode = modes;
		world->spec.n_ground = 4;
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		g_autofree gint64 *cost = costs_from(world->context, surface, &to_centre, turned(way, N / 2, SIDE));
		if (!first)
			first = g_memdup2(cost, sizeof(gint64) * N);
		for (int cell = 0; cell < N; cell++)
			g_assert_cmpint(cost[turned(way, cell, SIDE)], ==, first[cell]);
	}
}

static void test_double_slowness(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= 60; seed++) {
		g_autoptr(RandomWorld) world = random_world_new(seed, 15);
		const gint64 n = thuso_grid_n(&world->grid), centre = (gint64) seed * 7 % n;
		g_autoptr(ThusoSurface) fast = thuso_surface_new(context, &world->spec, NULL);
		world->spec.walking_m_per_s /= 2;
		for (int i = 0; i < 8; i++) {
			world->ground_speed_m_per_s[i] /= 2;
			world->roads[i].speed_m_per_s /= 2;
		}
		g_autoptr(ThusoSurface) slow = thuso_surface_new(context, &world->spec, NULL);
		g_autofree gint64 *once = costs_from(context, fast, &to_centre, centre);
		g_autofree gint64 *twice = costs_from(context, slow, &to_centre, centre);
		for (gint64 cell = 0; cell < n; cell++) {
			g_assert_cmpint(once[cell] == THUSO_UNREACHED, ==, twice[cell] == THUSO_UNREACHED);
			/* Each step is rounded once; steps at the largest or least tick count do not double. */
			if (once[cell] != THUSO_UNREACHED && once[cell] < THUSO_STEP_TICKS_MAX / 4)
				g_assert_cmpint(llabs(twice[cell] - 2 * once[cell]), <=, 2 * n);
		}
	}
}

static void test_more_centres(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= 60; seed++) {
		Case c;
		case_init(&c, context, seed);
		g_autofree gint64 *fewer = thuso_new(gint64, c.n);
		if (c.n_centres > 0) {
			g_assert_true(thuso_access_nearest(context, c.surface, &c.travel, c.centres, c.n_centres, c.cost, c.nearest, NULL));
			g_assert_true(thuso_access_nearest(context, c.surface, &c.travel, c.centres, c.n_centres - 1, fewer, NULL, NULL));
			for (gint64 cell = 0; cell < c.n; cell++)
				g_assert_cmpint(c.cost[cell], <=, fewer[cell]);
		}
		case_clear(&c);
	}
}

static gint64 sum_capped(gint64 a, gint64 b)
{
	return a == THUSO_UNREACHED || b == THUSO_UNREACHED ? THUSO_UNREACHED : a + b;
}

static void test_matrix_laws(void)
{
	enum { N = 8 };
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= 80; seed++) {
		g_autoptr(RandomWorld) world = random_world_new(seed, 15);
		gint64 places[N], from[N][N];
		g_autoptr(ThusoSurface) surface = thuso_surface_new(context, &world->spec, NULL);
		for (int i = 0; i < N; i++)
			places[i] = (gint64) ((seed * 31 + (guint64) i * 977) % (guint64) thuso_grid_n(&world->grid));
		for (int i = 0; i < N; i++) {
			g_autofree gint64 *out = costs_from(context, surface, &from_centre, places[i]);
			g_autofree gint64 *in = costs_from(context, surface, &to_centre, places[i]);
			for (int j = 0; j < N; j++) {
				from[i][j] = out[places[j]];
				if (!world->spec.elevation_m ||
				    (!world->spec.walking_slope && !world->spec.cycling_slope)) /* no slope: the way back costs the same */
					g_assert_cmpint(out[places[j]], ==, in[places[j]]);
			}
		}
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++)
				for (int k = 0; k < N; k++)
					g_assert_cmpint(from[i][k], <=, sum_capped(from[i][j], from[j][k]));
	}
}

/* --- rivers ------------------------------------------------------------------------------------------------------- */

/* Which side of the line through the middle in direction `angle`; 0 = too near to say. */
static int side_of(const SmallWorld *world, gint64 cell, double angle, double off)
{
	const double x = (double) (cell % world->grid.n_cols) + 0.5 - 10, y = (double) (cell / world->grid.n_cols) + 0.5 - 10;
	const double distance = x * sin(angle) - y * cos(angle) - off;
	return fabs(distance) < 1e-3 ? 0 : distance < 0 ? -1 : 1;
}

static void add_river(SmallWorld *world, double angle, double off)
{
	const double c = cos(angle), s = sin(angle), x = 10 + off * s, y = 10 - off * c;
	small_world_barrier_line(world, SMALL_XY(x - 30 * c, y - 30 * s, x, y, x + 30 * c, y + 30 * s));
}

/* Cells on both sides are in two components that never mix, in every orientation, also through centres and corners. */
static void test_river_separates(void)
{
	static const double offs[4] = { 0, 0.5, 0.27, -0.41 };
	for (int turn = 0; turn < 16; turn++)
		for (int i = 0; i < 4; i++)
			for (int neighbours = 8; neighbours <= 16; neighbours += 8) {
				const double angle = turn * G_PI / 8;
				gint64 component[400], first[2] = { -1, -1 };
				g_autoptr(SmallWorld) world = small_world_plain(20, 20);
				world->spec.neighbours = neighbours;
				add_river(world, angle, offs[i]);
				g_autoptr(ThusoSurface) surface = small_world_surface(world);
				g_assert_true(thuso_access_components(world->context, surface, component, NULL));
				for (int cell = 0; cell < 400; cell++) {
					const int side = side_of(world, cell, angle, offs[i]);
					gint64 *known = &first[side > 0];
					if (side != 0 && *known < 0)
						*known = component[cell];
					g_assert_true(side == 0 || component[cell] == *known);
				}
				g_assert_cmpint(first[0], !=, first[1]);
			}
}

static int count_steps_across(const SmallWorld *world, const ThusoSurface *surface, double angle, double off, double reach)
{
	int n = 0;
	for (int cell = 0; cell < 400; cell++)
		for (int step = 0; step < 16; step++) {
			const gint64 other = cell + thuso_step_row[step] * 20 + thuso_step_col[step];
			if (!thuso_surface_step_exists(surface, cell, step) || side_of(world, cell, angle, off) != -1 ||
			    side_of(world, other, angle, off) != 1)
				continue;
			g_assert_cmpfloat(hypot(cell % 20 + 0.5 - 10, cell / 20 + 0.5 - 10), <=, reach);
			n++;
		}
	return n;
}

static void test_bridge_joins_there_only(void)
{
	for (int turn = 0; turn < 16; turn++)
		for (int i = 0; i < 2; i++) {
			const double angle = 0.013 + turn * G_PI / 8, off = 0.27, across = angle + (i ? 1.57 : 0.9);
			gint64 component[400];
			g_autoptr(SmallWorld) world = small_world_plain(20, 20);
			add_river(world, angle, off);
			const double c = 6 * cos(across), s = 6 * sin(across);
			small_world_road(world, SMALL_XY(10.03 - c, 10.01 - s, 10.03 + c, 10.01 + s), 5, TRUE);
			g_autoptr(ThusoSurface) surface = small_world_surface(world);
			g_assert_true(thuso_access_components(world->context, surface, component, NULL));
			for (int cell = 0; cell < 400; cell++)
				g_assert_cmpint(component[cell], ==, 0);
			g_assert_cmpint(count_steps_across(world, surface, angle, off, 2.2), >=, 1);
		}
}

/* Along the bank, a few metres off and for the whole length: nothing opens. */
static void test_road_beside_river(void)
{
	for (int turn = 0; turn < 16; turn++)
		for (int i = 0; i < 2; i++) {
			const double angle = 0.013 + turn * G_PI / 8, off = 0.27, road_off = off + (i ? 0.04 : -0.04);
			const double c = cos(angle), s = sin(angle), x = 10 + road_off * s, y = 10 - road_off * c;
			g_autoptr(SmallWorld) world = small_world_plain(20, 20);
			add_river(world, angle, off);
			small_world_road(world, SMALL_XY(x - 30 * c, y - 30 * s, x + 30 * c, y + 30 * s), 5, TRUE);
			g_autoptr(ThusoSurface) surface = small_world_surface(world);
			g_assert_cmpint(count_steps_across(world, surface, angle, off, 99), ==, 0);
		}
}

/* A closed line holds everything inside, wherever its vertices lie. */
static void test_ring(void)
{
	guint64 state = 11;
	for (int i = 0; i < 100; i++) {
		double xy[14];
		gint64 component[400];
		const double grain = i % 2 ? 0.5 : 0; /* vertices on centres and corners too */
		g_autoptr(SmallWorld) world = small_world_plain(20, 20);
		for (int k = 0; k < 6; k++) {
			const double radius = 3 + 5 * random_unit(&state), angle = k * G_PI / 3;
			xy[2 * k] = 10 + radius * cos(angle);
			xy[2 * k + 1] = 10 + radius * sin(angle);
		}
		for (int k = 0; grain > 0 && k < 12; k++)
			xy[k] = grain * round(xy[k] / grain);
		xy[12] = xy[0];
		xy[13] = xy[1];
		small_world_barrier_line(world, xy, 14);
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		g_assert_true(thuso_access_components(world->context, surface, component, NULL));
		g_assert_cmpint(component[0], ==, 0);
		g_assert_cmpint(component[10 * 20 + 10], !=, 0);
	}
}

/* --- running ------------------------------------------------------------------------------------------------------ */

static gboolean fail_on_two(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                            GError **error)
{
	(void) cells;
	(void) ticks;
	(void) n;
	(void) worker;
	(void) data;
	if (source != 2)
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_FAILED, "two");
	return FALSE;
}

static void test_errors(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(300, 300);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	const gint64 sources[6] = { 5, 6, 7, 8, -1, 90000 };
	g_autofree gint64 *cost = g_new(gint64, 90000);
	GError *error = NULL;
	g_assert_false(thuso_access_each(world->context, surface, &to_centre, sources, 6, NULL, fail_on_two, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_FAILED);
	g_clear_error(&error);
	/* Off the grid: reaches nothing. */
	g_assert_true(thuso_access_nearest(world->context, surface, &to_centre, sources + 4, 2, cost, NULL, &error));
	g_assert_cmpint(cost[0], ==, THUSO_UNREACHED);
	thuso_context_cancel(world->context);
	g_assert_false(thuso_access_nearest(world->context, surface, &to_centre, sources, 1, cost, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_clear_error(&error);
	g_assert_false(thuso_access_components(world->context, surface, cost, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_clear_error(&error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/access/ticks", test_ticks);
	g_test_add_func("/access/by-hand", test_by_hand);
	g_test_add_func("/access/direction", test_direction);
	g_test_add_func("/access/ties", test_ties);
	g_test_add_func("/access/against-plain", test_against_plain);
	g_test_add_func("/access/flat-world", test_flat_world);
	g_test_add_func("/access/mirror-and-turn", test_mirror_and_turn);
	g_test_add_func("/access/double-slowness", test_double_slowness);
	g_test_add_func("/access/more-centres", test_more_centres);
	g_test_add_func("/access/matrix-laws", test_matrix_laws);
	g_test_add_func("/access/river-separates", test_river_separates);
	g_test_add_func("/access/bridge-joins-there-only", test_bridge_joins_there_only);
	g_test_add_func("/access/road-beside-river", test_road_beside_river);
	g_test_add_func("/access/ring", test_ring);
	g_test_add_func("/access/errors", test_errors);
	return g_test_run();
}
