/* Clusters of departments against the rule written out, at the border of the distance, and on chains of points. */
#include <thuso/services.h>

#include <string.h>

#include "../support/siting-random.h"

#define N_CASES 1500
#define MOST    40

static ThusoClusters *clusters_ok(const ThusoServicePoints *points, const ThusoClusterSpec *spec)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	GError *error = NULL;
	ThusoClusters *clusters = thuso_clusters(context, points, spec, &error);
	g_assert_no_error(error);
	return clusters;
}

/* --- the rule, word for word --------------------------------------------------------------------------------------------------- */

typedef struct {
	int n;
	double x[MOST], y[MOST];
	int department[MOST]; /* -1 = none */
	const char *name[MOST];
	int cluster_of[MOST], n_clusters;
	int place[MOST];
	double within;
} Plain;

static const char *const names[] = { "Education", "Home Affairs", "Labour", "SASSA", "SAPS" };

static gboolean gathers(const Plain *p, int place, int i)
{
	return p->department[i] >= 0 && p->cluster_of[i] < 0 &&
	       hypot(p->x[i] - p->x[place], p->y[i] - p->y[place]) <= p->within + 1e-3;
}

static void worth_of(const Plain *p, int place, int *departments, int *points, double *sum)
{
	gboolean has[5] = { FALSE };
	*departments = *points = 0;
	*sum = 0;
	for (int i = 0; i < p->n; i++)
		if (gathers(p, place, i)) {
			*departments += !has[p->department[i]];
			has[p->department[i]] = TRUE;
			(*points)++;
			*sum += hypot(p->x[i] - p->x[place], p->y[i] - p->y[place]);
		}
}

static int plain_best(const Plain *p, int least)
{
	int best = -1, best_departments = 0, best_points = 0;
	double best_sum = 0;
	for (int i = 0; i < p->n; i++) {
		int departments, points;
		double sum;
		if (p->department[i] < 0 || p->cluster_of[i] >= 0)
			continue;
		worth_of(p, i, &departments, &points, &sum);
		gboolean better =
		    best < 0 || departments > best_departments ||
		    (departments == best_departments && (points > best_points || (points == best_points && sum < best_sum - 1e-9)));
		if (departments >= least && better)
			best = i, best_departments = departments, best_points = points, best_sum = sum;
	}
	return best;
}

static void plain_clusters(Plain *p, int least)
{
	for (int i = 0; i < p->n; i++)
		p->cluster_of[i] = -1;
	for (int place = plain_best(p, least); place >= 0; place = plain_best(p, least)) {
		gboolean takes[MOST];
		for (int i = 0; i < p->n; i++)
			takes[i] = gathers(p, place, i);
		for (int i = 0; i < p->n; i++)
			if (takes[i])
				p->cluster_of[i] = p->n_clusters;
		p->place[p->n_clusters++] = place;
	}
}

/* Coordinates are irregular, so that no two sums are the same but for a reason. */
static Plain random_points(Random *random)
{
	Plain p = { .n = random_below(random, MOST + 1), .within = 500 + random_below(random, 1000) };
	double extent = 1000 + random_below(random, 8000);
	for (int i = 0; i < p.n; i++) {
		p.x[i] = 250000 + extent * random_real(random), p.y[i] = -extent / 2 + extent * random_real(random);
		p.department[i] = random_below(random, 12) == 0 ? -1 : random_below(random, 5);
		p.name[i] = p.department[i] < 0 ? NULL : names[p.department[i]];
	}
	return p;
}

static void test_against_the_rule(void)
{
	gint64 n_found = 0;
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		Plain p = random_points(&random);
		int least = 2 + random_below(&random, 2);
		plain_clusters(&p, least);
		ThusoServicePoints points = { p.n, p.x, p.y, p.name };
		ThusoClusterSpec spec;
		thuso_cluster_spec_default(&spec);
		spec.within_m = p.within, spec.min_departments = least;
		g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
		CHECK(&random, c->n == p.n_clusters);
		for (int i = 0; i < p.n; i++)
			CHECK(&random, c->cluster_of[i] == p.cluster_of[i]);
		for (gint64 k = 0; k < c->n; k++) {
			CHECK(&random, c->cluster[k].point == p.place[k] && c->cluster[k].n_departments >= least);
			CHECK(&random, c->cluster[k].farthest_m <= p.within + 1e-3);
			CHECK(&random, k == 0 || c->cluster[k].n_departments <= c->cluster[k - 1].n_departments);
			CHECK(&random, isnan(c->cluster[k].people_within) && c->cluster[k].nearest_centre == -1);
		}
		n_found += c->n;
	}
	g_assert_cmpint(n_found, >, N_CASES);
}

/* --- by hand ----------------------------------------------------------------------------------------------------------------------- */

static void test_border(void)
{
	for (int metres = 999; metres <= 1001; metres++) {
		double x[] = { 700000, 700000 + metres }, y[] = { 6200000, 6200000 };
		const char *department[] = { "SASSA", "Home Affairs" };
		ThusoServicePoints points = { 2, x, y, department };
		ThusoClusterSpec spec;
		thuso_cluster_spec_default(&spec);
		g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
		g_assert_cmpint(c->n, ==, metres <= 1000 ? 1 : 0);
		if (c->n > 0) {
			g_assert_cmpstr(c->cluster[0].departments, ==, "Home Affairs, SASSA");
			g_assert_cmpint(c->cluster[0].point, ==, 0);
			g_assert_cmpfloat(c->cluster[0].farthest_m, ==, metres);
		}
	}
}

/* Five departments in a row, 900 m apart: nobody walks 3.6 km. The middle one gathers its neighbours; the ends stay alone. */
static void test_chain(void)
{
	double x[] = { 0, 900, 1800, 2700, 3600 }, y[] = { 0, 0, 0, 0, 0 };
	ThusoServicePoints points = { 5, x, y, names };
	ThusoClusterSpec spec;
	thuso_cluster_spec_default(&spec);
	g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
	/* The places at 900, 1800 and 2700 are worth the same: the first is taken, then the two at the other end. */
	g_assert_cmpint(c->n, ==, 2);
	const gint64 wanted[] = { 0, 0, 0, 1, 1 };
	for (int i = 0; i < 5; i++)
		g_assert_cmpint(c->cluster_of[i], ==, wanted[i]);
	g_assert_cmpint(c->cluster[0].point, ==, 1);
	spec.min_departments = 3;
	g_autoptr(ThusoClusters) three = clusters_ok(&points, &spec);
	g_assert_cmpint(three->n, ==, 1);
}

/* Three offices of one department are no cluster; spellings are one department; points without a place or a name are left out. */
static void test_departments(void)
{
	double x[] = { 0, 10, 20, 5000, 5010, 5020, NAN, 5000 }, y[] = { 0, 0, 0, 0, 0, 0, 0, 0 };
	const char *department[] = { "SASSA", "sassa", "SASSA ", "Home Affairs", "home affairs", "Labour", "SAPS", NULL };
	ThusoServicePoints points = { 8, x, y, department };
	ThusoClusterSpec spec;
	thuso_cluster_spec_default(&spec);
	g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
	g_assert_cmpint(c->n, ==, 1);
	g_assert_cmpint(c->n_left_out, ==, 2);
	g_assert_cmpint(c->cluster[0].n_points, ==, 3);
	g_assert_cmpint(c->cluster[0].n_departments, ==, 2);
	g_assert_cmpstr(c->cluster[0].departments, ==, "Home Affairs, Labour");
	g_assert_cmpint(c->cluster_of[6], ==, -1);
	ThusoServicePoints none = { 0, NULL, NULL, NULL };
	g_autoptr(ThusoClusters) nothing = clusters_ok(&none, &spec);
	g_assert_cmpint(nothing->n, ==, 0);
}

/* People of cells whose centre is near, against a loop over the whole grid; also where the place is beside the grid. */
static void test_people_and_centres(void)
{
	for (guint64 seed = 1; seed <= 300; seed++) {
		Random random = random_new(seed);
		ThusoGrid grid = { .x_min = 1000, .y_max = 9000, .cell_m = 90, .n_cols = 60, .n_rows = 50 };
		double people[3000], x[2], y[2], centre_x[5], centre_y[5], wanted = 0, nearest = INFINITY;
		for (int i = 0; i < 3000; i++)
			people[i] = random_below(&random, 3) == 0 ? random_below(&random, 50) : 0;
		x[0] = 7500 * random_real(&random), y[0] = 3000 + 7000 * random_real(&random);
		x[1] = x[0] + 300, y[1] = y[0];
		ThusoServicePoints points = { 2, x, y, names };
		ThusoClusterSpec spec;
		thuso_cluster_spec_default(&spec);
		spec.grid = &grid, spec.people = people, spec.n_centres = 5, spec.centre_x = centre_x, spec.centre_y = centre_y;
		for (int i = 0; i < 5; i++) {
			centre_x[i] = i == 2 ? NAN : 9000 * random_real(&random), centre_y[i] = 9000 * random_real(&random);
			nearest = fmin(nearest, i == 2 ? INFINITY : hypot(centre_x[i] - x[0], centre_y[i] - y[0]));
		}
		for (gint64 cell = 0; cell < 3000; cell++) {
			double cell_x, cell_y;
			thuso_grid_centre(&grid, cell, &cell_x, &cell_y);
			wanted += hypot(cell_x - x[0], cell_y - y[0]) <= 1000.001 ? people[cell] : 0;
		}
		g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
		CHECK(&random, c->n == 1 && c->cluster[0].point == 0);
		CHECK(&random, about(c->cluster[0].people_within, wanted));
		CHECK(&random, about(c->cluster[0].nearest_centre_m, nearest) && c->cluster[0].nearest_centre != 2);
	}
}

/* Many thousand points take no time worth speaking of, and the result does not depend on the order in which points come. */
static void test_many(void)
{
	enum { N = 20000 };
	g_autofree double *x = g_new(double, N), *y = g_new(double, N), *x2 = g_new(double, N), *y2 = g_new(double, N);
	g_autofree const char **name = g_new(const char *, N), **name2 = g_new(const char *, N);
	Random random = random_new(7);
	for (int i = 0; i < N; i++)
		x[i] = 400000 * random_real(&random), y[i] = 400000 * random_real(&random), name[i] = names[random_below(&random, 5)];
	for (int i = 0; i < N; i++)
		x2[i] = x[N - 1 - i], y2[i] = y[N - 1 - i], name2[i] = name[N - 1 - i];
	ThusoServicePoints points = { N, x, y, name }, turned = { N, x2, y2, name2 };
	ThusoClusterSpec spec;
	thuso_cluster_spec_default(&spec);
	spec.within_m = 3000;
	g_autoptr(ThusoClusters) c = clusters_ok(&points, &spec);
	g_autoptr(ThusoClusters) d = clusters_ok(&turned, &spec);
	g_assert_cmpint(c->n, >, 500);
	g_assert_cmpint(c->n, ==, d->n);
	gint64 same = 0;
	for (int i = 0; i < N; i++)
		same += (c->cluster_of[i] < 0) == (d->cluster_of[N - 1 - i] < 0);
	g_assert_cmpint(same, ==, N);
}

static void test_refused(void)
{
	ThusoServicePoints none = { 0, NULL, NULL, NULL };
	ThusoClusterSpec spec;
	thuso_cluster_spec_default(&spec);
	g_autoptr(ThusoContext) context = thuso_context_new();
	GError *error = NULL;
	spec.within_m = 0;
	g_assert_null(thuso_clusters(context, &none, &spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	thuso_cluster_spec_default(&spec);
	spec.min_departments = 1;
	g_assert_null(thuso_clusters(context, &none, &spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	double x[] = { 0, 1 }, y[] = { 0, 1 };
	ThusoServicePoints two = { 2, x, y, names };
	thuso_cluster_spec_default(&spec);
	thuso_context_cancel(context);
	g_assert_null(thuso_clusters(context, &two, &spec, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED);
	g_clear_error(&error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clusters/against-the-rule", test_against_the_rule);
	g_test_add_func("/clusters/border", test_border);
	g_test_add_func("/clusters/chain", test_chain);
	g_test_add_func("/clusters/departments", test_departments);
	g_test_add_func("/clusters/people-and-centres", test_people_and_centres);
	g_test_add_func("/clusters/many", test_many);
	g_test_add_func("/clusters/refused", test_refused);
	return g_test_run();
}
