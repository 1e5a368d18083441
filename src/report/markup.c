/* The one writer of HTML and SVG. What comes from a layer (names, reasons, messages) is text: <, >, &, " and ' are written as references
 * everywhere, so that no name can end an element or an attribute; control characters and bytes that are no UTF-8 become U+FFFD. */
#include "markup.h"

#include <math.h>
#include <string.h>

struct Markup {
	GString *text;
	GPtrArray *elements; /* open ones, outermost first; constants */
};

Markup *markup_new(void)
{
	Markup *markup = g_new0(Markup, 1);
	markup->text = g_string_sized_new(1 << 16);
	markup->elements = g_ptr_array_new();
	return markup;
}

void markup_free(Markup *markup)
{
	if (!markup)
		return;
	g_string_free(markup->text, TRUE);
	g_ptr_array_unref(markup->elements);
	g_free(markup);
}

static const char *reference(gunichar c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Not allowed in a page, or turning the direction of what follows. */
static gboolean is_forbidden(gunichar c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe;
}

static void append_escaped(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		const char *escaped = reference(c);
		if (escaped)
			g_string_append(out, escaped);
		else
			g_string_append_unichar(out, is_forbidden(c) ? 0xfffd : c);
	}
}

static void append_start(Markup *markup, const char *element, va_list pairs)
{
	g_string_append_printf(markup->text, "<%s", element);
	for (const char *name = va_arg(pairs, const char *); name; name = va_arg(pairs, const char *)) {
		const char *value = va_arg(pairs, const char *);
		if (!value)
			continue;
		g_string_append_printf(markup->text, " %s=\"", name);
		append_escaped(markup->text, value);
		g_string_append_c(markup->text, '"');
	}
}

void markup_open(Markup *markup, const char *element, ...)
{
	va_list pairs;
	va_start(pairs, element);
	append_start(markup, element, pairs);
	va_end(pairs);
	g_string_append_c(markup->text, '>');
	g_ptr_array_add(markup->elements, (gpointer) element);
}

void markup_close(Markup *markup)
{
	g_return_if_fail(markup->elements->len > 0);
	guint i = markup->elements->len - 1;
	g_string_append_printf(markup->text, "</%s>", (const char *) g_ptr_array_index(markup->elements, i));
	g_ptr_array_remove_index(markup->elements, i);
}

void markup_text_class(Markup *markup, const char *element, const char *class_name, const char *text)
{
	markup_open(markup, element, "class", class_name, NULL);
	markup_content(markup, text);
	markup_close(markup);
}

void markup_text(Markup *markup, const char *element, const char *text)
{
	markup_text_class(markup, element, NULL, text);
}

void markup_leaf(Markup *markup, gboolean is_void, const char *element, ...)
{
	va_list pairs;
	va_start(pairs, element);
	append_start(markup, element, pairs);
	va_end(pairs);
	g_string_append(markup->text, is_void ? ">" : "/>");
}

void markup_content(Markup *markup, const char *text)
{
	append_escaped(markup->text, text ? text : "");
}

void markup_constant(Markup *markup, const char *text)
{
	g_string_append(markup->text, text);
}

void markup_newline(Markup *markup)
{
	g_string_append_c(markup->text, '\n');
}

char *markup_finish(Markup *markup, gsize *size)
{
	while (markup->elements->len > 0)
		markup_close(markup);
	if (size)
		*size = markup->text->len;
	char *text = g_string_free(markup->text, FALSE);
	g_ptr_array_unref(markup->elements);
	g_free(markup);
	return text;
}

const char *short_number(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value, int decimals)
{
	char format[] = "%.0f";
	format[2] = (char) ('0' + decimals);
	g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, format, value);
	if (strchr(buffer, '.')) {
		char *end = buffer + strlen(buffer);
		while (end[-1] == '0')
			*--end = '\0';
		if (end[-1] == '.')
			end[-1] = '\0';
	}
	return strcmp(buffer, "-0") == 0 ? buffer + 1 : buffer;
}
