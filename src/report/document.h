/* A page as blocks of meaning, before anybody knows whether it becomes HTML or printed pages. Sections only add blocks. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "scene.h"

typedef enum {
	BLOCK_HEADING,
	BLOCK_PARAGRAPH,
	BLOCK_ITEM,   /* of a list; items that follow each other are one list */
	BLOCK_FIGURE, /* a scene with a caption */
	BLOCK_TABLE,
	BLOCK_KEY,  /* a number that matters, with what it is; those that follow each other stand side by side */
	BLOCK_NOTE, /* set apart */
} BlockKind;

typedef enum { COLUMN_PLAIN, COLUMN_SHORT, COLUMN_WIDE } ColumnForm;

typedef struct {
	char *title;
	gboolean is_number; /* set to the right */
	ColumnForm form;
} TableColumn;

typedef struct {
	char *caption;
	GArray *columns;  /* of TableColumn */
	GPtrArray *cells; /* char *, row by row */
	GPtrArray *links; /* char *, one a row, where the first cell leads; or NULL */
} DocTable;

typedef struct {
	BlockKind kind;
	char *text;   /* heading, paragraph, item, note, caption of a figure; a key's value */
	char *detail; /* a figure's text for who cannot see it; what a key's value is */
	char *id;     /* of a heading */
	Scene *scene;
	gboolean is_map, is_live;
	DocTable *table;
} Block;

typedef struct {
	char *title, *subtitle; /* "Rooivinkpoort", "Lehlabile demonstration, 2026-11-21" */
	char *home;             /* file of the overview, or NULL on the overview itself */
	GPtrArray *blocks;      /* of Block */
} Document;

Document *document_new(const char *title, const char *subtitle, const char *home);
void document_free(Document *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, document_free)

void document_heading(Document *document, const char *id, const char *text);
void document_paragraph(Document *document, const char *format, ...) G_GNUC_PRINTF(2, 3);
void document_item(Document *document, const char *format, ...) G_GNUC_PRINTF(2, 3);
void document_note(Document *document, const char *text);
void document_key(Document *document, const char *value, const char *what);
/* Takes the scene. `detail` says what is to be seen. */
void document_figure(Document *document, Scene *scene, const char *caption, const char *detail);
void document_map(Document *document, Scene *scene, const char *caption, const char *detail, gboolean is_live);

/* Add columns, then cells; the table joins the document at document_table, which takes it. A table without rows is dropped. */
DocTable *doc_table_new(const char *caption);
void doc_table_column(DocTable *table, const char *title, gboolean is_number);
/* Of the column added last: short ones are not broken, wide ones (sentences) get room. */
void doc_table_form(DocTable *table, ColumnForm form);
void doc_table_cell(DocTable *table, const char *text);   /* copies; NULL = a dash */
void doc_table_take(DocTable *table, char *text);         /* takes */
void doc_table_link(DocTable *table, const char *target); /* of the row begun last */
guint doc_table_rows(const DocTable *table);
void document_table(Document *document, DocTable *table);

#endif
