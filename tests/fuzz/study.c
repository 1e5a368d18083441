/* The study file: YAML, the schema, every value's unit and range. */
#include "fuzz.h"

#include <thuso/study.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStudy) study = thuso_study_load(fuzz_file(data, size, ".yaml"), &error);
	fuzz_must((study == NULL) == (error != NULL));
	if (error) {
		fuzz_must(error->domain == THUSO_ERROR && g_utf8_validate(error->message, -1, NULL));
		for (const char *p = error->message; *p; p++)
			fuzz_must((guchar) *p >= 32 && *p != 127);
	}
	return 0;
}
