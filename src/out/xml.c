/* The one writer of XML. Text that XML 1.0 cannot carry (control characters, bytes that are no UTF-8) is replaced, since one
 * such byte from a layer's title would make QGIS refuse the whole project. */
#include "xml.h"

struct ThusoXml {
	GString *text;
	GPtrArray *elements; /* open ones, outermost first */
};

static void append_escaped(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		gboolean control =
		    (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff;
		if (control) {
			g_string_append_unichar(out, 0xfffd);
			continue;
		}
		g_autofree char *escaped = g_markup_escape_text(p, g_utf8_next_char(p) - p);
		g_string_append(out, escaped);
	}
}

static void append_start(ThusoXml *xml, const char *element, va_list pairs)
{
	g_string_append_printf(xml->text, "\n<%s", element);
	for (const char *name = va_arg(pairs, const char *); name != NULL; name = va_arg(pairs, const char *)) {
		const char *value = va_arg(pairs, const char *);
		if (value == NULL)
			continue;
		g_string_append_printf(xml->text, " %s=\"", name);
		append_escaped(xml->text, value);
		g_string_append_c(xml->text, '"');
	}
}

ThusoXml *thuso_xml_new(const char *head)
{
	ThusoXml *xml = g_new0(ThusoXml, 1);
	xml->text = g_string_new(head);
	xml->elements = g_ptr_array_new_with_free_func(g_free);
	return xml;
}

void thuso_xml_free(ThusoXml *xml)
{
	if (xml == NULL)
		return;
	g_string_free(xml->text, TRUE);
	g_ptr_array_unref(xml->elements);
	g_free(xml);
}

void thuso_xml_open(ThusoXml *xml, const char *element, ...)
{
	va_list pairs;
	va_start(pairs, element);
	append_start(xml, element, pairs);
	va_end(pairs);
	g_string_append_c(xml->text, '>');
	g_ptr_array_add(xml->elements, g_strdup(element));
}

void thuso_xml_add(ThusoXml *xml, const char *name, const char *value)
{
	g_return_if_fail(xml->text->len > 0 && xml->text->str[xml->text->len - 1] == '>');
	g_string_truncate(xml->text, xml->text->len - 1);
	g_string_append_printf(xml->text, " %s=\"", name);
	append_escaped(xml->text, value);
	g_string_append(xml->text, "\">");
}

void thuso_xml_close(ThusoXml *xml)
{
	g_return_if_fail(xml->elements->len > 0);
	guint last = xml->elements->len - 1;
	g_string_append_printf(xml->text, "</%s>", (const char *) g_ptr_array_index(xml->elements, last));
	g_ptr_array_remove_index(xml->elements, last);
}

void thuso_xml_leaf(ThusoXml *xml, const char *element, ...)
{
	va_list pairs;
	va_start(pairs, element);
	append_start(xml, element, pairs);
	va_end(pairs);
	g_string_append(xml->text, "/>");
}

void thuso_xml_text(ThusoXml *xml, const char *element, const char *text)
{
	thuso_xml_open(xml, element, NULL);
	thuso_xml_content(xml, text);
	thuso_xml_close(xml);
}

void thuso_xml_content(ThusoXml *xml, const char *text)
{
	append_escaped(xml->text, text);
}

char *thuso_xml_finish(ThusoXml *xml)
{
	while (xml->elements->len > 0)
		thuso_xml_close(xml);
	g_string_append_c(xml->text, '\n');
	char *text = g_string_free(xml->text, FALSE);
	g_ptr_array_unref(xml->elements);
	g_free(xml);
	return text;
}

char *thuso_xml_real(double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(buffer, sizeof buffer, "%.12g", value);
	return g_strdup(buffer);
}
