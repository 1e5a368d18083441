/* The descriptors of every kind, gathered for readers who need nothing private. */
#include <thuso/friction.h>
#include <thuso/registry.h>
#include <thuso/report.h>
#include <thuso/siting.h>

#include <string.h>

#include "schema.h"

static const ThusoDescriptor *const *descriptors_new(GPtrArray *items)
{
	g_ptr_array_add(items, NULL);
	return (const ThusoDescriptor *const *) g_ptr_array_free(items, FALSE);
}

static const ThusoDescriptor *const *criteria(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoCriterion *const *c = thuso_criteria; *c; c++)
		g_ptr_array_add(items, (gpointer) & (*c)->about);
	return descriptors_new(items);
}

static const ThusoDescriptor *const *slopes(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoSlopeFunction *const *s = thuso_slope_functions; *s; s++)
		g_ptr_array_add(items, (gpointer) & (*s)->about);
	return descriptors_new(items);
}

static const ThusoDescriptor *const *sections(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoReportSection *const *s = thuso_report_sections; *s; s++)
		g_ptr_array_add(items, (gpointer) & (*s)->about);
	return descriptors_new(items);
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
	(void) unused;
	ThusoRegistry *kinds = g_new0(ThusoRegistry, 4);
	const ThusoRegistry **list = g_new0(const ThusoRegistry *, 5);
	kinds[0] = (ThusoRegistry){ "criteria", "Ranking criteria and exclusions", criteria() };
	kinds[1] = (ThusoRegistry){ "slopes", "Slope functions of walking and cycling", slopes() };
	kinds[2] = (ThusoRegistry){ "study", "Blocks and keys of the study file", study_blocks() };
	kinds[3] = (ThusoRegistry){ "sections", "Sections of a report", sections() };
	for (int i = 0; i < 4; i++)
		list[i] = &kinds[i];
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
