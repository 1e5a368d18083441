/* `thuso report` and `thuso map`: what people read, from a result, without computing again. */
#include <thuso/param.h>
#include <thuso/report.h>

#include <stdio.h>
#include <string.h>

#include "command.h"

static struct {
	char *by, *formats;
	char *area, *state, *width;
	double dpi;
} asked;

/* "html,pdf" as bits. */
static gboolean read_formats(const char *text, guint *formats, GError **error)
{
	*formats = 0;
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);
	for (char **word = words; *word; word++) {
		int i = 0;
		g_strstrip(*word);
		while (thuso_report_formats[i] && strcmp(thuso_report_formats[i], *word) != 0)
			i++;
		if (!thuso_report_formats[i]) {
			g_autofree char *all = g_strjoinv(", ", (char **) thuso_report_formats);
			const char *nearest = thuso_nearest_name(*word, thuso_report_formats);
			return misused(error, "--formats: '%s' is not known%s%s%s; known are %s", *word, nearest ? " (did you mean '" : "",
			               nearest ? nearest : "", nearest ? "'?)" : "", all);
		}
		*formats |= 1U << i;
	}
	return TRUE;
}

static void print_written(const Options *options, char *const *written, int n_areas)
{
	if (options->json) {
		ThusoJson *json = thuso_json_new();
		thuso_json_texts(json, "results", written);
		if (n_areas >= 0)
			thuso_json_number(json, "areas", n_areas);
		g_autofree char *text = thuso_json_end(json);
		fputs(text, stdout);
		return;
	}
	for (; *written; written++) {
		g_autofree char *line = thuso_escape(*written);
		printf("result: %s\n", line);
	}
}

static gboolean run_report(ThusoContext *context, const Options *options, GError **error)
{
	g_auto(ThusoReportResult) result = { 0 };
	ThusoReportSpec spec = {
		.result = options->arguments[0], .output = options->output, .by = asked.by, .overwrite = options->overwrite
	};
	if (!read_formats(asked.formats, &spec.formats, error) || !thuso_report_run(context, &spec, &result, error))
		return FALSE;
	end_progress();
	print_written(options, result.written, result.n_areas);
	return TRUE;
}

static const GOptionEntry report_entries[] = {
	{ "by", 0, 0, G_OPTION_ARG_STRING, &asked.by, "a page for every area of that level (municipality)",
	  "province|district|municipality" },
	{ "formats", 0, 0, G_OPTION_ARG_STRING, &asked.formats, "html, pdf, xlsx and csv, with commas (html,xlsx,csv)", "LIST" },
	{ NULL },
};

const Command command_report = {
	.name = "report",
	.arguments = "RESULT.gpkg",
	.summary = "pages, printed pages and a workbook from a result",
	.text =
	    "Writes an overview (index.html) and a page for every area, each a single file that asks nobody for anything, the "
	    "result's "
	    "tables as a workbook (XLSX) and as CSV, and on request the pages as PDF, into a folder `reports` beside the result. The "
	    "overview's map can be moved, zoomed and searched. A report that stands there is replaced with --overwrite only, as a "
	    "whole; a "
	    "folder with anything else in it never.",
	.example = "thuso report results/demo/demo.gpkg --by district --formats html,pdf,xlsx",
	.options = report_entries,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_report,
};

static gboolean read_map(const Options *options, ThusoMapSpec *spec, GError **error)
{
	double width = 0;
	if (!options->output)
		return misused(error, "--output is missing: name the picture, for example -o map.png");
	if (asked.state && strcmp(asked.state, "now") != 0 && strcmp(asked.state, "plan") != 0)
		return misused(error, "--state: '%s' is not known; use now or plan", asked.state);
	if (asked.width && (!thuso_parse_real(asked.width, &width) || width < 60 || width > 1200))
		return misused(error, "--width: '%s' is not understood: write millimetres from 60 to 1200, such as 180", asked.width);
	if (asked.dpi < 0 || asked.dpi > 1200)
		return misused(error, "--dpi must be from 1 to 1200");
	*spec = (ThusoMapSpec){ .result = options->arguments[0],
		                    .output = options->output,
		                    .by = asked.by,
		                    .area = asked.area,
		                    .plan = g_strcmp0(asked.state, "plan") == 0,
		                    .width_mm = width,
		                    .dpi = asked.dpi,
		                    .overwrite = options->overwrite };
	return TRUE;
}

static gboolean run_map(ThusoContext *context, const Options *options, GError **error)
{
	ThusoMapSpec spec;
	if (!read_map(options, &spec, error) || !thuso_map_run(context, &spec, error))
		return FALSE;
	end_progress();
	char *written[] = { options->output, NULL };
	print_written(options, written, -1);
	return TRUE;
}

static const GOptionEntry map_entries[] = {
	{ "area", 0, 0, G_OPTION_ARG_STRING, &asked.area, "code or name of one area (the whole study)", "AREA" },
	{ "by", 0, 0, G_OPTION_ARG_STRING, &asked.by, "the level that AREA is of (municipality)", "province|district|municipality" },
	{ "state", 0, 0, G_OPTION_ARG_STRING, &asked.state, "travel now or with the plan (now)", "now|plan" },
	{ "width", 0, 0, G_OPTION_ARG_STRING, &asked.width, "of the picture (180)", "MM" },
	{ "dpi", 0, 0, G_OPTION_ARG_DOUBLE, &asked.dpi, "dots per inch of a PNG (200)", "N" },
	{ NULL },
};

const Command command_map = {
	.name = "map",
	.arguments = "RESULT.gpkg",
	.summary = "one map of a result as a picture",
	.text = "The map of the report as PNG, SVG or PDF, by the ending of --output: travel bands, boundaries, centres, ranked and "
	        "planned sites, "
	        "with legend, scale bar, north arrow and attribution.",
	.example = "thuso map results/demo/demo.gpkg --area Nokatala -o nokatala.png",
	.options = map_entries,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_map,
};
