/* access: searches that are kept on disk, against the searches themselves: new, found, partly found, damaged, in the way. */
#include <thuso/access.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "../support/random-world.h"
#include "../support/sizes.h"

#define MAX_SOURCES 24

typedef struct {
	RandomWorld *world;
	ThusoSurface *surface, *riding;
	ThusoTravel travel;
	gint64 n_cells, n_sources, source[MAX_SOURCES];
	guint8 *wanted; /* NULL = all */
} Case;

/* What came back of one source, as text: easy to compare, and to read when it differs. */
typedef struct {
	char *said[MAX_SOURCES];
} Answer;

static void answer_clear(Answer *answer)
{
	for (int i = 0; i < MAX_SOURCES; i++)
		g_clear_pointer(&answer->said[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static gboolean listen(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                       GError **error)
{
	Answer *answer = data;
	GString *said = g_string_new(NULL);
	(void) worker, (void) error;
	for (gint64 i = 0; i < n; i++)
		g_string_append_printf(said, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT " ", cells[i], ticks[i]);
	g_assert_null(answer->said[source]); /* once a source */
	answer->said[source] = g_string_free(said, FALSE);
	return TRUE;
}

static ThusoSurface *surface_of(ThusoContext *context, const ThusoSurfaceSpec *spec)
{
	g_autoptr(GError) error = NULL;
	ThusoSurface *surface = thuso_surface_new(context, spec, &error);
	g_assert_no_error(error);
	return surface;
}

static ThusoSurface *riding_of(ThusoContext *context, const RandomWorld *world)
{
	static const double no_speed = 0;
	static const ThusoMode walking = THUSO_WALKING;
	ThusoSurfaceSpec spec = world->spec;
	g_autofree gint32 *nowhere = thuso_new(gint32, thuso_grid_n(&world->grid));
	spec.ground = nowhere;
	spec.ground_speed_m_per_s = &no_speed;
	spec.ground_mode = &walking;
	spec.n_ground = 1;
	return spec.n_roads > 0 ? surface_of(context, &spec) : NULL;
}

static void case_init(Case *c, ThusoContext *context, guint64 seed)
{
	guint64 state = seed ^ 0xcace;
	*c = (Case){ .world = random_world_new(seed, 30) };
	c->n_cells = thuso_grid_n(&c->world->grid);
	c->surface = surface_of(context, &c->world->spec);
	c->riding = random_below(&state, 2) ? riding_of(context, c->world) : NULL;
	c->travel = (ThusoTravel){ .measure = random_below(&state, 3) ? THUSO_MEASURE_TIME : THUSO_MEASURE_DISTANCE,
		                       .direction = random_below(&state, 2) ? THUSO_TO_CENTRE : THUSO_FROM_CENTRE,
		                       .limit_ticks = THUSO_NO_LIMIT,
		                       .riding = c->riding,
		                       .wait_ticks = random_below(&state, 200) * (gint64) 262144 };
	if (random_below(&state, 2))
		c->travel.limit_ticks = thuso_ticks(c->travel.measure, 3000 * random_unit(&state));
	c->n_sources = random_below(&state, MAX_SOURCES + 1);
	for (gint64 i = 0; i < c->n_sources; i++)
		c->source[i] = i && random_below(&state, 5) == 0 ? c->source[i - 1] : random_below(&state, (int) c->n_cells);
	if (random_below(&state, 4) == 0)
		return;
	c->wanted = thuso_new(guint8, c->n_cells);
	for (gint64 cell = 0; cell < c->n_cells; cell++)
		c->wanted[cell] = (guint8) (random_below(&state, 3) > 0 ? 1 + random_below(&state, 2) : 0);
}

static void case_clear(Case *c)
{
	thuso_surface_free(c->surface);
	thuso_surface_free(c->riding);
	random_world_free(c->world);
	g_free(c->wanted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* One with several sources that reach something. */
static void case_busy(Case *c, ThusoContext *context)
{
	case_init(c, context, 1);
	for (guint64 seed = 2; c->n_sources < 8 || c->n_cells < 200 || !thuso_surface_passable(c->surface, c->source[0]); seed++) {
		case_clear(c);
		case_init(c, context, seed);
	}
}

static ThusoContext *context_of(int n_threads)
{
	ThusoContext *context = thuso_context_new();
	thuso_context_set_threads(context, n_threads);
	return context;
}

/* Asks a cache made anew, so that nothing is found but on disk. Returns how many cells were found. */
static gint64 ask(const Case *c, ThusoContext *context, const char *folder, gint64 max_bytes, gint64 n_sources, Answer *answer,
                  gint64 *n_searched)
{
	g_autoptr(ThusoReachCache) cache = thuso_reach_cache_new(folder, max_bytes);
	g_autoptr(GError) error = NULL;
	gint64 n_found;
	thuso_reach_cache_each(cache, context, c->surface, &c->travel, c->source, n_sources, c->wanted, listen, answer, &error);
	g_assert_no_error(error);
	thuso_reach_cache_count(cache, &n_found, n_searched);
	return n_found;
}

static void search(const Case *c, ThusoContext *context, Answer *answer)
{
	g_autoptr(GError) error = NULL;
	thuso_access_each(context, c->surface, &c->travel, c->source, c->n_sources, c->wanted, listen, answer, &error);
	g_assert_no_error(error);
}

static void same(const Case *c, const Answer *a, const Answer *b, gint64 n, const char *when)
{
	for (gint64 i = 0; i < n; i++)
		if (g_strcmp0(a->said[i], b->said[i]) != 0)
			g_error("seed %" G_GUINT64_FORMAT ", %s, source %" G_GINT64_FORMAT ": %s instead of %s", c->world->seed, when, i,
			        b->said[i], a->said[i]);
}

static gint64 n_distinct(const Case *c, gint64 from, gint64 to)
{
	gint64 n = 0;
	for (gint64 i = from; i < to; i++) {
		gboolean known = FALSE;
		for (gint64 k = 0; k < i; k++)
			known |= c->source[k] == c->source[i];
		n += !known;
	}
	return n;
}

/* --- the folder ----------------------------------------------------------------------------------------------------------- */

static char *folder_new(void)
{
	g_autofree char *dir = g_dir_make_tmp("thuso-XXXXXX", NULL);
	return g_build_filename(dir, "not", "yet", NULL);
}

static GPtrArray *files_in(const char *folder)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));)
		g_ptr_array_add(files, g_build_filename(folder, name, NULL));
	return files;
}

static void empty_folder(const char *folder)
{
	g_autoptr(GPtrArray) files = files_in(folder);
	for (guint i = 0; i < files->len; i++)
		g_unlink(g_ptr_array_index(files, i));
}

static void folder_free(char *folder)
{
	g_autofree char *one = g_path_get_dirname(folder), *two = g_path_get_dirname(one);
	empty_folder(folder);
	g_rmdir(folder);
	g_rmdir(one);
	g_rmdir(two);
	g_free(folder);
}

static gint64 bytes_in(const char *folder)
{
	g_autoptr(GPtrArray) files = files_in(folder);
	gint64 bytes = 0;
	for (guint i = 0; i < files->len; i++) {
		GStatBuf info;
		g_assert_cmpint(g_stat(g_ptr_array_index(files, i), &info), ==, 0);
		bytes += info.st_size;
	}
	return bytes;
}

/* --- claims ----------------------------------------------------------------------------------------------------------------- */

/* New, found, and some of each: always the answers of the search, for 1 to 4 threads. */
static void test_same_answers(void)
{
	char *folder = folder_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(400, 60); seed++) {
		g_autoptr(ThusoContext) one = context_of(1), many = context_of(1 + (int) (seed % 4));
		g_auto(Case) c;
		g_auto(Answer) plain = { 0 }, some = { 0 }, all = { 0 }, again = { 0 };
		gint64 n_searched, n_first = (gint64) (seed % 3) * MAX_SOURCES / 3;
		case_init(&c, one, seed);
		n_first = MIN(n_first, c.n_sources);
		search(&c, one, &plain);
		g_assert_cmpint(ask(&c, many, folder, 1 << 30, n_first, &some, &n_searched), ==, 0);
		g_assert_cmpint(n_searched, ==, n_distinct(&c, 0, n_first));
		same(&c, &plain, &some, n_first, "new");
		g_assert_cmpint(ask(&c, many, folder, 1 << 30, c.n_sources, &all, &n_searched), ==, n_distinct(&c, 0, n_first));
		g_assert_cmpint(n_searched, ==, n_distinct(&c, n_first, c.n_sources));
		same(&c, &plain, &all, c.n_sources, "partly found");
		ask(&c, one, folder, 1 << 30, c.n_sources, &again, &n_searched);
		g_assert_cmpint(n_searched, ==, 0);
		same(&c, &plain, &again, c.n_sources, "found");
		empty_folder(folder);
	}
	folder_free(folder);
}

/* Whatever an answer depends on, changed a little: nothing is found, and the answers are those of the search. */
static void change(Case *c, ThusoContext *context, int what)
{
	switch (what) {
	case 0:
		c->travel.limit_ticks = c->travel.limit_ticks == THUSO_NO_LIMIT ? 1000000 : c->travel.limit_ticks - 1;
		break;
	case 1:
		c->travel.direction = c->travel.direction == THUSO_TO_CENTRE ? THUSO_FROM_CENTRE : THUSO_TO_CENTRE;
		break;
	case 2:
		c->travel.measure = c->travel.measure == THUSO_MEASURE_TIME ? THUSO_MEASURE_DISTANCE : THUSO_MEASURE_TIME;
		break;
	case 3:
		c->travel.wait_ticks++;
		break;
	case 4:
		c->wanted = c->wanted ? c->wanted : thuso_new(guint8, c->n_cells);
		c->wanted[c->n_cells / 2] = !c->wanted[c->n_cells / 2];
		break;
	default:
		thuso_surface_free(c->surface);
		c->world->spec.walking_m_per_s *= 1.01;
		for (int i = 0; i < c->world->spec.n_ground; i++)
			c->world->ground_speed_m_per_s[i] *= 1.01;
		c->surface = surface_of(context, &c->world->spec);
	}
}

static void test_never_stale(void)
{
	char *folder = folder_new();
	for (guint64 seed = 1; seed <= (guint64) in_full(240, 48); seed++) {
		g_autoptr(ThusoContext) context = context_of(2);
		g_auto(Case) c;
		g_auto(Answer) before = { 0 }, plain = { 0 }, after = { 0 };
		const int what = (int) (seed % 6);
		gint64 n_searched;
		case_init(&c, context, seed);
		ask(&c, context, folder, 1 << 30, c.n_sources, &before, &n_searched);
		change(&c, context, what);
		search(&c, context, &plain);
		const gint64 n_found = ask(&c, context, folder, 1 << 30, c.n_sources, &after, &n_searched);
		same(&c, &plain, &after, c.n_sources, "changed");
		/* Waiting counts where one can ride; speeds do not change distances, nor ground that has none. */
		if (what != 5 && (what != 3 || c.riding))
			g_assert_cmpint(n_found, ==, 0);
		empty_folder(folder);
	}
	folder_free(folder);
}

/* The same ground made again is the same content. */
static void test_found_by_content(void)
{
	char *folder = folder_new();
	g_autoptr(ThusoContext) context = context_of(2);
	g_auto(Case) c;
	g_auto(Answer) before = { 0 }, after = { 0 };
	gint64 n_searched;
	case_busy(&c, context);
	ask(&c, context, folder, 1 << 30, c.n_sources, &before, &n_searched);
	thuso_surface_free(c.surface);
	c.surface = surface_of(context, &c.world->spec);
	for (gint64 cell = 0; c.wanted && cell < c.n_cells; cell++)
		c.wanted[cell] = c.wanted[cell] ? 7 : 0;
	ask(&c, context, folder, 1 << 30, c.n_sources, &after, &n_searched);
	g_assert_cmpint(n_searched, ==, 0);
	folder_free(folder);
}

/* One byte of a file changed, or its end lost: the answers stay, and the next run finds a sound file again. */
static void damage(const char *path, guint64 *state)
{
	g_autofree char *data = NULL;
	gsize n;
	g_assert_true(g_file_get_contents(path, &data, &n, NULL));
	if (random_below(state, 4) == 0)
		n = (gsize) random_below(state, (int) n);
	else
		data[random_below(state, (int) n)] ^= (char) (1 << random_below(state, 8));
	g_assert_true(g_file_set_contents(path, data, (gssize) n, NULL));
}

static void test_damaged(void)
{
	char *folder = folder_new();
	guint64 state = 5;
	g_autoptr(ThusoContext) context = context_of(2);
	for (guint64 seed = 1; seed <= (guint64) in_full(20, 8); seed++) {
		g_auto(Case) c;
		g_auto(Answer) plain = { 0 };
		gint64 n_searched;
		case_init(&c, context, seed);
		ask(&c, context, folder, 1 << 30, c.n_sources, &plain, &n_searched);
		for (int round = 0; round < in_full(60, 12) && c.n_sources > 0; round++) {
			g_autoptr(GPtrArray) files = files_in(folder);
			g_auto(Answer) hurt = { 0 }, healed = { 0 };
			g_assert_cmpuint(files->len, ==, 1);
			damage(g_ptr_array_index(files, 0), &state);
			ask(&c, context, folder, 1 << 30, c.n_sources, &hurt, &n_searched);
			g_assert_cmpint(n_searched, >, 0);
			same(&c, &plain, &hurt, c.n_sources, "damaged");
			ask(&c, context, folder, 1 << 30, c.n_sources, &healed, &n_searched);
			g_assert_cmpint(n_searched, ==, 0);
			same(&c, &plain, &healed, c.n_sources, "replaced");
		}
		empty_folder(folder);
	}
	folder_free(folder);
}

/* The folder stays within its bound, the longest unused go first, and what is too large alone is not kept. */
static void test_bounded(void)
{
	char *folder = folder_new();
	g_autoptr(ThusoContext) context = context_of(2);
	g_auto(Case) c;
	g_auto(Answer) answer = { 0 };
	gint64 n_searched;
	case_busy(&c, context);
	c.travel.limit_ticks = 1 << 30;
	ask(&c, context, folder, 1 << 30, c.n_sources, &answer, &n_searched);
	const gint64 one = bytes_in(folder);
	g_assert_cmpint(one, >, 0);
	for (int i = 1; i < 12; i++) {
		g_auto(Answer) next = { 0 };
		g_autoptr(GPtrArray) files = files_in(folder);
		struct utimbuf long_ago = { 1000000 + i, 1000000 + i };
		for (guint k = 0; k < files->len; k++)
			if (files->len == 1)
				g_assert_cmpint(g_utime(g_ptr_array_index(files, k), &long_ago), ==, 0);
		c.travel.limit_ticks--;
		ask(&c, context, folder, 3 * one + one / 2, c.n_sources, &next, &n_searched);
		g_assert_cmpint(bytes_in(folder), <=, 3 * one + one / 2);
		if (i == 3) /* the first, long unused, made room */
			for (guint k = 0; k < files->len; k++) {
				GStatBuf info;
				g_assert_true(g_stat(g_ptr_array_index(files, k), &info) != 0 || info.st_mtime > 2000000);
			}
	}
	empty_folder(folder);
	g_auto(Answer) plain = { 0 }, large = { 0 };
	search(&c, context, &plain);
	ask(&c, context, folder, one / 2, c.n_sources, &large, &n_searched);
	same(&c, &plain, &large, c.n_sources, "too large");
	g_assert_cmpint(bytes_in(folder), ==, 0);
	folder_free(folder);
}

/* --- runs that end early ------------------------------------------------------------------------------------------------- */

typedef struct {
	ThusoContext *context;
	gint n_left; /* answers until it is interrupted */
	gint n_answers;
} Broken;

static gboolean break_off(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                          GError **error)
{
	Broken *broken = data;
	(void) source, (void) cells, (void) ticks, (void) n, (void) worker, (void) error;
	g_atomic_int_inc(&broken->n_answers);
	if (g_atomic_int_dec_and_test(&broken->n_left))
		thuso_context_cancel(broken->context);
	return TRUE;
}

/* An interrupted run leaves what it had found, a killed one (pieces of no time) what it had put on the disk: the next one searches the rest only,
 * and the answers are those of the search. */
static void test_broken_off(void)
{
	char *folder = folder_new();
	for (guint64 seed = 1; seed <= 60; seed++) {
		g_autoptr(ThusoContext) first = context_of(1 + (int) (seed % 2)), second = context_of(2);
		g_autoptr(GError) error = NULL;
		g_auto(Case) c;
		g_auto(Answer) plain = { 0 }, rest = { 0 };
		gint64 n_searched;
		case_init(&c, first, seed);
		search(&c, first, &plain);
		Broken broken = { first, 1 + (gint) (seed % 7), 0 };
		g_autoptr(ThusoReachCache) cache = thuso_reach_cache_new(folder, 1 << 30);
		thuso_reach_cache_set_piece(cache, seed % 3 == 0 ? 3600 : 0);
		gboolean done = thuso_reach_cache_each(cache, first, c.surface, &c.travel, c.source, c.n_sources, c.wanted, break_off,
		                                       &broken, &error);
		g_autoptr(GPtrArray) files = files_in(folder);
		gint64 n_distinct_all = n_distinct(&c, 0, c.n_sources);
		gint64 n_found = ask(&c, second, folder, 1 << 30, c.n_sources, &rest, &n_searched);
		g_assert_true(done || g_error_matches(error, THUSO_ERROR, THUSO_ERROR_CANCELLED));
		g_assert_cmpint(n_found + n_searched, ==, n_distinct_all);
		/* Several sources in one cell are one search and one record. */
		g_assert_cmpint(n_found, >=, done ? n_distinct_all : 1);
		g_assert_cmpint(n_found, <=, broken.n_answers);
		g_assert_cmpint(files->len, ==, seed % 3 == 0 ? MIN(n_distinct_all, 1) : n_found);
		same(&c, &plain, &rest, c.n_sources, "broken off");
		empty_folder(folder);
	}
	folder_free(folder);
}

/* A folder that cannot be made costs nothing but the search. */
static void test_no_folder(void)
{
	char *folder = folder_new();
	g_autofree char *dir = g_path_get_dirname(folder), *file = g_build_filename(dir, "file", NULL),
	                *inside = g_build_filename(file, "cache", NULL);
	g_autoptr(ThusoContext) context = context_of(2);
	g_auto(Case) c;
	g_auto(Answer) plain = { 0 }, answer = { 0 };
	gint64 n_searched;
	case_busy(&c, context);
	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, "x", 1, NULL));
	search(&c, context, &plain);
	g_assert_cmpint(ask(&c, context, inside, 1 << 30, c.n_sources, &answer, &n_searched), ==, 0);
	same(&c, &plain, &answer, c.n_sources, "no folder");
	g_assert_cmpuint(thuso_context_findings(context)->len, ==, 0);
	g_unlink(file);
	folder_free(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reach-cache/same-answers", test_same_answers);
	g_test_add_func("/reach-cache/never-stale", test_never_stale);
	g_test_add_func("/reach-cache/found-by-content", test_found_by_content);
	g_test_add_func("/reach-cache/damaged", test_damaged);
	g_test_add_func("/reach-cache/bounded", test_bounded);
	g_test_add_func("/reach-cache/broken-off", test_broken_off);
	g_test_add_func("/reach-cache/no-folder", test_no_folder);
	return g_test_run();
}
