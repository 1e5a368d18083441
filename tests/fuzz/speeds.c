/* A table of speeds: every speed that is read is one, and every class is found again. */
#include "fuzz.h"

#include <thuso/data.h>

#include <math.h>

static void read_speeds(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSource) source = fuzz_source(fuzz_file(data, size, "x.csv"));
	g_autoptr(ThusoSpeedTable) table = thuso_speed_table_read(fuzz_context(), source, &error);
	fuzz_either(table, error);
	for (int i = 0; table && i < table->n; i++) {
		fuzz_must(table->speed_m_per_s[i] >= 0 && isfinite(table->speed_m_per_s[i]));
		fuzz_must(thuso_speed_table_find(table, table->class_name[i]) == i);
	}
}

const FuzzReader fuzz_speeds = { "speeds", TRUE, read_speeds };
