/* What the fuzzed readers share: their descriptor, files that hold the bytes at hand for readers that want a path, and what must hold. */
#ifndef THUSO_FUZZ_H
#define THUSO_FUZZ_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <thuso/io.h>

/* One reader, or some that share their seeds; `summary` says what must hold besides no crash. */
typedef struct {
	const char *name;
	gboolean is_text; /* a dictionary of words and few odd bytes */
	void (*read)(const uint8_t *data, size_t size);
} FuzzReader;
extern const FuzzReader fuzz_study, fuzz_table, fuzz_speeds, fuzz_units, fuzz_ids, fuzz_geometry, fuzz_looks, fuzz_locate,
    fuzz_register, fuzz_weights, fuzz_cache, fuzz_database, fuzz_query, fuzz_result, fuzz_draft;

/* Writes the bytes to the file of that name ("od.csv") in a private folder that goes with the program, and forgets the path's content of
 * before. The path lives as long as the program. */
const char *fuzz_file(const uint8_t *data, size_t size, const char *name);
/* The path that a file of that name has there, whether it is there or not. */
const char *fuzz_path(const char *name);
/* The bytes as a text that ends at its first zero. Caller frees. */
char *fuzz_text(const uint8_t *data, size_t size);
/* Cuts off what stands before the next FUZZ_BETWEEN, or all that is left; FALSE where nothing is left. */
#define FUZZ_BETWEEN 0x1d
typedef struct {
	const uint8_t *data;
	size_t size;
} FuzzPart;
gboolean fuzz_part(FuzzPart *rest, FuzzPart *part);

/* A context of one thread that says nothing. It belongs to the program, lives until the next is asked for, and is cancelled when an input
 * takes a second: what can be cancelled cannot hang. */
ThusoContext *fuzz_context(void);
ThusoSource *fuzz_source(const char *path); /* one file; caller frees */

/* A property that must hold. */
#define fuzz_must(holds) ((holds) ? (void) 0 : fuzz_fail(#holds, __FILE__, __LINE__))
G_NORETURN void fuzz_fail(const char *what, const char *file, int line);
/* An error or a result, not both; the error is ours and one line of UTF-8 without control characters. */
#define fuzz_either(result, error) fuzz_check_either((result) != 0, error, __FILE__, __LINE__)
void fuzz_check_either(gboolean has_result, const GError *error, const char *file, int line);
/* Texts are UTF-8; where there is no `infinity` in the source, numbers are finite. */
void fuzz_check_table(const ThusoTable *table, gboolean infinity);

#endif
