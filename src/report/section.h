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

extern const ThusoReportSection section_summary, section_map, section_areas, section_bands, section_access, section_plan,
    section_rollout, section_ranking, section_sensitivity, section_centres, section_excluded, section_change, section_quality,
    section_parameters, section_provenance;

#endif
