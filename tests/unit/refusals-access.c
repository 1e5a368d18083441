/* Memory refused to the surface and to the search. */
#include <thuso/access.h>

#include "../support/random-world.h"
#include "../support/refusals.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_SOURCES 5

typedef struct {
	RandomWorld *world;
	ThusoContext *context;
	ThusoSurface *surface, *riding;
	ThusoTravel travel;
	gint64 n, source[N_SOURCES], *cost;
	gint32 *nearest;
	guint8 *wanted;
	gint64 sum; /* of all costs that a search gives: what must come out again */
	const char *folder;
} Case;

static ThusoSurface *riding_of(ThusoContext *context, const RandomWorld *world, GError **error)
{
	static const double no_speed = 0;
	static const ThusoMode walking = THUSO_WALKING;
	ThusoSurfaceSpec spec = world->spec;
	g_autofree gint32 *nowhere = thuso_new(gint32, thuso_grid_n(&world->grid));
	spec.ground = nowhere;
	spec.ground_speed_m_per_s = &no_speed;
	spec.ground_mode = &walking;
	spec.n_ground = 1;
	return thuso_surface_new(context, &spec, error);
}

static gboolean has_ridden_road(const RandomWorld *world)
{
	for (gint64 i = 0; i < world->spec.n_roads; i++)
		if (world->roads[i].speed_m_per_s > 0)
			return TRUE;
	return FALSE;
}

static void case_init(Case *c)
{
	*c = (Case){ .context = thuso_context_new(),
		         .travel = { .limit_ticks = THUSO_NO_LIMIT, .wait_ticks = (gint64) (300 * THUSO_TICKS_PER_S) } };
	thuso_context_set_threads(c->context, 1);
	guint64 seed = 1;
	for (c->world = random_world_new(seed, 24); thuso_grid_n(&c->world->grid) < 250 || !has_ridden_road(c->world);) {
		random_world_free(c->world);
		c->world = random_world_new(++seed, 24);
	}
	c->world->spec.tile_shift = 4; /* several tiles */
	c->surface = thuso_surface_new(c->context, &c->world->spec, NULL);
	c->riding = riding_of(c->context, c->world, NULL);
	c->travel.riding = c->riding;
	c->n = thuso_grid_n(&c->world->grid);
	for (gint64 cell = 0, k = 0; cell < c->n && k < N_SOURCES; cell++)
		if (thuso_surface_passable(c->surface, cell) && cell % 17 == 0)
			c->source[k++] = cell;
	c->cost = thuso_new(gint64, c->n);
	c->nearest = thuso_new(gint32, c->n);
	c->wanted = thuso_new(guint8, c->n);
	memset(c->wanted, 1, (gsize) c->n);
}

static void case_clear(Case *c)
{
	thuso_surface_free(c->surface);
	thuso_surface_free(c->riding);
	thuso_context_free(c->context);
	random_world_free(c->world);
	g_free(c->cost);
	g_free(c->nearest);
	g_free(c->wanted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static gboolean same_sum(Case *c, gint64 sum)
{
	if (c->sum == 0)
		c->sum = sum;
	g_assert_cmpint(sum, ==, c->sum);
	return TRUE;
}

/* --- the work ----------------------------------------------------------------------------------------------------------------- */

static gboolean make_surface(gpointer data, GError **error)
{
	Case *c = data;
	g_autoptr(ThusoSurface) surface = thuso_surface_new(c->context, &c->world->spec, error);
	for (gint64 cell = 0; surface && cell < c->n; cell++)
		g_assert_cmpint(thuso_surface_passable(surface, cell), ==, thuso_surface_passable(c->surface, cell));
	return surface != NULL;
}

static gboolean search_nearest(gpointer data, GError **error)
{
	Case *c = data;
	gint64 sum = 1;
	if (!thuso_access_nearest(c->context, c->surface, &c->travel, c->source, N_SOURCES, c->cost, c->nearest, error))
		return FALSE;
	for (gint64 cell = 0; cell < c->n; cell++)
		sum += c->nearest[cell] < 0 ? 0 : c->cost[cell] + c->nearest[cell];
	return same_sum(c, sum);
}

static gboolean find_paths(gpointer data, GError **error)
{
	Case *c = data;
	g_autoptr(ThusoCosts) costs = thuso_costs_new(c->context, c->surface, &c->travel, c->source, N_SOURCES, TRUE, NULL, error);
	ThusoVector cells = THUSO_VECTOR(gint64);
	gint64 sum = 1;
	gboolean good = costs != NULL;
	for (gint64 cell = c->n % 7; good && cell < c->n; cell += 7) {
		good = thuso_costs_path(costs, cell, &cells, error);
		sum += good ? cells.n * cell : 0;
	}
	thuso_vector_clear(&cells);
	return good && same_sum(c, sum);
}

static gboolean spill_costs(gpointer data, GError **error)
{
	Case *c = data;
	ThusoSlabPool *pool = thuso_slab_pool_new(1, g_get_tmp_dir());
	ThusoCosts *costs = thuso_costs_new(c->context, c->surface, &c->travel, c->source, N_SOURCES, TRUE, pool, error);
	gint64 sum = 1;
	const gboolean good = costs && thuso_costs_rows(costs, 0, c->world->grid.n_rows, c->cost, c->nearest, error);
	for (gint64 cell = 0; good && cell < c->n; cell++)
		sum += c->nearest[cell] < 0 ? 0 : c->cost[cell] + c->nearest[cell];
	thuso_costs_free(costs);
	g_assert_cmpint(thuso_slab_pool_in_use(pool), ==, 0);
	thuso_slab_pool_free(pool);
	return good && same_sum(c, sum);
}

static gboolean add_up(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                       GError **error)
{
	gint64 *sum = data;
	(void) worker, (void) error;
	for (gint64 i = 0; i < n; i++)
		*sum += (source + 1) * cells[i] + ticks[i];
	return TRUE;
}

static gboolean search_each(gpointer data, GError **error)
{
	Case *c = data;
	gint64 sum = 1;
	return thuso_access_each(c->context, c->surface, &c->travel, c->source, N_SOURCES, c->wanted, add_up, &sum, error) &&
	       same_sum(c, sum);
}

static gboolean find_components(gpointer data, GError **error)
{
	Case *c = data;
	return thuso_access_components(c->context, c->surface, c->cost, error) && c->cost[c->source[0]] >= 0;
}

static void empty_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
}

/* Searched and kept, then found again. */
static gboolean ask_cache_twice(gpointer data, GError **error)
{
	Case *c = data;
	gboolean good = TRUE;
	empty_folder(c->folder);
	for (int i = 0; good && i < 2; i++) {
		g_autoptr(ThusoReachCache) cache = thuso_reach_cache_new(c->folder, 1 << 20);
		gint64 sum = 1;
		good = thuso_reach_cache_each(cache, c->context, c->surface, &c->travel, c->source, N_SOURCES, c->wanted, add_up, &sum,
		                              error) &&
		       same_sum(c, sum);
	}
	return good;
}

/* --- the tests ------------------------------------------------------------------------------------------------------------------ */

static void test_memory(gconstpointer work)
{
	g_auto(Case) c;
	case_init(&c);
	refuse_each(REFUSE_MEMORY, *(const RefusalWork *) work, &c, NULL);
}

static void test_spill_file(void)
{
	g_auto(Case) c;
	case_init(&c);
	refuse_each(REFUSE_WRITE, spill_costs, &c, "the spill file in |cannot be written|No space left on device|allow more memory");
	refuse_each(REFUSE_READ, spill_costs, &c, "the spill file in |cannot be read|Input/output error");
	/* Where a file without a name cannot be had, one with a name is made. */
	refuse_some(REFUSE_NAME, spill_costs, &c, "", 0);
}

/* A cache that cannot be written or read is no error, and never a wrong answer. */
static void test_cache(void)
{
	g_auto(Case) c;
	g_autofree char *folder = g_dir_make_tmp("thuso-refusals-XXXXXX", NULL);
	case_init(&c);
	c.folder = folder;
	refuse_some(REFUSE_MEMORY, ask_cache_twice, &c, NULL, 0);
	refuse_some(REFUSE_WRITE, ask_cache_twice, &c, "", 0);
	refuse_some(REFUSE_READ, ask_cache_twice, &c, "changed while it was read|--no-cache", 0);
	refuse_some(REFUSE_NAME, ask_cache_twice, &c, "", 0);
	empty_folder(folder);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

void add_access_refusals(void)
{
	static const RefusalWork surface = make_surface, nearest = search_nearest, paths = find_paths, spill = spill_costs,
	                         each = search_each, components = find_components;
	g_test_add_data_func("/refusals/friction/surface", &surface, test_memory);
	g_test_add_data_func("/refusals/access/nearest", &nearest, test_memory);
	g_test_add_data_func("/refusals/access/paths", &paths, test_memory);
	g_test_add_data_func("/refusals/access/spill", &spill, test_memory);
	g_test_add_data_func("/refusals/access/each", &each, test_memory);
	g_test_add_data_func("/refusals/access/components", &components, test_memory);
	g_test_add_func("/refusals/access/spill-file", test_spill_file);
	g_test_add_func("/refusals/access/cache", test_cache);
}
