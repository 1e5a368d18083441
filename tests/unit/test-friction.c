/* Slope functions, the overlay, which steps exist and what they cost. */
#include <thuso/access.h>

#include "../support/friction-parts.h"
#include "../support/plain-world.h"
#include "../support/random-world.h"
#include "../support/sizes.h"
#include "../support/small-world.h"

#include <math.h>

enum { EAST, NORTH_EAST, NORTH, NORTH_WEST, WEST, SOUTH_WEST, SOUTH, SOUTH_EAST };

/* --- costs -------------------------------------------------------------------------------------------------------- */

/* A plane that rises 10 % to the east: each direction has the slope of the walker, through the real surface. */
static void test_tilted_plane(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(5, 5);
	static const double rises[3] = { 0.10, 0.20, 0.05 };
	world->elevation_m = g_new(float, 25);
	world->spec.walking_m_per_s = 1.25;
	for (int i = 0; i < 3; i++) {
		for (int cell = 0; cell < 25; cell++)
			world->elevation_m[cell] = (float) (100 * rises[i] * (cell % 5));
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		static const double km_per_h[3][2] = { { 3.171, 4.500 }, { 2.235, 3.171 }, { 3.777, 5.361 } };
		const double east_s = (double) thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 12, EAST) / THUSO_TICKS_PER_S;
		const double west_s = (double) thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 12, WEST) / THUSO_TICKS_PER_S;
		g_assert_cmpfloat_with_epsilon(100 / east_s * 3.6, km_per_h[i][0], 6e-4);
		g_assert_cmpfloat_with_epsilon(100 / west_s * 3.6, km_per_h[i][1], 6e-4);
		/* Along the contour: flat. 100 m at 1.25 m/s = 80 s exactly. */
		g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 12, NORTH), ==, 80 * 262144);
		g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_DISTANCE, 12, WEST), ==, 100 * 1024);
		/* The knight's slope is its rise over its own length. */
		const double length_m = 100 * sqrt(5), slope = 200 * rises[i] / length_m;
		const double knight_s = length_m / (1.25 * exp(-3.5 * fabs(slope + 0.05)) / exp(-0.175));
		g_assert_cmpint(
		    llabs(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 12, 8) - llround(knight_s * THUSO_TICKS_PER_S)), <=, 1);
	}
}

/* 3 x 3 cells of 100 m: 1 m/s everywhere, 4 m/s on the middle row, no data in the south-west corner. */
static void test_by_hand(void)
{
	g_autoptr(SmallWorld) world = small_world_new("...\n"
	                                              "...\n"
	                                              "#..\n");
	small_world_road(world, SMALL_XY(0.2, 1.4, 2.8, 1.6), 4, TRUE);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	const ThusoMeasure time = THUSO_MEASURE_TIME;
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, EAST), ==, 100 * 262144);
	/* Half at 1 m/s, half at 4: 50 + 12.5 s. */
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, SOUTH), ==, 125 * 131072);
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 3, EAST), ==, 25 * 262144);
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, SOUTH_EAST), ==, llround(62.5 * sqrt(2) * 262144));
	/* Knight from (0,0) to (1,2): passes (0,1) and (1,1); 223.6 m / 4 * (1 + 1 + 1/4 + 1/4). */
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, 15), ==, llround(100 * sqrt(5) / 4 * 2.5 * 262144));
	/* Knight from (0,0) to (2,1): passes (1,0) and (1,1): (1 + 1/4 + 1/4 + 1). */
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, 14), ==, llround(100 * sqrt(5) / 4 * 2.5 * 262144));
	/* Knight from (0,1) to (2,0), which has no data; and from (0,2) to (2,1) beside it. */
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 1, 13), ==, -1);
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 2, 13), >, 0);
	/* Knight from (1,2) to (2,0): no data. Off the grid and beyond the numbers: none. */
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 5, 12), ==, -1);
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 0, NORTH), ==, -1);
	g_assert_cmpint(thuso_surface_step_ticks(surface, time, 2, EAST), ==, -1);
	g_assert_false(thuso_surface_step_exists(surface, -1, EAST));
	g_assert_false(thuso_surface_step_exists(surface, 9, EAST));
	g_assert_false(thuso_surface_step_exists(surface, 0, 16));
	g_assert_cmpint(thuso_surface_least_ticks(surface, time), <=, 25 * 262144);
	g_assert_cmpint(thuso_surface_least_ticks(surface, time), >=, 24 * 262144);
}

/* --- overlay ------------------------------------------------------------------------------------------------------ */

static void test_overlay(void)
{
	g_autoptr(SmallWorld) world = small_world_new(".....\n"
	                                              ".....\n"
	                                              "..#..\n");
	/* A lake over columns 1..3 of all rows; roads along each row. */
	small_world_barrier_polygon(world, SMALL_XY(1.1, -1, 3.9, -1, 3.9, 4, 1.1, 4));
	small_world_road(world, SMALL_XY(0.1, 0.4, 4.9, 0.6), 10, TRUE);
	small_world_road(world, SMALL_XY(0.1, 0.5, 4.9, 0.3), 5, TRUE);   /* slower on the same cells */
	small_world_road(world, SMALL_XY(0.1, 1.4, 4.9, 1.6), 20, FALSE); /* no bridge */
	small_world_road(world, SMALL_XY(0.1, 2.4, 4.9, 2.6), 0, TRUE);   /* on foot; over no data */
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	ThusoMode mode;
	for (int col = 0; col < 5; col++) {
		g_assert_cmpfloat(thuso_surface_speed(surface, small_world_cell(world, 0, col), &mode), ==, 10);
		g_assert_cmpint(mode, ==, THUSO_MOTORISED);
		g_assert_cmpfloat(thuso_surface_speed(surface, small_world_cell(world, 1, col), &mode), ==, col % 4 ? 0 : 20);
		g_assert_cmpfloat(thuso_surface_speed(surface, small_world_cell(world, 2, col), &mode), ==, col == 2 ? 0 : 1);
		g_assert_cmpint(mode, ==, THUSO_WALKING);
	}
	g_assert_false(thuso_surface_passable(surface, small_world_cell(world, 2, 2)));
	g_assert_true(thuso_surface_passable(surface, small_world_cell(world, 2, 1)));
}

static void test_order_of_roads(void)
{
	for (int order = 0; order < 2; order++) {
		g_autoptr(SmallWorld) world = small_world_plain(2, 3);
		for (int i = 0; i < 2; i++) {
			small_world_road(world, SMALL_XY(0.1, 0.5, 2.9, 0.5), 7, TRUE);
			g_array_index(world->roads, ThusoSurfaceRoad, i).mode = i == order ? THUSO_CYCLING : THUSO_MOTORISED;
		}
		/* Slower than walking, and still the road: the overlay has one rule. */
		small_world_road(world, SMALL_XY(0.1, 1.5, 2.9, 1.5), 0.5, TRUE);
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		ThusoMode mode;
		g_assert_cmpfloat(thuso_surface_speed(surface, 1, &mode), ==, 7);
		g_assert_cmpint(mode, ==, THUSO_MOTORISED);
		g_assert_cmpfloat(thuso_surface_speed(surface, 4, &mode), ==, 0.5);
	}
}

static void test_corners(void)
{
	for (int way = 0; way < 3; way++) {
		g_autoptr(SmallWorld) world = small_world_new(".#.\n"
		                                              "#..\n"
		                                              "...\n");
		world->spec.guard_corners = way != 1;
		if (way == 2)
			small_world_road(world, SMALL_XY(0, 0, 2, 2), 5, FALSE);
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		g_assert_cmpint(thuso_surface_step_exists(surface, 0, SOUTH_EAST), ==, way != 0);
		g_assert_cmpint(thuso_surface_step_exists(surface, 4, NORTH_WEST), ==, way != 0);
		/* One open side cell is enough. */
		g_assert_true(thuso_surface_step_exists(surface, 4, NORTH_EAST));
	}
}

/* --- bridges ------------------------------------------------------------------------------------------------------ */

typedef gboolean (*BankFunc)(double x, double y); /* in cells: is the point on the far bank? */

/* How many steps lead from bank to bank, and whether all begin or end at most `reach` cells from (x, y). */
static int steps_across(const SmallWorld *world, const ThusoSurface *surface, BankFunc far_bank, double x, double y, double reach)
{
	int n = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(&world->grid); cell++) {
		const double col = (double) (cell % world->grid.n_cols) + 0.5, row = (double) (cell / world->grid.n_cols) + 0.5;
		for (int step = 0; step < 16; step++) {
			if (!thuso_surface_step_exists(surface, cell, step) || far_bank(col, row) ||
			    !far_bank(col + thuso_step_col[step], row + thuso_step_row[step]))
				continue;
			g_assert_cmpfloat(hypot(col - x, row - y), <=, reach);
			n++;
		}
	}
	return n;
}

static gboolean east_of_river(double x, double y)
{
	(void) y;
	return x > 5.2;
}

static void test_bridge(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(10, 10);
	small_world_barrier_line(world, SMALL_XY(5.2, -1, 5.2, 11));
	g_autoptr(ThusoSurface) closed = small_world_surface(world);
	g_assert_cmpint(steps_across(world, closed, east_of_river, 0, 0, 0), ==, 0);
	small_world_road(world, SMALL_XY(0.3, 4.4, 9.7, 4.6), 10, FALSE);
	g_autoptr(ThusoSurface) no_bridge = small_world_surface(world);
	g_assert_cmpint(steps_across(world, no_bridge, east_of_river, 0, 0, 0), ==, 0);
	g_array_index(world->roads, ThusoSurfaceRoad, 0).bridge = TRUE;
	g_autoptr(ThusoSurface) bridge = small_world_surface(world);
	g_assert_cmpint(steps_across(world, bridge, east_of_river, 4.5, 4.5, 0.1), ==, 1);
	g_assert_true(thuso_surface_step_exists(bridge, small_world_cell(world, 4, 4), EAST));
	g_assert_true(thuso_surface_step_exists(bridge, small_world_cell(world, 4, 5), WEST));
}

/* A road that runs along the bank opens nothing: straight, and where the river winds around the centres of the road's cells. */
static void test_road_along_bank(void)
{
	g_autoptr(SmallWorld) straight = small_world_plain(10, 10);
	small_world_barrier_line(straight, SMALL_XY(5.2, -1, 5.2, 11));
	small_world_road(straight, SMALL_XY(5.3, 0.1, 5.3, 9.9), 10, TRUE);
	small_world_road(straight, SMALL_XY(5.1, 0.1, 5.1, 9.9), 10, TRUE);
	g_autoptr(ThusoSurface) surface = small_world_surface(straight);
	g_assert_cmpint(steps_across(straight, surface, east_of_river, 0, 0, 0), ==, 0);

	g_autoptr(SmallWorld) winding = small_world_plain(4, 8);
	small_world_barrier_line(winding, SMALL_XY(-1, 1.3, 1, 1.3, 1, 1.7, 2, 1.7, 2, 1.3, 3, 1.3, 3, 1.7, 4, 1.7, 4, 1.3, 9, 1.3));
	small_world_road(winding, SMALL_XY(0.1, 1.2, 7.9, 1.2), 10, TRUE);
	g_autoptr(ThusoSurface) wound = small_world_surface(winding);
	for (int col = 0; col < 4; col++)
		g_assert_false(thuso_surface_step_exists(wound, small_world_cell(winding, 1, col), EAST));
}

/* The river turns so that the road crosses it in column 3, but the cells' centres change banks only between columns 5 and 6. */
static gboolean beyond_bend(double x, double y)
{
	return y < 5.3 ? x > 3.2 : x > 6.2;
}

static void test_bridge_away_from_crossing(void)
{
	for (int n_ways = 1; n_ways <= 3; n_ways++) {
		g_autoptr(SmallWorld) world = small_world_plain(10, 10);
		small_world_barrier_line(world, SMALL_XY(3.2, -1, 3.2, 5.3, 6.2, 5.3, 6.2, 11));
		if (n_ways == 1)
			small_world_road(world, SMALL_XY(0.5, 5.1, 9.5, 5.1), 10, TRUE);
		if (n_ways == 2) {
			small_world_road(world, SMALL_XY(9.5, 5.1, 4.7, 5.1), 10, FALSE);
			small_world_road(world, SMALL_XY(0.5, 5.1, 4.7, 5.1), 10, TRUE);
		}
		if (n_ways == 3) { /* the bridge is a way of its own within one cell, as maps have it */
			small_world_road(world, SMALL_XY(0.5, 5.1, 3.1, 5.1), 10, FALSE);
			small_world_road(world, SMALL_XY(3.1, 5.1, 3.3, 5.1), 10, TRUE);
			small_world_road(world, SMALL_XY(3.3, 5.1, 5.3, 5.1), 10, FALSE);
			small_world_road(world, SMALL_XY(9.3, 5.1, 5.3, 5.1), 10, FALSE);
		}
		g_autoptr(ThusoSurface) surface = small_world_surface(world);
		g_assert_true(thuso_surface_step_exists(surface, small_world_cell(world, 5, 5), EAST));
		g_assert_cmpint(steps_across(world, surface, beyond_bend, 5.5, 5.5, 0.1), ==, 1);
	}
}

/* After the bridge the road follows a bank that winds around the cells' centres: only the first change of banks is the bridge. */
static void test_bridge_then_bank(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(4, 8);
	small_world_barrier_line(world, SMALL_XY(0.7, -1, 0.7, 1.3, 2, 1.3, 2, 1.7, 3, 1.7, 3, 1.3, 4, 1.3, 4, 1.7, 9, 1.7));
	small_world_road(world, SMALL_XY(0.1, 1.2, 7.9, 1.2), 10, TRUE);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	g_assert_true(thuso_surface_step_exists(surface, small_world_cell(world, 1, 0), EAST));
	g_assert_true(thuso_surface_step_exists(surface, small_world_cell(world, 1, 1), EAST));
	g_assert_false(thuso_surface_step_exists(surface, small_world_cell(world, 1, 2), EAST));
	g_assert_false(thuso_surface_step_exists(surface, small_world_cell(world, 1, 3), EAST));
}

static void test_bridge_in_ways(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(10, 10);
	small_world_barrier_line(world, SMALL_XY(5.2, -1, 5.2, 11));
	small_world_road(world, SMALL_XY(0.5, 4.5, 5.1, 4.5), 10, FALSE);
	small_world_road(world, SMALL_XY(5.3, 4.5, 5.1, 4.5), 10, TRUE);
	small_world_road(world, SMALL_XY(5.3, 4.5, 9.5, 4.5), 10, FALSE);
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	g_assert_cmpint(steps_across(world, surface, east_of_river, 4.5, 4.5, 0.1), ==, 1);
}

/* --- against the plain world -------------------------------------------------------------------------------------- */

static void compare_cell(const RandomWorld *world, const PlainWorld *plain, const ThusoSurface *surface, gint64 cell)
{
	ThusoMode mode;
	const double speed = thuso_surface_speed(surface, cell, &mode);
	g_assert_cmpfloat(speed, ==, plain->speed_m_per_s[cell]);
	g_assert_true(speed == 0 || mode == plain->mode[cell]);
	for (int step = 0; step < 16; step++) {
		const int d_row = thuso_step_row[step], d_col = thuso_step_col[step];
		const gint64 ticks = thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, cell, step);
		const gint64 row = cell / world->grid.n_cols + d_row, col = cell % world->grid.n_cols + d_col;
		const gboolean on_grid = row >= 0 && col >= 0 && row < world->grid.n_rows && col < world->grid.n_cols;
		const PlainAnswer answer = on_grid ? plain_step_exists(plain, cell, d_row, d_col) : PLAIN_NO;
		if (answer != PLAIN_EITHER && (answer == PLAIN_YES) != (ticks > 0))
			g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " step %d: plain %d, engine %" G_GINT64_FORMAT,
			        world->seed, cell, step, answer, ticks);
		g_assert_cmpint(ticks > 0, ==, thuso_surface_step_exists(surface, cell, step));
		if (ticks < 0)
			continue;
		const double expected = fmin(plain_step_seconds(plain, cell, d_row, d_col) * THUSO_TICKS_PER_S, 0x1p53);
		const double off = fabs((double) ticks - fmax(expected, 1));
		if (off > 1 + 1e-12 * expected)
			g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " step %d: plain %.3f, engine %" G_GINT64_FORMAT,
			        world->seed, cell, step, expected, ticks);
		g_assert_cmpint(ticks, >=, thuso_surface_least_ticks(surface, THUSO_MEASURE_TIME));
		const gint64 far = thuso_surface_step_ticks(surface, THUSO_MEASURE_DISTANCE, cell, step);
		g_assert_cmpint(far, ==, llround(plain_step_metres(plain, cell, d_row, d_col) * THUSO_TICKS_PER_M));
		g_assert_cmpint(far, >=, thuso_surface_least_ticks(surface, THUSO_MEASURE_DISTANCE));
	}
}

/* A step exists both ways or not at all. */
static void compare_ways(const ThusoSurface *surface, gint64 cell)
{
	const gint64 n_cols = thuso_surface_grid(surface)->n_cols;
	for (guint left = thuso_surface_steps(surface, cell); left; left &= left - 1) {
		const int step = __builtin_ctz(left);
		g_assert_true(thuso_surface_step_exists(surface, cell + thuso_step_row[step] * n_cols + thuso_step_col[step],
		                                        thuso_step_opposite[step]));
	}
}

static void test_against_plain(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(400, 100); seed++) {
		g_autoptr(RandomWorld) world = random_world_new(seed, 20);
		GError *error = NULL;
		g_autoptr(ThusoSurface) surface = thuso_surface_new(context, &world->spec, &error);
		g_assert_no_error(error);
		PlainWorld *plain = plain_world_new(&world->spec);
		for (gint64 cell = 0; cell < thuso_grid_n(&world->grid); cell++) {
			compare_cell(world, plain, surface, cell);
			compare_ways(surface, cell);
		}
		plain_world_free(plain);
	}
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

static void expect_refusal(SmallWorld *world, int code, const char *word)
{
	GError *error = NULL;
	world->spec.roads = (const ThusoSurfaceRoad *) (gconstpointer) world->roads->data;
	world->spec.n_roads = world->roads->len;
	g_assert_null(thuso_surface_new(world->context, &world->spec, &error));
	g_assert_error(error, THUSO_ERROR, code);
	g_assert_nonnull(strstr(error->message, word));
	g_clear_error(&error);
}

static void test_refusals(void)
{
	g_autoptr(SmallWorld) world = small_world_plain(3, 3);
	world->spec.neighbours = 4;
	expect_refusal(world, THUSO_ERROR_USAGE, "8 or 16");
	world->spec.neighbours = 8;
	world->spec.walking_m_per_s = NAN;
	expect_refusal(world, THUSO_ERROR_USAGE, "walking speed");
	world->spec.walking_m_per_s = 1;
	small_world_road(world, SMALL_XY(0, 0, 2, 2), -1, FALSE);
	expect_refusal(world, THUSO_ERROR_INPUT, "road 0");
	g_array_set_size(world->roads, 0);
	const gint32 ground[9] = { 0 };
	const double infinite = INFINITY;
	const ThusoMode mode = THUSO_WALKING;
	world->spec.ground = ground;
	world->spec.ground_speed_m_per_s = &infinite;
	world->spec.ground_mode = &mode;
	world->spec.n_ground = 1;
	expect_refusal(world, THUSO_ERROR_INPUT, "land cover class 0");
	thuso_context_cancel(world->context);
	world->spec.ground = NULL;
	expect_refusal(world, THUSO_ERROR_CANCELLED, "");
}

/* Absurd numbers end in a large cost, not in an overflow; a world without steps has a bound all the same. */
static void test_extremes(void)
{
	g_autoptr(SmallWorld) world = small_world_new(".#.#\n"
	                                              "####\n"
	                                              "..#.\n");
	world->elevation_m = g_new0(float, 12);
	world->elevation_m[9] = 1e30f;
	g_autoptr(ThusoSurface) surface = small_world_surface(world);
	g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 8, EAST), ==, THUSO_STEP_TICKS_MAX);
	world->passable[9] = 0;
	g_autoptr(ThusoSurface) alone = small_world_surface(world);
	g_assert_cmpint(thuso_surface_least_ticks(alone, THUSO_MEASURE_TIME), >=, 1);
	g_assert_cmpint(thuso_surface_steps(alone, 0), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_slope_tests();
	g_test_add_func("/friction/tilted-plane", test_tilted_plane);
	g_test_add_func("/friction/by-hand", test_by_hand);
	g_test_add_func("/friction/overlay", test_overlay);
	g_test_add_func("/friction/order-of-roads", test_order_of_roads);
	g_test_add_func("/friction/corners", test_corners);
	g_test_add_func("/friction/bridge", test_bridge);
	g_test_add_func("/friction/road-along-bank", test_road_along_bank);
	g_test_add_func("/friction/bridge-away-from-crossing", test_bridge_away_from_crossing);
	g_test_add_func("/friction/bridge-then-bank", test_bridge_then_bank);
	g_test_add_func("/friction/bridge-in-ways", test_bridge_in_ways);
	g_test_add_func("/friction/against-plain", test_against_plain);
	g_test_add_func("/friction/refusals", test_refusals);
	g_test_add_func("/friction/extremes", test_extremes);
	add_window_tests();
	add_raster_tests();
	return g_test_run();
}
