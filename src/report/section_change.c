/* What changed since the last report: each kind of change in words of its own, so that nobody has to read codes. */
#include <math.h>
#include <string.h>

#include "section.h"

/* One table of the section. */
typedef struct {
	const char *kind;    /* of rows of `change` */
	const char *caption; /* with the number of rows where they are many */
	const char *what;    /* title of the first column */
	const char *then, *now;
	gboolean is_number; /* then and now are counts */
} Group;

static const Group groups[] = {
	{ "people_served_now", "People served by open centres", "Area", "Then", "Now", TRUE },
	{ "people_served_plan", "People served with the plan", "Area", "Then", "Now", TRUE },
	{ "centre", "Centres", "Centre", NULL, NULL, FALSE },
	{ "ranked_site", "Ranking", "Site", "Rank then", "Rank now", TRUE },
	{ "planned_site", "Planned sites", "Site", "Step then", "Step now", TRUE },
	{ "parameter", "Parameters", "Parameter", "Then", "Now", FALSE },
	{ "input", "Inputs, by their checksums", "Input", NULL, NULL, FALSE },
	{ "program", "Program and libraries", "Program", "Then", "Now", FALSE },
};

static const char *text(const ThusoTable *table, gint64 row, const char *column)
{
	const char *value = cell_text(table, row, column);
	return value && *value ? value : NULL;
}

static GArray *rows_of(const ThusoTable *table, const char *kind)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint64 row = 0; row < table->n_rows; row++)
		if (g_strcmp0(cell_text(table, row, "kind"), kind) == 0)
			g_array_append_val(rows, row);
	return rows;
}

static char *number(const char *value)
{
	return value ? count_text(g_ascii_strtod(value, NULL)) : g_strdup("-");
}

/* "Nokatala (municipality)": areas of several levels stand in one table, and one site in several plans. */
static char *name_of(const ThusoTable *table, gint64 row)
{
	const char *title = text(table, row, "title"), *id = text(table, row, "id"), *level = text(table, row, "level");
	const char *name = title ? title : id ? id : "-";
	return level ? g_strdup_printf("%s (%s)", name, level) : g_strdup(name);
}

static void add_row(DocTable *out, const Group *group, const ThusoTable *table, gint64 row)
{
	const char *old = text(table, row, "old"), *new = text(table, row, "new");
	double difference = cell_real(table, row, "difference");
	doc_table_take(out, name_of(table, row));
	doc_table_cell(out, text(table, row, "change"));
	if (!group->then)
		return;
	doc_table_take(out, group->is_number ? number(old) : g_strdup(old ? old : "-"));
	doc_table_take(out, group->is_number ? number(new) : g_strdup(new ? new : "-"));
	if (!group->is_number)
		return;
	g_autofree char *size = isnan(difference) ? NULL : count_text(fabs(difference));
	doc_table_take(out, size ? g_strdup_printf("%s%s",
	                                           difference > 0   ? "+"
	                                           : difference < 0 ? "\xe2\x88\x92"
	                                                            : "",
	                                           size)
	                         : g_strdup("-"));
}

static void write_group(const ThusoReportPage *page, const Group *group)
{
	const ThusoTable *table = page->facts->table[FACTS_CHANGE];
	g_autoptr(GArray) rows = rows_of(table, group->kind);
	if (rows->len == 0)
		return;
	g_autofree char *caption = rows->len > SECTION_ROWS ? g_strdup_printf("%s: the first %d of %u changes; the workbook has all",
	                                                                      group->caption, SECTION_ROWS, rows->len)
	                                                    : g_strdup(group->caption);
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, group->what, FALSE);
	doc_table_column(out, "Change", FALSE);
	if (group->then) {
		doc_table_column(out, group->then, group->is_number);
		doc_table_column(out, group->now, group->is_number);
	}
	if (group->is_number)
		doc_table_column(out, "Difference", TRUE);
	for (guint i = 0; i < rows->len && i < SECTION_ROWS; i++)
		add_row(out, group, table, g_array_index(rows, gint64, i));
	document_table(page->document, out);
}

static guint count(const ThusoTable *table, const char *kind, const char *change)
{
	guint n = 0;
	for (gint64 row = 0; row < table->n_rows; row++)
		n += g_strcmp0(cell_text(table, row, "kind"), kind) == 0 &&
		     (!change || g_strcmp0(cell_text(table, row, "change"), change) == 0);
	return n;
}

static void write_words(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_CHANGE];
	document_paragraph(
	    page->document,
	    "Since the last report %u centres opened and %u closed; in the ranking %u sites went up, %u down, %u are new and %u are "
	    "gone; the plan has %u sites more and %u fewer; %u input layers and %u parameters changed. A rank that falls is "
	    "a site that went up.",
	    count(table, "centre", "opened"), count(table, "centre", "closed"), count(table, "ranked_site", "up"),
	    count(table, "ranked_site", "down"), count(table, "ranked_site", "new"), count(table, "ranked_site", "gone"),
	    count(table, "planned_site", "added"), count(table, "planned_site", "dropped"), count(table, "input", NULL),
	    count(table, "parameter", NULL));
}

static gboolean write_change(const ThusoReportPage *page, GError **error)
{
	(void) error;
	if (!page->area->is_all || !page->facts->table[FACTS_CHANGE])
		return TRUE;
	document_heading(page->document, "change", "What changed since the last report");
	write_words(page);
	for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
		write_group(page, &groups[i]);
	return TRUE;
}

const ThusoReportSection section_change = {
	.about = { .name = "change",
	           .title = "What changed since the last report",
	           .summary = "On the overview: differences to the result before.",
	           .source = "change" },
	.write = write_change,
};
