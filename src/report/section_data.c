/* What stands behind the numbers: sites left out, findings about the data, parameters, and how the result was made. */
#include <math.h>
#include <string.h>

#include "section.h"

void section_plain(const ThusoReportPage *page, FactsTable which, const GArray *rows, const char *const *columns,
                   const char *caption)
{
	const ThusoTable *table = page->facts->table[which];
	DocTable *out = doc_table_new(caption);
	g_autoptr(GArray) shown = g_array_new(FALSE, FALSE, sizeof(int));
	for (int c = 0; c < (int) table->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(table, c);
		if ((columns && !g_strv_contains(columns, column->name)) || !column_has_values(table, column->name))
			continue;
		g_autofree char *title = column->unit && *column->unit && strlen(column->unit) < 12 && strcmp(column->unit, "people") != 0
		                             ? g_strdup_printf("%s (%s)", column->title, column->unit)
		                             : g_strdup(column->title);
		doc_table_column(out, title, column->type != THUSO_TEXT);
		g_array_append_val(shown, c);
	}
	for (guint i = 0; i < rows->len && i < SECTION_ROWS; i++)
		for (guint k = 0; k < shown->len; k++) {
			int c = g_array_index(shown, int, k);
			gint64 row = g_array_index(rows, gint64, i);
			double value = thuso_table_column(table, c)->type == THUSO_REAL ? thuso_table_real(table, row, c) : NAN;
			const char *unit = thuso_table_column(table, c)->unit;
			gboolean whole = g_strcmp0(unit, "people") == 0 || fabs(value) >= 1000 || fabs(value - round(value)) < 1e-9;
			doc_table_take(out, isnan(value) ? thuso_table_as_text(table, row, c)
			                    : whole      ? count_text(value)
			                                 : decimal_text(value, 1));
		}
	document_table(page->document, out);
}

GArray *section_all_rows(const ThusoTable *table)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint64 row = 0; table && row < table->n_rows; row++)
		g_array_append_val(rows, row);
	return rows;
}

GArray *section_area_rows(const ThusoReportPage *page, const ThusoTable *table)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	const char *level = page->area->is_all ? "study area" : page->area->level, *id = page->area->is_all ? "all" : page->area->id;
	for (gint64 row = 0; row < table->n_rows; row++)
		if (g_strcmp0(cell_text(table, row, "level"), level) == 0 && g_strcmp0(cell_text(table, row, "id"), id) == 0)
			g_array_append_val(rows, row);
	return rows;
}

char *section_people(double people, double share)
{
	g_autofree char *count = count_text(people), *percent = percent_text(share);
	return isnan(share) ? g_steal_pointer(&count) : g_strdup_printf("%s (%s)", count, percent);
}

/* --- sites left out ---------------------------------------------------------------------------------------------------------------------- */

static gboolean write_excluded(const ThusoReportPage *page, GError **error)
{
	(void) error;
	static const char *const columns[] = { "title", "site", "reason", NULL };
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, FACTS_EXCLUDED);
	if (rows->len == 0)
		return TRUE;
	g_autofree char *caption =
	    rows->len > SECTION_ROWS
	        ? g_strdup_printf("The first %d of %u candidates that were left out; the workbook has all", SECTION_ROWS, rows->len)
	        : g_strdup("Candidates that were left out, and why");
	document_heading(page->document, "excluded", "Sites left out");
	section_plain(page, FACTS_EXCLUDED, rows, columns, caption);
	return TRUE;
}

const ThusoReportSection section_excluded = {
	.about = { .name = "excluded",
	           .title = "Sites left out",
	           .summary = "Candidates that a rule excludes, with the rule.",
	           .source = "excluded_sites" },
	.write = write_excluded,
};

/* --- findings ----------------------------------------------------------------------------------------------------------------------------- */

static gboolean write_quality(const ThusoReportPage *page, GError **error)
{
	(void) error;
	static const char *const columns[] = { "severity", "layer", "message", "count", NULL };
	const ThusoTable *table = page->facts->table[FACTS_ISSUES];
	if (!page->area->is_all && table) {
		int n = 0;
		for (gint64 row = 0; row < table->n_rows; row++)
			n += g_strcmp0(cell_text(table, row, "severity"), "info") != 0;
		document_heading(page->document, "quality", "The data behind it");
		document_paragraph(
		    page->document,
		    "The audit of the input layers made %.0f findings about the whole study, %d of them warnings or errors. "
		    "The overview lists them, all parameters, and how the result was made.",
		    (double) table->n_rows, n);
	} else if (table) {
		g_autoptr(GArray) rows = section_all_rows(table);
		document_heading(page->document, "quality", "Findings about the data");
		section_plain(page, FACTS_ISSUES, rows, columns,
		              rows->len > SECTION_ROWS ? "What the audit of the layers found, the first 40; the workbook has all"
		                                       : "What the audit of the layers found");
	}
	return TRUE;
}

const ThusoReportSection section_quality = {
	.about = { .name = "quality",
	           .title = "Findings about the data",
	           .summary = "What the audit of the input layers found.",
	           .source = "quality_issues" },
	.write = write_quality,
};

/* --- parameters ------------------------------------------------------------------------------------------------------------------------------ */

/* What decides most, for the pages of areas; the overview has all. */
static const struct {
	const char *name, *title;
} chief[] = {
	{ "standards.1.limit", "Limit: people within it are served" },
	{ "standards.1.trip", "Trip" },
	{ "travel.walking.speed", "Walking speed" },
	{ "travel.search_limit", "Longest travel looked for" },
	{ "area.buffer", "Buffer around the study area" },
	{ "area.cell", "Cell" },
	{ "area.demarcation", "Boundaries of" },
	{ "ranking.spacing", "Least distance between ranked sites" },
};

static char *value_text(const Facts *facts, const char *name)
{
	const char *value = parameter(facts, name), *unit = parameter_field(facts, name, "unit");
	return g_strdup_printf("%s%s%s", value, unit ? " " : "", unit ? unit : "");
}

static void write_chief(const ThusoReportPage *page)
{
	DocTable *out = doc_table_new("What decides most; the overview has every parameter");
	doc_table_column(out, "Parameter", FALSE);
	doc_table_column(out, "Value", FALSE);
	doc_table_column(out, "Origin", FALSE);
	doc_table_column(out, "Source", FALSE);
	for (gsize i = 0; i < G_N_ELEMENTS(chief); i++) {
		if (!parameter(page->facts, chief[i].name))
			continue;
		doc_table_cell(out, chief[i].title);
		doc_table_take(out, value_text(page->facts, chief[i].name));
		doc_table_cell(out, parameter_field(page->facts, chief[i].name, "origin"));
		doc_table_cell(out, parameter_field(page->facts, chief[i].name, "source"));
	}
	document_table(page->document, out);
}

static void write_all(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_PARAMETERS];
	DocTable *out = doc_table_new("Every parameter, with where it comes from");
	doc_table_column(out, "Parameter", FALSE);
	doc_table_column(out, "Value", FALSE);
	doc_table_column(out, "Origin", FALSE);
	doc_table_column(out, "Source", FALSE);
	for (gint64 row = 0; row < table->n_rows; row++) {
		const char *name = cell_text(table, row, "name"), *value = cell_text(table, row, "value"),
		           *unit = cell_text(table, row, "unit");
		doc_table_cell(out, name);
		doc_table_take(out, g_strdup_printf("%s%s%s", value ? value : "", unit ? " " : "", unit ? unit : ""));
		doc_table_cell(out, cell_text(table, row, "origin"));
		doc_table_cell(out, cell_text(table, row, "source"));
	}
	document_table(page->document, out);
}

static gboolean write_parameters(const ThusoReportPage *page, GError **error)
{
	(void) error;
	if (!page->facts->table[FACTS_PARAMETERS])
		return TRUE;
	document_heading(page->document, "parameters", "Parameters");
	document_paragraph(page->document,
	                   "Origin: user = the study decides it; sourced = a published value; derived = a choice of the program. "
	                   "None of them is policy unless its source says so.");
	if (page->area->is_all)
		write_all(page);
	else
		write_chief(page);
	return TRUE;
}

const ThusoReportSection section_parameters = {
	.about = { .name = "parameters",
	           .title = "Parameters",
	           .summary = "What was decided, by whom, and where it comes from.",
	           .source = "parameters" },
	.write = write_parameters,
};

/* --- how it was made ---------------------------------------------------------------------------------------------------------------------- */

static gboolean write_provenance(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_RUN];
	if (!page->area->is_all || !table)
		return TRUE;
	static const char *const columns[] = { "kind", "name", "value", "sha256", NULL };
	g_autoptr(GArray) rows = section_all_rows(table);
	for (guint i = rows->len; i > 0; i--) /* fields of layers are for the next run to look at */
		if (g_strcmp0(cell_text(table, g_array_index(rows, gint64, i - 1), "kind"), "fields") == 0)
			g_array_remove_index(rows, i - 1);
	document_heading(page->document, "provenance", "How this result was made");
	document_paragraph(page->document,
	                   "Programs with their versions, inputs with their checksums (the same input has the same SHA-256), and the "
	                   "audit of people: all that were read are served, unserved, without data or outside.");
	section_plain(page, FACTS_RUN, rows, columns, "Programs, inputs and the audit of people");
	return TRUE;
}

const ThusoReportSection section_provenance = {
	.about = { .name = "provenance",
	           .title = "How this result was made",
	           .summary = "On the overview: versions, inputs with checksums, the audit of people.",
	           .source = "run" },
	.write = write_provenance,
};
