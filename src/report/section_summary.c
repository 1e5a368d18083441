/* Who is served, who is not, which site next and why: in words. */
#include <math.h>
#include <string.h>

#include "section.h"

#define LEAST_ASSESSED 95.0 /* percent of people: below, shares come with a warning */

static void write_keys(const ThusoReportPage *page)
{
	const AreaNumbers *n = &page->area->numbers;
	Document *d = page->document;
	g_autofree char *now = percent_text(n->share[STATE_NOW]), *plan = percent_text(n->share[STATE_PLAN]),
	                *unserved = count_text(n->unserved[STATE_NOW]), *centres = count_text(n->centres_open),
	                *within = g_strdup_printf("of people are within %s of an open centre now", page->facts->limit);
	if (!isnan(n->share[STATE_NOW]))
		document_key(d, now, within);
	if (!isnan(n->share[STATE_PLAN]) && page->facts->has_plan)
		document_key(d, plan, "would be with the plan");
	if (!isnan(n->unserved[STATE_NOW]))
		document_key(d, unserved, "people are not served now");
	if (!isnan(n->centres_open))
		document_key(d, centres, n->centres_open <= 1 && n->centres_open >= 1 ? "open centre" : "open centres");
}

static void write_people(const ThusoReportPage *page)
{
	const AreaNumbers *n = &page->area->numbers;
	g_autofree char *people = count_text(n->people), *no_data = count_text(n->no_data);
	const char *where = page->area->is_all ? "the study area" : page->area->title;
	if (isnan(n->people))
		return;
	if (n->no_data >= 0.5)
		document_item(page->document,
		              "%s people live in %s. %s of them live where a layer has no data: they are not assessed, and shares are of "
		              "the others.",
		              people, where, no_data);
	else
		document_item(page->document, "%s people live in %s.", people, where);
	if (n->people > 0 && 100 * n->assessed / n->people < LEAST_ASSESSED) {
		g_autofree char *share = percent_text(100 * n->assessed / n->people);
		document_item(page->document, "Take care: only %s of the people could be assessed.", share);
	}
}

static void write_served(const ThusoReportPage *page)
{
	const AreaNumbers *n = &page->area->numbers;
	g_autofree char *served = count_text(n->served[STATE_NOW]), *share = percent_text(n->share[STATE_NOW]),
	                *unserved = count_text(n->unserved[STATE_NOW]), *rest = percent_text(100 - n->share[STATE_NOW]),
	                *unreachable = count_text(n->unreachable[STATE_NOW]);
	if (isnan(n->served[STATE_NOW]) || isnan(n->share[STATE_NOW]))
		return;
	document_item(page->document, "Served now: %s people (%s) live within %s of an open centre.", served, share,
	              page->facts->limit);
	const char *search = parameter(page->facts, "travel.search_limit"),
	           *unit = parameter_field(page->facts, "travel.search_limit", "unit");
	if (n->unreachable[STATE_NOW] >= 0.5 && search)
		document_item(
		    page->document,
		    "Not served now: %s people (%s). Of them, %s reach no centre at all: there is no way, or it is longer than %s %s.",
		    unserved, rest, unreachable, search, unit ? unit : "");
	else
		document_item(page->document, "Not served now: %s people (%s).", unserved, rest);
}

static void write_travel(const ThusoReportPage *page)
{
	const AreaNumbers *n = &page->area->numbers;
	g_autofree char *mean = cost_text(page->facts, n->mean[STATE_NOW]), *p95 = cost_text(page->facts, n->p95[STATE_NOW]);
	if (isnan(n->mean[STATE_NOW]))
		return;
	if (isnan(n->p95[STATE_NOW]))
		document_item(page->document, "People who reach an open centre travel %s to it on average.", mean);
	else
		document_item(page->document, "People who reach an open centre travel %s to it on average; 95 %% of all need at most %s.",
		              mean, p95);
}

static void write_centres(const ThusoReportPage *page)
{
	const Area *area = page->area;
	if (area->is_all || isnan(area->numbers.centres_open))
		return;
	g_autofree char *nearest = area->nearest_centre ? site_name_of(page->facts, area->nearest_centre) : NULL;
	if (area->numbers.centres_open < 0.5)
		document_item(page->document, "%s has no open centre.%s%s%s", area->title,
		              nearest ? " The open centre nearest to most of its people is " : "", nearest ? nearest : "",
		              nearest ? "." : "");
	else
		document_item(page->document, "%s has %.0f open %s.", area->title, area->numbers.centres_open,
		              area->numbers.centres_open < 1.5 ? "centre" : "centres");
}

static void write_plan(const ThusoReportPage *page)
{
	const AreaNumbers *n = &page->area->numbers;
	double more = n->served[STATE_PLAN] - n->served[STATE_NOW];
	if (!page->facts->has_plan || isnan(more) || isnan(n->share[STATE_PLAN]))
		return;
	g_autofree char *served = count_text(n->served[STATE_PLAN]), *share = percent_text(n->share[STATE_PLAN]),
	                *added = count_text(more), *left = count_text(n->unserved[STATE_PLAN]);
	if (more < 0.5)
		document_item(page->document, "The plan (%s) serves nobody more here.", page->facts->plan_title);
	else
		document_item(page->document, "With the plan (%s): %s people served (%s), %s more than now; %s still are not.",
		              page->facts->plan_title, served, share, added, left);
}

/* The row of the plan's first site in the area, or -1. */
static gint64 first_planned(const ThusoReportPage *page)
{
	const ThusoTable *table = page->facts->table[FACTS_PLANNED];
	gint64 found = -1;
	for (gint64 row = 0; table && page->facts->has_plan && row < table->n_rows; row++) {
		double step = cell_real(table, row, "step");
		gboolean ours = step > 0 && g_strcmp0(cell_text(table, row, "plan"), page->facts->plan) == 0 &&
		                area_has_row(page->area, page->facts, table, row);
		if (ours && (found < 0 || step < cell_real(table, found, "step")))
			found = row;
	}
	return found;
}

static gint64 first_ranked(const ThusoReportPage *page)
{
	g_autoptr(GArray) rows = area_rows(page->area, page->facts, FACTS_RANKED);
	return rows->len > 0 ? g_array_index(rows, gint64, 0) : -1;
}

static void write_ranked(const ThusoReportPage *page, gint64 row)
{
	const ThusoTable *table = page->facts->table[FACTS_RANKED];
	g_autofree char *name = site_name(table, row), *rank = count_text(cell_real(table, row, "rank")),
	                *n = count_text((double) table->n_rows), *score = decimal_text(cell_real(table, row, "score"), 1);
	const char *reason = cell_text(table, row, "reason");
	document_item(page->document, "Best-ranked site%s: %s (rank %s of %s, score %s of 100).%s%s",
	              page->area->is_all ? "" : " here", name, rank, n, score, reason ? " Why: " : "", reason ? reason : "");
}

static void write_next(const ThusoReportPage *page)
{
	gint64 planned = first_planned(page), ranked = first_ranked(page);
	const ThusoTable *plan = page->facts->table[FACTS_PLANNED];
	if (planned >= 0) {
		g_autofree char *name = site_name(plan, planned), *step = count_text(cell_real(plan, planned, "step")),
		                *added = count_text(cell_real(plan, planned, "people_added"));
		document_item(page->document, "Next site of the plan%s: %s (step %s), which serves %s more people%s.",
		              page->area->is_all ? "" : " here", name, step, added, page->area->is_all ? "" : ", here and around");
	}
	if (ranked >= 0)
		write_ranked(page, ranked);
	else if (page->facts->table[FACTS_RANKED])
		document_item(page->document, "No candidate site is left here.");
}

static gboolean write_section(const ThusoReportPage *page, GError **error)
{
	(void) error;
	document_heading(page->document, "summary", "Summary");
	write_keys(page);
	write_people(page);
	write_served(page);
	write_travel(page);
	write_centres(page);
	write_plan(page);
	write_next(page);
	document_note(page->document,
	              "Indicative; policy may override. These are computed travel times over the layers named at the end, not "
	              "a decision about a site.");
	return TRUE;
}

const ThusoReportSection section_summary = {
	.about = { .name = "summary",
	           .title = "Summary",
	           .summary = "Who is served, who is not, which site next and why, in words.",
	           .source = "municipalities and larger levels, ranked_sites, planned_sites" },
	.write = write_section,
};
