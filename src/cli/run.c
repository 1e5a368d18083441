/* `thuso run` and `thuso rank`: the study computed, the ranking on the terminal. */
#include <thuso/param.h>
#include <thuso/study.h>

#include <stdio.h>
#include <string.h>

#include "command.h"

static char *count_cell(const ThusoTable *table, gint64 row, const char *column)
{
	int c = thuso_table_find_column(table, column);
	return thuso_table_is_null(table, row, c) ? g_strdup("") : thuso_format_count(thuso_table_real(table, row, c));
}

static char *decimal_cell(const ThusoTable *table, gint64 row, const char *column)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	int c = thuso_table_find_column(table, column);
	if (thuso_table_is_null(table, row, c))
		return g_strdup("");
	return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.1f", thuso_table_real(table, row, c)));
}

static char *text_cell(const ThusoTable *table, gint64 row, const char *column)
{
	const char *text = thuso_table_text(table, row, thuso_table_find_column(table, column));
	return g_strdup(text ? text : "");
}

/* A site's name with the place it is near, where that says more. */
static char *site_cell(const ThusoTable *table, gint64 row)
{
	g_autofree char *title = text_cell(table, row, "title"), *place = text_cell(table, row, "place");
	return *place && !strstr(title, place) ? g_strdup_printf("%s, %s", title, place) : g_strdup(title);
}

static void print_ranking(const ThusoTable *table, int top)
{
	static const TextColumn columns[] = {
		{ "Rank", TRUE, 0 },          { "Score", TRUE, 0 },    { "Site", FALSE, 34 }, { "Municipality", FALSE, 24 },
		{ "People gained", TRUE, 0 }, { "in order", TRUE, 0 }, { "within", TRUE, 0 }, { "Zone", FALSE, 0 },
	};
	enum { N = G_N_ELEMENTS(columns) };
	gint64 n = MIN(table->n_rows, top);
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	for (gint64 row = 0; row < n; row++) {
		g_ptr_array_add(cells, count_cell(table, row, "rank"));
		g_ptr_array_add(cells, decimal_cell(table, row, "score"));
		g_ptr_array_add(cells, site_cell(table, row));
		g_ptr_array_add(cells, text_cell(table, row, "municipality_title"));
		g_ptr_array_add(cells, count_cell(table, row, "people_gained"));
		g_ptr_array_add(cells, count_cell(table, row, "people_gained_in_order"));
		g_ptr_array_add(cells, count_cell(table, row, "people_within"));
		g_ptr_array_add(cells, text_cell(table, row, "zone"));
	}
	print_columns(columns, N, (char *const *) cells->pdata, n);
	if (n < table->n_rows)
		printf("... and %" G_GINT64_FORMAT " more (--top N shows more; all are in the GeoPackage)\n", table->n_rows - n);
	if (table->n_rows == 0)
		printf("No site is left: every candidate is excluded; the table excluded_sites of the GeoPackage says why.\n");
	if (n > 0) {
		g_autofree char *reason = text_cell(table, 0, "reason");
		printf("\nWhy the first:\n");
		print_wrapped(reason, 2);
	}
}

static double summary_value(const ThusoTable *summary, const char *name)
{
	for (gint64 row = 0; row < summary->n_rows; row++)
		if (strcmp(thuso_table_text(summary, row, 0), name) == 0)
			return thuso_table_real(summary, row, 1);
	return 0;
}

static const char *summary_text(const ThusoTable *summary, const char *name)
{
	for (gint64 row = 0; row < summary->n_rows; row++)
		if (strcmp(thuso_table_text(summary, row, 0), name) == 0)
			return thuso_table_text(summary, row, 2);
	return "";
}

static void print_summary(const ThusoTable *s)
{
	double assessed = summary_value(s, "people_assessed"), no_data = summary_value(s, "people_no_data");
	g_autofree char *people = thuso_format_count(summary_value(s, "people")),
	                *now = thuso_format_count(summary_value(s, "people_served_now")),
	                *plan = thuso_format_count(summary_value(s, "people_served_plan")),
	                *unreachable = thuso_format_count(summary_value(s, "people_unreachable_now"));
	g_autofree char *share_now = share_text(summary_value(s, "people_served_now"), assessed),
	                *share_plan = share_text(summary_value(s, "people_served_plan"), assessed);
	printf("\n%s people; within %s of an open centre now: %s (%s)\n", people, summary_text(s, "people_served_now"), now,
	       share_now);
	if (*summary_text(s, "plan"))
		printf("plan %s, %.0f new sites: %s (%s); each phase within %.2g %% of its best\n", summary_text(s, "plan"),
		       summary_value(s, "sites_planned"), plan, share_plan, summary_value(s, "plan"));
	else if (summary_value(s, "sites_planned") > 0)
		printf("with a centre at the best site of %.0f of the %.0f municipalities without one: %s (%s)\n",
		       summary_value(s, "sites_planned"), summary_value(s, "areas_without_centre"), plan, share_plan);
	if (summary_value(s, "people_unreachable_now") >= 0.5)
		printf("people who reach no centre now: %s\n", unreachable);
	if (no_data > 0) {
		g_autofree char *count = thuso_format_count(no_data);
		printf("people where a layer has no data, not assessed: %s\n", count);
	}
	if (summary_value(s, "findings") > 0)
		printf("data quality findings: %.0f (layer quality_issues; `thuso check` lists them)\n", summary_value(s, "findings"));
}

static void print_rollout(const ThusoTable *table)
{
	static const TextColumn columns[] = {
		{ "Year", TRUE, 0 },          { "Opened", TRUE, 0 }, { "Cost", TRUE, 0 },
		{ "People served", TRUE, 0 }, { "%", TRUE, 0 },      { "Without looking ahead", TRUE, 0 },
	};
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_ptr_array_add(
		    cells, g_strdup_printf("%" G_GINT64_FORMAT, thuso_table_integer(table, row, thuso_table_find_column(table, "year"))));
		g_ptr_array_add(cells, count_cell(table, row, "opened"));
		g_ptr_array_add(cells, count_cell(table, row, "capital"));
		g_ptr_array_add(cells, count_cell(table, row, "people_served"));
		g_ptr_array_add(cells, decimal_cell(table, row, "share_served"));
		g_ptr_array_add(cells, count_cell(table, row, "greedy_people_served"));
	}
	printf("\nRoll-out:\n");
	print_columns(columns, G_N_ELEMENTS(columns), (char *const *) cells->pdata, table->n_rows);
}

static void print_json(const ThusoRunResult *result, gint64 top)
{
	ThusoJson *json = thuso_json_new();
	thuso_json_texts(json, "results", result->written);
	thuso_json_table(json, "summary", result->summary, -1);
	thuso_json_table(json, "ranked_sites", result->ranking, top);
	if (result->areas)
		thuso_json_table(json, "municipalities", result->areas, -1);
	if (result->plans)
		thuso_json_table(json, "plans", result->plans, -1);
	if (result->rollout)
		thuso_json_table(json, "rollout", result->rollout, -1);
	if (result->folder) {
		thuso_json_text(json, "folder", result->folder);
		thuso_json_text(json, "last", result->last);
	}
	if (result->comparison)
		thuso_json_table(json, "changes", result->comparison->summary, -1);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

static void print_results(char *const *written)
{
	for (; *written; written++) {
		g_autofree char *line = thuso_escape(*written);
		printf("result: %s\n", line);
	}
}

/* Where travel is kept for the next run: $THUSO_CACHE (a folder, or `off`), else the user's cache folder. NULL = nowhere. */
static char *cache_folder(const Options *options)
{
	const char *stated = g_getenv("THUSO_CACHE"), *own = g_get_user_cache_dir();
	if (options->no_cache || g_strcmp0(stated, "off") == 0)
		return NULL;
	if (stated && *stated)
		return g_canonicalize_filename(stated, NULL);
	return own && g_path_is_absolute(own) ? g_build_filename(own, "thuso", NULL) : NULL;
}

/* `name` gets the study's, for the caller to free. */
static ThusoRunResult *compute(ThusoContext *context, const Options *options, char **name, GError **error)
{
	g_autoptr(ThusoStudy) study = thuso_study_load(options->arguments[0], error);
	if (!study)
		return NULL;
	g_autofree char *output = options->output ? g_canonicalize_filename(options->output, NULL) : NULL;
	g_autofree char *cache = cache_folder(options);
	if (options->resume && !cache) {
		misused(error, "--resume takes what a killed run left in the cache, and there is no cache; leave out --no-cache, or give "
		               "THUSO_CACHE a folder");
		return NULL;
	}
	ThusoRunOptions run = { .output = output,
		                    .overwrite = options->overwrite,
		                    .cache = cache,
		                    .is_scheduled = options->scheduled,
		                    .resumes = options->resume };
	ThusoRunResult *result = thuso_study_run(context, study, &run, error);
	end_progress();
	*name = g_strdup(thuso_study_name(study));
	return result;
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(ThusoRunResult) result = compute(context, options, &name, error);
	if (!result)
		return FALSE;
	if (options->json) {
		print_json(result, -1);
		return TRUE;
	}
	if (options->scheduled) {
		print_scheduled(name, result);
		return TRUE;
	}
	if (!options->quiet) {
		print_summary(result->summary);
		if (result->rollout)
			print_rollout(result->rollout);
		printf("Indicative; policy may override.\n");
	}
	print_results(result->written);
	return TRUE;
}

static gboolean rank(ThusoContext *context, const Options *options, GError **error)
{
	if (options->top < 1) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "--top must be 1 or more");
		return FALSE;
	}
	g_autofree char *name = NULL;
	g_autoptr(ThusoRunResult) result = compute(context, options, &name, error);
	if (!result)
		return FALSE;
	if (options->json) {
		print_json(result, options->top);
		return TRUE;
	}
	print_ranking(result->ranking, options->top);
	if (!options->quiet) {
		print_summary(result->summary);
		if (result->rollout)
			print_rollout(result->rollout);
		printf("Indicative; policy may override.\n");
	}
	print_results(result->written);
	return TRUE;
}

static const GOptionEntry run_options[] = {
	NO_CACHE_OPTION,
	{ "resume", 0, 0, G_OPTION_ARG_NONE, &given.resume,
	  "go on where a killed run of the same study and layers left off; same result, only sooner", NULL },
	{ "scheduled", 0, 0, G_OPTION_ARG_NONE, &given.scheduled,
	  "the result goes into a new dated folder of the study's `schedule` (or of --output FOLDER), with what changed since the "
	  "last one",
	  NULL },
	{ NULL },
};

const Command command_run = {
	.name = "run",
	.arguments = "STUDY",
	.summary = "everything the study asks for, into its GeoPackage",
	.text = "Reads the layers that the study file names, computes who can reach which centre, ranks the candidate sites, and "
	        "writes a folder "
	        "that opens finished in QGIS: the GeoPackage, the project (.qgz), the travel cost raster with its style, and the "
	        "run's record. Each "
	        "file is named on a line `result: PATH`. Nothing stands at the output path unless the run succeeds. Travel is kept "
	        "in a cache folder for the next run ($THUSO_CACHE: a folder, or `off`; else `thuso` in the user's cache folder, 2 GB "
	        "at most). With --scheduled, for systemd or cron: nothing is asked, FOLDER/latest always shows a whole result, and "
	        "stdout is one "
	        "paragraph for a mail (scripts/systemd/README.md).",
	.options = run_options,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};

static const GOptionEntry rank_options[] = {
	NO_CACHE_OPTION,
	{ "top", 0, 0, G_OPTION_ARG_INT, &given.top, "how many sites the table shows (20)", "N" },
	{ NULL },
};

const Command command_rank = {
	.name = "rank",
	.arguments = "STUDY",
	.summary = "the ranking as a table, and the GeoPackage",
	.text = "As `thuso run`, and prints the best sites: score of 100, people gained by the site alone, gained in order (after "
	        "all higher ranks), "
	        "and people within the limit in all.",
	.options = rank_options,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = rank,
};
