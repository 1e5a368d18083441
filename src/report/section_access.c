/* Who has access: people by travel band, the table of access, the table of areas. */
#include <math.h>
#include <string.h>

#include "chart.h"
#include "section.h"

/* --- people by band -------------------------------------------------------------------------------------------------------------- */

static double total_people(const Area *area, const Facts *facts)
{
	double total = 0;
	for (int b = 0; b < facts->n_bands + 2; b++)
		total += area->people[STATE_NOW][b];
	return total;
}

static Scene *bands_chart(const Facts *facts, const Area *area, int n_series)
{
	static const char *const series[] = { "now", "with the plan" };
	gboolean lacks = area->people[STATE_NOW][facts->n_bands + 1] >= 0.5;
	int n_rows = facts->n_bands + 1 + (lacks ? 1 : 0);
	g_autofree const char **labels = g_new0(const char *, (gsize) n_rows);
	g_autofree double *values = thuso_new(double, n_rows *n_series);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	double assessed = total_people(area, facts) - area->people[STATE_NOW][facts->n_bands + 1];
	for (int row = 0; row < n_rows; row++) {
		labels[row] = row < facts->n_bands ? facts->bands[row].label : row == facts->n_bands ? "no centre reached" : "no data";
		for (int s = 0; s < n_series; s++) {
			double people = values[row * n_series + s] = area->people[s][row];
			g_autofree char *count = count_text(people), *share = percent_text(assessed > 0 ? 100 * people / assessed : NAN);
			g_ptr_array_add(texts, row > facts->n_bands ? g_strdup(count) : g_strdup_printf("%s (%s)", count, share));
		}
	}
	return chart_bars(&(BarChart){ labels, n_rows, series, n_series, values, (char *const *) texts->pdata });
}

static gboolean write_bands(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const Area *area = page->area;
	if (!area->people[STATE_NOW] || page->facts->n_bands == 0 || total_people(area, page->facts) < 0.5)
		return TRUE;
	gboolean plan = page->facts->has_plan && area->people[STATE_PLAN];
	document_heading(page->document, "bands", "How far people have to travel");
	g_autofree char *caption = g_strdup_printf("People by travel to the nearest open centre%s%s", page->facts->trip ? ", " : "",
	                                           !page->facts->trip                       ? ""
	                                           : strcmp(page->facts->trip, "walk") == 0 ? "on foot"
	                                                                                    : page->facts->trip);
	document_figure(page->document, bands_chart(page->facts, area, plan ? 2 : 1), caption,
	                "A bar for each travel band; its number stands at its end. Shares are of the people assessed.");
	if (!area->is_all)
		document_paragraph(page->document,
		                   "Counted by cells, each of which belongs to one area, so numbers may differ a little from those of "
		                   "the tables, which divide the cells at a boundary.");
	return TRUE;
}

const ThusoReportSection section_bands = {
	.about = { .name = "bands",
	           .title = "How far people have to travel",
	           .summary = "People by travel band, now and with the plan.",
	           .source = "demand_cells" },
	.write = write_bands,
};

/* --- the table of access ------------------------------------------------------------------------------------------------------------ */

/* Best first; what else a result says comes after. */
static const char *const category_order[] = { "served",
	                                          "reached beyond the limit",
	                                          "reached",
	                                          "unreachable: no path",
	                                          "unreachable: beyond search",
	                                          "unreachable: on barrier",
	                                          "no data" };

static int category_place(const char *category)
{
	int i = 0;
	while (i < (int) G_N_ELEMENTS(category_order) && strcmp(category_order[i], category) != 0)
		i++;
	return i;
}

static int by_category(gconstpointer a, gconstpointer b)
{
	const char *x = *(const char *const *) a, *y = *(const char *const *) b;
	return category_place(x) != category_place(y) ? category_place(x) - category_place(y) : strcmp(x, y);
}

typedef struct {
	const char *state, *trip;
} Column;

static gboolean is_area_row(const ThusoReportPage *page, const ThusoTable *table, gint64 row)
{
	return g_strcmp0(cell_text(table, row, "level"), page->area->level) == 0 &&
	       g_strcmp0(cell_text(table, row, "id"), page->area->id) == 0;
}

/* The area's rows; the table has them of every area. */
static GArray *access_rows(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_ACCESS];
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint64 row = 0; row < table->n_rows; row++)
		if (is_area_row(page, table, row))
			g_array_append_val(rows, row);
	return rows;
}

static gint64 find_row(const ThusoTable *table, const GArray *rows, const Column *column, const char *category)
{
	for (guint i = 0; i < rows->len; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		if (g_strcmp0(cell_text(table, row, "category"), category) == 0 &&
		    g_strcmp0(cell_text(table, row, "state"), column->state) == 0 &&
		    g_strcmp0(cell_text(table, row, "trip"), column->trip) == 0)
			return row;
	}
	return -1;
}

static void collect(const ThusoReportPage *page, const GArray *rows, GArray *columns, GPtrArray *categories)
{
	const ThusoTable *table = page->facts->table[FACTS_ACCESS];
	for (guint k = 0; k < rows->len; k++) {
		gint64 row = g_array_index(rows, gint64, k);
		Column column = { cell_text(table, row, "state"), cell_text(table, row, "trip") };
		const char *category = cell_text(table, row, "category");
		gboolean seen = !column.state || (strcmp(column.state, "now") != 0 && !page->facts->has_plan);
		for (guint i = 0; !seen && i < columns->len; i++) {
			const Column *c = &g_array_index(columns, Column, i);
			seen = g_strcmp0(c->state, column.state) == 0 && g_strcmp0(c->trip, column.trip) == 0;
		}
		if (!seen)
			g_array_append_val(columns, column);
		if (category && !g_ptr_array_find_with_equal_func(categories, category, g_str_equal, NULL))
			g_ptr_array_add(categories, (gpointer) category);
	}
}

static gboolean has_people(const ThusoTable *table, const GArray *rows, const char *category)
{
	for (guint i = 0; i < rows->len; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		if (g_strcmp0(cell_text(table, row, "category"), category) == 0 && cell_real(table, row, "people") >= 0.5)
			return TRUE;
	}
	return FALSE;
}

static char *access_cell(const ThusoTable *table, gint64 row)
{
	if (row < 0)
		return NULL;
	g_autofree char *people = count_text(cell_real(table, row, "people")), *share = percent_text(cell_real(table, row, "share"));
	return isnan(cell_real(table, row, "share")) ? g_strdup(people) : g_strdup_printf("%s (%s)", people, share);
}

static char *column_title(const Facts *facts, const Column *column)
{
	const char *trip = !column->trip ? "" : strcmp(column->trip, "walk") == 0 ? "on foot" : column->trip;
	g_autofree char *state = strcmp(column->state, "now") == 0            ? g_strdup("now")
	                         : g_strcmp0(column->state, facts->plan) == 0 ? g_strdup("with the plan")
	                                                                      : g_strdelimit(g_strdup(column->state), "_", ' ');
	return g_strdup_printf("%s%s%s", trip, *trip ? ", " : "", state);
}

static gboolean write_access(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_ACCESS];
	if (!table || page->area->is_all)
		return TRUE;
	g_autoptr(GArray) columns = g_array_new(FALSE, TRUE, sizeof(Column));
	g_autoptr(GPtrArray) categories = g_ptr_array_new();
	g_autoptr(GArray) rows = access_rows(page);
	collect(page, rows, columns, categories);
	g_ptr_array_sort(categories, by_category);
	DocTable *out = doc_table_new("People with and without access (share of the people assessed)");
	doc_table_column(out, "People", FALSE);
	for (guint c = 0; c < columns->len; c++) {
		g_autofree char *title = column_title(page->facts, &g_array_index(columns, Column, c));
		doc_table_column(out, title, TRUE);
	}
	for (guint k = 0; k < categories->len; k++) {
		const char *category = g_ptr_array_index(categories, k);
		if (!has_people(table, rows, category))
			continue;
		doc_table_cell(out, category);
		for (guint c = 0; c < columns->len; c++)
			doc_table_take(out, access_cell(table, find_row(table, rows, &g_array_index(columns, Column, c), category)));
	}
	if (doc_table_rows(out) > 0)
		document_heading(page->document, "access", "Who has access");
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_access = {
	.about = { .name = "access",
	           .title = "Who has access",
	           .summary = "People served, beyond the limit and unreachable, by trip, now and with the plan.",
	           .source = "access" },
	.write = write_access,
};

/* --- the table of areas, on the overview ------------------------------------------------------------------------------------------------ */

typedef struct {
	gint64 row;
	double unserved;
} Order;

static int most_unserved(gconstpointer a, gconstpointer b)
{
	const Order *x = a, *y = b;
	if (x->unserved < y->unserved || x->unserved > y->unserved)
		return x->unserved > y->unserved ? -1 : 1;
	return x->row < y->row ? -1 : 1;
}

static GArray *order_areas(const ThusoTable *table)
{
	GArray *order = g_array_new(FALSE, FALSE, sizeof(Order));
	for (gint64 row = 0; row < table->n_rows; row++) {
		double unserved = cell_real(table, row, "people_unserved_now");
		Order one = { row, isnan(unserved) ? -1 : unserved };
		g_array_append_val(order, one);
	}
	g_array_sort(order, most_unserved);
	return order;
}

static void add_area_row(const ThusoReportPage *page, DocTable *out, gint64 row, gboolean plan)
{
	const ThusoTable *table = page->level->table;
	const char *title = cell_text(table, row, "title"), *best = cell_text(table, row, "best_site");
	doc_table_cell(out, title ? title : cell_text(table, row, "id"));
	doc_table_link(out, page->files[row]);
	doc_table_take(out, count_text(cell_real(table, row, "people")));
	doc_table_take(out, count_text(cell_real(table, row, "people_unserved_now")));
	doc_table_take(out, percent_text(cell_real(table, row, "share_served_now")));
	if (plan)
		doc_table_take(out, percent_text(cell_real(table, row, "share_served_plan")));
	doc_table_take(out, count_text(cell_real(table, row, "centres_open")));
	doc_table_take(out, best ? site_name_of(page->facts, best) : NULL);
}

static gboolean write_areas(const ThusoReportPage *page, GError **error)
{
	(void) error;
	if (!page->area->is_all)
		return TRUE;
	gboolean plan = page->facts->has_plan && has_column(page->level->table, "share_served_plan");
	g_autofree char *caption = g_strdup_printf("Every %s, most people without access first", page->level->name);
	g_autofree char *first = g_strdup(page->level->name);
	first[0] = g_ascii_toupper(first[0]);
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, first, FALSE);
	doc_table_column(out, "People", TRUE);
	doc_table_column(out, "Not served now", TRUE);
	doc_table_column(out, "Served now", TRUE);
	if (plan)
		doc_table_column(out, "Served with the plan", TRUE);
	doc_table_column(out, "Open centres", TRUE);
	doc_table_column(out, "Best site", FALSE);
	g_autoptr(GArray) order = order_areas(page->level->table);
	for (guint i = 0; i < order->len; i++)
		add_area_row(page, out, g_array_index(order, Order, i).row, plan);
	document_heading(page->document, "areas", "Area by area");
	document_paragraph(page->document, "Served: within %s of an open centre. Each name leads to a page of its own.",
	                   page->facts->limit);
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_areas = {
	.about = { .name = "areas",
	           .title = "Area by area",
	           .summary = "On the overview: every area with its people, shares, centres and best site.",
	           .source = "municipalities and larger levels" },
	.write = write_areas,
};
