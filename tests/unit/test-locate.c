/* Tables to problems: a model that only writes down what it is given stands in for the solver. */
#include "../support/io-fixture.h"

#include <thuso/locate.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

static GString *seen; /* the problem in words */

static void put(double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append(seen, isinf(value) ? "inf" : isnan(value) ? "nan" : thuso_format_real(buffer, value));
}

static void put_levels(const ThusoLocation *l)
{
	for (int q = 0; q < l->n_levels; q++)
		for (gint32 g = 0; g < l->level[q].n_groups; g++) {
			g_string_append_printf(seen, "%s %s %d..%d:", l->level[q].name, l->level[q].group_id[g], l->level[q].min[g],
			                       l->level[q].max[g]);
			for (gint32 j = 0; j < l->n_sites; j++)
				if (l->level[q].group_of_site[j] == g)
					g_string_append_printf(seen, " %s", l->site_id[j]);
			g_string_append(seen, "\n");
		}
}

static ThusoPlan *write_down(ThusoContext *context G_GNUC_UNUSED, const ThusoLocation *l,
                             const ThusoLocateOptions *options G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	for (gint64 i = 0; i < l->n_demand; i++) {
		g_string_append_printf(seen, "%s%s=", i ? " " : "", l->demand_id[i]);
		put(l->weight ? l->weight[i] : 1);
	}
	g_string_append(seen, "\n");
	for (gint32 j = 0; j < l->n_sites; j++) {
		g_string_append_printf(seen, "%s state %d", l->site_id[j], l->state ? l->state[j] : 0);
		const double *const columns[] = { l->capacity, l->pull, l->charge, l->n_budgets ? l->budget[0].cost : NULL };
		static const char *const names[] = { "capacity", "pull", "charge", "cost" };
		for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
			if (!columns[c])
				continue;
			g_string_append_printf(seen, " %s ", names[c]);
			put(columns[c][j]);
		}
		g_string_append(seen, ":");
		for (gint64 k = l->start[j]; k < l->start[j + 1]; k++) {
			g_assert_true(k == l->start[j] || l->demand[k] > l->demand[k - 1]);
			g_string_append_printf(seen, " %s=", l->demand_id[l->demand[k]]);
			put(l->cost[k]);
		}
		g_string_append(seen, "\n");
	}
	put_levels(l);
	ThusoPlan *plan = g_new0(ThusoPlan, 1);
	plan->status = THUSO_PLAN_INFEASIBLE;
	plan->objective = plan->bound = plan->gap = NAN;
	plan->binding = g_new0(char *, 1);
	return plan;
}

static const ThusoParam params[] = { { "limit" }, { "target" }, { "decay" }, { "unserved" }, { NULL } };
static const ThusoModel plain = { .about = { .name = "plain", .params = params }, .maximises = TRUE, .solve = write_down };
static const ThusoModel capacitated = {
	.about = { .name = "capacitated" }, .maximises = TRUE, .needs_capacity = TRUE, .solve = write_down
};
static const ThusoModel among_sites = {
	.about = { .name = "among" }, .maximises = TRUE, .needs_pairs_of_sites = TRUE, .solve = write_down
};

/* NULL texts are tables that are not given. */
typedef struct {
	const char *od, *demand, *sites, *quota;
	const ThusoModel *model;
	double budget, min_people;
} Case;

static ThusoContext *run_case(const Case *c, GError **error)
{
	const char *const texts[] = { c->od, c->demand, c->sites, c->quota };
	static const char *const names[] = { "od.csv", "demand.csv", "sites.csv", "quota.csv" };
	char *paths[4] = { NULL };
	ThusoLocateSpec spec;
	g_auto(ThusoLocateResult) result = { 0 };
	ThusoContext *context = thuso_context_new();
	for (int i = 0; i < 4; i++)
		paths[i] = texts[i] ? io_write(names[i], texts[i], -1) : NULL;
	thuso_locate_spec_default(&spec);
	spec.model = c->model ? c->model : &plain;
	spec.od = paths[0];
	spec.demand = paths[1];
	spec.sites = paths[2];
	spec.quota = paths[3];
	spec.budget = c->budget > 0 ? c->budget : NAN;
	spec.min_people = c->min_people > 0 ? c->min_people : NAN;
	g_string_truncate(seen, 0);
	gboolean good = thuso_locate_run(context, &spec, &result, error);
	g_assert_true(good == (!error || !*error));
	for (int i = 0; i < 4; i++)
		g_free(paths[i]);
	return context;
}

static void assert_problem(const Case *c, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = run_case(c, &error);
	g_assert_nonnull(context);
	g_assert_no_error(error);
	g_assert_cmpstr(seen->str, ==, expected);
}

static void assert_refused(const Case *c, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = run_case(c, &error);
	g_assert_nonnull(context);
	io_assert_message(error, THUSO_ERROR_INPUT, word);
	g_assert_true(g_utf8_validate(error->message, -1, NULL) && !strpbrk(error->message, "\n\r\t\x1b"));
}

#define OD "demand,site,cost\n2,b,5\n10,a,1.5\n1,a,\n2,a,0\n"

static void test_tables(void)
{
	assert_problem(&(Case){ .od = OD }, "1=1 2=1 10=1\na state 0: 2=0 10=1.5\nb state 0: 2=5\n");
	assert_problem(&(Case){ .od = "cost,to,more,from\n5,b,x,2\n,a,,1\n1.5,a,,10\n0,a,,2\n" },
	               "1=1 2=1 10=1\na state 0: 2=0 10=1.5\nb state 0: 2=5\n");
	assert_problem(&(Case){ .od = OD, .demand = "weight,demand\n7,2\n0,10\n2.5,1\n9,far\n", .sites = "site\nc\nb\na\n" },
	               "1=2.5 2=7 10=0 far=9\na state 0: 2=0 10=1.5\nb state 0: 2=5\nc state 0:\n");
	assert_problem(&(Case){ .od = "Demand;SITE;Cost\n\"x; y\";a;1,5\nx;a;2\n" }, "x=1 x; y=1\na state 0: x=2 x; y=1.5\n");
}

static void test_sites(void)
{
	const char *sites =
	    "site,fixed,forbidden,capacity,cost,pull,min_people,district\nb,YES,,100,,2,,N\na,no,0,,7,1,50,N\nc,,true,,,,,S\n";
	Case c = { .od = OD, .sites = sites, .model = &capacitated, .budget = 10, .min_people = 20 };
	assert_problem(&c, "1=1 2=1 10=1\n"
	                   "a state 0 capacity inf pull 1 charge 50 cost 7: 2=0 10=1.5\n"
	                   "b state 1 capacity 100 pull 2 charge 20 cost 0: 2=5\n"
	                   "c state 2 capacity inf pull 1 charge 20 cost 0:\n");
	c.model = &plain;
	c.budget = 0;
	assert_problem(&c, "1=1 2=1 10=1\n"
	                   "a state 0 pull 1 charge 50: 2=0 10=1.5\n"
	                   "b state 1 pull 2 charge 20: 2=5\n"
	                   "c state 2 pull 1 charge 20:\n");
}

#define SITES "site,fixed,district,town\na,,N,\nb,1,N,X\nc,,S,X\nd,1,S,X\n"

static void test_quotas(void)
{
	assert_problem(&(Case){ .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,S,,2\ndistrict,*,1,\n" },
	               "1=1 2=1 10=1\na state 0: 2=0 10=1.5\nb state 1: 2=5\nc state 0:\nd state 1:\n"
	               "district N 1..2147483647: a b\ndistrict S 0..2: c d\n");
	/* New sites: the fixed ones of the group are added. No bound stays none. */
	assert_problem(&(Case){ .od = OD,
	                        .sites = SITES,
	                        .quota = "max,min,count,group,level\n3,1,new,X,Town\n,1,NEW,N,district\n,,,S,district\n" },
	               "1=1 2=1 10=1\na state 0: 2=0 10=1.5\nb state 1: 2=5\nc state 0:\nd state 1:\n"
	               "district N 2..2147483647: a b\ndistrict S 0..2147483647: c d\ntown X 3..5: b c d\n");
}

static void test_among_sites(void)
{
	assert_problem(&(Case){ .od = "from,to,cost\nb,a,1\na,b,2\na,a,0\nc,a,\n", .model = &among_sites },
	               "a=1 b=1 c=1\na state 0: a=0 b=1\nb state 0: a=2\nc state 0:\n");
	assert_refused(&(Case){ .od = "from,to,cost\nb,a,1\nx,b,2\n", .sites = "site\na\nb\n", .model = &among_sites },
	               "line 3: site 'x' is not in");
}

static void test_refused(void)
{
	const struct {
		Case c;
		const char *word;
	} cases[] = {
		{ { .od = "demand,site\n1,a\n" }, "has no column cost" },
		{ { .od = "demand,sites,cost\n1,a,1\n" }, "has no column site (is it 'sites'?)" },
		{ { .od = "demand,site,cost\n" }, "has no row" },
		{ { .od = "demand,site,cost\n1,a,-1\n" }, "line 2: cost -1 is negative" },
		{ { .od = "demand,site,cost\n1,a,2\n1,b,nan\n" }, "line 3: cost 'nan' is no number" },
		{ { .od = "demand,site,cost\n1,a,2\n,b,1\n" }, "line 3: no demand is given" },
		{ { .od = "from,to,cost\n1,a,2\n1,,1\n" }, "line 3: no to is given" },
		{ { .od = "demand,site,cost\n1,a,2\n2,a,2\n1,b,1\n1,a,\n" },
		  "line 5: demand '1' and site 'a' have a row already on line 2" },
		{ { .od = "demand,site,cost\n1,a,2\n2,a,2\n1,b\n" }, "line 4: 2 cells" },
		{ { .od = "demand,site,cost\n\"1\n\x1b\",a,2\n\"1\n\x1b\",a,3\n" }, "demand '1\\n\\u001b' and site 'a' have a row" },
		{ { .od = OD, .demand = "demand,weight\n1,1\n10,1\n20,1\n" }, "line 2: demand '2' is not in" },
		{ { .od = OD, .demand = "demand,weight\n1,1\n1,2\n" }, "line 3: demand '1' is there twice" },
		{ { .od = OD, .demand = "demand,weight\n1,-1\n" }, "line 2: weight -1 is negative" },
		{ { .od = OD, .demand = "demand,weight\n1,\n" }, "line 2: weight is empty" },
		{ { .od = OD, .demand = "demand,people\n1,1\n" }, "has no column weight" },
		{ { .od = OD, .sites = "site\na\nbb\n" }, "line 2: site 'b' is not in" },
		{ { .od = OD, .sites = "site\na\nbb\n" }, "did you mean" },
		{ { .od = OD, .sites = "site\na\nb\na\n" }, "line 4: site 'a' is there twice" },
		{ { .od = OD, .sites = "site,fixed\na,yess\nb,\n" }, "line 2: fixed 'yess' is not understood (did you mean 'yes'?)" },
		{ { .od = OD, .sites = "site,fixed,forbidden\na,yes,yes\nb,,\n" }, "line 2: site 'a' is fixed and forbidden" },
		{ { .od = OD, .sites = "site,capacity\na,many\nb,\n" }, "line 2: capacity 'many' is no number" },
		{ { .od = OD, .sites = "site,pull\na,0\nb,\n" }, "line 2: pull 0" },
		{ { .od = OD, .sites = "site\na\nb\n", .model = &capacitated }, "has no column capacity" },
		{ { .od = OD, .sites = "site,cost\na,5\nb,\n", .budget = 5 }, "site 'b' has no cost" },
		{ { .od = OD, .sites = "site\na\nb\n", .budget = 5 }, "site 'a' has no cost" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrikt,N,1,\n" },
		  "level 'distrikt' is no column of groups" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrikt,N,1,\n" }, "(did you mean 'district'?)" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,Nn,1,\n" },
		  "in district 'Nn' (did you mean 'N'?)" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,N,2,1\n" }, "line 2: min 2 is over max 1" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,N,1.5,\n" },
		  "line 2: min '1.5' is no number of sites" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,N,,-1\n" },
		  "line 2: max '-1' is no number of sites" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\ndistrict,N,1,\ndistrict,N,,1\n" },
		  "line 3: district 'N' has a row already on line 2" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max,count\ndistrict,N,1,,nwe\n" },
		  "count 'nwe' is not known (did you mean 'new'?)" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,maxx\ndistrict,N,1,\n" }, "has no column max" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max,cuont\ndistrict,N,1,,new\n" },
		  "column 'cuont' is none of a quota (did you mean 'count'?)" },
		{ { .od = OD, .sites = SITES, .quota = "level,group,min,max\n,N,1,\n" }, "no level is given" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused(&cases[i].c, cases[i].word);
}

static void test_doubt(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = run_case(&(Case){ .od = OD, .sites = "site,fixd\na,yes\nb,\n" }, &error);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(io_finding(context, "unknown_column")->message, "did you mean 'fixed'?"));
	g_autoptr(ThusoContext) sure = run_case(&(Case){ .od = OD, .sites = SITES }, &error);
	g_assert_null(io_finding(sure, "unknown_column"));
}

/* --- random tables: rows in any order are one problem, and what a plain look-up finds ---------------------------------------- */

static char *shuffled(GPtrArray *lines, const char *head)
{
	GString *text = g_string_new(head);
	for (guint i = lines->len; i > 1; i--) {
		guint k = (guint) g_test_rand_int_range(0, (gint) i);
		gpointer kept = lines->pdata[i - 1];
		lines->pdata[i - 1] = lines->pdata[k];
		lines->pdata[k] = kept;
	}
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(text, "%s\n", (char *) g_ptr_array_index(lines, i));
	return g_string_free(text, FALSE);
}

static void test_any_order(void)
{
	for (int round = 0; round < 60; round++) {
		int n_demand = g_test_rand_int_range(1, 60), n_sites = g_test_rand_int_range(1, 40);
		g_autoptr(GPtrArray) od = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GString) expected = g_string_new(NULL);
		g_autoptr(GHashTable) is_known = g_hash_table_new(NULL, NULL);
		for (int j = 1; j <= n_sites; j++) {
			gboolean is_first = TRUE;
			for (int i = 1; i <= n_demand; i++) {
				if (g_test_rand_int_range(0, 3) == 0)
					continue;
				int cost = g_test_rand_int_range(-20, 100);
				g_ptr_array_add(od,
				                cost < 0 ? g_strdup_printf("%d,s%03d,", i, j) : g_strdup_printf("%d,s%03d,%d.25", i, j, cost));
				g_hash_table_add(is_known, GINT_TO_POINTER(i));
				if (is_first)
					g_string_append_printf(expected, "s%03d state 0:", j);
				is_first = FALSE;
				if (cost >= 0)
					g_string_append_printf(expected, " %d=%d.25", i, cost);
			}
			g_string_append(expected, is_first ? "" : "\n");
		}
		if (od->len == 0)
			continue;
		g_autoptr(GString) head = g_string_new(NULL);
		for (int i = 1; i <= n_demand; i++)
			if (g_hash_table_contains(is_known, GINT_TO_POINTER(i)))
				g_string_append_printf(head, "%s%d=1", head->len ? " " : "", i);
		g_string_append_printf(head, "\n%s", expected->str);
		for (int again = 0; again < 2; again++) {
			g_autofree char *text = shuffled(od, "demand,site,cost\n");
			assert_problem(&(Case){ .od = text }, head->str);
		}
		/* One row again, wherever it is. */
		g_ptr_array_add(od, g_strdup(g_ptr_array_index(od, (guint) g_test_rand_int_range(0, (gint) od->len))));
		g_autofree char *text = shuffled(od, "demand,site,cost\n");
		assert_refused(&(Case){ .od = text }, "have a row already on line");
	}
}

static void test_usage(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autofree char *od = io_write("od.csv", OD, -1);
	struct {
		const char *word;
		ThusoLocateSpec spec;
	} cases[13];
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		thuso_locate_spec_default(&cases[i].spec);
		cases[i].spec.model = &plain;
		cases[i].spec.od = od;
	}
#define CASE(i, text, what) cases[i].word = text, cases[i].spec.what
	CASE(0, "--model is missing", model) = NULL;
	CASE(1, "--od is missing", od) = NULL;
	CASE(2, "-p must be 1 or more", n_sites) = 0;
	CASE(3, "--limit must not be negative", limit) = -1;
	CASE(4, "--target must be from 0 to 100 %", target) = 90;
	CASE(5, "--budget needs --sites", budget) = 1;
	CASE(6, "--quota needs --sites", quota) = od;
	CASE(7, "--gap must be", options.gap) = 1;
	CASE(8, "--time-limit must be above 0", options.seconds) = 0;
	CASE(9, "--loss goes with --alternatives", options.loss) = 0.1;
	CASE(10, "--assignment goes with models of limited capacity", says_assignment) = TRUE;
	CASE(11, "needs --sites SITES.csv with a column capacity", model) = &capacitated;
	CASE(12, "--limit has no meaning for --model capacitated", limit) = 1;
	cases[12].spec.model = &capacitated;
	cases[12].spec.sites = od;
#undef CASE
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(ThusoLocateResult) result = { 0 };
		g_autoptr(GError) error = NULL;
		g_assert_false(thuso_locate_run(context, &cases[i].spec, &result, &error));
		io_assert_message(error, THUSO_ERROR_USAGE, cases[i].word);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	seen = g_string_new(NULL);
	g_test_add_func("/locate/tables", test_tables);
	g_test_add_func("/locate/sites", test_sites);
	g_test_add_func("/locate/quotas", test_quotas);
	g_test_add_func("/locate/among-sites", test_among_sites);
	g_test_add_func("/locate/refused", test_refused);
	g_test_add_func("/locate/doubt", test_doubt);
	g_test_add_func("/locate/any-order", test_any_order);
	g_test_add_func("/locate/usage", test_usage);
	int failed = g_test_run();
	g_string_free(seen, TRUE);
	io_folder_remove();
	return failed;
}
