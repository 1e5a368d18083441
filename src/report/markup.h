/* The one writer of HTML and SVG: every text and every value of an attribute goes through its escaping. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <glib.h>

typedef struct Markup Markup;

Markup *markup_new(void);
void markup_free(Markup *markup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Markup, markup_free)

/* <element name="value" ...>; pairs end with NULL. A NULL value leaves its attribute out. Names are constants of the program. */
void markup_open(Markup *markup, const char *element, ...) G_GNUC_NULL_TERMINATED;
void markup_close(Markup *markup);
/* <element ...>text</element> */
void markup_text(Markup *markup, const char *element, const char *text);
void markup_text_class(Markup *markup, const char *element, const char *class_name, const char *text);
/* An element without content; `is_void` writes it the HTML way (<meta>), else as <path/>. */
void markup_leaf(Markup *markup, gboolean is_void, const char *element, ...) G_GNUC_NULL_TERMINATED;
/* Text inside the element opened last. */
void markup_content(Markup *markup, const char *text);
/* A constant of the program, written as it stands (style sheet, script, document type). */
void markup_constant(Markup *markup, const char *text);
void markup_newline(Markup *markup);
/* The document; all must be closed. Frees the writer; caller frees the text. */
char *markup_finish(Markup *markup, gsize *size);

/* A number with at most `decimals` decimals, without a locale and without trailing zeros. */
const char *short_number(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value, int decimals);

#endif
