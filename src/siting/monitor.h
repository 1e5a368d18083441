/* What the parts of monitoring share. */
#ifndef THUSO_SITING_MONITOR_H
#define THUSO_SITING_MONITOR_H

#include <thuso/monitoring.h>

extern const ThusoFlag thuso_flag_anchor, thuso_flag_condition, thuso_flag_ict, thuso_flag_destroyed;

typedef struct {
	ThusoContext *context;
	const ThusoRegister *reg;
	ThusoCentreRecord *centre; /* n: by id, so that the register's order of rows decides nothing */
	gint64 *row;               /* n: the centre's row of the register */
	gint64 n;
	gboolean *is_functional, *status_known; /* n */
	int *n_flags;                           /* n: raised */
	guint8 *is_anchor;                      /* service points: 1 = of an anchor department */
	ThusoTable *centres, *flags, *counts;
	GStringChunk *texts; /* of the records */
} Monitor;

/* Is the word one of the list? Without regard to case; FALSE for NULL. */
gboolean monitor_is_word(const char *text, const char *const *words);
/* Column of the register by name; -1 for NULL; -2 with an error that names the nearest. */
int monitor_column(const ThusoTable *table, const char *name, const char *what, GError **error);
void monitor_find(ThusoContext *context, const char *check, const char *feature, gint64 count, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

gboolean monitor_read(Monitor *monitor, GError **error);  /* register.c: the records */
gboolean monitor_flag(Monitor *monitor, GError **error);  /* flags.c: the table of flags, n_flags */
gboolean monitor_grade(Monitor *monitor, GError **error); /* grades.c: share and grade of the table of centres */
gboolean monitor_count(Monitor *monitor, GError **error); /* counts.c: the table of counts; stated totals checked */

/* Columns of the table of centres. */
enum {
	CENTRE_ID,
	CENTRE_TITLE,
	CENTRE_PROVINCE,
	CENTRE_STATUS,
	CENTRE_IS_FUNCTIONAL,
	CENTRE_BLOCKS,
	CENTRE_BLOCKS_UNKNOWN,
	CENTRE_DEPARTMENTS,
	CENTRE_DAYS,
	CENTRE_USERS,
	CENTRE_ANCHOR,
	CENTRE_ANCHOR_M,
	CENTRE_N_FLAGS,
	CENTRE_FLAGS,
	CENTRE_REASONS,
	CENTRE_SHARE,
	CENTRE_GRADE
};

#endif
