/* On the overview: what would be otherwise (settings of the sensitivity), and measures of access with how evenly they are spread. */
#include <math.h>
#include <string.h>

#include "chart.h"
#include "section.h"

/* --- settings ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *column, *title;
	char kind; /* t text, n count, p percent, d two decimals */
} Column;

static const Column setting_columns[] = {
	{ "setting", "Setting", 't' },
	{ "share_served_now", "Served now", 'p' },
	{ "share_served_kept", "with the plan's sites as they are", 'p' },
	{ "share_served_plan", "with a plan made for it", 'p' },
	{ "sites_new", "New sites of that plan", 'n' },
	{ "sites_in_common", "of them in the plan as stated", 'n' },
	{ "capital", "Capital cost", 'n' },
	{ "rank_correlation", "Correlation of the ranks", 'd' },
	{ "top_10_in_common", "Of the top 10, still there", 'n' },
	{ "first_site", "Best site", 't' },
	{ "note", "Note", 't' },
};

static char *cell_of(const ThusoTable *table, gint64 row, const Column *column)
{
	double value = column->kind == 't' ? NAN : cell_real(table, row, column->column);
	if (column->kind == 't')
		return g_strdup(cell_text(table, row, column->column));
	if (isnan(value))
		return NULL;
	return column->kind == 'p'     ? percent_text(value)
	       : column->kind == 'd'   ? decimal_text(value, 2)
	       : value == round(value) ? count_text(value)
	                               : decimal_text(value, 1);
}

static void write_rows(const ThusoReportPage *page, const ThusoTable *table)
{
	DocTable *out =
	    doc_table_new(table->n_rows > SECTION_ROWS ? "What each assumption is worth, the first rows; the workbook has all"
	                                               : "What each assumption is worth");
	for (gsize c = 0; c < G_N_ELEMENTS(setting_columns); c++)
		if (column_has_values(table, setting_columns[c].column))
			doc_table_column(out, setting_columns[c].title, setting_columns[c].kind != 't');
	for (gint64 row = 0; row < table->n_rows && row < SECTION_ROWS; row++)
		for (gsize c = 0; c < G_N_ELEMENTS(setting_columns); c++) {
			if (!column_has_values(table, setting_columns[c].column))
				continue;
			char *text = cell_of(table, row, &setting_columns[c]);
			if (text)
				doc_table_take(out, text);
			else
				doc_table_cell(out, NULL);
		}
	document_table(page->document, out);
}

static gboolean write_settings(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_SENSITIVITY];
	if (!page->area->is_all || !table)
		return TRUE;
	document_heading(page->document, "settings", "If the assumptions were others");
	document_paragraph(
	    page->document,
	    "Each row moves one assumption and leaves the others as stated: who is served now, what the plan's sites are worth "
	    "then, and what a plan made for it would reach. The last rows move all weights at once.");
	write_rows(page, table);
	return TRUE;
}

const ThusoReportSection section_settings = {
	.about = { .name = "settings",
	           .title = "If the assumptions were others",
	           .summary = "On the overview: coverage, plan and ranking under other limits, speeds, capacities and weights.",
	           .source = "sensitivity" },
	.write = write_settings,
};

/* --- measures and equity -------------------------------------------------------------------------------------------------------------------- */

enum { N_FIFTHS = 5 };

static gboolean is_now(const ThusoTable *table, gint64 row)
{
	return g_strcmp0(cell_text(table, row, "state"), "now") == 0;
}

/* The value of an indicator for one group of a measure; NaN where the result has none. */
static double equity_value(const Facts *facts, const char *measure, gboolean now, const char *groups, const char *id,
                           const char *indicator)
{
	const ThusoTable *table = facts->table[FACTS_EQUITY];
	for (gint64 row = 0; table && row < table->n_rows; row++)
		if (g_strcmp0(cell_text(table, row, "measure"), measure) == 0 && is_now(table, row) == now &&
		    g_strcmp0(cell_text(table, row, "groups"), groups) == 0 && g_strcmp0(cell_text(table, row, "group_id"), id) == 0 &&
		    g_strcmp0(cell_text(table, row, "indicator"), indicator) == 0)
			return cell_real(table, row, "value");
	return NAN;
}

static double mean_value(const ThusoTable *table, const char *measure, gboolean now, const char *column)
{
	for (gint64 row = 0; row < table->n_rows; row++)
		if (g_strcmp0(cell_text(table, row, "measure"), measure) == 0 && is_now(table, row) == now)
			return cell_real(table, row, column);
	return NAN;
}

static void take_number(DocTable *out, double value, int decimals)
{
	if (isnan(value))
		doc_table_cell(out, NULL);
	else
		doc_table_take(out, decimals > 0 ? decimal_text(value, decimals) : count_text(value));
}

/* One row a number, now beside plan. */
static void write_measure(const ThusoReportPage *page, const char *measure, const char *title, const char *unit)
{
	static const struct {
		const char *indicator, *title;
	} indices[] = {
		{ "gini", "Gini index: 0 all alike, 1 one has all" },
		{ "palma", NULL },
		{ "theil", "Theil's index: 0 all alike" },
		{ "concentration", "Concentration index: below 0 the neediest have more" },
	};
	const ThusoTable *table = page->facts->table[FACTS_MEASURES];
	/* With a need the ratio is by need, without one by access itself. */
	gboolean by_need = !isnan(equity_value(page->facts, measure, FALSE, NULL, NULL, "concentration"));
	const char *palma = by_need ? "Palma ratio: the least needy tenth over the neediest 40 %"
	                            : "Palma ratio: the tenth with most over the 40 % with least";
	g_autofree char *caption = g_strdup_printf("%s, in %s", title, unit);
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, "", FALSE);
	doc_table_column(out, "now", TRUE);
	doc_table_column(out, "with the plan", TRUE);
	doc_table_cell(out, "Mean of all assessed people");
	take_number(out, mean_value(table, measure, TRUE, "mean"), 2);
	take_number(out, mean_value(table, measure, FALSE, "mean"), 2);
	doc_table_cell(out, "People without any");
	take_number(out, mean_value(table, measure, TRUE, "people_with_none"), 0);
	take_number(out, mean_value(table, measure, FALSE, "people_with_none"), 0);
	for (gsize i = 0; i < G_N_ELEMENTS(indices); i++) {
		double now = equity_value(page->facts, measure, TRUE, NULL, NULL, indices[i].indicator),
		       plan = equity_value(page->facts, measure, FALSE, NULL, NULL, indices[i].indicator);
		if (isnan(now) && isnan(plan))
			continue;
		doc_table_cell(out, indices[i].title ? indices[i].title : palma);
		take_number(out, now, 2);
		take_number(out, plan, 2);
	}
	document_table(page->document, out);
}

static void write_fifths(const ThusoReportPage *page, const char *measure, const char *title, const char *unit)
{
	static const char *const labels[] = { "neediest fifth", "second", "third", "fourth", "least needy" }, *const series[] = {
		"now", "with the plan"
	};
	double values[2 * N_FIFTHS];
	char *texts[2 * N_FIFTHS] = { NULL };
	int n_known = 0;
	for (int f = 0; f < N_FIFTHS; f++)
		for (int s = 0; s < 2; s++) {
			const char id[] = { (char) ('1' + f), '\0' };
			double value = values[2 * f + s] = equity_value(page->facts, measure, s == 0, "need", id, "mean");
			texts[2 * f + s] = isnan(value) ? g_strdup("-") : decimal_text(value, 2);
			n_known += !isnan(value);
		}
	if (n_known > 0) {
		g_autofree char *caption = g_strdup_printf("%s by need, mean of a fifth of the people each, in %s", title, unit);
		document_figure(page->document, chart_bars(&(BarChart){ labels, N_FIFTHS, series, 2, values, texts }), caption,
		                "Bars by fifth of the people, from the neediest to the least needy, now and with the plan.");
	}
	for (int i = 0; i < 2 * N_FIFTHS; i++)
		g_free(texts[i]);
}

static gboolean write_measures(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_MEASURES];
	if (!page->area->is_all || !table)
		return TRUE;
	document_heading(page->document, "measures", "Access beyond the limit, and how evenly it is spread");
	for (gint64 row = 0; row < table->n_rows; row++) {
		const char *measure = cell_text(table, row, "measure"), *title = cell_text(table, row, "title"),
		           *unit = cell_text(table, row, "unit");
		if (!measure || !title || !unit || !is_now(table, row))
			continue;
		write_measure(page, measure, title, unit);
		write_fifths(page, measure, title, unit);
	}
	return TRUE;
}

const ThusoReportSection section_measures = {
	.about = { .name = "measures",
	           .title = "Access beyond the limit, and how evenly it is spread",
	           .summary = "On the overview: measures of access and indices of equity, now and with the plan.",
	           .source = "measures, equity" },
	.write = write_measures,
};
