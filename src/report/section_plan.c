/* The plan: coverage as its sites open, its steps, and what opens in which year. */
#include <math.h>
#include <string.h>

#include "chart.h"
#include "section.h"

#define MOST_STEPS 30 /* rows of the table of steps; the workbook has all */

/* --- the curve ---------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *plan;
	GArray *percent; /* of double, by step */
} Growth;

static void growth_clear(gpointer data)
{
	g_array_unref(((Growth *) data)->percent);
}

static Growth *find_growth(GArray *plans, const char *plan)
{
	for (guint i = 0; i < plans->len; i++)
		if (strcmp(g_array_index(plans, Growth, i).plan, plan) == 0)
			return &g_array_index(plans, Growth, i);
	Growth growth = { plan, g_array_new(FALSE, TRUE, sizeof(double)) };
	g_array_append_val(plans, growth);
	return &g_array_index(plans, Growth, plans->len - 1);
}

/* Steps come in order; a step that several sites share counts as its last. */
static GArray *collect_growth(const Facts *facts)
{
	const ThusoTable *table = facts->table[FACTS_PLANNED];
	GArray *plans = g_array_new(FALSE, TRUE, sizeof(Growth));
	g_array_set_clear_func(plans, growth_clear);
	for (gint64 row = 0; row < table->n_rows; row++) {
		const char *plan = cell_text(table, row, "plan");
		double step = cell_real(table, row, "step"), percent = cell_real(table, row, "share_total");
		if (!plan || isnan(step) || isnan(percent))
			continue;
		GArray *curve = find_growth(plans, plan)->percent;
		const double nobody = 0; /* a plan that keeps no centre starts there */
		if (curve->len == 0 && step == 1)
			g_array_append_val(curve, nobody);
		if (step >= 0 && step < curve->len)
			g_array_index(curve, double, (guint) step) = percent;
		else if (step >= curve->len && step < curve->len + 1)
			g_array_append_val(curve, percent);
	}
	return plans;
}

static void write_curve(const ThusoReportPage *page)
{
	g_autoptr(GArray) plans = collect_growth(page->facts);
	g_autoptr(GArray) curves = g_array_new(FALSE, TRUE, sizeof(Curve));
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < plans->len; i++) {
		const Growth *growth = &g_array_index(plans, Growth, i);
		char *name = g_strdelimit(g_strdup(growth->plan), "_", ' ');
		g_ptr_array_add(names, name);
		Curve curve = { name, (int) growth->percent->len, (const double *) (gpointer) growth->percent->data };
		if (curve.n > 1)
			g_array_append_val(curves, curve);
	}
	if (curves->len == 0)
		return;
	g_autofree char *caption = g_strdup_printf("Share of people within %s, as the sites of the plan open", page->facts->limit);
	document_figure(page->document, chart_curves((const Curve *) (gpointer) curves->data, (int) curves->len), caption,
	                "The share of people served rises step by step; the table of steps says by how much.");
}

/* --- the steps ------------------------------------------------------------------------------------------------------------------------ */

static GArray *planned_rows(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_PLANNED];
	GArray *rows = area_rows(page->area, page->facts, FACTS_PLANNED);
	for (guint i = rows->len; i-- > 0;)
		if (!(cell_real(table, g_array_index(rows, gint64, i), "step") > 0))
			g_array_remove_index(rows, i);
	return rows;
}

static gboolean several_plans(const ThusoReportPage *page, const GArray *rows)
{
	const ThusoTable *table = page->facts->table[FACTS_PLANNED];
	for (guint i = 1; i < rows->len; i++)
		if (g_strcmp0(cell_text(table, g_array_index(rows, gint64, i), "plan"),
		              cell_text(table, g_array_index(rows, gint64, 0), "plan")) != 0)
			return TRUE;
	return FALSE;
}

static const struct {
	const char *column, *title;
	gboolean is_number;
	char *(*text)(double);
} step_columns[] = {
	{ "kind", "Kind", FALSE, NULL },
	{ "form", "Form", FALSE, NULL },
	{ "municipality_title", "Municipality", FALSE, NULL },
	{ "phase", "Phase", TRUE, NULL },
	{ "year", "Year", TRUE, NULL },
	{ "people_added", "People added", TRUE, count_text },
	{ "share_total", "Served in the whole study after it", TRUE, percent_text },
	{ "capital", "Capital cost", TRUE, count_text },
	{ "operating", "Operating cost a year", TRUE, count_text },
	{ "responsible", "Responsible", FALSE, NULL },
	{ "risk", "Risk", FALSE, NULL },
};

static gboolean shows(const ThusoReportPage *page, gsize c)
{
	gboolean one_area = !page->area->is_all && strcmp(page->area->level, "municipality") == 0;
	return column_has_values(page->facts->table[FACTS_PLANNED], step_columns[c].column) &&
	       !(one_area && strcmp(step_columns[c].column, "municipality_title") == 0);
}

static void add_step(const ThusoReportPage *page, DocTable *out, gint64 row, gboolean with_plan)
{
	const ThusoTable *table = page->facts->table[FACTS_PLANNED];
	doc_table_take(out, count_text(cell_real(table, row, "step")));
	if (with_plan)
		doc_table_cell(out, cell_text(table, row, "plan"));
	doc_table_take(out, site_name(table, row));
	for (gsize c = 0; c < G_N_ELEMENTS(step_columns); c++) {
		int column = thuso_table_find_column(table, step_columns[c].column);
		if (!shows(page, c))
			continue;
		if (step_columns[c].text)
			doc_table_take(out, step_columns[c].text(cell_real(table, row, step_columns[c].column)));
		else
			doc_table_take(out, thuso_table_as_text(table, row, column));
	}
}

/* Money says in what. */
static char *step_title(const ThusoTable *table, gsize c)
{
	gboolean money = strcmp(step_columns[c].column, "capital") == 0 || strcmp(step_columns[c].column, "operating") == 0;
	int column = thuso_table_find_column(table, step_columns[c].column);
	const char *unit = money && column >= 0 ? thuso_table_column(table, column)->unit : NULL;
	return unit && *unit ? g_strdup_printf("%s (%s)", step_columns[c].title, unit) : g_strdup(step_columns[c].title);
}

static void write_steps(const ThusoReportPage *page, const GArray *rows)
{
	gboolean with_plan = several_plans(page, rows);
	g_autofree char *caption =
	    rows->len > MOST_STEPS
	        ? g_strdup_printf("The first %d of %u sites of the plan, in its order; the workbook has all", MOST_STEPS, rows->len)
	        : g_strdup("Sites of the plan, in its order");
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, "Step", TRUE);
	if (with_plan)
		doc_table_column(out, "Plan", FALSE);
	doc_table_column(out, "Site", FALSE);
	for (gsize c = 0; c < G_N_ELEMENTS(step_columns); c++)
		if (shows(page, c)) {
			g_autofree char *title = step_title(page->facts->table[FACTS_PLANNED], c);
			doc_table_column(out, title, step_columns[c].is_number);
		}
	for (guint i = 0; i < rows->len && i < MOST_STEPS; i++)
		add_step(page, out, g_array_index(rows, gint64, i), with_plan);
	document_table(page->document, out);
}

/* How far from the best a plan can be, as its solver proved. */
static void write_quality_of_plans(const ThusoReportPage *page)
{
	static const char *const columns[] = { "plan", "phase",  "class",   "model", "objective_text", "objective", "bound",
		                                   "gap",  "status", "binding", NULL };
	if (!page->facts->table[FACTS_PLANS])
		return;
	g_autoptr(GArray) rows = section_all_rows(page->facts->table[FACTS_PLANS]);
	section_plain(page, FACTS_PLANS, rows, columns, "How good the plan is: what it reaches, and what no plan can exceed");
}

static gboolean write_plan(const ThusoReportPage *page, GError **error)
{
	(void) error;
	if (!page->facts->has_plan)
		return TRUE;
	g_autoptr(GArray) rows = planned_rows(page);
	if (rows->len == 0)
		return TRUE;
	document_heading(page->document, "plan", "The plan");
	document_paragraph(page->document,
	                   "Plan: %s. People added are those whom this site serves and no open centre or earlier step does, "
	                   "so they add up.",
	                   page->facts->plan_title);
	if (page->area->is_all)
		write_curve(page);
	write_steps(page, rows);
	if (page->area->is_all)
		write_quality_of_plans(page);
	return TRUE;
}

const ThusoReportSection section_plan = {
	.about = { .name = "plan",
	           .title = "The plan",
	           .summary = "The share of people served as sites open, and the steps with what each adds.",
	           .source = "planned_sites" },
	.write = write_plan,
};

/* --- by year ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct {
	double year, sites, people, capital;
} Year;

static int by_year(gconstpointer a, gconstpointer b)
{
	const Year *x = a, *y = b;
	return x->year < y->year ? -1 : x->year > y->year;
}

static void add_to_year(GArray *years, const ThusoTable *table, gint64 row)
{
	double year = cell_real(table, row, "year"), people = cell_real(table, row, "people_added"),
	       capital = cell_real(table, row, "capital");
	guint i = 0;
	while (i < years->len && (g_array_index(years, Year, i).year < year || g_array_index(years, Year, i).year > year))
		i++;
	if (i == years->len) {
		Year one = { year, 0, 0, 0 };
		g_array_append_val(years, one);
	}
	Year *at = &g_array_index(years, Year, i);
	at->sites++;
	at->people += isnan(people) ? 0 : people;
	at->capital += isnan(capital) ? 0 : capital;
}

static GArray *collect_years(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_PLANNED];
	g_autoptr(GArray) rows = planned_rows(page);
	GArray *years = g_array_new(FALSE, TRUE, sizeof(Year));
	for (guint i = 0; i < rows->len; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		if (!isnan(cell_real(table, row, "year")) && g_strcmp0(cell_text(table, row, "plan"), page->facts->plan) == 0)
			add_to_year(years, table, row);
	}
	g_array_sort(years, by_year);
	return years;
}

static Scene *years_chart(const GArray *years)
{
	g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free), texts = g_ptr_array_new_with_free_func(g_free);
	g_autofree double *values = g_new(double, years->len);
	for (guint i = 0; i < years->len; i++) {
		const Year *year = &g_array_index(years, Year, i);
		g_autofree char *people = count_text(year->people);
		values[i] = year->people;
		g_ptr_array_add(labels, g_strdup_printf("%.0f", year->year));
		g_ptr_array_add(texts, g_strdup_printf("%s people, %.0f %s", people, year->sites, year->sites < 1.5 ? "site" : "sites"));
	}
	return chart_bars(
	    &(BarChart){ (const char *const *) labels->pdata, (int) years->len, NULL, 1, values, (char *const *) texts->pdata });
}

static void write_years(const ThusoReportPage *page, const GArray *years)
{
	const char *currency = parameter(page->facts, "rollout.currency");
	g_autofree char *cost = g_strdup_printf("Capital cost%s%s", currency ? ", " : "", currency ? currency : "");
	DocTable *out = doc_table_new("Sites, people and capital cost by year");
	doc_table_column(out, "Year", TRUE);
	doc_table_column(out, "Sites opened", TRUE);
	doc_table_column(out, "People added", TRUE);
	doc_table_column(out, cost, TRUE);
	for (guint i = 0; i < years->len; i++) {
		const Year *year = &g_array_index(years, Year, i);
		doc_table_take(out, g_strdup_printf("%.0f", year->year));
		doc_table_take(out, count_text(year->sites));
		doc_table_take(out, count_text(year->people));
		doc_table_take(out, count_text(year->capital));
	}
	document_table(page->document, out);
}

/* The study's own table, with its budget. */
static void write_budget(const ThusoReportPage *page)
{
	static const char *const columns[] = { "plan",      "year",          "opened",       "budget", "capital",
		                                   "operating", "people_served", "share_served", NULL };
	g_autoptr(GArray) rows = section_all_rows(page->facts->table[FACTS_ROLLOUT]);
	section_plain(page, FACTS_ROLLOUT, rows, columns, "Budget, costs and people served by year");
}

static gboolean write_rollout(const ThusoReportPage *page, GError **error)
{
	(void) error;
	if (!page->facts->has_plan || !column_has_values(page->facts->table[FACTS_PLANNED], "year"))
		return TRUE;
	g_autoptr(GArray) years = collect_years(page);
	if (years->len == 0)
		return TRUE;
	document_heading(page->document, "rollout", "Roll-out by year");
	document_figure(page->document, years_chart(years), "People who get access, by the year in which sites open",
	                "A bar a year; the number of people and of sites stands at its end.");
	if (page->area->is_all && page->facts->table[FACTS_ROLLOUT])
		write_budget(page);
	else
		write_years(page, years);
	return TRUE;
}
const ThusoReportSection section_rollout = {
	.about = { .name = "rollout",
	           .title = "Roll-out by year",
	           .summary = "Which year brings how many sites, people and costs.",
	           .source = "planned_sites (column year), rollout" },
	.write = write_rollout,
};

/* --- whom it leaves ------------------------------------------------------------------------------------------------------------ */

/* Places of one municipality that the same form of service suits. */
typedef struct {
	const char *municipality, *form;
	double people, places;
} Left;

static int most_people(gconstpointer a, gconstpointer b)
{
	const Left *x = a, *y = b;
	if (x->people < y->people || x->people > y->people)
		return x->people > y->people ? -1 : 1;
	int order = g_strcmp0(x->municipality, y->municipality);
	return order ? order : g_strcmp0(x->form, y->form);
}

static GArray *collect_left(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_RESIDUAL];
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, FACTS_RESIDUAL);
	GArray *left = g_array_new(FALSE, TRUE, sizeof(Left));
	for (guint k = 0; k < rows->len; k++) {
		gint64 row = g_array_index(rows, gint64, k);
		const char *plan = cell_text(table, row, "plan");
		Left one = { cell_text(table, row, "municipality_title"), cell_text(table, row, "form"), 0, 0 };
		double people = cell_real(table, row, "people");
		guint i = 0;
		if (isnan(people) || (plan && g_strcmp0(plan, page->facts->plan) != 0))
			continue;
		while (i < left->len && (g_strcmp0(g_array_index(left, Left, i).municipality, one.municipality) != 0 ||
		                         g_strcmp0(g_array_index(left, Left, i).form, one.form) != 0))
			i++;
		if (i == left->len)
			g_array_append_val(left, one);
		g_array_index(left, Left, i).people += people;
		g_array_index(left, Left, i).places++;
	}
	g_array_sort(left, most_people);
	return left;
}

static gboolean write_residual(const ThusoReportPage *page, GError **error)
{
	(void) error;
	g_autoptr(GArray) left = collect_left(page);
	if (left->len == 0)
		return TRUE;
	document_heading(page->document, "residual", "People whom the plan leaves");
	DocTable *out = doc_table_new("People beyond the limit with the plan, and the form of service that suits where they live");
	doc_table_column(out, "Municipality", FALSE);
	doc_table_column(out, "Form of service", FALSE);
	doc_table_column(out, "People", TRUE);
	doc_table_column(out, "Places", TRUE);
	for (guint i = 0; i < left->len && i < SECTION_ROWS; i++) {
		const Left *one = &g_array_index(left, Left, i);
		doc_table_cell(out, one->municipality);
		doc_table_cell(out, one->form);
		doc_table_take(out, count_text(one->people));
		doc_table_take(out, count_text(one->places));
	}
	document_table(page->document, out);
	return TRUE;
}

const ThusoReportSection section_residual = {
	.about = { .name = "residual",
	           .title = "People whom the plan leaves",
	           .summary = "Who stays beyond the limit, and which form of service suits them.",
	           .source = "residual_demand" },
	.write = write_residual,
};
