/* The descriptors of every kind, gathered for readers who need nothing private. */
#include <thuso/friction.h>
#include <thuso/measures.h>
#include <thuso/monitoring.h>
#include <thuso/registry.h>
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

static const ThusoDescriptor *const *measures(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoAccessMeasure *const *m = thuso_access_measures; *m; m++)
		g_ptr_array_add(items, (gpointer) & (*m)->about);
	return descriptors_new(items);
}

static const ThusoDescriptor *const *decays(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoDecay *const *d = thuso_decays; *d; d++)
		g_ptr_array_add(items, (gpointer) & (*d)->about);
	return descriptors_new(items);
}

static const ThusoDescriptor *const *equity(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoEquityIndex *const *e = thuso_equity_indices; *e; e++)
		g_ptr_array_add(items, (gpointer) & (*e)->about);
	return descriptors_new(items);
}

static const ThusoDescriptor *const *flags(void)
{
	GPtrArray *items = g_ptr_array_new();
	for (const ThusoFlag *const *f = thuso_flags; *f; f++)
		g_ptr_array_add(items, (gpointer) & (*f)->about);
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
	enum { N = 7 };
	ThusoRegistry *kinds = g_new0(ThusoRegistry, N);
	const ThusoRegistry **list = g_new0(const ThusoRegistry *, N + 1);
	kinds[0] = (ThusoRegistry){ "criteria", "Ranking criteria and exclusions", criteria() };
	kinds[1] = (ThusoRegistry){ "slopes", "Slope functions of walking and cycling", slopes() };
	kinds[2] = (ThusoRegistry){ "measures", "Measures of access (library)", measures() };
	kinds[3] = (ThusoRegistry){ "decays", "What a cost is worth, for measures of access (library)", decays() };
	kinds[4] = (ThusoRegistry){ "equity", "Indices of how evenly access is spread (library)", equity() };
	kinds[5] = (ThusoRegistry){ "flags", "Delisting flags of monitoring", flags() };
	kinds[6] = (ThusoRegistry){ "study", "Blocks and keys of the study file", study_blocks() };
	for (int i = 0; i < N; i++)
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
