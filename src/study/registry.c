/* The descriptors of every kind, gathered for readers who need nothing private. */
#include <thuso/friction.h>
#include <thuso/location.h>
#include <thuso/measures.h>
#include <thuso/monitoring.h>
#include <thuso/registry.h>
#include <thuso/report.h>
#include <thuso/siting.h>

#include <string.h>

#include "schema.h"
#include "standards.h"

static const ThusoDescriptor *const *descriptors_new(GPtrArray *items)
{
	g_ptr_array_add(items, NULL);
	return (const ThusoDescriptor *const *) g_ptr_array_free(items, FALSE);
}

/* The descriptors of a list of things that each begin with one. */
#define GATHER(function, type, list)                                                                                             \
	static const ThusoDescriptor *const *function(void)                                                                          \
	{                                                                                                                            \
		GPtrArray *items = g_ptr_array_new();                                                                                    \
		for (const type *const *item = list; *item; item++)                                                                      \
			g_ptr_array_add(items, (gpointer) & (*item)->about);                                                                 \
		return descriptors_new(items);                                                                                           \
	}
GATHER(criteria, ThusoCriterion, thuso_criteria)
GATHER(slopes, ThusoSlopeFunction, thuso_slope_functions)
GATHER(models, ThusoModel, thuso_models)
GATHER(sections, ThusoReportSection, thuso_report_sections)
GATHER(measures, ThusoAccessMeasure, thuso_access_measures)
GATHER(decays, ThusoDecay, thuso_decays)
GATHER(equity, ThusoEquityIndex, thuso_equity_indices)
GATHER(flags, ThusoFlag, thuso_flags)

static const ThusoDescriptor *const *standards(void)
{
	return study_presets;
}

/* The study file's blocks, as descriptors whose parameters are their keys. */
static const ThusoDescriptor *const *study_blocks(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoParam *p = study_schema; p->name; p++) {
		if (p->kind == THUSO_PARAM_LATER)
			continue;
		ThusoDescriptor *block = g_new0(ThusoDescriptor, 1);
		*block = (ThusoDescriptor){ p->name, p->help, p->required ? "required" : "optional", "the study file",
			                        p->kind == THUSO_PARAM_BLOCK ? p->block
			                        : p->item->block             ? p->item->block
			                                                     : p->item };
		g_ptr_array_add(items, block);
	}
	return descriptors_new(items);
}

static gpointer build(gpointer unused)
{
	static const struct {
		const char *name, *title;
		const ThusoDescriptor *const *(*items)(void);
	} known[] = {
		{ "criteria", "Ranking criteria and exclusions", criteria },
		{ "slopes", "Slope functions of walking and cycling", slopes },
		{ "models", "Location models", models },
		{ "measures", "Measures of access", measures },
		{ "decays", "What a cost is worth, for measures of access", decays },
		{ "equity", "Indices of how evenly access is spread", equity },
		{ "flags", "Delisting flags of monitoring", flags },
		{ "standards", "Access standards that a source states", standards },
		{ "study", "Blocks and keys of the study file", study_blocks },
		{ "sections", "Sections of a report", sections },
	};
	(void) unused;
	ThusoRegistry *kinds = g_new0(ThusoRegistry, G_N_ELEMENTS(known));
	const ThusoRegistry **list = g_new0(const ThusoRegistry *, G_N_ELEMENTS(known) + 1);
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		kinds[i] = (ThusoRegistry){ known[i].name, known[i].title, known[i].items() };
		list[i] = &kinds[i];
	}
	return list;
}

const ThusoRegistry *const *thuso_registries(void)
{
	static GOnce once = G_ONCE_INIT;
	return g_once(&once, build, NULL);
}

const ThusoRegistry *thuso_registry_find(const char *name)
{
	for (const ThusoRegistry *const *r = thuso_registries(); *r; r++)
		if (strcmp((*r)->name, name) == 0)
			return *r;
	return NULL;
}
