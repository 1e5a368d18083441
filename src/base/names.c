/* Names in messages: the nearest known one, and texts made safe for one line. */
#include <thuso/base.h>

#include <string.h>

/* Edit distance with neighbours swapped counted once (Damerau 1964, restricted), so that "pepole" finds "people". */
static guint edit_distance(const char *a, const char *b)
{
	gsize n_a = strlen(a), n_b = strlen(b);
	g_autofree guint *table = thuso_new(guint, (n_a + 1) * (n_b + 1));
#define AT(i, j) table[(i) * (n_b + 1) + (j)]
	for (gsize i = 0; i <= n_a; i++)
		for (gsize j = 0; j <= n_b; j++) {
			if (i == 0 || j == 0) {
				AT(i, j) = (guint) (i + j);
				continue;
			}
			guint same = g_ascii_tolower(a[i - 1]) == g_ascii_tolower(b[j - 1]) ? 0 : 1;
			guint least = MIN(MIN(AT(i - 1, j), AT(i, j - 1)) + 1, AT(i - 1, j - 1) + same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				least = MIN(least, AT(i - 2, j - 2) + 1);
			AT(i, j) = least;
		}
	return AT(n_a, n_b);
#undef AT
}

const char *thuso_nearest_name(const char *name, const char *const *known)
{
	const char *nearest = NULL;
	if (strlen(name) > 200)
		return NULL;
	guint least = (guint) strlen(name) / 3 + 2; /* farther than that is another word */
	for (; known && *known; known++) {
		guint distance = edit_distance(name, *known);
		if (distance < least || (distance == least && !nearest && distance < strlen(*known))) {
			least = distance;
			nearest = *known;
		}
	}
	return nearest;
}

char *thuso_escape(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' || c == '\t' || c == '\r')
			g_string_append(out, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
		else if (g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
		         (c >= 0x2066 && c <= 0x2069))
			g_string_append_printf(out, "\\u%04x", c); /* direction marks could make a message read as another */
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

void thuso_set_error(GError **error, ThusoErrorCode code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *line = thuso_escape(text);
	g_set_error_literal(error, THUSO_ERROR, (gint) code, line);
}
