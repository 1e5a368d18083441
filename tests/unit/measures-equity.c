/* Indices of equity against their definitions over single persons, cases worked out by hand, and laws. */
#include <thuso/measures.h>

#include <stdlib.h>
#include <string.h>

#include "../support/siting-random.h"
#include "../support/measures-parts.h"

#define N_CASES 1500
#define ROWS    9
#define PERSONS (ROWS * 12)

static double index_of(const char *name, const ThusoEquityData *data, gint32 group)
{
	double value = -99;
	GError *error = NULL;
	g_assert_true(thuso_equity(thuso_equity_index_find(name), data, group, &value, &error));
	g_assert_no_error(error);
	return value;
}

/* --- person by person -------------------------------------------------------------------------------------------------------- */

typedef struct {
	double access, standing, rank;
} Person;

typedef struct {
	double access[ROWS], people[ROWS], standing[ROWS];
	gint32 group[ROWS];
} Rows;

static Rows random_rows(Random *random)
{
	Rows r;
	for (int i = 0; i < ROWS; i++) {
		r.access[i] = random_below(random, 6) == 0 ? 0 : random_below(random, 40) / 8.0;
		r.people[i] = random_below(random, 12);
		r.standing[i] = random_below(random, 7);
		r.group[i] = random_below(random, 3);
	}
	return r;
}

static ThusoEquityData data_of(const Rows *r)
{
	return (ThusoEquityData){
		.n = ROWS, .access = r->access, .people = r->people, .standing = r->standing, .group = r->group, .n_groups = 3
	};
}

static int compare_standing(const void *a, const void *b)
{
	const Person *p = a, *q = b;
	return (p->standing > q->standing) - (p->standing < q->standing);
}

/* Everybody alone, by standing; rank = (those below + half of the equals) / all. */
static int persons_of(const Rows *r, gint32 group, Person *person)
{
	int n = 0;
	for (int i = 0; i < ROWS; i++)
		for (int k = 0; k < (int) r->people[i]; k++)
			if (group < 0 || r->group[i] == group)
				person[n++] = (Person){ r->access[i], r->standing[i], 0 };
	qsort(person, (gsize) n, sizeof *person, compare_standing);
	for (int i = 0; i < n; i++) {
		int below = 0, equal = 0;
		for (int k = 0; k < n; k++)
			below += person[k].standing < person[i].standing, equal += person[k].standing == person[i].standing;
		person[i].rank = (below + equal / 2.0) / n;
	}
	return n;
}

static double mean_of(const Person *person, int n)
{
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += person[i].access;
	return sum / n;
}

/* Half the mean difference between any two, over the mean. */
static double plain_gini(const Person *person, int n)
{
	double sum = 0, mean = mean_of(person, n);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++)
			sum += fabs(person[i].access - person[k].access);
	return mean > 0 ? sum / n / n / 2 / mean : NAN;
}

static double plain_theil(const Person *person, int n)
{
	double sum = 0, mean = mean_of(person, n);
	for (int i = 0; i < n; i++)
		if (person[i].access > 0)
			sum += person[i].access / mean * log(person[i].access / mean);
	return mean > 0 ? sum / n : NAN;
}

static double plain_covariance(const Person *person, int n)
{
	double sum = 0, mean = mean_of(person, n);
	for (int i = 0; i < n; i++)
		sum += (person[i].access - mean) * (person[i].rank - 0.5);
	return sum / n;
}

static double plain_corrected(const Person *person, int n)
{
	double least = INFINITY, most = -INFINITY;
	for (int i = 0; i < n; i++)
		least = fmin(least, person[i].access), most = fmax(most, person[i].access);
	return most > least ? 8 * plain_covariance(person, n) / (most - least) : NAN;
}

/* The person at 40 % and 90 % of the line sets the border. */
static double plain_palma(const Person *person, int n)
{
	if (n == 0)
		return NAN;
	double poor = person[(2 * n + 4) / 5 - 1].standing, rich = person[(9 * n + 9) / 10 - 1].standing;
	double sum_poor = 0, sum_rich = 0;
	int n_poor = 0, n_rich = 0;
	for (int i = 0; i < n; i++) {
		if (person[i].standing <= poor)
			sum_poor += person[i].access, n_poor++;
		if (person[i].standing > rich)
			sum_rich += person[i].access, n_rich++;
	}
	return sum_poor > 0 ? (n_rich > 0 ? sum_rich / n_rich : NAN) / (sum_poor / n_poor) : NAN;
}

static void test_against_persons(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		Rows r = random_rows(&random);
		ThusoEquityData data = data_of(&r);
		Person person[PERSONS];
		for (gint32 group = -1; group < 3; group++) {
			int n = persons_of(&r, group, person);
			double mean = mean_of(person, n);
			CHECK(&random, about(index_of("gini", &data, group), plain_gini(person, n)));
			CHECK(&random, about(index_of("theil", &data, group), plain_theil(person, n)));
			CHECK(&random,
			      about(index_of("concentration", &data, group), mean > 0 ? 2 * plain_covariance(person, n) / mean : NAN));
			CHECK(&random, about(index_of("concentration_corrected", &data, group), plain_corrected(person, n)));
			CHECK(&random, about(index_of("palma", &data, group), plain_palma(person, n)));
		}
	}
}

/* --- Theil's parts --------------------------------------------------------------------------------------------------------------- */

static void test_theil_parts(void)
{
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		Rows r = random_rows(&random);
		if (random_below(&random, 2) == 0)
			r.group[random_below(&random, ROWS)] = -1;
		ThusoEquityData data = data_of(&r);
		ThusoTheil theil;
		double between[3], within[3];
		g_assert_true(thuso_theil_by_group(&data, &theil, between, within, NULL));
		double all = index_of("theil", &data, -1);
		CHECK(&random, about(theil.total, all));
		CHECK(&random, isnan(all) || (theil.between > -1e-12 && theil.within > -1e-12));
		gboolean all_grouped = TRUE;
		for (int i = 0; i < ROWS; i++)
			all_grouped = all_grouped && r.group[i] >= 0;
		if (all_grouped && !isnan(all)) {
			CHECK(&random, about(between[0] + between[1] + between[2], theil.between));
			CHECK(&random, about(within[0] + within[1] + within[2], theil.within));
		}
		/* A group's part within is its share of all access times its own index. */
		double own = index_of("theil", &data, 1), access = 0, of_group = 0;
		for (int i = 0; i < ROWS; i++) {
			access += r.people[i] * r.access[i];
			of_group += r.group[i] == 1 ? r.people[i] * r.access[i] : 0;
		}
		if (of_group > 0)
			CHECK(&random, about(within[1], own * of_group / access));
	}
}

/* --- by hand ---------------------------------------------------------------------------------------------------------------------- */

static void test_by_hand(void)
{
	/* Everything with the richest of four: Gini and concentration (n - 1) / n, Theil ln n. */
	double access[] = { 0, 0, 0, 8 }, standing[] = { 1, 2, 3, 4 };
	ThusoEquityData data = { .n = 4, .access = access, .standing = standing };
	g_assert_cmpfloat_with_epsilon(index_of("gini", &data, -1), 0.75, 1e-15);
	g_assert_cmpfloat_with_epsilon(index_of("concentration", &data, -1), 0.75, 1e-15);
	g_assert_cmpfloat_with_epsilon(index_of("theil", &data, -1), log(4), 1e-15);
	double poorest_first[] = { 8, 0, 0, 0 };
	data.access = poorest_first;
	g_assert_cmpfloat_with_epsilon(index_of("concentration", &data, -1), -0.75, 1e-15);
	double alike[] = { 3, 3, 3, 3 };
	data.access = alike;
	g_assert_cmpfloat_with_epsilon(index_of("gini", &data, -1), 0, 1e-15);
	g_assert_cmpfloat_with_epsilon(index_of("theil", &data, -1), 0, 1e-15);
	g_assert_cmpfloat_with_epsilon(index_of("concentration", &data, -1), 0, 1e-15);
	g_assert_true(isnan(index_of("concentration_corrected", &data, -1)));
	/* Ten of equal number: the richest has 9, the poorest four 1, 2, 2, 1. */
	double ten[] = { 1, 2, 2, 1, 5, 5, 5, 5, 5, 9 }, rank[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	ThusoEquityData ratio = { .n = 10, .access = ten, .standing = rank };
	g_assert_cmpfloat_with_epsilon(index_of("palma", &ratio, -1), 6, 1e-15);
	/* By access itself: the four with least have 1, 1, 2, 2. */
	ratio.standing = NULL;
	g_assert_cmpfloat_with_epsilon(index_of("palma", &ratio, -1), 6, 1e-15);
}

/* Nobody, nothing, and rows of which something is not known. */
static void test_missing(void)
{
	double access[] = { 4, NAN, 4, 1 }, people[] = { 10, 10, 0, 10 }, standing[] = { 1, 2, 3, NAN };
	ThusoEquityData data = { .n = 4, .access = access, .people = people, .standing = standing };
	double two[] = { 4, 1 };
	ThusoEquityData known = { .n = 2, .access = two };
	g_assert_cmpfloat_with_epsilon(index_of("gini", &data, -1), index_of("gini", &known, -1), 1e-15);
	/* Only the first row has people, access and standing. */
	g_assert_cmpfloat_with_epsilon(index_of("concentration", &data, -1), 0, 1e-15);
	ThusoEquityData none = { .n = 0 };
	for (int i = 0; thuso_equity_indices[i] != NULL; i++) {
		none.standing = standing;
		g_assert_true(isnan(index_of(thuso_equity_indices[i]->about.name, &none, -1)));
		g_assert_true(thuso_equity_indices[i]->about.source != NULL && thuso_equity_indices[i]->range != NULL);
	}
	double nothing[] = { 0, 0 };
	ThusoEquityData empty = { .n = 2, .access = nothing };
	g_assert_true(isnan(index_of("gini", &empty, -1)));
	g_assert_true(isnan(index_of("theil", &empty, -1)));
	g_assert_true(isnan(index_of("palma", &empty, -1)));
}

static void test_errors(void)
{
	double access[] = { 1, -2 }, value;
	ThusoEquityData data = { .n = 2, .access = access };
	GError *error = NULL;
	g_assert_false(thuso_equity(thuso_equity_index_find("gini"), &data, -1, &value, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_assert_nonnull(strstr(error->message, "access of row 2 is -2"));
	g_clear_error(&error);
	access[1] = 2;
	g_assert_false(thuso_equity(thuso_equity_index_find("concentration"), &data, -1, &value, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_false(thuso_equity(thuso_equity_index_find("gini"), &data, 0, &value, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	ThusoTheil theil;
	g_assert_false(thuso_theil_by_group(&data, &theil, NULL, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_clear_error(&error);
	gint32 group[] = { 0, 1 };
	data.group = group, data.n_groups = 1;
	g_assert_false(thuso_theil_by_group(&data, &theil, NULL, NULL, &error));
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_INPUT);
	g_clear_error(&error);
	g_assert_null(thuso_equity_index_find("nothing"));
}

void add_equity_tests(void)
{
	g_test_add_func("/measures/equity/against-persons", test_against_persons);
	g_test_add_func("/measures/equity/theil-parts", test_theil_parts);
	g_test_add_func("/measures/equity/by-hand", test_by_hand);
	g_test_add_func("/measures/equity/missing", test_missing);
	g_test_add_func("/measures/equity/errors", test_errors);
}
