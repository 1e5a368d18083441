/* The fuzzed readers as one program: `fuzz --reader=NAME [libFuzzer's options] FOLDER`, `fuzz --list`. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const FuzzReader *const readers[] = {
	&fuzz_study,    &fuzz_table,   &fuzz_speeds, &fuzz_units,    &fuzz_ids,   &fuzz_geometry, &fuzz_looks, &fuzz_locate,
	&fuzz_register, &fuzz_weights, &fuzz_cache,  &fuzz_database, &fuzz_query, &fuzz_result,   &fuzz_draft,
};
static const FuzzReader *chosen;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void list(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
		printf("%s %s\n", readers[i]->name, readers[i]->is_text ? "text" : "bytes");
	exit(0);
}

/* libFuzzer leaves alone what begins with two dashes. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char option[] = "--reader=";
	for (int i = 1; i < *argc; i++) {
		const char *word = (*argv)[i];
		if (strcmp(word, "--list") == 0)
			list();
		for (gsize k = 0; g_str_has_prefix(word, option) && k < G_N_ELEMENTS(readers); k++)
			if (strcmp(word + strlen(option), readers[k]->name) == 0)
				chosen = readers[k];
	}
	if (!chosen) {
		fputs("fuzz: say which reader: --reader=NAME (--list names them)\n", stderr);
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chosen->read(data, size);
	return 0;
}
