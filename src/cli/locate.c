/* `thuso locate`: choosing sites on a table of costs, without a study. */
#include <thuso/locate.h>
#include <thuso/param.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static struct {
	char *model, *od, *demand, *sites, *quota, *assigned;
	char *limit, *budget, *target, *unserved, *min_people, *assignment, *decay, *gap, *time_limit, *loss;
	char *number, *seed, *alternatives;
} asked;

static const GOptionEntry entries[] = {
	{ "model", 0, 0, G_OPTION_ARG_STRING, &asked.model, "what a good plan is (thuso list models)", "NAME" },
	{ "od", 0, 0, G_OPTION_ARG_FILENAME, &asked.od,
	  "costs: demand,site,cost, or from,to,cost as `thuso cost --od` writes them; an empty cost: out of reach", "TABLE" },
	{ "demand", 0, 0, G_OPTION_ARG_FILENAME, &asked.demand, "people: demand,weight; without it each row of demand weighs 1",
	  "TABLE" },
	{ "sites", 0, 0, G_OPTION_ARG_FILENAME, &asked.sites,
	  "site, and any of fixed, forbidden, capacity, cost, pull, min_people; other columns are groups, as municipality", "TABLE" },
	{ "number", 'p', 0, G_OPTION_ARG_STRING, &asked.number, "how many sites are chosen at most, fixed ones included", "N" },
	{ "limit", 0, 0, G_OPTION_ARG_STRING, &asked.limit,
	  "cost within which a site reaches people: in the table's unit, or '60 min' (costs are seconds), '25 km' (metres)", "COST" },
	{ "target", 0, 0, G_OPTION_ARG_STRING, &asked.target, "share of the people who must be covered: '90 %'", "SHARE" },
	{ "quota", 0, 0, G_OPTION_ARG_FILENAME, &asked.quota,
	  "level,group,min,max[,count]: chosen sites in each group of a column of --sites; group *: each; count: new or total",
	  "TABLE" },
	{ "budget", 0, 0, G_OPTION_ARG_STRING, &asked.budget, "most that the chosen sites may cost together: '20 M'", "MONEY" },
	{ "unserved", 0, 0, G_OPTION_ARG_STRING, &asked.unserved,
	  "cost of a person whom no site reaches; without it everyone must be reached (pmedian, cpmedian)", "COST" },
	{ "min-people", 0, 0, G_OPTION_ARG_STRING, &asked.min_people,
	  "people that a new site must bring to be worth it; a column min_people of --sites goes before it", "N" },
	{ "assignment", 0, 0, G_OPTION_ARG_STRING, &asked.assignment,
	  "with capacities: single: a row of demand goes to one site as a whole; split: it may go to several; as the model has it",
	  "HOW" },
	{ "decay", 0, 0, G_OPTION_ARG_STRING, &asked.decay, "huff: exponent of the cost; 2", "X" },
	{ "gap", 0, 0, G_OPTION_ARG_STRING, &asked.gap, "how far from the best a plan may be, '0.1 %'; 0: proven optimal; 0",
	  "SHARE" },
	{ "time-limit", 0, 0, G_OPTION_ARG_STRING, &asked.time_limit, "stop then with the best plan so far: '60 s'", "TIME" },
	{ "seed", 0, 0, G_OPTION_ARG_STRING, &asked.seed, "of the search's random restarts; 1", "N" },
	{ "alternatives", 0, 0, G_OPTION_ARG_STRING, &asked.alternatives, "how many further plans, best first; 0", "K" },
	{ "loss", 0, 0, G_OPTION_ARG_STRING, &asked.loss, "how much worse than the best plan they may be: '1 %'; 0", "SHARE" },
	{ "assigned", 0, 0, G_OPTION_ARG_FILENAME, &asked.assigned, "who goes where, as demand,site,people,cost", "TABLE" },
	{ NULL },
};

/* --- options to what the library takes -------------------------------------------------------------------------------------- */

static gboolean read_integer(const char *option, const char *text, gint64 least, gint64 most, gint64 *value, GError **error)
{
	if (!text || (thuso_parse_integer(text, value) && *value >= least && *value <= most))
		return TRUE;
	return misused(error, "%s: '%s' is no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option, text, least,
	               most);
}

static gboolean read_model(ThusoLocateSpec *spec, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; thuso_models[i]; i++)
		g_ptr_array_add(names, (gpointer) thuso_models[i]->about.name);
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	int index;
	if (!asked.model)
		return misused(error, "--model is missing: what a good plan is, one of %s (`thuso list models`)", all);
	if (!choose("model", asked.model, (const char *const *) names->pdata, &index, error))
		return FALSE;
	spec->model = thuso_models[index];
	return TRUE;
}

static gboolean read_options(ThusoLocateSpec *spec, GError **error)
{
	static const char *const assignments[] = { "single", "split", NULL };
	const guint cost = THUSO_NUMBER | THUSO_TIME | THUSO_LENGTH;
	int assignment;
	gint64 seed = 1, alternatives = 0;
	if (!read_model(spec, error) || !read_integer("-p", asked.number, 1, G_MAXINT32, &spec->n_sites, error) ||
	    !read_quantity("limit", asked.limit, cost, &spec->limit, error) ||
	    !read_quantity("target", asked.target, THUSO_SHARE, &spec->target, error) ||
	    !read_quantity("budget", asked.budget, THUSO_MONEY, &spec->budget, error) ||
	    !read_quantity("unserved", asked.unserved, cost, &spec->unserved, error) ||
	    !read_quantity("min-people", asked.min_people, THUSO_NUMBER, &spec->min_people, error) ||
	    !read_quantity("decay", asked.decay, THUSO_NUMBER, &spec->decay, error) ||
	    !read_quantity("gap", asked.gap, THUSO_SHARE, &spec->options.gap, error) ||
	    !read_quantity("time-limit", asked.time_limit, THUSO_TIME, &spec->options.seconds, error) ||
	    !read_quantity("loss", asked.loss, THUSO_SHARE, &spec->options.loss, error) ||
	    !read_integer("--seed", asked.seed, 0, G_MAXINT64, &seed, error) ||
	    !read_integer("--alternatives", asked.alternatives, 0, 1000, &alternatives, error) ||
	    !choose("assignment", asked.assignment, assignments, &assignment, error))
		return FALSE;
	spec->options.seed = (guint64) seed;
	spec->options.alternatives = (gint32) alternatives;
	spec->is_single = assignment == 0;
	spec->says_assignment = asked.assignment != NULL;
	return TRUE;
}

/* --- the result ---------------------------------------------------------------------------------------------------------------- */

static ThusoTable *sites_table(const ThusoLocateResult *result)
{
	enum { SITE, STEP, KIND, GAIN, ADDED, TOTAL };
	ThusoTable *table = thuso_table_new("sites", "Sites", "", THUSO_NO_GEOMETRY);
	thuso_table_add_column(table, "site", "Site", "", THUSO_TEXT);
	thuso_table_add_column(table, "step", "Step", "", THUSO_INTEGER);
	thuso_table_add_column(table, "kind", "Kind", "", THUSO_TEXT);
	thuso_table_add_column(table, "gain", "Gain", "", THUSO_REAL);
	thuso_table_add_column(table, "people_added", "People added", "", THUSO_REAL);
	thuso_table_add_column(table, "people_total", "People in all", "", THUSO_REAL);
	for (gint32 i = 0; i < result->plan->n_sites; i++) {
		const ThusoPlanSite *site = &result->plan->site[i];
		gint64 row = thuso_table_add_row(table, NULL);
		if (row < 0)
			break;
		thuso_table_set_text(table, row, SITE, result->site_id[site->site]);
		thuso_table_set_integer(table, row, STEP, i + 1);
		thuso_table_set_text(table, row, KIND, site->is_fixed ? "existing" : "new");
		thuso_table_set_real(table, row, GAIN, site->gain);
		thuso_table_set_real(table, row, ADDED, site->people_added);
		thuso_table_set_real(table, row, TOTAL, site->people_total);
	}
	return table;
}

/* The sites of alternative `a`, NULL-terminated; free the array only. */
static char **alternative_sites(const ThusoLocateResult *result, gint32 a)
{
	const ThusoPlan *plan = result->plan;
	GPtrArray *names = g_ptr_array_new();
	for (gint32 i = 0; i < plan->n_alternative_sites; i++) {
		gint32 site = plan->alternative_site[(gint64) a * plan->n_alternative_sites + i];
		if (site >= 0)
			g_ptr_array_add(names, result->site_id[site]);
	}
	g_ptr_array_add(names, NULL);
	return (char **) g_ptr_array_free(names, FALSE);
}

static void print_json(const ThusoContext *context, const ThusoLocateSpec *spec, const ThusoLocateResult *result)
{
	const ThusoPlan *plan = result->plan;
	ThusoJson *json = thuso_json_new();
	thuso_json_text(json, "model", spec->model->about.name);
	thuso_json_text(json, "status", thuso_plan_status_name(plan->status));
	thuso_json_number(json, "objective", plan->objective);
	thuso_json_number(json, "bound", plan->bound);
	thuso_json_number(json, "gap", plan->gap);
	thuso_json_number(json, "seconds", plan->seconds);
	g_autoptr(ThusoTable) sites = sites_table(result);
	thuso_json_table(json, "sites", sites, -1);
	thuso_json_texts(json, "binding", plan->binding);
	thuso_json_open_list(json, "alternatives");
	for (gint32 a = 0; a < plan->n_alternatives; a++) {
		g_autofree char **names = alternative_sites(result, a);
		thuso_json_open(json, NULL);
		thuso_json_number(json, "objective", plan->alternative_objective[a]);
		thuso_json_texts(json, "sites", names);
		thuso_json_close(json);
	}
	thuso_json_close(json);
	g_autoptr(ThusoTable) findings = findings_table(context);
	thuso_json_table(json, "findings", findings, -1);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
	given.is_told = TRUE;
}

/* Whole numbers by thousands, others with what tells them apart. Caller frees. */
static char *number_text(double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	if (!isfinite(value))
		return g_strdup("\xe2\x80\x93");
	if (fabs(value - round(value)) < 1e-6 && fabs(value) < 1e15)
		return thuso_format_count(value);
	return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.12g", value));
}

static char *gap_text(double gap)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return g_strconcat(g_ascii_formatd(buffer, sizeof buffer, "%.4g", gap < 1e-9 ? 0 : 100 * gap), " %", NULL);
}

static void print_head(const ThusoLocateSpec *spec, const ThusoLocateResult *result)
{
	const ThusoPlan *plan = result->plan;
	g_autofree char *objective = number_text(plan->objective), *bound = number_text(plan->bound), *gap = gap_text(plan->gap),
	                *people = number_text(result->people), *rows = thuso_format_count((double) result->n_demand),
	                *sites = thuso_format_count((double) result->n_sites), *pairs = thuso_format_count((double) result->n_pairs);
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	printf("%-10s %s \xe2\x80\x93 %s\n", "model", spec->model->about.name, spec->model->about.title);
	printf("%-10s %s\n", "status", thuso_plan_status_name(plan->status));
	printf("%-10s %s (%s%s)\n", "objective", objective, spec->model->objective,
	       result->has_thresholds ? ", less the thresholds of the new sites" : "");
	printf("%-10s %s (no plan is %s)\n", "bound", bound, spec->model->maximises ? "above" : "below");
	printf("%-10s %s\n", "gap", gap);
	printf("%-10s %s in %s rows of demand; %s sites, %s pairs within reach\n", "people", people, rows, sites, pairs);
	printf("%-10s %s\n\n", "seconds", g_ascii_formatd(buffer, sizeof buffer, "%.2f", plan->seconds));
}

static void print_sites(const ThusoLocateResult *result)
{
	static const TextColumn columns[] = {
		{ "Step", TRUE, 0 },         { "Site", FALSE, 40 },        { "Kind", FALSE, 0 }, { "Gain", TRUE, 0 },
		{ "People added", TRUE, 0 }, { "People in all", TRUE, 0 }, { "Share", TRUE, 0 },
	};
	enum { N = G_N_ELEMENTS(columns) };
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	for (gint32 i = 0; i < result->plan->n_sites; i++) {
		const ThusoPlanSite *site = &result->plan->site[i];
		g_ptr_array_add(cells, g_strdup_printf("%d", i + 1));
		g_ptr_array_add(cells, g_strdup(result->site_id[site->site]));
		g_ptr_array_add(cells, g_strdup(site->is_fixed ? "existing" : "new"));
		g_ptr_array_add(cells, number_text(site->gain));
		g_ptr_array_add(cells, number_text(site->people_added));
		g_ptr_array_add(cells, number_text(site->people_total));
		g_ptr_array_add(cells, share_text(site->people_total, result->people));
	}
	print_columns(columns, N, (char *const *) cells->pdata, result->plan->n_sites);
}

static void print_reasons(const ThusoLocateSpec *spec, const ThusoLocateResult *result)
{
	const ThusoPlan *plan = result->plan;
	if (plan->binding && plan->binding[0])
		printf("\nWhat holds the plan back:\n");
	for (char **line = plan->binding; line && *line; line++) {
		g_autofree char *plain = thuso_escape(*line);
		print_wrapped(plain, 2);
	}
	if (spec->options.alternatives > 0)
		printf("\nAlternatives:%s\n",
		       plan->n_alternatives > 0 ? "" : " no other plan is so near to the best; --loss says how near");
	for (gint32 a = 0; a < plan->n_alternatives; a++) {
		g_autofree char **names = alternative_sites(result, a);
		g_autofree char *all = g_strjoinv(", ", names), *plain = thuso_escape(all),
		                *objective = number_text(plan->alternative_objective[a]),
		                *line = g_strdup_printf("%s: %s", objective, plain);
		print_wrapped(line, 2);
	}
}

/* The command ends with 4 or 130 although there is a document. */
static gboolean judge(const ThusoLocateResult *result, GError **error)
{
	const ThusoPlan *plan = result->plan;
	if (plan->status == THUSO_PLAN_INFEASIBLE) {
		g_autofree char *reasons = plan->binding ? g_strjoinv("; ", plan->binding) : g_strdup("");
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INFEASIBLE, "no plan meets all that is asked for: %s", reasons);
		return FALSE;
	}
	if (result->was_interrupted) {
		g_autofree char *gap = gap_text(plan->gap);
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_CANCELLED,
		            "interrupted: this is the best plan so far, at most %s from the best", gap);
		return FALSE;
	}
	return TRUE;
}

static void print_text(const Options *options, const ThusoLocateSpec *spec, const ThusoLocateResult *result)
{
	if (result->plan->status == THUSO_PLAN_INFEASIBLE)
		return;
	if (!options->quiet) {
		print_head(spec, result);
		print_sites(result);
		print_reasons(spec, result);
	}
	for (char **path = result->written; *path; path++) {
		g_autofree char *line = thuso_escape(*path);
		printf("result: %s\n", line);
	}
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	ThusoLocateSpec spec;
	g_auto(ThusoLocateResult) result = { 0 };
	thuso_locate_spec_default(&spec);
	spec.od = asked.od;
	spec.demand = asked.demand;
	spec.sites = asked.sites;
	spec.quota = asked.quota;
	spec.output = options->output;
	spec.assigned = asked.assigned;
	spec.overwrite = options->overwrite;
	if (!read_options(&spec, error) || !thuso_locate_run(context, &spec, &result, error))
		return FALSE;
	end_progress();
	if (options->json)
		print_json(context, &spec, &result);
	else
		print_text(options, &spec, &result);
	return judge(&result, error);
}

const Command command_locate = {
	.name = "locate",
	.arguments = "",
	.summary = "the best sites on a table of costs, without a study",
	.text = "Chooses sites so that the people are served best in the sense of the model, and says how far from the best the plan "
	        "can be "
	        "at most: objective, proven bound and gap. Existing sites stay (fixed), others are left out (forbidden), quotas "
	        "count the "
	        "chosen sites of each municipality, district or any other group, and a budget bounds their costs. The tables are CSV "
	        "with "
	        "a header, columns and rows in any order. Ctrl-C and --time-limit give the best plan so far with its gap. Where "
	        "nothing meets "
	        "all that is asked for, it says why and ends with 4.",
	.example = "thuso locate --model mclp --od between.csv --demand people.csv --sites sites.csv -p 10 --limit '60 min' "
	           "--quota quota.csv --output plan.csv --assigned assigned.csv",
	.options = entries,
	.min_arguments = 0,
	.max_arguments = 0,
	.run = run,
};
