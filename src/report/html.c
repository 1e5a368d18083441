/* The HTML back end. The page asks nobody for anything: its policy allows the one style sheet and the one script that stand in it, by
 * their hashes, and nothing else. */
#include "html.h"

#include <string.h>

#include "assets.h"
#include "markup.h"
#include "svg.h"

typedef struct {
	Markup *markup;
	const Document *document;
	int n_figures;
	gboolean in_section;
} Page;

static const Block *block_at(const Document *document, guint i)
{
	return i < document->blocks->len ? g_ptr_array_index(document->blocks, i) : NULL;
}

static gboolean has_live(const Document *document)
{
	for (guint i = 0; i < document->blocks->len; i++)
		if (block_at(document, i)->is_live)
			return TRUE;
	return FALSE;
}

/* --- head ----------------------------------------------------------------------------------------------------------------------- */

/* 'sha256-...' of what stands between the tags. */
static char *hash_source(const char *text)
{
	guint8 digest[32];
	gsize size = sizeof digest;
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, (const guchar *) text, -1);
	g_checksum_get_digest(sum, digest, &size);
	g_checksum_free(sum);
	g_autofree char *base64 = g_base64_encode(digest, size);
	return g_strdup_printf("'sha256-%s'", base64);
}

static void write_head(Page *page)
{
	const Document *d = page->document;
	g_autofree char *style = hash_source(page_css), *script = has_live(d) ? hash_source(map_js) : g_strdup("'none'");
	g_autofree char *policy =
	    g_strdup_printf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", style, script);
	g_autofree char *title = g_strconcat(d->title, " \xe2\x80\x93 ", d->subtitle, NULL);
	markup_open(page->markup, "head", NULL);
	markup_leaf(page->markup, TRUE, "meta", "charset", "utf-8", NULL);
	markup_leaf(page->markup, TRUE, "meta", "http-equiv", "Content-Security-Policy", "content", policy, NULL);
	markup_leaf(page->markup, TRUE, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	markup_leaf(page->markup, TRUE, "meta", "name", "referrer", "content", "no-referrer", NULL);
	markup_text(page->markup, "title", title);
	markup_open(page->markup, "style", NULL);
	markup_constant(page->markup, page_css);
	markup_close(page->markup);
	markup_close(page->markup);
	markup_newline(page->markup);
}

static void write_link(Markup *markup, const char *target, const char *text)
{
	markup_open(markup, "a", "href", target, NULL);
	markup_content(markup, text);
	markup_close(markup);
}

static void write_nav(Page *page)
{
	markup_open(page->markup, "nav", "aria-label", "On this page", NULL);
	markup_open(page->markup, "ul", NULL);
	if (page->document->home) {
		markup_open(page->markup, "li", NULL);
		write_link(page->markup, page->document->home, "\xe2\x86\x90 Overview of all areas");
		markup_close(page->markup);
	}
	for (guint i = 0; i < page->document->blocks->len; i++) {
		const Block *block = block_at(page->document, i);
		if (block->kind != BLOCK_HEADING)
			continue;
		g_autofree char *target = g_strconcat("#", block->id, NULL);
		markup_open(page->markup, "li", NULL);
		write_link(page->markup, target, block->text);
		markup_close(page->markup);
	}
	markup_close(page->markup);
	markup_close(page->markup);
	markup_newline(page->markup);
}

/* --- blocks ---------------------------------------------------------------------------------------------------------------------- */

static void write_heading(Page *page, const Block *block)
{
	if (page->in_section)
		markup_close(page->markup);
	page->in_section = TRUE;
	markup_newline(page->markup);
	markup_open(page->markup, "section", "aria-labelledby", block->id, NULL);
	markup_open(page->markup, "h2", "id", block->id, NULL);
	markup_content(page->markup, block->text);
	markup_close(page->markup);
}

static gboolean is_kind(const Document *document, guint i, BlockKind kind)
{
	const Block *block = block_at(document, i);
	return block && block->kind == kind;
}

static void write_item(Page *page, guint i, const Block *block)
{
	if (i == 0 || !is_kind(page->document, i - 1, BLOCK_ITEM))
		markup_open(page->markup, "ul", "class", "said", NULL);
	markup_text(page->markup, "li", block->text);
	if (!is_kind(page->document, i + 1, BLOCK_ITEM))
		markup_close(page->markup);
}

static void write_key(Page *page, guint i, const Block *block)
{
	if (i == 0 || !is_kind(page->document, i - 1, BLOCK_KEY))
		markup_open(page->markup, "ul", "class", "keys", NULL);
	markup_open(page->markup, "li", NULL);
	markup_text(page->markup, "strong", block->text);
	markup_content(page->markup, " ");
	markup_text(page->markup, "span", block->detail);
	markup_close(page->markup);
	if (!is_kind(page->document, i + 1, BLOCK_KEY))
		markup_close(page->markup);
}

static const char *column_class(const TableColumn *column)
{
	return column->is_number ? "n" : column->form == COLUMN_SHORT ? "s" : column->form == COLUMN_WIDE ? "w" : NULL;
}

static void write_cell(Page *page, const DocTable *table, guint row, guint c)
{
	const TableColumn *column = &g_array_index(table->columns, TableColumn, c);
	guint i = row * table->columns->len + c;
	const char *text = i < table->cells->len ? g_ptr_array_index(table->cells, i) : "";
	const char *link = c == 0 ? g_ptr_array_index(table->links, row) : NULL;
	markup_open(page->markup, c == 0 ? "th" : "td", "scope", c == 0 ? "row" : NULL, "class", column_class(column), NULL);
	if (link)
		write_link(page->markup, link, text);
	else
		markup_content(page->markup, text);
	markup_close(page->markup);
}

static void write_table(Page *page, const DocTable *table)
{
	markup_open(page->markup, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", table->caption, NULL);
	markup_open(page->markup, "table", NULL);
	markup_text(page->markup, "caption", table->caption);
	markup_open(page->markup, "thead", NULL);
	markup_open(page->markup, "tr", NULL);
	for (guint c = 0; c < table->columns->len; c++) {
		const TableColumn *column = &g_array_index(table->columns, TableColumn, c);
		markup_open(page->markup, "th", "scope", "col", "class", column_class(column), NULL);
		markup_content(page->markup, column->title);
		markup_close(page->markup);
	}
	markup_close(page->markup);
	markup_close(page->markup);
	markup_open(page->markup, "tbody", NULL);
	for (guint row = 0; row < doc_table_rows(table); row++) {
		markup_newline(page->markup);
		markup_open(page->markup, "tr", NULL);
		for (guint c = 0; c < table->columns->len; c++)
			write_cell(page, table, row, c);
		markup_close(page->markup);
	}
	markup_close(page->markup);
	markup_close(page->markup);
	markup_close(page->markup);
	markup_newline(page->markup);
}

/* --- figures ----------------------------------------------------------------------------------------------------------------------- */

static gboolean has_group(const Scene *scene, const char *name)
{
	for (guint i = 0; i < scene->ops->len; i++) {
		const SceneOp *op = &g_array_index(scene->ops, SceneOp, i);
		if (op->kind == SCENE_OP_OPEN && g_strcmp0(op->group.name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void write_button(Markup *markup, const char *what, const char *text, const char *label)
{
	markup_open(markup, "button", "type", "button", "data-do", what, "aria-label", label, NULL);
	markup_content(markup, text);
	markup_close(markup);
}

static void write_switch(Markup *markup, const char *type, const char *layer, const char *text, gboolean on)
{
	gboolean radio = strcmp(type, "radio") == 0;
	markup_open(markup, "label", NULL);
	markup_leaf(markup, TRUE, "input", "type", type, "name", radio ? "bands" : NULL, "data-shows", layer, "checked",
	            on ? "checked" : NULL, NULL);
	markup_content(markup, text);
	markup_close(markup);
}

/* Shown by the script only: without it the map is a picture. */
static void write_controls(Page *page, const Scene *scene)
{
	static const struct {
		const char *layer, *text;
	} layers[] = { { "centres", "Centres" },
		           { "ranked", "Ranked sites" },
		           { "planned", "Plan" },
		           { "names", "Names" },
		           { "outlines", "Boundaries" } };
	Markup *m = page->markup;
	markup_open(m, "div", "class", "controls", "hidden", "hidden", NULL);
	write_button(m, "in", "+", "Zoom in");
	write_button(m, "out", "\xe2\x88\x92", "Zoom out");
	write_button(m, "all", "All", "Show the whole map");
	if (has_group(scene, "bands-now") && has_group(scene, "bands-plan")) {
		write_switch(m, "radio", "bands-now", "Travel now", TRUE);
		write_switch(m, "radio", "bands-plan", "Travel with the plan", FALSE);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(layers); i++)
		if (has_group(scene, layers[i].layer))
			write_switch(m, "checkbox", layers[i].layer, layers[i].text, TRUE);
	markup_open(m, "label", NULL);
	markup_content(m, "Find a site ");
	markup_leaf(m, TRUE, "input", "type", "search", NULL);
	markup_close(m);
	markup_text(m, "output", "all");
	markup_close(m);
}

static void write_about(Page *page)
{
	markup_open(page->markup, "div", "class", "about", "hidden", "hidden", "role", "status", NULL);
	markup_open(page->markup, "p", NULL);
	markup_text(page->markup, "strong", "Nothing is chosen yet. ");
	markup_text(page->markup, "span", "Choose a site on the map to read about it.");
	markup_close(page->markup);
	markup_close(page->markup);
}

static void write_figure(Page *page, const Block *block)
{
	g_autofree char *id = g_strdup_printf("f%d", ++page->n_figures);
	SvgOptions options = { .title = block->text, .detail = block->detail, .id = id, .is_live = block->is_live };
	markup_newline(page->markup);
	markup_open(page->markup, "figure", "class", block->is_map ? "map" : "chart", NULL);
	markup_text(page->markup, "figcaption", block->text);
	if (block->is_live)
		write_controls(page, block->scene);
	if (block->is_live)
		write_about(page);
	markup_open(page->markup, "div", "class", block->is_map ? "scroll" : NULL, "tabindex", block->is_map ? "0" : NULL, "role",
	            block->is_map ? "region" : NULL, "aria-label", block->is_map ? block->text : NULL, NULL);
	svg_write(page->markup, block->scene, &options);
	markup_close(page->markup);
	markup_close(page->markup);
	markup_newline(page->markup);
}

static void write_block(Page *page, guint i)
{
	const Block *block = block_at(page->document, i);
	switch (block->kind) {
	case BLOCK_HEADING:
		write_heading(page, block);
		break;
	case BLOCK_PARAGRAPH:
		markup_text(page->markup, "p", block->text);
		break;
	case BLOCK_ITEM:
		write_item(page, i, block);
		break;
	case BLOCK_KEY:
		write_key(page, i, block);
		break;
	case BLOCK_NOTE:
		markup_text_class(page->markup, "p", "note", block->text);
		break;
	case BLOCK_TABLE:
		write_table(page, block->table);
		break;
	default:
		write_figure(page, block);
		break;
	}
}

static void write_main(Page *page)
{
	markup_open(page->markup, "main", "id", "main", NULL);
	for (guint i = 0; i < page->document->blocks->len; i++)
		write_block(page, i);
	if (page->in_section)
		markup_close(page->markup);
	markup_close(page->markup);
	markup_newline(page->markup);
}

char *html_page(const Document *document, const char *foot, gsize *size)
{
	Page page = { markup_new(), document, 0, FALSE };
	Markup *m = page.markup;
	markup_constant(m, "<!DOCTYPE html>\n");
	markup_open(m, "html", "lang", "en-ZA", NULL);
	write_head(&page);
	markup_open(m, "body", NULL);
	markup_open(m, "a", "class", "skip", "href", "#main", NULL);
	markup_content(m, "Skip to the content");
	markup_close(m);
	markup_open(m, "header", NULL);
	markup_text_class(m, "p", "over", document->subtitle);
	markup_text(m, "h1", document->title);
	markup_close(m);
	write_nav(&page);
	write_main(&page);
	markup_text(m, "footer", foot);
	if (has_live(document)) {
		markup_open(m, "script", NULL);
		markup_constant(m, map_js);
		markup_close(m);
	}
	return markup_finish(m, size);
}
