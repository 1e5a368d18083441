/* The table `sensitivity`: one row a setting. And what is told of the draws elsewhere. */
#include <math.h>

#include "sensitivity.h"
#include "tables.h"

static const ColumnSpec columns[] = {
	{ "setting", "Setting", "", THUSO_TEXT },
	{ "moved", "What was moved", "", THUSO_TEXT },
	{ "value", "To which value", "", THUSO_TEXT },
	{ "people_served_now", "People served now", "people", THUSO_REAL },
	{ "share_served_now", "Share served now, of assessed people", "%", THUSO_REAL },
	{ "people_served_kept", "People served by the plan's sites as they are", "people", THUSO_REAL },
	{ "share_served_kept", "Share served by the plan's sites as they are", "%", THUSO_REAL },
	{ "people_served_plan", "People served by a plan made for this setting", "people", THUSO_REAL },
	{ "share_served_plan", "Share served by a plan made for this setting", "%", THUSO_REAL },
	{ "sites_new", "New sites of that plan", "", THUSO_INTEGER },
	{ "sites_in_common", "Of them also new in the plan as stated", "", THUSO_INTEGER },
	{ "capital", "Capital cost of that plan (empty: a site has no cost)", "", THUSO_REAL },
	{ "operating", "Operating cost of that plan, a year", "", THUSO_REAL },
	{ "objective", "Objective of that plan's last phase, as in the table plans", "", THUSO_REAL },
	{ "rank_correlation", "Spearman's correlation with the ranking as stated", "-1 to 1", THUSO_REAL },
	{ "top_10_in_common", "Sites of the top 10 as stated that stay there", "", THUSO_REAL },
	{ "first_site", "Best site", "", THUSO_TEXT },
	{ "note", "Note", "", THUSO_TEXT },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

static void row_count(Row *row, double value)
{
	if (isnan(value))
		row_null(row);
	else
		row_integer(row, (gint64) value);
}

static gboolean write_setting(ThusoTable *table, const SensitivityRow *setting, GError **error)
{
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_text(&row, setting->setting);
	row_text(&row, setting->moved);
	row_text(&row, setting->value);
	row_real(&row, setting->people_now);
	row_real(&row, setting->share_now);
	row_real(&row, setting->people_kept);
	row_real(&row, setting->share_kept);
	row_real(&row, setting->people_plan);
	row_real(&row, setting->share_plan);
	row_count(&row, setting->sites_new);
	row_count(&row, setting->sites_kept);
	row_real(&row, setting->capital);
	row_real(&row, setting->operating);
	row_real(&row, setting->objective);
	row_real(&row, setting->correlation);
	row_real(&row, setting->top_kept);
	row_text(&row, setting->first);
	row_text(&row, setting->note);
	return TRUE;
}

gboolean tables_sensitivity(const Run *run, GPtrArray *tables, GError **error)
{
	if (!run->sensitivity)
		return TRUE;
	g_autoptr(ThusoTable) table = tables_new(run, "sensitivity", "How sure ranks and plan are", THUSO_NO_GEOMETRY, columns);
	for (guint i = 0; i < run->sensitivity->rows->len; i++)
		if (!write_setting(table, &g_array_index(run->sensitivity->rows, SensitivityRow, i), error))
			return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

/* Neither all nor none unless it is so. */
static double percent(gint64 part, gint64 all)
{
	double share = 100 * (double) part / (double) all;
	return share > 0 && share < 1 ? 1 : share > 99 && share < 100 ? 99 : round(share);
}

char *sensitivity_words(const Run *run, gint64 site)
{
	const ThusoSensitivity *draws = run->sensitivity->draws;
	g_autofree char *n = thuso_format_count((double) draws->draws);
	g_autofree char *range =
	    draws->best[site] == draws->worst[site]
	        ? g_strdup_printf("%" G_GINT64_FORMAT, draws->best[site])
	        : g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, draws->best[site], draws->worst[site]);
	if (draws->n_listed[site] == 0)
		return g_strdup_printf("In none of %s draws listed: a neighbour stands for it.", n);
	g_autofree char *neighbour =
	    draws->n_listed[site] < draws->draws
	        ? g_strdup_printf(" (a neighbour stands for it in %.0f %%)", 100 - percent(draws->n_listed[site], draws->draws))
	        : g_strdup("");
	return g_strdup_printf("In the top %" G_GINT64_FORMAT " in %.0f %% of %s draws%s; rank %s.", run->sensitivity->options.top,
	                       percent(draws->n_top[site], draws->draws), n, neighbour, range);
}

gboolean sensitivity_facts(const Run *run, ThusoTable *parameters, GError **error)
{
	if (!run->sensitivity)
		return TRUE;
	g_autofree char *travel = run->sensitivity->levels->len > 1
	                              ? g_strdup_printf("; travel as stated or as one of the %u other settings, each as likely",
	                                                run->sensitivity->levels->len - 1)
	                              : g_strdup("");
	g_autofree char *words = g_strdup_printf("each weight even within its range, not below 0%s", travel);
	return tables_fact(parameters, "sensitivity.distribution", words, "", "src/siting/README.md", error) &&
	       tables_fact(parameters, "sensitivity.rank_correlation", "Spearman's, of the ranks of sites listed in both", "",
	                   "Spearman 1904", error);
}
