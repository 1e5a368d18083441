/* The sections of a report, in the order of the page. */
#include "section.h"

const ThusoReportSection *const thuso_report_sections[] = {
	&section_summary,        &section_map,      &section_areas,      &section_bands,      &section_access,
	&section_standards,      &section_zones,    &section_trips,      &section_methods,    &section_plan,
	&section_infrastructure, &section_rollout,  &section_residual,   &section_mobile,     &section_ranking,
	&section_sensitivity,    &section_settings, &section_measures,   &section_centres,    &section_excluded,
	&section_change,         &section_quality,  &section_parameters, &section_provenance, NULL,
};
