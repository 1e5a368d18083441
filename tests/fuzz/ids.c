/* The order of ids: three of them, between line ends, must have one order. */
#include "fuzz.h"

#include <thuso/data.h>

#include <string.h>

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void read_ids(const uint8_t *data, size_t size)
{
	g_autofree char *text = fuzz_text(data, size);
	g_auto(GStrv) ids = g_strsplit(text, "\n", 3);
	if (g_strv_length(ids) < 3)
		return;
	const char *a = ids[0], *b = ids[1], *c = ids[2];
	fuzz_must(thuso_id_compare(a, a) == 0);
	fuzz_must(sign(thuso_id_compare(a, b)) == -sign(thuso_id_compare(b, a)));
	if (thuso_id_compare(a, b) <= 0 && thuso_id_compare(b, c) <= 0)
		fuzz_must(thuso_id_compare(a, c) <= 0);
	if (thuso_id_compare(a, b) == 0)
		fuzz_must(sign(thuso_id_compare(a, c)) == sign(thuso_id_compare(b, c)));
}

const FuzzReader fuzz_ids = { "ids", TRUE, read_ids };
