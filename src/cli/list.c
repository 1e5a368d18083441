/* `thuso list`: criteria, slope functions, location models, the keys of the study file, from the descriptors themselves. */
#include <thuso/registry.h>

#include <stdio.h>
#include <string.h>

#include "command.h"

static const char *kind_text(const ThusoParam *p)
{
	static const char *const words[] = { "text",   "quantity", "whole number", "true or false",
		                                 "choice", "block",    "list",         "names with values",
		                                 "" };
	return words[p->kind];
}

static void print_param(const ThusoParam *p, int indent);

static void print_params(const ThusoParam *params, int indent)
{
	for (const ThusoParam *p = params; p && p->name; p++)
		if (p->kind != THUSO_PARAM_LATER)
			print_param(p, indent);
}

static void print_param(const ThusoParam *p, int indent)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_string_append_printf(line, "%s (%s%s): %s", p->name, kind_text(p), p->required ? ", required" : "", p->help ? p->help : "");
	if (p->choices) {
		g_autofree char *all = g_strjoinv(", ", (char **) p->choices);
		g_string_append_printf(line, " [%s]", all);
	}
	if (p->default_text)
		g_string_append_printf(line, " [default %s; %s%s%s]", p->default_text, p->origin ? p->origin : "user",
		                       p->source ? ": " : "", p->source ? p->source : "");
	print_wrapped(line->str, indent);
	/* A source's keys are the same everywhere: shown once, at the first level. */
	if (indent < 8)
		print_params(p->block ? p->block : p->item && p->item->block ? p->item->block : NULL, indent + 4);
}

static void print_descriptor(const ThusoDescriptor *d)
{
	printf("%s \xe2\x80\x93 %s\n", d->name, d->title ? d->title : "");
	if (d->summary)
		print_wrapped(d->summary, 2);
	if (d->source) {
		g_autofree char *source = g_strdup_printf("source: %s", d->source);
		print_wrapped(source, 2);
	}
	print_params(d->params, 4);
	printf("\n");
}

static void print_kinds(void)
{
	for (const ThusoRegistry *const *r = thuso_registries(); *r; r++) {
		printf("%s \xe2\x80\x93 %s:", (*r)->name, (*r)->title);
		for (const ThusoDescriptor *const *d = (*r)->items; *d; d++)
			printf(" %s", (*d)->name);
		printf("\n");
	}
	printf("\n`thuso list KIND` shows each with its parameters and sources.\n");
}

static void add_params(ThusoJson *json, const ThusoParam *params)
{
	for (const ThusoParam *p = params; p && p->name; p++) {
		if (p->kind == THUSO_PARAM_LATER)
			continue;
		thuso_json_open(json, p->name);
		thuso_json_text(json, "kind", kind_text(p));
		thuso_json_text(json, "help", p->help);
		thuso_json_text(json, "default", p->default_text);
		thuso_json_text(json, "origin", p->origin);
		thuso_json_text(json, "source", p->source);
		if (p->choices)
			thuso_json_texts(json, "choices", (char *const *) p->choices);
		thuso_json_close(json);
	}
}

static void print_json(const ThusoRegistry *only)
{
	ThusoJson *json = thuso_json_new();
	for (const ThusoRegistry *const *r = thuso_registries(); *r; r++) {
		if (only && *r != only)
			continue;
		thuso_json_open(json, (*r)->name);
		for (const ThusoDescriptor *const *d = (*r)->items; *d; d++) {
			thuso_json_open(json, (*d)->name);
			thuso_json_text(json, "title", (*d)->title);
			thuso_json_text(json, "summary", (*d)->summary);
			thuso_json_text(json, "source", (*d)->source);
			thuso_json_open(json, "parameters");
			add_params(json, (*d)->params);
			thuso_json_close(json);
			thuso_json_close(json);
		}
		thuso_json_close(json);
	}
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

static gboolean unknown_kind(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const ThusoRegistry *const *r = thuso_registries(); *r; r++)
		g_ptr_array_add(names, (gpointer) (*r)->name);
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "'%s' is no kind of thing; known are: %s%s%s%s", name, all,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return FALSE;
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	(void) context;
	const ThusoRegistry *only = options->n_arguments > 0 ? thuso_registry_find(options->arguments[0]) : NULL;
	if (options->n_arguments > 0 && !only)
		return unknown_kind(options->arguments[0], error);
	if (options->json)
		print_json(only);
	else if (!only)
		print_kinds();
	for (const ThusoDescriptor *const *d = only && !options->json ? only->items : NULL; d && *d; d++)
		print_descriptor(*d);
	return TRUE;
}

const Command command_list = {
	.name = "list",
	.arguments = "[KIND]",
	.summary = "criteria, slope functions, location models, keys of the study file, with sources",
	.text = "Without KIND the kinds there are; with one, everything of that kind with its parameters, defaults and where they "
	        "come from.",
	.min_arguments = 0,
	.max_arguments = 1,
	.run = run,
};
