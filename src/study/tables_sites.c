/* The point layers: ranked, planned and excluded sites, and the existing centres. */
#include <math.h>
#include <string.h>

#include "capacity.h"
#include "sensitivity.h"
#include "tables.h"

static const ThusoPlace *site_place(const Run *run, gint64 site)
{
	return &run->candidates->place[g_array_index(run->usable, gint64, site)];
}

static const char *area_id(const Run *run, gint32 area)
{
	return area >= 0 ? run->region->levels[0].id[area] : NULL;
}

static const char *area_title(const Run *run, gint32 area)
{
	return area >= 0 ? run->region->levels[0].title[area] : NULL;
}

/* --- ranked_sites --------------------------------------------------------------------------------------------------- */

static gboolean is_zone(const Run *run, int c)
{
	return strcmp(run->criteria[c].use, "zone") == 0;
}

static gboolean has_zone(const Run *run)
{
	gboolean found = FALSE;
	for (int c = 0; c < run->n_criteria; c++)
		found |= is_zone(run, c);
	return found;
}

static ThusoTable *ranked_table(const Run *run)
{
	const ColumnSpec head[] = {
		{ "rank", "Rank", "", THUSO_INTEGER },
		{ "rank_in_municipality", "Rank in municipality", "", THUSO_INTEGER },
		{ "site", "Site", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		{ "place", "Nearest place", "", THUSO_TEXT },
		{ "kind", "Kind", "", THUSO_TEXT },
		{ "municipality", "Municipality code", "", THUSO_TEXT },
		{ "municipality_title", "Municipality", "", THUSO_TEXT },
		{ "score", "Score", "of 100", THUSO_REAL },
		{ "people_gained", "People gained, this site alone", "people", THUSO_REAL },
		{ "people_gained_in_order", "People gained after all higher ranks", "people", THUSO_REAL },
		{ "people_within", "People within the limit", "people", THUSO_REAL },
		{ "overlap_with_higher", "Of them, also within a higher rank's limit", "people", THUSO_REAL },
		{ "mean_cost", "Mean travel cost of people within the limit", COST_UNIT(run), THUSO_REAL },
		{ "zone", "Need and potential of the zone", "", THUSO_TEXT },
		{ "reason", "Reason", "", THUSO_TEXT },
		{ "alternatives", "Alternatives within the spacing", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	const gboolean has_draws = run->sensitivity != NULL;
	const ColumnSpec tail[] = {
		{ "rank_best", has_draws ? "Best rank of the draws" : "Best rank (needs a sensitivity run)", "", THUSO_INTEGER },
		{ "rank_worst", has_draws ? "Worst rank of the draws" : "Worst rank (needs a sensitivity run)", "", THUSO_INTEGER },
		{ "share_in_top_10",
		  has_draws ? "Share of draws in the top 10" : "Share of draws in the top 10 (needs a sensitivity run)",
		  has_draws ? "%" : "", THUSO_REAL },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	static const ColumnSpec without_zone[] = {
		{ "rank_without_zone", "Rank without the criterion zone (empty: a neighbour stands for it)", "", THUSO_INTEGER },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	ThusoTable *table = tables_new(run, "ranked_sites", "Ranked sites", THUSO_POINT, head);
	for (int value = 0; value < 2; value++)
		for (int c = 0; c < run->n_criteria; c++) {
			const ThusoCriterionUse *use = &run->criteria[c];
			g_autofree char *name = g_strdup_printf("%s_%s", value ? "value" : "score", use->name);
			g_autofree char *title = g_strdup_printf("%s: %s", value ? "Value" : "Score", use->name);
			thuso_table_add_column(table, name, title, value ? thuso_criterion_find(use->use)->unit : "0 to 1", THUSO_REAL);
		}
	tables_add_columns(table, tail);
	if (has_zone(run) && !has_draws)
		tables_add_columns(table, without_zone);
	tables_add_weighted(run, table, "people_gained_weighted", "People gained after demand factors");
	tables_add_weighted(run, table, "people_within_weighted", "People within the limit after demand factors");
	if (!has_draws)
		return table;
	thuso_table_add_column(table, "share_listed", "Share of draws in which it is listed, not a better neighbour", "%",
	                       THUSO_REAL);
	for (int c = 0; run->sensitivity->rank_without && c < run->n_criteria; c++) {
		g_autofree char *name = g_strdup_printf("rank_without_%s", run->criteria[c].name),
		                *title = g_strdup_printf("Rank without the criterion %s (empty: a neighbour stands for it)",
		                                         run->criteria[c].name);
		thuso_table_add_column(table, name, title, "", THUSO_INTEGER);
	}
	return table;
}

static void row_rank(Row *row, gint64 rank)
{
	if (rank > 0)
		row_integer(row, rank);
	else
		row_null(row);
}

static void write_draws(const Run *run, Row *row, gint64 site)
{
	const Sensitivity *s = run->sensitivity;
	double n = (double) s->draws->draws;
	row_rank(row, s->draws->best[site]);
	row_rank(row, s->draws->worst[site]);
	row_real(row, 100 * (double) s->draws->n_top[site] / n);
	row->column = thuso_table_find_column(row->table, "share_listed");
	row_real(row, 100 * (double) s->draws->n_listed[site] / n);
	for (int c = 0; s->rank_without && c < run->n_criteria; c++)
		row_rank(row, s->rank_without[c][site]);
}

/* The reason, and how sure the rank is. */
static char *ranked_reason(const Run *run, gint64 i)
{
	const char *reason = run->ranking->reason[i];
	if (!run->sensitivity)
		return g_strdup(reason);
	g_autofree char *words = sensitivity_words(run, run->ranking->site[i]);
	return g_strdup_printf("%s %s", reason, words);
}

static double shown_value(const ThusoCriterionUse *use, double value)
{
	return strcmp(thuso_criterion_find(use->use)->unit, "%") == 0 ? value * 100 : value;
}

/* By candidate: the ranks as they would be without the criteria `zone` (N3). NULL without an error where nothing is to be shown:
 * sensitivity says it of every criterion. */
static gboolean ranks_without_zone(const Run *run, gint64 **ranks, GError **error)
{
	double left = 0;
	g_autofree double *weights = thuso_new(double, run->n_criteria);
	for (int c = 0; c < run->n_criteria; c++)
		left += weights[c] = is_zone(run, c) ? 0 : run->criteria[c].weight;
	*ranks = NULL;
	if (!has_zone(run) || run->sensitivity || !(left > 0))
		return TRUE;
	ThusoRankingSpec spec = run_ranking_spec(run);
	g_autoptr(ThusoContext) quiet = thuso_context_quiet(run->context);
	g_autoptr(ThusoScores) scores = thuso_scores_new(quiet, &run->sites, &spec, error);
	*ranks = scores ? thuso_array_new(run->sites.n, sizeof **ranks, "ranks without the zones", error) : NULL;
	return *ranks && thuso_scores_rank(scores, weights, *ranks, error);
}

static gboolean ranked_row(const Run *run, ThusoTable *table, const gint64 *ranks, gint64 i, GError **error)
{
	const ThusoRanking *r = run->ranking;
	const ThusoSites *s = &run->sites;
	gint64 site = r->site[i];
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_integer(&row, i + 1);
	row_integer(&row, r->rank_in_area[i]);
	row_text(&row, s->id[site]);
	row_text(&row, s->title[site]);
	row_text(&row, s->place[site]);
	row_text(&row, s->kind[site]);
	row_text(&row, area_id(run, s->area[site]));
	row_text(&row, area_title(run, s->area[site]));
	row_real(&row, r->score[i]);
	row_real(&row, s->people_gained[site]);
	row_real(&row, r->gained_in_order[i]);
	row_real(&row, s->people_within[site]);
	row_real(&row, r->overlap_with_higher[i]);
	row_real(&row, run_display(run, s->mean_cost[site]));
	row_text(&row, s->zone ? s->zone[site] : NULL);
	g_autofree char *reason = ranked_reason(run, i);
	row_text(&row, reason);
	row_text(&row, r->alternatives[i]);
	for (int c = 0; c < run->n_criteria; c++)
		row_real(&row, r->part[i * run->n_criteria + c]);
	for (int c = 0; c < run->n_criteria; c++)
		row_real(&row, shown_value(&run->criteria[c], r->value[i * run->n_criteria + c]));
	if (run->sensitivity)
		write_draws(run, &row, site);
	if (ranks) {
		row.column = thuso_table_find_column(table, "rank_without_zone");
		row_rank(&row, ranks[site]);
	}
	if (s->weighted_gained) {
		row.column = thuso_table_find_column(table, "people_gained_weighted");
		row_real(&row, s->weighted_gained[site]);
		row_real(&row, s->weighted_within[site]);
	}
	row_point(&row, s->x[site], s->y[site]);
	return TRUE;
}

static gboolean ranked_sites(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table = ranked_table(run);
	gint64 *ranks;
	gboolean ok = ranks_without_zone(run, &ranks, error);
	for (gint64 i = 0; ok && i < run->ranking->n; i++)
		ok = ranked_row(run, table, ranks, i, error);
	thuso_array_free(ranks);
	if (!ok)
		return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- centres -------------------------------------------------------------------------------------------------------- */

static const ColumnSpec centre_columns[] = {
	{ "site", "Centre", "", THUSO_TEXT },
	{ "title", "Name", "", THUSO_TEXT },
	{ "place", "Nearest place", "", THUSO_TEXT },
	{ "municipality", "Municipality code", "", THUSO_TEXT },
	{ "municipality_title", "Municipality", "", THUSO_TEXT },
	{ "type", "Type", "", THUSO_TEXT },
	{ "is_open", "Open now", "1 = yes", THUSO_INTEGER },
	{ "people", "People for whom it is the nearest", "people", THUSO_REAL },
	{ "people_within_limit", "Of them within the limit", "people", THUSO_REAL },
	{ "utilisation", "Utilisation: asked for within the limit, of its capacity", "%", THUSO_REAL },
	{ "use", "Use: under, adequate, over", "", THUSO_TEXT },
	{ "flags", "Flags (needs a register)", "", THUSO_TEXT },
	{ "grade", "Grade (needs a register)", "", THUSO_TEXT },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

/* Columns of the register that do not clash with ours (SQLite compares names without case). */
static GArray *register_columns(const ThusoTable *source, ThusoTable *table)
{
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(int));
	for (int c = 0; source && c < (int) source->columns->len; c++) {
		const ThusoColumn *column = thuso_table_column(source, c);
		gboolean clash = g_ascii_strcasecmp(column->name, "fid") == 0 || g_ascii_strcasecmp(column->name, "geom") == 0 ||
		                 column->name[0] == '_';
		for (guint k = 0; !clash && k < table->columns->len; k++)
			clash = g_ascii_strcasecmp(column->name, thuso_table_column(table, (int) k)->name) == 0;
		if (clash)
			continue;
		thuso_table_add_column(table, column->name, column->title, column->unit, column->type);
		g_array_append_val(columns, c);
	}
	return columns;
}

static void copy_cell(Row *row, const ThusoTable *source, gint64 from, int column)
{
	ThusoColumnType type = thuso_table_column(source, column)->type;
	if (from < 0 || thuso_table_is_null(source, from, column))
		row_null(row);
	else if (type == THUSO_TEXT)
		row_text(row, thuso_table_text(source, from, column));
	else if (type == THUSO_INTEGER)
		row_integer(row, thuso_table_integer(source, from, column));
	else
		row_real(row, thuso_table_real(source, from, column));
}

/* `type` names a field of the register, or else is the type of them all. */
static void write_type(const Run *run, Row *row, const ThusoPlace *place)
{
	Block centres = block_get(&run->top, "centres");
	const char *type = block_text(&centres, "type");
	const ThusoTable *table = run->centres->n_tables > 0 ? run->centres->table[0] : NULL;
	int column = type && table ? thuso_table_find_column(table, type) : -1;
	g_autofree char *value = column >= 0 && place->row >= 0 ? thuso_table_as_text(table, place->row, column) : NULL;
	row_text(row, column >= 0 ? value : type);
}

static gboolean centre_row(const Run *run, ThusoTable *table, const ThusoPlace *place, gint32 index,
                           const ThusoCatchment *catchments, const GArray *extra, GError **error)
{
	const ThusoCatchment *catchment = index >= 0 ? &catchments[index] : NULL;
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, place->id);
	row_text(&row, place->title);
	row_text(&row, place->place);
	row_text(&row, area_id(run, place->area));
	row_text(&row, area_title(run, place->area));
	write_type(run, &row, place);
	row_integer(&row, place->open ? 1 : 0);
	row_real(&row, catchment ? catchment->people_inside : NAN);
	row_real(&row, catchment ? catchment->people_within_limit : NAN);
	double utilisation = index >= 0 ? centre_utilisation(run, &run->main_trip->now, index) : NAN;
	row_real(&row, 100 * utilisation);
	row_text(&row, run_use_words(run, utilisation));
	row.column = (int) G_N_ELEMENTS(centre_columns) - 1;
	for (guint k = 0; k < extra->len; k++)
		copy_cell(&row, run->centres->table[0], place->row, g_array_index(extra, int, k));
	row_point(&row, place->x, place->y);
	return TRUE;
}

static gboolean centres(const Run *run, GPtrArray *tables, GError **error)
{
	g_autoptr(ThusoTable) table = tables_new(run, "centres", "Existing centres", THUSO_POINT, centre_columns);
	g_autoptr(GArray) extra = register_columns(run->centres->n_tables > 0 ? run->centres->table[0] : NULL, table);
	const State *now = &run->main_trip->now;
	g_autofree ThusoCatchment *catchments = thuso_new(ThusoCatchment, MAX(now->n_centres, 1));
	ThusoState state = run_state(run, now);
	if (!thuso_catchments(&state, now->n_centres, run->region->near_area, catchments, error))
		return FALSE;
	for (gint64 i = 0; i < run->centres->n; i++) {
		const ThusoPlace *place = &run->centres->place[i];
		if (!centre_row(run, table, place, state_find_centre(now, place), catchments, extra, error))
			return FALSE;
	}
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* --- excluded_sites ------------------------------------------------------------------------------------------------- */

static const ColumnSpec excluded_columns[] = {
	{ "site", "Site", "", THUSO_TEXT },
	{ "title", "Name", "", THUSO_TEXT },
	{ "municipality", "Municipality code", "", THUSO_TEXT },
	{ "criterion", "Ruled out by", "", THUSO_TEXT },
	{ "value", "Value", "", THUSO_REAL },
	{ "threshold", "Threshold", "", THUSO_REAL },
	{ "reason", "Reason", "", THUSO_TEXT },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

typedef struct {
	const char *criterion, *reason;
	double value, threshold;
} Exclusion;

static gboolean excluded_row(const Run *run, ThusoTable *table, const ThusoPlace *place, const Exclusion *why, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, place->id);
	row_text(&row, place->title);
	row_text(&row, area_id(run, place->area));
	row_text(&row, why->criterion);
	row_real(&row, why->value);
	row_real(&row, why->threshold);
	row_text(&row, why->reason);
	row_point(&row, place->x, place->y);
	return TRUE;
}

static Exclusion exclusion_of(const Run *run, gint64 i)
{
	const ThusoRanking *r = run->ranking;
	gboolean is_missing = r->excluded_by[i] < 0;
	const ThusoCriterionUse *use = is_missing ? &run->criteria[r->excluded_criterion[i]] : &run->exclude[r->excluded_by[i]];
	return (Exclusion){ use->name, r->excluded_reason[i], shown_value(use, r->excluded_value[i]),
		                shown_value(use, r->excluded_threshold[i]) };
}

static gboolean excluded_sites(const Run *run, GPtrArray *tables, GError **error)
{
	static const Exclusion stuck = { "on_barrier", "Stands where nobody can go: water, a barrier, or no data.", NAN, NAN };
	g_autoptr(ThusoTable) table = tables_new(run, "excluded_sites", "Excluded sites", THUSO_POINT, excluded_columns);
	for (gint64 i = 0; i < run->ranking->n_excluded; i++) {
		Exclusion why = exclusion_of(run, i);
		if (!excluded_row(run, table, site_place(run, run->ranking->excluded_site[i]), &why, error))
			return FALSE;
	}
	guint next = 0;
	for (gint64 i = 0; i < run->candidates->n; i++) {
		if (next < run->usable->len && g_array_index(run->usable, gint64, next) == i)
			next++;
		else if (!excluded_row(run, table, &run->candidates->place[i], &stuck, error))
			return FALSE;
	}
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_sites(const Run *run, GPtrArray *tables, GError **error)
{
	return ranked_sites(run, tables, error) && tables_planned(run, tables, error) && centres(run, tables, error) &&
	       excluded_sites(run, tables, error);
}
