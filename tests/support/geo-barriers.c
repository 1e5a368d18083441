/* Tests of barrier lines: they separate in every orientation, leak nowhere, and agree with plain code. */
#include "geo-plain.h"

#include <math.h>
#include <string.h>

static guint16 *block(const ThusoGrid *grid, const ThusoGeometry *const *lines, gint64 n)
{
	guint16 *blocked = thuso_new(guint16, thuso_grid_n(grid));
	GError *error = NULL;
	g_autoptr(ThusoBarrierLines) barriers = thuso_barrier_lines_new(grid, lines, n, &error);
	g_assert_no_error(error);
	thuso_barrier_lines_block(barriers, blocked);
	return blocked;
}

static gint64 neighbour(const ThusoGrid *grid, gint64 cell, int step)
{
	gint64 row = cell / grid->n_cols + thuso_step_row[step], col = cell % grid->n_cols + thuso_step_col[step];
	gboolean on = row >= 0 && col >= 0 && row < grid->n_rows && col < grid->n_cols;
	return on ? row * grid->n_cols + col : -1;
}

static void check_symmetric(const ThusoGrid *grid, const guint16 *blocked)
{
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++)
		for (int step = 0; step < 16; step++) {
			gint64 to = neighbour(grid, cell, step);
			if (to < 0)
				g_assert_cmpint(blocked[cell] >> step & 1, ==, 0);
			else
				g_assert_cmpint(blocked[cell] >> step & 1, ==, blocked[to] >> thuso_step_opposite[step] & 1);
		}
}

/* Numbers of the components of unblocked steps, from 0. */
static int components(const ThusoGrid *grid, const guint16 *blocked, int *component)
{
	gint64 n = thuso_grid_n(grid);
	int n_components = 0;
	g_autofree gint64 *stack = thuso_new(gint64, n);
	for (gint64 i = 0; i < n; i++)
		component[i] = -1;
	for (gint64 first = 0; first < n; first++) {
		if (component[first] >= 0)
			continue;
		gint64 depth = 0;
		stack[depth++] = first;
		component[first] = n_components;
		while (depth > 0) {
			gint64 cell = stack[--depth];
			for (int step = 0; step < 16; step++) {
				gint64 to = blocked[cell] >> step & 1 ? -1 : neighbour(grid, cell, step);
				if (to < 0 || component[to] >= 0)
					continue;
				component[to] = n_components;
				stack[depth++] = to;
			}
		}
		n_components++;
	}
	return n_components;
}

/* A straight river at an angle through (x, y), in pieces of `piece` that alternate in direction. */
static int river(double x, double y, double dx, double dy, ThusoGeometry **pieces)
{
	int n = 0;
	for (int k = -60; k < 60; k++) {
		double px[2] = { x + k * dx, x + (k + 1) * dx }, py[2] = { y + k * dy, y + (k + 1) * dy };
		if (k % 2) {
			double swap_x = px[0], swap_y = py[0];
			px[0] = px[1];
			py[0] = py[1];
			px[1] = swap_x;
			py[1] = swap_y;
		}
		pieces[n++] = plain_part(THUSO_LINE, px, py, 2);
	}
	return n;
}

static void check_river(double x, double y, double dx, double dy)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 23, 19);
	ThusoGeometry *pieces[120];
	int n = river(x, y, dx, dy, pieces);
	g_autofree guint16 *blocked = block(&grid, (const ThusoGeometry *const *) pieces, n);
	check_symmetric(&grid, blocked);
	g_autofree int *component = thuso_new(int, thuso_grid_n(&grid));
	g_assert_cmpint(components(&grid, blocked, component), ==, 2);
	int of_side[2] = { -1, -1 };
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double cx, cy;
		thuso_grid_centre(&grid, cell, &cx, &cy);
		double side = dx * (cy - y) - dy * (cx - x);
		if (fabs(side) < 1e-2) /* snapping moves the river by a 65536th of a cell */
			continue;
		int *expected = &of_side[side > 0];
		*expected = *expected < 0 ? component[cell] : *expected;
		g_assert_cmpint(component[cell], ==, *expected);
	}
	g_assert_cmpint(of_side[0], !=, of_side[1]);
	for (int i = 0; i < n; i++)
		thuso_geometry_free(pieces[i]);
}

static void test_river_orientations(void)
{
	static const double starts[][2] = { { 115, 95 }, { 110, 90 }, { 115, 90 }, { 110, 95 }, { 112.5, 97.5 }, { 113.7, 91.9 } };
	for (guint start = 0; start < G_N_ELEMENTS(starts); start++)
		for (int step = 0; step < 16; step++)
			for (int scale = 1; scale <= 4; scale++) /* of a quarter cell: vertices on centres, borders and corners */
				check_river(starts[start][0], starts[start][1], 2.5 * scale * thuso_step_col[step],
				            2.5 * scale * thuso_step_row[step]);
}

static void test_river_any_angle(void)
{
	for (guint64 seed = 1; seed <= 200; seed++) {
		PlainRandom random = { seed };
		double angle = plain_uniform(&random, 0, 2 * G_PI);
		check_river(plain_uniform(&random, 100, 130), plain_uniform(&random, 80, 110), 10 * cos(angle), 10 * sin(angle));
	}
}

static ThusoGeometry *random_ring(PlainRandom *random, double lattice)
{
	double x[16], y[16];
	int n = 3 + plain_below(random, 12);
	gboolean star = plain_below(random, 2);
	for (int i = 0; i < n; i++) {
		double angle = 2 * G_PI * i / n, radius = plain_uniform(random, 20, 110);
		x[i] = star ? 105 + radius * cos(angle) : plain_uniform(random, -20, 230);
		y[i] = star ? 85 + radius * sin(angle) : plain_uniform(random, -20, 190);
		if (lattice > 0) {
			x[i] = round(x[i] / lattice) * lattice;
			y[i] = round(y[i] / lattice) * lattice;
		}
	}
	x[n] = x[0];
	y[n] = y[0];
	return plain_part(THUSO_POLYGON, x, y, n + 1);
}

static gboolean on_line(const ThusoGeometry *ring, double x, double y)
{
	ThusoGeometry line = *ring;
	line.type = THUSO_LINE;
	return thuso_geometry_distance(&line, x, y) < 1e-3;
}

/* No component of unblocked steps has cells on both sides of a closed outline, however it runs over itself and through centres. */
static void test_outline_never_leaks(void)
{
	for (guint64 seed = 1; seed <= 1500; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(0, 0, 10, 21, 17);
		g_autoptr(ThusoGeometry) ring = random_ring(&random, seed % 4 == 0 ? 0 : seed % 4 == 1 ? 10 : 5);
		const ThusoGeometry *lines[1] = { ring };
		g_autofree guint16 *blocked = block(&grid, lines, 1);
		check_symmetric(&grid, blocked);
		gint64 n = thuso_grid_n(&grid);
		g_autofree int *component = thuso_new(int, n);
		int n_components = components(&grid, blocked, component);
		g_autofree int *side = thuso_new(int, n_components);
		for (int i = 0; i < n_components; i++)
			side[i] = -1;
		for (gint64 cell = 0; cell < n; cell++) {
			double x, y;
			thuso_grid_centre(&grid, cell, &x, &y);
			if (on_line(ring, x, y))
				continue;
			int inside = thuso_geometry_contains(ring, x, y);
			if (side[component[cell]] >= 0 && side[component[cell]] != inside)
				g_error("seed %" G_GUINT64_FORMAT ": the outline leaks at cell %" G_GINT64_FORMAT, seed, cell);
			side[component[cell]] = inside;
		}
	}
}

/* Every step of every cell, against ends that are really moved. */
static void test_block_equals_plain(void)
{
	for (guint64 seed = 1; seed <= 300; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(0, 0, 10, 21, 17);
		g_autoptr(ThusoGeometry) ring = random_ring(&random, seed % 2 ? 5 : 10);
		const ThusoGeometry *lines[1] = { ring };
		g_autofree guint16 *blocked = block(&grid, lines, 1);
		g_autoptr(ThusoBarrierLines) barriers = thuso_barrier_lines_new(&grid, lines, 1, NULL);
		for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++)
			for (int step = 0; step < 16; step++) {
				gint64 to = neighbour(&grid, cell, step);
				double x0, y0, x1, y1;
				if (to < 0)
					continue;
				thuso_grid_centre(&grid, cell, &x0, &y0);
				thuso_grid_centre(&grid, to, &x1, &y1);
				gboolean plain = plain_crosses(ring, x0, y0, x1, y1);
				if ((blocked[cell] >> step & 1) != plain || thuso_barrier_lines_cross(barriers, x0, y0, x1, y1) != plain)
					g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " step %d is %d, plain code says %d", seed, cell,
					        step, blocked[cell] >> step & 1, plain);
			}
	}
}

static void test_cross_pieces(void)
{
	for (guint64 seed = 1; seed <= 300; seed++) {
		PlainRandom random = { seed };
		/* A wide and a fine grid: the index has one bin, or many. */
		ThusoGrid grid = seed % 2 ? plain_grid(0, 0, 10, 21, 17) : plain_grid(0, 0, 0.625, 336, 272);
		g_autoptr(ThusoGeometry) ring = random_ring(&random, 5);
		const ThusoGeometry *lines[1] = { ring };
		g_autoptr(ThusoBarrierLines) barriers = thuso_barrier_lines_new(&grid, lines, 1, NULL);
		for (int i = 0; i < 300; i++) {
			double x0 = plain_below(&random, 43) * 5, y0 = plain_below(&random, 35) * 5;
			double reach = i % 2 ? 4 : 40;
			double x1 = x0 + round(plain_uniform(&random, -reach, reach)) * 5;
			double y1 = y0 + round(plain_uniform(&random, -reach, reach)) * 5;
			x1 = CLAMP(x1, 0, 210);
			y1 = CLAMP(y1, 0, 170);
			if (thuso_barrier_lines_cross(barriers, x0, y0, x1, y1) != plain_crosses(ring, x0, y0, x1, y1))
				g_error("seed %" G_GUINT64_FORMAT ": the piece %g %g to %g %g differs from plain code", seed, x0, y0, x1, y1);
		}
	}
}

static void test_no_barriers(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 5, 4);
	static const char *const wkts[] = { "LINESTRING EMPTY", "LINESTRING(7 7,7 7)", "LINESTRING(-500 -500,-400 900)",
		                                "LINESTRING(-1e300 -1e300,-1e299 -1e300)", "POINT(25 25)" };
	for (guint i = 0; i < G_N_ELEMENTS(wkts); i++) {
		g_autoptr(ThusoGeometry) line = plain_geometry(wkts[i]);
		const ThusoGeometry *lines[1] = { line };
		g_autofree guint16 *blocked = block(&grid, lines, 1);
		for (int cell = 0; cell < 20; cell++)
			g_assert_cmpint(blocked[cell], ==, 0);
	}
	g_autofree guint16 *blocked = block(&grid, NULL, 0);
	g_assert_cmpint(blocked[0], ==, 0);
}

/* By hand: a short fence between two cells stops what goes through it and nothing else. */
static void test_fence(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 5, 5);
	g_autoptr(ThusoGeometry) fence = plain_geometry("LINESTRING(20 22,20 28)");
	const ThusoGeometry *lines[1] = { fence };
	g_autofree guint16 *blocked = block(&grid, lines, 1);
	/* Cell 11 is (row 2, col 1), centre 15, 25; its east neighbour's is 25, 25. Knight moves pass x = 20 at heights of +-2.5, so those
	 * from (15, 25) by (2, 1) pass at 27.5 and are stopped, as are those that end at (25, 25). */
	g_assert_cmpint(blocked[11], ==, 1 << 0 | 1 << 8 | 1 << 15);
	g_assert_cmpint(blocked[12], ==, 1 << 4 | 1 << 11 | 1 << 12);
	/* From (15, 35) south-south-east to (25, 15) leads through (20, 25), south-east to (25, 25) through (20, 30). */
	g_assert_cmpint(blocked[6] >> 14 & 1, ==, 1);
	g_assert_cmpint(blocked[6] >> 7 & 1, ==, 0);
}

void geo_add_barrier_tests(void)
{
	g_test_add_func("/geo/barrier/none", test_no_barriers);
	g_test_add_func("/geo/barrier/fence", test_fence);
	g_test_add_func("/geo/barrier/river-orientations", test_river_orientations);
	g_test_add_func("/geo/barrier/river-any-angle", test_river_any_angle);
	g_test_add_func("/geo/barrier/outline-never-leaks", test_outline_never_leaks);
	g_test_add_func("/geo/barrier/block-equals-plain", test_block_equals_plain);
	g_test_add_func("/geo/barrier/cross-pieces", test_cross_pieces);
}
