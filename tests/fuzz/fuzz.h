/* What the fuzzers share: their entry, and a file that holds the bytes at hand for readers that want a path. */
#ifndef THUSO_FUZZ_H
#define THUSO_FUZZ_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes the bytes to a file of that ending (".csv") in a private folder that goes with the program; the path belongs to the caller of the
 * first call. */
const char *fuzz_file(const uint8_t *data, size_t size, const char *ending);
/* The bytes as a text that ends at its first zero. Caller frees. */
char *fuzz_text(const uint8_t *data, size_t size);
/* A property that must hold. */
#define fuzz_must(holds) ((holds) ? (void) 0 : fuzz_fail(#holds, __FILE__, __LINE__))
G_NORETURN void fuzz_fail(const char *what, const char *file, int line);

#endif
