/* What changed between two results: ranking, plans, centres, people served, inputs, parameters (src/compare/README.md). */
#ifndef THUSO_COMPARE_H
#define THUSO_COMPARE_H

#include <thuso/base.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* `change` has one row a change, without geometry:
 *     kind        ranked_site, planned_site, centre, people_served_now, people_served_plan, input, parameter, program
 *     level       of people: the layer (municipalities, district, ...); of planned_site: the plan; else NULL
 *     id, title   site, area, input or parameter
 *     change      up, down (ranks); added, dropped, earlier, later (planned sites); opened, closed (centres); gained, lost (people);
 *                 new, gone; changed
 *     old, new    as text: rank, step, people, SHA-256, value with unit; NULL where there is none
 *     difference  new - old where both are numbers, else NULL
 * Kinds come in that order; sites by their new rank (those gone by their old), people by level in the order of NEW and then by the size
 * of the change.
 * `summary` (name, value): sites_old, sites_new, sites_up, sites_down, sites_same, sites_added, sites_gone, planned_added, planned_dropped,
 * planned_same, centres_opened, centres_closed, centres_new, centres_gone, inputs_changed, parameters_changed, and where both results have
 * areas: people_old, people_new, served_now_old, served_now_new, served_plan_old, served_plan_new (over the level with the fewest
 * areas), gained_now, lost_now, gained_plan, lost_plan (sums over the level with the most areas, so that what one gains does not hide
 * what another loses).
 * `notes`: what could not be compared, and why. */
typedef struct {
	ThusoTable *change, *summary;
	char **notes; /* NULL-terminated */
} ThusoComparison;
void thuso_comparison_free(ThusoComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoComparison, thuso_comparison_free)

/* Compares two GeoPackages that `thuso run` or `rank` wrote. A table that one of them lacks counts as empty where it holds sites (tables
 * without rows are not written); where it holds areas, inputs or parameters it is not compared and noted. Errors: THUSO_ERROR_INPUT (no such
 * file, damaged, no result of Thuso), _CANCELLED. */
ThusoComparison *thuso_compare(ThusoContext *context, const char *old_path, const char *new_path, GError **error);
/* The same with the tables (of ThusoTable) of a result that is going to be written at `new_path`. */
ThusoComparison *thuso_compare_tables(ThusoContext *context, const char *old_path, const char *new_path, const GPtrArray *tables,
                                      GError **error);
double thuso_comparison_value(const ThusoComparison *comparison, const char *name); /* of the summary; NaN where it lacks */

/* The table `change` as CSV (UTF-8, decimal point), whole or not at all. Errors: THUSO_ERROR_USAGE (it stands there already and `overwrite`
 * is not given, another ending than .csv, no such folder), _FAILED. */
gboolean thuso_comparison_write(const ThusoComparison *comparison, const char *path, gboolean overwrite, GError **error);
/* The same refusals, before anything is computed. */
gboolean thuso_comparison_check_path(const char *path, gboolean overwrite, GError **error);

G_END_DECLS
#endif
