/* What a section gets, and the list's members. */
#ifndef REPORT_SECTION_H
#define REPORT_SECTION_H

#include <thuso/report.h>

#include "document.h"
#include "facts.h"

struct ThusoReportPage {
	Document *document;
	const Facts *facts;
	const Area *area;
	const Level *level; /* that has the pages */
	char *const *files; /* of its areas, by row */
};

/* section_data.c: rows of a table of the result as they are: `columns` (NULL-terminated; NULL = all) that have values, under their own
 * titles. Numbers of 1000 and more, and whole ones, have no decimals. At most SECTION_ROWS rows. */
#define SECTION_ROWS 40
void section_plain(const ThusoReportPage *page, FactsTable which, const GArray *rows, const char *const *columns,
                   const char *caption);
GArray *section_all_rows(const ThusoTable *table); /* of gint64 */
/* The rows of the page's area in a table that has every level and the whole study. */
GArray *section_area_rows(const ThusoReportPage *page, const ThusoTable *table); /* of gint64 */
/* "12,345 (43.3 %)", without the share where there is none. Caller frees. */
char *section_people(double people, double share);

extern const ThusoReportSection section_summary, section_map, section_areas, section_bands, section_access, section_standards,
    section_zones, section_trips, section_methods, section_plan, section_infrastructure, section_mobile, section_rollout,
    section_residual, section_ranking, section_sensitivity, section_settings, section_measures, section_centres, section_excluded,
    section_change, section_quality, section_parameters, section_provenance;

#endif
