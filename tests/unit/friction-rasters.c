/* Surfaces of rasters: small ones by hand, and refusals. */
#include "../support/friction-parts.h"
#include "../support/random-world.h"

#include <math.h>
#include <string.h>

#define N 20

typedef struct {
	ThusoContext *context;
	ThusoGrid grid;
	ThusoRasterSurfaceSpec spec;
	ThusoGroundClass classes[3];
	guint16 ground_class[N * N];
	float ground[N * N];
	gint16 height_m[N * N];
	gboolean fails;
} Rasters;

static gboolean read_strip(gint32 row, gint32 n_rows, ThusoSurfaceStrip *strip, int worker, gpointer data, GError **error)
{
	const Rasters *rasters = data;
	const gsize n = (gsize) n_rows * N;
	(void) worker;
	g_assert_cmpint(row % 16, ==, 0);
	if (rasters->fails) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the file ends early");
		return FALSE;
	}
	if (strip->ground_class)
		memcpy(strip->ground_class, rasters->ground_class + row * N, n * sizeof(guint16));
	if (strip->ground)
		memcpy(strip->ground, rasters->ground + row * N, n * sizeof(float));
	if (strip->height_m)
		memcpy(strip->height_m, rasters->height_m + row * N, n * sizeof(gint16));
	return TRUE;
}

static void rasters_init(Rasters *rasters)
{
	*rasters = (Rasters){ .context = thuso_context_new(),
		                  .grid = { .x_min = 0, .y_max = 2000, .cell_m = 100, .n_cols = N, .n_rows = N } };
	rasters->spec = (ThusoRasterSurfaceSpec){ .grid = &rasters->grid,
		                                      .kind = THUSO_GROUND_CLASSES,
		                                      .classes = rasters->classes,
		                                      .n_classes = 3,
		                                      .lengths = THUSO_LENGTHS_PLANAR,
		                                      .neighbours = 16,
		                                      .tile_shift = 4,
		                                      .read = read_strip,
		                                      .data = rasters };
	rasters->classes[1] = (ThusoGroundClass){ 1.25, THUSO_WALKING, 0.5 };
	rasters->classes[2] = (ThusoGroundClass){ 10, THUSO_MOTORISED, 0 };
	for (int i = 0; i < N * N; i++) {
		rasters->ground_class[i] = 1;
		rasters->ground[i] = 0.5f;
	}
}

static void expect_refusal(Rasters *rasters, int code, const char *words)
{
	GError *error = NULL;
	g_assert_null(thuso_surface_new_rasters(rasters->context, &rasters->spec, &error));
	g_assert_error(error, THUSO_ERROR, code);
	if (!strstr(error->message, words))
		g_error("\"%s\" does not name \"%s\"", error->message, words);
	g_clear_error(&error);
}

static void test_refusals(void)
{
	Rasters rasters;
	rasters_init(&rasters);
	rasters.ground_class[17 * N + 3] = 3;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "row 18, column 4");
	rasters.ground_class[17 * N + 3] = 1;
	rasters.classes[2].speed_m_per_s = -1;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "class 2");
	rasters.spec.is_friction = TRUE;
	rasters.classes[2].friction_s_per_m = -0.1;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "class 2");
	rasters.spec.kind = THUSO_GROUND_FRICTION;
	rasters.ground[2 * N + 19] = -1;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "row 3, column 20");
	rasters.ground[2 * N + 19] = -INFINITY;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "row 3, column 20");
	rasters.spec.kind = THUSO_GROUND_SPEED;
	rasters.ground[2 * N + 19] = INFINITY;
	expect_refusal(&rasters, THUSO_ERROR_INPUT, "infinite");
	rasters.ground[2 * N + 19] = 1;
	rasters.spec.neighbours = 4;
	expect_refusal(&rasters, THUSO_ERROR_USAGE, "8 or 16");
	rasters.spec.neighbours = 8;
	rasters.spec.tile_shift = 9;
	expect_refusal(&rasters, THUSO_ERROR_USAGE, "2^9");
	rasters.spec.tile_shift = 4;
	rasters.fails = TRUE;
	expect_refusal(&rasters, THUSO_ERROR_FAILED, "ends early");
	thuso_context_free(rasters.context);
}

/* r.walk's own example: 0.72 s/m and 6 s for every metre climbed, plus the mean friction. */
static void test_added_by_hand(void)
{
	Rasters rasters;
	rasters_init(&rasters);
	rasters.spec.is_friction = rasters.spec.friction_is_added = TRUE;
	rasters.spec.heights = THUSO_HEIGHTS_INT16;
	rasters.height_m[1] = 10;
	rasters.ground_class[1] = 2;
	rasters.height_m[3] = THUSO_NO_HEIGHT;
	g_autoptr(ThusoSurface) surface = thuso_surface_new_rasters(rasters.context, &rasters.spec, NULL);
	/* East: 72 s + 60 s + 100 m * (0.5 + 0) / 2; and back, down 10 %. */
	g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 0, 0), ==, llround((72 + 60 + 25) * THUSO_TICKS_PER_S));
	g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 1, 4), ==,
	                llround((72 - 19.998 + 25) * THUSO_TICKS_PER_S));
	g_assert_cmpint(thuso_surface_step_ticks(surface, THUSO_MEASURE_TIME, 2, 0), ==, -1);
	g_assert_cmpfloat(thuso_surface_speed(surface, 0, NULL), ==, 1 / (0.5 + 0.72));
	g_assert_cmpfloat(thuso_surface_speed(surface, 3, NULL), ==, 0);
	thuso_context_free(rasters.context);
}

/* Where nothing is passable there are no tiles. */
static void test_empty_tiles(void)
{
	Rasters rasters;
	rasters_init(&rasters);
	for (int row = 0; row < N; row++)
		for (int col = 16; col < N; col++)
			rasters.ground_class[row * N + col] = 0;
	g_autoptr(ThusoSlabPool) pool = thuso_slab_pool_new(0, NULL);
	rasters.spec.pool = pool;
	g_autoptr(ThusoSurface) surface = thuso_surface_new_rasters(rasters.context, &rasters.spec, NULL);
	g_assert_true(thuso_surface_tile_used(surface, 0) && thuso_surface_tile_used(surface, 2));
	g_assert_false(thuso_surface_tile_used(surface, 1) || thuso_surface_tile_used(surface, 3));
	g_assert_false(thuso_surface_tile_used(surface, -1) || thuso_surface_tile_used(surface, 4));
	/* Two tiles of 256 classes of two bytes, and nothing else. */
	g_assert_cmpint(thuso_slab_pool_in_use(pool), ==, 2 * 256 * 2);
	g_clear_pointer(&surface, thuso_surface_free);
	thuso_context_free(rasters.context);
}

/* A barrier line over one tile: only that tile keeps its steps. */
static void test_line_over_tiles(void)
{
	Rasters rasters;
	rasters_init(&rasters);
	const double x[2] = { 250, 250 }, y[2] = { 1990, 1710 };
	g_autoptr(ThusoGeometry) line = shape_new(THUSO_LINE, x, y, 2);
	const ThusoGeometry *lines[1] = { line };
	rasters.spec.barrier_lines = lines;
	rasters.spec.n_barrier_lines = 1;
	g_autoptr(ThusoSlabPool) pool = thuso_slab_pool_new(0, NULL);
	rasters.spec.pool = pool;
	g_autoptr(ThusoSurface) surface = thuso_surface_new_rasters(rasters.context, &rasters.spec, NULL);
	g_assert_cmpint(thuso_slab_pool_in_use(pool), ==, 4 * 256 * 2 + 256 * 2);
	/* 250 m lies in column 2, whose centre it passes through: it is on one side of it. */
	const gboolean west = thuso_surface_step_exists(surface, 1, 0), east = thuso_surface_step_exists(surface, 2, 0);
	g_assert_cmpint(west + east, ==, 1);
	g_clear_pointer(&surface, thuso_surface_free);
	thuso_context_free(rasters.context);
}

void add_raster_tests(void)
{
	g_test_add_func("/friction/rasters/refusals", test_refusals);
	g_test_add_func("/friction/rasters/added-by-hand", test_added_by_hand);
	g_test_add_func("/friction/rasters/empty-tiles", test_empty_tiles);
	g_test_add_func("/friction/rasters/line-over-tiles", test_line_over_tiles);
}
