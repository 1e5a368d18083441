/* What standards, policy zones and officials ask for: every standard, the quadrants, the plan of the centres to be built, mobile stops. */
#include <math.h>
#include <string.h>

#include "section.h"

#define MOST_ROWS 60

static char *shown_rows(const char *caption, guint n)
{
	return n > MOST_ROWS ? g_strdup_printf("%s; the first %d of %u, the workbook has all", caption, MOST_ROWS, n)
	                     : g_strdup(caption);
}

/* --- standards --------------------------------------------------------------------------------------------------------------- */

static void standard_cells(const ThusoReportPage *page, const ThusoTable *table, gint64 row, DocTable *out)
{
	const char *settlement = cell_text(table, row, "settlement"), *trip = cell_text(table, row, "trip");
	g_autofree char *limit = decimal_text(cell_real(table, row, "limit"), 1);
	if (g_str_has_suffix(limit, ".0"))
		limit[strlen(limit) - 2] = '\0';
	doc_table_cell(out, cell_text(table, row, "service"));
	doc_table_cell(out, g_strcmp0(settlement, "any") == 0 ? "anywhere" : settlement);
	doc_table_take(out, g_strdup_printf("%s %s, %s", limit, cell_text(table, row, "limit_unit"),
	                                    g_strcmp0(trip, "walk") == 0 ? "on foot" : trip));
	doc_table_cell(out, cell_text(table, row, "points"));
	doc_table_take(out, count_text(cell_real(table, row, "people_assessed")));
	doc_table_take(out, section_people(cell_real(table, row, "people_served_now"), cell_real(table, row, "share_served_now")));
	if (page->facts->has_plan)
		doc_table_take(out,
		               section_people(cell_real(table, row, "people_served_plan"), cell_real(table, row, "share_served_plan")));
	if (page->area->is_all)
		doc_table_cell(out, cell_text(table, row, "source"));
}

static gboolean write_standards(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[page->area->is_all ? FACTS_STANDARDS : FACTS_STANDARDS_BY_AREA];
	g_autoptr(GArray) rows = !table ? NULL : page->area->is_all ? section_all_rows(table) : section_area_rows(page, table);
	if (!rows || rows->len == 0)
		return TRUE;
	g_autofree char *caption = shown_rows("People within each standard, of those it is about", rows->len);
	DocTable *out = doc_table_new(caption);
	static const char *const titles[] = { "Service", "Where", "Within", "Of" };
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
		doc_table_column(out, titles[i], FALSE);
	doc_table_column(out, "People", TRUE);
	doc_table_column(out, "Served now", TRUE);
	if (page->facts->has_plan)
		doc_table_column(out, "Served with the plan", TRUE);
	if (page->area->is_all)
		doc_table_column(out, "Source", FALSE);
	for (guint i = 0; i < MIN(rows->len, MOST_ROWS); i++)
		standard_cells(page, table, g_array_index(rows, gint64, i), out);
	document_heading(page->document, "standards", "Access standards");
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_standards = {
	.about = { .name = "standards",
	           .title = "Access standards",
	           .summary = "People within each standard, by service and settlement type.",
	           .source = "standards, standards_by_area" },
	.write = write_standards,
};

/* --- zones ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *quadrant, *reading;
	int zones;
	double people, now, plan, sites;
} Quadrant;

static Quadrant *find_quadrant(GArray *quadrants, const char *name)
{
	for (guint i = 0; i < quadrants->len; i++)
		if (g_strcmp0(g_array_index(quadrants, Quadrant, i).quadrant, name) == 0)
			return &g_array_index(quadrants, Quadrant, i);
	Quadrant fresh = { .quadrant = name };
	g_array_append_val(quadrants, fresh);
	return &g_array_index(quadrants, Quadrant, quadrants->len - 1);
}

static double or_zero(double value)
{
	return isnan(value) ? 0 : value;
}

static GArray *sum_quadrants(const ThusoTable *table)
{
	GArray *quadrants = g_array_new(FALSE, FALSE, sizeof(Quadrant));
	for (gint64 row = 0; row < table->n_rows; row++) {
		Quadrant *q = find_quadrant(quadrants, cell_text(table, row, "quadrant"));
		const char *reading = cell_text(table, row, "reading");
		/* Zones of one quadrant may have different roles. */
		q->reading = q->zones == 0 || g_strcmp0(q->reading, reading) == 0 ? reading : "by the zone's role";
		q->zones++;
		q->people += or_zero(cell_real(table, row, "people"));
		q->now += or_zero(cell_real(table, row, "people_served_now"));
		q->plan += or_zero(cell_real(table, row, "people_served_plan"));
		q->sites += or_zero(cell_real(table, row, "planned_sites"));
	}
	return quadrants;
}

static void quadrant_cells(const ThusoReportPage *page, const Quadrant *q, DocTable *out)
{
	doc_table_cell(out, q->quadrant && *q->quadrant ? q->quadrant : "without need or potential");
	doc_table_take(out, count_text(q->zones));
	doc_table_take(out, count_text(q->people));
	doc_table_take(out, section_people(q->now, q->people > 0 ? 100 * q->now / q->people : NAN));
	if (page->facts->has_plan) {
		doc_table_take(out, section_people(q->plan, q->people > 0 ? 100 * q->plan / q->people : NAN));
		doc_table_take(out, count_text(q->sites));
	}
	doc_table_cell(out, q->reading);
}

static gboolean write_zones(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->area->is_all ? page->facts->table[FACTS_ZONES] : NULL;
	if (!table || !has_column(table, "quadrant") || !has_column(table, "people"))
		return TRUE;
	g_autoptr(GArray) quadrants = sum_quadrants(table);
	DocTable *out = doc_table_new("People of the policy zones, by need (N) and potential (P): H high, L low");
	doc_table_column(out, "Quadrant", FALSE);
	doc_table_column(out, "Zones", TRUE);
	doc_table_column(out, "People", TRUE);
	doc_table_column(out, "Served now", TRUE);
	if (page->facts->has_plan) {
		doc_table_column(out, "Served with the plan", TRUE);
		doc_table_column(out, "New centres", TRUE);
	}
	doc_table_column(out, "What the policy reads as", FALSE);
	for (guint i = 0; i < quadrants->len && i < MOST_ROWS; i++)
		quadrant_cells(page, &g_array_index(quadrants, Quadrant, i), out);
	document_heading(page->document, "zones", "Need and potential");
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_zones = {
	.about = { .name = "zones",
	           .title = "Need and potential",
	           .summary = "People of the policy zones by quadrant, and what the plan gives each.",
	           .source = "policy_zones" },
	.write = write_zones,
};

/* --- the centres to be built, mobile stops --------------------------------------------------------------------------------------- */

/* Rows of the page's area under a heading. */
static void write_rows(const ThusoReportPage *page, FactsTable which, const ThusoDescriptor *about, const char *const *columns,
                       const char *caption)
{
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, which);
	if (rows->len == 0)
		return;
	g_autofree char *text = rows->len > SECTION_ROWS ? g_strdup_printf("%s; the first %d of %u, the workbook has all", caption,
	                                                                   SECTION_ROWS, rows->len)
	                                                 : g_strdup(caption);
	document_heading(page->document, about->name, about->title);
	section_plain(page, which, rows, columns, text);
}

static gboolean write_infrastructure(const ThusoReportPage *page, GError **error)
{
	(void) error;
	static const char *const columns[] = { "title",     "municipality_title", "form",        "year",        "capital",
		                                   "operating", "capacity",           "utilisation", "land_status", "responsible",
		                                   "risk",      "indicator",          NULL };
	write_rows(page, FACTS_INFRASTRUCTURE, &section_infrastructure.about, columns,
	           "What is to be built, when, at what cost, and how its success is seen");
	return TRUE;
}

const ThusoReportSection section_infrastructure = {
	.about = { .name = "infrastructure",
	           .title = "Infrastructure plan",
	           .summary = "The centres to be built, with form, year, cost, land, risk and indicator.",
	           .source = "infrastructure_plan" },
	.write = write_infrastructure,
};

static gboolean write_mobile(const ThusoReportPage *page, GError **error)
{
	(void) error;
	static const char *const columns[] = { "stop",         "title",       "place", "municipality_title",
		                                   "people_added", "nearest_hub", "cost",  NULL };
	write_rows(page, FACTS_MOBILE, &section_mobile.about, columns,
	           "Stops of mobile services for people whom the plan leaves beyond the standard, in the order of people added");
	return TRUE;
}

const ThusoReportSection section_mobile = {
	.about = { .name = "mobile",
	           .title = "Mobile stops",
	           .summary = "Where mobile services reach whom the plan leaves, with the people added by each stop.",
	           .source = "mobile_stops" },
	.write = write_mobile,
};
