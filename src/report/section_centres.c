/* The centres that are there, and the profile of their catchments. */
#include <math.h>
#include <string.h>

#include "section.h"

#define MOST_ROWS 60

typedef struct {
	const char *column, *title;
	char kind; /* t text, n count, c travel cost, p percent, y yes or no */
} Column;

static const Column centre_columns[] = {
	{ "municipality_title", "Municipality", 't' },
	{ "type", "Type", 't' },
	{ "is_open", "Open now", 'y' },
	{ "people", "People nearest to it", 'n' },
	{ "people_within_limit", "of them within the limit", 'n' },
	{ "utilisation", "Utilisation", 'p' },
	{ "use", "Use", 't' },
	{ "grade", "Grade", 't' },
	{ "flags", "Flags", 't' },
};

static const Column catchment_columns[] = {
	{ "people", "People nearest to it", 'n' },
	{ "people_within_limit", "of them within the limit", 'n' },
	{ "mean_cost", "Mean travel", 'c' },
	{ "median_cost", "half need at most", 'c' },
	{ "p95_cost", "95 % need at most", 'c' },
	{ "p99_cost", "99 % need at most", 'c' },
	{ "worst_cost", "worst", 'c' },
	{ "capacity", "Capacity", 'n' },
	{ "refused", "People refused", 'n' },
};

static char *cell_of(const Facts *facts, const ThusoTable *table, gint64 row, const Column *column)
{
	double value = column->kind == 't' ? NAN : cell_real(table, row, column->column);
	switch (column->kind) {
	case 'n':
		return count_text(value);
	case 'c':
		return cost_text(facts, value);
	case 'p':
		return percent_text(value);
	case 'y':
		return g_strdup(value > 0 ? "yes" : "no");
	default:
		return thuso_table_as_text(table, row, thuso_table_find_column(table, column->column));
	}
}

static void write_columns(const ThusoReportPage *page, FactsTable which, const GArray *rows, const Column *columns, gsize n,
                          const char *caption)
{
	const ThusoTable *table = page->facts->table[which];
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, "Centre", FALSE);
	for (gsize c = 0; c < n; c++)
		if (column_has_values(table, columns[c].column))
			doc_table_column(out, columns[c].title, columns[c].kind != 't' && columns[c].kind != 'y');
	for (guint i = 0; i < rows->len && i < MOST_ROWS; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		doc_table_take(out, site_name(table, row));
		for (gsize c = 0; c < n; c++)
			if (column_has_values(table, columns[c].column))
				doc_table_take(out, cell_of(page->facts, table, row, &columns[c]));
	}
	document_table(page->document, out);
}

/* Is the centre of that id one of these rows of `centres`? */
static gboolean is_among(const ThusoTable *centres, const GArray *rows, const char *id)
{
	for (guint i = 0; centres && id && i < rows->len; i++)
		if (g_strcmp0(cell_text(centres, g_array_index(rows, gint64, i), "site"), id) == 0)
			return TRUE;
	return FALSE;
}

/* Catchments of now, by the main trip: of the area's centres, and of the one that most of its people are nearest to. */
static GArray *catchment_rows(const ThusoReportPage *page, const GArray *centres)
{
	const ThusoTable *table = page->facts->table[FACTS_CATCHMENTS];
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		const char *trip = cell_text(table, row, "trip"), *site = cell_text(table, row, "site");
		gboolean ours = page->area->is_all || is_among(page->facts->table[FACTS_CENTRES], centres, site) ||
		                (site && g_strcmp0(site, page->area->nearest_centre) == 0);
		if (ours && g_strcmp0(cell_text(table, row, "state"), "now") == 0 && (!trip || g_strcmp0(trip, page->facts->trip) == 0))
			g_array_append_val(rows, row);
	}
	return rows;
}

static gboolean write_section(const ThusoReportPage *page, GError **error)
{
	(void) error;
	g_autoptr(GArray) centres = area_rows(page->area, page->facts, FACTS_CENTRES);
	g_autoptr(GArray) catchments = catchment_rows(page, centres);
	if (centres->len == 0 && catchments->len == 0)
		return TRUE;
	document_heading(page->document, "centres", "Centres and their catchments");
	if (centres->len > 0)
		write_columns(page, FACTS_CENTRES, centres, centre_columns, G_N_ELEMENTS(centre_columns),
		              centres->len > MOST_ROWS ? "The first 60 centres; the workbook has all" : "Centres");
	if (catchments->len > 0) {
		g_autofree char *caption = g_strdup_printf(
		    "Catchments now%s%s: people for whom the centre is the nearest, and their travel", page->facts->trip ? ", " : "",
		    !page->facts->trip                       ? ""
		    : strcmp(page->facts->trip, "walk") == 0 ? "on foot"
		                                             : page->facts->trip);
		write_columns(page, FACTS_CATCHMENTS, catchments, catchment_columns, G_N_ELEMENTS(catchment_columns), caption);
	}
	return TRUE;
}

const ThusoReportSection section_centres = {
	.about = { .name = "centres",
	           .title = "Centres and their catchments",
	           .summary = "The centres there are, whom they serve, and how far their people travel.",
	           .source = "centres, catchments" },
	.write = write_section,
};
