/* People whom the plan leaves beyond the limit, in pieces, and the form of service that is left for them (method: README.md). */
#include <string.h>

#include "mobile.h"
#include "siting.h"
#include "tables.h"

typedef struct {
	gint32 area;
	double people, weighted; /* weighted: after demand factors, what thresholds count */
	gint32 hub;              /* centre of the plan nearest to most of its people; -1 = none is reached */
	double cost;             /* mean of those who reach one */
	gint32 site;             /* candidate that would bring its threshold, -1 = none */
	double gain;             /* ... people whom it would add, here and beside */
} Piece;

typedef struct {
	const Run *run;
	const Plan *plan;
	gint32 *class;       /* grid-long: piece of a cell, -1 = none */
	guint8 *covered;     /* by demand row */
	gint64 *row_of_cell; /* grid-long, +1; 0 = none */
	GArray *pieces;      /* of Piece */
	double threshold;    /* NaN = none stated */
} Residual;

static void residual_clear(Residual *r)
{
	thuso_array_free(r->class);
	thuso_array_free(r->covered);
	thuso_array_free(r->row_of_cell);
	if (r->pieces)
		g_array_unref(r->pieces);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Residual, residual_clear)

/* --- pieces ------------------------------------------------------------------------------------------------------------ */

static gboolean is_left(const Residual *r, gint64 cell)
{
	return r->row_of_cell[cell] > 0 && !r->covered[r->row_of_cell[cell] - 1];
}

/* Cells of a municipality that touch by side or corner. */
static void grow_piece(Residual *r, gint64 first, GArray *stack)
{
	const ThusoGrid *grid = &r->run->region->grid;
	const gint32 *area = r->run->region->area;
	gint32 number = (gint32) r->pieces->len;
	Piece piece = { .area = area[first], .hub = -1, .cost = NAN, .site = -1, .gain = NAN };
	r->class[first] = number;
	g_array_append_val(stack, first);
	while (stack->len > 0) {
		gint64 cell = g_array_index(stack, gint64, stack->len - 1);
		g_array_set_size(stack, stack->len - 1);
		gint64 row = cell / grid->n_cols, col = cell % grid->n_cols;
		for (gint64 y = MAX(row - 1, 0); y <= MIN(row + 1, grid->n_rows - 1); y++)
			for (gint64 x = MAX(col - 1, 0); x <= MIN(col + 1, grid->n_cols - 1); x++) {
				gint64 next = y * grid->n_cols + x;
				if (r->class[next] >= 0 || area[next] != piece.area || !is_left(r, next))
					continue;
				r->class[next] = number;
				g_array_append_val(stack, next);
			}
	}
	g_array_append_val(r->pieces, piece);
}

static gboolean find_pieces(Residual *r, GError **error)
{
	const ThusoSiteReach *reach = r->run->site_reach;
	gint64 n = thuso_grid_n(&r->run->region->grid);
	g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(gint64));
	if (!(r->class = thuso_array_new(n, sizeof(gint32), "residual demand", error)) ||
	    !(r->row_of_cell = thuso_array_new(n, sizeof(gint64), "residual demand", error)) ||
	    !(r->covered = thuso_array_new(reach->n_demand, 1, "residual demand", error)))
		return FALSE;
	for (gint64 cell = 0; cell < n; cell++)
		r->class[cell] = -1;
	for (gint64 i = 0; i < reach->n_demand; i++)
		r->row_of_cell[reach->demand_cell[i]] = i + 1;
	for (gint32 j = 0; j < run_n_sites(r->run); j++) {
		gint64 n_rows;
		const guint32 *row = run_site_rows(r->run, j, &n_rows);
		for (gint64 k = 0; r->plan->chosen[j] && k < n_rows; k++)
			r->covered[row[k]] = 1;
	}
	r->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	for (gint64 i = 0; i < reach->n_demand; i++)
		if (!r->covered[i] && r->class[reach->demand_cell[i]] < 0)
			grow_piece(r, reach->demand_cell[i], stack);
	return TRUE;
}

/* --- what is known of them ------------------------------------------------------------------------------------------------ */

typedef struct {
	ThusoSum people, weighted, reached, cost;
} Tally;

static void add_to(GHashTable *by_hub, gint32 piece, gint32 hub, double people)
{
	gint64 key = ((gint64) piece << 32) | (guint32) hub;
	double *sum = g_hash_table_lookup(by_hub, &key);
	if (!sum) {
		gint64 *own = g_new(gint64, 1);
		*own = key;
		g_hash_table_insert(by_hub, own, sum = g_new0(double, 1));
	}
	*sum += people;
}

static gboolean count_pieces(Residual *r, GError **error)
{
	const State *state = &r->run->main_trip->plan;
	const ThusoSiteReach *reach = r->run->site_reach;
	Tally *tally = thuso_array_new(r->pieces->len, sizeof *tally, "residual demand", error);
	double *most = tally ? thuso_array_new(r->pieces->len, sizeof *most, "residual demand", error) : NULL;
	g_autoptr(GHashTable) by_hub = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	for (gint64 i = 0; most && i < reach->n_demand; i++) {
		gint64 cell = reach->demand_cell[i];
		gint32 piece = r->class[cell];
		if (piece < 0)
			continue;
		thuso_sum_add(&tally[piece].people, reach->demand_people[i]);
		thuso_sum_add(&tally[piece].weighted, r->run->row_weight[i]);
		if (state->nearest[cell] < 0)
			continue;
		thuso_sum_add(&tally[piece].reached, reach->demand_people[i]);
		thuso_sum_add(&tally[piece].cost, reach->demand_people[i] * thuso_ticks_value(r->run->measure, state->cost[cell]));
		add_to(by_hub, piece, state->nearest[cell], reach->demand_people[i]);
	}
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, by_hub);
	while (most && g_hash_table_iter_next(&iter, &key, &value)) {
		gint64 both = *(gint64 *) key;
		Piece *piece = &g_array_index(r->pieces, Piece, both >> 32);
		gint32 hub = (gint32) (both & G_MAXUINT32);
		double people = *(double *) value, *best = &most[both >> 32];
		if (people > *best || (people == *best && (piece->hub < 0 || hub < piece->hub))) {
			*best = people;
			piece->hub = hub;
		}
	}
	for (guint p = 0; most && p < r->pieces->len; p++) {
		Piece *piece = &g_array_index(r->pieces, Piece, p);
		piece->people = thuso_sum(&tally[p].people);
		piece->weighted = thuso_sum(&tally[p].weighted);
		if (piece->hub >= 0)
			piece->cost = thuso_sum(&tally[p].cost) / thuso_sum(&tally[p].reached);
	}
	thuso_array_free(tally);
	thuso_array_free(most);
	return most != NULL;
}

/* A candidate that would still bring the smallest threshold: the people it would add are not residual, they are a later site's. */
static void find_sites(Residual *r)
{
	const Run *run = r->run;
	const ThusoSiteReach *reach = run->site_reach;
	gint32 n_centres = run->main_trip->now.n_centres, n = run_n_sites(run);
	g_autofree guint8 *out = thuso_new(guint8, MAX(n, 1));
	for (gint64 i = 0; i < run->ranking->n_excluded; i++)
		out[n_centres + run->ranking->excluded_site[i]] = 1;
	for (gint32 j = n_centres; j < n && r->threshold >= 0; j++) {
		gint64 n_rows;
		const guint32 *row = run_site_rows(run, j, &n_rows);
		ThusoSum gain = { 0 };
		for (gint64 k = 0; !out[j] && k < n_rows; k++)
			thuso_sum_add(&gain, r->covered[row[k]] ? 0 : run->row_weight[row[k]]);
		if (out[j] || !(thuso_sum(&gain) > 0) || thuso_sum(&gain) < r->threshold)
			continue;
		for (gint64 k = 0; k < n_rows; k++) {
			gint32 p = r->class[reach->demand_cell[row[k]]];
			Piece *piece = p >= 0 ? &g_array_index(r->pieces, Piece, p) : NULL;
			if (piece && (piece->site < 0 || thuso_sum(&gain) > piece->gain)) {
				piece->site = j;
				piece->gain = thuso_sum(&gain);
			}
		}
	}
}

/* --- the layer -------------------------------------------------------------------------------------------------------------- */

static const char *form_of(const Residual *r, const Piece *piece)
{
	const Siting *siting = r->run->siting;
	if (piece->site >= 0)
		return siting->n_classes > 0 ? siting->classes[siting->n_classes - 1].name : "site";
	if (piece->weighted >= r->threshold)
		return "no candidate";
	if (piece->people < siting->digital_under)
		return "digital";
	return r->threshold >= 0 ? "mobile" : NULL;
}

static char *reason_of(const Residual *r, const Piece *piece)
{
	g_autofree char *gain = thuso_format_count(piece->gain);
	if (piece->site >= 0)
		return g_strdup_printf("One more site at %s would add %s people, here and beside.", run_site(r->run, piece->site)->title,
		                       gain);
	if (piece->weighted >= r->threshold)
		return g_strdup("Enough people for a site, and no candidate that would reach enough of them: add candidates here.");
	if (piece->people < r->run->siting->digital_under)
		return g_strdup("Fewer people than `digital_under`.");
	return g_strdup(r->threshold >= 0 ? "Under the smallest threshold."
	                                  : "No threshold of a site is stated, so nobody can say whether one is worth it here.");
}

static gboolean piece_row(const Residual *r, ThusoTable *table, const Piece *piece, GBytes *wkb, GError **error)
{
	const ThusoLevel *areas = &r->run->region->levels[0];
	g_autofree char *reason = reason_of(r, piece);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, r->plan->name);
	row_text(&row, areas->id[piece->area]);
	row_text(&row, areas->title[piece->area]);
	row_real(&row, piece->people);
	row_text(&row, form_of(r, piece));
	row_text(&row, piece->hub >= 0 ? r->run->main_trip->plan.centres[piece->hub].place->id : NULL);
	row_real(&row, run_display(r->run, piece->cost));
	row_text(&row, piece->site >= 0 ? run_site(r->run, piece->site)->id : NULL);
	row_text(&row, reason);
	if (r->run->demand->weighted)
		row_real(&row, piece->weighted);
	thuso_table_set_geometry(table, row.row, wkb);
	return TRUE;
}

static gboolean write_pieces(const Residual *r, GPtrArray *tables, GError **error)
{
	const ColumnSpec columns[] = {
		{ "plan", "Plan", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "municipality_title", "Municipality", "", THUSO_TEXT },
		{ "people", "People beyond the limit", "people", THUSO_REAL },
		{ "form", "Form of service", "", THUSO_TEXT },
		{ "nearest_hub", "Centre of the plan nearest to most of them", "", THUSO_TEXT },
		{ "cost", "Mean travel to the nearest centre of the plan", COST_UNIT(r->run), THUSO_REAL },
		{ "best_site", "Candidate that would bring its threshold", "", THUSO_TEXT },
		{ "reason", "Reason", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	gint32 n = (gint32) r->pieces->len;
	g_autoptr(ThusoTable) table = tables_new(r->run, "residual_demand", "People whom the plan leaves", THUSO_POLYGON, columns);
	tables_add_weighted(r->run, table, "people_weighted", "People after demand factors");
	GBytes **wkbs = thuso_array_new(n, sizeof *wkbs, "residual demand", error);
	gboolean ok = wkbs && (n == 0 || thuso_polygonize(r->run->context, &r->run->region->grid, r->class, n, wkbs, error));
	for (gint32 p = 0; ok && p < n; p++)
		ok = piece_row(r, table, &g_array_index(r->pieces, Piece, p), wkbs[p], error);
	for (gint32 p = 0; wkbs && p < n; p++)
		if (wkbs[p])
			g_bytes_unref(wkbs[p]);
	thuso_array_free(wkbs);
	if (ok)
		tables_take(tables, g_steal_pointer(&table));
	return ok;
}

/* Cells whose people are left to a mobile service; without any threshold, everybody whom the plan leaves. */
static gboolean mobile_stops(const Residual *r, GPtrArray *tables, GError **error)
{
	gint64 n = thuso_grid_n(&r->run->region->grid);
	guint8 *wanted = thuso_array_new(n, 1, "residual demand", error);
	for (gint64 cell = 0; wanted && cell < n; cell++) {
		const char *form = r->class[cell] >= 0 ? form_of(r, &g_array_index(r->pieces, Piece, r->class[cell])) : "none";
		wanted[cell] = !form || strcmp(form, "mobile") == 0;
	}
	gboolean ok = wanted && tables_mobile(r->run, wanted, tables, error);
	thuso_array_free(wanted);
	return ok;
}

gboolean tables_residual(const Run *run, GPtrArray *tables, GError **error)
{
	const Siting *siting = run->siting;
	g_auto(Residual) r = { .run = run, .plan = run_plan(run), .threshold = siting->min_people };
	if (siting->n_classes > 0)
		r.threshold = siting->classes[siting->n_classes - 1].min_people;
	if (!find_pieces(&r, error) || !count_pieces(&r, error))
		return FALSE;
	find_sites(&r);
	return mobile_stops(&r, tables, error) && write_pieces(&r, tables, error);
}
