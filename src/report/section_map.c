/* The maps: travel now with centres and sites; the overview's can be moved and searched. */
#include "map.h"
#include "section.h"

#define MAP_WIDTH    680.0 /* px: the text width of A4 */
#define MAP_HEIGHT   600.0 /* of the overview */
#define AREA_HEIGHT  440.0 /* of an area: fits below the summary on the first page of A4 */
#define LEAST_CHANGE 0.1   /* percent of people: below, a second map would show the same */

static char *detail(const ThusoReportPage *page, State state)
{
	const AreaNumbers *n = &page->area->numbers;
	g_autofree char *share = percent_text(n->share[state]), *open = count_text(n->centres_open);
	return g_strdup_printf("%s with the %s; %s open centres inside. %s of people are within %s of a centre. The tables below say "
	                       "the same in numbers.",
	                       page->area->title, state == STATE_NOW ? "open centres of now" : "centres of the plan", open, share,
	                       page->facts->limit);
}

static gboolean add_map(const ThusoReportPage *page, State state, gboolean live, GError **error)
{
	MapOptions options = {
		.state = state, .width = MAP_WIDTH, .most_height = page->area->is_all ? MAP_HEIGHT : AREA_HEIGHT, .is_live = live
	};
	Scene *scene = map_scene(page->facts, page->area, &options, error);
	if (!scene)
		return FALSE;
	g_autofree char *title = map_title(page->facts, page->area, state), *said = detail(page, state);
	document_map(page->document, scene, title, said, live);
	return TRUE;
}

static gboolean write_section(const ThusoReportPage *page, GError **error)
{
	document_heading(page->document, "map", "Map");
	const double *share = page->area->numbers.share;
	gboolean differs = page->facts->has_plan && share[STATE_PLAN] - share[STATE_NOW] >= LEAST_CHANGE;
	/* The live map shows both, one at a time. */
	return add_map(page, STATE_NOW, page->area->is_all, error) &&
	       (page->area->is_all || !differs || !map_has_state(page->facts, STATE_PLAN) || add_map(page, STATE_PLAN, FALSE, error));
}

const ThusoReportSection section_map = {
	.about = { .name = "map",
	           .title = "Map",
	           .summary = "Travel bands, areas, centres, ranked and planned sites, with legend, scale, north and attribution.",
	           .source = "travel_bands, municipalities and larger levels, centres, ranked_sites, planned_sites" },
	.write = write_section,
};
