/* Windows against single steps, and surfaces of rasters against maps and against plain code, on random worlds. */
#include "../support/friction-parts.h"
#include "../support/plain-world.h"
#include "../support/random-world.h"
#include "../support/sizes.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE 22

/* Everything that one seed gives. */
typedef struct {
	ThusoContext *context;
	RandomWorld *world;
	RandomRasters *rasters; /* NULL = made from the map */
	ThusoSlabPool *pool;
	ThusoSurface *surface;
	gint64 *ticks[2]; /* by measure: of every step of every cell, one by one */
} Case;

enum { FROM_MAP, FROM_CLASSES, FROM_SPEEDS, FROM_FRICTION, FROM_ADDED_FRICTION, N_KINDS };

static int kind_of(guint64 seed)
{
	return (int) (seed % N_KINDS);
}

static gint64 *all_ticks(const ThusoSurface *surface, ThusoMeasure measure)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(surface));
	gint64 *ticks = thuso_new(gint64, n * 16);
	for (gint64 cell = 0; cell < n; cell++)
		for (int step = 0; step < 16; step++)
			ticks[cell * 16 + step] = thuso_surface_step_ticks(surface, measure, cell, step);
	return ticks;
}

static void make_surface(Case *c, guint64 seed)
{
	GError *error = NULL;
	const int kind = kind_of(seed);
	guint64 state = seed;
	if (kind != FROM_MAP) {
		static const ThusoGroundKind kinds[N_KINDS] = { 0, THUSO_GROUND_CLASSES, THUSO_GROUND_SPEED };
		const gboolean is_friction = kind >= FROM_FRICTION, as_classes = random_below(&state, 2) == 0;
		const ThusoGroundKind ground = !is_friction ? kinds[kind] : as_classes ? THUSO_GROUND_CLASSES : THUSO_GROUND_FRICTION;
		c->rasters = random_rasters_new(c->world, ground, is_friction, kind == FROM_ADDED_FRICTION);
		/* Now and then a pool that holds a tile or two at a time. */
		if (random_below(&state, 2))
			c->pool = thuso_slab_pool_new(1 + random_below(&state, 8192), g_get_tmp_dir());
		c->rasters->spec.pool = c->pool;
	}
	c->surface = kind == FROM_MAP ? thuso_surface_new(c->context, &c->world->spec, &error)
	                              : thuso_surface_new_rasters(c->context, &c->rasters->spec, &error);
	g_assert_no_error(error);
	for (int measure = 0; measure < 2; measure++)
		c->ticks[measure] = all_ticks(c->surface, (ThusoMeasure) measure);
}

static void case_init(Case *c, ThusoContext *context, guint64 seed)
{
	*c = (Case){ .context = context, .world = random_world_new(seed, MAX_SIDE) };
	make_surface(c, seed);
}

static void case_clear(Case *c)
{
	thuso_surface_free(c->surface);
	thuso_slab_pool_free(c->pool);
	random_rasters_free(c->rasters);
	random_world_free(c->world);
	g_free(c->ticks[0]);
	g_free(c->ticks[1]);
}

/* --- windows ------------------------------------------------------------------------------------------------------ */

static gint64 cell_at(const ThusoGrid *grid, gint64 row, gint64 col)
{
	return row < 0 || col < 0 || row >= grid->n_rows || col >= grid->n_cols ? -1 : row * grid->n_cols + col;
}

/* What step k of the cell costs, or of the way back; -1 = there is none. */
static gint64 expected_ticks(const Case *c, ThusoMeasure measure, gboolean arriving, gint64 row, gint64 col, int k)
{
	const ThusoGrid *grid = &c->world->grid;
	if (arriving)
		return expected_ticks(c, measure, FALSE, row + thuso_step_row[k], col + thuso_step_col[k], thuso_step_opposite[k]);
	const gint64 cell = cell_at(grid, row, col);
	return cell < 0 ? -1 : c->ticks[measure][cell * 16 + k];
}

static void check_run(const Case *c, const ThusoSurfaceWindow *window, ThusoMeasure measure, gboolean arriving,
                      const gint32 corner[2], gint32 row, gint32 col)
{
	const int n = thuso_surface_neighbours(c->surface);
	const gint64 least = thuso_surface_window_least(window);
	guint32 ticks[THUSO_WINDOW_RUN * 16];
	thuso_surface_window_ticks(window, row, col, ticks);
	for (int i = 0; i < THUSO_WINDOW_RUN; i++)
		for (int k = 0; k < n; k++) {
			const gint64 expected = expected_ticks(c, measure, arriving, corner[0] + row, (gint64) corner[1] + col + i, k);
			const guint32 stored = expected < 0 ? THUSO_STEP_NONE : (guint32) MIN(expected, (gint64) THUSO_STEP_LARGE);
			if (ticks[i * n + k] != stored)
				g_error(
				    "seed %" G_GUINT64_FORMAT " measure %d arriving %d row %d col %d step %d: window %u, step %" G_GINT64_FORMAT,
				    c->world->seed, (int) measure, arriving, corner[0] + row, corner[1] + col + i, k, ticks[i * n + k], expected);
			g_assert_true(expected < 0 || least <= expected);
		}
}

static void check_window(const Case *c, ThusoMeasure measure, gboolean arriving, guint64 *state)
{
	const ThusoGrid *grid = &c->world->grid;
	const gint32 n_rows = 1 + random_below(state, 30), n_cols = 1 + random_below(state, 30);
	g_autoptr(ThusoSurfaceWindow) window = thuso_surface_window_new(c->surface, measure, arriving, n_rows, n_cols, NULL);
	for (int place = 0; place < 3; place++) {
		GError *error = NULL;
		const gint32 corner[2] = { random_below(state, grid->n_rows + 50) - 40, random_below(state, grid->n_cols + 50) - 40 };
		g_assert_true(thuso_surface_window_load(window, corner[0], corner[1], &error));
		g_assert_no_error(error);
		for (gint32 row = 0; row < n_rows; row++)
			for (gint32 col = 0; col < n_cols; col += THUSO_WINDOW_RUN)
				check_run(c, window, measure, arriving, corner, row, col);
		for (gint32 row = 0; row < n_rows; row++)
			for (gint32 col = 0; col < n_cols; col++)
				g_assert_cmpint(thuso_surface_window_passable(window, row, col), ==,
				                thuso_surface_passable(c->surface, cell_at(grid, corner[0] + row, corner[1] + col)));
	}
}

static void test_windows(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	gint64 spilled = 0;
	for (guint64 seed = 1; seed <= (guint64) in_full(1000, 120); seed++) {
		Case c;
		guint64 state = seed;
		case_init(&c, context, seed);
		for (int i = 0; i < 4; i++)
			check_window(&c, (ThusoMeasure) (i / 2), i % 2, &state);
		spilled += c.pool ? thuso_slab_pool_spilled(c.pool) : 0;
		case_clear(&c);
	}
	g_assert_cmpint(spilled, >, 0);
}

/* --- existence ---------------------------------------------------------------------------------------------------- */

static void test_steps_and_bounds(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(200, 40); seed++) {
		Case c;
		case_init(&c, context, seed);
		for (gint64 cell = 0; cell < thuso_grid_n(&c.world->grid); cell++)
			for (int step = 0; step < 16; step++)
				for (int measure = 0; measure < 2; measure++) {
					const gint64 ticks = c.ticks[measure][cell * 16 + step];
					g_assert_cmpint(ticks > 0, ==, thuso_surface_step_exists(c.surface, cell, step));
					g_assert_true(ticks < 0 || ticks >= thuso_surface_least_ticks(c.surface, (ThusoMeasure) measure));
				}
		case_clear(&c);
	}
}

/* --- rasters ------------------------------------------------------------------------------------------------------ */

/* The same country from a map and from rasters. */
static void test_rasters_are_the_map(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(1000, 120); seed++) {
		if (kind_of(seed) != FROM_CLASSES && kind_of(seed) != FROM_SPEEDS)
			continue;
		Case c;
		case_init(&c, context, seed);
		g_autoptr(ThusoSurface) map = thuso_surface_new(context, &c.world->spec, NULL);
		for (int measure = 0; measure < 2; measure++) {
			g_autofree gint64 *ticks = all_ticks(map, (ThusoMeasure) measure);
			g_assert_cmpint(memcmp(ticks, c.ticks[measure], (gsize) thuso_grid_n(&c.world->grid) * 16 * sizeof(gint64)), ==, 0);
		}
		case_clear(&c);
	}
}

static PlainWorld *plain_friction(const Case *c)
{
	const gint64 n = thuso_grid_n(&c->world->grid);
	for (int i = 0; i < 8; i++)
		c->world->ground_speed_m_per_s[i] = 1;
	PlainWorld *plain = plain_world_new(&c->world->spec);
	plain->friction_s_per_m = thuso_new(double, n);
	plain->friction_is_added = kind_of(c->world->seed) == FROM_ADDED_FRICTION;
	for (gint64 cell = 0; cell < n; cell++) {
		plain->friction_s_per_m[cell] = c->rasters->classes[c->rasters->ground_class[cell]].friction_s_per_m;
		if (!plain->friction_is_added && plain->friction_s_per_m[cell] == 0)
			plain->speed_m_per_s[cell] = 0;
	}
	return plain;
}

/* Friction alone and r.walk's model, written down plainly. */
static void test_friction(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(1000, 120); seed++) {
		if (kind_of(seed) != FROM_FRICTION && kind_of(seed) != FROM_ADDED_FRICTION)
			continue;
		Case c;
		case_init(&c, context, seed);
		PlainWorld *plain = plain_friction(&c);
		for (gint64 cell = 0; cell < thuso_grid_n(&c.world->grid); cell++)
			for (int step = 0; step < 16; step++) {
				const gint64 ticks = c.ticks[THUSO_MEASURE_TIME][cell * 16 + step];
				const int d_row = thuso_step_row[step], d_col = thuso_step_col[step];
				const gboolean on_grid =
				    cell_at(&c.world->grid, cell / c.world->grid.n_cols + d_row, cell % c.world->grid.n_cols + d_col) >= 0;
				g_assert_cmpint(ticks > 0, ==, on_grid && plain_step_exists(plain, cell, d_row, d_col) == PLAIN_YES);
				if (ticks < 0)
					continue;
				const double expected = fmax(1, plain_step_seconds(plain, cell, d_row, d_col) * THUSO_TICKS_PER_S);
				g_assert_cmpfloat(fabs((double) ticks - expected), <=, 1 + 1e-12 * expected);
			}
		plain_world_free(plain);
		case_clear(&c);
	}
}

void add_window_tests(void)
{
	g_test_add_func("/friction/windows", test_windows);
	g_test_add_func("/friction/steps-and-bounds", test_steps_and_bounds);
	g_test_add_func("/friction/rasters-are-the-map", test_rasters_are_the_map);
	g_test_add_func("/friction/friction-rasters", test_friction);
}
