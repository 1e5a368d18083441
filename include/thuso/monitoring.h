/* A register of centres looked through: service blocks, departments and their days, delisting flags with reasons, grades, counts that add
 * up (src/siting/README.md). Tables in, tables out; what words mean and which grades there are is the planner's. */
#ifndef THUSO_MONITORING_H
#define THUSO_MONITORING_H

#include <thuso/param.h>
#include <thuso/services.h>
#include <thuso/table.h>

G_BEGIN_DECLS

/* The six-block service model (thusong.gov.za, what is a Thusong Service Centre). */
#define THUSO_BLOCKS 6
extern const char *const thuso_block_names[THUSO_BLOCKS + 1]; /* NULL-terminated */

/* Which column of the register means what; NULL = it has none. Word lists are NULL-terminated and compared without regard to case; NULL =
 * nothing is said, and what depends on it is not known. */
typedef struct {
	const char *id; /* must be */
	const char *title;
	const char *province; /* or any other area that counts are made by */
	const char *status;
	const char *const *functional; /* words of `status` */
	/* Yes or no: yes, y, true, 1, x; no, n, false, 0; empty = not known. */
	const char *blocks[THUSO_BLOCKS];
	/* "Home Affairs: daily; SASSA: 2; Labour: fortnightly" (| does for ;): days a week, none = 5; words: daily 5, weekly 1, fortnightly 1/2,
	 * monthly 12/52. */
	const char *departments;
	const char *const *anchors; /* departments that count as anchors; NULL = any */
	double anchor_within_m;     /* > 0 */
	const char *condition;
	const char *const *bad_condition; /* words of `condition`: a bad state, a health hazard, collapsing */
	const char *const *destroyed;     /* words of `condition` or `status`: vandalised or destroyed */
	const char *ict;
	const char *const *no_ict; /* words of `ict`: lacking for good */
	const char *users;         /* a number, in the register's own period */
} ThusoRegisterColumns;
void thuso_register_columns_default(ThusoRegisterColumns *columns); /* nothing but 1,000 m: parliament's reply NW3446 of 2023 */

/* --- delisting flags (a registry: one file each, one line in flags.c) --------------------------------------------------------- */

typedef enum { THUSO_FLAG_CLEAR, THUSO_FLAG_RAISED, THUSO_FLAG_UNKNOWN } ThusoFlagState;

/* One centre as the register has it. Texts may be NULL, numbers NaN: not known. */
typedef struct {
	const ThusoRegisterColumns *columns;
	const char *id, *title, *province, *status, *condition, *ict;
	gboolean has_place;
	int n_blocks, n_blocks_unknown;
	int n_departments;
	double days;                /* service days a week, over all departments */
	const char *anchor_present; /* the first anchor department in the centre, or NULL */
	gboolean departments_known;
	double anchor_m; /* straight line to the nearest service point of an anchor; INFINITY = there is none, NaN = no place */
	const char *anchor_near; /* its department */
	double users;
} ThusoCentreRecord;

typedef struct {
	ThusoDescriptor about;
	/* The state, and when raised why, in words (caller frees). */
	ThusoFlagState (*check)(const ThusoCentreRecord *centre, char **reason);
} ThusoFlag;
extern const ThusoFlag *const thuso_flags[]; /* NULL-terminated */
const ThusoFlag *thuso_flag_find(const char *name);

/* --- grades: tables that the planner owns ---------------------------------------------------------------------------------------- */

/* `topics` (or NULL): topic, column, most - a column of the register with points from 0 to `most`. A centre's share of points is the sum
 * of its points over the sum of `most`; one topic without points leaves it not known.
 * `grades` (or NULL): grade[, min_share][, max_flags][, min_blocks][, min_days] - the first row whose every stated condition holds is the
 * grade; an empty cell states nothing. min_share is 0..1 or text with %. */

/* --- the whole -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const ThusoTable *table; /* the register */
	const ThusoRegisterColumns *columns;
	const double *x, *y;               /* table->n_rows, metres; NaN = no place; NULL = no places at all */
	const ThusoServicePoints *points;  /* in the same CRS; NULL = not known */
	const ThusoTable *topics, *grades; /* NULL = none */
	/* What the register says of itself, or NULL: province, total, functional, not_functional; a row whose province is `all` is the whole. */
	const ThusoTable *stated;
} ThusoRegister;

/* centres: a row a centre, by id: site, title, province, status, is_functional, blocks, blocks_unknown, departments, days,
 * users, anchor, anchor_m, n_flags, flags ("anchor, ict"), reasons, share, grade.
 * flags: site, title, province, flag, reason, source - a row a raised flag.
 * counts: province, centres, functional, not_functional, not_known, flagged - a row a province, by name, centres without one as "not
 * stated", the last row `all`; every column adds up to it. */
typedef struct {
	ThusoTable *centres, *flags, *counts;
} ThusoMonitoring;
void thuso_monitoring_free(ThusoMonitoring *monitoring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoMonitoring, thuso_monitoring_free)

/* Findings of the context: ids that lack or are there twice, flags that cannot be told (once a flag, with their number), centres that no
 * grade fits, and stated totals that do not add up or differ from the register's rows. Errors: THUSO_ERROR_USAGE (a column that is not
 * there, a grade table that cannot be used), _INPUT (a value that is neither yes nor no, days or points that are no number). */
ThusoMonitoring *thuso_monitor(ThusoContext *context, const ThusoRegister *reg, GError **error);

G_END_DECLS
#endif
