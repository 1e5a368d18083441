/* Memory that is refused, and calls to the system that fail, one by one, inside a test program. The program is linked with --wrap
 * (tests/unit/meson.build), so what the rooms themselves ask for passes here; what GLib, GDAL and SQLite ask for does not. */
#ifndef TESTS_REFUSAL_H
#define TESTS_REFUSAL_H

#include <glib.h>

typedef enum {
	REFUSE_MEMORY, /* calloc, realloc, aligned_alloc, mmap */
	REFUSE_WRITE,  /* write, pwrite, fsync, ftruncate: the disk is full */
	REFUSE_READ,   /* read, pread: the disk is broken */
	REFUSE_NAME    /* open, mkostemp, rename, link, and GLib's of these: no permission */
} Refusal;

/* Does the work once from the start; TRUE, having checked and freed what came of it, or FALSE with an error. */
typedef gboolean (*RefusalWork)(gpointer data, GError **error);

/* Does the work with the first call refused, then with the second, and so on, until one run meets no refusal; that one must be good.
 * All others must fail, with an error of one line that holds the words (separated by |; NULL = a refusal of memory that names the size).
 * Returns how many were refused; none fails the test. */
long refuse_each(Refusal kind, RefusalWork work, gpointer data, const char *words);
/* The same for work that may get along without: what was refused may also end well. Of many calls some `most` are tried, spread evenly;
 * 0 = all. */
long refuse_some(Refusal kind, RefusalWork work, gpointer data, const char *words, long most);
/* The nth call of this kind from now on is refused; 0 = none. */
void refuse_next(Refusal kind, long nth);

#endif
