/* `thuso check`: what is wrong with the inputs, and what a run would take. */
#include <thuso/param.h>
#include <thuso/study.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static void print_areas(const ThusoTable *areas)
{
	static const TextColumn columns[] = {
		{ "Code", FALSE, 16 },          { "Municipality", FALSE, 32 }, { "People", TRUE, 0 },
		{ "of them no data", TRUE, 0 }, { "Candidates", TRUE, 0 },     { "Open centres", TRUE, 0 },
	};
	enum { N = G_N_ELEMENTS(columns) };
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	for (gint64 row = 0; row < areas->n_rows; row++)
		for (int c = 0; c < N; c++)
			g_ptr_array_add(cells, c < 2 ? g_strdup(thuso_table_text(areas, row, c))
			                             : thuso_format_count(thuso_table_real(areas, row, c)));
	print_columns(columns, N, (char *const *) cells->pdata, areas->n_rows);
}

static void print_findings(const ThusoTable *findings)
{
	if (findings->n_rows == 0)
		printf("\nNo findings: the layers fit together.\n");
	else
		printf("\n%" G_GINT64_FORMAT " findings:\n", findings->n_rows);
	for (gint64 row = 0; row < findings->n_rows; row++) {
		const char *layer = thuso_table_text(findings, row, 2), *message = thuso_table_text(findings, row, 4);
		gboolean says_where = strstr(message, layer) != NULL;
		g_autofree char *line = g_strdup_printf("%s: %s%s%s", thuso_table_text(findings, row, 0), says_where ? "" : layer,
		                                        says_where ? "" : ": ", message);
		print_wrapped(line, 2);
	}
}

static void print_text(const ThusoCheckResult *result)
{
	g_autofree char *memory = thuso_format_quantity(ceil(result->memory_bytes / 1e7) * 1e7, THUSO_BYTES),
	                *time = thuso_format_quantity(ceil(result->seconds), THUSO_TIME),
	                *cells = thuso_format_count((double) result->n_cells),
	                *cell = thuso_format_quantity(result->cell_m, THUSO_LENGTH);
	print_areas(result->areas);
	printf("\ngrid: %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " = %s cells of %s in %s\n", result->n_cols, result->n_rows, cells,
	       cell, result->crs);
	printf("a run takes about %s of memory and %s\n", memory, time);
	print_findings(result->findings);
}

static void print_json(const ThusoCheckResult *result)
{
	ThusoJson *json = thuso_json_new();
	thuso_json_open(json, "grid");
	thuso_json_number(json, "columns", (double) result->n_cols);
	thuso_json_number(json, "rows", (double) result->n_rows);
	thuso_json_number(json, "cells", (double) result->n_cells);
	thuso_json_number(json, "cell_m", result->cell_m);
	thuso_json_text(json, "crs", result->crs);
	thuso_json_close(json);
	thuso_json_number(json, "memory_bytes", result->memory_bytes);
	thuso_json_number(json, "seconds", result->seconds);
	thuso_json_table(json, "municipalities", result->areas, -1);
	thuso_json_table(json, "findings", result->findings, -1);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

/* The findings layer stands beside the result: results/NAME_findings.gpkg. */
static char *findings_path(const ThusoStudy *study, const Options *options)
{
	if (options->output)
		return g_canonicalize_filename(options->output, NULL);
	const char *path = thuso_study_output(study);
	return g_strdup_printf("%.*s_findings.gpkg", (int) strlen(path) - 5, path);
}

/* Findings are read above the table as they are found: printed once, at the end. */
static void no_log(ThusoSeverity severity, const char *message, gpointer data)
{
	(void) severity;
	(void) message;
	(void) data;
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	g_autoptr(ThusoStudy) study = thuso_study_load(options->arguments[0], error);
	if (!study)
		return FALSE;
	g_autofree char *path = findings_path(study, options);
	if (!options->verbose)
		thuso_context_set_log(context, no_log, NULL);
	/* Findings of an earlier check are this command's own to replace; a file that --output names is not. */
	gboolean overwrite = options->overwrite || !options->output;
	g_autoptr(ThusoCheckResult) result = thuso_study_check(context, study, path, overwrite, error);
	if (!result)
		return FALSE;
	end_progress();
	if (options->json)
		print_json(result);
	else
		print_text(result);
	if (result->findings->n_rows > 0 && !options->json)
		printf("result: %s\n", path);
	return TRUE;
}

static const GOptionEntry check_options[] = { NO_CACHE_OPTION, { NULL } };

const Command command_check = {
	.name = "check",
	.arguments = "STUDY",
	.summary = "audit the inputs; writes nothing but the findings",
	.text = "Reads every layer of the study and says what is wrong and what to do: ids, geometries, reference systems, ranges, "
	        "joins, points "
	        "outside their municipality or where nobody can go; people, candidates and open centres of every municipality; the "
	        "grid's size, and the "
	        "memory and time that a run will take. The findings also become a layer, NAME_findings.gpkg beside the result.",
	.options = check_options,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
