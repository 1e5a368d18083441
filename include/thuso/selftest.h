/* Agreement with published numbers, on tiny worlds inside the program (`thuso selftest`). */
#ifndef THUSO_SELFTEST_H
#define THUSO_SELFTEST_H

#include <thuso/base.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* Columns of the table that thuso_selftest makes: one row a number. */
enum {
	THUSO_SELFTEST_CHECK,     /* text: short stable name */
	THUSO_SELFTEST_QUANTITY,  /* text: which number of it */
	THUSO_SELFTEST_UNIT,      /* text */
	THUSO_SELFTEST_PUBLISHED, /* real; NULL stands for "not reached" */
	THUSO_SELFTEST_HERE,      /* the same, computed */
	THUSO_SELFTEST_TOLERANCE, /* real: half of the last digit that the source gives, or of a tick where it is exact */
	THUSO_SELFTEST_AGREES,    /* integer: 1 or 0 */
	THUSO_SELFTEST_SOURCE,    /* text: who published it, or how it follows by hand */
};

/* Runs every check; *n_off is the count of rows that do not agree. Takes well under a second. */
ThusoTable *thuso_selftest(ThusoContext *context, gint64 *n_off, GError **error);

G_END_DECLS
#endif
