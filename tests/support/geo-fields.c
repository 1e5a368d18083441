/* Tests of how polygons and lines meet the grid: cover, inside, trace. */
#include "geo-plain.h"

#include <math.h>
#include <string.h>

typedef struct {
	const ThusoGrid *grid;
	double *area;
	gint64 last;
} Covered;

static void note_area(gint64 cell, double area, gpointer data)
{
	Covered *covered = data;
	g_assert_cmpint(cell, >, covered->last);
	g_assert_cmpint(cell, <, thuso_grid_n(covered->grid));
	g_assert_cmpfloat(area, >, 0);
	g_assert_cmpfloat(area, <=, 1);
	covered->last = cell;
	covered->area[cell] = area;
}

static double *cover(const ThusoGrid *grid, const ThusoGeometry *polygon)
{
	Covered covered = { grid, thuso_new(double, thuso_grid_n(grid)), -1 };
	g_assert_true(thuso_grid_cover(grid, polygon, note_area, &covered, NULL));
	return covered.area;
}

static void mark_step(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	(void) from;
	(void) segment;
	((guint8 *) data)[to] = 1;
}

/* Cells that the outline does not pass are wholly in or out, to the last bit. */
static void check_whole_cells(const ThusoGrid *grid, const ThusoGeometry *polygon, const double *area)
{
	g_autofree guint8 *passed = thuso_new(guint8, thuso_grid_n(grid));
	thuso_grid_trace(grid, polygon, mark_step, passed);
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		double x, y;
		thuso_grid_centre(grid, cell, &x, &y);
		if (!passed[cell])
			g_assert_cmpfloat(area[cell], ==, thuso_geometry_contains(polygon, x, y) ? 1 : 0);
	}
}

/* Every cell against clipping; the sum against the polygon's area when it lies on the grid. */
static void check_cover(const ThusoGrid *grid, const ThusoGeometry *polygon, guint64 seed)
{
	g_autofree double *area = cover(grid, polygon);
	double sum = 0, x_min, y_min, x_max, y_max, most = 0;
	for (gint64 cell = 0; cell < thuso_grid_n(grid); cell++) {
		double plain = plain_cell_area(grid, polygon, cell);
		most = fmax(most, plain);
		if (!(fabs(area[cell] - plain) <= 1e-9 * fmin(1, plain) + 1e-11))
			g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " has %.17g, clipping gives %.17g", seed, cell,
			        area[cell], plain);
		sum += area[cell];
	}
	check_whole_cells(grid, polygon, area);
	thuso_geometry_bounds(polygon, &x_min, &y_min, &x_max, &y_max);
	if (x_min >= grid->x_min && y_max <= grid->y_max && x_max <= grid->x_min + grid->n_cols * grid->cell_m &&
	    y_min >= grid->y_max - grid->n_rows * grid->cell_m) {
		double whole = thuso_geometry_area(polygon) / (grid->cell_m * grid->cell_m);
		g_assert_cmpfloat(fabs(sum - whole), <=, 1e-9 * whole);
	}
}

static void test_cover_random(void)
{
	for (guint64 seed = 1; seed <= 400; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(240000, 6100000, seed % 3 ? 100 : 30, 14, 11);
		double width = grid.n_cols * grid.cell_m, height = grid.n_rows * grid.cell_m;
		double radius = width * (seed % 4 == 0 ? 0.02 : seed % 4 == 1 ? 0.2 : seed % 4 == 2 ? 0.5 : 3);
		g_autoptr(ThusoGeometry) star = plain_star(&random, grid.x_min + plain_uniform(&random, -0.2, 1.2) * width,
		                                           grid.y_max - plain_uniform(&random, -0.2, 1.2) * height, radius,
		                                           3 + plain_below(&random, 30), seed % 2 == 0);
		check_cover(&grid, star, seed);
	}
}

/* Corners on the lattice of half cells, so that edges run along borders and through corners. */
static void test_cover_lattice(void)
{
	for (guint64 seed = 1; seed <= 300; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(-50, -70, 10, 9, 8);
		g_autoptr(ThusoGeometry) star =
		    plain_star(&random, 0, 0, plain_uniform(&random, 20, 90), 3 + plain_below(&random, 9), FALSE);
		for (gint64 i = 0; i < star->n_points; i++) {
			star->x[i] = round(star->x[i] / 5) * 5;
			star->y[i] = round(star->y[i] / 5) * 5;
		}
		gboolean was_valid;
		g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(star, &was_valid, NULL);
		check_cover(&grid, valid, seed);
	}
}

static void test_cover_by_hand(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 4, 3);
	static const struct {
		const char *wkt;
		double area[12];
	} cases[] = {
		{ "POLYGON((10 10,30 10,30 20,10 20,10 10))", { 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0 } },
		{ "POLYGON((-50 -50,90 -50,90 90,-50 90,-50 -50))", { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 } },
		{ "POLYGON((-50 -50,90 -50,90 90,-50 90,-50 -50),(10 10,20 10,20 20,10 20,10 10))",
		  { 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1 } },
		{ "POLYGON((0 30,20 10,20 30,0 30))", { .5, 1, 0, 0, 0, .5, 0, 0, 0, 0, 0, 0 } },
		{ "POLYGON((33 3,34 3,34 4,33 4,33 3))", { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .01 } },
		{ "POLYGON((-20 5,-10 5,-10 25,-20 25,-20 5))", { 0 } },
		{ "POLYGON((50 5,60 5,60 25,50 25,50 5))", { 0 } },
		{ "POLYGON((5 40,15 40,15 50,5 50,5 40))", { 0 } },
		{ "POLYGON((5 30,15 30,15 40,5 40,5 30))", { 0 } },
		{ "POLYGON((35 5,90 5,90 15,35 15,35 5))", { 0, 0, 0, 0, 0, 0, 0, .25, 0, 0, 0, .25 } },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoGeometry) polygon = plain_geometry(cases[i].wkt);
		g_autofree double *area = cover(&grid, polygon);
		for (int cell = 0; cell < 12; cell++)
			g_assert_cmpfloat_with_epsilon(area[cell], cases[i].area[cell], 1e-14);
	}
}

/* One ring by hand, clockwise. */
static void test_cover_clockwise(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 4, 3);
	g_autoptr(ThusoGeometry) square =
	    plain_part(THUSO_POLYGON, (const double[]){ 5, 5, 25, 25, 5 }, (const double[]){ 5, 15, 15, 5, 5 }, 5);
	static const double expected[12] = { 0, 0, 0, 0, .25, .5, .25, 0, .25, .5, .25, 0 };
	g_autofree double *area = cover(&grid, square);
	for (int cell = 0; cell < 12; cell++)
		g_assert_cmpfloat(area[cell], ==, expected[cell]);
	g_assert_cmpfloat(thuso_geometry_area(square), ==, 200);
}

/* Rings by hand, all wound alike: even-odd, as the header promises. A hole in an island in a hole. */
static void test_cover_unarranged(void)
{
	double x[20], y[20];
	ThusoGeometry rings = { .type = THUSO_POLYGON, .n_points = 20, .n_parts = 4, .x = x, .y = y };
	gint64 start[5];
	for (int i = 0; i < 4; i++) {
		const double corner[5][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } };
		int size = i == 3 ? 8 : i == 0 ? 2 : i == 1 ? 6 : 4; /* neither order nor winding says anything */
		start[i] = 5 * i;
		for (int k = 0; k < 5; k++) {
			x[5 * i + k] = 4 - size / 2.0 + size * corner[k][0];
			y[5 * i + k] = 4 - size / 2.0 + size * corner[k][1];
		}
	}
	start[4] = 20;
	rings.part_start = start;
	double expected = 64 - 36 + 16 - 4;
	g_assert_cmpfloat(thuso_geometry_area(&rings), ==, expected);
	ThusoGrid grid = plain_grid(0, 0, 1, 8, 8);
	g_autofree double *area = cover(&grid, &rings);
	double sum = 0;
	for (gint64 cell = 0; cell < 64; cell++) {
		double cx, cy;
		thuso_grid_centre(&grid, cell, &cx, &cy);
		g_assert_cmpfloat(area[cell], ==, thuso_geometry_contains(&rings, cx, cy) ? 1 : 0);
		sum += area[cell];
	}
	g_assert_cmpfloat(sum, ==, expected);
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(&rings, NULL);
	gsize size;
	gconstpointer bytes = g_bytes_get_data(wkb, &size);
	g_autoptr(ThusoGeometry) again = thuso_geometry_from_wkb(bytes, size, NULL);
	gboolean was_valid;
	g_autoptr(ThusoGeometry) valid = thuso_geometry_valid(again, &was_valid, NULL);
	g_assert_true(was_valid);
	g_assert_cmpfloat(thuso_geometry_area(valid), ==, expected);
}

/* --- inside ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	guint8 *times;
	gint64 last, n_cells;
} Counted;

static void count_cell(gint64 cell, gpointer data)
{
	Counted *counted = data;
	g_assert_cmpint(cell, >, counted->last);
	g_assert_cmpint(cell, <, counted->n_cells);
	counted->last = cell;
	counted->times[cell]++;
}

static void count_inside(const ThusoGrid *grid, const ThusoGeometry *polygon, guint8 *times)
{
	Counted counted = { times, -1, thuso_grid_n(grid) };
	g_assert_true(thuso_grid_inside(grid, polygon, count_cell, &counted, NULL));
}

static void test_inside_random(void)
{
	for (guint64 seed = 1; seed <= 400; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(0, 0, 10, 17, 13);
		g_autoptr(ThusoGeometry) star = plain_star(&random, plain_uniform(&random, -20, 190), plain_uniform(&random, -20, 150),
		                                           plain_uniform(&random, 1, 200), 3 + plain_below(&random, 20), seed % 2 == 0);
		for (gint64 i = 0; seed % 3 && i < star->n_points; i++) {
			star->x[i] = round(star->x[i] / 5) * 5;
			star->y[i] = round(star->y[i] / 5) * 5;
		}
		g_autofree guint8 *times = thuso_new(guint8, thuso_grid_n(&grid));
		count_inside(&grid, star, times);
		for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
			double x, y;
			thuso_grid_centre(&grid, cell, &x, &y);
			if (times[cell] != (thuso_geometry_contains(star, x, y) ? 1 : 0))
				g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " differs from point in polygon", seed, cell);
		}
	}
}

/* A mesh of triangles with corners on centres, borders and anywhere: every centre belongs to exactly one. */
static void check_tessellation(guint64 seed, double lattice)
{
	enum { N = 7 };
	PlainRandom random = { seed };
	ThusoGrid grid = plain_grid(0, 0, 10, 20, 20);
	double x[N][N], y[N][N];
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			double dx = i > 0 && i < N - 1 ? plain_uniform(&random, -4, 4) : 0;
			double dy = j > 0 && j < N - 1 ? plain_uniform(&random, -4, 4) : 0;
			x[i][j] = 10 + 30 * i + dx;
			y[i][j] = 10 + 30 * j + dy;
			if (lattice > 0) {
				x[i][j] = round(x[i][j] / lattice) * lattice;
				y[i][j] = round(y[i][j] / lattice) * lattice;
			}
		}
	g_autofree guint8 *times = thuso_new(guint8, thuso_grid_n(&grid));
	for (int i = 0; i + 1 < N; i++)
		for (int j = 0; j + 1 < N; j++)
			for (int half = 0; half < 2; half++) {
				int k = i + half, l = j + 1 - half;
				double tx[4] = { x[i][j], x[i + 1][j + 1], x[k][l], x[i][j] },
				       ty[4] = { y[i][j], y[i + 1][j + 1], y[k][l], y[i][j] };
				if (plain_below(&random, 2)) {
					double swap_x = tx[1], swap_y = ty[1];
					tx[1] = tx[2];
					ty[1] = ty[2];
					tx[2] = swap_x;
					ty[2] = swap_y;
				}
				g_autoptr(ThusoGeometry) triangle = plain_part(THUSO_POLYGON, tx, ty, 4);
				count_inside(&grid, triangle, times);
			}
	for (gint64 cell = 0; cell < thuso_grid_n(&grid); cell++) {
		double cx, cy;
		thuso_grid_centre(&grid, cell, &cx, &cy);
		int expected = cx > 10 && cx < 190 && cy > 10 && cy < 190;
		if (times[cell] != expected)
			g_error("seed %" G_GUINT64_FORMAT ": cell %" G_GINT64_FORMAT " lies in %d triangles", seed, cell, times[cell]);
	}
}

static void test_inside_tessellation(void)
{
	for (guint64 seed = 1; seed <= 100; seed++)
		check_tessellation(seed, seed % 3 == 0 ? 0 : seed % 3 == 1 ? 5 : 1);
}

/* Two triangles on either side of an edge that passes a centre as closely as doubles allow, digitised in opposite directions. */
static void test_inside_close(void)
{
	for (guint64 seed = 1; seed <= 20000; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = seed % 2 ? plain_grid(240000.1, 6100000.3, 30, 9, 9) : plain_grid(-134.85, -134.7, 30, 9, 9);
		double cx, cy, angle = plain_uniform(&random, 0, 2 * G_PI), reach = plain_uniform(&random, 10, 40);
		thuso_grid_centre(&grid, 40, &cx, &cy);
		double dx = cos(angle), dy = sin(angle), p[2] = { cx + reach * dx, cy + reach * dy };
		double q[2] = { cx - 2.7 * reach * dx, cy - 2.7 * reach * dy };
		double left[2] = { cx - 200 * dy, cy + 200 * dx }, right[2] = { cx + 200 * dy, cy - 200 * dx };
		g_autoptr(ThusoGeometry) a = plain_part(THUSO_POLYGON, (const double[]){ p[0], left[0], q[0], p[0] },
		                                        (const double[]){ p[1], left[1], q[1], p[1] }, 4);
		g_autoptr(ThusoGeometry) b = plain_part(THUSO_POLYGON, (const double[]){ p[0], q[0], right[0], p[0] },
		                                        (const double[]){ p[1], q[1], right[1], p[1] }, 4);
		guint8 times[81] = { 0 };
		count_inside(&grid, a, times);
		count_inside(&grid, b, times);
		if (times[40] != 1 || thuso_geometry_contains(a, cx, cy) == thuso_geometry_contains(b, cx, cy))
			g_error("seed %" G_GUINT64_FORMAT ": the centre lies in %d of two neighbours", seed, times[40]);
	}
}

/* A centre on an edge belongs to the polygon to its east and to the one to its south, as a cell's west and north edges do. */
static void test_inside_half_open(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 3, 3);
	g_autoptr(ThusoGeometry) square = plain_geometry("POLYGON((5 5,15 5,15 15,5 15,5 5))");
	guint8 times[9] = { 0 };
	count_inside(&grid, square, times);
	static const guint8 expected[9] = { 0, 0, 0, 1, 0, 0, 0, 0, 0 };
	for (int cell = 0; cell < 9; cell++)
		g_assert_cmpint(times[cell], ==, expected[cell]);
	g_assert_true(thuso_geometry_contains(square, 5, 15));
	g_assert_false(thuso_geometry_contains(square, 15, 15));
	g_assert_false(thuso_geometry_contains(square, 5, 5));
}

/* --- trace ----------------------------------------------------------------------------------------------------------- */

static void note_step(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	(void) segment;
	g_string_append_printf(data, "%" G_GINT64_FORMAT ">%" G_GINT64_FORMAT " ", from, to);
}

static void note_segment(gint64 from, gint64 to, gint64 segment, gpointer data)
{
	(void) from;
	g_string_append_printf(data, "%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT " ", to, segment);
}

static char *trace(const ThusoGrid *grid, const ThusoGeometry *line, ThusoStepFunc note)
{
	GString *steps = g_string_new(NULL);
	thuso_grid_trace(grid, line, note, steps);
	return g_string_free(steps, FALSE);
}

static void check_trace(const ThusoGrid *grid, const ThusoGeometry *line, guint64 seed)
{
	g_autofree char *fast = trace(grid, line, note_step);
	g_autoptr(GString) plain = g_string_new(NULL);
	plain_trace(grid, line, plain);
	if (strcmp(fast, plain->str) != 0)
		g_error("seed %" G_GUINT64_FORMAT ": the line goes %s, cutting gives %s", seed, fast, plain->str);
}

static ThusoGeometry *random_line(PlainRandom *random, double lattice, double reach)
{
	double x[12], y[12];
	int n = 2 + plain_below(random, 10);
	for (int i = 0; i < n; i++) {
		x[i] = plain_uniform(random, -reach, 130 + reach);
		y[i] = plain_uniform(random, -reach, 110 + reach);
		if (lattice > 0) {
			x[i] = round(x[i] / lattice) * lattice;
			y[i] = round(y[i] / lattice) * lattice;
		}
	}
	x[1] += x[1] == x[0] ? 10 : 0; /* a line of no length is a case of its own */
	return plain_part(THUSO_LINE, x, y, n);
}

static void test_trace_random(void)
{
	static const double lattices[] = { 10, 5, 2.5, 1.25, 0.15625 };
	for (guint64 seed = 1; seed <= 3000; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(0, 0, 10, 13, 11);
		g_autoptr(ThusoGeometry) line = random_line(&random, lattices[seed % G_N_ELEMENTS(lattices)],
		                                            seed % 7 == 0 ? 3000
		                                            : seed % 2    ? 40
		                                                          : 0);
		check_trace(&grid, line, seed);
	}
}

/* Backward the same cells come in the other order. */
static void test_trace_backward(void)
{
	for (guint64 seed = 1; seed <= 500; seed++) {
		PlainRandom random = { seed };
		ThusoGrid grid = plain_grid(0, 0, 10, 13, 11);
		g_autoptr(ThusoGeometry) line = random_line(&random, 0, 0);
		g_autofree char *forward = trace(&grid, line, note_step);
		for (gint64 i = 0, j = line->n_points - 1; i < j; i++, j--) {
			double x = line->x[i], y = line->y[i];
			line->x[i] = line->x[j];
			line->y[i] = line->y[j];
			line->x[j] = x;
			line->y[j] = y;
		}
		g_autofree char *backward = trace(&grid, line, note_step);
		g_auto(GStrv) there = g_strsplit(g_strstrip(forward), " ", 0), back = g_strsplit(g_strstrip(backward), " ", 0);
		guint n = g_strv_length(there);
		g_assert_cmpuint(n, ==, g_strv_length(back));
		for (guint i = 1; i < n; i++) {
			g_auto(GStrv) a = g_strsplit(there[i], ">", 2), b = g_strsplit(back[n - i], ">", 2);
			g_assert_cmpstr(a[0], ==, b[1]);
			g_assert_cmpstr(a[1], ==, b[0]);
		}
	}
}

static void test_trace_by_hand(void)
{
	ThusoGrid grid = plain_grid(0, 0, 10, 4, 3);
	static const struct {
		const char *wkt, *steps, *segments;
	} cases[] = {
		{ "LINESTRING(5 25,35 25)", "-1>0 0>1 1>2 2>3 ", "0@0 1@0 2@0 3@0 " },
		{ "LINESTRING(5 5,25 25)", "-1>8 8>5 5>2 ", "8@0 5@0 2@0 " },          /* through corners */
		{ "LINESTRING(5 5,10 10,25 25)", "-1>8 8>5 5>2 ", "8@0 5@1 2@1 " },    /* a vertex on the corner */
		{ "LINESTRING(5 25,10 25,5 22)", "-1>0 ", "0@0 " },                    /* only touches the border */
		{ "LINESTRING(10 2,10 28)", "-1>9 9>5 5>1 ", "9@0 5@0 1@0 " },         /* along a border: the cell to the east */
		{ "LINESTRING(2 20,38 20)", "-1>4 4>5 5>6 6>7 ", "4@0 5@0 6@0 7@0 " }, /* along a border: the cell to the south */
		{ "LINESTRING(-15 15,5 15,-15 5)", "-1>4 ", "4@0 " },
		{ "LINESTRING(5 15,-15 15,-15 5,5 5)", "-1>4 -1>8 ", "4@0 8@2 " }, /* leaves and comes back */
		{ "LINESTRING(-1000000000 15,1000000000 15)", "-1>4 4>5 5>6 6>7 ", "4@0 5@0 6@0 7@0 " },
		{ "LINESTRING(-1000000000 50,1000000000 50)", "", "" },
		{ "LINESTRING(7 7,7 7)", "-1>8 ", "8@0 " },
		{ "MULTILINESTRING((5 5,15 5),(15 5,15 15))", "-1>8 8>9 -1>9 9>5 ", "8@0 9@0 9@2 5@2 " },
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ThusoGeometry) line = plain_geometry(cases[i].wkt);
		g_autofree char *steps = trace(&grid, line, note_step), *segments = trace(&grid, line, note_segment);
		g_assert_cmpstr(steps, ==, cases[i].steps);
		g_assert_cmpstr(segments, ==, cases[i].segments);
	}
}

/* A line that is a million times longer than the grid costs no more than the grid. */
static void test_trace_long(void)
{
	ThusoGrid grid = plain_grid(0, 0, 1, 1000, 1000);
	g_autoptr(ThusoGeometry) line = plain_geometry("LINESTRING(-1e9 -999999900.5,1e9 1000000099.5)");
	gint64 begin = g_get_monotonic_time();
	g_autofree char *steps = NULL;
	for (int i = 0; i < 100; i++) {
		g_free(steps);
		steps = trace(&grid, line, note_step);
	}
	g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
	g_assert_true(g_str_has_prefix(steps, "-1>900000 "));
}

void geo_add_field_tests(void)
{
	g_test_add_func("/geo/cover/by-hand", test_cover_by_hand);
	g_test_add_func("/geo/cover/clockwise", test_cover_clockwise);
	g_test_add_func("/geo/cover/random", test_cover_random);
	g_test_add_func("/geo/cover/lattice", test_cover_lattice);
	g_test_add_func("/geo/cover/unarranged", test_cover_unarranged);
	g_test_add_func("/geo/inside/random", test_inside_random);
	g_test_add_func("/geo/inside/tessellation", test_inside_tessellation);
	g_test_add_func("/geo/inside/close", test_inside_close);
	g_test_add_func("/geo/inside/half-open", test_inside_half_open);
	g_test_add_func("/geo/trace/by-hand", test_trace_by_hand);
	g_test_add_func("/geo/trace/random", test_trace_random);
	g_test_add_func("/geo/trace/backward", test_trace_backward);
	g_test_add_func("/geo/trace/long", test_trace_long);
}
