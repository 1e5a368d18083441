/* Mobile stops (D17): a short list of candidates from which a mobile service reaches most of the residual demand (method: README.md). */
#include <math.h>
#include <string.h>

#include "mobile.h"
#include "rows.h"
#include "siting.h"
#include "tables.h"

const ThusoParam mobile_params[] = {
	{ "trip", THUSO_PARAM_TEXT, .required = TRUE, .help = "how people come to the stop: one of the trips" },
	{ "limit", THUSO_PARAM_QUANTITY, THUSO_TIME | THUSO_LENGTH, 1, 1e7, .required = TRUE,
	  .help = "how far a stop may be, in minutes or kilometres: a policy decision" },
	{ "stops", THUSO_PARAM_INTEGER, .min = 1, .max = 10000, .required = TRUE, .help = "how many stops at most" },
	{ "target", THUSO_PARAM_QUANTITY, THUSO_SHARE, 0.01, 1, "80 %", .origin = "derived", .source = "most of the residual demand",
	  .help = "the list ends when this share of the people left to a mobile service is reached" },
	{ NULL },
};

#define GOOD_ENOUGH 0.001 /* proven to be this near the best list */

typedef struct {
	const Run *run;
	Block block;
	Trip *trip;
	ThusoMeasure measure;
	double limit;
	DemandRows rows; /* the cells to reach */
	double people;
	GArray *site;      /* of gint32: candidates that may be stops, by their place among the plan's sites */
	gint64 *site_cell; /* their cells */
	ThusoSitePairs *pairs;
} Stops;

static void stops_clear(Stops *stops)
{
	rows_clear(&stops->rows);
	thuso_array_free(stops->site_cell);
	thuso_site_pairs_free(stops->pairs);
	if (stops->site)
		g_array_unref(stops->site);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stops, stops_clear)

gboolean mobile_check(const Run *run, GError **error)
{
	Block block = block_get(&run->top, "mobile");
	if (!block_has(&run->top, "mobile"))
		return TRUE;
	if (!run->siting) {
		block_error(&run->top, "mobile", error, THUSO_ERROR_USAGE,
		            "mobile stops serve what a plan leaves, and the study has no block `siting`; add one");
		return FALSE;
	}
	return run_find_trip(run, &block, "trip", error) != NULL;
}

static gboolean find_rows(Stops *stops, const guint8 *wanted, GError **error)
{
	ThusoSum people = { 0 };
	if (!rows_find(stops->run, stops->run->demand->people, wanted, &stops->rows, error))
		return FALSE;
	for (gint64 i = 0; i < stops->rows.n; i++)
		thuso_sum_add(&people, stops->rows.people[i]);
	stops->people = thuso_sum(&people);
	return TRUE;
}

/* Candidates that no exclusion took and that are no site of the plan, where one can stand on this trip. */
static gboolean find_candidates(Stops *stops, GError **error)
{
	const Run *run = stops->run;
	gint32 n_centres = run->main_trip->now.n_centres, n = run_n_sites(run);
	g_autofree guint8 *out = thuso_new(guint8, MAX(n, 1));
	for (gint64 i = 0; i < run->ranking->n_excluded; i++)
		out[n_centres + run->ranking->excluded_site[i]] = 1;
	stops->site = g_array_new(FALSE, FALSE, sizeof(gint32));
	if (!(stops->site_cell = thuso_array_new(MAX(n, 1), sizeof(gint64), "mobile stops", error)))
		return FALSE;
	for (gint32 j = n_centres; j < n; j++) {
		gint64 cell = run_site(run, j)->cell;
		if (out[j] || run_plan(run)->chosen[j] || !thuso_surface_passable(stops->trip->ground->surface, cell))
			continue;
		stops->site_cell[stops->site->len] = cell;
		g_array_append_val(stops->site, j);
	}
	return TRUE;
}

static ThusoPlan *choose(Stops *stops, GError **error)
{
	ThusoTravel travel = run_travel_by(stops->run, stops->trip, stops->measure, stops->limit);
	stops->pairs = thuso_site_pairs(stops->run->context, stops->trip->ground->surface, &travel, stops->site_cell,
	                                stops->site->len, stops->rows.cell, stops->rows.n, error);
	if (!stops->pairs)
		return NULL;
	ThusoLocation location;
	thuso_location_default(&location);
	location.n_demand = stops->rows.n;
	location.n_sites = (gint32) stops->site->len;
	location.start = stops->pairs->start;
	location.demand = stops->pairs->demand;
	location.weight = stops->rows.people;
	location.limit = stops->limit;
	location.sites = (gint32) MIN(block_integer(&stops->block, "stops", 0), (gint64) location.n_sites);
	ThusoLocateOptions options;
	thuso_locate_options_default(&options);
	options.gap = GOOD_ENOUGH;
	return thuso_locate(stops->run->context, thuso_model_find("mclp"), &location, &options, error);
}

static gboolean stop_row(const Stops *stops, ThusoTable *table, int number, const ThusoPlanSite *stop, double total,
                         GError **error)
{
	const Run *run = stops->run;
	const State *plan = &run->main_trip->plan;
	const ThusoPlace *place = run_site(run, g_array_index(stops->site, gint32, stop->site));
	gint32 hub = plan->nearest[place->cell];
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_integer(&row, number);
	row_text(&row, place->id);
	row_text(&row, place->title);
	row_text(&row, place->place);
	row_text(&row, place->area >= 0 ? run->region->levels[0].id[place->area] : NULL);
	row_text(&row, place->area >= 0 ? run->region->levels[0].title[place->area] : NULL);
	row_real(&row, stop->people_added);
	row_real(&row, total);
	row_real(&row, stops->people > 0 ? 100 * total / stops->people : NAN);
	row_text(&row, hub >= 0 ? plan->centres[hub].place->id : NULL);
	row_real(&row, hub >= 0 ? run_display(run, thuso_ticks_value(run->measure, plan->cost[place->cell])) : NAN);
	row_point(&row, place->x, place->y);
	return TRUE;
}

static gboolean stop_rows(const Stops *stops, const ThusoPlan *found, ThusoTable *table, GError **error)
{
	double target = block_quantity(&stops->block, "target", NULL), total = 0;
	for (gint32 s = 0; s < found->n_sites; s++) {
		const ThusoPlanSite *stop = &found->site[s];
		if (!(stop->people_added > 0) || total >= target * stops->people)
			break;
		total += stop->people_added;
		if (!stop_row(stops, table, s + 1, stop, total, error))
			return FALSE;
	}
	return TRUE;
}

static void tell_short(const Stops *stops, const ThusoTable *table)
{
	double target = block_quantity(&stops->block, "target", NULL);
	int share = thuso_table_find_column(table, "share_total");
	double reached = table->n_rows > 0 ? thuso_table_real(table, table->n_rows - 1, share) : 0;
	if (stops->people <= 0 || reached >= 100 * target)
		return;
	g_autofree char *message = g_strdup_printf(
	    "%" G_GINT64_FORMAT
	    " mobile stops reach %.1f %% of the people who are left to a mobile service, less than the target of %g %%; "
	    "allow more `stops`, a longer `limit`, or add candidates",
	    table->n_rows, reached, 100 * target);
	thuso_find(stops->run->context, &(ThusoFinding){ THUSO_INFO, "mobile_stops", "candidates", NULL, message, 1, NULL });
}

gboolean tables_mobile(const Run *run, const guint8 *wanted, GPtrArray *tables, GError **error)
{
	const ColumnSpec columns[] = {
		{ "stop", "Stop", "", THUSO_INTEGER },
		{ "site", "Site", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "place", "Nearest place", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "municipality_title", "Municipality", "", THUSO_TEXT },
		{ "people_added", "People reached by this stop and none before", "people", THUSO_REAL },
		{ "people_total", "People reached with all stops so far", "people", THUSO_REAL },
		{ "share_total", "Share of the people left to a mobile service", "%", THUSO_REAL },
		{ "nearest_hub", "Nearest centre of the plan", "", THUSO_TEXT },
		{ "cost", "Travel from there", COST_UNIT(run), THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_auto(Stops) stops = { .run = run, .block = block_get(&run->top, "mobile") };
	if (!block_has(&run->top, "mobile"))
		return TRUE;
	ThusoDimension found;
	stops.limit = block_quantity(&stops.block, "limit", &found);
	stops.measure = found == THUSO_LENGTH ? THUSO_MEASURE_DISTANCE : THUSO_MEASURE_TIME;
	if (!(stops.trip = run_find_trip(run, &stops.block, "trip", error)) || !find_rows(&stops, wanted, error) ||
	    !find_candidates(&stops, error))
		return FALSE;
	g_autoptr(ThusoTable) table = tables_new(run, "mobile_stops", "Mobile stops for the residual demand", THUSO_POINT, columns);
	g_autoptr(ThusoPlan) plan = NULL;
	if (stops.rows.n > 0 && stops.site->len > 0 &&
	    (!(plan = choose(&stops, error)) || !thuso_context_go_on(run->context, error) || !stop_rows(&stops, plan, table, error)))
		return FALSE;
	tell_short(&stops, table);
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}
