/* Clusters of departments within walking distance of one place, the richest first. Taking points only ever makes the other places
 * poorer, so a place's worth is worked out again only when one of the points around it was taken. */
#include <thuso/services.h>

#include "buckets.h"

#include <stdlib.h>
#include <string.h>

/* What a place would gather. */
typedef struct {
	gint32 n_departments;
	gint64 n_points;
	double sum_m;
	gboolean is_stale;
} Worth;

typedef struct {
	ThusoContext *context;
	const ThusoServicePoints *points;
	const ThusoClusterSpec *spec;
	Buckets buckets;
	gint32 *department; /* a point: index of its name, -1 = none */
	char **name;        /* of departments, by name */
	gint32 n_names;
	Worth *worth;
	gint64 *heap, n_heap; /* places */
	gint64 *seen;         /* a department: the last round of looking in which it was met */
	gint64 round;
	ThusoVector found; /* of ThusoCluster */
	gint64 *cluster_of;
	gint64 n_left_out;
} Search;

void thuso_cluster_spec_default(ThusoClusterSpec *spec)
{
	*spec = (ThusoClusterSpec){ .within_m = 1000, .min_departments = 2 };
}

/* --- names of departments ----------------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static char *fold(const char *name)
{
	g_autofree char *plain = g_strstrip(g_strdup(name)), *folded = g_utf8_casefold(plain, -1);
	return g_steal_pointer(&folded);
}

static gboolean is_usable(const ThusoServicePoints *points, gint64 i)
{
	return isfinite(points->x[i]) && isfinite(points->y[i]) && points->department != NULL && points->department[i] != NULL &&
	       *points->department[i] != '\0';
}

/* Different names sorted; of several spellings the first in byte order is kept. */
static void list_names(Search *search)
{
	g_autoptr(GHashTable) by_fold = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gint64 i = 0; i < search->points->n; i++) {
		if (!is_usable(search->points, i))
			continue;
		char *folded = fold(search->points->department[i]);
		const char *known = g_hash_table_lookup(by_fold, folded), *name = search->points->department[i];
		g_hash_table_replace(by_fold, folded, (gpointer) (known != NULL && strcmp(known, name) <= 0 ? known : name));
	}
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;
	g_hash_table_iter_init(&iter, by_fold);
	while (g_hash_table_iter_next(&iter, NULL, &name))
		g_ptr_array_add(names, g_strstrip(g_strdup(name)));
	if (names->len > 0)
		qsort(names->pdata, names->len, sizeof(char *), compare_names);
	search->n_names = (gint32) names->len;
	g_ptr_array_add(names, NULL);
	search->name = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static void number_departments(Search *search)
{
	g_autoptr(GHashTable) number = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (gint32 d = 0; d < search->n_names; d++)
		g_hash_table_insert(number, fold(search->name[d]), GINT_TO_POINTER(d));
	for (gint64 i = 0; i < search->points->n; i++) {
		gboolean usable = is_usable(search->points, i);
		g_autofree char *folded = usable ? fold(search->points->department[i]) : NULL;
		search->department[i] = usable ? GPOINTER_TO_INT(g_hash_table_lookup(number, folded)) : -1;
		search->n_left_out += !usable;
	}
}

/* --- the worth of a place ------------------------------------------------------------------------------------------------------- */

typedef struct {
	Search *search;
	Worth *worth;
} Looking;

static gboolean is_free(const Search *search, gint64 point)
{
	return search->department[point] >= 0 && search->cluster_of[point] < 0;
}

static void look_at(gint64 point, double metres, gpointer data)
{
	const Looking *looking = data;
	Search *search = looking->search;
	if (!is_free(search, point))
		return;
	gint64 *seen = &search->seen[search->department[point]];
	looking->worth->n_departments += *seen != search->round;
	looking->worth->n_points++;
	looking->worth->sum_m += metres;
	*seen = search->round;
}

static void refresh(Search *search, gint64 point)
{
	Looking looking = { search, &search->worth[point] };
	*looking.worth = (Worth){ 0 };
	search->round++;
	buckets_within(&search->buckets, search->points->x[point], search->points->y[point], look_at, &looking);
}

static gboolean is_better(const Search *search, gint64 i, gint64 j)
{
	const Worth *a = &search->worth[i], *b = &search->worth[j];
	if (a->n_departments != b->n_departments)
		return a->n_departments > b->n_departments;
	if (a->n_points != b->n_points)
		return a->n_points > b->n_points;
	return a->sum_m != b->sum_m ? a->sum_m < b->sum_m : i < j;
}

/* --- places by worth: a heap whose top is the best -------------------------------------------------------------------------------- */

static void sift_down(Search *search, gint64 root)
{
	gint64 *heap = search->heap;
	for (gint64 child = 2 * root + 1; child < search->n_heap; root = child, child = 2 * root + 1) {
		if (child + 1 < search->n_heap && is_better(search, heap[child + 1], heap[child]))
			child++;
		if (!is_better(search, heap[child], heap[root]))
			return;
		gint64 swap = heap[root];
		heap[root] = heap[child];
		heap[child] = swap;
	}
}

static void drop_top(Search *search)
{
	search->heap[0] = search->heap[--search->n_heap];
	sift_down(search, 0);
}

/* A stale worth is at least the true one: when the top is fresh it is the best of all. */
static gint64 best_place(Search *search)
{
	while (search->n_heap > 0) {
		gint64 top = search->heap[0];
		if (!is_free(search, top))
			drop_top(search);
		else if (search->worth[top].n_departments < search->spec->min_departments)
			return -1;
		else if (!search->worth[top].is_stale)
			return top;
		else {
			refresh(search, top);
			sift_down(search, 0);
		}
	}
	return -1;
}

/* --- taking ---------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	Search *search;
	ThusoCluster *cluster;
	gint64 number;
	GArray *taken;    /* of gint64 */
	guint8 *has_name; /* n_names */
} Taking;

static void take(gint64 point, double metres, gpointer data)
{
	Taking *taking = data;
	Search *search = taking->search;
	if (!is_free(search, point))
		return;
	search->cluster_of[point] = taking->number;
	taking->has_name[search->department[point]] = 1;
	taking->cluster->n_points++;
	taking->cluster->farthest_m = fmax(taking->cluster->farthest_m, metres);
	g_array_append_val(taking->taken, point);
}

static void make_stale(gint64 point, double metres, gpointer data)
{
	(void) metres;
	((Search *) data)->worth[point].is_stale = TRUE;
}

static char *names_of(const Search *search, const guint8 *has_name, gint32 *n)
{
	GString *names = g_string_new(NULL);
	for (gint32 d = 0; d < search->n_names; d++)
		if (has_name[d]) {
			g_string_append_printf(names, "%s%s", *n > 0 ? ", " : "", search->name[d]);
			(*n)++;
		}
	return g_string_free(names, FALSE);
}

static gboolean take_around(Search *search, gint64 place, GError **error)
{
	const ThusoServicePoints *points = search->points;
	ThusoCluster cluster = { .point = place, .x = points->x[place], .y = points->y[place], .people_within = NAN };
	g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree guint8 *has_name = thuso_new(guint8, search->n_names + 1);
	Taking taking = { search, &cluster, search->found.n, taken, has_name };
	buckets_within(&search->buckets, cluster.x, cluster.y, take, &taking);
	for (guint i = 0; i < taken->len; i++) {
		gint64 point = g_array_index(taken, gint64, i);
		buckets_within(&search->buckets, points->x[point], points->y[point], make_stale, search);
	}
	cluster.departments = names_of(search, has_name, &cluster.n_departments);
	if (thuso_vector_push(&search->found, &cluster, "clusters", error))
		return TRUE;
	g_free(cluster.departments);
	return FALSE;
}

/* --- people and the nearest centre -------------------------------------------------------------------------------------------------- */

static gint32 clamp_cell(double at, gint32 n)
{
	return at < 0 ? 0 : at >= n ? n - 1 : (gint32) at;
}

/* Cells in the square around the place, in ascending order. */
static double people_around(const ThusoClusterSpec *spec, double x, double y)
{
	const ThusoGrid *grid = spec->grid;
	double reach = spec->within_m + THUSO_PLACE_SLACK_M, west = (x - reach - grid->x_min) / grid->cell_m,
	       east = (x + reach - grid->x_min) / grid->cell_m, north = (grid->y_max - y - reach) / grid->cell_m,
	       south = (grid->y_max - y + reach) / grid->cell_m;
	ThusoSum people = { 0 };
	if (east < 0 || south < 0 || west >= grid->n_cols || north >= grid->n_rows)
		return 0;
	for (gint32 row = clamp_cell(north, grid->n_rows); row <= clamp_cell(south, grid->n_rows); row++)
		for (gint32 col = clamp_cell(west, grid->n_cols); col <= clamp_cell(east, grid->n_cols); col++) {
			gint64 cell = (gint64) row * grid->n_cols + col;
			double cell_x, cell_y;
			thuso_grid_centre(grid, cell, &cell_x, &cell_y);
			if (spec->people[cell] > 0 && hypot(cell_x - x, cell_y - y) <= reach)
				thuso_sum_add(&people, spec->people[cell]);
		}
	return thuso_sum(&people);
}

static void find_centre(const ThusoClusterSpec *spec, ThusoCluster *cluster)
{
	cluster->nearest_centre = -1;
	cluster->nearest_centre_m = NAN;
	for (gint64 i = 0; i < spec->n_centres; i++) {
		double metres = hypot(spec->centre_x[i] - cluster->x, spec->centre_y[i] - cluster->y);
		if (isfinite(metres) && !(metres >= cluster->nearest_centre_m)) {
			cluster->nearest_centre = i;
			cluster->nearest_centre_m = metres;
		}
	}
}

static gboolean describe(Search *search, GError **error)
{
	for (gint64 c = 0; c < search->found.n; c++) {
		ThusoCluster *cluster = &((ThusoCluster *) search->found.data)[c];
		if (!thuso_context_go_on(search->context, error))
			return FALSE;
		if (search->spec->grid != NULL && search->spec->people != NULL)
			cluster->people_within = people_around(search->spec, cluster->x, cluster->y);
		find_centre(search->spec, cluster);
	}
	return TRUE;
}

/* --- the search ---------------------------------------------------------------------------------------------------------------------- */

static gboolean search_begin(Search *search, GError **error)
{
	gint64 n = search->points->n;
	search->found = THUSO_VECTOR(ThusoCluster);
	if ((search->worth = thuso_array_new(MAX(n, 1), sizeof *search->worth, "worth of places", error)) == NULL ||
	    (search->heap = thuso_array_new(MAX(n, 1), sizeof *search->heap, "places by worth", error)) == NULL ||
	    (search->department = thuso_array_new(MAX(n, 1), sizeof *search->department, "departments of points", error)) == NULL ||
	    (search->cluster_of = thuso_array_new(MAX(n, 1), sizeof *search->cluster_of, "clusters of points", error)) == NULL ||
	    !buckets_init(&search->buckets, search->points->x, search->points->y, n, search->spec->within_m + THUSO_PLACE_SLACK_M,
	                  error))
		return FALSE;
	list_names(search);
	number_departments(search);
	search->seen = thuso_new(gint64, search->n_names + 1);
	for (gint64 i = 0; i < n; i++)
		search->cluster_of[i] = -1;
	for (gint64 i = 0; i < n; i++)
		if (search->department[i] >= 0) {
			refresh(search, i);
			search->heap[search->n_heap++] = i;
		}
	for (gint64 root = search->n_heap / 2 - 1; root >= 0; root--)
		sift_down(search, root);
	return TRUE;
}

static void search_clear(Search *search)
{
	for (gint64 c = 0; c < search->found.n; c++)
		g_free(((ThusoCluster *) search->found.data)[c].departments);
	thuso_vector_clear(&search->found);
	buckets_clear(&search->buckets);
	thuso_array_free(search->worth);
	thuso_array_free(search->heap);
	thuso_array_free(search->department);
	thuso_array_free(search->cluster_of);
	g_strfreev(search->name);
	g_free(search->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static gboolean check_spec(const ThusoClusterSpec *spec, GError **error)
{
	if (spec->within_m > 0 && isfinite(spec->within_m) && spec->min_departments >= 2)
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	                    "clusters: the distance must be above 0 m, and a cluster has 2 departments or more");
	return FALSE;
}

ThusoClusters *thuso_clusters(ThusoContext *context, const ThusoServicePoints *points, const ThusoClusterSpec *spec,
                              GError **error)
{
	g_auto(Search) search = { .context = context, .points = points, .spec = spec };
	if (!check_spec(spec, error) || !search_begin(&search, error))
		return NULL;
	for (gint64 place = best_place(&search); place >= 0; place = best_place(&search))
		if (!thuso_context_go_on(context, error) || !take_around(&search, place, error))
			return NULL;
	if (!describe(&search, error))
		return NULL;
	ThusoClusters *clusters = g_new0(ThusoClusters, 1);
	clusters->n = search.found.n;
	clusters->cluster = g_steal_pointer(&search.found.data);
	clusters->cluster_of = g_steal_pointer(&search.cluster_of);
	clusters->n_left_out = search.n_left_out;
	search.found.n = 0;
	return clusters;
}

void thuso_clusters_free(ThusoClusters *clusters)
{
	if (clusters == NULL)
		return;
	for (gint64 c = 0; c < clusters->n; c++)
		g_free(clusters->cluster[c].departments);
	thuso_array_free(clusters->cluster);
	thuso_array_free(clusters->cluster_of);
	g_free(clusters);
}
