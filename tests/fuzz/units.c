/* Numbers with units, names in messages. */
#include "fuzz.h"

#include <thuso/base.h>
#include <thuso/param.h>

#include <math.h>
#include <string.h>

static void check_quantity(const char *text)
{
	g_autoptr(GError) error = NULL;
	double value = NAN;
	ThusoDimension found;
	gboolean good = thuso_parse_quantity(text, ~0u, &value, &found, &error);
	fuzz_either(good, error);
	fuzz_must(!good || isfinite(value));
	g_autofree char *again = good ? thuso_format_quantity(value, found) : NULL;
	fuzz_must(!good || again[0] != '\0');
	double real = NAN;
	gint64 integer;
	fuzz_must(!thuso_parse_real(text, &real) || isfinite(real));
	fuzz_must(!thuso_parse_integer(text, &integer) || thuso_parse_real(text, &real));
}

static void read_units(const uint8_t *data, size_t size)
{
	static const char *const known[] = { "people", "population", "buffer", "cell", NULL };
	g_autofree char *text = fuzz_text(data, size), *escaped = thuso_escape(text);
	fuzz_must(g_utf8_validate(escaped, -1, NULL));
	for (const char *p = escaped; *p; p++)
		fuzz_must((guchar) *p >= 32 && *p != 127);
	const char *nearest = thuso_nearest_name(text, known);
	fuzz_must(!nearest || strlen(nearest) > 0);
	check_quantity(text);
}

const FuzzReader fuzz_units = { "units", TRUE, read_units };
