/* Texts that are not UTF-8: old Shapefiles and spreadsheets carry Windows-1252, of which Latin-1 is a part. */
#include "private.h"

/* Code points of the bytes 0x80..0x9F in Windows-1252; the five that it leaves open stay as they are. */
static const gunichar cp1252[32] = {
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

const char *thuso_repair_text(const char *text, char **owned)
{
	*owned = NULL;
	if (g_utf8_validate(text, -1, NULL))
		return text;
	GString *out = g_string_new(NULL);
	for (const guint8 *p = (const guint8 *) text; *p; p++)
		g_string_append_unichar(out, *p >= 0x80 && *p < 0xA0 ? cp1252[*p - 0x80] : *p);
	*owned = g_string_free(out, FALSE);
	return *owned;
}
