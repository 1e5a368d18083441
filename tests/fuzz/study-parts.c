/* See study-parts.h. */
#include "study-parts.h"

static char **words(const char *first, const char *second)
{
	char **texts = g_new0(char *, 3);
	texts[0] = g_strdup(first);
	texts[1] = g_strdup(second);
	return texts;
}

static void make_level(ThusoLevel *level, const char *name, const char *first, const char *second)
{
	*level = (ThusoLevel){ .name = g_strdup(name), .n = 2, .id = words(first, second), .title = words(first, second) };
	level->outline = g_new0(ThusoGeometry *, 2);
	level->unit_of_area = g_new0(gint32, 2);
	level->unit_of_area[1] = 1;
}

Run *fuzz_run(ThusoContext *context, ThusoStudy *study)
{
	Run *run = run_new(context, study);
	run->region = g_new0(ThusoRegion, 1);
	run->region->n_levels = 2;
	run->region->levels = g_new0(ThusoLevel, 2);
	make_level(&run->region->levels[0], "municipality", "M1", "M2");
	make_level(&run->region->levels[1], "district", "D1", "D2");
	run->centres = g_new0(ThusoPlaces, 1);
	run->candidates = g_new0(ThusoPlaces, 1);
	return run;
}
