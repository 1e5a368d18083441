/* The ranking: bars with the parts of each score, a table with the reasons, and how far ranks move when weights do. */
#include <math.h>
#include <string.h>

#include "chart.h"
#include "section.h"

#define MOST_BARS    10
#define MOST_ROWS    20
#define PARTS_OFF_BY 0.05 /* points of 100 that rounded weights may make */
#define SCORE_COLUMN "score_"

/* --- the parts of a score ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	GPtrArray *columns; /* char *: score_need */
	GPtrArray *names;   /* char *: "need (20 of 100)" */
	GArray *weights;    /* of double, adding up to 100 */
} Parts;

static void parts_clear(Parts *parts)
{
	g_clear_pointer(&parts->columns, g_ptr_array_unref);
	g_clear_pointer(&parts->names, g_ptr_array_unref);
	g_clear_pointer(&parts->weights, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* The k-th criterion's weight as the study gives it; equal weights where it gives none. */
static double weight_of(const Facts *facts, guint k)
{
	g_autofree char *name = g_strdup_printf("ranking.criteria.%u.weight", k + 1);
	const char *text = parameter(facts, name);
	double weight = 1;
	return text && thuso_parse_real(text, &weight) ? weight : 1;
}

static double sum_of(const GArray *weights)
{
	double sum = 0;
	for (guint i = 0; i < weights->len; i++)
		sum += g_array_index(weights, double, i);
	return sum;
}

/* Criteria stand in the ranking in the study's order. */
static void find_parts(const Facts *facts, Parts *parts)
{
	const ThusoTable *table = facts->table[FACTS_RANKED];
	*parts = (Parts){ g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free),
		              g_array_new(FALSE, FALSE, sizeof(double)) };
	for (guint c = 0; c < table->columns->len; c++) {
		const char *name = thuso_table_column(table, (int) c)->name;
		if (!g_str_has_prefix(name, SCORE_COLUMN))
			continue;
		double weight = weight_of(facts, parts->columns->len);
		g_ptr_array_add(parts->columns, g_strdup(name));
		g_array_append_val(parts->weights, weight);
	}
	double sum = sum_of(parts->weights);
	for (guint i = 0; i < parts->columns->len; i++) {
		double *weight = &g_array_index(parts->weights, double, i);
		*weight = sum > 0 ? 100 * *weight / sum : 0;
		g_autofree char *shown = decimal_text(*weight, fabs(*weight - round(*weight)) < 0.05 ? 0 : 1);
		g_autofree char *words =
		    g_strdelimit(g_strdup((const char *) g_ptr_array_index(parts->columns, i) + strlen(SCORE_COLUMN)), "_", ' ');
		g_ptr_array_add(parts->names, g_strdup_printf("%s (%s)", words, shown));
	}
}

/* Fills the values of a row; FALSE where they do not add up to its score (weights that the result does not tell). */
static gboolean fill_parts(const ThusoTable *table, gint64 row, const Parts *parts, double *values)
{
	double sum = 0, score = cell_real(table, row, "score");
	for (guint i = 0; i < parts->columns->len; i++) {
		double part = cell_real(table, row, g_ptr_array_index(parts->columns, i));
		values[i] = isnan(part) ? 0 : part * g_array_index(parts->weights, double, i);
		sum += values[i];
	}
	return parts->columns->len > 0 && fabs(sum - score) <= PARTS_OFF_BY;
}

static void write_bars(const ThusoReportPage *page, const GArray *rows)
{
	const ThusoTable *table = page->facts->table[FACTS_RANKED];
	g_auto(Parts) parts = { 0 };
	find_parts(page->facts, &parts);
	int n = MIN((int) rows->len, MOST_BARS), n_parts = (int) parts.columns->len;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free), totals = g_ptr_array_new_with_free_func(g_free);
	g_autofree double *values = thuso_new(double, n *MAX(n_parts, 1)), *scores = thuso_new(double, n);
	gboolean add_up = n_parts > 0;
	for (int i = 0; i < n; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		g_autofree char *name = site_name(table, row);
		scores[i] = cell_real(table, row, "score");
		g_ptr_array_add(names, g_strdup_printf("%d. %s", i + 1, name));
		g_ptr_array_add(totals, decimal_text(scores[i], 1));
		add_up = add_up && fill_parts(table, row, &parts, values + i * n_parts);
	}
	StackChart chart = { (char *const *) names->pdata, (char *const *) totals->pdata, n, NULL, 1, scores, 100 };
	if (add_up) {
		chart.parts = (char *const *) parts.names->pdata;
		chart.n_parts = n_parts;
		chart.values = values;
	}
	document_figure(page->document, chart_stack(&chart),
	                add_up ? "Score of 100, and what it is made of (the most a criterion can give in brackets)" : "Score of 100",
	                "A bar a site, split into the points that each criterion gives; the score stands at its end.");
}

/* --- the table ---------------------------------------------------------------------------------------------------------------------------- */

static void write_rows(const ThusoReportPage *page, const GArray *rows)
{
	const ThusoTable *table = page->facts->table[FACTS_RANKED];
	gboolean one_area = !page->area->is_all && strcmp(page->area->level, "municipality") == 0;
	gboolean zones = column_has_values(table, "zone");
	guint n = MIN(rows->len, MOST_ROWS);
	g_autofree char *caption = rows->len > n ? g_strdup_printf("The best %u of %u sites; the workbook has all", n, rows->len)
	                                         : g_strdup("All ranked sites");
	DocTable *out = doc_table_new(caption);
	doc_table_column(out, page->area->is_all ? "Rank" : "No.", TRUE);
	if (!page->area->is_all)
		doc_table_column(out, "Rank in the study", TRUE);
	doc_table_column(out, "Site", FALSE);
	if (!one_area)
		doc_table_column(out, "Municipality", FALSE);
	doc_table_column(out, "Score", TRUE);
	doc_table_column(out, "People gained, alone", TRUE);
	doc_table_column(out, "after higher ranks", TRUE);
	if (zones) {
		doc_table_column(out, "Zone", FALSE);
		doc_table_form(out, COLUMN_SHORT);
	}
	doc_table_column(out, "Why", FALSE);
	doc_table_form(out, COLUMN_WIDE);
	for (guint i = 0; i < n; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		doc_table_take(out, g_strdup_printf("%u", i + 1));
		if (!page->area->is_all)
			doc_table_take(out, count_text(cell_real(table, row, "rank")));
		doc_table_take(out, site_name(table, row));
		if (!one_area)
			doc_table_cell(out, cell_text(table, row, "municipality_title"));
		doc_table_take(out, decimal_text(cell_real(table, row, "score"), 1));
		doc_table_take(out, count_text(cell_real(table, row, "people_gained")));
		doc_table_take(out, count_text(cell_real(table, row, "people_gained_in_order")));
		if (zones)
			doc_table_cell(out, cell_text(table, row, "zone"));
		doc_table_cell(out, cell_text(table, row, "reason"));
	}
	document_table(page->document, out);
}

static gboolean write_ranking(const ThusoReportPage *page, GError **error)
{
	(void) error;
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, FACTS_RANKED);
	if (rows->len == 0)
		return TRUE;
	document_heading(page->document, "ranking", "Ranked sites");
	document_paragraph(
	    page->document,
	    "People gained, alone: people within %s of this site and of no open centre now, were it the only new one. After higher "
	    "ranks: those of them whom no site ranked above it would serve.",
	    page->facts->limit);
	write_bars(page, rows);
	write_rows(page, rows);
	return TRUE;
}

const ThusoReportSection section_ranking = {
	.about = { .name = "ranking",
	           .title = "Ranked sites",
	           .summary = "The best sites with the parts of each score, people gained, zone and reason.",
	           .source = "ranked_sites, parameters" },
	.write = write_ranking,
};

/* --- sensitivity ---------------------------------------------------------------------------------------------------------------------------- */

static gboolean write_sensitivity(const ThusoReportPage *page, GError **error)
{
	(void) error;
	const ThusoTable *table = page->facts->table[FACTS_RANKED];
	if (!column_has_values(table, "rank_best") || !column_has_values(table, "rank_worst"))
		return TRUE;
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, FACTS_RANKED);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree double *least = g_new0(double, rows->len + 1), *most = g_new0(double, rows->len + 1),
	                  *at = g_new0(double, rows->len + 1);
	int n = 0, top_column = thuso_table_find_column(table, "share_in_top_10");
	gboolean of_100 = top_column >= 0 && g_strcmp0(thuso_table_column(table, top_column)->unit, "%") == 0;
	for (guint i = 0; i < rows->len && n < MOST_BARS; i++) {
		gint64 row = g_array_index(rows, gint64, i);
		least[n] = cell_real(table, row, "rank_best");
		most[n] = cell_real(table, row, "rank_worst");
		at[n] = cell_real(table, row, "rank");
		if (isnan(least[n]) || isnan(most[n]) || isnan(at[n]))
			continue;
		double share = cell_real(table, row, "share_in_top_10");
		g_autofree char *name = site_name(table, row), *top = percent_text(of_100 ? share : 100 * share);
		g_ptr_array_add(names, isnan(share) ? g_strdup(name) : g_strdup_printf("%s (%s of draws in the top 10)", name, top));
		n++;
	}
	if (n == 0)
		return TRUE;
	document_heading(page->document, "sensitivity", "How sure the ranks are");
	document_figure(page->document, chart_ranges(&(RangeChart){ (char *const *) names->pdata, least, most, at, n }),
	                "Ranks when weights and limits are moved: the bar from best to worst, the dot as ranked",
	                "A bar a site from its best to its worst rank, and a dot at the rank that the study gives it.");
	return TRUE;
}

const ThusoReportSection section_sensitivity = {
	.about = { .name = "sensitivity",
	           .title = "How sure the ranks are",
	           .summary = "The range of each rank when weights, limit and speeds are moved.",
	           .source = "ranked_sites (columns rank_best, rank_worst, share_in_top_10)" },
	.write = write_sensitivity,
};
