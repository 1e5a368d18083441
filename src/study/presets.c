/* Access standards that a source states, for `thuso list standards`. No entry for Thusong centres: none was found that could be cited. */
#include "standards.h"

static const ThusoDescriptor sassa = {
	.name = "sassa",
	.title = "SASSA local office, 40 km",
	.summary =
	    "A local office within 40 km of beneficiaries, a mobile service elsewhere. The model says radius; a limit of a trip is "
	    "stricter: {service: sassa, trip: taxi, limit: 40 km, departments: [SASSA]}",
	.source = "SASSA service model 2010 (skillsportal.co.za)",
};
static const ThusoDescriptor sassa_metro = {
	.name = "sassa_metro",
	.title = "SASSA office in a metro, 15 km by minibus taxi",
	.summary = "{service: sassa, settlement: urban, trip: taxi, limit: 15 km, departments: [SASSA]}",
	.source = "CSIR, DSD and SASSA Johannesburg, September 2012",
};
static const ThusoDescriptor clinic = {
	.name = "clinic",
	.title = "Clinic, 5 km",
	.summary = "{service: clinic, trip: walk, limit: 5 km, departments: [Clinic]}",
	.source = "Mbizana clinics, CSIR 2018 (researchspace.csir.co.za 10204/10597)",
};
static const ThusoDescriptor thusong = {
	.name = "thusong",
	.title = "Thusong Service Centre: to be decided",
	.summary =
	    "No standard that could be cited is known. Usual values to look at are 5, 10, 15, 25 and 40 km; the council decides.",
	.source = "a policy decision",
};

const ThusoDescriptor *const study_presets[] = { &thusong, &sassa, &sassa_metro, &clinic, NULL };
