/* A table of speeds: every speed that is read is one, and every class is found again. */
#include "fuzz.h"

#include <thuso/data.h>
#include <thuso/io.h>

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoSource) source = thuso_source_new("speeds");
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(fuzz_file(data, size, ".csv"));
	g_autoptr(ThusoSpeedTable) table = thuso_speed_table_read(context, source, &error);
	fuzz_must((table == NULL) == (error != NULL));
	for (int i = 0; table && i < table->n; i++) {
		fuzz_must(table->speed_m_per_s[i] >= 0 && isfinite(table->speed_m_per_s[i]));
		fuzz_must(thuso_speed_table_find(table, table->class_name[i]) == i);
	}
	return 0;
}
