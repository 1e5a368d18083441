/* A database made for a reader: a good one, spoilt by bytes or by SQL. */
#ifndef FUZZ_BAD_DATABASE_H
#define FUZZ_BAD_DATABASE_H

#include "fuzz.h"

/* `script` runs on a copy of `good` in memory, each statement as far as it goes, for a limited time and without other files. Returns the
 * path of the file that comes of it. */
const char *fuzz_spoil(GBytes *good, FuzzPart script, const char *name);
/* The file holds these bytes still, and none of SQLite's stands beside it. */
void fuzz_check_untouched(const char *path, GBytes *bytes);
GBytes *fuzz_content(const char *path);

#endif
