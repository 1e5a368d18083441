/* Blocks of a page. */
#include "document.h"

#include <stdarg.h>

#define DASH "\xe2\x80\x93"

static void doc_table_free(DocTable *table)
{
	if (!table)
		return;
	g_free(table->caption);
	g_array_unref(table->columns);
	g_ptr_array_unref(table->cells);
	g_ptr_array_unref(table->links);
	g_free(table);
}

static void block_free(gpointer data)
{
	Block *block = data;
	g_free(block->text);
	g_free(block->detail);
	g_free(block->id);
	scene_free(block->scene);
	doc_table_free(block->table);
	g_free(block);
}

Document *document_new(const char *title, const char *subtitle, const char *home)
{
	Document *document = g_new0(Document, 1);
	document->title = g_strdup(title);
	document->subtitle = g_strdup(subtitle);
	document->home = g_strdup(home);
	document->blocks = g_ptr_array_new_with_free_func(block_free);
	return document;
}

void document_free(Document *document)
{
	if (!document)
		return;
	g_free(document->title);
	g_free(document->subtitle);
	g_free(document->home);
	g_ptr_array_unref(document->blocks);
	g_free(document);
}

static Block *add(Document *document, BlockKind kind, char *text)
{
	Block *block = g_new0(Block, 1);
	block->kind = kind;
	block->text = text;
	g_ptr_array_add(document->blocks, block);
	return block;
}

void document_heading(Document *document, const char *id, const char *text)
{
	add(document, BLOCK_HEADING, g_strdup(text))->id = g_strdup(id);
}

void document_paragraph(Document *document, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	add(document, BLOCK_PARAGRAPH, g_strdup_vprintf(format, list));
	va_end(list);
}

void document_item(Document *document, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	add(document, BLOCK_ITEM, g_strdup_vprintf(format, list));
	va_end(list);
}

void document_note(Document *document, const char *text)
{
	add(document, BLOCK_NOTE, g_strdup(text));
}

void document_key(Document *document, const char *value, const char *what)
{
	add(document, BLOCK_KEY, g_strdup(value))->detail = g_strdup(what);
}

void document_map(Document *document, Scene *scene, const char *caption, const char *detail, gboolean is_live)
{
	Block *block = add(document, BLOCK_FIGURE, g_strdup(caption));
	block->detail = g_strdup(detail);
	block->scene = scene;
	block->is_map = TRUE;
	block->is_live = is_live;
}

void document_figure(Document *document, Scene *scene, const char *caption, const char *detail)
{
	document_map(document, scene, caption, detail, FALSE);
	((Block *) g_ptr_array_index(document->blocks, document->blocks->len - 1))->is_map = FALSE;
}

/* --- tables ------------------------------------------------------------------------------------------------------------------ */

static void column_clear(gpointer data)
{
	g_free(((TableColumn *) data)->title);
}

DocTable *doc_table_new(const char *caption)
{
	DocTable *table = g_new0(DocTable, 1);
	table->caption = g_strdup(caption);
	table->columns = g_array_new(FALSE, TRUE, sizeof(TableColumn));
	g_array_set_clear_func(table->columns, column_clear);
	table->cells = g_ptr_array_new_with_free_func(g_free);
	table->links = g_ptr_array_new_with_free_func(g_free);
	return table;
}

void doc_table_column(DocTable *table, const char *title, gboolean is_number)
{
	TableColumn column = { g_strdup(title), is_number, COLUMN_PLAIN };
	g_array_append_val(table->columns, column);
}

void doc_table_form(DocTable *table, ColumnForm form)
{
	g_array_index(table->columns, TableColumn, table->columns->len - 1).form = form;
}

void doc_table_take(DocTable *table, char *text)
{
	g_ptr_array_add(table->cells, text ? text : g_strdup(DASH));
}

void doc_table_cell(DocTable *table, const char *text)
{
	doc_table_take(table, g_strdup(text));
}

void doc_table_link(DocTable *table, const char *target)
{
	g_ptr_array_set_size(table->links, (gint) MAX(doc_table_rows(table), 1));
	table->links->pdata[table->links->len - 1] = g_strdup(target);
}

guint doc_table_rows(const DocTable *table)
{
	return table->columns->len ? (table->cells->len + table->columns->len - 1) / table->columns->len : 0;
}

void document_table(Document *document, DocTable *table)
{
	if (doc_table_rows(table) == 0) {
		doc_table_free(table);
		return;
	}
	g_ptr_array_set_size(table->links, (gint) doc_table_rows(table));
	add(document, BLOCK_TABLE, NULL)->table = table;
}
