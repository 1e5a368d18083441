/* The one writer of XML: every name, value and text of a style or project goes through its escaping. */
#ifndef THUSO_OUT_XML_H
#define THUSO_OUT_XML_H

#include <glib.h>

typedef struct ThusoXml ThusoXml;

/* `head` stands before the first element (declaration, document type) and is not escaped. */
ThusoXml *thuso_xml_new(const char *head);
void thuso_xml_free(ThusoXml *xml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoXml, thuso_xml_free)

/* Opens <element name="value" ...>; pairs of names and values end with NULL. A NULL value leaves its attribute out. */
void thuso_xml_open(ThusoXml *xml, const char *element, ...) G_GNUC_NULL_TERMINATED;
void thuso_xml_close(ThusoXml *xml);
/* One more attribute of the element that was opened just now. */
void thuso_xml_add(ThusoXml *xml, const char *name, const char *value);
/* <element name="value" .../> */
void thuso_xml_leaf(ThusoXml *xml, const char *element, ...) G_GNUC_NULL_TERMINATED;
/* Text inside the element opened last. */
void thuso_xml_content(ThusoXml *xml, const char *text);
/* <element>text</element> */
void thuso_xml_text(ThusoXml *xml, const char *element, const char *text);
/* The document, every element closed; frees the writer. Caller frees. */
char *thuso_xml_finish(ThusoXml *xml);

/* A number as text that no locale changes; caller frees. */
char *thuso_xml_real(double value);

#endif
