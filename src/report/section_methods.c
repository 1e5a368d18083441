/* Trips side by side, and the comparison of methods: what the answer owes to how people travel, and to how it is measured. */
#include <math.h>
#include <string.h>

#include "section.h"

/* --- trips ----------------------------------------------------------------------------------------------------------------- */

static void trip_cells(const ThusoReportPage *page, const ThusoTable *table, gint64 row, DocTable *out)
{
	const char *trip = cell_text(table, row, "trip");
	doc_table_cell(out, g_strcmp0(trip, "walk") == 0 ? "on foot" : trip);
	doc_table_take(out, section_people(cell_real(table, row, "people_served_now"), cell_real(table, row, "share_served_now")));
	doc_table_take(out, cost_text(page->facts, cell_real(table, row, "mean_cost_now")));
	doc_table_take(out, cost_text(page->facts, cell_real(table, row, "p95_cost_now")));
	doc_table_take(out, count_text(cell_real(table, row, "people_lost_now")));
	if (!page->facts->has_plan)
		return;
	doc_table_take(out, section_people(cell_real(table, row, "people_served_plan"), cell_real(table, row, "share_served_plan")));
	doc_table_take(out, count_text(cell_real(table, row, "people_lost_plan")));
}

static const char *main_trip(const ThusoTable *table, const GArray *rows)
{
	for (guint i = 0; i < rows->len; i++)
		if (cell_real(table, g_array_index(rows, gint64, i), "is_main") > 0)
			return cell_text(table, g_array_index(rows, gint64, i), "trip");
	return NULL;
}

static gboolean write_trips(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_TRIPS];
	g_autoptr(GArray) rows = table ? section_area_rows(page, table) : NULL;
	const char *main_name = rows ? main_trip(table, rows) : NULL;
	if (!main_name)
		return TRUE;
	DocTable *out = doc_table_new(
	    "People served by each trip, of the people assessed; the last column of a state counts those who are served on "
	    "the main trip and not on this one");
	doc_table_column(out, "Trip", FALSE);
	const char *const titles[] = { "Served now",           "Mean",          "95 % need at most", "Served no more",
		                           "Served with the plan", "Served no more" };
	for (int i = 0; i < (page->facts->has_plan ? 6 : 4); i++)
		doc_table_column(out, titles[i], TRUE);
	for (guint i = 0; i < rows->len; i++)
		trip_cells(page, table, g_array_index(rows, gint64, i), out);
	document_heading(page->document, "trips", "Trips side by side");
	document_paragraph(page->document,
	                   "The main trip is %s. The others show what changes for the same people when they travel otherwise: on "
	                   "foot, for example, who is left when nobody can pay for a ride.",
	                   main_name);
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_trips = {
	.about = { .name = "trips",
	           .title = "Trips side by side",
	           .summary = "People served by each trip, and what changes against the main one.",
	           .source = "trips" },
	.write = write_trips,
};

/* --- methods ----------------------------------------------------------------------------------------------------------------- */

static void method_cells(const ThusoTable *table, gint64 row, DocTable *out)
{
	doc_table_cell(out, cell_text(table, row, "method_title"));
	doc_table_cell(out, cell_text(table, row, "limit"));
	doc_table_take(out, section_people(cell_real(table, row, "people_served"), cell_real(table, row, "share_served")));
	doc_table_take(out, count_text(cell_real(table, row, "people_only_method")));
	doc_table_take(out, count_text(cell_real(table, row, "people_only_trip")));
	doc_table_take(out, percent_text(cell_real(table, row, "share_disagree")));
}

static void write_state(const ThusoReportPage *page, const ThusoTable *table, const GArray *rows, gboolean now)
{
	static const char *const titles[] = { "Near enough", "People served", "Only by this method", "Only by the study's trip",
		                                  "It answers otherwise for" };
	DocTable *out = doc_table_new(now ? "Who counts as served now, by method" : "Who counts as served with the plan, by method");
	doc_table_column(out, "Method", FALSE);
	doc_table_form(out, COLUMN_WIDE);
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
		doc_table_column(out, titles[i], i > 0);
	for (guint i = 0; i < rows->len; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		if ((g_strcmp0(cell_text(table, row, "state"), "now") == 0) == now)
			method_cells(table, row, out);
	}
	document_table(page->document, out);
}

static gboolean write_methods(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_METHODS];
	g_autoptr(GArray) rows = table ? section_area_rows(page, table) : NULL;
	if (!rows || rows->len == 0)
		return TRUE;
	document_heading(page->document, "methods", "What other methods would say");
	document_paragraph(page->document,
	                   "The same people and centres, measured otherwise. A straight line knows no river, no mountain and no "
	                   "road; these numbers are for comparison only, and no other part of this report uses them.");
	write_state(page, table, rows, TRUE);
	if (page->facts->has_plan)
		write_state(page, table, rows, FALSE);
	return TRUE;
}

const ThusoReportSection section_methods = {
	.about = { .name = "methods",
	           .title = "What other methods would say",
	           .summary = "People served by buffers, road distance and on foot, beside the study's own trip.",
	           .source = "methods" },
	.write = write_methods,
};
